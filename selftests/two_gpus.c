// SPDX-License-Identifier: GPL-2.0
/*
 * Two GPUs in one host: vGPUs on both work, and taking the driver off one leaves the other
 * as it was.  IVGPU_PCI and IVGPU_PCI2 name them.
 */
#include <fcntl.h>

#include "testmain.h"
#include "knob.h"
#include "spin.h"

#define WAIT_MS 15000

FIXTURE(two)
{
	const char *pci[2];
	struct spin spin[2];
	int kmsg;
};

static bool is_bound(const char *pci)
{
	char path[256];

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/ivgpu/%s", pci);
	return !access(path, F_OK);
}

static int bind(const char *file, const char *pci)
{
	char path[256];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/ivgpu/%s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, pci, strlen(pci)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* The library's GPU is that of the environment. */
static int open_on(struct spin *spin, const char *pci, unsigned int number)
{
	setenv("IVGPU_PCI", pci, 1);
	return spin_open(spin, number);
}

static bool all_engines(struct spin *spin, uint32_t value)
{
	unsigned int id;

	for (id = 0; id < ENGINES; id++)
		if (!spin_store(spin, id, value + id, WAIT_MS))
			return false;
	return true;
}

FIXTURE_SETUP(two)
{
	static char first[64];
	unsigned int i;

	self->kmsg = kmsg_open();
	snprintf(first, sizeof(first), "%s", env_pci());
	self->pci[0] = first;
	self->pci[1] = getenv("IVGPU_PCI2") ?: "0000:00:03.0";
	if (!is_bound(self->pci[1]))
		SKIP(return, "there is one GPU only");
	for (i = 0; i < 2; i++)
		ASSERT_EQ(0, open_on(&self->spin[i], self->pci[i], i));
}

FIXTURE_TEARDOWN(two)
{
	spin_close(&self->spin[1]);
	spin_close(&self->spin[0]);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

TEST_F_TIMEOUT(two, both_work, 60)
{
	unsigned int round, i;

	for (round = 0; round < 5; round++)
		for (i = 0; i < 2; i++)
			EXPECT_TRUE(all_engines(&self->spin[i], round << 8 | i << 4));
}

/* An endless batch of one GPU, which lets nobody on, is no business of the other. */
TEST_F_TIMEOUT(two, engines_are_their_own, 60)
{
	struct spin *endless = &self->spin[0];

	ASSERT_TRUE(spin_start(endless, VCS, false, WAIT_MS));
	EXPECT_TRUE(spin_store(&self->spin[1], VCS, 0x77, WAIT_MS));
	/* it runs on: nobody has taken its engine from it */
	EXPECT_EQ(0, knob_get(endless->vg.dev.uuid, "stats/vcs0_preemptions"));
	EXPECT_EQ(0, knob_get(endless->vg.dev.uuid, "stats/vcs0_resets"));
	EXPECT_EQ(0, spin_reset(endless, VCS));
}

TEST_F_TIMEOUT(two, unbinding_one_leaves_the_other, 90)
{
	ASSERT_TRUE(spin_start(&self->spin[1], RCS, true, WAIT_MS));
	spin_close(&self->spin[0]);
	ASSERT_EQ(0, bind("unbind", self->pci[0]));
	EXPECT_FALSE(is_bound(self->pci[0]));
	EXPECT_TRUE(spin_store(&self->spin[1], BCS, 0x1234, WAIT_MS));
	EXPECT_TRUE(spin_stop(&self->spin[1], RCS, WAIT_MS));
	EXPECT_TRUE(all_engines(&self->spin[1], 0x500));
	ASSERT_EQ(0, bind("bind", self->pci[0]));
	ASSERT_EQ(0, open_on(&self->spin[0], self->pci[0], 0));
	EXPECT_TRUE(all_engines(&self->spin[0], 0x600));
	EXPECT_TRUE(all_engines(&self->spin[1], 0x700));
}

TEST_PROGRAM_MAIN
