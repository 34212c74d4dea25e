// SPDX-License-Identifier: GPL-2.0
/*
 * What a driver must not lean on about memory: data that is drawn reaches it only by a flush
 * (--write-back), translations stay until they are invalidated (--stale-tlb), and the witness
 * sees every page that is read or written. The blits: XY_COLOR_BLT, 32 bits, of one row.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cache.h"
#include "gtt.h"
#include "test_util.h"
#include "util.h"
#include "witness.h"

static struct machine m;

#define COLOUR 0xc0ffee11u
#define GATE (AT_DATA + 0xf000)
#define PTE(n) (AT_PML4 + 0x3000 + (16 + (n)) * 8)

static uint32_t list[64];
static unsigned int used;

static void add(const uint32_t *cmd, unsigned int ndw)
{
	memcpy(list + used, cmd, 4 * ndw);
	used += ndw;
}

#define ADD(...) do { \
	const uint32_t cmd_[] = { __VA_ARGS__ }; \
	add(cmd_, ARRAY_SIZE(cmd_)); \
} while (0)

static void fill(uint32_t addr, unsigned int pixels)
{
	ADD(0x54300005, 0x03f00000 | 4096, 0, 0x00010000 | pixels, addr, 0, COLOUR);
}

/* Until the gate (through the GGTT, polled) has that value. */
static void wait_gate(uint32_t val)
{
	ADD(0x0e40c002, val, GATE, 0);
}

/* MI_COPY_MEM_MEM: the destination in the GGTT, the source by its bit 22. */
static void copy_dword(uint32_t to, uint32_t ggtt_bit, uint32_t from)
{
	ADD(0x17200003 | ggtt_bit, to, 0, from, 0);
}

static void go(void)
{
	ring_exec(&m, list, used);
	used = 0;
}

static void start(enum engine_id engine)
{
	machine_init(&m, "skl", engine);
	m.gpu.opt.write_back = true;
}

static void gate(uint32_t val)
{
	poke(&m, GATE, val);
	run(&m);
}

static void flush_dw(void)
{
	start(BCS);
	fill(PP_DATA, 2);
	wait_gate(1);
	ADD(0x13000001, 0, 0);				/* without a post-sync write */
	wait_gate(2);
	go();
	check_eq("drawn, not in memory", peek64(&m, AT_DATA), 0);
	gate(1);
	check_eq("after MI_FLUSH_DW", peek64(&m, AT_DATA), COLOUR * 0x100000001ull);
	check_eq("and no byte more", peek(&m, AT_DATA + 8), 0);
	gate(2);
	m.gpu.opt.write_back = false;
	fill(PP_DATA + 64, 1);
	wait_gate(1);
	go();
	check_eq("at once without the option", peek(&m, AT_DATA + 64), COLOUR);
	machine_fini(&m);
	test_done("MI_FLUSH_DW brings drawn data to memory");
}

static void switch_flushes(void)
{
	start(BCS);
	fill(PP_DATA, 1);
	wait_gate(1);
	go();
	check_eq("drawn, not in memory", peek(&m, AT_DATA), 0);
	poke(&m, AT_RING2, 0);
	set_tail(&m, AT_CONTEXT2, 8);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("preempted", m.e->nr_preempts, 1);
	check_eq("in memory", peek(&m, AT_DATA), COLOUR);
	machine_fini(&m);
	test_done("a context switch brings drawn data to memory");
}

static void reads_its_own(void)
{
	start(BCS);
	poke(&m, AT_DATA + 0x104, 0x5555);
	fill(PP_DATA, 1);
	/* XY_SRC_COPY_BLT of one pixel */
	ADD(0x54f00008, 0x03cc0000 | 4096, 0, 0x00010001, PP_DATA + 0x100, 0, 0, 4096, PP_DATA,
	    0);
	copy_dword(AT_DATA + 0x200, 1 << 22, AT_DATA);
	wait_gate(1);
	go();
	check_eq("the streamer's copy reads memory", peek(&m, AT_DATA + 0x200), 0);
	check_eq("nothing there yet", peek(&m, AT_DATA + 0x100), 0);
	gate(1);
	check_eq("the blitter has read what it drew", peek(&m, AT_DATA + 0x100), COLOUR);
	check_eq("neighbour kept", peek(&m, AT_DATA + 0x104), 0x5555);
	machine_fini(&m);
	test_done("the blitter sees what it has drawn, others do not");
}

/* Pitfall: page freed after a TLB invalidation alone; the dirty line still goes there. */
static void outlives_translation(void)
{
	start(BCS);
	fill(PP_DATA, 1);
	wait_gate(1);
	go();
	poke64(&m, PTE(0), (AT_DATA + 0x1000) | 3);
	mmio_write32(&m.gpu, 0x426c, 1);		/* invalidate the blitter's TLB */
	mmio_write32(&m.gpu, 0x101008, 1);
	check_eq("invalidation flushes nothing", peek(&m, AT_DATA), 0);
	gate(1);
	check_eq("the old page is written", peek(&m, AT_DATA), COLOUR);
	check_eq("the new one is not", peek(&m, AT_DATA + 0x1000), 0);
	machine_fini(&m);
	test_done("a dirty line goes to the page it was translated to");
}

static void reset_forgets(void)
{
	start(BCS);
	fill(PP_DATA, 1);
	wait_gate(1);
	go();
	mmio_write32(&m.gpu, 0x941c, 1 << 3);
	cache_flush(m.e);
	check_eq("dirty data is gone", peek(&m, AT_DATA), 0);
	machine_fini(&m);
	test_done("an engine reset forgets drawn data");
}

static void bounded_cache(void)
{
	unsigned int i, there = 0;
	uint32_t val = 7;

	start(RCS);
	m.e->port[0].desc = descriptor(AT_CONTEXT, 1);
	for (i = 0; i < 4 * CACHE_PAGES; i++)
		gtt_draw_write(m.e, SPACE_GGTT, 0x400000 + i * 4096, &val, 4);
	for (i = 0; i < 4 * CACHE_PAGES; i++)
		there += peek(&m, 0x400000 + i * 4096) == 7;
	check_eq("what does not fit is written", there, 3 * CACHE_PAGES);
	ADD(0x7a000004, 1 << 20, 0, 0, 0, 0);
	wait_gate(1);
	ADD(0x7a000004, 1 << 12 | 1 << 20, 0, 0, 0, 0);
	wait_gate(2);
	go();
	check_eq("a stall is no flush", peek(&m, 0x400000 + 4095 * CACHE_PAGES) != 7, 1);
	gate(1);
	for (i = 0, there = 0; i < 4 * CACHE_PAGES; i++)
		there += peek(&m, 0x400000 + i * 4096) == 7;
	check_eq("the rest by PIPE_CONTROL", there, 4 * CACHE_PAGES);
	machine_fini(&m);
	test_done("the cache is bounded; PIPE_CONTROL with a flush bit");
}

static uint32_t through_ppgtt(struct engine *e)
{
	uint32_t val = 0;

	gtt_read(e, SPACE_PPGTT, PP_DATA, &val, 4);
	return val;
}

/* Context 1 uses a page, its table entry changes, context 2 runs, context 1 runs again. */
static uint32_t value_after_switch(bool stale, bool invalidate, uint32_t flags)
{
	uint32_t val;

	machine_init(&m, "skl", RCS);
	m.gpu.opt.stale_tlb = stale;
	make_context(&m, AT_CONTEXT2, AT_RING2, AT_PML4 + 0x8000);
	poke64(&m, AT_PML4 + 0x8000, (AT_PML4 + 0x1000) | 3);
	poke(&m, AT_DATA, 0x11);
	poke(&m, AT_DATA + 0x1000, 0x22);
	copy_dword(AT_DATA + 0x2004, 0, PP_DATA);
	go();
	poke64(&m, PTE(0), (AT_DATA + 0x1000) | 3);
	if (invalidate)
		mmio_write32(&m.gpu, 0x4260, 1);
	set_tail(&m, AT_CONTEXT2, 8);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	poke(&m, AT_RING + m.tail, 0x17200003);		/* MI_COPY_MEM_MEM from the PPGTT */
	poke(&m, AT_RING + m.tail + 4, AT_DATA + 0x2008);
	poke(&m, AT_RING + m.tail + 8, 0);
	poke(&m, AT_RING + m.tail + 12, PP_DATA);
	poke(&m, AT_RING + m.tail + 16, 0);
	poke(&m, AT_RING + m.tail + 20, 0);
	m.tail += 24;
	set_tail(&m, AT_CONTEXT, m.tail);
	submit(&m, descriptor(AT_CONTEXT, 1) | flags, 0);
	run(&m);
	val = peek(&m, AT_DATA + 0x2008);
	machine_fini(&m);
	return val;
}

static void over_switches(void)
{
	check_eq("a switch drops them", value_after_switch(false, false, 0), 0x22);
	check_eq("kept with --stale-tlb", value_after_switch(true, false, 0), 0x11);
	check_eq("unless invalidated", value_after_switch(true, true, 0), 0x22);
	check_eq("or a directory restore is forced", value_after_switch(true, false, 2), 0x22);
	test_done("translations over context switches");
}

/* Two contexts with tables of their own for one address: neither gets the other's page. */
static void by_root(void)
{
	const uint32_t pml4 = AT_PML4 + 0x8000;
	const uint32_t cmd[] = { 0x17200003, AT_DATA + 0x2000, 0, PP_DATA, 0, 0 };
	unsigned int i;

	machine_init(&m, "skl", RCS);
	m.gpu.opt.stale_tlb = true;
	make_context(&m, AT_CONTEXT2, AT_RING2, pml4);
	poke64(&m, pml4, (pml4 + 0x1000) | 3);
	poke64(&m, pml4 + 0x1000, (pml4 + 0x2000) | 3);
	poke64(&m, pml4 + 0x2000, (pml4 + 0x3000) | 3);
	poke64(&m, pml4 + 0x3000 + 16 * 8, (AT_DATA + 0x1000) | 3);
	poke(&m, AT_DATA, 0x11);
	poke(&m, AT_DATA + 0x1000, 0x22);
	ring_exec(&m, cmd, ARRAY_SIZE(cmd));
	check_eq("the first one's", peek(&m, AT_DATA + 0x2000), 0x11);
	for (i = 0; i < ARRAY_SIZE(cmd); i++)
		poke(&m, AT_RING2 + 4 * i, cmd[i]);
	set_tail(&m, AT_CONTEXT2, 24);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("the second one's", peek(&m, AT_DATA + 0x2000), 0x22);
	ring_exec(&m, cmd, ARRAY_SIZE(cmd));
	check_eq("the first one's again", peek(&m, AT_DATA + 0x2000), 0x11);
	machine_fini(&m);
	test_done("contexts do not share translations");
}

static void by_engine(void)
{
	struct engine *bcs;

	machine_init(&m, "skl", RCS);
	bcs = &m.gpu.engine[BCS];
	poke(&m, AT_DATA, 0x11);
	poke(&m, AT_DATA + 0x1000, 0x22);
	m.e->port[0].desc = descriptor(AT_CONTEXT, 1);
	bcs->port[0].desc = descriptor(AT_CONTEXT2, 2);
	*gpu_reg(&m.gpu, m.e->base + 0x270) = AT_PML4;
	*gpu_reg(&m.gpu, bcs->base + 0x270) = AT_PML4;
	check_eq("both read", through_ppgtt(m.e) + through_ppgtt(bcs), 0x22);
	poke64(&m, PTE(0), (AT_DATA + 0x1000) | 3);
	mmio_write32(&m.gpu, 0x426c, 1);
	check_eq("the blitter's are gone", through_ppgtt(bcs), 0x22);
	check_eq("the render engine's are not", through_ppgtt(m.e), 0x11);
	mmio_write32(&m.gpu, 0x101008, 1);
	check_eq("GFX_FLSH_CNTL is for the GGTT", through_ppgtt(m.e), 0x11);
	machine_fini(&m);
	test_done("each engine has its own translations");
}

static uint32_t through_ggtt(void)
{
	uint32_t val = 0;

	gtt_read(m.e, SPACE_GGTT, 0x8000, &val, 4);
	return val;
}

static void global_writes(void)
{
	machine_init(&m, "skl", RCS);
	poke(&m, AT_DATA, 0x11);
	poke(&m, AT_DATA + 0x1000, 0x22);
	m.gpu.gtt[8] = AT_DATA | 1;
	check_eq("first", through_ggtt(), 0x11);
	m.gpu.gtt[8] = (AT_DATA + 0x1000) | 1;
	EXEC(&m, 0, 0);
	check_eq("stale over a context switch", through_ggtt(), 0x11);
	mmio_write32(&m.gpu, 0x101008, 1);
	check_eq("after GFX_FLSH_CNTL", through_ggtt(), 0x22);
	machine_fini(&m);
	test_done("global translations");
}

/* A bus range taken away: the translation stays, the memory behind it is gone, then back. */
static void memory_goes(void)
{
	int fd = memfd_create("more", MFD_CLOEXEC);
	uint32_t val = 3;

	machine_init(&m, "skl", RCS);
	check_eq("file", (uint64_t)ftruncate(fd, 4096), 0);
	mem_map(&m.gpu.mem, 0x8000000, 4096, fd, 0, true, true);
	m.gpu.gtt[8] = 0x8000000 | 1;
	check_eq("zero", through_ggtt(), 0);
	mem_unmap(&m.gpu.mem, 0x8000000, 4096);
	check_eq("ones", through_ggtt(), 0xffffffff);
	gtt_write(m.e, SPACE_GGTT, 0x8000, &val, 4);
	mem_map(&m.gpu.mem, 0x8000000, 4096, fd, 0, true, true);
	check_eq("the write went nowhere", through_ggtt(), 0);
	close(fd);
	machine_fini(&m);
	test_done("memory that is unmapped from the bus");
}

struct seen {
	uint64_t bus;
	uint8_t flags;
};

/* How many records of the file say exactly this. */
static unsigned int records(const char *path, const struct seen *want)
{
	struct witness_header h;
	struct witness_record r;
	unsigned int n = 0;
	FILE *f = fopen(path, "rbe");

	if (!f || fread(&h, sizeof(h), 1, f) != 1)
		return ~0u;
	while (fread(&r, sizeof(r), 1, f) == 1)
		n += r.bus_addr == want->bus && r.flags == want->flags;
	fclose(f);
	return n;
}

static void witness_file(void)
{
	static const struct {
		const char *what;
		struct seen seen;
	} wanted[] = {
		{ "ring read", { AT_RING, WITNESS_GGTT } },
		{ "image read", { AT_CONTEXT + 0x1000, WITNESS_GGTT } },
		{ "image written", { AT_CONTEXT + 0x1000, WITNESS_GGTT | WITNESS_WRITE } },
		{ "status page", { AT_HWSP, WITNESS_GGTT | WITNESS_WRITE | WITNESS_STATUS } },
		{ "top table", { AT_PML4, WITNESS_TABLE } },
		{ "last table", { AT_PML4 + 0x3000, WITNESS_TABLE } },
		{ "drawn to", { AT_DATA, WITNESS_WRITE } },
		{ "written back", { AT_DATA, WITNESS_WRITE | WITNESS_WRITE_BACK } },
	};
	char path[] = "/tmp/gpusim-witness-XXXXXX";
	int fd = mkstemp(path);
	const struct seen never = { AT_DATA + 0x3000, WITNESS_WRITE };
	const struct seen not_read = { AT_DATA, 0 };
	unsigned int i;

	start(BCS);
	check_eq("opened", (uint64_t)witness_open(path), 0);
	fill(PP_DATA, 2);
	go();
	witness_close();
	for (i = 0; i < ARRAY_SIZE(wanted); i++)
		check_eq(wanted[i].what, records(path, &wanted[i].seen) != 0, 1);
	check_eq("a page that nobody touched", records(path, &never), 0);
	check_eq("only written is not read", records(path, &not_read), 0);
	close(fd);
	unlink(path);
	machine_fini(&m);
	test_done("the witness sees reads, writes, tables, images and context status");
}

int main(void)
{
	log_open("/dev/null", false, false);
	flush_dw();
	switch_flushes();
	reads_its_own();
	outlives_translation();
	reset_forgets();
	bounded_cache();
	over_switches();
	by_root();
	by_engine();
	global_writes();
	memory_goes();
	witness_file();
	return test_summary();
}
