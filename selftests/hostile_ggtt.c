// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks by GGTT address: commands that write to, read from or execute what lies outside
 * the vGPU's partition.
 */
#include "hostile.h"

static uint32_t own_end(struct duel *d)
{
	return d->evil.high_base + d->evil.high_size;
}

static void sdi(struct duel *d, struct cmds *c)
{
	emit_store(c, true, d->foreign, 0x666);
}

static void sdi_qword(struct duel *d, struct cmds *c)
{
	EMIT(c, (MI_STORE_DATA_IMM + 1) | MI_STORE_QWORD | MI_USE_GGTT, d->foreign, 0, 6, 6);
}

static void sdi_host(struct duel *d, struct cmds *c)
{
	emit_store(c, true, 0x1000, 0x666);
}

static void sdi_zero(struct duel *d, struct cmds *c)
{
	emit_store(c, true, 0, 0x666);
}

static void sdi_last_page(struct duel *d, struct cmds *c)
{
	emit_store(c, true, 0xfffff000, 0x666);
}

static void sdi_just_before(struct duel *d, struct cmds *c)
{
	emit_store(c, true, d->evil.high_base - 4, 0x666);
}

static void sdi_just_after(struct duel *d, struct cmds *c)
{
	emit_store(c, true, own_end(d), 0x666);
}

/* The first dword is inside, the second not. */
static void sdi_across_end(struct duel *d, struct cmds *c)
{
	EMIT(c, (MI_STORE_DATA_IMM + 1) | MI_STORE_QWORD | MI_USE_GGTT, own_end(d) - 4, 0, 6, 6);
}

static void sdi_high_dword(struct duel *d, struct cmds *c)
{
	emit_store(c, true, d->mark.ggtt | BIT_ULL(32), 0x666);
}

static void sdi_all_ones(struct duel *d, struct cmds *c)
{
	emit_store(c, true, ~3ull, 0x666);
}

static void sdi_longer(struct duel *d, struct cmds *c)
{
	EMIT(c, (MI_STORE_DATA_IMM + 5) | MI_USE_GGTT, d->foreign, 0, 6, 6, 6, 6, 6);
}

ATTACK_ENGINES(store, IN_RING, REFUSED, sdi, "address audit of MI_STORE_DATA_IMM")
ATTACK_ENGINES(store_privileged, IN_GGTT_BATCH, REFUSED, sdi, "scan of GGTT batches")
ATTACK_ENGINES(store_user, IN_PPGTT_BATCH, HARMLESS, sdi, "user batches stay non-privileged")
ATTACK(store_qword, RCS, IN_RING, REFUSED, sdi_qword, "extent of a qword store")
ATTACK(store_host, RCS, IN_RING, REFUSED, sdi_host, "lower bound of the partition")
ATTACK(store_zero, BCS, IN_RING, REFUSED, sdi_zero, "lower bound of the partition")
ATTACK(store_last_page, VCS, IN_RING, REFUSED, sdi_last_page, "upper bound of the partition")
ATTACK(store_just_before, RCS, IN_RING, REFUSED, sdi_just_before, "lower bound, exact")
ATTACK(store_just_after, RCS, IN_RING, REFUSED, sdi_just_after, "upper bound, exact")
ATTACK(store_across_end, RCS, IN_RING, REFUSED, sdi_across_end, "whole extent is audited")
ATTACK(store_high_dword, RCS, IN_RING, REFUSED, sdi_high_dword, "upper address dword")
ATTACK(store_all_ones, VECS, IN_RING, REFUSED, sdi_all_ones, "upper address dword")
ATTACK(store_longer, RCS, IN_RING, REFUSED, sdi_longer, "length rule of MI_STORE_DATA_IMM")

static void pc(struct duel *d, struct cmds *c, uint32_t flags, uint32_t lo, uint32_t hi)
{
	EMIT(c, PIPE_CONTROL, flags | PC_CS_STALL, lo, hi, 0x666, 0x666);
}

static void pc_qw(struct duel *d, struct cmds *c)
{
	pc(d, c, PC_QW_WRITE | PC_GGTT, d->foreign, 0);
}

static void pc_time(struct duel *d, struct cmds *c)
{
	pc(d, c, PC_TIMESTAMP | PC_GGTT, d->foreign, 0);
}

static void pc_depth(struct duel *d, struct cmds *c)
{
	pc(d, c, PC_DEPTH_COUNT | PC_GGTT, d->foreign, 0);
}

static void pc_high(struct duel *d, struct cmds *c)
{
	pc(d, c, PC_QW_WRITE | PC_GGTT, d->mark.ggtt, 1);
}

static void pc_across(struct duel *d, struct cmds *c)
{
	pc(d, c, PC_QW_WRITE | PC_GGTT, own_end(d) - 4, 0);
}

static void pc_index(struct duel *d, struct cmds *c)
{
	pc(d, c, PC_QW_WRITE | PC_STORE_INDEX | PC_GGTT, 0xff8 + 8, 0);
}

static void pc_short(struct duel *d, struct cmds *c)
{
	EMIT(c, PIPE_CONTROL - 1, PC_CS_STALL | PC_QW_WRITE | PC_GGTT, d->foreign, 0, 0x666);
}

ATTACK(pipe_control_qw, RCS, IN_RING, REFUSED, pc_qw, "post-sync address of PIPE_CONTROL")
ATTACK(pipe_control_time, RCS, IN_RING, REFUSED, pc_time, "post-sync address, timestamp")
ATTACK(pipe_control_depth, RCS, IN_RING, REFUSED, pc_depth, "post-sync address, depth count")
ATTACK(pipe_control_high, RCS, IN_RING, REFUSED, pc_high, "upper address dword")
ATTACK(pipe_control_across, RCS, IN_RING, REFUSED, pc_across, "extent of the qword")
ATTACK(pipe_control_short, RCS, IN_RING, REFUSED, pc_short, "PIPE_CONTROL of other lengths")
ATTACK(pipe_control_privileged, RCS, IN_GGTT_BATCH, REFUSED, pc_qw, "scan of GGTT batches")
ATTACK(pipe_control_user, RCS, IN_PPGTT_BATCH, HARMLESS, pc_qw, "user batches non-privileged")
ATTACK(pipe_control_index, RCS, IN_RING, HARMLESS, pc_index, "index beyond the status page")

static void flush(struct duel *d, struct cmds *c, unsigned int dwords, uint32_t flags,
		  uint32_t lo, uint32_t hi)
{
	const uint32_t dw[6] = { MI_FLUSH_DW(dwords) | flags, lo, hi, 0x666, 0x666, 0 };

	cmds_add(c, dw, dwords);
}

/* No room for the upper half of the address: what follows would be taken for it. */
static void flush2(struct duel *d, struct cmds *c)
{
	flush(d, c, 2, FLUSH_DW_WRITE, d->foreign | FLUSH_DW_ADDR_GGTT, 0);
}

static void flush4(struct duel *d, struct cmds *c)
{
	flush(d, c, 4, FLUSH_DW_WRITE, d->foreign | FLUSH_DW_ADDR_GGTT, 0);
}

static void flush5(struct duel *d, struct cmds *c)
{
	flush(d, c, 5, FLUSH_DW_WRITE, d->foreign | FLUSH_DW_ADDR_GGTT, 0);
}

static void flush6(struct duel *d, struct cmds *c)
{
	flush(d, c, 6, FLUSH_DW_WRITE, d->foreign | FLUSH_DW_ADDR_GGTT, 0);
}

static void flush_time(struct duel *d, struct cmds *c)
{
	flush(d, c, 5, FLUSH_DW_TIMESTAMP, d->foreign | FLUSH_DW_ADDR_GGTT, 0);
}

static void flush_high(struct duel *d, struct cmds *c)
{
	flush(d, c, 5, FLUSH_DW_WRITE, d->mark.ggtt | FLUSH_DW_ADDR_GGTT, 1);
}

static void flush_index(struct duel *d, struct cmds *c)
{
	flush(d, c, 4, FLUSH_DW_WRITE | FLUSH_DW_STORE_INDEX, 0x2000 | FLUSH_DW_ADDR_GGTT, 0);
}

ATTACK(flush_dw_2_bcs, BCS, IN_RING, REFUSED, flush2, "post-sync operation of a short form")
ATTACK(flush_dw_2_vecs, VECS, IN_GGTT_BATCH, REFUSED, flush2, "post-sync operation of a short form")
ATTACK(flush_dw_4_bcs, BCS, IN_RING, REFUSED, flush4, "MI_FLUSH_DW of 4 dwords")
ATTACK(flush_dw_4_vcs, VCS, IN_RING, REFUSED, flush4, "MI_FLUSH_DW of 4 dwords")
ATTACK(flush_dw_5_bcs, BCS, IN_RING, REFUSED, flush5, "MI_FLUSH_DW of 5 dwords")
ATTACK(flush_dw_5_vcs, VCS, IN_RING, REFUSED, flush5, "MI_FLUSH_DW of 5 dwords")
ATTACK(flush_dw_5_vecs, VECS, IN_RING, REFUSED, flush5, "MI_FLUSH_DW of 5 dwords")
ATTACK(flush_dw_6_bcs, BCS, IN_RING, REFUSED, flush6, "length rule of MI_FLUSH_DW")
ATTACK(flush_dw_time_vcs, VCS, IN_RING, REFUSED, flush_time, "MI_FLUSH_DW timestamp")
ATTACK(flush_dw_high_vecs, VECS, IN_RING, REFUSED, flush_high, "upper address dword")
ATTACK(flush_dw_5_privileged, BCS, IN_GGTT_BATCH, REFUSED, flush5, "scan of GGTT batches")
ATTACK(flush_dw_index_bcs, BCS, IN_RING, HARMLESS, flush_index, "index beyond the page")

static void srm(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_SRM | MI_USE_GGTT, RCS_BASE + RING_GPR(0), d->foreign, 0);
}

static void lrm(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_LRM | MI_USE_GGTT, RCS_BASE + RING_GPR(0), d->foreign, 0);
	EMIT(c, MI_SRM | MI_USE_GGTT, RCS_BASE + RING_GPR(0), d->mark.ggtt + 8, 0);
}

static void copy_out(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_COPY_MEM_MEM | COPY_MEM_SRC_GGTT | COPY_MEM_DST_GGTT, d->mark.ggtt + 8, 0,
	     d->foreign, 0);
}

static void copy_in(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_COPY_MEM_MEM | COPY_MEM_SRC_GGTT | COPY_MEM_DST_GGTT, d->foreign, 0,
	     d->mark.ggtt + 8, 0);
}

static void atomic(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_ATOMIC | MI_USE_GGTT | MI_ATOMIC_OP(MI_ATOMIC_INC4), d->foreign, 0);
}

static void perf(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_REPORT_PERF_COUNT, d->foreign | 1, 0, 0x666);
}

static void semaphore(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_SEMAPHORE_WAIT | MI_USE_GGTT | MI_SEMAPHORE_POLL | MI_SEMAPHORE_EQ,
	     CANARY(0), d->foreign, 0);
}

static void cond_end(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_COND_BATCH_END | MI_USE_GGTT | BIT(21), 0x666, d->foreign, 0);
}

static void update_gtt(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_UPDATE_GTT | MI_USE_GGTT | 1, d->foreign, (uint32_t)d->mark.gpa | 1);
}

static void clflush(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_CLFLUSH | MI_USE_GGTT | 1, d->foreign, 0);
}

static void flip(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_DISPLAY_FLIP, 0x1000, d->foreign);
}

static void run_foreign(struct duel *d, struct cmds *c)
{
	emit_batch(c, true, d->foreign);
}

static void run_host(struct duel *d, struct cmds *c)
{
	emit_batch(c, true, 0x2000);
}

static void run_high(struct duel *d, struct cmds *c)
{
	emit_batch(c, true, d->batch.ggtt | BIT_ULL(32));
}

static void store_index(struct duel *d, struct cmds *c)
{
	EMIT(c, MI_STORE_DATA_INDEX, 0x1000, 0x666);
}

ATTACK(srm_rcs, RCS, IN_RING, REFUSED, srm, "address of MI_STORE_REGISTER_MEM")
ATTACK(srm_privileged, RCS, IN_GGTT_BATCH, REFUSED, srm, "scan of GGTT batches")
ATTACK(srm_user, RCS, IN_PPGTT_BATCH, HARMLESS, srm, "user batches non-privileged")
ATTACK(lrm_rcs, RCS, IN_RING, REFUSED, lrm, "address of MI_LOAD_REGISTER_MEM")
ATTACK(copy_from_foreign, RCS, IN_RING, REFUSED, copy_out, "source of MI_COPY_MEM_MEM")
ATTACK(copy_to_foreign, RCS, IN_RING, REFUSED, copy_in, "target of MI_COPY_MEM_MEM")
ATTACK_ENGINES(atomic, IN_RING, REFUSED, atomic, "address of MI_ATOMIC")
ATTACK(report_perf, RCS, IN_RING, REFUSED, perf, "address of MI_REPORT_PERF_COUNT")
ATTACK_ENGINES(semaphore, IN_RING, REFUSED, semaphore, "address of MI_SEMAPHORE_WAIT")
ATTACK(cond_batch_end, RCS, IN_GGTT_BATCH, REFUSED, cond_end, "MI_CONDITIONAL_BATCH_BUFFER_END")
ATTACK_ENGINES(update_gtt, IN_RING, REFUSED, update_gtt, "MI_UPDATE_GTT is forbidden")
ATTACK(clflush, RCS, IN_RING, REFUSED, clflush, "address of MI_CLFLUSH")
ATTACK(flip_rcs, RCS, IN_RING, REFUSED, flip, "MI_DISPLAY_FLIP surface")
ATTACK(flip_bcs, BCS, IN_RING, REFUSED, flip, "MI_DISPLAY_FLIP surface")
ATTACK_ENGINES(run_foreign, IN_RING, REFUSED, run_foreign, "start address of a GGTT batch")
ATTACK(run_host, RCS, IN_RING, REFUSED, run_host, "start address of a GGTT batch")
ATTACK(run_high, RCS, IN_RING, REFUSED, run_high, "upper dword of a batch address")
ATTACK(store_index, BCS, IN_RING, REFUSED, store_index, "index of MI_STORE_DATA_INDEX")

/* What a status page address outside the partition would overwrite: the CSB. */
static bool hwsp_foreign(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	vgpu_write(&d->evil, engine_rows[id].base + RING_HWS_PGA, d->foreign);
	duel_send(d, id, IN_RING, &c, 500);
	return true;
}

static bool hwsp_host(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };

	vgpu_write(&d->evil, engine_rows[id].base + RING_HWS_PGA, 0x1000);
	duel_send(d, id, IN_RING, &c, 500);
	return true;
}

ACT(hwsp_foreign_rcs, RCS, hwsp_foreign, "status page lies in the partition")
ACT(hwsp_foreign_bcs, BCS, hwsp_foreign, "status page lies in the partition")
ACT(hwsp_foreign_vcs, VCS, hwsp_foreign, "status page lies in the partition")
ACT(hwsp_foreign_vecs, VECS, hwsp_foreign, "status page lies in the partition")
ACT(hwsp_host, RCS, hwsp_host, "status page lies in the partition")

TEST_PROGRAM_MAIN
