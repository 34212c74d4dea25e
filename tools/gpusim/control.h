/* SPDX-License-Identifier: GPL-2.0 */
/* The control socket (--control): one command a line, an answer that ends with `ok` or `error`. */
#ifndef GPUSIM_CONTROL_H
#define GPUSIM_CONTROL_H

struct gpu;

int control_start(struct gpu *gpu, const char *path);
void control_stop(void);

#endif
