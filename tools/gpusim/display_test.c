// SPDX-License-Identifier: GPL-2.0
/*
 * Vertical blanks: a mode of 1080 of 1125 lines at 60 Hz, so that the blank begins 16 ms into each
 * frame of 16.67 ms and lasts 0.67 ms.
 */
#include "display.h"
#include "irq.h"
#include "test_util.h"

static struct machine m;

#define ISR 0x44410		/* pipe B */

static void start(void)
{
	test_clock_ns = 1000000000;
	machine_init(&m, "skl", RCS);
	mmio_write32(&m.gpu, 0x6100c, 1124 << 16 | 1079);
	mmio_write32(&m.gpu, 0x71008, 0x80000000);
	test_clock_ns += 8001000;	/* in the middle of a frame */
	display_tick(&m.gpu);
	mmio_write32(&m.gpu, ISR + 8, ~0u);
	mmio_write32(&m.gpu, ISR + 4, ~0x19u);
	mmio_write32(&m.gpu, ISR + 12, 0x19);
}

static void counters(void)
{
	start();
	check_eq("line 540", mmio_read32(&m.gpu, 0x71000), 540);
	check_eq("frame", mmio_read32(&m.gpu, 0x71040), 0);
	test_clock_ns += 7998000;
	check_eq("last active line", mmio_read32(&m.gpu, 0x71000), 1079);
	check_eq("no blank yet", mmio_read32(&m.gpu, 0x71040), 0);
	test_clock_ns += 2000;
	check_eq("first line of the blank", mmio_read32(&m.gpu, 0x71000), 1080);
	check_eq("next frame", mmio_read32(&m.gpu, 0x71040), 1);
	check_eq("a pipe that is off", mmio_read32(&m.gpu, 0x70040), 0);
	machine_fini(&m);
	test_done("scan lines and frame counter");
}

static void vblank(void)
{
	start();
	check_eq("due in 8 ms", display_due(&m.gpu, now_ns()) / 1000, 7999);
	test_clock_ns += 7900000;
	display_tick(&m.gpu);
	check_eq("not yet", mmio_read32(&m.gpu, ISR + 8), 0);
	test_clock_ns += 200000;
	display_tick(&m.gpu);
	check_eq("vertical blank", mmio_read32(&m.gpu, ISR + 8), 1);
	mmio_write32(&m.gpu, 0x44200, 0x80000000);
	check_eq("pipe B in the master", mmio_read32(&m.gpu, 0x44200), 0x80020000);
	mmio_write32(&m.gpu, ISR + 8, 1);
	display_tick(&m.gpu);
	check_eq("once a frame", mmio_read32(&m.gpu, ISR + 8), 0);
	mmio_write32(&m.gpu, ISR + 4, ~0u);
	check_eq("nobody waits", display_due(&m.gpu, now_ns()), 0);
	mmio_write32(&m.gpu, 0x71008, 0);
	mmio_write32(&m.gpu, ISR + 4, 0);
	check_eq("nor when off", display_due(&m.gpu, now_ns()), 0);
	machine_fini(&m);
	test_done("vertical blank interrupt");
}

static void flips(void)
{
	start();
	mmio_write32(&m.gpu, 0x7119c, 0x123000);
	display_tick(&m.gpu);
	check_eq("waits for the blank", mmio_read32(&m.gpu, ISR + 8), 0);
	test_clock_ns += 8100000;
	display_tick(&m.gpu);
	check_eq("flip of plane 1 done", mmio_read32(&m.gpu, ISR + 8), 0x9);
	check_eq("surface is live", mmio_read32(&m.gpu, 0x711ac), 0x123000);
	machine_fini(&m);
	test_clock_ns = 0;
	test_done("flip");
}

int main(void)
{
	log_open("/dev/null", false, false);
	counters();
	vblank();
	flips();
	return test_summary();
}
