// SPDX-License-Identifier: GPL-2.0
/*
 * What the physical engine tells: noted at once, and turned into what the guest
 * is shown under the guestmem lock, inline when that lock is free, else by the
 * vGPU's own worker.
 */
#include "../ivgpu_trace.h"
#include "exec_internal.h"

static void note(struct ivgpu_vengine *ve, enum ivgpu_hw_event_kind kind, void *cookie)
{
	struct ivgpu_hw_event event = { .kind = kind, .cookie = cookie };

	lockdep_assert_held(&ve->lock);
	/* Hardware holds two lists at most, so a full queue is a fault of ours or of hardware. */
	if (!kfifo_put(&ve->events, event))
		ve->stats.spurious++;
}

/* The virtual engine that has the engine; it stays until put_owner(). */
static struct ivgpu_vengine *get_owner(struct ivgpu_engine *engine)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(engine);
	struct ivgpu_vengine *ve;
	unsigned long flags;

	spin_lock_irqsave(&xe->lock, flags);
	ve = xe->owner;
	if (ve)
		atomic_inc(&ve->callbacks);
	spin_unlock_irqrestore(&xe->lock, flags);
	return ve;
}

static void put_owner(struct ivgpu_vengine *ve)
{
	atomic_dec_return_release(&ve->callbacks);
}

static void handle_or_defer(struct ivgpu_vengine *ve)
{
	struct ivgpu_guestmem *gm = ivgpu_vengine_gm(ve);

	if (mutex_trylock(&gm->lock)) {
		ivgpu_vengine_drain_locked(ve);
		mutex_unlock(&gm->lock);
	} else {
		queue_work(ve->vx->wq, &ve->drain_work);
	}
}

static void tell(struct ivgpu_engine *engine, enum ivgpu_hw_event_kind kind, void *cookie)
{
	struct ivgpu_vengine *ve = get_owner(engine);

	if (!ve)
		return;
	spin_lock(&ve->lock);
	note(ve, kind, cookie);
	spin_unlock(&ve->lock);
	handle_or_defer(ve);
	put_owner(ve);
}

/* Off the engine; ve->lock held. */
static void put_off(struct ivgpu_vengine *ve, enum ivgpu_hw_event_kind kind)
{
	ve->hw = IVGPU_HW_OFF;
	ve->stats.busy_ns += ktime_to_ns(ktime_sub(ktime_get(), ve->on_since));
	note(ve, kind, NULL);
}

/*
 * If @ctx is of the one that stands behind the owner, it has the engine now: returns it,
 * and whose place it took in @from (NULL: the owner was off already). Both stay until
 * put_owner(). A reset that was asked for because of @from is not wanted any more.
 */
static struct ivgpu_vengine *succeed(struct ivgpu_engine *engine,
				     const struct ivgpu_shadow_ctx *ctx,
				     struct ivgpu_vengine **from)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(engine);
	struct ivgpu_vengine *to = NULL;
	unsigned long flags;

	spin_lock_irqsave(&xe->lock, flags);
	if (xe->next && xe->next == ctx->ve) {
		to = xe->next;
		*from = xe->owner;
		xe->owner = to;
		xe->next = NULL;
		xe->last = *from;
		xe->gone = xe->resetting;
		WRITE_ONCE(xe->resetting, false);
		atomic_inc(&to->callbacks);
		if (*from)
			atomic_inc(&(*from)->callbacks);
	}
	spin_unlock_irqrestore(&xe->lock, flags);
	return to;
}

static void user_interrupt(struct ivgpu_vengine *ve)
{
	u32 bits = IVGPU_ENGINE_IRQ_USER;

	/* Mostly the end of the request that raised it, which goes into the same message. */
	if (ivgpu_engine_has_news(ve->engine))
		bits |= IVGPU_ENGINE_IRQ_MAY_WAIT;
	ve->vx->p.ops->interrupt(ve->vx->p.owner, ve->id, bits);
}

/*
 * @ve is off, and xe->last. It is told of a user interrupt that its handler would come too
 * late with, and in any case when a reset may have @wiped one. What is one time too many
 * does no harm.
 */
static void look_back(struct ivgpu_engine *engine, struct ivgpu_vengine *ve, bool wiped)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(engine);
	unsigned long flags;

	if (ivgpu_engine_user_interrupt_late(engine) || wiped)
		user_interrupt(ve);
	spin_lock_irqsave(&xe->lock, flags);
	xe->last = NULL;
	spin_unlock_irqrestore(&xe->lock, flags);
}

static void take_over(struct ivgpu_engine *engine, struct ivgpu_vengine *from,
		      struct ivgpu_vengine *to)
{
	if (from) {
		spin_lock(&from->lock);
		put_off(from, IVGPU_HW_IDLE);
		spin_unlock(&from->lock);
	}
	spin_lock(&to->lock);
	to->hw = IVGPU_HW_ON;
	to->on_since = ktime_get();
	note(to, IVGPU_HW_PROMOTED, NULL);
	spin_unlock(&to->lock);
	to->vx->p.ops->took_over(to);
	handle_or_defer(to);
	put_owner(to);
	if (from) {
		handle_or_defer(from);
		look_back(engine, from, false);
		put_owner(from);
	}
}

static void hw_promoted(struct ivgpu_engine *engine, void *cookie, bool lite_restore)
{
	struct ivgpu_vengine *from, *to = succeed(engine, cookie, &from);

	if (to)
		take_over(engine, from, to);
	else
		tell(engine, IVGPU_HW_PROMOTED, NULL);
}

static void hw_switched_out(struct ivgpu_engine *engine, void *cookie, bool complete)
{
	tell(engine, complete ? IVGPU_HW_COMPLETE : IVGPU_HW_SAVED, cookie);
}

/* Off the engine: the next one may have it before this one's guest is told. ve->lock held. */
static void leave(struct ivgpu_vengine *ve, struct ivgpu_exec_engine *xe,
		  enum ivgpu_hw_event_kind kind)
{
	unsigned long flags;

	put_off(ve, kind);
	spin_lock_irqsave(&xe->lock, flags);
	xe->owner = NULL;
	xe->last = ve;
	spin_unlock_irqrestore(&xe->lock, flags);
}

static void hw_idle(struct ivgpu_engine *engine)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(engine);
	struct ivgpu_vengine *ve = get_owner(engine);
	bool left = false;

	if (!ve)
		return;
	spin_lock(&ve->lock);
	/* A list may have been submitted since. Where we asked for a reset, was_reset() follows. */
	if (READ_ONCE(xe->resetting))
		ve->saw_idle = true;
	else if (ve->hw != IVGPU_HW_OFF && ivgpu_engine_is_idle(engine))
		left = true;
	if (left)
		leave(ve, xe, IVGPU_HW_IDLE);
	spin_unlock(&ve->lock);
	if (left) {
		ve->vx->p.ops->yielded(ve);
		handle_or_defer(ve);
		look_back(engine, ve, false);
	}
	put_owner(ve);
}

/* Who stood behind the owner has lost nothing but its place. */
static void drop_next(struct ivgpu_exec_engine *xe)
{
	struct ivgpu_vengine *ve;
	unsigned long flags;

	spin_lock_irqsave(&xe->lock, flags);
	ve = xe->next;
	xe->next = NULL;
	if (ve)
		atomic_inc(&ve->callbacks);
	spin_unlock_irqrestore(&xe->lock, flags);
	if (!ve)
		return;
	spin_lock(&ve->lock);
	ve->hw = IVGPU_HW_OFF;
	note(ve, IVGPU_HW_IDLE, NULL);
	spin_unlock(&ve->lock);
	ve->vx->p.ops->yielded(ve);
	handle_or_defer(ve);
	put_owner(ve);
}

static void hw_was_reset(struct ivgpu_engine *engine)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(engine);
	struct ivgpu_vengine *ve = get_owner(engine);
	bool guilty;

	xe->nr_loaded = 0;
	drop_next(xe);
	if (!ve) {
		WRITE_ONCE(xe->resetting, false);
		return;
	}
	spin_lock(&ve->lock);
	guilty = xe->resetting && !ve->saw_idle;
	ve->saw_idle = false;
	leave(ve, xe, guilty ? IVGPU_HW_LOST : IVGPU_HW_IDLE);
	WRITE_ONCE(xe->guilty, guilty);
	WRITE_ONCE(xe->resetting, false);
	spin_unlock(&ve->lock);
	ve->vx->p.ops->yielded(ve);
	handle_or_defer(ve);
	look_back(engine, ve, true);
	put_owner(ve);
}

static void hw_cs_error(struct ivgpu_engine *engine, u32 eir)
{
	struct ivgpu_vengine *ve = get_owner(engine);

	if (!ve)
		return;
	queue_work(ve->vx->wq, &ve->reset_work);
	put_owner(ve);
}

static bool hw_is_gone(struct ivgpu_engine *engine)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(engine);
	unsigned long flags;
	bool gone;

	spin_lock_irqsave(&xe->lock, flags);
	gone = xe->gone;
	xe->gone = false;
	spin_unlock_irqrestore(&xe->lock, flags);
	return gone;
}

/* Hard irq. Who stands behind the owner may run already, and who had it may have raised this. */
static void hw_user_interrupt(struct ivgpu_engine *engine)
{
	struct ivgpu_exec_engine *xe = ivgpu_engine_user(engine);
	struct ivgpu_vengine *who[3];
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&xe->lock, flags);
	who[0] = xe->owner;
	who[1] = xe->next;
	/* It may have the engine again already. */
	who[2] = xe->last == xe->owner || xe->last == xe->next ? NULL : xe->last;
	for (i = 0; i < ARRAY_SIZE(who); i++)
		if (who[i])
			atomic_inc(&who[i]->callbacks);
	spin_unlock_irqrestore(&xe->lock, flags);
	for (i = 0; i < ARRAY_SIZE(who); i++) {
		if (!who[i])
			continue;
		user_interrupt(who[i]);
		put_owner(who[i]);
	}
}

const struct ivgpu_engine_ops ivgpu_exec_engine_ops = {
	.promoted = hw_promoted,
	.switched_out = hw_switched_out,
	.idle = hw_idle,
	.user_interrupt = hw_user_interrupt,
	.cs_error = hw_cs_error,
	.was_reset = hw_was_reset,
	.is_gone = hw_is_gone,
};

/**
 * ivgpu_vengine_promote - the pending list takes the place of the running one
 * @ve: the virtual engine; a list is pending
 *
 * The image of the context that was preempted is copied out before its guest
 * can see that. guestmem lock held.
 */
void ivgpu_vengine_promote(struct ivgpu_vengine *ve)
{
	struct ivgpu_shadow_ctx *ctx = ivgpu_vexeclist_current(&ve->vel);
	struct ivgpu_vlist old = ve->vel.running;
	u64 csb[IVGPU_VEL_MAX_CSB];
	unsigned int i, n;

	lockdep_assert_held(&ivgpu_vengine_gm(ve)->lock);
	if (ctx && ctx->lrca != IVGPU_DESC_LRCA(ve->vel.pending.desc[0]))
		ivgpu_shadow_ctx_show(ctx);
	spin_lock(&ve->lock);
	ivgpu_vexeclist_promote(&ve->vel);
	n = ve->vel.nr_csb;
	memcpy(csb, ve->vel.csb, sizeof(csb));
	spin_unlock(&ve->lock);
	for (i = old.done; i < old.nr; i++) {
		ctx = old.cookie[i];
		ctx->queued--;
	}
	ivgpu_csb_push(ve, csb, n);
}

static void handle_complete(struct ivgpu_vengine *ve, struct ivgpu_shadow_ctx *ctx)
{
	u64 csb[IVGPU_VEL_MAX_CSB];
	unsigned int n;
	int ret;

	ctx->unshown = true;
	ctx->unfinished = false;
	if (ivgpu_vexeclist_current(&ve->vel) != ctx) {
		ve->stats.spurious++;
		return;
	}
	ivgpu_shadow_ctx_show(ctx);
	spin_lock(&ve->lock);
	ret = ivgpu_vexeclist_complete(&ve->vel, ctx);
	n = ve->vel.nr_csb;
	memcpy(csb, ve->vel.csb, sizeof(csb));
	spin_unlock(&ve->lock);
	if (ret)
		return;
	ctx->queued--;
	ve->stats.requests++;
	ivgpu_csb_push(ve, csb, n);
	trace_ivgpu_complete(ve->vx->p.name, ivgpu_engine_name(ve->id), ctx->lrca);
}

static void handle_promoted(struct ivgpu_vengine *ve)
{
	bool ours;

	spin_lock(&ve->lock);
	ve->acked = true;
	ours = ve->vel.pending.nr && ve->vel.pending.on_hw;
	spin_unlock(&ve->lock);
	if (ours)
		ivgpu_vengine_promote(ve);
}

static bool replay_impossible(const struct ivgpu_vengine *ve)
{
	const struct ivgpu_shadow_ctx *ctx = ivgpu_vexeclist_current(&ve->vel);

	return ctx && ctx->head_stale;
}

static void handle_off(struct ivgpu_vengine *ve, bool lost)
{
	struct ivgpu_refusal hang;

	spin_lock(&ve->lock);
	ve->vel.running.on_hw = false;
	ve->vel.pending.on_hw = false;
	spin_unlock(&ve->lock);
	if (lost || replay_impossible(ve)) {
		ivgpu_refuse(&hang, IVGPU_REFUSED_HANG, "it hung and was reset");
		ivgpu_vengine_stall(ve, &hang);
		return;
	}
	if (ve->vel.pending.nr)
		ivgpu_vengine_promote(ve);
}

static void handle(struct ivgpu_vengine *ve, const struct ivgpu_hw_event *event)
{
	struct ivgpu_shadow_ctx *ctx = event->cookie;

	switch (event->kind) {
	case IVGPU_HW_PROMOTED:
		handle_promoted(ve);
		break;
	case IVGPU_HW_SAVED:
		ctx->unshown = true;
		ctx->unfinished = true;
		ctx->head_stale = false;
		break;
	case IVGPU_HW_COMPLETE:
		handle_complete(ve, ctx);
		break;
	case IVGPU_HW_IDLE:
		handle_off(ve, false);
		break;
	case IVGPU_HW_LOST:
		handle_off(ve, true);
		break;
	}
}

/**
 * ivgpu_vengine_drain_locked - show the guest all that hardware has told so far
 * @ve: the virtual engine
 *
 * Then hands on what is ready: to hardware if we have it, else to the
 * scheduler. guestmem lock held.
 */
void ivgpu_vengine_drain_locked(struct ivgpu_vengine *ve)
{
	struct ivgpu_hw_event event;
	bool ready;

	lockdep_assert_held(&ivgpu_vengine_gm(ve)->lock);
	spin_lock(&ve->lock);
	ve->draining = true;
	while (kfifo_get(&ve->events, &event)) {
		spin_unlock(&ve->lock);
		handle(ve, &event);
		spin_lock(&ve->lock);
	}
	ve->draining = false;
	ivgpu_vengine_pump(ve);
	ready = ve->hw == IVGPU_HW_OFF && ivgpu_vengine_runnable(ve);
	spin_unlock(&ve->lock);
	if (ready)
		ve->vx->p.ops->ready(ve);
}

void ivgpu_vengine_drain_work(struct work_struct *work)
{
	struct ivgpu_vengine *ve = container_of(work, struct ivgpu_vengine, drain_work);
	struct ivgpu_guestmem *gm = ivgpu_vengine_gm(ve);

	mutex_lock(&gm->lock);
	ivgpu_vengine_drain_locked(ve);
	mutex_unlock(&gm->lock);
}
