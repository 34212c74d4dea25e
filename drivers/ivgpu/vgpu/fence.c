// SPDX-License-Identifier: GPL-2.0
/*
 * Detiling of BAR2 accesses, done by us because the guest's BAR2 is not the
 * physical one.
 *
 * Register layout: i915 gt/intel_ggtt_fencing.c. Tiles are 4 KiB: X is 8 rows of
 * 512 bytes; Y is 8 columns of 16 bytes by 32 rows. Gen8 and later do not swizzle
 * address bit 6 (i915 there, detect_bit_6_swizzle).
 */
#include <linux/bits.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "fence.h"

#define FENCE_VALID	BIT(0)
#define FENCE_TILE_Y	BIT(1)
#define FENCE_PAGE	GENMASK(31, 12)
#define FENCE_PITCH	GENMASK(11, 0)

#define TILE_BYTES	4096
#define TILE_X_WIDTH	512
#define TILE_X_HEIGHT	8
#define TILE_Y_WIDTH	128
#define TILE_Y_HEIGHT	32
#define TILE_Y_COLUMN	16

static u64 detile_x(u64 x, u64 y, u64 tiles, u32 *run)
{
	u64 tile = y / TILE_X_HEIGHT * tiles + x / TILE_X_WIDTH;

	*run = min_t(u32, *run, TILE_X_WIDTH - x % TILE_X_WIDTH);
	return tile * TILE_BYTES + y % TILE_X_HEIGHT * TILE_X_WIDTH + x % TILE_X_WIDTH;
}

static u64 detile_y(u64 x, u64 y, u64 tiles, u32 *run)
{
	u64 tile = y / TILE_Y_HEIGHT * tiles + x / TILE_Y_WIDTH;

	*run = min_t(u32, *run, TILE_Y_COLUMN - x % TILE_Y_COLUMN);
	return tile * TILE_BYTES +
	       x % TILE_Y_WIDTH / TILE_Y_COLUMN * (TILE_Y_COLUMN * TILE_Y_HEIGHT) +
	       y % TILE_Y_HEIGHT * TILE_Y_COLUMN + x % TILE_Y_COLUMN;
}

/* A pitch that is no whole number of tiles is undefined; it is taken for linear. */
static u64 detile(const struct ivgpu_fence *fence, u64 offset, u32 *run)
{
	u32 pitch = ((fence->high & FENCE_PITCH) + 1) * 128;
	u32 width = fence->low & FENCE_TILE_Y ? TILE_Y_WIDTH : TILE_X_WIDTH;
	u64 y;
	u32 x;

	if (pitch % width)
		return offset;
	y = div_u64_rem(offset, pitch, &x);
	if (fence->low & FENCE_TILE_Y)
		return detile_y(x, y, pitch / width, run);
	return detile_x(x, y, pitch / width, run);
}

u64 ivgpu_fence_translate(const struct ivgpu_fence *fences, unsigned int nr, u64 addr, u32 *run)
{
	const struct ivgpu_fence *fence;
	u64 start, end;

	for (fence = fences; fence < fences + nr; fence++) {
		if (!(fence->low & FENCE_VALID))
			continue;
		start = fence->low & FENCE_PAGE;
		end = (u64)(fence->high & FENCE_PAGE) + TILE_BYTES;
		if (addr >= start && addr < end) {
			*run = min_t(u64, *run, end - addr);
			return start + detile(fence, addr - start, run);
		}
		if (addr < start)
			*run = min_t(u64, *run, start - addr);
	}
	return addr;
}
