/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests share: TAP, and a small machine around a GPU: 16 MiB of memory at bus
 * address 0x100000, a GGTT that maps it, one context with a ring and a 4-level PPGTT.
 */
#ifndef GPUSIM_TEST_UTIL_H
#define GPUSIM_TEST_UTIL_H

#include <stdbool.h>
#include <stdint.h>

#include "gpu.h"

#define BUS_BASE 0x100000ull
#define RAM_SIZE 0x1000000ull

/* Bus addresses of fixed places; GGTT address = bus address. */
#define AT_HWSP 0x100000u
#define AT_CONTEXT 0x110000u		/* 22 pages */
#define AT_CONTEXT2 0x130000u
#define AT_RING 0x150000u		/* 4 KiB */
#define AT_RING2 0x151000u
#define AT_PML4 0x160000u		/* then PDP, PD, PT */
#define AT_DATA 0x170000u		/* 64 KiB, PPGTT 0x10000 */
#define AT_BATCH 0x180000u		/* 64 KiB, PPGTT 0x20000 */
#define PP_DATA 0x10000u
#define PP_BATCH 0x20000u

struct machine {
	struct gpu gpu;
	struct engine *e;
	uint32_t tail;
};

void machine_init(struct machine *m, const char *gpu, enum engine_id engine);
void machine_fini(struct machine *m);

/* Fresh memory, where there is none (machine_init has done it). */
void machine_map_ram(struct machine *m);

uint32_t peek(struct machine *m, uint64_t bus);
uint64_t peek64(struct machine *m, uint64_t bus);
void poke(struct machine *m, uint64_t bus, uint32_t val);
void poke64(struct machine *m, uint64_t bus, uint64_t val);

/* Writes a context image as a driver does; restore-inhibit set. */
void make_context(struct machine *m, uint32_t at, uint32_t ring, uint32_t pml4);
void set_tail(struct machine *m, uint32_t context, uint32_t tail);

uint64_t descriptor(uint32_t context, uint32_t id);
void submit(struct machine *m, uint64_t first, uint64_t second);

/* Runs the engines until none can go on. */
void run(struct machine *m);

/* Puts dwords into the ring at AT_RING behind what is there, submits and runs. */
void ring_exec(struct machine *m, const uint32_t *cmd, unsigned int ndw);

/* The same as a non-secure batch at PP_BATCH; appends MI_BATCH_BUFFER_END. */
void batch_exec(struct machine *m, const uint32_t *cmd, unsigned int ndw);

#define EXEC(m, ...) do { \
	const uint32_t cmd_[] = { __VA_ARGS__ }; \
	ring_exec(m, cmd_, sizeof(cmd_) / 4); \
} while (0)

#define BATCH(m, ...) do { \
	const uint32_t cmd_[] = { __VA_ARGS__ }; \
	batch_exec(m, cmd_, sizeof(cmd_) / 4); \
} while (0)

uint32_t reg_of(struct machine *m, uint32_t off);	/* engine-relative */

/* TAP */
void check_eq(const char *what, uint64_t got, uint64_t want);
void test_done(const char *name);
int test_summary(void);

#endif
