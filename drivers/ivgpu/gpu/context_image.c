// SPDX-License-Identifier: GPL-2.0
/*
 * The register page of a context image.
 *
 * It is a list of MI_LOAD_REGISTER_IMM commands at fixed places. Layout of Gen9:
 * i915 gt/intel_lrc.c, gen9_rcs_offsets and gen9_xcs_offsets.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "context_image.h"
#include "regs.h"

#define REGS_BYTES	4096
#define MI_LRI(n)	(0x22u << 23 | (2 * (n) - 1))
#define MI_LRI_POSTED	BIT(12)
#define MI_BATCH_END	(0x0au << 23)

#define CONTROL_INHIBIT_SAVE	BIT(2)
#define CONTROL_RS_ENABLE	BIT(1)
#define CONTROL_INHIBIT_SWITCH	BIT(3)

/* Ring, batch and workaround batch state. */
static const u16 head_regs[] = {
	0x244, 0x34, 0x30, 0x38, 0x3c, 0x168, 0x140, 0x110, 0x11c, 0x114, 0x118, 0x1c0, 0x1c4,
	0x1c8,
};

/* Time stamp and page directory pointers. */
static const u16 space_regs[] = {
	0x3a8, 0x28c, 0x288, 0x284, 0x280, 0x27c, 0x278, 0x274, 0x270,
};

static const u16 rcs_power_reg[] = { 0xc8 };
static const u16 xcs_power_reg[] = { 0x200 };

/* The rest: modes, counters, general purpose registers. */
static const u16 rest_regs[] = {
	0x28, 0x9c, 0xc0, 0x178, 0x17c, 0x358, 0x170, 0x150, 0x154, 0x158, 0x41c,
	0x600, 0x604, 0x608, 0x60c, 0x610, 0x614, 0x618, 0x61c,
	0x620, 0x624, 0x628, 0x62c, 0x630, 0x634, 0x638, 0x63c,
	0x640, 0x644, 0x648, 0x64c, 0x650, 0x654, 0x658, 0x65c,
	0x660, 0x664, 0x668, 0x66c, 0x670, 0x674, 0x678, 0x67c, 0x68,
};

/* One MI_LOAD_REGISTER_IMM of the page. */
struct block {
	u16 dword;
	bool posted;
	u16 count;
	const u16 *regs;
};

static const struct block rcs_layout[] = {
	{ 0x01, true, ARRAY_SIZE(head_regs), head_regs },
	{ 0x21, true, ARRAY_SIZE(space_regs), space_regs },
	{ 0x41, false, ARRAY_SIZE(rcs_power_reg), rcs_power_reg },
	{ 0x51, true, ARRAY_SIZE(rest_regs), rest_regs },
};

static const struct block xcs_layout[] = {
	{ 0x01, true, ARRAY_SIZE(head_regs), head_regs },
	{ 0x21, true, ARRAY_SIZE(space_regs), space_regs },
	{ 0x41, true, ARRAY_SIZE(xcs_power_reg), xcs_power_reg },
	{ 0x51, true, ARRAY_SIZE(rest_regs), rest_regs },
};

static u32 write_block(u32 *regs, const struct block *block, u32 base)
{
	u32 at = block->dword;
	unsigned int i;

	regs[at++] = MI_LRI(block->count) | (block->posted ? MI_LRI_POSTED : 0);
	for (i = 0; i < block->count; i++, at += 2)
		regs[at] = base + block->regs[i];
	return at;
}

/**
 * ivgpu_context_image_init() - make the register page of a new context
 * @regs: the page, 4096 bytes; all of it is written
 * @engine: that will run it
 * @base: of the engine's registers
 * @params: ring and address space
 *
 * Values as in i915 gt/intel_lrc.c, __lrc_init_regs.
 */
void ivgpu_context_image_init(u32 *regs, enum ivgpu_engine_id engine, u32 base,
			      const struct ivgpu_context_params *params)
{
	const struct block *layout = engine == IVGPU_RCS0 ? rcs_layout : xcs_layout;
	unsigned int i;
	u32 end = 0;

	BUILD_BUG_ON(ARRAY_SIZE(rcs_layout) != ARRAY_SIZE(xcs_layout));
	memset(regs, 0, REGS_BYTES);
	for (i = 0; i < ARRAY_SIZE(rcs_layout); i++)
		end = write_block(regs, &layout[i], base);
	regs[end] = MI_BATCH_END;

	regs[CTX_CONTROL] = masked_set(CONTROL_INHIBIT_SWITCH) |
			    masked_clear(CTX_CONTROL_INHIBIT_RESTORE | CONTROL_INHIBIT_SAVE |
					 CONTROL_RS_ENABLE) |
			    (params->inhibit ? CTX_CONTROL_INHIBIT_RESTORE : 0);
	regs[CTX_RING_HEAD] = params->ring_head;
	regs[CTX_RING_TAIL] = params->ring_tail;
	regs[CTX_RING_START] = params->ring_start;
	regs[CTX_RING_CTL] = (params->ring_size - 4096) | 1;
	regs[CTX_PDP0_HIGH] = upper_32_bits(params->pml4);
	regs[CTX_PDP0_LOW] = lower_32_bits(params->pml4);
	regs[CTX_MI_MODE] = masked_clear(MODE_STOP_RING);
}
