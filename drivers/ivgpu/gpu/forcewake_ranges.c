// SPDX-License-Identifier: GPL-2.0
/*
 * Which power domains must be awake for a register to be accessed.
 */
#include <linux/kernel.h>

#include "forcewake_ranges.h"

#define RENDER	BIT(IVGPU_FW_RENDER)
#define GT	BIT(IVGPU_FW_GT)
#define MEDIA	BIT(IVGPU_FW_MEDIA)

/* Each row ends where the next begins. Gen9; from i915 intel_uncore.c, __gen9_fw_ranges. */
static const struct {
	u32 end;
	u8 domains;
} ranges[] = {
	{ 0x00b00, GT },
	{ 0x02000, 0 },
	{ 0x02700, RENDER },
	{ 0x03000, GT },
	{ 0x04000, RENDER },
	{ 0x05200, GT },
	{ 0x08000, RENDER },
	{ 0x08130, GT },
	{ 0x08140, MEDIA },
	{ 0x08160, RENDER },
	{ 0x08300, GT },
	{ 0x08500, RENDER },
	{ 0x08800, GT },
	{ 0x08a00, MEDIA },
	{ 0x08c00, GT },
	{ 0x08d00, RENDER },
	{ 0x09400, GT },
	{ 0x09800, RENDER | MEDIA },
	{ 0x0b000, GT },
	{ 0x0b480, RENDER },
	{ 0x0d000, GT },
	{ 0x0d800, MEDIA },
	{ 0x0e000, GT },
	{ 0x0e900, RENDER },
	{ 0x12000, GT },
	{ 0x14000, MEDIA },
	{ 0x1a000, GT },
	{ 0x1ea00, MEDIA },
	{ 0x24400, GT },
	{ 0x24800, RENDER },
	{ 0x30000, GT },
	{ 0x40000, MEDIA },
};

/* Hardware keeps a write to these until the domain wakes; gen8_shadowed_regs there. */
static const u32 kept_writes[] = { 0x2030, 0xa008, 0xa00c, 0x12030, 0x1a030, 0x22030 };

/* The forcewake requests themselves (same file, fw_domain_init) and their acknowledgments. */
static const u32 requests[] = { 0xa278, 0xa188, 0xa270, 0x0d84, 0x0d88, 0x130044 };

/**
 * ivgpu_forcewake_for_read() - domains that a read needs
 * @offset: of the register
 *
 * Return: bits of enum ivgpu_fw_domain.
 */
unsigned int ivgpu_forcewake_for_read(u32 offset)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++)
		if (offset == requests[i])
			return 0;
	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		if (offset < ranges[i].end)
			return ranges[i].domains;
	return 0;
}

/**
 * ivgpu_forcewake_for_write() - domains that a write needs
 * @offset: of the register
 *
 * Return: bits of enum ivgpu_fw_domain.
 */
unsigned int ivgpu_forcewake_for_write(u32 offset)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kept_writes); i++)
		if (offset == kept_writes[i])
			return 0;
	return ivgpu_forcewake_for_read(offset);
}
