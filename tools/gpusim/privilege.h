/* SPDX-License-Identifier: GPL-2.0 */
/* Which registers a non-secure batch may touch. */
#ifndef GPUSIM_PRIVILEGE_H
#define GPUSIM_PRIVILEGE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/* For the command being executed; a refusal is logged, hardware drops the write silently. */
bool privilege_may_write(struct engine *e, uint32_t off);

#endif
