/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A vGPU as its driver sees it: partition, GGTT, buffers, interrupts.
 */
#ifndef SELFTESTS_VGPU_H
#define SELFTESTS_VGPU_H

#include <stdbool.h>
#include <stdint.h>

#include "guestmem.h"
#include "vfio.h"

enum engine_id { RCS, BCS, VCS, VECS, ENGINES };

struct vgpu;

struct csb_event {
	uint32_t status;
	uint32_t id;
};

#define CSB_LOG 256

struct engine {
	struct vgpu *vgpu;
	enum engine_id id;
	const char *name;
	uint32_t base;
	uint32_t hwsp_ggtt;
	uint32_t *hwsp;
	unsigned int csb_read;
	bool pending, active;
	unsigned int events;
	struct csb_event event[CSB_LOG];
};

struct vgpu {
	struct vfio_dev dev;
	struct guestmem mem;
	uint32_t low_base, low_size, low_next;
	uint32_t high_base, high_size, high_next;
	uint32_t fences;
	unsigned int gsms;		/* stretches of GGTT entries that can be mapped */
	struct {
		uint64_t off, size;	/* in bytes of entries */
		char *map;
	} gsm[VFIO_TEST_AREAS];
	struct ppgtt pp;		/* address space of contexts that need no own */
	uint64_t pp_next;
	int msi;			/* eventfd */
	unsigned int msis;
	unsigned int user_irqs[ENGINES];
	unsigned int switch_irqs[ENGINES];
	unsigned int error_irqs[ENGINES];
	uint32_t next_id;
	struct engine engine[ENGINES];
};

/* A buffer: guest pages, reached by the GPU at `ggtt` and, in the default PPGTT, at `va`. */
struct bo {
	uint64_t gpa;
	uint32_t *map;
	uint32_t ggtt;
	uint64_t va;
	unsigned int pages;
};

/* Create mdev `number` of the test type, open it and bring it up to the first request. */
int vgpu_open(struct vgpu *vg, unsigned int number);
/* As vgpu_open(), on an mdev that is there. */
int vgpu_attach(struct vgpu *vg, const char *uuid);
void vgpu_detach(struct vgpu *vg);
void vgpu_close(struct vgpu *vg);

uint32_t vgpu_read(struct vgpu *vg, uint32_t reg);
void vgpu_write(struct vgpu *vg, uint32_t reg, uint32_t value);

/* Map the entries where VFIO lets them be mapped (done by open) / write them by access. */
void ggtt_map(struct vgpu *vg);
void ggtt_unmap(struct vgpu *vg);
/* The mapped entry of an address, NULL where VFIO does not let it be mapped. */
uint64_t *ggtt_entry(struct vgpu *vg, uint32_t ggtt);
void ggtt_write_pte(struct vgpu *vg, uint32_t ggtt, uint64_t pte);
uint64_t ggtt_read_pte(struct vgpu *vg, uint32_t ggtt);
void ggtt_flush(struct vgpu *vg);
/* Addresses in the high or low part of the partition, 0 when used up. */
uint32_t ggtt_reserve(struct vgpu *vg, unsigned int pages, bool low);
uint32_t ggtt_bind(struct vgpu *vg, uint64_t gpa, unsigned int pages, bool low);

int bo_create(struct vgpu *vg, struct bo *bo, unsigned int pages);
int bo_create_low(struct vgpu *vg, struct bo *bo, unsigned int pages);
/* Tell the device model that the tables below `pp` stand. */
void ppgtt_publish(struct vgpu *vg, struct ppgtt *pp);
void ppgtt_withdraw(struct vgpu *vg, struct ppgtt *pp);

/* Serve the interrupt as a driver does; true when one came within the time. */
bool vgpu_irq_wait(struct vgpu *vg, int timeout_ms);

#endif
