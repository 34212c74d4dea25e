// SPDX-License-Identifier: GPL-2.0
/*
 * Pipes without a picture: a pipe that is on counts lines and frames, raises its vertical blank
 * interrupt where the active lines end (i915 display/intel_vblank.c: the frame counter steps
 * there too), and finishes flips there. Lines come from the transcoder's VTOTAL. The refresh rate
 * is 60 Hz whatever the clocks are set to, and every pipe is driven by the transcoder of its own
 * letter: this model's own simplifications. Offsets and interrupt bits: i915 i915_reg.h.
 */
#include "display.h"

#include "gpu.h"
#include "irq.h"
#include "util.h"

#define FRAME_NS 16666667u
#define REG_TRANSCONF 0x70008
#define REG_VTOTAL 0x6000c
#define REG_PIPE_ISR 0x44400
#define ISR_IMR 4
#define ISR_IER 12
#define TRANSCONF_ENABLE BIT(31)
#define SURFACE_LIVE 0x10		/* from PLANE_SURF */
#define PIPE_VBLANK BIT(0)

static uint32_t pipe_isr(unsigned int pipe)
{
	return REG_PIPE_ISR + 0x10 * pipe;
}

static bool pipe_on(struct gpu *gpu, unsigned int pipe)
{
	return *gpu_reg(gpu, REG_TRANSCONF + 0x1000 * pipe) & TRANSCONF_ENABLE;
}

struct timing {
	uint32_t total, active;		/* lines */
};

static struct timing timing(struct gpu *gpu, unsigned int pipe)
{
	uint32_t reg = *gpu_reg(gpu, REG_VTOTAL + 0x1000 * pipe);
	struct timing t = { (reg >> 16 & 0x1fff) + 1, (reg & 0x1fff) + 1 };

	if (t.active >= t.total)
		t = (struct timing){ 1125, 1080 };
	return t;
}

/* Vertical blanks that have begun by then. */
static uint64_t blanks(struct gpu *gpu, unsigned int pipe, uint64_t now)
{
	struct timing t = timing(gpu, pipe);
	uint64_t blank_ns = (uint64_t)FRAME_NS * (t.total - t.active) / t.total;

	return (now - gpu->start_ns + blank_ns) / FRAME_NS;
}

/* Bits of the pipe's interrupt that a surface's flip raises; planes count from 0. */
static uint32_t flip_bit(const struct gpu *gpu, unsigned int plane)
{
	return gpu->model->gen >= 9 ? BIT(3 + plane) : BIT(4 + plane);
}

static void finish_flips(struct gpu *gpu, unsigned int pipe)
{
	uint32_t surface, bits = 0;
	unsigned int plane;

	for (plane = 0; plane < 3; plane++) {
		if (!(gpu->display_flips[pipe] >> plane & 1))
			continue;
		surface = 0x7019c + 0x1000 * pipe + 0x100 * plane;
		*gpu_reg(gpu, surface + SURFACE_LIVE) = *gpu_reg(gpu, surface);
		bits |= flip_bit(gpu, plane);
	}
	gpu->display_flips[pipe] = 0;
	irq_raise_group(gpu, pipe_isr(pipe), bits | PIPE_VBLANK);
}

void display_tick(struct gpu *gpu)
{
	unsigned int pipe;
	uint64_t n, now;

	for (pipe = 0; pipe < NUM_PIPES; pipe++) {
		if (!pipe_on(gpu, pipe))
			continue;
		now = now_ns();
		n = blanks(gpu, pipe, now);
		if (n == gpu->display_blanks[pipe])
			continue;
		gpu->display_blanks[pipe] = n;
		finish_flips(gpu, pipe);
	}
}

static bool awaited(struct gpu *gpu, unsigned int pipe)
{
	uint32_t wanted = *gpu_reg(gpu, pipe_isr(pipe) + ISR_IER) &
			  ~*gpu_reg(gpu, pipe_isr(pipe) + ISR_IMR);

	return pipe_on(gpu, pipe) && (wanted & PIPE_VBLANK || gpu->display_flips[pipe]);
}

uint64_t display_due(struct gpu *gpu, uint64_t now)
{
	uint64_t due = 0, ns, blank_ns;
	unsigned int pipe;
	struct timing t;

	for (pipe = 0; pipe < NUM_PIPES; pipe++) {
		if (!awaited(gpu, pipe))
			continue;
		t = timing(gpu, pipe);
		blank_ns = (uint64_t)FRAME_NS * (t.total - t.active) / t.total;
		ns = FRAME_NS - (now - gpu->start_ns + blank_ns) % FRAME_NS;
		if (!due || ns < due)
			due = ns;
	}
	return due;
}

static unsigned int pipe_of(uint32_t off)
{
	return off >> 12 & 0xf;
}

uint32_t display_read_scanline(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint64_t ns = (now_ns() - gpu->start_ns) % FRAME_NS;
	unsigned int pipe = pipe_of(off);

	(void)e;
	return pipe_on(gpu, pipe) ? (uint32_t)(ns * timing(gpu, pipe).total / FRAME_NS) : 0;
}

uint32_t display_read_frame_count(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)e;
	return pipe_on(gpu, pipe_of(off)) ? (uint32_t)blanks(gpu, pipe_of(off), now_ns()) : 0;
}

void display_write_surface(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val;
	display_tick(gpu);		/* a blank that has begun is no end for this flip */
	gpu->display_flips[pipe_of(off)] |= 1u << ((off >> 8 & 0xf) - 1);
	gpu->kicked = true;
}
