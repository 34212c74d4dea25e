// SPDX-License-Identifier: GPL-2.0
/* gpusim: a simulated Intel Gen8/Gen9 GPU on a vfio-user socket. Command line, start and end. */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "busylog.h"
#include "control.h"
#include "device.h"
#include "executor.h"
#include "gpu.h"
#include "inject.h"
#include "play.h"
#include "record.h"
#include "stats.h"
#include "vfio_user.h"
#include "witness.h"

#define RECORD_MOST (16ull << 20)	/* bytes; a file is packed afterwards */

static struct gpu gpu;
static struct faults faults;

enum {
	OPT_SOCKET = 256, OPT_GPU, OPT_APERTURE, OPT_LOG, OPT_INDEX, OPT_BLT_OFF, OPT_LOG_DMA,
	OPT_STRICT, OPT_TRACE, OPT_TLB_OFF, OPT_STALE_TLB, OPT_WRITE_BACK, OPT_SWIZZLE, OPT_SPEED,
	OPT_FAULT, OPT_CONTROL, OPT_PLAY, OPT_LOG_BUSY, OPT_RECORD,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "gpu", required_argument, NULL, OPT_GPU },
	{ "aperture", required_argument, NULL, OPT_APERTURE },
	{ "log", required_argument, NULL, OPT_LOG },
	{ "index", required_argument, NULL, OPT_INDEX },
	{ "blt-off", no_argument, NULL, OPT_BLT_OFF },
	{ "log-dma", required_argument, NULL, OPT_LOG_DMA },
	{ "log-busy", required_argument, NULL, OPT_LOG_BUSY },
	{ "strict", optional_argument, NULL, OPT_STRICT },
	{ "trace", no_argument, NULL, OPT_TRACE },
	{ "tlb-off", no_argument, NULL, OPT_TLB_OFF },
	{ "stale-tlb", no_argument, NULL, OPT_STALE_TLB },
	{ "write-back", no_argument, NULL, OPT_WRITE_BACK },
	{ "swizzle", no_argument, NULL, OPT_SWIZZLE },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "fault", required_argument, NULL, OPT_FAULT },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "play", required_argument, NULL, OPT_PLAY },
	{ "record", required_argument, NULL, OPT_RECORD },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static void print_model(const char *name, const char *title)
{
	printf("    %-8s %s\n", name, title);
}

static void print_fault(const char *spec, const char *meaning)
{
	printf("    %-13s %s\n", spec, meaning);
}

static void print_help(void)
{
	printf("usage: gpusim --socket PATH [--gpu NAME] [--aperture MIB] [--log FILE] [OPTIONS]\n"
	       "       gpusim --play FILE.aub [--gpu NAME] [OPTIONS]\n"
	       "  --play FILE     play what a driver's recorder wrote; nothing is served\n"
	       "  --index N       number of this GPU, for the log\n"
	       "  --blt-off       the blitter completes its commands but draws nothing\n"
	       "  --log-dma FILE  record every page the GPU touches (read it with gpusim-dma)\n"
	       "  --log-busy FILE record when which engine ran which context\n"
	       "  --record FILE   write the commands that engines executed, as an AUB trace\n"
	       "  --strict[=stop] undefined or reserved use makes the exit status 3, at the end\n"
	       "                  or at once; with --stale-tlb and --write-back\n"
	       "  --trace         log every register access and command\n"
	       "  --tlb-off       walk the page tables at every access\n"
	       "  --stale-tlb     keep translations over context switches, until invalidated\n"
	       "  --write-back    what is drawn stays in caches until a flush\n"
	       "  --swizzle       bit-6 swizzling of tiled memory in the aperture\n"
	       "  --speed F       cost model, F times the nominal speed (README.md)\n"
	       "  --control PATH  socket for commands while running (try: help)\n"
	       "  --fault SPEC    a fault from the start, any number of times:\n");
	inject_help(print_fault);
	printf("GPUs:\n");
	model_list(print_model);
}

static int number(const char *text, unsigned int *val)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || n > 0xffffffffu)
		return -EINVAL;
	*val = (unsigned int)n;
	return 0;
}

static int set_option(struct options *o, int c)
{
	char *end;

	switch (c) {
	case OPT_SOCKET:
		o->socket = optarg;
		return 0;
	case OPT_GPU:
		o->gpu = optarg;
		return 0;
	case OPT_APERTURE:
		return number(optarg, &o->aperture_mib);
	case OPT_LOG:
		o->log = optarg;
		return 0;
	case OPT_INDEX:
		return number(optarg, &o->index);
	case OPT_BLT_OFF:
		o->blt_off = true;
		return 0;
	case OPT_LOG_DMA:
		o->log_dma = optarg;
		return 0;
	case OPT_LOG_BUSY:
		o->log_busy = optarg;
		return 0;
	case OPT_RECORD:
		o->record = optarg;
		return 0;
	case OPT_STRICT:
		if (optarg && strcmp(optarg, "stop"))
			return -EINVAL;
		o->strict = optarg ? STRICT_STOP : STRICT_REPORT;
		o->stale_tlb = true;
		o->write_back = true;
		return 0;
	case OPT_TRACE:
		o->trace = true;
		return 0;
	case OPT_TLB_OFF:
		o->tlb_off = true;
		return 0;
	case OPT_STALE_TLB:
		o->stale_tlb = true;
		return 0;
	case OPT_WRITE_BACK:
		o->write_back = true;
		return 0;
	case OPT_SWIZZLE:
		o->swizzle = true;
		return 0;
	case OPT_SPEED:
		o->speed = strtod(optarg, &end);
		return *end || !(o->speed > 0) ? -EINVAL : 0;
	case OPT_FAULT:
		return inject(&faults, optarg);
	case OPT_CONTROL:
		o->control = optarg;
		return 0;
	case OPT_PLAY:
		o->play = optarg;
		return 0;
	default:
		return -EINVAL;
	}
}

static int parse(struct options *o, int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (c == OPT_HELP) {
			print_help();
			exit(0);
		}
		if (set_option(o, c)) {
			if (c != '?')
				fprintf(stderr, "gpusim: bad value for an option: %s\n", optarg);
			return -EINVAL;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "gpusim: unexpected argument %s\n", argv[optind]);
		return -EINVAL;
	}
	if (!o->socket == !o->play) {
		fprintf(stderr, "gpusim: --socket or --play must be given\n");
		return -EINVAL;
	}
	if (o->aperture_mib < 128 || o->aperture_mib > 4096 ||
	    o->aperture_mib & (o->aperture_mib - 1)) {
		fprintf(stderr, "gpusim: --aperture is a power of two from 128 to 4096\n");
		return -EINVAL;
	}
	return 0;
}

static int listen_on(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	unlink(path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1)) {
		close(fd);
		return -1;
	}
	return fd;
}

static int serve(const char *path)
{
	struct vu_device dev;
	int fd, sock, ret;

	fd = listen_on(path);
	if (fd < 0) {
		fprintf(stderr, "gpusim: %s: %s\n", path, strerror(errno));
		return 1;
	}
	printf("listening %s\n", path);
	fflush(stdout);
	sock = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	close(fd);
	unlink(path);
	if (sock < 0) {
		fprintf(stderr, "gpusim: accept: %s\n", strerror(errno));
		return 1;
	}
	ret = executor_start(&gpu);
	if (!ret) {
		device_init(&dev, &gpu);
		ret = vu_serve(&dev, sock);
		executor_stop(&gpu);
	}
	close(sock);
	if (ret)
		log_line(LOG_INFO, "client lost: %s", strerror(-ret));
	return ret ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct options opt = { .gpu = "skl", .aperture_mib = 256 };
	int ret;

	if (parse(&opt, argc, argv))
		return 2;
	signal(SIGPIPE, SIG_IGN);
	ret = log_open(opt.log, opt.trace, opt.strict);
	if (ret) {
		fprintf(stderr, "gpusim: %s: %s\n", opt.log, strerror(-ret));
		return 1;
	}
	ret = gpu_init(&gpu, &opt);
	gpu.fault = faults;
	if (!ret && opt.log_dma)
		ret = witness_open(opt.log_dma);
	if (!ret && opt.log_busy)
		ret = busylog_open(opt.log_busy);
	if (!ret && opt.record)
		ret = record_open(opt.record, RECORD_MOST);
	if (!ret && opt.control)
		ret = control_start(&gpu, opt.control);
	if (ret) {
		fprintf(stderr, "gpusim: %s\n", ret == -ENODEV ? "unknown --gpu" : strerror(-ret));
		return 1;
	}
	log_line(LOG_INFO, "gpu %u: %s (8086:%04x), aperture %u MiB", opt.index, gpu.model->title,
		 gpu.model->device, opt.aperture_mib);
	ret = opt.play ? play_main(&gpu, opt.play) : serve(opt.socket);
	control_stop();
	stats_log(&gpu);
	witness_close();
	busylog_close();
	record_close();
	log_close();
	if (!ret && log_strict_failed())
		ret = LOG_STRICT_STATUS;
	return ret;
}
