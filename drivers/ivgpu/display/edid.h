/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the virtual monitor says of itself: video timings and the EDID made of
 * them, and what a VMM asks for in an EDID of its own. Pure; no lock.
 */
#ifndef IVGPU_DISPLAY_EDID_H
#define IVGPU_DISPLAY_EDID_H

#include <linux/types.h>

#define IVGPU_EDID_BLOCK	128
#define IVGPU_EDID_SIZE		(2 * IVGPU_EDID_BLOCK)

/* Sizes that a guest can be asked for. */
#define IVGPU_MIN_WIDTH		640
#define IVGPU_MIN_HEIGHT	480
#define IVGPU_MAX_WIDTH		3840
#define IVGPU_MAX_HEIGHT	2160

/* Fastest pixel clock of an HDMI port of Gen9 (i915 display/intel_hdmi.c). */
#define IVGPU_MAX_CLOCK_KHZ	300000

/**
 * struct ivgpu_mode - a video timing
 * @width: of the picture, pixels
 * @height: of the picture, lines
 * @refresh: pictures per second
 * @clock_khz: pixel clock
 * @hfront: pixels between picture and sync
 * @hsync: pixels of sync
 * @hblank: pixels that are not picture, with those two
 * @vfront: lines between picture and sync
 * @vsync: lines of sync
 * @vblank: lines that are not picture, with those two
 */
struct ivgpu_mode {
	u16 width, height;
	u16 refresh;
	u32 clock_khz;
	u16 hfront, hsync, hblank;
	u16 vfront, vsync, vblank;
};

void ivgpu_mode_fill(struct ivgpu_mode *mode, u32 width, u32 height);
void ivgpu_edid_fill(u8 edid[IVGPU_EDID_SIZE], const struct ivgpu_mode *mode, u32 serial);
int ivgpu_edid_preferred(const u8 *edid, u32 size, u32 *width, u32 *height);

#endif
