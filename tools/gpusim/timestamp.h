/* SPDX-License-Identifier: GPL-2.0 */
/* The GPU's clock: RING_TIMESTAMP of every engine and the running time of a context. */
#ifndef GPUSIM_TIMESTAMP_H
#define GPUSIM_TIMESTAMP_H

#include <stdint.h>

struct gpu;
struct engine;

uint64_t timestamp_now(const struct gpu *gpu);
uint32_t timestamp_read(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t timestamp_read_low(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t timestamp_read_context(struct gpu *gpu, struct engine *e, uint32_t off);

/* A context starts to run, or stops: CTX_TIMESTAMP counts only in between. */
void timestamp_context_start(struct engine *e);
void timestamp_context_stop(struct engine *e);

#endif
