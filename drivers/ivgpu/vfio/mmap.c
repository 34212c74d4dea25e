// SPDX-License-Identifier: GPL-2.0
/*
 * BARs mapped by the VMM: nothing is there until it is touched, and everything
 * can be taken away again.
 *
 * What is mapped is found by the inode of the file under the mapping. On Linux
 * 6.1 all VFIO devices share the one of anonymous files, by which nothing can be
 * unmapped; there a mapping is moved to a file of the vGPU's own, and holds the
 * device's file instead of its VMA doing so.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/refcount.h>
#include <linux/slab.h>

#include "../compat.h"
#include "vfio_device.h"

static bool map_ggtt = true;
module_param(map_ggtt, bool, 0444);
MODULE_PARM_DESC(map_ggtt,
		 "let the VMM map GGTT entries, so that they cost no traps; N: trap each access (default: Y)");

static bool map_aperture = true;
module_param(map_aperture, bool, 0444);
MODULE_PARM_DESC(map_aperture,
		 "let the VMM map the aperture (BAR2), so that accesses cost no traps; N: trap each access (default: Y)");

/* Areas of one region that may be mapped. */
#define MOST_AREAS	2

/**
 * struct mapping - what a call of mmap() made
 * @dev: the device, open as long as this exists
 * @file: keeps it open; NULL where the VMA itself does
 * @vmas: VMAs that it was split into, or that children inherited
 */
struct mapping {
	struct ivgpu_vfio_device *dev;
	struct file *file;
	refcount_t vmas;
};

static unsigned int bar_of(const struct vm_area_struct *vma)
{
	return vma->vm_pgoff >> (IVGPU_REGION_SHIFT - PAGE_SHIFT);
}

static u64 offset_of(const struct vm_area_struct *vma, unsigned long pgoff)
{
	return (u64)(pgoff & (BIT(IVGPU_REGION_SHIFT - PAGE_SHIFT) - 1)) << PAGE_SHIFT;
}

static vm_fault_t insert(struct vm_fault *vmf, const struct ivgpu_vgpu_mapped *mapped)
{
	struct vm_area_struct *vma = vmf->vma;

	if (mapped->io)
		return vmf_insert_pfn_prot(vma, vmf->address, mapped->pfn,
					   pgprot_writecombine(vma->vm_page_prot));
	return vmf_insert_pfn(vma, vmf->address, mapped->pfn);
}

/* The device stays open meanwhile, whatever becomes of the mapping. */
static vm_fault_t wait_and_retry(struct vm_fault *vmf)
{
	const struct mapping *mapping = vmf->vma->vm_private_data;
	struct file *file = get_file(mapping->file ?: vmf->vma->vm_file);
	struct ivgpu_vgpu *vgpu = mapping->dev->vgpu;

	/* Not a VMA's own lock: the kernel takes that only for files that map around a fault. */
	mmap_read_unlock(vmf->vma->vm_mm);
	ivgpu_vgpu_map_wait(vgpu);
	fput(file);
	return VM_FAULT_RETRY;
}

static vm_fault_t fault(struct vm_fault *vmf)
{
	const struct mapping *mapping = vmf->vma->vm_private_data;
	struct ivgpu_vgpu *vgpu = mapping->dev->vgpu;
	bool may_wait = fault_flag_allow_retry_first(vmf->flags) &&
			!(vmf->flags & FAULT_FLAG_RETRY_NOWAIT);
	struct ivgpu_vgpu_mapped mapped;
	vm_fault_t ret = VM_FAULT_SIGBUS;
	enum ivgpu_map_result result;

	result = ivgpu_vgpu_map_begin(vgpu, bar_of(vmf->vma), offset_of(vmf->vma, vmf->pgoff),
				      may_wait, &mapped);
	if (result == IVGPU_MAP_PAGE)
		ret = insert(vmf, &mapped);
	ivgpu_vgpu_map_end(vgpu, &mapped);
	return result == IVGPU_MAP_WAIT ? wait_and_retry(vmf) : ret;
}

static void vma_open(struct vm_area_struct *vma)
{
	struct mapping *mapping = vma->vm_private_data;

	refcount_inc(&mapping->vmas);
}

static void vma_close(struct vm_area_struct *vma)
{
	struct mapping *mapping = vma->vm_private_data;

	if (!refcount_dec_and_test(&mapping->vmas))
		return;
	if (mapping->file)
		fput(mapping->file);
	kfree(mapping);
}

static const struct vm_operations_struct vm_ops = {
	.open = vma_open,
	.close = vma_close,
	.fault = fault,
};

/**
 * ivgpu_vfio_map_open() - before the vGPU is opened
 * @dev: the device
 *
 * Return: 0 or an errno.
 */
int ivgpu_vfio_map_open(struct ivgpu_vfio_device *dev)
{
	struct file *file = map_ggtt || map_aperture ? ivgpu_vfio_mapping_file() : NULL;

	if (IS_ERR(file))
		return PTR_ERR(file);
	dev->mapping_file = file;
	return 0;
}

/**
 * ivgpu_vfio_map_close() - after the vGPU was closed
 * @dev: the device; nothing is mapped, or it would still be open
 */
void ivgpu_vfio_map_close(struct ivgpu_vfio_device *dev)
{
	if (dev->mapping_file)
		fput(dev->mapping_file);
	dev->mapping_file = NULL;
}

/* The inode by which mappings of this device are found. */
static struct inode *inode_of(struct ivgpu_vfio_device *dev)
{
	return dev->mapping_file ? file_inode(dev->mapping_file) : ivgpu_vfio_inode(&dev->vdev);
}

/* What the administrator allows to be mapped. */
static bool is_allowed(unsigned int bar)
{
	return bar == VFIO_PCI_BAR2_REGION_INDEX ? map_aperture : map_ggtt;
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
 * Return: 0; -EINVAL outside the areas that the region's information names;
 * -ENOMEM.
 */
int ivgpu_vfio_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);
	struct mapping *mapping;

	if (bar_of(vma) == IVGPU_PIXELS_INDEX)
		return ivgpu_vfio_map_pixels(dev, vma, offset_of(vma, vma->vm_pgoff));
	if (!is_allowed(bar_of(vma)) || !(vma->vm_flags & VM_SHARED) ||
	    !may_map(dev, bar_of(vma), offset_of(vma, vma->vm_pgoff),
		     vma->vm_end - vma->vm_start))
		return -EINVAL;
	mapping = kzalloc(sizeof(*mapping), GFP_KERNEL_ACCOUNT);
	if (!mapping)
		return -ENOMEM;
	mapping->dev = dev;
	refcount_set(&mapping->vmas, 1);
	if (dev->mapping_file) {
		mapping->file = get_file(vma->vm_file);
		vma_set_file(vma, dev->mapping_file);
	}
	vma->vm_private_data = mapping;
	vma->vm_ops = &vm_ops;
	ivgpu_vm_flags_set(vma, VM_PFNMAP | VM_IO | VM_DONTEXPAND | VM_DONTDUMP);
	return 0;
}

/* No mapping of the range is left in any process, nor in KVM, which follows. */
static void zap(void *owner, unsigned int bar, u64 offset, u64 len)
{
	struct ivgpu_vfio_device *dev = owner;

	unmap_mapping_range(inode_of(dev)->i_mapping, ((u64)bar << IVGPU_REGION_SHIFT) + offset,
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

	if (!is_allowed(info->index))
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
