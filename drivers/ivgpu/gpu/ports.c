// SPDX-License-Identifier: GPL-2.0
/*
 * The execlist of one physical engine as a state machine.
 *
 * Hardware reports two things: that the list last submitted has become the
 * running one (IDLE_ACTIVE, or PREEMPTED with or without LITE_RESTORE), or that
 * the running context is done and the next of the list, if any, goes on. Which
 * bits mean which was read in i915 gt/intel_execlists_submission.c (process_csb,
 * gen8_csb_parse).
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "ports.h"

#define CSB_PROMOTE	(CSB_IDLE_ACTIVE | CSB_PREEMPTED)
#define CSB_KNOWN	(CSB_PROMOTE | CSB_ELEMENT_SWITCH | CSB_ACTIVE_IDLE | CSB_COMPLETE)

static bool is_own(const struct ivgpu_ports *ports, const struct ivgpu_port *port)
{
	return port->desc && port->desc == ports->own;
}

/**
 * ivgpu_ports_idle() - whether nothing runs or waits
 * @ports: the execlist
 *
 * Return: true when idle.
 */
bool ivgpu_ports_idle(const struct ivgpu_ports *ports)
{
	return !ports->active[0].desc && !ports->pending[0].desc && !ports->after[0].desc;
}

/**
 * ivgpu_ports_leaving() - whether the own idle context takes the engine from somebody
 * @ports: the execlist
 *
 * Return: true from when it is submitted to when it has left.
 */
bool ivgpu_ports_leaving(const struct ivgpu_ports *ports)
{
	return is_own(ports, &ports->active[0]) || is_own(ports, &ports->pending[0]);
}

/**
 * ivgpu_ports_submit() - a list is about to be written to the hardware
 * @ports: the execlist
 * @list: one or two elements
 *
 * Return: 0, -EINVAL for an empty list, or -EBUSY while another list or a
 * preemption is under way.
 */
int ivgpu_ports_submit(struct ivgpu_ports *ports, const struct ivgpu_port list[2])
{
	if (!list[0].desc)
		return -EINVAL;
	if (ports->pending[0].desc || ports->after[0].desc || ports->wanted ||
	    is_own(ports, &ports->active[0]))
		return -EBUSY;
	memcpy(ports->pending, list, sizeof(ports->pending));
	return 0;
}

/**
 * ivgpu_ports_submit_after() - a list is to follow all that was submitted
 * @ports: the execlist
 * @list: one or two elements
 *
 * Return: 0 when it is to be written to the hardware now; 1 when it waits for
 * ivgpu_ports_take_after(); -EINVAL for an empty list; -EBUSY while another one waits, or
 * a preemption is under way.
 */
int ivgpu_ports_submit_after(struct ivgpu_ports *ports, const struct ivgpu_port list[2])
{
	int ret = ivgpu_ports_submit(ports, list);

	if (ret != -EBUSY || ports->after[0].desc || ports->wanted || ivgpu_ports_leaving(ports))
		return ret;
	memcpy(ports->after, list, sizeof(ports->after));
	return 1;
}

/**
 * ivgpu_ports_take_after() - whether the list that waits must be written to hardware now
 * @ports: the execlist
 *
 * To be asked after every change. When it says yes, the list counts as submitted.
 *
 * Return: true when the caller must write it.
 */
bool ivgpu_ports_take_after(struct ivgpu_ports *ports)
{
	if (!ports->after[0].desc || ports->pending[0].desc)
		return false;
	memcpy(ports->pending, ports->after, sizeof(ports->pending));
	memset(ports->after, 0, sizeof(ports->after));
	return true;
}

/**
 * ivgpu_ports_preempt() - ask the engine to leave what it runs
 * @ports: the execlist
 *
 * Return: 0; or -EALREADY when nothing runs or waits, or it has been asked for.
 */
int ivgpu_ports_preempt(struct ivgpu_ports *ports)
{
	if (ivgpu_ports_idle(ports) || ports->wanted || is_own(ports, &ports->active[0]) ||
	    is_own(ports, &ports->pending[0]))
		return -EALREADY;
	ports->wanted = true;
	return 0;
}

/**
 * ivgpu_ports_take_preemption() - whether the idle context must be submitted now
 * @ports: the execlist
 *
 * To be asked after every change. When it says yes, the own idle context counts
 * as submitted.
 *
 * Return: true when the caller must write it to hardware.
 */
bool ivgpu_ports_take_preemption(struct ivgpu_ports *ports)
{
	if (!ports->wanted || ports->pending[0].desc)
		return false;
	ports->wanted = false;
	if (!ports->active[0].desc)
		return false;
	ports->pending[0] = (struct ivgpu_port){ .desc = ports->own };
	ports->pending[1] = (struct ivgpu_port){};
	return true;
}

static void add(struct ivgpu_port_event *events, unsigned int *n,
		enum ivgpu_port_event_kind kind, void *cookie)
{
	events[*n] = (struct ivgpu_port_event){ .kind = kind, .cookie = cookie };
	(*n)++;
}

static unsigned int promote(struct ivgpu_ports *ports, u32 status, struct ivgpu_port_event *events)
{
	bool lite = status & CSB_LITE_RESTORE;
	unsigned int n = 0;

	/* From idle it comes only when nothing is active. */
	if (!ports->pending[0].desc || (status & CSB_IDLE_ACTIVE && ports->active[0].desc)) {
		add(events, &n, IVGPU_PORT_SPURIOUS, NULL);
		return n;
	}
	if (!lite && ports->active[0].desc && !is_own(ports, &ports->active[0]))
		add(events, &n, status & CSB_COMPLETE ? IVGPU_PORT_COMPLETED :
		    IVGPU_PORT_SWITCHED_OUT, ports->active[0].cookie);
	memcpy(ports->active, ports->pending, sizeof(ports->active));
	memset(ports->pending, 0, sizeof(ports->pending));
	if (!is_own(ports, &ports->active[0]))
		add(events, &n, lite ? IVGPU_PORT_PROMOTED_LITE : IVGPU_PORT_PROMOTED,
		    ports->active[0].cookie);
	return n;
}

/*
 * The upper half of an entry is that of the descriptor that left (i915
 * gt/intel_execlists_submission.c before 5.4, process_csb(), asserted that of
 * entries of completion; of others it was not said, so they are not held to it).
 */
static unsigned int advance(struct ivgpu_ports *ports, u32 status, u32 id,
			    struct ivgpu_port_event *events)
{
	unsigned int n = 0;

	if (!ports->active[0].desc || upper_32_bits(ports->active[0].desc) != id) {
		add(events, &n, IVGPU_PORT_SPURIOUS, NULL);
		return n;
	}
	if (!is_own(ports, &ports->active[0]))
		add(events, &n, status & CSB_COMPLETE ? IVGPU_PORT_COMPLETED :
		    IVGPU_PORT_SWITCHED_OUT, ports->active[0].cookie);
	ports->active[0] = ports->active[1];
	ports->active[1] = (struct ivgpu_port){};
	if (ivgpu_ports_idle(ports)) {
		ports->wanted = false;
		add(events, &n, IVGPU_PORT_IDLE, NULL);
	}
	return n;
}

/**
 * ivgpu_ports_event() - take in one context status event
 * @ports: the execlist
 * @entry: as hardware wrote it
 * @events: what the user is to be told, in order
 *
 * Return: how many of @events.
 */
unsigned int ivgpu_ports_event(struct ivgpu_ports *ports, u64 entry,
			       struct ivgpu_port_event events[IVGPU_PORT_EVENTS])
{
	u32 status = lower_32_bits(entry);

	if (status & CSB_PROMOTE)
		return promote(ports, status, events);
	if (status & CSB_KNOWN)
		return advance(ports, status, upper_32_bits(entry), events);
	return 0;
}

/**
 * ivgpu_ports_reset() - the engine was reset: nothing is on it
 * @ports: the execlist
 */
void ivgpu_ports_reset(struct ivgpu_ports *ports)
{
	memset(ports->active, 0, sizeof(ports->active));
	memset(ports->pending, 0, sizeof(ports->pending));
	memset(ports->after, 0, sizeof(ports->after));
	ports->wanted = false;
}
