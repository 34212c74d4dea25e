// SPDX-License-Identifier: GPL-2.0
/*
 * The aperture. Fence registers: i915 gt/intel_ggtt_fencing.c (i965_write_fence_reg as used from
 * Gen6 on): low dword bit 0 valid, bit 1 Y tiles, 31:12 first page; high dword 31:12 last page,
 * 11:0 pitch in 128-byte units minus one. X tile: 512 bytes by 8 rows; Y tile: 128 bytes by 32
 * rows in columns of 16 bytes. Bit-6 swizzling (--swizzle): X with bits 9 and 10, Y with bit 9.
 */
#include "aperture.h"

#include <string.h>

#include "gpu.h"
#include "gtt.h"
#include "witness.h"

#define REG_FENCE 0x100000

static uint64_t detile(struct gpu *gpu, uint64_t off, uint32_t pitch, bool y)
{
	uint64_t row = off / pitch, col = off % pitch, addr;

	if (y) {
		addr = (row / 32 * (pitch / 128) + col / 128) * 4096 + col % 128 / 16 * 512 +
			row % 32 * 16 + col % 16;
		if (gpu->opt.swizzle)
			addr ^= addr >> 3 & 64;
		return addr;
	}
	addr = (row / 8 * (pitch / 512) + col / 512) * 4096 + row % 8 * 512 + col % 512;
	if (gpu->opt.swizzle)
		addr ^= (addr >> 3 ^ addr >> 4) & 64;
	return addr;
}

uint64_t aperture_fence(struct gpu *gpu, uint64_t addr)
{
	uint32_t lo, hi, pitch;
	uint64_t first, last;
	int i;

	for (i = 0; i < NUM_FENCES; i++) {
		lo = *gpu_reg(gpu, REG_FENCE + 8 * i);
		hi = *gpu_reg(gpu, REG_FENCE + 8 * i + 4);
		first = lo & ~0xfffu;
		last = hi & ~0xfffu;
		if (!(lo & 1) || addr < first || addr >= last + 4096)
			continue;
		pitch = ((hi & 0xfff) + 1) * 128;
		if (!(lo & 2) && pitch % 512) {
			log_line(LOG_REG, "fence %d: X tiles with a pitch of %u", i, pitch);
			return addr;
		}
		return first + detile(gpu, addr - first, pitch, lo & 2);
	}
	return addr;
}

/* Pieces of at most 16 bytes that stay within one tile row and page. */
static void piece(struct gpu *gpu, uint64_t off, uint8_t *buf, size_t len, bool write)
{
	uint64_t addr = aperture_fence(gpu, off);
	struct walk w;
	uint8_t *page;

	if (gtt_walk_ggtt(gpu, addr, &w)) {
		log_line(LOG_FAULT, "cpu %s unmapped GGTT %#llx through the aperture",
			 write ? "writes" : "reads", (unsigned long long)addr);
		if (!write)
			memset(buf, 0xff, len);
		return;
	}
	witness_aperture(addr, w.bus, write);
	page = mem_page(&gpu->mem, w.bus, write);
	if (!page) {
		log_line(LOG_DMA, "cpu: GGTT %#llx is bus address %#llx, no memory there",
			 (unsigned long long)addr, (unsigned long long)w.bus);
		if (!write)
			memset(buf, 0xff, len);
		return;
	}
	if (write)
		memcpy(page + (addr & 4095), buf, len);
	else
		memcpy(buf, page + (addr & 4095), len);
}

static void access(struct gpu *gpu, uint64_t off, uint8_t *buf, size_t len, bool write)
{
	size_t n;

	while (len) {
		n = 16 - (off & 15);
		if (n > len)
			n = len;
		piece(gpu, off, buf, n, write);
		off += n;
		buf += n;
		len -= n;
	}
}

void aperture_read(struct gpu *gpu, uint64_t off, void *buf, size_t len)
{
	access(gpu, off, buf, len, false);
}

void aperture_write(struct gpu *gpu, uint64_t off, const void *buf, size_t len)
{
	access(gpu, off, (uint8_t *)(uintptr_t)buf, len, true);
}
