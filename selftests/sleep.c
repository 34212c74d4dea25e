// SPDX-License-Identifier: GPL-2.0
/*
 * The GPU sleeps while no vGPU is in use; and with the host, under vGPUs that have work.
 *
 * The host sleeps only where IVGPU_SLEEP is set: the virtual host's root file system by 9p does
 * not survive that, so the lab boots one without (tools/lab/ivlab/sleepchecks.py).
 */
#include <fcntl.h>

#include "testmain.h"
#include "control.h"
#include "knob.h"
#include "spin.h"

#define WAIT_MS 15000
#define SLEEPS 3

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static bool power_is(const char *status, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;
	char path[128], text[32];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/power/runtime_status", env_pci());
	do {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = read(fd, text, sizeof(text) - 1);
		close(fd);
		text[n > 0 ? n : 0] = '\0';
		if (!strncmp(text, status, strlen(status)))
			return true;
		sleep_ms(50);
	} while (now_ms() < end);
	return false;
}

FIXTURE(sleep)
{
	struct spin one, two;
	int kmsg;
};

FIXTURE_SETUP(sleep)
{
	self->kmsg = kmsg_open();
	knobs_default();
}

FIXTURE_TEARDOWN(sleep)
{
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* on: awake in any case; auto: awake when needed */
static void set_power_control(const char *how)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/power/control", env_pci());
	write_file(path, how);
}

static const char *wrong_engine(struct spin *spin, uint32_t value)
{
	unsigned int id;

	for (id = 0; id < ENGINES; id++)
		if (!spin_store(spin, id, value + id, WAIT_MS))
			return engine_rows[id].name;
	return NULL;
}

/* In use: awake.  Not in use: asleep, and what touches it then wakes it. */
TEST_F_TIMEOUT(sleep, gpu_sleeps_when_nobody_uses_it, 60)
{
	unsigned int round;
	char path[128], text[256];
	int fd;

	ASSERT_TRUE(power_is("suspended", WAIT_MS));
	for (round = 0; round < SLEEPS; round++) {
		ASSERT_EQ(0, spin_open(&self->one, 0));
		EXPECT_TRUE(power_is("active", 0));
		EXPECT_EQ(NULL, wrong_engine(&self->one, 0x100 * round));
		sleep_ms(1500);
		EXPECT_TRUE(power_is("active", 0));
		EXPECT_EQ(NULL, wrong_engine(&self->one, 0x100 * round + 0x80));
		spin_close(&self->one);
		EXPECT_TRUE(power_is("suspended", WAIT_MS));
	}
	/* its registers are read with it awake */
	snprintf(path, sizeof(path), "/sys/kernel/debug/ivgpu/%s/gpu", env_pci());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_LT(0, read(fd, text, sizeof(text)));
	close(fd);
	EXPECT_TRUE(power_is("suspended", WAIT_MS));
}

static unsigned int errors(struct spin *spin)
{
	unsigned int id, n = 0;

	while (vgpu_irq_wait(&spin->vg, 0))
		;
	for (id = 0; id < ENGINES; id++)
		n += spin->vg.error_irqs[id];
	return n;
}

/* Its endless batch on the render engine writes its mark again. */
static bool goes_on(struct spin *spin)
{
	uint64_t end = now_ms() + WAIT_MS;

	store32(spin->mark.map, 0);
	while (!load32(spin->mark.map) && now_ms() < end)
		sleep_ms(5);
	return load32(spin->mark.map);
}

/* One runs, the other waits for it and runs on another engine; the GPU's state is lost. */
TEST_F_TIMEOUT(sleep, host_sleeps_under_work, 120)
{
	struct spin *one = &self->one, *two = &self->two;
	unsigned int round;
	int control;

	if (!getenv("IVGPU_SLEEP"))
		SKIP(return, "root file systems by 9p do not survive the host's sleep");
	control = control_open(0);
	ASSERT_LE(0, control);
	ASSERT_EQ(0, spin_open(one, 0));
	ASSERT_EQ(0, spin_open(two, 1));
	ASSERT_EQ(0, write_file("/sys/power/pm_test", "platform"));
	for (round = 0; round < SLEEPS; round++) {
		ASSERT_TRUE(spin_start(one, RCS, true, WAIT_MS));
		ASSERT_TRUE(spin_start(two, RCS, true, WAIT_MS));
		ASSERT_TRUE(spin_start(two, VCS, true, WAIT_MS));
		ASSERT_EQ(0, control_do(control, "fault lose-power:1", NULL, 0));
		ASSERT_EQ(0, write_file("/sys/power/state", "freeze"));
		/* they go on where they were, until they are told to end */
		EXPECT_TRUE(goes_on(one));
		EXPECT_TRUE(goes_on(two));
		EXPECT_TRUE(spin_stop(one, RCS, WAIT_MS));
		EXPECT_TRUE(spin_stop(two, RCS, WAIT_MS));
		EXPECT_TRUE(spin_stop(two, VCS, WAIT_MS));
		EXPECT_EQ(NULL, wrong_engine(one, 0x1000 * round));
		EXPECT_EQ(NULL, wrong_engine(two, 0x1000 * round + 0x80));
	}
	EXPECT_EQ(0, errors(one));
	EXPECT_EQ(0, errors(two));
	EXPECT_EQ(0, knob_get(one->vg.dev.uuid, "stats/rcs0_resets"));
	EXPECT_EQ(0, knob_get(two->vg.dev.uuid, "stats/rcs0_resets"));
	spin_close(one);
	spin_close(two);
	/* the host sleeps while no vGPU is in use */
	EXPECT_TRUE(power_is("suspended", WAIT_MS));
	set_power_control("on");
	ASSERT_EQ(0, control_do(control, "fault lose-power:1", NULL, 0));
	ASSERT_EQ(0, write_file("/sys/power/state", "freeze"));
	set_power_control("auto");
	ASSERT_EQ(0, spin_open(one, 0));
	EXPECT_EQ(NULL, wrong_engine(one, 0x7000));
	spin_close(one);
	ASSERT_EQ(0, write_file("/sys/power/pm_test", "none"));
	close(control);
}

TEST_PROGRAM_MAIN
