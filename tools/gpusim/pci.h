/* SPDX-License-Identifier: GPL-2.0 */
/* PCI configuration space. */
#ifndef GPUSIM_PCI_H
#define GPUSIM_PCI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gpu;

void pci_init(struct gpu *gpu);
void pci_read(struct gpu *gpu, uint64_t off, void *buf, size_t len);
void pci_write(struct gpu *gpu, uint64_t off, const void *buf, size_t len);

/* Command register, bit 10 clear: INTx may be asserted. */
bool pci_intx_enabled(const struct gpu *gpu);

#endif
