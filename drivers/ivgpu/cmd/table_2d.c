// SPDX-License-Identifier: GPL-2.0
/*
 * The 2D commands of the blitter.
 *
 * They name memory by addresses of the context's own PPGTT and no registers.
 * Opcodes (bits 28:22) and which operands are addresses: i915
 * gt/intel_gpu_commands.h and gvt/cmd_parser.c (6.12); the length field is bits 7:0.
 * Since Gen8 an address takes two dwords, so that what follows it is one dword
 * further on than in those tables (as i915 writes XY_SRC_COPY_BLT, XY_COLOR_BLT and
 * XY_FAST_COPY_BLT: gt/intel_migrate.c); for the other commands that is inferred. What
 * a text or pattern blit carries inline makes its length vary.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define BLT(_name, _gens, _length, ...) {					\
	.name = (_name), .engines = IVGPU_GEN##_gens(IVGPU_ON_BCS),		\
	_length, __VA_ARGS__ }
#define LENGTH(_min, _max)	IVGPU_LENGTH(_min, _max, 8)
/* One or two addresses by the dwords where they begin. */
#define TO(_to)			IVGPU_OPERANDS(IVGPU_AT(_to, 0))
#define TO_FROM(_to, _from)	IVGPU_OPERANDS(IVGPU_AT(_to, 0), IVGPU_AT(_from, 0))
#define TO_FROM_BOTH(_to, _from, _also)						\
	IVGPU_OPERANDS(IVGPU_AT(_to, 0), IVGPU_AT(_from, 0), IVGPU_AT(_also, 0))

const struct ivgpu_cmd_row ivgpu_cmd_2d[IVGPU_CMD_2D_ROWS] = {
	[0x01] = BLT("XY_SETUP_BLT", 89, LENGTH(10, 10), TO_FROM(4, 8)),
	[0x03] = BLT("XY_SETUP_CLIP_BLT", 89, LENGTH(3, 3)),
	[0x11] = BLT("XY_SETUP_MONO_PATTERN_SL_BLT", 89, LENGTH(10, 10), TO(4)),
	[0x24] = BLT("XY_PIXEL_BLT", 89, LENGTH(2, 2)),
	[0x25] = BLT("XY_SCANLINES_BLT", 89, LENGTH(3, 3)),
	[0x26] = BLT("XY_TEXT_BLT", 89, LENGTH(5, 5), TO(3)),
	[0x31] = BLT("XY_TEXT_IMMEDIATE_BLT", 89, LENGTH(4, 257)),
	[0x40] = BLT("COLOR_BLT", 89, LENGTH(6, 6), TO(3)),
	[0x42] = BLT("XY_FAST_COPY_BLT", 9, LENGTH(10, 10), TO_FROM(4, 8)),
	[0x43] = BLT("SRC_COPY_BLT", 89, LENGTH(8, 8), TO_FROM(3, 6)),
	[0x50] = BLT("XY_COLOR_BLT", 89, LENGTH(7, 7), TO(4)),
	[0x51] = BLT("XY_PAT_BLT", 89, LENGTH(8, 8), TO_FROM(4, 6)),
	[0x52] = BLT("XY_MONO_PAT_BLT", 89, LENGTH(10, 10), TO(4)),
	[0x53] = BLT("XY_SRC_COPY_BLT", 89, LENGTH(10, 10), TO_FROM(4, 8)),
	[0x54] = BLT("XY_MONO_SRC_COPY_BLT", 89, LENGTH(10, 10), TO_FROM(4, 6)),
	[0x55] = BLT("XY_FULL_BLT", 89, LENGTH(12, 12), TO_FROM_BOTH(4, 8, 10)),
	[0x56] = BLT("XY_FULL_MONO_SRC_BLT", 89, LENGTH(12, 12), TO_FROM_BOTH(4, 6, 10)),
	[0x57] = BLT("XY_FULL_MONO_PATTERN_BLT", 89, LENGTH(14, 14), TO_FROM(4, 8)),
	[0x58] = BLT("XY_FULL_MONO_PATTERN_MONO_SRC_BLT", 89, LENGTH(14, 14), TO_FROM(4, 6)),
	[0x59] = BLT("XY_MONO_PAT_FIXED_BLT", 89, LENGTH(8, 8), TO(4)),
	[0x71] = BLT("XY_MONO_SRC_COPY_IMMEDIATE_BLT", 89, LENGTH(8, 257), TO(4)),
	[0x72] = BLT("XY_PAT_BLT_IMMEDIATE", 89, LENGTH(6, 257), TO(4)),
	[0x73] = BLT("XY_SRC_COPY_CHROMA_BLT", 89, LENGTH(12, 12), TO_FROM(4, 8)),
	[0x74] = BLT("XY_FULL_IMMEDIATE_PATTERN_BLT", 89, LENGTH(10, 257), TO_FROM(4, 8)),
	[0x75] = BLT("XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT", 89, LENGTH(10, 257), TO_FROM(4, 6)),
	[0x76] = BLT("XY_PAT_CHROMA_BLT", 89, LENGTH(10, 10), TO_FROM(4, 6)),
	[0x77] = BLT("XY_PAT_CHROMA_BLT_IMMEDIATE", 89, LENGTH(8, 257), TO(4)),
};
