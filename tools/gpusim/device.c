// SPDX-License-Identifier: GPL-2.0
/* Region accesses as the client sends them, of any size and alignment. */
#include "device.h"

#include <errno.h>
#include <string.h>

#include "aperture.h"
#include "gpu.h"
#include "irq.h"
#include "pci.h"
#include "regs.h"
#include "reset.h"

static void bar0_read(struct gpu *gpu, uint64_t off, uint8_t *buf, size_t len)
{
	uint32_t val;
	size_t n;

	if (off >= GTT_OFFSET) {
		memcpy(buf, (uint8_t *)gpu->gtt + (off - GTT_OFFSET), len);
		return;
	}
	while (len) {
		n = 4 - (off & 3);
		if (n > len)
			n = len;
		if (off < MMIO_SIZE) {
			val = mmio_read32(gpu, off & ~3u) >> 8 * (off & 3);
		} else {
			log_line(LOG_UNDEF_REG, "cpu reads reserved BAR0 offset %#llx",
				 (unsigned long long)off);
			val = 0;
		}
		memcpy(buf, &val, n);
		off += n;
		buf += n;
		len -= n;
	}
}

/* A write of part of a register leaves its other bytes; those of a masked one are not selected. */
static void write_part(struct gpu *gpu, uint32_t off, uint32_t val, size_t n)
{
	uint32_t shift = 8 * (off & 3), mask = (n == 4 ? ~0u : (1u << 8 * n) - 1) << shift;
	uint32_t old = regs_is_masked(gpu, off & ~3u) ? 0 : *gpu_reg(gpu, off & ~3u);

	val <<= shift;
	if (mask != ~0u)
		val = (old & ~mask) | (val & mask);
	mmio_write32(gpu, off & ~3u, val);
}

static void bar0_write(struct gpu *gpu, uint64_t off, const uint8_t *buf, size_t len)
{
	uint32_t val;
	size_t n;

	if (off >= GTT_OFFSET) {
		memcpy((uint8_t *)gpu->gtt + (off - GTT_OFFSET), buf, len);
		return;
	}
	while (len) {
		n = 4 - (off & 3);
		if (n > len)
			n = len;
		val = 0;
		memcpy(&val, buf, n);
		if (off < MMIO_SIZE)
			write_part(gpu, (uint32_t)off, val, n);
		else
			log_line(LOG_UNDEF_REG, "cpu writes reserved BAR0 offset %#llx",
				 (unsigned long long)off);
		off += n;
		buf += n;
		len -= n;
	}
}

/* BAR4: an index and a data port into BAR0 (Intel's integrated GPUs, MMIO_INDEX/MMIO_DATA). */
static void bar4(struct gpu *gpu, uint64_t off, uint8_t *buf, size_t len, bool write)
{
	if (off == 0 && len == 4) {
		if (write)
			memcpy(&gpu->bar4_index, buf, 4);
		else
			memcpy(buf, &gpu->bar4_index, 4);
		return;
	}
	if (off == 4 && len == 4 && gpu->bar4_index <= BAR0_SIZE - 4) {
		if (write)
			bar0_write(gpu, gpu->bar4_index & ~3u, buf, 4);
		else
			bar0_read(gpu, gpu->bar4_index & ~3u, buf, 4);
		return;
	}
	log_line(LOG_UNDEF_REG, "cpu %s I/O offset %#llx, %zu bytes", write ? "writes" : "reads",
		 (unsigned long long)off, len);
	if (!write)
		memset(buf, 0xff, len);
}

static int device_read(void *ctx, unsigned int region, uint64_t off, void *buf, size_t len)
{
	struct gpu *gpu = ctx;
	int ret = 0;

	gpu_lock(gpu);
	switch (region) {
	case VU_REGION_BAR0:
		bar0_read(gpu, off, buf, len);
		break;
	case VU_REGION_BAR2:
		aperture_read(gpu, off, buf, len);
		break;
	case VU_REGION_BAR4:
		bar4(gpu, off, buf, len, false);
		break;
	case VU_REGION_CONFIG:
		pci_read(gpu, off, buf, len);
		break;
	default:
		ret = -EINVAL;
	}
	gpu_unlock(gpu);
	return ret;
}

static int device_write(void *ctx, unsigned int region, uint64_t off, const void *buf, size_t len)
{
	struct gpu *gpu = ctx;
	int ret = 0;

	gpu_lock(gpu);
	switch (region) {
	case VU_REGION_BAR0:
		bar0_write(gpu, off, buf, len);
		break;
	case VU_REGION_BAR2:
		aperture_write(gpu, off, buf, len);
		break;
	case VU_REGION_BAR4:
		bar4(gpu, off, (uint8_t *)(uintptr_t)buf, len, true);
		break;
	case VU_REGION_CONFIG:
		pci_write(gpu, off, buf, len);
		break;
	default:
		ret = -EINVAL;
	}
	gpu_unlock(gpu);
	return ret;
}

static int device_dma_map(void *ctx, uint64_t addr, uint64_t size, int fd, uint64_t offset,
			  bool rd, bool wr)
{
	struct gpu *gpu = ctx;

	return mem_map(&gpu->mem, addr, size, fd, offset, rd, wr);
}

static int device_dma_unmap(void *ctx, uint64_t addr, uint64_t size)
{
	struct gpu *gpu = ctx;
	int ret;

	gpu_lock(gpu);
	ret = mem_unmap(&gpu->mem, addr, size);
	gpu->kicked = true;
	gpu_unlock(gpu);
	return ret;
}

static void device_set_msi(void *ctx, int fd)
{
	struct gpu *gpu = ctx;

	gpu_lock(gpu);
	irq_set_msi(gpu, fd);
	gpu_unlock(gpu);
}

static void device_set_intx(void *ctx, int fd)
{
	struct gpu *gpu = ctx;

	gpu_lock(gpu);
	irq_set_intx(gpu, fd);
	gpu_unlock(gpu);
}

static void device_mask_intx(void *ctx, bool masked)
{
	struct gpu *gpu = ctx;

	gpu_lock(gpu);
	irq_mask_intx(gpu, masked);
	gpu_unlock(gpu);
}

static void device_reset(void *ctx)
{
	struct gpu *gpu = ctx;

	gpu_lock(gpu);
	log_line(LOG_RESET, "device reset");
	reset_device(gpu);
	pci_init(gpu);
	gpu_unlock(gpu);
}

void device_init(struct vu_device *dev, struct gpu *gpu)
{
	int i;

	memset(dev, 0, sizeof(*dev));
	dev->ctx = gpu;
	for (i = 0; i < VU_NUM_REGIONS; i++)
		dev->region[i].fd = -1;
	dev->region[VU_REGION_BAR0] = (struct vu_region){
		.size = BAR0_SIZE, .fd = gpu->gtt_fd, .map_offset = GTT_OFFSET,
		.map_size = GTT_SIZE,
	};
	dev->region[VU_REGION_BAR2].size = (uint64_t)gpu->opt.aperture_mib << 20;
	dev->region[VU_REGION_BAR4].size = BAR4_SIZE;
	dev->region[VU_REGION_CONFIG].size = CONFIG_SIZE;
	dev->read = device_read;
	dev->write = device_write;
	dev->dma_map = device_dma_map;
	dev->dma_unmap = device_dma_unmap;
	dev->set_msi = device_set_msi;
	dev->set_intx = device_set_intx;
	dev->mask_intx = device_mask_intx;
	dev->reset = device_reset;
}
