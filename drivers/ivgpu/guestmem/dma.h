/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DMA addresses for the GPU: of guest pages, scratch pages and shadow page tables
 * alike. @dev NULL: addresses are physical (KUnit).
 */
#ifndef IVGPU_GUESTMEM_DMA_H
#define IVGPU_GUESTMEM_DMA_H

#include <linux/types.h>

struct device;
struct page;

/* 0, -EIO (no mapping to be had) or -EREMOTEIO (it would be a bounce buffer). */
int ivgpu_dma_map_page(struct device *dev, struct page *page, dma_addr_t *dma);
void ivgpu_dma_unmap_page(struct device *dev, dma_addr_t dma);
/* The same for @n pages that lie side by side, and do so for the GPU too. */
int ivgpu_dma_map_pages(struct device *dev, struct page *page, unsigned int n,
			dma_addr_t *dma);
void ivgpu_dma_unmap_pages(struct device *dev, dma_addr_t dma, unsigned int n);
/* How many pages are mapped now, for all GPUs. */
long ivgpu_dma_mapped(void);

#endif
