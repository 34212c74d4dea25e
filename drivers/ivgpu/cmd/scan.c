// SPDX-License-Identifier: GPL-2.0
/*
 * The scanner: one pass over our own copy of a stretch of commands.
 *
 * Bounded by the stretch and by the budget; reads nothing but the stretch, the
 * tables and what the policy answers.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

/* Judge the command at hand by the rule of its row. */
static void judge(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	switch (walk->row->rule) {
	case IVGPU_RULE_DROP_USER:
		if (!ivgpu_cmd_is_user(walk)) {
			ivgpu_cmd_audit_operands(walk, dw, len);
			break;
		}
		fallthrough;
	case IVGPU_RULE_DROP:
		ivgpu_cmd_make_noop(walk, dw, len);
		break;
	case IVGPU_RULE_OPERANDS:
		ivgpu_cmd_audit_operands(walk, dw, len);
		break;
	default:
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[0]);
	}
}

/* Why the command at walk->pos cannot be walked over. */
static void stop(struct ivgpu_cmd_walk *walk)
{
	struct ivgpu_cmd_scan *scan = walk->scan;
	u32 header = scan->dw[walk->pos];
	const struct ivgpu_cmd_row *row = ivgpu_cmd_find(scan->engine, scan->gen, header);
	u32 len = row ? ivgpu_cmd_row_length(row, scan->gen, header) : 0;

	if (!row)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_UNKNOWN, header);
	else if (!len)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_LENGTH, header);
	else if (len > scan->ndw - walk->pos)
		scan->result = IVGPU_CMD_PARTIAL;
	else
		ivgpu_cmd_refuse(walk, IVGPU_CMD_BUDGET, walk->pos);
}

/*
 * The commands one after another up to @limit, the lesser of stretch and budget.
 * Leaves walk->pos at the command that ended the walk. This loop is most of what
 * scanning costs: what is rare stands elsewhere.
 */
static void walk_commands(struct ivgpu_cmd_walk *walk, u32 limit)
{
	struct ivgpu_cmd_scan *scan = walk->scan;
	const struct ivgpu_cmd_group *groups = ivgpu_cmd_groups[scan->engine];
	const u8 engine = BIT(scan->engine);
	const unsigned long gen = scan->gen - IVGPU_CMD_FIRST_GEN;
	const struct ivgpu_cmd_row *row;
	const u32 *const dw = scan->dw;
	unsigned long pos, next;
	u32 len;

	for (pos = 0; pos < limit; pos = next) {
		row = ivgpu_cmd_lookup(groups, engine, gen, dw[pos]);
		if (!row)
			break;
		len = (dw[pos] & row->length_mask) + row->bias;
		next = pos + len;
		if (len < row->length[gen].min || len > row->length[gen].max || next > limit)
			break;
		if (likely(row->rule == IVGPU_RULE_ALLOW))
			continue;
		walk->pos = pos;
		walk->row = row;
		if (row->rule == IVGPU_RULE_AUDIT)
			row->audit(walk, scan->dw + pos, next - pos);
		else
			judge(walk, scan->dw + pos, next - pos);
		if (walk->ended || scan->reason != IVGPU_CMD_FINE)
			return;
	}
	walk->pos = pos;
	if (walk->pos < scan->ndw)
		stop(walk);
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
	scan->replaced = 0;

	walk_commands(&walk, scan->ndw < *scan->budget ? scan->ndw : *scan->budget);

	*scan->budget -= walk.pos;
	scan->offset = 4 * walk.pos;
	if (scan->reason != IVGPU_CMD_FINE)
		scan->result = IVGPU_CMD_REFUSED;
	else if (walk.ended)
		scan->result = IVGPU_CMD_END;
	if (scan->result != IVGPU_CMD_END && walk.pos < scan->ndw)
		scan->name = ivgpu_cmd_name(scan->engine, scan->gen, scan->dw[walk.pos]);
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
