// SPDX-License-Identifier: GPL-2.0
/*
 * gpusim-dma: reads a DMA witness (witness.h) and prints it, one record a line, or with --pages
 * each page once with what was done to it by whom:
 *
 *   time_ns engine context lrca kind gpu_addr bus_addr
 *   bus_addr engine context kind first_ns last_ns records
 *
 * kind: r or w, then g (GGTT) or p (PPGTT), then t for a page table, a for the CPU's aperture, b
 * for a cached page that is written back, s for context status.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"
#include "witness.h"

#define ull unsigned long long

struct page {
	uint64_t bus, first, last, records;
	uint32_t context;
	uint8_t engine, flags;
};

static const char *engine_name(uint8_t id)
{
	static const char *const names[NUM_ENGINES] = {
		[RCS] = "rcs", [BCS] = "bcs", [VCS0] = "vcs0", [VCS1] = "vcs1", [VECS] = "vecs",
	};

	return id < NUM_ENGINES ? names[id] : "cpu";
}

#define KIND_SIZE 8

static const char *kind(uint8_t flags, char buf[KIND_SIZE])
{
	static const struct {
		uint8_t flag;
		char letter;
	} marks[] = {
		{ WITNESS_TABLE, 't' }, { WITNESS_APERTURE, 'a' }, { WITNESS_WRITE_BACK, 'b' },
		{ WITNESS_STATUS, 's' },
	};
	char *p = buf;
	size_t i;

	*p++ = flags & WITNESS_WRITE ? 'w' : 'r';
	*p++ = flags & WITNESS_GGTT ? 'g' : 'p';
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (flags & marks[i].flag)
			*p++ = marks[i].letter;
	*p = 0;
	return buf;
}

static int compare_key(const struct page *a, const struct page *b)
{
	if (a->bus != b->bus)
		return a->bus < b->bus ? -1 : 1;
	if (a->engine != b->engine)
		return a->engine < b->engine ? -1 : 1;
	if (a->context != b->context)
		return a->context < b->context ? -1 : 1;
	return a->flags - b->flags;
}

static int compare(const void *x, const void *y)
{
	const struct page *a = x, *b = y;
	int c = compare_key(a, b);

	if (c || a->first == b->first)
		return c;
	return a->first < b->first ? -1 : 1;
}

static void print_record(const struct witness_record *r)
{
	char buf[KIND_SIZE];

	printf("%llu %s %#x %#x %s %#llx %#llx\n", (ull)r->time_ns, engine_name(r->engine),
	       r->context, r->lrca, kind(r->flags, buf), (ull)r->gpu_addr, (ull)r->bus_addr);
}

static void print_pages(struct page *pages, size_t nr)
{
	struct page *p = pages, *q;
	char buf[KIND_SIZE];

	qsort(pages, nr, sizeof(*pages), compare);
	while (p < pages + nr) {
		for (q = p + 1; q < pages + nr && !compare_key(p, q); q++)
			p->last = q->last;
		printf("%#llx %s %#x %s %llu %llu %zu\n", (ull)p->bus, engine_name(p->engine),
		       p->context, kind(p->flags, buf), (ull)p->first, (ull)p->last,
		       (size_t)(q - p));
		p = q;
	}
}

static int add_page(struct page **pages, size_t *nr, size_t *room, const struct witness_record *r)
{
	struct page *p;

	if (*nr == *room) {
		*room = *room ? *room * 2 : 4096;
		p = realloc(*pages, *room * sizeof(*p));
		if (!p)
			return -ENOMEM;
		*pages = p;
	}
	p = &(*pages)[(*nr)++];
	*p = (struct page){
		.bus = r->bus_addr, .first = r->time_ns, .last = r->time_ns,
		.context = r->context, .engine = r->engine, .flags = r->flags,
	};
	return 0;
}

static int read_all(FILE *f, int by_page)
{
	struct witness_header h;
	struct witness_record r;
	struct page *pages = NULL;
	size_t nr = 0, room = 0;

	if (fread(&h, sizeof(h), 1, f) != 1 || h.magic != WITNESS_MAGIC || h.version != 1 ||
	    h.record_size != sizeof(r)) {
		fprintf(stderr, "gpusim-dma: not a DMA witness of version 1\n");
		return 1;
	}
	while (fread(&r, sizeof(r), 1, f) == 1) {
		if (!by_page) {
			print_record(&r);
		} else if (add_page(&pages, &nr, &room, &r)) {
			fprintf(stderr, "gpusim-dma: out of memory\n");
			free(pages);
			return 1;
		}
	}
	if (by_page)
		print_pages(pages, nr);
	free(pages);
	return ferror(f) ? 1 : 0;
}

int main(int argc, char **argv)
{
	int by_page = argc == 3 && !strcmp(argv[1], "--pages"), ret;
	FILE *f;

	if (argc != 2 + by_page) {
		fprintf(stderr, "usage: gpusim-dma [--pages] FILE\n");
		return 2;
	}
	f = fopen(argv[argc - 1], "rbe");
	if (!f) {
		fprintf(stderr, "gpusim-dma: %s: %s\n", argv[argc - 1], strerror(errno));
		return 1;
	}
	ret = read_all(f, by_page);
	fclose(f);
	return ret;
}
