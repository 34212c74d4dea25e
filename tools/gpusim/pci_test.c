// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration space: what is there (lspci of Skylake; PCI Code and ID, PCI Express, MSI and power
 * management as linux/pci_regs.h names their fields), what a write changes, function level reset,
 * and the return from D3.
 */
#include "pci.h"
#include "test_util.h"
#include "util.h"

static struct machine m;

static uint32_t get(unsigned int off, unsigned int len)
{
	uint32_t val = 0;

	pci_read(&m.gpu, off, &val, len);
	return val;
}

static void put(unsigned int off, uint32_t val, unsigned int len)
{
	pci_write(&m.gpu, off, &val, len);
}

static void identity(void)
{
	static const uint8_t ids[] = { 0x09, 0x10, 0x05, 0x01 };
	unsigned int at, i;

	machine_init(&m, "skl", RCS);
	check_eq("Intel", get(0x00, 2), 0x8086);
	check_eq("HD Graphics 530", get(0x02, 2), 0x1912);
	check_eq("VGA compatible", get(0x09, 3), 0x030000);
	check_eq("BAR0: 64-bit memory", get(0x10, 1) & 0xf, 0x4);
	check_eq("BAR2: 64-bit, prefetchable", get(0x18, 1) & 0xf, 0xc);
	check_eq("BAR4: I/O", get(0x20, 1) & 0x3, 0x1);
	check_eq("capabilities", get(0x06, 2) & 0x10, 0x10);
	for (at = get(0x34, 1), i = 0; at && i < ARRAY_SIZE(ids); at = get(at + 1, 1), i++)
		check_eq("vendor specific, Express, MSI, power management", get(at, 1), ids[i]);
	check_eq("and no more", at, 0);
	check_eq("function level reset", get(0x74, 4) & BIT(28), BIT(28));
	check_eq("8 MiB of GGTT", get(0x50, 2) >> 6 & 3, 3);
	machine_fini(&m);
	test_done("header and capabilities");
}

/* All ones everywhere: what stays of them, byte by byte. A write of DEVCTL's bit 15 is below. */
static void writes(void)
{
	static const struct {
		unsigned int first, last;
		uint8_t bits;
	} rows[] = {
		{ 0x04, 0x04, 0x07 }, { 0x05, 0x05, 0x04 }, { 0x0c, 0x0d, 0xff },
		{ 0x12, 0x27, 0xff }, { 0x3c, 0x3c, 0xff }, { 0x78, 0x78, 0xff },
		{ 0x79, 0x79, 0x7f }, { 0xae, 0xae, 0x01 }, { 0xb0, 0xbb, 0xff },
		{ 0xd4, 0xd4, 0x03 }, { 0xe8, 0xe9, 0xff }, { 0xfc, 0xff, 0xff },
	};
	uint8_t before[256], want;
	unsigned int off, i;

	machine_init(&m, "skl", RCS);
	for (off = 0; off < 256; off++)
		before[off] = (uint8_t)get(off, 1);
	for (off = 0; off < 256; off++)
		put(off, off == 0x79 ? 0x7f : 0xff, 1);
	for (off = 0; off < 256; off++) {
		want = before[off];
		for (i = 0; i < ARRAY_SIZE(rows); i++)
			if (off >= rows[i].first && off <= rows[i].last)
				want |= rows[i].bits;
		if (get(off, 1) != want)
			check_eq("byte", off << 8 | get(off, 1), off << 8 | want);
	}
	check_eq("the vendor stays", get(0x00, 2), 0x8086);
	check_eq("bus master", get(0x04, 2), 0x407);
	machine_fini(&m);
	test_done("what a write changes");
}

static void function_reset(void)
{
	machine_init(&m, "skl", RCS);
	put(0x04, 0x0006, 2);
	put(0xd4, 0x3, 1);
	m.gpu.gtt[9] = 0x171001;
	EXEC(&m, 0x1cu << 23 | 1 << 22 | 1 << 15 | 4 << 12 | 2, 1, AT_DATA, 0);
	check_eq("works", m.e->active, true);
	put(0x78, 0x0010, 2);
	check_eq("not by another bit", m.e->active, true);
	put(0x78, 0x8010, 2);
	check_eq("engines", m.e->active, false);
	check_eq("registers", mmio_read32(&m.gpu, 0x2080), 0);
	check_eq("command", get(0x04, 2), 0);
	check_eq("power state", get(0xd4, 1) & 3, 0);
	check_eq("the bit reads 0", get(0x78, 2), 0);
	check_eq("the identity stays", get(0x00, 4), 0x19128086);
	machine_fini(&m);
	test_done("function level reset");
}

static void power_state(void)
{
	machine_init(&m, "skl", RCS);
	m.gpu.gtt[9] = 0x171001;
	put(0xd4, 0x3, 1);
	put(0xd4, 0x0, 1);
	check_eq("D3 keeps entries", m.gpu.gtt[9], 0x171001);
	check_eq("and registers", mmio_read32(&m.gpu, 0x2080), AT_HWSP);
	m.gpu.fault.lose_power = 1;
	put(0xd4, 0x3, 1);
	check_eq("not before the return", m.gpu.gtt[9], 0x171001);
	put(0xd4, 0x0, 1);
	check_eq("on request: entries are lost", m.gpu.gtt[9], 0);
	check_eq("and registers", mmio_read32(&m.gpu, 0x2080), 0);
	m.gpu.gtt[9] = 0x171001;
	put(0xd4, 0x3, 1);
	put(0xd4, 0x0, 1);
	check_eq("once", m.gpu.gtt[9], 0x171001);
	machine_fini(&m);
	test_done("D3");
}

int main(void)
{
	log_open("/dev/null", false, false);
	identity();
	writes();
	function_reset();
	power_state();
	return test_summary();
}
