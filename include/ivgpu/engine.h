/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names that every folder shares: the engines of a Gen8/Gen9 GPU.
 */
#ifndef IVGPU_ENGINE_H
#define IVGPU_ENGINE_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum ivgpu_engine_id - the command streamers of a Gen8/Gen9 GPU
 * @IVGPU_RCS0: render
 * @IVGPU_BCS0: blitter
 * @IVGPU_VCS0: first video decoder
 * @IVGPU_VCS1: second video decoder (GT3 and GT4 only)
 * @IVGPU_VECS0: video enhancement
 * @IVGPU_NUM_ENGINES: number of engine ids
 */
enum ivgpu_engine_id {
	IVGPU_RCS0,
	IVGPU_BCS0,
	IVGPU_VCS0,
	IVGPU_VCS1,
	IVGPU_VECS0,
	IVGPU_NUM_ENGINES
};

#define IVGPU_PAGE_SHIFT	12
#define IVGPU_PAGE_SIZE		4096u

#endif
