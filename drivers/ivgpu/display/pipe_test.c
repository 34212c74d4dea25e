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

static void timer_runs_while_wanted(struct kunit *test)
{
	struct guest guest = {};
	struct ivgpu_pipe pipe;
	unsigned int seen;

	ivgpu_pipe_init(&pipe, &ops, &guest);
	WRITE_ONCE(guest.enabled, IVGPU_PIPE_VBLANK);
	ivgpu_pipe_update(&pipe);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe.timer));	/* the pipe is off */
	WRITE_ONCE(guest.enabled, 0);
	ivgpu_pipe_start(&pipe, &xga);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe.timer));	/* nobody waits */
	WRITE_ONCE(guest.enabled, IVGPU_PIPE_VBLANK);
	ivgpu_pipe_update(&pipe);
	KUNIT_EXPECT_TRUE(test, hrtimer_active(&pipe.timer));
	msleep(100);
	KUNIT_EXPECT_GE(test, guest.vblanks, 2u);
	KUNIT_EXPECT_LE(test, guest.vblanks, ivgpu_pipe_frame(&pipe) + 1);
	WRITE_ONCE(guest.enabled, 0);
	msleep(50);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe.timer));
	seen = guest.vblanks;
	msleep(50);
	KUNIT_EXPECT_EQ(test, guest.vblanks, seen);
	ivgpu_pipe_fini(&pipe);
}

static void flips_are_told_once(struct kunit *test)
{
	struct guest guest = {};
	struct ivgpu_pipe pipe;

	ivgpu_pipe_init(&pipe, &ops, &guest);
	ivgpu_pipe_start(&pipe, &xga);
	ivgpu_pipe_flip(&pipe, IVGPU_PIPE_FLIP(0));	/* nobody waits for this one */
	WRITE_ONCE(guest.enabled, IVGPU_PIPE_FLIP(0));
	ivgpu_pipe_update(&pipe);
	msleep(50);
	KUNIT_EXPECT_EQ(test, guest.flips, 0u);
	ivgpu_pipe_flip(&pipe, IVGPU_PIPE_FLIP(0));
	msleep(100);
	KUNIT_EXPECT_EQ(test, guest.flips, 1u);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe.timer));
	KUNIT_EXPECT_EQ(test, ivgpu_pipe_flips(&pipe), 2u);
	ivgpu_pipe_fini(&pipe);
	WRITE_ONCE(guest.enabled, IVGPU_PIPE_VBLANK);
	ivgpu_pipe_update(&pipe);
	KUNIT_EXPECT_FALSE(test, hrtimer_active(&pipe.timer));	/* closed */
}

static void lines_stay_in_the_frame(struct kunit *test)
{
	struct guest guest = {};
	struct ivgpu_pipe pipe;
	u32 line, first = 0, frame;
	unsigned int i;

	ivgpu_pipe_init(&pipe, &ops, &guest);
	KUNIT_EXPECT_EQ(test, ivgpu_pipe_scanline(&pipe), 0u);
	KUNIT_EXPECT_EQ(test, ivgpu_pipe_frame(&pipe), 0u);
	ivgpu_pipe_start(&pipe, &xga);
	line = ivgpu_pipe_scanline(&pipe);
	KUNIT_EXPECT_GE(test, line, 768u);		/* it begins with a blank */
	for (i = 0; i < 10; i++) {
		line = ivgpu_pipe_scanline(&pipe);
		KUNIT_EXPECT_LT(test, line, 806u);
		first += line < 768;
		msleep(27);
	}
	KUNIT_EXPECT_GT(test, first, 0u);
	frame = ivgpu_pipe_frame(&pipe);
	KUNIT_EXPECT_GE(test, frame, 2u);
	ivgpu_pipe_stop(&pipe);
	KUNIT_EXPECT_EQ(test, ivgpu_pipe_frame(&pipe), 0u);
	ivgpu_pipe_fini(&pipe);
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
