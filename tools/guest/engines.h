/* SPDX-License-Identifier: GPL-2.0 */
/* Batches on every engine whose results are checked in memory */
#ifndef IVGPU_BLIT_ENGINES_H
#define IVGPU_BLIT_ENGINES_H

#include "device.h"

/* Reports a test per engine; returns how many engines passed */
unsigned int engines_run(struct device *dev, unsigned int seed);

#endif
