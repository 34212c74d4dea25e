/* SPDX-License-Identifier: GPL-2.0 */
/* The thread that runs the engines, all in turn. */
#ifndef GPUSIM_EXECUTOR_H
#define GPUSIM_EXECUTOR_H

struct gpu;

int executor_start(struct gpu *gpu);
void executor_stop(struct gpu *gpu);

/* One pass over all engines with the lock held; for tests. False: none could do anything. */
_Bool executor_pass(struct gpu *gpu);

/*
 * With the clock set by hand: sets it to when the first waiting engine goes on by itself. False:
 * none will.
 */
_Bool executor_skip_wait(struct gpu *gpu);

#endif
