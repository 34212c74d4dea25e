// SPDX-License-Identifier: GPL-2.0
/*
 * The simulated Gen9 blitter: decodes 2D commands into operations for the row engine.
 *
 * Sources read for the layouts (64-bit address forms, as Gen8 introduced them):
 *  - opcodes: Intel PRM Tiger Lake vol. 10 "2D Command Map" (the same numbers as on Gen9) and
 *    i915 gvt/cmd_parser.c, which also tells where pre-Gen8 forms hold addresses; pre-Gen8
 *    lengths: libdrm intel/intel_decode.c. A Gen8 form is the old one with two dwords where an
 *    address was.
 *  - XY_COLOR_BLT, XY_SRC_COPY_BLT, XY_FAST_COPY_BLT: i915 gt/intel_gpu_commands.h,
 *    gem/selftests/i915_gem_client_blt.c; intel-gpu-tools lib/intel_reg.h, lib/intel_batchbuffer.c
 *    (also which bits mean Yf and Ys)
 *  - setup, clip, pixel, scan line, text, pattern, monochrome and FULL commands: what
 *    xf86-video-intel (sna/sna_blt.c, sna/sna_accel.c) sends to Gen8+: bit order (most
 *    significant first), rows of monochrome data padded to 16 bits, text rows to bytes, immediate
 *    data to 64 bits, clip rectangles whose lower right corner is exclusive.
 *  - BCS_SWCTRL: xf86-video-intel uxa/i830_reg.h.
 *  - COLOR_BLT, SRC_COPY_BLT: Linux drivers/video/fbdev/i810/i810_accel.c (width in bytes, height
 *    and width in one dword; copying from right to left, bit 30 of BR13, starts at the last byte
 *    of a row, upwards at the last row with a negative pitch); the Gen8 form as above.
 *  - chroma keys: where the range is and that mode 3 compares source with alpha: KolibriOS
 *    drivers/video/drm/i915 (blit_video); which kinds there are: Intel's EMGD driver,
 *    drivers/gpu/drm/emgd/include/igd_2d.h (revision 1.6; its numbers 0 to 4 are the driver's own,
 *    not the field's); lengths: libdrm as above.
 * Inferred: the numbers of the other key modes (1, 5, 7: source, destination, destination with
 * alpha) and that a destination pixel is written if it is in the range; that in pattern commands
 * "source" means the pattern, and where immediate pattern data begin; all of
 * XY_MONO_PAT_FIXED_BLT's patterns (its fields and hatches were not found in a source that could
 * be read: the names of the kinds and of Windows' hatches are what is behind fixed_patterns[]);
 * that a solid pattern (BR13 bit 31) has the background colour (drivers set both
 * colours alike); the dword order "pitch, coordinates" of XY_FULL_BLT from that of
 * XY_FULL_MONO_PATTERN_BLT; XY_FAST_COPY_BLT's depths other than 32; what is said with a note.
 */
#include <errno.h>
#include <string.h>

#include "blt_int.h"

#define BR00_MASK	(3u << 20)
#define BR00_BIT_POS	(7u << 17)
#define BR00_KEY	(7u << 17)
#define BR00_FIXED	(15u << 15)
#define BR00_BYTE_PACK	BIT(16)
#define BR00_SRC_TILED	BIT(15)
#define BR00_SEEDS	(7u << 12 | 7u << 8)
#define BR00_DST_TILED	BIT(11)

#define BR13_SOLID	BIT(31)
#define BR13_CLIP	BIT(30)
#define BR13_LEFTWARDS	BIT(30)	/* of SRC_COPY_BLT */
#define BR13_SRC_TRANSP	BIT(29)
#define BR13_PAT_TRANSP	BIT(28)
#define BR13_ALWAYS	0x03ffffffu	/* depth, ROP, pitch */

/* bits @hi to @lo of @v */
static inline uint32_t field(uint32_t v, unsigned int hi, unsigned int lo)
{
	return v >> lo & ((1u << (hi - lo + 1)) - 1);
}

enum src_form {
	S_NONE,
	S_COLOUR,	/* coordinates, pitch, address */
	S_COLOUR_PC,	/* pitch, coordinates, address */
	S_MONO,		/* address, background, foreground */
	S_MONO_IMM,	/* background, foreground; data at the end of the command */
	S_TEXT,		/* address; the rest from XY_SETUP_BLT */
	S_TEXT_IMM,	/* data at the end of the command */
};

enum pat_form {
	P_NONE,
	P_SOLID,	/* colour */
	P_COLOUR,	/* address of 8x8 pixels */
	P_COLOUR_IMM,	/* 8x8 pixels at the end of the command */
	P_MONO,		/* background, foreground, 8 rows of 8 bits */
	P_FIXED,	/* background, foreground; one of the blitter's own patterns */
	P_SETUP,	/* from the setup command */
};

enum cmd_kind {
	DRAW, DRAW_SETUP, SETUP, SETUP_MONO, SETUP_CLIP, FAST_COPY, BYTE_FILL, BYTE_COPY,
};

struct blt_cmd {
	const char *name;
	enum cmd_kind kind;
	unsigned int ndw;	/* with immediate data: without it */
	bool immediate;
	uint32_t br00, br13;	/* bits that may be set, apart from those all have */
	enum src_form src;
	unsigned int src_dw;
	enum pat_form pat;
	unsigned int pat_dw;
	unsigned int key_dw;	/* first of two dwords of a chroma key, 0: it has none */
};

static const struct blt_cmd cmds[128] = {
	[0x01] = { "XY_SETUP_BLT", SETUP, 10, false, BR00_MASK | BR00_DST_TILED,
		   BR13_CLIP | BR13_SRC_TRANSP },
	[0x03] = { "XY_SETUP_CLIP_BLT", SETUP_CLIP, 3, false, BR00_DST_TILED },
	[0x11] = { "XY_SETUP_MONO_PATTERN_SL_BLT", SETUP_MONO, 10, false,
		   BR00_MASK | BR00_DST_TILED,
		   BR13_SOLID | BR13_CLIP | BR13_SRC_TRANSP | BR13_PAT_TRANSP },
	[0x24] = { "XY_PIXEL_BLT", DRAW_SETUP, 2, false, BR00_DST_TILED, 0,
		   S_NONE, 0, P_SETUP, 0 },
	/* sna sets the write mask here too, where setup's is the one that counts */
	[0x25] = { "XY_SCANLINES_BLT", DRAW_SETUP, 3, false,
		   BR00_MASK | BR00_SEEDS | BR00_DST_TILED, 0, S_NONE, 0, P_SETUP, 0 },
	[0x26] = { "XY_TEXT_BLT", DRAW_SETUP, 5, false, BR00_BYTE_PACK | BR00_DST_TILED, 0,
		   S_TEXT, 3, P_NONE, 0 },
	[0x31] = { "XY_TEXT_IMMEDIATE_BLT", DRAW_SETUP, 3, true,
		   BR00_BYTE_PACK | BR00_DST_TILED, 0, S_TEXT_IMM, 3, P_NONE, 0 },
	[0x40] = { "COLOR_BLT", BYTE_FILL, 6, false, BR00_MASK, BR13_SOLID,
		   S_NONE, 0, P_SOLID, 5 },
	[0x42] = { "XY_FAST_COPY_BLT", FAST_COPY, 10 },
	[0x43] = { "SRC_COPY_BLT", BYTE_COPY, 8, false, BR00_MASK, BR13_LEFTWARDS,
		   S_COLOUR, 5, P_NONE, 0 },
	[0x50] = { "XY_COLOR_BLT", DRAW, 7, false, BR00_MASK | BR00_DST_TILED, BR13_CLIP,
		   S_NONE, 0, P_SOLID, 6 },
	[0x51] = { "XY_PAT_BLT", DRAW, 8, false, BR00_MASK | BR00_SEEDS | BR00_DST_TILED,
		   BR13_CLIP, S_NONE, 0, P_COLOUR, 6 },
	[0x52] = { "XY_MONO_PAT_BLT", DRAW, 10, false, BR00_MASK | BR00_SEEDS | BR00_DST_TILED,
		   BR13_SOLID | BR13_CLIP | BR13_PAT_TRANSP, S_NONE, 0, P_MONO, 6 },
	[0x53] = { "XY_SRC_COPY_BLT", DRAW, 10, false,
		   BR00_MASK | BR00_SRC_TILED | BR00_DST_TILED, BR13_CLIP,
		   S_COLOUR, 6, P_NONE, 0 },
	[0x54] = { "XY_MONO_SRC_COPY_BLT", DRAW, 10, false,
		   BR00_MASK | BR00_BIT_POS | BR00_DST_TILED, BR13_CLIP | BR13_SRC_TRANSP,
		   S_MONO, 6, P_NONE, 0 },
	[0x55] = { "XY_FULL_BLT", DRAW, 12, false,
		   BR00_MASK | BR00_SRC_TILED | BR00_SEEDS | BR00_DST_TILED, BR13_CLIP,
		   S_COLOUR_PC, 6, P_COLOUR, 10 },
	[0x56] = { "XY_FULL_MONO_SRC_BLT", DRAW, 12, false,
		   BR00_MASK | BR00_BIT_POS | BR00_SEEDS | BR00_DST_TILED,
		   BR13_CLIP | BR13_SRC_TRANSP, S_MONO, 6, P_COLOUR, 10 },
	[0x57] = { "XY_FULL_MONO_PATTERN_BLT", DRAW, 14, false,
		   BR00_MASK | BR00_SRC_TILED | BR00_SEEDS | BR00_DST_TILED,
		   BR13_SOLID | BR13_CLIP | BR13_PAT_TRANSP, S_COLOUR_PC, 6, P_MONO, 10 },
	[0x58] = { "XY_FULL_MONO_PATTERN_MONO_SRC_BLT", DRAW, 14, false,
		   BR00_MASK | BR00_BIT_POS | BR00_SEEDS | BR00_DST_TILED,
		   BR13_SOLID | BR13_CLIP | BR13_SRC_TRANSP | BR13_PAT_TRANSP,
		   S_MONO, 6, P_MONO, 10 },
	[0x59] = { "XY_MONO_PAT_FIXED_BLT", DRAW, 8, false,
		   BR00_MASK | BR00_FIXED | BR00_SEEDS | BR00_DST_TILED,
		   BR13_SOLID | BR13_CLIP | BR13_PAT_TRANSP, S_NONE, 0, P_FIXED, 6 },
	[0x71] = { "XY_MONO_SRC_COPY_IMMEDIATE_BLT", DRAW, 8, true,
		   BR00_MASK | BR00_BIT_POS | BR00_DST_TILED, BR13_CLIP | BR13_SRC_TRANSP,
		   S_MONO_IMM, 6, P_NONE, 0 },
	[0x72] = { "XY_PAT_BLT_IMMEDIATE", DRAW, 6, true,
		   BR00_MASK | BR00_SEEDS | BR00_DST_TILED, BR13_CLIP,
		   S_NONE, 0, P_COLOUR_IMM, 6 },
	[0x73] = { "XY_SRC_COPY_CHROMA_BLT", DRAW, 12, false,
		   BR00_MASK | BR00_KEY | BR00_SRC_TILED | BR00_DST_TILED, BR13_CLIP,
		   S_COLOUR, 6, P_NONE, 0, 10 },
	[0x74] = { "XY_FULL_IMMEDIATE_PATTERN_BLT", DRAW, 10, true,
		   BR00_MASK | BR00_SRC_TILED | BR00_SEEDS | BR00_DST_TILED, BR13_CLIP,
		   S_COLOUR_PC, 6, P_COLOUR_IMM, 10 },
	[0x75] = { "XY_FULL_MONO_SRC_IMMEDIATE_PATTERN_BLT", DRAW, 10, true,
		   BR00_MASK | BR00_BIT_POS | BR00_SEEDS | BR00_DST_TILED,
		   BR13_CLIP | BR13_SRC_TRANSP, S_MONO, 6, P_COLOUR_IMM, 10 },
	[0x76] = { "XY_PAT_CHROMA_BLT", DRAW, 10, false,
		   BR00_MASK | BR00_KEY | BR00_SEEDS | BR00_DST_TILED, BR13_CLIP,
		   S_NONE, 0, P_COLOUR, 6, 8 },
	[0x77] = { "XY_PAT_CHROMA_BLT_IMMEDIATE", DRAW, 8, true,
		   BR00_MASK | BR00_KEY | BR00_SEEDS | BR00_DST_TILED, BR13_CLIP,
		   S_NONE, 0, P_COLOUR_IMM, 8, 6 },
};

static const struct blt_cmd *find_cmd(uint32_t header)
{
	const struct blt_cmd *c = &cmds[field(header, 28, 22)];

	return header >> 29 == 2 && c->name ? c : NULL;
}

const char *blt_name(uint32_t header)
{
	const struct blt_cmd *c = find_cmd(header);

	return c ? c->name : NULL;
}

static uint64_t addr64(const uint32_t *dw)
{
	return ((uint64_t)dw[1] << 32 | dw[0]) & ((1ull << 48) - 1);
}

static int coord_x(uint32_t dw)
{
	return (int16_t)(dw & 0xffff);
}

static int coord_y(uint32_t dw)
{
	return (int16_t)(dw >> 16);
}

static unsigned int depth_bytes(uint32_t br13)
{
	static const unsigned char bytes[4] = { 1, 2, 2, 4 };	/* 8, 565, 1555, 8888 */

	return bytes[field(br13, 25, 24)];
}

/* pitch: the 16-bit field, in bytes where linear (signed), in dwords where tiled */
static int set_surf(const struct blt_op *op, struct blt_surf *surf, const char *which,
		    uint64_t base, uint32_t pitch, enum blt_tiling tiling)
{
	surf->base = base;
	surf->tiling = tiling;
	surf->cpp = op->cpp;
	surf->pitch = tiling == BLT_LINEAR ? (int16_t)pitch : (int32_t)(pitch & 0xffff) * 4;
	if (tiling == BLT_LINEAR)
		return 0;
	if (base % blt_tile_size(surf)) {
		blt_note(op->io.mem, "%s: tiled %s at %#llx is not aligned to a tile", op->name,
			 which, (unsigned long long)base);
		return -EINVAL;
	}
	if (!surf->pitch || surf->pitch % (int32_t)blt_tile_width(surf)) {
		blt_note(op->io.mem, "%s: pitch of the tiled %s, %d bytes, is no multiple of %u",
			 op->name, which, surf->pitch, blt_tile_width(surf));
		return -EINVAL;
	}
	return 0;
}

static enum blt_tiling legacy_tiling(const struct blt_op *op, bool tiled, uint32_t y_bit)
{
	if (!tiled)
		return BLT_LINEAR;
	return op->io.regs->bcs_swctrl & y_bit ? BLT_TILE_Y : BLT_TILE_X;
}

static int check_bits(const struct blt_op *op, const char *which, uint32_t value, uint32_t ok)
{
	if (value & ~ok)
		blt_note(op->io.mem, "%s: reserved bits %#x of %s are set", op->name, value & ~ok,
			 which);
	return 0;
}

static void set_rect(struct blt_op *op, uint32_t corner1, uint32_t corner2)
{
	op->x1 = coord_x(corner1);
	op->y1 = coord_y(corner1);
	op->x2 = coord_x(corner2);
	op->y2 = coord_y(corner2);
	op->ox = op->x1;
	op->oy = op->y1;
}

/* Clips to the registers that the setup commands loaded, as far as BR13 asks for it */
static void clip(struct blt_op *op, uint32_t br13)
{
	const struct blt_setup *s = &op->io.regs->setup;

	if (!(br13 & BR13_CLIP))
		return;
	if (op->x1 < s->clip_x1)
		op->x1 = s->clip_x1;
	if (op->y1 < s->clip_y1)
		op->y1 = s->clip_y1;
	if (op->x2 > s->clip_x2)
		op->x2 = s->clip_x2;
	if (op->y2 > s->clip_y2)
		op->y2 = s->clip_y2;
}

static bool empty(const struct blt_op *op)
{
	return op->x1 >= op->x2 || op->y1 >= op->y2;
}

/* A tiled surface has no place for pixels left of or above it, nor right of its pitch */
static int check_tiled_rect(const struct blt_op *op, const struct blt_surf *surf,
			    const char *which, int x, int y)
{
	int64_t end = (int64_t)(x + op->x2 - op->x1) * op->cpp;

	if (surf->tiling == BLT_LINEAR)
		return 0;
	if (x >= 0 && y >= 0 && end <= surf->pitch)
		return 0;
	blt_note(op->io.mem, "%s: (%d, %d) to byte %lld is outside the tiled %s, pitch %d",
		 op->name, x, y, (long long)end, which, surf->pitch);
	return -EINVAL;
}

static void pattern_solid(struct blt_op *op, uint32_t colour)
{
	unsigned int i;

	op->pat.used = true;
	op->pat.uniform = true;
	for (i = 0; i < 64; i++)
		memcpy(op->pat.pixel[i / 8] + i % 8 * op->cpp, &colour, op->cpp);
}

static void pattern_mono(struct blt_op *op, uint32_t bg, uint32_t fg, const uint8_t *bits,
			 uint32_t br13)
{
	unsigned int i;

	if (br13 & BR13_SOLID) {
		pattern_solid(op, bg);
		return;
	}
	op->pat.used = true;
	for (i = 0; i < 64; i++) {
		bool set = bits[i / 8] >> (7 - i % 8) & 1;

		memcpy(op->pat.pixel[i / 8] + i % 8 * op->cpp, set ? &fg : &bg, op->cpp);
	}
	if (br13 & BR13_PAT_TRANSP) {
		op->pat.transparent = true;
		for (i = 0; i < 8; i++)
			op->pat.keep[i] = ~bits[i];
	}
}

static int pattern_colour(struct blt_op *op, uint64_t addr, const uint8_t *data)
{
	uint8_t buf[64 * 4];
	unsigned int i;
	int ret;

	op->pat.used = true;
	if (!data) {
		if (addr % (64 * op->cpp)) {
			blt_note(op->io.mem, "%s: pattern at %#llx is not aligned to its size",
				 op->name, (unsigned long long)addr);
			return -EINVAL;
		}
		ret = blt_linear_read(&op->io, addr, buf, 64 * op->cpp);
		if (ret) {
			blt_note(op->io.mem, "%s: pattern at %#llx: %s", op->name,
				 (unsigned long long)addr, strerror(-ret));
			return ret;
		}
		data = buf;
	}
	for (i = 0; i < 8; i++)
		memcpy(op->pat.pixel[i], data + i * 8 * op->cpp, 8 * op->cpp);
	return 0;
}

/* Horizontal, vertical, falling, rising, crossed, diagonally crossed; screens; walking bits */
static const uint8_t fixed_patterns[16][8] = {
	[0] = { 0, 0, 0, 0xff, 0, 0, 0, 0 },
	[1] = { 0x08, 0x08, 0x08, 0x08, 0x08, 0x08, 0x08, 0x08 },
	[2] = { 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01 },
	[3] = { 0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80 },
	[4] = { 0x08, 0x08, 0x08, 0xff, 0x08, 0x08, 0x08, 0x08 },
	[5] = { 0x81, 0x42, 0x24, 0x18, 0x18, 0x24, 0x42, 0x81 },
	[8] = { 0xaa, 0x55, 0xaa, 0x55, 0xaa, 0x55, 0xaa, 0x55 },
	[9] = { 0xcc, 0xcc, 0x33, 0x33, 0xcc, 0xcc, 0x33, 0x33 },
	[10] = { 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01 },
	[11] = { 0x7f, 0xbf, 0xdf, 0xef, 0xf7, 0xfb, 0xfd, 0xfe },
};

static int pattern_fixed(struct blt_op *op, const uint32_t *cmd, const uint32_t *dw)
{
	unsigned int n = field(cmd[0], 18, 15);

	if (n == 6 || n == 7 || n > 11) {
		blt_note(op->io.mem, "%s: reserved pattern %u", op->name, n);
		return -EINVAL;
	}
	pattern_mono(op, dw[0], dw[1], fixed_patterns[n], cmd[1]);
	return 0;
}

static int setup_pattern(struct blt_op *op)
{
	const struct blt_setup *s = &op->io.regs->setup;

	if (!rop_uses_pat(op->rop))
		return 0;
	if (!s->mono)
		return pattern_colour(op, s->pattern, NULL);
	pattern_mono(op, s->bg, s->fg, s->mono_pattern, s->br13);
	return 0;
}

static int decode_pattern(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd,
			  unsigned int ndw)
{
	const uint32_t *dw = cmd + c->pat_dw;

	op->pat.hseed = field(cmd[0], 14, 12);
	op->pat.vseed = field(cmd[0], 10, 8);
	if (c->pat == P_SETUP)
		return setup_pattern(op);
	if (c->pat == P_NONE || (!rop_uses_pat(op->rop) && op->key.of != BLT_KEY_PAT))
		return 0;
	switch (c->pat) {
	case P_SOLID:
		pattern_solid(op, dw[0]);
		return 0;
	case P_COLOUR:
		return pattern_colour(op, addr64(dw), NULL);
	case P_MONO:
		pattern_mono(op, dw[0], dw[1], (const uint8_t *)(dw + 2), cmd[1]);
		return 0;
	case P_FIXED:
		return pattern_fixed(op, cmd, dw);
	default:
		if (ndw - c->pat_dw != 16 * op->cpp) {
			blt_note(op->io.mem, "%s: %u dwords of pattern, not %u", op->name,
				 ndw - c->pat_dw, 16 * op->cpp);
			return -EINVAL;
		}
		return pattern_colour(op, 0, (const uint8_t *)dw);
	}
}

static int decode_colour_src(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd)
{
	const uint32_t *dw = cmd + c->src_dw;
	uint32_t coords = c->src == S_COLOUR ? dw[0] : dw[1];
	uint32_t pitch = c->src == S_COLOUR ? dw[1] : dw[0];
	enum blt_tiling tiling = legacy_tiling(op, cmd[0] & BR00_SRC_TILED, BCS_SWCTRL_SRC_Y);
	int ret;

	op->src_kind = BLT_SRC_COLOUR;
	op->sx = coord_x(coords);
	op->sy = coord_y(coords);
	check_bits(op, "the source pitch", pitch, 0xffff);
	ret = set_surf(op, &op->src, "source", addr64(dw + 2), pitch, tiling);
	if (ret)
		return ret;
	return check_tiled_rect(op, &op->src, "source", op->sx + op->x1 - op->ox,
				op->sy + op->y1 - op->oy);
}

static int decode_text(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd)
{
	const struct blt_setup *s = &op->io.regs->setup;
	struct blt_mono_src *m = &op->mono;

	m->bit0 = 0;
	m->bit_packed = !(cmd[0] & BR00_BYTE_PACK);
	m->align = 1;
	m->fg = s->fg;
	m->bg = s->bg;
	m->transparent = s->br13 & BR13_SRC_TRANSP;
	if (c->src == S_TEXT)
		m->addr = addr64(cmd + c->src_dw);
	return 0;
}

static int decode_source(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd,
			 unsigned int ndw)
{
	struct blt_mono_src *m = &op->mono;
	const uint32_t *dw = cmd + c->src_dw;

	if (c->src == S_NONE)
		return 0;
	if (!rop_uses_src(op->rop) && op->key.of != BLT_KEY_SRC &&
	    (c->src == S_COLOUR || c->src == S_COLOUR_PC))
		return 0;
	if (c->src == S_COLOUR || c->src == S_COLOUR_PC)
		return decode_colour_src(op, c, cmd);
	op->src_kind = BLT_SRC_MONO;
	m->width = coord_x(cmd[c->kind == DRAW ? 3 : 2]) - op->ox;
	if (c->src == S_TEXT_IMM || c->src == S_MONO_IMM) {
		m->data = (const uint8_t *)(cmd + c->ndw);
		m->data_len = (size_t)(ndw - c->ndw) * 4;
		if ((ndw - c->ndw) % 2)
			blt_note(op->io.mem, "%s: an odd number of dwords of immediate data",
				 op->name);
	}
	if (c->src == S_TEXT || c->src == S_TEXT_IMM)
		return decode_text(op, c, cmd);
	m->bit0 = field(cmd[0], 19, 17);
	m->align = 2;
	m->transparent = cmd[1] & BR13_SRC_TRANSP;
	if (c->src == S_MONO) {
		m->addr = addr64(dw);
		dw += 2;
	}
	m->bg = dw[0];
	m->fg = dw[1];
	return 0;
}

static int check_rop(const struct blt_op *op, const struct blt_cmd *c)
{
	const char *what = NULL;

	if (c->src == S_NONE && rop_uses_src(op->rop))
		what = "source";
	if (c->pat == P_NONE && rop_uses_pat(op->rop))
		what = "pattern";
	if (!what)
		return 0;
	blt_note(op->io.mem, "%s: ROP %#04x needs a %s and the command has none", op->name,
		 op->rop, what);
	return -EINVAL;
}

/* Key modes: even ones are none; bit 1 compares alpha too, bit 2 the destination */
static void decode_key(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd)
{
	unsigned int mode = field(cmd[0], 19, 17);

	if (!c->key_dw || !(mode & 1))
		return;
	op->key.of = mode & 4 ? BLT_KEY_DST : c->src == S_NONE ? BLT_KEY_PAT : BLT_KEY_SRC;
	op->key.alpha = mode & 2;
	op->key.low = cmd[c->key_dw];
	op->key.high = cmd[c->key_dw + 1];
}

/* What follows once the destination and the rectangle are known */
static int draw(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd,
		unsigned int ndw, uint32_t br13)
{
	int ret;

	op->rop = field(br13, 23, 16);
	if (empty(op))
		return 0;
	clip(op, br13);
	ret = check_rop(op, c);
	if (ret || empty(op))
		return ret;
	ret = check_tiled_rect(op, &op->dst, "destination", op->x1, op->y1);
	if (ret)
		return ret;
	decode_key(op, c, cmd);
	ret = decode_source(op, c, cmd, ndw);
	if (ret)
		return ret;
	ret = decode_pattern(op, c, cmd, ndw);
	if (ret)
		return ret;
	return blt_raster(op);
}

/* BR00 bits 21 and 20: alpha and colour bytes of 32-bit pixels are written */
static uint8_t write_mask(uint32_t br00)
{
	return (br00 >> 21 & 1 ? 0x8 : 0) | (br00 >> 20 & 1 ? 0x7 : 0);
}

static int exec_draw(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd,
		     unsigned int ndw)
{
	enum blt_tiling tiling = legacy_tiling(op, cmd[0] & BR00_DST_TILED, BCS_SWCTRL_DST_Y);
	int ret;

	check_bits(op, "BR13", cmd[1], c->br13 | BR13_ALWAYS);
	op->cpp = depth_bytes(cmd[1]);
	op->depth = field(cmd[1], 25, 24);
	ret = set_surf(op, &op->dst, "destination", addr64(cmd + 4), cmd[1], tiling);
	if (ret)
		return ret;
	op->write_mask = write_mask(cmd[0]);
	set_rect(op, cmd[2], cmd[3]);
	return draw(op, c, cmd, ndw, cmd[1]);
}

static int exec_draw_setup(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd,
			   unsigned int ndw)
{
	const struct blt_setup *s = &op->io.regs->setup;
	enum blt_tiling tiling = legacy_tiling(op, cmd[0] & BR00_DST_TILED, BCS_SWCTRL_DST_Y);
	int ret;

	if (!s->valid) {
		blt_note(op->io.mem, "%s: no setup command ran before", op->name);
		return -EINVAL;
	}
	if ((cmd[0] ^ s->br00) & BR00_DST_TILED)
		blt_note(op->io.mem, "%s: tiling differs from the setup command's", op->name);
	op->cpp = depth_bytes(s->br13);
	ret = set_surf(op, &op->dst, "destination", s->dst, s->br13, tiling);
	if (ret)
		return ret;
	op->write_mask = write_mask(s->br00);
	/* one pixel: its lower right corner is one further in both directions */
	set_rect(op, cmd[1], c->ndw == 2 ? cmd[1] : cmd[2]);
	if (c->ndw == 2) {
		op->x2++;
		op->y2++;
	}
	return draw(op, c, cmd, ndw, s->br13);
}

static void set_clip(struct blt_setup *s, const uint32_t *dw)
{
	s->clip_x1 = coord_x(dw[0]);
	s->clip_y1 = coord_y(dw[0]);
	s->clip_x2 = coord_x(dw[1]);
	s->clip_y2 = coord_y(dw[1]);
}

static int exec_setup(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd)
{
	struct blt_setup *s = &op->io.regs->setup;

	if (c->kind == SETUP_CLIP) {
		set_clip(s, cmd + 1);
		return 0;
	}
	check_bits(op, "BR01", cmd[1], c->br13 | BR13_ALWAYS);
	set_clip(s, cmd + 2);
	s->valid = true;
	s->mono = c->kind == SETUP_MONO;
	s->br00 = cmd[0];
	s->br13 = cmd[1];
	s->dst = addr64(cmd + 4);
	s->bg = cmd[6];
	s->fg = cmd[7];
	if (s->mono)
		memcpy(s->mono_pattern, cmd + 8, 8);
	else
		s->pattern = addr64(cmd + 8);
	return 0;
}

/* field: linear, X, Y, Ys; yf: the bit of dword 1 that makes Y mean Yf */
static enum blt_tiling fast_tiling(const struct blt_op *op, const char *which,
				   unsigned int field, bool yf)
{
	static const enum blt_tiling map[4] = { BLT_LINEAR, BLT_TILE_X, BLT_TILE_Y, BLT_TILE_YS };

	if (yf && field != 2)
		blt_note(op->io.mem, "%s: %s is not Y-tiled, yet marked Yf", op->name, which);
	return yf && field == 2 ? BLT_TILE_YF : map[field];
}

static int fast_depth(struct blt_op *op, uint32_t dw1)
{
	static const unsigned char bytes[8] = { 1, 2, 0, 4, 8, 16, 0, 0 };

	op->cpp = bytes[field(dw1, 26, 24)];
	if (op->cpp)
		return 0;
	blt_note(op->io.mem, "%s: reserved colour depth %u", op->name, field(dw1, 26, 24));
	return -EINVAL;
}

static int fast_pitch(const struct blt_op *op, uint32_t pitch)
{
	if (!(pitch & 0x8000))
		return 0;
	blt_note(op->io.mem, "%s: negative pitch", op->name);
	return -EINVAL;
}

static bool self_overlap(const struct blt_op *op)
{
	return op->src.base == op->dst.base && op->src.pitch == op->dst.pitch &&
	       op->sx < op->x2 && op->x1 < op->sx + op->x2 - op->x1 &&
	       op->sy < op->y2 && op->y1 < op->sy + op->y2 - op->y1;
}

static int exec_fast_copy(struct blt_op *op, const uint32_t *cmd)
{
	enum blt_tiling src, dst;
	int ret;

	check_bits(op, "dword 1", cmd[1], 0xc700ffff);
	check_bits(op, "the source pitch", cmd[7], 0xffff);
	src = fast_tiling(op, "source", field(cmd[0], 21, 20), cmd[1] >> 31);
	dst = fast_tiling(op, "destination", field(cmd[0], 14, 13), cmd[1] >> 30 & 1);
	ret = fast_depth(op, cmd[1]);
	if (!ret)
		ret = fast_pitch(op, cmd[1] | cmd[7]);
	if (!ret)
		ret = set_surf(op, &op->dst, "destination", addr64(cmd + 4), cmd[1], dst);
	if (!ret)
		ret = set_surf(op, &op->src, "source", addr64(cmd + 8), cmd[7], src);
	if (ret)
		return ret;
	set_rect(op, cmd[2], cmd[3]);
	if (empty(op))
		return 0;
	op->rop = 0xcc;
	op->write_mask = 0xf;
	op->any_order = true;
	op->src_kind = BLT_SRC_COLOUR;
	op->sx = coord_x(cmd[6]);
	op->sy = coord_y(cmd[6]);
	ret = check_tiled_rect(op, &op->dst, "destination", op->x1, op->y1);
	if (!ret)
		ret = check_tiled_rect(op, &op->src, "source", op->sx, op->sy);
	if (ret)
		return ret;
	if (self_overlap(op))
		blt_note(op->io.mem, "%s: source and destination overlap", op->name);
	return blt_raster(op);
}

/*
 * The commands without coordinates: a number of bytes in each of a number of rows, linear. A row
 * is read whole before it is written, and rows follow the sign of the pitch, so overlapping
 * operands come out as the direction bits promise.
 */
static int exec_bytes(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd)
{
	unsigned int width = cmd[2] & 0xffff, back = 0;
	int ret;

	check_bits(op, "BR13", cmd[1], c->br13 | BR13_ALWAYS);
	op->cpp = depth_bytes(cmd[1]);
	op->rop = field(cmd[1], 23, 16);
	op->write_mask = write_mask(cmd[0]);
	op->any_order = true;
	ret = check_rop(op, c);
	if (ret)
		return ret;
	if (width % op->cpp) {
		blt_note(op->io.mem, "%s: %u bytes are no number of pixels", op->name, width);
		return -EINVAL;
	}
	if (c->kind == BYTE_COPY && cmd[1] & BR13_LEFTWARDS && width)
		back = width - 1;
	set_surf(op, &op->dst, "destination", addr64(cmd + 3) - back, cmd[1], BLT_LINEAR);
	if (c->kind == BYTE_COPY) {
		op->src_kind = BLT_SRC_COLOUR;
		check_bits(op, "the source pitch", cmd[5], 0xffff);
		set_surf(op, &op->src, "source", addr64(cmd + 6) - back, cmd[5], BLT_LINEAR);
	} else {
		pattern_solid(op, cmd[5]);
	}
	op->y2 = (int)(cmd[2] >> 16);	/* 16 bits without a sign */
	op->x2 = (int)(width / op->cpp);
	return empty(op) ? 0 : blt_raster(op);
}

static int check_length(const struct blt_op *op, const struct blt_cmd *c, uint32_t header,
			unsigned int ndw)
{
	unsigned int len = blt_length(header);

	if (len <= ndw && (c->immediate ? len > c->ndw : len == c->ndw))
		return 0;
	blt_note(op->io.mem, "%s: %u dwords long (%u there), not %s%u", op->name, len, ndw,
		 c->immediate ? "more than " : "", c->ndw);
	return -EINVAL;
}

static int dispatch(struct blt_op *op, const struct blt_cmd *c, const uint32_t *cmd)
{
	unsigned int len = blt_length(cmd[0]);

	switch (c->kind) {
	case DRAW:
		return exec_draw(op, c, cmd, len);
	case DRAW_SETUP:
		return exec_draw_setup(op, c, cmd, len);
	case FAST_COPY:
		return exec_fast_copy(op, cmd);
	case BYTE_FILL:
	case BYTE_COPY:
		return exec_bytes(op, c, cmd);
	default:
		return exec_setup(op, c, cmd);
	}
}

int blt_execute(const struct blt_mem *mem, struct blt_regs *regs, const uint32_t *cmd,
		unsigned int ndw)
{
	const struct blt_cmd *c;
	struct blt_op op;
	int ret;

	if (!ndw)
		return -EINVAL;
	c = find_cmd(cmd[0]);
	if (!c) {
		blt_note(mem, "no 2D command has the header %#010x", cmd[0]);
		return -EINVAL;
	}
	memset(&op, 0, sizeof(op));
	op.io.mem = mem;
	op.io.regs = regs;
	op.name = c->name;
	ret = check_length(&op, c, cmd[0], ndw);
	if (ret)
		return ret;
	/* fast copy has tiling and (for Ys only) alignment in all bits from 21 to 8 */
	check_bits(&op, "BR00", cmd[0] & 0x003fff00, c->kind == FAST_COPY ? 0x003fff00 : c->br00);
	return dispatch(&op, c, cmd);
}
