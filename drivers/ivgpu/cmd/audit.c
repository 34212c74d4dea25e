// SPDX-License-Identifier: GPL-2.0
/*
 * The audit of a command by its operands: which memory and which registers.
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

void ivgpu_cmd_audit_ggtt(struct ivgpu_cmd_walk *walk, u64 addr, u64 bytes)
{
	struct ivgpu_cmd_scan *scan = walk->scan;

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
	enum ivgpu_reg_verdict verdict;

	verdict = scan->policy->reg(scan->owner, scan->engine, access, &reg, &val);
	if (verdict == IVGPU_REG_ALLOW)
		return;
	if (verdict != IVGPU_REG_REPLACE) {
		ivgpu_cmd_refuse(walk, IVGPU_CMD_REGISTER, *offset & REGISTER_OFFSET_MASK);
		return;
	}
	*offset = reg;
	if (value)
		*value = val;
	scan->patched++;
	scan->replaced++;
}

/* The whole upper dword counts, also bits that the address does not have. */
static u64 address(const struct ivgpu_cmd_operand *op, const u32 *dw)
{
	return (u64)dw[1] << 32 | (dw[0] & ~(BIT(op->low) - 1));
}

static bool has_flag(const struct ivgpu_cmd_operand *op, const u32 *dw)
{
	return dw[op->flag_dword] & BIT(op->flag);
}

/* A status page is the running context's own, as long as the write stays in it. */
static void audit_index(struct ivgpu_cmd_walk *walk, u64 offset, u64 bytes)
{
	if (offset > IVGPU_PAGE_SIZE || bytes > IVGPU_PAGE_SIZE - offset)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_GGTT_ADDRESS, offset);
}

#define POST_SYNC_OPERATION	(3u << 14)
#define POST_SYNC_INDEX		BIT(21)

void ivgpu_cmd_audit_post_sync(struct ivgpu_cmd_walk *walk, const u32 *dw)
{
	const struct ivgpu_cmd_operand *op = walk->row->operands;
	const u32 *at = dw + op->dword;

	if (!(at[-1] & POST_SYNC_OPERATION))
		return;
	if (at[-1] & POST_SYNC_INDEX)
		audit_index(walk, address(op, at), op->bytes);
	else if (has_flag(op, dw))
		ivgpu_cmd_audit_ggtt(walk, address(op, at), op->bytes);
}

/* One operand of a command of @len dwords. */
static void audit_operand(struct ivgpu_cmd_walk *walk, const struct ivgpu_cmd_operand *op,
			  u32 *dw, u32 len)
{
	u32 *at = dw + op->dword;

	switch (op->kind) {
	case IVGPU_OPERAND_MEMORY:
		if (has_flag(op, dw))
			ivgpu_cmd_audit_ggtt(walk, address(op, at),
					     op->bytes ? op->bytes : 4 * (len - op->dword - 2));
		break;
	case IVGPU_OPERAND_EITHER:
		if (!ivgpu_cmd_is_user(walk))
			ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, address(op, at));
		break;
	case IVGPU_OPERAND_INDEX:
		if (!has_flag(op, dw))
			ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, *at);
		audit_index(walk, *at & ~3u, 4 * (len - op->dword - 1));
		break;
	case IVGPU_OPERAND_READ:
		ivgpu_cmd_audit_register(walk, IVGPU_REG_READ, at, NULL);
		break;
	case IVGPU_OPERAND_WRITE:
		ivgpu_cmd_audit_register(walk, IVGPU_REG_WRITE, at, NULL);
		break;
	default:
		/* The others are the business of their commands' own audits. */
		break;
	}
}

void ivgpu_cmd_audit_operands(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	const struct ivgpu_cmd_operand *op = walk->row->operands;
	const struct ivgpu_cmd_operand *end = op + walk->row->nr_operands;

	for (; op < end; op++)
		audit_operand(walk, op, dw, len);
}
