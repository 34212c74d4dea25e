// SPDX-License-Identifier: GPL-2.0
/*
 * The set of a virtual engine's shadow contexts: found by the address of the
 * guest's image and the pages behind it, bounded in number, made and dropped.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "exec_internal.h"

static u32 image_size(const struct ivgpu_vengine *ve)
{
	return ivgpu_engine_context_size(ve->engine);
}

static struct ivgpu_shadow_ctx *find(struct ivgpu_vengine *ve, u32 lrca)
{
	struct ivgpu_shadow_ctx *ctx;

	list_for_each_entry(ctx, &ve->contexts, link)
		if (ctx->lrca == lrca)
			return ctx;
	return NULL;
}

static bool evictable(const struct ivgpu_shadow_ctx *ctx)
{
	return !ctx->queued && !ctx->busy && !ctx->unfinished;
}

static bool evict_from(struct ivgpu_vengine *ve)
{
	struct ivgpu_shadow_ctx *ctx;

	list_for_each_entry(ctx, &ve->contexts, link) {
		if (evictable(ctx)) {
			ivgpu_shadow_ctx_drop(ctx);
			return true;
		}
	}
	return false;
}

bool ivgpu_shadow_ctx_evict(struct ivgpu_vexec *vx)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		if (evict_from(&vx->engines[i]))
			return true;
	return false;
}

/* Is its address space one that is being synchronised, or that hardware may be using? */
static bool space_is_needed(const struct ivgpu_vexec *vx, const struct ivgpu_shadow_ctx *ctx)
{
	const struct ivgpu_shadow_ctx *other;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		list_for_each_entry(other, &vx->engines[i].contexts, link)
			if (other->ppgtt == ctx->ppgtt && !evictable(other))
				return true;
	return false;
}

bool ivgpu_shadow_ctx_evict_space(void *vexec)
{
	struct ivgpu_shadow_ctx *ctx, *oldest = NULL;
	struct ivgpu_vexec *vx = vexec;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		list_for_each_entry(ctx, &vx->engines[i].contexts, link)
			if (ctx->ppgtt && (!oldest || ctx->used < oldest->used) &&
			    evictable(ctx) && !space_is_needed(vx, ctx))
				oldest = ctx;
	if (!oldest)
		return false;
	ivgpu_shadow_ctx_drop(oldest);
	return true;
}

static bool has_room(struct ivgpu_vengine *ve)
{
	return ve->nr_contexts < IVGPU_MAX_CONTEXTS || evict_from(ve);
}

/* The guest frames behind a context image; false where a page is not mapped. */
static bool read_gfns(struct ivgpu_vengine *ve, u32 lrca, u64 *gfns)
{
	struct ivgpu_guest_page *gp;
	u32 i;

	for (i = 0; i < image_size(ve) / IVGPU_PAGE_SIZE; i++) {
		gp = ivgpu_vggtt_page(ve->vx->p.vggtt, lrca + i * IVGPU_PAGE_SIZE);
		if (!gp)
			return false;
		gfns[i] = gp->gfn;
	}
	return true;
}

static struct ivgpu_shadow_ctx *create(struct ivgpu_vengine *ve, u32 lrca, u64 generation,
				       const u64 *gfns, struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ctx *ctx;
	int ret;

	if (!has_room(ve)) {
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "too many unfinished contexts");
		return ERR_PTR(-ENOSPC);
	}
	ctx = kvzalloc(sizeof(*ctx), GFP_KERNEL);
	if (!ctx) {
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "out of memory");
		return ERR_PTR(-ENOMEM);
	}
	ctx->ve = ve;
	ctx->used = ++ve->vx->clock;
	ctx->lrca = lrca;
	ctx->generation = generation;
	memcpy(ctx->gfns, gfns, sizeof(ctx->gfns));
	INIT_LIST_HEAD(&ctx->batches);
	list_add_tail(&ctx->link, &ve->contexts);
	ve->nr_contexts++;
	ctx->busy = true;
	ret = ivgpu_own_mem_init(ve->vx, &ctx->image, image_size(ve));
	ctx->busy = false;
	if (ret) {
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "no room for a shadow context");
		ivgpu_shadow_ctx_drop(ctx);
		return ERR_PTR(ret);
	}
	return ctx;
}

/**
 * ivgpu_shadow_ctx_get - the shadow of the context that a descriptor names
 * @ve: the virtual engine
 * @desc: the guest's descriptor
 * @why: on failure, in words
 *
 * A shadow of other pages than those that are behind the address now is
 * dropped, unless it is queued: then the guest has pulled the memory from under
 * a running context. guestmem lock held; may sleep.
 *
 * Return: the shadow or an ERR_PTR.
 */
struct ivgpu_shadow_ctx *ivgpu_shadow_ctx_get(struct ivgpu_vengine *ve, u64 desc,
					      struct ivgpu_refusal *why)
{
	struct ivgpu_vggtt *vggtt = ve->vx->p.vggtt;
	u32 lrca = IVGPU_DESC_LRCA(desc);
	struct ivgpu_shadow_ctx *ctx = find(ve, lrca);
	u64 gfns[IVGPU_MAX_IMAGE_PAGES] = {};
	u64 generation;

	lockdep_assert_held(&ivgpu_vengine_gm(ve)->lock);
	if (ctx)
		ctx->used = ++ve->vx->clock;
	if (!ivgpu_vggtt_owns(vggtt, lrca, image_size(ve))) {
		ivgpu_refuse(why, IVGPU_REFUSED_GGTT_ADDRESS,
			     "context image lies outside the vGPU's GGTT ranges");
		return ERR_PTR(-EINVAL);
	}
	generation = ivgpu_vggtt_generation(vggtt, lrca, image_size(ve));
	if (ctx && ctx->generation == generation) {
		list_move_tail(&ctx->link, &ve->contexts);
		return ctx;
	}
	if (!read_gfns(ve, lrca, gfns)) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "context image is not mapped in the GGTT");
		return ERR_PTR(-EFAULT);
	}
	if (!ctx)
		return create(ve, lrca, generation, gfns, why);
	/* A generation covers more than these entries: have they changed? */
	if (!memcmp(ctx->gfns, gfns, sizeof(gfns))) {
		ctx->generation = generation;
		list_move_tail(&ctx->link, &ve->contexts);
		return ctx;
	}
	if (ctx->queued) {
		ivgpu_refuse(why, IVGPU_REFUSED_CHANGED,
			     "the pages of a running context were exchanged");
		return ERR_PTR(-EINVAL);
	}
	ivgpu_shadow_ctx_drop(ctx);
	return create(ve, lrca, generation, gfns, why);
}

/* Entry 0 of the image's GGTT range names the guest's own page: hardware only puts data there. */
static int attach_pphwsp(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why)
{
	struct ivgpu_vexec *vx = ctx->ve->vx;
	struct ivgpu_guest_page *gp = ivgpu_vggtt_page(vx->p.vggtt, ctx->lrca);

	if (!gp) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "page 0 of the context image is not mapped in the GGTT");
		return -EFAULT;
	}
	if (gp == ctx->pphwsp)
		return 0;
	gp = ivgpu_guestmem_get(vx->p.gm, gp->gfn);
	if (IS_ERR(gp))
		return PTR_ERR(gp);
	if (ctx->pphwsp)
		ivgpu_guestmem_put(vx->p.gm, ctx->pphwsp);
	ctx->pphwsp = gp;
	ivgpu_ggtt_set(vx->p.gpu, ctx->image.node.start >> IVGPU_PAGE_SHIFT, gp->dma);
	ivgpu_ggtt_flush(vx->p.gpu);
	return 0;
}

static void put_ppgtt(struct ivgpu_shadow_ctx *ctx)
{
	ivgpu_user_batch_detach(ctx);
	if (ctx->ppgtt)
		ivgpu_ppgtt_put(ctx->ppgtt);
	ctx->ppgtt = NULL;
}

static int attach_ppgtt(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why)
{
	struct ivgpu_vexec *vx = ctx->ve->vx;
	struct ivgpu_ppgtt *ppgtt;
	int ret;

	if (!ctx->ppgtt) {
		ppgtt = ivgpu_ppgtt_get(vx->p.ppgtts, ctx->roots, ctx->levels, ctx->ips);
		if (IS_ERR_OR_NULL(ppgtt)) {
			ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES,
				     "no room for a shadow address space");
			return ppgtt ? PTR_ERR(ppgtt) : -ENOMEM;
		}
		ctx->ppgtt = ppgtt;
	}
	ivgpu_shadow_batches_settle(vx);
	ret = ivgpu_ppgtt_sync(ctx->ppgtt);
	if (ret && ret != -EAGAIN)
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
			     "page table root names memory that is not the guest's");
	return ret ?: ivgpu_user_batch_attach(ctx, why);
}

/**
 * ivgpu_shadow_ctx_attach - tie a shadow context to guest memory
 * @ctx: the context; @ctx->roots, levels and ips are set
 * @why: on failure, in words
 *
 * guestmem lock held; may sleep.
 *
 * Return: 0, -EAGAIN when pages are wanted, or another error.
 */
int ivgpu_shadow_ctx_attach(struct ivgpu_shadow_ctx *ctx, struct ivgpu_refusal *why)
{
	int ret = attach_pphwsp(ctx, why);

	return ret ?: attach_ppgtt(ctx, why);
}

/**
 * ivgpu_shadow_ctx_detach - let go of guest memory, keep what is in flight
 * @ctx: the context; off the hardware
 */
void ivgpu_shadow_ctx_detach(struct ivgpu_shadow_ctx *ctx)
{
	struct ivgpu_vexec *vx = ctx->ve->vx;

	put_ppgtt(ctx);
	if (!ctx->pphwsp)
		return;
	ivgpu_ggtt_set(vx->p.gpu, ctx->image.node.start >> IVGPU_PAGE_SHIFT, ctx->image.dma[0]);
	ivgpu_ggtt_flush(vx->p.gpu);
	ivgpu_guestmem_put(vx->p.gm, ctx->pphwsp);
	ctx->pphwsp = NULL;
}

/**
 * ivgpu_shadow_ctx_drop - forget a shadow context
 * @ctx: the context; off the hardware. Freed.
 */
void ivgpu_shadow_ctx_drop(struct ivgpu_shadow_ctx *ctx)
{
	struct ivgpu_vengine *ve = ctx->ve;

	ivgpu_shadow_batches_free(ctx);
	ivgpu_shadow_ctx_detach(ctx);
	ivgpu_own_mem_fini(ve->vx, &ctx->wa);
	ivgpu_shadow_ring_fini(ctx);
	ivgpu_own_mem_fini(ve->vx, &ctx->image);
	list_del(&ctx->link);
	ve->nr_contexts--;
	kvfree(ctx);
}
