/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sched: which vGPU runs on which engine, and for how long.
 *
 * For: one run queue per physical engine, weighted virtual time, time slices
 * enforced by preemption, grace times, hang detection.
 * Owns: struct ivgpu_sched per GPU, one entity per virtual engine.
 * Lock: ivgpu_sched_queue.lock per engine (spin), outer to ivgpu_vengine.lock.
 * The policy (sched/policy.c) is pure and builds without PCI and VFIO.
 */
#ifndef IVGPU_SCHED_H
#define IVGPU_SCHED_H

#include <linux/types.h>

#include <ivgpu/engine.h>

struct ivgpu_gpu;
struct ivgpu_sched;
struct ivgpu_vengine;
struct ivgpu_vexec;

struct ivgpu_sched *ivgpu_sched_create(struct ivgpu_gpu *gpu);
void ivgpu_sched_destroy(struct ivgpu_sched *sched);

/* A vGPU's virtual engines join and leave; remove waits, in bounded time, until they are off. */
int ivgpu_sched_add(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, unsigned int weight);
void ivgpu_sched_remove(struct ivgpu_sched *sched, struct ivgpu_vexec *vx);

/* What exec/ reports (vgpu/ wires these into struct ivgpu_vexec_ops). */
void ivgpu_sched_ready(struct ivgpu_vengine *ve);
void ivgpu_sched_yielded(struct ivgpu_vengine *ve);

/*
 * Take the engines in @mask away from a vGPU and keep it off until unpark. May
 * sleep; bounded: what cannot be preempted in time is reset. Counted: each park
 * needs its unpark.
 */
void ivgpu_sched_park(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask);
void ivgpu_sched_unpark(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask);
/*
 * The same, for when the guest itself wants its work gone (its reset): what does
 * not leave within milliseconds is reset.
 */
void ivgpu_sched_park_now(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask);
void ivgpu_sched_unpark_now(struct ivgpu_sched *sched, struct ivgpu_vexec *vx, u32 mask);

#endif
