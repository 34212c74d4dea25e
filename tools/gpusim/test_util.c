// SPDX-License-Identifier: GPL-2.0
/* The machine that unit tests run on, and their TAP output. */
#define _GNU_SOURCE
#include "test_util.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "executor.h"
#include "gtt.h"

static int tests, failed;
static bool good = true;

static void die(const char *what)
{
	printf("Bail out! %s\n", what);
	exit(1);
}

static uint32_t *ram(struct machine *m, uint64_t bus)
{
	uint8_t *page = mem_page(&m->gpu.mem, bus & ~0xfffull, true);

	if (!page)
		die("test address outside memory");
	return (uint32_t *)(void *)(page + (bus & 0xfff));
}

uint32_t peek(struct machine *m, uint64_t bus)
{
	return *ram(m, bus);
}

uint64_t peek64(struct machine *m, uint64_t bus)
{
	return peek(m, bus) | (uint64_t)peek(m, bus + 4) << 32;
}

void poke(struct machine *m, uint64_t bus, uint32_t val)
{
	*ram(m, bus) = val;
}

void poke64(struct machine *m, uint64_t bus, uint64_t val)
{
	poke(m, bus, (uint32_t)val);
	poke(m, bus + 4, (uint32_t)(val >> 32));
}

static void make_tables(struct machine *m)
{
	unsigned int i;

	poke64(m, AT_PML4, (AT_PML4 + 0x1000) | 3);
	poke64(m, AT_PML4 + 0x1000, (AT_PML4 + 0x2000) | 3);
	poke64(m, AT_PML4 + 0x2000, (AT_PML4 + 0x3000) | 3);
	for (i = 0; i < 32; i++)
		poke64(m, AT_PML4 + 0x3000 + (16 + i) * 8, (AT_DATA + i * 0x1000) | 3);
}

void machine_map_ram(struct machine *m)
{
	int fd = memfd_create("ram", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, RAM_SIZE) ||
	    mem_map(&m->gpu.mem, BUS_BASE, RAM_SIZE, fd, 0, true, true))
		die("no memory for a machine");
	close(fd);
}

void machine_init(struct machine *m, const char *name, enum engine_id id)
{
	const struct options opt = { .gpu = name, .aperture_mib = 256 };
	uint64_t bus;

	memset(m, 0, sizeof(*m));
	if (gpu_init(&m->gpu, &opt))
		die("no memory for a GPU");
	machine_map_ram(m);
	pthread_mutex_lock(&m->gpu.lock);
	m->e = &m->gpu.engine[id];
	for (bus = BUS_BASE; bus < BUS_BASE + RAM_SIZE; bus += 0x1000)
		m->gpu.gtt[bus >> 12] = bus | 1;
	make_tables(m);
	make_context(m, AT_CONTEXT, AT_RING, AT_PML4);
	make_context(m, AT_CONTEXT2, AT_RING2, AT_PML4);
	mmio_write32(&m->gpu, m->e->base + 0x29c, 0x80008000);
	mmio_write32(&m->gpu, m->e->base + 0x9c, 0x01000000);
	mmio_write32(&m->gpu, m->e->base + 0x80, AT_HWSP);
}

void machine_fini(struct machine *m)
{
	pthread_mutex_unlock(&m->gpu.lock);
	gpu_fini(&m->gpu);
}

void make_context(struct machine *m, uint32_t at, uint32_t ring, uint32_t pml4)
{
	uint32_t base = m->e->base, page = at + 0x1000;
	const uint32_t list[][2] = {
		{ 0x244, 0x00090009 }, { 0x34, 0 }, { 0x30, 0 }, { 0x38, ring }, { 0x3c, 1 },
	};
	unsigned int i;

	poke(m, page + 4, 0x11000000 | 9);
	for (i = 0; i < 5; i++) {
		poke(m, page + 8 + i * 8, base + list[i][0]);
		poke(m, page + 12 + i * 8, list[i][1]);
	}
	poke(m, page + 33 * 4, 0x11000000 | 3);
	poke(m, page + 34 * 4, base + 0x274);
	poke(m, page + 35 * 4, 0);
	poke(m, page + 36 * 4, base + 0x270);
	poke(m, page + 37 * 4, pml4);
}

void set_tail(struct machine *m, uint32_t context, uint32_t tail)
{
	poke(m, context + 0x1000 + 7 * 4, tail);
}

uint64_t descriptor(uint32_t context, uint32_t id)
{
	return (uint64_t)id << 32 | context | 0x119;	/* valid, 64-bit, privilege bit */
}

void submit(struct machine *m, uint64_t first, uint64_t second)
{
	uint32_t elsp = m->e->base + 0x230;

	mmio_write32(&m->gpu, elsp, (uint32_t)(second >> 32));
	mmio_write32(&m->gpu, elsp, (uint32_t)second);
	mmio_write32(&m->gpu, elsp, (uint32_t)(first >> 32));
	mmio_write32(&m->gpu, elsp, (uint32_t)first);
}

void run(struct machine *m)
{
	int i;

	for (i = 0; i < 1000 && executor_pass(&m->gpu); i++)
		;
	if (i == 1000)
		die("engines do not come to rest");
}

void ring_exec(struct machine *m, const uint32_t *cmd, unsigned int ndw)
{
	unsigned int i;

	for (i = 0; i < ndw; i++, m->tail += 4)
		poke(m, AT_RING + m->tail % 0x1000, cmd[i]);
	if (m->tail & 4) {
		poke(m, AT_RING + m->tail % 0x1000, 0);
		m->tail += 4;
	}
	set_tail(m, AT_CONTEXT, m->tail % 0x1000);
	submit(m, descriptor(AT_CONTEXT, 1), 0);
	run(m);
}

void batch_exec(struct machine *m, const uint32_t *cmd, unsigned int ndw)
{
	unsigned int i;

	for (i = 0; i < ndw; i++)
		poke(m, AT_BATCH + i * 4, cmd[i]);
	poke(m, AT_BATCH + ndw * 4, 0x05000000);
	EXEC(m, 0x18800101, PP_BATCH, 0);
}

uint32_t reg_of(struct machine *m, uint32_t off)
{
	return *gpu_reg(&m->gpu, m->e->base + off);
}

void check_eq(const char *what, uint64_t got, uint64_t want)
{
	if (got == want)
		return;
	good = false;
	printf("# %s: got %#llx, want %#llx\n", what, (unsigned long long)got,
	       (unsigned long long)want);
}

void test_done(const char *name)
{
	tests++;
	if (!good)
		failed++;
	printf("%sok %d %s\n", good ? "" : "not ", tests, name);
	good = true;
}

int test_summary(void)
{
	printf("1..%d\n", tests);
	return failed ? 1 : 0;
}
