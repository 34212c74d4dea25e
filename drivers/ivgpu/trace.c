// SPDX-License-Identifier: GPL-2.0
/*
 * The trace events' own code.
 */
#include <linux/string.h>
#include <linux/types.h>

#define CREATE_TRACE_POINTS
#include "ivgpu_trace.h"
