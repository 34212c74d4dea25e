/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzers share (fuzz_*.c, libFuzzer's entry LLVMFuzzerTestOneInput in each): a GPU with
 * memory as the unit tests have it, with time set by hand and no thread, so that an input does the
 * same each time; and what must hold after any input.
 */
#ifndef GPUSIM_FUZZ_UTIL_H
#define GPUSIM_FUZZ_UTIL_H

#include <stddef.h>
#include <stdint.h>

#include "test_util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes of an input, from its beginning; zeroes when there are no more. */
struct fuzz_input {
	const uint8_t *data;
	size_t left;
};

uint8_t fuzz_u8(struct fuzz_input *in);
uint32_t fuzz_u32(struct fuzz_input *in);

/* A machine for one input; the option byte chooses engine, 32-bit contexts, caches, speed. */
void fuzz_machine(struct machine *m, uint8_t options);

/* Runs the engines for a bounded time. */
void fuzz_run(struct machine *m);

/* A full reset, and the render engine must work; then the machine ends. */
void fuzz_end(struct machine *m);

#endif
