/* SPDX-License-Identifier: GPL-2.0 */
/* Rows of the table of 3D, GPGPU and media commands. */
#ifndef GPUSIM_CMD_3D_TABLE_H
#define GPUSIM_CMD_3D_TABLE_H

#include <stdint.h>

#include "engine.h"

struct cmd_3d_row {
	uint16_t opcode;	/* header bits 31:16 */
	uint8_t class;		/* enum engine_class */
	uint8_t length;		/* fixed, or 0 */
	uint16_t mask;		/* length field, bias 2 */
	const char *name;
};

extern const struct cmd_3d_row cmd_3d_rows[];
extern const unsigned int cmd_3d_nr_rows;

#endif
