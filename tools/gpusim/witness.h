/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The DMA witness (--log-dma): a binary record of every page of the client's memory that the GPU
 * reads or writes, by engine, context and time. Independent of what any driver says it does.
 */
#ifndef GPUSIM_WITNESS_H
#define GPUSIM_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

#define WITNESS_MAGIC 0x31414d4455504749ull	/* "IGPUDMA1", little-endian */

enum {
	WITNESS_WRITE = 1,
	WITNESS_GGTT = 2,
	WITNESS_TABLE = 4,	/* read as a page table */
	WITNESS_APERTURE = 8,	/* by the CPU through the aperture; engine is 0xff */
	WITNESS_WRITE_BACK = 16, /* a cached page reaches memory; context: who wrote it first */
	WITNESS_STATUS = 32,	/* execlist unit: context status in the status page */
};

/* File: one header, then records to the end; all fields little-endian. */
struct witness_header {
	uint64_t magic;
	uint32_t version;	/* 1 */
	uint32_t record_size;
	uint64_t start_ns;	/* CLOCK_MONOTONIC of record time 0 */
	uint64_t reserved;
};

struct witness_record {
	uint64_t time_ns;
	uint64_t gpu_addr;	/* page; 0 for page tables */
	uint64_t bus_addr;	/* page */
	uint32_t context;	/* context id of the execlist element */
	uint32_t lrca;		/* its descriptor's low dword */
	uint8_t engine;		/* enum engine_id */
	uint8_t flags;
	uint16_t reserved;
	uint32_t sequence;
};

int witness_open(const char *path);
void witness_close(void);

/* A page in continuous use is recorded again after this time. */
#define WITNESS_REPEAT_NS 1000000u
#define WITNESS_CLOCK_USES 64	/* accesses between looks at the clock */

bool witness_on(void);

/*
 * Use of a page by an engine: the first of its kind (read, write) since the context was loaded,
 * since the page was translated, and in each millisecond.
 */
void witness_page(struct engine *e, enum address_space space, uint64_t gpu_addr, uint64_t bus,
		  bool write);
void witness_table(struct engine *e, uint64_t bus);
void witness_status(struct engine *e, uint64_t gpu_addr, uint64_t bus);
void witness_write_back(struct engine *e, enum address_space space, uint64_t desc,
			uint64_t gpu_addr, uint64_t bus);
void witness_aperture(uint64_t gpu_addr, uint64_t bus, bool write);

#endif
