// SPDX-License-Identifier: GPL-2.0
/*
 * The cache of pinned guest pages: look-up, references, contents.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/slab.h>

#include <ivgpu/engine.h>

#include "chunk.h"

/**
 * ivgpu_guestmem_init() - start with nothing pinned
 * @gm: to be initialised
 * @ops: where pages come from
 * @owner: passed to @ops
 * @name: of the vGPU, for messages
 * @dma_dev: the GPU
 * @limit: most pages pinned at once
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_guestmem_init(struct ivgpu_guestmem *gm, const struct ivgpu_guestmem_ops *ops,
			void *owner, const char *name, struct device *dma_dev,
			unsigned long limit)
{
	memset(gm, 0, sizeof(*gm));
	gm->wanted = kvmalloc_array(IVGPU_GUESTMEM_WANTED, sizeof(*gm->wanted), GFP_KERNEL);
	gm->batch = kvmalloc_array(IVGPU_GUESTMEM_WANTED, sizeof(*gm->batch), GFP_KERNEL);
	gm->run = kvmalloc_array(IVGPU_GUESTMEM_RUN, sizeof(*gm->run), GFP_KERNEL);
	if (!gm->wanted || !gm->batch || !gm->run || ivgpu_guestmem_init_request(gm)) {
		kvfree(gm->run);
		kvfree(gm->batch);
		kvfree(gm->wanted);
		return -ENOMEM;
	}
	mutex_init(&gm->lock);
	mutex_init(&gm->pin_lock);
	gm->ops = ops;
	gm->owner = owner;
	gm->name = name;
	gm->dma_dev = dma_dev;
	gm->limit = limit;
	xa_init(&gm->chunks);
	INIT_LIST_HEAD(&gm->marked);
	INIT_LIST_HEAD(&gm->moves);
	return 0;
}

/**
 * ivgpu_guestmem_set_limit() - change how many pages may be pinned at once
 * @gm: the guest's memory
 * @pages: most pages; what is pinned above it stays so until it is released
 */
void ivgpu_guestmem_set_limit(struct ivgpu_guestmem *gm, unsigned long pages)
{
	mutex_lock(&gm->lock);
	gm->limit = pages;
	gm->said_limit = false;
	mutex_unlock(&gm->lock);
}

struct ivgpu_guest_chunk *ivgpu_guestmem_chunk(struct ivgpu_guestmem *gm, u64 gfn)
{
	u64 index = gfn >> IVGPU_GUESTMEM_CHUNK_SHIFT;

	if (!gm->last || gm->last->index != index)
		gm->last = xa_load(&gm->chunks, index);
	return gm->last;
}

struct ivgpu_guest_chunk *ivgpu_guestmem_make_chunk(struct ivgpu_guestmem *gm, u64 gfn,
						    bool pages)
{
	struct ivgpu_guest_chunk *chunk = ivgpu_guestmem_chunk(gm, gfn);

	if (!chunk) {
		chunk = kzalloc(sizeof(*chunk), GFP_KERNEL);
		if (!chunk)
			return NULL;
		chunk->index = gfn >> IVGPU_GUESTMEM_CHUNK_SHIFT;
		INIT_LIST_HEAD(&chunk->link);
		if (xa_err(xa_store(&gm->chunks, chunk->index, chunk, GFP_KERNEL))) {
			kfree(chunk);
			return NULL;
		}
		gm->last = chunk;
	}
	if (pages && !chunk->pages) {
		chunk->pages = kcalloc(IVGPU_GUESTMEM_CHUNK, sizeof(*chunk->pages), GFP_KERNEL);
		if (!chunk->pages) {
			ivgpu_guestmem_tidy_chunk(gm, chunk);
			return NULL;
		}
	}
	return chunk;
}

void ivgpu_guestmem_tidy_chunk(struct ivgpu_guestmem *gm, struct ivgpu_guest_chunk *chunk)
{
	if (chunk->pinned || chunk->marks)
		return;
	if (gm->last == chunk)
		gm->last = NULL;
	list_del(&chunk->link);
	xa_erase(&gm->chunks, chunk->index);
	kfree(chunk->pages);
	kfree(chunk);
}

/**
 * ivgpu_guestmem_get() - take a reference on a pinned page
 * @gm: the guest's memory
 * @gfn: which page
 *
 * A page in a range that dma_unmap is taking away is treated like one that is
 * not there, or it could not be taken away.
 *
 * Return: the page, or ERR_PTR(-EAGAIN): noted as wanted (or no room to note
 * it), or ERR_PTR(-EFAULT): not to be had in this synchronisation.
 */
struct ivgpu_guest_page *ivgpu_guestmem_get(struct ivgpu_guestmem *gm, u64 gfn)
{
	struct ivgpu_guest_chunk *chunk;
	u64 bit = BIT_ULL(gfn & (IVGPU_GUESTMEM_CHUNK - 1));

	lockdep_assert_held(&gm->lock);
	chunk = ivgpu_guestmem_chunk(gm, gfn);
	if (chunk && (chunk->pinned & bit) && !ivgpu_guestmem_is_blocked(gm, gfn)) {
		struct ivgpu_guest_page *gp = &chunk->pages[gfn & (IVGPU_GUESTMEM_CHUNK - 1)];

		if (!gp->users++)
			gp->run->busy++;
		return gp;
	}
	if (chunk && (chunk->marks & bit))
		return ERR_PTR(-EFAULT);
	if (gm->nr_marks >= IVGPU_GUESTMEM_MARKS) {
		gm->stats.refused++;
		return ERR_PTR(-EFAULT);
	}
	if (gm->nr_wanted && gm->wanted[gm->nr_wanted - 1] == gfn)
		return ERR_PTR(-EAGAIN);
	if (gm->nr_wanted < IVGPU_GUESTMEM_WANTED)
		gm->wanted[gm->nr_wanted++] = gfn;
	return ERR_PTR(-EAGAIN);
}

/**
 * ivgpu_guestmem_put() - drop a reference
 * @gm: the guest's memory
 * @gp: the page; stays pinned until released
 */
void ivgpu_guestmem_put(struct ivgpu_guestmem *gm, struct ivgpu_guest_page *gp)
{
	lockdep_assert_held(&gm->lock);
	if (!--gp->users)
		gp->run->busy--;
}

/**
 * ivgpu_guestmem_full() - is there no room to note more wanted pages?
 * @gm: the guest's memory
 *
 * Return: true when a walker should back out and have the pages pinned.
 */
bool ivgpu_guestmem_full(const struct ivgpu_guestmem *gm)
{
	return gm->nr_wanted >= IVGPU_GUESTMEM_WANTED;
}

/**
 * ivgpu_guestmem_begin() - a synchronisation starts
 * @gm: the guest's memory
 *
 * Pages that could not be had are tried again.
 */
void ivgpu_guestmem_begin(struct ivgpu_guestmem *gm)
{
	struct ivgpu_guest_chunk *chunk, *next;

	mutex_lock(&gm->lock);
	gm->round++;
	gm->nr_marks = 0;
	list_for_each_entry_safe(chunk, next, &gm->marked, link) {
		chunk->marks = 0;
		list_del_init(&chunk->link);
		ivgpu_guestmem_tidy_chunk(gm, chunk);
	}
	mutex_unlock(&gm->lock);
}

/**
 * ivgpu_guest_page_read() - copy from a guest page
 * @gp: the page
 * @offset: first byte
 * @buf: where to
 * @len: how many bytes, all in this page
 */
void ivgpu_guest_page_read(const struct ivgpu_guest_page *gp, unsigned int offset,
			   void *buf, unsigned int len)
{
	void *p = kmap_local_page(gp->page);

	memcpy(buf, p + offset, len);
	kunmap_local(p);
}

/**
 * ivgpu_guest_page_write() - copy to a guest page
 * @gp: the page
 * @offset: first byte
 * @buf: where from
 * @len: how many bytes, all in this page
 *
 * Aligned dwords and quadwords are written whole: the guest may poll them.
 */
void ivgpu_guest_page_write(struct ivgpu_guest_page *gp, unsigned int offset,
			    const void *buf, unsigned int len)
{
	void *p = kmap_local_page(gp->page);

	gp->writes++;	/* what a CPU of the guest does is told, this is not */
	if (len == sizeof(u32) && IS_ALIGNED(offset, sizeof(u32)))
		WRITE_ONCE(*(u32 *)(p + offset), *(const u32 *)buf);
	else if (len == sizeof(u64) && IS_ALIGNED(offset, sizeof(u64)))
		WRITE_ONCE(*(u64 *)(p + offset), *(const u64 *)buf);
	else
		memcpy(p + offset, buf, len);
	kunmap_local(p);
}
