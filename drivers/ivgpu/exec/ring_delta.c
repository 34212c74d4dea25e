// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic on ring offsets. A ring has any number of pages from 1 to 512, so
 * wraps are computed and not masked.
 */
#include <linux/kernel.h>

#include "ring_delta.h"

static u32 distance(u32 from, u32 to, u32 size)
{
	return to >= from ? to - from : size - from + to;
}

/**
 * ivgpu_ring_span - the stretch from one offset to another
 * @from: first byte
 * @to: the byte after the last; equal to @from: nothing
 * @size: of the ring; both offsets are below it
 *
 * Return: the stretch.
 */
struct ivgpu_ring_span ivgpu_ring_span(u32 from, u32 to, u32 size)
{
	struct ivgpu_ring_span span = { .start = from };

	if (to >= from) {
		span.first = to - from;
	} else {
		span.first = size - from;
		span.second = to;
	}
	return span;
}

/**
 * ivgpu_ring_compare - does a new tail add to what was scanned
 * @head: an offset that the hardware has reached or passed, but not the last scanned one
 * @scanned: where the last scan ended
 * @tail: the new tail
 * @size: of the ring; all offsets are below it
 *
 * A ring never holds @size bytes, so seen from @head a tail either lies beyond
 * @scanned or within what was scanned. With a @head that is behind the true one
 * FORWARD is still true, REWOUND may be a wrap: look again with the true one.
 *
 * Return: the verdict.
 */
enum ivgpu_ring_verdict ivgpu_ring_compare(u32 head, u32 scanned, u32 tail, u32 size)
{
	if (distance(head, tail, size) > distance(head, scanned, size))
		return IVGPU_RING_FORWARD;
	return IVGPU_RING_REWOUND;
}
