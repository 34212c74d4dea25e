// SPDX-License-Identifier: GPL-2.0
/*
 * ivgpu-submit: what a submission costs, and how long work takes. For guests.
 *
 *   ivgpu-submit N FOLDER
 *   ivgpu-submit --work BATCHES PRIMITIVES
 *   ivgpu-submit --hang N
 *
 * Small batches, one at a time, N on each engine, each waited for; between two pauses, so that
 * what QEMU's trace shows of them can be told from everything else. How many exits KVM counted
 * is asked of the lab, which answers in FOLDER (tools/lab/vm/screens.py).
 * --work: batches of so many 3DPRIMITIVEs, all submitted to the render engine at once; the
 * simulator takes its time for them (tools/gpusim/README.md, cost model).
 * --hang: N batches that never end and cannot be preempted, one after the other, each by a client
 * of its own on the blitter; each must end by a reset that i915 blames on it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <i915_drm.h>

#include "device.h"
#include "report.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define WARM_UP 10
#define PAUSE_S 3
#define TRIES 100

#define PRIMITIVE	0x7b000005u	/* 3DPRIMITIVE, seven dwords */
#define MI_ARB_CHECK	(0x05u << 23)
#define MI_BATCH_BUFFER_START	(0x31u << 23 | 1u << 8 | 1)	/* in the PPGTT */

static bool unhealthy;

static void say(const char *what, const char *fmt, va_list args)
{
	fprintf(stderr, "ivgpu-submit: %s", what);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void report(bool ok, const char *fmt, ...)
{
	va_list args;

	unhealthy |= !ok;
	va_start(args, fmt);
	if (!ok)
		say("not so: ", fmt, args);
	va_end(args);
}

void report_skip(const char *reason, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(reason, fmt, args);
	va_end(args);
}

void diag(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("", fmt, args);
	va_end(args);
}

static const struct engine {
	const char *name;
	unsigned int flag;
} engines[] = {
	{ "rcs0", I915_EXEC_RENDER },
	{ "bcs0", I915_EXEC_BLT },
	{ "vcs0", I915_EXEC_BSD | I915_EXEC_BSD_RING1 },
	{ "vecs0", I915_EXEC_VEBOX },
};

static int submit_and_wait(struct device *dev, drm_intel_bo *result, unsigned int flag,
			   uint32_t value)
{
	struct batch b;
	int ret = batch_begin(&b, dev);

	if (ret)
		return ret;
	batch_out(&b, MI_STORE_DATA_IMM);
	batch_address(&b, result, 0, true);
	batch_out(&b, value);
	ret = batch_submit(&b, flag);
	return ret ? ret : bo_wait(result);
}

static int run(struct device *dev, drm_intel_bo *result, unsigned int n)
{
	unsigned int i, k;
	int ret = 0;

	for (i = 0; i < ARRAY_SIZE(engines) && !ret; i++)
		for (k = 0; k < n && !ret; k++)
			ret = submit_and_wait(dev, result, engines[i].flag, i << 16 | k);
	if (ret)
		fprintf(stderr, "ivgpu-submit: %s: %s\n", engines[i - 1].name, strerror(-ret));
	return ret;
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* The same commands as in selftests/lib/load.c, so that the times can be compared. */
static int work(struct device *dev, unsigned int batches, unsigned int primitives)
{
	double start = seconds();
	drm_intel_bo *last = NULL;
	unsigned int i, k;
	struct batch b;
	int ret = 0;

	for (i = 0; i < batches && !ret; i++) {
		ret = batch_begin(&b, dev);
		if (ret)
			break;
		for (k = 0; k < primitives && batch_room(&b) > 8; k++) {
			static const uint32_t dw[] = {
				PRIMITIVE, 0, 3, 0, 1, 0, 0, MI_ARB_CHECK
			};
			unsigned int d;

			for (d = 0; d < ARRAY_SIZE(dw); d++)
				batch_out(&b, dw[d]);
		}
		if (last)
			drm_intel_bo_unreference(last);
		last = b.bo;
		drm_intel_bo_reference(last);
		ret = batch_submit(&b, I915_EXEC_RENDER);
	}
	if (!ret && last)
		ret = bo_wait(last);
	if (!ret)
		printf("batches %u seconds %.6f\n", batches, seconds() - start);
	return ret;
}

static int hang(struct device *dev)
{
	uint32_t resets, active = 0, pending;
	drm_intel_bo *bo;
	struct batch b;
	int ret = batch_begin(&b, dev);

	if (ret)
		return ret;
	bo = b.bo;
	drm_intel_bo_reference(bo);
	batch_out(&b, 0);
	batch_out(&b, MI_BATCH_BUFFER_START);
	batch_address(&b, bo, 0, false);
	ret = batch_submit(&b, I915_EXEC_BLT);
	if (!ret)
		ret = bo_wait(bo);
	drm_intel_bo_unreference(bo);
	if (!ret)
		ret = drm_intel_get_reset_stats(dev->context, &resets, &active, &pending);
	return ret ? ret : active ? 0 : -ENOMSG;
}

static int hangs(unsigned int n)
{
	struct device dev;
	unsigned int i;
	double start;
	int ret = 0;

	for (i = 0; i < n && !ret; i++) {
		start = seconds();
		ret = device_open(&dev);
		if (!ret)
			ret = hang(&dev);
		device_close(&dev);
		printf("hang %u: %s after %.1f s\n", i + 1, ret ? strerror(-ret) : "reset",
		       seconds() - start);
		fflush(stdout);
	}
	return ret;
}

/* The exits of this guest's processor so far, or -1. */
static long long count_exits(const char *folder, const char *tag)
{
	const char *guest = getenv("IVGPU_GUEST");
	char path[256], wish[256], line[256];
	long long count = -1;
	unsigned int i;
	FILE *file;

	/* an empty wish is one for a picture: it must not be seen before what is in it */
	snprintf(path, sizeof(path), "%s/g%s.%s.new", folder, guest ? guest : "1", tag);
	snprintf(wish, sizeof(wish), "%s/g%s.%s.want", folder, guest ? guest : "1", tag);
	file = fopen(path, "w");
	if (!file)
		return -1;
	fputs("info stats vcpu exits\n", file);
	fclose(file);
	if (rename(path, wish))
		return -1;
	snprintf(path, sizeof(path), "%s/g%s.%s.done", folder, guest ? guest : "1", tag);
	for (i = 0; i < TRIES && count < 0; i++) {
		usleep(500000);
		file = fopen(path, "r");
		while (file && fgets(line, sizeof(line), file))
			if (strstr(line, "exits"))
				sscanf(strstr(line, "exits"), "exits%*[^0-9]%lld", &count);
		if (file)
			fclose(file);
	}
	return count;
}

int main(int argc, char **argv)
{
	bool works = argc == 4 && !strcmp(argv[1], "--work");
	unsigned int n = argc == 3 ? atoi(argv[1]) : 0;
	long long before, after;
	drm_intel_bo *result;
	struct device dev;
	double start, took;
	int ret;

	if (argc == 3 && !strcmp(argv[1], "--hang"))
		return hangs(atoi(argv[2])) ? 1 : 0;
	if (!n && !works) {
		fputs("usage: ivgpu-submit N FOLDER | --work BATCHES PRIMITIVES | --hang N\n",
		      stderr);
		return 2;
	}
	ret = device_open(&dev);
	if (!ret && works)
		ret = work(&dev, atoi(argv[2]), atoi(argv[3]));
	if (ret)
		fprintf(stderr, "ivgpu-submit: %s\n", strerror(-ret));
	if (ret || works)
		return ret ? 1 : 0;
	result = drm_intel_bo_alloc(dev.bufmgr, "result", 4096, 4096);
	ret = result ? run(&dev, result, WARM_UP) : -ENOMEM;
	if (ret)
		return 1;
	sleep(PAUSE_S);
	before = count_exits(argv[2], "before");
	sleep(PAUSE_S);
	start = seconds();
	ret = run(&dev, result, n);
	took = seconds() - start;
	after = count_exits(argv[2], "after");
	sleep(PAUSE_S);
	printf("submissions %u exits %lld seconds %.3f\n", n * (unsigned int)ARRAY_SIZE(engines),
	       before < 0 || after < 0 ? -1 : after - before, took);
	drm_intel_bo_unreference(result);
	device_check_health(&dev);
	device_close(&dev);
	return ret || unhealthy ? 1 : 0;
}
