// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of the display that answer: power wells (i915 6.1 switches them on even
 * where all pipes are fused off), clocks, the HDMI port, I2C, the pipe and its
 * planes. Offsets and bits from i915 i915_reg.h and display/.
 */
#include "handlers.h"

#define ENABLE		BIT(31)
#define ENABLED		BIT(30)

/*
 * Four requesters (firmware, driver, KVMR, debug), one register each: in every
 * pair of bits the upper one asks for a well, the lower one says that it is on,
 * in all four (i915 i915_reg.h, HSW_PWR_WELL_CTL).
 */
#define PWR_WELL_CTL	0x45400
#define REQUESTERS	4
#define REQUESTS	0xaaaaaaaa

static u32 power_well_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	u32 requests = 0;
	unsigned int i;

	for (i = 0; i < REQUESTERS; i++)
		requests |= *ivgpu_vgpu_reg(vgpu, PWR_WELL_CTL + 4 * i) & REQUESTS;
	return (*reg & REQUESTS) | requests >> 1;
}

const struct ivgpu_reg_ops ivgpu_h_power_well = { .read = power_well_read };

/* PLLs, buffers, pipes: what is asked for by bit 31 is so at once, by bit 30. */
static u32 enable_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return *reg & ENABLE ? *reg | ENABLED : *reg & ~ENABLED;
}

const struct ivgpu_reg_ops ivgpu_h_enable = { .read = enable_read };

/* DPLL_STATUS: a lock bit for each PLL that is on, eight bits apart. */
static u32 pll_status_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	static const u32 controls[] = { 0x46010, 0x46014, 0x46040, 0x46060 };
	unsigned int i;
	u32 value = 0;

	for (i = 0; i < ARRAY_SIZE(controls); i++)
		if (*ivgpu_vgpu_reg(vgpu, controls[i]) & ENABLE)
			value |= BIT(8 * i);
	return value;
}

const struct ivgpu_reg_ops ivgpu_h_pll_status = { .read = pll_status_read };

#define DDI_BUF_IDLE	BIT(7)

static u32 ddi_buf_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return *reg & ENABLE ? *reg & ~DDI_BUF_IDLE : *reg | DDI_BUF_IDLE;
}

const struct ivgpu_reg_ops ivgpu_h_ddi_buf = { .read = ddi_buf_read };

/* DP_AUX_CH_CTL: there is no DisplayPort monitor, so a transfer ends by timeout. */
#define AUX_SEND	BIT(31)
#define AUX_DONE	BIT(30)
#define AUX_TIMEOUT	BIT(28)
#define AUX_ERROR	BIT(25)

static void aux_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
		      u32 value)
{
	*reg = value & ~(AUX_SEND | AUX_DONE | AUX_TIMEOUT | AUX_ERROR);
	if (value & AUX_SEND)
		*reg |= AUX_DONE | AUX_TIMEOUT;
}

const struct ivgpu_reg_ops ivgpu_h_aux = { .write = aux_write };

static u32 gmbus_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return slot->index < 2 ? *reg : ivgpu_display_i2c_read(vgpu->display, slot->index);
}

static void gmbus_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			u32 value)
{
	ivgpu_display_i2c_write(vgpu->display, slot->index, value);
}

const struct ivgpu_reg_ops ivgpu_h_gmbus = { gmbus_read, gmbus_write };

/* The pipe runs as the timing of its transcoder and the PLL of port B say. */
#define HTOTAL		0x60000
#define VTOTAL		0x6000c
#define DPLL_CTRL2	0x6c05c
#define CLK_SEL_B	4	/* shift, two bits: PLL 0 to 3 */
#define DPLL1_CFGCR1	0x6c040

static void pipe_conf_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			    u32 value)
{
	u32 pll = *ivgpu_vgpu_reg(vgpu, DPLL_CTRL2) >> CLK_SEL_B & 3;
	struct ivgpu_pipe_timing timing = {
		.htotal = *ivgpu_vgpu_reg(vgpu, HTOTAL),
		.vtotal = *ivgpu_vgpu_reg(vgpu, VTOTAL),
	};

	vgpu->display->armed.on = value & ENABLE;
	if (!(value & ENABLE)) {
		ivgpu_pipe_stop(&vgpu->display->pipe);
		return;
	}
	if (pll) {
		timing.cfgcr1 = *ivgpu_vgpu_reg(vgpu, DPLL1_CFGCR1 + 8 * (pll - 1));
		timing.cfgcr2 = *ivgpu_vgpu_reg(vgpu, DPLL1_CFGCR1 + 8 * (pll - 1) + 4);
	}
	ivgpu_pipe_start(&vgpu->display->pipe, &timing);
}

const struct ivgpu_reg_ops ivgpu_h_pipe_conf = { enable_read, pipe_conf_write };

#define PIPEDSL		0x70000
#define PIPE_FRMCOUNT	0x70040

static u32 pipe_counter_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	struct ivgpu_pipe *pipe = &vgpu->display->pipe;

	if (slot->offset == PIPEDSL)
		return ivgpu_pipe_scanline(pipe);
	return slot->offset == PIPE_FRMCOUNT ? ivgpu_pipe_frame(pipe) : ivgpu_pipe_flips(pipe);
}

const struct ivgpu_reg_ops ivgpu_h_pipe_counter = { .read = pipe_counter_read };

/* A write to the surface's address is what makes all of a plane's registers count. */
#define CURCNTR		0x70080
#define CURBASE		0x70084
#define CURPOS		0x70088
#define CUR_FBC_CTL	0x700a0
#define PLANE_1		0x70180	/* PLANE_CTL_1; the others at the same distance from theirs */
#define PLANE_STRIDE	0x08
#define PLANE_POS	0x0c
#define PLANE_SIZE	0x10
#define PLANE_SURF	0x1c
#define PLANE_OFFSET	0x24
#define PLANE_AUX_DIST	0x40
#define PLANE_AUX_OFFSET	0x44

/* Two scalers; which plane one works for is its number and 1 more, 0 the whole pipe. */
#define PS_WIN_POS	0x68170		/* 0x100 apart */
#define PS_WIN_SIZE	0x68174
#define PS_CTRL		0x68180
#define PS_BINDING	25		/* shift, three bits */
#define SCALERS		2

static void cursor_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			 u32 value)
{
	struct ivgpu_screen_state *armed = &vgpu->display->armed;

	armed->cursor_armed++;
	armed->cursor = (struct ivgpu_cursor_regs){
		.ctl = *ivgpu_vgpu_reg(vgpu, CURCNTR),
		.pos = *ivgpu_vgpu_reg(vgpu, CURPOS),
		.fbc = *ivgpu_vgpu_reg(vgpu, CUR_FBC_CTL),
		.base = value,
	};
}

const struct ivgpu_reg_ops ivgpu_h_cursor_base = { .write = cursor_write };

static void take_scaler(struct ivgpu_vgpu *vgpu, unsigned int plane, struct ivgpu_plane_regs *regs)
{
	unsigned int at;
	u32 ctrl;

	for (at = 0; at < SCALERS * 0x100; at += 0x100) {
		ctrl = *ivgpu_vgpu_reg(vgpu, PS_CTRL + at);
		if (!(ctrl & ENABLE) || (ctrl >> PS_BINDING & 7) != plane + 1)
			continue;
		regs->window_pos = *ivgpu_vgpu_reg(vgpu, PS_WIN_POS + at);
		regs->window_size = *ivgpu_vgpu_reg(vgpu, PS_WIN_SIZE + at);
	}
}

static void plane_surf_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot,
			     u32 *reg, u32 value)
{
	u32 base = slot->offset - PLANE_SURF, n = (base - PLANE_1) >> 8;

	vgpu->display->armed.planes[n] = (struct ivgpu_plane_regs){
		.ctl = *ivgpu_vgpu_reg(vgpu, base),
		.stride = *ivgpu_vgpu_reg(vgpu, base + PLANE_STRIDE),
		.pos = *ivgpu_vgpu_reg(vgpu, base + PLANE_POS),
		.size = *ivgpu_vgpu_reg(vgpu, base + PLANE_SIZE),
		.offset = *ivgpu_vgpu_reg(vgpu, base + PLANE_OFFSET),
		.surf = value,
		.aux_dist = *ivgpu_vgpu_reg(vgpu, base + PLANE_AUX_DIST),
		.aux_offset = *ivgpu_vgpu_reg(vgpu, base + PLANE_AUX_OFFSET),
	};
	take_scaler(vgpu, n, &vgpu->display->armed.planes[n]);
	ivgpu_pipe_flip(&vgpu->display->pipe, IVGPU_PIPE_FLIP(n));
}

const struct ivgpu_reg_ops ivgpu_h_plane_surf = { .write = plane_surf_write };

static u32 pipe_irq_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return ivgpu_virq_read(&vgpu->irq, slot->offset);
}

static void pipe_irq_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			   u32 value)
{
	ivgpu_virq_write(&vgpu->irq, slot->offset, value);
	if (vgpu->display)
		ivgpu_pipe_update(&vgpu->display->pipe);
}

const struct ivgpu_reg_ops ivgpu_h_pipe_irq = { pipe_irq_read, pipe_irq_write };
