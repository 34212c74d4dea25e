/* SPDX-License-Identifier: GPL-2.0 */
/* Arithmetic of the command streamer: MI_MATH on the general purpose registers, MI_ATOMIC. */
#ifndef GPUSIM_ALU_H
#define GPUSIM_ALU_H

#include <stdint.h>

#include "engine.h"

/* 0, or -1 for an operation or register that does not exist. */
int alu_execute(struct engine *e, const uint32_t *alu, unsigned int nr);

/* One atomic operation on a value of size bytes (4 or 8); 0, or -1 for an unknown opcode. */
int alu_atomic(unsigned int opcode, unsigned int size, uint64_t *val, const uint64_t operand[2]);

#endif
