// SPDX-License-Identifier: GPL-2.0
/*
 * Batches that the blitter executes without privilege. Gen9 hardware does not
 * hold them to the register whitelist (i915 i915_cmd_parser.c), so each is
 * copied and audited like a privileged one; but it runs where it is: pages of
 * copies are laid over the guest's, read-only, in the shadow address space.
 *
 * A page is shared by all batches in it that are not finished. What such a
 * batch was audited with stays as it is until it is finished.
 */
#include <linux/slab.h>

#include "exec_internal.h"

/**
 * struct ivgpu_user_page - a page laid over a guest's
 * @link: in ivgpu_vengine.user_pages or .dead_pages
 * @roots: of the address space
 * @ppgtt: the shadow in which it lies over the guest's page; NULL: in none now
 * @addr: where
 * @mem: the page
 * @users: batches that have commands in it
 */
struct ivgpu_user_page {
	struct list_head link;
	u64 roots[4];
	struct ivgpu_ppgtt *ppgtt;
	u64 addr;
	struct ivgpu_own_mem mem;
	unsigned int users;
};

static u64 page_of(u64 addr)
{
	return addr & ~(u64)(IVGPU_PAGE_SIZE - 1);
}

static struct ivgpu_user_page *find(struct ivgpu_shadow_ctx *ctx, u64 addr)
{
	struct ivgpu_user_page *page;

	list_for_each_entry(page, &ctx->ve->user_pages, link)
		if (page->addr == page_of(addr) &&
		    !memcmp(page->roots, ctx->roots, sizeof(ctx->roots)))
			return page;
	return NULL;
}

/* What the GPU may still read by an old translation is freed only after this. */
static void forget_translations(struct ivgpu_vengine *ve)
{
	struct ivgpu_user_page *page, *next;

	ivgpu_gpu_invalidate_tlbs(ve->vx->p.gpu);
	list_for_each_entry_safe(page, next, &ve->dead_pages, link) {
		list_del(&page->link);
		ivgpu_own_mem_fini(ve->vx, &page->mem);
		kfree(page);
	}
}

static void put_page_over(struct ivgpu_vengine *ve, struct ivgpu_user_page *page)
{
	if (--page->users)
		return;
	if (page->ppgtt)
		ivgpu_ppgtt_overlay(page->ppgtt, page->addr, 0);
	page->ppgtt = NULL;
	list_move(&page->link, &ve->dead_pages);
}

static int get_memory(struct ivgpu_vengine *ve, struct ivgpu_own_mem *mem)
{
	int ret = ivgpu_own_mem_init(ve->vx, mem, IVGPU_PAGE_SIZE);

	if (ret != -ENOSPC || list_empty(&ve->dead_pages))
		return ret;
	forget_translations(ve);
	return ivgpu_own_mem_init(ve->vx, mem, IVGPU_PAGE_SIZE);
}

/* A new page over the guest's, with the guest's contents. */
static struct ivgpu_user_page *lay_over(struct ivgpu_shadow_ctx *ctx, u64 addr, const char **why)
{
	struct ivgpu_guest_page *gp = ivgpu_ppgtt_page(ctx->ppgtt, addr);
	struct ivgpu_user_page *page;

	if (!gp) {
		*why = "a batch is not mapped in its address space";
		return NULL;
	}
	page = kzalloc(sizeof(*page), GFP_KERNEL);
	if (!page || get_memory(ctx->ve, &page->mem)) {
		*why = "no room for the copy of a batch";
		kfree(page);
		return NULL;
	}
	page->addr = page_of(addr);
	memcpy(page->roots, ctx->roots, sizeof(page->roots));
	ivgpu_guest_page_read(gp, 0, page->mem.vaddr, IVGPU_PAGE_SIZE);
	if (ivgpu_ppgtt_overlay(ctx->ppgtt, page->addr, page->mem.dma[0])) {
		*why = "the copy of a batch could not be put in its place";
		ivgpu_own_mem_fini(ctx->ve->vx, &page->mem);
		kfree(page);
		return NULL;
	}
	page->ppgtt = ctx->ppgtt;
	list_add(&page->link, &ctx->ve->user_pages);
	return page;
}

/* Bytes from @addr on that lie in one page. */
static u32 in_page(u64 addr, u32 bytes)
{
	return min_t(u64, bytes, page_of(addr) + IVGPU_PAGE_SIZE - addr);
}

static bool same_bytes(struct ivgpu_shadow_ctx *ctx, u64 addr, const u8 *want, u32 bytes)
{
	struct ivgpu_user_page *page;
	u32 n;

	for (; bytes; addr += n, want += n, bytes -= n) {
		n = in_page(addr, bytes);
		page = find(ctx, addr);
		if (!page || memcmp(page->mem.vaddr + (addr - page->addr), want, n))
			return false;
	}
	return true;
}

/* Would @dw change what a batch of @batches was audited with? */
static bool disturbs(struct ivgpu_shadow_ctx *ctx, const struct list_head *batches, u64 addr,
		     const u32 *dw, u32 bytes)
{
	struct ivgpu_batch_copy *copy;
	u64 first, end;

	list_for_each_entry(copy, batches, mem.link) {
		first = max(copy->addr, addr);
		end = min(copy->addr + copy->size, addr + bytes);
		if (copy->user && first < end &&
		    !same_bytes(ctx, first, (const u8 *)dw + (first - addr), end - first))
			return true;
	}
	return false;
}

/* The same for all unfinished batches of this address space. */
static bool disturbs_any(struct ivgpu_shadow_ctx *ctx, u64 addr, const u32 *dw, u32 bytes)
{
	struct ivgpu_shadow_ctx *other;

	list_for_each_entry(other, &ctx->ve->contexts, link)
		if ((other == ctx || other->queued || other->unfinished) &&
		    !memcmp(other->roots, ctx->roots, sizeof(ctx->roots)) &&
		    disturbs(ctx, &other->batches, addr, dw, bytes))
			return true;
	return false;
}

/**
 * ivgpu_user_batch_place - put an audited batch where the guest has it
 * @ctx: whose batch
 * @copy: the batch; @copy->size is set as far as it has been placed
 * @fresh: batches of the same submission that are not in @ctx->batches yet
 * @dw: the audited commands
 * @bytes: how many
 * @why: on failure, in words
 *
 * guestmem lock held; may sleep. The TLBs are to be invalidated before the
 * batch runs (ivgpu_user_batch_flush()).
 *
 * Return: 0 or -errno.
 */
int ivgpu_user_batch_place(struct ivgpu_shadow_ctx *ctx, struct ivgpu_batch_copy *copy,
			   const struct list_head *fresh, const u32 *dw, u32 bytes,
			   const char **why)
{
	struct ivgpu_user_page *page;
	const u8 *from = (const u8 *)dw;
	u64 addr = copy->addr;
	u32 n;

	if (disturbs(ctx, fresh, addr, dw, bytes) || disturbs_any(ctx, addr, dw, bytes)) {
		*why = "a batch was written anew while it runs";
		return -EBUSY;
	}
	for (; bytes; addr += n, from += n, bytes -= n) {
		n = in_page(addr, bytes);
		page = find(ctx, addr);
		if (!page) {
			page = lay_over(ctx, addr, why);
			ctx->ve->tlb_stale = true;
		}
		if (!page)
			return -EFAULT;
		page->users++;
		memcpy(page->mem.vaddr + (addr - page->addr), from, n);
		copy->size += n;
	}
	return 0;
}

/**
 * ivgpu_user_batch_flush - what was placed is what the GPU reads from now on
 * @ve: the virtual engine
 */
void ivgpu_user_batch_flush(struct ivgpu_vengine *ve)
{
	if (!ve->tlb_stale)
		return;
	ve->tlb_stale = false;
	forget_translations(ve);
}

/**
 * ivgpu_user_batch_remove - a batch is finished
 * @ctx: whose batch
 * @copy: the batch
 *
 * Its pages stay allocated until the TLBs have been invalidated.
 */
void ivgpu_user_batch_remove(struct ivgpu_shadow_ctx *ctx, struct ivgpu_batch_copy *copy)
{
	struct ivgpu_user_page *page;
	u64 addr = copy->addr;
	u32 n;

	for (; copy->size; addr += n, copy->size -= n) {
		n = in_page(addr, copy->size);
		page = find(ctx, addr);
		if (page)
			put_page_over(ctx->ve, page);
	}
}

/**
 * ivgpu_user_batch_detach - the context's address space goes away
 * @ctx: the context; off the hardware
 */
void ivgpu_user_batch_detach(struct ivgpu_shadow_ctx *ctx)
{
	const struct ivgpu_shadow_ctx *other;
	struct ivgpu_user_page *page;

	/* Who else uses it may be running. */
	list_for_each_entry(other, &ctx->ve->contexts, link)
		if (other != ctx && other->ppgtt == ctx->ppgtt)
			return;
	list_for_each_entry(page, &ctx->ve->user_pages, link) {
		if (!page->ppgtt || page->ppgtt != ctx->ppgtt)
			continue;
		ivgpu_ppgtt_overlay(page->ppgtt, page->addr, 0);
		page->ppgtt = NULL;
		ctx->ve->tlb_stale = true;
	}
}

/**
 * ivgpu_user_batch_attach - the context has an address space again
 * @ctx: the context, its address space synchronised
 * @why: on failure, in words
 *
 * What was in flight is laid over the guest's pages anew.
 *
 * Return: 0 or -errno.
 */
int ivgpu_user_batch_attach(struct ivgpu_shadow_ctx *ctx, const char **why)
{
	struct ivgpu_user_page *page;

	list_for_each_entry(page, &ctx->ve->user_pages, link) {
		if (page->ppgtt || memcmp(page->roots, ctx->roots, sizeof(ctx->roots)))
			continue;
		if (ivgpu_ppgtt_overlay(ctx->ppgtt, page->addr, page->mem.dma[0])) {
			*why = "the copy of a batch could not be put in its place again";
			return -EFAULT;
		}
		page->ppgtt = ctx->ppgtt;
		ctx->ve->tlb_stale = true;
	}
	return 0;
}

/* All pages; the virtual engine goes. Off the hardware. */
void ivgpu_user_batch_fini(struct ivgpu_vengine *ve)
{
	if (!list_empty(&ve->dead_pages))
		forget_translations(ve);
}
