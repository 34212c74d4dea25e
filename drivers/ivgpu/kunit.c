// SPDX-License-Identifier: GPL-2.0
/*
 * The KUnit module of ivgpu: holds the suites that stand beside the code they test
 * and their own copies of the pure parts of the driver (see Kbuild).
 */
#include <linux/module.h>

MODULE_DESCRIPTION("KUnit tests of ivgpu");
MODULE_LICENSE("GPL");
