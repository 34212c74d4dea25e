// SPDX-License-Identifier: GPL-2.0
/*
 * Shadow address spaces (PPGTT) of one vGPU, and what they share.
 *
 * An address space without a user is kept for a while: contexts come and go
 * faster than address spaces, and a kept one is brought up to date by comparison
 * alone.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "../guestmem/dma.h"
#include "table.h"

/* Shadow pages and tables of one vGPU: 16 GiB mapped by 4K pages. */
#define DEFAULT_LIMIT	8192
/* Address spaces kept without a user. */
#define MOST_IDLE	16
/* Comparisons without a change after which a table is tracked. */
#define QUIET		8
/* Refused entries tried again in one synchronisation. */
#define MOST_RETRIES	1024

static struct page *new_page(struct ivgpu_ppgtt_space *space)
{
	return alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
}

static unsigned int scratch_order(const struct ivgpu_ppgtt_space *space)
{
	return space->scratch_64k ? 4 : 0;
}

/* 16 pages, naturally aligned and side by side for the GPU too; or else one. */
static int map_scratch(struct ivgpu_ppgtt_space *space, unsigned int order)
{
	int err = ivgpu_dma_map_pages(space->dma_dev, space->scratch, 1 << order,
				      &space->scratch_dma);

	if (err || IS_ALIGNED(space->scratch_dma, (u64)IVGPU_PAGE_SIZE << order))
		return err;
	ivgpu_dma_unmap_pages(space->dma_dev, space->scratch_dma, 1 << order);
	return -EXDEV;
}

static int make_scratch(struct ivgpu_ppgtt_space *space)
{
	static const unsigned int orders[] = { 4, 0 };
	unsigned int i;
	int err = -ENOMEM;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		space->scratch = alloc_pages(GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN,
					     orders[i]);
		if (!space->scratch)
			continue;
		err = map_scratch(space, orders[i]);
		if (!err) {
			space->scratch_64k = orders[i];
			return 0;
		}
		__free_pages(space->scratch, orders[i]);
		space->scratch = NULL;
	}
	return err;
}

static void free_scratch(struct ivgpu_ppgtt_space *space)
{
	if (!space->scratch)
		return;
	ivgpu_dma_unmap_pages(space->dma_dev, space->scratch_dma, 1 << scratch_order(space));
	__free_pages(space->scratch, scratch_order(space));
}

static void free_space(struct ivgpu_ppgtt_space *space)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(space->empty); i++) {
		if (!space->empty[i])
			continue;
		space->stats->ppgtt_pages--;
		ivgpu_shadow_free(space, space->empty[i]);
	}
	ivgpu_shadow_free_pool(space);
	free_scratch(space);
	kfree(space->snapshot);
	xa_destroy(&space->tables);
	kfree(space);
}

/**
 * ivgpu_ppgtt_space_create() - start with no shadow
 * @gm: the guest's memory
 * @dma_dev: the GPU, or NULL
 * @stats: counters, which must live as long
 *
 * Return: what all address spaces of a vGPU share, or ERR_PTR(-ENOMEM).
 */
struct ivgpu_ppgtt_space *ivgpu_ppgtt_space_create(struct ivgpu_guestmem *gm,
						   struct device *dma_dev,
						   struct ivgpu_gtt_stats *stats)
{
	struct ivgpu_ppgtt_space *space = kzalloc(sizeof(*space), GFP_KERNEL);
	unsigned int i;

	if (!space)
		return ERR_PTR(-ENOMEM);
	space->gm = gm;
	space->dma_dev = dma_dev;
	space->stats = stats;
	space->limit = DEFAULT_LIMIT;
	space->patience = HZ;
	space->quiet = QUIET;
	space->new_page = new_page;
	xa_init(&space->tables);
	INIT_LIST_HEAD(&space->ppgtts);
	INIT_LIST_HEAD(&space->idle);
	for (i = 0; i < IVGPU_KINDS; i++)
		INIT_LIST_HEAD(&space->pool[i]);
	space->snapshot = kmalloc(IVGPU_PAGE_SIZE, GFP_KERNEL);
	if (!space->snapshot || make_scratch(space))
		goto fail;
	for (i = 0; i < ARRAY_SIZE(space->empty); i++) {
		struct ivgpu_shadow_page *sp = ivgpu_shadow_alloc(space, i);

		if (IS_ERR(sp))
			goto fail;
		space->empty[i] = sp;
	}
	return space;

fail:
	free_space(space);
	return ERR_PTR(-ENOMEM);
}

static void drop_roots(struct ivgpu_ppgtt *ppgtt)
{
	unsigned int i;

	ivgpu_overlays_lift(ppgtt);
	for (i = 0; i < IVGPU_ROOTS; i++) {
		if (ppgtt->root[i])
			ivgpu_table_put(ppgtt->space, ppgtt->root[i]);
		ppgtt->root[i] = NULL;
	}
	ppgtt->result = 0;
}

static void free_ppgtt(struct ivgpu_ppgtt *ppgtt)
{
	ivgpu_overlays_free(ppgtt);
	drop_roots(ppgtt);
	list_del(&ppgtt->link);
	kfree(ppgtt);
}

/* Forget the address space that has had no user for longest. False: there is none. */
static bool reclaim(struct ivgpu_ppgtt_space *space)
{
	if (list_empty(&space->idle))
		return false;
	free_ppgtt(list_first_entry(&space->idle, struct ivgpu_ppgtt, link));
	space->nr_idle--;
	return true;
}

/**
 * ivgpu_ppgtt_space_destroy() - the end; the vGPU is off the engines
 * @space: all its address spaces were put; may be NULL
 */
void ivgpu_ppgtt_space_destroy(struct ivgpu_ppgtt_space *space)
{
	if (!space)
		return;
	mutex_lock(&space->gm->lock);
	while (reclaim(space))
		;
	mutex_unlock(&space->gm->lock);
	free_space(space);
}

/**
 * ivgpu_ppgtt_space_set_limit() - bound the memory for shadows
 * @space: of the vGPU
 * @pages: most shadow pages; entries that would need more show scratch
 */
void ivgpu_ppgtt_space_set_limit(struct ivgpu_ppgtt_space *space, unsigned long pages)
{
	lockdep_assert_held(&space->gm->lock);
	space->limit = pages;
}

/**
 * ivgpu_ppgtt_space_keep_2m() - keep 2M pages whole where host memory allows
 * @space: of the vGPU
 * @keep: off at first: the GTT cache (0x4024) does not work with 2M pages (i915
 *	  gt/intel_gtt.c, gtt_write_workarounds). gpu/ keeps it off, so that they may be kept.
 */
void ivgpu_ppgtt_space_keep_2m(struct ivgpu_ppgtt_space *space, bool keep)
{
	lockdep_assert_held(&space->gm->lock);
	space->keep_2m = keep;
}

/* One more idle address space than before is needed, unless others use it too. */
bool ivgpu_ppgtt_make_room(struct ivgpu_ppgtt_space *space)
{
	if (list_empty(&space->idle) &&
	    (!space->make_room || !space->make_room(space->room_owner)))
		return false;
	if (reclaim(space))
		space->stats->ppgtt_evicted++;
	return true;
}

/**
 * ivgpu_ppgtt_space_set_room() - who is asked to put an address space at the limit
 * @space: of the vGPU
 * @make_room: puts an address space that is not on an engine, the one used longest ago
 *	       first, and none that is being synchronised; false: there is none left
 * @owner: passed to it
 */
void ivgpu_ppgtt_space_set_room(struct ivgpu_ppgtt_space *space, bool (*make_room)(void *owner),
				void *owner)
{
	lockdep_assert_held(&space->gm->lock);
	space->make_room = make_room;
	space->room_owner = owner;
}

/**
 * ivgpu_ppgtt_space_drop() - forget all shadows
 * @space: of the vGPU, which is off the engines and stays off until the address
 *	   spaces that it runs with were synchronised again
 *
 * Address spaces and overlays stay, to be rebuilt by ivgpu_ppgtt_sync().
 */
void ivgpu_ppgtt_space_drop(struct ivgpu_ppgtt_space *space)
{
	struct ivgpu_ppgtt *ppgtt;

	lockdep_assert_held(&space->gm->lock);
	while (reclaim(space))
		;
	list_for_each_entry(ppgtt, &space->ppgtts, link)
		drop_roots(ppgtt);
	ivgpu_shadow_free_pool(space);
}

static struct ivgpu_ppgtt *find_in(struct list_head *list, const u64 *roots,
				   unsigned int levels, bool ips)
{
	struct ivgpu_ppgtt *ppgtt;

	list_for_each_entry(ppgtt, list, link)
		if (ppgtt->levels == levels && ppgtt->ips == ips &&
		    !memcmp(ppgtt->roots, roots, sizeof(ppgtt->roots)))
			return ppgtt;
	return NULL;
}

/**
 * ivgpu_ppgtt_get() - the shadow of a guest address space
 * @space: of the vGPU
 * @roots: @levels 4: PML4 in the first; 3: four page directories, 0 for none
 * @levels: 4 or 3
 * @ips: 64K pages are enabled
 *
 * Return: the address space, with a reference, to be synchronised before use,
 * or ERR_PTR(-ENOMEM).
 */
struct ivgpu_ppgtt *ivgpu_ppgtt_get(struct ivgpu_ppgtt_space *space, const u64 roots[4],
				    unsigned int levels, bool ips)
{
	u64 key[IVGPU_ROOTS] = { roots[0] };
	struct ivgpu_ppgtt *ppgtt;

	lockdep_assert_held(&space->gm->lock);
	if (levels == 3)
		memcpy(key, roots, sizeof(key));
	ppgtt = find_in(&space->ppgtts, key, levels, ips);
	if (!ppgtt) {
		ppgtt = find_in(&space->idle, key, levels, ips);
		if (ppgtt) {
			list_move(&ppgtt->link, &space->ppgtts);
			space->nr_idle--;
		}
	}
	if (!ppgtt) {
		ppgtt = kzalloc(sizeof(*ppgtt), GFP_KERNEL);
		if (!ppgtt)
			return ERR_PTR(-ENOMEM);
		ppgtt->space = space;
		ppgtt->levels = levels;
		ppgtt->ips = ips;
		memcpy(ppgtt->roots, key, sizeof(key));
		xa_init(&ppgtt->overlays);
		list_add(&ppgtt->link, &space->ppgtts);
	}
	ppgtt->refs++;
	return ppgtt;
}

/**
 * ivgpu_ppgtt_put() - drop a reference
 * @ppgtt: address space; its last user's contexts are off the engines
 */
void ivgpu_ppgtt_put(struct ivgpu_ppgtt *ppgtt)
{
	struct ivgpu_ppgtt_space *space = ppgtt->space;

	lockdep_assert_held(&space->gm->lock);
	if (--ppgtt->refs)
		return;
	ivgpu_overlays_free(ppgtt);
	list_move_tail(&ppgtt->link, &space->idle);
	if (++space->nr_idle > MOST_IDLE)
		reclaim(space);
}

static unsigned int nr_roots(const struct ivgpu_ppgtt *ppgtt)
{
	return ppgtt->levels == 4 ? 1 : IVGPU_ROOTS;
}

static unsigned int root_level(const struct ivgpu_ppgtt *ppgtt)
{
	return ppgtt->levels == 4 ? IVGPU_LEVEL_PML4 : IVGPU_LEVEL_PD;
}

static int sync_root(struct ivgpu_ppgtt *ppgtt, unsigned int i)
{
	struct ivgpu_ppgtt_space *space = ppgtt->space;
	struct ivgpu_table *table = ppgtt->root[i];

	if (!table) {
		if (ppgtt->levels == 3 && !ppgtt->roots[i])
			return 0;
		table = ivgpu_table_get(space, ivgpu_pte_gfn(ppgtt->roots[i]),
					root_level(ppgtt), ppgtt->ips);
		if (table == ERR_PTR(-ENOSPC))
			return -ENOMEM;
		if (IS_ERR(table))
			return PTR_ERR(table);
		ppgtt->root[i] = table;
	}
	return ivgpu_table_sync(space, table, ppgtt->stamp);
}

/*
 * What write tracking cannot see, it can only be caught at: one table per
 * synchronisation is compared whatever it says, in turns.
 */
static void check_one(struct ivgpu_ppgtt_space *space)
{
	struct ivgpu_table *table;

	table = xa_find_after(&space->tables, &space->cursor, ULONG_MAX, XA_PRESENT);
	if (!table) {
		space->cursor = 0;
		table = xa_find_after(&space->tables, &space->cursor, ULONG_MAX, XA_PRESENT);
	}
	if (table)
		table->check = true;
}

/**
 * ivgpu_ppgtt_sync() - bring a shadow up to date with the guest's tables
 * @ppgtt: address space
 *
 * Each table page is compared with its last copy once per synchronisation
 * (ivgpu_guestmem_begin()) that this is called in, or not at all where write
 * tracking tells that it was not written; after -EAGAIN it goes on where it was.
 * Whatever the result, the shadow names memory of this guest and scratch only.
 *
 * Return: 0; -EAGAIN: pages are wanted; -EFAULT: a root is not the guest's;
 * -ENOMEM.
 */
int ivgpu_ppgtt_sync(struct ivgpu_ppgtt *ppgtt)
{
	struct ivgpu_ppgtt_space *space = ppgtt->space;
	unsigned int i;
	int err, ret = 0;

	lockdep_assert_held(&space->gm->lock);
	if (ppgtt->result != -EAGAIN || ppgtt->round != space->gm->round) {
		ppgtt->stamp = ++space->stamp;
		ppgtt->round = space->gm->round;
		space->retries = MOST_RETRIES;
		check_one(space);
	}
	space->visit++;
	for (i = 0; i < nr_roots(ppgtt) && (!ret || ret == -EAGAIN); i++) {
		err = sync_root(ppgtt, i);
		if (err)
			ret = err;
	}
	ivgpu_overlays_place(ppgtt);
	ppgtt->result = ret;
	return ret;
}

/**
 * ivgpu_ppgtt_root() - what a shadow context's PDP register @i gets
 * @ppgtt: address space, synchronised
 * @i: 0 to 3
 *
 * Return: DMA address; 0 for PDP 1 to 3 of 4 levels, which hardware does not use.
 */
u64 ivgpu_ppgtt_root(const struct ivgpu_ppgtt *ppgtt, unsigned int i)
{
	if (i >= nr_roots(ppgtt))
		return 0;
	if (ppgtt->root[i])
		return ppgtt->root[i]->shadow->dma;
	/* Only ever needed for the directory of 3 levels that a guest left out. */
	return ppgtt->levels == 3 ? ppgtt->space->empty[IVGPU_LEVEL_PD]->dma : 0;
}

struct ivgpu_table *ivgpu_ppgtt_top(const struct ivgpu_ppgtt *ppgtt, u64 addr)
{
	if (ppgtt->levels == 4)
		return ppgtt->root[0];
	return addr >> 32 ? NULL : ppgtt->root[addr >> 30];
}

struct ivgpu_table *ivgpu_ppgtt_find(struct ivgpu_ppgtt *ppgtt, u64 addr,
				     struct ivgpu_table **parent, unsigned int *index)
{
	struct ivgpu_table *table = ivgpu_ppgtt_top(ppgtt, addr);

	while (table && table->level) {
		*parent = table;
		*index = ivgpu_pte_index(addr, table->level);
		table = table->child[*index];
	}
	return table;
}

/**
 * ivgpu_ppgtt_page() - the guest page at an address
 * @ppgtt: address space
 * @addr: GPU address
 *
 * Return: the page as last synchronised, without a reference; NULL: scratch.
 */
struct ivgpu_guest_page *ivgpu_ppgtt_page(struct ivgpu_ppgtt *ppgtt, u64 addr)
{
	struct ivgpu_table *parent = NULL, *table;
	unsigned int index = 0;

	lockdep_assert_held(&ppgtt->space->gm->lock);
	table = ivgpu_ppgtt_find(ppgtt, addr, &parent, &index);
	return table ? table->child[ivgpu_pte_index(addr, IVGPU_LEVEL_PT)] : NULL;
}
