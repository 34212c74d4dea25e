// SPDX-License-Identifier: GPL-2.0
/*
 * scan-emit SEED [open]: made-up streams, without end, that the scanner allows, as it patched
 * them, for another program to run and judge (judge/). On stdout, per stream: dwords
 * "IVGS", engine (0 rcs, 1 bcs, 2 vcs, 3 vecs), space (0 ring, 1 GGTT batch, 2 PPGTT
 * batch), number of dwords, the dwords.
 *
 * What is allowed: GGTT from 0x170000 to 0x180000, the engine's general purpose registers
 * (0x600 to 0x67f from its base), reading its time stamp (0x358, 0x35c). Its
 * FORCE_TO_NONPRIV slots (0x4d0 to 0x4ff) are replaced by offset 0x94. With "open", all is
 * allowed: then the judge must find fault.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "cmd_table.h"

#define LOW		0x170000u
#define HIGH		0x180000u
#define PPGTT_LOW	0x10000u
#define PPGTT_SIZE	0x10000u
#define MAX_DWORDS	200
#define MAX_COMMAND	40
#define MAGIC		0x53475649u

static const struct {
	enum ivgpu_engine_id id;
	u32 base;
} engines[] = {
	{ IVGPU_RCS0, 0x2000 }, { IVGPU_BCS0, 0x22000 }, { IVGPU_VCS0, 0x12000 },
	{ IVGPU_VECS0, 0x1a000 },
};

static bool all_open;
static u32 base;	/* of the engine at hand */

static bool emit_ggtt(const void *owner, u64 addr, u64 len)
{
	return all_open || (addr >= LOW && len <= HIGH - LOW && addr <= HIGH - len);
}

static enum ivgpu_reg_verdict emit_reg(const void *owner, enum ivgpu_engine_id engine,
				       enum ivgpu_reg_access access, u32 *offset, u32 *value)
{
	u32 own = *offset - base;

	if (all_open || (own >= 0x600 && own < 0x680))
		return IVGPU_REG_ALLOW;
	if (access == IVGPU_REG_READ)
		return own == 0x358 || own == 0x35c ? IVGPU_REG_ALLOW : IVGPU_REG_REFUSE;
	if (own < 0x4d0 || own >= 0x500)
		return IVGPU_REG_REFUSE;
	*offset = base + 0x94;
	return IVGPU_REG_REPLACE;
}

static const struct ivgpu_cmd_policy policy = { .reg = emit_reg, .ggtt = emit_ggtt };

static u64 state;

static u32 rnd(u32 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)(state >> 11) % below;
}

/* Small numbers, bits, or anything. */
static u32 pick_number(void)
{
	switch (rnd(4)) {
	case 0:
		return rnd(64);
	case 1:
		return BIT(rnd(32));
	case 2:
		return rnd(~0u);
	default:
		return 0;
	}
}

/* Mostly in the GGTT that is allowed, or mapped in the PPGTT; else at its edges and elsewhere. */
static u32 pick_address(bool ggtt)
{
	static const u32 edges[] = {
		0, 4, 0xff8, 0xffc, 0x1000, LOW - 8, LOW - 4, LOW, HIGH - 64, HIGH - 8, HIGH - 4,
		HIGH, 0x110000, 0x111000, 0x150000, 0x160000,
	};

	if (!rnd(16))
		return edges[rnd(ARRAY_SIZE(edges))];
	if (ggtt)
		return LOW + 4 * rnd((HIGH - LOW) / 4);
	return PPGTT_LOW + 4 * rnd((PPGTT_SIZE - 0x1000) / 4);
}

static u32 pick_register(void)
{
	static const u32 registers[] = { 0x680, 0x5fc, 0x358, 0x35c, 0x4d0, 0x4fc, 0x94, 0x30 };

	if (rnd(4))
		return base + 0x600 + 4 * rnd(0x20);
	if (rnd(4))
		return base + registers[rnd(ARRAY_SIZE(registers))];
	return rnd(2) ? 0x941c : 4 * rnd(0x10000);
}

/* What the row says is an operand gets something like one. */
static void fill_operands(const struct ivgpu_cmd_row *row, u32 *dw, u32 len)
{
	const struct ivgpu_cmd_operand *op;
	u32 at, i, n;

	for (op = row->operands; op < row->operands + row->nr_operands; op++) {
		n = op->count ? op->count : len;
		for (i = 0, at = op->dword; i < n && at < len; i++, at += op->stride) {
			if (op->kind == IVGPU_OPERAND_READ || op->kind == IVGPU_OPERAND_WRITE ||
			    (op->kind == IVGPU_OPERAND_LOAD && (!op->flag || rnd(4) == 0))) {
				dw[at] = pick_register();
				continue;
			}
			dw[at] = op->kind == IVGPU_OPERAND_INDEX ? 4 * rnd(0x404) :
				 pick_address(dw[op->flag_dword] & BIT(op->flag));
			if (at + 1 < len && op->high > 31)
				dw[at + 1] = rnd(64) ? 0 : pick_number();
		}
	}
}

#define MI_ATOMIC	0x2f
#define TYPE_2D		2

/* A header of a row, its flag bits by chance; 0 where the row is not for a made-up stream. */
static u32 pick_header(enum ivgpu_engine_id engine)
{
	u32 top = rnd(3) ? rnd(0x20) : rnd(IVGPU_CMD_GROUPS);
	const struct ivgpu_cmd_group *group = &ivgpu_cmd_groups[engine][top];
	const struct ivgpu_cmd_row *row;
	u32 header, opcode, flags = rnd(2) ? 0 : BIT(rnd(32)) | (rnd(2) ? BIT(rnd(32)) : 0);

	if (!group->nr)
		return 0;
	opcode = rnd(group->nr);
	row = &group->rows[opcode];
	header = (group->shift == 16 ? top << 24 : (top & 0xe0) << 24) | opcode << group->shift;
	if (!ivgpu_cmd_find(engine, 9, header))
		return 0;
	if (row->rule == IVGPU_RULE_OPERANDS || row->rule == IVGPU_RULE_AUDIT)
		header |= (rnd(2) ? BIT(22) : 0) | (rnd(4) ? 0 : 3u << 14);
	header |= flags & (BIT(group->shift) - 1) & ~(u32)row->length_mask;
	if (header >> 23 == MI_ATOMIC)		/* an operation that there is */
		header = (header & ~0x1fff00u) | (1 + rnd(14)) << 8;
	return header | ((row->length[1].min - row->bias + rnd(rnd(4) ? 1 : 4)) &
			 row->length_mask);
}

/*
 * Batches and their ends would end the stream, waits and predicates would keep it from
 * running, and made-up arithmetic and blits stop the engine.
 */
static bool unwanted(u32 header)
{
	static const u8 mi[] = { 0x01, 0x0a, 0x0c, 0x1a, 0x1c, 0x31, 0x36 };
	unsigned int i;

	for (i = 0; i < sizeof(mi); i++)
		if (header >> 23 == mi[i])
			return rnd(64);
	return header >> 29 == TYPE_2D && rnd(16);
}

static enum ivgpu_cmd_result scan(u32 *dw, u32 ndw, enum ivgpu_engine_id engine,
				  enum ivgpu_cmd_space space)
{
	u32 budget = ndw;
	struct ivgpu_cmd_scan s = {
		.engine = engine, .gen = 9, .space = space, .dw = dw, .ndw = ndw,
		.policy = &policy, .budget = &budget,
	};

	ivgpu_cmd_scan(&s);
	/* A batch would have to be scanned as well. */
	return s.nr_batches ? IVGPU_CMD_REFUSED : s.result;
}

/* One command that is allowed, before it is patched; its length, 0 when none was found. */
static u32 make_command(u32 *dw, enum ivgpu_engine_id engine, enum ivgpu_cmd_space space)
{
	u32 copy[MAX_COMMAND], header, len, i;

	header = pick_header(engine);
	len = header && !unwanted(header) ? ivgpu_cmd_length(engine, 9, header) : 0;
	if (!len || len > MAX_COMMAND)
		return 0;
	dw[0] = header;
	for (i = 1; i < len; i++)
		dw[i] = pick_number();
	fill_operands(ivgpu_cmd_find(engine, 9, header), dw, len);
	memcpy(copy, dw, 4 * len);
	return scan(copy, len, engine, space) == IVGPU_CMD_OK ? len : 0;
}

static bool make_stream(void)
{
	static const enum ivgpu_cmd_space spaces[] = {
		IVGPU_CMD_RING, IVGPU_CMD_BATCH_GGTT, IVGPU_CMD_BATCH_PPGTT,
	};
	u32 out[4 + MAX_DWORDS] = { MAGIC, rnd(ARRAY_SIZE(engines)), rnd(ARRAY_SIZE(spaces)) };
	u32 *dw = out + 4, ndw = 0, want = 1 + rnd(MAX_DWORDS / 4);
	enum ivgpu_cmd_result result;

	base = engines[out[1]].base;
	while (ndw < want)
		ndw += make_command(dw + ndw, engines[out[1]].id, spaces[out[2]]);
	result = scan(dw, ndw, engines[out[1]].id, spaces[out[2]]);
	if (result != IVGPU_CMD_OK && result != IVGPU_CMD_END)
		return false;
	out[3] = ndw;
	return fwrite(out, 4, 4 + ndw, stdout) == 4 + ndw;
}

int main(int argc, char **argv)
{
	state = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
	all_open = argc > 2 && !strcmp(argv[2], "open");
	while (make_stream())
		;
	/* Commands that are allowed one by one are allowed together. */
	if (!ferror(stdout))
		fputs("# a stream was refused as a whole\n", stdout);
	return 1;
}
