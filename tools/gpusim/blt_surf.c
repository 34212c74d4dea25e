// SPDX-License-Identifier: GPL-2.0
/*
 * Surfaces of the simulated blitter: where in GPU memory the bytes of a scan line are.
 *
 * A tile is one 4 KiB page. X: 8 rows of 512 bytes. Y: 8 columns of 16 bytes by 32 rows, column
 * after column. Tiles follow one another along the pitch. No bit-6 swizzling: Gen9 has none
 * (i915 gt/intel_ggtt_fencing.c). Layouts: i915 gem/selftests/i915_gem_client_blt.c
 * (tiled_offset). Yf (4 KiB) and Ys (64 KiB) interleave the bits of both coordinates: Intel's
 * gmmlib CpuSwizzleBlt.c, INTEL_TILE_YF_8 to INTEL_TILE_YS_128.
 */
#include <errno.h>
#include <string.h>

#include "blt_int.h"

#define ADDR_MASK	((1ull << 48) - 1)

static uint8_t *host_page(struct blt_io *io, uint64_t addr, bool write)
{
	uint64_t base = addr & ~(uint64_t)(BLT_PAGE_SIZE - 1);
	unsigned int slot = base / BLT_PAGE_SIZE % BLT_PAGES_CACHED;

	if (io->page[write][slot].tag != (base | 1)) {
		io->page[write][slot].host = NULL;
		if (io->mem->span)
			io->page[write][slot].host = io->mem->span(io->mem->ctx, base,
								   BLT_PAGE_SIZE, write);
		io->page[write][slot].tag = base | 1;
	}
	return io->page[write][slot].host;
}

/* One segment: does not cross a page */
static int segment_read(struct blt_io *io, uint64_t addr, uint8_t *buf, size_t len)
{
	uint8_t *host = host_page(io, addr, false);

	if (!host)
		return io->mem->read(io->mem->ctx, addr, buf, len);
	memcpy(buf, host + addr % BLT_PAGE_SIZE, len);
	return 0;
}

/* Only the bytes that the mask lets through are touched, as with byte enables on a bus */
static int segment_write_masked(struct blt_io *io, uint64_t addr, const uint8_t *buf,
				const uint8_t *mask, size_t len)
{
	uint8_t *host = host_page(io, addr, true);
	size_t i, run;
	int ret;

	for (i = 0; i < len; i += run) {
		run = 1;
		if (!mask[i])
			continue;
		while (i + run < len && mask[i + run])
			run++;
		if (host) {
			memcpy(host + addr % BLT_PAGE_SIZE + i, buf + i, run);
			continue;
		}
		ret = io->mem->write(io->mem->ctx, addr + i, buf + i, run);
		if (ret)
			return ret;
	}
	return 0;
}

static int segment_write(struct blt_io *io, uint64_t addr, const uint8_t *buf,
			 const uint8_t *mask, size_t len)
{
	uint8_t *host;

	if (mask)
		return segment_write_masked(io, addr, buf, mask, len);
	host = host_page(io, addr, true);
	if (!host)
		return io->mem->write(io->mem->ctx, addr, buf, len);
	memcpy(host + addr % BLT_PAGE_SIZE, buf, len);
	return 0;
}

/* Bits of the offset in a Yf or Ys tile that the byte coordinate x fills; y fills the others */
static uint32_t x_bits(const struct blt_surf *surf)
{
	uint32_t bits = surf->cpp == 1 ? 0xa0f : surf->cpp <= 4 ? 0xa8f : 0xacf;

	return surf->tiling == BLT_TILE_YS ? 0xa000 | bits : bits;
}

unsigned int blt_tile_size(const struct blt_surf *surf)
{
	return surf->tiling == BLT_TILE_YS ? 0x10000 : 0x1000;
}

unsigned int blt_tile_width(const struct blt_surf *surf)
{
	switch (surf->tiling) {
	case BLT_TILE_X:
		return 512;
	case BLT_TILE_Y:
		return 128;
	default:
		return 1u << __builtin_popcount(x_bits(surf));
	}
}

/* Puts the low bits of value where mask has ones */
static uint32_t spread(uint32_t value, uint32_t mask)
{
	uint32_t out = 0;

	for (; mask; mask &= mask - 1, value >>= 1)
		if (value & 1)
			out |= mask & -mask;
	return out;
}

static uint64_t locate_interleaved(const struct blt_surf *surf, uint64_t x, uint64_t y)
{
	uint32_t size = blt_tile_size(surf), xb = x_bits(surf), width = blt_tile_width(surf);
	uint32_t height = size / width;
	uint64_t tile = y / height * (surf->pitch / width) + x / width;

	return surf->base + tile * size + (spread(x % width, xb) |
					   spread(y % height, ~xb & (size - 1)));
}

/* Address of byte x of row y, and how many bytes from there on are adjacent and in one page */
static uint64_t locate(const struct blt_surf *surf, int64_t x, int64_t y, size_t *adjacent)
{
	uint64_t addr, tile;

	switch (surf->tiling) {
	case BLT_TILE_X:
		tile = y / 8 * (surf->pitch / 512) + x / 512;
		addr = surf->base + tile * 4096 + y % 8 * 512 + x % 512;
		*adjacent = 512 - x % 512;
		break;
	case BLT_TILE_Y:
		tile = y / 32 * (surf->pitch / 128) + x / 128;
		addr = surf->base + tile * 4096 + x % 128 / 16 * 512 + y % 32 * 16 + x % 16;
		*adjacent = 16 - x % 16;
		break;
	case BLT_TILE_YF:
	case BLT_TILE_YS:
		addr = locate_interleaved(surf, x, y);
		*adjacent = 16 - x % 16;
		break;
	default:
		addr = (surf->base + y * surf->pitch + x) & ADDR_MASK;
		*adjacent = BLT_PAGE_SIZE - addr % BLT_PAGE_SIZE;
		break;
	}
	return addr & ADDR_MASK;
}

int blt_surf_read(struct blt_io *io, const struct blt_surf *surf, int64_t x, int64_t y,
		  uint8_t *buf, size_t len)
{
	size_t n, done;
	uint64_t addr;
	int ret;

	for (done = 0; done < len; done += n) {
		addr = locate(surf, x + done, y, &n);
		if (n > len - done)
			n = len - done;
		ret = segment_read(io, addr, buf + done, n);
		if (ret)
			return ret;
	}
	io->regs->bytes_read += len;
	return 0;
}

int blt_surf_write(struct blt_io *io, const struct blt_surf *surf, int64_t x, int64_t y,
		   const uint8_t *buf, const uint8_t *mask, size_t len)
{
	size_t n, done;
	uint64_t addr;
	int ret;

	for (done = 0; done < len; done += n) {
		addr = locate(surf, x + done, y, &n);
		if (n > len - done)
			n = len - done;
		ret = segment_write(io, addr, buf + done, mask ? mask + done : NULL, n);
		if (ret)
			return ret;
	}
	io->regs->bytes_written += len;
	return 0;
}

int blt_linear_read(struct blt_io *io, uint64_t addr, uint8_t *buf, size_t len)
{
	const struct blt_surf surf = { .base = addr };

	return blt_surf_read(io, &surf, 0, 0, buf, len);
}
