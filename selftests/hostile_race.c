// SPDX-License-Identifier: GPL-2.0
/*
 * Races: a second thread rewrites what a submission is made of while the first submits.
 * Whatever is checked must be what is used.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include "hostile.h"

#define ROUNDS 40

/* One dword (or entry) that flips between two values until it is told to stop. */
struct flip {
	uint32_t *at;
	uint32_t good, bad;
	uint64_t *entry;
	uint64_t good64, bad64;
	void (*call)(struct duel *d);
	struct duel *d;
	uint32_t stop;
};

static void *flipper(void *arg)
{
	struct flip *f = arg;

	while (!load32(&f->stop)) {
		if (f->at) {
			store32(f->at, f->bad);
			store32(f->at, f->good);
		}
		if (f->entry) {
			store64(f->entry, f->bad64);
			store64(f->entry, f->good64);
		}
		if (f->call)
			f->call(f->d);
	}
	return NULL;
}

/* Submit round after round beside the flipper; an engine that refused is reset. */
static bool race(struct duel *d, enum engine_id id, enum place place, struct flip *f,
		 const struct cmds *c)
{
	pthread_t thread;
	int i;

	f->d = d;
	if (pthread_create(&thread, NULL, flipper, f))
		return false;
	for (i = 0; i < ROUNDS; i++) {
		d->refused = duel_refusals(d);
		if (duel_send(d, id, place, c, 100))
			continue;
		if (engine_reset(&d->evil.engine[id]))
			break;
		lrc_reset(&d->lrc[id]);
	}
	store32(&f->stop, 1);
	pthread_join(thread, NULL);
	return i == ROUNDS;
}

/* The ring's bytes under the scan. The request is always at the same place of the ring. */
static bool ring_race(struct duel *d, enum engine_id id, const struct cmds *c, unsigned int dw,
		      uint32_t good, uint32_t bad)
{
	struct flip f = { .good = good, .bad = bad };
	struct lrc *lrc = &d->lrc[id];
	pthread_t thread;
	int i;

	f.at = lrc->ring + dw;
	if (pthread_create(&thread, NULL, flipper, &f))
		return false;
	for (i = 0; i < ROUNDS; i++) {
		d->refused = duel_refusals(d);
		engine_reset(lrc->engine);
		lrc->tail = 0;
		lrc_reset(lrc);
		duel_send(d, id, IN_RING, c, 100);
	}
	store32(&f.stop, 1);
	pthread_join(thread, NULL);
	return true;
}

static bool ring_address(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	emit_store(&c, true, d->mark.ggtt + 8, 0x666);
	return ring_race(d, id, &c, 1, d->mark.ggtt + 8, d->foreign);
}

static bool ring_header(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	EMIT(&c, MI_NOOP, d->foreign & ~0xff800000u, 0, 0x666);
	return ring_race(d, id, &c, 0, MI_NOOP, MI_STORE_DATA_IMM | MI_USE_GGTT);
}

static bool ring_register(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	emit_lri(&c, engine_rows[id].base + RING_GPR(0), GDRST_FULL);
	return ring_race(d, id, &c, 1, engine_rows[id].base + RING_GPR(0), GDRST);
}

static bool ring_length(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	EMIT(&c, MI_LRI(3), engine_rows[id].base + RING_GPR(0), 0, GDRST, GDRST_FULL, GDRST,
	     GDRST_FULL);
	c.dw[3] = engine_rows[id].base + RING_GPR(1);
	c.dw[5] = engine_rows[id].base + RING_GPR(2);
	return ring_race(d, id, &c, 0, MI_LRI(3), MI_LRI(1));
}

static bool ring_batch_space(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, batch = { 0 };

	emit_store(&batch, true, d->foreign, 0x666);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(d->batch.map, batch.dw, batch.n * 4);
	emit_batch(&c, false, d->batch.va);
	return ring_race(d, id, &c, 0, MI_BATCH_BUFFER_START | BBS_PPGTT, MI_BATCH_BUFFER_START);
}

#define COPY "what is scanned is what runs"
ACT(ring_address_rcs, RCS, ring_address, COPY)
ACT(ring_address_bcs, BCS, ring_address, COPY)
ACT(ring_address_vcs, VCS, ring_address, COPY)
ACT(ring_header_rcs, RCS, ring_header, COPY)
ACT(ring_register_rcs, RCS, ring_register, COPY)
ACT(ring_register_vecs, VECS, ring_register, COPY)
ACT(ring_length_rcs, RCS, ring_length, COPY)
ACT(ring_batch_space_rcs, RCS, ring_batch_space, COPY)
ACT(ring_batch_space_bcs, BCS, ring_batch_space, COPY)

/* Privileged batches. */
static bool batch_address(struct duel *d, enum engine_id id)
{
	struct flip f = { .at = d->batch.map + 1, .good = d->mark.ggtt + 8, .bad = d->foreign };
	struct cmds c = { 0 };

	emit_store(&c, true, d->mark.ggtt + 8, 0x666);
	return race(d, id, IN_GGTT_BATCH, &f, &c);
}

static bool batch_register(struct duel *d, enum engine_id id)
{
	struct flip f = {
		.at = d->batch.map + 1, .good = engine_rows[id].base + RING_GPR(0), .bad = GDRST,
	};
	struct cmds c = { 0 };

	emit_lri(&c, engine_rows[id].base + RING_GPR(0), GDRST_FULL);
	return race(d, id, IN_GGTT_BATCH, &f, &c);
}

static bool batch_end(struct duel *d, enum engine_id id)
{
	struct flip f = {
		.at = d->batch.map, .good = MI_BATCH_BUFFER_END, .bad = MI_NOOP,
	};
	struct cmds c = { 0 };

	EMIT(&c, MI_BATCH_BUFFER_END);
	emit_store(&c, true, d->foreign, 0x666);
	return race(d, id, IN_GGTT_BATCH, &f, &c);
}

/* A user batch runs in place: what it may write is held by hardware. */
static bool user_register(struct duel *d, enum engine_id id)
{
	struct flip f = {
		.at = d->batch.map + 1, .good = engine_rows[id].base + RING_GPR(0),
		.bad = engine_rows[id].base + RING_ELSP,
	};
	struct cmds c = { 0 };

	emit_lri(&c, engine_rows[id].base + RING_GPR(0), 1);
	return race(d, id, IN_PPGTT_BATCH, &f, &c);
}

/* Where entries cannot be mapped, the flips are accesses. */
static void flip_entry(struct duel *d)
{
	ggtt_write_pte(&d->evil, d->batch.ggtt, (d->batch.gpa + PAGE) | PTE_PRESENT);
	ggtt_write_pte(&d->evil, d->batch.ggtt, d->batch.gpa | PTE_PRESENT);
}

/* The page behind the batch's GGTT address changes. */
static bool batch_entry(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, bad = { 0 };
	struct flip f = { 0 };

	emit_store(&bad, true, d->foreign, 0x666);
	EMIT(&bad, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(d->batch.map + PAGE / 4, bad.dw, bad.n * 4);
	f.entry = ggtt_entry(&d->evil, d->batch.ggtt);
	if (!f.entry)
		f.call = flip_entry;
	f.good64 = d->batch.gpa | PTE_PRESENT;
	f.bad64 = (d->batch.gpa + PAGE) | PTE_PRESENT;
	emit_store(&c, true, d->mark.ggtt + 8, 1);
	return race(d, id, IN_GGTT_BATCH, &f, &c);
}

ACT(batch_address_rcs, RCS, batch_address, COPY)
ACT(batch_address_bcs, BCS, batch_address, COPY)
ACT(batch_register_rcs, RCS, batch_register, COPY)
ACT(batch_register_vcs, VCS, batch_register, COPY)
ACT(batch_end_rcs, RCS, batch_end, COPY)
ACT(user_register_rcs, RCS, user_register, "user batches stay non-privileged")
ACT(batch_entry_rcs, RCS, batch_entry, COPY)
ACT(batch_entry_vecs, VECS, batch_entry, COPY)

/* Context images. */
static bool image_race(struct duel *d, enum engine_id id, unsigned int dw, uint32_t bad)
{
	struct flip f = { 0 };
	struct cmds c = { 0 };

	f.at = d->lrc[id].image + dw;
	f.good = *f.at;
	f.bad = bad;
	return race(d, id, IN_RING, &f, &c);
}

static bool image_start(struct duel *d, enum engine_id id)
{
	return image_race(d, id, CTX_DW_START + 1, d->foreign);
}

static bool image_ctl(struct duel *d, enum engine_id id)
{
	return image_race(d, id, CTX_DW_CTL + 1, 0x1ff001);
}

static bool image_tail(struct duel *d, enum engine_id id)
{
	return image_race(d, id, CTX_DW_TAIL + 1, 0x1ffff8);
}

static bool image_bbaddr(struct duel *d, enum engine_id id)
{
	return image_race(d, id, CTX_DW_BBADDR + 1, d->batch.ggtt | 1);
}

static bool image_wa(struct duel *d, enum engine_id id)
{
	return image_race(d, id, CTX_DW_WA_INDIRECT + 1, d->batch.ggtt | 1);
}

static bool image_list(struct duel *d, enum engine_id id)
{
	return image_race(d, id, CTX_DW_LRI3 + 1, GDRST);
}

static bool image_root(struct duel *d, enum engine_id id)
{
	return image_race(d, id, CTX_DW_PDP0_LDW + 1, 0x1000);
}

#define IMAGE "the image that was audited is the one that is loaded"
ACT(image_start_rcs, RCS, image_start, IMAGE)
ACT(image_ctl_rcs, RCS, image_ctl, IMAGE)
ACT(image_tail_bcs, BCS, image_tail, IMAGE)
ACT(image_bbaddr_rcs, RCS, image_bbaddr, IMAGE)
ACT(image_wa_rcs, RCS, image_wa, IMAGE)
ACT(image_list_rcs, RCS, image_list, IMAGE)
ACT(image_list_vcs, VCS, image_list, IMAGE)
ACT(image_root_rcs, RCS, image_root, IMAGE)

/* Page tables. */
static bool table_race(struct duel *d, enum engine_id id, int level, uint64_t bad)
{
	struct flip f = { 0 };
	struct cmds c = { 0 };

	f.entry = ppgtt_entry(&d->evil.pp, d->mark.va, level);
	f.good64 = *f.entry;
	f.bad64 = bad;
	emit_store(&c, false, d->mark.va + 8, 0x666);
	return race(d, id, IN_RING, &f, &c);
}

static bool table_leaf(struct duel *d, enum engine_id id)
{
	return table_race(d, id, 1, 0x100000 | PTE_PRESENT | PTE_WRITE);
}

static bool table_directory(struct duel *d, enum engine_id id)
{
	return table_race(d, id, 2, d->mark.gpa | PTE_PRESENT | PTE_WRITE);
}

static bool table_size(struct duel *d, enum engine_id id)
{
	return table_race(d, id, 2, PDE_PS_2M | PTE_PRESENT | PTE_WRITE);
}

static bool table_root(struct duel *d, enum engine_id id)
{
	return table_race(d, id, 4, d->evil.pp.root | PTE_PRESENT | PTE_WRITE);
}

#define TABLE "the entry that was checked is the one that is shadowed"
ACT(table_leaf_rcs, RCS, table_leaf, TABLE)
ACT(table_leaf_bcs, BCS, table_leaf, TABLE)
ACT(table_directory_rcs, RCS, table_directory, TABLE)
ACT(table_size_vecs, VECS, table_size, TABLE)
ACT(table_root_rcs, RCS, table_root, TABLE)

/* Other entrances beside a submission. */
static void do_flush(struct duel *d)
{
	ggtt_flush(&d->evil);
}

static void do_gdrst(struct duel *d)
{
	vgpu_write(&d->evil, GDRST, GDRST_FULL);
	sleep_ms(1);
}

static void do_g2v(struct duel *d)
{
	ppgtt_withdraw(&d->evil, &d->evil.pp);
	ppgtt_publish(&d->evil, &d->evil.pp);
}

static void do_hws(struct duel *d)
{
	vgpu_write(&d->evil, RCS_BASE + RING_HWS_PGA, d->foreign);
	vgpu_write(&d->evil, RCS_BASE + RING_HWS_PGA, d->evil.engine[RCS].hwsp_ggtt);
}

static void do_elsp(struct duel *d)
{
	vgpu_write(&d->evil, RCS_BASE + RING_ELSP, random());
}

static void do_irq(struct duel *d)
{
	vfio_irq_eventfd(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX, d->evil.msi);
	vfio_irq_disable(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX);
}

static void do_map(struct duel *d)
{
	uint64_t iova = 0x80000000;

	vfio_map(&d->evil.dev, d->evil.mem.va, iova, 1 << 20);
	vfio_unmap(&d->evil.dev, iova, 1 << 20);
}

static void do_memory(struct duel *d)
{
	cfg_write16(&d->evil.dev, 4, 0);
	cfg_write16(&d->evil.dev, 4, 6);
}

static bool beside(struct duel *d, enum engine_id id, void (*call)(struct duel *d))
{
	struct flip f = { .call = call };
	struct cmds c = { 0 };

	emit_store(&c, false, d->mark.va + 8, 0x666);
	race(d, id, IN_RING, &f, &c);
	vfio_enable_device(&d->evil.dev);
	return true;
}

#define BESIDE(name, id) \
	static bool beside_##name##_##id(struct duel *d, enum engine_id e) \
	{ \
		return beside(d, e, do_##name); \
	} \
	ACT(beside_##name##_##id, id, beside_##name##_##id, "locks between entrances")

BESIDE(flush, RCS)
BESIDE(flush, BCS)
BESIDE(gdrst, RCS)
BESIDE(gdrst, VCS)
BESIDE(g2v, RCS)
BESIDE(hws, RCS)
BESIDE(elsp, RCS)
BESIDE(irq, RCS)
BESIDE(map, RCS)
BESIDE(memory, BCS)

TEST_PROGRAM_MAIN
