// SPDX-License-Identifier: GPL-2.0
/*
 * Faults and hangs.
 *
 * Fault registers: i915 gt/intel_gt_regs.h (GEN8_RING_FAULT_REG 0x4094: bit 0 valid, 2:1 type,
 * 10:3 source, bit 11 GGTT, 14:12 engine; address in FAULT_TLB_DATA 0x4b10/0x4b14). Engine
 * numbers: i915 gt/intel_gt.c and engine hw ids (RCS 0, VCS 1, BCS 2, VECS 3, VCS2 4). That a
 * fault of a legacy context stops the engine for good: i915 gt/intel_lrc.h (FAULT_AND_HANG).
 * EIR bit 0 is the instruction error (i915_reg.h I915_ERROR_INSTRUCTION).
 */
#include "fault.h"

#include "gpu.h"
#include "irq.h"

#define REG_RING_FAULT 0x4094
#define REG_FAULT_TLB_DATA0 0x4b10
#define REG_FAULT_TLB_DATA1 0x4b14
#define EIR_INSTRUCTION_ERROR 1

static const uint8_t hw_id[NUM_ENGINES] = {
	[RCS] = 0, [VCS0] = 1, [BCS] = 2, [VECS] = 3, [VCS1] = 4,
};

static void hang(struct engine *e)
{
	if (e->hung)
		return;
	e->hung = true;
	e->nr_hangs++;
}

void fault_record(struct engine *e, enum address_space space, uint64_t addr, bool write,
		  unsigned int level)
{
	struct gpu *gpu = e->gpu;

	log_line(LOG_FAULT,
		 "%s context %#x: %s of unmapped %s %#llx (level %u) by command %#x at %#llx",
		 e->name, engine_context_id(e), write ? "write" : "read",
		 space == SPACE_GGTT ? "GGTT" : "PPGTT", (unsigned long long)addr, level,
		 e->exec_cmd, (unsigned long long)e->exec_addr);
	if (!(*gpu_reg(gpu, REG_RING_FAULT) & 1)) {
		*gpu_reg(gpu, REG_FAULT_TLB_DATA0) = (uint32_t)(addr >> 12);
		*gpu_reg(gpu, REG_FAULT_TLB_DATA1) = (uint32_t)(addr >> 44 & 0xf) |
			(space == SPACE_GGTT ? 1 << 4 : 0);
		*gpu_reg(gpu, REG_RING_FAULT) = 1 | (level > 1 ? 1 << 1 : 0) |
			(space == SPACE_GGTT ? 1 << 11 : 0) | (uint32_t)hw_id[e->id] << 12;
	}
	hang(e);
}

void fault_bad_command(struct engine *e, const char *why)
{
	log_line(LOG_CMD, "%s context %#x: %s: %#x at %#llx; engine stops", e->name,
		 engine_context_id(e), why, e->exec_cmd, (unsigned long long)e->exec_addr);
	hang(e);
	irq_error(e, EIR_INSTRUCTION_ERROR);
}
