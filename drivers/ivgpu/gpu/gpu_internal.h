/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of gpu/ know of one another.
 */
#ifndef IVGPU_GPU_INTERNAL_H
#define IVGPU_GPU_INTERNAL_H

#include <linux/completion.h>
#include <linux/timer.h>

#include "forcewake_ranges.h"
#include "ggtt_alloc.h"
#include "gpu.h"
#include "ports.h"
#include "slots.h"

/* Memory that the GPU and the module both see, with a place in the GGTT. */
struct ivgpu_buffer {
	void *cpu;
	dma_addr_t dma;
	u32 size;
	struct ivgpu_ggtt_node node;
};

/**
 * struct ivgpu_engine_desc - what differs between engines; one row per engine
 * @name: as users know it
 * @base: of its registers
 * @irq_group: which of the four GT interrupt registers
 * @irq_shift: where its 16 bits are in that register
 * @reset: its bit in GDRST
 * @tlb: its TLB invalidation register
 * @mocs: its first MOCS register
 * @context_size: bytes of a context image, PPHWSP included
 */
struct ivgpu_engine_desc {
	const char *name;
	u32 base;
	u8 irq_group;
	u8 irq_shift;
	u32 reset;
	u32 tlb;
	u32 mocs;
	u32 context_size;
};

/* A context of the module itself: it only executes MI_NOOP. */
struct ivgpu_own_context {
	struct ivgpu_buffer image;
	struct ivgpu_buffer ring;
	u64 desc;
};

/* Context ids of the module; see IVGPU_CONTEXT_IDS in gpu.h. */
#define IVGPU_IDLE_CONTEXT_ID	(IVGPU_CONTEXT_IDS + 0)
#define IVGPU_GOLDEN_CONTEXT_ID	(IVGPU_CONTEXT_IDS + 1)

struct ivgpu_engine_counters {
	u64 submissions;
	u64 preemptions;
	u64 events;
	u64 spurious;		/* events that fitted nothing */
	u64 overruns;		/* hardware wrote events over others that nobody had read */
	u64 late_events;	/* found by polling, not by an interrupt */
	u64 errors;
	u64 resets;
	u64 lost;		/* by a full reset that another engine needed */
};

struct ivgpu_engine {
	struct ivgpu_gpu *gpu;
	const struct ivgpu_engine_desc *desc;
	enum ivgpu_engine_id id;

	spinlock_t lock;	/* ports, csb_head, resetting; and the order of ELSP writes */
	struct ivgpu_ports ports;
	unsigned int csb_head;
	bool resetting;

	struct ivgpu_buffer hwsp;
	struct ivgpu_own_context own;	/* run when a guest is to leave */
	struct ivgpu_own_context first;	/* until the golden image is recorded */
	void *golden;

	const struct ivgpu_engine_ops *ops;
	void *user;

	struct workqueue_struct *wq;	/* ordered: events, resets */
	struct delayed_work events;
	struct work_struct reset;
	struct mutex reset_call;	/* one reset asked for at a time; reset_result */
	int reset_result;
	unsigned long flags;		/* ENGINE_* */
	struct ivgpu_engine_counters count;
};

/* Bits of ivgpu_engine.flags. */
#define ENGINE_INTERRUPTED	0	/* an interrupt announced events */
#define ENGINE_ERROR		1	/* an interrupt announced a command streamer error */
#define ENGINE_OVERRUN		3	/* events were lost: what is on it is not known */
#define ENGINE_POLLED		4	/* its worker looks for events, which are not announced */
#define ENGINE_LOST		2	/* a full reset took the engine's work away */

/**
 * struct ivgpu_aperture - slots of the physical aperture
 * @lock: all of it, and the fence registers
 * @node: the part of the module's own GGTT that is for slots
 * @slots: who has what
 * @fence: values of the fence registers
 * @wc: the part may be mapped write-combining
 */
struct ivgpu_aperture {
	struct mutex lock;		/* slots, fences */
	struct ivgpu_ggtt_node node;
	struct ivgpu_slots slots;
	u64 fence[IVGPU_SLOT_FENCES];
	bool wc;
};

struct ivgpu_gpu {
	struct pci_dev *pdev;
	const struct ivgpu_device_info *info;
	struct dentry *debugfs;
	void __iomem *regs;		/* BAR0, lower half */
	u64 __iomem *gtt;		/* BAR0, upper half */
	u64 aperture;
	u64 ggtt_total;

	spinlock_t mmio_lock;		/* forcewake */
	unsigned int fw_count[IVGPU_FW_NUM];
	u8 fw_awake;			/* domains that hardware holds awake for us */
	u8 fw_used;			/* domains used since the timer last ran */
	struct timer_list fw_timer;

	struct mutex ggtt_lock;		/* space, and the entries of what it hands out */
	struct ivgpu_ggtt_space space;
	struct ivgpu_buffer scratch[5];	/* page, and the four tables of a PPGTT that is all of it */
	struct ivgpu_ggtt_node console[9];
	unsigned int nr_console;
	struct ivgpu_aperture aperture_slots;

	struct ivgpu_engine *engines[IVGPU_NUM_ENGINES];	/* by id; NULL: none */
	struct ivgpu_engine *present[IVGPU_NUM_ENGINES];	/* the same without gaps */
	unsigned int nr_present;
	struct mutex reset_lock;	/* one hardware reset at a time; outer to engine locks */
	bool wedged;
	void (*on_death)(void *data);	/* under reset_lock, with death_data */
	void *death_data;
	bool irq_on;
	u64 *saved_ggtt;		/* while the host sleeps: all entries */
	u8 rp0, rp1, rpn;		/* in units of 50 MHz */
	atomic64_t interrupts;
};

static inline const struct ivgpu_engine_ops *ivgpu_engine_ops_of(struct ivgpu_engine *engine)
{
	/* Pairs with ivgpu_engine_set_ops(): who sees the ops sees the user that they are for. */
	return smp_load_acquire(&engine->ops);
}

/* mmio.c */
int ivgpu_mmio_init(struct ivgpu_gpu *gpu);
void ivgpu_mmio_fini(struct ivgpu_gpu *gpu);
void ivgpu_mmio_suspend(struct ivgpu_gpu *gpu);
void ivgpu_mmio_resume(struct ivgpu_gpu *gpu);
void ivgpu_forcewake_get(struct ivgpu_gpu *gpu, unsigned int domains);
void ivgpu_forcewake_put(struct ivgpu_gpu *gpu, unsigned int domains);

/* Without forcewake: for registers that need none, or under ivgpu_forcewake_get(). */
static inline u32 ivgpu_raw_read(struct ivgpu_gpu *gpu, u32 offset)
{
	return readl(gpu->regs + offset);
}

static inline void ivgpu_raw_write(struct ivgpu_gpu *gpu, u32 offset, u32 value)
{
	writel(value, gpu->regs + offset);
}

/* ggtt.c */
int ivgpu_ggtt_init(struct ivgpu_gpu *gpu);
void ivgpu_ggtt_fini(struct ivgpu_gpu *gpu);
u64 *ivgpu_ggtt_save(struct ivgpu_gpu *gpu);
void ivgpu_ggtt_restore(struct ivgpu_gpu *gpu, const u64 *entries);
int ivgpu_buffer_alloc(struct ivgpu_gpu *gpu, u32 size, struct ivgpu_buffer *buf);
void ivgpu_buffer_free(struct ivgpu_gpu *gpu, struct ivgpu_buffer *buf);
u64 ivgpu_gpu_scratch_pml4(const struct ivgpu_gpu *gpu);

/* aperture.c */
void ivgpu_aperture_init(struct ivgpu_gpu *gpu);
void ivgpu_aperture_fini(struct ivgpu_gpu *gpu);
void ivgpu_aperture_restore(struct ivgpu_gpu *gpu);

/* console.c */
void ivgpu_console_reserve(struct ivgpu_gpu *gpu);

/* gt_setup.c */
void ivgpu_gt_setup(struct ivgpu_gpu *gpu);
void ivgpu_gt_setup_engine(struct ivgpu_engine *engine);

/* power.c */
void ivgpu_power_init(struct ivgpu_gpu *gpu);

/* engine.c */
int ivgpu_engines_create(struct ivgpu_gpu *gpu);
void ivgpu_engines_destroy(struct ivgpu_gpu *gpu);
void ivgpu_engine_start(struct ivgpu_engine *engine);
void ivgpu_engine_unmask(struct ivgpu_engine *engine, u32 irqs);
u32 ivgpu_engine_read(struct ivgpu_engine *engine, u32 offset);
void ivgpu_engine_write(struct ivgpu_engine *engine, u32 offset, u32 value);

/* own_context.c */
int ivgpu_own_context_create(struct ivgpu_engine *engine, u32 context_id,
			     struct ivgpu_own_context *own);
void ivgpu_own_context_destroy(struct ivgpu_engine *engine, struct ivgpu_own_context *own);
void ivgpu_own_context_rebuild(struct ivgpu_engine *engine, struct ivgpu_own_context *own);
void ivgpu_own_context_add_work(struct ivgpu_own_context *own);
int ivgpu_engine_record_golden(struct ivgpu_engine *engine);

/* execlist.c */
int ivgpu_execlist_init(struct ivgpu_engine *engine);
void ivgpu_execlist_fini(struct ivgpu_engine *engine);
void ivgpu_execlist_start(struct ivgpu_engine *engine);
int ivgpu_execlist_run_own(struct ivgpu_engine *engine);
void ivgpu_execlist_process(struct ivgpu_engine *engine);
void ivgpu_execlist_kick(struct ivgpu_engine *engine);

/* reset.c */
int ivgpu_reset_all(struct ivgpu_gpu *gpu);
void ivgpu_reset_gave_up(struct ivgpu_gpu *gpu, int err);
void ivgpu_reset_work(struct work_struct *work);
void ivgpu_reset_run(struct ivgpu_engine *engine);
void ivgpu_reset_finish(struct ivgpu_engine *engine);

/* irq.c */
int ivgpu_irq_init(struct ivgpu_gpu *gpu);
void ivgpu_irq_enable(struct ivgpu_gpu *gpu);
void ivgpu_irq_pause(struct ivgpu_gpu *gpu);
void ivgpu_irq_unpause(struct ivgpu_gpu *gpu);
void ivgpu_irq_fini(struct ivgpu_gpu *gpu);

/* debugfs.c */
void ivgpu_gpu_debugfs_init(struct ivgpu_gpu *gpu);

#endif
