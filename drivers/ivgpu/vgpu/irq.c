// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual interrupt tree. Two tables say what it looks like (offsets and
 * bits from i915 i915_reg.h, gt/intel_gt_regs.h, gt/intel_gt_irq.c):
 * the groups of registers with the bits of the master control they feed, and
 * where each command streamer's bits sit.
 *
 * A guest pays five accesses for an interrupt, so a message goes out only when
 * none is out already, and events that nobody waits for may be kept back by a
 * timer until the next one, or until their time is over.
 */
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/string.h>

#include "../compat.h"
#include "irq.h"

#define MASTER_ENABLE	BIT(31)

/* @low, @high: bits of the master control that the two halves of IIR & IER set. */
struct irq_group {
	u32 offset;
	u32 low, high;
};

enum { GT0, GT1, GT2, GT3, PIPE_A, PIPE_B, PIPE_C, PORT, MISC, PCU, SDE };

static_assert(PIPE_A == (int)IVGPU_IRQ_PIPE_A && SDE == (int)IVGPU_IRQ_SDE);

static const struct irq_group irq_groups[IVGPU_NUM_IRQ_GROUPS] = {
	[GT0]	 = { 0x44300, BIT(0), BIT(1) },
	[GT1]	 = { 0x44310, BIT(2), BIT(3) },
	[GT2]	 = { 0x44320, BIT(4), BIT(5) },
	[GT3]	 = { 0x44330, BIT(6), 0 },
	[PIPE_A] = { 0x44400, BIT(16), BIT(16) },
	[PIPE_B] = { 0x44410, BIT(17), BIT(17) },
	[PIPE_C] = { 0x44420, BIT(18), BIT(18) },
	[PORT]	 = { 0x44440, BIT(20), BIT(20) },
	[MISC]	 = { 0x44460, BIT(22), BIT(22) },
	[PCU]	 = { 0x444e0, BIT(30), BIT(30) },
	[SDE]	 = { 0xc4000, BIT(23), BIT(23) },
};

struct irq_engine {
	u8 group;
	u8 shift;
};

static const struct irq_engine irq_engines[IVGPU_NUM_ENGINES] = {
	[IVGPU_RCS0]  = { GT0, 0 },
	[IVGPU_BCS0]  = { GT0, 16 },
	[IVGPU_VCS0]  = { GT1, 0 },
	[IVGPU_VCS1]  = { GT1, 16 },
	[IVGPU_VECS0] = { GT3, 0 },
};

/* Bits of the master control that are up. Lock held. */
static u32 pending(const struct ivgpu_virq *irq)
{
	u32 bits, master = 0;
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_IRQ_GROUPS; i++) {
		bits = irq->regs[i][IVGPU_IIR] & irq->regs[i][IVGPU_IER];
		if (bits & 0xffff)
			master |= irq_groups[i].low;
		if (bits >> 16)
			master |= irq_groups[i].high;
	}
	return master;
}

/*
 * Lock held: is it time for a message? What the timer keeps back goes along.
 */
static bool must_inject(struct ivgpu_virq *irq)
{
	if (!pending(irq)) {
		irq->sent = false;
		return false;
	}
	if (!irq->enabled || irq->sent)
		return false;
	irq->sent = true;
	irq->waiting = false;
	irq->stats.messages++;
	return true;
}

static enum hrtimer_restart timer_expired(struct hrtimer *timer)
{
	struct ivgpu_virq *irq = container_of(timer, struct ivgpu_virq, timer);
	unsigned long flags;
	bool inject;

	spin_lock_irqsave(&irq->lock, flags);
	inject = irq->waiting && must_inject(irq);
	irq->waiting = false;
	spin_unlock_irqrestore(&irq->lock, flags);
	if (inject)
		irq->inject(irq->owner);
	return HRTIMER_NORESTART;
}

void ivgpu_virq_init(struct ivgpu_virq *irq, void (*inject)(void *owner), void *owner)
{
	memset(irq, 0, sizeof(*irq));
	spin_lock_init(&irq->lock);
	irq->inject = inject;
	irq->owner = owner;
	ivgpu_hrtimer_setup(&irq->timer, timer_expired);
	ivgpu_virq_reset(irq);
}

void ivgpu_virq_fini(struct ivgpu_virq *irq)
{
	hrtimer_cancel(&irq->timer);
}

void ivgpu_virq_reset(struct ivgpu_virq *irq)
{
	unsigned long flags;
	unsigned int i;

	spin_lock_irqsave(&irq->lock, flags);
	memset(irq->regs, 0, sizeof(irq->regs));
	for (i = 0; i < IVGPU_NUM_IRQ_GROUPS; i++)
		irq->regs[i][IVGPU_IMR] = ~0u;
	memset(irq->ring_imr, 0xff, sizeof(irq->ring_imr));
	irq->enabled = false;
	irq->sent = false;
	irq->waiting = false;
	spin_unlock_irqrestore(&irq->lock, flags);
}

/**
 * ivgpu_virq_patience_us - how long the message for an engine's event may be kept back
 * @bits: of the command streamer's interrupt, IVGPU_INT_...
 * @more: the engine has announced more, or what happened is news for nobody
 *
 * That a list was taken tells a driver nothing that it does not find in its status
 * page when it has the next list ready; what runs keeps the engine busy meanwhile. A user
 * interrupt comes from inside a context whose completion, with a second message,
 * mostly follows at once; but somebody waits for it.
 *
 * Any context, no lock.
 *
 * Return: microseconds; 0: not at all.
 */
unsigned int ivgpu_virq_patience_us(u32 bits, bool more)
{
	if (bits == IVGPU_INT_USER)
		return more ? 1000 : 100;
	return more && bits == IVGPU_INT_CONTEXT_SWITCH ? 4000 : 0;
}

void ivgpu_virq_engine(struct ivgpu_virq *irq, enum ivgpu_engine_id engine, u32 bits,
		       unsigned int wait_us)
{
	const struct irq_engine *where = &irq_engines[engine];
	bool inject = false, start = false;
	unsigned long flags;
	u32 *regs, wanted;
	ktime_t until;

	spin_lock_irqsave(&irq->lock, flags);
	irq->stats.events++;
	regs = irq->regs[where->group];
	/* the streamer's own mask has the bits where the group has them */
	bits = (bits & 0xffff) << where->shift & ~irq->ring_imr[engine] & ~regs[IVGPU_IMR];
	regs[IVGPU_IIR] |= bits;
	/* What the guest has masked hurries nothing that waits. */
	wanted = bits & regs[IVGPU_IER];
	if (wanted && !wait_us) {
		inject = must_inject(irq);
	} else if (wanted && !irq->sent && irq->enabled) {
		until = ktime_add_us(ktime_get(), wait_us);
		start = !irq->waiting || ktime_before(until, irq->until);
		irq->waiting = true;
		if (start)
			irq->until = until;
	}
	spin_unlock_irqrestore(&irq->lock, flags);
	if (start)
		hrtimer_start(&irq->timer, until, HRTIMER_MODE_ABS);
	if (inject)
		irq->inject(irq->owner);
}

void ivgpu_virq_display(struct ivgpu_virq *irq, enum ivgpu_irq_display group, u32 bits)
{
	unsigned long flags;
	bool inject;

	spin_lock_irqsave(&irq->lock, flags);
	irq->stats.events++;
	irq->regs[group][IVGPU_IIR] |= bits & ~irq->regs[group][IVGPU_IMR];
	inject = must_inject(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	if (inject)
		irq->inject(irq->owner);
}

u32 ivgpu_virq_wanted(struct ivgpu_virq *irq, enum ivgpu_irq_display group, u32 bits)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	bits &= irq->regs[group][IVGPU_IER] & ~irq->regs[group][IVGPU_IMR];
	spin_unlock_irqrestore(&irq->lock, flags);
	return bits;
}

void ivgpu_virq_set_state(struct ivgpu_virq *irq, enum ivgpu_irq_display group, u32 bits, bool on)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	irq->regs[group][IVGPU_ISR] &= ~bits;
	if (on)
		irq->regs[group][IVGPU_ISR] |= bits;
	spin_unlock_irqrestore(&irq->lock, flags);
}

bool ivgpu_virq_level(struct ivgpu_virq *irq)
{
	unsigned long flags;
	bool level;

	spin_lock_irqsave(&irq->lock, flags);
	level = irq->enabled && pending(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	return level;
}

void ivgpu_virq_resend(struct ivgpu_virq *irq)
{
	unsigned long flags;
	bool inject;

	spin_lock_irqsave(&irq->lock, flags);
	irq->sent = false;
	inject = must_inject(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	if (inject)
		irq->inject(irq->owner);
}

u32 ivgpu_virq_master_read(struct ivgpu_virq *irq)
{
	unsigned long flags;
	u32 value;

	spin_lock_irqsave(&irq->lock, flags);
	value = pending(irq) | (irq->enabled ? MASTER_ENABLE : 0);
	spin_unlock_irqrestore(&irq->lock, flags);
	return value;
}

/* The guest's handler begins by switching the master off and ends by switching it on. */
void ivgpu_virq_master_write(struct ivgpu_virq *irq, u32 value)
{
	unsigned long flags;
	bool inject;

	spin_lock_irqsave(&irq->lock, flags);
	irq->enabled = value & MASTER_ENABLE;
	irq->sent = false;
	inject = must_inject(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	if (inject)
		irq->inject(irq->owner);
}

/* The register at @offset, or NULL. */
static u32 *find(struct ivgpu_virq *irq, u32 offset, enum ivgpu_irq_reg *which)
{
	unsigned int i;

	for (i = 0; i < IVGPU_NUM_IRQ_GROUPS; i++) {
		if (offset - irq_groups[i].offset < 4 * IVGPU_NUM_IRQ_REGS) {
			*which = (offset - irq_groups[i].offset) / 4;
			return irq->regs[i];
		}
	}
	return NULL;
}

u32 ivgpu_virq_read(struct ivgpu_virq *irq, u32 offset)
{
	enum ivgpu_irq_reg which;
	unsigned long flags;
	u32 *regs, value = 0;

	spin_lock_irqsave(&irq->lock, flags);
	regs = find(irq, offset, &which);
	if (regs)
		value = regs[which];
	spin_unlock_irqrestore(&irq->lock, flags);
	return value;
}

void ivgpu_virq_write(struct ivgpu_virq *irq, u32 offset, u32 value)
{
	enum ivgpu_irq_reg which;
	unsigned long flags;
	bool inject;
	u32 *regs;

	spin_lock_irqsave(&irq->lock, flags);
	regs = find(irq, offset, &which);
	if (regs && which == IVGPU_IIR)
		regs[which] &= ~value;
	else if (regs && which != IVGPU_ISR)
		regs[which] = value;
	inject = must_inject(irq);
	spin_unlock_irqrestore(&irq->lock, flags);
	if (inject)
		irq->inject(irq->owner);
}

u32 ivgpu_virq_ring_imr_read(struct ivgpu_virq *irq, enum ivgpu_engine_id engine)
{
	return READ_ONCE(irq->ring_imr[engine]);
}

void ivgpu_virq_ring_imr_write(struct ivgpu_virq *irq, enum ivgpu_engine_id engine, u32 value)
{
	unsigned long flags;

	spin_lock_irqsave(&irq->lock, flags);
	irq->ring_imr[engine] = value;
	spin_unlock_irqrestore(&irq->lock, flags);
}
