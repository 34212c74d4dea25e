// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of the VFIO device, all by eventfd: MSI (one vector) and REQ, which
 * asks the VMM to let go of the device. There is no INTx: config space has no
 * interrupt pin.
 */
#include "../compat.h"
#include "vfio_device.h"

static struct eventfd_ctx **context(struct ivgpu_vfio_irqs *irqs, unsigned int index)
{
	switch (index) {
	case VFIO_PCI_MSI_IRQ_INDEX:
		return &irqs->msi;
	case VFIO_PCI_REQ_IRQ_INDEX:
		return &irqs->req;
	default:
		return NULL;
	}
}

unsigned int ivgpu_vfio_irq_count(unsigned int index)
{
	return index == VFIO_PCI_MSI_IRQ_INDEX || index == VFIO_PCI_REQ_IRQ_INDEX;
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
	spin_unlock_irqrestore(&irqs->lock, flags);
	if (new)
		eventfd_ctx_put(new);
}

void ivgpu_vfio_irqs_release(struct ivgpu_vfio_irqs *irqs)
{
	mutex_lock(&irqs->ioctl_lock);
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

static int trigger(struct ivgpu_vfio_irqs *irqs, struct eventfd_ctx **where,
		   const struct vfio_irq_set *set, const void *data)
{
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;

	if (!set->count) {
		if (type != VFIO_IRQ_SET_DATA_NONE)
			return -EINVAL;
		replace(irqs, where, NULL);
		return 0;
	}
	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return set_eventfd(irqs, where, *(const s32 *)data);
	if (type == VFIO_IRQ_SET_DATA_BOOL && !*(const u8 *)data)
		return 0;
	return signal(irqs, where) ? 0 : -EINVAL;
}

/* @set was checked by vfio_set_irqs_validate_and_prepare(). */
int ivgpu_vfio_set_irqs(struct ivgpu_vfio_irqs *irqs, const struct vfio_irq_set *set,
			const void *data)
{
	struct eventfd_ctx **where = context(irqs, set->index);
	int ret;

	if (!where)
		return -EINVAL;
	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		mutex_lock(&irqs->ioctl_lock);
		ret = trigger(irqs, where, set, data);
		mutex_unlock(&irqs->ioctl_lock);
		return ret;
	case VFIO_IRQ_SET_ACTION_MASK:
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return -ENOTTY;	/* not offered: VFIO_IRQ_INFO_MASKABLE is not set */
	default:
		return -EINVAL;
	}
}
