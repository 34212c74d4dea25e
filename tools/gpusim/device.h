/* SPDX-License-Identifier: GPL-2.0 */
/* The GPU as a vfio-user device: its regions, memory map, interrupt and reset. */
#ifndef GPUSIM_DEVICE_H
#define GPUSIM_DEVICE_H

#include "vfio_user.h"

struct gpu;

void device_init(struct vu_device *dev, struct gpu *gpu);

#endif
