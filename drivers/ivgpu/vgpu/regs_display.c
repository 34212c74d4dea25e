// SPDX-License-Identifier: GPL-2.0
/*
 * The register table of Gen9, part three: the display of a vGPU that has one. One
 * pipe (A; B and C are fused off), three planes and a cursor, one HDMI port (B).
 * What is plain holds what the driver wrote, as hardware does; the rest is answered
 * by handlers_display.c.
 *
 * Offsets, bits and power-on values from i915 i915_reg.h and
 * display/intel_{cdclk,gmbus_regs,cursor_regs,dmc_regs,dp_aux_regs}.[ch],
 * skl_universal_plane_regs.h.
 */
#include <linux/kernel.h>

#include "regs.h"

#define ROW	IVGPU_ROW
#define RO	IVGPU_RO
#define H(x)	.handler = IVGPU_H_##x
/* One for each of the ports A to E. */
#define PORTS(off, nm, ...) \
	{ .offset = (off), .count = 5, .stride = 0x100, .name = (nm), __VA_ARGS__ }

/* What firmware leaves: the clocks run (LCPLL1 at 8.1 GHz, CDCLK 675 MHz). */
#define SWF_DISPLAY_UP	0x1
#define CDCLK_675	(3u << 26 | 0x544)	/* and 674.0 MHz in tenths */
#define PLL_ON		0x80000000
#define DPLL0_OVERRIDE	0x1			/* link rate 2.7 GHz: 0 */

/* Ports found: B. Hot-plug is told for B. Plain I2C lines are high. */
#define STRAP_PORT_B	0x4
#define PORT_STATUS	0x03030303
#define LINES_HIGH	0x1010

const struct ivgpu_reg ivgpu_display_rows[IVGPU_NR_DISPLAY_ROWS] = {
	ROW(0x41000, 1, "VGACNTRL", .reset = 0x80000000),
	ROW(0x42004, 31, "CHICKEN_DE_LOW"),
	ROW(0x42084, 31, "CHICKEN_DE"),
	ROW(0x43200, 16, "FBC"),
	ROW(0x44fe8, 1, "DBUF_CTL_S2", H(ENABLE)),
	ROW(0x45004, 1, "DISP_ARB_CTL2"),
	ROW(0x45008, 1, "DBUF_CTL_S1", H(ENABLE)),
	ROW(0x45010, 4, "ARB"),
	ROW(0x45270, 3, "WM_LINETIME"),
	ROW(0x45280, 4, "IPS"),
	ROW(0x45520, 4, "DC_STATE_DEBUG"),
	ROW(0x46000, 1, "CDCLK_CTL", .reset = CDCLK_675),
	ROW(0x46010, 1, "LCPLL1_CTL", H(ENABLE), .reset = PLL_ON),
	ROW(0x46014, 1, "LCPLL2_CTL", H(ENABLE)),
	ROW(0x46040, 1, "WRPLL_CTL1", H(ENABLE)),
	ROW(0x46060, 1, "WRPLL_CTL2", H(ENABLE)),
	ROW(0x46100, 5, "PORT_CLK_SEL"),
	ROW(0x46140, 3, "TRANS_CLK_SEL"),
	ROW(0x46408, 2, "RSTWRN"),
	ROW(0x46520, 12, "CLKGATE_DIS"),
	ROW(0x48250, 2, "BLC_PWM_CPU"),
	ROW(0x48400, 1, "UTIL_PIN_CTL"),
	ROW(0x49000, 24, "PIPE_CSC"),
	ROW(0x4a000, 256, "LGC_PALETTE"),
	ROW(0x4a400, 40, "PREC_PALETTE"),
	ROW(0x4f000, 36, "SWF", .reset = SWF_DISPLAY_UP),
	ROW(0x60000, 32, "TRANS_TIMING"),
	ROW(0x60200, 64, "VIDEO_DIP"),
	ROW(0x60400, 8, "TRANS_DDI"),
	PORTS(0x64000, "DDI_BUF_CTL", H(DDI_BUF)),
	PORTS(0x64010, "DDI_AUX_CTL", H(AUX)),
	PORTS(0x64014, "DDI_AUX_DATA1"),
	PORTS(0x64018, "DDI_AUX_DATA2"),
	PORTS(0x6401c, "DDI_AUX_DATA3"),
	PORTS(0x64020, "DDI_AUX_DATA4"),
	PORTS(0x64024, "DDI_AUX_DATA5"),
	PORTS(0x64040, "DP_TP_CTL"),
	PORTS(0x64044, "DP_TP_STATUS", RO),
	ROW(0x64800, 13, "EDP_PSR"),
	ROW(0x64834, 1, "EDP_PSR_IMR"),
	ROW(0x64838, 1, "EDP_PSR_IIR", .w1c = ~0u),
	ROW(0x64840, 16, "EDP_PSR_STATUS"),
	ROW(0x64900, 24, "EDP_PSR2"),
	ROW(0x64e00, 120, "DDI_BUF_TRANS"),
	ROW(0x65000, 128, "AUD"),
	ROW(0x65900, 1, "AUD_FREQ_CNTRL"),
	ROW(0x65f00, 64, "AUD_CONFIG"),
	ROW(0x68160, 32, "PS_1A"),
	ROW(0x68260, 32, "PS_2A"),
	ROW(0x6c00c, 1, "DISPIO_CR_TX_BMU"),
	ROW(0x6c040, 6, "DPLL_CFGCR"),
	ROW(0x6c058, 1, "DPLL_CTRL1", .reset = DPLL0_OVERRIDE),
	ROW(0x6c05c, 1, "DPLL_CTRL2"),
	ROW(0x6c060, 1, "DPLL_STATUS", H(PLL_STATUS), RO),
	ROW(0x6f000, 32, "TRANS_EDP_TIMING"),
	ROW(0x6f400, 8, "TRANS_EDP_DDI"),
	ROW(0x70000, 1, "PIPEDSL", H(PIPE_COUNTER), RO),
	ROW(0x70008, 1, "TRANSCONF", H(PIPE_CONF)),
	ROW(0x70024, 1, "PIPESTAT"),
	ROW(0x70030, 1, "PIPE_MISC"),
	ROW(0x70034, 1, "PIPE_BOTTOM"),
	ROW(0x70040, 2, "PIPE_COUNTS", H(PIPE_COUNTER), RO),
	ROW(0x70048, 6, "PIPE_TIMESTAMPS", RO),
	ROW(0x70080, 1, "CURCNTR"),
	ROW(0x70084, 1, "CURBASE", H(CURSOR_BASE)),
	ROW(0x70088, 1, "CURPOS"),
	ROW(0x70090, 4, "CURPALET"),
	ROW(0x700a0, 1, "CUR_FBC_CTL"),
	ROW(0x700ac, 1, "CURSURFLIVE", RO),
	ROW(0x70140, 16, "CUR_WM"),
	ROW(0x70180, 1, "PLANE_CTL_1"),
	ROW(0x70188, 5, "PLANE_1"),
	ROW(0x7019c, 1, "PLANE_SURF_1", H(PLANE_SURF)),
	ROW(0x701a0, 12, "PLANE_1_MORE"),
	ROW(0x701d0, 28, "PLANE_1_CSC"),
	ROW(0x70240, 16, "PLANE_WM_1"),
	ROW(0x70280, 1, "PLANE_CTL_2"),
	ROW(0x70288, 5, "PLANE_2"),
	ROW(0x7029c, 1, "PLANE_SURF_2", H(PLANE_SURF)),
	ROW(0x702a0, 12, "PLANE_2_MORE"),
	ROW(0x702d0, 28, "PLANE_2_CSC"),
	ROW(0x70340, 16, "PLANE_WM_2"),
	ROW(0x70380, 1, "PLANE_CTL_3"),
	ROW(0x70388, 5, "PLANE_3"),
	ROW(0x7039c, 1, "PLANE_SURF_3", H(PLANE_SURF)),
	ROW(0x703a0, 12, "PLANE_3_MORE"),
	ROW(0x703d0, 28, "PLANE_3_CSC"),
	ROW(0x70440, 16, "PLANE_WM_3"),
	ROW(0x7f000, 1, "PIPEDSL_EDP", RO),
	ROW(0x7f008, 1, "TRANSCONF_EDP", H(ENABLE)),
	ROW(0x80000, 3072, "DMC_PROGRAM"),
	ROW(0x8f000, 48, "DMC_MMIO"),
	ROW(0xc2000, 5, "SOUTH_CHICKEN"),
	ROW(0xc2014, 1, "SFUSE_STRAP", .reset = STRAP_PORT_B, RO),
	ROW(0xc2020, 1, "SOUTH_DSPCLK_GATE_D"),
	ROW(0xc4030, 1, "PCH_PORT_HOTPLUG", .w1c = PORT_STATUS),
	ROW(0xc4038, 1, "SHPD_FILTER_CNT"),
	ROW(0xc403c, 1, "PCH_PORT_HOTPLUG2", .w1c = 0x3),
	ROW(0xc4040, 1, "SERR_INT", .w1c = ~0u),
	ROW(0xc5010, 6, "GPIO", .reset = LINES_HIGH, .ro = LINES_HIGH),
	ROW(0xc5100, 4, "GMBUS", H(GMBUS)),
	ROW(0xc5110, 1, "GMBUS4"),
	ROW(0xc5120, 1, "GMBUS5"),
	ROW(0xc6200, 2, "PCH_CLOCKS"),
	ROW(0xc7200, 5, "PCH_PPS"),
	ROW(0xc8250, 2, "BLC_PWM_PCH"),
};
