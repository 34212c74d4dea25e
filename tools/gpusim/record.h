/* SPDX-License-Identifier: GPL-2.0 */
/*
 * --record: what engines executed, as an AUB memory trace: for each context that ran, its ring from
 * where it began to where it ended, and the pages of its batches. Data is not in it: it is for
 * reading, not for playing.
 */
#ifndef GPUSIM_RECORD_H
#define GPUSIM_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/* Ends by itself when the file has so many bytes. 0 or a negative errno. */
int record_open(const char *path, uint64_t most);
void record_close(void);

/* A context has been loaded. Called with the GPU's lock held, as the others. */
void record_begin(struct engine *e);
/* The command at @addr is executed next, from the ring or from a batch. */
void record_command(struct engine *e, enum address_space space, uint64_t addr);
/* The context leaves. What did not come to an end, or began in the middle, is not recorded. */
void record_end(struct engine *e, bool whole);

#endif
