/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vfio: the face of a vGPU to user space.
 *
 * For: mdev types and instances, the VFIO device with its regions and
 * interrupts, pinning guest pages through VFIO.
 * Owns: one struct ivgpu_mdev_parent per GPU, one struct ivgpu_vfio_device per
 * mdev.
 * Locks: ivgpu_mdev_parent.lock (mutex; which mdevs there are) outside
 * everything of a vGPU; ivgpu_vfio_irqs.lock (spin, leaf; eventfds).
 */
#ifndef IVGPU_VFIO_H
#define IVGPU_VFIO_H

struct ivgpu_gpu;
struct ivgpu_sched;
struct pci_dev;

/* Once per module. */
int ivgpu_mdev_init(void);
void ivgpu_mdev_exit(void);
/* Once per GPU. unregister returns when all its vGPUs are gone. */
int ivgpu_mdev_register(struct pci_dev *pdev, struct ivgpu_gpu *gpu, struct ivgpu_sched *sched);
void ivgpu_mdev_unregister(struct pci_dev *pdev);

#endif
