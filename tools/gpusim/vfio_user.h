/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Server side of the vfio-user protocol (QEMU docs/interop/vfio-user.rst) for one client.
 * Knows messages, descriptors and sizes; what a region means is the device's business.
 */
#ifndef GPUSIM_VFIO_USER_H
#define GPUSIM_VFIO_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	VU_REGION_BAR0 = 0,
	VU_REGION_BAR2 = 2,
	VU_REGION_BAR4 = 4,
	VU_REGION_CONFIG = 7,
	VU_NUM_REGIONS = 9,
	VU_IRQ_INTX = 0,
	VU_IRQ_MSI = 1,
	VU_NUM_IRQS = 5
};

struct vu_region {
	uint64_t size;
	int fd;			/* of the part that the client may map, or -1 */
	uint64_t map_offset;	/* where that part starts in the region and in fd */
	uint64_t map_size;
};

struct vu_device {
	void *ctx;
	struct vu_region region[VU_NUM_REGIONS];
	int (*read)(void *ctx, unsigned int region, uint64_t off, void *buf, size_t len);
	int (*write)(void *ctx, unsigned int region, uint64_t off, const void *buf, size_t len);
	int (*dma_map)(void *ctx, uint64_t addr, uint64_t size, int fd, uint64_t offset, bool rd,
		       bool wr);
	int (*dma_unmap)(void *ctx, uint64_t addr, uint64_t size);
	void (*set_msi)(void *ctx, int eventfd);	/* takes the descriptor over; -1: none */
	void (*set_intx)(void *ctx, int eventfd);	/* the same */
	/* An interrupt masks INTx by itself; the client unmasks it when it was handled. */
	void (*mask_intx)(void *ctx, bool masked);
	void (*reset)(void *ctx);
};

/* Serves messages from a connected socket until the client leaves: 0, or a negative errno. */
int vu_serve(struct vu_device *dev, int sock);

#endif
