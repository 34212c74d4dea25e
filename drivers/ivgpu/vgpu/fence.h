/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fences: ranges of the GGTT that BAR2 shows as if a tiled surface in them were
 * linear. Pure. Lock: the caller's, for the registers.
 */
#ifndef IVGPU_VGPU_FENCE_H
#define IVGPU_VGPU_FENCE_H

#include <linux/types.h>

#include "../gpu/slots.h"

/* The registers of one fence. */
struct ivgpu_fence {
	u32 low;
	u32 high;
};

/*
 * Where the byte is that BAR2 shows at GGTT address @addr. *@run, bytes wanted on
 * entry, is cut to how many bytes follow each other from there.
 */
u64 ivgpu_fence_translate(const struct ivgpu_fence *fences, unsigned int nr, u64 addr, u32 *run);

/* The bytes that a fence covers, page aligned; false: none. */
bool ivgpu_fence_range(const struct ivgpu_fence *fence, u64 *start, u64 *size);

/*
 * What a slot of the physical aperture has to show so that @addr can be reached
 * through it: whole rows of tiles where a fence lies over it.
 */
void ivgpu_fence_view(const struct ivgpu_fence *fences, unsigned int nr, u64 addr,
		      struct ivgpu_slot_view *view);

#endif
