// SPDX-License-Identifier: GPL-2.0
/*
 * Slots of the aperture: the least recently used one goes, nobody loses what is
 * his share, and neither fences nor bytes are ever given out twice.
 */
#include <kunit/test.h>
#include <linux/sizes.h>

#include "slots.h"

#define START	SZ_1M
#define SIZE	SZ_64M
#define FENCE	0x300000001ull	/* X tiles, 512 bytes */
#define MANY	1000

struct fixture {
	struct ivgpu_slots slots;
	struct ivgpu_slot_user user[IVGPU_SLOT_SHARES];
	const struct ivgpu_slot_user *last;
	u64 last_start;
	unsigned int evicted;
};

static void evict(struct ivgpu_slots *slots, struct ivgpu_slot *slot)
{
	struct fixture *f = container_of(slots, struct fixture, slots);

	f->last = slot->user;
	f->last_start = slot->view.start;
	f->evicted++;
}

static int init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int i;

	if (!f)
		return -ENOMEM;
	ivgpu_slots_init(&f->slots, START, SIZE, evict);
	for (i = 0; i < ARRAY_SIZE(f->user); i++)
		ivgpu_slot_user_init(&f->user[i], NULL);
	test->priv = f;
	return 0;
}

static void leave(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ivgpu_slot *slot, *next;

	list_for_each_entry_safe(slot, next, &f->slots.slots, age)
		ivgpu_slot_drop(&f->slots, slot);
}

static struct ivgpu_slot *take(struct fixture *f, unsigned int user, u64 start, u64 size,
			       u64 fence)
{
	const struct ivgpu_slot_view view = { start, size, fence };

	return ivgpu_slot_take(&f->slots, &f->user[user], &view);
}

static struct ivgpu_slot *find(struct fixture *f, unsigned int user, u64 start, u64 size,
			       u64 fence)
{
	const struct ivgpu_slot_view view = { start, size, fence };

	return ivgpu_slot_find(&f->slots, &f->user[user], &view);
}

static void found_by_what_it_shows(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct ivgpu_slot *slot = take(f, 0, SZ_1M, SZ_256K, 0);

	KUNIT_ASSERT_NOT_NULL(test, slot);
	KUNIT_EXPECT_PTR_EQ(test, find(f, 0, SZ_1M, SZ_256K, 0), slot);
	KUNIT_EXPECT_NULL(test, find(f, 1, SZ_1M, SZ_256K, 0));
	KUNIT_EXPECT_NULL(test, find(f, 0, SZ_1M, SZ_256K, FENCE));
	KUNIT_EXPECT_NULL(test, find(f, 0, SZ_2M, SZ_256K, 0));
	KUNIT_EXPECT_EQ(test, slot->fence, -1);
	ivgpu_slot_drop(&f->slots, slot);
	KUNIT_EXPECT_NULL(test, find(f, 0, SZ_1M, SZ_256K, 0));
	KUNIT_EXPECT_EQ(test, f->user[0].count, 0u);
	KUNIT_EXPECT_EQ(test, f->user[0].bytes, 0ull);
	KUNIT_EXPECT_EQ(test, f->user[0].taken, 0ull);
}

/* One user alone has all fences; the least recently used one is the first to go. */
static void least_recently_used(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < IVGPU_SLOT_FENCES; i++)
		KUNIT_ASSERT_NOT_NULL(test, take(f, 0, i * SZ_1M, SZ_64K, FENCE));
	KUNIT_EXPECT_EQ(test, f->evicted, 0u);
	KUNIT_ASSERT_NOT_NULL(test, find(f, 0, 0, SZ_64K, FENCE));
	KUNIT_ASSERT_NOT_NULL(test, take(f, 0, 100 * SZ_1M, SZ_64K, FENCE));
	KUNIT_EXPECT_EQ(test, f->evicted, 1u);
	KUNIT_EXPECT_EQ(test, f->last_start, (u64)SZ_1M);
	KUNIT_EXPECT_NOT_NULL(test, find(f, 0, 0, SZ_64K, FENCE));
	KUNIT_EXPECT_EQ(test, f->user[0].fences_taken, 1ull);
	KUNIT_EXPECT_EQ(test, f->user[0].fenced, (unsigned int)IVGPU_SLOT_FENCES);
}

/* Who asks for ever more takes from himself, and not what is another's share. */
static void shares_are_kept(struct kunit *test)
{
	const unsigned int share = IVGPU_SLOT_FENCES / IVGPU_SLOT_SHARES;
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < share; i++)
		KUNIT_ASSERT_NOT_NULL(test, take(f, 1, i * SZ_1M, SZ_64K, FENCE));
	for (i = 0; i < MANY; i++)
		KUNIT_ASSERT_NOT_NULL(test, take(f, 0, (u64)i * SZ_1M, SZ_64K, FENCE));
	KUNIT_EXPECT_EQ(test, f->user[1].fenced, share);
	KUNIT_EXPECT_EQ(test, f->user[1].taken, 0ull);
	KUNIT_EXPECT_EQ(test, f->user[0].fenced, IVGPU_SLOT_FENCES - share);
	/* And the other way round: what is beyond a share is given up. */
	for (i = 0; i < share; i++)
		KUNIT_ASSERT_NOT_NULL(test, take(f, 2, i * SZ_1M, SZ_64K, FENCE));
	KUNIT_EXPECT_PTR_EQ(test, f->last, &f->user[0]);
	KUNIT_EXPECT_EQ(test, f->user[2].fenced, share);
	KUNIT_EXPECT_EQ(test, f->user[1].fenced, share);
}

/* All have their share: who wants more has to give up his own. */
static void nobody_has_more(struct kunit *test)
{
	const unsigned int share = IVGPU_SLOT_FENCES / IVGPU_SLOT_SHARES;
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < IVGPU_SLOT_FENCES; i++)
		KUNIT_ASSERT_NOT_NULL(test, take(f, i / share, i * SZ_1M, SZ_64K, FENCE));
	KUNIT_EXPECT_EQ(test, f->evicted, 0u);
	KUNIT_ASSERT_NOT_NULL(test, take(f, 3, 100 * SZ_1M, SZ_64K, FENCE));
	KUNIT_EXPECT_EQ(test, f->evicted, 1u);
	KUNIT_EXPECT_PTR_EQ(test, f->last, &f->user[3]);
	KUNIT_EXPECT_EQ(test, f->last_start, 3ull * share * SZ_1M);
	for (i = 0; i < IVGPU_SLOT_SHARES; i++)
		KUNIT_EXPECT_EQ(test, f->user[i].fenced, share);
}

/* Bytes run out before fences do. */
static void bytes_run_out(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	for (i = 0; i < 4; i++)
		KUNIT_ASSERT_NOT_NULL(test, take(f, 0, i * SZ_16M, SZ_16M, FENCE));
	KUNIT_EXPECT_EQ(test, f->evicted, 0u);
	KUNIT_ASSERT_NOT_NULL(test, take(f, 1, 0, SZ_256K, 0));
	KUNIT_EXPECT_EQ(test, f->evicted, 1u);
	KUNIT_EXPECT_PTR_EQ(test, f->last, &f->user[0]);
	KUNIT_EXPECT_EQ(test, f->user[0].fenced, 3u);
	KUNIT_EXPECT_NULL(test, take(f, 0, 0, SIZE + SZ_4K, 0));
	KUNIT_EXPECT_EQ(test, f->evicted, 1u);
}

/* Whatever is asked for, no two slots meet and no fence is given out twice. */
static void never_twice(struct kunit *test)
{
	DECLARE_BITMAP(fences, IVGPU_SLOT_FENCES);
	struct fixture *f = test->priv;
	struct list_head *nodes = &f->slots.range.nodes;
	struct ivgpu_ggtt_node *node;
	struct ivgpu_slot *slot;
	u32 i, seed = 1, n;
	u64 end;

	for (i = 0; i < MANY; i++) {
		seed = seed * 1664525 + 1013904223;
		KUNIT_ASSERT_NOT_NULL(test, take(f, seed >> 8 & 1, (u64)i << 24,
						 ((seed >> 16 & 0xfff) + 1) * SZ_4K,
						 seed >> 12 & 1 ? FENCE : 0));
		bitmap_zero(fences, IVGPU_SLOT_FENCES);
		n = 0;
		list_for_each_entry(slot, &f->slots.slots, age) {
			n++;
			if (slot->fence >= 0)
				KUNIT_ASSERT_FALSE(test, test_and_set_bit(slot->fence, fences));
		}
		end = START;
		list_for_each_entry(node, nodes, link) {
			KUNIT_ASSERT_GE(test, node->start, end);
			end = node->start + node->size;
		}
		KUNIT_ASSERT_LE(test, end, (u64)START + SIZE);
		KUNIT_ASSERT_EQ(test, n, f->user[0].count + f->user[1].count);
		KUNIT_ASSERT_TRUE(test, bitmap_equal(fences, f->slots.fences, IVGPU_SLOT_FENCES));
	}
	KUNIT_EXPECT_GT(test, f->evicted, 0u);
}

static void nothing_to_give(struct kunit *test)
{
	struct fixture *f = test->priv;

	ivgpu_slots_init(&f->slots, 0, 0, evict);
	KUNIT_EXPECT_NULL(test, take(f, 0, 0, SZ_4K, 0));
	KUNIT_EXPECT_NULL(test, take(f, 0, 0, SZ_4K, FENCE));
	KUNIT_EXPECT_EQ(test, f->evicted, 0u);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(f->slots.fences, IVGPU_SLOT_FENCES));
}

static struct kunit_case slots_cases[] = {
	KUNIT_CASE(found_by_what_it_shows),
	KUNIT_CASE(least_recently_used),
	KUNIT_CASE(shares_are_kept),
	KUNIT_CASE(nobody_has_more),
	KUNIT_CASE(bytes_run_out),
	KUNIT_CASE(never_twice),
	KUNIT_CASE(nothing_to_give),
	{}
};

static struct kunit_suite slots_suite = {
	.name = "ivgpu_slots",
	.init = init,
	.exit = leave,
	.test_cases = slots_cases,
};

kunit_test_suite(slots_suite);
