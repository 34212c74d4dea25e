// SPDX-License-Identifier: GPL-2.0
/*
 * KMS by libdrm. Tiled framebuffers are drawn by the CPU, byte by byte, the way that
 * Intel's manuals describe tiles; the kernel is told by a modifier.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <xf86drm.h>

#include "kms.h"

static const char *connector_kind(uint32_t type)
{
	return drmModeGetConnectorTypeName(type) ?: "?";
}

static int pick_mode(struct kms *kms, drmModeConnector *c, unsigned int width,
		     unsigned int height)
{
	int i;

	for (i = 0; i < c->count_modes; i++) {
		kms->mode = c->modes[i];
		if (width ? kms->mode.hdisplay == width && kms->mode.vdisplay == height :
			    kms->mode.type & DRM_MODE_TYPE_PREFERRED)
			return 0;
	}
	return -ENOENT;
}

static int find_monitor(struct kms *kms, drmModeRes *res, unsigned int width,
			unsigned int height)
{
	drmModeConnector *c;
	int i, ret = -ENODEV;

	for (i = 0; i < res->count_connectors && ret; i++) {
		c = drmModeGetConnector(kms->fd, res->connectors[i]);
		if (c && c->connection == DRM_MODE_CONNECTED) {
			kms->connector = c->connector_id;
			ret = pick_mode(kms, c, width, height);
			snprintf(kms->name, sizeof(kms->name), "%s-%u",
				 connector_kind(c->connector_type), c->connector_type_id);
		}
		drmModeFreeConnector(c);
	}
	return ret;
}

static uint64_t plane_type(int fd, uint32_t plane)
{
	drmModeObjectProperties *props = drmModeObjectGetProperties(fd, plane,
								    DRM_MODE_OBJECT_PLANE);
	uint64_t type = ~0ull;
	drmModePropertyRes *p;
	uint32_t i;

	for (i = 0; props && i < props->count_props; i++) {
		p = drmModeGetProperty(fd, props->props[i]);
		if (p && !strcmp(p->name, "type"))
			type = props->prop_values[i];
		drmModeFreeProperty(p);
	}
	drmModeFreeObjectProperties(props);
	return type;
}

static void find_sprite(struct kms *kms)
{
	drmModePlaneRes *res;
	uint32_t i;

	drmSetClientCap(kms->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1);
	res = drmModeGetPlaneResources(kms->fd);
	for (i = 0; res && i < res->count_planes && !kms->sprite; i++)
		if (plane_type(kms->fd, res->planes[i]) == DRM_PLANE_TYPE_OVERLAY)
			kms->sprite = res->planes[i];
	drmModeFreePlaneResources(res);
}

int kms_open(struct kms *kms, unsigned int width, unsigned int height)
{
	drmModeRes *res;
	int ret;

	memset(kms, 0, sizeof(*kms));
	kms->fd = open("/dev/dri/card0", O_RDWR | O_CLOEXEC);
	if (kms->fd < 0)
		return -errno;
	res = drmModeGetResources(kms->fd);
	if (!res || !res->count_crtcs)
		return -ENODEV;
	kms->crtc = res->crtcs[0];
	ret = find_monitor(kms, res, width, height);
	drmModeFreeResources(res);
	find_sprite(kms);
	return ret;
}

static uint64_t modifier(enum kms_tiling tiling)
{
	return tiling == KMS_X ? I915_FORMAT_MOD_X_TILED :
	       tiling == KMS_Y ? I915_FORMAT_MOD_Y_TILED :
	       tiling == KMS_YF ? I915_FORMAT_MOD_Yf_TILED : DRM_FORMAT_MOD_LINEAR;
}

static int add_fb(struct kms *kms, struct kms_fb *fb)
{
	uint32_t handles[4] = { fb->handle }, strides[4] = { fb->stride }, offsets[4] = { 0 };
	uint64_t modifiers[4] = { modifier(fb->tiling) };

	return drmModeAddFB2WithModifiers(kms->fd, fb->width, fb->height, fb->format, handles,
					  strides, offsets, modifiers, &fb->id,
					  DRM_MODE_FB_MODIFIERS);
}

int kms_fb_create(struct kms *kms, struct kms_fb *fb, uint32_t width, uint32_t height,
		  uint32_t format, enum kms_tiling tiling)
{
	struct drm_mode_create_dumb create = {};
	struct drm_mode_map_dumb map = {};
	int ret;

	*fb = (struct kms_fb){
		.width = width, .height = height, .format = format, .tiling = tiling,
		.cpp = format == DRM_FORMAT_RGB565 ? 2 : 4,
	};
	/* whole tiles: 512 bytes wide and 32 rows high are enough for all kinds */
	fb->stride = tiling ? (width * fb->cpp + 511) & ~511u : (width * fb->cpp + 63) & ~63u;
	create.width = fb->stride / fb->cpp;
	create.height = tiling ? (height + 31) & ~31u : height;
	create.bpp = 8 * fb->cpp;
	ret = drmIoctl(kms->fd, DRM_IOCTL_MODE_CREATE_DUMB, &create);
	if (ret)
		return -errno;
	fb->handle = create.handle;
	fb->size = create.size;
	if (create.pitch != fb->stride)
		fb->stride = create.pitch;
	map.handle = create.handle;
	ret = drmIoctl(kms->fd, DRM_IOCTL_MODE_MAP_DUMB, &map);
	if (ret)
		return -errno;
	fb->map = mmap(NULL, fb->size, PROT_READ | PROT_WRITE, MAP_SHARED, kms->fd, map.offset);
	if (fb->map == MAP_FAILED)
		return -errno;
	return add_fb(kms, fb) ? -errno : 0;
}

void kms_fb_destroy(struct kms *kms, struct kms_fb *fb)
{
	struct drm_mode_destroy_dumb destroy = { .handle = fb->handle };

	drmModeRmFB(kms->fd, fb->id);
	munmap(fb->map, fb->size);
	drmIoctl(kms->fd, DRM_IOCTL_MODE_DESTROY_DUMB, &destroy);
}

/* Bit @from of @value as bit @to. */
static uint32_t bit(uint32_t value, unsigned int from, unsigned int to)
{
	return (value >> from & 1) << to;
}

/* A Yf tile of pixels of 2 or 4 bytes: rows 0 to 7 in columns of 16 bytes, then turn by turn. */
static uint32_t place_yf(uint32_t byte, uint32_t y)
{
	return byte % 16 + y % 8 * 16 + bit(byte, 4, 7) + bit(y, 3, 8) + bit(byte, 5, 9) +
	       bit(y, 4, 10) + bit(byte, 6, 11);
}

/*
 * X tiles are 512 bytes by 8 rows; Y tiles 128 bytes by 32 rows, in columns of 16 bytes; Yf
 * tiles are of the same size as those.
 */
static uint64_t place(const struct kms_fb *fb, uint32_t byte, uint32_t y)
{
	uint64_t tile;

	switch (fb->tiling) {
	case KMS_X:
		tile = (uint64_t)(y / 8) * (fb->stride / 512) + byte / 512;
		return tile * 4096 + y % 8 * 512 + byte % 512;
	case KMS_Y:
		tile = (uint64_t)(y / 32) * (fb->stride / 128) + byte / 128;
		return tile * 4096 + byte % 128 / 16 * 512 + y % 32 * 16 + byte % 16;
	case KMS_YF:
		tile = (uint64_t)(y / 32) * (fb->stride / 128) + byte / 128;
		return tile * 4096 + place_yf(byte % 128, y % 32);
	default:
		return (uint64_t)y * fb->stride + byte;
	}
}

void kms_put(struct kms_fb *fb, uint32_t x, uint32_t y, uint32_t value)
{
	uint8_t *at = fb->map + place(fb, x * fb->cpp, y);

	if (fb->format == DRM_FORMAT_RGB565)
		*(uint16_t *)at = (value >> 19 & 0x1f) << 11 | (value >> 10 & 0x3f) << 5 |
				  (value >> 3 & 0x1f);
	else if (fb->format == DRM_FORMAT_XBGR8888)
		*(uint32_t *)at = (value & 0xff) << 16 | (value & 0xff00) | (value >> 16 & 0xff);
	else
		*(uint32_t *)at = value;
}

int kms_show(struct kms *kms, struct kms_fb *fb)
{
	return drmModeSetCrtc(kms->fd, kms->crtc, fb->id, 0, 0, &kms->connector, 1, &kms->mode) ?
		-errno : 0;
}

int kms_cursor(struct kms *kms, struct kms_fb *fb, int x, int y)
{
	if (drmModeSetCursor(kms->fd, kms->crtc, fb ? fb->handle : 0, 64, 64))
		return -errno;
	return fb && drmModeMoveCursor(kms->fd, kms->crtc, x, y) ? -errno : 0;
}

int kms_sprite(struct kms *kms, struct kms_fb *fb, int x, int y, int times, int sideways)
{
	uint32_t width = !fb ? 0 : sideways ? fb->height : fb->width;
	uint32_t height = !fb ? 0 : sideways ? fb->width : fb->height;
	int ret;

	if (!kms->sprite)
		return -ENODEV;
	if (fb)
		ret = drmModeSetPlane(kms->fd, kms->sprite, kms->crtc, fb->id, 0, x, y,
				      times * width, times * height, 0, 0,
				      fb->width << 16, fb->height << 16);
	else
		ret = drmModeSetPlane(kms->fd, kms->sprite, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	return ret ? -errno : 0;
}

int kms_turn_sprite(struct kms *kms, uint64_t rotation)
{
	drmModeObjectProperties *props = drmModeObjectGetProperties(kms->fd, kms->sprite,
								    DRM_MODE_OBJECT_PLANE);
	int ret = -ENODEV;
	drmModePropertyRes *p;
	uint32_t i;

	for (i = 0; props && i < props->count_props; i++) {
		p = drmModeGetProperty(kms->fd, props->props[i]);
		if (p && !strcmp(p->name, "rotation"))
			ret = drmModeObjectSetProperty(kms->fd, kms->sprite, DRM_MODE_OBJECT_PLANE,
						       p->prop_id, rotation) ? -errno : 0;
		drmModeFreeProperty(p);
	}
	drmModeFreeObjectProperties(props);
	return ret;
}

static void flipped(int fd, unsigned int frame, unsigned int sec, unsigned int usec, void *data)
{
	(void)fd;
	(void)frame;
	(void)sec;
	(void)usec;
	*(int *)data = 1;
}

static int flip(struct kms *kms, struct kms_fb *fb)
{
	drmEventContext events = { .version = 2, .page_flip_handler = flipped };
	struct pollfd p = { .fd = kms->fd, .events = POLLIN };
	int done = 0;

	if (drmModePageFlip(kms->fd, kms->crtc, fb->id, DRM_MODE_PAGE_FLIP_EVENT, &done))
		return -errno;
	while (!done) {
		if (poll(&p, 1, 10000) <= 0)
			return -ETIMEDOUT;
		drmHandleEvent(kms->fd, &events);
	}
	return 0;
}

int kms_flips(struct kms *kms, struct kms_fb *a, struct kms_fb *b, int count, double *fps)
{
	struct timespec from, to;
	int i, ret = 0;

	clock_gettime(CLOCK_MONOTONIC, &from);
	for (i = 0; i < count && !ret; i++)
		ret = flip(kms, i & 1 ? a : b);
	clock_gettime(CLOCK_MONOTONIC, &to);
	*fps = count / (to.tv_sec - from.tv_sec + (to.tv_nsec - from.tv_nsec) / 1e9);
	return ret;
}
