/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who has which part of the GGTT address space: bookkeeping only, no hardware.
 * Pure; the caller holds a lock (ivgpu_gpu.ggtt_lock).
 *
 * Three stretches of address space: the module's own, the guests' low part and
 * the guests' high part. A partition is one node in low and one in high.
 */
#ifndef IVGPU_GGTT_ALLOC_H
#define IVGPU_GGTT_ALLOC_H

#include "gpu.h"

/**
 * struct ivgpu_range - a stretch of address space and what is taken in it
 * @start: first byte
 * @end: byte after the last
 * @slack: a node that ends at @end may be this much shorter than asked for
 * @nodes: what is taken, in ascending order
 */
struct ivgpu_range {
	u64 start;
	u64 end;
	u64 slack;
	struct list_head nodes;
};

struct ivgpu_ggtt_space {
	struct ivgpu_range own;
	struct ivgpu_range low;
	struct ivgpu_range high;
};

void ivgpu_ggtt_space_init(struct ivgpu_ggtt_space *space, u64 total, u64 aperture);
int ivgpu_range_alloc(struct ivgpu_range *range, u64 size, u64 align,
		      struct ivgpu_ggtt_node *node);
void ivgpu_range_free(struct ivgpu_ggtt_node *node);
int ivgpu_ggtt_space_reserve(struct ivgpu_ggtt_space *space, u64 start, u64 size,
			     struct ivgpu_ggtt_node *node);
int ivgpu_ggtt_space_alloc_partition(struct ivgpu_ggtt_space *space, u64 low, u64 high,
				     struct ivgpu_partition *part);
void ivgpu_ggtt_space_free_partition(struct ivgpu_partition *part);
unsigned int ivgpu_ggtt_space_count(const struct ivgpu_ggtt_space *space, u64 low, u64 high);
u64 ivgpu_range_left(const struct ivgpu_range *range);

#endif
