/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Building command streams dword by dword.
 */
#ifndef SELFTESTS_CMDS_H
#define SELFTESTS_CMDS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "env.h"
#include "gen9.h"

#define CMDS_MAX 1024

struct cmds {
	unsigned int n;
	uint32_t dw[CMDS_MAX];
};

#define EMIT(c, ...) do { \
		const uint32_t _dw[] = { __VA_ARGS__ }; \
		cmds_add((c), _dw, ARRAY_SIZE(_dw)); \
	} while (0)

static inline void cmds_add(struct cmds *c, const uint32_t *dw, unsigned int n)
{
	if (n > CMDS_MAX - c->n)
		n = CMDS_MAX - c->n;
	memcpy(c->dw + c->n, dw, n * sizeof(*dw));
	c->n += n;
}

static inline void emit_store(struct cmds *c, bool ggtt, uint64_t addr, uint32_t value)
{
	EMIT(c, MI_STORE_DATA_IMM | (ggtt ? MI_USE_GGTT : 0), (uint32_t)addr,
	     (uint32_t)(addr >> 32), value);
}

static inline void emit_batch(struct cmds *c, bool ggtt, uint64_t addr)
{
	EMIT(c, MI_BATCH_BUFFER_START | (ggtt ? 0 : BBS_PPGTT), (uint32_t)addr,
	     (uint32_t)(addr >> 32));
}

static inline void emit_lri(struct cmds *c, uint32_t reg, uint32_t value)
{
	EMIT(c, MI_LRI(1), reg, value);
}

/* A post-sync write by what the engine has for it: PIPE_CONTROL on RCS, else MI_FLUSH_DW. */
static inline void emit_post_write(struct cmds *c, bool rcs, uint32_t ggtt, uint32_t value)
{
	if (rcs)
		EMIT(c, PIPE_CONTROL, PC_CS_STALL | PC_QW_WRITE | PC_GGTT, ggtt, 0, value, 0);
	else
		EMIT(c, MI_FLUSH_DW(4) | FLUSH_DW_WRITE, ggtt | FLUSH_DW_ADDR_GGTT, 0, value);
}

static inline void emit_fill(struct cmds *c, uint64_t dst, uint32_t pitch, uint32_t x1,
			     uint32_t y1, uint32_t x2, uint32_t y2, uint32_t colour)
{
	EMIT(c, XY_COLOR_BLT, BLT_32BPP | BLT_ROP_FILL | pitch, y1 << 16 | x1, y2 << 16 | x2,
	     (uint32_t)dst, (uint32_t)(dst >> 32), colour);
}

static inline void emit_copy(struct cmds *c, uint64_t dst, uint32_t dst_pitch, uint32_t x1,
			     uint32_t y1, uint32_t x2, uint32_t y2, uint64_t src,
			     uint32_t src_pitch, uint32_t sx, uint32_t sy)
{
	EMIT(c, XY_SRC_COPY_BLT, BLT_32BPP | BLT_ROP_COPY | dst_pitch, y1 << 16 | x1,
	     y2 << 16 | x2, (uint32_t)dst, (uint32_t)(dst >> 32), sy << 16 | sx, src_pitch,
	     (uint32_t)src, (uint32_t)(src >> 32));
}

#endif
