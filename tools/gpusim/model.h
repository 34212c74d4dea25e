/* SPDX-License-Identifier: GPL-2.0 */
/* The GPUs that the simulator can be: identity, fuses and clocks, one row each (model.c). */
#ifndef GPUSIM_MODEL_H
#define GPUSIM_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum gpu_platform {
	PLATFORM_BDW = 1,
	PLATFORM_SKL = 2,
	PLATFORM_BXT = 4,
	PLATFORM_GLK = 8,
	PLATFORM_KBL = 16,
	PLATFORM_CFL = 32,
	PLATFORM_CML = 64,
};

struct gpu_model {
	const char *name;
	const char *title;
	enum gpu_platform platform;
	unsigned int gen;
	uint16_t device;
	uint8_t revision;
	uint32_t engines;		/* bit per enum engine_id */
	uint32_t timestamp_hz;
	uint32_t fuse2;			/* 0x9120: slices and subslices present */
	uint32_t eu_disable[3];		/* 0x9134.. */
	uint32_t rp_state_cap;		/* 0x145998 */
	uint32_t ctc_mode;		/* 0xa26c */
	uint32_t fuse_strap;		/* 0x42014 */
	uint32_t edram_cap;		/* 0x120010 */
	unsigned int rcs_context_pages;
};

const struct gpu_model *model_find(const char *name);
void model_list(void (*print)(const char *name, const char *title));

#endif
