// SPDX-License-Identifier: GPL-2.0
/*
 * Ring registers as the guest's running context shows them.
 */
#include "exec_internal.h"

#define REG_TAIL	0x30
#define REG_HEAD	0x34
#define REG_START	0x38
#define REG_CTL		0x3c
#define REG_ACTHD_UDW	0x5c
#define REG_IPEHR	0x68
#define REG_INSTDONE	0x6c
#define REG_ACTHD	0x74

#define INSTDONE_ALL_DONE	0xffffffffu

/* The context that the registers tell of: the one that runs, else the one used last. */
static struct ivgpu_shadow_ctx *shown_context(struct ivgpu_vengine *ve)
{
	struct ivgpu_shadow_ctx *ctx = ivgpu_vexeclist_current(&ve->vel);

	if (ctx || list_empty(&ve->contexts))
		return ctx;
	ctx = list_last_entry(&ve->contexts, struct ivgpu_shadow_ctx, link);
	return ctx->was_shown ? ctx : NULL;
}

static u32 live(struct ivgpu_vengine *ve, u32 offset)
{
	return ivgpu_mmio_read(ve->vx->p.gpu, ivgpu_engine_mmio_base(ve->engine) + offset);
}

static bool on_hardware(struct ivgpu_vengine *ve)
{
	bool on;

	spin_lock(&ve->lock);
	on = ve->hw >= IVGPU_HW_ON && ve->vel.running.on_hw;
	spin_unlock(&ve->lock);
	return on;
}

/* What hardware shows of the work that it does. Addresses in our ring are shown as offsets. */
static u32 read_live(struct ivgpu_vengine *ve, const struct ivgpu_shadow_ctx *ctx, u32 offset)
{
	u32 start = lower_32_bits(ctx->ring.mem.node.start);
	u32 value = live(ve, offset);

	switch (offset) {
	case REG_HEAD:
		return value & IVGPU_RING_HEAD_MASK;
	case REG_ACTHD:
		return value - start < ctx->ring.size ? value - start + ctx->guest.start : value;
	}
	return value;
}

static u32 read_saved(const struct ivgpu_shadow_ctx *ctx, u32 offset)
{
	const u32 *regs = ctx->image.vaddr + IVGPU_PAGE_SIZE;
	u32 head = regs[IVGPU_IMAGE_HEAD] & IVGPU_RING_HEAD_MASK;

	switch (offset) {
	case REG_HEAD:
		return head;
	case REG_ACTHD:
		return ctx->guest.start + head;
	case REG_INSTDONE:
		return INSTDONE_ALL_DONE;
	}
	return 0;
}

static u32 read_reg(struct ivgpu_vengine *ve, const struct ivgpu_shadow_ctx *ctx, u32 offset)
{
	switch (offset) {
	case REG_TAIL:
		return ctx->ring.scanned;
	case REG_START:
		return ctx->guest.start;
	case REG_CTL:
		return ctx->guest.ctl;
	}
	return on_hardware(ve) ? read_live(ve, ctx, offset) : read_saved(ctx, offset);
}

/**
 * ivgpu_vengine_ring_reg - a ring register as the running context shows it
 * @ve: the virtual engine
 * @offset: from the engine's MMIO base
 * @value: set
 *
 * Return: true when @offset is such a register.
 */
bool ivgpu_vengine_ring_reg(struct ivgpu_vengine *ve, u32 offset, u32 *value)
{
	struct ivgpu_guestmem *gm = ivgpu_vengine_gm(ve);
	struct ivgpu_shadow_ctx *ctx;

	switch (offset) {
	case REG_TAIL:
	case REG_HEAD:
	case REG_START:
	case REG_CTL:
	case REG_ACTHD_UDW:
	case REG_IPEHR:
	case REG_INSTDONE:
	case REG_ACTHD:
		break;
	default:
		return false;
	}
	mutex_lock(&gm->lock);
	ctx = shown_context(ve);
	if (ctx)
		*value = read_reg(ve, ctx, offset);
	else
		*value = offset == REG_INSTDONE ? INSTDONE_ALL_DONE : 0;
	mutex_unlock(&gm->lock);
	return true;
}
