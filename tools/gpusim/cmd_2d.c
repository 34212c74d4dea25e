// SPDX-License-Identifier: GPL-2.0
/*
 * Glue between the command streamer and the blitter (blt.c): memory through the batch's address
 * space, and the GPU lock given up while it draws, so that register accesses go on meanwhile.
 */
#include "cmd.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "cost.h"
#include "fault.h"
#include "gpu.h"
#include "gtt.h"
#include "reset.h"

/* 2D commands have no bit for the address space: it is that of the batch, or the context's. */
static int mem_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	return gtt_draw_read(ctx, SPACE_PPGTT, addr, buf, len);
}

static int mem_write(void *ctx, uint64_t addr, const void *buf, size_t len)
{
	return gtt_draw_write(ctx, SPACE_PPGTT, addr, buf, len);
}

static void *mem_span(void *ctx, uint64_t addr, size_t len, bool write)
{
	struct engine *e = ctx;

	if (e->gpu->opt.write_back)	/* the cache sees each byte */
		return NULL;
	return gtt_span(e, SPACE_PPGTT, addr, len, write);
}

static void mem_note(void *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void mem_note(void *ctx, const char *fmt, ...)
{
	struct engine *e = ctx;
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	engine_report(e, LOG_CMD, "%s", text);
}

static int mem_poll(void *ctx)
{
	struct engine *e = ctx;

	return atomic_load_explicit(&e->abandon, memory_order_relaxed);
}

enum cs_next cmd_2d_exec(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	const struct blt_mem mem = {
		.ctx = e,
		.read = mem_read,
		.write = mem_write,
		.span = mem_span,
		.note = mem_note,
		.poll = mem_poll,
	};
	int ret;

	if (e->gpu->opt.blt_off)
		return CS_ADVANCE;
	e->blt.bcs_swctrl = *gpu_reg(e->gpu, e->base + 0x200) & 0xffff;
	e->blt.bytes_read = 0;
	e->blt.bytes_written = 0;
	e->unlocked = true;
	pthread_mutex_unlock(&e->gpu->lock);
	ret = blt_execute(&mem, &e->blt, cmd, ndw);
	pthread_mutex_lock(&e->gpu->lock);
	e->unlocked = false;
	cost_blit(e);
	if (atomic_exchange(&e->abandon, false)) {
		reset_finish(e);
		return CS_WAIT;
	}
	if (!ret)
		return CS_ADVANCE;
	if (!e->hung)
		fault_bad_command(e, "blitter command refused");
	return CS_HUNG;
}
