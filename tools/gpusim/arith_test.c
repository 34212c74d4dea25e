// SPDX-License-Identifier: GPL-2.0
/*
 * What MI commands compute: each operation of MI_MATH, MI_ATOMIC, MI_PREDICATE and
 * MI_SEMAPHORE_WAIT with values worked out by hand; the forms of FORCE_TO_NONPRIV. Encodings: i915
 * gt/intel_gpu_commands.h (MI_MATH_*, MI_SEMAPHORE_*), gt/intel_engine_regs.h
 * (RING_FORCE_TO_NONPRIV), Mesa genxml gen90.xml (Atomic_OPCODE, MI_ATOMIC) and gen70.xml
 * (MI_PREDICATE).
 */
#include "test_util.h"
#include "util.h"

static struct machine m;
static uint32_t base;

#define GGTT BIT(22)
#define SDI (0x20u << 23)
#define LRI (0x22u << 23)
#define GPR(n) (base + 0x600 + 8 * (n))

#define SRCA 0x20u
#define SRCB 0x21u
#define ACCU 0x31u
#define ZF 0x32u
#define CF 0x33u
#define ALU(op, to, from) ((op) << 20 | (to) << 10 | (from))
#define LOAD(to, from) ALU(0x080u, to, from)
#define STORE(to, from) ALU(0x180u, to, from)
#define MATH(n) (0x1au << 23 | ((n) - 1))

static void fresh(const char *gpu)
{
	machine_fini(&m);
	machine_init(&m, gpu, RCS);
	base = m.e->base;
}

static uint64_t gpr(unsigned int n)
{
	return reg_of(&m, 0x600 + 8 * n) | (uint64_t)reg_of(&m, 0x604 + 8 * n) << 32;
}

static void set_gpr(unsigned int n, uint64_t val)
{
	EXEC(&m, LRI | 3, GPR(n), (uint32_t)val, GPR(n) + 4, (uint32_t)(val >> 32));
}

static void math_operations(void)
{
	static const struct {
		const char *name;
		uint32_t op;
		uint64_t a, b, accu, zf, cf;
	} rows[] = {
		{ "ADD", 0x100, 2, 3, 5, 0, 0 },
		{ "ADD over the end", 0x100, ~0ull, 1, 0, ~0ull, ~0ull },
		{ "ADD over the low half", 0x100, 0xffffffff, 1, 0x100000000ull, 0, 0 },
		{ "SUB", 0x101, 7, 3, 4, 0, 0 },
		{ "SUB to zero", 0x101, 3, 3, 0, ~0ull, 0 },
		{ "SUB that borrows", 0x101, 3, 5, 0xfffffffffffffffeull, 0, ~0ull },
		{ "AND", 0x102, 0xff00ff00f0f0f0f0ull, 0x0ff00ff0ffff0000ull,
		  0x0f000f00f0f00000ull, 0, 0 },
		{ "AND of nothing shared", 0x102, 0xf0, 0x0f, 0, ~0ull, 0 },
		{ "OR", 0x103, 0xff00ff00f0f0f0f0ull, 0x0ff00ff0ffff0000ull,
		  0xfff0fff0fffff0f0ull, 0, 0 },
		{ "XOR", 0x104, 0xff00ff00f0f0f0f0ull, 0x0ff00ff0ffff0000ull,
		  0xf0f0f0f00f0ff0f0ull, 0, 0 },
		{ "XOR of the same", 0x104, 0x1234, 0x1234, 0, ~0ull, 0 },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		set_gpr(0, rows[i].a);
		set_gpr(1, rows[i].b);
		EXEC(&m, MATH(6), LOAD(SRCA, 0), LOAD(SRCB, 1), ALU(rows[i].op, 0, 0),
		     STORE(2, ACCU), STORE(3, ZF), STORE(4, CF));
		check_eq(rows[i].name, gpr(2), rows[i].accu);
		check_eq("zero flag", gpr(3), rows[i].zf);
		check_eq("carry flag", gpr(4), rows[i].cf);
	}
	test_done("MI_MATH, each operation");
}

/* What can be loaded and stored besides registers. */
static void math_operands(void)
{
	set_gpr(0, 5);
	set_gpr(1, 7);
	/* 5 + 7 = 12, no carry; 12 + ~0 = 11, carry; 11 + ~0 (the carry) = 10; 10 + 0 = 10 */
	EXEC(&m, MATH(15), LOAD(SRCA, 0), LOAD(SRCB, 1), ALU(0x100u, 0, 0), LOAD(SRCA, ACCU),
	     ALU(0x481u, SRCB, 0), ALU(0x100u, 0, 0), LOAD(SRCA, ACCU), LOAD(SRCB, CF),
	     ALU(0x100u, 0, 0), LOAD(SRCA, ACCU), ALU(0x081u, SRCB, 0), ALU(0x100u, 0, 0),
	     ALU(0x000u, 0, 0), STORE(5, ACCU), ALU(0x580u, 6, ACCU));
	check_eq("LOAD of ACCU and CF, LOAD0, LOAD1", gpr(5), 10);
	check_eq("STOREINV", gpr(6), ~10ull);
	/* ZF of 5 - 5 is ~0; its inverse is 0; 5 + 0 */
	EXEC(&m, MATH(8), LOAD(SRCA, 0), LOAD(SRCB, 0), ALU(0x101u, 0, 0), ALU(0x480u, SRCB, ZF),
	     ALU(0x100u, 0, 0), STORE(7, ACCU), LOAD(SRCB, ZF), STORE(8, ZF));
	check_eq("LOADINV of ZF", gpr(7), 5);
	check_eq("the flags are those of the last operation", gpr(8), 0);
	test_done("MI_MATH, operands");
}

static void stops(const char *what, uint32_t op)
{
	fresh("skl");
	EXEC(&m, MATH(2), LOAD(SRCA, 0), op);
	check_eq(what, m.e->hung, true);
}

static void math_errors(void)
{
	stops("no such operation", ALU(0x200u, 0, 0));
	stops("a load from nowhere", LOAD(SRCA, 0x30));
	stops("a load to a register", LOAD(3, 0));
	stops("a store of a source", STORE(3, SRCA));
	stops("a store to no register", STORE(16, ACCU));
	fresh("skl");
	test_done("MI_MATH, what does not exist");
}

/*
 * The word in memory is 0x80000003, or 0x8000000000000003, unless another one is given; the first
 * operand is 5, or the same word; the second 0x77.
 */
static const struct atomic {
	const char *name;
	uint32_t op;
	bool same;
	uint32_t want;
	uint64_t want8;
} atomic[] = {
	{ "AND", 0x01, false, 1, 1 },
	{ "OR", 0x02, false, 0x80000007, 0x8000000000000007ull },
	{ "XOR", 0x03, false, 0x80000006, 0x8000000000000006ull },
	{ "MOVE", 0x04, false, 5, 5 },
	{ "INC", 0x05, false, 0x80000004, 0x8000000000000004ull },
	{ "DEC", 0x06, false, 0x80000002, 0x8000000000000002ull },
	{ "ADD", 0x07, false, 0x80000008, 0x8000000000000008ull },
	{ "SUB", 0x08, false, 0x7ffffffe, 0x7ffffffffffffffeull },
	{ "RSUB", 0x09, false, 0x80000002, 0x8000000000000002ull },
	{ "IMAX", 0x0a, false, 5, 5 },
	{ "IMAX of the same", 0x0a, true, 0x80000003, 0x8000000000000003ull },
	{ "IMIN", 0x0b, false, 0x80000003, 0x8000000000000003ull },
	{ "UMAX", 0x0c, false, 0x80000003, 0x8000000000000003ull },
	{ "UMIN", 0x0d, false, 5, 5 },
	{ "CMP_WR that differs", 0x0e, false, 0x80000003, 0x8000000000000003ull },
	{ "CMP_WR", 0x0e, true, 0x77, 0x77 },
	{ "PREDEC", 0x0f, false, 0x80000002, 0x8000000000000002ull },
};

#define AT_WORD (AT_DATA + 0x100)
/* inline data, return of the old value */
#define ATOMIC (0x2fu << 23 | GGTT | 1 << 18 | 1 << 16 | 9)

static void atomics(void)
{
	const struct atomic *a;

	for (a = atomic; a < atomic + ARRAY_SIZE(atomic); a++) {
		set_gpr(0, 0);
		poke64(&m, AT_WORD, 0xeeeeeeee80000003ull);
		EXEC(&m, ATOMIC | a->op << 8, AT_WORD, 0, a->same ? 0x80000003u : 5, 0x77, 0, 0,
		     0, 0, 0, 0);
		check_eq(a->name, peek(&m, AT_WORD), a->want);
		check_eq("the dword beside it", peek(&m, AT_WORD + 4), 0xeeeeeeee);
		check_eq("returned", reg_of(&m, 0x600), a->op == 0x0f ? a->want : 0x80000003u);
	}
	test_done("MI_ATOMIC, each operation on a dword");
	for (a = atomic; a < atomic + ARRAY_SIZE(atomic); a++) {
		set_gpr(0, 0);
		poke64(&m, AT_WORD, 0x8000000000000003ull);
		EXEC(&m, ATOMIC | 1 << 19 | (a->op | 0x20) << 8, AT_WORD, 0, a->same ? 3 : 5, 0x77,
		     a->same ? 0x80000000u : 0, 0, 0, 0, 0, 0);
		check_eq(a->name, peek64(&m, AT_WORD), a->want8);
		check_eq("returned", gpr(0), a->op == 0x0f ? a->want8 : 0x8000000000000003ull);
	}
	test_done("MI_ATOMIC, each operation on a qword");
}

static void atomic_stops(const char *what, uint32_t bits)
{
	fresh("skl");
	poke(&m, AT_WORD, 3);
	EXEC(&m, ATOMIC | bits, AT_WORD, 0, 1, 0, 0, 0, 0, 0, 0, 0);
	check_eq(what, m.e->hung, true);
	check_eq("nothing is written", peek(&m, AT_WORD), 3);
}

static void atomic_errors(void)
{
	atomic_stops("no such operation", 0x10 << 8);
	atomic_stops("no operation at all", 0);
	atomic_stops("an 8-byte operation on a dword", 0x25 << 8);
	atomic_stops("a 4-byte operation on a qword", 1 << 19 | 0x05 << 8);
	atomic_stops("a reserved size", 3 << 19 | 0x05 << 8);
	fresh("skl");
	test_done("MI_ATOMIC, what does not exist");
}

#define PREDICATE(load, combine, compare) (0x0cu << 23 | (load) << 6 | (combine) << 3 | (compare))
#define YES PREDICATE(2u, 0u, 0u)
#define NO PREDICATE(2u, 0u, 1u)

static uint32_t predicate(uint32_t first, uint32_t second)
{
	EXEC(&m, first, second);
	return *gpu_reg(&m.gpu, 0x2418);
}

static void predicates(void)
{
	check_eq("true", predicate(NO, YES), 1);
	check_eq("false", predicate(YES, NO), 0);
	check_eq("true, inverted", predicate(YES, PREDICATE(3u, 0u, 0u)), 0);
	check_eq("kept", predicate(NO, PREDICATE(0u, 0u, 0u)), 0);
	check_eq("1 and 1", predicate(YES, PREDICATE(2u, 1u, 0u)), 1);
	check_eq("1 and 0", predicate(YES, PREDICATE(2u, 1u, 1u)), 0);
	check_eq("0 and 1", predicate(NO, PREDICATE(2u, 1u, 0u)), 0);
	check_eq("0 or 1", predicate(NO, PREDICATE(2u, 2u, 0u)), 1);
	check_eq("1 or 0", predicate(YES, PREDICATE(2u, 2u, 1u)), 1);
	check_eq("0 or 0", predicate(NO, PREDICATE(2u, 2u, 1u)), 0);
	check_eq("1 xor 1", predicate(YES, PREDICATE(2u, 3u, 0u)), 0);
	check_eq("0 xor 1", predicate(NO, PREDICATE(2u, 3u, 0u)), 1);
	check_eq("1 xor 0", predicate(YES, PREDICATE(2u, 3u, 1u)), 1);
	/* source 0 is 0x1_00000002, source 1 is 0xffffffff: their difference is 3 */
	EXEC(&m, LRI | 11, 0x2400, 2, 0x2404, 1, 0x2408, 0xffffffff, 0x240c, 0, 0x2410, 3, 0x2414,
	     0);
	check_eq("the difference is that", predicate(NO, PREDICATE(2u, 0u, 3u)), 1);
	EXEC(&m, LRI | 1, 0x2414, 1);
	check_eq("the difference is another", predicate(YES, PREDICATE(2u, 0u, 3u)), 0);
	test_done("MI_PREDICATE, each operation");
}

/* Memory compared with 5: what passes of 4, 5 and 6; then one that does, to end the wait. */
static void semaphores(void)
{
	static const struct {
		const char *name;
		uint32_t op, release;
		bool passes[3];
	} rows[] = {
		{ "greater", 0, 6, { false, false, true } },
		{ "greater or equal", 1, 5, { false, true, true } },
		{ "less", 2, 4, { true, false, false } },
		{ "less or equal", 3, 5, { true, true, false } },
		{ "equal", 4, 5, { false, true, false } },
		{ "not equal", 5, 4, { true, false, true } },
	};
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (j = 0; j < 3; j++) {
			poke(&m, AT_WORD, 4 + j);
			poke(&m, AT_WORD + 8, 0);
			EXEC(&m, 0x1cu << 23 | GGTT | 1 << 15 | rows[i].op << 12 | 2, 5, AT_WORD, 0,
			     SDI | GGTT | 2, AT_WORD + 8, 0, 1);
			check_eq(rows[i].name, peek(&m, AT_WORD + 8), rows[i].passes[j]);
			poke(&m, AT_WORD, rows[i].release);
			run(&m);
			check_eq("goes on", peek(&m, AT_WORD + 8), 1);
		}
	}
	test_done("MI_SEMAPHORE_WAIT, each comparison");
}

/* Coffee Lake's slots: access in bits 29:28, bit 30 denies, bits 1:0 how many registers. */
static void slots(void)
{
	static const struct {
		const char *name;
		uint32_t slot, reg;
		bool written;
	} rows[] = {
		{ "read and write", 0x2050, 0x2050, true },
		{ "another register", 0x2050, 0x2054, false },
		{ "read only", 0x10002050, 0x2050, false },
		{ "write only", 0x20002050, 0x2050, true },
		{ "invalid access", 0x30002050, 0x2050, false },
		{ "denied", 0x40002050, 0x2050, false },
		{ "four registers", 0x2051, 0x205c, true },
		{ "a fifth", 0x2051, 0x2060, false },
		{ "sixteen registers", 0x2042, 0x207c, true },
		{ "a seventeenth", 0x2042, 0x2080, false },
		{ "sixty-four registers", 0x2003, 0x20fc, true },
		{ "a sixty-fifth", 0x2003, 0x2104, false },
	};
	uint64_t before;
	unsigned int i;

	fresh("cfl");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		mmio_write32(&m.gpu, base + 0x4d0, rows[i].slot);
		before = log_count(LOG_PRIV);
		BATCH(&m, LRI | 1, rows[i].reg, 0);
		check_eq(rows[i].name, log_count(LOG_PRIV) == before, rows[i].written);
	}
	fresh("skl");
	/* Skylake knows none of these bits: an address and nothing else */
	mmio_write32(&m.gpu, base + 0x4d0, 0x40002051);
	before = log_count(LOG_PRIV);
	BATCH(&m, LRI | 1, 0x2050, 0);
	check_eq("Skylake: the register", log_count(LOG_PRIV), before);
	BATCH(&m, LRI | 1, 0x2054, 0);
	check_eq("Skylake: not the next", log_count(LOG_PRIV) > before, true);
	test_done("FORCE_TO_NONPRIV: access and range");
}

int main(void)
{
	log_open("/dev/null", false, false);
	machine_init(&m, "skl", RCS);
	base = m.e->base;
	math_operations();
	math_operands();
	math_errors();
	atomics();
	atomic_errors();
	predicates();
	semaphores();
	slots();
	machine_fini(&m);
	return test_summary();
}
