/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The form of a command description, and the tables of them. Inside cmd/ only.
 */
#ifndef IVGPU_CMD_TABLE_H
#define IVGPU_CMD_TABLE_H

#include "cmd.h"

struct ivgpu_cmd_walk;

#define IVGPU_ON_RCS	BIT(IVGPU_RCS0)
#define IVGPU_ON_BCS	BIT(IVGPU_BCS0)
#define IVGPU_ON_VCS	(BIT(IVGPU_VCS0) | BIT(IVGPU_VCS1))
#define IVGPU_ON_VECS	BIT(IVGPU_VECS0)
#define IVGPU_ON_XCS	(IVGPU_ON_BCS | IVGPU_ON_VCS | IVGPU_ON_VECS)
#define IVGPU_ON_ALL	(IVGPU_ON_RCS | IVGPU_ON_XCS)

#define IVGPU_GEN8	BIT(8)
#define IVGPU_GEN9	BIT(9)
#define IVGPU_GEN89	(IVGPU_GEN8 | IVGPU_GEN9)

#define IVGPU_CMD_LENGTH(_min, _max, _bits) \
	.min = (_min), .max = (_max), .length_mask = BIT(_bits) - 1

/**
 * struct ivgpu_cmd_row - one command of one engine
 * @name: as the manuals call it; NULL: no such command
 * @audit: judges and patches the command; NULL: any guest may run it as it is
 * @min: least length in dwords, header included
 * @max: greatest length
 * @length_mask: the header's length field, biased by 2; 0: the command has none and
 *		 is one dword long
 * @where: mask of engine ids that know it, and of generations (IVGPU_GEN8 ...)
 */
struct ivgpu_cmd_row {
	const char *name;
	void (*audit)(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
	u32 min;
	u32 max;
	u16 length_mask;
	u16 where;
};

/**
 * struct ivgpu_cmd_walk - where a scan stands; passed to audits
 * @scan: the scan
 * @pos: dword index of the command at hand
 * @arb_off: dword index + 1 of an MI_ARB_ON_OFF that switched arbitration off
 *	     and was not followed by one that switched it on; 0: none
 * @ended: no command of this stretch after this one is executed
 */
struct ivgpu_cmd_walk {
	struct ivgpu_cmd_scan *scan;
	u32 pos;
	u32 arb_off;
	bool ended;
};

/* What an audit may say: the first refusal stays. */
void ivgpu_cmd_refuse(struct ivgpu_cmd_walk *walk, enum ivgpu_cmd_reason reason, u64 detail);
/* Replace @len dwords by MI_NOOP. */
void ivgpu_cmd_make_noop(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
bool ivgpu_cmd_is_user(const struct ivgpu_cmd_walk *walk);
/* Judge @bytes of memory at the address in @dw[0], @dw[1], in the GGTT if @ggtt. */
void ivgpu_cmd_audit_memory(struct ivgpu_cmd_walk *walk, const u32 *dw, bool ggtt, u64 bytes);
/* Judge a register operand; writes back what the policy replaced. */
void ivgpu_cmd_audit_register(struct ivgpu_cmd_walk *walk, enum ivgpu_reg_access access,
			      u32 *offset, u32 *value);

/* Rows by opcode: MI by bits 28:23, 2D by bits 28:22, the rest by bits 28:24 and 23:16. */
#define IVGPU_CMD_MI_ROWS	64
#define IVGPU_CMD_2D_ROWS	128
#define IVGPU_CMD_GROUPS	32
#define IVGPU_CMD_GROUP_ROWS	256

extern const struct ivgpu_cmd_row ivgpu_cmd_mi[IVGPU_CMD_MI_ROWS];
extern const struct ivgpu_cmd_row ivgpu_cmd_2d[IVGPU_CMD_2D_ROWS];
extern const struct ivgpu_cmd_row *const ivgpu_cmd_render[IVGPU_CMD_GROUPS];
extern const struct ivgpu_cmd_row *const ivgpu_cmd_video[IVGPU_CMD_GROUPS];
extern const struct ivgpu_cmd_row *const ivgpu_cmd_vebox[IVGPU_CMD_GROUPS];

/* Per engine, by bits 28:24 of a type 3 command; NULL: the engine has none. */
extern const struct ivgpu_cmd_row *const *const ivgpu_cmd_groups[IVGPU_NUM_ENGINES];

#define IVGPU_CMD_TYPE_MI	0
#define IVGPU_CMD_TYPE_2D	2
#define IVGPU_CMD_TYPE_GFX	3

/**
 * ivgpu_cmd_find - the row of a command
 * @engine: which engine executes it
 * @gen: 8 or 9
 * @header: its first dword
 *
 * Return: the row, or NULL when this engine of this generation has no such command.
 */
static inline const struct ivgpu_cmd_row *
ivgpu_cmd_find(enum ivgpu_engine_id engine, unsigned int gen, u32 header)
{
	const struct ivgpu_cmd_row *row = NULL;
	u32 where;

	switch (header >> 29) {
	case IVGPU_CMD_TYPE_MI:
		row = &ivgpu_cmd_mi[(header >> 23) & 0x3f];
		break;
	case IVGPU_CMD_TYPE_2D:
		row = &ivgpu_cmd_2d[(header >> 22) & 0x7f];
		break;
	case IVGPU_CMD_TYPE_GFX:
		if (ivgpu_cmd_groups[engine])
			row = ivgpu_cmd_groups[engine][(header >> 24) & 0x1f];
		if (!row)
			return NULL;
		row += (header >> 16) & 0xff;
		break;
	}
	/* A row that is not there is nowhere. */
	where = BIT(engine) | BIT(gen);
	return row && (row->where & where) == where ? row : NULL;
}

/**
 * ivgpu_cmd_row_length - length of a command
 * @row: its row
 * @header: its first dword
 *
 * Return: dwords, header included; 0 when the header's length contradicts the row.
 */
static inline u32 ivgpu_cmd_row_length(const struct ivgpu_cmd_row *row, u32 header)
{
	u32 len = (header & row->length_mask) + 1 + !!row->length_mask;

	return len < row->min || len > row->max ? 0 : len;
}

/* Audits that stand in a file of their own. */
void ivgpu_audit_pipe_control(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);

#endif
