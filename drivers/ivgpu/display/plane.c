// SPDX-License-Identifier: GPL-2.0
/*
 * What a plane's registers say, and where in a tiled surface a byte is. Bits from
 * i915 display/skl_universal_plane_regs.h, intel_cursor_regs.h and i915_reg.h (PS_WIN_POS,
 * PS_WIN_SZ); which of them a driver sets for scaled planes and for NV12: skl_plane_update_arm()
 * in display/skl_universal_plane.c, skl_program_plane_scaler() in skl_scaler.c; tiles from
 * Intel's manuals for Skylake, volume 5, "Memory Views" (as i915 has them in
 * display/intel_fb.c); which bits of an address inside a Yf tile come from where: Intel's gmmlib,
 * Utility/CpuSwizzleBlt/CpuSwizzleBlt.c (INTEL_TILE_YF_8 to INTEL_TILE_YF_64).
 *
 * What a plane reads when it is rotated by 90 or 270 degrees is not the surface in its own order.
 * A driver maps the tiles anew: a column of tiles, from the lowest one up, becomes a row of
 * tiles (rotate_pages() in i915_vma.c); stride, size and offset count in that view
 * (skl_plane_stride_mult(), intel_plane_compute_gtt() in intel_fb.c), and the plane turns
 * what is inside of each tile. 90 degrees, clockwise, is the view as it is; 270 is that
 * upside down (skl_plane_ctl_rotate()).
 *
 * Any value gives an answer: sizes are those of the fields, and addresses wrap
 * inside the 4 GiB of the GGTT, whose owner decides what may be read.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "plane.h"

#define CTL_ENABLE	BIT(31)
#define CTL_COMPRESSED	BIT(15)
#define CTL_TILING	GENMASK(12, 10)
#define CTL_ALPHA	GENMASK(5, 4)
#define CTL_FORMAT	GENMASK(27, 24)
#define FORMAT_NV12	BIT(24)
#define CTL_SIDEWAYS	BIT(0)		/* 90 and 270 degrees */
#define CTL_TURNED	BIT(1)		/* 180 and 270 degrees */
#define TILING_X	BIT(10)
#define TILING_Y	BIT(12)
#define TILING_YF	(BIT(12) | BIT(10))
#define ANY_CPP		GENMASK(8, 0)
#define ALPHA_SOFTWARE	BIT(5)
#define ALPHA_HARDWARE	GENMASK(5, 4)

#define PAGE_MASK_4K	0xfffff000
#define TILE_BYTES	4096
#define STRIDE_UNIT	64	/* bytes, of a linear surface; of others: a tile's width */

/*
 * A tile of 4 KiB: bytes by rows; bytes that follow one another; the bits of an address
 * inside of it that are the byte's (0: columns from left to right), the others are the row's.
 */
struct tiling {
	u32 ctl;
	u32 cpp;	/* for which bytes per pixel, as bits */
	u32 width, height;
	u32 column;
	u32 swizzle;
};

static const struct tiling tilings[] = {
	{ 0, ANY_CPP, 0, 0, 0, 0 },
	{ TILING_X, ANY_CPP, 512, 8, 512, 0 },
	{ TILING_Y, ANY_CPP, 128, 32, 16, 0 },
	{ TILING_YF, BIT(1), 64, 64, 16, 0xa0f },
	{ TILING_YF, BIT(2) | BIT(4), 128, 32, 16, 0xa8f },
	{ TILING_YF, BIT(8), 256, 16, 16, 0xacf },
};

/* By PLANE_CTL and the bytes of a pixel. */
static int decode_tiling(struct ivgpu_plane *plane)
{
	const struct tiling *tiling;

	for (tiling = tilings; tiling < tilings + ARRAY_SIZE(tilings); tiling++) {
		if (tiling->ctl != (plane->ctl & CTL_TILING) || !(tiling->cpp & BIT(plane->cpp)))
			continue;
		plane->tile_width = tiling->width;
		plane->tile_height = tiling->height;
		plane->column = tiling->column;
		plane->swizzle = tiling->swizzle;
		return 0;
	}
	return -EINVAL;
}

/* 90 and 270 degrees are for Y and Yf tiles (skl_plane_check_fb()). */
static int decode_rotation(struct ivgpu_plane *plane)
{
	plane->turned = plane->ctl & CTL_TURNED;
	plane->sideways = plane->ctl & CTL_SIDEWAYS;
	return plane->sideways && !(plane->ctl & TILING_Y) ? -EINVAL : 0;
}

static enum ivgpu_alpha decode_alpha(u32 ctl)
{
	switch (ctl & CTL_ALPHA) {
	case ALPHA_SOFTWARE:
		return IVGPU_PREMULTIPLIED;
	case ALPHA_HARDWARE:
		return IVGPU_STRAIGHT;
	default:
		return IVGPU_OPAQUE;
	}
}

/* A scaler puts what was read into a window of the screen. */
static int decode_window(struct ivgpu_plane *plane, const struct ivgpu_plane_regs *regs)
{
	plane->source_width = plane->width;
	plane->source_height = plane->height;
	if (!regs->window_size)
		return 0;
	plane->width = regs->window_size >> 16;
	plane->height = regs->window_size & 0xffff;
	plane->x = regs->window_pos >> 16;
	plane->y = regs->window_pos & 0xffff;
	return plane->width && plane->height ? 0 : -ENOENT;
}

static void decode_chroma(struct ivgpu_plane *plane, const struct ivgpu_plane_regs *regs)
{
	if ((regs->ctl & CTL_FORMAT) != FORMAT_NV12)
		return;
	plane->chroma = plane->base + (regs->aux_dist & PAGE_MASK_4K);
	plane->chroma_stride = regs->aux_dist & 0xfff;
	plane->chroma_left = regs->aux_offset & 0x1fff;
	plane->chroma_top = regs->aux_offset >> 16 & 0x1fff;
}

/**
 * ivgpu_plane_decode() - what a plane shows
 * @plane: filled in
 * @regs: any values
 *
 * Return: 0; -ENOENT: nothing, it is off; -EINVAL: something that is not
 * supported (compressed, a format or kind of tiles that no driver uses).
 */
int ivgpu_plane_decode(struct ivgpu_plane *plane, const struct ivgpu_plane_regs *regs)
{
	*plane = (struct ivgpu_plane){
		.base = regs->surf & PAGE_MASK_4K,
		.ctl = regs->ctl,
		.alpha = decode_alpha(regs->ctl),
		.width = (regs->size & 0x1fff) + 1,
		.height = (regs->size >> 16 & 0xfff) + 1,
		.x = regs->pos & 0x1fff,
		.y = regs->pos >> 16 & 0xfff,
		.left = regs->offset & 0x1fff,
		.top = regs->offset >> 16 & 0x1fff,
	};
	if (!(regs->ctl & CTL_ENABLE))
		return -ENOENT;
	plane->convert = ivgpu_pixels_find(regs->ctl, &plane->cpp);
	if (!plane->convert || regs->ctl & CTL_COMPRESSED || decode_tiling(plane) ||
	    decode_rotation(plane))
		return -EINVAL;
	plane->stride = (regs->stride & 0xfff) * (plane->tile_width ?: STRIDE_UNIT);
	decode_chroma(plane, regs);
	return decode_window(plane, regs);
}

/**
 * ivgpu_plane_is_plain() - whether each pixel of the screen is one of the surface, in their order
 * @plane: decoded
 *
 * Return: false for planes that are scaled, rotated, or have their colours elsewhere.
 */
bool ivgpu_plane_is_plain(const struct ivgpu_plane *plane)
{
	return !plane->turned && !plane->sideways && !plane->chroma_stride &&
	       plane->width == plane->source_width && plane->height == plane->source_height;
}

/**
 * ivgpu_plane_chroma() - the other surface of NV12
 * @plane: decoded
 * @chroma: filled in; a pixel of it is the colour of two by two of the plane's
 *
 * Return: whether there is one.
 */
bool ivgpu_plane_chroma(const struct ivgpu_plane *plane, struct ivgpu_plane *chroma)
{
	if (!plane->chroma_stride)
		return false;
	*chroma = *plane;
	chroma->base = plane->chroma;
	chroma->left = plane->chroma_left;
	chroma->top = plane->chroma_top;
	chroma->cpp = 2;
	chroma->convert = ivgpu_pixels_chroma;
	if (decode_tiling(chroma))
		return false;
	chroma->stride = plane->chroma_stride * (chroma->tile_width ?: STRIDE_UNIT);
	return true;
}

/**
 * ivgpu_plane_source() - which pixel of a row, or row, is seen at a place
 * @plane: decoded
 * @at: the place, from the plane's edge; below @shown
 * @shown: how many are seen, at most 65535
 * @source: how many there are, at most 8192
 *
 * The nearest one; hardware filters.
 *
 * Return: its number, below @source.
 */
u32 ivgpu_plane_source(const struct ivgpu_plane *plane, u32 at, u32 shown, u32 source)
{
	u32 nearest = (2 * at + 1) * source / (2 * shown);

	return plane->turned ? source - 1 - nearest : nearest;
}

#define CURSOR_MODE	0x27
#define CURSOR_64	0x27
#define CURSOR_128	0x22
#define CURSOR_256	0x23
#define CURSOR_CUT	BIT(31)		/* in the FBC register: height - 1 */
#define FORMAT_8888	(4u << 24)

static s32 signed_magnitude(u32 value)
{
	s32 magnitude = value & 0x7fff;

	return value & BIT(15) ? -magnitude : magnitude;
}

/**
 * ivgpu_cursor_decode() - what the cursor shows
 * @plane: filled in
 * @regs: any values
 *
 * Return: 0; -ENOENT: it is off; -EINVAL: a mode that i915 does not use.
 */
int ivgpu_cursor_decode(struct ivgpu_plane *plane, const struct ivgpu_cursor_regs *regs)
{
	u32 mode = regs->ctl & CURSOR_MODE;
	u32 size = mode == CURSOR_64 ? 64 : mode == CURSOR_128 ? 128 : 256;

	*plane = (struct ivgpu_plane){
		.base = regs->base & PAGE_MASK_4K,
		.stride = 4 * size,
		.alpha = IVGPU_PREMULTIPLIED,
		.width = size,
		.height = size,
		.x = signed_magnitude(regs->pos),
		.y = signed_magnitude(regs->pos >> 16),
	};
	if (!mode)
		return -ENOENT;
	if (mode != CURSOR_64 && mode != CURSOR_128 && mode != CURSOR_256)
		return -EINVAL;
	if (regs->fbc & CURSOR_CUT)
		plane->height = min((regs->fbc & 0xff) + 1, size);
	plane->convert = ivgpu_pixels_find(FORMAT_8888, &plane->cpp);
	return 0;
}

/* The lowest bits of @value, put where @mask has its bits. */
static u32 spread(u32 value, u32 mask)
{
	u32 at = 0;

	for (; mask; mask &= mask - 1, value >>= 1)
		at |= value & 1 ? mask & -mask : 0;
	return at;
}

/* And back. */
static u32 gather(u32 at, u32 mask)
{
	u32 value = 0, bit = 1;

	for (; mask; mask &= mask - 1, bit <<= 1)
		value |= at & mask & -mask ? bit : 0;
	return value;
}

/* Where a byte of a row of a tile is in it. */
static u32 place_in_tile(const struct ivgpu_plane *plane, u32 byte, u32 row)
{
	if (plane->swizzle)
		return spread(byte, plane->swizzle) |
		       spread(row, ~plane->swizzle & (TILE_BYTES - 1));
	return byte / plane->column * plane->column * plane->tile_height +
	       row * plane->column + byte % plane->column;
}

/* A pixel of the view that a plane on its side reads. */
static u32 locate_sideways(const struct ivgpu_plane *plane, u32 pixel, u32 row)
{
	u32 pixels = plane->tile_width / plane->cpp;	/* of the surface's row, in a tile */

	return plane->base + row / pixels * plane->stride * plane->tile_height +
	       pixel / plane->tile_height * TILE_BYTES +
	       place_in_tile(plane, row % pixels * plane->cpp,
			     plane->tile_height - 1 - pixel % plane->tile_height);
}

/**
 * ivgpu_plane_locate() - where a byte of the surface is
 * @plane: the plane
 * @byte: of its row; of a plane on its side, of the view that it reads: a pixel's first
 * @row: from the surface's first
 * @addr: GGTT address, filled in
 *
 * Return: how many bytes of the row follow one another there, inside one page.
 */
u32 ivgpu_plane_locate(const struct ivgpu_plane *plane, u32 byte, u32 row, u32 *addr)
{
	u32 in_tile;

	if (plane->sideways) {
		*addr = locate_sideways(plane, byte / plane->cpp, row);
		return plane->cpp;
	}
	if (!plane->tile_width) {
		*addr = plane->base + row * plane->stride + byte;
		return TILE_BYTES - *addr % TILE_BYTES;
	}
	in_tile = byte % plane->tile_width;
	*addr = plane->base + row / plane->tile_height * plane->stride * plane->tile_height +
		byte / plane->tile_width * TILE_BYTES +
		place_in_tile(plane, in_tile, row % plane->tile_height);
	return plane->column - in_tile % plane->column;
}

/**
 * ivgpu_plane_find() - which byte of the surface an address is
 * @plane: the plane
 * @addr: GGTT address
 * @byte: of its row, filled in
 * @row: from the surface's first, filled in
 *
 * Return: false when the address lies before the surface, it has no rows, or is on its side.
 */
bool ivgpu_plane_find(const struct ivgpu_plane *plane, u32 addr, u32 *byte, u32 *row)
{
	u32 at = addr - plane->base;
	u32 tile, tiles, column;

	if (addr < plane->base || !plane->stride || plane->sideways)
		return false;
	if (!plane->tile_width) {
		*row = at / plane->stride;
		*byte = at % plane->stride;
		return true;
	}
	tiles = plane->stride / plane->tile_width;	/* in a row of them */
	tile = at / TILE_BYTES;
	at %= TILE_BYTES;
	if (plane->swizzle) {
		*row = tile / tiles * plane->tile_height +
		       gather(at, ~plane->swizzle & (TILE_BYTES - 1));
		*byte = tile % tiles * plane->tile_width + gather(at, plane->swizzle);
		return true;
	}
	column = plane->column * plane->tile_height;
	*row = tile / tiles * plane->tile_height + at % column / plane->column;
	*byte = tile % tiles * plane->tile_width + at / column * plane->column +
		at % plane->column;
	return true;
}
