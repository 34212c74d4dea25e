// SPDX-License-Identifier: GPL-2.0
/*
 * Configuration space of an integrated GPU: header, and the capabilities in the order Intel's
 * parts have them (lspci of Skylake: 40 vendor, 70 PCIe root-complex endpoint, ac MSI, d0 PM).
 * GGC (0x50): bits 7:6 = 3, an 8 MiB global table; no stolen memory (i915 gt/intel_ggtt.c).
 */
#include "pci.h"

#include <string.h>

#include "gpu.h"
#include "irq.h"
#include "log.h"
#include "reset.h"

#define GGC_GTT_8M 0x00c0
#define GGC_LOCK 0x0001
#define DEVCTL 0x78
#define DEVCTL_FLR 0x80			/* of its second byte; reads 0 */
#define PMCSR 0xd4
#define PMCSR_STATE 0x03
#define PMCSR_D3 0x03

static void put16(struct gpu *gpu, unsigned int off, uint16_t val)
{
	memcpy(gpu->config + off, &val, sizeof(val));
}

static void put32(struct gpu *gpu, unsigned int off, uint32_t val)
{
	memcpy(gpu->config + off, &val, sizeof(val));
}

void pci_init(struct gpu *gpu)
{
	memset(gpu->config, 0, sizeof(gpu->config));
	put16(gpu, 0x00, 0x8086);
	put16(gpu, 0x02, gpu->model->device);
	put16(gpu, 0x06, 0x0010);		/* capability list */
	gpu->config[0x08] = gpu->model->revision;
	gpu->config[0x0b] = 0x03;		/* display, VGA compatible */
	put32(gpu, 0x10, 0x00000004);		/* BAR0: 64-bit memory */
	put32(gpu, 0x18, 0x0000000c);		/* BAR2: 64-bit, prefetchable */
	put32(gpu, 0x20, 0x00000001);		/* BAR4: I/O */
	put16(gpu, 0x2c, 0x8086);
	put16(gpu, 0x2e, gpu->model->device);
	gpu->config[0x34] = 0x40;
	gpu->config[0x3d] = 1;			/* INTA */

	put16(gpu, 0x40, 0x7009);		/* vendor specific, 12 bytes */
	put16(gpu, 0x42, 0x010c);
	put16(gpu, 0x50, GGC_GTT_8M | GGC_LOCK);
	put16(gpu, 0x70, 0xac10);		/* PCI Express */
	put16(gpu, 0x72, 0x0092);		/* root-complex integrated endpoint, version 2 */
	put32(gpu, 0x74, 0x10008000);		/* function level reset */
	put16(gpu, 0xac, 0xd005);		/* MSI, one vector, 32-bit */
	put16(gpu, 0xd0, 0x0001);		/* power management, version 2 */
	put16(gpu, 0xd2, 0x0022);
}

/* Which bits a write changes; the client emulates BARs and MSI itself. */
static uint8_t writable(uint64_t off)
{
	if (off == 0x04)
		return 0x07;
	if (off == 0x05)
		return 0x04;			/* INTx disable */
	if (off == 0x0c || off == 0x0d || off == 0x3c)
		return 0xff;
	if (off >= 0x12 && off < 0x28)		/* BARs above the type bits */
		return 0xff;
	if (off >= 0xae && off < 0xbc)		/* MSI control, address, data */
		return off == 0xae ? 0x01 : off == 0xaf ? 0 : 0xff;
	if (off == DEVCTL || off == DEVCTL + 1)
		return 0xff;
	if (off == PMCSR)
		return PMCSR_STATE;
	if (off >= 0xfc && off < 0x100)		/* ASLS: OpRegion address, set by firmware */
		return 0xff;
	if (off == 0xe8 || off == 0xe9)		/* SWSCI */
		return 0xff;
	return 0;
}

bool pci_intx_enabled(const struct gpu *gpu)
{
	return !(gpu->config[0x05] & 0x04);
}

void pci_read(struct gpu *gpu, uint64_t off, void *buf, size_t len)
{
	gpu->config[0x06] = (gpu->config[0x06] & ~0x08) | (gpu->irq_line ? 0x08 : 0);
	memcpy(buf, gpu->config + off, len);
}

/* Registers and GGTT entries, if it was the machine that slept; see inject.c. */
static void left_d3(struct gpu *gpu)
{
	if (!gpu->fault.lose_power)
		return;
	gpu->fault.lose_power--;
	log_line(LOG_CONTROL, "all state is lost in D3 on request");
	memset(gpu->gtt, 0, GTT_SIZE);
	reset_device(gpu);
}

/* What the client emulates (BARs, MSI) is for the client to reset. */
static void function_reset(struct gpu *gpu)
{
	log_line(LOG_RESET, "function level reset");
	put16(gpu, 0x04, 0);
	put16(gpu, DEVCTL, 0);
	gpu->config[PMCSR] &= ~PMCSR_STATE;
	reset_device(gpu);
}

void pci_write(struct gpu *gpu, uint64_t off, const void *buf, size_t len)
{
	const uint8_t state = gpu->config[PMCSR] & PMCSR_STATE;
	const uint8_t *from = buf;
	uint8_t mask;
	size_t i;

	for (i = 0; i < len; i++) {
		mask = writable(off + i);
		gpu->config[off + i] = (gpu->config[off + i] & ~mask) | (from[i] & mask);
	}
	if (gpu->config[DEVCTL + 1] & DEVCTL_FLR)
		function_reset(gpu);
	irq_update(gpu);
	if (state == PMCSR_D3 && (gpu->config[PMCSR] & PMCSR_STATE) != PMCSR_D3)
		left_d3(gpu);
}
