// SPDX-License-Identifier: GPL-2.0
/*
 * The monitor: timings, EDID, the table of ports, I2C, and VFIO's EDID region.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "display.h"

/* Pixel clocks of VESA's own CVT table (reduced blanking). */
static void timings(struct kunit *test)
{
	static const struct {
		u32 width, height, refresh, clock_khz, vblank;
	} rows[] = {
		{ 640, 480, 60, 23500, 14 },
		{ 1024, 768, 60, 56000, 22 },
		{ 1280, 800, 60, 71000, 23 },
		{ 1920, 1080, 60, 138500, 31 },
		{ 1920, 1200, 60, 154000, 35 },
		{ 2560, 1600, 60, 268500, 46 },
		{ 3840, 2160, 30, 262750, 31 },
	};
	struct ivgpu_mode mode;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ivgpu_mode_fill(&mode, rows[i].width, rows[i].height);
		KUNIT_EXPECT_EQ(test, mode.width, rows[i].width);
		KUNIT_EXPECT_EQ(test, mode.height, rows[i].height);
		KUNIT_EXPECT_EQ(test, mode.refresh, rows[i].refresh);
		KUNIT_EXPECT_EQ(test, mode.clock_khz, rows[i].clock_khz);
		KUNIT_EXPECT_EQ(test, mode.vblank, rows[i].vblank);
	}
}

static void any_size_is_brought_into_range(struct kunit *test)
{
	static const u32 sizes[] = { 0, 1, 639, 641, 4095, 65536, ~0u };
	struct ivgpu_mode mode;
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (j = 0; j < ARRAY_SIZE(sizes); j++) {
			ivgpu_mode_fill(&mode, sizes[i], sizes[j]);
			KUNIT_EXPECT_LE(test, mode.width, IVGPU_MAX_WIDTH);
			KUNIT_EXPECT_GE(test, mode.width, IVGPU_MIN_WIDTH);
			KUNIT_EXPECT_LE(test, mode.height, IVGPU_MAX_HEIGHT);
			KUNIT_EXPECT_GE(test, mode.height, IVGPU_MIN_HEIGHT);
			KUNIT_EXPECT_LE(test, mode.clock_khz, IVGPU_MAX_CLOCK_KHZ);
		}
	}
}

static u8 sum_of(const u8 *bytes, size_t count)
{
	u8 sum = 0;

	while (count--)
		sum += *bytes++;
	return sum;
}

/* What is written is read back by the parser; both blocks' checksums hold. */
static void edid_round_trip(struct kunit *test)
{
	static const u16 sizes[][2] = {
		{ 640, 480 }, { 1024, 768 }, { 1920, 1200 }, { 2560, 1440 }, { 3840, 2160 },
	};
	u8 edid[IVGPU_EDID_SIZE];
	struct ivgpu_mode mode;
	u32 width, height;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ivgpu_mode_fill(&mode, sizes[i][0], sizes[i][1]);
		ivgpu_edid_fill(edid, &mode, 0x12345678);
		KUNIT_EXPECT_EQ(test, sum_of(edid, 128), 0);
		KUNIT_EXPECT_EQ(test, sum_of(edid + 128, 128), 0);
		KUNIT_EXPECT_EQ(test, edid[126], 1);
		KUNIT_EXPECT_EQ(test, edid[54] | edid[55] << 8, mode.clock_khz / 10);
		KUNIT_ASSERT_EQ(test, ivgpu_edid_preferred(edid, sizeof(edid), &width, &height), 0);
		KUNIT_EXPECT_EQ(test, width, sizes[i][0]);
		KUNIT_EXPECT_EQ(test, height, sizes[i][1]);
	}
}

static void bad_edids_are_refused(struct kunit *test)
{
	u8 edid[IVGPU_EDID_SIZE];
	struct ivgpu_mode mode;
	u32 width, height;

	ivgpu_mode_fill(&mode, 800, 600);
	ivgpu_edid_fill(edid, &mode, 0);
	KUNIT_EXPECT_EQ(test, ivgpu_edid_preferred(edid, 127, &width, &height), -EINVAL);
	KUNIT_EXPECT_EQ(test, ivgpu_edid_preferred(edid, 0, &width, &height), -EINVAL);
	edid[60]++;			/* checksum */
	KUNIT_EXPECT_EQ(test, ivgpu_edid_preferred(edid, 256, &width, &height), -EINVAL);
	edid[60]--;
	edid[0] = 1;			/* header */
	edid[127]--;
	KUNIT_EXPECT_EQ(test, ivgpu_edid_preferred(edid, 256, &width, &height), -EINVAL);
	edid[0] = 0;
	edid[127] += 1 + edid[54] + edid[55];
	edid[54] = 0;			/* no timing */
	edid[55] = 0;
	KUNIT_EXPECT_EQ(test, ivgpu_edid_preferred(edid, 256, &width, &height), -EINVAL);
}

/* Walk the table as a driver does: to the one child device. */
static void vbt_has_one_port(struct kunit *test)
{
	u8 vbt[IVGPU_VBT_SIZE];
	const u8 *bdb, *block, *end;
	unsigned int ports = 0;
	u32 size;

	ivgpu_vbt_fill(vbt);
	KUNIT_ASSERT_EQ(test, memcmp(vbt, "$VBT", 4), 0);
	KUNIT_EXPECT_EQ(test, sum_of(vbt, sizeof(vbt)), 0);
	bdb = vbt + vbt[28];
	KUNIT_ASSERT_EQ(test, memcmp(bdb, "BIOS_DATA_BLOCK", 15), 0);
	end = bdb + (bdb[20] | bdb[21] << 8);
	KUNIT_ASSERT_LE(test, end - vbt, vbt[24] | vbt[25] << 8);
	for (block = bdb + bdb[18]; block + 3 < end; block += 3 + size) {
		size = block[1] | block[2] << 8;
		if (block[0] != 2)
			continue;
		KUNIT_EXPECT_EQ(test, block[3 + 4], 38);
		KUNIT_EXPECT_EQ(test, size, 5 + 38);
		KUNIT_EXPECT_EQ(test, block[3 + 5 + 2] | block[3 + 5 + 3] << 8, 0x60d2);
		KUNIT_EXPECT_EQ(test, block[3 + 5 + 16], 1);
		KUNIT_EXPECT_EQ(test, block[3 + 5 + 19], 5);
		ports++;
	}
	KUNIT_EXPECT_PTR_EQ(test, block, end);
	KUNIT_EXPECT_EQ(test, ports, 1);
}

/* A pull of the plug counts, whichever way it was. */
struct heard {
	unsigned int hotplugs;
	bool plugged;
};

static u32 wants_nothing(void *owner, u32 bits)
{
	return 0;
}

static void raises_nothing(void *owner, u32 bits)
{
}

static void hear_hotplug(void *owner, bool plugged)
{
	struct heard *heard = owner;

	heard->hotplugs++;
	heard->plugged = plugged;
}

static const struct ivgpu_display_ops ops = {
	.pipe = { wants_nothing, raises_nothing },
	.hotplug = hear_hotplug,
};

static void destroy(struct kunit_resource *res)
{
	ivgpu_display_destroy(res->data);
}

static struct ivgpu_display *make(struct kunit *test, struct heard *heard)
{
	struct ivgpu_display *display = ivgpu_display_create(&ops, heard, 1);

	KUNIT_ASSERT_FALSE(test, IS_ERR(display));
	kunit_alloc_resource(test, NULL, destroy, GFP_KERNEL, display);
	ivgpu_display_set_mode(display, 1024, 768);
	return display;
}

#define GMBUS_GO	BIT(30)
#define GMBUS_STOP	BIT(27)
#define GMBUS_INDEX	BIT(26)
#define GMBUS_WAIT	BIT(25)
#define GMBUS_CLEAR	BIT(31)
#define GMBUS_NAK	BIT(10)
#define GMBUS_READY	BIT(11)
#define GMBUS_PHASE	BIT(14)
#define GMBUS_ACTIVE	BIT(9)

static u32 transfer(u32 flags, u32 count, u32 index, u32 address)
{
	return GMBUS_GO | flags | count << 16 | index << 8 | address << 1;
}

/* The way i915 reads a block: index and read in one, four bytes at a time. */
static void read_block(struct kunit *test, struct ivgpu_display *display, u32 index, u8 *to)
{
	u32 i, value;

	ivgpu_display_i2c_write(display, 0, 5);
	ivgpu_display_i2c_write(display, 1,
				transfer(GMBUS_INDEX | GMBUS_WAIT, 128, index, 0x50) | 1);
	for (i = 0; i < 128; i += 4) {
		value = ivgpu_display_i2c_read(display, 2);
		KUNIT_ASSERT_EQ(test, value, GMBUS_READY | GMBUS_ACTIVE);
		value = ivgpu_display_i2c_read(display, 3);
		memcpy(to + i, &value, 4);
	}
	KUNIT_EXPECT_EQ(test, ivgpu_display_i2c_read(display, 2),
			GMBUS_READY | GMBUS_ACTIVE | GMBUS_PHASE);
	ivgpu_display_i2c_write(display, 1, GMBUS_GO | GMBUS_STOP);
	KUNIT_EXPECT_EQ(test, ivgpu_display_i2c_read(display, 2), 0);
}

static void edid_by_i2c(struct kunit *test)
{
	struct heard heard = {};
	struct ivgpu_display *display = make(test, &heard);
	u8 edid[IVGPU_EDID_SIZE];

	read_block(test, display, 0, edid);
	read_block(test, display, 128, edid + 128);
	KUNIT_EXPECT_EQ(test, memcmp(edid, display->edid, sizeof(edid)), 0);
	/* the offset may also be sent by a write of one byte */
	ivgpu_display_i2c_write(display, 3, 8);
	ivgpu_display_i2c_write(display, 1, transfer(GMBUS_WAIT, 1, 0, 0x50));
	ivgpu_display_i2c_write(display, 1, transfer(GMBUS_WAIT, 2, 0, 0x50) | 1);
	KUNIT_EXPECT_EQ(test, ivgpu_display_i2c_read(display, 3),
			(u32)(edid[8] | edid[9] << 8));
}

static void i2c_has_nobody_else(struct kunit *test)
{
	struct heard heard = {};
	struct ivgpu_display *display = make(test, &heard);
	static const u8 asked[][2] = { { 5, 0x40 }, { 5, 0x30 }, { 4, 0x50 }, { 6, 0x50 } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(asked); i++) {
		ivgpu_display_i2c_write(display, 0, asked[i][0]);
		ivgpu_display_i2c_write(display, 1,
					transfer(GMBUS_WAIT, 4, 0, asked[i][1]) | 1);
		KUNIT_EXPECT_EQ(test, ivgpu_display_i2c_read(display, 2), GMBUS_NAK);
		ivgpu_display_i2c_write(display, 1, GMBUS_CLEAR);
		KUNIT_EXPECT_EQ(test, ivgpu_display_i2c_read(display, 2), 0);
	}
}

static u32 field(struct ivgpu_display *display, u32 offset)
{
	u32 value;

	ivgpu_display_link_read(display, offset, &value, 4);
	return value;
}

static int set_field(struct ivgpu_display *display, u32 offset, u32 value)
{
	return ivgpu_display_link_write(display, offset, &value, 4);
}

#define FIELD(name)	offsetof(struct vfio_region_gfx_edid, name)

/* A VMM's way to another size: down, EDID, up; the guest is told of both ends. */
static void vmm_sets_an_edid(struct kunit *test)
{
	struct heard heard = {};
	struct ivgpu_display *display = make(test, &heard);
	u8 edid[IVGPU_EDID_SIZE];
	struct ivgpu_mode mode;

	KUNIT_EXPECT_EQ(test, field(display, FIELD(max_xres)), IVGPU_MAX_WIDTH);
	KUNIT_EXPECT_EQ(test, field(display, FIELD(link_state)), VFIO_DEVICE_GFX_LINK_STATE_UP);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(link_state),
					VFIO_DEVICE_GFX_LINK_STATE_DOWN), 0);
	KUNIT_EXPECT_FALSE(test, ivgpu_display_plugged(display));
	KUNIT_EXPECT_EQ(test, heard.hotplugs, 1);
	ivgpu_mode_fill(&mode, 2560, 1440);
	ivgpu_edid_fill(edid, &mode, 7);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(edid_size), 128), 0);
	KUNIT_EXPECT_EQ(test, ivgpu_display_link_write(display, 24, edid, 128), 0);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(link_state),
					VFIO_DEVICE_GFX_LINK_STATE_UP), 0);
	KUNIT_EXPECT_EQ(test, heard.hotplugs, 2);
	KUNIT_EXPECT_TRUE(test, heard.plugged);
	KUNIT_EXPECT_EQ(test, display->mode.width, 2560);
	/* nothing that a VMM writes makes the guest's EDID bad */
	edid[20] = 0;
	KUNIT_EXPECT_EQ(test, ivgpu_display_link_write(display, 24, edid, 128), 0);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(link_state),
					VFIO_DEVICE_GFX_LINK_STATE_UP), 0);
	KUNIT_EXPECT_EQ(test, heard.hotplugs, 2);
	KUNIT_EXPECT_EQ(test, display->mode.width, 2560);
	KUNIT_EXPECT_EQ(test, sum_of(display->edid, 128), 0);
}

static void bad_fields_are_refused(struct kunit *test)
{
	struct heard heard = {};
	struct ivgpu_display *display = make(test, &heard);
	u32 value = 0;

	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(edid_offset), 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(edid_max_size), 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(max_xres), 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(edid_size), IVGPU_EDID_BLOB + 1), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(edid_size), ~0u), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(link_state), 0), -EINVAL);
	KUNIT_EXPECT_EQ(test, set_field(display, FIELD(link_state), 3), -EINVAL);
	KUNIT_EXPECT_EQ(test, ivgpu_display_link_write(display, FIELD(link_state), &value, 2),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, heard.hotplugs, 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(timings),
	KUNIT_CASE(any_size_is_brought_into_range),
	KUNIT_CASE(edid_round_trip),
	KUNIT_CASE(bad_edids_are_refused),
	KUNIT_CASE(vbt_has_one_port),
	KUNIT_CASE(edid_by_i2c),
	KUNIT_CASE(i2c_has_nobody_else),
	KUNIT_CASE(vmm_sets_an_edid),
	KUNIT_CASE(bad_fields_are_refused),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu_monitor",
	.test_cases = cases,
};

kunit_test_suite(suite);
