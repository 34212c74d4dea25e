// SPDX-License-Identifier: GPL-2.0
/*
 * A vGPU with one batch per engine that runs until it is told to end.
 */
#include <string.h>

#include "env.h"
#include "gen9.h"
#include "spin.h"

#define MARK(id) (16 * (id))		/* dwords into `mark`: the batch runs */
#define STORED(id) (16 * (id) + 1)	/* a store of spin_store() */
#define BATCH(id) (64 * (id))		/* dwords into `batch` */

int spin_open(struct spin *spin, unsigned int number)
{
	unsigned int id;
	int ret;

	memset(spin, 0, sizeof(*spin));
	ret = vgpu_open(&spin->vg, number);
	if (!ret)
		ret = bo_create(&spin->vg, &spin->mark, 1);
	if (!ret)
		ret = bo_create(&spin->vg, &spin->batch, 1);
	for (id = 0; id < ENGINES && !ret; id++)
		ret = lrc_init(&spin->lrc[id], &spin->vg, id, NULL);
	if (!ret)
		ppgtt_publish(&spin->vg, &spin->vg.pp);
	return ret;
}

void spin_close(struct spin *spin)
{
	vgpu_close(&spin->vg);
}

void spin_submit(struct spin *spin, enum engine_id id, bool polite)
{
	uint64_t va = spin->batch.va + 4 * BATCH(id);
	struct cmds c = { 0 }, batch = { 0 };

	spin->mark.map[MARK(id)] = 0;
	EMIT(&batch, polite ? MI_ARB_CHECK : MI_NOOP);
	if (spin->draws)
		EMIT(&batch, GFX_3DPRIMITIVE, 0, 3, 0, 1, 0, 0);
	emit_store(&batch, false, spin->mark.va + 4 * MARK(id), 1);
	emit_batch(&batch, false, va);
	memcpy(spin->batch.map + BATCH(id), batch.dw, batch.n * 4);
	emit_batch(&c, false, va);
	ring_add(&spin->lrc[id], &c);
	ring_finish(&spin->lrc[id]);
	engine_submit(&spin->lrc[id], NULL);
}

bool spin_start(struct spin *spin, enum engine_id id, bool polite, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;

	spin_submit(spin, id, polite);
	while (now_ms() < end) {
		if (load32(spin->mark.map + MARK(id)))
			return true;
		sleep_ms(1);
	}
	return false;
}

bool spin_stop(struct spin *spin, enum engine_id id, int timeout_ms)
{
	store32(spin->batch.map + BATCH(id), MI_BATCH_BUFFER_END);
	return lrc_wait(&spin->lrc[id], spin->lrc[id].seqno, timeout_ms) &&
	       engine_wait_idle(spin->lrc[id].engine, timeout_ms);
}

int spin_reset(struct spin *spin, enum engine_id id)
{
	int ret = engine_reset(spin->lrc[id].engine);

	lrc_reset(&spin->lrc[id]);
	return ret;
}

bool spin_store(struct spin *spin, enum engine_id id, uint32_t value, int timeout_ms)
{
	struct cmds c = { 0 };

	emit_store(&c, false, spin->mark.va + 4 * STORED(id), value);
	return lrc_run(&spin->lrc[id], &c, timeout_ms) &&
	       load32(spin->mark.map + STORED(id)) == value;
}
