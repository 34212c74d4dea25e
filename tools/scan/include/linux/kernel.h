/* SPDX-License-Identifier: GPL-2.0 */
/* The few helpers that the module's pure sources take from the kernel. */
#ifndef SCAN_LINUX_KERNEL_H
#define SCAN_LINUX_KERNEL_H

#include <linux/bits.h>
#include <linux/types.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define lower_32_bits(n) ((u32)(n))
#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define likely(x) __builtin_expect(!!(x), 1)
#define noinline __attribute__((__noinline__))
#define fallthrough __attribute__((__fallthrough__))

#endif
