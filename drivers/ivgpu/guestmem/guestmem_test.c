// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of guestmem: runs, holes, limits, and dma_unmap at bad moments.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>

#include "chunk.h"
#include "fake_guest.h"

/* Note [@first, @first + @n) as wanted, pages that are there already excepted. */
static void want(struct fake_guest *g, u64 first, unsigned int n)
{
	struct ivgpu_guest_page *gp;
	unsigned int i;

	mutex_lock(&g->gm.lock);
	for (i = 0; i < n; i++) {
		gp = ivgpu_guestmem_get(&g->gm, first + i);
		if (!IS_ERR(gp))
			ivgpu_guestmem_put(&g->gm, gp);
	}
	mutex_unlock(&g->gm.lock);
}

/* The page, with a reference, or the error that ends the attempt. */
static struct ivgpu_guest_page *take(struct fake_guest *g, u64 gfn)
{
	struct ivgpu_guest_page *gp;
	int rounds;

	for (rounds = 0; rounds < 4; rounds++) {
		mutex_lock(&g->gm.lock);
		gp = ivgpu_guestmem_get(&g->gm, gfn);
		mutex_unlock(&g->gm.lock);
		if (gp != ERR_PTR(-EAGAIN))
			return gp;
		KUNIT_EXPECT_EQ(g->test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	}
	return gp;
}

static void give(struct fake_guest *g, struct ivgpu_guest_page *gp)
{
	mutex_lock(&g->gm.lock);
	ivgpu_guestmem_put(&g->gm, gp);
	mutex_unlock(&g->gm.lock);
}

static void guestmem_runs(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *gp;
	unsigned int i;

	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN + 1000, 600);
	want(g, FAKE_GFN + 3, 100);
	want(g, FAKE_GFN + 50, 100);	/* overlaps */
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 4u, g->pins_called);	/* 147; 24, 512 and 64 */
	KUNIT_EXPECT_EQ(test, 747ull, g->gm.stats.pinned);
	KUNIT_EXPECT_EQ(test, 747u, fake_guest_pinned(g));
	for (i = 3; i < 150; i++) {
		gp = take(g, FAKE_GFN + i);
		KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
		KUNIT_EXPECT_EQ(test, gp->gfn, FAKE_GFN + i);
		KUNIT_EXPECT_PTR_EQ(test, gp->page, g->page[i]);
		KUNIT_EXPECT_EQ(test, (u64)gp->dma, fake_guest_phys(g, FAKE_GFN + i));
		give(g, gp);
	}
	KUNIT_EXPECT_EQ(test, 4u, g->pins_called);
	ivgpu_guestmem_release_idle(&g->gm);
	KUNIT_EXPECT_EQ(test, 0u, fake_guest_pinned(g));
	/* 3..149; 1000..1023, 1024..1535, 1536..1599 as windows of 512 frames lie */
	KUNIT_EXPECT_EQ(test, 4u, g->unpins_called);
	fake_guest_finish(g);
}

/* Guest pages of 4K, 64K and 2M, mapped for DMA in as few pieces as the host's memory allows. */
static void guestmem_dma_runs(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *gp;

	want(g, FAKE_GFN + 512, 512);	/* 2M in one piece */
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 1u, g->pins_called);
	KUNIT_EXPECT_EQ(test, 1ull, g->gm.stats.dma_maps);
	want(g, FAKE_GFN + 3, 147);	/* up to a multiple of 64K, and the rest */
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 3ull, g->gm.stats.dma_maps);
	want(g, FAKE_GFN + 1504, 64);	/* in two windows */
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 5ull, g->gm.stats.dma_maps);
	/* Host memory in three pieces, one of them a single page. */
	fake_guest_swap(g, FAKE_GFN + 1700, FAKE_GFN + 2000);
	want(g, FAKE_GFN + 1696, 16);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 8ull, g->gm.stats.dma_maps);
	gp = take(g, FAKE_GFN + 1700);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	KUNIT_EXPECT_EQ(test, (u64)gp->dma, fake_guest_phys(g, FAKE_GFN + 1700));
	give(g, gp);
	gp = take(g, FAKE_GFN + 1705);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	KUNIT_EXPECT_EQ(test, (u64)gp->dma, fake_guest_phys(g, FAKE_GFN + 1705));
	give(g, gp);
	fake_guest_finish(g);
}

/* What was mapped in one piece goes in one piece, unless a part of it is in use. */
static void guestmem_runs_go_whole(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *used;

	want(g, FAKE_GFN, 1024);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	used = take(g, FAKE_GFN + 1000);
	KUNIT_ASSERT_FALSE(test, IS_ERR(used));
	/* Nobody uses the first run; of the second nothing goes for a limit's sake. */
	ivgpu_guestmem_release_idle(&g->gm);
	KUNIT_EXPECT_EQ(test, 512u, fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(test, 1, g->pins[512]);
	/* dma_unmap takes its range, */
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN + 600, FAKE_GFN + 663));
	KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(g, FAKE_GFN + 600, FAKE_GFN + 663));
	KUNIT_EXPECT_EQ(test, 512u - 64, fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(test, 1, g->pins[599]);
	KUNIT_EXPECT_EQ(test, 0, g->pins[600]);
	/* which can be had again, in a run of its own; */
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN + 608, 16);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 3ull, g->gm.stats.dma_maps);
	/* and when nobody uses the first of them, all go with a part. */
	give(g, used);
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN + 512, FAKE_GFN + 512));
	KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(g, FAKE_GFN + 512, FAKE_GFN + 512));
	KUNIT_EXPECT_EQ(test, 16u, fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(test, 1, g->pins[608]);
	fake_guest_finish(g);
}

static void guestmem_contents(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *gp = take(g, FAKE_GFN + 9);
	u32 dword = 0x01234567;
	u64 quad = 0;
	u8 bytes[3] = { 1, 2, 3 };

	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	ivgpu_guest_page_write(gp, 8, &dword, sizeof(dword));
	ivgpu_guest_page_write(gp, 4093, bytes, sizeof(bytes));
	KUNIT_EXPECT_EQ(test, fake_guest_frame(g, FAKE_GFN + 9)[1], 0x01234567ull);
	KUNIT_EXPECT_EQ(test, fake_guest_frame(g, FAKE_GFN + 9)[511], 0x0302010000000000ull);
	ivgpu_guest_page_read(gp, 8, &quad, sizeof(quad));
	KUNIT_EXPECT_EQ(test, quad, 0x01234567ull);
	give(g, gp);
	fake_guest_finish(g);
}

static void guestmem_holes(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *gp;

	fake_guest_set_hole(g, FAKE_GFN + 50, true);
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN, 512);
	want(g, 0, 3);			/* no memory at all */
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 511ull, g->gm.stats.pinned);
	KUNIT_EXPECT_EQ(test, 4ull, g->gm.stats.refused);
	KUNIT_EXPECT_LT(test, g->pins_called, 40u);
	KUNIT_EXPECT_PTR_EQ(test, take(g, FAKE_GFN + 50), ERR_PTR(-EFAULT));
	KUNIT_EXPECT_PTR_EQ(test, take(g, 2), ERR_PTR(-EFAULT));

	/* The hole is filled: seen at the next synchronisation, not in this one. */
	fake_guest_set_hole(g, FAKE_GFN + 50, false);
	KUNIT_EXPECT_PTR_EQ(test, take(g, FAKE_GFN + 50), ERR_PTR(-EFAULT));
	ivgpu_guestmem_begin(&g->gm);
	gp = take(g, FAKE_GFN + 50);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	give(g, gp);
	fake_guest_finish(g);
}

static void guestmem_own_bar(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);

	g->bar_first = FAKE_GFN + 100;
	g->bar_last = FAKE_GFN + 199;
	want(g, FAKE_GFN + 50, 200);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 100ull, g->gm.stats.pinned);
	KUNIT_EXPECT_EQ(test, 100ull, g->gm.stats.own_bar);
	KUNIT_EXPECT_PTR_EQ(test, take(g, FAKE_GFN + 100), ERR_PTR(-EFAULT));
	KUNIT_EXPECT_EQ(test, 2u, g->pins_called);
	fake_guest_finish(g);	/* checks that the BAR was never pinned */
}

static void guestmem_limit(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *gp;

	g->gm.limit = 100;
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN, 150);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 100ull, g->gm.stats.pinned);
	KUNIT_EXPECT_EQ(test, 50ull, g->gm.stats.over_limit);
	KUNIT_EXPECT_PTR_EQ(test, take(g, FAKE_GFN + 149), ERR_PTR(-EFAULT));
	KUNIT_EXPECT_EQ(test, 1u, g->crowded);

	/* Room again: the page can be had, and nobody is asked for room. */
	ivgpu_guestmem_release_idle(&g->gm);
	ivgpu_guestmem_begin(&g->gm);
	gp = take(g, FAKE_GFN + 149);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	give(g, gp);
	KUNIT_EXPECT_EQ(test, 1u, g->crowded);

	/* The limit is lowered below what is pinned, and raised. */
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN, 80);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	ivgpu_guestmem_set_limit(&g->gm, 10);
	KUNIT_EXPECT_EQ(test, 81ull, g->gm.stats.pinned);
	KUNIT_EXPECT_PTR_EQ(test, take(g, FAKE_GFN + 90), ERR_PTR(-EFAULT));
	ivgpu_guestmem_set_limit(&g->gm, 200);
	ivgpu_guestmem_begin(&g->gm);
	gp = take(g, FAKE_GFN + 90);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	give(g, gp);
	fake_guest_finish(g);
}

static void guestmem_no_memlock(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);

	g->pin_error = -ENOMEM;
	bitmap_fill(g->hole, FAKE_PAGES);
	want(g, FAKE_GFN, 512);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 0ull, g->gm.stats.pinned);
	KUNIT_EXPECT_EQ(test, 512ull, g->gm.stats.refused);
	KUNIT_EXPECT_EQ(test, 512ull, g->gm.stats.over_memlock);
	KUNIT_EXPECT_EQ(test, 1u, g->crowded);

	/* VFIO logs each attempt: there are few of them, until something was let go. */
	KUNIT_EXPECT_LE(test, g->pins_called, 10u);
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN, 512);
	g->pins_called = 0;
	bitmap_zero(g->hole, FAKE_PAGES);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 0u, g->pins_called);
	g->gm.memlock_until = jiffies;	/* the pause is over */
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN, 1);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 1ull, g->gm.stats.pinned);
	g->gm.memlock_until = jiffies + 1000 * HZ;
	ivgpu_guestmem_release_idle(&g->gm);
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN, 512);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 512ull, g->gm.stats.pinned);
	fake_guest_finish(g);
}

/* A guest that names ever more pages that are not there costs bounded memory and time. */
static void guestmem_marks(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	u64 gfn = 1ull << 28;
	unsigned int i, calls;

	ivgpu_guestmem_begin(&g->gm);
	for (i = 0; i < 8; i++, gfn += IVGPU_GUESTMEM_WANTED) {
		want(g, gfn, IVGPU_GUESTMEM_WANTED);
		KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	}
	KUNIT_EXPECT_LE(test, g->gm.nr_marks, IVGPU_GUESTMEM_MARKS);
	calls = g->pins_called;
	KUNIT_EXPECT_PTR_EQ(test, take(g, gfn), ERR_PTR(-EFAULT));
	KUNIT_EXPECT_EQ(test, calls, g->pins_called);
	ivgpu_guestmem_begin(&g->gm);
	KUNIT_EXPECT_EQ(test, 0u, g->gm.nr_marks);
	KUNIT_EXPECT_TRUE(test, xa_empty(&g->gm.chunks));
	fake_guest_finish(g);
}

static void guestmem_unmap(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *used, *gp;

	want(g, FAKE_GFN, 600);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	used = take(g, FAKE_GFN + 77);
	KUNIT_ASSERT_FALSE(test, IS_ERR(used));

	KUNIT_EXPECT_FALSE(test, ivgpu_guestmem_block(&g->gm, 0, FAKE_GFN - 1));
	KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(g, 0, FAKE_GFN - 1));
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN + 10, FAKE_GFN + 89));
	/* Nobody gets a page of the range any more. */
	ivgpu_guestmem_begin(&g->gm);
	KUNIT_EXPECT_PTR_EQ(test, take(g, FAKE_GFN + 20), ERR_PTR(-EFAULT));
	gp = take(g, FAKE_GFN + 9);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	give(g, gp);
	/* A user who did not let go is told of, and keeps the page. */
	KUNIT_EXPECT_EQ(test, 1ul, fake_guest_release(g, FAKE_GFN + 10, FAKE_GFN + 89));
	KUNIT_EXPECT_EQ(test, 521u, fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(test, 1, g->pins[9]);
	KUNIT_EXPECT_EQ(test, 0, g->pins[10]);
	KUNIT_EXPECT_EQ(test, 0, g->pins[89]);
	KUNIT_EXPECT_EQ(test, 1, g->pins[90]);
	give(g, used);
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN + 10, FAKE_GFN + 89));
	KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(g, FAKE_GFN + 10, FAKE_GFN + 89));
	/* with all that it was mapped with, as nobody uses it any more */
	KUNIT_EXPECT_EQ(test, 88u, fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(test, 0, g->pins[77]);
	KUNIT_EXPECT_EQ(test, 1, g->pins[512]);
	/* The block ends by itself. */
	ivgpu_guestmem_begin(&g->gm);
	gp = take(g, FAKE_GFN + 20);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	give(g, gp);
	/* All there is, as when a container closes. */
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, 0, ~0ull));
	KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(g, 0, ~0ull));
	KUNIT_EXPECT_EQ(test, 0u, fake_guest_pinned(g));
	fake_guest_finish(g);
}

/* What dma_unmap does, in the middle of a pin. */
static void unmap_now(struct fake_guest *g, u64 gfn, int n)
{
	g->during_pin = NULL;
	KUNIT_EXPECT_TRUE(g->test, ivgpu_guestmem_block(&g->gm, gfn, gfn + n - 1));
	KUNIT_EXPECT_EQ(g->test, 0ul, ivgpu_guestmem_release(&g->gm, gfn, gfn + n - 1));
}

static void guestmem_unmap_while_pinning(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	struct ivgpu_guest_page *gp;

	want(g, FAKE_GFN, 64);
	g->during_pin = unmap_now;
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	KUNIT_EXPECT_EQ(test, 0u, fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(test, 0ull, g->gm.stats.pinned);
	KUNIT_EXPECT_TRUE(test, xa_empty(&g->gm.chunks));
	/* Mapped again: had after the block. */
	gp = take(g, FAKE_GFN);
	KUNIT_ASSERT_FALSE(test, IS_ERR(gp));
	give(g, gp);
	fake_guest_finish(g);
}

/* How often this thread had called for the range before. */
static unsigned int calls_of(struct fake_guest *g, u64 first, u64 last)
{
	unsigned int calls;
	bool alone;

	mutex_lock(&g->gm.lock);
	calls = ivgpu_guestmem_calls(&g->gm, first, last, &alone);
	mutex_unlock(&g->gm.lock);
	KUNIT_EXPECT_TRUE(g->test, alone);
	return calls;
}

/*
 * Another unmap has the container and waits for this one: it returns in bounded time, longer
 * each time it is called again, and is done when the other has let go.
 */
static void guestmem_container_is_busy(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	DECLARE_COMPLETION_ONSTACK(other);
	unsigned long start = jiffies;

	want(g, FAKE_GFN, 64);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	g->hold_unpin = &other;
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(test, 0ul, ivgpu_guestmem_release(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(test, 64u, fake_guest_pinned(g));
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(test, 0ul, ivgpu_guestmem_release(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(test, 64u, fake_guest_pinned(g));
	KUNIT_EXPECT_LT(test, jiffies_to_msecs(jiffies - start), 10000u);
	complete_all(&other);
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN, FAKE_GFN + 63) ||
			  !fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(test, 0ul, ivgpu_guestmem_release(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(test, 0u, fake_guest_pinned(g));
	fake_guest_finish(g);
}

/* VFIO's calls are counted: of one range, while its ioctl goes on. */
static void guestmem_calls_counted(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	unsigned int i;

	for (i = 0; i < 4; i++) {
		ivgpu_guestmem_block(&g->gm, FAKE_GFN, FAKE_GFN + 63);
		ivgpu_guestmem_block(&g->gm, FAKE_GFN + 64, FAKE_GFN + 127);
		KUNIT_EXPECT_EQ(test, i, calls_of(g, FAKE_GFN, FAKE_GFN + 63));
		KUNIT_EXPECT_EQ(test, i, calls_of(g, FAKE_GFN + 64, FAKE_GFN + 127));
	}
	KUNIT_EXPECT_EQ(test, 0u, calls_of(g, FAKE_GFN, FAKE_GFN + 127));
	KUNIT_EXPECT_EQ(test, 0ul, ivgpu_guestmem_release(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(test, 0ul, ivgpu_guestmem_release(&g->gm, FAKE_GFN + 64, FAKE_GFN + 127));
	msleep(200);	/* over: it blocks for 50 ms */
	ivgpu_guestmem_block(&g->gm, FAKE_GFN, FAKE_GFN + 63);
	KUNIT_EXPECT_EQ(test, 0u, calls_of(g, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(test, 0ul, ivgpu_guestmem_release(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	fake_guest_finish(g);
}

/* A thread in VFIO's last call. */
struct last_call {
	struct fake_guest *g;
	struct completion done;
};

static int call_last(void *data)
{
	struct last_call *last = data;

	KUNIT_EXPECT_EQ(last->g->test, 0ul,
			ivgpu_guestmem_release(&last->g->gm, FAKE_GFN, FAKE_GFN + 63));
	KUNIT_EXPECT_EQ(last->g->test, 0u, fake_guest_pinned(last->g));
	complete_all(&last->done);
	return 0;
}

/*
 * The container is not to be had in all of VFIO's calls: the last does not return with pages
 * pinned, or the host would be stopped.
 */
static void guestmem_last_call(struct kunit *test)
{
	struct last_call last = { .g = fake_guest_create(test) };
	struct fake_guest *g = last.g;
	struct completion other;
	struct task_struct *t;
	unsigned int i;

	init_completion(&last.done);
	init_completion(&other);
	want(g, FAKE_GFN, 64);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	g->hold_unpin = &other;
	for (i = 0; i <= 10; i++)
		KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN, FAKE_GFN + 63));
	t = kthread_run(call_last, &last, "ivgpu_last_call");
	KUNIT_ASSERT_FALSE(test, IS_ERR(t));
	KUNIT_EXPECT_EQ(test, 0ul, wait_for_completion_timeout(&last.done, 5 * HZ));
	KUNIT_EXPECT_EQ(test, 64u, fake_guest_pinned(g));
	complete_all(&other);
	KUNIT_EXPECT_NE(test, 0ul, wait_for_completion_timeout(&last.done, 60 * HZ));
	fake_guest_finish(g);
}

/* More blocks at once than are kept apart: what is blocked must stay so. */
static void guestmem_many_blocks(struct kunit *test)
{
	struct fake_guest *g = fake_guest_create(test);
	unsigned int i, n = IVGPU_GUESTMEM_BLOCKS * 3;
	struct ivgpu_guest_page *used;

	want(g, FAKE_GFN, 512);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	used = take(g, FAKE_GFN + 511);
	KUNIT_ASSERT_FALSE(test, IS_ERR(used));
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&g->gm, FAKE_GFN + 10 * i,
							     FAKE_GFN + 10 * i + 1));
	ivgpu_guestmem_begin(&g->gm);
	want(g, FAKE_GFN, 10 * n);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_guestmem_pin_wanted(&g->gm));
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_PTR_EQ(test, take(g, FAKE_GFN + 10 * i), ERR_PTR(-EFAULT));
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(g, FAKE_GFN + 10 * i,
							      FAKE_GFN + 10 * i + 1));
	KUNIT_EXPECT_EQ(test, 512u - 2 * n, fake_guest_pinned(g));
	give(g, used);
	fake_guest_finish(g);
}

static struct kunit_case guestmem_cases[] = {
	KUNIT_CASE(guestmem_runs),
	KUNIT_CASE(guestmem_dma_runs),
	KUNIT_CASE(guestmem_runs_go_whole),
	KUNIT_CASE(guestmem_contents),
	KUNIT_CASE(guestmem_holes),
	KUNIT_CASE(guestmem_own_bar),
	KUNIT_CASE(guestmem_limit),
	KUNIT_CASE(guestmem_no_memlock),
	KUNIT_CASE(guestmem_marks),
	KUNIT_CASE(guestmem_unmap),
	KUNIT_CASE(guestmem_unmap_while_pinning),
	KUNIT_CASE(guestmem_container_is_busy),
	KUNIT_CASE(guestmem_calls_counted),
	KUNIT_CASE_SLOW(guestmem_last_call),
	KUNIT_CASE(guestmem_many_blocks),
	{}
};

static struct kunit_suite guestmem_suite = {
	.name = "ivgpu_guestmem",
	.test_cases = guestmem_cases,
};

kunit_test_suite(guestmem_suite);
