// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual engines of a vGPU: their making and end, what of them the guest
 * reads, and their reset.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/slab.h>

#include "exec_internal.h"

static void init_engine(struct ivgpu_vexec *vx, enum ivgpu_engine_id id)
{
	struct ivgpu_vengine *ve = &vx->engines[id];

	ve->vx = vx;
	ve->id = id;
	ve->engine = ivgpu_gpu_engine(vx->p.gpu, id);
	if (ve->engine && !ivgpu_engine_golden_image(ve->engine))
		ve->engine = NULL;
	INIT_LIST_HEAD(&ve->contexts);
	xa_init(&ve->user_pages);
	INIT_LIST_HEAD(&ve->dead_pages);
	INIT_KFIFO(ve->events);
	spin_lock_init(&ve->lock);
	INIT_WORK(&ve->drain_work, ivgpu_vengine_drain_work);
	INIT_WORK(&ve->reset_work, ivgpu_vengine_reset_work);
	INIT_WORK(&ve->rebuild_work, ivgpu_vengine_rebuild_work);
	ivgpu_csb_reset(ve);
}

static void set_room(struct ivgpu_vexec *vx, bool (*make_room)(void *owner))
{
	mutex_lock(&vx->p.gm->lock);
	ivgpu_ppgtt_space_set_room(vx->p.ppgtts, make_room, vx);
	mutex_unlock(&vx->p.gm->lock);
}

/**
 * ivgpu_vexec_create - the virtual engines of a new vGPU
 * @params: what they work with; copied
 *
 * Return: the engines, or an ERR_PTR.
 */
struct ivgpu_vexec *ivgpu_vexec_create(const struct ivgpu_vexec_params *params)
{
	struct ivgpu_vexec *vx;
	unsigned int i;

	vx = kvzalloc(sizeof(*vx), GFP_KERNEL);
	if (!vx)
		return ERR_PTR(-ENOMEM);
	vx->p = *params;
	vx->gen = ivgpu_gpu_info(params->gpu)->gen;
	vx->wq = alloc_ordered_workqueue("ivgpu-exec", WQ_HIGHPRI);
	if (!vx->wq) {
		kvfree(vx);
		return ERR_PTR(-ENOMEM);
	}
	ratelimit_state_init(&vx->refusals, 5 * HZ, 10);
	ratelimit_set_flags(&vx->refusals, RATELIMIT_MSG_ON_RELEASE);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		init_engine(vx, i);
	set_room(vx, ivgpu_shadow_ctx_evict_space);
	return vx;
}

/* Whatever it has, queued or not: the vGPU goes, or is reset. guestmem lock held. */
static void drop_all(struct ivgpu_vengine *ve)
{
	struct ivgpu_shadow_ctx *ctx, *next;

	list_for_each_entry_safe(ctx, next, &ve->contexts, link)
		ivgpu_shadow_ctx_drop(ctx);
	ivgpu_user_batch_fini(ve);
	spin_lock(&ve->lock);
	ivgpu_vexeclist_reset(&ve->vel);
	kfifo_reset(&ve->events);
	spin_unlock(&ve->lock);
}

/**
 * ivgpu_vexec_destroy - the end of them
 * @vx: the engines; off the hardware, and no longer known to the scheduler
 */
void ivgpu_vexec_destroy(struct ivgpu_vexec *vx)
{
	unsigned int i;

	destroy_workqueue(vx->wq);
	set_room(vx, NULL);
	mutex_lock(&vx->p.gm->lock);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		drop_all(&vx->engines[i]);
		kvfree(vx->engines[i].staging);
	}
	mutex_unlock(&vx->p.gm->lock);
	ratelimit_state_exit(&vx->refusals);
	kvfree(vx);
}

/* See exec.h. */
void ivgpu_vexec_set_scan_user_batches(struct ivgpu_vexec *vx, bool on)
{
	WRITE_ONCE(vx->scan_user, on);
}

void ivgpu_vexec_flush(struct ivgpu_vexec *vx)
{
	flush_workqueue(vx->wq);
}

/* One of them; NULL when the GPU has no such engine. */
struct ivgpu_vengine *ivgpu_vexec_engine(struct ivgpu_vexec *vx, enum ivgpu_engine_id id)
{
	return vx->engines[id].engine ? &vx->engines[id] : NULL;
}

/**
 * ivgpu_vengine_reset - virtual engine reset
 * @ve: the virtual engine; parked, off the hardware
 *
 * Everything submitted is forgotten, what was in flight too. Shadow contexts
 * stay, but nothing in them is believed.
 */
void ivgpu_vengine_reset(struct ivgpu_vengine *ve)
{
	struct ivgpu_guestmem *gm = ivgpu_vengine_gm(ve);
	struct ivgpu_shadow_ctx *ctx;

	mutex_lock(&gm->lock);
	ivgpu_vengine_drain_locked(ve);
	list_for_each_entry(ctx, &ve->contexts, link) {
		ctx->queued = 0;
		ctx->unfinished = false;
		ctx->unshown = false;
		ctx->was_shown = false;
		ctx->ring.trusted = false;
	}
	spin_lock(&ve->lock);
	ivgpu_vexeclist_reset(&ve->vel);
	ve->stalled = false;
	ve->stale = false;
	spin_unlock(&ve->lock);
	ve->elsp_writes = 0;
	ivgpu_csb_reset(ve);
	mutex_unlock(&gm->lock);
}

static void drop_shadows(struct ivgpu_vengine *ve)
{
	struct ivgpu_shadow_ctx *ctx, *next;
	bool stale = false;

	list_for_each_entry_safe(ctx, next, &ve->contexts, link) {
		if (!ctx->queued && !ctx->unfinished) {
			ivgpu_shadow_ctx_drop(ctx);
			continue;
		}
		ivgpu_shadow_ctx_detach(ctx);
		stale |= ctx->queued;
	}
	if (!stale)
		return;
	spin_lock(&ve->lock);
	ve->stale = true;
	spin_unlock(&ve->lock);
	queue_work(ve->vx->wq, &ve->rebuild_work);
}

/* See exec.h. */
void ivgpu_vexec_drop_shadows(struct ivgpu_vexec *vx)
{
	unsigned int i;

	lockdep_assert_held(&vx->p.gm->lock);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		drop_shadows(&vx->engines[i]);
}

/* See exec.h. */
void ivgpu_vengine_drain(struct ivgpu_vengine *ve)
{
	struct ivgpu_guestmem *gm = ivgpu_vengine_gm(ve);

	/* A callback of the engine lasts microseconds, unless it is preempted. */
	while (atomic_read_acquire(&ve->callbacks))
		usleep_range(10, 50);
	mutex_lock(&gm->lock);
	ivgpu_vengine_drain_locked(ve);
	mutex_unlock(&gm->lock);
}

u32 ivgpu_vengine_status(struct ivgpu_vengine *ve, bool upper)
{
	u32 value;

	spin_lock(&ve->lock);
	value = ivgpu_vexeclist_status(&ve->vel, upper);
	spin_unlock(&ve->lock);
	return value;
}

enum ivgpu_engine_id ivgpu_vengine_id(const struct ivgpu_vengine *ve)
{
	return ve->id;
}

void *ivgpu_vengine_owner(const struct ivgpu_vengine *ve)
{
	return ve->vx->p.owner;
}

struct ivgpu_vexec_stats *ivgpu_vengine_stats(struct ivgpu_vengine *ve)
{
	return &ve->stats;
}

void ivgpu_vengine_set_sched(struct ivgpu_vengine *ve, void *entity)
{
	ve->sched = entity;
}

void *ivgpu_vengine_sched(struct ivgpu_vengine *ve)
{
	return ve->sched;
}
