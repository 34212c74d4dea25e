/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Planes: from registers to what lies where in memory, and from its bytes to
 * pixels. Pure; no lock.
 */
#ifndef IVGPU_DISPLAY_PLANE_H
#define IVGPU_DISPLAY_PLANE_H

#include <linux/types.h>

/*
 * A plane's registers, as they count since its surface was last written; the last
 * two are those of the scaler that it uses, 0: none.
 */
struct ivgpu_plane_regs {
	u32 ctl;
	u32 stride;
	u32 pos;
	u32 size;
	u32 offset;
	u32 surf;
	u32 aux_dist;
	u32 aux_offset;
	u32 window_pos;
	u32 window_size;
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
 * @swizzle: bits of an address in a tile that are the byte's, the others are the row's; 0: the
 *	tile has columns, from left to right
 * @cpp: bytes of a pixel
 * @convert: to pixels
 * @ctl: PLANE_CTL, for it
 * @alpha: how it is laid over what is below
 * @width: pixels of the screen that it covers
 * @height: rows of the screen that it covers
 * @source_width: pixels of a row that are shown there; another number: scaled
 * @source_height: rows that are shown there
 * @turned: upside down and from right to left
 * @sideways: turned by 90 degrees before; rows are those of the view that drivers make for that
 * @x: where on the screen, from its left edge
 * @y: where on the screen, from its top
 * @left: first pixel of a row that is shown
 * @top: first row that is shown
 * @chroma: of NV12: where the other surface is
 * @chroma_stride: its stride, in tiles or 64 bytes; 0: there is no such surface
 * @chroma_left: like @left, in pairs of bytes
 * @chroma_top: like @top
 */
struct ivgpu_plane {
	u32 base;
	u32 stride;
	u32 tile_width;
	u32 tile_height;
	u32 column;
	u32 swizzle;
	u32 cpp;
	ivgpu_convert_fn convert;
	u32 ctl;
	enum ivgpu_alpha alpha;
	u32 width, height;
	u32 source_width, source_height;
	bool turned, sideways;
	s32 x, y;
	u32 left, top;
	u32 chroma, chroma_stride;
	u32 chroma_left, chroma_top;
};

int ivgpu_plane_decode(struct ivgpu_plane *plane, const struct ivgpu_plane_regs *regs);
bool ivgpu_plane_is_plain(const struct ivgpu_plane *plane);
bool ivgpu_plane_chroma(const struct ivgpu_plane *plane, struct ivgpu_plane *chroma);
u32 ivgpu_plane_source(const struct ivgpu_plane *plane, u32 at, u32 shown, u32 source);
int ivgpu_cursor_decode(struct ivgpu_plane *plane, const struct ivgpu_cursor_regs *regs);
u32 ivgpu_plane_locate(const struct ivgpu_plane *plane, u32 byte, u32 row, u32 *addr);
bool ivgpu_plane_find(const struct ivgpu_plane *plane, u32 addr, u32 *byte, u32 *row);

/* pixels.c: by the format field of PLANE_CTL; NULL: not supported. */
ivgpu_convert_fn ivgpu_pixels_find(u32 ctl, u32 *cpp);
extern const ivgpu_convert_fn ivgpu_pixels_chroma;
void ivgpu_pixels_join(u32 *line, const u32 *chroma, u32 n, u32 ctl);
u32 ivgpu_pixel_blend(u32 below, u32 above, enum ivgpu_alpha alpha);

#endif
