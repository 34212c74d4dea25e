// SPDX-License-Identifier: GPL-2.0
/*
 * What an administrator may set for the memory of one vGPU: how much of its
 * guest's memory is pinned, how many shadow tables it has, whether its page
 * tables are write-tracked. The settings belong to the vGPU and outlive its VMMs.
 */
#include <linux/mm.h>

#include "vgpu_state.h"

/* Fewer do not hold what one guest needs to come up. */
#define LEAST_PIN_MIB	1
#define LEAST_TABLES	16
#define MOST_TABLES	1048576
/* 16 GiB mapped by 4K pages. */
#define USUAL_TABLES	8192

/**
 * ivgpu_vgpu_limits_init() - the values of a new vGPU
 * @vgpu: the vGPU
 *
 * Half of the host's memory, since the guest is not the host's only task; the
 * VMM's own limit of locked memory is mostly lower.
 */
void ivgpu_vgpu_limits_init(struct ivgpu_vgpu *vgpu)
{
	vgpu->pin_limit = totalram_pages() / 2;
	vgpu->table_limit = USUAL_TABLES;
}

/**
 * ivgpu_vgpu_apply_limits() - the parts of an open vGPU get to know their limits
 * @vgpu: the vGPU, open
 */
void ivgpu_vgpu_apply_limits(struct ivgpu_vgpu *vgpu)
{
	lockdep_assert_held(&vgpu->life_lock);
	ivgpu_guestmem_set_limit(&vgpu->gm, vgpu->pin_limit);
	mutex_lock(&vgpu->gm.lock);
	ivgpu_ppgtt_space_set_limit(vgpu->ppgtts, vgpu->table_limit);
	/* The GTT cache, which 2M pages do not agree with, is off: gpu/gt_setup.c. */
	ivgpu_ppgtt_space_keep_2m(vgpu->ppgtts, true);
	mutex_unlock(&vgpu->gm.lock);
}

static void apply(struct ivgpu_vgpu *vgpu)
{
	if (vgpu->live)
		ivgpu_vgpu_apply_limits(vgpu);
	mutex_unlock(&vgpu->life_lock);
}

/* See vgpu.h. */
int ivgpu_vgpu_set_pin_limit(struct ivgpu_vgpu *vgpu, unsigned int mib)
{
	unsigned long pages = (unsigned long)mib << (20 - PAGE_SHIFT);

	if (mib < LEAST_PIN_MIB || pages > totalram_pages())
		return -ERANGE;
	mutex_lock(&vgpu->life_lock);
	vgpu->pin_limit = pages;
	apply(vgpu);
	return 0;
}

unsigned int ivgpu_vgpu_pin_limit(struct ivgpu_vgpu *vgpu)
{
	return READ_ONCE(vgpu->pin_limit) >> (20 - PAGE_SHIFT);
}

int ivgpu_vgpu_set_table_limit(struct ivgpu_vgpu *vgpu, unsigned int tables)
{
	if (tables < LEAST_TABLES || tables > MOST_TABLES)
		return -ERANGE;
	mutex_lock(&vgpu->life_lock);
	vgpu->table_limit = tables;
	apply(vgpu);
	return 0;
}

unsigned int ivgpu_vgpu_table_limit(struct ivgpu_vgpu *vgpu)
{
	return READ_ONCE(vgpu->table_limit);
}

static void apply_tracking(struct ivgpu_vgpu *vgpu)
{
	if (vgpu->live)
		ivgpu_guestmem_allow_tracking(&vgpu->gm,
					      vgpu->track_wanted && vgpu->track_possible);
	mutex_unlock(&vgpu->life_lock);
}

void ivgpu_vgpu_set_track_writes(struct ivgpu_vgpu *vgpu, bool on)
{
	mutex_lock(&vgpu->life_lock);
	vgpu->track_wanted = on;
	apply_tracking(vgpu);
}

bool ivgpu_vgpu_track_writes(struct ivgpu_vgpu *vgpu)
{
	return READ_ONCE(vgpu->track_wanted);
}

void ivgpu_vgpu_allow_tracking(struct ivgpu_vgpu *vgpu, bool allow)
{
	mutex_lock(&vgpu->life_lock);
	vgpu->track_possible = allow;
	apply_tracking(vgpu);
}
