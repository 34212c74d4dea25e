/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which power domains must be awake for a register to be accessed. Pure.
 */
#ifndef IVGPU_FORCEWAKE_RANGES_H
#define IVGPU_FORCEWAKE_RANGES_H

#include <linux/bits.h>
#include <linux/types.h>

enum ivgpu_fw_domain {
	IVGPU_FW_RENDER,
	IVGPU_FW_GT,
	IVGPU_FW_MEDIA,
	IVGPU_FW_NUM
};

#define IVGPU_FW_ALL	(BIT(IVGPU_FW_NUM) - 1)

unsigned int ivgpu_forcewake_for_read(u32 offset);
unsigned int ivgpu_forcewake_for_write(u32 offset);

#endif
