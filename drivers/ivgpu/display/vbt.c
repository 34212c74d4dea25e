// SPDX-License-Identifier: GPL-2.0
/*
 * The Video BIOS Table: one HDMI port, DDI B, its EDID on GMBUS pin 5. Layout and
 * numbers: i915 display/intel_vbt_defs.h and intel_bios.c.
 */
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <asm/byteorder.h>

#include "vbt.h"

#define BDB_VERSION		205	/* of which child devices have 38 bytes */
#define BLOCK_FEATURES		1
#define BLOCK_DEFINITIONS	2

#define HANDLE_EFP1		0x0004
#define TYPE_HDMI		0x60d2
#define PORT_HDMI_B		1
#define PIN_DPB			5
#define SUPPORTS_HDMI		0x1
#define SUPPORTS_TMDS		0x4

struct vbt_block {
	u8 id;
	__le16 size;
} __packed;

struct vbt_child {
	__le16 handle;
	__le16 type;
	u8 unused[12];
	u8 port;
	u8 i2c_pin;
	u8 i2c_address;
	u8 ddc_pin;
	u8 edid[2];
	u8 config;
	u8 flags;
	u8 supports;
	u8 rest[13];
} __packed;

struct vbt {
	char signature[20];
	__le16 version;
	__le16 header_size;
	__le16 size;
	u8 checksum;
	u8 reserved;
	__le32 bdb_offset;
	__le32 aim_offset[4];
	struct {
		char signature[16];
		__le16 version;
		__le16 header_size;
		__le16 size;
	} __packed bdb;
	struct vbt_block features_block;
	u8 features[5];			/* nothing but external displays */
	struct vbt_block definitions_block;
	struct {
		u8 crt_pin;
		u8 dpms;
		u8 boot_display[2];
		u8 child_size;
		struct vbt_child child;
	} __packed definitions;
} __packed;

static_assert(sizeof(struct vbt_child) == 38);
static_assert(sizeof(struct vbt) <= IVGPU_VBT_SIZE);

#define BDB_OFFSET	offsetof(struct vbt, bdb)
#define SIZE_OF(field)	cpu_to_le16(sizeof_field(struct vbt, field))

static const struct vbt table = {
	.signature = "$VBT IVGPU         ",
	.version = cpu_to_le16(100),
	.header_size = cpu_to_le16(BDB_OFFSET),
	.size = cpu_to_le16(sizeof(struct vbt)),
	.bdb_offset = cpu_to_le32(BDB_OFFSET),
	.bdb = {
		.signature = "BIOS_DATA_BLOCK",
		.version = cpu_to_le16(BDB_VERSION),
		.header_size = SIZE_OF(bdb),
		.size = cpu_to_le16(sizeof(struct vbt) - BDB_OFFSET),
	},
	.features_block = { BLOCK_FEATURES, SIZE_OF(features) },
	.definitions_block = { BLOCK_DEFINITIONS, SIZE_OF(definitions) },
	.definitions = {
		.child_size = sizeof(struct vbt_child),
		.child = {
			.handle = cpu_to_le16(HANDLE_EFP1),
			.type = cpu_to_le16(TYPE_HDMI),
			.port = PORT_HDMI_B,
			.ddc_pin = PIN_DPB,
			.supports = SUPPORTS_HDMI | SUPPORTS_TMDS,
		},
	},
};

/**
 * ivgpu_vbt_fill() - the table
 * @vbt: filled in; all bytes add up to 0
 */
void ivgpu_vbt_fill(u8 vbt[IVGPU_VBT_SIZE])
{
	u8 sum = 0;
	unsigned int i;

	memset(vbt, 0, IVGPU_VBT_SIZE);
	memcpy(vbt, &table, sizeof(table));
	for (i = 0; i < sizeof(table); i++)
		sum += vbt[i];
	vbt[offsetof(struct vbt, checksum)] = -sum;
}
