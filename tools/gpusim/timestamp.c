// SPDX-License-Identifier: GPL-2.0
/*
 * Timestamps tick at the model's frequency from the start of the device, idle or not, and have
 * 36 bits (i915 gt/intel_engine_cs.c, intel_gpu_commands: TIMESTAMP is 36 bits wide on Gen8+).
 */
#include "timestamp.h"

#include "gpu.h"

#define TIMESTAMP_MASK ((1ull << 36) - 1)

static uint64_t ticks(const struct gpu *gpu, uint64_t ns)
{
	return ns / 1000000000u * gpu->model->timestamp_hz +
		ns % 1000000000u * gpu->model->timestamp_hz / 1000000000u;
}

uint64_t timestamp_now(const struct gpu *gpu)
{
	return ticks(gpu, now_ns() - gpu->timestamp_base_ns) & TIMESTAMP_MASK;
}

uint32_t timestamp_read(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint64_t now = timestamp_now(gpu);

	return off == e->base + 0x358 ? (uint32_t)now : (uint32_t)(now >> 32);
}

uint32_t timestamp_read_low(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)e;
	(void)off;
	return (uint32_t)timestamp_now(gpu);
}

uint32_t timestamp_read_context(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(gpu, off);

	if (e->active)
		val += (uint32_t)ticks(gpu, now_ns() - e->context_started_ns);
	return val;
}

void timestamp_context_start(struct engine *e)
{
	e->context_started_ns = now_ns();
}

void timestamp_context_stop(struct engine *e)
{
	uint64_t ns = now_ns() - e->context_started_ns;

	*gpu_reg(e->gpu, e->base + 0x3a8) += (uint32_t)ticks(e->gpu, ns);
	e->context_started_ns = now_ns();
}
