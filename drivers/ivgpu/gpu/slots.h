/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Slots: stretches of the physical aperture that show a stretch of some guest's
 * GGTT, tiled ones with one of the GPU's fences. Who has which, and who must give
 * one up: bookkeeping only, no hardware.
 * Pure; the caller holds a lock (ivgpu_aperture.lock).
 */
#ifndef IVGPU_GPU_SLOTS_H
#define IVGPU_GPU_SLOTS_H

#include "ggtt_alloc.h"

/* Users that share slots: one in this many may keep what it has from the others. */
#define IVGPU_SLOT_SHARES	8
#define IVGPU_SLOT_FENCES	32

struct ivgpu_slot_user;

/**
 * struct ivgpu_slot_user_ops - what a user of slots gives to be shown
 * @dma: of the page at GGTT address @addr of this user
 * @hide: no mapping of bytes [@start, @start + @size) of its BAR2 is left; must
 *	  take no lock that is held when a slot is asked for
 */
struct ivgpu_slot_user_ops {
	dma_addr_t (*dma)(struct ivgpu_slot_user *user, u64 addr);
	void (*hide)(struct ivgpu_slot_user *user, u64 start, u64 size);
};

/**
 * struct ivgpu_slot_user - a vGPU, as its slots see it
 * @ops: see there
 * @slots: its slots
 * @count: how many; may be read without the lock to see that there are none
 * @fenced: of these, with a fence
 * @bytes: of the aperture
 * @taken: slots that it had to give up
 * @fences_taken: of these, with a fence
 */
struct ivgpu_slot_user {
	const struct ivgpu_slot_user_ops *ops;
	struct list_head slots;
	unsigned int count;
	unsigned int fenced;
	u64 bytes;
	u64 taken;
	u64 fences_taken;
};

/**
 * struct ivgpu_slot_view - what is to be shown
 * @start: first GGTT address of the user
 * @size: bytes
 * @fence: 0: as it is; else the fence's register with no addresses in it
 */
struct ivgpu_slot_view {
	u64 start;
	u64 size;
	u64 fence;
};

/**
 * struct ivgpu_slot - a stretch of the aperture
 * @age: place in ivgpu_slots.slots, least recently used first
 * @of_user: place in ivgpu_slot_user.slots
 * @user: whose
 * @view: what it shows
 * @node: where
 * @fence: number of its fence, or -1
 */
struct ivgpu_slot {
	struct list_head age;
	struct list_head of_user;
	struct ivgpu_slot_user *user;
	struct ivgpu_slot_view view;
	struct ivgpu_ggtt_node node;
	int fence;
};

/**
 * struct ivgpu_slots - all slots of a GPU
 * @range: of the GGTT, for slots alone
 * @slots: all of them
 * @fences: bit set: in use
 * @evict: a slot is about to be forgotten: nobody may see it any more
 */
struct ivgpu_slots {
	struct ivgpu_range range;
	struct list_head slots;
	DECLARE_BITMAP(fences, IVGPU_SLOT_FENCES);
	void (*evict)(struct ivgpu_slots *slots, struct ivgpu_slot *slot);
};

void ivgpu_slots_init(struct ivgpu_slots *slots, u64 start, u64 size,
		      void (*evict)(struct ivgpu_slots *slots, struct ivgpu_slot *slot));
void ivgpu_slot_user_init(struct ivgpu_slot_user *user, const struct ivgpu_slot_user_ops *ops);
struct ivgpu_slot *ivgpu_slot_find(struct ivgpu_slots *slots, struct ivgpu_slot_user *user,
				   const struct ivgpu_slot_view *view);
struct ivgpu_slot *ivgpu_slot_take(struct ivgpu_slots *slots, struct ivgpu_slot_user *user,
				   const struct ivgpu_slot_view *view);
void ivgpu_slot_drop(struct ivgpu_slots *slots, struct ivgpu_slot *slot);

#endif
