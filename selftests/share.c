// SPDX-License-Identifier: GPL-2.0
/*
 * Two vGPUs on one GPU: each gets its own results, at the same addresses of its own
 * address space, and neither can keep an engine from the other.
 */
#include <pthread.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define WAIT_MS 15000
#define ROUNDS 20

struct side {
	struct vgpu vg;
	struct lrc lrc[ENGINES];
	struct bo target, batch;
	bool stop;
};

FIXTURE(share)
{
	struct side side[2];
	int kmsg;
};

static int side_open(struct side *side, unsigned int number)
{
	unsigned int id;
	int ret;

	ret = vgpu_open(&side->vg, number);
	if (!ret)
		ret = bo_create(&side->vg, &side->target, 1);
	if (!ret)
		ret = bo_create(&side->vg, &side->batch, 1);
	for (id = 0; id < ENGINES && !ret; id++)
		ret = lrc_init(&side->lrc[id], &side->vg, id, NULL);
	if (!ret)
		ppgtt_publish(&side->vg, &side->vg.pp);
	return ret;
}

FIXTURE_SETUP(share)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, side_open(&self->side[0], 0));
	ASSERT_EQ(0, side_open(&self->side[1], 1));
}

FIXTURE_TEARDOWN(share)
{
	vgpu_close(&self->side[1].vg);
	vgpu_close(&self->side[0].vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static uint32_t store_start(struct side *side, enum engine_id id, uint32_t slot, uint32_t value)
{
	struct cmds c = { 0 };
	uint32_t seq;

	emit_store(&c, false, side->target.va + 4 * slot, value);
	ring_add(&side->lrc[id], &c);
	seq = ring_finish(&side->lrc[id]);
	engine_submit(&side->lrc[id], NULL);
	return seq;
}

/* Both have the same PPGTT address mapped, each to its own page. */
TEST_F_TIMEOUT(share, same_address_own_memory, 120)
{
	unsigned int id, i, s;
	uint32_t seq[2];

	ASSERT_EQ(self->side[0].target.va, self->side[1].target.va);
	for (i = 0; i < ROUNDS; i++) {
		id = i % ENGINES;
		for (s = 0; s < 2; s++)
			seq[s] = store_start(&self->side[s], id, i, (s + 1) << 16 | i);
		for (s = 0; s < 2; s++) {
			struct lrc *lrc = &self->side[s].lrc[id];

			ASSERT_TRUE(lrc_wait(lrc, seq[s], WAIT_MS));
			ASSERT_TRUE(engine_wait_idle(lrc->engine, WAIT_MS));
		}
	}
	for (s = 0; s < 2; s++)
		for (i = 0; i < ROUNDS; i++) {
			EXPECT_EQ((s + 1) << 16 | i, self->side[s].target.map[i]) {
				TH_LOG("side %u, round %u", s, i);
			}
		}
}

TEST_F_TIMEOUT(share, all_engines_at_once, 120)
{
	uint32_t seq[2][ENGINES];
	unsigned int id, s;

	for (id = 0; id < ENGINES; id++)
		for (s = 0; s < 2; s++)
			seq[s][id] = store_start(&self->side[s], id, id, 0x100 * (s + 1) + id);
	for (id = 0; id < ENGINES; id++)
		for (s = 0; s < 2; s++) {
			EXPECT_TRUE(lrc_wait(&self->side[s].lrc[id], seq[s][id], WAIT_MS)) {
				TH_LOG("side %u, engine %u", s, id);
			}
		}
	for (id = 0; id < ENGINES; id++)
		for (s = 0; s < 2; s++) {
			EXPECT_EQ(0x100 * (s + 1) + id, self->side[s].target.map[id]) {
				TH_LOG("side %u, engine %u", s, id);
			}
		}
}

static void *keep_dropping(void *arg)
{
	struct side *side = arg;

	while (!__atomic_load_n(&side->stop, __ATOMIC_RELAXED)) {
		if (drop_shadows(side[0].vg.dev.uuid) || drop_shadows(side[1].vg.dev.uuid))
			break;
		sleep_ms(5);
	}
	return NULL;
}

/* Shadows are caches: dropped every few milliseconds under work in flight, nothing goes wrong. */
TEST_F_TIMEOUT(share, shadows_dropped, 150)
{
	uint64_t end, drops[2];
	unsigned int i, id, s;
	pthread_t thread;
	uint32_t seq[2];

	NOT_ON_KVMGT("cannot forget its shadows");
	ASSERT_EQ(0, stats_read(self->side[1].vg.dev.uuid, "shadow_drops", &drops[0]));
	self->side[0].stop = false;
	ASSERT_EQ(0, pthread_create(&thread, NULL, keep_dropping, &self->side[0]));
	end = now_ms() + 8000;
	for (i = 0; i < 400 && now_ms() < end; i++) {
		id = i % ENGINES;
		for (s = 0; s < 2; s++)
			seq[s] = store_start(&self->side[s], id, i, (s + 1) << 16 | i);
		for (s = 0; s < 2; s++) {
			struct lrc *lrc = &self->side[s].lrc[id];

			EXPECT_TRUE(lrc_wait(lrc, seq[s], WAIT_MS) &&
				    engine_wait_idle(lrc->engine, WAIT_MS)) {
				TH_LOG("side %u, round %u", s, i);
				end = 0;
			}
		}
	}
	__atomic_store_n(&self->side[0].stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	ASSERT_EQ(0, stats_read(self->side[1].vg.dev.uuid, "shadow_drops", &drops[1]));
	TH_LOG("%u rounds, %u drops", i, (unsigned int)(drops[1] - drops[0]));
	EXPECT_GT(drops[1] - drops[0], 5);
	EXPECT_GT(i, 8);
	while (i--)
		for (s = 0; s < 2; s++) {
			EXPECT_EQ((s + 1) << 16 | i, self->side[s].target.map[i]) {
				TH_LOG("side %u, round %u", s, i);
			}
		}
}

/* Registers that a context saves are its own, also against another vGPU's context. */
TEST_F(share, registers_do_not_leak)
{
	struct cmds c = { 0 };
	uint32_t gpr = RCS_BASE + RING_GPR(5);

	emit_lri(&c, gpr, 0x5ec2e700);
	ASSERT_TRUE(lrc_run(&self->side[0].lrc[RCS], &c, WAIT_MS));
	c.n = 0;
	EMIT(&c, MI_SRM | MI_USE_GGTT, gpr, self->side[1].target.ggtt, 0);
	ASSERT_TRUE(lrc_run(&self->side[1].lrc[RCS], &c, WAIT_MS));
	EXPECT_NE(0x5ec2e700, self->side[1].target.map[0]);
	c.n = 0;
	EMIT(&c, MI_SRM | MI_USE_GGTT, gpr, self->side[0].target.ggtt, 0);
	ASSERT_TRUE(lrc_run(&self->side[0].lrc[RCS], &c, WAIT_MS));
	EXPECT_EQ(0x5ec2e700, self->side[0].target.map[0]);
}

/* One spins for ever (as igt's spinner does); the other's request is served in bounded time. */
TEST_F_TIMEOUT(share, endless_batch_beside, 120)
{
	struct side *spin = &self->side[0], *work = &self->side[1];
	struct cmds c = { 0 }, batch = { 0 };
	uint64_t start, took;
	uint32_t seq, i;

	NOT_ON_KVMGT("waits for a batch for ever");
	EMIT(&batch, MI_ARB_CHECK);
	emit_store(&batch, false, spin->target.va + 64, 1);
	emit_batch(&batch, false, spin->batch.va);
	memcpy(spin->batch.map, batch.dw, batch.n * 4);
	emit_batch(&c, false, spin->batch.va);
	ring_add(&spin->lrc[RCS], &c);
	ring_finish(&spin->lrc[RCS]);
	engine_submit(&spin->lrc[RCS], NULL);
	start = now_ms();
	while (!spin->target.map[16] && now_ms() - start < WAIT_MS)
		sleep_ms(1);
	ASSERT_EQ(1, spin->target.map[16]);
	for (i = 0; i < 5; i++) {
		start = now_ms();
		seq = store_start(work, RCS, i, 0x600d + i);
		ASSERT_TRUE(lrc_wait(&work->lrc[RCS], seq, WAIT_MS));
		took = now_ms() - start;
		TH_LOG("served in %llu ms", (unsigned long long)took);
		EXPECT_EQ(0x600d + i, work->target.map[i]);
		ASSERT_TRUE(engine_wait_idle(&work->vg.engine[RCS], WAIT_MS));
	}
	/* the spinner was preempted, not lost: told to end, it ends */
	spin->batch.map[0] = MI_BATCH_BUFFER_END;
	EXPECT_TRUE(lrc_wait(&spin->lrc[RCS], spin->lrc[RCS].seqno, WAIT_MS));
	EXPECT_TRUE(engine_wait_idle(&spin->vg.engine[RCS], WAIT_MS));
}

/* Another vGPU's hang on one engine costs the neighbour nothing on the others. */
TEST_F_TIMEOUT(share, other_engines_go_on, 120)
{
	struct side *spin = &self->side[0], *work = &self->side[1];
	struct cmds c = { 0 }, batch = { 0 };
	unsigned int id;
	uint32_t seq;

	NOT_ON_KVMGT("gives the whole GPU to one vGPU at a time");
	emit_batch(&batch, false, spin->batch.va);
	memcpy(spin->batch.map, batch.dw, batch.n * 4);
	emit_batch(&c, false, spin->batch.va);
	ring_add(&spin->lrc[VCS], &c);
	ring_finish(&spin->lrc[VCS]);
	engine_submit(&spin->lrc[VCS], NULL);
	for (id = 0; id < ENGINES; id++) {
		if (id == VCS)
			continue;
		seq = store_start(work, id, id, 0x60 + id);
		EXPECT_TRUE(lrc_wait(&work->lrc[id], seq, WAIT_MS));
		EXPECT_EQ(0x60 + id, work->target.map[id]);
	}
	EXPECT_EQ(0, engine_reset(&spin->vg.engine[VCS]));
}

/* A reset by one guest is not seen by the other. */
TEST_F_TIMEOUT(share, reset_is_private, 60)
{
	unsigned int i;
	uint32_t seq;

	for (i = 0; i < 5; i++) {
		seq = store_start(&self->side[1], RCS, i, i + 1);
		vgpu_write(&self->side[0].vg, GDRST, GDRST_FULL);
		EXPECT_TRUE(lrc_wait(&self->side[1].lrc[RCS], seq, WAIT_MS));
		EXPECT_TRUE(engine_wait_idle(&self->side[1].vg.engine[RCS], WAIT_MS));
		EXPECT_EQ(i + 1, self->side[1].target.map[i]);
	}
}

TEST_PROGRAM_MAIN
