// SPDX-License-Identifier: GPL-2.0
/*
 * The vGPU's PCI config space as an operating system uses it, and as a hostile one does.
 */
#include <linux/pci_regs.h>

#include "testmain.h"
#include "gen9.h"
#include "vfio.h"

#define CFG VFIO_PCI_CONFIG_REGION_INDEX

/* Intel graphics registers in config space (i915 intel_pci_config.h) */
#define CFG_GGC			0x50
#define   GGC_GGMS(v)		((v) >> 6 & 3)
#define   GGC_GMS(v)		((v) >> 8 & 0xff)
#define CFG_ASLS		0xfc

FIXTURE(config)
{
	struct vfio_dev dev;
	char uuid[UUID_LEN];
	int kmsg;
};

FIXTURE_SETUP(config)
{
	self->kmsg = kmsg_open();
	mdev_uuid(self->uuid, 0);
	ASSERT_EQ(0, mdev_renew(self->uuid));
	ASSERT_EQ(0, vfio_open(&self->dev, self->uuid));
}

FIXTURE_TEARDOWN(config)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, mdev_remove(self->uuid));
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* Whether vGPUs have one, and are VGA devices. */
static bool has_monitor(void)
{
	FILE *f = fopen("/sys/module/ivgpu/parameters/display", "re");
	int c = f ? fgetc(f) : EOF;

	if (f)
		fclose(f);
	return c == 'Y';
}

TEST_F(config, identity)
{
	uint16_t host_device = 0;
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/device", env_pci());
	f = fopen(path, "re");
	ASSERT_NE(NULL, f);
	EXPECT_EQ(1, fscanf(f, "%hx", &host_device));
	fclose(f);
	EXPECT_EQ(0x8086, cfg_read16(&self->dev, PCI_VENDOR_ID));
	EXPECT_EQ(host_device, cfg_read16(&self->dev, PCI_DEVICE_ID));
	EXPECT_EQ(env_is_ivgpu() && !has_monitor() ? 0x038000 : 0x030000,
		  cfg_read32(&self->dev, PCI_CLASS_REVISION) >> 8);
	EXPECT_EQ(0, cfg_read32(&self->dev, PCI_CACHE_LINE_SIZE) >> 16 & 0xff);
	EXPECT_GT(self->dev.region[CFG].size, 255);
}

/* GGTT size and no stolen memory: what i915 needs to find (facts 4.2). */
TEST_F(config, graphics_control)
{
	uint16_t ggc = cfg_read16(&self->dev, CFG_GGC);

	EXPECT_EQ(3, GGC_GGMS(ggc));
	EXPECT_EQ(0, GGC_GMS(ggc));
}

static uint64_t bar_size(struct vfio_dev *dev, unsigned int bar)
{
	uint32_t reg = PCI_BASE_ADDRESS_0 + 4 * bar;
	uint32_t low = cfg_read32(dev, reg), high = 0, was_high = 0;
	bool wide = (low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64;
	uint64_t mask;

	if (wide)
		was_high = cfg_read32(dev, reg + 4);
	cfg_write32(dev, reg, ~0u);
	mask = cfg_read32(dev, reg) & PCI_BASE_ADDRESS_MEM_MASK;
	if (wide) {
		cfg_write32(dev, reg + 4, ~0u);
		high = cfg_read32(dev, reg + 4);
		cfg_write32(dev, reg + 4, was_high);
	} else {
		high = ~0u;
	}
	cfg_write32(dev, reg, low);
	mask |= (uint64_t)high << 32;
	return mask ? ~mask + 1 : 0;
}

TEST_F(config, bar0)
{
	uint32_t low = cfg_read32(&self->dev, PCI_BASE_ADDRESS_0);

	EXPECT_EQ(PCI_BASE_ADDRESS_MEM_TYPE_64, low & 0xf);
	EXPECT_EQ(BAR0_SIZE, bar_size(&self->dev, 0));
	cfg_write32(&self->dev, PCI_BASE_ADDRESS_0, 0xf1234567);
	EXPECT_EQ(0xf1000000 | (low & 0xf), cfg_read32(&self->dev, PCI_BASE_ADDRESS_0));
}

TEST_F(config, bar2)
{
	uint32_t low = cfg_read32(&self->dev, PCI_BASE_ADDRESS_2);

	EXPECT_EQ(PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH, low & 0xf);
	EXPECT_EQ(self->dev.region[VFIO_PCI_BAR2_REGION_INDEX].size, bar_size(&self->dev, 2));
	cfg_write32(&self->dev, PCI_BASE_ADDRESS_3, 0x42);
	EXPECT_EQ(0x42, cfg_read32(&self->dev, PCI_BASE_ADDRESS_3));
}

/* Sizing byte by byte and word by word gives the same. */
TEST_F(config, bar_sizing_by_bytes)
{
	uint8_t byte = 0xff;
	int i;

	for (i = 0; i < 4; i++) {
		ASSERT_EQ(1, vfio_write(&self->dev, CFG, PCI_BASE_ADDRESS_0 + i, &byte, 1)) {
			TH_LOG("byte %d", i);
		}
	}
	EXPECT_EQ(~(BAR0_SIZE - 1), cfg_read32(&self->dev, PCI_BASE_ADDRESS_0) & ~0xfu);
	for (i = 0; i < 4; i += 2)
		cfg_write16(&self->dev, PCI_BASE_ADDRESS_0 + i, 0);
	EXPECT_EQ(0, cfg_read32(&self->dev, PCI_BASE_ADDRESS_0) & ~0xfu);
}

TEST_F(config, absent_bars)
{
	static const unsigned int regs[] = { PCI_BASE_ADDRESS_5, PCI_ROM_ADDRESS };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		cfg_write32(&self->dev, regs[i], ~0u);
		EXPECT_EQ(0, cfg_read32(&self->dev, regs[i])) {
			TH_LOG("%#x", regs[i]);
		}
	}
}

TEST_F(config, read_only)
{
	static const unsigned int regs[] = {
		PCI_VENDOR_ID, PCI_CLASS_REVISION, PCI_SUBSYSTEM_VENDOR_ID, PCI_CAPABILITY_LIST,
		CFG_GGC,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		uint32_t before = cfg_read32(&self->dev, regs[i]);

		if (!env_is_ivgpu() && regs[i] >= 0x40)
			continue;
		cfg_write32(&self->dev, regs[i], ~before);
		EXPECT_EQ(before, cfg_read32(&self->dev, regs[i])) {
			TH_LOG("%#x", regs[i]);
		}
	}
}

TEST_F(config, command)
{
	cfg_write16(&self->dev, PCI_COMMAND, 0);
	EXPECT_EQ(0, cfg_read16(&self->dev, PCI_COMMAND));
	cfg_write16(&self->dev, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	EXPECT_EQ(PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, cfg_read16(&self->dev, PCI_COMMAND));
	/* reserved bits stay zero */
	cfg_write16(&self->dev, PCI_COMMAND, 0xffff);
	EXPECT_EQ(0, cfg_read16(&self->dev, PCI_COMMAND) & 0xf800);
}

/* With memory decoding off the device does not answer: ones are read, writes are lost. */
TEST_F(config, memory_disabled)
{
	NOT_ON_KVMGT("answers with memory decoding off");
	cfg_write16(&self->dev, PCI_COMMAND, PCI_COMMAND_MEMORY);
	EXPECT_EQ((uint32_t)PVINFO_MAGIC, bar0_read(&self->dev, PVINFO));
	bar0_write(&self->dev, RCS_BASE + RING_HWS_PGA, 0x1000);
	cfg_write16(&self->dev, PCI_COMMAND, 0);
	EXPECT_EQ(~0u, bar0_read(&self->dev, PVINFO));
	EXPECT_EQ(~0u, bar0_read(&self->dev, RCS_BASE + RING_HWS_PGA));
	bar0_write(&self->dev, RCS_BASE + RING_HWS_PGA, 0x2000);
	cfg_write16(&self->dev, PCI_COMMAND, PCI_COMMAND_MEMORY);
	EXPECT_EQ(0x1000, bar0_read(&self->dev, RCS_BASE + RING_HWS_PGA));
}

TEST_F(config, msi)
{
	unsigned int msi = cfg_find_cap(&self->dev, PCI_CAP_ID_MSI);
	uint16_t flags;

	ASSERT_NE(0, msi);
	flags = cfg_read16(&self->dev, msi + PCI_MSI_FLAGS);
	EXPECT_EQ(0, flags & PCI_MSI_FLAGS_ENABLE);
	EXPECT_EQ(0, flags & PCI_MSI_FLAGS_QMASK);
	cfg_write16(&self->dev, msi + PCI_MSI_FLAGS, flags | PCI_MSI_FLAGS_ENABLE);
	EXPECT_EQ(flags | PCI_MSI_FLAGS_ENABLE, cfg_read16(&self->dev, msi + PCI_MSI_FLAGS));
	cfg_write32(&self->dev, msi + PCI_MSI_ADDRESS_LO, 0xfee01004);
	EXPECT_EQ(0xfee01004, cfg_read32(&self->dev, msi + PCI_MSI_ADDRESS_LO));
	cfg_write16(&self->dev, msi + PCI_MSI_FLAGS, flags);
	EXPECT_EQ(flags, cfg_read16(&self->dev, msi + PCI_MSI_FLAGS));
}

TEST_F(config, capabilities_end)
{
	unsigned int at = cfg_read16(&self->dev, PCI_CAPABILITY_LIST) & 0xff;
	int n;

	for (n = 0; at && n < 48; n++) {
		EXPECT_GE(at, 0x40);
		EXPECT_EQ(0, at & 3);
		at = cfg_read16(&self->dev, at) >> 8;
	}
	EXPECT_LT(n, 48);
}

TEST_F(config, opregion_pointer)
{
	cfg_write32(&self->dev, CFG_ASLS, 0x7ffe0000);
	EXPECT_EQ(0x7ffe0000, cfg_read32(&self->dev, CFG_ASLS));
}

/* A guest that writes all of config space keeps its identity, and a reset mends the rest. */
TEST_F(config, written_all_over)
{
	static const uint32_t pattern[] = { ~0u, 0, 0x5a5a5a5a, 0xa5a5a5a5 };
	uint32_t id = cfg_read32(&self->dev, PCI_VENDOR_ID);
	uint32_t bar0 = cfg_read32(&self->dev, PCI_BASE_ADDRESS_0) & 0xf;
	unsigned int msi = cfg_find_cap(&self->dev, PCI_CAP_ID_MSI);
	size_t i;
	uint32_t reg;

	NOT_ON_KVMGT("lets a guest overwrite what lies above 0x40");
	for (i = 0; i < ARRAY_SIZE(pattern); i++)
		for (reg = 0; reg < self->dev.region[CFG].size; reg += 4)
			cfg_write32(&self->dev, reg, pattern[i]);
	EXPECT_EQ(id, cfg_read32(&self->dev, PCI_VENDOR_ID));
	EXPECT_EQ(bar0, cfg_read32(&self->dev, PCI_BASE_ADDRESS_0) & 0xf);
	EXPECT_EQ(msi, cfg_find_cap(&self->dev, PCI_CAP_ID_MSI));
	EXPECT_EQ(0, vfio_reset(&self->dev));
	EXPECT_EQ(0, cfg_read16(&self->dev, PCI_COMMAND));
	EXPECT_EQ(0, cfg_read32(&self->dev, PCI_BASE_ADDRESS_0) & ~0xfu);
	EXPECT_EQ(0, cfg_read16(&self->dev, msi + PCI_MSI_FLAGS) & PCI_MSI_FLAGS_ENABLE);
}

TEST_PROGRAM_MAIN
