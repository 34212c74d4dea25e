// SPDX-License-Identifier: GPL-2.0
/*
 * Best effort by weighted virtual time: the one who has used least for its
 * weight runs next; an engine is never left idle while somebody wants it.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "policy.h"

/*
 * A guest's driver allows its first requests 200 ms (i915 gt/intel_gt.c,
 * I915_GEM_IDLE_TIMEOUT): a newcomer is served ahead for as much engine time,
 * within the first seconds, and only once.
 */
#define AHEAD_NS	(200ull * 1000 * 1000)
#define AHEAD_WITHIN_NS	(10ull * 1000 * 1000 * 1000)

/**
 * ivgpu_policy_init - an empty queue
 * @p: the queue
 * @slice_ns: how long one may run while another waits
 */
void ivgpu_policy_init(struct ivgpu_policy *p, u64 slice_ns)
{
	INIT_LIST_HEAD(&p->queue);
	p->nr = 0;
	p->min_vtime = 0;
	p->slice_ns = slice_ns;
}

/**
 * ivgpu_policy_entity_init - a newcomer
 * @e: the newcomer
 * @weight: its weight, clamped to what is allowed
 */
void ivgpu_policy_entity_init(struct ivgpu_policy_entity *e, unsigned int weight)
{
	INIT_LIST_HEAD(&e->link);
	e->vtime = 0;
	e->ahead_ns = AHEAD_NS;
	e->ahead_until = 0;
	e->queued = false;
	ivgpu_policy_set_weight(e, weight);
}

/* Counts from now on; what was used stays as it was charged. */
void ivgpu_policy_set_weight(struct ivgpu_policy_entity *e, unsigned int weight)
{
	e->weight = clamp_t(unsigned int, weight, IVGPU_WEIGHT_MIN, IVGPU_WEIGHT_MAX);
}

static u64 vtime(const struct ivgpu_policy_entity *e, u64 ns)
{
	return div_u64(ns * IVGPU_WEIGHT_ONE, e->weight);
}

static bool is_ahead(const struct ivgpu_policy_entity *e, u64 now)
{
	return e->ahead_ns && (!e->ahead_until || now < e->ahead_until);
}

/**
 * ivgpu_policy_enqueue - somebody wants the engine
 * @p: the queue
 * @e: who; not queued
 * @wakes: it had no work before; false when it had the engine and lost it
 * @now: the time
 *
 * Who slept does not save up time: it is set to one slice before the others, so
 * that it gets on soon, and not to where it was long ago.
 */
void ivgpu_policy_enqueue(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, bool wakes,
			  u64 now)
{
	u64 bonus = vtime(e, p->slice_ns);

	if (wakes)
		e->vtime = max(e->vtime, p->min_vtime > bonus ? p->min_vtime - bonus : 0);
	if (!e->ahead_until)
		e->ahead_until = now + AHEAD_WITHIN_NS;
	list_add_tail(&e->link, &p->queue);
	e->queued = true;
	p->nr++;
}

/**
 * ivgpu_policy_dequeue - somebody no longer waits
 * @p: the queue
 * @e: who; queued
 */
void ivgpu_policy_dequeue(struct ivgpu_policy *p, struct ivgpu_policy_entity *e)
{
	list_del_init(&e->link);
	e->queued = false;
	p->nr--;
}

static bool goes_before(const struct ivgpu_policy_entity *a, const struct ivgpu_policy_entity *b,
			u64 now)
{
	bool a_ahead = is_ahead(a, now);

	if (a_ahead != is_ahead(b, now))
		return a_ahead;
	return a->vtime < b->vtime;
}

/**
 * ivgpu_policy_pick - who is next
 * @p: the queue
 * @now: the time
 *
 * Of equals, who came first. Return: the next one, still queued, or NULL.
 */
struct ivgpu_policy_entity *ivgpu_policy_pick(struct ivgpu_policy *p, u64 now)
{
	struct ivgpu_policy_entity *best = NULL, *e;

	list_for_each_entry(e, &p->queue, link)
		if (!best || goes_before(e, best, now))
			best = e;
	return best;
}

/**
 * ivgpu_policy_charge - somebody has used the engine
 * @p: the queue
 * @e: who; not queued
 * @ns: for how long
 */
void ivgpu_policy_charge(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, u64 ns)
{
	const struct ivgpu_policy_entity *other;
	u64 least;

	e->vtime += vtime(e, ns);
	e->ahead_ns -= min(e->ahead_ns, ns);
	least = e->vtime;
	list_for_each_entry(other, &p->queue, link)
		least = min(least, other->vtime);
	p->min_vtime = max(p->min_vtime, least);
}

/**
 * ivgpu_policy_runs_for - how much longer may the running one run
 * @p: the queue
 * @running: who runs; not queued
 * @ran_ns: for how long it has run, not charged yet
 * @now: the time
 *
 * Return: nanoseconds; 0: it must leave now; U64_MAX: nobody waits.
 */
u64 ivgpu_policy_runs_for(struct ivgpu_policy *p, const struct ivgpu_policy_entity *running,
			  u64 ran_ns, u64 now)
{
	const struct ivgpu_policy_entity *next = ivgpu_policy_pick(p, now);

	if (!next)
		return U64_MAX;
	if (is_ahead(next, now) && !is_ahead(running, now))
		return 0;
	if (ran_ns < p->slice_ns)
		return p->slice_ns - ran_ns;
	/* Its due is more than a slice: it runs on until the next one's is as much. */
	if (is_ahead(running, now) == is_ahead(next, now) &&
	    running->vtime + vtime(running, ran_ns) < next->vtime)
		return max(1ull, div_u64((next->vtime - running->vtime) * running->weight,
					 IVGPU_WEIGHT_ONE) - ran_ns);
	return 0;
}
