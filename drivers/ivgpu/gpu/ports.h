/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The execlist of one physical engine: what was submitted, what runs, and what
 * the hardware's context status events mean. Pure; the caller holds a lock
 * (ivgpu_engine.lock).
 */
#ifndef IVGPU_PORTS_H
#define IVGPU_PORTS_H

#include "gpu.h"

/* Bits of a context status event (i915 gt/intel_lrc_reg.h, GEN8_CTX_STATUS_*). */
#define CSB_IDLE_ACTIVE		BIT(0)
#define CSB_PREEMPTED		BIT(1)
#define CSB_ELEMENT_SWITCH	BIT(2)
#define CSB_ACTIVE_IDLE		BIT(3)
#define CSB_COMPLETE		BIT(4)
#define CSB_LITE_RESTORE	BIT(15)

/**
 * enum ivgpu_port_event_kind - what an engine's user is to be told
 * @IVGPU_PORT_PROMOTED: the submitted list runs; the cookie is that of its first element
 * @IVGPU_PORT_PROMOTED_LITE: the same, its first context did not leave
 * @IVGPU_PORT_SWITCHED_OUT: a context left without having finished
 * @IVGPU_PORT_COMPLETED: a context left, it had no more work
 * @IVGPU_PORT_IDLE: nothing runs or waits
 * @IVGPU_PORT_SPURIOUS: hardware reported what cannot be, or the same twice: ignored
 */
enum ivgpu_port_event_kind {
	IVGPU_PORT_PROMOTED,
	IVGPU_PORT_PROMOTED_LITE,
	IVGPU_PORT_SWITCHED_OUT,
	IVGPU_PORT_COMPLETED,
	IVGPU_PORT_IDLE,
	IVGPU_PORT_SPURIOUS,
};

struct ivgpu_port_event {
	enum ivgpu_port_event_kind kind;
	void *cookie;
};

/* The most events that one status event gives. */
#define IVGPU_PORT_EVENTS	3

/**
 * struct ivgpu_ports - state of one execlist
 * @active: what runs; [0] runs, [1] is next; desc 0: none
 * @pending: what was submitted and is not acknowledged yet
 * @after: what is to be submitted when @pending has become @active
 * @own: descriptor of the module's own idle context
 * @wanted: preemption is asked for and not submitted yet
 */
struct ivgpu_ports {
	struct ivgpu_port active[2];
	struct ivgpu_port pending[2];
	struct ivgpu_port after[2];
	u64 own;
	bool wanted;
};

int ivgpu_ports_submit(struct ivgpu_ports *ports, const struct ivgpu_port list[2]);
int ivgpu_ports_submit_after(struct ivgpu_ports *ports, const struct ivgpu_port list[2]);
bool ivgpu_ports_take_after(struct ivgpu_ports *ports);
int ivgpu_ports_preempt(struct ivgpu_ports *ports);
bool ivgpu_ports_take_preemption(struct ivgpu_ports *ports);
unsigned int ivgpu_ports_event(struct ivgpu_ports *ports, u64 entry,
			       struct ivgpu_port_event events[IVGPU_PORT_EVENTS]);
bool ivgpu_ports_idle(const struct ivgpu_ports *ports);
bool ivgpu_ports_leaving(const struct ivgpu_ports *ports);
void ivgpu_ports_reset(struct ivgpu_ports *ports);

#endif
