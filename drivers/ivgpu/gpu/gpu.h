/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gpu: the physical GPU that the module owns.
 *
 * For: MMIO with forcewake, the GGTT and who has which part of it, engines and
 * their execlists, interrupts, reset, frequency.
 * Owns: the PCI device's BAR0, every GGTT entry, every engine.
 * Locks, innermost of the module: ivgpu_aperture.lock (mutex; slots of the
 * aperture and fences; held while the VMM's mappings of a slot are taken away),
 * ivgpu_gpu.mmio_lock (spin; forcewake counts),
 * ivgpu_gpu.ggtt_lock (mutex; which range is whose), ivgpu_engine.lock (spin,
 * irqs off; ports and pending CSB events of that engine).
 */
#ifndef IVGPU_GPU_H
#define IVGPU_GPU_H

#include <linux/hrtimer.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <ivgpu/engine.h>

struct dentry;
struct ivgpu_engine;
struct ivgpu_gpu;

enum ivgpu_platform {
	IVGPU_BROADWELL,
	IVGPU_SKYLAKE,
	IVGPU_BROXTON,
	IVGPU_KABYLAKE,
	IVGPU_GEMINILAKE,
	IVGPU_COFFEELAKE,	/* also Whiskey Lake and some of Amber Lake */
	IVGPU_COMETLAKE,
};

/**
 * struct ivgpu_device_info - what differs between GPUs; one row per PCI id
 * @device: PCI device id (vendor is 8086)
 * @name: as users know it: "Skylake GT2"
 * @platform: enum ivgpu_platform
 * @gen: 8 or 9
 * @gt: 1 to 4: how large the render part is
 * @engines: mask of engine ids
 */
struct ivgpu_device_info {
	u16 device;
	const char *name;
	u8 platform;
	u8 gen;
	u8 gt;
	u8 engines;
};

const struct ivgpu_device_info *ivgpu_device_info_find(u16 device);
bool ivgpu_device_info_supported(const struct ivgpu_device_info *info);

/* A stretch of GGTT address space; bytes, page aligned. */
struct ivgpu_ggtt_node {
	struct list_head link;
	u64 start;
	u64 size;
};

/* Partition sizes of an mdev type, bytes. */
struct ivgpu_partition {
	struct ivgpu_ggtt_node low;
	struct ivgpu_ggtt_node high;
};

/* One element of an execlist. @desc 0: no element. */
struct ivgpu_port {
	u64 desc;
	void *cookie;
};

/**
 * struct ivgpu_engine_ops - what the physical engine tells its user (exec/)
 * @promoted: the execlist last submitted is the running one now; the cookie is that
 *	      of its first element. lite_restore: that is the context that was
 *	      running, and did not leave; else switched_out() of that context came
 *	      just before. What of the earlier list never ran is off, without a
 *	      call of its own.
 * @switched_out: the context of the cookie ran, left the engine, its image is
 *		  saved; complete: it had no more work
 * @idle: nothing of any user runs or waits on the engine
 * @user_interrupt: MI_USER_INTERRUPT or a post-sync notify; hard irq context
 * @cs_error: the command streamer met an error; the engine stands still
 * @was_reset: the engine was reset, or had nothing on it when it should have been:
 *	       what was on it and has not been told to have
 *	       left is lost, its images are as last saved
 * @is_gone: asked before a reset that ivgpu_engine_reset() wanted, behind all earlier
 *	     events: true when what it was for has left and another runs in its
 *	     place, so that nothing is reset and was_reset() does not follow
 *
 * All but @user_interrupt are called from the engine's own ordered worker, in
 * the order of the hardware's events, with no lock held. ivgpu_engine_reset()
 * must not be called from them: it waits for that worker.
 */
struct ivgpu_engine_ops {
	void (*promoted)(struct ivgpu_engine *engine, void *cookie, bool lite_restore);
	void (*switched_out)(struct ivgpu_engine *engine, void *cookie, bool complete);
	void (*idle)(struct ivgpu_engine *engine);
	void (*user_interrupt)(struct ivgpu_engine *engine);
	void (*cs_error)(struct ivgpu_engine *engine, u32 eir);
	void (*was_reset)(struct ivgpu_engine *engine);
	bool (*is_gone)(struct ivgpu_engine *engine);
};

/* Context ids from here on (descriptor bits 52:32) are the module's own. */
#define IVGPU_CONTEXT_IDS	0x1ffff0u

/* Bring-up and the end. May sleep. */
struct ivgpu_gpu *ivgpu_gpu_create(struct pci_dev *pdev, struct dentry *debugfs);
void ivgpu_gpu_destroy(struct ivgpu_gpu *gpu);
/* The folder of this GPU in debugfs; vfio/ and vgpu/ put theirs into it. */
struct dentry *ivgpu_gpu_debugfs(struct ivgpu_gpu *gpu);
struct pci_dev *ivgpu_gpu_pdev(struct ivgpu_gpu *gpu);
const struct ivgpu_device_info *ivgpu_gpu_info(const struct ivgpu_gpu *gpu);
u64 ivgpu_gpu_aperture_size(const struct ivgpu_gpu *gpu);

/*
 * Power. While nobody holds the GPU awake it sleeps, and its registers and GGTT
 * may not be touched; suspend and resume are for the driver's PM callbacks. All
 * may sleep.
 */
int ivgpu_gpu_power_get(struct ivgpu_gpu *gpu);
void ivgpu_gpu_power_put(struct ivgpu_gpu *gpu);
void ivgpu_gpu_power_allow(struct ivgpu_gpu *gpu);
void ivgpu_gpu_power_forbid(struct ivgpu_gpu *gpu);
int ivgpu_gpu_suspend(struct ivgpu_gpu *gpu, bool keep_ggtt);
int ivgpu_gpu_resume(struct ivgpu_gpu *gpu);

/* MMIO. Offsets are bytes in BAR0's lower 2 MiB; forcewake is taken as needed. Any context. */
u32 ivgpu_mmio_read(struct ivgpu_gpu *gpu, u32 offset);
void ivgpu_mmio_write(struct ivgpu_gpu *gpu, u32 offset, u32 value);

/*
 * GGTT address space. What lies below the aperture's size (at most 256 MiB) is the
 * module's own; guests get a low part below 1 GiB and a high part above it. The
 * highest high part may be one page shorter than asked for: see part->high.size.
 */
int ivgpu_ggtt_alloc(struct ivgpu_gpu *gpu, u64 size, u64 align, struct ivgpu_ggtt_node *node);
void ivgpu_ggtt_free(struct ivgpu_gpu *gpu, struct ivgpu_ggtt_node *node);
int ivgpu_ggtt_alloc_partition(struct ivgpu_gpu *gpu, u64 low, u64 high,
			       struct ivgpu_partition *part);
void ivgpu_ggtt_free_partition(struct ivgpu_gpu *gpu, struct ivgpu_partition *part);
/* How many more partitions of this size fit, one after another. */
unsigned int ivgpu_ggtt_count_partitions(struct ivgpu_gpu *gpu, u64 low, u64 high);
/* What is left, for messages: total free bytes low and high. */
void ivgpu_ggtt_left(struct ivgpu_gpu *gpu, u64 *low, u64 *high);

/* GGTT entries; @page is address >> 12. Any context; the caller owns the range. */
void ivgpu_ggtt_set(struct ivgpu_gpu *gpu, u32 page, dma_addr_t dma);
void ivgpu_ggtt_clear(struct ivgpu_gpu *gpu, u32 page, u32 count);
void ivgpu_ggtt_flush(struct ivgpu_gpu *gpu);

/*
 * The physical aperture in slots: see aperture.c and slots.h. begin gives the PFN
 * at @addr of what @view shows, or 0, and end must follow. May sleep.
 */
struct ivgpu_slot_user;
struct ivgpu_slot_view;
unsigned long ivgpu_aperture_begin(struct ivgpu_gpu *gpu, struct ivgpu_slot_user *user,
				   const struct ivgpu_slot_view *view, u64 addr);
void ivgpu_aperture_end(struct ivgpu_gpu *gpu);
void ivgpu_aperture_update(struct ivgpu_gpu *gpu, struct ivgpu_slot_user *user, u32 page,
			   dma_addr_t dma, bool gone);
void ivgpu_aperture_drop(struct ivgpu_gpu *gpu, struct ivgpu_slot_user *user, u64 start,
			 u64 size);

/*
 * Engines. ops and user are set once before use (exec/).
 * ivgpu_engine_submit: write one execlist of one or two elements. At most one
 * may wait behind the running one: -EBUSY until promoted() came, and while a
 * preemption (until idle()) or a reset (until was_reset()) is under way; -EIO
 * when the GPU is beyond recovery.
 * ivgpu_engine_submit_after: one that follows the one that waits, as soon as it may.
 * ivgpu_engine_preempt: ask the engine to leave what it runs (a submission of
 * the module's own idle context); switched_out() and then idle() follow, or
 * never, if the context cannot be preempted: the caller keeps the clock.
 * -EALREADY: the engine is idle, or was asked before.
 * ivgpu_engine_reset: reset this engine and make it ready again; may sleep. 0,
 * or -EIO when the GPU is beyond recovery.
 */
struct ivgpu_engine *ivgpu_gpu_engine(struct ivgpu_gpu *gpu, enum ivgpu_engine_id id);
enum ivgpu_engine_id ivgpu_engine_id(const struct ivgpu_engine *engine);
struct ivgpu_gpu *ivgpu_engine_gpu(const struct ivgpu_engine *engine);
const char *ivgpu_engine_name(enum ivgpu_engine_id id);
u32 ivgpu_engine_mmio_base(const struct ivgpu_engine *engine);
/* Bytes of a context image on this engine, page 0 (PPHWSP) included. */
u32 ivgpu_engine_context_size(const struct ivgpu_engine *engine);
/* The image that hardware itself saved at bring-up, context_size bytes. */
const void *ivgpu_engine_golden_image(const struct ivgpu_engine *engine);
void ivgpu_engine_set_ops(struct ivgpu_engine *engine, const struct ivgpu_engine_ops *ops,
			  void *user);
void *ivgpu_engine_user(struct ivgpu_engine *engine);
int ivgpu_engine_submit(struct ivgpu_engine *engine, const struct ivgpu_port ports[2]);
int ivgpu_engine_submit_after(struct ivgpu_engine *engine, const struct ivgpu_port ports[2]);
int ivgpu_engine_preempt(struct ivgpu_engine *engine);
bool ivgpu_engine_is_idle(struct ivgpu_engine *engine);
bool ivgpu_engine_has_news(struct ivgpu_engine *engine);
bool ivgpu_engine_user_interrupt_late(struct ivgpu_engine *engine);
int ivgpu_engine_reset(struct ivgpu_engine *engine);
/* @call(@data) when the GPU is found beyond recovery, in a worker; NULL: nobody. May sleep. */
void ivgpu_gpu_on_death(struct ivgpu_gpu *gpu, void (*call)(void *data), void *data);
/* Physical TLBs of the engines forget everything. Bounded; may sleep. */
void ivgpu_gpu_invalidate_tlbs(struct ivgpu_gpu *gpu);

#endif
