/* SPDX-License-Identifier: GPL-2.0 */
/* Faults on request: by --fault at the start, by the control socket while running. */
#ifndef GPUSIM_INJECT_H
#define GPUSIM_INJECT_H

struct faults;

/* Applies one specification, `name:value`, or `clear`. 0, or -EINVAL. */
int inject(struct faults *faults, const char *spec);

/* All specifications with a line of explanation each. */
void inject_help(void (*print)(const char *spec, const char *meaning));

#endif
