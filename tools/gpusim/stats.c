// SPDX-License-Identifier: GPL-2.0
/* The counters of a GPU and its engines as text. */
#include "stats.h"

#include <stdio.h>

#include "gpu.h"
#include "util.h"

#define ull unsigned long long

static void engine_line(const struct engine *e, uint64_t now, void (*print)(const char *line))
{
	ull busy = e->busy_ns + (e->busy_since ? now - e->busy_since : 0);
	const struct {
		const char *name;
		uint64_t value;
	} counters[] = {
		{ "behind_ns", e->behind_ns }, { "commands", e->nr_cmds },
		{ "contexts", e->nr_contexts },
		{ "batches", e->nr_batches }, { "preemptions", e->nr_preempts },
		{ "lite_restores", e->nr_lite }, { "resets", e->nr_resets },
		{ "hangs", e->nr_hangs }, { "csb", e->csb_written },
	};
	char line[512];
	size_t i;
	int n;

	n = snprintf(line, sizeof(line), "engine %s busy_ns %llu elapsed_ns %llu late_ns %llu",
		     e->name, busy, (ull)(now - e->gpu->start_ns), (ull)e->late_ns);
	for (i = 0; i < ARRAY_SIZE(counters) && n < (int)sizeof(line); i++)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " %s %llu", counters[i].name,
			      (ull)counters[i].value);
	print(line);
}

/* Time in which all engines of a set were busy, and others may have been. */
static uint64_t all_busy(const struct gpu *gpu, unsigned int set, uint64_t now)
{
	uint64_t ns = (gpu->busy_set & set) == set ? now - gpu->busy_set_since : 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(gpu->busy_set_ns); i++)
		if ((i & set) == set)
			ns += gpu->busy_set_ns[i];
	return ns;
}

static void overlap_lines(const struct gpu *gpu, uint64_t now, void (*print)(const char *line))
{
	char line[128];
	int i, j;

	for (i = 0; i < NUM_ENGINES; i++) {
		for (j = i + 1; j < NUM_ENGINES; j++) {
			if (!gpu->engine[i].present || !gpu->engine[j].present)
				continue;
			snprintf(line, sizeof(line), "overlap %s %s ns %llu", gpu->engine[i].name,
				 gpu->engine[j].name,
				 (ull)all_busy(gpu, 1u << i | 1u << j, now));
			print(line);
		}
	}
}

void stats_print(struct gpu *gpu, void (*print)(const char *line))
{
	uint64_t now = now_ns();
	char line[256];
	int i;

	snprintf(line, sizeof(line),
		 "mmio reads %llu writes %llu undefined %llu msi_sent %llu msi_lost %llu intx_sent %llu",
		 (ull)gpu->nr_reads, (ull)gpu->nr_writes, (ull)gpu->undefined_accesses,
		 (ull)gpu->msi_sent, (ull)gpu->msi_lost,
		 (ull)gpu->intx_sent);
	print(line);
	for (i = 0; i < NUM_ENGINES; i++)
		if (gpu->engine[i].present)
			engine_line(&gpu->engine[i], now, print);
	overlap_lines(gpu, now, print);
}

static void to_log(const char *line)
{
	log_line(LOG_INFO, "%s", line);
}

void stats_log(struct gpu *gpu)
{
	stats_print(gpu, to_log);
}
