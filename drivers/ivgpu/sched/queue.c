// SPDX-License-Identifier: GPL-2.0
/*
 * The run queue of one physical engine: hands it on, ends time slices by
 * preemption, and takes it by a reset from who does not leave in time.
 */
#include <linux/ktime.h>

#include "../compat.h"
#include "../gpu/gpu.h"
#include "../ivgpu_trace.h"
#include "sched_internal.h"

/* A guest that resets its engine waits for no work of its own. */
#define URGENT_GRACE_NS	(20ull * NSEC_PER_MSEC)
/* How soon to look again when the engine could not be had. */
#define RETRY_NS	(1ull * NSEC_PER_MSEC)

static struct ivgpu_sched_entity *to_entity(struct ivgpu_policy_entity *pe)
{
	return pe ? container_of(pe, struct ivgpu_sched_entity, policy) : NULL;
}

static u64 grace(const struct ivgpu_sched_queue *q)
{
	return q->running->urgent ? URGENT_GRACE_NS : q->grace_ns;
}

static void set_timer(struct ivgpu_sched_queue *q, u64 ns)
{
	if (ns != U64_MAX)
		hrtimer_start(&q->timer, ns_to_ktime(ns), HRTIMER_MODE_REL);
}

static void enqueue(struct ivgpu_sched_queue *q, struct ivgpu_sched_entity *e, bool wakes, u64 now)
{
	e->waits_since = now;
	ivgpu_policy_enqueue(&q->policy, &e->policy, wakes, now);
}

static void dequeue(struct ivgpu_sched_queue *q, struct ivgpu_sched_entity *e, u64 now)
{
	e->stats.wait_ns += now - e->waits_since;
	ivgpu_policy_dequeue(&q->policy, &e->policy);
}

/* What the running one owes to others. */
enum demand {
	DEMAND_NOTHING,
	DEMAND_PREEMPT,
	DEMAND_HAND_OVER,
	DEMAND_KILL,
};

/* What is to be done, once no lock is held; who it is about stays until it is done. */
struct action {
	enum demand demand;
	struct ivgpu_sched_entity *running;
	struct ivgpu_sched_entity *next;
};

/* Somebody waits for the engine, or for the running one to be off it. */
static bool is_awaited(const struct ivgpu_sched_queue *q)
{
	return q->policy.nr || q->next || q->closed || q->running->parked;
}

/* Who follows the running one without a gap, if anybody may. */
static void choose_next(struct ivgpu_sched_queue *q, u64 now)
{
	struct ivgpu_policy_entity *pe = NULL;

	/* One at a time: who was chosen before may not have been submitted yet. */
	if (!q->closed && !q->next && !q->acting)
		pe = ivgpu_policy_successor(&q->policy, &q->running->policy, now);
	if (!pe)
		return;
	ivgpu_policy_dequeue(&q->policy, pe);
	q->next = to_entity(pe);
	q->hurry = false;
}

/* The next one does not get the engine in this way. */
static void put_back_next(struct ivgpu_sched_queue *q)
{
	struct ivgpu_sched_entity *e = q->next;
	u64 now = ktime_get_ns();

	lockdep_assert_held(&q->lock);
	q->next = NULL;
	e->stats.wait_ns += now - e->waits_since;
	if (!e->parked && ivgpu_vengine_has_work(e->ve))
		enqueue(q, e, false, now);
	wake_up_all(&q->off);
}

static enum demand judge_running(struct ivgpu_sched_queue *q, u64 now)
{
	u64 left = 0;

	if (!q->running->parked && !q->closed)
		left = ivgpu_policy_runs_for(&q->policy, &q->running->policy,
					     now - q->slice_since, now);
	if (left) {
		set_timer(q, left);
		return DEMAND_NOTHING;
	}
	q->state = IVGPU_SCHED_LEAVING;
	q->leaves_since = now;
	q->running->stats.preemptions++;
	trace_ivgpu_preempt(q->running->client->name, ivgpu_engine_name(q->id), now - q->since);
	choose_next(q, now);
	/* A cap alone makes nobody hung: the clock runs while another waits. */
	q->grace.since = 0;
	set_timer(q, ivgpu_grace_left(&q->grace, is_awaited(q), grace(q), now));
	return q->next ? DEMAND_HAND_OVER : DEMAND_PREEMPT;
}

/* Only the queue's own work may kill: others may be callbacks of the engine, or hold locks. */
static enum demand judge_leaving(struct ivgpu_sched_queue *q, u64 now, bool may_kill)
{
	u64 left = ivgpu_grace_left(&q->grace, is_awaited(q), grace(q), now);

	if (left) {
		set_timer(q, left);
		return DEMAND_NOTHING;
	}
	if (!may_kill) {
		queue_work(q->sched->wq, &q->tick);
		return DEMAND_NOTHING;
	}
	q->state = IVGPU_SCHED_KILLING;
	q->gone = false;
	return DEMAND_KILL;
}

/* Look at the running one: at the end of a slice, and when somebody comes or goes. */
static struct action judge(struct ivgpu_sched_queue *q, bool may_kill)
{
	struct action action = { .running = q->running };
	u64 now = ktime_get_ns();

	lockdep_assert_held(&q->lock);
	if (q->state == IVGPU_SCHED_RUNNING)
		action.demand = judge_running(q, now);
	else if (q->state == IVGPU_SCHED_LEAVING)
		action.demand = judge_leaving(q, now, may_kill);
	action.next = q->next;
	q->acting += action.demand != DEMAND_NOTHING;
	return action;
}

static void dispatch(struct ivgpu_sched_queue *q);

/* The running one is off the engine. */
static void finish(struct ivgpu_sched_queue *q)
{
	struct ivgpu_sched_entity *e = q->running;
	u64 now = ktime_get_ns();

	lockdep_assert_held(&q->lock);
	ivgpu_policy_charge(&q->policy, &e->policy, now - q->since, now);
	if (q->state == IVGPU_SCHED_LEAVING)
		ivgpu_policy_left(&e->policy, now - q->leaves_since);
	else if (q->state == IVGPU_SCHED_KILLING)
		ivgpu_policy_left(&e->policy, U64_MAX);
	e->stats.busy_ns += now - q->since;
	q->running = NULL;
	q->state = IVGPU_SCHED_FREE;
	q->grace.since = 0;
	if (!e->parked && ivgpu_vengine_has_work(e->ve))
		enqueue(q, e, false, now);
	wake_up_all(&q->off);
}

/* It has the engine. */
static void begin(struct ivgpu_sched_queue *q, struct ivgpu_sched_entity *e, u64 waited)
{
	lockdep_assert_held(&q->lock);
	q->state = IVGPU_SCHED_RUNNING;
	e->stats.switches++;
	trace_ivgpu_switch(e->client->name, ivgpu_engine_name(q->id), waited);
	q->since = ktime_get_ns();
	q->slice_since = q->since;
}

static void kill_running(struct ivgpu_sched_queue *q, struct ivgpu_sched_entity *e)
{
	ivgpu_vengine_kill(e->ve);
	spin_lock(&q->lock);
	/* If it was about to leave by itself, ivgpu_sched_left() is still to come. */
	if (q->running == e && q->state == IVGPU_SCHED_KILLING) {
		if (q->gone)
			finish(q);
		else
			q->state = IVGPU_SCHED_LEAVING;
	}
	spin_unlock(&q->lock);
	dispatch(q);
}

static void hand_over(struct ivgpu_sched_queue *q, struct ivgpu_sched_entity *from,
		      struct ivgpu_sched_entity *to)
{
	if (!ivgpu_vengine_hand_over(from->ve, to->ve))
		return;
	spin_lock(&q->lock);
	if (q->next == to)
		put_back_next(q);
	spin_unlock(&q->lock);
	dispatch(q);
}

/* Do what judge() said. No lock held. */
static void act(struct ivgpu_sched_queue *q, const struct action *action)
{
	switch (action->demand) {
	case DEMAND_NOTHING:
		return;
	case DEMAND_PREEMPT:
		ivgpu_vengine_preempt(action->running->ve);
		break;
	case DEMAND_HAND_OVER:
		hand_over(q, action->running, action->next);
		break;
	case DEMAND_KILL:
		kill_running(q, action->running);
		break;
	}
	spin_lock(&q->lock);
	q->acting--;
	wake_up_all(&q->off);
	spin_unlock(&q->lock);
}

static void tick(struct work_struct *work)
{
	struct ivgpu_sched_queue *q = container_of(work, struct ivgpu_sched_queue, tick);
	struct action action;

	spin_lock(&q->lock);
	action = judge(q, true);
	spin_unlock(&q->lock);
	act(q, &action);
	dispatch(q);
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct ivgpu_sched_queue *q = container_of(timer, struct ivgpu_sched_queue, timer);

	queue_work(q->sched->wq, &q->tick);
	return HRTIMER_NORESTART;
}

static void take(struct ivgpu_sched_queue *q, struct ivgpu_sched_entity *e, u64 now)
{
	dequeue(q, e, now);
	q->running = e;
	q->state = IVGPU_SCHED_STARTING;
	q->gone = false;
	q->since = now;
}

static struct ivgpu_sched_entity *take_next(struct ivgpu_sched_queue *q)
{
	struct ivgpu_sched_entity *e = NULL;
	u64 now = ktime_get_ns();

	spin_lock(&q->lock);
	if (q->state == IVGPU_SCHED_FREE && !q->closed && !q->next) {
		e = to_entity(ivgpu_policy_pick(&q->policy, now));
		if (e)
			take(q, e, now);
		else
			set_timer(q, ivgpu_policy_next_pick(&q->policy, now));
	}
	spin_unlock(&q->lock);
	return e;
}

/* It has the engine now, or could not take it. True: look for another one. */
static bool started(struct ivgpu_sched_queue *q, struct ivgpu_sched_entity *e, int ret)
{
	struct action action = { DEMAND_NOTHING };
	bool again = false;

	spin_lock(&q->lock);
	if (!ret && !q->gone) {
		/* Giving it the engine was no use of it. */
		begin(q, e, q->since - e->waits_since);
		action = judge(q, false);
	} else {
		/* A busy engine is tried again soon; who has nothing to run says when it has. */
		finish(q);
		again = ret != -EBUSY && ret != -EIO;
		if (ret == -EBUSY)
			set_timer(q, RETRY_NS);
	}
	spin_unlock(&q->lock);
	act(q, &action);
	return again;
}

/* Give the engine to the next one, if it is free and somebody wants it. No lock held. */
static void dispatch(struct ivgpu_sched_queue *q)
{
	struct ivgpu_sched_entity *e;

	do {
		e = take_next(q);
	} while (e && started(q, e, ivgpu_vengine_run(e->ve)));
}

/**
 * ivgpu_sched_wake - a virtual engine has work
 * @e: its entity
 */
void ivgpu_sched_wake(struct ivgpu_sched_entity *e)
{
	struct ivgpu_sched_queue *q = e->queue;
	struct action action;

	spin_lock(&q->lock);
	if (e->parked || e->policy.queued || q->running == e || q->next == e) {
		spin_unlock(&q->lock);
		return;
	}
	enqueue(q, e, true, ktime_get_ns());
	q->hurry |= !!q->next;
	action = judge(q, false);
	spin_unlock(&q->lock);
	act(q, &action);
	dispatch(q);
}

static void running_left(struct ivgpu_sched_queue *q)
{
	if (q->state == IVGPU_SCHED_STARTING || q->state == IVGPU_SCHED_KILLING)
		q->gone = true;
	else
		finish(q);
}

/**
 * ivgpu_sched_left - a virtual engine has left the physical one
 * @e: its entity; may be gone when this returns
 */
void ivgpu_sched_left(struct ivgpu_sched_entity *e)
{
	struct ivgpu_sched_queue *q = e->queue;

	spin_lock(&q->lock);
	if (q->next == e)
		put_back_next(q);
	else if (q->running == e)
		running_left(q);
	spin_unlock(&q->lock);
	dispatch(q);
}

/**
 * ivgpu_sched_succeeded - the next one has the physical engine: the running one has left
 * @e: its entity
 */
void ivgpu_sched_succeeded(struct ivgpu_sched_entity *e)
{
	struct ivgpu_sched_queue *q = e->queue;
	struct action action = { DEMAND_NOTHING };
	u64 waited;

	spin_lock(&q->lock);
	if (q->next == e) {
		q->next = NULL;
		/* It may have been off already, and be accounted for. */
		if (q->running)
			finish(q);
		waited = ktime_get_ns() - e->waits_since;
		e->stats.wait_ns += waited;
		q->running = e;
		q->gone = false;
		begin(q, e, waited);
		/* Who came meanwhile waits for a slice, not for longer. */
		if (q->hurry)
			q->slice_since = q->leaves_since;
		action = judge(q, false);
	}
	spin_unlock(&q->lock);
	act(q, &action);
}

/**
 * ivgpu_sched_keep_off - begin to take the engine from a virtual engine
 * @e: its entity
 * @urgent: its guest waits for that: a short grace is enough
 */
void ivgpu_sched_keep_off(struct ivgpu_sched_entity *e, bool urgent)
{
	struct ivgpu_sched_queue *q = e->queue;
	struct action action = { DEMAND_NOTHING };

	spin_lock(&q->lock);
	e->parked++;
	e->urgent += urgent;
	if (e->policy.queued)
		dequeue(q, e, ktime_get_ns());
	if (q->running == e)
		action = judge(q, false);
	spin_unlock(&q->lock);
	act(q, &action);
}

static bool is_off(struct ivgpu_sched_entity *e)
{
	bool off;

	spin_lock(&e->queue->lock);
	off = e->queue->running != e && e->queue->next != e && !e->queue->acting;
	spin_unlock(&e->queue->lock);
	return off;
}

/**
 * ivgpu_sched_wait_off - wait until it has left and its guest has been told all
 * @e: its entity, kept off
 *
 * Ends after the grace time and a reset at the latest.
 */
void ivgpu_sched_wait_off(struct ivgpu_sched_entity *e)
{
	wait_event(e->queue->off, is_off(e));
	ivgpu_vengine_drain(e->ve);
}

/**
 * ivgpu_sched_let_on - undo one ivgpu_sched_keep_off()
 * @e: its entity
 * @urgent: as given there
 */
void ivgpu_sched_let_on(struct ivgpu_sched_entity *e, bool urgent)
{
	struct ivgpu_sched_queue *q = e->queue;
	bool wake;

	spin_lock(&q->lock);
	e->parked--;
	e->urgent -= urgent;
	wake = !e->parked && e->ve;
	spin_unlock(&q->lock);
	if (wake && ivgpu_vengine_has_work(e->ve))
		ivgpu_sched_wake(e);
}

/**
 * ivgpu_sched_queue_close - nobody gets the engine any more, who has it must leave
 * @q: the queue
 */
void ivgpu_sched_queue_close(struct ivgpu_sched_queue *q)
{
	struct action action;

	spin_lock(&q->lock);
	q->closed = true;
	action = judge(q, false);
	spin_unlock(&q->lock);
	act(q, &action);
}

static bool is_free(struct ivgpu_sched_queue *q)
{
	bool free;

	spin_lock(&q->lock);
	free = !q->running && !q->next;
	spin_unlock(&q->lock);
	return free;
}

/**
 * ivgpu_sched_queue_wait_free - wait until nobody has the engine
 * @q: the queue, closed
 *
 * Ends after the grace time and a reset at the latest. May sleep.
 */
void ivgpu_sched_queue_wait_free(struct ivgpu_sched_queue *q)
{
	wait_event(q->off, is_free(q));
}

/**
 * ivgpu_sched_queue_open - the engine is given out again
 * @q: the queue, closed
 */
void ivgpu_sched_queue_open(struct ivgpu_sched_queue *q)
{
	spin_lock(&q->lock);
	q->closed = false;
	spin_unlock(&q->lock);
	dispatch(q);
}

/**
 * ivgpu_sched_account - the accounts of a virtual engine, up to now
 * @e: its entity
 * @stats: where to
 */
void ivgpu_sched_account(struct ivgpu_sched_entity *e, struct ivgpu_sched_stats *stats)
{
	struct ivgpu_sched_queue *q = e->queue;
	u64 now;

	spin_lock(&q->lock);
	now = ktime_get_ns();
	*stats = e->stats;
	if (q->running == e)
		stats->busy_ns += now - q->since;
	if (e->policy.queued || q->next == e)
		stats->wait_ns += now - e->waits_since;
	if (e->ve)
		stats->requests += ivgpu_vengine_stats(e->ve)->requests;
	spin_unlock(&q->lock);
}

/**
 * ivgpu_sched_queue_set - change a queue's times
 * @q: the queue
 * @slice_ns: how long one may run while another waits
 * @grace_ns: how long one may take to leave
 */
void ivgpu_sched_queue_set(struct ivgpu_sched_queue *q, u64 slice_ns, u64 grace_ns)
{
	spin_lock(&q->lock);
	q->policy.slice_ns = slice_ns;
	q->grace_ns = grace_ns;
	spin_unlock(&q->lock);
}

void ivgpu_sched_queue_init(struct ivgpu_sched *sched, enum ivgpu_engine_id id)
{
	struct ivgpu_sched_queue *q = &sched->queues[id];

	spin_lock_init(&q->lock);
	q->sched = sched;
	q->id = id;
	ivgpu_policy_init(&q->policy, NSEC_PER_MSEC);
	ivgpu_hrtimer_setup(&q->timer, on_timer);
	INIT_WORK(&q->tick, tick);
	init_waitqueue_head(&q->off);
}

void ivgpu_sched_queue_fini(struct ivgpu_sched_queue *q)
{
	hrtimer_cancel(&q->timer);
	cancel_work_sync(&q->tick);
}
