// SPDX-License-Identifier: GPL-2.0
/*
 * Display registers that answer: power wells, clocks, buffers, pipes without a monitor. There is
 * no picture. Offsets and bits: i915 i915_reg.h and display/ (Linux 6.12).
 */
#include "regs.h"

#include "display.h"
#include "gpu.h"
#include "util.h"

#define ROW(o, c, k, n, ...) \
	{ .off = (o), .count = (c), .kind = (k), .domain = DOMAIN_DEVICE, .name = n, __VA_ARGS__ }

#define ENABLE 0x80000000u
#define ENABLED 0x40000000u

/* Each well has a request bit and, below it, a state bit. */
static uint32_t read_power_well(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t request = *gpu_reg(gpu, off) & 0xaaaaaaaau;

	(void)e;
	return request | request >> 1;
}

/* Bit 31 asks, bit 30 says it is so. */
static uint32_t read_enable(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(gpu, off) & ~ENABLED;

	(void)e;
	return val & ENABLE ? val | ENABLED : val;
}

static uint32_t read_dpll_status(struct gpu *gpu, struct engine *e, uint32_t off)
{
	static const uint32_t ctl[] = { 0x46010, 0x46014, 0x46040, 0x46060 };
	uint32_t val = 0;
	int i;

	(void)e;
	(void)off;
	for (i = 0; i < 4; i++)
		if (*gpu_reg(gpu, ctl[i]) & ENABLE)
			val |= 1u << 8 * i;
	return val;
}

static uint32_t read_ddi_buf(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(gpu, off);

	(void)e;
	return val & ENABLE ? val & ~0x80u : val | 0x80u;	/* idle */
}

/* Nobody is connected: a transfer ends with a timeout. */
static void write_aux_ctl(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	uint32_t done = 1u << 30 | 1u << 28;
	uint32_t old = *gpu_reg(gpu, off) & (1u << 30 | 1u << 28 | 1u << 25);

	(void)e;
	old &= ~val;				/* write one to clear */
	val = (val & ~(1u << 30 | 1u << 28 | 1u << 25)) | old;
	if (val & ENABLE)
		val = (val & ~ENABLE) | done;
	*gpu_reg(gpu, off) = val;
}

/* No device answers on the DDC lines. */
static uint32_t read_gmbus2(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)gpu;
	(void)e;
	(void)off;
	return 1u << 11 | 1u << 10;		/* ready, slave does not acknowledge */
}

/* Broxton's PHYs: powered as soon as they are asked to be, calibrated at once. */
static uint32_t read_phy_power(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t good = 1u << 16, pwron = *gpu_reg(gpu, 0x138090) & (off == 0x162000 ? 2 : 1);

	(void)e;
	return pwron ? (*gpu_reg(gpu, off) & ~0x80u) | good : *gpu_reg(gpu, off) & ~good;
}

static uint32_t read_phy_calibrated(struct gpu *gpu, struct engine *e, uint32_t off)
{
	(void)e;
	return *gpu_reg(gpu, off) | 1u << 22;
}

/* Bit 31 enables a PLL, bit 30 is its lock, bit 26 powers it and bit 25 says so. */
static uint32_t read_port_pll(struct gpu *gpu, struct engine *e, uint32_t off)
{
	uint32_t val = *gpu_reg(gpu, off) & ~(1u << 30 | 1u << 25);

	(void)e;
	return val | (val & ENABLE ? ENABLED : 0) | (val >> 1 & 1u << 25);
}

#define SBI_BUSY 1u
#define SBI_WRITE 0x100u

/* The PCH's sideband: registers of two units, which only remember; the answer is there at once. */
static void write_sbi(struct gpu *gpu, struct engine *e, uint32_t off, uint32_t val)
{
	uint32_t *data = gpu_reg(gpu, off - 4);
	uint32_t *cell = &gpu->sbi[val >> 16 & 1][*gpu_reg(gpu, off - 8) >> 18];

	(void)e;
	if (val & SBI_BUSY && val & SBI_WRITE)
		*cell = *data;
	else if (val & SBI_BUSY)
		*data = *cell;
	*gpu_reg(gpu, off) = val & ~3u;		/* ready, success */
}

#define BXTS (PLATFORM_BXT | PLATFORM_GLK)
#define BXT(o, n, fn) ROW(o, 1, REG_RW, n, .read = fn, .only = BXTS)

#define DSL(o, n) ROW(o, 1, REG_RO, n, .read = display_read_scanline)
#define CONF(o, n) ROW(o, 1, REG_RW, n, .read = read_enable)
#define FRAME(o, n) ROW(o, 1, REG_RO, n, .read = display_read_frame_count)

#define SURF(o, n) ROW(o, 1, REG_RW, n, .write = display_write_surface)

static const struct reg_row rows[] = {
	ROW(0x42000, 1, REG_RO, "FUSE_STATUS", .reset = 0x8e000000),
	ROW(0x45400, 4, REG_RW, "PWR_WELL_CTL", .read = read_power_well),
	ROW(0x46010, 1, REG_RW, "LCPLL1_CTL", .read = read_enable),
	ROW(0x46014, 1, REG_RW, "LCPLL2_CTL", .read = read_enable),
	ROW(0x46040, 1, REG_RW, "WRPLL_CTL1"),
	ROW(0x46060, 1, REG_RW, "WRPLL_CTL2"),
	ROW(0x46070, 1, REG_RW, "BXT_DE_PLL_ENABLE", .read = read_enable),
	ROW(0x46074, 3, REG_RW, "BXT_PORT_PLL_ENABLE", .read = read_port_pll, .only = BXTS),
	BXT(0x6c000, "BXT_PORT_CL1CM_DW0_BC", read_phy_power),
	BXT(0x162000, "BXT_PORT_CL1CM_DW0_A", read_phy_power),
	BXT(0x6c18c, "BXT_PORT_REF_DW3_BC", read_phy_calibrated),
	BXT(0x16218c, "BXT_PORT_REF_DW3_A", read_phy_calibrated),
	ROW(0x6c060, 1, REG_RO, "DPLL_STATUS", .read = read_dpll_status),
	ROW(0x45008, 1, REG_RW, "DBUF_CTL_S1", .read = read_enable),
	ROW(0x44fe8, 1, REG_RW, "DBUF_CTL_S2", .read = read_enable),
	ROW(0x64000, 1, REG_RW, "DDI_BUF_CTL_A", .reset = 0x80, .read = read_ddi_buf),
	ROW(0x64100, 1, REG_RW, "DDI_BUF_CTL_B", .reset = 0x80, .read = read_ddi_buf),
	ROW(0x64200, 1, REG_RW, "DDI_BUF_CTL_C", .reset = 0x80, .read = read_ddi_buf),
	ROW(0x64300, 1, REG_RW, "DDI_BUF_CTL_D", .reset = 0x80, .read = read_ddi_buf),
	ROW(0x64400, 1, REG_RW, "DDI_BUF_CTL_E", .reset = 0x80, .read = read_ddi_buf),
	ROW(0x64010, 1, REG_RW, "DP_AUX_CH_CTL_A", .write = write_aux_ctl),
	ROW(0x64110, 1, REG_RW, "DP_AUX_CH_CTL_B", .write = write_aux_ctl),
	ROW(0x64210, 1, REG_RW, "DP_AUX_CH_CTL_C", .write = write_aux_ctl),
	ROW(0x64310, 1, REG_RW, "DP_AUX_CH_CTL_D", .write = write_aux_ctl),
	ROW(0x64838, 1, REG_W1C, "EDP_PSR_IIR"),
	ROW(0xc6008, 1, REG_RW, "SBI_CTL_STAT", .write = write_sbi),
	ROW(0xc5108, 1, REG_RO, "GMBUS2", .read = read_gmbus2),
	DSL(0x70000, "PIPEDSL_A"),
	CONF(0x70008, "TRANSCONF_A"),
	FRAME(0x70040, "PIPE_FRMCOUNT_A"),
	DSL(0x71000, "PIPEDSL_B"),
	CONF(0x71008, "TRANSCONF_B"),
	FRAME(0x71040, "PIPE_FRMCOUNT_B"),
	DSL(0x72000, "PIPEDSL_C"),
	CONF(0x72008, "TRANSCONF_C"),
	FRAME(0x72040, "PIPE_FRMCOUNT_C"),
	CONF(0x7f008, "TRANSCONF_EDP"),
	SURF(0x7019c, "PLANE_SURF_1_A"),
	SURF(0x7029c, "PLANE_SURF_2_A"),
	SURF(0x7039c, "PLANE_SURF_3_A"),
	SURF(0x7119c, "PLANE_SURF_1_B"),
	SURF(0x7129c, "PLANE_SURF_2_B"),
	SURF(0x7139c, "PLANE_SURF_3_B"),
	SURF(0x7219c, "PLANE_SURF_1_C"),
	SURF(0x7229c, "PLANE_SURF_2_C"),
	SURF(0x7239c, "PLANE_SURF_3_C"),
};

const struct reg_table regs_display = { rows, ARRAY_SIZE(rows), false };
