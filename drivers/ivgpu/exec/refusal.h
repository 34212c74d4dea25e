/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a submission is not run: collected where that is found, told once.
 */
#ifndef IVGPU_REFUSAL_H
#define IVGPU_REFUSAL_H

#include "../cmd/cmd.h"
#include "exec.h"

/**
 * struct ivgpu_refusal - why a submission is refused, or a virtual engine stands still
 * @reason: for the counters
 * @why: in words
 * @command: name of the command that was not let pass; NULL: it was no command
 * @where: what the command stands in, "ring" ...
 * @addr: where that is, in the address space of its own
 * @offset: of the command, in bytes from @addr
 * @detail: the register or address that was refused
 */
struct ivgpu_refusal {
	enum ivgpu_refused reason;
	const char *why;
	const char *command;
	const char *where;
	u64 addr;
	u32 offset;
	u64 detail;
};

/* Something else than a command is wrong. */
static inline void ivgpu_refuse(struct ivgpu_refusal *refusal, enum ivgpu_refused reason,
				const char *why)
{
	*refusal = (struct ivgpu_refusal){ .reason = reason, .why = why };
}

void ivgpu_refuse_command(struct ivgpu_refusal *refusal, const struct ivgpu_cmd_scan *scan,
			  const char *where, u64 addr, u32 offset);
/* Counts, logs and traces it, and stops the virtual engine; any lock may be held but ve->lock. */
void ivgpu_vengine_stall(struct ivgpu_vengine *ve, const struct ivgpu_refusal *refusal);

#endif
