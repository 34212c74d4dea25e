/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The screen: what a monitor would show, as a linear picture in memory for the VMM.
 *
 * Reading a guest's picture is what costs, so it is read when it may have changed:
 * all of it when a plane was armed, a GGTT entry under it changed or the GPU worked
 * for this guest; the bytes that were written through BAR2; and otherwise a few
 * samples of each row, other ones each time, of which one that changed makes all of
 * it be read. (The guest's CPUs write to their memory without anybody being told.)
 *
 * Locks: ivgpu_screen.lock (mutex; one update at a time) outside ivgpu_vgpu.trap_lock;
 * ivgpu_screen.pixels_lock (mutex, leaf; the buffer is made once) may be taken under
 * mmap_lock; ivgpu_screen.damage_lock (spin, leaf).
 */
#ifndef IVGPU_DISPLAY_SCREEN_H
#define IVGPU_DISPLAY_SCREEN_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "edid.h"
#include "plane.h"

#define IVGPU_PLANES		3
#define IVGPU_SCREEN_BYTES	(IVGPU_MAX_WIDTH * IVGPU_MAX_HEIGHT * 4)
#define IVGPU_CURSOR_MAX	256
#define IVGPU_LINE_MAX		8192	/* what PLANE_SIZE can say */

/**
 * struct ivgpu_screen_state - what the registers say, all of one moment
 * @on: the pipe runs
 * @source: PIPESRC
 * @planes: the first is the primary one
 * @cursor: see there
 * @cursor_armed: how often it was armed
 * @palette: for indexed pixels, 0xRRGGBB
 * @work: changes whenever the GPU worked for the guest
 */
struct ivgpu_screen_state {
	bool on;
	u32 source;
	struct ivgpu_plane_regs planes[IVGPU_PLANES];
	struct ivgpu_cursor_regs cursor;
	u32 cursor_armed;
	u32 palette[IVGPU_PALETTE];
	u64 work;
};

/**
 * struct ivgpu_screen_ops - where pixels come from; may sleep
 * @read: bytes of the guest's GGTT, inside one page; what is not there is zero
 * @generation: changes when an entry of the range changes its page
 */
struct ivgpu_screen_ops {
	void (*read)(void *owner, u32 addr, void *buf, u32 len);
	u64 (*generation)(void *owner, u32 addr, u32 len);
};

struct ivgpu_screen_stats {
	u64 updates;		/* looks at the screen */
	u64 full;		/* of them: all of it was read */
	u64 partial;		/* of them: parts of it were read */
	u64 bytes;		/* of guest memory, read */
	u64 unsupported;	/* planes that could not be shown */
};

/* Bytes of each row that were written, from and to; from >= to: none. */
struct ivgpu_damage {
	bool any;
	u16 from[IVGPU_MAX_HEIGHT];
	u16 to[IVGPU_MAX_HEIGHT];
};

/**
 * struct ivgpu_screen - the screen of one vGPU
 * @lock: all but what is protected by the others
 * @pixels_lock: that @pixels is made once
 * @damage_lock: @watched, @watching, @damage
 * @ops: see there
 * @owner: passed to @ops
 * @stats: counters
 * @pixels: the picture; IVGPU_SCREEN_BYTES, rows without gaps
 * @width: of the picture, pixels; 0: nothing to show
 * @height: of the picture, rows
 * @shown: what it shows
 * @plane: the primary one, decoded; valid where @fast
 * @fast: the primary plane fills the screen and nothing but the cursor is on it
 * @generation: of the primary plane's entries
 * @phase: which samples are taken
 * @watched: the primary plane, for writes through BAR2
 * @watching: @watched is valid
 * @damage: collected since the last look
 * @seen: the same, being worked on
 * @cursor_image: the cursor's pixels
 * @under: what the cursor hides
 * @under_x: where that is, from the left edge
 * @under_y: where that is, from the top
 * @under_width: its width; 0: nothing
 * @under_height: its height
 * @row: scratch, pixels
 * @line: scratch, a whole row of a plane that is not plain
 * @colours: scratch, U and V of such a row
 * @bytes: scratch, bytes of a page
 */
struct ivgpu_screen {
	struct mutex lock;		/* one update at a time */
	struct mutex pixels_lock;	/* @pixels is made once */
	spinlock_t damage_lock;		/* @watched, @watching, @damage */
	const struct ivgpu_screen_ops *ops;
	void *owner;
	struct ivgpu_screen_stats stats;
	u32 *pixels;
	u32 width, height;
	struct ivgpu_screen_state shown;
	struct ivgpu_plane plane;
	bool fast;
	u64 generation;
	u32 phase;
	struct ivgpu_plane watched;
	bool watching;
	struct ivgpu_damage damage;
	struct ivgpu_damage seen;
	u32 cursor_image[IVGPU_CURSOR_MAX * IVGPU_CURSOR_MAX];
	u32 under[IVGPU_CURSOR_MAX * IVGPU_CURSOR_MAX];
	u32 under_x, under_y, under_width, under_height;
	u32 row[1024];
	u32 line[IVGPU_LINE_MAX];
	u32 colours[IVGPU_LINE_MAX / 2];
	u8 bytes[4096];
};

struct ivgpu_screen *ivgpu_screen_create(const struct ivgpu_screen_ops *ops, void *owner);
void ivgpu_screen_destroy(struct ivgpu_screen *screen);
void *ivgpu_screen_pixels(struct ivgpu_screen *screen);
int ivgpu_screen_update(struct ivgpu_screen *screen, const struct ivgpu_screen_state *state);
bool ivgpu_screen_wrote(struct ivgpu_screen *screen, u32 addr, u32 len);
void ivgpu_screen_forget(struct ivgpu_screen *screen);
void ivgpu_screen_close(struct ivgpu_screen *screen);

#endif
