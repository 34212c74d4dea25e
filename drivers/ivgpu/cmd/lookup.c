// SPDX-License-Identifier: GPL-2.0
/*
 * Which tables an engine has; a command's length and name; refusals in words.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

const struct ivgpu_cmd_group ivgpu_cmd_blitter[IVGPU_CMD_GROUPS] = {
	[0x00 ... 0x1f] = IVGPU_GROUP_MI,
	[0x40 ... 0x5f] = IVGPU_GROUP_2D,
};

const struct ivgpu_cmd_group *const ivgpu_cmd_groups[IVGPU_NUM_ENGINES] = {
	[IVGPU_RCS0] = ivgpu_cmd_render,
	[IVGPU_BCS0] = ivgpu_cmd_blitter,
	[IVGPU_VCS0] = ivgpu_cmd_video,
	[IVGPU_VCS1] = ivgpu_cmd_video,
	[IVGPU_VECS0] = ivgpu_cmd_vebox,
};

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

	return row ? ivgpu_cmd_row_length(row, gen, header) : 0;
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
 *
 * Return: the words, for messages.
 */
const char *ivgpu_cmd_reason_name(enum ivgpu_cmd_reason reason)
{
	return (unsigned int)reason < IVGPU_CMD_NUM_REASONS ? reason_names[reason] : "?";
}
