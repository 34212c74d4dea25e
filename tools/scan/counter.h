/* SPDX-License-Identifier: GPL-2.0 */
/* The processor's own count of instructions, where we may have it. */
#ifndef SCAN_COUNTER_H
#define SCAN_COUNTER_H

/* Instructions of run(arg) in user space; 0 where they cannot be counted. */
unsigned long long count_instructions(void (*run)(void *arg), void *arg);

#endif
