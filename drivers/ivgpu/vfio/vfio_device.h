/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vGPU as a VFIO device, shared by the files of this folder.
 */
#ifndef IVGPU_VFIO_DEVICE_H
#define IVGPU_VFIO_DEVICE_H

#include <linux/eventfd.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/vfio.h>

#include "../compat.h"
#include "../vgpu/vgpu.h"

struct ivgpu_dmabufs;
struct ivgpu_mdev_parent;
struct ivgpu_sysfs;

/**
 * struct ivgpu_vfio_irqs - where interrupts go
 * @ioctl_lock: one VFIO_DEVICE_SET_IRQS at a time
 * @lock: @intx, @intx_masked, @msi and @req against whoever signals them, in any context
 * @intx: the guest's interrupt while it has MSI off
 * @intx_masked: it is not raised, because it was, or because the VMM wants so
 * @unmask: the eventfd that unmasks it, or NULL; under @ioctl_lock
 * @msi: the guest's interrupt
 * @req: the VMM is asked to let go
 */
struct ivgpu_vfio_irqs {
	struct mutex ioctl_lock;	/* one VFIO_DEVICE_SET_IRQS at a time */
	spinlock_t lock;		/* @intx, @intx_masked, @msi, @req */
	struct eventfd_ctx *intx;
	bool intx_masked;
	struct virqfd *unmask;
	struct eventfd_ctx *msi;
	struct eventfd_ctx *req;
};

/**
 * struct ivgpu_vfio_device - one mdev
 * @vdev: for the VFIO core; must come first
 * @link: in the parent's list
 * @parent: the GPU it is on
 * @type: its type
 * @vgpu: the vGPU behind it
 * @irqs: its interrupts
 * @sysfs_lock: @sysfs against its removal
 * @sysfs: its folder of settings
 * @dmabufs: counts those of its screen
 * @uuid: its name
 * @mapping_file: under mappings of BARs, while open; NULL where the kernel gives
 *		  VFIO devices an inode of their own
 * @track: KVM's write tracking, while open
 * @holder: the process that opened it, for messages; pid 0: closed
 */
struct ivgpu_vfio_device {
	struct vfio_device vdev;
	struct list_head link;
	struct ivgpu_mdev_parent *parent;
	const struct ivgpu_vgpu_type *type;
	struct ivgpu_vgpu *vgpu;
	struct ivgpu_vfio_irqs irqs;
	struct mutex sysfs_lock;	/* @sysfs */
	struct ivgpu_sysfs *sysfs;
	struct ivgpu_dmabufs *dmabufs;
	char uuid[40];
	struct file *mapping_file;
#ifdef IVGPU_KVM_TRACKING
	struct {
		struct kvm *kvm;
		struct kvm_page_track_notifier_node node;
	} track;
#endif
	struct {
		pid_t pid;
		char comm[TASK_COMM_LEN];
	} holder;
};

extern const struct vfio_device_ops ivgpu_vfio_ops;

static inline struct ivgpu_vfio_device *ivgpu_to_vfio(struct vfio_device *vdev)
{
	return container_of(vdev, struct ivgpu_vfio_device, vdev);
}

/* Regions: VFIO's own of a PCI device, the OpRegion, and what a display has. */
#define IVGPU_OPREGION_INDEX	VFIO_PCI_NUM_REGIONS
#define IVGPU_EDID_INDEX	(VFIO_PCI_NUM_REGIONS + 1)
#define IVGPU_PIXELS_INDEX	(VFIO_PCI_NUM_REGIONS + 2)
#define IVGPU_NUM_REGIONS	(VFIO_PCI_NUM_REGIONS + 3)

/* Where a region begins in the device's file: its index, shifted. */
#define IVGPU_REGION_SHIFT	40

/* regions.c */
int ivgpu_region_info(struct ivgpu_vfio_device *dev, struct vfio_region_info *info,
		      struct vfio_info_cap *caps);
ssize_t ivgpu_region_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *pos);
ssize_t ivgpu_region_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			   loff_t *pos);

/* irqs.c */
void ivgpu_vfio_irqs_init(struct ivgpu_vfio_irqs *irqs);
/* All eventfds are let go. */
void ivgpu_vfio_irqs_release(struct ivgpu_vfio_irqs *irqs);
u32 ivgpu_vfio_irq_flags(unsigned int index);
int ivgpu_vfio_set_irqs(struct ivgpu_vfio_device *dev, const struct vfio_irq_set *set,
			const void *data);
/* Any context; false when there is no eventfd. */
bool ivgpu_vfio_signal_msi(struct ivgpu_vfio_irqs *irqs);
bool ivgpu_vfio_signal_req(struct ivgpu_vfio_irqs *irqs);
/* Any context; the line of INTx went up. */
void ivgpu_vfio_raise_intx(struct ivgpu_vfio_irqs *irqs);

/* mmap.c */
/* Around open and close of the device; 0 or an errno. */
int ivgpu_vfio_map_open(struct ivgpu_vfio_device *dev);
void ivgpu_vfio_map_close(struct ivgpu_vfio_device *dev);
int ivgpu_vfio_mmap(struct vfio_device *vdev, struct vm_area_struct *vma);
int ivgpu_vfio_map_caps(struct ivgpu_vfio_device *dev, struct vfio_region_info *info,
			struct vfio_info_cap *caps);
extern const struct ivgpu_vggtt_map_ops ivgpu_vfio_map_ops;

/* gfx.c: the screen as a region. */
long ivgpu_vfio_query_plane(struct ivgpu_vfio_device *dev,
			    struct vfio_device_gfx_plane_info __user *arg);
int ivgpu_vfio_map_pixels(struct ivgpu_vfio_device *dev, struct vm_area_struct *vma, u64 offset);

/* dmabuf.c: the screen as dma-bufs. create: NULL when there is no memory. */
struct ivgpu_dmabufs *ivgpu_dmabufs_create(void);
void ivgpu_dmabufs_put(struct ivgpu_dmabufs *owner);
bool ivgpu_dmabuf_enabled(void);
long ivgpu_vfio_get_dmabuf(struct ivgpu_vfio_device *dev, u32 __user *arg);

/* track.c: start after the vGPU is opened, stop before and end after it is closed. */
#ifdef IVGPU_KVM_TRACKING
bool ivgpu_vfio_track_default(void);
void ivgpu_vfio_track_start(struct ivgpu_vfio_device *dev);
void ivgpu_vfio_track_stop(struct ivgpu_vfio_device *dev);
void ivgpu_vfio_track_end(struct ivgpu_vfio_device *dev);
int ivgpu_vfio_track(void *owner, u64 gfn);
void ivgpu_vfio_untrack(void *owner, u64 gfn);
#else
static inline bool ivgpu_vfio_track_default(void) { return false; }
static inline void ivgpu_vfio_track_start(struct ivgpu_vfio_device *dev) { }
static inline void ivgpu_vfio_track_stop(struct ivgpu_vfio_device *dev) { }
static inline void ivgpu_vfio_track_end(struct ivgpu_vfio_device *dev) { }
#define ivgpu_vfio_track	NULL
#define ivgpu_vfio_untrack	NULL
#endif

/* pin.c */
extern const struct ivgpu_guestmem_ops ivgpu_vfio_mem_ops;

#endif
