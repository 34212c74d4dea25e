/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client of the simulator on its vfio-user socket, as QEMU is one: memory for DMA, registers,
 * and the part of BAR0 with the GGTT mapped. For programs that drive a whole gpusim.
 */
#ifndef GPUSIM_VU_CLIENT_H
#define GPUSIM_VU_CLIENT_H

#include <stddef.h>
#include <stdint.h>

struct vu_client {
	int sock;
	uint16_t next_id;
	uint64_t bus;		/* bus address of ram */
	size_t ram_size;
	uint8_t *ram;
	uint64_t *gtt;		/* the whole GGTT, 1 Mi entries */
};

/*
 * Connects, announces ram_size bytes of memory at a bus address and maps the GGTT. 0 or a negative
 * errno; then everything is undone.
 */
int vu_client_open(struct vu_client *c, const char *path, uint64_t bus, size_t ram_size);
void vu_client_close(struct vu_client *c);

/* A register of BAR0. A broken connection ends the program. */
uint32_t vu_client_read(struct vu_client *c, uint32_t off);
void vu_client_write(struct vu_client *c, uint32_t off, uint32_t val);

/* Host pointer to a bus address inside ram. */
static inline uint32_t *vu_client_at(struct vu_client *c, uint64_t bus)
{
	return (uint32_t *)(void *)(c->ram + (bus - c->bus));
}

#endif
