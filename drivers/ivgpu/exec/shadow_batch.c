// SPDX-License-Identifier: GPL-2.0
/*
 * Copies of what is not run as the guest wrote it: batches in the GGTT that the
 * ring starts, all batches of the blitter (of every engine, if the administrator
 * wants it), what they chain to and call, and the workaround batches that a
 * context image names. Only the audited copy is executed.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "exec_internal.h"
#include "ring_delta.h"

#define MI_ARB_OFF		(0x08u << 23)
#define MI_BATCH_BUFFER_END	0x0a
#define MI_BATCH_BUFFER_START	0x31
#define MI_BATCH_SECOND_LEVEL	BIT(22)

#define BBS_BYTES		12

#define WA_MAX_BYTES		IVGPU_PAGE_SIZE
#define CACHE_LINE		64

/* What one walk over batches needs. */
struct walk {
	struct ivgpu_shadow_ctx *ctx;
	struct list_head copies;	/* of this walk; those without memory are to be read */
	struct list_head aims;
	struct ivgpu_cmd_scan *scan;
	struct ivgpu_refusal *why;
};

static u64 copy_start(const struct ivgpu_batch_copy *copy)
{
	return copy->mem.node.start;
}

/* An entry for a batch at @addr, new or of this walk: a batch that chains to itself ends here. */
static struct ivgpu_batch_copy *want_copy(struct walk *walk, u64 addr, bool user)
{
	struct ivgpu_batch_copy *copy;

	list_for_each_entry(copy, &walk->copies, mem.link)
		if (copy->addr == addr && copy->user == user)
			return copy;
	if (walk->ctx->nr_batches >= IVGPU_MAX_BATCH_COPIES) {
		ivgpu_refuse(walk->why, IVGPU_REFUSED_BUDGET, "too many batches in flight");
		return ERR_PTR(-E2BIG);
	}
	copy = kzalloc(sizeof(*copy), GFP_KERNEL);
	if (!copy) {
		ivgpu_refuse(walk->why, IVGPU_REFUSED_RESOURCES, "out of memory");
		return ERR_PTR(-ENOMEM);
	}
	copy->addr = addr;
	copy->user = user;
	list_add_tail(&copy->mem.link, &walk->copies);
	walk->ctx->nr_batches++;
	walk->ctx->nr_user += user;
	return copy;
}

/* A batch while it is being read. */
struct reading {
	u32 *dw;
	u32 room;	/* bytes */
	u32 loaded;
	u32 pos;
};

/* @len bytes within a page, from where the batch is. */
static int copy_chunk(struct walk *walk, const struct ivgpu_batch_copy *copy, u32 offset, void *buf,
		      u32 len)
{
	struct ivgpu_shadow_ctx *ctx = walk->ctx;
	u64 addr = copy->addr + offset;
	struct ivgpu_guest_page *gp;

	if (!copy->user)
		return ivgpu_vengine_copy_in(ctx->ve, addr, buf, len);
	gp = ivgpu_ppgtt_page(ctx->ppgtt, addr);
	if (!gp)
		return -EFAULT;
	ivgpu_guest_page_read(gp, addr & (IVGPU_PAGE_SIZE - 1), buf, len);
	ctx->ve->stats.bytes_copied += len;
	return 0;
}

static int load_more(struct walk *walk, const struct ivgpu_batch_copy *copy, struct reading *r)
{
	u32 chunk = IVGPU_PAGE_SIZE - ((copy->addr + r->loaded) & (IVGPU_PAGE_SIZE - 1));
	u32 *dw;

	if (r->loaded + chunk > IVGPU_MAX_BATCH_BYTES) {
		ivgpu_refuse(walk->why, IVGPU_REFUSED_BUDGET,
			     "a batch that must be copied does not end");
		return -E2BIG;
	}
	if (r->loaded + chunk > r->room) {
		/* and a dword for the end that is put behind a jump */
		dw = kvmalloc(2 * r->room + IVGPU_PAGE_SIZE + 4, GFP_KERNEL);
		if (!dw) {
			ivgpu_refuse(walk->why, IVGPU_REFUSED_RESOURCES, "out of memory");
			return -ENOMEM;
		}
		if (r->loaded)
			memcpy(dw, r->dw, r->loaded);
		kvfree(r->dw);
		r->dw = dw;
		r->room = 2 * r->room + IVGPU_PAGE_SIZE;
	}
	if (copy_chunk(walk, copy, r->loaded, (u8 *)r->dw + r->loaded, chunk)) {
		ivgpu_refuse(walk->why, IVGPU_REFUSED_UNMAPPED, "a batch is not mapped");
		return -EFAULT;
	}
	r->loaded += chunk;
	return 0;
}

static bool ends_batch(u32 header)
{
	if (header >> 23 == MI_BATCH_BUFFER_END)
		return true;
	return header >> 23 == MI_BATCH_BUFFER_START && !(header & MI_BATCH_SECOND_LEVEL);
}

static const char *kind(const struct ivgpu_batch_copy *copy)
{
	return copy->user ? "user batch" : "privileged batch";
}

/* The scanner says it better; it stops where the reading did. */
static void refuse_header(struct walk *walk, const struct ivgpu_batch_copy *copy,
			  const struct reading *r)
{
	struct ivgpu_cmd_scan *scan = walk->scan;

	scan->space = copy->user ? IVGPU_CMD_BATCH_PPGTT : IVGPU_CMD_BATCH_GGTT;
	scan->dw = r->dw;
	scan->ndw = r->pos / 4 + 1;
	ivgpu_cmd_scan(scan);
	ivgpu_refuse_command(walk->why, scan, kind(copy), copy->addr, scan->offset);
}

/* Read commands until one that ends the batch. */
static int read_batch(struct walk *walk, const struct ivgpu_batch_copy *copy, struct reading *r)
{
	struct ivgpu_vengine *ve = walk->ctx->ve;
	bool last = false;
	u32 len;
	int ret;

	while (!last) {
		while (r->pos >= r->loaded) {
			ret = load_more(walk, copy, r);
			if (ret)
				return ret;
		}
		len = ivgpu_cmd_length(ve->id, ve->vx->gen, r->dw[r->pos / 4]);
		if (!len) {
			refuse_header(walk, copy, r);
			return -EPERM;
		}
		last = ends_batch(r->dw[r->pos / 4]);
		r->pos += 4 * len;
	}
	while (r->loaded < r->pos) {
		ret = load_more(walk, copy, r);
		if (ret)
			return ret;
	}
	return 0;
}

/* A command that starts a batch, to be aimed at the copy when that has its place. */
struct aim {
	struct list_head link;
	u32 *dw;
	struct ivgpu_batch_copy *copy;
};

/* A user batch runs where it is; @ring_end tells when it is finished. */
static int want_user_batch(struct walk *walk, u64 addr, u32 ring_end)
{
	struct ivgpu_batch_copy *copy = want_copy(walk, addr, true);

	if (IS_ERR(copy))
		return PTR_ERR(copy);
	copy->ring_end = ring_end;
	return 0;
}

/*
 * Note the batches that a scanned stretch starts and that must be copied; @dw:
 * where the stretch will stand. @ring: it is the ring's, from offset @ring_offset
 * on; else it belongs to a batch that ends with the ring at @ring_offset.
 */
static int want_batches(struct walk *walk, u32 *dw, bool ring, u32 ring_offset)
{
	bool copy_user = walk->ctx->ve->id == IVGPU_BCS0 ||
			 READ_ONCE(walk->ctx->ve->vx->scan_user);
	u32 size = walk->ctx->ring.size;

	const struct ivgpu_cmd_batch *batch = walk->scan->batches;
	const struct ivgpu_cmd_batch *end = batch + walk->scan->nr_batches;
	struct ivgpu_batch_copy *copy;
	struct aim *aim;
	int ret = 0;

	for (; batch < end && !ret; batch++) {
		if (!batch->ggtt) {
			if (copy_user)
				ret = want_user_batch(walk, batch->addr, ring ?
						      (ring_offset + batch->offset + BBS_BYTES) %
						      size : ring_offset);
			continue;
		}
		copy = want_copy(walk, batch->addr, false);
		if (IS_ERR(copy))
			return PTR_ERR(copy);
		aim = kmalloc(sizeof(*aim), GFP_KERNEL);
		if (!aim) {
			ivgpu_refuse(walk->why, IVGPU_REFUSED_RESOURCES, "out of memory");
			return -ENOMEM;
		}
		aim->dw = dw + batch->offset / 4;
		aim->copy = copy;
		list_add_tail(&aim->link, &walk->aims);
	}
	return ret;
}

static void aim_all(struct walk *walk)
{
	struct aim *aim;

	list_for_each_entry(aim, &walk->aims, link)
		ivgpu_cmd_retarget_batch(aim->dw, 0, copy_start(aim->copy));
}

/*
 * Copies run with arbitration off, so that no saved image ever points into one:
 * each begins with a command that switches it off.
 */
static int scan_copy(struct walk *walk, struct ivgpu_batch_copy *copy, struct reading *r)
{
	struct ivgpu_vengine *ve = walk->ctx->ve;
	struct ivgpu_cmd_scan *scan = walk->scan;
	u32 *dst;
	int ret;

	scan->space = copy->user ? IVGPU_CMD_BATCH_PPGTT : IVGPU_CMD_BATCH_GGTT;
	scan->dw = r->dw;
	scan->ndw = r->pos / 4;
	if (ivgpu_cmd_scan(scan) != IVGPU_CMD_END) {
		ivgpu_refuse_command(walk->why, scan, kind(copy), copy->addr, scan->offset);
		return -EPERM;
	}
	ve->stats.replaced += scan->replaced;
	/* Predication may skip a jump: nobody has scanned what would run then. */
	if (r->dw[scan->offset / 4] >> 23 != MI_BATCH_BUFFER_END) {
		r->dw[r->pos / 4] = MI_BATCH_BUFFER_END << 23;
		r->pos += 4;
	}
	if (copy->user) {
		ret = ivgpu_user_batch_place(walk->ctx, copy, r->dw, r->pos, walk->why);
		return ret ?: want_batches(walk, NULL, false, copy->ring_end);
	}
	ret = ivgpu_own_mem_init(ve->vx, &copy->mem, r->pos + 4);
	if (ret) {
		ivgpu_refuse(walk->why, IVGPU_REFUSED_RESOURCES,
			     "no room for the copy of a privileged batch");
		return ret;
	}
	dst = copy->mem.vaddr;
	dst[0] = MI_ARB_OFF;
	memcpy(dst + 1, r->dw, r->pos);
	ve->stats.bytes_copied += r->pos;
	return want_batches(walk, dst + 1, false, copy->ring_end);
}

static int fill_copy(struct walk *walk, struct ivgpu_batch_copy *copy)
{
	struct reading r = {};
	int ret;

	ret = read_batch(walk, copy, &r);
	if (!ret)
		ret = scan_copy(walk, copy, &r);
	kvfree(r.dw);
	return ret;
}

static void free_copy(struct ivgpu_shadow_ctx *ctx, struct ivgpu_batch_copy *copy)
{
	list_del(&copy->mem.link);
	if (copy->user)
		ivgpu_user_batch_remove(ctx, copy);
	ivgpu_own_mem_fini(ctx->ve->vx, &copy->mem);
	ctx->nr_batches--;
	ctx->nr_user -= copy->user;
	kfree(copy);
}

static void end_walk(struct walk *walk, bool keep)
{
	struct ivgpu_batch_copy *copy, *next;
	struct aim *aim, *next_aim;

	list_for_each_entry_safe(aim, next_aim, &walk->aims, link)
		kfree(aim);
	if (keep) {
		list_splice_tail(&walk->copies, &walk->ctx->batches);
		return;
	}
	list_for_each_entry_safe(copy, next, &walk->copies, mem.link)
		free_copy(walk->ctx, copy);
}

/**
 * ivgpu_shadow_batches - copy and audit the batches of a stretch of the ring
 * @ctx: whose ring
 * @scan: the scan of the stretch; used again for the batches, its budget goes on.
 *	  The stretch itself is patched to start the copies of privileged batches.
 * @ring_offset: where in the ring the stretch begins
 * @why: on failure, in words
 *
 * guestmem lock held; may sleep. Bounded by the scan budget and by
 * %IVGPU_MAX_BATCH_COPIES.
 *
 * Return: 0 or -errno.
 */
int ivgpu_shadow_batches(struct ivgpu_shadow_ctx *ctx, struct ivgpu_cmd_scan *scan,
			 u32 ring_offset, struct ivgpu_refusal *why)
{
	struct walk walk = { .ctx = ctx, .scan = scan, .why = why };
	enum ivgpu_cmd_space space = scan->space;
	u32 *dw = scan->dw;
	u32 ndw = scan->ndw;
	struct ivgpu_batch_copy *copy;
	int ret;

	INIT_LIST_HEAD(&walk.copies);
	INIT_LIST_HEAD(&walk.aims);
	ret = want_batches(&walk, dw, true, ring_offset);
	/* The list grows while it is walked. */
	list_for_each_entry(copy, &walk.copies, mem.link) {
		if (ret)
			break;
		ret = fill_copy(&walk, copy);
		cond_resched();
	}
	if (!ret)
		aim_all(&walk);
	ivgpu_user_batch_flush(ctx->ve);
	end_walk(&walk, !ret);
	scan->space = space;
	scan->dw = dw;
	scan->ndw = ndw;
	return ret;
}

/**
 * ivgpu_shadow_batches_retire - give back the user batches that are finished
 * @ctx: whose; queued
 * @head: where hardware reads its ring
 *
 * A batch whose command @head has just passed may still run.
 */
void ivgpu_shadow_batches_retire(struct ivgpu_shadow_ctx *ctx, u32 head)
{
	struct ivgpu_batch_copy *copy, *next;

	list_for_each_entry_safe(copy, next, &ctx->batches, mem.link)
		if (copy->user && ivgpu_ring_compare(head, ctx->ring.scanned, copy->ring_end,
						     ctx->ring.size) == IVGPU_RING_FORWARD)
			free_copy(ctx, copy);
}

/* Give back all copies; the context has nothing left to run. */
void ivgpu_shadow_batches_free(struct ivgpu_shadow_ctx *ctx)
{
	struct ivgpu_batch_copy *copy, *next;

	list_for_each_entry_safe(copy, next, &ctx->batches, mem.link)
		free_copy(ctx, copy);
}

static void settle(struct ivgpu_shadow_ctx *ctx)
{
	if (!ctx->nr_user || ctx->busy)
		return;
	if (ctx->queued)
		ivgpu_shadow_batches_retire(ctx, ivgpu_shadow_ring_head(ctx));
	else if (!ctx->unfinished)
		ivgpu_shadow_batches_free(ctx);
}

/**
 * ivgpu_shadow_batches_settle - give back what any context has finished
 * @vx: all virtual engines of a vGPU
 *
 * What is finished binds nobody: not what is put in the same place, and not the page
 * tables on the way to it, which are about to be synchronised. Contexts that are
 * being prepared see to it themselves. guestmem lock held.
 */
void ivgpu_shadow_batches_settle(struct ivgpu_vexec *vx)
{
	struct ivgpu_shadow_ctx *ctx;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		list_for_each_entry(ctx, &vx->engines[i].contexts, link)
			settle(ctx);
}

/* Copy, audit and put in its place one workaround batch of @bytes, or up to its end. */
static int wa_copy(struct ivgpu_shadow_ctx *ctx, u32 addr, u32 bytes, bool ends, u32 *dst,
		   struct ivgpu_refusal *why)
{
	struct ivgpu_vengine *ve = ctx->ve;
	u32 *dw = kmalloc(WA_MAX_BYTES, GFP_KERNEL);
	struct ivgpu_cmd_scan *scan;
	int ret = -EPERM;

	scan = kzalloc(sizeof(*scan), GFP_KERNEL);
	if (!dw || !scan) {
		kfree(scan);
		kfree(dw);
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "out of memory");
		return -ENOMEM;
	}
	*scan = (struct ivgpu_cmd_scan){
		.engine = ve->id, .gen = ve->vx->gen, .space = IVGPU_CMD_WA_BATCH,
		.dw = dw, .ndw = bytes / 4, .policy = ve->vx->p.policy,
		.owner = ve->vx->p.owner, .budget = &ve->budget,
	};
	if (ivgpu_vengine_copy_in(ve, addr, dw, bytes)) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "workaround batch is not mapped in the GGTT");
		ret = -EFAULT;
	} else if (ivgpu_cmd_scan(scan) == (ends ? IVGPU_CMD_END : IVGPU_CMD_OK)) {
		memcpy(dst, dw, bytes);
		ve->stats.bytes_copied += bytes;
		ve->stats.replaced += scan->replaced;
		ret = 0;
	} else {
		ivgpu_refuse_command(why, scan, "workaround batch", addr, scan->offset);
	}
	kfree(scan);
	kfree(dw);
	return ret;
}

/**
 * ivgpu_shadow_wa_update - copy and audit the workaround batches of a context
 * @ctx: the context; it is not queued
 * @guest: its register page
 * @own: gets the addresses of the copies
 * @why: on failure, in words
 *
 * The indirect-context batch has a length in cache lines and no end of its own;
 * the per-context batch ends itself and may not leave its page.
 *
 * Return: 0 or -errno.
 */
int ivgpu_shadow_wa_update(struct ivgpu_shadow_ctx *ctx, const struct ivgpu_image_guest *guest,
			   struct ivgpu_image_own *own, struct ivgpu_refusal *why)
{
	u32 lines = guest->wa_indirect & IVGPU_WA_INDIRECT_LINES;
	u32 per_ctx = guest->wa_per_ctx & ~(CACHE_LINE - 1);
	struct ivgpu_own_mem *wa = &ctx->wa;
	int ret = 0;

	own->wa_offset = guest->wa_offset;
	if (!lines && !(guest->wa_per_ctx & IVGPU_WA_PER_CTX_VALID))
		return 0;
	if (!wa->nr_pages)
		ret = ivgpu_own_mem_init(ctx->ve->vx, wa, 2 * WA_MAX_BYTES);
	if (ret) {
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "no room for workaround batches");
		return ret;
	}
	if (lines) {
		ret = wa_copy(ctx, guest->wa_indirect & ~(CACHE_LINE - 1), lines * CACHE_LINE,
			      false, wa->vaddr, why);
		own->wa_indirect = lower_32_bits(wa->node.start) | lines;
	}
	if (!ret && guest->wa_per_ctx & IVGPU_WA_PER_CTX_VALID) {
		ret = wa_copy(ctx, per_ctx, WA_MAX_BYTES - (per_ctx & (WA_MAX_BYTES - 1)), true,
			      wa->vaddr + WA_MAX_BYTES, why);
		own->wa_per_ctx = (lower_32_bits(wa->node.start) + WA_MAX_BYTES) |
				  IVGPU_WA_PER_CTX_VALID;
	}
	return ret;
}
