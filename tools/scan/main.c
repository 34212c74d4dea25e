// SPDX-License-Identifier: GPL-2.0
/*
 * ivgpu-scan: the module's command scanner over files. Options and exit status.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "report.h"
#include "table.h"

static const char usage_text[] =
	"usage: ivgpu-scan [--gen 8|9] [--engine rcs|bcs|vcs|vecs] [--privileged|--user]\n"
	"                  [--ggtt LOW:HIGH] [--json] FILE...\n"
	"       ivgpu-scan --table\n"
	"\n"
	"Scans commands as the module would: raw little-endian dwords, or a trace that\n"
	"begins as AUB does (its engines win). FILE.gz is unpacked. Prints how often each\n"
	"command is there, then FILE: allow|refuse|unknown [offset reason].\n"
	"\n"
	"  --gen        generation (9)\n"
	"  --engine     engine of raw files (rcs)\n"
	"  --privileged raw files run with privilege, --user: without (--user)\n"
	"  --ggtt       GGTT addresses must lie in [LOW, HIGH) (not judged)\n"
	"  --json       one JSON object per file\n"
	"  --table      print the command rows as JSON, one a line\n"
	"\n"
	"Exit status: 0 all allowed, 1 a file was refused or has an unknown command,\n"
	"2 a file cannot be read, or wrong usage. Registers are not judged.\n";

static int usage(void)
{
	fputs(usage_text, stderr);
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

static bool parse_gen(const char *text, unsigned int *gen)
{
	*gen = text[0] - '0';
	return (*gen == 8 || *gen == 9) && !text[1];
}

static bool parse_range(const char *text, struct options *o)
{
	char *end;

	if (strchr(text, '-'))
		return false;
	o->low = strtoull(text, &end, 0);
	if (end == text || *end != ':')
		return false;
	text = end + 1;
	o->high = strtoull(text, &end, 0);
	o->audit_ggtt = true;
	return end != text && !*end && o->low < o->high;
}

/* False on wrong usage. */
static bool parse_option(int opt, struct options *o)
{
	switch (opt) {
	case 'g':
		return parse_gen(optarg, &o->gen);
	case 'e':
		return parse_engine(optarg, &o->engine);
	case 'p':
		o->space = IVGPU_CMD_BATCH_GGTT;
		return true;
	case 'u':
		o->space = IVGPU_CMD_BATCH_PPGTT;
		return true;
	case 'a':
		return parse_range(optarg, o);
	case 'j':
		o->json = true;
		return true;
	default:
		return false;
	}
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
		{ "table", no_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	struct options o = {
		.gen = 9, .engine = IVGPU_RCS0, .space = IVGPU_CMD_BATCH_PPGTT,
	};
	int status = 0, index = 0, opt, one;

	while ((opt = getopt_long(argc, argv, "", options, &index)) != -1) {
		if (opt == 't') {
			table_print();
			return 0;
		}
		if (opt == 'h') {
			fputs(usage_text, stdout);
			return 0;
		}
		if (parse_option(opt, &o))
			continue;
		/* of options that are not there getopt has told */
		if (opt != '?')
			fprintf(stderr, "ivgpu-scan: --%s: not '%s'\n", options[index].name,
				optarg);
		return usage();
	}
	if (optind == argc)
		return usage();
	for (; optind < argc; optind++) {
		one = report_file(argv[optind], &o);
		status = one > status ? one : status;
	}
	if (fflush(stdout) || ferror(stdout))
		return 2;
	return status;
}
