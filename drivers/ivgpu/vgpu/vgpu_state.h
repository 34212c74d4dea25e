/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of a vGPU, shared by the files of this folder.
 */
#ifndef IVGPU_VGPU_STATE_H
#define IVGPU_VGPU_STATE_H

#include <linux/atomic.h>
#include <linux/debugfs.h>
#include <linux/mutex.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../cmd/cmd.h"
#include "../display/display.h"
#include "../exec/exec.h"
#include "../sched/sched.h"
#include "config.h"
#include "fence.h"
#include "irq.h"
#include "regs.h"
#include "vgpu.h"

#define IVGPU_UNKNOWN_REGS	256
#define IVGPU_MAX_OWNED_REGS	16	/* engine-owned registers per engine */

/* An access that no row of the register table answers. */
struct ivgpu_unknown_reg {
	u32 offset;
	u32 reads;
	u32 writes;
	u32 last_write;
};

struct ivgpu_vgpu_stats {
	u64 traps;		/* accesses of config space and BARs */
	u64 register_reads;
	u64 register_writes;
	u64 ggtt_accesses;	/* of GGTT entries in BAR0 */
	u64 aperture_accesses;	/* of BAR2 */
	u64 aperture_outside;	/* of these, where the vGPU has no GGTT */
	u64 map_faults;		/* of the VMM on mapped parts of BARs */
	u64 aperture_faults;	/* of these, on BAR2 */
	u64 aperture_scratch;	/* of these, where the GGTT names no page */
	u64 unknown_accesses;	/* to registers no row has */
	u64 refused_writes;	/* to registers, of a size that hardware does not take */
	u64 refused_nonpriv;	/* FORCE_TO_NONPRIV targets replaced */
	u64 refused_submissions;
	u64 ggtt_syncs;
	u64 resets;
	u64 drops;		/* of all shadows */
	u64 reclaims;		/* of these: for want of memory, or of room under a limit */
	u64 interrupts;		/* reported by the engines */
};

/*
 * struct ivgpu_vgpu - one vGPU
 * @trap_lock: outermost
 * @drop_lock: one drop of all shadows at a time; @live does not end meanwhile. Inside
 *	       trap_lock, outside life_lock; held across unpinning, so not taken by
 *	       dma_unmap.
 * @life_lock: whether the parts below exist. Held by dma_unmap throughout and
 *	       by open and close only while they set or clear @live and @unmaps,
 *	       and by close while it drops all users of guest pages; inside
 *	       trap_lock, outside everything else.
 * @live: the parts from @gm on exist (the device is open)
 * @unmaps: @gm does, and unmaps are served; ends after @live
 * @bar_base: where the guest put BAR0 and BAR2, 0 nowhere
 * @regs: register values by slot; @hits: accesses by slot
 * @owned: slots of each engine's engine-owned registers
 */
struct ivgpu_vgpu {
	struct ivgpu_gpu *gpu;
	struct ivgpu_sched_client *client;
	const struct ivgpu_vgpu_type *type;
	const struct ivgpu_vgpu_ops *ops;
	const struct ivgpu_guestmem_ops *mem_ops;
	const struct ivgpu_vggtt_map_ops *map_ops;
	void *owner;
	char uuid[40];

	struct mutex trap_lock;	/* one trapped access at a time; see vgpu.h */
	struct mutex drop_lock;	/* drops of all shadows */
	struct mutex life_lock;	/* @live, @unmaps */
	bool live;
	bool unmaps;
	bool scan_user;		/* under trap_lock */
	unsigned long pin_limit;	/* pages; this and the next three under life_lock */
	unsigned int table_limit;
	bool track_wanted;	/* by the administrator */
	bool track_possible;	/* KVM tells of writes */

	struct ivgpu_partition part;
	struct ivgpu_config config;
	u64 bar_base[2];
	bool msi_on;
	bool intx_on;		/* INTx is what interrupts are: neither MSI nor disabled */
	bool memory_on;		/* the VMM may map BARs; under trap_lock and gm.lock */

	struct ivgpu_fence fences[IVGPU_MAX_FENCES];	/* under trap_lock and gm.lock */
	struct ivgpu_slot_user slots;	/* of the physical aperture; under its lock */
	struct {
		struct work_struct work;
		wait_queue_head_t wait;
		u64 started, done;	/* runs of the work; written by it alone */
	} sync;				/* of the GGTT, for faults on BAR2 */

	struct ivgpu_regmap *map;
	u32 *regs;
	u32 *hits;
	u16 owned[IVGPU_NUM_ENGINES][IVGPU_MAX_OWNED_REGS];
	unsigned int nr_owned[IVGPU_NUM_ENGINES];
	struct ivgpu_unknown_reg unknown[IVGPU_UNKNOWN_REGS];
	unsigned int nr_unknown;
	struct ivgpu_vgpu_stats stats;

	struct ivgpu_virq irq;
	struct ivgpu_display *display;	/* NULL: none; changed under trap_lock, while not live */
	u32 monitor_width, monitor_height; /* when no VMM says otherwise; under trap_lock */
	atomic64_t work;		/* changes when an engine takes or reports something */
	struct dentry *debugfs;

	struct ivgpu_guestmem gm;
	struct ivgpu_gtt_stats gtt_stats;
	struct ivgpu_vggtt *vggtt;
	struct ivgpu_ppgtt_space *ppgtts;
	struct ivgpu_vexec *vexec;

	struct ivgpu_shrinker *shrinker;
	struct delayed_work reclaim;
	unsigned long reclaimed;	/* when (jiffies) */
};

static inline struct device *ivgpu_vgpu_dev(const struct ivgpu_vgpu *vgpu)
{
	return &ivgpu_gpu_pdev(vgpu->gpu)->dev;
}

/* Messages on a vGPU, rate-limited: a guest can cause them. */
#define vgpu_say(level, v, fmt, ...) do {						\
	const struct ivgpu_vgpu *vgpu_ = (v);						\
	dev_##level##_ratelimited(ivgpu_vgpu_dev(vgpu_), "vGPU %s: " fmt, vgpu_->uuid,	\
				  ##__VA_ARGS__);					\
} while (0)

#define vgpu_err(v, fmt, ...)	vgpu_say(err, v, fmt, ##__VA_ARGS__)
#define vgpu_warn(v, fmt, ...)	vgpu_say(warn, v, fmt, ##__VA_ARGS__)
#define vgpu_info(v, fmt, ...)	vgpu_say(info, v, fmt, ##__VA_ARGS__)

/* The stored value of the register at @offset, which the table must have. */
static inline u32 *ivgpu_vgpu_reg(struct ivgpu_vgpu *vgpu, u32 offset)
{
	return &vgpu->regs[ivgpu_regmap_find(vgpu->map, offset)];
}

static inline struct ivgpu_vengine *ivgpu_vgpu_engine(struct ivgpu_vgpu *vgpu,
						      enum ivgpu_engine_id id)
{
	return ivgpu_vexec_engine(vgpu->vexec, id);
}

/* Engines of @mask leave the hardware and lose their work (trap_lock held). */
void ivgpu_vgpu_reset_engines(struct ivgpu_vgpu *vgpu, u32 mask);
/* What the guest wrote to its GGTT takes effect (trap_lock held). */
void ivgpu_vgpu_sync_ggtt(struct ivgpu_vgpu *vgpu);
u32 ivgpu_vgpu_engines(const struct ivgpu_vgpu *vgpu);

/* All shadows and pins go; work in flight is rebuilt and goes on. Takes drop_lock. */
void ivgpu_vgpu_drop_shadows(struct ivgpu_vgpu *vgpu);

/* limits.c: before the vGPU is opened first; life_lock held, open vGPUs only. */
void ivgpu_vgpu_limits_init(struct ivgpu_vgpu *vgpu);
void ivgpu_vgpu_apply_limits(struct ivgpu_vgpu *vgpu);

/* reclaim.c */
int ivgpu_vgpu_reclaim_init(struct ivgpu_vgpu *vgpu);
void ivgpu_vgpu_reclaim_fini(struct ivgpu_vgpu *vgpu);

/* map.c: memory decoding may have been switched (trap_lock held). */
void ivgpu_vgpu_update_mapping(struct ivgpu_vgpu *vgpu);

/* registers.c: the values behind the table. */
int ivgpu_registers_create(struct ivgpu_vgpu *vgpu);
void ivgpu_registers_destroy(struct ivgpu_vgpu *vgpu);
/* Those that go with its display or its having none (trap_lock held, not live); or as it was. */
int ivgpu_registers_renew(struct ivgpu_vgpu *vgpu);
/* As after a power cycle / what a reset of the engines in @mask leaves of theirs. */
void ivgpu_registers_reset(struct ivgpu_vgpu *vgpu);
void ivgpu_registers_reset_engines(struct ivgpu_vgpu *vgpu, u32 mask);
/* Engine-owned registers with their values, at most @max; any context. */
unsigned int ivgpu_registers_owned(struct ivgpu_vgpu *vgpu, enum ivgpu_engine_id engine,
				   struct ivgpu_switch_reg *regs, unsigned int max);
/* Fill the PVINFO page. */
void ivgpu_pvinfo_reset(struct ivgpu_vgpu *vgpu);

/* mmio.c: one dword register. */
u32 ivgpu_mmio_emulate_read(struct ivgpu_vgpu *vgpu, u32 offset);
void ivgpu_mmio_emulate_write(struct ivgpu_vgpu *vgpu, u32 offset, u32 value);

/* display.c */
int ivgpu_vgpu_display_create(struct ivgpu_vgpu *vgpu);
/* Power-cycle state of the display (trap_lock held, or nobody else knows of the vGPU). */
void ivgpu_vgpu_display_reset(struct ivgpu_vgpu *vgpu);
/* The monitor as the administrator has it, and no picture; still live (trap_lock not held). */
void ivgpu_vgpu_display_forget(struct ivgpu_vgpu *vgpu);

/* policy.c */
extern const struct ivgpu_cmd_policy ivgpu_vgpu_cmd_policy;
/* Do slots of this GPU tell reading from writing, and can they deny? */
bool ivgpu_policy_nonpriv_qualified(const struct ivgpu_device_info *info);
/* What a guest's FORCE_TO_NONPRIV slot may hold: @value, or a harmless one. */
u32 ivgpu_policy_nonpriv(const struct ivgpu_regmap *map, enum ivgpu_engine_id engine, u32 base,
			 u32 value, bool qualified);

void ivgpu_vgpu_debugfs_add(struct ivgpu_vgpu *vgpu);
void ivgpu_vgpu_debugfs_remove(struct ivgpu_vgpu *vgpu);

#endif
