/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of gpu/ know of one another.
 */
#ifndef IVGPU_GPU_INTERNAL_H
#define IVGPU_GPU_INTERNAL_H

#include "gpu.h"

struct ivgpu_gpu {
	struct pci_dev *pdev;
	const struct ivgpu_device_info *info;
	void __iomem *regs;	/* BAR0, lower half */
	struct dentry *debugfs;
	u64 aperture;
};

#endif
