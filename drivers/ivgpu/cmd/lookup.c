// SPDX-License-Identifier: GPL-2.0
/*
 * From a command's header to its row, its length and its name.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define TYPE_MI		0
#define TYPE_2D		2
#define TYPE_GFX	3

static const struct ivgpu_cmd_row *find_gfx(enum ivgpu_engine_id engine, u32 header)
{
	static const struct ivgpu_cmd_row *const *const groups[IVGPU_NUM_ENGINES] = {
		[IVGPU_RCS0] = ivgpu_cmd_render,
		[IVGPU_VCS0] = ivgpu_cmd_video,
		[IVGPU_VCS1] = ivgpu_cmd_video,
		[IVGPU_VECS0] = ivgpu_cmd_vebox,
	};
	const struct ivgpu_cmd_row *group;

	if (!groups[engine])
		return NULL;
	group = groups[engine][(header >> 24) & 0x1f];

	return group ? &group[(header >> 16) & 0xff] : NULL;
}

/**
 * ivgpu_cmd_find - the row of a command
 * @engine: which engine executes it
 * @gen: 8 or 9
 * @header: its first dword
 *
 * Return: the row, or NULL when this engine of this generation has no such command.
 */
const struct ivgpu_cmd_row *ivgpu_cmd_find(enum ivgpu_engine_id engine, unsigned int gen,
					   u32 header)
{
	const struct ivgpu_cmd_row *row;

	switch (header >> 29) {
	case TYPE_MI:
		row = &ivgpu_cmd_mi[(header >> 23) & 0x3f];
		break;
	case TYPE_2D:
		row = &ivgpu_cmd_2d[(header >> 22) & 0x7f];
		break;
	case TYPE_GFX:
		row = find_gfx(engine, header);
		break;
	default:
		return NULL;
	}
	if (!row || !row->name || !(row->engines & BIT(engine)) || !(row->gens & BIT(gen - 8)))
		return NULL;
	return row;
}

/**
 * ivgpu_cmd_row_length - length of a command
 * @row: its row
 * @header: its first dword
 *
 * Return: dwords, header included; 0 when the header's length contradicts the row.
 */
u32 ivgpu_cmd_row_length(const struct ivgpu_cmd_row *row, u32 header)
{
	u32 len;

	if (!row->length_bits)
		return row->min;
	len = (header & (BIT(row->length_bits) - 1)) + 2;
	return len < row->min || len > row->max ? 0 : len;
}

/**
 * ivgpu_cmd_length - length of a command
 * @engine: which engine executes it
 * @gen: 8 or 9
 * @header: its first dword
 *
 * Return: dwords, header included; 0 when the command or this length of it is unknown.
 */
u32 ivgpu_cmd_length(enum ivgpu_engine_id engine, unsigned int gen, u32 header)
{
	const struct ivgpu_cmd_row *row = ivgpu_cmd_find(engine, gen, header);

	return row ? ivgpu_cmd_row_length(row, header) : 0;
}

/**
 * ivgpu_cmd_name - name of a command
 * @engine: which engine executes it
 * @gen: 8 or 9
 * @header: its first dword
 *
 * Return: the manuals' name, or "unknown command".
 */
const char *ivgpu_cmd_name(enum ivgpu_engine_id engine, unsigned int gen, u32 header)
{
	const struct ivgpu_cmd_row *row = ivgpu_cmd_find(engine, gen, header);

	return row ? row->name : "unknown command";
}

static const char *const reason_names[IVGPU_CMD_NUM_REASONS] = {
	[IVGPU_CMD_FINE] = "fine",
	[IVGPU_CMD_UNKNOWN] = "unknown command",
	[IVGPU_CMD_LENGTH] = "wrong length",
	[IVGPU_CMD_FORBIDDEN] = "forbidden command",
	[IVGPU_CMD_GGTT_ADDRESS] = "address outside the vGPU's part of the GGTT",
	[IVGPU_CMD_REGISTER] = "register that commands may not touch",
	[IVGPU_CMD_PRIVILEGE] = "privileged use in a non-privileged batch",
	[IVGPU_CMD_BUDGET] = "too many commands or batches in one submission",
};

/**
 * ivgpu_cmd_reason_name - why a scan refused, in words
 * @reason: from struct ivgpu_cmd_scan
 */
const char *ivgpu_cmd_reason_name(enum ivgpu_cmd_reason reason)
{
	return (unsigned int)reason < IVGPU_CMD_NUM_REASONS ? reason_names[reason] : "?";
}
