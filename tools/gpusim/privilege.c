// SPDX-License-Identifier: GPL-2.0
/*
 * Register access of non-secure batches on Gen9.
 *
 * RCS, VCS and VECS hold a batch that was started through the PPGTT to a list of harmless
 * registers, extended by the engine's twelve FORCE_TO_NONPRIV slots (i915 gt/intel_workarounds.c
 * whitelist_reg; slot format gt/intel_engine_regs.h: address 25:2, Coffee Lake and later access
 * 29:28, range 1:0). BCS does not check at all (i915 i915_cmd_parser.c, "gen9 blitter").
 * The built-in list is the one i915's parser for the previous generation lets user batches write
 * on the render ring (i915_cmd_parser.c, gen7_render_regs and hsw_render_regs) with what Mesa
 * writes on Gen9 from user batches, and what IGT writes there and reads back on hardware
 * (igt-gpu-tools tests/intel/gem_ctx_isolation.c, nonpriv_registers); hardware's own list was not
 * found in a public source: inferred.
 */
#include "privilege.h"

#include "cs.h"
#include "gpu.h"
#include "regs.h"
#include "util.h"

#define NONPRIV_SLOTS 12
#define NONPRIV_ADDRESS 0x03fffffcu
#define NONPRIV_DENY BIT(30)

/* Relative to the engine's base, all engines that check. */
static const struct range {
	uint32_t first, last;
} engine_ranges[] = {
	{ 0x358, 0x35f },		/* RING_TIMESTAMP */
	{ 0x400, 0x41f },		/* MI_PREDICATE_* */
	{ 0x600, 0x67f },		/* CS_GPR */
};

/* Absolute, render engine. */
static const struct range render_ranges[] = {
	{ 0x20c0, 0x20c3 },		/* INSTPM */
	{ 0x20d8, 0x20df },		/* CS_DEBUG_MODE2, FF_MODE */
	{ 0x2158, 0x215b },		/* BB_OFFSET */
	{ 0x2290, 0x2297 },		/* PS/HS counters of GPGPU threads */
	{ 0x22c8, 0x22cf },		/* PS_INVOCATION_COUNT_0 */
	{ 0x22d8, 0x22df },		/* PS_DEPTH_COUNT_0 */
	{ 0x22f0, 0x22ff },		/* PS_INVOCATION_COUNT_1, PS_DEPTH_COUNT_1 */
	{ 0x2300, 0x2357 },		/* pipeline statistics */
	{ 0x2360, 0x2367 },		/* OA_CTX_CONTROL, OACTXID */
	{ 0x2420, 0x2423 },		/* 3DPRIM_END_OFFSET */
	{ 0x2430, 0x2443 },		/* 3DPRIM_* */
	{ 0x2448, 0x2457 },		/* PS_INVOCATION_COUNT_2, PS_DEPTH_COUNT_2 */
	{ 0x2500, 0x250b },		/* GPGPU_DISPATCHDIM* */
	{ 0x5200, 0x525f },		/* SO_NUM_PRIMS_WRITTEN, SO_PRIM_STORAGE_NEEDED */
	{ 0x5280, 0x528f },		/* SO_WRITE_OFFSET */
	{ 0x7000, 0x700b },		/* CACHE_MODE_0, CACHE_MODE_1, GT_MODE */
	{ 0x7034, 0x7037 },		/* L3CNTLREG */
	{ 0xb010, 0xb01f },		/* L3 configuration */
	{ 0xe400, 0xe407 },		/* TD_CTL, TD_CTL2 */
};

static bool in_ranges(const struct range *r, unsigned int nr, uint32_t off)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (off >= r[i].first && off <= r[i].last)
			return true;
	return false;
}

static bool slot_covers(const struct engine *e, uint32_t slot, uint32_t off)
{
	uint32_t size = 4, access = 0;

	if (e->gpu->model->platform & (PLATFORM_CFL | PLATFORM_CML)) {
		size = 4u << 2 * (slot & 3);
		access = slot >> 28 & 3;
		if (slot & NONPRIV_DENY)
			return false;
	}
	if ((off & ~(size - 1)) != (slot & NONPRIV_ADDRESS & ~(size - 1)))
		return false;
	return access == 0 || access == 2;
}

static bool allowed(struct engine *e, uint32_t off)
{
	unsigned int i;

	if (e->class == CLASS_COPY || cs_privileged(e))
		return true;
	if (in_ranges(engine_ranges, ARRAY_SIZE(engine_ranges),
		      off - e->base))
		return true;
	if (e->class == CLASS_RENDER &&
	    in_ranges(render_ranges, ARRAY_SIZE(render_ranges), off))
		return true;
	for (i = 0; i < NONPRIV_SLOTS; i++)
		if (slot_covers(e, *gpu_reg(e->gpu, e->base + 0x4d0 + 4 * i), off))
			return true;
	return false;
}

bool privilege_may_write(struct engine *e, uint32_t off)
{
	if (allowed(e, off))
		return true;
	log_line(LOG_PRIV, "%s context %#x: non-secure batch at %#llx may not write %#x (%s)",
		 e->name, engine_context_id(e), (unsigned long long)e->exec_addr, off,
		 regs_name(e->gpu, off));
	return false;
}
