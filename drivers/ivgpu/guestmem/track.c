// SPDX-License-Identifier: GPL-2.0
/*
 * Knowing which guest pages were written since they were read, where KVM tells.
 *
 * Tracking write-protects a page: a write by a CPU of the guest exits, is done for
 * it and told. The first write ends the tracking of the page, so it can be written
 * freely until it is read again. What tracking cannot see (devices, the GPU, another
 * view of guest memory than the CPU's) is the reason why those who rely on it
 * check it now and then, and say so when it failed: ivgpu_guestmem_distrust().
 */
#include <linux/lockdep.h>
#include <linux/printk.h>

#include "chunk.h"

static void stop(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp)
{
	if (!gp->tracked)
		return;
	gp->tracked = false;
	gm->ops->untrack(gm->owner, gp->gfn);
}

/**
 * ivgpu_guestmem_untrack_all() - end the tracking of every page
 * @gm: the guest's memory
 *
 * Tables that are still in use are tracked again when they were read again. Those that
 * are not in use any more stay untracked: the guest may do with such a page what KVM
 * cannot emulate.
 */
void ivgpu_guestmem_untrack_all(struct ivgpu_guestmem *gm)
{
	struct ivgpu_guest_chunk *chunk;
	unsigned long index;
	unsigned int i;

	lockdep_assert_held(&gm->lock);
	xa_for_each(&gm->chunks, index, chunk)
		for (i = 0; i < IVGPU_GUESTMEM_CHUNK && chunk->pages; i++)
			if (chunk->pinned & BIT_ULL(i))
				stop(gm, &chunk->pages[i]);
}

/**
 * ivgpu_guestmem_watch() - a shadow is built on the contents of a page
 * @gm: the guest's memory
 * @gp: the page; the caller has a reference
 */
void ivgpu_guestmem_watch(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp)
{
	lockdep_assert_held(&gm->lock);
	gp->watchers++;
}

/**
 * ivgpu_guestmem_unwatch() - undo ivgpu_guestmem_watch()
 * @gm: the guest's memory
 * @gp: the page
 */
void ivgpu_guestmem_unwatch(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp)
{
	lockdep_assert_held(&gm->lock);
	if (!--gp->watchers)
		stop(gm, gp);
}

/**
 * ivgpu_guestmem_track() - be told of the next write
 * @gm: the guest's memory
 * @gp: a page that the caller watches
 *
 * Return: true: a write from now on will be told.
 */
bool ivgpu_guestmem_track(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp)
{
	lockdep_assert_held(&gm->lock);
	if (gp->tracked)
		return true;
	if (!gm->tracking || gm->ops->track(gm->owner, gp->gfn))
		return false;
	gp->tracked = true;
	gm->stats.track_starts++;
	return true;
}

/**
 * ivgpu_guestmem_distrust() - tracking failed
 * @gm: the guest's memory
 * @gp: a page that changed while it was tracked, without being told
 */
void ivgpu_guestmem_distrust(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp)
{
	lockdep_assert_held(&gm->lock);
	gm->stats.track_misses++;
	stop(gm, gp);
	if (!gm->tracking)
		return;
	gm->tracking = false;
	pr_info("ivgpu %s: guest page %#llx changed and KVM did not tell (a vIOMMU, or a device writes page tables): page tables are compared from now on\n",
		gm->name, gp->gfn);
}

/**
 * ivgpu_guestmem_allow_tracking() - switch tracking on or off
 * @gm: the guest's memory
 * @allow: off: no page is tracked when this returns
 */
void ivgpu_guestmem_allow_tracking(struct ivgpu_guestmem *gm, bool allow)
{
	mutex_lock(&gm->lock);
	gm->tracking = allow && gm->ops->track;
	if (!gm->tracking)
		ivgpu_guestmem_untrack_all(gm);
	mutex_unlock(&gm->lock);
}

/* The page if it is in the cache and tracked, or NULL. */
static struct ivgpu_guest_page *tracked_page(struct ivgpu_guestmem *gm, u64 gfn)
{
	struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_chunk(gm, gfn);
	unsigned int i = gfn & (IVGPU_GUESTMEM_CHUNK - 1);

	if (!chunk || !(chunk->pinned & BIT_ULL(i)) || !chunk->pages[i].tracked)
		return NULL;
	return &chunk->pages[i];
}

/**
 * ivgpu_guestmem_written() - a CPU of the guest wrote to a tracked page
 * @gm: the guest's memory
 * @gfn: which
 */
void ivgpu_guestmem_written(struct ivgpu_guestmem *gm, u64 gfn)
{
	struct ivgpu_guest_page *gp;

	mutex_lock(&gm->lock);
	gp = tracked_page(gm, gfn);
	if (gp) {
		gp->writes++;
		gm->stats.track_hits++;
		stop(gm, gp);
	}
	mutex_unlock(&gm->lock);
}

/**
 * ivgpu_guestmem_track_lost() - tracking ended with the memory it was for
 * @gm: the guest's memory
 * @first_gfn: first page
 * @pages: how many
 */
void ivgpu_guestmem_track_lost(struct ivgpu_guestmem *gm, u64 first_gfn, u64 pages)
{
	struct ivgpu_guest_chunk *chunk;
	struct ivgpu_guest_page *gp;
	unsigned long index;
	unsigned int i;

	if (!pages)
		return;
	mutex_lock(&gm->lock);
	xa_for_each_range(&gm->chunks, index, chunk, first_gfn >> IVGPU_GUESTMEM_CHUNK_SHIFT,
			  (first_gfn + pages - 1) >> IVGPU_GUESTMEM_CHUNK_SHIFT) {
		for (i = 0; i < IVGPU_GUESTMEM_CHUNK; i++) {
			gp = tracked_page(gm, chunk->index << IVGPU_GUESTMEM_CHUNK_SHIFT | i);
			if (!gp || gp->gfn < first_gfn || gp->gfn - first_gfn >= pages)
				continue;
			gp->writes++;
			gp->tracked = false;
		}
	}
	mutex_unlock(&gm->lock);
}
