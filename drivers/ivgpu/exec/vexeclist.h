/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of one virtual execlist: what its guest has submitted, and which
 * CSB entries the guest is due. Pure: no lock, no hardware, no guest memory.
 */
#ifndef IVGPU_VEXECLIST_H
#define IVGPU_VEXECLIST_H

#include <linux/bits.h>
#include <linux/types.h>

/* Context descriptor (i915 gt/intel_context_types.h, gt/intel_lrc.h). */
#define IVGPU_DESC_VALID		BIT_ULL(0)
#define IVGPU_DESC_FORCE_RESTORE	BIT_ULL(2)
#define IVGPU_DESC_MODE_SHIFT		3
#define IVGPU_DESC_MODE(desc)		(((desc) >> IVGPU_DESC_MODE_SHIFT) & 3)
#define IVGPU_DESC_MODE_32B		1
#define IVGPU_DESC_MODE_64B		3
#define IVGPU_DESC_PRIVILEGE		BIT_ULL(8)
#define IVGPU_DESC_LRCA(desc)		((u32)(desc) & 0xfffff000u)
#define IVGPU_DESC_ID(desc)		((u32)((desc) >> 32))

/* CSB status bits (i915 gt/intel_execlists_submission.c). */
#define IVGPU_CSB_IDLE_ACTIVE		BIT(0)
#define IVGPU_CSB_PREEMPTED		BIT(1)
#define IVGPU_CSB_ELEMENT_SWITCH	BIT(2)
#define IVGPU_CSB_ACTIVE_IDLE		BIT(3)
#define IVGPU_CSB_COMPLETE		BIT(4)
#define IVGPU_CSB_LITE_RESTORE		BIT(15)

/**
 * struct ivgpu_vlist - one execlist as the guest submitted it
 * @desc: the guest's descriptors
 * @cookie: whose they are, for the user of the state machine
 * @tail: ring tail of each at the time of submission
 * @nr: elements, 0: the list is not there
 * @done: elements that completed
 * @on_hw: hardware has this list (kept by the user of the state machine)
 */
struct ivgpu_vlist {
	u64 desc[2];
	void *cookie[2];
	u32 tail[2];
	u8 nr;
	u8 done;
	bool on_hw;
};

enum ivgpu_vexeclist_state {
	IVGPU_VEL_IDLE,		/* nothing runs */
	IVGPU_VEL_ACTIVE,	/* a list runs */
	IVGPU_VEL_QUEUED,	/* a list runs, another waits to take its place */
	IVGPU_VEL_NUM_STATES
};

enum ivgpu_vexeclist_event {
	IVGPU_VEL_SUBMIT,	/* the guest wrote a list */
	IVGPU_VEL_PROMOTE,	/* the waiting list takes over */
	IVGPU_VEL_COMPLETE,	/* the running context has no more work, another element follows */
	IVGPU_VEL_COMPLETE_LAST, /* the same, and it was the list's last */
	IVGPU_VEL_NUM_EVENTS
};

#define IVGPU_VEL_MAX_CSB	2

/**
 * struct ivgpu_vexeclist - the virtual execlist
 * @running: the list that runs, from the guest's point of view
 * @pending: the list that the guest submitted while another ran
 * @slot: which of the two hardware slots @running is in; the guest can see it
 * @csb: entries that the last event produced, in order
 * @nr_csb: how many
 */
struct ivgpu_vexeclist {
	struct ivgpu_vlist running;
	struct ivgpu_vlist pending;
	u8 slot;
	u64 csb[IVGPU_VEL_MAX_CSB];
	unsigned int nr_csb;
};

void ivgpu_vexeclist_reset(struct ivgpu_vexeclist *vel);
enum ivgpu_vexeclist_state ivgpu_vexeclist_state(const struct ivgpu_vexeclist *vel);
int ivgpu_vexeclist_submit(struct ivgpu_vexeclist *vel, const struct ivgpu_vlist *list);
int ivgpu_vexeclist_promote(struct ivgpu_vexeclist *vel);
int ivgpu_vexeclist_complete(struct ivgpu_vexeclist *vel, const void *cookie);
void *ivgpu_vexeclist_current(const struct ivgpu_vexeclist *vel);
u32 ivgpu_vexeclist_status(const struct ivgpu_vexeclist *vel, bool upper);

#endif
