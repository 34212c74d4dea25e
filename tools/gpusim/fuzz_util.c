// SPDX-License-Identifier: GPL-2.0
/* The machine of the fuzzers, and what must hold after any input. */
#include "fuzz_util.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "executor.h"
#include "util.h"

#define PASSES 24			/* of all engines, 256 commands each */
#define WAITS 40			/* that time is set forward */
#define BLIT_MS 20			/* real time: then a blit is given up, as by a reset */

static struct gpu *blitting;

uint8_t fuzz_u8(struct fuzz_input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->data++;
}

uint32_t fuzz_u32(struct fuzz_input *in)
{
	uint32_t val = fuzz_u8(in);

	val |= (uint32_t)fuzz_u8(in) << 8;
	val |= (uint32_t)fuzz_u8(in) << 16;
	return val | (uint32_t)fuzz_u8(in) << 24;
}

/* A blit may be as long as a driver likes; the lock is not held meanwhile, and a reset ends it. */
static void on_timer(int signal)
{
	int i;

	(void)signal;
	for (i = 0; blitting && i < NUM_ENGINES; i++)
		if (blitting->engine[i].unlocked)
			atomic_store(&blitting->engine[i].abandon, true);
}

static void start_timer(void)
{
	const struct itimerval every = {
		.it_interval.tv_usec = BLIT_MS * 1000, .it_value.tv_usec = BLIT_MS * 1000,
	};
	struct sigaction act = { .sa_handler = on_timer, .sa_flags = SA_RESTART };
	static bool started;

	if (started)
		return;
	started = true;
	sigaction(SIGVTALRM, &act, NULL);
	setitimer(ITIMER_VIRTUAL, &every, NULL);
}

void fuzz_machine(struct machine *m, uint8_t options)
{
	static const enum engine_id engines[] = { RCS, BCS, VCS0, VECS };

	start_timer();
	log_open("/dev/null", options & 4, false);
	test_clock_ns = 1000000000;
	machine_init(m, options & 8 ? "bdw" : "skl", engines[options & 3]);
	m->gpu.opt.stale_tlb = options & 16;
	m->gpu.opt.write_back = options & 32;
	m->gpu.opt.tlb_off = options & 64;
	m->gpu.opt.speed = options & 128 ? 1 : 0;
	blitting = &m->gpu;
}

void fuzz_run(struct machine *m)
{
	int pass = 0, waits;

	for (waits = 0; waits < WAITS; waits++) {
		while (pass < PASSES && executor_pass(&m->gpu))
			pass++;
		test_clock_ns += 1000;
		if (pass == PASSES || !executor_skip_wait(&m->gpu))
			break;
	}
}

static void repair(struct machine *m)
{
	uint64_t bus;

	m->gpu.fault = (struct faults){ 0 };
	mmio_write32(&m->gpu, 0x941c, 1);
	fuzz_run(m);
	for (bus = BUS_BASE; bus < BUS_BASE + RAM_SIZE; bus += 0x1000)
		m->gpu.gtt[bus >> 12] = bus | 1;
	for (bus = AT_CONTEXT; bus < AT_CONTEXT + 0x16000; bus += 4096)
		memset(mem_page(&m->gpu.mem, bus, true), 0, 4096);
	m->e = &m->gpu.engine[RCS];
	mmio_write32(&m->gpu, 0x101008, 1);
	mmio_write32(&m->gpu, m->e->base + 0x29c, 0x80008000);
	mmio_write32(&m->gpu, m->e->base + 0x9c, 0x01000000);
	mmio_write32(&m->gpu, m->e->base + 0x80, AT_HWSP);
	make_context(m, AT_CONTEXT, AT_RING, AT_PML4);
}

void fuzz_end(struct machine *m)
{
	static const uint32_t store[] = { 0x10400002, AT_DATA, 0, 0xa11fe };
	unsigned int i;

	repair(m);
	poke(m, AT_DATA, 0);
	for (i = 0; i < ARRAY_SIZE(store); i++)
		poke(m, AT_RING + i * 4, store[i]);
	set_tail(m, AT_CONTEXT, sizeof(store));
	submit(m, descriptor(AT_CONTEXT, 7), 0);
	for (i = 0; i < 8 && peek(m, AT_DATA) != 0xa11fe; i++)
		fuzz_run(m);
	if (peek(m, AT_DATA) != 0xa11fe || m->e->hung || m->e->active) {
		fprintf(stderr, "after a full reset the GPU does not work\n");
		abort();
	}
	blitting = NULL;
	machine_fini(m);
	test_clock_ns = 0;
	log_close();
}
