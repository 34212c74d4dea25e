// SPDX-License-Identifier: GPL-2.0
/*
 * A refusal is visible and fair: one line in the kernel log that says who, where, what and
 * why; a counter by reason; a trace event; to the guest an engine error, upon which it
 * resets the engine and goes on.
 */
#include <fcntl.h>
#include <stdio.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define WAIT_MS 10000
#define TRACING "/sys/kernel/debug/tracing/"
#define EVENT TRACING "events/ivgpu/ivgpu_refused/enable"

FIXTURE(refusal)
{
	struct vgpu vg;
	struct lrc lrc[ENGINES];
	struct bo batch, mark;
	int kmsg;
};

FIXTURE_SETUP(refusal)
{
	unsigned int id;

	self->kmsg = kmsg_open();
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	ASSERT_EQ(0, bo_create(&self->vg, &self->batch, 1));
	ASSERT_EQ(0, bo_create(&self->vg, &self->mark, 1));
	for (id = 0; id < ENGINES; id++)
		ASSERT_EQ(0, lrc_init(&self->lrc[id], &self->vg, id, NULL));
	ppgtt_publish(&self->vg, &self->vg.pp);
}

FIXTURE_TEARDOWN(refusal)
{
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static uint64_t stat(struct vgpu *vg, const char *name)
{
	uint64_t value = ~0ull;

	stats_read(vg->dev.uuid, name, &value);
	return value;
}

static void submit(struct lrc *lrc, const struct cmds *c)
{
	ring_add(lrc, c);
	ring_finish(lrc);
	engine_submit(lrc, NULL);
}

/* Of what was logged since the last call: lines about this vGPU, and those that hold all words. */
static unsigned int log_lines(int kmsg, const char *uuid, const char *const *words, unsigned int n,
			      unsigned int *hits)
{
	unsigned int lines = 0, i;
	char record[8192];
	ssize_t got;

	*hits = 0;
	sleep_ms(50);
	while ((got = read(kmsg, record, sizeof(record) - 1)) > 0) {
		record[got] = '\0';
		if (!strstr(record, "vGPU ") || !strstr(record, uuid))
			continue;
		lines++;
		for (i = 0; i < n && strstr(record, words[i]); i++)
			;
		*hits += i == n;
	}
	return lines;
}

static void goes_on(struct __test_metadata *_metadata, struct lrc *lrc, struct bo *mark)
{
	struct cmds c = { 0 };

	EXPECT_EQ(0, engine_reset(lrc->engine));
	lrc_reset(lrc);
	mark->map[0] = 0;
	emit_store(&c, true, mark->ggtt, 0x900d);
	EXPECT_TRUE(lrc_run(lrc, &c, WAIT_MS));
	EXPECT_EQ(0x900d, mark->map[0]);
}

/* The 16th byte of the request is where the command is: after four MI_NOOP. */
static void bad_request(struct vgpu *vg, struct lrc *lrc)
{
	struct cmds c = { 0 };

	EMIT(&c, MI_NOOP, MI_NOOP, MI_NOOP, MI_NOOP);
	emit_lri(&c, GDRST, GDRST_FULL);
	submit(lrc, &c);
}

TEST_F(refusal, one_line_names_it)
{
	static const char *const words[] = {
		"rcs0", "MI_LOAD_REGISTER_IMM", " 0x10 ", "ring", "register", "0x941c",
	};
	unsigned int hits;

	NOT_ON_KVMGT("says it otherwise");
	bad_request(&self->vg, &self->lrc[RCS]);
	EXPECT_EQ(1, log_lines(self->kmsg, self->vg.dev.uuid, words, ARRAY_SIZE(words), &hits));
	EXPECT_EQ(1, hits);
}

TEST_F(refusal, line_names_the_batch)
{
	static const char *const words[] = {
		"bcs0", "MI_STORE_DATA_IMM", " 0x8 ", "user batch", "privilege",
	};
	struct cmds c = { 0 }, batch = { 0 };
	unsigned int hits;

	NOT_ON_KVMGT("says it otherwise");
	EMIT(&batch, MI_NOOP, MI_NOOP);
	emit_store(&batch, true, self->mark.ggtt, 1);
	EMIT(&batch, MI_BATCH_BUFFER_END);
	memcpy(self->batch.map, batch.dw, batch.n * 4);
	emit_batch(&c, false, self->batch.va);
	submit(&self->lrc[BCS], &c);
	EXPECT_EQ(1, log_lines(self->kmsg, self->vg.dev.uuid, words, ARRAY_SIZE(words), &hits));
	EXPECT_EQ(1, hits);
}

/* A guest that is refused all the time does not fill the log. */
TEST_F_TIMEOUT(refusal, log_is_bounded, 60)
{
	unsigned int hits, i;

	NOT_ON_KVMGT("says it otherwise");
	for (i = 0; i < 100; i++) {
		bad_request(&self->vg, &self->lrc[RCS]);
		ASSERT_EQ(0, engine_reset(&self->vg.engine[RCS]));
		lrc_reset(&self->lrc[RCS]);
	}
	EXPECT_EQ(100, stat(&self->vg, "refused_by_register"));
	EXPECT_GT(60, log_lines(self->kmsg, self->vg.dev.uuid, NULL, 0, &hits));
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return good ? 0 : -1;
}

static bool trace_has(const char *word1, const char *word2, const char *word3)
{
	FILE *f = fopen(TRACING "trace", "re");
	char line[1024];
	bool found = false;

	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, "ivgpu_refused") && strstr(line, word1) &&
			 strstr(line, word2) && strstr(line, word3);
	if (f)
		fclose(f);
	return found;
}

TEST_F(refusal, trace_event)
{
	NOT_ON_KVMGT("has other events");
	ASSERT_EQ(0, write_text(EVENT, "1"));
	bad_request(&self->vg, &self->lrc[RCS]);
	EXPECT_EQ(0, write_text(EVENT, "0"));
	EXPECT_TRUE(trace_has(self->vg.dev.uuid, "reason=register", "MI_LOAD_REGISTER_IMM"));
	write_text(TRACING "trace", "");
}

FIXTURE(fair)
{
	struct vgpu vg;
	struct lrc lrc;
	struct bo batch, mark;
	int kmsg;
};

FIXTURE_VARIANT(fair)
{
	enum engine_id id;
	const char *counter;
	void (*build)(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c);
};

static void unknown(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	EMIT(c, MI(0x3d, 0));
}

static void length(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	EMIT(c, MI_SRM + 3, RCS_BASE + RING_GPR(0), batch->ggtt, 0, 0, 0, 0);
}

static void forbidden(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	EMIT(c, MI_UPDATE_GTT | 1, 0, 0);
}

static void address(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	emit_store(c, true, 0x1000, 1);
}

static void reg(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	emit_lri(c, MASTER_IRQ, 0);
}

static void privilege(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	struct cmds bad = { 0 };

	emit_store(&bad, true, batch->ggtt, 1);
	EMIT(&bad, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(batch->map, bad.dw, bad.n * 4);
	emit_batch(c, false, batch->va);
}

/* A batch of NOOPs without an end. */
static void budget(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	uint32_t at = ggtt_reserve(vg, 0x200, false);
	uint32_t i;

	for (i = 0; i < 0x200; i++)
		ggtt_write_pte(vg, at + i * PAGE, batch->gpa | PTE_PRESENT);
	ggtt_flush(vg);
	emit_batch(c, true, at);
}

static void image(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	lrc->image[CTX_DW_LRI3 + 1] = GDRST;
}

static void unmapped(struct vgpu *vg, struct lrc *lrc, struct bo *batch, struct cmds *c)
{
	emit_batch(c, true, ggtt_reserve(vg, 1, false));
}

FIXTURE_VARIANT_ADD(fair, unknown_rcs) { RCS, "unknown_command", unknown };
FIXTURE_VARIANT_ADD(fair, unknown_bcs) { BCS, "unknown_command", unknown };
FIXTURE_VARIANT_ADD(fair, length_rcs) { RCS, "length", length };
FIXTURE_VARIANT_ADD(fair, forbidden_vcs) { VCS, "forbidden_command", forbidden };
FIXTURE_VARIANT_ADD(fair, address_vecs) { VECS, "ggtt_address", address };
FIXTURE_VARIANT_ADD(fair, register_rcs) { RCS, "register", reg };
FIXTURE_VARIANT_ADD(fair, privilege_bcs) { BCS, "privilege", privilege };
FIXTURE_VARIANT_ADD(fair, budget_rcs) { RCS, "budget", budget };
FIXTURE_VARIANT_ADD(fair, image_rcs) { RCS, "context_image", image };
FIXTURE_VARIANT_ADD(fair, unmapped_vcs) { VCS, "unmapped", unmapped };

FIXTURE_SETUP(fair)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	ASSERT_EQ(0, bo_create(&self->vg, &self->batch, 1));
	ASSERT_EQ(0, bo_create(&self->vg, &self->mark, 1));
	ASSERT_EQ(0, lrc_init(&self->lrc, &self->vg, variant->id, NULL));
	ppgtt_publish(&self->vg, &self->vg.pp);
}

FIXTURE_TEARDOWN(fair)
{
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

TEST_F_TIMEOUT(fair, counted_shown_and_over, 60)
{
	uint32_t base = self->lrc.engine->base;
	struct cmds c = { 0 };
	char name[64];
	int i;

	NOT_ON_KVMGT("has no such counters");
	snprintf(name, sizeof(name), "refused_by_%s", variant->counter);
	EXPECT_EQ(0, stat(&self->vg, name));
	variant->build(&self->vg, &self->lrc, &self->batch, &c);
	emit_store(&c, true, self->mark.ggtt, 0x666);
	submit(&self->lrc, &c);
	EXPECT_EQ(1, stat(&self->vg, name));
	EXPECT_EQ(1, stat(&self->vg, "refused_commands"));
	EXPECT_EQ(1, stat(&self->vg, "refused_submissions"));
	/* as hardware shows a command that it cannot take: EIR and the error interrupt */
	EXPECT_EQ(1, vgpu_read(&self->vg, base + RING_EIR) & 1);
	for (i = 0; i < 20 && !self->vg.error_irqs[variant->id]; i++)
		vgpu_irq_wait(&self->vg, 50);
	EXPECT_EQ(1, self->vg.error_irqs[variant->id]);
	EXPECT_EQ(0, self->mark.map[0]);
	goes_on(_metadata, &self->lrc, &self->mark);
	EXPECT_EQ(1, stat(&self->vg, "refused_commands"));
}

TEST_PROGRAM_MAIN
