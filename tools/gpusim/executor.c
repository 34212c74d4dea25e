// SPDX-License-Identifier: GPL-2.0
/*
 * The executor: gives each engine a slice of commands in turn, yields the lock to the protocol
 * thread between commands, and sleeps when no engine can go on: until it is kicked by a register
 * write, or for as long as the nearest waiting engine says.
 */
#include "executor.h"

#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <time.h>

#include "busylog.h"
#include "cost.h"
#include "display.h"
#include "execlist.h"
#include "gpu.h"
#include "irq.h"
#include "power.h"

#define SLICE 256			/* commands of one engine before the next has its turn */
#define SEMAPHORE_POLL_NS 50000u
#define SEMAPHORE_POLL_SLOW_NS 500000u
#define IDLE_NS 1000000000u
#define SPIN_NS 20000u			/* too short to sleep for with --speed */
#define EARLY_NS 200000u		/* what a host may need to wake a thread ... */
#define LONG_NS 1000000u		/* ... and from where on that much is not slept */

static pthread_t thread;

static void let_others(struct gpu *gpu)
{
	if (!atomic_load_explicit(&gpu->waiters, memory_order_relaxed))
		return;
	pthread_mutex_unlock(&gpu->lock);
	while (atomic_load_explicit(&gpu->waiters, memory_order_relaxed))
		sched_yield();
	pthread_mutex_lock(&gpu->lock);
}

static void account(struct engine *e, bool busy)
{
	uint64_t now;

	if (busy == !!e->busy_since)
		return;
	now = now_ns();
	if (!busy)
		e->busy_ns += now - e->busy_since;
	e->busy_since = busy ? now : 0;
	e->gpu->busy_set_ns[e->gpu->busy_set] += now - e->gpu->busy_set_since;
	e->gpu->busy_set_since = now;
	e->gpu->busy_set ^= 1u << e->id;
	busylog(e, busy ? BUSYLOG_BUSY : BUSYLOG_IDLE, 0);
	power_update(e->gpu);
}

static bool run_engine(struct gpu *gpu, struct engine *e)
{
	bool progress = false;
	unsigned int n;

	for (n = 0; n < SLICE && execlist_step(e); n++) {
		if (!progress)
			account(e, e->active);
		progress = true;
		let_others(gpu);
	}
	if (n < SLICE && e->wait != WAIT_COST)
		cost_pause(e);
	account(e, e->active);
	return progress;
}

bool executor_pass(struct gpu *gpu)
{
	bool progress = false;
	int i;

	for (i = 0; i < NUM_ENGINES; i++)
		if (gpu->engine[i].present)
			progress |= run_engine(gpu, &gpu->engine[i]);
	return progress;
}

bool executor_skip_wait(struct gpu *gpu)
{
	uint64_t next = UINT64_MAX;
	const struct engine *e;
	int i;

	for (i = 0; i < NUM_ENGINES; i++) {
		e = &gpu->engine[i];
		if (e->active && !e->hung && (e->wait == WAIT_LOOP || e->wait == WAIT_COST) &&
		    e->wait_until < next)
			next = e->wait_until;
	}
	if (next == UINT64_MAX)
		return false;
	if (next > test_clock_ns)
		test_clock_ns = next;
	return true;
}

static uint64_t nearest(struct gpu *gpu)
{
	uint64_t now = now_ns(), ns = IDLE_NS, t;
	struct engine *e;
	int i;

	if (gpu->msi_due)
		ns = gpu->msi_due > now ? gpu->msi_due - now : 1;
	t = display_due(gpu, now);
	if (t && t < ns)
		ns = t;
	for (i = 0; i < NUM_ENGINES; i++) {
		e = &gpu->engine[i];
		t = IDLE_NS;
		if (!e->present || !e->active || e->hung)
			continue;
		if (e->wait == WAIT_SEMAPHORE)
			t = now - e->semaphore_since > 20000000u ? SEMAPHORE_POLL_SLOW_NS :
				SEMAPHORE_POLL_NS;
		else if (e->wait != WAIT_NONE)
			t = e->wait_until > now ? e->wait_until - now : 1000;
		if (t < ns)
			ns = t;
	}
	return ns;
}

static void spin(struct gpu *gpu, uint64_t until)
{
	pthread_mutex_unlock(&gpu->lock);
	while (now_ns() < until && !atomic_load_explicit(&gpu->waiters, memory_order_relaxed))
		;
	pthread_mutex_lock(&gpu->lock);
}

static void sleep_a_little(struct gpu *gpu)
{
	uint64_t ns = nearest(gpu), until = now_ns() + ns;
	bool early = gpu->opt.speed > 0 && ns >= LONG_NS && ns < IDLE_NS;
	struct timespec ts;

	if (gpu->kicked)
		return;
	if (gpu->opt.speed > 0 && ns < SPIN_NS) {
		spin(gpu, until);
		return;
	}
	mem_reap(&gpu->mem);
	clock_gettime(CLOCK_MONOTONIC, &ts);
	if (early)
		ns -= EARLY_NS;
	ns += (uint64_t)ts.tv_nsec;
	ts.tv_sec += (time_t)(ns / 1000000000u);
	ts.tv_nsec = (long)(ns % 1000000000u);
	if (pthread_cond_timedwait(&gpu->work, &gpu->lock, &ts) && early)
		spin(gpu, until);
}

static void *run(void *arg)
{
	struct gpu *gpu = arg;

	prctl(PR_SET_TIMERSLACK, 1ul, 0, 0, 0);
	pthread_mutex_lock(&gpu->lock);
	while (!gpu->stop) {
		gpu->kicked = false;
		irq_send_late(gpu);
		display_tick(gpu);
		if (executor_pass(gpu))
			let_others(gpu);
		else
			sleep_a_little(gpu);
	}
	pthread_mutex_unlock(&gpu->lock);
	return NULL;
}

int executor_start(struct gpu *gpu)
{
	return -pthread_create(&thread, NULL, run, gpu);
}

void executor_stop(struct gpu *gpu)
{
	int i;

	gpu_lock(gpu);
	gpu->stop = true;
	gpu->kicked = true;
	for (i = 0; i < NUM_ENGINES; i++)
		atomic_store(&gpu->engine[i].abandon, true);
	gpu_unlock(gpu);
	pthread_join(thread, NULL);
}
