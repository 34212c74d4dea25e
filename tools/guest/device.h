/* SPDX-License-Identifier: GPL-2.0 */
/* The i915 device: finding and opening it, contexts, batches with relocations, its health */
#ifndef IVGPU_BLIT_DEVICE_H
#define IVGPU_BLIT_DEVICE_H

#include <stdbool.h>
#include <stdint.h>
#include <intel_bufmgr.h>

struct device {
	int fd;
	unsigned int chipset, gen;
	drm_intel_bufmgr *bufmgr;
	drm_intel_context *context;
	unsigned int batches;		/* submitted so far */
	uint32_t resets_before;
};

/* 0; or a negative errno, -ENODEV where there is no i915 GPU that this program can drive */
int device_open(struct device *dev);
void device_close(struct device *dev);
void device_use_new_context(struct device *dev);
bool device_has_engine(const struct device *dev, unsigned int exec_flag);
/* reports whether the context was reset and whether the driver has given up the GPU */
void device_check_health(struct device *dev);

#define BATCH_DWORDS	4096u

struct batch {
	struct device *dev;
	drm_intel_bo *bo;
	uint32_t *map;
	unsigned int used;
};

int batch_begin(struct batch *b, struct device *dev);
static inline void batch_out(struct batch *b, uint32_t dw)
{
	b->map[b->used++] = dw;
}

static inline unsigned int batch_room(const struct batch *b)
{
	return BATCH_DWORDS - b->used - 8;	/* 8: the end */
}

/* the 64-bit address of target + offset, and a relocation for it */
void batch_address(struct batch *b, drm_intel_bo *target, uint32_t offset, bool written);
/* ends and submits it on an engine (I915_EXEC_*); the batch is gone afterwards */
int batch_submit(struct batch *b, unsigned int engine);
int bo_wait(drm_intel_bo *bo);

#define MI_BATCH_BUFFER_END		(0x0au << 23)
#define MI_STORE_DATA_IMM		(0x20u << 23 | 2)
#define MI_LOAD_REGISTER_IMM		(0x22u << 23 | 1)
#define MI_STORE_REGISTER_MEM		(0x24u << 23 | 2)
#define MI_FLUSH_DW			(0x26u << 23 | 2)

#endif
