// SPDX-License-Identifier: GPL-2.0
/*
 * The register table, part one: the block that every command streamer has, by
 * offset from its base. Offsets and bits from i915 gt/intel_engine_regs.h and
 * gt/intel_lrc_reg.h; the 0x400 block and the GPRs also from genxml gen90.xml.
 */
#include <linux/kernel.h>

#include "regs.h"

#define ROW	IVGPU_ROW
#define RO	IVGPU_RO
#define MASKED	.flags = IVGPU_REG_MASKED
#define CONTEXT	.class = IVGPU_REG_CONTEXT
#define OWNED	.class = IVGPU_REG_ENGINE
#define H(x)	.handler = IVGPU_H_##x
#define CMD(x)	.access = IVGPU_CMD_##x

const struct ivgpu_reg ivgpu_ring_rows[IVGPU_NR_RING_ROWS] = {
	ROW(0x028, 1, "EXCC", MASKED, CONTEXT),
	ROW(0x030, 1, "RING_TAIL", H(RING), CONTEXT, CMD(STORE)),
	ROW(0x034, 1, "RING_HEAD", H(RING), CONTEXT, CMD(STORE)),
	ROW(0x038, 1, "RING_START", H(RING), CONTEXT),
	ROW(0x03c, 1, "RING_CTL", H(RING), CONTEXT, CMD(STORE)),
	ROW(0x040, 3, "RING_SYNC"),
	ROW(0x050, 1, "PSMI_CTL", MASKED),
	ROW(0x054, 1, "RING_MAX_IDLE"),
	ROW(0x05c, 1, "ACTHD_UDW", H(RING), RO, CONTEXT),
	ROW(0x060, 1, "DMA_FADD_UDW", RO),
	ROW(0x064, 1, "IPEIR", RO),
	ROW(0x068, 1, "IPEHR", H(RING), RO),
	ROW(0x06c, 1, "INSTDONE", .reset = ~0u, RO),
	ROW(0x070, 1, "INSTPS", RO),
	ROW(0x074, 1, "ACTHD", H(RING), RO, CONTEXT),
	ROW(0x078, 1, "DMA_FADD", RO),
	ROW(0x080, 1, "HWS_PGA", H(HWS_PGA)),
	ROW(0x08c, 1, "RING_ID", RO),
	ROW(0x094, 1, "NOPID", CONTEXT, CMD(LRI)),
	ROW(0x098, 1, "HWSTAM", .reset = ~0u),
	ROW(0x09c, 1, "MI_MODE", H(MI_MODE), MASKED, .reset = 0x200, .ro = 0x200),
	ROW(0x0a8, 1, "RING_IMR", H(RING_IMR), .reset = ~0u),
	ROW(0x0b0, 1, "EIR", .w1c = ~0u),
	ROW(0x0b4, 1, "EMR", .reset = ~0u),
	ROW(0x0b8, 1, "ESR", H(ESR), RO),
	ROW(0x0c0, 1, "INSTPM", MASKED, CONTEXT, CMD(LRI)),
	ROW(0x0c4, 1, "CMD_CCTL", CONTEXT),
	ROW(0x0c8, 1, "R_PWR_CLK_STATE", CONTEXT, CMD(LRI)),
	ROW(0x0d0, 1, "RESET_CTL", H(RESET_CTL), MASKED, .ro = 0x6),
	ROW(0x110, 1, "BB_STATE", CONTEXT),
	ROW(0x114, 1, "SBB_ADDR", CONTEXT),
	ROW(0x118, 1, "SBB_STATE", CONTEXT),
	ROW(0x11c, 1, "SBB_ADDR_UDW", CONTEXT),
	ROW(0x140, 1, "BB_ADDR", CONTEXT),
	ROW(0x158, 1, "BB_OFFSET", CONTEXT),
	ROW(0x168, 1, "BB_ADDR_UDW", CONTEXT),
	ROW(0x180, 1, "CCID"),
	ROW(0x1c0, 1, "BB_PER_CTX_PTR", CONTEXT),
	ROW(0x1c4, 1, "INDIRECT_CTX", CONTEXT),
	ROW(0x1c8, 1, "INDIRECT_CTX_OFFSET", CONTEXT),
	ROW(0x1d0, 1, "ECOSKPD", MASKED),
	ROW(0x20c, 1, "CSCMDOP", RO),
	ROW(0x220, 1, "PP_DIR_DCLV"),
	ROW(0x228, 1, "PP_DIR_BASE"),
	ROW(0x230, 1, "ELSP", H(ELSP)),
	ROW(0x234, 2, "EXECLIST_STATUS", H(EXECLIST_STATUS), RO),
	ROW(0x244, 1, "CTX_CONTROL", MASKED, CONTEXT),
	ROW(0x24c, 1, "SEMA_WAIT_POLL", CONTEXT),
	ROW(0x270, 8, "PDP", CONTEXT),
	ROW(0x29c, 1, "RING_MODE", MASKED),
	ROW(0x358, 2, "TIMESTAMP", H(TIMESTAMP), RO, CMD(STORE)),
	ROW(0x370, 12, "CSB", H(CSB), RO),
	ROW(0x3a0, 1, "CSB_PTR", H(CSB_PTR)),
	ROW(0x3a8, 1, "CTX_TIMESTAMP", CONTEXT, CMD(STORE)),
	ROW(0x3b8, 2, "PREDICATE_RESULT_2", CONTEXT, CMD(RW)),
	ROW(0x400, 2, "MI_PREDICATE_SRC0", CONTEXT, CMD(RW)),
	ROW(0x408, 2, "MI_PREDICATE_SRC1", CONTEXT, CMD(RW)),
	ROW(0x410, 2, "MI_PREDICATE_DATA", CONTEXT, CMD(RW)),
	ROW(0x418, 1, "MI_PREDICATE_RESULT", CONTEXT, CMD(RW)),
	ROW(0x41c, 1, "MI_PREDICATE_RESULT_1", CONTEXT, CMD(RW)),
	/* drivers write it by command as well, which goes nowhere: we switch the slots */
	ROW(0x4d0, 12, "FORCE_TO_NONPRIV", H(NONPRIV), OWNED, .access = IVGPU_CMD_DROP),
	ROW(0x600, 32, "CS_GPR", CONTEXT, CMD(RW)),
};

