// SPDX-License-Identifier: GPL-2.0
/*
 * Resets. GDRST (0x941c): bit 0 all, 1 render, 2 media, 3 blitter, 4 video enhancement, 7 second
 * media; the bits read as set until the reset is done (i915 gt/intel_gt_regs.h, intel_reset.c).
 * RESET_CTL: bit 0 asks the engine to stop, bit 1 says it has. An engine that is in the middle of
 * a blit gives it up first. What a reset clears: the engine's own registers, its execlists and
 * context; a full reset all of the GT but not the display (i915 re-programs accordingly).
 */
#include "reset.h"

#include "cs.h"
#include "execlist.h"
#include "gpu.h"
#include "gtt.h"
#include "regs.h"

#define REG_GDRST 0x941c
#define GDRST_FULL 1u
#define CTL_REQUEST 1u
#define CTL_READY 2u

static const uint32_t engine_domain[NUM_ENGINES] = {
	[RCS] = 1 << 1, [VCS0] = 1 << 2, [BCS] = 1 << 3, [VECS] = 1 << 4, [VCS1] = 1 << 7,
};

static void reset_engine(struct engine *e)
{
	log_line(LOG_RESET, "%s reset: context %#x, %s, head %#x tail %#x", e->name,
		 e->active ? engine_context_id(e) : 0,
		 e->hung ? "hung" : e->active ? "running" : "idle",
		 *gpu_reg(e->gpu, e->base + 0x34), *gpu_reg(e->gpu, e->base + 0x30));
	e->nr_resets++;
	execlist_reset(e);
	cs_reset(e);
	regs_reset(e->gpu, DOMAIN_ENGINE, e);
	if (e->class == CLASS_RENDER)
		regs_reset(e->gpu, DOMAIN_RENDER, e);
	e->reset_domains = 0;
}

void reset_finish(struct engine *e)
{
	uint32_t *gdrst = gpu_reg(e->gpu, REG_GDRST);
	uint32_t left = 0;
	int i;

	if (e->reset_domains)
		reset_engine(e);
	for (i = 0; i < NUM_ENGINES; i++)
		left |= e->gpu->engine[i].reset_domains;
	*gdrst = left;
}

static uint32_t fail(struct gpu *gpu, uint32_t val)
{
	if (gpu->fault.fail_resets != ~0u)
		gpu->fault.fail_resets--;
	log_line(LOG_CONTROL, "reset %#x fails on request", val);
	return val;
}

void reset_write_gdrst(struct gpu *gpu, struct engine *unused, uint32_t off, uint32_t val)
{
	struct engine *e;
	int i;

	(void)unused;
	if (gpu->fault.fail_resets) {
		*gpu_reg(gpu, off) = fail(gpu, val);
		return;
	}
	if (val & GDRST_FULL)
		regs_reset(gpu, DOMAIN_FULL, NULL);
	for (i = 0; i < NUM_ENGINES; i++) {
		e = &gpu->engine[i];
		if (!e->present || !(val & (GDRST_FULL | engine_domain[i])))
			continue;
		e->reset_domains = val & (GDRST_FULL | engine_domain[i]);
		if (e->unlocked)
			atomic_store(&e->abandon, true);
		else
			reset_finish(e);
	}
	gtt_flush_all(gpu, TLB_FLUSH_ALL);
	gpu->kicked = true;
}

uint32_t reset_read_gdrst(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)e;
	return *gpu_reg(gpu, off);
}

uint32_t reset_read_ctl(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(gpu, off) & ~CTL_READY;

	if (val & CTL_REQUEST && !gpu->fault.fail_resets)
		val |= CTL_READY;
	if (e->unlocked)
		val &= ~CTL_READY;
	return val;
}

void reset_write_ctl(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val & CTL_REQUEST;
	gpu->kicked = true;
}

void reset_device(struct gpu *gpu)
{
	struct engine *e;
	int i;

	for (i = 0; i < NUM_ENGINES; i++) {
		e = &gpu->engine[i];
		if (!e->present)
			continue;
		if (e->unlocked) {
			e->reset_domains = GDRST_FULL;
			atomic_store(&e->abandon, true);
			continue;
		}
		execlist_reset(e);
		cs_reset(e);
	}
	regs_reset(gpu, DOMAIN_DEVICE, NULL);
	gpu->irq_line = false;
	gtt_flush_all(gpu, TLB_FLUSH_ALL);
}
