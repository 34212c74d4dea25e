// SPDX-License-Identifier: GPL-2.0
/*
 * Draws the picture with the GPU's blitter and compares every pixel with the reference.
 *
 * Surfaces are plain buffers: no fences, no aperture. What is in tiles is compared as it is in
 * memory, with the layout worked out here: an X tile is 8 rows of 512 bytes, a Y tile 8 columns of
 * 16 bytes by 32 rows, each a page (i915 gem/selftests/i915_gem_client_blt.c).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <i915_drm.h>

#include "blit.h"
#include "picture.h"
#include "report.h"
#include "save_png.h"

#define BIT(n)			(1u << (n))
#define XY_COLOR_BLT		(2u << 29 | 0x50u << 22 | 5)
#define XY_SRC_COPY_BLT		(2u << 29 | 0x53u << 22 | 8)
#define XY_FAST_COPY_BLT	(2u << 29 | 0x42u << 22 | 8)
#define WRITE_ALPHA_RGB		(3u << 20)
#define SRC_TILED		BIT(15)
#define DST_TILED		BIT(11)
#define BCS_SWCTRL		0x22200
#define SWCTRL_SRC_Y		BIT(0)
#define SWCTRL_DST_Y		BIT(1)

#define OP_DWORDS		24	/* one operation with its mode switch and flush */

struct canvas {
	struct device *dev;
	struct picture_features feat;
	struct picture pic;
	struct _drm_intel_bo *bo[SURF_COUNT];
	uint32_t *ref[SURF_COUNT];
	uint32_t *got;
	uint32_t swctrl;	/* what the batch being written has set */
};

static uint32_t depth_bits(int bpp)
{
	return bpp == 32 ? 3u << 24 : bpp == 16 ? 1u << 24 : 0;
}

/* pitches are in bytes where linear, in dwords where tiled */
static uint32_t pitch(enum surface_id s)
{
	return surface_tiling[s] == LINEAR ? PIC_PITCH : PIC_PITCH / 4;
}

static void flush(struct batch *b)
{
	batch_out(b, MI_FLUSH_DW);
	batch_out(b, 0);
	batch_out(b, 0);
	batch_out(b, 0);
}

/* Tells the legacy commands which surfaces have Y tiles; the register outlives the batch */
static void set_swctrl(struct canvas *c, struct batch *b, uint32_t want)
{
	if (c->swctrl == want)
		return;
	flush(b);
	batch_out(b, MI_LOAD_REGISTER_IMM);
	batch_out(b, BCS_SWCTRL);
	batch_out(b, (SWCTRL_SRC_Y | SWCTRL_DST_Y) << 16 | want);
	c->swctrl = want;
}

static void emit_fill(struct canvas *c, struct batch *b, const struct op *op)
{
	enum tiling tiling = surface_tiling[op->dst];

	set_swctrl(c, b, tiling == TILE_Y ? SWCTRL_DST_Y : 0);
	batch_out(b, XY_COLOR_BLT | (op->bpp == 32 ? WRITE_ALPHA_RGB : 0) |
		  (tiling ? DST_TILED : 0));
	batch_out(b, depth_bits(op->bpp) | op->rop << 16 | pitch(op->dst));
	batch_out(b, op->y << 16 | op->x);
	batch_out(b, (op->y + op->h) << 16 | (op->x + op->w));
	batch_address(b, c->bo[op->dst], 0, true);
	batch_out(b, op->colour);
}

static void emit_copy(struct canvas *c, struct batch *b, const struct op *op)
{
	enum tiling dst = surface_tiling[op->dst], src = surface_tiling[op->src];
	uint32_t header;

	if (op->kind == OP_FAST_COPY) {
		/* tiling fields: 0 linear, 1 X, 2 Y */
		header = XY_FAST_COPY_BLT | src << 20 | dst << 13;
	} else {
		set_swctrl(c, b, (src == TILE_Y ? SWCTRL_SRC_Y : 0) |
			   (dst == TILE_Y ? SWCTRL_DST_Y : 0));
		header = XY_SRC_COPY_BLT | WRITE_ALPHA_RGB | (src ? SRC_TILED : 0) |
			 (dst ? DST_TILED : 0);
	}
	batch_out(b, header);
	batch_out(b, depth_bits(32) | (op->kind == OP_COPY ? op->rop << 16 : 0) | pitch(op->dst));
	batch_out(b, op->y << 16 | op->x);
	batch_out(b, (op->y + op->h) << 16 | (op->x + op->w));
	batch_address(b, c->bo[op->dst], 0, true);
	batch_out(b, op->sy << 16 | op->sx);
	batch_out(b, pitch(op->src));
	batch_address(b, c->bo[op->src], 0, false);
}

static int submit(struct canvas *c, struct batch *b)
{
	set_swctrl(c, b, 0);
	return batch_submit(b, I915_EXEC_BLT);
}

/* All operations in order, in as many batches as they need */
static int draw(struct canvas *c)
{
	struct batch b;
	unsigned int i;
	int ret;

	ret = batch_begin(&b, c->dev);
	for (i = 0; i < c->pic.count && !ret; i++) {
		const struct op *op = &c->pic.ops[i];

		if (op->kind == OP_FILL)
			emit_fill(c, &b, op);
		else
			emit_copy(c, &b, op);
		flush(&b);
		/* small batches: a hundred operations each */
		if (i % 100 != 99 && batch_room(&b) >= 2 * OP_DWORDS)
			continue;
		ret = submit(c, &b);
		if (!ret)
			ret = batch_begin(&b, c->dev);
	}
	return ret ? ret : submit(c, &b);
}

/* Whether batches may write BCS_SWCTRL: the command parser refuses what it does not list */
static bool may_set_swctrl(struct device *dev)
{
	struct batch b;
	int ret;

	if (batch_begin(&b, dev))
		return false;
	flush(&b);
	batch_out(&b, MI_LOAD_REGISTER_IMM);
	batch_out(&b, BCS_SWCTRL);
	batch_out(&b, (SWCTRL_SRC_Y | SWCTRL_DST_Y) << 16);
	ret = batch_submit(&b, I915_EXEC_BLT);
	if (ret)
		diag("a batch that writes BCS_SWCTRL: %s", strerror(-ret));
	return !ret;
}

static size_t offset_in(enum tiling tiling, int x, int y)
{
	unsigned int bx = x * 4, tile;

	switch (tiling) {
	case TILE_X:
		tile = y / 8 * (PIC_PITCH / 512) + bx / 512;
		return tile * 4096 + y % 8 * 512 + bx % 512;
	case TILE_Y:
		tile = y / 32 * (PIC_PITCH / 128) + bx / 128;
		return tile * 4096 + bx % 128 / 16 * 512 + y % 32 * 16 + bx % 16;
	default:
		return (size_t)y * PIC_PITCH + bx;
	}
}

/* Reads a surface back; the pixels of the last one read stay in c->got */
static int fetch(struct canvas *c, enum surface_id s)
{
	const uint8_t *mem;
	int x, y, ret;

	ret = bo_wait(c->bo[s]);
	if (ret)
		return ret;
	if (drm_intel_bo_map(c->bo[s], 0))
		return -EIO;
	mem = c->bo[s]->virtual;
	for (y = 0; y < PIC_HEIGHT; y++)
		for (x = 0; x < PIC_WIDTH; x++)
			memcpy(&c->got[y * PIC_WIDTH + x],
			       mem + offset_in(surface_tiling[s], x, y), 4);
	drm_intel_bo_unmap(c->bo[s]);
	return 0;
}

static void compare(struct canvas *c, enum surface_id s, unsigned int *pixels)
{
	unsigned int i, wrong = 0;
	int ret = fetch(c, s);

	if (ret) {
		report(false, "%s surface: reading it back: %s", surface_name[s], strerror(-ret));
		return;
	}
	for (i = 0; i < PIC_PIXELS; i++) {
		if (c->got[i] == c->ref[s][i])
			continue;
		if (wrong++ < 4)
			diag("%s (%u, %u): %08x, not %08x", surface_name[s], i % PIC_WIDTH,
			     i / PIC_WIDTH, c->got[i], c->ref[s][i]);
	}
	*pixels += PIC_PIXELS;
	report(!wrong, "%s surface: %u of %u pixels wrong", surface_name[s], wrong, PIC_PIXELS);
}

/* All surfaces start with a value that the picture overwrites everywhere */
static int prepare(struct canvas *c)
{
	int s, i;

	c->got = calloc(PIC_PIXELS, 4);
	if (!c->got)
		return -ENOMEM;
	for (s = 0; s < SURF_COUNT; s++) {
		c->ref[s] = malloc(PIC_PIXELS * 4);
		c->bo[s] = drm_intel_bo_alloc(c->dev->bufmgr, surface_name[s], PIC_PIXELS * 4,
					      4096);
		if (!c->ref[s] || !c->bo[s] || drm_intel_bo_map(c->bo[s], 1))
			return -ENOMEM;
		for (i = 0; i < PIC_PIXELS; i++)
			((uint32_t *)c->bo[s]->virtual)[i] = PIC_UNDRAWN;
		drm_intel_bo_unmap(c->bo[s]);
	}
	return 0;
}

static void finish(struct canvas *c)
{
	int s;

	picture_free(&c->pic);
	for (s = 0; s < SURF_COUNT; s++) {
		if (c->bo[s])
			drm_intel_bo_unreference(c->bo[s]);
		free(c->ref[s]);
	}
	free(c->got);
}

static void save(struct canvas *c, const char *png)
{
	int ret = fetch(c, SURF_TARGET);

	if (!ret)
		ret = png_save(png, c->got, PIC_WIDTH, PIC_HEIGHT);
	report(!ret, "%s written%s%s", png, ret ? ": " : "", ret ? strerror(-ret) : "");
}

void blit_picture(struct device *dev, uint64_t seed, const char *png, unsigned int *pixels)
{
	struct canvas c = { .dev = dev };
	int ret, s;

	c.feat.fast_copy = dev->gen >= 9;
	c.feat.y_tiling = may_set_swctrl(dev);
	ret = picture_make(&c.pic, seed, &c.feat);
	if (!ret)
		ret = prepare(&c);
	if (!ret)
		ret = draw(&c);
	report(!ret, "%u operations submitted to the blitter%s%s", c.pic.count, ret ? ": " : "",
	       ret ? strerror(-ret) : "");
	if (ret) {
		finish(&c);
		return;
	}
	picture_reference(&c.pic, c.ref);
	for (s = 0; s < SURF_COUNT; s++) {
		if (s == SURF_Y && !c.feat.y_tiling)
			report_skip("the kernel refuses batches that write BCS_SWCTRL",
				    "Y-tiled surface");
		else
			compare(&c, s, pixels);
	}
	if (!c.feat.fast_copy)
		report_skip("Gen8 has no XY_FAST_COPY_BLT", "fast copy");
	if (png)
		save(&c, png);
	finish(&c);
}
