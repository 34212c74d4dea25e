// SPDX-License-Identifier: GPL-2.0
/*
 * GMBUS, as far as i915 uses it (display/intel_gmbus.c and _regs.h): index reads,
 * plain reads and writes, NAK and its clearing. A transfer is done the moment it
 * is asked for, so the driver never has to wait.
 */
#include <linux/bits.h>
#include <linux/kernel.h>

#include "gmbus.h"

#define PIN_DPB		5	/* of port B, with a Sunrise Point south bridge */
#define PIN_1_BXT	1	/* of port B, with a Cannon Point one */
#define PIN_MASK	0x7
#define EDID_ADDRESS	0x50

/* GMBUS1 */
#define CLEAR		BIT(31)
#define GO		BIT(30)
#define CYCLE_STOP	BIT(27)
#define CYCLE_INDEX	BIT(26)
#define CYCLE_WAIT	BIT(25)
#define COUNT_SHIFT	16
#define COUNT_MASK	0x1ff
#define INDEX_SHIFT	8
#define ADDRESS_SHIFT	1
#define ADDRESS_MASK	0x7f
#define READING		BIT(0)

/* GMBUS2 */
#define WAIT_PHASE	BIT(14)
#define READY		BIT(11)
#define NAK		BIT(10)
#define ACTIVE		BIT(9)

/* The driver sends bytes; the first of a transfer says where reading goes on. */
static void take_data(struct ivgpu_gmbus *bus, bool first)
{
	if (first && bus->left)
		bus->at = bus->data;
	bus->left -= min(bus->left, 4u);
}

static void begin(struct ivgpu_gmbus *bus, u32 value, bool plugged)
{
	u32 address = value >> ADDRESS_SHIFT & ADDRESS_MASK;

	bus->active = true;
	bus->left = value >> COUNT_SHIFT & COUNT_MASK;
	bus->reading = value & READING;
	bus->nak = !plugged || address != EDID_ADDRESS ||
		   (bus->pin != PIN_DPB && bus->pin != PIN_1_BXT);
	if (bus->nak) {
		bus->left = 0;
		return;
	}
	if (value & CYCLE_INDEX)
		bus->at = value >> INDEX_SHIFT;
	if (!bus->reading)
		take_data(bus, !(value & CYCLE_INDEX));
}

static void command(struct ivgpu_gmbus *bus, u32 value, bool plugged)
{
	if (value & CLEAR) {
		bus->active = false;
		bus->nak = false;
		bus->left = 0;
		return;
	}
	if (!(value & GO))
		return;
	if (value & (CYCLE_WAIT | CYCLE_INDEX))
		begin(bus, value, plugged);
	if (value & CYCLE_STOP)
		bus->active = false;
}

static u32 status(const struct ivgpu_gmbus *bus)
{
	if (bus->nak)
		return NAK;
	if (!bus->active)
		return 0;
	return ACTIVE | READY | (bus->left ? 0 : WAIT_PHASE);
}

static u32 give_data(struct ivgpu_gmbus *bus, const u8 *edid)
{
	u32 i, value = 0;

	if (!bus->active || !bus->reading)
		return bus->data;
	for (i = 0; i < 4 && bus->left; i++, bus->left--)
		value |= (u32)edid[bus->at++] << 8 * i;
	return value;
}

/**
 * ivgpu_gmbus_read() - a register as the driver sees it
 * @bus: the controller
 * @reg: number of the register, 0 to 3
 * @edid: what the monitor has, 256 bytes
 *
 * Return: its value.
 */
u32 ivgpu_gmbus_read(struct ivgpu_gmbus *bus, unsigned int reg, const u8 *edid)
{
	switch (reg) {
	case 2:
		return status(bus);
	case 3:
		return give_data(bus, edid);
	default:
		return 0;
	}
}

/**
 * ivgpu_gmbus_write() - the driver writes a register
 * @bus: the controller
 * @reg: number of the register, 0 to 3
 * @value: any
 * @plugged: the monitor is there
 */
void ivgpu_gmbus_write(struct ivgpu_gmbus *bus, unsigned int reg, u32 value, bool plugged)
{
	switch (reg) {
	case 0:
		bus->pin = value & PIN_MASK;
		break;
	case 1:
		command(bus, value, plugged);
		break;
	case 3:
		bus->data = value;
		if (bus->active && !bus->reading)
			take_data(bus, false);
		break;
	default:
		break;
	}
}
