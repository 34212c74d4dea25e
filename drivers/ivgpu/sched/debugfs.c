// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs file "sched" of a GPU: who has which engine, who waits for it and why,
 * to be read by a person.
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/seq_file.h>

#include "../gpu/gpu.h"
#include "sched_internal.h"

static const char *const states[] = {
	[IVGPU_SCHED_FREE] = "free",
	[IVGPU_SCHED_STARTING] = "is being given to",
	[IVGPU_SCHED_RUNNING] = "runs",
	[IVGPU_SCHED_LEAVING] = "was asked to leave:",
	[IVGPU_SCHED_KILLING] = "is being reset because of",
};

/* What is to be said of one engine, taken at one moment. */
struct snapshot {
	enum ivgpu_sched_state state;
	const char *running, *next;
	u64 for_us;
	u64 grace_us;	/* since another waits for it to leave; 0 nobody does */
	struct {
		bool queued, spent;
		u64 for_us;
		u64 vtime_us;
		s64 tokens_us;
		unsigned int weight, rate, parked;
	} waits;	/* of one vGPU */
};

static u64 us(u64 ns)
{
	return div_u64(ns, NSEC_PER_USEC);
}

static void look(struct ivgpu_sched_queue *q, struct ivgpu_sched_client *client,
		 struct snapshot *s)
{
	struct ivgpu_sched_entity *e = &client->entities[q->id];
	u64 now = ktime_get_ns();

	s->waits.queued = e->policy.queued;
	s->waits.spent = e->policy.spent;
	s->waits.for_us = e->policy.queued ? us(now - e->waits_since) : 0;
	s->waits.vtime_us = us(e->policy.vtime);
	s->waits.tokens_us = div_s64(e->policy.tokens, NSEC_PER_USEC);
	s->waits.weight = e->policy.share.weight;
	s->waits.rate = e->policy.share.rate;
	s->waits.parked = e->parked;
}

static void show_client(struct seq_file *m, struct ivgpu_sched_queue *q,
			struct ivgpu_sched_client *client)
{
	struct snapshot s = {};
	bool running;

	spin_lock(&q->lock);
	running = q->running == &client->entities[q->id];
	look(q, client, &s);
	spin_unlock(&q->lock);
	seq_printf(m, "  %s: weight %u, at most %u.%u %%, used %llu us by weight", client->name,
		   s.waits.weight, s.waits.rate / 10, s.waits.rate % 10, s.waits.vtime_us);
	if (s.waits.rate < IVGPU_RATE_FULL)
		seq_printf(m, ", its cap leaves %lld us", s.waits.tokens_us);
	if (running)
		seq_puts(m, "; has the engine");
	if (s.waits.queued)
		seq_printf(m, "; waits for %llu us%s", s.waits.for_us,
			   s.waits.spent ? ", kept off by its cap" : "");
	if (s.waits.parked)
		seq_puts(m, "; kept off");
	seq_putc(m, '\n');
}

static void show_queue(struct seq_file *m, struct ivgpu_sched_queue *q)
{
	struct ivgpu_sched_client *client;
	struct snapshot s = {};
	u64 now;

	spin_lock(&q->lock);
	now = ktime_get_ns();
	s.state = q->state;
	if (q->running) {
		s.running = q->running->client->name;
		s.for_us = us(now - q->since);
	}
	if (q->next)
		s.next = q->next->client->name;
	if (q->grace.since)
		s.grace_us = us(now - q->grace.since);
	spin_unlock(&q->lock);
	/* The name stays: ivgpu_sched.lock is held. */
	seq_printf(m, "%s: %s", ivgpu_engine_name(q->id), states[s.state]);
	if (s.running)
		seq_printf(m, " %s, on for %llu us", s.running, s.for_us);
	if (s.next)
		seq_printf(m, ", followed by %s", s.next);
	if (s.grace_us)
		seq_printf(m, ", awaited for %llu us (hung after %llu)", s.grace_us,
			   us(q->grace_ns));
	seq_putc(m, '\n');
	list_for_each_entry(client, &q->sched->clients, link)
		if (client->entities[q->id].ve)
			show_client(m, q, client);
}

static int sched_show(struct seq_file *m, void *unused)
{
	struct ivgpu_sched *sched = m->private;
	struct ivgpu_sched_client *client;
	unsigned int i;

	mutex_lock(&sched->lock);
	seq_printf(m, "policy %s, slice %u us, grace %u ms%s, hang_limit %u%s\n",
		   ivgpu_policy_name(sched->knobs[IVGPU_KNOB_POLICY]),
		   sched->knobs[IVGPU_KNOB_SLICE_US], sched->knobs[IVGPU_KNOB_GRACE_MS],
		   sched->knobs[IVGPU_KNOB_GRACE_MS] ? "" : " (by class of engine)",
		   sched->knobs[IVGPU_KNOB_HANG_LIMIT],
		   sched->dead ? ": THE GPU IS OUT OF USE" : "");
	list_for_each_entry(client, &sched->clients, link)
		seq_printf(m, "%s: %s, %s, %u hangs count\n", client->name,
			   client->vx ? "in use" : "not in use",
			   ivgpu_sched_health_name(client->health), client->hangs.count);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		if (ivgpu_gpu_engine(sched->gpu, i))
			show_queue(m, &sched->queues[i]);
	mutex_unlock(&sched->lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(sched);

/**
 * ivgpu_sched_debugfs_add - make the file
 * @sched: the scheduler
 */
void ivgpu_sched_debugfs_add(struct ivgpu_sched *sched)
{
	sched->debugfs = debugfs_create_file("sched", 0400, ivgpu_gpu_debugfs(sched->gpu), sched,
					     &sched_fops);
}

/**
 * ivgpu_sched_debugfs_remove - take it away
 * @sched: the scheduler
 */
void ivgpu_sched_debugfs_remove(struct ivgpu_sched *sched)
{
	debugfs_remove(sched->debugfs);
}
