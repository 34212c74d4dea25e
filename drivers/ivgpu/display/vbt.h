/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table in which firmware tells a driver which ports there are. Pure; no lock.
 */
#ifndef IVGPU_DISPLAY_VBT_H
#define IVGPU_DISPLAY_VBT_H

#include <linux/types.h>

#define IVGPU_VBT_SIZE	256

void ivgpu_vbt_fill(u8 vbt[IVGPU_VBT_SIZE]);

#endif
