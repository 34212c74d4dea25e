/* SPDX-License-Identifier: GPL-2.0 */
/* CPU access to graphics memory through BAR2: global table at each access, fences de-tile. */
#ifndef GPUSIM_APERTURE_H
#define GPUSIM_APERTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gpu;

void aperture_read(struct gpu *gpu, uint64_t off, void *buf, size_t len);
void aperture_write(struct gpu *gpu, uint64_t off, const void *buf, size_t len);

/* The linear GGTT address behind an aperture address that a fence may cover. */
uint64_t aperture_fence(struct gpu *gpu, uint64_t addr);

#endif
