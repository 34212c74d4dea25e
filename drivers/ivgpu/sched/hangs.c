// SPDX-License-Identifier: GPL-2.0
/*
 * What a vGPU's hangs make of it: at hang_limit it is slowed, at twice as many
 * stopped; one is forgiven each minute.
 */
#include <linux/math64.h>
#include <linux/minmax.h>

#include "hangs.h"

/**
 * ivgpu_hangs_add - it has hung once more
 * @hangs: its hangs
 * @limit: hang_limit; 0: never slowed or stopped
 * @now: the time, ns
 *
 * Return: how it is to be treated from now on, as far as hangs tell.
 */
enum ivgpu_sched_health ivgpu_hangs_add(struct ivgpu_hangs *hangs, unsigned int limit, u64 now)
{
	u64 forgiven = 0;

	if (now > hangs->at)
		forgiven = div64_u64(now - hangs->at, IVGPU_HANG_FORGET_NS);
	if (forgiven >= hangs->count) {
		hangs->count = 0;
		hangs->at = now;
	} else {
		hangs->count -= forgiven;
		hangs->at += forgiven * IVGPU_HANG_FORGET_NS;
	}
	hangs->count++;
	if (!limit || hangs->count < limit)
		return IVGPU_HEALTH_RUNNING;
	return hangs->count < 2 * limit ? IVGPU_HEALTH_SLOWED : IVGPU_HEALTH_STOPPED;
}
