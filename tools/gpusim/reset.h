/* SPDX-License-Identifier: GPL-2.0 */
/* Resets: one engine or all (GDRST), the request handshake (RESET_CTL), the whole device. */
#ifndef GPUSIM_RESET_H
#define GPUSIM_RESET_H

#include <stdint.h>

#include "engine.h"

struct gpu;

/* A blit that a reset had to wait for is over: resets its engine. */
void reset_finish(struct engine *e);

/* As after power-on; config space is the caller's. */
void reset_device(struct gpu *gpu);

/* register hooks */
void reset_write_gdrst(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
uint32_t reset_read_gdrst(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t reset_read_ctl(struct gpu *gpu, struct engine *e, uint32_t off);
void reset_write_ctl(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);

#endif
