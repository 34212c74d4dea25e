// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory of the small VMM, and PPGTT tables built in it.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gen9.h"
#include "guestmem.h"

static unsigned int backing_flags;
static uint64_t backing_least;

void guestmem_backing(unsigned int flags, uint64_t least)
{
	backing_flags = flags;
	backing_least = least;
}

int guestmem_init(struct guestmem *mem, struct vfio_dev *dev, uint64_t base, uint64_t size)
{
	int ret;

	if (size < backing_least)
		size = backing_least;
	memset(mem, 0, sizeof(*mem));
	mem->fd = memfd_create("guest", MFD_CLOEXEC | backing_flags);
	if (mem->fd < 0)
		return -errno;
	mem->base = base;
	mem->size = size;
	if (ftruncate(mem->fd, size))
		goto fail;
	mem->va = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, mem->fd, 0);
	if (mem->va == MAP_FAILED)
		goto fail;
	ret = vfio_map(dev, mem->va, base, size);
	if (!ret)
		return 0;
	munmap(mem->va, size);
	close(mem->fd);
	mem->va = NULL;
	return ret;
fail:
	ret = -errno;
	close(mem->fd);
	mem->va = NULL;
	return ret;
}

void guestmem_free(struct guestmem *mem)
{
	if (!mem->va)
		return;
	munmap(mem->va, mem->size);
	close(mem->fd);
	mem->va = NULL;
}

uint64_t guestmem_alloc(struct guestmem *mem, size_t pages)
{
	uint64_t at = mem->next;

	if (pages * PAGE > mem->size - mem->next)
		return 0;
	mem->next += pages * PAGE;
	memset(mem->va + at, 0, pages * PAGE);
	return mem->base + at;
}

void *guestmem_ptr(struct guestmem *mem, uint64_t gpa)
{
	if (gpa < mem->base || gpa - mem->base >= mem->size)
		return NULL;
	return mem->va + (gpa - mem->base);
}

int ppgtt_init(struct ppgtt *pp, struct guestmem *mem)
{
	pp->mem = mem;
	pp->root = guestmem_alloc(mem, 1);
	return pp->root ? 0 : -ENOMEM;
}

static unsigned int index_at(uint64_t va, int level)
{
	return va >> (12 + 9 * (level - 1)) & 0x1ff;
}

uint64_t *ppgtt_entry(struct ppgtt *pp, uint64_t va, int level)
{
	uint64_t table = pp->root;
	uint64_t *entry;
	int at;

	for (at = 4; ; at--) {
		entry = (uint64_t *)guestmem_ptr(pp->mem, table);
		if (!entry)
			return NULL;
		entry += index_at(va, at);
		if (at == level)
			return entry;
		if (!(*entry & PTE_PRESENT))
			return NULL;
		table = *entry & 0x7ffffff000ull;
	}
}

static int map_one(struct ppgtt *pp, uint64_t va, uint64_t gpa)
{
	uint64_t *entry;
	int level;

	for (level = 4; level > 1; level--) {
		uint64_t table;

		entry = ppgtt_entry(pp, va, level);
		if (!entry)
			return -EFAULT;
		if (*entry & PTE_PRESENT)
			continue;
		table = guestmem_alloc(pp->mem, 1);
		if (!table)
			return -ENOMEM;
		*entry = table | PTE_PRESENT | PTE_WRITE;
	}
	entry = ppgtt_entry(pp, va, 1);
	if (!entry)
		return -EFAULT;
	*entry = gpa | PTE_PRESENT | PTE_WRITE;
	return 0;
}

int ppgtt_map(struct ppgtt *pp, uint64_t va, uint64_t gpa, size_t pages)
{
	int ret = 0;

	while (pages-- && !ret) {
		ret = map_one(pp, va, gpa);
		va += PAGE;
		gpa += PAGE;
	}
	return ret;
}
