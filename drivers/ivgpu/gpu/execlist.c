// SPDX-License-Identifier: GPL-2.0
/*
 * Execlists of a physical engine: submission, context status events, and telling
 * the engine's user.
 *
 * Events arrive in the hardware status page and are announced by an interrupt.
 * While an engine is busy its worker also looks by itself now and then, so that a
 * lost interrupt costs a delay and no more.
 */
#include <linux/delay.h>
#include <linux/ktime.h>

#include "gpu_internal.h"
#include "regs.h"

/* Places in the hardware status page, in dwords; i915 gt/intel_engine.h, I915_HWS_CSB_*. */
#define HWSP_CSB		0x10
#define HWSP_CSB_WRITE		0x1f
#define CSB_ENTRIES		6
#define CSB_UNWRITTEN		(~0ull)
/* The pointer can be seen before the entry. */
#define CSB_WAIT_US		50

#define POLL_MS			100
/* A context leaves in microseconds if it leaves at an arbitration point: no interrupt for that. */
#define LEAVE_US		300
#define MAX_EVENTS		(CSB_ENTRIES * IVGPU_PORT_EVENTS)

static void no_promoted(struct ivgpu_engine *engine, void *cookie, bool lite_restore)
{
}

static void no_switched_out(struct ivgpu_engine *engine, void *cookie, bool complete)
{
}

static void no_call(struct ivgpu_engine *engine)
{
}

static void no_error(struct ivgpu_engine *engine, u32 eir)
{
	pci_err(engine->gpu->pdev, "%s: error 0x%x while nobody uses the engine\n",
		engine->desc->name, eir);
}

static bool nobody_is_gone(struct ivgpu_engine *engine)
{
	return false;
}

static const struct ivgpu_engine_ops no_ops = {
	.promoted = no_promoted,
	.switched_out = no_switched_out,
	.idle = no_call,
	.user_interrupt = no_call,
	.cs_error = no_error,
	.was_reset = no_call,
	.is_gone = nobody_is_gone,
};

/**
 * ivgpu_engine_set_ops() - say who is told what the engine does
 * @engine: the engine, idle
 * @ops: what to call; NULL: nobody
 * @user: for ivgpu_engine_user()
 *
 * Returns when no call of the earlier user is under way.
 */
void ivgpu_engine_set_ops(struct ivgpu_engine *engine, const struct ivgpu_engine_ops *ops,
			  void *user)
{
	if (ops)
		engine->user = user;
	/* Pairs with ivgpu_engine_ops_of(). */
	smp_store_release(&engine->ops, ops ?: &no_ops);
	if (ops)
		return;
	if (engine->gpu->irq_on)
		synchronize_irq(pci_irq_vector(engine->gpu->pdev, 0));
	if (engine->wq)
		flush_workqueue(engine->wq);
	engine->user = NULL;
}

/* ivgpu_engine.lock held. The last of the four writes submits. */
static void write_elsp(struct ivgpu_engine *engine, const struct ivgpu_port list[2])
{
	int i;

	/* Images, rings and page tables are in memory before hardware reads them. */
	wmb();
	for (i = 1; i >= 0; i--) {
		ivgpu_engine_write(engine, RING_ELSP, upper_32_bits(list[i].desc));
		ivgpu_engine_write(engine, RING_ELSP, lower_32_bits(list[i].desc));
	}
}

/* Look by ourselves after a while. */
static void watch(struct ivgpu_engine *engine)
{
	queue_delayed_work(engine->wq, &engine->events, msecs_to_jiffies(POLL_MS));
}

/**
 * ivgpu_execlist_kick() - have the worker look for events now
 * @engine: the engine
 *
 * Any context.
 */
void ivgpu_execlist_kick(struct ivgpu_engine *engine)
{
	mod_delayed_work(engine->wq, &engine->events, 0);
}

/* @take: of the two ways to take a list into ports; 0: it is to be written now, 1: later */
static int submit(struct ivgpu_engine *engine, const struct ivgpu_port list[2],
		  int (*take)(struct ivgpu_ports *ports, const struct ivgpu_port list[2]))
{
	unsigned long irqs;
	int ret;

	if (READ_ONCE(engine->gpu->wedged))
		return -EIO;
	spin_lock_irqsave(&engine->lock, irqs);
	ret = engine->resetting ? -EBUSY : take(&engine->ports, list);
	if (ret >= 0)
		engine->count.submissions++;
	if (!ret)
		write_elsp(engine, engine->ports.pending);
	spin_unlock_irqrestore(&engine->lock, irqs);
	if (ret < 0)
		return ret;
	watch(engine);
	return 0;
}

/**
 * ivgpu_engine_submit() - write one execlist
 * @engine: the engine
 * @ports: one or two elements; their descriptors go to hardware as they are
 *
 * Any context that may take ivgpu_engine.lock.
 *
 * Return: 0; -EBUSY while another list waits to be promoted, or a preemption or a
 * reset is under way; -EIO when the GPU is beyond recovery; -EINVAL for no element.
 */
int ivgpu_engine_submit(struct ivgpu_engine *engine, const struct ivgpu_port ports[2])
{
	return submit(engine, ports, ivgpu_ports_submit);
}

/**
 * ivgpu_engine_submit_after() - have one execlist follow all that was submitted
 * @engine: the engine
 * @ports: as for ivgpu_engine_submit()
 *
 * Written at once, or as soon as hardware has taken the list that waits. Any context that
 * may take ivgpu_engine.lock.
 *
 * Return: 0; -EBUSY while another list waits in this way, or a preemption or a reset is
 * under way; -EIO, -EINVAL as for ivgpu_engine_submit().
 */
int ivgpu_engine_submit_after(struct ivgpu_engine *engine, const struct ivgpu_port ports[2])
{
	return submit(engine, ports, ivgpu_ports_submit_after);
}

/* ivgpu_engine.lock held. */
static void submit_own(struct ivgpu_engine *engine)
{
	ivgpu_own_context_add_work(&engine->own);
	write_elsp(engine, engine->ports.pending);
}

/**
 * ivgpu_engine_preempt() - ask the engine to leave what it runs
 * @engine: the engine
 *
 * Return: 0: idle() will follow, unless the context cannot be preempted;
 * -EALREADY: the engine is idle or was asked before; -EBUSY: a reset is under way.
 */
int ivgpu_engine_preempt(struct ivgpu_engine *engine)
{
	unsigned long irqs;
	int ret;

	spin_lock_irqsave(&engine->lock, irqs);
	ret = engine->resetting ? -EBUSY : ivgpu_ports_preempt(&engine->ports);
	if (!ret)
		engine->count.preemptions++;
	if (!ret && ivgpu_ports_take_preemption(&engine->ports)) {
		set_bit(ENGINE_POLLED, &engine->flags);
		ivgpu_engine_unmask(engine, ENGINE_IRQ_USER | ENGINE_IRQ_ERROR);
		submit_own(engine);
	}
	spin_unlock_irqrestore(&engine->lock, irqs);
	/* Somebody is impatient: look now, for what an interrupt was lost for, too. */
	ivgpu_execlist_kick(engine);
	return ret;
}

/**
 * ivgpu_execlist_run_own() - run the module's idle context on an idle engine
 * @engine: the engine
 *
 * Return: 0 or as ivgpu_engine_submit().
 */
int ivgpu_execlist_run_own(struct ivgpu_engine *engine)
{
	const struct ivgpu_port list[2] = { { .desc = engine->own.desc } };
	unsigned long irqs;
	int ret;

	spin_lock_irqsave(&engine->lock, irqs);
	ret = engine->resetting ? -EBUSY : ivgpu_ports_submit(&engine->ports, list);
	if (!ret)
		submit_own(engine);
	spin_unlock_irqrestore(&engine->lock, irqs);
	if (!ret)
		watch(engine);
	return ret;
}

/**
 * ivgpu_engine_is_idle() - whether nothing runs or waits on the engine
 * @engine: the engine
 *
 * Return: true when idle.
 */
bool ivgpu_engine_is_idle(struct ivgpu_engine *engine)
{
	unsigned long irqs;
	bool idle;

	spin_lock_irqsave(&engine->lock, irqs);
	idle = ivgpu_ports_idle(&engine->ports);
	spin_unlock_irqrestore(&engine->lock, irqs);
	return idle;
}

/* One event; ivgpu_engine.lock held. */
static u64 read_event(struct ivgpu_engine *engine, unsigned int index)
{
	u64 *entry = (u64 *)((u32 *)engine->hwsp.cpu + HWSP_CSB) + index;
	unsigned int us;
	u64 event;

	for (us = 0; us < CSB_WAIT_US; us++) {
		event = READ_ONCE(*entry);
		if (event != CSB_UNWRITTEN)
			break;
		udelay(1);
	}
	if (event == CSB_UNWRITTEN)
		event = ivgpu_engine_read(engine, RING_CSB(index)) |
			(u64)ivgpu_engine_read(engine, RING_CSB(index) + 4) << 32;
	/* So that the next use of this place is recognised. */
	WRITE_ONCE(*entry, CSB_UNWRITTEN);
	return event;
}

/* Take in what hardware reported; returns how many @events; ivgpu_engine.lock held. */
static unsigned int take_events(struct ivgpu_engine *engine, struct ivgpu_port_event *events)
{
	unsigned int tail = READ_ONCE(((u32 *)engine->hwsp.cpu)[HWSP_CSB_WRITE]) & 0xff;
	unsigned int n = 0, read = 0;

	if (tail >= CSB_ENTRIES)
		return 0;
	rmb();	/* the pointer before the entries */
	while (engine->csb_head != tail && read++ < CSB_ENTRIES) {
		engine->csb_head = (engine->csb_head + 1) % CSB_ENTRIES;
		engine->count.events++;
		n += ivgpu_ports_event(&engine->ports, read_event(engine, engine->csb_head),
				       &events[n]);
	}
	return n;
}

/*
 * All entries but those still to come were marked when they were read. One that is
 * not means that more came than there is place for. ivgpu_engine.lock held.
 */
static bool is_overrun(const struct ivgpu_engine *engine)
{
	const u32 *hwsp = engine->hwsp.cpu;
	const u64 *entries = (const u64 *)&hwsp[HWSP_CSB];
	unsigned int i, stale = 0;

	for (i = 0; i < CSB_ENTRIES; i++)
		stale += READ_ONCE(entries[i]) != CSB_UNWRITTEN &&
			 i != (engine->csb_head + 1) % CSB_ENTRIES;
	rmb();	/* the entries before the pointer: what has come meanwhile is not lost */
	return stale && (READ_ONCE(hwsp[HWSP_CSB_WRITE]) & 0xff) == engine->csb_head;
}

/*
 * Nobody can say what the engine does: it is begun anew, with what was on it. That
 * is nobody's fault; who had it replays (see hw_was_reset() of exec/).
 */
static void handle_overrun(struct ivgpu_engine *engine)
{
	engine->count.overruns++;
	dev_warn_ratelimited(&engine->gpu->pdev->dev,
			     "%s: context status events were lost, the engine is reset\n",
			     engine->desc->name);
	set_bit(ENGINE_OVERRUN, &engine->flags);
	queue_work(engine->wq, &engine->reset);
}

static void tell(struct ivgpu_engine *engine, const struct ivgpu_port_event *event)
{
	const struct ivgpu_engine_ops *ops = ivgpu_engine_ops_of(engine);

	switch (event->kind) {
	case IVGPU_PORT_PROMOTED:
	case IVGPU_PORT_PROMOTED_LITE:
		ops->promoted(engine, event->cookie, event->kind == IVGPU_PORT_PROMOTED_LITE);
		break;
	case IVGPU_PORT_SWITCHED_OUT:
	case IVGPU_PORT_COMPLETED:
		ops->switched_out(engine, event->cookie, event->kind == IVGPU_PORT_COMPLETED);
		break;
	case IVGPU_PORT_IDLE:
		ops->idle(engine);
		break;
	case IVGPU_PORT_SPURIOUS:
		engine->count.spurious++;
		dev_warn_ratelimited(&engine->gpu->pdev->dev,
				     "%s: ignored a context status event that nobody can have caused\n",
				     engine->desc->name);
		break;
	}
}

/**
 * ivgpu_engine_has_news() - whether events were announced that were not told yet
 * @engine: the engine
 *
 * Any context.
 *
 * Return: true when a call of its ops will follow at once.
 */
bool ivgpu_engine_has_news(struct ivgpu_engine *engine)
{
	return test_bit(ENGINE_INTERRUPTED, &engine->flags);
}

/**
 * ivgpu_execlist_process() - take in all events and tell the engine's user
 * @engine: the engine
 *
 * Only in the engine's worker.
 */
void ivgpu_execlist_process(struct ivgpu_engine *engine)
{
	bool announced = test_and_clear_bit(ENGINE_INTERRUPTED, &engine->flags);
	struct ivgpu_port_event events[MAX_EVENTS];
	unsigned int i, n;
	bool busy, overrun;

	spin_lock_irq(&engine->lock);
	n = take_events(engine, events);
	overrun = !engine->resetting && is_overrun(engine);
	if (!engine->resetting && ivgpu_ports_take_after(&engine->ports))
		write_elsp(engine, engine->ports.pending);
	if (!engine->resetting && ivgpu_ports_take_preemption(&engine->ports))
		submit_own(engine);
	busy = !ivgpu_ports_idle(&engine->ports);
	if (n && !announced && !test_bit(ENGINE_POLLED, &engine->flags))
		engine->count.late_events += n;
	spin_unlock_irq(&engine->lock);

	for (i = 0; i < n; i++)
		tell(engine, &events[i]);
	if (overrun && !test_bit(ENGINE_OVERRUN, &engine->flags))
		handle_overrun(engine);
	if (busy)
		watch(engine);
}

static bool has_events(const struct ivgpu_engine *engine)
{
	return (READ_ONCE(((u32 *)engine->hwsp.cpu)[HWSP_CSB_WRITE]) & 0xff) != engine->csb_head;
}

static bool is_leaving(struct ivgpu_engine *engine)
{
	bool leaving;

	spin_lock_irq(&engine->lock);
	leaving = ivgpu_ports_leaving(&engine->ports);
	spin_unlock_irq(&engine->lock);
	return leaving;
}

/*
 * The engine is to leave what it runs: wait for that a little, so that the next one
 * has it sooner than by an interrupt, whose handler would get in the way. In the
 * engine's worker. Interrupts go on afterwards; what came before is looked for once more.
 */
static void poll_leaving(struct ivgpu_engine *engine)
{
	ktime_t end = ktime_add_us(ktime_get(), LEAVE_US);

	while (is_leaving(engine) && ktime_before(ktime_get(), end)) {
		while (!has_events(engine) && ktime_before(ktime_get(), end))
			cpu_relax();
		ivgpu_execlist_process(engine);
	}
	spin_lock_irq(&engine->lock);
	clear_bit(ENGINE_POLLED, &engine->flags);
	ivgpu_engine_unmask(engine, ENGINE_IRQ_USER | ENGINE_IRQ_ERROR | ENGINE_IRQ_SWITCH);
	spin_unlock_irq(&engine->lock);
	ivgpu_execlist_process(engine);
}

static void tell_error(struct ivgpu_engine *engine)
{
	u32 eir = ivgpu_engine_read(engine, RING_EIR);

	engine->count.errors++;
	dev_err_ratelimited(&engine->gpu->pdev->dev,
			    "%s: command streamer error 0x%x, command 0x%08x at 0x%x\n",
			    engine->desc->name, eir, ivgpu_engine_read(engine, RING_IPEHR),
			    ivgpu_engine_read(engine, RING_ACTHD));
	/* Masked until the engine is started anew: it would be announced again and again. */
	ivgpu_engine_write(engine, RING_EMR, ~0u);
	ivgpu_engine_write(engine, RING_EIR, eir);
	ivgpu_engine_ops_of(engine)->cs_error(engine, eir);
}

static void events_work(struct work_struct *work)
{
	struct ivgpu_engine *engine = container_of(work, struct ivgpu_engine, events.work);

	if (test_and_clear_bit(ENGINE_LOST, &engine->flags))
		ivgpu_reset_finish(engine);
	ivgpu_execlist_process(engine);
	if (test_bit(ENGINE_POLLED, &engine->flags))
		poll_leaving(engine);
	if (test_and_clear_bit(ENGINE_ERROR, &engine->flags))
		tell_error(engine);
}

/**
 * ivgpu_execlist_start() - begin with an empty execlist
 * @engine: the engine, just reset
 */
void ivgpu_execlist_start(struct ivgpu_engine *engine)
{
	u32 *hwsp = engine->hwsp.cpu;
	const u32 both = CSB_ENTRIES - 1;
	unsigned long irqs;

	spin_lock_irqsave(&engine->lock, irqs);
	ivgpu_ports_reset(&engine->ports);
	memset(&hwsp[HWSP_CSB], 0xff, CSB_ENTRIES * sizeof(u64));
	hwsp[HWSP_CSB_WRITE] = CSB_ENTRIES - 1;
	engine->csb_head = CSB_ENTRIES - 1;
	wmb();	/* the page before the register that lets hardware go on */
	/* Read pointer in bits 15:8, write pointer in 7:0; twice, as i915's reset_csb_pointers. */
	ivgpu_engine_write(engine, RING_CSB_PTR, 0xffffu << 16 | both << 8 | both);
	ivgpu_engine_write(engine, RING_CSB_PTR, 0xffffu << 16 | both << 8 | both);
	ivgpu_engine_read(engine, RING_CSB_PTR);
	spin_unlock_irqrestore(&engine->lock, irqs);
}

/**
 * ivgpu_execlist_init() - make the software side of an engine's execlist
 * @engine: the engine
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_execlist_init(struct ivgpu_engine *engine)
{
	spin_lock_init(&engine->lock);
	mutex_init(&engine->reset_call);
	INIT_DELAYED_WORK(&engine->events, events_work);
	INIT_WORK(&engine->reset, ivgpu_reset_work);
	engine->wq = alloc_ordered_workqueue("ivgpu-%s", WQ_HIGHPRI, engine->desc->name);
	return engine->wq ? 0 : -ENOMEM;
}

/**
 * ivgpu_execlist_fini() - the end of an engine's worker
 * @engine: the engine, reset
 */
void ivgpu_execlist_fini(struct ivgpu_engine *engine)
{
	cancel_delayed_work_sync(&engine->events);
	cancel_work_sync(&engine->reset);
	destroy_workqueue(engine->wq);
}
