// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual monitor as a whole: made, reset, and its EDID read by I2C.
 */
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "display.h"

/**
 * ivgpu_display_create() - make a monitor, plugged in
 * @ops: see there
 * @owner: passed to @ops
 * @serial: number in its EDID
 *
 * ivgpu_display_set_mode() is to follow. May sleep.
 *
 * Return: the display, or ERR_PTR(-ENOMEM).
 */
struct ivgpu_display *ivgpu_display_create(const struct ivgpu_display_ops *ops, void *owner,
					   u32 serial)
{
	struct ivgpu_display *display = kzalloc(sizeof(*display), GFP_KERNEL);

	if (!display)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&display->lock);
	display->ops = ops;
	display->owner = owner;
	display->serial = serial;
	display->screen = ivgpu_screen_create(&ops->screen, owner);
	if (IS_ERR(display->screen)) {
		kfree(display);
		return ERR_PTR(-ENOMEM);
	}
	ivgpu_pipe_init(&display->pipe, &ops->pipe, owner);
	return display;
}

/**
 * ivgpu_display_destroy() - take it away; no callback runs afterwards. May sleep.
 * @display: the display, or NULL
 */
void ivgpu_display_destroy(struct ivgpu_display *display)
{
	if (!display)
		return;
	ivgpu_pipe_fini(&display->pipe);
	ivgpu_screen_destroy(display->screen);
	kfree(display);
}

/**
 * ivgpu_display_set_mode() - a monitor of this size, plugged in
 * @display: the display
 * @width: pixels; brought into range
 * @height: the same
 *
 * What a VMM has said before is forgotten.
 */
void ivgpu_display_set_mode(struct ivgpu_display *display, u32 width, u32 height)
{
	unsigned long flags;

	spin_lock_irqsave(&display->lock, flags);
	ivgpu_mode_fill(&display->mode, width, height);
	ivgpu_edid_fill(display->edid, &display->mode, display->serial);
	memset(display->blob, 0, sizeof(display->blob));
	memcpy(display->blob, display->edid, sizeof(display->edid));
	display->blob_size = sizeof(display->edid);
	display->asked = 0;
	display->plugged = true;
	spin_unlock_irqrestore(&display->lock, flags);
}

/**
 * ivgpu_display_reset() - what a power cycle of the guest leaves
 * @display: the display
 *
 * The monitor is not the guest's: it stays as it is. The caller serialises.
 */
void ivgpu_display_reset(struct ivgpu_display *display)
{
	ivgpu_pipe_stop(&display->pipe);
	memset(&display->gmbus, 0, sizeof(display->gmbus));
	memset(&display->armed, 0, sizeof(display->armed));
}

/**
 * ivgpu_display_plugged() - is the monitor there?
 * @display: the display
 *
 * Return: what the VMM said last, true before it said anything.
 */
bool ivgpu_display_plugged(struct ivgpu_display *display)
{
	return READ_ONCE(display->plugged);
}

u32 ivgpu_display_i2c_read(struct ivgpu_display *display, unsigned int reg)
{
	unsigned long flags;
	u32 value;

	spin_lock_irqsave(&display->lock, flags);
	value = ivgpu_gmbus_read(&display->gmbus, reg, display->edid);
	spin_unlock_irqrestore(&display->lock, flags);
	return value;
}

void ivgpu_display_i2c_write(struct ivgpu_display *display, unsigned int reg, u32 value)
{
	ivgpu_gmbus_write(&display->gmbus, reg, value, ivgpu_display_plugged(display));
}
