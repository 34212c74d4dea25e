// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/sw_sync for the lab's virtual host: fences that a program signals by itself.
 *
 * IGT holds work back with such fences; kernels have them with CONFIG_SW_SYNC, which Debian's
 * are built without. An open file is a timeline that begins at 0; a fence of it is signalled when
 * the timeline has reached the fence's value. Interface: what lib/sw_sync of igt-gpu-tools uses.
 */
#include <linux/dma-fence.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sync_file.h>
#include <linux/uaccess.h>

struct create_fence {
	__u32 value;
	char name[32];
	__s32 fence;
};

#define CREATE_FENCE _IOWR('W', 0, struct create_fence)
#define INC _IOW('W', 1, __u32)

#define MAX_FENCES 65536	/* not signalled, of one timeline */

struct timeline {
	struct kref refs;	/* the file's, and one of each fence: lock lies in here */
	spinlock_t lock;	/* protects what follows; the lock of the fences too */
	u64 context;
	u32 value;
	unsigned int nr;
	struct list_head waiting;
};

struct fence {
	struct dma_fence base;
	struct timeline *line;
	struct list_head link;	/* in waiting, with a reference, until it is signalled */
};

static void timeline_free(struct kref *refs)
{
	kfree(container_of(refs, struct timeline, refs));
}

static const char *fence_name(struct dma_fence *base)
{
	return "sw_sync";
}

static void fence_release(struct dma_fence *base)
{
	struct fence *f = container_of(base, struct fence, base);

	kref_put(&f->line->refs, timeline_free);
	kfree_rcu(f, base.rcu);
}

static const struct dma_fence_ops fence_ops = {
	.get_driver_name = fence_name,
	.get_timeline_name = fence_name,
	.release = fence_release,
};

/* Signals what the timeline has reached; with an error, all that there is. */
static void signal(struct timeline *line, u32 by, int error)
{
	struct fence *f, *next;
	LIST_HEAD(done);

	spin_lock_irq(&line->lock);
	line->value += by;
	list_for_each_entry_safe(f, next, &line->waiting, link) {
		if (!error && (s32)((u32)f->base.seqno - line->value) > 0)
			continue;
		list_move_tail(&f->link, &done);
		line->nr--;
		if (error)
			dma_fence_set_error(&f->base, error);
		dma_fence_signal_locked(&f->base);
	}
	spin_unlock_irq(&line->lock);
	list_for_each_entry_safe(f, next, &done, link)
		dma_fence_put(&f->base);
}

static struct fence *make_fence(struct timeline *line, u32 value)
{
	struct fence *f = kzalloc(sizeof(*f), GFP_KERNEL);
	bool full;

	if (!f)
		return ERR_PTR(-ENOMEM);
	kref_get(&line->refs);
	f->line = line;
	INIT_LIST_HEAD(&f->link);
	dma_fence_init(&f->base, &fence_ops, &line->lock, line->context, value);
	spin_lock_irq(&line->lock);
	full = line->nr >= MAX_FENCES;
	if ((s32)(value - line->value) <= 0) {
		dma_fence_signal_locked(&f->base);
	} else if (!full) {
		line->nr++;
		dma_fence_get(&f->base);
		list_add_tail(&f->link, &line->waiting);
	}
	spin_unlock_irq(&line->lock);
	if (full && list_empty(&f->link) && !dma_fence_is_signaled(&f->base)) {
		dma_fence_put(&f->base);
		return ERR_PTR(-ENOSPC);
	}
	return f;
}

static long create_fence(struct timeline *line, void __user *arg)
{
	struct create_fence data;
	struct sync_file *sync;
	struct fence *f;
	int fd;

	if (copy_from_user(&data, arg, sizeof(data)))
		return -EFAULT;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0)
		return fd;
	f = make_fence(line, data.value);
	if (IS_ERR(f)) {
		put_unused_fd(fd);
		return PTR_ERR(f);
	}
	sync = sync_file_create(&f->base);
	dma_fence_put(&f->base);
	data.fence = fd;
	if (!sync || copy_to_user(arg, &data, sizeof(data))) {
		if (sync)
			fput(sync->file);
		put_unused_fd(fd);
		return sync ? -EFAULT : -ENOMEM;
	}
	fd_install(fd, sync->file);
	return 0;
}

static long sw_sync_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct timeline *line = file->private_data;
	u32 by;

	switch (cmd) {
	case CREATE_FENCE:
		return create_fence(line, (void __user *)arg);
	case INC:
		if (get_user(by, (u32 __user *)arg))
			return -EFAULT;
		if (by > S32_MAX)
			return -EINVAL;
		signal(line, by, 0);
		return 0;
	default:
		return -ENOTTY;
	}
}

static int sw_sync_open(struct inode *inode, struct file *file)
{
	struct timeline *line = kzalloc(sizeof(*line), GFP_KERNEL);

	if (!line)
		return -ENOMEM;
	kref_init(&line->refs);
	spin_lock_init(&line->lock);
	INIT_LIST_HEAD(&line->waiting);
	line->context = dma_fence_context_alloc(1);
	file->private_data = line;
	return nonseekable_open(inode, file);
}

static int sw_sync_release(struct inode *inode, struct file *file)
{
	struct timeline *line = file->private_data;

	signal(line, 0, -ENOENT);
	kref_put(&line->refs, timeline_free);
	return 0;
}

static const struct file_operations sw_sync_fops = {
	.owner = THIS_MODULE,
	.open = sw_sync_open,
	.release = sw_sync_release,
	.unlocked_ioctl = sw_sync_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice sw_sync_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "sw_sync",
	.fops = &sw_sync_fops,
};

/* Not to be unloaded: fences outlive their file, and call this code. */
static int __init sw_sync_init(void)
{
	return misc_register(&sw_sync_device);
}
module_init(sw_sync_init);

MODULE_DESCRIPTION("Fences signalled by programs, for tests in the lab");
MODULE_LICENSE("GPL");
