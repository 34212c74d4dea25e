/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Shadow page tables: the pages, the tables built of them, and what all address
 * spaces of a vGPU share. Inside gtt/ only.
 *
 * A shadow page never changes what it is read as. The GPU may have cached a
 * pointer to it, so a page that was a table of one kind is only ever used again
 * as a table of the same kind of the same vGPU, until the vGPU is off the
 * engines (ivgpu_ppgtt_space_drop()). Whatever a stale pointer leads to is then
 * a table of the right kind with this vGPU's own memory in it.
 */
#ifndef IVGPU_GTT_TABLE_H
#define IVGPU_GTT_TABLE_H

#include <linux/bitmap.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "gtt.h"
#include "pte.h"

/* What a shadow page is read as: its level, or a table of 64K pages. */
#define IVGPU_KIND_PT64		IVGPU_LEVELS
#define IVGPU_KINDS		(IVGPU_LEVELS + 1)

/**
 * struct ivgpu_shadow_page - one page that the GPU reads entries from
 * @link: place in ivgpu_ppgtt_space.pool while not in use
 * @entries: its 512 entries
 * @dma: its address for the GPU
 * @kind: what it is read as
 */
struct ivgpu_shadow_page {
	struct list_head link;
	u64 *entries;
	dma_addr_t dma;
	unsigned int kind;
};

/**
 * struct ivgpu_table - the shadow of one page of guest entries
 * @gfn: the guest page that holds them; for @split the first page of the 2M page
 * @level: how it is read; 0 holds pages
 * @mode: level 0: entries are 64K pages; above: 64K pages are enabled
 * @split: stands for one 2M page: no guest table behind it
 * @small: level 0, @mode 1: some page is not contiguous on the host, so that
 *	   the shadow is read as a table of 4K pages
 * @complete: everything below is as the guest had it at @stamp
 * @fresh: @copy was the guest's page when @writes of it was noted
 * @suspect: when it was found changed without being told of a write (jiffies), or 0
 * @check: to be compared whatever tracking says
 * @quiet: comparisons since it changed last, up to what makes it tracked
 * @writes: ivgpu_guest_page.writes before @copy was read
 * @refs: entries and roots that name this table
 * @held: overlays in what it leads to; no entry exchanges it while there are any
 * @nr_retry: bits set in @retry
 * @stamp: the synchronisation that brought it up to date
 * @visit: the last walk that came by
 * @guest: the pinned guest page with the entries
 * @shadow: what the GPU reads; NULL for a 2M page that was kept whole
 * @copy: the guest's entries as last synchronised
 * @child: level 0: struct ivgpu_guest_page, above: struct ivgpu_table, or NULL
 * @used: entries with a table below
 * @retry: entries that show scratch because their page could not be had
 * @entry: @split: the guest's directory entry
 * @overlays: entries replaced, see overlay.c
 */
struct ivgpu_table {
	u64 gfn;
	u8 level;
	u8 mode;
	bool split;
	bool small;
	bool complete;
	bool fresh;
	bool check;
	u8 quiet;
	u32 writes;
	unsigned long suspect;
	unsigned int refs;
	unsigned int held;
	unsigned int nr_retry;
	u64 stamp;
	u64 visit;
	struct ivgpu_guest_page *guest;
	struct ivgpu_shadow_page *shadow;
	u64 *copy;
	void **child;
	DECLARE_BITMAP(used, IVGPU_ENTRIES);
	DECLARE_BITMAP(retry, IVGPU_ENTRIES);
	u64 entry;
	struct hlist_head overlays;
};

/**
 * struct ivgpu_overlay - one page of an address space shown instead of the guest's
 * @in_table: place in ivgpu_table.overlays
 * @table: the table of pages that it stands in; NULL: the address is not mapped
 * @way: the tables that lead there, by level; all are held
 * @index: which entry
 * @addr: GPU address
 * @dma: what it shows
 */
struct ivgpu_overlay {
	struct hlist_node in_table;
	struct ivgpu_table *table;
	struct ivgpu_table *way[IVGPU_LEVELS];
	unsigned int index;
	u64 addr;
	dma_addr_t dma;
};

/**
 * struct ivgpu_ppgtt_space - what all address spaces of a vGPU share
 * @gm: guest pages; its lock protects all of this
 * @dma_dev: the GPU, or NULL
 * @stats: counters
 * @tables: all tables with a guest page behind them, by ivgpu_table_key()
 * @pool: pages not in use, by kind
 * @nr_shadow: shadow pages allocated, in use or not
 * @nr_tables: tables
 * @limit: most of each
 * @scratch: the page (16 pages if @scratch_64k) that absent entries name
 * @scratch_dma: its address for the GPU
 * @scratch_64k: @scratch is a 64K page
 * @empty: tables of level 0 to 2 all of whose entries name scratch
 * @ppgtts: address spaces in use
 * @idle: address spaces without a user, oldest first
 * @nr_idle: how many
 * @stamp: number of the last synchronisation
 * @visit: number of the last walk
 * @told: changes of tables that tracking told of, up to what makes it trusted
 * @quiet: comparisons without a change after which a table is tracked
 * @patience: how long a write may be untold, in jiffies
 * @cursor: key of the table that was checked last
 * @retries: how many more refused entries may be tried again in this synchronisation
 * @keep_2m: 2M pages may be kept whole
 * @make_room: see ivgpu_ppgtt_space_set_room(), or NULL
 * @room_owner: passed to @make_room
 * @said_refused: a refused entry was reported
 * @snapshot: room for 512 entries, as the guest has them now
 * @new_page: where pages come from (the suites make it fail)
 */
struct ivgpu_ppgtt_space {
	struct ivgpu_guestmem *gm;
	struct device *dma_dev;
	struct ivgpu_gtt_stats *stats;
	struct xarray tables;
	struct list_head pool[IVGPU_KINDS];
	unsigned long nr_shadow;
	unsigned long nr_tables;
	unsigned long limit;
	struct page *scratch;
	dma_addr_t scratch_dma;
	bool scratch_64k;
	struct ivgpu_shadow_page *empty[IVGPU_LEVEL_PML4];
	struct list_head ppgtts;
	struct list_head idle;
	unsigned int nr_idle;
	u64 stamp;
	u64 visit;
	unsigned int told;
	unsigned int quiet;
	unsigned long patience;
	unsigned long cursor;
	unsigned int retries;
	bool keep_2m;
	bool (*make_room)(void *owner);
	void *room_owner;
	bool said_refused;
	u64 *snapshot;
	struct page *(*new_page)(struct ivgpu_ppgtt_space *space);
};

#define IVGPU_ROOTS	4

/**
 * struct ivgpu_ppgtt - the shadow of one guest address space
 * @link: place in ivgpu_ppgtt_space.ppgtts or .idle
 * @space: what it shares with others
 * @roots: the guest's roots, addresses
 * @levels: 4, or 3 with a page directory in each root
 * @ips: 64K pages are enabled
 * @refs: users
 * @root: shadow tables of the roots, or NULL
 * @stamp: the synchronisation that it is in, or was in last
 * @round: ivgpu_guestmem.round at the time
 * @result: what the last call of ivgpu_ppgtt_sync() returned
 * @overlays: entries replaced, by address
 */
struct ivgpu_ppgtt {
	struct list_head link;
	struct ivgpu_ppgtt_space *space;
	u64 roots[IVGPU_ROOTS];
	unsigned int levels;
	bool ips;
	unsigned int refs;
	struct ivgpu_table *root[IVGPU_ROOTS];
	u64 stamp;
	u64 round;
	int result;
	struct xarray overlays;
};

/* Lock held for all below. */

/* What an absent entry @index of a table of @level names. */
u64 ivgpu_table_absent(const struct ivgpu_ppgtt_space *space, unsigned int level,
		       unsigned int index);
/* The entry that names @table, where the guest's entry is @guest. */
u64 ivgpu_table_entry(const struct ivgpu_table *table, u64 guest);
/* Shadow pages. ERR_PTR(-ENOMEM), ERR_PTR(-ENOSPC): limit. All entries are absent. */
struct ivgpu_shadow_page *ivgpu_shadow_alloc(struct ivgpu_ppgtt_space *space, unsigned int kind);
void ivgpu_shadow_retire(struct ivgpu_ppgtt_space *space, struct ivgpu_shadow_page *sp);
void ivgpu_shadow_free_pool(struct ivgpu_ppgtt_space *space);
void ivgpu_shadow_free(struct ivgpu_ppgtt_space *space, struct ivgpu_shadow_page *sp);

/*
 * The table of guest page @gfn read as (@level, @mode), with a reference for the
 * caller. ERR_PTR: -EAGAIN and -EFAULT as ivgpu_guestmem_get(), -ENOMEM, -ENOSPC.
 */
struct ivgpu_table *ivgpu_table_get(struct ivgpu_ppgtt_space *space, u64 gfn,
				    unsigned int level, unsigned int mode);
/* A table for a 2M page: no guest page, no shadow page yet. ERR_PTR(-ENOMEM), ERR_PTR(-ENOSPC). */
struct ivgpu_table *ivgpu_table_new_split(struct ivgpu_ppgtt_space *space, u64 gfn, u64 entry);
void ivgpu_table_put(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table);
/* From now on the shadow is read as a table of 4K pages. */
int ivgpu_table_make_small(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table);
/* Give a 2M page that was kept whole a table of 4K pages. */
int ivgpu_table_make_split(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table);
void ivgpu_table_set_leaf(struct ivgpu_table *table, unsigned int index, u64 entry);
void ivgpu_table_set_retry(struct ivgpu_table *table, unsigned int index, bool retry);

/* ppgtt.c */
/* Something was forgotten that others can be kept in the place of; false: all is in use. */
bool ivgpu_ppgtt_make_room(struct ivgpu_ppgtt_space *space);
/*
 * The table of pages that holds @addr, or NULL; *parent and *index name the
 * directory entry that leads to it.
 */
struct ivgpu_table *ivgpu_ppgtt_find(struct ivgpu_ppgtt *ppgtt, u64 addr,
				     struct ivgpu_table **parent, unsigned int *index);
/* The table that holds the first entry on the way to @addr, or NULL. */
struct ivgpu_table *ivgpu_ppgtt_top(const struct ivgpu_ppgtt *ppgtt, u64 addr);

/* walk.c: 0, -EAGAIN or -ENOMEM. */
int ivgpu_table_sync(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table, u64 stamp);

/* overlay.c */
void ivgpu_overlays_place(struct ivgpu_ppgtt *ppgtt);
/* Its tables go away; the address space is off the engines. */
void ivgpu_overlays_lift(struct ivgpu_ppgtt *ppgtt);
void ivgpu_overlays_free(struct ivgpu_ppgtt *ppgtt);
void ivgpu_overlays_detach(struct ivgpu_table *table);
bool ivgpu_overlay_at(const struct ivgpu_table *table, unsigned int index);

#endif
