// SPDX-License-Identifier: GPL-2.0
/*
 * Workarounds: which register bits hardware needs on which GPUs.
 */
#include <linux/bits.h>
#include <linux/kernel.h>

#include "gpu.h"
#include "regs.h"
#include "workarounds.h"

#define SKL	BIT(IVGPU_SKYLAKE)
#define KBL	BIT(IVGPU_KABYLAKE)
#define CFL	BIT(IVGPU_COFFEELAKE)
#define CML	BIT(IVGPU_COMETLAKE)
#define GEN9	(SKL | KBL | CFL | CML)
#define RCS	BIT(IVGPU_RCS0)
#define NOT_RCS	(BIT(IVGPU_BCS0) | BIT(IVGPU_VCS0) | BIT(IVGPU_VCS1) | BIT(IVGPU_VECS0))

/*
 * From i915 gt/intel_workarounds.c: gen9_gt_workarounds_init and its siblings per
 * platform, rcs_engine_wa_init, xcs_engine_wa_init; revisions: intel_step.c.
 * Render rows carry absolute offsets in i915; here they are relative to 0x2000.
 */
const struct ivgpu_workaround ivgpu_workarounds[] = {
	{ .name = "WaDisableKillLogic", .platforms = SKL | KBL,
	  .offset = 0x4090, .set = BIT(8) },
	{ .name = "WaCompressedResourceSamplerPbeMediaNewHashMode", .platforms = GEN9,
	  .offset = 0x4ddc, .set = BIT(31) | BIT(27) },
	{ .name = "WaDisableHDCInvalidation", .platforms = GEN9,
	  .offset = 0x4090, .set = BIT(25) },
	{ .name = "WaDisableGafsUnitClkGating", .platforms = GEN9,
	  .offset = 0x940c, .set = BIT(14) },
	{ .name = "WaInPlaceDecompressionHang", .platforms = SKL, .rev_below = 7,
	  .offset = 0x4ab0, .set = BIT(18) },
	{ .name = "WaInPlaceDecompressionHang", .platforms = KBL | CFL | CML,
	  .offset = 0x4ab0, .set = BIT(18) },
	{ .name = "WaDisableDynamicCreditSharing", .platforms = KBL, .rev_below = 2,
	  .offset = 0x4ab8, .set = BIT(28) },
	{ .name = "preemption per context", .platforms = GEN9,
	  .offset = 0x20e0 - 0x2000, .set = BIT(14), .engines = RCS, .masked = true },
	{ .name = "WaEnableGapsTsvCreditFix", .platforms = GEN9,
	  .offset = 0xb004 - 0x2000, .set = BIT(7), .engines = RCS },
	{ .name = "WaContextSwitchWithConcurrentTLBInvalidate", .platforms = GEN9,
	  .offset = 0x20d4 - 0x2000, .set = BIT(2), .engines = RCS, .masked = true },
	{ .name = "WaEnableLbsSlaRetryTimerDecrement", .platforms = GEN9,
	  .offset = 0xb11c - 0x2000, .clear = BIT(8), .set = BIT(2), .engines = RCS },
	{ .name = "WaOCLCoherentLineFlush", .platforms = GEN9,
	  .offset = 0xb118 - 0x2000, .clear = BIT(22), .set = BIT(21), .engines = RCS },
	{ .name = "no atomics in L3", .platforms = GEN9,
	  .offset = 0xb008 - 0x2000, .clear = BIT(0), .engines = RCS },
	{ .name = "WaKBLVECSSemaphoreWaitPoll", .platforms = KBL, .rev_below = 4,
	  .offset = RING_SEMA_WAIT_POLL, .clear = ~0u, .set = 1, .engines = NOT_RCS },
};

const unsigned int ivgpu_nr_workarounds = ARRAY_SIZE(ivgpu_workarounds);

/**
 * ivgpu_workaround_applies() - whether a row is meant
 * @wa: the row
 * @platform: enum ivgpu_platform
 * @revision: PCI revision
 * @engines: the engine to be programmed as a bit; 0: what is programmed once for the GT
 *
 * Return: true when it is.
 */
bool ivgpu_workaround_applies(const struct ivgpu_workaround *wa, unsigned int platform,
			      unsigned int revision, unsigned int engines)
{
	if (!(wa->platforms & BIT(platform)))
		return false;
	if (wa->rev_below && revision >= wa->rev_below)
		return false;
	return engines ? wa->engines & engines : !wa->engines;
}
