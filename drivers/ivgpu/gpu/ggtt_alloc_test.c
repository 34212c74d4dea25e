// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the GGTT allocator.
 */
#include <kunit/test.h>
#include <linux/sizes.h>

#include "ggtt_alloc.h"

#define MIB(x)		((u64)(x) << 20)
#define TOTAL		MIB(4096)
#define MAX_PARTS	16

static const struct {
	unsigned int low, high;
	unsigned int fit;	/* on a 256 MiB aperture */
} types[] = {
	{ 64, 384, 8 },
	{ 128, 512, 6 },
	{ 256, 1024, 3 },
	{ 512, 2048, 1 },
};

/* As many partitions of one type as there are; returns how many. */
static unsigned int fill(struct ivgpu_ggtt_space *space, unsigned int type,
			 struct ivgpu_partition *parts, unsigned int max)
{
	unsigned int n = 0;

	while (n < max && !ivgpu_ggtt_space_alloc_partition(space, MIB(types[type].low),
							    MIB(types[type].high), &parts[n]))
		n++;
	return n;
}

static void empty(struct ivgpu_partition *parts, unsigned int n)
{
	while (n--)
		ivgpu_ggtt_space_free_partition(&parts[n]);
}

static void types_fit(struct kunit *test)
{
	struct ivgpu_partition parts[MAX_PARTS] = {};
	struct ivgpu_ggtt_space space;
	unsigned int i, n;

	ivgpu_ggtt_space_init(&space, TOTAL, MIB(256));
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_count(&space, MIB(types[i].low),
							     MIB(types[i].high)), types[i].fit);
		n = fill(&space, i, parts, MAX_PARTS);
		KUNIT_EXPECT_EQ(test, n, types[i].fit);
		empty(parts, n);
	}
	KUNIT_EXPECT_EQ(test, ivgpu_range_left(&space.low), MIB(768));
	KUNIT_EXPECT_EQ(test, ivgpu_range_left(&space.high), MIB(3072) - SZ_4K);
}

static void borders(struct kunit *test)
{
	struct ivgpu_partition parts[MAX_PARTS] = {};
	struct ivgpu_ggtt_space space;
	unsigned int i, n;

	ivgpu_ggtt_space_init(&space, TOTAL, MIB(256));
	n = fill(&space, 0, parts, MAX_PARTS);
	KUNIT_ASSERT_EQ(test, n, 8U);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_GE(test, parts[i].low.start, MIB(256));
		KUNIT_EXPECT_LE(test, parts[i].low.start + parts[i].low.size, MIB(1024));
		KUNIT_EXPECT_GE(test, parts[i].high.start, MIB(1024));
		KUNIT_EXPECT_LE(test, parts[i].high.start + parts[i].high.size, TOTAL - SZ_4K);
		KUNIT_EXPECT_EQ(test, parts[i].high.size, MIB(384) - (i == 7 ? SZ_4K : 0));
	}
	empty(parts, n);
}

static void own_part(struct kunit *test)
{
	struct ivgpu_ggtt_node a = {}, b = {}, fb = {};
	struct ivgpu_ggtt_space space;

	ivgpu_ggtt_space_init(&space, TOTAL, MIB(256));
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_reserve(&space, SZ_64K, SZ_8M, &fb), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_reserve(&space, SZ_1M, SZ_4K, &b), -ENOSPC);
	KUNIT_EXPECT_EQ(test, ivgpu_range_alloc(&space.own, SZ_64K, SZ_64K, &a), 0);
	KUNIT_EXPECT_EQ(test, a.start, (u64)SZ_64K + SZ_8M);
	KUNIT_EXPECT_EQ(test, ivgpu_range_alloc(&space.own, SZ_4K, SZ_4K, &b), 0);
	KUNIT_EXPECT_EQ(test, b.start, (u64)SZ_4K);
	KUNIT_EXPECT_EQ(test, ivgpu_range_alloc(&space.own, MIB(256), SZ_4K, &b), -ENOSPC);
	KUNIT_EXPECT_EQ(test, ivgpu_range_alloc(&space.own, 100, SZ_4K, &b), -EINVAL);
	KUNIT_EXPECT_EQ(test, ivgpu_range_alloc(&space.own, SZ_4K, SZ_4K + 1, &b), -EINVAL);
	ivgpu_range_free(&a);
	ivgpu_range_free(&fb);
	KUNIT_EXPECT_EQ(test, ivgpu_range_left(&space.own), MIB(256) - 2 * SZ_4K);
}

static void reserved_in_guests_part(struct kunit *test)
{
	struct ivgpu_ggtt_space space;
	struct ivgpu_ggtt_node fb = {};

	ivgpu_ggtt_space_init(&space, TOTAL, MIB(256));
	KUNIT_ASSERT_EQ(test, ivgpu_ggtt_space_reserve(&space, MIB(300), MIB(8), &fb), 0);
	/* Holes of 44 and 716 MiB below 1 GiB. */
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_count(&space, MIB(64), MIB(384)), 8U);
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_count(&space, MIB(256), MIB(64)), 2U);
	ivgpu_range_free(&fb);
	/* Across the border of two parts. */
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_reserve(&space, MIB(1020), MIB(8), &fb), -ENOSPC);
}

static void odd_totals(struct kunit *test)
{
	struct ivgpu_ggtt_space space;

	ivgpu_ggtt_space_init(&space, MIB(1024), MIB(256));
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_count(&space, MIB(64), MIB(384)), 0U);
	ivgpu_ggtt_space_init(&space, MIB(2048), MIB(256));
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_count(&space, MIB(64), MIB(384)), 2U);
	ivgpu_ggtt_space_init(&space, TOTAL, MIB(4096));
	KUNIT_EXPECT_EQ(test, ivgpu_ggtt_space_count(&space, MIB(64), MIB(384)), 8U);
	ivgpu_ggtt_space_init(&space, TOTAL, MIB(128));
	KUNIT_EXPECT_EQ(test, space.low.start, MIB(128));
}

static u32 next_random(u32 *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* Whatever the mix, the count is what allocation then gives. */
static void count_is_exact(struct kunit *test)
{
	struct ivgpu_partition *parts, *more;
	struct ivgpu_ggtt_space space;
	unsigned int round, slot, type, n, said;
	u32 seed = 1;

	parts = kunit_kcalloc(test, MAX_PARTS, sizeof(*parts), GFP_KERNEL);
	more = kunit_kcalloc(test, MAX_PARTS, sizeof(*more), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, parts);
	KUNIT_ASSERT_NOT_NULL(test, more);
	ivgpu_ggtt_space_init(&space, TOTAL, MIB(256));
	for (round = 0; round < 2000; round++) {
		slot = next_random(&seed) % MAX_PARTS;
		type = next_random(&seed) % ARRAY_SIZE(types);
		if (parts[slot].low.size)
			ivgpu_ggtt_space_free_partition(&parts[slot]);
		else
			ivgpu_ggtt_space_alloc_partition(&space, MIB(types[type].low),
							 MIB(types[type].high), &parts[slot]);
		type = next_random(&seed) % ARRAY_SIZE(types);
		said = ivgpu_ggtt_space_count(&space, MIB(types[type].low), MIB(types[type].high));
		n = fill(&space, type, more, MAX_PARTS);
		KUNIT_ASSERT_EQ(test, n, said);
		empty(more, n);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(types_fit),
	KUNIT_CASE(borders),
	KUNIT_CASE(own_part),
	KUNIT_CASE(reserved_in_guests_part),
	KUNIT_CASE(odd_totals),
	KUNIT_CASE(count_is_exact),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu_gpu_ggtt_alloc",
	.test_cases = cases,
};

kunit_test_suite(suite);
