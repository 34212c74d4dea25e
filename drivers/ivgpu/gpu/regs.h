/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Offsets and bits of Gen9 registers that gpu/ uses, from Linux 6.12's i915:
 * gt/intel_gt_regs.h, gt/intel_engine_regs.h, gt/intel_lrc_reg.h, i915_reg.h.
 */
#ifndef IVGPU_GPU_REGS_H
#define IVGPU_GPU_REGS_H

#include <linux/bits.h>
#include <linux/types.h>

/* A register whose upper half says which bits of the lower half are written. */
static inline u32 masked_set(u32 bits)
{
	return bits << 16 | bits;
}

static inline u32 masked_clear(u32 bits)
{
	return bits << 16;
}

/* Engine registers: offset from the engine's base. */
#define RING_TAIL		0x30
#define RING_HEAD		0x34
#define RING_START		0x38
#define RING_CTL		0x3c
#define RING_ACTHD_UDW		0x5c
#define RING_IPEIR		0x64
#define RING_IPEHR		0x68
#define RING_INSTDONE		0x6c
#define RING_ACTHD		0x74
#define RING_HWS_PGA		0x80
#define RING_NOPID		0x94
#define RING_HWSTAM		0x98
#define RING_MI_MODE		0x9c
#define   MODE_STOP_RING	BIT(8)
#define   MODE_IDLE		BIT(9)
#define RING_IMR		0xa8
#define RING_EIR		0xb0
#define   EIR_INSTRUCTION	BIT(0)
#define RING_EMR		0xb4
#define RING_ESR		0xb8
#define RING_RESET_CTL		0xd0
#define   RESET_REQUEST		BIT(0)
#define   RESET_READY		BIT(1)
#define   RESET_CAT_ERROR	BIT(2)
#define RING_ELSP		0x230
#define RING_EXECLIST_STATUS	0x234
#define RING_SEMA_WAIT_POLL	0x24c
#define RING_MODE		0x29c
#define   MODE_RUN_LIST		BIT(15)
#define RING_CSB(i)		(0x370 + (i) * 8)
#define RING_CSB_PTR		0x3a0
#define RING_NONPRIV(i)		(0x4d0 + (i) * 4)
#define   NONPRIV_SLOTS		12
#define   NONPRIV_READ		BIT(28)
#define   NONPRIV_RANGE_4	1

/* Interrupts. GT group n: ISR, IMR, IIR, IER at GT_IRQ(n) + 0, 4, 8, c. */
#define MASTER_IRQ		0x44200
#define   MASTER_ENABLE		BIT(31)
#define GT_IRQ(n)		(0x44300 + (n) * 0x10)
#define PIPE_IRQ(n)		(0x44400 + (n) * 0x10)
#define PORT_IRQ		0x44440
#define MISC_IRQ		0x44460
#define PCU_IRQ			0x444e0
#define PCH_IRQ			0xc4000
#define   IRQ_IMR		0x4
#define   IRQ_IIR		0x8
#define   IRQ_IER		0xc
#define   ENGINE_IRQ_USER	BIT(0)
#define   ENGINE_IRQ_ERROR	BIT(3)
#define   ENGINE_IRQ_SWITCH	BIT(8)

/* GT. */
#define MCR_SELECTOR		0xfdc
#define   MCR_MASK		GENMASK(27, 24)
#define   MCR_SLICE(s)		((s) << 26)
#define   MCR_SUBSLICE(s)	((s) << 24)
#define PRIVATE_PAT_LO		0x40e0
#define PRIVATE_PAT_HI		0x40e4
#define GTT_CACHE_EN		0x4024
#define GAMW_ECO		0x4080
#define   GAMW_64K_PAGES	0xf
#define RING_FAULT		0x4094
#define   FAULT_VALID		BIT(0)
#define FAULT_DATA0		0x4b10
#define FAULT_DATA1		0x4b14
#define L3_LRA_1_GPGPU		0x4dd4
#define FUSE2			0x9120
#define GDRST			0x941c
#define   GDRST_FULL		BIT(0)
#define L3CC(i)			(0xb020 + (i) * 4)
#define FENCE_LO(n)		(0x100000 + (n) * 8)
#define FENCE_HI(n)		(0x100004 + (n) * 8)
#define FLSH_CNTL		0x101008

/* Frequency. */
#define RPNSWREQ		0xa008
#define RC_VIDEO_FREQ		0xa00c
#define RP_STATUS		0xa01c
#define RP_CONTROL		0xa024
#define RP_IDLE_HYSTERESIS	0xa070
#define RC_CONTROL		0xa090
#define RC_STATE		0xa094
#define PG_ENABLE		0xa210
#define RP_STATE_CAP		0x145998

/* Display, read only: where the firmware's console is. Pipe step 0x1000, plane step 0x100. */
#define PLANE_CTL(pipe, plane)	(0x70180 + (pipe) * 0x1000 + (plane) * 0x100)
#define   PLANE_ENABLE		BIT(31)
#define   PLANE_TILING		GENMASK(12, 10)
#define PLANE_STRIDE(pipe, plane) (0x70188 + (pipe) * 0x1000 + (plane) * 0x100)
#define PLANE_SIZE(pipe, plane)	(0x70190 + (pipe) * 0x1000 + (plane) * 0x100)
#define PLANE_SURF(pipe, plane)	(0x7019c + (pipe) * 0x1000 + (plane) * 0x100)
#define POWER_WELL_CTL		0x45404
#define   POWER_WELL_2_ON	BIT(30)

/* PCI config space. */
#define GMCH_CTL		0x50
#define   GMCH_GGMS		GENMASK(7, 6)

#endif
