// SPDX-License-Identifier: GPL-2.0
/*
 * Bring-up and the end of one GPU.
 */
#include <linux/debugfs.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "gpu_internal.h"

#define BAR_MMIO	0
#define BAR_APERTURE	2
#define BAR_MMIO_SIZE	SZ_16M
#define GTT_OFFSET	SZ_8M
#define GTT_SIZE	SZ_8M
#define DMA_BITS	39	/* i915 i915_pci.c: dma_mask_size of Gen8 and Gen9 */

/**
 * ivgpu_gpu_pdev() - the PCI device of a GPU
 * @gpu: the GPU
 *
 * Return: the device; as long as the GPU.
 */
struct pci_dev *ivgpu_gpu_pdev(struct ivgpu_gpu *gpu)
{
	return gpu->pdev;
}

/**
 * ivgpu_gpu_info() - which GPU it is
 * @gpu: the GPU
 *
 * Return: its row of the table of GPUs.
 */
const struct ivgpu_device_info *ivgpu_gpu_info(const struct ivgpu_gpu *gpu)
{
	return gpu->info;
}

/**
 * ivgpu_gpu_aperture_size() - size of the physical BAR2
 * @gpu: the GPU
 *
 * Return: bytes.
 */
u64 ivgpu_gpu_aperture_size(const struct ivgpu_gpu *gpu)
{
	return gpu->aperture;
}

/**
 * ivgpu_gpu_debugfs() - the folder of this GPU in debugfs
 * @gpu: the GPU
 *
 * Return: the folder, for files of the folders above.
 */
struct dentry *ivgpu_gpu_debugfs(struct ivgpu_gpu *gpu)
{
	return gpu->debugfs;
}

static void unmap_bar0(struct ivgpu_gpu *gpu)
{
	if (gpu->gtt)
		iounmap(gpu->gtt);
	if (gpu->regs)
		iounmap(gpu->regs);
	pci_release_region(gpu->pdev, BAR_MMIO);
}

/* BAR0 only: BAR2 may hold the framebuffer of the firmware's console, which owns it. */
static int map_bar0(struct ivgpu_gpu *gpu)
{
	struct pci_dev *pdev = gpu->pdev;
	resource_size_t start = pci_resource_start(pdev, BAR_MMIO);
	int ret;

	if (pci_resource_len(pdev, BAR_MMIO) < BAR_MMIO_SIZE) {
		pci_err(pdev, "BAR0 has %llu bytes, not 16 MiB\n",
			(u64)pci_resource_len(pdev, BAR_MMIO));
		return -ENODEV;
	}
	ret = pci_request_region(pdev, BAR_MMIO, "ivgpu");
	if (ret)
		return ret;
	gpu->regs = ioremap(start, GTT_OFFSET);
	gpu->gtt = ioremap_wc(start + GTT_OFFSET, GTT_SIZE);
	if (gpu->regs && gpu->gtt)
		return 0;
	unmap_bar0(gpu);
	return -ENOMEM;
}

static int start_engines(struct ivgpu_gpu *gpu)
{
	struct ivgpu_engine *engine;
	unsigned int i;
	int ret;

	mutex_lock(&gpu->reset_lock);
	ret = ivgpu_reset_all(gpu);
	mutex_unlock(&gpu->reset_lock);
	if (ret) {
		pci_err(gpu->pdev, "the GPU could not be reset (%d)\n", ret);
		return ret;
	}
	ivgpu_gt_setup(gpu);
	ivgpu_power_init(gpu);
	ret = ivgpu_irq_init(gpu);
	if (ret)
		return ret;
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		ivgpu_engine_start(engine);
	}
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		ret = ivgpu_engine_record_golden(engine);
		if (ret)
			return ret;
	}
	return 0;
}

/* After this the GPU neither interrupts nor touches memory. */
static void stop_engines(struct ivgpu_gpu *gpu)
{
	ivgpu_irq_fini(gpu);
	mutex_lock(&gpu->reset_lock);
	if (ivgpu_reset_all(gpu))
		pci_err(gpu->pdev, "the GPU could not be reset: taking bus mastering away\n");
	mutex_unlock(&gpu->reset_lock);
	pci_clear_master(gpu->pdev);
	ivgpu_engines_destroy(gpu);
}

static int bring_up(struct ivgpu_gpu *gpu)
{
	int ret;

	ret = ivgpu_mmio_init(gpu);
	if (ret)
		return ret;
	ret = ivgpu_ggtt_init(gpu);
	if (ret)
		goto mmio;
	ivgpu_aperture_init(gpu);
	ret = ivgpu_engines_create(gpu);
	if (!ret)
		ret = start_engines(gpu);
	if (!ret)
		return 0;
	stop_engines(gpu);
	ivgpu_aperture_fini(gpu);
	ivgpu_ggtt_fini(gpu);
mmio:
	ivgpu_mmio_fini(gpu);
	return ret;
}

/*
 * Does the kernel put bounce buffers between the GPU and memory that it can reach
 * (swiotlb=force)? Then it works on copies that nobody brings up to date. Where an
 * IOMMU translates, an address that is not the page's own is no sign of that.
 */
static int refuse_bounce(struct ivgpu_gpu *gpu)
{
	struct device *dev = &gpu->pdev->dev;
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);
	struct page *page = alloc_page(GFP_KERNEL | GFP_DMA32);
	dma_addr_t dma;
	int ret = 0;

	if (!page)
		return -ENOMEM;
	dma = dma_map_page(dev, page, 0, PAGE_SIZE, DMA_BIDIRECTIONAL);
	if (dma_mapping_error(dev, dma)) {
		ret = -EIO;
	} else {
		if (dma != page_to_phys(page) && (!domain || domain->type == IOMMU_DOMAIN_IDENTITY))
			ret = -EOPNOTSUPP;
		dma_unmap_page(dev, dma, PAGE_SIZE, DMA_BIDIRECTIONAL);
	}
	__free_page(page);
	if (ret == -EOPNOTSUPP)
		pci_err(gpu->pdev, "the kernel bounces DMA of the GPU (swiotlb), which a shared GPU cannot use: boot without swiotlb=force\n");
	return ret;
}

static int take_pci(struct ivgpu_gpu *gpu)
{
	struct pci_dev *pdev = gpu->pdev;
	int ret;

	ret = pci_enable_device(pdev);
	if (ret)
		return ret;
	gpu->aperture = pci_resource_len(pdev, BAR_APERTURE);
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(DMA_BITS));
	if (!ret)
		ret = refuse_bounce(gpu);
	if (!ret)
		ret = map_bar0(gpu);
	if (ret) {
		pci_disable_device(pdev);
		return ret;
	}
	pci_set_master(pdev);
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

	gpu = kzalloc(sizeof(*gpu), GFP_KERNEL);
	if (!gpu)
		return ERR_PTR(-ENOMEM);
	gpu->pdev = pdev;
	gpu->info = ivgpu_device_info_find(pdev->device);
	mutex_init(&gpu->reset_lock);
	ret = take_pci(gpu);
	if (ret)
		goto free;
	ret = bring_up(gpu);
	if (ret)
		goto pci;
	gpu->debugfs = debugfs_create_dir(pci_name(pdev), debugfs);
	ivgpu_gpu_debugfs_init(gpu);
	pci_info(pdev, "%s: %u engines, %llu MiB GGTT, %llu MiB aperture\n", gpu->info->name,
		 hweight8(gpu->info->engines), gpu->ggtt_total >> 20, gpu->aperture >> 20);
	return gpu;
pci:
	unmap_bar0(gpu);
	pci_disable_device(pdev);
free:
	kfree(gpu);
	return ERR_PTR(ret);
}

/**
 * ivgpu_gpu_destroy() - stop the GPU and give it back
 * @gpu: the GPU; nobody uses it any more
 *
 * Another driver can take it after this.
 */
void ivgpu_gpu_destroy(struct ivgpu_gpu *gpu)
{
	struct pci_dev *pdev = gpu->pdev;

	debugfs_remove(gpu->debugfs);
	stop_engines(gpu);
	ivgpu_aperture_fini(gpu);
	ivgpu_ggtt_fini(gpu);
	ivgpu_mmio_fini(gpu);
	unmap_bar0(gpu);
	pci_disable_device(pdev);
	kfree(gpu);
}
