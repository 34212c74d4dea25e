// SPDX-License-Identifier: GPL-2.0
/* The simulator's log: classes, counts, and a bound on what a hostile driver can make it write. */
#include "log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINES_PER_CLASS 4000

static const struct {
	const char *name;
	bool strict;		/* fatal with --strict */
	uint32_t limit;
} classes[LOG_CLASSES] = {
	[LOG_INFO] = { "info", false, 100000 },
	[LOG_UNDEF_REG] = { "undefined-register", true, LINES_PER_CLASS },
	[LOG_REG] = { "register", true, LINES_PER_CLASS },
	[LOG_CMD] = { "command", true, LINES_PER_CLASS },
	[LOG_FAULT] = { "fault", true, LINES_PER_CLASS },
	[LOG_DMA] = { "dma", true, LINES_PER_CLASS },
	[LOG_PRIV] = { "privilege", true, LINES_PER_CLASS },
	[LOG_CONTEXT] = { "context", true, LINES_PER_CLASS },
	[LOG_RESET] = { "reset", false, LINES_PER_CLASS },
	[LOG_PROTO] = { "protocol", false, LINES_PER_CLASS },
	[LOG_CONTROL] = { "control", false, LINES_PER_CLASS },
	[LOG_TRACE] = { "trace", false, 2000000 },
};

static struct {
	FILE *file;
	bool trace;
	enum log_strict strict;
	bool failed;
	uint64_t start;
	uint64_t count[LOG_CLASSES];
	pthread_mutex_t lock;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER };

uint64_t test_clock_ns;

uint64_t now_ns(void)
{
	struct timespec ts;

	if (test_clock_ns)
		return test_clock_ns;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + ts.tv_nsec;
}

int log_open(const char *path, bool trace, enum log_strict strict)
{
	state.failed = false;
	memset(state.count, 0, sizeof(state.count));
	state.start = now_ns();
	state.trace = trace;
	state.strict = strict;
	state.file = stderr;
	if (path) {
		state.file = fopen(path, "we");
		if (!state.file)
			return -errno;
	}
	return 0;
}

bool log_tracing(void)
{
	return state.trace;
}

uint64_t log_count(enum log_class class)
{
	return state.count[class];
}

bool log_strict_failed(void)
{
	return state.failed;
}

void log_line(enum log_class class, const char *fmt, ...)
{
	uint64_t t = now_ns() - state.start;
	va_list args;

	if (class == LOG_TRACE && !state.trace)
		return;
	pthread_mutex_lock(&state.lock);
	state.count[class]++;
	if (state.strict && classes[class].strict)
		state.failed = true;
	if (state.file && state.count[class] <= classes[class].limit) {
		fprintf(state.file, "%5u.%06u %s: ", (unsigned int)(t / 1000000000u),
			(unsigned int)(t / 1000 % 1000000), classes[class].name);
		va_start(args, fmt);
		vfprintf(state.file, fmt, args);
		va_end(args);
		fputc('\n', state.file);
		if (state.count[class] == classes[class].limit)
			fprintf(state.file, "%s: further lines are only counted\n",
				classes[class].name);
		if (class != LOG_TRACE)
			fflush(state.file);
	}
	if (state.strict == STRICT_STOP && classes[class].strict) {
		fprintf(stderr, "gpusim: stopped by --strict=stop: %s\n", classes[class].name);
		fflush(NULL);
		_exit(LOG_STRICT_STATUS);
	}
	pthread_mutex_unlock(&state.lock);
}

void log_close(void)
{
	int i;

	if (!state.file)
		return;
	for (i = 0; i < LOG_CLASSES; i++)
		if (state.count[i] && i != LOG_TRACE)
			log_line(LOG_INFO, "count %s %llu", classes[i].name,
				 (unsigned long long)state.count[i]);
	if (state.file != stderr)
		fclose(state.file);
	state.file = NULL;
}
