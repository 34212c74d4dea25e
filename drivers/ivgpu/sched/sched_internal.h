/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of sched/ know of one another.
 */
#ifndef IVGPU_SCHED_INTERNAL_H
#define IVGPU_SCHED_INTERNAL_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../exec/exec.h"
#include "hangs.h"
#include "policy.h"
#include "sched.h"

struct ivgpu_sched_queue;

/**
 * struct ivgpu_sched_entity - a virtual engine that wants its physical one
 *
 * Protected by the queue's lock.
 * @policy: its place in the policy; first member
 * @queue: of the physical engine
 * @client: whose it is
 * @ve: the virtual engine; NULL while its vGPU is not in use
 * @parked: how many keep it off
 * @urgent: how many of them do not wait for a grace time
 * @waits_since: when it was queued
 * @stats: its accounts; without what @ve has counted since it joined
 */
struct ivgpu_sched_entity {
	struct ivgpu_policy_entity policy;
	struct ivgpu_sched_queue *queue;
	struct ivgpu_sched_client *client;
	struct ivgpu_vengine *ve;
	unsigned int parked;
	unsigned int urgent;
	u64 waits_since;
	struct ivgpu_sched_stats stats;
};

/*
 * struct ivgpu_sched_client - a vGPU
 *
 * Protected by ivgpu_sched.lock, but for @entities.
 * @link: in ivgpu_sched.clients
 * @sched: of its GPU
 * @name: for messages
 * @ops: whom to tell; with @owner
 * @vx: its virtual engines; NULL: it is not in use
 * @weight: share relative to others
 * @cap_percent: at most so much of an engine, 0 no cap
 * @health: how it is treated
 * @hangs: why
 * @entities: one per engine
 */
struct ivgpu_sched_client {
	struct list_head link;
	struct ivgpu_sched *sched;
	const char *name;
	const struct ivgpu_sched_ops *ops;
	void *owner;
	struct ivgpu_vexec *vx;
	unsigned int weight;
	unsigned int cap_percent;
	enum ivgpu_sched_health health;
	struct ivgpu_hangs hangs;
	struct ivgpu_sched_entity entities[IVGPU_NUM_ENGINES];
};

enum ivgpu_sched_state {
	IVGPU_SCHED_FREE,
	IVGPU_SCHED_STARTING,	/* the running one is being given the engine */
	IVGPU_SCHED_RUNNING,
	IVGPU_SCHED_LEAVING,	/* it was asked to leave */
	IVGPU_SCHED_KILLING,	/* its engine is being reset */
};

/*
 * struct ivgpu_sched_queue - one physical engine
 * @lock: protects all of it; outer to ivgpu_vengine.lock
 * @running: who has the engine
 * @next: who is handed it by the running one, which is asked to leave: not queued
 * @state: how far it is with that
 * @closed: nobody is given the engine, and who has it must leave
 * @gone: it left while STARTING or KILLING
 * @since: when it got the engine
 * @slice_since: when its slice began: not later than @since
 * @hurry: somebody came after @next was chosen: its slice began then
 * @leaves_since: when it was asked to leave
 * @acting: how many are about to do something to one who had the engine, with no lock held
 * @grace: the clock of that
 * @grace_ns: how long one may take to leave while another waits
 * @policy: who waits
 * @timer: for the next thing to do about the running one, or those that caps keep off
 * @tick: does it
 * @off: woken when the running one has left
 */
struct ivgpu_sched_queue {
	spinlock_t lock;	/* protects the rest */
	struct ivgpu_sched *sched;
	enum ivgpu_engine_id id;
	struct ivgpu_sched_entity *running;
	struct ivgpu_sched_entity *next;
	enum ivgpu_sched_state state;
	bool closed;
	bool gone;
	u64 since;
	u64 slice_since;
	bool hurry;
	u64 leaves_since;
	unsigned int acting;
	struct ivgpu_grace grace;
	u64 grace_ns;
	struct ivgpu_policy policy;
	struct hrtimer timer;
	struct work_struct tick;
	wait_queue_head_t off;
};

/*
 * struct ivgpu_sched - the scheduler of a GPU
 * @lock: which vGPUs there are, their weights, caps and health; @knobs. Not held
 *	  while an engine is waited for.
 * @clients: the vGPUs
 * @knobs: settings
 * @dead: the GPU is out of use
 * @dead_work: tells everybody
 * @debugfs: the file that shows the queues
 */
struct ivgpu_sched {
	struct ivgpu_gpu *gpu;
	struct workqueue_struct *wq;
	struct mutex lock;	/* see above */
	struct list_head clients;
	unsigned int knobs[IVGPU_NUM_SCHED_KNOBS];
	bool dead;
	struct work_struct dead_work;
	struct dentry *debugfs;
	struct ivgpu_sched_queue queues[IVGPU_NUM_ENGINES];
};

/* queue.c */
void ivgpu_sched_queue_init(struct ivgpu_sched *sched, enum ivgpu_engine_id id);
void ivgpu_sched_queue_fini(struct ivgpu_sched_queue *q);
void ivgpu_sched_queue_set(struct ivgpu_sched_queue *q, u64 slice_ns, u64 grace_ns);
void ivgpu_sched_queue_close(struct ivgpu_sched_queue *q);
void ivgpu_sched_queue_wait_free(struct ivgpu_sched_queue *q);
void ivgpu_sched_queue_open(struct ivgpu_sched_queue *q);
void ivgpu_sched_wake(struct ivgpu_sched_entity *e);
void ivgpu_sched_left(struct ivgpu_sched_entity *e);
void ivgpu_sched_succeeded(struct ivgpu_sched_entity *e);
void ivgpu_sched_keep_off(struct ivgpu_sched_entity *e, bool urgent);
void ivgpu_sched_wait_off(struct ivgpu_sched_entity *e);
void ivgpu_sched_let_on(struct ivgpu_sched_entity *e, bool urgent);
void ivgpu_sched_account(struct ivgpu_sched_entity *e, struct ivgpu_sched_stats *stats);

/* client.c; ivgpu_sched.lock held */
void ivgpu_sched_share_out(struct ivgpu_sched *sched);
void ivgpu_sched_fail_all(struct ivgpu_sched *sched);

/* debugfs.c */
void ivgpu_sched_debugfs_add(struct ivgpu_sched *sched);
void ivgpu_sched_debugfs_remove(struct ivgpu_sched *sched);

#endif
