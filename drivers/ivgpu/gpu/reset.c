// SPDX-License-Identifier: GPL-2.0
/*
 * Reset of one engine, and of all where one alone cannot be had.
 *
 * Every wait is bounded. A reset runs in the engine's worker, so that its user
 * sees it in order with the engine's other events. Sequence and times: i915
 * gt/intel_reset.c and gt/intel_engine_cs.c (intel_engine_stop_cs).
 */
#include <linux/delay.h>
#include <linux/iopoll.h>

#include "gpu_internal.h"
#include "regs.h"

#define STOP_US		2000
#define READY_US	2000
#define GDRST_US	20000
#define SETTLE_US	50
#define POLL_US		20
#define TRIES		3
#define EVACUATE_MS	20

#define ALL_ENGINES	(BIT(IVGPU_NUM_ENGINES) - 1)

static int wait_for(struct ivgpu_gpu *gpu, u32 offset, u32 mask, u32 value, u32 us)
{
	u32 got;

	return read_poll_timeout(ivgpu_mmio_read, got, (got & mask) == value, POLL_US, us, false,
				 gpu, offset);
}

static void stop(struct ivgpu_engine *engine)
{
	/* That it does not stop is what a reset is for. */
	ivgpu_engine_write(engine, RING_MI_MODE, masked_set(MODE_STOP_RING));
	wait_for(engine->gpu, engine->desc->base + RING_MI_MODE, MODE_IDLE, MODE_IDLE, STOP_US);
}

/* Ask the engine to get ready for a reset. */
static int prepare(struct ivgpu_engine *engine)
{
	u32 reg = engine->desc->base + RING_RESET_CTL;
	u32 ctl = ivgpu_mmio_read(engine->gpu, reg);

	if (ctl & RESET_CAT_ERROR) {
		ivgpu_mmio_write(engine->gpu, reg, masked_set(RESET_CAT_ERROR));
		return wait_for(engine->gpu, reg, RESET_CAT_ERROR, 0, READY_US);
	}
	if (ctl & RESET_READY)
		return 0;
	ivgpu_mmio_write(engine->gpu, reg, masked_set(RESET_REQUEST));
	return wait_for(engine->gpu, reg, RESET_READY, RESET_READY, READY_US);
}

static int pull(struct ivgpu_gpu *gpu, u32 bits)
{
	unsigned int twice;
	int ret = 0;

	/* The second one waits for what the first one left in flux. */
	for (twice = 0; twice < 2 && !ret; twice++) {
		ivgpu_mmio_write(gpu, GDRST, bits);
		ret = wait_for(gpu, GDRST, bits, 0, GDRST_US);
	}
	udelay(SETTLE_US);
	return ret;
}

/* From the second try on it goes ahead with engines that are not ready. */
static int try_reset(struct ivgpu_gpu *gpu, unsigned int mask, u32 bits, bool force)
{
	struct ivgpu_engine *engine;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		if (mask & BIT(engine->id) && prepare(engine) && !force)
			ret = -ETIMEDOUT;
	}
	if (!ret)
		ret = pull(gpu, bits);
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		if (mask & BIT(engine->id))
			ivgpu_engine_write(engine, RING_RESET_CTL, masked_clear(RESET_REQUEST));
	}
	return ret;
}

static int hw_reset(struct ivgpu_gpu *gpu, unsigned int mask, u32 bits)
{
	struct ivgpu_engine *engine;
	unsigned int i, try;
	int ret = -EIO;

	ivgpu_forcewake_get(gpu, IVGPU_FW_ALL);
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		if (mask & BIT(engine->id))
			stop(engine);
	}
	for (try = 0; try < TRIES && ret; try++)
		ret = try_reset(gpu, mask, bits, try > 0);
	ivgpu_forcewake_put(gpu, IVGPU_FW_ALL);
	return ret;
}

/**
 * ivgpu_reset_all() - reset the whole GT
 * @gpu: the GPU; nothing of any user is on it, or is to survive; its reset_lock held
 *
 * Return: 0 or a negative errno.
 */
int ivgpu_reset_all(struct ivgpu_gpu *gpu)
{
	return hw_reset(gpu, ALL_ENGINES, GDRST_FULL);
}

/**
 * ivgpu_gpu_on_death() - say who is told when the GPU is beyond recovery
 * @gpu: the GPU
 * @call: what to call, in a worker, with reset_lock held; NULL: nobody
 * @data: passed to it
 *
 * May sleep. No call of the earlier one is under way when this returns.
 */
void ivgpu_gpu_on_death(struct ivgpu_gpu *gpu, void (*call)(void *data), void *data)
{
	mutex_lock(&gpu->reset_lock);
	gpu->on_death = call;
	gpu->death_data = data;
	mutex_unlock(&gpu->reset_lock);
}

static void set_resetting(struct ivgpu_engine *engine, bool on)
{
	spin_lock_irq(&engine->lock);
	engine->resetting = on;
	spin_unlock_irq(&engine->lock);
}

/**
 * ivgpu_reset_finish() - make an engine that was reset ready again
 * @engine: the engine; in its worker
 *
 * First come the events that hardware had reported before.
 */
void ivgpu_reset_finish(struct ivgpu_engine *engine)
{
	ivgpu_execlist_process(engine);
	if (READ_ONCE(engine->gpu->wedged)) {
		spin_lock_irq(&engine->lock);
		ivgpu_ports_reset(&engine->ports);
		spin_unlock_irq(&engine->lock);
	} else {
		ivgpu_own_context_rebuild(engine, &engine->own);
		ivgpu_engine_start(engine);
	}
	clear_bit(ENGINE_ERROR, &engine->flags);
	set_resetting(engine, false);
	ivgpu_engine_ops_of(engine)->was_reset(engine);
}

static bool others_idle(struct ivgpu_engine *cause)
{
	struct ivgpu_gpu *gpu = cause->gpu;
	bool idle = true;
	unsigned int i;

	for (i = 0; i < gpu->nr_present; i++)
		if (gpu->present[i] != cause)
			idle &= ivgpu_engine_is_idle(gpu->present[i]);
	return idle;
}

/*
 * The others' work is saved as far as it lets itself be preempted; their workers
 * tell their users. Nothing new is taken from now on.
 */
static void evacuate_others(struct ivgpu_engine *cause)
{
	struct ivgpu_gpu *gpu = cause->gpu;
	unsigned int i, ms;

	for (i = 0; i < gpu->nr_present; i++) {
		if (gpu->present[i] == cause)
			continue;
		ivgpu_engine_preempt(gpu->present[i]);
		set_resetting(gpu->present[i], true);
	}
	for (ms = 0; ms < EVACUATE_MS && !others_idle(cause); ms++)
		usleep_range(500, 1000);
}

/**
 * ivgpu_reset_gave_up() - the GPU is out of use: keep it from doing harm, and tell
 * @gpu: the GPU; its reset_lock held
 * @err: why the last reset failed
 */
void ivgpu_reset_gave_up(struct ivgpu_gpu *gpu, int err)
{
	lockdep_assert_held(&gpu->reset_lock);
	WRITE_ONCE(gpu->wedged, true);
	/* What cannot be stopped can at least be kept from memory. */
	pci_clear_master(gpu->pdev);
	pci_err(gpu->pdev, "the GPU could not be reset (%d): it is out of use until the driver is bound anew\n",
		err);
	if (gpu->on_death)
		gpu->on_death(gpu->death_data);
}

/* This engine alone could not be reset: all of them. reset_lock held. */
static void reset_with_others(struct ivgpu_engine *cause)
{
	struct ivgpu_gpu *gpu = cause->gpu;
	struct ivgpu_engine *engine;
	unsigned int i;
	int ret;

	pci_warn(gpu->pdev, "%s could not be reset alone: resetting all engines\n",
		 cause->desc->name);
	evacuate_others(cause);
	ret = ivgpu_reset_all(gpu);
	if (ret) {
		ivgpu_reset_gave_up(gpu, ret);
	} else {
		ivgpu_gt_setup(gpu);
		ivgpu_aperture_restore(gpu);
		ivgpu_irq_enable(gpu);
	}
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		if (engine == cause)
			continue;
		engine->count.lost++;
		set_bit(ENGINE_LOST, &engine->flags);
		ivgpu_execlist_kick(engine);
	}
}

/**
 * ivgpu_reset_run() - reset an engine
 * @engine: the engine; in its worker
 */
void ivgpu_reset_run(struct ivgpu_engine *engine)
{
	struct ivgpu_gpu *gpu = engine->gpu;

	mutex_lock(&gpu->reset_lock);
	/* Another engine's full reset may have been faster. */
	if (!test_and_clear_bit(ENGINE_LOST, &engine->flags) && !gpu->wedged) {
		set_resetting(engine, true);
		engine->count.resets++;
		clear_bit(ENGINE_OVERRUN, &engine->flags);
		if (hw_reset(gpu, BIT(engine->id), engine->desc->reset))
			reset_with_others(engine);
	}
	mutex_unlock(&gpu->reset_lock);
	ivgpu_reset_finish(engine);
	engine->reset_result = READ_ONCE(gpu->wedged) ? -EIO : 0;
}

/* The engine itself is sound: only for what is on it would it be reset. */
static bool is_sound(struct ivgpu_engine *engine)
{
	return !READ_ONCE(engine->gpu->wedged) && !test_bit(ENGINE_LOST, &engine->flags) &&
	       !test_bit(ENGINE_ERROR, &engine->flags);
}

/*
 * What was to be stopped has left by itself: the interrupt that told so, or the
 * worker, was late. Nothing is on the engine, so there is nothing to reset.
 */
static bool left_in_time(struct ivgpu_engine *engine)
{
	return ivgpu_engine_is_idle(engine) && is_sound(engine) &&
	       !test_and_clear_bit(ENGINE_OVERRUN, &engine->flags);
}

/* The same, and another runs already. */
static bool gave_way(struct ivgpu_engine *engine)
{
	return is_sound(engine) && !test_bit(ENGINE_OVERRUN, &engine->flags) &&
	       ivgpu_engine_ops_of(engine)->is_gone(engine);
}

void ivgpu_reset_work(struct work_struct *work)
{
	struct ivgpu_engine *engine = container_of(work, struct ivgpu_engine, reset);

	ivgpu_execlist_process(engine);
	if (left_in_time(engine)) {
		ivgpu_engine_ops_of(engine)->was_reset(engine);
		engine->reset_result = 0;
		return;
	}
	if (gave_way(engine)) {
		engine->reset_result = 0;
		return;
	}
	ivgpu_reset_run(engine);
}

/**
 * ivgpu_engine_reset() - reset an engine and make it ready again
 * @engine: the engine
 *
 * Events that hardware had reported are told first, then was_reset(): what was
 * on the engine until then is lost. May sleep; not from a call of the engine's
 * ops, which the reset waits for.
 *
 * Return: 0, or -EIO when the GPU is beyond recovery.
 */
int ivgpu_engine_reset(struct ivgpu_engine *engine)
{
	int ret;

	mutex_lock(&engine->reset_call);
	queue_work(engine->wq, &engine->reset);
	flush_work(&engine->reset);
	ret = engine->reset_result;
	mutex_unlock(&engine->reset_call);
	return ret;
}
