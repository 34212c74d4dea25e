// SPDX-License-Identifier: GPL-2.0
/*
 * Shadow page tables: allocation, identity, references.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../guestmem/dma.h"
#include "table.h"

static u64 table_key(u64 gfn, unsigned int level, unsigned int mode)
{
	return gfn << 3 | level << 1 | mode;
}

/*
 * Absent entries name scratch memory of this vGPU, writable, at every level, as
 * i915 fills its own tables (gt/gen8_ppgtt.c, gen8_init_scratch): on Gen8 and
 * Gen9 an access through an entry that is not present raises a fault that stops
 * the engine for all its users.
 */
u64 ivgpu_table_absent(const struct ivgpu_ppgtt_space *space, unsigned int level,
		       unsigned int index)
{
	if (level)
		return ivgpu_pde_table(space->empty[level - 1]->dma, IVGPU_PTE_WRITABLE, false);
	/* As if a 64K page lay there, so that both page sizes read it the same. */
	if (space->scratch_64k)
		return ivgpu_pte_leaf(space->scratch_dma +
				      index % IVGPU_PTES_64K * IVGPU_PAGE_SIZE,
				      IVGPU_PTE_WRITABLE);
	return ivgpu_pte_leaf(space->scratch_dma, IVGPU_PTE_WRITABLE);
}

static bool is_64k(const struct ivgpu_table *table)
{
	return table->level == IVGPU_LEVEL_PT && table->mode && !table->small;
}

u64 ivgpu_table_entry(const struct ivgpu_table *table, u64 guest)
{
	if (!table->shadow)
		return ivgpu_pde_large(((struct ivgpu_guest_page *)table->child[0])->dma, guest);
	return ivgpu_pde_table(table->shadow->dma, guest, is_64k(table));
}

static unsigned int kind_level(unsigned int kind)
{
	return kind == IVGPU_KIND_PT64 ? IVGPU_LEVEL_PT : kind;
}

static void fill_absent(struct ivgpu_ppgtt_space *space, struct ivgpu_shadow_page *sp)
{
	unsigned int i;

	for (i = 0; i < IVGPU_ENTRIES; i++)
		WRITE_ONCE(sp->entries[i], ivgpu_table_absent(space, kind_level(sp->kind), i));
}

static struct ivgpu_shadow_page *new_shadow(struct ivgpu_ppgtt_space *space)
{
	struct ivgpu_shadow_page *sp = kzalloc(sizeof(*sp), GFP_KERNEL);
	struct page *page = space->new_page(space);

	if (!sp || !page || ivgpu_dma_map_page(space->dma_dev, page, &sp->dma)) {
		if (page)
			__free_page(page);
		kfree(sp);
		return ERR_PTR(-ENOMEM);
	}
	sp->entries = page_address(page);
	space->nr_shadow++;
	return sp;
}

struct ivgpu_shadow_page *ivgpu_shadow_alloc(struct ivgpu_ppgtt_space *space, unsigned int kind)
{
	struct ivgpu_shadow_page *sp;

	while (list_empty(&space->pool[kind]) && space->nr_shadow >= space->limit)
		if (!ivgpu_ppgtt_make_room(space))
			return ERR_PTR(-ENOSPC);
	if (list_empty(&space->pool[kind])) {
		sp = new_shadow(space);
		if (IS_ERR(sp))
			return sp;
	} else {
		sp = list_first_entry(&space->pool[kind], struct ivgpu_shadow_page, link);
		list_del(&sp->link);
	}
	INIT_LIST_HEAD(&sp->link);
	sp->kind = kind;
	fill_absent(space, sp);
	space->stats->ppgtt_pages++;
	return sp;
}

void ivgpu_shadow_retire(struct ivgpu_ppgtt_space *space, struct ivgpu_shadow_page *sp)
{
	list_add_tail(&sp->link, &space->pool[sp->kind]);
	space->stats->ppgtt_pages--;
}

void ivgpu_shadow_free(struct ivgpu_ppgtt_space *space, struct ivgpu_shadow_page *sp)
{
	ivgpu_dma_unmap_page(space->dma_dev, sp->dma);
	__free_page(virt_to_page(sp->entries));
	kfree(sp);
	space->nr_shadow--;
}

void ivgpu_shadow_free_pool(struct ivgpu_ppgtt_space *space)
{
	struct ivgpu_shadow_page *sp, *next;
	unsigned int kind;

	for (kind = 0; kind < IVGPU_KINDS; kind++) {
		list_for_each_entry_safe(sp, next, &space->pool[kind], link)
			ivgpu_shadow_free(space, sp);
		INIT_LIST_HEAD(&space->pool[kind]);
	}
}

static void free_table(struct ivgpu_table *table)
{
	kfree(table->child);
	kfree(table->copy);
	kfree(table);
}

static struct ivgpu_table *alloc_table(struct ivgpu_ppgtt_space *space, u64 gfn,
				       unsigned int level, unsigned int mode, bool split)
{
	struct ivgpu_table *table = kzalloc(sizeof(*table), GFP_KERNEL);

	if (!table)
		return NULL;
	table->child = kcalloc(IVGPU_ENTRIES, sizeof(*table->child), GFP_KERNEL);
	if (!split)
		table->copy = kcalloc(IVGPU_ENTRIES, sizeof(*table->copy), GFP_KERNEL);
	if (!table->child || (!split && !table->copy)) {
		free_table(table);
		return NULL;
	}
	table->gfn = gfn;
	table->level = level;
	table->mode = mode;
	table->split = split;
	table->refs = 1;
	INIT_HLIST_HEAD(&table->overlays);
	space->nr_tables++;
	return table;
}

/* Make the table whose guest page @guest is pinned; takes over the reference on it. */
static struct ivgpu_table *new_table(struct ivgpu_ppgtt_space *space,
				     struct ivgpu_guest_page *guest, unsigned int level,
				     unsigned int mode)
{
	bool pages_64k = level == IVGPU_LEVEL_PT && mode && space->scratch_64k;
	struct ivgpu_shadow_page *sp;
	struct ivgpu_table *table;
	int err = -ENOMEM;

	sp = ivgpu_shadow_alloc(space, pages_64k ? IVGPU_KIND_PT64 : level);
	if (IS_ERR(sp)) {
		err = PTR_ERR(sp);
		goto put_guest;
	}
	table = alloc_table(space, guest->gfn, level, mode, false);
	if (!table)
		goto retire;
	err = xa_err(xa_store(&space->tables, table_key(guest->gfn, level, mode), table,
			      GFP_KERNEL));
	if (err)
		goto free;
	ivgpu_guestmem_watch(space->gm, guest);
	table->guest = guest;
	table->shadow = sp;
	table->small = level == IVGPU_LEVEL_PT && mode && !pages_64k;
	return table;

free:
	space->nr_tables--;
	free_table(table);
retire:
	ivgpu_shadow_retire(space, sp);
put_guest:
	ivgpu_guestmem_put(space->gm, guest);
	return ERR_PTR(err);
}

struct ivgpu_table *ivgpu_table_get(struct ivgpu_ppgtt_space *space, u64 gfn,
				    unsigned int level, unsigned int mode)
{
	struct ivgpu_table *table = xa_load(&space->tables, table_key(gfn, level, mode));
	struct ivgpu_guest_page *guest;

	if (table) {
		table->refs++;
		return table;
	}
	while (space->nr_tables >= space->limit)
		if (!ivgpu_ppgtt_make_room(space))
			return ERR_PTR(-ENOSPC);
	guest = ivgpu_guestmem_get(space->gm, gfn);
	if (IS_ERR(guest))
		return ERR_CAST(guest);
	return new_table(space, guest, level, mode);
}

struct ivgpu_table *ivgpu_table_new_split(struct ivgpu_ppgtt_space *space, u64 gfn, u64 entry)
{
	struct ivgpu_table *table;

	while (space->nr_tables >= space->limit)
		if (!ivgpu_ppgtt_make_room(space))
			return ERR_PTR(-ENOSPC);
	table = alloc_table(space, gfn, IVGPU_LEVEL_PT, 0, true);
	if (!table)
		return ERR_PTR(-ENOMEM);
	table->entry = entry;
	return table;
}

/* Let go of what the entries of @table name. */
static void put_children(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table)
{
	unsigned int i;

	for (i = 0; i < IVGPU_ENTRIES; i++) {
		if (!table->child[i])
			continue;
		if (table->level)
			ivgpu_table_put(space, table->child[i]);
		else
			ivgpu_guestmem_put(space->gm, table->child[i]);
	}
}

/* Calls itself once per level at most. */
void ivgpu_table_put(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table)
{
	if (--table->refs)
		return;
	ivgpu_overlays_detach(table);
	put_children(space, table);
	if (table->guest) {
		xa_erase(&space->tables, table_key(table->gfn, table->level, table->mode));
		ivgpu_guestmem_unwatch(space->gm, table->guest);
		ivgpu_guestmem_put(space->gm, table->guest);
	}
	if (table->shadow) {
		fill_absent(space, table->shadow);
		ivgpu_shadow_retire(space, table->shadow);
	}
	space->nr_tables--;
	free_table(table);
}

int ivgpu_table_make_small(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table)
{
	struct ivgpu_shadow_page *sp;

	if (!is_64k(table))
		return 0;
	sp = ivgpu_shadow_alloc(space, IVGPU_LEVEL_PT);
	if (IS_ERR(sp))
		return PTR_ERR(sp);
	/* Entries of 64K pages are written so that they read right as 4K pages too. */
	memcpy(sp->entries, table->shadow->entries, IVGPU_PAGE_SIZE);
	ivgpu_shadow_retire(space, table->shadow);
	table->shadow = sp;
	table->small = true;
	return 0;
}

int ivgpu_table_make_split(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table)
{
	struct ivgpu_shadow_page *sp;
	unsigned int i;

	if (table->shadow)
		return 0;
	sp = ivgpu_shadow_alloc(space, IVGPU_LEVEL_PT);
	if (IS_ERR(sp))
		return PTR_ERR(sp);
	for (i = 0; i < IVGPU_ENTRIES; i++) {
		struct ivgpu_guest_page *gp = table->child[i];

		if (gp)
			WRITE_ONCE(sp->entries[i], ivgpu_pte_leaf(gp->dma, table->entry));
	}
	table->shadow = sp;
	return 0;
}

void ivgpu_table_set_leaf(struct ivgpu_table *table, unsigned int index, u64 entry)
{
	if (!ivgpu_overlay_at(table, index))
		WRITE_ONCE(table->shadow->entries[index], entry);
}

void ivgpu_table_set_retry(struct ivgpu_table *table, unsigned int index, bool retry)
{
	if (retry == test_bit(index, table->retry))
		return;
	__change_bit(index, table->retry);
	if (retry)
		table->nr_retry++;
	else
		table->nr_retry--;
}
