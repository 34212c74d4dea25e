// SPDX-License-Identifier: GPL-2.0
/*
 * Measures the scheduler: eight vGPUs' load from one program.  Not a test: it prints one
 * line "name value" per figure, and judges nothing.
 *
 *   bench_sched SLOWER [ROUNDS [PART...]]      the simulator runs with --speed 1/SLOWER
 *
 * Each part's lines stand between "part NAME" and "end NAME", and among them "window LATE VOID":
 * for what part of the time the simulator's clock was late, and whether that makes them void.
 *
 * What the engines did is read from the simulator's own counters (its control socket), what
 * each vGPU had of them from its accounts in sysfs.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "control.h"
#include "env.h"
#include "gen9.h"
#include "knob.h"
#include "load.h"
#include "mdev.h"
#include "spin.h"

#define VGPUS 8
#define BATCH_MS 40
#define SLICE_US 20000		/* a switch of vGPUs costs 0.6 ms in the lab: see bench-sched */
#define WORK 128		/* batches of throughput() */
#define NEWCOMERS_MS 2500	/* the credit of eight newcomers, 200 ms each, is used up */
#define WAIT_MS 20000
#define TIMESTAMP_KHZ 12000	/* Gen9 big core */
#define WAITS 100
#define WAITS_SLICE_US 40000	/* beside batches that can be left every 5 ms */

struct engine_sample {
	double busy, late, behind;
};

struct sample {
	double elapsed;
	struct engine_sample e[2];	/* RCS, BCS */
	double overlap;
};

static int control;
static unsigned int slower;
static struct load loads[VGPUS];

static void die(const char *what, int err)
{
	fprintf(stderr, "bench_sched: %s: %s\n", what, strerror(-err));
	exit(1);
}

static double number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtod(at + strlen(key), NULL) : 0;
}

static void take_sample(struct sample *s)
{
	static const char * const lines[2] = { "engine rcs ", "engine bcs " };
	char text[16384], *at;
	unsigned int i;
	int ret = control_do(control, "stats", text, sizeof(text));

	if (ret)
		die("stats", ret);
	for (i = 0; i < 2; i++) {
		at = strstr(text, lines[i]);
		if (!at)
			die("no line of an engine in stats", -EPROTO);
		s->elapsed = number_after(at, "elapsed_ns ");
		s->e[i].busy = number_after(at, "busy_ns ");
		s->e[i].late = number_after(at, "late_ns ");
		s->e[i].behind = number_after(at, "behind_ns ");
	}
	at = strstr(text, "overlap rcs bcs ns ");
	s->overlap = at ? number_after(at, "ns ") : 0;
}

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void since(struct sample *now, const struct sample *before)
{
	unsigned int i;

	take_sample(now);
	now->elapsed -= before->elapsed;
	now->overlap -= before->overlap;
	for (i = 0; i < 2; i++) {
		now->e[i].busy -= before->e[i].busy;
		now->e[i].late -= before->e[i].late;
		now->e[i].behind -= before->e[i].behind;
	}
}

static bool is_void(const struct sample *s)
{
	return s->e[0].late > s->elapsed / 100 || s->e[1].late > s->elapsed / 100 ||
	       s->e[0].behind > 0 || s->e[1].behind > 0;
}

static void feed_for(unsigned int n, unsigned int ms)
{
	uint64_t end = now_ms() + ms;
	unsigned int i;

	while (now_ms() < end) {
		for (i = 0; i < n; i++)
			load_feed(&loads[i]);
		usleep(1000);
	}
}

static void open_loads(unsigned int n)
{
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		ret = load_open(&loads[i], i);
		if (ret)
			die("opening a vGPU", ret);
	}
}

static void close_loads(unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!load_stop(&loads[i], WAIT_MS))
			die("a request does not complete", -ETIMEDOUT);
	for (i = 0; i < n; i++)
		load_close(&loads[i]);
}

static double busy_of(const struct load *load, const char *engine)
{
	char name[64];

	snprintf(name, sizeof(name), "stats/%s_busy_ns", engine);
	return knob_get(load->vg.dev.uuid, name);
}

static void say(const char *name, double value)
{
	printf("%s %.6f\n", name, value);
	fflush(stdout);
}

static void say_window(const struct sample *s)
{
	printf("window %.6f %d\n", (s->e[0].late + s->e[1].late) / s->elapsed, is_void(s));
	fflush(stdout);
}

static double debugfs_of(const struct load *load, const char *name)
{
	uint64_t value = 0;

	stats_read(load->vg.dev.uuid, name, &value);
	return value;
}

/* Eight of weights 1 to 8 want RCS all the time. */
static void shares(void)
{
	double before[VGPUS], busy, sum = 0, squares = 0, all = 0, worst = 0, part[VGPUS];
	double switches = 0, bytes = 0, registers = 0;
	struct sample start, s;
	unsigned int i;

	open_loads(VGPUS);
	for (i = 0; i < VGPUS; i++) {
		knob_set(loads[i].vg.dev.uuid, "weight", i + 1);
		load_start(&loads[i], RCS, BATCH_MS, slower);
	}
	feed_for(VGPUS, NEWCOMERS_MS);
	for (i = 0; i < VGPUS; i++) {
		before[i] = busy_of(&loads[i], "rcs0");
		switches -= knob_get(loads[i].vg.dev.uuid, "stats/rcs0_switches");
		bytes -= debugfs_of(&loads[i], "bytes_copied_rcs0");
		registers -= debugfs_of(&loads[i], "registers_loaded_rcs0");
	}
	take_sample(&start);
	feed_for(VGPUS, 10000);
	since(&s, &start);
	say_window(&s);
	for (i = 0; i < VGPUS; i++) {
		busy = busy_of(&loads[i], "rcs0") - before[i];
		switches += knob_get(loads[i].vg.dev.uuid, "stats/rcs0_switches");
		bytes += debugfs_of(&loads[i], "bytes_copied_rcs0");
		registers += debugfs_of(&loads[i], "registers_loaded_rcs0");
		all += busy;
		part[i] = busy / (i + 1);
		sum += part[i];
		squares += part[i] * part[i];
	}
	for (i = 0; i < VGPUS; i++) {
		double error = fabs(part[i] / (all / 36) - 1);

		worst = error > worst ? error : worst;
	}
	say("share_error_relative", worst);
	say("jain", sum * sum / (VGPUS * squares));
	say("bytes_copied_per_switch", bytes / switches);
	say("registers_per_switch", registers / switches);
	say("switches_per_second", switches / (s.elapsed / 1e9));
	close_loads(VGPUS);
}

/* The engine is idle though somebody has work for it. */
static void idle(unsigned int n)
{
	struct sample start, s;
	unsigned int i;
	char name[32];

	open_loads(n);
	for (i = 0; i < n; i++)
		load_start(&loads[i], RCS, BATCH_MS, slower);
	feed_for(n, 300 * n);
	take_sample(&start);
	feed_for(n, 4000);
	since(&s, &start);
	snprintf(name, sizeof(name), "idle_while_queued_%u", n);
	say_window(&s);
	say(name, 1 - s.e[0].busy / s.elapsed);
	close_loads(n);
}

/* One alone with a cap of 10 %. */
static void cap(void)
{
	struct sample start, s;

	open_loads(1);
	knob_set(loads[0].vg.dev.uuid, "cap_percent", 10);
	load_start(&loads[0], RCS, BATCH_MS, slower);
	feed_for(1, 2000);
	take_sample(&start);
	feed_for(1, 10000);
	since(&s, &start);
	say_window(&s);
	say("cap_error_points", fabs(100 * s.e[0].busy / s.elapsed - 10));
	close_loads(1);
}

/* One on RCS, another on BCS. */
static void overlap(void)
{
	struct sample start, s;

	open_loads(2);
	load_start(&loads[0], RCS, BATCH_MS, slower);
	load_start(&loads[1], BCS, BATCH_MS, slower);
	feed_for(2, 1000);
	take_sample(&start);
	feed_for(2, 4000);
	since(&s, &start);
	say_window(&s);
	say("overlap_fraction", s.overlap / fmin(s.e[0].busy, s.e[1].busy));
	close_loads(2);
}

static double idle_of_first(void)
{
	struct sample start, s;

	take_sample(&start);
	feed_for(1, 4000);
	since(&s, &start);
	say_window(&s);
	return 1 - s.e[0].busy / s.elapsed;
}

/* One that is busy: alone, and beside seven that did a request each and want nothing. */
static void idle_neighbours(void)
{
	unsigned int i;
	double alone;
	int ret;

	open_loads(1);
	load_start(&loads[0], RCS, BATCH_MS, slower);
	feed_for(1, 500);
	alone = idle_of_first();
	for (i = 1; i < VGPUS; i++) {
		ret = load_open(&loads[i], i);
		if (ret)
			die("opening a vGPU", ret);
		if (!lrc_run(&loads[i].lrc[RCS], NULL, WAIT_MS))
			die("a neighbour's request does not complete", -ETIMEDOUT);
	}
	feed_for(1, 500);
	say("idle_neighbour_extra_idle", idle_of_first() - alone);
	close_loads(VGPUS);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/*
 * From just before ELSP is written to the first command, by the GPU's own clock: the
 * register is read by the CPU, and the request stores the same register.
 */
static double one_wait(struct load *load)
{
	struct lrc *lrc = &load->lrc[RCS];
	struct cmds c = { 0 };
	uint32_t asked, began;

	EMIT(&c, MI_SRM | MI_USE_GGTT, RCS_BASE + RING_TIMESTAMP, load->mark.ggtt, 0);
	asked = vgpu_read(&load->vg, RCS_BASE + RING_TIMESTAMP);
	if (!lrc_run(lrc, &c, WAIT_MS))
		die("a small request does not complete", -ETIMEDOUT);
	began = load32(load->mark.map);
	return (double)(uint32_t)(began - asked) / TIMESTAMP_KHZ;
}

/* Seven endless batches, and small requests of an eighth. */
static void waits(void)
{
	static struct spin spins[VGPUS - 1];
	struct sample start, s;
	double ms[WAITS], slice_ms = WAITS_SLICE_US / 1000.0;
	unsigned int i;
	int ret;

	knob_set(NULL, "slice_us", WAITS_SLICE_US);
	for (i = 0; i < VGPUS - 1; i++) {
		ret = spin_open(&spins[i], 1 + i);
		if (ret)
			die("opening a vGPU", ret);
		spins[i].draws = true;
		spin_submit(&spins[i], RCS, true);
	}
	sleep_ms(NEWCOMERS_MS);
	open_loads(1);
	/* its own credit as a newcomer would spoil the figure */
	load_start(&loads[0], RCS, BATCH_MS, slower);
	feed_for(1, 3000);
	if (!load_stop(&loads[0], WAIT_MS))
		die("a request does not complete", -ETIMEDOUT);
	/* nor is it to be one that has just used more than its due */
	sleep_ms(2000);
	take_sample(&start);
	for (i = 0; i < WAITS; i++) {
		ms[i] = one_wait(&loads[0]);
		sleep_ms(5 + i % 7);
	}
	qsort(ms, WAITS, sizeof(*ms), by_size);
	since(&s, &start);
	say_window(&s);
	say("p50_wait_slices", ms[WAITS / 2] / slice_ms);
	say("p99_wait_slices", ms[WAITS * 99 / 100 - 1] / slice_ms);
	for (i = 0; i < VGPUS - 1; i++)
		if (!spin_stop(&spins[i], RCS, WAIT_MS))
			die("an endless batch does not end", -ETIMEDOUT);
	for (i = 0; i < VGPUS - 1; i++)
		spin_close(&spins[i]);
	close_loads(1);
	knob_set(NULL, "slice_us", SLICE_US);
}

/* A fixed amount of work, shared by n vGPUs: from the first submission to the last completion. */
static void throughput(unsigned int n)
{
	struct sample start, s;
	uint64_t began;
	bool done;
	unsigned int i;
	char name[32];

	open_loads(n);
	for (i = 0; i < n; i++) {
		load_start(&loads[i], RCS, BATCH_MS, slower);
		loads[i].left[RCS] = WORK / n;
	}
	take_sample(&start);
	began = now_us();
	do {
		done = true;
		for (i = 0; i < n; i++) {
			load_feed(&loads[i]);
			done &= !loads[i].left[RCS] && load_done(&loads[i], RCS);
		}
		usleep(500);
	} while (!done);
	snprintf(name, sizeof(name), "elapsed_%u", n);
	began = now_us() - began;
	since(&s, &start);
	say_window(&s);
	say(name, began / 1e6);
	close_loads(n);
}

static void work_1(void)
{
	throughput(1);
}

static void work_2(void)
{
	throughput(2);
}

static void work_4(void)
{
	throughput(4);
}

static void work_8(void)
{
	throughput(8);
}

static void idle_8(void)
{
	idle(8);
}

static void idle_4(void)
{
	idle(4);
}

static void idle_2(void)
{
	idle(2);
}

static void idle_1(void)
{
	idle(1);
}

static const struct part {
	const char *name;
	void (*run)(void);
} parts[] = {
	{ "shares", shares }, { "cap", cap }, { "overlap", overlap },
	{ "idle_neighbours", idle_neighbours }, { "idle_1", idle_1 }, { "idle_2", idle_2 },
	{ "idle_4", idle_4 }, { "idle_8", idle_8 }, { "waits", waits },
	{ "work_1", work_1 }, { "work_2", work_2 }, { "work_4", work_4 }, { "work_8", work_8 },
};

static void run_part(const struct part *part)
{
	printf("part %s\n", part->name);
	part->run();
	printf("end %s\n", part->name);
	fflush(stdout);
}

static bool is_wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	unsigned int i, round, rounds;

	slower = argc > 1 ? atoi(argv[1]) : 0;
	rounds = argc > 2 ? atoi(argv[2]) : 1;
	if (!slower || !rounds || argc < 2) {
		fprintf(stderr, "usage: bench_sched SLOWER [ROUNDS [PART...]]\n");
		return 2;
	}
	control = control_open(0);
	if (control < 0)
		die("no simulated GPU", control);
	mdev_sweep();
	knobs_default();
	knob_set(NULL, "slice_us", SLICE_US);
	for (round = 0; round < rounds; round++) {
		for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
			if (is_wanted(parts[i].name, argv + 3))
				run_part(&parts[i]);
		printf("round %u\n", round);
		fflush(stdout);
	}
	return 0;
}
