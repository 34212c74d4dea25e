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
	{ "flush of 2 dwords", IVGPU_BCS0, RING, OK_, 2, { MI(0x26, 0), 0 } },
	{ "flush of 2 dwords that writes", IVGPU_BCS0, RING, NO(LENGTH), 2,
	  { MI(0x26, BIT(14)), 0x100000 | BIT(2) } },
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
	{ "PIPE_CONTROL of another length", IVGPU_RCS0, RING, NO(LENGTH), 4,
	  { 0x7a000002, BIT(24) | BIT(14), 0x100000, 0 } },
	{ "PIPE_CONTROL of 5 dwords outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 5,
	  { 0x7a000003, BIT(24) | BIT(14), 0x300000, 0, 1 } },
	{ "PIPE_CONTROL of 5 dwords that writes a register", IVGPU_RCS0, RING, NO(REGISTER), 5,
	  { 0x7a000003, BIT(23), 0x941c, 0, 1 } },
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
	{ "user's batch with an offset register", IVGPU_BCS0, USER, NO(FORBIDDEN), 3,
	  { MI(0x31, BIT(16) | BIT(8) | 1), 0x100000, 0 } },
	{ "second-level batch of the ring's", IVGPU_RCS0, RING, NO(FORBIDDEN), 3,
	  { MI(0x31, BIT(22) | BIT(8) | 1), 0x100000, 0 } },
	{ "second-level batch of a batch", IVGPU_RCS0, PRIV, OK_, 3,
	  { MI(0x31, BIT(22) | BIT(8) | 1), 0x100000, 0 } },
	{ "batch in a workaround batch", IVGPU_RCS0, WA, NO(FORBIDDEN), 3,
	  { MI(0x31, BIT(8) | 1), 0x100000, 0 } },
	{ "jump ends a batch", IVGPU_RCS0, PRIV, END, 4,
	  { MI(0x31, 1), 0x100000, 0, 0xffffffff } },
	{ "index write in the context's own page", IVGPU_RCS0, RING, OK_, 3,
	  { MI(0x21, BIT(21) | 1), 0xffc, 1 } },
	{ "atomic in the partition", IVGPU_RCS0, RING, OK_, 3,
	  { MI(0x2f, GGTT | 1), 0x1ffffc, 0 } },
	{ "atomic of 8 bytes over the end", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 3,
	  { MI(0x2f, GGTT | BIT(19) | 1), 0x1ffffc, 0 } },
	{ "atomic above 4 GiB", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 3,
	  { MI(0x2f, GGTT | 1), 0x100000, 0x10000 } },
	{ "atomic in a user batch", IVGPU_RCS0, USER, NO(PRIVILEGE), 3,
	  { MI(0x2f, GGTT | 1), 0x100000, 0 } },
	{ "LRM to a free register", IVGPU_RCS0, RING, OK_, 4,
	  { MI(0x29, GGTT | 2), 0x2600, 0x100000, 0 } },
	{ "LRM from outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x29, GGTT | 2), 0x2600, 0x200000, 0 } },
	{ "SRM of a readable register", IVGPU_RCS0, RING, OK_, 4,
	  { MI(0x24, GGTT | 2), 0x2358, 0x100000, 0 } },
	{ "SRM to outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x24, GGTT | 2), 0x2358, 0x200000, 0 } },
	{ "LRR", IVGPU_RCS0, RING, OK_, 3, { MI(0x2a, 1), 0x2358, 0x2600 } },
	{ "LRR to a register that is read only", IVGPU_RCS0, RING, NO(REGISTER), 3,
	  { MI(0x2a, 1), 0x2600, 0x2358 } },
	{ "perf report in the partition", IVGPU_RCS0, RING, OK_, 4,
	  { MI(0x28, 2), 0x1fff00 | 1, 0, 0 } },
	{ "perf report over the end", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 4,
	  { MI(0x28, 2), 0x1fff40 | 1, 0, 0 } },
	{ "perf report in a user batch", IVGPU_RCS0, USER, NO(PRIVILEGE), 4,
	  { MI(0x28, 2), 0x100000 | 1, 0, 0 } },
	{ "flush of a page outside", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 3,
	  { MI(0x27, GGTT | 1), 0x200000, 0 } },
	{ "flush of a page of the partition", IVGPU_RCS0, RING, OK_, 3,
	  { MI(0x27, GGTT | 1), 0x1ff000, 0 } },
	{ "flush of a page by a user is dropped", IVGPU_RCS0, USER, OK_, 3,
	  { MI(0x27, GGTT | 1), 0x200000, 0 } },
	{ "conditional end in a ring", IVGPU_VCS0, RING, NO(FORBIDDEN), 4,
	  { MI(0x36, 2), 0, 0x100000, 0 } },
	{ "conditional end by memory outside", IVGPU_BCS0, PRIV, NO(GGTT_ADDRESS), 4,
	  { MI(0x36, GGTT | 2), 0, 0x200000, 0 } },
	{ "conditional end by the partition", IVGPU_BCS0, PRIV, OK_, 4,
	  { MI(0x36, GGTT | 2), 0, 0x100000, 0 } },
	{ "conditional end by GGTT in a user batch", IVGPU_VCS0, USER, NO(PRIVILEGE), 4,
	  { MI(0x36, GGTT | 2), 0, 0x100000, 0 } },
	{ "URB load with privilege from outside", IVGPU_RCS0, RING, NO(FORBIDDEN), 4,
	  { MI(0x2c, 2), 0, 0x200000, 0 } },
	{ "URB load with privilege from the partition", IVGPU_RCS0, RING, NO(FORBIDDEN), 4,
	  { MI(0x2c, 2), 0, 0x100000, 0 } },
	{ "URB load of a user", IVGPU_RCS0, USER, OK_, 4, { MI(0x2c, 2), 0, 0x200000, 0 } },
	{ "URB store with privilege", IVGPU_RCS0, PRIV, NO(FORBIDDEN), 4,
	  { MI(0x2d, 2), 0, 0x100000, 0 } },
	{ "URB store of a user", IVGPU_RCS0, USER, OK_, 4, { MI(0x2d, 2), 0, 0x200000, 0 } },
	{ "resource streamer's store with privilege", IVGPU_RCS0, WA, NO(FORBIDDEN), 4,
	  { MI(0x2b, 2), 0x200000, 0, 1 } },
	{ "resource streamer's store of a user", IVGPU_RCS0, USER, OK_, 4,
	  { MI(0x2b, 2), 0x200000, 0, 1 } },
	{ "semaphore in the partition", IVGPU_RCS0, RING, OK_, 4,
	  { MI(0x1c, GGTT | 2), 0, 0x100000, 0 } },
	{ "semaphore polls a readable register", IVGPU_RCS0, RING, OK_, 4,
	  { MI(0x1c, BIT(16) | 2), 0, 0x2358, 0 } },
	{ "semaphore signal", IVGPU_RCS0, RING, NO(FORBIDDEN), 2, { MI(0x1b, 0), 0 } },
	{ "context switch by command", IVGPU_RCS0, RING, NO(FORBIDDEN), 2, { MI(0x18, 0), 0 } },
	{ "PIPE_CONTROL by index", IVGPU_RCS0, RING, OK_, 6,
	  { 0x7a000004, BIT(21) | BIT(14), 0xff8, 0, 1, 0 } },
	{ "PIPE_CONTROL by an index past the page", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 6,
	  { 0x7a000004, BIT(21) | BIT(14), 0xffc, 0, 1, 0 } },
	{ "PIPE_CONTROL by an index that wraps", IVGPU_RCS0, RING, NO(GGTT_ADDRESS), 6,
	  { 0x7a000004, BIT(21) | BIT(14), 0xfffffffc, 0xffffffff, 1, 0 } },
	{ "PIPE_CONTROL to GGTT in a user batch", IVGPU_RCS0, USER, NO(PRIVILEGE), 6,
	  { 0x7a000004, BIT(24) | BIT(14), 0x100000, 0, 1, 0 } },
	{ "PIPE_CONTROL to a free register", IVGPU_RCS0, RING, OK_, 6,
	  { 0x7a000004, BIT(23), 0x2600, 0, 1, 0 } },
	{ "PIPE_CONTROL to register and memory", IVGPU_RCS0, RING, NO(FORBIDDEN), 6,
	  { 0x7a000004, BIT(23) | BIT(14), 0x2600, 0, 1, 0 } },
	{ "flush with an unknown bit", IVGPU_BCS0, RING, NO(FORBIDDEN), 4,
	  { MI(0x26, BIT(22) | 2), 0, 0, 0 } },
	{ "flush without post-sync operation", IVGPU_BCS0, RING, OK_, 4,
	  { MI(0x26, 2), 0x300000 | BIT(2), 0, 0 } },
	{ "flush to GGTT in a user batch", IVGPU_BCS0, USER, NO(PRIVILEGE), 4,
	  { MI(0x26, BIT(14) | 2), 0x100000 | BIT(2), 0, 1 } },
	{ "tile coding, of which the length is in doubt", IVGPU_VCS0, USER, NO(FORBIDDEN), 1,
	  { 0x73950000 } },
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
	KUNIT_EXPECT_EQ(test, scan->replaced, 1);

	run(scan, &wait, dw, &budget);
	KUNIT_EXPECT_EQ(test, dw[0] | dw[1] | dw[2], 0);
	KUNIT_EXPECT_EQ(test, scan->patched, 2);
	KUNIT_EXPECT_EQ(test, scan->replaced, 0);
}

/* One batch more than a scan can tell of is refused and not forgotten. */
static void cmd_batches(struct kunit *test)
{
	u32 *dw = kunit_kzalloc(test, 3 * (IVGPU_CMD_MAX_BATCHES + 1) * sizeof(*dw), GFP_KERNEL);
	struct ivgpu_cmd_scan *scan = kunit_kzalloc(test, sizeof(*scan), GFP_KERNEL);
	u32 i, budget = 1000;

	KUNIT_ASSERT_NOT_NULL(test, dw);
	KUNIT_ASSERT_NOT_NULL(test, scan);
	for (i = 0; i <= IVGPU_CMD_MAX_BATCHES; i++)
		dw[3 * i] = MI(0x31, BIT(8) | 1);
	*scan = (struct ivgpu_cmd_scan){
		.engine = IVGPU_VCS0, .gen = 9, .space = RING, .dw = dw,
		.ndw = 3 * IVGPU_CMD_MAX_BATCHES, .policy = &test_policy, .budget = &budget,
	};
	KUNIT_EXPECT_EQ(test, ivgpu_cmd_scan(scan), IVGPU_CMD_OK);
	KUNIT_EXPECT_EQ(test, scan->nr_batches, IVGPU_CMD_MAX_BATCHES);
	scan->ndw += 3;
	KUNIT_EXPECT_EQ(test, ivgpu_cmd_scan(scan), IVGPU_CMD_REFUSED);
	KUNIT_EXPECT_EQ(test, scan->reason, IVGPU_CMD_BUDGET);
	KUNIT_EXPECT_EQ(test, scan->nr_batches, IVGPU_CMD_MAX_BATCHES);
}

struct drop_case {
	const char *desc;
	enum ivgpu_engine_id engine;
	enum ivgpu_cmd_space space;
	bool dropped;
	u32 header;
};

static const struct drop_case drops[] = {
	{ "wait for the host's display", IVGPU_RCS0, RING, true, MI(0x03, 4) },
	{ "wait for the host's display on the blitter", IVGPU_BCS0, USER, true, MI(0x03, 4) },
	{ "flush of old", IVGPU_BCS0, USER, true, MI(0x04, 0) },
	{ "report head", IVGPU_RCS0, RING, true, MI(0x07, 0) },
	{ "arbitration by a user", IVGPU_BCS0, USER, true, MI(0x08, 0) },
	{ "arbitration with privilege", IVGPU_BCS0, PRIV, false, MI(0x08, 1) },
	{ "suspend flush", IVGPU_VCS0, RING, true, MI(0x0b, 1) },
	{ "application id", IVGPU_RCS0, PRIV, true, MI(0x0e, 0x7f) },
	{ "scan lines, inclusive", IVGPU_RCS0, RING, true, MI(0x12, 0) },
	{ "scan lines, exclusive", IVGPU_BCS0, RING, true, MI(0x13, 0) },
	{ "force wakeup", IVGPU_VECS0, RING, true, MI(0x1d, 0) },
	{ "flush of a page by a user", IVGPU_RCS0, USER, true, MI(0x27, GGTT | 1) },
	{ "flush of a page with privilege", IVGPU_RCS0, PRIV, false, MI(0x27, GGTT | 1) },
};

static void drop_case_desc(const struct drop_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(drop_case, drops, drop_case_desc);

/* What a guest may not have and nobody misses becomes MI_NOOP, every dword of it. */
static void cmd_drops(struct kunit *test)
{
	const struct drop_case *c = test->param_value;
	struct ivgpu_cmd_scan *scan = kunit_kzalloc(test, sizeof(*scan), GFP_KERNEL);
	struct cmd_case run_case = {
		.engine = c->engine, .space = c->space,
		.ndw = ivgpu_cmd_length(c->engine, 9, c->header),
		.dw = { c->header, 0x100000 },
	};
	u32 budget = 100, dw[12], i, rest = 0;

	KUNIT_ASSERT_NOT_NULL(test, scan);
	KUNIT_ASSERT_GT(test, run_case.ndw, 0);
	run(scan, &run_case, dw, &budget);
	KUNIT_EXPECT_EQ(test, scan->result, IVGPU_CMD_OK);
	for (i = 0; i < run_case.ndw; i++)
		rest |= dw[i];
	KUNIT_EXPECT_EQ(test, rest == 0, c->dropped);
}

static bool has_case(const struct ivgpu_cmd_row *row)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (ivgpu_cmd_find(cases[i].engine, 9, cases[i].dw[0]) == row)
			return true;
	for (i = 0; i < ARRAY_SIZE(drops); i++)
		if (ivgpu_cmd_find(drops[i].engine, 9, drops[i].header) == row)
			return true;
	return false;
}

/* A row that does not simply let its command pass has a case above. */
static void cmd_handlers(struct kunit *test)
{
	const struct ivgpu_cmd_group *group;
	u32 e, g, i, handled = 0;

	for (e = 0; e < IVGPU_NUM_ENGINES; e++) {
		for (g = 0; g < IVGPU_CMD_GROUPS; g++) {
			group = &ivgpu_cmd_groups[e][g];
			for (i = 0; i < group->nr; i++) {
				if (group->rows[i].rule == IVGPU_RULE_ALLOW)
					continue;
				KUNIT_EXPECT_TRUE_MSG(test, has_case(&group->rows[i]), "%s",
						      group->rows[i].name);
				handled++;
			}
		}
	}
	KUNIT_EXPECT_GT(test, handled, 30);
}

/* Where an operand ends that is judged: it must lie within the shortest form. */
static u32 operand_end(const struct ivgpu_cmd_operand *op)
{
	switch (op->kind) {
	case IVGPU_OPERAND_PPGTT:
	case IVGPU_OPERAND_OFFSET:
		return 0;
	case IVGPU_OPERAND_INDEX:
	case IVGPU_OPERAND_READ:
	case IVGPU_OPERAND_WRITE:
	/* Commands with a form that is too short for it refuse it there. */
	case IVGPU_OPERAND_POST_SYNC:
		return op->dword + 1;
	default:
		return op->dword + 2;
	}
}

static void check_row(struct kunit *test, const struct ivgpu_cmd_row *row)
{
	u32 g, n, least, judged = 0;

	for (g = 0; g < 2; g++) {
		least = row->length[g].min;
		KUNIT_EXPECT_GE_MSG(test, least, row->bias, "%s", row->name);
		KUNIT_EXPECT_GE_MSG(test, row->length[g].max, least, "%s", row->name);
		KUNIT_EXPECT_LE_MSG(test, row->length[g].max, row->length_mask + row->bias, "%s",
				    row->name);
		for (n = 0; n < row->nr_operands; n++)
			KUNIT_EXPECT_LE_MSG(test, operand_end(&row->operands[n]), least, "%s",
					    row->name);
	}
	for (n = 0; n < row->nr_operands; n++)
		judged += row->operands[n].kind > IVGPU_OPERAND_OFFSET;
	KUNIT_EXPECT_EQ_MSG(test, !!row->audit, row->rule == IVGPU_RULE_AUDIT, "%s", row->name);
	if (row->rule == IVGPU_RULE_ALLOW)
		KUNIT_EXPECT_EQ_MSG(test, judged, 0, "%s", row->name);
	if (row->rule == IVGPU_RULE_OPERANDS)
		KUNIT_EXPECT_GT_MSG(test, judged, 0, "%s", row->name);
}

static void cmd_tables(struct kunit *test)
{
	const struct ivgpu_cmd_group *group;
	u32 e, g, i, rows = 0;

	for (e = 0; e < IVGPU_NUM_ENGINES; e++) {
		for (g = 0; g < IVGPU_CMD_GROUPS; g++) {
			group = &ivgpu_cmd_groups[e][g];
			KUNIT_EXPECT_LE(test, group->nr, 256);
			for (i = 0; i < group->nr; i++) {
				if (!group->rows[i].name)
					continue;
				check_row(test, &group->rows[i]);
				rows++;
			}
		}
	}
	KUNIT_EXPECT_GT(test, rows, 300);
}

struct length_case {
	const char *desc;
	enum ivgpu_engine_id engine;
	u32 gen;
	u32 header;
	u32 want;
};

static const struct length_case lengths[] = {
	{ "PIPELINE_SELECT has no length field", IVGPU_RCS0, 9, 0x69040303, 1 },
	{ "3DSTATE_VF_STATISTICS", IVGPU_RCS0, 9, 0x680b0001, 1 },
	{ "STATE_BASE_ADDRESS of Gen9", IVGPU_RCS0, 9, 0x61010011, 19 },
	{ "STATE_BASE_ADDRESS of Gen9 on Gen8", IVGPU_RCS0, 8, 0x61010011, 0 },
	{ "STATE_BASE_ADDRESS of Gen8", IVGPU_RCS0, 8, 0x6101000e, 16 },
	{ "3DSTATE_DS of Gen8", IVGPU_RCS0, 8, 0x781d0007, 9 },
	{ "3DSTATE_DS of Gen9 on Gen8", IVGPU_RCS0, 8, 0x781d0009, 0 },
	{ "SWTESS_BASE_ADDRESS", IVGPU_RCS0, 9, 0x61030000, 2 },
	{ "MEDIA_OBJECT has a long length field", IVGPU_RCS0, 9, 0x71000fff, 0x1001 },
	{ "3DSTATE_SO_DECL_LIST has nine bits", IVGPU_RCS0, 9, 0x791701ff, 513 },
	{ "XY_SRC_COPY_BLT", IVGPU_BCS0, 9, 0x54c00008, 10 },
	{ "XY_SRC_COPY_BLT of Gen7", IVGPU_BCS0, 9, 0x54c00006, 0 },
	{ "XY_FAST_COPY_BLT", IVGPU_BCS0, 9, 0x50800008, 10 },
	{ "XY_FAST_COPY_BLT on Gen8", IVGPU_BCS0, 8, 0x50800008, 0 },
	{ "VEBOX_SURFACE_STATE of Gen8", IVGPU_VECS0, 8, 0x74000004, 6 },
	{ "VEBOX_SURFACE_STATE of Gen8 on Gen9", IVGPU_VECS0, 9, 0x74000004, 0 },
	{ "VEB_DI_IECP of 20", IVGPU_VECS0, 9, 0x74030012, 20 },
	{ "VEB_DI_IECP of 24", IVGPU_VECS0, 9, 0x74030016, 24 },
	{ "VEB_DI_IECP of 12", IVGPU_VECS0, 9, 0x7403000a, 0 },
	{ "MFX_WAIT is one dword", IVGPU_VCS0, 9, 0x68000000, 1 },
	{ "MFX_WAIT with a length", IVGPU_VCS0, 9, 0x68000001, 0 },
	{ "HCP_PIC_STATE of Skylake", IVGPU_VCS0, 9, 0x73900011, 19 },
	{ "HCP_PIC_STATE of Kaby Lake", IVGPU_VCS1, 9, 0x7390001e, 32 },
	{ "HCP_PIC_STATE on Gen8", IVGPU_VCS0, 8, 0x73900011, 0 },
	{ "SFC_LOCK on the video enhancement engine", IVGPU_VECS0, 9, 0x75000000, 2 },
	{ "LRI of 97 pairs", IVGPU_RCS0, 9, 0x110000c1, 195 },
	{ "MI_FLUSH_DW of 2", IVGPU_BCS0, 9, 0x13000000, 2 },
	{ "MI_FLUSH_DW of 6", IVGPU_BCS0, 9, 0x13000004, 0 },
	{ "MI_MATH above Gen8's field", IVGPU_RCS0, 8, 0x0d000040, 0 },
	{ "MI_URB_CLEAR", IVGPU_RCS0, 8, 0x0c800000, 2 },
	{ "MI_URB_CLEAR on Gen9", IVGPU_RCS0, 9, 0x0c800000, 0 },
};

static void length_case_desc(const struct length_case *c, char *desc)
{
	strscpy(desc, c->desc, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(length_case, lengths, length_case_desc);

static void cmd_length(struct kunit *test)
{
	const struct length_case *c = test->param_value;

	KUNIT_EXPECT_EQ_MSG(test, ivgpu_cmd_length(c->engine, c->gen, c->header), c->want, "%s",
			    c->desc);
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
	KUNIT_CASE_PARAM(cmd_drops, drop_case_gen_params),
	KUNIT_CASE(cmd_handlers),
	KUNIT_CASE(cmd_batches),
	KUNIT_CASE(cmd_tables),
	KUNIT_CASE_PARAM(cmd_length, length_case_gen_params),
	KUNIT_CASE(cmd_image),
	{}
};

static struct kunit_suite cmd_suite = {
	.name = "ivgpu_cmd",
	.test_cases = cmd_tests,
};

kunit_test_suite(cmd_suite);
