// SPDX-License-Identifier: GPL-2.0
/*
 * A vGPU that keeps engines busy.
 *
 * What a command takes is the simulator's cost model (tools/gpusim/README.md): 5 us a
 * 3DPRIMITIVE, 0.1 ns a byte that the blitter writes, each times `slower`.
 */
#include <string.h>

#include "env.h"
#include "gen9.h"
#include "load.h"

#define PRIMITIVE_US 5
#define FILL_PAGES 64
#define FILL_US 26		/* 64 pages */
#define BATCH_PAGES 16
#define QUEUED 2

int load_open(struct load *load, unsigned int number)
{
	unsigned int id;
	int ret;

	memset(load, 0, sizeof(*load));
	ret = vgpu_open(&load->vg, number);
	if (!ret)
		ret = bo_create(&load->vg, &load->mark, 1);
	if (!ret)
		ret = bo_create(&load->vg, &load->target, FILL_PAGES);
	for (id = 0; id < ENGINES && !ret; id++) {
		ret = lrc_init(&load->lrc[id], &load->vg, id, NULL);
		if (!ret)
			ret = bo_create(&load->vg, &load->batch[id], BATCH_PAGES);
	}
	if (!ret)
		ppgtt_publish(&load->vg, &load->vg.pp);
	return ret;
}

void load_close(struct load *load)
{
	vgpu_close(&load->vg);
}

/* One piece of work: it, and a point where the engine may be taken away. */
static void emit_piece(struct load *load, struct cmds *c, enum engine_id id)
{
	if (id == BCS)
		emit_fill(c, load->target.va, 1024, 0, 0, 256, 256, 0x600d);
	else
		EMIT(c, GFX_3DPRIMITIVE, 0, 3, 0, 1, 0, 0);
	EMIT(c, MI_ARB_CHECK);
}

void load_start(struct load *load, enum engine_id id, unsigned int ms, unsigned int slower)
{
	unsigned int us = (id == BCS ? FILL_US : PRIMITIVE_US) * slower;
	unsigned int i, n = (ms * 1000 + us - 1) / us;
	struct cmds c = { 0 };

	for (i = 0; i < n && c.n + 16 < CMDS_MAX; i++)
		emit_piece(load, &c, id);
	EMIT(&c, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(load->batch[id].map, c.dw, c.n * 4);
	load->on[id] = true;
	load->left[id] = ~0u;
}

static void feed(struct load *load, enum engine_id id)
{
	struct lrc *lrc = &load->lrc[id];
	struct cmds c = { 0 };

	engine_poll(lrc->engine);
	if (!load->left[id])
		return;
	if (lrc->engine->pending || lrc->seqno - load32(lrc->seqno_map) >= QUEUED)
		return;
	emit_batch(&c, false, load->batch[id].va);
	ring_add(lrc, &c);
	ring_finish(lrc);
	engine_submit(lrc, NULL);
	load->left[id]--;
}

bool load_done(struct load *load, enum engine_id id)
{
	return lrc_done(&load->lrc[id], load->lrc[id].seqno);
}

void load_feed(struct load *load)
{
	unsigned int id;

	for (id = 0; id < ENGINES; id++)
		if (load->on[id])
			feed(load, id);
}

bool load_stop(struct load *load, int timeout_ms)
{
	unsigned int id;
	bool good = true;

	for (id = 0; id < ENGINES; id++) {
		if (!load->on[id])
			continue;
		load->on[id] = false;
		good &= lrc_wait(&load->lrc[id], load->lrc[id].seqno, timeout_ms) &&
			engine_wait_idle(load->lrc[id].engine, timeout_ms);
	}
	return good;
}
