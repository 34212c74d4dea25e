// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of the physical GPU: one MSI, the engines' bits in four registers.
 * The display's and the power unit's are masked: nobody here wants them.
 *
 * Order of accesses: i915 i915_irq.c (gen8_irq_handler, gen8_irq_reset) and
 * gt/intel_gt_irq.c.
 */
#include <linux/interrupt.h>
#include <linux/pci.h>

#include "gpu_internal.h"
#include "regs.h"

#define GT_GROUPS	4
#define GROUP_POWER	2
#define ENGINE_BITS	(ENGINE_IRQ_USER | ENGINE_IRQ_ERROR | ENGINE_IRQ_SWITCH)

/* Which bits of the master register announce which group. */
static const u32 master_bits[GT_GROUPS] = { BIT(0) | BIT(1), BIT(2) | BIT(3), BIT(4), BIT(6) };

static void dispatch(struct ivgpu_engine *engine, u32 bits)
{
	if (bits & ENGINE_IRQ_ERROR)
		set_bit(ENGINE_ERROR, &engine->flags);
	if (bits & ENGINE_IRQ_SWITCH)
		set_bit(ENGINE_INTERRUPTED, &engine->flags);
	if (bits & ENGINE_IRQ_USER)
		ivgpu_engine_ops_of(engine)->user_interrupt(engine);
	if (bits & (ENGINE_IRQ_ERROR | ENGINE_IRQ_SWITCH))
		ivgpu_execlist_kick(engine);
}

static irqreturn_t handler(int irq, void *data)
{
	struct ivgpu_gpu *gpu = data;
	struct ivgpu_engine *engine;
	u32 iir[GT_GROUPS] = {};
	unsigned int i;
	u32 master;

	master = ivgpu_raw_read(gpu, MASTER_IRQ) & ~MASTER_ENABLE;
	if (!master)
		return IRQ_NONE;
	ivgpu_raw_write(gpu, MASTER_IRQ, 0);
	for (i = 0; i < GT_GROUPS; i++) {
		if (!(master & master_bits[i]))
			continue;
		iir[i] = ivgpu_raw_read(gpu, GT_IRQ(i) + IRQ_IIR);
		if (iir[i])
			ivgpu_raw_write(gpu, GT_IRQ(i) + IRQ_IIR, iir[i]);
	}
	atomic64_inc(&gpu->interrupts);
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		dispatch(engine, iir[engine->desc->irq_group] >> engine->desc->irq_shift &
			 ENGINE_BITS);
	}
	ivgpu_raw_write(gpu, MASTER_IRQ, MASTER_ENABLE);
	return IRQ_HANDLED;
}

/**
 * ivgpu_engine_user_interrupt_late() - whether a user interrupt awaits its handler
 * @engine: the engine
 *
 * The engine's worker may read of a context's end before the interrupt that the context
 * raised has come. A handler that runs has called @user_interrupt when this returns.
 * Process context, for the engine's worker; waits for that handler.
 *
 * Return: true when one was pending.
 */
bool ivgpu_engine_user_interrupt_late(struct ivgpu_engine *engine)
{
	struct ivgpu_gpu *gpu = engine->gpu;
	u32 iir = ivgpu_raw_read(gpu, GT_IRQ(engine->desc->irq_group) + IRQ_IIR);

	synchronize_irq(pci_irq_vector(gpu->pdev, 0));
	return iir >> engine->desc->irq_shift & ENGINE_IRQ_USER;
}

/* Mask a group, disable it, and clear what is pending: it may be pending twice. */
static void quiet(struct ivgpu_gpu *gpu, u32 group)
{
	ivgpu_raw_write(gpu, group + IRQ_IMR, ~0u);
	ivgpu_raw_read(gpu, group + IRQ_IMR);
	ivgpu_raw_write(gpu, group + IRQ_IER, 0);
	ivgpu_raw_write(gpu, group + IRQ_IIR, ~0u);
	ivgpu_raw_read(gpu, group + IRQ_IIR);
	ivgpu_raw_write(gpu, group + IRQ_IIR, ~0u);
	ivgpu_raw_read(gpu, group + IRQ_IIR);
}

static void quiet_all(struct ivgpu_gpu *gpu)
{
	unsigned int i;

	ivgpu_raw_write(gpu, MASTER_IRQ, 0);
	ivgpu_raw_read(gpu, MASTER_IRQ);
	for (i = 0; i < GT_GROUPS; i++)
		quiet(gpu, GT_IRQ(i));
	quiet(gpu, PIPE_IRQ(0));
	if (ivgpu_raw_read(gpu, POWER_WELL_CTL) & POWER_WELL_2_ON) {
		quiet(gpu, PIPE_IRQ(1));
		quiet(gpu, PIPE_IRQ(2));
	}
	quiet(gpu, PORT_IRQ);
	quiet(gpu, MISC_IRQ);
	quiet(gpu, PCU_IRQ);
	quiet(gpu, PCH_IRQ);
}

/**
 * ivgpu_irq_enable() - let the engines' interrupts through
 * @gpu: the GPU, reset or just taken over
 */
void ivgpu_irq_enable(struct ivgpu_gpu *gpu)
{
	struct ivgpu_engine *engine;
	u32 enable[GT_GROUPS] = {};
	unsigned int i;

	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		enable[engine->desc->irq_group] |= ENGINE_BITS << engine->desc->irq_shift;
	}
	for (i = 0; i < GT_GROUPS; i++) {
		if (i == GROUP_POWER)
			continue;
		ivgpu_raw_write(gpu, GT_IRQ(i) + IRQ_IER, enable[i]);
		ivgpu_raw_write(gpu, GT_IRQ(i) + IRQ_IMR, ~enable[i]);
	}
	ivgpu_raw_write(gpu, MASTER_IRQ, MASTER_ENABLE);
	ivgpu_raw_read(gpu, MASTER_IRQ);
}

/**
 * ivgpu_irq_pause() - no interrupts until ivgpu_irq_unpause()
 * @gpu: the GPU
 *
 * No handler is under way when this returns. May sleep.
 */
void ivgpu_irq_pause(struct ivgpu_gpu *gpu)
{
	quiet_all(gpu);
	disable_irq(pci_irq_vector(gpu->pdev, 0));
}

/**
 * ivgpu_irq_unpause() - the engines' interrupts again
 * @gpu: the GPU, reset
 */
void ivgpu_irq_unpause(struct ivgpu_gpu *gpu)
{
	quiet_all(gpu);
	enable_irq(pci_irq_vector(gpu->pdev, 0));
	ivgpu_irq_enable(gpu);
}

/**
 * ivgpu_irq_init() - take the interrupt
 * @gpu: the GPU; its engines exist and are not started
 *
 * Return: 0 or a negative errno.
 */
int ivgpu_irq_init(struct ivgpu_gpu *gpu)
{
	int ret;

	quiet_all(gpu);
	ret = pci_alloc_irq_vectors(gpu->pdev, 1, 1, PCI_IRQ_MSI);
	if (ret < 0) {
		pci_err(gpu->pdev, "no MSI (%d)\n", ret);
		return ret;
	}
	ret = request_irq(pci_irq_vector(gpu->pdev, 0), handler, 0, "ivgpu", gpu);
	if (ret) {
		pci_free_irq_vectors(gpu->pdev);
		return ret;
	}
	gpu->irq_on = true;
	ivgpu_irq_enable(gpu);
	return 0;
}

/**
 * ivgpu_irq_fini() - no more interrupts
 * @gpu: the GPU
 */
void ivgpu_irq_fini(struct ivgpu_gpu *gpu)
{
	if (!gpu->irq_on)
		return;
	quiet_all(gpu);
	free_irq(pci_irq_vector(gpu->pdev, 0), gpu);
	pci_free_irq_vectors(gpu->pdev);
	gpu->irq_on = false;
}
