// SPDX-License-Identifier: GPL-2.0
/*
 * The register table of Gen9 (Skylake, Kaby Lake, Coffee Lake, Comet Lake), part
 * two: render registers, the GT, memory interface, interrupts, PVINFO, and the
 * few display registers of a GPU whose display is fused off.
 *
 * Offsets and bits from i915 gt/intel_gt_regs.h, i915_reg.h, i915_pvinfo.h and
 * intel_mchbar_regs.h; which of the render registers are saved with a context
 * from genxml gen90.xml (what user space may load) and i915
 * gt/intel_workarounds.c (what a context workaround sets).
 */
#include <linux/kernel.h>

#include "regs.h"

#define ROW	IVGPU_ROW
#define RO	IVGPU_RO
#define MASKED	.flags = IVGPU_REG_MASKED
#define HOST	.flags = IVGPU_REG_HOST, .ro = ~0u
#define CONTEXT	.class = IVGPU_REG_CONTEXT
#define H(x)	.handler = IVGPU_H_##x
#define CMD(x)	.access = IVGPU_CMD_##x
#define CMD_WA	.access = IVGPU_CMD_LRI | IVGPU_CMD_STORE

/* Command streamer of the render engine, beside the common block. */
static const struct ivgpu_reg render_cs_rows[] = {
	ROW(0x2024, 1, "PGTBL_ER", .w1c = ~0u),
	ROW(0x2088, 1, "FF_SLICE_CHICKEN", MASKED, CONTEXT, CMD_WA),
	ROW(0x2090, 1, "_3D_CHICKEN3", MASKED, CONTEXT, CMD_WA),
	ROW(0x20a0, 1, "FF_THREAD_MODE"),
	ROW(0x20d4, 1, "CSFE_CHICKEN1_RCS", MASKED),
	ROW(0x20e0, 1, "FF_SLICE_CS_CHICKEN1", MASKED, CMD(STORE)),
	ROW(0x20e4, 1, "FF_SLICE_CS_CHICKEN2", MASKED),
	ROW(0x20ec, 1, "CS_DEBUG_MODE1", MASKED),
	ROW(0x2120, 1, "CACHE_MODE_0_OLD", MASKED),
	ROW(0x21f0, 1, "RCS_21F0", RO, CMD(STORE)),
	ROW(0x2248, 1, "CTX_PREEMPT", MASKED, CONTEXT, CMD(RW)),
	ROW(0x2290, 2, "CS_INVOCATION_COUNT", CONTEXT, CMD(RW)),
	ROW(0x2300, 22, "PIPELINE_STATISTICS", CONTEXT, CMD(RW)),
	ROW(0x2360, 1, "OACTXCONTROL", CONTEXT),
	ROW(0x2420, 1, "3DPRIM_END_OFFSET", CONTEXT, CMD(RW)),
	ROW(0x2430, 5, "3DPRIM", CONTEXT, CMD(RW)),
	ROW(0x2500, 3, "GPGPU_DISPATCHDIM", CONTEXT, CMD(RW)),
	ROW(0x2580, 1, "CS_CHICKEN1", MASKED, CONTEXT, CMD(RW)),
};

/* Fixed functions and caches of the render engine. */
static const struct ivgpu_reg render_rows[] = {
	ROW(0x5200, 8, "SO_NUM_PRIMS_WRITTEN", CONTEXT, CMD(RW)),
	ROW(0x5240, 8, "SO_PRIM_STORAGE_NEEDED", CONTEXT, CMD(RW)),
	ROW(0x5280, 4, "SO_WRITE_OFFSET", CONTEXT, CMD(RW)),
	ROW(0x5584, 1, "WM_CHICKEN", MASKED, CONTEXT, CMD_WA),
	ROW(0x5588, 1, "WM_CHICKEN3", MASKED, CONTEXT, CMD_WA),
	ROW(0x7000, 1, "CACHE_MODE_0", MASKED, CONTEXT, CMD_WA),
	ROW(0x7004, 1, "CACHE_MODE_1", MASKED, CONTEXT, CMD_WA),
	ROW(0x7008, 1, "GT_MODE", MASKED, CONTEXT, CMD_WA),
	ROW(0x7010, 1, "COMMON_SLICE_CHICKEN1", MASKED, CONTEXT, CMD_WA),
	ROW(0x7014, 1, "COMMON_SLICE_CHICKEN2", MASKED, CONTEXT, CMD(RW)),
	ROW(0x7018, 1, "HIZ_CHICKEN", MASKED, CONTEXT, CMD_WA),
	ROW(0x7034, 1, "L3CNTLREG", CONTEXT, CMD(RW)),
	ROW(0x7100, 1, "SC_INSTDONE", .reset = ~0u, RO),
	ROW(0x7300, 1, "HDC_CHICKEN0", MASKED, CONTEXT, CMD(RW)),
	ROW(0x7304, 1, "COMMON_SLICE_CHICKEN3", MASKED, CONTEXT, CMD(RW)),
	ROW(0xe100, 1, "HALF_SLICE_CHICKEN1", MASKED, CONTEXT, CMD_WA),
	ROW(0xe160, 1, "SAMPLER_INSTDONE", .reset = ~0u, RO),
	ROW(0xe164, 1, "ROW_INSTDONE", .reset = ~0u, RO),
	ROW(0xe180, 1, "HALF_SLICE_CHICKEN2", MASKED, CONTEXT, CMD_WA),
	ROW(0xe184, 1, "HALF_SLICE_CHICKEN3", MASKED, CONTEXT, CMD_WA),
	ROW(0xe188, 1, "HALF_SLICE_CHICKEN5", MASKED, CONTEXT, CMD_WA),
	ROW(0xe18c, 1, "SAMPLER_MODE", MASKED, CONTEXT, CMD_WA),
	ROW(0xe194, 1, "HALF_SLICE_CHICKEN7", MASKED, CONTEXT, CMD_WA),
	ROW(0xe48c, 1, "ROW_CHICKEN4", MASKED, CONTEXT, CMD_WA),
	ROW(0xe49c, 1, "ROW_CHICKEN3", MASKED, CONTEXT, CMD_WA),
	ROW(0xe4f0, 1, "ROW_CHICKEN", MASKED, CONTEXT, CMD_WA),
	ROW(0xe4f4, 1, "ROW_CHICKEN2", MASKED, CONTEXT, CMD_WA),
};

static const struct ivgpu_reg blitter_rows[] = {
	ROW(0x22200, 1, "BCS_SWCTRL", MASKED, CONTEXT, CMD(RW)),
};

/* Memory interface, page tables, clocks, power: shared by all vGPUs. */
static const struct ivgpu_reg gt_rows[] = {
	ROW(0x0d00, 1, "RPM_CONFIG0", HOST),
	ROW(0x0d04, 1, "RPM_CONFIG1", RO),
	ROW(0x0d84, 1, "FORCEWAKE_ACK_RENDER", RO),
	ROW(0x0d88, 1, "FORCEWAKE_ACK_MEDIA", RO),
	ROW(0x0fdc, 1, "MCR_SELECTOR"),
	ROW(0x4024, 1, "GTT_CACHE_EN"),
	ROW(0x4080, 1, "GAMW_ECO_DEV_RW_IA"),
	ROW(0x4090, 1, "GAM_ECOCHK"),
	ROW(0x4094, 1, "RING_FAULT"),
	ROW(0x40e0, 2, "PPAT"),
	ROW(0x4260, 5, "TLB_INVALIDATE", H(TLB)),
	ROW(0x4ab0, 1, "GAMT_ECO_REG_RW_IA"),
	ROW(0x4ab8, 1, "GAMT_CHKN"),
	ROW(0x4b10, 2, "FAULT_TLB_DATA", RO),
	ROW(0x4dd4, 1, "TLB_SIZE"),
	ROW(0x4ddc, 1, "GAMT_4DDC"),
	ROW(0x8000, 1, "MBCTL"),
	ROW(0x804c, 3, "SLICE_PGCTL_ACK", RO),
	ROW(0x805c, 6, "EU_PGCTL_ACK", RO),
	ROW(0x9044, 1, "FBC_LLC_READ_CTRL"),
	ROW(0x9120, 1, "FUSE2", HOST),
	ROW(0x9134, 3, "EU_DISABLE", HOST),
	ROW(0x9400, 1, "UCGCTL1"),
	ROW(0x9404, 1, "UCGCTL2"),
	ROW(0x9408, 1, "UCGCTL3"),
	ROW(0x940c, 1, "UCGCTL4"),
	ROW(0x941c, 1, "GDRST", H(GDRST)),
	ROW(0x9424, 1, "MISCCPCTL"),
	ROW(0x9430, 1, "UCGCTL6"),
	ROW(0xa000, 2, "RC_CONTEXT"),
	ROW(0xa008, 1, "RPNSWREQ"),
	ROW(0xa00c, 1, "RC_VIDEO_FREQ"),
	ROW(0xa010, 1, "RP_DOWN_TIMEOUT"),
	ROW(0xa014, 1, "RP_INTERRUPT_LIMITS"),
	ROW(0xa01c, 1, "RPSTAT1", RO),
	ROW(0xa024, 1, "RP_CONTROL"),
	ROW(0xa02c, 2, "RP_THRESHOLD"),
	ROW(0xa050, 6, "RP_EI_COUNTERS", RO),
	ROW(0xa068, 2, "RP_EI"),
	ROW(0xa070, 1, "RP_IDLE_HYSTERESIS"),
	ROW(0xa080, 1, "RC_STATE"),
	ROW(0xa090, 1, "RC_CONTROL"),
	ROW(0xa094, 1, "RC_STATE_CTL"),
	ROW(0xa098, 1, "RC1_WAKE_RATE_LIMIT"),
	ROW(0xa09c, 1, "RC6_WAKE_RATE_LIMIT"),
	ROW(0xa0a0, 1, "RC6PP_WAKE_RATE_LIMIT"),
	ROW(0xa0a8, 1, "RC_EVALUATION_INTERVAL"),
	ROW(0xa0ac, 1, "RC_IDLE_HYSTERESIS"),
	ROW(0xa0b0, 1, "RC_SLEEP"),
	ROW(0xa0b4, 1, "RC1E_THRESHOLD"),
	ROW(0xa0b8, 1, "RC6_THRESHOLD"),
	ROW(0xa0bc, 2, "RC6P_THRESHOLD"),
	ROW(0xa0c4, 2, "PG_IDLE_HYSTERESIS"),
	ROW(0xa168, 1, "PMINTRMSK", .reset = ~0u),
	ROW(0xa180, 1, "HSW_MISC_ARB"),
	ROW(0xa188, 1, "FORCEWAKE_GT", H(FORCEWAKE), MASKED, CMD(DROP)),
	ROW(0xa210, 1, "PG_ENABLE"),
	ROW(0xa26c, 1, "CTC_MODE", HOST),
	ROW(0xa270, 1, "FORCEWAKE_MEDIA", H(FORCEWAKE), MASKED),
	ROW(0xa278, 1, "FORCEWAKE_RENDER", H(FORCEWAKE), MASKED),
	ROW(0xb004, 1, "GARBCNTL"),
	ROW(0xb008, 1, "SCRATCH_LNCF1"),
	ROW(0xb020, 32, "LNCFCMOCS", CMD(DROP)),
	ROW(0xb100, 1, "L3SQCREG1"),
	ROW(0xb118, 1, "L3SQCREG4", .access = IVGPU_CMD_DROP | IVGPU_CMD_STORE),
	ROW(0xb11c, 1, "SCRATCH1"),
	ROW(0xc000, 1, "GUC_STATUS", .reset = 0x1, RO),	/* the microcontroller is in reset */
	ROW(0xc050, 1, "GUC_WOPCM_SIZE"),
	ROW(0xc340, 1, "DMA_GUC_WOPCM_OFFSET"),
	ROW(0xc3e4, 1, "GUC_MAX_IDLE_COUNT"),
	ROW(0xc800, 64, "MOCS_RCS", CMD(DROP)),
	ROW(0xc900, 64, "MOCS_VCS0", CMD(DROP)),
	ROW(0xca00, 64, "MOCS_VCS1", CMD(DROP)),
	ROW(0xcb00, 64, "MOCS_VECS", CMD(DROP)),
	ROW(0xcc00, 64, "MOCS_BCS", CMD(DROP)),
};

/* Display, interrupts and the system agent. Display is fused off (DFSM: pipes A, B, C). */
static const struct ivgpu_reg uncore_rows[] = {
	ROW(0x42000, 1, "FUSE_STATUS", .reset = 0x8e000000, RO),	/* all power gates done */
	ROW(0x42080, 1, "CHICKEN_PAR1_1"),
	ROW(0x42300, 1, "FPGA_DBG", .w1c = 0x80000000),
	ROW(0x44050, 1, "DERRMR", .reset = ~0u, CMD(DROP)),
	ROW(0x44074, 1, "TIMESTAMP_OVERRIDE", RO),
	ROW(0x44200, 1, "MASTER_IRQ", H(IRQ_MASTER)),
	ROW(0x44300, 16, "GT_IRQ", H(IRQ)),
	ROW(0x44400, 4, "DE_PIPE_A_IRQ", H(PIPE_IRQ)),
	ROW(0x44410, 8, "DE_PIPE_IRQ", H(IRQ)),
	ROW(0x44440, 4, "DE_PORT_IRQ", H(IRQ)),
	ROW(0x44460, 4, "DE_MISC_IRQ", H(IRQ)),
	ROW(0x444e0, 4, "PCU_IRQ", H(IRQ)),
	ROW(0x45000, 1, "DISP_ARB_CTL"),
	ROW(0x45400, 4, "PWR_WELL_CTL", H(POWER_WELL), .ro = 0x55555555),
	ROW(0x45410, 1, "PWR_WELL_CTL5"),
	ROW(0x45504, 1, "DC_STATE_EN"),
	ROW(0x46430, 1, "CHICKEN_DCPR_1"),
	ROW(0x51000, 1, "DFSM", .reset = 0x50200000, RO),
	ROW(0xc4000, 4, "SDE_IRQ", H(IRQ)),
	ROW(0x100000, 64, "FENCE", H(FENCE)),
	ROW(0x101008, 1, "GFX_FLSH_CNTL", H(GGTT_FLUSH)),
	ROW(0x120010, 1, "EDRAM_CAP", RO),
	ROW(0x130044, 1, "FORCEWAKE_ACK_GT", RO),
	ROW(0x130090, 1, "FORCEWAKE_ACK_OLD", RO),
	ROW(0x138104, 6, "RESIDENCY", RO),
	ROW(0x138124, 1, "PCODE_MAILBOX", H(PCODE)),
	ROW(0x138128, 2, "PCODE_DATA"),
	ROW(0x145998, 1, "RP_STATE_CAP", RO),
	ROW(0x145e04, 1, "DCLK", RO),
};

/* What a vGPU tells its guest (i915 i915_pvinfo.h); values from pvinfo.c. */
static const struct ivgpu_reg pvinfo_rows[] = {
	ROW(0x000, 2, "PVINFO_MAGIC", RO),
	ROW(0x008, 1, "PVINFO_VERSION", RO),
	ROW(0x00c, 1, "PVINFO_VGT_ID", RO),
	ROW(0x010, 1, "PVINFO_CAPS", RO),
	ROW(0x040, 4, "PVINFO_GGTT", RO),
	ROW(0x050, 1, "PVINFO_FENCES", RO),
	ROW(0x804, 1, "PVINFO_DISPLAY_READY"),
	ROW(0x818, 1, "PVINFO_G2V", H(G2V)),
	ROW(0x830, 2, "PVINFO_CURSOR_HOT"),
	ROW(0x838, 8, "PVINFO_PDP"),
	ROW(0x858, 2, "PVINFO_EXECLIST_CONTEXT"),
};

#define UNIT(nm, b, e, r, n)	{ .name = (nm), .base = (b), .engine = (e), .rows = (r), .nr = (n) }
#define RING(nm, b, e)		UNIT(nm, b, e, ivgpu_ring_rows, IVGPU_NR_RING_ROWS)

static const struct ivgpu_reg_unit units_gen9[] = {
	UNIT("gt", 0, IVGPU_NO_ENGINE, gt_rows, ARRAY_SIZE(gt_rows)),
	RING("rcs", 0x2000, IVGPU_RCS0),
	UNIT("rcs", 0, IVGPU_RCS0, render_cs_rows, ARRAY_SIZE(render_cs_rows)),
	UNIT("rcs", 0, IVGPU_RCS0, render_rows, ARRAY_SIZE(render_rows)),
	RING("vcs0", 0x12000, IVGPU_VCS0),
	RING("vecs", 0x1a000, IVGPU_VECS0),
	RING("vcs1", 0x1c000, IVGPU_VCS1),
	RING("bcs", 0x22000, IVGPU_BCS0),
	UNIT("bcs", 0, IVGPU_BCS0, blitter_rows, ARRAY_SIZE(blitter_rows)),
	UNIT("uncore", 0, IVGPU_NO_ENGINE, uncore_rows, ARRAY_SIZE(uncore_rows)),
	UNIT("pvinfo", 0x78000, IVGPU_NO_ENGINE, pvinfo_rows, ARRAY_SIZE(pvinfo_rows)),
	UNIT("display", 0, IVGPU_NO_ENGINE, ivgpu_display_rows, IVGPU_NR_DISPLAY_ROWS),
};

const struct ivgpu_reg_table ivgpu_regs_gen9 = {
	.gen = 9,
	.units = units_gen9,
	.nr = ARRAY_SIZE(units_gen9) - 1,	/* all but the display */
};

const struct ivgpu_reg_table ivgpu_regs_gen9_display = {
	.gen = 9,
	.units = units_gen9,
	.nr = ARRAY_SIZE(units_gen9),
};
