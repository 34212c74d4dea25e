/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vGPU with one batch per engine that runs until it is told to end.
 */
#ifndef SELFTESTS_SPIN_H
#define SELFTESTS_SPIN_H

#include <stdbool.h>

#include "execlist.h"

struct spin {
	struct vgpu vg;
	struct lrc lrc[ENGINES];
	struct bo mark, batch;
	bool draws;		/* with a primitive in each round of the batch: RCS only */
};

/* As vgpu_open(), with contexts on all engines. */
int spin_open(struct spin *spin, unsigned int number);
void spin_close(struct spin *spin);

/*
 * An endless batch; polite: it lets itself be preempted, else it does so on no engine.
 * True when it is seen to run within the time.
 */
bool spin_start(struct spin *spin, enum engine_id id, bool polite, int timeout_ms);
/* Submitted only; it may run later or never. */
void spin_submit(struct spin *spin, enum engine_id id, bool polite);
/* It ends by itself, and completes within the time. */
bool spin_stop(struct spin *spin, enum engine_id id, int timeout_ms);
/* As a driver does when its request hangs: reset the engine, begin anew. */
int spin_reset(struct spin *spin, enum engine_id id);
/* One store on the engine, waited for; true when it arrived. */
bool spin_store(struct spin *spin, enum engine_id id, uint32_t value, int timeout_ms);

#endif
