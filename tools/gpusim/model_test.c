// SPDX-License-Identifier: GPL-2.0
/*
 * The GPUs of the table, as a driver finds them: engines by their registers, fuses decoded as i915
 * gt/intel_sseu.c does, the timestamp's clock as gt/intel_gt_clock_utils.c does; RC6 and frequency
 * by gt/intel_rc6.c and gt/intel_rps.c. The expected numbers are Intel's for these parts.
 */
#include "power.h"
#include "regs.h"
#include "test_util.h"
#include "util.h"

static struct machine m;

static const struct part {
	const char *name;
	unsigned int slices, subslices, eus, vcs;
	uint32_t hz;
	uint64_t status_pages;
} parts[] = {
	{ "skl", 1, 3, 24, 1, 12000000, 22 }, { "skl-gt3", 2, 6, 48, 2, 12000000, 22 },
	{ "kbl", 1, 3, 24, 1, 12000000, 22 }, { "cfl", 1, 3, 24, 1, 12000000, 22 },
	{ "cml", 1, 3, 24, 1, 12000000, 22 }, { "bxt", 1, 3, 18, 1, 19200000, 22 },
	{ "glk", 1, 3, 18, 1, 19200000, 22 }, { "bdw", 1, 3, 24, 1, 12500000, 20 },
};

static uint32_t rd(uint32_t off)
{
	return mmio_read32(&m.gpu, off);
}

static void topology(const struct part *p)
{
	bool gen8 = m.gpu.model->gen == 8;
	uint32_t fuse2 = rd(0x9120), disabled;
	unsigned int max = gen8 || p->eus == 18 ? 3 : 4, s, ss, subslices = 0, eus = 0;

	check_eq("slices", (unsigned int)__builtin_popcount(fuse2 >> 25 & 7), p->slices);
	for (s = 0; s < 3; s++) {
		if (!(fuse2 >> (25 + s) & 1))
			continue;
		for (ss = 0; ss < max; ss++) {
			if (gen8 ? fuse2 >> (21 + ss) & 1 : fuse2 >> (20 + ss) & 1)
				continue;
			disabled = rd(0x9134 + 4 * (gen8 ? 0 : s)) >> 8 * ss & 0xff;
			subslices++;
			eus += 8 - (unsigned int)__builtin_popcount(disabled);
		}
	}
	check_eq("subslices", subslices, p->subslices);
	check_eq("EUs", eus, p->eus);
}

static void clock_rate(const struct part *p)
{
	uint32_t ctc, hz = p->hz == 19200000 ? 19200000 : 24000000;

	if (m.gpu.model->gen >= 9) {
		ctc = rd(0xa26c);
		check_eq("crystal", ctc & 1, 0);
		check_eq("from CTC_MODE", hz >> (3 - (ctc >> 1 & 3)), p->hz);
	}
	check_eq("the clock that ticks", m.gpu.model->timestamp_hz, p->hz);
}

static void each_part(void)
{
	static const uint32_t bases[] = { 0x2000, 0x22000, 0x12000, 0x1a000, 0x1c000 };
	unsigned int i, n, present;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		machine_init(&m, parts[i].name, RCS);
		topology(&parts[i]);
		clock_rate(&parts[i]);
		for (n = 0, present = 0; n < ARRAY_SIZE(bases); n++)
			present += !!regs_find(&m.gpu, bases[n] + 0x230, &m.e);
		check_eq("engines with an ELSP", present, 3 + parts[i].vcs);
		check_eq("pages of a render context", m.gpu.model->rcs_context_pages,
			 parts[i].status_pages);
		machine_fini(&m);
		test_done(parts[i].name);
	}
}

/* A store on each engine of a part: contexts load, run and are reported. */
static void run_part(const char *name, enum engine_id last)
{
	unsigned int id;

	for (id = RCS; id <= (unsigned int)last; id++) {
		machine_init(&m, name, id);
		if (m.e->present) {
			EXEC(&m, 0x10400002, AT_DATA, 0, 0x5050 + id);
			check_eq("stored", peek(&m, AT_DATA), 0x5050 + id);
			check_eq("complete", peek(&m, AT_HWSP + 0x48), 0x18);
			check_eq("in registers too", reg_of(&m, 0x378), 0x18);
			EXEC(&m, 0x10400002, AT_DATA, 0, 0x6060 + id);
			check_eq("from its saved image", peek(&m, AT_DATA), 0x6060 + id);
		}
		machine_fini(&m);
	}
}

static void running(void)
{
	run_part("bdw", VECS);
	test_done("Broadwell runs");
	run_part("bxt", VECS);
	test_done("Broxton runs");
	run_part("skl-gt3", VECS);
	test_done("Skylake GT3 with two video engines runs");
}

/* A Gen8 image: BCS has 11 registers in its first list; RCS has an engine list at dword 85. */
static void gen8_image(void)
{
	machine_init(&m, "bdw", BCS);
	EXEC(&m, 0, 0);
	check_eq("blitter: 11 registers", peek(&m, AT_CONTEXT + 0x1004), 0x11000015);
	check_eq("page directories", peek(&m, AT_CONTEXT + 0x1000 + 33 * 4), 0x11000011);
	machine_fini(&m);
	machine_init(&m, "bdw", RCS);
	EXEC(&m, 0, 0);
	check_eq("render: 14 registers", peek(&m, AT_CONTEXT + 0x1004), 0x1100101b);
	check_eq("engine list", peek(&m, AT_CONTEXT + 0x1000 + 85 * 4), 0x11001057);
	check_eq("MI_MODE where i915 looks for it", peek(&m, AT_CONTEXT + 0x1000 + 0x58 * 4),
		 0x209c);
	check_eq("nothing undefined in page 2", m.gpu.undefined_accesses, 0);
	EXEC(&m, 0, 0);
	check_eq("nor when it is restored", m.gpu.undefined_accesses, 0);
	machine_fini(&m);
	test_done("Gen8 context images");
}

/* XY_FAST_COPY_BLT of a pixel: Gen8 stops at it. */
static void fast_copy(const char *name, bool known)
{
	machine_init(&m, name, BCS);
	poke(&m, AT_DATA + 64, 0x77);
	EXEC(&m, 0x50800008, 0x03000040, 0, 0x00010001, PP_DATA, 0, 0, 64, PP_DATA + 64, 0);
	check_eq("stopped", m.e->hung, !known);
	check_eq("copied", peek(&m, AT_DATA), known ? 0x77 : 0);
	machine_fini(&m);
}

static void generations(void)
{
	fast_copy("bdw", false);
	fast_copy("skl", true);
	test_done("XY_FAST_COPY_BLT is Gen9's");
}

static void sideband_reads(void)
{
	machine_init(&m, "bdw", RCS);
	mmio_write32(&m.gpu, 0xc6000, 0x020c0000);
	mmio_write32(&m.gpu, 0xc6004, 0x1234);
	mmio_write32(&m.gpu, 0xc6008, 0x701);		/* write, ICLK */
	check_eq("done", rd(0xc6008) & 3, 0);
	mmio_write32(&m.gpu, 0xc6004, 0);
	mmio_write32(&m.gpu, 0xc6008, 0x10201);		/* read, MPHY */
	check_eq("the other unit", rd(0xc6004), 0);
	mmio_write32(&m.gpu, 0xc6008, 0x601);		/* read, ICLK */
	check_eq("read back", rd(0xc6004), 0x1234);
	machine_fini(&m);
	test_done("sideband of the PCH");
}

static void frequency(void)
{
	machine_init(&m, "skl", RCS);
	mmio_write32(&m.gpu, 0xa008, 21u << 23);
	check_eq("Gen9: bits 31:23", rd(0xa01c) >> 23, 21);
	machine_fini(&m);
	machine_init(&m, "bdw", RCS);
	mmio_write32(&m.gpu, 0xa008, 18u << 24);
	check_eq("Gen8: bits 13:7", rd(0xa01c) >> 7 & 0x7f, 18);
	machine_fini(&m);
	test_done("frequency");
}

static void rc6(void)
{
	test_clock_ns = 1000000000;
	machine_init(&m, "skl", RCS);
	test_clock_ns += 1280000;
	check_eq("off", rd(0x138108), 0);
	mmio_write32(&m.gpu, 0xa090, 0x88000000 | 1 << 18);
	test_clock_ns += 1280000;
	check_eq("1000 units of 1.28 us", rd(0x138108), 1000);
	check_eq("in RC6", rd(0x138060), 3);
	mmio_write32(&m.gpu, 0xa188, 0x00010001);
	test_clock_ns += 1280000;
	check_eq("not with forcewake", rd(0x138108), 1000);
	check_eq("awake", rd(0x138060), 0);
	mmio_write32(&m.gpu, 0xa188, 0x00010000);
	test_clock_ns += 640000;
	check_eq("500 more", rd(0x138108), 1500);
	poke(&m, AT_RING, 0x0e40c002);
	poke(&m, AT_RING + 4, 1);
	poke(&m, AT_RING + 8, AT_DATA);
	set_tail(&m, AT_CONTEXT, 16);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	test_clock_ns += 1280000;
	check_eq("not with an engine busy", rd(0x138108), 1500);
	poke(&m, AT_DATA, 1);
	run(&m);
	mmio_write32(&m.gpu, 0xa090, 1 << 18);
	test_clock_ns += 1280000;
	check_eq("not without anybody who wants it", rd(0x138108), 1500);
	mmio_write32(&m.gpu, 0xa094, 4 << 16);
	test_clock_ns += 1280000;
	check_eq("asked for by software", rd(0x138108), 2500);
	machine_fini(&m);
	machine_init(&m, "bxt", RCS);
	mmio_write32(&m.gpu, 0xa090, 0x88000000 | 1 << 18);
	test_clock_ns += 1000000;
	check_eq("units of 833 ns", rd(0x138108), 1200);
	machine_fini(&m);
	test_clock_ns = 0;
	test_done("RC6 residency");
}

/* What i915 polls for when it starts Broxton's display (display/intel_dpio_phy.c). */
static void broxton_display(void)
{
	machine_init(&m, "bxt", RCS);
	check_eq("PHY without power", rd(0x6c000) & 1 << 16, 0);
	mmio_write32(&m.gpu, 0x138090, 2);
	check_eq("the other one's power", rd(0x6c000) & 1 << 16, 0);
	mmio_write32(&m.gpu, 0x138090, 1);
	check_eq("power good, reserved bit clear", rd(0x6c000) & (1 << 16 | 1 << 7), 1 << 16);
	check_eq("calibrated", rd(0x16218c) & 1 << 22, 1 << 22);
	mmio_write32(&m.gpu, 0x46078, 1u << 31 | 1 << 26);
	check_eq("PLL locked and powered", rd(0x46078), 0xc6000000);
	machine_fini(&m);
	test_done("Broxton's PHYs and PLLs");
}

int main(void)
{
	log_open("/dev/null", false, false);
	each_part();
	running();
	gen8_image();
	generations();
	sideband_reads();
	frequency();
	rc6();
	broxton_display();
	return test_summary();
}
