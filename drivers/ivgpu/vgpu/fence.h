/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fences: ranges of the GGTT that BAR2 shows as if a tiled surface in them were
 * linear. Pure. Lock: the caller's, for the registers.
 */
#ifndef IVGPU_VGPU_FENCE_H
#define IVGPU_VGPU_FENCE_H

#include <linux/types.h>

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

#endif
