/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The register page of a context image: what in it is the guest's to say, what
 * is ours, and how one becomes the other. Pure.
 */
#ifndef IVGPU_CONTEXT_IMAGE_H
#define IVGPU_CONTEXT_IMAGE_H

#include <linux/types.h>

#include <ivgpu/engine.h>

#define IVGPU_IMAGE_PAGE_DWORDS	1024

/* Indices of values in page 1, same on Gen8 and Gen9 (i915 gt/intel_lrc.c, gt/intel_lrc_reg.h). */
#define IVGPU_IMAGE_CTXCTRL	0x03
#define IVGPU_IMAGE_HEAD	0x05
#define IVGPU_IMAGE_TAIL	0x07
#define IVGPU_IMAGE_START	0x09
#define IVGPU_IMAGE_CTL		0x0b
#define IVGPU_IMAGE_BBADDR_UDW	0x0d
#define IVGPU_IMAGE_BBADDR	0x0f
#define IVGPU_IMAGE_BBSTATE	0x11
#define IVGPU_IMAGE_WA_PER_CTX	0x19
#define IVGPU_IMAGE_WA_INDIRECT	0x1b
#define IVGPU_IMAGE_WA_OFFSET	0x1d
#define IVGPU_IMAGE_TIMESTAMP	0x23
#define IVGPU_IMAGE_PDP3_UDW	0x25
#define IVGPU_IMAGE_PDP0_LDW	0x33
#define IVGPU_IMAGE_RPCS	0x43
#define IVGPU_IMAGE_GPR_FIRST	0x69
#define IVGPU_IMAGE_GPR_LAST	0xa7

#define IVGPU_RING_CTL_VALID	0x1u
#define IVGPU_RING_CTL_SIZE	0x1ff000u
#define IVGPU_RING_HEAD_MASK	0x1ffffcu
#define IVGPU_RING_TAIL_MASK	0x1ffff8u

#define IVGPU_WA_PER_CTX_VALID	0x1u
#define IVGPU_WA_INDIRECT_LINES	0x3fu	/* length in cache lines */

/**
 * struct ivgpu_image_guest - what a guest's register page says
 * @ctxctrl: CTX_CONTROL
 * @inhibit: the image is not to be restored (a first run)
 * @head: ring head, as far as it is an offset
 * @tail: ring tail
 * @start: ring start, a GGTT address of the guest
 * @ctl: ring control
 * @ring_size: bytes, from @ctl
 * @bb: BBADDR upper and lower half and BB_STATE
 * @wa_per_ctx: per-context workaround batch
 * @wa_indirect: indirect-context batch and its length
 * @wa_offset: where in the restore it runs
 * @roots: page directory pointers
 * @pdp: the same as dwords, in the order of the image
 * @rpcs: slice and subslice power
 */
struct ivgpu_image_guest {
	u32 ctxctrl;
	bool inhibit;
	u32 head;
	u32 tail;
	u32 start;
	u32 ctl;
	u32 ring_size;
	u32 bb[3];
	u32 wa_per_ctx;
	u32 wa_indirect;
	u32 wa_offset;
	u64 roots[4];
	u32 pdp[8];
	u32 rpcs;
};

/**
 * struct ivgpu_image_own - what takes the place of the guest's values
 * @start: our ring
 * @ctl: its control
 * @wa_per_ctx: our copy of the per-context batch, 0 for none
 * @wa_indirect: our copy of the indirect-context batch, 0 for none
 * @wa_offset: as the guest has it
 * @roots: roots of the shadow PPGTT
 */
struct ivgpu_image_own {
	u32 start;
	u32 ctl;
	u32 wa_per_ctx;
	u32 wa_indirect;
	u32 wa_offset;
	u64 roots[4];
};

/* Dwords of the register page that are the ring context and are never the guest's. */
u32 ivgpu_image_own_dwords(unsigned int gen);
bool ivgpu_image_has_wa(enum ivgpu_engine_id engine, unsigned int gen);
int ivgpu_image_parse(enum ivgpu_engine_id engine, unsigned int gen, const u32 *golden,
		      const u32 *page, struct ivgpu_image_guest *guest, const char **why);
bool ivgpu_image_resumes(const struct ivgpu_image_guest *guest, const u32 *shown);
void ivgpu_image_set_roots(u32 *shadow, const u64 roots[4]);
void ivgpu_image_build(enum ivgpu_engine_id engine, unsigned int gen, const u32 *golden,
		       const u32 *page, const struct ivgpu_image_guest *guest,
		       const struct ivgpu_image_own *own, bool resume, u32 *shadow);
void ivgpu_image_show(enum ivgpu_engine_id engine, unsigned int gen,
		      const struct ivgpu_image_guest *guest, const u32 *shadow, u32 *page);

#endif
