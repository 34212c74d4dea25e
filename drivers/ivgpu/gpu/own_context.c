// SPDX-License-Identifier: GPL-2.0
/*
 * Contexts of the module itself, which execute MI_NOOP and nothing else.
 *
 * Each engine has one to which it is switched when a guest is to leave it. And
 * at bring-up each engine runs a context whose image does not exist yet; what
 * hardware then saves is the golden image: the true layout of a context here.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include "context_image.h"
#include "gpu_internal.h"
#include "regs.h"

#define RING_SIZE	IVGPU_PAGE_SIZE
/* A tail must lie on eight bytes: two MI_NOOPs, which are zero. */
#define RING_STEP	8

/* Context descriptor: i915 gt/intel_lrc.c, lrc_descriptor. */
#define DESC_VALID	BIT_ULL(0)
#define DESC_64BIT	(3ull << 3)
#define DESC_PRIVILEGE	BIT_ULL(8)
#define DESC_ID(id)	((u64)(id) << 32)

static u32 *register_page(const struct ivgpu_own_context *own)
{
	return own->image.cpu + IVGPU_PAGE_SIZE;
}

static void build_image(struct ivgpu_engine *engine, struct ivgpu_own_context *own)
{
	const struct ivgpu_context_params params = {
		.ring_start = own->ring.node.start,
		.ring_size = RING_SIZE,
		.pml4 = ivgpu_gpu_scratch_pml4(engine->gpu),
		.inhibit = true,
	};

	ivgpu_context_image_init(register_page(own), engine->id, engine->desc->base, &params);
}

/**
 * ivgpu_own_context_create() - make a context that does nothing
 * @engine: that will run it
 * @context_id: unique among all contexts of the engine
 * @own: filled in
 *
 * Return: 0, -ENOMEM or -ENOSPC.
 */
int ivgpu_own_context_create(struct ivgpu_engine *engine, u32 context_id,
			     struct ivgpu_own_context *own)
{
	int ret;

	ret = ivgpu_buffer_alloc(engine->gpu, engine->desc->context_size, &own->image);
	if (!ret)
		ret = ivgpu_buffer_alloc(engine->gpu, RING_SIZE, &own->ring);
	if (ret) {
		ivgpu_own_context_destroy(engine, own);
		return ret;
	}
	own->desc = own->image.node.start | DESC_VALID | DESC_64BIT | DESC_PRIVILEGE |
		    DESC_ID(context_id);
	build_image(engine, own);
	return 0;
}

/**
 * ivgpu_own_context_destroy() - the opposite of ivgpu_own_context_create()
 * @engine: it was made for; not running it
 * @own: an unused one is left alone
 */
void ivgpu_own_context_destroy(struct ivgpu_engine *engine, struct ivgpu_own_context *own)
{
	ivgpu_buffer_free(engine->gpu, &own->image);
	ivgpu_buffer_free(engine->gpu, &own->ring);
}

/**
 * ivgpu_own_context_rebuild() - make the image anew: the engine was reset
 * @engine: the engine
 * @own: the context
 */
void ivgpu_own_context_rebuild(struct ivgpu_engine *engine, struct ivgpu_own_context *own)
{
	build_image(engine, own);
}

/**
 * ivgpu_own_context_add_work() - give it two more MI_NOOPs to execute
 * @own: the context, not running
 *
 * A context without work is not worth a switch to hardware.
 */
void ivgpu_own_context_add_work(struct ivgpu_own_context *own)
{
	u32 *regs = register_page(own);

	regs[CTX_RING_TAIL] = (regs[CTX_RING_TAIL] + RING_STEP) % RING_SIZE;
}

/* What the recorder waits for. */
struct recorder {
	struct completion done;
	bool reset;
};

static void ignore_promoted(struct ivgpu_engine *engine, void *cookie, bool lite_restore)
{
}

static void ignore_switched_out(struct ivgpu_engine *engine, void *cookie, bool complete)
{
}

static void note_idle(struct ivgpu_engine *engine)
{
	struct recorder *rec = ivgpu_engine_user(engine);

	complete(&rec->done);
}

static void ignore_user_interrupt(struct ivgpu_engine *engine)
{
}

static void note_error(struct ivgpu_engine *engine, u32 eir)
{
	pci_err(engine->gpu->pdev, "%s: error 0x%x in the first context\n", engine->desc->name,
		eir);
}

static void note_reset(struct ivgpu_engine *engine)
{
	struct recorder *rec = ivgpu_engine_user(engine);

	rec->reset = true;
	complete(&rec->done);
}

static bool nobody_is_gone(struct ivgpu_engine *engine)
{
	return false;
}

static const struct ivgpu_engine_ops recorder_ops = {
	.promoted = ignore_promoted,
	.switched_out = ignore_switched_out,
	.idle = note_idle,
	.user_interrupt = ignore_user_interrupt,
	.cs_error = note_error,
	.was_reset = note_reset,
	.is_gone = nobody_is_gone,
};

#define FIRST_RUN_MS	5000

static int wait_idle(struct ivgpu_engine *engine, struct recorder *rec, const char *which)
{
	struct pci_dev *pdev = engine->gpu->pdev;

	if (!wait_for_completion_timeout(&rec->done, msecs_to_jiffies(FIRST_RUN_MS))) {
		pci_err(pdev, "%s: the %s context did not end in %d s: HEAD 0x%x TAIL 0x%x ACTHD 0x%x EXECLIST_STATUS 0x%x\n",
			engine->desc->name, which, FIRST_RUN_MS / 1000,
			ivgpu_engine_read(engine, RING_HEAD),
			ivgpu_engine_read(engine, RING_TAIL),
			ivgpu_engine_read(engine, RING_ACTHD),
			ivgpu_engine_read(engine, RING_EXECLIST_STATUS));
		return -ETIMEDOUT;
	}
	if (rec->reset) {
		pci_err(pdev, "%s: reset while it ran the %s context\n", engine->desc->name,
			which);
		return -EIO;
	}
	return 0;
}

/* Run @first, then the engine's idle context, which makes hardware save @first. */
static int run_two(struct ivgpu_engine *engine, struct ivgpu_own_context *first)
{
	struct ivgpu_port list[2] = { { .desc = first->desc } };
	struct recorder rec = {};
	int ret;

	init_completion(&rec.done);
	ivgpu_engine_set_ops(engine, &recorder_ops, &rec);
	ivgpu_own_context_add_work(first);
	ret = ivgpu_engine_submit(engine, list);
	if (!ret)
		ret = wait_idle(engine, &rec, "first");
	reinit_completion(&rec.done);
	if (!ret)
		ret = ivgpu_execlist_run_own(engine);
	if (!ret)
		ret = wait_idle(engine, &rec, "second");
	ivgpu_engine_set_ops(engine, NULL, NULL);
	return ret;
}

/**
 * ivgpu_engine_record_golden() - keep the image that hardware itself makes
 * @engine: the engine, started, interrupts on
 *
 * Return: 0 or a negative errno; what went wrong is in the log.
 */
int ivgpu_engine_record_golden(struct ivgpu_engine *engine)
{
	int ret;

	engine->golden = kvzalloc(engine->desc->context_size, GFP_KERNEL);
	if (!engine->golden)
		return -ENOMEM;
	ret = ivgpu_own_context_create(engine, IVGPU_GOLDEN_CONTEXT_ID, &engine->first);
	if (ret)
		return ret;
	ret = run_two(engine, &engine->first);
	if (ret)
		return ret;
	memcpy(engine->golden, engine->first.image.cpu, engine->desc->context_size);
	ivgpu_own_context_destroy(engine, &engine->first);
	return 0;
}
