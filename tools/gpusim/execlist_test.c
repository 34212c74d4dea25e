// SPDX-License-Identifier: GPL-2.0
/*
 * Execlists: context status events as i915 expects them (gt/intel_execlists_submission.c), lite
 * restore, element switch, preemption, and what a context image holds after a save.
 */
#include "execlist.h"
#include "test_util.h"

static struct machine m;

static uint32_t csb(unsigned int n)
{
	return peek(&m, AT_HWSP + 0x40 + n * 8);
}

static uint32_t csb_context(unsigned int n)
{
	return peek(&m, AT_HWSP + 0x44 + n * 8);
}

static uint32_t csb_pointer(void)
{
	return peek(&m, AT_HWSP + 0x7c);
}

static void idle_to_idle(void)
{
	EXEC(&m, 0x10400002, AT_DATA, 0, 0xcafe);	/* MI_STORE_DATA_IMM, GGTT */
	check_eq("store", peek(&m, AT_DATA), 0xcafe);
	check_eq("pointer", csb_pointer(), 1);
	check_eq("register pointer", reg_of(&m, 0x3a0) & 7, 1);
	check_eq("idle to active", csb(0), 0x1);
	check_eq("complete, active to idle", csb(1), 0x18);
	check_eq("of context", csb_context(1), 1);
	check_eq("same in registers", reg_of(&m, 0x378), 0x18);
	check_eq("context in registers", reg_of(&m, 0x37c), 1);
	check_eq("interrupt latched", *gpu_reg(&m.gpu, 0x44308) & 0x100, 0);
	test_done("one element: idle to active, complete");
}

static void two_elements(void)
{
	poke(&m, AT_RING2, 0x10400002);
	poke(&m, AT_RING2 + 4, AT_DATA + 4);
	poke(&m, AT_RING2 + 8, 0);
	poke(&m, AT_RING2 + 12, 0xbeef);
	set_tail(&m, AT_CONTEXT2, 16);
	poke(&m, AT_RING + m.tail, 0);
	poke(&m, AT_RING + m.tail + 4, 0);
	m.tail += 8;
	set_tail(&m, AT_CONTEXT, m.tail);
	submit(&m, descriptor(AT_CONTEXT, 1), descriptor(AT_CONTEXT2, 2));
	run(&m);
	check_eq("second ran", peek(&m, AT_DATA + 4), 0xbeef);
	check_eq("idle to active", csb(2), 0x1);
	check_eq("complete, element switch", csb(3), 0x14);
	check_eq("of the first", csb_context(3), 1);
	check_eq("complete, active to idle", csb(4), 0x18);
	check_eq("of the second", csb_context(4), 2);
	check_eq("pointer", csb_pointer(), 4);
	test_done("two elements");
}

/* A context that waits for a semaphore is running: what is submitted meanwhile meets it there. */
static void start_waiting(void)
{
	const uint32_t wait[] = { 0x0e40c002, 1, AT_DATA + 8, 0 };	/* until equal to 1 */
	unsigned int i;

	poke(&m, AT_DATA + 8, 0);
	for (i = 0; i < 4; i++)
		poke(&m, AT_RING + m.tail + i * 4, wait[i]);
	m.tail += 16;
	set_tail(&m, AT_CONTEXT, m.tail);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
}

static void lite_restore(void)
{
	start_waiting();
	check_eq("idle to active, at index 5", csb(5), 0x1);
	check_eq("pointer", csb_pointer(), 5);
	check_eq("active", m.e->active, true);
	check_eq("RING_CTL: it waits", mmio_read32(&m.gpu, m.e->base + 0x3c) >> 10 & 3, 1);
	check_eq("status names the context", mmio_read32(&m.gpu, m.e->base + 0x238), 1);
	poke(&m, AT_RING + m.tail, 0x10400002);
	poke(&m, AT_RING + m.tail + 4, AT_DATA + 12);
	poke(&m, AT_RING + m.tail + 8, 0);
	poke(&m, AT_RING + m.tail + 12, 0x1234);
	m.tail += 16;
	set_tail(&m, AT_CONTEXT, m.tail);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("lite restore, wrapped to index 0", csb(0), 0x8002);
	check_eq("of the running context", csb_context(0), 1);
	check_eq("still waiting", peek(&m, AT_DATA + 12), 0);
	poke(&m, AT_DATA + 8, 1);
	run(&m);
	check_eq("RING_CTL: no more", mmio_read32(&m.gpu, m.e->base + 0x3c) >> 10 & 3, 0);
	check_eq("went on to the new tail", peek(&m, AT_DATA + 12), 0x1234);
	check_eq("complete", csb(1), 0x18);
	test_done("lite restore");
}

static void preempt(void)
{
	start_waiting();
	poke(&m, AT_RING2 + 16, 0x10400002);
	poke(&m, AT_RING2 + 20, AT_DATA + 16);
	poke(&m, AT_RING2 + 24, 0);
	poke(&m, AT_RING2 + 28, 0x77);
	set_tail(&m, AT_CONTEXT2, 32);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("idle to active", csb(2), 0x1);
	check_eq("preempted", csb(3), 0x2);
	check_eq("the waiting one", csb_context(3), 1);
	check_eq("second ran", peek(&m, AT_DATA + 16), 0x77);
	check_eq("complete", csb(4), 0x18);
	check_eq("head saved at the semaphore", peek(&m, AT_CONTEXT + 0x1000 + 5 * 4),
		 m.tail - 16);
	poke(&m, AT_DATA + 8, 1);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("resumed and complete", csb(0), 0x18);
	test_done("preemption at a semaphore");
}

static void arbitration_off(void)
{
	const uint32_t cmd[] = { 0x04000000, 0x0e40c002, 1, AT_DATA + 8, 0, 0x04000001 };
	unsigned int i;

	poke(&m, AT_DATA + 8, 0);
	for (i = 0; i < 6; i++)
		poke(&m, AT_RING + m.tail + i * 4, cmd[i]);
	m.tail += 24;
	set_tail(&m, AT_CONTEXT, m.tail);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("not preempted", m.e->has_pending, true);
	check_eq("pointer", csb_pointer(), 1);
	poke(&m, AT_DATA + 8, 1);
	run(&m);
	check_eq("taken when the ring is done", m.e->has_pending, false);
	check_eq("completed first", csb(2), 0x18);
	check_eq("then idle to active", csb(3), 0x1);
	check_eq("and complete", csb(4), 0x18);
	test_done("no preemption with arbitration off");
}

static void saved_image(void)
{
	uint32_t page = AT_CONTEXT + 0x1000;

	mmio_write32(&m.gpu, m.e->base + 0x600, 0x600d);
	check_eq("header of the ring state", peek(&m, page + 4), 0x1100101b);
	check_eq("context control, inhibit cleared", peek(&m, page + 12), 0xffff0008);
	check_eq("head", peek(&m, page + 20), m.tail);
	check_eq("tail is the driver's", peek(&m, page + 28), m.tail);
	check_eq("header of the page directories", peek(&m, page + 33 * 4), 0x11001011);
	check_eq("address of PDP0", peek(&m, page + 50 * 4), m.e->base + 0x270);
	check_eq("PDP0", peek(&m, page + 51 * 4), AT_PML4);
	check_eq("header of power state", peek(&m, page + 65 * 4), 0x11000001);
	check_eq("header of engine state", peek(&m, page + 81 * 4), 0x11001057);
	check_eq("MI_MODE with its mask", peek(&m, page + 85 * 4) >> 16, 0xffff);
	check_eq("last is IPEHR", peek(&m, page + 168 * 4), m.e->base + 0x68);
	test_done("saved image");
}

static void state_travels(void)
{
	EXEC(&m, 0x11000001, m.e->base + 0x608, 0x5a5a);
	poke(&m, AT_RING2 + 32, 0x11000001);
	poke(&m, AT_RING2 + 36, m.e->base + 0x608);
	poke(&m, AT_RING2 + 40, 0x1111);
	poke(&m, AT_RING2 + 44, 0);
	set_tail(&m, AT_CONTEXT2, 48);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("the other context's value", reg_of(&m, 0x608), 0x1111);
	EXEC(&m, 0x12400002, m.e->base + 0x608, AT_DATA + 20, 0);
	check_eq("restored from the image", peek(&m, AT_DATA + 20), 0x5a5a);
	test_done("registers travel with the context");
}

static void resets(void)
{
	start_waiting();
	mmio_write32(&m.gpu, m.e->base + 0xd0, 0x00010001);
	check_eq("ready to reset", mmio_read32(&m.gpu, m.e->base + 0xd0) & 2, 2);
	mmio_write32(&m.gpu, 0x941c, 1 << 1);
	check_eq("done", mmio_read32(&m.gpu, 0x941c), 0);
	check_eq("idle", m.e->active, false);
	check_eq("status page forgotten", reg_of(&m, 0x80), 0);
	check_eq("execlists off", reg_of(&m, 0x29c) & 0x8000, 0);
	test_done("engine reset");
}

static void fresh(enum engine_id engine)
{
	machine_fini(&m);
	machine_init(&m, "skl", engine);
}

static void put(uint32_t at, const uint32_t *cmd, unsigned int ndw)
{
	unsigned int i;

	for (i = 0; i < ndw; i++)
		poke(&m, at + 4 * i, cmd[i]);
}

#define PUT(at, ...) do { \
	const uint32_t cmd_[] = { __VA_ARGS__ }; \
	put(at, cmd_, sizeof(cmd_) / 4); \
} while (0)

/* CTX_CONTROL bit 3 clear: the context is switched out where it waits. */
static void semaphore_switch(void)
{
	fresh(RCS);
	poke(&m, AT_CONTEXT + 0x100c, 0x00090001);
	PUT(AT_RING, 0x0e40c002, 1, AT_DATA + 8, 0, 0x10400002, AT_DATA, 0, 0x11);
	PUT(AT_RING2, 0x10400002, AT_DATA + 4, 0, 0x22);
	set_tail(&m, AT_CONTEXT, 32);
	set_tail(&m, AT_CONTEXT2, 16);
	submit(&m, descriptor(AT_CONTEXT, 1), descriptor(AT_CONTEXT2, 2));
	run(&m);
	check_eq("idle to active", csb(0), 0x1);
	check_eq("waits, polling; element switch", csb(1), 0x884);
	check_eq("the first", csb_context(1), 1);
	check_eq("second complete", csb(2), 0x18);
	check_eq("second ran", peek(&m, AT_DATA + 4), 0x22);
	check_eq("first did not", peek(&m, AT_DATA), 0);
	check_eq("head at the semaphore", peek(&m, AT_CONTEXT + 0x1014), 0);
	poke(&m, AT_DATA + 8, 1);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("resumed", peek(&m, AT_DATA), 0x11);
	check_eq("complete", csb(4), 0x18);
	poke(&m, AT_DATA + 8, 0);
	PUT(AT_RING + 32, 0x0e404002, 1, AT_DATA + 8, 0);	/* signal mode */
	set_tail(&m, AT_CONTEXT, 48);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("waits for a signal, active to idle", csb(0), 0x88);
	check_eq("idle", m.e->active, false);
	test_done("context switch at a semaphore");
}

/* A store whose first dword is the ring's last one. */
static void ring_wrap(void)
{
	unsigned int i;

	fresh(RCS);
	for (i = 0; i < 1024; i++)
		poke(&m, AT_RING + 4 * i, 0);
	set_tail(&m, AT_CONTEXT, 4088);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("head before the end", peek(&m, AT_CONTEXT + 0x1014), 4088);
	poke(&m, AT_RING + 4092, 0x10400002);
	PUT(AT_RING, AT_DATA, 0, 0x33, 0x10400002, AT_DATA + 4, 0, 0x44, 0);
	set_tail(&m, AT_CONTEXT, 32);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("over the end", peek(&m, AT_DATA), 0x33);
	check_eq("and on", peek(&m, AT_DATA + 4), 0x44);
	check_eq("head has wrapped once", peek(&m, AT_CONTEXT + 0x1014), 0x200020);
	test_done("the ring wraps inside a command");
}

static void semaphore_signal(void)
{
	struct engine *rcs;

	fresh(RCS);
	rcs = m.e;
	PUT(AT_RING, 0x0e404002, 1, AT_DATA + 8, 0, 0x10400002, AT_DATA, 0, 0x11);
	set_tail(&m, AT_CONTEXT, 32);
	submit(&m, descriptor(AT_CONTEXT, 7), 0);
	run(&m);
	poke(&m, AT_DATA + 8, 1);
	run(&m);
	check_eq("memory alone does not wake it", peek(&m, AT_DATA), 0);
	m.e = &m.gpu.engine[BCS];
	mmio_write32(&m.gpu, 0x2229c, 0x80008000);
	mmio_write32(&m.gpu, 0x2209c, 0x01000000);
	mmio_write32(&m.gpu, 0x22080, AT_HWSP + 0x1000);
	make_context(&m, AT_CONTEXT2, AT_RING2, AT_PML4);
	PUT(AT_RING2, 0x0d800000, 6, 0x0d800000, 7);
	set_tail(&m, AT_CONTEXT2, 8);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("another context's signal", peek(&m, AT_DATA), 0);
	set_tail(&m, AT_CONTEXT2, 16);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("its own", peek(&m, AT_DATA), 0x11);
	check_eq("complete", rcs->active, false);
	test_done("MI_SEMAPHORE_SIGNAL");
}

/* Stops a context in a second-level batch; returns with it saved. */
static void stop_in_second_level(void)
{
	fresh(RCS);
	PUT(AT_BATCH, 0x18c00101, PP_BATCH + 0x100, 0, 0x10000002, PP_DATA + 4, 0, 0x22,
	    0x05000000);
	PUT(AT_BATCH + 0x100, 0x0e00c002, 1, PP_DATA + 8, 0, 0x10000002, PP_DATA, 0, 0x11,
	    0x05000000);
	PUT(AT_RING, 0x18800101, PP_BATCH, 0, 0);
	set_tail(&m, AT_CONTEXT, 16);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	set_tail(&m, AT_CONTEXT2, 8);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("preempted", m.e->nr_preempts, 1);
}

static void resume_batches(void)
{
	uint32_t page = AT_CONTEXT + 0x1000;

	stop_in_second_level();
	check_eq("head behind the batch start", peek(&m, page + 5 * 4), 12);
	check_eq("BBADDR: where the first level goes on", peek(&m, page + 15 * 4),
		 (PP_BATCH + 12) | 1);
	check_eq("BBSTATE: PPGTT", peek(&m, page + 17 * 4), 0x20);
	check_eq("SBBADDR: the semaphore", peek(&m, page + 21 * 4), (PP_BATCH + 0x100) | 1);
	check_eq("SBBSTATE: PPGTT", peek(&m, page + 23 * 4), 0x20);
	poke(&m, AT_DATA + 8, 1);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("second level finished", peek(&m, AT_DATA), 0x11);
	check_eq("first level finished", peek(&m, AT_DATA + 4), 0x22);
	check_eq("nothing left", m.e->active, false);
	test_done("resume in a second-level batch by BBADDR and BBSTATE");
}

/* The image is believed: a forged one resumes a batch in the GGTT, with privilege. */
static void forged_resume(void)
{
	uint32_t page = AT_CONTEXT + 0x1000;

	stop_in_second_level();
	PUT(AT_DATA + 0x1000, 0x11000001, 0x2050, 0x00070007, 0x05000000);
	*gpu_reg(&m.gpu, 0x2050) = 8;
	poke(&m, page + 15 * 4, (AT_DATA + 0x1000) | 1);
	poke(&m, page + 17 * 4, 0);
	poke(&m, page + 21 * 4, 0);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	check_eq("wrote a forbidden register", *gpu_reg(&m.gpu, 0x2050), 0xf);
	check_eq("and no privilege was missed", m.e->hung, false);
	test_done("a forged BBADDR and BBSTATE run with privilege");
}

/* Each page of an image is executed, the last one too. */
static void image_pages(void)
{
	uint32_t last = AT_CONTEXT + 21 * 0x1000;

	fresh(RCS);
	poke(&m, AT_CONTEXT + 0x100c, 0x00090008);		/* not inhibited */
	PUT(last, 0, 0x11001001, 0x40e0, 0x1234);
	PUT(last + 0x800, 0x11000001, 0x40e4, 0x5678, 0x05000000, 0x11000001, 0x40e4, 0);
	EXEC(&m, 0, 0);
	check_eq("first list of the last page", *gpu_reg(&m.gpu, 0x40e0), 0x1234);
	check_eq("second list", *gpu_reg(&m.gpu, 0x40e4), 0x5678);
	fresh(RCS);
	*gpu_reg(&m.gpu, 0x40e0) = 0;
	PUT(last, 0, 0x11001001, 0x40e0, 0x1234);
	EXEC(&m, 0, 0);
	check_eq("not with restore inhibited", *gpu_reg(&m.gpu, 0x40e0), 0);
	fresh(RCS);
	poke(&m, AT_CONTEXT + 0x100c, 0x00090008);
	PUT(AT_CONTEXT + 0x3000, 0, 0x10400002, AT_DATA, 0, 0xbad, 0x02800000, 0x11000001, 0x40e0,
	    0x77);
	EXEC(&m, 0, 0);
	check_eq("a store in the image", peek(&m, AT_DATA), 0xbad);
	check_eq("and the list behind it", *gpu_reg(&m.gpu, 0x40e0), 0x77);
	test_done("every page of an image is executed");
}

/*
 * Ten no-ops into a batch another context arrives; the batch has no-ops up to dword 100, and there
 * what point says. before, after: preemptions that were seen up to there and right behind.
 */
static void run_to_point(enum engine_id engine, uint32_t point, uint64_t *before, uint64_t *after)
{
	unsigned int i;

	fresh(engine);
	for (i = 0; i < 200; i++)
		poke(&m, AT_BATCH + 4 * i, i == 100 ? point : 0);
	poke(&m, AT_BATCH + 4 * i, 0x05000000);
	PUT(AT_RING, 0x18800101, PP_BATCH, 0, 0);
	set_tail(&m, AT_CONTEXT, 16);
	set_tail(&m, AT_CONTEXT2, 8);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	for (i = 0; i < 12; i++)
		execlist_step(m.e);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	for (i = 0; i < 90; i++)
		execlist_step(m.e);
	*before = m.e->nr_preempts;
	for (i = 0; i < 5; i++)
		execlist_step(m.e);
	*after = m.e->nr_preempts;
	run(&m);
}

#define RESUMES_AT(dword) \
	check_eq("resumed behind it", peek(&m, AT_CONTEXT + 0x1000 + 15 * 4), \
		 (PP_BATCH + 4 * (dword)) | 1)

static void preemption_points(void)
{
	static const enum engine_id engines[] = { RCS, BCS, VCS0, VECS };
	uint64_t before, after;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		run_to_point(engines[i], 0x02800000, &before, &after);
		check_eq("not between commands", before, 0);
		check_eq("at MI_ARB_CHECK", after, 1);
		RESUMES_AT(101);
		run_to_point(engines[i], 0x10400002, &before, &after);
		check_eq("not at a store", after, 0);
	}
	run_to_point(RCS, 0x7b000005, &before, &after);		/* 7 dwords */
	check_eq("render: not before a 3DPRIMITIVE", before, 0);
	check_eq("render: at a 3DPRIMITIVE", after, 1);
	RESUMES_AT(107);
	run_to_point(RCS, 0x7105000d, &before, &after);		/* 15 dwords */
	check_eq("render: at a GPGPU_WALKER", after, 1);
	RESUMES_AT(115);
	run_to_point(RCS, 0x7a000004, &before, &after);		/* 6 dwords */
	check_eq("render: not at a PIPE_CONTROL", after, 0);
	test_done("where a batch can be preempted");
}

/* A loop without an arbitration point keeps its engine, and does not take a CPU while it does. */
static void loop_keeps_engine(enum engine_id engine, uint32_t first, uint64_t preempts)
{
	unsigned int i, steps;

	fresh(engine);
	/* ends when the value is not above the one in the command, as IGT's spinner does */
	poke(&m, AT_DATA, ~0u);
	PUT(AT_BATCH, first, 0x1b200002, 0x05000000, PP_DATA, 0, 0x18800101, PP_BATCH, 0);
	PUT(AT_RING, 0x18800101, PP_BATCH, 0, 0);
	set_tail(&m, AT_CONTEXT, 16);
	set_tail(&m, AT_CONTEXT2, 8);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	for (i = 0; i < 1000; i++)
		execlist_step(m.e);
	check_eq("slowed down", m.e->wait, WAIT_LOOP);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	for (i = 0, steps = 0; i < 1000; i++)
		steps += execlist_step(m.e);
	check_eq("preemptions", m.e->nr_preempts, preempts);
	check_eq("goes on being slowed down", steps < 100, true);
}

static void loops(void)
{
	loop_keeps_engine(RCS, 0, 0);
	loop_keeps_engine(BCS, 0, 0);
	check_eq("the other one still waits", m.e->has_pending, true);
	loop_keeps_engine(RCS, 0x02800000, 1);
	loop_keeps_engine(BCS, 0x02800000, 1);
	test_done("an endless loop leaves its engine at an arbitration point only");
}

int main(void)
{
	log_open("/dev/null", false, false);
	machine_init(&m, "skl", RCS);
	idle_to_idle();
	two_elements();
	lite_restore();
	preempt();
	arbitration_off();
	saved_image();
	state_travels();
	resets();
	semaphore_switch();
	semaphore_signal();
	ring_wrap();
	resume_batches();
	forged_resume();
	image_pages();
	preemption_points();
	loops();
	machine_fini(&m);
	return test_summary();
}
