/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cmd: what the commands of Gen8/Gen9 engines are, and which a guest may run.
 *
 * For: one description per command and engine, a scanner over a stretch of
 * commands, and the audit of addresses and registers in them.
 * Owns: const tables only. Lock: none. Pure: builds without PCI and VFIO, in
 * the kernel, under UML and in user space.
 */
#ifndef IVGPU_CMD_H
#define IVGPU_CMD_H

#include <linux/types.h>

#include <ivgpu/engine.h>

/* What a command wants to do with a register. */
enum ivgpu_reg_access {
	IVGPU_REG_LOAD_IMM,	/* LRI, PIPE_CONTROL's register write: the value is known */
	IVGPU_REG_WRITE,	/* LRM, LRR destination: the value is not known */
	IVGPU_REG_READ,		/* SRM, LRR source */
};

enum ivgpu_reg_verdict {
	IVGPU_REG_ALLOW,
	IVGPU_REG_REPLACE,	/* use *value / *offset as changed by the policy */
	IVGPU_REG_REFUSE,
};

/**
 * struct ivgpu_cmd_policy - what the scanner may not know itself
 * @reg: judge a register access of @engine; may change @offset and @value with
 *	 IVGPU_REG_REPLACE
 * @ggtt: true when [addr, addr+len) lies wholly in what the guest may address
 *
 * Handed down by vgpu/, which derives @reg from the register table. Must not
 * sleep and must depend on nothing that a guest can change meanwhile.
 */
struct ivgpu_cmd_policy {
	enum ivgpu_reg_verdict (*reg)(const void *owner, enum ivgpu_engine_id engine,
				      enum ivgpu_reg_access access, u32 *offset, u32 *value);
	bool (*ggtt)(const void *owner, u64 addr, u64 len);
};

/* Where the commands come from. */
enum ivgpu_cmd_space {
	IVGPU_CMD_RING,		/* shadow ring: privileged */
	IVGPU_CMD_BATCH_GGTT,	/* batch in GGTT: privileged */
	IVGPU_CMD_BATCH_PPGTT,	/* non-privileged batch (BCS, or by the administrator's wish) */
	IVGPU_CMD_WA_BATCH,	/* indirect-context and per-context batch: privileged */
};

enum ivgpu_cmd_result {
	IVGPU_CMD_OK,		/* all scanned */
	IVGPU_CMD_END,		/* ended by MI_BATCH_BUFFER_END or by a jump */
	IVGPU_CMD_PARTIAL,	/* the command at @offset is longer than what is left */
	IVGPU_CMD_REFUSED,
};

enum ivgpu_cmd_reason {
	IVGPU_CMD_FINE,
	IVGPU_CMD_UNKNOWN,	/* no row */
	IVGPU_CMD_LENGTH,	/* length contradicts the row */
	IVGPU_CMD_FORBIDDEN,	/* row says never, or not here */
	IVGPU_CMD_GGTT_ADDRESS,
	IVGPU_CMD_REGISTER,
	IVGPU_CMD_PRIVILEGE,
	IVGPU_CMD_BUDGET,
	IVGPU_CMD_NUM_REASONS
};

/* A batch that a scanned stretch starts. */
struct ivgpu_cmd_batch {
	u32 offset;		/* bytes from the start of the stretch to the command */
	u64 addr;		/* where the batch is */
	bool ggtt;		/* GGTT (privileged) or PPGTT */
	bool second_level;
};

#define IVGPU_CMD_MAX_BATCHES	32

/**
 * struct ivgpu_cmd_scan - one scan, in and out
 * @engine: which engine will execute it
 * @gen: 8 or 9
 * @space: where it comes from
 * @dw: the commands, our own copy; patched in place
 * @ndw: how many dwords
 * @policy: see struct ivgpu_cmd_policy
 * @owner: passed to @policy
 * @budget: dwords that may still be scanned for this submission; counted down
 * @result: verdict
 * @reason: why, when refused
 * @offset: byte offset of the command that ended the scan
 * @name: name of that command, where it did not end the scan rightly
 * @detail: the register or address that was refused
 * @batches: batches started, in order; on IVGPU_CMD_END by a chain the last is the target
 * @nr_batches: how many
 * @patched: dwords changed
 * @replaced: registers that the policy replaced by a harmless one, as @patched counts them too
 */
struct ivgpu_cmd_scan {
	enum ivgpu_engine_id engine;
	unsigned int gen;
	enum ivgpu_cmd_space space;
	u32 *dw;
	u32 ndw;
	const struct ivgpu_cmd_policy *policy;
	const void *owner;
	u32 *budget;

	enum ivgpu_cmd_result result;
	enum ivgpu_cmd_reason reason;
	u32 offset;
	const char *name;
	u64 detail;
	struct ivgpu_cmd_batch batches[IVGPU_CMD_MAX_BATCHES];
	unsigned int nr_batches;
	u32 patched;
	u32 replaced;
};

enum ivgpu_cmd_result ivgpu_cmd_scan(struct ivgpu_cmd_scan *scan);
/* Length in dwords of the command that begins with @header, 0 when unknown. */
u32 ivgpu_cmd_length(enum ivgpu_engine_id engine, unsigned int gen, u32 header);
const char *ivgpu_cmd_name(enum ivgpu_engine_id engine, unsigned int gen, u32 header);
const char *ivgpu_cmd_reason_name(enum ivgpu_cmd_reason reason);
/* Aim the MI_BATCH_BUFFER_START at byte @offset of @dw at @addr instead. */
void ivgpu_cmd_retarget_batch(u32 *dw, u32 offset, u64 addr);
/*
 * A context image page from a guest against the layout that hardware itself
 * saved (@golden): every command header and every register offset must agree.
 * Returns 0 or -EPERM with *bad set to the dword index.
 */
int ivgpu_cmd_audit_image(enum ivgpu_engine_id engine, unsigned int gen, const u32 *golden,
			  const u32 *image, u32 ndw, u32 *bad);

#endif
