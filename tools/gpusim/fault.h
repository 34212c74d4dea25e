/* SPDX-License-Identifier: GPL-2.0 */
/* GPU address faults and hangs: what an engine does when it cannot go on. */
#ifndef GPUSIM_FAULT_H
#define GPUSIM_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/* An access to an address without a translation: fault registers, and the engine hangs. */
void fault_record(struct engine *e, enum address_space space, uint64_t addr, bool write,
		  unsigned int level);

/* The command cannot be executed: error registers, error interrupt, and the engine hangs. */
void fault_bad_command(struct engine *e, const char *why);

#endif
