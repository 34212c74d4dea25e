// SPDX-License-Identifier: GPL-2.0
/*
 * Guest pages through VFIO: guest frames are I/O virtual page numbers.
 */
#include <linux/iommu.h>

#include "../compat.h"
#include "vfio_device.h"

/* VFIO takes at most a page full of page numbers in one call. */
#define PIN_MAX	VFIO_PIN_PAGES_MAX_ENTRIES

/*
 * VFIO pins all pages or none. Where one of several cannot be had, those before
 * it are pinned one by one. So are all behind an iommufd: it takes back only what
 * it gave (iopt_area_remove_access() in drivers/iommu/iommufd/io_pagetable.c of
 * Linux 6.12 warns otherwise), and pages are released in other runs than they came.
 */
static int pin(void *owner, u64 gfn, int npages, struct page **pages)
{
	struct ivgpu_vfio_device *dev = owner;
	const int prot = IOMMU_READ | IOMMU_WRITE;
	int n, ret;

	npages = min_t(int, npages, PIN_MAX);
	if (npages == 1 || !ivgpu_vfio_unpins_exactly(&dev->vdev)) {
		ret = vfio_pin_pages(&dev->vdev, gfn << PAGE_SHIFT, npages, prot, pages);
		if (ret > 0 || npages == 1)
			return ret ?: -EFAULT;
	}
	for (n = 0; n < npages; n++) {
		ret = vfio_pin_pages(&dev->vdev, (gfn + n) << PAGE_SHIFT, 1, prot, pages + n);
		if (ret != 1)
			return n ?: ret ?: -EFAULT;
	}
	return n;
}

static void unpin(void *owner, u64 gfn, int npages)
{
	struct ivgpu_vfio_device *dev = owner;
	const int most = ivgpu_vfio_unpins_exactly(&dev->vdev) ? 1 : PIN_MAX;
	int n;

	for (; npages > 0; npages -= n, gfn += n) {
		n = min_t(int, npages, most);
		vfio_unpin_pages(&dev->vdev, gfn << PAGE_SHIFT, n);
	}
}

static bool refused(void *owner, u64 gfn)
{
	struct ivgpu_vfio_device *dev = owner;

	return ivgpu_vgpu_gfn_is_own_bar(dev->vgpu, gfn);
}

static void crowded(void *owner)
{
	struct ivgpu_vfio_device *dev = owner;

	ivgpu_vgpu_reclaim(dev->vgpu);
}

const struct ivgpu_guestmem_ops ivgpu_vfio_mem_ops = {
	.pin = pin,
	.unpin = unpin,
	.refused = refused,
	.track = ivgpu_vfio_track,
	.untrack = ivgpu_vfio_untrack,
	.crowded = crowded,
};
