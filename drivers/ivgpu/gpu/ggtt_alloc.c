// SPDX-License-Identifier: GPL-2.0
/*
 * Who has which part of the GGTT address space.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "ggtt_alloc.h"

/* More of the aperture than this is of no use to the module. */
#define OWN_MAX		((u64)SZ_256M)
/* Guests' low parts lie below the size of their BAR2. */
#define LOW_END		((u64)SZ_1G)

static void range_init(struct ivgpu_range *range, u64 start, u64 end, u64 slack)
{
	range->start = start;
	range->end = max(start, end);
	range->slack = slack;
	INIT_LIST_HEAD(&range->nodes);
}

/**
 * ivgpu_ggtt_space_init() - lay out an empty GGTT
 * @space: to be set up
 * @total: bytes of GGTT address space (4 GiB on all but odd firmware)
 * @aperture: size of the physical BAR2
 *
 * The first page stays unused, so that no context or ring of ours is at address
 * 0. The last page stays with the scratch page, because hardware prefetches past
 * the end of what it is given (i915 gt/intel_ggtt.c, init_ggtt): the highest
 * partition may be one page short.
 */
void ivgpu_ggtt_space_init(struct ivgpu_ggtt_space *space, u64 total, u64 aperture)
{
	u64 own_end = min3(aperture, total, OWN_MAX);
	u64 low_end = min(total, LOW_END);

	range_init(&space->own, IVGPU_PAGE_SIZE, own_end, 0);
	range_init(&space->low, own_end, low_end, 0);
	range_init(&space->high, low_end, max(total, low_end + IVGPU_PAGE_SIZE) - IVGPU_PAGE_SIZE,
		   IVGPU_PAGE_SIZE);
}

/*
 * The hole between @node and the one before it. @node NULL: the hole at the end.
 */
static void hole_before(const struct ivgpu_range *range, const struct ivgpu_ggtt_node *node,
			u64 *start, u64 *end)
{
	const struct list_head *prev = node ? node->link.prev : range->nodes.prev;

	*start = range->start;
	if (prev != &range->nodes) {
		const struct ivgpu_ggtt_node *before;

		before = list_entry(prev, struct ivgpu_ggtt_node, link);
		*start = before->start + before->size;
	}
	*end = node ? node->start : range->end;
}

/* How much of @size fits in the hole from @start on; 0: it does not. */
static u64 fit(const struct ivgpu_range *range, u64 start, u64 end, u64 size, u64 align)
{
	u64 first = ALIGN(start, align);

	if (first > end)
		return 0;
	if (end - first >= size)
		return size;
	if (end == range->end && size > range->slack && end - first + range->slack >= size)
		return end - first;
	return 0;
}

static void insert(struct ivgpu_ggtt_node *node, struct list_head *before, u64 start, u64 size)
{
	node->start = start;
	node->size = size;
	list_add_tail(&node->link, before);
}

/**
 * ivgpu_range_alloc() - take the first stretch that is free
 * @range: where
 * @size: bytes, a multiple of the page size
 * @align: a power of two, at least the page size
 * @node: filled in
 *
 * Return: 0, -EINVAL for a size or alignment that makes no sense, or -ENOSPC.
 */
int ivgpu_range_alloc(struct ivgpu_range *range, u64 size, u64 align,
		      struct ivgpu_ggtt_node *node)
{
	struct ivgpu_ggtt_node *next;
	u64 start, end, got;

	if (!size || size % IVGPU_PAGE_SIZE || align < IVGPU_PAGE_SIZE || align & (align - 1))
		return -EINVAL;
	list_for_each_entry(next, &range->nodes, link) {
		hole_before(range, next, &start, &end);
		got = fit(range, start, end, size, align);
		if (got) {
			insert(node, &next->link, ALIGN(start, align), got);
			return 0;
		}
	}
	hole_before(range, NULL, &start, &end);
	got = fit(range, start, end, size, align);
	if (!got)
		return -ENOSPC;
	insert(node, &range->nodes, ALIGN(start, align), got);
	return 0;
}

/**
 * ivgpu_range_free() - give a stretch back
 * @node: as ivgpu_range_alloc() filled it in; an unused one is left alone
 */
void ivgpu_range_free(struct ivgpu_ggtt_node *node)
{
	if (!node->size)
		return;
	list_del(&node->link);
	node->start = 0;
	node->size = 0;
}

static int reserve_in(struct ivgpu_range *range, u64 start, u64 size,
		      struct ivgpu_ggtt_node *node)
{
	struct ivgpu_ggtt_node *next;
	u64 hole, end;

	list_for_each_entry(next, &range->nodes, link) {
		hole_before(range, next, &hole, &end);
		if (start >= hole && start + size <= end) {
			insert(node, &next->link, start, size);
			return 0;
		}
	}
	hole_before(range, NULL, &hole, &end);
	if (start < hole || start + size > end)
		return -ENOSPC;
	insert(node, &range->nodes, start, size);
	return 0;
}

/**
 * ivgpu_ggtt_space_reserve() - take a given stretch out of use
 * @space: where
 * @start: first byte, page aligned
 * @size: bytes
 * @node: filled in
 *
 * Return: 0, or -ENOSPC where part of it is taken or it crosses a border.
 */
int ivgpu_ggtt_space_reserve(struct ivgpu_ggtt_space *space, u64 start, u64 size,
			     struct ivgpu_ggtt_node *node)
{
	struct ivgpu_range *ranges[] = { &space->own, &space->low, &space->high };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (start >= ranges[i]->start && start + size <= ranges[i]->end)
			return reserve_in(ranges[i], start, size, node);
	return -ENOSPC;
}

/**
 * ivgpu_ggtt_space_alloc_partition() - take a low and a high part for a vGPU
 * @space: where
 * @low: bytes below 1 GiB
 * @high: bytes above; the highest partition gets one page less
 * @part: filled in
 *
 * Return: 0, -EINVAL, or -ENOSPC.
 */
int ivgpu_ggtt_space_alloc_partition(struct ivgpu_ggtt_space *space, u64 low, u64 high,
				     struct ivgpu_partition *part)
{
	int ret;

	ret = ivgpu_range_alloc(&space->low, low, IVGPU_PAGE_SIZE, &part->low);
	if (ret)
		return ret;
	ret = ivgpu_range_alloc(&space->high, high, IVGPU_PAGE_SIZE, &part->high);
	if (ret)
		ivgpu_range_free(&part->low);
	return ret;
}

/**
 * ivgpu_ggtt_space_free_partition() - give a vGPU's parts back
 * @part: as allocated
 */
void ivgpu_ggtt_space_free_partition(struct ivgpu_partition *part)
{
	ivgpu_range_free(&part->low);
	ivgpu_range_free(&part->high);
}

/* How many nodes of @size ivgpu_range_alloc() would still find, one after another. */
static u64 range_count(const struct ivgpu_range *range, u64 size)
{
	const struct ivgpu_ggtt_node *next;
	u64 start, end, count = 0;

	list_for_each_entry(next, &range->nodes, link) {
		hole_before(range, next, &start, &end);
		count += div64_u64(end - start, size);
	}
	hole_before(range, NULL, &start, &end);
	if (size > range->slack)
		end += range->slack;
	return count + div64_u64(end - start, size);
}

/**
 * ivgpu_ggtt_space_count() - how many more partitions of this size fit
 * @space: where
 * @low: bytes below 1 GiB
 * @high: bytes above
 *
 * Exact: parts of one size fill each hole without a gap, and low and high parts
 * do not depend on each other.
 *
 * Return: how many.
 */
unsigned int ivgpu_ggtt_space_count(const struct ivgpu_ggtt_space *space, u64 low, u64 high)
{
	if (!low || !high || low % IVGPU_PAGE_SIZE || high % IVGPU_PAGE_SIZE)
		return 0;
	return min3(range_count(&space->low, low), range_count(&space->high, high), (u64)U32_MAX);
}

/**
 * ivgpu_range_left() - what nobody has
 * @range: where
 *
 * Return: bytes, in all holes together.
 */
u64 ivgpu_range_left(const struct ivgpu_range *range)
{
	const struct ivgpu_ggtt_node *node;
	u64 left = range->end - range->start;

	list_for_each_entry(node, &range->nodes, link)
		left -= node->size;
	return left;
}
