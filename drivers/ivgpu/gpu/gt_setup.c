// SPDX-License-Identifier: GPL-2.0
/*
 * What must be programmed once after reset, for all engines and for each:
 * workarounds, caching tables, registers that unprivileged batches may touch.
 *
 * Workarounds are rows of a table: which GPUs, which register, which bits.
 */
#include "gpu_internal.h"
#include "regs.h"

#define SKL	BIT(IVGPU_SKYLAKE)
#define KBL	BIT(IVGPU_KABYLAKE)
#define CFL	BIT(IVGPU_COFFEELAKE)
#define CML	BIT(IVGPU_COMETLAKE)
#define GEN9	(SKL | KBL | CFL | CML)
#define ANY_REV	0xff

/**
 * struct workaround - one row
 * @name: as Intel calls it
 * @platforms: bits of enum ivgpu_platform
 * @rev_below: PCI revisions that need it lie below this
 * @offset: of the register; from the engine's base where @engines is not 0
 * @clear: bits to clear
 * @set: bits to set
 * @engines: bits of enum ivgpu_engine_id; 0: once for the GT
 * @masked: the register takes its write mask in its upper half
 */
struct workaround {
	const char *name;
	u32 platforms;
	u8 rev_below;
	u32 offset;
	u32 clear;
	u32 set;
	u8 engines;
	bool masked;
};

#define GT_ROW(_name, _platforms, _rev, _offset, _set) \
	{ .name = _name, .platforms = _platforms, .rev_below = _rev, .offset = _offset, \
	  .set = _set }
#define RCS_ROW(_name, _offset, _clear, _set, _masked) \
	{ .name = _name, .platforms = GEN9, .rev_below = ANY_REV, .offset = _offset, \
	  .clear = _clear, .set = _set, .engines = BIT(IVGPU_RCS0), .masked = _masked }

/*
 * From i915 gt/intel_workarounds.c: gen9_gt_workarounds_init and its siblings per
 * platform, rcs_engine_wa_init, xcs_engine_wa_init; revisions: intel_step.c.
 * Render rows carry absolute offsets in i915; here they are relative to 0x2000.
 */
static const struct workaround workarounds[] = {
	GT_ROW("WaDisableKillLogic", SKL | KBL, ANY_REV, 0x4090, BIT(8)),
	GT_ROW("WaCompressedResourceSamplerPbeMediaNewHashMode", GEN9, ANY_REV, 0x4ddc,
	       BIT(31) | BIT(27)),
	GT_ROW("WaDisableHDCInvalidation", GEN9, ANY_REV, 0x4090, BIT(25)),
	GT_ROW("WaDisableGafsUnitClkGating", GEN9, ANY_REV, 0x940c, BIT(14)),
	GT_ROW("WaInPlaceDecompressionHang", SKL, 7, 0x4ab0, BIT(18)),
	GT_ROW("WaInPlaceDecompressionHang", KBL | CFL | CML, ANY_REV, 0x4ab0, BIT(18)),
	GT_ROW("WaDisableDynamicCreditSharing", KBL, 2, 0x4ab8, BIT(28)),
	RCS_ROW("preemption per context", 0x20e0 - 0x2000, 0, BIT(14), true),
	RCS_ROW("WaEnableGapsTsvCreditFix", 0xb004 - 0x2000, 0, BIT(7), false),
	RCS_ROW("WaContextSwitchWithConcurrentTLBInvalidate", 0x20d4 - 0x2000, 0, BIT(2), true),
	RCS_ROW("WaEnableLbsSlaRetryTimerDecrement", 0xb11c - 0x2000, BIT(8), BIT(2), false),
	RCS_ROW("WaOCLCoherentLineFlush", 0xb118 - 0x2000, BIT(22), BIT(21), false),
	RCS_ROW("no atomics in L3", 0xb008 - 0x2000, BIT(0), 0, false),
	{ .name = "WaKBLVECSSemaphoreWaitPoll", .platforms = KBL, .rev_below = 4,
	  .offset = RING_SEMA_WAIT_POLL, .clear = ~0u, .set = 1,
	  .engines = BIT(IVGPU_BCS0) | BIT(IVGPU_VCS0) | BIT(IVGPU_VCS1) | BIT(IVGPU_VECS0) },
};

static bool applies(const struct workaround *wa, struct ivgpu_gpu *gpu)
{
	return wa->platforms & BIT(gpu->info->platform) &&
	       (wa->rev_below == ANY_REV || gpu->pdev->revision < wa->rev_below);
}

static void apply(struct ivgpu_gpu *gpu, const struct workaround *wa, u32 base)
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
	unsigned int i;

	ivgpu_mmio_write(gpu, PRIVATE_PAT_LO, 0x00030907);
	ivgpu_mmio_write(gpu, PRIVATE_PAT_HI, 0x3b2b1b0b);
	select_live_slice(gpu);
	for (i = 0; i < ARRAY_SIZE(workarounds); i++)
		if (!workarounds[i].engines && applies(&workarounds[i], gpu))
			apply(gpu, &workarounds[i], 0);
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
	unsigned int i;

	write_mocs(engine);
	for (i = 0; i < ARRAY_SIZE(workarounds); i++)
		if (workarounds[i].engines & BIT(engine->id) &&
		    applies(&workarounds[i], engine->gpu))
			apply(engine->gpu, &workarounds[i], engine->desc->base);
	write_nonpriv(engine);
}
