// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the scanner is, over the commands of recorded streams:
 *
 *   scan-bench FILE...          per stream: NAME BYTES SCANNED_PER_S COPIED_PER_S [INSTRUCTIONS]
 *   scan-bench --passes N NAME FILE   N passes over one stream, for an instruction counter
 *
 * A stream is what one engine executes of a file: NAME is the file's, and the engine's
 * where that is not the render engine. INSTRUCTIONS (a pass) are there where the processor
 * has a counter that it lets us read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/kernel.h>

#include "aub.h"
#include "counter.h"
#include "file.h"

#define MAX_STRETCHES	4096
#define SECONDS		0.2

struct stretch {
	enum ivgpu_cmd_space space;
	u32 *dw;
	u32 ndw;
};

struct stream {
	enum ivgpu_engine_id engine;
	unsigned int gen;
	struct stretch stretch[MAX_STRETCHES];
	unsigned int nr;
	u64 bytes;
};

static enum ivgpu_reg_verdict any_register(const void *owner, enum ivgpu_engine_id engine,
					   enum ivgpu_reg_access access, u32 *offset, u32 *value)
{
	return IVGPU_REG_ALLOW;
}

static bool any_ggtt(const void *owner, u64 addr, u64 len)
{
	return true;
}

static const struct ivgpu_cmd_policy policy = { .reg = any_register, .ggtt = any_ggtt };

/* Keeps the stretches of one engine; they are the stream's to free. */
static void keep_stretch(void *ctx, enum ivgpu_engine_id engine, enum ivgpu_cmd_space space,
			 u32 *dw, u32 ndw)
{
	struct stream *s = ctx;
	struct stretch *new = &s->stretch[s->nr];

	if (engine != s->engine || s->nr == MAX_STRETCHES || !ndw)
		return;
	new->dw = malloc(4 * (size_t)ndw);
	if (!new->dw)
		return;
	memcpy(new->dw, dw, 4 * (size_t)ndw);
	new->ndw = ndw;
	new->space = space;
	s->bytes += 4 * (u64)ndw;
	s->nr++;
}

/* One pass over a stream; not inlined, because its instructions are counted by its name. */
static noinline bool scan_pass(struct stream *s)
{
	static struct ivgpu_cmd_scan scan = { .policy = &policy };
	bool good = true;
	unsigned int i;
	u32 budget;

	scan.engine = s->engine;
	scan.gen = s->gen;
	for (i = 0; i < s->nr; i++) {
		scan.space = s->stretch[i].space;
		scan.dw = s->stretch[i].dw;
		scan.ndw = s->stretch[i].ndw;
		budget = scan.ndw;
		scan.budget = &budget;
		good &= ivgpu_cmd_scan(&scan) != IVGPU_CMD_REFUSED;
	}
	return good;
}

static bool copy_pass(struct stream *s)
{
	static u8 copy[16 << 20];
	unsigned int i;

	for (i = 0; i < s->nr; i++) {
		memcpy(copy, s->stretch[i].dw, 4 * (size_t)s->stretch[i].ndw);
		__asm__ volatile("" : : "r"(copy) : "memory");
	}
	return true;
}

/* What scan_user_batches adds for a batch: a copy, the scan of it, a copy to its place. */
static bool user_pass(struct stream *s)
{
	static struct ivgpu_cmd_scan scan = { .policy = &policy };
	static u32 copy[4 << 20], place[4 << 20];
	bool good = true;
	unsigned int i;
	u32 budget;

	scan.engine = s->engine;
	scan.gen = s->gen;
	scan.space = IVGPU_CMD_BATCH_PPGTT;
	for (i = 0; i < s->nr; i++) {
		if (s->stretch[i].space != IVGPU_CMD_BATCH_PPGTT)
			continue;
		memcpy(copy, s->stretch[i].dw, 4 * (size_t)s->stretch[i].ndw);
		scan.dw = copy;
		scan.ndw = s->stretch[i].ndw;
		budget = scan.ndw;
		scan.budget = &budget;
		good &= ivgpu_cmd_scan(&scan) != IVGPU_CMD_REFUSED;
		memcpy(place, copy, 4 * (size_t)s->stretch[i].ndw);
		__asm__ volatile("" : : "r"(place) : "memory");
	}
	return good;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static double bytes_per_s(struct stream *s, bool (*pass)(struct stream *s))
{
	double start = now(), elapsed;
	u64 bytes = 0;
	int i;

	do {
		for (i = 0; i < 100; i++)
			pass(s);
		bytes += 100 * s->bytes;
		elapsed = now() - start;
	} while (elapsed < SECONDS);
	return bytes / elapsed;
}

#define COUNTED_PASSES	100

static void run_passes(void *stream)
{
	int i;

	for (i = 0; i < COUNTED_PASSES; i++)
		scan_pass(stream);
}

static void stream_name(char *name, size_t size, const char *file, enum ivgpu_engine_id engine)
{
	static const char *const engines[IVGPU_NUM_ENGINES] = {
		[IVGPU_RCS0] = "", [IVGPU_BCS0] = "-bcs", [IVGPU_VCS0] = "-vcs",
		[IVGPU_VCS1] = "-vcs1", [IVGPU_VECS0] = "-vecs",
	};
	const char *slash = strrchr(file, '/'), *dot;

	file = slash ? slash + 1 : file;
	dot = strstr(file, ".aub");
	snprintf(name, size, "%.*s%s", dot ? (int)(dot - file) : (int)strlen(file), file,
		 engines[engine]);
}

static void drop(struct stream *s)
{
	while (s->nr)
		free(s->stretch[--s->nr].dw);
	free(s);
}

/* The stream of @engine in a file; NULL when it has none. */
static struct stream *load(const void *data, size_t size, enum ivgpu_engine_id engine,
			   unsigned int gen)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->engine = engine;
	s->gen = gen;
	if (!aub_play(data, size, s->gen, keep_stretch, s) && s->nr)
		return s;
	drop(s);
	return NULL;
}

/* 0, or 1 when a stream is refused. */
static int bench(const char *file, const char *wanted, long passes)
{
	struct stream *s;
	enum ivgpu_engine_id e;
	/* Streams are named after the platform; Broadwell is the one of Gen8. */
	unsigned int gen = strstr(file, "-bdw-") ? 8 : 9;
	char name[128];
	size_t size;
	void *data = file_read(file, &size);
	int status = !data;

	for (e = 0; data && e < IVGPU_NUM_ENGINES; e++) {
		stream_name(name, sizeof(name), file, e);
		s = wanted && strcmp(wanted, name) ? NULL : load(data, size, e, gen);
		if (!s)
			continue;
		status |= !scan_pass(s);
		if (wanted)
			while (passes-- > 0)
				scan_pass(s);
		else
			printf("%s %llu %.0f %.0f %llu %.0f\n", name, s->bytes,
			       bytes_per_s(s, scan_pass), bytes_per_s(s, copy_pass),
			       count_instructions(run_passes, s) / COUNTED_PASSES,
			       bytes_per_s(s, user_pass));
		drop(s);
	}
	free(data);
	return status;
}

int main(int argc, char **argv)
{
	int status = 0, i;

	if (argc == 5 && !strcmp(argv[1], "--passes"))
		return bench(argv[4], argv[3], atol(argv[2]));
	for (i = 1; i < argc; i++)
		status |= bench(argv[i], NULL, 0);
	return status;
}
