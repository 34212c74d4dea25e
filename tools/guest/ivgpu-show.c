// SPDX-License-Identifier: GPL-2.0
/*
 * Shows pictures on the screen by KMS, one way after the other, and has each one
 * looked at from outside: the program leaves a wish in a folder that the lab shares
 * with the host (see tools/lab/vm/screens.py) and waits until it was granted. Whether
 * a picture is right is for whoever compares it with pattern() below.
 *
 *	ivgpu-show FOLDER [WIDTHxHEIGHT] [WAY...]	TAP on stdout
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kms.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define WAIT_SECONDS	300

static const char *folder;
static struct kms kms;
static struct kms_fb screen;

/* Red, green and blue of a pixel; tools/lab/ivlab/picture.py has the same. */
static uint32_t pattern(uint32_t x, uint32_t y, uint32_t seed)
{
	return ((x + seed) & 255) << 16 | ((y * 3 + seed) & 255) << 8 | (((x ^ y) + seed) & 255);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void draw(struct kms_fb *fb, uint32_t x0, uint32_t y0, uint32_t w, uint32_t h,
		 uint32_t seed)
{
	uint32_t x, y;

	for (y = y0; y < y0 + h; y++)
		for (x = x0; x < x0 + w; x++)
			kms_put(fb, x, y, pattern(x, y, seed));
}

/* Have @wanted done (see screens.py); a picture is kept under @name. */
static int wish_for(const char *name, const char *wanted)
{
	const char *guest = getenv("IVGPU_GUEST") ?: "1";
	char path[4096], from[4096];
	double end = now() + WAIT_SECONDS;
	FILE *f;

	snprintf(from, sizeof(from), "%s/.g%s.%s", folder, guest, name);
	f = fopen(from, "w");
	if (!f)
		return -errno;
	fprintf(f, "%s\n", wanted);
	fclose(f);
	snprintf(path, sizeof(path), "%s/g%s.%s.want", folder, guest, name);
	if (rename(from, path))
		return -errno;
	snprintf(path, sizeof(path), "%s/g%s.%s.done", folder, guest, name);
	while (access(path, F_OK)) {
		if (now() > end)
			return -ETIMEDOUT;
		usleep(100000);
	}
	return 0;
}

/* Have @count pictures taken; the last one is kept. */
static int wish(const char *name, int count)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", count);
	return wish_for(name, text);
}

static int show(uint32_t format, enum kms_tiling tiling, uint32_t seed, const char *name)
{
	struct kms_fb fb;
	int ret = kms_fb_create(&kms, &fb, kms.mode.hdisplay, kms.mode.vdisplay, format, tiling);

	if (ret)
		return ret;
	draw(&fb, 0, 0, fb.width, fb.height, seed);
	ret = kms_show(&kms, &fb);
	if (!ret)
		ret = wish(name, 1);
	kms_show(&kms, &screen);
	kms_fb_destroy(&kms, &fb);
	return ret;
}

static int way_linear(void)
{
	return show(DRM_FORMAT_XRGB8888, KMS_LINEAR, 1, "linear");
}

static int way_x(void)
{
	return show(DRM_FORMAT_XRGB8888, KMS_X, 2, "x");
}

static int way_y(void)
{
	return show(DRM_FORMAT_XRGB8888, KMS_Y, 3, "y");
}

static int way_yf(void)
{
	return show(DRM_FORMAT_XRGB8888, KMS_YF, 6, "yf");
}

static int way_rgb565(void)
{
	return show(DRM_FORMAT_RGB565, KMS_LINEAR, 4, "rgb565");
}

static int way_xbgr(void)
{
	return show(DRM_FORMAT_XBGR8888, KMS_X, 5, "xbgr");
}

/* Half-red, 64 x 64, at 100, 60. */
static int way_cursor(void)
{
	struct kms_fb fb;
	int i, ret = kms_fb_create(&kms, &fb, 64, 64, DRM_FORMAT_ARGB8888, KMS_LINEAR);

	if (ret)
		return ret;
	for (i = 0; i < 64 * 64; i++)
		kms_put(&fb, i % 64, i / 64, 0x80800000);
	ret = kms_cursor(&kms, &fb, 10, 10);
	if (!ret)
		ret = wish("cursor-before", 1);
	if (!ret)
		ret = kms_cursor(&kms, &fb, 100, 60);
	if (!ret)
		ret = wish("cursor", 1);
	kms_cursor(&kms, NULL, 0, 0);
	kms_fb_destroy(&kms, &fb);
	return ret;
}

/* 128 x 64 of another picture at 200, 300. */
static int sprite(uint32_t format, enum kms_tiling tiling, int times, uint64_t rotation,
		  const char *name)
{
	int sideways = rotation & (DRM_MODE_ROTATE_90 | DRM_MODE_ROTATE_270);
	struct kms_fb fb;
	int ret = kms_fb_create(&kms, &fb, 128, 64, format, tiling);

	if (ret)
		return ret;
	draw(&fb, 0, 0, 128, 64, 77);
	if (rotation)
		ret = kms_turn_sprite(&kms, rotation);
	if (!ret)
		ret = kms_sprite(&kms, &fb, 200, 300, times, sideways);
	if (!ret)
		ret = wish(name, 1);
	kms_sprite(&kms, NULL, 0, 0, 1, 0);
	if (rotation)
		kms_turn_sprite(&kms, DRM_MODE_ROTATE_0);
	kms_fb_destroy(&kms, &fb);
	return ret;
}

static int way_sprite(void)
{
	return sprite(DRM_FORMAT_XRGB8888, KMS_LINEAR, 1, 0, "sprite");
}

static int way_scaled(void)
{
	return sprite(DRM_FORMAT_XRGB8888, KMS_LINEAR, 2, 0, "scaled");
}

static int way_turned(void)
{
	return sprite(DRM_FORMAT_XRGB8888, KMS_LINEAR, 1, DRM_MODE_ROTATE_180, "turned");
}

static int way_left(void)
{
	return sprite(DRM_FORMAT_XRGB8888, KMS_Y, 1, DRM_MODE_ROTATE_90, "left");
}

static int way_right(void)
{
	return sprite(DRM_FORMAT_XRGB8888, KMS_YF, 1, DRM_MODE_ROTATE_270, "right");
}

/* What is red, green and blue elsewhere is Y, Cb and Cr. */
static int way_yuv(void)
{
	return sprite(DRM_FORMAT_XYUV8888, KMS_LINEAR, 1, 0, "yuv");
}

/* The CPU draws into what is shown, tells nobody, and it is seen. */
static int way_unseen(void)
{
	int ret = wish("unseen-before", 1);

	draw(&screen, 0, 0, screen.width, screen.height, 50);
	return ret ?: wish("unseen", 1);
}

static int way_vnc(void)
{
	draw(&screen, 0, 0, screen.width, screen.height, 60);
	return wish_for("vnc", "vnc");
}

static int way_spice(void)
{
	draw(&screen, 0, 0, screen.width, screen.height, 61);
	return wish_for("spice", "spice");
}

/* Nothing happens: looked at ten times. */
static int way_static(void)
{
	return wish_for("static", "quiet 10");
}

static int way_flips(void)
{
	struct kms_fb fb;
	double fps = 0;
	int ret = kms_fb_create(&kms, &fb, kms.mode.hdisplay, kms.mode.vdisplay,
				DRM_FORMAT_XRGB8888, KMS_LINEAR);

	if (ret)
		return ret;
	draw(&fb, 0, 0, fb.width, fb.height, 90);
	ret = kms_flips(&kms, &screen, &fb, 61, &fps);
	printf("# flips %.1f per second, refresh %u\n", fps, kms.mode.vrefresh);
	if (!ret && fps > kms.mode.vrefresh * 1.05)
		ret = -ERANGE;
	if (!ret)
		ret = wish("flips", 1);
	kms_show(&kms, &screen);
	kms_fb_destroy(&kms, &fb);
	return ret;
}

static const struct {
	const char *name;
	int (*run)(void);
	const char *what;
	int only_named;		/* not everywhere */
} ways[] = {
	{ "linear", way_linear, "XRGB8888, linear" },
	{ "x", way_x, "XRGB8888, X tiles" },
	{ "y", way_y, "XRGB8888, Y tiles" },
	{ "yf", way_yf, "XRGB8888, Yf tiles" },
	{ "rgb565", way_rgb565, "RGB565" },
	{ "xbgr", way_xbgr, "XBGR8888, X tiles" },
	{ "cursor", way_cursor, "the cursor, after it moved" },
	{ "sprite", way_sprite, "a sprite" },
	{ "scaled", way_scaled, "a sprite, twice as large" },
	{ "turned", way_turned, "a sprite, upside down" },
	{ "left", way_left, "a sprite on its side, to the left" },
	{ "right", way_right, "a sprite in Yf tiles on its side, to the right" },
	{ "yuv", way_yuv, "a sprite in XYUV8888" },
	{ "unseen", way_unseen, "what the CPU draws in place" },
	{ "static", way_static, "nothing happens" },
	{ "flips", way_flips, "page flips come no faster than the refresh" },
	{ "vnc", way_vnc, "as VNC shows it" },
	{ "spice", way_spice, "as SPICE shows it", 1 },
};

static int wanted(int argc, char **argv, const char *name)
{
	int i;

	for (i = 0; i < argc; i++)
		if (!strcmp(argv[i], name))
			return 1;
	return !argc;
}

int main(int argc, char **argv)
{
	unsigned int i, bad = 0, n = 0, width = 0, height = 0;
	int ret;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc < 2) {
		fprintf(stderr, "usage: %s FOLDER [WIDTHxHEIGHT] [WAY...]\n", argv[0]);
		return 2;
	}
	folder = argv[1];
	argc -= 2;
	argv += 2;
	if (argc && sscanf(*argv, "%ux%u", &width, &height) == 2) {
		argc--;
		argv++;
	}
	ret = kms_open(&kms, width, height);
	if (!ret)
		ret = kms_fb_create(&kms, &screen, kms.mode.hdisplay, kms.mode.vdisplay,
				    DRM_FORMAT_XRGB8888, KMS_LINEAR);
	if (!ret) {
		draw(&screen, 0, 0, screen.width, screen.height, 0);
		ret = kms_show(&kms, &screen);
	}
	printf("TAP version 13\n");
	printf("%sok %u a connected monitor, %s, takes the mode asked for%s%s\n",
	       ret ? "not " : "", ++n, kms.name, ret ? ": " : "", ret ? strerror(-ret) : "");
	printf("# mode %ux%u %u\n", kms.mode.hdisplay, kms.mode.vdisplay, kms.mode.vrefresh);
	bad += !!ret;
	for (i = 0; i < ARRAY_SIZE(ways) && !bad; i++) {
		if (!wanted(argc, argv, ways[i].name) || (!argc && ways[i].only_named))
			continue;
		ret = ways[i].run();
		printf("%sok %u %s%s%s\n", ret ? "not " : "", ++n, ways[i].what, ret ? ": " : "",
		       ret ? strerror(-ret) : "");
		bad += !!ret;
	}
	printf("1..%u\n", n);
	return !!bad;
}
