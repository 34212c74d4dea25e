// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual execlist: states and events in one table, CSB entries as result.
 *
 * The guest is shown what its own hardware would have shown it. What the
 * scheduler does with the physical engine meanwhile (taking it away, giving it
 * back) is no event here.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "vexeclist.h"

/* What an event makes happen, in the order of the bits. */
#define ACT_STORE	BIT(0)	/* keep the new list as pending */
#define ACT_ELEMENT	BIT(1)	/* CSB: complete, element switch */
#define ACT_LAST	BIT(2)	/* CSB: complete, active to idle */
#define ACT_IDLE_ACTIVE	BIT(3)	/* CSB: idle to active; pending becomes running */
#define ACT_REPLACE	BIT(4)	/* CSB: preempted or lite restore; pending becomes running */
#define ACT_REFUSE	BIT(5)	/* cannot be */

static const u8 actions[IVGPU_VEL_NUM_STATES][IVGPU_VEL_NUM_EVENTS] = {
	[IVGPU_VEL_IDLE] = {
		[IVGPU_VEL_SUBMIT] = ACT_STORE | ACT_IDLE_ACTIVE,
		[IVGPU_VEL_PROMOTE] = ACT_REFUSE,
		[IVGPU_VEL_COMPLETE] = ACT_REFUSE,
		[IVGPU_VEL_COMPLETE_LAST] = ACT_REFUSE,
	},
	[IVGPU_VEL_ACTIVE] = {
		[IVGPU_VEL_SUBMIT] = ACT_STORE,
		[IVGPU_VEL_PROMOTE] = ACT_REFUSE,
		[IVGPU_VEL_COMPLETE] = ACT_ELEMENT,
		[IVGPU_VEL_COMPLETE_LAST] = ACT_LAST,
	},
	[IVGPU_VEL_QUEUED] = {
		[IVGPU_VEL_SUBMIT] = ACT_REFUSE,
		[IVGPU_VEL_PROMOTE] = ACT_REPLACE,
		[IVGPU_VEL_COMPLETE] = ACT_ELEMENT,
		[IVGPU_VEL_COMPLETE_LAST] = ACT_LAST | ACT_IDLE_ACTIVE,
	},
};

static void csb(struct ivgpu_vexeclist *vel, u32 status, u32 id)
{
	vel->csb[vel->nr_csb++] = (u64)id << 32 | status;
}

static u64 current_desc(const struct ivgpu_vexeclist *vel)
{
	return vel->running.desc[vel->running.done];
}

/* Same context, and no demand to load it anew: hardware takes just the new tail. */
static bool is_lite_restore(const struct ivgpu_vexeclist *vel)
{
	u64 old = current_desc(vel);
	u64 new = vel->pending.desc[0];

	return IVGPU_DESC_LRCA(old) == IVGPU_DESC_LRCA(new) && !(new & IVGPU_DESC_FORCE_RESTORE);
}

static void take_over(struct ivgpu_vexeclist *vel)
{
	vel->running = vel->pending;
	memset(&vel->pending, 0, sizeof(vel->pending));
	vel->slot ^= 1;
}

static int handle(struct ivgpu_vexeclist *vel, enum ivgpu_vexeclist_event event,
		  const struct ivgpu_vlist *list)
{
	u8 act = actions[ivgpu_vexeclist_state(vel)][event];
	u32 id = IVGPU_DESC_ID(current_desc(vel));

	vel->nr_csb = 0;
	if (act & ACT_REFUSE)
		return -EPROTO;
	if (act & ACT_STORE)
		vel->pending = *list;
	if (act & ACT_ELEMENT) {
		csb(vel, IVGPU_CSB_COMPLETE | IVGPU_CSB_ELEMENT_SWITCH, id);
		vel->running.done++;
	}
	if (act & ACT_LAST) {
		csb(vel, IVGPU_CSB_COMPLETE | IVGPU_CSB_ACTIVE_IDLE, id);
		memset(&vel->running, 0, sizeof(vel->running));
	}
	if (act & ACT_IDLE_ACTIVE) {
		csb(vel, IVGPU_CSB_IDLE_ACTIVE, 0);
		take_over(vel);
	}
	if (act & ACT_REPLACE) {
		csb(vel, IVGPU_CSB_PREEMPTED | (is_lite_restore(vel) ? IVGPU_CSB_LITE_RESTORE : 0),
		    id);
		take_over(vel);
	}
	return 0;
}

/**
 * ivgpu_vexeclist_reset - forget all, as an engine reset does
 * @vel: the virtual execlist
 */
void ivgpu_vexeclist_reset(struct ivgpu_vexeclist *vel)
{
	memset(vel, 0, sizeof(*vel));
}

/**
 * ivgpu_vexeclist_state - which state it is in
 * @vel: the virtual execlist
 *
 * Return: the state, which follows from the lists that are there.
 */
enum ivgpu_vexeclist_state ivgpu_vexeclist_state(const struct ivgpu_vexeclist *vel)
{
	if (!vel->running.nr)
		return IVGPU_VEL_IDLE;
	return vel->pending.nr ? IVGPU_VEL_QUEUED : IVGPU_VEL_ACTIVE;
}

/**
 * ivgpu_vexeclist_submit - the guest wrote an execlist
 * @vel: the virtual execlist
 * @list: what it wrote, one or two elements
 *
 * Return: 0, or -EPROTO when one is pending already. @vel->csb has what the
 * guest is due.
 */
int ivgpu_vexeclist_submit(struct ivgpu_vexeclist *vel, const struct ivgpu_vlist *list)
{
	return handle(vel, IVGPU_VEL_SUBMIT, list);
}

/**
 * ivgpu_vexeclist_promote - the pending list takes the place of the running one
 * @vel: the virtual execlist
 *
 * Return: 0, or -EPROTO when none is pending.
 */
int ivgpu_vexeclist_promote(struct ivgpu_vexeclist *vel)
{
	return handle(vel, IVGPU_VEL_PROMOTE, NULL);
}

/**
 * ivgpu_vexeclist_complete - a context ran out of work
 * @vel: the virtual execlist
 * @cookie: the context; anything but the one that runs is refused
 *
 * Return: 0, or -EPROTO when that context does not run.
 */
int ivgpu_vexeclist_complete(struct ivgpu_vexeclist *vel, const void *cookie)
{
	bool last = vel->running.done + 1 >= vel->running.nr;

	if (!cookie || ivgpu_vexeclist_current(vel) != cookie) {
		vel->nr_csb = 0;
		return -EPROTO;
	}
	return handle(vel, last ? IVGPU_VEL_COMPLETE_LAST : IVGPU_VEL_COMPLETE, NULL);
}

/**
 * ivgpu_vexeclist_current - the context that runs, from the guest's point of view
 * @vel: the virtual execlist
 *
 * Return: its cookie or NULL.
 */
void *ivgpu_vexeclist_current(const struct ivgpu_vexeclist *vel)
{
	return vel->running.nr ? vel->running.cookie[vel->running.done] : NULL;
}

/*
 * EXECLIST_STATUS, lower half. Layout as i915's GVT-g reads it
 * (gvt/execlist.h, struct execlist_status_format).
 */
#define STATUS_CURRENT_SLOT(n)	((n) & 1)
#define STATUS_WRITE_SLOT(n)	(((n) & 1) << 1)
#define STATUS_QUEUE_FULL	BIT(2)
#define STATUS_VALID(n)		BIT((n) & 1 ? 3 : 4)
#define STATUS_ELEMENT(n)	((n) ? BIT(15) : BIT(14))
#define STATUS_ARBITRATION	BIT(16)
#define STATUS_ACTIVE(n)	BIT((n) & 1 ? 17 : 18)

/**
 * ivgpu_vexeclist_status - EXECLIST_STATUS as the guest may read it
 * @vel: the virtual execlist
 * @upper: upper half (the running context's id) or lower
 *
 * Return: the register's value.
 */
u32 ivgpu_vexeclist_status(const struct ivgpu_vexeclist *vel, bool upper)
{
	u8 other = vel->slot ^ 1;
	u32 value;

	if (upper)
		return vel->running.nr ? IVGPU_DESC_ID(current_desc(vel)) : 0;
	value = STATUS_CURRENT_SLOT(vel->slot) | STATUS_WRITE_SLOT(other) | STATUS_ARBITRATION;
	if (vel->running.nr)
		value |= STATUS_VALID(vel->slot) | STATUS_ACTIVE(vel->slot) |
			 STATUS_ELEMENT(vel->running.done);
	if (vel->pending.nr)
		value |= STATUS_VALID(other) | STATUS_QUEUE_FULL;
	return value;
}
