// SPDX-License-Identifier: GPL-2.0
/*
 * From an ELSP write to a list of prepared shadow contexts.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "../ivgpu_trace.h"
#include "exec_internal.h"

/* Each round pins pages that the last one missed; a guest has not more than so many. */
#define MAX_ROUNDS	8192

/**
 * ivgpu_vengine_copy_in - copy guest memory by GGTT address
 * @ve: whose
 * @addr: where
 * @buf: where to
 * @len: how much
 *
 * guestmem lock held.
 *
 * Return: 0, or -EFAULT when a page is not mapped.
 */
int ivgpu_vengine_copy_in(struct ivgpu_vengine *ve, u64 addr, void *buf, u32 len)
{
	ve->stats.bytes_copied += len;
	while (len) {
		u32 offset = addr & (IVGPU_PAGE_SIZE - 1);
		u32 n = min(len, IVGPU_PAGE_SIZE - offset);
		struct ivgpu_guest_page *gp = ivgpu_vggtt_page(ve->vx->p.vggtt, addr);

		if (!gp)
			return -EFAULT;
		ivgpu_guest_page_read(gp, offset, buf, n);
		addr += n;
		buf += n;
		len -= n;
	}
	return 0;
}

/**
 * ivgpu_vengine_staging - a buffer that guest memory is copied to before it is judged
 * @ve: whose; one user at a time, under the guestmem lock
 * @size: bytes
 *
 * Return: the buffer, contents undefined, or NULL.
 */
u32 *ivgpu_vengine_staging(struct ivgpu_vengine *ve, u32 size)
{
	lockdep_assert_held(&ivgpu_vengine_gm(ve)->lock);
	if (size <= ve->staging_size)
		return ve->staging;
	kvfree(ve->staging);
	ve->staging_size = 0;
	ve->staging = kvmalloc(size, GFP_KERNEL);
	if (ve->staging)
		ve->staging_size = size;
	return ve->staging;
}

static int prepare_element(struct ivgpu_vengine *ve, struct ivgpu_vlist *list, unsigned int i,
			   struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ctx *ctx;

	ctx = ivgpu_shadow_ctx_get(ve, list->desc[i], why);
	if (IS_ERR(ctx))
		return PTR_ERR(ctx);
	list->cookie[i] = ctx;
	return ivgpu_shadow_ctx_prepare(ctx, list->desc[i], &list->tail[i], why);
}

/* One round; guestmem lock held. */
static int prepare(struct ivgpu_vengine *ve, struct ivgpu_vlist *list, struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ctx *first;
	int ret;

	ret = ivgpu_vggtt_sync(ve->vx->p.vggtt);
	if (!ret)
		ret = prepare_element(ve, list, 0, why);
	if (ret || list->nr == 1)
		return ret;
	/* Making the second must not throw out the first. */
	first = list->cookie[0];
	first->busy = true;
	ret = prepare_element(ve, list, 1, why);
	first->busy = false;
	return ret;
}

static int check_descriptors(const u64 desc[2], struct ivgpu_vlist *list,
			     struct ivgpu_refusal *why)
{
	memset(list, 0, sizeof(*list));
	if (!(desc[0] & IVGPU_DESC_VALID)) {
		ivgpu_refuse(why, IVGPU_REFUSED_DESCRIPTOR,
			     "first element of the execlist is not valid");
		return -EINVAL;
	}
	list->desc[0] = desc[0];
	list->nr = 1;
	if (!(desc[1] & IVGPU_DESC_VALID))
		return 0;
	if (IVGPU_DESC_LRCA(desc[0]) == IVGPU_DESC_LRCA(desc[1])) {
		ivgpu_refuse(why, IVGPU_REFUSED_DESCRIPTOR,
			     "both elements of the execlist are the same context");
		return -EINVAL;
	}
	list->desc[1] = desc[1];
	list->nr = 2;
	return 0;
}

/* The list is ready: into the virtual execlist, and to hardware if we have it. */
static int accept(struct ivgpu_vengine *ve, const struct ivgpu_vlist *list,
		  struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ctx *ctx;
	u64 csb[IVGPU_VEL_MAX_CSB];
	unsigned int i, n;
	bool emulate;
	int ret;

	spin_lock(&ve->lock);
	ret = ivgpu_vexeclist_submit(&ve->vel, list);
	n = ve->vel.nr_csb;
	memcpy(csb, ve->vel.csb, sizeof(csb));
	emulate = ve->hw == IVGPU_HW_OFF && kfifo_is_empty(&ve->events) && ve->vel.pending.nr;
	spin_unlock(&ve->lock);
	if (ret) {
		ivgpu_refuse(why, IVGPU_REFUSED_DESCRIPTOR,
			     "a third execlist while two are not done");
		return ret;
	}
	for (i = 0; i < list->nr; i++) {
		ctx = list->cookie[i];
		ctx->queued++;
	}
	ve->stats.submissions++;
	trace_ivgpu_submit(ve->vx->p.name, ivgpu_engine_name(ve->id), list->nr);
	ivgpu_csb_push(ve, csb, n);
	if (emulate)
		ivgpu_vengine_promote(ve);
	/* Hands the list to hardware or to the scheduler. */
	ivgpu_vengine_drain_locked(ve);
	return 0;
}

static int prepare_and_accept(struct ivgpu_vengine *ve, struct ivgpu_vlist *list,
			      struct ivgpu_refusal *why)
{
	struct ivgpu_guestmem *gm = ivgpu_vengine_gm(ve);
	unsigned int round;
	int ret = -EAGAIN;

	ivgpu_guestmem_begin(gm);
	for (round = 0; round < MAX_ROUNDS && ret == -EAGAIN; round++) {
		mutex_lock(&gm->lock);
		ivgpu_vengine_drain_locked(ve);
		ret = prepare(ve, list, why);
		if (!ret)
			ret = accept(ve, list, why);
		mutex_unlock(&gm->lock);
		if (ret == -EAGAIN && ivgpu_guestmem_pin_wanted(gm) < 0) {
			ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED,
				     "guest pages could not be pinned");
			return -EFAULT;
		}
	}
	if (ret == -EAGAIN)
		ivgpu_refuse(why, IVGPU_REFUSED_CHANGED, "guest pages keep changing");
	return ret;
}

static void submit(struct ivgpu_vengine *ve, const u64 desc[2])
{
	struct ivgpu_refusal why;
	struct ivgpu_vlist list;
	int ret;

	if (!ve->engine || READ_ONCE(ve->stalled)) {
		ve->stats.dropped++;
		return;
	}
	ivgpu_refuse(&why, IVGPU_REFUSED_RESOURCES, "out of memory");
	ve->budget = IVGPU_SCAN_BUDGET;
	ret = check_descriptors(desc, &list, &why);
	if (!ret)
		ret = prepare_and_accept(ve, &list, &why);
	if (!ret)
		return;
	ve->stats.refused++;
	ivgpu_vengine_stall(ve, &why);
}

/**
 * ivgpu_vengine_elsp_write - the guest wrote the submission port
 * @ve: the virtual engine
 * @value: one of four: upper and lower half of element 1, then of element 0
 *
 * The fourth write submits. What cannot be run is refused: the virtual engine
 * then stands still with a command streamer error until the guest resets it.
 * May sleep; no lock of gtt/ or guestmem/ held.
 */
void ivgpu_vengine_elsp_write(struct ivgpu_vengine *ve, u32 value)
{
	u64 desc[2];

	ve->elsp[ve->elsp_writes++] = value;
	if (ve->elsp_writes < 4)
		return;
	ve->elsp_writes = 0;
	desc[1] = (u64)ve->elsp[0] << 32 | ve->elsp[1];
	desc[0] = (u64)ve->elsp[2] << 32 | ve->elsp[3];
	submit(ve, desc);
}

/* One round for all contexts in flight; guestmem lock held. */
static int reattach(struct ivgpu_vengine *ve, struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ctx *ctx;
	int ret = ivgpu_vggtt_sync(ve->vx->p.vggtt);

	list_for_each_entry(ctx, &ve->contexts, link) {
		if (ret)
			break;
		if (ctx->queued)
			ret = ivgpu_shadow_ctx_reattach(ctx, why);
	}
	return ret;
}

/* Shadows were dropped under contexts in flight: tie those to guest memory again. */
void ivgpu_vengine_rebuild_work(struct work_struct *work)
{
	struct ivgpu_vengine *ve = container_of(work, struct ivgpu_vengine, rebuild_work);
	struct ivgpu_guestmem *gm = ivgpu_vengine_gm(ve);
	struct ivgpu_refusal why;
	unsigned int round;
	int ret = -EAGAIN;

	ivgpu_refuse(&why, IVGPU_REFUSED_UNMAPPED, "guest pages could not be pinned");
	ivgpu_guestmem_begin(gm);
	for (round = 0; round < MAX_ROUNDS && ret == -EAGAIN; round++) {
		mutex_lock(&gm->lock);
		ret = READ_ONCE(ve->stale) ? reattach(ve, &why) : 0;
		if (!ret) {
			spin_lock(&ve->lock);
			ve->stale = false;
			spin_unlock(&ve->lock);
			ivgpu_vengine_drain_locked(ve);
		}
		mutex_unlock(&gm->lock);
		if (ret == -EAGAIN && ivgpu_guestmem_pin_wanted(gm) < 0)
			ret = -EFAULT;
	}
	if (ret)
		ivgpu_vengine_stall(ve, &why);
}
