// SPDX-License-Identifier: GPL-2.0
/* The DMA map: which bus addresses are the client's memory, and where that is mapped here. */
#include "mem.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static bool overlaps(const struct mem_range *r, uint64_t addr, uint64_t size)
{
	return addr < r->addr + r->size && r->addr < addr + size;
}

void mem_init(struct mem *mem)
{
	memset(mem, 0, sizeof(*mem));
	pthread_mutex_init(&mem->lock, NULL);
}

static int add_range(struct mem *mem, const struct mem_range *new)
{
	unsigned int i;

	for (i = 0; i < mem->nr; i++)
		if (overlaps(&mem->range[i], new->addr, new->size))
			return -EEXIST;
	if (mem->nr == MEM_MAX_RANGES)
		return -ENOSPC;
	mem->range[mem->nr++] = *new;
	atomic_fetch_add(&mem->generation, 1);
	return 0;
}

/* A file must have the bytes, or whoever touches what it lacks is killed. */
static bool holds(int fd, uint64_t offset, uint64_t size)
{
	struct stat st;

	if (fstat(fd, &st))
		return false;
	if (!S_ISREG(st.st_mode))
		return true;
	return offset <= (uint64_t)st.st_size && size <= (uint64_t)st.st_size - offset;
}

int mem_map(struct mem *mem, uint64_t addr, uint64_t size, int fd, uint64_t offset, bool read,
	    bool write)
{
	int prot = (read ? PROT_READ : 0) | (write ? PROT_WRITE : 0);
	struct mem_range new = { .addr = addr, .size = size, .read = read, .write = write };
	void *host;
	int ret;

	if (!size || addr + size < addr || (addr | size) & 4095)
		return -EINVAL;
	if (fd >= 0) {
		if (!holds(fd, offset, size))
			return -EINVAL;
		host = mmap(NULL, size, prot, MAP_SHARED, fd, (off_t)offset);
		if (host == MAP_FAILED)
			return -errno;
		new.host = host;
	}
	pthread_mutex_lock(&mem->lock);
	ret = add_range(mem, &new);
	pthread_mutex_unlock(&mem->lock);
	if (ret && new.host)
		munmap(new.host, size);
	return ret;
}

static int remove_range(struct mem *mem, uint64_t addr, uint64_t size)
{
	unsigned int i;

	for (i = 0; i < mem->nr; i++)
		if (mem->range[i].addr == addr && mem->range[i].size == size)
			break;
	if (i == mem->nr)
		return -ENOENT;
	if (mem->range[i].host) {
		if (mem->nr_dead == MEM_MAX_RANGES)
			return -EBUSY;
		mem->dead[mem->nr_dead++] = mem->range[i];
	}
	mem->range[i] = mem->range[--mem->nr];
	mem->last = 0;
	atomic_fetch_add(&mem->generation, 1);
	return 0;
}

int mem_unmap(struct mem *mem, uint64_t addr, uint64_t size)
{
	int ret;

	pthread_mutex_lock(&mem->lock);
	ret = remove_range(mem, addr, size);
	pthread_mutex_unlock(&mem->lock);
	return ret;
}

void mem_reap(struct mem *mem)
{
	while (mem->nr_dead) {
		mem->nr_dead--;
		munmap(mem->dead[mem->nr_dead].host, mem->dead[mem->nr_dead].size);
	}
}

void mem_drop_all(struct mem *mem)
{
	while (mem->nr) {
		mem->nr--;
		if (mem->range[mem->nr].host)
			munmap(mem->range[mem->nr].host, mem->range[mem->nr].size);
	}
	mem_reap(mem);
}

static uint8_t *find_page(struct mem *mem, uint64_t addr, bool write)
{
	const struct mem_range *r;
	unsigned int i, n;

	for (i = 0; i < mem->nr; i++) {
		n = (mem->last + i) % mem->nr;
		r = &mem->range[n];
		if (addr - r->addr < r->size && r->size - (addr - r->addr) >= 4096) {
			mem->last = n;
			if (!r->host || (write ? !r->write : !r->read))
				return NULL;
			return r->host + (addr - r->addr);
		}
	}
	return NULL;
}

uint8_t *mem_page(struct mem *mem, uint64_t addr, bool write)
{
	uint8_t *page;

	pthread_mutex_lock(&mem->lock);
	page = find_page(mem, addr, write);
	pthread_mutex_unlock(&mem->lock);
	return page;
}
