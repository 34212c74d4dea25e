// SPDX-License-Identifier: GPL-2.0
/*
 * The picture: made from a seed, as a list of fills and copies, and drawn by the CPU to compare
 * with.
 *
 * What a person sees: a sky that shades from one colour to another, a name and the seed in big
 * letters, a crest (mirrored, different for each seed) repeated along the bottom, a band of fine
 * stripes, and some of it copied onto itself.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture.h"

const enum tiling surface_tiling[SURF_COUNT] = { LINEAR, TILE_X, TILE_Y, LINEAR };
const char *const surface_name[SURF_COUNT] = { "linear", "X-tiled", "Y-tiled", "target" };

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define ROP_COPY	0xcc
#define ROP_PATTERN	0xf0
#define ROP_SRC_XOR	0x66
#define ROP_PAT_XOR	0x5a
#define ROP_SRC_OR	0xee

/* 5x7 letters, a row each, bit 4 the leftmost pixel */
static const struct {
	char c;
	uint8_t rows[7];
} font[] = {
	{ '0', { 0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e } },
	{ '1', { 0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e } },
	{ '2', { 0x0e, 0x11, 0x01, 0x06, 0x08, 0x10, 0x1f } },
	{ '3', { 0x0e, 0x11, 0x01, 0x06, 0x01, 0x11, 0x0e } },
	{ '4', { 0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02 } },
	{ '5', { 0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e } },
	{ '6', { 0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e } },
	{ '7', { 0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08 } },
	{ '8', { 0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e } },
	{ '9', { 0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c } },
	{ 'D', { 0x1c, 0x12, 0x11, 0x11, 0x11, 0x12, 0x1c } },
	{ 'E', { 0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f } },
	{ 'G', { 0x0e, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0f } },
	{ 'I', { 0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e } },
	{ 'P', { 0x1e, 0x11, 0x11, 0x1e, 0x10, 0x10, 0x10 } },
	{ 'S', { 0x0f, 0x10, 0x10, 0x0e, 0x01, 0x01, 0x1e } },
	{ 'U', { 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e } },
	{ 'V', { 0x11, 0x11, 0x11, 0x11, 0x11, 0x0a, 0x04 } },
};

/* splitmix64: every seed, also 0, gives a good sequence */
static uint64_t rnd(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static uint32_t colour(uint64_t *state, uint32_t min)
{
	uint64_t r = rnd(state);
	uint32_t c = 0xff, i;

	for (i = 0; i < 3; i++, r >>= 8)
		c = c << 8 | (min + (r & 0xff) * (255 - min) / 255);
	return c;
}

static void add(struct picture *pic, const struct op *op)
{
	struct op *ops;

	if (pic->count == pic->room) {
		unsigned int room = pic->room ? 2 * pic->room : 256;

		ops = realloc(pic->ops, room * sizeof(*ops));
		if (!ops) {
			pic->room = 0;	/* told by picture_make() */
			return;
		}
		pic->ops = ops;
		pic->room = room;
	}
	pic->ops[pic->count++] = *op;
}

static void fill_depth(struct picture *pic, enum surface_id dst, int x, int y, int w, int h,
		       int bpp, uint8_t rop, uint32_t c)
{
	add(pic, &(struct op){ OP_FILL, dst, 0, x, y, w, h, 0, 0, bpp, rop, c });
}

static void fill(struct picture *pic, enum surface_id dst, int x, int y, int w, int h, uint32_t c)
{
	fill_depth(pic, dst, x, y, w, h, 32, ROP_PATTERN, c);
}

static void copy(struct picture *pic, enum op_kind kind, enum surface_id dst, int x, int y,
		 enum surface_id src, int sx, int sy, int w, int h, uint8_t rop)
{
	add(pic, &(struct op){ kind, dst, src, x, y, w, h, sx, sy, 32, rop });
}

static void letters(struct picture *pic, enum surface_id dst, int x, int y, int dot,
		    const char *text, uint32_t c)
{
	unsigned int i, row, col, run;

	for (; *text; text++, x += 6 * dot) {
		for (i = 0; i < ARRAY_SIZE(font) && font[i].c != *text; i++)
			;
		if (i == ARRAY_SIZE(font))
			continue;	/* a space */
		for (row = 0; row < 7; row++)
			for (col = 0; col < 5; col += run) {
				for (run = 0; col + run < 5 &&
				     font[i].rows[row] >> (4 - col - run) & 1; run++)
					;
				if (run)
					fill(pic, dst, x + col * dot, y + row * dot, run * dot,
					     dot, c);
				else
					run = 1;
			}
	}
}

static void sky(struct picture *pic, uint64_t *state)
{
	uint32_t from = colour(state, 0);
	uint32_t to = colour(state, 96);
	int i, k, bands = 96;

	for (i = 0; i < bands; i++) {
		uint32_t c = 0xff000000;

		for (k = 0; k < 24; k += 8)
			c |= (((from >> k & 0xff) * (bands - 1 - i) + (to >> k & 0xff) * i) /
			      (bands - 1)) << k;
		fill(pic, SURF_LINEAR, 0, i * PIC_HEIGHT / bands, PIC_WIDTH, PIC_HEIGHT / bands, c);
	}
	/* rectangles far behind */
	for (i = 0; i < 40; i++) {
		int w = 20 + rnd(state) % 100;
		int h = 10 + rnd(state) % 60;
		int x = rnd(state) % (PIC_WIDTH - w);
		int y = 40 + rnd(state) % 300;

		fill(pic, SURF_LINEAR, x, y, w, h, colour(state, 64));
	}
}

/* 64x64, eight cells of 8 pixels mirrored left to right, framed */
static void crest(struct picture *pic, enum surface_id dst, int x, int y, uint64_t *state)
{
	uint32_t ground = colour(state, 0) & 0xff7f7f7f;
	uint32_t ink = colour(state, 128);
	uint64_t cells = rnd(state);
	int i;

	fill(pic, dst, x, y, 64, 64, ink);
	fill(pic, dst, x + 2, y + 2, 60, 60, ground);
	for (i = 0; i < 24; i++) {
		int cx = i % 3 + 1, cy = i / 3;

		if (!(cells >> i & 1) || cy == 0 || cy == 7)
			continue;
		fill(pic, dst, x + 8 * cx, y + 8 * cy, 8, 8, ink);
		fill(pic, dst, x + 8 * (7 - cx), y + 8 * cy, 8, 8, ink);
	}
}

/* Fine stripes by 8- and 16-bit fills: the same memory, addressed in smaller pixels */
static void stripes(struct picture *pic, enum surface_id dst, uint64_t *state)
{
	int i;

	fill(pic, dst, 0, 376, PIC_WIDTH, 16, 0xff202020);
	for (i = 0; i < 80; i++) {
		int x = 32 * i + rnd(state) % 3;

		fill_depth(pic, dst, x, 376, 9, 8, 8, ROP_PATTERN, rnd(state) & 0xff);
		fill_depth(pic, dst, 16 * i + 1, 384, 7, 8, 16, ROP_PATTERN, rnd(state) & 0xffff);
	}
	/* turned over where exclusive or meets it */
	fill_depth(pic, dst, 200, 372, 240, 24, 32, ROP_PAT_XOR, 0x00ffffff);
}

static void title(struct picture *pic, enum surface_id dst, uint64_t seed, uint64_t *state)
{
	uint32_t ink = colour(state, 160);
	char text[32];
	int dot;

	letters(pic, dst, 26, 26, 14, "IVGPU", 0xff000000);
	letters(pic, dst, 20, 20, 14, "IVGPU", ink);
	snprintf(text, sizeof(text), "SEED %llu", (unsigned long long)seed);
	dot = 600 / 6 / (int)strlen(text);
	if (dot > 10)
		dot = 10;
	letters(pic, dst, 23, 163, dot, text, 0xff000000);
	letters(pic, dst, 20, 160, dot, text, ink);
}

/* Along the bottom: copies of the crest, some mixed with what is there */
static void parade(struct picture *pic, enum surface_id dst, const struct picture_features *feat)
{
	static const uint8_t rops[] = { ROP_COPY, ROP_SRC_XOR, ROP_COPY, ROP_SRC_OR };
	int i;

	for (i = 1; i < 9; i++)
		copy(pic, OP_COPY, dst, 8 + 70 * i, 404, dst, 8, 404, 64, 64, rops[i % 4]);
	if (feat->fast_copy)
		copy(pic, OP_FAST_COPY, dst, 8, 300, dst, 8, 404, 64, 64, ROP_COPY);
}

int picture_make(struct picture *pic, uint64_t seed, const struct picture_features *feat)
{
	enum surface_id last = feat->y_tiling ? SURF_Y : SURF_X;
	enum op_kind fast = feat->fast_copy ? OP_FAST_COPY : OP_COPY;
	uint64_t state = seed;

	memset(pic, 0, sizeof(*pic));
	sky(pic, &state);
	copy(pic, OP_COPY, SURF_X, 0, 0, SURF_LINEAR, 0, 0, PIC_WIDTH, PIC_HEIGHT, ROP_COPY);
	crest(pic, SURF_X, 8, 404, &state);
	stripes(pic, SURF_X, &state);
	parade(pic, SURF_X, feat);
	if (feat->y_tiling)
		copy(pic, OP_COPY, SURF_Y, 0, 0, SURF_X, 0, 0, PIC_WIDTH, PIC_HEIGHT, ROP_COPY);
	title(pic, last, seed, &state);
	/* to the target: the left part by one command, the right part by the other */
	copy(pic, OP_COPY, SURF_TARGET, 0, 0, last, 0, 0, 352, PIC_HEIGHT, ROP_COPY);
	copy(pic, fast, SURF_TARGET, 352, 0, last, 352, 0, PIC_WIDTH - 352, PIC_HEIGHT, ROP_COPY);
	/* overlapping itself, in both directions */
	copy(pic, OP_COPY, SURF_TARGET, 460, 265, SURF_TARGET, 440, 250, 150, 90, ROP_COPY);
	copy(pic, OP_COPY, SURF_TARGET, 200, 255, SURF_TARGET, 220, 270, 150, 90, ROP_COPY);
	if (!pic->room) {
		picture_free(pic);
		return -ENOMEM;
	}
	return 0;
}

void picture_free(struct picture *pic)
{
	free(pic->ops);
	memset(pic, 0, sizeof(*pic));
}

static uint8_t mix(uint8_t rop, uint8_t operand, uint8_t old)
{
	switch (rop) {
	case ROP_SRC_XOR:
	case ROP_PAT_XOR:
		return operand ^ old;
	case ROP_SRC_OR:
		return operand | old;
	default:
		return operand;
	}
}

static void reference_fill(const struct op *op, uint8_t *dst)
{
	int bytes = op->bpp / 8, x, y, k;

	for (y = op->y; y < op->y + op->h; y++)
		for (x = op->x; x < op->x + op->w; x++)
			for (k = 0; k < bytes; k++) {
				uint8_t *p = dst + y * PIC_PITCH + x * bytes + k;

				*p = mix(op->rop, op->colour >> (8 * k), *p);
			}
}

static void reference_copy(const struct op *op, uint8_t *dst, const uint8_t *src, uint8_t *tmp)
{
	int n = op->w * 4, y, i;

	for (y = 0; y < op->h; y++)
		memcpy(tmp + y * n, src + (op->sy + y) * PIC_PITCH + op->sx * 4, n);
	for (y = 0; y < op->h; y++)
		for (i = 0; i < n; i++) {
			uint8_t *p = dst + (op->y + y) * PIC_PITCH + op->x * 4 + i;

			*p = mix(op->rop, tmp[y * n + i], *p);
		}
}

void picture_reference(const struct picture *pic, uint32_t *surfaces[SURF_COUNT])
{
	static uint8_t tmp[PIC_PIXELS * 4];
	unsigned int i;
	int s, k;

	for (s = 0; s < SURF_COUNT; s++)
		for (k = 0; k < PIC_PIXELS; k++)
			surfaces[s][k] = PIC_UNDRAWN;
	for (i = 0; i < pic->count; i++) {
		const struct op *op = &pic->ops[i];

		if (op->kind == OP_FILL)
			reference_fill(op, (uint8_t *)surfaces[op->dst]);
		else
			reference_copy(op, (uint8_t *)surfaces[op->dst],
				       (const uint8_t *)surfaces[op->src], tmp);
	}
}
