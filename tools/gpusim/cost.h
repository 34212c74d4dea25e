/* SPDX-License-Identifier: GPL-2.0 */
/* The cost model (--speed): how long a command keeps its engine busy. */
#ifndef GPUSIM_COST_H
#define GPUSIM_COST_H

#include <stdint.h>

#include "engine.h"

/* Charges a command that is about to be executed. */
void cost_command(struct engine *e, const uint32_t *cmd, unsigned int ndw);

/* Charges the bytes that the blitter has moved. */
void cost_blit(struct engine *e);

#endif
