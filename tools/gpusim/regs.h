/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The registers of the GPU as data: which offsets exist, what they hold after reset, how a write
 * changes them, and who implements those that do more than remember.
 */
#ifndef GPUSIM_REGS_H
#define GPUSIM_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"
#include "model.h"

struct gpu;

enum reg_kind {
	REG_RW,			/* remembers */
	REG_RO,			/* writes are ignored */
	REG_MASKED,		/* bits 31:16 of a write select which of bits 15:0 change */
	REG_W1C,		/* ones clear */
};

/* A reset that returns the register to its reset value. */
enum reg_domain {
	DOMAIN_DEVICE,		/* only with the device */
	DOMAIN_FULL,		/* GDRST full reset too */
	DOMAIN_RENDER,		/* and a reset of the render engine */
	DOMAIN_ENGINE,		/* and a reset of the engine it belongs to */
};

typedef uint32_t (*reg_read_fn)(struct gpu *gpu, struct engine *e, uint32_t off);
typedef void (*reg_write_fn)(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);

struct reg_row {
	uint32_t off;		/* from the engine's base in an engine table */
	uint32_t count;		/* consecutive dwords */
	uint8_t kind;		/* enum reg_kind */
	uint8_t domain;		/* enum reg_domain */
	uint32_t reset;
	const char *name;
	reg_read_fn read;	/* NULL: what is remembered */
	reg_write_fn write;	/* NULL: by kind */
	uint16_t only;		/* platforms that have it (enum gpu_platform), 0: all */
	uint8_t classes;	/* engine tables: bit per enum engine_class, 0: all */
};

struct reg_table {
	const struct reg_row *rows;
	unsigned int nr;
	bool per_engine;
};

extern const struct reg_table regs_engine;	/* regs_engine.c: relative to an engine's base */
extern const struct reg_table regs_gt;		/* regs_gt.c: GT-wide, with behaviour */
extern const struct reg_table regs_display;	/* regs_display.c */
extern const struct reg_table regs_plain;	/* regs_plain.c: remember and nothing else */

int regs_init(struct gpu *gpu);
void regs_fini(struct gpu *gpu);

/* Back to reset values: everything of at least that domain; e limits DOMAIN_ENGINE to one. */
void regs_reset(struct gpu *gpu, enum reg_domain domain, const struct engine *e);

const struct reg_row *regs_find(struct gpu *gpu, uint32_t off, struct engine **e);
const char *regs_name(struct gpu *gpu, uint32_t off);
bool regs_is_masked(struct gpu *gpu, uint32_t off);

/* Access by the CPU (e NULL) or by a command of engine e. */
uint32_t regs_read(struct gpu *gpu, uint32_t off, const struct engine *by);
void regs_write(struct gpu *gpu, uint32_t off, uint32_t val, const struct engine *by);

#endif
