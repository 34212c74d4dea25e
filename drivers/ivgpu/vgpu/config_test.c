// SPDX-License-Identifier: GPL-2.0
/*
 * Virtual config space: identity, BAR sizing, what a guest can and cannot change.
 */
#include <kunit/test.h>
#include <linux/pci_regs.h>

#include "config.h"

static const struct ivgpu_config_ids ids = {
	.vendor = 0x8086,
	.device = 0x1912,
	.revision = 6,
	.subsystem_vendor = 0x1028,
	.subsystem_device = 0x06b9,
	.vga = true,
};

static u32 get(struct ivgpu_config *cfg, u32 offset)
{
	u32 value;

	ivgpu_config_read(cfg, offset, &value, 4);
	return value;
}

static void put(struct ivgpu_config *cfg, u32 offset, u32 value)
{
	ivgpu_config_write(cfg, offset, &value, 4);
}

static struct ivgpu_config *fresh(struct kunit *test)
{
	struct ivgpu_config *cfg = kunit_kzalloc(test, sizeof(*cfg), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, cfg);
	ivgpu_config_init(cfg, &ids);
	return cfg;
}

static void identity(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);

	KUNIT_EXPECT_EQ(test, get(cfg, 0), 0x19128086u);
	KUNIT_EXPECT_EQ(test, get(cfg, 8), 0x03000006u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x2c), 0x06b91028u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x50) & 0xffff, 0x00c0u);
	put(cfg, 0, ~0u);
	put(cfg, 0x50, ~0u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0), 0x19128086u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x50) & 0xffff, 0x00c0u);
}

/* Without a monitor: VGA is off, and the class says so. */
static void no_monitor(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);
	struct ivgpu_config_ids other = ids;

	other.vga = false;
	ivgpu_config_init(cfg, &other);
	KUNIT_EXPECT_EQ(test, get(cfg, 0), 0x19128086u);
	KUNIT_EXPECT_EQ(test, get(cfg, 8), 0x03800006u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x50) & 0xffff, 0x00c2u);
}

static void bar_sizes(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);
	unsigned int i;

	for (i = 0; i < 6; i++)
		put(cfg, 0x10 + 4 * i, ~0u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x10), 0xff000004u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x14), ~0u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x18), 0xc000000cu);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x1c), ~0u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x20), 0u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x24), 0u);
	put(cfg, 0x30, ~0u);
	KUNIT_EXPECT_EQ(test, get(cfg, 0x30), 0u);
}

static void bars_need_memory_enable(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);

	put(cfg, 0x10, 0xfd000000);
	put(cfg, 0x18, 0xc0000000);
	put(cfg, 0x1c, 0x3f);
	KUNIT_EXPECT_FALSE(test, ivgpu_config_memory_on(cfg));
	KUNIT_EXPECT_EQ(test, ivgpu_config_bar(cfg, 0), 0ull);
	put(cfg, PCI_COMMAND, ~0u);
	KUNIT_EXPECT_EQ(test, get(cfg, PCI_COMMAND),
			(u32)(PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
			      PCI_COMMAND_INTX_DISABLE | PCI_STATUS_CAP_LIST << 16));
	KUNIT_EXPECT_EQ(test, ivgpu_config_bar(cfg, 0), 0xfd000000ull);
	KUNIT_EXPECT_EQ(test, ivgpu_config_bar(cfg, 2), 0x3fc0000000ull);
}

/* The chain of capabilities ends, names MSI and PM, and MSI's enable bit is seen. */
static void capabilities(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);
	u32 at = get(cfg, PCI_CAPABILITY_LIST) & 0xff, msi = 0, pm = 0;
	unsigned int n;

	for (n = 0; at && n < 8; n++) {
		if ((get(cfg, at) & 0xff) == PCI_CAP_ID_MSI)
			msi = at;
		if ((get(cfg, at) & 0xff) == PCI_CAP_ID_PM)
			pm = at;
		at = get(cfg, at) >> 8 & 0xff;
	}
	KUNIT_EXPECT_EQ(test, at, 0u);
	KUNIT_ASSERT_NE(test, msi, 0u);
	KUNIT_ASSERT_NE(test, pm, 0u);
	KUNIT_EXPECT_FALSE(test, ivgpu_config_msi_on(cfg));
	put(cfg, msi, ~0u);
	KUNIT_EXPECT_TRUE(test, ivgpu_config_msi_on(cfg));
	KUNIT_EXPECT_EQ(test, get(cfg, msi) >> 16, (u32)PCI_MSI_FLAGS_ENABLE);
}

/* Which way interrupts go: MSI wins, and INTx can be off by itself. */
static void interrupt_line(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);
	u32 msi = get(cfg, PCI_CAPABILITY_LIST) & 0xff;

	KUNIT_EXPECT_TRUE(test, ivgpu_config_intx_on(cfg));
	put(cfg, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE);
	KUNIT_EXPECT_FALSE(test, ivgpu_config_intx_on(cfg));
	put(cfg, PCI_COMMAND, 0);
	put(cfg, msi, PCI_MSI_FLAGS_ENABLE << 16);
	KUNIT_EXPECT_FALSE(test, ivgpu_config_intx_on(cfg));
	ivgpu_config_set_intx(cfg, true);
	put(cfg, PCI_COMMAND, ~0u);
	KUNIT_EXPECT_EQ(test, get(cfg, PCI_COMMAND) >> 16,
			(u32)(PCI_STATUS_CAP_LIST | PCI_STATUS_INTERRUPT));
	ivgpu_config_set_intx(cfg, false);
	KUNIT_EXPECT_EQ(test, get(cfg, PCI_COMMAND) >> 16, (u32)PCI_STATUS_CAP_LIST);
}

static void power_states(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);
	u32 at = 0xd0 + PCI_PM_CTRL;

	put(cfg, at, 1);
	KUNIT_EXPECT_EQ(test, get(cfg, at) & PCI_PM_CTRL_STATE_MASK, 0u);
	put(cfg, at, 3);
	KUNIT_EXPECT_EQ(test, get(cfg, at) & PCI_PM_CTRL_STATE_MASK, 3u);
	put(cfg, at, 2);
	KUNIT_EXPECT_EQ(test, get(cfg, at) & PCI_PM_CTRL_STATE_MASK, 3u);
	put(cfg, PCI_COMMAND, PCI_COMMAND_MEMORY);
	KUNIT_EXPECT_FALSE(test, ivgpu_config_memory_on(cfg));
	put(cfg, at, 0);
	KUNIT_EXPECT_EQ(test, get(cfg, at) & PCI_PM_CTRL_STATE_MASK, 0u);
	KUNIT_EXPECT_TRUE(test, ivgpu_config_memory_on(cfg));
}

/* That it slept is known until its memory is used, also after a reset. */
static void slept(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);
	u32 at = 0xd0 + PCI_PM_CTRL;

	KUNIT_EXPECT_FALSE(test, cfg->slept);
	put(cfg, PCI_COMMAND, PCI_COMMAND_MEMORY);
	put(cfg, at, 3);
	KUNIT_EXPECT_FALSE(test, ivgpu_config_use_memory(cfg));
	KUNIT_EXPECT_TRUE(test, cfg->slept);
	put(cfg, at, 0);
	KUNIT_EXPECT_TRUE(test, cfg->slept);
	ivgpu_config_init(cfg, &ids);
	KUNIT_EXPECT_TRUE(test, cfg->slept);
	KUNIT_EXPECT_FALSE(test, ivgpu_config_memory_on(cfg));
	put(cfg, PCI_COMMAND, PCI_COMMAND_MEMORY);
	KUNIT_EXPECT_TRUE(test, ivgpu_config_use_memory(cfg));
	KUNIT_EXPECT_FALSE(test, cfg->slept);
}

/* Bytes and odd spans act on exactly the bytes they name; nothing lies behind the end. */
static void any_offset_and_size(struct kunit *test)
{
	struct ivgpu_config *cfg = fresh(test);
	struct ivgpu_config before;
	u8 buf[16];
	u32 i;

	ivgpu_config_write(cfg, PCI_INTERRUPT_LINE, "\x5a", 1);
	KUNIT_EXPECT_EQ(test, get(cfg, PCI_INTERRUPT_LINE), 0x15au);
	ivgpu_config_read(cfg, IVGPU_CONFIG_SIZE - 4, buf, sizeof(buf));
	for (i = 4; i < sizeof(buf); i++)
		KUNIT_EXPECT_EQ(test, buf[i], 0xff);
	before = *cfg;
	memset(buf, 0xaa, sizeof(buf));
	ivgpu_config_write(cfg, IVGPU_CONFIG_SIZE, buf, sizeof(buf));
	ivgpu_config_write(cfg, ~0u - 3, buf, sizeof(buf));
	KUNIT_EXPECT_EQ(test, memcmp(&before, cfg, sizeof(before)), 0);
}

static struct kunit_case config_cases[] = {
	KUNIT_CASE(identity),
	KUNIT_CASE(no_monitor),
	KUNIT_CASE(bar_sizes),
	KUNIT_CASE(bars_need_memory_enable),
	KUNIT_CASE(capabilities),
	KUNIT_CASE(interrupt_line),
	KUNIT_CASE(power_states),
	KUNIT_CASE(slept),
	KUNIT_CASE(any_offset_and_size),
	{}
};

static struct kunit_suite config_suite = {
	.name = "ivgpu_config",
	.test_cases = config_cases,
};

kunit_test_suite(config_suite);
