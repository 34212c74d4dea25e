// SPDX-License-Identifier: GPL-2.0
/*
 * Writes what engines executed as an AUB memory trace.
 *
 * The packets are those that play_walk.c reads. Every run of a context becomes a submission of its
 * own: pages of code, page tables that name just those, a ring that holds what was executed, an
 * image that names them, and the writes of ELSP.
 */
#include "record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpu.h"
#include "gtt.h"
#include "util.h"

#define PAGE 4096u
#define PACKET(sub) (0xe0000000u | 0x2eu << 23 | (uint32_t)(sub) << 16)
#define PACKET_REG_WRITE 0x03
#define PACKET_MEM_WRITE 0x06
#define PACKET_VERSION 0x0e
#define SPACE_AUB_GGTT_ENTRY 4u
#define SPACE_AUB_PHYSICAL 2u

#define MAX_PAGES 512			/* of one submission */
#define MAX_TABLES 64
#define MAX_RING (16 * PAGE)

/* Places in the file's own memory and GGTT; each submission overwrites the one before. */
#define BUS_IMAGE 0x100000u
#define BUS_RING 0x200000u
#define BUS_TABLES 0x300000u
#define BUS_PAGES 0x1000000u
#define GGTT_IMAGE 0xfe000000u
#define GGTT_RING 0xfe100000u

/* Dwords of an image's page 1 (i915 gt/intel_lrc_reg.h). */
#define IMAGE_HEAD 0x05
#define IMAGE_TAIL 0x07
#define IMAGE_START 0x09
#define IMAGE_CTL 0x0b
#define IMAGE_PDP0 0x31

struct code_page {
	uint64_t addr;
	enum address_space space;
	uint8_t data[PAGE];
};

struct table {
	uint64_t prefix;		/* address bits above what the table covers */
	unsigned int level;		/* 4: the root */
	uint64_t entry[512];
};

/* One engine's submission, as far as it has come. */
struct submission {
	bool on;
	bool lost;			/* too large: not written */
	uint32_t head;			/* of the ring, at the beginning */
	unsigned int nr_pages, last, nr_tables;
	struct code_page page[MAX_PAGES];
	struct table table[MAX_TABLES];
};

static FILE *file;
static uint64_t room;
static uint64_t nr_written, nr_lost;
static struct submission *submissions[NUM_ENGINES];

static void put(const void *data, size_t len)
{
	if (fwrite(data, 1, len, file) == len)
		room -= len < room ? len : room;
}

static void put_memory(uint32_t space, uint64_t addr, const void *data, uint32_t len)
{
	uint32_t head[5] = { PACKET(PACKET_MEM_WRITE) | (4 + len / 4), (uint32_t)addr,
			     (uint32_t)(addr >> 32), space << 28, len };

	put(head, sizeof(head));
	put(data, len);
}

static void put_register(uint32_t off, uint32_t val)
{
	uint32_t packet[6] = { PACKET(PACKET_REG_WRITE) | 5, off, 0x20000, 0xffffffff, 0, val };

	put(packet, sizeof(packet));
}

int record_open(const char *path, uint64_t most)
{
	uint32_t head[12] = { PACKET(PACKET_VERSION) | 11, 1 };
	int i;

	file = fopen(path, "we");
	if (!file)
		return -errno;
	for (i = 0; i < NUM_ENGINES; i++) {
		submissions[i] = calloc(1, sizeof(*submissions[i]));
		if (!submissions[i])
			return -ENOMEM;
	}
	room = most;
	memcpy(head + 4, "gpusim --record", 16);
	put(head, sizeof(head));
	return 0;
}

void record_close(void)
{
	int i, bad;

	if (!file)
		return;
	bad = ferror(file);
	log_line(LOG_INFO, "recorded %llu submissions, left %llu out%s",
		 (unsigned long long)nr_written, (unsigned long long)nr_lost,
		 bad ? "; the file could not be written whole" : "");
	fclose(file);
	file = NULL;
	for (i = 0; i < NUM_ENGINES; i++) {
		free(submissions[i]);
		submissions[i] = NULL;
	}
}

static uint32_t ring_head(const struct engine *e)
{
	return *gpu_reg(e->gpu, e->base + 0x34) & 0x1ffffcu;
}

void record_begin(struct engine *e)
{
	struct submission *s = submissions[e->id];

	if (!file)
		return;
	s->on = !e->in_batch && room;
	s->lost = false;
	s->head = ring_head(e);
	s->nr_pages = 0;
	s->last = 0;
}

/* A page as it is, without faults and translations that the engine would keep. */
static bool copy_page(struct engine *e, enum address_space space, uint64_t addr, void *buf)
{
	const uint8_t *from;
	struct walk w;

	if (space == SPACE_GGTT ? gtt_walk_ggtt(e->gpu, addr, &w) : gtt_walk_ppgtt(e, addr, &w))
		return false;
	from = mem_page(&e->gpu->mem, w.bus, false);
	if (from)
		memcpy(buf, from, PAGE);
	return from;
}

static bool is_page(const struct code_page *page, enum address_space space, uint64_t addr)
{
	return page->addr == addr && page->space == space;
}

void record_command(struct engine *e, enum address_space space, uint64_t addr)
{
	struct submission *s = submissions[e->id];
	uint64_t at = addr & ~(uint64_t)(PAGE - 1);
	unsigned int i;

	if (!file || !s->on || s->lost || !e->in_batch || e->in_context_batch)
		return;
	if (s->last < s->nr_pages && is_page(&s->page[s->last], space, at))
		return;
	for (i = 0; i < s->nr_pages; i++) {
		if (is_page(&s->page[i], space, at)) {
			s->last = i;
			return;
		}
	}
	if (i == MAX_PAGES || !copy_page(e, space, at, s->page[i].data)) {
		s->lost = true;
		return;
	}
	s->page[i].addr = at;
	s->page[i].space = space;
	s->last = s->nr_pages++;
}

/* The ring between head and where it stands now, straightened. Returns its bytes, 0: too many. */
static uint32_t copy_ring(struct engine *e, uint32_t head, uint8_t *buf)
{
	uint32_t size = (*gpu_reg(e->gpu, e->base + 0x3c) & 0x1ff000u) + PAGE;
	uint32_t start = *gpu_reg(e->gpu, e->base + 0x38) & ~(PAGE - 1);
	uint32_t tail = ring_head(e), len, done, at;
	uint8_t page[PAGE];

	len = tail >= head ? tail - head : tail + size - head;
	if (len > MAX_RING)
		return 0;
	for (done = 0; done < len; done += 4) {
		at = (head + done) % size;
		if ((!done || at % PAGE == 0) &&
		    !copy_page(e, SPACE_GGTT, start + at / PAGE * PAGE, page))
			return 0;
		memcpy(buf + done, page + at % PAGE, 4);
	}
	return len;
}

static uint64_t table_bus(const struct submission *s, const struct table *t)
{
	return BUS_TABLES + (uint64_t)(t - s->table) * PAGE;
}

/* The table of a level (4 to 1) that covers an address, made when it is not there. */
static struct table *find_table(struct submission *s, unsigned int level, uint64_t addr)
{
	uint64_t prefix = level == 4 ? 0 : addr >> (12 + 9 * level);
	struct table *parent, *t;
	unsigned int i;

	for (i = 0; i < s->nr_tables; i++)
		if (s->table[i].level == level && s->table[i].prefix == prefix)
			return &s->table[i];
	parent = level < 4 ? find_table(s, level + 1, addr) : NULL;
	if ((level < 4 && !parent) || s->nr_tables == MAX_TABLES)
		return NULL;
	t = &s->table[s->nr_tables++];
	memset(t, 0, sizeof(*t));
	t->prefix = prefix;
	t->level = level;
	if (parent)
		parent->entry[addr >> (12 + 9 * level) & 511] = table_bus(s, t) | 3;
	return t;
}

static void put_ggtt(uint64_t addr, uint64_t bus)
{
	uint64_t entry = bus | 1;

	put_memory(SPACE_AUB_GGTT_ENTRY, addr / PAGE * 8, &entry, sizeof(entry));
}

static bool put_code(struct submission *s)
{
	struct table *t;
	uint64_t bus;
	unsigned int i;

	s->nr_tables = 0;
	if (!find_table(s, 4, 0))
		return false;
	for (i = 0; i < s->nr_pages; i++) {
		bus = BUS_PAGES + (uint64_t)i * PAGE;
		put_memory(SPACE_AUB_PHYSICAL, bus, s->page[i].data, PAGE);
		if (s->page[i].space == SPACE_GGTT) {
			put_ggtt(s->page[i].addr, bus);
			continue;
		}
		t = find_table(s, 1, s->page[i].addr);
		if (!t)
			return false;
		t->entry[s->page[i].addr >> 12 & 511] = bus | 3;
	}
	for (i = 0; i < s->nr_tables; i++)
		put_memory(SPACE_AUB_PHYSICAL, table_bus(s, &s->table[i]), s->table[i].entry,
			   PAGE);
	return true;
}

static void put_ring(const uint8_t *ring, uint32_t len)
{
	uint32_t off;

	for (off = 0; off < len; off += PAGE) {
		put_memory(SPACE_AUB_PHYSICAL, BUS_RING + off, ring + off, PAGE);
		put_ggtt(GGTT_RING + off, BUS_RING + off);
	}
}

static void put_image(uint32_t len)
{
	uint32_t image[PAGE / 4] = { 0 };

	image[IMAGE_HEAD] = 0;
	image[IMAGE_TAIL] = len;
	image[IMAGE_START] = GGTT_RING;
	image[IMAGE_CTL] = MAX_RING | 1;
	image[IMAGE_PDP0] = 0;
	image[IMAGE_PDP0 + 2] = BUS_TABLES;
	put_memory(SPACE_AUB_PHYSICAL, BUS_IMAGE + PAGE, image, PAGE);
	put_ggtt(GGTT_IMAGE, BUS_IMAGE);
	put_ggtt(GGTT_IMAGE + PAGE, BUS_IMAGE + PAGE);
}

void record_end(struct engine *e, bool whole)
{
	struct submission *s = submissions[e->id];
	uint8_t ring[MAX_RING + PAGE] = { 0 };
	uint32_t len;
	int i;

	if (!file || !s->on)
		return;
	s->on = false;
	if (ring_head(e) == s->head)
		return;
	len = whole && !s->lost && !e->in_batch ? copy_ring(e, s->head, ring) : 0;
	if (!len || !put_code(s)) {
		nr_lost++;
		return;
	}
	put_ring(ring, len);
	put_image(len);
	for (i = 0; i < 3; i++)
		put_register(e->base + 0x230, 0);
	put_register(e->base + 0x230, GGTT_IMAGE | 0x9);
	nr_written++;
}
