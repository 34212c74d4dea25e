// SPDX-License-Identifier: GPL-2.0
/*
 * EDID: VESA Enhanced EDID standard (release A, revision 2, structure 1.4) with
 * one CTA-861 extension. The extension's HDMI block is what lets a driver go
 * beyond the 165 MHz of single-link DVI.
 *
 * A VMM's EDID is not shown to the guest as it is: the size of its preferred
 * timing is taken, and an EDID for that size is made here, so that no timing
 * reaches the guest that its port cannot carry.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "edid.h"

#define DETAILED	54	/* first of four descriptors */
#define DESCRIPTOR	18
#define DPI_TENTHS	960

static const u8 header[8] = { 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00 };

/* sRGB's primaries and white point (EDID standard, section 3.7). */
static const u8 chromaticity[10] = {
	0xee, 0x91, 0xa3, 0x54, 0x4c, 0x99, 0x26, 0x0f, 0x50, 0x54,
};

/* Width / 8 - 31, then aspect ratio (16:10, 4:3, 5:4, 16:9) and refresh - 60. */
static const u8 standard_timings[16] = {
	0x81, 0xc0,		/* 1280 x 720 */
	0x81, 0x00,		/* 1280 x 800 */
	0x81, 0x80,		/* 1280 x 1024 */
	0x95, 0x00,		/* 1440 x 900 */
	0xa9, 0x40,		/* 1600 x 1200 */
	0xb3, 0x00,		/* 1680 x 1050 */
	0xd1, 0xc0,		/* 1920 x 1080 */
	0xd1, 0x00,		/* 1920 x 1200 */
};

/* Sizes that the two lists of the base block have no room for. */
static const struct {
	u16 width, height;
} more_sizes[] = {
	{ 2560, 1440 }, { 2560, 1600 }, { 3840, 2160 },
};

/* An HDMI port at address 1.0.0.0 that takes 300 MHz (in units of 5 MHz). */
static const u8 hdmi_block[8] = {
	3 << 5 | 7, 0x03, 0x0c, 0x00, 0x10, 0x00, 0x00, IVGPU_MAX_CLOCK_KHZ / 5000,
};

static u32 millimetres(u32 pixels)
{
	return pixels * 254 / DPI_TENTHS;
}

static void fill_timing(u8 *d, const struct ivgpu_mode *mode)
{
	u32 width_mm = millimetres(mode->width), height_mm = millimetres(mode->height);
	u32 clock = mode->clock_khz / 10;

	d[0] = clock;
	d[1] = clock >> 8;
	d[2] = mode->width;
	d[3] = mode->hblank;
	d[4] = mode->width >> 8 << 4 | mode->hblank >> 8;
	d[5] = mode->height;
	d[6] = mode->vblank;
	d[7] = mode->height >> 8 << 4 | mode->vblank >> 8;
	d[8] = mode->hfront;
	d[9] = mode->hsync;
	d[10] = mode->vfront << 4 | mode->vsync;
	d[12] = width_mm;
	d[13] = height_mm;
	d[14] = width_mm >> 8 << 4 | height_mm >> 8;
	d[17] = 0x1a;	/* digital separate sync, horizontal positive: reduced blanking */
}

static void fill_text(u8 *d, u8 tag, const char *text)
{
	size_t len = strlen(text);

	d[3] = tag;
	memset(d + 5, ' ', 13);
	memcpy(d + 5, text, min_t(size_t, len, 13));
	if (len < 13)
		d[5 + len] = '\n';
}

static void fill_range(u8 *d)
{
	d[3] = 0xfd;
	d[5] = 24;			/* Hz */
	d[6] = 75;
	d[7] = 15;			/* kHz */
	d[8] = 160;
	d[9] = IVGPU_MAX_CLOCK_KHZ / 10000;
	d[10] = 1;			/* no timing formula */
	d[11] = '\n';
	memset(d + 12, ' ', 6);
}

static void fill_checksum(u8 *block)
{
	u8 sum = 0;
	int i;

	for (i = 0; i < IVGPU_EDID_BLOCK - 1; i++)
		sum += block[i];
	block[i] = -sum;
}

static void fill_base(u8 *b, const struct ivgpu_mode *mode, u32 serial)
{
	static const char name[3] = { 'I', 'V', 'G' };	/* five bits a letter */
	u16 id = (name[0] - '@') << 10 | (name[1] - '@') << 5 | (name[2] - '@');

	memcpy(b, header, sizeof(header));
	b[8] = id >> 8;
	b[9] = id;
	b[10] = 1;			/* product */
	b[12] = serial;
	b[13] = serial >> 8;
	b[14] = serial >> 16;
	b[15] = serial >> 24;
	b[17] = 36;			/* year - 1990 */
	b[18] = 1;
	b[19] = 4;
	b[20] = 0xa2;			/* digital, 8 bits per colour, HDMI */
	b[21] = min(millimetres(mode->width) / 10, 255u);
	b[22] = min(millimetres(mode->height) / 10, 255u);
	b[23] = 120;			/* gamma 2.2 */
	b[24] = 0x06;			/* sRGB; the first timing is the native one */
	memcpy(b + 25, chromaticity, sizeof(chromaticity));
	b[35] = 0x21;			/* 640 x 480, 800 x 600 at 60 Hz */
	b[36] = 0x08;			/* 1024 x 768 at 60 Hz */
	memcpy(b + 38, standard_timings, sizeof(standard_timings));
	fill_timing(b + DETAILED, mode);
	fill_text(b + DETAILED + DESCRIPTOR, 0xfc, "ivgpu");
	fill_range(b + DETAILED + 2 * DESCRIPTOR);
	b[DETAILED + 3 * DESCRIPTOR + 3] = 0x10;	/* unused */
	b[126] = 1;			/* extensions */
	fill_checksum(b);
}

static void fill_extension(u8 *b)
{
	struct ivgpu_mode mode;
	unsigned int i;
	u8 *d = b + 4 + sizeof(hdmi_block);

	b[0] = 2;
	b[1] = 3;
	b[2] = d - b;			/* where timings begin */
	memcpy(b + 4, hdmi_block, sizeof(hdmi_block));
	for (i = 0; i < ARRAY_SIZE(more_sizes); i++, d += DESCRIPTOR) {
		ivgpu_mode_fill(&mode, more_sizes[i].width, more_sizes[i].height);
		fill_timing(d, &mode);
	}
	fill_checksum(b);
}

/**
 * ivgpu_edid_fill() - the EDID of the virtual monitor
 * @edid: filled in
 * @mode: its preferred timing
 * @serial: a number that tells monitors apart
 */
void ivgpu_edid_fill(u8 edid[IVGPU_EDID_SIZE], const struct ivgpu_mode *mode, u32 serial)
{
	memset(edid, 0, IVGPU_EDID_SIZE);
	fill_base(edid, mode, serial);
	fill_extension(edid + IVGPU_EDID_BLOCK);
}

/**
 * ivgpu_edid_preferred() - what size an EDID asks for
 * @edid: from the VMM; any bytes
 * @size: how many
 * @width: pixels of its preferred timing
 * @height: the same
 *
 * Return: 0, or -EINVAL: not an EDID with a preferred timing.
 */
int ivgpu_edid_preferred(const u8 *edid, u32 size, u32 *width, u32 *height)
{
	const u8 *d = edid + DETAILED;
	u8 sum = 0;
	int i;

	if (size < IVGPU_EDID_BLOCK || memcmp(edid, header, sizeof(header)))
		return -EINVAL;
	for (i = 0; i < IVGPU_EDID_BLOCK; i++)
		sum += edid[i];
	*width = d[2] | (d[4] & 0xf0) << 4;
	*height = d[5] | (d[7] & 0xf0) << 4;
	if (sum || (!d[0] && !d[1]) || !*width || !*height)
		return -EINVAL;
	return 0;
}
