// SPDX-License-Identifier: GPL-2.0
/*
 * What must be programmed once after reset, for all engines and for each:
 * workarounds, caching tables, registers that unprivileged batches may touch.
 */
#include "gpu_internal.h"
#include "regs.h"
#include "workarounds.h"

#define SKL	BIT(IVGPU_SKYLAKE)
#define KBL	BIT(IVGPU_KABYLAKE)
#define CFL	BIT(IVGPU_COFFEELAKE)
#define CML	BIT(IVGPU_COMETLAKE)
#define GEN9	(SKL | KBL | CFL | CML)

static void apply(struct ivgpu_gpu *gpu, const struct ivgpu_workaround *wa, u32 base)
{
	u32 offset = base + wa->offset;
	u32 old = 0;

	if (wa->masked) {
		ivgpu_mmio_write(gpu, offset, (wa->clear | wa->set) << 16 | wa->set);
		return;
	}
	if (wa->clear != ~0u)
		old = ivgpu_mmio_read(gpu, offset);
	ivgpu_mmio_write(gpu, offset, (old & ~wa->clear) | wa->set);
}

static void apply_all(struct ivgpu_gpu *gpu, unsigned int engines, u32 base)
{
	unsigned int i;

	for (i = 0; i < ivgpu_nr_workarounds; i++)
		if (ivgpu_workaround_applies(&ivgpu_workarounds[i], gpu->info->platform,
					     gpu->pdev->revision, engines))
			apply(gpu, &ivgpu_workarounds[i], base);
}

/*
 * Registers that exist once per slice and subslice are read from the one that
 * this selects: it must be one that is not fused off
 * (WaProgramMgsrForCorrectSliceSpecificMmioReads).
 */
static void select_live_slice(struct ivgpu_gpu *gpu)
{
	u32 fuse = ivgpu_mmio_read(gpu, FUSE2);
	u32 slices = fuse >> 25 & 7;
	u32 subslices = ~(fuse >> 20) & 0xf;
	u32 mcr = ivgpu_mmio_read(gpu, MCR_SELECTOR) & ~MCR_MASK;

	if (slices && subslices)
		mcr |= MCR_SLICE(__ffs(slices)) | MCR_SUBSLICE(__ffs(subslices));
	ivgpu_mmio_write(gpu, MCR_SELECTOR, mcr);
}

/*
 * Memory object control: what index 0 (uncached), 1 (as the page table says), 2
 * (cached) and 63 (for the L3's own evictions) mean; the rest is as index 1.
 * Values: i915 gt/intel_mocs.c, skl_mocs_table.
 */
#define MOCS_ENTRIES	64

static u32 mocs_control(unsigned int index)
{
	switch (index) {
	case 0:
		return 0x09;
	case 2:
		return 0x3b;
	case 63:
		return 0x37;
	default:
		return 0x30;
	}
}

static u32 mocs_l3(unsigned int index)
{
	return index == 0 || index == 63 ? 0x10 : 0x30;
}

static void write_mocs(struct ivgpu_engine *engine)
{
	struct ivgpu_gpu *gpu = engine->gpu;
	unsigned int i;

	for (i = 0; i < MOCS_ENTRIES; i++)
		ivgpu_mmio_write(gpu, engine->desc->mocs + i * 4, mocs_control(i));
	if (engine->id != IVGPU_RCS0)
		return;
	for (i = 0; i < MOCS_ENTRIES / 2; i++)
		ivgpu_mmio_write(gpu, L3CC(i), mocs_l3(2 * i) | mocs_l3(2 * i + 1) << 16);
}

/*
 * What unprivileged batches may touch beyond hardware's own list, as the native
 * driver sets it (i915 gt/intel_workarounds.c, gen9_whitelist_build and per
 * platform). A slot that is not used names a register without effect.
 */
struct nonpriv {
	u32 platforms;
	u32 slot;
};

static const struct nonpriv render_nonpriv[] = {
	{ GEN9, 0x2248 },
	{ GEN9, 0x2580 },
	{ GEN9, 0x7304 },
	{ GEN9, 0x7014 },
	{ SKL | KBL, 0xb118 },
	{ CFL | CML, 0x2348 | NONPRIV_READ | NONPRIV_RANGE_4 },
};

static void write_nonpriv(struct ivgpu_engine *engine)
{
	u32 platform = BIT(engine->gpu->info->platform);
	unsigned int i, slot = 0;

	for (i = 0; i < ARRAY_SIZE(render_nonpriv) && engine->id == IVGPU_RCS0; i++)
		if (render_nonpriv[i].platforms & platform)
			ivgpu_engine_write(engine, RING_NONPRIV(slot++), render_nonpriv[i].slot);
	if (platform & CML && engine->id != IVGPU_RCS0)
		ivgpu_engine_write(engine, RING_NONPRIV(slot++),
				   (engine->desc->base + 0x3a8) | NONPRIV_READ);
	for (; slot < NONPRIV_SLOTS; slot++)
		ivgpu_engine_write(engine, RING_NONPRIV(slot), engine->desc->base + RING_NOPID);
}

/**
 * ivgpu_gt_setup() - program what all engines share
 * @gpu: the GPU, just reset
 *
 * The GTT cache stays off, because shadow page tables may hold 2 MiB pages
 * (i915 gt/intel_gtt.c, gtt_write_workarounds).
 */
void ivgpu_gt_setup(struct ivgpu_gpu *gpu)
{
	ivgpu_mmio_write(gpu, PRIVATE_PAT_LO, 0x00030907);
	ivgpu_mmio_write(gpu, PRIVATE_PAT_HI, 0x3b2b1b0b);
	select_live_slice(gpu);
	apply_all(gpu, 0, 0);
	ivgpu_mmio_write(gpu, L3_LRA_1_GPGPU, 0x67f1427f);
	ivgpu_mmio_write(gpu, GAMW_ECO, ivgpu_mmio_read(gpu, GAMW_ECO) | GAMW_64K_PAGES);
	ivgpu_mmio_write(gpu, GTT_CACHE_EN, 0);
}

/**
 * ivgpu_gt_setup_engine() - program what one engine needs
 * @engine: the engine, just reset
 */
void ivgpu_gt_setup_engine(struct ivgpu_engine *engine)
{
	write_mocs(engine);
	apply_all(engine->gpu, BIT(engine->id), engine->desc->base);
	write_nonpriv(engine);
}
