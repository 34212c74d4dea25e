// SPDX-License-Identifier: GPL-2.0
/*
 * Who has which stretch of the aperture and which fence, and who gives one up
 * when none is free: the least recently used one of those who have more than
 * their share; if nobody has more, the asker's own; only if that has none, the
 * least recently used one of all, which its user gets again at its next fault.
 */
#include <linux/bitmap.h>
#include <linux/slab.h>

#include "slots.h"

/**
 * ivgpu_slots_init() - no slots yet
 * @slots: to be set up
 * @start: of the GGTT that they may use
 * @size: bytes; 0: there are never any
 * @evict: see struct ivgpu_slots
 */
void ivgpu_slots_init(struct ivgpu_slots *slots, u64 start, u64 size,
		      void (*evict)(struct ivgpu_slots *slots, struct ivgpu_slot *slot))
{
	slots->range.start = start;
	slots->range.end = start + size;
	slots->range.slack = 0;
	INIT_LIST_HEAD(&slots->range.nodes);
	INIT_LIST_HEAD(&slots->slots);
	bitmap_zero(slots->fences, IVGPU_SLOT_FENCES);
	slots->evict = evict;
}

/**
 * ivgpu_slot_user_init() - a user without slots
 * @user: to be set up
 * @ops: see there
 */
void ivgpu_slot_user_init(struct ivgpu_slot_user *user, const struct ivgpu_slot_user_ops *ops)
{
	memset(user, 0, sizeof(*user));
	user->ops = ops;
	INIT_LIST_HEAD(&user->slots);
}

/**
 * ivgpu_slot_find() - the slot that shows something already
 * @slots: all
 * @user: whose
 * @view: what
 *
 * Return: the slot, which is the most recently used one now, or NULL.
 */
struct ivgpu_slot *ivgpu_slot_find(struct ivgpu_slots *slots, struct ivgpu_slot_user *user,
				   const struct ivgpu_slot_view *view)
{
	struct ivgpu_slot *slot;

	list_for_each_entry(slot, &user->slots, of_user) {
		if (slot->view.start != view->start || slot->view.size != view->size ||
		    slot->view.fence != view->fence)
			continue;
		list_move_tail(&slot->age, &slots->slots);
		return slot;
	}
	return NULL;
}

static void forget(struct ivgpu_slots *slots, struct ivgpu_slot *slot)
{
	struct ivgpu_slot_user *user = slot->user;

	slots->evict(slots, slot);
	list_del(&slot->age);
	list_del(&slot->of_user);
	WRITE_ONCE(user->count, user->count - 1);
	user->bytes -= slot->node.size;
	if (slot->fence >= 0) {
		user->fenced--;
		clear_bit(slot->fence, slots->fences);
	}
	ivgpu_range_free(&slot->node);
	kfree(slot);
}

/* Has it more than its share, of fences or else of bytes? */
static bool has_much(const struct ivgpu_slots *slots, const struct ivgpu_slot_user *user,
		     bool fenced)
{
	u64 bytes = slots->range.end - slots->range.start;

	if (fenced)
		return user->fenced > IVGPU_SLOT_FENCES / IVGPU_SLOT_SHARES;
	return user->bytes > bytes / IVGPU_SLOT_SHARES;
}

/* Who is to give a slot up for @user; with a fence if @fenced. NULL: there is none. */
static struct ivgpu_slot *victim(struct ivgpu_slots *slots, const struct ivgpu_slot_user *user,
				 bool fenced)
{
	struct ivgpu_slot *slot, *own = NULL, *any = NULL;

	list_for_each_entry(slot, &slots->slots, age) {
		if (fenced && slot->fence < 0)
			continue;
		if (has_much(slots, slot->user, fenced))
			return slot;
		if (!own && slot->user == user)
			own = slot;
		if (!any)
			any = slot;
	}
	return own ?: any;
}

static bool take_back(struct ivgpu_slots *slots, const struct ivgpu_slot_user *user, bool fenced)
{
	struct ivgpu_slot *slot = victim(slots, user, fenced);

	if (!slot)
		return false;
	slot->user->taken++;
	slot->user->fences_taken += slot->fence >= 0;
	forget(slots, slot);
	return true;
}

static int take_fence(struct ivgpu_slots *slots, const struct ivgpu_slot_user *user)
{
	unsigned int n;

	do {
		n = find_first_zero_bit(slots->fences, IVGPU_SLOT_FENCES);
		if (n < IVGPU_SLOT_FENCES) {
			set_bit(n, slots->fences);
			return n;
		}
	} while (take_back(slots, user, true));
	return -ENOSPC;
}

/* The fence first: giving one up frees bytes, too. */
static int find_place(struct ivgpu_slots *slots, struct ivgpu_slot *slot)
{
	int ret;

	slot->fence = -1;
	if (slot->view.size > slots->range.end - slots->range.start)
		return -ENOSPC;
	if (slot->view.fence) {
		slot->fence = take_fence(slots, slot->user);
		if (slot->fence < 0)
			return slot->fence;
	}
	do {
		ret = ivgpu_range_alloc(&slots->range, slot->view.size, IVGPU_PAGE_SIZE,
					&slot->node);
	} while (ret == -ENOSPC && take_back(slots, slot->user, false));
	if (ret && slot->fence >= 0)
		clear_bit(slot->fence, slots->fences);
	return ret;
}

/**
 * ivgpu_slot_take() - a slot for something that is not shown yet
 * @slots: all
 * @user: for whom
 * @view: what it is to show; whole pages
 *
 * Slots of this or another user may be taken back for it.
 *
 * Return: the slot, its fence and entries still to be written; NULL: there is
 * not that much aperture, or no memory.
 */
struct ivgpu_slot *ivgpu_slot_take(struct ivgpu_slots *slots, struct ivgpu_slot_user *user,
				   const struct ivgpu_slot_view *view)
{
	struct ivgpu_slot *slot = kzalloc(sizeof(*slot), GFP_KERNEL);

	if (!slot)
		return NULL;
	slot->user = user;
	slot->view = *view;
	if (find_place(slots, slot)) {
		kfree(slot);
		return NULL;
	}
	list_add_tail(&slot->age, &slots->slots);
	list_add_tail(&slot->of_user, &user->slots);
	WRITE_ONCE(user->count, user->count + 1);
	user->bytes += view->size;
	user->fenced += slot->fence >= 0;
	return slot;
}

/**
 * ivgpu_slot_drop() - its user has no more use for it
 * @slots: all
 * @slot: the slot; gone afterwards
 */
void ivgpu_slot_drop(struct ivgpu_slots *slots, struct ivgpu_slot *slot)
{
	forget(slots, slot);
}
