// SPDX-License-Identifier: GPL-2.0
/*
 * A small honest Gen9 driver: engines, contexts, rings, execlist submission.
 *
 * Register order and image layout follow Linux 6.12 i915 gt/intel_lrc.c and
 * gt/intel_execlists_submission.c; it waits for idle before it submits again,
 * unless a test does otherwise.
 */
#include <errno.h>
#include <string.h>

#include "env.h"
#include "execlist.h"
#include "gen9.h"

#define SEQNO_SLOT 0x40		/* dwords into the context's own status page */

const struct engine_row engine_rows[ENGINES] = {
	[RCS]  = { "rcs", RCS_BASE, GDRST_RENDER },
	[BCS]  = { "bcs", BCS_BASE, GDRST_BLT },
	[VCS]  = { "vcs", VCS_BASE, GDRST_MEDIA },
	[VECS] = { "vecs", VECS_BASE, GDRST_VECS },
};

static void reg_write(struct engine *engine, uint32_t off, uint32_t value)
{
	vgpu_write(engine->vgpu, engine->base + off, value);
}

static uint32_t reg_read(struct engine *engine, uint32_t off)
{
	return vgpu_read(engine->vgpu, engine->base + off);
}

void engine_restart(struct engine *engine)
{
	unsigned int i;

	for (i = 0; i < CSB_ENTRIES * 2; i++)
		engine->hwsp[HWSP_CSB_DW + i] = ~0u;
	engine->hwsp[HWSP_CSB_WRITE_DW] = CSB_ENTRIES - 1;
	engine->csb_read = CSB_ENTRIES - 1;
	engine->pending = false;
	engine->active = false;
	engine->events = 0;
	__sync_synchronize();
	reg_write(engine, RING_HWSTAM, ~0u);
	reg_write(engine, RING_MODE, MASKED_ON(RING_MODE_EXECLIST));
	reg_write(engine, RING_MI_MODE, MASKED_OFF(MI_MODE_STOP));
	reg_write(engine, RING_HWS_PGA, engine->hwsp_ggtt);
	reg_read(engine, RING_HWS_PGA);
	reg_write(engine, RING_CSB_PTR, 0xffff0505);
	reg_write(engine, RING_CSB_PTR, 0xffff0505);
	/* IMR holds the bits at the engine's own place in its GT register */
	reg_write(engine, RING_IMR, ~((GT_IRQ_USER | GT_IRQ_CS_ERROR | GT_IRQ_CTX_SWITCH) <<
				      (engine->id == BCS ? 16 : 0)));
}

int engine_init(struct vgpu *vg, enum engine_id id)
{
	struct engine *engine = &vg->engine[id];
	uint64_t gpa = guestmem_alloc(&vg->mem, 1);

	engine->vgpu = vg;
	engine->id = id;
	engine->name = engine_rows[id].name;
	engine->base = engine_rows[id].base;
	if (!gpa)
		return -ENOMEM;
	engine->hwsp = guestmem_ptr(&vg->mem, gpa);
	engine->hwsp_ggtt = ggtt_bind(vg, gpa, 1, false);
	if (!engine->hwsp_ggtt)
		return -ENOSPC;
	engine_restart(engine);
	return 0;
}

static bool reg_reaches(struct vgpu *vg, uint32_t reg, uint32_t mask, uint32_t value, int ms)
{
	uint64_t end = now_ms() + ms;

	do {
		if ((vgpu_read(vg, reg) & mask) == value)
			return true;
		sleep_ms(1);
	} while (now_ms() < end);
	return false;
}

int engine_reset(struct engine *engine)
{
	struct vgpu *vg = engine->vgpu;
	int ret = 0;

	reg_write(engine, RING_MI_MODE, MASKED_ON(MI_MODE_STOP));
	reg_write(engine, RING_RESET_CTL, MASKED_ON(RESET_CTL_REQUEST));
	if (!reg_reaches(vg, engine->base + RING_RESET_CTL, RESET_CTL_READY, RESET_CTL_READY,
			 500))
		ret = -ETIMEDOUT;
	vgpu_write(vg, GDRST, engine_rows[engine->id].reset_bit);
	if (!reg_reaches(vg, GDRST, engine_rows[engine->id].reset_bit, 0, 10000))
		ret = -ETIMEDOUT;
	reg_write(engine, RING_RESET_CTL, MASKED_OFF(RESET_CTL_REQUEST));
	engine_restart(engine);
	return ret;
}

static void image_lri(struct lrc *lrc, unsigned int at, unsigned int n, const uint16_t *off)
{
	unsigned int i;

	lrc->image[at] = MI_LRI(n) | MI_LRI_POSTED;
	for (i = 0; i < n; i++)
		lrc->image[at + 1 + 2 * i] = lrc->engine->base + off[i];
}

static void image_layout(struct lrc *lrc)
{
	static const uint16_t ring[14] = {
		RING_CTX_CONTROL, RING_HEAD, RING_TAIL, RING_START, RING_CTL, 0x168, 0x140,
		0x110, 0x11c, 0x114, 0x118, 0x1c0, 0x1c4, 0x1c8,
	};
	static const uint16_t pdp[9] = {
		0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
	};
	static const uint16_t rest[11] = {
		0x28, 0x9c, 0xc0, 0x178, 0x17c, 0x358, 0x170, 0x150, 0x154, 0x158, 0x41c,
	};
	uint16_t power = lrc->engine->id == RCS ? 0xc8 : 0x200;
	uint16_t list[44];
	unsigned int i;

	image_lri(lrc, 0x01, 14, ring);
	image_lri(lrc, 0x21, 9, pdp);
	image_lri(lrc, 0x41, 1, &power);
	for (i = 0; i < 11; i++)
		list[i] = rest[i];
	for (i = 0; i < 32; i++)
		list[11 + i] = 0x600 + 4 * i;
	list[43] = 0x68;
	image_lri(lrc, CTX_DW_LRI3, 44, list);
}

void lrc_set_root(struct lrc *lrc, uint64_t root)
{
	lrc->image[CTX_DW_PDP0_UDW + 1] = root >> 32;
	lrc->image[CTX_DW_PDP0_LDW + 1] = (uint32_t)root;
}

void lrc_reset(struct lrc *lrc)
{
	memset(lrc->image, 0, PAGE);
	image_layout(lrc);
	lrc->image[CTX_DW_CONTROL + 1] = MASKED_ON(CTX_CTRL_INHIBIT_SYN) |
		MASKED_OFF(BIT(1) | BIT(2)) | MASKED_ON(CTX_CTRL_RESTORE_INHIBIT);
	lrc->image[CTX_DW_HEAD + 1] = lrc->tail;
	lrc->image[CTX_DW_TAIL + 1] = lrc->tail;
	lrc->image[CTX_DW_START + 1] = lrc->ring_ggtt;
	lrc->image[CTX_DW_CTL + 1] = (RING_BYTES - PAGE) | 1;
	lrc_set_root(lrc, lrc->pp->root);
}

int lrc_init(struct lrc *lrc, struct vgpu *vg, enum engine_id id, struct ppgtt *pp)
{
	uint64_t ring, status;

	memset(lrc, 0, sizeof(*lrc));
	lrc->engine = &vg->engine[id];
	lrc->pp = pp ? pp : &vg->pp;
	lrc->id = vg->next_id++;
	lrc->pages = id == RCS ? CTX_PAGES_RCS : CTX_PAGES_XCS;
	lrc->gpa = guestmem_alloc(&vg->mem, lrc->pages);
	ring = guestmem_alloc(&vg->mem, RING_PAGES);
	status = guestmem_alloc(&vg->mem, 1);
	if (!lrc->gpa || !ring || !status)
		return -ENOMEM;
	lrc->lrca = ggtt_bind(vg, lrc->gpa, lrc->pages, false);
	lrc->ring_ggtt = ggtt_bind(vg, ring, RING_PAGES, false);
	lrc->seqno_ggtt = ggtt_bind(vg, status, 1, false);
	if (!lrc->lrca || !lrc->ring_ggtt || !lrc->seqno_ggtt)
		return -ENOSPC;
	lrc->seqno_ggtt += SEQNO_SLOT * 4;
	lrc->seqno_map = (uint32_t *)guestmem_ptr(&vg->mem, status) + SEQNO_SLOT;
	lrc->image = guestmem_ptr(&vg->mem, lrc->gpa + PAGE);
	lrc->ring = guestmem_ptr(&vg->mem, ring);
	lrc_reset(lrc);
	return 0;
}

uint64_t lrc_desc(struct lrc *lrc)
{
	return DESC_VALID | DESC_LEGACY_64B | DESC_PRIVILEGE | lrc->lrca |
	       (uint64_t)lrc->id << DESC_ID_SHIFT;
}

static void ring_put(struct lrc *lrc, uint32_t dw)
{
	lrc->ring[lrc->tail / 4] = dw;
	lrc->tail = (lrc->tail + 4) % RING_BYTES;
}

void ring_add(struct lrc *lrc, const struct cmds *c)
{
	unsigned int i;

	if (lrc->tail + c->n * 4 > RING_BYTES)
		while (lrc->tail)
			ring_put(lrc, MI_NOOP);
	for (i = 0; i < c->n; i++)
		ring_put(lrc, c->dw[i]);
}

uint32_t ring_finish(struct lrc *lrc)
{
	struct cmds c = { 0 };

	emit_post_write(&c, lrc->engine->id == RCS, lrc->seqno_ggtt, ++lrc->seqno);
	EMIT(&c, MI_USER_INTERRUPT);
	ring_add(lrc, &c);
	if (lrc->tail % 8)
		ring_put(lrc, MI_NOOP);
	return lrc->seqno;
}

void elsp_write(struct engine *engine, uint64_t desc0, uint64_t desc1)
{
	__sync_synchronize();
	reg_write(engine, RING_ELSP, desc1 >> 32);
	reg_write(engine, RING_ELSP, (uint32_t)desc1);
	reg_write(engine, RING_ELSP, desc0 >> 32);
	reg_write(engine, RING_ELSP, (uint32_t)desc0);
}

void engine_submit(struct lrc *lrc0, struct lrc *lrc1)
{
	lrc0->image[CTX_DW_TAIL + 1] = lrc0->tail;
	if (lrc1)
		lrc1->image[CTX_DW_TAIL + 1] = lrc1->tail;
	lrc0->engine->pending = true;
	elsp_write(lrc0->engine, lrc_desc(lrc0), lrc1 ? lrc_desc(lrc1) : 0);
}

static void take_event(struct engine *engine, uint32_t status, uint32_t id)
{
	if (engine->events < CSB_LOG) {
		engine->event[engine->events].status = status;
		engine->event[engine->events].id = id;
		engine->events++;
	}
	if (status & (CSB_IDLE_ACTIVE | CSB_PREEMPTED)) {
		engine->pending = false;
		engine->active = true;
	}
	if (status & CSB_ACTIVE_IDLE)
		engine->active = false;
}

void engine_poll(struct engine *engine)
{
	uint32_t write = load32(engine->hwsp + HWSP_CSB_WRITE_DW) & 7;

	if (write >= CSB_ENTRIES)
		return;
	while (engine->csb_read != write) {
		uint32_t *entry;

		engine->csb_read = (engine->csb_read + 1) % CSB_ENTRIES;
		entry = engine->hwsp + HWSP_CSB_DW + 2 * engine->csb_read;
		take_event(engine, load32(entry), load32(entry + 1));
	}
}

bool engine_wait_idle(struct engine *engine, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;

	do {
		engine_poll(engine);
		if (!engine->pending && !engine->active)
			return true;
		sleep_ms(1);
	} while (now_ms() < end);
	return false;
}

bool lrc_done(struct lrc *lrc, uint32_t seqno)
{
	return (int32_t)(load32(lrc->seqno_map) - seqno) >= 0;
}

bool lrc_wait(struct lrc *lrc, uint32_t seqno, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;

	do {
		engine_poll(lrc->engine);
		if (lrc_done(lrc, seqno))
			return true;
		sleep_ms(1);
	} while (now_ms() < end);
	return false;
}

bool lrc_run(struct lrc *lrc, const struct cmds *c, int timeout_ms)
{
	uint32_t seqno;

	if (c)
		ring_add(lrc, c);
	seqno = ring_finish(lrc);
	engine_submit(lrc, NULL);
	if (!lrc_wait(lrc, seqno, timeout_ms) || !engine_wait_idle(lrc->engine, timeout_ms))
		return false;
	/* What was saved can be restored from now on. */
	lrc->image[CTX_DW_CONTROL + 1] = MASKED_ON(CTX_CTRL_INHIBIT_SYN) |
		MASKED_OFF(BIT(0) | BIT(1) | BIT(2));
	return true;
}
