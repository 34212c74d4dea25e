// SPDX-License-Identifier: GPL-2.0
/*
 * Translation tables and TLB.
 *
 * Entry formats: i915 gt/intel_gtt.h and gt/gen8_ppgtt.c: bit 0 present, bit 1 writable, address
 * 38:12; a directory entry with bit 7 maps 2 MiB, with bit 11 (IPS) its table maps 64 KiB pages
 * by every sixteenth entry. The PML4 is named by PDP0; a 32-bit context has four PDPs, each a
 * page directory. Writes to a read-only page are dropped without a fault (inferred from i915
 * selftests/i915_gem_context.c, igt_ctx_readonly). 64 KiB pages count only where the GAMW_ECO
 * register 0x4080 enables them (i915 gt/gen8: gtt_write_workarounds).
 *
 * Translations are kept by engine. Those of the GGTT live until GFX_FLSH_CNTL or the engine's own
 * invalidation; those of a PPGTT are told apart by their root. That a context switch drops them
 * is inferred (a driver could not preempt otherwise without an invalidation at each resume);
 * with --stale-tlb they are kept over it, so that only an explicit invalidation counts. Entries
 * that are absent are not kept, nor are directory entries.
 */
#include "gtt.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "fault.h"
#include "gpu.h"
#include "witness.h"

#define PAGE_MASK 0xfffull
#define ADDR_MASK 0x7ffffff000ull
#define ENTRY_PRESENT 1ull
#define ENTRY_WRITABLE 2ull
#define PDE_2M 0x80ull
#define PDE_IPS_64K 0x800ull
#define PPGTT_BITS 48
#define DESC_FORCE_PD_RESTORE 0x2
#define DESC_ADDRESS_64B 0x10		/* bits 4:3: 1 legacy 32-bit, 3 legacy 64-bit */
#define REG_GAMW_ECO 0x4080
#define GAMW_ECO_64K_IPS 0xf

int gtt_walk_ggtt(struct gpu *gpu, uint64_t addr, struct walk *w)
{
	uint64_t pte;

	w->level = 0;
	if (addr >> 12 >= GTT_ENTRIES)
		return -EFAULT;
	pte = __atomic_load_n(&gpu->gtt[addr >> 12], __ATOMIC_RELAXED);
	if (!(pte & ENTRY_PRESENT))
		return -EFAULT;
	w->bus = pte & ADDR_MASK;
	w->writable = true;
	return 0;
}

/* Reads entry n of the table at a bus address. */
static int table_entry(struct engine *e, uint64_t table, unsigned int n, uint64_t *entry)
{
	const uint64_t *page = (const uint64_t *)mem_page(&e->gpu->mem, table & ADDR_MASK, false);

	if (!page)
		return -ENXIO;
	witness_table(e, table & ADDR_MASK);
	*entry = __atomic_load_n(&page[n], __ATOMIC_RELAXED);
	return 0;
}

static int step(struct engine *e, uint64_t *entry, unsigned int n, bool *writable)
{
	int ret = table_entry(e, *entry, n, entry);

	if (ret)
		return ret;
	if (!(*entry & ENTRY_PRESENT))
		return -EFAULT;
	*writable &= !!(*entry & ENTRY_WRITABLE);
	return 0;
}

static uint64_t pdp(struct engine *e, unsigned int n)
{
	return *gpu_reg(e->gpu, e->base + 0x270 + n * 8) |
		(uint64_t)*gpu_reg(e->gpu, e->base + 0x274 + n * 8) << 32;
}

/* From the page directory entry downwards. */
static int walk_directory(struct engine *e, uint64_t entry, uint64_t addr, struct walk *w)
{
	bool ips;
	int ret;

	w->level = 2;
	ret = step(e, &entry, addr >> 21 & 511, &w->writable);
	if (ret)
		return ret;
	if (entry & PDE_2M) {
		w->bus = (entry & ADDR_MASK & ~0x1fffffull) | (addr & 0x1ff000);
		return 0;
	}
	ips = entry & PDE_IPS_64K && *gpu_reg(e->gpu, REG_GAMW_ECO) & GAMW_ECO_64K_IPS;
	w->level = 1;
	ret = step(e, &entry, addr >> 12 & (ips ? 0x1f0 : 511), &w->writable);
	if (ret)
		return ret;
	w->bus = ips ? (entry & ADDR_MASK & ~0xffffull) | (addr & 0xf000) : entry & ADDR_MASK;
	return 0;
}

int gtt_walk_ppgtt(struct engine *e, uint64_t addr, struct walk *w)
{
	uint64_t entry;
	int ret;

	w->writable = true;
	if (!(e->port[e->cur].desc & DESC_ADDRESS_64B)) {
		w->level = 3;
		if (addr >> 32)
			return -EFAULT;
		return walk_directory(e, pdp(e, addr >> 30 & 3), addr, w);
	}
	entry = pdp(e, 0);
	addr &= (1ull << PPGTT_BITS) - 1;
	w->level = 4;
	ret = step(e, &entry, addr >> 39 & 511, &w->writable);
	if (ret)
		return ret;
	w->level = 3;
	ret = step(e, &entry, addr >> 30 & 511, &w->writable);
	if (ret)
		return ret;
	return walk_directory(e, entry, addr, w);
}

void gtt_flush_engine(struct engine *e, unsigned int what)
{
	atomic_fetch_or(&e->tlb.flush, what);
}

void gtt_flush_all(struct gpu *gpu, unsigned int what)
{
	int i;

	for (i = 0; i < NUM_ENGINES; i++)
		gtt_flush_engine(&gpu->engine[i], what);
}

void gtt_context_switched(struct engine *e)
{
	e->tlb.witness_epoch++;
	if (!e->gpu->opt.stale_tlb || e->port[e->cur].desc & DESC_FORCE_PD_RESTORE)
		gtt_flush_engine(e, TLB_FLUSH_PPGTT);
}

/* What tells the page tables of one context from those of another. */
static uint64_t root(struct engine *e)
{
	uint64_t sum = pdp(e, 0);
	unsigned int i;

	if (e->port[e->cur].desc & DESC_ADDRESS_64B)
		return sum;
	for (i = 1; i < 4; i++)
		sum = sum * 0x100000001b3ull + pdp(e, i);
	return sum | 1ull << 63;
}

static void do_flush(struct engine *e)
{
	unsigned int what = atomic_exchange_explicit(&e->tlb.flush, 0, memory_order_acquire);

	if (e->gpu->opt.tlb_off)
		what = TLB_FLUSH_ALL;
	if (what & TLB_FLUSH_GGTT)
		e->tlb.epoch[SPACE_GGTT]++;
	if (what & TLB_FLUSH_PPGTT)
		e->tlb.epoch[SPACE_PPGTT]++;
}

/* Walks the tables into t. */
static int fill(struct engine *e, enum address_space space, uint64_t addr, struct tlb_entry *t,
		struct walk *w)
{
	int ret;

	t->tag = 0;
	if (space == SPACE_GGTT)
		ret = gtt_walk_ggtt(e->gpu, addr, w);
	else
		ret = gtt_walk_ppgtt(e, addr, w);
	if (ret)
		return ret;
	t->tag = (addr >> 12) << 2 | (uint64_t)space << 1 | 1;
	t->epoch = e->tlb.epoch[space];
	t->bus = w->bus;
	t->writable = w->writable;
	t->map = atomic_load(&e->gpu->mem.generation) - 1;
	t->seen[0] = ~0ull;
	t->seen[1] = ~0ull;
	return 0;
}

/*
 * The translation of a page, from the TLB or by a walk. NULL: absent, *w tells where. The host
 * pointer follows the memory map; the bus address stays what it was when the tables were read.
 */
static struct tlb_entry *translate(struct engine *e, enum address_space space, uint64_t addr,
				   struct walk *w)
{
	uint64_t tag = (addr >> 12) << 2 | (uint64_t)space << 1 | 1;
	struct tlb_entry *t = &e->tlb.entry[((addr >> 12) ^ (addr >> 22)) % TLB_ENTRIES];
	uint64_t from = space == SPACE_GGTT ? 0 : root(e);
	unsigned int map;

	do_flush(e);
	if (t->tag != tag || t->epoch != e->tlb.epoch[space] || t->root != from) {
		if (fill(e, space, addr, t, w))
			return NULL;
		t->root = from;
	}
	map = atomic_load(&e->gpu->mem.generation);
	if (t->map != map) {
		t->host = mem_page(&e->gpu->mem, t->bus, t->writable);
		t->map = map;
	}
	return t;
}

static void testify(struct engine *e, enum address_space space, uint64_t addr,
		    struct tlb_entry *t, bool write)
{
	uint64_t now;

	/* the clock is slower than a translation */
	if (!(e->tlb.witness_uses++ % WITNESS_CLOCK_USES)) {
		now = now_ns();
		if (now - e->tlb.witness_since > WITNESS_REPEAT_NS) {
			e->tlb.witness_epoch++;
			e->tlb.witness_since = now;
		}
	}
	if (t->seen[write] == e->tlb.witness_epoch || (write && !t->writable))
		return;
	t->seen[write] = e->tlb.witness_epoch;
	witness_page(e, space, addr, t->bus, write);
}

static struct tlb_entry *translate_or_fault(struct engine *e, enum address_space space,
					    uint64_t addr, bool write)
{
	struct walk w = { 0 };
	struct tlb_entry *t = translate(e, space, addr, &w);

	if (!t) {
		fault_record(e, space, addr, write, w.level);
		return NULL;
	}
	if (!t->host)
		engine_report(e, LOG_DMA, "%s %#llx is bus address %#llx, no memory there",
			      space == SPACE_GGTT ? "GGTT" : "PPGTT",
			 (unsigned long long)addr, (unsigned long long)t->bus);
	if (witness_on())
		testify(e, space, addr, t, write);
	return t;
}

static int read_pages(struct engine *e, enum address_space space, uint64_t addr, void *buf,
		      size_t len, bool cached)
{
	const struct tlb_entry *t;
	uint8_t *to = buf;
	size_t n;

	while (len) {
		n = 4096 - (addr & PAGE_MASK);
		if (n > len)
			n = len;
		t = translate_or_fault(e, space, addr, false);
		if (!t)
			return -EFAULT;
		if (t->host)
			memcpy(to, t->host + (addr & PAGE_MASK), n);
		else
			memset(to, 0xff, n);
		if (cached)
			cache_overlay(e, t->bus, addr & PAGE_MASK, to, n);
		to += n;
		addr += n;
		len -= n;
	}
	return 0;
}

int gtt_read(struct engine *e, enum address_space space, uint64_t addr, void *buf, size_t len)
{
	return read_pages(e, space, addr, buf, len, false);
}

int gtt_draw_read(struct engine *e, enum address_space space, uint64_t addr, void *buf,
		  size_t len)
{
	return read_pages(e, space, addr, buf, len, e->gpu->opt.write_back);
}

static void store(uint8_t *to, const uint8_t *from, size_t n)
{
	uint32_t dw;
	uint64_t qw;

	/* dwords and qwords become visible whole, as drivers that poll them rely on */
	if (n == 4 && !((uintptr_t)to & 3)) {
		memcpy(&dw, from, 4);
		__atomic_store_n((uint32_t *)(void *)to, dw, __ATOMIC_RELEASE);
	} else if (n == 8 && !((uintptr_t)to & 7)) {
		memcpy(&qw, from, 8);
		__atomic_store_n((uint64_t *)(void *)to, qw, __ATOMIC_RELEASE);
	} else {
		memcpy(to, from, n);
	}
}

static int write_pages(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
		       size_t len, bool cached)
{
	const struct tlb_entry *t;
	const uint8_t *from = buf;
	size_t n;

	while (len) {
		n = 4096 - (addr & PAGE_MASK);
		if (n > len)
			n = len;
		t = translate_or_fault(e, space, addr, true);
		if (!t)
			return -EFAULT;
		if (!t->writable)
			engine_report(e, LOG_FAULT, "write to read-only page %#llx dropped",
				      (unsigned long long)addr);
		else if (t->host && (!cached || cache_write(e, space, addr, t->bus, from, n)))
			store(t->host + (addr & PAGE_MASK), from, n);
		from += n;
		addr += n;
		len -= n;
	}
	return 0;
}

int gtt_write(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
	      size_t len)
{
	return write_pages(e, space, addr, buf, len, false);
}

int gtt_draw_write(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
		   size_t len)
{
	return write_pages(e, space, addr, buf, len, e->gpu->opt.write_back);
}

void *gtt_span(struct engine *e, enum address_space space, uint64_t addr, size_t len, bool write)
{
	const struct tlb_entry *t;

	if ((addr & PAGE_MASK) + len > 4096)
		return NULL;
	t = translate_or_fault(e, space, addr, write);
	if (!t || !t->host || (write && !t->writable))
		return NULL;
	return t->host + (addr & PAGE_MASK);
}
