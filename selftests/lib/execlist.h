/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small honest Gen9 driver: engines, contexts, rings, execlist submission.
 */
#ifndef SELFTESTS_EXECLIST_H
#define SELFTESTS_EXECLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "cmds.h"
#include "vgpu.h"

#define RING_PAGES 4
#define RING_BYTES (RING_PAGES * PAGE)

/* A context with its ring; `image` is page 1, the register state. */
struct lrc {
	struct engine *engine;
	struct ppgtt *pp;
	uint32_t id;
	uint64_t gpa;
	uint32_t lrca;
	uint32_t *image;
	unsigned int pages;
	uint32_t ring_ggtt;
	uint32_t *ring;
	uint32_t tail;
	uint32_t seqno;
	uint32_t seqno_ggtt;
	uint32_t *seqno_map;
};

extern const struct engine_row {
	const char *name;
	uint32_t base;
	uint32_t reset_bit;
} engine_rows[ENGINES];

int engine_init(struct vgpu *vg, enum engine_id id);
/* What a driver writes to an engine after any reset; forgets what was running. */
void engine_restart(struct engine *engine);
/* The driver's engine reset by RESET_CTL and GDRST; -ETIMEDOUT when the device never answers. */
int engine_reset(struct engine *engine);

/* `pp` NULL: the vGPU's default address space */
int lrc_init(struct lrc *lrc, struct vgpu *vg, enum engine_id id, struct ppgtt *pp);
/* Write the register state as before the first run (also after a reset). */
void lrc_reset(struct lrc *lrc);
uint64_t lrc_desc(struct lrc *lrc);
void lrc_set_root(struct lrc *lrc, uint64_t root);

/* Append commands at the tail, with NOOPs to the end where they would wrap. */
void ring_add(struct lrc *lrc, const struct cmds *c);
/* Append the closing seqno write and interrupt; the number to wait for. */
uint32_t ring_finish(struct lrc *lrc);

void elsp_write(struct engine *engine, uint64_t desc0, uint64_t desc1);
void engine_submit(struct lrc *lrc0, struct lrc *lrc1);
void engine_poll(struct engine *engine);
bool engine_wait_idle(struct engine *engine, int timeout_ms);
bool lrc_done(struct lrc *lrc, uint32_t seqno);
bool lrc_wait(struct lrc *lrc, uint32_t seqno, int timeout_ms);

/* The whole honest cycle: ring, submit, seqno, idle.  False when it did not complete. */
bool lrc_run(struct lrc *lrc, const struct cmds *c, int timeout_ms);

#endif
