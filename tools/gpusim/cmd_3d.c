// SPDX-License-Identifier: GPL-2.0
/*
 * 3D, GPGPU and media commands: told apart, measured and skipped; PIPE_CONTROL does its post-sync
 * operation, invalidation and notify. Fields: i915 gt/intel_gpu_commands.h (PIPE_CONTROL_*),
 * lengths of what no table names by command type: 8 bits on the render engine, 12 on video and
 * enhancement, one dword for subtype 1 (i915_cmd_parser.c).
 */
#include "cmd.h"
#include "cmd_3d_table.h"

#include <stddef.h>

#include "cache.h"
#include "gpu.h"
#include "gtt.h"
#include "irq.h"
#include "timestamp.h"
#include "util.h"

#define PIPE_CONTROL 0x7a00
#define PRIMITIVE 0x7b00
#define GPGPU_WALKER 0x7105
#define FAST_COPY 0x42		/* 2D opcode that Gen9 brought */
#define PC_GGTT BIT(24)
#define PC_MMIO_WRITE BIT(23)
#define PC_STORE_INDEX BIT(21)
#define PC_TLB_INVALIDATE BIT(18)
#define PC_NOTIFY BIT(8)
/* L3, render target, data and depth cache */
#define PC_FLUSHES (BIT(27) | BIT(12) | BIT(5) | BIT(0))

static const struct cmd_3d_row *find(enum engine_class class, uint16_t opcode)
{
	unsigned int lo = 0, hi = cmd_3d_nr_rows, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (cmd_3d_rows[mid].opcode < opcode)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < cmd_3d_nr_rows && cmd_3d_rows[lo].opcode == opcode; lo++)
		if (cmd_3d_rows[lo].class == class)
			return &cmd_3d_rows[lo];
	return NULL;
}

int cmd_3d_find(const struct engine *e, uint32_t header, unsigned int *length, const char **name)
{
	const struct cmd_3d_row *row;

	*name = NULL;
	if (e->class == CLASS_COPY) {
		if (header >> 29 != 2)
			return -1;
		if (e->gpu->model->gen < 9 && (header >> 22 & 0x7f) == FAST_COPY)
			return -1;
		*name = blt_name(header);
		*length = blt_length(header);
		return *name ? 0 : -1;
	}
	if (header >> 29 != 3)
		return -1;
	row = find(e->class, header >> 16);
	if (row) {
		*name = row->name;
		*length = row->length ? row->length : (header & row->mask) + 2;
		return 0;
	}
	if ((header >> 27 & 3) == 1)
		*length = 1;
	else
		*length = (header & (e->class == CLASS_RENDER ? 0xff : 0xfff)) + 2;
	return 0;
}

bool cmd_3d_is_pipe_control(const struct engine *e, uint32_t header)
{
	return e->class == CLASS_RENDER && header >> 16 == PIPE_CONTROL;
}

bool cmd_3d_is_arb_point(const struct engine *e, uint32_t header)
{
	uint16_t op = header >> 16;

	return e->class == CLASS_RENDER && (op == PRIMITIVE || op == GPGPU_WALKER);
}

static int post_sync(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint64_t addr = (cmd[2] | (uint64_t)(ndw > 3 ? cmd[3] : 0) << 32) & 0xfffffffffffcull;
	uint64_t data = (ndw > 4 ? cmd[4] : 0) | (uint64_t)(ndw > 5 ? cmd[5] : 0) << 32;
	enum address_space space = cmd[1] & PC_GGTT ? SPACE_GGTT : SPACE_PPGTT;

	switch (cmd[1] >> 14 & 3) {
	case 2:
		data = *gpu_reg(e->gpu, 0x2350) | (uint64_t)*gpu_reg(e->gpu, 0x2354) << 32;
		break;
	case 3:
		data = timestamp_now(e->gpu);
		break;
	}
	if (cmd[1] & PC_STORE_INDEX) {
		addr = (e->port[e->cur].desc & 0xfffff000u) + (addr & 0xff8);
		space = SPACE_GGTT;
	} else if (space == SPACE_GGTT && !cs_privileged(e)) {
		log_line(LOG_PRIV,
			 "%s context %#x: GGTT PIPE_CONTROL in a non-secure batch at %#llx, ignored",
			 e->name, engine_context_id(e), (unsigned long long)e->exec_addr);
		return 0;
	}
	return gtt_write(e, space, addr & ~7ull, &data, sizeof(data));
}

enum cs_next cmd_3d_exec(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	uint32_t flags = ndw > 1 ? cmd[1] : 0;

	if (ndw < 3)
		return CS_ADVANCE;
	if (flags & PC_FLUSHES)
		cache_flush(e);
	if (flags & PC_TLB_INVALIDATE)
		gtt_flush_engine(e, TLB_FLUSH_ALL);
	if (flags & PC_MMIO_WRITE)
		cs_reg_write(e, cmd[2] & 0x7ffffc, ndw > 4 ? cmd[4] : 0);
	else if (flags >> 14 & 3 && post_sync(e, cmd, ndw))
		return CS_HUNG;
	if (flags & PC_NOTIFY)
		irq_raise(e, IRQ_FLUSH_NOTIFY);
	return CS_ADVANCE;
}
