// SPDX-License-Identifier: GPL-2.0
/*
 * Time, with a clock that is set by hand: what commands cost with --speed, what a worker that wakes
 * late is charged with, the timestamps, and the time that engines were busy at once. Costs are
 * those that README.md states.
 */
#include <stdlib.h>
#include <string.h>

#include "stats.h"
#include "test_util.h"

#define NOOPS 600
#define NOOPS_NS (NOOPS * 24ull)
#define STORE_NS 36ull
#define GATHERED_NS 10008ull	/* 417 MI_NOOP: the first sum above 10 us */

static struct machine m;

static void pass_time(uint64_t ns)
{
	test_clock_ns += ns;
	run(&m);
}

/* Starts a context with many MI_NOOP and a store behind them; time stands still. */
static void start_noops(struct engine *e, uint32_t context, uint32_t ring, uint32_t seqno)
{
	unsigned int i;

	m.e = e;
	make_context(&m, context, ring, AT_PML4);
	for (i = 0; i < NOOPS; i++)
		poke(&m, ring + i * 4, 0);
	poke(&m, ring + i * 4, 0x10400002);
	poke(&m, ring + i * 4 + 4, AT_DATA);
	poke(&m, ring + i * 4 + 8, 0);
	poke(&m, ring + i * 4 + 12, seqno);
	set_tail(&m, context, i * 4 + 16);
	submit(&m, descriptor(context, 1), 0);
}

static void set_up(enum engine_id id, double speed)
{
	test_clock_ns = 1000000000;
	machine_init(&m, "skl", id);
	m.gpu.opt.speed = speed;
	test_clock_ns += 12345;
}

static void command_costs(void)
{
	struct engine *e;

	set_up(RCS, 1);
	e = m.e;
	start_noops(e, AT_CONTEXT, AT_RING, 1);
	run(&m);
	check_eq("active at once", e->active, 1);
	pass_time(GATHERED_NS - 1);
	check_eq("the store waits", peek(&m, AT_DATA), 0);
	pass_time(1);
	check_eq("the rest is less than what is gathered", peek(&m, AT_DATA), 1);
	pass_time(NOOPS_NS + STORE_NS - GATHERED_NS - 1);
	check_eq("active until all is paid", e->active, 1);
	pass_time(1);
	check_eq("complete when it is", e->active, 0);
	check_eq("busy", e->busy_ns, NOOPS_NS + STORE_NS);
	check_eq("not late", e->late_ns, 0);
	machine_fini(&m);
	test_done("a command lasts its cost");
}

static void faster(void)
{
	struct engine *e;

	set_up(RCS, 4);
	e = m.e;
	start_noops(e, AT_CONTEXT, AT_RING, 1);
	run(&m);
	pass_time((NOOPS_NS + STORE_NS) / 4 - 1);
	check_eq("active", e->active, 1);
	pass_time(1);
	check_eq("complete after a quarter", e->active, 0);
	check_eq("busy", e->busy_ns, (NOOPS_NS + STORE_NS) / 4);
	machine_fini(&m);
	set_up(RCS, 0);
	start_noops(m.e, AT_CONTEXT, AT_RING, 1);
	run(&m);
	check_eq("without --speed, at once", m.e->active, 0);
	machine_fini(&m);
	test_done("--speed divides it");
}

static void wakes_up(void)
{
	struct engine *e;

	set_up(RCS, 1);
	e = m.e;
	start_noops(e, AT_CONTEXT, AT_RING, 1);
	run(&m);
	pass_time(GATHERED_NS + 3000);
	check_eq("late", e->late_ns, 3000);
	pass_time(NOOPS_NS + STORE_NS - GATHERED_NS - 3000);
	check_eq("caught up", e->active, 0);
	check_eq("busy", e->busy_ns, NOOPS_NS + STORE_NS);
	check_eq("not later", e->late_ns, 3000);
	check_eq("nothing given up", e->behind_ns, 0);
	machine_fini(&m);
	test_done("a late wake-up is counted, and caught up");
}

static void far_behind(void)
{
	struct engine *e;

	set_up(RCS, 1);
	e = m.e;
	start_noops(e, AT_CONTEXT, AT_RING, 1);
	run(&m);
	pass_time(GATHERED_NS + 60000000);
	check_eq("late", e->late_ns, 60000000);
	check_eq("given up but for the next command", e->behind_ns, 60000000 - 24);
	check_eq("goes on from now", e->active, 1);
	pass_time(NOOPS_NS + STORE_NS - GATHERED_NS - 24);
	check_eq("complete", e->active, 0);
	machine_fini(&m);
	test_done("what is too late is given up, and counted");
}

static void idle_is_nobodys(void)
{
	struct engine *e;

	set_up(RCS, 1);
	e = m.e;
	start_noops(e, AT_CONTEXT, AT_RING, 1);
	run(&m);
	pass_time(GATHERED_NS);
	pass_time(NOOPS_NS + STORE_NS - GATHERED_NS);
	pass_time(40000000);
	start_noops(e, AT_CONTEXT, AT_RING, 2);
	run(&m);
	pass_time(GATHERED_NS);
	pass_time(NOOPS_NS + STORE_NS - GATHERED_NS - 1);
	check_eq("costs as much the second time", e->active, 1);
	pass_time(1);
	check_eq("complete", e->active, 0);
	check_eq("busy twice as long", e->busy_ns, 2 * (NOOPS_NS + STORE_NS));
	check_eq("not late", e->late_ns, 0);
	machine_fini(&m);
	test_done("idle time pays for nothing");
}

static void waiting_costs_nothing(void)
{
	struct engine *e;
	int i;

	set_up(RCS, 1);
	e = m.e;
	poke(&m, AT_DATA + 8, 0);
	EXEC(&m, 0x0e40c002, 1, AT_DATA + 8, 0);	/* until it is 1 */
	for (i = 0; i < 1000; i++)
		pass_time(50000);
	check_eq("still waits for its semaphore", e->wait, WAIT_SEMAPHORE);
	poke(&m, AT_DATA + 8, 1);
	run(&m);
	pass_time(100);
	check_eq("goes on at once", e->active, 0);
	check_eq("not late", e->late_ns, 0);
	machine_fini(&m);
	test_done("polling a semaphore costs nothing");
}

static void draws_and_blits(void)
{
	set_up(RCS, 1);
	EXEC(&m, 0x7b000005, 0, 0, 0, 0, 0, 0);		/* 3DPRIMITIVE, then padding */
	pass_time(5000 + 20 + 7 * 4 + 24 - 1);
	check_eq("3DPRIMITIVE runs", m.e->active, 1);
	pass_time(1);
	check_eq("and ends", m.e->active, 0);
	machine_fini(&m);
	set_up(BCS, 1);
	/* XY_COLOR_BLT, 64x64 of 4 bytes at PPGTT 0x10000 */
	EXEC(&m, 0x54300005, 0x03f00100, 0, 64 << 16 | 64, PP_DATA, 0, 0x12345678);
	pass_time(64 * 64 * 4 / 10 + 20 + 7 * 4 + 24 - 1);
	check_eq("the blit runs", m.e->active, 1);
	pass_time(2);					/* 1638.4 */
	check_eq("and ends", m.e->active, 0);
	check_eq("drawn", peek(&m, AT_DATA + 0x3ffc), 0x12345678);
	machine_fini(&m);
	test_done("draws and blits have costs of their own");
}

static void clocks(void)
{
	uint32_t t0, ctx0;

	set_up(RCS, 1);
	t0 = mmio_read32(&m.gpu, 0x2358);
	pass_time(1000000000);
	check_eq("idle, a second: 12 MHz", mmio_read32(&m.gpu, 0x2358) - t0, 12000000);
	check_eq("on all engines", mmio_read32(&m.gpu, 0x22358) - t0, 12000000);
	check_eq("and where the GuC has it", mmio_read32(&m.gpu, 0xc3e8) - t0, 12000000);
	pass_time(3600ull * 1000000000);
	check_eq("36 bits", mmio_read32(&m.gpu, 0x235c), (12000000ull * 3601 + t0) >> 32);
	ctx0 = mmio_read32(&m.gpu, 0x23a8);
	pass_time(1000000000);
	check_eq("CTX_TIMESTAMP stands still while idle", mmio_read32(&m.gpu, 0x23a8), ctx0);
	poke(&m, AT_DATA + 8, 0);
	EXEC(&m, 0x0e40c002, 1, AT_DATA + 8, 0);
	pass_time(500000000);
	check_eq("and counts while a context is there", mmio_read32(&m.gpu, 0x23a8) - ctx0,
		 6000000);
	machine_fini(&m);
	test_done("timestamps tick on the clock");
}

static unsigned long long overlap_ns;

static void find_overlap(const char *line)
{
	static const char start[] = "overlap rcs bcs ns ";

	if (!strncmp(line, start, sizeof(start) - 1))
		overlap_ns = strtoull(line + sizeof(start) - 1, NULL, 10);
}

static void overlap(void)
{
	struct engine *rcs, *bcs;

	set_up(RCS, 1);
	rcs = m.e;
	bcs = &m.gpu.engine[BCS];
	mmio_write32(&m.gpu, bcs->base + 0x29c, 0x80008000);
	mmio_write32(&m.gpu, bcs->base + 0x9c, 0x01000000);
	mmio_write32(&m.gpu, bcs->base + 0x80, AT_HWSP);
	start_noops(rcs, AT_CONTEXT, AT_RING, 1);
	run(&m);
	pass_time(GATHERED_NS);
	start_noops(bcs, AT_CONTEXT2, AT_RING2, 2);
	run(&m);
	stats_print(&m.gpu, find_overlap);
	check_eq("none yet", overlap_ns, 0);
	pass_time(1000);
	stats_print(&m.gpu, find_overlap);
	check_eq("seen while it lasts", overlap_ns, 1000);
	pass_time(NOOPS_NS + STORE_NS - GATHERED_NS - 1000);
	check_eq("the first is done", rcs->active, 0);
	pass_time(100000);
	check_eq("the second is done", bcs->active, 0);
	stats_print(&m.gpu, find_overlap);
	check_eq("both were busy", overlap_ns, NOOPS_NS + STORE_NS - GATHERED_NS);
	machine_fini(&m);
	test_done("time in which two engines were busy");
}

int main(void)
{
	log_open("/dev/null", false, false);
	command_costs();
	faster();
	wakes_up();
	far_behind();
	idle_is_nobodys();
	waiting_costs_nothing();
	draws_and_blits();
	clocks();
	overlap();
	return test_summary();
}
