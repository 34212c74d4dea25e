// SPDX-License-Identifier: GPL-2.0
/*
 * The scanner: one pass over our own copy of a stretch of commands.
 *
 * Bounded by the stretch and by the budget; reads nothing but the stretch, the
 * tables and what the policy answers.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

void ivgpu_cmd_refuse(struct ivgpu_cmd_walk *walk, enum ivgpu_cmd_reason reason, u64 detail)
{
	if (walk->scan->reason != IVGPU_CMD_FINE)
		return;
	walk->scan->reason = reason;
	walk->scan->detail = detail;
}

void ivgpu_cmd_make_noop(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	while (len--)
		dw[len] = 0;
	walk->scan->patched++;
}

bool ivgpu_cmd_is_user(const struct ivgpu_cmd_walk *walk)
{
	return walk->scan->space == IVGPU_CMD_BATCH_PPGTT;
}

void ivgpu_cmd_audit_memory(struct ivgpu_cmd_walk *walk, const u32 *dw, bool ggtt, u64 bytes)
{
	struct ivgpu_cmd_scan *scan = walk->scan;
	u64 addr = (u64)dw[1] << 32 | (dw[0] & ~3u);

	if (!ggtt)
		return;
	if (ivgpu_cmd_is_user(walk))
		ivgpu_cmd_refuse(walk, IVGPU_CMD_PRIVILEGE, addr);
	else if (!scan->policy->ggtt(scan->owner, addr, bytes))
		ivgpu_cmd_refuse(walk, IVGPU_CMD_GGTT_ADDRESS, addr);
}

#define REGISTER_OFFSET_MASK	0x7ffffcu

void ivgpu_cmd_audit_register(struct ivgpu_cmd_walk *walk, enum ivgpu_reg_access access,
			      u32 *offset, u32 *value)
{
	struct ivgpu_cmd_scan *scan = walk->scan;
	u32 reg = *offset & REGISTER_OFFSET_MASK;
	u32 val = value ? *value : 0;

	switch (scan->policy->reg(scan->owner, scan->engine, access, &reg, &val)) {
	case IVGPU_REG_ALLOW:
		break;
	case IVGPU_REG_REPLACE:
		*offset = reg;
		if (value)
			*value = val;
		scan->patched++;
		break;
	default:
		ivgpu_cmd_refuse(walk, IVGPU_CMD_REGISTER, *offset & REGISTER_OFFSET_MASK);
	}
}

/*
 * The commands one after another up to @limit, the lesser of stretch and budget.
 * Leaves walk->pos at the command that ended the walk.
 */
static void walk_commands(struct ivgpu_cmd_walk *walk, u32 limit)
{
	struct ivgpu_cmd_scan *scan = walk->scan;
	const enum ivgpu_engine_id engine = scan->engine;
	const unsigned int gen = scan->gen;
	const u32 ndw = scan->ndw;
	u32 *const dw = scan->dw;
	u32 pos = 0;

	while (pos < ndw) {
		const u32 header = dw[pos];
		const struct ivgpu_cmd_row *row = ivgpu_cmd_find(engine, gen, header);
		u32 len = row ? ivgpu_cmd_row_length(row, header) : 0;

		walk->pos = pos;
		if (!len) {
			ivgpu_cmd_refuse(walk, row ? IVGPU_CMD_LENGTH : IVGPU_CMD_UNKNOWN, header);
			return;
		}
		if (len > limit - pos) {
			if (len > ndw - pos)
				scan->result = IVGPU_CMD_PARTIAL;
			else
				ivgpu_cmd_refuse(walk, IVGPU_CMD_BUDGET, pos);
			return;
		}
		if (row->audit) {
			row->audit(walk, dw + pos, len);
			if (walk->ended || scan->reason != IVGPU_CMD_FINE)
				return;
		}
		pos += len;
	}
	walk->pos = pos;
}

/**
 * ivgpu_cmd_scan - judge a stretch of commands and patch what must be patched
 * @scan: see struct ivgpu_cmd_scan
 *
 * Takes no lock, does not sleep. The time is bounded by @scan->ndw.
 *
 * Return: @scan->result. On %IVGPU_CMD_REFUSED @scan->offset, name, reason and
 * detail tell what and why; on %IVGPU_CMD_END @scan->offset is the byte offset
 * of the command that ended the stretch.
 */
enum ivgpu_cmd_result ivgpu_cmd_scan(struct ivgpu_cmd_scan *scan)
{
	struct ivgpu_cmd_walk walk = { .scan = scan };

	scan->result = IVGPU_CMD_OK;
	scan->reason = IVGPU_CMD_FINE;
	scan->name = "";
	scan->detail = 0;
	scan->nr_batches = 0;
	scan->patched = 0;

	walk_commands(&walk, scan->ndw < *scan->budget ? scan->ndw : *scan->budget);

	*scan->budget -= walk.pos;
	scan->offset = 4 * walk.pos;
	if (walk.pos < scan->ndw)
		scan->name = ivgpu_cmd_name(scan->engine, scan->gen, scan->dw[walk.pos]);
	if (scan->reason != IVGPU_CMD_FINE)
		scan->result = IVGPU_CMD_REFUSED;
	else if (walk.ended)
		scan->result = IVGPU_CMD_END;
	return scan->result;
}

/**
 * ivgpu_cmd_retarget_batch - aim an MI_BATCH_BUFFER_START elsewhere
 * @dw: the stretch that was scanned
 * @offset: byte offset of the command in it (struct ivgpu_cmd_batch.offset)
 * @addr: new address, in the space that the command names
 */
void ivgpu_cmd_retarget_batch(u32 *dw, u32 offset, u64 addr)
{
	dw[offset / 4 + 1] = lower_32_bits(addr);
	dw[offset / 4 + 2] = upper_32_bits(addr);
}
