/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plays an AUB file (--play): what a driver's recording tool wrote down of its memory, page tables,
 * register writes and submissions goes to the GPU as if the driver were there.
 */
#ifndef GPUSIM_PLAY_H
#define GPUSIM_PLAY_H

#include <stddef.h>
#include <stdint.h>

struct gpu;

struct play_counts {
	uint64_t packets;
	uint64_t memory_writes, memory_bytes;
	uint64_t ggtt_entries;
	uint64_t register_writes;
	uint64_t register_polls;
	uint64_t submissions;
	uint64_t tables, pages;		/* of PPGTTs: tables walked, pages that they map */
};

/* The whole file, unpacked if it is gzip's and zlib is there. 0 or a negative errno. */
int play_read_file(const char *path, uint8_t **data, size_t *size);

/*
 * Plays a file's bytes on a GPU without memory and executor. 0: all went well; -EINVAL: something
 * in it was wrong, and the log tells what. max_commands bounds what is executed.
 */
int play(struct gpu *gpu, const uint8_t *data, size_t size, uint64_t max_commands,
	 struct play_counts *counts);

/* --play: reads, plays, prints the counts. The exit status. */
int play_main(struct gpu *gpu, const char *path);

/*
 * Walks the whole PPGTT of the context that an element names, entry by entry, and counts. -EINVAL:
 * a table or page is not in memory, or there is no end to it; the log tells.
 */
int play_walk(struct gpu *gpu, uint32_t lrca, struct play_counts *counts);

#endif
