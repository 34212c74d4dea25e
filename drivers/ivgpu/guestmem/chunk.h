/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the cache of pinned pages is stored: in chunks of 64 consecutive GFNs, so
 * that a run of pages costs few allocations and look-ups.
 */
#ifndef IVGPU_GUESTMEM_CHUNK_H
#define IVGPU_GUESTMEM_CHUNK_H

#include "guestmem.h"

#define IVGPU_GUESTMEM_CHUNK_SHIFT	6
#define IVGPU_GUESTMEM_CHUNK		BIT(IVGPU_GUESTMEM_CHUNK_SHIFT)

/**
 * struct ivgpu_guest_chunk - what is known of 64 consecutive guest frames
 * @index: first GFN >> IVGPU_GUESTMEM_CHUNK_SHIFT
 * @pinned: bit set: that page is pinned, @pages holds it
 * @marks: bit set: that page is not to be had in this synchronisation
 * @link: place in ivgpu_guestmem.marked while @marks is not 0
 * @pages: 64 pages, or NULL until one of them is pinned
 */
struct ivgpu_guest_chunk {
	u64 index;
	u64 pinned;
	u64 marks;
	struct list_head link;
	struct ivgpu_guest_page *pages;
};

/**
 * struct ivgpu_guest_run - pages that were mapped for DMA in one piece
 * @gfn: first guest frame
 * @dma: address of the first page for the GPU
 * @pages: how many; they never cross a multiple of IVGPU_GUESTMEM_RUN frames
 * @left: of these: still pinned. The mapping goes with the last
 * @busy: of these: have users
 */
struct ivgpu_guest_run {
	u64 gfn;
	dma_addr_t dma;
	u16 pages;
	u16 left;
	u16 busy;
};

/* Makes the workers of ivgpu_guestmem.request; 0 or -ENOMEM. Before @gm is used. */
int ivgpu_guestmem_init_request(struct ivgpu_guestmem *gm);

/* All with ivgpu_guestmem.lock held. */

/* The chunk that holds @gfn, or NULL. */
struct ivgpu_guest_chunk *ivgpu_guestmem_chunk(struct ivgpu_guestmem *gm, u64 gfn);
/* The same, made if it is not there, with room for pages if @pages; NULL: no memory. */
struct ivgpu_guest_chunk *ivgpu_guestmem_make_chunk(struct ivgpu_guestmem *gm, u64 gfn,
						    bool pages);
/* Free @chunk if it says nothing any more. */
void ivgpu_guestmem_tidy_chunk(struct ivgpu_guestmem *gm, struct ivgpu_guest_chunk *chunk);
/*
 * Map @n pages from @gfn on, or as many of them as can be mapped in one piece. The
 * run, with its pages counted as left; or an errno for the first page alone.
 */
struct ivgpu_guest_run *ivgpu_guest_run_map(struct ivgpu_guestmem *gm, u64 gfn,
					    struct page **pages, int n);
/* One page of @run is not pinned any more, or will not be in a moment. */
void ivgpu_guest_run_leave(struct ivgpu_guestmem *gm, struct ivgpu_guest_run *run);
/* Is a dma_unmap taking @gfn away? */
bool ivgpu_guestmem_is_blocked(const struct ivgpu_guestmem *gm, u64 gfn);
/* A dma_unmap of the current thread begins to take the range away. */
void ivgpu_guestmem_open_block(struct ivgpu_guestmem *gm, u64 first, u64 last);
/* It is done; the range stays blocked until the thread leaves the kernel. */
void ivgpu_guestmem_close_blocks(struct ivgpu_guestmem *gm, u64 first, u64 last);
/*
 * How often the current thread had called for the range before in this ioctl. @alone:
 * no other thread that called has still to leave the kernel.
 */
unsigned int ivgpu_guestmem_calls(struct ivgpu_guestmem *gm, u64 first, u64 last, bool *alone);
/* The end: nothing is blocked. */
void ivgpu_guestmem_drop_blocks(struct ivgpu_guestmem *gm);
void ivgpu_guestmem_start_move(struct ivgpu_guestmem *gm, struct ivgpu_guestmem_move *move,
			       u64 first, u64 last);
void ivgpu_guestmem_end_move(struct ivgpu_guestmem *gm, struct ivgpu_guestmem_move *move);

#endif
