// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: which fields of a guest's context image reach hardware, and which of
 * hardware's reach the guest.
 */
#include <kunit/test.h>
#include <linux/string.h>

#include "context_image.h"

#define OWN 0xaa

struct pages {
	u32 golden[IVGPU_IMAGE_PAGE_DWORDS];
	u32 guest[IVGPU_IMAGE_PAGE_DWORDS];
	u32 shadow[IVGPU_IMAGE_PAGE_DWORDS];
	u32 shown[IVGPU_IMAGE_PAGE_DWORDS];
	struct ivgpu_image_guest parsed;
	struct ivgpu_image_own own;
};

/* A register page as i915 gt/intel_lrc.c lays it out for RCS of Gen9; @fill: for the values. */
static void lay_out(u32 *page, u32 fill)
{
	static const struct { u8 at, count; } lists[] = {
		{ 0x01, 14 }, { 0x21, 9 }, { 0x41, 1 }, { 0x51, 44 },
	};
	unsigned int i, j;

	for (i = 0; i < IVGPU_IMAGE_PAGE_DWORDS; i++)
		page[i] = i < OWN ? 0 : fill ^ i;
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		page[lists[i].at] = 0x22u << 23 | (2 * lists[i].count - 1);
		for (j = 0; j < lists[i].count; j++) {
			page[lists[i].at + 1 + 2 * j] = 0x2000 + 0x10 * i + 4 * j;
			page[lists[i].at + 2 + 2 * j] = fill ^ (lists[i].at + 2 + 2 * j);
		}
	}
}

static struct pages *pages(struct kunit *test)
{
	struct pages *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	lay_out(p->golden, 0x60000000);
	lay_out(p->guest, 0x70000000);
	p->guest[IVGPU_IMAGE_CTXCTRL] = 0x000f0008;
	p->guest[IVGPU_IMAGE_HEAD] = 0x140;
	p->guest[IVGPU_IMAGE_TAIL] = 0x200;
	p->guest[IVGPU_IMAGE_START] = 0x40010000;
	p->guest[IVGPU_IMAGE_CTL] = 0x3001;
	for (i = 0; i < 4; i++)
		p->own.roots[i] = 0x1122334400ull * (i + 1);
	p->own.start = 0x5000;
	p->own.ctl = 0x3001;
	return p;
}

static int parse(struct pages *p, const char **why)
{
	return ivgpu_image_parse(IVGPU_RCS0, 9, p->golden, p->guest, &p->parsed, why);
}

static void build(struct pages *p, bool resume)
{
	ivgpu_image_build(IVGPU_RCS0, 9, p->golden, p->guest, &p->parsed, &p->own, resume,
			  p->shadow);
}

static void parses_what_i915_writes(struct kunit *test)
{
	struct pages *p = pages(test);
	const char *why = NULL;

	p->guest[IVGPU_IMAGE_PDP0_LDW] = 0x1234000;
	p->guest[IVGPU_IMAGE_PDP0_LDW - 2] = 5;
	KUNIT_ASSERT_EQ(test, parse(p, &why), 0);
	KUNIT_EXPECT_EQ(test, p->parsed.head, 0x140u);
	KUNIT_EXPECT_EQ(test, p->parsed.tail, 0x200u);
	KUNIT_EXPECT_EQ(test, p->parsed.ring_size, 0x4000u);
	KUNIT_EXPECT_EQ(test, p->parsed.roots[0], 0x501234000ull);
	KUNIT_EXPECT_FALSE(test, p->parsed.inhibit);
	p->guest[IVGPU_IMAGE_CTXCTRL] |= 1;
	KUNIT_ASSERT_EQ(test, parse(p, &why), 0);
	KUNIT_EXPECT_TRUE(test, p->parsed.inhibit);
}

static void refuses(struct kunit *test, struct pages *p, unsigned int index, u32 value)
{
	const char *why = NULL;
	u32 old = p->guest[index];

	p->guest[index] = value;
	KUNIT_EXPECT_EQ_MSG(test, parse(p, &why), -EINVAL, "dword 0x%x = 0x%x", index, value);
	KUNIT_EXPECT_NOT_NULL(test, why);
	p->guest[index] = old;
}

static void refuses_garbage(struct kunit *test)
{
	struct pages *p = pages(test);
	unsigned int i;

	refuses(test, p, IVGPU_IMAGE_CTL, 0x3000);	/* not enabled */
	refuses(test, p, IVGPU_IMAGE_START, 0x40010004);
	refuses(test, p, IVGPU_IMAGE_HEAD, 0x4000);
	refuses(test, p, IVGPU_IMAGE_TAIL, 0x4000);
	refuses(test, p, IVGPU_IMAGE_TAIL, 0x204);	/* not a quadword */
	refuses(test, p, IVGPU_IMAGE_TAIL, 0xfff00000);
	/* Every header and every register offset. */
	for (i = 0x01; i < 0x1e; i += i == 0x01 ? 1 : 2)
		refuses(test, p, i, p->guest[i] ^ 4);
	for (i = 0x51; i < OWN; i += i == 0x51 ? 1 : 2)
		refuses(test, p, i, p->guest[i] ^ 4);
}

static void nothing_else_of_the_ring_context_is_taken(struct kunit *test)
{
	struct pages *p = pages(test);
	const char *why = NULL;
	unsigned int i;

	KUNIT_ASSERT_EQ(test, parse(p, &why), 0);
	build(p, false);
	for (i = 0; i < OWN; i++) {
		bool guest = p->shadow[i] == p->guest[i] && p->guest[i] != p->golden[i];
		bool gpr = i >= IVGPU_IMAGE_GPR_FIRST && i <= IVGPU_IMAGE_GPR_LAST && i & 1;
		bool may = i == IVGPU_IMAGE_HEAD || i == IVGPU_IMAGE_TAIL ||
			   i == IVGPU_IMAGE_TIMESTAMP || i == IVGPU_IMAGE_CTXCTRL ||
			   i == IVGPU_IMAGE_CTL || gpr;

		KUNIT_EXPECT_FALSE_MSG(test, guest && !may, "dword 0x%x is the guest's", i);
	}
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_START], 0x5000u);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_BBSTATE], p->golden[IVGPU_IMAGE_BBSTATE]);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_WA_PER_CTX], 0u);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_PDP0_LDW], 0x22334400u);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_PDP0_LDW - 2], 0x11u);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_PDP3_UDW], 0x44u);
	/* What follows is state, audited elsewhere. */
	KUNIT_EXPECT_EQ(test, p->shadow[OWN], p->guest[OWN]);
}

static void inhibited_image_is_not_restored(struct kunit *test)
{
	struct pages *p = pages(test);
	const char *why = NULL;

	p->guest[IVGPU_IMAGE_CTXCTRL] = 0x000f0009;
	KUNIT_ASSERT_EQ(test, parse(p, &why), 0);
	build(p, false);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_CTXCTRL] & 1, 0u);
	KUNIT_EXPECT_EQ(test, p->shadow[OWN], p->golden[OWN]);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_GPR_FIRST],
			p->golden[IVGPU_IMAGE_GPR_FIRST]);
}

static void resumes_only_where_hardware_left_it(struct kunit *test)
{
	struct pages *p = pages(test);
	const char *why = NULL;

	KUNIT_ASSERT_EQ(test, parse(p, &why), 0);
	build(p, false);
	/* Hardware saves it in the middle of a batch. */
	p->shadow[IVGPU_IMAGE_HEAD] = 0x180;
	p->shadow[IVGPU_IMAGE_BBSTATE] = 0x21;
	p->shadow[IVGPU_IMAGE_BBADDR] = 0x800001;
	ivgpu_image_show(IVGPU_RCS0, 9, &p->parsed, p->shadow, p->shown);
	KUNIT_EXPECT_EQ(test, p->shown[IVGPU_IMAGE_START], 0x40010000u);
	KUNIT_EXPECT_EQ(test, p->shown[IVGPU_IMAGE_RPCS], p->guest[IVGPU_IMAGE_RPCS]);
	KUNIT_EXPECT_EQ(test, p->shown[IVGPU_IMAGE_PDP0_LDW], p->guest[IVGPU_IMAGE_PDP0_LDW]);

	memcpy(p->guest, p->shown, sizeof(p->guest));
	KUNIT_ASSERT_EQ(test, parse(p, &why), 0);
	KUNIT_EXPECT_TRUE(test, ivgpu_image_resumes(&p->parsed, p->shown));
	build(p, true);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_BBADDR], 0x800001u);

	/* A guest that names another place to resume at starts at its head, in no batch. */
	p->guest[IVGPU_IMAGE_BBADDR] = 0x900001;
	KUNIT_ASSERT_EQ(test, parse(p, &why), 0);
	KUNIT_EXPECT_FALSE(test, ivgpu_image_resumes(&p->parsed, p->shown));
	build(p, false);
	KUNIT_EXPECT_EQ(test, p->shadow[IVGPU_IMAGE_BBADDR], p->golden[IVGPU_IMAGE_BBADDR]);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(parses_what_i915_writes),
	KUNIT_CASE(refuses_garbage),
	KUNIT_CASE(nothing_else_of_the_ring_context_is_taken),
	KUNIT_CASE(inhibited_image_is_not_restored),
	KUNIT_CASE(resumes_only_where_hardware_left_it),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu-context-image",
	.test_cases = cases,
};

kunit_test_suite(suite);
