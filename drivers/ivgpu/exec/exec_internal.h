/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of exec/ that need hardware know of one another.
 */
#ifndef IVGPU_EXEC_INTERNAL_H
#define IVGPU_EXEC_INTERNAL_H

#include <linux/kfifo.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/ratelimit.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "../cmd/cmd.h"
#include "../gpu/gpu.h"
#include "../gtt/gtt.h"
#include "context_image.h"
#include "exec.h"
#include "refusal.h"
#include "vexeclist.h"

#define IVGPU_CSB_ENTRIES	6
#define IVGPU_SWITCH_REGS_MAX	192

/* Bounds on what one vGPU can make us allocate and do. */
#define IVGPU_MAX_CONTEXTS	64		/* shadow contexts per virtual engine */
#define IVGPU_MAX_IMAGE_PAGES	24		/* the largest has 22 */
#define IVGPU_MAX_OWN_BYTES	(24u * SZ_1M)	/* images, rings and batch copies per vGPU */
#define IVGPU_SCAN_BUDGET	SZ_4M		/* dwords per submission */
#define IVGPU_MAX_BATCH_COPIES	512		/* per context */
#define IVGPU_MAX_BATCH_BYTES	SZ_1M		/* per copied batch */

/**
 * struct ivgpu_own_mem - memory of the module that the GPU reaches through the GGTT
 * @link: for its owner
 * @node: where in the GGTT
 * @pages: the pages
 * @dma: their addresses
 * @nr_pages: how many
 * @vaddr: all of them mapped in one stretch
 */
struct ivgpu_own_mem {
	struct list_head link;
	struct ivgpu_ggtt_node node;
	struct page **pages;
	dma_addr_t *dma;
	u32 nr_pages;
	void *vaddr;
};

/**
 * struct ivgpu_batch_copy - an audited copy of a batch
 * @mem: the copy of a privileged batch; its link serves both kinds
 * @addr: where the guest has the batch
 * @user: non-privileged: in the PPGTT, and the copy lies over the guest's pages
 * @size: bytes placed (user)
 * @ring_end: offset in the ring behind the command that started it (user)
 */
struct ivgpu_batch_copy {
	struct ivgpu_own_mem mem;
	u64 addr;
	bool user;
	u32 size;
	u32 ring_end;
};

/**
 * struct ivgpu_shadow_ring - the audited copy of a guest's ring
 * @mem: same size and offsets as the guest's
 * @size: bytes
 * @guest_start: GGTT address of the guest's ring
 * @generation: of the GGTT entries of the guest's ring, as last scanned
 * @scanned: offset up to which it is copied and audited
 * @trusted: @scanned means something
 */
struct ivgpu_shadow_ring {
	struct ivgpu_own_mem mem;
	u32 size;
	u32 guest_start;
	u64 generation;
	u32 scanned;
	bool trusted;
};

/**
 * struct ivgpu_shadow_ctx - what runs in place of a guest's context
 * @link: in ivgpu_vengine.contexts, least recently used first
 * @ve: its virtual engine
 * @lrca: GGTT address of the guest's image
 * @generation: of the GGTT entries of the guest's image
 * @gfns: guest frames of the guest's image
 * @image: our image; entry 0 of its GGTT range names the guest's own page 0
 * @pphwsp: that page, referenced
 * @guest: the guest's values, to be shown again
 * @shown: register page as last copied out
 * @was_shown: @shown means something
 * @valid: pages 2 on of @image hold the guest's state
 * @ring: its ring
 * @ppgtt: its address space
 * @roots: the guest's roots of it
 * @levels: 4 or 3
 * @ips: 64K page mode that it was made for
 * @wa: our copies of the workaround batches, two pages
 * @batches: copies of privileged batches, struct ivgpu_batch_copy
 * @nr_batches: how many
 * @nr_user: how many of them are user batches
 * @queued: elements of the virtual execlists that name it
 * @seen_head: an offset that the hardware has reached or passed
 * @head_stale: the ring was written past the head that @image would restart from
 * @unshown: hardware has saved the image since it was copied out last
 * @unfinished: it left the hardware with more to do: its image is in-flight state
 * @busy: being prepared: not to be evicted
 * @used: when it was used last, on the clock of ivgpu_vexec
 */
struct ivgpu_shadow_ctx {
	struct list_head link;
	struct ivgpu_vengine *ve;
	u32 lrca;
	u64 generation;
	u64 gfns[IVGPU_MAX_IMAGE_PAGES];
	struct ivgpu_own_mem image;
	struct ivgpu_guest_page *pphwsp;
	struct ivgpu_image_guest guest;
	u32 shown[IVGPU_IMAGE_PAGE_DWORDS];
	bool was_shown;
	bool valid;
	struct ivgpu_shadow_ring ring;
	struct ivgpu_ppgtt *ppgtt;
	u64 roots[4];
	unsigned int levels;
	bool ips;
	struct ivgpu_own_mem wa;
	struct list_head batches;
	unsigned int nr_batches;
	unsigned int nr_user;
	unsigned int queued;
	u32 seen_head;
	bool head_stale;
	bool unshown;
	bool unfinished;
	bool busy;
	u64 used;
};

enum ivgpu_hw_event_kind {
	IVGPU_HW_PROMOTED,
	IVGPU_HW_SAVED,		/* the context left, more to do */
	IVGPU_HW_COMPLETE,	/* the context left, all done */
	IVGPU_HW_IDLE,		/* the engine is free */
	IVGPU_HW_LOST,		/* the engine was reset because of us */
};

struct ivgpu_hw_event {
	enum ivgpu_hw_event_kind kind;
	void *cookie;
};

#define IVGPU_HW_EVENTS		32

enum ivgpu_hw_state {
	IVGPU_HW_OFF,		/* not on the physical engine */
	IVGPU_HW_NEXT,		/* submitted behind another, which is to leave */
	IVGPU_HW_ON,
	IVGPU_HW_LEAVING,	/* asked to leave */
};

/*
 * struct ivgpu_vengine - one engine of a vGPU
 *
 * Protected by ivgpu_guestmem.lock: @contexts, @nr_contexts, @vel, @csb*, @hwsp, @staging*,
 * @user_pages, @dead_pages, @tlb_stale. Protected by @lock: @hw, @events, @acked,
 * and whatever ivgpu_vengine_run() reads of @vel, which changes only with both
 * locks held. Trap context only: @elsp, @elsp_writes, @budget.
 */
struct ivgpu_vengine {
	struct ivgpu_vexec *vx;
	enum ivgpu_engine_id id;
	struct ivgpu_engine *engine;	/* NULL: this GPU has no such engine */
	void *sched;

	u32 elsp[4];
	unsigned int elsp_writes;

	struct list_head contexts;
	unsigned int nr_contexts;
	struct xarray user_pages;	/* laid over the guest's, by address; user_batch.c */
	struct list_head dead_pages;	/* no longer, but perhaps still in TLBs */
	bool tlb_stale;			/* before the next submission TLBs must be invalidated */
	u32 *staging;			/* a guest's image or ring, linear */
	u32 staging_size;
	u32 budget;			/* dwords that this submission may still have scanned */

	u64 csb[IVGPU_CSB_ENTRIES];
	u8 csb_write;
	u8 csb_read;
	u32 hwsp;

	spinlock_t lock;		/* see above */
	struct ivgpu_vexeclist vel;
	enum ivgpu_hw_state hw;
	bool acked;			/* hardware has taken our last list */
	bool stalled;			/* stands still until the guest resets it */
	bool saw_idle;			/* hardware went idle by itself before a reset ended */
	bool draining;			/* somebody handles @events */
	bool stale;			/* its contexts were detached from guest memory */
	atomic_t callbacks;		/* engine callbacks that still use it */
	ktime_t on_since;
	DECLARE_KFIFO(events, struct ivgpu_hw_event, IVGPU_HW_EVENTS);
	struct work_struct drain_work;
	struct work_struct reset_work;
	struct work_struct rebuild_work;

	struct ivgpu_vexec_stats stats;
};

/*
 * struct ivgpu_vexec - all virtual engines of a vGPU
 * @p: what it was made with
 * @wq: ordered; completions that could not be handled at once
 * @own_bytes: memory taken for shadows
 * @clock: counts uses of contexts
 * @scan_user: user batches of all engines are copied and audited
 * @refusals: bounds the messages about refusals
 * @engines: the virtual engines
 */
struct ivgpu_vexec {
	struct ivgpu_vexec_params p;
	unsigned int gen;
	struct workqueue_struct *wq;
	u32 own_bytes;
	u64 clock;
	bool scan_user;
	struct ratelimit_state refusals;
	struct ivgpu_vengine engines[IVGPU_NUM_ENGINES];
};

/*
 * struct ivgpu_exec_engine - a physical engine as exec/ uses it
 * @lock: protects all of it; irqs off
 * @owner: the virtual engine that has it
 * @next: the one that hardware switches to when @owner leaves
 * @last: who has just left, while a user interrupt of its may still be on its way
 * @resetting: a reset that we asked for is under way: nobody may take the engine
 * @gone: who was to be reset gave way to @next before it came to that
 * @guilty: its last reset was because of who had it
 * @loaded: the engine-owned registers as last written
 * @nr_loaded: how many
 */
struct ivgpu_exec_engine {
	struct ivgpu_engine *engine;
	spinlock_t lock;		/* protects the rest; irqs off */
	struct ivgpu_vengine *owner;
	struct ivgpu_vengine *next;
	struct ivgpu_vengine *last;
	bool resetting;
	bool gone;
	bool guilty;
	struct ivgpu_switch_reg loaded[IVGPU_SWITCH_REGS_MAX];
	unsigned int nr_loaded;
	struct ivgpu_switch_reg wanted[IVGPU_SWITCH_REGS_MAX];
};

/* own_memory.c */
int ivgpu_own_mem_init(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem, u32 size);
void ivgpu_own_mem_fini(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem);

/* csb.c */
void ivgpu_csb_reset(struct ivgpu_vengine *ve);
void ivgpu_csb_push(struct ivgpu_vengine *ve, const u64 *entries, unsigned int n);

/* shadow_context.c; guestmem lock held */
struct ivgpu_shadow_ctx *ivgpu_shadow_ctx_get(struct ivgpu_vengine *ve, u64 desc,
					      struct ivgpu_refusal *why);
int ivgpu_shadow_ctx_attach(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why);
void ivgpu_shadow_ctx_detach(struct ivgpu_shadow_ctx *ctx);
void ivgpu_shadow_ctx_drop(struct ivgpu_shadow_ctx *ctx);
/* Make room: drop the least recently used context that nothing needs. */
bool ivgpu_shadow_ctx_evict(struct ivgpu_vexec *vx);
/* For the sake of shadow tables, see ivgpu_ppgtt_space_set_room(); a struct ivgpu_vexec. */
bool ivgpu_shadow_ctx_evict_space(void *vexec);

/* shadow_image.c; guestmem lock held */
int ivgpu_shadow_ctx_prepare(struct ivgpu_shadow_ctx *ctx, u64 desc, u32 *tail,
			     struct ivgpu_refusal *why);
int ivgpu_shadow_ctx_reattach(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why);
void ivgpu_shadow_ctx_show(struct ivgpu_shadow_ctx *ctx);

/* shadow_ring.c */
int ivgpu_shadow_ring_setup(struct ivgpu_shadow_ctx *ctx, const struct ivgpu_image_guest *guest,
			    struct ivgpu_refusal *why);
int ivgpu_shadow_ring_update(struct ivgpu_shadow_ctx *ctx, u32 head, u32 *tail, bool whole,
			     struct ivgpu_refusal *why);
/* Where hardware reads this ring now, if it does; else where it did when last seen. */
u32 ivgpu_shadow_ring_head(struct ivgpu_shadow_ctx *ctx);
void ivgpu_shadow_ring_fini(struct ivgpu_shadow_ctx *ctx);

/* shadow_batch.c */
int ivgpu_shadow_batches(struct ivgpu_shadow_ctx *ctx, struct ivgpu_cmd_scan *scan,
			 u32 ring_offset, struct ivgpu_refusal *why);
void ivgpu_shadow_batches_retire(struct ivgpu_shadow_ctx *ctx, u32 head);
void ivgpu_shadow_batches_free(struct ivgpu_shadow_ctx *ctx);
void ivgpu_shadow_batches_settle(struct ivgpu_vexec *vx);
int ivgpu_shadow_wa_update(struct ivgpu_shadow_ctx *ctx, const struct ivgpu_image_guest *guest,
			   struct ivgpu_image_own *own, struct ivgpu_refusal *why);

/* user_batch.c; guestmem lock held */
int ivgpu_user_batch_place(struct ivgpu_shadow_ctx *ctx, struct ivgpu_batch_copy *copy,
			   const u32 *dw, u32 bytes, struct ivgpu_refusal *why);
void ivgpu_user_batch_flush(struct ivgpu_vengine *ve);
void ivgpu_user_batch_remove(struct ivgpu_shadow_ctx *ctx, struct ivgpu_batch_copy *copy);
void ivgpu_user_batch_detach(struct ivgpu_shadow_ctx *ctx);
int ivgpu_user_batch_attach(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why);
void ivgpu_user_batch_fini(struct ivgpu_vengine *ve);

/* submit.c; guestmem lock held */
int ivgpu_vengine_copy_in(struct ivgpu_vengine *ve, u64 addr, void *buf, u32 len);
u32 *ivgpu_vengine_staging(struct ivgpu_vengine *ve, u32 size);
void ivgpu_vengine_rebuild_work(struct work_struct *work);

/* hw_events.c */
extern const struct ivgpu_engine_ops ivgpu_exec_engine_ops;
void ivgpu_vengine_drain_locked(struct ivgpu_vengine *ve);
void ivgpu_vengine_drain_work(struct work_struct *work);
void ivgpu_vengine_promote(struct ivgpu_vengine *ve);

/* run.c */
void ivgpu_vengine_pump(struct ivgpu_vengine *ve);	/* ve->lock held */
bool ivgpu_vengine_runnable(struct ivgpu_vengine *ve);	/* ve->lock held */
void ivgpu_vengine_reset_work(struct work_struct *work);

static inline struct ivgpu_guestmem *ivgpu_vengine_gm(const struct ivgpu_vengine *ve)
{
	return ve->vx->p.gm;
}

#endif
