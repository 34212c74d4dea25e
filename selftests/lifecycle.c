// SPDX-License-Identifier: GPL-2.0
/*
 * Coming and going: many cycles of create, open, close and remove; VMMs that are killed;
 * the module unloaded and loaded again.  After the last close nothing stays behind.
 */
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define WAIT_MS 10000
#define CYCLES 100

static long count_pins(void)
{
	long acquired = 0, released = 0, n;
	FILE *file = fopen("/proc/sys/vm/stat_refresh", "w");
	char name[64];

	if (file) {
		fputs("1\n", file);
		fclose(file);
	}
	file = fopen("/proc/vmstat", "r");
	if (!file)
		return -1;
	while (fscanf(file, "%63s %ld", name, &n) == 2) {
		if (!strcmp(name, "nr_foll_pin_acquired"))
			acquired = n;
		else if (!strcmp(name, "nr_foll_pin_released"))
			released = n;
	}
	fclose(file);
	return acquired - released;
}

/*
 * Pages that the kernel holds pinned for whomever, by its own count: the module is not asked.
 * Nothing else in a virtual host pins pages for long: the least of some looks.
 */
static long kernel_pins(void)
{
	long least = count_pins(), n;
	unsigned int i;

	for (i = 0; i < 5; i++) {
		sleep_ms(10);
		n = count_pins();
		if (n < least)
			least = n;
	}
	return least;
}

FIXTURE(life)
{
	char uuid[UUID_LEN];
	int kmsg;
};

FIXTURE_SETUP(life)
{
	self->kmsg = kmsg_open();
	mdev_uuid(self->uuid, 0);
	mdev_sweep();
}

FIXTURE_TEARDOWN(life)
{
	mdev_sweep();
	EXPECT_QUIET_KERNEL(self->kmsg);
}

TEST_F_TIMEOUT(life, create_remove_100, 120)
{
	int before = mdev_available(env_type());
	int i;

	for (i = 0; i < CYCLES; i++) {
		ASSERT_EQ(0, mdev_create(self->uuid));
		ASSERT_EQ(0, mdev_remove(self->uuid));
	}
	EXPECT_EQ(before, mdev_available(env_type()));
}

TEST_F_TIMEOUT(life, open_close_100, 240)
{
	struct vfio_dev dev;
	int i;

	ASSERT_EQ(0, mdev_create(self->uuid));
	for (i = 0; i < CYCLES; i++) {
		ASSERT_EQ(0, vfio_open(&dev, self->uuid));
		vfio_enable_device(&dev);
		EXPECT_EQ((uint32_t)PVINFO_MAGIC, bar0_read(&dev, PVINFO));
		vfio_close(&dev);
	}
}

/* A vGPU that was closed is as new when it is opened again. */
TEST_F_TIMEOUT(life, work_after_reopen, 120)
{
	int i;

	ASSERT_EQ(0, mdev_create(self->uuid));
	for (i = 0; i < 10; i++) {
		struct vgpu vg;
		struct lrc lrc;

		ASSERT_EQ(0, vgpu_attach(&vg, self->uuid));
		ASSERT_EQ(0, lrc_init(&lrc, &vg, i % ENGINES, NULL));
		ppgtt_publish(&vg, &vg.pp);
		EXPECT_TRUE(lrc_run(&lrc, NULL, WAIT_MS));
		vgpu_detach(&vg);
	}
}

TEST_F_TIMEOUT(life, whole_cycle_with_work, 240)
{
	int i;

	for (i = 0; i < 20; i++) {
		struct vgpu vg;
		struct lrc lrc;

		ASSERT_EQ(0, vgpu_open(&vg, 0));
		ASSERT_EQ(0, lrc_init(&lrc, &vg, i % ENGINES, NULL));
		ppgtt_publish(&vg, &vg.pp);
		EXPECT_TRUE(lrc_run(&lrc, NULL, WAIT_MS));
		vgpu_close(&vg);
	}
}

/* What a killed VMM was doing. */
enum state { IDLE, WORKING, SPINNING, HALF_OPEN };

FIXTURE(killed)
{
	char uuid[UUID_LEN];
	int kmsg;
};

FIXTURE_VARIANT(killed)
{
	enum state state;
	enum engine_id id;
};

FIXTURE_VARIANT_ADD(killed, half_open) { HALF_OPEN, RCS };
FIXTURE_VARIANT_ADD(killed, idle) { IDLE, RCS };
FIXTURE_VARIANT_ADD(killed, working_rcs) { WORKING, RCS };
FIXTURE_VARIANT_ADD(killed, working_bcs) { WORKING, BCS };
FIXTURE_VARIANT_ADD(killed, working_vcs) { WORKING, VCS };
FIXTURE_VARIANT_ADD(killed, spinning_rcs) { SPINNING, RCS };
FIXTURE_VARIANT_ADD(killed, spinning_vecs) { SPINNING, VECS };

FIXTURE_SETUP(killed)
{
	self->kmsg = kmsg_open();
	mdev_uuid(self->uuid, 0);
	ASSERT_EQ(0, mdev_renew(self->uuid));
}

FIXTURE_TEARDOWN(killed)
{
	EXPECT_EQ(0, mdev_remove(self->uuid));
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static void submit_one(struct lrc *lrc, struct bo *bo, bool endless)
{
	struct cmds c = { 0 }, batch = { 0 };

	if (endless)
		emit_batch(&batch, false, bo->va);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(bo->map, batch.dw, batch.n * 4);
	emit_batch(&c, false, bo->va);
	ring_add(lrc, &c);
	ring_finish(lrc);
	engine_submit(lrc, NULL);
}

/* The child: gets into the state, tells by the eventfd, and goes on until it is killed. */
static void victim(const char *uuid, enum state state, enum engine_id id, int ready)
{
	struct vfio_dev dev;
	struct vgpu vg;
	struct lrc lrc;
	struct bo bo;

	if (state == HALF_OPEN) {
		if (vfio_open(&dev, uuid))
			_exit(1);
		eventfd_write(ready, 1);
		pause();
	}
	if (vgpu_attach(&vg, uuid) || bo_create(&vg, &bo, 1) || lrc_init(&lrc, &vg, id, NULL))
		_exit(1);
	ppgtt_publish(&vg, &vg.pp);
	if (state != IDLE)
		submit_one(&lrc, &bo, state == SPINNING);
	eventfd_write(ready, 1);
	while (state == WORKING) {
		if (!lrc_wait(&lrc, lrc.seqno, WAIT_MS))
			break;
		engine_wait_idle(lrc.engine, WAIT_MS);
		submit_one(&lrc, &bo, false);
	}
	pause();
	_exit(0);
}

/* The process is gone; the vGPU is free again, works, and holds no page. */
TEST_F_TIMEOUT(killed, leaves_nothing, 120)
{
	int ready = eventfd(0, 0);
	uint64_t pinned = 1;
	long pins = kernel_pins();
	struct vgpu vg;
	struct lrc lrc;
	eventfd_t go;
	int status;
	pid_t pid;

	if (variant->state == SPINNING)
		NOT_ON_KVMGT("waits for a batch for ever");
	pid = fork();
	ASSERT_GE(pid, 0);
	if (!pid)
		victim(self->uuid, variant->state, variant->id, ready);
	ASSERT_EQ(0, eventfd_read(ready, &go));
	sleep_ms(20);
	ASSERT_EQ(0, kill(pid, SIGKILL));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_TRUE(WIFSIGNALED(status));
	if (env_is_ivgpu()) {
		ASSERT_EQ(0, stats_read(self->uuid, "pinned_pages", &pinned));
		EXPECT_EQ(0, pinned);
		EXPECT_GE(pins, kernel_pins());
	}
	ASSERT_EQ(0, vgpu_attach(&vg, self->uuid));
	ASSERT_EQ(0, lrc_init(&lrc, &vg, variant->id, NULL));
	ppgtt_publish(&vg, &vg.pp);
	EXPECT_TRUE(lrc_run(&lrc, NULL, WAIT_MS));
	vgpu_detach(&vg);
}

/* While a vGPU works it pins; when it is closed it does not, whatever the order. */
TEST_F(life, pinned_pages_return_to_zero)
{
	uint64_t pinned = 0;
	struct vgpu vg;
	struct lrc lrc;

	NOT_ON_KVMGT("has no such counter");
	ASSERT_EQ(0, mdev_create(self->uuid));
	ASSERT_EQ(0, vgpu_attach(&vg, self->uuid));
	ASSERT_EQ(0, lrc_init(&lrc, &vg, RCS, NULL));
	ppgtt_publish(&vg, &vg.pp);
	ASSERT_TRUE(lrc_run(&lrc, NULL, WAIT_MS));
	ASSERT_EQ(0, stats_read(self->uuid, "pinned_pages", &pinned));
	EXPECT_GT(pinned, 0);
	vgpu_detach(&vg);
	ASSERT_EQ(0, stats_read(self->uuid, "pinned_pages", &pinned));
	EXPECT_EQ(0, pinned);
}

/* The same by the kernel's count of pins and by the module's count of DMA mappings of all vGPUs. */
TEST_F(life, nothing_pinned_or_mapped_after_close)
{
	uint64_t before, mapped;
	long pins = kernel_pins();
	struct vgpu vg;
	struct lrc lrc;

	NOT_ON_KVMGT("has no such counter");
	ASSERT_GE(pins, 0);
	ASSERT_EQ(0, mdev_create(self->uuid));
	ASSERT_EQ(0, stats_read(self->uuid, "dma_mapped_all_vgpus", &before));
	ASSERT_EQ(0, vgpu_attach(&vg, self->uuid));
	ASSERT_EQ(0, lrc_init(&lrc, &vg, RCS, NULL));
	ppgtt_publish(&vg, &vg.pp);
	ASSERT_TRUE(lrc_run(&lrc, NULL, WAIT_MS));
	ASSERT_EQ(0, stats_read(self->uuid, "dma_mapped_all_vgpus", &mapped));
	EXPECT_GT(mapped, before);
	EXPECT_GT(kernel_pins(), pins);
	vgpu_detach(&vg);
	ASSERT_EQ(0, stats_read(self->uuid, "dma_mapped_all_vgpus", &mapped));
	EXPECT_EQ(before, mapped);
	EXPECT_GE(pins, kernel_pins());
}

TEST_F(life, dma_unmap_unpins)
{
	uint64_t pinned = 1;
	struct vgpu vg;
	struct lrc lrc;

	NOT_ON_KVMGT("has no such counter");
	ASSERT_EQ(0, mdev_create(self->uuid));
	ASSERT_EQ(0, vgpu_attach(&vg, self->uuid));
	ASSERT_EQ(0, lrc_init(&lrc, &vg, RCS, NULL));
	ppgtt_publish(&vg, &vg.pp);
	ASSERT_TRUE(lrc_run(&lrc, NULL, WAIT_MS));
	ASSERT_EQ(0, vfio_unmap(&vg.dev, vg.mem.base, vg.mem.size));
	ASSERT_EQ(0, stats_read(self->uuid, "pinned_pages", &pinned));
	EXPECT_EQ(0, pinned);
	vgpu_detach(&vg);
}

/* Interrupts stop with the close: an eventfd that outlives the device stays silent. */
TEST_F(life, no_interrupt_after_close)
{
	eventfd_t count = 0;
	struct vgpu vg;
	struct lrc lrc;
	int keep;

	ASSERT_EQ(0, mdev_create(self->uuid));
	ASSERT_EQ(0, vgpu_attach(&vg, self->uuid));
	ASSERT_EQ(0, lrc_init(&lrc, &vg, RCS, NULL));
	ppgtt_publish(&vg, &vg.pp);
	keep = dup(vg.msi);
	ring_finish(&lrc);
	engine_submit(&lrc, NULL);
	vgpu_detach(&vg);
	eventfd_read(keep, &count);
	sleep_ms(200);
	EXPECT_NE(0, eventfd_read(keep, &count));
	close(keep);
}

static int shell(const char *command)
{
	int status = system(command);

	return status < 0 || !WIFEXITED(status) ? -1 : WEXITSTATUS(status);
}

/* The driver gives the GPU up and takes it again by sysfs, ten times, with work between. */
TEST_F_TIMEOUT(life, unbind_and_bind, 240)
{
	char unbind[256], bind[256];
	int i;

	NOT_ON_KVMGT("crashes on unbind with types registered");
	snprintf(unbind, sizeof(unbind), "echo %s > /sys/bus/pci/drivers/ivgpu/unbind", env_pci());
	snprintf(bind, sizeof(bind), "echo %s > /sys/bus/pci/drivers/ivgpu/bind", env_pci());
	for (i = 0; i < 10; i++) {
		struct vgpu vg;
		struct lrc lrc;

		ASSERT_EQ(0, shell(unbind));
		EXPECT_FALSE(env_has_parent());
		ASSERT_EQ(0, shell(bind));
		ASSERT_TRUE(env_has_parent());
		ASSERT_EQ(0, vgpu_open(&vg, 0));
		ASSERT_EQ(0, lrc_init(&lrc, &vg, RCS, NULL));
		ppgtt_publish(&vg, &vg.pp);
		EXPECT_TRUE(lrc_run(&lrc, NULL, WAIT_MS));
		vgpu_close(&vg);
	}
}

/* A loaded module with an open vGPU cannot go; with everything closed it can. */
TEST_F_TIMEOUT(life, module_held_while_open, 60)
{
	struct vfio_dev dev;

	NOT_ON_KVMGT("is i915");
	ASSERT_EQ(0, mdev_create(self->uuid));
	ASSERT_EQ(0, vfio_open(&dev, self->uuid));
	EXPECT_NE(0, shell("rmmod ivgpu 2>/dev/null"));
	vfio_close(&dev);
	EXPECT_EQ(0, mdev_remove(self->uuid));
}

TEST_PROGRAM_MAIN
