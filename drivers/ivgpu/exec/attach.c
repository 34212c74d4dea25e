// SPDX-License-Identifier: GPL-2.0
/*
 * The physical engines as exec/ uses them: who has one, and which registers
 * were loaded into it.
 */
#include <linux/slab.h>

#include "exec_internal.h"

/**
 * ivgpu_exec_attach - become the user of a GPU's engines
 * @gpu: the GPU
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_exec_attach(struct ivgpu_gpu *gpu)
{
	struct ivgpu_exec_engine *xe;
	struct ivgpu_engine *engine;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		engine = ivgpu_gpu_engine(gpu, i);
		if (!engine)
			continue;
		xe = kzalloc(sizeof(*xe), GFP_KERNEL);
		if (!xe) {
			ivgpu_exec_detach(gpu);
			return -ENOMEM;
		}
		xe->engine = engine;
		spin_lock_init(&xe->lock);
		ivgpu_engine_set_ops(engine, &ivgpu_exec_engine_ops, xe);
	}
	return 0;
}

/**
 * ivgpu_exec_detach - stop being their user
 * @gpu: the GPU; no vGPU is left
 */
void ivgpu_exec_detach(struct ivgpu_gpu *gpu)
{
	struct ivgpu_exec_engine *xe;
	struct ivgpu_engine *engine;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		engine = ivgpu_gpu_engine(gpu, i);
		if (!engine)
			continue;
		xe = ivgpu_engine_user(engine);
		ivgpu_engine_set_ops(engine, NULL, NULL);
		kfree(xe);
	}
}
