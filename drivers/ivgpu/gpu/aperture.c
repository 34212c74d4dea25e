// SPDX-License-Identifier: GPL-2.0
/*
 * The physical aperture, shared by the vGPUs in slots: a stretch of the module's
 * own GGTT whose entries name pages of a guest, and which the guest sees in a
 * part of its BAR2. Where the guest has a fence, one of the GPU's lies over it.
 *
 * A slot is taken back by taking the VMM's mapping away first; its next fault asks
 * for one again. An entry of the guest that changes is changed in its slots too
 * (ivgpu_aperture_update()), with no need to take mappings away; one that goes ends
 * slots with fences, because every page of BAR2 there may show a part of what it named.
 *
 * Fence registers: i915 gt/intel_ggtt_fencing.c (i965_write_fence_reg: a fence is
 * off while it is changed; intel_ggtt_restore_fences: a full reset loses them).
 */
#include <linux/io.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "gpu_internal.h"
#include "regs.h"

#define BAR_APERTURE	2
#define MOST_BYTES	SZ_64M

static void write_fence(struct ivgpu_gpu *gpu, unsigned int n, u64 value)
{
	ivgpu_raw_write(gpu, FENCE_LO(n), 0);
	ivgpu_raw_read(gpu, FENCE_LO(n));
	ivgpu_raw_write(gpu, FENCE_HI(n), upper_32_bits(value));
	ivgpu_raw_write(gpu, FENCE_LO(n), lower_32_bits(value));
	ivgpu_raw_read(gpu, FENCE_LO(n));
}

static void set_fence(struct ivgpu_gpu *gpu, unsigned int n, u64 value)
{
	gpu->aperture_slots.fence[n] = value;
	write_fence(gpu, n, value);
}

/* Nobody sees a slot any more, then it shows nothing, then the GPU knows. */
static void evict(struct ivgpu_slots *slots, struct ivgpu_slot *slot)
{
	struct ivgpu_aperture *ap = container_of(slots, struct ivgpu_aperture, slots);
	struct ivgpu_gpu *gpu = container_of(ap, struct ivgpu_gpu, aperture_slots);

	slot->user->ops->hide(slot->user, slot->view.start, slot->view.size);
	if (slot->fence >= 0)
		set_fence(gpu, slot->fence, 0);
	ivgpu_ggtt_clear(gpu, slot->node.start >> IVGPU_PAGE_SHIFT,
			 slot->node.size >> IVGPU_PAGE_SHIFT);
	ivgpu_ggtt_flush(gpu);
}

/**
 * ivgpu_aperture_init() - keep a part of the module's own GGTT for slots
 * @gpu: the GPU, its GGTT set up
 *
 * Where there is no room, there are no slots, and the log says so.
 */
void ivgpu_aperture_init(struct ivgpu_gpu *gpu)
{
	struct ivgpu_aperture *ap = &gpu->aperture_slots;
	u64 size = min_t(u64, gpu->aperture / 4, MOST_BYTES);
	unsigned int n;

	mutex_init(&ap->lock);
	if (ivgpu_ggtt_alloc(gpu, size, IVGPU_PAGE_SIZE, &ap->node))
		pci_warn(gpu->pdev, "no %llu MiB of the aperture are free for fences of guests\n",
			 size >> 20);
	ivgpu_slots_init(&ap->slots, ap->node.start, ap->node.size, evict);
	for (n = 0; n < IVGPU_SLOT_FENCES; n++)
		set_fence(gpu, n, 0);
	/* Else mappings of it would be uncached: lookup_memtype() in arch/x86/mm/pat/. */
	ap->wc = ap->node.size &&
		 !arch_io_reserve_memtype_wc(pci_resource_start(gpu->pdev, BAR_APERTURE) +
					     ap->node.start, ap->node.size);
}

/**
 * ivgpu_aperture_fini() - the end
 * @gpu: the GPU, without vGPUs
 */
void ivgpu_aperture_fini(struct ivgpu_gpu *gpu)
{
	struct ivgpu_aperture *ap = &gpu->aperture_slots;

	if (ap->wc)
		arch_io_free_memtype_wc(pci_resource_start(gpu->pdev, BAR_APERTURE) +
					ap->node.start, ap->node.size);
	ivgpu_ggtt_free(gpu, &ap->node);
	mutex_destroy(&ap->lock);
}

/**
 * ivgpu_aperture_restore() - write all fences again: after a reset of the whole GPU
 * @gpu: the GPU
 */
void ivgpu_aperture_restore(struct ivgpu_gpu *gpu)
{
	struct ivgpu_aperture *ap = &gpu->aperture_slots;
	unsigned int n;

	mutex_lock(&ap->lock);
	for (n = 0; n < IVGPU_SLOT_FENCES; n++)
		write_fence(gpu, n, ap->fence[n]);
	mutex_unlock(&ap->lock);
}

static void fill(struct ivgpu_gpu *gpu, struct ivgpu_slot *slot)
{
	u32 page = slot->node.start >> IVGPU_PAGE_SHIFT;
	u64 at, last = slot->node.start + slot->node.size - IVGPU_PAGE_SIZE;

	for (at = 0; at < slot->view.size; at += IVGPU_PAGE_SIZE)
		ivgpu_ggtt_set(gpu, page++,
			       slot->user->ops->dma(slot->user, slot->view.start + at));
	ivgpu_ggtt_flush(gpu);
	if (slot->fence >= 0)
		set_fence(gpu, slot->fence, slot->view.fence | slot->node.start | last << 32);
}

/**
 * ivgpu_aperture_begin() - show something through a slot
 * @gpu: the GPU
 * @user: whose it is; what its ops take is held
 * @view: what
 * @addr: GGTT address in it
 *
 * May sleep; the mmap_lock may be held. ivgpu_aperture_end() must follow when the
 * page was mapped, or is not going to be; until then the slot is not taken back.
 *
 * Return: the number of the page (PFN) in the physical BAR2, or 0: no slot.
 */
unsigned long ivgpu_aperture_begin(struct ivgpu_gpu *gpu, struct ivgpu_slot_user *user,
				   const struct ivgpu_slot_view *view, u64 addr)
{
	struct ivgpu_aperture *ap = &gpu->aperture_slots;
	struct ivgpu_slot *slot;

	mutex_lock(&ap->lock);
	slot = ivgpu_slot_find(&ap->slots, user, view);
	if (!slot) {
		slot = ivgpu_slot_take(&ap->slots, user, view);
		if (!slot)
			return 0;
		fill(gpu, slot);
	}
	return (pci_resource_start(gpu->pdev, BAR_APERTURE) + slot->node.start +
		(addr - view->start)) >> PAGE_SHIFT;
}

void ivgpu_aperture_end(struct ivgpu_gpu *gpu)
{
	mutex_unlock(&gpu->aperture_slots.lock);
}

static bool shows(const struct ivgpu_slot *slot, u64 start, u64 size)
{
	return slot->view.start < start + size && start < slot->view.start + slot->view.size;
}

/**
 * ivgpu_aperture_update() - an entry of a user changed
 * @gpu: the GPU
 * @user: whose
 * @page: number of the entry in its GGTT
 * @dma: what it names now
 * @gone: that is no page of the guest; perhaps only until the next synchronisation,
 *	  so who touches a tiled surface with it has to ask again
 *
 * The caller flushes the GGTT.
 */
void ivgpu_aperture_update(struct ivgpu_gpu *gpu, struct ivgpu_slot_user *user, u32 page,
			   dma_addr_t dma, bool gone)
{
	struct ivgpu_aperture *ap = &gpu->aperture_slots;
	u64 addr = (u64)page << IVGPU_PAGE_SHIFT;
	struct ivgpu_slot *slot, *next;

	mutex_lock(&ap->lock);
	list_for_each_entry_safe(slot, next, &user->slots, of_user) {
		if (!shows(slot, addr, IVGPU_PAGE_SIZE))
			continue;
		if (gone && slot->fence >= 0)
			ivgpu_slot_drop(&ap->slots, slot);
		else
			ivgpu_ggtt_set(gpu, (slot->node.start + addr - slot->view.start) >>
				       IVGPU_PAGE_SHIFT, dma);
	}
	mutex_unlock(&ap->lock);
}

/**
 * ivgpu_aperture_drop() - a user gives slots back
 * @gpu: the GPU
 * @user: whose
 * @start: first GGTT address
 * @size: bytes
 *
 * All slots that show any of the range, and the mappings of them, are gone afterwards.
 */
void ivgpu_aperture_drop(struct ivgpu_gpu *gpu, struct ivgpu_slot_user *user, u64 start, u64 size)
{
	struct ivgpu_aperture *ap = &gpu->aperture_slots;
	struct ivgpu_slot *slot, *next;

	if (!READ_ONCE(user->count))
		return;
	mutex_lock(&ap->lock);
	list_for_each_entry_safe(slot, next, &user->slots, of_user)
		if (shows(slot, start, size))
			ivgpu_slot_drop(&ap->slots, slot);
	mutex_unlock(&ap->lock);
}
