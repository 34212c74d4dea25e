// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual GGTT: the guest's entries as it wrote them, and the part of the
 * physical GGTT that shows them.
 *
 * A guest may write its entries at any time, in any size. Nothing is checked
 * then; the 2 MiB of address space whose entries fill one page of BAR0 are noted
 * as dirty. At a synchronisation each entry of a dirty page is read once, and if
 * it is not as last seen, audited and brought up to date.
 *
 * Only entries of the vGPU's partition exist. Elsewhere writes are dropped and
 * reads give 0: i915 as a guest reserves what is not its own ("balloons") before
 * it binds anything, and its error-capture pages come from what it may use (6.12
 * gt/intel_ggtt.c, init_ggtt). What it clears at start differs: nothing in 6.12
 * (gen8_gmch_probe), all of its partition in 6.1 (seen), which then costs a trap
 * for each entry where the VMM does not map them.
 *
 * An entry of the partition without a page of the guest names a scratch page of
 * the vGPU's own, so that guests cannot talk through the GPU's common one.
 */
#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "../guestmem/dma.h"
#include "vggtt.h"

/* Entries tried again in one synchronisation. */
#define MOST_RETRIES	1024

static void free_part(struct ivgpu_vggtt_part *p)
{
	vfree(p->entry);
	vfree(p->seen);
	vfree(p->page);
	vfree(p->generation);
	vfree(p->retry);
	bitmap_free(p->dirty);
	bitmap_free(p->mapped);
	kfree(p->quiet);
	kfree(p->patience);
	kfree(p->taken);
	vfree(p->shown);
}

static int init_part(struct ivgpu_vggtt_part *p, const struct ivgpu_ggtt_range *range)
{
	u32 n;

	p->first = range->start >> IVGPU_PAGE_SHIFT;
	p->count = range->size >> IVGPU_PAGE_SHIFT;
	p->base = rounddown(p->first, IVGPU_ENTRIES);
	n = roundup(p->first + p->count, IVGPU_ENTRIES) - p->base;
	p->nr_pages = n / IVGPU_ENTRIES;
	p->entry = vzalloc(array_size(n, sizeof(*p->entry)));
	p->seen = vzalloc(array_size(n, sizeof(*p->seen)));
	p->page = vzalloc(array_size(n, sizeof(*p->page)));
	p->generation = vzalloc(array_size(n / IVGPU_GENERATION, sizeof(*p->generation)));
	p->retry = vzalloc(BITS_TO_LONGS(n) * sizeof(long));
	p->dirty = bitmap_zalloc(p->nr_pages, GFP_KERNEL);
	p->mapped = bitmap_zalloc(p->nr_pages, GFP_KERNEL);
	p->quiet = kzalloc(p->nr_pages, GFP_KERNEL);
	p->patience = kzalloc(p->nr_pages, GFP_KERNEL);
	p->taken = kcalloc(p->nr_pages, sizeof(*p->taken), GFP_KERNEL);
	p->shown = vzalloc(BITS_TO_LONGS(n) * sizeof(long));
	if (!p->entry || !p->seen || !p->page || !p->generation || !p->retry || !p->dirty ||
	    !p->mapped || !p->quiet || !p->patience || !p->taken || !p->shown) {
		free_part(p);
		memset(p, 0, sizeof(*p));
		return -ENOMEM;
	}
	return 0;
}

/* All physical entries of the partition name scratch. */
static void show_scratch(struct ivgpu_vggtt *v)
{
	unsigned int i;
	u32 j;

	for (i = 0; i < IVGPU_PARTS; i++)
		for (j = 0; j < v->part[i].count; j++)
			v->sink->set(v->hw, v->part[i].first + j, v->scratch_dma);
	v->sink->flush(v->hw);
}

/**
 * ivgpu_vggtt_create() - a GGTT in power-cycle state
 * @gm: the guest's memory
 * @sink: the physical GGTT
 * @hw: passed to @sink
 * @low: lower part of the partition
 * @high: upper part of the partition
 * @stats: counters, which must live as long
 *
 * Return: the GGTT, or ERR_PTR(-ENOMEM).
 */
struct ivgpu_vggtt *ivgpu_vggtt_create(struct ivgpu_guestmem *gm,
				       const struct ivgpu_ggtt_sink *sink, void *hw,
				       const struct ivgpu_ggtt_range *low,
				       const struct ivgpu_ggtt_range *high,
				       struct ivgpu_gtt_stats *stats)
{
	struct ivgpu_vggtt *v = kzalloc(sizeof(*v), GFP_KERNEL);

	if (!v)
		return ERR_PTR(-ENOMEM);
	v->gm = gm;
	v->sink = sink;
	v->hw = hw;
	v->stats = stats;
	v->scratch = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!v->scratch || ivgpu_dma_map_page(gm->dma_dev, v->scratch, &v->scratch_dma))
		goto free;
	if (init_part(&v->part[0], low) || init_part(&v->part[1], high))
		goto unmap;
	show_scratch(v);
	return v;

unmap:
	free_part(&v->part[0]);
	ivgpu_dma_unmap_page(gm->dma_dev, v->scratch_dma);
free:
	if (v->scratch)
		__free_page(v->scratch);
	kfree(v);
	return ERR_PTR(-ENOMEM);
}

struct ivgpu_vggtt_part *ivgpu_vggtt_part_of(struct ivgpu_vggtt *v, u32 index)
{
	unsigned int i;

	for (i = 0; i < IVGPU_PARTS; i++)
		if (index >= v->part[i].first &&
		    index - v->part[i].first < v->part[i].count)
			return &v->part[i];
	return NULL;
}

/**
 * ivgpu_vggtt_owns() - does an address range lie in the partition?
 * @v: the GGTT
 * @addr: GGTT address
 * @len: bytes
 *
 * Return: true when all of it lies in one of the two parts.
 */
bool ivgpu_vggtt_owns(const struct ivgpu_vggtt *v, u64 addr, u64 len)
{
	unsigned int i;

	for (i = 0; i < IVGPU_PARTS; i++) {
		u64 start = (u64)v->part[i].first << IVGPU_PAGE_SHIFT;
		u64 size = (u64)v->part[i].count << IVGPU_PAGE_SHIFT;

		if (addr >= start && addr - start < size && len <= size - (addr - start))
			return true;
	}
	return false;
}

static void count_outside(struct ivgpu_vggtt *v, u32 index)
{
	v->stats->ggtt_writes_outside++;
	if (v->said_outside)
		return;
	v->said_outside = true;
	pr_info("ivgpu %s: dropped a write to GGTT entry %#x, which is not in the vGPU's partition; more of them are only counted\n",
		v->gm->name, index);
}

/**
 * ivgpu_vggtt_read() - the guest reads its entries
 * @v: the GGTT
 * @offset: bytes from the first entry of the whole GGTT
 * @buf: where to
 * @len: bytes
 */
void ivgpu_vggtt_read(struct ivgpu_vggtt *v, u32 offset, void *buf, u32 len)
{
	lockdep_assert_held(&v->gm->lock);
	while (len) {
		u32 in_entry = offset % IVGPU_ENTRY_SIZE;
		u32 n = min_t(u32, len, IVGPU_ENTRY_SIZE - in_entry);
		struct ivgpu_vggtt_part *p = ivgpu_vggtt_part_of(v, offset / IVGPU_ENTRY_SIZE);
		u64 entry = p ? READ_ONCE(p->entry[offset / IVGPU_ENTRY_SIZE - p->base]) : 0;

		memcpy(buf, (u8 *)&entry + in_entry, n);
		buf += n;
		offset += n;
		len -= n;
	}
}

/**
 * ivgpu_vggtt_write() - the guest writes its entries
 * @v: the GGTT
 * @offset: bytes from the first entry of the whole GGTT
 * @buf: where from
 * @len: bytes
 */
void ivgpu_vggtt_write(struct ivgpu_vggtt *v, u32 offset, const void *buf, u32 len)
{
	lockdep_assert_held(&v->gm->lock);
	while (len) {
		u32 in_entry = offset % IVGPU_ENTRY_SIZE, index = offset / IVGPU_ENTRY_SIZE;
		u32 n = min_t(u32, len, IVGPU_ENTRY_SIZE - in_entry);
		struct ivgpu_vggtt_part *p = ivgpu_vggtt_part_of(v, index);

		if (p) {
			u64 entry = READ_ONCE(p->entry[index - p->base]);

			memcpy((u8 *)&entry + in_entry, buf, n);
			WRITE_ONCE(p->entry[index - p->base], entry);
			__set_bit((index - p->base) / IVGPU_ENTRIES, p->dirty);
		} else {
			count_outside(v, index);
		}
		buf += n;
		offset += n;
		len -= n;
	}
}

static void set_retry(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 i, bool retry)
{
	if (retry == test_bit(i, p->retry))
		return;
	__change_bit(i, p->retry);
	if (retry)
		v->nr_retry++;
	else
		v->nr_retry--;
}

/* Entry @i of @p shows @gp from now on; takes over the reference on it. */
static void show(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 i,
		 struct ivgpu_guest_page *gp)
{
	struct ivgpu_guest_page *old = p->page[i];

	if (gp != old) {
		ivgpu_vggtt_hide(v, p, i);
		p->page[i] = gp;
		p->generation[i / IVGPU_GENERATION] = ++v->generation;
		v->sink->set(v->hw, p->base + i, gp ? gp->dma : v->scratch_dma);
		v->changed = true;
	}
	if (old)
		ivgpu_guestmem_put(v->gm, old);
}

static void count_refused(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 i, u64 entry)
{
	v->stats->ggtt_entries_refused++;
	if (v->said_refused)
		return;
	v->said_refused = true;
	pr_info("ivgpu %s: GGTT entry %#x names page %#llx, which is not the guest's to use, and shows scratch; more of them are only counted\n",
		v->gm->name, p->base + i, entry & IVGPU_PTE_ADDR);
}

/* Entry @i of @p becomes what the guest wrote. 0 or -EAGAIN. */
static int sync_entry(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 i, u64 entry)
{
	struct ivgpu_guest_page *gp = NULL;
	bool refused = false;

	if (entry & IVGPU_PTE_PRESENT) {
		gp = ivgpu_guestmem_get(v->gm, ivgpu_pte_gfn(entry));
		if (gp == ERR_PTR(-EAGAIN))
			return -EAGAIN;
		if (IS_ERR(gp)) {
			count_refused(v, p, i, entry);
			refused = true;
			gp = NULL;
		}
	}
	show(v, p, i, gp);
	p->seen[i] = entry;
	set_retry(v, p, i, refused);
	v->stats->ggtt_entries_synced++;
	return 0;
}

/* All entries of one page that are not as last seen. */
static int sync_page(struct ivgpu_vggtt *v, struct ivgpu_vggtt_part *p, u32 page)
{
	u32 i = max(page * IVGPU_ENTRIES, p->first - p->base);
	u32 end = min((page + 1) * IVGPU_ENTRIES, p->first - p->base + p->count);
	int ret = 0;

	v->stats->ggtt_bytes_compared += (u64)(end - i) * IVGPU_ENTRY_SIZE;
	for (; i < end; i++) {
		u64 entry = READ_ONCE(p->entry[i]);

		if (entry == p->seen[i])
			continue;
		ivgpu_vggtt_heard(p, page);
		if (sync_entry(v, p, i, entry)) {
			ret = -EAGAIN;
			if (ivgpu_guestmem_full(v->gm))
				break;
		}
	}
	return ret;
}

/* Entry @i of @p is met at the next synchronisation, whatever it says. */
static void forget(struct ivgpu_vggtt_part *p, u32 i)
{
	p->seen[i] = ~READ_ONCE(p->entry[i]);
	__set_bit(i / IVGPU_ENTRIES, p->dirty);
}

/* Refused entries are met again; where they are many, in turns. */
static void try_again(struct ivgpu_vggtt *v)
{
	int k, left = MOST_RETRIES;

	v->round = v->gm->round;
	for (k = 0; k < IVGPU_PARTS && v->nr_retry && left > 0; k++) {
		struct ivgpu_vggtt_part *p = &v->part[k];
		const u32 n = p->nr_pages * IVGPU_ENTRIES, start = p->cursor;
		u32 i;

		for_each_set_bit_wrap(i, p->retry, n, start) {
			if (left-- <= 0)
				break;
			forget(p, i);
			p->cursor = i + 1 < n ? i + 1 : 0;
		}
	}
}

/**
 * ivgpu_vggtt_sync() - bring the physical GGTT up to date
 * @v: the GGTT
 *
 * Return: 0, or -EAGAIN: pages are wanted.
 */
int ivgpu_vggtt_sync(struct ivgpu_vggtt *v)
{
	bool first = v->round != v->gm->round;
	unsigned int k;
	int ret = 0;
	u32 page;

	lockdep_assert_held(&v->gm->lock);
	if (first) {
		try_again(v);
		v->syncs++;
	}
	for (k = 0; k < IVGPU_PARTS; k++) {
		struct ivgpu_vggtt_part *p = &v->part[k];

		if (first)
			ivgpu_vggtt_check_mapped(v, p);
		for_each_set_bit(page, p->dirty, p->nr_pages) {
			if (!sync_page(v, p, page))
				__clear_bit(page, p->dirty);
			else
				ret = -EAGAIN;
			if (ret && ivgpu_guestmem_full(v->gm))
				goto flush;
		}
	}
flush:
	if (v->changed)
		v->sink->flush(v->hw);
	v->changed = false;
	return ret;
}

/**
 * ivgpu_vggtt_page() - the guest page at an address
 * @v: the GGTT
 * @addr: GGTT address
 *
 * Return: the page as last synchronised, without a reference; NULL: scratch, or
 * not in the partition.
 */
struct ivgpu_guest_page *ivgpu_vggtt_page(struct ivgpu_vggtt *v, u64 addr)
{
	struct ivgpu_vggtt_part *p;

	lockdep_assert_held(&v->gm->lock);
	if (addr >> 32)
		return NULL;
	p = ivgpu_vggtt_part_of(v, addr >> IVGPU_PAGE_SHIFT);
	return p ? p->page[(addr >> IVGPU_PAGE_SHIFT) - p->base] : NULL;
}

/**
 * ivgpu_vggtt_generation() - a number that tells of changes
 * @v: the GGTT
 * @addr: GGTT address
 * @len: bytes, in the partition
 *
 * Return: a number that changes whenever an entry that covers the range changes
 * its page, and sometimes when a close neighbour does.
 */
u64 ivgpu_vggtt_generation(struct ivgpu_vggtt *v, u64 addr, u64 len)
{
	u64 last, generation = 0;
	struct ivgpu_vggtt_part *p;
	u32 i;

	lockdep_assert_held(&v->gm->lock);
	if (!len || !ivgpu_vggtt_owns(v, addr, len))
		return 0;
	p = ivgpu_vggtt_part_of(v, addr >> IVGPU_PAGE_SHIFT);
	last = ((addr + len - 1) >> IVGPU_PAGE_SHIFT) - p->base;
	i = ((addr >> IVGPU_PAGE_SHIFT) - p->base) / IVGPU_GENERATION;
	for (; i <= last / IVGPU_GENERATION; i++)
		generation = max(generation, p->generation[i]);
	return generation;
}

/**
 * ivgpu_vggtt_revoke() - let go of guest pages
 * @v: the GGTT
 * @first_gfn: first page
 * @last_gfn: last page
 *
 * Entries that name them show scratch until they are synchronised again.
 */
void ivgpu_vggtt_revoke(struct ivgpu_vggtt *v, u64 first_gfn, u64 last_gfn)
{
	unsigned int k;
	u32 i;

	lockdep_assert_held(&v->gm->lock);
	for (k = 0; k < IVGPU_PARTS; k++) {
		struct ivgpu_vggtt_part *p = &v->part[k];

		for (i = 0; i < p->nr_pages * IVGPU_ENTRIES; i++) {
			struct ivgpu_guest_page *gp = p->page[i];

			if (!gp || gp->gfn < first_gfn || gp->gfn > last_gfn)
				continue;
			show(v, p, i, NULL);
			forget(p, i);
		}
	}
	if (v->changed)
		v->sink->flush(v->hw);
	v->changed = false;
}

/**
 * ivgpu_vggtt_reset() - power-cycle state
 * @v: the GGTT
 * @keep_entries: as after D3; else they are zero
 *
 * All entries show scratch, until they are synchronised.
 */
void ivgpu_vggtt_reset(struct ivgpu_vggtt *v, bool keep_entries)
{
	unsigned int k;

	ivgpu_vggtt_unmap(v);
	ivgpu_vggtt_revoke(v, 0, ~0ull);
	for (k = 0; k < IVGPU_PARTS && !keep_entries; k++) {
		struct ivgpu_vggtt_part *p = &v->part[k];
		unsigned int n = p->nr_pages * IVGPU_ENTRIES;

		memset(p->entry, 0, n * sizeof(*p->entry));
		memset(p->seen, 0, n * sizeof(*p->seen));
		bitmap_zero(p->retry, n);
		bitmap_zero(p->dirty, p->nr_pages);
	}
	clear_highpage(v->scratch);
	if (!keep_entries)
		v->nr_retry = 0;
	v->said_outside = false;
	v->said_refused = false;
}

/**
 * ivgpu_vggtt_destroy() - the end; the vGPU is off the engines
 * @v: the GGTT, or NULL; lock not held
 */
void ivgpu_vggtt_destroy(struct ivgpu_vggtt *v)
{
	unsigned int k;

	if (!v)
		return;
	mutex_lock(&v->gm->lock);
	ivgpu_vggtt_unmap(v);
	ivgpu_vggtt_revoke(v, 0, ~0ull);
	mutex_unlock(&v->gm->lock);
	for (k = 0; k < IVGPU_PARTS; k++) {
		v->sink->clear(v->hw, v->part[k].first, v->part[k].count);
		free_part(&v->part[k]);
	}
	v->sink->flush(v->hw);
	ivgpu_dma_unmap_page(v->gm->dma_dev, v->scratch_dma);
	__free_page(v->scratch);
	kfree(v);
}
