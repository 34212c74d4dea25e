// SPDX-License-Identifier: GPL-2.0
/*
 * The register page (page 1) of a context image.
 *
 * Hardware executes this page when it restores a context, and resumes a batch at
 * the address that it finds there. So nothing but a few values is taken from a
 * guest: ring head and tail (checked), timestamp and general purpose registers.
 * Headers and register offsets are those that hardware itself saved (golden);
 * ring, page tables, workaround batches and control are ours; where a batch
 * resumes is only what hardware wrote into our own copy.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "context_image.h"

/* Dwords of the ring context: lists as of i915 gt/intel_lrc.c, gen8 and gen9 offsets. */
#define OWN_DWORDS_GEN8		0x44
#define OWN_DWORDS_GEN9		0xaa

#define CTXCTRL_RESTORE_INHIBIT		BIT(0)
#define CTXCTRL_INHIBIT_SYN_SWITCH	BIT(3)
/* Synchronous switches inhibited; restore, save and resource streamer bits off. */
#define CTXCTRL_OURS	(0xfu << 16 | CTXCTRL_INHIBIT_SYN_SWITCH)

#define LRI_FORCE_POSTED	BIT(12)

/* Where a command or a register offset stands, and not a value. */
struct list {
	u8 header;
	u8 last_value;
};

static const struct list lists[] = {
	{ 0x01, 0x1d },
	{ 0x21, 0x33 },
	{ 0x41, 0x43 },
	{ 0x51, 0xa9 },
};

u32 ivgpu_image_own_dwords(unsigned int gen)
{
	return gen >= 9 ? OWN_DWORDS_GEN9 : OWN_DWORDS_GEN8;
}

/**
 * ivgpu_image_has_wa - can contexts of this engine have workaround batches
 * @engine: the engine
 * @gen: 8 or 9
 *
 * Return: whether they can.
 */
bool ivgpu_image_has_wa(enum ivgpu_engine_id engine, unsigned int gen)
{
	return engine == IVGPU_RCS0 || gen >= 9;
}

/* The guest's lists must have the shape that hardware gives them; their values are free here. */
static bool same_shape(unsigned int gen, const u32 *golden, const u32 *page)
{
	unsigned int i, dw;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		if (lists[i].header >= ivgpu_image_own_dwords(gen))
			break;
		dw = lists[i].header;
		if ((golden[dw] ^ page[dw]) & ~LRI_FORCE_POSTED)
			return false;
		for (dw++; dw < lists[i].last_value; dw += 2)
			if (golden[dw] != page[dw])
				return false;
	}
	return true;
}

static void parse_values(enum ivgpu_engine_id engine, unsigned int gen, const u32 *page,
			 struct ivgpu_image_guest *guest)
{
	unsigned int i;

	guest->ctxctrl = page[IVGPU_IMAGE_CTXCTRL];
	guest->inhibit = guest->ctxctrl & CTXCTRL_RESTORE_INHIBIT &&
			 guest->ctxctrl >> 16 & CTXCTRL_RESTORE_INHIBIT;
	guest->head = page[IVGPU_IMAGE_HEAD] & IVGPU_RING_HEAD_MASK;
	guest->tail = page[IVGPU_IMAGE_TAIL];
	guest->start = page[IVGPU_IMAGE_START];
	guest->ctl = page[IVGPU_IMAGE_CTL];
	guest->ring_size = (guest->ctl & IVGPU_RING_CTL_SIZE) + IVGPU_PAGE_SIZE;
	guest->bb[0] = page[IVGPU_IMAGE_BBADDR_UDW];
	guest->bb[1] = page[IVGPU_IMAGE_BBADDR];
	guest->bb[2] = page[IVGPU_IMAGE_BBSTATE];
	if (ivgpu_image_has_wa(engine, gen)) {
		guest->wa_per_ctx = page[IVGPU_IMAGE_WA_PER_CTX];
		guest->wa_indirect = page[IVGPU_IMAGE_WA_INDIRECT];
		guest->wa_offset = page[IVGPU_IMAGE_WA_OFFSET];
	}
	for (i = 0; i < 8; i++)
		guest->pdp[i] = page[IVGPU_IMAGE_PDP3_UDW + 2 * i];
	for (i = 0; i < 4; i++)
		guest->roots[i] = (u64)guest->pdp[6 - 2 * i] << 32 | guest->pdp[7 - 2 * i];
	guest->rpcs = page[IVGPU_IMAGE_RPCS];
}

/**
 * ivgpu_image_parse - read and check a guest's register page
 * @engine: the engine
 * @gen: 8 or 9
 * @golden: the register page that hardware saved
 * @page: our copy of the guest's
 * @guest: filled in
 * @why: on failure, what is wrong, in words
 *
 * Return: 0 or -EINVAL.
 */
int ivgpu_image_parse(enum ivgpu_engine_id engine, unsigned int gen, const u32 *golden,
		      const u32 *page, struct ivgpu_image_guest *guest, const char **why)
{
	memset(guest, 0, sizeof(*guest));
	if (!same_shape(gen, golden, page)) {
		*why = "context image is not laid out as hardware lays it out";
		return -EINVAL;
	}
	parse_values(engine, gen, page, guest);
	if (!(guest->ctl & IVGPU_RING_CTL_VALID))
		*why = "ring is not enabled in the context image";
	else if (guest->start & (IVGPU_PAGE_SIZE - 1))
		*why = "ring start is not page aligned";
	else if (guest->head >= guest->ring_size)
		*why = "ring head lies outside the ring";
	else if (guest->tail & ~IVGPU_RING_TAIL_MASK || guest->tail >= guest->ring_size)
		*why = "ring tail lies outside the ring";
	else
		return 0;
	return -EINVAL;
}

/**
 * ivgpu_image_resumes - is this the context as we showed it last
 * @guest: what the guest's register page says now
 * @shown: the register page as we copied it out last
 *
 * A guest that has put the ring elsewhere, or has set the batch state anew,
 * starts afresh at its head; else the context goes on where hardware left it.
 *
 * Return: whether it goes on.
 */
bool ivgpu_image_resumes(const struct ivgpu_image_guest *guest, const u32 *shown)
{
	return !guest->inhibit &&
	       guest->head == (shown[IVGPU_IMAGE_HEAD] & IVGPU_RING_HEAD_MASK) &&
	       guest->start == shown[IVGPU_IMAGE_START] &&
	       guest->ctl == shown[IVGPU_IMAGE_CTL] &&
	       guest->bb[0] == shown[IVGPU_IMAGE_BBADDR_UDW] &&
	       guest->bb[1] == shown[IVGPU_IMAGE_BBADDR] &&
	       guest->bb[2] == shown[IVGPU_IMAGE_BBSTATE];
}

/**
 * ivgpu_image_set_roots - name the page tables in a register page
 * @shadow: the page
 * @roots: four page directory pointers; with four levels the first is the PML4
 */
void ivgpu_image_set_roots(u32 *shadow, const u64 roots[4])
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		shadow[IVGPU_IMAGE_PDP0_LDW - 4 * i] = lower_32_bits(roots[i]);
		shadow[IVGPU_IMAGE_PDP0_LDW - 4 * i - 2] = upper_32_bits(roots[i]);
	}
}

static void build_own(enum ivgpu_engine_id engine, unsigned int gen,
		      const struct ivgpu_image_guest *guest, const struct ivgpu_image_own *own,
		      u32 *shadow)
{
	shadow[IVGPU_IMAGE_CTXCTRL] = CTXCTRL_OURS;
	shadow[IVGPU_IMAGE_HEAD] = guest->head;
	shadow[IVGPU_IMAGE_TAIL] = guest->tail;
	shadow[IVGPU_IMAGE_START] = own->start;
	shadow[IVGPU_IMAGE_CTL] = own->ctl;
	if (ivgpu_image_has_wa(engine, gen)) {
		shadow[IVGPU_IMAGE_WA_PER_CTX] = own->wa_per_ctx;
		shadow[IVGPU_IMAGE_WA_INDIRECT] = own->wa_indirect;
		shadow[IVGPU_IMAGE_WA_OFFSET] = own->wa_offset;
	}
	ivgpu_image_set_roots(shadow, own->roots);
}

/**
 * ivgpu_image_build - make the register page that hardware is given
 * @engine: the engine
 * @gen: 8 or 9
 * @golden: the register page that hardware saved at bring-up
 * @page: our copy of the guest's; what follows the ring context has been audited
 * @guest: the same, parsed
 * @own: our values
 * @resume: keep what hardware saved in @shadow (see ivgpu_image_resumes())
 * @shadow: made in place
 */
void ivgpu_image_build(enum ivgpu_engine_id engine, unsigned int gen, const u32 *golden,
		       const u32 *page, const struct ivgpu_image_guest *guest,
		       const struct ivgpu_image_own *own, bool resume, u32 *shadow)
{
	const u32 *rest = guest->inhibit ? golden : page;
	u32 n = ivgpu_image_own_dwords(gen);
	unsigned int i;

	if (!resume)
		memcpy(shadow, golden, n * sizeof(u32));
	build_own(engine, gen, guest, own, shadow);
	if (!guest->inhibit) {
		shadow[IVGPU_IMAGE_TIMESTAMP] = page[IVGPU_IMAGE_TIMESTAMP];
		if (n > IVGPU_IMAGE_GPR_LAST)
			for (i = IVGPU_IMAGE_GPR_FIRST; i <= IVGPU_IMAGE_GPR_LAST; i += 2)
				shadow[i] = page[i];
	}
	memcpy(shadow + n, rest + n, (IVGPU_IMAGE_PAGE_DWORDS - n) * sizeof(u32));
}

/**
 * ivgpu_image_show - make the register page that the guest is given back
 * @engine: the engine
 * @gen: 8 or 9
 * @guest: the values that are the guest's own
 * @shadow: the page as hardware saved it
 * @page: filled in
 */
void ivgpu_image_show(enum ivgpu_engine_id engine, unsigned int gen,
		      const struct ivgpu_image_guest *guest, const u32 *shadow, u32 *page)
{
	unsigned int i;

	memcpy(page, shadow, IVGPU_PAGE_SIZE);
	page[IVGPU_IMAGE_CTXCTRL] = guest->ctxctrl & ~CTXCTRL_RESTORE_INHIBIT;
	page[IVGPU_IMAGE_START] = guest->start;
	page[IVGPU_IMAGE_CTL] = guest->ctl;
	if (ivgpu_image_has_wa(engine, gen)) {
		page[IVGPU_IMAGE_WA_PER_CTX] = guest->wa_per_ctx;
		page[IVGPU_IMAGE_WA_INDIRECT] = guest->wa_indirect;
		page[IVGPU_IMAGE_WA_OFFSET] = guest->wa_offset;
	}
	for (i = 0; i < 8; i++)
		page[IVGPU_IMAGE_PDP3_UDW + 2 * i] = guest->pdp[i];
	page[IVGPU_IMAGE_RPCS] = guest->rpcs;
}
