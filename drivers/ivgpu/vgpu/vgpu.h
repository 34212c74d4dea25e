/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vgpu: one virtual GPU as its guest sees it.
 *
 * For: config space, the register file and its table, virtual interrupts,
 * PVINFO, reset; holds together the parts of lower folders that make up a vGPU.
 * Owns: struct ivgpu_vgpu.
 * Locks: ivgpu_vgpu.trap_lock (mutex, outermost of the module; one trapped
 * access at a time; held across pinning, so dma_unmap and BAR faults never take
 * it), ivgpu_vgpu.life_lock (mutex, inside it: open and close against
 * dma_unmap) and ivgpu_virq.lock (spin, leaf; virtual interrupt registers).
 */
#ifndef IVGPU_VGPU_H
#define IVGPU_VGPU_H

#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/uuid.h>

#include <ivgpu/engine.h>

#include "../gpu/gpu.h"
#include "../gtt/gtt.h"
#include "../guestmem/guestmem.h"

struct ivgpu_sched;
struct ivgpu_sched_client;
struct ivgpu_vexec;
struct ivgpu_vgpu;

/* A vGPU type: one row per mdev type. */
struct ivgpu_vgpu_type {
	const char *name;		/* "GVTg_V5_8" */
	u32 low_mib;
	u32 high_mib;
	u32 fences;
	u32 weight;
	u16 width, height;		/* default mode of the virtual monitor */
};

#define IVGPU_NUM_VGPU_TYPES	4
#define IVGPU_MAX_VGPUS		8	/* per GPU */
#define IVGPU_MAX_FENCES	4	/* of any type */
#define IVGPU_OPREGION_SIZE	0x2000

extern const struct ivgpu_vgpu_type ivgpu_vgpu_types[IVGPU_NUM_VGPU_TYPES];

/**
 * struct ivgpu_vgpu_ops - what vgpu/ asks of vfio/
 * @inject: raise the guest's MSI; any context
 * @raise_intx: the line of INTx went up; any context
 * @health_changed: the scheduler treats the vGPU in another way; may sleep
 * @may_map: the VMM can have that page itself in its mapping of BAR2; any context
 */
struct ivgpu_vgpu_ops {
	bool (*may_map)(void *owner, struct page *page);
	void (*inject)(void *owner);
	void (*raise_intx)(void *owner);
	void (*health_changed)(void *owner);
};

struct ivgpu_vgpu_params {
	struct ivgpu_gpu *gpu;
	struct ivgpu_sched *sched;
	const struct ivgpu_vgpu_type *type;
	const struct ivgpu_vgpu_ops *ops;
	const struct ivgpu_guestmem_ops *mem_ops;
	const struct ivgpu_vggtt_map_ops *map_ops;
	void *owner;
	const char *uuid;
	bool display;			/* with a monitor */
	bool track_writes;		/* page tables are tracked where that is possible */
};

/*
 * create: at mdev create, takes the GGTT partition. open, close: a VMM comes and
 * goes; after close nothing is pinned.
 */
struct ivgpu_vgpu *ivgpu_vgpu_create(const struct ivgpu_vgpu_params *params);
void ivgpu_vgpu_destroy(struct ivgpu_vgpu *vgpu);
int ivgpu_vgpu_open(struct ivgpu_vgpu *vgpu);
void ivgpu_vgpu_close(struct ivgpu_vgpu *vgpu);

/* What its weight, cap, accounts and health are kept in, and the GPU that it is on. */
struct ivgpu_sched_client *ivgpu_vgpu_sched(const struct ivgpu_vgpu *vgpu);
struct ivgpu_gpu *ivgpu_vgpu_gpu(const struct ivgpu_vgpu *vgpu);

/* Where the GGTT's entries begin in BAR0. */
#define IVGPU_GGTT_OFFSET	(8u << 20)

enum ivgpu_map_result { IVGPU_MAP_NOTHING, IVGPU_MAP_PAGE, IVGPU_MAP_WAIT };

/**
 * struct ivgpu_vgpu_mapped - what the VMM is to see at a page of a BAR
 * @pfn: number of the page
 * @io: it lies in the physical BAR2, to be mapped write-combining; else it is memory
 * @slot: for ivgpu_vgpu_map_end()
 */
struct ivgpu_vgpu_mapped {
	unsigned long pfn;
	bool io;
	bool slot;
};

/*
 * What of BAR @bar the VMM may map (area @i, false: no more), and its page faults:
 * begin says what, end must follow. Open vGPUs only; the mmap_lock may be held, but
 * not in wait.
 */
bool ivgpu_vgpu_map_area(struct ivgpu_vgpu *vgpu, unsigned int bar, unsigned int i,
			 u64 *offset, u64 *len);
enum ivgpu_map_result ivgpu_vgpu_map_begin(struct ivgpu_vgpu *vgpu, unsigned int bar, u64 offset,
					   bool may_wait, struct ivgpu_vgpu_mapped *mapped);
void ivgpu_vgpu_map_end(struct ivgpu_vgpu *vgpu, const struct ivgpu_vgpu_mapped *mapped);
void ivgpu_vgpu_map_wait(struct ivgpu_vgpu *vgpu);

/*
 * Region accesses; any offset, any count that the caller checked to lie in the
 * region. Takes trap_lock. May sleep.
 */
int ivgpu_vgpu_config_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count);
int ivgpu_vgpu_config_write(struct ivgpu_vgpu *vgpu, u32 offset, const void *buf, u32 count);
int ivgpu_vgpu_bar0_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count);
int ivgpu_vgpu_bar0_write(struct ivgpu_vgpu *vgpu, u32 offset, const void *buf, u32 count);
int ivgpu_vgpu_bar2_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count);
int ivgpu_vgpu_bar2_write(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count);
/* Any offset and count; zeroes behind what there is. */
void ivgpu_opregion_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count);
/* VFIO's EDID region: its size, 0 without a display; accesses inside it. May sleep. */
u32 ivgpu_vgpu_edid_size(const struct ivgpu_vgpu *vgpu);
int ivgpu_vgpu_edid_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count);
/**
 * struct ivgpu_vgpu_picture - what the screen shows
 * @width: in pixels of 0xXXRRGGBB, rows without gaps; 0: nothing
 * @height: the same
 */
struct ivgpu_vgpu_picture {
	u32 width, height;
};

#define IVGPU_VGPU_PIXELS_SIZE	(3840u * 2160u * 4u)

bool ivgpu_vgpu_has_display(const struct ivgpu_vgpu *vgpu);
/*
 * The monitor that a guest finds, of a size in pixels that the administrator can change at
 * any time; the guest is told. false: there is none. -ERANGE; where there is none, or none
 * is wished for any more: -EBUSY while the vGPU is in use, -ENOMEM. Take trap_lock.
 */
bool ivgpu_vgpu_monitor(struct ivgpu_vgpu *vgpu, u32 *width, u32 *height);
int ivgpu_vgpu_set_monitor(struct ivgpu_vgpu *vgpu, u32 width, u32 height);
int ivgpu_vgpu_remove_monitor(struct ivgpu_vgpu *vgpu);
/* Bring the picture up to date; takes trap_lock, may sleep. 0, -ENOMEM. */
int ivgpu_vgpu_look(struct ivgpu_vgpu *vgpu, struct ivgpu_vgpu_picture *picture);
/* Its memory, IVGPU_VGPU_PIXELS_SIZE bytes of vmalloc_user(), or NULL; while open. May sleep. */
void *ivgpu_vgpu_pixels(struct ivgpu_vgpu *vgpu);
u32 ivgpu_vgpu_pixels_size(const struct ivgpu_vgpu *vgpu);
int ivgpu_vgpu_pixels_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count);
int ivgpu_vgpu_edid_write(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count);
u64 ivgpu_vgpu_bar_size(const struct ivgpu_vgpu *vgpu, unsigned int bar);
/*
 * The administrator's wish that user batches of all engines are copied and audited; lasts as
 * long as the vGPU. Take trap_lock.
 */
void ivgpu_vgpu_set_scan_user_batches(struct ivgpu_vgpu *vgpu, bool on);
bool ivgpu_vgpu_scan_user_batches(struct ivgpu_vgpu *vgpu);
/*
 * limits.c. Most guest memory pinned, in MiB, and most shadow tables: 0, -ERANGE. They last as
 * long as the vGPU and count at once. Take life_lock.
 */
int ivgpu_vgpu_set_pin_limit(struct ivgpu_vgpu *vgpu, unsigned int mib);
unsigned int ivgpu_vgpu_pin_limit(struct ivgpu_vgpu *vgpu);
int ivgpu_vgpu_set_table_limit(struct ivgpu_vgpu *vgpu, unsigned int tables);
unsigned int ivgpu_vgpu_table_limit(struct ivgpu_vgpu *vgpu);
/* Whether page tables are to be write-tracked. Off counts at once, on where that is possible. */
void ivgpu_vgpu_set_track_writes(struct ivgpu_vgpu *vgpu, bool on);
bool ivgpu_vgpu_track_writes(struct ivgpu_vgpu *vgpu);
/* Shadows and unused pins are to go soon, to be rebuilt on demand. Open vGPUs; any context. */
void ivgpu_vgpu_reclaim(struct ivgpu_vgpu *vgpu);
/* Whether the line of INTx is up: MSI is off, INTx is not disabled. Any context. */
bool ivgpu_vgpu_intx_level(struct ivgpu_vgpu *vgpu);
/* Power-cycle state (VFIO_DEVICE_RESET, FLR). Takes trap_lock. */
void ivgpu_vgpu_reset(struct ivgpu_vgpu *vgpu);
/* VFIO's dma_unmap: returns when nothing in the range is pinned. Does not take trap_lock. */
void ivgpu_vgpu_dma_unmap(struct ivgpu_vgpu *vgpu, u64 iova, u64 length);
/*
 * Write tracking, open vGPUs only: see guestmem.h. No lock held. @allow: it is possible from now
 * on, or no more, and then nothing is tracked when this returns.
 */
void ivgpu_vgpu_allow_tracking(struct ivgpu_vgpu *vgpu, bool allow);
void ivgpu_vgpu_page_written(struct ivgpu_vgpu *vgpu, u64 gfn);
void ivgpu_vgpu_track_lost(struct ivgpu_vgpu *vgpu, u64 first_gfn, u64 pages);
/* True when the guest frame lies in one of this vGPU's own BARs, as programmed by the guest. */
bool ivgpu_vgpu_gfn_is_own_bar(struct ivgpu_vgpu *vgpu, u64 gfn);

#endif
