/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Page table entries of Gen8/Gen9: what a guest's entry says, and how a shadow's
 * entry is made.
 *
 * Layout as i915 has it (gt/intel_gtt.h, gt/gen8_ppgtt.c): bit 0 present, bit 1
 * writable, bit 7 of a page directory entry 2M page, bit 11 of one "this table
 * holds 64K pages". Bits 3, 4 and 7 (12 for a 2M page) index the PPAT.
 *
 * The PPAT is one for the whole GPU, so a guest's index means nothing on the
 * host: every shadow entry gets the host's choice. Leaves get index 4, tables
 * and 2M pages index 0; both are write-back, cached in LLC, in the PPAT that
 * i915 uses on Gen8 and Gen9 and so does gpu/ (i915 gt/intel_gtt.c,
 * bdw_setup_private_ppat). Write-back is coherent with the CPU on GPUs with LLC.
 */
#ifndef IVGPU_GTT_PTE_H
#define IVGPU_GTT_PTE_H

#include <linux/bits.h>
#include <linux/types.h>

#include <ivgpu/engine.h>

#define IVGPU_ENTRIES		512	/* in every table page */
#define IVGPU_PTES_64K		16	/* entries that a 64K page takes */

#define IVGPU_PTE_PRESENT	BIT_ULL(0)
#define IVGPU_PTE_WRITABLE	BIT_ULL(1)
#define IVGPU_PTE_PAT		BIT_ULL(7)	/* leaf: PPAT index 4 */
#define IVGPU_PDE_LARGE		BIT_ULL(7)	/* levels 1 and 2: a page, not a table */
#define IVGPU_PDE_64K		BIT_ULL(11)
/*
 * Wider than the 39 bits that the hardware has: an entry beyond them names
 * nothing that VFIO could map, and must not alias something that it can.
 */
#define IVGPU_PTE_ADDR		GENMASK_ULL(51, 12)

/* Levels: 0 holds pages, 1 is the page directory, 3 the PML4. */
#define IVGPU_LEVEL_PT		0
#define IVGPU_LEVEL_PD		1
#define IVGPU_LEVEL_PDP		2
#define IVGPU_LEVEL_PML4	3
#define IVGPU_LEVELS		4

static inline u64 ivgpu_pte_gfn(u64 entry)
{
	return (entry & IVGPU_PTE_ADDR) >> IVGPU_PAGE_SHIFT;
}

/* Index in a table of @level on the way to @addr. */
static inline unsigned int ivgpu_pte_index(u64 addr, unsigned int level)
{
	return (addr >> (IVGPU_PAGE_SHIFT + 9 * level)) & (IVGPU_ENTRIES - 1);
}

/* A shadow's leaf; @guest is the guest's entry. Its permission is kept. */
static inline u64 ivgpu_pte_leaf(dma_addr_t dma, u64 guest)
{
	return dma | IVGPU_PTE_PRESENT | IVGPU_PTE_PAT | (guest & IVGPU_PTE_WRITABLE);
}

/* A shadow's leaf that cannot be written. */
static inline u64 ivgpu_pte_read_only(dma_addr_t dma)
{
	return ivgpu_pte_leaf(dma, 0);
}

/* A shadow's entry that names a table. */
static inline u64 ivgpu_pde_table(dma_addr_t dma, u64 guest, bool pages_64k)
{
	return dma | IVGPU_PTE_PRESENT | (guest & IVGPU_PTE_WRITABLE) |
	       (pages_64k ? IVGPU_PDE_64K : 0);
}

/* A shadow's entry that is a 2M page. */
static inline u64 ivgpu_pde_large(dma_addr_t dma, u64 guest)
{
	return dma | IVGPU_PTE_PRESENT | IVGPU_PDE_LARGE | (guest & IVGPU_PTE_WRITABLE);
}

#endif
