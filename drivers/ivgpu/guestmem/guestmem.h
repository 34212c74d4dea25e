/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guestmem: the pages of one guest that its vGPU uses.
 *
 * For: pinning guest pages, mapping them for DMA, reading and writing them.
 * Owns: a cache of pinned pages keyed by guest frame number (GFN).
 * Lock: ivgpu_guestmem.lock, a mutex. It protects the cache and also every
 * shadow built on it (gtt/ and exec/ say so where they rely on it). It is never
 * held across pinning, unpinning, vfio_dma_rw or a copy to or from user space,
 * so that VFIO's dma_unmap callback can take it.
 *
 * Pages are pinned in two steps. Code that holds the lock and meets a page that
 * is not in the cache gets -EAGAIN, and the GFN is noted as wanted. It backs
 * out, drops the lock, calls ivgpu_guestmem_pin_wanted(), and starts again.
 */
#ifndef IVGPU_GUESTMEM_H
#define IVGPU_GUESTMEM_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct device;
struct page;

/**
 * struct ivgpu_guestmem_ops - where the pages come from
 * @pin: pin @npages pages from guest frame @gfn on; returns how many were
 *	 pinned (a short count is an error at the first page not pinned) or a
 *	 negative errno. May sleep. Never called with a lock held that a
 *	 dma_unmap callback or a BAR fault takes.
 * @unpin: undo @pin for a run of pages.
 * @refused: true when @gfn must not be pinned at all: it lies in a BAR of this
 *	     very vGPU. Called with ivgpu_guestmem.lock held; must not sleep.
 *
 * Handed down by vfio/ for a real guest, by KUnit suites for a made-up one.
 */
struct ivgpu_guestmem_ops {
	int (*pin)(void *owner, u64 gfn, int npages, struct page **pages);
	void (*unpin)(void *owner, u64 gfn, int npages);
	bool (*refused)(void *owner, u64 gfn);
};

/**
 * struct ivgpu_guest_page - one pinned guest page
 * @gfn: guest frame number
 * @page: the host page
 * @dma: its address for the GPU
 * @users: references held by shadows; a page without users stays cached
 * @lru: place in ivgpu_guestmem.idle while @users is 0
 */
struct ivgpu_guest_page {
	u64 gfn;
	struct page *page;
	dma_addr_t dma;
	unsigned int users;
	struct list_head lru;
};

#define IVGPU_GUESTMEM_WANTED	512

struct ivgpu_guestmem_stats {
	u64 pinned;		/* pages pinned now */
	u64 pin_calls;		/* calls of ops->pin */
	u64 dma_maps;		/* DMA mappings made */
	u64 refused;		/* pages that could not be had: not mapped, own BAR, limit */
};

struct ivgpu_guestmem {
	struct mutex lock;
	const struct ivgpu_guestmem_ops *ops;
	void *owner;
	struct device *dma_dev;		/* NULL: DMA addresses are physical (KUnit) */
	unsigned long limit;		/* most pages pinned at once */
	struct xarray pages;		/* GFN -> struct ivgpu_guest_page, or a "not to be had" mark */
	struct list_head idle;
	u64 wanted[IVGPU_GUESTMEM_WANTED];
	unsigned int nr_wanted;
	struct list_head blocked;	/* ranges that dma_unmap is taking away */
	struct ivgpu_guestmem_stats stats;
};

int ivgpu_guestmem_init(struct ivgpu_guestmem *gm, const struct ivgpu_guestmem_ops *ops,
			void *owner, struct device *dma_dev, unsigned long limit);
void ivgpu_guestmem_fini(struct ivgpu_guestmem *gm);

/* Lock held. ERR_PTR(-EAGAIN): noted as wanted; other errors are final for this synchronisation. */
struct ivgpu_guest_page *ivgpu_guestmem_get(struct ivgpu_guestmem *gm, u64 gfn);
void ivgpu_guestmem_put(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp);

/* Lock not held; may sleep. Forgets all "not to be had" marks / pins what is wanted, in runs. */
void ivgpu_guestmem_begin(struct ivgpu_guestmem *gm);
int ivgpu_guestmem_pin_wanted(struct ivgpu_guestmem *gm);

/* Lock held; within one page; only pages with a user. */
void ivgpu_guest_page_read(const struct ivgpu_guest_page *gp, unsigned int offset,
			   void *buf, unsigned int len);
void ivgpu_guest_page_write(struct ivgpu_guest_page *gp, unsigned int offset,
			    const void *buf, unsigned int len);

/*
 * dma_unmap, in this order: block (new pins in the range wait or fail), ask
 * whether anything in the range is cached, make all users let go (the caller's
 * job: engines, shadows), then release. A block ends by itself a short time
 * after ivgpu_guestmem_release().
 */
bool ivgpu_guestmem_block(struct ivgpu_guestmem *gm, u64 first_gfn, u64 last_gfn);
void ivgpu_guestmem_release(struct ivgpu_guestmem *gm, u64 first_gfn, u64 last_gfn);
/* All pages without a user, or (after every shadow was dropped) all pages: close, reset, limits. */
void ivgpu_guestmem_release_idle(struct ivgpu_guestmem *gm);

#endif
