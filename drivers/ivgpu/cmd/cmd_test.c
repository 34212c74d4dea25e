// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the scanner and the command tables.
 */
#include <kunit/test.h>
#include <linux/sizes.h>

#include "cmd_table.h"

#define MI(op, rest)	((u32)(op) << 23 | (rest))
#define GGTT		BIT(22)

/* A made-up guest: owns GGTT [1 MiB, 2 MiB); may write 0x2600, read 0x2358. */
static bool test_ggtt(const void *owner, u64 addr, u64 len)
{
	return addr >= SZ_1M && len <= SZ_1M && addr <= SZ_2M - len;
}

static enum ivgpu_reg_verdict test_reg(const void *owner, enum ivgpu_engine_id engine,
				       enum ivgpu_reg_access access, u32 *offset, u32 *value)
{
	if (*offset == 0x24d0 && access == IVGPU_REG_LOAD_IMM) {
		*value = 0x2094;
		return IVGPU_REG_REPLACE;
	}
	if (*offset == 0x2600)
		return IVGPU_REG_ALLOW;
	if (*offset == 0x2358 && access == IVGPU_REG_READ)
		return IVGPU_REG_ALLOW;
	return IVGPU_REG_REFUSE;
}

static const struct ivgpu_cmd_policy test_policy = {
	.reg = test_reg,
	.ggtt = test_ggtt,
};

struct cmd_case {
	const char *desc;
	enum ivgpu_engine_id engine;
	enum ivgpu_cmd_space space;
	struct {
		enum ivgpu_cmd_result result;
		enum ivgpu_cmd_reason reason;
	} want;
	u32 ndw;
	u32 dw[12];
};

#define RING IVGPU_CMD_RING
#define USER IVGPU_CMD_BATCH_PPGTT
#define PRIV IVGPU_CMD_BATCH_GGTT
#define WA IVGPU_CMD_WA_BATCH
#define OK_ { IVGPU_CMD_OK, IVGPU_CMD_FINE }
#define END { IVGPU_CMD_END, IVGPU_CMD_FINE }
#define CUT { IVGPU_CMD_PARTIAL, IVGPU_CMD_FINE }
#define NO(why) { IVGPU_CMD_REFUSED, IVGPU_CMD_##why }

static const struct cmd_case cases[] = {
	{ "store in the partition", IVGPU_RCS0, RING, OK_, 4,
	  { MI(0x20, GGTT | 2), 0x100000, 0, 1 } },
	{ "store at the last dword", IVGPU_RCS0, RING, OK_, 4,
	  { MI(0x20, GGTT | 2), 0x1ffffc, 0, 1 } },
	{ "quadword over the end", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 5,
	  { MI(0x20, GGTT | BIT(21) | 3), 0x1ffffc, 0, 1, 2 } },
	{ "store below", IVGPU_BCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x20, GGTT | 2), 0xffffc, 0, 1 } },
	{ "store above 4 GiB", IVGPU_BCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x20, GGTT | 2), 0x100000, 1, 1 } },
	{ "store by PPGTT anywhere", IVGPU_BCS0, RING, OK_, 4,
	  { MI(0x20, 2), 0, 0x7fff, 1 } },
	{ "GGTT store in a user batch", IVGPU_BCS0, USER, NO(PRIVILEGE), 4,
	  { MI(0x20, GGTT | 2), 0x100000, 0, 1 } },
	{ "flush of 5 dwords is audited", IVGPU_BCS0, RING, NO(GGTT_ADDRESS), 5,
	  { MI(0x26, BIT(14) | 3), 0x300000 | BIT(2), 0, 1, 2 } },
	{ "flush of 4 dwords is audited", IVGPU_BCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x26, BIT(14) | 2), 0x300000 | BIT(2), 0, 1 } },
	{ "flush by index", IVGPU_VCS0, RING, OK_, 4,
	  { MI(0x26, BIT(21) | BIT(14) | 2), 0xd0, 0, 0 } },
	{ "flush by an index past the page", IVGPU_VCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x26, BIT(21) | BIT(14) | 2), 0x1000, 0, 0 } },
	{ "flush is not a render command", IVGPU_RCS0, RING, NO(UNKNOWN), 4,
	  { MI(0x26, 2), 0, 0, 0 } },
	{ "index write to the engine's own page", IVGPU_RCS0, RING, NO(FORBIDDEN), 3,
	  { MI(0x21, 1), 0x40, 1 } },
	{ "index write over the page's end", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x21, BIT(21) | 2), 0xffc, 1, 2 } },
	{ "LRI to a free register", IVGPU_RCS0, RING, OK_, 3,
	  { MI(0x22, 1), 0x2600, 7 } },
	{ "LRI, second pair forbidden", IVGPU_RCS0, RING, NO(REGISTER), 5,
	  { MI(0x22, 3), 0x2600, 7, 0x941c, 1 } },
	{ "LRI of even length", IVGPU_RCS0, RING, NO(LENGTH), 4,
	  { MI(0x22, 2), 0x2600, 7, 0x2600 } },
	{ "LRM writes", IVGPU_RCS0, RING, NO(REGISTER), 4,
	  { MI(0x29, GGTT | 2), 0x2358, 0x100000, 0 } },
	{ "SRM of a forbidden register", IVGPU_BCS0, USER, NO(REGISTER), 4,
	  { MI(0x24, 2), 0x44200, 0, 0 } },
	{ "LRR from a forbidden register", IVGPU_RCS0, RING, NO(REGISTER), 3,
	  { MI(0x2a, 1), 0x44200, 0x2600 } },
	{ "PIPE_CONTROL to the partition", IVGPU_RCS0, RING, OK_, 6,
	  { 0x7a000004, BIT(24) | BIT(14), 0x100000, 0, 1, 0 } },
	{ "PIPE_CONTROL outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 6,
	  { 0x7a000004, BIT(24) | BIT(14), 0x1ffffc, 0, 1, 0 } },
	{ "PIPE_CONTROL's time stamp outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 6,
	  { 0x7a000004, BIT(24) | 3 << 14, 0x200000, 0, 1, 0 } },
	{ "PIPE_CONTROL writes a register", IVGPU_RCS0, RING, NO(REGISTER), 6,
	  { 0x7a000004, BIT(23), 0x941c, 0, 1, 0 } },
	{ "PIPE_CONTROL of another length", IVGPU_RCS0, RING, NO(LENGTH), 5,
	  { 0x7a000003, BIT(24) | BIT(14), 0x100000, 0, 1 } },
	{ "atomic outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 3,
	  { MI(0x2f, GGTT | 1), 0x200000, 0 } },
	{ "atomic of a length that its flag denies", IVGPU_RCS0, RING, NO(LENGTH), 3,
	  { MI(0x2f, BIT(18) | 1), 0x100000, 0 } },
	{ "copy from outside", IVGPU_BCS0, RING, NO(GGTT_ADDRESS), 5,
	  { MI(0x2e, BIT(22) | 3), 0, 0, 0x200000, 0 } },
	{ "copy to outside", IVGPU_BCS0, RING, NO(GGTT_ADDRESS), 5,
	  { MI(0x2e, BIT(21) | 3), 0x200000, 0, 0, 0 } },
	{ "semaphore polls a register", IVGPU_RCS0, RING, NO(REGISTER), 4,
	  { MI(0x1c, BIT(16) | 2), 0, 0x44200, 0 } },
	{ "semaphore outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x1c, GGTT | 2), 0, 0x200000, 0 } },
	{ "GGTT update", IVGPU_RCS0, RING, NO(FORBIDDEN), 3,
	  { MI(0x23, 1), 0, 0 } },
	{ "display flip", IVGPU_RCS0, RING, NO(FORBIDDEN), 3,
	  { MI(0x14, 1), 0, 0 } },
	{ "batch end in a ring", IVGPU_RCS0, RING, NO(FORBIDDEN), 1, { MI(0x0a, 0) } },
	{ "batch end in a batch", IVGPU_RCS0, PRIV, END, 2, { MI(0x0a, 0), 0xffffffff } },
	{ "GGTT batch from a user batch", IVGPU_BCS0, USER, NO(PRIVILEGE), 3,
	  { MI(0x31, 1), 0x100000, 0 } },
	{ "GGTT batch outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 3,
	  { MI(0x31, 1), 0x200000, 0 } },
	{ "GGTT batch with an offset register", IVGPU_RCS0, RING, NO(FORBIDDEN), 3,
	  { MI(0x31, BIT(16) | 1), 0x100000, 0 } },
	{ "batch in a workaround batch", IVGPU_RCS0, WA, NO(FORBIDDEN), 3,
	  { MI(0x31, BIT(8) | 1), 0x100000, 0 } },
	{ "jump ends a batch", IVGPU_RCS0, PRIV, END, 4,
	  { MI(0x31, 1), 0x100000, 0, 0xffffffff } },
	{ "command over the end", IVGPU_RCS0, RING, CUT, 3,
	  { 0, MI(0x20, GGTT | 2), 0x200000 } },
	{ "no such command", IVGPU_RCS0, RING, NO(UNKNOWN), 1, { 0xffffffff } },
	{ "blit on the render engine", IVGPU_RCS0, RING, NO(UNKNOWN), 1, { 0x54c00008 } },
	{ "3D on the blitter", IVGPU_BCS0, RING, NO(UNKNOWN), 1, { 0x7a000004 } },
	{ "colour blit", IVGPU_BCS0, USER, OK_, 7, { 0x54000005 } },
};

static void cmd_case_desc(const struct cmd_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cmd_case, cases, cmd_case_desc);

static void run(struct ivgpu_cmd_scan *scan, const struct cmd_case *c, u32 *dw, u32 *budget)
{
	memset(scan, 0, sizeof(*scan));
	memcpy(dw, c->dw, sizeof(c->dw));
	scan->engine = c->engine;
	scan->gen = 9;
	scan->space = c->space;
	scan->dw = dw;
	scan->ndw = c->ndw;
	scan->policy = &test_policy;
	scan->budget = budget;
	ivgpu_cmd_scan(scan);
}

static void cmd_verdict(struct kunit *test)
{
	const struct cmd_case *c = test->param_value;
	struct ivgpu_cmd_scan *scan = kunit_kzalloc(test, sizeof(*scan), GFP_KERNEL);
	u32 budget = 100;
	u32 dw[12];

	KUNIT_ASSERT_NOT_NULL(test, scan);
	run(scan, c, dw, &budget);
	KUNIT_EXPECT_EQ_MSG(test, scan->result, c->want.result, "%s", c->desc);
	KUNIT_EXPECT_EQ_MSG(test, scan->reason, c->want.reason, "%s", c->desc);
}

/* Every case again with too small a budget: never allowed, never beyond it. */
static void cmd_budget(struct kunit *test)
{
	const struct cmd_case *c = test->param_value;
	struct ivgpu_cmd_scan *scan = kunit_kzalloc(test, sizeof(*scan), GFP_KERNEL);
	u32 budget = 0;
	u32 dw[12];

	KUNIT_ASSERT_NOT_NULL(test, scan);
	run(scan, c, dw, &budget);
	KUNIT_EXPECT_NE(test, scan->result, IVGPU_CMD_OK);
	KUNIT_EXPECT_NE(test, scan->result, IVGPU_CMD_END);
	KUNIT_EXPECT_EQ(test, budget, 0);
}

static void cmd_patches(struct kunit *test)
{
	/* ARB off before a user batch becomes on; before a privileged one it stays off. */
	static const struct cmd_case user = {
		"", IVGPU_RCS0, RING, OK_, 5,
		{ MI(0x08, 0), MI(0x31, BIT(8) | 1), 0x5000, 0x7, MI(0x08, 1) } };
	static const struct cmd_case priv = {
		"", IVGPU_RCS0, RING, OK_, 5,
		{ MI(0x08, 0), MI(0x31, 1), 0x100000, 0, MI(0x08, 1) } };
	static const struct cmd_case force = {
		"", IVGPU_RCS0, RING, OK_, 3, { MI(0x22, 1), 0x24d0, 0x44200 } };
	static const struct cmd_case wait = {
		"", IVGPU_RCS0, RING, OK_, 3, { MI(0x03, 4), MI(0x12, 0), 0x1234 } };
	struct ivgpu_cmd_scan *scan = kunit_kzalloc(test, sizeof(*scan), GFP_KERNEL);
	u32 budget = 100;
	u32 dw[12];

	KUNIT_ASSERT_NOT_NULL(test, scan);
	run(scan, &user, dw, &budget);
	KUNIT_EXPECT_EQ(test, dw[0], MI(0x08, 1));
	KUNIT_EXPECT_EQ(test, scan->nr_batches, 1);
	KUNIT_EXPECT_EQ(test, scan->batches[0].addr, 0x700005000ull);
	KUNIT_EXPECT_FALSE(test, scan->batches[0].ggtt);
	KUNIT_EXPECT_EQ(test, scan->batches[0].offset, 4);

	run(scan, &priv, dw, &budget);
	KUNIT_EXPECT_EQ(test, dw[0], MI(0x08, 0));
	KUNIT_EXPECT_TRUE(test, scan->batches[0].ggtt);
	ivgpu_cmd_retarget_batch(dw, scan->batches[0].offset, 0x4000);
	KUNIT_EXPECT_EQ(test, dw[2], 0x4000);

	run(scan, &force, dw, &budget);
	KUNIT_EXPECT_EQ(test, dw[2], 0x2094);

	run(scan, &wait, dw, &budget);
	KUNIT_EXPECT_EQ(test, dw[0] | dw[1] | dw[2], 0);
	KUNIT_EXPECT_EQ(test, scan->patched, 2);
}

static void check_rows(struct kunit *test, const struct ivgpu_cmd_row *row, u32 n)
{
	for (; row && n--; row++) {
		if (!row->name)
			continue;
		KUNIT_EXPECT_GE_MSG(test, row->min, 1u, "%s", row->name);
		KUNIT_EXPECT_GE_MSG(test, row->max, row->min, "%s", row->name);
		if (row->length_mask)
			KUNIT_EXPECT_LE_MSG(test, row->max, row->length_mask + 2u, "%s",
					    row->name);
		else
			KUNIT_EXPECT_EQ_MSG(test, row->max, 1u, "%s", row->name);
	}
}

static void cmd_tables(struct kunit *test)
{
	u32 i;

	check_rows(test, ivgpu_cmd_mi, IVGPU_CMD_MI_ROWS);
	check_rows(test, ivgpu_cmd_2d, IVGPU_CMD_2D_ROWS);
	for (i = 0; i < IVGPU_CMD_GROUPS; i++) {
		check_rows(test, ivgpu_cmd_render[i], IVGPU_CMD_GROUP_ROWS);
		check_rows(test, ivgpu_cmd_video[i], IVGPU_CMD_GROUP_ROWS);
		check_rows(test, ivgpu_cmd_vebox[i], IVGPU_CMD_GROUP_ROWS);
	}
	KUNIT_EXPECT_EQ(test, ivgpu_cmd_length(IVGPU_RCS0, 9, 0x69040000), 1);
	KUNIT_EXPECT_EQ(test, ivgpu_cmd_length(IVGPU_RCS0, 9, 0x61010011), 19);
	KUNIT_EXPECT_EQ(test, ivgpu_cmd_length(IVGPU_BCS0, 9, 0x54c00008), 10);
	KUNIT_EXPECT_EQ(test, ivgpu_cmd_length(IVGPU_VECS0, 9, 0x74030012), 20);
}

static void cmd_image(struct kunit *test)
{
	/* NOOP; LRI of two registers; a state command of two dwords; NOOP. */
	static const u32 golden[] = { 0, MI(0x22, 3), 0x2244, 1, 0x2034, 2, 0x780d0000, 5, 0 };
	u32 image[ARRAY_SIZE(golden)];
	u32 bad = 0;
	static const struct {
		u32 at;
		u32 value;
		int want;
	} c[] = {
		{ 3, 9, 0 }, { 5, 9, 0 }, { 7, 9, 0 },
		{ 0, MI(0x22, 1), -EPERM }, { 1, MI(0x22, 1), -EPERM }, { 2, 0x941c, -EPERM },
		{ 4, 0x24d0, -EPERM }, { 6, 0x780d0001, -EPERM }, { 8, MI(0x31, 1), -EPERM },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		memcpy(image, golden, sizeof(golden));
		image[c[i].at] = c[i].value;
		KUNIT_EXPECT_EQ_MSG(test, c[i].want,
				    ivgpu_cmd_audit_image(IVGPU_RCS0, 9, golden, image,
							  ARRAY_SIZE(golden), &bad),
				    "dword %u", c[i].at);
		if (c[i].want)
			KUNIT_EXPECT_EQ(test, bad, c[i].at);
	}
}

static struct kunit_case cmd_tests[] = {
	KUNIT_CASE_PARAM(cmd_verdict, cmd_case_gen_params),
	KUNIT_CASE_PARAM(cmd_budget, cmd_case_gen_params),
	KUNIT_CASE(cmd_patches),
	KUNIT_CASE(cmd_tables),
	KUNIT_CASE(cmd_image),
	{}
};

static struct kunit_suite cmd_suite = {
	.name = "ivgpu_cmd",
	.test_cases = cmd_tests,
};

kunit_test_suite(cmd_suite);
