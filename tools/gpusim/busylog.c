// SPDX-License-Identifier: GPL-2.0
/* Writes the log of what engines did when. Called with the GPU's lock held. */
#include "busylog.h"

#include <errno.h>
#include <stdio.h>

#include "gpu.h"

static const char *const names[] = {
	[BUSYLOG_SUBMIT] = "submit", [BUSYLOG_RUN] = "run", [BUSYLOG_LITE] = "lite",
	[BUSYLOG_DONE] = "done", [BUSYLOG_WAIT] = "wait", [BUSYLOG_PREEMPTED] = "preempted",
	[BUSYLOG_BUSY] = "busy", [BUSYLOG_IDLE] = "idle", [BUSYLOG_RESET] = "reset",
};

static FILE *file;
static uint64_t start_ns;

int busylog_open(const char *path)
{
	file = fopen(path, "we");
	if (!file)
		return -errno;
	start_ns = now_ns();
	fprintf(file, "# gpusim busy log 1: time_ns engine event context lrca; time 0 is %llu\n",
		(unsigned long long)start_ns);
	return 0;
}

void busylog_close(void)
{
	int bad;

	if (!file)
		return;
	bad = ferror(file);
	if (fclose(file) || bad)
		log_line(LOG_INFO, "busy log incomplete: file could not be written");
	file = NULL;
}

void busylog(const struct engine *e, enum busylog_event event, uint64_t desc)
{
	if (!file)
		return;
	if (desc)
		fprintf(file, "%llu %s %s %#x %#x\n", (unsigned long long)(now_ns() - start_ns),
			e->name, names[event], (uint32_t)(desc >> 32),
			(uint32_t)desc & 0xfffff000u);
	else
		fprintf(file, "%llu %s %s\n", (unsigned long long)(now_ns() - start_ns), e->name,
			names[event]);
}
