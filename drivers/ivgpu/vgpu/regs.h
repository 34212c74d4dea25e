/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The register table: what a guest's registers are, and what may be done to them.
 *
 * One table per generation, made of units (a block of registers at a base). All
 * else is derived from it: MMIO emulation, the audit of register commands, the
 * registers switched with an engine, the debugfs dump. Pure: builds without PCI
 * and VFIO. Lock: none, a map is constant once made.
 */
#ifndef IVGPU_VGPU_REGS_H
#define IVGPU_VGPU_REGS_H

#include <linux/types.h>

#include <ivgpu/engine.h>

#define IVGPU_MMIO_SIZE		(2u << 20)
#define IVGPU_MMIO_PAGES	(IVGPU_MMIO_SIZE >> IVGPU_PAGE_SHIFT)

/*
 * Whose state a register is. Context-saved: part of a context image, a write by
 * MMIO is kept for the guest to read and changes nothing else. Engine-owned: one
 * value per vGPU and engine, loaded by us while that engine is idle. GT-global:
 * shared by all vGPUs, so the guest has a value of its own that changes nothing.
 */
enum ivgpu_reg_class {
	IVGPU_REG_GLOBAL,
	IVGPU_REG_CONTEXT,
	IVGPU_REG_ENGINE,
};

/* Who answers an access; handlers.h names the functions. 0: the stored value. */
enum ivgpu_reg_handler {
	IVGPU_H_NONE,
	IVGPU_H_FORCEWAKE,
	IVGPU_H_GDRST,
	IVGPU_H_RESET_CTL,
	IVGPU_H_RING,		/* HEAD, TAIL, ACTHD ...: as the running context has them */
	IVGPU_H_HWS_PGA,
	IVGPU_H_MI_MODE,
	IVGPU_H_ESR,
	IVGPU_H_ELSP,
	IVGPU_H_EXECLIST_STATUS,
	IVGPU_H_CSB,
	IVGPU_H_CSB_PTR,
	IVGPU_H_TIMESTAMP,
	IVGPU_H_NONPRIV,
	IVGPU_H_TLB,
	IVGPU_H_GGTT_FLUSH,
	IVGPU_H_PCODE,
	IVGPU_H_IRQ_MASTER,
	IVGPU_H_IRQ,
	IVGPU_H_RING_IMR,
	IVGPU_H_G2V,
	IVGPU_H_POWER_WELL,
	IVGPU_H_ENABLE,		/* display units: bit 30 or lower says that bit 31 has come true */
	IVGPU_H_PLL_STATUS,
	IVGPU_H_DDI_BUF,
	IVGPU_H_AUX,
	IVGPU_H_GMBUS,
	IVGPU_H_PIPE_CONF,
	IVGPU_H_PIPE_COUNTER,
	IVGPU_H_PLANE_SURF,
	IVGPU_H_CURSOR_BASE,
	IVGPU_H_PIPE_IRQ,
	IVGPU_H_FENCE,
	IVGPU_NUM_REG_HANDLERS
};

/* struct ivgpu_reg.access: what a command may do with a register. */
#define IVGPU_CMD_LRI		0x1	/* load a value that the audit sees */
#define IVGPU_CMD_LOAD		0x2	/* load a value that it does not see: LRM, LRR */
#define IVGPU_CMD_STORE		0x4	/* read: SRM, LRR */
#define IVGPU_CMD_DROP		0x8	/* stock drivers write it; goes to a harmless one */
#define IVGPU_CMD_RW		(IVGPU_CMD_LRI | IVGPU_CMD_LOAD | IVGPU_CMD_STORE)

/* struct ivgpu_reg.flags */
#define IVGPU_REG_MASKED	0x1	/* high half of a write: which bits of the low half count */
#define IVGPU_REG_HOST		0x2	/* value after a power cycle is read from hardware */

/**
 * struct ivgpu_reg - one row
 * @offset: bytes from the unit's base
 * @count: how many registers
 * @stride: bytes from one to the next
 * @name: as the field knows it
 * @reset: value after a power cycle
 * @ro: bits a guest cannot change
 * @w1c: bits that writing a 1 clears
 * @flags: IVGPU_REG_*
 * @access: IVGPU_CMD_*
 * @class: enum ivgpu_reg_class
 * @handler: enum ivgpu_reg_handler
 */
struct ivgpu_reg {
	u32 offset;
	u16 count;
	u16 stride;
	const char *name;
	u32 reset;
	u32 ro;
	u32 w1c;
	u8 flags;
	u8 access;
	u8 class;
	u8 handler;
};

#define IVGPU_NO_ENGINE	(-1)

/* Registers at a base; @rows sorted by offset. */
struct ivgpu_reg_unit {
	const char *name;
	u32 base;
	int engine;		/* enum ivgpu_engine_id or IVGPU_NO_ENGINE */
	const struct ivgpu_reg *rows;
	unsigned int nr;
};

struct ivgpu_reg_table {
	unsigned int gen;
	const struct ivgpu_reg_unit *units;
	unsigned int nr;
};

/* A row: offset, count, name, then what differs from a plain register. */
#define IVGPU_ROW(off, n, nm, ...) \
	{ .offset = (off), .count = (n), .stride = 4, .name = (nm), __VA_ARGS__ }

#define IVGPU_RO		.ro = ~0u

#define IVGPU_NR_RING_ROWS	62

extern const struct ivgpu_reg ivgpu_ring_rows[IVGPU_NR_RING_ROWS];
extern const struct ivgpu_reg_table ivgpu_regs_gen9;
/* The same with the registers of the display. */
extern const struct ivgpu_reg_table ivgpu_regs_gen9_display;

#define IVGPU_NR_DISPLAY_ROWS	106

extern const struct ivgpu_reg ivgpu_display_rows[IVGPU_NR_DISPLAY_ROWS];

/* One register. Slots are numbered from 1 in the order of offsets. */
struct ivgpu_reg_slot {
	const struct ivgpu_reg *reg;
	u32 offset;
	int engine;
	u16 index;		/* which of reg->count */
};

struct ivgpu_regmap {
	struct ivgpu_reg_slot *slots;
	unsigned int nr;	/* slots, slot 0 (unknown) included */
	u16 *pages[IVGPU_MMIO_PAGES];
};

/* ERR_PTR(-EINVAL): rows that are not sorted, overlap or leave the register space. */
struct ivgpu_regmap *ivgpu_regmap_create(const struct ivgpu_reg_table *table, u32 engines);
void ivgpu_regmap_destroy(struct ivgpu_regmap *map);
/* Slot number of the dword at @offset, 0 when no row has it. O(1). */
unsigned int ivgpu_regmap_find(const struct ivgpu_regmap *map, u32 offset);
/* What a register that held @old holds after a write of @value. */
u32 ivgpu_reg_merge(const struct ivgpu_reg *reg, u32 old, u32 value);

#endif
