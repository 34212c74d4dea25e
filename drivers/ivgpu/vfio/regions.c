// SPDX-License-Identifier: GPL-2.0
/*
 * Regions of the VFIO device: config space, BAR0, BAR2, the OpRegion, and those of
 * a display; one table. All are trapped but for what mmap.c and gfx.c map; an access
 * of any size is split into pieces that the vGPU takes.
 */
#include <linux/pci_ids.h>
#include <linux/sizes.h>
#include <linux/uaccess.h>

#include "vfio_device.h"

#define PIECE_MAX	256

/*
 * @size_of: where the size depends on the vGPU
 * @piece: most bytes at once; aligned powers of two up to 8
 * @map: all of it may be mapped
 * @type, @subtype: of a region that VFIO has no number for
 */
struct region {
	u64 size;
	u32 (*size_of)(const struct ivgpu_vgpu *vgpu);
	u32 piece;
	bool map;
	u32 type, subtype;
	int (*read)(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count);
	int (*write)(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count);
};

static int config_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count)
{
	return ivgpu_vgpu_config_read(vgpu, offset, buf, count);
}

static int config_write(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count)
{
	return ivgpu_vgpu_config_write(vgpu, offset, buf, count);
}

static int bar0_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count)
{
	return ivgpu_vgpu_bar0_read(vgpu, offset, buf, count);
}

static int bar0_write(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count)
{
	return ivgpu_vgpu_bar0_write(vgpu, offset, buf, count);
}

static int opregion_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count)
{
	ivgpu_opregion_read(vgpu, offset, buf, count);
	return 0;
}

/* Writes of the header are whole fields: the vGPU refuses others. */
static int edid_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count)
{
	return ivgpu_vgpu_edid_read(vgpu, offset, buf, count);
}

static int edid_write(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count)
{
	return ivgpu_vgpu_edid_write(vgpu, offset, buf, count);
}

#define OPREGION_TYPE	(VFIO_REGION_TYPE_PCI_VENDOR_TYPE | PCI_VENDOR_ID_INTEL)

/* Regions of size 0 are there and empty; without @write they are read-only. */
static const struct region regions[IVGPU_NUM_REGIONS] = {
	[VFIO_PCI_CONFIG_REGION_INDEX] = {
		.size = 256, .piece = 4, .read = config_read, .write = config_write,
	},
	[VFIO_PCI_BAR0_REGION_INDEX] = {
		.size = SZ_16M, .piece = 8, .read = bar0_read, .write = bar0_write,
	},
	[VFIO_PCI_BAR2_REGION_INDEX] = {
		.size = SZ_1G, .piece = PIECE_MAX,
		.read = ivgpu_vgpu_bar2_read, .write = ivgpu_vgpu_bar2_write,
	},
	[IVGPU_OPREGION_INDEX] = {
		.size = IVGPU_OPREGION_SIZE, .piece = PIECE_MAX, .read = opregion_read,
		.type = OPREGION_TYPE, .subtype = VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION,
	},
	[IVGPU_EDID_INDEX] = {
		.size_of = ivgpu_vgpu_edid_size, .piece = 4, .read = edid_read,
		.write = edid_write, .type = VFIO_REGION_TYPE_GFX,
		.subtype = VFIO_REGION_SUBTYPE_GFX_EDID,
	},
	[IVGPU_PIXELS_INDEX] = {
		.size_of = ivgpu_vgpu_pixels_size, .piece = PIECE_MAX,
		.read = ivgpu_vgpu_pixels_read, .map = true,
	},
};

static u64 region_size(const struct region *region, const struct ivgpu_vgpu *vgpu)
{
	return region->size_of ? region->size_of(vgpu) : region->size;
}

static u32 region_flags(const struct region *region)
{
	return (region->map ? VFIO_REGION_INFO_FLAG_MMAP : 0) |
	       (region->read ? VFIO_REGION_INFO_FLAG_READ : 0) |
	       (region->write ? VFIO_REGION_INFO_FLAG_WRITE : 0);
}

int ivgpu_region_info(struct ivgpu_vfio_device *dev, struct vfio_region_info *info,
		      struct vfio_info_cap *caps)
{
	struct vfio_region_info_cap_type type = {
		.header.id = VFIO_REGION_INFO_CAP_TYPE,
		.header.version = 1,
	};
	const struct region *region;

	if (info->index >= IVGPU_NUM_REGIONS)
		return -EINVAL;
	region = &regions[info->index];
	info->offset = (u64)info->index << IVGPU_REGION_SHIFT;
	info->size = region_size(region, dev->vgpu);
	info->flags = info->size || !region->size_of ? region_flags(region) : 0;
	info->cap_offset = 0;
	if (!region->type)
		return ivgpu_vfio_map_caps(dev, info, caps);
	type.type = region->type;
	type.subtype = region->subtype;
	return vfio_info_add_capability(caps, &type.header, sizeof(type));
}

/* The region at *@pos, with *@offset in it and *@count cut to its end. */
static const struct region *find(const struct ivgpu_vgpu *vgpu, loff_t pos, u64 *offset,
				 size_t *count)
{
	u64 index = (u64)pos >> IVGPU_REGION_SHIFT;
	const struct region *region;
	u64 size;

	if (pos < 0 || index >= IVGPU_NUM_REGIONS)
		return NULL;
	region = &regions[index];
	*offset = (u64)pos & (BIT_ULL(IVGPU_REGION_SHIFT) - 1);
	size = region_size(region, vgpu);
	if (*offset >= size)
		return NULL;
	*count = min_t(u64, *count, size - *offset);
	return region;
}

/* How many bytes to take in one go. */
static u32 piece(const struct region *region, u64 offset, size_t count)
{
	u32 n = region->piece;

	if (n > 8)
		return min_t(size_t, count, n);
	while (n > count || offset % n)
		n /= 2;
	return n;
}

ssize_t ivgpu_region_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *pos)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);
	const struct region *region;
	u8 bytes[PIECE_MAX] __aligned(8);
	size_t done = 0;
	u64 offset;
	u32 n;
	int ret;

	region = find(dev->vgpu, *pos, &offset, &count);
	if (!region)
		return -EINVAL;
	for (; done < count; done += n, offset += n) {
		n = piece(region, offset, count - done);
		ret = region->read(dev->vgpu, offset, bytes, n);
		if (ret)
			return done ? (ssize_t)done : ret;
		if (copy_to_user(buf + done, bytes, n))
			return done ? (ssize_t)done : -EFAULT;
		*pos += n;
	}
	return done;
}

ssize_t ivgpu_region_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			   loff_t *pos)
{
	struct ivgpu_vfio_device *dev = ivgpu_to_vfio(vdev);
	const struct region *region;
	u8 bytes[PIECE_MAX] __aligned(8);
	size_t done = 0;
	u64 offset;
	u32 n;
	int ret;

	region = find(dev->vgpu, *pos, &offset, &count);
	if (!region || !region->write)
		return -EINVAL;
	for (; done < count; done += n, offset += n) {
		n = piece(region, offset, count - done);
		if (copy_from_user(bytes, buf + done, n))
			return done ? (ssize_t)done : -EFAULT;
		ret = region->write(dev->vgpu, offset, bytes, n);
		if (ret)
			return done ? (ssize_t)done : ret;
		*pos += n;
	}
	return done;
}
