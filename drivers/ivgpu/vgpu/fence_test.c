// SPDX-License-Identifier: GPL-2.0
/*
 * Fences: known bytes of X and Y tiles, and that no two bytes meet.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>

#include "fence.h"

#define START	0x10000000u
#define PAGES	16		/* a surface of 1024 bytes by 64 rows */
#define SIZE	(PAGES * 4096u)
#define PITCH	1024

static const struct ivgpu_fence tile_x = { START | 1, (START + SIZE - 4096) | (PITCH / 128 - 1) };
static const struct ivgpu_fence tile_y = { START | 3, (START + SIZE - 4096) | (PITCH / 128 - 1) };

static u64 where(const struct ivgpu_fence *fence, u32 x, u32 y)
{
	u32 run = 1;

	return ivgpu_fence_translate(fence, 1, START + y * PITCH + x, &run) - START;
}

static void known_bytes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, where(&tile_x, 0, 0), 0ull);
	KUNIT_EXPECT_EQ(test, where(&tile_x, 511, 0), 511ull);
	KUNIT_EXPECT_EQ(test, where(&tile_x, 512, 0), 4096ull);
	KUNIT_EXPECT_EQ(test, where(&tile_x, 0, 1), 512ull);
	KUNIT_EXPECT_EQ(test, where(&tile_x, 5, 8), 8192ull + 5);
	KUNIT_EXPECT_EQ(test, where(&tile_y, 15, 0), 15ull);
	KUNIT_EXPECT_EQ(test, where(&tile_y, 16, 0), 512ull);
	KUNIT_EXPECT_EQ(test, where(&tile_y, 0, 1), 16ull);
	KUNIT_EXPECT_EQ(test, where(&tile_y, 128, 0), 4096ull);
	KUNIT_EXPECT_EQ(test, where(&tile_y, 3, 32), 8 * 4096ull + 3);
}

/* Every byte of the surface is somewhere in it, each in a place of its own. */
static void one_to_one(struct kunit *test)
{
	static const struct ivgpu_fence *const fences[] = { &tile_x, &tile_y };
	unsigned long *seen = kunit_kzalloc(test, BITS_TO_LONGS(SIZE) * sizeof(long), GFP_KERNEL);
	u32 at, i, run, n;
	u64 to;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (i = 0; i < ARRAY_SIZE(fences); i++) {
		bitmap_zero(seen, SIZE);
		for (at = 0; at < SIZE; at += run) {
			run = SIZE;
			to = ivgpu_fence_translate(fences[i], 1, START + at, &run) - START;
			KUNIT_ASSERT_GT(test, run, 0u);
			for (n = 0; n < run; n++) {
				KUNIT_ASSERT_LT(test, to + n, (u64)SIZE);
				KUNIT_ASSERT_FALSE(test, test_and_set_bit(to + n, seen));
			}
		}
		KUNIT_EXPECT_TRUE(test, bitmap_full(seen, SIZE));
	}
}

static void outside_is_linear(struct kunit *test)
{
	static const struct ivgpu_fence off = { START | 2, START + SIZE - 4096 };
	static const struct ivgpu_fence odd = { START | 1, (START + SIZE - 4096) | 2 };
	u32 run = 256;

	KUNIT_EXPECT_EQ(test, ivgpu_fence_translate(&tile_x, 1, START - 16, &run), START - 16ull);
	KUNIT_EXPECT_EQ(test, run, 16u);
	run = 256;
	KUNIT_EXPECT_EQ(test, ivgpu_fence_translate(&tile_x, 1, START + SIZE, &run),
			(u64)START + SIZE);
	KUNIT_EXPECT_EQ(test, run, 256u);
	KUNIT_EXPECT_EQ(test, ivgpu_fence_translate(&off, 1, START + 600, &run), START + 600ull);
	KUNIT_EXPECT_EQ(test, ivgpu_fence_translate(&odd, 1, START + 600, &run), START + 600ull);
	KUNIT_EXPECT_EQ(test, run, 256u);
}

static struct kunit_case fence_cases[] = {
	KUNIT_CASE(known_bytes),
	KUNIT_CASE(one_to_one),
	KUNIT_CASE(outside_is_linear),
	{}
};

static struct kunit_suite fence_suite = {
	.name = "ivgpu_fence",
	.test_cases = fence_cases,
};

kunit_test_suite(fence_suite);
