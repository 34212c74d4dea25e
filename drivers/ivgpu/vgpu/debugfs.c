// SPDX-License-Identifier: GPL-2.0
/*
 * debugfs of one vGPU, /sys/kernel/debug/ivgpu/<pci address>/<uuid>/: counters
 * (`stats`, lines of name and value), the register file (`registers`) and what
 * the guest touched that no row of the table has (`unknown_registers`). A write of
 * anything to `drop_shadows` drops all that can be rebuilt, as memory reclaim would.
 */
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../guestmem/dma.h"
#include "vgpu_state.h"

struct stat_row {
	const char *name;
	size_t offset;
};

#define STAT(nm, field)	{ nm, offsetof(struct ivgpu_vgpu, field) }

static const struct stat_row always_rows[] = {
	STAT("traps", stats.traps),
	STAT("register_reads", stats.register_reads),
	STAT("register_writes", stats.register_writes),
	STAT("ggtt_accesses", stats.ggtt_accesses),
	STAT("aperture_accesses", stats.aperture_accesses),
	STAT("aperture_outside", stats.aperture_outside),
	STAT("map_faults", stats.map_faults),
	STAT("aperture_faults", stats.aperture_faults),
	STAT("aperture_scratch", stats.aperture_scratch),
	STAT("slot_steals", slots.taken),
	STAT("fence_steals", slots.fences_taken),
	STAT("unknown_registers", stats.unknown_accesses),
	STAT("refused_register_writes", stats.refused_writes),
	STAT("refused_nonpriv", stats.refused_nonpriv),
	STAT("refused_submissions", stats.refused_submissions),
	STAT("ggtt_syncs", stats.ggtt_syncs),
	STAT("resets", stats.resets),
	STAT("shadow_drops", stats.drops),
	STAT("shadow_reclaims", stats.reclaims),
	STAT("engine_events", irq.stats.events),
	STAT("interrupts", irq.stats.messages),
	STAT("ggtt_entries_synced", gtt_stats.ggtt_entries_synced),
	STAT("ggtt_rejected", gtt_stats.ggtt_entries_refused),
	STAT("ggtt_writes_outside", gtt_stats.ggtt_writes_outside),
	STAT("ppgtt_entries_synced", gtt_stats.ppgtt_entries_synced),
	STAT("ppgtt_rejected", gtt_stats.ppgtt_entries_refused),
	STAT("ggtt_bytes_compared", gtt_stats.ggtt_bytes_compared),
	STAT("ppgtt_bytes_compared", gtt_stats.ppgtt_bytes_compared),
	STAT("ppgtt_pages", gtt_stats.ppgtt_pages),
	STAT("ppgtt_large_kept", gtt_stats.ppgtt_large_kept),
	STAT("ppgtt_large_split", gtt_stats.ppgtt_large_split),
	STAT("ppgtt_evicted", gtt_stats.ppgtt_evicted),
};

static const struct stat_row live_rows[] = {
	STAT("pinned_pages", gm.stats.pinned),
	STAT("pin_calls", gm.stats.pin_calls),
	STAT("dma_maps", gm.stats.dma_maps),
	STAT("refused_pages", gm.stats.refused),
	STAT("refused_own_bar", gm.stats.own_bar),
	STAT("refused_over_limit", gm.stats.over_limit),
	STAT("refused_over_memlock", gm.stats.over_memlock),
	STAT("refused_bounced", gm.stats.bounced),
	STAT("track_starts", gm.stats.track_starts),
	STAT("track_hits", gm.stats.track_hits),
	STAT("track_misses", gm.stats.track_misses),
};

static void show_rows(struct seq_file *m, const struct stat_row *rows, unsigned int nr, bool valid)
{
	const u64 *value;

	for (; nr; nr--, rows++) {
		value = m->private + rows->offset;
		seq_printf(m, "%s %llu\n", rows->name, valid ? *value : 0);
	}
}

static void show_engine(struct seq_file *m, enum ivgpu_engine_id id)
{
	static const struct ivgpu_vexec_stats none;
	struct ivgpu_vgpu *vgpu = m->private;
	const struct ivgpu_vexec_stats *s = &none;
	const char *name = ivgpu_engine_name(id);

	if (vgpu->live)
		s = ivgpu_vengine_stats(ivgpu_vgpu_engine(vgpu, id));
	seq_printf(m, "submissions_%s %llu\n", name, s->submissions);
	seq_printf(m, "requests_%s %llu\n", name, s->requests);
	seq_printf(m, "refused_%s %llu\n", name, s->refused);
	seq_printf(m, "bytes_copied_%s %llu\n", name, s->bytes_copied);
	seq_printf(m, "preemptions_%s %llu\n", name, s->preemptions);
	seq_printf(m, "hangs_%s %llu\n", name, s->hangs);
	seq_printf(m, "registers_loaded_%s %llu\n", name, s->registers);
	seq_printf(m, "registers_replaced_%s %llu\n", name, s->replaced);
	seq_printf(m, "busy_ns_%s %llu\n", name, s->busy_ns);
	seq_printf(m, "elsp_writes_dropped_%s %llu\n", name, s->dropped);
	seq_printf(m, "csb_writes_dropped_%s %llu\n", name, s->csb_dropped);
	seq_printf(m, "image_pages_dropped_%s %llu\n", name, s->image_dropped);
	seq_printf(m, "spurious_events_%s %llu\n", name, s->spurious);
	seq_printf(m, "tails_taken_back_%s %llu\n", name, s->tails_back);
}

/* refused_by_REASON: over all engines. */
static void show_refusals(struct seq_file *m)
{
	struct ivgpu_vgpu *vgpu = m->private;
	const struct ivgpu_vexec_stats *s;
	u64 n[IVGPU_NUM_REFUSED] = {};
	unsigned int id, reason;

	for (id = 0; id < IVGPU_NUM_ENGINES && vgpu->live; id++) {
		if (!(ivgpu_vgpu_engines(vgpu) & BIT(id)))
			continue;
		s = ivgpu_vengine_stats(ivgpu_vgpu_engine(vgpu, id));
		for (reason = 0; reason < IVGPU_NUM_REFUSED; reason++)
			n[reason] += s->refused_by[reason];
	}
	for (reason = 0; reason < IVGPU_NUM_REFUSED; reason++)
		seq_printf(m, "refused_by_%s %llu\n", ivgpu_refused_name(reason), n[reason]);
}

static void show_screen(struct seq_file *m, const struct ivgpu_screen_stats *s)
{
	seq_printf(m, "screen_updates %llu\n", s->updates);
	seq_printf(m, "screen_full_updates %llu\n", s->full);
	seq_printf(m, "screen_partial_updates %llu\n", s->partial);
	seq_printf(m, "screen_bytes_read %llu\n", s->bytes);
	seq_printf(m, "screen_unsupported_planes %llu\n", s->unsupported);
}

static int stats_show(struct seq_file *m, void *unused)
{
	struct ivgpu_vgpu *vgpu = m->private;
	unsigned int id;
	u64 refused = 0;

	mutex_lock(&vgpu->trap_lock);
	show_rows(m, always_rows, ARRAY_SIZE(always_rows), true);
	show_rows(m, live_rows, ARRAY_SIZE(live_rows), vgpu->live);
	for (id = 0; id < IVGPU_NUM_ENGINES; id++) {
		if (!(ivgpu_vgpu_engines(vgpu) & BIT(id)))
			continue;
		show_engine(m, id);
		if (vgpu->live)
			refused += ivgpu_vengine_stats(ivgpu_vgpu_engine(vgpu, id))->refused;
	}
	show_refusals(m);
	seq_printf(m, "dma_mapped_all_vgpus %ld\n", ivgpu_dma_mapped());
	if (vgpu->display)
		show_screen(m, &vgpu->display->screen->stats);
	seq_printf(m, "refused_commands %llu\n", refused);
	seq_printf(m, "refused_registers %llu\n", vgpu->stats.unknown_accesses +
		   vgpu->stats.refused_writes + vgpu->stats.refused_nonpriv);
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

/* Offset, name, value, accesses. */
static int registers_show(struct seq_file *m, void *unused)
{
	struct ivgpu_vgpu *vgpu = m->private;
	const struct ivgpu_reg_slot *slot;
	unsigned int n;

	mutex_lock(&vgpu->trap_lock);
	for (n = 1; n < vgpu->map->nr; n++) {
		slot = &vgpu->map->slots[n];
		seq_printf(m, "%06x %s", slot->offset, slot->reg->name);
		if (slot->reg->count > 1)
			seq_printf(m, "[%u]", slot->index);
		seq_printf(m, " %08x %u\n", vgpu->regs[n], vgpu->hits[n]);
	}
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(registers);

static int unknown_registers_show(struct seq_file *m, void *unused)
{
	struct ivgpu_vgpu *vgpu = m->private;
	const struct ivgpu_unknown_reg *note;

	mutex_lock(&vgpu->trap_lock);
	for (note = vgpu->unknown; note < vgpu->unknown + vgpu->nr_unknown; note++)
		seq_printf(m, "%06x reads %u writes %u last %08x\n", note->offset, note->reads,
			   note->writes, note->last_write);
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(unknown_registers);

static ssize_t drop_shadows_write(struct file *file, const char __user *buf, size_t count,
				  loff_t *pos)
{
	ivgpu_vgpu_drop_shadows(file->private_data);
	return count;
}

static const struct file_operations drop_shadows_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = drop_shadows_write,
};

void ivgpu_vgpu_debugfs_add(struct ivgpu_vgpu *vgpu)
{
	vgpu->debugfs = debugfs_create_dir(vgpu->uuid, ivgpu_gpu_debugfs(vgpu->gpu));
	debugfs_create_file("stats", 0400, vgpu->debugfs, vgpu, &stats_fops);
	debugfs_create_file("registers", 0400, vgpu->debugfs, vgpu, &registers_fops);
	debugfs_create_file("unknown_registers", 0400, vgpu->debugfs, vgpu,
			    &unknown_registers_fops);
	debugfs_create_file("drop_shadows", 0200, vgpu->debugfs, vgpu, &drop_shadows_fops);
}

void ivgpu_vgpu_debugfs_remove(struct ivgpu_vgpu *vgpu)
{
	debugfs_remove(vgpu->debugfs);
}
