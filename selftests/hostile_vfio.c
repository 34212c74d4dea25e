// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks by the VFIO device node and its container: closing and dying in the middle of
 * work, memory taken away, eventfds swapped, accesses from many threads.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "hostile.h"

static void start_work(struct duel *d, enum engine_id id, bool endless)
{
	struct cmds c = { 0 }, batch = { 0 };

	emit_store(&batch, false, d->mark.va + 8, 1);
	if (endless)
		emit_batch(&batch, false, d->batch.va);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(d->batch.map, batch.dw, batch.n * 4);
	emit_batch(&c, false, d->batch.va);
	ring_add(&d->lrc[id], &c);
	ring_finish(&d->lrc[id]);
	engine_submit(&d->lrc[id], NULL);
}

static bool victim_fine(struct duel *d)
{
	const char *wrong = duel_victim_wrong(d);

	if (wrong)
		ksft_print_msg("%s\n", wrong);
	return !wrong;
}

/* The attacker's device goes; judge, then start both over for the frame's last checks. */
static bool over_again(struct duel *d)
{
	bool fine = victim_fine(d);

	duel_close(d);
	return !duel_open(d) && fine;
}

static bool close_working(struct duel *d, enum engine_id id)
{
	start_work(d, id, false);
	vgpu_detach(&d->evil);
	return over_again(d);
}

static bool close_spinning(struct duel *d, enum engine_id id)
{
	start_work(d, id, true);
	sleep_ms(30);
	vgpu_detach(&d->evil);
	return over_again(d);
}

/* Container first: no page is left to the device that still runs. */
static bool container_first(struct duel *d, enum engine_id id)
{
	start_work(d, id, true);
	sleep_ms(30);
	close(d->evil.dev.container);
	d->evil.dev.container = -1;
	vgpu_detach(&d->evil);
	return over_again(d);
}

static bool memory_first(struct duel *d, enum engine_id id)
{
	start_work(d, id, true);
	sleep_ms(30);
	munmap(d->evil.mem.va, d->evil.mem.size);
	close(d->evil.mem.fd);
	d->evil.mem.va = NULL;
	return over_again(d);
}

static bool unmap_all_working(struct duel *d, enum engine_id id)
{
	start_work(d, id, true);
	sleep_ms(30);
	if (vfio_unmap(&d->evil.dev, d->evil.mem.base, d->evil.mem.size))
		return false;
	return over_again(d);
}

static bool unmap_and_map_working(struct duel *d, enum engine_id id)
{
	struct guestmem *mem = &d->evil.mem;
	int i;

	start_work(d, id, true);
	for (i = 0; i < 20; i++) {
		if (vfio_unmap(&d->evil.dev, mem->base, mem->size))
			return false;
		if (vfio_map(&d->evil.dev, mem->va, mem->base, mem->size))
			return false;
		elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
	}
	return over_again(d);
}

/* Guest memory replaced by other memory at the same addresses: nothing goes to the old. */
static bool memory_swapped(struct duel *d, enum engine_id id)
{
	struct guestmem *mem = &d->evil.mem;
	uint32_t *old = (uint32_t *)mem->va;
	bool clean = true;
	size_t i;
	void *other;

	start_work(d, id, true);
	sleep_ms(30);
	other = mmap(NULL, mem->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (other == MAP_FAILED || vfio_unmap(&d->evil.dev, mem->base, mem->size))
		return false;
	memset(old, 0, mem->size);
	if (vfio_map(&d->evil.dev, other, mem->base, mem->size))
		return false;
	elsp_write(d->lrc[id].engine, lrc_desc(&d->lrc[id]), 0);
	sleep_ms(100);
	for (i = 0; i < mem->size / 4; i++)
		clean &= !old[i];
	clean &= over_again(d);
	munmap(other, mem->size);
	return clean;
}

ACT(close_working_rcs, RCS, close_working, "close stops the vGPU's work")
ACT(close_working_bcs, BCS, close_working, "close stops the vGPU's work")
ACT(close_spinning_rcs, RCS, close_spinning, "close stops the vGPU's work")
ACT(close_spinning_vcs, VCS, close_spinning, "close stops the vGPU's work")
ACT(container_first, RCS, container_first, "DMA unmap stops the vGPU's work")
ACT(memory_first, RCS, memory_first, "pinned pages outlive their mapping")
ACT(unmap_all_rcs, RCS, unmap_all_working, "DMA unmap drops what names the pages")
ACT(unmap_all_vecs, VECS, unmap_all_working, "DMA unmap drops what names the pages")
ACT(unmap_and_map, RCS, unmap_and_map_working, "DMA unmap and new pins")
ACT(memory_swapped, RCS, memory_swapped, "DMA unmap drops what names the pages")

/* The same with a process that is killed, while it still has everything open. */
static bool killed(struct duel *d, enum engine_id id, bool endless)
{
	char uuid[UUID_LEN];
	eventfd_t go;
	int ready, status;
	pid_t pid;

	vgpu_close(&d->evil);
	ready = eventfd(0, 0);
	pid = fork();
	if (!pid) {
		struct duel *own = calloc(1, sizeof(*own));
		unsigned int i;

		if (vgpu_open(&own->evil, 0) || bo_create(&own->evil, &own->batch, 1) ||
		    bo_create(&own->evil, &own->mark, 1))
			_exit(1);
		for (i = 0; i < ENGINES; i++)
			lrc_init(&own->lrc[i], &own->evil, i, NULL);
		ppgtt_publish(&own->evil, &own->evil.pp);
		start_work(own, id, endless);
		eventfd_write(ready, 1);
		for (;;)
			start_work(own, id, endless);
	}
	if (pid < 0 || eventfd_read(ready, &go))
		return false;
	sleep_ms(30);
	kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid || !WIFSIGNALED(status))
		return false;
	mdev_uuid(uuid, 0);
	if (!victim_fine(d) || mdev_remove(uuid))
		return false;
	duel_close(d);
	return !duel_open(d);
}

static bool killed_working(struct duel *d, enum engine_id id)
{
	return killed(d, id, false);
}

static bool killed_spinning(struct duel *d, enum engine_id id)
{
	return killed(d, id, true);
}

ACT(killed_working_rcs, RCS, killed_working, "last close undoes everything")
ACT(killed_working_bcs, BCS, killed_working, "last close undoes everything")
ACT(killed_working_vcs, VCS, killed_working, "last close undoes everything")
ACT(killed_working_vecs, VECS, killed_working, "last close undoes everything")
ACT(killed_spinning_rcs, RCS, killed_spinning, "last close undoes everything")
ACT(killed_spinning_bcs, BCS, killed_spinning, "last close undoes everything")

/* Interrupts: eventfds swapped and closed while the engine raises them. */
static bool irq_swapped(struct duel *d, enum engine_id id)
{
	int i;

	for (i = 0; i < 200; i++) {
		int fd = eventfd(0, EFD_NONBLOCK);

		ring_finish(&d->lrc[id]);
		engine_submit(&d->lrc[id], NULL);
		vfio_irq_eventfd(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX, fd);
		if (i & 1)
			vfio_irq_eventfd(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX, -1);
		else
			vfio_irq_disable(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX);
		close(fd);
	}
	return true;
}

static bool irq_config_races(struct duel *d, enum engine_id id)
{
	int i;

	for (i = 0; i < 200; i++) {
		ring_finish(&d->lrc[id]);
		engine_submit(&d->lrc[id], NULL);
		cfg_write16(&d->evil.dev, 4, i & 1 ? 6 : 0);
	}
	vfio_enable_device(&d->evil.dev);
	return true;
}

/* An eventfd whose counter is full: raising it must never wait. */
static bool irq_full(struct duel *d, enum engine_id id)
{
	int fd = eventfd(0, EFD_NONBLOCK);
	struct cmds c = { 0 };

	eventfd_write(fd, 0xfffffffffffffffeull);
	vfio_irq_eventfd(&d->evil.dev, VFIO_PCI_MSI_IRQ_INDEX, fd);
	return duel_send(d, id, IN_RING, &c, 5000);
}

static bool irq_sets_random(struct duel *d, enum engine_id id)
{
	char buf[256];
	int i;

	srandom(6);
	for (i = 0; i < 5000; i++) {
		struct vfio_irq_set *set = (void *)buf;
		size_t n;

		for (n = 0; n < sizeof(buf); n++)
			buf[n] = random();
		set->argsz = sizeof(*set) + random() % 64;
		set->flags = 1u << random() % 3 | 1u << (3 + random() % 3);
		set->index = random() % 6;
		set->start = random() % 3;
		set->count = random() % 3;
		ioctl(d->evil.dev.fd, VFIO_DEVICE_SET_IRQS, set);
	}
	return true;
}

ACT(irq_swapped_rcs, RCS, irq_swapped, "eventfd references under a lock")
ACT(irq_swapped_bcs, BCS, irq_swapped, "eventfd references under a lock")
ACT(irq_config, RCS, irq_config_races, "config space under a lock")
ACT(irq_full, RCS, irq_full, "interrupts never wait")
ACT(irq_sets_random, RCS, irq_sets_random, "arguments of SET_IRQS")

static bool ioctls_random(struct duel *d, enum engine_id id)
{
	uint32_t buf[64];
	int i;

	srandom(7);
	for (i = 0; i < 20000; i++) {
		size_t n;

		for (n = 0; n < ARRAY_SIZE(buf); n++)
			buf[n] = random() & 1 ? random() : random() % 16;
		buf[0] = random() % 300;
		/* all of the device's ioctls but RESET, PCI hot reset and ours to come */
		ioctl(d->evil.dev.fd, _IO(VFIO_TYPE, VFIO_BASE + 7 + random() % 12), buf);
	}
	return over_again(d);
}

static bool accesses_random(struct duel *d, enum engine_id id)
{
	char buf[4096];
	int i;

	srandom(8);
	memset(buf, 0x5a, sizeof(buf));
	for (i = 0; i < 20000; i++) {
		uint64_t off = (uint64_t)(random() % 12) << 40 | random() << 1;
		size_t n = random() % sizeof(buf);

		if (random() & 1)
			off &= ~0xffffffull;
		if (pread(d->evil.dev.fd, buf, n, off) == (ssize_t)sizeof(buf))
			memset(buf, i, 1);
		if (off >> 40 != VFIO_PCI_BAR0_REGION_INDEX)
			n = pwrite(d->evil.dev.fd, buf, n, off);
	}
	return over_again(d);
}

static bool features_random(struct duel *d, enum engine_id id)
{
	uint64_t data[8];
	uint32_t feature;
	int i;

	srandom(9);
	for (feature = 0; feature < 32; feature++)
		for (i = 0; i < 32; i++) {
			memset(data, random(), sizeof(data));
			vfio_feature(&d->evil.dev, feature | (1u << (16 + random() % 3)), data,
				     random() % sizeof(data));
		}
	return over_again(d);
}

ACT(ioctls_random, RCS, ioctls_random, "arguments of ioctls")
ACT(accesses_random, RCS, accesses_random, "bounds of region accesses")
ACT(features_random, RCS, features_random, "arguments of VFIO_DEVICE_FEATURE")

/*
 * The vGPU's own BARs, put by the guest over memory that the VMM has given to the container: what
 * names such a page must not have it pinned, or the module would wait for itself where a VMM has
 * mapped the BAR there. The memory behind it shows whether the GPU got it.
 */
#define BAR_AT 0x40000000u
#define BAR_PAGES 32

enum reference { LEAF, TABLE, ROOT, ENTRY, RING, BATCH, IMAGE, STATUS };

static void place_bar(struct duel *d, unsigned int reg, uint32_t at)
{
	cfg_write16(&d->evil.dev, 4, 0);
	cfg_write32(&d->evil.dev, reg, at);
	cfg_write32(&d->evil.dev, reg + 4, 0);
	vfio_enable_device(&d->evil.dev);
}

/* Fills the pages with what the reference wants to find there. */
static void furnish(struct duel *d, uint32_t *mem, enum reference what)
{
	uint64_t *entries = (uint64_t *)mem;
	struct cmds c = { 0 };
	unsigned int i;

	if (what == TABLE)
		for (i = 0; i < 512; i++)
			entries[i] = d->mark.gpa | PTE_PRESENT | PTE_WRITE;
	emit_store(&c, true, d->mark.ggtt, 0x666);
	EMIT(&c, MI_BATCH_BUFFER_END, MI_NOOP);
	if (what == RING || what == BATCH)
		memcpy(mem, c.dw, c.n * 4);
	if (what == IMAGE)
		memcpy(mem + PAGE / 4, d->lrc[RCS].image, PAGE);
}

static void refer(struct duel *d, enum reference what)
{
	uint32_t at = ggtt_reserve(&d->evil, BAR_PAGES, false), i;
	struct lrc *lrc = &d->lrc[RCS];
	struct cmds c = { 0 };
	uint64_t *e;

	for (i = 0; i < BAR_PAGES; i++)
		ggtt_write_pte(&d->evil, at + i * PAGE, (BAR_AT + i * PAGE) | PTE_PRESENT);
	ggtt_flush(&d->evil);
	if (ppgtt_map(&d->evil.pp, 0x7000000000ull, d->mark.gpa, 1))
		return;
	e = ppgtt_entry(&d->evil.pp, 0x7000000000ull, what == TABLE ? 2 : 1);
	if (what == LEAF || what == TABLE)
		*e = BAR_AT | PTE_PRESENT | PTE_WRITE;
	if (what == ROOT)
		lrc_set_root(lrc, BAR_AT);
	if (what == RING)
		lrc->image[CTX_DW_START + 1] = at;
	if (what == STATUS)
		vgpu_write(&d->evil, RCS_BASE + RING_HWS_PGA, at);
	if (what == LEAF || what == TABLE)
		emit_store(&c, false, 0x7000000000ull, 0x666);
	if (what == ENTRY)
		emit_store(&c, true, at, 0x666);
	if (what == BATCH)
		emit_batch(&c, true, at);
	if (what == IMAGE)
		elsp_write(lrc->engine, (lrc_desc(lrc) & ~0xfffff000ull) | at, 0);
	else
		duel_send(d, RCS, IN_RING, &c, 500);
	sleep_ms(50);
}

static bool own_bar(struct duel *d, unsigned int reg, enum reference what)
{
	uint32_t *mem, *before;
	bool same;

	mem = mmap(NULL, BAR_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		   -1, 0);
	before = calloc(BAR_PAGES, PAGE);
	if (mem == MAP_FAILED || !before || vfio_map(&d->evil.dev, mem, BAR_AT, BAR_PAGES * PAGE))
		return false;
	place_bar(d, reg, BAR_AT);
	furnish(d, mem, what);
	memcpy(before, mem, BAR_PAGES * PAGE);
	d->mark.map[0] = 0;
	refer(d, what);
	same = !memcmp(before, mem, BAR_PAGES * PAGE);
	/* what was furnished was not executed or walked either */
	if (what == TABLE || what == RING || what == BATCH)
		same &= d->mark.map[0] != 0x666;
	place_bar(d, reg, 0x80000000);
	if (vfio_unmap(&d->evil.dev, BAR_AT, BAR_PAGES * PAGE))
		return false;
	munmap(mem, BAR_PAGES * PAGE);
	free(before);
	return same && over_again(d);
}

#define OWN_BAR(name, what) \
	static bool own_bar0_##name(struct duel *d, enum engine_id id) \
	{ \
		return own_bar(d, 0x10, what); \
	} \
	static bool own_bar2_##name(struct duel *d, enum engine_id id) \
	{ \
		return own_bar(d, 0x18, what); \
	} \
	ACT(own_bar0_##name, RCS, own_bar0_##name, "references to the vGPU's own BARs") \
	ACT(own_bar2_##name, RCS, own_bar2_##name, "references to the vGPU's own BARs")

OWN_BAR(leaf, LEAF)
OWN_BAR(table, TABLE)
OWN_BAR(root, ROOT)
OWN_BAR(entry, ENTRY)
OWN_BAR(ring, RING)
OWN_BAR(batch, BATCH)
OWN_BAR(image, IMAGE)
OWN_BAR(status, STATUS)

/* The same without a BAR in the way is honest work: the rows above would not notice otherwise. */
static bool no_bar(struct duel *d, enum engine_id id)
{
	uint32_t *mem = mmap(NULL, BAR_PAGES * PAGE, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool reached;

	if (mem == MAP_FAILED || vfio_map(&d->evil.dev, mem, BAR_AT, BAR_PAGES * PAGE))
		return false;
	refer(d, LEAF);
	reached = load32(mem) == 0x666;
	store32(mem, 0);
	refer(d, ENTRY);
	reached &= load32(mem) == 0x666;
	if (vfio_unmap(&d->evil.dev, BAR_AT, BAR_PAGES * PAGE))
		return false;
	munmap(mem, BAR_PAGES * PAGE);
	return reached && over_again(d);
}

ACT(own_bar_elsewhere, RCS, no_bar, "none: the control of the rows above")

/* BAR2 while its entries change and its pages go. */
static bool aperture_kept(struct duel *d, enum engine_id id)
{
	uint32_t *p;
	uint32_t at = ggtt_bind(&d->evil, d->mark.gpa, 1, true);
	int i;

	p = region_mmap(&d->evil.dev, VFIO_PCI_BAR2_REGION_INDEX, at, PAGE);
	if (!p)
		return false;
	for (i = 0; i < 200; i++) {
		store32(p + 3, i);
		ggtt_write_pte(&d->evil, at, i & 1 ? 0 : (d->batch.gpa | PTE_PRESENT));
		ggtt_flush(&d->evil);
		store32(p + 4, i);
	}
	munmap(p, PAGE);
	return true;
}

static bool aperture_foreign(struct duel *d, enum engine_id id)
{
	struct vfio_dev *dev = &d->evil.dev;
	uint32_t at = d->victim.low_base, value = 0x666;
	uint32_t *p;
	uint32_t i;

	for (i = 0; i < 64; i++)
		vfio_write(dev, VFIO_PCI_BAR2_REGION_INDEX, at + i * PAGE, &value, 4);
	p = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, dev->fd,
		 dev->region[VFIO_PCI_BAR2_REGION_INDEX].offset + at);
	if (p == MAP_FAILED)
		return errno == EINVAL;
	for (i = 0; i < 64; i++)
		store32(p + i * PAGE / 4, 0x666);
	munmap(p, 64 * PAGE);
	return true;
}

static bool aperture_outlives_close(struct duel *d, enum engine_id id)
{
	uint32_t at = ggtt_bind(&d->evil, d->mark.gpa, 1, true);
	uint32_t *p;

	p = region_mmap(&d->evil.dev, VFIO_PCI_BAR2_REGION_INDEX, at, PAGE);
	if (!p)
		return false;
	store32(p + 0, 1);
	vfio_unmap(&d->evil.dev, d->evil.mem.base, d->evil.mem.size);
	store32(p + 0, 2);
	munmap(p, PAGE);
	return d->mark.map[0] == 1 && over_again(d);
}

ACT_MAPPED(aperture_kept, RCS, aperture_kept, VFIO_PCI_BAR2_REGION_INDEX,
	   "BAR2 mappings are revoked")
ACT_MAPPED(aperture_foreign, RCS, aperture_foreign, VFIO_PCI_BAR2_REGION_INDEX,
	   "BAR2 of the own partition alone")
ACT_MAPPED(aperture_after_unmap, RCS, aperture_outlives_close, VFIO_PCI_BAR2_REGION_INDEX,
	   "BAR2 mappings are revoked")

TEST_PROGRAM_MAIN
