// SPDX-License-Identifier: GPL-2.0
/*
 * Module, PCI driver and binding.
 *
 * The driver has no table of ids, so that it never takes a GPU by surprise: it
 * binds where driver_override names it, either written by the administrator
 * (driverctl, sysfs) or by the module parameter pci=.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pm.h>
#include <linux/slab.h>

#include "compat.h"
#include "gpu/gpu.h"
#include "guestmem/guestmem.h"
#include "sched/sched.h"
#include "vfio/vfio.h"

/* Debian's cloud kernels, and its real-time ones from 7.2 on, have none. */
#if !IS_ENABLED(CONFIG_VFIO_MDEV)
#error "ivgpu needs a kernel with mediated devices (CONFIG_VFIO_MDEV); this one has none"
#endif

#define IVGPU_NAME	"ivgpu"
#define IVGPU_MAX_GPUS	4

static char *pci[IVGPU_MAX_GPUS];
static unsigned int nr_pci;
module_param_array(pci, charp, &nr_pci, 0444);
MODULE_PARM_DESC(pci, "GPUs to take at load, as 0000:00:02.0[,...]; none: only those whose driver_override is ivgpu");

/* GPUs named by pci=, and what became of them. */
struct named_gpu {
	struct pci_dev *pdev;
	bool overridden;
	int result;
};

static struct named_gpu named[IVGPU_MAX_GPUS];
static struct dentry *debugfs_root;

static struct named_gpu *find_named(struct pci_dev *pdev)
{
	unsigned int i;

	for (i = 0; i < nr_pci; i++)
		if (named[i].pdev == pdev)
			return &named[i];
	return NULL;
}

static int check_id(struct pci_dev *pdev)
{
	const struct ivgpu_device_info *info = NULL;

	if (pdev->vendor == PCI_VENDOR_ID_INTEL)
		info = ivgpu_device_info_find(pdev->device);
	if (!info) {
		pci_err(pdev, "%04x:%04x is not a GPU that ivgpu knows\n", pdev->vendor,
			pdev->device);
		return -ENODEV;
	}
	if (!ivgpu_device_info_supported(info)) {
		pci_err(pdev, "%s (%04x:%04x) is not supported yet\n", info->name, pdev->vendor,
			pdev->device);
		return -ENODEV;
	}
	return 0;
}

/* What is bound to a PCI device. */
struct bound_gpu {
	struct ivgpu_gpu *gpu;
	struct ivgpu_sched *sched;
};

static int bring_up_parts(struct pci_dev *pdev, struct bound_gpu *bound)
{
	int ret;

	bound->gpu = ivgpu_gpu_create(pdev, debugfs_root);
	if (IS_ERR(bound->gpu))
		return PTR_ERR(bound->gpu);
	bound->sched = ivgpu_sched_create(bound->gpu);
	if (IS_ERR(bound->sched)) {
		ret = PTR_ERR(bound->sched);
		goto destroy_gpu;
	}
	ret = ivgpu_mdev_register(pdev, bound->gpu, bound->sched);
	if (!ret)
		return 0;
	ivgpu_sched_destroy(bound->sched);
destroy_gpu:
	ivgpu_gpu_destroy(bound->gpu);
	return ret;
}

static int bring_up(struct pci_dev *pdev)
{
	struct bound_gpu *bound;
	int ret;

	ret = check_id(pdev);
	if (ret)
		return ret;
	bound = kzalloc(sizeof(*bound), GFP_KERNEL);
	if (!bound)
		return -ENOMEM;
	ret = bring_up_parts(pdev, bound);
	if (ret) {
		kfree(bound);
		return ret;
	}
	pci_set_drvdata(pdev, bound);
	ivgpu_gpu_power_allow(bound->gpu);
	return 0;
}

static int ivgpu_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct named_gpu *ng = find_named(pdev);
	int ret;

	ret = bring_up(pdev);
	if (ng)
		ng->result = ret;
	return ret;
}

static void ivgpu_remove(struct pci_dev *pdev)
{
	struct bound_gpu *bound = pci_get_drvdata(pdev);

	ivgpu_gpu_power_forbid(bound->gpu);
	ivgpu_mdev_unregister(pdev);
	ivgpu_sched_destroy(bound->sched);
	ivgpu_gpu_destroy(bound->gpu);
	pci_set_drvdata(pdev, NULL);
	kfree(bound);
}

/* The host goes to sleep: user space is frozen, and with it the guests. */
static int ivgpu_suspend(struct device *dev)
{
	struct bound_gpu *bound = dev_get_drvdata(dev);
	int ret;

	ivgpu_sched_suspend(bound->sched);
	ret = ivgpu_gpu_suspend(bound->gpu, true);
	if (ret)
		ivgpu_sched_resume(bound->sched);
	return ret;
}

static int ivgpu_resume(struct device *dev)
{
	struct bound_gpu *bound = dev_get_drvdata(dev);
	int ret = ivgpu_gpu_resume(bound->gpu);

	ivgpu_sched_resume(bound->sched);
	return ret;
}

/* No vGPU is in use. */
static int ivgpu_runtime_suspend(struct device *dev)
{
	struct bound_gpu *bound = dev_get_drvdata(dev);

	return ivgpu_gpu_suspend(bound->gpu, false);
}

static int ivgpu_runtime_resume(struct device *dev)
{
	struct bound_gpu *bound = dev_get_drvdata(dev);

	return ivgpu_gpu_resume(bound->gpu);
}

static const struct dev_pm_ops ivgpu_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(ivgpu_suspend, ivgpu_resume)
	RUNTIME_PM_OPS(ivgpu_runtime_suspend, ivgpu_runtime_resume, NULL)
};

static struct pci_driver ivgpu_driver = {
	.name = IVGPU_NAME,
	.probe = ivgpu_probe,
	.remove = ivgpu_remove,
	.driver = {
		.pm = pm_ptr(&ivgpu_pm_ops),
		.probe_type = PROBE_FORCE_SYNCHRONOUS,
	},
};

static struct pci_dev *find_gpu(const char *name)
{
	unsigned int domain = 0, bus, slot, func;
	char rest;

	if (sscanf(name, "%x:%x:%x.%u%c", &domain, &bus, &slot, &func, &rest) != 4) {
		domain = 0;
		if (sscanf(name, "%x:%x.%u%c", &bus, &slot, &func, &rest) != 3) {
			pr_err("%s: pci=%s is not a PCI address like 0000:00:02.0\n", IVGPU_NAME,
			       name);
			return ERR_PTR(-EINVAL);
		}
	}
	return pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, func)) ?: ERR_PTR(-ENODEV);
}

/* Make one GPU of pci= ours to bind; the driver is not registered yet. */
static int claim(struct named_gpu *ng, const char *name)
{
	struct pci_dev *pdev = find_gpu(name);
	struct device_driver *driver;
	int ret;

	if (IS_ERR(pdev)) {
		if (PTR_ERR(pdev) == -ENODEV)
			pr_err("%s: there is no PCI device %s\n", IVGPU_NAME, name);
		return PTR_ERR(pdev);
	}
	ng->pdev = pdev;
	ng->result = -ENODEV;
	ret = check_id(pdev);
	if (ret)
		return ret;
	device_lock(&pdev->dev);
	driver = pdev->dev.driver;
	if (driver)
		pci_err(pdev, "held by driver %s: unbind it first\n", driver->name);
	device_unlock(&pdev->dev);
	if (driver)
		return -EBUSY;
	ret = ivgpu_set_driver_override(pdev, IVGPU_NAME);
	ng->overridden = !ret;
	return ret;
}

static void release_claims(void)
{
	unsigned int i;

	for (i = 0; i < nr_pci; i++) {
		if (named[i].overridden)
			ivgpu_set_driver_override(named[i].pdev, NULL);
		pci_dev_put(named[i].pdev);
		named[i] = (struct named_gpu){};
	}
}

static int __init ivgpu_init(void)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < nr_pci && !ret; i++)
		ret = claim(&named[i], pci[i]);
	if (ret)
		goto unclaim;
	debugfs_root = debugfs_create_dir(IVGPU_NAME, NULL);
	ret = ivgpu_mdev_init();
	if (ret)
		goto debugfs;
	ret = pci_register_driver(&ivgpu_driver);
	if (ret)
		goto mdev;
	/* A GPU may be named twice: the first entry has its result. */
	for (i = 0; i < nr_pci && !ret; i++)
		ret = find_named(named[i].pdev)->result;
	if (!ret)
		return 0;
	pci_unregister_driver(&ivgpu_driver);
mdev:
	ivgpu_mdev_exit();
	ivgpu_guestmem_wait_for_callers();
debugfs:
	debugfs_remove(debugfs_root);
unclaim:
	release_claims();
	return ret;
}
module_init(ivgpu_init);

static void __exit ivgpu_exit(void)
{
	pci_unregister_driver(&ivgpu_driver);
	ivgpu_mdev_exit();
	ivgpu_guestmem_wait_for_callers();
	debugfs_remove(debugfs_root);
	release_claims();
}
module_exit(ivgpu_exit);

MODULE_DESCRIPTION("Shares one Intel integrated GPU among virtual machines");
MODULE_LICENSE("GPL");
