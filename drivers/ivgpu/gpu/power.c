// SPDX-License-Identifier: GPL-2.0
/*
 * Frequency and power states of the GPU.
 *
 * The frequency is fixed at what the hardware calls its efficient one (RP1), and
 * the deep idle state RC6 is left off. When the whole device sleeps: suspend.c.
 */
#include "gpu_internal.h"
#include "regs.h"

/* Gen9 requests frequencies in units of 16.67 MHz, its fuses are in units of 50 MHz. */
#define UNITS_PER_FUSE	3
#define FREQUENCY(units)	((u32)(units) << 23)

/**
 * ivgpu_power_init() - ask for a fixed frequency, no RC6
 * @gpu: the GPU
 *
 * i915 gt/intel_rps.c (gen9_rps_enable, __gen6_rps_get_freq_caps) and
 * gt/intel_rc6.c (__intel_rc6_disable).
 */
void ivgpu_power_init(struct ivgpu_gpu *gpu)
{
	u32 caps = ivgpu_mmio_read(gpu, RP_STATE_CAP);

	gpu->rp0 = caps & 0xff;
	gpu->rp1 = caps >> 8 & 0xff;
	gpu->rpn = caps >> 16 & 0xff;

	ivgpu_mmio_write(gpu, PG_ENABLE, 0);
	ivgpu_mmio_write(gpu, RC_CONTROL, 0);
	ivgpu_mmio_write(gpu, RC_STATE, 0);

	ivgpu_mmio_write(gpu, RP_CONTROL, 0);
	ivgpu_mmio_write(gpu, RC_VIDEO_FREQ, FREQUENCY(gpu->rp1 * UNITS_PER_FUSE));
	ivgpu_mmio_write(gpu, RP_IDLE_HYSTERESIS, 0xa);
	ivgpu_mmio_write(gpu, RPNSWREQ, FREQUENCY(gpu->rp1 * UNITS_PER_FUSE));
}
