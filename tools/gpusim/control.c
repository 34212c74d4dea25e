// SPDX-License-Identifier: GPL-2.0
/*
 * Control socket: `fault SPEC`, `stats`, `state`, `help`. One client at a time, lines of at most
 * 255 bytes; a thread of its own, so that it answers while an engine is busy.
 */
#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gpu.h"
#include "inject.h"
#include "stats.h"

static struct {
	struct gpu *gpu;
	int fd;
	char path[108];
	pthread_t thread;
	FILE *out;
} ctl = { .fd = -1 };

static void answer(const char *fmt, ...) PRINTF_LIKE(1, 2);

static void answer(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(ctl.out, fmt, args);
	va_end(args);
}

static void print_spec(const char *spec, const char *meaning)
{
	answer("fault %s: %s\n", spec, meaning);
}

static void print_line(const char *line)
{
	answer("%s\n", line);
}

static void state(void)
{
	const struct engine *e;
	int i;

	for (i = 0; i < NUM_ENGINES; i++) {
		e = &ctl.gpu->engine[i];
		if (!e->present)
			continue;
		answer("%s %s context %#x head %#x tail %#x batch %d at %#llx command %#x%s\n",
		       e->name, e->hung ? "hung" : e->active ? "active" : "idle",
		       e->active ? engine_context_id(e) : 0,
		       *gpu_reg(ctl.gpu, e->base + 0x34), *gpu_reg(ctl.gpu, e->base + 0x30),
		       e->in_batch, (unsigned long long)e->exec_addr, e->exec_cmd,
		       e->has_pending ? " pending" : "");
	}
}

static void run_line(const char *line)
{
	int ret = 0;

	gpu_lock(ctl.gpu);
	if (!strncmp(line, "fault ", 6)) {
		ret = inject(&ctl.gpu->fault, line + 6);
		if (!ret)
			log_line(LOG_CONTROL, "fault %s", line + 6);
		ctl.gpu->kicked = true;
	} else if (!strcmp(line, "stats")) {
		stats_print(ctl.gpu, print_line);
	} else if (!strcmp(line, "state")) {
		state();
	} else if (!strcmp(line, "help")) {
		answer("fault SPEC | fault clear | stats | state | help\n");
		inject_help(print_spec);
	} else {
		ret = -EINVAL;
	}
	gpu_unlock(ctl.gpu);
	if (ret)
		answer("error unknown command or value\n");
	else
		answer("ok\n");
	fflush(ctl.out);
}

static void serve(int fd)
{
	char line[256];
	FILE *in = fdopen(fd, "r");

	ctl.out = in ? fdopen(dup(fd), "w") : NULL;
	if (in && ctl.out) {
		while (fgets(line, sizeof(line), in)) {
			line[strcspn(line, "\r\n")] = 0;
			run_line(line);
		}
	}
	if (ctl.out)
		fclose(ctl.out);
	if (in)
		fclose(in);
	else
		close(fd);
}

static void *run(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept4(ctl.fd, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		serve(fd);
	return NULL;
}

int control_start(struct gpu *gpu, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	memcpy(ctl.path, path, strlen(path) + 1);
	ctl.gpu = gpu;
	ctl.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ctl.fd < 0)
		return -errno;
	unlink(path);
	if (bind(ctl.fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(ctl.fd, 1))
		return -errno;
	return -pthread_create(&ctl.thread, NULL, run, NULL);
}

/* The process is about to end; a client that is still connected is cut off by that. */
void control_stop(void)
{
	if (ctl.fd < 0)
		return;
	unlink(ctl.path);
	shutdown(ctl.fd, SHUT_RDWR);
}
