// SPDX-License-Identifier: GPL-2.0
/*
 * The OpRegion of a vGPU: memory in which firmware describes the display to the
 * driver. VMMs copy it into the guest and write its address to config space.
 * It is a header that says: no mailboxes; and, with a display, the table of ports.
 *
 * Layout: i915 display/intel_opregion.c.
 */
#include <linux/string.h>

#include "vgpu_state.h"

struct opregion_header {
	char signature[16];
	__le32 kib;
	u8 reserved;
	u8 revision;
	u8 minor;
	u8 major;
	u8 versions[64];	/* of firmware and driver */
	__le32 mailboxes;
	__le32 driver_model;
};

#define VBT_OFFSET	0x400

void ivgpu_opregion_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count)
{
	static const struct opregion_header header = {
		.signature = "IntelGraphicsMem",
		.kib = cpu_to_le32(IVGPU_OPREGION_SIZE / 1024),
		.major = 2,
	};
	u8 vbt[IVGPU_VBT_SIZE];
	u8 *to = buf;

	ivgpu_vbt_fill(vbt);
	for (; count; count--, offset++) {
		if (offset < sizeof(header))
			*to++ = ((const u8 *)&header)[offset];
		else if (vgpu->display && offset - VBT_OFFSET < sizeof(vbt))
			*to++ = vbt[offset - VBT_OFFSET];
		else
			*to++ = 0;
	}
}
