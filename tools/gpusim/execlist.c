// SPDX-License-Identifier: GPL-2.0
/*
 * Execlists of Gen8/Gen9.
 *
 * Sources: i915 gt/intel_execlists_submission.c (order of the ELSP writes, meaning of the CSB
 * bits, which of them the driver takes as an acknowledgment), gt/intel_lrc.c (descriptor),
 * gvt/execlist.h (layout of EXECLIST_STATUS, order of events). Where a batch may be left: at an
 * arbitration point, on every engine; a loop without one is "preemption disabled" to i915, also on
 * the render engine (gt/selftest_execlists.c, spinners with MI_NOOP for MI_ARB_CHECK), and to IGT
 * (lib/igt_dummyload.c, IGT_SPIN_NO_PREEMPTION: a loop by MI_CONDITIONAL_BATCH_BUFFER_END, which
 * therefore is no such point). On the render engine also at 3DPRIMITIVE and at
 * GPGPU_WALKER: CS_CHICKEN1 chooses only how fine within these (gt/intel_gt_regs.h; "Replay Mode"
 * in Mesa's src/intel/genxml/gen120.xml). Inferred: that a walker or primitive is left behind it,
 * whatever CS_CHICKEN1 says (it does nothing here that could be left half done); that
 * a lite restore takes only the ring tail from the image; that a submission which arrives when
 * the running context has just run out of work completes that context first; that a context which
 * waits for a semaphore is switched out at once (hardware polls for a while first) and does not
 * come back by itself.
 */
#include "execlist.h"

#include "busylog.h"
#include "context.h"
#include "cost.h"
#include "cs.h"
#include "gpu.h"
#include "gtt.h"
#include "irq.h"
#include "record.h"
#include "timestamp.h"
#include "witness.h"

#define DESC_VALID 1ull
#define DESC_FORCE_RESTORE 4ull
#define RING_MODE_RUN_LIST 0x8000
#define CTX_INHIBIT_SWITCH 8		/* CTX_CTRL_INHIBIT_SYN_CTX_SWITCH */
#define HWSP_CSB 0x40			/* dword 0x10 */
#define HWSP_CSB_WRITE 0x7c		/* dword 0x1f */

static uint32_t *reg(struct engine *e, uint32_t off)
{
	return gpu_reg(e->gpu, e->base + off);
}

static void write_hwsp(struct engine *e, uint32_t off, const void *data, size_t len)
{
	uint64_t addr = *reg(e, 0x80) & 0xfffff000u;
	struct walk w;
	uint8_t *page;

	if (gtt_walk_ggtt(e->gpu, addr, &w)) {
		log_line(LOG_FAULT, "%s: status page %#llx is not mapped, write dropped", e->name,
			 (unsigned long long)addr);
		return;
	}
	witness_status(e, addr, w.bus);
	page = mem_page(&e->gpu->mem, w.bus, true);
	if (!page) {
		log_line(LOG_DMA, "%s: status page at bus address %#llx, no memory there", e->name,
			 (unsigned long long)w.bus);
		return;
	}
	if (len == 4)
		__atomic_store_n((uint32_t *)(void *)(page + off), *(const uint32_t *)data,
				 __ATOMIC_RELEASE);
	else
		__atomic_store_n((uint64_t *)(void *)(page + off), *(const uint64_t *)data,
				 __ATOMIC_RELEASE);
}

static void post_csb(struct engine *e, uint32_t status, const struct context *ctx)
{
	uint32_t *ptr = reg(e, 0x3a0);
	uint32_t next = ((*ptr & 7) + 1) % CSB_ENTRIES;
	uint64_t entry = status | (ctx ? ctx->desc & 0xffffffff00000000ull : 0);

	if (log_tracing())
		log_line(LOG_TRACE, "%s: csb[%u] = %#llx", e->name, next,
			 (unsigned long long)entry);
	*reg(e, 0x370 + next * 8) = (uint32_t)entry;
	*reg(e, 0x374 + next * 8) = (uint32_t)(entry >> 32);
	*ptr = (*ptr & ~7u) | next;
	e->csb_written++;
	write_hwsp(e, HWSP_CSB + next * 8, &entry, sizeof(entry));
	write_hwsp(e, HWSP_CSB_WRITE, &next, sizeof(next));
	irq_raise(e, IRQ_CONTEXT_SWITCH);
	if (e->gpu->fault.spurious_csb) {
		e->gpu->fault.spurious_csb--;
		log_line(LOG_CONTROL, "%s: context status event repeated on request", e->name);
		post_csb(e, status, ctx);
	}
}

void execlist_write_csb_ptr(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	if ((val & 7) >= CSB_ENTRIES)
		val = (val & ~7u) | (CSB_ENTRIES - 1);
	*gpu_reg(gpu, off) = val;
}

void execlist_write_elsp(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)off;
	e->elsp[e->elsp_written++] = val;
	if (e->elsp_written < 4)
		return;
	e->elsp_written = 0;
	if (!(*reg(e, 0x29c) & RING_MODE_RUN_LIST)) {
		log_line(LOG_CONTEXT, "%s: ELSP written with execlists disabled", e->name);
		return;
	}
	if (e->has_pending)
		log_line(LOG_CONTEXT, "%s: ELSP written before the last write was taken", e->name);
	e->pending[1].desc = (uint64_t)e->elsp[0] << 32 | e->elsp[1];
	e->pending[0].desc = (uint64_t)e->elsp[2] << 32 | e->elsp[3];
	e->pending[0].valid = e->pending[0].desc & DESC_VALID;
	e->pending[1].valid = e->pending[1].desc & DESC_VALID;
	if (!e->pending[0].valid) {
		log_line(LOG_CONTEXT, "%s: ELSP without a valid first element", e->name);
		return;
	}
	if (log_tracing())
		log_line(LOG_TRACE, "%s: elsp %#llx %#llx", e->name,
			 (unsigned long long)e->pending[0].desc,
			 (unsigned long long)e->pending[1].desc);
	e->has_pending = true;
	cs_loop_wake(e);
	busylog(e, BUSYLOG_SUBMIT, e->pending[0].desc);
	if (e->pending[1].valid)
		busylog(e, BUSYLOG_SUBMIT, e->pending[1].desc);
	gpu->kicked = true;
}

uint32_t execlist_read_status(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t lo;

	(void)gpu;
	if (off != e->base + 0x234)
		return e->active ? (uint32_t)(e->port[e->cur].desc >> 32) : 0;
	lo = e->has_pending ? 1 << 2 : 0;			/* queue full */
	if (e->active)
		lo |= 1 << 4 | (e->cur ? 2u : 1u) << 14;	/* valid, active element */
	if (!e->arb_off)
		lo |= 1 << 16;
	return lo;
}

/* Hardware looks at a new submission only between commands where it may leave the context. */
static bool may_switch(const struct engine *e)
{
	if (!e->active || cs_ring_empty(e))
		return true;
	if (e->arb_off || e->in_context_batch || e->gpu->fault.no_preempt & 1u << e->id)
		return false;
	return e->arb_point;
}

static bool same_context(const struct context *a, const struct context *b)
{
	return (a->desc | DESC_FORCE_RESTORE) == (b->desc | DESC_FORCE_RESTORE);
}

static void start(struct engine *e, unsigned int port)
{
	e->cur = port;
	e->active = true;
	e->nr_contexts++;
	context_load(e);
	record_begin(e);
	busylog(e, BUSYLOG_RUN, e->port[port].desc);
}

static void take_pending(struct engine *e)
{
	const struct context *running = &e->port[e->cur];
	struct context old = *running;
	bool was_active = e->active;

	e->has_pending = false;
	if (was_active && same_context(running, &e->pending[0]) &&
	    !(e->pending[0].desc & DESC_FORCE_RESTORE)) {
		e->port[0] = e->pending[0];
		e->port[1] = e->pending[1];
		e->cur = 0;
		e->nr_lite++;
		busylog(e, BUSYLOG_LITE, old.desc);
		post_csb(e, CSB_LITE_RESTORE | CSB_PREEMPTED, &old);
		context_load_tail(e);
		return;
	}
	if (was_active) {
		record_end(e, true);
		context_save(e);
		e->nr_preempts++;
		busylog(e, BUSYLOG_PREEMPTED, old.desc);
	}
	e->port[0] = e->pending[0];
	e->port[1] = e->pending[1];
	post_csb(e, was_active ? CSB_PREEMPTED : CSB_IDLE_ACTIVE, was_active ? &old : NULL);
	start(e, 0);
}

/* The running context leaves the engine, and the second element follows if there is one. */
static void leave(struct engine *e, uint32_t why)
{
	struct context done = e->port[e->cur];

	record_end(e, true);
	context_save(e);
	busylog(e, why == CSB_COMPLETE ? BUSYLOG_DONE : BUSYLOG_WAIT, done.desc);
	e->port[e->cur].valid = false;
	if (e->cur == 0 && e->port[1].valid) {
		post_csb(e, why | CSB_ELEMENT_SWITCH, &done);
		start(e, 1);
		return;
	}
	e->active = false;
	post_csb(e, why | CSB_ACTIVE_IDLE, &done);
}

/* A context that waits for a semaphore gives its engine up, unless it was told not to. */
static bool leaves_at_semaphore(struct engine *e)
{
	return e->wait == WAIT_SEMAPHORE && !e->arb_off && !e->in_context_batch && !e->hung &&
		!(*reg(e, 0x244) & CTX_INHIBIT_SWITCH);
}

/* A lite restore that brings more work for the context that has run dry. */
static bool pending_continues(const struct engine *e)
{
	return e->has_pending && e->active && same_context(&e->port[e->cur], &e->pending[0]);
}

bool execlist_step(struct engine *e)
{
	if (e->hung || e->gpu->fault.stuck_engines & 1u << e->id || !cs_may_run(e))
		return false;
	if (e->has_pending && may_switch(e) &&
	    (!e->active || !cs_ring_empty(e) || pending_continues(e))) {
		take_pending(e);
		return true;
	}
	if (!e->active)
		return false;
	if (cs_ring_empty(e)) {
		if (!cost_settled(e))
			return false;
		leave(e, CSB_COMPLETE);
		return true;
	}
	if (cs_step(e))
		return true;
	if (!leaves_at_semaphore(e))
		return false;
	leave(e, CSB_WAIT_SEMAPHORE | (e->semaphore_signal ? 0 : CSB_POLL_MODE));
	return true;
}

void execlist_reset(struct engine *e)
{
	busylog(e, BUSYLOG_RESET, 0);
	record_end(e, false);
	if (e->active)
		timestamp_context_stop(e);
	e->active = false;
	e->has_pending = false;
	e->elsp_written = 0;
	e->port[0].valid = false;
	e->port[1].valid = false;
	e->cur = 0;
}
