/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that ivgpu builds on (6.1, 6.12, 7.2), and
 * nothing else. No other file asks for a kernel version.
 */
#ifndef IVGPU_COMPAT_H
#define IVGPU_COMPAT_H

#include <linux/pci.h>
#include <linux/version.h>

/*
 * Mainline moved driver_override from struct pci_dev to struct device, and
 * stable kernels followed at different versions: Kbuild looks for the function.
 * @name NULL takes the override away.
 */
static inline int ivgpu_set_driver_override(struct pci_dev *pdev, const char *name)
{
#ifdef IVGPU_HAVE_DEVICE_SET_DRIVER_OVERRIDE
	return device_set_driver_override(&pdev->dev, name ?: "");
#else
	return driver_set_override(&pdev->dev, &pdev->driver_override, name ?: "",
				   name ? strlen(name) : 0);
#endif
}

#endif
