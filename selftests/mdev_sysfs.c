// SPDX-License-Identifier: GPL-2.0
/*
 * The mdev types and the life of mdevs through sysfs, with the errors that users expect.
 */
#include <ctype.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <poll.h>

#include "testmain.h"
#include "gen9.h"
#include "guestmem.h"
#include "vfio.h"

#define MAX_VGPUS 8

static void type_dir(char *type, size_t size, const char *suffix)
{
	snprintf(type, size, "%sGVTg_V5_%s", env_prefix(), suffix);
}

FIXTURE(type)
{
	char name[128];
	int kmsg;
};

FIXTURE_VARIANT(type)
{
	const char *suffix;
	int low, high, fences;
};

/* The figures are GVT-g's, which management tools know. */
FIXTURE_VARIANT_ADD(type, v5_8) { "8", 64, 384, 4 };
FIXTURE_VARIANT_ADD(type, v5_4) { "4", 128, 512, 4 };
FIXTURE_VARIANT_ADD(type, v5_2) { "2", 256, 1024, 4 };
FIXTURE_VARIANT_ADD(type, v5_1) { "1", 512, 2048, 4 };

FIXTURE_SETUP(type)
{
	self->kmsg = kmsg_open();
	type_dir(self->name, sizeof(self->name), variant->suffix);
	if (!env_is_ivgpu() && mdev_available(self->name) < 0)
		SKIP(return, "kvmgt: leaves out types that the aperture cannot hold");
}

FIXTURE_TEARDOWN(type)
{
	EXPECT_QUIET_KERNEL(self->kmsg);
}

TEST_F(type, device_api)
{
	char text[256];

	ASSERT_GT(mdev_type_file(self->name, "device_api", text, sizeof(text)), 0);
	EXPECT_STREQ("vfio-pci", text);
}

TEST_F(type, name)
{
	char text[256];

	ASSERT_GT(mdev_type_file(self->name, "name", text, sizeof(text)), 0);
	EXPECT_NE(NULL, strstr(text, "GVTg_V5_"));
}

TEST_F(type, description)
{
	char text[512], want[64];

	ASSERT_GT(mdev_type_file(self->name, "description", text, sizeof(text)), 0);
	snprintf(want, sizeof(want), "low_gm_size: %dMB\n", variant->low);
	EXPECT_NE(NULL, strstr(text, want)) {
		TH_LOG("%s", text);
	}
	snprintf(want, sizeof(want), "high_gm_size: %dMB\n", variant->high);
	EXPECT_NE(NULL, strstr(text, want)) {
		TH_LOG("%s", text);
	}
	snprintf(want, sizeof(want), "fence: %d\n", variant->fences);
	EXPECT_NE(NULL, strstr(text, want)) {
		TH_LOG("%s", text);
	}
	EXPECT_NE(NULL, strstr(text, "resolution: "));
	EXPECT_NE(NULL, strstr(text, "weight: "));
}

/* What the description promises is what a vGPU of the type tells its guest. */
TEST_F(type, pvinfo_grants_it)
{
	struct vfio_dev dev;
	char uuid[UUID_LEN];
	uint64_t high;

	mdev_uuid(uuid, 0);
	ASSERT_EQ(0, mdev_create_raw(self->name, uuid));
	ASSERT_EQ(0, vfio_open(&dev, uuid));
	vfio_enable_device(&dev);
	EXPECT_EQ(variant->low * 1048576ull, bar0_read(&dev, PVINFO_LOW_SIZE));
	high = bar0_read(&dev, PVINFO_HIGH_SIZE);
	/* the highest of a GPU has a page less */
	EXPECT_TRUE(high == variant->high * 1048576ull ||
		    high == variant->high * 1048576ull - PAGE);
	EXPECT_EQ(variant->fences, bar0_read(&dev, PVINFO_FENCES));
	vfio_close(&dev);
	EXPECT_EQ(0, mdev_remove(uuid));
}

TEST_F(type, available_instances)
{
	char text[64];
	char *end;

	ASSERT_GT(mdev_type_file(self->name, "available_instances", text, sizeof(text)), 0);
	EXPECT_GE(strtol(text, &end, 10), 0);
	EXPECT_EQ(0, *end);
}

FIXTURE(mdev)
{
	char uuid[MAX_VGPUS + 1][UUID_LEN];
	int kmsg;
};

FIXTURE_SETUP(mdev)
{
	int i;

	self->kmsg = kmsg_open();
	for (i = 0; i <= MAX_VGPUS; i++)
		mdev_uuid(self->uuid[i], i);
}

FIXTURE_TEARDOWN(mdev)
{
	mdev_sweep();
	EXPECT_QUIET_KERNEL(self->kmsg);
}

TEST_F(mdev, create_and_remove)
{
	int before = mdev_available(env_type());

	ASSERT_GT(before, 0);
	ASSERT_EQ(0, mdev_create(self->uuid[0]));
	EXPECT_TRUE(mdev_exists(self->uuid[0]));
	EXPECT_EQ(before - 1, mdev_available(env_type()));
	EXPECT_EQ(0, mdev_remove(self->uuid[0]));
	EXPECT_FALSE(mdev_exists(self->uuid[0]));
	EXPECT_EQ(before, mdev_available(env_type()));
}

TEST_F(mdev, malformed_uuid)
{
	static const char * const bad[] = {
		"x", "not-a-uuid", "69766770-7500-4000-8000-00000000000",
		"69766770-7500-4000-8000-00000000000g", "697667707500400080000000000000001",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, mdev_create(bad[i])) {
			TH_LOG("%s", bad[i]);
		}
	}
}

TEST_F(mdev, duplicate)
{
	ASSERT_EQ(0, mdev_create(self->uuid[0]));
	EXPECT_EQ(-EEXIST, mdev_create(self->uuid[0]));
	EXPECT_TRUE(mdev_exists(self->uuid[0]));
}

TEST_F(mdev, unknown_type)
{
	char type[128];

	snprintf(type, sizeof(type), "%sGVTg_V5_3", env_prefix());
	EXPECT_EQ(-ENOENT, mdev_create_raw(type, self->uuid[0]));
	EXPECT_FALSE(mdev_exists(self->uuid[0]));
}

/* Eight of the smallest type fit whatever the aperture; the ninth says why not. */
TEST_F(mdev, ninth_has_no_space)
{
	int made, ret = 0;

	for (made = 0; made <= MAX_VGPUS; made++) {
		ret = mdev_create(self->uuid[made]);
		if (ret)
			break;
	}
	EXPECT_EQ(-ENOSPC, ret);
	if (env_is_ivgpu()) {
		EXPECT_EQ(MAX_VGPUS, made) {
			TH_LOG("%d made", made);
		}
	}
	EXPECT_EQ(0, mdev_available(env_type()));
	/* one line names the resource, what is left and who holds it */
	if (env_is_ivgpu()) {
		EXPECT_TRUE(kmsg_find(self->kmsg, "vgpu", self->uuid[0], 500)) {
			TH_LOG("no line in the kernel log names who holds the space");
		}
	}
}

TEST_F(mdev, types_share_the_gpu)
{
	char big[128];
	int before;

	type_dir(big, sizeof(big), "1");
	before = mdev_available(big);
	if (!env_is_ivgpu() && before < 0)
		SKIP(return, "kvmgt: no such type on a small aperture");
	ASSERT_GT(before, 0);
	ASSERT_EQ(0, mdev_create_raw(big, self->uuid[0]));
	EXPECT_LT(mdev_available(big), before);
	ASSERT_EQ(0, mdev_create(self->uuid[1]));
}

/*
 * Every mix of types that can be reached: what available_instances says of each type is how
 * many more can be made right now, also after one in the middle was removed.
 */
#define TYPES 4

struct walk {
	char type[TYPES][128];
	char (*uuid)[UUID_LEN];
	int made;		/* vGPUs, uuid[0] and on */
	unsigned int mixes;
	char wrong[256];
};

/* Take type `t` up to the last, and one more, and give them back. */
static void try_type(struct walk *w, int t)
{
	int told = mdev_available(w->type[t]), n = 0, ret;

	while (!(ret = mdev_create_raw(w->type[t], w->uuid[w->made + n])))
		n++;
	if ((n != told || ret != -ENOSPC) && !w->wrong[0])
		snprintf(w->wrong, sizeof(w->wrong), "mix %u, %d made: %s: told %d, got %d and %d",
			 w->mixes, w->made, w->type[t], told, n, ret);
	while (n)
		mdev_remove(w->uuid[w->made + --n]);
}

/* One of type `t` and all mixes that come with it, types in rising order. */
static void walk_mixes(struct walk *w, int first)
{
	int t;

	w->mixes++;
	for (t = 0; t < TYPES; t++)
		try_type(w, t);
	for (t = first; t < TYPES; t++) {
		if (mdev_create_raw(w->type[t], w->uuid[w->made]))
			continue;
		w->made++;
		walk_mixes(w, t);
		w->made--;
		mdev_remove(w->uuid[w->made]);
	}
}

TEST_F_TIMEOUT(mdev, all_mixes, 120)
{
	static const char * const up[TYPES] = { "8", "4", "2", "1" };
	struct walk w = { .uuid = self->uuid };
	char swap[UUID_LEN];
	int t, i;

	NOT_ON_KVMGT("fits by other rules");
	for (t = 0; t < TYPES; t++)
		type_dir(w.type[t], sizeof(w.type[t]), up[t]);
	walk_mixes(&w, 0);
	EXPECT_STREQ("", w.wrong);
	EXPECT_GE(w.mixes, 60);
	/* holes: each of six removed from between the others */
	for (i = 0; i < 6; i++) {
		for (w.made = 0; w.made < 6; w.made++)
			ASSERT_EQ(0, mdev_create_raw(w.type[w.made & 1], self->uuid[w.made]));
		mdev_remove(self->uuid[i]);
		memcpy(swap, self->uuid[i], UUID_LEN);
		memcpy(self->uuid[i], self->uuid[5], UUID_LEN);
		memcpy(self->uuid[5], swap, UUID_LEN);
		w.made = 5;
		for (t = 0; t < TYPES; t++)
			try_type(&w, t);
		while (w.made)
			mdev_remove(self->uuid[--w.made]);
	}
	EXPECT_STREQ("", w.wrong);
}

TEST_F(mdev, listed_below_type_and_bus)
{
	char path[256];
	struct stat st;

	ASSERT_EQ(0, mdev_create(self->uuid[0]));
	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/mdev_type", self->uuid[0]);
	EXPECT_EQ(0, stat(path, &st));
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/mdev_supported_types/%s/devices/%s",
		 env_pci(), env_type(), self->uuid[0]);
	EXPECT_EQ(0, stat(path, &st));
}

static void *remover(void *uuid)
{
	return (void *)(intptr_t)mdev_remove(uuid);
}

/* Removal of an open vGPU asks its VMM by the REQ interrupt, and returns once it is closed. */
TEST_F_TIMEOUT(mdev, remove_while_open, 60)
{
	struct vfio_dev dev;
	struct pollfd pfd = { .events = POLLIN };
	pthread_t thread;
	char comm[32];
	void *ret;

	NOT_ON_KVMGT("has no request operation");
	ASSERT_EQ(0, mdev_create(self->uuid[0]));
	ASSERT_EQ(0, vfio_open(&dev, self->uuid[0]));
	pfd.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	ASSERT_EQ(0, vfio_irq_eventfd(&dev, VFIO_PCI_REQ_IRQ_INDEX, pfd.fd));
	ASSERT_EQ(0, pthread_create(&thread, NULL, remover, self->uuid[0]));
	EXPECT_EQ(1, poll(&pfd, 1, 15000));
	/* the log names who holds it */
	snprintf(comm, sizeof(comm), "%d", getpid());
	EXPECT_TRUE(kmsg_find(self->kmsg, self->uuid[0], comm, 25000));
	EXPECT_EQ(EBUSY, pthread_tryjoin_np(thread, &ret));
	vfio_close(&dev);
	ASSERT_EQ(0, pthread_join(thread, &ret));
	EXPECT_EQ(0, (intptr_t)ret);
	EXPECT_FALSE(mdev_exists(self->uuid[0]));
	close(pfd.fd);
}

TEST_F(mdev, open_needs_no_kvm)
{
	struct vfio_dev dev;

	NOT_ON_KVMGT("insists on a VM");
	ASSERT_EQ(0, mdev_create(self->uuid[0]));
	setenv("IVGPU_KVM", "0", 1);
	ASSERT_EQ(0, vfio_open(&dev, self->uuid[0]));
	vfio_close(&dev);
}

TEST_F(mdev, open_with_kvm)
{
	struct vfio_dev dev;

	if (access("/dev/kvm", R_OK | W_OK))
		SKIP(return, "no /dev/kvm");
	ASSERT_EQ(0, mdev_create(self->uuid[0]));
	setenv("IVGPU_KVM", "1", 1);
	ASSERT_EQ(0, vfio_open(&dev, self->uuid[0]));
	vfio_close(&dev);
}

TEST_F(mdev, opened_once_at_a_time)
{
	struct vfio_dev dev, second;

	ASSERT_EQ(0, mdev_create(self->uuid[0]));
	ASSERT_EQ(0, vfio_open(&dev, self->uuid[0]));
	EXPECT_NE(0, vfio_open(&second, self->uuid[0]));
	vfio_close(&dev);
	ASSERT_EQ(0, vfio_open(&dev, self->uuid[0]));
	vfio_close(&dev);
}

TEST_PROGRAM_MAIN
