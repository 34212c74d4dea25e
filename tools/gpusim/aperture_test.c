// SPDX-License-Identifier: GPL-2.0
/*
 * The aperture: plain, and through fences. Tiles by hand: X 512 bytes by 8 rows, row after row;
 * Y 128 bytes by 32 rows, in columns of 16 bytes; 4 KiB each, from left to right, then down. Fence
 * registers: i915 gt/intel_ggtt_fencing.c; swizzling: bits 9 and 10 for X, 9 for Y
 * (include/uapi/drm/i915_drm.h, I915_BIT_6_SWIZZLE_9_10, and where i915 uses it).
 */
#include "aperture.h"
#include "test_util.h"

#define FIRST 0x200000u			/* four pages, two by two tiles */
#define LAST 0x203000u

static struct machine m;

static void set_fence(unsigned int n, uint32_t low, uint32_t high)
{
	mmio_write32(&m.gpu, 0x100000 + 8 * n, 0);
	mmio_write32(&m.gpu, 0x100004 + 8 * n, high);
	mmio_write32(&m.gpu, 0x100000 + 8 * n, low);
}

/* A byte written at an offset of the surface lies where in memory? */
static void lies_at(const char *what, uint32_t off, uint32_t place)
{
	const uint8_t one = 0xa5;
	uint8_t got = 0;
	uint32_t i;

	for (i = 0; i < 0x4000; i += 4)
		poke(&m, FIRST + i, 0);
	aperture_write(&m.gpu, FIRST + off, &one, 1);
	check_eq(what, peek(&m, FIRST + (place & ~3u)) >> 8 * (place & 3) & 0xff, 0xa5);
	aperture_read(&m.gpu, FIRST + off, &got, 1);
	check_eq("read back", got, 0xa5);
}

static void without_fence(void)
{
	uint32_t val;

	machine_init(&m, "skl", RCS);
	lies_at("as it is", 0x2ebc, 0x2ebc);
	m.gpu.gtt[FIRST >> 12] = LAST | 1;
	poke(&m, LAST + 8, 0x1234);
	aperture_read(&m.gpu, FIRST + 8, &val, 4);
	check_eq("through the global table", val, 0x1234);
	m.gpu.gtt[FIRST >> 12] = 0;
	aperture_read(&m.gpu, FIRST + 8, &val, 4);
	check_eq("not mapped", val, ~0u);
	machine_fini(&m);
	test_done("plain aperture");
}

static void x_tiles(void)
{
	machine_init(&m, "skl", RCS);
	set_fence(5, FIRST | 1, LAST | 7);	/* pitch 8 * 128 */
	lies_at("0, 0", 0, 0);
	lies_at("512, 0: the next tile", 512, 4096);
	lies_at("0, 1", 1024, 512);
	lies_at("700, 11: tile 3, row 3, 188", 11 * 1024 + 700, 3 * 4096 + 3 * 512 + 188);
	set_fence(5, FIRST, LAST | 7);
	lies_at("not valid: as it is", 11 * 1024 + 700, 11 * 1024 + 700);
	machine_fini(&m);
	test_done("X tiles");
}

static void y_tiles(void)
{
	const uint32_t val[2] = { 0x11111111, 0x22222222 };

	machine_init(&m, "skl", RCS);
	set_fence(31, FIRST | 3, LAST | 1);	/* pitch 2 * 128 */
	lies_at("16, 0: the next column", 16, 512);
	lies_at("0, 1", 256, 16);
	lies_at("128, 0: the next tile", 128, 4096);
	lies_at("150, 40: tile 3, column 1, row 8, 6", 40 * 256 + 150,
		3 * 4096 + 512 + 8 * 16 + 6);
	aperture_write(&m.gpu, FIRST + 12, val, 8);
	check_eq("end of a column", peek(&m, FIRST + 12), 0x11111111);
	check_eq("goes on in the next", peek(&m, FIRST + 512), 0x22222222);
	machine_fini(&m);
	test_done("Y tiles");
}

/* 188 in row 3 of X tile 3 is 0x36bc, bits 9 and 10 set: no change; in row 1, 0x32bc: 9 alone. */
static void swizzled(void)
{
	machine_init(&m, "skl", RCS);
	m.gpu.opt.swizzle = true;
	set_fence(0, FIRST | 1, LAST | 7);
	lies_at("X: bits 9 and 10", 11 * 1024 + 700, 0x36bc);
	lies_at("X: bit 9", 9 * 1024 + 700, 0x32bc ^ 0x40);
	lies_at("X: neither", 700, 0x10bc);
	lies_at("X: bit 10", 2 * 1024, 0x400 ^ 0x40);
	set_fence(0, FIRST | 3, LAST | 1);
	lies_at("Y: bit 9", 40 * 256 + 150, 0x3286 ^ 0x40);
	lies_at("Y: bit 10", 32, 0x400);
	machine_fini(&m);
	test_done("bit-6 swizzling");
}

static void several(void)
{
	machine_init(&m, "skl", RCS);
	set_fence(1, FIRST | 1, FIRST | 7);	/* one page only */
	lies_at("in the first page", 1024, 512);
	lies_at("behind it", 0x1400, 0x1400);
	set_fence(0, FIRST | 1, FIRST | 3);	/* the lowest number counts */
	lies_at("pitch of the first that fits", 512, 512);
	machine_fini(&m);
	test_done("fences end, and the first that fits counts");
}

int main(void)
{
	log_open("/dev/null", false, false);
	without_fence();
	x_tiles();
	y_tiles();
	swizzled();
	several();
	return test_summary();
}
