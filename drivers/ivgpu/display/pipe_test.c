// SPDX-License-Identifier: GPL-2.0
/*
 * The pipe's clock: refresh rates, counters, and a timer only while it is needed.
 */
#include <kunit/test.h>
#include <linux/delay.h>

#include "pipe.h"

/* 1024 x 768 at 60 Hz, 65 MHz: what i915 programs for it (8125 MHz / 5 / 5 / 5). */
static const struct ivgpu_pipe_timing xga = {
	.htotal = 1343 << 16 | 1023,
	.vtotal = 805 << 16 | 767,
	.cfgcr1 = 338 | 17749 << 9,
	.cfgcr2 = BIT(7) | 5 << 8 | 0 << 5 | 0 << 2,
};

static void frame_time(struct kunit *test)
{
	u64 ns = ivgpu_pipe_frame_ns(&xga);

	KUNIT_EXPECT_GE(test, ns, 16600000u);
	KUNIT_EXPECT_LE(test, ns, 16700000u);
}

/* Whatever the guest sets, a frame takes neither no time nor for ever. */
static void frame_time_is_bounded(struct kunit *test)
{
	static const u32 values[] = { 0, 1, 0x1fff, 0x1fff1fff, 0x80000000, ~0u };
	struct ivgpu_pipe_timing timing;
	unsigned int i, n = ARRAY_SIZE(values);
	u64 ns;

	for (i = 0; i < n * n * n * n; i++) {
		timing.htotal = values[i % n];
		timing.vtotal = values[i / n % n];
		timing.cfgcr1 = values[i / n / n % n];
		timing.cfgcr2 = values[i / n / n / n];
		ns = ivgpu_pipe_frame_ns(&timing);
		KUNIT_EXPECT_GE(test, ns, NSEC_PER_SEC / 240);
		KUNIT_EXPECT_LE(test, ns, NSEC_PER_SEC / 10);
	}
}

struct guest {
	u32 enabled;
	unsigned int vblanks;
	unsigned int flips;
};

static u32 wanted(void *owner, u32 bits)
{
	struct guest *guest = owner;

	return bits & READ_ONCE(guest->enabled);
}

static void raise(void *owner, u32 bits)
{
	struct guest *guest = owner;

	guest->vblanks += !!(bits & guest->enabled & IVGPU_PIPE_VBLANK);
	guest->flips += !!(bits & guest->enabled & IVGPU_PIPE_FLIP(0));
}

static const struct ivgpu_pipe_ops ops = { wanted, raise };

/* Not on the stack: a timer there would need another kind of initialisation. */
static struct ivgpu_pipe *new_pipe(struct kunit *test, struct guest *guest)
{
	struct ivgpu_pipe *pipe = kunit_kzalloc(test, sizeof(*pipe), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, pipe);
	ivgpu_pipe_init(pipe, &ops, guest);
	return pipe;
}

/* Until a counter is there and the timer (not) active; a slow machine takes longer. */
static bool becomes(struct ivgpu_pipe *pipe, unsigned int *counter, unsigned int least, bool active)
{
	unsigned int i;

	for (i = 0; i < 500; i++) {
		if (READ_ONCE(*counter) >= least && hrtimer_active(&pipe->timer) == active)
			return true;
		msleep(20);
	}
	return false;
}

static void timer_runs_while_wanted(struct kunit *test)
{
	struct guest guest = {};
	struct ivgpu_pipe *pipe = new_pipe(test, &guest);
	unsigned int seen;

	WRITE_ONCE(guest.enabled, IVGPU_PIPE_VBLANK);
	ivgpu_pipe_update(pipe);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe->timer));	/* the pipe is off */
	WRITE_ONCE(guest.enabled, 0);
	ivgpu_pipe_start(pipe, &xga);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe->timer));	/* nobody waits */
	WRITE_ONCE(guest.enabled, IVGPU_PIPE_VBLANK);
	ivgpu_pipe_update(pipe);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&pipe->timer));
	KUNIT_EXPECT_TRUE(test, becomes(pipe, &guest.vblanks, 2, true));
	KUNIT_EXPECT_LE(test, guest.vblanks, ivgpu_pipe_frame(pipe) + 1);
	WRITE_ONCE(guest.enabled, 0);
	KUNIT_EXPECT_TRUE(test, becomes(pipe, &guest.vblanks, 2, false));
	seen = guest.vblanks;
	msleep(50);
	KUNIT_EXPECT_EQ(test, guest.vblanks, seen);
	ivgpu_pipe_fini(pipe);
}

static void flips_are_told_once(struct kunit *test)
{
	struct guest guest = {};
	struct ivgpu_pipe *pipe = new_pipe(test, &guest);

	ivgpu_pipe_start(pipe, &xga);
	ivgpu_pipe_flip(pipe, IVGPU_PIPE_FLIP(0));	/* nobody waits for this one */
	WRITE_ONCE(guest.enabled, IVGPU_PIPE_FLIP(0));
	ivgpu_pipe_update(pipe);
	msleep(50);
	KUNIT_EXPECT_EQ(test, guest.flips, 0u);
	ivgpu_pipe_flip(pipe, IVGPU_PIPE_FLIP(0));
	KUNIT_EXPECT_TRUE(test, becomes(pipe, &guest.flips, 1, false));
	msleep(50);
	KUNIT_EXPECT_EQ(test, guest.flips, 1u);
	KUNIT_EXPECT_EQ(test, ivgpu_pipe_flips(pipe), 2u);
	ivgpu_pipe_fini(pipe);
	WRITE_ONCE(guest.enabled, IVGPU_PIPE_VBLANK);
	ivgpu_pipe_update(pipe);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe->timer));	/* closed */
}

/* It begins with a blank of 0.8 ms: a look that comes later proves nothing, and is repeated. */
static u32 line_at_start(struct ivgpu_pipe *pipe)
{
	unsigned int i;
	u32 line = 0;
	u64 start;

	for (i = 0; i < 100; i++) {
		start = ktime_get_ns();
		ivgpu_pipe_start(pipe, &xga);
		line = ivgpu_pipe_scanline(pipe);
		if (ktime_get_ns() - start < 700 * NSEC_PER_USEC)
			break;
	}
	return line;
}

static void lines_stay_in_the_frame(struct kunit *test)
{
	struct guest guest = {};
	struct ivgpu_pipe *pipe = new_pipe(test, &guest);
	u32 line, first = 0, frame;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, ivgpu_pipe_scanline(pipe), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_pipe_frame(pipe), 0u);
	KUNIT_EXPECT_GE(test, line_at_start(pipe), 768u);
	for (i = 0; i < 10; i++) {
		line = ivgpu_pipe_scanline(pipe);
		KUNIT_EXPECT_LT(test, line, 806u);
		first += line < 768;
		msleep(27);
	}
	KUNIT_EXPECT_GT(test, first, 0u);
	frame = ivgpu_pipe_frame(pipe);
	KUNIT_EXPECT_GE(test, frame, 2u);
	ivgpu_pipe_stop(pipe);
	KUNIT_EXPECT_EQ(test, ivgpu_pipe_frame(pipe), 0u);
	ivgpu_pipe_fini(pipe);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(frame_time),
	KUNIT_CASE(frame_time_is_bounded),
	KUNIT_CASE(timer_runs_while_wanted),
	KUNIT_CASE(flips_are_told_once),
	KUNIT_CASE(lines_stay_in_the_frame),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu_pipe",
	.test_cases = cases,
};

kunit_test_suite(suite);
