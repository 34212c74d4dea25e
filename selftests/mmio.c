// SPDX-License-Identifier: GPL-2.0
/*
 * The vGPU's registers: PVINFO, values after reset, the handshakes that drivers wait for,
 * masked, read-only and write-1-to-clear bits, and registers that are not the guest's.
 */
#include "testmain.h"
#include "gen9.h"
#include "vfio.h"

FIXTURE(mmio)
{
	struct vfio_dev dev;
	char uuid[UUID_LEN];
	int kmsg;
};

FIXTURE_SETUP(mmio)
{
	self->kmsg = kmsg_open();
	mdev_uuid(self->uuid, 0);
	ASSERT_EQ(0, mdev_renew(self->uuid));
	ASSERT_EQ(0, vfio_open(&self->dev, self->uuid));
	vfio_enable_device(&self->dev);
}

FIXTURE_TEARDOWN(mmio)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, mdev_remove(self->uuid));
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static bool reaches(struct vfio_dev *dev, uint32_t reg, uint32_t mask, uint32_t value, int ms)
{
	uint64_t end = now_ms() + ms;

	do {
		if ((bar0_read(dev, reg) & mask) == value)
			return true;
	} while (now_ms() < end);
	return false;
}

TEST_F(mmio, pvinfo)
{
	uint64_t magic = bar0_read(&self->dev, PVINFO);
	uint32_t caps = bar0_read(&self->dev, PVINFO_CAPS);

	magic |= (uint64_t)bar0_read(&self->dev, PVINFO + 4) << 32;
	EXPECT_EQ(PVINFO_MAGIC, magic);
	EXPECT_EQ(1, bar0_read(&self->dev, PVINFO_VERSION) & 0xffff);
	EXPECT_TRUE(caps & PVINFO_CAP_FULL_PPGTT);
	EXPECT_TRUE(caps & PVINFO_CAP_HWSP);
	EXPECT_EQ(4, bar0_read(&self->dev, PVINFO_FENCES));
}

TEST_F(mmio, pvinfo_by_qword)
{
	uint64_t magic = 0;

	EXPECT_EQ(8, vfio_read(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, PVINFO, &magic, 8));
	EXPECT_EQ(PVINFO_MAGIC, magic);
}

/* What i915 demands of the partition (i915_vgpu.c intel_vgt_balloon). */
TEST_F(mmio, partition)
{
	uint64_t low = bar0_read(&self->dev, PVINFO_LOW_BASE);
	uint64_t low_size = bar0_read(&self->dev, PVINFO_LOW_SIZE);
	uint64_t high = bar0_read(&self->dev, PVINFO_HIGH_BASE);
	uint64_t high_size = bar0_read(&self->dev, PVINFO_HIGH_SIZE);
	uint64_t bar2 = self->dev.region[VFIO_PCI_BAR2_REGION_INDEX].size;

	EXPECT_EQ(64ull << 20, low_size);
	EXPECT_EQ(384ull << 20, high_size);
	EXPECT_LE(low + low_size, bar2);
	EXPECT_GE(high, bar2);
	EXPECT_LE(high + high_size, BIT_ULL(32));
	EXPECT_EQ(0, (low | high) & 4095);
}

TEST_F(mmio, pvinfo_read_only)
{
	static const uint32_t regs[] = {
		PVINFO, PVINFO + 4, PVINFO_VERSION, PVINFO_CAPS, PVINFO_LOW_BASE,
		PVINFO_LOW_SIZE, PVINFO_HIGH_BASE, PVINFO_HIGH_SIZE, PVINFO_FENCES,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		uint32_t before = bar0_read(&self->dev, regs[i]);

		NOT_ON_KVMGT("enters its fail-safe mode");
		bar0_write(&self->dev, regs[i], ~before);
		EXPECT_EQ(before, bar0_read(&self->dev, regs[i])) {
			TH_LOG("%#x", regs[i]);
		}
	}
}

FIXTURE(forcewake)
{
	struct vfio_dev dev;
	char uuid[UUID_LEN];
};

FIXTURE_VARIANT(forcewake)
{
	uint32_t request, ack;
};

FIXTURE_VARIANT_ADD(forcewake, render) { FORCEWAKE_RENDER, FORCEWAKE_RENDER_ACK };
FIXTURE_VARIANT_ADD(forcewake, media) { FORCEWAKE_MEDIA, FORCEWAKE_MEDIA_ACK };
FIXTURE_VARIANT_ADD(forcewake, gt) { FORCEWAKE_GT, FORCEWAKE_GT_ACK };

FIXTURE_SETUP(forcewake)
{
	mdev_uuid(self->uuid, 0);
	ASSERT_EQ(0, mdev_renew(self->uuid));
	ASSERT_EQ(0, vfio_open(&self->dev, self->uuid));
	vfio_enable_device(&self->dev);
}

FIXTURE_TEARDOWN(forcewake)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, mdev_remove(self->uuid));
}

TEST_F(forcewake, acknowledged)
{
	EXPECT_NE(~0u, bar0_read(&self->dev, variant->request));
	bar0_write(&self->dev, variant->request, MASKED_ON(1u));
	EXPECT_TRUE(reaches(&self->dev, variant->ack, 1, 1, 50));
	bar0_write(&self->dev, variant->request, MASKED_OFF(1u));
	EXPECT_TRUE(reaches(&self->dev, variant->ack, 1, 0, 50));
}

TEST_F(mmio, fuses)
{
	/* at least one slice, and the 24 MHz crystal's shift below 4 */
	EXPECT_NE(0, bar0_read(&self->dev, FUSE2) >> 25 & 7);
	EXPECT_NE(0, bar0_read(&self->dev, RP_STATE_CAP) & 0xff);
}

TEST_F(mmio, full_reset)
{
	bar0_write(&self->dev, RCS_BASE + RING_HWS_PGA, 0x1000);
	bar0_write(&self->dev, GDRST, GDRST_FULL);
	EXPECT_TRUE(reaches(&self->dev, GDRST, GDRST_FULL, 0, 500));
	EXPECT_EQ(0, bar0_read(&self->dev, RCS_BASE + RING_HWS_PGA));
	/* what a full reset does not touch */
	EXPECT_EQ((uint32_t)PVINFO_MAGIC, bar0_read(&self->dev, PVINFO));
}

TEST_F(mmio, unpopulated_pcode_commands_end)
{
	bar0_write(&self->dev, PCODE_MAILBOX, BIT(31) | 0x6);
	EXPECT_TRUE(reaches(&self->dev, PCODE_MAILBOX, BIT(31), 0, 500));
	bar0_write(&self->dev, PCODE_MAILBOX, BIT(31) | 0xfe);
	EXPECT_TRUE(reaches(&self->dev, PCODE_MAILBOX, BIT(31), 0, 500));
}

TEST_F(mmio, gt_interrupt_registers)
{
	int n;

	for (n = 0; n < 4; n++) {
		bar0_write(&self->dev, GT_IMR(n), 0xffffffff);
		EXPECT_EQ(0xffffffff, bar0_read(&self->dev, GT_IMR(n)));
		bar0_write(&self->dev, GT_IER(n), 0x00090009);
		EXPECT_EQ(0x00090009, bar0_read(&self->dev, GT_IER(n)));
		/* IIR: a write clears and never sets */
		bar0_write(&self->dev, GT_IIR(n), 0xffffffff);
		EXPECT_EQ(0, bar0_read(&self->dev, GT_IIR(n)));
		bar0_write(&self->dev, GT_ISR(n), 0xffffffff);
		EXPECT_EQ(0, bar0_read(&self->dev, GT_IIR(n)));
	}
}

TEST_F(mmio, master_interrupt_enable)
{
	bar0_write(&self->dev, MASTER_IRQ, MASTER_IRQ_ENABLE);
	EXPECT_EQ(MASTER_IRQ_ENABLE, bar0_read(&self->dev, MASTER_IRQ));
	bar0_write(&self->dev, MASTER_IRQ, 0x7fffffff);
	EXPECT_EQ(0, bar0_read(&self->dev, MASTER_IRQ));
}

FIXTURE(engine)
{
	struct vfio_dev dev;
	char uuid[UUID_LEN];
	int kmsg;
};

FIXTURE_VARIANT(engine)
{
	uint32_t base;
};

FIXTURE_VARIANT_ADD(engine, rcs) { RCS_BASE };
FIXTURE_VARIANT_ADD(engine, bcs) { BCS_BASE };
FIXTURE_VARIANT_ADD(engine, vcs) { VCS_BASE };
FIXTURE_VARIANT_ADD(engine, vecs) { VECS_BASE };

FIXTURE_SETUP(engine)
{
	self->kmsg = kmsg_open();
	mdev_uuid(self->uuid, 0);
	ASSERT_EQ(0, mdev_renew(self->uuid));
	ASSERT_EQ(0, vfio_open(&self->dev, self->uuid));
	vfio_enable_device(&self->dev);
}

FIXTURE_TEARDOWN(engine)
{
	vfio_close(&self->dev);
	EXPECT_EQ(0, mdev_remove(self->uuid));
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* i915 waits 1 ms for an idle engine to say so after a stop (gt/intel_engine_cs.c). */
TEST_F(engine, stop_gives_idle)
{
	uint32_t reg = variant->base + RING_MI_MODE;

	bar0_write(&self->dev, reg, MASKED_ON(MI_MODE_STOP));
	EXPECT_TRUE(reaches(&self->dev, reg, MI_MODE_IDLE, MI_MODE_IDLE, 100));
	EXPECT_TRUE(bar0_read(&self->dev, reg) & MI_MODE_STOP);
	bar0_write(&self->dev, reg, MASKED_OFF(MI_MODE_STOP));
	EXPECT_FALSE(bar0_read(&self->dev, reg) & MI_MODE_STOP);
}

/* The high half selects the bits a write changes. */
TEST_F(engine, masked_write)
{
	uint32_t reg = variant->base + RING_MODE;

	bar0_write(&self->dev, reg, MASKED_ON(RING_MODE_EXECLIST));
	EXPECT_TRUE(bar0_read(&self->dev, reg) & RING_MODE_EXECLIST);
	bar0_write(&self->dev, reg, 0);
	EXPECT_TRUE(bar0_read(&self->dev, reg) & RING_MODE_EXECLIST);
}

TEST_F(engine, reset_handshake)
{
	uint32_t reg = variant->base + RING_RESET_CTL;

	bar0_write(&self->dev, reg, MASKED_ON(RESET_CTL_REQUEST));
	EXPECT_TRUE(reaches(&self->dev, reg, RESET_CTL_READY, RESET_CTL_READY, 100));
	bar0_write(&self->dev, reg, MASKED_OFF(RESET_CTL_REQUEST));
	EXPECT_TRUE(reaches(&self->dev, reg, RESET_CTL_READY, 0, 100));
}

TEST_F(engine, no_error_after_reset)
{
	EXPECT_EQ(0, bar0_read(&self->dev, variant->base + RING_ESR));
	EXPECT_EQ(0, bar0_read(&self->dev, variant->base + RING_EIR));
}

/* Elements that are not submitted leave no trace; status reads do not crash. */
TEST_F(engine, execlist_status_readable)
{
	EXPECT_NE(~0u, bar0_read(&self->dev, variant->base + RING_ELSP_STATUS));
	EXPECT_NE(~0u, bar0_read(&self->dev, variant->base + RING_CSB_PTR));
	EXPECT_LT(bar0_read(&self->dev, variant->base + RING_CSB_PTR) & 7, 6u);
}

/* Registers of the machine, not of a guest: writes are dropped and counted. */
TEST_F(mmio, refused_registers)
{
	static const uint32_t regs[] = {
		0x1080c0,		/* stolen memory base */
		0x108180, 0x1081c0,	/* WOPCM */
		0x138128 + 0x1000,	/* no register known */
		0x1ffffc,
		0x7f000,
	};
	uint64_t before = 0, after = 0;
	size_t i;

	NOT_ON_KVMGT("keeps unknown registers as memory");
	ASSERT_EQ(0, stats_read(self->uuid, "refused_registers", &before));
	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		uint32_t value = bar0_read(&self->dev, regs[i]);

		bar0_write(&self->dev, regs[i], ~value);
		EXPECT_EQ(value, bar0_read(&self->dev, regs[i])) {
			TH_LOG("%#x", regs[i]);
		}
	}
	ASSERT_EQ(0, stats_read(self->uuid, "refused_registers", &after));
	EXPECT_GE(after - before, ARRAY_SIZE(regs));
}

TEST_F(mmio, traps_are_counted)
{
	uint64_t before = 0, after = 0;
	int i;

	NOT_ON_KVMGT("has no such counter");
	ASSERT_EQ(0, stats_read(self->uuid, "traps", &before));
	for (i = 0; i < 100; i++)
		bar0_read(&self->dev, PVINFO);
	ASSERT_EQ(0, stats_read(self->uuid, "traps", &after));
	EXPECT_EQ(100, after - before);
}

/* One vGPU's registers are not another's. */
TEST_F(mmio, two_vgpus)
{
	static const uint32_t regs[] = {
		RCS_BASE + RING_HWS_PGA, BCS_BASE + RING_HWS_PGA, GT_IER(0), GT_IMR(1),
		PVINFO_PDP(0, 0), RCS_BASE + RING_IMR,
	};
	struct vfio_dev other;
	char uuid[UUID_LEN];
	size_t i;

	mdev_uuid(uuid, 1);
	ASSERT_EQ(0, mdev_create(uuid));
	ASSERT_EQ(0, vfio_open(&other, uuid));
	vfio_enable_device(&other);
	for (i = 0; i < ARRAY_SIZE(regs); i++) {
		uint32_t before = bar0_read(&other, regs[i]);

		bar0_write(&self->dev, regs[i], ~before & 0x7fff000);
		EXPECT_EQ(before, bar0_read(&other, regs[i])) {
			TH_LOG("%#x", regs[i]);
		}
	}
	EXPECT_NE(bar0_read(&self->dev, PVINFO_LOW_BASE), bar0_read(&other, PVINFO_LOW_BASE));
	EXPECT_NE(bar0_read(&self->dev, PVINFO_HIGH_BASE), bar0_read(&other, PVINFO_HIGH_BASE));
	vfio_close(&other);
	EXPECT_EQ(0, mdev_remove(uuid));
}

TEST_F_TIMEOUT(mmio, every_register_readable, 120)
{
	uint32_t reg, value;

	for (reg = 0; reg < BAR0_GGTT; reg += reg < 0x200000 ? 16 : 4096) {
		ASSERT_EQ(4, vfio_read(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, reg, &value, 4)) {
			TH_LOG("%#x", reg);
		}
	}
}

/* A device reset is a power cycle: registers, GGTT and partition are as new. */
TEST_F(mmio, device_reset)
{
	uint32_t low = bar0_read(&self->dev, PVINFO_LOW_BASE);
	uint64_t pte = 0x12345001;
	uint64_t at = BAR0_GGTT + (uint64_t)(low / 4096) * 8;

	bar0_write(&self->dev, GT_IER(0), 0x1);
	bar0_write(&self->dev, RCS_BASE + RING_HWS_PGA, 0x1000);
	vfio_write(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, at, &pte, 8);
	ASSERT_EQ(0, vfio_reset(&self->dev));
	vfio_enable_device(&self->dev);
	EXPECT_EQ(0, bar0_read(&self->dev, GT_IER(0)));
	EXPECT_EQ(0, bar0_read(&self->dev, RCS_BASE + RING_HWS_PGA));
	EXPECT_EQ(low, bar0_read(&self->dev, PVINFO_LOW_BASE));
	pte = 1;
	vfio_read(&self->dev, VFIO_PCI_BAR0_REGION_INDEX, at, &pte, 8);
	EXPECT_EQ(0, pte & PTE_PRESENT);
}

TEST_PROGRAM_MAIN
