/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The client's memory as the device may reach it by DMA: a map from bus addresses to host memory.
 * Changed only by the protocol thread. A mapping that goes away is kept mapped
 * until mem_reap(), because a command that runs without the lock may still hold a pointer into it.
 */
#ifndef GPUSIM_MEM_H
#define GPUSIM_MEM_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEM_MAX_RANGES 8192

struct mem_range {
	uint64_t addr;
	uint64_t size;
	uint8_t *host;		/* NULL: announced without a descriptor, not reachable */
	bool read;
	bool write;
};

struct mem {
	pthread_mutex_t lock;	/* leaf: lookups come from commands that run without the GPU lock */
	struct mem_range range[MEM_MAX_RANGES];
	unsigned int nr;
	unsigned int last;
	struct mem_range dead[MEM_MAX_RANGES];
	unsigned int nr_dead;
	atomic_uint generation;	/* counts changes: a pointer from an older one may be gone */
};

void mem_init(struct mem *mem);
int mem_map(struct mem *mem, uint64_t addr, uint64_t size, int fd, uint64_t offset, bool read,
	    bool write);
int mem_unmap(struct mem *mem, uint64_t addr, uint64_t size);
void mem_reap(struct mem *mem);
void mem_drop_all(struct mem *mem);

/* Host pointer to the 4 KiB page at a page-aligned bus address, or NULL. */
uint8_t *mem_page(struct mem *mem, uint64_t addr, bool write);

#endif
