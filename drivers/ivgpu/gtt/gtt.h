/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gtt: shadow page tables of one vGPU.
 *
 * For: turning the guest's GGTT and PPGTT entries, which name guest frames, into
 * entries that name host memory of that guest, or a scratch page.
 * Owns: the guest's GGTT entries as it wrote them, the shadow PPGTT pages.
 * Lock: all of it is protected by ivgpu_guestmem.lock of the same vGPU.
 * Builds without PCI and VFIO.
 */
#ifndef IVGPU_GTT_H
#define IVGPU_GTT_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "../guestmem/guestmem.h"

/**
 * struct ivgpu_ggtt_sink - the physical GGTT, as the shadow writes it
 * @set: entry @page names @dma
 * @clear: @count entries from @page on name the scratch page
 * @flush: all earlier writes are seen by the GPU after this
 */
struct ivgpu_ggtt_sink {
	void (*set)(void *hw, u32 page, dma_addr_t dma);
	void (*clear)(void *hw, u32 page, u32 count);
	void (*flush)(void *hw);
};

/* A vGPU's part of the 4 GiB GGTT address space; bytes, page aligned. */
struct ivgpu_ggtt_range {
	u64 start;
	u64 size;
};

/**
 * struct ivgpu_gtt_stats - counters of one vGPU's page tables
 * @ggtt_entries_synced: GGTT entries brought up to date
 * @ggtt_entries_refused: named memory that is not the guest's, shown as scratch
 * @ggtt_writes_outside: writes to entries outside the partition, dropped
 * @ppgtt_entries_synced: PPGTT entries of all levels brought up to date
 * @ppgtt_entries_refused: named memory that is not the guest's, or would have
 *			   needed more tables than allowed; shown as scratch
 * @ggtt_bytes_compared: bytes of entries compared with what was last synchronised
 * @ppgtt_bytes_compared: bytes of guest tables compared with their copies
 * @ppgtt_pages: shadow table pages in use now
 * @ppgtt_large_kept: 64K and 2M pages that are large for the GPU too, as they were met
 * @ppgtt_large_split: and those whose host memory is not in one piece
 * @ppgtt_evicted: address spaces forgotten for the limit's sake
 */
struct ivgpu_gtt_stats {
	u64 ggtt_entries_synced;
	u64 ggtt_entries_refused;
	u64 ggtt_writes_outside;
	u64 ppgtt_entries_synced;
	u64 ppgtt_entries_refused;
	u64 ggtt_bytes_compared;
	u64 ppgtt_bytes_compared;
	u64 ppgtt_pages;
	u64 ppgtt_large_kept;
	u64 ppgtt_large_split;
	u64 ppgtt_evicted;
};

struct ivgpu_vggtt;

/* ERR_PTR(-ENOMEM). */
struct ivgpu_vggtt *ivgpu_vggtt_create(struct ivgpu_guestmem *gm,
				       const struct ivgpu_ggtt_sink *sink, void *hw,
				       const struct ivgpu_ggtt_range *low,
				       const struct ivgpu_ggtt_range *high,
				       struct ivgpu_gtt_stats *stats);
void ivgpu_vggtt_destroy(struct ivgpu_vggtt *v);
/* The guest's view of BAR0's upper half; @offset in bytes from its start. Any offset and length. */
void ivgpu_vggtt_read(struct ivgpu_vggtt *v, u32 offset, void *buf, u32 len);
void ivgpu_vggtt_write(struct ivgpu_vggtt *v, u32 offset, const void *buf, u32 len);
/* Bring the physical GGTT up to date with what was written. 0 or -EAGAIN (pages wanted). */
int ivgpu_vggtt_sync(struct ivgpu_vggtt *v);
/* The page that a GGTT address names now (no reference taken), or NULL. */
struct ivgpu_guest_page *ivgpu_vggtt_page(struct ivgpu_vggtt *v, u64 addr);
/* Changes whenever an entry that covers [addr, addr+len) changes its page. */
u64 ivgpu_vggtt_generation(struct ivgpu_vggtt *v, u64 addr, u64 len);
bool ivgpu_vggtt_owns(const struct ivgpu_vggtt *v, u64 addr, u64 len);
/* Entries that name the frames go to scratch and become dirty (dma_unmap). */
void ivgpu_vggtt_revoke(struct ivgpu_vggtt *v, u64 first_gfn, u64 last_gfn);
/* Power-cycle state: all scratch, all entries zero unless they are kept. */
void ivgpu_vggtt_reset(struct ivgpu_vggtt *v, bool keep_entries);

/**
 * struct ivgpu_vggtt_map_ops - how mappings are taken away from the VMM
 * @zap_entries: no mapping of bytes [@offset, @offset + @len) of the entries is left
 * @zap_aperture: no mapping of GGTT addresses [@addr, @addr + @len) is left
 *
 * Called with ivgpu_guestmem.lock held; may sleep, may not take the mmap_lock.
 */
struct ivgpu_vggtt_map_ops {
	void (*zap_entries)(void *owner, u32 offset, u32 len);
	void (*zap_aperture)(void *owner, u64 addr, u64 len);
};

/*
 * The VMM may map pages of entries and of the aperture; what it changes in the
 * former is seen at the next synchronisation. A page fault takes the lock, asks
 * for the page, makes the mapping and drops the lock; NULL: trap instead.
 */
void ivgpu_vggtt_set_map_ops(struct ivgpu_vggtt *v, const struct ivgpu_vggtt_map_ops *ops,
			     void *owner);
void ivgpu_vggtt_area(const struct ivgpu_vggtt *v, unsigned int i, u32 *offset, u32 *len);
struct page *ivgpu_vggtt_map_entries(struct ivgpu_vggtt *v, u32 offset);
struct page *ivgpu_vggtt_map_aperture(struct ivgpu_vggtt *v, u64 addr);
void ivgpu_vggtt_unmap(struct ivgpu_vggtt *v);
/* For what shows a GGTT address in another place: what its entry names, as last synchronised. */
dma_addr_t ivgpu_vggtt_dma(struct ivgpu_vggtt *v, u64 addr);
/* The vGPU's scratch page: what an entry of the partition without a page names. */
struct page *ivgpu_vggtt_scratch(struct ivgpu_vggtt *v);
/* Did the guest write entries of the range that were not synchronised since? */
bool ivgpu_vggtt_is_stale(struct ivgpu_vggtt *v, u64 addr, u64 len);
/* Take mappings through BAR2 away: of a range; of those pages that @take, told each, wants. */
void ivgpu_vggtt_hide_range(struct ivgpu_vggtt *v, u64 addr, u64 len);
void ivgpu_vggtt_hide_some(struct ivgpu_vggtt *v, bool (*take)(void *data, u64 addr),
			   void *data);

/* All shadow PPGTTs of one vGPU. */
struct ivgpu_ppgtt_space;
struct ivgpu_ppgtt;

/* ERR_PTR(-ENOMEM). */
struct ivgpu_ppgtt_space *ivgpu_ppgtt_space_create(struct ivgpu_guestmem *gm,
						   struct device *dma_dev,
						   struct ivgpu_gtt_stats *stats);
/* All address spaces were put, the vGPU is off the engines; lock not held. */
void ivgpu_ppgtt_space_destroy(struct ivgpu_ppgtt_space *space);
/* Most shadow pages and tables; 2M pages are split unless keep_2m says so. */
void ivgpu_ppgtt_space_set_limit(struct ivgpu_ppgtt_space *space, unsigned long pages);
/*
 * Who is asked at the limit when no address space is idle: puts the one that was used
 * longest ago and is not on an engine, or says that there is none. Lock held.
 */
void ivgpu_ppgtt_space_set_room(struct ivgpu_ppgtt_space *space, bool (*make_room)(void *owner),
				void *owner);
void ivgpu_ppgtt_space_keep_2m(struct ivgpu_ppgtt_space *space, bool keep);
/*
 * The shadow of a guest address space. @levels 4: roots[0] is the PML4's
 * address; 3: four page directory addresses. @ips: 64K pages enabled (0x4080).
 * One object per distinct (roots, levels, ips); reference counted, or
 * ERR_PTR(-ENOMEM). Put only when no context that uses it is on an engine.
 */
struct ivgpu_ppgtt *ivgpu_ppgtt_get(struct ivgpu_ppgtt_space *space, const u64 roots[4],
				    unsigned int levels, bool ips);
void ivgpu_ppgtt_put(struct ivgpu_ppgtt *ppgtt);
/*
 * Bring up to date with the guest's tables: 0, -EAGAIN (pages wanted), -EFAULT
 * (a root is not the guest's), -ENOMEM.
 */
int ivgpu_ppgtt_sync(struct ivgpu_ppgtt *ppgtt);
/* DMA address for PDP @i of a shadow context image. After sync. */
u64 ivgpu_ppgtt_root(const struct ivgpu_ppgtt *ppgtt, unsigned int i);
/* The guest page mapped at @addr (no reference taken) as last synchronised, or NULL. */
struct ivgpu_guest_page *ivgpu_ppgtt_page(struct ivgpu_ppgtt *ppgtt, u64 addr);
/*
 * Map @dma read-only at @addr instead of the guest's page, until undone (@dma 0)
 * or put. 0, -ENOENT (not mapped), -EBUSY (another address space that shares the
 * table has one there), -ENOMEM, -ENOSPC.
 */
int ivgpu_ppgtt_overlay(struct ivgpu_ppgtt *ppgtt, u64 addr, dma_addr_t dma);
/*
 * Shadows are caches: forget all. The engines are idle of this vGPU and stay so
 * until the address spaces it runs with were synchronised again.
 */
void ivgpu_ppgtt_space_drop(struct ivgpu_ppgtt_space *space);

#endif
