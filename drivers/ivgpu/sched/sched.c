// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler of one GPU: its queues, its settings, and its end.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "../gpu/gpu.h"
#include "sched_internal.h"

/*
 * Slices: 2 x (vGPUs - 1) x (slice + preemption) is to stay below the 200 ms that
 * a guest's driver allows its first requests (i915 gt/intel_gt.c,
 * I915_GEM_IDLE_TIMEOUT), so the default leaves room with eight.
 */
static const struct {
	unsigned int least, most, normal;
} knobs[IVGPU_NUM_SCHED_KNOBS] = {
	[IVGPU_KNOB_POLICY] = { 0, IVGPU_NUM_POLICIES - 1, IVGPU_POLICY_BEST_EFFORT },
	[IVGPU_KNOB_SLICE_US] = { 100, 100000, 5000 },
	[IVGPU_KNOB_GRACE_MS] = { 0, 3600000, 0 },
	[IVGPU_KNOB_HANG_LIMIT] = { 0, 1000000, 10 },
};

/* Settings take effect in the queues. Lock held, or nobody knows the scheduler yet. */
static void apply_knobs(struct ivgpu_sched *sched)
{
	u64 slice_ns = (u64)sched->knobs[IVGPU_KNOB_SLICE_US] * NSEC_PER_USEC;
	unsigned int i, ms;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		ms = sched->knobs[IVGPU_KNOB_GRACE_MS] ?: ivgpu_grace_ms(i);
		ivgpu_sched_queue_set(&sched->queues[i], slice_ns, (u64)ms * NSEC_PER_MSEC);
	}
}

/* Told by gpu/, in a worker of an engine. */
static void gpu_died(void *data)
{
	struct ivgpu_sched *sched = data;

	queue_work(sched->wq, &sched->dead_work);
}

static void dead_work(struct work_struct *work)
{
	struct ivgpu_sched *sched = container_of(work, struct ivgpu_sched, dead_work);
	char *env[2] = { "IVGPU_STATE=failed", NULL };

	mutex_lock(&sched->lock);
	sched->dead = true;
	ivgpu_sched_fail_all(sched);
	mutex_unlock(&sched->lock);
	kobject_uevent_env(&ivgpu_gpu_pdev(sched->gpu)->dev.kobj, KOBJ_CHANGE, env);
}

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
	mutex_init(&sched->lock);
	INIT_LIST_HEAD(&sched->clients);
	INIT_WORK(&sched->dead_work, dead_work);
	sched->wq = alloc_workqueue("ivgpu-sched", WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (!sched->wq) {
		kfree(sched);
		return ERR_PTR(-ENOMEM);
	}
	for (i = 0; i < IVGPU_NUM_SCHED_KNOBS; i++)
		sched->knobs[i] = knobs[i].normal;
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_sched_queue_init(sched, i);
	apply_knobs(sched);
	ret = ivgpu_exec_attach(gpu);
	if (ret) {
		destroy_workqueue(sched->wq);
		kfree(sched);
		return ERR_PTR(ret);
	}
	ivgpu_gpu_on_death(gpu, gpu_died, sched);
	ivgpu_sched_debugfs_add(sched);
	return sched;
}

/**
 * ivgpu_sched_destroy - its end
 * @sched: the scheduler; no vGPU is left
 */
void ivgpu_sched_destroy(struct ivgpu_sched *sched)
{
	unsigned int i;

	ivgpu_sched_debugfs_remove(sched);
	ivgpu_gpu_on_death(sched->gpu, NULL, NULL);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_sched_queue_fini(&sched->queues[i]);
	ivgpu_exec_detach(sched->gpu);
	destroy_workqueue(sched->wq);
	mutex_destroy(&sched->lock);
	kfree(sched);
}

/**
 * ivgpu_sched_suspend - all engines are taken from the vGPUs
 * @sched: the scheduler
 *
 * What runs is preempted and goes on after ivgpu_sched_resume(); what cannot be
 * preempted within its grace time is lost, and its guest told. May sleep.
 */
void ivgpu_sched_suspend(struct ivgpu_sched *sched)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_sched_queue_close(&sched->queues[i]);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_sched_queue_wait_free(&sched->queues[i]);
	/* Nobody is left who would do something to an engine. */
	flush_workqueue(sched->wq);
}

/**
 * ivgpu_sched_resume - the vGPUs get the engines back
 * @sched: the scheduler
 */
void ivgpu_sched_resume(struct ivgpu_sched *sched)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_sched_queue_open(&sched->queues[i]);
}

/**
 * ivgpu_sched_knob - read a setting
 * @sched: the scheduler
 * @knob: which
 *
 * Return: its value.
 */
unsigned int ivgpu_sched_knob(struct ivgpu_sched *sched, enum ivgpu_sched_knob knob)
{
	return READ_ONCE(sched->knobs[knob]);
}

/**
 * ivgpu_sched_set_knob - change a setting
 * @sched: the scheduler
 * @knob: which
 * @value: its new value; in force when this returns
 *
 * May sleep.
 *
 * Return: 0 or -ERANGE.
 */
int ivgpu_sched_set_knob(struct ivgpu_sched *sched, enum ivgpu_sched_knob knob,
			 unsigned int value)
{
	if (value < knobs[knob].least || value > knobs[knob].most)
		return -ERANGE;
	mutex_lock(&sched->lock);
	WRITE_ONCE(sched->knobs[knob], value);
	apply_knobs(sched);
	ivgpu_sched_share_out(sched);
	mutex_unlock(&sched->lock);
	return 0;
}
