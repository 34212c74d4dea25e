// SPDX-License-Identifier: GPL-2.0
/*
 * What of the virtual GGTT a VMM has mapped: pages of entries (BAR0), and the
 * guest pages that entries name (BAR2).
 *
 * A mapped page of entries can change without a trap, so it is compared at each
 * synchronisation. One that did not change for a while is taken away, so that
 * comparing costs no more than what is in use; the guest's next access faults it
 * in again. It is taken away before it is compared for the last time, or a write
 * between the two would be lost.
 *
 * How long that while is, is learned for each page: comparing it some 32 times
 * costs about what a fault does, so it begins with that. A page that is wanted
 * again soon after it was taken away is kept twice as long the next time, and one
 * that is not, half as long.
 *
 * A mapping through BAR2 is taken away before its entry names another page, and
 * so before the old page can be unpinned.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "vggtt.h"

/* Synchronisations without a change after which a page of entries is taken away. */
#define LEAST_PATIENCE	32
#define MOST_PATIENCE	255

/* It is wanted again soon: within as many synchronisations. */
#define SOON		256

#define PAGE_OF_ENTRIES	(IVGPU_ENTRIES * IVGPU_ENTRY_SIZE)

/**
 * ivgpu_vggtt_set_map_ops() - the VMM may map from now on
 * @v: the GGTT
 * @ops: how mappings are taken away; NULL: it may not (and has nothing mapped)
 * @owner: passed to @ops
 */
void ivgpu_vggtt_set_map_ops(struct ivgpu_vggtt *v, const struct ivgpu_vggtt_map_ops *ops,
			     void *owner)
{
	lockdep_assert_held(&v->gm->lock);
	v->map_ops = ops;
	v->map_owner = owner;
}

/* First and last + 1 page of entries that belong to the partition wholly. */
static void whole_pages(const struct ivgpu_vggtt_part *p, u32 *first, u32 *end)
{
	*first = DIV_ROUND_UP(p->first - p->base, IVGPU_ENTRIES);
	*end = (p->first - p->base + p->count) / IVGPU_ENTRIES;
}

/**
 * ivgpu_vggtt_area() - what of the entries can be mapped
 * @v: the GGTT
 * @i: 0 or 1
 * @offset: bytes from the first entry of the whole GGTT
 * @len: bytes, may be 0
 *
 * Constant from creation on; needs no lock.
 */
void ivgpu_vggtt_area(const struct ivgpu_vggtt *v, unsigned int i, u32 *offset, u32 *len)
{
	const struct ivgpu_vggtt_part *p = &v->part[i];
	u32 first, end;

	whole_pages(p, &first, &end);
	*offset = p->base * IVGPU_ENTRY_SIZE + first * PAGE_OF_ENTRIES;
	*len = end > first ? (end - first) * PAGE_OF_ENTRIES : 0;
}

/* Page @page of entries is wanted: how long it is kept from now on. */
static void learn(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 page)
{
	u32 patience = p->patience[page];

	if (p->taken[page])
		patience = v->syncs - p->taken[page] < SOON ? 2 * patience : patience / 2;
	p->patience[page] = clamp_t(u32, patience, LEAST_PATIENCE, MOST_PATIENCE);
	p->taken[page] = 0;
}

/**
 * ivgpu_vggtt_map_entries() - a page of entries is about to be mapped
 * @v: the GGTT
 * @offset: bytes from the first entry of the whole GGTT
 *
 * The lock must be held until the mapping is made, or given up.
 *
 * Return: the page, or NULL: it cannot be mapped.
 */
struct page *ivgpu_vggtt_map_entries(struct ivgpu_vggtt *v, u32 offset)
{
	u32 page, first, end, index = offset / IVGPU_ENTRY_SIZE;
	struct ivgpu_vggtt_part *p = ivgpu_vggtt_part_of(v, index);

	lockdep_assert_held(&v->gm->lock);
	if (!p || !v->map_ops)
		return NULL;
	whole_pages(p, &first, &end);
	page = (index - p->base) / IVGPU_ENTRIES;
	if (page < first || page >= end)
		return NULL;
	__set_bit(page, p->mapped);
	p->quiet[page] = 0;
	learn(v, p, page);
	return vmalloc_to_page(&p->entry[page * IVGPU_ENTRIES]);
}

/**
 * ivgpu_vggtt_map_aperture() - the page at a GGTT address is about to be mapped
 * @v: the GGTT
 * @addr: GGTT address
 *
 * The lock must be held until the mapping is made, or given up.
 *
 * Return: the guest's page as last synchronised, or the vGPU's scratch page;
 * NULL: not in the partition.
 */
struct page *ivgpu_vggtt_map_aperture(struct ivgpu_vggtt *v, u64 addr)
{
	struct ivgpu_vggtt_part *p;
	u32 i;

	lockdep_assert_held(&v->gm->lock);
	if (addr >> 32 || !v->map_ops)
		return NULL;
	p = ivgpu_vggtt_part_of(v, addr >> IVGPU_PAGE_SHIFT);
	if (!p)
		return NULL;
	i = (addr >> IVGPU_PAGE_SHIFT) - p->base;
	__set_bit(i, p->shown);
	return p->page[i] ? p->page[i]->page : v->scratch;
}

/**
 * ivgpu_vggtt_scratch() - what entries without a page name
 * @v: the GGTT
 *
 * Return: the page; as long as the GGTT.
 */
struct page *ivgpu_vggtt_scratch(struct ivgpu_vggtt *v)
{
	return v->scratch;
}

/**
 * ivgpu_vggtt_dma() - what the GPU sees at an address
 * @v: the GGTT
 * @addr: GGTT address
 *
 * Return: DMA address of the guest's page as last synchronised, or of the vGPU's
 * scratch page, which is also there outside of the partition.
 */
dma_addr_t ivgpu_vggtt_dma(struct ivgpu_vggtt *v, u64 addr)
{
	struct ivgpu_guest_page *gp = ivgpu_vggtt_page(v, addr);

	return gp ? gp->dma : v->scratch_dma;
}

/**
 * ivgpu_vggtt_is_stale() - would a synchronisation change anything there?
 * @v: the GGTT
 * @addr: GGTT address
 * @len: bytes
 *
 * Return: true when the guest wrote entries of the range since they were
 * synchronised. What is not in the partition never is.
 */
bool ivgpu_vggtt_is_stale(struct ivgpu_vggtt *v, u64 addr, u64 len)
{
	u64 index = addr >> IVGPU_PAGE_SHIFT, last = (addr + len - 1) >> IVGPU_PAGE_SHIFT;

	lockdep_assert_held(&v->gm->lock);
	for (; index <= last && index <= U32_MAX >> IVGPU_PAGE_SHIFT; index++) {
		struct ivgpu_vggtt_part *p = ivgpu_vggtt_part_of(v, index);

		if (p && READ_ONCE(p->entry[index - p->base]) != p->seen[index - p->base])
			return true;
	}
	return false;
}

/* Pages [@first, @end) of @p are not mapped through BAR2 any more. */
static void hide_pages(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 first, u32 end)
{
	bitmap_clear(p->shown, first, end - first);
	v->map_ops->zap_aperture(v->map_owner, (u64)(p->base + first) << IVGPU_PAGE_SHIFT,
				 (u64)(end - first) << IVGPU_PAGE_SHIFT);
}

/**
 * ivgpu_vggtt_hide_range() - what a range shows is about to change
 * @v: the GGTT
 * @addr: GGTT address
 * @len: bytes
 *
 * Nothing of it is mapped through BAR2 any more.
 */
void ivgpu_vggtt_hide_range(struct ivgpu_vggtt *v, u64 addr, u64 len)
{
	u64 first = addr >> IVGPU_PAGE_SHIFT, end = (addr + len + IVGPU_PAGE_SIZE - 1) >>
						    IVGPU_PAGE_SHIFT;
	unsigned int k;

	lockdep_assert_held(&v->gm->lock);
	for (k = 0; k < IVGPU_PARTS && v->map_ops; k++) {
		struct ivgpu_vggtt_part *p = &v->part[k];
		u64 from = max_t(u64, first, p->first), to = min_t(u64, end, p->first + p->count);

		if (from < to &&
		    find_next_bit(p->shown, to - p->base, from - p->base) < to - p->base)
			hide_pages(v, p, from - p->base, to - p->base);
	}
}

/**
 * ivgpu_vggtt_hide_some() - take mapped pages away, to learn what is touched next
 * @v: the GGTT
 * @take: called for each page that may be mapped through BAR2; true: take it away
 * @data: passed to @take
 */
void ivgpu_vggtt_hide_some(struct ivgpu_vggtt *v, bool (*take)(void *data, u64 addr),
			   void *data)
{
	unsigned int k;
	u32 i, n, first;

	lockdep_assert_held(&v->gm->lock);
	for (k = 0; k < IVGPU_PARTS && v->map_ops; k++) {
		struct ivgpu_vggtt_part *p = &v->part[k];

		n = p->nr_pages * IVGPU_ENTRIES;
		for_each_set_bit(i, p->shown, n) {
			for (first = i; i < n && test_bit(i, p->shown) &&
			     take(data, (u64)(p->base + i) << IVGPU_PAGE_SHIFT); i++)
				;
			if (i > first)
				hide_pages(v, p, first, i);
		}
	}
}

void ivgpu_vggtt_hide(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 i)
{
	if (__test_and_clear_bit(i, p->shown))
		v->map_ops->zap_aperture(v->map_owner, (u64)(p->base + i) << IVGPU_PAGE_SHIFT,
					 IVGPU_PAGE_SIZE);
}

void ivgpu_vggtt_heard(struct ivgpu_vggtt_part *p, u32 page)
{
	p->quiet[page] = 0;
}

static void take_entries(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 page, u32 n)
{
	bitmap_clear(p->mapped, page, n);
	v->map_ops->zap_entries(v->map_owner, p->base * IVGPU_ENTRY_SIZE + page * PAGE_OF_ENTRIES,
				n * PAGE_OF_ENTRIES);
}

void ivgpu_vggtt_check_mapped(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p)
{
	u32 page;

	for_each_set_bit(page, p->mapped, p->nr_pages) {
		if (p->quiet[page]++ >= p->patience[page]) {
			take_entries(v, p, page, 1);
			p->taken[page] = v->syncs;
		}
		__set_bit(page, p->dirty);
	}
}

/**
 * ivgpu_vggtt_unmap() - take all mappings away: reset, memory off, close
 * @v: the GGTT
 */
void ivgpu_vggtt_unmap(struct ivgpu_vggtt *v)
{
	unsigned int k;

	lockdep_assert_held(&v->gm->lock);
	if (!v->map_ops)
		return;
	for (k = 0; k < IVGPU_PARTS; k++) {
		struct ivgpu_vggtt_part *p = &v->part[k];
		u32 n = p->nr_pages * IVGPU_ENTRIES;

		if (!bitmap_empty(p->mapped, p->nr_pages)) {
			bitmap_or(p->dirty, p->dirty, p->mapped, p->nr_pages);
			take_entries(v, p, 0, p->nr_pages);
		}
		if (!bitmap_empty(p->shown, n)) {
			bitmap_zero(p->shown, n);
			v->map_ops->zap_aperture(v->map_owner, (u64)p->base << IVGPU_PAGE_SHIFT,
						 (u64)n << IVGPU_PAGE_SHIFT);
		}
	}
}
