// SPDX-License-Identifier: GPL-2.0
/*
 * The MI commands, which all engines share.
 *
 * Sources: opcodes, lengths, addresses and flag bits from Mesa genxml gen80.xml and
 * gen90.xml (25.0.7) and i915 gt/intel_gpu_commands.h (6.12); MI_SET_APPID and
 * MI_UPDATE_GTT from i915 gvt/cmd_parser.c. What MI_UPDATE_GTT, MI_DISPLAY_FLIP and
 * the like would do to other guests is inferred from their descriptions there.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

/* Memory by a 64-bit address, in the GGTT where bit @_flag of dword @_in is set. */
#define MEMORY(_dword, _low, _in, _flag, _bytes)				\
	{ IVGPU_OPERAND_MEMORY, (_dword), (_low), 63, (_in), (_flag), (_bytes), .count = 1 }
#define EITHER(_dword, _low, _bytes)						\
	{ IVGPU_OPERAND_EITHER, (_dword), (_low), 63, .bytes = (_bytes), .count = 1 }
#define REGISTER(_kind, _dword)							\
	{ IVGPU_OPERAND_##_kind, (_dword), 2, 22, .count = 1 }
#define REGISTER_IF(_kind, _dword, _in, _flag)					\
	{ IVGPU_OPERAND_##_kind, (_dword), 2, 22, (_in), (_flag), .count = 1 }

/* Display commands are known to the render engine and the blitter. */
#define IVGPU_ON_DISPLAY	(IVGPU_ON_RCS | IVGPU_ON_BCS)

#define MI(_name, _engines, _length, ...) {					\
	.name = "MI_" _name, .engines = IVGPU_GEN89(IVGPU_ON_##_engines), \
	_length, __VA_ARGS__ }
#define LENGTH				IVGPU_LENGTH
#define ONE				IVGPU_ONE_DWORD(0)
#define RULE(_rule)			.rule = IVGPU_RULE_##_rule
#define JUDGED(...)			.rule = IVGPU_RULE_OPERANDS, IVGPU_OPERANDS(__VA_ARGS__)
#define AUDITED(_audit)			.rule = IVGPU_RULE_AUDIT, .audit = (_audit)

const struct ivgpu_cmd_row ivgpu_cmd_mi[IVGPU_CMD_MI_ROWS] = {
	[0x00] = MI("NOOP", ALL, ONE, RULE(ALLOW)),
	[0x01] = MI("SET_PREDICATE", ALL, ONE, RULE(ALLOW)),
	[0x02] = MI("USER_INTERRUPT", ALL, ONE, RULE(ALLOW)),
	/* The events are those of the host's display. */
	[0x03] = MI("WAIT_FOR_EVENT", DISPLAY, ONE, RULE(DROP)),
	/* i915_cmd_parser.c lets blitter batches of Gen9 have it; its effect is told nowhere. */
	[0x04] = MI("FLUSH", BCS, ONE, RULE(DROP)),
	[0x05] = MI("ARB_CHECK", ALL, ONE, RULE(ALLOW)),
	[0x06] = MI("RS_CONTROL", RCS, ONE, RULE(ALLOW)),
	[0x07] = MI("REPORT_HEAD", ALL, ONE, RULE(DROP)),
	[0x08] = MI("ARB_ON_OFF", ALL, ONE, AUDITED(ivgpu_audit_arb_on_off)),
	[0x09] = MI("URB_ATOMIC_ALLOC", RCS, ONE, RULE(ALLOW)),
	[0x0a] = MI("BATCH_BUFFER_END", ALL, ONE, AUDITED(ivgpu_audit_batch_end)),
	[0x0b] = MI("SUSPEND_FLUSH", ALL, ONE, RULE(DROP)),
	[0x0c] = MI("PREDICATE", ALL, ONE, RULE(ALLOW)),
	[0x0d] = MI("TOPOLOGY_FILTER", RCS, ONE, RULE(ALLOW)),
	[0x0e] = MI("SET_APPID", ALL, ONE, RULE(DROP)),
	[0x0f] = MI("RS_CONTEXT", RCS, ONE, RULE(ALLOW)),
	/* The host's display is not the guest's. */
	[0x12] = MI("LOAD_SCAN_LINES_INCL", DISPLAY, LENGTH(2, 2, 6), RULE(DROP)),
	[0x13] = MI("LOAD_SCAN_LINES_EXCL", DISPLAY, LENGTH(2, 2, 6), RULE(DROP)),
	[0x14] = MI("DISPLAY_FLIP", DISPLAY, LENGTH(3, 10, 8), RULE(REFUSE),
		    IVGPU_OPERANDS(IVGPU_OFFSET(2, 12, 31), IVGPU_OFFSET(3, 12, 31))),
	/* Contexts are switched by execlists alone. */
	[0x18] = MI("SET_CONTEXT", ALL, LENGTH(2, 2, 8), RULE(REFUSE),
		    IVGPU_OPERANDS(IVGPU_OFFSET(1, 12, 31))),
	[0x19] = {
		.name = "MI_URB_CLEAR", .engines = IVGPU_GEN8(IVGPU_ON_RCS),
		IVGPU_LENGTH(2, 2, 8),
	},
	[0x1a] = MI("MATH", ALL, IVGPU_LENGTH_89(2, 65, 2, 257, 8), RULE(ALLOW)),
	/* Names a context by its hardware id, which a guest does not know. */
	[0x1b] = MI("SEMAPHORE_SIGNAL", ALL, LENGTH(2, 2, 8), RULE(REFUSE)),
	[0x1c] = MI("SEMAPHORE_WAIT", ALL, LENGTH(4, 4, 8), AUDITED(ivgpu_audit_semaphore_wait),
		    IVGPU_OPERANDS(MEMORY(2, 2, 0, 22, 4), REGISTER_IF(READ, 2, 0, 16))),
	[0x1d] = MI("FORCE_WAKEUP", ALL, LENGTH(2, 2, 8), RULE(DROP)),
	[0x20] = MI("STORE_DATA_IMM", ALL, LENGTH(4, 1025, 10),
		    JUDGED(MEMORY(1, 2, 0, 22, 0))),
	/*
	 * Bit 21 names the page of the running context, which is the guest's own; without
	 * it the write goes to the engine's page, which is the module's.
	 */
	[0x21] = MI("STORE_DATA_INDEX", ALL, LENGTH(3, 4, 8),
		    JUDGED({ IVGPU_OPERAND_INDEX, 1, 2, 11, 0, 21, .count = 1 })),
	[0x22] = MI("LOAD_REGISTER_IMM", ALL, LENGTH(3, 257, 8), AUDITED(ivgpu_audit_lri),
		    IVGPU_OPERANDS({ IVGPU_OPERAND_LOAD, 1, 2, 22, .stride = 2 })),
	[0x23] = MI("UPDATE_GTT", ALL, LENGTH(2, 1025, 10), RULE(REFUSE),
		    IVGPU_OPERANDS(IVGPU_OFFSET(1, 12, 31))),
	[0x24] = MI("STORE_REGISTER_MEM", ALL, LENGTH(4, 4, 8),
		    JUDGED(REGISTER(READ, 1), MEMORY(2, 2, 0, 22, 4))),
	[0x26] = MI("FLUSH_DW", XCS, LENGTH(2, 5, 6), AUDITED(ivgpu_audit_flush_dw),
		    IVGPU_OPERANDS({ IVGPU_OPERAND_POST_SYNC, 1, 3, 47, 1, 2, 8, .count = 1 })),
	[0x27] = MI("CLFLUSH", RCS, LENGTH(3, 1025, 10), RULE(DROP_USER),
		    IVGPU_OPERANDS(MEMORY(1, 12, 0, 22, IVGPU_PAGE_SIZE))),
	[0x28] = MI("REPORT_PERF_COUNT", RCS, LENGTH(4, 4, 6),
		    JUDGED(MEMORY(1, 6, 1, 0, 256))),
	[0x29] = MI("LOAD_REGISTER_MEM", ALL, LENGTH(4, 4, 8),
		    JUDGED(REGISTER(WRITE, 1), MEMORY(2, 2, 0, 22, 4))),
	[0x2a] = MI("LOAD_REGISTER_REG", ALL, LENGTH(3, 3, 8),
		    JUDGED(REGISTER(READ, 1), REGISTER(WRITE, 2))),
	/* genxml has no bit that chooses the space, and i915 never emits them: users only. */
	[0x2b] = MI("RS_STORE_DATA_IMM", RCS, LENGTH(4, 4, 8), JUDGED(EITHER(1, 2, 4))),
	[0x2c] = MI("LOAD_URB_MEM", RCS, LENGTH(4, 4, 8), JUDGED(EITHER(2, 6, 64))),
	[0x2d] = MI("STORE_URB_MEM", RCS, LENGTH(4, 4, 8), JUDGED(EITHER(2, 6, 64))),
	[0x2e] = MI("COPY_MEM_MEM", ALL, LENGTH(5, 5, 8),
		    JUDGED(MEMORY(1, 2, 0, 21, 4), MEMORY(3, 2, 0, 22, 4))),
	/* Bits 20:19 say how much of the 16 bytes it changes. */
	[0x2f] = MI("ATOMIC", ALL, LENGTH(3, 11, 8), AUDITED(ivgpu_audit_atomic),
		    IVGPU_OPERANDS(MEMORY(1, 2, 0, 22, 16))),
	[0x31] = MI("BATCH_BUFFER_START", ALL, LENGTH(3, 3, 8), AUDITED(ivgpu_audit_batch_start),
		    IVGPU_OPERANDS({ IVGPU_OPERAND_BATCH, 1, 2, 63, 0, 8, 4, .count = 1 })),
	[0x36] = MI("CONDITIONAL_BATCH_BUFFER_END", ALL, LENGTH(4, 4, 8),
		    AUDITED(ivgpu_audit_conditional_end), IVGPU_OPERANDS(MEMORY(2, 3, 0, 22, 8))),
};
