// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler's files in sysfs: what they hold, what they refuse, and what they do while
 * work runs.
 */
#include "testmain.h"
#include "knob.h"
#include "spin.h"

#define WAIT_MS 15000
#define SETTLE_MS 300
#define WINDOW_MS 1500

static const char * const accounts[] = {
	"busy_ns", "wait_ns", "requests", "switches", "preemptions", "resets",
};

FIXTURE(knobs)
{
	struct spin spin[2];
	int kmsg;
};

FIXTURE_SETUP(knobs)
{
	self->kmsg = kmsg_open();
	knobs_default();
	ASSERT_EQ(0, spin_open(&self->spin[0], 0));
	ASSERT_EQ(0, spin_open(&self->spin[1], 1));
}

FIXTURE_TEARDOWN(knobs)
{
	spin_close(&self->spin[1]);
	spin_close(&self->spin[0]);
	knobs_default();
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static uint64_t stat(const struct spin *spin, const char *name)
{
	char file[64];

	snprintf(file, sizeof(file), "stats/%s", name);
	return knob_get(spin->vg.dev.uuid, file);
}

/* A number's file: its default, both ends of its range, and what it refuses. */
static const struct {
	bool vgpu;
	const char *name;
	unsigned long long normal, least, most;
} numbers[] = {
	{ true, "weight", 2, 1, 1000 },
	{ true, "cap_percent", 0, 0, 100 },
	{ false, "slice_us", 5000, 100, 100000 },
	{ false, "grace_ms", 0, 0, 3600000 },
	{ false, "hang_limit", 10, 0, 1000000 },
};

TEST_F(knobs, numbers)
{
	const char *uuid = self->spin[0].vg.dev.uuid;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		const char *at = numbers[i].vgpu ? uuid : NULL;
		const char *name = numbers[i].name;

		TH_LOG("%s", name);
		EXPECT_EQ(numbers[i].normal, knob_get(at, name));
		EXPECT_EQ(0, knob_set(at, name, numbers[i].least));
		EXPECT_EQ(numbers[i].least, knob_get(at, name));
		EXPECT_EQ(0, knob_set(at, name, numbers[i].most));
		EXPECT_EQ(numbers[i].most, knob_get(at, name));
		EXPECT_EQ(-ERANGE, knob_set(at, name, numbers[i].most + 1));
		if (numbers[i].least)
			EXPECT_EQ(-ERANGE, knob_set(at, name, numbers[i].least - 1));
		EXPECT_EQ(-ERANGE, knob_write(at, name, "99999999999999999999"));
		EXPECT_EQ(-EINVAL, knob_write(at, name, "-1"));
		EXPECT_EQ(-EINVAL, knob_write(at, name, "ten"));
		EXPECT_EQ(-EINVAL, knob_write(at, name, "\n"));
		EXPECT_EQ(numbers[i].most, knob_get(at, name));
		EXPECT_EQ(0, knob_set(at, name, numbers[i].normal));
	}
}

TEST_F(knobs, policy_names)
{
	static const char * const names[] = { "equal-share", "fixed-share", "best-effort" };
	char text[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		EXPECT_EQ(0, knob_write(NULL, "policy", names[i]));
		ASSERT_GT(knob_read(NULL, "policy", text, sizeof(text)), 0);
		EXPECT_STREQ(names[i], text);
	}
	EXPECT_EQ(-EINVAL, knob_write(NULL, "policy", "best"));
	EXPECT_EQ(-EINVAL, knob_write(NULL, "policy", "0"));
}

TEST_F(knobs, state_and_clear)
{
	const char *uuid = self->spin[0].vg.dev.uuid;
	char text[64];

	ASSERT_GT(knob_read(uuid, "state", text, sizeof(text)), 0);
	EXPECT_STREQ("running", text);
	EXPECT_EQ(0, knob_write(uuid, "clear", "1"));
	EXPECT_EQ(-EINVAL, knob_write(uuid, "clear", "0"));
	EXPECT_EQ(-EINVAL, knob_write(uuid, "clear", "yes"));
}

/* A weight stays when the VMM goes, and is the type's when the vGPU is made anew. */
TEST_F(knobs, weight_outlives_the_vmm)
{
	char uuid[UUID_LEN];

	mdev_uuid(uuid, 0);
	ASSERT_EQ(0, knob_set(uuid, "weight", 77));
	vgpu_detach(&self->spin[0].vg);
	EXPECT_EQ(77, knob_get(uuid, "weight"));
	self->spin[0].vg.dev.uuid[0] = '\0';
	ASSERT_EQ(0, mdev_remove(uuid));
	ASSERT_EQ(0, mdev_create(uuid));
	EXPECT_EQ(2, knob_get(uuid, "weight"));
	EXPECT_EQ(0, mdev_remove(uuid));
}

/* A machine that stands still for a moment spoils a window: many are looked at for a good one. */
#define WINDOWS 6

/* Two spin; what each had of RCS in a window, in thousandths of it. */
static void measure(struct spin *spin, unsigned int share[2])
{
	uint64_t busy[2], start, took;
	unsigned int s;

	sleep_ms(SETTLE_MS);
	start = now_ms();
	for (s = 0; s < 2; s++)
		busy[s] = stat(&spin[s], "rcs0_busy_ns");
	sleep_ms(WINDOW_MS);
	for (s = 0; s < 2; s++)
		busy[s] = stat(&spin[s], "rcs0_busy_ns") - busy[s];
	took = now_ms() - start;
	for (s = 0; s < 2; s++)
		share[s] = busy[s] / (took * 1000);
}

/*
 * Each row: what is written, and what both then have of RCS, in thousandths. A limited vGPU has its
 * part of all time; others part what the engine worked at all, which a busy machine makes less.
 */
static const struct {
	const char *policy;
	unsigned int weight[2], cap[2], due[2];
	bool limited[2];
} shares[] = {
	{ "best-effort", { 1, 4 }, { 0, 0 }, { 200, 800 }, { false, false } },
	{ "best-effort", { 3, 1 }, { 0, 0 }, { 750, 250 }, { false, false } },
	{ "best-effort", { 3, 1 }, { 10, 0 }, { 100, 900 }, { true, false } },
	{ "best-effort", { 1, 1 }, { 10, 20 }, { 100, 200 }, { true, true } },
	{ "equal-share", { 1, 9 }, { 0, 0 }, { 500, 500 }, { false, false } },
	{ "fixed-share", { 2, 4 }, { 0, 0 }, { 125, 250 }, { true, true } },
	{ "fixed-share", { 16, 16 }, { 0, 5 }, { 500, 50 }, { true, true } },
};

static bool is_due(unsigned int row, const unsigned int share[2])
{
	unsigned int s;

	for (s = 0; s < 2; s++) {
		unsigned int due = shares[row].due[s];

		if (!shares[row].limited[s])
			due = due * (share[0] + share[1]) / 1000;
		if (share[s] < due * 85 / 100 || share[s] > due * 115 / 100)
			return false;
	}
	return share[0] + share[1] >= (shares[row].due[0] + shares[row].due[1]) / 2;
}

TEST_F_TIMEOUT(knobs, shares_while_running, 150)
{
	unsigned int i, n, s, share[2];

	for (s = 0; s < 2; s++)
		ASSERT_TRUE(spin_start(&self->spin[s], RCS, true, WAIT_MS));
	/* the credit of newcomers is used up */
	sleep_ms(600);
	for (i = 0; i < ARRAY_SIZE(shares); i++) {
		ASSERT_EQ(0, knob_write(NULL, "policy", shares[i].policy));
		for (s = 0; s < 2; s++) {
			const char *uuid = self->spin[s].vg.dev.uuid;

			ASSERT_EQ(0, knob_set(uuid, "weight", shares[i].weight[s]));
			ASSERT_EQ(0, knob_set(uuid, "cap_percent", shares[i].cap[s]));
		}
		for (n = 0; n < WINDOWS; n++) {
			measure(self->spin, share);
			TH_LOG("%s, weights %u %u, caps %u %u: due %u %u, had %u %u of 1000",
			       shares[i].policy, shares[i].weight[0], shares[i].weight[1],
			       shares[i].cap[0], shares[i].cap[1], shares[i].due[0],
			       shares[i].due[1], share[0], share[1]);
			if (is_due(i, share))
				break;
		}
		EXPECT_LT(n, WINDOWS);
	}
	for (s = 0; s < 2; s++)
		EXPECT_TRUE(spin_stop(&self->spin[s], RCS, WAIT_MS));
}

/* A shorter slice, more switches. */
TEST_F_TIMEOUT(knobs, slice_while_running, 60)
{
	unsigned int i, s, w;
	uint64_t n[2];

	for (s = 0; s < 2; s++)
		ASSERT_TRUE(spin_start(&self->spin[s], RCS, true, WAIT_MS));
	sleep_ms(600);
	for (w = 0; w < WINDOWS; w++) {
		for (i = 0; i < 2; i++) {
			ASSERT_EQ(0, knob_set(NULL, "slice_us", i ? 5000 : 50000));
			sleep_ms(200);
			n[i] = stat(&self->spin[0], "rcs0_switches");
			sleep_ms(2000);
			n[i] = stat(&self->spin[0], "rcs0_switches") - n[i];
		}
		TH_LOG("switches in 2 s: %llu at 50 ms, %llu at 5 ms", (unsigned long long)n[0],
		       (unsigned long long)n[1]);
		if (n[0] >= 5 && n[0] <= 25 && n[1] >= 2 * n[0])
			break;
	}
	EXPECT_LT(w, WINDOWS);
	for (s = 0; s < 2; s++)
		EXPECT_TRUE(spin_stop(&self->spin[s], RCS, WAIT_MS));
}

static bool stat_exceeds(struct spin *spin, const char *name, uint64_t value)
{
	uint64_t end = now_ms() + WAIT_MS;

	while (stat(spin, name) <= value) {
		if (now_ms() > end)
			return false;
		sleep_ms(20);
	}
	return true;
}

/*
 * For a tenth of a second at last. A guest hears of the end of its work before the engine is idle,
 * and until then the engine is its own.
 */
static bool stat_stands_still(struct spin *spin, const char *name)
{
	uint64_t end = now_ms() + WAIT_MS, before;

	do {
		before = stat(spin, name);
		sleep_ms(100);
	} while (stat(spin, name) != before && now_ms() < end);
	return stat(spin, name) == before;
}

/* Every account of every engine is there, and counts what it says. */
TEST_F_TIMEOUT(knobs, stats, 60)
{
	static const char * const names[ENGINES] = { "rcs0", "bcs0", "vcs0", "vecs0" };
	struct spin *spin = &self->spin[0];
	unsigned int id, i;
	char file[64];

	for (id = 0; id < ENGINES; id++) {
		for (i = 0; i < ARRAY_SIZE(accounts); i++) {
			snprintf(file, sizeof(file), "%s_%s", names[id], accounts[i]);
			EXPECT_EQ(0, stat(spin, file)) {
				TH_LOG("%s", file);
			}
		}
		ASSERT_TRUE(spin_store(spin, id, 0x1000 + id, WAIT_MS));
		snprintf(file, sizeof(file), "%s_requests", names[id]);
		EXPECT_EQ(1, stat(spin, file));
		snprintf(file, sizeof(file), "%s_switches", names[id]);
		EXPECT_EQ(1, stat(spin, file));
		snprintf(file, sizeof(file), "%s_busy_ns", names[id]);
		EXPECT_NE(0, stat(spin, file));
	}
	EXPECT_EQ(-ENOENT, knob_read(spin->vg.dev.uuid, "stats/vcs1_busy_ns", file, sizeof(file)));
	EXPECT_EQ(-EACCES, knob_write(spin->vg.dev.uuid, "stats/rcs0_resets", "1"));

	/* one waits while the other runs, and is preempted when the other wants to */
	ASSERT_TRUE(spin_start(spin, RCS, true, WAIT_MS));
	ASSERT_TRUE(spin_start(&self->spin[1], RCS, true, WAIT_MS));
	EXPECT_TRUE(stat_exceeds(spin, "rcs0_wait_ns", 50000000));
	EXPECT_TRUE(stat_exceeds(spin, "rcs0_preemptions", 5));
	EXPECT_TRUE(spin_stop(&self->spin[1], RCS, WAIT_MS));
	EXPECT_TRUE(spin_stop(spin, RCS, WAIT_MS));
	EXPECT_EQ(2, stat(spin, "rcs0_requests"));
	/* nothing else runs: it is not charged */
	EXPECT_TRUE(stat_stands_still(spin, "rcs0_busy_ns"));

	EXPECT_EQ(0, stat(spin, "vcs0_resets"));
	ASSERT_TRUE(spin_start(spin, VCS, false, WAIT_MS));
	EXPECT_EQ(0, spin_reset(spin, VCS));
	EXPECT_EQ(1, stat(spin, "vcs0_resets"));
	EXPECT_EQ(0, stat(&self->spin[1], "vcs0_resets"));
	EXPECT_TRUE(spin_store(spin, VCS, 7, WAIT_MS));
}

TEST_PROGRAM_MAIN
