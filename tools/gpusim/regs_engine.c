// SPDX-License-Identifier: GPL-2.0
/*
 * Registers that each engine has at its own base. Offsets and names: i915
 * gt/intel_engine_regs.h; the context-saved ones also gt/intel_lrc.c (offset lists).
 */
#include "regs.h"

#include "cs.h"
#include "execlist.h"
#include "gpu.h"
#include "irq.h"
#include "reset.h"
#include "timestamp.h"
#include "util.h"

#define ROW(o, c, k, n, ...) \
	{ .off = (o), .count = (c), .kind = (k), .domain = DOMAIN_ENGINE, .name = n, __VA_ARGS__ }
#define R(o, c, n, ...) ROW(o, c, REG_RW, n, __VA_ARGS__)
#define M(o, c, n, ...) ROW(o, c, REG_MASKED, n, __VA_ARGS__)
#define RO(o, c, n, ...) ROW(o, c, REG_RO, n, __VA_ARGS__)

static const struct reg_row rows[] = {
	R(0x028, 1, "EXCC"),
	R(0x030, 1, "RING_TAIL", .write = cs_write_tail),
	R(0x034, 1, "RING_HEAD"),
	R(0x038, 1, "RING_START"),
	R(0x03c, 1, "RING_CTL", .read = cs_read_ctl, .write = cs_write_ctl),
	R(0x040, 3, "RING_SYNC"),
	M(0x050, 1, "RING_PSMI_CTL", .reset = 0x8),
	R(0x054, 1, "RING_MAX_IDLE", .reset = 10),
	RO(0x05c, 1, "RING_ACTHD_UDW", .read = cs_read_acthd_udw),
	RO(0x060, 1, "RING_DMA_FADD_UDW", .read = cs_read_acthd_udw),
	RO(0x064, 1, "RING_IPEIR"),
	R(0x068, 1, "RING_IPEHR"),
	RO(0x06c, 1, "RING_INSTDONE", .read = cs_read_instdone),
	RO(0x070, 1, "RING_INSTPS"),
	RO(0x074, 1, "RING_ACTHD", .read = cs_read_acthd),
	RO(0x078, 1, "RING_DMA_FADD", .read = cs_read_acthd),
	R(0x080, 1, "RING_HWS_PGA"),
	R(0x084, 1, "RING_CMD_BUF_CCTL"),
	R(0x088, 1, "IPEIR"),
	RO(0x08c, 1, "RING_ID"),
	RO(0x094, 1, "RING_NOPID"),
	R(0x098, 1, "RING_HWSTAM", .reset = 0xffffffff),
	M(0x09c, 1, "RING_MI_MODE", .reset = 0x200, .read = cs_read_mi_mode,
	  .write = cs_write_mi_mode),
	R(0x0a8, 1, "RING_IMR", .reset = 0xffffffff, .write = irq_write_ring_imr),
	ROW(0x0b0, 1, REG_W1C, "RING_EIR", .write = irq_write_eir),
	R(0x0b4, 1, "RING_EMR", .reset = 0xffffffff, .write = irq_write_emr),
	RO(0x0b8, 1, "RING_ESR"),
	M(0x0c0, 1, "RING_INSTPM"),
	R(0x0c4, 1, "RING_CMD_CCTL"),
	R(0x0c8, 1, "R_PWR_CLK_STATE"),
	M(0x0d0, 1, "RING_RESET_CTL", .read = reset_read_ctl, .write = reset_write_ctl),
	R(0x110, 1, "RING_BBSTATE"),
	R(0x114, 1, "RING_SBBADDR"),
	R(0x118, 1, "RING_SBBSTATE"),
	R(0x11c, 1, "RING_SBBADDR_UDW"),
	R(0x134, 1, "RING_UHPTR"),
	R(0x140, 1, "RING_BBADDR"),
	R(0x150, 1, "RING_BB_START_ADDR"),
	R(0x154, 1, "RING_BB_START_ADDR_UDW"),
	R(0x158, 1, "RING_BB_OFFSET"),
	R(0x168, 1, "RING_BBADDR_UDW"),
	R(0x170, 1, "RING_BB_START_UDW"),
	R(0x178, 1, "RING_RCCID"),
	R(0x17c, 1, "RING_RCCID_UDW"),
	R(0x180, 1, "CCID"),
	R(0x1c0, 1, "RING_BB_PER_CTX_PTR"),
	R(0x1c4, 1, "RING_INDIRECT_CTX"),
	R(0x1c8, 1, "RING_INDIRECT_CTX_OFFSET"),
	M(0x1d0, 1, "ECOSKPD"),
	M(0x200, 1, "BCS_SWCTRL"),
	R(0x204, 1, "BLIT_CCTL"),
	R(0x20c, 1, "RING_CSCMDOP"),
	R(0x220, 1, "RING_PP_DIR_DCLV"),
	R(0x228, 1, "RING_PP_DIR_BASE"),
	R(0x230, 1, "RING_ELSP", .write = execlist_write_elsp),
	RO(0x234, 2, "RING_EXECLIST_STATUS", .read = execlist_read_status),
	M(0x244, 1, "RING_CONTEXT_CONTROL"),
	R(0x24c, 1, "RING_SEMA_WAIT_POLL"),
	R(0x270, 8, "RING_PDP"),
	M(0x29c, 1, "RING_MODE"),
	RO(0x358, 2, "RING_TIMESTAMP", .read = timestamp_read),
	RO(0x370, 12, "RING_CONTEXT_STATUS_BUF"),
	M(0x3a0, 1, "RING_CONTEXT_STATUS_PTR", .reset = 0x505, .write = execlist_write_csb_ptr),
	R(0x3a8, 1, "RING_CTX_TIMESTAMP", .read = timestamp_read_context),
	R(0x3b8, 1, "RING_PREDICATE_RESULT"),
	R(0x3bc, 1, "MI_PREDICATE_RESULT_2", .reset = 1),
	R(0x400, 8, "MI_PREDICATE"),
	R(0x4d0, 12, "RING_FORCE_TO_NONPRIV"),
	RO(0x510, 2, "RING_EXECLIST_SQ_CONTENTS"),
	RO(0x518, 1, "RING_PP_DIR_BASE_READ"),
	R(0x600, 32, "CS_GPR"),
};

const struct reg_table regs_engine = { rows, ARRAY_SIZE(rows), true };
