// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual context status buffer: six entries that the guest reads in its
 * hardware status page (dwords 0x10 on, write index in dword 0x1f) or by MMIO.
 */
#include <asm/barrier.h>

#include "exec_internal.h"

#define HWSP_CSB	(0x10 * 4)
#define HWSP_CSB_WRITE	(0x1f * 4)

/*
 * The page that the guest calls its HWSP may be another at each use. Where it is
 * not mapped the write is dropped, as a write of hardware to nowhere would be.
 */
static void hwsp_write(struct ivgpu_vengine *ve, u32 offset, const void *buf, u32 len)
{
	struct ivgpu_guest_page *gp = ivgpu_vggtt_page(ve->vx->p.vggtt, ve->hwsp);

	if (gp)
		ivgpu_guest_page_write(gp, offset, buf, len);
	else
		ve->stats.csb_dropped++;
}

/**
 * ivgpu_csb_reset - pointers as after an engine reset
 * @ve: the virtual engine
 */
void ivgpu_csb_reset(struct ivgpu_vengine *ve)
{
	ve->csb_write = IVGPU_CSB_ENTRIES - 1;
	ve->csb_read = IVGPU_CSB_ENTRIES - 1;
}

/* That a list was taken is no news that a guest waits for. */
static bool only_promotes(u64 entry)
{
	return entry & (IVGPU_CSB_IDLE_ACTIVE | IVGPU_CSB_LITE_RESTORE);
}

/**
 * ivgpu_csb_push - show the guest CSB entries
 * @ve: the virtual engine
 * @entries: context id in the upper half, status in the lower
 * @n: how many
 *
 * Entries are visible before the index that names them, and before the
 * interrupt. guestmem lock held.
 */
void ivgpu_csb_push(struct ivgpu_vengine *ve, const u64 *entries, unsigned int n)
{
	u32 bits = IVGPU_ENGINE_IRQ_CONTEXT_SWITCH | IVGPU_ENGINE_IRQ_MAY_WAIT;
	unsigned int i;
	u32 index;

	lockdep_assert_held(&ivgpu_vengine_gm(ve)->lock);
	if (!n)
		return;
	for (i = 0; i < n; i++) {
		ve->csb_write = (ve->csb_write + 1) % IVGPU_CSB_ENTRIES;
		ve->csb[ve->csb_write] = entries[i];
		hwsp_write(ve, HWSP_CSB + 8 * ve->csb_write, &entries[i], sizeof(entries[i]));
		if (!only_promotes(entries[i]))
			bits &= ~IVGPU_ENGINE_IRQ_MAY_WAIT;
	}
	smp_wmb();	/* the guest reads the index first, then the entries */
	index = ve->csb_write;
	hwsp_write(ve, HWSP_CSB_WRITE, &index, sizeof(index));
	ve->vx->p.ops->interrupt(ve->vx->p.owner, ve->id, bits);
}

/* CSB as registers: +0x370, dword @dword of 12. */
u32 ivgpu_vengine_csb_read(struct ivgpu_vengine *ve, unsigned int dword)
{
	if (dword >= 2 * IVGPU_CSB_ENTRIES)
		return 0;
	return ve->csb[dword / 2] >> (dword & 1 ? 32 : 0);
}

/* CONTEXT_STATUS_PTR, +0x3a0: read pointer in bits 10:8, write pointer in 2:0. */
u32 ivgpu_vengine_csb_ptr_read(struct ivgpu_vengine *ve)
{
	return ve->csb_read << 8 | ve->csb_write;
}

void ivgpu_vengine_csb_ptr_write(struct ivgpu_vengine *ve, u32 value)
{
	u32 mask = value >> 16;
	u32 ptr = (ivgpu_vengine_csb_ptr_read(ve) & ~mask) | (value & mask);

	mutex_lock(&ivgpu_vengine_gm(ve)->lock);
	ve->csb_write = min_t(u32, ptr & 7, IVGPU_CSB_ENTRIES - 1);
	ve->csb_read = min_t(u32, ptr >> 8 & 7, IVGPU_CSB_ENTRIES - 1);
	mutex_unlock(&ivgpu_vengine_gm(ve)->lock);
}

void ivgpu_vengine_set_hwsp(struct ivgpu_vengine *ve, u32 ggtt_addr)
{
	mutex_lock(&ivgpu_vengine_gm(ve)->lock);
	ve->hwsp = ggtt_addr & ~(IVGPU_PAGE_SIZE - 1);
	mutex_unlock(&ivgpu_vengine_gm(ve)->lock);
}
