// SPDX-License-Identifier: GPL-2.0
/*
 * Non-privileged batches that are not run as the guest wrote them. Gen9 hardware
 * does not hold the blitter's to the register whitelist (i915 i915_cmd_parser.c),
 * and an administrator may not want to rely on the other engines' checks. Each is
 * copied and audited like a privileged one; but it runs where it is: pages of
 * copies are laid over the guest's, read-only, in the shadow address space.
 *
 * A page is shared by all batches in it that are not finished. What such a
 * batch was audited with stays as it is until it is finished: each dword of a page
 * knows how many unfinished batches have it, so the work for a batch does not
 * depend on how many others there are.
 */
#include <linux/slab.h>

#include "exec_internal.h"

#define PAGE_DWORDS	(IVGPU_PAGE_SIZE / 4)

/**
 * struct ivgpu_user_page - a page laid over a guest's
 * @next: at the same address, in another address space of this guest
 * @dead: in ivgpu_vengine.dead_pages
 * @roots: of the address space
 * @levels: of the address space
 * @ips: of the address space
 * @ppgtt: the shadow in which it lies over the guest's page; NULL: in none now
 * @addr: where
 * @mem: the page
 * @users: stretches of batches in it
 * @claims: for each dword, how many of them have it
 */
struct ivgpu_user_page {
	struct ivgpu_user_page *next;
	struct list_head dead;
	u64 roots[4];
	unsigned int levels;
	bool ips;
	struct ivgpu_ppgtt *ppgtt;
	u64 addr;
	struct ivgpu_own_mem mem;
	unsigned int users;
	u16 claims[PAGE_DWORDS];
};

static_assert(IVGPU_MAX_BATCH_COPIES * IVGPU_MAX_CONTEXTS <= U16_MAX);

static u64 page_of(u64 addr)
{
	return addr & ~(u64)(IVGPU_PAGE_SIZE - 1);
}

/* The same roots, read in another way, are another address space with a shadow of its own. */
static bool is_in_space(const struct ivgpu_user_page *page, const struct ivgpu_shadow_ctx *ctx)
{
	return page->levels == ctx->levels && page->ips == ctx->ips &&
	       !memcmp(page->roots, ctx->roots, sizeof(ctx->roots));
}

/* At one address there are no more pages than unfinished contexts. */
static struct ivgpu_user_page *find(struct ivgpu_shadow_ctx *ctx, u64 addr)
{
	struct ivgpu_user_page *page = xa_load(&ctx->ve->user_pages, addr >> IVGPU_PAGE_SHIFT);

	while (page && !is_in_space(page, ctx))
		page = page->next;
	return page;
}

static int enter(struct ivgpu_vengine *ve, struct ivgpu_user_page *page)
{
	unsigned long index = page->addr >> IVGPU_PAGE_SHIFT;

	page->next = xa_load(&ve->user_pages, index);
	return xa_err(xa_store(&ve->user_pages, index, page, GFP_KERNEL));
}

static void leave(struct ivgpu_vengine *ve, struct ivgpu_user_page *page)
{
	unsigned long index = page->addr >> IVGPU_PAGE_SHIFT;
	struct ivgpu_user_page *at = xa_load(&ve->user_pages, index);

	if (at != page) {
		while (at->next != page)
			at = at->next;
		at->next = page->next;
	} else if (page->next) {
		/* in the place of another: needs no memory */
		xa_store(&ve->user_pages, index, page->next, GFP_KERNEL);
	} else {
		xa_erase(&ve->user_pages, index);
	}
}

/* What the GPU may still read by an old translation is freed only after this. */
static void forget_translations(struct ivgpu_vengine *ve)
{
	struct ivgpu_user_page *page, *next;

	ivgpu_gpu_invalidate_tlbs(ve->vx->p.gpu);
	list_for_each_entry_safe(page, next, &ve->dead_pages, dead) {
		list_del(&page->dead);
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
	leave(ve, page);
	list_add(&page->dead, &ve->dead_pages);
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
static struct ivgpu_user_page *lay_over(struct ivgpu_shadow_ctx *ctx, u64 addr,
					struct ivgpu_refusal *why)
{
	struct ivgpu_guest_page *gp = ivgpu_ppgtt_page(ctx->ppgtt, addr);
	struct ivgpu_user_page *page;

	if (!gp) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "a batch is not mapped in its address space");
		return NULL;
	}
	ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "no room for the copy of a batch");
	page = kzalloc(sizeof(*page), GFP_KERNEL);
	if (!page)
		return NULL;
	if (get_memory(ctx->ve, &page->mem))
		goto free_page;
	page->addr = page_of(addr);
	memcpy(page->roots, ctx->roots, sizeof(page->roots));
	page->levels = ctx->levels;
	page->ips = ctx->ips;
	ivgpu_guest_page_read(gp, 0, page->mem.vaddr, IVGPU_PAGE_SIZE);
	if (enter(ctx->ve, page))
		goto free_mem;
	if (ivgpu_ppgtt_overlay(ctx->ppgtt, page->addr, page->mem.dma[0])) {
		leave(ctx->ve, page);
		goto free_mem;
	}
	page->ppgtt = ctx->ppgtt;
	return page;
free_mem:
	ivgpu_own_mem_fini(ctx->ve->vx, &page->mem);
free_page:
	kfree(page);
	return NULL;
}

/* Bytes from @addr on that lie in one page. */
static u32 in_page(u64 addr, u32 bytes)
{
	return min_t(u64, bytes, page_of(addr) + IVGPU_PAGE_SIZE - addr);
}

/* Would @from change what an unfinished batch was audited with? */
static bool disturbs(const struct ivgpu_user_page *page, u64 addr, const u32 *from, u32 bytes)
{
	u32 i, first = (addr - page->addr) / 4;
	const u32 *has = page->mem.vaddr;

	for (i = 0; i < bytes / 4; i++)
		if (page->claims[first + i] && has[first + i] != from[i])
			return true;
	return false;
}

static void claim(struct ivgpu_user_page *page, u64 addr, u32 bytes, int by)
{
	u32 i, first = (addr - page->addr) / 4;

	for (i = 0; i < bytes / 4; i++)
		page->claims[first + i] += by;
}

/**
 * ivgpu_user_batch_place - put an audited batch where the guest has it
 * @ctx: whose batch
 * @copy: the batch; @copy->size is set as far as it has been placed
 * @dw: the audited commands
 * @bytes: how many; a multiple of four, as the address is
 * @why: on failure, filled in
 *
 * guestmem lock held; may sleep. The TLBs are to be invalidated before the
 * batch runs (ivgpu_user_batch_flush()). Takes time in proportion to @bytes.
 *
 * Return: 0 or -errno.
 */
int ivgpu_user_batch_place(struct ivgpu_shadow_ctx *ctx, struct ivgpu_batch_copy *copy,
			   const u32 *dw, u32 bytes, struct ivgpu_refusal *why)
{
	struct ivgpu_user_page *page;
	u64 addr = copy->addr;
	u32 n;

	for (; bytes; addr += n, dw += n / 4, bytes -= n) {
		n = in_page(addr, bytes);
		page = find(ctx, addr);
		if (!page) {
			page = lay_over(ctx, addr, why);
			ctx->ve->tlb_stale = true;
		}
		if (!page)
			return -EFAULT;
		if (disturbs(page, addr, dw, n)) {
			ivgpu_refuse(why, IVGPU_REFUSED_CHANGED,
				     "a batch was written anew while it runs");
			return -EBUSY;
		}
		page->users++;
		claim(page, addr, n, 1);
		memcpy(page->mem.vaddr + (addr - page->addr), dw, n);
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
		if (!page)
			continue;
		claim(page, addr, n, -1);
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
	struct ivgpu_user_page *first, *page;
	unsigned long index;

	/* Who else uses it may be running. */
	list_for_each_entry(other, &ctx->ve->contexts, link)
		if (other != ctx && other->ppgtt == ctx->ppgtt)
			return;
	xa_for_each(&ctx->ve->user_pages, index, first) {
		for (page = first; page; page = page->next) {
			if (!page->ppgtt || page->ppgtt != ctx->ppgtt)
				continue;
			ivgpu_ppgtt_overlay(page->ppgtt, page->addr, 0);
			page->ppgtt = NULL;
			ctx->ve->tlb_stale = true;
		}
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
int ivgpu_user_batch_attach(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why)
{
	struct ivgpu_user_page *page;
	unsigned long index;

	xa_for_each(&ctx->ve->user_pages, index, page) {
		/* the one of this address space, if there is one */
		page = find(ctx, (u64)index << IVGPU_PAGE_SHIFT);
		if (!page || page->ppgtt)
			continue;
		if (ivgpu_ppgtt_overlay(ctx->ppgtt, page->addr, page->mem.dma[0])) {
			ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES,
				     "the copy of a batch could not be put in its place again");
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
	xa_destroy(&ve->user_pages);
}
