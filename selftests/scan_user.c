// SPDX-License-Identifier: GPL-2.0
/*
 * The mdev's attribute scan_user_batches: with 1, non-privileged batches of RCS, VCS and VECS
 * are copied and audited too, as those of BCS always are; with 0 hardware's own checks hold
 * them. Its ABI: Documentation/ABI/testing/sysfs-bus-mdev-ivgpu.
 */
#include <fcntl.h>
#include <stdio.h>

#include "hostile.h"

static int attribute(struct duel *d, const char *value, char *text, size_t size)
{
	char path[256];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/ivgpu/scan_user_batches",
		 d->evil.dev.uuid);
	fd = open(path, (value ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (value && write(fd, value, strlen(value)) < 0)
		n = -errno;
	if (!value) {
		n = read(fd, text, size - 1);
		text[n > 0 ? n : 0] = '\0';
	}
	close(fd);
	return n < 0 ? n : 0;
}

static bool scan(struct duel *d, bool on)
{
	return !attribute(d, on ? "1" : "0", NULL, 0);
}

static bool is_off_at_first(struct duel *d, enum engine_id id)
{
	char text[16];

	return !attribute(d, NULL, text, sizeof(text)) && !strcmp(text, "0\n") && scan(d, true) &&
	       !attribute(d, NULL, text, sizeof(text)) && !strcmp(text, "1\n");
}

static bool takes_no_nonsense(struct duel *d, enum engine_id id)
{
	static const char *const bad[] = { "2\n", "-1", "", "x", "01x", "yes please" };
	char text[16];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (*bad[i] && attribute(d, bad[i], NULL, 0) != -EINVAL)
			return false;
	return !attribute(d, NULL, text, sizeof(text)) && !strcmp(text, "0\n");
}

static uint32_t gdrst(struct duel *d, struct cmds *c)
{
	emit_lri(c, GDRST, GDRST_FULL);
	return 0;
}

/* Off: hardware drops the register write, and the request runs. */
static bool off_runs(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	gdrst(d, &c);
	return duel_send(d, id, IN_PPGTT_BATCH, &c, 5000) && d->mark.map[0] == 1 &&
	       duel_refusals(d) == d->refused;
}

static bool on_refuses(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	gdrst(d, &c);
	return scan(d, true) && !duel_send(d, id, IN_PPGTT_BATCH, &c, 5000) &&
	       d->mark.map[0] == 0 && duel_refusals(d) == d->refused + 1;
}

/* From the next submission on, either way. */
static bool on_and_off(struct duel *d, enum engine_id id)
{
	if (!on_refuses(d, id) || engine_reset(&d->evil.engine[id]))
		return false;
	lrc_reset(&d->lrc[id]);
	d->refused = duel_refusals(d);
	return scan(d, false) && off_runs(d, id);
}

/* Honest work: a store, a call, a jump over pages. */
static bool on_honest(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, second = { 0 }, last = { 0 };
	uint64_t va = d->batch.va;

	emit_store(&c, false, d->mark.va + 16, 0x11);
	EMIT(&c, MI_BATCH_BUFFER_START | BBS_SECOND_LEVEL | BBS_PPGTT, (uint32_t)(va + PAGE),
	     (uint32_t)((va + PAGE) >> 32));
	emit_batch(&c, false, va + 3 * PAGE - 8);
	emit_store(&second, false, d->mark.va + 20, 0x22);
	EMIT(&second, MI_BATCH_BUFFER_END);
	memcpy(d->batch.map + PAGE / 4, second.dw, second.n * 4);
	emit_store(&last, false, d->mark.va + 24, 0x33);
	EMIT(&last, MI_BATCH_BUFFER_END);
	memcpy((char *)d->batch.map + 3 * PAGE - 8, last.dw, last.n * 4);
	return scan(d, true) && duel_send(d, id, IN_PPGTT_BATCH, &c, 5000) &&
	       d->mark.map[4] == 0x11 && d->mark.map[5] == 0x22 && d->mark.map[6] == 0x33 &&
	       duel_refusals(d) == d->refused;
}

/* A batch that is being executed cannot be changed: the guest's write has no effect on it. */
static bool on_copy_runs(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 }, batch = { 0 };
	uint32_t seqno;

	/* waits until the mark is set; by then what follows has been overwritten */
	EMIT(&batch, MI_SEMAPHORE_WAIT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ, 0x77,
	     (uint32_t)d->mark.va + 32, (uint32_t)(d->mark.va >> 32));
	emit_store(&batch, false, d->mark.va + 36, 0x600d);
	EMIT(&batch, MI_BATCH_BUFFER_END, MI_NOOP);
	memcpy(d->batch.map, batch.dw, batch.n * 4);
	if (!scan(d, true))
		return false;
	emit_batch(&c, false, d->batch.va);
	ring_add(&d->lrc[id], &c);
	seqno = ring_finish(&d->lrc[id]);
	engine_submit(&d->lrc[id], NULL);
	sleep_ms(50);
	d->batch.map[7] = 0xbad;
	store32(d->mark.map + 8, 0x77);
	return lrc_wait(&d->lrc[id], seqno, 10000) && d->mark.map[9] == 0x600d;
}

/* The GPU itself may not write into a batch that was audited. */
static bool on_copy_is_read_only(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	/* the store's target is the value of the next store */
	emit_store(&c, false, d->batch.va + 28, 0xbad);
	emit_store(&c, false, d->mark.va + 40, 0x600d);
	return scan(d, true) && duel_send(d, id, IN_PPGTT_BATCH, &c, 5000) &&
	       d->mark.map[10] == 0x600d;
}

#define BOTH "scan_user_batches"
#define ENGINES_OF(name, fn) \
	ACT(name##_rcs, RCS, fn, BOTH) \
	ACT(name##_vcs, VCS, fn, BOTH) \
	ACT(name##_vecs, VECS, fn, BOTH)

ACT(is_off_at_first, RCS, is_off_at_first, BOTH)
ACT(takes_no_nonsense, RCS, takes_no_nonsense, BOTH)
ENGINES_OF(off_runs, off_runs)
ENGINES_OF(on_refuses, on_refuses)
ENGINES_OF(on_honest, on_honest)
ACT(on_honest_bcs, BCS, on_honest, BOTH)
ACT(on_and_off, RCS, on_and_off, BOTH)
ACT(on_copy_runs_rcs, RCS, on_copy_runs, BOTH)
ACT(on_copy_runs_vcs, VCS, on_copy_runs, BOTH)
ACT(on_copy_is_read_only, RCS, on_copy_is_read_only, BOTH)
ACT(on_copy_is_read_only_bcs, BCS, on_copy_is_read_only, BOTH)

TEST_PROGRAM_MAIN
