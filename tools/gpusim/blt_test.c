// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of the simulated blitter (TAP). Expected pixels and addresses are worked out by hand
 * and written down as numbers; no code of the blitter computes them.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "blt.h"

#define MEM_BASE	0x100000ull
#define MEM_SIZE	0x400000ull
#define MASK_ALL	(3u << 20)
#define BIT(n)		(1u << (n))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define DEPTH8		0u
#define DEPTH565	BIT(24)
#define DEPTH1555	(2u << 24)
#define DEPTH32		(3u << 24)
#define ROP(x)		((uint32_t)(x) << 16)
#define OP(x)		(2u << 29 | (uint32_t)(x) << 22)
#define XY(x, y)	((uint32_t)(y) << 16 | ((uint32_t)(x) & 0xffff))

static uint8_t *mem;
static bool use_span;
static int notes;
static char last_note[256];
static struct blt_regs regs;
static int tests, failures;
static bool good;

static int mem_read(void *ctx, uint64_t addr, void *buf, size_t len)
{
	(void)ctx;
	if (addr < MEM_BASE || addr + len > MEM_BASE + MEM_SIZE)
		return -EFAULT;
	memcpy(buf, mem + addr - MEM_BASE, len);
	return 0;
}

static int mem_write(void *ctx, uint64_t addr, const void *buf, size_t len)
{
	(void)ctx;
	if (addr < MEM_BASE || addr + len > MEM_BASE + MEM_SIZE)
		return -EFAULT;
	memcpy(mem + addr - MEM_BASE, buf, len);
	return 0;
}

static void *mem_span(void *ctx, uint64_t addr, size_t len, bool write)
{
	(void)ctx;
	(void)write;
	if (!use_span || addr < MEM_BASE || addr + len > MEM_BASE + MEM_SIZE)
		return NULL;
	return mem + addr - MEM_BASE;
}

static void mem_note(void *ctx, const char *fmt, ...)
{
	va_list ap;

	(void)ctx;
	va_start(ap, fmt);
	vsnprintf(last_note, sizeof(last_note), fmt, ap);
	va_end(ap);
	notes++;
}

static const struct blt_mem bmem = {
	.read = mem_read, .write = mem_write, .span = mem_span, .note = mem_note,
};

static int run(const uint32_t *cmd, unsigned int ndw)
{
	return blt_execute(&bmem, &regs, cmd, ndw);
}

#define RUN(...)								\
	run((const uint32_t[]){ __VA_ARGS__ },					\
	    sizeof((uint32_t[]){ __VA_ARGS__ }) / 4)

static void reset(void)
{
	memset(mem, 0, MEM_SIZE);
	memset(&regs, 0, sizeof(regs));
	notes = 0;
	last_note[0] = '\0';
	good = true;
}

#define CHECK(got, want) check(#got, __LINE__, (long long)(got), (long long)(want))

static void check(const char *what, int line, long long got, long long want)
{
	if (got == want)
		return;
	good = false;
	printf("# line %d: %s is %#llx, not %#llx\n", line, what, (unsigned long long)got,
	       (unsigned long long)want);
	if (last_note[0])
		printf("# last note: %s\n", last_note);
}

static uint32_t px32(uint64_t addr)
{
	uint32_t v;

	memcpy(&v, mem + addr - MEM_BASE, 4);
	return v;
}

static uint16_t px16(uint64_t addr)
{
	uint16_t v;

	memcpy(&v, mem + addr - MEM_BASE, 2);
	return v;
}

static uint8_t px8(uint64_t addr)
{
	return mem[addr - MEM_BASE];
}

static void put32(uint64_t addr, uint32_t v)
{
	memcpy(mem + addr - MEM_BASE, &v, 4);
}

/* 16 pixels of 4 bytes a row: pitch 64. Fill (2,1)-(5,3). */
static void color_linear(void)
{
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(2, 1), XY(5, 3),
		  MEM_BASE, 0, 0x11223344), 0);
	CHECK(px32(MEM_BASE + 64 + 8), 0x11223344);
	CHECK(px32(MEM_BASE + 64 + 16), 0x11223344);
	CHECK(px32(MEM_BASE + 128 + 8), 0x11223344);
	CHECK(px32(MEM_BASE + 64 + 4), 0);
	CHECK(px32(MEM_BASE + 64 + 20), 0);
	CHECK(px32(MEM_BASE + 8), 0);
	CHECK(px32(MEM_BASE + 192 + 8), 0);
	CHECK(regs.bytes_written, 2 * 12);
	CHECK(notes, 0);
}

static void color_depths(void)
{
	CHECK(RUN(OP(0x50) | 5, DEPTH8 | ROP(0xf0) | 64, XY(1, 0), XY(3, 1), MEM_BASE, 0,
		  0xa5), 0);
	CHECK(px32(MEM_BASE), 0x00a5a500);
	CHECK(RUN(OP(0x50) | 5, DEPTH565 | ROP(0xf0) | 64, XY(1, 1), XY(2, 2), MEM_BASE, 0,
		  0xf81f), 0);
	CHECK(px32(MEM_BASE + 64), 0xf81f0000);
	CHECK(RUN(OP(0x50) | 5, DEPTH1555 | ROP(0xf0) | 64, XY(0, 2), XY(1, 3), MEM_BASE, 0,
		  0x7c1f), 0);
	CHECK(px32(MEM_BASE + 128), 0x00007c1f);
	CHECK(notes, 0);
}

/* Bit 21 writes alpha, bit 20 the three colours, none nothing */
static void write_masks(void)
{
	put32(MEM_BASE, 0xaabbccdd);
	put32(MEM_BASE + 4, 0xaabbccdd);
	put32(MEM_BASE + 8, 0xaabbccdd);
	CHECK(RUN(OP(0x50) | 1u << 21 | 5, DEPTH32 | ROP(0xf0) | 64, XY(0, 0), XY(1, 1),
		  MEM_BASE, 0, 0x11223344), 0);
	CHECK(RUN(OP(0x50) | 1u << 20 | 5, DEPTH32 | ROP(0xf0) | 64, XY(1, 0), XY(2, 1),
		  MEM_BASE, 0, 0x11223344), 0);
	CHECK(RUN(OP(0x50) | 5, DEPTH32 | ROP(0xf0) | 64, XY(2, 0), XY(3, 1),
		  MEM_BASE, 0, 0x11223344), 0);
	CHECK(px32(MEM_BASE), 0x11bbccdd);
	CHECK(px32(MEM_BASE + 4), 0xaa223344);
	CHECK(px32(MEM_BASE + 8), 0xaabbccdd);
}

/* Clip rectangle (4,0)-(6,1): right and lower edge are outside it */
static void clip_rect(void)
{
	CHECK(RUN(OP(0x03) | 1, XY(4, 0), XY(6, 1)), 0);
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, 1u << 30 | DEPTH32 | ROP(0xf0) | 64, XY(0, 0),
		  XY(16, 4), MEM_BASE, 0, 7), 0);
	CHECK(px32(MEM_BASE + 12), 0);
	CHECK(px32(MEM_BASE + 16), 7);
	CHECK(px32(MEM_BASE + 20), 7);
	CHECK(px32(MEM_BASE + 24), 0);
	CHECK(px32(MEM_BASE + 64 + 16), 0);
	CHECK(regs.bytes_written, 8);
	/* without bit 30 the clip registers do not count */
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(0, 0), XY(1, 1),
		  MEM_BASE, 0, 9), 0);
	CHECK(px32(MEM_BASE), 9);
}

/* A copy clipped on the left takes the source pixels of what is left: clip at x=2 */
static void clip_copy(void)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		put32(MEM_BASE + 0x1000 + 4 * i, 0x50 + i);
	CHECK(RUN(OP(0x03) | 1, XY(2, 0), XY(4, 1)), 0);
	CHECK(RUN(OP(0x53) | MASK_ALL | 8, 1u << 30 | DEPTH32 | ROP(0xcc) | 64, XY(0, 0),
		  XY(6, 1), MEM_BASE, 0, XY(1, 0), 64, MEM_BASE + 0x1000, 0), 0);
	CHECK(px32(MEM_BASE + 4), 0);
	CHECK(px32(MEM_BASE + 8), 0x53);
	CHECK(px32(MEM_BASE + 12), 0x54);
	CHECK(px32(MEM_BASE + 16), 0);
}

#define KEY(n) ((n) << 17)
#define CHROMA(mode, low, high) \
	CHECK(RUN(OP(0x73) | MASK_ALL | KEY(mode) | 10, DEPTH32 | ROP(0xcc) | 64, XY(0, 0), \
		  XY(4, 1), MEM_BASE, 0, XY(0, 0), 64, MEM_BASE + 0x1000, 0, low, high), 0)

static void chroma_operands(void)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		put32(MEM_BASE + 4 * i, 0xff000040 + i);
		put32(MEM_BASE + 0x1000 + 4 * i, 0x80102030 + i);
	}
	put32(MEM_BASE + 0x100c, 0x00102031);
}

/* Source pixels 30, 31, 32 and 31 with another alpha; the range is 31 to 31 */
static void chroma_source(void)
{
	chroma_operands();
	CHROMA(1, 0x00102031, 0x00102031);
	CHECK(px32(MEM_BASE), 0x80102030);
	CHECK(px32(MEM_BASE + 4), 0xff000041);
	CHECK(px32(MEM_BASE + 8), 0x80102032);
	CHECK(px32(MEM_BASE + 12), 0xff000043);
	chroma_operands();
	CHROMA(3, 0x00102031, 0x00102031);
	CHECK(px32(MEM_BASE + 4), 0x80102031);
	CHECK(px32(MEM_BASE + 12), 0xff000043);
	chroma_operands();
	CHROMA(0, 0x00102031, 0x00102031);
	CHECK(px32(MEM_BASE + 12), 0x00102031);
	/* each component has its own range: red 0x10 is not within 0x11 to 0x12 */
	chroma_operands();
	CHROMA(1, 0x00110000, 0x0012ffff);
	CHECK(px32(MEM_BASE + 4), 0x80102031);
	CHECK(notes, 0);
}

/* Destination pixels 40 to 43; those from 41 to 42 are written */
static void chroma_destination(void)
{
	chroma_operands();
	CHROMA(5, 0x00000041, 0x00000042);
	CHECK(px32(MEM_BASE), 0xff000040);
	CHECK(px32(MEM_BASE + 4), 0x80102031);
	CHECK(px32(MEM_BASE + 8), 0x80102032);
	CHECK(px32(MEM_BASE + 12), 0xff000043);
	chroma_operands();
	CHROMA(7, 0x00000041, 0x00000042);
	CHECK(px32(MEM_BASE + 4), 0xff000041);
	CHROMA(7, 0xff000041, 0xff000042);
	CHECK(px32(MEM_BASE + 4), 0x80102031);
	CHECK(notes, 0);
}

/* 565: 0x0821 has red 1, green 1, blue 1; 1555: alpha is bit 15 */
static void chroma_depths(void)
{
	put32(MEM_BASE + 0x1000, 0x08200821);
	CHECK(RUN(OP(0x73) | KEY(1) | 10, DEPTH565 | ROP(0xcc) | 64, XY(0, 0), XY(2, 1), MEM_BASE,
		  0, XY(0, 0), 64, MEM_BASE + 0x1000, 0, 0x0001, 0xffff), 0);
	CHECK(px16(MEM_BASE), 0);
	CHECK(px16(MEM_BASE + 2), 0x0820);		/* blue 0 is below 1 */
	put32(MEM_BASE + 0x1000, 0x80010001);
	CHECK(RUN(OP(0x73) | KEY(3) | 10, DEPTH1555 | ROP(0xcc) | 64, XY(0, 1), XY(2, 2),
		  MEM_BASE, 0, XY(0, 0), 64, MEM_BASE + 0x1000, 0, 0, 0x7fff), 0);
	CHECK(px16(MEM_BASE + 64), 0);
	CHECK(px16(MEM_BASE + 66), 0x8001);
	mem[0x1000] = 7;
	mem[0x1001] = 8;
	CHECK(RUN(OP(0x73) | KEY(1) | 10, DEPTH8 | ROP(0xcc) | 64, XY(0, 2), XY(2, 3), MEM_BASE,
		  0, XY(0, 0), 64, MEM_BASE + 0x1000, 0, 8, 9), 0);
	CHECK(px8(MEM_BASE + 128), 7);
	CHECK(px8(MEM_BASE + 129), 0);
}

/* Pattern of 8-bit pixels 0 to 63, from memory and in the command; 10 and 11 are transparent */
static void chroma_pattern(void)
{
	uint32_t cmd[8 + 16] = {
		OP(0x77) | 22, DEPTH8 | ROP(0xf0) | 64, XY(0, 3), XY(8, 4), MEM_BASE, 0, 26, 28,
	};
	unsigned int i;

	for (i = 0; i < 64; i++)
		mem[0x1000 + i] = i;
	memset(mem, 0xee, 512);
	CHECK(RUN(OP(0x76) | KEY(1) | 8, DEPTH8 | ROP(0xf0) | 64, XY(0, 1), XY(8, 2), MEM_BASE, 0,
		  MEM_BASE + 0x1000, 0, 10, 11), 0);
	CHECK(px8(MEM_BASE + 65), 9);
	CHECK(px8(MEM_BASE + 66), 0xee);
	CHECK(px8(MEM_BASE + 67), 0xee);
	CHECK(px8(MEM_BASE + 68), 12);
	memcpy(cmd + 8, mem + 0x1000, 64);
	cmd[0] |= KEY(1);
	CHECK(run(cmd, 24), 0);
	CHECK(px8(MEM_BASE + 3 * 64 + 1), 25);
	CHECK(px8(MEM_BASE + 3 * 64 + 2), 0xee);
	CHECK(px8(MEM_BASE + 3 * 64 + 4), 0xee);
	CHECK(px8(MEM_BASE + 3 * 64 + 5), 29);
	CHECK(notes, 0);
}

/* 3 rows of 8 bytes, pitch 64; a 32-bit pixel without its alpha byte */
static void byte_fill(void)
{
	memset(mem, 0xee, 512);
	CHECK(RUN(OP(0x40) | BIT(20) | 4, BIT(31) | DEPTH32 | ROP(0xf0) | 64, 3 << 16 | 8,
		  MEM_BASE + 4, 0, 0x11223344), 0);
	CHECK(px32(MEM_BASE), 0xeeeeeeee);
	CHECK(px32(MEM_BASE + 4), 0xee223344);
	CHECK(px32(MEM_BASE + 8), 0xee223344);
	CHECK(px32(MEM_BASE + 12), 0xeeeeeeee);
	CHECK(px32(MEM_BASE + 128 + 8), 0xee223344);
	CHECK(px32(MEM_BASE + 192 + 4), 0xeeeeeeee);
	CHECK(RUN(OP(0x40) | 4, DEPTH8 | ROP(0xf0) | 64, 1 << 16 | 3, MEM_BASE + 256, 0, 0x55), 0);
	CHECK(px32(MEM_BASE + 256), 0xee555555);
	CHECK(notes, 0);
	CHECK(RUN(OP(0x40) | MASK_ALL | 4, DEPTH32 | ROP(0xf0) | 64, 1 << 16 | 6, MEM_BASE, 0, 1),
	      -EINVAL);
	CHECK(RUN(OP(0x40) | MASK_ALL | 4, DEPTH32 | ROP(0xcc) | 64, 1 << 16 | 8, MEM_BASE, 0, 1),
	      -EINVAL);
}

/* Bytes 0 to 7 two to the right over themselves: from right to left, then rows upwards */
static void byte_copy(void)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		mem[i] = i;
	CHECK(RUN(OP(0x43) | 6, BIT(30) | DEPTH8 | ROP(0xcc) | 64, 1 << 16 | 8, MEM_BASE + 9, 0,
		  64, MEM_BASE + 7, 0), 0);
	CHECK(px8(MEM_BASE + 1), 1);
	for (i = 0; i < 8; i++)
		CHECK(px8(MEM_BASE + 2 + i), i);
	put32(MEM_BASE + 0x1000, 1);
	put32(MEM_BASE + 0x1040, 2);
	put32(MEM_BASE + 0x1080, 3);
	/* three rows down by one: last row first, negative pitches */
	CHECK(RUN(OP(0x43) | MASK_ALL | 6, DEPTH32 | ROP(0xcc) | 0xffc0, 3 << 16 | 4,
		  MEM_BASE + 0x10c0, 0, 0xffc0, MEM_BASE + 0x1080, 0), 0);
	CHECK(px32(MEM_BASE + 0x1040), 1);
	CHECK(px32(MEM_BASE + 0x1080), 2);
	CHECK(px32(MEM_BASE + 0x10c0), 3);
	CHECK(notes, 0);
}

/* Kind 2 falls: pixel n of row n; kind 8 alternates; seeds shift both */
static void fixed_pattern(void)
{
	CHECK(RUN(OP(0x59) | 2 << 15 | 6, DEPTH8 | ROP(0xf0) | 64, XY(0, 0), XY(8, 2), MEM_BASE,
		  0, 0x11, 0x22), 0);
	CHECK(px8(MEM_BASE), 0x22);
	CHECK(px8(MEM_BASE + 1), 0x11);
	CHECK(px8(MEM_BASE + 64), 0x11);
	CHECK(px8(MEM_BASE + 65), 0x22);
	CHECK(RUN(OP(0x59) | 8 << 15 | 1 << 12 | 6, BIT(28) | DEPTH8 | ROP(0xf0) | 64, XY(0, 4),
		  XY(8, 5), MEM_BASE, 0, 0x11, 0x22), 0);
	CHECK(px8(MEM_BASE + 256), 0);			/* transparent where the bit is 0 */
	CHECK(px8(MEM_BASE + 257), 0x22);
	CHECK(notes, 0);
	CHECK(RUN(OP(0x59) | 7 << 15 | 6, DEPTH8 | ROP(0xf0) | 64, XY(0, 0), XY(8, 2), MEM_BASE,
		  0, 0x11, 0x22), -EINVAL);
}

/* Rectangles turned inside out draw nothing */
static void empty_rects(void)
{
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(5, 1), XY(5, 3),
		  MEM_BASE, 0, 1), 0);
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(2, 3), XY(5, 1),
		  MEM_BASE, 0, 1), 0);
	CHECK(regs.bytes_written, 0);
}

/* P=0x0f0f0f0f S=0x33333333 D=0x55555555: then each result byte is the ROP code, bits reversed */
static void all_rops(void)
{
	unsigned int rop, i;

	for (rop = 0; rop < 256; rop++) {
		uint32_t want = 0;

		put32(MEM_BASE, 0x55555555);
		put32(MEM_BASE + 0x1000, 0x33333333);
		/* P, S and D at bit n are the bits of n upside down: 7 - n */
		for (i = 0; i < 8; i++)
			want |= (rop >> (7 - i) & 1) << i;
		want *= 0x01010101;
		CHECK(RUN(OP(0x57) | MASK_ALL | 12, DEPTH32 | ROP(rop) | 64, XY(0, 0), XY(1, 1),
			  MEM_BASE, 0, 64, XY(0, 0), MEM_BASE + 0x1000, 0,
			  0x0f0f0f0f, 0x0f0f0f0f, 0, 0), 0);
		CHECK(px32(MEM_BASE), want);
	}
}

/*
 * X tiles: pitch 1024 bytes = 2 tiles = 256 dwords. Pixel (130, 9): byte 520, row 9 is tile row 1,
 * tile column 1 -> tile 3; in it row 1, byte 8: 3*4096 + 512 + 8.
 */
static void tile_x(void)
{
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 256, XY(130, 9),
		  XY(131, 10), MEM_BASE, 0, 0xfeed), 0);
	CHECK(px32(MEM_BASE + 3 * 4096 + 512 + 8), 0xfeed);
	CHECK(regs.bytes_written, 4);
	/* across the tile edge: (127, 0) ends tile 0's first row, (128, 0) starts tile 1 */
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 256, XY(127, 0),
		  XY(129, 1), MEM_BASE, 0, 0xbeef), 0);
	CHECK(px32(MEM_BASE + 508), 0xbeef);
	CHECK(px32(MEM_BASE + 4096), 0xbeef);
}

/*
 * Y tiles, by BCS_SWCTRL bit 1: pitch 256 bytes = 2 tiles = 64 dwords. Pixel (37, 33): byte 148,
 * row 33 is tile row 1, tile column 1 -> tile 3;
 * byte 20 in it is column 1 (512), byte 4; row 1: 16.
 */
static void tile_y(void)
{
	regs.bcs_swctrl = 2;
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 64, XY(37, 33),
		  XY(38, 34), MEM_BASE, 0, 0xcafe), 0);
	CHECK(px32(MEM_BASE + 3 * 4096 + 512 + 16 + 4), 0xcafe);
	CHECK(regs.bytes_written, 4);
	/* bit 0 is the source's and says nothing of the destination */
	regs.bcs_swctrl = 1;
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 256, XY(4, 1),
		  XY(5, 2), MEM_BASE + 0x10000, 0, 0xd00d), 0);
	CHECK(px32(MEM_BASE + 0x10000 + 512 + 16), 0xd00d);
	/* untiled stays linear whatever the register says */
	regs.bcs_swctrl = 3;
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(4, 1), XY(5, 2),
		  MEM_BASE + 0x20000, 0, 0xd11d), 0);
	CHECK(px32(MEM_BASE + 0x20000 + 64 + 16), 0xd11d);
}

/* Linear to X and X to Y by XY_SRC_COPY_BLT: pixel (5, 2) of 128x32 */
static void copy_tilings(void)
{
	unsigned int i;

	for (i = 0; i < 128 * 32; i++)
		put32(MEM_BASE + 4 * i, 0x1000000 + i);
	CHECK(RUN(OP(0x53) | MASK_ALL | 1u << 11 | 8, DEPTH32 | ROP(0xcc) | 128, XY(0, 0),
		  XY(128, 32), MEM_BASE + 0x10000, 0, 0, 512, MEM_BASE, 0), 0);
	CHECK(px32(MEM_BASE + 0x10000 + 2 * 512 + 20), 0x1000000 + 2 * 128 + 5);
	CHECK(px32(MEM_BASE + 0x10000 + 3 * 4096 + 7 * 512 + 508), 0x1000000 + 31 * 128 + 127);
	regs.bcs_swctrl = 2;
	CHECK(RUN(OP(0x53) | MASK_ALL | 1u << 15 | 1u << 11 | 8, DEPTH32 | ROP(0xcc) | 128,
		  XY(0, 0), XY(128, 32), MEM_BASE + 0x20000, 0, 0, 128, MEM_BASE + 0x10000, 0), 0);
	/* byte 20 of row 2: column 1, 16 * 2 + 4 */
	CHECK(px32(MEM_BASE + 0x20000 + 512 + 36), 0x1000000 + 2 * 128 + 5);
	CHECK(px32(MEM_BASE + 0x20000 + 3 * 4096 + 4092), 0x1000000 + 31 * 128 + 127);
	regs.bcs_swctrl = 1;
	CHECK(RUN(OP(0x53) | MASK_ALL | 1u << 15 | 8, DEPTH32 | ROP(0xcc) | 512, XY(0, 0),
		  XY(128, 32), MEM_BASE + 0x30000, 0, 0, 128, MEM_BASE + 0x20000, 0), 0);
	CHECK(memcmp(mem, mem + 0x30000, 128 * 32 * 4), 0);
	CHECK(notes, 0);
}

static void fast_copy(void)
{
	unsigned int i;

	for (i = 0; i < 128 * 32; i++)
		put32(MEM_BASE + 4 * i, 0x2000000 + i);
	CHECK(RUN(OP(0x42) | 1u << 13 | 8, DEPTH32 | 128, XY(0, 0), XY(128, 32),
		  MEM_BASE + 0x10000, 0, 0, 512, MEM_BASE, 0), 0);
	CHECK(px32(MEM_BASE + 0x10000 + 2 * 512 + 20), 0x2000000 + 2 * 128 + 5);
	CHECK(RUN(OP(0x42) | 1u << 20 | 2u << 13 | 8, DEPTH32 | 128, XY(0, 0), XY(128, 32),
		  MEM_BASE + 0x20000, 0, 0, 128, MEM_BASE + 0x10000, 0), 0);
	CHECK(px32(MEM_BASE + 0x20000 + 512 + 36), 0x2000000 + 2 * 128 + 5);
	/* BCS_SWCTRL has no say here */
	regs.bcs_swctrl = 0;
	CHECK(RUN(OP(0x42) | 2u << 20 | 8, DEPTH32 | 512, XY(1, 1), XY(128, 32),
		  MEM_BASE + 0x30000, 0, XY(1, 1), 128, MEM_BASE + 0x20000, 0), 0);
	CHECK(px32(MEM_BASE + 0x30000 + 512 + 4), 0x2000000 + 129);
	CHECK(px32(MEM_BASE + 0x30000 + 4), 0);
	CHECK(notes, 0);
	/* Ys tiles lie on 64 KiB; Yf without Y is told of, and so is overlap */
	CHECK(RUN(OP(0x42) | 3u << 20 | 8, DEPTH32 | 128, XY(0, 0), XY(1, 1),
		  MEM_BASE, 0, 0, 128, MEM_BASE + 0x1000, 0), -EINVAL);
	CHECK(RUN(OP(0x42) | 8, 1u << 30 | DEPTH32 | 128, XY(0, 0), XY(1, 1),
		  MEM_BASE, 0, 0, 512, MEM_BASE + 0x1000, 0), 0);
	CHECK(RUN(OP(0x42) | 8, 2u << 24 | 128, XY(0, 0), XY(1, 1), MEM_BASE, 0, 0, 512,
		  MEM_BASE, 0), -EINVAL);
	CHECK(RUN(OP(0x42) | 8, DEPTH32 | 0x8000, XY(0, 0), XY(1, 1), MEM_BASE, 0, 0, 512,
		  MEM_BASE, 0), -EINVAL);
	CHECK(notes, 4);
}

static int fast_to(uint32_t tiling, uint32_t yf, uint32_t depth, uint32_t dpitch, int x, int y)
{
	return RUN(OP(0x42) | tiling << 13 | 8, yf << 30 | depth << 24 | dpitch, XY(x, y),
		   XY(x + 1, y + 1), MEM_BASE + 0x100000, 0, 0, 64, MEM_BASE, 0);
}

/*
 * Yf, 32 bits: from bit 11 down the offset is x6 y4 x5 y3 x4 y2 y1 y0 x3..x0, x in bytes, tiles of
 * 128 bytes by 32 rows. Pixel (45, 39) at pitch 256: byte 180, tile (1, 1) = 3; in it byte 52 =
 * 0110100: x5, x4, x2; row 7: y2, y1, y0 -> bits 9, 7, 2 and 6, 5, 4: 0x2f4.
 */
static void tile_yf(void)
{
	put32(MEM_BASE, 0x600d600d);
	CHECK(fast_to(2, 1, 3, 64, 45, 39), 0);
	CHECK(px32(MEM_BASE + 0x100000 + 0x3000 + 0x2f4), 0x600d600d);
	/* 8 bits: x5 y5 x4 y4..y0 x3..x0, 64 by 64; pixel (63, 33): x5 x4 x3..x0, y5 y0 */
	CHECK(fast_to(2, 1, 0, 16, 63, 33), 0);
	CHECK(px8(MEM_BASE + 0x100000 + 0xe1f), 0x0d);
	CHECK(notes, 0);
}

/* Ys, 32 bits: x8 y6 x7 y5 above the bits of Yf; 512 bytes by 128 rows. Pixel (127, 64) */
static void tile_ys(void)
{
	put32(MEM_BASE, 0x900d900d);
	CHECK(fast_to(3, 0, 3, 128, 127, 64), 0);
	/* byte 508: x8..x2; row 64: y6 -> 0xa000 + 0xa80 + 0xc, 0x4000 */
	CHECK(px32(MEM_BASE + 0x100000 + 0xea8c), 0x900d900d);
	CHECK(notes, 0);
}

static void fast_copy_64bpp(void)
{
	put32(MEM_BASE, 1);
	put32(MEM_BASE + 4, 2);
	CHECK(RUN(OP(0x42) | 8, 4u << 24 | 64, XY(1, 1), XY(2, 2), MEM_BASE + 0x1000, 0, 0, 64,
		  MEM_BASE, 0), 0);
	CHECK(px32(MEM_BASE + 0x1000 + 64 + 8), 1);
	CHECK(px32(MEM_BASE + 0x1000 + 64 + 12), 2);
	CHECK(regs.bytes_written, 8);
}

/* Scrolling in one surface in all four directions leaves what was there before */
static void overlap(void)
{
	static const int dir[4][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } };
	unsigned int d, i;

	for (d = 0; d < 4; d++) {
		int dx = dir[d][0], dy = dir[d][1];

		for (i = 0; i < 16 * 16; i++)
			put32(MEM_BASE + 4 * i, i);
		CHECK(RUN(OP(0x53) | MASK_ALL | 8, DEPTH32 | ROP(0xcc) | 64, XY(2 + dx, 2 + dy),
			  XY(14 + dx, 14 + dy), MEM_BASE, 0, XY(2, 2), 64, MEM_BASE, 0), 0);
		for (i = 0; i < 12 * 12; i++) {
			unsigned int x = 2 + i % 12, y = 2 + i / 12;

			CHECK(px32(MEM_BASE + 64 * (y + dy) + 4 * (x + dx)), 16 * y + x);
		}
	}
}

/* 0x8001: leftmost and rightmost of 16 pixels; rows padded to 16 bits */
static void mono_immediate(void)
{
	CHECK(RUN(OP(0x71) | MASK_ALL | 8, DEPTH32 | ROP(0xcc) | 64, XY(0, 0), XY(16, 3),
		  MEM_BASE, 0, 0xb, 0xf, 0x40020180, 0x0000c003), 0);
	CHECK(px32(MEM_BASE), 0xf);		/* 0x80: row 0 pixel 0 */
	CHECK(px32(MEM_BASE + 4), 0xb);
	CHECK(px32(MEM_BASE + 60), 0xf);	/* 0x01: pixel 15 */
	CHECK(px32(MEM_BASE + 64 + 24), 0xf);	/* row 1: 0x02 0x40: pixels 6 and 9 */
	CHECK(px32(MEM_BASE + 64 + 36), 0xf);
	CHECK(px32(MEM_BASE + 64), 0xb);
	CHECK(px32(MEM_BASE + 128 + 24), 0xf);	/* row 2: 0x03 0xc0: pixels 6 to 9 */
	CHECK(px32(MEM_BASE + 128 + 36), 0xf);
	CHECK(px32(MEM_BASE + 128 + 40), 0xb);
	CHECK(notes, 0);
	/* three rows of 6 bytes do not fit in 8 bytes */
	CHECK(RUN(OP(0x71) | MASK_ALL | 8, DEPTH32 | ROP(0xcc) | 256, XY(0, 0), XY(48, 3),
		  MEM_BASE, 0, 0xb, 0xf, 0, 0), -EINVAL);
}

/* First pixel at bit 3 of the byte (bit position counts from the most significant) */
static void mono_memory(void)
{
	mem[0x1000] = 0x10;	/* row 0: pixel 0 */
	mem[0x1001] = 0x80;	/* row 0: bit 8 is pixel 5 */
	mem[0x1002] = 0x04;	/* row 1: bit 5 is pixel 2 */
	put32(MEM_BASE + 4, 0x77777777);
	CHECK(RUN(OP(0x54) | MASK_ALL | 3u << 17 | 8, 1u << 29 | DEPTH32 | ROP(0xcc) | 64,
		  XY(0, 0), XY(6, 2), MEM_BASE, 0, MEM_BASE + 0x1000, 0, 0xb, 0xf), 0);
	CHECK(px32(MEM_BASE), 0xf);
	CHECK(px32(MEM_BASE + 4), 0x77777777);	/* transparent: background is not drawn */
	CHECK(px32(MEM_BASE + 20), 0xf);
	CHECK(px32(MEM_BASE + 64 + 8), 0xf);
	CHECK(px32(MEM_BASE + 64), 0);
}

static int setup_blt(uint32_t br13, uint32_t clip1, uint32_t clip2)
{
	return RUN(OP(0x01) | MASK_ALL | 8, br13 | 64, clip1, clip2, MEM_BASE, 0, 0xb, 0xf,
		   MEM_BASE + 0x2000, 0);
}

/* A glyph of 5x3: byte packed 0xf8 0x88 0xf8, bit packed 11111 10001 11111 0 = 0xfc 0x7e */
static void text(void)
{
	unsigned int pass, x;

	for (pass = 0; pass < 4; pass++) {
		bool packed = pass & 1, imm = pass & 2;

		memset(mem, 0, 0x3000);
		memcpy(mem + 0x1000, packed ? "\xfc\x7e" : "\xf8\x88\xf8", packed ? 2 : 3);
		CHECK(setup_blt(1u << 30 | DEPTH32 | ROP(0xcc), XY(-1, 0), XY(4, 8)), 0);
		if (imm)
			CHECK(RUN(OP(0x31) | (packed ? 0 : 1u << 16) | 3, XY(-1, 1), XY(4, 4),
				  packed ? 0x7efc : 0xf888f8, 0), 0);
		else
			CHECK(RUN(OP(0x26) | (packed ? 0 : 1u << 16) | 3, XY(-1, 1), XY(4, 4),
				  MEM_BASE + 0x1000, 0), 0);
		for (x = 0; x < 4; x++) {
			CHECK(px32(MEM_BASE + 64 + 4 * x), 0xf);
			CHECK(px32(MEM_BASE + 128 + 4 * x), x == 3 ? 0xf : 0xb);
			CHECK(px32(MEM_BASE + 192 + 4 * x), 0xf);
		}
		CHECK(px32(MEM_BASE + 64 + 16), 0);
	}
	CHECK(notes, 0);
}

/* Colour pattern, 16 bits a pixel: pixel (c, r) is 0x100 * r + c; seeds shift it */
static void pattern_colour(void)
{
	unsigned int i;

	for (i = 0; i < 64; i++) {
		mem[0x2000 + 2 * i] = i % 8;
		mem[0x2000 + 2 * i + 1] = i / 8;
	}
	CHECK(RUN(OP(0x51) | 3u << 12 | 2u << 8 | 6, DEPTH565 | ROP(0xf0) | 64, XY(1, 1),
		  XY(12, 9), MEM_BASE, 0, MEM_BASE + 0x2000, 0), 0);
	CHECK(px16(MEM_BASE + 64 + 2), 0x304);		/* column 1+3, row 1+2 */
	CHECK(px16(MEM_BASE + 64 + 2 * 5), 0x300);	/* column 5+3 = 8 -> 0 */
	CHECK(px16(MEM_BASE + 64 * 6 + 2), 0x004);	/* row 6+2 = 8 -> 0 */
	CHECK(px16(MEM_BASE + 64 * 8 + 2 * 11), 0x206);
	CHECK(px16(MEM_BASE), 0);
	CHECK(RUN(OP(0x51) | 6, DEPTH565 | ROP(0xf0) | 64, XY(1, 1), XY(12, 9), MEM_BASE, 0,
		  MEM_BASE + 0x2040, 0), -EINVAL);
	CHECK(notes, 1);
}

static void pattern_immediate(void)
{
	uint32_t cmd[6 + 16] = {
		OP(0x72) | 20, DEPTH8 | ROP(0xf0) | 64, XY(0, 0), XY(16, 8), MEM_BASE, 0,
	};
	unsigned int i;

	for (i = 0; i < 16; i++)
		cmd[6 + i] = 0x03020100 + 0x04040404 * i;
	CHECK(run(cmd, 22), 0);
	CHECK(px8(MEM_BASE + 9), 1);		/* column 9 -> 1 */
	CHECK(px8(MEM_BASE + 64 * 7 + 15), 63);
	cmd[0]--;
	CHECK(run(cmd, 22), -EINVAL);
}

/* Rows 0x80 0x01 ...: bit 7 is the left pixel; solid draws the background */
static void pattern_mono(void)
{
	CHECK(RUN(OP(0x52) | MASK_ALL | 8, DEPTH32 | ROP(0xf0) | 64, XY(0, 0), XY(9, 2), MEM_BASE,
		  0, 0xb, 0xf, 0x00000180, 0), 0);
	CHECK(px32(MEM_BASE), 0xf);
	CHECK(px32(MEM_BASE + 4), 0xb);
	CHECK(px32(MEM_BASE + 32), 0xf);
	CHECK(px32(MEM_BASE + 64 + 28), 0xf);
	CHECK(px32(MEM_BASE + 64), 0xb);
	CHECK(RUN(OP(0x52) | MASK_ALL | 8, 1u << 28 | DEPTH32 | ROP(0xf0) | 64, XY(0, 0),
		  XY(9, 2), MEM_BASE, 0, 1, 2, 0x00000180, 0), 0);
	CHECK(px32(MEM_BASE), 2);
	CHECK(px32(MEM_BASE + 4), 0xb);
	CHECK(RUN(OP(0x52) | MASK_ALL | 8, 1u << 31 | DEPTH32 | ROP(0xf0) | 64, XY(0, 0),
		  XY(9, 2), MEM_BASE, 0, 5, 6, 0x00000180, 0), 0);
	CHECK(px32(MEM_BASE), 5);
	CHECK(px32(MEM_BASE + 64 + 28), 5);
}

/* Pixels and scan lines take everything from the setup command */
static void setup_pixel(void)
{
	CHECK(RUN(OP(0x24), XY(0, 0)), -EINVAL);
	CHECK(notes, 1);
	CHECK(RUN(OP(0x11) | MASK_ALL | 8, 1u << 30 | DEPTH32 | ROP(0xf0) | 64, XY(1, 1),
		  XY(3, 3), MEM_BASE, 0, 0xb, 0xf, 0x00004000, 0), 0);
	CHECK(RUN(OP(0x24), XY(1, 1)), 0);
	CHECK(RUN(OP(0x24), XY(2, 1)), 0);
	CHECK(RUN(OP(0x24), XY(3, 1)), 0);	/* clipped */
	CHECK(px32(MEM_BASE + 64 + 4), 0xf);	/* pattern row 1 is 0x40: column 1 */
	CHECK(px32(MEM_BASE + 64 + 8), 0xb);
	CHECK(px32(MEM_BASE + 64 + 12), 0);
	CHECK(RUN(OP(0x03) | 1, XY(0, 0), XY(16, 16)), 0);
	CHECK(RUN(OP(0x25) | 1u << 12 | 1, XY(4, 0), XY(7, 2)), 0);
	CHECK(px32(MEM_BASE + 16), 0xb);
	CHECK(px32(MEM_BASE + 64 + 16), 0xb);	/* column 4+1 */
	CHECK(px32(MEM_BASE + 64 + 24), 0xb);
	CHECK(RUN(OP(0x25) | 3u << 12 | 1, XY(6, 1), XY(7, 2)), 0);
	CHECK(px32(MEM_BASE + 64 + 24), 0xf);	/* column 6+3 = 9 -> 1 */
	CHECK(notes, 1);
}

/* XY_SETUP_BLT's pattern is in colour, in memory */
static void setup_colour(void)
{
	put32(MEM_BASE + 0x2000 + 32 * 2 + 4 * 5, 0x99);	/* row 2, column 5 */
	CHECK(setup_blt(DEPTH32 | ROP(0xf0), 0, 0), 0);
	CHECK(RUN(OP(0x25) | 1, XY(0, 0), XY(16, 8)), 0);
	CHECK(px32(MEM_BASE + 64 * 2 + 4 * 5), 0x99);
	CHECK(px32(MEM_BASE + 64 * 2 + 4 * 13), 0x99);
	CHECK(px32(MEM_BASE + 64 * 2 + 4 * 6), 0);
}

/* Source, pattern and destination of XY_FULL_BLT: P ^ S ^ D is 0x96 */
static void full(void)
{
	put32(MEM_BASE, 0x0000ff00);
	put32(MEM_BASE + 0x1000 + 64 + 4, 0x00ff0ff0);
	put32(MEM_BASE + 0x2000, 0xf0000f0f);
	CHECK(RUN(OP(0x55) | MASK_ALL | 10, DEPTH32 | ROP(0x96) | 64, XY(0, 0), XY(1, 1),
		  MEM_BASE, 0, 64, XY(1, 1), MEM_BASE + 0x1000, 0, MEM_BASE + 0x2000, 0), 0);
	CHECK(px32(MEM_BASE), 0xf0ffffff);
	/* XY_FULL_MONO_SRC_BLT: S where the bit is set, S | P */
	mem[0x1800] = 0x80;
	CHECK(RUN(OP(0x56) | MASK_ALL | 10, DEPTH32 | ROP(0xfc) | 64, XY(0, 0), XY(2, 1),
		  MEM_BASE, 0, MEM_BASE + 0x1800, 0, 0, 0x0000f000, MEM_BASE + 0x2000, 0), 0);
	CHECK(px32(MEM_BASE), 0xf000ff0f);
	CHECK(px32(MEM_BASE + 4), 0);
	/* both monochrome: S or (D and not P) */
	put32(MEM_BASE, 0xffffffff);
	put32(MEM_BASE + 4, 0xffffffff);
	CHECK(RUN(OP(0x58) | MASK_ALL | 12, DEPTH32 | ROP(0xce) | 64, XY(0, 0), XY(2, 1),
		  MEM_BASE, 0, MEM_BASE + 0x1800, 0, 0, 0x1, 0x0f, 0xf0, 0x00000040, 0), 0);
	CHECK(px32(MEM_BASE), 0xfffffff1);	/* P is the background 0x0f here */
	CHECK(px32(MEM_BASE + 4), 0xffffff0f);
	CHECK(notes, 0);
}

static void full_immediate(void)
{
	uint32_t cmd[10 + 64] = {
		OP(0x74) | 72, DEPTH32 | ROP(0x66) | 64, XY(0, 0), XY(1, 1), MEM_BASE, 0,
		64, XY(0, 0), MEM_BASE + 0x1000, 0, 0x5a5a5a5a,
	};

	cmd[0] |= MASK_ALL;
	cmd[1] = DEPTH32 | ROP(0x3c) | 64;	/* P ^ S */
	put32(MEM_BASE + 0x1000, 0xff00ff00);
	CHECK(run(cmd, 74), 0);
	CHECK(px32(MEM_BASE), 0xa55aa55a);
	/* XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT: bit 7 of the byte is the source pixel */
	mem[0x1000] = 0x80;
	cmd[0] = OP(0x75) | MASK_ALL | 72;
	memcpy(cmd + 6, (uint32_t[]){ MEM_BASE + 0x1000, 0, 0, 0x0ff00ff0 }, 16);
	CHECK(run(cmd, 74), 0);
	CHECK(px32(MEM_BASE), 0x55aa55aa);
}

/* Negative pitch walks up, coordinates may be negative, addresses have 48 bits */
static void linear_corners(void)
{
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 0xffc0, XY(0, 0), XY(1, 2),
		  MEM_BASE + 0x1000, 0, 0x42), 0);
	CHECK(px32(MEM_BASE + 0x1000), 0x42);
	CHECK(px32(MEM_BASE + 0x1000 - 64), 0x42);
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(-1, -1), XY(0, 0),
		  MEM_BASE + 0x2000, 0, 0x43), 0);
	CHECK(px32(MEM_BASE + 0x2000 - 64 - 4), 0x43);
	/* the sign extension that canonical addresses carry is ignored */
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(0, 0), XY(1, 1),
		  MEM_BASE + 0x3000, 0xffff0000, 0x44), 0);
	CHECK(px32(MEM_BASE + 0x3000), 0x44);
	/* a row that starts three bytes before a page's end */
	CHECK(RUN(OP(0x50) | 5, DEPTH8 | ROP(0xf0) | 64, XY(0, 0), XY(6, 1),
		  MEM_BASE + 0x4ffd, 0, 0x45), 0);
	CHECK(px8(MEM_BASE + 0x4ffd), 0x45);
	CHECK(px8(MEM_BASE + 0x5002), 0x45);
	CHECK(px8(MEM_BASE + 0x5003), 0);
	CHECK(notes, 0);
}

static void refused(void)
{
	CHECK(RUN(OP(0x02)), -EINVAL);			/* no such command */
	CHECK(RUN(0x7a000004), -EINVAL);		/* not a 2D command */
	CHECK(RUN(OP(0x73) | 8, 0, 0, 0, 0, 0, 0, 0, 0, 0), -EINVAL);	/* pre-Gen8 length */
	CHECK(RUN(OP(0x50) | MASK_ALL | 4, 0, 0, 0, 0, 0, 0), -EINVAL);	/* pre-Gen8 length */
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, 0, 0), -EINVAL);		/* cut off */
	CHECK(notes, 5);
	/* ROP with a source that there is not */
	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xcc) | 64, XY(0, 0), XY(1, 1),
		  MEM_BASE, 0, 1), -EINVAL);
	/* X-tiled: pitch of 100 dwords; base not on a page; past the pitch; above the surface */
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 100, XY(0, 0),
		  XY(1, 1), MEM_BASE, 0, 1), -EINVAL);
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 128, XY(0, 0),
		  XY(1, 1), MEM_BASE + 64, 0, 1), -EINVAL);
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 128, XY(0, 0),
		  XY(129, 1), MEM_BASE, 0, 1), -EINVAL);
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 11 | 5, DEPTH32 | ROP(0xf0) | 128, XY(0, -1),
		  XY(1, 1), MEM_BASE, 0, 1), -EINVAL);
	CHECK(regs.bytes_written, 0);
	CHECK(notes, 10);
	/* reserved bits are told of, and the command is done */
	CHECK(RUN(OP(0x50) | MASK_ALL | 1u << 15 | 5, 1u << 28 | DEPTH32 | ROP(0xf0) | 64,
		  XY(0, 0), XY(1, 1), MEM_BASE, 0, 1), 0);
	CHECK(notes, 12);
	CHECK(px32(MEM_BASE), 1);
}

/* A fault in the middle is reported with the row, and what came before it stays */
static void fault(void)
{
	uint64_t end = MEM_BASE + MEM_SIZE;

	CHECK(RUN(OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 4096, XY(0, 0), XY(1, 3),
		  end - 4096, 0, 0x77), -EFAULT);
	CHECK(px32(end - 4096), 0x77);
	CHECK(!!strstr(last_note, "row 1"), 1);
}

static int stop_after;

static int poll_stop(void *ctx)
{
	(void)ctx;
	return stop_after-- == 0;
}

static void poll_stops(void)
{
	struct blt_mem m = bmem;
	const uint32_t cmd[] = {
		OP(0x50) | MASK_ALL | 5, DEPTH32 | ROP(0xf0) | 64, XY(0, 0), XY(1, 8), MEM_BASE,
		0, 1,
	};

	m.poll = poll_stop;
	stop_after = 2;
	CHECK(blt_execute(&m, &regs, cmd, 7), -EINTR);
	CHECK(px32(MEM_BASE + 64), 1);
	CHECK(px32(MEM_BASE + 128), 0);
}

static const struct {
	const char *name;
	void (*fn)(void);
} cases[] = {
	{ "XY_COLOR_BLT, linear", color_linear },
	{ "depths 8, 565, 1555", color_depths },
	{ "byte write masks", write_masks },
	{ "clip rectangle", clip_rect },
	{ "clipped copy", clip_copy },
	{ "empty rectangles", empty_rects },
	{ "all 256 raster operations", all_rops },
	{ "X tiles", tile_x },
	{ "Y tiles by BCS_SWCTRL", tile_y },
	{ "XY_SRC_COPY_BLT between tilings", copy_tilings },
	{ "XY_FAST_COPY_BLT", fast_copy },
	{ "Yf tiles", tile_yf },
	{ "Ys tiles", tile_ys },
	{ "XY_FAST_COPY_BLT, 64 bits a pixel", fast_copy_64bpp },
	{ "overlapping copies", overlap },
	{ "monochrome source in the command", mono_immediate },
	{ "monochrome source in memory", mono_memory },
	{ "text", text },
	{ "colour pattern", pattern_colour },
	{ "colour pattern in the command", pattern_immediate },
	{ "monochrome pattern", pattern_mono },
	{ "setup, pixel, scan lines", setup_pixel },
	{ "setup with a colour pattern", setup_colour },
	{ "full commands", full },
	{ "chroma key on the source", chroma_source },
	{ "chroma key on the destination", chroma_destination },
	{ "chroma keys by depth", chroma_depths },
	{ "chroma key on a pattern", chroma_pattern },
	{ "COLOR_BLT", byte_fill },
	{ "SRC_COPY_BLT", byte_copy },
	{ "XY_MONO_PAT_FIXED_BLT", fixed_pattern },
	{ "full commands with pattern data", full_immediate },
	{ "linear surfaces, corner cases", linear_corners },
	{ "what is refused", refused },
	{ "fault", fault },
	{ "poll", poll_stops },
};

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Linear and tiled copies of 1 MiB, in MB/s; informative, no test depends on it */
static void speed(const char *what, uint32_t header, uint32_t swctrl, uint32_t dpitch,
		  uint32_t spitch)
{
	double start = seconds(), now;
	unsigned int n = 0;

	regs.bcs_swctrl = swctrl;
	do {
		RUN(header | MASK_ALL | 8, DEPTH32 | ROP(0xcc) | dpitch, 0, XY(512, 512),
		    MEM_BASE + 0x200000, 0, 0, spitch, MEM_BASE, 0);
		n++;
		now = seconds();
	} while (now - start < 0.2);
	printf("# %s: %.0f MB/s\n", what, n * 1.048576 / (now - start));
}

int main(void)
{
	static const char *const way[2] = { "host pointers", "read and write" };
	unsigned int i, pass;

	mem = aligned_alloc(4096, MEM_SIZE);
	if (!mem)
		return 1;
	printf("TAP version 13\n1..%zu\n", 2 * ARRAY_SIZE(cases));
	for (pass = 0; pass < 2; pass++) {
		use_span = !pass;
		for (i = 0; i < ARRAY_SIZE(cases); i++) {
			reset();
			cases[i].fn();
			printf("%sok %d %s, %s\n", good ? "" : "not ", ++tests, cases[i].name,
			       way[pass]);
			failures += !good;
		}
	}
	reset();
	use_span = true;
	speed("linear copy", OP(0x53), 0, 2048, 2048);
	speed("linear to X", OP(0x53) | 1u << 11, 0, 512, 2048);
	speed("linear to Y", OP(0x53) | 1u << 11, 2, 512, 2048);
	free(mem);
	return failures ? 1 : 0;
}
