/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command streamer: fetches commands from the ring and from batches, finds their length, and
 * hands them to those who execute them (cmd_mi.c, cmd_3d.c, blt.c).
 */
#ifndef GPUSIM_CS_H
#define GPUSIM_CS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

struct gpu;

#define CS_MAX_DWORDS 1028	/* longest command whose operands matter */

/* What the streamer does after a command. */
enum cs_next {
	CS_ADVANCE,		/* go on behind it */
	CS_JUMPED,		/* it set the position itself */
	CS_WAIT,		/* look at it again later */
	CS_HUNG,		/* it stopped the engine */
};

bool cs_ring_empty(const struct engine *e);

/* Not stopped by STOP_RING, a reset request or a wait. */
bool cs_may_run(struct engine *e);

/* A submission came: a loop that is being slowed down goes on now. */
void cs_loop_wake(struct engine *e);

/* Executes one command. False: it waits for something. */
bool cs_step(struct engine *e);

/* Whether the command being executed may use the global GTT and any register. */
bool cs_privileged(const struct engine *e);
enum address_space cs_batch_space(const struct engine *e);

enum cs_next cs_batch_start(struct engine *e, uint64_t addr, bool ppgtt, bool second);
enum cs_next cs_batch_end(struct engine *e);

/* Registers as commands see them. */
uint32_t cs_reg_read(struct engine *e, uint32_t off);
void cs_reg_write(struct engine *e, uint32_t off, uint32_t val);

/* Stages of a context switch (context.c). */
void cs_context_begin(struct engine *e);
void cs_context_loaded(struct engine *e);

/* The indirect-context batch, in the middle of the restore; false when a reset ended it. */
bool cs_run_indirect(struct engine *e);
void cs_context_save(struct engine *e);

void cs_reset(struct engine *e);

/* register hooks */
void cs_write_tail(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
uint32_t cs_read_ctl(struct gpu *gpu, struct engine *e, uint32_t off);
void cs_write_ctl(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
uint32_t cs_read_acthd(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t cs_read_acthd_udw(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t cs_read_instdone(struct gpu *gpu, struct engine *e, uint32_t off);
uint32_t cs_read_mi_mode(struct gpu *gpu, struct engine *e, uint32_t off);
void cs_write_mi_mode(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);

#endif
