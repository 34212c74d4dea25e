/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of sched/ know of one another.
 */
#ifndef IVGPU_SCHED_INTERNAL_H
#define IVGPU_SCHED_INTERNAL_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../exec/exec.h"
#include "policy.h"
#include "sched.h"

struct ivgpu_sched_queue;

/**
 * struct ivgpu_sched_entity - a virtual engine that wants its physical one
 * @policy: its place in the policy; first member
 * @queue: of the physical engine
 * @ve: the virtual engine
 * @parked: how many keep it off
 * @urgent: how many of them do not wait for a grace time
 */
struct ivgpu_sched_entity {
	struct ivgpu_policy_entity policy;
	struct ivgpu_sched_queue *queue;
	struct ivgpu_vengine *ve;
	unsigned int parked;
	unsigned int urgent;
};

enum ivgpu_sched_state {
	IVGPU_SCHED_FREE,
	IVGPU_SCHED_STARTING,	/* the running one is being given the engine */
	IVGPU_SCHED_RUNNING,
	IVGPU_SCHED_LEAVING,	/* it was asked to leave */
	IVGPU_SCHED_KILLING,	/* its engine is being reset */
};

/**
 * struct ivgpu_sched_queue - one physical engine
 * @lock: protects all of it; outer to ivgpu_vengine.lock
 * @running: who has the engine
 * @state: how far it is with that
 * @gone: it left while STARTING or KILLING
 * @since: when it got the engine
 * @grace_since: since when it should have left while somebody waits; 0: nobody waits
 * @policy: who waits
 * @timer: for the next thing to do about the running one
 * @tick: does it
 * @off: woken when the running one has left
 */
struct ivgpu_sched_queue {
	spinlock_t lock;	/* protects the rest */
	struct ivgpu_sched *sched;
	enum ivgpu_engine_id id;
	struct ivgpu_sched_entity *running;
	enum ivgpu_sched_state state;
	bool gone;
	u64 since;
	u64 grace_since;
	struct ivgpu_policy policy;
	struct hrtimer timer;
	struct work_struct tick;
	wait_queue_head_t off;
};

struct ivgpu_sched {
	struct ivgpu_gpu *gpu;
	struct workqueue_struct *wq;
	struct ivgpu_sched_queue queues[IVGPU_NUM_ENGINES];
};

void ivgpu_sched_queue_init(struct ivgpu_sched *sched, enum ivgpu_engine_id id);
void ivgpu_sched_queue_fini(struct ivgpu_sched_queue *q);
void ivgpu_sched_wake(struct ivgpu_sched_entity *e);
void ivgpu_sched_left(struct ivgpu_sched_entity *e);
void ivgpu_sched_keep_off(struct ivgpu_sched_entity *e, bool urgent);
void ivgpu_sched_wait_off(struct ivgpu_sched_entity *e);
void ivgpu_sched_let_on(struct ivgpu_sched_entity *e, bool urgent);

#endif
