/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two vGPUs: one attacks, the other is the victim whose memory and work tell whether
 * the attack got through.
 */
#ifndef SELFTESTS_DUEL_H
#define SELFTESTS_DUEL_H

#include "execlist.h"

#define CANARY_PAGES 4
#define CANARY(i) (0xca4a4700u + (i) * 7u)

struct duel {
	struct vgpu evil, victim;
	struct lrc lrc[ENGINES];	/* the attacker's */
	struct lrc victim_lrc[ENGINES];
	struct bo batch, mark;		/* the attacker's: 16 pages and 2 */
	struct bo canary, target;	/* the victim's */
	uint32_t foreign;		/* GGTT address of the canary */
	uint64_t refused;
	uint32_t round;
};

/* Where the commands of an attack stand. */
enum place { IN_RING, IN_GGTT_BATCH, IN_PPGTT_BATCH };

/*
 * What must come of it: REFUSED, the request does not run and is counted; HARMLESS, it may
 * run, without effect on others.
 */
enum outcome { REFUSED, HARMLESS };

int duel_open(struct duel *d);
void duel_close(struct duel *d);

/*
 * Send the commands followed by a store to mark.map[0]; wait for the end, the refusal or
 * the time.  True when the request completed.
 */
bool duel_send(struct duel *d, enum engine_id id, enum place place, const struct cmds *c,
	       int timeout_ms);
uint64_t duel_refusals(struct duel *d);

/* After an attack: a sentence when something is wrong, else NULL. */
const char *duel_victim_wrong(struct duel *d);
/* The attacker resets its engine as a driver does and works honestly. */
const char *duel_evil_stuck(struct duel *d, enum engine_id id);

#endif
