/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A VFIO device by its own device node and an iommufd (kernels with VFIO_DEVICE_CDEV).
 */
#ifndef SELFTESTS_VFIO_CDEV_H
#define SELFTESTS_VFIO_CDEV_H

#include <stdint.h>

struct vfio_dev;

/* Open the node of dev->uuid, bind it to a new iommufd and an address space of its own. */
int vfio_cdev_open(struct vfio_dev *dev);
int vfio_cdev_map(struct vfio_dev *dev, void *va, uint64_t iova, uint64_t size);
int vfio_cdev_unmap(struct vfio_dev *dev, uint64_t iova, uint64_t size);

#endif
