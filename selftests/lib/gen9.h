/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the tests know of a Gen9 GPU: registers, page table bits and commands.
 *
 * The tests keep a set of definitions of their own, so that a wrong figure in the
 * module is not confirmed by the same wrong figure here.  Sources: Linux 6.12 i915
 * gt/intel_engine_regs.h, gt/intel_lrc_reg.h, gt/intel_gpu_commands.h, i915_pvinfo.h,
 * i915_reg.h, and Mesa genxml gen90.xml.
 */
#ifndef SELFTESTS_GEN9_H
#define SELFTESTS_GEN9_H

#define BIT(n)			(1u << (n))
#define BIT_ULL(n)		(1ull << (n))

/* BAR0: registers in the first 2 MiB, GGTT entries from 8 MiB */
#define BAR0_SIZE		0x1000000u
#define BAR0_GGTT		0x800000u
#define GGTT_PTES		(BAR0_SIZE - BAR0_GGTT)

/* PVINFO page (i915_pvinfo.h) */
#define PVINFO			0x78000
#define PVINFO_MAGIC		0x4776544776544776ull
#define PVINFO_VERSION		0x78008
#define PVINFO_CAPS		0x78010
#define   PVINFO_CAP_FULL_PPGTT	BIT(2)
#define   PVINFO_CAP_HWSP	BIT(3)
#define   PVINFO_CAP_HUGE_GTT	BIT(4)
#define PVINFO_LOW_BASE		0x78040
#define PVINFO_LOW_SIZE		0x78044
#define PVINFO_HIGH_BASE	0x78048
#define PVINFO_HIGH_SIZE	0x7804c
#define PVINFO_FENCES		0x78050
#define PVINFO_DISPLAY_READY	0x78804
#define PVINFO_G2V		0x78818
#define   G2V_L3_CREATE		2
#define   G2V_L3_DESTROY	3
#define   G2V_L4_CREATE		4
#define   G2V_L4_DESTROY	5
#define PVINFO_PDP(n, high)	(0x78838 + (n) * 8 + (high) * 4)

/* Engines: register block of each, and offsets in it */
#define RCS_BASE		0x02000
#define VCS_BASE		0x12000
#define VECS_BASE		0x1a000
#define BCS_BASE		0x22000
#define RING_TAIL		0x30
#define RING_HEAD		0x34
#define RING_START		0x38
#define RING_CTL		0x3c
#define RING_ACTHD		0x74
#define RING_HWS_PGA		0x80
#define RING_HWSTAM		0x98
#define RING_MI_MODE		0x9c
#define   MI_MODE_STOP		BIT(8)
#define   MI_MODE_IDLE		BIT(9)
#define RING_IMR		0xa8
#define RING_EIR		0xb0
#define RING_EMR		0xb4
#define RING_ESR		0xb8
#define RING_INSTPM		0xc0
#define RING_RESET_CTL		0xd0
#define   RESET_CTL_REQUEST	BIT(0)
#define   RESET_CTL_READY	BIT(1)
#define RING_BB_STATE		0x110
#define RING_BBADDR		0x140
#define RING_ELSP		0x230
#define RING_ELSP_STATUS	0x234
#define RING_CTX_CONTROL	0x244
#define   CTX_CTRL_RESTORE_INHIBIT BIT(0)
#define   CTX_CTRL_INHIBIT_SYN	BIT(3)
#define RING_MODE		0x29c
#define   RING_MODE_EXECLIST	BIT(15)
#define RING_TIMESTAMP		0x358
#define RING_CSB(n)		(0x370 + (n) * 8)
#define RING_CSB_PTR		0x3a0
#define RING_NONPRIV(n)		(0x4d0 + (n) * 4)
#define RING_GPR(n)		(0x600 + (n) * 8)

#define MASKED_ON(bits)		((bits) * 0x10001u)
#define MASKED_OFF(bits)	((bits) << 16)

/* GT and interrupts */
#define GFX_FLSH_CNTL		0x101008
#define GDRST			0x941c
#define   GDRST_FULL		BIT(0)
#define   GDRST_RENDER		BIT(1)
#define   GDRST_MEDIA		BIT(2)
#define   GDRST_BLT		BIT(3)
#define   GDRST_VECS		BIT(4)
#define FORCEWAKE_RENDER	0xa278
#define FORCEWAKE_RENDER_ACK	0x0d84
#define FORCEWAKE_MEDIA		0xa270
#define FORCEWAKE_MEDIA_ACK	0x0d88
#define FORCEWAKE_GT		0xa188
#define FORCEWAKE_GT_ACK	0x130044
#define MASTER_IRQ		0x44200
#define   MASTER_IRQ_ENABLE	BIT(31)
#define GT_ISR(n)		(0x44300 + (n) * 0x10)
#define GT_IMR(n)		(0x44304 + (n) * 0x10)
#define GT_IIR(n)		(0x44308 + (n) * 0x10)
#define GT_IER(n)		(0x4430c + (n) * 0x10)
#define   GT_IRQ_USER		BIT(0)
#define   GT_IRQ_CS_ERROR	BIT(3)
#define   GT_IRQ_CTX_SWITCH	BIT(8)
#define PCODE_MAILBOX		0x138124
#define PAT_LO			0x40e0
#define PAT_HI			0x40e4
#define FENCE(n)		(0x100000 + (n) * 8)
#define FUSE2			0x9120
#define CTC_MODE		0xa26c
#define RP_STATE_CAP		0x145998

/* Page table entries, all levels */
#define PTE_PRESENT		BIT_ULL(0)
#define PTE_WRITE		BIT_ULL(1)
#define PDE_PS_2M		BIT_ULL(7)
#define PDE_IPS_64K		BIT_ULL(11)

/* Execlist descriptor and context status events */
#define DESC_VALID		BIT_ULL(0)
#define DESC_FORCE_RESTORE	BIT_ULL(2)
#define DESC_LEGACY_64B		(3ull << 3)
#define DESC_LEGACY_32B		BIT_ULL(3)
#define DESC_PRIVILEGE		BIT_ULL(8)
#define DESC_ID_SHIFT		32
#define CSB_IDLE_ACTIVE		BIT(0)
#define CSB_PREEMPTED		BIT(1)
#define CSB_ELEMENT_SWITCH	BIT(2)
#define CSB_ACTIVE_IDLE		BIT(3)
#define CSB_COMPLETE		BIT(4)
#define CSB_LITE_RESTORE	BIT(15)
#define CSB_ENTRIES		6
#define HWSP_CSB_DW		0x10
#define HWSP_CSB_WRITE_DW	0x1f

/* Context image page 1: index of the dword that holds the register's offset */
#define CTX_DW_CONTROL		0x02
#define CTX_DW_HEAD		0x04
#define CTX_DW_TAIL		0x06
#define CTX_DW_START		0x08
#define CTX_DW_CTL		0x0a
#define CTX_DW_BBADDR_UDW	0x0c
#define CTX_DW_BBADDR		0x0e
#define CTX_DW_BB_STATE		0x10
#define CTX_DW_SBB_UDW		0x12
#define CTX_DW_SBB		0x14
#define CTX_DW_SBB_STATE	0x16
#define CTX_DW_WA_PER_CTX	0x18
#define CTX_DW_WA_INDIRECT	0x1a
#define CTX_DW_WA_INDIRECT_OFF	0x1c
#define CTX_DW_TIMESTAMP	0x22
#define CTX_DW_PDP3_UDW		0x24
#define CTX_DW_PDP0_UDW		0x30
#define CTX_DW_PDP0_LDW		0x32
#define CTX_DW_PWR_CLK		0x42
#define CTX_DW_LRI3		0x51
#define CTX_PAGES_RCS		22
#define CTX_PAGES_XCS		2

/* Commands */
#define MI(op, low)		(((unsigned int)(op) << 23) | (low))
#define MI_NOOP			0u
#define MI_SET_PREDICATE	MI(0x01, 0)
#define   MI_PREDICATE_ALWAYS	15u		/* from here on nothing is executed */
#define MI_USER_INTERRUPT	MI(0x02, 0)
#define MI_ARB_CHECK		MI(0x05, 0)
#define MI_ARB_ON_OFF		MI(0x08, 0)
#define   MI_ARB_ON		1u
#define MI_BATCH_BUFFER_END	MI(0x0a, 0)
#define MI_DISPLAY_FLIP		MI(0x14, 1)
#define MI_SEMAPHORE_WAIT	MI(0x1c, 2)
#define   MI_SEMAPHORE_POLL	BIT(15)
#define   MI_SEMAPHORE_EQ	(4u << 12)
#define MI_STORE_DATA_IMM	MI(0x20, 2)
#define   MI_STORE_QWORD	BIT(21)
#define   MI_USE_GGTT		BIT(22)
#define MI_STORE_DATA_INDEX	MI(0x21, 1)
#define MI_LRI(n)		MI(0x22, 2 * (n) - 1)
#define   MI_LRI_POSTED		BIT(12)
#define MI_UPDATE_GTT		MI(0x23, 0)
#define MI_SRM			MI(0x24, 2)
#define MI_FLUSH_DW(dwords)	MI(0x26, (dwords) - 2)
#define   FLUSH_DW_STORE_INDEX	BIT(21)
#define   FLUSH_DW_TLB		BIT(18)
#define   FLUSH_DW_WRITE	BIT(14)
#define   FLUSH_DW_TIMESTAMP	(3u << 14)
#define   FLUSH_DW_NOTIFY	BIT(8)
#define   FLUSH_DW_ADDR_GGTT	BIT(2)
#define MI_CLFLUSH		MI(0x27, 0)
#define MI_REPORT_PERF_COUNT	MI(0x28, 2)
#define MI_LRM			MI(0x29, 2)
#define MI_LRR			MI(0x2a, 1)
#define MI_COPY_MEM_MEM		MI(0x2e, 3)
#define   COPY_MEM_SRC_GGTT	BIT(22)
#define   COPY_MEM_DST_GGTT	BIT(21)
#define MI_ATOMIC		MI(0x2f, 1)
#define   MI_ATOMIC_INLINE	(BIT(18) | 8u)
#define   MI_ATOMIC_OP(op)	((unsigned int)(op) << 8)
#define   MI_ATOMIC_MOVE4	0x04
#define   MI_ATOMIC_INC4	0x05
#define MI_BATCH_BUFFER_START	MI(0x31, 1)
#define   BBS_PPGTT		BIT(8)
#define   BBS_SECOND_LEVEL	BIT(22)
#define MI_COND_BATCH_END	MI(0x36, 2)
#define MI_MATH(n)		MI(0x1a, (n) - 1)

#define PIPE_CONTROL		0x7a000004u
#define   PC_CS_STALL		BIT(20)
#define   PC_TLB_INVALIDATE	BIT(18)
#define   PC_STORE_INDEX	BIT(21)
#define   PC_POST_LRI		BIT(23)
#define   PC_GGTT		BIT(24)
#define   PC_QW_WRITE		BIT(14)
#define   PC_DEPTH_COUNT	(2u << 14)
#define   PC_TIMESTAMP		(3u << 14)
#define   PC_NOTIFY		BIT(8)
#define   PC_DC_FLUSH		BIT(5)
#define   PC_RT_FLUSH		BIT(12)

#define STATE_BASE_ADDRESS	0x61010011u

#define GFX_3DPRIMITIVE		0x7b000005u	/* seven dwords */
#define XY_COLOR_BLT		((2u << 29) | (0x50u << 22) | (3u << 20) | 5u)
#define XY_SRC_COPY_BLT		((2u << 29) | (0x53u << 22) | (3u << 20) | 8u)
#define   BLT_32BPP		(3u << 24)
#define   BLT_ROP_COPY		(0xccu << 16)
#define   BLT_ROP_FILL		(0xf0u << 16)

#endif
