// SPDX-License-Identifier: GPL-2.0
/*
 * Registers of the GT as a whole: forcewake, reset domains, TLBs, the GGTT flush,
 * the mailbox of the power controller, interrupts, time.
 */
#include "handlers.h"

/* Forcewake requests and their acknowledgements (i915 intel_uncore.c). */
static const struct {
	u32 request, ack;
} forcewake[] = {
	{ 0xa188, 0x130044 },
	{ 0xa270, 0xd88 },
	{ 0xa278, 0xd84 },
};

/* The vGPU is always awake, so a request is acknowledged at once. */
static void forcewake_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			    u32 value)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(forcewake); i++)
		if (forcewake[i].request == slot->offset)
			*ivgpu_vgpu_reg(vgpu, forcewake[i].ack) = *reg;
}

const struct ivgpu_reg_ops ivgpu_h_forcewake = { .write = forcewake_write };

/* GDRST: bit 0 everything, then one bit per engine (i915 gt/intel_gt_regs.h). */
static const struct {
	u32 bit;
	u32 engines;
} reset_domains[] = {
	{ BIT(0), GENMASK(IVGPU_NUM_ENGINES - 1, 0) },
	{ BIT(1), BIT(IVGPU_RCS0) },
	{ BIT(2), BIT(IVGPU_VCS0) },
	{ BIT(3), BIT(IVGPU_BCS0) },
	{ BIT(4), BIT(IVGPU_VECS0) },
	{ BIT(7), BIT(IVGPU_VCS1) },
};

/* Done before the write returns, so that the guest reads 0 (done) at once. */
static void gdrst_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			u32 value)
{
	u32 engines = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reset_domains); i++)
		if (value & reset_domains[i].bit)
			engines |= reset_domains[i].engines;
	*reg = 0;
	engines &= ivgpu_vgpu_engines(vgpu);
	if (!engines)
		return;
	vgpu->stats.resets++;
	ivgpu_vgpu_reset_engines(vgpu, engines);
	ivgpu_registers_reset_engines(vgpu, engines);
}

const struct ivgpu_reg_ops ivgpu_h_gdrst = { .write = gdrst_write };

/* Shadows are brought up to date with every submission; what can be stale is the GGTT. */
static void tlb_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
		      u32 value)
{
	*reg = 0;
	if (value & 1)
		ivgpu_vgpu_sync_ggtt(vgpu);
}

const struct ivgpu_reg_ops ivgpu_h_tlb = { .write = tlb_write };

static void ggtt_flush_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			     u32 value)
{
	*reg = 0;
	ivgpu_vgpu_sync_ggtt(vgpu);
}

const struct ivgpu_reg_ops ivgpu_h_ggtt_flush = { .write = ggtt_flush_write };

/*
 * The power controller's mailbox (i915 intel_pcode.c, i915_reg.h): bit 31 says
 * busy, the low byte is the command and, when done, the error (0 none, 1 illegal
 * command). There is nothing that a guest could tune, so only two commands that
 * drivers cannot do without are known.
 */
#define PCODE_DATA	0x138128
#define PCODE_READY	BIT(31)
#define PCODE_ILLEGAL	1

/* Commands (i915 i915_reg.h, GEN6_PCODE_MAILBOX). */
enum {
	PCODE_READ_MEM_LATENCY = 0x06,
	PCODE_CDCLK_CONTROL = 0x07,
	PCODE_MIN_FREQ_TABLE_WRITE = 0x08,
	PCODE_MIN_FREQ_TABLE_READ = 0x09,
	PCODE_SAGV_CONTROL = 0x21,
};

#define PCODE_DONE	1	/* ready for another clock; the voltage is fixed */

static void pcode_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			u32 value)
{
	u32 *data = ivgpu_vgpu_reg(vgpu, PCODE_DATA);

	if (!(value & PCODE_READY))
		return;
	switch (value & 0xff) {
	case PCODE_MIN_FREQ_TABLE_WRITE:
		*reg = 0;
		break;
	case PCODE_MIN_FREQ_TABLE_READ:
	case PCODE_READ_MEM_LATENCY:		/* no display fetches from memory */
		*data = 0;
		*reg = 0;
		break;
	case PCODE_CDCLK_CONTROL:
	case PCODE_SAGV_CONTROL:
		*data = PCODE_DONE;
		*reg = 0;
		break;
	default:
		*reg = PCODE_ILLEGAL;
	}
}

const struct ivgpu_reg_ops ivgpu_h_pcode = { .write = pcode_write };

/* Time is the same for everybody. */
static u32 timestamp_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return ivgpu_mmio_read(vgpu->gpu, slot->offset);
}

const struct ivgpu_reg_ops ivgpu_h_timestamp = { .read = timestamp_read };

static u32 irq_master_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return ivgpu_virq_master_read(&vgpu->irq);
}

static void irq_master_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			     u32 value)
{
	ivgpu_virq_master_write(&vgpu->irq, value);
}

const struct ivgpu_reg_ops ivgpu_h_irq_master = { irq_master_read, irq_master_write };

static u32 irq_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return ivgpu_virq_read(&vgpu->irq, slot->offset);
}

static void irq_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
		      u32 value)
{
	ivgpu_virq_write(&vgpu->irq, slot->offset, value);
}

const struct ivgpu_reg_ops ivgpu_h_irq = { irq_read, irq_write };

static u32 ring_imr_read(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg)
{
	return ivgpu_virq_ring_imr_read(&vgpu->irq, slot->engine);
}

static void ring_imr_write(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
			   u32 value)
{
	ivgpu_virq_ring_imr_write(&vgpu->irq, slot->engine, value);
}

const struct ivgpu_reg_ops ivgpu_h_ring_imr = { ring_imr_read, ring_imr_write };
