// SPDX-License-Identifier: GPL-2.0
/*
 * What a vGPU shows in its BAR2, mapped.
 *
 * Without a fence: the guest's page that the entry names, as last synchronised, put
 * into the VMM's mapping itself; a page of scratch where there is none. With a
 * fence, and for pages that KVM cannot take (see ivgpu_kvm_takes_page()): a slot of
 * the physical aperture (gpu/aperture.c), with a fence of the GPU over it.
 *
 * An entry that the guest changed and did not flush yet is synchronised first. That
 * may have to pin pages, which a fault may not do, as its caller may hold what
 * pinning needs: so a worker does it, and the fault waits for it, once and not for
 * long, with the mmap_lock dropped.
 */
#include <linux/jiffies.h>
#include <linux/mm.h>

#include "aperture.h"
#include "handlers.h"

#define FENCE_REG	0x100000	/* low and high dword of each fence */
#define SYNC_WAIT	msecs_to_jiffies(100)

static struct ivgpu_vgpu *vgpu_of(struct ivgpu_slot_user *user)
{
	return container_of(user, struct ivgpu_vgpu, slots);
}

static dma_addr_t slot_dma(struct ivgpu_slot_user *user, u64 addr)
{
	return ivgpu_vggtt_dma(vgpu_of(user)->vggtt, addr);
}

/* Perhaps in a fault of another vGPU. */
static void slot_hide(struct ivgpu_slot_user *user, u64 start, u64 size)
{
	struct ivgpu_vgpu *vgpu = vgpu_of(user);

	vgpu->map_ops->zap_aperture(vgpu->owner, start, size);
}

static const struct ivgpu_slot_user_ops slot_ops = {
	.dma = slot_dma,
	.hide = slot_hide,
};

static void sync_work(struct work_struct *work)
{
	struct ivgpu_vgpu *vgpu = container_of(work, struct ivgpu_vgpu, sync.work);
	u64 run = vgpu->sync.started + 1;

	WRITE_ONCE(vgpu->sync.started, run);
	mutex_lock(&vgpu->trap_lock);
	if (vgpu->live)
		ivgpu_vgpu_sync_ggtt(vgpu);
	mutex_unlock(&vgpu->trap_lock);
	WRITE_ONCE(vgpu->sync.done, run);
	wake_up_all(&vgpu->sync.wait);
}

/**
 * ivgpu_vgpu_map_wait() - after ivgpu_vgpu_map_begin() said IVGPU_MAP_WAIT
 * @vgpu: the vGPU, open
 *
 * Waits until the GGTT was synchronised, or for a while. No lock held but what the
 * caller of a fault may have.
 */
void ivgpu_vgpu_map_wait(struct ivgpu_vgpu *vgpu)
{
	u64 before = READ_ONCE(vgpu->sync.started);

	schedule_work(&vgpu->sync.work);
	wait_event_timeout(vgpu->sync.wait, READ_ONCE(vgpu->sync.done) > before, SYNC_WAIT);
}

void ivgpu_vgpu_aperture_init(struct ivgpu_vgpu *vgpu)
{
	ivgpu_slot_user_init(&vgpu->slots, &slot_ops);
	INIT_WORK(&vgpu->sync.work, sync_work);
	init_waitqueue_head(&vgpu->sync.wait);
}

void ivgpu_vgpu_aperture_stop(struct ivgpu_vgpu *vgpu)
{
	cancel_work_sync(&vgpu->sync.work);
}

void ivgpu_vgpu_aperture_update(struct ivgpu_vgpu *vgpu, u32 page, dma_addr_t dma)
{
	u64 addr = (u64)page << PAGE_SHIFT;

	if (READ_ONCE(vgpu->slots.count))
		ivgpu_aperture_update(vgpu->gpu, &vgpu->slots, page, dma,
				      !ivgpu_vggtt_page(vgpu->vggtt, addr));
}

void ivgpu_vgpu_aperture_unmap(struct ivgpu_vgpu *vgpu)
{
	lockdep_assert_held(&vgpu->gm.lock);
	ivgpu_aperture_drop(vgpu->gpu, &vgpu->slots, 0, ~0ull);
	ivgpu_vggtt_unmap(vgpu->vggtt);
	atomic64_inc(&vgpu->work);	/* what was written is lost to the screen's bookkeeping */
}

/* Bytes that @fence covers show something else from now on. */
static void hide_fenced(struct ivgpu_vgpu *vgpu, const struct ivgpu_fence *fence)
{
	u64 start, size;

	if (!ivgpu_fence_range(fence, &start, &size))
		return;
	ivgpu_aperture_drop(vgpu->gpu, &vgpu->slots, start, size);
	ivgpu_vggtt_hide_range(vgpu->vggtt, start, size);
	atomic64_inc(&vgpu->work);
}

/* The registers of fence @i say something else (trap_lock held). */
static void set_fence(struct ivgpu_vgpu *vgpu, unsigned int i, u32 low, u32 high)
{
	const struct ivgpu_fence fence = { low, high };

	if (vgpu->live) {
		mutex_lock(&vgpu->gm.lock);
		hide_fenced(vgpu, &vgpu->fences[i]);
		hide_fenced(vgpu, &fence);
		vgpu->fences[i] = fence;
		mutex_unlock(&vgpu->gm.lock);
	} else {
		vgpu->fences[i] = fence;
	}
}

static void fence_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			u32 value)
{
	unsigned int i = (slot->offset - FENCE_REG) / 8;

	if (i < vgpu->type->fences)
		set_fence(vgpu, i, *ivgpu_vgpu_reg(vgpu, FENCE_REG + 8 * i),
			  *ivgpu_vgpu_reg(vgpu, FENCE_REG + 8 * i + 4));
}

const struct ivgpu_reg_ops ivgpu_h_fence = { .write = fence_write };

void ivgpu_vgpu_aperture_reset(struct ivgpu_vgpu *vgpu)
{
	unsigned int i;

	for (i = 0; i < vgpu->type->fences; i++)
		set_fence(vgpu, i, 0, 0);
}

/* Through a slot. ivgpu_vgpu_map_end() ends what begins here. */
static enum ivgpu_map_result through_slot(struct ivgpu_vgpu *vgpu, u64 addr,
					  const struct ivgpu_slot_view *view,
					  struct ivgpu_vgpu_mapped *mapped)
{
	mapped->slot = true;
	mapped->io = true;
	mapped->pfn = ivgpu_aperture_begin(vgpu->gpu, &vgpu->slots, view, addr);
	if (mapped->pfn)
		return IVGPU_MAP_PAGE;
	vgpu_warn(vgpu, "no slot of the aperture for %llu KiB of the guest's at %#llx\n",
		  view->size >> 10, view->start);
	return IVGPU_MAP_NOTHING;
}

enum ivgpu_map_result ivgpu_vgpu_aperture_fault(struct ivgpu_vgpu *vgpu, u64 addr, bool may_wait,
						struct ivgpu_vgpu_mapped *mapped)
{
	struct ivgpu_slot_view view;
	struct page *page;

	vgpu->stats.aperture_faults++;
	ivgpu_fence_view(vgpu->fences, vgpu->type->fences, addr, &view);
	if (may_wait && ivgpu_vggtt_is_stale(vgpu->vggtt, view.fence ? view.start : addr,
					     view.fence ? view.size : PAGE_SIZE))
		return IVGPU_MAP_WAIT;
	page = ivgpu_vggtt_map_aperture(vgpu->vggtt, addr);
	if (!page)
		return IVGPU_MAP_NOTHING;
	if (page == ivgpu_vggtt_scratch(vgpu->vggtt))
		vgpu->stats.aperture_scratch++;
	if (view.fence || !vgpu->ops->may_map(vgpu->owner, page))
		return through_slot(vgpu, addr, &view, mapped);
	mapped->pfn = page_to_pfn(page);
	return IVGPU_MAP_PAGE;
}

/* Does the screen show what a page of BAR2 shows? It is damaged then. */
static bool damage_page(void *data, u64 offset)
{
	struct ivgpu_vgpu *vgpu = data;
	u64 end = offset + PAGE_SIZE, addr;
	bool shown = false;
	u32 n;

	for (; offset < end; offset += n) {
		n = end - offset;
		addr = ivgpu_fence_translate(vgpu->fences, vgpu->type->fences, offset, &n);
		shown |= ivgpu_screen_wrote(vgpu->display->screen, addr, n);
	}
	return shown;
}

void ivgpu_vgpu_aperture_damage(struct ivgpu_vgpu *vgpu)
{
	mutex_lock(&vgpu->gm.lock);
	ivgpu_vggtt_hide_some(vgpu->vggtt, damage_page, vgpu);
	mutex_unlock(&vgpu->gm.lock);
}
