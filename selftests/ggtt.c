// SPDX-License-Identifier: GPL-2.0
/*
 * GGTT entries: by access and by mapping, whole and in halves; the GPU and the BAR2
 * aperture follow them; nothing outside the partition has any effect.
 */
#include <sys/mman.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define WAIT_MS 10000

#define NEEDS_MAPPING(index) do { \
		if (!region_mappable(&self->vg.dev, index)) \
			SKIP(return, "region %u cannot be mapped here", index); \
	} while (0)

FIXTURE(ggtt)
{
	struct vgpu vg;
	struct lrc lrc;
	struct bo a, b;
	int kmsg;
};

/* Everything must work the same where the VMM writes entries by access. */
FIXTURE_VARIANT(ggtt)
{
	bool mapped;
};

FIXTURE_VARIANT_ADD(ggtt, mapped) { .mapped = true };
FIXTURE_VARIANT_ADD(ggtt, accessed) { .mapped = false };

FIXTURE_SETUP(ggtt)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	if (!variant->mapped)
		ggtt_unmap(&self->vg);
	ASSERT_EQ(0, bo_create(&self->vg, &self->a, 1));
	ASSERT_EQ(0, bo_create_low(&self->vg, &self->b, 1));
	ASSERT_EQ(0, lrc_init(&self->lrc, &self->vg, RCS, NULL));
	ppgtt_publish(&self->vg, &self->vg.pp);
}

FIXTURE_TEARDOWN(ggtt)
{
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static bool store(struct lrc *lrc, uint32_t ggtt, uint32_t value)
{
	struct cmds c = { 0 };

	emit_store(&c, true, ggtt, value);
	return lrc_run(lrc, &c, WAIT_MS);
}

static ssize_t bar0_pte(struct vgpu *vg, uint32_t ggtt, unsigned int off, const void *data,
			size_t n)
{
	return vfio_write(&vg->dev, VFIO_PCI_BAR0_REGION_INDEX,
			  BAR0_GGTT + (uint64_t)(ggtt / PAGE) * 8 + off, data, n);
}

TEST_F(ggtt, read_back)
{
	uint32_t at = ggtt_reserve(&self->vg, 1, false);
	uint64_t pte = self->a.gpa | PTE_PRESENT;

	ASSERT_EQ(8, bar0_pte(&self->vg, at, 0, &pte, 8));
	EXPECT_EQ(pte, ggtt_read_pte(&self->vg, at));
}

TEST_F(ggtt, written_in_halves)
{
	uint32_t at = ggtt_reserve(&self->vg, 1, false);
	uint64_t pte = self->a.gpa | PTE_PRESENT;
	uint32_t half[2] = { (uint32_t)pte, pte >> 32 };

	EXPECT_EQ(4, bar0_pte(&self->vg, at, 0, half, 4));
	EXPECT_EQ(4, bar0_pte(&self->vg, at, 4, half + 1, 4));
	ggtt_flush(&self->vg);
	EXPECT_EQ(pte, ggtt_read_pte(&self->vg, at));
	EXPECT_TRUE(store(&self->lrc, at, 0x11223344));
	EXPECT_EQ(0x11223344, self->a.map[0]);
}

TEST_F(ggtt, mapping_and_access_agree)
{
	uint64_t *entry;
	uint32_t at = ggtt_reserve(&self->vg, 1, false);
	uint64_t pte = self->a.gpa | PTE_PRESENT;

	if (!variant->mapped)
		ggtt_map(&self->vg);
	entry = ggtt_entry(&self->vg, at);
	ASSERT_NE(NULL, entry) {
		TH_LOG("the VMM cannot map GGTT entries");
	}
	store64(entry, pte);
	EXPECT_EQ(pte, ggtt_read_pte(&self->vg, at));
	pte = self->b.gpa | PTE_PRESENT;
	ASSERT_EQ(8, bar0_pte(&self->vg, at, 0, &pte, 8));
	EXPECT_EQ(pte, *entry);
}

/* A new entry counts from the flush on. */
TEST_F(ggtt, engine_follows_entry)
{
	uint32_t at = ggtt_bind(&self->vg, self->a.gpa, 1, false);

	EXPECT_TRUE(store(&self->lrc, at, 1));
	EXPECT_EQ(1, self->a.map[0]);
	ggtt_write_pte(&self->vg, at, self->b.gpa | PTE_PRESENT);
	ggtt_flush(&self->vg);
	EXPECT_TRUE(store(&self->lrc, at, 2));
	EXPECT_EQ(1, self->a.map[0]);
	EXPECT_EQ(2, self->b.map[0]);
}

/* Through the mapping, again and again: each flush must see what changed since the last. */
TEST_F(ggtt, entry_changed_many_times)
{
	uint32_t at = ggtt_bind(&self->vg, self->a.gpa, 1, false);
	uint32_t i;

	for (i = 1; i < 20; i++) {
		struct bo *bo = i & 1 ? &self->b : &self->a;

		ggtt_write_pte(&self->vg, at, bo->gpa | PTE_PRESENT);
		ggtt_flush(&self->vg);
		ASSERT_TRUE(store(&self->lrc, at + 4 * i, i));
		EXPECT_EQ(i, bo->map[i]);
	}
}

/* A bind costs no access where entries are mapped, and one page fault per page of them. */
TEST_F(ggtt, accesses_of_a_bind)
{
	uint32_t at = ggtt_reserve(&self->vg, 1024, false), i;
	uint64_t accesses[2], faults[2];

	NOT_ON_KVMGT("traps each entry");
	ASSERT_EQ(0, stats_read(self->vg.dev.uuid, "ggtt_accesses", &accesses[0]));
	ASSERT_EQ(0, stats_read(self->vg.dev.uuid, "map_faults", &faults[0]));
	for (i = 0; i < 1024; i++)
		ggtt_write_pte(&self->vg, at + i * PAGE, self->a.gpa | PTE_PRESENT);
	ggtt_flush(&self->vg);
	ASSERT_EQ(0, stats_read(self->vg.dev.uuid, "ggtt_accesses", &accesses[1]));
	ASSERT_EQ(0, stats_read(self->vg.dev.uuid, "map_faults", &faults[1]));
	EXPECT_EQ(variant->mapped ? 0 : 1024, accesses[1] - accesses[0]);
	EXPECT_LE(faults[1] - faults[0], variant->mapped ? 3 : 0);
	EXPECT_TRUE(store(&self->lrc, at + 1023 * PAGE, 1));
	EXPECT_EQ(1, self->a.map[0]);
}

/* Nothing of before a reset is left, neither in the entries nor behind them. */
TEST_F(ggtt, reset_clears_entries)
{
	uint32_t at = ggtt_bind(&self->vg, self->a.gpa, 1, false);

	EXPECT_TRUE(store(&self->lrc, at, 1));
	ASSERT_EQ(0, vfio_reset(&self->vg.dev));
	vfio_enable_device(&self->vg.dev);
	EXPECT_EQ(0, ggtt_read_pte(&self->vg, at));
	if (variant->mapped)
		EXPECT_EQ(0, load64(ggtt_entry(&self->vg, at)));
}

/* A guest wakes from S3: QEMU ends D3, and then resets. Once used, a reset is a reset again. */
TEST_F(ggtt, reset_after_d3_keeps_entries)
{
	uint32_t at = ggtt_bind(&self->vg, self->a.gpa, 1, false);
	struct vfio_dev *dev = &self->vg.dev;
	unsigned int pm = cfg_find_cap(dev, 1) + 4;

	EXPECT_TRUE(store(&self->lrc, at, 1));
	cfg_write16(dev, pm, 3);
	cfg_write16(dev, pm, 0);
	ASSERT_EQ(0, vfio_reset(dev));
	vfio_enable_device(dev);
	EXPECT_EQ(self->a.gpa | PTE_PRESENT, ggtt_read_pte(&self->vg, at));
	engine_restart(self->lrc.engine);
	ppgtt_publish(&self->vg, &self->vg.pp);
	EXPECT_TRUE(store(&self->lrc, at, 2));
	EXPECT_EQ(2, self->a.map[0]);
	ASSERT_EQ(0, vfio_reset(dev));
	vfio_enable_device(dev);
	EXPECT_EQ(0, ggtt_read_pte(&self->vg, at));
}

TEST_F(ggtt, absent_entry_is_scratch)
{
	uint32_t at = ggtt_bind(&self->vg, self->a.gpa, 1, false);

	EXPECT_TRUE(store(&self->lrc, at, 1));
	ggtt_write_pte(&self->vg, at, 0);
	ggtt_flush(&self->vg);
	store(&self->lrc, at, 2);
	EXPECT_EQ(1, self->a.map[0]);
}

/* An entry for memory that the guest does not have maps scratch, and is counted. */
TEST_F(ggtt, foreign_memory)
{
	static const uint64_t foreign[] = {
		0x1000, 0xfee00000, 0x7ffffff000, 0x8000000000, 0x123456789000,
	};
	uint32_t at = ggtt_reserve(&self->vg, 1, false);
	uint64_t before = 0, after = 0;
	size_t i;

	if (env_is_ivgpu()) {
		ASSERT_EQ(0, stats_read(self->vg.dev.uuid, "ggtt_rejected", &before)) {
			TH_LOG("no counter ggtt_rejected");
		}
	}
	for (i = 0; i < ARRAY_SIZE(foreign); i++) {
		ggtt_write_pte(&self->vg, at, foreign[i] | PTE_PRESENT);
		ggtt_flush(&self->vg);
		store(&self->lrc, at, 0x66666666);
	}
	if (env_is_ivgpu()) {
		ASSERT_EQ(0, stats_read(self->vg.dev.uuid, "ggtt_rejected", &after));
		EXPECT_GT(after, before);
	}
	/* and the engine works on */
	EXPECT_TRUE(store(&self->lrc, self->a.ggtt, 3));
	EXPECT_EQ(3, self->a.map[0]);
}

static uint32_t *aperture(struct vgpu *vg, uint32_t ggtt)
{
	return region_mmap(&vg->dev, VFIO_PCI_BAR2_REGION_INDEX, ggtt & ~4095u, PAGE);
}

TEST_F(ggtt, aperture_by_mapping)
{
	uint32_t *p = aperture(&self->vg, self->b.ggtt);

	NEEDS_MAPPING(VFIO_PCI_BAR2_REGION_INDEX);
	ASSERT_NE(NULL, p);
	self->b.map[5] = 0xabcd0001;
	EXPECT_EQ(0xabcd0001, load32(p + 5));
	store32(p + 6, 0xabcd0002);
	EXPECT_EQ(0xabcd0002, self->b.map[6]);
	munmap(p, PAGE);
}

TEST_F(ggtt, aperture_by_access)
{
	uint32_t value = 0;

	self->b.map[5] = 0xabcd0003;
	EXPECT_EQ(4, vfio_read(&self->vg.dev, VFIO_PCI_BAR2_REGION_INDEX, self->b.ggtt + 20,
			       &value, 4));
	EXPECT_EQ(0xabcd0003, value);
	value = 0xabcd0004;
	EXPECT_EQ(4, vfio_write(&self->vg.dev, VFIO_PCI_BAR2_REGION_INDEX, self->b.ggtt + 24,
				&value, 4));
	EXPECT_EQ(0xabcd0004, self->b.map[6]);
}

TEST_F(ggtt, aperture_follows_entry)
{
	uint32_t *p = aperture(&self->vg, self->b.ggtt);

	NEEDS_MAPPING(VFIO_PCI_BAR2_REGION_INDEX);
	ASSERT_NE(NULL, p);
	self->a.map[1] = 0xaaaa;
	self->b.map[1] = 0xbbbb;
	EXPECT_EQ(0xbbbb, load32(p + 1));
	ggtt_write_pte(&self->vg, self->b.ggtt, self->a.gpa | PTE_PRESENT);
	ggtt_flush(&self->vg);
	EXPECT_EQ(0xaaaa, load32(p + 1));
	store32(p + 2, 0xaaab);
	EXPECT_EQ(0xaaab, self->a.map[2]);
	EXPECT_EQ(0, self->b.map[2]);
	ggtt_write_pte(&self->vg, self->b.ggtt, 0);
	ggtt_flush(&self->vg);
	store32(p + 3, 0xdead);
	EXPECT_EQ(0, self->a.map[3]);
	munmap(p, PAGE);
}

/* A page that DMA unmap took away must not show in the aperture any more. */
TEST_F(ggtt, aperture_after_dma_unmap)
{
	uint32_t *p = aperture(&self->vg, self->b.ggtt);

	NOT_ON_KVMGT("maps the physical aperture once for all");
	NEEDS_MAPPING(VFIO_PCI_BAR2_REGION_INDEX);
	ASSERT_NE(NULL, p);
	store32(p + 1, 0x1);
	EXPECT_EQ(1, self->b.map[1]);
	ASSERT_EQ(0, vfio_unmap(&self->vg.dev, self->vg.mem.base, self->vg.mem.size));
	store32(p + 1, 0x2);
	EXPECT_EQ(1, self->b.map[1]);
	munmap(p, PAGE);
}

/* Entries of another's partition: written by us, they change nothing for it. */
TEST_F(ggtt, outside_partition)
{
	struct vgpu other;
	struct lrc lrc;
	struct bo target;
	uint32_t i;

	ASSERT_EQ(0, vgpu_open(&other, 1));
	ASSERT_EQ(0, bo_create(&other, &target, 1));
	ASSERT_EQ(0, lrc_init(&lrc, &other, RCS, NULL));
	ppgtt_publish(&other, &other.pp);
	ASSERT_TRUE(store(&lrc, target.ggtt, 1));
	for (i = 0; i < 8; i++)
		ggtt_write_pte(&self->vg, target.ggtt + i * PAGE, self->a.gpa | PTE_PRESENT);
	ggtt_write_pte(&self->vg, 0, self->a.gpa | PTE_PRESENT);
	ggtt_write_pte(&self->vg, 0xfffff000, self->a.gpa | PTE_PRESENT);
	ggtt_flush(&self->vg);
	EXPECT_TRUE(store(&lrc, target.ggtt + 4, 2));
	EXPECT_EQ(1, target.map[0]);
	EXPECT_EQ(2, target.map[1]);
	EXPECT_EQ(0, self->a.map[0]);
	EXPECT_EQ(0, self->a.map[1]);
	vgpu_close(&other);
}

TEST_PROGRAM_MAIN
