/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One engine (command streamer) of the GPU: what it executes now and where it stands.
 * Architectural registers live in gpu->reg; here is only what has no register.
 */
#ifndef GPUSIM_ENGINE_H
#define GPUSIM_ENGINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "blt.h"

enum engine_id { RCS, BCS, VCS0, VCS1, VECS, NUM_ENGINES };

enum engine_class { CLASS_RENDER, CLASS_COPY, CLASS_VIDEO, CLASS_ENHANCE };

/* Address spaces of one command: the global table, or the context's own. */
enum address_space { SPACE_GGTT, SPACE_PPGTT };

#define URB_DWORDS 8192		/* as far as the URB commands reach */

#define TLB_ENTRIES 1024

struct tlb_entry {
	uint64_t tag;		/* page number << 2 | space << 1 | 1 */
	uint64_t root;		/* PPGTT: which page tables it was read from */
	uint64_t epoch;		/* counts while it equals that of its space */
	uint64_t bus;		/* bus address of the page */
	uint8_t *host;		/* NULL: no memory behind the bus address */
	unsigned int map;	/* generation of the memory map that host is from */
	bool writable;
	uint64_t seen[2];	/* witness epoch of the last read and write recorded */
};

/* What is asked for by tlb.flush: bit per enum address_space. */
#define TLB_FLUSH_GGTT (1u << SPACE_GGTT)
#define TLB_FLUSH_PPGTT (1u << SPACE_PPGTT)
#define TLB_FLUSH_ALL (TLB_FLUSH_GGTT | TLB_FLUSH_PPGTT)

struct tlb {
	struct tlb_entry entry[TLB_ENTRIES];
	uint64_t epoch[2];	/* by address space; a flush begins a new one */
	atomic_uint flush;	/* set by anyone, done by the engine at its next lookup */
	uint64_t witness_epoch;	/* pages are recorded once in each */
	uint64_t witness_since;
	unsigned int witness_uses;
};

struct cache;

struct context {
	uint64_t desc;		/* element as written to ELSP */
	bool valid;
};

/* Why an engine does not go on by itself. */
enum cs_wait {
	WAIT_NONE,
	WAIT_SEMAPHORE,		/* MI_SEMAPHORE_WAIT not satisfied */
	WAIT_LOOP,		/* slowed down: a batch that jumps for ever */
	WAIT_COST,		/* --speed: the last command has not taken its time yet */
};

struct engine {
	struct gpu *gpu;
	enum engine_id id;
	enum engine_class class;
	const char *name;
	uint32_t base;
	bool present;

	/* execlists */
	uint32_t elsp[4];
	unsigned int elsp_written;
	struct context pending[2];
	bool has_pending;
	struct context port[2];
	unsigned int cur;		/* which port runs */
	bool active;			/* a context is loaded and running */
	unsigned int csb_written;

	/* command streamer */
	bool in_batch;
	bool in_second;
	bool batch_ggtt;		/* where the batch is fetched; GGTT means privileged */
	bool second_ggtt;
	bool arb_off;
	bool arb_point;			/* the last command was an arbitration point */
	bool predicate_off;		/* MI_SET_PREDICATE: following commands do nothing */
	bool hung;
	bool in_context_batch;		/* runs a workaround batch of the context */
	enum cs_wait wait;
	uint64_t wait_until;		/* ns, for WAIT_LOOP and WAIT_COST */
	uint64_t cost_until;		/* when the commands so far are paid for */
	double cost_fraction;		/* of a nanosecond */
	bool cost_running;		/* cost_until follows on from the command before */
	uint64_t semaphore_since;
	bool semaphore_signal;		/* waits in signal mode: looks again when signalled */
	bool signalled;			/* MI_SEMAPHORE_SIGNAL came for this context */
	unsigned int jumps;		/* of this batch, second level calls aside */
	uint64_t exec_addr;		/* GPU address of the command being executed */
	uint32_t exec_cmd;		/* its first dword */
	bool unlocked;			/* executes a blit without the GPU lock */
	atomic_bool abandon;		/* give up that blit: the engine is being reset */
	uint32_t reset_domains;		/* a reset that waits for the blit */

	uint32_t urb[URB_DWORDS];	/* what MI_LOAD_URB_MEM put there */

	struct tlb tlb;
	struct cache *cache;		/* --write-back; NULL until something is drawn */
	struct blt_regs blt;

	/* accounting */
	uint64_t busy_ns, busy_since;
	uint64_t late_ns;		/* overslept, in sum */
	uint64_t behind_ns;		/* given up: too late to be caught up */
	uint64_t context_started_ns;
	uint64_t nr_cmds, nr_contexts, nr_batches, nr_preempts, nr_lite, nr_resets, nr_hangs;
	uint64_t nr_write_backs;
};

#endif
