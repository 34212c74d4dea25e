// SPDX-License-Identifier: GPL-2.0
/*
 * Every allocation that an act of the VMM or the guest makes fails once, the first, the second and
 * so on, until the act gets through without reaching the failure.  Each time the act either works
 * or is refused; afterwards nothing is left behind and the vGPU works.
 *
 * IVGPU_FAULT_STRIDE=N tries every Nth allocation only, where time is short.
 *
 * Needs a kernel with CONFIG_FAULT_INJECTION_DEBUG_FS, CONFIG_FAILSLAB and CONFIG_FAIL_PAGE_ALLOC
 * (Documentation/fault-injection/fault-injection.rst, fail-nth).  What the module's own threads
 * allocate is not reached this way.
 */
#include <fcntl.h>
#include <sys/eventfd.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define WAIT_MS 10000
#define FAIL_NTH "/proc/thread-self/fail-nth"
/* More allocations than any act here makes: past it the act does not end. */
#define MOST 4000

static int fail_fd = -1;

static void set_nth(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	if (pwrite(fail_fd, text, len, 0) != len)
		abort();
}

/* What is left to count: 0 when the failure happened. */
static unsigned int stop_nth(void)
{
	char text[16] = "";
	unsigned int left;

	if (pread(fail_fd, text, sizeof(text) - 1, 0) <= 0)
		abort();
	left = strtoul(text, NULL, 10);
	set_nth(0);
	return left;
}

/* An act: what it needs is done before it, what it leaves is undone after it. */
struct scene {
	char uuid[UUID_LEN];
	struct vgpu vg;
	struct lrc lrc;
	struct bo bo;
	bool attached;
};

enum ready { NOTHING, CREATED, ATTACHED, WORKED };

static int do_create(struct scene *s)
{
	return mdev_create(s->uuid);
}

static int do_open(struct scene *s)
{
	struct vfio_dev dev;
	int ret = vfio_open(&dev, s->uuid);

	if (!ret)
		vfio_close(&dev);
	return ret;
}

static int do_attach(struct scene *s)
{
	int ret = vgpu_attach(&s->vg, s->uuid);

	s->attached = !ret;
	return ret;
}

static int do_interrupt(struct scene *s)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	int ret = fd < 0 ? -errno : vfio_irq_eventfd(&s->vg.dev, VFIO_PCI_MSI_IRQ_INDEX, fd);

	close(fd);
	return ret;
}

/* A guest has no errno: it sees its GPU fail, if anything. */
static int do_bind(struct scene *s)
{
	bo_create(&s->vg, &s->bo, 8);
	return 0;
}

static int do_submit(struct scene *s)
{
	ring_finish(&s->lrc);
	engine_submit(&s->lrc, NULL);
	lrc_wait(&s->lrc, s->lrc.seqno, 50);
	return 0;
}

static int do_reset(struct scene *s)
{
	return vfio_reset(&s->vg.dev);
}

static int do_unmap(struct scene *s)
{
	return vfio_unmap(&s->vg.dev, s->vg.mem.base, s->vg.mem.size);
}

/* Nothing may stop a close. */
static int do_close(struct scene *s)
{
	vgpu_detach(&s->vg);
	s->attached = false;
	return 0;
}

FIXTURE(fault)
{
	struct scene s;
	int kmsg;
};

FIXTURE_VARIANT(fault)
{
	enum ready ready;
	int (*act)(struct scene *s);
	bool allocates_nothing;	/* the caller's thread: what workers allocate is not reached */
	const char *stock_warning;
};

/*
 * Where VFIO cannot name or add a group's device it lets go of the group before it has taken its
 * IOMMU group from it, and warns (6.12 drivers/vfio/group.c, vfio_create_group(), its release).
 */
FIXTURE_VARIANT_ADD(fault, create) {
	NOTHING, do_create, .stock_warning = "vfio_group_release",
};

FIXTURE_VARIANT_ADD(fault, open) { CREATED, do_open };
FIXTURE_VARIANT_ADD(fault, attach) { CREATED, do_attach };
FIXTURE_VARIANT_ADD(fault, interrupt) { ATTACHED, do_interrupt };
FIXTURE_VARIANT_ADD(fault, bind) { ATTACHED, do_bind };
FIXTURE_VARIANT_ADD(fault, submit_first) { ATTACHED, do_submit };
FIXTURE_VARIANT_ADD(fault, submit_again) { WORKED, do_submit };
FIXTURE_VARIANT_ADD(fault, reset) { WORKED, do_reset, .allocates_nothing = true };
FIXTURE_VARIANT_ADD(fault, unmap) { WORKED, do_unmap, .allocates_nothing = true };
FIXTURE_VARIANT_ADD(fault, close) { WORKED, do_close };

static int write_setting(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;

	close(fd);
	return ret;
}

/* Failures also where the allocation may wait, and without a stack trace each. */
static const struct {
	const char *path, *text;
} settings[] = {
	{ "/sys/kernel/debug/failslab/ignore-gfp-wait", "N" },
	{ "/sys/kernel/debug/failslab/verbose", "0" },
	{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
	{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N" },
	{ "/sys/kernel/debug/fail_page_alloc/min-order", "0" },
	{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
};

FIXTURE_SETUP(fault)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(settings); i++)
		ASSERT_EQ(0, write_setting(settings[i].path, settings[i].text)) {
			TH_LOG("%s", settings[i].path);
		}
	fail_fd = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	ASSERT_GE(fail_fd, 0);
	self->kmsg = kmsg_open();
	mdev_uuid(self->s.uuid, 0);
	mdev_sweep();
}

FIXTURE_TEARDOWN(fault)
{
	char line[256] = "";
	bool warned;

	close(fail_fd);
	mdev_sweep();
	do {
		warned = kmsg_warned(self->kmsg, line, sizeof(line));
	} while (warned && variant->stock_warning && strstr(line, variant->stock_warning));
	EXPECT_FALSE(warned) {
		TH_LOG("kernel: %s", line);
	}
}

static int get_ready(struct scene *s, enum ready ready)
{
	int ret = 0;

	if (ready >= CREATED)
		ret = mdev_create(s->uuid);
	if (!ret && ready >= ATTACHED) {
		ret = do_attach(s);
		if (!ret)
			ret = lrc_init(&s->lrc, &s->vg, RCS, NULL);
		if (!ret)
			ppgtt_publish(&s->vg, &s->vg.pp);
	}
	if (!ret && ready >= WORKED && !lrc_run(&s->lrc, NULL, WAIT_MS))
		ret = -EIO;
	return ret;
}

static int put_away(struct scene *s)
{
	uint64_t pinned = 0;

	if (s->attached)
		do_close(s);
	if (!mdev_exists(s->uuid))
		return 0;
	/* debugfs may be what failed; then nobody can ask */
	if (!stats_read(s->uuid, "pinned_pages", &pinned) && pinned)
		return -EBUSY;
	return mdev_remove(s->uuid);
}

/* The same machine without a failure. */
static bool works(const char *uuid)
{
	struct vgpu vg;
	struct lrc lrc;
	bool good;

	if (mdev_create(uuid) || vgpu_attach(&vg, uuid))
		return false;
	good = !lrc_init(&lrc, &vg, RCS, NULL);
	ppgtt_publish(&vg, &vg.pp);
	good = good && lrc_run(&lrc, NULL, WAIT_MS);
	vgpu_detach(&vg);
	return !mdev_remove(uuid) && good;
}

TEST_F_TIMEOUT(fault, leaves_nothing, 170)
{
	int before = mdev_available(env_type());
	unsigned int stride = env_fault_stride();
	unsigned int n, tried = 0, left = 0, refused = 0;

	for (n = 1; n < MOST && !left; n += stride) {
		struct scene *s = &self->s;
		int ret;

		ASSERT_EQ(0, get_ready(s, variant->ready)) {
			TH_LOG("before failure %u", n);
		}
		set_nth(n);
		ret = variant->act(s);
		left = stop_nth();
		tried += !left;
		refused += ret != 0;
		if (left)
			EXPECT_EQ(0, ret);
		ASSERT_EQ(0, put_away(s)) {
			TH_LOG("after failure %u", n);
		}
	}
	EXPECT_NE(0, left);
	TH_LOG("%u failures, %u of them refused the act", tried, refused);
	EXPECT_TRUE(tried || variant->allocates_nothing);
	EXPECT_EQ(before, mdev_available(env_type()));
	EXPECT_TRUE(works(self->s.uuid));
}

int main(int argc, char **argv)
{
	int ret;

	if (argc == 1 && access(FAIL_NTH, W_OK))
		ksft_exit_skip("the kernel has no fault injection\n");
	if (argc == 1 && !env_has_parent())
		ksft_exit_skip("no mdev type %s at %s\n", env_type(), env_pci());
	ret = test_harness_argv_check(argc, argv);
	if (ret != KSFT_PASS)
		return ret;
	optind = 1;
	mdev_sweep();
	return test_harness_run(argc, argv);
}
