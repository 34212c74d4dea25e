// SPDX-License-Identifier: GPL-2.0
/*
 * ivgpu-blit: draws a picture with an Intel GPU's blitter, reads it back and checks every pixel;
 * with --engines also runs checked batches on every engine. For guests and for real machines.
 *
 * Prints TAP. Exits 0 when all passed, 1 when something failed, 77 where there is no GPU that
 * i915 drives.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "blit.h"
#include "device.h"
#include "engines.h"
#include "report.h"

static unsigned int tests, failures, skips;

void diag(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("# ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
}

void report(bool ok, const char *fmt, ...)
{
	va_list ap;

	failures += !ok;
	va_start(ap, fmt);
	printf("%sok %u ", ok ? "" : "not ", ++tests);
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
}

void report_skip(const char *reason, const char *fmt, ...)
{
	va_list ap;

	skips++;
	va_start(ap, fmt);
	printf("ok %u ", ++tests);
	vprintf(fmt, ap);
	printf(" # SKIP %s\n", reason);
	va_end(ap);
}

struct options {
	uint64_t seed;
	const char *png;
	bool engines, json;
};

static int parse(int argc, char **argv, struct options *opt)
{
	static const struct option longs[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "png", required_argument, NULL, 'p' },
		{ "engines", no_argument, NULL, 'e' },
		{ "json", no_argument, NULL, 'j' },
		{ }
	};
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) >= 0) {
		if (c == 's') {
			errno = 0;
			opt->seed = strtoull(optarg, &end, 0);
			if (errno || end == optarg || *end)
				return -EINVAL;
		} else if (c == 'p') {
			opt->png = optarg;
		} else if (c == 'e') {
			opt->engines = true;
		} else if (c == 'j') {
			opt->json = true;
		} else {
			return -EINVAL;
		}
	}
	return optind == argc ? 0 : -EINVAL;
}

static void summary(const struct device *dev, const struct options *opt, unsigned int engines,
		    unsigned int pixels)
{
	printf("1..%u\n", tests);
	if (opt->json) {
		printf("{\"seed\":%llu,\"engines\":%u,\"batches\":%u,\"pixels\":%u,",
		       (unsigned long long)opt->seed, engines, dev->batches, pixels);
		printf("\"tests\":%u,\"failed\":%u,\"skipped\":%u}\n", tests, failures, skips);
	}
	printf("# ivgpu-blit: engines=%u batches=%u seed=%llu pixels=%u\n", engines, dev->batches,
	       (unsigned long long)opt->seed, pixels);
}

int main(int argc, char **argv)
{
	struct options opt = { .seed = 1 };
	unsigned int pixels = 0, engines;
	struct device dev;
	int ret;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (parse(argc, argv, &opt)) {
		fprintf(stderr, "usage: %s [--seed N] [--png FILE] [--engines] [--json]\n",
			argv[0]);
		return 2;
	}
	printf("TAP version 13\n");
	ret = device_open(&dev);
	if (ret == -ENODEV) {
		printf("1..0 # SKIP no GPU that i915 drives\n");
		device_close(&dev);
		return 77;
	}
	report(!ret, "i915 opened%s", ret ? ", but no context can be made" : "");
	if (ret) {
		device_close(&dev);
		return 1;
	}
	blit_picture(&dev, opt.seed, opt.png, &pixels);
	engines = failures ? 0 : 1;
	if (opt.engines)
		engines = engines_run(&dev, opt.seed);
	device_check_health(&dev);
	summary(&dev, &opt, engines, pixels);
	device_close(&dev);
	return failures ? 1 : 0;
}
