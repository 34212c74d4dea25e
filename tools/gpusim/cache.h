/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The write-back cache of one engine (--write-back): what it draws reaches memory only when the
 * engine is told to flush, when its context is switched out, or when the cache is full.
 */
#ifndef GPUSIM_CACHE_H
#define GPUSIM_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "engine.h"

#define CACHE_PAGES 64		/* of 4 KiB each: 256 KiB an engine */

/*
 * Keeps bytes of one page back; a page that is in the way goes to memory first. 0, or -ENOMEM:
 * nothing was kept.
 */
int cache_write(struct engine *e, enum address_space space, uint64_t gpu_addr, uint64_t bus,
		const void *buf, size_t len);

/* Lays the bytes that the cache holds of a page over what was read from memory. */
void cache_overlay(struct engine *e, uint64_t bus, unsigned int offset, void *buf, size_t len);

/* Writes everything back, or forgets it. */
void cache_flush(struct engine *e);
void cache_drop(struct engine *e);

void cache_free(struct engine *e);

#endif
