// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile driver: random register accesses, ring contents, context images, page tables and
 * aperture accesses while the executor runs in its own thread. Nothing may crash, and a full reset
 * must bring the GPU back to work each time. `make check-san` runs it with sanitizers.
 * usage: fuzz_test [rounds [seed]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aperture.h"
#include "executor.h"
#include "test_util.h"
#include "util.h"

#define ROUNDS 60
#define STEPS 400
#define WAIT_MS 60000		/* far more than a busy machine takes */

static struct machine m;
static uint64_t state;

static uint32_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16);
}

/* A dword that looks like something: address, small number, bit, or anything. */
static uint32_t word(void)
{
	static const uint32_t good[] = {
		AT_HWSP, AT_CONTEXT, AT_CONTEXT2, AT_RING, AT_PML4, AT_DATA, PP_DATA, PP_BATCH,
		AT_BATCH,
	};

	switch (rnd() % 5) {
	case 0:
		return good[rnd() % ARRAY_SIZE(good)] + rnd() % 0x1000;
	case 1:
		return rnd() % 64;
	case 2:
		return 1u << rnd() % 32;
	case 3:
		return rnd() | 0xffff0000;
	default:
		return rnd();
	}
}

static uint32_t header(void)
{
	switch (rnd() % 8) {
	case 0:				/* 2D, small length */
		return 2u << 29 | (rnd() % 128) << 22 | (rnd() & 0x3fff00) | rnd() % 16;
	case 1:				/* 3D and media */
		return 3u << 29 | (rnd() & 0x1fff0000) | rnd() % 8;
	case 2:
		return 0x7a000004;
	case 3:				/* batch start */
		return 0x18800001 | (rnd() & 0x00400100);
	case 4:
		return 0;
	default:			/* MI */
		return (rnd() % 64) << 23 | (rnd() & 0x7fff00) | rnd() % 8;
	}
}

static void fill(uint64_t bus, unsigned int ndw)
{
	unsigned int i;

	for (i = 0; i < ndw; i++)
		poke(&m, bus + i * 4, rnd() % 3 ? word() : header());
}

/* Commands that are whole, with random operands: they get further before the engine stops. */
static void fill_commands(uint64_t bus, unsigned int ndw)
{
	static const struct {
		uint32_t header;
		unsigned int ndw;
	} some[] = {
		{ 0x10400002, 4 }, { 0x10000002, 4 }, { 0x11000003, 5 }, { 0x12400002, 4 },
		{ 0x14c00002, 4 }, { 0x15000001, 3 }, { 0x0d000003, 5 }, { 0x17400501, 3 },
		{ 0x17040709, 11 }, { 0x17000003, 5 }, { 0x18800101, 3 }, { 0x18c00101, 3 },
		{ 0x05000000, 1 }, { 0x02800000, 1 }, { 0x04000001, 1 }, { 0x04000000, 1 },
		{ 0x01000000, 1 }, { 0x0e40d002, 4 }, { 0x1b200002, 4 }, { 0x7a000004, 6 },
		{ 0x13104002, 4 }, { 0x54300005, 7 }, { 0x54f00008, 10 }, { 0x50800008, 10 },
		{ 0x0080000f, 1 }, { 0x00800000, 1 }, { 0x06000082, 1 }, { 0x11800002, 4 },
	};
	unsigned int i = 0, n, k;

	while (i < ndw) {
		k = rnd() % ARRAY_SIZE(some);
		poke(&m, bus + i++ * 4, some[k].header | (rnd() % 8 ? 0 : rnd() & 0x7fff00));
		for (n = 1; n < some[k].ndw && i < ndw; n++)
			poke(&m, bus + i++ * 4, rnd() % 3 ? word() & ~3u : 0);
	}
}

static uint32_t engine_register(void)
{
	static const uint16_t often[] = {
		0x230, 0x230, 0x230, 0x230, 0x30, 0x34, 0x38, 0x3c, 0x80, 0x9c, 0xd0, 0x29c,
		0x3a0, 0x4d0, 0xa8, 0xb0, 0xb4,
	};
	const struct engine *e = &m.gpu.engine[rnd() % NUM_ENGINES];

	return e->base + (rnd() % 2 ? often[rnd() % ARRAY_SIZE(often)] : (rnd() % 0x800 & ~3u));
}

static void access_something(void)
{
	uint8_t buf[64];

	switch (rnd() % 8) {
	case 0:
		mmio_write32(&m.gpu, rnd() % MMIO_SIZE & ~3u, word());
		break;
	case 1:
		mmio_read32(&m.gpu, rnd() % MMIO_SIZE & ~3u);
		break;
	case 2:
		mmio_write32(&m.gpu, 0x100000 + (rnd() % 256 & ~3u), word());
		break;
	case 3:
		aperture_read(&m.gpu, rnd() % 0x10000000, buf, 1 + rnd() % sizeof(buf));
		break;
	case 4:
		aperture_write(&m.gpu, rnd() % 0x10000000, buf, 1 + rnd() % sizeof(buf));
		break;
	case 5:
		m.gpu.gtt[rnd() % 0x2000] = word() | (uint64_t)(rnd() % 256) << 32;
		break;
	default:
		mmio_write32(&m.gpu, engine_register(), word());
	}
}

static void submit_something(void)
{
	if (m.e->hung || rnd() % 16 == 0) {
		mmio_write32(&m.gpu, 0x941c, 0x1e);
		mmio_write32(&m.gpu, m.e->base + 0x29c, 0x80008000);
		mmio_write32(&m.gpu, m.e->base + 0x80, AT_HWSP);
	}
	if (rnd() % 3) {
		fill_commands(AT_RING, 1024);
		fill_commands(AT_BATCH, 2048);
	} else {
		fill(AT_RING, 1024);
		fill(AT_BATCH, 2048);
	}
	if (rnd() % 4 == 0)
		fill(AT_CONTEXT + 0x1000 + (rnd() % 0x4000 & ~3u), 64);
	if (rnd() % 8 == 0)
		fill(AT_PML4 + (rnd() % 0x4000 & ~7u), 16);
	make_context(&m, AT_CONTEXT, AT_RING, AT_PML4);
	set_tail(&m, AT_CONTEXT, (rnd() % 0x1000) & ~7u);
	submit(&m, descriptor(AT_CONTEXT, rnd() % 4) | (rnd() & 0xf8), rnd() % 3 ? 0 :
	       descriptor(AT_CONTEXT2, rnd() % 4));
}

static void attack(void)
{
	static const enum engine_id engines[] = { RCS, BCS, VCS0, VECS };
	unsigned int i;

	m.e = &m.gpu.engine[engines[rnd() % 4]];
	mmio_write32(&m.gpu, m.e->base + 0x29c, 0x80008000);
	mmio_write32(&m.gpu, m.e->base + 0x80, AT_HWSP);
	for (i = 0; i < STEPS; i++) {
		if (rnd() % 8 == 0)
			submit_something();
		if (rnd() % 4)
			access_something();
		if (rnd() % 8 == 0) {		/* let the executor in */
			pthread_mutex_unlock(&m.gpu.lock);
			usleep(rnd() % 200);
			gpu_lock(&m.gpu);
			m.gpu.kicked = true;
			pthread_cond_signal(&m.gpu.work);
		}
	}
}

/* Everything as a driver would set it up, then one store must arrive. */
static void recover(void)
{
	uint64_t bus;
	int i;

	m.gpu.fault = (struct faults){ 0 };
	mmio_write32(&m.gpu, 0x941c, 1);
	for (i = 0; i < WAIT_MS && mmio_read32(&m.gpu, 0x941c); i++) {
		pthread_mutex_unlock(&m.gpu.lock);
		usleep(1000);
		gpu_lock(&m.gpu);
	}
	check_eq("reset ends", mmio_read32(&m.gpu, 0x941c), 0);
	for (bus = BUS_BASE; bus < BUS_BASE + RAM_SIZE; bus += 0x1000)
		m.gpu.gtt[bus >> 12] = bus | 1;
	m.e = &m.gpu.engine[RCS];
	mmio_write32(&m.gpu, 0x101008, 1);
	mmio_write32(&m.gpu, m.e->base + 0x29c, 0x80008000);
	mmio_write32(&m.gpu, m.e->base + 0x9c, 0x01000000);
	mmio_write32(&m.gpu, m.e->base + 0x80, AT_HWSP);
	fill(AT_CONTEXT, 0);
	for (i = 0; i < 22 * 1024; i++)
		poke(&m, AT_CONTEXT + i * 4, 0);
	make_context(&m, AT_CONTEXT, AT_RING, AT_PML4);
	poke(&m, AT_DATA, 0);
	poke(&m, AT_RING, 0x10400002);
	poke(&m, AT_RING + 4, AT_DATA);
	poke(&m, AT_RING + 8, 0);
	poke(&m, AT_RING + 12, 0xa11fe);
	set_tail(&m, AT_CONTEXT, 16);
	submit(&m, descriptor(AT_CONTEXT, 7), 0);
	for (i = 0; i < WAIT_MS && peek(&m, AT_DATA) != 0xa11fe; i++) {
		pthread_cond_signal(&m.gpu.work);
		pthread_mutex_unlock(&m.gpu.lock);
		usleep(1000);
		gpu_lock(&m.gpu);
	}
	check_eq("works again", peek(&m, AT_DATA), 0xa11fe);
}

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 0) : ROUNDS, i;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 0x9e3779b97f4a7c15ull;
	printf("# %u rounds, seed %#llx\n", rounds, (unsigned long long)state);
	log_open("/dev/null", false, false);
	machine_init(&m, "skl", RCS);
	if (executor_start(&m.gpu))
		return 1;
	for (i = 0; i < rounds; i++) {
		attack();
		recover();
	}
	test_done("a hostile driver: alive after each round");
	for (i = 0; i < NUM_ENGINES; i++)
		printf("# %s: %llu commands, %llu contexts, %llu hangs\n", m.gpu.engine[i].name,
		       (unsigned long long)m.gpu.engine[i].nr_cmds,
		       (unsigned long long)m.gpu.engine[i].nr_contexts,
		       (unsigned long long)m.gpu.engine[i].nr_hangs);
	pthread_mutex_unlock(&m.gpu.lock);
	executor_stop(&m.gpu);
	pthread_mutex_lock(&m.gpu.lock);
	machine_fini(&m);
	return test_summary();
}
