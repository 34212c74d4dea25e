/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sched: which vGPU runs on which engine, and for how long.
 *
 * For: one run queue per physical engine, weights and caps, time slices
 * enforced by preemption, grace times, hang detection, what becomes of vGPUs
 * that hang again and again.
 * Owns: struct ivgpu_sched per GPU, struct ivgpu_sched_client per vGPU with one
 * entity per engine.
 * Locks: ivgpu_sched.lock (mutex; which vGPUs there are, weights, caps, knobs,
 * health), outer to ivgpu_sched_queue.lock per engine (spin), which is outer to
 * ivgpu_vengine.lock. The policy (sched/policy.c, sched/hangs.c) is pure and
 * builds without PCI and VFIO.
 */
#ifndef IVGPU_SCHED_H
#define IVGPU_SCHED_H

#include <linux/types.h>

#include <ivgpu/engine.h>

struct ivgpu_gpu;
struct ivgpu_sched;
struct ivgpu_sched_client;
struct ivgpu_vengine;
struct ivgpu_vexec;

/* How a vGPU is treated. */
enum ivgpu_sched_health {
	IVGPU_HEALTH_RUNNING,
	IVGPU_HEALTH_SLOWED,	/* it hung too often */
	IVGPU_HEALTH_STOPPED,	/* it went on hanging: nothing of it runs until it is cleared */
	IVGPU_HEALTH_FAILED,	/* its GPU is out of use */
	IVGPU_NUM_HEALTHS
};

/**
 * struct ivgpu_sched_ops - what sched/ tells the folders above
 * @health_changed: a vGPU is treated in another way from now on; may sleep;
 *		    ivgpu_sched.lock may be held
 */
struct ivgpu_sched_ops {
	void (*health_changed)(void *owner);
};

/* Settings of a GPU, changeable while it runs. */
enum ivgpu_sched_knob {
	IVGPU_KNOB_POLICY,	/* enum ivgpu_policy_kind */
	IVGPU_KNOB_SLICE_US,
	IVGPU_KNOB_GRACE_MS,	/* 0: by engine class */
	IVGPU_KNOB_HANG_LIMIT,	/* 0: never slowed or stopped */
	IVGPU_NUM_SCHED_KNOBS
};

/* Accounts of a vGPU on one engine, since it was made. */
struct ivgpu_sched_stats {
	u64 busy_ns;		/* it had the engine */
	u64 wait_ns;		/* it had work and waited for the engine */
	u64 requests;		/* contexts completed */
	u64 switches;		/* times it was given the engine */
	u64 preemptions;	/* times it was asked to leave with work to do */
	u64 resets;		/* resets of the physical engine because of it */
};

struct ivgpu_sched *ivgpu_sched_create(struct ivgpu_gpu *gpu);
void ivgpu_sched_destroy(struct ivgpu_sched *sched);
/* No vGPU is on an engine from suspend to resume; what it has to do waits. May sleep. */
void ivgpu_sched_suspend(struct ivgpu_sched *sched);
void ivgpu_sched_resume(struct ivgpu_sched *sched);
unsigned int ivgpu_sched_knob(struct ivgpu_sched *sched, enum ivgpu_sched_knob knob);
int ivgpu_sched_set_knob(struct ivgpu_sched *sched, enum ivgpu_sched_knob knob,
			 unsigned int value);

/* A vGPU comes and goes; its virtual engines join and leave as it is opened and closed. */
struct ivgpu_sched_client *
ivgpu_sched_client_create(struct ivgpu_sched *sched, const char *name, unsigned int weight,
			  const struct ivgpu_sched_ops *ops, void *owner);
void ivgpu_sched_client_destroy(struct ivgpu_sched_client *client);
void ivgpu_sched_join(struct ivgpu_sched_client *client, struct ivgpu_vexec *vx);
void ivgpu_sched_stop(struct ivgpu_sched_client *client);
void ivgpu_sched_leave(struct ivgpu_sched_client *client);

unsigned int ivgpu_sched_weight(struct ivgpu_sched_client *client);
int ivgpu_sched_set_weight(struct ivgpu_sched_client *client, unsigned int weight);
unsigned int ivgpu_sched_cap(struct ivgpu_sched_client *client);
int ivgpu_sched_set_cap(struct ivgpu_sched_client *client, unsigned int percent);
enum ivgpu_sched_health ivgpu_sched_health(struct ivgpu_sched_client *client);
const char *ivgpu_sched_health_name(enum ivgpu_sched_health health);
int ivgpu_sched_clear(struct ivgpu_sched_client *client);
void ivgpu_sched_read_stats(struct ivgpu_sched_client *client, enum ivgpu_engine_id id,
			    struct ivgpu_sched_stats *stats);

/* What exec/ reports (vgpu/ wires these into struct ivgpu_vexec_ops). */
void ivgpu_sched_ready(struct ivgpu_vengine *ve);
void ivgpu_sched_yielded(struct ivgpu_vengine *ve);
void ivgpu_sched_took_over(struct ivgpu_vengine *ve);
void ivgpu_sched_killed(struct ivgpu_vengine *ve);

/*
 * Take the engines in @mask away from a vGPU and keep it off until unpark. May
 * sleep; bounded: what cannot be preempted in time is reset. Counted: each park
 * needs its unpark.
 */
void ivgpu_sched_park(struct ivgpu_sched_client *client, u32 mask);
void ivgpu_sched_unpark(struct ivgpu_sched_client *client, u32 mask);
/*
 * The same, for when the guest itself wants its work gone (its reset): what does
 * not leave within milliseconds is reset.
 */
void ivgpu_sched_park_now(struct ivgpu_sched_client *client, u32 mask);
void ivgpu_sched_unpark_now(struct ivgpu_sched_client *client, u32 mask);

#endif
