/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The picture: a list of drawing operations on a few surfaces, made from a seed. blit.c has the
 * GPU carry the list out; picture_reference() does the same with the CPU, pixel by pixel.
 */
#ifndef IVGPU_BLIT_PICTURE_H
#define IVGPU_BLIT_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#define PIC_WIDTH	640
#define PIC_HEIGHT	480
#define PIC_PITCH	(PIC_WIDTH * 4)		/* a multiple of the tile widths 512 and 128 */
#define PIC_PIXELS	(PIC_WIDTH * PIC_HEIGHT)

enum tiling { LINEAR, TILE_X, TILE_Y };

enum surface_id { SURF_LINEAR, SURF_X, SURF_Y, SURF_TARGET, SURF_COUNT };

extern const enum tiling surface_tiling[SURF_COUNT];
extern const char *const surface_name[SURF_COUNT];

enum op_kind { OP_FILL, OP_COPY, OP_FAST_COPY };

struct op {
	enum op_kind kind;
	enum surface_id dst, src;
	int x, y, w, h;		/* in pixels of bpp bits */
	int sx, sy;
	int bpp;		/* 8, 16 or 32; fills only, copies are 32 */
	uint8_t rop;
	uint32_t colour;
};

struct picture {
	struct op *ops;
	unsigned int count, room;
};

struct picture_features {
	bool y_tiling;		/* the legacy commands can be told to use Y tiles */
	bool fast_copy;
};

/* 0 or -ENOMEM */
int picture_make(struct picture *pic, uint64_t seed, const struct picture_features *feat);
void picture_free(struct picture *pic);
/* surfaces: linear pixels, whatever the tiling in GPU memory */
void picture_reference(const struct picture *pic, uint32_t *surfaces[SURF_COUNT]);
/* what every surface holds before anything is drawn */
#define PIC_UNDRAWN	0xdeadbeefu

#endif
