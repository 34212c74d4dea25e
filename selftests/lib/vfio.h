/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VFIO device as a VMM opens it: container, group, device, regions, interrupts.
 *
 * Functions give 0 or -errno.  Nothing here judges: the programs do.
 */
#ifndef SELFTESTS_VFIO_H
#define SELFTESTS_VFIO_H

#include <linux/types.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mdev.h"

#define VFIO_TEST_REGIONS 16
#define VFIO_TEST_AREAS 16

struct vfio_region {
	uint32_t flags;
	uint64_t size;
	uint64_t offset;
	uint32_t type, subtype;
	bool sparse;
	unsigned int areas;
	struct vfio_region_sparse_mmap_area area[VFIO_TEST_AREAS];
};

struct vfio_dev {
	char uuid[UUID_LEN];
	int container;		/* or the iommufd */
	int group, fd;
	uint32_t ioas;		/* with an iommufd, else 0 */
	int kvm, vm, kvm_vfio;
	struct vfio_device_info info;
	struct vfio_region region[VFIO_TEST_REGIONS];
	unsigned int regions;
};

/* Open an mdev that exists. */
int vfio_open(struct vfio_dev *dev, const char *uuid);
void vfio_close(struct vfio_dev *dev);

int vfio_map(struct vfio_dev *dev, void *va, uint64_t iova, uint64_t size);
int vfio_unmap(struct vfio_dev *dev, uint64_t iova, uint64_t size);

/* One access of a region; bytes done or -errno. */
ssize_t vfio_read(struct vfio_dev *dev, unsigned int region, uint64_t off, void *data, size_t n);
ssize_t vfio_write(struct vfio_dev *dev, unsigned int region, uint64_t off, const void *data,
		   size_t n);
uint32_t bar0_read(struct vfio_dev *dev, uint32_t reg);
void bar0_write(struct vfio_dev *dev, uint32_t reg, uint32_t value);
uint16_t cfg_read16(struct vfio_dev *dev, uint32_t reg);
uint32_t cfg_read32(struct vfio_dev *dev, uint32_t reg);
void cfg_write16(struct vfio_dev *dev, uint32_t reg, uint16_t value);
void cfg_write32(struct vfio_dev *dev, uint32_t reg, uint32_t value);
/* Offset of a capability in config space, 0 when there is none. */
unsigned int cfg_find_cap(struct vfio_dev *dev, uint8_t id);

bool region_mappable(struct vfio_dev *dev, unsigned int region);
/* Map part of a region; NULL where VFIO does not let it be mapped. */
void *region_mmap(struct vfio_dev *dev, unsigned int region, uint64_t off, size_t size);

/* Interrupts by eventfd: fd < 0 takes it off again. */
int vfio_irq_eventfd(struct vfio_dev *dev, unsigned int index, int fd);
int vfio_irq_disable(struct vfio_dev *dev, unsigned int index);
int vfio_reset(struct vfio_dev *dev);
int vfio_feature(struct vfio_dev *dev, uint32_t flags, void *data, size_t n);

/* Enable memory decoding and MSI in config space, as an OS does. */
void vfio_enable_device(struct vfio_dev *dev);

#endif
