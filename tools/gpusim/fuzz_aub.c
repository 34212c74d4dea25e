// SPDX-License-Identifier: GPL-2.0
/* Fuzzer of AUB files: the input is the file. */
#include <stdlib.h>

#include "fuzz_util.h"
#include "play.h"

#define MAX_COMMANDS 2000

static struct gpu gpu;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct options opt = { .gpu = "skl", .aperture_mib = 256 };
	struct play_counts counts;

	log_open("/dev/null", false, false);
	if (gpu_init(&gpu, &opt))
		abort();
	play(&gpu, data, size, MAX_COMMANDS, &counts);
	gpu_fini(&gpu);
	log_close();
	return 0;
}
