/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Workarounds: which register bits hardware needs, beyond its reset values, on
 * which GPUs. Pure.
 */
#ifndef IVGPU_WORKAROUNDS_H
#define IVGPU_WORKAROUNDS_H

#include <linux/types.h>

/**
 * struct ivgpu_workaround - one row
 * @name: as Intel calls it
 * @platforms: bits of enum ivgpu_platform
 * @rev_below: PCI revisions that need it lie below this; 0: all do
 * @offset: of the register; from the engine's base where @engines is not 0
 * @clear: bits to clear
 * @set: bits to set
 * @engines: bits of enum ivgpu_engine_id; 0: once for the GT
 * @masked: the register takes its write mask in its upper half
 */
struct ivgpu_workaround {
	const char *name;
	u32 platforms;
	u8 rev_below;
	u32 offset;
	u32 clear;
	u32 set;
	u8 engines;
	bool masked;
};

extern const struct ivgpu_workaround ivgpu_workarounds[];
extern const unsigned int ivgpu_nr_workarounds;

bool ivgpu_workaround_applies(const struct ivgpu_workaround *wa, unsigned int platform,
			      unsigned int revision, unsigned int engines);

#endif
