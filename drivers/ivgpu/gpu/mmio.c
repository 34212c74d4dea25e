// SPDX-License-Identifier: GPL-2.0
/*
 * Register access with forcewake.
 *
 * Waking a power domain costs several accesses, so a domain that was woken for
 * one access stays awake until a timer finds it unused for a tick.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/ktime.h>

#include "../compat.h"
#include "gpu_internal.h"
#include "regs.h"

#define FW_KERNEL		BIT(0)
#define FW_FALLBACK		BIT(15)
#define FW_ACK_US		50000
#define FW_FALLBACK_TRIES	10
#define FW_RELEASE_MS		2

static const struct {
	const char *name;
	u32 request;
	u32 ack;
} domains[IVGPU_FW_NUM] = {
	[IVGPU_FW_RENDER] = { "render", 0xa278, 0x0d84 },
	[IVGPU_FW_GT] = { "GT", 0xa188, 0x130044 },
	[IVGPU_FW_MEDIA] = { "media", 0xa270, 0x0d88 },
};

/* Wait for an acknowledgment; in any context, so it spins. */
static bool wait_ack(struct ivgpu_gpu *gpu, unsigned int d, u32 bit, u32 value, u64 us)
{
	ktime_t end = ktime_add_us(ktime_get(), us);
	bool late;

	do {
		late = ktime_after(ktime_get(), end);
		if ((ivgpu_raw_read(gpu, domains[d].ack) & bit) == value)
			return true;
		cpu_relax();
	} while (!late);
	return false;
}

/*
 * The driver's request can collide with one of hardware's own and its
 * acknowledgment be lost; toggling a second request bit brings it back
 * (WaRsForcewakeAddDelayForAck, i915 intel_uncore.c).
 */
static bool fallback(struct ivgpu_gpu *gpu, unsigned int d, u32 value)
{
	unsigned int try;

	for (try = 1; try <= FW_FALLBACK_TRIES; try++) {
		wait_ack(gpu, d, FW_FALLBACK, 0, 1000);
		ivgpu_raw_write(gpu, domains[d].request, masked_set(FW_FALLBACK));
		udelay(10 * try);
		wait_ack(gpu, d, FW_FALLBACK, FW_FALLBACK, 1000);
		if ((ivgpu_raw_read(gpu, domains[d].ack) & FW_KERNEL) == value)
			break;
		ivgpu_raw_write(gpu, domains[d].request, masked_clear(FW_FALLBACK));
	}
	ivgpu_raw_write(gpu, domains[d].request, masked_clear(FW_FALLBACK));
	return try <= FW_FALLBACK_TRIES;
}

static void wake(struct ivgpu_gpu *gpu, unsigned int d)
{
	if (!wait_ack(gpu, d, FW_KERNEL, 0, FW_ACK_US) && !fallback(gpu, d, 0))
		dev_err_ratelimited(&gpu->pdev->dev,
				    "the %s power domain does not let go\n", domains[d].name);
	ivgpu_raw_write(gpu, domains[d].request, masked_set(FW_KERNEL));
	if (!wait_ack(gpu, d, FW_KERNEL, FW_KERNEL, FW_ACK_US) && !fallback(gpu, d, FW_KERNEL))
		dev_err_ratelimited(&gpu->pdev->dev,
				    "the %s power domain stays asleep\n", domains[d].name);
	gpu->fw_awake |= BIT(d);
}

static void release(struct ivgpu_gpu *gpu, unsigned int d)
{
	ivgpu_raw_write(gpu, domains[d].request, masked_clear(FW_KERNEL));
	gpu->fw_awake &= ~BIT(d);
}

/* mmio_lock held. */
static void need(struct ivgpu_gpu *gpu, unsigned int mask)
{
	unsigned int d;

	for (d = 0; d < IVGPU_FW_NUM; d++)
		if (mask & BIT(d) & ~gpu->fw_awake)
			wake(gpu, d);
	gpu->fw_used |= mask;
	if (mask && !timer_pending(&gpu->fw_timer))
		mod_timer(&gpu->fw_timer, jiffies + msecs_to_jiffies(FW_RELEASE_MS));
}

static void release_unused(struct timer_list *timer)
{
	struct ivgpu_gpu *gpu = container_of(timer, struct ivgpu_gpu, fw_timer);
	unsigned long irqs;
	unsigned int d;

	spin_lock_irqsave(&gpu->mmio_lock, irqs);
	for (d = 0; d < IVGPU_FW_NUM; d++)
		if (gpu->fw_awake & BIT(d) && !gpu->fw_count[d] && !(gpu->fw_used & BIT(d)))
			release(gpu, d);
	gpu->fw_used = 0;
	for (d = 0; d < IVGPU_FW_NUM; d++)
		if (gpu->fw_awake & BIT(d) && !gpu->fw_count[d])
			mod_timer(&gpu->fw_timer, jiffies + msecs_to_jiffies(FW_RELEASE_MS));
	spin_unlock_irqrestore(&gpu->mmio_lock, irqs);
}

/**
 * ivgpu_forcewake_get() - keep power domains awake
 * @gpu: the GPU
 * @mask: bits of enum ivgpu_fw_domain
 *
 * Any context. Counted.
 */
void ivgpu_forcewake_get(struct ivgpu_gpu *gpu, unsigned int mask)
{
	unsigned long irqs;
	unsigned int d;

	spin_lock_irqsave(&gpu->mmio_lock, irqs);
	need(gpu, mask);
	for (d = 0; d < IVGPU_FW_NUM; d++)
		if (mask & BIT(d))
			gpu->fw_count[d]++;
	spin_unlock_irqrestore(&gpu->mmio_lock, irqs);
}

/**
 * ivgpu_forcewake_put() - the opposite of ivgpu_forcewake_get()
 * @gpu: the GPU
 * @mask: bits of enum ivgpu_fw_domain
 */
void ivgpu_forcewake_put(struct ivgpu_gpu *gpu, unsigned int mask)
{
	unsigned long irqs;
	unsigned int d;

	spin_lock_irqsave(&gpu->mmio_lock, irqs);
	for (d = 0; d < IVGPU_FW_NUM; d++)
		if (mask & BIT(d))
			gpu->fw_count[d]--;
	need(gpu, mask);
	spin_unlock_irqrestore(&gpu->mmio_lock, irqs);
}

/**
 * ivgpu_mmio_read() - read a register
 * @gpu: the GPU
 * @offset: bytes from the start of BAR0, below 2 MiB
 *
 * Any context.
 *
 * Return: its value.
 */
u32 ivgpu_mmio_read(struct ivgpu_gpu *gpu, u32 offset)
{
	unsigned int mask = ivgpu_forcewake_for_read(offset);
	unsigned long irqs;
	u32 value;

	if (!mask)
		return ivgpu_raw_read(gpu, offset);
	spin_lock_irqsave(&gpu->mmio_lock, irqs);
	need(gpu, mask);
	value = ivgpu_raw_read(gpu, offset);
	spin_unlock_irqrestore(&gpu->mmio_lock, irqs);
	return value;
}

/**
 * ivgpu_mmio_write() - write a register
 * @gpu: the GPU
 * @offset: bytes from the start of BAR0, below 2 MiB
 * @value: to write
 *
 * Any context.
 */
void ivgpu_mmio_write(struct ivgpu_gpu *gpu, u32 offset, u32 value)
{
	unsigned int mask = ivgpu_forcewake_for_write(offset);
	unsigned long irqs;

	if (!mask) {
		ivgpu_raw_write(gpu, offset, value);
		return;
	}
	spin_lock_irqsave(&gpu->mmio_lock, irqs);
	need(gpu, mask);
	ivgpu_raw_write(gpu, offset, value);
	spin_unlock_irqrestore(&gpu->mmio_lock, irqs);
}

/* Requests that an earlier driver, or firmware, left behind. */
static void forget_requests(struct ivgpu_gpu *gpu)
{
	unsigned int d;

	for (d = 0; d < IVGPU_FW_NUM; d++)
		ivgpu_raw_write(gpu, domains[d].request, masked_clear(0xffff));
}

/**
 * ivgpu_mmio_init() - make registers accessible
 * @gpu: the GPU, its BAR0 mapped
 *
 * Return: 0, or -EIO for a device that does not answer.
 */
int ivgpu_mmio_init(struct ivgpu_gpu *gpu)
{
	spin_lock_init(&gpu->mmio_lock);
	timer_setup(&gpu->fw_timer, release_unused, 0);
	/* A masked register never reads as all ones. */
	if (ivgpu_raw_read(gpu, domains[IVGPU_FW_GT].request) == ~0u) {
		pci_err(gpu->pdev, "registers read as all ones: the GPU does not answer\n");
		return -EIO;
	}
	forget_requests(gpu);
	return 0;
}

static void release_all(struct ivgpu_gpu *gpu)
{
	unsigned int d;

	for (d = 0; d < IVGPU_FW_NUM; d++)
		if (gpu->fw_awake & BIT(d))
			release(gpu, d);
	gpu->fw_used = 0;
}

/**
 * ivgpu_mmio_suspend() - let all power domains sleep until ivgpu_mmio_resume()
 * @gpu: the GPU; nobody touches registers meanwhile
 */
void ivgpu_mmio_suspend(struct ivgpu_gpu *gpu)
{
	ivgpu_timer_delete(&gpu->fw_timer);
	release_all(gpu);
}

/**
 * ivgpu_mmio_resume() - registers may be touched again
 * @gpu: the GPU, in D0
 */
void ivgpu_mmio_resume(struct ivgpu_gpu *gpu)
{
	forget_requests(gpu);
}

/**
 * ivgpu_mmio_fini() - let all power domains sleep
 * @gpu: the GPU
 */
void ivgpu_mmio_fini(struct ivgpu_gpu *gpu)
{
	ivgpu_timer_shutdown(&gpu->fw_timer);
	release_all(gpu);
}
