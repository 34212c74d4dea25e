/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulated GPU: what its parts share. One struct gpu, one lock.
 *
 * Two threads work on it: the protocol thread (register, aperture and config accesses) and the
 * executor (executor.c), which runs all engines in turn. gpu_lock() belongs to the protocol side
 * and has precedence; the executor gives the lock up between commands when somebody waits, and
 * for the length of a blit.
 */
#ifndef GPUSIM_GPU_H
#define GPUSIM_GPU_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "display.h"
#include "engine.h"
#include "log.h"
#include "mem.h"
#include "model.h"

#define MMIO_SIZE 0x200000u
#define BAR0_SIZE 0x1000000u
#define GTT_OFFSET 0x800000u
#define GTT_SIZE 0x800000u
#define GTT_ENTRIES (GTT_SIZE / 8)
#define CONFIG_SIZE 4096u
#define BAR4_SIZE 64u
#define NUM_FENCES 32

struct options {
	const char *socket;
	const char *gpu;
	const char *log;
	const char *log_dma;
	const char *log_busy;
	const char *control;
	const char *play;
	const char *record;
	unsigned int aperture_mib;
	unsigned int index;
	bool blt_off;
	enum log_strict strict;
	bool trace;
	bool tlb_off;		/* walk the tables at every access */
	bool stale_tlb;		/* keep translations across context switches */
	bool write_back;	/* drawn data stays in caches until a flush */
	bool swizzle;		/* bit-6 swizzling of tiled memory */
	double speed;		/* cost model: 0 off, 1 nominal */
};

/* Faults that an option or the control socket switches on (fault.c). */
struct faults {
	unsigned int lose_irqs;		/* drop the next n MSIs */
	unsigned int late_irq_us;	/* delay each MSI */
	uint32_t stuck_engines;		/* bit per engine: executes nothing */
	uint32_t no_preempt;		/* bit per engine: ignores preemption requests */
	unsigned int fail_resets;	/* the next n resets do not complete; ~0: never */
	unsigned int slow_mem_ns;	/* added to each command */
	unsigned int spurious_csb;	/* next n context switches are reported twice */
	unsigned int lose_power;	/* the next n returns from D3 find all state lost */
};

struct gpu {
	const struct gpu_model *model;
	struct options opt;
	struct faults fault;

	pthread_mutex_t lock;
	atomic_int waiters;
	pthread_cond_t work;		/* the executor sleeps here */
	bool kicked;
	bool stop;

	uint32_t *reg;			/* MMIO_SIZE bytes, indexed by offset / 4 */
	const uint16_t *row_of;		/* row number + 1 of each register, 0: undefined */
	uint8_t *seen_undefined;	/* bit 0 read, bit 1 write: logged already */
	uint64_t undefined_accesses;

	uint64_t *gtt;			/* GTT_ENTRIES, shared with the client */
	int gtt_fd;
	struct mem mem;
	uint8_t config[CONFIG_SIZE];
	uint32_t bar4_index;

	struct engine engine[NUM_ENGINES];
	uint64_t busy_set_ns[1 << NUM_ENGINES];	/* time that just these engines were busy */
	unsigned int busy_set;			/* those that are now */
	uint64_t busy_set_since;

	int msi_fd, intx_fd;
	bool intx_masked;		/* by the client, or by an interrupt not yet handled */
	uint32_t iir_again[12];		/* second events, by interrupt group */
	bool irq_line;			/* enabled and pending interrupt seen at the master */
	uint64_t msi_sent, msi_lost, intx_sent;
	uint64_t msi_due;		/* an MSI held back until then, or 0 */
	uint32_t sbi[2][0x4000];		/* sideband registers, by number / 4 */
	uint64_t display_blanks[NUM_PIPES];	/* vertical blanks seen */
	uint32_t display_flips[NUM_PIPES];	/* bit per plane: a surface waits for the next */
	uint64_t rc6_ns, rc6_since;	/* time in RC6; since when, or 0 */
	uint64_t start_ns;
	uint64_t timestamp_base_ns;
	uint64_t nr_reads, nr_writes;
};

void gpu_lock(struct gpu *gpu);
void gpu_unlock(struct gpu *gpu);

int gpu_init(struct gpu *gpu, const struct options *opt);
void gpu_fini(struct gpu *gpu);

/* Region accesses (gpu_lock held). */
uint32_t mmio_read32(struct gpu *gpu, uint32_t off);
void mmio_write32(struct gpu *gpu, uint32_t off, uint32_t val);

uint32_t engine_context_id(const struct engine *e);

/* Logs what an engine met: with its context, and the command at hand and where that is. */
void engine_report(const struct engine *e, enum log_class class, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

static inline uint32_t *gpu_reg(struct gpu *gpu, uint32_t off)
{
	return &gpu->reg[(off & (MMIO_SIZE - 1)) / 4];
}

#endif
