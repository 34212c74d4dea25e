// SPDX-License-Identifier: GPL-2.0
/*
 * What a driver finds around its engines: forcewake (i915 intel_uncore.c), the pcode mailbox
 * (intel_pcode.c), reset domains and RESET_CTL (gt/intel_reset.c), the workaround batches of a
 * context (gt/intel_lrc.c, lrc_setup_indirect_ctx; gt/intel_engine_regs.h).
 */
#include "reset.h"
#include "test_util.h"
#include "util.h"

#define GDRST 0x941c
#define AT_INDIRECT AT_BATCH
#define AT_PER_CTX (AT_BATCH + 0x1000)

static struct machine m;

static uint32_t rd(uint32_t off)
{
	return mmio_read32(&m.gpu, off);
}

static void wr(uint32_t off, uint32_t val)
{
	mmio_write32(&m.gpu, off, val);
}

static void forcewake(void)
{
	static const struct {
		uint32_t request, ack;
	} domains[] = { { 0xa278, 0xd84 }, { 0xa270, 0xd88 }, { 0xa188, 0x130044 } };
	unsigned int i;

	machine_init(&m, "skl", RCS);
	for (i = 0; i < ARRAY_SIZE(domains); i++) {
		check_eq("asleep", rd(domains[i].ack) & 1, 0);
		wr(domains[i].request, 0x00010001);
		check_eq("awake", rd(domains[i].ack) & 1, 1);
		wr(domains[i].request, 0x80008000);		/* the fallback's bit */
		check_eq("both", rd(domains[i].ack) & 0x8001, 0x8001);
		wr(domains[i].request, 0x00010000);
		check_eq("one let go", rd(domains[i].ack) & 0x8001, 0x8000);
		wr(domains[i].request, 0x00008000);		/* no mask: no change */
		check_eq("the mask decides", rd(domains[i].ack) & 0x8001, 0x8000);
		wr(domains[i].request, 0x80000000);
		check_eq("asleep again", rd(domains[i].ack) & 0x8001, 0);
	}
	machine_fini(&m);
	test_done("forcewake");
}

static uint32_t pcode(uint32_t command, uint32_t data)
{
	wr(0x138128, data);
	wr(0x138124, 0x80000000u | command);
	check_eq("not busy", rd(0x138124) >> 31, 0);
	return rd(0x138124);
}

static void pcode_mailbox(void)
{
	machine_init(&m, "skl", RCS);
	check_eq("frequency table", pcode(0x09, 24), 0);
	check_eq("ring as GT", rd(0x138128), 24 << 8 | 24);
	check_eq("ready for a display clock change", pcode(0x07, 3), 0);
	check_eq("ready", rd(0x138128) & 1, 1);
	check_eq("memory latency", pcode(0x06, 0), 0);
	check_eq("of levels 0 to 3: 2, 6, 7, 10 us", rd(0x138128), 0x0a070602);
	check_eq("memory latency", pcode(0x06, 1), 0);
	check_eq("of levels 4 to 7: 15, 15, 20, 30 us", rd(0x138128), 0x1e140f0f);
	check_eq("overclocking", pcode(0x0c, 5), 0);
	check_eq("none", rd(0x138128), 0);
	check_eq("efficient frequency", pcode(0x1a, 0), 0);
	check_eq("that of RP_STATE_CAP", rd(0x138128), rd(0x145998) & 0xff00);
	check_eq("RC6 voltages", pcode(0x05, 0x123), 0);
	check_eq("SAGV", pcode(0x21, 0), 0);
	check_eq("off", rd(0x138128), 1);
	wr(0x138124, 0x12);
	check_eq("no command without bit 31", rd(0x138124), 0x12);
	check_eq("unknown command: illegal", pcode(0x7f, 0), 1);
	machine_fini(&m);
	test_done("pcode mailbox");
}

static void mark(void)
{
	wr(0x2080, 0x00111000);
	wr(0x22080, 0x00222000);
	wr(0x12080, 0x00333000);
	wr(0x1a080, 0x00444000);
	wr(0x4f000, 0x55);
	wr(0x70180, 0x66);
}

static void reset_domains(void)
{
	machine_init(&m, "skl", RCS);
	mark();
	wr(GDRST, 1 << 1);
	check_eq("done", rd(GDRST), 0);
	check_eq("render: its status page", rd(0x2080), 0);
	check_eq("not the blitter's", rd(0x22080), 0x00222000);
	mark();
	wr(GDRST, 1 << 3);
	check_eq("blitter's", rd(0x22080), 0);
	check_eq("not render's", rd(0x2080), 0x00111000);
	mark();
	wr(GDRST, 1 << 2 | 1 << 4);
	check_eq("video's", rd(0x12080), 0);
	check_eq("enhancement's", rd(0x1a080), 0);
	check_eq("not render's", rd(0x2080), 0x00111000);
	mark();
	wr(GDRST, 1);
	check_eq("all: render", rd(0x2080), 0);
	check_eq("blitter", rd(0x22080), 0);
	check_eq("video", rd(0x12080), 0);
	check_eq("enhancement", rd(0x1a080), 0);
	check_eq("but not the display", rd(0x70180), 0x66);
	machine_fini(&m);
	test_done("reset domains");
}

static void ready_to_reset(void)
{
	machine_init(&m, "skl", BCS);
	check_eq("not asked", rd(0x220d0) & 3, 0);
	wr(0x220d0, 0x00010001);
	check_eq("ready", rd(0x220d0) & 3, 3);
	EXEC(&m, 0x10400002, AT_DATA, 0, 0x77);
	check_eq("runs nothing meanwhile", peek(&m, AT_DATA), 0);
	wr(0x220d0, 0x00010000);
	check_eq("taken back", rd(0x220d0) & 3, 0);
	run(&m);
	check_eq("goes on", peek(&m, AT_DATA), 0x77);
	machine_fini(&m);
	test_done("RESET_CTL");
}

#define WAITS (0x1cu << 23 | 1 << 22 | 1 << 15 | 4 << 12 | 2)	/* for equality, polling */

/* ACTHD, INSTDONE and MI_MODE's idle bit; the batch is beyond 4 GiB, in the page of PP_BATCH. */
static void engine_tells(void)
{
	machine_init(&m, "skl", RCS);
	check_eq("all units are done", rd(0x206c), 0xffffffff);
	check_eq("idle", rd(0x209c) & 0x200, 0x200);
	EXEC(&m, WAITS, 1, AT_DATA, 0);
	check_eq("waits: the ring unit is not done", rd(0x206c), 0xfffffffe);
	check_eq("not idle", rd(0x209c) & 0x200, 0);
	check_eq("in the ring", rd(0x2074), AT_RING);
	check_eq("below 4 GiB", rd(0x205c), 0);
	poke(&m, AT_DATA, 1);
	run(&m);
	check_eq("done again", rd(0x206c), 0xffffffff);
	check_eq("idle again", rd(0x209c) & 0x200, 0x200);
	poke64(&m, AT_PML4 + 0x1000 + 4 * 8, peek64(&m, AT_PML4 + 0x1000));
	poke(&m, AT_BATCH, 0);
	poke(&m, AT_BATCH + 4, WAITS & ~BIT(22));
	poke(&m, AT_BATCH + 8, 2);
	poke(&m, AT_BATCH + 12, PP_DATA);
	poke(&m, AT_BATCH + 16, 0);
	poke(&m, AT_BATCH + 20, 0x05000000);
	EXEC(&m, 0x18800101, PP_BATCH, 1, 0);
	check_eq("in the batch", rd(0x2074), PP_BATCH + 4);
	check_eq("beyond 4 GiB", rd(0x205c), 1);
	machine_fini(&m);
	test_done("ACTHD, INSTDONE, MI_MODE");
}

/* What the VMM's reset of the device leaves: nothing of the display's either. */
static void device_reset(void)
{
	machine_init(&m, "skl", RCS);
	EXEC(&m, WAITS, 1, AT_DATA, 0);
	mark();
	m.gpu.gtt[9] = 0x171001;
	check_eq("an engine works", m.e->active, true);
	reset_device(&m.gpu);
	check_eq("it does not", m.e->active, false);
	check_eq("render", rd(0x2080), 0);
	check_eq("blitter", rd(0x22080), 0);
	check_eq("video", rd(0x12080), 0);
	check_eq("enhancement", rd(0x1a080), 0);
	check_eq("display", rd(0x70180), 0);
	check_eq("no interrupt stands", m.gpu.irq_line, false);
	poke(&m, AT_DATA, 1);
	run(&m);
	check_eq("nothing comes back", m.e->active, false);
	machine_fini(&m);
	test_done("reset of the device");
}

/* The image's first list, whole: 14 registers, as the layout has them. */
static void image_with_batches(uint32_t indirect, uint32_t per_ctx)
{
	const uint32_t list[][2] = {
		{ 0x244, 0x00090008 }, { 0x34, 0 }, { 0x30, 0 }, { 0x38, AT_RING }, { 0x3c, 1 },
		{ 0x168, 0 }, { 0x140, 0 }, { 0x110, 0x20 }, { 0x11c, 0 }, { 0x114, 0 },
		{ 0x118, 0 }, { 0x1c0, per_ctx }, { 0x1c4, indirect }, { 0x1c8, 0x340 },
	};
	unsigned int i;

	poke(&m, AT_CONTEXT + 0x1004, 0x1100101b);
	for (i = 0; i < ARRAY_SIZE(list); i++) {
		poke(&m, AT_CONTEXT + 0x1008 + 8 * i, m.e->base + list[i][0]);
		poke(&m, AT_CONTEXT + 0x100c + 8 * i, list[i][1]);
	}
}

static void store(uint32_t at, uint32_t where, uint32_t what)
{
	poke(&m, at, 0x10400002);			/* MI_STORE_DATA_IMM, GGTT */
	poke(&m, at + 4, where);
	poke(&m, at + 8, 0);
	poke(&m, at + 12, what);
}

static void context_batches(void)
{
	machine_init(&m, "skl", RCS);
	store(AT_INDIRECT, AT_DATA, 1);
	store(AT_INDIRECT + 16, AT_DATA + 4, 0x11);
	store(AT_INDIRECT + 64, AT_DATA + 8, 0xbad);	/* behind its one cache line */
	store(AT_PER_CTX, AT_DATA, 2);
	poke(&m, AT_PER_CTX + 16, 0x11000001);		/* privileged: RING_NONPRIV 0 */
	poke(&m, AT_PER_CTX + 20, 0x24d0);
	poke(&m, AT_PER_CTX + 24, 0x2580);
	poke(&m, AT_PER_CTX + 28, 0x05000000);
	store(AT_PER_CTX + 32, AT_DATA + 8, 0xbad);	/* behind its end */
	image_with_batches(AT_INDIRECT | 1, AT_PER_CTX | 1);
	EXEC(&m, 0x10400002, AT_DATA + 12, 0, 3);
	check_eq("indirect batch ran", peek(&m, AT_DATA + 4), 0x11);
	check_eq("then the per-context one", peek(&m, AT_DATA), 2);
	check_eq("each to its end", peek(&m, AT_DATA + 8), 0);
	check_eq("with privilege", rd(0x24d0), 0x2580);
	check_eq("then the ring", peek(&m, AT_DATA + 12), 3);
	poke(&m, AT_DATA, 0);
	poke(&m, AT_DATA + 4, 0);
	EXEC(&m, 0);
	check_eq("at each restore", peek(&m, AT_DATA + 4), 0x11);
	check_eq("both", peek(&m, AT_DATA), 2);
	machine_fini(&m);
	machine_init(&m, "skl", RCS);
	store(AT_INDIRECT, AT_DATA, 1);
	store(AT_PER_CTX, AT_DATA, 2);
	image_with_batches(AT_INDIRECT, AT_PER_CTX);	/* size 0, valid bit clear */
	EXEC(&m, 0x10400002, AT_DATA + 12, 0, 3);
	check_eq("neither", peek(&m, AT_DATA), 0);
	check_eq("the ring", peek(&m, AT_DATA + 12), 3);
	machine_fini(&m);
	test_done("indirect-context and per-context batches");
}

/* Its offset is byte 0x340 of page 1: what is restored later overrules the batch. */
static void batch_in_the_middle(void)
{
	const uint32_t before[] = { 0x11000001, 0x2600, 5 };
	const uint32_t behind[] = { 0x11000001, 0x7014, 0xffff1000 };
	const uint32_t batch[] = { 0x11000003, 0x2600, 6, 0x7014, 0x10000000 };
	unsigned int i;

	machine_init(&m, "skl", RCS);
	for (i = 0; i < 3; i++) {
		poke(&m, AT_CONTEXT + 0x1000 + 4 * (81 + i), before[i]);
		poke(&m, AT_CONTEXT + 0x2000 + 4 * (1 + i), behind[i]);
	}
	for (i = 0; i < ARRAY_SIZE(batch); i++)
		poke(&m, AT_INDIRECT + 4 * i, batch[i]);
	image_with_batches(AT_INDIRECT | 1, 0);
	EXEC(&m, 0);
	check_eq("restored before", rd(0x2600), 6);
	check_eq("restored behind", rd(0x7014) & 0xffff, 0x1000);
	machine_fini(&m);
	test_done("the indirect-context batch runs at its offset of the restore");
}

int main(void)
{
	log_open("/dev/null", false, false);
	forcewake();
	pcode_mailbox();
	reset_domains();
	ready_to_reset();
	engine_tells();
	device_reset();
	context_batches();
	batch_in_the_middle();
	return test_summary();
}
