// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts. An engine's event passes the engine's own mask (RING_IMR, in the shifted position of
 * its GT group), then the group's IMR, and is latched in the group's IIR; what IER enables appears
 * in the master register; with master bit 31 set, an MSI goes out when that becomes non-zero, or
 * INTx is asserted as long as it is.
 * Sources: i915 i915_irq.c (gen8_irq_handler), gt/intel_gt_irq.c (gen8_gt_irq_*), i915_reg.h.
 */
#include "irq.h"

#include <unistd.h>

#include "gpu.h"
#include "pci.h"
#include "util.h"

#define REG_MASTER 0x44200
#define MASTER_ENABLE 0x80000000u
#define REG_PCH_ISR 0xc4000

enum { ISR = 0, IMR = 4, IIR = 8, IER = 12 };

static const struct {
	uint32_t isr;
	uint32_t master;
	uint32_t half[2];	/* master bits of the low and high half, where they differ */
} groups[] = {
	{ 0x44300, 0, { 1 << 0, 1 << 1 } },		/* RCS, BCS */
	{ 0x44310, 0, { 1 << 2, 1 << 3 } },		/* VCS0, VCS1 */
	{ 0x44320, 0, { 1 << 4, 1 << 5 } },		/* PM, GuC */
	{ 0x44330, 0, { 1 << 6, 1 << 6 } },		/* VECS */
	{ 0x44400, 1 << 16, { 0, 0 } },			/* pipe A */
	{ 0x44410, 1 << 17, { 0, 0 } },
	{ 0x44420, 1 << 18, { 0, 0 } },
	{ 0x44440, 1 << 20, { 0, 0 } },			/* port */
	{ 0x44460, 1 << 22, { 0, 0 } },			/* misc */
	{ REG_PCH_ISR, 1 << 23, { 0, 0 } },
	{ 0x444e0, 1 << 30, { 0, 0 } },			/* PCU */
};

static const struct {
	uint32_t isr;
	unsigned int shift;
} engine_group[NUM_ENGINES] = {
	[RCS] = { 0x44300, 0 }, [BCS] = { 0x44300, 16 }, [VCS0] = { 0x44310, 0 },
	[VCS1] = { 0x44310, 16 }, [VECS] = { 0x44330, 0 },
};

static uint32_t master_pending(struct gpu *gpu)
{
	uint32_t pending = 0, iir;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		iir = *gpu_reg(gpu, groups[i].isr + IIR) & *gpu_reg(gpu, groups[i].isr + IER);
		if (!iir)
			continue;
		pending |= groups[i].master;
		if (iir & 0xffff)
			pending |= groups[i].half[0];
		if (iir >> 16)
			pending |= groups[i].half[1];
	}
	return pending;
}

static void write_msi(struct gpu *gpu)
{
	uint64_t one = 1;

	if (gpu->msi_fd >= 0 && write(gpu->msi_fd, &one, sizeof(one)) == sizeof(one))
		gpu->msi_sent++;
}

static void send_msi(struct gpu *gpu)
{
	if (gpu->fault.lose_irqs) {
		gpu->fault.lose_irqs--;
		gpu->msi_lost++;
		log_line(LOG_CONTROL, "interrupt lost on request");
		return;
	}
	if (gpu->fault.late_irq_us) {
		gpu->msi_due = now_ns() + 1000ull * gpu->fault.late_irq_us;
		gpu->kicked = true;
		return;
	}
	write_msi(gpu);
}

void irq_send_late(struct gpu *gpu)
{
	if (gpu->msi_due && now_ns() >= gpu->msi_due) {
		gpu->msi_due = 0;
		write_msi(gpu);
	}
}

/* A level: said once, which masks it, and again if it stands when the client unmasks it. */
static void update_intx(struct gpu *gpu)
{
	uint64_t one = 1;

	if (!gpu->irq_line || gpu->intx_fd < 0 || gpu->intx_masked || !pci_intx_enabled(gpu))
		return;
	gpu->intx_masked = true;
	if (write(gpu->intx_fd, &one, sizeof(one)) == sizeof(one))
		gpu->intx_sent++;
}

void irq_update(struct gpu *gpu)
{
	bool line = *gpu_reg(gpu, REG_MASTER) & MASTER_ENABLE && master_pending(gpu);

	if (line && !gpu->irq_line)
		send_msi(gpu);
	gpu->irq_line = line;
	update_intx(gpu);
}

/* IIR holds a second event of a kind back until the first is cleared (i915 i915_irq.c). */
void irq_raise_group(struct gpu *gpu, uint32_t isr, uint32_t bits)
{
	uint32_t *iir = gpu_reg(gpu, isr + IIR);
	unsigned int i;

	bits &= ~*gpu_reg(gpu, isr + IMR);
	for (i = 0; i < ARRAY_SIZE(groups); i++)
		if (groups[i].isr == isr)
			gpu->iir_again[i] |= *iir & bits;
	*iir |= bits;
	irq_update(gpu);
}

void irq_write_iir(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	uint32_t cleared = *gpu_reg(gpu, off) & ~val;
	unsigned int i;

	(void)e;
	*gpu_reg(gpu, off) = val;
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (groups[i].isr + IIR != off)
			continue;
		*gpu_reg(gpu, off) |= gpu->iir_again[i] & cleared;
		gpu->iir_again[i] &= ~cleared;
	}
	irq_update(gpu);
}

void irq_raise(struct engine *e, uint32_t bits)
{
	bits <<= engine_group[e->id].shift;
	bits &= ~*gpu_reg(e->gpu, e->base + 0xa8);
	if (bits)
		irq_raise_group(e->gpu, engine_group[e->id].isr, bits);
}

void irq_error(struct engine *e, uint32_t bits)
{
	uint32_t *eir = gpu_reg(e->gpu, e->base + 0xb0);
	uint32_t emr = *gpu_reg(e->gpu, e->base + 0xb4);

	*gpu_reg(e->gpu, e->base + 0xb8) |= bits;
	*eir |= bits & ~emr;
	if (bits & ~emr)
		irq_raise(e, IRQ_CS_ERROR);
}

void irq_set_msi(struct gpu *gpu, int fd)
{
	if (gpu->msi_fd >= 0)
		close(gpu->msi_fd);
	gpu->msi_fd = fd;
	if (fd >= 0 && gpu->irq_line)
		send_msi(gpu);
}

void irq_set_intx(struct gpu *gpu, int fd)
{
	if (gpu->intx_fd >= 0)
		close(gpu->intx_fd);
	gpu->intx_fd = fd;
	irq_mask_intx(gpu, false);
}

void irq_mask_intx(struct gpu *gpu, bool masked)
{
	gpu->intx_masked = masked;
	update_intx(gpu);
}

uint32_t irq_read_master(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)e;
	return (*gpu_reg(gpu, off) & MASTER_ENABLE) | master_pending(gpu);
}

void irq_write_master(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val & MASTER_ENABLE;
	irq_update(gpu);
}

void irq_write_plain(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val;
	gpu->kicked = true;			/* a vertical blank may be waited for now */
	irq_update(gpu);
}

void irq_write_ring_imr(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	(void)e;
	*gpu_reg(gpu, off) = val;
}

/* The cause of an error stays in ESR until the engine is reset (inferred). */
void irq_write_eir(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	*gpu_reg(gpu, off) = val;
	if (!e->hung)
		*gpu_reg(gpu, e->base + 0xb8) &= val;
}

void irq_write_emr(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	uint32_t esr = *gpu_reg(gpu, e->base + 0xb8);

	*gpu_reg(gpu, off) = val;
	*gpu_reg(gpu, e->base + 0xb0) |= esr & ~val;
}
