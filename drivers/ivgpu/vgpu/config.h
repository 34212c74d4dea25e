/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtual PCI config space of a vGPU. Pure: bytes and masks only.
 *
 * Lock: the owner's (ivgpu_vgpu.trap_lock).
 */
#ifndef IVGPU_VGPU_CONFIG_H
#define IVGPU_VGPU_CONFIG_H

#include <linux/types.h>

#define IVGPU_CONFIG_SIZE	256
#define IVGPU_BAR0_SIZE		0x1000000u	/* registers, from 8 MiB on GGTT entries */
#define IVGPU_BAR2_SIZE		0x40000000ull	/* window on the GGTT, of every type */

/* What the physical GPU says of itself. */
struct ivgpu_config_ids {
	u16 vendor;
	u16 device;
	u8 revision;
	u16 subsystem_vendor;
	u16 subsystem_device;
	bool vga;	/* has a monitor; else a display controller without VGA */
};

struct ivgpu_config {
	u8 space[IVGPU_CONFIG_SIZE];
	u8 writable[IVGPU_CONFIG_SIZE];
	bool slept;	/* was in D3, and its memory was not used since */
};

/* Power-cycle state; @slept is as it was. */
void ivgpu_config_init(struct ivgpu_config *cfg, const struct ivgpu_config_ids *ids);
/* Any offset and count; outside of the space: all ones, writes dropped. */
void ivgpu_config_read(const struct ivgpu_config *cfg, u32 offset, void *buf, u32 count);
void ivgpu_config_write(struct ivgpu_config *cfg, u32 offset, const void *buf, u32 count);
bool ivgpu_config_memory_on(const struct ivgpu_config *cfg);
/* The same, when it is about to be used. */
bool ivgpu_config_use_memory(struct ivgpu_config *cfg);
bool ivgpu_config_msi_on(const struct ivgpu_config *cfg);
/* Interrupts go by INTx: MSI is off, and so is the bit that disables INTx. */
bool ivgpu_config_intx_on(const struct ivgpu_config *cfg);
/* What the status register says of INTx. */
void ivgpu_config_set_intx(struct ivgpu_config *cfg, bool level);
/* Where the guest put BAR @bar (0 or 2); 0: nowhere, or memory is off. */
u64 ivgpu_config_bar(const struct ivgpu_config *cfg, unsigned int bar);

#endif
