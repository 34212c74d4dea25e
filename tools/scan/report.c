// SPDX-License-Identifier: GPL-2.0
/*
 * Scans a file and prints what is in it.
 *
 * Registers are not judged here: which of them a command may touch is the
 * register table's business and depends on the vGPU.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "aub.h"
#include "file.h"
#include "report.h"

#define MAX_NAMES 512

struct count {
	const char *name;
	unsigned long n;
};

/**
 * struct report - what has been seen of a file
 * @options: how
 * @counts: commands by name, in the order in which they were first seen
 * @nr_counts: how many
 * @dwords: of commands
 * @stretches: rings and batches
 * @reason: of the first refusal
 * @command: that was refused
 * @offset: of it, in bytes from the start of the raw file, or of the stretch
 * @where: which stretch it was in
 * @from_aub: the file is a trace: there are stretches
 */
struct report {
	const struct options *options;
	struct count counts[MAX_NAMES];
	unsigned int nr_counts;
	unsigned long dwords;
	unsigned long stretches;
	enum ivgpu_cmd_reason reason;
	const char *command;
	u32 offset;
	char where[64];
	bool from_aub;
};

static const char *const engine_names[IVGPU_NUM_ENGINES] = {
	[IVGPU_RCS0] = "rcs", [IVGPU_BCS0] = "bcs", [IVGPU_VCS0] = "vcs", [IVGPU_VCS1] = "vcs1",
	[IVGPU_VECS0] = "vecs",
};

static enum ivgpu_reg_verdict any_register(const void *owner, enum ivgpu_engine_id engine,
					   enum ivgpu_reg_access access, u32 *offset, u32 *value)
{
	return IVGPU_REG_ALLOW;
}

static bool in_ggtt(const void *owner, u64 addr, u64 len)
{
	const struct options *o = owner;

	return !o->audit_ggtt || (addr >= o->low && addr <= o->high && len <= o->high - addr);
}

static const struct ivgpu_cmd_policy policy = {
	.reg = any_register,
	.ggtt = in_ggtt,
};

static void count_name(struct report *r, const char *name)
{
	unsigned int i;

	for (i = 0; i < r->nr_counts && strcmp(r->counts[i].name, name); i++)
		;
	if (i == MAX_NAMES)
		return;
	if (i == r->nr_counts)
		r->counts[r->nr_counts++].name = name;
	r->counts[i].n++;
}

static void count_commands(struct report *r, enum ivgpu_engine_id engine, const u32 *dw, u32 ndw)
{
	u32 pos = 0;

	while (pos < ndw) {
		u32 len = ivgpu_cmd_length(engine, r->options->gen, dw[pos]);

		count_name(r, ivgpu_cmd_name(engine, r->options->gen, dw[pos]));
		if (!len)
			return;
		pos += len;
	}
}

static void scan_stretch(void *ctx, enum ivgpu_engine_id engine, enum ivgpu_cmd_space space,
			 u32 *dw, u32 ndw)
{
	struct report *r = ctx;
	u32 budget = ndw;
	struct ivgpu_cmd_scan scan = {
		.engine = engine, .gen = r->options->gen, .dw = dw, .ndw = ndw,
		.policy = &policy, .owner = r->options, .budget = &budget, .space = space,
	};

	r->dwords += ndw;
	r->stretches++;
	count_commands(r, engine, dw, ndw);
	ivgpu_cmd_scan(&scan);
	if (r->reason != IVGPU_CMD_FINE)
		return;
	r->reason = scan.result == IVGPU_CMD_PARTIAL ? IVGPU_CMD_LENGTH : scan.reason;
	r->command = scan.name;
	r->offset = scan.offset;
	if (r->from_aub)
		snprintf(r->where, sizeof(r->where), " in %s %lu (%s)",
			 space == IVGPU_CMD_RING ? "ring" : "batch", r->stretches,
			 engine_names[engine]);
}

/* A raw file may hold batch after batch. */
static void scan_raw(struct report *r, u32 *dw, u32 ndw)
{
	const struct options *o = r->options;
	u32 pos = 0;

	while (pos < ndw && r->reason == IVGPU_CMD_FINE) {
		u32 end = pos;

		while (end < ndw) {
			u32 len = ivgpu_cmd_length(o->engine, o->gen, dw[end]);
			bool last = dw[end] >> 23 == 0x0a;

			end = !len || len > ndw - end ? ndw : end + len;
			if (last)
				break;
		}
		scan_stretch(r, o->engine, o->space, dw + pos, end - pos);
		if (r->reason != IVGPU_CMD_FINE)
			r->offset += 4 * pos;
		pos = end;
	}
}

static const char *verdict(const struct report *r)
{
	if (r->reason == IVGPU_CMD_FINE)
		return "allow";
	return r->reason == IVGPU_CMD_UNKNOWN ? "unknown" : "refuse";
}

static void print_text(const char *file, const struct report *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_counts; i++)
		printf("%s %lu\n", r->counts[i].name, r->counts[i].n);
	printf("%s: %s", file, verdict(r));
	if (r->reason != IVGPU_CMD_FINE)
		printf(" %#x %s: %s%s", r->offset, r->command, ivgpu_cmd_reason_name(r->reason),
		       r->where);
	printf("\n");
}

static void print_string(const char *text)
{
	const unsigned char *c;

	putchar('"');
	for (c = (const unsigned char *)text; *c; c++) {
		if (*c == '"' || *c == '\\')
			printf("\\%c", *c);
		else if (*c < 0x20)
			printf("\\u%04x", *c);
		else
			putchar(*c);
	}
	putchar('"');
}

/* One object a line. */
static void print_json(const char *file, const struct report *r)
{
	unsigned int i;

	printf("{\"file\": ");
	print_string(file);
	printf(", \"verdict\": \"%s\", \"dwords\": %lu, ", verdict(r), r->dwords);
	if (r->reason != IVGPU_CMD_FINE)
		printf("\"offset\": %u, \"command\": \"%s\", \"reason\": \"%s%s\", ", r->offset,
		       r->command, ivgpu_cmd_reason_name(r->reason), r->where);
	printf("\"commands\": {");
	for (i = 0; i < r->nr_counts; i++)
		printf("%s\"%s\": %lu", i ? ", " : "", r->counts[i].name, r->counts[i].n);
	printf("}}\n");
}

/* NULL, or why the file is no stream of commands. */
static const char *scan_data(struct report *r, void *data, size_t size)
{
	r->from_aub = aub_is(data, size);
	if (r->from_aub)
		return aub_play(data, size, r->options->gen, scan_stretch, r);
	if (size % 4)
		return "not whole dwords";
	scan_raw(r, data, size / 4);
	return NULL;
}

int report_file(const char *name, const struct options *options)
{
	static struct report r;
	const char *why;
	size_t size;
	void *data = file_read(name, &size);

	memset(&r, 0, sizeof(r));
	r.options = options;
	why = data ? scan_data(&r, data, size) : strerror(errno);
	free(data);
	if (why) {
		fprintf(stderr, "ivgpu-scan: %s: %s\n", name, why);
		return 2;
	}
	(options->json ? print_json : print_text)(name, &r);
	return r.reason != IVGPU_CMD_FINE;
}
