// SPDX-License-Identifier: GPL-2.0
/*
 * MI commands of Gen8/Gen9: table and execution.
 *
 * Opcodes and fields: i915 gt/intel_gpu_commands.h and i915_cmd_parser.c (lengths), Mesa
 * src/intel/genxml/gen9.xml (all instructions MI_*). Inferred, as the sources name only the fields:
 * that URB commands move 64 bytes (their addresses are aligned so) and MI_REPORT_PERF_COUNT
 * writes whether or not OA counts; what a conditional end masks; that a pre-decrement returns the
 * new value; that a semaphore signal which finds nobody waiting is lost. Which commands need
 * privilege: i915 i915_cmd_parser.c (comments on what hardware itself refuses), and inferred
 * where that is silent.
 */
#include "cmd.h"

#include <string.h>

#include "cache.h"
#include "fault.h"
#include "gpu.h"
#include "gtt.h"
#include "irq.h"
#include "alu.h"
#include "timestamp.h"
#include "util.h"

#define USE_GGTT BIT(22)
#define ADDR_MASK 0xfffffffffffcull
#define REG_MASK 0x7ffffcu
#define ATOMIC_RETURN BIT(16)
#define ATOMIC_PREDEC 0x0f

#define RCS_ONLY BIT(CLASS_RENDER)
#define NOT_RCS (BIT(CLASS_COPY) | BIT(CLASS_VIDEO) | BIT(CLASS_ENHANCE))

static uint64_t address(const uint32_t *cmd)
{
	return (cmd[0] | (uint64_t)cmd[1] << 32) & ADDR_MASK;
}

/*
 * Which address space a command's memory operand is in. False: it may not go there; the command
 * is then a no-op.
 */
static bool operand_space(struct engine *e, bool ggtt, enum address_space *space)
{
	if (!ggtt) {
		*space = SPACE_PPGTT;
		return true;
	}
	*space = SPACE_GGTT;
	if (cs_privileged(e))
		return true;
	log_line(LOG_PRIV, "%s context %#x: GGTT operand in a non-secure batch at %#llx, ignored",
		 e->name, engine_context_id(e), (unsigned long long)e->exec_addr);
	return false;
}

static enum cs_next done(int ret)
{
	return ret ? CS_HUNG : CS_ADVANCE;
}

static enum cs_next mi_noop(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)ndw;
	if (cmd[0] & 1u << 22)
		*gpu_reg(e->gpu, e->base + 0x94) = cmd[0] & 0x3fffff;
	return CS_ADVANCE;
}

static enum cs_next mi_nothing(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)e;
	(void)cmd;
	(void)ndw;
	return CS_ADVANCE;
}

static enum cs_next mi_set_predicate(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	bool result2 = *gpu_reg(e->gpu, e->base + 0x3bc) & 1;
	bool result = *gpu_reg(e->gpu, e->base + 0x418) & 1;
	unsigned int what = cmd[0] & 0xf;
	unsigned int slices = (unsigned int)__builtin_popcount(e->gpu->model->fuse2 >> 25 & 7);

	(void)ndw;
	switch (what) {
	case 0:
	case 15:
		e->predicate_off = what;
		break;
	case 1:				/* skips where the result is clear, or set */
	case 2:
		e->predicate_off = result2 == (what == 2);
		break;
	case 3:
	case 4:
		e->predicate_off = result == (what == 4);
		break;
	case 5:				/* executes with that many slices */
	case 6:
	case 7:
		e->predicate_off = slices != what - 4;
		break;
	default:
		engine_report(e, LOG_CMD, "reserved predicate of MI_SET_PREDICATE");
	}
	return CS_ADVANCE;
}

static enum cs_next mi_user_interrupt(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)cmd;
	(void)ndw;
	irq_raise(e, IRQ_USER);
	return CS_ADVANCE;
}

static enum cs_next mi_report_head(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint64_t hwsp = *gpu_reg(e->gpu, e->base + 0x80) & 0xfffff000u;
	uint32_t head = *gpu_reg(e->gpu, e->base + 0x34);

	(void)cmd;
	(void)ndw;
	return done(gtt_write(e, SPACE_GGTT, hwsp + 4, &head, sizeof(head)));
}

static enum cs_next mi_arb_on_off(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)ndw;
	e->arb_off = !(cmd[0] & 1);
	return CS_ADVANCE;
}

static enum cs_next mi_batch_buffer_end(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)cmd;
	(void)ndw;
	return cs_batch_end(e);
}

/* Load and combine operations: genxml MI_PREDICATE. */
static enum cs_next mi_predicate(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint32_t *src = gpu_reg(e->gpu, e->base + 0x400);
	uint32_t *result = gpu_reg(e->gpu, e->base + 0x418);
	uint64_t a = src[0] | (uint64_t)src[1] << 32, b = src[2] | (uint64_t)src[3] << 32;
	uint64_t data = src[4] | (uint64_t)src[5] << 32;
	bool cmp, old = *result & 1;

	(void)ndw;
	switch (cmd[0] & 3) {
	case 0:
		cmp = true;
		break;
	case 1:
		cmp = false;
		break;
	case 2:
		cmp = a == b;
		break;
	default:
		cmp = a - b == data;
		break;
	}
	switch (cmd[0] >> 3 & 3) {
	case 1:
		cmp = cmp && old;
		break;
	case 2:
		cmp = cmp || old;
		break;
	case 3:
		cmp = cmp != old;
		break;
	}
	switch (cmd[0] >> 6 & 3) {
	case 2:
		*result = cmp;
		break;
	case 3:
		*result = !cmp;
		break;
	}
	return CS_ADVANCE;
}

static enum cs_next mi_math(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	if (alu_execute(e, cmd + 1, ndw - 1)) {
		fault_bad_command(e, "MI_MATH with an unknown operation");
		return CS_HUNG;
	}
	return CS_ADVANCE;
}

/* SAD_* of bits 14:12: memory (or register) compared with the data dword. */
static bool semaphore_passes(unsigned int op, uint32_t mem, uint32_t data)
{
	switch (op) {
	case 0:
		return mem > data;
	case 1:
		return mem >= data;
	case 2:
		return mem < data;
	case 3:
		return mem <= data;
	case 4:
		return mem == data;
	case 5:
		return mem != data;
	default:
		return true;
	}
}

static enum cs_next semaphore_fails(struct engine *e, bool signal_mode)
{
	if (e->wait != WAIT_SEMAPHORE) {
		e->wait = WAIT_SEMAPHORE;
		e->semaphore_since = now_ns();
		e->semaphore_signal = signal_mode;
		irq_raise(e, IRQ_WAIT_SEMAPHORE);
	}
	return CS_WAIT;
}

/* Bit 16: compares a register; bit 15: polls, else it looks again when it is signalled. */
static enum cs_next mi_semaphore_wait(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	bool signal_mode = !(cmd[0] & 1u << 15);
	enum address_space space;
	uint32_t val;

	(void)ndw;
	if (signal_mode && e->wait == WAIT_SEMAPHORE && !e->signalled)
		return CS_WAIT;
	e->signalled = false;
	if (cmd[0] & 1u << 16) {
		val = cs_reg_read(e, cmd[2] & REG_MASK);
	} else {
		if (!operand_space(e, cmd[0] & USE_GGTT, &space))
			return CS_ADVANCE;
		if (gtt_read(e, space, address(cmd + 2), &val, sizeof(val)))
			return CS_HUNG;
	}
	if (!semaphore_passes(cmd[0] >> 12 & 7, val, cmd[1]))
		return semaphore_fails(e, signal_mode);
	e->wait = WAIT_NONE;
	return CS_ADVANCE;
}

/* Wakes a context that waits in signal mode; nothing is written, nothing is remembered. */
static enum cs_next mi_semaphore_signal(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	static const enum engine_id target[8] = {
		RCS, VCS0, BCS, VECS, VCS1, NUM_ENGINES, NUM_ENGINES, NUM_ENGINES,
	};
	enum engine_id id = target[cmd[0] >> 15 & 7];
	struct engine *to;

	(void)ndw;
	if (id == NUM_ENGINES || !e->gpu->engine[id].present) {
		engine_report(e, LOG_CMD, "MI_SEMAPHORE_SIGNAL to no engine");
		return CS_ADVANCE;
	}
	to = &e->gpu->engine[id];
	if (to->active && engine_context_id(to) == cmd[1])
		to->signalled = true;
	return CS_ADVANCE;
}

static enum cs_next mi_store_data_imm(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	enum address_space space;

	if (!operand_space(e, cmd[0] & USE_GGTT, &space))
		return CS_ADVANCE;
	if (cmd[0] & 1u << 21 && ndw < 5) {
		fault_bad_command(e, "MI_STORE_DATA_IMM qword with one dword");
		return CS_HUNG;
	}
	if (ndw == 5 && !(cmd[0] & 1u << 21))
		engine_report(e, LOG_CMD, "MI_STORE_DATA_IMM of two dwords without bit 21");
	return done(gtt_write(e, space, address(cmd + 1), cmd + 3, (ndw - 3) * 4));
}

static enum cs_next mi_store_data_index(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint64_t page = *gpu_reg(e->gpu, e->base + 0x80) & 0xfffff000u;

	if (cmd[0] & 1u << 21)				/* per-process status page */
		page = e->port[e->cur].desc & 0xfffff000u;
	return done(gtt_write(e, SPACE_GGTT, page + (cmd[1] & 0xffc), cmd + 2, (ndw - 2) * 4));
}

/* Bits 11:8 disable the write of single bytes. */
static enum cs_next mi_load_register_imm(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint32_t keep = 0, off, val;
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (cmd[0] >> (8 + i) & 1)
			keep |= 0xffu << 8 * i;
	for (i = 1; i + 1 < ndw; i += 2) {
		off = cmd[i] & REG_MASK;
		val = cmd[i + 1];
		if (keep)
			val = (val & ~keep) | (*gpu_reg(e->gpu, off) & keep);
		cs_reg_write(e, off, val);
	}
	return CS_ADVANCE;
}

/* The resource streamer's store; always through the PPGTT. */
static enum cs_next mi_rs_store_data_imm(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)ndw;
	return done(gtt_write(e, SPACE_PPGTT, address(cmd + 1), cmd + 3, sizeof(uint32_t)));
}

#define URB_BYTES 64
#define MEM_64B 0xffffffffffc0ull

static enum cs_next mi_load_urb_mem(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	unsigned int at = cmd[1] >> 2 & (URB_DWORDS - 1), i;
	uint32_t data[URB_BYTES / 4];

	(void)ndw;
	if (gtt_read(e, SPACE_PPGTT, address(cmd + 2) & MEM_64B, data, URB_BYTES))
		return CS_HUNG;
	for (i = 0; i < URB_BYTES / 4; i++)
		e->urb[(at + i) % URB_DWORDS] = data[i];
	return CS_ADVANCE;
}

static enum cs_next mi_store_urb_mem(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	unsigned int at = cmd[1] >> 2 & (URB_DWORDS - 1), i;
	uint32_t data[URB_BYTES / 4];

	(void)ndw;
	for (i = 0; i < URB_BYTES / 4; i++)
		data[i] = e->urb[(at + i) % URB_DWORDS];
	return done(gtt_write(e, SPACE_PPGTT, address(cmd + 2) & MEM_64B, data, URB_BYTES));
}

#define REG_OACONTROL 0x2b00
#define REPORT_MAX 256

/*
 * Report of the OA unit: id, timestamp, context, clock, and counters that stay 0. Sizes by the
 * format in OACONTROL: i915 i915_perf.c (oa_formats).
 */
static enum cs_next mi_report_perf_count(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	static const uint16_t size[8] = { 64, 64, 128, 64, 64, 256, 128, 64 };
	uint32_t report[REPORT_MAX / 4] = { 0 };
	enum address_space space;

	(void)ndw;
	if (!operand_space(e, cmd[1] & 1, &space))
		return CS_ADVANCE;
	report[0] = cmd[3];
	report[1] = (uint32_t)timestamp_now(e->gpu);
	report[2] = engine_context_id(e);
	report[3] = report[1];
	return done(gtt_write(e, space, address(cmd + 1) & MEM_64B, report,
			      size[*gpu_reg(e->gpu, REG_OACONTROL) >> 2 & 7]));
}

static enum cs_next mi_update_gtt(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint64_t index = (cmd[1] & ~0xfffu) >> 12, pte;
	unsigned int i;

	for (i = 2; i + 1 < ndw && index < GTT_ENTRIES; i += 2, index++) {
		pte = cmd[i] | (uint64_t)cmd[i + 1] << 32;
		__atomic_store_n(&e->gpu->gtt[index], pte, __ATOMIC_RELAXED);
	}
	gtt_flush_all(e->gpu, TLB_FLUSH_GGTT);
	return CS_ADVANCE;
}

static enum cs_next mi_store_register_mem(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	enum address_space space;
	uint32_t val;

	(void)ndw;
	if (cmd[0] & 1u << 21 && !(*gpu_reg(e->gpu, e->base + 0x418) & 1))
		return CS_ADVANCE;			/* predicated */
	if (!operand_space(e, cmd[0] & USE_GGTT, &space))
		return CS_ADVANCE;
	val = cs_reg_read(e, cmd[1] & REG_MASK);
	return done(gtt_write(e, space, address(cmd + 2), &val, sizeof(val)));
}

static enum cs_next mi_load_register_mem(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	enum address_space space;
	uint32_t val;

	(void)ndw;
	if (!operand_space(e, cmd[0] & USE_GGTT, &space))
		return CS_ADVANCE;
	if (gtt_read(e, space, address(cmd + 2), &val, sizeof(val)))
		return CS_HUNG;
	cs_reg_write(e, cmd[1] & REG_MASK, val);
	return CS_ADVANCE;
}

static enum cs_next mi_load_register_reg(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)ndw;
	cs_reg_write(e, cmd[2] & REG_MASK, cs_reg_read(e, cmd[1] & REG_MASK));
	return CS_ADVANCE;
}

/* Bits 15:14 post-sync (1 qword, 3 timestamp), 21 index into the status page, 18 TLB, 8 notify. */
static enum cs_next mi_flush_dw(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint32_t op = cmd[0] >> 14 & 3;
	uint64_t addr = (cmd[1] | (uint64_t)(ndw > 2 ? cmd[2] : 0) << 32) & 0xfffffffffff8ull;
	enum address_space space;
	uint64_t data;
	int ret = 0;

	cache_flush(e);
	if (cmd[0] & 1u << 18) {
		if (op == 1 || op == 3)
			gtt_flush_engine(e, TLB_FLUSH_ALL);
		else
			engine_report(e, LOG_CMD, "MI_FLUSH_DW TLB bit without post-sync");
	}
	if (op == 2)
		engine_report(e, LOG_CMD, "MI_FLUSH_DW with reserved post-sync 2");
	if (op == 1 || op == 3) {
		data = op == 3 ? timestamp_now(e->gpu) :
			(ndw > 3 ? cmd[3] : 0) | (uint64_t)(ndw > 4 ? cmd[4] : 0) << 32;
		if (cmd[0] & 1u << 21) {
			addr = (e->port[e->cur].desc & 0xfffff000u) + (addr & 0xff8);
			ret = gtt_write(e, SPACE_GGTT, addr, &data, sizeof(data));
		} else if (operand_space(e, cmd[1] & 4, &space)) {
			ret = gtt_write(e, space, addr, &data,
					op == 1 && ndw == 4 ? 4 : sizeof(data));
		}
	}
	if (!ret && cmd[0] & 1u << 8)
		irq_raise(e, IRQ_FLUSH_NOTIFY);
	return done(ret);
}

static enum cs_next mi_copy_mem_mem(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	enum address_space from, to;
	uint32_t val;

	(void)ndw;
	if (!operand_space(e, cmd[0] & 1u << 22, &from) ||
	    !operand_space(e, cmd[0] & 1u << 21, &to))
		return CS_ADVANCE;
	if (gtt_read(e, from, address(cmd + 3), &val, sizeof(val)))
		return CS_HUNG;
	return done(gtt_write(e, to, address(cmd + 1), &val, sizeof(val)));
}

static enum cs_next bad_atomic(struct engine *e)
{
	fault_bad_command(e, "MI_ATOMIC of a form that does not exist");
	return CS_HUNG;
}

#define ATOMIC_CMP_WR16B 0x4e

/* Compare and write of 16 bytes, operands in the command; returns the old value in R0 and R1. */
static enum cs_next atomic_16(struct engine *e, const uint32_t *cmd, unsigned int ndw,
			      enum address_space space)
{
	uint32_t *gpr = gpu_reg(e->gpu, e->base + 0x600), val[4];
	unsigned int i;
	bool equal = true;

	if (ndw < 11 || (cmd[0] >> 8 & 0xff) != ATOMIC_CMP_WR16B)
		return bad_atomic(e);
	if (gtt_read(e, space, address(cmd + 1), val, sizeof(val)))
		return CS_HUNG;
	for (i = 0; i < 4; i++) {
		equal &= val[i] == cmd[3 + 2 * i];
		if (cmd[0] & ATOMIC_RETURN)
			gpr[i] = val[i];
	}
	if (!equal)
		return CS_ADVANCE;
	for (i = 0; i < 4; i++)
		val[i] = cmd[4 + 2 * i];
	return done(gtt_write(e, space, address(cmd + 1), val, sizeof(val)));
}

static enum cs_next atomic_8(struct engine *e, const uint32_t *cmd, unsigned int size,
			     const uint64_t operand[2], enum address_space space)
{
	uint32_t *gpr = gpu_reg(e->gpu, e->base + 0x600);
	unsigned int opcode = cmd[0] >> 8 & 0xff;
	uint64_t old = 0, val;

	if (gtt_read(e, space, address(cmd + 1), &old, size))
		return CS_HUNG;
	val = old;
	if (alu_atomic(opcode, size, &val, operand))
		return bad_atomic(e);
	if ((opcode & 0x1f) == ATOMIC_PREDEC)
		old = val;
	if (cmd[0] & ATOMIC_RETURN) {
		gpr[0] = (uint32_t)old;
		gpr[1] = size == 8 ? (uint32_t)(old >> 32) : gpr[1];
	}
	return done(gtt_write(e, space, address(cmd + 1), &val, size));
}

static enum cs_next mi_atomic(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	const uint32_t *gpr = gpu_reg(e->gpu, e->base + 0x600);
	bool inline_data = cmd[0] & 1u << 18;
	unsigned int size = 4u << (cmd[0] >> 19 & 3);
	enum address_space space;
	uint64_t operand[2];

	if (size > 16 || (inline_data && ndw < 11))
		return bad_atomic(e);
	if (!operand_space(e, cmd[0] & USE_GGTT, &space))
		return CS_ADVANCE;
	if (size == 16)
		return atomic_16(e, cmd, inline_data ? ndw : 0, space);
	if (inline_data) {
		operand[0] = cmd[3] | (uint64_t)cmd[5] << 32;
		operand[1] = cmd[4] | (uint64_t)cmd[6] << 32;
	} else {
		operand[0] = gpr[0] | (uint64_t)gpr[1] << 32;
		operand[1] = gpr[2] | (uint64_t)gpr[3] << 32;
	}
	return atomic_8(e, cmd, size, operand, space);
}

/* Bit 15: predicated; 16: the offset register is added; 8: PPGTT; 22: second level. */
static enum cs_next mi_batch_buffer_start(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint64_t addr = address(cmd + 1);

	(void)ndw;
	if (cmd[0] & 1u << 15 && e->class == CLASS_RENDER &&
	    !(*gpu_reg(e->gpu, e->base + 0x418) & 1))
		return CS_ADVANCE;
	if (cmd[0] & 1u << 16)
		addr = (addr + *gpu_reg(e->gpu, e->base + 0x158)) & ADDR_MASK;
	return cs_batch_start(e, addr, cmd[0] & 1u << 8, cmd[0] & 1u << 22);
}

/*
 * With bit 21 the batch goes on while memory is greater than the data; without, it goes on. With
 * bit 19 the dword behind the one that is compared is a mask for it.
 */
static enum cs_next mi_conditional_end(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	bool masked = cmd[0] & 1u << 19;
	enum address_space space;
	uint32_t val[2];

	(void)ndw;
	if (!(cmd[0] & 1u << 21))
		return CS_ADVANCE;
	if (!operand_space(e, cmd[0] & USE_GGTT, &space))
		return CS_ADVANCE;
	if (gtt_read(e, space, address(cmd + 2) & ~7ull, val, masked ? 8 : 4))
		return CS_HUNG;
	if (masked)
		val[0] &= val[1];
	return val[0] > cmd[1] ? CS_ADVANCE : cs_batch_end(e);
}

/* Of the ring buffer mode, which this model does not have. */
static enum cs_next mi_set_context(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	(void)cmd;
	(void)ndw;
	fault_bad_command(e, "MI_SET_CONTEXT with execlists");
	return CS_HUNG;
}

static const struct cmd_desc commands[64] = {
	[0x00] = { "MI_NOOP", mi_noop, 0, 0, 1, 0, 1 },
	[0x01] = { "MI_SET_PREDICATE", mi_set_predicate, CMD_NOT_PREDICATED, 0, 1, 0, 1 },
	[0x02] = { "MI_USER_INTERRUPT", mi_user_interrupt, 0, 0, 1, 0, 1 },
	[0x03] = { "MI_WAIT_FOR_EVENT", mi_nothing, CMD_ARB_POINT, 0, 1, 0, 1 },
	/* i915's scanner of blitter batches lets it pass (gen9_blt_cmds), and IGT runs it. */
	[0x04] = { "MI_FLUSH", mi_nothing, 0, 0, 1, 0, 1 },
	[0x05] = { "MI_ARB_CHECK", mi_nothing, CMD_ARB_POINT | CMD_NOT_PREDICATED, 0, 1, 0, 1 },
	[0x06] = { "MI_RS_CONTROL", mi_nothing, 0, RCS_ONLY, 1, 0, 1 },
	[0x07] = { "MI_REPORT_HEAD", mi_report_head, CMD_PRIVILEGED, 0, 1, 0, 1 },
	[0x08] = { "MI_ARB_ON_OFF", mi_arb_on_off,
		   CMD_PRIVILEGED | CMD_ARB_POINT | CMD_NOT_PREDICATED, 0, 1, 0, 1 },
	[0x09] = { "MI_URB_ATOMIC_ALLOC", mi_nothing, 0, RCS_ONLY, 1, 0, 1 },
	[0x0a] = { "MI_BATCH_BUFFER_END", mi_batch_buffer_end, CMD_NOT_PREDICATED, 0, 1, 0, 1 },
	[0x0b] = { "MI_SUSPEND_FLUSH", mi_nothing, CMD_PRIVILEGED, 0, 1, 0, 1 },
	[0x0c] = { "MI_PREDICATE", mi_predicate, 0, RCS_ONLY, 1, 0, 1 },
	[0x0d] = { "MI_TOPOLOGY_FILTER", mi_nothing, 0, RCS_ONLY, 1, 0, 1 },
	[0x0e] = { "MI_SET_APPID", mi_nothing, 0, 0, 1, 0, 1 },
	[0x0f] = { "MI_RS_CONTEXT", mi_nothing, 0, RCS_ONLY, 1, 0, 1 },
	[0x12] = { "MI_LOAD_SCAN_LINES_INCL", mi_nothing, CMD_PRIVILEGED, 0, 0, 0x3f, 2 },
	[0x13] = { "MI_LOAD_SCAN_LINES_EXCL", mi_nothing, CMD_PRIVILEGED, 0, 0, 0x3f, 2 },
	[0x14] = { "MI_DISPLAY_FLIP", mi_nothing, CMD_PRIVILEGED, 0, 0, 0x3f, 3 },
	[0x18] = { "MI_SET_CONTEXT", mi_set_context, CMD_PRIVILEGED, RCS_ONLY, 0, 0xff, 2 },
	[0x1a] = { "MI_MATH", mi_math, 0, 0, 0, 0xff, 2 },
	[0x1b] = { "MI_SEMAPHORE_SIGNAL", mi_semaphore_signal, 0, 0, 0, 0xff, 2 },
	[0x1c] = { "MI_SEMAPHORE_WAIT", mi_semaphore_wait, CMD_ARB_POINT, 0, 0, 0xff, 4 },
	[0x1d] = { "MI_FORCE_WAKEUP", mi_nothing, 0, 0, 0, 0xff, 2 },
	[0x20] = { "MI_STORE_DATA_IMM", mi_store_data_imm, CMD_IMAGE, 0, 0, 0x3ff, 4 },
	[0x21] = { "MI_STORE_DATA_INDEX", mi_store_data_index, 0, 0, 0, 0xff, 3 },
	[0x22] = { "MI_LOAD_REGISTER_IMM", mi_load_register_imm, 0, 0, 0, 0xff, 3 },
	[0x23] = { "MI_UPDATE_GTT", mi_update_gtt, CMD_PRIVILEGED, 0, 0, 0x3ff, 2 },
	[0x24] = { "MI_STORE_REGISTER_MEM", mi_store_register_mem, CMD_IMAGE, 0, 0, 0xff, 4 },
	[0x26] = { "MI_FLUSH_DW", mi_flush_dw, 0, NOT_RCS, 0, 0x3f, 2 },
	[0x27] = { "MI_CLFLUSH", mi_nothing, 0, RCS_ONLY, 0, 0x3ff, 3 },
	[0x28] = { "MI_REPORT_PERF_COUNT", mi_report_perf_count, 0, RCS_ONLY, 0, 0x3f, 4 },
	[0x29] = { "MI_LOAD_REGISTER_MEM", mi_load_register_mem, CMD_IMAGE, 0, 0, 0xff, 4 },
	[0x2a] = { "MI_LOAD_REGISTER_REG", mi_load_register_reg, CMD_IMAGE, 0, 0, 0xff, 3 },
	[0x2b] = { "MI_RS_STORE_DATA_IMM", mi_rs_store_data_imm, 0, RCS_ONLY, 0, 0xff, 4 },
	[0x2c] = { "MI_LOAD_URB_MEM", mi_load_urb_mem, 0, RCS_ONLY, 0, 0xff, 4 },
	[0x2d] = { "MI_STORE_URB_MEM", mi_store_urb_mem, 0, RCS_ONLY, 0, 0xff, 4 },
	[0x2e] = { "MI_COPY_MEM_MEM", mi_copy_mem_mem, CMD_IMAGE, 0, 0, 0xff, 5 },
	[0x2f] = { "MI_ATOMIC", mi_atomic, CMD_IMAGE, 0, 0, 0xff, 3 },
	[0x31] = { "MI_BATCH_BUFFER_START", mi_batch_buffer_start, 0, 0, 0, 0xff, 3 },
	[0x36] = { "MI_CONDITIONAL_BATCH_BUFFER_END", mi_conditional_end, 0, 0, 0,
		   0xff, 4 },
};

const struct cmd_desc *cmd_mi_find(uint32_t header)
{
	const struct cmd_desc *d = &commands[header >> 23 & 0x3f];

	return d->name ? d : NULL;
}
