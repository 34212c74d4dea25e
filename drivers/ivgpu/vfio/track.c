// SPDX-License-Identifier: GPL-2.0
/*
 * Write tracking of guest pages by KVM: for vGPUs that a KVM guest uses, on kernels
 * that offer it. Everyone else's page tables are compared.
 *
 * The notifier is registered when the device is opened, because KVM wants it in the
 * context of the VMM, and taken away before the vGPU is closed: KVM waits then for
 * calls that are under way, and those take ivgpu_guestmem.lock.
 */
#include <linux/moduleparam.h>

#include "../compat.h"
#include "vfio_device.h"

#ifdef IVGPU_KVM_TRACKING
static bool track_writes = true;
module_param(track_writes, bool, 0644);
MODULE_PARM_DESC(track_writes,
		 "have KVM tell of writes to page tables; N: compare them at each submission. For vGPUs created from now on, whose file of this name changes it (default: Y)");

static struct ivgpu_vfio_device *to_dev(struct kvm_page_track_notifier_node *node)
{
	return container_of(node, struct ivgpu_vfio_device, track.node);
}

/* In a vCPU's context, with a write to a tracked page done. */
static void written(struct kvm_page_track_notifier_node *node, gpa_t gpa)
{
	ivgpu_vgpu_page_written(to_dev(node)->vgpu, gpa >> PAGE_SHIFT);
}

/* The VMM takes a memory slot away. */
static void gone(struct kvm_page_track_notifier_node *node, gfn_t gfn, unsigned long pages)
{
	ivgpu_vgpu_track_lost(to_dev(node)->vgpu, gfn, pages);
}

IVGPU_TRACK_WRITE(track_write, written)
IVGPU_TRACK_GONE(track_gone, gone)

/**
 * ivgpu_vfio_track_default() - are the page tables of new vGPUs to be tracked?
 *
 * Return: the module parameter.
 */
bool ivgpu_vfio_track_default(void)
{
	return READ_ONCE(track_writes);
}

/**
 * ivgpu_vfio_track_start() - the vGPU was opened
 * @dev: the device; without KVM, or where KVM refuses, nothing is tracked
 */
void ivgpu_vfio_track_start(struct ivgpu_vfio_device *dev)
{
	struct kvm *kvm = dev->vdev.kvm;
	int ret;

	if (!kvm || !ivgpu_vgpu_track_writes(dev->vgpu))
		return;
	memset(&dev->track.node, 0, sizeof(dev->track.node));
	dev->track.node.track_write = track_write;
	dev->track.node.IVGPU_TRACK_GONE_OP = track_gone;
	kvm_get_kvm(kvm);
	ret = ivgpu_kvm_track_register(kvm, &dev->track.node);
	if (ret) {
		kvm_put_kvm(kvm);
		dev_notice(dev->vdev.dev, "KVM does not track writes (%d): page tables are compared\n",
			   ret);
		return;
	}
	dev->track.kvm = kvm;
	ivgpu_vgpu_allow_tracking(dev->vgpu, true);
}

/**
 * ivgpu_vfio_track_stop() - the vGPU is about to be closed
 * @dev: the device
 *
 * No page is tracked, and nothing is told any more.
 */
void ivgpu_vfio_track_stop(struct ivgpu_vfio_device *dev)
{
	if (!dev->track.kvm)
		return;
	ivgpu_vgpu_allow_tracking(dev->vgpu, false);
	kvm_page_track_unregister_notifier(dev->track.kvm, &dev->track.node);
}

/**
 * ivgpu_vfio_track_end() - the vGPU was closed
 * @dev: the device
 */
void ivgpu_vfio_track_end(struct ivgpu_vfio_device *dev)
{
	if (dev->track.kvm)
		kvm_put_kvm(dev->track.kvm);
	dev->track.kvm = NULL;
}

/* Of ivgpu_guestmem_ops: lock held. */
int ivgpu_vfio_track(void *owner, u64 gfn)
{
	struct ivgpu_vfio_device *dev = owner;

	return ivgpu_kvm_track(dev->track.kvm, gfn);
}

void ivgpu_vfio_untrack(void *owner, u64 gfn)
{
	struct ivgpu_vfio_device *dev = owner;

	ivgpu_kvm_untrack(dev->track.kvm, gfn);
}
#endif
