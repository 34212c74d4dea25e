/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that ivgpu builds on (6.1, 6.12, 7.2), and
 * nothing else. Kbuild looks into the kernel's headers for what is asked here
 * as IVGPU_HAVE_*, because stable kernels take changes over at their own pace.
 */
#ifndef IVGPU_COMPAT_H
#define IVGPU_COMPAT_H

#include <linux/eventfd.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/shmem_fs.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/vfio.h>

/*
 * Mainline moved driver_override from struct pci_dev to struct device.
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

/* 6.15 put the function into hrtimer_setup(), 6.18 took hrtimer_init() away. */
static inline void ivgpu_hrtimer_setup(struct hrtimer *timer,
				       enum hrtimer_restart (*fn)(struct hrtimer *timer))
{
#ifdef IVGPU_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer->function = fn;
#endif
}

/* 6.8 dropped the count. */
static inline void ivgpu_eventfd_signal(struct eventfd_ctx *ctx)
{
#ifdef IVGPU_HAVE_EVENTFD_SIGNAL_ONE
	eventfd_signal(ctx);
#else
	eventfd_signal(ctx, 1);
#endif
}

/* 6.1 cannot forbid that a timer is started again: its users see to that themselves. */
static inline void ivgpu_timer_shutdown(struct timer_list *timer)
{
#ifdef IVGPU_HAVE_TIMER_SHUTDOWN_SYNC
	timer_shutdown_sync(timer);
#else
	del_timer_sync(timer);
#endif
}

/* Up to 6.1 the driver frees its VFIO device itself, as the last thing. */
static inline void ivgpu_vfio_release(struct vfio_device *vdev)
{
#ifdef IVGPU_HAVE_VFIO_FREE_DEVICE
	vfio_free_device(vdev);
#endif
}

/* The inode of a VFIO device's file; up to 6.1 there is none of its own. */
static inline struct inode *ivgpu_vfio_inode(struct vfio_device *vdev)
{
#ifdef IVGPU_HAVE_VFIO_INODE
	return vdev->inode;
#else
	return NULL;
#endif
}

/*
 * A file of no contents, to put under mappings of a VFIO device that has no inode
 * of its own, so that they can be found and taken away; NULL where it has one.
 */
static inline struct file *ivgpu_vfio_mapping_file(void)
{
#ifdef IVGPU_HAVE_VFIO_INODE
	return NULL;
#else
	return shmem_file_setup("ivgpu", 0, VM_NORESERVE);
#endif
}

/* 6.3 brought the function, which takes the VMA's lock. */
static inline void ivgpu_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
#ifdef IVGPU_HAVE_VM_FLAGS_SET
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

/* Ops for IOMMUFD, which 6.1 has not; NULL where the kernel is built without. */
#ifdef IVGPU_HAVE_EMULATED_DETACH_IOAS
#define IVGPU_VFIO_IOMMUFD_OPS \
	.bind_iommufd = vfio_iommufd_emulated_bind, \
	.unbind_iommufd = vfio_iommufd_emulated_unbind, \
	.attach_ioas = vfio_iommufd_emulated_attach_ioas, \
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
#else
#define IVGPU_VFIO_IOMMUFD_OPS
#endif

#endif
