// SPDX-License-Identifier: GPL-2.0
/* Writes the counters of a GPU and its engines to the log. */
#include "stats.h"

#include "gpu.h"

typedef unsigned long long ull;

static void engine(const struct engine *e, uint64_t now)
{
	ull busy = e->busy_ns + (e->busy_since ? now - e->busy_since : 0);

	log_line(LOG_INFO,
		 "engine %s busy_ns %llu elapsed_ns %llu late_ns %llu commands %llu contexts %llu "
		 "batches %llu preemptions %llu lite_restores %llu resets %llu hangs %llu csb %u",
		 e->name, busy, (ull)(now - e->gpu->start_ns), (ull)e->late_ns, (ull)e->nr_cmds,
		 (ull)e->nr_contexts, (ull)e->nr_batches, (ull)e->nr_preempts, (ull)e->nr_lite,
		 (ull)e->nr_resets, (ull)e->nr_hangs, e->csb_written);
}

void stats_log(struct gpu *gpu)
{
	uint64_t now = now_ns();
	int i;

	log_line(LOG_INFO, "mmio reads %llu writes %llu undefined %llu msi %llu lost %llu",
		 (ull)gpu->nr_reads, (ull)gpu->nr_writes, (ull)gpu->undefined_accesses,
		 (ull)gpu->msi_sent, (ull)gpu->msi_lost);
	for (i = 0; i < NUM_ENGINES; i++)
		if (gpu->engine[i].present)
			engine(&gpu->engine[i], now);
}
