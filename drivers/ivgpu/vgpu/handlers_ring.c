// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of one command streamer: what execlists show and take, stopping and
 * resetting an engine, the whitelist of non-privileged batches.
 */
#include "handlers.h"

/* Offset from the engine's base, and others near it (i915 gt/intel_engine_regs.h). */
#define RING_EIR	0x0b0
#define RING_EMR	0x0b4

#define MI_MODE_STOP_RING	BIT(8)
#define MI_MODE_IDLE		BIT(9)
#define RESET_CTL_REQUEST	BIT(0)
#define RESET_CTL_READY		BIT(1)

static u32 ring_base(const struct ivgpu_reg_slot *slot)
{
	return slot->offset - slot->reg->offset - slot->index * slot->reg->stride;
}

static u32 in_block(const struct ivgpu_reg_slot *slot)
{
	return slot->offset - ring_base(slot);
}

static u32 ring_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	u32 value;

	if (ivgpu_vengine_ring_reg(ivgpu_vgpu_engine(vgpu, slot->engine), in_block(slot), &value))
		return value;
	return *reg;
}

const struct ivgpu_reg_ops ivgpu_h_ring = { .read = ring_read };

static void hws_pga_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			  u32 value)
{
	ivgpu_vengine_set_hwsp(ivgpu_vgpu_engine(vgpu, slot->engine), value & PAGE_MASK);
}

const struct ivgpu_reg_ops ivgpu_h_hws_pga = { .write = hws_pga_write };

/*
 * STOP_RING: drivers set it before a reset and wait for IDLE. The virtual engine
 * fetches nothing by itself, so it is as good as stopped.
 */
static u32 mi_mode_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	if (*reg & MI_MODE_STOP_RING)
		return *reg | MI_MODE_IDLE;
	if (ivgpu_vengine_has_work(ivgpu_vgpu_engine(vgpu, slot->engine)))
		return *reg & ~MI_MODE_IDLE;
	return *reg | MI_MODE_IDLE;
}

const struct ivgpu_reg_ops ivgpu_h_mi_mode = { .read = mi_mode_read };

static u32 esr_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	u32 base = ring_base(slot);

	return *ivgpu_vgpu_reg(vgpu, base + RING_EIR) & ~*ivgpu_vgpu_reg(vgpu, base + RING_EMR);
}

const struct ivgpu_reg_ops ivgpu_h_esr = { .read = esr_read };

/* Guests wait 700 us for "ready", so the answer is there at once; GDRST does the work. */
static void reset_ctl_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			    u32 value)
{
	if (*reg & RESET_CTL_REQUEST)
		*reg |= RESET_CTL_READY;
	else
		*reg &= ~RESET_CTL_READY;
}

const struct ivgpu_reg_ops ivgpu_h_reset_ctl = { .write = reset_ctl_write };

static void elsp_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
		       u32 value)
{
	*reg = 0;
	atomic64_inc(&vgpu->work);
	ivgpu_vengine_elsp_write(ivgpu_vgpu_engine(vgpu, slot->engine), value);
}

const struct ivgpu_reg_ops ivgpu_h_elsp = { .write = elsp_write };

static u32 execlist_status_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot,
				u32 *reg)
{
	return ivgpu_vengine_status(ivgpu_vgpu_engine(vgpu, slot->engine), slot->index);
}

const struct ivgpu_reg_ops ivgpu_h_execlist_status = { .read = execlist_status_read };

static u32 csb_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return ivgpu_vengine_csb_read(ivgpu_vgpu_engine(vgpu, slot->engine), slot->index);
}

const struct ivgpu_reg_ops ivgpu_h_csb = { .read = csb_read };

static u32 csb_ptr_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return ivgpu_vengine_csb_ptr_read(ivgpu_vgpu_engine(vgpu, slot->engine));
}

static void csb_ptr_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			  u32 value)
{
	ivgpu_vengine_csb_ptr_write(ivgpu_vgpu_engine(vgpu, slot->engine), value);
}

const struct ivgpu_reg_ops ivgpu_h_csb_ptr = { csb_ptr_read, csb_ptr_write };

static void nonpriv_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			  u32 value)
{
	const struct ivgpu_reg_slot *target =
		&vgpu->map->slots[ivgpu_regmap_find(vgpu->map, value & 0x3fffffc)];

	*reg = ivgpu_policy_nonpriv(vgpu->map, slot->engine, ring_base(slot), value,
				    ivgpu_policy_nonpriv_qualified(ivgpu_gpu_info(vgpu->gpu)));
	if (*reg == value)
		return;
	vgpu->stats.refused_nonpriv++;
	if (target->reg && target->reg->access & IVGPU_CMD_DROP)
		return;		/* stock drivers do it, nothing is lost */
	vgpu_info(vgpu, "batches may not write register %#x, asked for in whitelist slot %u of %s\n",
		  value & 0x3fffffc, slot->index, ivgpu_engine_name(slot->engine));
}

const struct ivgpu_reg_ops ivgpu_h_nonpriv = { .write = nonpriv_write };
