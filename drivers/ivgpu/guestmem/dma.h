/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DMA addresses of single pages for the GPU: guest pages, scratch pages and
 * shadow page tables alike. @dev NULL: addresses are physical (KUnit).
 */
#ifndef IVGPU_GUESTMEM_DMA_H
#define IVGPU_GUESTMEM_DMA_H

#include <linux/types.h>

struct device;
struct page;

/* 0, -EIO (no mapping to be had) or -EREMOTEIO (it would be a bounce buffer). */
int ivgpu_dma_map_page(struct device *dev, struct page *page, dma_addr_t *dma);
void ivgpu_dma_unmap_page(struct device *dev, dma_addr_t dma);

#endif
