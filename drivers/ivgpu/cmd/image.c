// SPDX-License-Identifier: GPL-2.0
/*
 * The audit of a context image: hardware executes it as commands when it
 * restores a context, so its shape may not be the guest's choice.
 */
#include <linux/errno.h>
#include <linux/kernel.h>

#include "cmd_table.h"

#define MI_LRI_OPCODE	0x22
#define IS_LRI(header)	((header) >> 23 == MI_LRI_OPCODE)

static bool same(const u32 *golden, const u32 *image, u32 first, u32 end, u32 *bad)
{
	u32 i;

	for (i = first; i < end; i++) {
		if (golden[i] == image[i])
			continue;
		*bad = i;
		return false;
	}
	return true;
}

/* Register offsets of a list must agree, the values are the guest's. */
static bool same_registers(const u32 *golden, const u32 *image, u32 first, u32 end, u32 *bad)
{
	u32 i;

	for (i = first + 1; i < end; i += 2) {
		if (golden[i] == image[i])
			continue;
		*bad = i;
		return false;
	}
	return true;
}

/**
 * ivgpu_cmd_audit_image - hold a guest's context image against hardware's own
 * @engine: which engine will restore it
 * @gen: 8 or 9
 * @golden: an image that hardware saved, from its second page on
 * @image: the guest's, same size; our own copy
 * @ndw: size of both in dwords
 * @bad: set to the index of the first dword that may not be as it is
 *
 * Walks @golden by its commands. Headers must be the same in both. In a list of
 * MI_LOAD_REGISTER_IMM the register offsets must be the same and the values are
 * free; the payload of state commands (type 3) that need no audit is free; what is
 * none of these must be the same to the bit.
 *
 * Takes no lock, does not sleep.
 *
 * Return: 0 or -EPERM.
 */
int ivgpu_cmd_audit_image(enum ivgpu_engine_id engine, unsigned int gen, const u32 *golden,
			  const u32 *image, u32 ndw, u32 *bad)
{
	u32 pos = 0;

	while (pos < ndw) {
		const struct ivgpu_cmd_row *row = ivgpu_cmd_find(engine, gen, golden[pos]);
		u32 len = row ? ivgpu_cmd_row_length(row, gen, golden[pos]) : 0;
		bool state = row && golden[pos] >> 29 == 3 && row->rule == IVGPU_RULE_ALLOW;

		if (!len || len > ndw - pos)
			len = 1;
		if (!same(golden, image, pos, pos + 1, bad))
			return -EPERM;
		if (len > 1 && IS_LRI(golden[pos])) {
			if (!same_registers(golden, image, pos, pos + len, bad))
				return -EPERM;
		} else if (!state && !same(golden, image, pos, pos + len, bad)) {
			return -EPERM;
		}
		pos += len;
	}
	return 0;
}
