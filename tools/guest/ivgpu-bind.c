// SPDX-License-Identifier: GPL-2.0
/*
 * What binding memory costs a guest: binds buffers of given sizes to the PPGTT and the GGTT, in
 * bulk (1024 pages at once) and page by page with a submission between.
 *
 * It asks the lab for counters (vm/screens.py): KVM's own of this guest's processor, and, under
 * ivgpu, the driver's of its vGPU. An exit because of the GPU is an access that QEMU had to answer,
 * a store that KVM emulated because the page is write-tracked, the fault that then makes the page
 * writable again (the driver counts these), or a page fault on a mapped BAR: KVM's count of faults
 * that it fixed, under any driver. The guest's memory is touched at first, so that faults on that
 * are none of them; the PPGTT's tables are fresh memory all the same, but binding to it touches no
 * BAR.
 *
 * Of the accesses, those that bind are the ones to entries and to the flush register; a stock i915
 * makes no others (6.12 gt/intel_ggtt.c). ivgpu counts them. Where nobody does, all are counted and
 * those of the same without a bind taken off, in rounds of both; how often the guest's engine goes
 * to sleep between submissions, which costs accesses, makes that inexact by one or two. Each round
 * binds all buffers anew, to the GGTT at other addresses.
 * Prints a line of JSON for each figure.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <i915_drm.h>

#define PAGE		4096u
#define MIB		(1u << 20)
#define BULK_PAGES	1024u
#define BULKS		6u
#define SINGLES		16u
#define ROUNDS		3u
#define SETTLE		24u
#define REST_US		30000u
#define SPARE_MIB	256u	/* of the guest's memory, not touched at first */
#define BATCH_AT	0x1000000ull
#define BOUND_AT	0x100000000ull	/* what is bound for good */
#define WORK_AT		0x800000000ull	/* what is bound to be measured */

/* KVM's first; the others are missing where the driver is not ivgpu. */
enum counter { MMIO, EMULATED, FIXED, TRAPS, ACCESSES, FLUSHES, MAP_FAULTS, HITS, PINS, DMA_MAPS,
	       COMPARED, GGTT_COMPARED, COUNTERS };
#define FROM_DRIVER TRAPS

static const char *const names[COUNTERS] = {
	[MMIO] = "mmio_exits",
	[EMULATED] = "pf_emulate",
	[FIXED] = "pf_fixed",
	[TRAPS] = "traps",
	[ACCESSES] = "ggtt_accesses",
	[FLUSHES] = "ggtt_syncs",
	[MAP_FAULTS] = "map_faults",
	[HITS] = "track_hits",
	[PINS] = "pin_calls",
	[DMA_MAPS] = "dma_maps",
	[COMPARED] = "ppgtt_bytes_compared",
	[GGTT_COMPARED] = "ggtt_bytes_compared",
};

struct sample {
	uint64_t value[COUNTERS];
};

struct bo {
	uint32_t handle;
	uint64_t addr;
};

static const char *folder;
static bool is_ivgpu;
static struct bo batch;
static int fd;

static void die(const char *what)
{
	fprintf(stderr, "ivgpu-bind: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void call(unsigned long request, void *arg, const char *what)
{
	while (ioctl(fd, request, arg))
		if (errno != EINTR && errno != EAGAIN)
			die(what);
}

/* FOLDER/gN.bindK.END */
static const char *file_name(unsigned int k, const char *end)
{
	const char *guest = getenv("IVGPU_GUEST");
	static char path[256];

	snprintf(path, sizeof(path), "%s/g%s.bind%u.%s", folder, guest ? guest : "1", k, end);
	return path;
}

/* The number behind a name, in lines "NAME N" or "NAME (cumulative): N"; false: not there. */
static bool find(const char *path, const char *name, uint64_t *value)
{
	FILE *file = fopen(path, "r");
	size_t n = strlen(name);
	bool found = false;
	char line[256];

	while (file && !found && fgets(line, sizeof(line), file)) {
		const char *at = line + strspn(line, " \t");

		if (strncmp(at, name, n) || (at[n] != ' ' && at[n] != ':'))
			continue;
		at += n + strcspn(at + n, "0123456789");
		*value = strtoull(at, NULL, 10);
		found = *at;
	}
	if (file)
		fclose(file);
	return found;
}

/* A command for this guest's QEMU; the file gets its name when it is whole. */
static void ask(unsigned int k, const char *command)
{
	char aside[256];
	FILE *file;

	snprintf(aside, sizeof(aside), "%s", file_name(k, "new"));
	file = fopen(aside, "w");
	if (!file || fprintf(file, "%s\n", command) < 0 || fclose(file) ||
	    rename(aside, file_name(k, "want")))
		die("asking for counters");
}

static void show_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256];

	while (file && fgets(line, sizeof(line), file))
		fprintf(stderr, "ivgpu-bind: said: %s", line);
	if (file)
		fclose(file);
}

static void sample(struct sample *s)
{
	static unsigned int k;
	unsigned int i, tries;

	ask(++k, "info stats vcpu mmio_exits,pf_emulate,pf_fixed");
	for (tries = 0; access(file_name(k, "done"), R_OK); tries++) {
		if (tries > 600)
			die("no counters");
		usleep(100000);
	}
	memset(s, 0, sizeof(*s));
	for (i = 0; i < COUNTERS; i++) {
		const char *end = i < FROM_DRIVER ? "done" : "after";

		if (find(file_name(k, end), names[i], &s->value[i]))
			continue;
		if (i < FROM_DRIVER || is_ivgpu) {
			fprintf(stderr, "ivgpu-bind: no counter %s\n", names[i]);
			show_file(file_name(k, end));
			exit(1);
		}
	}
}

static double per(const struct sample *a, const struct sample *b, enum counter c, double n)
{
	return (b->value[c] - a->value[c]) / n;
}

/* Accesses that bind, and where they are not counted, those of submissions too. */
static double accesses(const struct sample *a, const struct sample *b)
{
	return is_ivgpu ? per(a, b, ACCESSES, 1) + per(a, b, FLUSHES, 1) : per(a, b, MMIO, 1);
}

static double exits(const struct sample *a, const struct sample *b, bool ggtt)
{
	return accesses(a, b) + per(a, b, EMULATED, 1) + per(a, b, ggtt ? FIXED : HITS, 1);
}

/* A buffer whose pages are there. */
static struct bo create(uint64_t size, uint64_t addr)
{
	struct drm_i915_gem_create c = { .size = size };
	struct drm_i915_gem_mmap m = { .size = size };
	uint64_t at;

	call(DRM_IOCTL_I915_GEM_CREATE, &c, "GEM_CREATE");
	m.handle = c.handle;
	call(DRM_IOCTL_I915_GEM_MMAP, &m, "GEM_MMAP");
	for (at = 0; at < size; at += PAGE)
		__atomic_store_n((uint32_t *)(uintptr_t)(m.addr_ptr + at), 1, __ATOMIC_RELAXED);
	munmap((void *)(uintptr_t)m.addr_ptr, size);
	return (struct bo){ c.handle, addr };
}

static void destroy(const struct bo *bo)
{
	struct drm_gem_close c = { .handle = bo->handle };

	call(DRM_IOCTL_GEM_CLOSE, &c, "GEM_CLOSE");
}

/* A batch that does nothing, with a buffer bound where it wants to be (or none). */
static void submit(const struct bo *bo)
{
	struct drm_i915_gem_exec_object2 obj[2] = {};
	struct drm_i915_gem_execbuffer2 e = {
		.buffers_ptr = (uintptr_t)(bo ? &obj[0] : &obj[1]),
		.buffer_count = bo ? 2 : 1,
		.batch_len = 8,
		.flags = I915_EXEC_RENDER | I915_EXEC_NO_RELOC,
	};
	struct drm_i915_gem_wait w = { .bo_handle = batch.handle, .timeout_ns = -1 };
	unsigned int i;

	obj[0].handle = bo ? bo->handle : 0;
	obj[0].offset = bo ? bo->addr : 0;
	obj[1].handle = batch.handle;
	obj[1].offset = batch.addr;
	for (i = 0; i < 2; i++)
		obj[i].flags = EXEC_OBJECT_PINNED | EXEC_OBJECT_SUPPORTS_48B_ADDRESS;
	call(DRM_IOCTL_I915_GEM_EXECBUFFER2, &e, "EXECBUFFER2");
	call(DRM_IOCTL_I915_GEM_WAIT, &w, "GEM_WAIT");
}

static void settle(void)
{
	unsigned int i;

	for (i = 0; i < SETTLE; i++)
		submit(NULL);
}

/* A GGTT bind: the first touch of a mapping through the aperture. */
static void touch(const struct bo *bo, uint64_t size)
{
	struct drm_i915_gem_mmap_offset m = {
		.handle = bo->handle, .flags = I915_MMAP_OFFSET_GTT,
	};
	uint32_t *p;

	call(DRM_IOCTL_I915_GEM_MMAP_OFFSET, &m, "MMAP_OFFSET");
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, m.offset);
	if (p == MAP_FAILED)
		die("mmap through the aperture");
	__atomic_store_n(p, 2, __ATOMIC_RELAXED);
	munmap(p, size);
}

/* Nothing of it is bound any more: a buffer has to be bound anew when its caching changes. */
static void unbind(const struct bo *bo, bool cached)
{
	struct drm_i915_gem_caching c = {
		.handle = bo->handle,
		.caching = cached ? I915_CACHING_CACHED : I915_CACHING_NONE,
	};

	call(DRM_IOCTL_I915_GEM_SET_CACHING, &c, "GEM_SET_CACHING");
}

struct cost {
	double exits;
	double accesses;	/* those of them that QEMU answers */
};

struct load {
	struct bo *bo;		/* one more than is bound and unbound */
	unsigned int count;
	unsigned int pages;
	bool ggtt;
};

/* All but the last, from the @first on, or the last again and again: it stays bound. */
static void pass(const struct load *l, bool bind, unsigned int first)
{
	unsigned int i;

	for (i = 0; i < l->count; i++) {
		const struct bo *bo = &l->bo[bind ? (first + i) % l->count : l->count];

		if (l->ggtt)
			touch(bo, (uint64_t)l->pages * PAGE);
		submit(l->ggtt ? NULL : bo);
		if (!is_ivgpu)
			usleep(REST_US);
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * What binding costs more than not binding, for each page: the mean of the rounds, of which the
 * first meets entries that were not touched for long; the median where the count is inexact.
 */
static double typical(double *with, const double *without, double pages)
{
	double value, sum = 0;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		with[i] -= without[i];
		sum += with[i];
	}
	qsort(with, ROUNDS, sizeof(*with), compare);
	value = is_ivgpu ? sum / ROUNDS : with[ROUNDS / 2];
	return value > 0 ? value / pages : 0;
}

static void say(const struct load *l, bool bind, const struct sample *a, const struct sample *b)
{
	fprintf(stderr, "ivgpu-bind: %s, %u x %u pages, %s: ", l->ggtt ? "GGTT" : "PPGTT", l->count,
		l->pages, bind ? "bound" : "bound before");
	fprintf(stderr, "each %.2f mmio exits, %.2f emulated, %.2f faults; ",
		per(a, b, MMIO, l->count), per(a, b, EMULATED, l->count),
		per(a, b, FIXED, l->count));
	fprintf(stderr, "the driver's %.2f accesses, %.2f to entries, %.2f flushes, ",
		per(a, b, TRAPS, l->count), per(a, b, ACCESSES, l->count),
		per(a, b, FLUSHES, l->count));
	fprintf(stderr, "%.2f page faults, told %.2f\n", per(a, b, MAP_FAULTS, l->count),
		per(a, b, HITS, l->count));
}

static void add(struct sample *sum, const struct sample *a, const struct sample *b)
{
	unsigned int i;

	for (i = 0; i < COUNTERS; i++)
		sum->value[i] += b->value[i] - a->value[i];
}

/* The rounds; @sum: what was counted while something was bound. */
static struct cost rounds(const struct load *l, struct sample *sum)
{
	double with[ROUNDS], without[ROUNDS], only_with[ROUNDS], only_without[ROUNDS];
	double pages = l->count * l->pages;
	struct sample a, b, c;
	unsigned int i, k;

	for (k = 0; k < ROUNDS; k++) {
		for (i = 0; i < l->count; i++)
			unbind(&l->bo[i], k % 2);
		sample(&a);
		pass(l, false, 0);
		sample(&b);
		pass(l, true, k);
		sample(&c);
		say(l, false, &a, &b);
		say(l, true, &b, &c);
		add(sum, &b, &c);
		without[k] = exits(&a, &b, l->ggtt);
		with[k] = exits(&b, &c, l->ggtt);
		only_without[k] = accesses(&a, &b);
		only_with[k] = accesses(&b, &c);
	}
	return (struct cost){
		.exits = typical(with, without, pages),
		.accesses = typical(only_with, only_without, pages),
	};
}

static struct cost cost(unsigned int count, unsigned int pages, bool ggtt, struct sample *sum)
{
	struct load l = { .count = count, .pages = pages, .ggtt = ggtt };
	struct cost result;
	unsigned int i;

	memset(sum, 0, sizeof(*sum));
	l.bo = calloc(count + 1, sizeof(*l.bo));
	for (i = 0; i <= count; i++)
		l.bo[i] = create((uint64_t)pages * PAGE, WORK_AT + (uint64_t)i * pages * PAGE);
	pass(&l, false, 0);
	settle();
	result = rounds(&l, sum);
	for (i = 0; i <= count; i++)
		destroy(&l.bo[i]);
	free(l.bo);
	settle();
	return result;
}

/* A line for each figure: what there is stays when the guest ends before the next. */
static void show(unsigned int mib, const char *key, double value)
{
	printf("{\"mib\": %u, \"%s\": %.6f}\n", mib, key, value);
	fflush(stdout);
}

/* Binds what is missing to @mib MiB. */
static void bind_up_to(unsigned int mib, unsigned int *bound)
{
	while (*bound < mib) {
		unsigned int more = mib - *bound < 4 ? mib - *bound : 4;
		struct bo bo = create((uint64_t)more * MIB, BOUND_AT + (uint64_t)*bound * MIB);

		submit(&bo);	/* stays bound as long as the program runs */
		*bound += more;
	}
}

/* What only ivgpu counts. */
static void show_pins(const struct sample *a, const struct sample *b, unsigned int mib,
		      unsigned int more)
{
	if (!is_ivgpu)
		return;
	show(mib, "pins_per_mib", per(a, b, PINS, more));
	show(mib, "dma_maps_per_mib", per(a, b, DMA_MAPS, more));
}

static void size(unsigned int mib, unsigned int *bound)
{
	unsigned int before = *bound;
	struct sample a, b, sum;
	struct cost bulk;

	sample(&a);
	bind_up_to(mib, bound);
	sample(&b);
	show_pins(&a, &b, mib, mib - before);
	show(mib, "exits_per_ppgtt_page_bulk", cost(BULKS, BULK_PAGES, false, &sum).exits);
	show(mib, "exits_per_ppgtt_page_single", cost(SINGLES, 1, false, &sum).exits);
	if (is_ivgpu)
		show(mib, "bytes_compared_per_submission",
		     (double)(sum.value[COMPARED] + sum.value[GGTT_COMPARED]) /
		     (ROUNDS * SINGLES));
	show(mib, "exits_per_ggtt_page_single", cost(SINGLES, 1, true, &sum).exits);
	bulk = cost(BULKS, BULK_PAGES, true, &sum);
	show(mib, "exits_per_ggtt_page_bulk", bulk.exits);
	/* who does not let entries be mapped answers each */
	show(mib, "accesses_per_ggtt_page", is_ivgpu ? (double)sum.value[ACCESSES] /
	     (ROUNDS * BULKS * BULK_PAGES) : bulk.accesses);
}

/* KVM has seen all of the guest's memory, but for what the guest needs to go on. */
static void touch_memory(void)
{
	uint64_t kib = 0, at, size;
	char *p;

	if (!find("/proc/meminfo", "MemAvailable", &kib) || kib / 1024 <= SPARE_MIB)
		return;
	size = (kib / 1024 - SPARE_MIB) * MIB;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		die("memory");
	for (at = 0; at < size; at += PAGE)
		p[at] = 1;
	munmap(p, size);
}

int main(int argc, char **argv)
{
	char *list = argc == 3 ? argv[2] : NULL, *word;
	struct drm_i915_gem_pwrite w = { .size = 8 };
	const uint64_t end = 0x0a << 23;
	unsigned int bound = 0;
	struct sample first;

	if (!list) {
		fprintf(stderr, "usage: ivgpu-bind FOLDER MIB,MIB...\n");
		return 2;
	}
	folder = argv[1];
	touch_memory();
	fd = open("/dev/dri/renderD128", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("/dev/dri/renderD128");
	batch = create(PAGE, BATCH_AT);
	w.handle = batch.handle;
	w.data_ptr = (uintptr_t)&end;
	call(DRM_IOCTL_I915_GEM_PWRITE, &w, "GEM_PWRITE");
	settle();
	sample(&first);
	is_ivgpu = first.value[TRAPS];
	for (word = strtok(list, ","); word; word = strtok(NULL, ","))
		size(strtoul(word, NULL, 10), &bound);
	return 0;
}
