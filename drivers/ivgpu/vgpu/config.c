// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual PCI config space of a vGPU: what it holds after a power cycle and
 * which bits of it a guest can change. Nothing of the physical config space is
 * passed through but the ids.
 *
 * Layout as on Skylake (capabilities at 0xac and 0xd0, GMCH control at 0x50;
 * offsets from i915 soc/intel_gmch.h, drm/intel/i915_drm.h, linux/pci_regs.h),
 * without a PCI Express capability: the device is one of the root complex.
 *
 * A vGPU without a monitor has VGA switched off in GMCH control, and so another
 * subclass, as firmware leaves a GPU that is not the primary one. VMMs do less to such
 * a device, and let it be plugged in while the guest runs (QEMU hw/vfio/igd.c).
 */
#include <linux/module.h>
#include <linux/pci_regs.h>
#include <linux/string.h>

#include "config.h"

#define CFG_MSI		0xac
#define CFG_PM		0xd0
#define CFG_GMCH	0x50	/* GGMS 7:6, stolen memory 15:8 */
#define CFG_ASLS	0xfc	/* where the guest's firmware put the OpRegion */
#define GMCH_GGMS_8MIB	(3 << 6)
#define GMCH_VGA_DISABLE BIT(1)
#define CLASS_VGA	0x0300
#define CLASS_OTHER	0x0380

#define BAR_MEM_64	0x4
#define BAR_PREFETCH	0x8

/* One field of at most four bytes: value after a power cycle, bits a guest may change. */
struct config_row {
	u16 offset;
	u8 bytes;
	u32 value;
	u32 writable;
};

static const struct config_row config_rows[] = {
	/* there are no I/O ports, but drivers of a VGA device switch them on and off */
	{ PCI_COMMAND, 2, 0, PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
			     PCI_COMMAND_INTX_DISABLE },
	{ PCI_STATUS, 2, PCI_STATUS_CAP_LIST, 0 },
	{ PCI_CLASS_DEVICE, 2, CLASS_VGA, 0 },
	{ PCI_CACHE_LINE_SIZE, 1, 0, 0xff },
	{ PCI_BASE_ADDRESS_0, 4, BAR_MEM_64, ~(IVGPU_BAR0_SIZE - 1) },
	{ PCI_BASE_ADDRESS_1, 4, 0, ~0u },
	{ PCI_BASE_ADDRESS_2, 4, BAR_MEM_64 | BAR_PREFETCH, ~(u32)(IVGPU_BAR2_SIZE - 1) },
	{ PCI_BASE_ADDRESS_3, 4, 0, ~0u },
	{ PCI_CAPABILITY_LIST, 1, CFG_MSI, 0 },
	{ PCI_INTERRUPT_LINE, 1, 0, 0xff },
	{ PCI_INTERRUPT_PIN, 1, 1, 0 },	/* INTA */
	{ CFG_GMCH, 2, GMCH_GGMS_8MIB, 0 },
	{ CFG_MSI + PCI_CAP_LIST_ID, 1, PCI_CAP_ID_MSI, 0 },
	{ CFG_MSI + PCI_CAP_LIST_NEXT, 1, CFG_PM, 0 },
	{ CFG_MSI + PCI_MSI_FLAGS, 2, 0, PCI_MSI_FLAGS_ENABLE },
	{ CFG_MSI + PCI_MSI_ADDRESS_LO, 4, 0, ~3u },
	{ CFG_MSI + PCI_MSI_DATA_32, 2, 0, 0xffff },
	{ CFG_PM + PCI_CAP_LIST_ID, 1, PCI_CAP_ID_PM, 0 },
	{ CFG_PM + PCI_PM_PMC, 2, 3, 0 },	/* version 3, no PME, no D1 and D2 */
	{ CFG_PM + PCI_PM_CTRL, 2, PCI_PM_CTRL_NO_SOFT_RESET, PCI_PM_CTRL_STATE_MASK },
	{ CFG_ASLS, 4, 0, ~0u },
};

static u32 config_get(const struct ivgpu_config *cfg, u32 offset, unsigned int bytes)
{
	u32 value = 0;

	while (bytes--)
		value = value << 8 | cfg->space[offset + bytes];
	return value;
}

static void config_put(u8 *to, u32 value, unsigned int bytes)
{
	for (; bytes; bytes--, value >>= 8)
		*to++ = value;
}

void ivgpu_config_init(struct ivgpu_config *cfg, const struct ivgpu_config_ids *ids)
{
	const struct config_row *row;

	memset(cfg->space, 0, sizeof(cfg->space));
	memset(cfg->writable, 0, sizeof(cfg->writable));
	config_put(cfg->space + PCI_VENDOR_ID, ids->vendor, 2);
	config_put(cfg->space + PCI_DEVICE_ID, ids->device, 2);
	config_put(cfg->space + PCI_REVISION_ID, ids->revision, 1);
	config_put(cfg->space + PCI_SUBSYSTEM_VENDOR_ID, ids->subsystem_vendor, 2);
	config_put(cfg->space + PCI_SUBSYSTEM_ID, ids->subsystem_device, 2);
	for (row = config_rows; row < config_rows + ARRAY_SIZE(config_rows); row++) {
		config_put(cfg->space + row->offset, row->value, row->bytes);
		config_put(cfg->writable + row->offset, row->writable, row->bytes);
	}
	if (!ids->vga) {
		config_put(cfg->space + PCI_CLASS_DEVICE, CLASS_OTHER, 2);
		config_put(cfg->space + CFG_GMCH, GMCH_GGMS_8MIB | GMCH_VGA_DISABLE, 2);
	}
}

void ivgpu_config_read(const struct ivgpu_config *cfg, u32 offset, void *buf, u32 count)
{
	u8 *to = buf;

	for (; count; count--, offset++)
		*to++ = offset < IVGPU_CONFIG_SIZE ? cfg->space[offset] : 0xff;
}

/* A power state that is not offered (D1, D2) is not entered (PCI PM 1.2, 5.4.1). */
static bool config_bad_power_state(u32 offset, u8 value)
{
	u8 state = value & PCI_PM_CTRL_STATE_MASK;

	return offset == CFG_PM + PCI_PM_CTRL && (state == 1 || state == 2);
}

void ivgpu_config_write(struct ivgpu_config *cfg, u32 offset, const void *buf, u32 count)
{
	const u8 *from = buf;
	u8 mask;

	for (; count && offset < IVGPU_CONFIG_SIZE; count--, offset++, from++) {
		mask = cfg->writable[offset];
		if (config_bad_power_state(offset, *from))
			continue;
		cfg->space[offset] = (cfg->space[offset] & ~mask) | (*from & mask);
	}
	if (config_get(cfg, CFG_PM + PCI_PM_CTRL, 2) & PCI_PM_CTRL_STATE_MASK)
		cfg->slept = true;
}

static bool config_decodes(const struct ivgpu_config *cfg)
{
	return config_get(cfg, PCI_COMMAND, 2) & PCI_COMMAND_MEMORY;
}

/* In D3 nothing but config space answers (PCI PM 1.2, 5.4.1). */
bool ivgpu_config_memory_on(const struct ivgpu_config *cfg)
{
	return config_decodes(cfg) &&
	       !(config_get(cfg, CFG_PM + PCI_PM_CTRL, 2) & PCI_PM_CTRL_STATE_MASK);
}

bool ivgpu_config_use_memory(struct ivgpu_config *cfg)
{
	if (!ivgpu_config_memory_on(cfg))
		return false;
	cfg->slept = false;
	return true;
}

bool ivgpu_config_msi_on(const struct ivgpu_config *cfg)
{
	return config_get(cfg, CFG_MSI + PCI_MSI_FLAGS, 2) & PCI_MSI_FLAGS_ENABLE;
}

bool ivgpu_config_intx_on(const struct ivgpu_config *cfg)
{
	return !ivgpu_config_msi_on(cfg) &&
	       !(config_get(cfg, PCI_COMMAND, 2) & PCI_COMMAND_INTX_DISABLE);
}

void ivgpu_config_set_intx(struct ivgpu_config *cfg, bool level)
{
	u32 status = config_get(cfg, PCI_STATUS, 2) & ~PCI_STATUS_INTERRUPT;

	config_put(cfg->space + PCI_STATUS, status | (level ? PCI_STATUS_INTERRUPT : 0), 2);
}

u64 ivgpu_config_bar(const struct ivgpu_config *cfg, unsigned int bar)
{
	u32 offset = PCI_BASE_ADDRESS_0 + 4 * bar;

	if (!config_decodes(cfg))
		return 0;
	return (config_get(cfg, offset, 4) & ~0xfu) | (u64)config_get(cfg, offset + 4, 4) << 32;
}
