// SPDX-License-Identifier: GPL-2.0
/*
 * Throws bytes at the scanner and holds its verdicts to what must always be so.
 *
 * With libFuzzer (make fuzz) the bytes come from it; else (make check) from a
 * generator of our own that starts at commands of the tables and breaks them,
 * the same ones for the same seed. Sanitizers are on in both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <linux/kernel.h>

#include "cmd.h"
#include "cmd_table.h"

#define LOW	0x10000000ull
#define HIGH	0x14000000ull

/* Every GGTT address and register that was allowed is seen here. */
static bool fuzz_ggtt(const void *owner, u64 addr, u64 len)
{
	return addr >= LOW && len <= HIGH - LOW && addr <= HIGH - len;
}

/* Registers in three thirds: allowed, replaced by the first of the allowed, refused. */
static enum ivgpu_reg_verdict fuzz_reg(const void *owner, enum ivgpu_engine_id engine,
				       enum ivgpu_reg_access access, u32 *offset, u32 *value)
{
	switch (*offset / 4 % 3) {
	case 0:
		return IVGPU_REG_ALLOW;
	case 1:
		*offset = 0;
		return IVGPU_REG_REPLACE;
	default:
		return IVGPU_REG_REFUSE;
	}
}

static const struct ivgpu_cmd_policy policy = {
	.reg = fuzz_reg,
	.ggtt = fuzz_ggtt,
};

static void demand(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "broken: %s\n", what);
	abort();
}

static void scan(struct ivgpu_cmd_scan *s, u32 *dw, u32 ndw, u32 *budget, unsigned int how)
{
	memset(s, 0, sizeof(*s));
	s->engine = how % IVGPU_NUM_ENGINES;
	s->gen = how & 0x10 ? 8 : 9;
	s->space = how / 32 % 4;
	s->dw = dw;
	s->ndw = ndw;
	s->policy = &policy;
	s->budget = budget;
	ivgpu_cmd_scan(s);
}

/* An allowed stretch stays allowed, and the audit has nothing more to patch in it. */
static void scan_again(const struct ivgpu_cmd_scan *first, u32 *dw, u32 ndw, unsigned int how)
{
	struct ivgpu_cmd_scan again;
	u32 budget = ndw;

	scan(&again, dw, ndw, &budget, how);
	demand(again.result == first->result, "the second verdict is another one");
	demand(again.offset == first->offset, "the second scan ends elsewhere");
	demand(!again.patched, "an audited copy needs patching again");
}

/* A context image against another: the first half of the input is hardware's. */
static void audit_image(const u32 *dw, u32 ndw, unsigned int how)
{
	enum ivgpu_engine_id engine = how % IVGPU_NUM_ENGINES;
	u32 half = ndw / 2, bad = ~0u;
	int ret;

	ret = ivgpu_cmd_audit_image(engine, 9, dw, dw + half, half, &bad);
	demand(!ret || bad < half, "a refused image names no dword of it");
	demand(!ret || dw[bad] != dw[half + bad], "a refused dword is as hardware has it");
	demand(!ivgpu_cmd_audit_image(engine, 9, dw, dw, half, &bad),
	       "hardware's own image is refused");
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct ivgpu_cmd_scan s;
	unsigned int how;
	u32 ndw, budget;
	u32 *dw;

	if (size < 8)
		return 0;
	how = data[0];
	ndw = (size - 4) / 4;
	budget = data[1] & 1 ? ndw : (u32)data[2];
	dw = malloc(4 * ndw);
	if (!dw)
		return 0;
	memcpy(dw, data + 4, 4 * ndw);
	audit_image(dw, ndw, how);
	scan(&s, dw, ndw, &budget, how);
	demand(budget <= (data[1] & 1 ? ndw : (u32)data[2]), "the budget grew");
	demand(s.offset <= 4 * ndw, "ended outside");
	demand(s.nr_batches <= IVGPU_CMD_MAX_BATCHES, "too many batches");
	demand((s.result == IVGPU_CMD_REFUSED) == (s.reason != IVGPU_CMD_FINE),
	       "verdict and reason disagree");
	demand(s.result != IVGPU_CMD_PARTIAL || s.offset < 4 * ndw, "partial at the end");
	if (s.result != IVGPU_CMD_REFUSED)
		scan_again(&s, dw, ndw, how);
	free(dw);
	return 0;
}

#ifndef LIBFUZZER

static u64 state;

static u32 rnd(u32 below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)(state >> 11) % below;
}

static u32 pick_header(void)
{
	u32 kind = rnd(8);

	if (kind < 5)
		return rnd(IVGPU_CMD_MI_ROWS) << 23 | (rnd(2) ? rnd(16) : rnd(BIT(23)));
	if (kind == 5)
		return 2u << 29 | rnd(IVGPU_CMD_2D_ROWS) << 22 | rnd(16);
	return 3u << 29 | rnd(32) << 24 | rnd(256) << 16 | rnd(rnd(2) ? 16 : BIT(16));
}

static u32 pick_operand(void)
{
	static const u32 edges[] = {
		0, 4, 0xffc, 0x1000, 0x24d0, 0x941c, LOW - 4, LOW, HIGH - 8, HIGH - 4, HIGH, ~0u,
	};

	return rnd(2) ? edges[rnd(ARRAY_SIZE(edges))] : rnd(~0u);
}

static void make_input(u8 *data, size_t size)
{
	size_t i;
	u32 dw;

	for (i = 0; i < size; i += 4) {
		dw = i && rnd(3) ? pick_operand() : pick_header();
		memcpy(data + i, &dw, 4);
	}
	for (i = 0; i < 4; i++)
		data[i] = rnd(256);
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 10;
	unsigned long n = 0;
	time_t end = time(NULL) + (time_t)seconds;
	static u8 data[1024];
	size_t size;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 0x1915;
	while (n % 4096 || time(NULL) < end) {
		size = 8 + 4 * rnd(sizeof(data) / 4 - 2);
		make_input(data, size);
		LLVMFuzzerTestOneInput(data, size);
		n++;
	}
	printf("# %lu inputs\n", n);
	return n ? 0 : 1;
}

#endif
