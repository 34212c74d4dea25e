// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual engine takes the physical engine, feeds it, and leaves it.
 */
#include <linux/dev_printk.h>

#include "exec_internal.h"

#define DESC_L3LLC	BIT_ULL(5)	/* Gen8 only (i915 gt/intel_lrc.c, lrc_descriptor) */

/*
 * Page tables are walked by as many levels as the shadow was made with, whatever the guest
 * says. The context id is the page of the image in the GGTT (20 bits, below what gpu/ keeps
 * for itself): no two contexts that hardware could take for the same one have the same, of
 * whichever vGPU they are.
 */
static u64 hw_desc(const struct ivgpu_shadow_ctx *ctx, u64 guest_desc, bool restore)
{
	u64 mode = ctx->levels == 4 ? IVGPU_DESC_MODE_64B : IVGPU_DESC_MODE_32B;
	u64 desc = IVGPU_DESC_VALID | IVGPU_DESC_PRIVILEGE | ctx->image.node.start |
		   mode << IVGPU_DESC_MODE_SHIFT |
		   (ctx->image.node.start >> PAGE_SHIFT) << 32;

	if (ctx->ve->vx->gen == 8)
		desc |= DESC_L3LLC;
	if (restore || guest_desc & IVGPU_DESC_FORCE_RESTORE)
		desc |= IVGPU_DESC_FORCE_RESTORE;
	return desc;
}

/* Elements for hardware of what is left of a list. ve->lock held. */
static void make_ports(struct ivgpu_vlist *list, bool restore, struct ivgpu_port *ports)
{
	struct ivgpu_shadow_ctx *ctx;
	unsigned int i, n = 0;
	u32 *regs;

	for (i = list->done; i < list->nr; i++, n++) {
		ctx = list->cookie[i];
		regs = ctx->image.vaddr + IVGPU_PAGE_SIZE;
		regs[IVGPU_IMAGE_TAIL] = list->tail[i];
		ports[n].desc = hw_desc(ctx, list->desc[i], restore);
		ports[n].cookie = ctx;
	}
	wmb();	/* images and rings before the write that starts them */
}

static int submit_list(struct ivgpu_vengine *ve, struct ivgpu_vlist *list, bool restore)
{
	struct ivgpu_port ports[2] = {};
	int ret;

	make_ports(list, restore, ports);
	ret = ivgpu_engine_submit(ve->engine, ports);
	if (!ret) {
		list->on_hw = true;
		ve->acked = false;
	}
	return ret;
}

/**
 * ivgpu_vengine_pump - give hardware the next list, if it can take one
 * @ve: the virtual engine; ve->lock held
 */
void ivgpu_vengine_pump(struct ivgpu_vengine *ve)
{
	struct ivgpu_vexeclist *vel = &ve->vel;
	struct ivgpu_vlist *list = NULL;

	lockdep_assert_held(&ve->lock);
	if (ve->hw != IVGPU_HW_ON || !ve->acked || ve->stalled)
		return;
	if (vel->running.nr && !vel->running.on_hw)
		list = &vel->running;
	else if (vel->pending.nr && !vel->pending.on_hw)
		list = &vel->pending;
	/* Busy: the next event of the engine brings us here again. */
	if (list)
		submit_list(ve, list, false);
}

/**
 * ivgpu_vengine_runnable - is there something that could be given to hardware
 * @ve: the virtual engine; ve->lock held
 *
 * Return: whether there is.
 */
bool ivgpu_vengine_runnable(struct ivgpu_vengine *ve)
{
	lockdep_assert_held(&ve->lock);
	return ve->vel.running.nr && !ve->stalled && !ve->stale && !ve->draining &&
	       kfifo_is_empty(&ve->events);
}

bool ivgpu_vengine_has_work(struct ivgpu_vengine *ve)
{
	bool work;

	spin_lock(&ve->lock);
	work = ve->hw != IVGPU_HW_OFF || ivgpu_vengine_runnable(ve);
	spin_unlock(&ve->lock);
	return work;
}

/* Engine-owned registers of a virtual engine, into @xe->wanted; returns how many. */
static unsigned int want_registers(struct ivgpu_vengine *ve, struct ivgpu_exec_engine *xe)
{
	struct ivgpu_vexec *vx = ve->vx;
	unsigned int n;

	n = vx->p.ops->switch_regs(vx->p.owner, ve->id, xe->wanted, IVGPU_SWITCH_REGS_MAX);
	return min_t(unsigned int, n, IVGPU_SWITCH_REGS_MAX);
}

static bool is_loaded(const struct ivgpu_exec_engine *xe, unsigned int i)
{
	return i < xe->nr_loaded && xe->loaded[i].offset == xe->wanted[i].offset &&
	       xe->loaded[i].value == xe->wanted[i].value;
}

/* Nothing would have to be written while the engine is idle. */
static bool registers_agree(struct ivgpu_vengine *ve, struct ivgpu_exec_engine *xe)
{
	unsigned int i, n = want_registers(ve, xe);

	for (i = 0; i < n; i++)
		if (!is_loaded(xe, i))
			return false;
	return n == xe->nr_loaded;
}

/* Only those are written that are not as they should be. */
static void load_registers(struct ivgpu_vengine *ve, struct ivgpu_exec_engine *xe)
{
	struct ivgpu_vexec *vx = ve->vx;
	unsigned int i, n = want_registers(ve, xe);

	for (i = 0; i < n; i++) {
		if (is_loaded(xe, i))
			continue;
		ivgpu_mmio_write(vx->p.gpu, xe->wanted[i].offset, xe->wanted[i].value);
		xe->loaded[i] = xe->wanted[i];
		ve->stats.registers++;
	}
	xe->nr_loaded = n;
}

static int take_engine(struct ivgpu_vengine *ve, struct ivgpu_exec_engine *xe)
{
	unsigned long flags;
	int ret = -EBUSY;

	spin_lock_irqsave(&xe->lock, flags);
	if (!xe->owner && !xe->resetting) {
		xe->owner = ve;
		ret = 0;
	}
	spin_unlock_irqrestore(&xe->lock, flags);
	return ret;
}

static int stand_behind(struct ivgpu_vengine *from, struct ivgpu_vengine *to,
			struct ivgpu_exec_engine *xe)
{
	unsigned long flags;
	int ret = -EBUSY;

	spin_lock_irqsave(&xe->lock, flags);
	if (xe->owner == from && !xe->next && !xe->resetting) {
		xe->next = to;
		ret = 0;
	}
	spin_unlock_irqrestore(&xe->lock, flags);
	return ret;
}

static void stand_back(struct ivgpu_exec_engine *xe)
{
	unsigned long flags;

	spin_lock_irqsave(&xe->lock, flags);
	xe->next = NULL;
	spin_unlock_irqrestore(&xe->lock, flags);
}

static void give_back(struct ivgpu_exec_engine *xe)
{
	unsigned long flags;

	spin_lock_irqsave(&xe->lock, flags);
	xe->owner = NULL;
	spin_unlock_irqrestore(&xe->lock, flags);
}

/**
 * ivgpu_vengine_run - take the idle hardware engine and run what is there
 * @ve: the virtual engine
 *
 * Called by the scheduler, one call at a time per physical engine. What was
 * preempted before is restored in full. Does not sleep.
 *
 * Return: 0; -EAGAIN when there is nothing to run; -EBUSY when the engine is
 * not free; -EIO when the GPU is dead.
 */
int ivgpu_vengine_run(struct ivgpu_vengine *ve)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(ve->engine);
	struct ivgpu_refusal dead;
	int ret = take_engine(ve, xe);

	if (ret)
		return ret;
	load_registers(ve, xe);
	spin_lock(&ve->lock);
	ret = -EAGAIN;
	if (ivgpu_vengine_runnable(ve)) {
		ve->hw = IVGPU_HW_ON;
		ve->acked = true;
		ve->saw_idle = false;
		ve->on_since = ktime_get();
		ret = submit_list(ve, &ve->vel.running, true);
		if (ret)
			ve->hw = IVGPU_HW_OFF;
	}
	spin_unlock(&ve->lock);
	if (ret)
		give_back(xe);
	if (ret == -EIO) {
		ivgpu_refuse(&dead, IVGPU_REFUSED_HANG, "the GPU does not work any more");
		ivgpu_vengine_stall(ve, &dead);
	}
	return ret;
}

/* ve->lock held. False: it is off, or was asked to leave before. */
static bool begin_leaving(struct ivgpu_vengine *ve)
{
	lockdep_assert_held(&ve->lock);
	if (ve->hw != IVGPU_HW_ON)
		return false;
	ve->hw = IVGPU_HW_LEAVING;
	ve->stats.preemptions++;
	return true;
}

/**
 * ivgpu_vengine_preempt - ask the hardware engine to leave
 * @ve: the virtual engine that has it
 *
 * yielded() follows when it has; or never, when what runs cannot be preempted.
 */
void ivgpu_vengine_preempt(struct ivgpu_vengine *ve)
{
	spin_lock(&ve->lock);
	if (begin_leaving(ve))
		ivgpu_engine_preempt(ve->engine);
	spin_unlock(&ve->lock);
}

static int submit_behind(struct ivgpu_vengine *ve)
{
	struct ivgpu_port ports[2] = {};
	int ret = -EAGAIN;

	spin_lock(&ve->lock);
	if (ivgpu_vengine_runnable(ve)) {
		make_ports(&ve->vel.running, true, ports);
		ret = ivgpu_engine_submit_after(ve->engine, ports);
	}
	if (!ret) {
		ve->hw = IVGPU_HW_NEXT;
		ve->vel.running.on_hw = true;
		ve->acked = false;
		ve->saw_idle = false;
	}
	spin_unlock(&ve->lock);
	return ret;
}

/**
 * ivgpu_vengine_hand_over - leave the hardware engine to another, without a gap
 * @from: the virtual engine that has it
 * @to: the one that is to have it; off
 *
 * What @to has is submitted at once, and hardware goes on with it when @from has left,
 * be it by preemption or because it is done. Only where no engine-owned register
 * differs: these are changed while the engine is idle.
 *
 * Called by the scheduler, in turn with ivgpu_vengine_run(). Does not sleep.
 *
 * Return: 0; or, when @from was asked to leave without a successor: -EXDEV as registers
 * differ, -EAGAIN when @to has nothing to run, or -EBUSY, -EIO as for
 * ivgpu_engine_submit(). -ESRCH when @from had left, or was asked to, already.
 */
int ivgpu_vengine_hand_over(struct ivgpu_vengine *from, struct ivgpu_vengine *to)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(from->engine);
	bool leaves;
	int ret;

	spin_lock(&from->lock);
	leaves = begin_leaving(from);
	spin_unlock(&from->lock);
	if (!leaves)
		return -ESRCH;
	ret = registers_agree(to, xe) ? stand_behind(from, to, xe) : -EXDEV;
	if (!ret) {
		ret = submit_behind(to);
		if (ret)
			stand_back(xe);
	}
	if (ret)
		ivgpu_engine_preempt(from->engine);
	return ret;
}

static bool begin_reset(struct ivgpu_vengine *ve, struct ivgpu_exec_engine *xe)
{
	unsigned long flags;
	bool begin;

	spin_lock(&ve->lock);
	spin_lock_irqsave(&xe->lock, flags);
	begin = ve->hw != IVGPU_HW_OFF && xe->owner == ve && !xe->resetting;
	if (begin) {
		xe->resetting = true;
		xe->gone = false;
		xe->guilty = false;
		ve->hw = IVGPU_HW_LEAVING;
		ve->saw_idle = false;
	}
	spin_unlock_irqrestore(&xe->lock, flags);
	spin_unlock(&ve->lock);
	return begin;
}

/**
 * ivgpu_vengine_kill - take the engine from one that does not leave it
 * @ve: the virtual engine
 *
 * Resets the physical engine if it still has it. What ran is lost, and the
 * guest is told by a command streamer error. May sleep. Not from a callback of
 * the engine.
 */
void ivgpu_vengine_kill(struct ivgpu_vengine *ve)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(ve->engine);
	int ret;

	if (!begin_reset(ve, xe))
		return;
	ret = ivgpu_engine_reset(ve->engine);
	/* was_reset() has ended it, unless the GPU is dead. */
	if (ret && READ_ONCE(xe->resetting))
		ivgpu_exec_engine_ops.was_reset(ve->engine);
	/* It may have left just before, and the news of that was late. */
	if (!READ_ONCE(xe->guilty))
		return;
	dev_warn_ratelimited(&ivgpu_gpu_pdev(ve->vx->p.gpu)->dev,
			     "vGPU %s: %s does not leave its engine, which was reset\n",
			     ve->vx->p.name, ivgpu_engine_name(ve->id));
	ve->stats.hangs++;
	ve->vx->p.ops->killed(ve);
}

/* The command streamer stopped at an error: only a reset makes it go again. */
void ivgpu_vengine_reset_work(struct work_struct *work)
{
	ivgpu_vengine_kill(container_of(work, struct ivgpu_vengine, reset_work));
}
