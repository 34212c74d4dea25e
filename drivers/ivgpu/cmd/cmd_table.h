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

#define IVGPU_CMD_FIRST_GEN	8
/* Engines that know a command, by generation. */
#define IVGPU_GEN8(_engines)	{ [0] = (_engines) }
#define IVGPU_GEN9(_engines)	{ [1] = (_engines) }
#define IVGPU_GEN89(_engines)	{ [0 ... 1] = (_engines) }

/* What an operand of a command is, and what judges it. */
enum ivgpu_cmd_operand_kind {
	IVGPU_OPERAND_PPGTT,	/* address in the context's own space: not judged */
	IVGPU_OPERAND_OFFSET,	/* offset from a base address in that space: not judged */
	IVGPU_OPERAND_MEMORY,	/* address in the GGTT where the flag is set, else as above */
	/*
	 * No public text says which space it names when privileged: then the command is
	 * refused; in a user batch it is of the context's own space.
	 */
	IVGPU_OPERAND_EITHER,
	/*
	 * As MEMORY, if the dword before has a post-sync operation (bits 15:14), and an
	 * index into the running context's status page where it has bit 21.
	 */
	IVGPU_OPERAND_POST_SYNC,
	IVGPU_OPERAND_BATCH,	/* address in the GGTT where the flag is clear */
	IVGPU_OPERAND_INDEX,	/* offset into a status page, which the flag chooses */
	IVGPU_OPERAND_READ,	/* register */
	IVGPU_OPERAND_WRITE,	/* register */
	IVGPU_OPERAND_LOAD,	/* register; the dword after it is its value */
};

/**
 * struct ivgpu_cmd_operand - an address or a register in a command
 * @kind: what it is
 * @dword: where it begins
 * @low: its lowest bit: addresses are aligned to that
 * @high: its highest bit, counted from bit 0 of @dword
 * @flag_dword: of the bit that decides (see @kind)
 * @flag: that bit
 * @bytes: how many it names; 0: as many as the command has dwords behind the address
 * @count: how often it is repeated; 0: to the end of the command
 * @stride: dwords from one to the next
 */
struct ivgpu_cmd_operand {
	u8 kind;
	u8 dword;
	u8 low;
	u8 high;
	u8 flag_dword;
	u8 flag;
	u16 bytes;
	u8 count;
	u8 stride;
};

/* What becomes of a command. */
enum ivgpu_cmd_rule {
	IVGPU_RULE_ALLOW,	/* any guest may run it as it is */
	IVGPU_RULE_OPERANDS,	/* its operands are judged, each by itself */
	IVGPU_RULE_AUDIT,	/* its audit judges it */
	IVGPU_RULE_DROP,	/* becomes MI_NOOP: it concerns what a guest does not have */
	IVGPU_RULE_DROP_USER,	/* the same without privilege, as hardware does; else judged */
	IVGPU_RULE_REFUSE,
};

struct ivgpu_cmd_walk;

/**
 * struct ivgpu_cmd_row - one command of one engine
 * @engines: per generation from IVGPU_CMD_FIRST_GEN on: mask of engine ids that know it
 * @length_mask: the header's length field; 0: the command has none
 * @bias: what is added to the length field
 * @rule: see enum ivgpu_cmd_rule
 * @nr_operands: how many @operands
 * @length: per generation from IVGPU_CMD_FIRST_GEN on: in dwords, header included
 * @name: as the manuals call it
 * @audit: for IVGPU_RULE_AUDIT
 * @operands: every address and register in it
 */
struct ivgpu_cmd_row {
	u8 engines[2];
	u16 length_mask;
	u8 bias;
	u8 rule;
	u8 nr_operands;
	struct {
		u32 min;
		u32 max;
	} length[2];
	const char *name;
	void (*audit)(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
	const struct ivgpu_cmd_operand *operands;
};

/* Lengths in dwords, header included, of both generations or of each; @_bits of length field. */
#define IVGPU_LENGTH(_min, _max, _bits)						\
	.length_mask = BIT(_bits) - 1, .bias = 2, .length = { [0 ... 1] = { (_min), (_max) } }
#define IVGPU_LENGTH_89(_min8, _max8, _min9, _max9, _bits)			\
	.length_mask = BIT(_bits) - 1, .bias = 2,				\
	.length = { { (_min8), (_max8) }, { (_min9), (_max9) } }
/* One dword, also where there is a length field. */
#define IVGPU_ONE_DWORD(_bits)							\
	.length_mask = BIT(_bits) - 1, .bias = 1, .length = { [0 ... 1] = { 1, 1 } }

#define IVGPU_OPERANDS(...)							\
	.operands = (const struct ivgpu_cmd_operand[]){ __VA_ARGS__ },		\
	.nr_operands = sizeof((const struct ivgpu_cmd_operand[]){ __VA_ARGS__ }) / \
		       sizeof(struct ivgpu_cmd_operand)
/* 64-bit addresses and offsets of the context's own space; @_low: lowest address bit. */
#define IVGPU_AT(_dword, _low)							\
	{ IVGPU_OPERAND_PPGTT, (_dword), (_low), 63, .count = 1 }
#define IVGPU_AT_EACH(_dword, _low, _count, _stride)				\
	{ IVGPU_OPERAND_PPGTT, (_dword), (_low), 63, .count = (_count), .stride = (_stride) }
#define IVGPU_OFFSET(_dword, _low, _high)					\
	{ IVGPU_OPERAND_OFFSET, (_dword), (_low), (_high), .count = 1 }

/**
 * struct ivgpu_cmd_walk - where a scan stands; passed to audits
 * @scan: the scan
 * @row: the row of the command at hand
 * @pos: dword index of the command at hand
 * @arb_off: dword index + 1 of an MI_ARB_ON_OFF that switched arbitration off
 *	     and was not followed by one that switched it on; 0: none
 * @ended: no command of this stretch after this one is executed
 */
struct ivgpu_cmd_walk {
	struct ivgpu_cmd_scan *scan;
	const struct ivgpu_cmd_row *row;
	u32 pos;
	u32 arb_off;
	bool ended;
};

/* What an audit may say: the first refusal stays. */
void ivgpu_cmd_refuse(struct ivgpu_cmd_walk *walk, enum ivgpu_cmd_reason reason, u64 detail);
/* Replace @len dwords by MI_NOOP. */
void ivgpu_cmd_make_noop(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
bool ivgpu_cmd_is_user(const struct ivgpu_cmd_walk *walk);
/* Judge the operands of walk->row that stand for themselves. */
void ivgpu_cmd_audit_operands(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
/* Judge the post-sync operation that is the first operand of walk->row. */
void ivgpu_cmd_audit_post_sync(struct ivgpu_cmd_walk *walk, const u32 *dw);
/* Judge @bytes of GGTT at @addr. */
void ivgpu_cmd_audit_ggtt(struct ivgpu_cmd_walk *walk, u64 addr, u64 bytes);
/* Judge a register operand; writes back what the policy replaced. */
void ivgpu_cmd_audit_register(struct ivgpu_cmd_walk *walk, enum ivgpu_reg_access access,
			      u32 *offset, u32 *value);

/**
 * struct ivgpu_cmd_group - the commands whose headers agree in bits 31:24
 * @rows: by opcode
 * @nr: how many
 * @shift: lowest bit of the opcode
 *
 * Types have opcodes of their own width: MI (type 0) bits 28:23, 2D (type 2) bits
 * 28:22, the rest (type 3) bits 23:16 after the group. For each of them the eight
 * bits from @shift on are the opcode: above it there are only zeros of the type.
 */
struct ivgpu_cmd_group {
	const struct ivgpu_cmd_row *rows;
	u16 nr;
	u8 shift;
};

#define IVGPU_CMD_GROUPS	256
#define IVGPU_CMD_MI_ROWS	0x37
#define IVGPU_CMD_2D_ROWS	0x78

extern const struct ivgpu_cmd_row ivgpu_cmd_mi[IVGPU_CMD_MI_ROWS];
extern const struct ivgpu_cmd_row ivgpu_cmd_2d[IVGPU_CMD_2D_ROWS];

#define IVGPU_GROUP_MI		{ ivgpu_cmd_mi, IVGPU_CMD_MI_ROWS, 23 }
#define IVGPU_GROUP_2D		{ ivgpu_cmd_2d, IVGPU_CMD_2D_ROWS, 22 }

extern const struct ivgpu_cmd_group ivgpu_cmd_render[IVGPU_CMD_GROUPS];
extern const struct ivgpu_cmd_group ivgpu_cmd_blitter[IVGPU_CMD_GROUPS];
extern const struct ivgpu_cmd_group ivgpu_cmd_video[IVGPU_CMD_GROUPS];
extern const struct ivgpu_cmd_group ivgpu_cmd_vebox[IVGPU_CMD_GROUPS];

/* Per engine, by bits 31:24 of the header. */
extern const struct ivgpu_cmd_group *const ivgpu_cmd_groups[IVGPU_NUM_ENGINES];

/**
 * ivgpu_cmd_lookup - the row of a command among those of an engine
 * @groups: the engine's
 * @engine: mask of the engine's id
 * @gen: generation from IVGPU_CMD_FIRST_GEN on
 * @header: the command's first dword
 *
 * Return: the row, or NULL when this engine of this generation has no such command.
 */
static inline const struct ivgpu_cmd_row *
ivgpu_cmd_lookup(const struct ivgpu_cmd_group *groups, u8 engine, unsigned long gen, u32 header)
{
	const struct ivgpu_cmd_group *group = &groups[header >> 24];
	u32 opcode = header >> group->shift & 0xff;
	const struct ivgpu_cmd_row *row;

	if (opcode >= group->nr)
		return NULL;
	row = group->rows + opcode;
	return row->engines[gen] & engine ? row : NULL;
}

static inline const struct ivgpu_cmd_row *
ivgpu_cmd_find(enum ivgpu_engine_id engine, unsigned int gen, u32 header)
{
	return ivgpu_cmd_lookup(ivgpu_cmd_groups[engine], BIT(engine), gen - IVGPU_CMD_FIRST_GEN,
				header);
}

/**
 * ivgpu_cmd_row_length - length of a command
 * @row: its row
 * @gen: 8 or 9
 * @header: its first dword
 *
 * Return: dwords, header included; 0 when the header's length contradicts the row.
 */
static inline u32 ivgpu_cmd_row_length(const struct ivgpu_cmd_row *row, unsigned int gen,
				       u32 header)
{
	u32 len = (header & row->length_mask) + row->bias;

	gen -= IVGPU_CMD_FIRST_GEN;
	return len < row->length[gen].min || len > row->length[gen].max ? 0 : len;
}

/* Audits: audit_mi.c, audit_render.c. */
void ivgpu_audit_arb_on_off(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_batch_end(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_conditional_end(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_semaphore_wait(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_lri(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_flush_dw(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_atomic(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_batch_start(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);
void ivgpu_audit_pipe_control(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len);

#endif
