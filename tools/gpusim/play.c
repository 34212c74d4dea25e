// SPDX-License-Identifier: GPL-2.0
/*
 * Plays AUB files of the memory-trace kind: what Mesa's intel_dump_gpu writes for Gen8 and later.
 *
 * Format (Mesa src/intel/tools/aub_read.c and intel_aub.h; a file that Mesa 22.3.6 wrote): packets
 * of dwords; the header has 7 in bits 31:29, 0x2e in 28:23, the kind in 22:16 and the length less
 * one in 15:0. A memory write has a 64-bit address, the address space in bits 31:28 of dword 3, the
 * number of bytes, and the data; a register write the offset in dword 1 and the value in dword 5.
 * A register poll: offset in dword 1, mask in dwords 3 and 4, value in dword 5 (seen in the file:
 * EXECLIST_STATUS, mask 0x10, value 0, until the engine is idle).
 *
 * The GPU's memory is what the file writes and nothing else. There is no executor thread: after
 * each register write the engines run until they rest, and time is set by hand, so that a file
 * gives the same each time. What the kernel's driver does before, and no file has, is done here: it
 * opens some registers to user batches (i915 gt/intel_workarounds.c, skl_whitelist_build).
 */
#define _GNU_SOURCE
#include "play.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "executor.h"
#include "gpu.h"
#include "gtt.h"
#include "util.h"

#define PACKET(kind) (7u << 29 | 0x2eu << 23 | (kind) << 16)
#define CLASSIC_OPCODE 0x01u
#define REG_POLL PACKET(0x02u)
#define REG_WRITE PACKET(0x03u)
#define MEM_WRITE PACKET(0x06u)
#define VERSION PACKET(0x0eu)

#define SPACE_AUB_GGTT 0
#define SPACE_AUB_PHYSICAL 2
#define SPACE_AUB_GGTT_ENTRY 4

#define ADDR_BITS 39
#define MAX_PAGES (1u << 18)		/* that a file may use: 1 GiB */
#define MAX_COMMANDS 10000000ull
#define STEP_PASSES 64			/* between looks at the budget */

struct player {
	struct gpu *gpu;
	struct play_counts *counts;
	uint64_t max_commands;
	uint32_t *used;			/* numbers of the pages that the file names */
	unsigned int nr_used;
};

struct packet {
	uint32_t head;
	uint32_t ndw;
	const uint8_t *at;
};

static uint32_t dword(const struct packet *p, unsigned int n)
{
	uint32_t val;

	memcpy(&val, p->at + 4 * n, sizeof(val));
	return val;
}

static int wrong(const struct player *pl, const char *what, uint64_t val)
{
	log_line(LOG_CMD, "packet %llu: %s (%#llx)", (unsigned long long)pl->counts->packets, what,
		 (unsigned long long)val);
	return -EINVAL;
}

/* The packet at an offset, whole. */
static int next_packet(const struct player *pl, const uint8_t *data, size_t left, struct packet *p)
{
	if (left < 4)
		return wrong(pl, "the file ends in the middle of a dword", left);
	p->at = data;
	p->ndw = 1;
	p->head = dword(p, 0);
	if (p->head >> 29 != 7)
		return wrong(pl, "not a packet", p->head);
	if ((p->head >> 23 & 0x3f) == CLASSIC_OPCODE)
		return wrong(pl, "a classic AUB file, which has no page tables", p->head);
	p->ndw = (p->head & 0xffff) + 1;
	if (p->ndw > left / 4)
		return wrong(pl, "the file breaks off in a packet of this many dwords", p->ndw);
	p->head &= 0xffff0000u;
	return 0;
}

/* Address, bytes and data of a memory write. */
static int memory_write(const struct player *pl, const struct packet *p, uint64_t *addr,
			uint32_t *len)
{
	if (p->ndw < 5)
		return wrong(pl, "short memory write", p->ndw);
	*addr = dword(p, 1) | (uint64_t)dword(p, 2) << 32;
	*len = dword(p, 4);
	if (*len > (p->ndw - 5) * 4)
		return wrong(pl, "memory write with less data than it says", *len);
	if (*addr >> ADDR_BITS || *addr + *len > 1ull << ADDR_BITS)
		return wrong(pl, "address out of range", *addr);
	return 0;
}

/* First round: which pages there are. */

static int compare_pages(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Sorts, and leaves each page once. */
static void compact(struct player *pl)
{
	unsigned int i, n = 0;

	if (pl->nr_used)
		qsort(pl->used, pl->nr_used, sizeof(*pl->used), compare_pages);
	for (i = 0; i < pl->nr_used; i++)
		if (!n || pl->used[n - 1] != pl->used[i])
			pl->used[n++] = pl->used[i];
	pl->nr_used = n;
}

static int use_page(struct player *pl, uint64_t page)
{
	if (pl->nr_used && pl->used[pl->nr_used - 1] == page)
		return 0;
	if (pl->nr_used == MAX_PAGES)
		compact(pl);
	if (pl->nr_used == MAX_PAGES)
		return wrong(pl, "more memory than is played, in pages", MAX_PAGES);
	pl->used[pl->nr_used++] = (uint32_t)page;
	return 0;
}

static int use_memory(struct player *pl, const struct packet *p)
{
	uint64_t addr, page, entry;
	uint32_t len, i;
	int ret;

	ret = memory_write(pl, p, &addr, &len);
	if (ret)
		return ret;
	if (dword(p, 3) >> 28 == SPACE_AUB_PHYSICAL)
		for (page = addr >> 12; page << 12 < addr + len && !ret; page++)
			ret = use_page(pl, page);
	if (dword(p, 3) >> 28 == SPACE_AUB_GGTT_ENTRY) {
		for (i = 0; i + 8 <= len && !ret; i += 8) {
			memcpy(&entry, p->at + 20 + i, sizeof(entry));
			if (entry & 1)
				ret = use_page(pl, (entry & 0x7ffffff000ull) >> 12);
		}
	}
	return ret;
}

static int map_used(struct player *pl)
{
	int fd = memfd_create("aub", MFD_CLOEXEC), ret = 0;
	unsigned int i, first;
	uint64_t at;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, 1ll << ADDR_BITS))
		ret = -errno;
	compact(pl);
	for (i = 0; i < pl->nr_used && !ret; ) {
		first = i++;
		while (i < pl->nr_used && pl->used[i] == pl->used[i - 1] + 1)
			i++;
		at = (uint64_t)pl->used[first] << 12;
		ret = mem_map(&pl->gpu->mem, at, (uint64_t)(i - first) << 12, fd, at, true, true);
	}
	close(fd);
	if (ret)
		log_line(LOG_CMD, "the file's memory cannot be mapped: %s", strerror(-ret));
	return ret;
}

/* Second round: what happens. */

static int write_physical(struct player *pl, uint64_t addr, const uint8_t *from, uint64_t len)
{
	uint64_t n;
	uint8_t *page;

	for (; len; addr += n, from += n, len -= n) {
		n = 4096 - (addr & 0xfff);
		if (n > len)
			n = len;
		page = mem_page(&pl->gpu->mem, addr & ~0xfffull, true);
		if (!page)
			return wrong(pl, "no memory at", addr);
		memcpy(page + (addr & 0xfff), from, n);
	}
	return 0;
}

static int write_ggtt(struct player *pl, uint64_t addr, const uint8_t *from, uint64_t len)
{
	struct walk w = { 0 };
	uint64_t n;
	int ret;

	for (; len; addr += n, from += n, len -= n) {
		n = 4096 - (addr & 0xfff);
		if (n > len)
			n = len;
		if (gtt_walk_ggtt(pl->gpu, addr, &w))
			return wrong(pl, "write to an unmapped GGTT address", addr);
		ret = write_physical(pl, w.bus + (addr & 0xfff), from, n);
		if (ret)
			return ret;
	}
	return 0;
}

static int write_entries(struct player *pl, uint64_t addr, const uint8_t *from, uint32_t len)
{
	if (addr % 8 || len % 8 || addr / 8 + len / 8 > GTT_ENTRIES)
		return wrong(pl, "GGTT entries outside the table or not whole", addr);
	memcpy(&pl->gpu->gtt[addr / 8], from, len);
	pl->counts->ggtt_entries += len / 8;
	return 0;
}

static int write_memory(struct player *pl, const struct packet *p)
{
	const uint8_t *from = p->at + 20;
	uint64_t addr;
	uint32_t len;
	int ret;

	ret = memory_write(pl, p, &addr, &len);
	if (ret)
		return ret;
	pl->counts->memory_writes++;
	pl->counts->memory_bytes += len;
	switch (dword(p, 3) >> 28) {
	case SPACE_AUB_PHYSICAL:
		return write_physical(pl, addr, from, len);
	case SPACE_AUB_GGTT:
		return write_ggtt(pl, addr, from, len);
	case SPACE_AUB_GGTT_ENTRY:
		return write_entries(pl, addr, from, len);
	default:
		return wrong(pl, "memory write to an unknown address space", dword(p, 3) >> 28);
	}
}

static uint64_t commands_run(const struct gpu *gpu)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < NUM_ENGINES; i++)
		sum += gpu->engine[i].nr_cmds + gpu->engine[i].nr_contexts;
	return sum;
}

static int run_engines(struct player *pl)
{
	bool more = true;
	int i;

	while (more) {
		for (i = 0; i < STEP_PASSES && executor_pass(pl->gpu); i++)
			;
		more = i == STEP_PASSES || executor_skip_wait(pl->gpu);
		if (commands_run(pl->gpu) > pl->max_commands)
			return wrong(pl, "commands without end", pl->max_commands);
	}
	return 0;
}

static const struct engine *has_elsp(const struct gpu *gpu, uint32_t off)
{
	int i;

	for (i = 0; i < NUM_ENGINES; i++)
		if (gpu->engine[i].present && off == gpu->engine[i].base + 0x230)
			return &gpu->engine[i];
	return NULL;
}

/* Before the write that submits: both elements' page tables. */
static int walk_elements(struct player *pl, const struct engine *e, uint32_t last)
{
	int ret;

	if (e->elsp_written != 3)
		return 0;
	pl->counts->submissions++;
	ret = play_walk(pl->gpu, last, pl->counts);
	if (!ret && e->elsp[1] & 1)
		ret = play_walk(pl->gpu, e->elsp[1], pl->counts);
	return ret;
}

static int write_register(struct player *pl, const struct packet *p)
{
	const struct engine *e;
	uint32_t off;
	int ret = 0;

	if (p->ndw < 6)
		return wrong(pl, "short register write", p->ndw);
	off = dword(p, 1);
	if (off >= MMIO_SIZE || off & 3)
		return wrong(pl, "register offset", off);
	pl->counts->register_writes++;
	e = has_elsp(pl->gpu, off);
	if (e)
		ret = walk_elements(pl, e, dword(p, 5));
	if (ret)
		return ret;
	mmio_write32(pl->gpu, off, dword(p, 5));
	return run_engines(pl);
}

static int poll_register(struct player *pl, const struct packet *p)
{
	uint32_t off, val;

	if (p->ndw < 6)
		return wrong(pl, "short register poll", p->ndw);
	off = dword(p, 1);
	if (off >= MMIO_SIZE || off & 3)
		return wrong(pl, "register offset", off);
	pl->counts->register_polls++;
	val = mmio_read32(pl->gpu, off);
	if ((val & dword(p, 3)) != (dword(p, 5) & dword(p, 3)))
		return wrong(pl, "a register that is polled will not change any more", val);
	return 0;
}

static int play_packet(struct player *pl, const struct packet *p)
{
	pl->counts->packets++;
	switch (p->head) {
	case MEM_WRITE:
		return write_memory(pl, p);
	case REG_WRITE:
		return write_register(pl, p);
	case REG_POLL:
		return poll_register(pl, p);
	case VERSION:
		return 0;
	default:
		return wrong(pl, "unknown packet", p->head);
	}
}

static void open_registers(struct gpu *gpu)
{
	static const uint32_t opened[] = { 0x2248, 0x2580, 0x7304, 0x7014, 0xb118 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(opened); i++)
		mmio_write32(gpu, 0x24d0 + 4 * (uint32_t)i, opened[i]);
}

static int first_round(struct player *pl, const struct packet *p)
{
	return p->head == MEM_WRITE ? use_memory(pl, p) : 0;
}

static int each_packet(struct player *pl, const uint8_t *data, size_t size,
		       int (*fn)(struct player *pl, const struct packet *p))
{
	struct packet p;
	size_t at;
	int ret = 0;

	for (at = 0; at < size && !ret; at += p.ndw * 4ull) {
		ret = next_packet(pl, data + at, size - at, &p);
		if (!ret)
			ret = fn(pl, &p);
	}
	return ret;
}

/* What was logged as wrong while it ran, and engines that did not come to an end. */
static int verdict(const struct player *pl)
{
	static const enum log_class bad[] = {
		LOG_UNDEF_REG, LOG_REG, LOG_CMD, LOG_FAULT, LOG_DMA, LOG_PRIV, LOG_CONTEXT,
	};
	const struct engine *e;
	int ret = 0;
	size_t i;

	for (i = 0; i < NUM_ENGINES; i++) {
		e = &pl->gpu->engine[i];
		if (!e->hung && !e->active)
			continue;
		log_line(LOG_CMD, "%s %s at %#llx when the file is over", e->name,
			 e->hung ? "hangs" : "still runs", (unsigned long long)e->exec_addr);
		ret = -EINVAL;
	}
	if (!pl->counts->submissions)
		ret = wrong(pl, "nothing was submitted", 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (log_count(bad[i]))
			ret = -EINVAL;
	return ret;
}

int play(struct gpu *gpu, const uint8_t *data, size_t size, uint64_t max_commands,
	 struct play_counts *counts)
{
	struct player pl = { .gpu = gpu, .counts = counts, .max_commands = max_commands };
	int ret;

	memset(counts, 0, sizeof(*counts));
	pl.used = malloc(MAX_PAGES * sizeof(*pl.used));
	if (!pl.used)
		return -ENOMEM;
	ret = each_packet(&pl, data, size, first_round);
	if (!ret)
		ret = map_used(&pl);
	free(pl.used);
	if (ret)
		return ret;
	pthread_mutex_lock(&gpu->lock);
	test_clock_ns = now_ns();
	open_registers(gpu);
	ret = each_packet(&pl, data, size, play_packet);
	if (!ret)
		ret = verdict(&pl);
	test_clock_ns = 0;
	pthread_mutex_unlock(&gpu->lock);
	return ret;
}

static void print_counts(const struct gpu *gpu, const struct play_counts *c)
{
	const struct {
		const char *name;
		uint64_t val;
	} lines[] = {
		{ "packets", c->packets }, { "memory_writes", c->memory_writes },
		{ "memory_bytes", c->memory_bytes }, { "ggtt_entries", c->ggtt_entries },
		{ "register_writes", c->register_writes }, { "register_polls", c->register_polls },
		{ "submissions", c->submissions }, { "page_tables", c->tables },
		{ "mapped_pages", c->pages }, { "command_problems", log_count(LOG_CMD) },
		{ "faults", log_count(LOG_FAULT) }, { "dma_outside_memory", log_count(LOG_DMA) },
		{ "privilege", log_count(LOG_PRIV) }, { "context", log_count(LOG_CONTEXT) },
		{ "undefined_registers", log_count(LOG_UNDEF_REG) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++)
		printf("%s %llu\n", lines[i].name, (unsigned long long)lines[i].val);
	for (i = 0; i < NUM_ENGINES; i++)
		if (gpu->engine[i].nr_contexts)
			printf("engine %s contexts %llu batches %llu commands %llu\n",
			       gpu->engine[i].name,
			       (unsigned long long)gpu->engine[i].nr_contexts,
			       (unsigned long long)gpu->engine[i].nr_batches,
			       (unsigned long long)gpu->engine[i].nr_cmds);
}

int play_main(struct gpu *gpu, const char *path)
{
	struct play_counts counts;
	uint8_t *data;
	size_t size;
	int ret;

	ret = play_read_file(path, &data, &size);
	if (ret) {
		fprintf(stderr, "gpusim: %s: %s\n", path, strerror(-ret));
		return 1;
	}
	ret = play(gpu, data, size, MAX_COMMANDS, &counts);
	free(data);
	print_counts(gpu, &counts);
	printf("%s\n", ret ? "failed: the log tells why" : "played");
	return ret ? 1 : 0;
}
