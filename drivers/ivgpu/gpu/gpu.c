// SPDX-License-Identifier: GPL-2.0
/*
 * Bring-up and the end of one GPU.
 */
#include <linux/debugfs.h>
#include <linux/slab.h>

#include "gpu_internal.h"

#define BAR_MMIO	0
#define BAR_APERTURE	2
#define BAR_MMIO_SIZE	SZ_16M
#define DMA_BITS	39	/* i915 i915_pci.c: dma_mask_size of Gen8 and Gen9 */

static int claim_pci(struct ivgpu_gpu *gpu)
{
	struct pci_dev *pdev = gpu->pdev;
	int ret;

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(DMA_BITS));
	if (ret)
		return ret;
	if (pci_resource_len(pdev, BAR_MMIO) < BAR_MMIO_SIZE) {
		pci_err(pdev, "BAR0 has %llu bytes, not 16 MiB\n",
			(u64)pci_resource_len(pdev, BAR_MMIO));
		return -ENODEV;
	}
	gpu->aperture = pci_resource_len(pdev, BAR_APERTURE);
	ret = pcim_iomap_regions(pdev, BIT(BAR_MMIO), "ivgpu");
	if (ret)
		return ret;
	gpu->regs = pcim_iomap_table(pdev)[BAR_MMIO];
	return 0;
}

/**
 * ivgpu_gpu_create() - take a GPU and make it ready to run contexts
 * @pdev: its PCI device, bound to this driver
 * @debugfs: the driver's debugfs folder
 *
 * Return: the GPU, or an ERR_PTR; what went wrong is in the log.
 */
struct ivgpu_gpu *ivgpu_gpu_create(struct pci_dev *pdev, struct dentry *debugfs)
{
	struct ivgpu_gpu *gpu;
	int ret;

	gpu = devm_kzalloc(&pdev->dev, sizeof(*gpu), GFP_KERNEL);
	if (!gpu)
		return ERR_PTR(-ENOMEM);
	gpu->pdev = pdev;
	gpu->info = ivgpu_device_info_find(pdev->device);
	ret = claim_pci(gpu);
	if (ret)
		return ERR_PTR(ret);
	gpu->debugfs = debugfs_create_dir(pci_name(pdev), debugfs);
	return gpu;
}

/**
 * ivgpu_gpu_destroy() - stop the GPU and give it back
 * @gpu: the GPU; nobody uses it any more
 */
void ivgpu_gpu_destroy(struct ivgpu_gpu *gpu)
{
	debugfs_remove(gpu->debugfs);
}

struct dentry *ivgpu_gpu_debugfs(struct ivgpu_gpu *gpu)
{
	return gpu->debugfs;
}
