// SPDX-License-Identifier: GPL-2.0
/*
 * Video timings by VESA's CVT standard (1.1) with reduced blanking, which costs
 * the least pixel clock: the numbers below are those of its section 5.
 */
#include <linux/kernel.h>
#include <linux/math64.h>

#include "edid.h"

#define RB_HBLANK	160
#define RB_HFRONT	48
#define RB_HSYNC	32
#define RB_VFRONT	3
#define RB_MIN_VBACK	6
#define RB_MIN_VBLANK_NS	460000
#define CLOCK_STEP_KHZ	250

/* CVT tells the aspect ratio of the picture by the width of the vertical pulse. */
static u32 vsync_lines(u32 width, u32 height)
{
	static const struct {
		u8 x, y, lines;
	} ratios[] = {
		{ 4, 3, 4 }, { 16, 9, 5 }, { 16, 10, 6 }, { 5, 4, 7 }, { 15, 9, 7 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ratios); i++)
		if (width * ratios[i].y == height * ratios[i].x)
			return ratios[i].lines;
	return 10;
}

static void fill(struct ivgpu_mode *mode, u32 refresh)
{
	u32 frame_ns = 1000000000u / refresh;
	u32 line_ns = (frame_ns - RB_MIN_VBLANK_NS) / mode->height;
	u64 hz;

	mode->refresh = refresh;
	mode->hblank = RB_HBLANK;
	mode->hfront = RB_HFRONT;
	mode->hsync = RB_HSYNC;
	mode->vfront = RB_VFRONT;
	mode->vsync = vsync_lines(mode->width, mode->height);
	mode->vblank = max(RB_MIN_VBLANK_NS / line_ns + 1,
			   (u32)RB_VFRONT + mode->vsync + RB_MIN_VBACK);
	hz = (u64)refresh * (mode->width + RB_HBLANK) * (mode->height + mode->vblank);
	mode->clock_khz = (u32)div_u64(hz, 1000 * CLOCK_STEP_KHZ) * CLOCK_STEP_KHZ;
}

/**
 * ivgpu_mode_fill() - the timing for a picture
 * @mode: filled in
 * @width: wished for, in pixels; brought into range, and to a multiple of 8
 * @height: wished for, in pixels; brought into range
 *
 * 60 pictures a second, or 30 where the port's clock does not carry 60.
 */
void ivgpu_mode_fill(struct ivgpu_mode *mode, u32 width, u32 height)
{
	*mode = (struct ivgpu_mode){
		.width = clamp_t(u32, width, IVGPU_MIN_WIDTH, IVGPU_MAX_WIDTH) & ~7u,
		.height = clamp_t(u32, height, IVGPU_MIN_HEIGHT, IVGPU_MAX_HEIGHT),
	};
	fill(mode, 60);
	if (mode->clock_khz > IVGPU_MAX_CLOCK_KHZ)
		fill(mode, 30);
}
