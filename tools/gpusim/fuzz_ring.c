// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of what a driver puts into memory: rings, batches, context images and page tables. Input:
 * an option byte (fuzz_util.h), then pieces: a byte that says where they go, one that says where in
 * it, one with the number of dwords, and the dwords. A piece of none submits; the context runs, and
 * more may follow while it does.
 */
#include "fuzz_util.h"

#include "util.h"

#define MAX_PIECES 64

static struct machine m;

static const struct {
	uint32_t at;
	uint32_t size;
} places[] = {
	{ AT_RING, 0x1000 }, { AT_BATCH, 0x4000 }, { AT_CONTEXT + 0x1000, 0x800 },
	{ AT_CONTEXT + 0x2000, 0x1000 }, { AT_PML4, 0x4000 }, { AT_DATA, 0x1000 },
	{ AT_RING2, 0x1000 }, { AT_CONTEXT2 + 0x1000, 0x800 },
};

static void submit_contexts(uint8_t how)
{
	submit(&m, descriptor(AT_CONTEXT, how & 3) ^ (how & 0x1c),
	       how & 0x20 ? descriptor(AT_CONTEXT2, how >> 6 & 1) : 0);
	fuzz_run(&m);
}

static void put_piece(struct fuzz_input *in)
{
	unsigned int where = fuzz_u8(in), at = fuzz_u8(in), ndw = fuzz_u8(in), i, off;

	if (!ndw) {
		submit_contexts((uint8_t)where);
		return;
	}
	off = at * 16;
	where %= ARRAY_SIZE(places);
	for (i = 0; i < ndw && in->left; i++, off += 4)
		poke(&m, places[where].at + off % places[where].size, fuzz_u32(in));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint8_t options = fuzz_u8(&in);
	unsigned int i;

	fuzz_machine(&m, options);
	set_tail(&m, AT_CONTEXT, (uint32_t)fuzz_u8(&in) * 16);
	set_tail(&m, AT_CONTEXT2, (uint32_t)fuzz_u8(&in) * 16);
	for (i = 0; i < MAX_PIECES && in.left; i++)
		put_piece(&in);
	submit_contexts(0);
	fuzz_end(&m);
	return 0;
}
