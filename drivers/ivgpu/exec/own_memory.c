// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of the module that the GPU reaches through the GGTT: context images,
 * rings and copied batches, in the part of the GGTT that no guest can name.
 */
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "exec_internal.h"

static struct device *dma_dev(struct ivgpu_vexec *vx)
{
	return &ivgpu_gpu_pdev(vx->p.gpu)->dev;
}

static void put_pages(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem)
{
	u32 i;

	if (mem->vaddr)
		vunmap(mem->vaddr);
	for (i = 0; i < mem->nr_pages; i++) {
		dma_unmap_page(dma_dev(vx), mem->dma[i], PAGE_SIZE, DMA_BIDIRECTIONAL);
		__free_page(mem->pages[i]);
	}
	kvfree(mem->pages);
	kvfree(mem->dma);
}

/* Memory that the GPU can address, so that no bounce buffer gets in between. */
static gfp_t page_gfp(struct ivgpu_vexec *vx)
{
	return GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN |
	       (dma_addressing_limited(dma_dev(vx)) ? GFP_DMA32 : 0);
}

static int get_page_mapped(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem)
{
	struct page *page = alloc_page(page_gfp(vx));
	dma_addr_t dma;

	if (!page)
		return -ENOMEM;
	dma = dma_map_page(dma_dev(vx), page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dma_dev(vx), dma)) {
		__free_page(page);
		return -ENOMEM;
	}
	mem->pages[mem->nr_pages] = page;
	mem->dma[mem->nr_pages++] = dma;
	return 0;
}

static int get_pages(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem, u32 n)
{
	mem->pages = kvcalloc(n, sizeof(*mem->pages), GFP_KERNEL);
	mem->dma = kvcalloc(n, sizeof(*mem->dma), GFP_KERNEL);
	if (!mem->pages || !mem->dma)
		return -ENOMEM;
	while (mem->nr_pages < n)
		if (get_page_mapped(vx, mem))
			return -ENOMEM;
	mem->vaddr = vmap(mem->pages, n, VM_MAP, PAGE_KERNEL);
	return mem->vaddr ? 0 : -ENOMEM;
}

static int init_once(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem, u32 n)
{
	int ret;

	if (vx->own_bytes + n * IVGPU_PAGE_SIZE > IVGPU_MAX_OWN_BYTES)
		return -ENOSPC;
	ret = get_pages(vx, mem, n);
	if (!ret)
		ret = ivgpu_ggtt_alloc(vx->p.gpu, (u64)n * IVGPU_PAGE_SIZE, IVGPU_PAGE_SIZE,
				       &mem->node);
	if (ret) {
		put_pages(vx, mem);
		memset(mem, 0, sizeof(*mem));
	}
	return ret;
}

/**
 * ivgpu_own_mem_init - allocate memory and map it in the GGTT
 * @vx: on whose account
 * @mem: filled in; must be zero
 * @size: bytes, rounded up to pages
 *
 * Where the vGPU's share or the GGTT is used up, shadow contexts that nothing
 * needs make room. guestmem lock held; may sleep.
 *
 * Return: 0, -ENOSPC or -ENOMEM.
 */
int ivgpu_own_mem_init(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem, u32 size)
{
	u32 n = DIV_ROUND_UP(size, IVGPU_PAGE_SIZE);
	u32 i;
	int ret;

	lockdep_assert_held(&vx->p.gm->lock);
	do {
		ret = init_once(vx, mem, n);
	} while (ret == -ENOSPC && ivgpu_shadow_ctx_evict(vx));
	if (ret)
		return ret;
	for (i = 0; i < n; i++)
		ivgpu_ggtt_set(vx->p.gpu, (mem->node.start >> IVGPU_PAGE_SHIFT) + i, mem->dma[i]);
	ivgpu_ggtt_flush(vx->p.gpu);
	vx->own_bytes += n * IVGPU_PAGE_SIZE;
	return 0;
}

/**
 * ivgpu_own_mem_fini - give it back
 * @vx: on whose account
 * @mem: the memory; nothing is done when there is none. The GPU does not use it any more.
 */
void ivgpu_own_mem_fini(struct ivgpu_vexec *vx, struct ivgpu_own_mem *mem)
{
	if (!mem->nr_pages)
		return;
	ivgpu_ggtt_clear(vx->p.gpu, mem->node.start >> IVGPU_PAGE_SHIFT, mem->nr_pages);
	ivgpu_ggtt_flush(vx->p.gpu);
	ivgpu_ggtt_free(vx->p.gpu, &mem->node);
	vx->own_bytes -= mem->nr_pages * IVGPU_PAGE_SIZE;
	put_pages(vx, mem);
	memset(mem, 0, sizeof(*mem));
}
