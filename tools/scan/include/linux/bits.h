/* SPDX-License-Identifier: GPL-2.0 */
/* One bit of a word. */
#ifndef SCAN_LINUX_BITS_H
#define SCAN_LINUX_BITS_H

#define BIT(n) (1u << (n))

#endif
