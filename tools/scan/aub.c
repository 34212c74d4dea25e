// SPDX-License-Identifier: GPL-2.0
/*
 * Reads AUB files of the memory-trace kind, which name physical memory, GGTT
 * entries and register writes.
 *
 * The format is as Mesa's src/intel/tools/aub_read.c and intel_aub.h (22.3.6)
 * describe it: packets of a header (type 31:29, opcode 28:23, sub-opcode 22:16,
 * length 15:0 biased by 1), memory writes with an address space in bits 31:28 of
 * their fourth dword, register writes with the value in their sixth.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aub.h"

#define PAGE			4096u
#define PACKET(sub)		(0xe0000000u | 0x2eu << 23 | (sub) << 16)
#define PACKET_MASK		0xffff0000u
#define PACKET_REG_WRITE	PACKET(0x03u)
#define PACKET_MEM_WRITE	PACKET(0x06u)
#define PACKET_VERSION		PACKET(0x0eu)

#define SPACE_GGTT		0
#define SPACE_PHYSICAL		2
#define SPACE_GGTT_ENTRY	4

/* Context image, dword of the value (i915 gt/intel_lrc_reg.h, page 1). */
#define CTX_RING_HEAD		0x05
#define CTX_RING_TAIL		0x07
#define CTX_RING_START		0x09
#define CTX_RING_CTL		0x0b
#define CTX_PDP0_UDW		0x31
#define CTX_PDP0_LDW		0x33

#define MAX_STREAM		(16u << 20)
/* Batches that are called from one another, and all of one submission that differ. */
#define MAX_DEPTH		3
#define MAX_BATCHES		4096

struct batch {
	u64 addr;
	enum ivgpu_cmd_space space;
};

struct page {
	struct page *next;
	u64 frame;
	u8 data[PAGE];
};

#define BUCKETS 4096

struct aub {
	struct page *pages[BUCKETS];
	u64 *ggtt;		/* entries, 4 GiB of addresses */
	u32 elsp[IVGPU_NUM_ENGINES][4];
	unsigned int nelsp[IVGPU_NUM_ENGINES];
	aub_stream_fn stream;
	void *ctx;
	unsigned int gen;
	struct batch batches[MAX_BATCHES];	/* of this submission so far */
	unsigned int nr_batches;
	const char *error;	/* the first one */
};

#define GGTT_ENTRIES BIT(20)

static void fail(struct aub *aub, const char *why)
{
	if (!aub->error)
		aub->error = why;
}

static struct page *find_page(struct aub *aub, u64 frame, bool make)
{
	struct page **head = &aub->pages[frame % BUCKETS];
	struct page *p;

	for (p = *head; p; p = p->next)
		if (p->frame == frame)
			return p;
	if (!make)
		return NULL;
	p = calloc(1, sizeof(*p));
	if (!p) {
		fail(aub, "out of memory");
		return NULL;
	}
	p->frame = frame;
	p->next = *head;
	*head = p;
	return p;
}

static void write_physical(struct aub *aub, u64 addr, const u8 *data, u64 len)
{
	while (len) {
		u32 offset = addr % PAGE;
		u64 n = len < PAGE - offset ? len : PAGE - offset;
		struct page *p = find_page(aub, addr / PAGE, true);

		if (!p)
			return;
		memcpy(p->data + offset, data, n);
		addr += n;
		data += n;
		len -= n;
	}
}

static void write_space(struct aub *aub, u32 space, u64 addr, const u8 *data, u32 len)
{
	u32 n;

	switch (space) {
	case SPACE_PHYSICAL:
		write_physical(aub, addr, data, len);
		break;
	case SPACE_GGTT_ENTRY:
		if (addr / 8 < GGTT_ENTRIES && len / 8 <= GGTT_ENTRIES - addr / 8)
			memcpy((u8 *)aub->ggtt + addr / 8 * 8, data, len / 8 * 8);
		break;
	case SPACE_GGTT:
		while (len && addr / PAGE < GGTT_ENTRIES) {
			n = len < PAGE - addr % PAGE ? len : PAGE - addr % PAGE;
			write_physical(aub, (aub->ggtt[addr / PAGE] & ~0xfffull) + addr % PAGE,
				       data, n);
			addr += n;
			data += n;
			len -= n;
		}
	}
}

static int read_physical(struct aub *aub, u64 addr, void *buf, u32 len)
{
	struct page *p = find_page(aub, addr / PAGE, false);

	if (!p)
		return -1;
	memcpy(buf, p->data + addr % PAGE, len);
	return 0;
}

static int read_ggtt(struct aub *aub, u64 addr, void *buf, u32 len)
{
	if (addr / PAGE >= GGTT_ENTRIES || !(aub->ggtt[addr / PAGE] & 1))
		return -1;
	return read_physical(aub, (aub->ggtt[addr / PAGE] & 0x7ffffff000ull) + addr % PAGE, buf,
			     len);
}

/* Four levels, entries with bit 0 present (i915 gt/gen8_ppgtt.c). */
static int read_ppgtt(struct aub *aub, u64 pml4, u64 addr, void *buf, u32 len)
{
	u64 entry = pml4 | 1;
	int level;

	for (level = 3; level >= 0; level--) {
		u64 table = entry & 0x7ffffff000ull;

		if (!(entry & 1) ||
		    read_physical(aub, table + 8 * (addr >> (12 + 9 * level) & 511), &entry, 8))
			return -1;
	}
	return entry & 1 ? read_physical(aub, (entry & 0x7ffffff000ull) + addr % PAGE, buf, len)
			 : -1;
}

/* The batch at @addr up to where its memory ends; the scanner finds its real end. */
static u32 *read_batch(struct aub *aub, const u64 *pml4, u64 addr, u32 *ndw)
{
	u8 *buf = NULL;
	u32 have = 0;

	while (have < MAX_STREAM) {
		u32 n = PAGE - (addr + have) % PAGE;
		u8 *grown = realloc(buf, have + n);

		if (!grown)
			break;
		buf = grown;
		if (pml4 ? read_ppgtt(aub, *pml4, addr + have, buf + have, n)
			 : read_ggtt(aub, addr + have, buf + have, n))
			break;
		have += n;
	}
	*ndw = have / 4;
	return (u32 *)buf;
}

#define MI_BATCH_END	0x0a
#define MI_BATCH_START	0x31
#define IS_MI(dw, op)	((dw) >> 23 == (op))

static u64 start_address(const u32 *dw)
{
	return ((u64)dw[1] << 32 | (dw[0] & ~3u)) & 0xffffffffffffull;
}

static void play_batch(struct aub *aub, enum ivgpu_engine_id engine, const u64 *pml4, u64 addr,
		       enum ivgpu_cmd_space space, unsigned int depth);

/* A stretch, in pieces that start no more batches than the scanner can tell of. */
static void hand_out(struct aub *aub, enum ivgpu_engine_id engine, enum ivgpu_cmd_space space,
		     u32 *dw, u32 ndw)
{
	u32 pos = 0, from = 0, batches = 0, len;

	for (; pos < ndw; pos += len) {
		len = ivgpu_cmd_length(engine, aub->gen, dw[pos]);
		if (!len || len > ndw - pos)
			break;
		if (IS_MI(dw[pos], MI_BATCH_START) && batches++ == IVGPU_CMD_MAX_BATCHES) {
			aub->stream(aub->ctx, engine, space, dw + from, pos - from);
			from = pos;
			batches = 1;
		}
	}
	aub->stream(aub->ctx, engine, space, dw + from, ndw - from);
}

/* What privilege a batch has that is started from there: none comes back to one without. */
static enum ivgpu_cmd_space space_of(enum ivgpu_cmd_space from, u32 header)
{
	return header & BIT(8) || from == IVGPU_CMD_BATCH_PPGTT ? IVGPU_CMD_BATCH_PPGTT
								: IVGPU_CMD_BATCH_GGTT;
}

/*
 * Find where a stretch ends and play the batches that it calls, then hand it out:
 * whoever takes it may patch it. Returns where it jumps to at its end, or 0.
 */
static u64 play_stretch(struct aub *aub, enum ivgpu_engine_id engine, const u64 *pml4, u32 *dw,
			u32 ndw, enum ivgpu_cmd_space *space, unsigned int depth)
{
	enum ivgpu_cmd_space here = *space;
	bool ring = !depth;
	u64 jump = 0;
	u32 pos = 0;

	while (pos < ndw && !jump && !aub->error) {
		u32 len = ivgpu_cmd_length(engine, aub->gen, dw[pos]);
		bool start = IS_MI(dw[pos], MI_BATCH_START);
		bool end = !ring && IS_MI(dw[pos], MI_BATCH_END);

		if (!len || len > ndw - pos) {
			pos = ndw;
			break;
		}
		if (start && (ring || dw[pos] & BIT(22)))
			play_batch(aub, engine, pml4, start_address(dw + pos + 1),
				   space_of(here, dw[pos]), depth + 1);
		else if (start)
			jump = start_address(dw + pos + 1);
		if (jump)
			*space = space_of(here, dw[pos]);
		pos += len;
		if (end)
			break;
	}
	hand_out(aub, engine, here, dw, pos);
	return jump;
}

/* A batch may go on in itself, and be started many times. */
static bool was_played(const struct aub *aub, u64 addr, enum ivgpu_cmd_space space)
{
	unsigned int i;

	for (i = 0; i < aub->nr_batches; i++)
		if (aub->batches[i].addr == addr && aub->batches[i].space == space)
			return true;
	return false;
}

/* A batch, and those that it goes on in. */
static void play_batch(struct aub *aub, enum ivgpu_engine_id engine, const u64 *pml4, u64 addr,
		       enum ivgpu_cmd_space space, unsigned int depth)
{
	u32 ndw, *dw;

	while (addr && !aub->error && !was_played(aub, addr, space)) {
		if (depth > MAX_DEPTH || aub->nr_batches == MAX_BATCHES) {
			fail(aub, "too many batches in one submission");
			return;
		}
		aub->batches[aub->nr_batches++] = (struct batch){ addr, space };
		dw = read_batch(aub, space == IVGPU_CMD_BATCH_PPGTT ? pml4 : NULL, addr, &ndw);
		if (dw && ndw)
			addr = play_stretch(aub, engine, pml4, dw, ndw, &space, depth);
		else
			fail(aub, "a batch is not mapped");
		free(dw);
	}
}

static void play_context(struct aub *aub, enum ivgpu_engine_id engine, u64 lrca)
{
	enum ivgpu_cmd_space space = IVGPU_CMD_RING;
	u32 image[64];
	u32 head, tail, size, pos, *ring;
	u64 pml4;

	if (read_ggtt(aub, lrca + PAGE, image, sizeof(image))) {
		fail(aub, "a context image is not mapped");
		return;
	}
	size = ((image[CTX_RING_CTL] >> 12) + 1) * PAGE;
	head = image[CTX_RING_HEAD] % size & ~3u;
	tail = image[CTX_RING_TAIL] % size & ~3u;
	pml4 = (u64)image[CTX_PDP0_UDW] << 32 | image[CTX_PDP0_LDW];
	ring = calloc(1, size);
	if (!ring) {
		fail(aub, "out of memory");
		return;
	}
	for (pos = 0; head != tail; head = (head + 4) % size, pos++) {
		if (read_ggtt(aub, image[CTX_RING_START] + head, &ring[pos], 4)) {
			fail(aub, "a ring is not mapped");
			break;
		}
	}
	aub->nr_batches = 0;
	play_stretch(aub, engine, &pml4, ring, pos, &space, 0);
	free(ring);
}

static void write_register(struct aub *aub, u32 offset, u32 value)
{
	static const u32 elsp[IVGPU_NUM_ENGINES] = {
		[IVGPU_RCS0] = 0x2230, [IVGPU_BCS0] = 0x22230, [IVGPU_VCS0] = 0x12230,
		[IVGPU_VCS1] = 0x1c230, [IVGPU_VECS0] = 0x1a230,
	};
	unsigned int e;

	for (e = 0; e < IVGPU_NUM_ENGINES; e++) {
		if (offset != elsp[e])
			continue;
		aub->elsp[e][aub->nelsp[e]++] = value;
		if (aub->nelsp[e] < 4)
			return;
		aub->nelsp[e] = 0;
		play_context(aub, e, aub->elsp[e][3] & 0xfffff000u);
		if (aub->elsp[e][1] & 1)
			play_context(aub, e, aub->elsp[e][1] & 0xfffff000u);
	}
}

static void play_packet(struct aub *aub, const u32 *p, u32 ndw)
{
	switch (p[0] & PACKET_MASK) {
	case PACKET_MEM_WRITE:
		if (ndw >= 5 && p[4] <= 4 * (ndw - 5))
			write_space(aub, p[3] >> 28, (u64)p[2] << 32 | p[1],
				    (const u8 *)(p + 5), p[4]);
		else
			fail(aub, "a memory write is malformed");
		break;
	case PACKET_REG_WRITE:
		if (ndw >= 6)
			write_register(aub, p[1], p[5]);
		else
			fail(aub, "a register write is malformed");
	}
}

/**
 * aub_is - does this file begin as an AUB memory trace does
 * @data: the file
 * @size: its bytes
 */
bool aub_is(const void *data, size_t size)
{
	u32 header;

	if (size < sizeof(header))
		return false;
	memcpy(&header, data, sizeof(header));
	return (header & PACKET_MASK) == PACKET_VERSION;
}

const char *aub_play(const void *data, size_t size, unsigned int gen, aub_stream_fn stream,
		     void *ctx)
{
	static struct aub aub;
	const u32 *p = data;
	size_t left = size / 4;
	struct page *page;
	unsigned int i;

	memset(&aub, 0, sizeof(aub));
	aub.stream = stream;
	aub.ctx = ctx;
	aub.gen = gen;
	aub.ggtt = calloc(GGTT_ENTRIES, sizeof(u64));
	if (!aub.ggtt)
		return "out of memory";
	if (size % 4)
		fail(&aub, "the file breaks off inside a packet");
	while (left && !aub.error) {
		u32 ndw = (p[0] & 0xffff) + 1;

		if (ndw > left) {
			fail(&aub, "the file breaks off inside a packet");
			break;
		}
		play_packet(&aub, p, ndw);
		p += ndw;
		left -= ndw;
	}
	for (i = 0; i < BUCKETS; i++) {
		while ((page = aub.pages[i])) {
			aub.pages[i] = page->next;
			free(page);
		}
	}
	free(aub.ggtt);
	return aub.error;
}
