// SPDX-License-Identifier: GPL-2.0
/*
 * The GGTT of the physical GPU: its entries, and memory of the module in it.
 *
 * Entries that belong to nobody name a scratch page, so that an access that no
 * audit caught reaches nothing.
 */
#include <linux/bitfield.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "gpu_internal.h"
#include "regs.h"

#define PTE_VALID	BIT_ULL(0)
#define PTE_WRITABLE	BIT_ULL(1)	/* of a PPGTT entry */
#define PTES		512		/* entries of a page table */

/* GGTT entries change posted; nobody relies on them before ivgpu_ggtt_flush(). */
static void write_pte(struct ivgpu_gpu *gpu, u32 page, u64 pte)
{
	writeq(pte, &gpu->gtt[page]);
}

static u64 scratch_pte(const struct ivgpu_gpu *gpu)
{
	return gpu->scratch[0].dma | PTE_VALID;
}

/**
 * ivgpu_ggtt_set() - let an entry name a page
 * @gpu: the GPU
 * @page: which entry: address >> 12; the caller's own
 * @dma: DMA address of the page
 */
void ivgpu_ggtt_set(struct ivgpu_gpu *gpu, u32 page, dma_addr_t dma)
{
	write_pte(gpu, page, (dma & PAGE_MASK) | PTE_VALID);
}

/**
 * ivgpu_ggtt_clear() - let entries name the scratch page
 * @gpu: the GPU
 * @page: first entry: address >> 12; the caller's own
 * @count: how many
 */
void ivgpu_ggtt_clear(struct ivgpu_gpu *gpu, u32 page, u32 count)
{
	while (count--)
		write_pte(gpu, page++, scratch_pte(gpu));
}

/**
 * ivgpu_ggtt_flush() - let the GPU see all changes of entries made so far
 * @gpu: the GPU
 *
 * i915 gt/intel_ggtt.c, gen8_ggtt_invalidate: the entries are written through a
 * write-combining mapping, which the write to this register drains.
 */
void ivgpu_ggtt_flush(struct ivgpu_gpu *gpu)
{
	wmb();	/* entries before the register */
	ivgpu_raw_write(gpu, FLSH_CNTL, 1);
	ivgpu_raw_read(gpu, FLSH_CNTL);
}

/**
 * ivgpu_ggtt_alloc() - take a part of the module's own address space
 * @gpu: the GPU
 * @size: bytes, a multiple of the page size
 * @align: a power of two, at least the page size
 * @node: filled in
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
int ivgpu_ggtt_alloc(struct ivgpu_gpu *gpu, u64 size, u64 align, struct ivgpu_ggtt_node *node)
{
	int ret;

	mutex_lock(&gpu->ggtt_lock);
	ret = ivgpu_range_alloc(&gpu->space.own, size, align, node);
	mutex_unlock(&gpu->ggtt_lock);
	return ret;
}

static void clear_node(struct ivgpu_gpu *gpu, const struct ivgpu_ggtt_node *node)
{
	if (node->size)
		ivgpu_ggtt_clear(gpu, node->start >> IVGPU_PAGE_SHIFT,
				 node->size >> IVGPU_PAGE_SHIFT);
}

/**
 * ivgpu_ggtt_free() - give back what ivgpu_ggtt_alloc() took
 * @gpu: the GPU
 * @node: an unused one is left alone
 *
 * Its entries name the scratch page afterwards.
 */
void ivgpu_ggtt_free(struct ivgpu_gpu *gpu, struct ivgpu_ggtt_node *node)
{
	mutex_lock(&gpu->ggtt_lock);
	clear_node(gpu, node);
	ivgpu_ggtt_flush(gpu);
	ivgpu_range_free(node);
	mutex_unlock(&gpu->ggtt_lock);
}

/**
 * ivgpu_ggtt_alloc_partition() - take the two parts that a vGPU lives in
 * @gpu: the GPU
 * @low: bytes below 1 GiB
 * @high: bytes above
 * @part: filled in; the high part may be one page short
 *
 * Return: 0, -EINVAL or -ENOSPC.
 */
int ivgpu_ggtt_alloc_partition(struct ivgpu_gpu *gpu, u64 low, u64 high,
			       struct ivgpu_partition *part)
{
	int ret;

	mutex_lock(&gpu->ggtt_lock);
	ret = ivgpu_ggtt_space_alloc_partition(&gpu->space, low, high, part);
	mutex_unlock(&gpu->ggtt_lock);
	return ret;
}

/**
 * ivgpu_ggtt_free_partition() - give a vGPU's parts back
 * @gpu: the GPU
 * @part: as allocated; no engine may still use it
 *
 * May sleep, and wakes the GPU.
 */
void ivgpu_ggtt_free_partition(struct ivgpu_gpu *gpu, struct ivgpu_partition *part)
{
	bool awake = !ivgpu_gpu_power_get(gpu);

	mutex_lock(&gpu->ggtt_lock);
	clear_node(gpu, &part->low);
	clear_node(gpu, &part->high);
	ivgpu_ggtt_flush(gpu);
	ivgpu_ggtt_space_free_partition(part);
	mutex_unlock(&gpu->ggtt_lock);
	if (awake)
		ivgpu_gpu_power_put(gpu);
}

/**
 * ivgpu_ggtt_count_partitions() - how many more partitions of this size fit
 * @gpu: the GPU
 * @low: bytes below 1 GiB
 * @high: bytes above
 *
 * Return: how many.
 */
unsigned int ivgpu_ggtt_count_partitions(struct ivgpu_gpu *gpu, u64 low, u64 high)
{
	unsigned int count;

	mutex_lock(&gpu->ggtt_lock);
	count = ivgpu_ggtt_space_count(&gpu->space, low, high);
	mutex_unlock(&gpu->ggtt_lock);
	return count;
}

/**
 * ivgpu_ggtt_left() - bytes of guest address space that nobody has
 * @gpu: the GPU
 * @low: below 1 GiB
 * @high: above
 */
void ivgpu_ggtt_left(struct ivgpu_gpu *gpu, u64 *low, u64 *high)
{
	mutex_lock(&gpu->ggtt_lock);
	*low = ivgpu_range_left(&gpu->space.low);
	*high = ivgpu_range_left(&gpu->space.high);
	mutex_unlock(&gpu->ggtt_lock);
}

/**
 * ivgpu_buffer_alloc() - memory that the GPU and the module both see
 * @gpu: the GPU
 * @size: bytes, a multiple of the page size
 * @buf: filled in; zeroed memory
 *
 * Return: 0, -ENOMEM or -ENOSPC.
 */
int ivgpu_buffer_alloc(struct ivgpu_gpu *gpu, u32 size, struct ivgpu_buffer *buf)
{
	u32 page, i;
	int ret;

	buf->cpu = dma_alloc_coherent(&gpu->pdev->dev, size, &buf->dma, GFP_KERNEL);
	if (!buf->cpu)
		return -ENOMEM;
	buf->size = size;
	ret = ivgpu_ggtt_alloc(gpu, size, IVGPU_PAGE_SIZE, &buf->node);
	if (ret) {
		ivgpu_buffer_free(gpu, buf);
		return ret;
	}
	page = buf->node.start >> IVGPU_PAGE_SHIFT;
	for (i = 0; i < size >> IVGPU_PAGE_SHIFT; i++)
		ivgpu_ggtt_set(gpu, page + i, buf->dma + ((u64)i << IVGPU_PAGE_SHIFT));
	ivgpu_ggtt_flush(gpu);
	return 0;
}

/**
 * ivgpu_buffer_free() - give back what ivgpu_buffer_alloc() gave
 * @gpu: the GPU
 * @buf: an unused one is left alone
 */
void ivgpu_buffer_free(struct ivgpu_gpu *gpu, struct ivgpu_buffer *buf)
{
	if (!buf->cpu)
		return;
	ivgpu_ggtt_free(gpu, &buf->node);
	dma_free_coherent(&gpu->pdev->dev, buf->size, buf->cpu, buf->dma);
	buf->cpu = NULL;
}

/**
 * ivgpu_gpu_scratch_pml4() - root of an address space that is all scratch page
 * @gpu: the GPU
 *
 * For contexts of the module that touch nothing.
 *
 * Return: its DMA address.
 */
u64 ivgpu_gpu_scratch_pml4(const struct ivgpu_gpu *gpu)
{
	return gpu->scratch[ARRAY_SIZE(gpu->scratch) - 1].dma;
}

static void free_scratch(struct ivgpu_gpu *gpu)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gpu->scratch); i++)
		if (gpu->scratch[i].cpu)
			dma_free_coherent(&gpu->pdev->dev, PAGE_SIZE, gpu->scratch[i].cpu,
					  gpu->scratch[i].dma);
}

/*
 * The scratch page and, above it, one table per level of a PPGTT, every entry of
 * which names the level below.
 */
static int alloc_scratch(struct ivgpu_gpu *gpu)
{
	unsigned int i, j;
	u64 *table;

	for (i = 0; i < ARRAY_SIZE(gpu->scratch); i++) {
		gpu->scratch[i].cpu = dma_alloc_coherent(&gpu->pdev->dev, PAGE_SIZE,
							 &gpu->scratch[i].dma, GFP_KERNEL);
		if (!gpu->scratch[i].cpu)
			return -ENOMEM;
		table = gpu->scratch[i].cpu;
		for (j = 0; i && j < PTES; j++)
			table[j] = gpu->scratch[i - 1].dma | PTE_VALID | PTE_WRITABLE;
	}
	return 0;
}

static u64 ggtt_bytes(struct ivgpu_gpu *gpu)
{
	u16 ctl;
	unsigned int ggms;

	pci_read_config_word(gpu->pdev, GMCH_CTL, &ctl);
	ggms = FIELD_GET(GMCH_GGMS, ctl);
	/* 1 << GGMS MiB of entries, eight bytes each. */
	return ggms ? ((u64)SZ_1M << ggms) / sizeof(u64) * IVGPU_PAGE_SIZE : 0;
}

static bool is_console(const struct ivgpu_gpu *gpu, u64 addr)
{
	unsigned int i;

	for (i = 0; i < gpu->nr_console; i++)
		if (addr >= gpu->console[i].start &&
		    addr < gpu->console[i].start + gpu->console[i].size)
			return true;
	return false;
}

/**
 * ivgpu_ggtt_save() - copy all entries to memory
 * @gpu: the GPU
 *
 * Return: for ivgpu_ggtt_restore(), to be freed by vfree(); NULL without memory.
 */
u64 *ivgpu_ggtt_save(struct ivgpu_gpu *gpu)
{
	const u64 n = gpu->ggtt_total >> IVGPU_PAGE_SHIFT;
	u64 *entries = vmalloc_array(n, sizeof(u64));
	u64 i;

	for (i = 0; entries && i < n; i++)
		entries[i] = readq(&gpu->gtt[i]);
	return entries;
}

/**
 * ivgpu_ggtt_restore() - write all entries as they were
 * @gpu: the GPU
 * @entries: from ivgpu_ggtt_save()
 */
void ivgpu_ggtt_restore(struct ivgpu_gpu *gpu, const u64 *entries)
{
	const u64 n = gpu->ggtt_total >> IVGPU_PAGE_SHIFT;
	u64 i;

	for (i = 0; i < n; i++)
		write_pte(gpu, i, entries[i]);
	ivgpu_ggtt_flush(gpu);
}

static void write_all(struct ivgpu_gpu *gpu, u64 pte)
{
	u64 addr;

	for (addr = 0; addr < gpu->ggtt_total; addr += IVGPU_PAGE_SIZE)
		if (!is_console(gpu, addr))
			write_pte(gpu, addr >> IVGPU_PAGE_SHIFT, pte);
	ivgpu_ggtt_flush(gpu);
}

/**
 * ivgpu_ggtt_init() - take the GGTT over
 * @gpu: the GPU, its registers accessible
 *
 * The entries of the firmware's console stay as they are.
 *
 * Return: 0, -ENODEV for firmware that set up no GGTT, or -ENOMEM.
 */
int ivgpu_ggtt_init(struct ivgpu_gpu *gpu)
{
	int ret;

	mutex_init(&gpu->ggtt_lock);
	gpu->ggtt_total = ggtt_bytes(gpu);
	if (!gpu->ggtt_total) {
		pci_err(gpu->pdev, "the firmware set up no GGTT (GMCH control GGMS is 0)\n");
		return -ENODEV;
	}
	ivgpu_ggtt_space_init(&gpu->space, gpu->ggtt_total, gpu->aperture);
	ret = alloc_scratch(gpu);
	if (ret) {
		free_scratch(gpu);
		return ret;
	}
	ivgpu_console_reserve(gpu);
	write_all(gpu, scratch_pte(gpu));
	return 0;
}

/**
 * ivgpu_ggtt_fini() - leave a GGTT that names nothing of ours
 * @gpu: the GPU, its engines stopped
 */
void ivgpu_ggtt_fini(struct ivgpu_gpu *gpu)
{
	write_all(gpu, 0);
	free_scratch(gpu);
}
