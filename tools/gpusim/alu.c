// SPDX-License-Identifier: GPL-2.0
/*
 * MI_MATH and MI_ATOMIC.
 *
 * ALU operations and operands: i915 gt/intel_gpu_commands.h (MI_MATH_*) and Mesa genxml; the ALU
 * keeps SRCA, SRCB, ACCU, ZF and CF between the operations of one command. Atomic operations:
 * Mesa genxml (MI_ATOMIC, "Atomic Opcode": low five bits the operation, 0x20 the 8-byte forms).
 */
#include "alu.h"

#include <stdbool.h>
#include <string.h>

#include "gpu.h"

enum {
	ALU_NOOP = 0x000, ALU_LOAD = 0x080, ALU_LOADINV = 0x480, ALU_LOAD0 = 0x081,
	ALU_LOAD1 = 0x481, ALU_ADD = 0x100, ALU_SUB = 0x101, ALU_AND = 0x102, ALU_OR = 0x103,
	ALU_XOR = 0x104, ALU_STORE = 0x180, ALU_STOREINV = 0x580,
};

enum { SRCA = 0x20, SRCB = 0x21, ACCU = 0x31, ZF = 0x32, CF = 0x33 };

struct alu {
	uint64_t a, b, accu, zf, cf;
};

static uint64_t gpr_read(struct engine *e, unsigned int n)
{
	const uint32_t *r = gpu_reg(e->gpu, e->base + 0x600 + n * 8);

	return r[0] | (uint64_t)r[1] << 32;
}

static void gpr_write(struct engine *e, unsigned int n, uint64_t val)
{
	uint32_t *r = gpu_reg(e->gpu, e->base + 0x600 + n * 8);

	r[0] = (uint32_t)val;
	r[1] = (uint32_t)(val >> 32);
}

static int load(struct engine *e, struct alu *alu, uint32_t op)
{
	unsigned int to = op >> 10 & 0x3ff, from = op & 0x3ff;
	uint64_t val;

	switch (op >> 20) {
	case ALU_LOAD0:
		val = 0;
		break;
	case ALU_LOAD1:
		val = ~0ull;
		break;
	default:
		if (from < 16)
			val = gpr_read(e, from);
		else if (from == ACCU)
			val = alu->accu;
		else if (from == ZF)
			val = alu->zf;
		else if (from == CF)
			val = alu->cf;
		else
			return -1;
		if (op >> 20 == ALU_LOADINV)
			val = ~val;
	}
	if (to == SRCA)
		alu->a = val;
	else if (to == SRCB)
		alu->b = val;
	else
		return -1;
	return 0;
}

static int store(struct engine *e, const struct alu *alu, uint32_t op)
{
	unsigned int to = op >> 10 & 0x3ff, from = op & 0x3ff;
	uint64_t val;

	if (from == ACCU)
		val = alu->accu;
	else if (from == ZF)
		val = alu->zf;
	else if (from == CF)
		val = alu->cf;
	else
		return -1;
	if (to >= 16)
		return -1;
	gpr_write(e, to, op >> 20 == ALU_STOREINV ? ~val : val);
	return 0;
}

static int compute(struct alu *alu, uint32_t op)
{
	bool carry = false;

	switch (op >> 20) {
	case ALU_ADD:
		carry = __builtin_add_overflow(alu->a, alu->b, &alu->accu);
		break;
	case ALU_SUB:
		carry = __builtin_sub_overflow(alu->a, alu->b, &alu->accu);
		break;
	case ALU_AND:
		alu->accu = alu->a & alu->b;
		break;
	case ALU_OR:
		alu->accu = alu->a | alu->b;
		break;
	case ALU_XOR:
		alu->accu = alu->a ^ alu->b;
		break;
	default:
		return -1;
	}
	alu->zf = alu->accu ? 0 : ~0ull;
	alu->cf = carry ? ~0ull : 0;
	return 0;
}

int alu_execute(struct engine *e, const uint32_t *op, unsigned int nr)
{
	struct alu alu = { 0 };
	unsigned int i;
	int ret = 0;

	for (i = 0; i < nr && !ret; i++) {
		switch (op[i] >> 20) {
		case ALU_NOOP:
			break;
		case ALU_LOAD:
		case ALU_LOADINV:
		case ALU_LOAD0:
		case ALU_LOAD1:
			ret = load(e, &alu, op[i]);
			break;
		case ALU_STORE:
		case ALU_STOREINV:
			ret = store(e, &alu, op[i]);
			break;
		default:
			ret = compute(&alu, op[i]);
		}
	}
	return ret;
}

static int64_t sign(uint64_t val, unsigned int size)
{
	return size == 8 ? (int64_t)val : (int32_t)val;
}

int alu_atomic(unsigned int opcode, unsigned int size, uint64_t *val, const uint64_t operand[2])
{
	uint64_t mask = size == 8 ? ~0ull : 0xffffffffull;
	uint64_t old = *val & mask, x = operand[0] & mask, y = operand[1] & mask;

	if (opcode & 0x20 ? size != 8 : size != 4)
		return -1;
	switch (opcode & 0xdf) {
	case 0x01:
		*val = old & x;
		break;
	case 0x02:
		*val = old | x;
		break;
	case 0x03:
		*val = old ^ x;
		break;
	case 0x04:
		*val = x;
		break;
	case 0x05:
		*val = old + 1;
		break;
	case 0x06:
		*val = old - 1;
		break;
	case 0x07:
		*val = old + x;
		break;
	case 0x08:
		*val = old - x;
		break;
	case 0x09:
		*val = x - old;
		break;
	case 0x0a:
		*val = sign(old, size) > sign(x, size) ? old : x;
		break;
	case 0x0b:
		*val = sign(old, size) < sign(x, size) ? old : x;
		break;
	case 0x0c:
		*val = old > x ? old : x;
		break;
	case 0x0d:
		*val = old < x ? old : x;
		break;
	case 0x0e:
		*val = old == x ? y : old;
		break;
	case 0x0f:
		*val = old - 1;
		break;
	default:
		return -1;
	}
	*val &= mask;
	return 0;
}
