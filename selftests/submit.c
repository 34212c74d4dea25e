// SPDX-License-Identifier: GPL-2.0
/*
 * Work on the four engines, as an honest driver sends it, and its results.
 */
#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define WAIT_MS 10000

FIXTURE(submit)
{
	struct vgpu vg;
	struct engine *engine;
	struct lrc lrc, second;
	struct bo batch, target;
	int kmsg;
};

FIXTURE_VARIANT(submit)
{
	enum engine_id id;
};

FIXTURE_VARIANT_ADD(submit, rcs) { RCS };
FIXTURE_VARIANT_ADD(submit, bcs) { BCS };
FIXTURE_VARIANT_ADD(submit, vcs) { VCS };
FIXTURE_VARIANT_ADD(submit, vecs) { VECS };

FIXTURE_SETUP(submit)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	self->engine = &self->vg.engine[variant->id];
	ASSERT_EQ(0, bo_create(&self->vg, &self->batch, 4));
	ASSERT_EQ(0, bo_create(&self->vg, &self->target, 2));
	ASSERT_EQ(0, lrc_init(&self->lrc, &self->vg, variant->id, NULL));
	ASSERT_EQ(0, lrc_init(&self->second, &self->vg, variant->id, NULL));
	ppgtt_publish(&self->vg, &self->vg.pp);
}

FIXTURE_TEARDOWN(submit)
{
	if (_metadata->exit_code == KSFT_FAIL && self->engine) {
		unsigned int i;

		for (i = 0; i < self->engine->events; i++)
			TH_LOG("csb %u: %#x id %u", i, self->engine->event[i].status,
			       self->engine->event[i].id);
	}
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static void batch_put(struct bo *bo, const struct cmds *c)
{
	memcpy(bo->map, c->dw, c->n * 4);
}

TEST_F(submit, nothing_but_seqno)
{
	EXPECT_TRUE(lrc_run(&self->lrc, NULL, WAIT_MS));
}

TEST_F(submit, store_from_ring)
{
	struct cmds c = { 0 };

	emit_store(&c, true, self->target.ggtt + 16, 0xc0ffee01);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(0xc0ffee01, self->target.map[4]);
}

TEST_F(submit, store_from_ring_to_ppgtt)
{
	struct cmds c = { 0 };

	emit_store(&c, false, self->target.va + 20, 0xc0ffee02);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(0xc0ffee02, self->target.map[5]);
}

TEST_F(submit, store_qword)
{
	struct cmds c = { 0 };

	EMIT(&c, (MI_STORE_DATA_IMM + 1) | MI_STORE_QWORD | MI_USE_GGTT, self->target.ggtt + 64,
	     0, 0x11111111, 0x22222222);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(0x11111111, self->target.map[16]);
	EXPECT_EQ(0x22222222, self->target.map[17]);
}

/* A batch in GGTT runs with privilege: it is scanned, and may store by GGTT. */
TEST_F(submit, batch_in_ggtt)
{
	struct cmds c = { 0 }, batch = { 0 };

	emit_store(&batch, true, self->target.ggtt, 0xb0000001);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	batch_put(&self->batch, &batch);
	emit_batch(&c, true, self->batch.ggtt);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(0xb0000001, self->target.map[0]);
}

TEST_F(submit, batch_in_ppgtt)
{
	struct cmds c = { 0 }, batch = { 0 };

	emit_store(&batch, false, self->target.va, 0xb0000002);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	batch_put(&self->batch, &batch);
	emit_batch(&c, false, self->batch.va);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(0xb0000002, self->target.map[0]);
}

/* The same batch with new contents each time: nobody may run a stale copy. */
TEST_F(submit, batch_rewritten)
{
	uint32_t i;

	for (i = 1; i <= 10; i++) {
		struct cmds c = { 0 }, batch = { 0 };

		emit_store(&batch, false, self->target.va + 4 * i, i);
		EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
		batch_put(&self->batch, &batch);
		emit_batch(&c, i & 1, i & 1 ? self->batch.ggtt : self->batch.va);
		if (i & 1) {
			self->batch.map[0] |= MI_USE_GGTT;
			self->batch.map[1] = self->target.ggtt + 4 * i;
			self->batch.map[2] = 0;
		}
		ASSERT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
		EXPECT_EQ(i, self->target.map[i]);
	}
}

TEST_F(submit, second_level_batch)
{
	struct cmds c = { 0 }, first = { 0 }, inner = { 0 };

	EMIT(&first, MI_BATCH_BUFFER_START | BBS_PPGTT | BBS_SECOND_LEVEL,
	     (uint32_t)(self->batch.va + PAGE), (self->batch.va + PAGE) >> 32);
	emit_store(&first, false, self->target.va + 4, 2);
	EMIT(&first, MI_BATCH_BUFFER_END, MI_NOOP);
	emit_store(&inner, false, self->target.va, 1);
	EMIT(&inner, MI_BATCH_BUFFER_END, MI_NOOP);
	batch_put(&self->batch, &first);
	memcpy(self->batch.map + PAGE / 4, inner.dw, inner.n * 4);
	emit_batch(&c, false, self->batch.va);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(1, self->target.map[0]);
	EXPECT_EQ(2, self->target.map[1]);
}

/* Two batches of one ring request, over a page boundary of the second. */
TEST_F(submit, batch_over_page_end)
{
	struct cmds c = { 0 }, batch = { 0 };
	uint32_t start = PAGE - 8;

	emit_store(&batch, false, self->target.va, 0x77);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(self->batch.map + start / 4, batch.dw, batch.n * 4);
	emit_batch(&c, false, self->batch.va + start);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(0x77, self->target.map[0]);
}

TEST_F(submit, user_interrupt)
{
	uint64_t end = now_ms() + WAIT_MS;

	ASSERT_TRUE(lrc_run(&self->lrc, NULL, WAIT_MS));
	while (!self->vg.user_irqs[variant->id] && now_ms() < end)
		vgpu_irq_wait(&self->vg, 100);
	EXPECT_GT(self->vg.user_irqs[variant->id], 0);
	EXPECT_GT(self->vg.msis, 0);
}

TEST_F(submit, context_switch_interrupt)
{
	uint64_t end = now_ms() + WAIT_MS;

	ASSERT_TRUE(lrc_run(&self->lrc, NULL, WAIT_MS));
	while (!self->vg.switch_irqs[variant->id] && now_ms() < end)
		vgpu_irq_wait(&self->vg, 100);
	EXPECT_GT(self->vg.switch_irqs[variant->id], 0);
}

/* Masked at the master, nothing comes; unmasked again, what waits does. */
TEST_F(submit, interrupt_masked)
{
	while (vgpu_irq_wait(&self->vg, 50))
		;
	vgpu_write(&self->vg, MASTER_IRQ, 0);
	ASSERT_TRUE(lrc_run(&self->lrc, NULL, WAIT_MS));
	EXPECT_FALSE(vgpu_irq_wait(&self->vg, 100));
	vgpu_write(&self->vg, MASTER_IRQ, MASTER_IRQ_ENABLE);
	EXPECT_TRUE(vgpu_irq_wait(&self->vg, WAIT_MS));
}

TEST_F(submit, csb_one_element)
{
	ASSERT_TRUE(lrc_run(&self->lrc, NULL, WAIT_MS));
	ASSERT_EQ(2, self->engine->events);
	EXPECT_EQ(CSB_IDLE_ACTIVE, self->engine->event[0].status);
	EXPECT_EQ(CSB_ACTIVE_IDLE | CSB_COMPLETE, self->engine->event[1].status);
	EXPECT_EQ(self->lrc.id, self->engine->event[1].id);
}

TEST_F(submit, csb_two_elements)
{
	uint32_t seq0 = ring_finish(&self->lrc), seq1 = ring_finish(&self->second);

	engine_submit(&self->lrc, &self->second);
	ASSERT_TRUE(lrc_wait(&self->lrc, seq0, WAIT_MS));
	ASSERT_TRUE(lrc_wait(&self->second, seq1, WAIT_MS));
	ASSERT_TRUE(engine_wait_idle(self->engine, WAIT_MS));
	ASSERT_EQ(3, self->engine->events);
	EXPECT_EQ(CSB_IDLE_ACTIVE, self->engine->event[0].status);
	EXPECT_EQ(CSB_ELEMENT_SWITCH | CSB_COMPLETE, self->engine->event[1].status);
	EXPECT_EQ(self->lrc.id, self->engine->event[1].id);
	EXPECT_EQ(CSB_ACTIVE_IDLE | CSB_COMPLETE, self->engine->event[2].status);
	EXPECT_EQ(self->second.id, self->engine->event[2].id);
}

/* Two contexts' stores arrive in the order of the elements. */
TEST_F(submit, two_elements_in_order)
{
	struct cmds c = { 0 };
	uint32_t seq;

	emit_store(&c, true, self->target.ggtt, 1);
	ring_add(&self->lrc, &c);
	ring_finish(&self->lrc);
	c.n = 0;
	emit_store(&c, true, self->target.ggtt, 2);
	ring_add(&self->second, &c);
	seq = ring_finish(&self->second);
	engine_submit(&self->lrc, &self->second);
	ASSERT_TRUE(lrc_wait(&self->second, seq, WAIT_MS));
	ASSERT_TRUE(engine_wait_idle(self->engine, WAIT_MS));
	EXPECT_EQ(2, self->target.map[0]);
}

/* While one request runs, its context is submitted again with a new tail. */
TEST_F(submit, lite_restore)
{
	uint32_t seq, i;

	for (i = 0; i < 10; i++) {
		uint64_t end = now_ms() + WAIT_MS;
		struct cmds c = { 0 };

		emit_store(&c, true, self->target.ggtt + 4 * i, i + 1);
		ring_add(&self->lrc, &c);
		seq = ring_finish(&self->lrc);
		engine_submit(&self->lrc, NULL);
		while (self->engine->pending && now_ms() < end)
			engine_poll(self->engine);
		ASSERT_FALSE(self->engine->pending);
	}
	ASSERT_TRUE(lrc_wait(&self->lrc, seq, WAIT_MS));
	ASSERT_TRUE(engine_wait_idle(self->engine, WAIT_MS));
	for (i = 0; i < 10; i++) {
		EXPECT_EQ(i + 1, self->target.map[i]) {
			TH_LOG("request %u", i);
		}
	}
}

TEST_F_TIMEOUT(submit, ring_wraps, 120)
{
	uint32_t i, wraps = 0, last = 0;

	for (i = 0; i < 80; i++) {
		struct cmds c = { 0 };
		int n;

		for (n = 0; n < 60; n++)
			EMIT(&c, MI_NOOP);
		emit_store(&c, true, self->target.ggtt + 4 * i, i + 1);
		ASSERT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
		wraps += self->lrc.tail < last;
		last = self->lrc.tail;
		EXPECT_EQ(i + 1, self->target.map[i]);
	}
	EXPECT_GE(wraps, 1);
}

/* A command may lie across the ring's end. */
TEST_F(submit, command_across_ring_end)
{
	struct cmds c = { 0 };
	uint32_t seq;

	while (self->lrc.tail + 512 < RING_BYTES) {
		c.n = 0;
		while (c.n < 100)
			EMIT(&c, MI_NOOP);
		ASSERT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	}
	while (self->lrc.tail != RING_BYTES - 8) {
		self->lrc.ring[self->lrc.tail / 4] = MI_NOOP;
		self->lrc.tail += 4;
	}
	c.n = 0;
	emit_store(&c, true, self->target.ggtt, 0x3142);
	self->lrc.ring[RING_BYTES / 4 - 2] = c.dw[0];
	self->lrc.ring[RING_BYTES / 4 - 1] = c.dw[1];
	self->lrc.ring[0] = c.dw[2];
	self->lrc.ring[1] = c.dw[3];
	self->lrc.tail = 8;
	seq = ring_finish(&self->lrc);
	engine_submit(&self->lrc, NULL);
	EXPECT_TRUE(lrc_wait(&self->lrc, seq, WAIT_MS));
	EXPECT_EQ(0x3142, self->target.map[0]);
}

/* The general purpose registers belong to the context: set in one request, read in the next. */
TEST_F(submit, registers_follow_context)
{
	struct cmds c = { 0 };
	uint32_t gpr = self->engine->base + RING_GPR(3);

	emit_lri(&c, gpr, 0x5eed0001);
	ASSERT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	c.n = 0;
	emit_lri(&c, gpr, 0x5eed0002);
	ASSERT_TRUE(lrc_run(&self->second, &c, WAIT_MS));
	c.n = 0;
	EMIT(&c, MI_SRM | MI_USE_GGTT, gpr, self->target.ggtt, 0);
	ASSERT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	ASSERT_TRUE(lrc_run(&self->second, NULL, WAIT_MS));
	EXPECT_EQ(0x5eed0001, self->target.map[0]);
}

/* New page table entries count at the next submission. */
TEST_F(submit, ppgtt_changed_between)
{
	struct cmds c = { 0 };

	NOT_ON_KVMGT("sees table writes only of vCPUs");
	emit_store(&c, false, self->target.va, 1);
	ASSERT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	*ppgtt_entry(&self->vg.pp, self->target.va, 1) =
		(self->target.gpa + PAGE) | PTE_PRESENT | PTE_WRITE;
	c.n = 0;
	emit_store(&c, false, self->target.va, 2);
	ASSERT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(1, self->target.map[0]);
	EXPECT_EQ(2, self->target.map[PAGE / 4]);
}

TEST_F(submit, engine_reset_and_on)
{
	struct cmds c = { 0 };

	ASSERT_TRUE(lrc_run(&self->lrc, NULL, WAIT_MS));
	EXPECT_EQ(0, engine_reset(self->engine));
	lrc_reset(&self->lrc);
	emit_store(&c, true, self->target.ggtt, 0x42);
	EXPECT_TRUE(lrc_run(&self->lrc, &c, WAIT_MS));
	EXPECT_EQ(0x42, self->target.map[0]);
}

/* A batch that never ends is what hangs look like: the driver's reset must free the engine. */
TEST_F_TIMEOUT(submit, endless_batch_reset, 60)
{
	struct cmds c = { 0 }, batch = { 0 };

	NOT_ON_KVMGT("waits for the batch for ever");
	EMIT(&batch, MI_ARB_CHECK);
	emit_batch(&batch, false, self->batch.va);
	batch_put(&self->batch, &batch);
	emit_batch(&c, false, self->batch.va);
	EXPECT_FALSE(lrc_run(&self->lrc, &c, 300));
	EXPECT_EQ(0, engine_reset(self->engine));
	lrc_reset(&self->lrc);
	EXPECT_TRUE(lrc_run(&self->lrc, NULL, WAIT_MS));
	EXPECT_TRUE(lrc_run(&self->second, NULL, WAIT_MS));
}

TEST_F_TIMEOUT(submit, hundred_requests, 120)
{
	uint32_t i;

	for (i = 0; i < 100; i++) {
		struct lrc *lrc = i & 1 ? &self->second : &self->lrc;
		struct cmds c = { 0 };

		emit_store(&c, true, self->target.ggtt + 4 * i, ~i);
		ASSERT_TRUE(lrc_run(lrc, &c, WAIT_MS));
		EXPECT_EQ(~i, self->target.map[i]);
	}
}

TEST_PROGRAM_MAIN
