// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the virtual GGTT: partial writes, the partition's borders, what
 * is refused, and a random run against a model.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/prandom.h>

#include "../guestmem/fake_guest.h"
#include "gtt.h"
#include "pte.h"

/* Low part [0x340, 0x540), not aligned to a page of entries; high part of 1024 entries. */
#define LOW	0x340u
#define LOW_N	0x200u
#define HIGH	0x8000u
#define HIGH_N	0x400u

#define SEEN	0x9000u		/* entries of the made-up physical GGTT */

/**
 * struct fixture - a guest, its GGTT and a made-up physical GGTT
 * @g: the guest
 * @v: what is tested
 * @stats: its counters
 * @hw: address that each physical entry names; 0: the GPU's common scratch
 * @set_outside: an entry outside the partition was set: never to happen
 * @flushes: how often flush was called
 * @unflushed: entries were written since
 * @zapped: what was last taken away from the VMM
 * @zapped_len: how much; 0: nothing
 * @zaps: how often
 */
struct fixture {
	struct fake_guest *g;
	struct ivgpu_vggtt *v;
	struct ivgpu_gtt_stats stats;
	u64 hw[SEEN];
	bool set_outside;
	unsigned int flushes;
	bool unflushed;
	u64 zapped;
	u64 zapped_len;
	unsigned int zaps;
};

static bool in_partition(u32 page)
{
	return (page >= LOW && page < LOW + LOW_N) || (page >= HIGH && page < HIGH + HIGH_N);
}

static void hw_set(void *hw, u32 page, dma_addr_t dma)
{
	struct fixture *f = hw;

	f->unflushed = true;
	if (in_partition(page))
		f->hw[page] = dma;
	else
		f->set_outside = true;
}

static void hw_clear(void *hw, u32 page, u32 count)
{
	while (count--)
		hw_set(hw, page++, 0);
}

static void hw_flush(void *hw)
{
	struct fixture *f = hw;

	f->flushes++;
	f->unflushed = false;
}

static const struct ivgpu_ggtt_sink hw_sink = {
	.set = hw_set,
	.clear = hw_clear,
	.flush = hw_flush,
};

static struct fixture *setup(struct kunit *test)
{
	static const struct ivgpu_ggtt_range low = { (u64)LOW << 12, (u64)LOW_N << 12 };
	static const struct ivgpu_ggtt_range high = { (u64)HIGH << 12, (u64)HIGH_N << 12 };
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->g = fake_guest_create(test);
	f->v = ivgpu_vggtt_create(&f->g->gm, &hw_sink, f, &low, &high, &f->stats);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->v));
	return f;
}

static void finish(struct kunit *test, struct fixture *f)
{
	u32 i;

	ivgpu_vggtt_destroy(f->v);
	for (i = 0; i < SEEN; i++)
		KUNIT_ASSERT_EQ(test, 0ull, f->hw[i]);
	KUNIT_EXPECT_FALSE(test, f->set_outside);
	KUNIT_EXPECT_FALSE(test, f->unflushed);
	fake_guest_finish(f->g);
}

static void write_entry(struct fixture *f, u32 page, u64 entry)
{
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_write(f->v, page * 8, &entry, 8);
	mutex_unlock(&f->g->gm.lock);
}

static void write_bytes(struct fixture *f, u32 offset, const void *buf, u32 len)
{
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_write(f->v, offset, buf, len);
	mutex_unlock(&f->g->gm.lock);
}

static u64 read_entry(struct fixture *f, u32 page)
{
	u64 entry;

	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_read(f->v, page * 8, &entry, 8);
	mutex_unlock(&f->g->gm.lock);
	return entry;
}

/* One whole synchronisation. Returns the rounds it took. */
static int sync(struct kunit *test, struct fixture *f)
{
	int ret, rounds = 0;

	ivgpu_guestmem_begin(&f->g->gm);
	do {
		mutex_lock(&f->g->gm.lock);
		ret = ivgpu_vggtt_sync(f->v);
		mutex_unlock(&f->g->gm.lock);
		KUNIT_ASSERT_LT(test, ++rounds, 100);
	} while (ret == -EAGAIN && !ivgpu_guestmem_pin_wanted(&f->g->gm));
	KUNIT_EXPECT_EQ(test, 0, ret);
	KUNIT_EXPECT_FALSE(test, f->unflushed);
	return rounds;
}

static u64 generation(struct fixture *f, u32 page, u32 n)
{
	u64 ret;

	mutex_lock(&f->g->gm.lock);
	ret = ivgpu_vggtt_generation(f->v, (u64)page << 12, (u64)n << 12);
	mutex_unlock(&f->g->gm.lock);
	return ret;
}

static u64 pte(u64 gfn)
{
	return gfn << 12 | IVGPU_PTE_PRESENT;
}

static void ggtt_bind(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 scratch = f->hw[LOW];
	u32 i;

	for (i = 0; i < LOW_N; i++)
		KUNIT_ASSERT_EQ(test, f->hw[LOW + i], scratch);
	for (i = 0; i < HIGH_N; i++)
		write_entry(f, HIGH + i, pte(FAKE_GFN + HIGH_N - i));
	KUNIT_EXPECT_EQ(test, f->hw[HIGH], scratch);	/* not before a synchronisation */
	KUNIT_EXPECT_EQ(test, 2, sync(test, f));
	for (i = 0; i < HIGH_N; i++)
		KUNIT_ASSERT_EQ(test, f->hw[HIGH + i],
				fake_guest_phys(f->g, FAKE_GFN + HIGH_N - i));
	KUNIT_EXPECT_EQ(test, 3u, f->g->pins_called);	/* 2M at most, each in one */
	KUNIT_EXPECT_EQ(test, (u64)HIGH_N, f->stats.ggtt_entries_synced);

	/* Nothing new: nothing is done. */
	f->flushes = 0;
	KUNIT_EXPECT_EQ(test, 1, sync(test, f));
	KUNIT_EXPECT_EQ(test, 0u, f->flushes);
	KUNIT_EXPECT_EQ(test, (u64)HIGH_N, f->stats.ggtt_entries_synced);

	/* Not present: scratch, whatever else the entry says. */
	write_entry(f, HIGH + 7, FAKE_GFN << 12);
	sync(test, f);
	KUNIT_EXPECT_EQ(test, f->hw[HIGH + 7], scratch);
	finish(test, f);
}

static void ggtt_partial_writes(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 want = pte(FAKE_GFN + 5) | 0x5ull << 52;
	u32 lo = lower_32_bits(want), hi = upper_32_bits(want);
	u8 bytes[24], back[24];
	u32 i;

	/* Halves in both orders; between them a synchronisation may come. */
	write_bytes(f, (LOW + 1) * 8, &lo, 4);
	sync(test, f);
	KUNIT_EXPECT_EQ(test, f->hw[LOW + 1], fake_guest_phys(f->g, FAKE_GFN + 5));
	write_bytes(f, (LOW + 1) * 8 + 4, &hi, 4);
	sync(test, f);
	KUNIT_EXPECT_EQ(test, read_entry(f, LOW + 1), want);
	/* With these high bits the entry names nothing that a guest can have. */
	KUNIT_EXPECT_EQ(test, f->hw[LOW + 1], fake_guest_phys(f->g, FAKE_GFN + 5));

	write_bytes(f, (LOW + 2) * 8 + 4, &hi, 4);
	sync(test, f);
	KUNIT_EXPECT_EQ(test, f->hw[LOW + 2], f->hw[LOW]);
	write_bytes(f, (LOW + 2) * 8, &lo, 4);
	sync(test, f);
	KUNIT_EXPECT_EQ(test, f->hw[LOW + 2], fake_guest_phys(f->g, FAKE_GFN + 5));

	/* Odd sizes and offsets, across the lower border. */
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = i + 1;
	write_bytes(f, LOW * 8 - 3, bytes, 5);
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_read(f->v, LOW * 8 - 4, back, 8);
	mutex_unlock(&f->g->gm.lock);
	KUNIT_EXPECT_EQ(test, 0, memcmp(back, "\0\0\0\0\4\5\0\0", 8));
	KUNIT_EXPECT_EQ(test, 1ull, f->stats.ggtt_writes_outside);
	/* Across the upper border, and far outside. */
	write_bytes(f, (HIGH + HIGH_N) * 8 - 8, bytes, 24);
	KUNIT_EXPECT_EQ(test, 3ull, f->stats.ggtt_writes_outside);
	write_entry(f, 0, want);
	write_entry(f, 0xfffff, want);
	KUNIT_EXPECT_EQ(test, 5ull, f->stats.ggtt_writes_outside);
	KUNIT_EXPECT_EQ(test, 0ull, read_entry(f, 0));
	KUNIT_EXPECT_EQ(test, 0ull, read_entry(f, 0xfffff));
	KUNIT_EXPECT_EQ(test, 0ull, read_entry(f, HIGH + HIGH_N));
	sync(test, f);
	finish(test, f);
}

static void ggtt_refused(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 scratch = f->hw[LOW];
	u32 i;

	f->g->bar_first = FAKE_GFN + 20;
	f->g->bar_last = FAKE_GFN + 29;
	fake_guest_set_hole(f->g, FAKE_GFN + 40, true);
	for (i = 0; i < 64; i++)
		write_entry(f, LOW + i, pte(FAKE_GFN + i));
	write_entry(f, LOW + 64, pte(0xffffffffffull));
	write_entry(f, LOW + 65, pte(FAKE_GFN) | BIT_ULL(40));
	sync(test, f);
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, f->hw[LOW + i],
				i == 40 || (i >= 20 && i < 30) ? scratch :
				fake_guest_phys(f->g, FAKE_GFN + i));
	KUNIT_EXPECT_EQ(test, f->hw[LOW + 64], scratch);
	KUNIT_EXPECT_EQ(test, f->hw[LOW + 65], scratch);
	KUNIT_EXPECT_EQ(test, 13ull, f->stats.ggtt_entries_refused);

	/* Tried again at each synchronisation, without a new write. */
	fake_guest_set_hole(f->g, FAKE_GFN + 40, false);
	sync(test, f);
	KUNIT_EXPECT_EQ(test, f->hw[LOW + 40], fake_guest_phys(f->g, FAKE_GFN + 40));
	finish(test, f);
}

static void ggtt_owns(struct kunit *test)
{
	struct fixture *f = setup(test);
	static const struct {
		u64 addr, len;
		bool want;
	} c[] = {
		{ (u64)LOW << 12, 4, true },
		{ ((u64)LOW << 12) - 1, 4, false },
		{ (u64)LOW << 12, (u64)LOW_N << 12, true },
		{ (u64)LOW << 12, ((u64)LOW_N << 12) + 1, false },
		{ (u64)(HIGH + HIGH_N) << 12, 0, false },
		{ ((u64)(HIGH + HIGH_N) << 12) - 8, 8, true },
		{ ((u64)(HIGH + HIGH_N) << 12) - 8, 9, false },
		{ ((u64)(HIGH + HIGH_N) << 12) - 8, ~0ull, false },
		{ ~0ull, 1, false },
		{ BIT_ULL(32) | (u64)LOW << 12, 4, false },
		{ 0, ~0ull, false },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c); i++)
		KUNIT_EXPECT_EQ_MSG(test, c[i].want, ivgpu_vggtt_owns(f->v, c[i].addr, c[i].len),
				    "case %u", i);
	finish(test, f);
}

static void ggtt_generation(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_guest_page *gp;
	u64 before, far;

	write_entry(f, HIGH + 16, pte(FAKE_GFN));
	sync(test, f);
	before = generation(f, HIGH + 14, 4);
	far = generation(f, HIGH + 20, 4);
	KUNIT_EXPECT_NE(test, 0ull, before);
	write_entry(f, HIGH + 16, pte(FAKE_GFN) | 0xe);	/* same page, other bits */
	sync(test, f);
	KUNIT_EXPECT_EQ(test, before, generation(f, HIGH + 14, 4));
	write_entry(f, HIGH + 16, pte(FAKE_GFN + 1));
	sync(test, f);
	KUNIT_EXPECT_NE(test, before, generation(f, HIGH + 14, 4));
	KUNIT_EXPECT_EQ(test, far, generation(f, HIGH + 20, 4));

	mutex_lock(&f->g->gm.lock);
	gp = ivgpu_vggtt_page(f->v, ((u64)(HIGH + 16) << 12) + 123);
	KUNIT_ASSERT_NOT_NULL(test, gp);
	KUNIT_EXPECT_EQ(test, gp->gfn, FAKE_GFN + 1);
	KUNIT_EXPECT_NULL(test, ivgpu_vggtt_page(f->v, (u64)(HIGH + 17) << 12));
	KUNIT_EXPECT_NULL(test, ivgpu_vggtt_page(f->v, 0));
	KUNIT_EXPECT_NULL(test, ivgpu_vggtt_page(f->v, BIT_ULL(32) | (u64)(HIGH + 16) << 12));
	mutex_unlock(&f->g->gm.lock);
	finish(test, f);
}

/* dma_unmap of a range, some of which comes back elsewhere. */
static void ggtt_revoke(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 scratch = f->hw[LOW], before;
	u32 i;

	for (i = 0; i < 32; i++)
		write_entry(f, LOW + i, pte(FAKE_GFN + i));
	sync(test, f);
	before = generation(f, LOW, 32);
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&f->g->gm, FAKE_GFN + 8, FAKE_GFN + 15));
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_revoke(f->v, FAKE_GFN + 8, FAKE_GFN + 15);
	mutex_unlock(&f->g->gm.lock);
	KUNIT_EXPECT_FALSE(test, f->unflushed);
	KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(f->g, FAKE_GFN + 8, FAKE_GFN + 15));
	for (i = 0; i < 32; i++)
		KUNIT_EXPECT_EQ(test, f->hw[LOW + i], i / 8 == 1 ? scratch :
				fake_guest_phys(f->g, FAKE_GFN + i));
	KUNIT_EXPECT_NE(test, before, generation(f, LOW, 32));

	fake_guest_swap(f->g, FAKE_GFN + 8, FAKE_GFN + 1000);
	fake_guest_set_hole(f->g, FAKE_GFN + 9, true);
	sync(test, f);
	for (i = 0; i < 32; i++)
		KUNIT_EXPECT_EQ(test, f->hw[LOW + i], i == 9 ? scratch :
				fake_guest_phys(f->g, FAKE_GFN + i));
	finish(test, f);
}

static void ggtt_reset(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 scratch = f->hw[LOW];
	u32 i;

	for (i = 0; i < 32; i++)
		write_entry(f, HIGH + i, pte(FAKE_GFN + i));
	sync(test, f);
	write_entry(f, HIGH + 3, pte(FAKE_GFN + 99));	/* not synchronised */
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_reset(f->v, false);
	mutex_unlock(&f->g->gm.lock);
	for (i = 0; i < HIGH_N; i++) {
		KUNIT_ASSERT_EQ(test, f->hw[HIGH + i], scratch);
		KUNIT_ASSERT_EQ(test, read_entry(f, HIGH + i), 0ull);
	}
	ivgpu_guestmem_release_idle(&f->g->gm);
	KUNIT_EXPECT_EQ(test, 0u, fake_guest_pinned(f->g));
	KUNIT_EXPECT_EQ(test, 1, sync(test, f));
	KUNIT_EXPECT_EQ(test, f->hw[HIGH + 3], scratch);
	finish(test, f);
}

/* After D3: what the guest wrote is still there, and is shown when it is synchronised. */
static void ggtt_reset_keeps(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 scratch = f->hw[LOW];
	u32 i;

	for (i = 0; i < 32; i++)
		write_entry(f, HIGH + i, pte(FAKE_GFN + i));
	sync(test, f);
	write_entry(f, HIGH + 3, pte(FAKE_GFN + 99));	/* not synchronised */
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_reset(f->v, true);
	mutex_unlock(&f->g->gm.lock);
	for (i = 0; i < 32; i++)
		KUNIT_EXPECT_EQ(test, f->hw[HIGH + i], scratch);
	ivgpu_guestmem_release_idle(&f->g->gm);
	KUNIT_EXPECT_EQ(test, 0u, fake_guest_pinned(f->g));
	KUNIT_EXPECT_EQ(test, read_entry(f, HIGH + 31), pte(FAKE_GFN + 31));
	sync(test, f);
	for (i = 0; i < 32; i++)
		KUNIT_EXPECT_EQ(test, f->hw[HIGH + i],
				fake_guest_phys(f->g, FAKE_GFN + (i == 3 ? 99 : i)));
	finish(test, f);
}

static void zap_entries(void *owner, u32 offset, u32 len)
{
	struct fixture *f = owner;

	f->zapped = offset;
	f->zapped_len = len;
	f->zaps++;
}

static void zap_aperture(void *owner, u64 addr, u64 len)
{
	struct fixture *f = owner;

	/* The physical entry may only change afterwards. */
	if (len == 4096)
		KUNIT_EXPECT_EQ(f->g->test, f->hw[addr >> 12], f->hw[HIGH + 3]);
	f->zapped = addr;
	f->zapped_len = len;
	f->zaps++;
}

static const struct ivgpu_vggtt_map_ops map_ops = {
	.zap_entries = zap_entries,
	.zap_aperture = zap_aperture,
};

static struct page *map_entries(struct fixture *f, u32 page)
{
	struct page *ret;

	mutex_lock(&f->g->gm.lock);
	ret = ivgpu_vggtt_map_entries(f->v, page * 8);
	mutex_unlock(&f->g->gm.lock);
	return ret;
}

static struct page *map_aperture(struct fixture *f, u32 page)
{
	struct page *ret;

	mutex_lock(&f->g->gm.lock);
	ret = ivgpu_vggtt_map_aperture(f->v, (u64)page << 12);
	mutex_unlock(&f->g->gm.lock);
	return ret;
}

static void allow_mapping(struct fixture *f)
{
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_set_map_ops(f->v, &map_ops, f);
	mutex_unlock(&f->g->gm.lock);
}

static void ggtt_mapped_entries(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 scratch = f->hw[LOW], *e;
	u32 i, offset, len;
	struct page *page;

	KUNIT_EXPECT_NULL(test, map_entries(f, HIGH));	/* not allowed yet */
	allow_mapping(f);
	ivgpu_vggtt_area(f->v, 0, &offset, &len);	/* 0x400..0x540 is no whole page */
	KUNIT_EXPECT_EQ(test, 0u, len);
	ivgpu_vggtt_area(f->v, 1, &offset, &len);
	KUNIT_EXPECT_EQ(test, HIGH * 8, offset);
	KUNIT_EXPECT_EQ(test, HIGH_N * 8, len);
	KUNIT_EXPECT_NULL(test, map_entries(f, LOW));
	KUNIT_EXPECT_NULL(test, map_entries(f, HIGH - 1));
	KUNIT_EXPECT_NULL(test, map_entries(f, HIGH + HIGH_N));
	page = map_entries(f, HIGH + 515);
	KUNIT_ASSERT_NOT_NULL(test, page);

	/* Written without a trap, seen at the next synchronisation; traps see the same. */
	e = page_address(page);
	e[3] = pte(FAKE_GFN + 9);
	KUNIT_EXPECT_EQ(test, read_entry(f, HIGH + 515), pte(FAKE_GFN + 9));
	sync(test, f);
	KUNIT_EXPECT_EQ(test, f->hw[HIGH + 515], fake_guest_phys(f->g, FAKE_GFN + 9));
	/* Still mapped while it changes. */
	for (i = 0; i < 100; i++) {
		e[3] = pte(FAKE_GFN + i);
		sync(test, f);
		KUNIT_EXPECT_EQ(test, f->hw[HIGH + 515], fake_guest_phys(f->g, FAKE_GFN + i));
	}
	KUNIT_EXPECT_EQ(test, 0u, f->zaps);
	/* Then quiet: taken away in the end, and what was written last is not lost. */
	for (i = 0; !f->zaps; i++) {
		KUNIT_ASSERT_LT(test, i, 100u);
		e[3] = i > 30 ? 0 : e[3];
		sync(test, f);
	}
	KUNIT_EXPECT_EQ(test, f->zapped, (HIGH + 512) * 8ull);
	KUNIT_EXPECT_EQ(test, f->zapped_len, 4096ull);
	KUNIT_EXPECT_EQ(test, f->hw[HIGH + 515], i > 30 ? scratch :
			fake_guest_phys(f->g, FAKE_GFN + 99));
	finish(test, f);
}

/* Synchronises @n times; how often pages of entries were taken away in it. */
static u32 zaps_in(struct kunit *test, struct fixture *f, u32 n)
{
	u32 before = f->zaps;

	while (n--)
		sync(test, f);
	return f->zaps - before;
}

/* A page that is wanted again soon is kept for longer, until it is not. */
static void ggtt_mapped_patience(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct page *page;
	u64 *e;

	allow_mapping(f);
	page = map_entries(f, HIGH + 515);
	KUNIT_ASSERT_NOT_NULL(test, page);
	e = page_address(page);
	KUNIT_EXPECT_EQ(test, 1u, zaps_in(test, f, 40));
	map_entries(f, HIGH + 515);
	KUNIT_EXPECT_EQ(test, 0u, zaps_in(test, f, 40));
	/* What is written while it is kept is seen at once. */
	e[3] = pte(FAKE_GFN + 9);
	KUNIT_EXPECT_EQ(test, 0u, zaps_in(test, f, 1));
	KUNIT_EXPECT_EQ(test, f->hw[HIGH + 515], fake_guest_phys(f->g, FAKE_GFN + 9));
	KUNIT_EXPECT_EQ(test, 1u, zaps_in(test, f, 400));
	map_entries(f, HIGH + 515);
	KUNIT_EXPECT_EQ(test, 1u, zaps_in(test, f, 40));
	/* However often it is wanted, it is not kept for good. */
	while (f->zaps < 12) {
		map_entries(f, HIGH + 515);
		KUNIT_ASSERT_EQ(test, 1u, zaps_in(test, f, 260));
	}
	finish(test, f);
}

static void ggtt_mapped_aperture(struct kunit *test)
{
	struct fixture *f = setup(test);
	u32 i;

	allow_mapping(f);
	for (i = 0; i < 8; i++)
		write_entry(f, LOW + i, pte(FAKE_GFN + i));
	write_entry(f, HIGH + 3, pte(FAKE_GFN + 3));
	sync(test, f);
	KUNIT_EXPECT_PTR_EQ(test, map_aperture(f, LOW + 3), f->g->page[3]);
	KUNIT_EXPECT_NOT_NULL(test, map_aperture(f, LOW + 9));	/* scratch of the vGPU */
	KUNIT_EXPECT_NULL(test, map_aperture(f, LOW - 1));
	KUNIT_EXPECT_NULL(test, map_aperture(f, 0));
	/* Neighbours change: nothing is taken away. */
	write_entry(f, LOW + 2, pte(FAKE_GFN + 20));
	write_entry(f, LOW + 3, pte(FAKE_GFN + 3) | 2);
	sync(test, f);
	KUNIT_EXPECT_EQ(test, 0u, f->zaps);
	/* It changes: taken away, once. */
	write_entry(f, LOW + 3, pte(FAKE_GFN + 21));
	sync(test, f);
	KUNIT_EXPECT_EQ(test, 1u, f->zaps);
	KUNIT_EXPECT_EQ(test, f->zapped, (u64)(LOW + 3) << 12);
	KUNIT_EXPECT_EQ(test, f->zapped_len, 4096ull);
	write_entry(f, LOW + 3, pte(FAKE_GFN + 3));
	sync(test, f);
	KUNIT_EXPECT_EQ(test, 1u, f->zaps);
	/* dma_unmap of the page, and reset. */
	KUNIT_EXPECT_PTR_EQ(test, map_aperture(f, LOW + 3), f->g->page[3]);
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_revoke(f->v, FAKE_GFN + 3, FAKE_GFN + 3);
	mutex_unlock(&f->g->gm.lock);
	KUNIT_EXPECT_EQ(test, 2u, f->zaps);
	sync(test, f);
	KUNIT_EXPECT_PTR_EQ(test, map_aperture(f, LOW + 4), f->g->page[4]);
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_reset(f->v, false);
	mutex_unlock(&f->g->gm.lock);
	KUNIT_EXPECT_EQ(test, 3u, f->zaps);
	finish(test, f);
}

/* Which of the mapped pages are taken away is for the caller to say. */
struct wanted {
	u32 from, to;
	unsigned int asked;
};

static bool wants(void *data, u64 addr)
{
	struct wanted *w = data;

	w->asked++;
	return addr >> 12 >= w->from && addr >> 12 < w->to;
}

static void parts_are_taken_away(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct wanted w = { LOW + 2, LOW + 5, 0 };
	u32 i;

	allow_mapping(f);
	for (i = 0; i < 8; i++)
		KUNIT_ASSERT_NOT_NULL(test, map_aperture(f, LOW + i));
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_hide_some(f->v, wants, &w);
	KUNIT_EXPECT_EQ(test, w.asked, 8u);
	KUNIT_EXPECT_EQ(test, f->zaps, 1u);
	KUNIT_EXPECT_EQ(test, f->zapped, (u64)(LOW + 2) << 12);
	KUNIT_EXPECT_EQ(test, f->zapped_len, 3 * 4096ull);
	w.asked = 0;
	ivgpu_vggtt_hide_some(f->v, wants, &w);
	KUNIT_EXPECT_EQ(test, w.asked, 5u);
	KUNIT_EXPECT_EQ(test, f->zaps, 1u);
	/* Nothing mapped there; then part of a range; all of it is taken then, once. */
	ivgpu_vggtt_hide_range(f->v, (u64)(LOW + 2) << 12, 3 * 4096);
	KUNIT_EXPECT_EQ(test, f->zaps, 1u);
	ivgpu_vggtt_hide_range(f->v, 0, (u64)(LOW + 2) << 12);
	KUNIT_EXPECT_EQ(test, f->zaps, 2u);
	KUNIT_EXPECT_EQ(test, f->zapped + f->zapped_len, (u64)(LOW + 2) << 12);
	ivgpu_vggtt_hide_range(f->v, 0, ~0ull >> 1);
	KUNIT_EXPECT_EQ(test, f->zaps, 3u);
	w.asked = 0;
	ivgpu_vggtt_hide_some(f->v, wants, &w);
	KUNIT_EXPECT_EQ(test, w.asked, 0u);
	mutex_unlock(&f->g->gm.lock);
	finish(test, f);
}

static bool stale(struct fixture *f, u32 page, u32 pages)
{
	bool ret;

	mutex_lock(&f->g->gm.lock);
	ret = ivgpu_vggtt_is_stale(f->v, (u64)page << 12, (u64)pages << 12);
	mutex_unlock(&f->g->gm.lock);
	return ret;
}

/* What was written and not synchronised is known, and nothing else. */
static void stale_until_synchronised(struct kunit *test)
{
	struct fixture *f = setup(test);

	KUNIT_EXPECT_FALSE(test, stale(f, 0, 1 << 20));
	write_entry(f, LOW + 3, pte(FAKE_GFN + 3));
	KUNIT_EXPECT_TRUE(test, stale(f, LOW + 3, 1));
	KUNIT_EXPECT_TRUE(test, stale(f, 0, 1 << 20));
	KUNIT_EXPECT_FALSE(test, stale(f, LOW + 2, 1));
	KUNIT_EXPECT_FALSE(test, stale(f, LOW + 4, 64));
	sync(test, f);
	KUNIT_EXPECT_FALSE(test, stale(f, LOW + 3, 1));
	/* refused is known, too */
	write_entry(f, LOW + 3, pte(0x123456));
	sync(test, f);
	KUNIT_EXPECT_FALSE(test, stale(f, LOW + 3, 1));
	/* what dma_unmap took is wanted again */
	write_entry(f, LOW + 3, pte(FAKE_GFN + 3));
	sync(test, f);
	mutex_lock(&f->g->gm.lock);
	ivgpu_vggtt_revoke(f->v, FAKE_GFN + 3, FAKE_GFN + 3);
	mutex_unlock(&f->g->gm.lock);
	KUNIT_EXPECT_TRUE(test, stale(f, LOW + 3, 1));
	finish(test, f);
}

/* What physical entry @page must name, by the guest's own entry. */
static u64 model(struct fixture *f, u64 entry, u64 scratch)
{
	u64 gfn = ivgpu_pte_gfn(entry);

	if (!(entry & IVGPU_PTE_PRESENT) || !fake_guest_is_memory(f->g, gfn))
		return scratch;
	return fake_guest_phys(f->g, gfn);
}

static void random_write(struct fixture *f, struct rnd_state *rnd)
{
	u32 page = (prandom_u32_state(rnd) & 1 ? LOW : HIGH) + prandom_u32_state(rnd) % 600 - 40;
	u64 entry = (FAKE_GFN - 8 + prandom_u32_state(rnd) % 64) << 12 |
		    (prandom_u32_state(rnd) & 0xfff);
	u32 cut = prandom_u32_state(rnd) % 8, len = 1 + prandom_u32_state(rnd) % (8 - cut);

	if (prandom_u32_state(rnd) & 3)
		write_entry(f, page, entry);
	else
		write_bytes(f, page * 8 + cut, (u8 *)&entry + cut, len);
}

static void ggtt_random(struct kunit *test)
{
	struct fixture *f = setup(test);
	u64 scratch = f->hw[LOW];
	struct rnd_state rnd;
	u32 i, step;

	prandom_seed_state(&rnd, 42);
	f->g->bar_first = FAKE_GFN + 30;
	f->g->bar_last = FAKE_GFN + 33;
	for (step = 0; step < 300; step++) {
		for (i = prandom_u32_state(&rnd) % 64; i; i--)
			random_write(f, &rnd);
		if (prandom_u32_state(&rnd) % 4 == 0) {
			u64 gfn = FAKE_GFN + prandom_u32_state(&rnd) % 16;

			mutex_lock(&f->g->gm.lock);
			ivgpu_vggtt_revoke(f->v, gfn, gfn + 7);
			mutex_unlock(&f->g->gm.lock);
			ivgpu_guestmem_release_idle(&f->g->gm);
			if (!f->g->pins[gfn + 2 - FAKE_GFN])
				fake_guest_set_hole(f->g, gfn + 2, prandom_u32_state(&rnd) & 1);
		}
		sync(test, f);
		for (i = 0; i < LOW_N; i++)
			KUNIT_ASSERT_EQ(test, f->hw[LOW + i],
					model(f, read_entry(f, LOW + i), scratch));
		for (i = 0; i < HIGH_N; i++)
			KUNIT_ASSERT_EQ(test, f->hw[HIGH + i],
					model(f, read_entry(f, HIGH + i), scratch));
	}
	finish(test, f);
}

static struct kunit_case ggtt_cases[] = {
	KUNIT_CASE(ggtt_bind),
	KUNIT_CASE(ggtt_partial_writes),
	KUNIT_CASE(ggtt_refused),
	KUNIT_CASE(ggtt_owns),
	KUNIT_CASE(ggtt_generation),
	KUNIT_CASE(ggtt_revoke),
	KUNIT_CASE(ggtt_reset),
	KUNIT_CASE(ggtt_reset_keeps),
	KUNIT_CASE(ggtt_mapped_entries),
	KUNIT_CASE(ggtt_mapped_patience),
	KUNIT_CASE(ggtt_mapped_aperture),
	KUNIT_CASE(parts_are_taken_away),
	KUNIT_CASE(stale_until_synchronised),
	KUNIT_CASE_SLOW(ggtt_random),
	{}
};

static struct kunit_suite ggtt_suite = {
	.name = "ivgpu_ggtt",
	.test_cases = ggtt_cases,
};

kunit_test_suite(ggtt_suite);
