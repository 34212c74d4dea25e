// SPDX-License-Identifier: GPL-2.0
/*
 * vGPUs as the scheduler knows them: what each is due, its accounts, and what
 * its hangs make of it.
 */
#include <linux/dev_printk.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#include "../gpu/gpu.h"
#include "../ivgpu_trace.h"
#include "sched_internal.h"

#define CAP_MAX	100

static const char *const health_names[IVGPU_NUM_HEALTHS] = {
	[IVGPU_HEALTH_RUNNING] = "running",
	[IVGPU_HEALTH_SLOWED] = "slowed",
	[IVGPU_HEALTH_STOPPED] = "stopped",
	[IVGPU_HEALTH_FAILED] = "failed",
};

/* What users call it. */
const char *ivgpu_sched_health_name(enum ivgpu_sched_health health)
{
	return health_names[health];
}

static struct device *device(const struct ivgpu_sched_client *client)
{
	return &ivgpu_gpu_pdev(client->sched->gpu)->dev;
}

static void set_share(struct ivgpu_sched_client *client, struct ivgpu_policy_share share)
{
	struct ivgpu_sched_entity *e;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		e = &client->entities[i];
		spin_lock(&e->queue->lock);
		ivgpu_policy_set_share(&e->queue->policy, &e->policy, share, ktime_get_ns());
		spin_unlock(&e->queue->lock);
	}
}

static struct ivgpu_policy_share due(const struct ivgpu_sched_client *client, unsigned int total)
{
	struct ivgpu_policy_share share;

	share = ivgpu_policy_share(client->sched->knobs[IVGPU_KNOB_POLICY], client->weight, total,
				   client->cap_percent);
	if (client->health == IVGPU_HEALTH_SLOWED)
		share.rate = min(share.rate, IVGPU_SLOWED_RATE);
	return share;
}

/**
 * ivgpu_sched_share_out - work out anew what every vGPU is due
 * @sched: the scheduler; its lock held
 */
void ivgpu_sched_share_out(struct ivgpu_sched *sched)
{
	struct ivgpu_sched_client *client;
	unsigned int i, total = 0;

	lockdep_assert_held(&sched->lock);
	list_for_each_entry(client, &sched->clients, link)
		if (client->vx)
			total += client->weight;
	list_for_each_entry(client, &sched->clients, link)
		if (client->vx)
			set_share(client, due(client, total));
	/* Who runs may have to leave, or another may run. */
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		queue_work(sched->wq, &sched->queues[i].tick);
}

/**
 * ivgpu_sched_client_create - a vGPU is made
 * @sched: of its GPU
 * @name: for messages; outlives the client
 * @weight: share relative to other vGPUs, until it is changed
 * @ops: whom to tell
 * @owner: passed to @ops
 *
 * Return: the client or an ERR_PTR.
 */
struct ivgpu_sched_client *
ivgpu_sched_client_create(struct ivgpu_sched *sched, const char *name, unsigned int weight,
			  const struct ivgpu_sched_ops *ops, void *owner)
{
	struct ivgpu_sched_client *client = kzalloc(sizeof(*client), GFP_KERNEL);
	unsigned int i;

	if (!client)
		return ERR_PTR(-ENOMEM);
	client->sched = sched;
	client->name = name;
	client->weight = weight;
	client->ops = ops;
	client->owner = owner;
	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		client->entities[i].queue = &sched->queues[i];
		client->entities[i].client = client;
	}
	mutex_lock(&sched->lock);
	if (sched->dead)
		client->health = IVGPU_HEALTH_FAILED;
	list_add_tail(&client->link, &sched->clients);
	mutex_unlock(&sched->lock);
	return client;
}

/**
 * ivgpu_sched_client_destroy - a vGPU goes
 * @client: the client, not in use
 */
void ivgpu_sched_client_destroy(struct ivgpu_sched_client *client)
{
	struct ivgpu_sched *sched = client->sched;

	mutex_lock(&sched->lock);
	list_del(&client->link);
	mutex_unlock(&sched->lock);
	kfree(client);
}

/* A newcomer, but for its accounts. */
static void renew_entity(struct ivgpu_sched_entity *e, struct ivgpu_vengine *ve)
{
	const struct ivgpu_policy_share share = { e->client->weight, IVGPU_RATE_FULL };

	spin_lock(&e->queue->lock);
	ivgpu_policy_entity_init(&e->policy, share);
	e->ve = ve;
	e->parked = e->client->health == IVGPU_HEALTH_STOPPED;
	e->urgent = e->parked;
	spin_unlock(&e->queue->lock);
}

/**
 * ivgpu_sched_join - a vGPU comes into use
 * @client: the vGPU
 * @vx: its virtual engines; nothing was submitted to them yet
 *
 * May sleep.
 */
void ivgpu_sched_join(struct ivgpu_sched_client *client, struct ivgpu_vexec *vx)
{
	struct ivgpu_sched *sched = client->sched;
	struct ivgpu_vengine *ve;
	unsigned int i;

	mutex_lock(&sched->lock);
	if (client->health == IVGPU_HEALTH_SLOWED)
		client->health = IVGPU_HEALTH_RUNNING;
	if (client->health == IVGPU_HEALTH_RUNNING)
		client->hangs = (struct ivgpu_hangs){};
	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		ve = ivgpu_vexec_engine(vx, i);
		renew_entity(&client->entities[i], ve);
		if (ve)
			ivgpu_vengine_set_sched(ve, &client->entities[i]);
	}
	client->vx = vx;
	ivgpu_sched_share_out(sched);
	mutex_unlock(&sched->lock);
}

/**
 * ivgpu_sched_stop - a vGPU is about to be no longer in use
 * @client: the vGPU; nothing is submitted to its virtual engines any more
 *
 * Returns when they are off the hardware for good, at the latest after a short grace and
 * a reset, and its work under way is done, which may be pinning. Others may still park
 * and unpark it. Sleeps.
 */
void ivgpu_sched_stop(struct ivgpu_sched_client *client)
{
	ivgpu_sched_park_now(client, ~0u);
	/* Work that is under way may still say that something is ready. */
	ivgpu_vexec_flush(client->vx);
}

/**
 * ivgpu_sched_leave - a vGPU is no longer in use
 * @client: the vGPU, stopped; nobody parks or unparks it any more
 */
void ivgpu_sched_leave(struct ivgpu_sched_client *client)
{
	struct ivgpu_sched *sched = client->sched;
	struct ivgpu_sched_entity *e;
	unsigned int i;

	mutex_lock(&sched->lock);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		e = &client->entities[i];
		if (!e->ve)
			continue;
		ivgpu_vengine_set_sched(e->ve, NULL);
		spin_lock(&e->queue->lock);
		e->stats.requests += ivgpu_vengine_stats(e->ve)->requests;
		e->ve = NULL;
		spin_unlock(&e->queue->lock);
	}
	client->vx = NULL;
	ivgpu_sched_share_out(sched);
	mutex_unlock(&sched->lock);
}

/* Share relative to other vGPUs. */
unsigned int ivgpu_sched_weight(struct ivgpu_sched_client *client)
{
	return READ_ONCE(client->weight);
}

/**
 * ivgpu_sched_set_weight - change a vGPU's share relative to others
 * @client: the vGPU
 * @weight: IVGPU_WEIGHT_MIN to IVGPU_WEIGHT_MAX; counts from now on
 *
 * May sleep.
 *
 * Return: 0 or -ERANGE.
 */
int ivgpu_sched_set_weight(struct ivgpu_sched_client *client, unsigned int weight)
{
	if (weight < IVGPU_WEIGHT_MIN || weight > IVGPU_WEIGHT_MAX)
		return -ERANGE;
	mutex_lock(&client->sched->lock);
	WRITE_ONCE(client->weight, weight);
	ivgpu_sched_share_out(client->sched);
	mutex_unlock(&client->sched->lock);
	return 0;
}

/* Percent of each engine, 0 no cap. */
unsigned int ivgpu_sched_cap(struct ivgpu_sched_client *client)
{
	return READ_ONCE(client->cap_percent);
}

/**
 * ivgpu_sched_set_cap - change how much of each engine a vGPU may use
 * @client: the vGPU
 * @percent: 1 to 100, or 0 for no cap; counts from now on
 *
 * May sleep.
 *
 * Return: 0 or -ERANGE.
 */
int ivgpu_sched_set_cap(struct ivgpu_sched_client *client, unsigned int percent)
{
	if (percent > CAP_MAX)
		return -ERANGE;
	mutex_lock(&client->sched->lock);
	WRITE_ONCE(client->cap_percent, percent);
	ivgpu_sched_share_out(client->sched);
	mutex_unlock(&client->sched->lock);
	return 0;
}

/* How it is treated. */
enum ivgpu_sched_health ivgpu_sched_health(struct ivgpu_sched_client *client)
{
	return READ_ONCE(client->health);
}

/* sched->lock held; the caller shares out. */
static void set_health(struct ivgpu_sched_client *client, enum ivgpu_sched_health health)
{
	bool was_stopped = client->health == IVGPU_HEALTH_STOPPED;
	bool stopped = health == IVGPU_HEALTH_STOPPED;
	unsigned int i;

	lockdep_assert_held(&client->sched->lock);
	WRITE_ONCE(client->health, health);
	if (!client->vx || stopped == was_stopped)
		return;
	for (i = 0; i < IVGPU_NUM_ENGINES; i++) {
		if (stopped)
			ivgpu_sched_keep_off(&client->entities[i], true);
		else
			ivgpu_sched_let_on(&client->entities[i], true);
	}
}

/**
 * ivgpu_sched_clear - an administrator forgives a vGPU its hangs
 * @client: the vGPU
 *
 * A vGPU that was slowed or stopped runs as before. May sleep.
 *
 * Return: 0, or -EIO when its GPU is out of use.
 */
int ivgpu_sched_clear(struct ivgpu_sched_client *client)
{
	struct ivgpu_sched *sched = client->sched;
	bool changed;

	mutex_lock(&sched->lock);
	if (client->health == IVGPU_HEALTH_FAILED) {
		mutex_unlock(&sched->lock);
		return -EIO;
	}
	client->hangs = (struct ivgpu_hangs){};
	changed = client->health != IVGPU_HEALTH_RUNNING;
	set_health(client, IVGPU_HEALTH_RUNNING);
	ivgpu_sched_share_out(sched);
	mutex_unlock(&sched->lock);
	if (changed) {
		dev_info(device(client), "vGPU %s: cleared, it runs again\n", client->name);
		client->ops->health_changed(client->owner);
	}
	return 0;
}

static void report(const struct ivgpu_sched_client *client, enum ivgpu_sched_health health,
		   unsigned int hangs)
{
	if (health == IVGPU_HEALTH_SLOWED)
		dev_warn(device(client),
			 "vGPU %s: %u hangs: slowed to %u %% of each engine; see its ivgpu/state\n",
			 client->name, hangs, IVGPU_SLOWED_RATE / 10);
	else
		dev_err(device(client),
			"vGPU %s: %u hangs: stopped until 1 is written to its ivgpu/clear\n",
			client->name, hangs);
}

/* It has hung. Its entity is still on its queue or its worker is running, so it stays. */
static void count_hang(struct ivgpu_sched_client *client, enum ivgpu_engine_id id)
{
	struct ivgpu_sched *sched = client->sched;
	enum ivgpu_sched_health health;
	unsigned int hangs;
	bool worse;

	mutex_lock(&sched->lock);
	health = ivgpu_hangs_add(&client->hangs, sched->knobs[IVGPU_KNOB_HANG_LIMIT],
				 ktime_get_ns());
	hangs = client->hangs.count;
	worse = health > client->health;
	if (worse) {
		set_health(client, health);
		ivgpu_sched_share_out(sched);
	}
	mutex_unlock(&sched->lock);
	trace_ivgpu_hang(client->name, ivgpu_engine_name(id), hangs);
	if (worse) {
		report(client, health, hangs);
		client->ops->health_changed(client->owner);
	}
}

/**
 * ivgpu_sched_killed - the physical engine was reset because of a virtual engine
 * @ve: the virtual engine
 *
 * A reset that its own guest asked for is no hang. May sleep.
 */
void ivgpu_sched_killed(struct ivgpu_vengine *ve)
{
	struct ivgpu_sched_entity *e = ivgpu_vengine_sched(ve);
	bool hang;

	if (!e)
		return;
	spin_lock(&e->queue->lock);
	e->stats.resets++;
	hang = !e->urgent;
	spin_unlock(&e->queue->lock);
	trace_ivgpu_reset(e->client->name, ivgpu_engine_name(e->queue->id), !hang);
	if (hang)
		count_hang(e->client, e->queue->id);
}

/**
 * ivgpu_sched_fail_all - the GPU is out of use
 * @sched: the scheduler; its lock held
 */
void ivgpu_sched_fail_all(struct ivgpu_sched *sched)
{
	struct ivgpu_sched_client *client;

	lockdep_assert_held(&sched->lock);
	list_for_each_entry(client, &sched->clients, link) {
		set_health(client, IVGPU_HEALTH_FAILED);
		dev_err(device(client), "vGPU %s: failed, as its GPU is out of use\n",
			client->name);
		client->ops->health_changed(client->owner);
	}
	ivgpu_sched_share_out(sched);
}

/**
 * ivgpu_sched_read_stats - the accounts of a vGPU on one engine
 * @client: the vGPU
 * @id: the engine
 * @stats: where to
 */
void ivgpu_sched_read_stats(struct ivgpu_sched_client *client, enum ivgpu_engine_id id,
			    struct ivgpu_sched_stats *stats)
{
	ivgpu_sched_account(&client->entities[id], stats);
}

static void park(struct ivgpu_sched_client *client, u32 mask, bool urgent)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		if (mask & BIT(i) && client->entities[i].ve)
			ivgpu_sched_keep_off(&client->entities[i], urgent);
	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		if (mask & BIT(i) && client->entities[i].ve)
			ivgpu_sched_wait_off(&client->entities[i]);
}

static void unpark(struct ivgpu_sched_client *client, u32 mask, bool urgent)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_ENGINES; i++)
		if (mask & BIT(i) && client->entities[i].ve)
			ivgpu_sched_let_on(&client->entities[i], urgent);
}

/* See sched.h. */
void ivgpu_sched_park(struct ivgpu_sched_client *client, u32 mask)
{
	park(client, mask, false);
}

void ivgpu_sched_unpark(struct ivgpu_sched_client *client, u32 mask)
{
	unpark(client, mask, false);
}

void ivgpu_sched_park_now(struct ivgpu_sched_client *client, u32 mask)
{
	park(client, mask, true);
}

void ivgpu_sched_unpark_now(struct ivgpu_sched_client *client, u32 mask)
{
	unpark(client, mask, true);
}

/**
 * ivgpu_sched_ready - a virtual engine has work that could run
 * @ve: the virtual engine
 *
 * If its physical engine is free, the work is on it when this returns. No
 * spinlock held.
 */
void ivgpu_sched_ready(struct ivgpu_vengine *ve)
{
	struct ivgpu_sched_entity *e = ivgpu_vengine_sched(ve);

	if (e)
		ivgpu_sched_wake(e);
}

/**
 * ivgpu_sched_yielded - a virtual engine left the physical one
 * @ve: the virtual engine
 */
void ivgpu_sched_yielded(struct ivgpu_vengine *ve)
{
	struct ivgpu_sched_entity *e = ivgpu_vengine_sched(ve);

	if (e)
		ivgpu_sched_left(e);
}

/**
 * ivgpu_sched_took_over - a virtual engine has the physical one, which was handed over to it
 * @ve: the virtual engine
 */
void ivgpu_sched_took_over(struct ivgpu_vengine *ve)
{
	struct ivgpu_sched_entity *e = ivgpu_vengine_sched(ve);

	if (e)
		ivgpu_sched_succeeded(e);
}
