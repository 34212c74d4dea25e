// SPDX-License-Identifier: GPL-2.0
/*
 * Pinning what is wanted, in runs of consecutive guest frames.
 *
 * The lock is dropped while pages are pinned. A dma_unmap that comes meanwhile
 * finds the run in ivgpu_guestmem.moves and cancels it: the pages are unpinned
 * again and never enter the cache.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "chunk.h"

/* How long pinning waits, in all, for ranges that dma_unmap is taking away. */
#define BLOCK_WAIT	msecs_to_jiffies(200)
/* The pause after the VMM's limit of locked memory was met: VFIO logs each attempt. */
#define MEMLOCK_PAUSE	HZ
#define MEMLOCK_LONGEST	(64 * HZ)

/* One call of ivgpu_guestmem_pin_wanted(). */
struct pinning {
	struct ivgpu_guestmem *gm;
	unsigned long deadline;		/* for blocked ranges */
};

static int compare_gfn(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

static u64 gfn_bit(u64 gfn)
{
	return BIT_ULL(gfn & (IVGPU_GUESTMEM_CHUNK - 1));
}

/* Is nothing to be done for @gfn any more? */
static bool settled(struct ivgpu_guestmem *gm, u64 gfn)
{
	struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_chunk(gm, gfn);

	return chunk && ((chunk->pinned | chunk->marks) & gfn_bit(gfn));
}

/* @gfn is not to be had in this synchronisation. */
static int mark(struct ivgpu_guestmem *gm, u64 gfn)
{
	struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_make_chunk(gm, gfn, false);

	gm->stats.refused++;
	if (!chunk)
		return -ENOMEM;
	if (!chunk->marks)
		list_add_tail(&chunk->link, &gm->marked);
	if (!(chunk->marks & gfn_bit(gfn)))
		gm->nr_marks++;
	chunk->marks |= gfn_bit(gfn);
	return 0;
}

/*
 * The VMM may not lock more memory. Its guest goes on, with scratch pages where it
 * has no more; what is tried again and again would flood the log with VFIO's lines.
 */
static void meet_memlock(struct ivgpu_guestmem *gm)
{
	gm->crowded = true;
	gm->stats.over_memlock++;
	gm->memlock_pause = clamp(gm->memlock_pause * 2, 1ul * MEMLOCK_PAUSE,
				  1ul * MEMLOCK_LONGEST);
	gm->memlock_until = jiffies + gm->memlock_pause;
	if (gm->said_memlock)
		return;
	gm->said_memlock = true;
	pr_warn("ivgpu %s: the VMM's limit of locked memory (RLIMIT_MEMLOCK) is reached with %llu MiB pinned for the GPU: further pages show as scratch; raise it (ulimit -l, LimitMEMLOCK= of its service, <memtune><hard_limit> of libvirt)\n",
		gm->name, gm->stats.pinned >> (20 - PAGE_SHIFT));
}

static void explain(struct ivgpu_guestmem *gm, u64 gfn, int err)
{
	if (err == -ENOMEM)
		meet_memlock(gm);
	else
		pr_debug("ivgpu %s: guest page %#llx cannot be pinned: error %d\n",
			 gm->name, gfn << PAGE_SHIFT, err);
}

/* Was the VMM's limit of locked memory met a moment ago? */
static bool memlock_pause(const struct ivgpu_guestmem *gm)
{
	return gm->memlock_pause && time_before(jiffies, gm->memlock_until);
}

/* May @gfn be pinned now? Counts and says why not. */
static bool allowed(struct ivgpu_guestmem *gm, u64 gfn)
{
	if (gm->ops->refused(gm->owner, gfn)) {
		gm->stats.own_bar++;
		pr_warn_ratelimited("ivgpu %s: refused to use page %#llx of the vGPU's own BAR as guest memory\n",
				    gm->name, gfn << PAGE_SHIFT);
		return false;
	}
	if (gm->stats.pinned >= gm->limit) {
		gm->crowded = true;
		gm->stats.over_limit++;
		if (!gm->said_limit)
			pr_warn("ivgpu %s: the vGPU's limit of %lu MiB of pinned guest memory is reached, further pages show as scratch; raise it in sysfs, pin_limit_mib\n",
				gm->name, gm->limit >> (20 - PAGE_SHIFT));
		gm->said_limit = true;
		return false;
	}
	if (memlock_pause(gm)) {
		gm->stats.over_memlock++;
		return false;
	}
	return true;
}

/* Wait, in bounded time, until no dma_unmap is at work on @gfn. Lock held, dropped meanwhile. */
static bool wait_unblocked(struct pinning *p, u64 gfn)
{
	struct ivgpu_guestmem *gm = p->gm;

	while (ivgpu_guestmem_is_blocked(gm, gfn)) {
		if (time_after(jiffies, p->deadline) || fatal_signal_pending(current))
			return false;
		mutex_unlock(&gm->lock);
		schedule_timeout_killable(msecs_to_jiffies(2) ?: 1);
		mutex_lock(&gm->lock);
	}
	return true;
}

/*
 * How many pages from @gfn on, at most @n, can go into one call: 0 when the
 * first one cannot and was dealt with.
 */
static int prepare(struct pinning *p, u64 gfn, unsigned int n)
{
	struct ivgpu_guestmem *gm = p->gm;
	unsigned int i;

	if (!wait_unblocked(p, gfn))
		return mark(gm, gfn);
	if (settled(gm, gfn))
		return 0;
	if (!allowed(gm, gfn))
		return mark(gm, gfn);
	n = min_t(u64, n, gm->limit - gm->stats.pinned);
	for (i = 0; i < n; i++) {
		if (i && (settled(gm, gfn + i) || ivgpu_guestmem_is_blocked(gm, gfn + i) ||
			  gm->ops->refused(gm->owner, gfn + i)))
			break;
		if (!ivgpu_guestmem_make_chunk(gm, gfn + i, true))
			return i ? i : -ENOMEM;
	}
	return i;
}

/* @gfn cannot be mapped for DMA. */
static int refuse_map(struct ivgpu_guestmem *gm, u64 gfn, int err)
{
	if (err == -EREMOTEIO) {
		gm->stats.bounced++;
		pr_warn_ratelimited("ivgpu %s: the kernel wants to bounce DMA of the GPU (swiotlb), which a shared GPU cannot use: boot without swiotlb=force\n",
				    gm->name);
	}
	return mark(gm, gfn);
}

/* Page @i of @run, *@page, into the cache; *@page is then NULL. */
static void enter_page(struct ivgpu_guestmem *gm, struct ivgpu_guest_run *run, unsigned int i,
		       struct page **page)
{
	u64 gfn = run->gfn + i;
	struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_chunk(gm, gfn);
	struct ivgpu_guest_page *gp = &chunk->pages[gfn & (IVGPU_GUESTMEM_CHUNK - 1)];

	*gp = (struct ivgpu_guest_page){
		.gfn = gfn,
		.page = *page,
		.run = run,
		.dma = run->dma + (u64)i * PAGE_SIZE,
	};
	chunk->pinned |= gfn_bit(gfn);
	gm->stats.pinned++;
	*page = NULL;
}

/*
 * Enter @n pinned pages into the cache, mapped in runs. Those that cannot be mapped
 * for DMA are marked and left in gm->run for the caller to unpin, the others' places
 * are set to NULL.
 */
static int enter(struct ivgpu_guestmem *gm, u64 gfn, int n)
{
	struct ivgpu_guest_run *run;
	int i = 0, err, ret = 0;
	unsigned int k;

	while (i < n) {
		run = ivgpu_guest_run_map(gm, gfn + i, gm->run + i, n - i);
		if (IS_ERR(run)) {
			err = refuse_map(gm, gfn + i++, PTR_ERR(run));
			ret = ret ?: err;
			continue;
		}
		for (k = 0; k < run->pages; k++)
			enter_page(gm, run, k, gm->run + i + k);
		i += run->pages;
	}
	return ret;
}

/* Unpin the pages of @n from @gfn on that are still in gm->run. Lock not held. */
static void unpin_left(struct ivgpu_guestmem *gm, u64 gfn, int n)
{
	int i, end;

	for (i = 0; i < n; i = end + 1) {
		for (end = i; end < n && gm->run[end]; end++)
			;
		if (end > i)
			gm->ops->unpin(gm->owner, gfn + i, end - i);
	}
}

/* Free the chunks that prepare() made and nothing was entered in. */
static void tidy(struct ivgpu_guestmem *gm, u64 gfn, int n)
{
	u64 at = gfn & ~(u64)(IVGPU_GUESTMEM_CHUNK - 1);

	for (; at < gfn + n; at += IVGPU_GUESTMEM_CHUNK) {
		struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_chunk(gm, at);

		if (chunk)
			ivgpu_guestmem_tidy_chunk(gm, chunk);
	}
}

/*
 * Pin up to @n pages from @gfn on in one call. Returns how many were dealt with
 * (at least 1), 0 when the call failed and fewer should be tried, or an errno.
 */
static int pin_some(struct pinning *p, u64 gfn, unsigned int n)
{
	struct ivgpu_guestmem *gm = p->gm;
	struct ivgpu_guestmem_move move;
	int count, pinned, left = 0, ret = 0;

	mutex_lock(&gm->lock);
	count = prepare(p, gfn, n);
	if (count <= 0) {
		mutex_unlock(&gm->lock);
		return count ? count : 1;
	}
	ivgpu_guestmem_start_move(gm, &move, gfn, gfn + count - 1);
	gm->stats.pin_calls++;
	mutex_unlock(&gm->lock);

	pinned = gm->ops->pin(gm->owner, gfn, count, gm->run);

	mutex_lock(&gm->lock);
	if (pinned > 0) {
		left = pinned;
		if (!move.cancelled)
			ret = enter(gm, gfn, pinned);
	} else if (count == 1) {
		explain(gm, gfn, pinned);
		ret = mark(gm, gfn);
	}
	mutex_unlock(&gm->lock);
	unpin_left(gm, gfn, left);
	mutex_lock(&gm->lock);
	ivgpu_guestmem_end_move(gm, &move);
	tidy(gm, gfn, count);
	mutex_unlock(&gm->lock);

	if (ret)
		return ret;
	if (pinned > 0)
		return pinned;
	return count == 1 ? 1 : 0;
}

/* Most pages from @gfn on that can be one run, if the host's memory lies well. */
static unsigned int to_boundary(u64 gfn)
{
	return IVGPU_GUESTMEM_RUN - (gfn & (IVGPU_GUESTMEM_RUN - 1));
}

/*
 * Pin @n consecutive pages, those of a 2M page in one call. A call that fails is
 * repeated with half as many, so that one bad page costs few calls and not its
 * neighbours.
 */
static int pin_stretch(struct pinning *p, u64 gfn, unsigned int n)
{
	unsigned int most = min_t(unsigned int, n, IVGPU_GUESTMEM_RUN);

	while (n) {
		int done;

		if (fatal_signal_pending(current))
			return -EINTR;
		done = pin_some(p, gfn, min3(n, most, to_boundary(gfn)));
		if (done < 0)
			return done;
		if (!done) {
			most = max(min(n, most) / 2, 1u);
			continue;
		}
		most = min_t(unsigned int, most * 2, IVGPU_GUESTMEM_RUN);
		gfn += done;
		n -= done;
		cond_resched();
	}
	return 0;
}

/* Take over the wanted list, sorted and without doubles. Returns its length. */
static unsigned int take_wanted(struct ivgpu_guestmem *gm)
{
	unsigned int i, n, kept = 0;

	mutex_lock(&gm->lock);
	n = gm->nr_wanted;
	memcpy(gm->batch, gm->wanted, n * sizeof(*gm->batch));
	gm->nr_wanted = 0;
	mutex_unlock(&gm->lock);

	sort(gm->batch, n, sizeof(*gm->batch), compare_gfn, NULL);
	for (i = 0; i < n; i++)
		if (!kept || gm->batch[kept - 1] != gm->batch[i])
			gm->batch[kept++] = gm->batch[i];
	return kept;
}

/**
 * ivgpu_guestmem_pin_wanted() - pin the pages that were noted as wanted
 * @gm: the guest's memory
 *
 * Pages that cannot be had are marked, which is no error here.
 *
 * Return: 0; -EINTR: the thread is being killed; -ENOMEM.
 */
int ivgpu_guestmem_pin_wanted(struct ivgpu_guestmem *gm)
{
	struct pinning p = { .gm = gm, .deadline = jiffies + BLOCK_WAIT };
	unsigned int i, end, n;
	bool crowded;
	int ret = 0;

	might_sleep();
	mutex_lock(&gm->pin_lock);
	n = take_wanted(gm);
	for (i = 0; i < n && !ret; i = end) {
		for (end = i + 1; end < n; end++)
			if (gm->batch[end] != gm->batch[end - 1] + 1)
				break;
		ret = pin_stretch(&p, gm->batch[i], end - i);
	}
	mutex_unlock(&gm->pin_lock);
	mutex_lock(&gm->lock);
	crowded = gm->crowded;
	gm->crowded = false;
	mutex_unlock(&gm->lock);
	if (crowded && gm->ops->crowded)
		gm->ops->crowded(gm->owner);
	return ret;
}
