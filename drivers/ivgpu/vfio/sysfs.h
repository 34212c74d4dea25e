/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The folder "ivgpu" in sysfs: of a GPU the settings of its scheduler, of a vGPU
 * its weight, cap, state and accounts. Documentation/ABI/testing/sysfs-driver-ivgpu
 * tells users.
 */
#ifndef IVGPU_VFIO_SYSFS_H
#define IVGPU_VFIO_SYSFS_H

struct device;
struct ivgpu_gpu;
struct ivgpu_sched;
struct ivgpu_sysfs;
struct ivgpu_vgpu;

/* Once per module. */
void ivgpu_sysfs_init(void);
/* Make the folder below @dev. Return: the folder or an ERR_PTR. */
struct ivgpu_sysfs *ivgpu_sysfs_add_gpu(struct device *dev, struct ivgpu_sched *sched);
struct ivgpu_sysfs *ivgpu_sysfs_add_vgpu(struct device *dev, struct ivgpu_gpu *gpu,
					 struct ivgpu_vgpu *vgpu);
/* Returns when nobody reads or writes a file of it any more. */
void ivgpu_sysfs_remove(struct ivgpu_sysfs *dir);
/* The state of the vGPU has changed: who polls its file wakes. */
void ivgpu_sysfs_state_changed(struct ivgpu_sysfs *dir);

#endif
