/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The simulated Gen9 blitter: executes one 2D command on GPU memory.
 *
 * It knows nothing of page tables, rings or engines: it is handed a command and reaches memory
 * through struct blt_mem only. The state that commands leave behind (setup and clip registers)
 * lives in struct blt_regs, one per blitter engine; the caller zeroes it at reset. There are no
 * locks: one thread per struct blt_regs.
 */
#ifndef GPUSIM_BLT_H
#define GPUSIM_BLT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BLT_PAGE_SIZE	4096u

struct blt_mem {
	void *ctx;
	/* 0 or a negative errno; a range may cross pages */
	int (*read)(void *ctx, uint64_t gpu_addr, void *buf, size_t len);
	int (*write)(void *ctx, uint64_t gpu_addr, const void *buf, size_t len);
	/*
	 * Host pointer to a span wholly inside one page, or NULL, in which case read/write are
	 * used. A pointer is used until blt_execute() returns, and asked for once per page and
	 * direction at least.
	 */
	void *(*span)(void *ctx, uint64_t gpu_addr, size_t len, bool write);
	/* something the hardware's documentation forbids or leaves undefined, in words */
	void (*note)(void *ctx, const char *fmt, ...) PRINTF_LIKE(2, 3);
	/* optional: asked once a row; non-zero abandons the command (engine reset), -EINTR */
	int (*poll)(void *ctx);
};

/* What XY_SETUP_BLT, XY_SETUP_MONO_PATTERN_SL_BLT and XY_SETUP_CLIP_BLT leave for later commands */
struct blt_setup {
	bool valid;		/* a setup command ran since reset */
	bool mono;		/* the pattern is monochrome (.._MONO_PATTERN_SL_..) */
	uint32_t br00;		/* byte write mask */
	uint32_t br13;		/* pitch, ROP, depth, clip enable, transparency, solid pattern */
	int16_t clip_x1, clip_y1, clip_x2, clip_y2;
	uint64_t dst;
	uint32_t bg, fg;
	uint64_t pattern;	/* address of a colour pattern */
	uint8_t mono_pattern[8];
};

struct blt_regs {
	uint32_t bcs_swctrl;	/* MMIO 0x22200, low 16 bits as the masked writes left them */
	struct blt_setup setup;
	/* accounting since the caller last cleared it, for the cost model */
	uint64_t bytes_read, bytes_written;
};

#define BCS_SWCTRL_SRC_Y	0x1u
#define BCS_SWCTRL_DST_Y	0x2u

/*
 * Executes cmd[0..ndw), one whole command. 0, or a negative errno after a note: -EINVAL bad
 * command, -EINTR poll said stop, or what read/write returned.
 */
int blt_execute(const struct blt_mem *mem, struct blt_regs *regs, const uint32_t *cmd,
		unsigned int ndw);

/* Name of the 2D command in a header dword, or NULL where Gen9 has none with that opcode */
const char *blt_name(uint32_t header);

/* Length in dwords that a header claims (all 2D commands: bits 7:0 plus 2) */
static inline unsigned int blt_length(uint32_t header)
{
	return (header & 0xff) + 2;
}

#endif /* GPUSIM_BLT_H */
