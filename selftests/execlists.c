// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that uses execlists as stock i915 does not on a vGPU: preemption and lite restore of
 * a context that runs, semaphores.  What it sees in its context status buffer must be
 * what its own hardware would show: also while another vGPU takes the engine away from it
 * and gives it back, of which nothing may be seen.
 */
#include "testmain.h"
#include "knob.h"
#include "spin.h"

#define WAIT_MS 15000
#define LITE (CSB_LITE_RESTORE | CSB_PREEMPTED)
#define LAST (CSB_ACTIVE_IDLE | CSB_COMPLETE)

FIXTURE(execlists)
{
	struct spin spin, other;
	struct lrc second;
	struct bo target;
	struct engine *engine;
	int kmsg;
};

FIXTURE_VARIANT(execlists)
{
	enum engine_id id;
	bool contested;
};

FIXTURE_VARIANT_ADD(execlists, rcs) { RCS, false };
FIXTURE_VARIANT_ADD(execlists, rcs_contested) { RCS, true };
FIXTURE_VARIANT_ADD(execlists, vcs) { VCS, false };
FIXTURE_VARIANT_ADD(execlists, vcs_contested) { VCS, true };

FIXTURE_SETUP(execlists)
{
	self->kmsg = kmsg_open();
	knobs_default();
	ASSERT_EQ(0, spin_open(&self->spin, 0));
	ASSERT_EQ(0, bo_create(&self->spin.vg, &self->target, 1));
	ASSERT_EQ(0, lrc_init(&self->second, &self->spin.vg, variant->id, NULL));
	ppgtt_publish(&self->spin.vg, &self->spin.vg.pp);
	self->engine = &self->spin.vg.engine[variant->id];
	if (!variant->contested)
		return;
	ASSERT_EQ(0, spin_open(&self->other, 1));
	ASSERT_TRUE(spin_start(&self->other, variant->id, true, WAIT_MS));
}

FIXTURE_TEARDOWN(execlists)
{
	unsigned int i;

	if (_metadata->exit_code == KSFT_FAIL && self->engine)
		for (i = 0; i < self->engine->events; i++)
			TH_LOG("csb %u: %#x id %u", i, self->engine->event[i].status,
			       self->engine->event[i].id);
	if (variant->contested) {
		EXPECT_TRUE(spin_stop(&self->other, variant->id, WAIT_MS));
		EXPECT_LT(0, knob_get(self->spin.vg.dev.uuid, variant->id == RCS ?
				      "stats/rcs0_switches" : "stats/vcs0_switches"));
		spin_close(&self->other);
	}
	spin_close(&self->spin);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* The events so far are `n`, the last of them this one. */
#define EXPECT_EVENT(n, what, context) do { \
		unsigned int _n = (n); \
		struct csb_event *_event; \
		ASSERT_TRUE(wait_events(self->engine, _n)); \
		_event = &self->engine->event[_n - 1]; \
		EXPECT_EQ((uint32_t)(what), _event->status); \
		EXPECT_EQ((context)->id, _event->id); \
	} while (0)

static bool wait_events(struct engine *engine, unsigned int n)
{
	uint64_t end = now_ms() + WAIT_MS;

	while (engine->events < n && now_ms() < end) {
		engine_poll(engine);
		sleep_ms(1);
	}
	return engine->events >= n;
}

static uint32_t add_store(struct lrc *lrc, struct bo *bo, unsigned int slot, uint32_t value)
{
	struct cmds c = { 0 };

	emit_store(&c, true, bo->ggtt + 4 * slot, value);
	ring_add(lrc, &c);
	return ring_finish(lrc);
}

/* The context that runs is given again with a longer ring. */
TEST_F_TIMEOUT(execlists, lite_restore_of_a_running_context, 60)
{
	struct lrc *first = &self->spin.lrc[variant->id];
	unsigned int round, n = 1;
	uint32_t seq = 0;

	ASSERT_TRUE(spin_start(&self->spin, variant->id, true, WAIT_MS));
	ASSERT_TRUE(wait_events(self->engine, 1));
	for (round = 0; round < 10; round++) {
		seq = add_store(first, &self->target, round, round + 1);
		engine_submit(first, NULL);
		EXPECT_EVENT(++n, LITE, first);
		EXPECT_EQ(0, load32(self->target.map + round));
	}
	store32(self->spin.batch.map + 64 * variant->id, MI_BATCH_BUFFER_END);
	ASSERT_TRUE(lrc_wait(first, seq, WAIT_MS));
	EXPECT_EVENT(++n, LAST, first);
	for (round = 0; round < 10; round++)
		EXPECT_EQ(round + 1, self->target.map[round]);
}

/*
 * The tail of a context that runs goes back, and other commands stand where hardware may
 * already read: what was submitted first runs, and nothing of what came over it.
 */
TEST_F_TIMEOUT(execlists, tail_taken_back_while_it_runs, 60)
{
	struct lrc *first = &self->spin.lrc[variant->id];
	struct cmds other = { 0 };
	uint32_t seq, before;
	uint64_t back = 0;

	ASSERT_TRUE(spin_start(&self->spin, variant->id, true, WAIT_MS));
	ASSERT_TRUE(wait_events(self->engine, 1));
	before = first->tail;
	seq = add_store(first, &self->target, 0, 1);
	engine_submit(first, NULL);
	EXPECT_EVENT(2, LITE, first);
	first->tail = before;
	engine_submit(first, NULL);
	EXPECT_EVENT(3, LITE, first);
	emit_store(&other, true, self->target.ggtt + 4, 2);
	ring_add(first, &other);
	engine_submit(first, NULL);
	EXPECT_EVENT(4, LITE, first);
	store32(self->spin.batch.map + 64 * variant->id, MI_BATCH_BUFFER_END);
	EXPECT_TRUE(lrc_wait(first, seq, WAIT_MS));
	EXPECT_EVENT(5, LAST, first);
	EXPECT_EQ(1, self->target.map[0]);
	EXPECT_EQ(0, self->target.map[1]);
	EXPECT_EQ(0, stats_read(self->spin.vg.dev.uuid, variant->id == RCS ?
				"tails_taken_back_rcs0" : "tails_taken_back_vcs0", &back));
	EXPECT_EQ(2, back);
}

/* As hardware leaves the image of a context that it has saved: to be restored. */
static void restorable(struct lrc *lrc)
{
	lrc->image[CTX_DW_CONTROL + 1] = MASKED_ON(CTX_CTRL_INHIBIT_SYN) |
		MASKED_OFF(BIT(0) | BIT(1) | BIT(2));
}

static bool runs(struct spin *spin, enum engine_id id)
{
	uint64_t end = now_ms() + WAIT_MS;

	store32(spin->mark.map + 16 * id, 0);
	while (now_ms() < end) {
		if (load32(spin->mark.map + 16 * id))
			return true;
		sleep_ms(1);
	}
	return false;
}

/* The guest preempts its own endless context, and lets it go on where it was. */
TEST_F_TIMEOUT(execlists, preemption_of_a_running_context, 90)
{
	struct lrc *first = &self->spin.lrc[variant->id];
	unsigned int round, n = 1;
	uint32_t seq;

	ASSERT_TRUE(spin_start(&self->spin, variant->id, true, WAIT_MS));
	ASSERT_TRUE(wait_events(self->engine, 1));
	restorable(first);
	for (round = 0; round < 5; round++) {
		seq = add_store(&self->second, &self->target, round, round + 1);
		engine_submit(&self->second, NULL);
		EXPECT_EVENT(++n, CSB_PREEMPTED, first);
		ASSERT_TRUE(lrc_wait(&self->second, seq, WAIT_MS));
		EXPECT_EVENT(++n, LAST, &self->second);
		EXPECT_EQ(round + 1, load32(self->target.map + round));
		restorable(&self->second);
		/* nothing of the guest's runs now */
		store32(self->spin.mark.map + 16 * variant->id, 0);
		sleep_ms(20);
		EXPECT_EQ(0, load32(self->spin.mark.map + 16 * variant->id));
		engine_submit(first, NULL);
		ASSERT_TRUE(wait_events(self->engine, ++n));
		EXPECT_EQ(CSB_IDLE_ACTIVE, self->engine->event[n - 1].status);
		ASSERT_TRUE(runs(&self->spin, variant->id));
	}
	EXPECT_TRUE(spin_stop(&self->spin, variant->id, WAIT_MS));
	EXPECT_EVENT(++n, LAST, first);
	EXPECT_EQ(n, self->engine->events);
}

/* Another engine of the same vGPU lets a semaphore through. */
TEST_F_TIMEOUT(execlists, semaphore, 60)
{
	struct lrc *waits = &self->second, *signals = &self->spin.lrc[VECS];
	struct cmds c = { 0 };
	unsigned int round;
	uint32_t seq;

	for (round = 1; round <= 5; round++) {
		c.n = 0;
		EMIT(&c, MI_SEMAPHORE_WAIT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ | MI_USE_GGTT,
		     round, self->target.ggtt + 64, 0);
		ring_add(waits, &c);
		seq = add_store(waits, &self->target, round, round);
		engine_submit(waits, NULL);
		sleep_ms(50);
		EXPECT_FALSE(lrc_done(waits, seq));
		EXPECT_EQ(0, self->target.map[round]);
		c.n = 0;
		emit_store(&c, true, self->target.ggtt + 64, round);
		ASSERT_TRUE(lrc_run(signals, &c, WAIT_MS));
		ASSERT_TRUE(lrc_wait(waits, seq, WAIT_MS));
		ASSERT_TRUE(engine_wait_idle(self->engine, WAIT_MS));
		EXPECT_EQ(round, self->target.map[round]);
	}
	EXPECT_EQ(2 * 5, self->engine->events);
}

TEST_PROGRAM_MAIN
