/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The folders "ivgpu" in sysfs, of the GPU and of a vGPU.
 */
#ifndef SELFTESTS_KNOB_H
#define SELFTESTS_KNOB_H

#include <stddef.h>
#include <stdint.h>

/* `uuid` NULL: the GPU's own folder.  0 or a negative errno. */
int knob_write(const char *uuid, const char *name, const char *text);
int knob_set(const char *uuid, const char *name, unsigned long long value);
/* Length of the text, or a negative errno. */
int knob_read(const char *uuid, const char *name, char *text, size_t size);
/* The number in a file; ~0ull where it cannot be read. */
uint64_t knob_get(const char *uuid, const char *name);

/* The GPU's knobs as after binding. */
void knobs_default(void);

#endif
