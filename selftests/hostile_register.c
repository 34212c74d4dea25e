// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks on registers by command: LRI, LRR, LRM, SRM and the post-sync LRI of
 * PIPE_CONTROL, to what is not the context's own.
 */
#include "hostile.h"

#define LRI_TO(fn, reg, value) \
	static void fn(struct duel *d, struct cmds *c) \
	{ \
		emit_lri(c, reg, value); \
	}

LRI_TO(lri_gdrst, GDRST, GDRST_FULL)
LRI_TO(lri_master, MASTER_IRQ, 0)
LRI_TO(lri_ier, GT_IER(0), 0)
LRI_TO(lri_pat, PAT_LO, 0)
LRI_TO(lri_fence, FENCE(0), 1)
LRI_TO(lri_flush, GFX_FLSH_CNTL, 1)
LRI_TO(lri_stolen, 0x1080c0, 0)
LRI_TO(lri_wopcm, 0x108180, ~0u)
LRI_TO(lri_pcode, PCODE_MAILBOX, BIT(31))
LRI_TO(lri_forcewake, FORCEWAKE_RENDER, MASKED_OFF(1u))
LRI_TO(lri_tlb, 0x4260, 1)
LRI_TO(lri_rps, 0xa008, 0)
LRI_TO(lri_gtt_page_size, 0x4080, ~0u)
LRI_TO(lri_gte, 0x800000, 0x1001)
LRI_TO(lri_beyond, 0x1fffffc, 1)
LRI_TO(lri_unknown, 0x7f000, 1)
LRI_TO(lri_pvinfo, PVINFO_G2V, G2V_L4_DESTROY)
LRI_TO(lri_display_power, 0x45404, 0)
LRI_TO(lri_plane, 0x7019c, 0)
LRI_TO(lri_guc, 0xc000, 1)

/* Of the engine's own block: what decides where it fetches and what runs. */
#define LRI_OWN(fn, off, value) \
	static void fn##_rcs(struct duel *d, struct cmds *c) \
	{ \
		emit_lri(c, RCS_BASE + (off), value); \
	} \
	static void fn##_bcs(struct duel *d, struct cmds *c) \
	{ \
		emit_lri(c, BCS_BASE + (off), value); \
	}

LRI_OWN(own_elsp, RING_ELSP, 1)
LRI_OWN(own_hws, RING_HWS_PGA, 0)
LRI_OWN(own_tail, RING_TAIL, 0x1000)
LRI_OWN(own_head, RING_HEAD, 0)
LRI_OWN(own_start, RING_START, 0)
LRI_OWN(own_ctl, RING_CTL, 0x1ff001)
LRI_OWN(own_mode, RING_MODE, MASKED_OFF(RING_MODE_EXECLIST))
LRI_OWN(own_mi_mode, RING_MI_MODE, MASKED_ON(MI_MODE_STOP))
LRI_OWN(own_reset, RING_RESET_CTL, MASKED_ON(RESET_CTL_REQUEST))
LRI_OWN(own_bbaddr, RING_BBADDR, 1)
LRI_OWN(own_bbstate, RING_BB_STATE, 0)
LRI_OWN(own_csb_ptr, RING_CSB_PTR, 0xffff0505)
LRI_OWN(own_imr, RING_IMR, ~0u)
LRI_OWN(own_ctx_control, RING_CTX_CONTROL, 0xffffffff)

/* Another engine's block. */
LRI_TO(other_elsp, BCS_BASE + RING_ELSP, 1)
LRI_TO(other_gpr, BCS_BASE + RING_GPR(0), 1)
LRI_TO(other_mi_mode, VCS_BASE + RING_MI_MODE, MASKED_ON(MI_MODE_STOP))
LRI_TO(other_nonpriv, VECS_BASE + RING_NONPRIV(0), GDRST)
LRI_TO(other_from_bcs, RCS_BASE + RING_HWS_PGA, 0)

#define REG_CHECK "register policy of MI_LOAD_REGISTER_IMM"
#define REG_RING(name, fn) ATTACK(name, RCS, IN_RING, REFUSED, fn, REG_CHECK)

REG_RING(gdrst, lri_gdrst)
REG_RING(master, lri_master)
REG_RING(ier, lri_ier)
REG_RING(fence, lri_fence)
REG_RING(stolen, lri_stolen)
REG_RING(wopcm, lri_wopcm)
REG_RING(pcode, lri_pcode)
REG_RING(tlb, lri_tlb)
REG_RING(rps, lri_rps)
REG_RING(gte, lri_gte)
REG_RING(beyond, lri_beyond)
REG_RING(unknown, lri_unknown)
REG_RING(pvinfo, lri_pvinfo)
REG_RING(display_power, lri_display_power)
REG_RING(plane, lri_plane)
REG_RING(guc, lri_guc)
REG_RING(other_engine_elsp, other_elsp)
REG_RING(other_engine_gpr, other_gpr)
REG_RING(other_engine_mode, other_mi_mode)
REG_RING(other_engine_nonpriv, other_nonpriv)
ATTACK(other_engine_from_bcs, BCS, IN_RING, REFUSED, other_from_bcs, REG_CHECK)
/* GT-global: the value is the host's; refused or virtual, never real */
ATTACK(pat, RCS, IN_RING, HARMLESS, lri_pat, "GT-global registers are never the guest's")
ATTACK(flush_control, RCS, IN_RING, HARMLESS, lri_flush, "GFX_FLSH_CNTL by command")
ATTACK(forcewake, RCS, IN_RING, HARMLESS, lri_forcewake, "forcewake by command is not real")
ATTACK(page_size_mode, RCS, IN_RING, HARMLESS, lri_gtt_page_size, "GT-global registers")
#define BCS_USER(name, fn) \
	ATTACK(name, BCS, IN_PPGTT_BATCH, REFUSED, fn, "BCS user batches are scanned")
/* from the blitter's user batch, where hardware holds no whitelist */
BCS_USER(bcs_user_gdrst, lri_gdrst)
BCS_USER(bcs_user_elsp, own_elsp_bcs)
BCS_USER(bcs_user_hws, own_hws_bcs)
BCS_USER(bcs_user_master, lri_master)
/* from a render user batch hardware drops it: it may run */
ATTACK(rcs_user_gdrst, RCS, IN_PPGTT_BATCH, HARMLESS, lri_gdrst, "user batches non-privileged")
ATTACK(rcs_user_elsp, RCS, IN_PPGTT_BATCH, HARMLESS, own_elsp_rcs, "user batches non-privileged")

#define OWN(name) \
	ATTACK(name##_rcs, RCS, IN_RING, REFUSED, own_##name##_rcs, REG_CHECK) \
	ATTACK(name##_bcs, BCS, IN_GGTT_BATCH, REFUSED, own_##name##_bcs, REG_CHECK)

OWN(elsp)
OWN(hws)
OWN(tail)
OWN(head)
OWN(start)
OWN(ctl)
OWN(mode)
OWN(reset)
OWN(bbaddr)
OWN(bbstate)
OWN(csb_ptr)
OWN(imr)
OWN(ctx_control)
ATTACK(stop_rcs, RCS, IN_RING, HARMLESS, own_mi_mode_rcs, "stop bit of MI_MODE by command")
ATTACK(stop_bcs, BCS, IN_GGTT_BATCH, HARMLESS, own_mi_mode_bcs, "stop bit of MI_MODE")

/* The last of many is the bad one. */
static void lri_many(struct duel *d, struct cmds *c)
{
	unsigned int i;

	EMIT(c, MI_LRI(16));
	for (i = 0; i < 15; i++)
		EMIT(c, RCS_BASE + RING_GPR(i), i);
	EMIT(c, GDRST, GDRST_FULL);
}

static void lri_longest(struct duel *d, struct cmds *c)
{
	unsigned int i;

	EMIT(c, MI_LRI(128));
	for (i = 0; i < 127; i++)
		EMIT(c, RCS_BASE + RING_GPR(i % 16), i);
	EMIT(c, RCS_BASE + RING_ELSP, 1);
}

static void lri_unaligned(struct duel *d, struct cmds *c)
{
	emit_lri(c, (GDRST) | 2, GDRST_FULL);
}

static void lri_high_bits(struct duel *d, struct cmds *c)
{
	emit_lri(c, 0x80000000u | GDRST, GDRST_FULL);
}

static void lri_posted(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRI(1) | MI_LRI_POSTED, GDRST, GDRST_FULL);
}

static void lri_even_length(struct duel *d, struct cmds *c)
{
	EMIT(c, MI(0x22, 2), RCS_BASE + RING_GPR(0), 1, GDRST, GDRST_FULL);
}

static void lri_byte_disable(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRI(1) | 0xfu << 8, GDRST, GDRST_FULL);
}

ATTACK(last_of_many, RCS, IN_RING, REFUSED, lri_many, "every register of an LRI is audited")
ATTACK(last_of_longest, RCS, IN_RING, REFUSED, lri_longest, "every register of an LRI is audited")
ATTACK(unaligned, RCS, IN_RING, HARMLESS, lri_unaligned, "low bits of the offset")
ATTACK(high_bits, RCS, IN_RING, HARMLESS, lri_high_bits, "high bits of the offset")
ATTACK(posted, RCS, IN_RING, REFUSED, lri_posted, REG_CHECK)
ATTACK(even_length, RCS, IN_RING, HARMLESS, lri_even_length, "length rule of LRI")
ATTACK(byte_disable, RCS, IN_RING, HARMLESS, lri_byte_disable, REG_CHECK)

static void lrr_to(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRR, RCS_BASE + RING_GPR(0), GDRST);
}

static void lrr_from(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRR, BCS_BASE + RING_HWS_PGA, RCS_BASE + RING_GPR(0));
}

static void lrm_to(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRM | MI_USE_GGTT, GDRST, d->mark.ggtt + 8, 0);
}

static void lrm_elsp(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRM | MI_USE_GGTT, RCS_BASE + RING_ELSP, d->mark.ggtt + 8, 0);
}

static void srm_hws(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_SRM | MI_USE_GGTT, RCS_BASE + RING_HWS_PGA, d->mark.ggtt + 8, 0);
}

static void srm_other(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_SRM | MI_USE_GGTT, BCS_BASE + RING_START, d->mark.ggtt + 8, 0);
}

static void srm_unknown(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_SRM | MI_USE_GGTT, 0x7f000, d->mark.ggtt + 8, 0);
}

static void srm_gte(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_SRM | MI_USE_GGTT, 0x800000, d->mark.ggtt + 8, 0);
}

ATTACK(lrr_target, RCS, IN_RING, REFUSED, lrr_to, "target of MI_LOAD_REGISTER_REG")
ATTACK(lrr_source, RCS, IN_RING, REFUSED, lrr_from, "source of MI_LOAD_REGISTER_REG")
ATTACK(lrm_target, RCS, IN_RING, REFUSED, lrm_to, "register of MI_LOAD_REGISTER_MEM")
ATTACK(lrm_elsp, RCS, IN_GGTT_BATCH, REFUSED, lrm_elsp, "register of MI_LOAD_REGISTER_MEM")
ATTACK(srm_hws, RCS, IN_RING, REFUSED, srm_hws, "register of MI_STORE_REGISTER_MEM")
ATTACK(srm_other, RCS, IN_RING, REFUSED, srm_other, "register of MI_STORE_REGISTER_MEM")
ATTACK(srm_unknown, RCS, IN_RING, REFUSED, srm_unknown, "register of MI_STORE_REGISTER_MEM")
ATTACK(srm_gte, RCS, IN_RING, REFUSED, srm_gte, "register of MI_STORE_REGISTER_MEM")
BCS_USER(bcs_user_lrm, lrm_to)

/* A post-sync operation of PIPE_CONTROL that loads a register. */
static void pc_lri(struct duel *d, struct cmds *c)
{
	EMIT(c, PIPE_CONTROL, PC_CS_STALL | PC_POST_LRI | PC_QW_WRITE, GDRST, 0, GDRST_FULL, 0);
}

static void pc_lri_nonpriv(struct duel *d, struct cmds *c)
{
	EMIT(c, PIPE_CONTROL, PC_CS_STALL | PC_POST_LRI | PC_QW_WRITE,
	     RCS_BASE + RING_NONPRIV(0), 0, GDRST, 0);
}

ATTACK(post_sync_lri, RCS, IN_RING, REFUSED, pc_lri, "post-sync LRI of PIPE_CONTROL")
ATTACK(post_sync_lri_nonpriv, RCS, IN_RING, REFUSED, pc_lri_nonpriv, "post-sync LRI")
ATTACK(post_sync_lri_privileged, RCS, IN_GGTT_BATCH, REFUSED, pc_lri, "post-sync LRI")

/*
 * The whitelist slots: a refused value is replaced, the request runs; a user batch that
 * then writes the register has no effect.
 */
static bool nonpriv_then_write(struct duel *d, enum engine_id id, uint32_t target, bool by_mmio)
{
	uint32_t slot = engine_rows[id].base + RING_NONPRIV(0);
	struct cmds c = { 0 };

	if (by_mmio) {
		vgpu_write(&d->evil, slot, target);
	} else {
		emit_lri(&c, slot, target);
		duel_send(d, id, IN_RING, &c, ATTACK_WAIT_MS);
	}
	c.n = 0;
	emit_lri(&c, target & 0x3fffffc, GDRST_FULL);
	duel_send(d, id, IN_PPGTT_BATCH, &c, ATTACK_WAIT_MS);
	return true;
}

/* By command nothing reaches a slot; what was meant for it is counted. */
static bool nonpriv_gdrst(struct duel *d, enum engine_id id)
{
	uint64_t before, after;

	return !stats_read(d->evil.dev.uuid, "registers_replaced_rcs0", &before) &&
	       nonpriv_then_write(d, id, GDRST, false) &&
	       !stats_read(d->evil.dev.uuid, "registers_replaced_rcs0", &after) &&
	       after == before + 1;
}

static bool nonpriv_mmio_gdrst(struct duel *d, enum engine_id id)
{
	return nonpriv_then_write(d, id, GDRST, true);
}

/* Range bits: a slot may name 4 to 64 registers at once. */
static bool nonpriv_range(struct duel *d, enum engine_id id)
{
	return nonpriv_then_write(d, id, (engine_rows[id].base + 0x200) | 3, false);
}

static bool nonpriv_other_engine(struct duel *d, enum engine_id id)
{
	return nonpriv_then_write(d, id, VCS_BASE + RING_ELSP, true);
}

static bool nonpriv_all_ones(struct duel *d, enum engine_id id)
{
	return nonpriv_then_write(d, id, ~0u, true);
}

/*
 * A register that guests may read by command, and that all vGPUs share: with a slot of its own
 * a user batch could write it for all.
 */
#define SHARED_REGISTER 0xb118

static bool shared_by_slot(struct duel *d, enum engine_id id)
{
	uint32_t slot = RCS_BASE + RING_NONPRIV(3);
	struct cmds read = { 0 }, write = { 0 };
	uint64_t before, after;
	uint32_t was;

	EMIT(&read, MI_SRM | MI_USE_GGTT, SHARED_REGISTER, d->mark.ggtt + 12, 0);
	if (stats_read(d->evil.dev.uuid, "refused_nonpriv", &before) ||
	    !lrc_run(&d->lrc[RCS], &read, 10000))
		return false;
	was = d->mark.map[3];
	vgpu_write(&d->evil, slot, SHARED_REGISTER);
	if (vgpu_read(&d->evil, slot) == SHARED_REGISTER ||
	    stats_read(d->evil.dev.uuid, "refused_nonpriv", &after) || after != before + 1)
		return false;
	emit_lri(&write, SHARED_REGISTER, ~was);
	return duel_send(d, RCS, IN_PPGTT_BATCH, &write, 5000) &&
	       lrc_run(&d->lrc[RCS], &read, 10000) && d->mark.map[3] == was;
}

ACT(nonpriv_shared_register, RCS, shared_by_slot, "values of FORCE_TO_NONPRIV")
ACT(nonpriv_by_lri, RCS, nonpriv_gdrst, "values of FORCE_TO_NONPRIV")
ACT(nonpriv_by_mmio, RCS, nonpriv_mmio_gdrst, "values of FORCE_TO_NONPRIV")
ACT(nonpriv_by_mmio_vcs, VCS, nonpriv_mmio_gdrst, "values of FORCE_TO_NONPRIV")
ACT(nonpriv_range, RCS, nonpriv_range, "range bits of FORCE_TO_NONPRIV")
ACT(nonpriv_other_engine, RCS, nonpriv_other_engine, "values of FORCE_TO_NONPRIV")
ACT(nonpriv_all_ones, VECS, nonpriv_all_ones, "values of FORCE_TO_NONPRIV")

TEST_PROGRAM_MAIN
