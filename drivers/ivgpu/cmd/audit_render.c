// SPDX-License-Identifier: GPL-2.0
/*
 * What is audited in commands of the render engine beside MI: PIPE_CONTROL.
 */
#include <linux/kernel.h>

#include "cmd_table.h"

#define PC_GGTT			BIT(24)
#define PC_MMIO_WRITE		BIT(23)
#define PC_STORE_INDEX		BIT(21)
#define PC_POST_SYNC		(3u << 14)

/*
 * PIPE_CONTROL writes after it has waited: eight bytes of memory (immediate
 * data, depth count, time stamp), or a register when bit 23 is set (Mesa genxml
 * gen90.xml PIPE_CONTROL; i915 gt/intel_gpu_commands.h). What it does with both
 * is told nowhere.
 */
void ivgpu_audit_pipe_control(struct ivgpu_cmd_walk *walk, u32 *dw, u32 len)
{
	u32 writes = dw[1] & (PC_MMIO_WRITE | PC_POST_SYNC);

	if (!writes)
		return;
	if (!(writes & PC_MMIO_WRITE)) {
		/* Most write to the context's own space. */
		if (dw[1] & (PC_GGTT | PC_STORE_INDEX))
			ivgpu_cmd_audit_post_sync(walk, dw);
		return;
	}
	ivgpu_cmd_audit_register(walk, IVGPU_REG_LOAD_IMM, &dw[2], &dw[4]);
	if (writes & PC_POST_SYNC)
		ivgpu_cmd_refuse(walk, IVGPU_CMD_FORBIDDEN, dw[1]);
}
