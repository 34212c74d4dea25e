/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a vGPU shows in its BAR2: pages of the guest as its GGTT names them, through
 * fences. Locks: ivgpu_guestmem.lock protects what is mapped and the fences as a
 * fault sees them; trap_lock the fence registers.
 */
#ifndef IVGPU_VGPU_APERTURE_H
#define IVGPU_VGPU_APERTURE_H

#include "vgpu_state.h"

/* Before anything is mapped, and for good. */
void ivgpu_vgpu_aperture_init(struct ivgpu_vgpu *vgpu);
/* The VMM closes the device; no fault can come any more. trap_lock not held. */
void ivgpu_vgpu_aperture_stop(struct ivgpu_vgpu *vgpu);
/* Fence registers were reset with the others (trap_lock held). */
void ivgpu_vgpu_aperture_reset(struct ivgpu_vgpu *vgpu);
/* Entry @page of the GGTT names @dma from now on (gm.lock held, or nothing is mapped). */
void ivgpu_vgpu_aperture_update(struct ivgpu_vgpu *vgpu, u32 page, dma_addr_t dma);
/* Nothing of the BARs is mapped any more (gm.lock held). */
void ivgpu_vgpu_aperture_unmap(struct ivgpu_vgpu *vgpu);
/* A fault on BAR2 (gm.lock held): see ivgpu_vgpu_map_begin(). */
enum ivgpu_map_result ivgpu_vgpu_aperture_fault(struct ivgpu_vgpu *vgpu, u64 addr, bool may_wait,
						struct ivgpu_vgpu_mapped *mapped);
/* What the VMM may have written through mappings since the last call is told to the screen. */
void ivgpu_vgpu_aperture_damage(struct ivgpu_vgpu *vgpu);

#endif
