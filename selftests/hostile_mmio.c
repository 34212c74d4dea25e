// SPDX-License-Identifier: GPL-2.0
/*
 * Attacks by register access: submission registers, reset, g2v notifications, display and
 * power registers written with nonsense, in any size and order.
 */
#include <stdlib.h>

#include "hostile.h"

static void reg(struct duel *d, uint32_t r, uint32_t value)
{
	vgpu_write(&d->evil, r, value);
}

static uint32_t base(enum engine_id id)
{
	return engine_rows[id].base;
}

static bool elsp_zero(struct duel *d, enum engine_id id)
{
	elsp_write(&d->evil.engine[id], 0, 0);
	return true;
}

static bool elsp_ones(struct duel *d, enum engine_id id)
{
	elsp_write(&d->evil.engine[id], ~0ull, ~0ull);
	return true;
}

static bool elsp_only_second(struct duel *d, enum engine_id id)
{
	elsp_write(&d->evil.engine[id], 0, lrc_desc(&d->lrc[id]));
	return true;
}

static bool elsp_same_twice(struct duel *d, enum engine_id id)
{
	elsp_write(&d->evil.engine[id], lrc_desc(&d->lrc[id]), lrc_desc(&d->lrc[id]));
	sleep_ms(50);
	return true;
}

static bool elsp_other_engines_context(struct duel *d, enum engine_id id)
{
	elsp_write(&d->evil.engine[id], lrc_desc(&d->lrc[(id + 1) % ENGINES]), 0);
	sleep_ms(50);
	return true;
}

static bool elsp_32_bit_context(struct duel *d, enum engine_id id)
{
	uint64_t desc = lrc_desc(&d->lrc[id]);

	elsp_write(&d->evil.engine[id], (desc & ~DESC_LEGACY_64B) | DESC_LEGACY_32B, 0);
	sleep_ms(50);
	return true;
}

static bool elsp_without_ppgtt(struct duel *d, enum engine_id id)
{
	elsp_write(&d->evil.engine[id], lrc_desc(&d->lrc[id]) & ~DESC_PRIVILEGE, 0);
	sleep_ms(50);
	return true;
}

static bool elsp_reserved_bits(struct duel *d, enum engine_id id)
{
	elsp_write(&d->evil.engine[id], lrc_desc(&d->lrc[id]) | 0xe00, 0);
	sleep_ms(50);
	return true;
}

/* The module's own context ids must not be confused with a guest's. */
static bool elsp_id_of_host(struct duel *d, enum engine_id id)
{
	uint64_t desc = (uint32_t)lrc_desc(&d->lrc[id]);

	elsp_write(&d->evil.engine[id], desc | 0xffffffffull << 32, 0);
	sleep_ms(50);
	elsp_write(&d->evil.engine[id], desc, 0);
	sleep_ms(50);
	return true;
}

/*
 * For attacks that leave nothing of the attacker's own set-up: judge now, reset the device
 * as a guest that reboots does, and start both over.
 */
static bool judge_and_renew(struct duel *d)
{
	const char *wrong = duel_victim_wrong(d);

	if (wrong) {
		ksft_print_msg("%s\n", wrong);
		return false;
	}
	if (vfio_reset(&d->evil.dev))
		return false;
	duel_close(d);
	return !duel_open(d);
}

/* Many submissions without waiting for any. */
static bool elsp_flood(struct duel *d, enum engine_id id)
{
	int i;

	for (i = 0; i < 2000; i++) {
		ring_finish(&d->lrc[id]);
		engine_submit(&d->lrc[id], NULL);
	}
	return true;
}

/* Three of the four writes, then a reset, then the fourth. */
static bool elsp_torn(struct duel *d, enum engine_id id)
{
	uint64_t desc = lrc_desc(&d->lrc[id]);

	reg(d, base(id) + RING_ELSP, 0);
	reg(d, base(id) + RING_ELSP, 0);
	reg(d, base(id) + RING_ELSP, desc >> 32);
	reg(d, GDRST, engine_rows[id].reset_bit);
	reg(d, base(id) + RING_ELSP, (uint32_t)desc);
	return true;
}

static bool elsp_odd_sizes(struct duel *d, enum engine_id id)
{
	uint8_t data[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	size_t n;
	int i;

	for (n = 1; n <= 8; n++)
		for (i = 0; i < 4; i++)
			vfio_write(&d->evil.dev, VFIO_PCI_BAR0_REGION_INDEX,
				   base(id) + RING_ELSP + i, data, n);
	return true;
}

static bool elsp_while_stopped(struct duel *d, enum engine_id id)
{
	reg(d, base(id) + RING_MI_MODE, MASKED_ON(MI_MODE_STOP));
	ring_finish(&d->lrc[id]);
	engine_submit(&d->lrc[id], NULL);
	sleep_ms(50);
	return true;
}

static bool elsp_without_execlists(struct duel *d, enum engine_id id)
{
	reg(d, base(id) + RING_MODE, MASKED_OFF(RING_MODE_EXECLIST));
	ring_finish(&d->lrc[id]);
	engine_submit(&d->lrc[id], NULL);
	sleep_ms(50);
	return true;
}

/* Legacy ring registers: no engine of ours takes them. */
static bool legacy_ring(struct duel *d, enum engine_id id)
{
	reg(d, base(id) + RING_START, d->foreign);
	reg(d, base(id) + RING_CTL, (RING_BYTES - PAGE) | 1);
	reg(d, base(id) + RING_HEAD, 0);
	reg(d, base(id) + RING_TAIL, 0x100);
	sleep_ms(50);
	return true;
}

static bool csb_pointer_nonsense(struct duel *d, enum engine_id id)
{
	struct cmds c = { 0 };
	uint32_t i;

	for (i = 0; i < 16; i++)
		reg(d, base(id) + RING_CSB_PTR, 0xffff0000 | i << 8 | (15 - i));
	duel_send(d, id, IN_RING, &c, 500);
	return true;
}

ACT(elsp_zero_rcs, RCS, elsp_zero, "valid bit of the first element")
ACT(elsp_zero_vcs, VCS, elsp_zero, "valid bit of the first element")
ACT(elsp_ones_rcs, RCS, elsp_ones, "descriptor's fields")
ACT(elsp_ones_bcs, BCS, elsp_ones, "descriptor's fields")
ACT(elsp_only_second, RCS, elsp_only_second, "second element alone")
ACT(elsp_same_twice, RCS, elsp_same_twice, "same context in both elements")
ACT(elsp_other_engine, RCS, elsp_other_engines_context, "context of another engine")
ACT(elsp_other_engine_vecs, VECS, elsp_other_engines_context, "context of another engine")
ACT(elsp_32_bit, RCS, elsp_32_bit_context, "addressing mode")
ACT(elsp_without_ppgtt, RCS, elsp_without_ppgtt, "privilege bit of the descriptor")
ACT(elsp_reserved, BCS, elsp_reserved_bits, "reserved bits of the descriptor")
ACT(elsp_id_of_host, RCS, elsp_id_of_host, "context ids are the module's own")
ACT(elsp_flood_rcs, RCS, elsp_flood, "bounded queue")
ACT(elsp_flood_vecs, VECS, elsp_flood, "bounded queue")
ACT(elsp_torn, RCS, elsp_torn, "reset forgets a half-written element")
ACT(elsp_odd_sizes, VCS, elsp_odd_sizes, "access sizes of the submission port")
ACT(elsp_while_stopped, RCS, elsp_while_stopped, "stopped engine")
ACT(elsp_without_execlists, BCS, elsp_without_execlists, "execlist enable")
ACT(legacy_ring_rcs, RCS, legacy_ring, "legacy ring registers are virtual only")
ACT(legacy_ring_bcs, BCS, legacy_ring, "legacy ring registers are virtual only")
ACT(csb_pointer, RCS, csb_pointer_nonsense, "CSB pointers stay in range")

static bool gdrst_all_bits(struct duel *d, enum engine_id id)
{
	int i;

	for (i = 0; i < 32; i++)
		reg(d, GDRST, BIT(i));
	reg(d, GDRST, ~0u);
	return true;
}

static bool gdrst_storm(struct duel *d, enum engine_id id)
{
	int i;

	for (i = 0; i < 300; i++) {
		ring_finish(&d->lrc[id]);
		engine_submit(&d->lrc[id], NULL);
		reg(d, GDRST, i & 1 ? GDRST_FULL : engine_rows[id].reset_bit);
	}
	return true;
}

static bool reset_ctl_storm(struct duel *d, enum engine_id id)
{
	int i;

	for (i = 0; i < 500; i++)
		reg(d, base(id) + RING_RESET_CTL,
		    i & 1 ? MASKED_ON(RESET_CTL_REQUEST) : MASKED_OFF(RESET_CTL_REQUEST));
	return true;
}

static bool vfio_reset_storm(struct duel *d, enum engine_id id)
{
	int i;

	for (i = 0; i < 30; i++) {
		ring_finish(&d->lrc[id]);
		engine_submit(&d->lrc[id], NULL);
		if (vfio_reset(&d->evil.dev))
			return false;
	}
	return judge_and_renew(d);
}

ACT(gdrst_bits, RCS, gdrst_all_bits, "GDRST is virtual")
ACT(gdrst_storm_rcs, RCS, gdrst_storm, "resets during submission")
ACT(gdrst_storm_bcs, BCS, gdrst_storm, "resets during submission")
ACT(reset_ctl_storm, VCS, reset_ctl_storm, "RESET_CTL is virtual")
ACT(device_reset_storm, RCS, vfio_reset_storm, "device resets during submission")

static bool g2v_all_codes(struct duel *d, enum engine_id id)
{
	uint32_t i;

	for (i = 0; i < 64; i++)
		reg(d, PVINFO_G2V, i);
	reg(d, PVINFO_G2V, ~0u);
	return true;
}

static bool g2v_bad_roots(struct duel *d, enum engine_id id)
{
	static const uint64_t roots[] = {
		0, 1, 0xfff, ~0ull, 0x7ffffff000, 0xfee00000, 0x8000000000000000ull,
	};
	size_t i;
	int n;

	for (i = 0; i < ARRAY_SIZE(roots); i++) {
		for (n = 0; n < 4; n++) {
			reg(d, PVINFO_PDP(n, 0), (uint32_t)roots[i]);
			reg(d, PVINFO_PDP(n, 1), roots[i] >> 32);
		}
		reg(d, PVINFO_G2V, G2V_L4_CREATE);
		reg(d, PVINFO_G2V, G2V_L3_CREATE);
		reg(d, PVINFO_G2V, G2V_L4_DESTROY);
		reg(d, PVINFO_G2V, G2V_L3_DESTROY);
	}
	return true;
}

static bool g2v_destroy_twice(struct duel *d, enum engine_id id)
{
	ppgtt_withdraw(&d->evil, &d->evil.pp);
	ppgtt_withdraw(&d->evil, &d->evil.pp);
	ppgtt_publish(&d->evil, &d->evil.pp);
	return true;
}

/* As many roots as guest memory has pages: bounded memory in the module. */
static bool g2v_create_flood(struct duel *d, enum engine_id id)
{
	struct ppgtt pp = { .mem = &d->evil.mem };
	uint32_t i;

	for (i = 0; i < 4000; i++) {
		pp.root = d->evil.mem.base + (uint64_t)i * PAGE;
		ppgtt_publish(&d->evil, &pp);
	}
	return true;
}

ACT(g2v_codes, RCS, g2v_all_codes, "notification codes")
ACT(g2v_roots, RCS, g2v_bad_roots, "roots in guest memory only")
ACT(g2v_destroy_twice, RCS, g2v_destroy_twice, "references of roots")
ACT(g2v_create_flood, BCS, g2v_create_flood, "bounded number of roots")

static bool display_nonsense(struct duel *d, enum engine_id id)
{
	uint32_t r;

	for (r = 0x60000; r < 0x73000; r += 4)
		reg(d, r, 0xffffffff);
	for (r = 0x64010; r < 0x64400; r += 0x100)
		reg(d, r, 0xdfffffff);
	for (r = 0xc5100; r < 0xc5130; r += 4)
		reg(d, r, 0xffffffff);
	return true;
}

static bool power_nonsense(struct duel *d, enum engine_id id)
{
	uint32_t r;

	for (r = 0x45000; r < 0x47000; r += 4)
		reg(d, r, 0);
	for (r = 0xa000; r < 0xa400; r += 4)
		reg(d, r, ~0u);
	return true;
}

static bool fences_nonsense(struct duel *d, enum engine_id id)
{
	uint32_t i;

	for (i = 0; i < 32; i++) {
		reg(d, FENCE(i), ~0u);
		reg(d, FENCE(i) + 4, ~0u);
	}
	return true;
}

/* Everything below the GGTT, with three patterns, and random ones in random sizes. */
static bool sweep_ones(struct duel *d, enum engine_id id)
{
	uint32_t r;

	for (r = 0; r < 0x200000; r += 4)
		reg(d, r, 0xffffffff);
	return true;
}

static bool sweep_random(struct duel *d, enum engine_id id)
{
	uint64_t value;
	int i;

	srandom(1);
	for (i = 0; i < 200000; i++) {
		value = (uint64_t)random() << 33 ^ random();
		vfio_write(&d->evil.dev, VFIO_PCI_BAR0_REGION_INDEX, random() % 0x200000, &value,
			   1 + random() % 8);
	}
	return true;
}

static bool ggtt_random(struct duel *d, enum engine_id id)
{
	uint64_t value;
	int i;

	srandom(2);
	for (i = 0; i < 100000; i++) {
		value = (uint64_t)random() << 33 ^ random();
		vfio_write(&d->evil.dev, VFIO_PCI_BAR0_REGION_INDEX,
			   BAR0_GGTT + random() % GGTT_PTES, &value, 1 + random() % 8);
		if (!(i % 1000))
			ggtt_flush(&d->evil);
	}
	return judge_and_renew(d);
}

static bool irq_nonsense(struct duel *d, enum engine_id id)
{
	uint32_t r;

	for (r = 0x44200; r < 0x44500; r += 4) {
		reg(d, r, ~0u);
		reg(d, r, 0);
	}
	return true;
}

static bool sweep_ones_then_reset(struct duel *d, enum engine_id id)
{
	return sweep_ones(d, id) && judge_and_renew(d);
}

static bool sweep_random_then_reset(struct duel *d, enum engine_id id)
{
	return sweep_random(d, id) && judge_and_renew(d);
}

ACT(display_nonsense, RCS, display_nonsense, "display registers are virtual")
ACT(power_nonsense, RCS, power_nonsense, "power registers are virtual")
ACT(fences_nonsense, RCS, fences_nonsense, "fences of the partition alone")
ACT(interrupt_nonsense, RCS, irq_nonsense, "interrupt registers")
ACT(sweep_ones, RCS, sweep_ones_then_reset, "register table")
ACT(sweep_random, RCS, sweep_random_then_reset, "register table")
ACT(ggtt_random, RCS, ggtt_random, "GGTT entries")

TEST_PROGRAM_MAIN
