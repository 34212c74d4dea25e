// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the exact CSB entries that a guest is shown, for each way in which one
 * execlist follows another.
 */
#include <kunit/test.h>
#include <linux/errno.h>

#include "vexeclist.h"

#define IDLE_ACTIVE	0x0001
#define PREEMPTED	0x0002
#define LITE_RESTORE	0x8002
#define ELEMENT_DONE	0x0014
#define LAST_DONE	0x0018

static int cookies[4];
#define A (&cookies[0])
#define B (&cookies[1])
#define C (&cookies[2])

static u64 desc_of(const int *cookie)
{
	u64 n = cookie - cookies + 1;

	return n << 32 | n << 16 | 0x119;	/* valid, 64 bit, privileged; LRCA 0x10000 * n */
}

static struct ivgpu_vlist list_of(int *first, int *second)
{
	struct ivgpu_vlist list = { .cookie = { first, second }, .nr = second ? 2 : 1 };

	list.desc[0] = desc_of(first);
	list.desc[1] = second ? desc_of(second) : 0;
	return list;
}

static int submit(struct ivgpu_vexeclist *vel, int *first, int *second)
{
	struct ivgpu_vlist list = list_of(first, second);

	return ivgpu_vexeclist_submit(vel, &list);
}

static u64 entry(u32 status, const int *cookie)
{
	return (cookie ? (u64)(cookie - cookies + 1) << 32 : 0) | status;
}

static void expect(struct kunit *test, const struct ivgpu_vexeclist *vel, unsigned int n, u64 first,
		   u64 second)
{
	KUNIT_ASSERT_EQ(test, vel->nr_csb, n);
	if (n > 0)
		KUNIT_EXPECT_EQ(test, vel->csb[0], first);
	if (n > 1)
		KUNIT_EXPECT_EQ(test, vel->csb[1], second);
}

static void one_context(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	KUNIT_EXPECT_EQ(test, submit(&vel, A, NULL), 0);
	expect(test, &vel, 1, entry(IDLE_ACTIVE, NULL), 0);
	KUNIT_EXPECT_EQ(test, (int)ivgpu_vexeclist_state(&vel), (int)IVGPU_VEL_ACTIVE);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_complete(&vel, A), 0);
	expect(test, &vel, 1, entry(LAST_DONE, A), 0);
	KUNIT_EXPECT_EQ(test, (int)ivgpu_vexeclist_state(&vel), (int)IVGPU_VEL_IDLE);
}

static void two_contexts(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, B);
	expect(test, &vel, 1, entry(IDLE_ACTIVE, NULL), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_complete(&vel, B), -EPROTO);
	expect(test, &vel, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_complete(&vel, A), 0);
	expect(test, &vel, 1, entry(ELEMENT_DONE, A), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_complete(&vel, B), 0);
	expect(test, &vel, 1, entry(LAST_DONE, B), 0);
}

static void lite_restore(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, NULL);
	KUNIT_EXPECT_EQ(test, submit(&vel, A, B), 0);
	expect(test, &vel, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_promote(&vel), 0);
	expect(test, &vel, 1, entry(LITE_RESTORE, A), 0);
	ivgpu_vexeclist_complete(&vel, A);
	expect(test, &vel, 1, entry(ELEMENT_DONE, A), 0);
}

static void lite_restore_of_the_second(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, B);
	ivgpu_vexeclist_complete(&vel, A);
	submit(&vel, B, NULL);
	ivgpu_vexeclist_promote(&vel);
	expect(test, &vel, 1, entry(LITE_RESTORE, B), 0);
}

static void forced_restore_is_a_preemption(struct kunit *test)
{
	struct ivgpu_vlist again = list_of(A, NULL);
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, NULL);
	again.desc[0] |= IVGPU_DESC_FORCE_RESTORE;
	ivgpu_vexeclist_submit(&vel, &again);
	ivgpu_vexeclist_promote(&vel);
	expect(test, &vel, 1, entry(PREEMPTED, A), 0);
}

static void preemption(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, B);
	submit(&vel, C, NULL);
	KUNIT_EXPECT_EQ(test, (int)ivgpu_vexeclist_state(&vel), (int)IVGPU_VEL_QUEUED);
	ivgpu_vexeclist_promote(&vel);
	expect(test, &vel, 1, entry(PREEMPTED, A), 0);
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_vexeclist_current(&vel), (void *)C);
	ivgpu_vexeclist_complete(&vel, C);
	expect(test, &vel, 1, entry(LAST_DONE, C), 0);
}

static void completion_races_with_submission(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, NULL);
	submit(&vel, B, NULL);
	ivgpu_vexeclist_complete(&vel, A);
	expect(test, &vel, 2, entry(LAST_DONE, A), entry(IDLE_ACTIVE, NULL));
	/* The promotion that hardware reports for it is not shown a second time. */
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_promote(&vel), -EPROTO);
	expect(test, &vel, 0, 0, 0);
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_vexeclist_current(&vel), (void *)B);
}

static void first_completes_then_preempted(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, B);
	submit(&vel, C, A);
	ivgpu_vexeclist_complete(&vel, A);
	expect(test, &vel, 1, entry(ELEMENT_DONE, A), 0);
	ivgpu_vexeclist_promote(&vel);
	expect(test, &vel, 1, entry(PREEMPTED, B), 0);
}

static void third_list_is_refused(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	submit(&vel, A, NULL);
	submit(&vel, B, NULL);
	KUNIT_EXPECT_EQ(test, submit(&vel, C, NULL), -EPROTO);
	ivgpu_vexeclist_promote(&vel);
	expect(test, &vel, 1, entry(PREEMPTED, A), 0);
	KUNIT_EXPECT_PTR_EQ(test, ivgpu_vexeclist_current(&vel), (void *)B);
}

static void idle_refuses_all_but_submission(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};

	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_promote(&vel), -EPROTO);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_complete(&vel, A), -EPROTO);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_complete(&vel, NULL), -EPROTO);
	KUNIT_EXPECT_NULL(test, ivgpu_vexeclist_current(&vel));
}

static void status_register(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};
	u32 idle = ivgpu_vexeclist_status(&vel, false);

	KUNIT_EXPECT_EQ(test, idle & 0x6001c, 0);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, true), 0);
	submit(&vel, B, A);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, true), 2);
	/* The first list goes to the slot that idle announced as next. */
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, false) & 1, (idle >> 1) & 1);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, false) & 0xc000, 0x4000);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, false) & 4, 0);
	ivgpu_vexeclist_complete(&vel, B);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, true), 1);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, false) & 0xc000, 0x8000);
	submit(&vel, C, NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, false) & 4, 4);
	ivgpu_vexeclist_reset(&vel);
	KUNIT_EXPECT_EQ(test, ivgpu_vexeclist_status(&vel, false), idle);
}

/* Whatever comes in whatever order: as i915 counts, promotions and completions fit submissions. */
static void random_walk(struct kunit *test)
{
	struct ivgpu_vexeclist vel = {};
	unsigned int step, active = 0, i;
	u32 seed = 12345;
	bool pending = false;
	unsigned int pending_nr = 0;

	for (step = 0; step < 100000; step++) {
		seed = seed * 1664525 + 1013904223;
		switch (seed >> 28 & 3) {
		case 0:
			if (!submit(&vel, &cookies[seed >> 16 & 1], seed & BIT(20) ? C : NULL)) {
				KUNIT_ASSERT_FALSE(test, pending);
				pending = true;
				pending_nr = seed & BIT(20) ? 2 : 1;
			}
			break;
		case 1:
			ivgpu_vexeclist_promote(&vel);
			break;
		default:
			ivgpu_vexeclist_complete(&vel, ivgpu_vexeclist_current(&vel));
		}
		for (i = 0; i < vel.nr_csb; i++) {
			if (vel.csb[i] & (IDLE_ACTIVE | PREEMPTED)) {
				KUNIT_ASSERT_TRUE(test, pending);
				pending = false;
				active = pending_nr;
			} else {
				KUNIT_ASSERT_GT(test, active, 0u);
				active--;
			}
		}
		vel.nr_csb = 0;
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(one_context),
	KUNIT_CASE(two_contexts),
	KUNIT_CASE(lite_restore),
	KUNIT_CASE(lite_restore_of_the_second),
	KUNIT_CASE(forced_restore_is_a_preemption),
	KUNIT_CASE(preemption),
	KUNIT_CASE(completion_races_with_submission),
	KUNIT_CASE(first_completes_then_preempted),
	KUNIT_CASE(third_list_is_refused),
	KUNIT_CASE(idle_refuses_all_but_submission),
	KUNIT_CASE(status_register),
	KUNIT_CASE_SLOW(random_walk),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu-vexeclist",
	.test_cases = cases,
};

kunit_test_suite(suite);
