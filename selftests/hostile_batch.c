// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks by privilege and batch chaining: what a scan must follow, bound, or refuse, in
 * rings and in batches.
 */
#include "hostile.h"

static void put(struct duel *d, unsigned int page, const struct cmds *c)
{
	memcpy(d->batch.map + page * PAGE / 4, c->dw, c->n * 4);
}

static uint32_t page_ggtt(struct duel *d, unsigned int page)
{
	return d->batch.ggtt + page * PAGE;
}

static void forbidden(struct duel *d, struct cmds *c)
{
	emit_store(c, true, d->foreign, 0x666);
}

/* The first batch is harmless; the one it goes on to is not. */
static void chained(struct duel *d, struct cmds *c)
{
	struct cmds last = { 0 };

	forbidden(d, &last);
	EMIT(&last, MI_BATCH_BUFFER_END, MI_NOOP);
	put(d, 1, &last);
	emit_batch(c, true, page_ggtt(d, 1));
}

/* Second level of what? Only a batch may call one. */
static void second_level_of_ring(struct duel *d, struct cmds *c)
{
	put(d, 1, &(struct cmds){ .n = 2, .dw = { MI_BATCH_BUFFER_END, MI_NOOP } });
	EMIT(c, MI_BATCH_BUFFER_START | BBS_SECOND_LEVEL, page_ggtt(d, 1), 0);
}

static void second_level_of_ring_user(struct duel *d, struct cmds *c)
{
	put(d, 1, &(struct cmds){ .n = 2, .dw = { MI_BATCH_BUFFER_END, MI_NOOP } });
	EMIT(c, MI_BATCH_BUFFER_START | BBS_SECOND_LEVEL | BBS_PPGTT,
	     (uint32_t)(d->batch.va + PAGE), (uint32_t)((d->batch.va + PAGE) >> 32));
}

static void conditional_end(struct duel *d, struct cmds *c)
{
	EMIT(c, MI(0x36, 2) | MI_USE_GGTT, 0, d->mark.ggtt, 0);
}

static void second_level(struct duel *d, struct cmds *c)
{
	struct cmds inner = { 0 };

	forbidden(d, &inner);
	EMIT(&inner, MI_BATCH_BUFFER_END, MI_NOOP);
	put(d, 1, &inner);
	EMIT(c, MI_BATCH_BUFFER_START | BBS_SECOND_LEVEL, page_ggtt(d, 1), 0);
}

/* From a chain of eight, the last is bad. */
static void deep_chain(struct duel *d, struct cmds *c)
{
	unsigned int i;

	for (i = 1; i < 9; i++) {
		struct cmds next = { 0 };

		if (i == 8)
			forbidden(d, &next);
		else
			emit_batch(&next, true, page_ggtt(d, i + 1));
		EMIT(&next, MI_BATCH_BUFFER_END, MI_NOOP);
		put(d, i, &next);
	}
	emit_batch(c, true, page_ggtt(d, 1));
}

static void self_chain(struct duel *d, struct cmds *c)
{
	emit_batch(c, true, d->batch.ggtt);
}

static void mutual_chain(struct duel *d, struct cmds *c)
{
	struct cmds other = { 0 };

	emit_batch(&other, true, d->batch.ggtt);
	put(d, 1, &other);
	emit_batch(c, true, page_ggtt(d, 1));
}

static void nested_in_self(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_BATCH_BUFFER_START | BBS_SECOND_LEVEL, d->batch.ggtt, 0);
}

/* Starts in the middle of another's command: same bytes, two meanings. */
static void overlapping(struct duel *d, struct cmds *c)
{
	emit_lri(c, RCS_BASE + RING_GPR(0), MI_STORE_DATA_IMM | MI_USE_GGTT);
	EMIT(c, MI_STORE_DATA_IMM | MI_USE_GGTT, d->mark.ggtt + 8, 0, 0);
	emit_batch(c, true, d->batch.ggtt + 8);
}

/* A user batch goes on to a privileged one: hardware must not, nor may we help it. */
static void user_to_ggtt(struct duel *d, struct cmds *c)
{
	struct cmds bad = { 0 };

	forbidden(d, &bad);
	EMIT(&bad, MI_BATCH_BUFFER_END, MI_NOOP);
	put(d, 1, &bad);
	emit_batch(c, true, page_ggtt(d, 1));
}

/* No end: NOOPs to the last byte of the partition and beyond. */
static void no_end(struct duel *d, struct cmds *c)
{
	uint32_t end = d->evil.high_base + d->evil.high_size;
	uint32_t i;

	for (i = 1; i <= 64; i++)
		ggtt_write_pte(&d->evil, end - i * PAGE, (d->batch.gpa + PAGE) | PTE_PRESENT);
	ggtt_flush(&d->evil);
	emit_batch(c, true, end - 64 * PAGE);
}

/* 256 MiB of NOOPs, all the same guest page: the scan's work must be bounded. */
static void huge(struct duel *d, struct cmds *c)
{
	uint32_t at = ggtt_reserve(&d->evil, 0x10000, false);
	uint32_t i;

	for (i = 0; i < 0x10000; i++)
		ggtt_write_pte(&d->evil, at + i * PAGE, (d->batch.gpa + PAGE) | PTE_PRESENT);
	ggtt_flush(&d->evil);
	emit_batch(c, true, at);
}

static void unmapped(struct duel *d, struct cmds *c)
{
	emit_batch(c, true, ggtt_reserve(&d->evil, 1, false));
}

static void user_unmapped(struct duel *d, struct cmds *c)
{
	emit_batch(c, false, 0x123456789000ull);
}

/* The command's last dwords lie in a page that is not mapped. */
static void into_unmapped(struct duel *d, struct cmds *c)
{
	uint32_t at = ggtt_reserve(&d->evil, 2, false);

	ggtt_write_pte(&d->evil, at, d->batch.gpa + PAGE + PTE_PRESENT);
	ggtt_flush(&d->evil);
	d->batch.map[2 * PAGE / 4 - 1] = MI_STORE_DATA_IMM | MI_USE_GGTT;
	emit_batch(c, true, at + PAGE - 4);
}

/* The forbidden command is cut by a page end. */
static void across_pages(struct duel *d, struct cmds *c)
{
	struct cmds bad = { 0 };

	forbidden(d, &bad);
	EMIT(&bad, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy((char *)d->batch.map + 2 * PAGE - 8, bad.dw, bad.n * 4);
	emit_batch(c, true, page_ggtt(d, 2) - 8);
}

static void unaligned_start(struct duel *d, struct cmds *c)
{
	emit_batch(c, true, page_ggtt(d, 1) + 2);
}

static void unknown_mi(struct duel *d, struct cmds *c)
{
	EMIT(c, MI(0x3d, 0));
}

static void unknown_client(struct duel *d, struct cmds *c)
{
	EMIT(c, 0x20000000u, 0x80000000u);
}

static void unknown_render(struct duel *d, struct cmds *c)
{
	EMIT(c, 0x7fff0000u);
}

static void set_context(struct duel *d, struct cmds *c)
{
	EMIT(c, MI(0x18, 0), d->foreign | 0x108);
}

/* A length that hides a command behind another. */
static void length_hides(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRI(1) + 0x40, RCS_BASE + RING_GPR(0), 0);
	forbidden(d, c);
}

static void longest_past_tail(struct duel *d, struct cmds *c)
{
	EMIT(c, 0x780a00ffu);
}

static void batch_end_in_ring(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_BATCH_BUFFER_END);
}

#define FOLLOW "batches are followed and scanned"
ATTACK(chained, RCS, IN_GGTT_BATCH, REFUSED, chained, FOLLOW)
ATTACK(chained_bcs, BCS, IN_GGTT_BATCH, REFUSED, chained, FOLLOW)
ATTACK(second_level, RCS, IN_GGTT_BATCH, REFUSED, second_level, FOLLOW)
ATTACK(second_level_vcs, VCS, IN_GGTT_BATCH, REFUSED, second_level, FOLLOW)
ATTACK(level_of_ring, RCS, IN_RING, REFUSED, second_level_of_ring, "levels of batches")
ATTACK(level_of_ring_user, VECS, IN_RING, REFUSED, second_level_of_ring_user, "levels of batches")
ATTACK(conditional_end_in_ring, VCS, IN_RING, REFUSED, conditional_end, "batch end in a ring")
ATTACK(deep_chain, RCS, IN_GGTT_BATCH, REFUSED, deep_chain, FOLLOW)
/* a loop of batches may be run, as the hang that it is: its scan ends, and so does its turn */
ATTACK(self_chain, RCS, IN_GGTT_BATCH, HARMLESS, self_chain, "budget of a scan")
ATTACK(self_chain_bcs, BCS, IN_GGTT_BATCH, HARMLESS, self_chain, "budget of a scan")
ATTACK(mutual_chain, RCS, IN_GGTT_BATCH, HARMLESS, mutual_chain, "budget of a scan")
ATTACK(nested_in_self, RCS, IN_GGTT_BATCH, HARMLESS, nested_in_self, "depth of batches")
ATTACK(overlapping, RCS, IN_GGTT_BATCH, REFUSED, overlapping, "every start is scanned anew")
ATTACK(user_to_ggtt, RCS, IN_PPGTT_BATCH, HARMLESS, user_to_ggtt, "user batches stay user")
ATTACK(user_to_ggtt_bcs, BCS, IN_PPGTT_BATCH, HARMLESS, user_to_ggtt, "user batches stay user")
ATTACK(no_end, RCS, IN_RING, REFUSED, no_end, "end of the partition ends a batch")
ATTACK(huge, RCS, IN_RING, REFUSED, huge, "budget of a scan")
ATTACK(huge_vecs, VECS, IN_RING, REFUSED, huge, "budget of a scan")
ATTACK(unmapped, RCS, IN_RING, REFUSED, unmapped, "unmapped batch")
ATTACK(user_unmapped, RCS, IN_RING, HARMLESS, user_unmapped, "scratch behind the PPGTT")
ATTACK(into_unmapped, RCS, IN_RING, REFUSED, into_unmapped, "unmapped end of a batch")
ATTACK(across_pages, RCS, IN_RING, REFUSED, across_pages, "commands across pages")
ATTACK(across_pages_bcs, BCS, IN_RING, REFUSED, across_pages, "commands across pages")
ATTACK(unaligned_start, RCS, IN_RING, HARMLESS, unaligned_start, "low bits of a batch address")
ATTACK_ENGINES(unknown_mi, IN_RING, REFUSED, unknown_mi, "unknown commands are refused")
ATTACK_ENGINES(unknown_client, IN_RING, REFUSED, unknown_client, "unknown commands are refused")
ATTACK(unknown_render, RCS, IN_RING, REFUSED, unknown_render, "unknown commands are refused")
ATTACK(unknown_in_batch, RCS, IN_GGTT_BATCH, REFUSED, unknown_mi, "unknown commands are refused")
ATTACK(set_context, RCS, IN_RING, REFUSED, set_context, "MI_SET_CONTEXT is forbidden")
ATTACK(length_hides, RCS, IN_RING, REFUSED, length_hides, "length rules")
ATTACK(past_tail, RCS, IN_RING, REFUSED, longest_past_tail, "commands end before the tail")
ATTACK(batch_end_in_ring, RCS, IN_RING, REFUSED, batch_end_in_ring, "batch end in a ring")

/* The tail cuts a command: what follows it in the ring is not part of the request. */
static bool tail_cuts(struct duel *d, enum engine_id id)
{
	struct lrc *lrc = &d->lrc[id];
	uint32_t tail = lrc->tail;
	struct cmds c = { 0 };

	EMIT(&c, MI_NOOP);
	emit_store(&c, true, d->mark.ggtt, 1);
	ring_add(lrc, &c);
	lrc->tail = tail + 8;
	engine_submit(lrc, NULL);
	sleep_ms(100);
	return d->mark.map[0] == 0 && duel_refusals(d) == d->refused + 1;
}

/* The same, with the tail at the ring's end: what follows is the ring's beginning. */
static bool tail_cuts_at_end(struct duel *d, enum engine_id id)
{
	struct lrc *lrc = &d->lrc[id];
	uint32_t last = RING_BYTES / 4 - 1;

	lrc->ring[last] = MI_STORE_DATA_IMM | MI_USE_GGTT;
	lrc->ring[0] = d->foreign;
	lrc->ring[1] = 0;
	lrc->ring[2] = 0x666;
	lrc->tail = RING_BYTES - 8;
	lrc_reset(lrc);
	lrc->ring[last - 1] = MI_NOOP;
	lrc->tail = 0;
	engine_submit(lrc, NULL);
	sleep_ms(100);
	return duel_refusals(d) == d->refused + 1;
}

/* A register that all vGPUs share: what guests may read of it, but never write. */
#define SHARED_REGISTER 0xb118

static bool read_shared(struct duel *d, uint32_t *value)
{
	struct cmds c = { 0 };

	EMIT(&c, MI_SRM | MI_USE_GGTT, SHARED_REGISTER, d->mark.ggtt + 12, 0);
	if (!lrc_run(&d->lrc[RCS], &c, 10000))
		return false;
	*value = d->mark.map[3];
	return true;
}

/*
 * Predication makes the jump a no-op: what stands behind it would be executed, although no scan
 * that follows jumps has seen it.
 */
static bool jump_is_skipped(struct duel *d, enum engine_id id, enum place place)
{
	struct cmds c = { 0 }, target = { 0 };
	uint32_t before, after;
	bool ggtt = place == IN_GGTT_BATCH;

	if (!read_shared(d, &before))
		return false;
	EMIT(&target, MI_SET_PREDICATE, MI_BATCH_BUFFER_END);
	put(d, 1, &target);
	EMIT(&c, MI_SET_PREDICATE | MI_PREDICATE_ALWAYS);
	emit_batch(&c, ggtt, ggtt ? page_ggtt(d, 1) : d->batch.va + PAGE);
	EMIT(&c, MI_SET_PREDICATE);
	emit_lri(&c, SHARED_REGISTER, ~before);
	duel_send(d, id, place, &c, 500);
	if (engine_reset(&d->evil.engine[id]))
		return false;
	lrc_reset(&d->lrc[id]);
	d->refused = duel_refusals(d);
	return read_shared(d, &after) && after == before;
}

static bool jump_skipped_user(struct duel *d, enum engine_id id)
{
	return jump_is_skipped(d, id, IN_PPGTT_BATCH);
}

static bool jump_skipped_privileged(struct duel *d, enum engine_id id)
{
	return jump_is_skipped(d, id, IN_GGTT_BATCH);
}

/* `n` batches of the blitter in flight at once, `step` bytes apart, each of `pages` pages. */
static bool many_batches(struct duel *d, enum engine_id id, unsigned int n, unsigned int step,
			 unsigned int pages, uint64_t *took)
{
	struct lrc *lrc = &d->lrc[id];
	uint32_t seqno;
	unsigned int i;

	for (i = 0; i < pages * PAGE / 4; i++)
		d->batch.map[i] = MI_NOOP;
	d->batch.map[pages * PAGE / 4 - 1] = MI_BATCH_BUFFER_END;
	for (i = 0; i < n; i++) {
		struct cmds c = { 0 };

		emit_batch(&c, false, d->batch.va + i * step % (pages * PAGE - 8));
		ring_add(lrc, &c);
	}
	seqno = ring_finish(lrc);
	*took = now_ms();
	engine_submit(lrc, NULL);
	*took = now_ms() - *took;
	return duel_refusals(d) == d->refused && lrc_wait(lrc, seqno, 20000) &&
	       engine_wait_idle(lrc->engine, 10000);
}

static bool overlapping_hundreds(struct duel *d, enum engine_id id)
{
	uint64_t took;

	return many_batches(d, id, 500, 8, 1, &took) && took < 5000;
}

static bool scattered_hundreds(struct duel *d, enum engine_id id)
{
	uint64_t took;

	return many_batches(d, id, 500, 60, 8, &took) && took < 5000;
}

/* More than a context may have in flight; more dwords than one submission may have scanned. */
static bool too_many(struct duel *d, enum engine_id id)
{
	uint64_t took;

	return !many_batches(d, id, 600, 4, 1, &took) && took < 5000 &&
	       duel_refusals(d) == d->refused + 1;
}

static bool too_long(struct duel *d, enum engine_id id)
{
	uint64_t took;

	return !many_batches(d, id, 400, 4, 16, &took) && took < 10000 &&
	       duel_refusals(d) == d->refused + 1;
}

/* Two batches that share dwords, which mean different things in them and are patched in one. */
static bool overlap_disagrees(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, batch = { 0 };

	/* in the first batch a value, in the second a command that the audit takes out */
	emit_store(&batch, false, d->mark.va + 8, MI_ARB_ON_OFF);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	put(d, 0, &batch);
	emit_batch(&c, false, d->batch.va);
	emit_batch(&c, false, d->batch.va + 12);
	ring_add(&d->lrc[id], &c);
	ring_finish(&d->lrc[id]);
	engine_submit(&d->lrc[id], NULL);
	sleep_ms(100);
	return duel_refusals(d) == d->refused + 1 && d->mark.map[2] == 0;
}

#define SHARED_VA	0x200000u
#define UNMAPPED_VA	0x300000u	/* the same place in scratch, for any page size */
#define FAR_VA		0x40000000u

/*
 * One page that is the root of four levels and a directory of three: at SHARED_VA both have the
 * attacker's batch, by different tables, and behind it his mark.
 */
static bool two_depths(struct duel *d, struct ppgtt *pp)
{
	uint64_t page = guestmem_alloc(&d->evil.mem, 1);
	uint64_t *root, *table;

	pp->mem = &d->evil.mem;
	pp->root = guestmem_alloc(&d->evil.mem, 1);
	if (!page || !pp->root || ppgtt_map(pp, SHARED_VA, d->batch.gpa, 1) ||
	    ppgtt_map(pp, SHARED_VA + PAGE, d->mark.gpa, 1))
		return false;
	root = guestmem_ptr(&d->evil.mem, pp->root);
	table = guestmem_ptr(&d->evil.mem, page);
	table[0] = d->batch.gpa | PTE_PRESENT | PTE_WRITE;
	table[1] = d->mark.gpa | PTE_PRESENT | PTE_WRITE;
	root[1] = page | PTE_PRESENT | PTE_WRITE;
	return true;
}

/*
 * The same root read by three levels while a batch of the address space of four waits. The
 * batch at the same address must be a copy there too: what the guest has by then where it was
 * is run by nobody.
 */
static bool second_shadow(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, batch = { 0 };
	uint32_t before, after, free, seqno;
	struct lrc deep, flat;
	struct ppgtt pp;

	if (!read_shared(d, &before) || !two_depths(d, &pp) ||
	    lrc_init(&deep, &d->evil, id, &pp) || lrc_init(&flat, &d->evil, id, &pp))
		return false;
	EMIT(&batch, MI_SEMAPHORE_WAIT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ, 1,
	     SHARED_VA + PAGE + 8, 0);
	free = batch.n;
	EMIT(&batch, MI_NOOP, MI_NOOP, MI_NOOP, MI_BATCH_BUFFER_END);
	put(d, 0, &batch);
	emit_batch(&c, false, SHARED_VA);
	ring_add(&deep, &c);
	ring_finish(&deep);
	engine_submit(&deep, NULL);
	sleep_ms(50);
	ring_add(&flat, &c);
	seqno = ring_finish(&flat);
	flat.image[CTX_DW_TAIL + 1] = flat.tail;
	flat.engine->pending = true;
	elsp_write(flat.engine, (lrc_desc(&flat) & ~DESC_LEGACY_64B) | DESC_LEGACY_32B, 0);
	batch.n = 0;
	emit_lri(&batch, SHARED_REGISTER, ~before);
	memcpy(d->batch.map + free, batch.dw, batch.n * 4);
	store32(d->mark.map + 2, 1);
	if (!lrc_wait(&flat, seqno, 10000) || !engine_wait_idle(flat.engine, 10000))
		return false;
	return read_shared(d, &after) && after == before;
}

/*
 * While a batch waits, the table that maps it is exchanged for an empty one, and a request of
 * another engine has the shadow follow. What the address shows then is scratch, which the
 * attacker has filled: it must not be what runs.
 */
static bool table_exchanged(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, batch = { 0 }, fill = { 0 }, bad = { 0 };
	uint64_t empty = guestmem_alloc(&d->evil.mem, 1), *entry, old;
	uint32_t before, after, free, seqno, i;
	struct lrc waits, other;
	struct ppgtt pp;

	if (!empty || !read_shared(d, &before) || !two_depths(d, &pp) ||
	    lrc_init(&waits, &d->evil, id, &pp) || lrc_init(&other, &d->evil, RCS, &pp))
		return false;
	EMIT(&batch, MI_SEMAPHORE_WAIT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ, 1, FAR_VA + 8, 0);
	free = batch.n;
	EMIT(&batch, MI_NOOP, MI_NOOP, MI_NOOP, MI_BATCH_BUFFER_END);
	put(d, 0, &batch);
	if (ppgtt_map(&pp, FAR_VA, d->mark.gpa, 1))
		return false;
	emit_lri(&bad, SHARED_REGISTER, ~before);
	EMIT(&bad, MI_BATCH_BUFFER_END);
	for (i = 0; i < bad.n; i++)
		emit_store(&fill, false, UNMAPPED_VA + (free + i) * 4, bad.dw[i]);
	if (!lrc_run(&other, &fill, 10000))
		return false;
	emit_batch(&c, false, SHARED_VA);
	ring_add(&waits, &c);
	seqno = ring_finish(&waits);
	engine_submit(&waits, NULL);
	sleep_ms(50);
	entry = ppgtt_entry(&pp, SHARED_VA, 2);
	old = *entry;
	*entry = empty | PTE_PRESENT | PTE_WRITE;
	if (!lrc_run(&other, NULL, 10000))
		return false;
	store32(d->mark.map + 2, 1);
	if (!lrc_wait(&waits, seqno, 10000) || !engine_wait_idle(waits.engine, 10000))
		return false;
	*entry = old;
	return read_shared(d, &after) && after == before;
}

static bool tail_outside_ring(struct duel *d, enum engine_id id)
{
	struct lrc *lrc = &d->lrc[id];

	lrc->image[CTX_DW_TAIL + 1] = RING_BYTES + 0x100;
	elsp_write(lrc->engine, lrc_desc(lrc), 0);
	sleep_ms(100);
	return true;
}

static bool tail_unaligned(struct duel *d, enum engine_id id)
{
	struct lrc *lrc = &d->lrc[id];

	lrc->image[CTX_DW_TAIL + 1] = 0x103;
	elsp_write(lrc->engine, lrc_desc(lrc), 0);
	sleep_ms(100);
	return true;
}

/* Endless in user space, arbitration off: only a reset of the engine ends it. */
static bool endless(struct duel *d, enum engine_id id, bool arbitration_off)
{
	struct cmds c = { 0 }, batch = { 0 };

	if (arbitration_off)
		EMIT(&c, MI_ARB_ON_OFF);
	emit_batch(&c, false, d->batch.va);
	EMIT(&batch, MI_NOOP);
	emit_batch(&batch, false, d->batch.va);
	put(d, 0, &batch);
	ring_add(&d->lrc[id], &c);
	ring_finish(&d->lrc[id]);
	engine_submit(&d->lrc[id], NULL);
	sleep_ms(50);
	return true;
}

static bool endless_arb_off(struct duel *d, enum engine_id id)
{
	return endless(d, id, true);
}

static bool endless_arb_on(struct duel *d, enum engine_id id)
{
	return endless(d, id, false);
}

static bool waits_for_ever(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	EMIT(&c, MI_SEMAPHORE_WAIT | MI_USE_GGTT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ, 0x777,
	     d->mark.ggtt + 8, 0);
	duel_send(d, id, IN_RING, &c, 100);
	return true;
}

#define HUNG "a vGPU that does not yield is reset"
ACT(tail_cuts_rcs, RCS, tail_cuts, "commands end before the tail")
ACT(tail_cuts_bcs, BCS, tail_cuts, "commands end before the tail")
ACT(tail_cuts_at_end, RCS, tail_cuts_at_end, "commands end before the tail")
ACT(jump_skipped_bcs, BCS, jump_skipped_user, "a batch ends behind its jump")
ACT(jump_skipped_rcs, RCS, jump_skipped_privileged, "a batch ends behind its jump")
ACT(jump_skipped_vcs, VCS, jump_skipped_privileged, "a batch ends behind its jump")
ACT(overlapping_hundreds, BCS, overlapping_hundreds, "work for a batch, however many there are")
ACT(scattered_hundreds, BCS, scattered_hundreds, "work for a batch, however many there are")
ACT(too_many, BCS, too_many, "bounded number of batches")
ACT(too_long, BCS, too_long, "budget of a submission")
ACT(overlap_disagrees, BCS, overlap_disagrees, "what a batch was audited with stays")
ACT(second_shadow, BCS, second_shadow, "copies of batches in every address space")
ACT(table_exchanged, BCS, table_exchanged, "tables on the way to a copy are held")
ACT(tail_outside_ring, RCS, tail_outside_ring, "tail within the ring")
ACT(tail_unaligned, VCS, tail_unaligned, "tail alignment")
ACT(endless_rcs, RCS, endless_arb_on, HUNG)
ACT(endless_bcs, BCS, endless_arb_on, HUNG)
ACT(endless_vcs, VCS, endless_arb_on, HUNG)
ACT(endless_vecs, VECS, endless_arb_on, HUNG)
ACT(endless_arb_off_rcs, RCS, endless_arb_off, HUNG)
ACT(endless_arb_off_bcs, BCS, endless_arb_off, HUNG)
ACT(endless_arb_off_vcs, VCS, endless_arb_off, HUNG)
ACT(waits_for_ever_rcs, RCS, waits_for_ever, HUNG)
ACT(waits_for_ever_bcs, BCS, waits_for_ever, HUNG)

TEST_PROGRAM_MAIN
