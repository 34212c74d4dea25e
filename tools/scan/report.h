/* SPDX-License-Identifier: GPL-2.0 */
/* The scan of one file, and what is printed about it. */
#ifndef SCAN_REPORT_H
#define SCAN_REPORT_H

#include "cmd.h"

/**
 * struct options - how files are scanned
 * @gen: 8 or 9
 * @engine: of raw files
 * @space: of raw files
 * @audit_ggtt: GGTT addresses must lie in [@low, @high)
 * @low: bytes
 * @high: bytes
 * @json: print JSON
 */
struct options {
	unsigned int gen;
	enum ivgpu_engine_id engine;
	enum ivgpu_cmd_space space;
	bool audit_ggtt;
	u64 low;
	u64 high;
	bool json;
};

/* Scans and prints. 0: allowed, 1: refused or unknown, 2: unreadable (told on stderr). */
int report_file(const char *name, const struct options *options);

#endif
