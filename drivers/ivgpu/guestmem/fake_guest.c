// SPDX-License-Identifier: GPL-2.0
/*
 * A made-up guest for KUnit suites, see fake_guest.h.
 */
#include <linux/io.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <ivgpu/engine.h>

#include "fake_guest.h"

#define BLOCK_ORDER	9
#define BLOCK		BIT(BLOCK_ORDER)

bool fake_guest_is_memory(const struct fake_guest *g, u64 gfn)
{
	if (gfn >= g->bar_first && gfn <= g->bar_last)
		return false;
	return gfn >= FAKE_GFN && gfn - FAKE_GFN < FAKE_PAGES &&
	       !test_bit(gfn - FAKE_GFN, g->hole);
}

/* All or nothing, like vfio_pin_pages(). */
static int fake_pin(void *owner, u64 gfn, int npages, struct page **pages)
{
	struct fake_guest *g = owner;
	int i;

	g->pins_called++;
	KUNIT_EXPECT_LE(g->test, npages, IVGPU_GUESTMEM_RUN);
	KUNIT_EXPECT_FALSE(g->test, mutex_is_locked(&g->gm.lock));
	for (i = 0; i < npages; i++) {
		if (gfn + i >= g->bar_first && gfn + i <= g->bar_last)
			g->bar_pinned = true;
		if (!fake_guest_is_memory(g, gfn + i))
			return g->pin_error;
	}
	for (i = 0; i < npages; i++) {
		pages[i] = g->page[gfn + i - FAKE_GFN];
		g->pins[gfn + i - FAKE_GFN]++;
	}
	if (g->during_pin)
		g->during_pin(g, gfn, npages);
	return npages;
}

static void fake_unpin(void *owner, u64 gfn, int npages)
{
	struct fake_guest *g = owner;
	int i;

	g->unpins_called++;
	KUNIT_EXPECT_FALSE(g->test, mutex_is_locked(&g->gm.lock));
	if (g->hold_unpin)
		wait_for_completion(g->hold_unpin);
	for (i = 0; i < npages; i++) {
		if (gfn + i < FAKE_GFN || gfn + i - FAKE_GFN >= FAKE_PAGES ||
		    !g->pins[gfn + i - FAKE_GFN]) {
			g->unbalanced = true;
			continue;
		}
		g->pins[gfn + i - FAKE_GFN]--;
	}
}

static bool fake_refused(void *owner, u64 gfn)
{
	struct fake_guest *g = owner;

	return gfn >= g->bar_first && gfn <= g->bar_last;
}

/* Frames that are tracked twice, or let go when they are not, break KVM's count. */
static int fake_track(void *owner, u64 gfn)
{
	struct fake_guest *g = owner;

	lockdep_assert_held(&g->gm.lock);
	if (test_bit(gfn - FAKE_GFN, g->no_track))
		return -EINVAL;
	KUNIT_EXPECT_FALSE(g->test, __test_and_set_bit(gfn - FAKE_GFN, g->tracked));
	return 0;
}

static void fake_untrack(void *owner, u64 gfn)
{
	struct fake_guest *g = owner;

	lockdep_assert_held(&g->gm.lock);
	KUNIT_EXPECT_TRUE(g->test, __test_and_clear_bit(gfn - FAKE_GFN, g->tracked));
}

void fake_guest_wrote(struct fake_guest *g, u64 gfn)
{
	if (test_bit(gfn - FAKE_GFN, g->tracked) && !g->deaf)
		ivgpu_guestmem_written(&g->gm, gfn);
}

static void fake_crowded(void *owner)
{
	struct fake_guest *g = owner;

	KUNIT_EXPECT_FALSE(g->test, mutex_is_locked(&g->gm.lock));
	g->crowded++;
}

static const struct ivgpu_guestmem_ops fake_ops = {
	.crowded = fake_crowded,
	.pin = fake_pin,
	.unpin = fake_unpin,
	.refused = fake_refused,
	.track = fake_track,
	.untrack = fake_untrack,
};

static void free_block(void *page)
{
	__free_pages(page, BLOCK_ORDER);
}

struct fake_guest *fake_guest_create(struct kunit *test)
{
	struct fake_guest *g = kunit_kzalloc(test, sizeof(*g), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, g);
	for (i = 0; i < FAKE_PAGES; i++) {
		if (i % BLOCK == 0) {
			g->page[i] = alloc_pages(GFP_KERNEL | __GFP_ZERO, BLOCK_ORDER);
			KUNIT_ASSERT_NOT_NULL(test, g->page[i]);
			KUNIT_ASSERT_EQ(test, 0, kunit_add_action_or_reset(test, free_block,
									   g->page[i]));
		} else {
			g->page[i] = g->page[i - 1] + 1;
		}
	}
	g->test = test;
	g->bar_first = 1;	/* no BAR */
	g->bar_last = 0;
	g->pin_error = -EINVAL;
	KUNIT_ASSERT_EQ(test, 0, ivgpu_guestmem_init(&g->gm, &fake_ops, g, "test", NULL, ~0ul));
	return g;
}

void fake_guest_finish(struct fake_guest *g)
{
	ivgpu_guestmem_fini(&g->gm);
	KUNIT_EXPECT_EQ(g->test, 0u, fake_guest_pinned(g));
	KUNIT_EXPECT_EQ(g->test, 0ull, g->gm.stats.pinned);
	KUNIT_EXPECT_TRUE(g->test, bitmap_empty(g->tracked, FAKE_PAGES));
	KUNIT_EXPECT_FALSE(g->test, g->bar_pinned);
	KUNIT_EXPECT_FALSE(g->test, g->unbalanced);
}

u64 *fake_guest_frame(struct fake_guest *g, u64 gfn)
{
	return page_address(g->page[gfn - FAKE_GFN]);
}

u64 fake_guest_phys(struct fake_guest *g, u64 gfn)
{
	return page_to_phys(g->page[gfn - FAKE_GFN]);
}

void fake_guest_swap(struct fake_guest *g, u64 a, u64 b)
{
	swap(g->page[a - FAKE_GFN], g->page[b - FAKE_GFN]);
}

void fake_guest_set_hole(struct fake_guest *g, u64 gfn, bool hole)
{
	__assign_bit(gfn - FAKE_GFN, g->hole, hole);
}

unsigned long fake_guest_release(struct fake_guest *g, u64 first, u64 last)
{
	unsigned long end = jiffies + msecs_to_jiffies(50);
	unsigned long told = ivgpu_guestmem_release(&g->gm, first, last);
	bool in_time = time_before(jiffies, end);
	unsigned long used;

	flush_workqueue(g->gm.unpinners);
	used = g->gm.request.release.used;
	if (in_time)
		KUNIT_EXPECT_EQ(g->test, told, used);
	return used;
}

unsigned int fake_guest_pinned(const struct fake_guest *g)
{
	unsigned int i, n = 0;

	for (i = 0; i < FAKE_PAGES; i++)
		n += g->pins[i];
	return n;
}
