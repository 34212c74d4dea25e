// SPDX-License-Identifier: GPL-2.0
/*
 * Trapped accesses of BAR0: registers in its first 2 MiB, GGTT entries from
 * 8 MiB on, nothing between. Hardware takes registers as aligned dwords; a guest
 * may read them in any size (a qword is two dwords), but a write that is not made
 * of aligned dwords is dropped and counted.
 */
#include <linux/string.h>

#include "handlers.h"

static const struct ivgpu_reg_ops *const reg_ops[IVGPU_NUM_REG_HANDLERS] = {
	[IVGPU_H_FORCEWAKE]	   = &ivgpu_h_forcewake,
	[IVGPU_H_GDRST]		   = &ivgpu_h_gdrst,
	[IVGPU_H_RESET_CTL]	   = &ivgpu_h_reset_ctl,
	[IVGPU_H_RING]		   = &ivgpu_h_ring,
	[IVGPU_H_HWS_PGA]	   = &ivgpu_h_hws_pga,
	[IVGPU_H_MI_MODE]	   = &ivgpu_h_mi_mode,
	[IVGPU_H_ESR]		   = &ivgpu_h_esr,
	[IVGPU_H_ELSP]		   = &ivgpu_h_elsp,
	[IVGPU_H_EXECLIST_STATUS]  = &ivgpu_h_execlist_status,
	[IVGPU_H_CSB]		   = &ivgpu_h_csb,
	[IVGPU_H_CSB_PTR]	   = &ivgpu_h_csb_ptr,
	[IVGPU_H_TIMESTAMP]	   = &ivgpu_h_timestamp,
	[IVGPU_H_NONPRIV]	   = &ivgpu_h_nonpriv,
	[IVGPU_H_TLB]		   = &ivgpu_h_tlb,
	[IVGPU_H_GGTT_FLUSH]	   = &ivgpu_h_ggtt_flush,
	[IVGPU_H_PCODE]		   = &ivgpu_h_pcode,
	[IVGPU_H_IRQ_MASTER]	   = &ivgpu_h_irq_master,
	[IVGPU_H_IRQ]		   = &ivgpu_h_irq,
	[IVGPU_H_RING_IMR]	   = &ivgpu_h_ring_imr,
	[IVGPU_H_G2V]		   = &ivgpu_h_g2v,
	[IVGPU_H_POWER_WELL]	   = &ivgpu_h_power_well,
	[IVGPU_H_ENABLE]	   = &ivgpu_h_enable,
	[IVGPU_H_PLL_STATUS]	   = &ivgpu_h_pll_status,
	[IVGPU_H_DDI_BUF]	   = &ivgpu_h_ddi_buf,
	[IVGPU_H_AUX]		   = &ivgpu_h_aux,
	[IVGPU_H_GMBUS]		   = &ivgpu_h_gmbus,
	[IVGPU_H_PIPE_CONF]	   = &ivgpu_h_pipe_conf,
	[IVGPU_H_PIPE_COUNTER]	   = &ivgpu_h_pipe_counter,
	[IVGPU_H_PLANE_SURF]	   = &ivgpu_h_plane_surf,
	[IVGPU_H_CURSOR_BASE]	   = &ivgpu_h_cursor_base,
	[IVGPU_H_PIPE_IRQ]	   = &ivgpu_h_pipe_irq,
	[IVGPU_H_FENCE]		   = &ivgpu_h_fence,
};

static const struct ivgpu_reg_ops *slot_ops(const struct ivgpu_reg_slot *slot)
{
	static const struct ivgpu_reg_ops plain;

	return reg_ops[slot->reg->handler] ?: &plain;
}

/* The note on an unknown register, NULL when there are too many of them. */
static struct ivgpu_unknown_reg *note_unknown(struct ivgpu_vgpu *vgpu, u32 offset)
{
	struct ivgpu_unknown_reg *note;

	vgpu->stats.unknown_accesses++;
	for (note = vgpu->unknown; note < vgpu->unknown + vgpu->nr_unknown; note++)
		if (note->offset == offset)
			return note;
	if (vgpu->nr_unknown == IVGPU_UNKNOWN_REGS)
		return NULL;
	vgpu->nr_unknown++;
	*note = (struct ivgpu_unknown_reg){ .offset = offset };
	return note;
}

u32 ivgpu_mmio_emulate_read(struct ivgpu_vgpu *vgpu, u32 offset)
{
	unsigned int n = ivgpu_regmap_find(vgpu->map, offset);
	const struct ivgpu_reg_slot *slot = &vgpu->map->slots[n];
	struct ivgpu_unknown_reg *note;
	const struct ivgpu_reg_ops *ops;

	if (!n) {
		note = note_unknown(vgpu, offset);
		if (note)
			note->reads++;
		return 0;
	}
	vgpu->hits[n]++;
	ops = slot_ops(slot);
	return ops->read ? ops->read(vgpu, slot, &vgpu->regs[n]) : vgpu->regs[n];
}

void ivgpu_mmio_emulate_write(struct ivgpu_vgpu *vgpu, u32 offset, u32 value)
{
	unsigned int n = ivgpu_regmap_find(vgpu->map, offset);
	const struct ivgpu_reg_slot *slot = &vgpu->map->slots[n];
	struct ivgpu_unknown_reg *note;
	const struct ivgpu_reg_ops *ops;

	if (!n) {
		note = note_unknown(vgpu, offset);
		if (note) {
			note->writes++;
			note->last_write = value;
		}
		return;
	}
	vgpu->hits[n]++;
	vgpu->regs[n] = ivgpu_reg_merge(slot->reg, vgpu->regs[n], value);
	ops = slot_ops(slot);
	if (ops->write)
		ops->write(vgpu, slot, &vgpu->regs[n], value);
}

static void registers_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count)
{
	u32 value, at, n;

	vgpu->stats.register_reads++;
	for (; count; count -= n, offset += n, buf += n) {
		value = ivgpu_mmio_emulate_read(vgpu, offset & ~3u);
		at = offset & 3;
		n = min(count, 4 - at);
		memcpy(buf, (u8 *)&value + at, n);
	}
}

static void registers_write(struct ivgpu_vgpu *vgpu, u32 offset, const void *buf, u32 count)
{
	u32 value;

	vgpu->stats.register_writes++;
	if (offset % 4 || count % 4) {
		vgpu->stats.refused_writes++;
		return;
	}
	for (; count; count -= 4, offset += 4, buf += 4) {
		memcpy(&value, buf, 4);
		ivgpu_mmio_emulate_write(vgpu, offset, value);
	}
}

/* Bytes of [offset, offset + count) that lie below @end. */
static u32 part_below(u32 offset, u32 count, u32 end)
{
	return offset < end ? min(count, end - offset) : 0;
}

static void ggtt_access(struct ivgpu_vgpu *vgpu, u32 offset, void *rbuf, const void *wbuf,
			u32 count)
{
	vgpu->stats.ggtt_accesses++;
	mutex_lock(&vgpu->gm.lock);
	if (wbuf)
		ivgpu_vggtt_write(vgpu->vggtt, offset - IVGPU_GGTT_OFFSET, wbuf, count);
	else
		ivgpu_vggtt_read(vgpu->vggtt, offset - IVGPU_GGTT_OFFSET, rbuf, count);
	mutex_unlock(&vgpu->gm.lock);
}

int ivgpu_vgpu_bar0_read(struct ivgpu_vgpu *vgpu, u32 offset, void *buf, u32 count)
{
	u32 n;

	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	if (!vgpu->live || !ivgpu_config_use_memory(&vgpu->config)) {
		memset(buf, 0xff, count);
		goto unlock;
	}
	n = part_below(offset, count, IVGPU_MMIO_SIZE);
	if (n)
		registers_read(vgpu, offset, buf, n);
	offset += n;
	buf += n;
	count -= n;
	n = part_below(offset, count, IVGPU_GGTT_OFFSET);
	memset(buf, 0, n);
	if (count > n)
		ggtt_access(vgpu, offset + n, buf + n, NULL, count - n);
unlock:
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}

int ivgpu_vgpu_bar0_write(struct ivgpu_vgpu *vgpu, u32 offset, const void *buf, u32 count)
{
	u32 n;

	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.traps++;
	if (!vgpu->live || !ivgpu_config_use_memory(&vgpu->config))
		goto unlock;
	n = part_below(offset, count, IVGPU_MMIO_SIZE);
	if (n)
		registers_write(vgpu, offset, buf, n);
	offset += n;
	buf += n;
	count -= n;
	n = part_below(offset, count, IVGPU_GGTT_OFFSET);
	if (count > n)
		ggtt_access(vgpu, offset + n, NULL, buf + n, count - n);
unlock:
	mutex_unlock(&vgpu->trap_lock);
	return 0;
}
