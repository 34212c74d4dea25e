// SPDX-License-Identifier: GPL-2.0
/*
 * mdev types and instances: what /sys/bus/pci/devices/<gpu>/mdev_supported_types
 * offers, and what happens when a UUID is written to one of its `create` files.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "../sched/sched.h"
#include "sysfs.h"
#include "vfio.h"
#include "vfio_device.h"

static bool display = true;
module_param(display, bool, 0644);
MODULE_PARM_DESC(display, "vGPUs that are created have a virtual monitor (default: Y)");

/* A type as one GPU offers it. */
struct ivgpu_mdev_type {
	struct mdev_type mdev;
	const struct ivgpu_vgpu_type *vgpu;
};

/**
 * struct ivgpu_mdev_parent - a GPU as parent of mdevs
 * @link: in the list of all GPUs
 * @mdev: for the mdev core
 * @pdev: the GPU
 * @gpu: the same, as gpu/ knows it
 * @sched: its scheduler
 * @sysfs: its folder of settings
 * @types: the types it offers
 * @type_list: the same, as the mdev core wants them
 * @lock: protects @devices and @nr
 * @devices: its mdevs
 * @nr: how many
 */
struct ivgpu_mdev_parent {
	struct list_head link;
	struct mdev_parent mdev;
	struct pci_dev *pdev;
	struct ivgpu_gpu *gpu;
	struct ivgpu_sched *sched;
	struct ivgpu_sysfs *sysfs;
	struct ivgpu_mdev_type types[IVGPU_NUM_VGPU_TYPES];
	struct mdev_type *type_list[IVGPU_NUM_VGPU_TYPES];
	struct mutex lock;	/* @devices, @nr */
	struct list_head devices;
	unsigned int nr;
};

static LIST_HEAD(parents);
static DEFINE_MUTEX(parents_lock);

static struct ivgpu_mdev_parent *type_parent(struct mdev_type *mtype)
{
	return container_of(mtype->parent, struct ivgpu_mdev_parent, mdev);
}

static const struct ivgpu_vgpu_type *type_vgpu(struct mdev_type *mtype)
{
	return container_of(mtype, struct ivgpu_mdev_type, mdev)->vgpu;
}

/* Lock held. */
static unsigned int available(struct ivgpu_mdev_parent *parent, const struct ivgpu_vgpu_type *type)
{
	unsigned int fit = ivgpu_ggtt_count_partitions(parent->gpu, (u64)type->low_mib << 20,
						       (u64)type->high_mib << 20);

	return min(fit, IVGPU_MAX_VGPUS - parent->nr);
}

static unsigned int get_available(struct mdev_type *mtype)
{
	struct ivgpu_mdev_parent *parent = type_parent(mtype);
	unsigned int n;

	mutex_lock(&parent->lock);
	n = available(parent, type_vgpu(mtype));
	mutex_unlock(&parent->lock);
	return n;
}

static ssize_t show_description(struct mdev_type *mtype, char *buf)
{
	const struct ivgpu_vgpu_type *type = type_vgpu(mtype);

	return sysfs_emit(buf,
			  "low_gm_size: %uMB\n"
			  "high_gm_size: %uMB\n"
			  "fence: %u\n"
			  "resolution: %ux%u\n"
			  "weight: %u\n",
			  type->low_mib, type->high_mib, type->fences, type->width, type->height,
			  type->weight);
}

/* One line that says why there is no room, what is left and who has the rest. Lock held. */
static void report_no_space(struct ivgpu_mdev_parent *parent, const struct ivgpu_vgpu_type *type)
{
	struct ivgpu_vfio_device *dev;
	char holders[512] = "";
	u64 low, high;
	int n = 0;

	list_for_each_entry(dev, &parent->devices, link)
		n += scnprintf(holders + n, sizeof(holders) - n, " %s (%s)", dev->uuid,
			       dev->type->name);
	ivgpu_ggtt_left(parent->gpu, &low, &high);
	if (parent->nr == IVGPU_MAX_VGPUS)
		pci_err(parent->pdev, "no vGPU of type %s: all %u vGPUs exist; held by%s\n",
			type->name, IVGPU_MAX_VGPUS, holders);
	else
		pci_err(parent->pdev, "no vGPU of type %s: it needs %u MiB low and %u MiB high of GGTT in one piece each, %llu MiB low and %llu MiB high are left; held by%s\n",
			type->name, type->low_mib, type->high_mib, low >> 20, high >> 20,
			n ? holders : " nobody");
}

static void inject(void *owner)
{
	struct ivgpu_vfio_device *dev = owner;

	ivgpu_vfio_signal_msi(&dev->irqs);
}

/* The administrator's tools hear of it: who polls the file "state", and udev. */
static bool may_map(void *owner, struct page *page)
{
	struct ivgpu_vfio_device *dev = owner;

	return !dev->vdev.kvm || ivgpu_kvm_takes_page(page);
}

static void health_changed(void *owner)
{
	struct ivgpu_vfio_device *dev = owner;
	char text[32];
	char *env[2] = { text, NULL };

	snprintf(text, sizeof(text), "IVGPU_STATE=%s",
		 ivgpu_sched_health_name(ivgpu_sched_health(ivgpu_vgpu_sched(dev->vgpu))));
	mutex_lock(&dev->sysfs_lock);
	if (dev->sysfs) {
		ivgpu_sysfs_state_changed(dev->sysfs);
		kobject_uevent_env(&dev->vdev.dev->kobj, KOBJ_CHANGE, env);
	}
	mutex_unlock(&dev->sysfs_lock);
}

static void raise_intx(void *owner)
{
	struct ivgpu_vfio_device *dev = owner;

	ivgpu_vfio_raise_intx(&dev->irqs);
}

static const struct ivgpu_vgpu_ops vgpu_ops = {
	.inject = inject,
	.raise_intx = raise_intx,
	.health_changed = health_changed,
	.may_map = may_map,
};

static int create_vgpu(struct ivgpu_mdev_parent *parent, struct ivgpu_vfio_device *dev)
{
	const struct ivgpu_vgpu_params params = {
		.gpu = parent->gpu,
		.sched = parent->sched,
		.type = dev->type,
		.ops = &vgpu_ops,
		.mem_ops = &ivgpu_vfio_mem_ops,
		.map_ops = &ivgpu_vfio_map_ops,
		.owner = dev,
		.uuid = dev->uuid,
		.display = display,
		.track_writes = ivgpu_vfio_track_default(),
	};
	int ret;

	mutex_lock(&parent->lock);
	if (available(parent, dev->type))
		dev->vgpu = ivgpu_vgpu_create(&params);
	else
		dev->vgpu = ERR_PTR(-ENOSPC);
	ret = PTR_ERR_OR_ZERO(dev->vgpu);
	if (ret == -ENOSPC)
		report_no_space(parent, dev->type);
	if (!ret) {
		list_add_tail(&dev->link, &parent->devices);
		parent->nr++;
	}
	mutex_unlock(&parent->lock);
	return ret;
}

static void destroy_vgpu(struct ivgpu_vfio_device *dev)
{
	struct ivgpu_mdev_parent *parent = dev->parent;

	mutex_lock(&parent->lock);
	list_del(&dev->link);
	parent->nr--;
	ivgpu_vgpu_destroy(dev->vgpu);
	mutex_unlock(&parent->lock);
}

static int add_sysfs(struct ivgpu_vfio_device *dev, struct device *mdev)
{
	struct ivgpu_sysfs *dir = ivgpu_sysfs_add_vgpu(mdev, dev->parent->gpu, dev->vgpu);

	if (IS_ERR(dir))
		return PTR_ERR(dir);
	mutex_lock(&dev->sysfs_lock);
	dev->sysfs = dir;
	mutex_unlock(&dev->sysfs_lock);
	return 0;
}

static void remove_sysfs(struct ivgpu_vfio_device *dev)
{
	struct ivgpu_sysfs *dir = dev->sysfs;

	mutex_lock(&dev->sysfs_lock);
	dev->sysfs = NULL;
	mutex_unlock(&dev->sysfs_lock);
	ivgpu_sysfs_remove(dir);
}

static int probe(struct mdev_device *mdev)
{
	struct ivgpu_mdev_parent *parent = type_parent(mdev->type);
	struct ivgpu_vfio_device *dev;
	int ret;

	dev = vfio_alloc_device(ivgpu_vfio_device, vdev, &mdev->dev, &ivgpu_vfio_ops);
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	dev->parent = parent;
	dev->type = type_vgpu(mdev->type);
	strscpy(dev->uuid, dev_name(&mdev->dev), sizeof(dev->uuid));
	ivgpu_vfio_irqs_init(&dev->irqs);
	mutex_init(&dev->sysfs_lock);
	dev->dmabufs = ivgpu_dmabufs_create();
	ret = dev->dmabufs ? create_vgpu(parent, dev) : -ENOMEM;
	if (ret)
		goto put;
	ret = add_sysfs(dev, &mdev->dev);
	if (ret)
		goto destroy;
	ret = vfio_register_emulated_iommu_dev(&dev->vdev);
	if (ret)
		goto sysfs;
	dev_set_drvdata(&mdev->dev, dev);
	return 0;
sysfs:
	remove_sysfs(dev);
destroy:
	destroy_vgpu(dev);
put:
	vfio_put_device(&dev->vdev);
	return ret;
}

static void remove(struct mdev_device *mdev)
{
	struct ivgpu_vfio_device *dev = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&dev->vdev);
	remove_sysfs(dev);
	destroy_vgpu(dev);
	vfio_put_device(&dev->vdev);
}

static struct mdev_driver mdev_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = IVGPU_MAX_VGPUS,
	.probe = probe,
	.remove = remove,
	.get_available = get_available,
	.show_description = show_description,
	.driver = {
		.name = "ivgpu_mdev",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
};

static void fill_types(struct ivgpu_mdev_parent *parent)
{
	struct ivgpu_mdev_type *type;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_VGPU_TYPES; i++) {
		type = &parent->types[i];
		type->vgpu = &ivgpu_vgpu_types[i];
		type->mdev.sysfs_name = type->vgpu->name;
		type->mdev.pretty_name = type->vgpu->name;
		parent->type_list[i] = &type->mdev;
	}
}

int ivgpu_mdev_register(struct pci_dev *pdev, struct ivgpu_gpu *gpu, struct ivgpu_sched *sched)
{
	struct ivgpu_mdev_parent *parent = kzalloc(sizeof(*parent), GFP_KERNEL);
	int ret;

	if (!parent)
		return -ENOMEM;
	parent->pdev = pdev;
	parent->gpu = gpu;
	parent->sched = sched;
	mutex_init(&parent->lock);
	INIT_LIST_HEAD(&parent->devices);
	fill_types(parent);
	parent->sysfs = ivgpu_sysfs_add_gpu(&pdev->dev, sched);
	ret = PTR_ERR_OR_ZERO(parent->sysfs);
	if (ret)
		goto free;
	ret = mdev_register_parent(&parent->mdev, &pdev->dev, &mdev_driver, parent->type_list,
				   IVGPU_NUM_VGPU_TYPES);
	if (ret)
		goto sysfs;
	mutex_lock(&parents_lock);
	list_add_tail(&parent->link, &parents);
	mutex_unlock(&parents_lock);
	return 0;
sysfs:
	ivgpu_sysfs_remove(parent->sysfs);
free:
	kfree(parent);
	return ret;
}

void ivgpu_mdev_unregister(struct pci_dev *pdev)
{
	struct ivgpu_mdev_parent *parent, *found = NULL;

	mutex_lock(&parents_lock);
	list_for_each_entry(parent, &parents, link)
		if (parent->pdev == pdev)
			found = parent;
	if (found)
		list_del(&found->link);
	mutex_unlock(&parents_lock);
	if (!found)
		return;
	mdev_unregister_parent(&found->mdev);
	ivgpu_sysfs_remove(found->sysfs);
	mutex_destroy(&found->lock);
	kfree(found);
}

int ivgpu_mdev_init(void)
{
	ivgpu_sysfs_init();
	return mdev_register_driver(&mdev_driver);
}

void ivgpu_mdev_exit(void)
{
	mdev_unregister_driver(&mdev_driver);
}
