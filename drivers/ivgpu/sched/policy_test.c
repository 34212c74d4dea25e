// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the policy with simulated time.
 */
#include <kunit/test.h>
#include <linux/math64.h>

#include "policy.h"

#define MS 1000000ull
#define SLICE (2 * MS)
#define MAX_ENTITIES 8

struct sim {
	struct ivgpu_policy policy;
	struct ivgpu_policy_entity e[MAX_ENTITIES];
	u64 busy[MAX_ENTITIES];
	u64 now;
	unsigned int n;
};

static struct sim *sim(struct kunit *test, unsigned int n, const unsigned int *weights)
{
	struct sim *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->n = n;
	s->now = 1;
	ivgpu_policy_init(&s->policy, SLICE);
	for (i = 0; i < n; i++) {
		ivgpu_policy_entity_init(&s->e[i], weights[i]);
		s->e[i].ahead_ns = 0;
	}
	return s;
}

/* One turn: who is next runs for as long as it may, at most @work; returns its index or -1. */
static int turn(struct sim *s, u64 work, bool has_more)
{
	struct ivgpu_policy_entity *e = ivgpu_policy_pick(&s->policy, s->now);
	u64 ran = 0, more;
	int i = e - s->e;

	if (!e)
		return -1;
	ivgpu_policy_dequeue(&s->policy, e);
	while (ran < work) {
		more = ivgpu_policy_runs_for(&s->policy, e, ran, s->now);
		if (!more)
			break;
		more = min(more, work - ran);
		ran += more;
		s->now += more;
	}
	ivgpu_policy_charge(&s->policy, e, ran);
	s->busy[i] += ran;
	if (has_more)
		ivgpu_policy_enqueue(&s->policy, e, false, s->now);
	return i;
}

static void shares_follow_weights(struct kunit *test)
{
	static const unsigned int weights[MAX_ENTITIES] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct sim *s = sim(test, MAX_ENTITIES, weights);
	unsigned int i;
	u64 due;

	for (i = 0; i < MAX_ENTITIES; i++)
		ivgpu_policy_enqueue(&s->policy, &s->e[i], true, s->now);
	while (s->now < 10000 * MS)
		turn(s, 100 * MS, true);
	for (i = 0; i < MAX_ENTITIES; i++) {
		due = div_u64(s->now * weights[i], 36);
		KUNIT_EXPECT_GT(test, s->busy[i] * 100, due * 95);
		KUNIT_EXPECT_LT(test, s->busy[i] * 100, due * 105);
	}
}

static void nobody_waits_nobody_is_stopped(struct kunit *test)
{
	static const unsigned int weights[] = { 4 };
	struct sim *s = sim(test, 1, weights);

	KUNIT_EXPECT_EQ(test, ivgpu_policy_runs_for(&s->policy, &s->e[0], 1000 * MS, s->now),
			U64_MAX);
}

static void weight_change_counts_at_once(struct kunit *test)
{
	static const unsigned int weights[] = { 4, 4 };
	struct sim *s = sim(test, 2, weights);
	u64 end;

	ivgpu_policy_enqueue(&s->policy, &s->e[0], true, s->now);
	ivgpu_policy_enqueue(&s->policy, &s->e[1], true, s->now);
	while (s->now < 1000 * MS)
		turn(s, 100 * MS, true);
	ivgpu_policy_set_weight(&s->e[0], 12);
	s->busy[0] = 0;
	s->busy[1] = 0;
	end = s->now + 1000 * MS;
	while (s->now < end)
		turn(s, 100 * MS, true);
	KUNIT_EXPECT_GT(test, s->busy[0], 280 * s->busy[1] / 100);
	KUNIT_EXPECT_LT(test, s->busy[0], 320 * s->busy[1] / 100);
}

static void sleeper_gets_on_soon_but_saves_nothing(struct kunit *test)
{
	static const unsigned int weights[] = { 4, 4 };
	struct sim *s = sim(test, 2, weights);
	u64 end;

	ivgpu_policy_enqueue(&s->policy, &s->e[0], true, s->now);
	while (s->now < 5000 * MS)
		turn(s, 10 * MS, true);
	ivgpu_policy_enqueue(&s->policy, &s->e[1], true, s->now);
	KUNIT_EXPECT_EQ(test, turn(s, 100 * MS, true), 1);
	s->busy[0] = 0;
	s->busy[1] = 0;
	end = s->now + 1000 * MS;
	while (s->now < end)
		turn(s, 100 * MS, true);
	KUNIT_EXPECT_GT(test, s->busy[0], 480 * MS);
	KUNIT_EXPECT_GT(test, s->busy[1], 480 * MS);
}

static void newcomer_is_served_ahead_once(struct kunit *test)
{
	static const unsigned int weights[] = { 1000, 1 };
	struct sim *s = sim(test, 2, weights);
	u64 end;

	ivgpu_policy_enqueue(&s->policy, &s->e[0], true, s->now);
	while (s->now < 1000 * MS)
		turn(s, 10 * MS, true);
	ivgpu_policy_entity_init(&s->e[1], 1);
	ivgpu_policy_enqueue(&s->policy, &s->e[1], true, s->now);
	/* The one that runs must leave at once. */
	ivgpu_policy_dequeue(&s->policy, &s->e[0]);
	KUNIT_EXPECT_EQ(test, ivgpu_policy_runs_for(&s->policy, &s->e[0], 0, s->now), 0ull);
	ivgpu_policy_enqueue(&s->policy, &s->e[0], false, s->now);
	end = s->now + 1000 * MS;
	while (s->now < end)
		turn(s, 10 * MS, true);
	KUNIT_EXPECT_GE(test, s->busy[1], 200 * MS);
	KUNIT_EXPECT_LT(test, s->busy[1], 220 * MS);
}

static void newcomers_credit_expires(struct kunit *test)
{
	static const unsigned int weights[] = { 1 };
	struct sim *s = sim(test, 1, weights);
	struct ivgpu_policy_entity late;

	ivgpu_policy_entity_init(&late, 1);
	ivgpu_policy_enqueue(&s->policy, &late, true, s->now);
	ivgpu_policy_dequeue(&s->policy, &late);
	s->now += 11000 * MS;
	s->e[0].vtime = 0;
	late.vtime = 1;
	ivgpu_policy_enqueue(&s->policy, &late, false, s->now);
	ivgpu_policy_enqueue(&s->policy, &s->e[0], false, s->now);
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_policy_pick(&s->policy, s->now), &s->e[0]);
}

/* 10^5 random steps: nobody who waits is passed over for long, and nobody runs past its slice. */
static void random_steps(struct kunit *test)
{
	static const unsigned int weights[MAX_ENTITIES] = { 1, 1, 2, 4, 4, 8, 16, 16 };
	struct sim *s = sim(test, MAX_ENTITIES, weights);
	unsigned int step, i, queued;
	u64 since[MAX_ENTITIES] = {};
	u32 seed = 99;
	int ran;

	for (step = 0; step < 100000; step++) {
		seed = seed * 1664525 + 1013904223;
		i = seed >> 29;
		if (!s->e[i].queued && seed & BIT(10)) {
			ivgpu_policy_enqueue(&s->policy, &s->e[i], true, s->now);
			since[i] = s->now;
		}
		ran = turn(s, (seed >> 8 & 0xff) * (MS / 16) + 1, seed & BIT(11));
		if (ran < 0) {
			KUNIT_ASSERT_EQ(test, s->policy.nr, 0u);
			s->now += MS;
		} else {
			since[ran] = s->now;
		}
		for (i = 0, queued = 0; i < MAX_ENTITIES; i++) {
			queued += s->e[i].queued;
			/* All others of weight 52 use at most this long before it is its turn. */
			if (s->e[i].queued)
				KUNIT_ASSERT_LT(test, s->now - since[i], 52 * 16 * SLICE);
		}
		KUNIT_ASSERT_EQ(test, s->policy.nr, queued);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(shares_follow_weights),
	KUNIT_CASE(nobody_waits_nobody_is_stopped),
	KUNIT_CASE(weight_change_counts_at_once),
	KUNIT_CASE(sleeper_gets_on_soon_but_saves_nothing),
	KUNIT_CASE(newcomer_is_served_ahead_once),
	KUNIT_CASE(newcomers_credit_expires),
	KUNIT_CASE(random_steps),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu-policy",
	.test_cases = cases,
};

kunit_test_suite(suite);
