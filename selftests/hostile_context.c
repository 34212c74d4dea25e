// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks by the context image: what hardware would load, execute or resume from it.
 */
#include <stdlib.h>

#include "hostile.h"

/* Run a request with the image as forged; then judge by the canary and the victim. */
static bool run_forged(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	duel_send(d, id, IN_RING, &c, 500);
	return true;
}

/* A batch that the module never saw, made to look as if it had been preempted in it. */
static void forge_resume(struct duel *d, enum engine_id id, uint32_t state)
{
	uint32_t *image = d->lrc[id].image;
	struct cmds bad = { 0 };

	emit_store(&bad, true, d->foreign, 0x666);
	EMIT(&bad, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(d->batch.map, bad.dw, bad.n * 4);
	image[CTX_DW_BBADDR + 1] = d->batch.ggtt | 1;
	image[CTX_DW_BBADDR_UDW + 1] = 0;
	image[CTX_DW_BB_STATE + 1] = state;
	image[CTX_DW_CONTROL + 1] = MASKED_OFF(CTX_CTRL_RESTORE_INHIBIT);
}

static bool resume_privileged(struct duel *d, enum engine_id id)
{
	forge_resume(d, id, 0);
	return run_forged(d, id);
}

static bool resume_all_bits(struct duel *d, enum engine_id id)
{
	forge_resume(d, id, ~0u);
	return run_forged(d, id);
}

/* Not at the first run, but between two, when a scan might be thought done. */
static bool resume_second_run(struct duel *d, enum engine_id id)
{
	if (!lrc_run(&d->lrc[id], NULL, 10000))
		return false;
	forge_resume(d, id, 0);
	return run_forged(d, id);
}

static bool second_level_resume(struct duel *d, enum engine_id id)
{
	uint32_t *image = d->lrc[id].image;

	forge_resume(d, id, 0);
	image[CTX_DW_SBB + 1] = d->batch.ggtt | 1;
	image[CTX_DW_SBB_UDW + 1] = 0;
	image[CTX_DW_SBB_STATE + 1] = 0xff;
	return run_forged(d, id);
}

static void forge_wa(struct duel *d, enum engine_id id, uint32_t at, bool indirect)
{
	uint32_t *image = d->lrc[id].image;
	struct cmds bad = { 0 };

	emit_store(&bad, true, d->foreign, 0x666);
	while (bad.n < 16)
		EMIT(&bad, MI_NOOP);
	EMIT(&bad, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(d->batch.map, bad.dw, bad.n * 4);
	if (indirect) {
		image[CTX_DW_WA_INDIRECT + 1] = at | 1;
		image[CTX_DW_WA_INDIRECT_OFF + 1] = 0x26 << 6;
	} else {
		image[CTX_DW_WA_PER_CTX + 1] = at | 1;
	}
}

static bool wa_indirect(struct duel *d, enum engine_id id)
{
	forge_wa(d, id, d->batch.ggtt, true);
	return run_forged(d, id);
}

static bool wa_per_context(struct duel *d, enum engine_id id)
{
	forge_wa(d, id, d->batch.ggtt, false);
	return run_forged(d, id);
}

static bool wa_indirect_second_run(struct duel *d, enum engine_id id)
{
	if (!lrc_run(&d->lrc[id], NULL, 10000))
		return false;
	return wa_indirect(d, id);
}

static bool wa_foreign(struct duel *d, enum engine_id id)
{
	forge_wa(d, id, d->foreign, true);
	forge_wa(d, id, d->foreign, false);
	return run_forged(d, id);
}

static bool wa_offset_nonsense(struct duel *d, enum engine_id id)
{
	forge_wa(d, id, d->batch.ggtt, true);
	d->lrc[id].image[CTX_DW_WA_INDIRECT_OFF + 1] = ~0u;
	return run_forged(d, id);
}

/* While it waits, the same context again, its page tables to be walked by three levels. */
static bool mode_exchanged(struct duel *d, enum engine_id id)
{
	struct lrc *lrc = &d->lrc[id];
	struct cmds c = { 0 };

	EMIT(&c, MI_SEMAPHORE_WAIT | MI_USE_GGTT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ, 1,
	     d->mark.ggtt + 8, 0);
	ring_add(lrc, &c);
	ring_finish(lrc);
	engine_submit(lrc, NULL);
	sleep_ms(20);
	ring_finish(lrc);
	lrc->image[CTX_DW_TAIL + 1] = lrc->tail;
	elsp_write(lrc->engine, (lrc_desc(lrc) & ~DESC_LEGACY_64B) | DESC_LEGACY_32B, 0);
	sleep_ms(100);
	return duel_refusals(d) == d->refused + 1;
}

#define OWN_STATE "batch state comes only from the module's own copy"
ACT(resume_rcs, RCS, resume_privileged, OWN_STATE)
ACT(resume_bcs, BCS, resume_privileged, OWN_STATE)
ACT(resume_vcs, VCS, resume_privileged, OWN_STATE)
ACT(resume_vecs, VECS, resume_privileged, OWN_STATE)
ACT(resume_all_bits, RCS, resume_all_bits, OWN_STATE)
ACT(resume_second_run_rcs, RCS, resume_second_run, OWN_STATE)
ACT(resume_second_run_bcs, BCS, resume_second_run, OWN_STATE)
ACT(resume_second_level, RCS, second_level_resume, OWN_STATE)
ACT(wa_indirect_rcs, RCS, wa_indirect, "workaround batches are scanned")
ACT(wa_indirect_bcs, BCS, wa_indirect, "workaround batches are scanned")
ACT(wa_per_context_rcs, RCS, wa_per_context, "workaround batches are scanned")
ACT(wa_second_run, RCS, wa_indirect_second_run, "scanned every time they may have changed")
ACT(wa_foreign, RCS, wa_foreign, "address of workaround batches")
ACT(mode_exchanged_rcs, RCS, mode_exchanged, "depth of the tables of a running context")
ACT(mode_exchanged_bcs, BCS, mode_exchanged, "depth of the tables of a running context")
ACT(wa_offset, RCS, wa_offset_nonsense, "offset of the indirect batch")

/* Register lists in the image are code: the offsets in them choose what is written. */
static bool list_forged(struct duel *d, enum engine_id id)
{
	d->lrc[id].image[CTX_DW_LRI3 + 1] = GDRST;
	d->lrc[id].image[CTX_DW_LRI3 + 2] = GDRST_FULL;
	return run_forged(d, id);
}

static bool list_forged_second_run(struct duel *d, enum engine_id id)
{
	if (!lrc_run(&d->lrc[id], NULL, 10000))
		return false;
	return list_forged(d, id);
}

static bool list_longer(struct duel *d, enum engine_id id)
{
	d->lrc[id].image[CTX_DW_LRI3] = MI_LRI(120) | MI_LRI_POSTED;
	d->lrc[id].image[CTX_DW_LRI3 + 89] = GDRST;
	d->lrc[id].image[CTX_DW_LRI3 + 90] = GDRST_FULL;
	return run_forged(d, id);
}

static bool list_is_store(struct duel *d, enum engine_id id)
{
	uint32_t *image = d->lrc[id].image + 0xac;

	image[0] = MI_STORE_DATA_IMM | MI_USE_GGTT;
	image[1] = d->foreign;
	image[2] = 0;
	image[3] = 0x666;
	return run_forged(d, id);
}

static bool list_in_later_page(struct duel *d, enum engine_id id)
{
	uint32_t *page = guestmem_ptr(&d->evil.mem, d->lrc[id].gpa + 5 * PAGE);

	page[0] = MI_LRI(1);
	page[1] = RCS_BASE + RING_ELSP;
	page[2] = 1;
	page[3] = MI_STORE_DATA_IMM | MI_USE_GGTT;
	page[4] = d->foreign;
	page[5] = 0;
	page[6] = 0x666;
	d->lrc[id].image[CTX_DW_CONTROL + 1] = MASKED_OFF(CTX_CTRL_RESTORE_INHIBIT);
	return run_forged(d, id);
}

static bool image_random(struct duel *d, enum engine_id id)
{
	int i, round;

	srandom(3);
	for (round = 0; round < 20; round++) {
		for (i = 0; i < 1024; i++)
			d->lrc[id].image[i] = random() ^ random() << 16;
		elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
		sleep_ms(5);
	}
	return true;
}

static bool image_ones(struct duel *d, enum engine_id id)
{
	memset(d->lrc[id].image, 0xff, PAGE);
	elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
	sleep_ms(50);
	return true;
}

static bool image_zero(struct duel *d, enum engine_id id)
{
	memset(d->lrc[id].image, 0, PAGE);
	elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
	sleep_ms(50);
	return true;
}

ACT(list_rcs, RCS, list_forged, "register lists of the image match the layout")
ACT(list_bcs, BCS, list_forged, "register lists of the image match the layout")
ACT(list_vecs, VECS, list_forged, "register lists of the image match the layout")
ACT(list_second_run, RCS, list_forged_second_run, "checked at every run")
ACT(list_longer, RCS, list_longer, "lengths of the lists")
ACT(list_is_store, RCS, list_is_store, "no other command in the image")
ACT(list_in_later_page, RCS, list_in_later_page, "pages 2 to 21 are checked")
ACT(image_random_rcs, RCS, image_random, "image audit")
ACT(image_random_bcs, BCS, image_random, "image audit")
ACT(image_ones, RCS, image_ones, "image audit")
ACT(image_zero, VCS, image_zero, "image audit")

/* Ring fields. */
static bool forge_ring(struct duel *d, enum engine_id id, uint32_t start, uint32_t ctl,
		       uint32_t head, uint32_t tail)
{
	uint32_t *image = d->lrc[id].image;

	image[CTX_DW_START + 1] = start;
	image[CTX_DW_CTL + 1] = ctl;
	image[CTX_DW_HEAD + 1] = head;
	image[CTX_DW_TAIL + 1] = tail;
	elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
	sleep_ms(100);
	return true;
}

static bool ring_foreign(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, d->foreign, (RING_BYTES - PAGE) | 1, 0, 0x40);
}

static bool ring_host(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, 0x1000, (RING_BYTES - PAGE) | 1, 0, 0x40);
}

static bool ring_unmapped(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, ggtt_reserve(&d->evil, 4, false), (RING_BYTES - PAGE) | 1, 0,
			  0x40);
}

static bool ring_across_end(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, d->evil.high_base + d->evil.high_size - PAGE,
			  (RING_BYTES - PAGE) | 1, 0, 0x2000);
}

static bool ring_largest(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, d->lrc[id].ring_ggtt, 0x1ff001, 0, 0x1ffff8);
}

static bool ring_disabled(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, d->lrc[id].ring_ggtt, RING_BYTES - PAGE, 0, 0x40);
}

static bool ring_head_outside(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, d->lrc[id].ring_ggtt, (RING_BYTES - PAGE) | 1, 0x1ffff8, 0x40);
}

static bool ring_unaligned(struct duel *d, enum engine_id id)
{
	return forge_ring(d, id, d->lrc[id].ring_ggtt | 0x804, (RING_BYTES - PAGE) | 1, 3, 0x41);
}

ACT(ring_foreign_rcs, RCS, ring_foreign, "ring lies in the partition")
ACT(ring_foreign_bcs, BCS, ring_foreign, "ring lies in the partition")
ACT(ring_host, RCS, ring_host, "ring lies in the partition")
ACT(ring_unmapped, RCS, ring_unmapped, "unmapped ring")
ACT(ring_across_end, RCS, ring_across_end, "whole ring lies in the partition")
ACT(ring_largest, RCS, ring_largest, "size of the ring")
ACT(ring_disabled, RCS, ring_disabled, "ring enable")
ACT(ring_head_outside, VECS, ring_head_outside, "head within the ring")
ACT(ring_unaligned, RCS, ring_unaligned, "alignment of ring fields")

/* The image's own place. */
static bool lrca(struct duel *d, enum engine_id id, uint32_t at)
{
	elsp_write(d->lrc[id].engine, (lrc_desc(&d->lrc[id]) & ~0xfffff000ull) | at, 0);
	sleep_ms(100);
	return true;
}

static bool lrca_foreign(struct duel *d, enum engine_id id)
{
	return lrca(d, id, d->victim_lrc[id].lrca);
}

static bool lrca_host(struct duel *d, enum engine_id id)
{
	return lrca(d, id, 0x1000);
}

static bool lrca_unmapped(struct duel *d, enum engine_id id)
{
	return lrca(d, id, ggtt_reserve(&d->evil, 32, false));
}

static bool lrca_across_end(struct duel *d, enum engine_id id)
{
	uint32_t last = d->evil.high_base + d->evil.high_size - PAGE;

	ggtt_write_pte(&d->evil, last, d->lrc[id].gpa | PTE_PRESENT);
	ggtt_flush(&d->evil);
	return lrca(d, id, last);
}

static bool lrca_last_page(struct duel *d, enum engine_id id)
{
	return lrca(d, id, 0xfffff000);
}

/* All pages of the image are one and the same guest page. */
static bool lrca_folded(struct duel *d, enum engine_id id)
{
	uint32_t at = ggtt_reserve(&d->evil, CTX_PAGES_RCS, false);
	unsigned int i;

	for (i = 0; i < CTX_PAGES_RCS; i++)
		ggtt_write_pte(&d->evil, at + i * PAGE, (d->lrc[id].gpa + PAGE) | PTE_PRESENT);
	ggtt_flush(&d->evil);
	return lrca(d, id, at);
}

/* The same address, other pages behind it from one run to the next. */
static bool lrca_rebound(struct duel *d, enum engine_id id)
{
	uint32_t *image;
	uint64_t other = guestmem_alloc(&d->evil.mem, d->lrc[id].pages);
	unsigned int i;

	if (!lrc_run(&d->lrc[id], NULL, 10000))
		return false;
	image = guestmem_ptr(&d->evil.mem, other + PAGE);
	memcpy(image, d->lrc[id].image, PAGE);
	image[CTX_DW_START + 1] = d->foreign;
	for (i = 0; i < d->lrc[id].pages; i++)
		ggtt_write_pte(&d->evil, d->lrc[id].lrca + i * PAGE,
			       (other + i * PAGE) | PTE_PRESENT);
	ggtt_flush(&d->evil);
	elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
	sleep_ms(100);
	for (i = 0; i < d->lrc[id].pages; i++)
		ggtt_write_pte(&d->evil, d->lrc[id].lrca + i * PAGE,
			       (d->lrc[id].gpa + i * PAGE) | PTE_PRESENT);
	ggtt_flush(&d->evil);
	return true;
}

/* Thousands of contexts: their shadows must be bounded. */
static bool lrca_flood(struct duel *d, enum engine_id id)
{
	uint32_t pages = 2048;
	uint32_t at = ggtt_reserve(&d->evil, pages + 32, false);
	uint32_t i;

	for (i = 0; i < pages + 32; i++)
		ggtt_write_pte(&d->evil, at + i * PAGE,
			       (d->lrc[id].gpa + i % 2 * PAGE) | PTE_PRESENT);
	ggtt_flush(&d->evil);
	for (i = 0; i < pages; i += 2)
		elsp_write(d->lrc[id].engine,
			   (lrc_desc(&d->lrc[id]) & 0xffful) | (at + i * PAGE) |
			   (uint64_t)(i + 1) << DESC_ID_SHIFT, 0);
	return true;
}

ACT(lrca_foreign_rcs, RCS, lrca_foreign, "context lies in the partition")
ACT(lrca_foreign_bcs, BCS, lrca_foreign, "context lies in the partition")
ACT(lrca_host, RCS, lrca_host, "context lies in the partition")
ACT(lrca_unmapped, RCS, lrca_unmapped, "unmapped context")
ACT(lrca_across_end, RCS, lrca_across_end, "whole context lies in the partition")
ACT(lrca_last_page, VCS, lrca_last_page, "context lies in the partition")
ACT(lrca_folded, RCS, lrca_folded, "pages of a context")
ACT(lrca_rebound, RCS, lrca_rebound, "shadow contexts follow the pages behind them")
ACT(lrca_flood, BCS, lrca_flood, "bounded number of shadow contexts")

/* Roots of the address space. */
static bool root(struct duel *d, enum engine_id id, uint64_t value)
{
	struct cmds c = { 0 };

	lrc_set_root(&d->lrc[id], value);
	emit_store(&c, false, 0x100000000ull, 0x666);
	duel_send(d, id, IN_RING, &c, 500);
	return true;
}

static bool root_zero(struct duel *d, enum engine_id id)
{
	return root(d, id, 0);
}

static bool root_foreign(struct duel *d, enum engine_id id)
{
	return root(d, id, 0x7ffffff000);
}

static bool root_unaligned(struct duel *d, enum engine_id id)
{
	return root(d, id, d->evil.pp.root + 0x123);
}

static bool root_all_ones(struct duel *d, enum engine_id id)
{
	return root(d, id, ~0ull);
}

static bool root_is_batch(struct duel *d, enum engine_id id)
{
	unsigned int i;

	for (i = 0; i < PAGE / 4; i++)
		d->batch.map[i] = 0x00001003 + i * 0x1000;
	return root(d, id, d->batch.gpa);
}

static bool root_after_destroy(struct duel *d, enum engine_id id)
{
	ppgtt_withdraw(&d->evil, &d->evil.pp);
	return root(d, id, d->evil.pp.root);
}

ACT(root_zero, RCS, root_zero, "roots in guest memory only")
ACT(root_foreign, RCS, root_foreign, "roots in guest memory only")
ACT(root_unaligned, BCS, root_unaligned, "alignment of roots")
ACT(root_all_ones, VCS, root_all_ones, "roots in guest memory only")
ACT(root_is_batch, RCS, root_is_batch, "entries in guest memory only")
ACT(root_after_destroy, RCS, root_after_destroy, "destroyed roots")

TEST_PROGRAM_MAIN
