// SPDX-License-Identifier: GPL-2.0
/*
 * Detiling of trapped BAR2 accesses, done by us because the guest's BAR2 is not the
 * physical one; and what the physical one has to show for mapped ones.
 *
 * Register layout: i915 gt/intel_ggtt_fencing.c. Tiles are 4 KiB: X is 8 rows of
 * 512 bytes; Y is 8 columns of 16 bytes by 32 rows. Gen8 and later do not swizzle
 * address bit 6 (i915 there, detect_bit_6_swizzle).
 */
#include <linux/bits.h>
#include <linux/math.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

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

/* Bytes that a slot shows; of tiles: about, and at least a row of them (16 MiB at most). */
#define VIEW_LINEAR	SZ_256K
#define VIEW_TILED	((u32)SZ_1M)

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

static u32 pitch_of(const struct ivgpu_fence *fence)
{
	return ((fence->high & FENCE_PITCH) + 1) * 128;
}

/* A pitch that is no whole number of tiles is undefined; it is taken for linear. */
static bool is_tiled(const struct ivgpu_fence *fence)
{
	return pitch_of(fence) % (fence->low & FENCE_TILE_Y ? TILE_Y_WIDTH : TILE_X_WIDTH) == 0;
}

/* First byte, and the one after the last. */
static u64 start_of(const struct ivgpu_fence *fence)
{
	return fence->low & FENCE_PAGE;
}

static u64 end_of(const struct ivgpu_fence *fence)
{
	return (u64)(fence->high & FENCE_PAGE) + TILE_BYTES;
}

static bool covers(const struct ivgpu_fence *fence, u64 addr)
{
	return fence->low & FENCE_VALID && addr >= start_of(fence) && addr < end_of(fence);
}

static u64 detile(const struct ivgpu_fence *fence, u64 offset, u32 *run)
{
	u32 pitch = pitch_of(fence);
	u32 width = fence->low & FENCE_TILE_Y ? TILE_Y_WIDTH : TILE_X_WIDTH;
	u64 y;
	u32 x;

	if (!is_tiled(fence))
		return offset;
	y = div_u64_rem(offset, pitch, &x);
	if (fence->low & FENCE_TILE_Y)
		return detile_y(x, y, pitch / width, run);
	return detile_x(x, y, pitch / width, run);
}

u64 ivgpu_fence_translate(const struct ivgpu_fence *fences, unsigned int nr, u64 addr, u32 *run)
{
	const struct ivgpu_fence *fence;

	for (fence = fences; fence < fences + nr; fence++) {
		if (covers(fence, addr)) {
			*run = min_t(u64, *run, end_of(fence) - addr);
			return start_of(fence) + detile(fence, addr - start_of(fence), run);
		}
		if (fence->low & FENCE_VALID && addr < start_of(fence))
			*run = min_t(u64, *run, start_of(fence) - addr);
	}
	return addr;
}

bool ivgpu_fence_range(const struct ivgpu_fence *fence, u64 *start, u64 *size)
{
	*start = start_of(fence);
	if (!covers(fence, *start))
		return false;
	*size = end_of(fence) - *start;
	return true;
}

/* Tiles of a row of tiles follow one another, so whole rows of them are a surface again. */
static void tiled_view(const struct ivgpu_fence *fence, u64 addr, struct ivgpu_slot_view *view)
{
	u32 row = pitch_of(fence) *
		  (fence->low & FENCE_TILE_Y ? TILE_Y_HEIGHT : TILE_X_HEIGHT);
	u32 piece = max(VIEW_TILED / row, 1u) * row;
	u64 start = start_of(fence);

	view->start = start + div_u64(addr - start, piece) * piece;
	view->size = min_t(u64, piece, div_u64(end_of(fence) - view->start + row - 1, row) * row);
	view->fence = (u64)(fence->high & FENCE_PITCH) << 32 | (fence->low & FENCE_TILE_Y) |
		      FENCE_VALID;
}

void ivgpu_fence_view(const struct ivgpu_fence *fences, unsigned int nr, u64 addr,
		      struct ivgpu_slot_view *view)
{
	const struct ivgpu_fence *fence;

	for (fence = fences; fence < fences + nr && !covers(fence, addr); fence++)
		;
	if (fence < fences + nr && is_tiled(fence)) {
		tiled_view(fence, addr, view);
		return;
	}
	view->start = rounddown(addr, VIEW_LINEAR);
	view->size = VIEW_LINEAR;
	view->fence = 0;
}
