// SPDX-License-Identifier: GPL-2.0
/*
 * The 2D commands of the blitter.
 *
 * They name memory by addresses of the context's own PPGTT and no registers, so
 * only their length matters here. Opcodes (bits 28:22): i915
 * gt/intel_gpu_commands.h and gvt/cmd_parser.c (6.12); the length field is bits
 * 7:0. What a colour or pattern blit carries inline makes the length vary.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define BLT(_name, _min, _max) {					\
	.name = _name, IVGPU_CMD_LENGTH(_min, _max, 8),			\
	.where = IVGPU_ON_BCS | IVGPU_GEN89 }
#define ANY 257

const struct ivgpu_cmd_row ivgpu_cmd_2d[IVGPU_CMD_2D_ROWS] = {
	[0x01] = BLT("XY_SETUP_BLT", 8, 10),
	[0x03] = BLT("XY_SETUP_CLIP_BLT", 3, 3),
	[0x11] = BLT("XY_SETUP_MONO_PATTERN_SL_BLT", 9, 10),
	[0x24] = BLT("XY_PIXEL_BLT", 2, 2),
	[0x25] = BLT("XY_SCANLINES_BLT", 3, 3),
	[0x26] = BLT("XY_TEXT_BLT", 4, 5),
	[0x31] = BLT("XY_TEXT_IMMEDIATE_BLT", 4, ANY),
	[0x40] = BLT("COLOR_BLT", 5, 6),
	[0x42] = BLT("XY_FAST_COPY_BLT", 10, 10),
	[0x43] = BLT("SRC_COPY_BLT", 6, 8),
	[0x50] = BLT("XY_COLOR_BLT", 6, 7),
	[0x51] = BLT("XY_PAT_BLT", 6, 8),
	[0x52] = BLT("XY_MONO_PAT_BLT", 9, 10),
	[0x53] = BLT("XY_SRC_COPY_BLT", 8, 10),
	[0x54] = BLT("XY_MONO_SRC_COPY_BLT", 8, 10),
	[0x55] = BLT("XY_FULL_BLT", 9, 12),
	[0x56] = BLT("XY_FULL_MONO_SRC_BLT", 9, 12),
	[0x57] = BLT("XY_FULL_MONO_PATTERN_BLT", 12, 14),
	[0x58] = BLT("XY_FULL_MONO_PATTERN_MONO_SRC_BLT", 12, 14),
	[0x59] = BLT("XY_MONO_PAT_FIXED_BLT", 7, 8),
	[0x71] = BLT("XY_MONO_SRC_COPY_IMMEDIATE_BLT", 7, ANY),
	[0x72] = BLT("XY_PAT_BLT_IMMEDIATE", 6, ANY),
	[0x73] = BLT("XY_SRC_COPY_CHROMA_BLT", 9, 12),
	[0x74] = BLT("XY_FULL_IMMEDIATE_PATTERN_BLT", 8, ANY),
	[0x75] = BLT("XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT", 8, ANY),
	[0x76] = BLT("XY_PAT_CHROMA_BLT", 7, 10),
	[0x77] = BLT("XY_PAT_CHROMA_BLT_IMMEDIATE", 6, ANY),
};
