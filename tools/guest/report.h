/* SPDX-License-Identifier: GPL-2.0 */
/* TAP output of ivgpu-blit: one line per test, diagnostics, and the count of what failed */
#ifndef IVGPU_BLIT_REPORT_H
#define IVGPU_BLIT_REPORT_H

#include <stdbool.h>

void report(bool ok, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_skip(const char *reason, const char *fmt, ...) PRINTF_LIKE(2, 3);
void diag(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
