// SPDX-License-Identifier: GPL-2.0
/*
 * VFIO's EDID region: the VMM pulls the monitor's plug, writes an EDID, and plugs it
 * in again (include/uapi/linux/vfio.h, struct vfio_region_gfx_edid).
 */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/vfio.h>

#include "display.h"

#define HEADER	sizeof(struct vfio_region_gfx_edid)
#define UP	VFIO_DEVICE_GFX_LINK_STATE_UP
#define DOWN	VFIO_DEVICE_GFX_LINK_STATE_DOWN

static_assert(sizeof(struct vfio_region_gfx_edid) == 24);

u32 ivgpu_display_link_size(void)
{
	return HEADER + IVGPU_EDID_BLOB;
}

/* Lock held. */
static void fill_header(const struct ivgpu_display *display, struct vfio_region_gfx_edid *header)
{
	*header = (struct vfio_region_gfx_edid){
		.edid_offset = HEADER,
		.edid_max_size = IVGPU_EDID_BLOB,
		.edid_size = display->blob_size,
		.max_xres = IVGPU_MAX_WIDTH,
		.max_yres = IVGPU_MAX_HEIGHT,
		.link_state = display->asked ?: UP,
	};
}

/**
 * ivgpu_display_link_read() - the VMM reads the region
 * @display: the display
 * @offset: in the region
 * @buf: where to
 * @count: bytes, inside the region
 */
void ivgpu_display_link_read(struct ivgpu_display *display, u32 offset, void *buf, u32 count)
{
	struct vfio_region_gfx_edid header;
	unsigned long flags;
	u8 *to = buf;

	spin_lock_irqsave(&display->lock, flags);
	fill_header(display, &header);
	for (; count; count--, offset++)
		*to++ = offset < HEADER ? ((u8 *)&header)[offset] : display->blob[offset - HEADER];
	spin_unlock_irqrestore(&display->lock, flags);
}

/* Lock held: the plug goes in. An EDID that says nothing leaves the old one. */
static void plug_in(struct ivgpu_display *display)
{
	u32 width, height;

	if (!ivgpu_edid_preferred(display->blob, display->blob_size, &width, &height)) {
		ivgpu_mode_fill(&display->mode, width, height);
		ivgpu_edid_fill(display->edid, &display->mode, display->serial);
	}
	WRITE_ONCE(display->plugged, true);
}

/* Lock held. */
static int set_field(struct ivgpu_display *display, u32 offset, u32 value)
{
	switch (offset) {
	case offsetof(struct vfio_region_gfx_edid, edid_size):
		if (value > IVGPU_EDID_BLOB)
			return -EINVAL;
		display->blob_size = value;
		return 0;
	case offsetof(struct vfio_region_gfx_edid, link_state):
		if (value != UP && value != DOWN)
			return -EINVAL;
		display->asked = value;
		if (value == UP)
			plug_in(display);
		else
			WRITE_ONCE(display->plugged, false);
		return 0;
	default:
		return -EINVAL;
	}
}

/**
 * ivgpu_display_link_write() - the VMM writes the region
 * @display: the display
 * @offset: in the region
 * @buf: where from
 * @count: bytes, inside the region
 *
 * Return: 0, or -EINVAL: a part that is read-only, a value that has no meaning,
 * or part of a field.
 */
int ivgpu_display_link_write(struct ivgpu_display *display, u32 offset, const void *buf,
			     u32 count)
{
	bool before, after;
	unsigned long flags;
	u32 value;
	int ret = 0;

	spin_lock_irqsave(&display->lock, flags);
	before = display->plugged;
	if (offset >= HEADER) {
		memcpy(display->blob + (offset - HEADER), buf, count);
	} else if (count == sizeof(value) && offset % sizeof(value) == 0) {
		memcpy(&value, buf, sizeof(value));
		ret = set_field(display, offset, value);
	} else {
		ret = -EINVAL;
	}
	after = display->plugged;
	spin_unlock_irqrestore(&display->lock, flags);
	if (before != after)
		display->ops->hotplug(display->owner, after);
	return ret;
}
