// SPDX-License-Identifier: GPL-2.0
/*
 * Batches on every engine whose results are checked in memory: each stores values that no other
 * batch stores, and the engine's clock before and after. Between batches nobody waits, so that
 * the driver keeps the engine's queue full.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <i915_drm.h>

#include "engines.h"
#include "report.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BATCHES		100
#define STORES		6	/* values a batch stores, besides two times of the clock */
#define SLOT		64	/* bytes of results a batch has for itself */
#define TIMESTAMP	0x358	/* from an engine's base (i915 gt/intel_engine_regs.h) */

static const struct engine {
	const char *name;
	unsigned int flag;
	uint32_t base;
} engines[] = {
	{ "rcs0", I915_EXEC_RENDER, 0x2000 },
	{ "bcs0", I915_EXEC_BLT, 0x22000 },
	{ "vcs0", I915_EXEC_BSD | I915_EXEC_BSD_RING1, 0x12000 },
	{ "vecs0", I915_EXEC_VEBOX, 0x1a000 },
};

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static uint32_t value(const struct engine *e, unsigned int seed, unsigned int batch,
		      unsigned int i)
{
	return (seed * 2654435761u) ^ (e->base << 12) ^ (batch << 8) ^ i;
}

static void store_register(struct batch *b, uint32_t reg, drm_intel_bo *bo, uint32_t offset)
{
	batch_out(b, MI_STORE_REGISTER_MEM);
	batch_out(b, reg);
	batch_address(b, bo, offset, true);
}

static int submit_one(struct device *dev, const struct engine *e, drm_intel_bo *results,
		      unsigned int seed, unsigned int batch)
{
	uint32_t slot = batch * SLOT;
	struct batch b;
	unsigned int i;
	int ret;

	ret = batch_begin(&b, dev);
	if (ret)
		return ret;
	store_register(&b, e->base + TIMESTAMP, results, slot);
	for (i = 0; i < STORES; i++) {
		batch_out(&b, MI_STORE_DATA_IMM);
		batch_address(&b, results, slot + 8 + 4 * i, true);
		batch_out(&b, value(e, seed, batch, i));
	}
	store_register(&b, e->base + TIMESTAMP, results, slot + 4);
	return batch_submit(&b, e->flag);
}

/* Values one by one; clocks that were written and do not run backwards */
static bool check_results(const struct engine *e, const uint32_t *results, unsigned int seed)
{
	uint32_t last = results[0];
	unsigned int i, k;

	for (i = 0; i < BATCHES; i++) {
		const uint32_t *slot = results + i * SLOT / 4;

		for (k = 0; k < STORES; k++)
			if (slot[2 + k] != value(e, seed, i, k)) {
				diag("%s: batch %u, store %u: %08x, not %08x", e->name, i, k,
				     slot[2 + k], value(e, seed, i, k));
				return false;
			}
		for (k = 0; k < 2; last = slot[k++])
			if (!slot[k] || (int32_t)(slot[k] - last) < 0) {
				diag("%s: batch %u: clock %08x after %08x", e->name, i, slot[k],
				     last);
				return false;
			}
	}
	return true;
}

static bool run_engine(struct device *dev, const struct engine *e, unsigned int seed)
{
	drm_intel_bo *results = drm_intel_bo_alloc(dev->bufmgr, "results", BATCHES * SLOT, 4096);
	double start = seconds();
	bool ok = false;
	unsigned int i;
	int ret = 0;

	if (!results || drm_intel_bo_map(results, 1)) {
		report(false, "%s: no memory", e->name);
		return false;
	}
	memset(results->virtual, 0, BATCHES * SLOT);
	drm_intel_bo_unmap(results);
	for (i = 0; i < BATCHES && !ret; i++)
		ret = submit_one(dev, e, results, seed, i);
	if (ret)
		diag("%s: batch %u refused: %s", e->name, i - 1, strerror(-ret));
	else
		ret = bo_wait(results);
	if (!ret && !drm_intel_bo_map(results, 0)) {
		ok = check_results(e, results->virtual, seed);
		drm_intel_bo_unmap(results);
	} else {
		diag("%s: %s", e->name, strerror(-ret));
	}
	report(ok, "%s: %u batches, %u stores checked, %.3f s", e->name, i, i * (STORES + 2),
	       seconds() - start);
	drm_intel_bo_unreference(results);
	return ok;
}

unsigned int engines_run(struct device *dev, unsigned int seed)
{
	unsigned int i, passed = 0;

	for (i = 0; i < ARRAY_SIZE(engines); i++) {
		if (!device_has_engine(dev, engines[i].flag & I915_EXEC_RING_MASK))
			report_skip("the kernel reports no such engine", "%s", engines[i].name);
		else
			passed += run_engine(dev, &engines[i], seed);
	}
	return passed;
}
