// SPDX-License-Identifier: GPL-2.0
/*
 * ivgpu-scan: the module's command scanner over files.
 *
 * Registers are not judged here: which of them a command may touch is the
 * register table's business and depends on the vGPU.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "aub.h"
#include "cmd.h"

#define MAX_NAMES 512

struct count {
	const char *name;
	unsigned long n;
};

struct report {
	struct count counts[MAX_NAMES];
	unsigned int nr_counts;
	enum ivgpu_cmd_result result;
	enum ivgpu_cmd_reason reason;
	const char *command;
	u32 offset;
	u64 low, high;		/* GGTT that commands may name */
	bool audit_ggtt;
	enum ivgpu_cmd_space space;	/* of raw files */
	unsigned int gen;
	enum ivgpu_engine_id engine;
	unsigned long dwords;
};

static enum ivgpu_reg_verdict any_register(const void *owner, enum ivgpu_engine_id engine,
					   enum ivgpu_reg_access access, u32 *offset, u32 *value)
{
	return IVGPU_REG_ALLOW;
}

static bool in_ggtt(const void *owner, u64 addr, u64 len)
{
	const struct report *r = owner;

	return !r->audit_ggtt || (addr >= r->low && addr <= r->high && len <= r->high - addr);
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
		u32 len = ivgpu_cmd_length(engine, r->gen, dw[pos]);

		count_name(r, ivgpu_cmd_name(engine, r->gen, dw[pos]));
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
		.engine = engine, .gen = r->gen, .dw = dw, .ndw = ndw, .policy = &policy,
		.owner = r, .budget = &budget,
		.space = space,
	};

	r->dwords += ndw;
	count_commands(r, engine, dw, ndw);
	ivgpu_cmd_scan(&scan);
	if (r->reason != IVGPU_CMD_FINE)
		return;
	r->result = scan.result;
	r->reason = scan.reason;
	r->command = scan.name;
	r->offset = scan.offset;
	if (scan.result == IVGPU_CMD_PARTIAL)
		r->reason = IVGPU_CMD_LENGTH;
}

/* A raw file may hold batch after batch. */
static void scan_raw(struct report *r, u32 *dw, u32 ndw)
{
	u32 pos = 0;

	while (pos < ndw && r->reason == IVGPU_CMD_FINE) {
		u32 end = pos;

		while (end < ndw) {
			u32 len = ivgpu_cmd_length(r->engine, r->gen, dw[end]);
			bool last = dw[end] >> 23 == 0x0a;

			end = !len || len > ndw - end ? ndw : end + len;
			if (last)
				break;
		}
		scan_stretch(r, r->engine, r->space, dw + pos, end - pos);
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
		printf(" %#x %s: %s", r->offset, r->command[0] ? r->command : "?",
		       ivgpu_cmd_reason_name(r->reason));
	printf("\n");
}

static void print_json(const char *file, const struct report *r)
{
	const char *c;
	unsigned int i;

	printf("{\"file\": \"");
	for (c = file; *c; c++)
		printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
	printf("\", \"verdict\": \"%s\", \"dwords\": %lu, ", verdict(r), r->dwords);
	if (r->reason != IVGPU_CMD_FINE)
		printf("\"offset\": %u, \"reason\": \"%s\", ", r->offset,
		       ivgpu_cmd_reason_name(r->reason));
	printf("\"commands\": {");
	for (i = 0; i < r->nr_counts; i++)
		printf("%s\"%s\": %lu", i ? ", " : "", r->counts[i].name, r->counts[i].n);
	printf("}}\n");
}

static void *read_file(const char *name, size_t *size)
{
	FILE *f = fopen(name, "rb");
	char *buf = NULL;
	size_t have = 0, n;

	if (!f)
		return NULL;
	do {
		char *grown = realloc(buf, have + (1 << 20));

		if (!grown)
			break;
		buf = grown;
		n = fread(buf + have, 1, 1 << 20, f);
		have += n;
	} while (n);
	if (ferror(f)) {
		free(buf);
		buf = NULL;
	}
	fclose(f);
	*size = have;
	return buf;
}

/* 0 allowed, 1 refused or unknown, 2 unreadable. */
static int scan_file(const char *name, const struct report *options, bool json)
{
	static struct report r;
	size_t size;
	void *data = read_file(name, &size);
	int error = 0;

	r = *options;
	r.command = "";
	if (data && aub_is(data, size))
		error = aub_play(data, size, scan_stretch, &r);
	else if (data)
		scan_raw(&r, data, size / 4);
	free(data);
	if (!data || error) {
		fprintf(stderr, "%s: cannot be read\n", name);
		return 2;
	}
	(json ? print_json : print_text)(name, &r);
	return r.reason != IVGPU_CMD_FINE;
}

static int usage(void)
{
	fputs("ivgpu-scan [--gen 8|9] [--engine rcs|bcs|vcs|vecs] [--privileged|--user]\n"
	      "           [--ggtt LOW:HIGH] [--json] FILE...\n", stderr);
	return 2;
}

static bool parse_engine(const char *name, enum ivgpu_engine_id *engine)
{
	static const struct {
		const char *name;
		enum ivgpu_engine_id id;
	} names[] = {
		{ "rcs", IVGPU_RCS0 }, { "bcs", IVGPU_BCS0 }, { "vcs", IVGPU_VCS0 },
		{ "vecs", IVGPU_VECS0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i].name, name))
			continue;
		*engine = names[i].id;
		return true;
	}
	return false;
}

static bool parse_range(const char *text, struct report *r)
{
	char *end;

	r->low = strtoull(text, &end, 0);
	if (*end != ':')
		return false;
	r->high = strtoull(end + 1, &end, 0);
	r->audit_ggtt = true;
	return !*end && r->low <= r->high;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "gen", required_argument, NULL, 'g' },
		{ "engine", required_argument, NULL, 'e' },
		{ "privileged", no_argument, NULL, 'p' },
		{ "user", no_argument, NULL, 'u' },
		{ "ggtt", required_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{}
	};
	struct report r = { .gen = 9, .engine = IVGPU_RCS0, .space = IVGPU_CMD_BATCH_PPGTT };
	bool json = false;
	int status = 0, opt, one;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (opt) {
		case 'g':
			r.gen = strtoul(optarg, NULL, 10);
			if (r.gen != 8 && r.gen != 9)
				return usage();
			break;
		case 'e':
			if (!parse_engine(optarg, &r.engine))
				return usage();
			break;
		case 'p':
			r.space = IVGPU_CMD_BATCH_GGTT;
			break;
		case 'u':
			r.space = IVGPU_CMD_BATCH_PPGTT;
			break;
		case 'a':
			if (!parse_range(optarg, &r))
				return usage();
			break;
		case 'j':
			json = true;
			break;
		default:
			return usage();
		}
	}
	if (optind == argc)
		return usage();
	for (; optind < argc; optind++) {
		one = scan_file(argv[optind], &r, json);
		if (one > status)
			status = one;
	}
	return status;
}
