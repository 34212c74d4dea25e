// SPDX-License-Identifier: GPL-2.0
/*
 * What commands may do with registers and with GGTT addresses: the register
 * table put as questions that the command audit asks. Pure but for the vGPU's
 * partition, which never changes while it exists.
 */
#include "vgpu_state.h"

/* A command that may not have its register gets this one: a number that means nothing. */
#define RING_NOPID	0x94

/* FORCE_TO_NONPRIV (i915 gt/intel_engine_regs.h). */
#define NONPRIV_ADDRESS	GENMASK(25, 2)
#define NONPRIV_ACCESS	GENMASK(29, 28)
#define NONPRIV_RD	BIT(28)
#define NONPRIV_WR	BIT(29)
#define NONPRIV_DENY	BIT(30)
#define NONPRIV_RANGE	GENMASK(1, 0)

static const u32 ring_bases[IVGPU_NUM_ENGINES] = {
	[IVGPU_RCS0]  = 0x02000,
	[IVGPU_BCS0]  = 0x22000,
	[IVGPU_VCS0]  = 0x12000,
	[IVGPU_VCS1]  = 0x1c000,
	[IVGPU_VECS0] = 0x1a000,
};

static u8 needed_access(enum ivgpu_reg_access access)
{
	switch (access) {
	case IVGPU_REG_LOAD_IMM:
		return IVGPU_CMD_LRI;
	case IVGPU_REG_WRITE:
		return IVGPU_CMD_LOAD;
	default:
		return IVGPU_CMD_STORE;
	}
}

/* Another engine may run another vGPU: its registers are not to be seen, but for time. */
static bool foreign(const struct ivgpu_reg_slot *slot, enum ivgpu_engine_id engine)
{
	return slot->reg->class != IVGPU_REG_GLOBAL && slot->engine != (int)engine;
}

static enum ivgpu_reg_verdict judge_register(const void *owner, enum ivgpu_engine_id engine,
					     enum ivgpu_reg_access access, u32 *offset, u32 *value)
{
	const struct ivgpu_vgpu *vgpu = owner;
	const struct ivgpu_reg_slot *slot;
	unsigned int n = ivgpu_regmap_find(vgpu->map, *offset);

	if (!n || *offset % 4)
		return IVGPU_REG_REFUSE;
	slot = &vgpu->map->slots[n];
	if (foreign(slot, engine))
		return IVGPU_REG_REFUSE;
	if (slot->reg->access & needed_access(access))
		return IVGPU_REG_ALLOW;
	if (access != IVGPU_REG_READ && slot->reg->access & IVGPU_CMD_DROP) {
		*offset = ring_bases[engine] + RING_NOPID;
		return IVGPU_REG_REPLACE;
	}
	return IVGPU_REG_REFUSE;
}

static bool judge_ggtt(const void *owner, u64 addr, u64 len)
{
	const struct ivgpu_vgpu *vgpu = owner;

	return ivgpu_vggtt_owns(vgpu->vggtt, addr, len);
}

const struct ivgpu_cmd_policy ivgpu_vgpu_cmd_policy = {
	.reg = judge_register,
	.ggtt = judge_ggtt,
};

/* May batches of @engine have the register at @offset, as @access says? */
static bool nonpriv_allowed(const struct ivgpu_regmap *map, enum ivgpu_engine_id engine,
			    u32 offset, u32 access)
{
	unsigned int n = ivgpu_regmap_find(map, offset);
	const struct ivgpu_reg_slot *slot = &map->slots[n];
	u8 need = IVGPU_CMD_RW;

	if (!n || foreign(slot, engine))
		return false;
	if (access == NONPRIV_RD)
		return slot->reg->access & IVGPU_CMD_STORE;
	if (access == NONPRIV_WR)
		need = IVGPU_CMD_LRI | IVGPU_CMD_LOAD;
	return slot->reg->class == IVGPU_REG_CONTEXT && (slot->reg->access & need) == need;
}

/*
 * Access and denial came with Coffee Lake (i915 gt/intel_engine_regs.h, its
 * RING_FORCE_TO_NONPRIV_*; gt/intel_workarounds.c, cfl_whitelist_build). An older GPU may take a
 * slot that denies a register for one that opens it.
 */
bool ivgpu_policy_nonpriv_qualified(const struct ivgpu_device_info *info)
{
	return info->platform == IVGPU_COFFEELAKE || info->platform == IVGPU_COMETLAKE;
}

u32 ivgpu_policy_nonpriv(const struct ivgpu_regmap *map, enum ivgpu_engine_id engine, u32 base,
			 u32 value, bool qualified)
{
	u32 access = value & NONPRIV_ACCESS;
	u32 dwords = 1u << (2 * (value & NONPRIV_RANGE));
	u32 first = value & NONPRIV_ADDRESS & ~(dwords * 4 - 1);
	u32 i;

	if (!qualified && value & (NONPRIV_ACCESS | NONPRIV_DENY))
		return base + RING_NOPID;
	if (value & NONPRIV_DENY || value == base + RING_NOPID)
		return value;
	for (i = 0; i < dwords; i++)
		if (access == NONPRIV_ACCESS ||
		    !nonpriv_allowed(map, engine, first + 4 * i, access))
			return base + RING_NOPID;
	return value;
}
