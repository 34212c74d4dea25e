/* SPDX-License-Identifier: GPL-2.0 */
/* Frequency and RC6: what the GT's power management registers answer. */
#ifndef GPUSIM_POWER_H
#define GPUSIM_POWER_H

#include <stdint.h>

struct gpu;
struct engine;

/* Something that keeps the GT awake may have begun or ended: an engine's work, a register. */
void power_update(struct gpu *gpu);

/* register hooks */
uint32_t power_read_rpstat(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t power_read_residency(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t power_read_core_status(struct gpu *gpu, struct engine *e, uint32_t off);
void power_write(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);

#endif
