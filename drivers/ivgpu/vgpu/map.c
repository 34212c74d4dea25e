// SPDX-License-Identifier: GPL-2.0
/*
 * What a VMM may map of BAR0: pages of GGTT entries. The answers to its page
 * faults. BAR2 is trapped, because a fence may come to lie over any part of it,
 * and what a fence shows is not a page that could be mapped.
 *
 * A fault runs under the mmap_lock, so it takes no lock that is held across
 * pinning or copies: ivgpu_guestmem.lock only.
 */
#include "vgpu_state.h"

/**
 * ivgpu_vgpu_map_area() - what of a BAR may be mapped
 * @vgpu: the vGPU, open
 * @bar: number of the BAR
 * @i: from 0 on
 * @offset: first byte in the BAR
 * @len: bytes, page aligned; may be 0
 *
 * Return: false when there is no area @i.
 */
bool ivgpu_vgpu_map_area(struct ivgpu_vgpu *vgpu, unsigned int bar, unsigned int i,
			 u64 *offset, u64 *len)
{
	u32 start, size;

	if (bar || i > 1)
		return false;
	ivgpu_vggtt_area(vgpu->vggtt, i, &start, &size);
	*offset = IVGPU_GGTT_OFFSET + start;
	*len = size;
	return true;
}

/**
 * ivgpu_vgpu_map_begin() - the VMM faults on a mapped BAR
 * @vgpu: the vGPU, open
 * @bar: number of the BAR
 * @offset: byte in the BAR
 *
 * ivgpu_vgpu_map_end() must follow, whatever is returned; until then what is
 * mapped at @offset does not change.
 *
 * Return: the page, or NULL: nothing to be mapped there now.
 */
struct page *ivgpu_vgpu_map_begin(struct ivgpu_vgpu *vgpu, unsigned int bar, u64 offset)
{
	mutex_lock(&vgpu->gm.lock);
	if (!vgpu->memory_on)
		return NULL;
	vgpu->stats.map_faults++;
	if (bar || offset < IVGPU_GGTT_OFFSET)
		return NULL;
	return ivgpu_vggtt_map_entries(vgpu->vggtt, offset - IVGPU_GGTT_OFFSET);
}

void ivgpu_vgpu_map_end(struct ivgpu_vgpu *vgpu)
{
	mutex_unlock(&vgpu->gm.lock);
}

/* Memory decoding may have been switched (trap_lock held): what is off is not mapped. */
void ivgpu_vgpu_update_mapping(struct ivgpu_vgpu *vgpu)
{
	bool on = ivgpu_config_memory_on(&vgpu->config);

	if (!vgpu->live) {
		vgpu->memory_on = false;
		return;
	}
	if (vgpu->memory_on == on)
		return;
	mutex_lock(&vgpu->gm.lock);
	vgpu->memory_on = on;
	if (!on)
		ivgpu_vggtt_unmap(vgpu->vggtt);
	mutex_unlock(&vgpu->gm.lock);
}
