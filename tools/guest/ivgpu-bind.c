// SPDX-License-Identifier: GPL-2.0
/*
 * What binding memory costs a guest: binds buffers of given sizes to the PPGTT and the GGTT, in
 * bulk (1024 pages at once) and page by page with a submission between.
 *
 * It asks the lab for counters (vm/screens.py): KVM's own of this guest's processor, and, under
 * ivgpu, the driver's of its vGPU. An exit because of the GPU is an access that QEMU had to answer,
 * a store that KVM emulated because the page is write-tracked, the fault that then makes the page
 * writable again, or a page fault on a mapped BAR. What submissions that bind nothing cost is taken
 * off.
 * Prints one line of JSON for each size.
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
#define SINGLES		32u
#define SETTLE		24u
#define BATCH_AT	0x1000000ull
#define BOUND_AT	0x100000000ull	/* what is bound for good */
#define WORK_AT		0x800000000ull	/* what is bound to be measured */

/* KVM's first; the others are missing where the driver is not ivgpu. */
enum counter { MMIO, EMULATED, TRAPS, ACCESSES, MAP_FAULTS, HITS, PINS, DMA_MAPS, COMPARED,
	       COUNTERS };
#define FROM_DRIVER TRAPS

static const char *const names[COUNTERS] = {
	[MMIO] = "mmio_exits",
	[EMULATED] = "pf_emulate",
	[TRAPS] = "traps",
	[ACCESSES] = "ggtt_accesses",
	[MAP_FAULTS] = "map_faults",
	[HITS] = "track_hits",
	[PINS] = "pin_calls",
	[DMA_MAPS] = "dma_maps",
	[COMPARED] = "ppgtt_bytes_compared",
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

	ask(++k, "info stats vcpu mmio_exits,pf_emulate");
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

static double exits(const struct sample *a, const struct sample *b)
{
	return per(a, b, MMIO, 1) + per(a, b, EMULATED, 1) + per(a, b, HITS, 1) +
	       per(a, b, MAP_FAULTS, 1);
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

/* @count buffers of @pages, each bound and followed by a submission: what they cost. */
static void measure(unsigned int count, unsigned int pages, bool ggtt, struct sample *a,
		    struct sample *b)
{
	struct bo *bo = calloc(count, sizeof(*bo));
	unsigned int i;

	for (i = 0; i < count; i++)
		bo[i] = create((uint64_t)pages * PAGE, WORK_AT + (uint64_t)i * pages * PAGE);
	settle();
	sample(a);
	for (i = 0; i < count; i++) {
		if (ggtt)
			touch(&bo[i], (uint64_t)pages * PAGE);
		submit(ggtt ? NULL : &bo[i]);
	}
	sample(b);
	for (i = 0; i < count; i++)
		destroy(&bo[i]);
	free(bo);
	settle();
}

static double idle_exits(void)
{
	struct sample a, b;
	unsigned int i;

	settle();
	sample(&a);
	for (i = 0; i < SINGLES; i++)
		submit(NULL);
	sample(&b);
	return exits(&a, &b) / SINGLES;
}

static void show(const char *key, double value, bool last)
{
	printf("\"%s\": %.6f%s", key, value, last ? "}\n" : ", ");
}

static double cost(unsigned int count, unsigned int pages, bool ggtt, double idle,
		   struct sample *a, struct sample *b)
{
	double sum;

	measure(count, pages, ggtt, a, b);
	sum = exits(a, b) - idle * count;
	fprintf(stderr, "ivgpu-bind: %s, %u x %u pages: ", ggtt ? "GGTT" : "PPGTT", count, pages);
	fprintf(stderr, "each %.2f mmio exits, %.2f emulated; the driver's %.2f accesses, ",
		per(a, b, MMIO, count), per(a, b, EMULATED, count), per(a, b, TRAPS, count));
	fprintf(stderr, "%.2f page faults, told %.2f; a submission alone %.2f\n",
		per(a, b, MAP_FAULTS, count), per(a, b, HITS, count), idle);
	return sum > 0 ? sum / (count * pages) : 0;
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
static void show_pins(const struct sample *a, const struct sample *b, double mib)
{
	if (!is_ivgpu)
		return;
	show("pins_per_mib", per(a, b, PINS, mib), false);
	show("dma_maps_per_mib", per(a, b, DMA_MAPS, mib), false);
}

static void size(unsigned int mib, unsigned int *bound)
{
	const double pages = BULKS * BULK_PAGES;
	unsigned int before = *bound;
	struct sample a, b;
	double idle;

	sample(&a);
	bind_up_to(mib, bound);
	sample(&b);
	printf("{\"mib\": %u, ", mib);
	show_pins(&a, &b, mib - before);
	idle = idle_exits();
	show("exits_per_ppgtt_page_bulk", cost(BULKS, BULK_PAGES, false, idle, &a, &b), false);
	show("exits_per_ppgtt_page_single", cost(SINGLES, 1, false, idle, &a, &b), false);
	if (is_ivgpu)
		show("bytes_compared_per_submission", per(&a, &b, COMPARED, SINGLES), false);
	show("exits_per_ggtt_page_single", cost(SINGLES, 1, true, idle, &a, &b), false);
	show("exits_per_ggtt_page_bulk", cost(BULKS, BULK_PAGES, true, idle, &a, &b), false);
	/* who does not let entries be mapped answers each: all accesses but a submission's */
	show("accesses_per_ggtt_page", is_ivgpu ? per(&a, &b, ACCESSES, pages) :
	     (per(&a, &b, MMIO, 1) - idle * BULKS) / pages, true);
	fflush(stdout);
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
