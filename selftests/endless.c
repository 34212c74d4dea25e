// SPDX-License-Identifier: GPL-2.0
/*
 * Seven vGPUs with batches that never end, on every engine, for a guest to be booted beside
 * them.  Not a test by itself: see tools/lab/vm/guest-beside.
 *
 *   endless READY STOP RESULT
 *
 * Makes the file READY when all of them run.  When there is a file STOP it looks whether each
 * still has its turns and nobody saw an engine reset, ends, and leaves TAP in RESULT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "env.h"
#include "gen9.h"
#include "knob.h"
#include "spin.h"

#define VGPUS 7
#define WAIT_MS 30000

/* The blitter last: the page of a batch that runs there is a copy, for the other engines too. */
static const enum engine_id order[] = { RCS, VCS, VECS, BCS };

static struct spin spins[VGPUS];

static void make_file(const char *path)
{
	FILE *file = fopen(path, "w");

	if (file)
		fclose(file);
}

static bool start(void)
{
	unsigned int i, n;

	for (i = 0; i < VGPUS; i++) {
		if (spin_open(&spins[i], i)) {
			fprintf(stderr, "endless: vGPU %u cannot be opened\n", i);
			return false;
		}
		for (n = 0; n < ARRAY_SIZE(order); n++) {
			if (!spin_start(&spins[i], order[n], true, WAIT_MS)) {
				fprintf(stderr, "endless: vGPU %u, %s: does not run\n", i,
					engine_rows[order[n]].name);
				return false;
			}
		}
	}
	return true;
}

/* It still has its turns: what its batch writes in each round is written again. */
static bool goes_on(struct spin *spin, unsigned int id)
{
	uint64_t end = now_ms() + WAIT_MS;
	uint32_t *mark = spin->mark.map + 16 * id;

	store32(mark, 0);
	while (!load32(mark) && now_ms() < end)
		sleep_ms(5);
	return load32(mark);
}

static bool unharmed(struct spin *spin)
{
	unsigned int id;

	for (id = 0; id < ARRAY_SIZE(order); id++)
		if (!goes_on(spin, order[id]))
			return false;
	while (vgpu_irq_wait(&spin->vg, 0))
		;
	for (id = 0; id < ENGINES; id++)
		if (spin->vg.error_irqs[id])
			return false;
	return true;
}

int main(int argc, char **argv)
{
	char path[256];
	unsigned int i;
	FILE *result;

	if (argc != 4) {
		fputs("usage: endless READY STOP RESULT\n", stderr);
		return 2;
	}
	knobs_default();
	if (!start())
		return 1;
	make_file(argv[1]);
	while (access(argv[2], F_OK))
		sleep_ms(200);
	snprintf(path, sizeof(path), "%s.new", argv[3]);
	result = fopen(path, "w");
	if (!result)
		return 1;
	for (i = 0; i < VGPUS; i++)
		fprintf(result, "%sok %u - endless batches of vGPU %u went on, none was reset\n",
			unharmed(&spins[i]) ? "" : "not ", i + 1, i + 1);
	fprintf(result, "1..%u\n", VGPUS);
	fclose(result);
	for (i = 0; i < VGPUS; i++)
		spin_close(&spins[i]);
	return rename(path, argv[3]) ? 1 : 0;
}
