/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket of the simulated GPU, where the lab hands it in as a virtio port.
 */
#ifndef SELFTESTS_CONTROL_H
#define SELFTESTS_CONTROL_H

#include <stddef.h>

/* The port of GPU `index`, or -ENODEV: this is no lab. */
int control_open(unsigned int index);
/* Send a line; its answer up to "ok", NUL-terminated, where `text` is not NULL. */
int control_do(int fd, const char *line, char *text, size_t size);

#endif
