/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Planes: from registers to what lies where in memory, and from its bytes to
 * pixels. Pure; no lock.
 */
#ifndef IVGPU_DISPLAY_PLANE_H
#define IVGPU_DISPLAY_PLANE_H

#include <linux/types.h>

/* A plane's registers, as they count since its surface was last written. */
struct ivgpu_plane_regs {
	u32 ctl;
	u32 stride;
	u32 pos;
	u32 size;
	u32 offset;
	u32 surf;
};

/* The cursor's. */
struct ivgpu_cursor_regs {
	u32 ctl;
	u32 pos;
	u32 fbc;
	u32 base;
};

#define IVGPU_PALETTE	256

enum ivgpu_alpha { IVGPU_OPAQUE, IVGPU_PREMULTIPLIED, IVGPU_STRAIGHT };

/* Turns @n pixels into 0xAARRGGBB; @ctl: PLANE_CTL. */
typedef void (*ivgpu_convert_fn)(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl);

/**
 * struct ivgpu_plane - a picture in memory
 * @base: GGTT address, page aligned
 * @stride: bytes from one row to the next; of tiles: of their first rows
 * @tile_width: bytes of a row inside a tile; 0: linear
 * @tile_height: rows of a tile
 * @column: bytes of a row that follow one another in a tile
 * @cpp: bytes of a pixel
 * @convert: to pixels
 * @ctl: PLANE_CTL, for it
 * @alpha: how it is laid over what is below
 * @width: pixels shown
 * @height: rows shown
 * @x: where on the screen, from its left edge
 * @y: where on the screen, from its top
 * @left: first pixel of a row that is shown
 * @top: first row that is shown
 */
struct ivgpu_plane {
	u32 base;
	u32 stride;
	u32 tile_width;
	u32 tile_height;
	u32 column;
	u32 cpp;
	ivgpu_convert_fn convert;
	u32 ctl;
	enum ivgpu_alpha alpha;
	u32 width, height;
	s32 x, y;
	u32 left, top;
};

int ivgpu_plane_decode(struct ivgpu_plane *plane, const struct ivgpu_plane_regs *regs);
int ivgpu_cursor_decode(struct ivgpu_plane *plane, const struct ivgpu_cursor_regs *regs);
u32 ivgpu_plane_locate(const struct ivgpu_plane *plane, u32 byte, u32 row, u32 *addr);
bool ivgpu_plane_find(const struct ivgpu_plane *plane, u32 addr, u32 *byte, u32 *row);

/* pixels.c: by the format field of PLANE_CTL; NULL: not supported. */
ivgpu_convert_fn ivgpu_pixels_find(u32 ctl, u32 *cpp);
u32 ivgpu_pixel_blend(u32 below, u32 above, enum ivgpu_alpha alpha);

#endif
