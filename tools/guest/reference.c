// SPDX-License-Identifier: GPL-2.0
/*
 * blit-reference SEED FILE.png: the picture as ivgpu-blit's reference has it, drawn by the CPU, to
 * be looked at where there is no GPU. Nobody compares with what it writes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "picture.h"
#include "save_png.h"

int main(int argc, char **argv)
{
	static uint32_t pixels[SURF_COUNT][PIC_PIXELS];
	const struct picture_features feat = { .y_tiling = true, .fast_copy = true };
	uint32_t *surfaces[SURF_COUNT];
	struct picture pic;
	int i;

	if (argc != 3 || picture_make(&pic, strtoull(argv[1], NULL, 0), &feat)) {
		fprintf(stderr, "usage: %s SEED FILE.png\n", argv[0]);
		return 2;
	}
	for (i = 0; i < SURF_COUNT; i++)
		surfaces[i] = pixels[i];
	picture_reference(&pic, surfaces);
	printf("%u operations\n", pic.count);
	picture_free(&pic);
	return png_save(argv[2], pixels[SURF_TARGET], PIC_WIDTH, PIC_HEIGHT) ? 1 : 0;
}
