/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the simulated blitter share: surfaces (blt_surf.c), the row engine
 * (blt_raster.c) and the command decoder (blt.c). Nothing here is for other files.
 */
#ifndef GPUSIM_BLT_INT_H
#define GPUSIM_BLT_INT_H

#include "blt.h"

#define BIT(n)	(1u << (n))

enum blt_tiling { BLT_LINEAR, BLT_TILE_X, BLT_TILE_Y, BLT_TILE_YF, BLT_TILE_YS };

struct blt_surf {
	uint64_t base;
	int32_t pitch;		/* bytes; negative only where linear */
	enum blt_tiling tiling;
	unsigned int cpp;	/* bytes a pixel: the layout of Yf and Ys tiles depends on it */
};

/* Bytes in a row of a tile, and in a tile */
unsigned int blt_tile_width(const struct blt_surf *surf);
unsigned int blt_tile_size(const struct blt_surf *surf);

#define BLT_PAGES_CACHED	64

/* Access to memory during one command; remembers the host pointers of the pages in use */
struct blt_io {
	const struct blt_mem *mem;
	struct blt_regs *regs;
	struct {
		uint64_t tag;	/* page address | 1 */
		uint8_t *host;	/* NULL: use read/write */
	} page[2][BLT_PAGES_CACHED];
};

int blt_linear_read(struct blt_io *io, uint64_t addr, uint8_t *buf, size_t len);
/* len bytes of scan line y from byte x on */
int blt_surf_read(struct blt_io *io, const struct blt_surf *surf, int64_t x, int64_t y,
		  uint8_t *buf, size_t len);
/* mask: NULL, or one byte per byte, 0 keeps what is in memory */
int blt_surf_write(struct blt_io *io, const struct blt_surf *surf, int64_t x, int64_t y,
		   const uint8_t *buf, const uint8_t *mask, size_t len);

enum blt_src { BLT_SRC_NONE, BLT_SRC_COLOUR, BLT_SRC_MONO };

/* A monochrome source: one bit a pixel, most significant bit first */
struct blt_mono_src {
	uint64_t addr;
	const uint8_t *data;	/* data in the command itself, or NULL */
	size_t data_len;
	unsigned int width;	/* pixels in a row, before clipping */
	unsigned int bit0;	/* where in the first byte of a row its first pixel is */
	bool bit_packed;	/* rows follow one another without padding */
	unsigned int align;	/* else: rows are padded to this many bytes */
	uint32_t fg, bg;
	bool transparent;	/* pixels of 0 bits are not written */
};

/* An 8x8 pattern, of whatever kind, as pixels */
struct blt_pattern {
	bool used;
	bool uniform;		/* all pixels are the same and are written */
	bool transparent;	/* .keep counts */
	unsigned int hseed, vseed;
	uint8_t pixel[8][8 * 4];
	uint8_t keep[8];	/* bit 7 is the leftmost pixel; 1: not written */
};

enum blt_key_of { BLT_KEY_NONE, BLT_KEY_SRC, BLT_KEY_PAT, BLT_KEY_DST };

/* Chroma key: a range of colours that decides, pixel by pixel, what is written */
struct blt_key {
	enum blt_key_of of;	/* operand that is compared */
	bool alpha;		/* its alpha counts too */
	uint32_t low, high;
};

struct blt_op {
	struct blt_io io;
	const char *name;
	struct blt_surf dst, src;
	unsigned int cpp;
	unsigned int depth;	/* BR13 25:24: 8, 565, 1555, 8888 */
	uint8_t rop;
	uint8_t write_mask;	/* bit n: byte n of a 32-bit pixel is written */
	bool any_order;		/* rows top to bottom, whatever overlaps (fast copy) */
	int x1, y1, x2, y2;	/* what is drawn, after clipping */
	int ox, oy;		/* upper left corner before clipping */
	enum blt_src src_kind;
	int sx, sy;		/* source pixel of (ox, oy) */
	struct blt_mono_src mono;
	struct blt_pattern pat;
	struct blt_key key;
};

int blt_raster(struct blt_op *op);

static inline bool rop_uses_src(uint8_t rop)
{
	return ((rop >> 2) ^ rop) & 0x33;
}

static inline bool rop_uses_pat(uint8_t rop)
{
	return ((rop >> 4) ^ rop) & 0x0f;
}

static inline bool rop_uses_dst(uint8_t rop)
{
	return ((rop >> 1) ^ rop) & 0x55;
}

#define blt_note(mem, ...)							\
	do {									\
		const struct blt_mem *blt_note_mem = (mem);			\
										\
		if (blt_note_mem->note)						\
			blt_note_mem->note(blt_note_mem->ctx, __VA_ARGS__);	\
	} while (0)

#endif /* GPUSIM_BLT_INT_H */
