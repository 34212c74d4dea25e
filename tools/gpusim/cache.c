// SPDX-License-Identifier: GPL-2.0
/*
 * Delayed write-back.
 *
 * That GPU writes sit in caches until a flush is how drivers treat the hardware: i915 emits
 * MI_FLUSH_DW or PIPE_CONTROL with flush bits before a request counts as done
 * (gt/gen8_engine_cs.c). Inferred: the cache is addressed by bus address (a translation that
 * changes meanwhile does not change where a dirty line goes); a context switch flushes; a reset
 * forgets what is dirty; commands that the streamer executes itself go past the cache. Size and
 * placement (one page a slot, chosen by address) are this model's own.
 */
#include "cache.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "gpu.h"
#include "witness.h"

#define PAGE_BYTES 4096u

struct cache_page {
	uint64_t bus;			/* page address | 1; 0: the slot is free */
	uint64_t gpu_addr;
	enum address_space space;
	uint64_t desc;			/* context that wrote first */
	uint8_t data[PAGE_BYTES];
	uint8_t dirty[PAGE_BYTES];	/* one byte each, 0 or 1 */
};

struct cache {
	struct cache_page page[CACHE_PAGES];
};

static struct cache_page *slot(struct engine *e, uint64_t bus)
{
	return &e->cache->page[(bus >> 12 ^ bus >> 18) % CACHE_PAGES];
}

static void copy_dirty(struct cache_page *p, uint8_t *to)
{
	unsigned int i, n;

	for (i = 0; i < PAGE_BYTES; i += n) {
		for (n = 1; i + n < PAGE_BYTES && p->dirty[i + n] == p->dirty[i]; n++)
			;
		if (p->dirty[i])
			memcpy(to + i, p->data + i, n);
	}
}

static void write_back(struct engine *e, struct cache_page *p)
{
	uint64_t bus = p->bus & ~1ull;
	uint8_t *to;

	if (!p->bus)
		return;
	witness_write_back(e, p->space, p->desc, p->gpu_addr, bus);
	to = mem_page(&e->gpu->mem, bus, true);
	if (to)
		copy_dirty(p, to);
	else
		log_line(LOG_DMA, "%s context %#x: write-back of %s %#llx to %#llx: no memory",
			 e->name, (uint32_t)(p->desc >> 32),
			 p->space == SPACE_GGTT ? "GGTT" : "PPGTT", (unsigned long long)p->gpu_addr,
			 (unsigned long long)bus);
	p->bus = 0;
	e->nr_write_backs++;
}

int cache_write(struct engine *e, enum address_space space, uint64_t gpu_addr, uint64_t bus,
		const void *buf, size_t len)
{
	struct cache_page *p;
	unsigned int offset = gpu_addr & (PAGE_BYTES - 1);

	if (!e->cache)
		e->cache = calloc(1, sizeof(*e->cache));
	if (!e->cache)
		return -ENOMEM;
	p = slot(e, bus);
	if (p->bus != (bus | 1)) {
		write_back(e, p);
		p->bus = bus | 1;
		p->gpu_addr = gpu_addr & ~(uint64_t)(PAGE_BYTES - 1);
		p->space = space;
		p->desc = e->port[e->cur].desc;
		memset(p->dirty, 0, sizeof(p->dirty));
	}
	memcpy(p->data + offset, buf, len);
	memset(p->dirty + offset, 1, len);
	return 0;
}

void cache_overlay(struct engine *e, uint64_t bus, unsigned int offset, void *buf, size_t len)
{
	const struct cache_page *p;
	uint8_t *to = buf;
	size_t i;

	if (!e->cache)
		return;
	p = slot(e, bus);
	if (p->bus != (bus | 1))
		return;
	for (i = 0; i < len; i++)
		if (p->dirty[offset + i])
			to[i] = p->data[offset + i];
}

void cache_flush(struct engine *e)
{
	unsigned int i;

	if (!e->cache)
		return;
	for (i = 0; i < CACHE_PAGES; i++)
		write_back(e, &e->cache->page[i]);
}

void cache_drop(struct engine *e)
{
	unsigned int i;

	if (!e->cache)
		return;
	for (i = 0; i < CACHE_PAGES; i++)
		e->cache->page[i].bus = 0;
}

void cache_free(struct engine *e)
{
	free(e->cache);
	e->cache = NULL;
}
