// SPDX-License-Identifier: GPL-2.0
/*
 * A vGPU as its driver sees it: partition, GGTT, buffers, interrupts.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "env.h"
#include "execlist.h"
#include "gen9.h"
#include "vgpu.h"

#define GUEST_BASE	0x10000000ull
#define GUEST_SIZE	(32u << 20)
#define PPGTT_FIRST	0x100000000ull	/* above 4 GiB, so that high dwords count */

uint32_t vgpu_read(struct vgpu *vg, uint32_t reg)
{
	return bar0_read(&vg->dev, reg);
}

void vgpu_write(struct vgpu *vg, uint32_t reg, uint32_t value)
{
	bar0_write(&vg->dev, reg, value);
}

void ggtt_map(struct vgpu *vg)
{
	struct vfio_region *r = &vg->dev.region[VFIO_PCI_BAR0_REGION_INDEX];
	unsigned int i;

	for (i = 0; i < r->areas; i++) {
		uint64_t off = r->area[i].offset, size = r->area[i].size;
		void *map = off < BAR0_GGTT ? NULL :
			region_mmap(&vg->dev, VFIO_PCI_BAR0_REGION_INDEX, off, size);

		if (!map)
			continue;
		vg->gsm[vg->gsms].off = off - BAR0_GGTT;
		vg->gsm[vg->gsms].size = size;
		vg->gsm[vg->gsms++].map = map;
	}
}

void ggtt_unmap(struct vgpu *vg)
{
	while (vg->gsms) {
		vg->gsms--;
		munmap(vg->gsm[vg->gsms].map, vg->gsm[vg->gsms].size);
	}
}

uint64_t *ggtt_entry(struct vgpu *vg, uint32_t ggtt)
{
	uint64_t off = (uint64_t)(ggtt / PAGE) * 8;
	unsigned int i;

	for (i = 0; i < vg->gsms; i++)
		if (off >= vg->gsm[i].off && off - vg->gsm[i].off < vg->gsm[i].size)
			return (uint64_t *)(vg->gsm[i].map + (off - vg->gsm[i].off));
	return NULL;
}

void ggtt_write_pte(struct vgpu *vg, uint32_t ggtt, uint64_t pte)
{
	uint64_t off = (uint64_t)(ggtt / PAGE) * 8;
	uint64_t *entry = ggtt_entry(vg, ggtt);

	if (entry)
		store64(entry, pte);
	else
		vfio_write(&vg->dev, VFIO_PCI_BAR0_REGION_INDEX, BAR0_GGTT + off, &pte, 8);
}

uint64_t ggtt_read_pte(struct vgpu *vg, uint32_t ggtt)
{
	uint64_t off = (uint64_t)(ggtt / PAGE) * 8;
	uint64_t pte = 0;

	vfio_read(&vg->dev, VFIO_PCI_BAR0_REGION_INDEX, BAR0_GGTT + off, &pte, 8);
	return pte;
}

void ggtt_flush(struct vgpu *vg)
{
	vgpu_write(vg, GFX_FLSH_CNTL, 1);
}

uint32_t ggtt_reserve(struct vgpu *vg, unsigned int pages, bool low)
{
	uint32_t *next = low ? &vg->low_next : &vg->high_next;
	uint64_t end = low ? (uint64_t)vg->low_base + vg->low_size :
			     (uint64_t)vg->high_base + vg->high_size;
	uint32_t at = *next;

	if (at + (uint64_t)pages * PAGE > end)
		return 0;
	*next += pages * PAGE;
	return at;
}

uint32_t ggtt_bind(struct vgpu *vg, uint64_t gpa, unsigned int pages, bool low)
{
	uint32_t ggtt = ggtt_reserve(vg, pages, low);
	unsigned int i;

	if (!ggtt || !gpa)
		return 0;
	for (i = 0; i < pages; i++)
		ggtt_write_pte(vg, ggtt + i * PAGE, (gpa + i * PAGE) | PTE_PRESENT);
	ggtt_flush(vg);
	return ggtt;
}

static int bo_init(struct vgpu *vg, struct bo *bo, unsigned int pages, bool low)
{
	int ret;

	bo->pages = pages;
	bo->gpa = guestmem_alloc(&vg->mem, pages);
	if (!bo->gpa)
		return -ENOMEM;
	bo->map = guestmem_ptr(&vg->mem, bo->gpa);
	bo->ggtt = ggtt_bind(vg, bo->gpa, pages, low);
	if (!bo->ggtt)
		return -ENOSPC;
	bo->va = vg->pp_next;
	vg->pp_next += (uint64_t)(pages + 1) * PAGE;
	ret = ppgtt_map(&vg->pp, bo->va, bo->gpa, pages);
	return ret;
}

int bo_create(struct vgpu *vg, struct bo *bo, unsigned int pages)
{
	return bo_init(vg, bo, pages, false);
}

int bo_create_low(struct vgpu *vg, struct bo *bo, unsigned int pages)
{
	return bo_init(vg, bo, pages, true);
}

static void notify_root(struct vgpu *vg, struct ppgtt *pp, uint32_t what)
{
	vgpu_write(vg, PVINFO_PDP(0, 0), (uint32_t)pp->root);
	vgpu_write(vg, PVINFO_PDP(0, 1), pp->root >> 32);
	vgpu_write(vg, PVINFO_G2V, what);
}

void ppgtt_publish(struct vgpu *vg, struct ppgtt *pp)
{
	notify_root(vg, pp, G2V_L4_CREATE);
}

void ppgtt_withdraw(struct vgpu *vg, struct ppgtt *pp)
{
	notify_root(vg, pp, G2V_L4_DESTROY);
}

static int read_partition(struct vgpu *vg)
{
	uint64_t magic = vgpu_read(vg, PVINFO) | (uint64_t)vgpu_read(vg, PVINFO + 4) << 32;

	if (magic != PVINFO_MAGIC)
		return -ENODEV;
	vg->low_base = vgpu_read(vg, PVINFO_LOW_BASE);
	vg->low_size = vgpu_read(vg, PVINFO_LOW_SIZE);
	vg->high_base = vgpu_read(vg, PVINFO_HIGH_BASE);
	vg->high_size = vgpu_read(vg, PVINFO_HIGH_SIZE);
	vg->fences = vgpu_read(vg, PVINFO_FENCES);
	vg->low_next = vg->low_base;
	vg->high_next = vg->high_base;
	if (!vg->low_next)
		vg->low_next = PAGE;
	return 0;
}

/* As a driver leaves the interrupts after its reset: everything unmasked that it handles. */
static void irq_enable(struct vgpu *vg)
{
	static const uint32_t bits = GT_IRQ_USER | GT_IRQ_CS_ERROR | GT_IRQ_CTX_SWITCH;
	static const uint32_t enable[4] = {
		bits | bits << 16, bits | bits << 16, 0, bits | bits << 16,
	};
	unsigned int n;

	vgpu_write(vg, MASTER_IRQ, 0);
	for (n = 0; n < 4; n++) {
		vgpu_write(vg, GT_IMR(n), ~0u);
		vgpu_write(vg, GT_IER(n), 0);
		vgpu_write(vg, GT_IIR(n), ~0u);
		vgpu_write(vg, GT_IIR(n), ~0u);
		vgpu_write(vg, GT_IER(n), enable[n]);
		vgpu_write(vg, GT_IMR(n), ~enable[n]);
	}
	vgpu_write(vg, MASTER_IRQ, MASTER_IRQ_ENABLE);
}

static void irq_count(struct vgpu *vg, enum engine_id id, uint32_t bits)
{
	vg->user_irqs[id] += !!(bits & GT_IRQ_USER);
	vg->switch_irqs[id] += !!(bits & GT_IRQ_CTX_SWITCH);
	vg->error_irqs[id] += !!(bits & GT_IRQ_CS_ERROR);
}

static void irq_serve(struct vgpu *vg)
{
	uint32_t master, iir[4] = { 0 };
	unsigned int n;

	vgpu_write(vg, MASTER_IRQ, 0);
	master = vgpu_read(vg, MASTER_IRQ);
	for (n = 0; n < 4; n++) {
		static const uint32_t source[4] = { 0x3, 0xc, 0x10, 0x40 };

		if (!(master & source[n]))
			continue;
		iir[n] = vgpu_read(vg, GT_IIR(n));
		vgpu_write(vg, GT_IIR(n), iir[n]);
	}
	vgpu_write(vg, MASTER_IRQ, MASTER_IRQ_ENABLE);
	irq_count(vg, RCS, iir[0]);
	irq_count(vg, BCS, iir[0] >> 16);
	irq_count(vg, VCS, iir[1]);
	irq_count(vg, VECS, iir[3]);
}

bool vgpu_irq_wait(struct vgpu *vg, int timeout_ms)
{
	struct pollfd pfd = { .fd = vg->msi, .events = POLLIN };
	eventfd_t count;

	if (poll(&pfd, 1, timeout_ms) != 1)
		return false;
	if (eventfd_read(vg->msi, &count))
		return false;
	vg->msis += count;
	irq_serve(vg);
	return true;
}

static int bring_up(struct vgpu *vg)
{
	unsigned int id;
	int ret;

	vfio_enable_device(&vg->dev);
	ret = read_partition(vg);
	if (ret)
		return ret;
	vg->msi = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (vg->msi < 0)
		return -errno;
	ret = vfio_irq_eventfd(&vg->dev, VFIO_PCI_MSI_IRQ_INDEX, vg->msi);
	if (ret)
		return ret;
	ggtt_map(vg);
	ret = guestmem_init(&vg->mem, &vg->dev, GUEST_BASE, GUEST_SIZE);
	if (!ret)
		ret = ppgtt_init(&vg->pp, &vg->mem);
	vg->pp_next = PPGTT_FIRST;
	vg->next_id = 1;
	irq_enable(vg);
	for (id = 0; id < ENGINES && !ret; id++)
		ret = engine_init(vg, id);
	return ret;
}

int vgpu_attach(struct vgpu *vg, const char *uuid)
{
	int ret;

	memset(vg, 0, sizeof(*vg));
	vg->msi = -1;
	ret = vfio_open(&vg->dev, uuid);
	if (ret)
		return ret;
	ret = bring_up(vg);
	if (ret)
		vgpu_detach(vg);
	return ret;
}

int vgpu_open(struct vgpu *vg, unsigned int number)
{
	char uuid[UUID_LEN];
	int ret;

	mdev_uuid(uuid, number);
	ret = mdev_renew(uuid);
	if (ret)
		return ret;
	ret = vgpu_attach(vg, uuid);
	if (ret)
		mdev_remove(uuid);
	return ret;
}

void vgpu_detach(struct vgpu *vg)
{
	ggtt_unmap(vg);
	vfio_close(&vg->dev);
	guestmem_free(&vg->mem);
	if (vg->msi >= 0)
		close(vg->msi);
	vg->msi = -1;
}

void vgpu_close(struct vgpu *vg)
{
	if (!vg->dev.uuid[0])
		return;
	vgpu_detach(vg);
	mdev_remove(vg->dev.uuid);
	vg->dev.uuid[0] = '\0';
}
