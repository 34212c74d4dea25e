// SPDX-License-Identifier: GPL-2.0
/*
 * Control socket: `fault SPEC`, `stats`, `state`, `help`; some clients at a time, a line of at most
 * 255 bytes each time. A thread of its own, so that it answers while an engine is busy. A client
 * that does not take its answers is cut off, so nobody can hold it up.
 */
#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "gpu.h"
#include "inject.h"
#include "stats.h"
#include "util.h"

#define MAX_CLIENTS 8
#define MAX_LINE 256

struct client {
	char line[MAX_LINE];
	size_t have;
	bool too_long;			/* the rest of this line is skipped */
};

static struct {
	struct gpu *gpu;
	char path[108];
	pthread_t thread;
	FILE *out;			/* the answer in the making */
	struct pollfd fd[1 + MAX_CLIENTS];	/* the first one listens */
	struct client client[1 + MAX_CLIENTS];
	unsigned int nr;
} ctl;

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

static int run_command(const char *line)
{
	int ret = 0;

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
	return ret;
}

/* Runs a line (NULL: it was too long) and sends the answer. False: the client is to be cut off. */
static bool run_line(int fd, const char *line)
{
	char *text = NULL;
	size_t len = 0;
	bool sent;
	int ret = -EINVAL;

	ctl.out = open_memstream(&text, &len);
	if (!ctl.out)
		return false;
	if (line) {
		gpu_lock(ctl.gpu);
		ret = run_command(line);
		gpu_unlock(ctl.gpu);
	}
	answer("%s\n", ret ? "error unknown command or value" : "ok");
	sent = !fclose(ctl.out) &&
		send(fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)len;
	free(text);
	return sent;
}

static bool take_byte(struct client *c, int fd, char byte)
{
	bool good;

	if (byte != '\n') {
		if (c->have < MAX_LINE - 1)
			c->line[c->have++] = byte;
		else
			c->too_long = true;
		return true;
	}
	if (c->have && c->line[c->have - 1] == '\r')
		c->have--;
	c->line[c->have] = 0;
	good = run_line(fd, c->too_long ? NULL : c->line);
	c->have = 0;
	c->too_long = false;
	return good;
}

/* False: the client is gone, or is to be cut off. */
static bool serve(struct client *c, int fd)
{
	char buf[512];
	ssize_t n, i;

	n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	for (i = 0; i < n; i++)
		if (!take_byte(c, fd, buf[i]))
			return false;
	return n > 0;
}

static void add_client(int fd)
{
	if (fd < 0)
		return;
	if (ctl.nr == ARRAY_SIZE(ctl.fd)) {
		close(fd);
		return;
	}
	ctl.fd[ctl.nr] = (struct pollfd){ .fd = fd, .events = POLLIN };
	ctl.client[ctl.nr] = (struct client){ 0 };
	ctl.nr++;
}

static void remove_client(unsigned int n)
{
	close(ctl.fd[n].fd);
	ctl.nr--;
	ctl.fd[n] = ctl.fd[ctl.nr];
	ctl.client[n] = ctl.client[ctl.nr];
}

static void *run(void *arg)
{
	unsigned int i;

	(void)arg;
	for (;;) {
		if (poll(ctl.fd, ctl.nr, -1) < 0)
			continue;
		for (i = ctl.nr - 1; i > 0; i--)
			if (ctl.fd[i].revents && !serve(&ctl.client[i], ctl.fd[i].fd))
				remove_client(i);
		if (ctl.fd[0].revents & (POLLHUP | POLLERR | POLLNVAL))
			break;
		if (ctl.fd[0].revents)
			add_client(accept4(ctl.fd[0].fd, NULL, NULL, SOCK_CLOEXEC));
	}
	while (ctl.nr)
		remove_client(ctl.nr - 1);
	return NULL;
}

static int listen_at(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), ret;

	if (fd < 0)
		return -errno;
	unlink(addr->sun_path);
	if (!bind(fd, (const struct sockaddr *)addr, sizeof(*addr)) && !listen(fd, MAX_CLIENTS))
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

int control_start(struct gpu *gpu, const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int ret;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	memcpy(ctl.path, path, strlen(path) + 1);
	ctl.gpu = gpu;
	ret = listen_at(&addr);
	if (ret < 0)
		return ret;
	ctl.fd[0] = (struct pollfd){ .fd = ret, .events = POLLIN };
	ctl.nr = 1;
	ret = -pthread_create(&ctl.thread, NULL, run, NULL);
	if (ret) {
		close(ctl.fd[0].fd);
		ctl.nr = 0;
	}
	return ret;
}

void control_stop(void)
{
	if (!ctl.nr)
		return;
	unlink(ctl.path);
	shutdown(ctl.fd[0].fd, SHUT_RDWR);
	pthread_join(ctl.thread, NULL);
}
