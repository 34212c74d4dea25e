// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: a run queue with virtual engines that only note what is asked of them. The
 * slices and the grace are of an hour: they end when a case says so.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/ktime.h>

/* What queue.c uses of exec/, as this file has it. */
#define ivgpu_vengine_run	queue_test_run
#define ivgpu_vengine_preempt	queue_test_preempt
#define ivgpu_vengine_hand_over	queue_test_hand_over
#define ivgpu_vengine_kill	queue_test_kill
#define ivgpu_vengine_drain	queue_test_drain
#define ivgpu_vengine_has_work	queue_test_has_work
#define ivgpu_vengine_stats	queue_test_stats
/* Its own functions, so that the driver's can be beside them. */
#define ivgpu_sched_wake		queue_test_wake
#define ivgpu_sched_left		queue_test_left
#define ivgpu_sched_succeeded		queue_test_succeeded
#define ivgpu_sched_keep_off		queue_test_keep_off
#define ivgpu_sched_wait_off		queue_test_wait_off
#define ivgpu_sched_let_on		queue_test_let_on
#define ivgpu_sched_queue_close		queue_test_close
#define ivgpu_sched_queue_wait_free	queue_test_wait_free
#define ivgpu_sched_queue_open		queue_test_open
#define ivgpu_sched_account		queue_test_account
#define ivgpu_sched_queue_set		queue_test_set
#define ivgpu_sched_queue_init		queue_test_init
#define ivgpu_sched_queue_fini		queue_test_fini
/* Nobody traces here. */
#define IVGPU_TRACE_H
#define trace_ivgpu_switch(...) do { } while (0)
#define trace_ivgpu_preempt(...) do { } while (0)

#include "queue.c"

#define HOUR (3600 * NSEC_PER_SEC)
#define CLIENTS 3

/*
 * @has_work: it wants the engine
 * @runs, @preempts, @handed, @kills: how often it was asked to
 * @answer: of its being handed over from
 * @behind: who stands behind it when it is killed
 */
struct ivgpu_vengine {
	bool has_work;
	unsigned int runs, preempts, handed, kills;
	int answer;
	struct ivgpu_sched_entity *self, *behind;
	struct ivgpu_vexec_stats stats;
};

struct bench {
	struct ivgpu_sched sched;
	struct ivgpu_sched_queue *q;
	struct ivgpu_sched_client client[CLIENTS];
	struct ivgpu_sched_entity *e[CLIENTS];
	struct ivgpu_vengine ve[CLIENTS];
};

int queue_test_run(struct ivgpu_vengine *ve)
{
	ve->runs++;
	return ve->has_work ? 0 : -EAGAIN;
}

void queue_test_preempt(struct ivgpu_vengine *ve)
{
	ve->preempts++;
}

int queue_test_hand_over(struct ivgpu_vengine *from, struct ivgpu_vengine *to)
{
	from->handed++;
	return from->answer;
}

/* As exec/ does it: who stood behind has lost its place, and then the engine is free. */
void queue_test_kill(struct ivgpu_vengine *ve)
{
	ve->kills++;
	if (ve->behind)
		ivgpu_sched_left(ve->behind);
	ivgpu_sched_left(ve->self);
}

void queue_test_drain(struct ivgpu_vengine *ve)
{
}

bool queue_test_has_work(struct ivgpu_vengine *ve)
{
	return ve->has_work;
}

struct ivgpu_vexec_stats *queue_test_stats(struct ivgpu_vengine *ve)
{
	return &ve->stats;
}

static void stop(struct kunit_resource *res)
{
	ivgpu_sched_queue_fini(res->data);
}

/* Nobody runs; all have work, and nobody was ever slow to leave. */
static struct bench *fresh(struct kunit *test)
{
	const struct ivgpu_policy_share share = { .weight = 16, .rate = IVGPU_RATE_FULL };
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->sched.wq = system_wq;
	b->q = &b->sched.queues[IVGPU_RCS0];
	ivgpu_sched_queue_init(&b->sched, IVGPU_RCS0);
	kunit_alloc_resource(test, NULL, stop, GFP_KERNEL, b->q);
	ivgpu_sched_queue_set(b->q, HOUR, HOUR);
	for (i = 0; i < CLIENTS; i++) {
		b->e[i] = &b->client[i].entities[IVGPU_RCS0];
		ivgpu_policy_entity_init(&b->e[i]->policy, share);
		b->e[i]->policy.ahead_ns = 0;
		b->e[i]->policy.prompt = IVGPU_PROMPT_TIMES;
		b->e[i]->queue = b->q;
		b->e[i]->client = &b->client[i];
		b->e[i]->ve = &b->ve[i];
		b->ve[i].has_work = true;
		b->ve[i].self = b->e[i];
	}
	return b;
}

static void slice_ends(struct bench *b)
{
	b->q->slice_since = ktime_get_ns() - HOUR;
	b->q->since = b->q->slice_since;
	tick(&b->q->tick);
}

static void grace_ends(struct bench *b)
{
	b->q->grace.since = ktime_get_ns() - HOUR;
	tick(&b->q->tick);
}

/* The first one runs, the second one was submitted behind it. */
static struct bench *one_behind(struct kunit *test)
{
	struct bench *b = fresh(test);

	ivgpu_sched_wake(b->e[0]);
	ivgpu_sched_wake(b->e[1]);
	slice_ends(b);
	KUNIT_ASSERT_PTR_EQ(test, b->q->running, b->e[0]);
	KUNIT_ASSERT_PTR_EQ(test, b->q->next, b->e[1]);
	KUNIT_ASSERT_EQ(test, b->ve[0].handed, 1u);
	KUNIT_ASSERT_EQ(test, b->q->acting, 0u);
	return b;
}

static void handed_over(struct kunit *test)
{
	struct bench *b = one_behind(test);

	KUNIT_EXPECT_EQ(test, b->ve[0].preempts, 0u);
	KUNIT_EXPECT_EQ(test, b->q->state, IVGPU_SCHED_LEAVING);
	ivgpu_sched_succeeded(b->e[1]);
	KUNIT_EXPECT_PTR_EQ(test, b->q->running, b->e[1]);
	KUNIT_EXPECT_NULL(test, b->q->next);
	KUNIT_EXPECT_EQ(test, b->q->state, IVGPU_SCHED_RUNNING);
	KUNIT_EXPECT_TRUE(test, b->e[0]->policy.queued);
	KUNIT_EXPECT_GE(test, b->e[0]->stats.busy_ns, (u64)HOUR);
	KUNIT_EXPECT_EQ(test, b->e[0]->stats.preemptions, 1ull);
	KUNIT_EXPECT_EQ(test, b->e[1]->stats.switches, 1ull);
	/* nobody took the engine anew for that */
	KUNIT_EXPECT_EQ(test, b->ve[1].runs, 0u);
}

/* Who may be slow to leave is asked to, and the next one gets the engine when it is free. */
static void the_slow_are_emptied_first(struct kunit *test)
{
	struct bench *b = fresh(test);

	b->e[0]->policy.prompt = 0;
	ivgpu_sched_wake(b->e[0]);
	ivgpu_sched_wake(b->e[1]);
	slice_ends(b);
	KUNIT_EXPECT_EQ(test, b->ve[0].handed, 0u);
	KUNIT_EXPECT_EQ(test, b->ve[0].preempts, 1u);
	KUNIT_EXPECT_NULL(test, b->q->next);
	KUNIT_EXPECT_EQ(test, b->ve[1].runs, 0u);
	ivgpu_sched_left(b->e[0]);
	KUNIT_EXPECT_PTR_EQ(test, b->q->running, b->e[1]);
	KUNIT_EXPECT_EQ(test, b->ve[1].runs, 1u);
	KUNIT_EXPECT_EQ(test, b->e[0]->policy.prompt, 1u);
}

/* exec/ could not do it (registers differ): it has asked the first one to leave. */
static void hand_over_fails(struct kunit *test)
{
	struct bench *b = fresh(test);

	b->ve[0].answer = -EXDEV;
	ivgpu_sched_wake(b->e[0]);
	ivgpu_sched_wake(b->e[1]);
	slice_ends(b);
	KUNIT_EXPECT_EQ(test, b->ve[0].handed, 1u);
	KUNIT_EXPECT_NULL(test, b->q->next);
	KUNIT_EXPECT_TRUE(test, b->e[1]->policy.queued);
	KUNIT_EXPECT_EQ(test, b->q->state, IVGPU_SCHED_LEAVING);
	ivgpu_sched_left(b->e[0]);
	KUNIT_EXPECT_PTR_EQ(test, b->q->running, b->e[1]);
	KUNIT_EXPECT_EQ(test, b->ve[1].runs, 1u);
}

/* A reset of the engine has thrown out what stood behind: it waits again, and loses nothing. */
static void place_is_lost(struct kunit *test)
{
	struct bench *b = one_behind(test);

	ivgpu_sched_left(b->e[1]);
	KUNIT_EXPECT_NULL(test, b->q->next);
	KUNIT_EXPECT_TRUE(test, b->e[1]->policy.queued);
	ivgpu_sched_left(b->e[0]);
	KUNIT_EXPECT_PTR_EQ(test, b->q->running, b->e[1]);
	KUNIT_EXPECT_EQ(test, b->ve[1].runs, 1u);
}

/* The first one is off before it is known that hardware has changed over: nobody else gets in. */
static void the_engine_is_kept(struct kunit *test)
{
	struct bench *b = one_behind(test);

	ivgpu_sched_wake(b->e[2]);
	b->ve[0].has_work = false;
	ivgpu_sched_left(b->e[0]);
	KUNIT_EXPECT_NULL(test, b->q->running);
	KUNIT_EXPECT_EQ(test, b->ve[2].runs, 0u);
	ivgpu_sched_succeeded(b->e[1]);
	KUNIT_EXPECT_PTR_EQ(test, b->q->running, b->e[1]);
	KUNIT_EXPECT_EQ(test, b->ve[2].runs, 0u);
	KUNIT_EXPECT_FALSE(test, b->e[0]->policy.queued);
}

/* Who comes after the next one was chosen does not wait for that one's slice from its beginning. */
static void late_comers_wait_a_slice(struct kunit *test)
{
	struct bench *b = one_behind(test);
	u64 asked = ktime_get_ns() - HOUR / 2;

	b->q->leaves_since = asked;
	ivgpu_sched_wake(b->e[2]);
	ivgpu_sched_succeeded(b->e[1]);
	KUNIT_EXPECT_EQ(test, b->q->slice_since, asked);
	KUNIT_EXPECT_GE(test, b->q->since - asked, (u64)HOUR / 2);
}

/* It does not leave: it alone is killed, and whoever stood behind it runs. */
static void killed_before_the_next(struct kunit *test)
{
	struct bench *b = one_behind(test);

	b->ve[0].behind = b->e[1];
	b->ve[0].has_work = false;
	grace_ends(b);
	KUNIT_EXPECT_EQ(test, b->ve[0].kills, 1u);
	KUNIT_EXPECT_EQ(test, b->ve[1].kills, 0u);
	KUNIT_EXPECT_PTR_EQ(test, b->q->running, b->e[1]);
	KUNIT_EXPECT_EQ(test, b->ve[1].runs, 1u);
	/* and it is not followed without a gap soon */
	KUNIT_EXPECT_EQ(test, b->e[0]->policy.prompt, 0u);
	KUNIT_EXPECT_EQ(test, b->q->acting, 0u);
}

/* Who is to be kept off is not off while it stands behind another, and not queued after. */
static void kept_off_behind_another(struct kunit *test)
{
	struct bench *b = one_behind(test);

	ivgpu_sched_keep_off(b->e[1], false);
	KUNIT_EXPECT_FALSE(test, is_off(b->e[1]));
	ivgpu_sched_left(b->e[1]);
	KUNIT_EXPECT_TRUE(test, is_off(b->e[1]));
	KUNIT_EXPECT_FALSE(test, b->e[1]->policy.queued);
	ivgpu_sched_let_on(b->e[1], false);
	KUNIT_EXPECT_TRUE(test, b->e[1]->policy.queued);
}

/* A queue that closes chooses nobody to follow. */
static void closed(struct kunit *test)
{
	struct bench *b = fresh(test);

	ivgpu_sched_wake(b->e[0]);
	ivgpu_sched_wake(b->e[1]);
	ivgpu_sched_queue_close(b->q);
	KUNIT_EXPECT_EQ(test, b->ve[0].handed, 0u);
	KUNIT_EXPECT_EQ(test, b->ve[0].preempts, 1u);
	ivgpu_sched_left(b->e[0]);
	KUNIT_EXPECT_NULL(test, b->q->running);
	KUNIT_EXPECT_TRUE(test, is_free(b->q));
	ivgpu_sched_queue_open(b->q);
	KUNIT_EXPECT_NOT_NULL(test, b->q->running);
}

static struct kunit_case queue_cases[] = {
	KUNIT_CASE(handed_over),
	KUNIT_CASE(the_slow_are_emptied_first),
	KUNIT_CASE(hand_over_fails),
	KUNIT_CASE(place_is_lost),
	KUNIT_CASE(the_engine_is_kept),
	KUNIT_CASE(late_comers_wait_a_slice),
	KUNIT_CASE(killed_before_the_next),
	KUNIT_CASE(kept_off_behind_another),
	KUNIT_CASE(closed),
	{}
};

static struct kunit_suite queue_suite = {
	.name = "ivgpu-queue",
	.test_cases = queue_cases,
};

kunit_test_suite(queue_suite);
