/* SPDX-License-Identifier: GPL-2.0 */
/* A screen by KMS: its mode, framebuffers drawn by the CPU, cursor and sprite. */
#ifndef KMS_H
#define KMS_H

#include <stdint.h>
#include <drm_fourcc.h>
#include <xf86drmMode.h>

enum kms_tiling { KMS_LINEAR, KMS_X, KMS_Y, KMS_YF };

struct kms {
	int fd;
	char name[32];		/* of the connector */
	uint32_t connector;
	uint32_t crtc;
	uint32_t sprite;	/* an overlay plane, 0: none */
	drmModeModeInfo mode;
};

struct kms_fb {
	uint32_t width, height, stride, cpp;
	uint32_t format;
	enum kms_tiling tiling;
	uint32_t handle, id;
	uint64_t size;
	uint8_t *map;
};

/*
 * 0 or a negative errno, all of them. The first connected monitor; its mode of this size, or
 * (@width 0) the one that it prefers.
 */
int kms_open(struct kms *kms, unsigned int width, unsigned int height);
int kms_fb_create(struct kms *kms, struct kms_fb *fb, uint32_t width, uint32_t height,
		  uint32_t format, enum kms_tiling tiling);
void kms_fb_destroy(struct kms *kms, struct kms_fb *fb);
/* @value: 0xAARRGGBB */
void kms_put(struct kms_fb *fb, uint32_t x, uint32_t y, uint32_t value);
int kms_show(struct kms *kms, struct kms_fb *fb);
int kms_cursor(struct kms *kms, struct kms_fb *fb, int x, int y);
/* @times as large as @fb, on its side when @sideways; no @fb: off */
int kms_sprite(struct kms *kms, struct kms_fb *fb, int x, int y, int times, int sideways);
/* @rotation: DRM_MODE_ROTATE_... */
int kms_turn_sprite(struct kms *kms, uint64_t rotation);
/* Flip between @a and @b, each flip waited for; ends with @b. */
int kms_flips(struct kms *kms, struct kms_fb *a, struct kms_fb *b, int count, double *fps);

#endif
