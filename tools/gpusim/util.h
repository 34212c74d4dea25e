/* SPDX-License-Identifier: GPL-2.0 */
/* Small macros as the kernel has them. */
#ifndef GPUSIM_UTIL_H
#define GPUSIM_UTIL_H

#define BIT(n) (1u << (n))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
