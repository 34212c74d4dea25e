// SPDX-License-Identifier: GPL-2.0
/*
 * Pixels in the formats of Gen9's planes, turned into 0xAARRGGBB (PLANE_CTL's bits:
 * i915 display/skl_universal_plane_regs.h; layout of each in memory:
 * include/uapi/drm/drm_fourcc.h).
 */
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "plane.h"

#define CTL_FORMAT	GENMASK(27, 24)
#define CTL_FULL_RANGE	BIT(28)
#define CTL_RGBX	BIT(20)
#define CTL_BT709	BIT(18)
#define CTL_YUV_ORDER	GENMASK(17, 16)

#define OPAQUE		0xff000000u

static u32 u16_at(const u8 *from)
{
	return from[0] | from[1] << 8;
}

static u32 u32_at(const u8 *from)
{
	return u16_at(from) | u16_at(from + 2) << 16;
}

static u32 pack(u32 r, u32 g, u32 b)
{
	return OPAQUE | r << 16 | g << 8 | b;
}

static void from_8888(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	memcpy(to, from, 4 * n);
}

static void from_8888_swapped(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i, v;

	for (i = 0; i < n; i++) {
		v = u32_at(from + 4 * i);
		to[i] = (v & 0xff00ff00) | (v & 0xff) << 16 | (v >> 16 & 0xff);
	}
}

static void from_2101010(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i, v;

	for (i = 0; i < n; i++) {
		v = u32_at(from + 4 * i);
		to[i] = pack(v >> 22 & 0xff, v >> 12 & 0xff, v >> 2 & 0xff);
	}
}

static void from_2101010_swapped(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i, v;

	for (i = 0; i < n; i++) {
		v = u32_at(from + 4 * i);
		to[i] = pack(v >> 2 & 0xff, v >> 12 & 0xff, v >> 22 & 0xff);
	}
}

/* A half-precision number between 0 and 1, in 255ths; others are cut off. */
static u32 from_half(u32 half)
{
	u32 exponent = half >> 10 & 0x1f, mantissa = 0x400 | (half & 0x3ff);

	if (half & 0x8000 || !exponent)
		return 0;
	if (exponent >= 15)
		return 255;
	return mantissa * 255 >> (25 - exponent);
}

static void from_half_floats(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i;

	for (i = 0; i < n; i++, from += 8)
		to[i] = pack(from_half(u16_at(from + 4)), from_half(u16_at(from + 2)),
			     from_half(u16_at(from)));
}

static void from_half_floats_swapped(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i;

	for (i = 0; i < n; i++, from += 8)
		to[i] = pack(from_half(u16_at(from)), from_half(u16_at(from + 2)),
			     from_half(u16_at(from + 4)));
}

static void from_565(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i, v, r, g, b;

	for (i = 0; i < n; i++) {
		v = u16_at(from + 2 * i);
		r = v >> 11;
		g = v >> 5 & 0x3f;
		b = v & 0x1f;
		to[i] = pack(r << 3 | r >> 2, g << 2 | g >> 4, b << 3 | b >> 2);
	}
}

static void from_indexed(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i;

	for (i = 0; i < n; i++)
		to[i] = OPAQUE | palette[from[i]];
}

/* Coefficients of YCbCr to RGB, in 65536ths (ITU-R BT.601 and BT.709). */
struct yuv_matrix {
	s32 luma, offset;
	s32 red_v, green_u, green_v, blue_u;
};

static const struct yuv_matrix yuv_matrices[2][2] = {
	{	/* 601: limited range, full range */
		{ 76309, 16, 104597, 25675, 53279, 132201 },
		{ 65536, 0, 91881, 22554, 46802, 116130 },
	}, {	/* 709 */
		{ 76309, 16, 117489, 13975, 34925, 138438 },
		{ 65536, 0, 103206, 12276, 30679, 121608 },
	},
};

static const struct yuv_matrix *matrix(u32 ctl)
{
	return &yuv_matrices[!!(ctl & CTL_BT709)][!!(ctl & CTL_FULL_RANGE)];
}

static u32 yuv_pixel(const struct yuv_matrix *m, s32 y, s32 u, s32 v)
{
	s32 luma = (y - m->offset) * m->luma + 32768;

	u -= 128;
	v -= 128;
	return pack(clamp((luma + m->red_v * v) >> 16, 0, 255),
		    clamp((luma - m->green_u * u - m->green_v * v) >> 16, 0, 255),
		    clamp((luma + m->blue_u * u) >> 16, 0, 255));
}

/* Two pixels in four bytes: where the first luma and U are, by the order's number. */
static void from_yuv(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	static const u8 luma[4] = { 0, 1, 0, 1 }, chroma[4] = { 1, 0, 3, 2 };
	const struct yuv_matrix *m = matrix(ctl);
	u32 y = luma[FIELD_GET(CTL_YUV_ORDER, ctl)], u = chroma[FIELD_GET(CTL_YUV_ORDER, ctl)];
	u32 i, v = u ^ 2;

	for (i = 0; i + 1 < n; i += 2, from += 4) {
		to[i] = yuv_pixel(m, from[y], from[u], from[v]);
		to[i + 1] = yuv_pixel(m, from[y ^ 2], from[u], from[v]);
	}
	if (i < n)
		to[i] = OPAQUE;
}

static void from_xyuv(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	const struct yuv_matrix *m = matrix(ctl);
	u32 i;

	for (i = 0; i < n; i++, from += 4)
		to[i] = yuv_pixel(m, from[2], from[1], from[0]);
}

/* NV12: the first surface has luma; ivgpu_pixels_join() adds what the second one has. */
static void from_luma(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i;

	for (i = 0; i < n; i++)
		to[i] = from[i];
}

/* U, and V above it: for two pixels of two rows. */
static void from_chroma(u32 *to, const u8 *from, u32 n, const u32 *palette, u32 ctl)
{
	u32 i;

	for (i = 0; i < n; i++)
		to[i] = u16_at(from + 2 * i);
}

const ivgpu_convert_fn ivgpu_pixels_chroma = from_chroma;

/**
 * ivgpu_pixels_join() - colours for a row of NV12
 * @line: luma of each pixel; the pixels afterwards
 * @chroma: U and V of every two of them
 * @n: pixels
 * @ctl: PLANE_CTL
 */
void ivgpu_pixels_join(u32 *line, const u32 *chroma, u32 n, u32 ctl)
{
	const struct yuv_matrix *m = matrix(ctl);
	u32 i;

	for (i = 0; i < n; i++)
		line[i] = yuv_pixel(m, line[i], chroma[i / 2] & 0xff, chroma[i / 2] >> 8);
}

/* By the format field; the second for the order RGBX. */
static const struct {
	u32 cpp;
	ivgpu_convert_fn convert[2];
} formats[16] = {
	[0] = { 2, { from_yuv, from_yuv } },
	[1] = { 1, { from_luma, from_luma } },
	[2] = { 4, { from_2101010, from_2101010_swapped } },
	[4] = { 4, { from_8888, from_8888_swapped } },
	[6] = { 8, { from_half_floats, from_half_floats_swapped } },
	[8] = { 4, { from_xyuv, from_xyuv } },
	[12] = { 1, { from_indexed, from_indexed } },
	[14] = { 2, { from_565, from_565 } },
};

/**
 * ivgpu_pixels_find() - how to read a format
 * @ctl: PLANE_CTL, any value
 * @cpp: bytes per pixel, filled in
 *
 * Return: the converter, NULL: not supported.
 */
ivgpu_convert_fn ivgpu_pixels_find(u32 ctl, u32 *cpp)
{
	u32 format = FIELD_GET(CTL_FORMAT, ctl);

	*cpp = formats[format].cpp;
	return formats[format].convert[!!(ctl & CTL_RGBX)];
}

/**
 * ivgpu_pixel_blend() - lay one pixel over another
 * @below: 0xAARRGGBB
 * @above: the same
 * @alpha: what the alpha of @above means
 *
 * Return: the result, opaque.
 */
u32 ivgpu_pixel_blend(u32 below, u32 above, enum ivgpu_alpha alpha)
{
	u32 a = alpha == IVGPU_OPAQUE ? 255 : above >> 24;
	u32 shift, over, value, result = OPAQUE;

	for (shift = 0; shift < 24; shift += 8) {
		over = above >> shift & 0xff;
		if (alpha == IVGPU_STRAIGHT)
			over = DIV_ROUND_CLOSEST(over * a, 255);
		value = over + DIV_ROUND_CLOSEST((below >> shift & 0xff) * (255 - a), 255);
		result |= min(value, 255u) << shift;
	}
	return result;
}
