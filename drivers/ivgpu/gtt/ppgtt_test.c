// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit suite of the shadow PPGTT.
 *
 * Two walkers of its own stand for the hardware: one reads the guest's tables and
 * says what a GPU without us would find, the other reads the shadow's pages by
 * their DMA addresses. After a synchronisation both must agree at every address,
 * and what the shadow names must be the guest's page, or its scratch memory.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/prandom.h>

#include "../guestmem/fake_guest.h"
#include "table.h"

#define P	IVGPU_PTE_PRESENT
#define W	IVGPU_PTE_WRITABLE
#define PS	IVGPU_PDE_LARGE
#define IPS	IVGPU_PDE_64K

#define SCRATCH	(~0ull)		/* what a walk finds: no page of the guest */

/* Frames used as tables, and as a page of data. */
#define PML4	(FAKE_GFN + 1)
#define PDP	(FAKE_GFN + 2)
#define PD	(FAKE_GFN + 3)
#define PT	(FAKE_GFN + 4)
#define DATA	(FAKE_GFN + 16)

struct fixture {
	struct kunit *test;
	struct fake_guest *g;
	struct ivgpu_ppgtt_space *space;
	struct ivgpu_gtt_stats stats;
	int allocations;	/* shadow pages that may still be had; negative: any number */
};

/* What a walk ended at. */
struct found {
	u64 phys;		/* or SCRATCH */
	bool writable;
	unsigned int shift;	/* page size */
};

static struct fixture *fixture;	/* suites run one at a time */

static struct page *failing_page(struct ivgpu_ppgtt_space *space)
{
	if (!fixture->allocations)
		return NULL;
	fixture->allocations--;
	return alloc_page(GFP_KERNEL | __GFP_ZERO);
}

static struct fixture *setup(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->test = test;
	f->g = fake_guest_create(test);
	f->space = ivgpu_ppgtt_space_create(&f->g->gm, NULL, &f->stats);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->space));
	KUNIT_ASSERT_TRUE(test, f->space->scratch_64k);
	f->allocations = -1;
	f->space->new_page = failing_page;
	fixture = f;
	return f;
}

static void finish(struct fixture *f)
{
	ivgpu_ppgtt_space_destroy(f->space);
	KUNIT_EXPECT_EQ(f->test, 0ull, f->stats.ppgtt_pages);
	fake_guest_finish(f->g);
}

static void lock(struct fixture *f)
{
	mutex_lock(&f->g->gm.lock);
}

static void unlock(struct fixture *f)
{
	mutex_unlock(&f->g->gm.lock);
}

static struct ivgpu_ppgtt *get4(struct fixture *f, u64 root, bool ips)
{
	const u64 roots[4] = { root << 12, 123, 456, 789 };
	struct ivgpu_ppgtt *ppgtt;

	lock(f);
	ppgtt = ivgpu_ppgtt_get(f->space, roots, 4, ips);
	unlock(f);
	KUNIT_ASSERT_FALSE(f->test, IS_ERR(ppgtt));
	return ppgtt;
}

static void put(struct fixture *f, struct ivgpu_ppgtt *ppgtt)
{
	lock(f);
	ivgpu_ppgtt_put(ppgtt);
	unlock(f);
}

static void drop(struct fixture *f)
{
	lock(f);
	ivgpu_ppgtt_space_drop(f->space);
	unlock(f);
}

/* One whole synchronisation. */
static int sync(struct fixture *f, struct ivgpu_ppgtt *ppgtt)
{
	int ret, rounds = 0;

	ivgpu_guestmem_begin(&f->g->gm);
	do {
		lock(f);
		ret = ivgpu_ppgtt_sync(ppgtt);
		unlock(f);
		KUNIT_ASSERT_LT(f->test, ++rounds, 50);
	} while (ret == -EAGAIN && !ivgpu_guestmem_pin_wanted(&f->g->gm));
	return ret;
}

static u64 entry(u64 gfn, u64 bits)
{
	return gfn << 12 | bits;
}

static void set(struct fixture *f, u64 table, unsigned int index, u64 value)
{
	fake_guest_frame(f->g, table)[index] = value;
	fake_guest_wrote(f->g, table);
}

/* PML4 -> PDP -> PD -> PT -> DATA at address 0. */
static void four_levels(struct fixture *f)
{
	set(f, PML4, 0, entry(PDP, P | W));
	set(f, PDP, 0, entry(PD, P | W));
	set(f, PD, 0, entry(PT, P | W));
	set(f, PT, 0, entry(DATA, P | W));
}

static u64 guest_phys(struct fixture *f, u64 gfn)
{
	return fake_guest_is_memory(f->g, gfn) ? fake_guest_phys(f->g, gfn) : SCRATCH;
}

/* What a GPU without us would find, with the guest's frames in place of addresses. */
static struct found guest_walk(struct fixture *f, u64 root, unsigned int level, bool ips,
			       u64 addr)
{
	struct found found = { .phys = SCRATCH };
	bool writable = true, pages_64k = false;
	u64 e, gfn = root;

	for (;; level--) {
		unsigned int i = ivgpu_pte_index(addr, level);

		if (!fake_guest_is_memory(f->g, gfn))
			return found;
		if (!level && pages_64k)
			i &= ~15u;
		e = fake_guest_frame(f->g, gfn)[i];
		if (!(e & P))
			return found;
		writable &= !!(e & W);
		gfn = (e & GENMASK_ULL(51, 12)) >> 12;
		if (!level)
			break;
		if (level == 2 && (e & PS))
			return found;
		if (level == 1 && (e & PS)) {
			gfn = (gfn & ~511ull) | ivgpu_pte_index(addr, 0);
			break;
		}
		if (level == 1)
			pages_64k = ips && (e & IPS);
	}
	if (pages_64k)
		gfn = (gfn & ~15ull) | (ivgpu_pte_index(addr, 0) & 15);
	found.phys = guest_phys(f, gfn);
	found.writable = writable;
	return found;
}

static bool is_scratch(struct fixture *f, u64 phys)
{
	return phys >= f->space->scratch_dma && phys - f->space->scratch_dma < 16 * 4096;
}

/* What the GPU finds in the shadow. */
static struct found shadow_walk(struct fixture *f, u64 root, unsigned int level, u64 addr)
{
	struct found found = { .writable = true, .shift = 12 };
	bool pages_64k = false;
	u64 e, dma = root;

	for (;; level--) {
		unsigned int i = ivgpu_pte_index(addr, level);

		if (!level && pages_64k)
			i &= ~15u;
		e = ((u64 *)phys_to_virt(dma))[i];
		KUNIT_EXPECT_TRUE_MSG(f->test, e & P, "level %u of %#llx", level, addr);
		found.writable &= !!(e & W);
		dma = e & GENMASK_ULL(38, 12);
		/* Only bits that the host chose. */
		KUNIT_EXPECT_EQ(f->test, 0ull, e & 0x67cull & ~(level ? PS : IVGPU_PTE_PAT));
		if (!level)
			break;
		KUNIT_EXPECT_FALSE(f->test, level > 1 && (e & (PS | IPS)));
		if (level == 1 && (e & PS)) {
			KUNIT_EXPECT_EQ(f->test, 0ull, dma & (SZ_2M - 1));
			dma += addr & (SZ_2M - 1) & ~4095ull;
			found.shift = 21;
			break;
		}
		pages_64k = level == 1 && (e & IPS);
	}
	if (pages_64k) {
		KUNIT_EXPECT_EQ(f->test, 0ull, dma & (SZ_64K - 1));
		dma += addr & (SZ_64K - 1) & ~4095ull;
		found.shift = 16;
	}
	found.phys = is_scratch(f, dma) ? SCRATCH : dma;
	return found;
}

/* Both walkers agree at @addr; @level is that of the guest's root. */
static struct found check(struct fixture *f, struct ivgpu_ppgtt *ppgtt, u64 addr)
{
	unsigned int level = ppgtt->levels == 4 ? 3 : 1;
	unsigned int r = ppgtt->levels == 4 ? 0 : addr >> 30;
	struct found want = { .phys = SCRATCH }, got;
	struct ivgpu_guest_page *gp;

	if (ppgtt->levels == 4 || ppgtt->roots[r])
		want = guest_walk(f, ppgtt->roots[r] >> 12, level, ppgtt->ips, addr);
	lock(f);
	got = shadow_walk(f, ivgpu_ppgtt_root(ppgtt, r), level, addr);
	gp = ivgpu_ppgtt_page(ppgtt, addr);
	unlock(f);
	KUNIT_EXPECT_EQ_MSG(f->test, want.phys, got.phys, "at %#llx", addr);
	KUNIT_EXPECT_EQ_MSG(f->test, want.phys, gp ? gp->dma : SCRATCH, "at %#llx", addr);
	if (want.phys != SCRATCH)
		KUNIT_EXPECT_EQ_MSG(f->test, want.writable, got.writable, "at %#llx", addr);
	return got;
}

static void ppgtt_four_levels(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	u64 addr = 1ull << 39 | 2ull << 30 | 3ull << 21 | 4ull << 12, *e;

	set(f, PML4, 1, entry(PDP, P | W));
	set(f, PDP, 2, entry(PD, P | W));
	set(f, PD, 3, entry(PT, P | W));
	set(f, PT, 4, entry(DATA, P | W));
	set(f, PT, 5, entry(DATA + 1, P));		/* read-only */
	set(f, PT, 6, entry(DATA + 2, P | W | 0x98));	/* the guest's cache bits */
	set(f, PT, 7, entry(DATA + 3, W));		/* not present */
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	check(f, ppgtt, addr);
	check(f, ppgtt, addr + 0x1000);
	check(f, ppgtt, addr + 0x2000);
	check(f, ppgtt, addr + 0x3000);
	check(f, ppgtt, 0);

	/* By hand: each level's entry, to the bit. */
	e = phys_to_virt(ivgpu_ppgtt_root(ppgtt, 0));
	KUNIT_EXPECT_EQ(test, e[1] & 0xfff, 0x3ull);
	e = phys_to_virt(e[1] & ~0xfffull);
	KUNIT_EXPECT_EQ(test, e[2] & 0xfff, 0x3ull);
	e = phys_to_virt(e[2] & ~0xfffull);
	KUNIT_EXPECT_EQ(test, e[3] & 0xfff, 0x3ull);
	e = phys_to_virt(e[3] & ~0xfffull);
	KUNIT_EXPECT_EQ(test, e[4], fake_guest_phys(f->g, DATA) | 0x83);
	KUNIT_EXPECT_EQ(test, e[5], fake_guest_phys(f->g, DATA + 1) | 0x81);
	KUNIT_EXPECT_EQ(test, e[6], fake_guest_phys(f->g, DATA + 2) | 0x83);
	KUNIT_EXPECT_EQ(test, e[7], (u64)(f->space->scratch_dma + 0x7000) | 0x83);
	KUNIT_EXPECT_EQ(test, 0ull, ivgpu_ppgtt_root(ppgtt, 1));
	/* The four tables and the three empty ones. */
	KUNIT_EXPECT_EQ(test, 7ull, f->stats.ppgtt_pages);

	/* Nothing changed: each table is compared, nothing is written. */
	f->stats.ppgtt_bytes_compared = 0;
	f->stats.ppgtt_entries_synced = 0;
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 4ull * 4096, f->stats.ppgtt_bytes_compared);
	KUNIT_EXPECT_EQ(test, 0ull, f->stats.ppgtt_entries_synced);
	/* One entry changed: one is written. */
	set(f, PT, 4, entry(DATA + 5, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 1ull, f->stats.ppgtt_entries_synced);
	check(f, ppgtt, addr);
	put(f, ppgtt);
	finish(f);
}

static void ppgtt_three_levels(struct kunit *test)
{
	struct fixture *f = setup(test);
	const u64 roots[4] = { PD << 12, 0, (PD + 10) << 12, 0 };
	struct ivgpu_ppgtt *ppgtt;
	unsigned int i;

	set(f, PD, 511, entry(PT, P | W));
	set(f, PD + 10, 0, entry(PT, P | W));
	set(f, PT, 511, entry(DATA, P | W));
	lock(f);
	ppgtt = ivgpu_ppgtt_get(f->space, roots, 3, false);
	KUNIT_EXPECT_PTR_EQ(test, ppgtt, ivgpu_ppgtt_get(f->space, roots, 3, false));
	ivgpu_ppgtt_put(ppgtt);
	unlock(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_NE(test, SCRATCH, check(f, ppgtt, 0x3ffff000).phys);
	KUNIT_EXPECT_NE(test, SCRATCH, check(f, ppgtt, 0x801ff000).phys);
	for (i = 0; i < 4; i++) {
		check(f, ppgtt, (u64)i << 30);
		check(f, ppgtt, (u64)i << 30 | 0x3ffff000);
	}
	put(f, ppgtt);
	finish(f);
}

static void ppgtt_bad_root(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	struct ivgpu_ppgtt *nowhere = get4(f, 0x7ffffffffull, false);

	fake_guest_set_hole(f->g, PML4, true);
	KUNIT_EXPECT_EQ(test, -EFAULT, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, -EFAULT, sync(f, nowhere));
	fake_guest_set_hole(f->g, PML4, false);
	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_NE(test, SCRATCH, check(f, ppgtt, 0).phys);
	put(f, ppgtt);
	put(f, nowhere);
	finish(f);
}

/* Entries that name what is not the guest's: scratch, counted, tried again. */
static void ppgtt_refused(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	unsigned int i;

	f->g->bar_first = DATA + 8;
	f->g->bar_last = DATA + 11;
	fake_guest_set_hole(f->g, DATA + 3, true);
	fake_guest_set_hole(f->g, PT + 1, true);
	four_levels(f);
	for (i = 0; i < 16; i++)
		set(f, PT, i, entry(DATA + i, P | W));
	set(f, PT, 16, entry(1, P | W));		/* below memory */
	set(f, PT, 17, entry(0xffffffffffull, P | W));
	set(f, PD, 1, entry(PT + 1, P | W));		/* a table in a hole */
	set(f, PD, 2, entry(DATA + 8, P | W));		/* a table in the BAR */
	set(f, PDP, 1, entry(DATA, P | W | PS));	/* a 1G page */
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 10ull, f->stats.ppgtt_entries_refused);
	for (i = 0; i < 20; i++)
		check(f, ppgtt, (u64)i << 12);
	check(f, ppgtt, 1ull << 21);
	check(f, ppgtt, 2ull << 21);
	check(f, ppgtt, 1ull << 30);

	fake_guest_set_hole(f->g, DATA + 3, false);
	fake_guest_set_hole(f->g, PT + 1, false);
	set(f, PT + 1, 0, entry(DATA, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_NE(test, SCRATCH, check(f, ppgtt, 3ull << 12).phys);
	KUNIT_EXPECT_NE(test, SCRATCH, check(f, ppgtt, 1ull << 21).phys);
	put(f, ppgtt);
	finish(f);
}

/* A page of data, then of pages, then of tables: never one read as another. */
static void ppgtt_level_confusion(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	struct ivgpu_ppgtt *other = get4(f, PT, false);
	u64 i;

	four_levels(f);
	set(f, PT, 1, entry(PT, P | W));	/* maps itself: the guest may write its table */
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	check(f, ppgtt, 0);
	/* The table of pages is now also a page directory, and a PML4. */
	set(f, PD, 1, entry(PD, P | W));
	set(f, PDP, 1, entry(PT, P | W));
	set(f, PML4, 1, entry(PT, P | W));
	set(f, DATA, 0, entry(DATA + 1, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 0, sync(f, other));
	for (i = 0; i < 4; i++) {
		check(f, ppgtt, i << 12);
		check(f, ppgtt, 1 << 21 | i << 12);
		check(f, ppgtt, 1 << 30 | i << 12);
		check(f, ppgtt, 1ull << 39 | i << 12);
		check(f, other, i << 39);
	}
	put(f, other);
	put(f, ppgtt);
	finish(f);
}

/* Tables that name themselves and each other at all levels: ends, in linear time. */
static void ppgtt_cycles(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	unsigned int i;

	for (i = 0; i < IVGPU_ENTRIES; i++) {
		set(f, PML4, i, entry(PML4 + (i & 3), P | W));
		set(f, PDP, i, entry(PML4 + (i & 3), P | W));
		set(f, PD, i, entry(PML4 + (i & 3), P | W));
		set(f, PT, i, entry(PML4 + (i & 3), P | W));
	}
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	/* 1 + 4 + 4 + 4 tables and the empty ones; each entry once. */
	KUNIT_EXPECT_EQ(test, 13ull + 3, f->stats.ppgtt_pages);
	KUNIT_EXPECT_EQ(test, 13ull * IVGPU_ENTRIES, f->stats.ppgtt_entries_synced);
	f->stats.ppgtt_bytes_compared = 0;
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 13ull * 4096, f->stats.ppgtt_bytes_compared);
	check(f, ppgtt, 0);
	check(f, ppgtt, 0x7fffffff000ull);
	put(f, ppgtt);
	finish(f);
}

/* A guest that reuses a table for data without a word. */
static void ppgtt_stale_table(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	struct rnd_state rnd;
	unsigned int i;

	prandom_seed_state(&rnd, 7);
	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	prandom_bytes_state(&rnd, fake_guest_frame(f->g, PT), 4096);
	prandom_bytes_state(&rnd, fake_guest_frame(f->g, PD), 4096);
	set(f, PD, 0, entry(PT, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	for (i = 0; i < IVGPU_ENTRIES; i++) {
		check(f, ppgtt, (u64)i << 12);
		check(f, ppgtt, (u64)i << 21);
	}
	put(f, ppgtt);
	finish(f);
}

static void fill_64k(struct fixture *f, u64 gfn)
{
	unsigned int i;

	/* As i915 writes them: every 4K entry, with the address going on. */
	for (i = 0; i < IVGPU_ENTRIES; i++)
		set(f, PT, i, entry(gfn + i, P | W));
}

static void ppgtt_64k(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, true), *off = get4(f, PML4, false);
	unsigned int i;

	four_levels(f);
	set(f, PD, 0, entry(PT, P | W | IPS));
	fill_64k(f, FAKE_GFN + 512);
	set(f, PT, 17, entry(DATA, P | W));	/* not read by hardware */
	set(f, PT, 32, 0);			/* 64K not present */
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 16u, check(f, ppgtt, 0).shift);
	for (i = 0; i < IVGPU_ENTRIES; i++)
		check(f, ppgtt, (u64)i << 12);
	/* Where 64K pages are off the bit means nothing: another table of the same page. */
	KUNIT_EXPECT_EQ(test, 0, sync(f, off));
	for (i = 0; i < IVGPU_ENTRIES; i++)
		KUNIT_EXPECT_EQ(test, 12u, check(f, off, (u64)i << 12).shift);

	/* Host pages that are not side by side: split, and the other space is not hurt. */
	fake_guest_swap(f->g, FAKE_GFN + 1024 + 5, FAKE_GFN + 1600);
	set(f, PT, 64, entry(FAKE_GFN + 1024, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	for (i = 0; i < IVGPU_ENTRIES; i++)
		KUNIT_EXPECT_EQ(test, 12u, check(f, ppgtt, (u64)i << 12).shift);
	put(f, off);
	put(f, ppgtt);
	finish(f);
}

/* A table of 64K pages shared by two address spaces loses its page size under one of them. */
static void ppgtt_64k_shared(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *a = get4(f, PML4, true), *b = get4(f, PML4 + 20, true);
	struct found found;
	unsigned int i;

	four_levels(f);
	set(f, PML4 + 20, 0, entry(PDP + 20, P | W));
	set(f, PDP + 20, 0, entry(PD + 20, P | W));
	set(f, PD + 20, 0, entry(PT, P | W | IPS));
	set(f, PD, 0, entry(PT, P | W | IPS));
	fill_64k(f, FAKE_GFN + 512);
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	KUNIT_EXPECT_EQ(test, 0, sync(f, b));
	KUNIT_EXPECT_EQ(test, 16u, check(f, a, 0).shift);
	KUNIT_EXPECT_EQ(test, 16u, check(f, b, 0).shift);
	fake_guest_swap(f->g, FAKE_GFN + 1024 + 5, FAKE_GFN + 1600);
	set(f, PT, 0, entry(FAKE_GFN + 1024, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	for (i = 0; i < IVGPU_ENTRIES; i++) {
		check(f, a, (u64)i << 12);
		/* Not synchronised yet: old pages of this guest, and nothing else. */
		lock(f);
		found = shadow_walk(f, ivgpu_ppgtt_root(b, 0), 3, (u64)i << 12);
		unlock(f);
		KUNIT_EXPECT_EQ(test, found.phys, fake_guest_phys(f->g, FAKE_GFN + 512 + i));
	}
	KUNIT_EXPECT_EQ(test, 0, sync(f, b));
	for (i = 0; i < IVGPU_ENTRIES; i++)
		check(f, b, (u64)i << 12);
	put(f, b);
	put(f, a);
	finish(f);
}

static void ppgtt_2m(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	u64 i;

	four_levels(f);
	set(f, PD, 1, entry(FAKE_GFN + 1024, P | W | PS));
	set(f, PD, 2, entry(FAKE_GFN + 512, P | PS));	/* read-only */
	fake_guest_set_hole(f->g, FAKE_GFN + 512 + 300, true);
	fake_guest_swap(f->g, FAKE_GFN + 1536, FAKE_GFN + 1537);
	set(f, PD, 3, entry(FAKE_GFN + 1536, P | W | PS));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 12u, check(f, ppgtt, 1ull << 21).shift);
	lock(f);
	ivgpu_ppgtt_space_drop(f->space);
	ivgpu_ppgtt_space_keep_2m(f->space, true);
	unlock(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 21u, check(f, ppgtt, 1ull << 21).shift);
	KUNIT_EXPECT_EQ(test, 12u, check(f, ppgtt, 2ull << 21).shift);
	KUNIT_EXPECT_EQ(test, 12u, check(f, ppgtt, 3ull << 21).shift);
	for (i = 0; i < 4 * IVGPU_ENTRIES; i++)
		check(f, ppgtt, i << 12);
	/* From page to table and back. */
	set(f, PD, 1, entry(PT, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	check(f, ppgtt, 1ull << 21);
	set(f, PD, 1, entry(FAKE_GFN + 1024, P | PS));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, 21u, check(f, ppgtt, 1ull << 21).shift);
	put(f, ppgtt);
	finish(f);
}

/* dma_unmap: drop, unpin, and build anew from other host pages. */
static void ppgtt_unmap(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);

	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_TRUE(test, ivgpu_guestmem_block(&f->g->gm, DATA, DATA));
	drop(f);
	KUNIT_EXPECT_EQ(test, 0ul, fake_guest_release(f->g, DATA, DATA));
	KUNIT_EXPECT_EQ(test, 3ull, f->stats.ppgtt_pages);
	KUNIT_EXPECT_EQ(test, 3ul, f->space->nr_shadow);
	fake_guest_swap(f->g, DATA, DATA + 1);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_EQ(test, fake_guest_phys(f->g, DATA), check(f, ppgtt, 0).phys);
	put(f, ppgtt);
	ivgpu_guestmem_release_idle(&f->g->gm);
	KUNIT_EXPECT_NE(test, 0u, fake_guest_pinned(f->g));	/* kept without a user */
	drop(f);
	ivgpu_guestmem_release_idle(&f->g->gm);
	KUNIT_EXPECT_EQ(test, 0u, fake_guest_pinned(f->g));
	finish(f);
}

/* More than fits in one round of pinning. */
static void ppgtt_large(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	unsigned int i, j;

	four_levels(f);
	for (j = 0; j < 8; j++) {
		set(f, PD, j, entry(DATA + j, P | W));
		for (i = 0; i < IVGPU_ENTRIES; i++)
			set(f, DATA + j, i, entry(FAKE_GFN + 100 +
						  (i * 37 + j * 1931) % 1900, P | W));
	}
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	for (i = 0; i < 8 * IVGPU_ENTRIES; i++)
		check(f, ppgtt, (u64)i << 12);
	KUNIT_EXPECT_LT(test, f->g->pins_called, 60u);
	put(f, ppgtt);
	finish(f);
}

/* No memory at any point: an error, a consistent shadow, and success later. */
static void ppgtt_no_memory(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, true);
	int n, ret;

	four_levels(f);
	set(f, PD, 1, entry(FAKE_GFN + 512, P | W | PS));
	set(f, PD, 2, entry(PT + 1, P | W | IPS));
	fake_guest_swap(f->g, FAKE_GFN + 1024, FAKE_GFN + 1030);
	set(f, PT + 1, 0, entry(FAKE_GFN + 1024, P | W));
	for (n = 0; n < 20; n++) {
		drop(f);
		f->allocations = n;
		ret = sync(f, ppgtt);
		if (!ret)
			break;
		KUNIT_EXPECT_EQ(test, -ENOMEM, ret);
		f->allocations = -1;
		KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
		check(f, ppgtt, 0);
		check(f, ppgtt, 1ull << 21);
		check(f, ppgtt, 2ull << 21);
	}
	/* PML4, PDP, PD, PT, a 2M page split, and a table of 64K pages that turns small. */
	KUNIT_EXPECT_EQ(test, 7, n);
	f->allocations = -1;
	put(f, ppgtt);
	finish(f);
}

/* The limit of shadow pages: scratch beyond it, and idle address spaces give way. */
static void ppgtt_limit(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *a = get4(f, PML4, false), *b = get4(f, PML4 + 20, false);
	struct found found;
	unsigned int i;

	four_levels(f);
	for (i = 0; i < 10; i++) {
		set(f, PD, i, entry(DATA + i, P | W));
		set(f, DATA + i, 0, entry(DATA + 100 + i, P | W));
	}
	lock(f);
	ivgpu_ppgtt_space_set_limit(f->space, 3 + 3 + 5);
	unlock(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	KUNIT_EXPECT_EQ(test, 5ull, f->stats.ppgtt_entries_refused);
	for (i = 0; i < 10; i++) {
		lock(f);
		found = shadow_walk(f, ivgpu_ppgtt_root(a, 0), 3, (u64)i << 21);
		unlock(f);
		KUNIT_EXPECT_EQ(test, found.phys, i < 5 ?
				fake_guest_phys(f->g, DATA + 100 + i) : SCRATCH);
	}
	/* No room even for a root, until the other address space is idle. */
	set(f, PML4 + 20, 0, entry(PDP + 20, P | W));
	KUNIT_EXPECT_EQ(test, -ENOMEM, sync(f, b));
	put(f, a);
	KUNIT_EXPECT_EQ(test, 0, sync(f, b));
	check(f, b, 0);
	put(f, b);
	finish(f);
}

/* What exec/ does for room: lets the address space go that was used longest ago. */
struct users {
	struct ivgpu_ppgtt *oldest[8];
	unsigned int next, nr;
};

static bool put_oldest(void *owner)
{
	struct users *users = owner;

	if (users->next == users->nr)
		return false;
	ivgpu_ppgtt_put(users->oldest[users->next++]);
	return true;
}

/* The limit of shadow pages: who was used longest ago gives way, and is rebuilt when it is back. */
static void ppgtt_lru(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct users users = { };
	struct ivgpu_ppgtt *again;
	unsigned int i;

	lock(f);
	ivgpu_ppgtt_space_set_limit(f->space, 3 + 4 * 3);	/* three of them */
	ivgpu_ppgtt_space_set_room(f->space, put_oldest, &users);
	unlock(f);
	for (i = 0; i < 6; i++) {
		set(f, PML4 + 20 * i, 0, entry(PDP + 20 * i, P | W));
		set(f, PDP + 20 * i, 0, entry(PD + 20 * i, P | W));
		set(f, PD + 20 * i, 0, entry(PT + 20 * i, P | W));
		set(f, PT + 20 * i, 0, entry(DATA + i, P | W));
		users.oldest[i] = get4(f, PML4 + 20 * i, false);
		KUNIT_ASSERT_EQ(test, 0, sync(f, users.oldest[i]));
		check(f, users.oldest[i], 0);
		users.nr = i + 1;
	}
	KUNIT_EXPECT_EQ(test, 0ull, f->stats.ppgtt_entries_refused);
	KUNIT_EXPECT_EQ(test, 3u, users.next);
	KUNIT_EXPECT_EQ(test, 3ull, f->stats.ppgtt_evicted);
	for (i = 3; i < 6; i++)
		check(f, users.oldest[i], 0);
	again = get4(f, PML4, false);
	KUNIT_EXPECT_EQ(test, 0, sync(f, again));
	check(f, again, 0);
	KUNIT_EXPECT_EQ(test, 4u, users.next);
	/* When nobody can give way, the one that does not fit shows scratch and no more. */
	while (users.next < users.nr)
		put(f, users.oldest[users.next++]);
	set(f, PD, 1, entry(DATA, P | W));
	for (i = 2; i < 20; i++)
		set(f, PD, i, entry(DATA + i, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, again));
	KUNIT_EXPECT_NE(test, 0ull, f->stats.ppgtt_entries_refused);
	check(f, again, 0);
	lock(f);
	ivgpu_ppgtt_space_set_room(f->space, NULL, NULL);
	unlock(f);
	put(f, again);
	finish(f);
}

static void ppgtt_idle(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false), *again;
	unsigned int i;

	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	put(f, ppgtt);
	set(f, PT, 0, entry(DATA + 1, P | W));
	again = get4(f, PML4, false);
	KUNIT_EXPECT_PTR_EQ(test, again, ppgtt);
	f->stats.ppgtt_entries_synced = 0;
	KUNIT_EXPECT_EQ(test, 0, sync(f, again));
	KUNIT_EXPECT_EQ(test, 1ull, f->stats.ppgtt_entries_synced);
	check(f, again, 0);
	put(f, again);
	/* Their number is bounded. */
	for (i = 0; i < 100; i++)
		put(f, get4(f, FAKE_GFN + 200 + i, false));
	KUNIT_EXPECT_LE(test, f->space->nr_idle, 16u);
	finish(f);
}

static void ppgtt_overlays(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *a = get4(f, PML4, true), *b = get4(f, PML4, false);
	u64 own = f->space->scratch_dma + 0x123000, i;
	struct found found;

	four_levels(f);
	set(f, PD, 1, entry(FAKE_GFN + 512, P | W | PS));
	set(f, PD, 2, entry(PT + 1, P | W | IPS));
	set(f, PT + 1, 16, entry(FAKE_GFN + 1024, P | W));
	lock(f);
	ivgpu_ppgtt_space_keep_2m(f->space, true);
	unlock(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	KUNIT_EXPECT_EQ(test, 21u, check(f, a, 1ull << 21).shift);
	KUNIT_EXPECT_EQ(test, 16u, check(f, a, (2ull << 21) + SZ_64K).shift);
	lock(f);
	KUNIT_EXPECT_EQ(test, 0, ivgpu_ppgtt_overlay(a, 0, own));
	KUNIT_EXPECT_EQ(test, 0, ivgpu_ppgtt_overlay(a, (1 << 21) + 0x5678, own));
	KUNIT_EXPECT_EQ(test, 0, ivgpu_ppgtt_overlay(a, (2 << 21) + SZ_64K + 0x3000, own));
	KUNIT_EXPECT_EQ(test, -ENOENT, ivgpu_ppgtt_overlay(a, 0x5000, own));
	KUNIT_EXPECT_EQ(test, -ENOENT, ivgpu_ppgtt_overlay(a, 1ull << 40, own));
	unlock(f);
	for (i = 0; i < 3; i++) {
		static const u64 at[] = { 0, (1 << 21) + 0x5000, (2 << 21) + SZ_64K + 0x3000 };
		static const u64 by[] = { 0x1000, (1 << 21) + 0x6000, (2 << 21) + SZ_64K + 0x4000 };

		lock(f);
		found = shadow_walk(f, ivgpu_ppgtt_root(a, 0), 3, at[i]);
		unlock(f);
		KUNIT_EXPECT_EQ(test, found.phys, own);
		KUNIT_EXPECT_FALSE(test, found.writable);
		KUNIT_EXPECT_EQ(test, 12u, check(f, a, by[i]).shift);
	}
	/* The guest changes what lies under it; shadows are dropped: it stays. */
	set(f, PT, 0, entry(DATA + 1, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	drop(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	lock(f);
	KUNIT_EXPECT_EQ(test, shadow_walk(f, ivgpu_ppgtt_root(a, 0), 3, 0).phys, own);
	unlock(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, b));
	lock(f);
	KUNIT_EXPECT_EQ(test, -EBUSY, ivgpu_ppgtt_overlay(b, 0, own + 4096));
	KUNIT_EXPECT_EQ(test, 0, ivgpu_ppgtt_overlay(a, 0, 0));
	KUNIT_EXPECT_EQ(test, 0, ivgpu_ppgtt_overlay(a, (1 << 21) + 0x5678, 0));
	unlock(f);
	check(f, a, 0);
	check(f, a, (1 << 21) + 0x5000);
	put(f, b);
	put(f, a);		/* the last one goes with it */
	a = get4(f, PML4, true);
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	check(f, a, (2 << 21) + SZ_64K + 0x3000);
	put(f, a);
	finish(f);
}

/* What the GPU reads at an address. */
static u64 shown(struct fixture *f, struct ivgpu_ppgtt *ppgtt, u64 addr)
{
	u64 phys;

	lock(f);
	phys = shadow_walk(f, ivgpu_ppgtt_root(ppgtt, 0), 3, addr).phys;
	unlock(f);
	return phys;
}

static void overlay(struct fixture *f, struct ivgpu_ppgtt *ppgtt, u64 addr, u64 dma)
{
	lock(f);
	KUNIT_EXPECT_EQ(f->test, 0, ivgpu_ppgtt_overlay(ppgtt, addr, dma));
	unlock(f);
}

/* The guest exchanges tables on the way to an overlay: as long as it stands, they stay. */
static void ppgtt_overlay_holds(struct kunit *test)
{
	static const struct { u64 table, gfn, bits; } exchanged[] = {
		{ PD, 0, 0 }, { PD, PT + 2, P | W }, { PD, FAKE_GFN + 512, P | W | PS },
		{ PD, 1 << 26, P | W }, { PDP, 0, 0 }, { PDP, PD + 100, P | W | PS },
		{ PML4, 0, 0 },
	};
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *a = get4(f, PML4, false), *b;
	u64 own = f->space->scratch_dma + 0x123000, old;
	unsigned int i;

	four_levels(f);
	set(f, PT + 2, 0, entry(DATA + 7, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	for (i = 0; i < ARRAY_SIZE(exchanged); i++) {
		old = fake_guest_frame(f->g, exchanged[i].table)[0];
		overlay(f, a, 0, own);
		set(f, exchanged[i].table, 0, entry(exchanged[i].gfn, exchanged[i].bits));
		KUNIT_EXPECT_EQ(test, 0, sync(f, a));
		KUNIT_EXPECT_EQ_MSG(test, shown(f, a, 0), own, "exchange %u", i);
		/* undone, the guest's entry is taken up by itself */
		overlay(f, a, 0, 0);
		KUNIT_EXPECT_EQ(test, 0, sync(f, a));
		check(f, a, 0);
		set(f, exchanged[i].table, 0, old);
		KUNIT_EXPECT_EQ(test, 0, sync(f, a));
		check(f, a, 0);
	}
	/* Built anew it stands where the guest has the address now. */
	overlay(f, a, 0, own);
	set(f, PD, 0, entry(PT + 2, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	drop(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, a));
	KUNIT_EXPECT_EQ(test, shown(f, a, 0), own);
	/* Who shares the table does not keep the way to it alive. */
	b = get4(f, PML4, true);
	KUNIT_EXPECT_EQ(test, 0, sync(f, b));
	put(f, a);
	KUNIT_EXPECT_EQ(test, 0, sync(f, b));
	check(f, b, 0);
	drop(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, b));
	check(f, b, 0);
	put(f, b);
	finish(f);
}

/* The indices that the random run uses: some share 64K pages, some do not. */
static const u16 some[] = { 0, 1, 15, 16, 300, 511 };

static u64 random_address(struct rnd_state *rnd)
{
	u64 addr = 0;
	unsigned int level;

	for (level = 0; level < 4; level++)
		addr |= (u64)some[prandom_u32_state(rnd) % ARRAY_SIZE(some)] << (12 + 9 * level);
	return addr;
}

/* An entry that names one of the tables, data, a large page or nothing good. */
static u64 random_entry(struct rnd_state *rnd)
{
	u64 bits = P | (prandom_u32_state(rnd) & (W | 0x18));
	u32 dice = prandom_u32_state(rnd) % 16;

	if (dice < 10)
		return entry(FAKE_GFN + prandom_u32_state(rnd) % 12, bits |
			     (prandom_u32_state(rnd) % 4 ? 0 : IPS));
	if (dice < 12)
		return entry(FAKE_GFN + prandom_u32_state(rnd) % FAKE_PAGES,
			     bits | (prandom_u32_state(rnd) & (PS | IPS)));
	if (dice == 12)
		return entry(FAKE_GFN - 20 + prandom_u32_state(rnd) % 40, bits | PS);
	if (dice == 13)
		return (u64)prandom_u32_state(rnd) << 32 | prandom_u32_state(rnd);
	return prandom_u32_state(rnd) & ~P;
}

static void random_step(struct fixture *f, struct rnd_state *rnd)
{
	u32 i, dice = prandom_u32_state(rnd) % 16;

	for (i = prandom_u32_state(rnd) % 24; i; i--)
		set(f, FAKE_GFN + prandom_u32_state(rnd) % 12,
		    some[prandom_u32_state(rnd) % ARRAY_SIZE(some)], random_entry(rnd));
	if (dice < 3) {
		/* dma_unmap; other host pages, and holes, afterwards. */
		drop(f);
		ivgpu_guestmem_release_idle(&f->g->gm);
		for (i = 0; i < 8; i++) {
			fake_guest_swap(f->g, FAKE_GFN + 12 + prandom_u32_state(rnd) % 2000,
					FAKE_GFN + 12 + prandom_u32_state(rnd) % 2000);
			fake_guest_set_hole(f->g, FAKE_GFN + prandom_u32_state(rnd) % 600,
					    prandom_u32_state(rnd) % 4 == 0);
		}
	} else if (dice == 3) {
		lock(f);
		ivgpu_ppgtt_space_drop(f->space);
		ivgpu_ppgtt_space_keep_2m(f->space, prandom_u32_state(rnd) & 1);
		unlock(f);
	} else if (dice == 4) {
		f->allocations = prandom_u32_state(rnd) % 6;
	}
}

/* Tables are tracked at once, instead of when they were quiet for a while. */
static void track_at_once(struct fixture *f)
{
	ivgpu_guestmem_allow_tracking(&f->g->gm, true);
	lock(f);
	f->space->quiet = 0;
	unlock(f);
}

/* What a long random run showed, as one number. */
static u32 random_run(struct kunit *test, bool tracking)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *p[4];
	struct rnd_state rnd;
	u32 i, k, step, shown = 0;
	int ret;

	prandom_seed_state(&rnd, 20);
	if (tracking)
		track_at_once(f);
	__set_bit(3, f->g->no_track);
	f->g->bar_first = FAKE_GFN + 700;
	f->g->bar_last = FAKE_GFN + 719;
	for (k = 0; k < 4; k++)
		p[k] = get4(f, FAKE_GFN + k / 2, k & 1);
	for (step = 0; step < 600; step++) {
		random_step(f, &rnd);
		k = prandom_u32_state(&rnd) % 4;
		ret = sync(f, p[k]);
		f->allocations = -1;
		if (ret == -ENOMEM)
			ret = sync(f, p[k]);
		KUNIT_EXPECT_EQ(test, ret, fake_guest_is_memory(f->g, FAKE_GFN + k / 2) ?
				0 : -EFAULT);
		for (i = 0; i < 100 && !ret; i++) {
			struct found found = check(f, p[k], random_address(&rnd));

			shown = shown * 31 + found.shift * 4 + found.writable * 2 +
				(found.phys == SCRATCH);
		}
		if (prandom_u32_state(&rnd) % 8 == 0) {
			put(f, p[k]);
			p[k] = get4(f, FAKE_GFN + k / 2, k & 1);
		}
		if (test->status == KUNIT_FAILURE)
			break;
	}
	KUNIT_EXPECT_EQ(test, tracking, f->g->gm.stats.track_hits > 100);
	KUNIT_EXPECT_EQ(test, 0ull, f->g->gm.stats.track_misses);
	for (k = 0; k < 4; k++)
		put(f, p[k]);
	finish(f);
	return shown;
}

/* Whether writes are told of or pages are compared, the shadows are the same. */
static void ppgtt_random(struct kunit *test)
{
	u32 compared = random_run(test, false);

	KUNIT_EXPECT_EQ(test, compared, random_run(test, true));
}

/* Changes until tracking is trusted, and some more. */
static void earn_trust(struct fixture *f, struct ivgpu_ppgtt *ppgtt)
{
	unsigned int i;

	for (i = 0; i < 64; i++) {
		set(f, PT, 500, entry(DATA + i, P | W));
		KUNIT_EXPECT_EQ(f->test, 0, sync(f, ppgtt));
	}
}

static u64 compared(struct fixture *f, struct ivgpu_ppgtt *ppgtt)
{
	u64 before = f->stats.ppgtt_bytes_compared;

	KUNIT_EXPECT_EQ(f->test, 0, sync(f, ppgtt));
	return (f->stats.ppgtt_bytes_compared - before) / IVGPU_PAGE_SIZE;
}

/* What is compared follows what was written; many writes of a page are told of once. */
static void ppgtt_tracked(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	unsigned int i;
	u64 hits;

	track_at_once(f);
	four_levels(f);
	for (i = 1; i < 200; i++)
		set(f, PD, i, entry(FAKE_GFN + 1000 + i, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	earn_trust(f, ppgtt);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_LE(test, compared(f, ppgtt), 1ull);
	hits = f->g->gm.stats.track_hits;
	for (i = 0; i < 100; i++)
		set(f, PT, i, entry(DATA + 100 + i, P | W));
	KUNIT_EXPECT_EQ(test, 1ull, f->g->gm.stats.track_hits - hits);
	/* Two, and one of them again when its pages are pinned. */
	KUNIT_EXPECT_LE(test, compared(f, ppgtt), 3ull);
	for (i = 0; i < IVGPU_ENTRIES; i++)
		check(f, ppgtt, (u64)i << 12);
	KUNIT_EXPECT_EQ(test, 0ull, f->g->gm.stats.track_misses);
	put(f, ppgtt);
	finish(f);
}

/* Switched off, no page is tracked at once, and changes are found by comparison. */
static void ppgtt_track_off(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);

	track_at_once(f);
	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	earn_trust(f, ppgtt);
	KUNIT_EXPECT_FALSE(test, bitmap_empty(f->g->tracked, FAKE_PAGES));
	ivgpu_guestmem_allow_tracking(&f->g->gm, false);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(f->g->tracked, FAKE_PAGES));
	set(f, PT, 3, entry(DATA + 3, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	check(f, ppgtt, 3ull << 12);
	KUNIT_EXPECT_TRUE(test, bitmap_empty(f->g->tracked, FAKE_PAGES));
	KUNIT_EXPECT_EQ(test, 0ull, f->g->gm.stats.track_misses);
	ivgpu_guestmem_allow_tracking(&f->g->gm, true);
	set(f, PT, 3, entry(DATA + 4, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	check(f, ppgtt, 3ull << 12);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_FALSE(test, bitmap_empty(f->g->tracked, FAKE_PAGES));
	put(f, ppgtt);
	finish(f);
}

/* A table that changes all the time is compared, and tracked when it does no more. */
static void ppgtt_hot_table(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	unsigned int i;

	ivgpu_guestmem_allow_tracking(&f->g->gm, true);
	four_levels(f);
	for (i = 0; i < 30; i++) {
		set(f, PT, i, entry(DATA + i, P | W));
		KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
		check(f, ppgtt, (u64)i << 12);
	}
	KUNIT_EXPECT_FALSE(test, test_bit(PT - FAKE_GFN, f->g->tracked));
	KUNIT_EXPECT_TRUE(test, test_bit(PD - FAKE_GFN, f->g->tracked));
	KUNIT_EXPECT_EQ(test, 0ull, f->g->gm.stats.track_hits);
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	KUNIT_EXPECT_TRUE(test, test_bit(PT - FAKE_GFN, f->g->tracked));
	put(f, ppgtt);
	finish(f);
}

/* A guest whose writes are not told of is found out before tracking was ever relied upon. */
static void ppgtt_never_told(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	unsigned int i;

	track_at_once(f);
	f->g->deaf = true;
	lock(f);
	f->space->patience = 0;
	unlock(f);
	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	for (i = 0; i < 40; i++) {
		set(f, PT, i, entry(DATA + i, P | W));
		KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
		check(f, ppgtt, (u64)i << 12);
		msleep(2 * 1000 / HZ);
	}
	KUNIT_EXPECT_FALSE(test, f->g->gm.tracking);
	KUNIT_EXPECT_GE(test, f->g->gm.stats.track_misses, 1ull);
	put(f, ppgtt);
	finish(f);
}

/* Writes that cannot be told of (a device's) are found later, and end tracking. */
static void ppgtt_told_no_more(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);
	unsigned int i;

	track_at_once(f);
	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	earn_trust(f, ppgtt);
	KUNIT_EXPECT_TRUE(test, f->g->gm.tracking);
	f->g->deaf = true;
	lock(f);
	f->space->patience = 0;
	unlock(f);
	set(f, PT, 7, entry(DATA + 7, P | W));
	for (i = 0; i < 8; i++) {
		KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
		msleep(2 * 1000 / HZ);
	}
	check(f, ppgtt, 7ull << 12);
	KUNIT_EXPECT_FALSE(test, f->g->gm.tracking);
	KUNIT_EXPECT_EQ(test, 1ull, f->g->gm.stats.track_misses);
	put(f, ppgtt);
	finish(f);
}

/* Tracking ends with the memory slot it was for, and is started again. */
static void ppgtt_track_lost(struct kunit *test)
{
	struct fixture *f = setup(test);
	struct ivgpu_ppgtt *ppgtt = get4(f, PML4, false);

	track_at_once(f);
	four_levels(f);
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	earn_trust(f, ppgtt);
	bitmap_zero(f->g->tracked, FAKE_PAGES);
	ivgpu_guestmem_track_lost(&f->g->gm, FAKE_GFN, FAKE_PAGES);
	set(f, PT, 9, entry(DATA + 9, P | W));
	KUNIT_EXPECT_EQ(test, 0, sync(f, ppgtt));
	check(f, ppgtt, 9ull << 12);
	KUNIT_EXPECT_TRUE(test, test_bit(PT - FAKE_GFN, f->g->tracked));
	put(f, ppgtt);
	finish(f);
}

static struct kunit_case ppgtt_cases[] = {
	KUNIT_CASE(ppgtt_four_levels),
	KUNIT_CASE(ppgtt_three_levels),
	KUNIT_CASE(ppgtt_bad_root),
	KUNIT_CASE(ppgtt_refused),
	KUNIT_CASE(ppgtt_level_confusion),
	KUNIT_CASE(ppgtt_cycles),
	KUNIT_CASE(ppgtt_stale_table),
	KUNIT_CASE(ppgtt_64k),
	KUNIT_CASE(ppgtt_64k_shared),
	KUNIT_CASE(ppgtt_2m),
	KUNIT_CASE(ppgtt_unmap),
	KUNIT_CASE(ppgtt_large),
	KUNIT_CASE(ppgtt_no_memory),
	KUNIT_CASE(ppgtt_limit),
	KUNIT_CASE(ppgtt_lru),
	KUNIT_CASE(ppgtt_idle),
	KUNIT_CASE(ppgtt_overlays),
	KUNIT_CASE(ppgtt_overlay_holds),
	KUNIT_CASE_SLOW(ppgtt_random),
	KUNIT_CASE(ppgtt_tracked),
	KUNIT_CASE(ppgtt_track_off),
	KUNIT_CASE(ppgtt_hot_table),
	KUNIT_CASE_SLOW(ppgtt_never_told),
	KUNIT_CASE(ppgtt_told_no_more),
	KUNIT_CASE(ppgtt_track_lost),
	{}
};

static struct kunit_suite ppgtt_suite = {
	.name = "ivgpu_ppgtt",
	.test_cases = ppgtt_cases,
};

kunit_test_suite(ppgtt_suite);
