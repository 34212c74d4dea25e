/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which part of a ring must be copied and scanned for a new tail. Pure.
 */
#ifndef IVGPU_RING_DELTA_H
#define IVGPU_RING_DELTA_H

#include <linux/types.h>

/**
 * struct ivgpu_ring_span - a stretch of a ring, perhaps in two parts
 * @start: byte offset of the first part
 * @first: bytes in the first part
 * @second: bytes that follow from offset 0 on, when the stretch wraps
 */
struct ivgpu_ring_span {
	u32 start;
	u32 first;
	u32 second;
};

enum ivgpu_ring_verdict {
	IVGPU_RING_FORWARD,	/* scan from where the last scan ended to the new tail */
	IVGPU_RING_REWOUND,	/* the new tail lies within what was scanned */
};

struct ivgpu_ring_span ivgpu_ring_span(u32 from, u32 to, u32 size);
enum ivgpu_ring_verdict ivgpu_ring_compare(u32 head, u32 scanned, u32 tail, u32 size);

#endif
