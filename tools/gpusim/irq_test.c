// SPDX-License-Identifier: GPL-2.0
/*
 * The way of an interrupt: engine, GT group, master, and from there an MSI once, or INTx as long as
 * something stands (i915 i915_irq.c, gen8_irq_handler; PCI 3.0, 6.2.2 and 6.2.3 for the bits in
 * the command and status registers; linux/vfio.h, VFIO_IRQ_INFO_AUTOMASKED, for what INTx does
 * until it is unmasked).
 */
#include <sys/eventfd.h>
#include <unistd.h>

#include "irq.h"
#include "pci.h"
#include "test_util.h"

#define MASTER 0x44200
#define GT0 0x44300
#define IIR 8
#define USER_IRQ 0x01000000u		/* MI_USER_INTERRUPT */

static struct machine m;
static int fd;

/* How often the descriptor was written since the last look. */
static uint64_t taken(void)
{
	uint64_t n = 0;

	return read(fd, &n, sizeof(n)) == sizeof(n) ? n : 0;
}

static void setup(void)
{
	machine_init(&m, "skl", RCS);
	fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	mmio_write32(&m.gpu, 0x20a8, 0);		/* RCS: nothing masked */
	mmio_write32(&m.gpu, GT0 + 4, 0);
	mmio_write32(&m.gpu, GT0 + 12, 0x101);	/* user interrupt of RCS, context switch */
	mmio_write32(&m.gpu, MASTER, 0x80000000u);
}

static void fini(void)
{
	close(fd);
	machine_fini(&m);
}

static void handle(void)
{
	mmio_write32(&m.gpu, MASTER, 0);
	mmio_write32(&m.gpu, GT0 + IIR, mmio_read32(&m.gpu, GT0 + IIR));
}

static uint16_t config16(uint64_t off)
{
	uint16_t val;

	pci_read(&m.gpu, off, &val, sizeof(val));
	return val;
}

static void msi(void)
{
	setup();
	irq_set_msi(&m.gpu, dup(fd));
	EXEC(&m, USER_IRQ);
	check_eq("sent", taken() > 0, true);
	check_eq("latched", mmio_read32(&m.gpu, GT0 + IIR) & 1, 1);
	EXEC(&m, USER_IRQ);
	check_eq("not again while it stands", taken(), 0);
	handle();
	handle();			/* a second event was held back */
	check_eq("cleared", mmio_read32(&m.gpu, GT0 + IIR), 0);
	mmio_write32(&m.gpu, MASTER, 0x80000000u);
	EXEC(&m, USER_IRQ);
	check_eq("sent again", taken() > 0, true);
	fini();
	test_done("an MSI when something begins to be pending");
}

static void intx(void)
{
	const uint16_t disable = 0x0400, enable = 0;

	setup();
	check_eq("pin A", config16(0x3c) >> 8, 1);
	irq_set_intx(&m.gpu, dup(fd));
	check_eq("not asserted", config16(0x06) & 8, 0);
	EXEC(&m, USER_IRQ);
	check_eq("asserted, said once", taken(), 1);
	check_eq("interrupt status", config16(0x06) & 8, 8);
	EXEC(&m, USER_IRQ);
	check_eq("masked by itself", taken(), 0);
	irq_mask_intx(&m.gpu, false);
	check_eq("still asserted when unmasked", taken(), 1);
	handle();
	handle();
	irq_mask_intx(&m.gpu, false);
	check_eq("handled", taken(), 0);
	check_eq("not asserted", config16(0x06) & 8, 0);
	pci_write(&m.gpu, 0x04, &disable, sizeof(disable));
	mmio_write32(&m.gpu, MASTER, 0x80000000u);
	EXEC(&m, USER_IRQ);
	check_eq("disabled in the command register", taken(), 0);
	check_eq("but seen in the status", config16(0x06) & 8, 8);
	pci_write(&m.gpu, 0x04, &enable, sizeof(enable));
	check_eq("enabled", taken(), 1);
	irq_mask_intx(&m.gpu, true);
	irq_set_intx(&m.gpu, -1);
	check_eq("nobody to tell", m.gpu.intx_sent, 3);
	fini();
	test_done("INTx while something is pending");
}

int main(void)
{
	log_open("/dev/null", false, false);
	msi();
	intx();
	return test_summary();
}
