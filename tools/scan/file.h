/* SPDX-License-Identifier: GPL-2.0 */
/* A whole file in memory, unpacked if it is packed. */
#ifndef SCAN_FILE_H
#define SCAN_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* What the file holds, to be freed; NULL with errno where it cannot be read. */
void *file_read(const char *name, size_t *size);

#endif
