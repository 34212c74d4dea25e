// SPDX-License-Identifier: GPL-2.0
/*
 * The blitter: fills and copies in a PPGTT batch, every pixel of the target checked
 * against the same picture drawn by the CPU.
 */
#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define WAIT_MS 10000
#define WIDTH 96u
#define HEIGHT 64u
#define PITCH (WIDTH * 4)
#define PAGES ((PITCH * HEIGHT + PAGE - 1) / PAGE)

FIXTURE(blit)
{
	struct vgpu vg;
	struct lrc lrc;
	struct bo batch, src, dst;
	uint32_t want[WIDTH * HEIGHT];
	int kmsg;
};

FIXTURE_SETUP(blit)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	ASSERT_EQ(0, bo_create(&self->vg, &self->batch, 2));
	ASSERT_EQ(0, bo_create(&self->vg, &self->src, PAGES));
	ASSERT_EQ(0, bo_create(&self->vg, &self->dst, PAGES));
	ASSERT_EQ(0, lrc_init(&self->lrc, &self->vg, BCS, NULL));
	ppgtt_publish(&self->vg, &self->vg.pp);
	memset(self->want, 0, sizeof(self->want));
}

FIXTURE_TEARDOWN(blit)
{
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static bool run_batch(struct lrc *lrc, struct bo *bo, struct cmds *batch)
{
	struct cmds c = { 0 };

	EMIT(batch, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(bo->map, batch->dw, batch->n * 4);
	emit_batch(&c, false, bo->va);
	return lrc_run(lrc, &c, WAIT_MS);
}

static void cpu_fill(uint32_t *pixels, uint32_t x1, uint32_t y1, uint32_t x2, uint32_t y2,
		     uint32_t colour)
{
	uint32_t x, y;

	for (y = y1; y < y2; y++)
		for (x = x1; x < x2; x++)
			pixels[y * WIDTH + x] = colour;
}

TEST_F(blit, fill)
{
	struct cmds batch = { 0 };

	emit_fill(&batch, self->dst.va, PITCH, 7, 5, 61, 43, 0x80402010);
	cpu_fill(self->want, 7, 5, 61, 43, 0x80402010);
	ASSERT_TRUE(run_batch(&self->lrc, &self->batch, &batch));
	EXPECT_EQ(0, memcmp(self->want, self->dst.map, sizeof(self->want)));
}

TEST_F(blit, fills_overlap)
{
	struct cmds batch = { 0 };
	uint32_t i;

	for (i = 0; i < 20; i++) {
		emit_fill(&batch, self->dst.va, PITCH, i * 2, i, WIDTH - i, HEIGHT - i,
			  0x01010101 * (i + 1));
		cpu_fill(self->want, i * 2, i, WIDTH - i, HEIGHT - i, 0x01010101 * (i + 1));
	}
	ASSERT_TRUE(run_batch(&self->lrc, &self->batch, &batch));
	EXPECT_EQ(0, memcmp(self->want, self->dst.map, sizeof(self->want)));
}

TEST_F(blit, copy)
{
	struct cmds batch = { 0 };
	uint32_t x, y;

	for (x = 0; x < WIDTH * HEIGHT; x++)
		self->src.map[x] = x * 2654435761u;
	emit_copy(&batch, self->dst.va, PITCH, 10, 20, 70, 60, self->src.va, PITCH, 3, 1);
	for (y = 20; y < 60; y++)
		for (x = 10; x < 70; x++)
			self->want[y * WIDTH + x] =
				self->src.map[(y - 19) * WIDTH + (x - 7)];
	ASSERT_TRUE(run_batch(&self->lrc, &self->batch, &batch));
	EXPECT_EQ(0, memcmp(self->want, self->dst.map, sizeof(self->want)));
}

TEST_F(blit, fill_then_copy)
{
	struct cmds batch = { 0 };

	emit_fill(&batch, self->src.va, PITCH, 0, 0, WIDTH, HEIGHT, 0xff00ff00);
	emit_copy(&batch, self->dst.va, PITCH, 0, 0, WIDTH, HEIGHT, self->src.va, PITCH, 0, 0);
	cpu_fill(self->want, 0, 0, WIDTH, HEIGHT, 0xff00ff00);
	ASSERT_TRUE(run_batch(&self->lrc, &self->batch, &batch));
	EXPECT_EQ(0, memcmp(self->want, self->dst.map, sizeof(self->want)));
}

/* An unmapped target is scratch: the batch ends and nothing else changes. */
TEST_F(blit, unmapped_target)
{
	struct cmds batch = { 0 };

	emit_fill(&batch, 0x7f0000000000ull, PITCH, 0, 0, WIDTH, HEIGHT, 0x66666666);
	emit_fill(&batch, self->dst.va, PITCH, 0, 0, 8, 8, 0x12345678);
	cpu_fill(self->want, 0, 0, 8, 8, 0x12345678);
	run_batch(&self->lrc, &self->batch, &batch);
	EXPECT_EQ(0, memcmp(self->want, self->dst.map, sizeof(self->want)));
}

TEST_PROGRAM_MAIN
