// SPDX-License-Identifier: GPL-2.0
/*
 * The VFIO device of a vGPU: open and close, the ioctls, unmapped guest memory,
 * and the request to let go of the device.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "../compat.h"
#include "vfio_device.h"

static int open_device(struct vfio_device *vdev)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);
	int ret = ivgpu_vfio_map_open(dev);

	if (ret)
		return ret;
	ret = ivgpu_vgpu_open(dev->vgpu);
	if (ret) {
		ivgpu_vfio_map_close(dev);
		return ret;
	}
	ivgpu_vfio_track_start(dev);
	dev->holder.pid = task_tgid_nr(current);
	get_task_comm(dev->holder.comm, current);
	return 0;
}

static void close_device(struct vfio_device *vdev)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);

	ivgpu_vfio_irqs_release(&dev->irqs);
	ivgpu_vfio_track_stop(dev);
	ivgpu_vgpu_close(dev->vgpu);
	ivgpu_vfio_track_end(dev);
	ivgpu_vfio_map_close(dev);
	dev->holder.pid = 0;
}

static int get_info(struct vfio_device_info __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info = {};

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = IVGPU_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

#ifdef IVGPU_HAVE_REGION_INFO_CAPS
static int get_region_info_caps(struct vfio_device *vdev, struct vfio_region_info *info,
				struct vfio_info_cap *caps)
{
	return ivgpu_region_info(ivgpu_to_vfio(vdev), info, caps);
}
#endif

/* Capabilities follow what the caller gave room for; too little room: tell how much it takes. */
static int append_caps(struct vfio_region_info *info, struct vfio_info_cap *caps,
		       struct vfio_region_info __user *arg)
{
	if (!caps->size)
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	if (info->argsz < sizeof(*info) + caps->size) {
		info->argsz = sizeof(*info) + caps->size;
		return 0;
	}
	vfio_info_cap_shift(caps, sizeof(*info));
	if (copy_to_user((void __user *)arg + sizeof(*info), caps->buf, caps->size))
		return -EFAULT;
	info->cap_offset = sizeof(*info);
	return 0;
}

/* Only older kernels ask: newer ones call the op above. */
static int get_region_info(struct ivgpu_vfio_device *dev, struct vfio_region_info __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_info_cap caps = {};
	struct vfio_region_info info = {};
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	ret = ivgpu_region_info(dev, &info, &caps);
	if (!ret)
		ret = append_caps(&info, &caps, arg);
	kfree(caps.buf);
	if (ret)
		return ret;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static int get_irq_info(struct vfio_irq_info __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info = {};

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	info.flags = ivgpu_vfio_irq_flags(info.index);
	info.count = info.flags ? 1 : 0;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static int set_irqs(struct ivgpu_vfio_device *dev, struct vfio_irq_set __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set set;
	size_t size = 0;
	s32 data = 0;
	int ret;

	if (copy_from_user(&set, arg, minsz))
		return -EFAULT;
	if (set.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	ret = vfio_set_irqs_validate_and_prepare(&set, !!ivgpu_vfio_irq_flags(set.index),
						 VFIO_PCI_NUM_IRQS, &size);
	if (ret)
		return ret;
	if (size > sizeof(data))
		return -EINVAL;
	if (copy_from_user(&data, (void __user *)arg + minsz, size))
		return -EFAULT;
	return ivgpu_vfio_set_irqs(dev, &set, &data);
}

static long ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return get_info(uarg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return get_region_info(dev, uarg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return get_irq_info(uarg);
	case VFIO_DEVICE_SET_IRQS:
		return set_irqs(dev, uarg);
	case VFIO_DEVICE_RESET:
		ivgpu_vgpu_reset(dev->vgpu);
		return 0;
	case VFIO_DEVICE_QUERY_GFX_PLANE:
		return ivgpu_vfio_query_plane(dev, uarg);
	case VFIO_DEVICE_GET_GFX_DMABUF:
		return ivgpu_vfio_get_dmabuf(dev, uarg);
	default:
		return -ENOTTY;
	}
}

static void dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	ivgpu_vgpu_dma_unmap(ivgpu_to_vfio(vdev)->vgpu, iova, length);
}

/* The mdev is being removed: called at once and then every 10 s until it is closed. */
static void request(struct vfio_device *vdev, unsigned int count)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);
	bool asked = ivgpu_vfio_signal_req(&dev->irqs);

	dev_notice(vdev->dev, "vGPU is to be removed but %s (pid %d) holds it; %s\n",
		   dev->holder.comm, dev->holder.pid,
		   asked ? "it was asked to let go" : "it set no REQ interrupt: stop it");
}

static void release(struct vfio_device *vdev)
{
	ivgpu_dmabufs_put(ivgpu_to_vfio(vdev)->dmabufs);
	ivgpu_vfio_release(vdev);
}

const struct vfio_device_ops ivgpu_vfio_ops = {
	.name = "ivgpu",
	.release = release,
	.open_device = open_device,
	.close_device = close_device,
	.read = ivgpu_region_read,
	.write = ivgpu_region_write,
	.ioctl = ioctl,
	.mmap = ivgpu_vfio_mmap,
	.dma_unmap = dma_unmap,
	.request = request,
#ifdef IVGPU_HAVE_REGION_INFO_CAPS
	.get_region_info_caps = get_region_info_caps,
#endif
	IVGPU_VFIO_IOMMUFD_OPS
};
