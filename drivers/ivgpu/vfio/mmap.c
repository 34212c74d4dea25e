// SPDX-License-Identifier: GPL-2.0
/*
 * BARs mapped by the VMM: nothing is there until it is touched, and everything
 * can be taken away again. Only where the administrator asks for it (map_ggtt).
 *
 * This needs a VFIO device with an inode of its own. On Linux 6.1 all share the
 * one of anonymous files, by which nothing can be unmapped, so there BARs are
 * trapped.
 */
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "../compat.h"
#include "vfio_device.h"

static bool map_ggtt;
module_param(map_ggtt, bool, 0444);
MODULE_PARM_DESC(map_ggtt,
		 "let the VMM map GGTT entries instead of trapping them; not yet tested on all kernels (default: N)");

/* Areas of one region that may be mapped. */
#define MOST_AREAS	2

static unsigned int bar_of(const struct vm_area_struct *vma)
{
	return vma->vm_pgoff >> (IVGPU_REGION_SHIFT - PAGE_SHIFT);
}

static u64 offset_of(const struct vm_area_struct *vma, unsigned long pgoff)
{
	return (u64)(pgoff & (BIT(IVGPU_REGION_SHIFT - PAGE_SHIFT) - 1)) << PAGE_SHIFT;
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	struct vm_area_struct *vma = vmf->vma;
	struct ivgpu_vfio_device *dev = vma->vm_private_data;
	vm_fault_t ret = VM_FAULT_SIGBUS;
	struct page *page;

	page = ivgpu_vgpu_map_begin(dev->vgpu, bar_of(vma), offset_of(vma, vmf->pgoff));
	if (page)
		ret = vmf_insert_pfn(vma, vmf->address, page_to_pfn(page));
	ivgpu_vgpu_map_end(dev->vgpu);
	return ret;
}

static const struct vm_operations_struct vm_ops = {
	.fault = fault,
};

/* May anything be mapped at all? */
static bool can_map(struct ivgpu_vfio_device *dev)
{
	return map_ggtt && ivgpu_vfio_inode(&dev->vdev);
}

/* Does the range lie in what may be mapped of the BAR? */
static bool may_map(struct ivgpu_vfio_device *dev, unsigned int bar, u64 offset, u64 len)
{
	u64 start, size;
	unsigned int i;

	for (i = 0; ivgpu_vgpu_map_area(dev->vgpu, bar, i, &start, &size); i++)
		if (offset >= start && offset - start < size && len <= size - (offset - start))
			return true;
	return false;
}

/**
 * ivgpu_vfio_mmap() - VFIO's mmap op
 * @vdev: the device, open
 * @vma: what is to be mapped
 *
 * Return: 0, or -EINVAL outside the areas that the region's information names.
 */
int ivgpu_vfio_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);

	if (!can_map(dev) || !(vma->vm_flags & VM_SHARED) ||
	    !may_map(dev, bar_of(vma), offset_of(vma, vma->vm_pgoff),
		     vma->vm_end - vma->vm_start))
		return -EINVAL;
	vma->vm_private_data = dev;
	vma->vm_ops = &vm_ops;
	ivgpu_vm_flags_set(vma, VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

/* No mapping of the range is left in any process, nor in KVM, which follows. */
static void zap(void *owner, unsigned int bar, u64 offset, u64 len)
{
	struct ivgpu_vfio_device *dev = owner;
	struct inode *inode = ivgpu_vfio_inode(&dev->vdev);

	if (inode)
		unmap_mapping_range(inode->i_mapping, ((u64)bar << IVGPU_REGION_SHIFT) + offset,
				    len, true);
}

static void zap_entries(void *owner, u32 offset, u32 len)
{
	zap(owner, VFIO_PCI_BAR0_REGION_INDEX, IVGPU_GGTT_OFFSET + offset, len);
}

static void zap_aperture(void *owner, u64 addr, u64 len)
{
	zap(owner, VFIO_PCI_BAR2_REGION_INDEX, addr, len);
}

const struct ivgpu_vggtt_map_ops ivgpu_vfio_map_ops = {
	.zap_entries = zap_entries,
	.zap_aperture = zap_aperture,
};

/**
 * ivgpu_vfio_map_caps() - say what of a region may be mapped
 * @dev: the device, open
 * @info: the region's information, index filled in
 * @caps: capabilities to add to
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_vfio_map_caps(struct ivgpu_vfio_device *dev, struct vfio_region_info *info,
			struct vfio_info_cap *caps)
{
	struct vfio_region_info_cap_sparse_mmap *sparse;
	u64 offset, len;
	unsigned int i;
	int ret = 0;

	if (!can_map(dev))
		return 0;
	sparse = kzalloc(struct_size(sparse, areas, MOST_AREAS), GFP_KERNEL);
	if (!sparse)
		return -ENOMEM;
	for (i = 0; i < MOST_AREAS; i++) {
		if (!ivgpu_vgpu_map_area(dev->vgpu, info->index, i, &offset, &len) || !len)
			continue;
		sparse->areas[sparse->nr_areas].offset = offset;
		sparse->areas[sparse->nr_areas++].size = len;
	}
	if (sparse->nr_areas) {
		sparse->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
		sparse->header.version = 1;
		info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
		ret = vfio_info_add_capability(caps, &sparse->header,
					       struct_size(sparse, areas, sparse->nr_areas));
	}
	kfree(sparse);
	return ret;
}
