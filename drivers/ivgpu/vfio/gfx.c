// SPDX-License-Identifier: GPL-2.0
/*
 * The screen as VMMs without OpenGL want it: VFIO_DEVICE_QUERY_GFX_PLANE brings a
 * picture in memory up to date and tells its size, and that memory is a region that
 * the VMM maps (include/uapi/linux/vfio.h).
 */
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <drm/drm_fourcc.h>

#include "vfio_device.h"

/* enum drm_plane_type there; VMMs leave 0 where they mean the screen. */
#define PLANE_TYPE_CURSOR	2

/* A picture of another size is another buffer. */
static u32 dmabuf_id(const struct ivgpu_vgpu_picture *picture)
{
	return picture->width << 16 | picture->height;
}

static int fill_info(struct ivgpu_vfio_device *dev, struct vfio_device_gfx_plane_info *info)
{
	struct ivgpu_vgpu_picture picture = {};
	int ret = 0;

	/* the cursor is part of the picture */
	if (info->drm_plane_type != PLANE_TYPE_CURSOR)
		ret = ivgpu_vgpu_look(dev->vgpu, &picture);
	info->drm_format = picture.width ? DRM_FORMAT_XRGB8888 : 0;
	info->drm_format_mod = DRM_FORMAT_MOD_LINEAR;
	info->width = picture.width;
	info->height = picture.height;
	info->stride = 4 * picture.width;
	info->size = PAGE_ALIGN(4 * picture.width * picture.height);
	info->x_pos = 0;
	info->y_pos = 0;
	info->x_hot = ~0u;
	info->y_hot = ~0u;
	if (info->flags & VFIO_GFX_PLANE_TYPE_DMABUF)
		info->dmabuf_id = dmabuf_id(&picture);
	else
		info->region_index = IVGPU_PIXELS_INDEX;
	return ret;
}

static bool is_offered(u32 way)
{
	return way == VFIO_GFX_PLANE_TYPE_REGION ||
	       (way == VFIO_GFX_PLANE_TYPE_DMABUF && ivgpu_dmabuf_enabled());
}

/**
 * ivgpu_vfio_query_plane() - VFIO_DEVICE_QUERY_GFX_PLANE
 * @dev: the device, open
 * @arg: from and to user space
 *
 * Return: 0; -EINVAL: anything but (a probe for) the screen in a way that is offered; -ENOTTY:
 * there is no display; -EFAULT; -ENOMEM.
 */
long ivgpu_vfio_query_plane(struct ivgpu_vfio_device *dev,
			    struct vfio_device_gfx_plane_info __user *arg)
{
	unsigned long minsz = offsetofend(struct vfio_device_gfx_plane_info, region_index);
	struct vfio_device_gfx_plane_info info;
	int ret;

	if (!ivgpu_vgpu_has_display(dev->vgpu))
		return -ENOTTY;
	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	if (!is_offered(info.flags & ~VFIO_GFX_PLANE_TYPE_PROBE))
		return -EINVAL;
	if (info.flags & VFIO_GFX_PLANE_TYPE_PROBE)
		return 0;
	ret = fill_info(dev, &info);
	if (ret)
		return ret;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

/**
 * ivgpu_vfio_map_pixels() - the VMM maps the picture
 * @dev: the device, open
 * @vma: what is to be mapped
 * @offset: bytes in the region
 *
 * Return: 0, or -EINVAL: there is no display, or not so much of it; -ENOMEM.
 */
int ivgpu_vfio_map_pixels(struct ivgpu_vfio_device *dev, struct vm_area_struct *vma, u64 offset)
{
	u64 size = ivgpu_vgpu_pixels_size(dev->vgpu), len = vma->vm_end - vma->vm_start;
	void *pixels;

	if (!(vma->vm_flags & VM_SHARED) || offset >= size || len > size - offset)
		return -EINVAL;
	pixels = ivgpu_vgpu_pixels(dev->vgpu);
	if (!pixels)
		return -ENOMEM;
	return remap_vmalloc_range(vma, pixels, offset >> PAGE_SHIFT);
}
