// SPDX-License-Identifier: GPL-2.0
/*
 * Weighted virtual time and caps: the one who has used least for its weight
 * runs next, unless its cap keeps it off. What nobody's cap forbids is never
 * left idle while somebody wants it.
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

/*
 * Tokens of so long can be saved up, or be owed when a batch could not be
 * stopped. What is saved must outlast the time that others take to leave.
 */
#define SAVED_NS	(250ull * 1000 * 1000)
#define OWED_NS		(10ull * 1000 * 1000 * 1000)

/*
 * How long one may take to leave an engine that another waits for, in ms; not below
 * what i915 gives (Kconfig.profile, DRM_I915_PREEMPT_TIMEOUT_COMPUTE: 7500 ms for
 * contexts that may compute, DRM_I915_PREEMPT_TIMEOUT: 640 ms for the others). A batch
 * is left at an arbitration point; on the render engine also behind a primitive or a
 * walker, and one walker of compute work may take long.
 */
static const unsigned int grace_ms[IVGPU_NUM_ENGINES] = {
	[IVGPU_RCS0] = 7500,
	[IVGPU_BCS0] = 1000,
	[IVGPU_VCS0] = 1000,
	[IVGPU_VCS1] = 1000,
	[IVGPU_VECS0] = 1000,
};

static const char *const names[IVGPU_NUM_POLICIES] = {
	[IVGPU_POLICY_BEST_EFFORT] = "best-effort",
	[IVGPU_POLICY_EQUAL_SHARE] = "equal-share",
	[IVGPU_POLICY_FIXED_SHARE] = "fixed-share",
};

/**
 * ivgpu_policy_name - what users call a policy
 * @kind: the policy
 *
 * Return: the name.
 */
const char *ivgpu_policy_name(enum ivgpu_policy_kind kind)
{
	return names[kind];
}

/**
 * ivgpu_policy_share - what a vGPU is due under a policy
 * @kind: the policy
 * @weight: its weight
 * @total_weight: of all vGPUs in use on this GPU, itself included
 * @cap_percent: its cap, 0 none
 *
 * Equal share takes no notice of weights. Under fixed share a vGPU has what its
 * weight is of a whole GPU, no more when others are idle; where the GPU is
 * overbooked, what its weight is of all weights.
 *
 * Return: the share.
 */
struct ivgpu_policy_share ivgpu_policy_share(enum ivgpu_policy_kind kind, unsigned int weight,
					     unsigned int total_weight, unsigned int cap_percent)
{
	struct ivgpu_policy_share share = { .weight = weight, .rate = IVGPU_RATE_FULL };
	unsigned int whole = max_t(unsigned int, IVGPU_WEIGHT_ONE, total_weight);

	if (kind == IVGPU_POLICY_EQUAL_SHARE)
		share.weight = IVGPU_WEIGHT_ONE;
	if (kind == IVGPU_POLICY_FIXED_SHARE)
		share.rate = max(1u, weight * IVGPU_RATE_FULL / whole);
	if (cap_percent)
		share.rate = min(share.rate, cap_percent * IVGPU_RATE_FULL / 100);
	return share;
}

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

static void clamp_share(struct ivgpu_policy_entity *e, struct ivgpu_policy_share share)
{
	e->share.weight = clamp_t(unsigned int, share.weight, IVGPU_WEIGHT_MIN, IVGPU_WEIGHT_MAX);
	e->share.rate = clamp_t(unsigned int, share.rate, 1, IVGPU_RATE_FULL);
}

/**
 * ivgpu_policy_entity_init - a newcomer
 * @e: the newcomer
 * @share: what it is due, clamped to what is allowed
 */
void ivgpu_policy_entity_init(struct ivgpu_policy_entity *e, struct ivgpu_policy_share share)
{
	INIT_LIST_HEAD(&e->link);
	e->vtime = 0;
	e->tokens = 0;
	e->tokens_at = 0;
	e->spent = false;
	e->ahead_ns = AHEAD_NS;
	e->ahead_until = 0;
	e->prompt = 0;
	e->queued = false;
	clamp_share(e, share);
}

static u64 vtime(const struct ivgpu_policy_entity *e, u64 ns)
{
	return div_u64(ns * IVGPU_WEIGHT_ONE, e->share.weight);
}

/* Who did not want the engine, or might not have it, has not saved up time; see enqueue. */
static void forget_past(struct ivgpu_policy *p, struct ivgpu_policy_entity *e)
{
	u64 bonus = vtime(e, p->slice_ns);

	e->vtime = max(e->vtime, p->min_vtime > bonus ? p->min_vtime - bonus : 0);
}

static bool is_capped(const struct ivgpu_policy_entity *e)
{
	return e->share.rate < IVGPU_RATE_FULL;
}

static u64 at_rate(const struct ivgpu_policy_entity *e, u64 ns)
{
	return div_u64(ns * e->share.rate, IVGPU_RATE_FULL);
}

/* How long until so many tokens have come in. */
static u64 until_tokens(const struct ivgpu_policy_entity *e, s64 tokens)
{
	if (tokens <= 0)
		return 0;
	return div_u64((u64)tokens * IVGPU_RATE_FULL, e->share.rate) + 1;
}

/* Tokens it must have to run again once they were used up: a slice's, or all it can save. */
static s64 helping(const struct ivgpu_policy *p, const struct ivgpu_policy_entity *e)
{
	return min(p->slice_ns, at_rate(e, SAVED_NS));
}

/* @used: what the entity has used and not been charged with: it cannot be saved any more. */
static void take_in(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, u64 used, u64 now)
{
	const s64 most = at_rate(e, SAVED_NS) + min(used, OWED_NS);
	u64 past = now - e->tokens_at;

	if (now < e->tokens_at)
		past = 0;
	past = min(past, OWED_NS + SAVED_NS);
	e->tokens = min_t(s64, e->tokens + at_rate(e, past), most);
	e->tokens_at = now;
	if (e->spent && e->tokens >= helping(p, e)) {
		e->spent = false;
		forget_past(p, e);
	}
}

/**
 * ivgpu_policy_set_share - change what an entity is due
 * @p: its queue
 * @e: the entity
 * @share: what it is due from now on
 * @now: the time
 *
 * What was used stays as it was charged; what was owed to the old cap is
 * forgotten.
 */
void ivgpu_policy_set_share(struct ivgpu_policy *p, struct ivgpu_policy_entity *e,
			    struct ivgpu_policy_share share, u64 now)
{
	unsigned int rate = e->share.rate;

	clamp_share(e, share);
	if (e->share.rate == rate)
		return;
	if (e->spent)
		forget_past(p, e);
	e->spent = false;
	e->tokens = min_t(s64, e->tokens, helping(p, e));
	e->tokens = max_t(s64, e->tokens, 0);
	e->tokens_at = now;
}

static bool is_ahead(const struct ivgpu_policy_entity *e, u64 now)
{
	return e->ahead_ns && (!e->ahead_until || now < e->ahead_until);
}

/* Its cap lets it run now. */
static bool may_run(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, u64 now)
{
	if (!is_capped(e))
		return true;
	take_in(p, e, 0, now);
	return !e->spent;
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
	if (wakes)
		forget_past(p, e);
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
 * Of equals, who came first.
 *
 * Return: the next one, still queued, or NULL when
 * nobody waits whose cap lets it run.
 */
struct ivgpu_policy_entity *ivgpu_policy_pick(struct ivgpu_policy *p, u64 now)
{
	struct ivgpu_policy_entity *best = NULL, *e;

	list_for_each_entry(e, &p->queue, link)
		if (may_run(p, e, now) && (!best || goes_before(e, best, now)))
			best = e;
	return best;
}

/**
 * ivgpu_policy_left - somebody was asked to leave the engine, and has left
 * @e: who
 * @ns: how long it took
 */
void ivgpu_policy_left(struct ivgpu_policy_entity *e, u64 ns)
{
	e->prompt = ns <= IVGPU_PROMPT_NS ? min(e->prompt + 1, IVGPU_PROMPT_TIMES) : 0;
}

/**
 * ivgpu_policy_successor - who may be put behind the running one before it has left
 * @p: the queue
 * @running: who runs and is to leave; not queued
 * @now: the time
 *
 * What was submitted to hardware cannot be taken back, so whoever stands behind one
 * that does not leave waits with it, also when its guest wants to reset it or its
 * memory is to go. So only those are followed at once who are known to leave promptly.
 *
 * Return: the next one, still queued, or NULL: nobody, until the running one has left.
 */
struct ivgpu_policy_entity *ivgpu_policy_successor(struct ivgpu_policy *p,
						   const struct ivgpu_policy_entity *running,
						   u64 now)
{
	return running->prompt < IVGPU_PROMPT_TIMES ? NULL : ivgpu_policy_pick(p, now);
}

/**
 * ivgpu_policy_next_pick - when the first of those will run whom their caps keep off
 * @p: the queue
 * @now: the time
 *
 * Return: nanoseconds, at least 1, or U64_MAX when no cap keeps anybody off.
 */
u64 ivgpu_policy_next_pick(struct ivgpu_policy *p, u64 now)
{
	struct ivgpu_policy_entity *e;
	u64 first = U64_MAX;

	list_for_each_entry(e, &p->queue, link)
		if (!may_run(p, e, now))
			first = min(first, until_tokens(e, helping(p, e) - e->tokens));
	return max(first, 1ull);
}

/**
 * ivgpu_policy_charge - somebody has used the engine
 * @p: the queue
 * @e: who; not queued
 * @ns: for how long
 * @now: the time at which it left
 *
 * What a newcomer is served ahead is given to it: charged, it would keep one of
 * little weight from the engine for seconds afterwards.
 */
void ivgpu_policy_charge(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, u64 ns, u64 now)
{
	const struct ivgpu_policy_entity *other;
	u64 least, gift = 0;

	if (is_ahead(e, now))
		gift = min(e->ahead_ns, ns);
	e->ahead_ns -= gift;
	e->vtime += vtime(e, ns - gift);
	if (is_capped(e)) {
		take_in(p, e, ns, now);
		e->tokens = max_t(s64, e->tokens - (s64)min(ns, OWED_NS),
				  -(s64)at_rate(e, OWED_NS));
		e->spent |= e->tokens <= 0;
	}
	least = e->vtime;
	list_for_each_entry(other, &p->queue, link)
		if (!other->spent)
			least = min(least, other->vtime);
	p->min_vtime = max(p->min_vtime, least);
}

/**
 * ivgpu_grace_ms - how long one may take to leave an engine, unless it is set otherwise
 * @id: the engine
 *
 * Return: milliseconds.
 */
unsigned int ivgpu_grace_ms(enum ivgpu_engine_id id)
{
	return grace_ms[id];
}

/**
 * ivgpu_grace_left - how much longer may one who was asked to leave take to do it
 * @grace: its clock; all zeroes when it is asked
 * @awaited: another waits for the engine, or for it to be off
 * @grace_ns: its grace
 * @now: the time, not 0
 *
 * The clock runs while somebody waits, and begins anew when somebody comes after
 * nobody did.
 *
 * Return: nanoseconds after which to ask again; 0: it counts as hung; U64_MAX: the
 * clock stands.
 */
u64 ivgpu_grace_left(struct ivgpu_grace *grace, bool awaited, u64 grace_ns, u64 now)
{
	if (!awaited) {
		grace->since = 0;
		return U64_MAX;
	}
	if (!grace->since)
		grace->since = now;
	return now - grace->since < grace_ns ? grace->since + grace_ns - now : 0;
}

/* What the cap leaves to the one that runs. */
static u64 cap_leaves(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, u64 ran_ns, u64 now)
{
	s64 left;

	if (!is_capped(e))
		return U64_MAX;
	take_in(p, e, ran_ns, now);
	left = e->tokens - (s64)ran_ns;
	if (left <= 0)
		return 0;
	/* While it runs, tokens come in. */
	return div_u64((u64)left * IVGPU_RATE_FULL, IVGPU_RATE_FULL - e->share.rate) + 1;
}

/* What others' claims leave to the one that runs. */
static u64 others_leave(struct ivgpu_policy *p, const struct ivgpu_policy_entity *running,
			u64 ran_ns, u64 now)
{
	const struct ivgpu_policy_entity *next = ivgpu_policy_pick(p, now);

	if (!next)
		return ivgpu_policy_next_pick(p, now);
	if (is_ahead(next, now) && !is_ahead(running, now))
		return 0;
	if (ran_ns < p->slice_ns)
		return p->slice_ns - ran_ns;
	/* Its due is more than a slice: it runs on until the next one's is as much. */
	if (is_ahead(running, now) == is_ahead(next, now) &&
	    running->vtime + vtime(running, ran_ns) < next->vtime)
		return max(1ull, div_u64((next->vtime - running->vtime) * running->share.weight,
					 IVGPU_WEIGHT_ONE) - ran_ns);
	return 0;
}

/**
 * ivgpu_policy_runs_for - how much longer may the running one run
 * @p: the queue
 * @running: who runs; not queued
 * @ran_ns: for how long it has run, not charged yet
 * @now: the time
 *
 * Return: nanoseconds after which to ask again; 0: it must leave now; U64_MAX:
 * nobody waits, and no cap holds it.
 */
u64 ivgpu_policy_runs_for(struct ivgpu_policy *p, struct ivgpu_policy_entity *running,
			  u64 ran_ns, u64 now)
{
	return min(cap_leaves(p, running, ran_ns, now), others_leave(p, running, ran_ns, now));
}
