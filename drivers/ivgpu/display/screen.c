// SPDX-License-Identifier: GPL-2.0
/*
 * Bringing the VMM's picture up to date. Everything is bounded by the size of the
 * screen (3840 x 2160), whatever the guest's registers say.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "screen.h"

#define SAMPLE		64	/* bytes */
#define SAMPLES		2	/* of each row */
#define SAMPLE_STEP	7	/* from one row's to the next one's, in samples */

/**
 * ivgpu_screen_create() - make a screen that shows nothing
 * @ops: see there
 * @owner: passed to @ops
 *
 * May sleep.
 *
 * Return: the screen, or ERR_PTR(-ENOMEM).
 */
struct ivgpu_screen *ivgpu_screen_create(const struct ivgpu_screen_ops *ops, void *owner)
{
	struct ivgpu_screen *screen = kvzalloc(sizeof(*screen), GFP_KERNEL);

	if (!screen)
		return ERR_PTR(-ENOMEM);
	mutex_init(&screen->lock);
	mutex_init(&screen->pixels_lock);
	spin_lock_init(&screen->damage_lock);
	screen->ops = ops;
	screen->owner = owner;
	return screen;
}

/**
 * ivgpu_screen_destroy() - take it away; nobody may have its pixels mapped. May sleep.
 * @screen: the screen, or NULL
 */
void ivgpu_screen_destroy(struct ivgpu_screen *screen)
{
	if (!screen)
		return;
	vfree(screen->pixels);
	mutex_destroy(&screen->lock);
	mutex_destroy(&screen->pixels_lock);
	kvfree(screen);
}

/**
 * ivgpu_screen_pixels() - the picture's memory, made when first asked for
 * @screen: the screen
 *
 * May sleep; the mmap_lock may be held.
 *
 * Return: IVGPU_SCREEN_BYTES that can be mapped to user space, or NULL.
 */
void *ivgpu_screen_pixels(struct ivgpu_screen *screen)
{
	mutex_lock(&screen->pixels_lock);
	if (!screen->pixels)
		screen->pixels = vmalloc_user(IVGPU_SCREEN_BYTES);
	mutex_unlock(&screen->pixels_lock);
	return screen->pixels;
}

static u32 *pixel_at(struct ivgpu_screen *screen, u32 x, u32 y)
{
	return screen->pixels + (size_t)y * screen->width + x;
}

/* Bytes of a plane's row into screen->bytes. */
static void read_bytes(struct ivgpu_screen *screen, u32 addr, u32 len)
{
	screen->ops->read(screen->owner, addr, screen->bytes, len);
	screen->stats.bytes += len;
}

/* Put @n pixels on the screen at (@x, @y), which the screen has. */
static void store(struct ivgpu_screen *screen, const struct ivgpu_plane *plane, u32 x, u32 y,
		  const u32 *from, u32 n)
{
	u32 *to = pixel_at(screen, x, y);
	u32 i;

	if (plane->alpha == IVGPU_OPAQUE) {
		memcpy(to, from, 4 * n);
		return;
	}
	for (i = 0; i < n; i++)
		to[i] = ivgpu_pixel_blend(to[i], from[i], plane->alpha);
}

/* A span of the screen; the plane covers it. */
struct span {
	u32 x, y, n;
};

/*
 * Clip: what the screen shows of row @y (of the screen) of the plane, from pixel
 * @from of the plane on, up to @to.
 */
static bool clip(const struct ivgpu_screen *screen, const struct ivgpu_plane *plane, s32 from,
		 s32 to, u32 y, struct span *span)
{
	s32 x0 = max(plane->x + from, 0);
	s32 x1 = min(plane->x + to, (s32)screen->width);

	if (x0 >= x1)
		return false;
	*span = (struct span){ x0, y, x1 - x0 };
	return true;
}

/*
 * As many pixels as one read gives, at most @n, from (@column, @row) of what the plane
 * shows of its surface; how many.
 */
static u32 fetch_pixels(struct ivgpu_screen *screen, const struct ivgpu_plane *plane, u32 column,
			u32 row, u32 n, u32 *to)
{
	u32 addr, len;

	len = ivgpu_plane_locate(plane, (column + plane->left) * plane->cpp, row + plane->top,
				 &addr);
	n = min(n, len / plane->cpp);
	if (!n) {	/* a pixel across a page: strides are multiples of 64, so never */
		*to = 0;
		return 1;
	}
	read_bytes(screen, addr, n * plane->cpp);
	plane->convert(to, screen->bytes, n, screen->shown.palette, plane->ctl);
	return n;
}

/* The same from a span's first on, into screen->row. */
static u32 fetch(struct ivgpu_screen *screen, const struct ivgpu_plane *plane,
		 const struct span *span)
{
	return fetch_pixels(screen, plane, span->x - plane->x, span->y - plane->y,
			    min(span->n, (u32)ARRAY_SIZE(screen->row)), screen->row);
}

static void draw_span(struct ivgpu_screen *screen, const struct ivgpu_plane *plane,
		      struct span span)
{
	u32 n;

	for (; span.n; span.n -= n, span.x += n) {
		n = fetch(screen, plane, &span);
		store(screen, plane, span.x, span.y, screen->row, n);
	}
}

/* Rows of the screen that a plane reaches: from the first on, up to the second. */
static void rows_of(const struct ivgpu_screen *screen, const struct ivgpu_plane *plane, u32 *y0,
		    u32 *y1)
{
	*y0 = clamp(plane->y, 0, (s32)screen->height);
	*y1 = clamp(plane->y + (s32)plane->height, 0, (s32)screen->height);
}

/* The first @n pixels of a row. */
static void fetch_row(struct ivgpu_screen *screen, const struct ivgpu_plane *plane, u32 row, u32 n,
		      u32 *to)
{
	u32 at;

	for (at = 0; at < n;)
		at += fetch_pixels(screen, plane, at, row, n - at, to + at);
}

/* A row of a plane's surface, all that is shown of it, into screen->line. */
static void fetch_line(struct ivgpu_screen *screen, const struct ivgpu_plane *plane, u32 row)
{
	struct ivgpu_plane chroma;
	u32 n = plane->source_width;

	fetch_row(screen, plane, row, n, screen->line);
	if (!ivgpu_plane_chroma(plane, &chroma))
		return;
	fetch_row(screen, &chroma, row / 2, DIV_ROUND_UP(n, 2), screen->colours);
	ivgpu_pixels_join(screen->line, screen->colours, n, plane->ctl);
}

/* A span of a plane that is scaled, turned or NV12; its row of the surface is in screen->line. */
static void draw_from_line(struct ivgpu_screen *screen, const struct ivgpu_plane *plane,
			   struct span span)
{
	u32 i, n;

	for (; span.n; span.n -= n, span.x += n) {
		n = min_t(u32, span.n, ARRAY_SIZE(screen->row));
		for (i = 0; i < n; i++)
			screen->row[i] = screen->line[ivgpu_plane_source(plane,
				span.x + i - plane->x, plane->width, plane->source_width)];
		store(screen, plane, span.x, span.y, screen->row, n);
	}
}

static void draw_plane(struct ivgpu_screen *screen, const struct ivgpu_plane *plane)
{
	bool plain = ivgpu_plane_is_plain(plane);
	u32 y, y1, row, last = U32_MAX;
	struct span span;

	rows_of(screen, plane, &y, &y1);
	for (; y < y1; y++) {
		if (!clip(screen, plane, 0, plane->width, y, &span))
			continue;
		if (plain) {
			draw_span(screen, plane, span);
			continue;
		}
		row = ivgpu_plane_source(plane, y - plane->y, plane->height,
					 plane->source_height);
		if (row != last)
			fetch_line(screen, plane, row);
		last = row;
		draw_from_line(screen, plane, span);
		/* a guest can have thousands of wide rows read, each pixel by itself */
		cond_resched();
	}
}

/* Samples that differ from what is shown? */
static bool sample_differs(struct ivgpu_screen *screen, const struct ivgpu_plane *plane, u32 y,
			   u32 sample)
{
	u32 pixels = SAMPLE / plane->cpp;
	struct span span;
	u32 n;

	if (!clip(screen, plane, sample * pixels, (sample + 1) * pixels, y, &span))
		return false;
	n = fetch(screen, plane, &span);
	return memcmp(screen->row, pixel_at(screen, span.x, y), 4 * n);
}

static bool samples_differ(struct ivgpu_screen *screen, const struct ivgpu_plane *plane)
{
	u32 count = max(screen->width * plane->cpp / SAMPLE, 1u);
	u32 y, i;

	screen->phase++;
	for (y = 0; y < screen->height; y++)
		for (i = 0; i < SAMPLES; i++)
			if (sample_differs(screen, plane, y,
					   (screen->phase + y * SAMPLE_STEP + i * count / SAMPLES) %
					   count))
				return true;
	return false;
}

/* Draw the bytes of rows that were written through BAR2. */
static void draw_damage(struct ivgpu_screen *screen, const struct ivgpu_plane *plane)
{
	const struct ivgpu_damage *d = &screen->seen;
	struct span span;
	u32 y;

	for (y = 0; y < screen->height; y++) {
		if (d->from[y] >= d->to[y])
			continue;
		if (clip(screen, plane, d->from[y] / plane->cpp,
			 DIV_ROUND_UP(d->to[y], plane->cpp), y, &span))
			draw_span(screen, plane, span);
	}
}

static void clear_damage(struct ivgpu_damage *damage)
{
	damage->any = false;
	memset(damage->from, 0xff, sizeof(damage->from));
	memset(damage->to, 0, sizeof(damage->to));
}

/* What was written since the last look; writes from now on count for @plane, if any. */
static void take_damage(struct ivgpu_screen *screen, const struct ivgpu_plane *plane)
{
	spin_lock(&screen->damage_lock);
	screen->seen.any = screen->watching && screen->damage.any;
	if (screen->seen.any)
		screen->seen = screen->damage;
	clear_damage(&screen->damage);
	screen->watching = plane;
	if (plane)
		screen->watched = *plane;
	spin_unlock(&screen->damage_lock);
}

/*
 * Damage lock held: bytes [@byte, @byte + @len) of a row of the surface were written.
 * Returns whether that row is shown.
 */
static bool add_damage(struct ivgpu_screen *screen, u32 byte, u32 row, u32 len)
{
	const struct ivgpu_plane *plane = &screen->watched;
	u32 left = plane->left * plane->cpp;
	u32 y = row - plane->top;
	u32 end;

	if (row < plane->top || y >= plane->height || y >= IVGPU_MAX_HEIGHT ||
	    byte + len <= left)
		return false;
	end = min(byte + len - left, (u32)U16_MAX);
	byte = min(byte > left ? byte - left : 0, (u32)U16_MAX);
	screen->damage.any = true;
	screen->damage.from[y] = min_t(u32, screen->damage.from[y], byte);
	screen->damage.to[y] = max_t(u32, screen->damage.to[y], end);
	return true;
}

/**
 * ivgpu_screen_wrote() - the VMM wrote to the guest's memory through BAR2
 * @screen: the screen
 * @addr: GGTT address
 * @len: bytes, inside one page
 *
 * After the write, or before the look at the screen where it may be going on. Any
 * context but interrupts.
 *
 * Return: whether the screen shows any of it.
 */
bool ivgpu_screen_wrote(struct ivgpu_screen *screen, u32 addr, u32 len)
{
	bool shown = false;
	u32 byte, row, n;

	spin_lock(&screen->damage_lock);
	while (screen->watching && len && ivgpu_plane_find(&screen->watched, addr, &byte, &row)) {
		n = screen->watched.tile_width ?
			screen->watched.column - addr % screen->watched.column :
			screen->watched.stride - byte;
		n = min(n, len);
		shown |= add_damage(screen, byte, row, n);
		addr += n;
		len -= n;
	}
	spin_unlock(&screen->damage_lock);
	return shown;
}

/* The cursor is on top of what is kept up to date by parts: take it off ... */
static void lift_cursor(struct ivgpu_screen *screen)
{
	u32 y;

	for (y = 0; y < screen->under_height; y++)
		memcpy(pixel_at(screen, screen->under_x, screen->under_y + y),
		       screen->under + y * screen->under_width, 4 * screen->under_width);
	screen->under_height = 0;
}

static void read_cursor(struct ivgpu_screen *screen, const struct ivgpu_plane *cursor)
{
	u32 y, addr;

	for (y = 0; y < cursor->height; y++) {
		ivgpu_plane_locate(cursor, 0, y, &addr);
		read_bytes(screen, addr, cursor->stride);
		cursor->convert(screen->cursor_image + y * cursor->width, screen->bytes,
				cursor->width, NULL, 0);
	}
}

/* ... and put it down again. */
static void drop_cursor(struct ivgpu_screen *screen, const struct ivgpu_plane *cursor)
{
	struct span span;
	u32 y, y1, i;
	u32 *under, *to;
	const u32 *from;

	rows_of(screen, cursor, &y, &y1);
	if (y >= y1 || !clip(screen, cursor, 0, cursor->width, y, &span))
		return;
	screen->under_x = span.x;
	screen->under_y = y;
	screen->under_width = span.n;
	screen->under_height = y1 - y;
	under = screen->under;
	for (; y < y1; y++, under += span.n) {
		to = pixel_at(screen, span.x, y);
		from = screen->cursor_image + (y - cursor->y) * cursor->width +
		       (span.x - cursor->x);
		memcpy(under, to, 4 * span.n);
		for (i = 0; i < span.n; i++)
			to[i] = ivgpu_pixel_blend(to[i], from[i], cursor->alpha);
	}
}

static bool fills_screen(const struct ivgpu_screen *screen, const struct ivgpu_plane *plane)
{
	return ivgpu_plane_is_plain(plane) && !plane->x && !plane->y &&
	       plane->width >= screen->width && plane->height >= screen->height &&
	       plane->stride % SAMPLE == 0 && plane->stride;
}

/* Bytes of address space that the plane's rows take; cut off at 4 GiB. */
static u32 extent(const struct ivgpu_screen *screen, const struct ivgpu_plane *plane)
{
	u64 rows = roundup((u64)plane->top + screen->height, plane->tile_height ?: 1);

	return min_t(u64, rows * plane->stride, U32_MAX - plane->base);
}

/* All planes, from nothing. Returns whether the primary one is all there is. */
static bool draw_all(struct ivgpu_screen *screen, const struct ivgpu_screen_state *state)
{
	struct ivgpu_plane plane;
	bool fast = false;
	unsigned int i;
	int ret;

	for (i = 0; i < IVGPU_PLANES; i++) {
		ret = ivgpu_plane_decode(&plane, &state->planes[i]);
		screen->stats.unsupported += ret == -EINVAL;
		if (!i) {
			fast = !ret && fills_screen(screen, &plane);
			plane.alpha = IVGPU_OPAQUE;
			screen->plane = plane;
		}
		if (!i && !fast)
			memset(screen->pixels, 0, 4ul * screen->width * screen->height);
		if (ret)
			continue;
		fast = fast && !i;
		draw_plane(screen, &plane);
	}
	return fast;
}

/* Is what was shown still right but for bytes that were written? */
static bool unchanged(struct ivgpu_screen *screen, const struct ivgpu_screen_state *state,
		      u64 generation)
{
	return screen->fast && screen->shown.on && state->work == screen->shown.work &&
	       generation == screen->generation && state->source == screen->shown.source &&
	       !memcmp(state->planes, screen->shown.planes, sizeof(state->planes)) &&
	       !memcmp(state->palette, screen->shown.palette, sizeof(state->palette));
}

static void update_planes(struct ivgpu_screen *screen, const struct ivgpu_screen_state *state)
{
	u64 generation = 0;
	bool all;

	if (screen->fast)
		generation = screen->ops->generation(screen->owner, screen->plane.base,
						     extent(screen, &screen->plane));
	all = !unchanged(screen, state, generation);
	take_damage(screen, all ? NULL : &screen->plane);
	if (!all && screen->seen.any) {
		screen->stats.partial++;
		draw_damage(screen, &screen->plane);
	}
	if (!all)
		all = samples_differ(screen, &screen->plane);
	screen->shown = *state;
	if (!all)
		return;
	screen->stats.full++;
	/* what changes from here on is for the next look */
	if (!ivgpu_plane_decode(&screen->plane, &state->planes[0])) {
		screen->generation = screen->ops->generation(screen->owner, screen->plane.base,
							     extent(screen, &screen->plane));
		take_damage(screen, &screen->plane);
	}
	screen->fast = draw_all(screen, state);
}

static void update_cursor(struct ivgpu_screen *screen, const struct ivgpu_screen_state *state,
			  u32 armed)
{
	struct ivgpu_plane cursor;

	if (ivgpu_cursor_decode(&cursor, &state->cursor))
		return;
	if (armed != state->cursor_armed)
		read_cursor(screen, &cursor);
	drop_cursor(screen, &cursor);
}

/**
 * ivgpu_screen_update() - look at the screen
 * @screen: the screen; its lock held by the caller
 * @state: what the registers say
 *
 * Afterwards @screen->width and @screen->height tell the size of the picture, 0:
 * none. May sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_screen_update(struct ivgpu_screen *screen, const struct ivgpu_screen_state *state)
{
	u32 width = min((state->source >> 16 & 0x1fff) + 1, (u32)IVGPU_MAX_WIDTH);
	u32 height = min((state->source & 0xfff) + 1, (u32)IVGPU_MAX_HEIGHT);
	u32 armed = screen->shown.cursor_armed;

	lockdep_assert_held(&screen->lock);
	screen->stats.updates++;
	if (!state->on) {
		ivgpu_screen_forget(screen);
		return 0;
	}
	if (!ivgpu_screen_pixels(screen))
		return -ENOMEM;
	lift_cursor(screen);
	if (width != screen->width || height != screen->height) {
		screen->width = width;
		screen->height = height;
		screen->fast = false;
	}
	update_planes(screen, state);
	update_cursor(screen, state, armed);
	return 0;
}

/**
 * ivgpu_screen_forget() - nothing is shown any more
 * @screen: the screen; its lock held by the caller
 */
void ivgpu_screen_forget(struct ivgpu_screen *screen)
{
	lockdep_assert_held(&screen->lock);
	take_damage(screen, NULL);
	screen->fast = false;
	screen->width = 0;
	screen->height = 0;
	screen->under_height = 0;
	memset(&screen->shown, 0, sizeof(screen->shown));
}

/**
 * ivgpu_screen_close() - the VMM is gone: no picture of its guest is left
 * @screen: the screen; its locks not held; nobody has its pixels mapped
 *
 * May sleep.
 */
void ivgpu_screen_close(struct ivgpu_screen *screen)
{
	mutex_lock(&screen->lock);
	ivgpu_screen_forget(screen);
	mutex_lock(&screen->pixels_lock);
	vfree(screen->pixels);
	screen->pixels = NULL;
	mutex_unlock(&screen->pixels_lock);
	mutex_unlock(&screen->lock);
}
