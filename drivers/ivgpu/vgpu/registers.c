// SPDX-License-Identifier: GPL-2.0
/*
 * The register values of one vGPU: made, reset, and the ones that are switched
 * with an engine.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "aperture.h"

#define RING_NOPID	0x94
#define CTC_MODE		0xa26c	/* bit 0: time is counted as the override says */
#define TIMESTAMP_OVERRIDE	0x44074
#define RP_STATE_CAP	0x145998
#define RPSTAT1		0xa01c

u32 ivgpu_vgpu_engines(const struct ivgpu_vgpu *vgpu)
{
	return ivgpu_gpu_info(vgpu->gpu)->engines;
}

static int list_owned(struct ivgpu_vgpu *vgpu)
{
	const struct ivgpu_reg_slot *slot;
	unsigned int n, *nr;

	for (n = 1; n < vgpu->map->nr; n++) {
		slot = &vgpu->map->slots[n];
		if (slot->reg->class != IVGPU_REG_ENGINE || slot->engine == IVGPU_NO_ENGINE)
			continue;
		nr = &vgpu->nr_owned[slot->engine];
		if (*nr == IVGPU_MAX_OWNED_REGS)
			return -EINVAL;
		vgpu->owned[slot->engine][(*nr)++] = n;
	}
	return 0;
}

int ivgpu_registers_create(struct ivgpu_vgpu *vgpu)
{
	int ret;

	vgpu->map = ivgpu_regmap_create(vgpu->display ? &ivgpu_regs_gen9_display : &ivgpu_regs_gen9,
					ivgpu_vgpu_engines(vgpu));
	if (IS_ERR(vgpu->map)) {
		ret = PTR_ERR(vgpu->map);
		vgpu->map = NULL;
		return ret;
	}
	vgpu->regs = kcalloc(vgpu->map->nr, sizeof(*vgpu->regs), GFP_KERNEL);
	vgpu->hits = kcalloc(vgpu->map->nr, sizeof(*vgpu->hits), GFP_KERNEL);
	if (!vgpu->regs || !vgpu->hits)
		return -ENOMEM;
	return list_owned(vgpu);
}

void ivgpu_registers_destroy(struct ivgpu_vgpu *vgpu)
{
	if (vgpu->map)
		ivgpu_regmap_destroy(vgpu->map);
	kfree(vgpu->regs);
	kfree(vgpu->hits);
}

int ivgpu_registers_renew(struct ivgpu_vgpu *vgpu)
{
	struct ivgpu_regmap *map = vgpu->map;
	u32 *regs = vgpu->regs, *hits = vgpu->hits;
	int ret;

	vgpu->map = NULL;
	vgpu->regs = NULL;
	vgpu->hits = NULL;
	memset(vgpu->nr_owned, 0, sizeof(vgpu->nr_owned));
	ret = ivgpu_registers_create(vgpu);
	if (!ret) {
		ivgpu_regmap_destroy(map);
		kfree(regs);
		kfree(hits);
		return 0;
	}
	ivgpu_registers_destroy(vgpu);
	vgpu->map = map;
	vgpu->regs = regs;
	vgpu->hits = hits;
	memset(vgpu->nr_owned, 0, sizeof(vgpu->nr_owned));
	list_owned(vgpu);
	return ret;
}

static u32 ring_base(const struct ivgpu_reg_slot *slot)
{
	return slot->offset - slot->reg->offset - slot->index * slot->reg->stride;
}

static u32 power_on_value(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot)
{
	if (slot->reg->flags & IVGPU_REG_HOST)
		return ivgpu_mmio_read(vgpu->gpu, slot->offset);
	if (slot->reg->handler == IVGPU_H_NONPRIV)
		return ring_base(slot) + RING_NOPID;
	return slot->reg->reset;
}

/*
 * One frequency, the hardware's guaranteed one: highest, guaranteed and lowest
 * are the same, so that a guest driver has nothing to tune (units of 50 MHz in
 * the capability, of 50/3 MHz in the status; i915 gt/intel_rps.c).
 */
static void fix_frequency(struct ivgpu_vgpu *vgpu)
{
	u32 cap = ivgpu_mmio_read(vgpu->gpu, RP_STATE_CAP);
	u32 rp1 = cap >> 8 & 0xff;

	*ivgpu_vgpu_reg(vgpu, RP_STATE_CAP) = rp1 | rp1 << 8 | rp1 << 16;
	*ivgpu_vgpu_reg(vgpu, RPSTAT1) = (rp1 * 3) << 23;
}

/* Drivers read it only where time is made that way (i915 gt/intel_gt_clock_utils.c). */
static void copy_timestamp_override(struct ivgpu_vgpu *vgpu)
{
	if (*ivgpu_vgpu_reg(vgpu, CTC_MODE) & 1)
		*ivgpu_vgpu_reg(vgpu, TIMESTAMP_OVERRIDE) =
			ivgpu_mmio_read(vgpu->gpu, TIMESTAMP_OVERRIDE);
}

void ivgpu_registers_reset(struct ivgpu_vgpu *vgpu)
{
	unsigned int n;

	for (n = 1; n < vgpu->map->nr; n++)
		vgpu->regs[n] = power_on_value(vgpu, &vgpu->map->slots[n]);
	fix_frequency(vgpu);
	copy_timestamp_override(vgpu);
	ivgpu_pvinfo_reset(vgpu);
	ivgpu_vgpu_aperture_reset(vgpu);
	ivgpu_virq_reset(&vgpu->irq);
	ivgpu_vgpu_display_reset(vgpu);
}

/*
 * A reset of engines leaves the interrupt masks and the reset request itself
 * alone (i915 gt/intel_reset.c and its breadcrumbs rely on that).
 */
static bool survives_reset(const struct ivgpu_reg_slot *slot)
{
	return slot->reg->handler == IVGPU_H_RING_IMR || slot->reg->handler == IVGPU_H_RESET_CTL;
}

void ivgpu_registers_reset_engines(struct ivgpu_vgpu *vgpu, u32 mask)
{
	const struct ivgpu_reg_slot *slot;
	unsigned int n;

	for (n = 1; n < vgpu->map->nr; n++) {
		slot = &vgpu->map->slots[n];
		if (slot->engine != IVGPU_NO_ENGINE && mask & BIT(slot->engine) &&
		    !survives_reset(slot))
			vgpu->regs[n] = power_on_value(vgpu, slot);
	}
}

unsigned int ivgpu_registers_owned(struct ivgpu_vgpu *vgpu, enum ivgpu_engine_id engine,
				   struct ivgpu_switch_reg *regs, unsigned int max)
{
	unsigned int i, n, count = min(max, vgpu->nr_owned[engine]);

	for (i = 0; i < count; i++) {
		n = vgpu->owned[engine][i];
		regs[i].offset = vgpu->map->slots[n].offset;
		regs[i].value = READ_ONCE(vgpu->regs[n]);
	}
	return count;
}
