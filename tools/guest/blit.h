/* SPDX-License-Identifier: GPL-2.0 */
/* Draws the picture with the GPU's blitter and compares every pixel with the reference */
#ifndef IVGPU_BLIT_BLIT_H
#define IVGPU_BLIT_BLIT_H

#include <stdint.h>

#include "device.h"

/*
 * Reports tests; *pixels counts what was compared. png: file for what is in the target, or NULL.
 */
void blit_picture(struct device *dev, uint64_t seed, const char *png, unsigned int *pixels);

#endif
