// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual interrupt tree: where an event shows, what masks it, and that a
 * burst is one message.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "irq.h"

#define MASTER_ENABLE	BIT(31)
#define GT(n, reg)	(0x44300 + 0x10 * (n) + 4 * (reg))

struct tree {
	struct ivgpu_virq irq;
	unsigned int messages;
};

static void count(void *owner)
{
	struct tree *tree = owner;

	tree->messages++;
}

static void stop_tree(struct kunit_resource *res)
{
	ivgpu_virq_fini(res->data);
}

/* As a driver leaves it: everything unmasked and enabled. */
static struct tree *fresh(struct kunit *test)
{
	struct tree *tree = kunit_kzalloc(test, sizeof(*tree), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, tree);
	ivgpu_virq_init(&tree->irq, count, tree);
	kunit_alloc_resource(test, NULL, stop_tree, GFP_KERNEL, &tree->irq);
	for (i = 0; i < 4; i++) {
		ivgpu_virq_write(&tree->irq, GT(i, IVGPU_IMR), 0);
		ivgpu_virq_write(&tree->irq, GT(i, IVGPU_IER), ~0u);
	}
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		ivgpu_virq_ring_imr_write(&tree->irq, i, 0);
	ivgpu_virq_master_write(&tree->irq, MASTER_ENABLE);
	return tree;
}

static void where_events_show(struct kunit *test)
{
	static const struct {
		enum ivgpu_engine_id engine;
		u32 group, shift, master;
	} rows[] = {
		{ IVGPU_RCS0, 0, 0, BIT(0) },
		{ IVGPU_BCS0, 0, 16, BIT(1) },
		{ IVGPU_VCS0, 1, 0, BIT(2) },
		{ IVGPU_VCS1, 1, 16, BIT(3) },
		{ IVGPU_VECS0, 3, 0, BIT(6) },
	};
	struct tree *tree;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		tree = fresh(test);
		ivgpu_virq_engine(&tree->irq, rows[i].engine, 0x101, 0);
		KUNIT_EXPECT_EQ(test, ivgpu_virq_master_read(&tree->irq),
				rows[i].master | MASTER_ENABLE);
		KUNIT_EXPECT_EQ(test, ivgpu_virq_read(&tree->irq, GT(rows[i].group, IVGPU_IIR)),
				0x101u << rows[i].shift);
		KUNIT_EXPECT_EQ(test, tree->messages, 1u);
	}
}

static void masks(struct kunit *test)
{
	struct tree *tree = fresh(test);
	struct ivgpu_virq *irq = &tree->irq;

	ivgpu_virq_ring_imr_write(irq, IVGPU_RCS0, ~(u32)BIT(8));
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(0), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_read(irq, GT(0, IVGPU_IIR)), 0u);
	/* the blitter's bits are in the upper half, also of its own mask */
	ivgpu_virq_ring_imr_write(irq, IVGPU_BCS0, ~(u32)BIT(24));
	ivgpu_virq_write(irq, GT(0, IVGPU_IER), 0);
	ivgpu_virq_engine(irq, IVGPU_BCS0, BIT(0) | BIT(8), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_read(irq, GT(0, IVGPU_IIR)), (u32)BIT(24));
	ivgpu_virq_write(irq, GT(0, IVGPU_IIR), ~0u);
	ivgpu_virq_write(irq, GT(0, IVGPU_IER), ~0u);
	ivgpu_virq_write(irq, GT(0, IVGPU_IMR), BIT(8));
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(8), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_read(irq, GT(0, IVGPU_IIR)), 0u);
	ivgpu_virq_write(irq, GT(0, IVGPU_IMR), 0);
	ivgpu_virq_write(irq, GT(0, IVGPU_IER), 0);
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(8), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_read(irq, GT(0, IVGPU_IIR)), (u32)BIT(8));
	KUNIT_EXPECT_EQ(test, tree->messages, 0u);
	ivgpu_virq_write(irq, GT(0, IVGPU_IER), BIT(8));
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
}

/* The five accesses of i915's handler, with events before, during and after. */
static void one_message_per_burst(struct kunit *test)
{
	struct tree *tree = fresh(test);
	struct ivgpu_virq *irq = &tree->irq;

	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(0), 0);
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(8), 0);
	ivgpu_virq_engine(irq, IVGPU_VCS0, BIT(8), 0);
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
	ivgpu_virq_master_write(irq, 0);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_master_read(irq), (u32)(BIT(0) | BIT(2)));
	ivgpu_virq_write(irq, GT(0, IVGPU_IIR), ivgpu_virq_read(irq, GT(0, IVGPU_IIR)));
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(8), 0);
	ivgpu_virq_write(irq, GT(1, IVGPU_IIR), ivgpu_virq_read(irq, GT(1, IVGPU_IIR)));
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
	ivgpu_virq_master_write(irq, MASTER_ENABLE);
	KUNIT_EXPECT_EQ(test, tree->messages, 2u);
	ivgpu_virq_write(irq, GT(0, IVGPU_IIR), ~0u);
	ivgpu_virq_master_write(irq, MASTER_ENABLE);
	KUNIT_EXPECT_EQ(test, tree->messages, 2u);
}

static void disabled_master_keeps_quiet(struct kunit *test)
{
	struct tree *tree = fresh(test);

	ivgpu_virq_master_write(&tree->irq, 0);
	ivgpu_virq_engine(&tree->irq, IVGPU_BCS0, BIT(0), 0);
	KUNIT_EXPECT_EQ(test, tree->messages, 0u);
	ivgpu_virq_master_write(&tree->irq, MASTER_ENABLE);
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
	ivgpu_virq_resend(&tree->irq);
	KUNIT_EXPECT_EQ(test, tree->messages, 2u);
}

/* An event that may wait goes with the next one that may not. */
static void waiting_is_merged(struct kunit *test)
{
	struct tree *tree = fresh(test);

	ivgpu_virq_engine(&tree->irq, IVGPU_RCS0, BIT(8), 1000 * 1000);
	KUNIT_EXPECT_EQ(test, tree->messages, 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_read(&tree->irq, GT(0, IVGPU_IIR)), (u32)BIT(8));
	ivgpu_virq_engine(&tree->irq, IVGPU_RCS0, BIT(0), 0);
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
	KUNIT_EXPECT_FALSE(test, tree->irq.waiting);
}

static void waiting_ends(struct kunit *test)
{
	struct tree *tree = fresh(test);
	unsigned int n;

	ivgpu_virq_engine(&tree->irq, IVGPU_RCS0, BIT(8), 10);
	for (n = 0; n < 2000 && !READ_ONCE(tree->messages); n++)
		usleep_range(1000, 2000);
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
}

/* A user interrupt that the guest has masked does not make a message of what may wait. */
static void masked_hurries_nothing(struct kunit *test)
{
	struct tree *tree = fresh(test);
	struct ivgpu_virq *irq = &tree->irq;
	ktime_t until;

	ivgpu_virq_ring_imr_write(irq, IVGPU_RCS0, ~(u32)BIT(8));
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(8), 1000 * 1000 * 1000);
	until = irq->until;
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(0), 1);
	KUNIT_EXPECT_EQ(test, irq->until, until);
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(0), 0);
	KUNIT_EXPECT_EQ(test, tree->messages, 0u);
	/* not enabled is as good as masked */
	ivgpu_virq_ring_imr_write(irq, IVGPU_RCS0, 0);
	ivgpu_virq_write(irq, GT(0, IVGPU_IER), BIT(8));
	tree->messages = 0;
	irq->sent = false;
	irq->waiting = true;
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(0), 0);
	KUNIT_EXPECT_EQ(test, tree->messages, 0u);
	ivgpu_virq_engine(irq, IVGPU_RCS0, BIT(8), 0);
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
}

/* Who waits for something waits shortly; an error and the end of all work do not wait. */
static void patience(struct kunit *test)
{
	unsigned int user = ivgpu_virq_patience_us(IVGPU_INT_USER, false);
	unsigned int soon = ivgpu_virq_patience_us(IVGPU_INT_USER, true);
	unsigned int taken = ivgpu_virq_patience_us(IVGPU_INT_CONTEXT_SWITCH, true);

	KUNIT_EXPECT_GT(test, user, 0u);
	KUNIT_EXPECT_LE(test, user, 100u);
	KUNIT_EXPECT_LT(test, user, soon);
	KUNIT_EXPECT_LE(test, soon, 1000u);
	KUNIT_EXPECT_LT(test, soon, taken);
	KUNIT_EXPECT_LE(test, taken, 5000u);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_patience_us(IVGPU_INT_CONTEXT_SWITCH, false), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_patience_us(IVGPU_INT_CS_ERROR, true), 0u);
	KUNIT_EXPECT_EQ(test,
			ivgpu_virq_patience_us(IVGPU_INT_CS_ERROR | IVGPU_INT_USER, true), 0u);
}

static void reset_forgets(struct kunit *test)
{
	struct tree *tree = fresh(test);

	ivgpu_virq_engine(&tree->irq, IVGPU_RCS0, BIT(0), 0);
	ivgpu_virq_reset(&tree->irq);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_master_read(&tree->irq), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_read(&tree->irq, GT(0, IVGPU_IIR)), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_virq_read(&tree->irq, GT(0, IVGPU_IMR)), ~0u);
	ivgpu_virq_engine(&tree->irq, IVGPU_RCS0, BIT(0), 0);
	KUNIT_EXPECT_EQ(test, tree->messages, 1u);
}

static struct kunit_case irq_cases[] = {
	KUNIT_CASE(where_events_show),
	KUNIT_CASE(masks),
	KUNIT_CASE(one_message_per_burst),
	KUNIT_CASE(disabled_master_keeps_quiet),
	KUNIT_CASE(waiting_is_merged),
	KUNIT_CASE(waiting_ends),
	KUNIT_CASE(masked_hurries_nothing),
	KUNIT_CASE(patience),
	KUNIT_CASE(reset_forgets),
	{}
};

static struct kunit_suite irq_suite = {
	.name = "ivgpu_virq",
	.test_cases = irq_cases,
};

kunit_test_suite(irq_suite);
