// SPDX-License-Identifier: GPL-2.0
/*
 * Ranges that dma_unmap is taking away: no page in them gets a new user.
 *
 * In one ioctl VFIO calls dma_unmap until nothing in the range is pinned, and then
 * removes its mapping, of which it tells nobody (drivers/vfio/vfio_iommu_type1.c,
 * vfio_dma_do_unmap). A page that is pinned again before costs one of its calls. So
 * a block lasts until the calling thread leaves the kernel, which task_work tells
 * of however late that thread gets a processor; and a range that is asked for again
 * by a thread which has not left is one that VFIO counts, too.
 *
 * A thread that nothing tells of (a kernel thread, one that exits) blocks for a time.
 */
#include <linux/atomic.h>
#include <linux/jiffies.h>
#include <linux/kref.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/wait.h>

#include "chunk.h"

/* How long a block lasts after the release when nothing tells of its thread. */
#define BLOCK_TIME	msecs_to_jiffies(50)

/*
 * A thread in its ioctl, for one block. The block and the thread's work each hold a
 * reference, as the vGPU may be gone when the thread leaves.
 */
struct ivgpu_guestmem_caller {
	struct callback_head work;
	struct kref users;
	const struct task_struct *task;	/* to compare with, while it has not left */
	bool left;
};

/* Works that threads have still to run; the module's code must stay till then. */
static atomic_t works_left = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(works_done);

static void free_caller(struct kref *users)
{
	kfree(container_of(users, struct ivgpu_guestmem_caller, users));
}

static void put_caller(struct ivgpu_guestmem_caller *caller)
{
	if (caller)
		kref_put(&caller->users, free_caller);
}

static void work_is_done(void)
{
	if (atomic_dec_and_test(&works_left))
		wake_up_all(&works_done);
}

static void leave(struct callback_head *work)
{
	struct ivgpu_guestmem_caller *caller =
		container_of(work, struct ivgpu_guestmem_caller, work);

	/* pairs with the acquire in in_ioctl(): VFIO's mapping is gone for who sees this */
	smp_store_release(&caller->left, true);
	put_caller(caller);
	work_is_done();
}

/* Is the thread still in the ioctl that called? False also when nothing tells. */
static bool in_ioctl(const struct ivgpu_guestmem_caller *caller)
{
	/* pairs with the release in leave() */
	return caller && !smp_load_acquire(&caller->left);
}

/* The current thread, to be told of when it leaves; NULL: that cannot be. */
static struct ivgpu_guestmem_caller *follow_caller(void)
{
	struct ivgpu_guestmem_caller *caller;

	if (current->flags & PF_KTHREAD)
		return NULL;
	caller = kmalloc(sizeof(*caller), GFP_KERNEL_ACCOUNT);
	if (!caller)
		return NULL;
	init_task_work(&caller->work, leave);
	kref_init(&caller->users);
	kref_get(&caller->users);
	caller->task = current;
	caller->left = false;
	atomic_inc(&works_left);
	if (!task_work_add(current, &caller->work, TWA_RESUME))
		return caller;
	work_is_done();
	kfree(caller);
	return NULL;
}

static bool is_over(const struct ivgpu_guestmem_block *b)
{
	return !b->open && !in_ioctl(b->caller) && !time_before(jiffies, b->until);
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

/* Is the current thread still in the ioctl that @b is of? */
static bool is_own(const struct ivgpu_guestmem_block *b)
{
	return in_ioctl(b->caller) && b->caller->task == current;
}

/* The block of the range, from an earlier call in this ioctl, or NULL. */
static struct ivgpu_guestmem_block *find_own(struct ivgpu_guestmem *gm, u64 first, u64 last)
{
	unsigned int i;

	for (i = 0; i < gm->nr_blocks; i++) {
		struct ivgpu_guestmem_block *b = &gm->blocks[i];

		if (b->first == first && b->last == last && !is_over(b) &&
		    (!b->caller || is_own(b)))
			return b;
	}
	return NULL;
}

/*
 * An ioctl may unmap several ranges, one after another: when the next is asked for, the
 * mapping of the last is gone, and its block is free for the next.
 */
static struct ivgpu_guestmem_block *take_former(struct ivgpu_guestmem *gm)
{
	unsigned int i;

	for (i = 0; i < gm->nr_blocks; i++)
		if (is_own(&gm->blocks[i]) && !gm->blocks[i].open)
			return &gm->blocks[i];
	return NULL;
}

static void forget_over(struct ivgpu_guestmem *gm)
{
	unsigned int i, kept = 0;

	for (i = 0; i < gm->nr_blocks; i++) {
		if (is_over(&gm->blocks[i]))
			put_caller(gm->blocks[i].caller);
		else
			gm->blocks[kept++] = gm->blocks[i];
	}
	gm->nr_blocks = kept;
}

void ivgpu_guestmem_open_block(struct ivgpu_guestmem *gm, u64 first, u64 last)
{
	struct ivgpu_guestmem_block *b;

	lockdep_assert_held(&gm->lock);
	b = find_own(gm, first, last);
	if (b) {
		b->calls++;
		b->open = true;
		return;
	}
	forget_over(gm);
	b = take_former(gm);
	if (b) {
		b->first = first;
		b->last = last;
		b->calls = 0;
	} else if (gm->nr_blocks < IVGPU_GUESTMEM_BLOCKS) {
		b = &gm->blocks[gm->nr_blocks++];
		*b = (struct ivgpu_guestmem_block){
			.first = first,
			.last = last,
			.caller = follow_caller(),
			.until = jiffies,
		};
	} else {
		/* So many threads: more is blocked than need be, until the last one's leaves. */
		b = &gm->blocks[gm->nr_blocks - 1];
		b->first = min(b->first, first);
		b->last = max(b->last, last);
	}
	b->open = true;
}

void ivgpu_guestmem_close_blocks(struct ivgpu_guestmem *gm, u64 first, u64 last)
{
	unsigned int i;

	lockdep_assert_held(&gm->lock);
	for (i = 0; i < gm->nr_blocks; i++) {
		struct ivgpu_guestmem_block *b = &gm->blocks[i];

		if (!b->open || b->first > first || b->last < last)
			continue;
		b->open = false;
		if (!is_own(b))
			b->until = jiffies + BLOCK_TIME;
	}
}

unsigned int ivgpu_guestmem_calls(struct ivgpu_guestmem *gm, u64 first, u64 last, bool *alone)
{
	const struct ivgpu_guestmem_block *b;
	unsigned int i;

	lockdep_assert_held(&gm->lock);
	*alone = true;
	for (i = 0; i < gm->nr_blocks; i++) {
		b = &gm->blocks[i];
		if (in_ioctl(b->caller) && b->caller->task != current)
			*alone = false;
	}
	b = find_own(gm, first, last);
	return b ? b->calls : 0;
}

void ivgpu_guestmem_drop_blocks(struct ivgpu_guestmem *gm)
{
	lockdep_assert_held(&gm->lock);
	while (gm->nr_blocks)
		put_caller(gm->blocks[--gm->nr_blocks].caller);
}

/**
 * ivgpu_guestmem_wait_for_callers() - wait until the module's code may go
 *
 * Threads that called dma_unmap run a function of this module when they leave the
 * kernel. To be called when no vGPU is left, so that no more come. Sleeps.
 */
void ivgpu_guestmem_wait_for_callers(void)
{
	wait_event(works_done, !atomic_read(&works_left));
	/* the last instructions of leave() */
	synchronize_rcu_tasks();
}
