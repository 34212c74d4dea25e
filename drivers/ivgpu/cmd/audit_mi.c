// SPDX-License-Identifier: GPL-2.0
/*
 * Audits of the MI commands whose operands alone do not tell what they do.
 *
 * Sources: Mesa genxml gen80.xml and gen90.xml (25.0.7), i915 gt/intel_gpu_commands.h
 * (6.12).
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define MI_USE_GGTT		BIT(22)

/* Privileged: hardware ignores it in a non-privileged batch, so we drop it there. */
void ivgpu_audit_arb_on_off(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (ivgpu_cmd_is_user(walk)) {
		ivgpu_cmd_make_noop(walk, dw, len);
		return;
	}
	walk->arb_off = dw[0] & BIT(0) ? 0 : walk->pos + 1;
}

void ivgpu_audit_batch_end(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (walk->scan->space == IVGPU_CMD_RING) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, 0);
		return;
	}
	walk->ended = true;
}

/* A ring has no end: what hardware makes of one there is told nowhere. */
void ivgpu_audit_conditional_end(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (walk->scan->space == IVGPU_CMD_RING)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[0]);
	ivgpu_cmd_audit_operands(walk, dw, len);
}

/* Register poll mode (bit 16) reads a register instead of memory. */
void ivgpu_audit_semaphore_wait(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (dw[0] & BIT(16))
		ivgpu_cmd_audit_register(walk, IVGPU_REG_READ, &dw[2], NULL);
	else if (dw[0] & MI_USE_GGTT)
		ivgpu_cmd_audit_ggtt(walk, (u64)dw[3] << 32 | (dw[2] & ~3u), 4);
}

/* Pairs of register and value. */
void ivgpu_audit_lri(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 i;

	if (!(len & 1)) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_LENGTH, len);
		return;
	}
	for (i = 1; i < len; i += 2)
		ivgpu_cmd_audit_register(walk, IVGPU_REG_LOAD_IMM, &dw[i], &dw[i + 1]);
}

#define FLUSH_POST_SYNC	(3u << 14)

/*
 * Bit 22 has no meaning in public texts; Gen12 has one for it. IGT writes two dwords
 * (gen9_exec_parse): they flush, and have no room for an address.
 */
void ivgpu_audit_flush_dw(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	if (dw[0] & BIT(22))
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[0]);
	if (len > 2)
		ivgpu_cmd_audit_post_sync(walk, dw);
	else if (dw[0] & FLUSH_POST_SYNC)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_LENGTH, len);
}

/* Three dwords, or eleven with inline data (bit 18); bits 20:19 say 4, 8 or 16 bytes. */
void ivgpu_audit_atomic(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 want = dw[0] & BIT(18) ? 11 : 3;

	if (len != want)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_LENGTH, len);
	if (dw[0] & MI_USE_GGTT)
		ivgpu_cmd_audit_ggtt(walk, (u64)dw[2] << 32 | (dw[1] & ~3u),
				     4ull << ((dw[0] >> 19) & 3));
}

#define BBS_ADD_OFFSET		BIT(16)
#define BBS_SECOND_LEVEL	BIT(22)

/*
 * A batch: which one, and where control goes after it. From the ring it comes
 * back; inside a batch it is a call when second-level and a jump when not. An
 * arbitration switched off for a user batch is left on in our copy, or that
 * batch could not be preempted; the module's copies of privileged batches keep
 * it off (i915 gt/gen8_engine_cs.c, gen8_emit_bb_start_noarb, brackets so).
 */
void ivgpu_audit_batch_start(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	struct ivgpu_cmd_scan *scan = walk->scan;
	struct ivgpu_cmd_batch *batch;
	bool ggtt = !(dw[0] & BIT(8));

	/*
	 * Where an offset register is added, nobody knows what will run; and where a
	 * second-level batch of the ring's would return to is told nowhere.
	 */
	if (scan->space == IVGPU_CMD_WA_BATCH || dw[0] & BBS_ADD_OFFSET ||
	    (scan->space == IVGPU_CMD_RING && dw[0] & BBS_SECOND_LEVEL)) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[0]);
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
	batch->second_level = dw[0] & BBS_SECOND_LEVEL;
	if (ggtt)
		ivgpu_cmd_audit_ggtt(walk, (u64)dw[2] << 32 | (dw[1] & ~3u), 4);
	if (!ggtt && walk->arb_off && scan->space == IVGPU_CMD_RING) {
		scan->dw[walk->arb_off - 1] |= BIT(0);
		scan->patched++;
		walk->arb_off = 0;
	}
	if (scan->space != IVGPU_CMD_RING && !batch->second_level)
		walk->ended = true;
}
