// SPDX-License-Identifier: GPL-2.0
/*
 * MI commands, PIPE_CONTROL and privilege. Command dwords are written out as the sources give them
 * (i915 gt/intel_gpu_commands.h): opcode << 23, length minus two, and the bits named beside.
 */
#include "test_util.h"
#include "util.h"

static struct machine m;
static uint32_t base;

#define GGTT BIT(22)
#define SDI (0x20u << 23)
#define LRI (0x22u << 23)
#define SRM (0x24u << 23 | 2)
#define LRM (0x29u << 23 | 2)
#define LRR (0x2au << 23 | 1)
#define GPR(n) (base + 0x600 + 8 * (n))

static void stores(void)
{
	EXEC(&m, SDI | GGTT | 2, AT_DATA, 0, 0x11223344);
	check_eq("dword", peek(&m, AT_DATA), 0x11223344);
	EXEC(&m, SDI | GGTT | 1 << 21 | 3, AT_DATA + 8, 0, 0x55667788, 0x99aabbcc);
	check_eq("qword", peek64(&m, AT_DATA + 8), 0x99aabbcc55667788ull);
	EXEC(&m, SDI | 2, PP_DATA + 0x10, 0, 0xabcd);
	check_eq("through the PPGTT", peek(&m, AT_DATA + 0x10), 0xabcd);
	EXEC(&m, 0x21u << 23 | 1, 0x100, 0x4321);
	check_eq("index into the status page", peek(&m, AT_HWSP + 0x100), 0x4321);
	EXEC(&m, 0x21u << 23 | 1 << 21 | 1, 0x200, 0x8765);
	check_eq("index into the context's", peek(&m, AT_CONTEXT + 0x200), 0x8765);
	test_done("MI_STORE_DATA_IMM, MI_STORE_DATA_INDEX");
}

static void registers(void)
{
	EXEC(&m, LRI | 3, GPR(0), 0x1234, GPR(1), 0x5678);
	check_eq("first", reg_of(&m, 0x600), 0x1234);
	check_eq("second", reg_of(&m, 0x608), 0x5678);
	EXEC(&m, LRR, GPR(1), GPR(2));
	check_eq("copied", reg_of(&m, 0x610), 0x5678);
	EXEC(&m, SRM | GGTT, GPR(0), AT_DATA + 0x20, 0);
	check_eq("stored", peek(&m, AT_DATA + 0x20), 0x1234);
	poke(&m, AT_DATA + 0x24, 0x9999);
	EXEC(&m, LRM | GGTT, GPR(3), AT_DATA + 0x24, 0);
	check_eq("loaded", reg_of(&m, 0x618), 0x9999);
	EXEC(&m, LRI | 1, base + 0x9c, 0x40004000);
	check_eq("masked write sets", reg_of(&m, 0x9c) & 0xffff, 0x4200);
	EXEC(&m, LRI | 1, base + 0x9c, 0x40000000);
	check_eq("masked write clears", reg_of(&m, 0x9c) & 0xffff, 0x0200);
	test_done("MI_LOAD_REGISTER_*, MI_STORE_REGISTER_MEM");
}

static void arithmetic(void)
{
	EXEC(&m, LRI | 7, GPR(0), 0xffffffff, GPR(0) + 4, 0, GPR(1), 3, GPR(1) + 4, 0);
	/* LOAD SRCA R0, LOAD SRCB R1, ADD, STORE R2 ACCU, STORE R3 CF */
	EXEC(&m, 0x1au << 23 | 4, 0x08008000, 0x08008401, 0x10000000, 0x18000831, 0x18000c33);
	check_eq("sum, low", reg_of(&m, 0x610), 2);
	check_eq("sum, high", reg_of(&m, 0x614), 1);
	check_eq("no carry", reg_of(&m, 0x618), 0);
	/* SUB: 3 - 0xffffffff borrows; STORE R4 CF, STOREINV R5 ZF */
	EXEC(&m, 0x1au << 23 | 4, 0x08008001, 0x08008400, 0x10100000, 0x18001033, 0x58001432);
	check_eq("borrow", reg_of(&m, 0x620), 0xffffffff);
	check_eq("not zero, inverted", reg_of(&m, 0x628), 0xffffffff);
	/* LOAD1 SRCA, LOADINV SRCB R1, XOR -> R6: ~0 ^ ~3 = 3 */
	EXEC(&m, 0x1au << 23 | 3, 0x48108000, 0x48008401, 0x10400000, 0x18001831);
	check_eq("xor", reg_of(&m, 0x630), 3);
	test_done("MI_MATH");
}

static void atomics(void)
{
	poke(&m, AT_DATA + 0x30, 10);
	EXEC(&m, 0x2fu << 23 | GGTT | 0x05 << 8 | 1, AT_DATA + 0x30, 0);
	check_eq("increment", peek(&m, AT_DATA + 0x30), 11);
	/* inline add of 5, returning the old value in GPR0 */
	EXEC(&m, 0x2fu << 23 | GGTT | 1 << 18 | 1 << 16 | 0x07 << 8 | 9, AT_DATA + 0x30, 0, 5, 0,
	     0, 0, 0, 0, 0, 0);
	check_eq("add", peek(&m, AT_DATA + 0x30), 16);
	check_eq("old value", reg_of(&m, 0x600), 11);
	/* compare and exchange: 16 becomes 99 */
	EXEC(&m, 0x2fu << 23 | GGTT | 1 << 18 | 0x0e << 8 | 9, AT_DATA + 0x30, 0, 16, 99, 0, 0, 0,
	     0, 0, 0);
	check_eq("compare and exchange", peek(&m, AT_DATA + 0x30), 99);
	poke64(&m, AT_DATA + 0x38, 0xffffffffull);
	EXEC(&m, 0x2fu << 23 | GGTT | 1 << 19 | 0x25 << 8 | 1, AT_DATA + 0x38, 0);
	check_eq("8-byte increment", peek64(&m, AT_DATA + 0x38), 0x100000000ull);
	test_done("MI_ATOMIC");
}

#define ATOMIC16 (0x2fu << 23 | GGTT | 2 << 19 | 1 << 18 | 1 << 16 | 0x4e << 8 | 9)

static void wide_atomics(void)
{
	poke64(&m, AT_DATA + 0x380, 0x0000000200000001ull);
	poke64(&m, AT_DATA + 0x388, 0x0000000400000003ull);
	EXEC(&m, ATOMIC16, AT_DATA + 0x380, 0, 1, 11, 2, 12, 3, 13, 5, 14);
	check_eq("differs in the last dword", peek64(&m, AT_DATA + 0x388), 0x400000003ull);
	check_eq("old value, R1 high", reg_of(&m, 0x60c), 4);
	EXEC(&m, ATOMIC16, AT_DATA + 0x380, 0, 1, 11, 2, 12, 3, 13, 4, 14);
	check_eq("written, low", peek64(&m, AT_DATA + 0x380), 0x0000000c0000000bull);
	check_eq("written, high", peek64(&m, AT_DATA + 0x388), 0x0000000e0000000dull);
	poke(&m, AT_DATA + 0x390, 0);
	EXEC(&m, 0x2fu << 23 | GGTT | 1 << 16 | 0x0f << 8 | 1, AT_DATA + 0x390, 0);
	check_eq("pre-decrement", peek(&m, AT_DATA + 0x390), 0xffffffff);
	check_eq("returns the new value", reg_of(&m, 0x600), 0xffffffff);
	test_done("MI_ATOMIC of 16 bytes, pre-decrement");
}

static void byte_disables(void)
{
	EXEC(&m, LRI | 1, GPR(5), 0x11223344);
	EXEC(&m, LRI | 0xe00 | 1, GPR(5), 0xaabbccdd);
	check_eq("only byte 0 written", reg_of(&m, 0x628), 0x112233dd);
	EXEC(&m, LRI | 0x100 | 1, GPR(5), 0xaabbccee);
	check_eq("all but byte 0", reg_of(&m, 0x628), 0xaabbccdd);
	test_done("MI_LOAD_REGISTER_IMM with byte write disables");
}

static void urb(void)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		poke(&m, AT_DATA + 0x400 + 4 * i, 0x100 + i);
	poke(&m, AT_DATA + 0x540, 0x77);
	EXEC(&m, 0x2cu << 23 | 2, 0x7fe0, PP_DATA + 0x400, 0);
	EXEC(&m, 0x2du << 23 | 2, 0x7fe4, PP_DATA + 0x500, 0);
	check_eq("from one dword further", peek(&m, AT_DATA + 0x500), 0x101);
	check_eq("round the end of the URB", peek(&m, AT_DATA + 0x538), 0x10f);
	check_eq("64 bytes", peek(&m, AT_DATA + 0x540), 0x77);
	EXEC(&m, 0x2bu << 23 | 2, PP_DATA + 0x544, 0, 0x4242);
	check_eq("store by the resource streamer", peek(&m, AT_DATA + 0x544), 0x4242);
	test_done("MI_LOAD_URB_MEM, MI_STORE_URB_MEM, MI_RS_STORE_DATA_IMM");
}

static void report_perf(void)
{
	poke(&m, AT_DATA + 0x67c, 0x99);
	poke(&m, AT_DATA + 0x6fc, 0x99);
	poke(&m, AT_DATA + 0x700, 0x99);
	mmio_write32(&m.gpu, 0x2b00, 5 << 2 | 1);
	EXEC(&m, 0x28u << 23 | 2, (AT_DATA + 0x600) | 1, 0, 0xabcd);
	check_eq("report id", peek(&m, AT_DATA + 0x600), 0xabcd);
	check_eq("timestamp", peek(&m, AT_DATA + 0x604) != 0, 1);
	check_eq("context", peek(&m, AT_DATA + 0x608), 1);
	check_eq("256 bytes", peek(&m, AT_DATA + 0x6fc), 0);
	check_eq("no more", peek(&m, AT_DATA + 0x700), 0x99);
	poke(&m, AT_DATA + 0x640, 0x99);
	mmio_write32(&m.gpu, 0x2b00, 7 << 2 | 1);
	EXEC(&m, 0x28u << 23 | 2, (AT_DATA + 0x600) | 1, 0, 0xabce);
	check_eq("report id", peek(&m, AT_DATA + 0x600), 0xabce);
	check_eq("64 bytes in format 7", peek(&m, AT_DATA + 0x640), 0x99);
	BATCH(&m, 0x28u << 23 | 2, (AT_DATA + 0x600) | 1, 0, 0xabcf);
	check_eq("GGTT from a non-secure batch", peek(&m, AT_DATA + 0x600), 0xabce);
	test_done("MI_REPORT_PERF_COUNT");
}

static void copies(void)
{
	poke(&m, AT_DATA + 0x40, 0x1f2e3d4c);
	EXEC(&m, 0x2eu << 23 | 1 << 22 | 1 << 21 | 3, AT_DATA + 0x44, 0, AT_DATA + 0x40, 0);
	check_eq("copied", peek(&m, AT_DATA + 0x44), 0x1f2e3d4c);
	EXEC(&m, 0x07u << 23);
	check_eq("head reported", peek(&m, AT_HWSP + 4) != 0, 1);
	EXEC(&m, 0x23u << 23 | 2, 0x8000, 0x00171001, 0);
	check_eq("GGTT entry", m.gpu.gtt[8], 0x171001);
	test_done("MI_COPY_MEM_MEM, MI_REPORT_HEAD, MI_UPDATE_GTT");
	m.gpu.gtt[8] = 0;
}

static void predicates(void)
{
	EXEC(&m, LRI | 7, 0x2400, 5, 0x2404, 0, 0x2408, 5, 0x240c, 0);
	EXEC(&m, 0x0cu << 23 | 2 << 6 | 2);		/* load, sources equal */
	check_eq("equal", *gpu_reg(&m.gpu, 0x2418), 1);
	EXEC(&m, LRI | 1, 0x2408, 6);
	EXEC(&m, 0x0cu << 23 | 3 << 6 | 2);		/* load inverted */
	check_eq("inverted", *gpu_reg(&m.gpu, 0x2418), 1);
	EXEC(&m, 0x0cu << 23 | 2 << 6 | 2);
	check_eq("not equal", *gpu_reg(&m.gpu, 0x2418), 0);
	poke(&m, AT_DATA + 0x50, 0);
	EXEC(&m, 0x01u << 23 | 15, SDI | GGTT | 2, AT_DATA + 0x50, 0, 1, 0x01u << 23,
	     SDI | GGTT | 2, AT_DATA + 0x54, 0, 2);
	check_eq("skipped", peek(&m, AT_DATA + 0x50), 0);
	check_eq("not skipped", peek(&m, AT_DATA + 0x54), 2);
	test_done("MI_PREDICATE, MI_SET_PREDICATE");
}

/* Whether a store runs behind MI_SET_PREDICATE of that kind. */
static bool runs(unsigned int kind)
{
	poke(&m, AT_DATA + 0x58, 0);
	EXEC(&m, 0x01u << 23 | kind, SDI | GGTT | 2, AT_DATA + 0x58, 0, 1, 0x01u << 23, 0);
	return peek(&m, AT_DATA + 0x58);
}

static void set_predicate(void)
{
	*gpu_reg(&m.gpu, 0x23bc) = 1;
	check_eq("1: RESULT_2 set", runs(1), true);
	check_eq("2: RESULT_2 set", runs(2), false);
	*gpu_reg(&m.gpu, 0x23bc) = 0;
	check_eq("1: RESULT_2 clear", runs(1), false);
	check_eq("2: RESULT_2 clear", runs(2), true);
	EXEC(&m, LRI | 1, 0x2418, 1);	/* it travels with the context */
	check_eq("3: RESULT set", runs(3), true);
	check_eq("4: RESULT set", runs(4), false);
	EXEC(&m, LRI | 1, 0x2418, 0);
	check_eq("3: RESULT clear", runs(3), false);
	check_eq("4: RESULT clear", runs(4), true);
	check_eq("5: one slice", runs(5), true);
	check_eq("6: two slices", runs(6), false);
	check_eq("7: three slices", runs(7), false);
	test_done("MI_SET_PREDICATE, all kinds");
}

static void nesting(void)
{
	BATCH(&m, SDI | 2, PP_DATA + 0x60, 0, 7);
	check_eq("batch ran", peek(&m, AT_DATA + 0x60), 7);
	check_eq("over", m.e->in_batch, false);
	/* second level at +0x100 of the batch, then on in the first */
	poke(&m, AT_BATCH + 0x100, SDI | 2);
	poke(&m, AT_BATCH + 0x104, PP_DATA + 0x64);
	poke(&m, AT_BATCH + 0x108, 0);
	poke(&m, AT_BATCH + 0x10c, 8);
	poke(&m, AT_BATCH + 0x110, 0x05000000);
	BATCH(&m, 0x31u << 23 | 1 << 22 | 1 << 8 | 1, PP_BATCH + 0x100, 0, SDI | 2,
	      PP_DATA + 0x68, 0, 9);
	check_eq("second level", peek(&m, AT_DATA + 0x64), 8);
	check_eq("first level went on", peek(&m, AT_DATA + 0x68), 9);
	check_eq("start address of the first", reg_of(&m, 0x150), PP_BATCH);
	poke(&m, AT_DATA + 0x64, 0);
	poke(&m, AT_DATA + 0x70, 5);
	poke(&m, AT_DATA + 0x74, 0);
	/* ends while memory (5) is not greater than 5 */
	BATCH(&m, 0x36u << 23 | 1 << 21 | 2, 5, PP_DATA + 0x70, 0, SDI | 2, PP_DATA + 0x74, 0, 1);
	check_eq("ended", peek(&m, AT_DATA + 0x74), 0);
	BATCH(&m, 0x36u << 23 | 1 << 21 | 2, 4, PP_DATA + 0x70, 0, SDI | 2, PP_DATA + 0x74, 0, 1);
	check_eq("went on", peek(&m, AT_DATA + 0x74), 1);
	/* data 0x1234 under mask 0xff is 0x34 */
	poke(&m, AT_DATA + 0x78, 0x1234);
	poke(&m, AT_DATA + 0x7c, 0xff);
	BATCH(&m, 0x36u << 23 | 5 << 19 | 2, 0x33, PP_DATA + 0x78, 0,
	      SDI | 2, PP_DATA + 0x74, 0, 2);
	check_eq("0x34 is greater", peek(&m, AT_DATA + 0x74), 2);
	BATCH(&m, 0x36u << 23 | 5 << 19 | 2, 0x34, PP_DATA + 0x78, 0,
	      SDI | 2, PP_DATA + 0x74, 0, 3);
	check_eq("not than itself", peek(&m, AT_DATA + 0x74), 2);
	EXEC(&m, LRI | 1, base + 0x158, 0x40, 0, 0x31u << 23 | 1 << 16 | 1 << 8 | 1,
	     PP_BATCH + 0xc0, 0);
	check_eq("start with the offset added", peek(&m, AT_DATA + 0x64), 8);
	check_eq("start address", reg_of(&m, 0x150), PP_BATCH + 0x100);
	test_done("batches, second level, conditional end");
}

static void post_sync(void)
{
	EXEC(&m, 0x7a000004, 1 << 24 | 1 << 14, AT_DATA + 0x80, 0, 0xaaaa, 0xbbbb);
	check_eq("qword", peek64(&m, AT_DATA + 0x80), 0xbbbb0000aaaaull);
	EXEC(&m, 0x7a000004, 1 << 21 | 1 << 14, 0x300, 0, 0xcc, 0);
	check_eq("index into the context's status page", peek(&m, AT_CONTEXT + 0x300), 0xcc);
	EXEC(&m, 0x7a000004, 1 << 23, GPR(7), 0, 0xdd, 0);
	check_eq("register write", reg_of(&m, 0x638), 0xdd);
	poke64(&m, AT_DATA + 0x88, 0);
	EXEC(&m, 0x7a000004, 1 << 24 | 3 << 14, AT_DATA + 0x88, 0, 0, 0);
	check_eq("timestamp", peek64(&m, AT_DATA + 0x88) != 0, 1);
	test_done("PIPE_CONTROL");
}

static void privilege(void)
{
	uint64_t before = log_count(LOG_PRIV);

	*gpu_reg(&m.gpu, 0x2050) = 0x8;
	BATCH(&m, LRI | 1, 0x2050, 0x00070007);
	check_eq("forbidden register", *gpu_reg(&m.gpu, 0x2050), 0x8);
	check_eq("is logged", log_count(LOG_PRIV) > before, 1);
	BATCH(&m, LRI | 1, GPR(4), 0x4444);
	check_eq("general purpose register", reg_of(&m, 0x620), 0x4444);
	BATCH(&m, LRI | 1, 0x22d8, 0x4445);
	check_eq("statistics register", *gpu_reg(&m.gpu, 0x22d8), 0x4445);
	mmio_write32(&m.gpu, base + 0x4d0, 0x2050);
	BATCH(&m, LRI | 1, 0x2050, 0x00070007);
	check_eq("allowed by a slot", *gpu_reg(&m.gpu, 0x2050), 0xf);
	poke(&m, AT_DATA + 0x90, 3);
	BATCH(&m, SDI | GGTT | 2, AT_DATA + 0x90, 0, 4);
	check_eq("GGTT operand", peek(&m, AT_DATA + 0x90), 3);
	BATCH(&m, 0x7a000004, 1 << 24 | 1 << 14, AT_DATA + 0x90, 0, 4, 0);
	check_eq("GGTT post-sync", peek(&m, AT_DATA + 0x90), 3);
	BATCH(&m, 0x23u << 23 | 2, 0x8000, 0x00171001, 0);
	check_eq("MI_UPDATE_GTT", m.gpu.gtt[8], 0);
	BATCH(&m, 0x08u << 23);
	check_eq("MI_ARB_ON_OFF", m.e->arb_off, false);
	BATCH(&m, 0x31u << 23 | 1, AT_BATCH + 0x200, 0);
	check_eq("GGTT batch is taken from the PPGTT", m.e->hung, true);
	test_done("non-secure batches on the render engine");
}

static void bad_commands(void)
{
	mmio_write32(&m.gpu, 0x941c, 1);
	mmio_write32(&m.gpu, base + 0x29c, 0x80008000);
	mmio_write32(&m.gpu, base + 0x80, AT_HWSP);
	mmio_write32(&m.gpu, base + 0xb4, 0xfffffffe);
	make_context(&m, AT_CONTEXT, AT_RING, AT_PML4);
	m.tail = 0;
	EXEC(&m, 0x04u << 23);
	check_eq("MI_FLUSH goes on", m.e->hung, false);
	EXEC(&m, 0x3fu << 23);
	check_eq("engine stopped", m.e->hung, true);
	check_eq("instruction error", reg_of(&m, 0xb0), 1);
	check_eq("header kept", reg_of(&m, 0x68), 0x3fu << 23);
	check_eq("at its address", mmio_read32(&m.gpu, base + 0x74), AT_RING + 8);
	mmio_write32(&m.gpu, 0x941c, 1 << 1);
	check_eq("reset heals", m.e->hung, false);
	test_done("unknown command");
}

/* A register that belongs to no engine is one for all: PPAT, written by one, read by another. */
static void shared_registers(void)
{
	struct engine *render = m.e;

	*gpu_reg(&m.gpu, 0x40e0) = 0;
	EXEC(&m, LRI | 1, 0x40e0, 0x00030907);
	m.e = &m.gpu.engine[BCS];
	make_context(&m, AT_CONTEXT2, AT_RING2, AT_PML4);
	mmio_write32(&m.gpu, 0x2229c, 0x80008000);
	mmio_write32(&m.gpu, 0x2209c, 0x01000000);
	mmio_write32(&m.gpu, 0x22080, AT_HWSP + 0x1000);
	poke(&m, AT_RING2, SRM | GGTT);
	poke(&m, AT_RING2 + 4, 0x40e0);
	poke(&m, AT_RING2 + 8, AT_DATA + 0x98);
	poke(&m, AT_RING2 + 12, 0);
	set_tail(&m, AT_CONTEXT2, 16);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	m.e = render;
	check_eq("what the render engine wrote", peek(&m, AT_DATA + 0x98), 0x00030907);
	test_done("GT registers are shared by all engines");
}

/* A slot that one context set lets the next one's batch through: it is in no image. */
static void slots_stay(void)
{
	mmio_write32(&m.gpu, base + 0x4d4, 0);
	EXEC(&m, LRI | 1, base + 0x4d4, 0x2054);
	BATCH(&m, LRI | 1, 0x2054, 0x123);
	check_eq("the context that set it", *gpu_reg(&m.gpu, 0x2054), 0x123);
	poke(&m, AT_BATCH, LRI | 1);
	poke(&m, AT_BATCH + 4, 0x2054);
	poke(&m, AT_BATCH + 8, 0x456);
	poke(&m, AT_BATCH + 12, 0x05000000);
	make_context(&m, AT_CONTEXT2, AT_RING2, AT_PML4);
	poke(&m, AT_RING2, 0x18800101);
	poke(&m, AT_RING2 + 4, PP_BATCH);
	poke(&m, AT_RING2 + 8, 0);
	poke(&m, AT_RING2 + 12, 0);
	set_tail(&m, AT_CONTEXT2, 16);
	submit(&m, descriptor(AT_CONTEXT2, 9), 0);
	run(&m);
	check_eq("another one too", *gpu_reg(&m.gpu, 0x2054), 0x456);
	test_done("FORCE_TO_NONPRIV slots stay when the context changes");
}

static void blitter_hole(void)
{
	machine_fini(&m);
	machine_init(&m, "skl", BCS);
	base = m.e->base;
	*gpu_reg(&m.gpu, 0x22050) = 0;
	BATCH(&m, LRI | 1, 0x22050, 0x00010001);
	check_eq("BCS does not check registers", *gpu_reg(&m.gpu, 0x22050), 1);
	EXEC(&m, 0x26u << 23 | 1 << 14 | 2, AT_DATA | 4, 0, 0x77);
	check_eq("MI_FLUSH_DW through the GGTT", peek(&m, AT_DATA), 0x77);
	EXEC(&m, 0x26u << 23 | 1 << 21 | 1 << 14 | 2, 0x340, 0, 0x88);
	check_eq("MI_FLUSH_DW by index", peek(&m, AT_CONTEXT + 0x340), 0x88);
	/* XY_COLOR_BLT, 32 bits: 2 by 1 pixels at PP_DATA + 0x100 */
	BATCH(&m, 0x54300005, 0x03f00000 | 64, 0, 0x00010002, PP_DATA + 0x100, 0, 0xff00ff00);
	check_eq("drawn", peek64(&m, AT_DATA + 0x100), 0xff00ff00ff00ff00ull);
	check_eq("no more", peek(&m, AT_DATA + 0x108), 0);
	test_done("blitter: register hole, flush, fill");
}

int main(void)
{
	log_open("/dev/null", false, false);
	machine_init(&m, "skl", RCS);
	base = m.e->base;
	stores();
	registers();
	arithmetic();
	atomics();
	wide_atomics();
	byte_disables();
	urb();
	report_perf();
	copies();
	predicates();
	set_predicate();
	nesting();
	post_sync();
	shared_registers();
	slots_stay();
	privilege();
	bad_commands();
	blitter_hole();
	machine_fini(&m);
	return test_summary();
}
