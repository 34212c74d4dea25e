/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The frame of the hostile programs: rows of attacks as variants of one fixture, one test
 * that runs a row and judges it.
 *
 *	static void build_x(struct duel *d, struct cmds *c) { ... }
 *	ATTACK(x, RCS, IN_RING, REFUSED, build_x, "check in the module that stops it")
 */
#ifndef SELFTESTS_HOSTILE_H
#define SELFTESTS_HOSTILE_H

#include "testmain.h"
#include "duel.h"
#include "knob.h"

#define ATTACK_WAIT_MS 2000
/* What does not let go is reset sooner than by default: the time is not what is tested here. */
#define ATTACK_GRACE_MS 1500

FIXTURE(attack)
{
	struct duel d;
	int kmsg;
};

FIXTURE_VARIANT(attack)
{
	enum engine_id id;
	enum place place;
	enum outcome outcome;
	void (*build)(struct duel *d, struct cmds *c);
	/* for attacks that are no command stream; false: it got through */
	bool (*act)(struct duel *d, enum engine_id id);
	const char *check;
	/* needs this region to be mappable */
	bool maps;
	unsigned int region;
};

/* `check`: what in the module stops it, whose removal must turn this row red. */
#define ATTACK(name_, id_, place_, outcome_, build_, check_) \
	FIXTURE_VARIANT_ADD(attack, name_) { \
		.id = id_, .place = place_, .outcome = outcome_, .build = build_, \
		.check = check_, \
	};
#define ATTACK_ENGINES(name_, place_, outcome_, build_, check_) \
	ATTACK(name_##_rcs, RCS, place_, outcome_, build_, check_) \
	ATTACK(name_##_bcs, BCS, place_, outcome_, build_, check_) \
	ATTACK(name_##_vcs, VCS, place_, outcome_, build_, check_) \
	ATTACK(name_##_vecs, VECS, place_, outcome_, build_, check_)
#define ACT(name_, id_, act_, check_) \
	FIXTURE_VARIANT_ADD(attack, name_) { \
		.id = id_, .outcome = HARMLESS, .act = act_, .check = check_, \
	};

#define ACT_MAPPED(name_, id_, act_, region_, check_) \
	FIXTURE_VARIANT_ADD(attack, name_) { \
		.id = id_, .outcome = HARMLESS, .act = act_, .check = check_, \
		.maps = true, .region = region_, \
	};

FIXTURE_SETUP(attack)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, duel_open(&self->d));
	knob_set(NULL, "grace_ms", ATTACK_GRACE_MS);
}

FIXTURE_TEARDOWN(attack)
{
	duel_close(&self->d);
	knobs_default();
	EXPECT_QUIET_KERNEL(self->kmsg);
}

TEST_F_TIMEOUT(attack, contained, 120)
{
	struct duel *d = &self->d;
	struct cmds c = { 0 };
	bool completed = false;
	const char *wrong;

	NOT_ON_KVMGT("has these holes");
	if (variant->maps && !region_mappable(&d->evil.dev, variant->region))
		SKIP(return, "region %u cannot be mapped here", variant->region);
	if (variant->act) {
		EXPECT_TRUE(variant->act(d, variant->id));
	} else {
		variant->build(d, &c);
		completed = duel_send(d, variant->id, variant->place, &c, ATTACK_WAIT_MS);
	}
	if (variant->outcome == REFUSED) {
		EXPECT_FALSE(completed);
		EXPECT_EQ(0, d->mark.map[0]);
		EXPECT_GT(duel_refusals(d), d->refused);
	}
	wrong = duel_victim_wrong(d);
	EXPECT_EQ(NULL, wrong) {
		TH_LOG("%s; the check that should stop it: %s", wrong, variant->check);
	}
	wrong = duel_evil_stuck(d, variant->id);
	EXPECT_EQ(NULL, wrong) {
		TH_LOG("%s", wrong);
	}
}

#endif
