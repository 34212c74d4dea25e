// SPDX-License-Identifier: GPL-2.0
/*
 * What is audited in commands of the render engine beside MI: PIPE_CONTROL.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define PC_GGTT			BIT(24)
#define PC_MMIO_WRITE		BIT(23)
#define PC_STORE_INDEX		BIT(21)
#define PC_POST_SYNC(dw)	(((dw) >> 14) & 3)

/*
 * PIPE_CONTROL writes after it has waited: eight bytes of memory (immediate
 * data, depth count, time stamp), or a register when bit 23 is set (Mesa genxml
 * gen9.xml PIPE_CONTROL; i915 gt/intel_gpu_commands.h). As an index (bit 21) the
 * write stays in the running context's own page.
 */
void ivgpu_audit_pipe_control(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 address[2] = { dw[2] & ~3u, dw[3] };

	if (dw[1] & PC_MMIO_WRITE) {
		ivgpu_cmd_audit_register(walk, IVGPU_REG_LOAD_IMM, &dw[2], &dw[4]);
		if (!PC_POST_SYNC(dw[1]))
			return;
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[1]);
		return;
	}
	if (!PC_POST_SYNC(dw[1]))
		return;
	if (!(dw[1] & PC_STORE_INDEX))
		ivgpu_cmd_audit_memory(walk, address, dw[1] & PC_GGTT, 8);
	else if (address[1] || address[0] + 8 > IVGPU_PAGE_SIZE)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_GGTT_ADDRESS, address[0]);
}
