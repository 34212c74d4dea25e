/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a vGPU's hangs make of it. Pure: no lock, no clock.
 */
#ifndef IVGPU_HANGS_H
#define IVGPU_HANGS_H

#include <linux/types.h>

#include "sched.h"

/* One hang is forgiven after so long. */
#define IVGPU_HANG_FORGET_NS	(60ull * 1000 * 1000 * 1000)
/* Per mille of an engine that a slowed vGPU gets at most. */
#define IVGPU_SLOWED_RATE	100u

/**
 * struct ivgpu_hangs - hangs that count
 * @count: how many
 * @at: since when the oldest of them waits to be forgiven
 */
struct ivgpu_hangs {
	unsigned int count;
	u64 at;
};

enum ivgpu_sched_health ivgpu_hangs_add(struct ivgpu_hangs *hangs, unsigned int limit, u64 now);

#endif
