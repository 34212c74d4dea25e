// SPDX-License-Identifier: GPL-2.0
/*
 * Context images.
 *
 * Page 0 is the per-process status page. From page 1 on the image is a list of commands that the
 * engine executes to restore itself: MI_LOAD_REGISTER_IMM with gaps of MI_NOOP. The layout of page
 * 1 is i915's (gt/intel_lrc.c, gen8/gen9 offset lists; dword numbers in gt/intel_lrc_reg.h). What
 * the render engine saves from page 2 on is not public in detail: here it is one LRI list of the
 * registers that i915 and Mesa rely on being saved (gt/intel_workarounds.c, genxml), inferred.
 *
 * The indirect-context batch runs when the restore has come to its offset (gt/intel_workarounds.c,
 * "INDIRECT_CTX"), the per-context one behind the restore. Inferred: that the offset counts from
 * page 1; that all of the render state is behind i915's default for it, 0x26 cache lines (of a
 * register that i915's batch writes, IGT's gem_ctx_isolation wants the image's value); that the
 * batch runs with restore-inhibit too.
 *
 * Also inferred: Broadwell's list of engine state on the render engine, from where i915 looks for
 * MI_MODE in it (gt/intel_lrc.c, lrc_ring_mi_mode: 0x58); that other commands that move data are
 * executed in an image too; the saved image has restore-inhibit cleared; a save does not touch the
 * tail, as the driver may have moved it on meanwhile.
 */
#include "context.h"

#include <string.h>

#include "cache.h"
#include "cmd.h"
#include "cs.h"
#include "fault.h"
#include "gpu.h"
#include "gtt.h"
#include "regs.h"
#include "timestamp.h"
#include "util.h"

#define PAGE_DWORDS 1024
#define RING_STATE_DWORDS 0x50		/* what restore-inhibit does not inhibit */
#define MI_LRI 0x11000000u
#define MI_LRI_POSTED 0x1000u
#define MI_BBE 0x05000000u
#define CTX_CONTROL 0x244
#define CTX_RESTORE_INHIBIT 1
#define CTX_SAVE_INHIBIT 4
#define IMAGE_TAIL 7			/* dword of page 1 */
#define INDIRECT_OFFSET 0x1c8
#define INDIRECT_OFFSET_MASK 0xffc0u	/* cache lines */

struct segment {
	uint16_t dword;			/* of the LRI header in page 1 */
	uint8_t count;
	bool posted;
	const uint16_t *regs;		/* from the engine's base */
};

static const uint16_t ring_regs[] = {
	0x244, 0x034, 0x030, 0x038, 0x03c, 0x168, 0x140, 0x110, 0x11c, 0x114, 0x118, 0x1c0, 0x1c4,
	0x1c8,
};

static const uint16_t pdp_regs[] = {
	0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
};

static const uint16_t rcs_power_regs[] = { 0x0c8 };
static const uint16_t xcs_power_regs[] = { 0x200 };
static const uint16_t gen8_xcs_power_regs[] = { 0x200, 0x028 };

static const uint16_t engine_regs[] = {
	0x028, 0x09c, 0x0c0, 0x178, 0x17c, 0x358, 0x170, 0x150, 0x154, 0x158, 0x41c,
	0x600, 0x604, 0x608, 0x60c, 0x610, 0x614, 0x618, 0x61c,
	0x620, 0x624, 0x628, 0x62c, 0x630, 0x634, 0x638, 0x63c,
	0x640, 0x644, 0x648, 0x64c, 0x650, 0x654, 0x658, 0x65c,
	0x660, 0x664, 0x668, 0x66c, 0x670, 0x674, 0x678, 0x67c, 0x068,
};

static const struct segment gen9_rcs[] = {
	{ 1, 14, true, ring_regs }, { 33, 9, true, pdp_regs }, { 65, 1, false, rcs_power_regs },
	{ 81, 44, true, engine_regs }, { 0 },
};

static const struct segment gen9_xcs[] = {
	{ 1, 14, true, ring_regs }, { 33, 9, true, pdp_regs }, { 65, 1, true, xcs_power_regs },
	{ 81, 44, true, engine_regs }, { 0 },
};

static const struct segment gen8_rcs[] = {
	{ 1, 14, true, ring_regs }, { 33, 9, true, pdp_regs }, { 65, 1, false, rcs_power_regs },
	{ 85, 44, true, engine_regs }, { 0 },
};

static const struct segment gen8_xcs[] = {
	{ 1, 11, false, ring_regs }, { 33, 9, false, pdp_regs },
	{ 65, 2, false, gen8_xcs_power_regs }, { 0 },
};

/*
 * Render state kept per context, from page 2 on; absolute offsets, { first, dwords }. IGT's
 * gem_ctx_isolation has the registers that user batches may write, and checks that each is here.
 */
static const struct {
	uint32_t off;
	unsigned int count;
} render_regs[] = {
	{ 0x20d4, 2 }, { 0x20e4, 1 }, { 0x2088, 1 }, { 0x2090, 1 }, { 0x2290, 2 }, { 0x22c8, 2 },
	{ 0x22d8, 2 }, { 0x22f0, 4 }, { 0x2300, 22 }, { 0x2360, 2 }, { 0x2400, 7 }, { 0x2420, 1 },
	{ 0x2430, 5 }, { 0x2448, 4 }, { 0x2500, 3 }, { 0x2580, 1 }, { 0x2248, 1 },
	{ 0x5200, 24 }, { 0x5280, 4 }, { 0x5588, 1 }, { 0x7000, 7 }, { 0x7034, 1 }, { 0x7300, 2 },
	{ 0xe100, 1 }, { 0xe180, 4 }, { 0xe194, 1 }, { 0xe400, 2 }, { 0xe4f0, 1 },
};

static const struct segment *layout(const struct engine *e)
{
	if (e->gpu->model->gen >= 9)
		return e->class == CLASS_RENDER ? gen9_rcs : gen9_xcs;
	return e->class == CLASS_RENDER ? gen8_rcs : gen8_xcs;
}

static unsigned int image_pages(const struct engine *e)
{
	return e->class == CLASS_RENDER ? e->gpu->model->rcs_context_pages : 2;
}

static uint64_t image_page(const struct engine *e, unsigned int page)
{
	return (e->port[e->cur].desc & 0xfffff000u) + page * 4096ull;
}

/*
 * A command other than MI_LOAD_REGISTER_IMM: is reported, and executed with the privilege of a
 * ring if it moves data between registers and memory. Returns its length.
 */
static unsigned int run_other(struct engine *e, const uint32_t *dw, unsigned int at,
			      unsigned int to)
{
	const struct cmd_desc *d = dw[at] >> 29 ? NULL : cmd_mi_find(dw[at]);
	unsigned int n;

	log_line(LOG_CONTEXT, "%s context %#x: image %#llx dword %u holds %#x", e->name,
		 engine_context_id(e), (unsigned long long)e->port[e->cur].desc, at, dw[at]);
	if (!d)
		return 1;
	n = d->length ? d->length : (dw[at] & d->mask) + 2;
	if (n < d->min || n > to - at)
		return 1;
	if (d->flags & CMD_IMAGE)
		d->exec(e, dw + at, n);
	return n;
}

static unsigned int run_lri(struct engine *e, const uint32_t *dw, unsigned int i, unsigned int end)
{
	unsigned int n;

	for (n = ((dw[i] & 0xff) + 1) / 2, i++; n && i + 1 < end; n--, i += 2)
		regs_write(e->gpu, dw[i] & 0x7ffffc, dw[i + 1], e);
	return i;
}

/*
 * Executes what begins in dwords [from, to) of an image page and ends before dword end: LRI lists
 * and no-ops, and what a forged image may hold. Returns where it stopped; false in *more after the
 * end command.
 */
static unsigned int run_image(struct engine *e, const uint32_t *dw, unsigned int from,
			      unsigned int to, unsigned int end, bool *more)
{
	unsigned int i = from;

	while (i < to && !e->hung) {
		if (dw[i] == 0) {
			i++;
		} else if (dw[i] >> 23 == MI_BBE >> 23) {
			*more = false;
			return to;
		} else if (dw[i] >> 23 == MI_LRI >> 23) {
			i = run_lri(e, dw, i, end);
		} else {
			i += run_other(e, dw, i, end);
		}
	}
	return i;
}

/*
 * A page of the image behind the ring state, with the indirect-context batch where its offset,
 * counted in bytes from page 1, is in this page. False: a reset ended it.
 */
static bool run_page(struct engine *e, const uint32_t *dw, unsigned int page, unsigned int from,
		     bool *indirect)
{
	uint32_t offset = *gpu_reg(e->gpu, e->base + INDIRECT_OFFSET) & INDIRECT_OFFSET_MASK;
	unsigned int at = offset / 4 % PAGE_DWORDS;
	bool more = true;

	if (*indirect && offset / 4096 == page - 1 && at >= from) {
		from = run_image(e, dw, from, at, PAGE_DWORDS, &more);
		*indirect = false;
		if (!e->hung && !cs_run_indirect(e))
			return false;
		e->exec_cmd = 0;
		e->exec_addr = image_page(e, page);
	}
	if (more)
		run_image(e, dw, from, PAGE_DWORDS, PAGE_DWORDS, &more);
	return true;
}

/* The same. */
static bool load_engine_state(struct engine *e, const uint32_t *page1, unsigned int from,
			      bool *indirect)
{
	uint32_t page[PAGE_DWORDS];
	unsigned int i;

	if (!run_page(e, page1, 1, from, indirect))
		return false;
	for (i = 2; i < image_pages(e) && !e->hung; i++) {
		if (gtt_read(e, SPACE_GGTT, image_page(e, i), page, sizeof(page)))
			break;
		if (!run_page(e, page, i, 0, indirect))
			return false;
	}
	return true;
}

void context_load(struct engine *e)
{
	bool more = true, indirect = true;
	uint32_t page[PAGE_DWORDS];
	unsigned int next;

	gtt_context_switched(e);
	cs_context_begin(e);
	timestamp_context_start(e);
	e->exec_cmd = 0;
	e->exec_addr = image_page(e, 1);
	if (gtt_read(e, SPACE_GGTT, image_page(e, 1), page, sizeof(page)))
		return;
	next = run_image(e, page, 0, RING_STATE_DWORDS, RING_STATE_DWORDS, &more);
	if (!(*gpu_reg(e->gpu, e->base + CTX_CONTROL) & CTX_RESTORE_INHIBIT) &&
	    !load_engine_state(e, page, next, &indirect))
		return;
	if (indirect && !e->hung && !cs_run_indirect(e))
		return;
	if (!e->hung)
		cs_context_loaded(e);
}

void context_load_tail(struct engine *e)
{
	uint32_t tail;

	if (!gtt_read(e, SPACE_GGTT, image_page(e, 1) + IMAGE_TAIL * 4, &tail, sizeof(tail)))
		*gpu_reg(e->gpu, e->base + 0x30) = tail;
}

static uint32_t saved_value(struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(e->gpu, off);

	if (off == e->base + CTX_CONTROL)
		val &= ~(uint32_t)CTX_RESTORE_INHIBIT;
	if (regs_is_masked(e->gpu, off))
		val |= 0xffff0000u;
	return val;
}

static void save_page1(struct engine *e)
{
	const struct segment *s;
	uint32_t page[PAGE_DWORDS];
	unsigned int i, at, last = 0;

	if (gtt_read(e, SPACE_GGTT, image_page(e, 1), page, sizeof(page)))
		return;
	for (s = layout(e); s->count; s++) {
		page[s->dword] = MI_LRI | (s->posted ? MI_LRI_POSTED : 0) | (2u * s->count - 1);
		for (i = 0; i < s->count; i++) {
			at = s->dword + 1 + 2 * i;
			page[at] = e->base + s->regs[i];
			if (at + 1 != IMAGE_TAIL)
				page[at + 1] = saved_value(e, page[at]);
			last = at + 2;
		}
	}
	/* all but the tail, in two pieces: the driver may be writing it */
	gtt_write(e, SPACE_GGTT, image_page(e, 1), page, IMAGE_TAIL * 4);
	gtt_write(e, SPACE_GGTT, image_page(e, 1) + (IMAGE_TAIL + 1) * 4, page + IMAGE_TAIL + 1,
		  (last - IMAGE_TAIL - 1) * 4);
}

static void save_render(struct engine *e)
{
	uint32_t list[2 * 128 + 2] = { 0 };
	unsigned int i, n, at = 2, regs = 0;
	struct engine *owner;

	for (i = 0; i < ARRAY_SIZE(render_regs); i++) {
		for (n = 0; n < render_regs[i].count; n++) {
			if (!regs_find(e->gpu, render_regs[i].off + 4 * n, &owner))
				continue;
			list[at] = render_regs[i].off + 4 * n;
			list[at + 1] = saved_value(e, list[at]);
			at += 2;
			regs++;
		}
	}
	list[1] = MI_LRI | MI_LRI_POSTED | (2 * regs - 1);
	gtt_write(e, SPACE_GGTT, image_page(e, 2), list, at * 4);
}

void context_save(struct engine *e)
{
	timestamp_context_stop(e);
	cache_flush(e);
	if (*gpu_reg(e->gpu, e->base + CTX_CONTROL) & CTX_SAVE_INHIBIT)
		return;
	e->exec_cmd = 0;
	e->exec_addr = image_page(e, 1);
	cs_context_save(e);
	save_page1(e);
	if (e->class == CLASS_RENDER)
		save_render(e);
}
