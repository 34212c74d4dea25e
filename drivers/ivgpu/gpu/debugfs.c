// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs file "gpu": the state of the physical GPU, to be read by a person.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "gpu_internal.h"
#include "regs.h"

#define MHZ_PER_FUSE	50

static void show_range(struct seq_file *m, const char *name, const struct ivgpu_range *range)
{
	const struct ivgpu_ggtt_node *node;

	seq_printf(m, "  %-5s 0x%09llx-0x%09llx, %llu MiB free\n", name, range->start, range->end,
		   ivgpu_range_left(range) >> 20);
	list_for_each_entry(node, &range->nodes, link)
		seq_printf(m, "    0x%09llx-0x%09llx %8llu KiB\n", node->start,
			   node->start + node->size, node->size >> 10);
}

static void show_ggtt(struct seq_file *m, struct ivgpu_gpu *gpu)
{
	unsigned int i;

	seq_printf(m, "GGTT: %llu MiB of address space, aperture %llu MiB\n",
		   gpu->ggtt_total >> 20, gpu->aperture >> 20);
	mutex_lock(&gpu->ggtt_lock);
	show_range(m, "own", &gpu->space.own);
	show_range(m, "low", &gpu->space.low);
	show_range(m, "high", &gpu->space.high);
	mutex_unlock(&gpu->ggtt_lock);
	for (i = 0; i < gpu->nr_console; i++)
		seq_printf(m, "  firmware console: 0x%09llx, %llu KiB\n", gpu->console[i].start,
			   gpu->console[i].size >> 10);
}

static void show_port(struct seq_file *m, const char *name, const struct ivgpu_port *port,
		      u64 own)
{
	if (!port->desc)
		return;
	seq_printf(m, "  %s: descriptor 0x%016llx%s\n", name, port->desc,
		   port->desc == own ? " (idle context)" : "");
}

static void show_engine(struct seq_file *m, struct ivgpu_engine *engine)
{
	const struct ivgpu_engine_counters *count = &engine->count;
	struct ivgpu_ports ports;

	spin_lock_irq(&engine->lock);
	ports = engine->ports;
	spin_unlock_irq(&engine->lock);

	seq_printf(m, "%s: %s%s\n", engine->desc->name, ivgpu_ports_idle(&ports) ? "idle" : "busy",
		   READ_ONCE(engine->resetting) ? ", resetting" : "");
	show_port(m, "runs", &ports.active[0], ports.own);
	show_port(m, "next", &ports.active[1], ports.own);
	show_port(m, "submitted", &ports.pending[0], ports.own);
	show_port(m, "submitted second", &ports.pending[1], ports.own);
	seq_printf(m, "  HEAD 0x%08x TAIL 0x%08x START 0x%08x CTL 0x%08x\n",
		   ivgpu_engine_read(engine, RING_HEAD), ivgpu_engine_read(engine, RING_TAIL),
		   ivgpu_engine_read(engine, RING_START), ivgpu_engine_read(engine, RING_CTL));
	seq_printf(m, "  ACTHD 0x%08x%08x IPEHR 0x%08x INSTDONE 0x%08x EIR 0x%08x\n",
		   ivgpu_engine_read(engine, RING_ACTHD_UDW),
		   ivgpu_engine_read(engine, RING_ACTHD), ivgpu_engine_read(engine, RING_IPEHR),
		   ivgpu_engine_read(engine, RING_INSTDONE), ivgpu_engine_read(engine, RING_EIR));
	seq_printf(m, "  EXECLIST_STATUS 0x%08x, CSB read up to entry %u\n",
		   ivgpu_engine_read(engine, RING_EXECLIST_STATUS), engine->csb_head);
	seq_printf(m, "  %llu lists, %llu preemptions asked, %llu events (%llu found by polling, %llu spurious, %llu times some were lost)\n",
		   count->submissions, count->preemptions, count->events, count->late_events,
		   count->spurious, count->overruns);
	seq_printf(m, "  %llu errors, %llu resets, %llu times lost to another engine's reset\n",
		   count->errors, count->resets, count->lost);
}

static void show_fault(struct seq_file *m, struct ivgpu_gpu *gpu)
{
	u32 fault = ivgpu_mmio_read(gpu, RING_FAULT);

	if (fault & FAULT_VALID)
		seq_printf(m, "page fault: 0x%08x, address data 0x%08x 0x%08x\n", fault,
			   ivgpu_mmio_read(gpu, FAULT_DATA0), ivgpu_mmio_read(gpu, FAULT_DATA1));
}

static int gpu_show(struct seq_file *m, void *unused)
{
	struct ivgpu_gpu *gpu = m->private;
	struct ivgpu_engine *engine;
	unsigned int i;
	int ret;

	ret = ivgpu_gpu_power_get(gpu);
	if (ret)
		return ret;
	seq_printf(m, "%s, %04x:%04x revision 0x%02x%s\n", gpu->info->name, gpu->pdev->vendor,
		   gpu->pdev->device, gpu->pdev->revision,
		   READ_ONCE(gpu->wedged) ? ": OUT OF USE, could not be reset" : "");
	seq_printf(m, "frequency: fixed at %u MHz (%u to %u)\n", gpu->rp1 * MHZ_PER_FUSE,
		   gpu->rpn * MHZ_PER_FUSE, gpu->rp0 * MHZ_PER_FUSE);
	seq_printf(m, "interrupts: %lld\n", atomic64_read(&gpu->interrupts));
	show_fault(m, gpu);
	show_ggtt(m, gpu);
	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		show_engine(m, engine);
	}
	ivgpu_gpu_power_put(gpu);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(gpu);

/**
 * ivgpu_gpu_debugfs_init() - make the file
 * @gpu: the GPU, up and running
 */
void ivgpu_gpu_debugfs_init(struct ivgpu_gpu *gpu)
{
	debugfs_create_file("gpu", 0444, gpu->debugfs, gpu, &gpu_fops);
}
