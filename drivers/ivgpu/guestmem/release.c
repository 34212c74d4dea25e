// SPDX-License-Identifier: GPL-2.0
/*
 * Letting guest pages go: dma_unmap, close, limits.
 *
 * VFIO's type1 calls dma_unmap with its list of devices locked, unlocks the
 * container, and panics the host when pages of the range are still or again
 * pinned after ten calls (drivers/vfio/vfio_iommu_type1.c, vfio_dma_do_unmap).
 * So pages are unpinned before the call returns, a pinner that is at work on
 * the range is given time to undo it, and new pins in the range wait.
 *
 * Unpinning needs the container's lock, which another unmap of the same container
 * may hold while it waits for the list of devices. So dma_unmap has a worker unpin
 * and waits for it in bounded time, as it does for pinners. When it returns before
 * the worker is done, the other unmap goes on, the worker gets the lock, and VFIO
 * calls again. While the worker is late, each call waits twice as long as the last and
 * blocks the range twice as long, so that ten are enough for it.
 *
 * Ten were seen to be too few on a host whose processors were given to others
 * (Documentation/memory.rst, "Known to fail").
 */
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "chunk.h"

/* How long a block lasts after the release: VFIO needs that to remove its mapping. */
#define BLOCK_TIME	msecs_to_jiffies(50)
/* How long a release waits for pinners at work on the range, and for the worker. */
#define MOVE_WAIT	msecs_to_jiffies(100)
/* Both are doubled so often at most, when the worker is late in a row. */
#define MOST_LATE	7

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

/* Wait, in bounded time, until nothing in the range is being moved. Lock not held. */
static bool wait_for_moves(struct ivgpu_guestmem *gm, u64 first, u64 last)
{
	unsigned long deadline = jiffies + MOVE_WAIT;
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

/* One step of a release. */
struct window {
	struct ivgpu_guestmem *gm;
	u64 base;		/* first GFN; a multiple of WINDOW */
	u64 first, last;	/* what is released */
	bool torn;		/* also pages whose run others use */
	unsigned long used;	/* pages with users, which stay */
	DECLARE_BITMAP(out, WINDOW);	/* to be unpinned */
};

/* A page without users leaves the cache; the mapping of its run goes with the last. */
static void take_out(struct window *w, struct ivgpu_guest_chunk *chunk, unsigned int bit)
{
	struct ivgpu_guest_page *gp = &chunk->pages[bit];

	ivgpu_guest_run_leave(w->gm, gp->run);
	gp->run = NULL;
	gp->page = NULL;
	chunk->pinned &= ~BIT_ULL(bit);
	w->gm->stats.pinned--;
	w->gm->memlock_pause = 0;
	__set_bit(gp->gfn - w->base, w->out);
}

/* All pages of a run that nobody uses, in the range or not. */
static void take_out_run(struct window *w, const struct ivgpu_guest_run *run)
{
	u64 gfn = run->gfn, end = gfn + run->pages;

	for (; gfn < end; gfn++) {
		struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_chunk(w->gm, gfn);
		unsigned int bit = gfn & (IVGPU_GUESTMEM_CHUNK - 1);

		if (chunk && (chunk->pinned & BIT_ULL(bit)) && chunk->pages[bit].run == run)
			take_out(w, chunk, bit);
	}
}

/* The pages of one chunk that are in the range. */
static void empty_chunk(struct window *w, struct ivgpu_guest_chunk *chunk)
{
	u64 todo = chunk->pinned & bits_in(chunk, w->first, w->last);

	for (; todo; todo = chunk->pinned & todo & (todo - 1)) {
		unsigned int bit = __ffs64(todo);
		const struct ivgpu_guest_page *gp = &chunk->pages[bit];

		if (gp->users)
			w->used++;
		else if (!gp->run->busy)
			take_out_run(w, gp->run);
		else if (w->torn)
			take_out(w, chunk, bit);
	}
}

/* The chunks of a window from @at on; where to go on. Lock held. */
static unsigned long empty_window(struct window *w, unsigned long at, unsigned long end)
{
	const unsigned long first = w->base >> IVGPU_GUESTMEM_CHUNK_SHIFT;
	const unsigned long next = first + (WINDOW >> IVGPU_GUESTMEM_CHUNK_SHIFT);
	struct ivgpu_guest_chunk *chunk;
	unsigned long index;

	xa_for_each_range(&w->gm->chunks, index, chunk, at, min(next - 1, end))
		empty_chunk(w, chunk);
	xa_for_each_range(&w->gm->chunks, index, chunk, first, next - 1)
		ivgpu_guestmem_tidy_chunk(w->gm, chunk);
	return next;
}

/* Unpin the pages of the window at @base that are set in @out. Lock not held. */
static void unpin_window(struct ivgpu_guestmem *gm, u64 base, const unsigned long *out)
{
	unsigned int start, end;

	for_each_set_bitrange(start, end, out, WINDOW) {
		gm->ops->unpin(gm->owner, base + start, end - start);
		cond_resched();
	}
}

/* Unpin every page without a user in the range. Returns how many have users. */
static unsigned long release_range(struct ivgpu_guestmem *gm, u64 first, u64 last, bool torn)
{
	struct window w = { .gm = gm, .first = first, .last = last, .torn = torn };
	unsigned long at = first >> IVGPU_GUESTMEM_CHUNK_SHIFT;
	const unsigned long end = last >> IVGPU_GUESTMEM_CHUNK_SHIFT;

	for (;;) {
		struct ivgpu_guestmem_move move;

		mutex_lock(&gm->lock);
		if (!xa_find(&gm->chunks, &at, end, XA_PRESENT))
			break;
		w.base = ((u64)at << IVGPU_GUESTMEM_CHUNK_SHIFT) & ~(u64)(WINDOW - 1);
		bitmap_zero(w.out, WINDOW);
		ivgpu_guestmem_start_move(gm, &move, w.base, w.base + WINDOW - 1);
		at = empty_window(&w, at, end);
		mutex_unlock(&gm->lock);

		unpin_window(gm, w.base, w.out);

		mutex_lock(&gm->lock);
		ivgpu_guestmem_end_move(gm, &move);
		mutex_unlock(&gm->lock);
		if (at > end || !at)
			return w.used;
	}
	mutex_unlock(&gm->lock);
	return w.used;
}

/* Note the range as blocked. Lock held. */
static struct ivgpu_guestmem_block *add_block(struct ivgpu_guestmem *gm, u64 first, u64 last)
{
	struct ivgpu_guestmem_block *b;
	unsigned int i, kept = 0;

	for (i = 0; i < gm->nr_blocks; i++)
		if (gm->blocks[i].open || time_before(jiffies, gm->blocks[i].until))
			gm->blocks[kept++] = gm->blocks[i];
	gm->nr_blocks = kept;
	if (kept < IVGPU_GUESTMEM_BLOCKS) {
		b = &gm->blocks[gm->nr_blocks++];
		b->first = first;
		b->last = last;
	} else {
		/* More is blocked than need be, for a short time. */
		b = &gm->blocks[kept - 1];
		b->first = min(b->first, first);
		b->last = max(b->last, last);
	}
	b->open = true;
	return b;
}

static void close_blocks(struct ivgpu_guestmem *gm, u64 first, u64 last, unsigned int late)
{
	unsigned int i;

	for (i = 0; i < gm->nr_blocks; i++) {
		struct ivgpu_guestmem_block *b = &gm->blocks[i];

		if (b->open && b->first <= first && b->last >= last) {
			b->open = false;
			b->until = jiffies + (BLOCK_TIME << late);
		}
	}
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
	add_block(gm, first_gfn, last_gfn);
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

void ivgpu_guestmem_request_work(struct work_struct *work)
{
	struct ivgpu_guestmem_request *r = container_of(work, struct ivgpu_guestmem_request, work);
	struct ivgpu_guestmem *gm = container_of(r, struct ivgpu_guestmem, request);

	r->used = release_range(gm, r->first, r->last, true);
	/* pairs with the acquire in wait_for_worker(): what it did is seen by who sees it done */
	smp_store_release(&r->pending, false);
	wake_up_all(&r->wait);
}

/* Has the worker nothing to do any more? Waits in bounded time. */
static bool wait_for_worker(struct ivgpu_guestmem_request *r)
{
	/* pairs with the release in ivgpu_guestmem_request_work() */
	if (wait_event_timeout(r->wait, !smp_load_acquire(&r->pending), MOVE_WAIT << r->late))
		return true;
	r->late = min(r->late + 1, MOST_LATE);
	return false;
}

/* Have the worker unpin the range; how many pages had users. False: not done in the time. */
static bool ask_worker(struct ivgpu_guestmem *gm, u64 first, u64 last, unsigned long *used)
{
	struct ivgpu_guestmem_request *r = &gm->request;

	*used = 0;
	if (!wait_for_worker(r))
		return false;
	r->first = first;
	r->last = last;
	r->pending = true;
	queue_work(system_unbound_wq, &r->work);
	if (!wait_for_worker(r))
		return false;
	*used = r->used;
	return true;
}

/**
 * ivgpu_guestmem_release() - last step of dma_unmap
 * @gm: the guest's memory
 * @first_gfn: as given to ivgpu_guestmem_block()
 * @last_gfn: as given to ivgpu_guestmem_block()
 *
 * Unpins the pages in the range, and waits for those that another thread is
 * unpinning; bounded, so that pages may be left that are unpinned a moment later.
 * One caller at a time. May sleep.
 *
 * Return: how many pages still have users and stay pinned.
 */
unsigned long ivgpu_guestmem_release(struct ivgpu_guestmem *gm, u64 first_gfn, u64 last_gfn)
{
	struct ivgpu_guestmem_request *r = &gm->request;
	unsigned long used;
	bool done;

	done = ask_worker(gm, first_gfn, last_gfn, &used);
	if (!done || !wait_for_moves(gm, first_gfn, last_gfn))
		pr_debug("ivgpu %s: dma_unmap does not wait longer for the container\n", gm->name);
	if (used)
		pr_err_ratelimited("ivgpu %s: %lu pages that the VMM unmaps are still in use\n",
				   gm->name, used);
	mutex_lock(&gm->lock);
	close_blocks(gm, first_gfn, last_gfn, r->late);
	mutex_unlock(&gm->lock);
	if (done)
		r->late = 0;
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
 * ivgpu_guestmem_fini() - the end: unpin everything
 * @gm: the guest's memory
 *
 * All users must have let go, and nobody may use @gm any more.
 */
void ivgpu_guestmem_fini(struct ivgpu_guestmem *gm)
{
	struct ivgpu_guest_chunk *chunk;
	unsigned long index, lost = 0;

	flush_work(&gm->request.work);
	ivgpu_guestmem_begin(gm);	/* forgets the marks */
	mutex_lock(&gm->lock);
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
