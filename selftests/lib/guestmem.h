/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest memory of the small VMM: one memfd, mapped at one place of guest physical
 * addresses (IOVA), and PPGTT tables built in it.
 */
#ifndef SELFTESTS_GUESTMEM_H
#define SELFTESTS_GUESTMEM_H

#include <stddef.h>
#include <stdint.h>

#include "vfio.h"

#define PAGE 4096u

struct guestmem {
	int fd;
	char *va;
	uint64_t base;
	uint64_t size;
	uint64_t next;
};

/* What guests' memory is made of from now on: flags of memfd_create(), and the least size. */
void guestmem_backing(unsigned int flags, uint64_t least);
int guestmem_init(struct guestmem *mem, struct vfio_dev *dev, uint64_t base, uint64_t size);
void guestmem_free(struct guestmem *mem);
/* Whole zeroed pages, or 0 when memory is used up. */
uint64_t guestmem_alloc(struct guestmem *mem, size_t pages);
void *guestmem_ptr(struct guestmem *mem, uint64_t gpa);

/* A 4-level PPGTT: the root's guest physical address, and entries in guest memory. */
struct ppgtt {
	struct guestmem *mem;
	uint64_t root;
};

int ppgtt_init(struct ppgtt *pp, struct guestmem *mem);
int ppgtt_map(struct ppgtt *pp, uint64_t va, uint64_t gpa, size_t pages);
/* The entry for an address at a level (4 the root's, 1 the leaf); NULL where no table is. */
uint64_t *ppgtt_entry(struct ppgtt *pp, uint64_t va, int level);

#endif
