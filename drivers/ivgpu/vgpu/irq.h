/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtual interrupt tree of a Gen8/Gen9 GPU: master control, one group of
 * ISR, IMR, IIR, IER per unit, one mask per command streamer, one MSI out of it.
 *
 * Lock: ivgpu_virq.lock (spin, leaf). @inject is called without it.
 */
#ifndef IVGPU_VGPU_IRQ_H
#define IVGPU_VGPU_IRQ_H

#include <linux/hrtimer.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include <ivgpu/engine.h>

#define IVGPU_NUM_IRQ_GROUPS	11

/* Bits of a command streamer's interrupt (i915 gt/intel_gt_regs.h). */
#define IVGPU_INT_USER		BIT(0)
#define IVGPU_INT_CS_ERROR	BIT(3)
#define IVGPU_INT_CONTEXT_SWITCH BIT(8)

/* Groups that the display raises; by the number that irq.c has for them. */
enum ivgpu_irq_display { IVGPU_IRQ_PIPE_A = 4, IVGPU_IRQ_SDE = 10 };

enum ivgpu_irq_reg { IVGPU_ISR, IVGPU_IMR, IVGPU_IIR, IVGPU_IER, IVGPU_NUM_IRQ_REGS };

struct ivgpu_virq_stats {
	u64 events;		/* reported by the units below */
	u64 messages;		/* MSIs sent */
};

struct ivgpu_virq {
	spinlock_t lock;	/* all of this but @timer, @inject, @owner */
	u32 regs[IVGPU_NUM_IRQ_GROUPS][IVGPU_NUM_IRQ_REGS];
	u32 ring_imr[IVGPU_NUM_ENGINES];
	bool enabled;		/* master control's bit 31 */
	bool sent;		/* a message is out and the guest has not looked yet */
	bool waiting;		/* the timer runs for events that may wait */
	ktime_t until;		/* when it ends */
	struct hrtimer timer;
	void (*inject)(void *owner);
	void *owner;
	struct ivgpu_virq_stats stats;
};

void ivgpu_virq_init(struct ivgpu_virq *irq, void (*inject)(void *owner), void *owner);
void ivgpu_virq_fini(struct ivgpu_virq *irq);
/* Power-cycle state. */
void ivgpu_virq_reset(struct ivgpu_virq *irq);
unsigned int ivgpu_virq_patience_us(u32 bits, bool more);
/*
 * @bits of @engine's interrupt happened; any context. @wait_us: the message may
 * be kept back so long, to be merged with what follows.
 */
void ivgpu_virq_engine(struct ivgpu_virq *irq, enum ivgpu_engine_id engine, u32 bits,
		       unsigned int wait_us);
/* @bits of a display group happened; any context. */
void ivgpu_virq_display(struct ivgpu_virq *irq, enum ivgpu_irq_display group, u32 bits);
/* Which of @bits the guest has enabled and not masked. */
u32 ivgpu_virq_wanted(struct ivgpu_virq *irq, enum ivgpu_irq_display group, u32 bits);
/* The state that the group's interrupts are made of: @bits are now @on. */
void ivgpu_virq_set_state(struct ivgpu_virq *irq, enum ivgpu_irq_display group, u32 bits, bool on);
/* The line is up: something enabled is pending. Any context. */
bool ivgpu_virq_level(struct ivgpu_virq *irq);
/* MSI or INTx was switched on: what is pending is told now. */
void ivgpu_virq_resend(struct ivgpu_virq *irq);

/* The guest's accesses; @offset of a register of the tree. */
u32 ivgpu_virq_master_read(struct ivgpu_virq *irq);
void ivgpu_virq_master_write(struct ivgpu_virq *irq, u32 value);
u32 ivgpu_virq_read(struct ivgpu_virq *irq, u32 offset);
void ivgpu_virq_write(struct ivgpu_virq *irq, u32 offset, u32 value);
u32 ivgpu_virq_ring_imr_read(struct ivgpu_virq *irq, enum ivgpu_engine_id engine);
void ivgpu_virq_ring_imr_write(struct ivgpu_virq *irq, enum ivgpu_engine_id engine, u32 value);

#endif
