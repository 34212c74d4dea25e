// SPDX-License-Identifier: GPL-2.0
/* Address translation: values worked out by hand from i915 gt/intel_gtt.h and gt/gen8_ppgtt.c. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gtt.h"
#include "test_util.h"

static struct machine m;

static uint64_t ppgtt(uint64_t addr)
{
	struct walk w;
	int ret = gtt_walk_ppgtt(m.e, addr, &w);

	return ret ? (uint64_t)ret : w.bus;
}

static void use_pml4(uint64_t root)
{
	m.e->port[0].desc = descriptor(AT_CONTEXT, 1);
	*gpu_reg(&m.gpu, m.e->base + 0x270) = (uint32_t)root;
	*gpu_reg(&m.gpu, m.e->base + 0x274) = (uint32_t)(root >> 32);
}

static void ggtt(void)
{
	struct walk w;

	m.gpu.gtt[5] = 0x0000000123456000ull | 1;
	check_eq("entry 5", gtt_walk_ggtt(&m.gpu, 0x5abc, &w) ? 0 : w.bus, 0x123456000ull);
	m.gpu.gtt[6] = 0x123456000ull;
	check_eq("absent", (uint64_t)gtt_walk_ggtt(&m.gpu, 0x6000, &w), (uint64_t)-EFAULT);
	check_eq("beyond 4 GiB", (uint64_t)gtt_walk_ggtt(&m.gpu, 1ull << 32, &w),
		 (uint64_t)-EFAULT);
	m.gpu.gtt[7] = 0xfff0007fffffff01ull | 1;	/* bits above 38 are not address */
	check_eq("address bits 38:12", gtt_walk_ggtt(&m.gpu, 0x7000, &w) ? 0 : w.bus,
		 0x7ffffff000ull);
	test_done("GGTT entries");
}

static void four_levels(void)
{
	/* address with index 1, 2, 3, 4 at the four levels: 1<<39 | 2<<30 | 3<<21 | 4<<12 */
	const uint64_t addr = 0x8080604000ull;

	use_pml4(0x200000);
	poke64(&m, 0x200000 + 1 * 8, 0x201003);
	poke64(&m, 0x201000 + 2 * 8, 0x202003);
	poke64(&m, 0x202000 + 3 * 8, 0x203003);
	poke64(&m, 0x203000 + 4 * 8, 0x204003);
	check_eq("leaf", ppgtt(addr), 0x204000);
	check_eq("next page", ppgtt(addr + 0x1000), (uint64_t)-EFAULT);
	poke64(&m, 0x203000 + 4 * 8, 0x204001);
	{
		struct walk w;

		check_eq("walk", (uint64_t)gtt_walk_ppgtt(m.e, addr, &w), 0);
		check_eq("read-only leaf", w.writable, false);
	}
	poke64(&m, 0x202000 + 3 * 8, 0x203002);
	check_eq("directory entry absent", ppgtt(addr), (uint64_t)-EFAULT);
	poke64(&m, 0x202000 + 3 * 8, 0x7000000003ull);
	check_eq("table outside memory", ppgtt(addr), (uint64_t)-ENXIO);
	test_done("4-level tables, 4 KiB pages");
}

static void big_pages(void)
{
	use_pml4(0x200000);
	poke64(&m, 0x200000, 0x201003);
	poke64(&m, 0x201000, 0x202003);
	poke64(&m, 0x202000 + 5 * 8, 0x400083);		/* 2 MiB page */
	check_eq("2 MiB", ppgtt(0xa00000 + 0x12345678 % 0x200000), 0x545000);
	poke64(&m, 0x202000 + 6 * 8, 0x203803);		/* IPS */
	poke64(&m, 0x203000 + 16 * 8, 0x500003);
	poke64(&m, 0x203000 + 17 * 8, 0x999003);	/* not looked at */
	*gpu_reg(&m.gpu, 0x4080) = 0xf;
	check_eq("64 KiB, second page", ppgtt(0xc00000 + 0x11000), 0x501000);
	*gpu_reg(&m.gpu, 0x4080) = 0;
	check_eq("IPS switched off", ppgtt(0xc00000 + 0x11000), 0x999000);
	test_done("2 MiB and 64 KiB pages");
}

static void three_levels(void)
{
	m.e->port[0].desc = AT_CONTEXT | 0x109;		/* legacy 32-bit */
	*gpu_reg(&m.gpu, m.e->base + 0x270 + 2 * 8) = 0x300000;	/* PDP2: 2..3 GiB */
	*gpu_reg(&m.gpu, m.e->base + 0x274 + 2 * 8) = 0;
	poke64(&m, 0x300000 + 1 * 8, 0x301003);
	poke64(&m, 0x301000 + 2 * 8, 0x302003);
	check_eq("leaf", ppgtt(0x80202000), 0x302000);
	check_eq("above 4 GiB", ppgtt(0x180202000ull), (uint64_t)-EFAULT);
	test_done("3-level tables of a 32-bit context");
}

static void tlb(void)
{
	uint32_t val = 0;

	use_pml4(AT_PML4);
	gtt_flush_engine(m.e, TLB_FLUSH_ALL);
	poke(&m, AT_DATA, 0x11111111);
	poke(&m, AT_DATA + 0x1000, 0x22222222);
	gtt_read(m.e, SPACE_PPGTT, PP_DATA, &val, 4);
	check_eq("first", val, 0x11111111);
	poke64(&m, AT_PML4 + 0x3000 + 16 * 8, (AT_DATA + 0x1000) | 3);
	gtt_read(m.e, SPACE_PPGTT, PP_DATA, &val, 4);
	check_eq("stale until told", val, 0x11111111);
	mmio_write32(&m.gpu, 0x4260, 1);
	gtt_read(m.e, SPACE_PPGTT, PP_DATA, &val, 4);
	check_eq("after invalidation", val, 0x22222222);
	m.gpu.opt.tlb_off = true;
	poke64(&m, AT_PML4 + 0x3000 + 16 * 8, AT_DATA | 3);
	gtt_read(m.e, SPACE_PPGTT, PP_DATA, &val, 4);
	check_eq("without a TLB", val, 0x11111111);
	m.gpu.opt.tlb_off = false;
	test_done("stale translations");
}

static void faults(void)
{
	uint32_t val = 0x55;

	use_pml4(AT_PML4);
	check_eq("read", (uint64_t)gtt_read(m.e, SPACE_PPGTT, 0x123456789000ull, &val, 4),
		 (uint64_t)-EFAULT);
	check_eq("engine stopped", m.e->hung, true);
	check_eq("fault register valid, RCS", *gpu_reg(&m.gpu, 0x4094) & 0x7001, 1);
	check_eq("address 43:12", *gpu_reg(&m.gpu, 0x4b10), 0x23456789);
	check_eq("address 47:44", *gpu_reg(&m.gpu, 0x4b14), 1);
	m.e->hung = false;
	poke64(&m, AT_PML4 + 0x3000 + 16 * 8, AT_DATA | 1);
	gtt_flush_engine(m.e, TLB_FLUSH_ALL);
	poke(&m, AT_DATA, 7);
	check_eq("write to read-only", (uint64_t)gtt_write(m.e, SPACE_PPGTT, PP_DATA, &val, 4), 0);
	check_eq("is dropped", peek(&m, AT_DATA), 7);
	check_eq("without stopping", m.e->hung, false);
	m.gpu.gtt[9] = 0x7f00000000ull | 1;
	check_eq("bus address without memory", (uint64_t)gtt_read(m.e, SPACE_GGTT, 0x9000, &val, 4),
		 0);
	check_eq("reads ones", val, 0xffffffff);
	test_done("faults");
}

/* Which engine faulted, in which table: fields of i915 gt/intel_gt_regs.h (0x4094, 0x4b14). */
static void fault_registers(void)
{
	static const struct {
		enum engine_id engine;
		uint32_t id;
	} engines[] = { { RCS, 0 }, { VCS0, 1 }, { BCS, 2 }, { VECS, 3 } };
	struct engine *e;
	uint32_t val;
	unsigned int i;

	for (i = 0; i < 4; i++) {
		e = &m.gpu.engine[engines[i].engine];
		mmio_write32(&m.gpu, 0x4094, 0);
		gtt_read(e, SPACE_GGTT, 0xabcde000, &val, 4);
		check_eq("valid, GGTT, engine", *gpu_reg(&m.gpu, 0x4094),
			 1 | 1 << 11 | engines[i].id << 12);
		check_eq("page", *gpu_reg(&m.gpu, 0x4b10), 0xabcde);
		check_eq("GGTT", *gpu_reg(&m.gpu, 0x4b14), 1 << 4);
		check_eq("engine stopped", e->hung, true);
	}
	gtt_read(&m.gpu.engine[RCS], SPACE_GGTT, 0xabcdf000, &val, 4);
	check_eq("the first fault is kept", *gpu_reg(&m.gpu, 0x4b10), 0xabcde);
	test_done("fault registers by engine");
}

static void short_file(void)
{
	int fd = memfd_create("short", MFD_CLOEXEC);

	machine_init(&m, "skl", RCS);
	check_eq("sized", (uint64_t)ftruncate(fd, 0x2000), 0);
	check_eq("more than the file has", mem_map(&m.gpu.mem, 0x40000000, 0x3000, fd, 0, true,
						   true) == -EINVAL, 1);
	check_eq("behind its end", mem_map(&m.gpu.mem, 0x40000000, 0x1000, fd, 0x2000, true,
					   true) == -EINVAL, 1);
	check_eq("what it has", (uint64_t)mem_map(&m.gpu.mem, 0x40000000, 0x1000, fd, 0x1000, true,
						  true), 0);
	close(fd);
	machine_fini(&m);
	test_done("memory that a file does not have is not mapped");
}

int main(void)
{
	log_open("/dev/null", false, false);
	machine_init(&m, "skl", RCS);
	ggtt();
	four_levels();
	big_pages();
	three_levels();
	tlb();
	faults();
	fault_registers();
	machine_fini(&m);
	short_file();
	return test_summary();
}
