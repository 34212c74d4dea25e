// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of the VFIO device, all by eventfd: INTx, MSI (one vector) and REQ,
 * which asks the VMM to let go of the device.
 *
 * INTx is a level, and an eventfd is not: as include/uapi/linux/vfio.h has it for
 * VFIO_IRQ_INFO_AUTOMASKED, raising it masks it, and once it is unmasked (by the
 * ioctl, or by an eventfd that KVM signals at the guest's end of interrupt) it is
 * raised again as long as the vGPU holds the line.
 */
#include "../compat.h"
#include "vfio_device.h"

#define KINDS_MSI	(VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE)
#define KINDS_INTX	(VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE | \
			 VFIO_IRQ_INFO_AUTOMASKED)

static struct eventfd_ctx **context(struct ivgpu_vfio_irqs *irqs, unsigned int index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return &irqs->intx;
	case VFIO_PCI_MSI_IRQ_INDEX:
		return &irqs->msi;
	case VFIO_PCI_REQ_IRQ_INDEX:
		return &irqs->req;
	default:
		return NULL;
	}
}

/**
 * ivgpu_vfio_irq_flags() - what an interrupt can do
 * @index: of VFIO_DEVICE_GET_IRQ_INFO
 *
 * Return: VFIO_IRQ_INFO_...; 0: there is no such interrupt.
 */
u32 ivgpu_vfio_irq_flags(unsigned int index)
{
	switch (index) {
	case VFIO_PCI_INTX_IRQ_INDEX:
		return KINDS_INTX;
	case VFIO_PCI_MSI_IRQ_INDEX:
	case VFIO_PCI_REQ_IRQ_INDEX:
		return KINDS_MSI;
	default:
		return 0;
	}
}

void ivgpu_vfio_irqs_init(struct ivgpu_vfio_irqs *irqs)
{
	mutex_init(&irqs->ioctl_lock);
	spin_lock_init(&irqs->lock);
}

/* @new takes the place of what *@where holds, which is let go. */
static void replace(struct ivgpu_vfio_irqs *irqs, struct eventfd_ctx **where,
		    struct eventfd_ctx *new)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	swap(*where, new);
	if (where == &irqs->intx)
		irqs->intx_masked = false;
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (new)
		eventfd_ctx_put(new);
}

void ivgpu_vfio_irqs_release(struct ivgpu_vfio_irqs *irqs)
{
	mutex_lock(&irqs->ioctl_lock);
	vfio_virqfd_disable(&irqs->unmask);
	replace(irqs, &irqs->intx, NULL);
	replace(irqs, &irqs->msi, NULL);
	replace(irqs, &irqs->req, NULL);
	mutex_unlock(&irqs->ioctl_lock);
}

static bool signal(struct ivgpu_vfio_irqs *irqs, struct eventfd_ctx **where)
{
	unsigned long flags;
	bool there;

	spin_lock_irqsave(&irqs->lock, flags);
	there = *where;
	if (there)
		ivgpu_eventfd_signal(*where);
	spin_unlock_irqrestore(&irqs->lock, flags);
	return there;
}

bool ivgpu_vfio_signal_msi(struct ivgpu_vfio_irqs *irqs)
{
	return signal(irqs, &irqs->msi);
}

bool ivgpu_vfio_signal_req(struct ivgpu_vfio_irqs *irqs)
{
	return signal(irqs, &irqs->req);
}

void ivgpu_vfio_raise_intx(struct ivgpu_vfio_irqs *irqs)
{
	unsigned long flags;

	spin_lock_irqsave(&irqs->lock, flags);
	if (irqs->intx && !irqs->intx_masked) {
		irqs->intx_masked = true;
		ivgpu_eventfd_signal(irqs->intx);
	}
	spin_unlock_irqrestore(&irqs->lock, flags);
}

/* Whether it has to be raised now. Any context. */
static bool change_intx_mask(struct ivgpu_vfio_device *dev, bool masked)
{
	unsigned long flags;

	spin_lock_irqsave(&dev->irqs.lock, flags);
	dev->irqs.intx_masked = masked;
	spin_unlock_irqrestore(&dev->irqs.lock, flags);
	return !masked && ivgpu_vgpu_intx_level(dev->vgpu);
}

static void set_intx_mask(struct ivgpu_vfio_device *dev, bool masked)
{
	if (change_intx_mask(dev, masked))
		ivgpu_vfio_raise_intx(&dev->irqs);
}

/*
 * The eventfd that unmasks was signalled: in its wake-up, interrupts off, where no
 * other eventfd may be signalled (fs/eventfd.c); 1: the thread below has to.
 */
static int unmask_handler(void *opaque, void *data)
{
	return change_intx_mask(opaque, false);
}

static void unmask_thread(void *opaque, void *data)
{
	struct ivgpu_vfio_device *dev = opaque;

	ivgpu_vfio_raise_intx(&dev->irqs);
}

static int set_unmask_eventfd(struct ivgpu_vfio_device *dev, s32 fd)
{
	if (fd < -1)
		return -EINVAL;
	vfio_virqfd_disable(&dev->irqs.unmask);
	if (fd < 0)
		return 0;
	return vfio_virqfd_enable(dev, unmask_handler, unmask_thread, NULL, &dev->irqs.unmask,
				  fd);
}

static int set_eventfd(struct ivgpu_vfio_irqs *irqs, struct eventfd_ctx **where, s32 fd)
{
	struct eventfd_ctx *new = NULL;

	if (fd < -1)
		return -EINVAL;
	if (fd >= 0) {
		new = eventfd_ctx_fdget(fd);
		if (IS_ERR(new))
			return PTR_ERR(new);
	}
	replace(irqs, where, new);
	return 0;
}

static int trigger(struct ivgpu_vfio_device *dev, const struct vfio_irq_set *set, const void *data)
{
	struct eventfd_ctx **where = context(&dev->irqs, set->index);
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	int ret;

	if (!set->count) {
		if (type != VFIO_IRQ_SET_DATA_NONE)
			return -EINVAL;
		if (set->index == VFIO_PCI_INTX_IRQ_INDEX)
			vfio_virqfd_disable(&dev->irqs.unmask);
		replace(&dev->irqs, where, NULL);
		return 0;
	}
	if (type == VFIO_IRQ_SET_DATA_EVENTFD) {
		ret = set_eventfd(&dev->irqs, where, *(const s32 *)data);
		/* the line may have been up before anybody listened */
		if (!ret && set->index == VFIO_PCI_INTX_IRQ_INDEX)
			set_intx_mask(dev, false);
		return ret;
	}
	if (type == VFIO_IRQ_SET_DATA_BOOL && !*(const u8 *)data)
		return 0;
	return signal(&dev->irqs, where) ? 0 : -EINVAL;
}

/* INTx only: MSI is not announced as maskable. */
static int mask(struct ivgpu_vfio_device *dev, const struct vfio_irq_set *set, const void *data)
{
	bool masks = set->flags & VFIO_IRQ_SET_ACTION_MASK;
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;

	if (set->index != VFIO_PCI_INTX_IRQ_INDEX)
		return -ENOTTY;
	if (!set->count || !dev->irqs.intx)
		return -EINVAL;
	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return masks ? -ENOTTY : set_unmask_eventfd(dev, *(const s32 *)data);
	if (type == VFIO_IRQ_SET_DATA_BOOL && !*(const u8 *)data)
		return 0;
	set_intx_mask(dev, masks);
	return 0;
}

/**
 * ivgpu_vfio_set_irqs() - VFIO_DEVICE_SET_IRQS
 * @dev: the device, open
 * @set: as vfio_set_irqs_validate_and_prepare() accepted it
 * @data: its data, as much as its type has
 *
 * Return: 0; -EINVAL: there is no such interrupt, or nobody listens to it; -ENOTTY:
 * it cannot be masked so; what eventfd_ctx_fdget() and vfio_virqfd_enable() return.
 */
int ivgpu_vfio_set_irqs(struct ivgpu_vfio_device *dev, const struct vfio_irq_set *set,
			const void *data)
{
	int ret;

	if (!context(&dev->irqs, set->index))
		return -EINVAL;
	mutex_lock(&dev->irqs.ioctl_lock);
	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		ret = trigger(dev, set, data);
		break;
	case VFIO_IRQ_SET_ACTION_MASK:
	case VFIO_IRQ_SET_ACTION_UNMASK:
		ret = mask(dev, set, data);
		break;
	default:
		ret = -EINVAL;
	}
	mutex_unlock(&dev->irqs.ioctl_lock);
	return ret;
}
