// SPDX-License-Identifier: GPL-2.0
/*
 * GT-wide registers with behaviour: forcewake, fuses, resets, TLB and write-buffer flushes,
 * fences, pcode mailbox, interrupt tree. Offsets: i915 gt/intel_gt_regs.h, i915_reg.h,
 * intel_uncore.c (forcewake), intel_pcode.c and i915_reg.h (mailbox commands).
 */
#include "regs.h"

#include "gpu.h"
#include "gtt.h"
#include "irq.h"
#include "power.h"
#include "reset.h"
#include "timestamp.h"
#include "util.h"

#define ROW(o, c, k, d, n, ...) \
	{ .off = (o), .count = (c), .kind = (k), .domain = DOMAIN_##d, .name = n, __VA_ARGS__ }

/* The low half of the request register, which has masked bits, shows in the acknowledge. */
static uint32_t forcewake_ack(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)e;
	switch (off) {
	case 0xd84:
		return *gpu_reg(gpu, 0xa278) & 0xffff;
	case 0xd88:
		return *gpu_reg(gpu, 0xa270) & 0xffff;
	default:
		return *gpu_reg(gpu, 0xa188) & 0xffff;
	}
}

static uint32_t read_model(struct gpu *gpu, struct engine *e, uint32_t off)
{
	const struct gpu_model *m = gpu->model;

	(void)e;
	switch (off) {
	case 0x9120:
		return m->fuse2;
	case 0x9134:
		return m->eu_disable[0];
	case 0x9138:
		return m->eu_disable[1];
	case 0x913c:
		return m->eu_disable[2];
	case 0xa26c:
		return m->ctc_mode;
	case 0x120010:
		return m->edram_cap;
	case 0x138170:			/* BXT_RP_STATE_CAP */
	case 0x145998:
		return m->rp_state_cap;
	default:
		return 0;
	}
}

static void write_tlb_invalidate(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	static const enum engine_id order[] = { RCS, VCS0, VCS1, BCS, VECS };

	(void)e;
	if (val & 1)
		gtt_flush_engine(&gpu->engine[order[(off - 0x4260) / 4]], TLB_FLUSH_ALL);
}

static void write_flush_cntl(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	(void)off;
	(void)val;
	gtt_flush_all(gpu, TLB_FLUSH_GGTT);
}

static void write_fault(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) &= val;
}

enum { PCODE_ERROR_ILLEGAL = 1 };

static void write_pcode(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	uint32_t *data = gpu_reg(gpu, 0x138128);
	uint32_t status = 0;

	(void)e;
	if (!(val & 0x80000000u)) {
		*gpu_reg(gpu, off) = val;
		return;
	}
	switch (val & 0xff) {
	case 0x05:			/* read RC6 voltages */
	case 0x08:			/* write frequency table */
	case 0x11:			/* display IPS control */
	case 0x17:			/* display frequency change */
	case 0x19:			/* voltage level of the display */
		break;
	case 0x06:			/* memory latency: levels 0-3, then 4-7, in us */
		*data = *data & 1 ? 0x1e140f0f : 0x0a070602;
		break;
	case 0x07:			/* display clock change: ready */
		*data = 1;
		break;
	case 0x09:			/* read frequency table: ring as asked for */
		*data = (*data & 0xff) | (*data & 0xff) << 8;
		break;
	case 0x0c:			/* overclocking: none */
		*data = 0;
		break;
	case 0x1a:			/* efficient frequency in bits 15:8 */
		*data = gpu->model->rp_state_cap & 0xff00;
		break;
	case 0x21:			/* SAGV: is disabled */
		*data = 1;
		break;
	default:
		log_line(LOG_REG, "pcode command %#x is not known", val & 0x7fffffff);
		status = PCODE_ERROR_ILLEGAL;
	}
	*gpu_reg(gpu, off) = status;
}

#define ISR(o, n) ROW(o, 1, REG_RW, DEVICE, n)
#define IMR(o, n) ROW(o, 1, REG_RW, DEVICE, n, .reset = ~0u, .write = irq_write_plain)
#define IIR(o, n) ROW(o, 1, REG_W1C, DEVICE, n, .write = irq_write_iir)
#define IER(o, n) ROW(o, 1, REG_RW, DEVICE, n, .write = irq_write_plain)

static const struct reg_row rows[] = {
	ROW(0xa278, 1, REG_MASKED, DEVICE, "FORCEWAKE_RENDER",
	    .write = power_write),
	ROW(0xa270, 1, REG_MASKED, DEVICE, "FORCEWAKE_MEDIA",
	    .write = power_write),
	ROW(0xa188, 1, REG_MASKED, DEVICE, "FORCEWAKE_MT",
	    .write = power_write),
	ROW(0x0d84, 1, REG_RO, DEVICE, "FORCEWAKE_ACK_RENDER", .read = forcewake_ack),
	ROW(0x0d88, 1, REG_RO, DEVICE, "FORCEWAKE_ACK_MEDIA", .read = forcewake_ack),
	ROW(0x130044, 1, REG_RO, DEVICE, "FORCEWAKE_ACK_GT", .read = forcewake_ack),

	/* read when i915 records an error; nothing is drawn here that could be undone */
	ROW(0xe160, 2, REG_RO, DEVICE, "SAMPLER_INSTDONE, ROW_INSTDONE", .reset = ~0u),
	ROW(0xc3e8, 1, REG_RO, DEVICE, "GUCPMTIMESTAMP", .read = timestamp_read_low),

	ROW(0x9120, 1, REG_RO, DEVICE, "FUSE2", .read = read_model),
	ROW(0x9134, 3, REG_RO, DEVICE, "EU_DISABLE", .read = read_model),
	ROW(0xa26c, 1, REG_RO, DEVICE, "CTC_MODE", .read = read_model),
	ROW(0x120010, 1, REG_RO, DEVICE, "EDRAM_CAP", .read = read_model),
	ROW(0x145998, 1, REG_RO, DEVICE, "RP_STATE_CAP", .read = read_model),
	ROW(0x138170, 1, REG_RO, DEVICE, "RP_STATE_CAP_LP", .read = read_model),
	ROW(0xa01c, 1, REG_RO, DEVICE, "RPSTAT1", .read = power_read_rpstat),
	ROW(0xa090, 1, REG_RW, DEVICE, "RC_CONTROL", .write = power_write),
	ROW(0xa094, 1, REG_RW, DEVICE, "RC_STATE", .write = power_write),
	ROW(0x138060, 1, REG_RO, DEVICE, "GT_CORE_STATUS", .read = power_read_core_status),
	ROW(0x138104, 2, REG_RO, DEVICE, "GFX_RC6", .read = power_read_residency),
	ROW(0xc000, 1, REG_RO, DEVICE, "GUC_STATUS", .reset = 1),

	ROW(0x4094, 1, REG_RW, FULL, "RING_FAULT", .write = write_fault),
	ROW(0x4194, 1, REG_RW, FULL, "RING_FAULT_VCS"),
	ROW(0x4294, 1, REG_RW, FULL, "RING_FAULT_BCS"),
	ROW(0x4394, 1, REG_RW, FULL, "RING_FAULT_VECS"),
	ROW(0x4b10, 2, REG_RO, FULL, "FAULT_TLB_DATA"),
	ROW(0x4260, 5, REG_RW, FULL, "TLB_INVALIDATE", .write = write_tlb_invalidate),
	ROW(0x101008, 1, REG_RW, DEVICE, "GFX_FLSH_CNTL", .write = write_flush_cntl),
	ROW(0x100000, 2 * NUM_FENCES, REG_RW, DEVICE, "FENCE"),
	ROW(0x941c, 1, REG_RW, DEVICE, "GDRST", .read = reset_read_gdrst,
	    .write = reset_write_gdrst),

	ROW(0x138124, 1, REG_RW, DEVICE, "PCODE_MAILBOX", .write = write_pcode),
	ROW(0x138128, 2, REG_RW, DEVICE, "PCODE_DATA"),

	ROW(0x44200, 1, REG_RW, DEVICE, "MASTER_IRQ", .read = irq_read_master,
	    .write = irq_write_master),
	ISR(0x44300, "GT0_ISR"),
	IMR(0x44304, "GT0_IMR"),
	IIR(0x44308, "GT0_IIR"),
	IER(0x4430c, "GT0_IER"),
	ISR(0x44310, "GT1_ISR"),
	IMR(0x44314, "GT1_IMR"),
	IIR(0x44318, "GT1_IIR"),
	IER(0x4431c, "GT1_IER"),
	ISR(0x44320, "GT2_ISR"),
	IMR(0x44324, "GT2_IMR"),
	IIR(0x44328, "GT2_IIR"),
	IER(0x4432c, "GT2_IER"),
	ISR(0x44330, "GT3_ISR"),
	IMR(0x44334, "GT3_IMR"),
	IIR(0x44338, "GT3_IIR"),
	IER(0x4433c, "GT3_IER"),
	ISR(0x44400, "PIPE_A_ISR"),
	IMR(0x44404, "PIPE_A_IMR"),
	IIR(0x44408, "PIPE_A_IIR"),
	IER(0x4440c, "PIPE_A_IER"),
	ISR(0x44410, "PIPE_B_ISR"),
	IMR(0x44414, "PIPE_B_IMR"),
	IIR(0x44418, "PIPE_B_IIR"),
	IER(0x4441c, "PIPE_B_IER"),
	ISR(0x44420, "PIPE_C_ISR"),
	IMR(0x44424, "PIPE_C_IMR"),
	IIR(0x44428, "PIPE_C_IIR"),
	IER(0x4442c, "PIPE_C_IER"),
	ISR(0x44440, "DE_PORT_ISR"),
	IMR(0x44444, "DE_PORT_IMR"),
	IIR(0x44448, "DE_PORT_IIR"),
	IER(0x4444c, "DE_PORT_IER"),
	ISR(0x44460, "DE_MISC_ISR"),
	IMR(0x44464, "DE_MISC_IMR"),
	IIR(0x44468, "DE_MISC_IIR"),
	IER(0x4446c, "DE_MISC_IER"),
	ISR(0x444e0, "PCU_ISR"),
	IMR(0x444e4, "PCU_IMR"),
	IIR(0x444e8, "PCU_IIR"),
	IER(0x444ec, "PCU_IER"),
	ISR(0xc4000, "PCH_ISR"),
	IMR(0xc4004, "PCH_IMR"),
	IIR(0xc4008, "PCH_IIR"),
	IER(0xc400c, "PCH_IER"),
};

const struct reg_table regs_gt = { rows, ARRAY_SIZE(rows), false };
