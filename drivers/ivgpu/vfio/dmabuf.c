// SPDX-License-Identifier: GPL-2.0
/*
 * The screen as a dma-buf, for VMMs that draw with OpenGL: the same linear picture that
 * gfx.c offers as a region, brought up to date by the same ioctl. A dma-buf holds its
 * pages, and may outlive the VMM's hold on the vGPU: it then shows what it showed last.
 *
 * Chosen by a module parameter, since a VMM that is offered a dma-buf takes it, and
 * fails where it has no OpenGL (QEMU hw/vfio/display.c).
 */
#include <linux/dma-buf.h>
#include <linux/fcntl.h>
#include <linux/module.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "vfio_device.h"

static bool dmabuf;
module_param(dmabuf, bool, 0644);
MODULE_PARM_DESC(dmabuf, "offer screens to VMMs as dma-bufs too, for those with OpenGL (default: N)");

/* dma-bufs of one vGPU at a time; each holds up to 32 MiB. */
#define MAX_LIVE	16

/* Counts the dma-bufs of a vGPU, which can outlive it. */
struct ivgpu_dmabufs {
	refcount_t users;
	atomic_t live;
};

struct screen_buf {
	struct ivgpu_dmabufs *owner;
	unsigned int nr;
	struct page *pages[];
};

struct ivgpu_dmabufs *ivgpu_dmabufs_create(void)
{
	struct ivgpu_dmabufs *owner = kzalloc(sizeof(*owner), GFP_KERNEL);

	if (owner)
		refcount_set(&owner->users, 1);
	return owner;
}

void ivgpu_dmabufs_put(struct ivgpu_dmabufs *owner)
{
	if (owner && refcount_dec_and_test(&owner->users))
		kfree(owner);
}

bool ivgpu_dmabuf_enabled(void)
{
	return READ_ONCE(dmabuf);
}

static void free_buf(struct screen_buf *buf)
{
	unsigned int i;

	for (i = 0; i < buf->nr; i++)
		put_page(buf->pages[i]);
	atomic_dec(&buf->owner->live);
	ivgpu_dmabufs_put(buf->owner);
	kvfree(buf);
}

static struct sg_table *map_buf(struct dma_buf_attachment *attachment,
				enum dma_data_direction direction)
{
	struct screen_buf *buf = attachment->dmabuf->priv;
	struct sg_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	int ret;

	if (!table)
		return ERR_PTR(-ENOMEM);
	ret = sg_alloc_table_from_pages(table, buf->pages, buf->nr, 0,
					(size_t)buf->nr << PAGE_SHIFT, GFP_KERNEL);
	if (ret)
		goto free;
	ret = dma_map_sgtable(attachment->dev, table, direction, 0);
	if (!ret)
		return table;
	sg_free_table(table);
free:
	kfree(table);
	return ERR_PTR(ret);
}

static void unmap_buf(struct dma_buf_attachment *attachment, struct sg_table *table,
		      enum dma_data_direction direction)
{
	dma_unmap_sgtable(attachment->dev, table, direction, 0);
	sg_free_table(table);
	kfree(table);
}

static int mmap_buf(struct dma_buf *dma_buf, struct vm_area_struct *vma)
{
	struct screen_buf *buf = dma_buf->priv;

	return vm_map_pages(vma, buf->pages, buf->nr);
}

static int vmap_buf(struct dma_buf *dma_buf, struct iosys_map *map)
{
	struct screen_buf *buf = dma_buf->priv;
	void *address = vmap(buf->pages, buf->nr, VM_MAP, PAGE_KERNEL);

	if (!address)
		return -ENOMEM;
	iosys_map_set_vaddr(map, address);
	return 0;
}

static void vunmap_buf(struct dma_buf *dma_buf, struct iosys_map *map)
{
	vunmap(map->vaddr);
}

static void release_buf(struct dma_buf *dma_buf)
{
	free_buf(dma_buf->priv);
}

static const struct dma_buf_ops buf_ops = {
	.map_dma_buf = map_buf,
	.unmap_dma_buf = unmap_buf,
	.mmap = mmap_buf,
	.vmap = vmap_buf,
	.vunmap = vunmap_buf,
	.release = release_buf,
};

/* The first @nr pages of the picture, held. */
static struct screen_buf *make_buf(struct ivgpu_dmabufs *owner, void *pixels, unsigned int nr)
{
	struct screen_buf *buf;

	if (atomic_inc_return(&owner->live) > MAX_LIVE) {
		atomic_dec(&owner->live);
		return ERR_PTR(-EMFILE);
	}
	buf = kvzalloc(struct_size(buf, pages, nr), GFP_KERNEL_ACCOUNT);
	if (!buf) {
		atomic_dec(&owner->live);
		return ERR_PTR(-ENOMEM);
	}
	refcount_inc(&owner->users);
	buf->owner = owner;
	for (; buf->nr < nr; buf->nr++, pixels += PAGE_SIZE) {
		buf->pages[buf->nr] = vmalloc_to_page(pixels);
		get_page(buf->pages[buf->nr]);
	}
	return buf;
}

static int export_buf(struct screen_buf *buf)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dma_buf;
	int fd;

	info.ops = &buf_ops;
	info.size = (size_t)buf->nr << PAGE_SHIFT;
	/* Mesa maps it for both where it draws with the CPU; what a VMM writes only it sees */
	info.flags = O_RDWR | O_CLOEXEC;
	info.priv = buf;
	dma_buf = dma_buf_export(&info);
	if (IS_ERR(dma_buf)) {
		free_buf(buf);
		return PTR_ERR(dma_buf);
	}
	fd = dma_buf_fd(dma_buf, O_CLOEXEC);
	if (fd < 0)
		dma_buf_put(dma_buf);
	return fd;
}

/**
 * ivgpu_vfio_get_dmabuf() - VFIO_DEVICE_GET_GFX_DMABUF
 * @dev: the device, open
 * @arg: from user space: the dmabuf_id that the query gave
 *
 * Return: a file descriptor; -ENOTTY: not offered; -EINVAL: no such picture; -EMFILE:
 * the vGPU has as many as it may; -EFAULT; -ENOMEM.
 */
long ivgpu_vfio_get_dmabuf(struct ivgpu_vfio_device *dev, u32 __user *arg)
{
	struct screen_buf *buf;
	u64 size;
	void *pixels;
	u32 id;

	if (!ivgpu_dmabuf_enabled() || !ivgpu_vgpu_has_display(dev->vgpu))
		return -ENOTTY;
	if (get_user(id, arg))
		return -EFAULT;
	size = 4ull * (id >> 16) * (id & 0xffff);
	if (!size || size > ivgpu_vgpu_pixels_size(dev->vgpu))
		return -EINVAL;
	pixels = ivgpu_vgpu_pixels(dev->vgpu);
	if (!pixels)
		return -ENOMEM;
	buf = make_buf(dev->dmabufs, pixels, PAGE_ALIGN(size) >> PAGE_SHIFT);
	return IS_ERR(buf) ? PTR_ERR(buf) : export_buf(buf);
}

ivgpu_import_dma_buf();
