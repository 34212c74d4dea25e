// SPDX-License-Identifier: GPL-2.0
/*
 * The register table and what the command audit makes of it.
 */
#include <kunit/test.h>
#include <linux/err.h>

#include "vgpu_state.h"

#define SKL_GT2	(BIT(IVGPU_RCS0) | BIT(IVGPU_BCS0) | BIT(IVGPU_VCS0) | BIT(IVGPU_VECS0))
#define ALL	GENMASK(IVGPU_NUM_ENGINES - 1, 0)

static void destroy_map(struct kunit_resource *res)
{
	ivgpu_regmap_destroy(res->data);
}

static struct ivgpu_regmap *make_map(struct kunit *test, u32 engines)
{
	struct ivgpu_regmap *map = ivgpu_regmap_create(&ivgpu_regs_gen9_display, engines);

	KUNIT_ASSERT_FALSE(test, IS_ERR(map));
	kunit_alloc_resource(test, NULL, destroy_map, GFP_KERNEL, map);
	return map;
}

/* The table is accepted (sorted, no overlap); slots are in order and found again. */
static void table_is_whole(struct kunit *test)
{
	struct ivgpu_regmap *map = make_map(test, ALL);
	unsigned int n;

	KUNIT_ASSERT_GT(test, map->nr, 1000u);
	for (n = 1; n < map->nr; n++) {
		KUNIT_EXPECT_EQ(test, ivgpu_regmap_find(map, map->slots[n].offset), n);
		if (n > 1)
			KUNIT_EXPECT_LT(test, map->slots[n - 1].offset, map->slots[n].offset);
	}
}

/* A power-on value must be one that the register can hold, and masked ones are 16 bits. */
static void rows_make_sense(struct kunit *test)
{
	struct ivgpu_regmap *map = make_map(test, ALL);
	const struct ivgpu_reg *reg;
	unsigned int n;

	for (n = 1; n < map->nr; n++) {
		reg = map->slots[n].reg;
		KUNIT_EXPECT_NOT_NULL(test, reg->name);
		KUNIT_EXPECT_EQ_MSG(test, reg->ro & reg->w1c, 0u, "%s", reg->name);
		if (reg->flags & IVGPU_REG_MASKED)
			KUNIT_EXPECT_EQ_MSG(test, reg->reset & 0xffff0000, 0u, "%s", reg->name);
		if (reg->class == IVGPU_REG_GLOBAL)
			KUNIT_EXPECT_EQ_MSG(test, reg->access & (IVGPU_CMD_LRI | IVGPU_CMD_LOAD), 0,
					    "%s is shared by all vGPUs", reg->name);
		if (reg->class != IVGPU_REG_GLOBAL)
			KUNIT_EXPECT_NE_MSG(test, map->slots[n].engine, IVGPU_NO_ENGINE, "%s",
					    reg->name);
	}
}

static void absent_engines_have_none(struct kunit *test)
{
	struct ivgpu_regmap *map = make_map(test, SKL_GT2);

	KUNIT_EXPECT_NE(test, ivgpu_regmap_find(map, 0x12030), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_regmap_find(map, 0x1c030), 0u);
}

static void unknown_offsets(struct kunit *test)
{
	struct ivgpu_regmap *map = make_map(test, ALL);

	KUNIT_EXPECT_EQ(test, ivgpu_regmap_find(map, 0), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_regmap_find(map, IVGPU_MMIO_SIZE - 4), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_regmap_find(map, IVGPU_MMIO_SIZE), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_regmap_find(map, ~0u), 0u);
}

#define BAD_TABLE(what, ...)							\
	static const struct ivgpu_reg what##_rows[] = { __VA_ARGS__ };		\
	static const struct ivgpu_reg_unit what##_unit = {			\
		.name = #what, .engine = IVGPU_NO_ENGINE, .rows = what##_rows,	\
		.nr = ARRAY_SIZE(what##_rows),					\
	};									\
	static const struct ivgpu_reg_table what = { 9, &what##_unit, 1 }

BAD_TABLE(unsorted, IVGPU_ROW(8, 1, "a"), IVGPU_ROW(4, 1, "b"));
BAD_TABLE(overlapping, IVGPU_ROW(0, 4, "a"), IVGPU_ROW(8, 1, "b"));
BAD_TABLE(unaligned, IVGPU_ROW(2, 1, "a"));
BAD_TABLE(outside, IVGPU_ROW(IVGPU_MMIO_SIZE - 4, 2, "a"));
BAD_TABLE(empty_row, IVGPU_ROW(0, 0, "a"));

static void bad_tables_are_refused(struct kunit *test)
{
	static const struct ivgpu_reg_table *const bad[] = {
		&unsorted, &overlapping, &unaligned, &outside, &empty_row,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_PTR_EQ(test, ivgpu_regmap_create(bad[i], ALL),
				    (struct ivgpu_regmap *)ERR_PTR(-EINVAL));
}

static void merging(struct kunit *test)
{
	static const struct ivgpu_reg plain = IVGPU_ROW(0, 1, "plain", .ro = 0xf0);
	static const struct ivgpu_reg w1c = IVGPU_ROW(0, 1, "w1c", .w1c = 0xff);
	static const struct ivgpu_reg masked = IVGPU_ROW(0, 1, "masked", .flags = IVGPU_REG_MASKED,
							 .ro = 0x8);

	KUNIT_EXPECT_EQ(test, ivgpu_reg_merge(&plain, 0x55, 0xaaa), 0xa5au);
	KUNIT_EXPECT_EQ(test, ivgpu_reg_merge(&w1c, 0x33, 0xf1), 0x02u);
	KUNIT_EXPECT_EQ(test, ivgpu_reg_merge(&w1c, 0x33, 0x100), 0x133u);
	KUNIT_EXPECT_EQ(test, ivgpu_reg_merge(&masked, 0x5, 0x00030002), 0x6u);
	KUNIT_EXPECT_EQ(test, ivgpu_reg_merge(&masked, 0x5, 0xffff), 0x5u);
	KUNIT_EXPECT_EQ(test, ivgpu_reg_merge(&masked, 0x5, 0x000d000d), 0x5u);
}

static enum ivgpu_reg_verdict judge(struct ivgpu_vgpu *vgpu, enum ivgpu_engine_id engine,
				    enum ivgpu_reg_access access, u32 offset)
{
	u32 value = 0, at = offset;
	enum ivgpu_reg_verdict verdict;

	verdict = ivgpu_vgpu_cmd_policy.reg(vgpu, engine, access, &at, &value);
	return verdict == IVGPU_REG_REPLACE && at == offset ? IVGPU_REG_ALLOW : verdict;
}

static void command_policy(struct kunit *test)
{
	static const struct {
		enum ivgpu_engine_id engine;
		enum ivgpu_reg_access access;
		u32 offset;
		enum ivgpu_reg_verdict verdict;
	} rows[] = {
		/* a context workaround of i915, on its engine and on another */
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0xe4f0, IVGPU_REG_ALLOW },
		{ IVGPU_BCS0, IVGPU_REG_LOAD_IMM, 0xe4f0, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_WRITE, 0xe4f0, IVGPU_REG_REFUSE },
		/* general purpose registers: one's own */
		{ IVGPU_BCS0, IVGPU_REG_WRITE, 0x22600, IVGPU_REG_ALLOW },
		{ IVGPU_BCS0, IVGPU_REG_WRITE, 0x2600, IVGPU_REG_REFUSE },
		/* time, of any engine, to read */
		{ IVGPU_BCS0, IVGPU_REG_READ, 0x2358, IVGPU_REG_ALLOW },
		{ IVGPU_BCS0, IVGPU_REG_LOAD_IMM, 0x2358, IVGPU_REG_REFUSE },
		/* where another engine, or our own ring, is */
		{ IVGPU_RCS0, IVGPU_REG_READ, 0x22034, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_READ, 0x2038, IVGPU_REG_REFUSE },
		/* what is shared by all vGPUs goes nowhere or is refused */
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0xb118, IVGPU_REG_REPLACE },
		{ IVGPU_RCS0, IVGPU_REG_WRITE, 0xb118, IVGPU_REG_REPLACE },
		{ IVGPU_RCS0, IVGPU_REG_READ, 0xb118, IVGPU_REG_ALLOW },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0xc800, IVGPU_REG_REPLACE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0x40e0, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0x941c, IVGPU_REG_REFUSE },
		/* how an engine is driven: ours */
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0x24d0, IVGPU_REG_REPLACE },
		{ IVGPU_RCS0, IVGPU_REG_WRITE, 0x24fc, IVGPU_REG_REPLACE },
		{ IVGPU_BCS0, IVGPU_REG_LOAD_IMM, 0x24d0, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0x2230, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0x2080, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0x2270, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0x229c, IVGPU_REG_REFUSE },
		/* nothing there */
		{ IVGPU_RCS0, IVGPU_REG_READ, 0, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0xe4f1, IVGPU_REG_REFUSE },
		{ IVGPU_RCS0, IVGPU_REG_LOAD_IMM, 0xfffffffc, IVGPU_REG_REFUSE },
	};
	struct ivgpu_vgpu *vgpu = kunit_kzalloc(test, sizeof(*vgpu), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, vgpu);
	vgpu->map = make_map(test, ALL);
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, (int)judge(vgpu, rows[i].engine, rows[i].access,
						     rows[i].offset), (int)rows[i].verdict,
				    "row %u, register %#x", i, rows[i].offset);
}

/* Whitelist slots: what stock drivers ask for is kept, what would reach others is not. */
static void whitelist(struct kunit *test)
{
	static const struct {
		u32 value;
		bool kept;
	} rows[] = {
		{ 0x2248, true }, { 0x2580, true }, { 0x7304, true }, { 0x7014, true },
		{ 0x10002341, true },	/* statistics, four registers, read only */
		{ 0x2094, true },	/* unused */
		{ 0x40064844, true },	/* deny */
		{ 0xb118, false }, { 0xc800, false }, { 0x24d0, false }, { 0x20ec, false },
		{ 0x22600, false }, { 0x10022600, false },	/* another engine's */
		{ 0x12580, false }, { 0x2583, false },	/* a range that holds others */
		{ 0x30002580, false },	/* no such access */
		{ 0x83a8, false }, { 0, false },
	};
	struct ivgpu_regmap *map = make_map(test, ALL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		KUNIT_EXPECT_EQ_MSG(test, ivgpu_policy_nonpriv(map, IVGPU_RCS0, 0x2000,
							       rows[i].value, true),
				    rows[i].kept ? rows[i].value : 0x2094u, "%#x", rows[i].value);
}

/* Before Coffee Lake a slot has no access and no denial: what asks for them is not kept. */
static void whitelist_unqualified(struct kunit *test)
{
	static const u32 plain[] = { 0x2248, 0x2580, 0x7304, 0x2094 };
	static const u32 qualified[] = {
		0x10002341, 0x20002580, 0x40064844, 0x4000b118, 0x40002094,
	};
	static const struct ivgpu_device_info skylake = { .platform = IVGPU_SKYLAKE };
	static const struct ivgpu_device_info comet = { .platform = IVGPU_COMETLAKE };
	struct ivgpu_regmap *map = make_map(test, ALL);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(plain); i++)
		KUNIT_EXPECT_EQ_MSG(test, ivgpu_policy_nonpriv(map, IVGPU_RCS0, 0x2000, plain[i],
							       false), plain[i], "%#x", plain[i]);
	for (i = 0; i < ARRAY_SIZE(qualified); i++)
		KUNIT_EXPECT_EQ_MSG(test, ivgpu_policy_nonpriv(map, IVGPU_RCS0, 0x2000,
							       qualified[i], false), 0x2094u,
				    "%#x", qualified[i]);
	KUNIT_EXPECT_FALSE(test, ivgpu_policy_nonpriv_qualified(&skylake));
	KUNIT_EXPECT_TRUE(test, ivgpu_policy_nonpriv_qualified(&comet));
}

static struct kunit_case regs_cases[] = {
	KUNIT_CASE(table_is_whole),
	KUNIT_CASE(rows_make_sense),
	KUNIT_CASE(absent_engines_have_none),
	KUNIT_CASE(unknown_offsets),
	KUNIT_CASE(bad_tables_are_refused),
	KUNIT_CASE(merging),
	KUNIT_CASE(command_policy),
	KUNIT_CASE(whitelist),
	KUNIT_CASE(whitelist_unqualified),
	{}
};

static struct kunit_suite regs_suite = {
	.name = "ivgpu_regs",
	.test_cases = regs_cases,
};

kunit_test_suite(regs_suite);
