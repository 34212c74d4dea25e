// SPDX-License-Identifier: GPL-2.0
/*
 * The registers that IGT lets user batches write, and finds again only in the context that wrote
 * them (igt-gpu-tools tests/intel/gem_ctx_isolation.c, nonpriv_registers; offsets and writable bits
 * as there, those that it has for Gen9). Two contexts write different values in turn, by non-secure
 * batches on each engine, and each must read its own.
 */
#include "test_util.h"

#include <stdio.h>

#include "util.h"

#define LRI1 (0x22u << 23 | 1)
#define SRM (0x24u << 23 | 2)
#define BATCH_START 0x18800101u
#define MOST 256			/* registers */

struct row {
	uint32_t off;			/* absolute; of `any` rows from the engine's base */
	unsigned int count;
	uint32_t bits;			/* that hold what is written */
	bool masked;
};

static const struct row render[] = {
	{ 0x2158, 1, ~7u },		/* BB_OFFSET */
	{ 0x2290, 2, ~0u },		/* GPGPU_THREADS_DISPATCHED */
	{ 0x22c8, 1, ~3u }, { 0x22d8, 2, ~0u }, { 0x22f0, 1, ~3u }, { 0x22f8, 2, ~0u },
	{ 0x2300, 18, ~0u },		/* HS_INVOCATION_COUNT to CL_PRIMITIVES_COUNT */
	{ 0x2360, 2, ~0u },		/* OA_CTX_CONTROL, OACTXID */
	{ 0x2400, 6, ~0u },		/* MI_PREDICATE_SRC0, SRC1, DATA */
	{ 0x2418, 1, 1 }, { 0x241c, 1, ~0u },	/* MI_PREDICATE_RESULT, _1 */
	{ 0x2420, 1, ~0u }, { 0x2430, 5, ~0u },	/* 3DPRIM_* */
	{ 0x2448, 1, ~3u }, { 0x2450, 2, ~0u },
	{ 0x2500, 3, ~0u },		/* GPGPU_DISPATCHDIM* */
	{ 0x5200, 8, ~0u }, { 0x5240, 8, ~0u },	/* SO_NUM_PRIMS_WRITTEN, SO_PRIM_STORAGE_NEEDED */
	{ 0x5280, 4, ~3u },		/* SO_WRITE_OFFSET */
	{ 0x7000, 1, 0xfeff, true }, { 0x7004, 1, 0xffff, true }, { 0x7008, 1, 0xffff, true },
	{ 0x7034, 1, ~0u },		/* L3CNTLREG */
	{ 0xe400, 1, 0xffff }, { 0xe404, 1, ~0u },	/* TD_CTL, TD_CTL2 */
	{ 0 },
};

static const struct row copy[] = {
	{ 0x22200, 1, 3, true },	/* BCS_SWCTRL */
	{ 0 },
};

static const struct row none[] = { { 0 } };

/* What i915 of Linux 6.12 opens by FORCE_TO_NONPRIV on Skylake (gt/intel_workarounds.c). */
static const struct row opened[] = {
	{ 0x2580, 1, 0xffff, true }, { 0x7304, 1, 0xffff, true }, { 0 },
};

static const struct row any[] = { { 0x600, 32, ~0u }, { 0 } };	/* CS_GPR */

struct reg {
	uint32_t off, bits;
	bool masked;
};

static struct machine m;
static struct reg regs[MOST];
static unsigned int nr;
static uint32_t tail2;

static void add(const struct row *r, uint32_t base)
{
	unsigned int i;

	for (; r->count; r++)
		for (i = 0; i < r->count; i++)
			regs[nr++] = (struct reg){ base + r->off + 4 * i, r->bits, r->masked };
}

/* A batch in one of the two contexts. */
static void batch_in(unsigned int context, const uint32_t *cmd, unsigned int ndw)
{
	const uint32_t start[] = { BATCH_START, PP_BATCH, 0, 0 };
	unsigned int i;

	if (context == 0) {
		batch_exec(&m, cmd, ndw);
		return;
	}
	for (i = 0; i < ndw; i++)
		poke(&m, AT_BATCH + i * 4, cmd[i]);
	poke(&m, AT_BATCH + ndw * 4, 0x05000000);
	for (i = 0; i < ARRAY_SIZE(start); i++, tail2 += 4)
		poke(&m, AT_RING2 + tail2, start[i]);
	set_tail(&m, AT_CONTEXT2, tail2);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
}

/* Another value for each register, each context and each round. */
static uint32_t value(unsigned int context, unsigned int n, unsigned int round)
{
	uint32_t val = 0x9e3779b9u * (n + 1) ^ (context ? ~0u : 0) ^ round * 0x11111111u;

	return val & regs[n].bits;
}

static void write_all(unsigned int context, unsigned int round)
{
	uint32_t cmd[3 * MOST], *dw = cmd;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		*dw++ = LRI1;
		*dw++ = regs[i].off;
		*dw++ = value(context, i, round) | (regs[i].masked ? 0xffff0000u : 0);
	}
	batch_in(context, cmd, dw - cmd);
}

static void read_all(unsigned int context, unsigned int round)
{
	uint32_t cmd[4 * MOST], *dw = cmd;
	unsigned int i;
	char what[64];

	for (i = 0; i < nr; i++) {
		poke(&m, AT_DATA + 4 * i, 0xdeadbeef);
		*dw++ = SRM;
		*dw++ = regs[i].off;
		*dw++ = PP_DATA + 4 * i;
		*dw++ = 0;
	}
	batch_in(context, cmd, dw - cmd);
	for (i = 0; i < nr; i++) {
		snprintf(what, sizeof(what), "%#x in context %u, round %u", regs[i].off, context,
			 round);
		check_eq(what, peek(&m, AT_DATA + 4 * i) & regs[i].bits, value(context, i, round));
	}
}

static void engine(const char *name, enum engine_id id, const struct row *own)
{
	const struct row *slot;
	unsigned int round, i;

	machine_init(&m, "skl", id);
	nr = 0;
	tail2 = 0;
	add(own, 0);
	add(any, m.e->base);
	if (id == RCS) {
		for (slot = opened, i = 0; slot->count; slot++, i++)
			mmio_write32(&m.gpu, m.e->base + 0x4d0 + 4 * i, slot->off);
		add(opened, 0);
	}
	for (round = 0; round < 3; round++) {
		write_all(0, round);
		write_all(1, round);
		read_all(0, round);
		read_all(1, round);
	}
	machine_fini(&m);
	test_done(name);
}

int main(void)
{
	log_open("/dev/null", false, false);
	engine("registers of user batches belong to the context: rcs", RCS, render);
	engine("registers of user batches belong to the context: bcs", BCS, copy);
	engine("registers of user batches belong to the context: vcs", VCS0, none);
	engine("registers of user batches belong to the context: vecs", VECS, none);
	return test_summary();
}
