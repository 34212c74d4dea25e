// SPDX-License-Identifier: GPL-2.0
/*
 * Table of the GPUs that the simulator can be.
 *
 * Device ids: i915 include/drm/intel/i915_pciids.h. Meaning of the fuse registers: i915
 * gt/intel_sseu.c and gt/intel_gt_regs.h (FUSE2 0x9120: slices 27:25, subslices disabled 23:20;
 * EU_DISABLE one byte a subslice). Inferred: that HD 505 and UHD 605 have six EUs in each of three
 * subslices. Timestamp frequencies: i915 gt/intel_gt_clock_utils.c (CTC_MODE,
 * 12 MHz; 19.2 MHz on Broxton and Geminilake; Broadwell 12.5 MHz). RP_STATE_CAP values are typical
 * of the parts and were not read from hardware.
 */
#include "model.h"

#include <stddef.h>
#include <string.h>

#include "engine.h"
#include "util.h"

#define ENGINES_1VCS ((1 << RCS) | (1 << BCS) | (1 << VCS0) | (1 << VECS))
#define ENGINES_2VCS (ENGINES_1VCS | (1 << VCS1))

static const struct gpu_model models[] = {
	{
		.name = "skl", .title = "Skylake GT2 (HD Graphics 530)", .platform = PLATFORM_SKL,
		.gen = 9, .device = 0x1912, .revision = 6, .engines = ENGINES_1VCS,
		.timestamp_hz = 12000000, .fuse2 = 1 << 25 | 1 << 23,
		.rp_state_cap = 0x07141c, .ctc_mode = 4, .rcs_context_pages = 22,
	},
	{
		.name = "skl-gt3", .title = "Skylake GT3e (Iris Graphics 550)",
		.platform = PLATFORM_SKL, .gen = 9, .device = 0x1927, .revision = 0x0a,
		.engines = ENGINES_2VCS, .timestamp_hz = 12000000, .fuse2 = 3 << 25 | 1 << 23,
		.rp_state_cap = 0x07141c, .ctc_mode = 4, .rcs_context_pages = 22,
	},
	{
		.name = "kbl", .title = "Kaby Lake GT2 (HD Graphics 630)",
		.platform = PLATFORM_KBL, .gen = 9, .device = 0x5912, .revision = 4,
		.engines = ENGINES_1VCS, .timestamp_hz = 12000000, .fuse2 = 1 << 25 | 1 << 23,
		.rp_state_cap = 0x07141c, .ctc_mode = 4, .rcs_context_pages = 22,
	},
	{
		.name = "cfl", .title = "Coffee Lake GT2 (UHD Graphics 630)",
		.platform = PLATFORM_CFL, .gen = 9, .device = 0x3e92, .revision = 0,
		.engines = ENGINES_1VCS, .timestamp_hz = 12000000, .fuse2 = 1 << 25 | 1 << 23,
		.rp_state_cap = 0x07141c, .ctc_mode = 4, .rcs_context_pages = 22,
	},
	{
		.name = "cml", .title = "Comet Lake GT2 (UHD Graphics 630)",
		.platform = PLATFORM_CML, .gen = 9, .device = 0x9bc5, .revision = 5,
		.engines = ENGINES_1VCS, .timestamp_hz = 12000000, .fuse2 = 1 << 25 | 1 << 23,
		.rp_state_cap = 0x07141c, .ctc_mode = 4, .rcs_context_pages = 22,
	},
	{
		.name = "bxt", .title = "Broxton (HD Graphics 505)", .platform = PLATFORM_BXT,
		.gen = 9, .device = 0x5a84, .revision = 0x0b, .engines = ENGINES_1VCS,
		.timestamp_hz = 19200000, .fuse2 = 1 << 25 | 1 << 23,
		.eu_disable = { 0x00c0c0c0 }, .rp_state_cap = 0x060818, .ctc_mode = 6,
		.rcs_context_pages = 22,
	},
	{
		.name = "glk", .title = "Geminilake (UHD Graphics 605)", .platform = PLATFORM_GLK,
		.gen = 9, .device = 0x3184, .revision = 3, .engines = ENGINES_1VCS,
		.timestamp_hz = 19200000, .fuse2 = 1 << 25 | 1 << 23,
		.eu_disable = { 0x00c0c0c0 }, .rp_state_cap = 0x060818, .ctc_mode = 6,
		.rcs_context_pages = 22,
	},
	{
		.name = "bdw", .title = "Broadwell GT2 (HD Graphics 5500)",
		.platform = PLATFORM_BDW, .gen = 8, .device = 0x1616, .revision = 9,
		.engines = ENGINES_1VCS, .timestamp_hz = 12500000, .fuse2 = 1 << 25,
		.rp_state_cap = 0x060612, .rcs_context_pages = 20,
	},
};

const struct gpu_model *model_find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(models); i++)
		if (!strcmp(models[i].name, name))
			return &models[i];
	return NULL;
}

void model_list(void (*print)(const char *name, const char *title))
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(models); i++)
		print(models[i].name, models[i].title);
}
