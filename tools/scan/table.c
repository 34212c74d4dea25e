// SPDX-License-Identifier: GPL-2.0
/*
 * ivgpu-scan --table: every command row as a line of JSON:
 *
 *   engine, gen, header (its fixed bits), name, min, max (dwords), bits (of the length
 *   field), bias, rule, operands: kind, dword, low, high, flag ([dword, bit]), bytes,
 *   count (0: to the end), stride
 */
#include <stdio.h>

#include <linux/kernel.h>

#include "cmd_table.h"
#include "table.h"

static const char *const rules[] = {
	[IVGPU_RULE_ALLOW] = "allow",
	[IVGPU_RULE_OPERANDS] = "operands",
	[IVGPU_RULE_AUDIT] = "audit",
	[IVGPU_RULE_DROP] = "drop",
	[IVGPU_RULE_DROP_USER] = "drop-user",
	[IVGPU_RULE_REFUSE] = "refuse",
};

static const char *const kinds[] = {
	[IVGPU_OPERAND_PPGTT] = "ppgtt",
	[IVGPU_OPERAND_OFFSET] = "offset",
	[IVGPU_OPERAND_MEMORY] = "memory",
	[IVGPU_OPERAND_EITHER] = "either",
	[IVGPU_OPERAND_POST_SYNC] = "post-sync",
	[IVGPU_OPERAND_BATCH] = "batch",
	[IVGPU_OPERAND_INDEX] = "index",
	[IVGPU_OPERAND_READ] = "read",
	[IVGPU_OPERAND_WRITE] = "write",
	[IVGPU_OPERAND_LOAD] = "load",
};

static bool has_flag(const struct ivgpu_cmd_operand *op)
{
	return op->flag || op->kind == IVGPU_OPERAND_MEMORY;
}

static void print_operands(const struct ivgpu_cmd_row *row)
{
	const struct ivgpu_cmd_operand *op;

	for (op = row->operands; op < row->operands + row->nr_operands; op++) {
		printf("%s{\"kind\": \"%s\", \"dword\": %u, \"low\": %u, \"high\": %u, ",
		       op == row->operands ? "" : ", ", kinds[op->kind], op->dword, op->low,
		       op->high);
		if (has_flag(op))
			printf("\"flag\": [%u, %u], ", op->flag_dword, op->flag);
		printf("\"bytes\": %u, \"count\": %u, \"stride\": %u}", op->bytes, op->count,
		       op->stride);
	}
}

static void print_row(const char *engine, unsigned int gen, u32 header,
		      const struct ivgpu_cmd_row *row)
{
	printf("{\"engine\": \"%s\", \"gen\": %u, \"header\": \"0x%08x\", \"name\": \"%s\", ",
	       engine, gen, header, row->name);
	printf("\"min\": %u, \"max\": %u, \"bits\": %d, \"bias\": %u, \"rule\": \"%s\", ",
	       row->length[gen - 8].min, row->length[gen - 8].max,
	       __builtin_popcount(row->length_mask), row->bias, rules[row->rule]);
	printf("\"operands\": [");
	print_operands(row);
	printf("]}\n");
}

/* The rows of the group that holds headers @top in bits 31:24. */
static void print_group(enum ivgpu_engine_id id, const char *engine, unsigned int gen, u32 top)
{
	const struct ivgpu_cmd_group *group = &ivgpu_cmd_groups[id][top];
	u32 header, i;

	for (i = 0; i < group->nr; i++) {
		header = (top & 0xe0) << 24 | i << group->shift;
		if (group->shift == 16)
			header = top << 24 | i << 16;
		/* A group may stand in several places; its rows each belong to one. */
		if (header >> 24 == top && ivgpu_cmd_find(id, gen, header))
			print_row(engine, gen, header, &group->rows[i]);
	}
}

void table_print(void)
{
	static const struct {
		enum ivgpu_engine_id id;
		const char *name;
	} engines[] = {
		{ IVGPU_RCS0, "rcs" }, { IVGPU_BCS0, "bcs" }, { IVGPU_VCS0, "vcs" },
		{ IVGPU_VECS0, "vecs" },
	};
	unsigned int e, gen;
	u32 top;

	for (e = 0; e < ARRAY_SIZE(engines); e++)
		for (gen = 8; gen <= 9; gen++)
			for (top = 0; top < IVGPU_CMD_GROUPS; top++)
				print_group(engines[e].id, engines[e].name, gen, top);
}
