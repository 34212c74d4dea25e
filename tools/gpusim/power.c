// SPDX-License-Identifier: GPL-2.0
/*
 * Power management of the GT.
 *
 * Frequency: what RPNSWREQ asks for is what runs (i915 gt/intel_rps.c, gt/intel_gt_regs.h: bits
 * 31:23 on Gen9 and 31:24 on Broadwell; RPSTAT1 has it in 31:23 and 13:7). RC6: counted in units
 * of 1.28 us, of 833 ns on Broxton and Geminilake (i915 gt/intel_rc6.c), while RC_CONTROL has it
 * enabled and either hardware decides or RC_STATE asks for it, no engine has a context and no
 * forcewake is held. Inferred: that it is entered at once (the thresholds count for nothing), that
 * deep RC6 does not exist, and that registers answer in RC6 too.
 */
#include "power.h"

#include "gpu.h"
#include "util.h"

#define REG_RPNSWREQ 0xa008
#define REG_RC_CONTROL 0xa090
#define REG_RC_STATE 0xa094
#define RC_RC6_ENABLE BIT(18)
#define RC_HW_ENABLE BIT(31)
#define RC_STATE_RC6 4
#define CORE_STATUS_RC6 3

static const uint32_t forcewake[] = { 0xa188, 0xa270, 0xa278 };

static bool in_rc6(struct gpu *gpu)
{
	uint32_t ctl = *gpu_reg(gpu, REG_RC_CONTROL);
	uint32_t target = *gpu_reg(gpu, REG_RC_STATE) >> 16 & 7;
	unsigned int i;

	if (!(ctl & RC_RC6_ENABLE) || !(ctl & RC_HW_ENABLE || target >= RC_STATE_RC6))
		return false;
	for (i = 0; i < ARRAY_SIZE(forcewake); i++)
		if (*gpu_reg(gpu, forcewake[i]) & 0xffff)
			return false;
	for (i = 0; i < NUM_ENGINES; i++)
		if (gpu->engine[i].active || gpu->engine[i].has_pending)
			return false;
	return true;
}

void power_update(struct gpu *gpu)
{
	uint64_t now = now_ns();

	if (gpu->rc6_since)
		gpu->rc6_ns += now - gpu->rc6_since;
	gpu->rc6_since = in_rc6(gpu) ? now : 0;
}

uint32_t power_read_rpstat(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t request = *gpu_reg(gpu, REG_RPNSWREQ);

	(void)e;
	(void)off;
	if (gpu->model->gen < 9)
		return (request >> 24 & 0x7f) << 7;
	return request & 0xff800000u;
}

uint32_t power_read_residency(struct gpu *gpu, struct engine *e, uint32_t off)
{
	bool lp = gpu->model->platform & (PLATFORM_BXT | PLATFORM_GLK);

	(void)e;
	(void)off;
	power_update(gpu);
	return (uint32_t)(lp ? gpu->rc6_ns * 12 / 10000 : gpu->rc6_ns / 1280);
}

uint32_t power_read_core_status(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)e;
	(void)off;
	power_update(gpu);
	return gpu->rc6_since ? CORE_STATUS_RC6 : 0;
}

void power_write(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	power_update(gpu);
	*gpu_reg(gpu, off) = val;
	power_update(gpu);
}
