// SPDX-License-Identifier: GPL-2.0
/*
 * Runs: guest pages that lie side by side, in the guest and on the host, and are
 * mapped for DMA in one piece.
 *
 * Behind an IOMMU a run is one stretch of addresses, so that large guest pages can
 * stay large. What is mapped in one piece is unmapped in one piece; a run of which
 * dma_unmap takes some pages while others are in use stays mapped until those go,
 * though no entry names the pages that went.
 */
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include <ivgpu/engine.h>

#include "chunk.h"
#include "dma.h"

/* A run that does not begin at a multiple of this ends there: 64K pages keep their alignment. */
#define SMALL	16

/* How many of @n pages from @gfn on lie side by side, and have a place in the cache. */
static int run_length(struct ivgpu_guestmem *gm, u64 gfn, struct page **pages, int n)
{
	u64 unit = IS_ALIGNED(gfn, SMALL) ? IVGPU_GUESTMEM_RUN : SMALL;
	int i;

	n = min_t(u64, n, unit - (gfn & (unit - 1)));
	for (i = 0; i < n; i++)
		if (page_to_pfn(pages[i]) != page_to_pfn(pages[0]) + i ||
		    !ivgpu_guestmem_make_chunk(gm, gfn + i, true))
			break;
	return i;
}

static int map(struct ivgpu_guestmem *gm, struct ivgpu_guest_run *run, struct page *page, int n)
{
	int err = ivgpu_dma_map_pages(gm->dma_dev, page, n, &run->dma);

	run->pages = n;
	run->left = n;
	return err;
}

struct ivgpu_guest_run *ivgpu_guest_run_map(struct ivgpu_guestmem *gm, u64 gfn,
					    struct page **pages, int n)
{
	struct ivgpu_guest_run *run;
	int err;

	n = run_length(gm, gfn, pages, n);
	run = n ? kzalloc(sizeof(*run), GFP_KERNEL) : NULL;
	if (!run)
		return ERR_PTR(-ENOMEM);
	run->gfn = gfn;
	err = map(gm, run, pages[0], n);
	if (err && n > 1)
		err = map(gm, run, pages[0], 1);
	if (err) {
		kfree(run);
		return ERR_PTR(err);
	}
	gm->stats.dma_maps++;
	return run;
}

void ivgpu_guest_run_leave(struct ivgpu_guestmem *gm, struct ivgpu_guest_run *run)
{
	if (--run->left)
		return;
	ivgpu_dma_unmap_pages(gm->dma_dev, run->dma, run->pages);
	kfree(run);
}
