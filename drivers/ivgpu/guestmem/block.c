// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges that dma_unmap is taking away: no page in them gets a new user.
 *
 * A block has to last until VFIO has removed its mapping. VFIO tells nobody when, and a
 * page that is pinned again before costs one of its ten calls (release.c). It does so
 * in the thread that called, right after, with nothing in between that sleeps
 * interruptibly; but on a busy host this thread may get no processor for long. So a
 * block ends when its time is over and the thread was seen in user space: it waits
 * there, has had time there, or is gone.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/pid.h>
#include <linux/sched.h>

#include "chunk.h"

/* How long a block lasts at least after the release. */
#define BLOCK_TIME	msecs_to_jiffies(50)

/* Is the thread that unmapped back in user space? */
static bool is_back(const struct ivgpu_guestmem_block *b)
{
	const struct task_struct *t;
	bool back;

	rcu_read_lock();
	t = pid_task(b->thread, PIDTYPE_PID);
	back = !t || t == current || READ_ONCE(t->exit_state) ||
	       READ_ONCE(t->__state) & (TASK_INTERRUPTIBLE | __TASK_STOPPED | __TASK_TRACED) ||
	       READ_ONCE(t->utime) != b->utime;
	rcu_read_unlock();
	return back;
}

static bool is_over(const struct ivgpu_guestmem_block *b)
{
	if (b->open || time_before(jiffies, b->until))
		return false;
	return !time_before(jiffies, b->latest) || is_back(b);
}

bool ivgpu_guestmem_is_blocked(const struct ivgpu_guestmem *gm, u64 gfn)
{
	unsigned int i;

	for (i = 0; i < gm->nr_blocks; i++) {
		const struct ivgpu_guestmem_block *b = &gm->blocks[i];

		if (gfn >= b->first && gfn <= b->last && !is_over(b))
			return true;
	}
	return false;
}

void ivgpu_guestmem_open_block(struct ivgpu_guestmem *gm, u64 first, u64 last)
{
	struct ivgpu_guestmem_block *b;
	unsigned int i, kept = 0;

	lockdep_assert_held(&gm->lock);
	for (i = 0; i < gm->nr_blocks; i++) {
		if (is_over(&gm->blocks[i]))
			put_pid(gm->blocks[i].thread);
		else
			gm->blocks[kept++] = gm->blocks[i];
	}
	gm->nr_blocks = kept;
	if (kept < IVGPU_GUESTMEM_BLOCKS) {
		b = &gm->blocks[gm->nr_blocks++];
		*b = (struct ivgpu_guestmem_block){ .first = first, .last = last };
	} else {
		/* More is blocked than need be, for a short time. */
		b = &gm->blocks[kept - 1];
		b->first = min(b->first, first);
		b->last = max(b->last, last);
	}
	b->open = true;
}

void ivgpu_guestmem_close_blocks(struct ivgpu_guestmem *gm, u64 first, u64 last,
				 unsigned int late)
{
	unsigned int i;

	lockdep_assert_held(&gm->lock);
	for (i = 0; i < gm->nr_blocks; i++) {
		struct ivgpu_guestmem_block *b = &gm->blocks[i];

		if (!b->open || b->first > first || b->last < last)
			continue;
		put_pid(b->thread);
		b->thread = get_task_pid(current, PIDTYPE_PID);
		b->utime = READ_ONCE(current->utime);
		b->open = false;
		b->until = jiffies + (BLOCK_TIME << late);
		b->latest = jiffies + max(BLOCK_TIME << late, IVGPU_GUESTMEM_LONGEST_BLOCK);
	}
}

void ivgpu_guestmem_drop_blocks(struct ivgpu_guestmem *gm)
{
	lockdep_assert_held(&gm->lock);
	while (gm->nr_blocks)
		put_pid(gm->blocks[--gm->nr_blocks].thread);
}
