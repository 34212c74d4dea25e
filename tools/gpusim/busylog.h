/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The log of what engines did when (--log-busy): text, one event a line, from which one computes
 * overlap, delays between submission and start, and idle time while work was queued.
 */
#ifndef GPUSIM_BUSYLOG_H
#define GPUSIM_BUSYLOG_H

#include <stdint.h>

#include "engine.h"

enum busylog_event {
	BUSYLOG_SUBMIT,		/* an element was written to ELSP */
	BUSYLOG_RUN,		/* a context is loaded; its first command comes next */
	BUSYLOG_LITE,		/* the running context got more work */
	BUSYLOG_DONE,		/* a context left: nothing more to do */
	BUSYLOG_WAIT,		/* ... waiting for a semaphore */
	BUSYLOG_PREEMPTED,	/* ... for another one */
	BUSYLOG_BUSY,		/* the engine began to be busy */
	BUSYLOG_IDLE,
	BUSYLOG_RESET,
};

/* 0 or a negative errno. */
int busylog_open(const char *path);
void busylog_close(void);

/* desc: that of the context it is about, 0: none. Costs nothing when there is no such log. */
void busylog(const struct engine *e, enum busylog_event event, uint64_t desc);

#endif
