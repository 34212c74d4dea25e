// SPDX-License-Identifier: GPL-2.0
/*
 * Frames and lines are computed from the time since the pipe was switched on, so
 * an idle screen costs nothing. Registers from i915 i915_reg.h; the clock's formula
 * from display/intel_dpll_mgr.c.
 */
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/string.h>

#include "../compat.h"
#include "pipe.h"

#define REFERENCE_KHZ	24000
#define MIN_FRAME_NS	(NSEC_PER_SEC / 240)
#define MAX_FRAME_NS	(NSEC_PER_SEC / 10)
#define COUNTER_MASK	0x1fff		/* in HTOTAL and VTOTAL */

/* DPLL_CFGCR1: where the oscillator runs, in units of the reference, 9 and 15 bits. */
static u64 oscillator_khz(u32 cfgcr1)
{
	u64 whole = (u64)(cfgcr1 & 0x1ff) * REFERENCE_KHZ;
	u64 part = (u64)(cfgcr1 >> 9 & 0x7fff) * REFERENCE_KHZ;

	return whole + (part >> 15);
}

/* DPLL_CFGCR2: three dividers, one of which may be left out. */
static u32 divider(u32 cfgcr2)
{
	static const u8 kdiv[4] = { 5, 2, 3, 1 };
	static const u8 pdiv[8] = { 1, 2, 3, 7, 7, 7, 7, 7 };
	u32 q = cfgcr2 & BIT(7) ? cfgcr2 >> 8 & 0xff : 1;

	return max(q, 1u) * kdiv[cfgcr2 >> 5 & 3] * pdiv[cfgcr2 >> 2 & 7];
}

/**
 * ivgpu_pipe_frame_ns() - how long a frame takes
 * @timing: any values
 *
 * Return: nanoseconds, between 1/240 and 1/10 of a second whatever the guest set.
 */
u64 ivgpu_pipe_frame_ns(const struct ivgpu_pipe_timing *timing)
{
	u64 pixels = (u64)((timing->htotal >> 16 & COUNTER_MASK) + 1) *
		     ((timing->vtotal >> 16 & COUNTER_MASK) + 1);
	u64 khz = div_u64(oscillator_khz(timing->cfgcr1), 5 * divider(timing->cfgcr2));
	u64 ns;

	if (!khz)
		return NSEC_PER_SEC / 60;
	ns = div64_u64(pixels * USEC_PER_SEC, khz);
	return clamp_t(u64, ns, MIN_FRAME_NS, MAX_FRAME_NS);
}

/* Lock held: vertical blanks since number 0, and how far into this frame we are. */
static u64 elapsed(const struct ivgpu_pipe *pipe, u64 *into_ns)
{
	s64 ns = ktime_to_ns(ktime_sub(ktime_get(), pipe->began));

	return div64_u64_rem(max_t(s64, ns, 0), pipe->frame_ns, into_ns);
}

/* Lock held: bits that somebody waits for. */
static u32 waited_for(const struct ivgpu_pipe *pipe)
{
	if (!pipe->on || pipe->closed)
		return 0;
	return pipe->ops->wanted(pipe->owner, IVGPU_PIPE_VBLANK | pipe->flipped);
}

static enum hrtimer_restart vblank(struct hrtimer *timer)
{
	struct ivgpu_pipe *pipe = container_of(timer, struct ivgpu_pipe, timer);
	enum hrtimer_restart again = HRTIMER_NORESTART;
	unsigned long flags;
	u64 into, n;

	spin_lock_irqsave(&pipe->lock, flags);
	if (waited_for(pipe)) {
		pipe->ops->raise(pipe->owner, IVGPU_PIPE_VBLANK | pipe->flipped);
		pipe->flipped = 0;
		n = elapsed(pipe, &into);
		hrtimer_set_expires(timer, ktime_add_ns(pipe->began, (n + 1) * pipe->frame_ns));
		again = HRTIMER_RESTART;
	}
	spin_unlock_irqrestore(&pipe->lock, flags);
	return again;
}

/* Lock held: run the timer while it is needed. It stops by itself. */
static void update(struct ivgpu_pipe *pipe)
{
	u64 into, n;

	if (!waited_for(pipe) || hrtimer_is_queued(&pipe->timer))
		return;
	n = elapsed(pipe, &into);
	hrtimer_start(&pipe->timer, ktime_add_ns(pipe->began, (n + 1) * pipe->frame_ns),
		      HRTIMER_MODE_ABS);
}

/**
 * ivgpu_pipe_init() - make a pipe that is off
 * @pipe: the pipe
 * @ops: see there
 * @owner: passed to @ops
 */
void ivgpu_pipe_init(struct ivgpu_pipe *pipe, const struct ivgpu_pipe_ops *ops, void *owner)
{
	memset(pipe, 0, sizeof(*pipe));
	spin_lock_init(&pipe->lock);
	pipe->ops = ops;
	pipe->owner = owner;
	ivgpu_hrtimer_setup(&pipe->timer, vblank);
}

/**
 * ivgpu_pipe_fini() - for good; the timer is over when it returns. May sleep.
 * @pipe: the pipe
 */
void ivgpu_pipe_fini(struct ivgpu_pipe *pipe)
{
	unsigned long flags;

	spin_lock_irqsave(&pipe->lock, flags);
	pipe->closed = true;
	spin_unlock_irqrestore(&pipe->lock, flags);
	hrtimer_cancel(&pipe->timer);
}

/**
 * ivgpu_pipe_start() - the guest switched the pipe on, or changed its timing
 * @pipe: the pipe
 * @timing: registers, any values
 */
void ivgpu_pipe_start(struct ivgpu_pipe *pipe, const struct ivgpu_pipe_timing *timing)
{
	unsigned long flags;

	spin_lock_irqsave(&pipe->lock, flags);
	pipe->lines = (timing->vtotal >> 16 & COUNTER_MASK) + 1;
	pipe->active = min((timing->vtotal & COUNTER_MASK) + 1, pipe->lines);
	pipe->frame_ns = ivgpu_pipe_frame_ns(timing);
	pipe->began = ktime_get();
	pipe->on = true;
	update(pipe);
	spin_unlock_irqrestore(&pipe->lock, flags);
}

/**
 * ivgpu_pipe_stop() - it was switched off
 * @pipe: the pipe
 */
void ivgpu_pipe_stop(struct ivgpu_pipe *pipe)
{
	unsigned long flags;

	spin_lock_irqsave(&pipe->lock, flags);
	pipe->on = false;
	pipe->flipped = 0;
	spin_unlock_irqrestore(&pipe->lock, flags);
}

/**
 * ivgpu_pipe_flip() - a plane was armed: tell at the next vertical blank
 * @pipe: the pipe
 * @bit: IVGPU_PIPE_FLIP() of the plane
 */
void ivgpu_pipe_flip(struct ivgpu_pipe *pipe, u32 bit)
{
	unsigned long flags;

	spin_lock_irqsave(&pipe->lock, flags);
	if (bit == IVGPU_PIPE_FLIP(0))
		pipe->flips++;
	if (pipe->on)
		pipe->flipped |= pipe->ops->wanted(pipe->owner, bit);
	update(pipe);
	spin_unlock_irqrestore(&pipe->lock, flags);
}

/**
 * ivgpu_pipe_update() - the guest may have enabled an interrupt of the pipe
 * @pipe: the pipe
 */
void ivgpu_pipe_update(struct ivgpu_pipe *pipe)
{
	unsigned long flags;

	spin_lock_irqsave(&pipe->lock, flags);
	update(pipe);
	spin_unlock_irqrestore(&pipe->lock, flags);
}

/**
 * ivgpu_pipe_frame() - the frame counter
 * @pipe: the pipe
 *
 * Return: vertical blanks begun since the pipe was switched on; 0 when it is off.
 */
u32 ivgpu_pipe_frame(struct ivgpu_pipe *pipe)
{
	unsigned long flags;
	u64 into, n = 0;

	spin_lock_irqsave(&pipe->lock, flags);
	if (pipe->on)
		n = elapsed(pipe, &into);
	spin_unlock_irqrestore(&pipe->lock, flags);
	return n;
}

/**
 * ivgpu_pipe_flips() - the flip counter
 * @pipe: the pipe
 *
 * Return: how often the first plane was armed.
 */
u32 ivgpu_pipe_flips(struct ivgpu_pipe *pipe)
{
	return READ_ONCE(pipe->flips);
}

/**
 * ivgpu_pipe_scanline() - where the beam is
 * @pipe: the pipe
 *
 * Return: line, 0 being the first one of the picture; 0 when the pipe is off.
 */
u32 ivgpu_pipe_scanline(struct ivgpu_pipe *pipe)
{
	unsigned long flags;
	u64 into;
	u32 line = 0;

	spin_lock_irqsave(&pipe->lock, flags);
	if (pipe->on) {
		elapsed(pipe, &into);
		line = (pipe->active + (u32)div64_u64(into * pipe->lines, pipe->frame_ns)) %
		       pipe->lines;
	}
	spin_unlock_irqrestore(&pipe->lock, flags);
	return line;
}
