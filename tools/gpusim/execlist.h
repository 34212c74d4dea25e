/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Execlist submission: the ELSP port, the two elements, preemption and lite restore, and the
 * context status buffer (CSB) that tells the driver what became of them.
 */
#ifndef GPUSIM_EXECLIST_H
#define GPUSIM_EXECLIST_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

struct gpu;

/*
 * Bits of a CSB entry (i915 gt/intel_execlists_submission.c, GEN8_CTX_STATUS_*; those of
 * semaphores: struct execlist_context_status_format of i915's gvt).
 */
#define CSB_IDLE_ACTIVE 0x0001
#define CSB_PREEMPTED 0x0002
#define CSB_ELEMENT_SWITCH 0x0004
#define CSB_ACTIVE_IDLE 0x0008
#define CSB_COMPLETE 0x0010
#define CSB_WAIT_SEMAPHORE 0x0080
#define CSB_POLL_MODE 0x0800	/* of the semaphore: 0 signal mode */
#define CSB_LITE_RESTORE 0x8000

#define CSB_ENTRIES 6

void execlist_write_elsp(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
uint32_t execlist_read_status(struct gpu *gpu, struct engine *e, uint32_t off);
void execlist_write_csb_ptr(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);

/* Does one unit of the engine's work. False: nothing to do until something outside changes. */
bool execlist_step(struct engine *e);

void execlist_reset(struct engine *e);

#endif
