/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pipe's clock: where the beam would be, which frame it is, and a timer at
 * the start of each vertical blank, only while somebody waits for one.
 *
 * Lock: ivgpu_pipe.lock (spin, interrupts off). Outside ivgpu_virq.lock, which
 * the callbacks take.
 */
#ifndef IVGPU_DISPLAY_PIPE_H
#define IVGPU_DISPLAY_PIPE_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/* Registers that say how fast the pipe runs, as i915 names them. */
struct ivgpu_pipe_timing {
	u32 htotal;
	u32 vtotal;
	u32 cfgcr1, cfgcr2;	/* of the DPLL that drives the port */
};

/* What happened at the start of a vertical blank: bits of GEN8_DE_PIPE_IIR. */
#define IVGPU_PIPE_VBLANK	BIT(0)
#define IVGPU_PIPE_FLIP(plane)	BIT(3 + (plane))	/* @plane from 0 */

/**
 * struct ivgpu_pipe_ops - what a pipe asks of its owner; any context, pipe locked
 * @wanted: which of the bits the guest has enabled
 * @raise: these happened
 */
struct ivgpu_pipe_ops {
	u32 (*wanted)(void *owner, u32 bits);
	void (*raise)(void *owner, u32 bits);
};

/**
 * struct ivgpu_pipe - the pipe
 * @lock: all of this but @timer, @ops, @owner
 * @timer: at the next start of a vertical blank
 * @ops: see there
 * @owner: passed to @ops
 * @on: it runs
 * @closed: it may not be switched on any more
 * @began: start of vertical blank number 0
 * @frame_ns: time from one to the next
 * @lines: of a frame, blank ones included
 * @active: of these, lines of the picture
 * @flipped: planes that were armed and are not yet shown, by bit of IIR, where the
 *	     guest waits for that
 * @flips: how often the first plane was armed
 */
struct ivgpu_pipe {
	spinlock_t lock;	/* all of this but @timer, @ops, @owner */
	struct hrtimer timer;
	const struct ivgpu_pipe_ops *ops;
	void *owner;
	bool on;
	bool closed;
	ktime_t began;
	u64 frame_ns;
	u32 lines;
	u32 active;
	u32 flipped;
	u32 flips;
};

void ivgpu_pipe_init(struct ivgpu_pipe *pipe, const struct ivgpu_pipe_ops *ops, void *owner);
void ivgpu_pipe_fini(struct ivgpu_pipe *pipe);
void ivgpu_pipe_start(struct ivgpu_pipe *pipe, const struct ivgpu_pipe_timing *timing);
void ivgpu_pipe_stop(struct ivgpu_pipe *pipe);
void ivgpu_pipe_flip(struct ivgpu_pipe *pipe, u32 bit);
void ivgpu_pipe_update(struct ivgpu_pipe *pipe);
u32 ivgpu_pipe_frame(struct ivgpu_pipe *pipe);
u32 ivgpu_pipe_flips(struct ivgpu_pipe *pipe);
u32 ivgpu_pipe_scanline(struct ivgpu_pipe *pipe);
u64 ivgpu_pipe_frame_ns(const struct ivgpu_pipe_timing *timing);

#endif
