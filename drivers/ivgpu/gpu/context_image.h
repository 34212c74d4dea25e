/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The register page of a context image (page 1; page 0 is the per-process status
 * page), as software makes it for a context that never ran. Pure.
 */
#ifndef IVGPU_CONTEXT_IMAGE_H
#define IVGPU_CONTEXT_IMAGE_H

#include <linux/bits.h>
#include <linux/types.h>

#include <ivgpu/engine.h>

/* Dword of a register's value in the register page. */
#define CTX_CONTROL	0x03
#define   CTX_CONTROL_INHIBIT_RESTORE	BIT(0)
#define CTX_RING_HEAD	0x05
#define CTX_RING_TAIL	0x07
#define CTX_RING_START	0x09
#define CTX_RING_CTL	0x0b
#define CTX_PDP0_HIGH	0x31
#define CTX_PDP0_LOW	0x33
#define CTX_MI_MODE	0x55

struct ivgpu_context_params {
	u32 ring_start;		/* GGTT address */
	u32 ring_size;		/* bytes, a multiple of 4 KiB */
	u32 ring_head;
	u32 ring_tail;
	u64 pml4;
	bool inhibit;		/* the image is not complete: do not restore from it */
};

void ivgpu_context_image_init(u32 *regs, enum ivgpu_engine_id engine, u32 base,
			      const struct ivgpu_context_params *params);

#endif
