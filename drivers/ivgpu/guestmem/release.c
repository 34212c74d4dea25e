// SPDX-License-Identifier: GPL-2.0
/*
 * Letting guest pages go: dma_unmap, close, limits.
 *
 * VFIO's type1 calls dma_unmap with its list of devices locked, unlocks the
 * container, and panics the host when pages of the range are still or again
 * pinned after eleven calls (drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap).
 * So pages are unpinned before the call returns, a pinner that is at work on
 * the range is given time to undo it, and new pins in the range wait (block.c).
 *
 * Unpinning needs the container's lock, which another unmap of the same container
 * may hold while it waits for the list of devices. So dma_unmap has a worker unpin
 * and waits for it in bounded time, as it does for pinners. When it returns before
 * they are done, the other unmap goes on, they get the lock, and VFIO calls again.
 *
 * Where no other thread unmaps, whoever is late just needs more time, and each call
 * gives twice as much as the last. Where one does, more time helps nobody. The last
 * call does not return before all is unpinned: a VMM whose threads unmap at once in
 * so bad a way hangs itself, and not the host.
 */
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "chunk.h"

/* How long the first call waits for pinners at work on the range, and for the worker. */
#define RELEASE_WAIT	msecs_to_jiffies(100)
/* It is doubled so often at most. */
#define MOST_DOUBLED	5
/* Calls after the first that VFIO makes, and so the number of its last. */
#define LAST_CALL	10

/* Pages looked at in one step. */
#define WINDOW		IVGPU_GUESTMEM_RUN

void ivgpu_guestmem_start_move(struct ivgpu_guestmem *gm, struct ivgpu_guestmem_move *move,
			       u64 first, u64 last)
{
	move->first = first;
	move->last = last;
	move->cancelled = false;
	list_add_tail(&move->link, &gm->moves);
}

void ivgpu_guestmem_end_move(struct ivgpu_guestmem *gm, struct ivgpu_guestmem_move *move)
{
	list_del(&move->link);
}

/* Is anything in the range being moved? Cancels it if @cancel. Lock held. */
static bool moving(struct ivgpu_guestmem *gm, u64 first, u64 last, bool cancel)
{
	struct ivgpu_guestmem_move *move;
	bool any = false;

	list_for_each_entry(move, &gm->moves, link) {
		if (move->last < first || move->first > last)
			continue;
		any = true;
		if (cancel)
			move->cancelled = true;
	}
	return any;
}

/* Wait until nothing in the range is being moved, or @deadline. Lock not held. */
static bool wait_for_moves(struct ivgpu_guestmem *gm, u64 first, u64 last,
			   unsigned long deadline)
{
	bool any;

	for (;;) {
		mutex_lock(&gm->lock);
		any = moving(gm, first, last, false);
		mutex_unlock(&gm->lock);
		if (!any || time_after(jiffies, deadline))
			return !any;
		usleep_range(200, 1000);
	}
}

/* The bits of @chunk that lie in [@first, @last]. */
static u64 bits_in(const struct ivgpu_guest_chunk *chunk, u64 first, u64 last)
{
	u64 start = chunk->index << IVGPU_GUESTMEM_CHUNK_SHIFT;
	u64 end = start + IVGPU_GUESTMEM_CHUNK - 1;
	u64 bits = ~0ull;

	if (first > start)
		bits &= ~0ull << (first - start);
	if (last < end)
		bits &= ~0ull >> (end - last);
	return bits;
}

/* A page without users leaves the cache; the mapping of its run goes with the last. */
static void take_out(struct ivgpu_guestmem_release *r, struct ivgpu_guest_chunk *chunk,
		     unsigned int bit)
{
	struct ivgpu_guest_page *gp = &chunk->pages[bit];

	ivgpu_guest_run_leave(r->gm, gp->run);
	gp->run = NULL;
	gp->page = NULL;
	chunk->pinned &= ~BIT_ULL(bit);
	r->gm->stats.pinned--;
	r->gm->memlock_pause = 0;
	__set_bit(gp->gfn - r->base, r->out);
}

/* All pages of a run that nobody uses, in the range or not. */
static void take_out_run(struct ivgpu_guestmem_release *r, const struct ivgpu_guest_run *run)
{
	u64 gfn = run->gfn, end = gfn + run->pages;

	for (; gfn < end; gfn++) {
		struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_chunk(r->gm, gfn);
		unsigned int bit = gfn & (IVGPU_GUESTMEM_CHUNK - 1);

		if (chunk && (chunk->pinned & BIT_ULL(bit)) && chunk->pages[bit].run == run)
			take_out(r, chunk, bit);
	}
}

/* The pages of one chunk that are in the range. */
static void empty_chunk(struct ivgpu_guestmem_release *r, struct ivgpu_guest_chunk *chunk)
{
	u64 todo = chunk->pinned & bits_in(chunk, r->first, r->last);

	for (; todo; todo = chunk->pinned & todo & (todo - 1)) {
		unsigned int bit = __ffs64(todo);
		const struct ivgpu_guest_page *gp = &chunk->pages[bit];

		if (gp->users)
			r->used++;
		else if (!gp->run->busy)
			take_out_run(r, gp->run);
		else if (r->torn)
			take_out(r, chunk, bit);
	}
}

/* Take the pages of the next window out of the cache. False: there is none. Lock held. */
static bool empty_window(struct ivgpu_guestmem_release *r)
{
	const unsigned long end = r->last >> IVGPU_GUESTMEM_CHUNK_SHIFT;
	struct ivgpu_guestmem *gm = r->gm;
	struct ivgpu_guest_chunk *chunk;
	unsigned long index, first, next;

	if (r->at > end || !xa_find(&gm->chunks, &r->at, end, XA_PRESENT))
		return false;
	r->base = ((u64)r->at << IVGPU_GUESTMEM_CHUNK_SHIFT) & ~(u64)(WINDOW - 1);
	first = r->base >> IVGPU_GUESTMEM_CHUNK_SHIFT;
	next = first + (WINDOW >> IVGPU_GUESTMEM_CHUNK_SHIFT);
	xa_for_each_range(&gm->chunks, index, chunk, r->at, min(next - 1, end))
		empty_chunk(r, chunk);
	xa_for_each_range(&gm->chunks, index, chunk, first, next - 1)
		ivgpu_guestmem_tidy_chunk(gm, chunk);
	r->at = next;
	return true;
}

/*
 * Claim consecutive pages that are out of the cache and pinned still, for @move. What
 * is left of the window is a move of its own, as others wait for it. Lock held, may be
 * dropped meanwhile.
 */
static bool claim(struct ivgpu_guestmem_release *r, struct ivgpu_guestmem_move *move)
{
	unsigned long start, end;

	while (bitmap_empty(r->out, WINDOW)) {
		if (!empty_window(r))
			return false;
		if (!bitmap_empty(r->out, WINDOW)) {
			ivgpu_guestmem_start_move(r->gm, &r->rest, r->base,
						  r->base + WINDOW - 1);
			break;
		}
		mutex_unlock(&r->gm->lock);
		cond_resched();
		mutex_lock(&r->gm->lock);
	}
	start = find_first_bit(r->out, WINDOW);
	end = find_next_zero_bit(r->out, WINDOW, start);
	bitmap_clear(r->out, start, end - start);
	ivgpu_guestmem_start_move(r->gm, move, r->base + start, r->base + end - 1);
	if (bitmap_empty(r->out, WINDOW))
		ivgpu_guestmem_end_move(r->gm, &r->rest);
	return true;
}

/* Unpin what is to be released, beside others who do the same. Lock not held. */
static void work_off(struct ivgpu_guestmem_release *r)
{
	struct ivgpu_guestmem *gm = r->gm;
	struct ivgpu_guestmem_move move;

	mutex_lock(&gm->lock);
	while (claim(r, &move)) {
		mutex_unlock(&gm->lock);
		gm->ops->unpin(gm->owner, move.first, move.last - move.first + 1);
		cond_resched();
		mutex_lock(&gm->lock);
		ivgpu_guestmem_end_move(gm, &move);
	}
	mutex_unlock(&gm->lock);
}

static void start_release(struct ivgpu_guestmem *gm, struct ivgpu_guestmem_release *r,
			  u64 first, u64 last, bool torn)
{
	*r = (struct ivgpu_guestmem_release){
		.gm = gm,
		.first = first,
		.last = last,
		.torn = torn,
		.at = first >> IVGPU_GUESTMEM_CHUNK_SHIFT,
	};
}

/* Unpin every page without a user in the range. */
static void release_range(struct ivgpu_guestmem *gm, u64 first, u64 last, bool torn)
{
	struct ivgpu_guestmem_release r;

	start_release(gm, &r, first, last, torn);
	work_off(&r);
}

/**
 * ivgpu_guestmem_block() - first step of dma_unmap
 * @gm: the guest's memory
 * @first_gfn: first page of the range
 * @last_gfn: last page of the range
 *
 * From now on no page in the range gets a new user.
 *
 * Return: true when pages in the range are pinned, or about to be.
 */
bool ivgpu_guestmem_block(struct ivgpu_guestmem *gm, u64 first_gfn, u64 last_gfn)
{
	struct ivgpu_guest_chunk *chunk;
	unsigned long index;
	bool any;

	mutex_lock(&gm->lock);
	ivgpu_guestmem_open_block(gm, first_gfn, last_gfn);
	any = moving(gm, first_gfn, last_gfn, true);
	xa_for_each_range(&gm->chunks, index, chunk, first_gfn >> IVGPU_GUESTMEM_CHUNK_SHIFT,
			  last_gfn >> IVGPU_GUESTMEM_CHUNK_SHIFT) {
		any |= !!(chunk->pinned & bits_in(chunk, first_gfn, last_gfn));
		if (any)
			break;
	}
	mutex_unlock(&gm->lock);
	return any;
}

static void unpin_work(struct work_struct *work)
{
	struct ivgpu_guestmem_worker *worker =
		container_of(work, struct ivgpu_guestmem_worker, work);
	struct ivgpu_guestmem_request *r = worker->request;

	work_off(&r->release);
	/* what the workers did is seen by who sees them done, in wait_for_workers() */
	if (atomic_dec_and_test(&r->working))
		wake_up_all(&r->wait);
}

int ivgpu_guestmem_init_request(struct ivgpu_guestmem *gm)
{
	struct ivgpu_guestmem_request *r = &gm->request;
	unsigned int i;

	/* Of its own: a VMM that hangs itself must not use up those of others. */
	gm->unpinners = alloc_workqueue("ivgpu-unpin", WQ_UNBOUND, IVGPU_GUESTMEM_WORKERS);
	if (!gm->unpinners)
		return -ENOMEM;
	init_waitqueue_head(&r->wait);
	for (i = 0; i < IVGPU_GUESTMEM_WORKERS; i++) {
		r->workers[i].request = r;
		INIT_WORK(&r->workers[i].work, unpin_work);
	}
	return 0;
}

/*
 * Set the first @n workers on the request, those that are not at it yet. Each waits for
 * the container's lock by itself: where it changes hands seldom, more are served.
 */
static void set_to_work(struct ivgpu_guestmem *gm, unsigned int n)
{
	struct ivgpu_guestmem_request *r = &gm->request;
	unsigned int i;

	for (i = 0; i < n; i++) {
		atomic_inc(&r->working);
		if (!queue_work(gm->unpinners, &r->workers[i].work))
			atomic_dec(&r->working);
	}
}

/* Have the workers nothing to do any more? Waits till @deadline. */
static bool wait_for_workers(struct ivgpu_guestmem_request *r, unsigned long deadline)
{
	long left = deadline - jiffies;

	return wait_event_timeout(r->wait, !atomic_read_acquire(&r->working), max(left, 1l));
}

/* Have the range unpinned; how many pages had users. False: not done till @deadline. */
static bool unpin_range(struct ivgpu_guestmem *gm, u64 first, u64 last, unsigned int calls,
			unsigned long deadline, unsigned long *used)
{
	struct ivgpu_guestmem_request *r = &gm->request;

	/* those who are late, perhaps for another range, get help */
	if (atomic_read_acquire(&r->working))
		set_to_work(gm, IVGPU_GUESTMEM_WORKERS);
	if (!wait_for_workers(r, deadline))
		return false;
	start_release(gm, &r->release, first, last, true);
	set_to_work(gm, calls ? IVGPU_GUESTMEM_WORKERS : 1);
	if (!wait_for_workers(r, deadline))
		return false;
	*used = r->release.used;
	return true;
}

/**
 * ivgpu_guestmem_release() - last step of dma_unmap
 * @gm: the guest's memory
 * @first_gfn: as given to ivgpu_guestmem_block()
 * @last_gfn: as given to ivgpu_guestmem_block()
 *
 * Unpins the pages in the range, and waits for those that another thread is
 * unpinning; bounded, so that pages may be left that are unpinned a moment later,
 * but in VFIO's last call. One caller at a time. May sleep.
 *
 * Return: how many pages still have users and stay pinned.
 */
unsigned long ivgpu_guestmem_release(struct ivgpu_guestmem *gm, u64 first_gfn, u64 last_gfn)
{
	unsigned long used = 0, wait;
	unsigned int calls;
	bool alone, done;

	mutex_lock(&gm->lock);
	calls = ivgpu_guestmem_calls(gm, first_gfn, last_gfn, &alone);
	mutex_unlock(&gm->lock);
	wait = RELEASE_WAIT << (alone ? min(calls, MOST_DOUBLED) : 0);

	for (;;) {
		unsigned long deadline = jiffies + wait;

		done = unpin_range(gm, first_gfn, last_gfn, calls, deadline, &used) &&
		       wait_for_moves(gm, first_gfn, last_gfn, deadline);
		if (done || calls < LAST_CALL)
			break;
		pr_err_ratelimited("ivgpu %s: memory that %s (pid %d) unmaps stays pinned, and its thread is held back, as VFIO would stop the host: too many of its threads unmap at once\n",
				   gm->name, current->comm, current->tgid);
	}
	if (!done)
		pr_debug("ivgpu %s: dma_unmap does not wait longer for the container\n", gm->name);
	if (used)
		pr_err_ratelimited("ivgpu %s: %lu pages that the VMM unmaps are still in use\n",
				   gm->name, used);
	mutex_lock(&gm->lock);
	ivgpu_guestmem_close_blocks(gm, first_gfn, last_gfn);
	mutex_unlock(&gm->lock);
	return used;
}

/**
 * ivgpu_guestmem_release_idle() - unpin every page without a user
 * @gm: the guest's memory
 */
void ivgpu_guestmem_release_idle(struct ivgpu_guestmem *gm)
{
	release_range(gm, 0, ~0ull, false);
}

/**
 * ivgpu_guestmem_drain() - unpin everything, beside dma_unmap
 * @gm: the guest's memory
 *
 * All users must have let go, and nothing may be pinned any more. May sleep for as
 * long as others unmap memory of the same container.
 */
void ivgpu_guestmem_drain(struct ivgpu_guestmem *gm)
{
	release_range(gm, 0, ~0ull, true);
	flush_workqueue(gm->unpinners);
}

/**
 * ivgpu_guestmem_is_quiet() - is nobody pinning or unpinning?
 * @gm: the guest's memory
 *
 * Return: true when that is so. With no dma_unmap at work and nobody who pins, it stays so.
 */
bool ivgpu_guestmem_is_quiet(struct ivgpu_guestmem *gm)
{
	bool quiet;

	mutex_lock(&gm->lock);
	quiet = list_empty(&gm->moves) && !atomic_read(&gm->request.working);
	mutex_unlock(&gm->lock);
	return quiet;
}

/**
 * ivgpu_guestmem_fini() - the end: unpin everything
 * @gm: the guest's memory
 *
 * All users must have let go, and nobody may use @gm any more.
 */
void ivgpu_guestmem_fini(struct ivgpu_guestmem *gm)
{
	struct ivgpu_guest_chunk *chunk;
	unsigned long index, lost = 0;

	destroy_workqueue(gm->unpinners);
	ivgpu_guestmem_begin(gm);	/* forgets the marks */
	mutex_lock(&gm->lock);
	ivgpu_guestmem_drop_blocks(gm);
	xa_for_each(&gm->chunks, index, chunk) {
		unsigned int i;

		for (i = 0; i < IVGPU_GUESTMEM_CHUNK && chunk->pages; i++) {
			lost += !!chunk->pages[i].users;
			chunk->pages[i].users = 0;
		}
	}
	mutex_unlock(&gm->lock);
	if (lost)
		pr_err("ivgpu %s: %lu guest pages were still in use at the end\n", gm->name, lost);
	release_range(gm, 0, ~0ull, true);
	xa_destroy(&gm->chunks);
	mutex_destroy(&gm->pin_lock);
	mutex_destroy(&gm->lock);
	kvfree(gm->run);
	kvfree(gm->batch);
	kvfree(gm->wanted);
}
