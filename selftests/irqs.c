// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts of the VFIO device as linux/vfio.h specifies them: INTx is a level that masks
 * itself when it is raised and comes again after it was unmasked (by the ioctl or by an
 * eventfd) while the device still has something to tell; MSI is a message that nobody masks;
 * eventfds can be exchanged and taken away at any time.
 */
#include <linux/pci_regs.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>

#include "testmain.h"
#include "execlist.h"

#define WAIT_MS 10000
#define NEVER_MS 300
#define INTX VFIO_PCI_INTX_IRQ_INDEX
#define MSI VFIO_PCI_MSI_IRQ_INDEX
#define NONE VFIO_IRQ_SET_DATA_NONE
#define EVENTFD VFIO_IRQ_SET_DATA_EVENTFD
#define MASK VFIO_IRQ_SET_ACTION_MASK
#define UNMASK VFIO_IRQ_SET_ACTION_UNMASK

FIXTURE(irqs)
{
	struct vgpu vg;
	struct lrc lrc;
	int fd;
	int kmsg;
};

static int new_eventfd(void)
{
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

static void set_msi(struct vfio_dev *dev, bool on)
{
	unsigned int cap = cfg_find_cap(dev, PCI_CAP_ID_MSI);
	uint16_t flags = cfg_read16(dev, cap + PCI_MSI_FLAGS) & ~PCI_MSI_FLAGS_ENABLE;

	cfg_write16(dev, cap + PCI_MSI_FLAGS, flags | (on ? PCI_MSI_FLAGS_ENABLE : 0));
}

static int change_mask(struct vfio_dev *dev, unsigned int index, uint32_t action, int fd)
{
	char buf[sizeof(struct vfio_irq_set) + sizeof(int32_t)] = { 0 };
	struct vfio_irq_set *set = (void *)buf;
	bool by_fd = fd >= -1;

	set->argsz = sizeof(*set) + (by_fd ? sizeof(int32_t) : 0);
	set->flags = action | (by_fd ? EVENTFD : NONE);
	set->index = index;
	set->count = 1;
	memcpy(set->data, &fd, sizeof(int32_t));
	return ioctl(dev->fd, VFIO_DEVICE_SET_IRQS, set) ? -errno : 0;
}

#define BY_IOCTL -2

static bool came(int fd, int timeout_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	eventfd_t count;

	return poll(&pfd, 1, timeout_ms) == 1 && !eventfd_read(fd, &count);
}

/* A vGPU whose driver uses INTx. */
FIXTURE_SETUP(irqs)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	ASSERT_EQ(0, lrc_init(&self->lrc, &self->vg, RCS, NULL));
	ppgtt_publish(&self->vg, &self->vg.pp);
	self->fd = new_eventfd();
	ASSERT_GE(self->fd, 0);
	set_msi(&self->vg.dev, false);
	EXPECT_EQ(0, vfio_irq_disable(&self->vg.dev, MSI));
	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, INTX, self->fd));
}

FIXTURE_TEARDOWN(irqs)
{
	close(self->fd);
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* A request that ends with an interrupt, which nobody serves yet. */
static bool raise_one(struct lrc *lrc)
{
	uint32_t seqno = ring_finish(lrc);

	engine_submit(lrc, NULL);
	return lrc_wait(lrc, seqno, WAIT_MS) && engine_wait_idle(lrc->engine, WAIT_MS);
}

/* As the guest's handler does: what is pending is taken, the line goes down. */
static bool serve(struct vgpu *vg)
{
	eventfd_t one = 1;
	int fd = new_eventfd(), msi = vg->msi;
	bool served;

	vg->msi = fd;
	served = !eventfd_write(fd, one) && vgpu_irq_wait(vg, 0);
	vg->msi = msi;
	close(fd);
	return served;
}

static bool status_says_pending(struct vgpu *vg)
{
	return cfg_read16(&vg->dev, PCI_STATUS) & PCI_STATUS_INTERRUPT;
}

TEST_F(irqs, what_there_is)
{
	struct vfio_irq_info info = { .argsz = sizeof(info), .index = INTX };
	uint32_t kinds = VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_MASKABLE |
		VFIO_IRQ_INFO_AUTOMASKED;

	ASSERT_EQ(0, ioctl(self->vg.dev.fd, VFIO_DEVICE_GET_IRQ_INFO, &info));
	EXPECT_EQ(1, info.count);
	EXPECT_EQ(kinds, info.flags);
	EXPECT_EQ(1, cfg_read16(&self->vg.dev, PCI_INTERRUPT_LINE) >> 8);
	info.index = MSI;
	ASSERT_EQ(0, ioctl(self->vg.dev.fd, VFIO_DEVICE_GET_IRQ_INFO, &info));
	EXPECT_EQ(VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE, info.flags);
}

/* Once per unmasking, as long as the line is up; not after it was served. */
TEST_F(irqs, intx_masks_itself)
{
	EXPECT_FALSE(status_says_pending(&self->vg));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
	EXPECT_TRUE(status_says_pending(&self->vg));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	/* a handler that leaves everything as it found it */
	vgpu_write(&self->vg, MASTER_IRQ, 0);
	vgpu_write(&self->vg, MASTER_IRQ, MASTER_IRQ_ENABLE);
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	EXPECT_EQ(0, change_mask(&self->vg.dev, INTX, UNMASK, BY_IOCTL));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
	ASSERT_TRUE(serve(&self->vg));
	EXPECT_FALSE(status_says_pending(&self->vg));
	EXPECT_EQ(0, change_mask(&self->vg.dev, INTX, UNMASK, BY_IOCTL));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
}

/* What KVM does at the guest's end of interrupt. */
TEST_F(irqs, intx_unmasked_by_eventfd)
{
	int eoi = new_eventfd();

	ASSERT_EQ(0, change_mask(&self->vg.dev, INTX, UNMASK, eoi));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
	ASSERT_EQ(0, eventfd_write(eoi, 1));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
	ASSERT_TRUE(serve(&self->vg));
	ASSERT_EQ(0, eventfd_write(eoi, 1));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	/* taken away, it does nothing any more */
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
	ASSERT_EQ(0, change_mask(&self->vg.dev, INTX, UNMASK, -1));
	ASSERT_EQ(0, eventfd_write(eoi, 1));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	close(eoi);
}

TEST_F(irqs, intx_masked_by_vmm)
{
	ASSERT_EQ(0, change_mask(&self->vg.dev, INTX, MASK, BY_IOCTL));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	ASSERT_EQ(0, change_mask(&self->vg.dev, INTX, UNMASK, BY_IOCTL));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
}

TEST_F(irqs, intx_disabled_by_guest)
{
	uint16_t command = cfg_read16(&self->vg.dev, PCI_COMMAND);

	cfg_write16(&self->vg.dev, PCI_COMMAND, command | PCI_COMMAND_INTX_DISABLE);
	EXPECT_EQ(command | PCI_COMMAND_INTX_DISABLE, cfg_read16(&self->vg.dev, PCI_COMMAND));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	EXPECT_TRUE(status_says_pending(&self->vg));
	cfg_write16(&self->vg.dev, PCI_COMMAND, command);
	EXPECT_TRUE(came(self->fd, WAIT_MS));
}

/* The guest's choice of MSI moves what is pending, and back. */
TEST_F(irqs, msi_instead)
{
	int msi = new_eventfd();

	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, MSI, msi));
	set_msi(&self->vg.dev, true);
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(msi, WAIT_MS));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	EXPECT_FALSE(status_says_pending(&self->vg));
	set_msi(&self->vg.dev, false);
	EXPECT_TRUE(came(self->fd, WAIT_MS));
	EXPECT_FALSE(came(msi, NEVER_MS));
	EXPECT_EQ(-ENOTTY, change_mask(&self->vg.dev, MSI, MASK, BY_IOCTL));
	EXPECT_EQ(-ENOTTY, change_mask(&self->vg.dev, MSI, UNMASK, BY_IOCTL));
	close(msi);
}

TEST_F(irqs, eventfds_exchanged)
{
	int other = new_eventfd();

	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, INTX, other));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(other, WAIT_MS));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	/* who comes while the line is up hears of it */
	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, INTX, self->fd));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
	ASSERT_EQ(0, vfio_irq_disable(&self->vg.dev, INTX));
	ASSERT_TRUE(serve(&self->vg));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_FALSE(came(self->fd, NEVER_MS));
	EXPECT_FALSE(came(other, 0));
	/* nobody listens: nothing to mask */
	EXPECT_EQ(-EINVAL, change_mask(&self->vg.dev, INTX, MASK, BY_IOCTL));
	close(other);
}

/* MSI goes to who was set last, and to nobody who was taken away, by itself or with all. */
TEST_F(irqs, msi_eventfds_exchanged)
{
	int one = new_eventfd(), other = new_eventfd();

	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, MSI, one));
	set_msi(&self->vg.dev, true);
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(one, WAIT_MS));
	ASSERT_TRUE(serve(&self->vg));
	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, MSI, other));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(other, WAIT_MS));
	EXPECT_FALSE(came(one, NEVER_MS));
	ASSERT_TRUE(serve(&self->vg));
	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, MSI, -1));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_FALSE(came(other, NEVER_MS));
	ASSERT_TRUE(serve(&self->vg));
	ASSERT_EQ(0, vfio_irq_eventfd(&self->vg.dev, MSI, one));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(one, WAIT_MS));
	ASSERT_TRUE(serve(&self->vg));
	ASSERT_EQ(0, vfio_irq_disable(&self->vg.dev, MSI));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_FALSE(came(one, NEVER_MS));
	EXPECT_FALSE(came(self->fd, 0));
	close(one);
	close(other);
}

TEST_F(irqs, mask_arguments)
{
	EXPECT_EQ(-ENOTTY, change_mask(&self->vg.dev, INTX, MASK, self->fd));
	EXPECT_EQ(-EINVAL, change_mask(&self->vg.dev, INTX, UNMASK, 0));
	EXPECT_EQ(-EINVAL, change_mask(&self->vg.dev, VFIO_PCI_MSIX_IRQ_INDEX, MASK, BY_IOCTL));
	EXPECT_EQ(0, change_mask(&self->vg.dev, INTX, UNMASK, -1));
	ASSERT_TRUE(raise_one(&self->lrc));
	EXPECT_TRUE(came(self->fd, WAIT_MS));
}

TEST_PROGRAM_MAIN
