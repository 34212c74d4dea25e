/* SPDX-License-Identifier: GPL-2.0 */
/* The cost model (--speed): how long a command keeps its engine busy. */
#ifndef GPUSIM_COST_H
#define GPUSIM_COST_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/*
 * The engine paces itself by the sum of its commands' costs from when it began to be busy: one that
 * was late goes on at once until it has caught up, so that a late sleeper costs jitter and not
 * throughput.
 */

/* Charges a command that is about to be executed. */
void cost_command(struct engine *e, const uint32_t *cmd, unsigned int ndw);

/* Charges the bytes that the blitter has moved. */
void cost_blit(struct engine *e);

/* The wait for a cost is over (WAIT_COST): tells how late that was noticed. */
void cost_paid(struct engine *e);

/* Whether what was executed is paid for; if not, the engine waits. For the end of a context. */
bool cost_settled(struct engine *e);

/* A reset: what the engine still owed is forgotten. */
void cost_reset(struct engine *e);

/* The engine is idle or waits for something else: time that passes now is nobody's. */
void cost_pause(struct engine *e);

#endif
