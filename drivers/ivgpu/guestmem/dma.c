// SPDX-License-Identifier: GPL-2.0
/*
 * DMA addresses of guest pages for the GPU.
 *
 * A page table entry must name the guest's own page. Where the kernel would
 * give the device a bounce buffer instead (swiotlb), the GPU would work on a
 * copy that nobody brings up to date, so such a mapping is refused.
 */
#include <linux/atomic.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/mm.h>

#include <ivgpu/engine.h>

#include "dma.h"

/* Of all guests and of their shadows, so that what is left after a close can be seen. */
static atomic_long_t mapped;

/**
 * ivgpu_dma_mapped() - how many pages are mapped for any GPU now
 *
 * Any context.
 *
 * Return: pages, over all guests and their shadows.
 */
long ivgpu_dma_mapped(void)
{
	return atomic_long_read(&mapped);
}

/* Does an IOMMU give @dev addresses of its own? */
static bool translated(struct device *dev)
{
#if IS_ENABLED(CONFIG_IOMMU_API)
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain && domain->type != IOMMU_DOMAIN_IDENTITY;
#else
	return false;
#endif
}

/**
 * ivgpu_dma_map_pages() - make pages reachable for the GPU in one piece
 * @dev: the GPU, or NULL
 * @page: the first of them; they lie side by side
 * @n: how many
 * @dma: where the DMA address of the first goes
 *
 * Return: 0, -EIO or -EREMOTEIO (a bounce buffer, refused).
 */
int ivgpu_dma_map_pages(struct device *dev, struct page *page, unsigned int n,
			dma_addr_t *dma)
{
	if (!dev) {
		*dma = page_to_phys(page);
		return 0;
	}
	*dma = dma_map_page(dev, page, 0, (size_t)n << IVGPU_PAGE_SHIFT, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, *dma))
		return -EIO;
	atomic_long_add(n, &mapped);
	if (*dma != page_to_phys(page) && !translated(dev)) {
		ivgpu_dma_unmap_pages(dev, *dma, n);
		return -EREMOTEIO;
	}
	return 0;
}

/**
 * ivgpu_dma_unmap_pages() - undo ivgpu_dma_map_pages()
 * @dev: the GPU, or NULL
 * @dma: the first page's DMA address
 * @n: as it was mapped
 */
void ivgpu_dma_unmap_pages(struct device *dev, dma_addr_t dma, unsigned int n)
{
	if (!dev)
		return;
	dma_unmap_page(dev, dma, (size_t)n << IVGPU_PAGE_SHIFT, DMA_BIDIRECTIONAL);
	atomic_long_sub(n, &mapped);
}

/**
 * ivgpu_dma_map_page() - make a page reachable for the GPU
 * @dev: the GPU, or NULL
 * @page: one page
 * @dma: where its DMA address goes
 *
 * Return: 0, -EIO or -EREMOTEIO (a bounce buffer, refused).
 */
int ivgpu_dma_map_page(struct device *dev, struct page *page, dma_addr_t *dma)
{
	return ivgpu_dma_map_pages(dev, page, 1, dma);
}

/**
 * ivgpu_dma_unmap_page() - undo ivgpu_dma_map_page()
 * @dev: the GPU, or NULL
 * @dma: the page's DMA address
 */
void ivgpu_dma_unmap_page(struct device *dev, dma_addr_t dma)
{
	ivgpu_dma_unmap_pages(dev, dma, 1);
}
