// SPDX-License-Identifier: GPL-2.0
/* The counters of a GPU and its engines as text. */
#include "stats.h"

#include <stdio.h>

#include "gpu.h"

typedef unsigned long long ull;

static void engine(const struct engine *e, uint64_t now, void (*print)(const char *line))
{
	ull busy = e->busy_ns + (e->busy_since ? now - e->busy_since : 0);
	char line[512];

	snprintf(line, sizeof(line),
		 "engine %s busy_ns %llu elapsed_ns %llu late_ns %llu queued_idle_ns %llu "
		 "commands %llu contexts %llu batches %llu preemptions %llu lite_restores %llu "
		 "resets %llu hangs %llu csb %u", e->name, busy, (ull)(now - e->gpu->start_ns),
		 (ull)e->late_ns, (ull)e->queued_idle_ns, (ull)e->nr_cmds, (ull)e->nr_contexts,
		 (ull)e->nr_batches, (ull)e->nr_preempts, (ull)e->nr_lite, (ull)e->nr_resets,
		 (ull)e->nr_hangs, e->csb_written);
	print(line);
}

void stats_print(struct gpu *gpu, void (*print)(const char *line))
{
	uint64_t now = now_ns();
	char line[256];
	int i;

	snprintf(line, sizeof(line),
		 "mmio reads %llu writes %llu undefined %llu msi_sent %llu msi_lost %llu",
		 (ull)gpu->nr_reads, (ull)gpu->nr_writes, (ull)gpu->undefined_accesses,
		 (ull)gpu->msi_sent, (ull)gpu->msi_lost);
	print(line);
	for (i = 0; i < NUM_ENGINES; i++)
		if (gpu->engine[i].present)
			engine(&gpu->engine[i], now, print);
}

static void to_log(const char *line)
{
	log_line(LOG_INFO, "%s", line);
}

void stats_log(struct gpu *gpu)
{
	stats_print(gpu, to_log);
}
