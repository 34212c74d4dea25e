// SPDX-License-Identifier: GPL-2.0
/*
 * Command streamer.
 *
 * Position: in the ring RING_HEAD; in a batch RING_BBADDR (bit 0: valid) with BBSTATE bit 5 for
 * the PPGTT; in a second-level batch RING_SBBADDR likewise. These are the registers that a context
 * image saves and restores, so a preempted batch resumes from them (i915 gt/intel_engine_regs.h,
 * gt/intel_lrc.c). A batch fetched through the GGTT is privileged, one through the PPGTT is not
 * (i915 gt/gen8_engine_cs.c, bit 8 of MI_BATCH_BUFFER_START).
 */
#include "cs.h"

#include <string.h>

#include "cache.h"
#include "cmd.h"
#include "cost.h"
#include "fault.h"
#include "gpu.h"
#include "gtt.h"
#include "privilege.h"
#include "record.h"
#include "regs.h"

#define HEAD_MASK 0x001ffffcu
#define TAIL_MASK 0x001ffff8u
#define CTL_PAGES 0x001ff000u
#define CTL_WAIT_SEMAPHORE 0x400u
#define CTL_VALID 1u
#define BB_VALID 1u
#define BB_PPGTT 0x20u
#define MODE_IDLE 0x200u
#define STOP_RING 0x100u
#define MI_BBE 0x05000000u

#define LOOP_JUMPS 64		/* jumps of one batch before it is slowed down */
#define CONTEXT_BATCH_MAX 16384	/* commands */
#define LOOP_WAIT_MIN_NS 20000u
#define LOOP_WAIT_MAX_NS 500000u

static uint32_t *reg(const struct engine *e, uint32_t off)
{
	return gpu_reg(e->gpu, e->base + off);
}

static uint32_t ring_size(const struct engine *e)
{
	return (*reg(e, 0x3c) & CTL_PAGES) + 4096;
}

bool cs_ring_empty(const struct engine *e)
{
	return !e->in_batch && !e->in_context_batch &&
		(!(*reg(e, 0x3c) & CTL_VALID) ||
		 (*reg(e, 0x34) & HEAD_MASK) == (*reg(e, 0x30) & TAIL_MASK));
}

bool cs_privileged(const struct engine *e)
{
	if (!e->in_batch)
		return true;
	return e->in_second ? e->batch_ggtt && e->second_ggtt : e->batch_ggtt;
}

enum address_space cs_batch_space(const struct engine *e)
{
	if (!e->in_batch)
		return SPACE_GGTT;
	return (e->in_second ? e->second_ggtt : e->batch_ggtt) ? SPACE_GGTT : SPACE_PPGTT;
}

static uint64_t position(const struct engine *e)
{
	if (!e->in_batch)
		return (*reg(e, 0x38) & ~0xfffu) + (uint64_t)(*reg(e, 0x34) & HEAD_MASK);
	if (e->in_second)
		return (*reg(e, 0x114) & ~3u) | (uint64_t)(*reg(e, 0x11c) & 0xffff) << 32;
	return (*reg(e, 0x140) & ~3u) | (uint64_t)(*reg(e, 0x168) & 0xffff) << 32;
}

static void set_batch(struct engine *e, bool second, uint64_t addr)
{
	*reg(e, second ? 0x114 : 0x140) = (uint32_t)(addr & ~3ull) | BB_VALID;
	*reg(e, second ? 0x11c : 0x168) = (uint32_t)(addr >> 32) & 0xffff;
}

static void advance(struct engine *e, unsigned int ndw)
{
	uint32_t head;

	if (e->in_batch) {
		set_batch(e, e->in_second, position(e) + ndw * 4ull);
		return;
	}
	head = (*reg(e, 0x34) & HEAD_MASK) + ndw * 4;
	if (head >= ring_size(e)) {
		head -= ring_size(e);
		*reg(e, 0x34) += 0x200000;		/* wrap count */
	}
	*reg(e, 0x34) = (*reg(e, 0x34) & ~HEAD_MASK) | (head & HEAD_MASK);
}

/* Dwords from the current position to the tail; unlimited in a batch. */
static unsigned int available(const struct engine *e)
{
	uint32_t head = *reg(e, 0x34) & HEAD_MASK, tail = *reg(e, 0x30) & TAIL_MASK;

	if (e->in_batch)
		return ~0u;
	return (tail >= head ? tail - head : tail + ring_size(e) - head) / 4;
}

static int fetch(struct engine *e, uint32_t *cmd, unsigned int first, unsigned int ndw)
{
	uint64_t base, addr = position(e);
	uint32_t off, n;
	int ret;

	if (e->in_batch)
		return gtt_read(e, cs_batch_space(e), addr + first * 4ull, cmd + first,
				(ndw - first) * 4ull);
	base = *reg(e, 0x38) & ~0xfffu;
	off = ((uint32_t)(addr - base) + first * 4) % ring_size(e);
	while (first < ndw) {
		n = (ring_size(e) - off) / 4;
		if (n > ndw - first)
			n = ndw - first;
		ret = gtt_read(e, SPACE_GGTT, base + off, cmd + first, n * 4);
		if (ret)
			return ret;
		first += n;
		off = 0;
	}
	return 0;
}

enum cs_next cs_batch_start(struct engine *e, uint64_t addr, bool ppgtt, bool second)
{
	uint64_t here = position(e);

	if (e->in_batch && !cs_privileged(e) && !ppgtt) {
		log_line(LOG_PRIV,
			 "%s context %#x: non-secure batch at %#llx starts a GGTT batch at %#llx; "
			 "taken from the PPGTT", e->name, engine_context_id(e),
			 (unsigned long long)here, (unsigned long long)addr);
		ppgtt = true;
	}
	if (second && e->in_batch && !e->in_second) {
		set_batch(e, false, here + 12);		/* where the first level goes on */
		e->in_second = true;
	} else if (!e->in_batch) {
		if (second)
			engine_report(e, LOG_CMD, "second-level batch from the ring");
		advance(e, 3);
		e->in_batch = true;
		e->nr_batches++;
		e->jumps = 0;
	} else {
		e->jumps++;
	}
	if (e->in_second) {
		e->second_ggtt = !ppgtt;
		*reg(e, 0x118) = ppgtt ? BB_PPGTT : 0;
	} else {
		e->batch_ggtt = !ppgtt;
		*reg(e, 0x110) = ppgtt ? BB_PPGTT : 0;
		*reg(e, 0x150) = (uint32_t)addr & ~3u;
		*reg(e, 0x154) = (uint32_t)(addr >> 32) & 0xffff;
	}
	set_batch(e, e->in_second, addr);
	return CS_JUMPED;
}

enum cs_next cs_batch_end(struct engine *e)
{
	if (e->in_second) {
		e->in_second = false;
		*reg(e, 0x114) &= ~BB_VALID;
		return CS_JUMPED;
	}
	if (!e->in_batch) {
		engine_report(e, LOG_CMD, "MI_BATCH_BUFFER_END in the ring");
		return CS_ADVANCE;
	}
	e->in_batch = false;
	e->jumps = 0;
	*reg(e, 0x140) &= ~BB_VALID;
	return CS_JUMPED;
}

uint32_t cs_reg_read(struct engine *e, uint32_t off)
{
	return regs_read(e->gpu, off, e);
}

void cs_reg_write(struct engine *e, uint32_t off, uint32_t val)
{
	if (privilege_may_write(e, off))
		regs_write(e->gpu, off, val, e);
}

static enum cs_next exec_mi(struct engine *e, uint32_t *cmd)
{
	const struct cmd_desc *d = cmd_mi_find(cmd[0]);
	unsigned int ndw;
	enum cs_next next;

	if (!d || (d->classes && !(d->classes & 1 << e->class))) {
		fault_bad_command(e, "unknown MI command");
		return CS_HUNG;
	}
	ndw = d->length ? d->length : (cmd[0] & d->mask) + 2;
	if (ndw < d->min) {
		fault_bad_command(e, d->name);
		return CS_HUNG;
	}
	if (ndw > available(e)) {
		fault_bad_command(e, "command runs past the ring's tail");
		return CS_HUNG;
	}
	if (ndw > 1 && fetch(e, cmd, 1, ndw < CS_MAX_DWORDS ? ndw : CS_MAX_DWORDS))
		return CS_HUNG;
	if (log_tracing())
		log_line(LOG_TRACE, "%s %#llx: %s %#x %#x %#x %#x", e->name,
			 (unsigned long long)e->exec_addr, d->name, cmd[0], ndw > 1 ? cmd[1] : 0,
			 ndw > 2 ? cmd[2] : 0, ndw > 3 ? cmd[3] : 0);
	cost_command(e, cmd, ndw);
	next = CS_ADVANCE;
	if (d->flags & CMD_PRIVILEGED && !cs_privileged(e))
		log_line(LOG_PRIV, "%s context %#x: %s in a non-secure batch at %#llx ignored",
			 e->name, engine_context_id(e), d->name,
			 (unsigned long long)e->exec_addr);
	else if (!e->predicate_off || d->flags & CMD_NOT_PREDICATED)
		next = d->exec(e, cmd, ndw);
	if (d->flags & CMD_ARB_POINT)
		e->arb_point = true;
	if (next == CS_ADVANCE)
		advance(e, ndw);
	return next;
}

static enum cs_next exec_client(struct engine *e, uint32_t *cmd)
{
	const char *name;
	unsigned int ndw;
	enum cs_next next = CS_ADVANCE;
	bool wants;

	if (cmd_3d_find(e, cmd[0], &ndw, &name)) {
		fault_bad_command(e, "unknown command");
		return CS_HUNG;
	}
	if (!name)
		log_line(LOG_CMD, "%s context %#x: command %#x at %#llx is in no table, skipped",
			 e->name, engine_context_id(e), cmd[0], (unsigned long long)e->exec_addr);
	if (ndw > available(e)) {
		fault_bad_command(e, "command runs past the ring's tail");
		return CS_HUNG;
	}
	wants = e->class == CLASS_COPY || cmd_3d_is_pipe_control(e, cmd[0]);
	if (wants && ndw > 1 && fetch(e, cmd, 1, ndw < CS_MAX_DWORDS ? ndw : CS_MAX_DWORDS))
		return CS_HUNG;
	if (log_tracing())
		log_line(LOG_TRACE, "%s %#llx: %s %#x", e->name,
			 (unsigned long long)e->exec_addr, name ? name : "?", cmd[0]);
	cost_command(e, cmd, ndw);
	e->arb_point = cmd_3d_is_arb_point(e, cmd[0]);
	if (!e->predicate_off) {
		if (e->class == CLASS_COPY)
			next = cmd_2d_exec(e, cmd, ndw);
		else if (wants)
			next = cmd_3d_exec(e, cmd, ndw);
	}
	if (next == CS_ADVANCE)
		advance(e, ndw);
	return next;
}

static void slow_down(struct engine *e)
{
	uint64_t ns;

	if (e->jumps < LOOP_JUMPS)
		return;
	ns = (uint64_t)LOOP_WAIT_MIN_NS * (e->jumps / LOOP_JUMPS);
	e->wait = WAIT_LOOP;
	e->wait_until = now_ns() + (ns < LOOP_WAIT_MAX_NS ? ns : LOOP_WAIT_MAX_NS);
}

/* Goes on at once, so that it comes to its arbitration point, if it has one, without delay. */
void cs_loop_wake(struct engine *e)
{
	if (e->wait == WAIT_LOOP)
		e->wait = WAIT_NONE;
}

bool cs_step(struct engine *e)
{
	uint32_t cmd[CS_MAX_DWORDS];
	enum cs_next next;

	e->exec_addr = position(e);
	e->arb_point = false;
	e->exec_cmd = 0;
	if (fetch(e, cmd, 0, 1))
		return false;
	record_command(e, cs_batch_space(e), e->exec_addr);
	e->exec_cmd = cmd[0];
	*reg(e, 0x68) = cmd[0];
	e->nr_cmds++;
	next = cmd[0] >> 29 ? exec_client(e, cmd) : exec_mi(e, cmd);
	if (next == CS_JUMPED)
		slow_down(e);
	return next == CS_ADVANCE || next == CS_JUMPED;
}

bool cs_may_run(struct engine *e)
{
	if (*reg(e, 0x9c) & STOP_RING || *reg(e, 0xd0) & 1 || e->unlocked)
		return false;
	if (e->wait == WAIT_LOOP && now_ns() >= e->wait_until)
		e->wait = WAIT_NONE;
	if (e->wait == WAIT_COST && now_ns() >= e->wait_until) {
		cost_paid(e);
		e->wait = WAIT_NONE;
	}
	return e->wait != WAIT_LOOP && e->wait != WAIT_COST;
}

void cs_context_begin(struct engine *e)
{
	e->in_batch = false;
	e->in_second = false;
	e->arb_off = false;
	e->arb_point = false;
	e->predicate_off = false;
	e->jumps = 0;
	e->wait = WAIT_NONE;
	e->signalled = false;
	*reg(e, 0x140) = 0;
	*reg(e, 0x114) = 0;
	*reg(e, 0x1c0) = 0;
	*reg(e, 0x1c4) = 0;
}

/*
 * Runs a workaround batch of the context to its end: through the GGTT, with privilege. size 0:
 * to its MI_BATCH_BUFFER_END. Its length is bounded, as is that of a cache line count. False: a
 * reset ended it.
 */
static bool run_context_batch(struct engine *e, uint64_t addr, uint32_t size)
{
	uint32_t saved[3] = { *reg(e, 0x140), *reg(e, 0x168), *reg(e, 0x110) };
	bool in_batch = e->in_batch, batch_ggtt = e->batch_ggtt, in_second = e->in_second;
	uint64_t end = addr + size;
	unsigned int n;

	e->in_context_batch = true;
	e->in_batch = true;
	e->in_second = false;
	e->batch_ggtt = true;
	set_batch(e, false, addr);
	for (n = 0; n < CONTEXT_BATCH_MAX && e->in_batch && !e->hung; n++) {
		if (size && position(e) >= end)
			break;
		if (!cs_step(e) && !e->hung && e->in_context_batch) {
			fault_bad_command(e, "workaround batch of a context waits");
			break;
		}
	}
	if (n == CONTEXT_BATCH_MAX)
		fault_bad_command(e, "workaround batch of a context does not end");
	if (!e->in_context_batch)	/* reset meanwhile */
		return false;
	e->in_context_batch = false;
	*reg(e, 0x140) = saved[0];
	*reg(e, 0x168) = saved[1];
	*reg(e, 0x110) = saved[2];
	e->in_batch = in_batch;
	e->batch_ggtt = batch_ggtt;
	e->in_second = in_second;
	e->arb_off = false;
	e->arb_point = false;
	e->wait = WAIT_NONE;
	return true;
}

bool cs_run_indirect(struct engine *e)
{
	uint32_t indirect = *reg(e, 0x1c4);

	return !(indirect & 0x3f) ||
		run_context_batch(e, indirect & ~0x3fu, (indirect & 0x3f) * 64);
}

void cs_context_loaded(struct engine *e)
{
	uint32_t per_ctx = *reg(e, 0x1c0);

	if (*reg(e, 0x140) & BB_VALID) {
		e->in_batch = true;
		e->batch_ggtt = !(*reg(e, 0x110) & BB_PPGTT);
		e->in_second = *reg(e, 0x114) & BB_VALID;
		e->second_ggtt = !(*reg(e, 0x118) & BB_PPGTT);
	}
	if (per_ctx & 1)
		run_context_batch(e, per_ctx & ~0xfffu, 0);
}

void cs_context_save(struct engine *e)
{
	if (!e->in_batch) {
		*reg(e, 0x140) &= ~BB_VALID;
		*reg(e, 0x110) = 0;
	}
	if (!e->in_second)
		*reg(e, 0x114) &= ~BB_VALID;
}

void cs_reset(struct engine *e)
{
	cs_context_begin(e);
	cost_reset(e);
	e->hung = false;
	e->in_context_batch = false;
	memset(&e->blt, 0, sizeof(e->blt));
	gtt_flush_engine(e, TLB_FLUSH_ALL);
	cache_drop(e);
}

void cs_write_tail(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val & TAIL_MASK;
	gpu->kicked = true;
}

void cs_write_ctl(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val & (CTL_PAGES | 7u);
}

/*
 * Bit 10: waits for a semaphore (i915 gt/intel_engine_regs.h, RING_WAIT_SEMAPHORE; i915_pmu.c
 * samples it). That a saved image does not hold it is inferred.
 */
uint32_t cs_read_ctl(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(gpu, off);

	return e->active && e->wait == WAIT_SEMAPHORE ? val | CTL_WAIT_SEMAPHORE : val;
}

uint32_t cs_read_acthd(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)gpu;
	(void)off;
	return (uint32_t)position(e);
}

uint32_t cs_read_acthd_udw(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)gpu;
	(void)off;
	return (uint32_t)(position(e) >> 32);
}

/* All units done, or the ring unit busy (i915 gt/intel_engine_cs.c takes ~0 for idle). */
uint32_t cs_read_instdone(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)gpu;
	(void)off;
	return e->active || e->hung ? 0xfffffffeu : 0xffffffffu;
}

uint32_t cs_read_mi_mode(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(gpu, off) & ~MODE_IDLE;

	if (e->hung || e->unlocked || gpu->fault.stuck_engines & 1u << e->id)
		return val;
	if (!e->active || val & STOP_RING || cs_ring_empty(e))
		val |= MODE_IDLE;
	return val;
}

void cs_write_mi_mode(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val;
	gpu->kicked = true;
}
