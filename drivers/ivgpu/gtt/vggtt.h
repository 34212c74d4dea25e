/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtual GGTT's own structures. Inside gtt/ only.
 */
#ifndef IVGPU_GTT_VGGTT_H
#define IVGPU_GTT_VGGTT_H

#include "gtt.h"
#include "pte.h"

#define IVGPU_ENTRY_SIZE	8

/* Entries that share a generation number: 16 KiB of address space. */
#define IVGPU_GENERATION	4

#define IVGPU_PARTS	2

/**
 * struct ivgpu_vggtt_part - one of the two parts of a partition
 * @first: first entry, as an index in the whole GGTT
 * @count: how many entries
 * @base: @first rounded down to a whole page of entries; all arrays begin there
 * @entry: entries as the guest wrote them; pages that it may come to map
 * @seen: entries as last synchronised
 * @page: guest page that the physical entry names; NULL: scratch
 * @generation: changes with @page, one per IVGPU_GENERATION entries
 * @retry: entries that show scratch because their page could not be had
 * @dirty: pages of entries that may have changed
 * @nr_pages: pages of entries
 * @cursor: where trying refused entries again goes on
 * @mapped: pages of entries that the VMM may have mapped
 * @quiet: for each, synchronisations since it changed
 * @patience: for each, how quiet it may be before it is taken away
 * @taken: for each, the synchronisation in which it was taken away; 0: it was not
 * @shown: pages of the partition that the VMM may have mapped through BAR2
 */
struct ivgpu_vggtt_part {
	u32 first;
	u32 count;
	u32 base;
	u64 *entry;
	u64 *seen;
	struct ivgpu_guest_page **page;
	u64 *generation;
	unsigned long *retry;
	unsigned long *dirty;
	unsigned int nr_pages;
	u32 cursor;
	unsigned long *mapped;
	u8 *quiet;
	u8 *patience;
	u64 *taken;
	unsigned long *shown;
};

/**
 * struct ivgpu_vggtt - a vGPU's GGTT
 * @gm: guest pages; its lock protects all of this
 * @sink: the physical GGTT
 * @hw: passed to @sink
 * @stats: counters
 * @part: the two parts
 * @scratch: what entries without a page name
 * @scratch_dma: its address
 * @generation: last number given
 * @syncs: synchronisations in which mapped pages of entries were compared
 * @round: the synchronisation in which refused entries were tried again
 * @nr_retry: refused entries
 * @changed: physical entries were written since the last flush
 * @map_ops: how mappings are taken away; NULL: nothing is ever mapped
 * @map_owner: passed to @map_ops
 * @said_outside: a write outside the partition was reported
 * @said_refused: a refused entry was reported
 */
struct ivgpu_vggtt {
	struct ivgpu_guestmem *gm;
	const struct ivgpu_ggtt_sink *sink;
	void *hw;
	struct ivgpu_gtt_stats *stats;
	struct ivgpu_vggtt_part part[IVGPU_PARTS];
	struct page *scratch;
	dma_addr_t scratch_dma;
	u64 generation;
	u64 syncs;
	u64 round;
	unsigned int nr_retry;
	bool changed;
	const struct ivgpu_vggtt_map_ops *map_ops;
	void *map_owner;
	bool said_outside;
	bool said_refused;
};

/* The part that holds entry @index of the whole GGTT, or NULL. */
struct ivgpu_vggtt_part *ivgpu_vggtt_part_of(struct ivgpu_vggtt *v, u32 index);

/* ggtt_map.c. Lock held. */
/* The physical entry @i of @p is about to change: no mapping of the page may stay. */
void ivgpu_vggtt_hide(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 i);
/* Pages of entries that may be mapped count as dirty; those long unchanged are taken away. */
void ivgpu_vggtt_check_mapped(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p);
/* Page @page of entries of @p changed. */
void ivgpu_vggtt_heard(struct ivgpu_vggtt_part *p, u32 page);

#endif
