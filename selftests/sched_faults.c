// SPDX-License-Identifier: GPL-2.0
/*
 * Hangs, and faults of the GPU itself: who causes none sees none.
 */
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include "testmain.h"
#include "control.h"
#include "knob.h"
#include "spin.h"

#define WAIT_MS 15000
#define GRACE_MS 1000	/* emulated machines need some 100 ms to preempt, and stall */
#define VICTIMS 3
#define HANGS 8		/* or IVGPU_HANGS of the environment, with a grace of 50 ms */

FIXTURE(faults)
{
	struct spin evil, victim[VICTIMS];
	int control;
	int kmsg;
};

FIXTURE_SETUP(faults)
{
	unsigned int i;

	self->kmsg = kmsg_open();
	knobs_default();
	ASSERT_EQ(0, knob_set(NULL, "grace_ms", GRACE_MS));
	ASSERT_EQ(0, knob_set(NULL, "hang_limit", 0));
	self->control = control_open(0);
	ASSERT_EQ(0, spin_open(&self->evil, 0));
	for (i = 0; i < VICTIMS; i++)
		ASSERT_EQ(0, spin_open(&self->victim[i], 1 + i));
}

FIXTURE_TEARDOWN(faults)
{
	unsigned int i;

	if (self->control >= 0) {
		control_do(self->control, "fault clear", NULL, 0);
		close(self->control);
	}
	for (i = 0; i < VICTIMS; i++)
		spin_close(&self->victim[i]);
	spin_close(&self->evil);
	knobs_default();
	EXPECT_QUIET_KERNEL(self->kmsg);
}

#define NEEDS_CONTROL() do { \
		if (self->control < 0) \
			SKIP(return, "faults can be injected in the lab only"); \
	} while (0)

static unsigned int errors(struct spin *spin)
{
	unsigned int id, n = 0;

	while (vgpu_irq_wait(&spin->vg, 0))
		;
	for (id = 0; id < ENGINES; id++)
		n += spin->vg.error_irqs[id];
	return n;
}

static bool sees_error(struct spin *spin, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;

	while (now_ms() < end) {
		if (errors(spin))
			return true;
		vgpu_irq_wait(&spin->vg, 20);
	}
	return false;
}

/* Nothing was lost, nothing was reset, and all engines work. */
static const char *victim_wrong(struct spin *victim, uint32_t value)
{
	unsigned int id;

	for (id = 0; id < ENGINES; id++)
		if (!spin_store(victim, id, value + id, WAIT_MS))
			return engine_rows[id].name;
	return errors(victim) ? "an error interrupt" : NULL;
}

#define EXPECT_UNHARMED(victim, value) do { \
		const char *_wrong = victim_wrong(victim, value); \
		EXPECT_EQ(NULL, _wrong) { \
			TH_LOG("wrong: %s", _wrong); \
		} \
	} while (0)

/* Its batch does not leave while another waits: only it is told, and it can go on. */
TEST_F_TIMEOUT(faults, hang_on_each_engine, 120)
{
	unsigned int id;

	for (id = RCS; id < ENGINES; id++) {
		struct spin *evil = &self->evil;

		ASSERT_TRUE(spin_start(evil, id, false, WAIT_MS));
		EXPECT_UNHARMED(&self->victim[0], 0x100 * id);
		EXPECT_TRUE(sees_error(evil, WAIT_MS)) {
			TH_LOG("%s: the guilty one was not told", engine_rows[id].name);
		}
		evil->vg.error_irqs[id] = 0;
		EXPECT_EQ(0, spin_reset(evil, id));
		EXPECT_TRUE(spin_store(evil, id, 0x900d, WAIT_MS));
	}
}

/*
 * Half a second of work that cannot be preempted, beside a competitor. Returns how long it
 * was in all: more than a second, the default grace, where the machine stood still meanwhile.
 */
static uint64_t slow_work(struct spin *slow, struct spin *other, bool *done)
{
	struct cmds c = { 0 };
	uint64_t start;
	uint32_t seq;

	*done = spin_start(slow, VCS, false, WAIT_MS);
	emit_store(&c, true, other->mark.ggtt, 0x77);
	ring_add(&other->lrc[VCS], &c);
	seq = ring_finish(&other->lrc[VCS]);
	start = now_ms();
	engine_submit(&other->lrc[VCS], NULL);
	sleep_ms(500);
	*done &= spin_stop(slow, VCS, WAIT_MS);
	start = now_ms() - start;
	*done &= lrc_wait(&other->lrc[VCS], seq, WAIT_MS) &&
		 engine_wait_idle(other->lrc[VCS].engine, WAIT_MS);
	return start;
}

TEST_F_TIMEOUT(faults, half_a_second_is_no_hang, 200)
{
	struct spin *slow = &self->evil, *other = &self->victim[0];
	unsigned int tries = 10;
	uint64_t took;
	bool done;

	ASSERT_EQ(0, knob_set(NULL, "grace_ms", 0));
	while (took = slow_work(slow, other, &done), took > 900 && --tries) {
		TH_LOG("took %llu ms: once more", (unsigned long long)took);
		EXPECT_EQ(0, spin_reset(slow, VCS));
		errors(slow);
		memset(slow->vg.error_irqs, 0, sizeof(slow->vg.error_irqs));
	}
	EXPECT_TRUE(done);
	EXPECT_EQ(0, errors(slow));
	EXPECT_EQ(0, errors(other));
}

static bool becomes(const struct spin *spin, const char *state)
{
	uint64_t end = now_ms() + WAIT_MS;
	char text[32];

	do {
		if (knob_read(spin->vg.dev.uuid, "state", text, sizeof(text)) >= 0 &&
		    !strcmp(text, state))
			return true;
		sleep_ms(10);
	} while (now_ms() < end);
	return false;
}

/* It hangs once, and recovers as its driver would. */
static bool hang_once(struct spin *evil, struct spin *victim, uint32_t value)
{
	bool ran;

	ran = spin_start(evil, VCS, false, WAIT_MS);
	if (!spin_store(victim, VCS, value, WAIT_MS))
		return false;
	spin_reset(evil, VCS);
	return ran;
}

static int uevent_open(void)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK, .nl_groups = 1 };
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_KOBJECT_UEVENT);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* A uevent "change" of a device whose path ends in `device`, with the variable. */
static bool uevent_came(int fd, const char *device, const char *variable, int timeout_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint64_t end = now_ms() + timeout_ms;
	char text[8192];
	ssize_t n;
	char *at;

	while (now_ms() < end) {
		if (poll(&pfd, 1, 100) != 1)
			continue;
		n = recv(fd, text, sizeof(text) - 1, 0);
		if (n <= 0)
			continue;
		text[n] = '\0';
		if (strncmp(text, "change@", 7) || strlen(text) < strlen(device) ||
		    strcmp(text + strlen(text) - strlen(device), device))
			continue;
		for (at = text; at < text + n; at += strlen(at) + 1)
			if (!strcmp(at, variable))
				return true;
	}
	return false;
}

/*
 * It has a tenth of the engine, give or take: sooner or later, as what it took too much
 * in one moment is taken from it in the next ones.
 */
static bool has_a_tenth(const char *uuid, unsigned int *percent)
{
	uint64_t since = now_ms(), before = knob_get(uuid, "stats/rcs0_busy_ns");
	uint64_t busy, took;

	do {
		sleep_ms(500);
		busy = (knob_get(uuid, "stats/rcs0_busy_ns") - before) / 1000000;
		took = now_ms() - since;
		if (took >= 2000 && busy >= took * 7 / 100 && busy <= took * 15 / 100)
			break;
	} while (took < 2 * WAIT_MS);
	*percent = busy * 100 / took;
	return busy >= took * 7 / 100 && busy <= took * 15 / 100;
}

/* Slowed, stopped, cleared. */
TEST_F_TIMEOUT(faults, hang_limit, 200)
{
	struct spin *evil = &self->evil, *victim = &self->victim[0];
	const char *uuid = evil->vg.dev.uuid;
	int uevents = uevent_open();
	unsigned int percent;

	ASSERT_GE(uevents, 0);
	ASSERT_EQ(0, knob_set(NULL, "hang_limit", 2));
	ASSERT_TRUE(hang_once(evil, victim, 1));
	EXPECT_TRUE(becomes(evil, "running"));
	ASSERT_TRUE(hang_once(evil, victim, 2));
	EXPECT_TRUE(becomes(evil, "slowed"));
	EXPECT_TRUE(uevent_came(uevents, uuid, "IVGPU_STATE=slowed", WAIT_MS));

	/* slowed: a tenth of an engine, though nobody else wants it */
	ASSERT_TRUE(spin_start(evil, RCS, true, WAIT_MS));
	EXPECT_TRUE(has_a_tenth(uuid, &percent)) {
		TH_LOG("busy for %u %% of the time when slowed", percent);
	}
	EXPECT_TRUE(spin_stop(evil, RCS, WAIT_MS));

	ASSERT_TRUE(hang_once(evil, victim, 3));
	ASSERT_TRUE(hang_once(evil, victim, 4));
	EXPECT_TRUE(becomes(evil, "stopped"));
	EXPECT_TRUE(uevent_came(uevents, uuid, "IVGPU_STATE=stopped", WAIT_MS));
	EXPECT_FALSE(spin_start(evil, RCS, true, 500));
	EXPECT_UNHARMED(victim, 0x500);
	EXPECT_TRUE(becomes(victim, "running"));

	/* what it submitted runs when it is cleared */
	EXPECT_EQ(0, knob_write(uuid, "clear", "1"));
	EXPECT_TRUE(becomes(evil, "running"));
	EXPECT_TRUE(uevent_came(uevents, uuid, "IVGPU_STATE=running", WAIT_MS));
	EXPECT_TRUE(spin_stop(evil, RCS, WAIT_MS));
	close(uevents);
}

/* One hangs the blitter again and again; what three others fill meanwhile is right. */
TEST_F_TIMEOUT(faults, hangs_beside_blits, 880)
{
	const char *wanted = getenv("IVGPU_HANGS");
	unsigned int hangs = wanted ? atoi(wanted) : HANGS;
	unsigned int n, i, p, seq, bad = 0;
	struct bo bo[VICTIMS];

	/* a short grace blames the innocent where the machine stalls for longer */
	ASSERT_EQ(0, knob_set(NULL, "grace_ms", wanted ? 50 : GRACE_MS));
	for (i = 0; i < VICTIMS; i++)
		ASSERT_EQ(0, bo_create(&self->victim[i].vg, &bo[i], 1));
	for (n = 0; n < hangs; n++) {
		struct lrc *lrc[VICTIMS];

		ASSERT_TRUE(spin_start(&self->evil, BCS, false, WAIT_MS));
		for (i = 0; i < VICTIMS; i++) {
			struct cmds c = { 0 };

			lrc[i] = &self->victim[i].lrc[BCS];
			emit_fill(&c, bo[i].va, 128, 0, 0, 32, 32, n << 8 | i);
			ring_add(lrc[i], &c);
			seq = ring_finish(lrc[i]);
			engine_submit(lrc[i], NULL);
		}
		for (i = 0; i < VICTIMS; i++) {
			seq = lrc[i]->seqno;
			ASSERT_TRUE(lrc_wait(lrc[i], seq, WAIT_MS));
			ASSERT_TRUE(engine_wait_idle(lrc[i]->engine, WAIT_MS));
			for (p = 0; p < 32 * 32; p++)
				bad += bo[i].map[p] != (n << 8 | i);
		}
		EXPECT_EQ(0, spin_reset(&self->evil, BCS));
	}
	TH_LOG("%u hangs, %u wrong pixels", hangs, bad);
	EXPECT_EQ(0, bad);
	for (i = 0; i < VICTIMS; i++) {
		EXPECT_EQ(0, errors(&self->victim[i]));
		EXPECT_EQ(0, knob_get(self->victim[i].vg.dev.uuid, "stats/bcs0_resets"));
	}
	/* nearly each was found by the host; some the guest's own reset may have forestalled */
	EXPECT_GE(knob_get(self->evil.vg.dev.uuid, "stats/bcs0_resets"), hangs * 9 / 10);
}

/* Faults of the hardware that cost nobody anything but time. */
static const char * const harmless[] = {
	"lost-irq:10", "late-irq:3000", "spurious-csb:20", "fail-reset:1",
};

TEST_F_TIMEOUT(faults, harmless_faults, 120)
{
	unsigned int f, i, round;
	char line[64];

	NEEDS_CONTROL();
	for (f = 0; f < ARRAY_SIZE(harmless); f++) {
		snprintf(line, sizeof(line), "fault %s", harmless[f]);
		ASSERT_EQ(0, control_do(self->control, line, NULL, 0));
		TH_LOG("%s", line);
		for (round = 0; round < 3; round++)
			for (i = 0; i < VICTIMS; i++)
				EXPECT_UNHARMED(&self->victim[i], f << 16 | round << 8);
		ASSERT_EQ(0, control_do(self->control, "fault clear", NULL, 0));
	}
}

/* Two that are switched all the time, with context events told twice now and then. */
TEST_F_TIMEOUT(faults, spurious_events_while_switching, 60)
{
	unsigned int i;

	NEEDS_CONTROL();
	for (i = 0; i < 2; i++)
		ASSERT_TRUE(spin_start(&self->victim[i], RCS, true, WAIT_MS));
	for (i = 0; i < 50; i++) {
		ASSERT_EQ(0, control_do(self->control, "fault spurious-csb:1", NULL, 0));
		sleep_ms(20);
	}
	/* so many that hardware's buffer of six entries overflows now and then */
	ASSERT_EQ(0, control_do(self->control, "fault spurious-csb:300", NULL, 0));
	sleep_ms(2000);
	ASSERT_EQ(0, control_do(self->control, "fault clear", NULL, 0));
	EXPECT_UNHARMED(&self->victim[2], 0xabc0);
	for (i = 0; i < 2; i++) {
		EXPECT_TRUE(spin_stop(&self->victim[i], RCS, WAIT_MS));
		EXPECT_EQ(0, errors(&self->victim[i]));
		EXPECT_EQ(0, knob_get(self->victim[i].vg.dev.uuid, "stats/rcs0_resets"));
	}
}

/* An engine cannot be reset alone: all are, and the others' work goes on. */
TEST_F_TIMEOUT(faults, full_reset_spares_innocents, 60)
{
	struct spin *runs = &self->victim[0], *waits = &self->victim[1];

	NEEDS_CONTROL();
	ASSERT_TRUE(spin_start(runs, RCS, true, WAIT_MS));
	ASSERT_TRUE(spin_start(waits, RCS, true, WAIT_MS));
	ASSERT_TRUE(spin_start(&self->evil, VCS, false, WAIT_MS));
	ASSERT_EQ(0, control_do(self->control, "fault fail-reset:2", NULL, 0));
	EXPECT_TRUE(spin_store(&self->victim[2], VCS, 0x1234, WAIT_MS));
	EXPECT_TRUE(kmsg_find(self->kmsg, "vcs0", "resetting all engines", WAIT_MS));
	EXPECT_TRUE(sees_error(&self->evil, WAIT_MS));
	/* both still spin, and end when they are told to */
	EXPECT_TRUE(spin_stop(runs, RCS, WAIT_MS));
	EXPECT_TRUE(spin_stop(waits, RCS, WAIT_MS));
	EXPECT_UNHARMED(runs, 0x100);
	EXPECT_UNHARMED(waits, 0x200);
	EXPECT_UNHARMED(&self->victim[2], 0x300);
}

/* An engine that ignores preemption, or executes nothing, is won back once the fault is over. */
TEST_F_TIMEOUT(faults, sick_engine_recovers, 60)
{
	static const char * const sick[] = { "no-preempt:rcs", "stuck-engine:rcs" };
	struct spin *one = &self->victim[0], *two = &self->victim[1];
	unsigned int f;
	char line[64];

	NEEDS_CONTROL();
	for (f = 0; f < ARRAY_SIZE(sick); f++) {
		snprintf(line, sizeof(line), "fault %s", sick[f]);
		ASSERT_TRUE(spin_start(one, RCS, true, WAIT_MS));
		ASSERT_EQ(0, control_do(self->control, line, NULL, 0));
		spin_submit(two, RCS, true);
		sleep_ms(500);
		/* the engines beside it work */
		EXPECT_TRUE(spin_store(two, BCS, 0x10 + f, WAIT_MS));
		EXPECT_TRUE(spin_store(&self->victim[2], VECS, 0x20 + f, WAIT_MS));
		ASSERT_EQ(0, control_do(self->control, "fault clear", NULL, 0));
		EXPECT_EQ(0, spin_reset(one, RCS));
		EXPECT_EQ(0, spin_reset(two, RCS));
		EXPECT_TRUE(spin_store(one, RCS, 0x30 + f, WAIT_MS));
		EXPECT_TRUE(spin_store(two, RCS, 0x40 + f, WAIT_MS));
	}
}

static int write_path(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

/* No reset ends: all fail in an orderly way, are told, and can be closed; binding anew helps. */
TEST_F_TIMEOUT(faults, gpu_dead_for_good, 90)
{
	struct spin *victim = &self->victim[0];
	int uevents = uevent_open();
	unsigned int i;

	NEEDS_CONTROL();
	ASSERT_GE(uevents, 0);
	ASSERT_TRUE(spin_start(&self->evil, VCS, false, WAIT_MS));
	ASSERT_EQ(0, control_do(self->control, "fault fail-reset:forever", NULL, 0));
	spin_submit(victim, VCS, true);
	EXPECT_TRUE(uevent_came(uevents, env_pci(), "IVGPU_STATE=failed", WAIT_MS));
	EXPECT_TRUE(becomes(&self->evil, "failed"));
	for (i = 0; i < VICTIMS; i++)
		EXPECT_TRUE(becomes(&self->victim[i], "failed"));
	EXPECT_EQ(-EIO, knob_write(victim->vg.dev.uuid, "clear", "1"));
	EXPECT_TRUE(sees_error(victim, WAIT_MS));
	/* it answers, and its own resets end */
	EXPECT_EQ(0, engine_reset(victim->lrc[VCS].engine));
	EXPECT_FALSE(spin_store(&self->victim[1], BCS, 1, 300));
	ASSERT_EQ(0, control_do(self->control, "fault clear", NULL, 0));
	for (i = 0; i < VICTIMS; i++)
		spin_close(&self->victim[i]);
	spin_close(&self->evil);
	EXPECT_EQ(0, write_path("/sys/bus/pci/drivers/ivgpu/unbind", env_pci()));
	EXPECT_EQ(0, write_path("/sys/bus/pci/drivers/ivgpu/bind", env_pci()));
	ASSERT_EQ(0, spin_open(victim, 1));
	EXPECT_UNHARMED(victim, 0x600d);
	close(uevents);
}

TEST_PROGRAM_MAIN
