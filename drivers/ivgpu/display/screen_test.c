// SPDX-License-Identifier: GPL-2.0
/*
 * The screen: formats, tiles, planes over one another, the cursor, and how much is
 * read for it. The guest's memory is a block of bytes at a GGTT address.
 */
#include <kunit/test.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "screen.h"

#define BASE	0x10000000u
#define BYTES	(4u << 20)

#define CTL_ON		BIT(31)
#define FORMAT(n)	((u32)(n) << 24)
#define RGBX		BIT(20)
#define TILED_X		BIT(10)
#define TILED_Y		BIT(12)
#define TILED_YF	(BIT(12) | BIT(10))
#define ROTATE_90	1u	/* clockwise */
#define ROTATE_270	3u

struct guest {
	u8 *memory;
	u64 generation;
	unsigned int outside;
};

static void guest_read(void *owner, u32 addr, void *buf, u32 len)
{
	struct guest *guest = owner;

	if (addr / 4096 != (addr + len - 1) / 4096 || addr - BASE >= BYTES) {
		guest->outside++;
		memset(buf, 0, len);
		return;
	}
	memcpy(buf, guest->memory + (addr - BASE), len);
}

static u64 guest_generation(void *owner, u32 addr, u32 len)
{
	struct guest *guest = owner;

	return guest->generation;
}

static const struct ivgpu_screen_ops ops = { guest_read, guest_generation };

struct setup {
	struct guest guest;
	struct ivgpu_screen *screen;
	struct ivgpu_screen_state state;
};

static int init(struct kunit *test)
{
	struct setup *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	s->guest.memory = vzalloc(BYTES);
	if (!s->guest.memory)
		return -ENOMEM;
	s->screen = ivgpu_screen_create(&ops, &s->guest);
	if (IS_ERR(s->screen)) {
		vfree(s->guest.memory);
		return PTR_ERR(s->screen);
	}
	test->priv = s;
	return 0;
}

static void leave(struct kunit *test)
{
	struct setup *s = test->priv;

	if (!s)
		return;
	ivgpu_screen_destroy(s->screen);
	vfree(s->guest.memory);
}

/* The primary plane fills a screen of this size. */
static void show(struct setup *s, u32 width, u32 height, u32 ctl, u32 stride)
{
	s->state.on = true;
	s->state.source = (width - 1) << 16 | (height - 1);
	s->state.planes[0] = (struct ivgpu_plane_regs){
		.ctl = CTL_ON | ctl,
		.stride = stride,
		.size = (height - 1) << 16 | (width - 1),
		.surf = BASE,
	};
}

static u64 look(struct kunit *test)
{
	struct setup *s = test->priv;
	u64 before = s->screen->stats.bytes;

	mutex_lock(&s->screen->lock);
	KUNIT_EXPECT_EQ(test, ivgpu_screen_update(s->screen, &s->state), 0);
	mutex_unlock(&s->screen->lock);
	return s->screen->stats.bytes - before;
}

static u32 pixel(struct setup *s, u32 x, u32 y)
{
	return s->screen->pixels[y * s->screen->width + x] & 0xffffff;
}

static void formats(struct kunit *test)
{
	static const struct {
		u32 ctl, cpp;
		u64 bytes;
		u32 pixel;
	} rows[] = {
		{ FORMAT(4), 4, 0x00123456, 0x123456 },
		{ FORMAT(4) | RGBX, 4, 0x00563412, 0x123456 },
		{ FORMAT(2), 4, 0x3ff << 20, 0xff0000 },
		{ FORMAT(2) | RGBX, 4, 0x3ff, 0xff0000 },
		{ FORMAT(14), 2, 0xf800, 0xff0000 },
		{ FORMAT(14), 2, 0x07e0, 0x00ff00 },
		{ FORMAT(14), 2, 0x001f, 0x0000ff },
		{ FORMAT(12), 1, 7, 0xabcdef },
		{ FORMAT(6), 8, 0x00003c0000003800, 0xff007f & 0x00007f },
		{ FORMAT(0), 2, 0x80eb80eb, 0xffffff },		/* YUYV, white */
		{ FORMAT(0) | BIT(16), 2, 0x10801080, 0x000000 },	/* UYVY, black */
		{ FORMAT(0) | BIT(28), 2, 0x80ff80ff, 0xffffff },	/* full range */
		{ FORMAT(8), 4, 0x00515af0, 0xfe0000 },		/* XYUV, red */
	};
	struct setup *s = test->priv;
	unsigned int i, k;

	s->state.palette[7] = 0xabcdef;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		show(s, 64, 4, rows[i].ctl, rows[i].cpp);
		for (k = 0; k < 64 * 4 * rows[i].cpp; k++)
			s->guest.memory[k] = rows[i].bytes >> 8 * (k % (rows[i].cpp < 4 ?
				(rows[i].ctl == FORMAT(12) ? 1 : 2 * rows[i].cpp) : rows[i].cpp));
		if (rows[i].ctl == FORMAT(14))
			for (k = 0; k < 64 * 4 * 2; k++)
				s->guest.memory[k] = rows[i].bytes >> 8 * (k % 2);
		look(test);
		if (rows[i].ctl == FORMAT(6))
			KUNIT_EXPECT_EQ(test, pixel(s, 63, 3), 0xff007fu);
		else
			KUNIT_EXPECT_EQ_MSG(test, pixel(s, 63, 3), rows[i].pixel, "row %u", i);
	}
}

/* A tiled surface shows what its linear picture has; @at is where tiles put a byte. */
static u32 tiled_at(u32 byte, u32 row, u32 stride, bool y)
{
	u32 width = y ? 128 : 512, height = y ? 32 : 8;
	u32 tile = row / height * (stride / width) + byte / width;

	byte %= width;
	row %= height;
	if (y)
		return tile * 4096 + byte / 16 * 512 + row * 16 + byte % 16;
	return tile * 4096 + row * 512 + byte;
}

static void tiling(struct kunit *test)
{
	struct setup *s = test->priv;
	u32 pass, x, y, value, wrong = 0;

	for (pass = 0; pass < 2; pass++) {
		show(s, 256, 100, FORMAT(4) | (pass ? TILED_Y : TILED_X), pass ? 8 : 2);
		for (y = 0; y < 100; y++) {
			for (x = 0; x < 256; x++) {
				value = pass << 16 | y << 8 | x;
				memcpy(s->guest.memory + tiled_at(4 * x, y, 1024, pass), &value, 4);
			}
		}
		look(test);
		for (y = 0; y < 100; y++)
			for (x = 0; x < 256; x++)
				wrong += pixel(s, x, y) != (pass << 16 | y << 8 | x);
		KUNIT_EXPECT_EQ_MSG(test, wrong, 0u, "%c tiles", pass ? 'Y' : 'X');
	}
}

/* As gmmlib writes them: what each bit of an address in a Yf tile is, the highest one first. */
static const struct {
	u32 ctl, cpp, width, height;	/* bytes, rows */
	const char *bits;
} yf_tiles[] = {
	{ FORMAT(12), 1, 64, 64, "XYXYYYYYXXXX" },
	{ FORMAT(14), 2, 128, 32, "XYXYXYYYXXXX" },
	{ FORMAT(4), 4, 128, 32, "XYXYXYYYXXXX" },
	{ FORMAT(6), 8, 256, 16, "XYXYXXYYXXXX" },
};

static u32 yf_at(unsigned int i, u32 byte, u32 row, u32 stride)
{
	u32 at = row / yf_tiles[i].height * stride * yf_tiles[i].height +
		 byte / yf_tiles[i].width * 4096;
	u32 x = byte % yf_tiles[i].width, y = row % yf_tiles[i].height;
	int bit;

	for (bit = 0; bit < 12; bit++) {
		u32 *from = yf_tiles[i].bits[11 - bit] == 'X' ? &x : &y;

		at |= (*from & 1) << bit;
		*from >>= 1;
	}
	return at;
}

static void yf_tiling(struct kunit *test)
{
	struct ivgpu_plane_regs regs = { .stride = 8, .surf = BASE };
	u32 i, byte, row, b, r, addr, wrong;
	struct ivgpu_plane plane;

	for (i = 0; i < ARRAY_SIZE(yf_tiles); i++) {
		regs.ctl = CTL_ON | yf_tiles[i].ctl | TILED_YF;
		KUNIT_ASSERT_EQ(test, ivgpu_plane_decode(&plane, &regs), 0);
		KUNIT_EXPECT_EQ(test, plane.stride, 8 * yf_tiles[i].width);
		for (wrong = 0, row = 0; row < 150; row++) {
			for (byte = 0; byte < plane.stride; byte += yf_tiles[i].cpp) {
				ivgpu_plane_locate(&plane, byte, row, &addr);
				wrong += addr != BASE + yf_at(i, byte, row, plane.stride);
				wrong += !ivgpu_plane_find(&plane, addr, &b, &r) || b != byte ||
					 r != row;
			}
		}
		KUNIT_EXPECT_EQ_MSG(test, wrong, 0u, "%u bytes per pixel", yf_tiles[i].cpp);
	}
}

/*
 * A surface of 96 x 64 in Y tiles (3 by 2 of them), as i915 maps it for a plane on its side: each
 * column of tiles, from the lowest one up, is a row of tiles.
 */
static void put_sideways(struct setup *s, u32 ctl, u32 x, u32 y, u32 value)
{
	u32 page = x / 32 * 2 + (1 - y / 32);
	u32 at = ctl & BIT(10) ? yf_at(2, 4 * (x % 32), y % 32, 128) :
				 tiled_at(4 * (x % 32), y % 32, 128, true);

	memcpy(s->guest.memory + page * 4096 + at, &value, 4);
}

static void sideways(struct kunit *test)
{
	static const u32 ways[] = { TILED_Y | ROTATE_90, TILED_Y | ROTATE_270,
				    TILED_YF | ROTATE_90, TILED_YF | ROTATE_270 };
	struct setup *s = test->priv;
	u32 i, x, y, wrong;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		show(s, 64, 96, FORMAT(4) | ways[i], 2);
		for (y = 0; y < 64; y++)
			for (x = 0; x < 96; x++)
				put_sideways(s, ways[i], x, y, i << 16 | y << 8 | x);
		look(test);
		for (wrong = 0, y = 0; y < 96; y++)
			for (x = 0; x < 64; x++)
				wrong += pixel(s, x, y) != (i << 16 | (ways[i] & 2 ?
					x << 8 | (95 - y) : (63 - x) << 8 | y));
		KUNIT_EXPECT_EQ_MSG(test, wrong, 0u, "way %u", i);
	}
	/* a part of it, from pixel 5 of row 40 of what the plane reads on */
	show(s, 32, 20, FORMAT(4) | ways[0], 2);
	s->state.planes[0].offset = 40 << 16 | 5;
	for (y = 0; y < 64; y++)
		for (x = 0; x < 96; x++)
			put_sideways(s, ways[0], x, y, y << 8 | x);
	look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 0, 0), 58u << 8 | 40);
	KUNIT_EXPECT_EQ(test, pixel(s, 31, 19), 27u << 8 | 59);
	KUNIT_EXPECT_EQ(test, s->screen->stats.unsupported, 0ull);
	/* hardware has it for Y tiles only */
	show(s, 32, 20, FORMAT(4) | TILED_X | ROTATE_90, 2);
	look(test);
	KUNIT_EXPECT_EQ(test, s->screen->stats.unsupported, 1ull);
}

/* Every address of a tiled surface leads back to the byte that it came from. */
static void addresses_lead_back(struct kunit *test)
{
	static const u32 tilings[] = { 0, TILED_X, TILED_Y };
	struct ivgpu_plane_regs regs = { .stride = 16, .surf = BASE };
	struct ivgpu_plane plane;
	u32 i, byte, row, b, r, addr, wrong = 0;

	for (i = 0; i < ARRAY_SIZE(tilings); i++) {
		regs.ctl = CTL_ON | FORMAT(4) | tilings[i];
		KUNIT_ASSERT_EQ(test, ivgpu_plane_decode(&plane, &regs), 0);
		for (row = 0; row < 70; row++) {
			for (byte = 0; byte < 1024; byte += 4) {
				ivgpu_plane_locate(&plane, byte, row, &addr);
				wrong += !ivgpu_plane_find(&plane, addr, &b, &r) || b != byte ||
					 r != row;
			}
		}
	}
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

static void fill(struct setup *s, u32 at, u32 pixels, u32 value)
{
	u32 i;

	for (i = 0; i < pixels; i++)
		memcpy(s->guest.memory + at + 4 * i, &value, 4);
}

#define CURSOR_AT	0x300000

static void put_cursor(struct setup *s, u32 pos)
{
	s->state.cursor_armed++;
	s->state.cursor = (struct ivgpu_cursor_regs){
		.ctl = 0x27, .pos = pos, .base = BASE + CURSOR_AT,
	};
}

/* The cursor is laid over, at the edges too, and leaves nothing behind. */
static void cursor(struct kunit *test)
{
	static const u32 places[] = { 0, 10 << 16 | 20, 0x801e801e, 90 << 16 | 250, 0xffffffff };
	struct setup *s = test->priv;
	unsigned int i;
	u32 k, wrong = 0;

	show(s, 256, 100, FORMAT(4), 16);
	fill(s, 0, 256 * 100, 0x204060);
	fill(s, CURSOR_AT, 64 * 64, 0x80800000);	/* half of red */
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		put_cursor(s, places[i]);
		look(test);
	}
	put_cursor(s, 10 << 16 | 20);
	look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 20, 10), 0x902030u);
	KUNIT_EXPECT_EQ(test, pixel(s, 83, 73), 0x902030u);
	KUNIT_EXPECT_EQ(test, pixel(s, 19, 10), 0x204060u);
	KUNIT_EXPECT_EQ(test, pixel(s, 84, 73), 0x204060u);
	s->state.cursor.ctl = 0;
	look(test);
	for (k = 0; k < 256 * 100; k++)
		wrong += (s->screen->pixels[k] & 0xffffff) != 0x204060;
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

static void sprites_are_on_top(struct kunit *test)
{
	struct setup *s = test->priv;

	show(s, 256, 100, FORMAT(4), 16);
	fill(s, 0, 256 * 100, 0x112233);
	fill(s, 0x200000, 16 * 10, 0x445566);
	s->state.planes[1] = (struct ivgpu_plane_regs){
		.ctl = CTL_ON | FORMAT(4), .stride = 1, .size = 9 << 16 | 15,
		.pos = 50 << 16 | 100, .surf = BASE + 0x200000,
	};
	look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 100, 50), 0x445566u);
	KUNIT_EXPECT_EQ(test, pixel(s, 115, 59), 0x445566u);
	KUNIT_EXPECT_EQ(test, pixel(s, 116, 59), 0x112233u);
	KUNIT_EXPECT_EQ(test, pixel(s, 99, 50), 0x112233u);
	s->state.planes[1].ctl = 0;
	look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 100, 50), 0x112233u);
}

/* What is read, of a picture of 1 MiB (1024 x 256). */
static void little_is_read(struct kunit *test)
{
	struct setup *s = test->priv;
	u64 bytes;
	int i;

	show(s, 1024, 256, FORMAT(4), 64);
	fill(s, 0, 1024 * 256, 0x101010);
	KUNIT_EXPECT_EQ(test, look(test), 1u << 20);
	/* nothing happens: two samples of 64 bytes in each row */
	for (i = 0; i < 10; i++)
		KUNIT_EXPECT_LE(test, look(test), 256u * 128);
	/* 100 bytes written through BAR2 */
	fill(s, 4096 * 10 + 400, 25, 0xffffff);
	ivgpu_screen_wrote(s->screen, BASE + 4096 * 10 + 400, 100);
	bytes = look(test);
	KUNIT_EXPECT_LE(test, bytes, 100u + 256 * 128);
	KUNIT_EXPECT_EQ(test, pixel(s, 100, 10), 0xffffffu);
	KUNIT_EXPECT_EQ(test, pixel(s, 124, 10), 0xffffffu);
	KUNIT_EXPECT_EQ(test, pixel(s, 125, 10), 0x101010u);
	/* all of it written behind our back: seen at the first sample */
	fill(s, 0, 1024 * 256, 0x202020);
	bytes = look(test);
	KUNIT_EXPECT_GE(test, bytes, 1u << 20);
	KUNIT_EXPECT_LE(test, bytes, (1u << 20) + 256 * 128);
	KUNIT_EXPECT_EQ(test, pixel(s, 1023, 255), 0x202020u);
	/* one pixel written behind our back: seen in the end */
	fill(s, 4096 * 200 + 2000, 1, 0xffffff);
	for (i = 0; i < 64 && pixel(s, 500, 200) != 0xffffff; i++)
		look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 500, 200), 0xffffffu);
	/* the GPU worked, or entries changed: all of it */
	s->state.work++;
	KUNIT_EXPECT_EQ(test, look(test), 1u << 20);
	s->guest.generation++;
	KUNIT_EXPECT_EQ(test, look(test), 1u << 20);
	KUNIT_EXPECT_LE(test, look(test), 256u * 128);
}

static void tiled_writes_are_found(struct kunit *test)
{
	struct setup *s = test->priv;
	u32 i, value = 0xffffff;

	show(s, 256, 128, FORMAT(4) | TILED_Y, 8);
	look(test);
	for (i = 0; i < 8; i++)		/* 32 bytes of row 77 */
		memcpy(s->guest.memory + tiled_at(400 + 4 * i, 77, 1024, true), &value, 4);
	ivgpu_screen_wrote(s->screen, BASE + tiled_at(400, 77, 1024, true), 16);
	ivgpu_screen_wrote(s->screen, BASE + tiled_at(416, 77, 1024, true), 16);
	KUNIT_EXPECT_LE(test, look(test), 32u + 128 * 128);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, pixel(s, 100 + i, 77), 0xffffffu);
	KUNIT_EXPECT_EQ(test, pixel(s, 108, 77), 0u);
}

/* Values that no driver writes: an answer, and nothing outside of a page. */
static void any_registers(struct kunit *test)
{
	static const u32 values[] = {
		0, ~0u, 0x80000000, 0x84000000, 0x84000400, 0x84001000, 0xff0fffff, 0x8e000000,
		0x8c001000, 0x00010001, 0x1fff1fff, 0xfff, 0x86000400, 0x80001000, 0x81000002,
		0x84000002, 0x01000100, 0x84001001, 0x84001403, 0x8c001401, 0x81001401,
	};
	struct setup *s = test->priv;
	u32 *words = (u32 *)s->state.planes, seed = 1;
	unsigned int i, k;

	s->state.on = true;
	for (i = 0; i < 60; i++) {
		for (k = 0; k < sizeof(s->state.planes) / 4; k++) {
			seed = seed * 1103515245 + 12345;
			words[k] = values[(seed >> 16) % ARRAY_SIZE(values)];
		}
		seed = seed * 1103515245 + 12345;
		s->state.source = i % 8 ? (seed >> 8 & 0xff) << 16 | (seed >> 16 & 0xff) : ~0u;
		s->state.cursor_armed++;
		s->state.cursor.ctl = values[seed % ARRAY_SIZE(values)] | (i % 3 ? 0x27 : 0);
		s->state.cursor.pos = seed * 7;
		s->state.cursor.fbc = seed * 11;
		s->state.cursor.base = seed * 13;
		look(test);
		ivgpu_screen_wrote(s->screen, seed, 4096 - seed % 4096);
		KUNIT_EXPECT_LE(test, s->screen->width, IVGPU_MAX_WIDTH);
		KUNIT_EXPECT_LE(test, s->screen->height, IVGPU_MAX_HEIGHT);
	}
	s->state.on = false;
	look(test);
	KUNIT_EXPECT_EQ(test, s->screen->width, 0u);
}

/* A surface whose pixels are their own places. */
static void number_pixels(struct setup *s, u32 width, u32 height)
{
	u32 i, value;

	for (i = 0; i < width * height; i++) {
		value = i / width << 12 | i % width;
		memcpy(s->guest.memory + 4 * i, &value, 4);
	}
}

static void turned(struct kunit *test)
{
	struct setup *s = test->priv;
	u32 x, y, wrong = 0;

	show(s, 64, 32, FORMAT(4) | BIT(1), 4);
	number_pixels(s, 64, 32);
	look(test);
	for (y = 0; y < 32; y++)
		for (x = 0; x < 64; x++)
			wrong += pixel(s, x, y) != ((31 - y) << 12 | (63 - x));
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	/* what changes is seen at the next look, though no samples are taken */
	fill(s, 0, 64 * 32, 0x123456);
	look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 0, 0), 0x123456u);
}

/* A sprite of 32 x 16, twice as large at 8, 4, and then half of it in one direction. */
static void scaled(struct kunit *test)
{
	struct setup *s = test->priv;
	u32 x, y, wrong = 0;

	show(s, 128, 64, FORMAT(4), 8);
	number_pixels(s, 64, 32);
	s->state.planes[0].ctl = 0;
	s->state.planes[1] = (struct ivgpu_plane_regs){
		.ctl = CTL_ON | FORMAT(4), .stride = 4, .size = 15 << 16 | 31, .surf = BASE,
		.window_pos = 8 << 16 | 4, .window_size = 64 << 16 | 32,
	};
	look(test);
	for (y = 0; y < 32; y++)
		for (x = 0; x < 64; x++)
			wrong += pixel(s, 8 + x, 4 + y) != (y / 2 << 12 | x / 2);
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	KUNIT_EXPECT_EQ(test, pixel(s, 7, 4) | pixel(s, 8, 3), 0u);
	KUNIT_EXPECT_EQ(test, pixel(s, 72, 4) | pixel(s, 8, 36), 0u);
	s->state.planes[1].window_size = 16 << 16 | 16;
	look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 8 + 15, 4 + 15), 15u << 12 | 31);
	KUNIT_EXPECT_EQ(test, pixel(s, 8 + 16, 4), 0u);
	/* a window of no size shows nothing */
	s->state.planes[1].window_size = 16 << 16;
	look(test);
	KUNIT_EXPECT_EQ(test, pixel(s, 8, 4), 0u);
}

/* Luma, and in another surface colours for two by two pixels: left half red, right half grey. */
static void nv12(struct kunit *test)
{
	static const u8 red[2] = { 0x5a, 0xf0 }, grey[2] = { 0x80, 0x80 };
	struct setup *s = test->priv;
	u32 x, y, wrong = 0;

	show(s, 64, 32, FORMAT(1), 1);
	s->state.planes[0].aux_dist = 0x10000 | 1;
	s->state.planes[0].aux_offset = 1 << 16;
	memset(s->guest.memory, 0x51, 64 * 32);
	for (y = 0; y < 16; y++)
		for (x = 0; x < 32; x++)
			memcpy(s->guest.memory + 0x10000 + 64 * (y + 1) + 2 * x,
			       x < 16 ? red : grey, 2);
	look(test);
	for (y = 0; y < 32; y++)
		for (x = 0; x < 64; x++)
			wrong += pixel(s, x, y) != (x < 32 ? 0xfe0000u : 0x4c4c4cu);
	KUNIT_EXPECT_EQ(test, wrong, 0u);
	KUNIT_EXPECT_EQ(test, s->screen->stats.unsupported, 0ull);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(formats),
	KUNIT_CASE(tiling),
	KUNIT_CASE(yf_tiling),
	KUNIT_CASE(sideways),
	KUNIT_CASE(addresses_lead_back),
	KUNIT_CASE(cursor),
	KUNIT_CASE(sprites_are_on_top),
	KUNIT_CASE(little_is_read),
	KUNIT_CASE(tiled_writes_are_found),
	KUNIT_CASE(turned),
	KUNIT_CASE(scaled),
	KUNIT_CASE(nv12),
	KUNIT_CASE(any_registers),
	{}
};

static struct kunit_suite suite = {
	.name = "ivgpu_screen",
	.init = init,
	.exit = leave,
	.test_cases = cases,
};

kunit_test_suite(suite);
