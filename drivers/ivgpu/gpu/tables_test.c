// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: the register page of a context image, the forcewake ranges, the tables of
 * GPUs and of workarounds.
 */
#include <kunit/test.h>

#include "context_image.h"
#include "forcewake_ranges.h"
#include "gpu.h"
#include "workarounds.h"

static const struct ivgpu_context_params params = {
	.ring_start = 0x12345000,
	.ring_size = 0x4000,
	.ring_head = 8,
	.ring_tail = 16,
	.pml4 = 0x3456789000ull,
	.inhibit = true,
};

static void register_at(struct kunit *test, const u32 *regs, u32 dword, u32 offset, u32 value)
{
	KUNIT_EXPECT_EQ(test, regs[dword], offset);
	KUNIT_EXPECT_EQ(test, regs[dword + 1], value);
}

static void image(struct kunit *test, enum ivgpu_engine_id engine, u32 base, u32 power_lri,
		  u32 power)
{
	u32 *regs = kunit_kzalloc(test, 4096, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, regs);
	memset(regs, 0xff, 4096);
	ivgpu_context_image_init(regs, engine, base, &params);
	KUNIT_EXPECT_EQ(test, regs[0x00], 0U);
	KUNIT_EXPECT_EQ(test, regs[0x01], 0x1100101bU);
	register_at(test, regs, 0x02, base + 0x244, 0x000f0009);
	register_at(test, regs, 0x04, base + 0x34, 8);
	register_at(test, regs, 0x06, base + 0x30, 16);
	register_at(test, regs, 0x08, base + 0x38, 0x12345000);
	register_at(test, regs, 0x0a, base + 0x3c, 0x3001);
	register_at(test, regs, 0x1c, base + 0x1c8, 0);
	KUNIT_EXPECT_EQ(test, regs[0x21], 0x11001011U);
	register_at(test, regs, 0x22, base + 0x3a8, 0);
	register_at(test, regs, 0x30, base + 0x274, 0x34);
	register_at(test, regs, 0x32, base + 0x270, 0x56789000);
	KUNIT_EXPECT_EQ(test, regs[0x41], power_lri);
	register_at(test, regs, 0x42, base + power, 0);
	KUNIT_EXPECT_EQ(test, regs[0x51], 0x11001057U);
	register_at(test, regs, 0x52, base + 0x28, 0);
	register_at(test, regs, 0x54, base + 0x9c, 0x01000000);
	register_at(test, regs, 0x68, base + 0x600, 0);
	register_at(test, regs, 0xa8, base + 0x68, 0);
	KUNIT_EXPECT_EQ(test, regs[0xaa], 0x05000000U);
	KUNIT_EXPECT_EQ(test, regs[0x3ff], 0U);
}

static void render_image(struct kunit *test)
{
	image(test, IVGPU_RCS0, 0x2000, 0x11000001, 0xc8);
}

static void other_images(struct kunit *test)
{
	image(test, IVGPU_BCS0, 0x22000, 0x11001001, 0x200);
	image(test, IVGPU_VECS0, 0x1a000, 0x11001001, 0x200);
}

static void forcewake(struct kunit *test)
{
	static const struct {
		u32 offset, read, write;
	} rows[] = {
		{ 0x0000, BIT(IVGPU_FW_GT), BIT(IVGPU_FW_GT) },
		{ 0x0b00, 0, 0 },
		{ 0x0fdc, 0, 0 },
		{ 0x2030, BIT(IVGPU_FW_RENDER), 0 },
		{ 0x2230, BIT(IVGPU_FW_RENDER), BIT(IVGPU_FW_RENDER) },
		{ 0x26fc, BIT(IVGPU_FW_RENDER), BIT(IVGPU_FW_RENDER) },
		{ 0x2700, BIT(IVGPU_FW_GT), BIT(IVGPU_FW_GT) },
		{ 0x22230, BIT(IVGPU_FW_GT), BIT(IVGPU_FW_GT) },
		{ 0x12230, BIT(IVGPU_FW_MEDIA), BIT(IVGPU_FW_MEDIA) },
		{ 0x1c230, BIT(IVGPU_FW_MEDIA), BIT(IVGPU_FW_MEDIA) },
		{ 0x941c, BIT(IVGPU_FW_RENDER) | BIT(IVGPU_FW_MEDIA),
		  BIT(IVGPU_FW_RENDER) | BIT(IVGPU_FW_MEDIA) },
		{ 0xa188, 0, 0 },
		{ 0xa008, BIT(IVGPU_FW_GT), 0 },
		{ 0xb020, BIT(IVGPU_FW_RENDER), BIT(IVGPU_FW_RENDER) },
		{ 0x3fffc, BIT(IVGPU_FW_MEDIA), BIT(IVGPU_FW_MEDIA) },
		{ 0x40000, 0, 0 },
		{ 0x44200, 0, 0 },
		{ 0x1ffffc, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KUNIT_EXPECT_EQ_MSG(test, ivgpu_forcewake_for_read(rows[i].offset), rows[i].read,
				    "read of 0x%x", rows[i].offset);
		KUNIT_EXPECT_EQ_MSG(test, ivgpu_forcewake_for_write(rows[i].offset),
				    rows[i].write, "write of 0x%x", rows[i].offset);
	}
}

static void devices(struct kunit *test)
{
	const struct ivgpu_device_info *info = ivgpu_device_info_find(0x1912);

	KUNIT_ASSERT_NOT_NULL(test, info);
	KUNIT_EXPECT_STREQ(test, info->name, "Skylake GT2");
	KUNIT_EXPECT_TRUE(test, ivgpu_device_info_supported(info));
	KUNIT_EXPECT_FALSE(test, info->engines & BIT(IVGPU_VCS1));
	info = ivgpu_device_info_find(0x193b);
	KUNIT_ASSERT_NOT_NULL(test, info);
	KUNIT_EXPECT_TRUE(test, info->engines & BIT(IVGPU_VCS1));
	info = ivgpu_device_info_find(0x1616);
	KUNIT_ASSERT_NOT_NULL(test, info);
	KUNIT_EXPECT_FALSE(test, ivgpu_device_info_supported(info));
	info = ivgpu_device_info_find(0x5a84);
	KUNIT_ASSERT_NOT_NULL(test, info);
	KUNIT_EXPECT_FALSE(test, ivgpu_device_info_supported(info));
	KUNIT_EXPECT_NULL(test, ivgpu_device_info_find(0x9a49));
}

static bool has(const char *name, unsigned int platform, unsigned int revision,
		unsigned int engines)
{
	unsigned int i;

	for (i = 0; i < ivgpu_nr_workarounds; i++)
		if (!strcmp(ivgpu_workarounds[i].name, name) &&
		    ivgpu_workaround_applies(&ivgpu_workarounds[i], platform, revision, engines))
			return true;
	return false;
}

static void workaround_rules(struct kunit *test)
{
	const char *decompress = "WaInPlaceDecompressionHang";
	const char *poll = "WaKBLVECSSemaphoreWaitPoll";

	KUNIT_EXPECT_TRUE(test, has(decompress, IVGPU_SKYLAKE, 6, 0));
	KUNIT_EXPECT_FALSE(test, has(decompress, IVGPU_SKYLAKE, 7, 0));
	KUNIT_EXPECT_TRUE(test, has(decompress, IVGPU_COMETLAKE, 7, 0));
	KUNIT_EXPECT_FALSE(test, has(decompress, IVGPU_SKYLAKE, 6, BIT(IVGPU_RCS0)));
	KUNIT_EXPECT_TRUE(test, has("WaDisableDynamicCreditSharing", IVGPU_KABYLAKE, 1, 0));
	KUNIT_EXPECT_FALSE(test, has("WaDisableDynamicCreditSharing", IVGPU_KABYLAKE, 2, 0));
	KUNIT_EXPECT_FALSE(test, has("WaDisableKillLogic", IVGPU_COFFEELAKE, 0, 0));
	KUNIT_EXPECT_TRUE(test, has(poll, IVGPU_KABYLAKE, 3, BIT(IVGPU_VECS0)));
	KUNIT_EXPECT_FALSE(test, has(poll, IVGPU_KABYLAKE, 4, BIT(IVGPU_VECS0)));
	KUNIT_EXPECT_FALSE(test, has(poll, IVGPU_KABYLAKE, 3, BIT(IVGPU_RCS0)));
	KUNIT_EXPECT_TRUE(test, has("WaOCLCoherentLineFlush", IVGPU_SKYLAKE, 9,
				    BIT(IVGPU_RCS0)));
	KUNIT_EXPECT_FALSE(test, has("WaOCLCoherentLineFlush", IVGPU_SKYLAKE, 9,
				     BIT(IVGPU_BCS0)));
}

/* No row sets what it clears itself, and no two rows that meet disagree about a bit. */
static void workarounds_agree(struct kunit *test)
{
	unsigned int i, j;

	for (i = 0; i < ivgpu_nr_workarounds; i++) {
		const struct ivgpu_workaround *a = &ivgpu_workarounds[i];

		KUNIT_EXPECT_TRUE_MSG(test, a->clear == ~0u || !(a->clear & a->set), "%s", a->name);
		KUNIT_EXPECT_TRUE_MSG(test, !a->masked || !((a->clear | a->set) >> 16), "%s",
				      a->name);
		for (j = i + 1; j < ivgpu_nr_workarounds; j++) {
			const struct ivgpu_workaround *b = &ivgpu_workarounds[j];

			if (a->offset != b->offset || !(a->platforms & b->platforms) ||
			    (a->engines & b->engines) != a->engines)
				continue;
			KUNIT_EXPECT_FALSE_MSG(test, a->set & b->clear || a->clear & b->set,
					       "%s and %s", a->name, b->name);
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(render_image),
	KUNIT_CASE(other_images),
	KUNIT_CASE(forcewake),
	KUNIT_CASE(devices),
	KUNIT_CASE(workaround_rules),
	KUNIT_CASE(workarounds_agree),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu_gpu_tables",
	.test_cases = cases,
};

kunit_test_suite(suite);
