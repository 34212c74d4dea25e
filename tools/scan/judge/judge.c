// SPDX-License-Identifier: GPL-2.0
/*
 * scan-judge: runs streams on the simulated GPU's command streamer and watches what they
 * touch. It knows nothing of the module: what a stream may touch stands in the first
 * comment of ../emit.c, and is written down here once more.
 *
 * The simulator's functions for registers and memory are wrapped by the linker
 * (--wrap): each access of a command is seen, to the byte. What the simulator does to
 * load and save a context, and to fetch commands, is left out.
 *
 * usage: scan-judge SECONDS <streams
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "context.h"
#include "cs.h"
#include "gtt.h"
#include "log.h"
#include "test_util.h"
#include "wrapped.h"

#define MAGIC		0x53475649u
#define MAX_DWORDS	1000
#define AT_GGTT_BATCH	0x190000u
#define MACHINE_USES	256		/* streams that one machine runs */
#define ENOUGH		5		/* escapes until the sentence */

static const enum engine_id engines[4] = { RCS, BCS, VCS0, VECS };

/* One for each engine, because it takes time to make one. */
static struct {
	struct machine m;
	unsigned int uses;
	bool good;
} machines[4];

static struct machine *m;		/* that of the stream at hand */
static bool watching;
static bool guilty;			/* of the stream at hand */
static uint64_t registers, ggtt, ppgtt;	/* accesses seen */

static void accuse(const char *what, uint64_t where, uint64_t len)
{
	guilty = true;
	printf("# %s %s %#llx, %llu bytes\n", m->e->name, what, (unsigned long long)where,
	       (unsigned long long)len);
}

static bool own_register(uint32_t off, bool write)
{
	uint32_t own = off - m->e->base;

	if (own >= 0x600 && own < 0x680)
		return true;
	return write ? own == 0x94 : own == 0x358 || own == 0x35c;
}

uint32_t __wrap_cs_reg_read(struct engine *e, uint32_t off)
{
	registers++;
	if (watching && !own_register(off, false))
		accuse("reads register", off, 4);
	return __real_cs_reg_read(e, off);
}

void __wrap_cs_reg_write(struct engine *e, uint32_t off, uint32_t val)
{
	registers++;
	if (watching && !own_register(off, true))
		accuse("writes register", off, 4);
	__real_cs_reg_write(e, off, val);
}

static bool within(uint64_t addr, size_t len, uint64_t from, uint64_t size)
{
	return addr >= from && len <= size && addr - from <= size - len;
}

static bool own_memory(uint64_t addr, size_t len, bool write)
{
	if (within(addr, len, 0x170000, 0x10000))
		return true;
	/* The context's own status page. */
	if (within(addr, len, AT_CONTEXT, 0x1000))
		return true;
	/* Fetching commands. */
	return !write && (within(addr, len, AT_RING, 0x1000) ||
			  within(addr, len, AT_GGTT_BATCH, 0x2000));
}

static void see(enum address_space space, uint64_t addr, size_t len, bool write)
{
	if (!watching)
		return;
	if (space != SPACE_GGTT) {
		ppgtt++;
		return;
	}
	ggtt++;
	if (!own_memory(addr, len, write))
		accuse(write ? "writes GGTT" : "reads GGTT", addr, len);
}

int __wrap_gtt_read(struct engine *e, enum address_space space, uint64_t addr, void *buf,
		    size_t len)
{
	see(space, addr, len, false);
	/* What runs off its end would not stop by itself. */
	return guilty ? -EFAULT : __real_gtt_read(e, space, addr, buf, len);
}

int __wrap_gtt_write(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
		     size_t len)
{
	see(space, addr, len, true);
	return __real_gtt_write(e, space, addr, buf, len);
}

void *__wrap_gtt_span(struct engine *e, enum address_space space, uint64_t addr, size_t len,
		      bool write)
{
	see(space, addr, len, write);
	return __real_gtt_span(e, space, addr, len, write);
}

void __wrap_context_load(struct engine *e)
{
	bool was = watching;

	watching = false;
	__real_context_load(e);
	watching = was;
}

void __wrap_context_load_tail(struct engine *e)
{
	bool was = watching;

	watching = false;
	__real_context_load_tail(e);
	watching = was;
}

void __wrap_context_save(struct engine *e)
{
	bool was = watching;

	watching = false;
	__real_context_save(e);
	watching = was;
}

/* A machine on which nothing has gone wrong yet. */
static void choose_machine(unsigned int engine)
{
	unsigned int i;

	m = &machines[engine].m;
	if (machines[engine].good && ++machines[engine].uses < MACHINE_USES)
		return;
	if (m->e)
		machine_fini(m);
	machine_init(m, "skl", engines[engine]);
	/* User batches cannot write over themselves. */
	for (i = 16; i < 32; i++)
		poke64(m, AT_PML4 + 0x3000 + (16 + i) * 8,
		       (AT_BATCH + (i - 16) * 0x1000ull) | 1);
	machines[engine].uses = 0;
}

static void put_batch(uint32_t at, const uint32_t *dw, uint32_t ndw)
{
	uint32_t i;

	for (i = 0; i < ndw; i++)
		poke(m, at + i * 4, dw[i]);
	poke(m, at + ndw * 4, 0x05000000);
}

/* True when the stream ran to its end. */
static bool play(uint32_t space, const uint32_t *dw, uint32_t ndw)
{
	static const uint32_t starts[3] = { 0, 0x18800001, 0x18800101 };
	uint32_t start[3] = { starts[space], AT_GGTT_BATCH, 0 };

	if (space == 2) {
		put_batch(AT_BATCH, dw, ndw);
		start[1] = PP_BATCH;
	} else {
		put_batch(AT_GGTT_BATCH, dw, ndw);
	}
	watching = true;
	ring_exec(m, space ? start : dw, space ? 3 : ndw);
	watching = false;
	return cs_ring_empty(m->e) && !m->e->hung;
}

static void print_stream(uint32_t space, const uint32_t *dw, uint32_t ndw)
{
	uint32_t i;

	printf("# stream of %u dwords, space %u:", ndw, space);
	for (i = 0; i < ndw; i++)
		printf("%s%08x", i % 8 ? " " : "\n#   ", dw[i]);
	printf("\n");
}

/* 0, 1 when a stream touched what it may not, 2 when nothing was seen. */
static int sum_up(unsigned long streams, unsigned long ended, unsigned long bad)
{
	printf("# %lu streams run, %lu to their end, %lu escaped; seen: ", streams, ended, bad);
	printf("%llu accesses to registers, %llu to the GGTT, %llu to the PPGTT\n",
	       (unsigned long long)registers, (unsigned long long)ggtt,
	       (unsigned long long)ppgtt);
	if (bad)
		return 1;
	return ended > streams / 4 && registers && ggtt && ppgtt ? 0 : 2;
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atol(argv[1]) : 10);
	unsigned long streams = 0, ended = 0, bad = 0;
	uint32_t head[4], dw[MAX_DWORDS];
	bool good;

	log_open("/dev/null", false, false);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (time(NULL) < end && fread(head, sizeof(head), 1, stdin) == 1) {
		if (head[0] != MAGIC || head[1] > 3 || head[2] > 2 || head[3] > MAX_DWORDS ||
		    fread(dw, 4, head[3], stdin) != head[3]) {
			printf("# not a stream\n");
			return 2;
		}
		choose_machine(head[1]);
		guilty = false;
		good = play(head[2], dw, head[3]);
		machines[head[1]].good = good && !guilty;
		streams++;
		ended += good;
		if (!guilty)
			continue;
		print_stream(head[2], dw, head[3]);
		if (++bad == ENOUGH)
			break;
	}
	return sum_up(streams, ended, bad);
}
