/* SPDX-License-Identifier: GPL-2.0 */
/* What the simulator counted, as `name value` lines in the log. */
#ifndef GPUSIM_STATS_H
#define GPUSIM_STATS_H

struct gpu;

void stats_log(struct gpu *gpu);

#endif
