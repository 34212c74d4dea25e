/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A made-up guest for KUnit suites: host pages that stand for guest memory, with
 * holes, a BAR, and a record of what is pinned.
 */
#ifndef IVGPU_GUESTMEM_FAKE_GUEST_H
#define IVGPU_GUESTMEM_FAKE_GUEST_H

#include <kunit/test.h>
#include <linux/completion.h>

#include "guestmem.h"

/* Guest frames [FAKE_GFN, FAKE_GFN + FAKE_PAGES) are memory. */
#define FAKE_GFN	0x1000ull
#define FAKE_PAGES	2048u

/**
 * struct fake_guest - a guest without a VMM
 * @test: the running test
 * @gm: what is tested
 * @page: host page of each guest frame; 2M blocks are contiguous at first
 * @pins: how often each is pinned
 * @hole: frames that cannot be pinned
 * @bar_first: own BAR, first frame
 * @bar_last: own BAR, last frame
 * @pin_error: errno of a pin that meets a hole
 * @pins_called: calls of the pin op
 * @unpins_called: calls of the unpin op
 * @bar_pinned: a frame of the BAR was pinned: never to happen
 * @unbalanced: a page was unpinned that was not pinned: never to happen
 * @tracked: frames whose next write is told of
 * @no_track: frames that cannot be tracked
 * @deaf: writes are not told of
 * @crowded: how often room was asked for
 * @during_pin: called when pages were pinned, before the call returns
 * @hold_unpin: what the unpin op waits for before it does anything, or NULL
 */
struct fake_guest {
	struct kunit *test;
	struct ivgpu_guestmem gm;
	struct page *page[FAKE_PAGES];
	int pins[FAKE_PAGES];
	DECLARE_BITMAP(hole, FAKE_PAGES);
	u64 bar_first;
	u64 bar_last;
	int pin_error;
	unsigned int pins_called;
	unsigned int unpins_called;
	bool bar_pinned;
	bool unbalanced;
	DECLARE_BITMAP(tracked, FAKE_PAGES);
	DECLARE_BITMAP(no_track, FAKE_PAGES);
	bool deaf;
	unsigned int crowded;
	void (*during_pin)(struct fake_guest *g, u64 gfn, int n);
	struct completion *hold_unpin;
};

/* Freed with the test, which fails if anything is still pinned then. */
struct fake_guest *fake_guest_create(struct kunit *test);
/* To be called when the shadows are gone: unpins all and checks the books. */
void fake_guest_finish(struct fake_guest *g);
/* The contents of a guest frame. */
u64 *fake_guest_frame(struct fake_guest *g, u64 gfn);
u64 fake_guest_phys(struct fake_guest *g, u64 gfn);
bool fake_guest_is_memory(const struct fake_guest *g, u64 gfn);
/* Two frames exchange their host pages (before they are pinned). */
void fake_guest_swap(struct fake_guest *g, u64 a, u64 b);
void fake_guest_set_hole(struct fake_guest *g, u64 gfn, bool hole);
/* A CPU of the guest wrote to the frame: told if it is tracked. */
void fake_guest_wrote(struct fake_guest *g, u64 gfn);
/*
 * dma_unmap's release, but a worker that gets no processor in time is waited for: how many pages
 * are still used.
 */
unsigned long fake_guest_release(struct fake_guest *g, u64 first, u64 last);
/* How many pages are pinned now. */
unsigned int fake_guest_pinned(const struct fake_guest *g);

#endif
