// SPDX-License-Identifier: GPL-2.0
/*
 * Walks a whole PPGTT, every entry of every table, which running the commands alone would not: four
 * levels from PDP0 of the context image (dwords 0x31 and 0x33 of its page 1: i915
 * gt/intel_lrc_reg.h), or three from its four PDPs where the descriptor says 32 bits. Entries as in
 * gtt.c.
 */
#include "play.h"

#include <errno.h>
#include <stdbool.h>

#include "gpu.h"
#include "gtt.h"

#define ADDR_MASK 0x7ffffff000ull
#define PRESENT 1ull
#define LARGE 0x80ull
#define IPS_64K 0x800ull
#define DESC_64BIT 0x10u
#define IMAGE_PDP0_LOW 0x33
#define IMAGE_PDP0_HIGH 0x31
#define MAX_TABLES 65536u

struct walker {
	struct gpu *gpu;
	struct play_counts *counts;
	unsigned int left;
};

static const char *const level_names[] = { "page", "page table", "directory", "PDP table", "PML4" };

static int missing(unsigned int level, uint64_t at)
{
	log_line(LOG_DMA, "%s at bus address %#llx is not in the file's memory",
		 level_names[level], (unsigned long long)at);
	return -EINVAL;
}

static int check_page(struct walker *w, uint64_t at, uint64_t size)
{
	uint64_t end = at + size;

	w->counts->pages++;
	for (; at < end; at += 4096)
		if (!mem_page(&w->gpu->mem, at, false))
			return missing(0, at);
	return 0;
}

static int walk_table(struct walker *w, uint64_t at, unsigned int level, bool ips);

static int walk_entry(struct walker *w, uint64_t entry, unsigned int level, bool ips)
{
	if (level == 1 && ips)
		return check_page(w, entry & ADDR_MASK & ~0xffffull, 0x10000);
	if (level == 1)
		return check_page(w, entry & ADDR_MASK, 0x1000);
	if (level == 2 && entry & LARGE)
		return check_page(w, entry & ADDR_MASK & ~0x1fffffull, 0x200000);
	return walk_table(w, entry & ADDR_MASK, level - 1, level == 2 && entry & IPS_64K);
}

static int walk_table(struct walker *w, uint64_t at, unsigned int level, bool ips)
{
	const uint64_t *table = (const uint64_t *)(const void *)mem_page(&w->gpu->mem, at, false);
	unsigned int i;
	int ret = 0;

	if (!table)
		return missing(level, at);
	if (!w->left--) {
		log_line(LOG_FAULT, "PPGTT of more than %u tables", MAX_TABLES);
		return -EINVAL;
	}
	w->counts->tables++;
	for (i = 0; i < 512 && !ret; i += level == 1 && ips ? 16 : 1)
		if (table[i] & PRESENT)
			ret = walk_entry(w, table[i], level, ips);
	return ret;
}

static const uint32_t *image_page1(struct gpu *gpu, uint32_t lrca)
{
	struct walk w = { 0 };

	if (gtt_walk_ggtt(gpu, (lrca & 0xfffff000u) + 0x1000ull, &w))
		return NULL;
	return (const uint32_t *)(const void *)mem_page(&gpu->mem, w.bus, false);
}

int play_walk(struct gpu *gpu, uint32_t lrca, struct play_counts *counts)
{
	struct walker w = { .gpu = gpu, .counts = counts, .left = MAX_TABLES };
	const uint32_t *image = image_page1(gpu, lrca);
	uint64_t root;
	int ret = 0, i;

	if (!image) {
		log_line(LOG_FAULT, "no context image at %#x", lrca & 0xfffff000u);
		return -EINVAL;
	}
	root = image[IMAGE_PDP0_LOW] | (uint64_t)image[IMAGE_PDP0_HIGH] << 32;
	if (lrca & DESC_64BIT)
		return walk_table(&w, root & ADDR_MASK, 4, false);
	for (i = 0; i < 4 && !ret; i++) {
		root = image[IMAGE_PDP0_LOW - 4 * i] |
			(uint64_t)image[IMAGE_PDP0_HIGH - 4 * i] << 32;
		if (root & ADDR_MASK)
			ret = walk_table(&w, root & ADDR_MASK, 2, false);
	}
	return ret;
}
