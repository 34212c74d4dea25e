// SPDX-License-Identifier: GPL-2.0
/*
 * Shadow rings: what the guest put between the last scanned offset and its new
 * tail is copied, audited in the copy, and only then put into the ring that
 * hardware reads.
 */
#include <linux/slab.h>

#include "exec_internal.h"
#include "ring_delta.h"

#define MI_ARB_ON_OFF		0x08
#define MI_BATCH_BUFFER_START	0x31

#define RING_START_REG	0x38
#define RING_HEAD_REG	0x34

/**
 * ivgpu_shadow_ring_setup - a shadow ring for what the guest's image says
 * @ctx: the context; it is not queued
 * @guest: its register page
 * @why: on failure, in words
 *
 * A ring that moved or changed its size is not trusted any more. guestmem lock
 * held; may sleep.
 *
 * Return: 0 or -errno.
 */
int ivgpu_shadow_ring_setup(struct ivgpu_shadow_ctx *ctx, const struct ivgpu_image_guest *guest,
			    struct ivgpu_refusal *why)
{
	struct ivgpu_vexec *vx = ctx->ve->vx;
	struct ivgpu_shadow_ring *ring = &ctx->ring;
	u64 generation;
	int ret;

	if (!ivgpu_vggtt_owns(vx->p.vggtt, guest->start, guest->ring_size)) {
		ivgpu_refuse(why, IVGPU_REFUSED_GGTT_ADDRESS,
			     "ring lies outside the vGPU's GGTT ranges");
		return -EINVAL;
	}
	if (ring->size != guest->ring_size) {
		ivgpu_shadow_ring_fini(ctx);
		ret = ivgpu_own_mem_init(vx, &ring->mem, guest->ring_size);
		if (ret) {
			ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "no room for a shadow ring");
			return ret;
		}
		ring->size = guest->ring_size;
	}
	generation = ivgpu_vggtt_generation(vx->p.vggtt, guest->start, guest->ring_size);
	if (ring->guest_start != guest->start || ring->generation != generation)
		ring->trusted = false;
	ring->guest_start = guest->start;
	ring->generation = generation;
	return 0;
}

static int copy_span(struct ivgpu_shadow_ctx *ctx, const struct ivgpu_ring_span *span, u32 *buf)
{
	struct ivgpu_vengine *ve = ctx->ve;
	int ret;

	ret = ivgpu_vengine_copy_in(ve, ctx->ring.guest_start + span->start, buf, span->first);
	if (!ret && span->second)
		ret = ivgpu_vengine_copy_in(ve, ctx->ring.guest_start,
					    (u8 *)buf + span->first, span->second);
	return ret;
}

/*
 * A stretch that does not start more batches than the scanner can report. It
 * ends before the command that switches arbitration off for the first batch too
 * many, because the scanner must see the two together.
 */
static u32 piece_dwords(struct ivgpu_vengine *ve, const u32 *dw, u32 ndw)
{
	u32 pos = 0, arb = 0, batches = 0, len;

	while (pos < ndw) {
		len = ivgpu_cmd_length(ve->id, ve->vx->gen, dw[pos]);
		if (!len || len > ndw - pos)
			break;
		if (dw[pos] >> 23 == MI_ARB_ON_OFF) {
			arb = pos;
		} else if (dw[pos] >> 23 == MI_BATCH_BUFFER_START) {
			if (batches++ == IVGPU_CMD_MAX_BATCHES)
				return arb ?: pos;
			arb = 0;
		}
		pos += len;
	}
	return ndw;
}

static int scan_pieces(struct ivgpu_shadow_ctx *ctx, struct ivgpu_cmd_scan *scan, u32 *dw, u32 ndw,
		       u32 ring_offset, struct ivgpu_refusal *why)
{
	int ret;

	while (ndw) {
		scan->dw = dw;
		scan->ndw = piece_dwords(ctx->ve, dw, ndw);
		ivgpu_cmd_scan(scan);
		ctx->ve->stats.replaced += scan->replaced;
		if (scan->result == IVGPU_CMD_PARTIAL)
			scan->reason = IVGPU_CMD_LENGTH;
		if (scan->result != IVGPU_CMD_OK) {
			ivgpu_refuse_command(why, scan, "ring", ctx->ring.guest_start,
					     (ring_offset + scan->offset) % ctx->ring.size);
			return -EPERM;
		}
		ret = ivgpu_shadow_batches(ctx, scan, ring_offset, why);
		if (ret)
			return ret;
		ring_offset = (ring_offset + 4 * scan->ndw) % ctx->ring.size;
		dw += scan->ndw;
		ndw -= scan->ndw;
	}
	return 0;
}

static int scan_span(struct ivgpu_shadow_ctx *ctx, u32 *buf, u32 bytes, u32 ring_offset,
		     struct ivgpu_refusal *why)
{
	struct ivgpu_vengine *ve = ctx->ve;
	struct ivgpu_cmd_scan *scan;
	int ret;

	scan = kzalloc(sizeof(*scan), GFP_KERNEL);
	if (!scan) {
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "out of memory");
		return -ENOMEM;
	}
	scan->engine = ve->id;
	scan->gen = ve->vx->gen;
	scan->space = IVGPU_CMD_RING;
	scan->policy = ve->vx->p.policy;
	scan->owner = ve->vx->p.owner;
	scan->budget = &ve->budget;
	ret = scan_pieces(ctx, scan, buf, bytes / 4, ring_offset, why);
	kfree(scan);
	return ret;
}

static int copy_and_scan(struct ivgpu_shadow_ctx *ctx, u32 from, u32 to, struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ring *ring = &ctx->ring;
	struct ivgpu_ring_span span = ivgpu_ring_span(from, to, ring->size);
	u32 bytes = span.first + span.second;
	u32 *buf;
	int ret;

	if (!bytes)
		return 0;
	buf = ivgpu_vengine_staging(ctx->ve, bytes);
	if (!buf) {
		ivgpu_refuse(why, IVGPU_REFUSED_RESOURCES, "out of memory");
		return -ENOMEM;
	}
	if (copy_span(ctx, &span, buf)) {
		ivgpu_refuse(why, IVGPU_REFUSED_UNMAPPED, "ring is not mapped in the GGTT");
		return -EFAULT;
	}
	ret = scan_span(ctx, buf, bytes, from, why);
	if (ret)
		return ret;
	memcpy(ring->mem.vaddr + span.start, buf, span.first);
	if (span.second)
		memcpy(ring->mem.vaddr, (u8 *)buf + span.first, span.second);
	return 0;
}

u32 ivgpu_shadow_ring_head(struct ivgpu_shadow_ctx *ctx)
{
	struct ivgpu_engine *engine = ctx->ve->engine;
	struct ivgpu_gpu *gpu = ctx->ve->vx->p.gpu;
	u32 base = ivgpu_engine_mmio_base(engine);
	u32 start = lower_32_bits(ctx->ring.mem.node.start);
	u32 head;

	if (ivgpu_mmio_read(gpu, base + RING_START_REG) != start)
		return ctx->seen_head;
	head = ivgpu_mmio_read(gpu, base + RING_HEAD_REG) & IVGPU_RING_HEAD_MASK;
	if (head >= ctx->ring.size || ivgpu_mmio_read(gpu, base + RING_START_REG) != start)
		return ctx->seen_head;
	return head;
}

/*
 * The ring of a context that is queued already, perhaps running: what hardware
 * may still read must not change. Only what lies beyond the last scanned offset
 * is written.
 *
 * A tail that went back is not taken: hardware may have passed it before it
 * learns of it. It would then go round the ring through commands that nobody
 * vouches for any more, or be inside of what the next tail has written over,
 * and take operands for commands. So what was submitted once runs. A driver
 * cannot count on more: i915, where it takes a tail back, first has the ring wait
 * at a semaphore, lest hardware be past it (gt/intel_execlists_submission.c,
 * execlists_dequeue()).
 */
static int update_live(struct ivgpu_shadow_ctx *ctx, u32 tail, struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ring *ring = &ctx->ring;
	enum ivgpu_ring_verdict verdict;
	int ret;

	if (tail == ring->scanned)
		return 0;
	verdict = ivgpu_ring_compare(ctx->seen_head, ring->scanned, tail, ring->size);
	if (verdict == IVGPU_RING_REWOUND) {
		u32 head = ivgpu_shadow_ring_head(ctx);

		if (head != ctx->seen_head)
			ctx->head_stale = true;
		ctx->seen_head = head;
		verdict = ivgpu_ring_compare(head, ring->scanned, tail, ring->size);
	}
	if (verdict == IVGPU_RING_REWOUND) {
		ctx->ve->stats.tails_back++;
		return 0;
	}
	ret = copy_and_scan(ctx, ring->scanned, tail, why);
	if (!ret)
		ring->scanned = tail;
	return ret;
}

/**
 * ivgpu_shadow_ring_update - bring the shadow ring up to a new tail
 * @ctx: the context
 * @head: where execution will start; not used when the context is queued
 * @tail: the guest's tail, below the ring's size; where @ctx is queued and has a
 *	later one already, that one
 * @whole: history is not to be trusted: scan from @head
 * @why: on failure, in words
 *
 * guestmem lock held; may sleep.
 *
 * Return: 0 or -errno.
 */
int ivgpu_shadow_ring_update(struct ivgpu_shadow_ctx *ctx, u32 head, u32 *tail, bool whole,
			     struct ivgpu_refusal *why)
{
	struct ivgpu_shadow_ring *ring = &ctx->ring;
	u32 from = ring->scanned;
	int ret;

	lockdep_assert_held(&ivgpu_vengine_gm(ctx->ve)->lock);
	if (ctx->queued) {
		ret = update_live(ctx, *tail, why);
		*tail = ring->scanned;
		return ret;
	}
	if (whole || !ring->trusted ||
	    ivgpu_ring_compare(head, from, *tail, ring->size) == IVGPU_RING_REWOUND)
		from = head;
	ring->trusted = false;
	ret = copy_and_scan(ctx, from, *tail, why);
	if (ret)
		return ret;
	ring->scanned = *tail;
	ring->trusted = true;
	ctx->seen_head = head;
	ctx->head_stale = false;
	return 0;
}

void ivgpu_shadow_ring_fini(struct ivgpu_shadow_ctx *ctx)
{
	ivgpu_own_mem_fini(ctx->ve->vx, &ctx->ring.mem);
	memset(&ctx->ring, 0, sizeof(ctx->ring));
}
