// SPDX-License-Identifier: GPL-2.0
/* Looks registers up in the tables, applies their kind, and reports accesses to undefined ones. */
#include "regs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpu.h"
#include "util.h"

struct reg_ref {
	const struct reg_row *row;
	struct engine *e;
};

/* One reference for each (row, engine); row_of[] holds its number plus one. */
static struct reg_ref *refs;
static unsigned int nr_refs;

static const struct reg_table *const tables[] = {
	&regs_plain, &regs_display, &regs_gt, &regs_engine,	/* later ones win */
};

#define NR_TABLES (ARRAY_SIZE(tables))

static void add_row(uint16_t *row_of, const struct reg_row *row, struct engine *e)
{
	uint32_t first = (row->off + (e ? e->base : 0)) / 4;
	unsigned int i;

	refs[nr_refs].row = row;
	refs[nr_refs].e = e;
	nr_refs++;
	for (i = 0; i < row->count && first + i < MMIO_SIZE / 4; i++)
		row_of[first + i] = (uint16_t)nr_refs;
}

static void add_table(struct gpu *gpu, uint16_t *row_of, const struct reg_table *t)
{
	const struct reg_row *row;
	unsigned int i, n;

	for (i = 0; i < t->nr; i++) {
		row = &t->rows[i];
		if (row->only && !(row->only & gpu->model->platform))
			continue;
		if (!t->per_engine) {
			add_row(row_of, row, NULL);
			continue;
		}
		for (n = 0; n < NUM_ENGINES; n++)
			if (gpu->engine[n].present &&
			    (!row->classes || row->classes & 1 << gpu->engine[n].class))
				add_row(row_of, row, &gpu->engine[n]);
	}
}

int regs_init(struct gpu *gpu)
{
	uint16_t *row_of;
	size_t max = 0, i;

	for (i = 0; i < NR_TABLES; i++)
		max += tables[i]->nr * (tables[i]->per_engine ? (size_t)NUM_ENGINES : 1);
	if (max >= UINT16_MAX)
		return -E2BIG;
	refs = calloc(max, sizeof(*refs));
	row_of = calloc(MMIO_SIZE / 4, sizeof(*row_of));
	gpu->reg = calloc(MMIO_SIZE / 4, sizeof(*gpu->reg));
	gpu->seen_undefined = calloc(MMIO_SIZE / 4, 1);
	if (!refs || !row_of || !gpu->reg || !gpu->seen_undefined)
		return -ENOMEM;
	nr_refs = 0;
	for (i = 0; i < NR_TABLES; i++)
		add_table(gpu, row_of, tables[i]);
	gpu->row_of = row_of;
	regs_reset(gpu, DOMAIN_DEVICE, NULL);
	return 0;
}

void regs_fini(struct gpu *gpu)
{
	free(refs);
	refs = NULL;
	free((void *)gpu->row_of);
	free(gpu->reg);
	free(gpu->seen_undefined);
}

void regs_reset(struct gpu *gpu, enum reg_domain domain, const struct engine *e)
{
	const struct reg_ref *ref;
	unsigned int n, i;

	for (n = 0; n < nr_refs; n++) {
		ref = &refs[n];
		if (ref->row->domain < domain)
			continue;
		if (ref->row->domain == DOMAIN_ENGINE && e && ref->e != e)
			continue;
		for (i = 0; i < ref->row->count; i++)
			gpu->reg[((ref->e ? ref->e->base : 0) + ref->row->off) / 4 + i] =
				ref->row->reset;
	}
}

static const struct reg_ref *find(struct gpu *gpu, uint32_t off)
{
	uint16_t n = gpu->row_of[(off & (MMIO_SIZE - 1)) / 4];

	return n ? &refs[n - 1] : NULL;
}

const struct reg_row *regs_find(struct gpu *gpu, uint32_t off, struct engine **e)
{
	const struct reg_ref *ref = find(gpu, off);

	if (!ref)
		return NULL;
	if (e)
		*e = ref->e;
	return ref->row;
}

const char *regs_name(struct gpu *gpu, uint32_t off)
{
	const struct reg_ref *ref = find(gpu, off);

	return ref ? ref->row->name : "undefined";
}

bool regs_is_masked(struct gpu *gpu, uint32_t off)
{
	const struct reg_ref *ref = find(gpu, off);

	return ref && ref->row->kind == REG_MASKED;
}

static void report(struct gpu *gpu, uint32_t off, bool write, uint32_t val,
		   const struct engine *by)
{
	uint8_t bit = write ? 2 : 1;
	char text[80];

	gpu->undefined_accesses++;
	if (gpu->seen_undefined[off / 4] & bit && !log_tracing())
		return;
	gpu->seen_undefined[off / 4] |= bit;
	snprintf(text, sizeof(text), "%s undefined register %#x", write ? "writes" : "reads", off);
	if (write)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), ", value %#x", val);
	if (by)
		engine_report(by, LOG_UNDEF_REG, "%s", text);
	else
		log_line(LOG_UNDEF_REG, "cpu %s", text);
}

uint32_t regs_read(struct gpu *gpu, uint32_t off, const struct engine *by)
{
	const struct reg_ref *ref;

	off &= (MMIO_SIZE - 1) & ~3u;
	ref = find(gpu, off);
	if (!ref) {
		report(gpu, off, false, 0, by);
		return 0;
	}
	if (ref->row->read)
		return ref->row->read(gpu, ref->e, off);
	return gpu->reg[off / 4];
}

void regs_write(struct gpu *gpu, uint32_t off, uint32_t val, const struct engine *by)
{
	const struct reg_ref *ref;
	uint32_t mask;

	off &= (MMIO_SIZE - 1) & ~3u;
	ref = find(gpu, off);
	if (!ref) {
		report(gpu, off, true, val, by);
		return;
	}
	if (ref->row->kind == REG_MASKED) {
		mask = val >> 16;
		val = (gpu->reg[off / 4] & ~mask) | (val & mask);
	} else if (ref->row->kind == REG_W1C) {
		val = gpu->reg[off / 4] & ~val;
	} else if (ref->row->kind == REG_RO && !ref->row->write) {
		return;
	}
	if (ref->row->write)
		ref->row->write(gpu, ref->e, off, val);
	else
		gpu->reg[off / 4] = val;
}

uint32_t mmio_read32(struct gpu *gpu, uint32_t off)
{
	uint32_t val = regs_read(gpu, off, NULL);

	gpu->nr_reads++;
	if (log_tracing())
		log_line(LOG_TRACE, "read %#x %s = %#x", off, regs_name(gpu, off), val);
	return val;
}

void mmio_write32(struct gpu *gpu, uint32_t off, uint32_t val)
{
	gpu->nr_writes++;
	if (log_tracing())
		log_line(LOG_TRACE, "write %#x %s = %#x", off, regs_name(gpu, off), val);
	regs_write(gpu, off, val, NULL);
}
