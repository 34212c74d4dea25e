/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulator's log: one line per event, bounded in size whatever a driver does.
 */
#ifndef GPUSIM_LOG_H
#define GPUSIM_LOG_H

#include <stdbool.h>
#include <stdint.h>

/* What a line is about; each class is counted and limited on its own. */
enum log_class {
	LOG_INFO,		/* life of the simulator: start, client, end */
	LOG_UNDEF_REG,		/* access to an offset that no table row names */
	LOG_REG,		/* defined register, forbidden or reserved use */
	LOG_CMD,		/* unknown or reserved command or field */
	LOG_FAULT,		/* GPU address without a valid translation */
	LOG_DMA,		/* translated address without memory behind it */
	LOG_PRIV,		/* access refused to a non-secure batch */
	LOG_CONTEXT,		/* context image, execlist protocol */
	LOG_RESET,		/* resets and hangs */
	LOG_PROTO,		/* vfio-user protocol */
	LOG_CONTROL,		/* injected faults and control socket */
	LOG_TRACE,		/* only with --trace */
	LOG_CLASSES
};

/*
 * strict: what --strict makes fatal is remembered (log_strict_failed()); stop: the process ends at
 * once with status LOG_STRICT_STATUS.
 */
enum log_strict { STRICT_OFF, STRICT_REPORT, STRICT_STOP };

#define LOG_STRICT_STATUS 3

int log_open(const char *path, bool trace, enum log_strict strict);
void log_close(void);
bool log_tracing(void);
uint64_t log_count(enum log_class class);
void log_line(enum log_class class, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Set once a class that --strict makes fatal has been logged. */
bool log_strict_failed(void);

/* The clock of everything: the host's monotonic one, which the client's time follows. */
uint64_t now_ns(void);

/* Unit tests put time by hand; 0: the real clock. */
extern uint64_t test_clock_ns;

#endif
