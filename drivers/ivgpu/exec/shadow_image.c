// SPDX-License-Identifier: GPL-2.0
/*
 * Context images: copied in and audited when a context is submitted, copied out
 * when the guest is told that its context left the engine.
 */
#include <linux/highmem.h>

#include "exec_internal.h"

static u32 image_pages(const struct ivgpu_vengine *ve)
{
	return ivgpu_engine_context_size(ve->engine) / IVGPU_PAGE_SIZE;
}

static u32 *shadow_page(struct ivgpu_shadow_ctx *ctx, u32 page)
{
	return ctx->image.vaddr + page * IVGPU_PAGE_SIZE;
}

static const u32 *golden_page(struct ivgpu_vengine *ve, u32 page)
{
	return ivgpu_engine_golden_image(ve->engine) + page * IVGPU_PAGE_SIZE;
}

static bool page_differs(struct ivgpu_shadow_ctx *ctx, u32 page)
{
	struct ivgpu_guest_page *gp;
	void *vaddr;
	bool differs;

	gp = ivgpu_vggtt_page(ctx->ve->vx->p.vggtt, ctx->lrca + page * IVGPU_PAGE_SIZE);
	if (!gp)
		return true;
	vaddr = kmap_local_page(gp->page);
	differs = memcmp(vaddr, shadow_page(ctx, page), IVGPU_PAGE_SIZE);
	kunmap_local(vaddr);
	return differs;
}

/* Has the guest changed what follows the ring context since we copied it out? @regs: its page 1. */
static bool state_differs(struct ivgpu_shadow_ctx *ctx, const u32 *regs)
{
	struct ivgpu_vengine *ve = ctx->ve;
	u32 own = ivgpu_image_own_dwords(ve->vx->gen);
	u32 page;

	if (!ctx->valid || memcmp(regs + own, shadow_page(ctx, 1) + own,
				  (IVGPU_IMAGE_PAGE_DWORDS - own) * sizeof(u32)))
		return true;
	for (page = 2; page < image_pages(ve); page++)
		if (page_differs(ctx, page))
			return true;
	return false;
}

/* The first restore of a context that the guest wants not restored: what hardware itself saved. */
static void take_golden(struct ivgpu_shadow_ctx *ctx)
{
	struct ivgpu_vengine *ve = ctx->ve;

	memcpy(shadow_page(ctx, 2), golden_page(ve, 2),
	       (image_pages(ve) - 2) * IVGPU_PAGE_SIZE);
	ctx->valid = true;
}

/* @regs: staging, the guest's page 1 with room for the pages behind it. */
static int take_state(struct ivgpu_shadow_ctx *ctx, u32 *regs, struct ivgpu_refusal *why)
{
	struct ivgpu_vengine *ve = ctx->ve;
	u32 own = ivgpu_image_own_dwords(ve->vx->gen);
	u32 rest = (image_pages(ve) - 2) * IVGPU_PAGE_SIZE;
	u32 *more = regs + IVGPU_IMAGE_PAGE_DWORDS;
	u32 bad = 0;

	if (rest && ivgpu_vengine_copy_in(ve, ctx->lrca + 2 * IVGPU_PAGE_SIZE, more, rest)) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "context image is not mapped in the GGTT");
		return -EFAULT;
	}
	if (ivgpu_cmd_audit_image(ve->id, ve->vx->gen, golden_page(ve, 1) + own, regs + own,
				  IVGPU_IMAGE_PAGE_DWORDS - own + rest / 4, &bad)) {
		*why = (struct ivgpu_refusal){
			.reason = IVGPU_REFUSED_IMAGE,
			.why = "not what hardware saves there",
			.command = "a dword",
			.where = "context image",
			.addr = ctx->lrca,
			.offset = IVGPU_PAGE_SIZE + 4 * (bad + own),
			.detail = regs[own + bad],
		};
		return -EPERM;
	}
	memcpy(shadow_page(ctx, 2), more, rest);
	ctx->valid = true;
	return 0;
}

/* Levels of the page tables that a descriptor asks for; 0: not such as there are. */
static unsigned int desc_levels(u64 desc)
{
	switch (IVGPU_DESC_MODE(desc)) {
	case IVGPU_DESC_MODE_64B:
		return 4;
	case IVGPU_DESC_MODE_32B:
		return 3;
	default:
		return 0;
	}
}

static int address_space(struct ivgpu_shadow_ctx *ctx, u64 desc,
			 const struct ivgpu_image_guest *guest, struct ivgpu_refusal *why)
{
	struct ivgpu_vexec *vx = ctx->ve->vx;
	bool ips = vx->p.ops->ips(vx->p.owner);
	unsigned int levels = desc_levels(desc);
	u64 roots[4] = {};

	if (!levels) {
		ivgpu_refuse(why, IVGPU_REFUSED_DESCRIPTOR,
			     "addressing mode of the descriptor is not supported");
		return -EINVAL;
	}
	memcpy(roots, guest->roots, levels == 4 ? sizeof(roots[0]) : sizeof(roots));
	if (levels != ctx->levels || ips != ctx->ips || memcmp(roots, ctx->roots, sizeof(roots))) {
		/* Another address space: what was in flight in the old one is void. */
		ctx->unfinished = false;
		ctx->was_shown = false;
		ivgpu_shadow_batches_free(ctx);
		ivgpu_shadow_ctx_detach(ctx);
	}
	ctx->levels = levels;
	ctx->ips = ips;
	memcpy(ctx->roots, roots, sizeof(roots));
	return ivgpu_shadow_ctx_attach(ctx, why);
}

static void own_roots(struct ivgpu_shadow_ctx *ctx, u64 roots[4])
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		roots[i] = ctx->levels == 4 && i ? 0 : ivgpu_ppgtt_root(ctx->ppgtt, i);
}

/* Everything but the ring's contents. @regs: the guest's page 1 in staging. */
static int build(struct ivgpu_shadow_ctx *ctx, u32 *regs, const struct ivgpu_image_guest *guest,
		 bool resume, struct ivgpu_refusal *why)
{
	struct ivgpu_vengine *ve = ctx->ve;
	struct ivgpu_image_own own = {};
	int ret = 0;

	if (guest->inhibit)
		take_golden(ctx);
	else if (state_differs(ctx, regs))
		ret = take_state(ctx, regs, why);
	if (!ret)
		ret = ivgpu_shadow_ring_setup(ctx, guest, why);
	if (!ret)
		ret = ivgpu_shadow_wa_update(ctx, guest, &own, why);
	if (ret)
		return ret;
	own.start = lower_32_bits(ctx->ring.mem.node.start);
	own.ctl = (ctx->ring.size - IVGPU_PAGE_SIZE) | IVGPU_RING_CTL_VALID;
	own_roots(ctx, own.roots);
	ivgpu_image_build(ve->id, ve->vx->gen, golden_page(ve, 1), regs, guest, &own, resume,
			  shadow_page(ctx, 1));
	ve->stats.bytes_copied += IVGPU_PAGE_SIZE;
	ctx->guest = *guest;
	return 0;
}

/* A context that no virtual execlist names now. */
static int prepare_anew(struct ivgpu_shadow_ctx *ctx, u64 desc, u32 *tail,
			struct ivgpu_refusal *why)
{
	struct ivgpu_vengine *ve = ctx->ve;
	struct ivgpu_image_guest guest;
	bool resume, whole;
	const char *wrong;
	u32 *regs;
	int ret;

	regs = ivgpu_vengine_staging(ve, (image_pages(ve) - 1) * IVGPU_PAGE_SIZE);
	if (!regs) {
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "out of memory");
		return -ENOMEM;
	}
	if (ivgpu_vengine_copy_in(ve, ctx->lrca + IVGPU_PAGE_SIZE, regs, IVGPU_PAGE_SIZE)) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "context image is not mapped in the GGTT");
		return -EFAULT;
	}
	ret = ivgpu_image_parse(ve->id, ve->vx->gen, golden_page(ve, 1), regs, &guest, &wrong);
	if (ret) {
		ivgpu_refuse(why, IVGPU_REFUSED_IMAGE, wrong);
		return ret;
	}
	resume = ctx->was_shown && ivgpu_image_resumes(&guest, ctx->shown);
	if (!resume)
		ctx->unfinished = false;
	/* before the page tables are synchronised: copies hold the tables on the way to them */
	if (!ctx->unfinished)
		ivgpu_shadow_batches_free(ctx);
	ret = address_space(ctx, desc, &guest, why);
	if (ret)
		return ret;
	resume &= ctx->was_shown;
	whole = !resume || desc & IVGPU_DESC_FORCE_RESTORE;
	/* What was scanned but has not run may name copies that are no more. */
	if (!ctx->unfinished)
		whole |= guest.head != ctx->ring.scanned;
	ret = build(ctx, regs, &guest, resume, why);
	if (ret)
		return ret;
	*tail = guest.tail;
	return ivgpu_shadow_ring_update(ctx, guest.head, tail, whole, why);
}

/* A context that is queued, perhaps running: only its ring may go on. */
static int prepare_queued(struct ivgpu_shadow_ctx *ctx, u64 desc, u32 *tail,
			  struct ivgpu_refusal *why)
{
	struct ivgpu_vengine *ve = ctx->ve;
	u32 regs[IVGPU_IMAGE_CTL + 1];
	int ret;

	if (desc_levels(desc) != ctx->levels) {
		ivgpu_refuse(why, IVGPU_REFUSED_CHANGED,
			     "the addressing mode of a running context was exchanged");
		return -EINVAL;
	}
	if (ivgpu_vengine_copy_in(ve, ctx->lrca + IVGPU_PAGE_SIZE, regs, sizeof(regs))) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "context image is not mapped in the GGTT");
		return -EFAULT;
	}
	if (regs[IVGPU_IMAGE_START] != ctx->guest.start ||
	    regs[IVGPU_IMAGE_CTL] != ctx->guest.ctl) {
		ivgpu_refuse(why, IVGPU_REFUSED_CHANGED,
			     "the ring of a running context was exchanged");
		return -EINVAL;
	}
	*tail = regs[IVGPU_IMAGE_TAIL];
	if (*tail & ~IVGPU_RING_TAIL_MASK || *tail >= ctx->ring.size) {
		ivgpu_refuse(why, IVGPU_REFUSED_IMAGE, "ring tail lies outside the ring");
		return -EINVAL;
	}
	if (ctx->nr_user)
		ivgpu_shadow_batches_retire(ctx, ivgpu_shadow_ring_head(ctx));
	ret = ivgpu_shadow_ctx_attach(ctx, why);
	return ret ?: ivgpu_shadow_ring_update(ctx, 0, tail, false, why);
}

/**
 * ivgpu_shadow_ctx_prepare - make a shadow context ready for a submission
 * @ctx: the context
 * @desc: the guest's descriptor
 * @tail: set to the ring tail to run to
 * @why: on failure, in words
 *
 * guestmem lock held; may sleep. Done twice it does no harm, so that it can be
 * started again when pages are wanted.
 *
 * Return: 0, -EAGAIN when pages are wanted, or the error for which the
 * submission is refused.
 */
int ivgpu_shadow_ctx_prepare(struct ivgpu_shadow_ctx *ctx, u64 desc, u32 *tail,
			     struct ivgpu_refusal *why)
{
	int ret;

	lockdep_assert_held(&ivgpu_vengine_gm(ctx->ve)->lock);
	ctx->busy = true;
	if (ctx->queued)
		ret = prepare_queued(ctx, desc, tail, why);
	else
		ret = prepare_anew(ctx, desc, tail, why);
	ctx->busy = false;
	return ret;
}

/**
 * ivgpu_shadow_ctx_reattach - tie a context in flight to guest memory again
 * @ctx: the context, detached before; its image stays as hardware saved it
 * @why: on failure, in words
 *
 * guestmem lock held; may sleep.
 *
 * Return: 0, -EAGAIN when pages are wanted, or another error.
 */
int ivgpu_shadow_ctx_reattach(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why)
{
	u64 roots[4];
	int ret = ivgpu_shadow_ctx_attach(ctx, why);

	if (ret)
		return ret;
	own_roots(ctx, roots);
	ivgpu_image_set_roots(shadow_page(ctx, 1), roots);
	return 0;
}

static void write_out(struct ivgpu_shadow_ctx *ctx, u32 page, const void *from, u32 first, u32 end)
{
	struct ivgpu_vengine *ve = ctx->ve;
	struct ivgpu_guest_page *gp;

	gp = ivgpu_vggtt_page(ve->vx->p.vggtt, ctx->lrca + page * IVGPU_PAGE_SIZE);
	if (!gp) {
		ve->stats.image_dropped++;
		return;
	}
	ivgpu_guest_page_write(gp, first, from + first, end - first);
	ve->stats.bytes_copied += end - first;
}

/**
 * ivgpu_shadow_ctx_show - copy a saved image to where the guest has it
 * @ctx: the context
 *
 * Done before the guest is told that the context left the engine. Pages that
 * the guest has unmapped meanwhile are skipped and counted. guestmem lock held.
 */
void ivgpu_shadow_ctx_show(struct ivgpu_shadow_ctx *ctx)
{
	struct ivgpu_vengine *ve = ctx->ve;
	u32 page;

	lockdep_assert_held(&ivgpu_vengine_gm(ve)->lock);
	if (!ctx->unshown)
		return;
	ctx->unshown = false;
	ivgpu_image_show(ve->id, ve->vx->gen, &ctx->guest, shadow_page(ctx, 1), ctx->shown);
	ctx->was_shown = true;
	ctx->seen_head = ctx->shown[IVGPU_IMAGE_HEAD] & IVGPU_RING_HEAD_MASK;
	ctx->head_stale = false;
	/* Hardware does not save the tail: the guest may be writing it for its next submission. */
	write_out(ctx, 1, ctx->shown, 0, IVGPU_IMAGE_TAIL * sizeof(u32));
	write_out(ctx, 1, ctx->shown, (IVGPU_IMAGE_TAIL + 1) * sizeof(u32), IVGPU_PAGE_SIZE);
	for (page = 2; page < image_pages(ve); page++)
		write_out(ctx, page, shadow_page(ctx, page), 0, IVGPU_PAGE_SIZE);
}
