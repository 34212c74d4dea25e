/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Command streams out of an AUB file: memory as the file wrote it, and what each
 * execlist submission in it would have executed.
 */
#ifndef SCAN_AUB_H
#define SCAN_AUB_H

#include <linux/types.h>

#include "cmd.h"

/**
 * aub_stream_fn - one stretch of commands that an engine would execute
 * @ctx: as passed to aub_play()
 * @engine: which engine
 * @space: IVGPU_CMD_RING, or IVGPU_CMD_BATCH_PPGTT for a batch in the context's PPGTT
 * @dw: the commands
 * @ndw: how many dwords
 */
typedef void (*aub_stream_fn)(void *ctx, enum ivgpu_engine_id engine, enum ivgpu_cmd_space space,
			      u32 *dw, u32 ndw);

bool aub_is(const void *data, size_t size);
/* NULL, or why the file cannot be played: it breaks off, names memory that it never wrote ... */
const char *aub_play(const void *data, size_t size, unsigned int gen, aub_stream_fn stream,
		     void *ctx);

#endif
