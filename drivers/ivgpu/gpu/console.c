// SPDX-License-Identifier: GPL-2.0
/*
 * The firmware's console: the GGTT range that the display scans out at probe is
 * kept as it is, so that a console on the firmware's framebuffer lives on.
 *
 * Offsets and units: i915 display/skl_universal_plane_regs.h.
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/sizes.h>

#include "gpu_internal.h"
#include "regs.h"

#define PIPES		3
#define PLANES		3
#define MAX_BYTES	SZ_64M

/* Bytes that a plane scans out; an upper bound, as rows are rounded up to tiles. */
static u64 plane_bytes(struct ivgpu_gpu *gpu, unsigned int pipe, unsigned int plane, u32 ctl)
{
	u32 stride = ivgpu_mmio_read(gpu, PLANE_STRIDE(pipe, plane)) & GENMASK(9, 0);
	u32 height = (ivgpu_mmio_read(gpu, PLANE_SIZE(pipe, plane)) >> 16 & GENMASK(12, 0)) + 1;
	/* The stride counts 64 bytes where linear, tiles of at most 512 bytes where not. */
	u32 unit = FIELD_GET(PLANE_TILING, ctl) ? 512 : 64;

	return ALIGN((u64)stride * unit * ALIGN(height, 32), IVGPU_PAGE_SIZE);
}

/* How much of it has valid entries, from @start on. */
static u64 mapped_bytes(struct ivgpu_gpu *gpu, u64 start, u64 bytes)
{
	u64 addr;

	for (addr = start; addr < start + bytes && addr < gpu->ggtt_total; addr += IVGPU_PAGE_SIZE)
		if (!(readq(&gpu->gtt[addr >> IVGPU_PAGE_SHIFT]) & 1))
			break;
	return addr - start;
}

static void keep_plane(struct ivgpu_gpu *gpu, unsigned int pipe, unsigned int plane)
{
	struct ivgpu_ggtt_node *node = &gpu->console[gpu->nr_console];
	u32 ctl = ivgpu_mmio_read(gpu, PLANE_CTL(pipe, plane));
	u64 start, bytes;

	if (!(ctl & PLANE_ENABLE))
		return;
	start = ivgpu_mmio_read(gpu, PLANE_SURF(pipe, plane)) & PAGE_MASK;
	bytes = min_t(u64, plane_bytes(gpu, pipe, plane, ctl), MAX_BYTES);
	bytes = mapped_bytes(gpu, start, bytes);
	if (!start && bytes) {
		/* The first page is outside of what is handed out anyway. */
		start += IVGPU_PAGE_SIZE;
		bytes -= IVGPU_PAGE_SIZE;
	}
	if (!bytes)
		return;
	if (ivgpu_ggtt_space_reserve(&gpu->space, start, bytes, node)) {
		pci_warn(gpu->pdev, "cannot keep the console at GGTT 0x%llx\n", start);
		return;
	}
	gpu->nr_console++;
	pci_info(gpu->pdev, "keeping the firmware's console: pipe %c, GGTT 0x%llx, %llu KiB\n",
		 'A' + pipe, start, bytes >> 10);
}

/**
 * ivgpu_console_reserve() - keep GGTT ranges that the display scans out
 * @gpu: the GPU, its address space laid out, its entries still the firmware's
 */
void ivgpu_console_reserve(struct ivgpu_gpu *gpu)
{
	/* Pipes B and C are behind power well 2; reading them while it is off is an error. */
	bool well2 = ivgpu_mmio_read(gpu, POWER_WELL_CTL) & POWER_WELL_2_ON;
	unsigned int pipe, plane;

	for (pipe = 0; pipe < (well2 ? PIPES : 1); pipe++)
		for (plane = 0; plane < PLANES; plane++)
			keep_plane(gpu, pipe, plane);
}
