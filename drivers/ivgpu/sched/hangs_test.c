// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: what hangs make of a vGPU, with simulated time.
 */
#include <kunit/test.h>

#include "hangs.h"

#define S 1000000000ull

/* The health after @n hangs, @apart from one another. */
static enum ivgpu_sched_health after(unsigned int n, unsigned int limit, u64 apart)
{
	enum ivgpu_sched_health health = IVGPU_HEALTH_RUNNING;
	struct ivgpu_hangs hangs = {};
	u64 now = 1;

	while (n--) {
		health = ivgpu_hangs_add(&hangs, limit, now);
		now += apart;
	}
	return health;
}

static void slowed_at_the_limit_stopped_at_twice(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, after(9, 10, S), IVGPU_HEALTH_RUNNING);
	KUNIT_EXPECT_EQ(test, after(10, 10, S), IVGPU_HEALTH_SLOWED);
	KUNIT_EXPECT_EQ(test, after(19, 10, S), IVGPU_HEALTH_SLOWED);
	KUNIT_EXPECT_EQ(test, after(20, 10, S), IVGPU_HEALTH_STOPPED);
	KUNIT_EXPECT_EQ(test, after(1, 1, S), IVGPU_HEALTH_SLOWED);
	KUNIT_EXPECT_EQ(test, after(2, 1, S), IVGPU_HEALTH_STOPPED);
}

static void no_limit_is_never(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, after(100000, 0, 1), IVGPU_HEALTH_RUNNING);
}

static void rare_hangs_are_forgiven(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, after(1000, 2, 61 * S), IVGPU_HEALTH_RUNNING);
	/* two a minute, one forgiven */
	KUNIT_EXPECT_EQ(test, after(12, 10, 30 * S), IVGPU_HEALTH_RUNNING);
	KUNIT_EXPECT_EQ(test, after(30, 10, 30 * S), IVGPU_HEALTH_SLOWED);
	KUNIT_EXPECT_EQ(test, after(60, 10, 30 * S), IVGPU_HEALTH_STOPPED);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(slowed_at_the_limit_stopped_at_twice),
	KUNIT_CASE(no_limit_is_never),
	KUNIT_CASE(rare_hangs_are_forgiven),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu-hangs",
	.test_cases = cases,
};

kunit_test_suite(suite);
