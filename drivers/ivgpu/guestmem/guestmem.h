/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guestmem: the pages of one guest that its vGPU uses.
 *
 * For: pinning guest pages, mapping them for DMA, reading and writing them.
 * Owns: a cache of pinned pages keyed by guest frame number (GFN).
 * Lock: ivgpu_guestmem.lock, a mutex. It protects the cache and also every
 * shadow built on it (gtt/ and exec/ say so where they rely on it). It is never
 * held across pinning, unpinning, vfio_dma_rw or a copy to or from user space,
 * so that VFIO's dma_unmap callback can take it. ivgpu_guestmem.pin_lock, a
 * mutex outer to it, lets one thread pin at a time; dma_unmap never takes it.
 *
 * Pages are pinned in two steps. Code that holds the lock and meets a page that
 * is not in the cache gets -EAGAIN, and the GFN is noted as wanted. It backs
 * out, drops the lock, calls ivgpu_guestmem_pin_wanted(), and starts again:
 *
 *	ivgpu_guestmem_begin(gm);
 *	do {
 *		mutex_lock(&gm->lock);
 *		ret = ... ivgpu_vggtt_sync(), ivgpu_ppgtt_sync(), ivgpu_guestmem_get() ...
 *		mutex_unlock(&gm->lock);
 *	} while (ret == -EAGAIN && !(ret = ivgpu_guestmem_pin_wanted(gm)));
 *
 * The loop ends: a page that cannot be had is marked for the rest of the
 * synchronisation and ivgpu_guestmem_get() then says -EFAULT for it.
 */
#ifndef IVGPU_GUESTMEM_H
#define IVGPU_GUESTMEM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct device;
struct ivgpu_guest_run;
struct ivgpu_guestmem_caller;
struct page;

/**
 * struct ivgpu_guestmem_ops - where the pages come from
 * @pin: pin @npages pages from guest frame @gfn on; returns how many were
 *	 pinned (a short count is an error at the first page not pinned) or a
 *	 negative errno. At most IVGPU_GUESTMEM_RUN pages a call. May sleep. Never
 *	 called with a lock held that a dma_unmap callback or a BAR fault takes.
 * @unpin: undo @pin for a run of pages.
 * @refused: true when @gfn must not be pinned at all: it lies in a BAR of this
 *	     very vGPU. Called with ivgpu_guestmem.lock held; must not sleep.
 * @track: from now on the next write by a CPU of the guest to frame @gfn is told by
 *	   ivgpu_guestmem_written(). 0 or an errno. NULL: never possible.
 * @untrack: undo @track. Both with ivgpu_guestmem.lock held.
 * @crowded: pages could not be pinned for a limit's sake while others are pinned that
 *	     nobody uses, or that can be had again: make room, but not in this call.
 *	     No lock held but those of the caller of ivgpu_guestmem_pin_wanted().
 *
 * Handed down by vfio/ for a real guest, by KUnit suites for a made-up one.
 */
struct ivgpu_guestmem_ops {
	int (*pin)(void *owner, u64 gfn, int npages, struct page **pages);
	void (*unpin)(void *owner, u64 gfn, int npages);
	bool (*refused)(void *owner, u64 gfn);
	int (*track)(void *owner, u64 gfn);
	void (*untrack)(void *owner, u64 gfn);
	void (*crowded)(void *owner);
};

/**
 * struct ivgpu_guest_page - one pinned guest page
 * @gfn: guest frame number
 * @page: the host page; NULL: not pinned
 * @run: the pages that it was mapped for DMA with
 * @dma: its address for the GPU
 * @users: references held by shadows; a page without users stays cached
 * @writes: changes with each write that was told of
 * @watchers: shadows that want to be told of writes
 * @tracked: the next write is told of
 */
struct ivgpu_guest_page {
	u64 gfn;
	struct page *page;
	struct ivgpu_guest_run *run;
	dma_addr_t dma;
	unsigned int users;
	u32 writes;
	u16 watchers;
	bool tracked;
};

/* Most pages in one call of ops->pin and ops->unpin (VFIO's own limit). */
#define IVGPU_GUESTMEM_RUN	512
/* Most pages noted as wanted between two calls of ivgpu_guestmem_pin_wanted(). */
#define IVGPU_GUESTMEM_WANTED	2048
/* Most pages marked "not to be had" in one synchronisation; more are refused untried. */
#define IVGPU_GUESTMEM_MARKS	4096
/* Most that unpin side by side for one dma_unmap, when VFIO calls again. */
#define IVGPU_GUESTMEM_WORKERS	64
/* Most ranges blocked at once; further ones are joined to the last. */
#define IVGPU_GUESTMEM_BLOCKS	16

/**
 * struct ivgpu_guestmem_stats - counters of one vGPU's guest memory
 * @pinned: pages pinned now
 * @pin_calls: calls of ops->pin
 * @dma_maps: DMA mappings made, each of a run of pages
 * @refused: pages that could not be had, for any reason
 * @own_bar: of these: in a BAR of the vGPU itself
 * @over_limit: of these: the vGPU's limit was reached
 * @over_memlock: of these: the VMM's limit of locked memory was reached
 * @bounced: of these: the host would have bounced DMA to another page
 * @track_starts: pages that write tracking was started for
 * @track_hits: writes that it told of; each cost the guest an exit
 * @track_misses: pages found changed without being told
 */
struct ivgpu_guestmem_stats {
	u64 pinned;
	u64 pin_calls;
	u64 dma_maps;
	u64 refused;
	u64 own_bar;
	u64 over_limit;
	u64 over_memlock;
	u64 bounced;
	u64 track_starts;
	u64 track_hits;
	u64 track_misses;
};

/**
 * struct ivgpu_guestmem_block - a range that dma_unmap is taking away
 * @first: first GFN
 * @last: last GFN
 * @open: between ivgpu_guestmem_block() and ivgpu_guestmem_release()
 * @calls: how often it was opened again by the thread that opened it, in the same ioctl
 * @caller: that thread, until it leaves the kernel; NULL: nothing tells of that
 * @until: jiffies before which the block does not end
 */
struct ivgpu_guestmem_block {
	u64 first;
	u64 last;
	bool open;
	unsigned int calls;
	struct ivgpu_guestmem_caller *caller;
	unsigned long until;
};

/**
 * struct ivgpu_guestmem_move - a range being pinned or unpinned with the lock dropped
 * @link: place in ivgpu_guestmem.moves
 * @first: first GFN
 * @last: last GFN
 * @cancelled: dma_unmap came for the range: what is being pinned must be unpinned
 */
struct ivgpu_guestmem_move {
	struct list_head link;
	u64 first;
	u64 last;
	bool cancelled;
};

/**
 * struct ivgpu_guestmem_release - pages being unpinned
 * @gm: whose
 * @first: first GFN
 * @last: last GFN
 * @torn: also pages that were mapped for DMA with others which are in use
 * @at: chunk at which the next window begins
 * @base: first GFN of the window that @out is of
 * @out: pages of the window that left the cache and nobody unpins yet
 * @rest: the window, while @out is not empty
 * @used: how many pages had users and stayed
 *
 * Protected by ivgpu_guestmem.lock.
 */
struct ivgpu_guestmem_release {
	struct ivgpu_guestmem *gm;
	u64 first;
	u64 last;
	bool torn;
	unsigned long at;
	u64 base;
	DECLARE_BITMAP(out, IVGPU_GUESTMEM_RUN);
	struct ivgpu_guestmem_move rest;
	unsigned long used;
};

/**
 * struct ivgpu_guestmem_worker - one of those who unpin for dma_unmap
 * @work: does it
 * @request: what is to be unpinned
 */
struct ivgpu_guestmem_worker {
	struct work_struct work;
	struct ivgpu_guestmem_request *request;
};

/**
 * struct ivgpu_guestmem_request - what dma_unmap wants unpinned
 * @workers: do it, as they may have to wait for whom dma_unmap keeps waiting
 * @working: how many of them are at it, or about to be
 * @wait: woken when the last is done
 * @release: what they do
 */
struct ivgpu_guestmem_request {
	struct ivgpu_guestmem_worker workers[IVGPU_GUESTMEM_WORKERS];
	atomic_t working;
	wait_queue_head_t wait;
	struct ivgpu_guestmem_release release;
};

/**
 * struct ivgpu_guestmem - the pinned pages of one guest
 * @lock: see the head of this file
 * @pin_lock: one pinner at a time; protects @run and @batch
 * @ops: where pages come from
 * @owner: passed to @ops
 * @name: of the vGPU, for messages
 * @dma_dev: the GPU; NULL: DMA addresses are physical (KUnit)
 * @limit: most pages pinned at once
 * @chunks: cache, GFN >> IVGPU_GUESTMEM_CHUNK_SHIFT to struct ivgpu_guest_chunk
 * @last: the chunk found last
 * @marked: chunks that have "not to be had" marks
 * @nr_marks: how many marks
 * @round: number of the synchronisation, see ivgpu_guestmem_begin()
 * @wanted: GFNs to be pinned
 * @nr_wanted: how many
 * @run: the pages that a call of ops->pin fills in
 * @batch: GFNs being pinned
 * @blocks: ranges that dma_unmap is taking away
 * @nr_blocks: how many
 * @moves: ranges being pinned or unpinned with @lock dropped
 * @request: what dma_unmap wants unpinned; one at a time
 * @unpinners: runs its workers
 * @tracking: write tracking is to be used
 * @crowded: a limit was met since ops->crowded was called
 * @said_limit: that @limit was reached was reported
 * @said_memlock: that the VMM's limit of locked memory was reached was reported
 * @memlock_pause: for how long, in jiffies, nothing is pinned after that limit was met; 0: not met
 * @memlock_until: jiffies at which the pause ends
 * @stats: counters
 */
struct ivgpu_guestmem {
	struct mutex lock;		/* cache and shadows */
	struct mutex pin_lock;		/* one pinner at a time; outer to @lock */
	const struct ivgpu_guestmem_ops *ops;
	void *owner;
	const char *name;
	struct device *dma_dev;
	unsigned long limit;
	struct xarray chunks;
	struct ivgpu_guest_chunk *last;
	struct list_head marked;
	unsigned int nr_marks;
	u64 round;
	u64 *wanted;
	unsigned int nr_wanted;
	struct page **run;
	u64 *batch;
	struct ivgpu_guestmem_block blocks[IVGPU_GUESTMEM_BLOCKS];
	unsigned int nr_blocks;
	struct list_head moves;
	struct ivgpu_guestmem_request request;
	struct workqueue_struct *unpinners;
	bool tracking;
	bool crowded;
	bool said_limit;
	bool said_memlock;
	unsigned long memlock_pause;
	unsigned long memlock_until;
	struct ivgpu_guestmem_stats stats;
};

/*
 * @name: of the vGPU, for messages; must live as long as @gm. fini() may only be
 * called when all users let go; it unpins everything.
 */
int ivgpu_guestmem_init(struct ivgpu_guestmem *gm, const struct ivgpu_guestmem_ops *ops,
			void *owner, const char *name, struct device *dma_dev,
			unsigned long limit);
void ivgpu_guestmem_fini(struct ivgpu_guestmem *gm);
/* Lock not held. Pages above a lower limit stay pinned until they are released. */
void ivgpu_guestmem_set_limit(struct ivgpu_guestmem *gm, unsigned long pages);

/*
 * Lock held. ERR_PTR(-EAGAIN): noted as wanted; ERR_PTR(-EFAULT): not to be had
 * in this synchronisation.
 */
struct ivgpu_guest_page *ivgpu_guestmem_get(struct ivgpu_guestmem *gm, u64 gfn);
void ivgpu_guestmem_put(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp);
/* Lock held. No more can be noted as wanted: time to back out. */
bool ivgpu_guestmem_full(const struct ivgpu_guestmem *gm);

/*
 * Lock not held; may sleep. begin() starts a synchronisation: forgets all "not
 * to be had" marks, and everything the guest wrote before is seen by the syncs
 * that follow. To be called at each architectural point (flush, submission).
 * pin_wanted() pins what is wanted, in runs; 0, or -EINTR when the thread is
 * being killed.
 */
void ivgpu_guestmem_begin(struct ivgpu_guestmem *gm);
int ivgpu_guestmem_pin_wanted(struct ivgpu_guestmem *gm);

/* Lock held; within one page; only pages with a user. */
void ivgpu_guest_page_read(const struct ivgpu_guest_page *gp, unsigned int offset,
			   void *buf, unsigned int len);
void ivgpu_guest_page_write(struct ivgpu_guest_page *gp, unsigned int offset,
			    const void *buf, unsigned int len);

/*
 * Write tracking; a page is tracked from the first write on no more, so that many
 * writes cost one exit. Who wants to know watches the page while he uses it, and
 * before he reads it starts tracking: true when the next write will be told, so
 * that "@tracked, and @writes as it was before the reading" means: not changed by
 * a CPU of the guest. Writes by devices, or by the GPU, are never told.
 */
void ivgpu_guestmem_watch(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp);
void ivgpu_guestmem_unwatch(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp);
bool ivgpu_guestmem_track(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp);
/* A page changed without being told: tracking does not work with this guest and ends. */
void ivgpu_guestmem_distrust(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp);
/* Lock not held; from whoever implements ops->track, which may be ended by this. */
void ivgpu_guestmem_allow_tracking(struct ivgpu_guestmem *gm, bool allow);
/* Lock held. No page is tracked when this returns; one that is read again may be at once. */
void ivgpu_guestmem_untrack_all(struct ivgpu_guestmem *gm);
void ivgpu_guestmem_written(struct ivgpu_guestmem *gm, u64 gfn);
/* ... tracking in the range has ended by itself, with the memory. */
void ivgpu_guestmem_track_lost(struct ivgpu_guestmem *gm, u64 first_gfn, u64 pages);

/*
 * dma_unmap; lock not held. In this order: block (new pins in the range wait
 * and then fail) which says whether anything there is pinned; if so make all
 * users let go (the caller's job: engines, shadows); then release, in any case.
 * Returns how many pages in the range still have users, which stay pinned: 0,
 * or the caller forgot a user. A block ends by itself when the thread leaves the
 * kernel. Both are for one caller at a time.
 */
bool ivgpu_guestmem_block(struct ivgpu_guestmem *gm, u64 first_gfn, u64 last_gfn);
unsigned long ivgpu_guestmem_release(struct ivgpu_guestmem *gm, u64 first_gfn, u64 last_gfn);
/* When no vGPU is left, before the module's code goes. May sleep. */
void ivgpu_guestmem_wait_for_callers(void);
/*
 * Unpin all pages without a user: close, reset, limits. The GPU must be unable
 * to reach them: the vGPU is off the engines and their TLBs were invalidated.
 * Pages that were mapped for DMA in one piece go together, when nobody uses any.
 * Lock not held.
 */
void ivgpu_guestmem_release_idle(struct ivgpu_guestmem *gm);
/*
 * Before ivgpu_guestmem_fini(), while dma_unmap may still be called: unpin all, and wait for
 * those who are at it. Then, with no dma_unmap at work: is nobody?
 */
void ivgpu_guestmem_drain(struct ivgpu_guestmem *gm);
bool ivgpu_guestmem_is_quiet(struct ivgpu_guestmem *gm);

#endif
