// SPDX-License-Identifier: GPL-2.0
/*
 * Overlays: a page of the module's own shown, read-only, in place of a guest
 * page in a shadow address space. A batch that must not change while it runs is
 * copied, and the copy laid over it.
 *
 * An overlay belongs to an address space and an address. It stands in a table
 * of pages, which other address spaces of the same guest may use as well; they
 * then see it too.
 *
 * The tables on the way to it are held: as long as it stands there, the shadow
 * goes on leading to it, whatever the guest's entries say meanwhile (walk.c). Else
 * the GPU would read what the guest has at that address from the moment when an
 * entry is exchanged. A driver leaves the tables of a batch that runs alone.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "table.h"

bool ivgpu_overlay_at(const struct ivgpu_table *table, unsigned int index)
{
	const struct ivgpu_overlay *ov;

	hlist_for_each_entry(ov, &table->overlays, in_table)
		if (ov->index == index)
			return true;
	return false;
}

static void hold(const struct ivgpu_ppgtt *ppgtt, struct ivgpu_overlay *ov)
{
	struct ivgpu_table *table = ivgpu_ppgtt_top(ppgtt, ov->addr);
	unsigned int level;

	do {
		level = table->level;
		ov->way[level] = table;
		table->held++;
		table = level ? table->child[ivgpu_pte_index(ov->addr, level)] : NULL;
	} while (level);
}

static void let_go(struct ivgpu_overlay *ov)
{
	unsigned int level;

	for (level = 0; level < IVGPU_LEVELS; level++) {
		if (ov->way[level])
			ov->way[level]->held--;
		ov->way[level] = NULL;
	}
}

/* The guest's page shows again. */
static void take_off(struct ivgpu_ppgtt_space *space, struct ivgpu_overlay *ov)
{
	struct ivgpu_table *table = ov->table;
	struct ivgpu_guest_page *gp;
	u64 guest;

	if (!table)
		return;
	let_go(ov);
	hlist_del_init(&ov->in_table);
	ov->table = NULL;
	gp = table->child[ov->index];
	guest = table->split ? table->entry :
		table->copy[table->mode ? ov->index & ~(IVGPU_PTES_64K - 1) : ov->index];
	ivgpu_table_set_leaf(table, ov->index,
			     gp ? ivgpu_pte_leaf(gp->dma, guest) :
				  ivgpu_table_absent(space, IVGPU_LEVEL_PT, ov->index));
}

/* Put it where its address is mapped now. 0, -ENOENT, -EBUSY, -ENOMEM, -ENOSPC. */
static int put_on(struct ivgpu_ppgtt *ppgtt, struct ivgpu_overlay *ov)
{
	struct ivgpu_ppgtt_space *space = ppgtt->space;
	struct ivgpu_table *table, *parent = NULL;
	unsigned int index = 0;
	u64 guest;
	int err;

	table = ivgpu_ppgtt_find(ppgtt, ov->addr, &parent, &index);
	if (table && table == ov->table) {
		WRITE_ONCE(table->shadow->entries[ov->index], ivgpu_pte_read_only(ov->dma));
		return 0;
	}
	take_off(space, ov);
	ov->index = ivgpu_pte_index(ov->addr, IVGPU_LEVEL_PT);
	if (!table || !table->child[ov->index])
		return -ENOENT;
	if (ivgpu_overlay_at(table, ov->index))
		return -EBUSY;
	guest = table->split ? table->entry : parent->copy[index];
	err = ivgpu_table_make_split(space, table);
	if (!err)
		err = ivgpu_table_make_small(space, table);
	if (err)
		return err;
	WRITE_ONCE(table->shadow->entries[ov->index], ivgpu_pte_read_only(ov->dma));
	WRITE_ONCE(parent->shadow->entries[index], ivgpu_table_entry(table, guest));
	ov->table = table;
	hlist_add_head(&ov->in_table, &table->overlays);
	hold(ppgtt, ov);
	return 0;
}

static void free_overlay(struct ivgpu_ppgtt *ppgtt, struct ivgpu_overlay *ov)
{
	take_off(ppgtt->space, ov);
	xa_erase(&ppgtt->overlays, ov->addr >> IVGPU_PAGE_SHIFT);
	kfree(ov);
}

/**
 * ivgpu_ppgtt_overlay() - show a page of the module's own instead of the guest's
 * @ppgtt: address space, synchronised
 * @addr: GPU address
 * @dma: address of the page to be shown, read-only; 0: the guest's page again
 *
 * Stays until undone, also when the guest changes entries on the way to it, and comes
 * again when the shadows are dropped and built anew.
 *
 * Return: 0; -ENOENT: nothing of the guest's is mapped there; -EBUSY: another
 * address space shows an overlay in the same place; -ENOMEM; -ENOSPC.
 */
int ivgpu_ppgtt_overlay(struct ivgpu_ppgtt *ppgtt, u64 addr, dma_addr_t dma)
{
	struct ivgpu_overlay *ov;
	int err;

	lockdep_assert_held(&ppgtt->space->gm->lock);
	addr &= ~(u64)(IVGPU_PAGE_SIZE - 1);
	ov = xa_load(&ppgtt->overlays, addr >> IVGPU_PAGE_SHIFT);
	if (!dma) {
		if (ov)
			free_overlay(ppgtt, ov);
		return 0;
	}
	if (!ov) {
		ov = kzalloc(sizeof(*ov), GFP_KERNEL);
		if (!ov)
			return -ENOMEM;
		ov->addr = addr;
		INIT_HLIST_NODE(&ov->in_table);
		err = xa_err(xa_store(&ppgtt->overlays, addr >> IVGPU_PAGE_SHIFT, ov, GFP_KERNEL));
		if (err) {
			kfree(ov);
			return err;
		}
	}
	ov->dma = dma;
	err = put_on(ppgtt, ov);
	if (err)
		free_overlay(ppgtt, ov);
	return err;
}

void ivgpu_overlays_lift(struct ivgpu_ppgtt *ppgtt)
{
	struct ivgpu_overlay *ov;
	unsigned long index;

	xa_for_each(&ppgtt->overlays, index, ov)
		take_off(ppgtt->space, ov);
}

/* After a synchronisation: tables may have been built anew. */
void ivgpu_overlays_place(struct ivgpu_ppgtt *ppgtt)
{
	struct ivgpu_overlay *ov;
	unsigned long index;

	xa_for_each(&ppgtt->overlays, index, ov)
		put_on(ppgtt, ov);
}

/* @table goes away. */
void ivgpu_overlays_detach(struct ivgpu_table *table)
{
	struct ivgpu_overlay *ov;
	struct hlist_node *next;

	hlist_for_each_entry_safe(ov, next, &table->overlays, in_table) {
		let_go(ov);
		hlist_del_init(&ov->in_table);
		ov->table = NULL;
	}
}

void ivgpu_overlays_free(struct ivgpu_ppgtt *ppgtt)
{
	struct ivgpu_overlay *ov;
	unsigned long index;

	xa_for_each(&ppgtt->overlays, index, ov)
		free_overlay(ppgtt, ov);
	xa_destroy(&ppgtt->overlays);
}
