// SPDX-License-Identifier: GPL-2.0
/*
 * Fences: known bytes of X and Y tiles, and that no two bytes meet.
 */
#include <kunit/test.h>
#include <linux/bitmap.h>
#include <linux/sizes.h>

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

/* A slot shows the same as the fence: its tiles are those of its own first row on. */
static void views(struct kunit *test)
{
	static const struct ivgpu_fence *const fences[] = { &tile_x, &tile_y };
	const struct ivgpu_fence big = { START | 1, (START + SZ_16M - 4096) | (PITCH / 128 - 1) };
	const struct ivgpu_fence widest = { START | 3, (START + SZ_64M - 4096) | 0xfff };
	const struct ivgpu_fence odd = { START | 1, (START + SIZE - 4096) | 0 };
	struct ivgpu_slot_view view;
	u64 start, size;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fences); i++) {
		ivgpu_fence_view(fences[i], 1, START + SIZE - 1, &view);
		KUNIT_EXPECT_EQ(test, view.start, (u64)START);
		KUNIT_EXPECT_EQ(test, view.size, (u64)SIZE);
		KUNIT_EXPECT_EQ(test, view.fence, (u64)(PITCH / 128 - 1) << 32 |
				(fences[i]->low & 3));
		ivgpu_fence_view(fences[i], 1, START + SIZE, &view);
		KUNIT_EXPECT_EQ(test, view.fence, 0ull);
	}
	ivgpu_fence_view(&big, 1, START + SZ_1M + 5, &view);
	KUNIT_EXPECT_EQ(test, view.start, (u64)START + SZ_1M);
	KUNIT_EXPECT_EQ(test, view.size, (u64)SZ_1M);
	ivgpu_fence_view(&widest, 1, START + SZ_16M, &view);
	KUNIT_EXPECT_EQ(test, view.start, (u64)START + SZ_16M);
	KUNIT_EXPECT_EQ(test, view.size, (u64)SZ_16M);
	ivgpu_fence_view(&odd, 1, START, &view);
	KUNIT_EXPECT_EQ(test, view.fence, 0ull);
	KUNIT_EXPECT_TRUE(test, ivgpu_fence_range(&big, &start, &size));
	KUNIT_EXPECT_EQ(test, start, (u64)START);
	KUNIT_EXPECT_EQ(test, size, (u64)SZ_16M);
}

/* A byte in a slot of a part of a big fence is the byte that the fence as a whole says. */
static void views_agree(struct kunit *test)
{
	static const u32 tilings[] = { 1, 3 };
	struct ivgpu_slot_view view;
	u32 i, at, run, slot_run;

	for (i = 0; i < ARRAY_SIZE(tilings); i++) {
		const struct ivgpu_fence whole = {
			START | tilings[i], (START + SZ_4M - 4096) | (3 * PITCH / 128 - 1),
		};

		for (at = 0; at < SZ_4M; at += 4093) {
			struct ivgpu_fence slot;

			ivgpu_fence_view(&whole, 1, START + at, &view);
			slot.low = view.start | lower_32_bits(view.fence);
			slot.high = (view.start + view.size - 4096) | upper_32_bits(view.fence);
			run = 1;
			slot_run = 1;
			KUNIT_ASSERT_EQ(test, ivgpu_fence_translate(&slot, 1, START + at, &run),
					ivgpu_fence_translate(&whole, 1, START + at, &slot_run));
		}
	}
}

static struct kunit_case fence_cases[] = {
	KUNIT_CASE(known_bytes),
	KUNIT_CASE(one_to_one),
	KUNIT_CASE(views),
	KUNIT_CASE(views_agree),
	KUNIT_CASE(outside_is_linear),
	{}
};

static struct kunit_suite fence_suite = {
	.name = "ivgpu_fence",
	.test_cases = fence_cases,
};

kunit_test_suite(fence_suite);
