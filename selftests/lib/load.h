/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vGPU that keeps engines busy: on each that is asked for, two requests of a known cost
 * are always queued.
 */
#ifndef SELFTESTS_LOAD_H
#define SELFTESTS_LOAD_H

#include <stdbool.h>

#include "execlist.h"

struct load {
	struct vgpu vg;
	struct lrc lrc[ENGINES];
	struct bo mark, batch[ENGINES], target;
	bool on[ENGINES];
	unsigned int left[ENGINES];	/* how many more requests */
};

int load_open(struct load *load, unsigned int number);
void load_close(struct load *load);

/*
 * Begin on RCS or BCS: each request takes about `ms` with commands slowed down `slower`
 * times (the simulator's --speed 1/slower).
 */
void load_start(struct load *load, enum engine_id id, unsigned int ms, unsigned int slower);
/* All that was submitted has completed. */
bool load_done(struct load *load, enum engine_id id);
/* Keep two queued; to be called every few milliseconds. */
void load_feed(struct load *load);
/* Begin no more; true when what is queued has completed in time. */
bool load_stop(struct load *load, int timeout_ms);

#endif
