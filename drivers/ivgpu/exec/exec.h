/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exec: a vGPU's virtual execlists, and the shadow contexts and rings that run
 * in their place.
 *
 * For: taking what a guest writes to ELSP, making audited shadows of it, running
 * them when the scheduler says so, and showing the guest the CSB events and
 * status that its own hardware would have shown.
 * Owns: one struct ivgpu_vengine per engine of a vGPU, shadow contexts, shadow
 * rings, privileged copies of batches.
 * Locks: shadows are protected by ivgpu_guestmem.lock; the virtual execlist and
 * the queue of hardware events by ivgpu_vengine.lock (spin, inner to it, outer
 * to ivgpu_engine.lock). ELSP writes come one at a time (the vGPU's trap lock).
 */
#ifndef IVGPU_EXEC_H
#define IVGPU_EXEC_H

#include <linux/types.h>

#include <ivgpu/engine.h>

struct ivgpu_cmd_policy;
struct ivgpu_engine;
struct ivgpu_gpu;
struct ivgpu_guestmem;
struct ivgpu_ppgtt_space;
struct ivgpu_vengine;
struct ivgpu_vexec;
struct ivgpu_vggtt;

/* Bits of an engine's GT interrupt (i915 gt/intel_gpu_commands.h, GT_*_INTERRUPT). */
#define IVGPU_ENGINE_IRQ_USER		BIT(0)
#define IVGPU_ENGINE_IRQ_CS_ERROR	BIT(3)
#define IVGPU_ENGINE_IRQ_CONTEXT_SWITCH	BIT(8)
/*
 * Not a bit of hardware: the news can wait a little, to go with the next (a promotion; a user
 * interrupt while events of the engine are about to be told).
 */
#define IVGPU_ENGINE_IRQ_MAY_WAIT	BIT(31)

/* An engine-owned register: switched by us while the engine is idle. */
struct ivgpu_switch_reg {
	u32 offset;
	u32 value;
};

/* Why submissions are refused, or a virtual engine stands still. */
enum ivgpu_refused {
	IVGPU_REFUSED_UNKNOWN,		/* no such command */
	IVGPU_REFUSED_LENGTH,		/* of a command */
	IVGPU_REFUSED_FORBIDDEN,	/* command that no guest may have, or not there */
	IVGPU_REFUSED_GGTT_ADDRESS,	/* outside the vGPU's partition */
	IVGPU_REFUSED_REGISTER,
	IVGPU_REFUSED_PRIVILEGE,	/* wanted by a non-privileged batch */
	IVGPU_REFUSED_BUDGET,		/* of the scan of one submission */
	IVGPU_REFUSED_DESCRIPTOR,	/* the execlist itself */
	IVGPU_REFUSED_IMAGE,		/* context image: layout, ring fields */
	IVGPU_REFUSED_UNMAPPED,		/* ring, image, batch, root of page tables */
	IVGPU_REFUSED_CHANGED,		/* what may be running was written anew */
	IVGPU_REFUSED_RESOURCES,	/* of the host, or the vGPU's share of them */
	IVGPU_REFUSED_HANG,
	IVGPU_NUM_REFUSED
};

const char *ivgpu_refused_name(enum ivgpu_refused reason);

/**
 * struct ivgpu_vexec_ops - what exec/ tells the folders above
 * @interrupt: bits of the engine's GT interrupt (0 user, 3 CS error, 8 context
 *	       switch) became pending for the guest; any context
 * @ready: the virtual engine has work that could run
 * @yielded: the virtual engine left the hardware engine, or has no more work
 * @took_over: it has the engine now, behind another that has left: see
 *	       ivgpu_vengine_hand_over()
 * @killed: the physical engine was reset because of it; may sleep
 * @refused: the virtual engine stands still until its guest resets it (which has
 *	     been logged); vgpu/ shows the guest a CS error
 * @ips: are 64K pages on (guest's 0x4080)
 * @switch_regs: fill @regs with the engine-owned registers of this vGPU for
 *		 @engine, at most @max; returns how many. Any context.
 */
struct ivgpu_vexec_ops {
	void (*interrupt)(void *owner, enum ivgpu_engine_id engine, u32 bits);
	void (*ready)(struct ivgpu_vengine *ve);
	void (*yielded)(struct ivgpu_vengine *ve);
	void (*took_over)(struct ivgpu_vengine *ve);
	void (*killed)(struct ivgpu_vengine *ve);
	void (*refused)(void *owner, enum ivgpu_engine_id engine);
	bool (*ips)(void *owner);
	unsigned int (*switch_regs)(void *owner, enum ivgpu_engine_id engine,
				    struct ivgpu_switch_reg *regs, unsigned int max);
};

struct ivgpu_vexec_params {
	struct ivgpu_gpu *gpu;
	struct ivgpu_guestmem *gm;
	struct ivgpu_vggtt *vggtt;
	struct ivgpu_ppgtt_space *ppgtts;
	const struct ivgpu_cmd_policy *policy;
	const struct ivgpu_vexec_ops *ops;
	void *owner;
	const char *name;	/* of the vGPU, for messages */
};

struct ivgpu_vexec_stats {
	u64 submissions;	/* ELSP writes accepted */
	u64 requests;		/* contexts completed */
	u64 refused;		/* submissions refused */
	u64 refused_by[IVGPU_NUM_REFUSED];	/* and hangs */
	u64 bytes_copied;	/* context images, rings, batches */
	u64 preemptions;	/* taken off the engine by the scheduler */
	u64 hangs;
	u64 registers;		/* engine-owned ones written at switches */
	u64 busy_ns;
	u64 dropped;		/* ELSP writes to an engine that stands still or is not there */
	u64 csb_dropped;	/* CSB writes with no HWSP mapped */
	u64 image_dropped;	/* pages of saved images that the guest has unmapped */
	u64 spurious;		/* hardware events that fitted nothing */
	u64 tails_back;		/* ring tails that went back under a running context: not taken */
	u64 replaced;		/* registers in commands that became a harmless one */
};

/*
 * Physical engines as exec/ uses them: once per GPU, before any vGPU and after
 * the last (sched/ does it).
 */
int ivgpu_exec_attach(struct ivgpu_gpu *gpu);
void ivgpu_exec_detach(struct ivgpu_gpu *gpu);

struct ivgpu_vexec *ivgpu_vexec_create(const struct ivgpu_vexec_params *params);
/* The vGPU must be off all engines (ivgpu_sched_leave). */
void ivgpu_vexec_destroy(struct ivgpu_vexec *vx);
/* Wait for what the vGPU's own worker has been given. */
void ivgpu_vexec_flush(struct ivgpu_vexec *vx);
/*
 * Are user batches of RCS, VCS and VECS copied and audited as well (as those of BCS always
 * are)? Off at first. For batches submitted from now on; any context.
 */
void ivgpu_vexec_set_scan_user_batches(struct ivgpu_vexec *vx, bool on);
struct ivgpu_vengine *ivgpu_vexec_engine(struct ivgpu_vexec *vx, enum ivgpu_engine_id id);

/* The guest's side; trap context, may sleep, no lock of gtt/ or guestmem held. */
void ivgpu_vengine_elsp_write(struct ivgpu_vengine *ve, u32 value);
u32 ivgpu_vengine_status(struct ivgpu_vengine *ve, bool upper);	/* EXECLIST_STATUS */
u32 ivgpu_vengine_csb_read(struct ivgpu_vengine *ve, unsigned int dword);
u32 ivgpu_vengine_csb_ptr_read(struct ivgpu_vengine *ve);
void ivgpu_vengine_csb_ptr_write(struct ivgpu_vengine *ve, u32 value);
void ivgpu_vengine_set_hwsp(struct ivgpu_vengine *ve, u32 ggtt_addr);
/*
 * Ring registers as the running context shows them: HEAD, TAIL, START, CTL,
 * ACTHD ...; @offset from the engine's base. False: not such a register.
 */
bool ivgpu_vengine_ring_reg(struct ivgpu_vengine *ve, u32 offset, u32 *value);
/* Virtual engine reset: the vGPU is off the engine already (ivgpu_sched_park). */
void ivgpu_vengine_reset(struct ivgpu_vengine *ve);
/*
 * Forget every shadow; in-flight state stays, and is tied to guest memory again by
 * itself soon after. Off all engines, guestmem lock held.
 */
void ivgpu_vexec_drop_shadows(struct ivgpu_vexec *vx);

/*
 * The scheduler's side. All take ivgpu_vengine.lock. Only has_work may be called
 * with ivgpu_sched_queue.lock held; ready() and yielded() come with neither.
 */
bool ivgpu_vengine_has_work(struct ivgpu_vengine *ve);
enum ivgpu_engine_id ivgpu_vengine_id(const struct ivgpu_vengine *ve);
void *ivgpu_vengine_owner(const struct ivgpu_vengine *ve);
struct ivgpu_vexec_stats *ivgpu_vengine_stats(struct ivgpu_vengine *ve);
/* Take the (idle) hardware engine and run what is there. */
int ivgpu_vengine_run(struct ivgpu_vengine *ve);
/* Leave it; yielded() follows when it has. */
void ivgpu_vengine_preempt(struct ivgpu_vengine *ve);
/*
 * Leave it to another, which hardware switches to by itself: took_over(@to) follows, or
 * yielded(@to) if a reset came between. On failure it is as ivgpu_vengine_preempt(@from).
 */
int ivgpu_vengine_hand_over(struct ivgpu_vengine *from, struct ivgpu_vengine *to);
/* It is off the engine: wait until the guest has been shown all that hardware told. May sleep. */
void ivgpu_vengine_drain(struct ivgpu_vengine *ve);
/* It did not leave in time: reset the engine; what ran is lost and its guest told. May sleep. */
void ivgpu_vengine_kill(struct ivgpu_vengine *ve);

/* The scheduler keeps its own state of a virtual engine here. */
void ivgpu_vengine_set_sched(struct ivgpu_vengine *ve, void *entity);
void *ivgpu_vengine_sched(struct ivgpu_vengine *ve);

#endif
