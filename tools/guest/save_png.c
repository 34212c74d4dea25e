// SPDX-License-Identifier: GPL-2.0
/* Writes pixels to a PNG file. */
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "save_png.h"

int png_save(const char *name, const uint32_t *pixels, int width, int height)
{
	png_image image = {
		.version = PNG_IMAGE_VERSION,
		.width = width,
		.height = height,
		.format = PNG_FORMAT_RGB,
	};
	uint8_t *rgb = malloc(3 * (size_t)width * height);
	size_t i;
	int ret;

	if (!rgb)
		return -ENOMEM;
	for (i = 0; i < (size_t)width * height; i++) {
		rgb[3 * i] = pixels[i] >> 16;
		rgb[3 * i + 1] = pixels[i] >> 8;
		rgb[3 * i + 2] = pixels[i];
	}
	errno = 0;
	ret = png_image_write_to_file(&image, name, 0, rgb, 0, NULL) ? 0 : -(errno ? errno : EIO);
	free(rgb);
	return ret;
}
