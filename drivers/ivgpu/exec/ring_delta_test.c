// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: what of a ring is to be scanned for a new tail.
 */
#include <kunit/test.h>

#include "ring_delta.h"

#define SIZE 0x3000u

static void spans(struct kunit *test)
{
	struct ivgpu_ring_span span = ivgpu_ring_span(0x100, 0x180, SIZE);

	KUNIT_EXPECT_EQ(test, span.start, 0x100u);
	KUNIT_EXPECT_EQ(test, span.first, 0x80u);
	KUNIT_EXPECT_EQ(test, span.second, 0u);

	span = ivgpu_ring_span(0x2ff8, 0x10, SIZE);
	KUNIT_EXPECT_EQ(test, span.start, 0x2ff8u);
	KUNIT_EXPECT_EQ(test, span.first, 8u);
	KUNIT_EXPECT_EQ(test, span.second, 0x10u);

	span = ivgpu_ring_span(0x2ff8, 0, SIZE);
	KUNIT_EXPECT_EQ(test, span.first, 8u);
	KUNIT_EXPECT_EQ(test, span.second, 0u);

	span = ivgpu_ring_span(0x40, 0x40, SIZE);
	KUNIT_EXPECT_EQ(test, span.first + span.second, 0u);
}

/*
 * Against the definition, for all positions of a small ring: the new tail adds
 * something exactly when walking from head one meets scanned strictly before it.
 */
static void compare_all(struct kunit *test)
{
	const u32 size = 9;
	u32 head, scanned, tail, at;

	for (head = 0; head < size; head++) {
		for (scanned = 0; scanned < size; scanned++) {
			for (tail = 0; tail < size; tail++) {
				bool met_scanned = false;
				bool forward;

				for (at = head; at != tail; at = (at + 1) % size)
					met_scanned |= at == scanned;
				forward = met_scanned;
				KUNIT_ASSERT_EQ(test,
						ivgpu_ring_compare(head, scanned, tail, size) ==
						IVGPU_RING_FORWARD, forward);
			}
		}
	}
}

/* A head that lags behind the true one never lets unread commands be overwritten. */
static void stale_head_is_safe(struct kunit *test)
{
	const u32 size = 9;
	u32 stale, ahead, used, tail, at;

	for (stale = 0; stale < size; stale++) {
		for (used = 0; used < size; used++) {
			for (ahead = 0; ahead <= used; ahead++) {
				u32 head = (stale + ahead) % size;
				u32 scanned = (stale + used) % size;

				for (tail = 0; tail < size; tail++) {
					if (ivgpu_ring_compare(stale, scanned, tail, size) !=
					    IVGPU_RING_FORWARD)
						continue;
					/* Bytes in [scanned, tail) are written: none is unread. */
					for (at = scanned; at != tail; at = (at + 1) % size)
						KUNIT_ASSERT_TRUE(test, at != head ||
								  head == scanned);
				}
			}
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(spans),
	KUNIT_CASE(compare_all),
	KUNIT_CASE(stale_head_is_safe),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu-ring-delta",
	.test_cases = cases,
};

kunit_test_suite(suite);
