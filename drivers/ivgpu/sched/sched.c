// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler of one GPU: its queues, and the vGPUs that come and go.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "../gpu/gpu.h"
#include "sched_internal.h"

/**
 * ivgpu_sched_create - a scheduler for a GPU
 * @gpu: the GPU; its engines are the scheduler's from now on
 *
 * Return: the scheduler or an ERR_PTR.
 */
struct ivgpu_sched *ivgpu_sched_create(struct ivgpu_gpu *gpu)
{
	struct ivgpu_sched *sched;
	unsigned int i;
	int ret;

	sched = kzalloc(sizeof(*sched), GFP_KERNEL);
	if (!sched)
		return ERR_PTR(-ENOMEM);
	sched->gpu = gpu;
	sched->wq = alloc_workqueue("ivgpu-sched", WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (!sched->wq) {
		kfree(sched);
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_sched_queue_init(sched, i);
	ret = ivgpu_exec_attach(gpu);
	if (ret) {
		destroy_workqueue(sched->wq);
		kfree(sched);
		return ERR_PTR(ret);
	}
	return sched;
}

/**
 * ivgpu_sched_destroy - its end
 * @sched: the scheduler; no vGPU is left
 */
void ivgpu_sched_destroy(struct ivgpu_sched *sched)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_sched_queue_fini(&sched->queues[i]);
	ivgpu_exec_detach(sched->gpu);
	destroy_workqueue(sched->wq);
	kfree(sched);
}

static struct ivgpu_sched_entity *entity(struct ivgpu_vexec *vx, unsigned int i)
{
	struct ivgpu_vengine *ve = ivgpu_vexec_engine(vx, i);

	return ve ? ivgpu_vengine_sched(ve) : NULL;
}

static void free_entities(struct ivgpu_vexec *vx)
{
	struct ivgpu_vengine *ve;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		ve = ivgpu_vexec_engine(vx, i);
		if (!ve)
			continue;
		kfree(ivgpu_vengine_sched(ve));
		ivgpu_vengine_set_sched(ve, NULL);
	}
}

/**
 * ivgpu_sched_add - a vGPU's virtual engines join
 * @sched: the scheduler
 * @vx: the virtual engines; nothing was submitted to them yet
 * @weight: share relative to other vGPUs
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_sched_add(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, unsigned int weight)
{
	struct ivgpu_sched_entity *e;
	struct ivgpu_vengine *ve;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		ve = ivgpu_vexec_engine(vx, i);
		if (!ve)
			continue;
		e = kzalloc(sizeof(*e), GFP_KERNEL);
		if (!e) {
			free_entities(vx);
			return -ENOMEM;
		}
		ivgpu_policy_entity_init(&e->policy, weight);
		e->queue = &sched->queues[i];
		e->ve = ve;
		ivgpu_vengine_set_sched(ve, e);
	}
	return 0;
}

/**
 * ivgpu_sched_remove - a vGPU's virtual engines leave for good
 * @sched: the scheduler
 * @vx: the virtual engines; nothing is submitted to them any more
 *
 * Returns when they are off the hardware: at the latest after the grace time
 * and a reset. May sleep.
 */
void ivgpu_sched_remove(struct ivgpu_sched *sched, struct ivgpu_vexec *vx)
{
	ivgpu_sched_park_now(sched, vx, ~0u);
	/* Work that is under way may still say that something is ready. */
	ivgpu_vexec_flush(vx);
	free_entities(vx);
}

static void park(struct ivgpu_vexec *vx, u32 mask, bool urgent)
{
	struct ivgpu_sched_entity *e;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		e = mask & BIT(i) ? entity(vx, i) : NULL;
		if (e)
			ivgpu_sched_keep_off(e, urgent);
	}
	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		e = mask & BIT(i) ? entity(vx, i) : NULL;
		if (e)
			ivgpu_sched_wait_off(e);
	}
}

static void unpark(struct ivgpu_vexec *vx, u32 mask, bool urgent)
{
	struct ivgpu_sched_entity *e;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		e = mask & BIT(i) ? entity(vx, i) : NULL;
		if (e)
			ivgpu_sched_let_on(e, urgent);
	}
}

/* See sched.h. */
void ivgpu_sched_park(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask)
{
	park(vx, mask, false);
}

void ivgpu_sched_unpark(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask)
{
	unpark(vx, mask, false);
}

void ivgpu_sched_park_now(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask)
{
	park(vx, mask, true);
}

void ivgpu_sched_unpark_now(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask)
{
	unpark(vx, mask, true);
}

/**
 * ivgpu_sched_ready - a virtual engine has work that could run
 * @ve: the virtual engine
 *
 * If its physical engine is free, the work is on it when this returns. No
 * spinlock held.
 */
void ivgpu_sched_ready(struct ivgpu_vengine *ve)
{
	struct ivgpu_sched_entity *e = ivgpu_vengine_sched(ve);

	if (e)
		ivgpu_sched_wake(e);
}

/**
 * ivgpu_sched_yielded - a virtual engine left the physical one
 * @ve: the virtual engine
 */
void ivgpu_sched_yielded(struct ivgpu_vengine *ve)
{
	struct ivgpu_sched_entity *e = ivgpu_vengine_sched(ve);

	if (e)
		ivgpu_sched_left(e);
}
