// SPDX-License-Identifier: GPL-2.0
/*
 * What a VMM may map: of BAR0 pages of GGTT entries, of BAR2 the low part of the
 * vGPU's partition. The answers to its page faults.
 *
 * A fault runs under the mmap_lock, so it takes no lock that is held across
 * pinning or copies: ivgpu_guestmem.lock only, and what is inside it.
 */
#include "aperture.h"

#define BAR_GGTT	0
#define BAR_APERTURE	2

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

	if (bar == BAR_APERTURE && !i) {
		*offset = vgpu->part.low.start;
		*len = vgpu->part.low.size;
		return true;
	}
	if (bar != BAR_GGTT || i > 1)
		return false;
	ivgpu_vggtt_area(vgpu->vggtt, i, &start, &size);
	*offset = IVGPU_GGTT_OFFSET + start;
	*len = size;
	return true;
}

static enum ivgpu_map_result entries_fault(struct ivgpu_vgpu *vgpu, u64 offset,
					   struct ivgpu_vgpu_mapped *mapped)
{
	struct page *page;

	if (offset < IVGPU_GGTT_OFFSET)
		return IVGPU_MAP_NOTHING;
	page = ivgpu_vggtt_map_entries(vgpu->vggtt, offset - IVGPU_GGTT_OFFSET);
	if (!page)
		return IVGPU_MAP_NOTHING;
	mapped->pfn = page_to_pfn(page);
	return IVGPU_MAP_PAGE;
}

/**
 * ivgpu_vgpu_map_begin() - the VMM faults on a mapped BAR
 * @vgpu: the vGPU, open
 * @bar: number of the BAR
 * @offset: byte in the BAR
 * @may_wait: the caller can drop the mmap_lock and try again
 * @mapped: filled in
 *
 * ivgpu_vgpu_map_end() must follow, whatever is returned; until then what is
 * mapped at @offset does not change.
 *
 * Return: IVGPU_MAP_PAGE: what @mapped says is to be mapped; IVGPU_MAP_NOTHING: not
 * now; IVGPU_MAP_WAIT, only if @may_wait: ivgpu_vgpu_map_wait() first.
 */
enum ivgpu_map_result ivgpu_vgpu_map_begin(struct ivgpu_vgpu *vgpu, unsigned int bar, u64 offset,
					   bool may_wait, struct ivgpu_vgpu_mapped *mapped)
{
	*mapped = (struct ivgpu_vgpu_mapped){};
	mutex_lock(&vgpu->gm.lock);
	if (!vgpu->memory_on)
		return IVGPU_MAP_NOTHING;
	vgpu->stats.map_faults++;
	if (bar == BAR_APERTURE)
		return ivgpu_vgpu_aperture_fault(vgpu, offset, may_wait, mapped);
	return bar == BAR_GGTT ? entries_fault(vgpu, offset, mapped) : IVGPU_MAP_NOTHING;
}

void ivgpu_vgpu_map_end(struct ivgpu_vgpu *vgpu, const struct ivgpu_vgpu_mapped *mapped)
{
	if (mapped->slot)
		ivgpu_aperture_end(vgpu->gpu);
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
		ivgpu_vgpu_aperture_unmap(vgpu);
	mutex_unlock(&vgpu->gm.lock);
}
