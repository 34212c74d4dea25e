/* SPDX-License-Identifier: GPL-2.0 */
#ifndef IVGPU_BLIT_SAVE_PNG_H
#define IVGPU_BLIT_SAVE_PNG_H

#include <stdint.h>

/* pixels: x8r8g8b8; 0 or a negative errno */
int png_save(const char *name, const uint32_t *pixels, int width, int height);

#endif
