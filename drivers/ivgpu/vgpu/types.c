// SPDX-License-Identifier: GPL-2.0
/*
 * The vGPU types, one row each. Names and sizes are GVT-g's (facts from i915
 * gvt/vgpu.c), so that configurations carry over.
 */
#include <linux/kernel.h>

#include "vgpu.h"

const struct ivgpu_vgpu_type ivgpu_vgpu_types[IVGPU_NUM_VGPU_TYPES] = {
	/* name         low  high fences weight mode */
	{ "GVTg_V5_8",   64,  384, 4,  2, 1024,  768 },
	{ "GVTg_V5_4",  128,  512, 4,  4, 1920, 1200 },
	{ "GVTg_V5_2",  256, 1024, 4,  8, 1920, 1200 },
	{ "GVTg_V5_1",  512, 2048, 4, 16, 1920, 1200 },
};
