// SPDX-License-Identifier: GPL-2.0
/*
 * What is left of the display when all its pipes are fused off: i915 6.1 still
 * switches the power wells on.
 */
#include "handlers.h"

/*
 * Four requesters (firmware, driver, KVMR, debug), one register each: in every
 * pair of bits the upper one asks for a well, the lower one says that it is on,
 * in all four (i915 i915_reg.h, HSW_PWR_WELL_CTL).
 */
#define PWR_WELL_CTL	0x45400
#define REQUESTERS	4
#define REQUESTS	0xaaaaaaaa

static u32 power_well_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	u32 requests = 0;
	unsigned int i;

	for (i = 0; i < REQUESTERS; i++)
		requests |= *ivgpu_vgpu_reg(vgpu, PWR_WELL_CTL + 4 * i) & REQUESTS;
	return (*reg & REQUESTS) | requests >> 1;
}

const struct ivgpu_reg_ops ivgpu_h_power_well = { .read = power_well_read };
