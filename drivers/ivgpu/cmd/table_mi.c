// SPDX-License-Identifier: GPL-2.0
/*
 * The MI commands, which all engines share, and what is audited in them.
 *
 * Sources: opcodes, lengths and flag bits from Mesa genxml gen8.xml and
 * gen9.xml (22.3.6) and i915 gt/intel_gpu_commands.h (6.12). What MI_UPDATE_GTT,
 * MI_DISPLAY_FLIP and the like would do to other guests is inferred from their
 * descriptions there.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define MI_USE_GGTT		BIT(22)

/* Concerns what a guest does not have. */
static void audit_noop(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_make_noop(walk, dw, len);
}

static void audit_forbid(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[0]);
}

static void audit_arb_on_off(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (ivgpu_cmd_is_user(walk)) {
		ivgpu_cmd_make_noop(walk, dw, len);
		return;
	}
	walk->arb_off = dw[0] & BIT(0) ? 0 : walk->pos + 1;
}

static void audit_batch_end(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (walk->scan->space == IVGPU_CMD_RING) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, 0);
		return;
	}
	walk->ended = true;
}

static void audit_cond_batch_end(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_audit_memory(walk, &dw[2], dw[0] & MI_USE_GGTT, 8);
}

/* Register poll mode (bit 16) reads a register instead of memory. */
static void audit_semaphore_wait(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (dw[0] & BIT(16))
		ivgpu_cmd_audit_register(walk, IVGPU_REG_READ, &dw[2], NULL);
	else
		ivgpu_cmd_audit_memory(walk, &dw[2], dw[0] & MI_USE_GGTT, 4);
}

static void audit_store_data_imm(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_audit_memory(walk, &dw[1], dw[0] & MI_USE_GGTT, 4ull * (len - 3));
}

/*
 * Bit 21 names the page of the running context, which is the guest's own; without
 * it the write goes to the engine's page, which is the module's.
 */
static void audit_store_data_index(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 offset = dw[1] & ~3u;

	if (!(dw[0] & BIT(21)))
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, offset);
	else if (offset + 4 * (len - 2) > IVGPU_PAGE_SIZE)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_GGTT_ADDRESS, offset);
}

static void audit_lri(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 i;

	if (!(len & 1)) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_LENGTH, len);
		return;
	}
	for (i = 1; i < len; i += 2)
		ivgpu_cmd_audit_register(walk, IVGPU_REG_LOAD_IMM, &dw[i], &dw[i + 1]);
}

static void audit_srm(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_audit_register(walk, IVGPU_REG_READ, &dw[1], NULL);
	ivgpu_cmd_audit_memory(walk, &dw[2], dw[0] & MI_USE_GGTT, 4);
}

static void audit_lrm(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_audit_register(walk, IVGPU_REG_WRITE, &dw[1], NULL);
	ivgpu_cmd_audit_memory(walk, &dw[2], dw[0] & MI_USE_GGTT, 4);
}

static void audit_lrr(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_audit_register(walk, IVGPU_REG_READ, &dw[1], NULL);
	ivgpu_cmd_audit_register(walk, IVGPU_REG_WRITE, &dw[2], NULL);
}

/* Post-sync operation in bits 15:14; as an index (bit 21) it stays in the context's own page. */
static void audit_flush_dw(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 op = (dw[0] >> 14) & 3;
	u32 address[2];

	if (dw[0] & BIT(22))
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[0]);
	if (!op)
		return;
	address[0] = dw[1] & ~7u;
	address[1] = dw[2];
	if (!(dw[0] & BIT(21)))
		ivgpu_cmd_audit_memory(walk, address, dw[1] & BIT(2), 8);
	else if (address[1] || address[0] + 8 > IVGPU_PAGE_SIZE)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_GGTT_ADDRESS, address[0]);
}

/* Hardware drops it in a non-privileged batch (inferred from its being privileged): so do we. */
static void audit_clflush(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 address[2] = { dw[1] & ~0xfffu, dw[2] };

	if (ivgpu_cmd_is_user(walk))
		ivgpu_cmd_make_noop(walk, dw, len);
	else
		ivgpu_cmd_audit_memory(walk, address, dw[0] & MI_USE_GGTT,
				       IVGPU_PAGE_SIZE);
}

static void audit_report_perf_count(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 address[2] = { dw[1] & ~0x3fu, dw[2] };

	ivgpu_cmd_audit_memory(walk, address, dw[1] & BIT(0), 256);
}

static void audit_copy_mem_mem(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	ivgpu_cmd_audit_memory(walk, &dw[1], dw[0] & BIT(21), 4);
	ivgpu_cmd_audit_memory(walk, &dw[3], dw[0] & BIT(22), 4);
}

/* Three dwords, or eleven with inline data (bit 18); bits 20:19 say 4, 8 or 16 bytes. */
static void audit_atomic(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 want = dw[0] & BIT(18) ? 11 : 3;
	u32 address[2] = { dw[1], dw[2] & 0xffff };

	if (len != want)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_LENGTH, len);
	ivgpu_cmd_audit_memory(walk, address, dw[0] & MI_USE_GGTT,
			       4ull << ((dw[0] >> 19) & 3));
}

/*
 * A batch: which one, and where control goes after it. From the ring it comes
 * back; inside a batch it is a call when second-level and a jump when not. An
 * arbitration switched off for a user batch is left on in our copy, or that
 * batch could not be preempted; the module's copies of privileged batches keep
 * it off (i915 gt/gen8_engine_cs.c, gen8_emit_bb_start_noarb, brackets so).
 */
static void audit_batch_start(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	struct ivgpu_cmd_scan *scan = walk->scan;
	struct ivgpu_cmd_batch *batch;
	bool ggtt = !(dw[0] & BIT(8));
	bool add_offset = dw[0] & BIT(16);

	if (scan->space == IVGPU_CMD_WA_BATCH || (add_offset && !ivgpu_cmd_is_user(walk))) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, 0);
		return;
	}
	if (ggtt && ivgpu_cmd_is_user(walk)) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_PRIVILEGE, 0);
		return;
	}
	if (scan->nr_batches == IVGPU_CMD_MAX_BATCHES) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_BUDGET, scan->nr_batches);
		return;
	}
	batch = &scan->batches[scan->nr_batches++];
	batch->offset = 4 * walk->pos;
	batch->addr = (u64)(dw[2] & 0xffff) << 32 | (dw[1] & ~3u);
	batch->ggtt = ggtt;
	batch->second_level = dw[0] & BIT(22);
	if (ggtt)
		ivgpu_cmd_audit_memory(walk, (u32[]){ dw[1] & ~3u, dw[2] }, true, 4);
	if (!ggtt && walk->arb_off && scan->space == IVGPU_CMD_RING) {
		scan->dw[walk->arb_off - 1] |= BIT(0);
		scan->patched++;
		walk->arb_off = 0;
	}
	if (scan->space != IVGPU_CMD_RING && !batch->second_level)
		walk->ended = true;
}

#define MI(_name, _min, _max, _bits, _engines, _audit) {	\
	.name = "MI_" _name, .audit = (_audit),				\
	IVGPU_CMD_LENGTH(_min, _max, _bits),				\
	.where = (_engines) | IVGPU_GEN89 }
#define ALL IVGPU_ON_ALL
#define RCS IVGPU_ON_RCS
#define XCS IVGPU_ON_XCS

const struct ivgpu_cmd_row ivgpu_cmd_mi[IVGPU_CMD_MI_ROWS] = {
	[0x00] = MI("NOOP", 1, 1, 0, ALL, NULL),
	[0x01] = MI("SET_PREDICATE", 1, 1, 0, ALL, NULL),
	[0x02] = MI("USER_INTERRUPT", 1, 1, 0, ALL, NULL),
	/* The events are those of the host's display. */
	[0x03] = MI("WAIT_FOR_EVENT", 1, 1, 0, ALL, audit_noop),
	[0x05] = MI("ARB_CHECK", 1, 1, 0, ALL, NULL),
	[0x06] = MI("RS_CONTROL", 1, 1, 0, RCS, NULL),
	[0x07] = MI("REPORT_HEAD", 1, 1, 0, ALL, audit_noop),
	[0x08] = MI("ARB_ON_OFF", 1, 1, 0, ALL, audit_arb_on_off),
	[0x09] = MI("URB_ATOMIC_ALLOC", 1, 1, 0, RCS, NULL),
	[0x0a] = MI("BATCH_BUFFER_END", 1, 1, 0, ALL, audit_batch_end),
	[0x0b] = MI("SUSPEND_FLUSH", 1, 1, 0, ALL, audit_noop),
	[0x0c] = MI("PREDICATE", 1, 1, 0, ALL, NULL),
	[0x0d] = MI("TOPOLOGY_FILTER", 1, 1, 0, RCS, NULL),
	[0x0e] = MI("SET_APPID", 1, 1, 0, ALL, audit_noop),
	[0x0f] = MI("RS_CONTEXT", 1, 1, 0, RCS, NULL),
	/* The host's display is not the guest's. */
	[0x12] = MI("LOAD_SCAN_LINES_INCL", 2, 2, 6, ALL, audit_noop),
	[0x13] = MI("LOAD_SCAN_LINES_EXCL", 2, 2, 6, ALL, audit_noop),
	[0x14] = MI("DISPLAY_FLIP", 3, 10, 8, ALL, audit_forbid),
	/* Contexts are switched by execlists alone. */
	[0x18] = MI("SET_CONTEXT", 2, 2, 8, ALL, audit_forbid),
	[0x1a] = MI("MATH", 2, 257, 8, ALL, NULL),
	/* Names a context by its hardware id, which a guest does not know. */
	[0x1b] = MI("SEMAPHORE_SIGNAL", 2, 2, 8, ALL, audit_forbid),
	[0x1c] = MI("SEMAPHORE_WAIT", 4, 4, 8, ALL, audit_semaphore_wait),
	[0x1d] = MI("FORCE_WAKEUP", 2, 2, 8, ALL, audit_noop),
	[0x20] = MI("STORE_DATA_IMM", 4, 1025, 10, ALL, audit_store_data_imm),
	[0x21] = MI("STORE_DATA_INDEX", 3, 4, 8, ALL, audit_store_data_index),
	[0x22] = MI("LOAD_REGISTER_IMM", 3, 257, 8, ALL, audit_lri),
	[0x23] = MI("UPDATE_GTT", 2, 1025, 10, ALL, audit_forbid),
	[0x24] = MI("STORE_REGISTER_MEM", 4, 4, 8, ALL, audit_srm),
	[0x26] = MI("FLUSH_DW", 3, 5, 6, XCS, audit_flush_dw),
	[0x27] = MI("CLFLUSH", 3, 1025, 10, RCS, audit_clflush),
	[0x28] = MI("REPORT_PERF_COUNT", 4, 4, 6, RCS, audit_report_perf_count),
	[0x29] = MI("LOAD_REGISTER_MEM", 4, 4, 8, ALL, audit_lrm),
	[0x2a] = MI("LOAD_REGISTER_REG", 3, 3, 8, ALL, audit_lrr),
	[0x2b] = MI("RS_STORE_DATA_IMM", 4, 4, 8, RCS, NULL),
	[0x2c] = MI("LOAD_URB_MEM", 4, 4, 8, RCS, NULL),
	[0x2d] = MI("STORE_URB_MEM", 4, 4, 8, RCS, NULL),
	[0x2e] = MI("COPY_MEM_MEM", 5, 5, 8, ALL, audit_copy_mem_mem),
	[0x2f] = MI("ATOMIC", 3, 11, 8, ALL, audit_atomic),
	[0x31] = MI("BATCH_BUFFER_START", 3, 3, 8, ALL, audit_batch_start),
	[0x36] = MI("CONDITIONAL_BATCH_BUFFER_END", 4, 4, 8, ALL, audit_cond_batch_end),
};
