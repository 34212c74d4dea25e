/* SPDX-License-Identifier: GPL-2.0 */
/*
 * display: the virtual monitor of a vGPU, and the pipe that feeds it.
 *
 * For: what the monitor says of itself (EDID, by I2C), how the VMM sets that,
 * the pipe's frames and interrupts, and the picture that the VMM is given.
 * Owns: struct ivgpu_display. Knows no registers but those of i915's names that
 * vgpu/ hands in.
 * Locks: ivgpu_display.lock (spin, leaf; EDID and link), ivgpu_pipe.lock (spin;
 * see pipe.h) and those of a screen (see screen.h). What is marked so is serialised by the caller.
 */
#ifndef IVGPU_DISPLAY_H
#define IVGPU_DISPLAY_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "edid.h"
#include "gmbus.h"
#include "pipe.h"
#include "screen.h"
#include "vbt.h"

/**
 * struct ivgpu_display_ops - what a display asks of its vGPU
 * @pipe: interrupts of the pipe; any context
 * @screen: the guest's pictures; may sleep
 * @hotplug: the monitor was plugged in or pulled out; may sleep
 */
struct ivgpu_display_ops {
	struct ivgpu_pipe_ops pipe;
	struct ivgpu_screen_ops screen;
	void (*hotplug)(void *owner, bool plugged);
};

/* The VMM's words with the monitor: VFIO's EDID region behind its header. */
#define IVGPU_EDID_BLOB		1024

/**
 * struct ivgpu_display - a virtual monitor with its pipe
 * @lock: @mode, @edid, @blob, @blob_size, @asked, @plugged
 * @ops: see there
 * @owner: passed to @ops
 * @mode: the monitor's preferred timing
 * @edid: what the guest reads
 * @blob: what the VMM wrote, or at first @edid
 * @blob_size: bytes of it
 * @asked: link state as the VMM wrote it
 * @plugged: the monitor is there
 * @serial: in the EDID
 * @gmbus: I2C; the caller serialises
 * @armed: planes as they count since their surface was written; the caller serialises
 * @screen: see there
 * @pipe: see there
 */
struct ivgpu_display {
	spinlock_t lock;	/* the monitor */
	const struct ivgpu_display_ops *ops;
	void *owner;
	struct ivgpu_mode mode;
	u8 edid[IVGPU_EDID_SIZE];
	u8 blob[IVGPU_EDID_BLOB];
	u32 blob_size;
	u32 asked;
	bool plugged;
	u32 serial;
	struct ivgpu_gmbus gmbus;
	struct ivgpu_screen_state armed;
	struct ivgpu_screen *screen;
	struct ivgpu_pipe pipe;
};

struct ivgpu_display *ivgpu_display_create(const struct ivgpu_display_ops *ops, void *owner,
					   u32 serial);
void ivgpu_display_destroy(struct ivgpu_display *display);
void ivgpu_display_set_mode(struct ivgpu_display *display, u32 width, u32 height);
void ivgpu_display_reset(struct ivgpu_display *display);
bool ivgpu_display_plugged(struct ivgpu_display *display);

/* I2C; @reg 0 to 3 for GMBUS0 to GMBUS3. The caller serialises. */
u32 ivgpu_display_i2c_read(struct ivgpu_display *display, unsigned int reg);
void ivgpu_display_i2c_write(struct ivgpu_display *display, unsigned int reg, u32 value);

/* link.c: VFIO's EDID region. */
u32 ivgpu_display_link_size(void);
void ivgpu_display_link_read(struct ivgpu_display *display, u32 offset, void *buf, u32 count);
int ivgpu_display_link_write(struct ivgpu_display *display, u32 offset, const void *buf,
			     u32 count);

#endif
