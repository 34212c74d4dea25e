/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The I2C controller by which a driver reads the monitor's EDID, with nothing
 * but the monitor on it. Pure; the caller serialises.
 */
#ifndef IVGPU_DISPLAY_GMBUS_H
#define IVGPU_DISPLAY_GMBUS_H

#include <linux/types.h>

/**
 * struct ivgpu_gmbus - state of the controller
 * @pin: which bus the driver chose; 0: none
 * @active: a transfer was begun and not yet stopped
 * @nak: nobody answered
 * @reading: direction
 * @left: bytes of the transfer to go
 * @at: the monitor's byte that comes next
 * @data: what the driver wrote, to be sent
 */
struct ivgpu_gmbus {
	u8 pin;
	bool active;
	bool nak;
	bool reading;
	u32 left;
	u8 at;
	u32 data;
};

/* GMBUS0 to GMBUS3, by number; others hold what was written. */
u32 ivgpu_gmbus_read(struct ivgpu_gmbus *bus, unsigned int reg, const u8 *edid);
void ivgpu_gmbus_write(struct ivgpu_gmbus *bus, unsigned int reg, u32 value, bool plugged);

#endif
