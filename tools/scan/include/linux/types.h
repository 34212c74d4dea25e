/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's integer types, for the module's pure sources in user space. */
#ifndef SCAN_LINUX_TYPES_H
#define SCAN_LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#endif
