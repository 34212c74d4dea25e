/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notes for the judge of the GPU's DMA: which pages of the machine's memory belong to whom while
 * an attack runs. The simulated GPU logs every page that it touches (gpusim --log-dma); the lab
 * holds the log against these notes when the machine is down (tools/lab/ivlab/dma.py). Neither
 * asks the module. Without a place for notes (IVGPU_NOTES) nothing is written.
 */
#ifndef SELFTESTS_WITNESS_H
#define SELFTESTS_WITNESS_H

#include <stdio.h>

#include "duel.h"

struct witness {
	FILE *notes;
	uint64_t mark_va;	/* where the victim's GPU writes before (page 0) and after (1) */
	uint64_t mark_gpa;
	void *decoy;		/* memory that no vGPU has */
	size_t decoy_size;
};

/* Opens the notes for the attack of this name; the victim writes the first mark. */
bool witness_begin(struct witness *w, struct duel *d, const char *name);
/* The attacker's GPU work lies between the marks: a judge that sees none is blind. */
void witness_active(struct witness *w);
/* What the attacker may have touched between the marks; where this is not called, nothing. */
bool witness_own(struct witness *w, const struct guestmem *mem);
/* The victim writes the second mark; the notes are complete. */
bool witness_end(struct witness *w, struct duel *d);

#endif
