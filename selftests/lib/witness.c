// SPDX-License-Identifier: GPL-2.0
/*
 * Notes for the judge of the GPU's DMA, one file per attack:
 *
 *	begin ADDRESS / end ADDRESS	where the victim's GPU writes before and after (PPGTT; no
 *					other attack uses the same)
 *	active				the attacker's GPU worked between them
 *	own FIRST COUNT			the attacker's memory
 *	victim FIRST COUNT		the victim's
 *	decoy FIRST COUNT		of this process, never given to VFIO
 *	foreign FIRST COUNT		the kernel says: user memory or page cache
 *
 * Pages are numbers of physical pages, from /proc/self/pagemap and /proc/kpageflags (Linux
 * Documentation/admin-guide/mm/pagemap.rst).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "witness.h"

#define DECOY_BYTES (8u << 20)
#define DECOY(i) (0xdec0000u + (i))
#define PAGEMAP_PRESENT (1ull << 63)
#define PAGEMAP_PFN ((1ull << 55) - 1)
#define WAIT_MS 20000

/* Bits of linux/kernel-page-flags.h. */
#define KPF_LRU (1ull << 5)
#define KPF_MMAP (1ull << 11)
#define KPF_ANON (1ull << 12)
#define KPF_FOREIGN (KPF_LRU | KPF_MMAP | KPF_ANON)
#define FLAGS_AT_ONCE 8192

/* A run of pages that grows while the next page follows on. */
struct run {
	FILE *notes;
	const char *whose;
	uint64_t first, count;
};

static void run_end(struct run *run)
{
	if (run->count)
		fprintf(run->notes, "%s %llu %llu\n", run->whose, (unsigned long long)run->first,
			(unsigned long long)run->count);
	run->count = 0;
}

static void run_add(struct run *run, uint64_t pfn)
{
	if (run->count && pfn == run->first + run->count) {
		run->count++;
		return;
	}
	run_end(run);
	run->first = pfn;
	run->count = 1;
}

static uint64_t pfn_of(int pagemap, const void *va)
{
	uint64_t entry = 0;

	if (pread(pagemap, &entry, sizeof(entry), (uintptr_t)va / PAGE * 8) != sizeof(entry))
		return 0;
	return entry & PAGEMAP_PRESENT ? entry & PAGEMAP_PFN : 0;
}

static bool note_pages(struct witness *w, const char *whose, const void *va, size_t size)
{
	struct run run = { .notes = w->notes, .whose = whose };
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	size_t found = 0, i;

	if (pagemap < 0)
		return false;
	for (i = 0; i < size; i += PAGE) {
		uint64_t pfn;

		load32((const char *)va + i);
		pfn = pfn_of(pagemap, (const char *)va + i);
		if (!pfn)
			continue;
		run_add(&run, pfn);
		found++;
	}
	run_end(&run);
	close(pagemap);
	return found == size / PAGE;
}

/* All pages that hold user memory or files, the attacker's among them. */
static bool note_foreign(struct witness *w)
{
	struct run run = { .notes = w->notes, .whose = "foreign" };
	static uint64_t flags[FLAGS_AT_ONCE];
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	uint64_t pfn = 0;
	ssize_t n, i;

	if (fd < 0)
		return false;
	while ((n = read(fd, flags, sizeof(flags))) > 0)
		for (i = 0; i < n / 8; i++, pfn++)
			if (flags[i] & KPF_FOREIGN)
				run_add(&run, pfn);
	run_end(&run);
	close(fd);
	return pfn > 0;
}

static bool mark(struct witness *w, struct duel *d, const char *what, unsigned int page)
{
	uint32_t *at = guestmem_ptr(&d->victim.mem, w->mark_gpa + page * PAGE);
	uint64_t va = w->mark_va + page * PAGE;
	struct cmds c = { 0 };

	emit_store(&c, false, va, 0x3a4c);
	if (!lrc_run(&d->victim_lrc[BCS], &c, WAIT_MS) || load32(at) != 0x3a4c)
		return false;
	fprintf(w->notes, "%s %llu\n", what, (unsigned long long)va);
	return true;
}

/* A place of its own for each name (FNV-1a, by its definition). */
static uint64_t place(const char *name)
{
	uint32_t hash = 2166136261u;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	return 0x600000000000ull + (uint64_t)hash * 2 * PAGE;
}

bool witness_begin(struct witness *w, struct duel *d, const char *name)
{
	const char *folder = getenv("IVGPU_NOTES");
	uint32_t *decoy;
	char path[512];
	size_t i;

	memset(w, 0, sizeof(*w));
	w->mark_va = place(name);
	w->mark_gpa = guestmem_alloc(&d->victim.mem, 2);
	if (!w->mark_gpa || ppgtt_map(&d->victim.pp, w->mark_va, w->mark_gpa, 2))
		return false;
	ppgtt_publish(&d->victim, &d->victim.pp);
	snprintf(path, sizeof(path), "%s/%s.dma-notes", folder ? folder : "/tmp", name);
	w->notes = fopen(folder ? path : "/dev/null", "we");
	decoy = mmap(NULL, DECOY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!w->notes || decoy == MAP_FAILED)
		return false;
	for (i = 0; i < DECOY_BYTES / 4; i++)
		decoy[i] = DECOY(i);
	w->decoy = decoy;
	w->decoy_size = DECOY_BYTES;
	return mark(w, d, "begin", 0);
}

void witness_active(struct witness *w)
{
	fputs("active\n", w->notes);
}

bool witness_own(struct witness *w, const struct guestmem *mem)
{
	return note_pages(w, "own", mem->va, mem->size);
}

bool witness_end(struct witness *w, struct duel *d)
{
	const uint32_t *decoy = w->decoy;
	bool fine;
	size_t i;

	fine = mark(w, d, "end", 1) &&
	       note_pages(w, "victim", d->victim.mem.va, d->victim.mem.size) &&
	       note_pages(w, "decoy", w->decoy, w->decoy_size) && note_foreign(w);
	for (i = 0; i < w->decoy_size / 4; i++)
		fine &= decoy[i] == DECOY(i);
	munmap(w->decoy, w->decoy_size);
	return !fclose(w->notes) && fine;
}
