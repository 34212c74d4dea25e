/* SPDX-License-Identifier: GPL-2.0 */
/* The Gen8+ interrupt tree: engines, GT groups, display groups, PCH, master control, MSI. */
#ifndef GPUSIM_IRQ_H
#define GPUSIM_IRQ_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;
struct engine;

/* Engine interrupt bits before the shift to the engine's half of its GT group. */
#define IRQ_USER 0x001
#define IRQ_CS_ERROR 0x008
#define IRQ_FLUSH_NOTIFY 0x010
#define IRQ_CONTEXT_SWITCH 0x100
#define IRQ_WAIT_SEMAPHORE 0x800

void irq_raise(struct engine *e, uint32_t bits);

/* A bit of a display or PCU group, by the offset of the group's ISR. */
void irq_raise_group(struct gpu *gpu, uint32_t isr, uint32_t bits);

/* Raises the error bits that EMR does not mask. */
void irq_error(struct engine *e, uint32_t bits);

/* Where interrupts go; a descriptor is taken over, -1: nowhere. */
void irq_set_msi(struct gpu *gpu, int fd);
void irq_set_intx(struct gpu *gpu, int fd);
void irq_mask_intx(struct gpu *gpu, bool masked);

/* Looks at what is pending and enabled, and sends an MSI when that begins. */
void irq_update(struct gpu *gpu);

/* Delivers an interrupt that was held back on request (late-irq). */
void irq_send_late(struct gpu *gpu);

/* register hooks */
uint32_t irq_read_master(struct gpu *gpu, struct engine *e, uint32_t off);
void irq_write_master(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
void irq_write_plain(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
void irq_write_iir(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
void irq_write_ring_imr(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
void irq_write_eir(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);
void irq_write_emr(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val);

#endif
