// SPDX-License-Identifier: GPL-2.0
/*
 * The isolation faults that were found in GVT-g by reading (Linux 6.12,
 * drivers/gpu/drm/i915/gvt), each as an attack by the whole way from the device node to
 * the GPU. Beside the victim's memory, the GPU's own log of its DMA is the witness: between
 * two marks that the victim sets it may have touched the attacker's pages and the
 * module's, and no page of anybody else (lib/witness.h; the lab judges).
 */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "testmain.h"
#include "gen9.h"
#include "witness.h"

#define RW (PTE_PRESENT | PTE_WRITE)
#define FAR_VA 0x7000000000ull

FIXTURE(gvtg)
{
	struct duel d;
	struct witness w;
	int kmsg;
};

FIXTURE_SETUP(gvtg)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, duel_open(&self->d));
}

FIXTURE_TEARDOWN(gvtg)
{
	duel_close(&self->d);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

#define BEGIN(name) do { \
		NOT_ON_KVMGT("has these faults"); \
		ASSERT_TRUE(witness_begin(&self->w, &self->d, name)); \
	} while (0)

/*
 * The attacker must be able to go on; then the notes, the second mark, and the victim, whose
 * own work is not to stand between the marks.
 */
#define END(id) do { \
		const char *_wrong = duel_evil_stuck(&self->d, id); \
		EXPECT_EQ(NULL, _wrong) { \
			TH_LOG("%s", _wrong); \
		} \
		witness_active(&self->w); \
		EXPECT_TRUE(witness_own(&self->w, &self->d.evil.mem)); \
		END_UNSET(); \
	} while (0)

/* The same where the attacker's vGPU is not set up any more. */
#define END_UNSET() do { \
		const char *_harm; \
		EXPECT_TRUE(witness_end(&self->w, &self->d)); \
		_harm = duel_victim_wrong(&self->d); \
		EXPECT_EQ(NULL, _harm) { \
			TH_LOG("%s", _harm); \
		} \
	} while (0)

static bool send(struct duel *d, enum engine_id id, enum place place, const struct cmds *c)
{
	return duel_send(d, id, place, c, 2000);
}

static bool user_store(struct duel *d, enum engine_id id, uint64_t va)
{
	struct cmds c = { 0 };

	emit_store(&c, false, va, 0x666);
	return send(d, id, IN_PPGTT_BATCH, &c);
}

/*
 * 1. gtt.c: a shadow table is found by its guest page alone. A page that was shadowed as a
 * table of pages and is then named as a directory makes the GPU walk guest data.
 */
TEST_F_TIMEOUT(gvtg, shadow_type_confusion, 60)
{
	struct duel *d = &self->d;
	uint64_t page, *table, *e;
	unsigned int i;

	BEGIN("shadow_type_confusion");
	page = guestmem_alloc(&d->evil.mem, 1);
	ASSERT_NE(0, page);
	table = guestmem_ptr(&d->evil.mem, page);
	for (i = 0; i < 512; i++)
		table[i] = d->mark.gpa | RW;
	/* the marked page's contents, read as a table: every page of low memory */
	for (i = 0; i < PAGE / 8; i++)
		((uint64_t *)d->mark.map)[PAGE / 8 + i] = (uint64_t)i << 12 | RW;
	ASSERT_EQ(0, ppgtt_map(&d->evil.pp, FAR_VA, d->mark.gpa, 1));
	e = ppgtt_entry(&d->evil.pp, FAR_VA, 2);
	*e = page | RW;
	EXPECT_TRUE(user_store(d, RCS, FAR_VA + 0x800));
	ASSERT_EQ(0, ppgtt_map(&d->evil.pp, FAR_VA << 1, d->mark.gpa, 1));
	for (i = 0; i < 512; i++)
		table[i] = (d->mark.gpa + PAGE) | RW;
	e = ppgtt_entry(&d->evil.pp, FAR_VA << 1, 3);
	*e = page | RW;
	for (i = 0; i < 8; i++)
		user_store(d, RCS, (FAR_VA << 1) + i * 0x40001000ull % 0x40000000);
	END(RCS);
}

/* 2. cmd_parser.c, cmd_handler_mi_flush_dw: five dwords are let pass unseen. */
TEST_F_TIMEOUT(gvtg, flush_dw_of_5_dwords, 60)
{
	static const enum engine_id ids[] = { BCS, VCS, VECS };
	struct duel *d = &self->d;
	unsigned int i;

	BEGIN("flush_dw_of_5_dwords");
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		struct cmds c = { 0 };
		uint64_t before = duel_refusals(d);

		EMIT(&c, MI_FLUSH_DW(5) | FLUSH_DW_WRITE, d->foreign | FLUSH_DW_ADDR_GGTT, 0, 6, 6);
		EXPECT_FALSE(send(d, ids[i], IN_RING, &c));
		EXPECT_EQ(before + 1, duel_refusals(d));
		d->refused = duel_refusals(d);
	}
	END(BCS);
}

/* 3. cmd_parser.c, cmd_handler_pipe_control: its register write is hardly looked at. */
TEST_F_TIMEOUT(gvtg, pipe_control_writes_register, 60)
{
	struct duel *d = &self->d;
	struct cmds c = { 0 };

	BEGIN("pipe_control_writes_register");
	EMIT(&c, PIPE_CONTROL, PC_CS_STALL | PC_POST_LRI, RCS_BASE + RING_NONPRIV(0), 0,
	     RCS_BASE + RING_ELSP, 0);
	/* a slot written by command goes nowhere: that the request runs is no harm */
	send(d, RCS, IN_RING, &c);
	EXPECT_EQ(0, engine_reset(&d->evil.engine[RCS]));
	lrc_reset(&d->lrc[RCS]);
	/* had it got through, this would be an execlist of the attacker's making */
	c.n = 0;
	emit_lri(&c, RCS_BASE + RING_ELSP, d->foreign | 1);
	d->refused = duel_refusals(d);
	send(d, RCS, IN_PPGTT_BATCH, &c);
	END(RCS);
}

/* 4. scheduler.c: an image that comes again is read again, and audited only the first time. */
TEST_F_TIMEOUT(gvtg, image_changed_between_runs, 60)
{
	struct duel *d = &self->d;
	uint32_t *image = d->lrc[RCS].image, *later;
	struct cmds c = { 0 };

	BEGIN("image_changed_between_runs");
	ASSERT_TRUE(lrc_run(&d->lrc[RCS], NULL, 10000));
	ASSERT_TRUE(lrc_run(&d->lrc[RCS], NULL, 10000));
	/* behind the first 0x50 dwords, which GVT-g keeps for itself: registers, then a command */
	image[CTX_DW_LRI3 + 3] = RCS_BASE + RING_NONPRIV(0);
	image[CTX_DW_LRI3 + 4] = RCS_BASE + RING_ELSP;
	EXPECT_FALSE(send(d, RCS, IN_RING, &c));
	EXPECT_GT(duel_refusals(d), d->refused);
	EXPECT_EQ(0, engine_reset(&d->evil.engine[RCS]));
	lrc_reset(&d->lrc[RCS]);
	ASSERT_TRUE(lrc_run(&d->lrc[RCS], NULL, 10000));
	later = guestmem_ptr(&d->evil.mem, d->lrc[RCS].gpa + 7 * PAGE);
	later[0] = MI_STORE_DATA_IMM | MI_USE_GGTT;
	later[1] = d->foreign;
	later[2] = 0;
	later[3] = 0x666;
	d->refused = duel_refusals(d);
	EXPECT_FALSE(send(d, RCS, IN_RING, &c));
	EXPECT_GT(duel_refusals(d), d->refused);
	END(RCS);
}

/*
 * 5. cmd_parser.c: a command that begins before the tail and ends behind it is read beyond
 * the buffer, and the scan says that all is well.
 */
TEST_F_TIMEOUT(gvtg, command_crosses_tail, 60)
{
	struct duel *d = &self->d;
	struct lrc *lrc = &d->lrc[RCS];
	uint32_t tail = lrc->tail;
	struct cmds c = { 0 };

	BEGIN("command_crosses_tail");
	emit_store(&c, true, d->foreign, 0x666);
	ring_add(lrc, &c);
	lrc->tail = tail + 8;
	engine_submit(lrc, NULL);
	sleep_ms(100);
	EXPECT_EQ(d->refused + 1, duel_refusals(d));
	/* a flip, which GVT-g overwrites in place, as the ring's last dword */
	EXPECT_EQ(0, engine_reset(lrc->engine));
	lrc_reset(lrc);
	c.n = 0;
	EMIT(&c, MI_NOOP, MI_DISPLAY_FLIP);
	ring_add(lrc, &c);
	engine_submit(lrc, NULL);
	sleep_ms(100);
	EXPECT_EQ(d->refused + 2, duel_refusals(d));
	END(RCS);
}

/* 6. cmd_parser.c, perform_bb_shadow: a batch that starts itself is copied for ever. */
TEST_F_TIMEOUT(gvtg, batch_starts_itself, 120)
{
	struct duel *d = &self->d;
	struct cmds c = { 0 };
	uint64_t start;

	BEGIN("batch_starts_itself");
	emit_batch(&c, true, d->batch.ggtt);
	memcpy(d->batch.map, c.dw, c.n * 4);
	ring_add(&d->lrc[RCS], &c);
	ring_finish(&d->lrc[RCS]);
	start = now_ms();
	engine_submit(&d->lrc[RCS], NULL);
	EXPECT_LT(now_ms() - start, 2000);
	END(RCS);
}

/*
 * 7. kvmgt.c: DMA unmap unpins pages that the GPU's tables go on naming. The pages that
 * were unmapped must not be touched from then on, however busy the GPU is with them.
 */
TEST_F_TIMEOUT(gvtg, unmapped_pages_stay_named, 120)
{
	struct cmds c = { 0 }, loop = { 0 };
	struct duel *d = &self->d;
	uint32_t *map;
	unsigned int i;

	NOT_ON_KVMGT("has these faults");
	emit_store(&loop, false, d->mark.va + 8, 1);
	emit_batch(&loop, false, d->batch.va);
	memcpy(d->batch.map, loop.dw, loop.n * 4);
	emit_batch(&c, false, d->batch.va);
	ring_add(&d->lrc[RCS], &c);
	ring_finish(&d->lrc[RCS]);
	engine_submit(&d->lrc[RCS], NULL);
	for (i = 0; i < 100 && !load32(d->mark.map + 2); i++)
		sleep_ms(10);
	ASSERT_EQ(1, load32(d->mark.map + 2));
	ASSERT_EQ(0, vfio_unmap(&d->evil.dev, d->evil.mem.base, d->evil.mem.size));
	/* from here on the attacker owns nothing: not a page of its memory may be touched */
	BEGIN("unmapped_pages_stay_named");
	map = d->mark.map;
	for (i = 0; i < 2 * PAGE / 4; i++)
		map[i] = 0x70000 + i;
	sleep_ms(300);
	elsp_write(d->lrc[RCS].engine, lrc_desc(&d->lrc[RCS]), 0);
	sleep_ms(200);
	for (i = 0; i < 2 * PAGE / 4; i++)
		ASSERT_EQ(0x70000 + i, map[i]);
	END_UNSET();
}

/* 8. kvmgt.c: SET_IRQS without an eventfd, eventfds exchanged, config space without a lock. */
static void *config_writer(void *arg)
{
	struct duel *d = arg;
	int i;

	for (i = 0; i < 2000; i++)
		cfg_write16(&d->evil.dev, 4, i & 1 ? 6 : 0);
	return NULL;
}

TEST_F_TIMEOUT(gvtg, irq_setup, 120)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd;
	} arg = { 0 };
	struct duel *d = &self->d;
	pthread_t thread;
	int i, fd;

	BEGIN("irq_setup");
	arg.set.argsz = sizeof(arg.set);
	arg.set.index = VFIO_PCI_MSI_IRQ_INDEX;
	arg.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	EXPECT_NE(0, ioctl(d->evil.dev.fd, VFIO_DEVICE_SET_IRQS, &arg.set));
	ASSERT_EQ(0, pthread_create(&thread, NULL, config_writer, d));
	for (i = 0; i < 200; i++) {
		fd = eventfd(0, EFD_NONBLOCK);
		vfio_irq_eventfd(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX, fd);
		ring_finish(&d->lrc[RCS]);
		engine_submit(&d->lrc[RCS], NULL);
		if (i & 1)
			vfio_irq_eventfd(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX, -1);
		close(fd);
	}
	pthread_join(thread, NULL);
	vfio_enable_device(&d->evil.dev);
	END(RCS);
}

/*
 * 9. kvmgt.c: a mapping of BAR2 outlives reset, memory disable and D3. By mapping where
 * that can be had, else by access, which must obey the same rules.
 */
static void aperture_store(struct duel *d, uint32_t *map, uint32_t at, uint32_t value)
{
	if (map)
		store32(map, value);
	else
		vfio_write(&d->evil.dev, VFIO_PCI_BAR2_REGION_INDEX, at, &value, 4);
}

TEST_F_TIMEOUT(gvtg, aperture_outlives_reset, 60)
{
	struct duel *d = &self->d;
	uint32_t *map = NULL;
	struct bo bo;

	BEGIN("aperture_outlives_reset");
	ASSERT_EQ(0, bo_create_low(&d->evil, &bo, 1));
	if (region_mappable(&d->evil.dev, VFIO_PCI_BAR2_REGION_INDEX))
		map = region_mmap(&d->evil.dev, VFIO_PCI_BAR2_REGION_INDEX, bo.ggtt, PAGE);
	aperture_store(d, map, bo.ggtt, 1);
	EXPECT_EQ(1, load32(bo.map));
	/* entry taken away: the page is no longer behind the address */
	ggtt_write_pte(&d->evil, bo.ggtt, 0);
	ggtt_flush(&d->evil);
	aperture_store(d, map, bo.ggtt, 2);
	EXPECT_EQ(1, load32(bo.map));
	ggtt_write_pte(&d->evil, bo.ggtt, bo.gpa | PTE_PRESENT);
	ggtt_flush(&d->evil);
	aperture_store(d, map, bo.ggtt, 3);
	EXPECT_EQ(3, load32(bo.map));
	if (!map) {
		/* a mapping would end in SIGBUS here */
		cfg_write16(&d->evil.dev, 4, 0);
		aperture_store(d, NULL, bo.ggtt, 4);
		EXPECT_EQ(3, load32(bo.map));
		vfio_enable_device(&d->evil.dev);
	}
	EXPECT_EQ(0, vfio_reset(&d->evil.dev));
	vfio_enable_device(&d->evil.dev);
	aperture_store(d, map, bo.ggtt, 5);
	EXPECT_EQ(3, load32(bo.map));
	EXPECT_TRUE(witness_own(&self->w, &d->evil.mem));
	END_UNSET();
	if (map)
		munmap(map, PAGE);
}

/*
 * The same with fences: what goes through the GPU's own aperture is in the GPU's log, while
 * entries, fences and memory change under it. No page of anybody else is there.
 */
TEST_F_TIMEOUT(gvtg, fenced_aperture, 60)
{
	struct duel *d = &self->d;
	const unsigned int pages = 16, last = (pages - 1) * PAGE;
	uint32_t *map = NULL;
	unsigned int i, k;
	struct bo bo;

	BEGIN("fenced_aperture");
	ASSERT_EQ(0, bo_create_low(&d->evil, &bo, pages));
	if (region_mappable(&d->evil.dev, VFIO_PCI_BAR2_REGION_INDEX))
		map = region_mmap(&d->evil.dev, VFIO_PCI_BAR2_REGION_INDEX, bo.ggtt,
				  pages * PAGE);
	for (i = 0; i < 64; i++) {
		vgpu_write(&d->evil, FENCE(0), 0);
		vgpu_write(&d->evil, FENCE(0) + 4, (bo.ggtt + last) | (512 / 128 - 1));
		if (i % 8 != 3)
			vgpu_write(&d->evil, FENCE(0), bo.ggtt | 1);
		for (k = 0; k < pages; k++) {
			ggtt_write_pte(&d->evil, bo.ggtt + k * PAGE, (i + k) % 7 == 6 ? 0 :
				       (bo.gpa + (i + k) % pages * PAGE) | PTE_PRESENT);
			aperture_store(d, map ? map + k * PAGE / 4 : NULL, bo.ggtt + k * PAGE, i);
		}
		ggtt_flush(&d->evil);
		for (k = 0; k < pages; k++)
			aperture_store(d, map ? map + k * PAGE / 4 + k : NULL,
				       bo.ggtt + k * PAGE + 4 * k, i);
		if (i % 16 == 7) {
			struct guestmem *mem = &d->evil.mem;

			EXPECT_EQ(0, vfio_unmap(&d->evil.dev, mem->base, mem->size));
			if (map)
				store32(map, 0xdead);
			EXPECT_EQ(0, vfio_map(&d->evil.dev, mem->va, mem->base, mem->size));
		}
	}
	if (map)
		munmap(map, pages * PAGE);
	END(RCS);
}

/* 10. mmio.c and others: warnings that a guest raises; with panic_on_warn they end the host. */
static long warnings(void)
{
	FILE *f = fopen("/sys/kernel/warn_count", "re");
	long n = 0;

	if (f && fscanf(f, "%lx", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

TEST_F_TIMEOUT(gvtg, guest_raises_warnings, 120)
{
	static const uint64_t at[] = {
		0, 1, 2, 3, 0x2230, 0x2231, 0x78818, 0x7881a, 0x100000, 0x101008, 0x1ffffc,
		0x1fffff, 0x200000, 0x7ffffc, 0x7fffff, BAR0_GGTT, BAR0_GGTT + 4,
		BAR0_GGTT + 6, BAR0_SIZE - 8, BAR0_SIZE - 4, BAR0_SIZE - 1,
	};
	struct duel *d = &self->d;
	long before = warnings();
	uint64_t value = ~0ull;
	size_t i, n;

	BEGIN("guest_raises_warnings");
	for (i = 0; i < ARRAY_SIZE(at); i++)
		for (n = 1; n <= 8; n++) {
			vfio_read(&d->evil.dev, VFIO_PCI_BAR0_REGION_INDEX, at[i], &value, n);
			value = ~0ull;
			vfio_write(&d->evil.dev, VFIO_PCI_BAR0_REGION_INDEX, at[i], &value, n);
		}
	for (i = 0; i < 64; i++) {
		struct cmds c = { 0 };

		EMIT(&c, (uint32_t)i << 26 | 0x3ff, 0, 0, 0);
		engine_reset(&d->evil.engine[RCS]);
		lrc_reset(&d->lrc[RCS]);
		d->refused = duel_refusals(d);
		duel_send(d, RCS, IN_RING, &c, 50);
	}
	EXPECT_EQ(before, warnings());
	END(RCS);
}

TEST_PROGRAM_MAIN
