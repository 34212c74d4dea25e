// SPDX-License-Identifier: GPL-2.0
/*
 * Two vGPUs: one attacks, the other is the victim.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "duel.h"
#include "env.h"
#include "gen9.h"

#define VICTIM_WAIT_MS 20000

static int open_side(struct vgpu *vg, struct lrc *lrc, unsigned int number)
{
	unsigned int id;
	int ret;

	ret = vgpu_open(vg, number);
	for (id = 0; id < ENGINES && !ret; id++)
		ret = lrc_init(&lrc[id], vg, id, NULL);
	return ret;
}

int duel_open(struct duel *d)
{
	unsigned int i;
	int ret;

	memset(d, 0, sizeof(*d));
	ret = open_side(&d->victim, d->victim_lrc, 1);
	if (!ret)
		ret = bo_create(&d->victim, &d->canary, CANARY_PAGES);
	if (!ret)
		ret = bo_create(&d->victim, &d->target, 1);
	if (!ret)
		ret = open_side(&d->evil, d->lrc, 0);
	if (!ret)
		ret = bo_create(&d->evil, &d->batch, 16);
	if (!ret)
		ret = bo_create(&d->evil, &d->mark, 2);
	if (ret)
		return ret;
	for (i = 0; i < CANARY_PAGES * PAGE / 4; i++)
		d->canary.map[i] = CANARY(i);
	d->foreign = d->canary.ggtt;
	ppgtt_publish(&d->victim, &d->victim.pp);
	ppgtt_publish(&d->evil, &d->evil.pp);
	d->refused = duel_refusals(d);
	return 0;
}

void duel_close(struct duel *d)
{
	vgpu_close(&d->evil);
	vgpu_close(&d->victim);
}

uint64_t duel_refusals(struct duel *d)
{
	uint64_t value = 0;

	stats_read(d->evil.dev.uuid, "refused_commands", &value);
	return value;
}

bool duel_send(struct duel *d, enum engine_id id, enum place place, const struct cmds *attack,
	       int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;
	struct lrc *lrc = &d->lrc[id];
	struct cmds c = { 0 }, batch;
	uint32_t seqno;

	batch = *attack;
	if (place == IN_RING) {
		c = *attack;
	} else {
		EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
		memcpy(d->batch.map, batch.dw, batch.n * 4);
		emit_batch(&c, place == IN_GGTT_BATCH,
			   place == IN_GGTT_BATCH ? d->batch.ggtt : d->batch.va);
	}
	d->mark.map[0] = 0;
	emit_store(&c, true, d->mark.ggtt, 1);
	ring_add(lrc, &c);
	seqno = ring_finish(lrc);
	engine_submit(lrc, NULL);
	while (now_ms() < end) {
		if (lrc_wait(lrc, seqno, 20))
			return engine_wait_idle(lrc->engine, timeout_ms);
		if (duel_refusals(d) > d->refused)
			break;
	}
	return false;
}

static bool victim_computes(struct duel *d, unsigned int id)
{
	struct cmds c = { 0 };

	d->round++;
	emit_store(&c, true, d->target.ggtt + 4 * id, d->round);
	emit_store(&c, false, d->target.va + 64 + 4 * id, ~d->round);
	return lrc_run(&d->victim_lrc[id], &c, VICTIM_WAIT_MS) &&
	       d->target.map[id] == d->round && d->target.map[16 + id] == ~d->round;
}

const char *duel_victim_wrong(struct duel *d)
{
	static char why[128];
	unsigned int i;

	for (i = 0; i < ENGINES; i++) {
		if (victim_computes(d, i))
			continue;
		snprintf(why, sizeof(why), "the victim's request on %s is lost or wrong",
			 engine_rows[i].name);
		return why;
	}
	for (i = 0; i < CANARY_PAGES * PAGE / 4; i++) {
		if (d->canary.map[i] == CANARY(i))
			continue;
		snprintf(why, sizeof(why), "the victim's memory changed: dword %u is %#x", i,
			 d->canary.map[i]);
		return why;
	}
	return NULL;
}

const char *duel_evil_stuck(struct duel *d, enum engine_id id)
{
	struct lrc *lrc = &d->lrc[id];
	struct cmds c = { 0 };

	if (engine_reset(lrc->engine))
		return "the attacker's engine reset does not answer";
	lrc_reset(lrc);
	ppgtt_publish(&d->evil, &d->evil.pp);
	emit_store(&c, true, d->mark.ggtt + 4, 0x900d);
	if (!lrc_run(lrc, &c, VICTIM_WAIT_MS))
		return "the attacker's honest request after its reset does not complete";
	return d->mark.map[1] == 0x900d ? NULL : "the attacker's honest store is lost";
}
