/* SPDX-License-Identifier: GPL-2.0 */
/* Error numbers, as the system has them. */
#include_next <linux/errno.h>
