// SPDX-License-Identifier: GPL-2.0
/*
 * The row engine of the simulated blitter: source, pattern and destination rows are fetched as
 * far as the raster operation needs them, combined bit by bit, and written through the byte mask
 * and the transparency of monochrome operands.
 *
 * A raster operation is a truth table: bit (P << 2 | S << 1 | D) of its code is the result, as in
 * the Windows ternary codes (0xcc copies the source, 0xf0 the pattern: i915
 * gt/intel_gpu_commands.h BLT_ROP_SRC_COPY, BLT_ROP_COLOR_COPY).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blt_int.h"

struct rows {
	uint8_t *src, *pat, *dst, *out, *mask;
	bool pat_ready;
	size_t len;		/* bytes in a row */
};

static void combine(const struct rows *r, uint8_t rop)
{
	size_t i;

	for (i = 0; i < r->len; i += 8) {
		uint64_t p, s, d, out = 0;

		memcpy(&p, r->pat + i, 8);
		memcpy(&s, r->src + i, 8);
		memcpy(&d, r->dst + i, 8);
		if (rop & 0x80)
			out |= p & s & d;
		if (rop & 0x40)
			out |= p & s & ~d;
		if (rop & 0x20)
			out |= p & ~s & d;
		if (rop & 0x10)
			out |= p & ~s & ~d;
		if (rop & 0x08)
			out |= ~p & s & d;
		if (rop & 0x04)
			out |= ~p & s & ~d;
		if (rop & 0x02)
			out |= ~p & ~s & d;
		if (rop & 0x01)
			out |= ~p & ~s & ~d;
		memcpy(r->out + i, &out, 8);
	}
}

/* 1 if bit n of a row that starts at row[0] is set */
static bool mono_bit(const uint8_t *row, size_t n)
{
	return row[n / 8] >> (7 - n % 8) & 1;
}

/* The bytes of the monochrome source that hold the pixels drawn in row y; *first: bit of x1 */
static int fetch_mono(struct blt_op *op, int y, uint8_t *buf, const uint8_t **row, size_t *first)
{
	const struct blt_mono_src *m = &op->mono;
	unsigned int width = op->x2 - op->x1;
	uint64_t start, skip = op->x1 - op->ox, line = y - op->oy;
	unsigned int row_bits = m->width;
	size_t bytes;

	/* bit number of pixel x1 of this line, counted from the first line's first byte */
	if (!m->bit_packed)
		row_bits = (m->bit0 + m->width + 8 * m->align - 1) / (8 * m->align) * 8 * m->align;
	start = line * row_bits + m->bit0 + skip;
	*first = start % 8;
	bytes = (*first + width + 7) / 8;
	if (!m->data) {
		*row = buf;
		return blt_linear_read(&op->io, m->addr + start / 8, buf, bytes);
	}
	*row = m->data + start / 8;
	if (start / 8 + bytes > m->data_len) {
		blt_note(op->io.mem, "%s: %zu bytes of immediate data end in row %d", op->name,
			 m->data_len, (int)line);
		return -EINVAL;
	}
	return 0;
}

static int mono_row(struct blt_op *op, struct rows *r, int y)
{
	unsigned int i, width = op->x2 - op->x1;
	const uint8_t *row;
	size_t first;
	int ret;

	/* out is free until rows are combined, and larger than the bits can be */
	ret = fetch_mono(op, y, r->out, &row, &first);
	if (ret)
		return ret;
	for (i = 0; i < width; i++) {
		bool set = mono_bit(row, first + i);

		memcpy(r->src + i * op->cpp, set ? &op->mono.fg : &op->mono.bg, op->cpp);
		if (op->mono.transparent && !set)
			memset(r->mask + i * op->cpp, 0, op->cpp);
	}
	return 0;
}

static void pattern_row(struct blt_op *op, struct rows *r, int y)
{
	unsigned int line = (y + op->pat.vseed) & 7, i, width = op->x2 - op->x1;
	const struct blt_pattern *p = &op->pat;

	if (r->pat_ready)
		return;
	for (i = 0; i < width; i++) {
		unsigned int col = (op->x1 + i + p->hseed) & 7;

		memcpy(r->pat + i * op->cpp, p->pixel[line] + col * op->cpp, op->cpp);
		if (p->transparent && p->keep[line] >> (7 - col) & 1)
			memset(r->mask + i * op->cpp, 0, op->cpp);
	}
	r->pat_ready = p->uniform;
}

static void mask_row(const struct blt_op *op, struct rows *r)
{
	size_t i;

	if (op->cpp != 4 || op->write_mask == 0xf) {
		memset(r->mask, 0xff, r->len);
		return;
	}
	for (i = 0; i < r->len; i++)
		r->mask[i] = op->write_mask >> (i % 4) & 1 ? 0xff : 0;
}

/* The components of a pixel by depth; alpha last */
static const uint32_t components[4][4] = {
	{ 0xff }, { 0xf800, 0x07e0, 0x001f }, { 0x7c00, 0x03e0, 0x001f, 0x8000 },
	{ 0xff0000, 0x00ff00, 0x0000ff, 0xff000000 },
};

static bool in_range(const struct blt_op *op, uint32_t pixel)
{
	const uint32_t *c = components[op->depth];
	unsigned int i, nr = op->key.alpha ? 4 : 3;

	for (i = 0; i < nr; i++)
		if ((pixel & c[i]) < (op->key.low & c[i]) || (pixel & c[i]) > (op->key.high & c[i]))
			return false;
	return true;
}

/*
 * Source and pattern pixels within the range are transparent; a destination pixel is written
 * only if it is within.
 */
static void key_row(const struct blt_op *op, struct rows *r)
{
	const uint8_t *row = op->key.of == BLT_KEY_SRC ? r->src :
			     op->key.of == BLT_KEY_PAT ? r->pat : r->dst;
	bool write_inside = op->key.of == BLT_KEY_DST;
	uint32_t pixel = 0;
	size_t i;

	for (i = 0; i < r->len; i += op->cpp) {
		memcpy(&pixel, row + i, op->cpp);
		if (in_range(op, pixel) != write_inside)
			memset(r->mask + i, 0, op->cpp);
	}
}

static bool is_masked(const struct blt_op *op)
{
	return (op->cpp == 4 && op->write_mask != 0xf) || op->pat.transparent ||
	       op->key.of != BLT_KEY_NONE ||
	       (op->src_kind == BLT_SRC_MONO && op->mono.transparent);
}

static int draw_row(struct blt_op *op, struct rows *r, int y)
{
	bool masked = is_masked(op);
	int64_t x = (int64_t)op->x1 * op->cpp;
	const uint8_t *out = r->out;
	int ret = 0;

	if (masked)
		mask_row(op, r);
	if (op->src_kind == BLT_SRC_MONO)
		ret = mono_row(op, r, y);
	else if (rop_uses_src(op->rop) || op->key.of == BLT_KEY_SRC)
		ret = blt_surf_read(&op->io, &op->src,
				    (int64_t)(op->sx + op->x1 - op->ox) * op->cpp,
				    (int64_t)op->sy + y - op->oy, r->src, r->len);
	if (ret)
		return ret;
	if (op->pat.used)
		pattern_row(op, r, y);
	if (rop_uses_dst(op->rop) || op->key.of == BLT_KEY_DST) {
		ret = blt_surf_read(&op->io, &op->dst, x, y, r->dst, r->len);
		if (ret)
			return ret;
	}
	if (op->key.of != BLT_KEY_NONE)
		key_row(op, r);
	if (op->rop == 0xcc)
		out = r->src;
	else if (op->rop == 0xf0)
		out = r->pat;
	else
		combine(r, op->rop);
	return blt_surf_write(&op->io, &op->dst, x, y, out, masked ? r->mask : NULL, r->len);
}

/*
 * The blitter copies as if the source had been read first where both operands are in one surface
 * (inferred: xf86-video-intel sna/sna_blt.c scrolls windows by one overlapping XY_SRC_COPY_BLT,
 * in either direction). Rows are read whole, so only the order of rows matters.
 */
static bool bottom_up(const struct blt_op *op)
{
	int sy = op->sy + op->y1 - op->oy;

	return op->src_kind == BLT_SRC_COLOUR && op->src.base == op->dst.base &&
	       op->src.tiling == op->dst.tiling && op->src.pitch == op->dst.pitch &&
	       (op->src.pitch < 0 ? sy > op->y1 : sy < op->y1) && !op->any_order;
}

static int draw_rows(struct blt_op *op, struct rows *r)
{
	bool up = bottom_up(op);
	int y, n, ret;

	for (n = 0; n < op->y2 - op->y1; n++) {
		if (op->io.mem->poll && op->io.mem->poll(op->io.mem->ctx))
			return -EINTR;
		y = up ? op->y2 - 1 - n : op->y1 + n;
		ret = draw_row(op, r, y);
		if (ret) {
			blt_note(op->io.mem, "%s: row %d of %d..%d: %s", op->name, y, op->y1,
				 op->y2 - 1, strerror(-ret));
			return ret;
		}
	}
	return 0;
}

int blt_raster(struct blt_op *op)
{
	struct rows r = { .len = (size_t)(op->x2 - op->x1) * op->cpp };
	size_t room = (r.len + 15) & ~(size_t)7;
	uint8_t *mem;
	int ret;

	if (op->rop == 0xaa || (op->cpp == 4 && !op->write_mask))
		return 0;
	mem = calloc(5, room);
	if (!mem)
		return -ENOMEM;
	r.src = mem;
	r.pat = mem + room;
	r.dst = mem + 2 * room;
	r.out = mem + 3 * room;
	r.mask = mem + 4 * room;
	ret = draw_rows(op, &r);
	free(mem);
	return ret;
}
