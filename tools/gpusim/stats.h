/* SPDX-License-Identifier: GPL-2.0 */
/* What the simulator counted: lines of `name value` pairs, for the log and the control socket. */
#ifndef GPUSIM_STATS_H
#define GPUSIM_STATS_H

struct gpu;

void stats_print(struct gpu *gpu, void (*print)(const char *line));
void stats_log(struct gpu *gpu);

#endif
