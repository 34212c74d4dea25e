/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Graphics address translation: the global table (GGTT), the per-process tables (4 levels, or the
 * legacy 3 levels of a 32-bit context), and the translations an engine keeps (TLB).
 */
#ifndef GPUSIM_GTT_H
#define GPUSIM_GTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine.h"

struct gpu;

struct walk {
	uint64_t bus;		/* bus address of the 4 KiB page */
	bool writable;
	unsigned int level;	/* where an absent entry was met: 4 PML4E .. 1 PTE, 0 GGTT */
};

/* One walk without the TLB. 0, -EFAULT (entry absent) or -ENXIO (table outside memory). */
int gtt_walk_ggtt(struct gpu *gpu, uint64_t addr, struct walk *w);
int gtt_walk_ppgtt(struct engine *e, uint64_t addr, struct walk *w);

/*
 * Access by engine e. 0 or -EFAULT; a fault is recorded in the fault registers and stops the
 * engine. Bus addresses without memory read as ones and swallow writes, as on a bus.
 */
int gtt_read(struct engine *e, enum address_space space, uint64_t addr, void *buf, size_t len);
int gtt_write(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
	      size_t len);

/* The same for what an engine draws: through its cache where --write-back gives it one. */
int gtt_draw_read(struct engine *e, enum address_space space, uint64_t addr, void *buf,
		  size_t len);
int gtt_draw_write(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
		   size_t len);

/* Host pointer for an access inside one page, or NULL: absent, read-only or not memory. */
void *gtt_span(struct engine *e, enum address_space space, uint64_t addr, size_t len, bool write);

/* Drops translations: TLB_FLUSH_*; of one engine, or of all. */
void gtt_flush_engine(struct engine *e, unsigned int what);
void gtt_flush_all(struct gpu *gpu, unsigned int what);

/* A context has been loaded: what it touches is recorded anew, and what it may keep is decided. */
void gtt_context_switched(struct engine *e);

#endif
