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

static struct ivgpu_policy_share full(unsigned int weight)
{
	return (struct ivgpu_policy_share){ .weight = weight, .rate = IVGPU_RATE_FULL };
}

static struct sim *sim(struct kunit *test, unsigned int n, const unsigned int *weights)
{
	struct sim *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->n = n;
	s->now = 1;
	ivgpu_policy_init(&s->policy, SLICE);
	for (i = 0; i < n; i++) {
		ivgpu_policy_entity_init(&s->e[i], full(weights[i]));
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
	ivgpu_policy_charge(&s->policy, e, ran, s->now);
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
	ivgpu_policy_set_share(&s->policy, &s->e[0], full(12), s->now);
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
	ivgpu_policy_entity_init(&s->e[1], full(1));
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

/* What it was given ahead is not held against it: it has its due from then on. */
static void newcomer_pays_nothing_back(struct kunit *test)
{
	static const unsigned int weights[] = { 8, 1 };
	struct sim *s = sim(test, 2, weights);
	u64 end;

	ivgpu_policy_enqueue(&s->policy, &s->e[0], true, s->now);
	while (s->now < 1000 * MS)
		turn(s, 10 * MS, true);
	ivgpu_policy_entity_init(&s->e[1], full(1));
	ivgpu_policy_enqueue(&s->policy, &s->e[1], true, s->now);
	while (s->busy[1] < 200 * MS)
		turn(s, 10 * MS, true);
	s->busy[1] = 0;
	end = s->now + 900 * MS;
	while (s->now < end)
		turn(s, 10 * MS, true);
	KUNIT_EXPECT_GE(test, s->busy[1], 90 * MS);
	KUNIT_EXPECT_LE(test, s->busy[1], 115 * MS);
}

static void newcomers_credit_expires(struct kunit *test)
{
	static const unsigned int weights[] = { 1 };
	struct sim *s = sim(test, 1, weights);
	struct ivgpu_policy_entity late;

	ivgpu_policy_entity_init(&late, full(1));
	ivgpu_policy_enqueue(&s->policy, &late, true, s->now);
	ivgpu_policy_dequeue(&s->policy, &late);
	s->now += 11000 * MS;
	s->e[0].vtime = 0;
	late.vtime = 1;
	ivgpu_policy_enqueue(&s->policy, &late, false, s->now);
	ivgpu_policy_enqueue(&s->policy, &s->e[0], false, s->now);
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_policy_pick(&s->policy, s->now), &s->e[0]);
}

/* For @ns: those who wait run in turn, and time passes where caps forbid all of them. */
static void run_for(struct sim *s, u64 ns, u64 work)
{
	u64 end = s->now + ns;

	while (s->now < end)
		if (turn(s, work, true) < 0)
			s->now += min(ivgpu_policy_next_pick(&s->policy, s->now), end - s->now);
}

static void start(struct sim *s)
{
	unsigned int i;

	for (i = 0; i < s->n; i++)
		ivgpu_policy_enqueue(&s->policy, &s->e[i], true, s->now);
}

static void set_rate(struct sim *s, unsigned int i, unsigned int rate)
{
	struct ivgpu_policy_share share = s->e[i].share;

	share.rate = rate;
	ivgpu_policy_set_share(&s->policy, &s->e[i], share, s->now);
}

/* A cap holds within a tenth of itself, however small and whether or not others want the engine. */
static void cap_holds_when_alone(struct kunit *test)
{
	static const unsigned int weights[] = { 4 };
	static const unsigned int rates[] = { 10, 100, 250, 500, 990 };
	struct sim *s;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		s = sim(test, 1, weights);
		set_rate(s, 0, rates[i]);
		start(s);
		run_for(s, 10000 * MS, 100 * MS);
		KUNIT_EXPECT_GT(test, s->busy[0], 9 * rates[i] * MS);
		KUNIT_EXPECT_LT(test, s->busy[0], 10 * rates[i] * MS + 260 * MS);
	}
}

static void what_a_cap_leaves_goes_to_others(struct kunit *test)
{
	static const unsigned int weights[] = { 16, 1, 1 };
	struct sim *s = sim(test, 3, weights);

	set_rate(s, 0, 100);
	start(s);
	run_for(s, 10000 * MS, 100 * MS);
	KUNIT_EXPECT_GT(test, s->busy[0], 900 * MS);
	KUNIT_EXPECT_LT(test, s->busy[0], 1100 * MS);
	KUNIT_EXPECT_GT(test, s->busy[1], 4300 * MS);
	KUNIT_EXPECT_GT(test, s->busy[2], 4300 * MS);
	KUNIT_EXPECT_GE(test, s->busy[0] + s->busy[1] + s->busy[2], 10000 * MS);
}

/* A batch that cannot be stopped is paid back, up to a bound. */
static void cap_remembers_what_was_owed(struct kunit *test)
{
	static const unsigned int weights[] = { 4 };
	struct sim *s = sim(test, 1, weights);
	struct ivgpu_policy_entity *e = &s->e[0];

	set_rate(s, 0, 100);
	s->now += 500 * MS;
	ivgpu_policy_charge(&s->policy, e, 500 * MS, s->now);
	ivgpu_policy_enqueue(&s->policy, e, false, s->now);
	KUNIT_EXPECT_GT(test, ivgpu_policy_next_pick(&s->policy, s->now), 4000 * MS);
	ivgpu_policy_dequeue(&s->policy, e);
	s->now += 1000000 * MS;
	ivgpu_policy_charge(&s->policy, e, 1000000 * MS, s->now);
	ivgpu_policy_enqueue(&s->policy, e, false, s->now);
	KUNIT_EXPECT_LT(test, ivgpu_policy_next_pick(&s->policy, s->now), 11000 * MS);
}

static void cap_change_counts_at_once(struct kunit *test)
{
	static const unsigned int weights[] = { 4 };
	struct sim *s = sim(test, 1, weights);

	set_rate(s, 0, 10);
	start(s);
	run_for(s, 1000 * MS, 100 * MS);
	set_rate(s, 0, IVGPU_RATE_FULL);
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_policy_pick(&s->policy, s->now), &s->e[0]);
	KUNIT_EXPECT_EQ(test, ivgpu_policy_next_pick(&s->policy, s->now), U64_MAX);
	s->busy[0] = 0;
	run_for(s, 1000 * MS, 100 * MS);
	KUNIT_EXPECT_GE(test, s->busy[0], 1000 * MS);
	set_rate(s, 0, 500);
	s->busy[0] = 0;
	run_for(s, 1000 * MS, 100 * MS);
	KUNIT_EXPECT_GT(test, s->busy[0], 450 * MS);
	KUNIT_EXPECT_LT(test, s->busy[0], 550 * MS);
}

/* Who was kept off by its cap has not saved up time against the others. */
static void cap_saves_nothing_up(struct kunit *test)
{
	static const unsigned int weights[] = { 16, 1 };
	struct sim *s = sim(test, 2, weights);

	set_rate(s, 0, 20);
	start(s);
	run_for(s, 10000 * MS, 100 * MS);
	set_rate(s, 0, IVGPU_RATE_FULL);
	ivgpu_policy_set_share(&s->policy, &s->e[0], full(1), s->now);
	s->busy[0] = 0;
	s->busy[1] = 0;
	run_for(s, 2000 * MS, 100 * MS);
	KUNIT_EXPECT_GT(test, s->busy[0], 900 * MS);
	KUNIT_EXPECT_GT(test, s->busy[1], 900 * MS);
}

/* The one that runs is told to look again when a cap lets another go on. */
static void capped_one_interrupts_when_it_may(struct kunit *test)
{
	static const unsigned int weights[] = { 4, 4 };
	struct sim *s = sim(test, 2, weights);
	u64 look;

	set_rate(s, 1, 100);
	ivgpu_policy_charge(&s->policy, &s->e[1], 10 * MS, s->now);
	ivgpu_policy_enqueue(&s->policy, &s->e[1], false, s->now);
	s->e[0].vtime = s->e[1].vtime + 100 * MS;
	look = ivgpu_policy_runs_for(&s->policy, &s->e[0], 20 * MS, s->now);
	KUNIT_EXPECT_NE(test, look, 0ull);
	KUNIT_EXPECT_NE(test, look, U64_MAX);
	KUNIT_EXPECT_EQ(test, ivgpu_policy_runs_for(&s->policy, &s->e[0], 20 * MS, s->now + look),
			0ull);
}

static void policies_make_shares(struct kunit *test)
{
	struct ivgpu_policy_share share;

	share = ivgpu_policy_share(IVGPU_POLICY_BEST_EFFORT, 8, 10, 0);
	KUNIT_EXPECT_EQ(test, share.weight, 8u);
	KUNIT_EXPECT_EQ(test, share.rate, IVGPU_RATE_FULL);
	share = ivgpu_policy_share(IVGPU_POLICY_BEST_EFFORT, 8, 10, 25);
	KUNIT_EXPECT_EQ(test, share.rate, 250u);
	share = ivgpu_policy_share(IVGPU_POLICY_EQUAL_SHARE, 8, 10, 0);
	KUNIT_EXPECT_EQ(test, share.weight, (unsigned int)IVGPU_WEIGHT_ONE);
	KUNIT_EXPECT_EQ(test, share.rate, IVGPU_RATE_FULL);
	/* an eighth of a GPU stays an eighth, alone or not */
	share = ivgpu_policy_share(IVGPU_POLICY_FIXED_SHARE, 2, 2, 0);
	KUNIT_EXPECT_EQ(test, share.rate, 125u);
	share = ivgpu_policy_share(IVGPU_POLICY_FIXED_SHARE, 2, 16, 0);
	KUNIT_EXPECT_EQ(test, share.rate, 125u);
	share = ivgpu_policy_share(IVGPU_POLICY_FIXED_SHARE, 2, 16, 10);
	KUNIT_EXPECT_EQ(test, share.rate, 100u);
	share = ivgpu_policy_share(IVGPU_POLICY_FIXED_SHARE, 1000, 4000, 0);
	KUNIT_EXPECT_EQ(test, share.rate, 250u);
	share = ivgpu_policy_share(IVGPU_POLICY_FIXED_SHARE, 1, 8000, 0);
	KUNIT_EXPECT_EQ(test, share.rate, 1u);
}

/* The whole of a policy, by what eight are given in ten seconds. */
static void policy_gives(struct kunit *test, enum ivgpu_policy_kind kind, const u64 *percent,
			 unsigned int n)
{
	static const unsigned int weights[MAX_ENTITIES] = { 1, 2, 4, 1, 1, 2, 2, 3 };
	struct sim *s = sim(test, n, weights);
	unsigned int i, total = 0;

	for (i = 0; i < n; i++)
		total += weights[i];
	for (i = 0; i < n; i++)
		ivgpu_policy_set_share(&s->policy, &s->e[i],
				       ivgpu_policy_share(kind, weights[i], total, 0), s->now);
	start(s);
	run_for(s, 10000 * MS, 100 * MS);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_GT(test, s->busy[i], percent[i] * 95 * MS);
		KUNIT_EXPECT_LT(test, s->busy[i], percent[i] * 105 * MS);
	}
}

static void best_effort_gives_all(struct kunit *test)
{
	static const u64 percent[] = { 33, 66 };

	policy_gives(test, IVGPU_POLICY_BEST_EFFORT, percent, 2);
}

static void equal_share_knows_no_weight(struct kunit *test)
{
	static const u64 percent[] = { 25, 25, 25, 25 };

	policy_gives(test, IVGPU_POLICY_EQUAL_SHARE, percent, 4);
}

static void fixed_share_gives_no_more(struct kunit *test)
{
	static const u64 percent[] = { 6, 12, 25 };

	policy_gives(test, IVGPU_POLICY_FIXED_SHARE, percent, 3);
}

/* Beside seven of a thousand times its weight, one is still served. */
static void nobody_starves(struct kunit *test)
{
	static const unsigned int weights[MAX_ENTITIES] = { 1, 1000, 1000, 1000, 1000, 1000, 1000,
							    1000 };
	struct sim *s = sim(test, MAX_ENTITIES, weights);

	start(s);
	run_for(s, 100000 * MS, 100 * MS);
	KUNIT_EXPECT_GT(test, s->busy[0], 10 * MS);
	KUNIT_EXPECT_LT(test, s->busy[0], 40 * MS);
}

/* Who wakes having used little is on within one slice, beside seven that never stop. */
static void waker_is_on_within_a_slice(struct kunit *test)
{
	static const unsigned int weights[MAX_ENTITIES] = { 2, 2, 2, 2, 2, 2, 2, 2 };
	struct sim *s = sim(test, MAX_ENTITIES, weights);
	unsigned int i, round;
	u64 asked, left;

	for (i = 1; i < MAX_ENTITIES; i++)
		ivgpu_policy_enqueue(&s->policy, &s->e[i], true, s->now);
	run_for(s, 1000 * MS, 100 * MS);
	for (round = 0; round < 100; round++) {
		struct ivgpu_policy_entity *running = ivgpu_policy_pick(&s->policy, s->now);

		/* It asks in the middle of another's slice. */
		ivgpu_policy_dequeue(&s->policy, running);
		asked = s->now + round % 10 * SLICE / 10;
		ivgpu_policy_enqueue(&s->policy, &s->e[0], true, asked);
		left = ivgpu_policy_runs_for(&s->policy, running, asked - s->now, asked);
		KUNIT_ASSERT_LE(test, left, SLICE);
		ivgpu_policy_charge(&s->policy, running, asked + left - s->now, asked + left);
		ivgpu_policy_enqueue(&s->policy, running, false, asked + left);
		s->now = asked + left;
		KUNIT_ASSERT_PTR_EQ(test, ivgpu_policy_pick(&s->policy, s->now), &s->e[0]);
		KUNIT_ASSERT_EQ(test, turn(s, MS / 10, false), 0);
		run_for(s, 40 * MS, 100 * MS);
	}
}

/* Weights, caps and who wants the engine change all the time. */
struct walk {
	struct sim *s;
	u64 since[MAX_ENTITIES];	/* when it began to wait, or its share changed */
	u64 capped_since[MAX_ENTITIES];
	u64 used[MAX_ENTITIES];		/* under its present cap */
	u32 seed;
};

static u32 rnd(struct walk *w)
{
	w->seed = w->seed * 1664525 + 1013904223;
	return w->seed >> 8;
}

static void change_someone(struct walk *w)
{
	static const unsigned int rates[] = { 50, 200, 500, IVGPU_RATE_FULL, IVGPU_RATE_FULL };
	unsigned int i = rnd(w) % MAX_ENTITIES;
	struct ivgpu_policy_share share = {
		.weight = 1 + rnd(w) % 16,
		.rate = rates[rnd(w) % ARRAY_SIZE(rates)],
	};
	unsigned int k;

	if (share.rate != w->s->e[i].share.rate) {
		w->capped_since[i] = w->s->now;
		w->used[i] = 0;
	}
	ivgpu_policy_set_share(&w->s->policy, &w->s->e[i], share, w->s->now);
	/* how long one may have to wait depends on all weights */
	for (k = 0; k < MAX_ENTITIES; k++)
		w->since[k] = w->s->now;
}

static void one_step(struct kunit *test, struct walk *w)
{
	struct sim *s = w->s;
	unsigned int i = rnd(w) % MAX_ENTITIES;
	u64 before;
	int ran;

	if (!s->e[i].queued && rnd(w) & 1) {
		ivgpu_policy_enqueue(&s->policy, &s->e[i], true, s->now);
		w->since[i] = s->now;
	}
	if (!(rnd(w) % 1000))
		change_someone(w);
	before = s->now;
	ran = turn(s, rnd(w) % (20 * MS) + 1, rnd(w) & 1);
	if (ran >= 0) {
		w->since[ran] = s->now;
		w->used[ran] += s->now - before;
		return;
	}
	for (i = 0; i < MAX_ENTITIES; i++)
		KUNIT_ASSERT_FALSE(test, s->e[i].queued &&
				   s->e[i].share.rate == IVGPU_RATE_FULL);
	if (s->policy.nr)
		KUNIT_ASSERT_LE(test, ivgpu_policy_next_pick(&s->policy, s->now), 110 * MS);
	s->now += min(ivgpu_policy_next_pick(&s->policy, s->now), MS);
}

static void check_step(struct kunit *test, const struct walk *w)
{
	const struct sim *s = w->s;
	unsigned int i, queued = 0;

	for (i = 0; i < MAX_ENTITIES; i++) {
		const struct ivgpu_policy_entity *e = &s->e[i];
		u64 past = s->now - w->capped_since[i];

		queued += e->queued;
		if (e->share.rate == IVGPU_RATE_FULL) {
			/* All others of weight 112 use at most this long before it is its turn. */
			if (e->queued)
				KUNIT_ASSERT_LT(test, s->now - w->since[i], 112 * 16 * SLICE);
			continue;
		}
		/* A cap gives what its rate does, what was saved, and not more. */
		KUNIT_ASSERT_LE(test, w->used[i],
				div_u64((past + 260 * MS) * e->share.rate, IVGPU_RATE_FULL));
	}
	KUNIT_ASSERT_EQ(test, s->policy.nr, queued);
}

/*
 * 10^5 random steps: nobody is passed over for long, caps hold, and the engine is
 * idle only where caps keep off all who wait.
 */
static void random_steps(struct kunit *test)
{
	static const unsigned int weights[MAX_ENTITIES] = { 1, 1, 2, 4, 4, 8, 16, 16 };
	struct walk *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);
	unsigned int step;

	KUNIT_ASSERT_NOT_NULL(test, w);
	w->s = sim(test, MAX_ENTITIES, weights);
	w->seed = 99;
	for (step = 0; step < 100000; step++) {
		one_step(test, w);
		check_step(test, w);
	}
}

static void only_the_prompt_are_followed_at_once(struct kunit *test)
{
	static const unsigned int weights[] = { 4, 4 };
	struct sim *s = sim(test, 2, weights);
	unsigned int i;

	ivgpu_policy_enqueue(&s->policy, &s->e[1], true, s->now);
	for (i = 0; i < IVGPU_PROMPT_TIMES; i++) {
		KUNIT_EXPECT_NULL(test, ivgpu_policy_successor(&s->policy, &s->e[0], s->now));
		ivgpu_policy_left(&s->e[0], IVGPU_PROMPT_NS);
	}
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_policy_successor(&s->policy, &s->e[0], s->now), &s->e[1]);
	KUNIT_EXPECT_TRUE(test, s->e[1].queued);
	/* one time too slow, and it has to prove itself anew */
	ivgpu_policy_left(&s->e[0], IVGPU_PROMPT_NS + 1);
	KUNIT_EXPECT_NULL(test, ivgpu_policy_successor(&s->policy, &s->e[0], s->now));
	ivgpu_policy_left(&s->e[0], 1);
	KUNIT_EXPECT_NULL(test, ivgpu_policy_successor(&s->policy, &s->e[0], s->now));
}

static void capped_one_follows_nobody(struct kunit *test)
{
	static const unsigned int weights[] = { 4, 4 };
	struct sim *s = sim(test, 2, weights);
	const struct ivgpu_policy_share tenth = { .weight = 4, .rate = 100 };
	unsigned int i;

	for (i = 0; i < IVGPU_PROMPT_TIMES; i++)
		ivgpu_policy_left(&s->e[0], 1);
	ivgpu_policy_set_share(&s->policy, &s->e[1], tenth, s->now);
	ivgpu_policy_charge(&s->policy, &s->e[1], 100 * MS, s->now);
	ivgpu_policy_enqueue(&s->policy, &s->e[1], false, s->now);
	KUNIT_EXPECT_NULL(test, ivgpu_policy_successor(&s->policy, &s->e[0], s->now));
	s->now += 2000 * MS;
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_policy_successor(&s->policy, &s->e[0], s->now), &s->e[1]);
}

static void grace_runs_while_somebody_waits(struct kunit *test)
{
	struct ivgpu_grace grace = {};

	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, false, 50 * MS, 1 * MS), U64_MAX);
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, false, 50 * MS, 900 * MS), U64_MAX);
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, true, 50 * MS, 1000 * MS), 50 * MS);
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, true, 50 * MS, 1040 * MS), 10 * MS);
	/* who waited has gone, and another comes */
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, false, 50 * MS, 1045 * MS), U64_MAX);
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, true, 50 * MS, 1060 * MS), 50 * MS);
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, true, 50 * MS, 1109 * MS), 1 * MS);
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, true, 50 * MS, 1110 * MS), 0);
	/* a shorter one counts from the same moment */
	KUNIT_EXPECT_EQ(test, ivgpu_grace_left(&grace, true, 20 * MS, 1079 * MS), 1 * MS);
}

/* i915's own preemption timeouts, see policy.c. */
static void grace_lets_honest_work_end(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		KUNIT_EXPECT_GE(test, ivgpu_grace_ms(i), i == IVGPU_RCS0 ? 7500 : 640);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(shares_follow_weights),
	KUNIT_CASE(nobody_waits_nobody_is_stopped),
	KUNIT_CASE(weight_change_counts_at_once),
	KUNIT_CASE(sleeper_gets_on_soon_but_saves_nothing),
	KUNIT_CASE(newcomer_is_served_ahead_once),
	KUNIT_CASE(newcomer_pays_nothing_back),
	KUNIT_CASE(newcomers_credit_expires),
	KUNIT_CASE(cap_holds_when_alone),
	KUNIT_CASE(what_a_cap_leaves_goes_to_others),
	KUNIT_CASE(cap_remembers_what_was_owed),
	KUNIT_CASE(cap_change_counts_at_once),
	KUNIT_CASE(cap_saves_nothing_up),
	KUNIT_CASE(capped_one_interrupts_when_it_may),
	KUNIT_CASE(policies_make_shares),
	KUNIT_CASE(best_effort_gives_all),
	KUNIT_CASE(equal_share_knows_no_weight),
	KUNIT_CASE(fixed_share_gives_no_more),
	KUNIT_CASE(nobody_starves),
	KUNIT_CASE(waker_is_on_within_a_slice),
	KUNIT_CASE_SLOW(random_steps),
	KUNIT_CASE(only_the_prompt_are_followed_at_once),
	KUNIT_CASE(capped_one_follows_nobody),
	KUNIT_CASE(grace_runs_while_somebody_waits),
	KUNIT_CASE(grace_lets_honest_work_end),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu-policy",
	.test_cases = cases,
};

kunit_test_suite(suite);
