/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions behind enum ivgpu_reg_handler. All run with trap_lock held.
 */
#ifndef IVGPU_VGPU_HANDLERS_H
#define IVGPU_VGPU_HANDLERS_H

#include "vgpu_state.h"

/*
 * @read: the value that the guest sees; NULL: the stored one.
 * @write: called after the stored value *@reg was merged with @value; NULL:
 *	   nothing more happens.
 */
struct ivgpu_reg_ops {
	u32 (*read)(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg);
	void (*write)(struct ivgpu_vgpu *vgpu, const struct ivgpu_reg_slot *slot, u32 *reg,
		      u32 value);
};

/* handlers_gt.c */
extern const struct ivgpu_reg_ops ivgpu_h_forcewake, ivgpu_h_gdrst, ivgpu_h_timestamp;
extern const struct ivgpu_reg_ops ivgpu_h_tlb, ivgpu_h_ggtt_flush, ivgpu_h_pcode;
extern const struct ivgpu_reg_ops ivgpu_h_irq_master, ivgpu_h_irq, ivgpu_h_ring_imr;
/* handlers_ring.c */
extern const struct ivgpu_reg_ops ivgpu_h_ring, ivgpu_h_hws_pga, ivgpu_h_mi_mode, ivgpu_h_esr;
extern const struct ivgpu_reg_ops ivgpu_h_reset_ctl, ivgpu_h_elsp, ivgpu_h_execlist_status;
extern const struct ivgpu_reg_ops ivgpu_h_csb, ivgpu_h_csb_ptr, ivgpu_h_nonpriv;
/* handlers_display.c */
extern const struct ivgpu_reg_ops ivgpu_h_power_well, ivgpu_h_enable, ivgpu_h_pll_status;
extern const struct ivgpu_reg_ops ivgpu_h_ddi_buf, ivgpu_h_aux, ivgpu_h_gmbus;
extern const struct ivgpu_reg_ops ivgpu_h_pipe_conf, ivgpu_h_pipe_counter, ivgpu_h_plane_surf;
extern const struct ivgpu_reg_ops ivgpu_h_pipe_irq, ivgpu_h_cursor_base;
/* aperture.c */
extern const struct ivgpu_reg_ops ivgpu_h_fence;
/* pvinfo.c */
extern const struct ivgpu_reg_ops ivgpu_h_g2v;

#endif
