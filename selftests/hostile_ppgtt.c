// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks by the structure of PPGTT tables: entries that name what the guest does not own,
 * tables taken for other kinds of tables, loops, sizes, and tables that go away.
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "hostile.h"

#define RW (PTE_PRESENT | PTE_WRITE)
#define FAR_VA 0x7000000000ull		/* nothing of the library lies there */

/* A store by a user batch to `va`: whether it lands anywhere foreign the canary tells. */
static bool store_to(struct duel *d, enum engine_id id, uint64_t va)
{
	struct cmds c = { 0 };

	emit_store(&c, false, va, 0x666);
	emit_store(&c, false, va + 0x800, 0x666);
	duel_send(d, id, IN_PPGTT_BATCH, &c, 1000);
	return true;
}

/* Map FAR_VA with a leaf of our own, so that all levels are there to be bent. */
static uint64_t *bend(struct duel *d, int level)
{
	if (ppgtt_map(&d->evil.pp, FAR_VA, d->mark.gpa, 1))
		return NULL;
	return ppgtt_entry(&d->evil.pp, FAR_VA, level);
}

static bool entry(struct duel *d, enum engine_id id, int level, uint64_t value)
{
	uint64_t *e = bend(d, level);

	if (!e)
		return false;
	*e = value;
	return store_to(d, id, FAR_VA);
}

/*
 * Physical pages of the machine: page zero, low memory, the APIC, and every page that the
 * victim could have, as far as a guess can name them.
 */
static bool leaf_foreign(struct duel *d, enum engine_id id)
{
	static const uint64_t pages[] = {
		0, 0x1000, 0x9f000, 0x100000, 0xfee00000, 0x100000000, 0x3fffff000,
		0x7ffffff000, 0xfffffffff000, 0x7ffffffffffff000,
	};
	uint64_t *e = bend(d, 1);
	size_t i;

	if (!e)
		return false;
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		*e = pages[i] | RW;
		store_to(d, id, FAR_VA);
	}
	return true;
}

static bool leaf_high_bits(struct duel *d, enum engine_id id)
{
	return entry(d, id, 1, d->mark.gpa | RW | 0xffff8000000000ull);
}

static bool leaf_all_ones(struct duel *d, enum engine_id id)
{
	return entry(d, id, 1, ~0ull);
}

static bool leaf_past_memory(struct duel *d, enum engine_id id)
{
	return entry(d, id, 1, (d->evil.mem.base + d->evil.mem.size) | RW);
}

static bool leaf_before_memory(struct duel *d, enum engine_id id)
{
	return entry(d, id, 1, (d->evil.mem.base - PAGE) | RW);
}

static bool table_foreign(struct duel *d, enum engine_id id)
{
	return entry(d, id, 2, 0x1000 | RW);
}

static bool directory_foreign(struct duel *d, enum engine_id id)
{
	return entry(d, id, 3, 0x7ffffff000 | RW);
}

static bool pointer_foreign(struct duel *d, enum engine_id id)
{
	return entry(d, id, 4, 0xfee00000 | RW);
}

ACT(leaf_foreign_rcs, RCS, leaf_foreign, "leaf entries in guest memory only")
ACT(leaf_foreign_bcs, BCS, leaf_foreign, "leaf entries in guest memory only")
ACT(leaf_foreign_vecs, VECS, leaf_foreign, "leaf entries in guest memory only")
ACT(leaf_high_bits, RCS, leaf_high_bits, "address bits of a leaf")
ACT(leaf_all_ones, RCS, leaf_all_ones, "address bits of a leaf")
ACT(leaf_past_memory, RCS, leaf_past_memory, "leaf entries in guest memory only")
ACT(leaf_before_memory, RCS, leaf_before_memory, "leaf entries in guest memory only")
ACT(table_foreign, RCS, table_foreign, "tables in guest memory only")
ACT(directory_foreign, RCS, directory_foreign, "tables in guest memory only")
ACT(pointer_foreign, RCS, pointer_foreign, "tables in guest memory only")

/* The root as its own child, at each level: four levels are walked, and no more. */
static bool loop_root(struct duel *d, enum engine_id id)
{
	return entry(d, id, 4, d->evil.pp.root | RW);
}

static bool loop_directory(struct duel *d, enum engine_id id)
{
	uint64_t *e = bend(d, 4);

	return e && entry(d, id, 3, (*e & ~0xfffull) | RW);
}

static bool loop_to_root(struct duel *d, enum engine_id id)
{
	return entry(d, id, 2, d->evil.pp.root | RW);
}

/* All 512 entries of the root and of every level name the same table. */
static bool fan_out(struct duel *d, enum engine_id id)
{
	uint64_t *root = guestmem_ptr(&d->evil.mem, d->evil.pp.root);
	uint64_t next = guestmem_alloc(&d->evil.mem, 1);
	uint64_t *table = guestmem_ptr(&d->evil.mem, next);
	unsigned int i;

	for (i = 1; i < 512; i++)
		root[i] = next | RW;
	for (i = 0; i < 512; i++)
		table[i] = next | RW;
	return store_to(d, id, FAR_VA);
}

/*
 * GVT-g's hole (facts 2.1.1): a page first shadowed as a table of leaves, then named as a
 * directory; if its shadow is found by page alone, data is walked as tables.
 */
static bool confused(struct duel *d, enum engine_id id, int first, int second)
{
	uint64_t page = guestmem_alloc(&d->evil.mem, 1);
	uint64_t *table = guestmem_ptr(&d->evil.mem, page);
	unsigned int i;
	uint64_t *e;

	for (i = 0; i < 512; i++)
		table[i] = d->mark.gpa | RW;
	e = bend(d, first);
	if (!e)
		return false;
	*e = page | RW;
	store_to(d, id, FAR_VA);
	if (ppgtt_map(&d->evil.pp, FAR_VA << 1, d->mark.gpa, 1))
		return false;
	e = ppgtt_entry(&d->evil.pp, FAR_VA << 1, second);
	if (!e)
		return false;
	*e = page | RW;
	/* the marked page is now read as a table: its content names pages */
	for (i = 0; i < 2 * PAGE / 4; i++)
		d->mark.map[i] = 0x1003 + (i << 12);
	return store_to(d, id, FAR_VA << 1) && store_to(d, id, FAR_VA);
}

static bool leaf_as_directory(struct duel *d, enum engine_id id)
{
	return confused(d, id, 2, 3);
}

static bool leaf_as_pointer(struct duel *d, enum engine_id id)
{
	return confused(d, id, 2, 4);
}

static bool directory_as_leaf(struct duel *d, enum engine_id id)
{
	return confused(d, id, 3, 2);
}

static bool data_as_table(struct duel *d, enum engine_id id)
{
	unsigned int i;

	for (i = 0; i < PAGE / 4; i++)
		d->batch.map[i + PAGE / 4] = (uint32_t)random();
	return entry(d, id, 2, (d->batch.gpa + PAGE) | RW);
}

ACT(loop_root, RCS, loop_root, "levels are counted")
ACT(loop_directory, RCS, loop_directory, "levels are counted")
ACT(loop_to_root, BCS, loop_to_root, "levels are counted")
ACT(fan_out_rcs, RCS, fan_out, "bounded work and memory of a walk")
ACT(fan_out_vcs, VCS, fan_out, "bounded work and memory of a walk")
ACT(leaf_as_directory, RCS, leaf_as_directory, "shadows are keyed by frame and level")
ACT(leaf_as_pointer, RCS, leaf_as_pointer, "shadows are keyed by frame and level")
ACT(directory_as_leaf, RCS, directory_as_leaf, "shadows are keyed by frame and level")
ACT(data_as_table, RCS, data_as_table, "entries in guest memory only")

/* Page sizes. */
static bool size_1g(struct duel *d, enum engine_id id)
{
	return entry(d, id, 3, RW | PDE_PS_2M);
}

static bool size_2m_foreign(struct duel *d, enum engine_id id)
{
	return entry(d, id, 2, RW | PDE_PS_2M);
}

/* The first page is the guest's, the last of the 2 MiB is not. */
static bool size_2m_across_end(struct duel *d, enum engine_id id)
{
	uint64_t last = d->evil.mem.base + d->evil.mem.size - (1 << 20);
	uint64_t *e = bend(d, 2);

	if (!e)
		return false;
	*e = (last & ~0xfffull) | RW | PDE_PS_2M;
	return store_to(d, id, FAR_VA) && store_to(d, id, FAR_VA + 0x1ff000);
}

static bool size_2m_unaligned(struct duel *d, enum engine_id id)
{
	return entry(d, id, 2, d->mark.gpa | RW | PDE_PS_2M);
}

static bool size_64k(struct duel *d, enum engine_id id)
{
	uint64_t *e = bend(d, 2);
	uint64_t last = d->evil.mem.base + d->evil.mem.size - 2 * PAGE;

	if (!e)
		return false;
	*e |= PDE_IPS_64K;
	return entry(d, id, 1, last | RW) && store_to(d, id, FAR_VA + 0xf000);
}

static bool size_changes(struct duel *d, enum engine_id id)
{
	uint64_t *e = bend(d, 2);
	uint64_t plain;
	int i;

	if (!e)
		return false;
	plain = *e;
	for (i = 0; i < 10; i++) {
		*e = i & 1 ? plain : plain | PDE_IPS_64K;
		store_to(d, id, FAR_VA);
		*e = (d->evil.mem.base & ~0x1fffffull) | RW | PDE_PS_2M;
		store_to(d, id, FAR_VA);
	}
	return true;
}

ACT(size_1g, RCS, size_1g, "1 GiB pages are refused")
ACT(size_2m_foreign, RCS, size_2m_foreign, "all of a 2 MiB page is guest memory")
ACT(size_2m_across_end, RCS, size_2m_across_end, "all of a 2 MiB page is guest memory")
ACT(size_2m_unaligned, RCS, size_2m_unaligned, "alignment of 2 MiB pages")
ACT(size_64k, RCS, size_64k, "all of a 64 KiB page is guest memory")
ACT(size_changes, RCS, size_changes, "shadows are keyed by page size mode too")

/* The vGPU's own BAR as guest memory, as QEMU maps it: pinning it would wait on ourselves. */
static bool own_bar(struct duel *d, enum engine_id id, unsigned int region, uint64_t off)
{
	uint64_t iova = 0x40000000;
	void *bar;

	bar = region_mmap(&d->evil.dev, region, off, 16 * PAGE);
	if (!bar)
		return false;
	/* the container may refuse such memory, and then the attack ends here */
	if (vfio_map(&d->evil.dev, bar, iova, 16 * PAGE)) {
		munmap(bar, 16 * PAGE);
		return true;
	}
	entry(d, id, 1, iova | RW);
	entry(d, id, 2, iova | RW);
	lrc_set_root(&d->lrc[id], iova);
	store_to(d, id, FAR_VA);
	ggtt_write_pte(&d->evil, ggtt_reserve(&d->evil, 1, false), iova | PTE_PRESENT);
	ggtt_flush(&d->evil);
	vfio_unmap(&d->evil.dev, iova, 16 * PAGE);
	munmap(bar, 16 * PAGE);
	return true;
}

static bool own_bar2(struct duel *d, enum engine_id id)
{
	return own_bar(d, id, VFIO_PCI_BAR2_REGION_INDEX, d->evil.low_base);
}

static bool own_bar0(struct duel *d, enum engine_id id)
{
	return own_bar(d, id, VFIO_PCI_BAR0_REGION_INDEX,
		       BAR0_GGTT + (uint64_t)d->evil.high_base / PAGE * 8);
}

ACT_MAPPED(own_bar2, RCS, own_bar2, VFIO_PCI_BAR2_REGION_INDEX,
	   "references to the vGPU's own BARs are refused")
ACT_MAPPED(own_bar0, RCS, own_bar0, VFIO_PCI_BAR0_REGION_INDEX,
	   "references to the vGPU's own BARs are refused")

/* Tables reused for other data before the driver says so: what real drivers did (facts, 1b). */
static bool stale_table(struct duel *d, enum engine_id id)
{
	uint64_t *e = bend(d, 2);
	uint32_t *table;
	unsigned int i;

	if (!e)
		return false;
	store_to(d, id, FAR_VA);
	table = guestmem_ptr(&d->evil.mem, *e & ~0xfffull);
	srandom(4);
	for (i = 0; i < PAGE / 4; i++)
		table[i] = random() << 1 | 1;
	store_to(d, id, FAR_VA);
	ppgtt_withdraw(&d->evil, &d->evil.pp);
	ppgtt_publish(&d->evil, &d->evil.pp);
	return true;
}

static bool random_tables(struct duel *d, enum engine_id id)
{
	struct ppgtt pp;
	int round, i;

	srandom(5);
	if (ppgtt_init(&pp, &d->evil.mem))
		return false;
	for (round = 0; round < 20; round++) {
		uint64_t *table = guestmem_ptr(&d->evil.mem, pp.root);

		for (i = 0; i < 512; i++)
			table[i] = (d->evil.mem.base + (uint64_t)(random() % 8192) * PAGE) |
				   (random() & 0xfff);
		lrc_set_root(&d->lrc[id], pp.root);
		ppgtt_publish(&d->evil, &pp);
		store_to(d, id, (uint64_t)random() << 12);
		ppgtt_withdraw(&d->evil, &pp);
	}
	return true;
}

static bool unmap_under_tables(struct duel *d, enum engine_id id)
{
	store_to(d, id, d->mark.va);
	if (vfio_unmap(&d->evil.dev, d->evil.mem.base, d->evil.mem.size))
		return false;
	elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
	sleep_ms(50);
	return !vfio_map(&d->evil.dev, d->evil.mem.va, d->evil.mem.base, d->evil.mem.size);
}

static bool destroy_while_running(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, loop = { 0 };
	int i;

	emit_store(&loop, false, d->mark.va + 8, 1);
	emit_batch(&loop, false, d->batch.va);
	memcpy(d->batch.map, loop.dw, loop.n * 4);
	emit_batch(&c, false, d->batch.va);
	ring_add(&d->lrc[id], &c);
	ring_finish(&d->lrc[id]);
	engine_submit(&d->lrc[id], NULL);
	sleep_ms(20);
	ppgtt_withdraw(&d->evil, &d->evil.pp);
	for (i = 0; i < 64; i++)
		*ppgtt_entry(&d->evil.pp, d->mark.va, 1) = (uint64_t)i << 12 | RW;
	sleep_ms(50);
	*ppgtt_entry(&d->evil.pp, d->mark.va, 1) = d->mark.gpa | RW;
	return true;
}

ACT(stale_table_rcs, RCS, stale_table, "tables reused before their destroy")
ACT(stale_table_bcs, BCS, stale_table, "tables reused before their destroy")
ACT(random_tables_rcs, RCS, random_tables, "walker is bounded on any content")
ACT(random_tables_vcs, VCS, random_tables, "walker is bounded on any content")
ACT(unmap_under_tables, RCS, unmap_under_tables, "DMA unmap drops what names the pages")
ACT(destroy_while_running_rcs, RCS, destroy_while_running, "references while it runs")
ACT(destroy_while_running_bcs, BCS, destroy_while_running, "references while it runs")

TEST_PROGRAM_MAIN
