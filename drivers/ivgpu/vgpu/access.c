// SPDX-License-Identifier: GPL-2.0
/*
 * Trapped accesses of config space and of BAR2, the window on the GGTT with
 * fences.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "fence.h"
#include "vgpu_state.h"

int ivgpu_vgpu_config_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count)
{
	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	ivgpu_config_set_intx(&vgpu->config, !vgpu->msi_on && ivgpu_virq_level(&vgpu->irq));
	ivgpu_config_read(&vgpu->config, offset, buf, count);
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}

/* MSI or INTx may have been switched (trap_lock held): what waits goes the new way. */
static void update_interrupt(struct ivgpu_vgpu *vgpu)
{
	bool msi_on = ivgpu_config_msi_on(&vgpu->config);
	bool intx_on = ivgpu_config_intx_on(&vgpu->config);
	bool resend = (msi_on && !vgpu->msi_on) || (intx_on && !vgpu->intx_on);

	WRITE_ONCE(vgpu->msi_on, msi_on);
	WRITE_ONCE(vgpu->intx_on, intx_on);
	if (resend)
		ivgpu_virq_resend(&vgpu->irq);
}

int ivgpu_vgpu_config_write(struct ivgpu_vgpu *vgpu, u32 offset, const void *buf, u32 count)
{
	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	ivgpu_config_write(&vgpu->config, offset, buf, count);
	WRITE_ONCE(vgpu->bar_base[0], ivgpu_config_bar(&vgpu->config, 0));
	WRITE_ONCE(vgpu->bar_base[1], ivgpu_config_bar(&vgpu->config, 2));
	ivgpu_vgpu_update_mapping(vgpu);
	update_interrupt(vgpu);
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}

bool ivgpu_vgpu_intx_level(struct ivgpu_vgpu *vgpu)
{
	return READ_ONCE(vgpu->intx_on) && ivgpu_virq_level(&vgpu->irq);
}

static void scratch_access(struct ivgpu_vgpu *vgpu, u32 offset, void *rbuf, const void *wbuf,
			   u32 count)
{
	void *p = kmap_local_page(ivgpu_vggtt_scratch(vgpu->vggtt));

	if (wbuf)
		memcpy(p + offset, wbuf, count);
	else
		memcpy(rbuf, p + offset, count);
	kunmap_local(p);
}

/* Outside of the partition: zeroes, and no writes. */
static void outside_access(struct ivgpu_vgpu *vgpu, void *rbuf, u32 count)
{
	vgpu->stats.aperture_outside++;
	if (rbuf)
		memset(rbuf, 0, count);
}

static void page_access(struct ivgpu_vgpu *vgpu, struct ivgpu_guest_page *page, u64 addr,
			void *rbuf, const void *wbuf, u32 count)
{
	if (rbuf)
		ivgpu_guest_page_read(page, offset_in_page(addr), rbuf, count);
	if (!wbuf)
		return;
	ivgpu_guest_page_write(page, offset_in_page(addr), wbuf, count);
	if (vgpu->display)
		ivgpu_screen_wrote(vgpu->display->screen, addr, count);
}

/* What the guest wrote to the entry and did not flush yet is synchronised first. */
static void aperture_refresh(struct ivgpu_vgpu *vgpu, u64 addr)
{
	bool stale;

	mutex_lock(&vgpu->gm.lock);
	stale = ivgpu_vggtt_is_stale(vgpu->vggtt, addr, 1);
	mutex_unlock(&vgpu->gm.lock);
	if (stale)
		ivgpu_vgpu_sync_ggtt(vgpu);
}

/* A piece of one page of the GGTT: of the guest page that the entry names, or of scratch. */
static void aperture_access(struct ivgpu_vgpu *vgpu, u64 addr, void *rbuf, const void *wbuf,
			    u32 count)
{
	struct ivgpu_guest_page *page;

	aperture_refresh(vgpu, addr);
	mutex_lock(&vgpu->gm.lock);
	page = ivgpu_vggtt_page(vgpu->vggtt, addr);
	if (page)
		page_access(vgpu, page, addr, rbuf, wbuf, count);
	else if (ivgpu_vggtt_owns(vgpu->vggtt, addr, count))
		scratch_access(vgpu, offset_in_page(addr), rbuf, wbuf, count);
	else
		outside_access(vgpu, rbuf, count);
	mutex_unlock(&vgpu->gm.lock);
}

/* Where BAR2's byte at @offset is in the GGTT; *@count cut to one piece of one page. */
static u64 aperture_locate(struct ivgpu_vgpu *vgpu, u64 offset, u32 *count)
{
	u64 addr = ivgpu_fence_translate(vgpu->fences, vgpu->type->fences, offset, count);

	*count = min_t(u32, *count, PAGE_SIZE - offset_in_page(addr));
	return addr;
}

static bool aperture_begin(struct ivgpu_vgpu *vgpu)
{
	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	vgpu->stats.aperture_accesses++;
	return vgpu->live && ivgpu_config_use_memory(&vgpu->config);
}

int ivgpu_vgpu_bar2_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count)
{
	u64 addr;
	u32 n;

	if (!aperture_begin(vgpu)) {
		memset(buf, 0xff, count);
		count = 0;
	}
	for (; count; count -= n, offset += n, buf += n) {
		n = count;
		addr = aperture_locate(vgpu, offset, &n);
		aperture_access(vgpu, addr, buf, NULL, n);
	}
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}

int ivgpu_vgpu_bar2_write(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count)
{
	u64 addr;
	u32 n;

	if (!aperture_begin(vgpu))
		count = 0;
	for (; count; count -= n, offset += n, buf += n) {
		n = count;
		addr = aperture_locate(vgpu, offset, &n);
		aperture_access(vgpu, addr, NULL, buf, n);
	}
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}
