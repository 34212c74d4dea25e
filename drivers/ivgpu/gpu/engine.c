// SPDX-License-Identifier: GPL-2.0
/*
 * The engines of a GPU: what they are, making and ending them, starting one after
 * a reset.
 */
#include <linux/iopoll.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "gpu_internal.h"
#include "regs.h"

#define RCS_CONTEXT	(22 * IVGPU_PAGE_SIZE)
#define XCS_CONTEXT	(2 * IVGPU_PAGE_SIZE)

/*
 * i915 gt/intel_engine_cs.c (intel_engines, context sizes), gt/intel_gt_irq.c,
 * gt/intel_reset.c, gt/intel_mocs.c, gt/intel_engine_cs.c (TLB registers).
 */
static const struct ivgpu_engine_desc descs[IVGPU_NUM_ENGINES] = {
	[IVGPU_RCS0] = { "rcs0", 0x02000, 0, 0, BIT(1), 0x4260, 0xc800, RCS_CONTEXT },
	[IVGPU_BCS0] = { "bcs0", 0x22000, 0, 16, BIT(3), 0x426c, 0xcc00, XCS_CONTEXT },
	[IVGPU_VCS0] = { "vcs0", 0x12000, 1, 0, BIT(2), 0x4264, 0xc900, XCS_CONTEXT },
	[IVGPU_VCS1] = { "vcs1", 0x1c000, 1, 16, BIT(7), 0x4268, 0xca00, XCS_CONTEXT },
	[IVGPU_VECS0] = { "vecs0", 0x1a000, 3, 0, BIT(4), 0x4270, 0xcb00, XCS_CONTEXT },
};

#define TLB_US	4000

/**
 * ivgpu_engine_read() - read a register of an engine
 * @engine: the engine
 * @offset: from its base
 *
 * Return: its value.
 */
u32 ivgpu_engine_read(struct ivgpu_engine *engine, u32 offset)
{
	return ivgpu_mmio_read(engine->gpu, engine->desc->base + offset);
}

/**
 * ivgpu_engine_write() - write a register of an engine
 * @engine: the engine
 * @offset: from its base
 * @value: to write
 */
void ivgpu_engine_write(struct ivgpu_engine *engine, u32 offset, u32 value)
{
	ivgpu_mmio_write(engine->gpu, engine->desc->base + offset, value);
}

/**
 * ivgpu_gpu_engine() - an engine of a GPU
 * @gpu: the GPU
 * @id: which
 *
 * Return: the engine, or NULL where this GPU has none.
 */
struct ivgpu_engine *ivgpu_gpu_engine(struct ivgpu_gpu *gpu, enum ivgpu_engine_id id)
{
	return gpu->engines[id];
}

/**
 * ivgpu_engine_id() - which engine it is
 * @engine: the engine
 *
 * Return: its id.
 */
enum ivgpu_engine_id ivgpu_engine_id(const struct ivgpu_engine *engine)
{
	return engine->id;
}

/**
 * ivgpu_engine_gpu() - whose engine it is
 * @engine: the engine
 *
 * Return: the GPU.
 */
struct ivgpu_gpu *ivgpu_engine_gpu(const struct ivgpu_engine *engine)
{
	return engine->gpu;
}

/**
 * ivgpu_engine_name() - what users call an engine
 * @id: which
 *
 * Return: "rcs0", "bcs0", ...
 */
const char *ivgpu_engine_name(enum ivgpu_engine_id id)
{
	return descs[id].name;
}

/**
 * ivgpu_engine_mmio_base() - where an engine's registers begin
 * @engine: the engine
 *
 * Return: bytes from the start of BAR0.
 */
u32 ivgpu_engine_mmio_base(const struct ivgpu_engine *engine)
{
	return engine->desc->base;
}

/**
 * ivgpu_engine_context_size() - how large a context image is
 * @engine: the engine that it is for
 *
 * Return: bytes, page 0 (PPHWSP) included.
 */
u32 ivgpu_engine_context_size(const struct ivgpu_engine *engine)
{
	return engine->desc->context_size;
}

/**
 * ivgpu_engine_golden_image() - the image that hardware itself saved at bring-up
 * @engine: the engine
 *
 * Of a context that executed two MI_NOOPs and restored nothing.
 *
 * Return: ivgpu_engine_context_size() bytes.
 */
const void *ivgpu_engine_golden_image(const struct ivgpu_engine *engine)
{
	return engine->golden;
}

/**
 * ivgpu_engine_user() - what was given to ivgpu_engine_set_ops()
 * @engine: the engine
 *
 * Return: the user, or NULL.
 */
void *ivgpu_engine_user(struct ivgpu_engine *engine)
{
	return engine->user;
}

/**
 * ivgpu_engine_unmask() - let an engine's interrupts through, and no others of it
 * @engine: the engine
 * @irqs: which
 *
 * The bits lie as in the GT interrupt register (i915
 * gt/intel_execlists_submission.c, logical_ring_default_irqs).
 */
void ivgpu_engine_unmask(struct ivgpu_engine *engine, u32 irqs)
{
	ivgpu_engine_write(engine, RING_IMR, ~(irqs << engine->desc->irq_shift));
}

/**
 * ivgpu_engine_start() - make an engine ready for execlists
 * @engine: the engine, just reset
 *
 * i915 gt/intel_execlists_submission.c: execlists_resume, enable_execlists,
 * enable_error_interrupt; gt/intel_ring_submission.c for the interrupt mask.
 */
void ivgpu_engine_start(struct ivgpu_engine *engine)
{
	u32 esr;

	ivgpu_gt_setup_engine(engine);
	ivgpu_engine_write(engine, RING_HWSTAM, ~0u);
	ivgpu_engine_write(engine, RING_MODE, masked_set(MODE_RUN_LIST));
	ivgpu_engine_write(engine, RING_MI_MODE, masked_clear(MODE_STOP_RING));
	ivgpu_engine_write(engine, RING_HWS_PGA, engine->hwsp.node.start);
	ivgpu_engine_read(engine, RING_HWS_PGA);

	ivgpu_engine_write(engine, RING_EMR, ~0u);
	ivgpu_engine_write(engine, RING_EIR, ~0u);
	esr = ivgpu_engine_read(engine, RING_ESR);
	if (esr)
		pci_warn(engine->gpu->pdev, "%s: still in error 0x%x after a reset\n",
			 engine->desc->name, esr);
	ivgpu_engine_write(engine, RING_EMR, (u32)~EIR_INSTRUCTION);

	ivgpu_execlist_start(engine);
	ivgpu_engine_unmask(engine, ENGINE_IRQ_USER | ENGINE_IRQ_ERROR | ENGINE_IRQ_SWITCH);
	ivgpu_engine_read(engine, RING_IMR);
}

static void destroy_engine(struct ivgpu_gpu *gpu, enum ivgpu_engine_id id)
{
	struct ivgpu_engine *engine = gpu->engines[id];

	if (!engine)
		return;
	ivgpu_execlist_fini(engine);
	ivgpu_own_context_destroy(engine, &engine->own);
	ivgpu_own_context_destroy(engine, &engine->first);
	ivgpu_buffer_free(gpu, &engine->hwsp);
	kvfree(engine->golden);
	kfree(engine);
	gpu->engines[id] = NULL;
}

/**
 * ivgpu_engines_destroy() - free all engines
 * @gpu: the GPU, reset, its interrupts off
 */
void ivgpu_engines_destroy(struct ivgpu_gpu *gpu)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		destroy_engine(gpu, i);
	gpu->nr_present = 0;
}

static int create_engine(struct ivgpu_gpu *gpu, enum ivgpu_engine_id id)
{
	struct ivgpu_engine *engine;
	int ret;

	engine = kzalloc(sizeof(*engine), GFP_KERNEL);
	if (!engine)
		return -ENOMEM;
	engine->gpu = gpu;
	engine->id = id;
	engine->desc = &descs[id];
	ivgpu_engine_set_ops(engine, NULL, NULL);
	ret = ivgpu_execlist_init(engine);
	if (ret) {
		kfree(engine);
		return ret;
	}
	gpu->engines[id] = engine;
	gpu->present[gpu->nr_present++] = engine;
	ret = ivgpu_buffer_alloc(gpu, IVGPU_PAGE_SIZE, &engine->hwsp);
	if (!ret)
		ret = ivgpu_own_context_create(engine, IVGPU_IDLE_CONTEXT_ID, &engine->own);
	if (!ret)
		engine->ports.own = engine->own.desc;
	return ret;
}

/**
 * ivgpu_engines_create() - make the engines that this GPU has
 * @gpu: the GPU, its GGTT taken over
 *
 * Return: 0 or a negative errno; ivgpu_engines_destroy() then cleans up.
 */
int ivgpu_engines_create(struct ivgpu_gpu *gpu)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < IVGPU_NUM_ENGINES && !ret; i++)
		if (gpu->info->engines & BIT(i))
			ret = create_engine(gpu, i);
	return ret;
}

/**
 * ivgpu_gpu_invalidate_tlbs() - let the engines forget all translations
 * @gpu: the GPU
 *
 * May sleep; bounded. i915 gt/intel_tlb.c.
 */
void ivgpu_gpu_invalidate_tlbs(struct ivgpu_gpu *gpu)
{
	struct ivgpu_engine *engine;
	unsigned int i;
	u32 value;

	ivgpu_forcewake_get(gpu, IVGPU_FW_ALL);
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		ivgpu_mmio_write(gpu, engine->desc->tlb, 1);
	}
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		if (read_poll_timeout(ivgpu_mmio_read, value, !(value & 1), 20, TLB_US, false,
				      gpu, engine->desc->tlb))
			dev_err_ratelimited(&gpu->pdev->dev,
					    "%s: TLB invalidation did not end in %d ms\n",
					    engine->desc->name, TLB_US / 1000);
	}
	ivgpu_forcewake_put(gpu, IVGPU_FW_ALL);
}
