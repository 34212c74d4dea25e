// SPDX-License-Identifier: GPL-2.0
/*
 * Trapped accesses of config space and of BAR2, the window on the GGTT with
 * fences.
 */
#include <linux/mm.h>
#include <linux/string.h>

#include "fence.h"
#include "vgpu_state.h"

#define FENCE_REG	0x100000	/* low and high dword of each fence */

int ivgpu_vgpu_config_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count)
{
	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	ivgpu_config_read(&vgpu->config, offset, buf, count);
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}

int ivgpu_vgpu_config_write(struct ivgpu_vgpu *vgpu, u32 offset, const void *buf, u32 count)
{
	bool msi_on;

	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	ivgpu_config_write(&vgpu->config, offset, buf, count);
	WRITE_ONCE(vgpu->bar_base[0], ivgpu_config_bar(&vgpu->config, 0));
	WRITE_ONCE(vgpu->bar_base[1], ivgpu_config_bar(&vgpu->config, 2));
	ivgpu_vgpu_update_mapping(vgpu);
	msi_on = ivgpu_config_msi_on(&vgpu->config);
	if (msi_on != vgpu->msi_on) {
		WRITE_ONCE(vgpu->msi_on, msi_on);
		if (msi_on)
			ivgpu_virq_resend(&vgpu->irq);
	}
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}

/*
 * A piece of one page of the GGTT: of the guest page that the entry names. An
 * address without one reads as zeroes, like the scratch page of the physical
 * GGTT, and takes no writes.
 */
static void aperture_access(struct ivgpu_vgpu *vgpu, u64 addr, void *rbuf, const void *wbuf,
			    u32 count)
{
	struct ivgpu_guest_page *page;

	mutex_lock(&vgpu->gm.lock);
	page = ivgpu_vggtt_page(vgpu->vggtt, addr);
	if (page && wbuf) {
		ivgpu_guest_page_write(page, offset_in_page(addr), wbuf, count);
		if (vgpu->display)
			ivgpu_screen_wrote(vgpu->display->screen, addr, count);
	}
	if (page && rbuf)
		ivgpu_guest_page_read(page, offset_in_page(addr), rbuf, count);
	if (!page && rbuf)
		memset(rbuf, 0, count);
	mutex_unlock(&vgpu->gm.lock);
}

/* Where BAR2's byte at @offset is in the GGTT; *@count cut to one piece of one page. */
static u64 aperture_locate(struct ivgpu_vgpu *vgpu, u64 offset, u32 *count)
{
	struct ivgpu_fence fences[IVGPU_MAX_FENCES];
	u64 addr;
	u32 i;

	for (i = 0; i < vgpu->type->fences; i++) {
		fences[i].low = *ivgpu_vgpu_reg(vgpu, FENCE_REG + 8 * i);
		fences[i].high = *ivgpu_vgpu_reg(vgpu, FENCE_REG + 8 * i + 4);
	}
	addr = ivgpu_fence_translate(fences, vgpu->type->fences, offset, count);
	*count = min_t(u32, *count, PAGE_SIZE - offset_in_page(addr));
	return addr;
}

static bool aperture_begin(struct ivgpu_vgpu *vgpu)
{
	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	vgpu->stats.aperture_accesses++;
	return vgpu->live && ivgpu_config_memory_on(&vgpu->config);
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
