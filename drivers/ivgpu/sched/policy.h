/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who runs next on one engine. Pure: no lock, no clock, no hardware; the caller
 * says what time it is.
 */
#ifndef IVGPU_POLICY_H
#define IVGPU_POLICY_H

#include <linux/list.h>
#include <linux/types.h>

#define IVGPU_WEIGHT_MIN	1
#define IVGPU_WEIGHT_MAX	1000
#define IVGPU_WEIGHT_ONE	16	/* virtual time runs as fast as real time at this weight */

/**
 * struct ivgpu_policy_entity - one who wants the engine
 * @link: in the queue
 * @vtime: time used, divided by weight
 * @weight: share relative to the others
 * @ahead_ns: engine time for which it is still served ahead of the others
 * @ahead_until: and the time at which that ends in any case; 0: not begun
 * @queued: it is in the queue
 */
struct ivgpu_policy_entity {
	struct list_head link;
	u64 vtime;
	unsigned int weight;
	u64 ahead_ns;
	u64 ahead_until;
	bool queued;
};

/**
 * struct ivgpu_policy - one engine's queue
 * @queue: those who wait, in order of arrival
 * @nr: how many
 * @min_vtime: no one who wakes is set back further than a slice before this
 * @slice_ns: how long one may run while another waits
 */
struct ivgpu_policy {
	struct list_head queue;
	unsigned int nr;
	u64 min_vtime;
	u64 slice_ns;
};

void ivgpu_policy_init(struct ivgpu_policy *p, u64 slice_ns);
void ivgpu_policy_entity_init(struct ivgpu_policy_entity *e, unsigned int weight);
void ivgpu_policy_set_weight(struct ivgpu_policy_entity *e, unsigned int weight);
void ivgpu_policy_enqueue(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, bool wakes,
			  u64 now);
void ivgpu_policy_dequeue(struct ivgpu_policy *p, struct ivgpu_policy_entity *e);
struct ivgpu_policy_entity *ivgpu_policy_pick(struct ivgpu_policy *p, u64 now);
void ivgpu_policy_charge(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, u64 ns);
u64 ivgpu_policy_runs_for(struct ivgpu_policy *p, const struct ivgpu_policy_entity *running,
			  u64 ran_ns, u64 now);

#endif
