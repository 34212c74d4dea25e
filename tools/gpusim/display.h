/* SPDX-License-Identifier: GPL-2.0 */
/* The pipes' clock: scan lines, frame counters, and the interrupts of vertical blanks and flips. */
#ifndef GPUSIM_DISPLAY_H
#define GPUSIM_DISPLAY_H

#include <stdint.h>

struct gpu;
struct engine;

#define NUM_PIPES 3

/* Raises what has become due. */
void display_tick(struct gpu *gpu);

/* ns from now to the next vertical blank that somebody waits for; 0: nobody does. */
uint64_t display_due(struct gpu *gpu, uint64_t now);

/* register hooks */
uint32_t display_read_scanline(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t display_read_frame_count(struct gpu *gpu, struct engine *e, uint32_t off);
void display_write_surface(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);

#endif
