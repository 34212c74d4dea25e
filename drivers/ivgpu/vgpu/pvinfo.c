// SPDX-License-Identifier: GPL-2.0
/*
 * The PVINFO page at 0x78000: how a guest driver learns that it runs on a vGPU,
 * which GGTT ranges are its own and how many fences it has, and how it announces
 * page tables (layout: i915 i915_pvinfo.h).
 */
#include "handlers.h"

#define PVINFO		0x78000

#define CAP_FULL_PPGTT	BIT(2)
#define CAP_HWSP	BIT(3)

void ivgpu_pvinfo_reset(struct ivgpu_vgpu *vgpu)
{
	const struct ivgpu_partition *part = &vgpu->part;
	const struct {
		u32 offset;
		u32 value;
	} page[] = {
		{ 0x00, 0x76544776 },
		{ 0x04, 0x47765447 },
		{ 0x08, 1 },				/* version 1.0 */
		{ 0x10, CAP_FULL_PPGTT | CAP_HWSP },
		{ 0x40, part->low.start },
		{ 0x44, part->low.size },
		{ 0x48, part->high.start },
		{ 0x4c, part->high.size },
		{ 0x50, vgpu->type->fences },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(page); i++)
		*ivgpu_vgpu_reg(vgpu, PVINFO + page[i].offset) = page[i].value;
}

/* Messages from the guest (enum vgt_g2v_type there). */
enum {
	G2V_L3_CREATE = 2,
	G2V_L3_DESTROY,
	G2V_L4_CREATE,
	G2V_L4_DESTROY,
	G2V_EXECLIST_CREATE,
	G2V_EXECLIST_DESTROY,
};

/*
 * Shadows are made when a context is first submitted and found again by their
 * roots, so an announcement of a new one changes nothing. After that of an end the
 * guest uses its pages for other things: writes to them are told of no more.
 */
static void g2v_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
		      u32 value)
{
	if (value < G2V_L3_CREATE || value > G2V_EXECLIST_DESTROY)
		vgpu_info(vgpu, "the guest sent message %u, which has no meaning\n", value);
	if (!vgpu->live || (value != G2V_L3_DESTROY && value != G2V_L4_DESTROY &&
			    value != G2V_EXECLIST_DESTROY))
		return;
	mutex_lock(&vgpu->gm.lock);
	ivgpu_guestmem_untrack_all(&vgpu->gm);
	mutex_unlock(&vgpu->gm.lock);
}

const struct ivgpu_reg_ops ivgpu_h_g2v = { .write = g2v_write };
