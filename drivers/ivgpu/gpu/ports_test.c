// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the execlist state machine of a physical engine.
 */
#include <kunit/test.h>

#include "ports.h"

#define OWN		0xf000
#define COMPLETE_SWITCH	(CSB_COMPLETE | CSB_ELEMENT_SWITCH)
#define COMPLETE_IDLE	(CSB_COMPLETE | CSB_ACTIVE_IDLE)
#define LITE		(CSB_LITE_RESTORE | CSB_PREEMPTED)

static int a, b, c;

/* A descriptor with a context id of its own in the upper half. */
static u64 desc(const int *context)
{
	return context ? (u64)(context == &a ? 1 : context == &b ? 2 : 3) << 32 | 1 : 0;
}

static void submit(struct kunit *test, struct ivgpu_ports *ports, int *first, int *second)
{
	const struct ivgpu_port list[2] = {
		{ .desc = desc(first), .cookie = first },
		{ .desc = desc(second), .cookie = second },
	};

	KUNIT_ASSERT_EQ(test, ivgpu_ports_submit(ports, list), 0);
}

/* One status event and what must come of it; kinds as a string, a letter per event. */
static void event_of(struct kunit *test, struct ivgpu_ports *ports, u32 status, u32 id,
		     const char *kinds, void *cookie)
{
	static const char letters[] = {
		[IVGPU_PORT_PROMOTED] = 'p',
		[IVGPU_PORT_PROMOTED_LITE] = 'l',
		[IVGPU_PORT_SWITCHED_OUT] = 's',
		[IVGPU_PORT_COMPLETED] = 'c',
		[IVGPU_PORT_IDLE] = 'i',
		[IVGPU_PORT_SPURIOUS] = 'x',
	};
	struct ivgpu_port_event events[IVGPU_PORT_EVENTS];
	char got[IVGPU_PORT_EVENTS + 1] = {};
	unsigned int i, n;

	n = ivgpu_ports_event(ports, (u64)id << 32 | status, events);
	for (i = 0; i < n; i++) {
		got[i] = letters[events[i].kind];
		if (got[i] == 's' || got[i] == 'c')
			KUNIT_EXPECT_PTR_EQ(test, events[i].cookie, cookie);
	}
	KUNIT_EXPECT_STREQ(test, (const char *)got, kinds);
}

/* The same, of the context that runs. */
static void event(struct kunit *test, struct ivgpu_ports *ports, u32 status, const char *kinds,
		  void *cookie)
{
	event_of(test, ports, status, upper_32_bits(ports->active[0].desc), kinds, cookie);
}

static struct ivgpu_ports fresh(void)
{
	return (struct ivgpu_ports){ .own = OWN };
}

static void two_contexts(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	KUNIT_EXPECT_TRUE(test, ivgpu_ports_idle(&ports));
	submit(test, &ports, &a, &b);
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_idle(&ports));
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	event(test, &ports, COMPLETE_SWITCH, "c", &a);
	event(test, &ports, COMPLETE_IDLE, "ci", &b);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_idle(&ports));
}

static void one_list_waits(struct kunit *test)
{
	const struct ivgpu_port list[2] = { { .desc = 1 } };
	const struct ivgpu_port none[2] = {};
	struct ivgpu_ports ports = fresh();

	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, none), -EINVAL);
	submit(test, &ports, &a, NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, list), -EBUSY);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	submit(test, &ports, &b, NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, list), -EBUSY);
	event(test, &ports, CSB_PREEMPTED, "sp", &a);
	event(test, &ports, COMPLETE_IDLE, "ci", &b);
}

/* Whose list became the running one must not be guessed: two vGPUs may have one each. */
static void promotion_names_its_list(struct kunit *test)
{
	static const u32 statuses[] = { CSB_PREEMPTED, CSB_PREEMPTED | CSB_COMPLETE };
	struct ivgpu_port_event events[IVGPU_PORT_EVENTS];
	struct ivgpu_ports ports;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(statuses); i++) {
		ports = fresh();
		submit(test, &ports, &a, &b);
		KUNIT_ASSERT_EQ(test, ivgpu_ports_event(&ports, CSB_IDLE_ACTIVE, events), 1);
		KUNIT_EXPECT_PTR_EQ(test, events[0].cookie, (void *)&a);
		submit(test, &ports, &c, NULL);
		event(test, &ports, COMPLETE_SWITCH, "c", &a);
		KUNIT_ASSERT_EQ(test, ivgpu_ports_event(&ports, statuses[i], events), 2);
		KUNIT_EXPECT_PTR_EQ(test, events[0].cookie, (void *)&b);
		KUNIT_EXPECT_EQ(test, events[1].kind, IVGPU_PORT_PROMOTED);
		KUNIT_EXPECT_PTR_EQ(test, events[1].cookie, (void *)&c);
	}
}

/* Handed over while the earlier owner's own list still waits. */
static void one_list_follows_another(struct kunit *test)
{
	const struct ivgpu_port list[2] = { { .desc = desc(&c), .cookie = &c } };
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, NULL);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	submit(test, &ports, &a, &b);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit_after(&ports, list), 1);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit_after(&ports, list), -EBUSY);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, list), -EBUSY);
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_take_after(&ports));
	event(test, &ports, LITE, "l", NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, list), -EBUSY);
	event(test, &ports, COMPLETE_SWITCH, "c", &a);
	/* it runs dry before that is seen: no, another list is to come */
	event(test, &ports, COMPLETE_IDLE, "c", &b);
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_idle(&ports));
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_take_after(&ports));
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_take_after(&ports));
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	/* nothing waits: it is written at once */
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit_after(&ports, list), 0);
	ivgpu_ports_reset(&ports);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_idle(&ports));
	submit(test, &ports, &a, NULL);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_preempt(&ports), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit_after(&ports, list), -EBUSY);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_take_preemption(&ports));
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit_after(&ports, list), -EBUSY);
}

static void completion_before_promotion(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, NULL);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	submit(test, &ports, &b, NULL);
	event(test, &ports, COMPLETE_IDLE, "c", &a);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	event(test, &ports, COMPLETE_IDLE, "ci", &b);
}

static void completion_with_preemption(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, NULL);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	submit(test, &ports, &b, NULL);
	event(test, &ports, CSB_PREEMPTED | CSB_COMPLETE, "cp", &a);
}

static void lite_restore(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, &b);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	submit(test, &ports, &a, &c);
	event(test, &ports, LITE, "l", NULL);
	event(test, &ports, COMPLETE_SWITCH, "c", &a);
	event(test, &ports, COMPLETE_IDLE, "ci", &c);
}

static void preempt_to_idle(struct kunit *test)
{
	const struct ivgpu_port list[2] = { { .desc = 1 } };
	struct ivgpu_ports ports = fresh();

	KUNIT_EXPECT_EQ(test, ivgpu_ports_preempt(&ports), -EALREADY);
	submit(test, &ports, &a, &b);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_preempt(&ports), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_preempt(&ports), -EALREADY);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_take_preemption(&ports));
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_take_preemption(&ports));
	KUNIT_EXPECT_EQ(test, ivgpu_ports_preempt(&ports), -EALREADY);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, list), -EBUSY);
	event(test, &ports, CSB_PREEMPTED, "s", &a);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, list), -EBUSY);
	event(test, &ports, COMPLETE_IDLE, "i", NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_submit(&ports, list), 0);
}

static void preempt_waits_for_promotion(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_preempt(&ports), 0);
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_take_preemption(&ports));
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_take_preemption(&ports));
	/* The engine finishes before it sees the idle context. */
	event(test, &ports, COMPLETE_IDLE, "c", &a);
	event(test, &ports, CSB_IDLE_ACTIVE, "", NULL);
	event(test, &ports, COMPLETE_IDLE, "i", NULL);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_idle(&ports));
}

static void preemption_is_forgotten_when_idle(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, NULL);
	KUNIT_EXPECT_EQ(test, ivgpu_ports_preempt(&ports), 0);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	event(test, &ports, COMPLETE_IDLE, "ci", &a);
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_take_preemption(&ports));
	submit(test, &ports, &b, NULL);
}

static void spurious_events(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	event(test, &ports, CSB_IDLE_ACTIVE, "x", NULL);
	event(test, &ports, COMPLETE_IDLE, "x", NULL);
	event(test, &ports, 0, "", NULL);
	submit(test, &ports, &a, NULL);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	event(test, &ports, CSB_PREEMPTED, "x", NULL);
}

/* Each entry comes twice: the second one changes nothing. */
static void repeated_events(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, &b);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	event(test, &ports, CSB_IDLE_ACTIVE, "x", NULL);
	submit(test, &ports, &a, &c);
	event(test, &ports, CSB_IDLE_ACTIVE, "x", NULL);
	event(test, &ports, LITE, "l", NULL);
	event(test, &ports, LITE, "x", NULL);
	event_of(test, &ports, COMPLETE_SWITCH, 1, "c", &a);
	event_of(test, &ports, COMPLETE_SWITCH, 1, "x", NULL);
	event_of(test, &ports, COMPLETE_IDLE, 3, "ci", &c);
	event_of(test, &ports, COMPLETE_IDLE, 3, "x", NULL);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_idle(&ports));
}

static void reset_forgets(struct kunit *test)
{
	struct ivgpu_ports ports = fresh();

	submit(test, &ports, &a, &b);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
	submit(test, &ports, &c, NULL);
	ivgpu_ports_preempt(&ports);
	ivgpu_ports_reset(&ports);
	KUNIT_EXPECT_TRUE(test, ivgpu_ports_idle(&ports));
	KUNIT_EXPECT_FALSE(test, ivgpu_ports_take_preemption(&ports));
	submit(test, &ports, &a, NULL);
	event(test, &ports, CSB_IDLE_ACTIVE, "p", NULL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(two_contexts),
	KUNIT_CASE(one_list_waits),
	KUNIT_CASE(promotion_names_its_list),
	KUNIT_CASE(one_list_follows_another),
	KUNIT_CASE(completion_before_promotion),
	KUNIT_CASE(completion_with_preemption),
	KUNIT_CASE(lite_restore),
	KUNIT_CASE(preempt_to_idle),
	KUNIT_CASE(preempt_waits_for_promotion),
	KUNIT_CASE(preemption_is_forgotten_when_idle),
	KUNIT_CASE(spurious_events),
	KUNIT_CASE(repeated_events),
	KUNIT_CASE(reset_forgets),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu_gpu_ports",
	.test_cases = cases,
};

kunit_test_suite(suite);
