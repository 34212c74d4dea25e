// SPDX-License-Identifier: GPL-2.0
/*
 * The OpRegion of a vGPU: memory in which firmware describes the display to the
 * driver. VMMs copy it into the guest and write its address to config space.
 * While there is no display it is a header that says: no mailboxes.
 *
 * Layout: i915 display/intel_opregion.c.
 */
#include <linux/string.h>

#include "vgpu.h"

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

void ivgpu_opregion_read(u32 offset, void *buf, u32 count)
{
	static const struct opregion_header header = {
		.signature = "IntelGraphicsMem",
		.kib = cpu_to_le32(IVGPU_OPREGION_SIZE / 1024),
		.major = 2,
	};
	u8 *to = buf;

	for (; count; count--, offset++)
		*to++ = offset < sizeof(header) ? ((const u8 *)&header)[offset] : 0;
}
