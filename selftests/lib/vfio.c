// SPDX-License-Identifier: GPL-2.0
/*
 * A VFIO device as a VMM opens it: container, group, device, regions, interrupts.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "env.h"
#include "vfio.h"
#include "vfio_cdev.h"

/* Some drivers (kvmgt) demand a VM: give the group one, without any CPU. */
static int attach_kvm(struct vfio_dev *dev)
{
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_VFIO };
	int32_t group = dev->group;
	struct kvm_device_attr attr = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = KVM_DEV_VFIO_GROUP_ADD,
		.addr = (uintptr_t)&group,
	};

	dev->kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (dev->kvm < 0)
		return -errno;
	dev->vm = ioctl(dev->kvm, KVM_CREATE_VM, 0);
	if (dev->vm < 0)
		return -errno;
	if (ioctl(dev->vm, KVM_CREATE_DEVICE, &create))
		return -errno;
	dev->kvm_vfio = create.fd;
	if (ioctl(dev->kvm_vfio, KVM_SET_DEVICE_ATTR, &attr))
		return -errno;
	return 0;
}

static int open_group(struct vfio_dev *dev)
{
	char path[512], link[256];
	const char *name;
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/iommu_group", dev->uuid);
	n = readlink(path, link, sizeof(link) - 1);
	if (n < 0)
		return -errno;
	link[n] = '\0';
	name = strrchr(link, '/');
	snprintf(path, sizeof(path), "/dev/vfio/%s", name ? name + 1 : link);
	dev->group = open(path, O_RDWR | O_CLOEXEC);
	return dev->group < 0 ? -errno : 0;
}

static int open_container(struct vfio_dev *dev)
{
	dev->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (dev->container < 0)
		return -errno;
	if (ioctl(dev->group, VFIO_GROUP_SET_CONTAINER, &dev->container))
		return -errno;
	if (ioctl(dev->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		return -errno;
	return 0;
}

static void parse_caps(struct vfio_region *region, struct vfio_region_info *info)
{
	struct vfio_region_info_cap_sparse_mmap *sparse;
	struct vfio_region_info_cap_type *type;
	struct vfio_info_cap_header *cap;
	uint32_t off = info->cap_offset;

	while (off >= sizeof(*info) && off + sizeof(*cap) <= info->argsz) {
		cap = (void *)((char *)info + off);
		if (cap->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP) {
			sparse = (void *)cap;
			region->sparse = true;
			region->areas = sparse->nr_areas < VFIO_TEST_AREAS ? sparse->nr_areas :
					VFIO_TEST_AREAS;
			memcpy(region->area, sparse->areas,
			       region->areas * sizeof(region->area[0]));
		} else if (cap->id == VFIO_REGION_INFO_CAP_TYPE) {
			type = (void *)cap;
			region->type = type->type;
			region->subtype = type->subtype;
		}
		if (cap->next <= off)
			break;
		off = cap->next;
	}
}

static int read_region(struct vfio_dev *dev, unsigned int index)
{
	struct vfio_region *region = &dev->region[index];
	struct vfio_region_info *info, *bigger;
	int ret = 0;

	info = calloc(1, sizeof(*info));
	if (!info)
		return -ENOMEM;
	info->argsz = sizeof(*info);
	info->index = index;
	if (ioctl(dev->fd, VFIO_DEVICE_GET_REGION_INFO, info)) {
		ret = -errno;
		goto out;
	}
	if (info->argsz > sizeof(*info)) {
		uint32_t argsz = info->argsz;

		bigger = realloc(info, argsz);
		if (!bigger) {
			ret = -ENOMEM;
			goto out;
		}
		info = bigger;
		memset(info, 0, argsz);
		info->argsz = argsz;
		info->index = index;
		if (ioctl(dev->fd, VFIO_DEVICE_GET_REGION_INFO, info)) {
			ret = -errno;
			goto out;
		}
	}
	region->flags = info->flags;
	region->size = info->size;
	region->offset = info->offset;
	if (info->flags & VFIO_REGION_INFO_FLAG_CAPS)
		parse_caps(region, info);
out:
	free(info);
	return ret;
}

static int open_by_group(struct vfio_dev *dev)
{
	int ret = open_group(dev);

	if (!ret)
		ret = open_container(dev);
	if (!ret && env_wants_kvm())
		ret = attach_kvm(dev);
	if (ret)
		return ret;
	dev->fd = ioctl(dev->group, VFIO_GROUP_GET_DEVICE_FD, dev->uuid);
	return dev->fd < 0 ? -errno : 0;
}

static int read_device(struct vfio_dev *dev)
{
	unsigned int i;
	int ret;

	dev->info.argsz = sizeof(dev->info);
	if (ioctl(dev->fd, VFIO_DEVICE_GET_INFO, &dev->info))
		return -errno;
	dev->regions = dev->info.num_regions;
	if (dev->regions > VFIO_TEST_REGIONS)
		dev->regions = VFIO_TEST_REGIONS;
	for (i = 0; i < dev->regions; i++) {
		ret = read_region(dev, i);
		/* A region that a device does not have may be refused (VGA). */
		if (ret && ret != -EINVAL)
			return ret;
	}
	return 0;
}

int vfio_open(struct vfio_dev *dev, const char *uuid)
{
	int ret;

	memset(dev, 0, sizeof(*dev));
	dev->container = -1;
	dev->group = -1;
	dev->fd = -1;
	dev->kvm = -1;
	dev->vm = -1;
	dev->kvm_vfio = -1;
	snprintf(dev->uuid, sizeof(dev->uuid), "%s", uuid);
	ret = env_wants_cdev() ? vfio_cdev_open(dev) : open_by_group(dev);
	if (!ret)
		ret = read_device(dev);
	if (ret)
		vfio_close(dev);
	return ret;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void vfio_close(struct vfio_dev *dev)
{
	close_one(&dev->fd);
	close_one(&dev->kvm_vfio);
	close_one(&dev->group);
	close_one(&dev->container);
	close_one(&dev->vm);
	close_one(&dev->kvm);
}

int vfio_map(struct vfio_dev *dev, void *va, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)va,
		.iova = iova,
		.size = size,
	};
	struct kvm_userspace_memory_region slot = {
		.slot = 0,
		.guest_phys_addr = iova,
		.memory_size = size,
		.userspace_addr = (uintptr_t)va,
	};

	if (dev->ioas)
		return vfio_cdev_map(dev, va, iova, size);
	if (ioctl(dev->container, VFIO_IOMMU_MAP_DMA, &map))
		return -errno;
	if (dev->vm >= 0 && ioctl(dev->vm, KVM_SET_USER_MEMORY_REGION, &slot))
		return -errno;
	return 0;
}

int vfio_unmap(struct vfio_dev *dev, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};

	if (dev->ioas)
		return vfio_cdev_unmap(dev, iova, size);
	return ioctl(dev->container, VFIO_IOMMU_UNMAP_DMA, &unmap) ? -errno : 0;
}

ssize_t vfio_read(struct vfio_dev *dev, unsigned int region, uint64_t off, void *data, size_t n)
{
	ssize_t done = pread(dev->fd, data, n, dev->region[region].offset + off);

	return done < 0 ? -errno : done;
}

ssize_t vfio_write(struct vfio_dev *dev, unsigned int region, uint64_t off, const void *data,
		   size_t n)
{
	ssize_t done = pwrite(dev->fd, data, n, dev->region[region].offset + off);

	return done < 0 ? -errno : done;
}

uint32_t bar0_read(struct vfio_dev *dev, uint32_t reg)
{
	uint32_t value = 0xdeadbeef;

	vfio_read(dev, VFIO_PCI_BAR0_REGION_INDEX, reg, &value, sizeof(value));
	return value;
}

void bar0_write(struct vfio_dev *dev, uint32_t reg, uint32_t value)
{
	vfio_write(dev, VFIO_PCI_BAR0_REGION_INDEX, reg, &value, sizeof(value));
}

uint16_t cfg_read16(struct vfio_dev *dev, uint32_t reg)
{
	uint16_t value = 0xdead;

	vfio_read(dev, VFIO_PCI_CONFIG_REGION_INDEX, reg, &value, sizeof(value));
	return value;
}

uint32_t cfg_read32(struct vfio_dev *dev, uint32_t reg)
{
	uint32_t value = 0xdeadbeef;

	vfio_read(dev, VFIO_PCI_CONFIG_REGION_INDEX, reg, &value, sizeof(value));
	return value;
}

void cfg_write16(struct vfio_dev *dev, uint32_t reg, uint16_t value)
{
	vfio_write(dev, VFIO_PCI_CONFIG_REGION_INDEX, reg, &value, sizeof(value));
}

void cfg_write32(struct vfio_dev *dev, uint32_t reg, uint32_t value)
{
	vfio_write(dev, VFIO_PCI_CONFIG_REGION_INDEX, reg, &value, sizeof(value));
}

unsigned int cfg_find_cap(struct vfio_dev *dev, uint8_t id)
{
	unsigned int left = 48;
	unsigned int at;

	if (!(cfg_read16(dev, PCI_STATUS) & PCI_STATUS_CAP_LIST))
		return 0;
	at = cfg_read16(dev, PCI_CAPABILITY_LIST) & 0xfc;
	while (at >= 0x40 && left--) {
		uint16_t head = cfg_read16(dev, at);

		if ((head & 0xff) == id)
			return at;
		at = (head >> 8) & 0xfc;
	}
	return 0;
}

bool region_mappable(struct vfio_dev *dev, unsigned int region)
{
	return region < dev->regions && dev->region[region].flags & VFIO_REGION_INFO_FLAG_MMAP;
}

void *region_mmap(struct vfio_dev *dev, unsigned int region, uint64_t off, size_t size)
{
	struct vfio_region *r = &dev->region[region];
	bool allowed = false;
	unsigned int i;
	void *p;

	if (!(r->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return NULL;
	if (!r->sparse)
		allowed = off + size <= r->size;
	for (i = 0; i < r->areas; i++)
		allowed |= off >= r->area[i].offset &&
			   off + size <= r->area[i].offset + r->area[i].size;
	if (!allowed)
		return NULL;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, dev->fd, r->offset + off);
	return p == MAP_FAILED ? NULL : p;
}

int vfio_irq_eventfd(struct vfio_dev *dev, unsigned int index, int fd)
{
	char buf[sizeof(struct vfio_irq_set) + sizeof(int32_t)] = { 0 };
	struct vfio_irq_set *set = (void *)buf;

	set->argsz = sizeof(buf);
	set->flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	set->index = index;
	set->count = 1;
	memcpy(set->data, &fd, sizeof(int32_t));
	return ioctl(dev->fd, VFIO_DEVICE_SET_IRQS, set) ? -errno : 0;
}

int vfio_irq_disable(struct vfio_dev *dev, unsigned int index)
{
	struct vfio_irq_set set = {
		.argsz = sizeof(set),
		.flags = VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER,
		.index = index,
	};

	return ioctl(dev->fd, VFIO_DEVICE_SET_IRQS, &set) ? -errno : 0;
}

int vfio_reset(struct vfio_dev *dev)
{
	return ioctl(dev->fd, VFIO_DEVICE_RESET) ? -errno : 0;
}

int vfio_feature(struct vfio_dev *dev, uint32_t flags, void *data, size_t n)
{
	struct vfio_device_feature *feature;
	int ret;

	feature = calloc(1, sizeof(*feature) + n);
	if (!feature)
		return -ENOMEM;
	feature->argsz = sizeof(*feature) + n;
	feature->flags = flags;
	if (n)
		memcpy(feature->data, data, n);
	ret = ioctl(dev->fd, VFIO_DEVICE_FEATURE, feature) ? -errno : 0;
	if (!ret && n)
		memcpy(data, feature->data, n);
	free(feature);
	return ret;
}

void vfio_enable_device(struct vfio_dev *dev)
{
	unsigned int msi = cfg_find_cap(dev, PCI_CAP_ID_MSI);
	uint16_t flags;

	cfg_write16(dev, PCI_COMMAND, PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
	if (!msi)
		return;
	cfg_write32(dev, msi + PCI_MSI_ADDRESS_LO, 0xfee00000);
	flags = cfg_read16(dev, msi + PCI_MSI_FLAGS);
	cfg_write16(dev, msi + (flags & PCI_MSI_FLAGS_64BIT ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32),
		    0x4021);
	cfg_write16(dev, msi + PCI_MSI_FLAGS, flags | PCI_MSI_FLAGS_ENABLE);
}
