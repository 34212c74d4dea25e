/* SPDX-License-Identifier: GPL-2.0 */
/* Logical ring contexts: loading an image into the engine and saving the engine into it. */
#ifndef GPUSIM_CONTEXT_H
#define GPUSIM_CONTEXT_H

#include "engine.h"

/* Loads the context of the current element; the engine hangs if its image cannot be read. */
void context_load(struct engine *e);

/* Lite restore: takes the new ring tail from the image. */
void context_load_tail(struct engine *e);

void context_save(struct engine *e);

#endif
