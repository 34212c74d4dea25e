/* SPDX-License-Identifier: GPL-2.0 */
/* Command descriptions: what a header dword is, how long, and who executes it. */
#ifndef GPUSIM_CMD_H
#define GPUSIM_CMD_H

#include <stdbool.h>
#include <stdint.h>

#include "cs.h"
#include "engine.h"

/* A command that may only run with privilege is turned into a no-op elsewhere. */
#define CMD_PRIVILEGED 1
#define CMD_ARB_POINT 2		/* a new submission may take over behind it */
#define CMD_IMAGE 8		/* executed in a context image too */
#define CMD_NOT_PREDICATED 4	/* runs while MI_SET_PREDICATE has the rest skipped */

struct cmd_desc {
	const char *name;
	enum cs_next (*exec)(struct engine *e, const uint32_t *cmd, unsigned int ndw);
	uint8_t flags;
	uint8_t classes;	/* bit per enum engine_class; 0: all */
	uint16_t length;	/* fixed; 0: from the header by mask and bias 2 */
	uint16_t mask;		/* length field of the header */
	uint16_t min;		/* shortest legal form */
};

/* By the header's fields; NULL where no such command is known. */
const struct cmd_desc *cmd_mi_find(uint32_t header);

/*
 * 2D, 3D, GPGPU and media. *length: dwords; name: NULL if no table knows it, though its length
 * follows from the command type. 0, or -1 when not even that.
 */
int cmd_3d_find(const struct engine *e, uint32_t header, unsigned int *length, const char **name);

enum cs_next cmd_3d_exec(struct engine *e, const uint32_t *cmd, unsigned int ndw);
bool cmd_3d_is_pipe_control(const struct engine *e, uint32_t header);
bool cmd_3d_is_arb_point(const struct engine *e, uint32_t header);

/* Blitter: gives the GPU lock up while it draws. */
enum cs_next cmd_2d_exec(struct engine *e, const uint32_t *cmd, unsigned int ndw);

#endif
