/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who runs next on one engine, and for how long. Pure: no lock, no clock, no
 * hardware; the caller says what time it is.
 *
 * Weights are kept by virtual time: who has used least for its weight is next.
 * Caps are kept by tokens, in nanoseconds of engine time: they come in at the
 * capped rate, are used up by running, and who has none waits, whether or not
 * the engine is free.
 */
#ifndef IVGPU_POLICY_H
#define IVGPU_POLICY_H

#include <linux/list.h>
#include <linux/types.h>

#include <ivgpu/engine.h>

#define IVGPU_WEIGHT_MIN	1
#define IVGPU_WEIGHT_MAX	1000
#define IVGPU_WEIGHT_ONE	16	/* a whole GPU: the weight of the largest type */
#define IVGPU_RATE_FULL		1000u	/* per mille of an engine: no cap */

/* Who left the engine so fast, so often in a row, is followed without a gap. */
#define IVGPU_PROMPT_NS		(50ull * 1000 * 1000)
#define IVGPU_PROMPT_TIMES	2u

/* As users name them; see Documentation/ABI. */
enum ivgpu_policy_kind {
	IVGPU_POLICY_BEST_EFFORT,
	IVGPU_POLICY_EQUAL_SHARE,
	IVGPU_POLICY_FIXED_SHARE,
	IVGPU_NUM_POLICIES
};

/**
 * struct ivgpu_policy_share - what one vGPU is due on an engine
 * @weight: relative to the others
 * @rate: at most so much of the engine, per mille
 */
struct ivgpu_policy_share {
	unsigned int weight;
	unsigned int rate;
};

/**
 * struct ivgpu_policy_entity - one who wants the engine
 * @link: in the queue
 * @vtime: time used, divided by weight
 * @share: what it is due
 * @tokens: engine time that its cap leaves it, in ns; negative: used too much
 * @tokens_at: when @tokens was right
 * @spent: it used up its tokens and waits for a helping of them
 * @ahead_ns: engine time for which it is still served ahead of the others
 * @ahead_until: and the time at which that ends in any case; 0: not begun
 * @prompt: how often in a row it left promptly when it had to, up to IVGPU_PROMPT_TIMES
 * @queued: it is in the queue
 */
struct ivgpu_policy_entity {
	struct list_head link;
	u64 vtime;
	struct ivgpu_policy_share share;
	s64 tokens;
	u64 tokens_at;
	bool spent;
	u64 ahead_ns;
	u64 ahead_until;
	unsigned int prompt;
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

/**
 * struct ivgpu_grace - the clock of one who was asked to leave the engine
 * @since: since when somebody waits for that; 0: nobody does
 */
struct ivgpu_grace {
	u64 since;
};

const char *ivgpu_policy_name(enum ivgpu_policy_kind kind);
struct ivgpu_policy_share ivgpu_policy_share(enum ivgpu_policy_kind kind, unsigned int weight,
					     unsigned int total_weight, unsigned int cap_percent);

void ivgpu_policy_init(struct ivgpu_policy *p, u64 slice_ns);
void ivgpu_policy_entity_init(struct ivgpu_policy_entity *e, struct ivgpu_policy_share share);
void ivgpu_policy_set_share(struct ivgpu_policy *p, struct ivgpu_policy_entity *e,
			    struct ivgpu_policy_share share, u64 now);
void ivgpu_policy_enqueue(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, bool wakes,
			  u64 now);
void ivgpu_policy_dequeue(struct ivgpu_policy *p, struct ivgpu_policy_entity *e);
struct ivgpu_policy_entity *ivgpu_policy_pick(struct ivgpu_policy *p, u64 now);
void ivgpu_policy_left(struct ivgpu_policy_entity *e, u64 ns);
struct ivgpu_policy_entity *ivgpu_policy_successor(struct ivgpu_policy *p,
						   const struct ivgpu_policy_entity *running,
						   u64 now);
u64 ivgpu_policy_next_pick(struct ivgpu_policy *p, u64 now);
void ivgpu_policy_charge(struct ivgpu_policy *p, struct ivgpu_policy_entity *e, u64 ns, u64 now);
unsigned int ivgpu_grace_ms(enum ivgpu_engine_id id);
u64 ivgpu_grace_left(struct ivgpu_grace *grace, bool awaited, u64 grace_ns, u64 now);
u64 ivgpu_policy_runs_for(struct ivgpu_policy *p, struct ivgpu_policy_entity *running,
			  u64 ran_ns, u64 now);

#endif
