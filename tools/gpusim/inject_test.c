// SPDX-License-Identifier: GPL-2.0
/*
 * Faults on request, and the control socket: that each fault does what it says and nothing when it
 * is cleared, and that the socket takes commands from several clients, in pieces and too long ones.
 */
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control.h"
#include "executor.h"
#include "inject.h"
#include "irq.h"
#include "test_util.h"
#include "util.h"

#define SOCKET_PATH "/tmp/gpusim-inject-test"

static struct machine m;

static void set_up(enum engine_id id)
{
	test_clock_ns = 1000000000;
	machine_init(&m, "skl", id);
	irq_set_msi(&m.gpu, eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	mmio_write32(&m.gpu, 0x44304, 0);		/* unmasked, enabled, master on */
	mmio_write32(&m.gpu, 0x4430c, ~0u);
	mmio_write32(&m.gpu, m.e->base + 0xa8, 0);
	mmio_write32(&m.gpu, 0x44200, 0x80000000);
}

static void inject_ok(const char *spec)
{
	check_eq(spec, (uint64_t)inject(&m.gpu.fault, spec), 0);
}

static void take_interrupts(void)
{
	mmio_write32(&m.gpu, 0x44308, ~0u);
	mmio_write32(&m.gpu, 0x44308, ~0u);
	mmio_write32(&m.gpu, 0x44200, 0x80000000);
}

/* A store by a request of its own; whether it ran. */
static bool works(uint32_t seqno)
{
	EXEC(&m, 0x10400002, AT_DATA, 0, seqno);
	return peek(&m, AT_DATA) == seqno;
}

static void lost_irq(void)
{
	set_up(RCS);
	inject_ok("lost-irq:1");
	check_eq("runs", works(1), 1);
	check_eq("lost", m.gpu.msi_lost, 1);
	check_eq("none sent", m.gpu.msi_sent, 0);
	take_interrupts();
	check_eq("runs", works(2), 1);
	check_eq("the next one comes", m.gpu.msi_sent, 1);
	machine_fini(&m);
	test_done("lost-irq");
}

static void late_irq(void)
{
	set_up(RCS);
	inject_ok("late-irq:500");
	check_eq("runs", works(1), 1);
	irq_send_late(&m.gpu);
	check_eq("not yet", m.gpu.msi_sent, 0);
	test_clock_ns += 499999;
	irq_send_late(&m.gpu);
	check_eq("nor now", m.gpu.msi_sent, 0);
	test_clock_ns += 1;
	irq_send_late(&m.gpu);
	check_eq("half a millisecond later", m.gpu.msi_sent, 1);
	irq_send_late(&m.gpu);
	check_eq("once", m.gpu.msi_sent, 1);
	machine_fini(&m);
	test_done("late-irq");
}

static void stuck_engine(void)
{
	set_up(RCS);
	inject_ok("stuck-engine:rcs");
	check_eq("nothing runs", works(1), 0);
	check_eq("not idle (MI_MODE)", mmio_read32(&m.gpu, 0x209c) & 0x200, 0);
	mmio_write32(&m.gpu, 0x941c, 1 << 1);
	check_eq("a reset ends", mmio_read32(&m.gpu, 0x941c), 0);
	inject_ok("clear");
	mmio_write32(&m.gpu, 0x229c, 0x80008000);
	mmio_write32(&m.gpu, 0x209c, 0x01000000);
	mmio_write32(&m.gpu, 0x2080, AT_HWSP);
	check_eq("works again", works(2), 1);
	machine_fini(&m);
	test_done("stuck-engine");
}

static void no_preempt(void)
{
	const uint32_t wait[] = { 0x0e40c002, 1, AT_DATA + 8, 0 };
	unsigned int i;

	set_up(RCS);
	inject_ok("no-preempt:rcs");
	for (i = 0; i < 4; i++)
		poke(&m, AT_RING + i * 4, wait[i]);
	poke(&m, AT_RING2, 0x10400002);
	poke(&m, AT_RING2 + 4, AT_DATA);
	poke(&m, AT_RING2 + 8, 0);
	poke(&m, AT_RING2 + 12, 7);
	set_tail(&m, AT_CONTEXT, 16);
	set_tail(&m, AT_CONTEXT2, 16);
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	check_eq("the second waits", peek(&m, AT_DATA), 0);
	check_eq("as pending", m.e->has_pending, 1);
	inject_ok("clear");
	run(&m);
	check_eq("preempts when cleared", peek(&m, AT_DATA), 7);
	machine_fini(&m);
	test_done("no-preempt");
}

static void fail_reset(void)
{
	set_up(RCS);
	inject_ok("fail-reset:1");
	mmio_write32(&m.gpu, 0x20d0, 0x00010001);
	check_eq("never ready", mmio_read32(&m.gpu, 0x20d0) & 2, 0);
	mmio_write32(&m.gpu, 0x941c, 2);
	check_eq("never ends", mmio_read32(&m.gpu, 0x941c), 2);
	mmio_write32(&m.gpu, 0x941c, 2);
	check_eq("the second ends", mmio_read32(&m.gpu, 0x941c), 0);
	inject_ok("fail-reset:forever");
	mmio_write32(&m.gpu, 0x941c, 1);
	mmio_write32(&m.gpu, 0x941c, 1);
	mmio_write32(&m.gpu, 0x941c, 1);
	check_eq("none ends", mmio_read32(&m.gpu, 0x941c), 1);
	inject_ok("clear");
	mmio_write32(&m.gpu, 0x941c, 1);
	check_eq("cleared", mmio_read32(&m.gpu, 0x941c), 0);
	machine_fini(&m);
	test_done("fail-reset");
}

static void slow_mem(void)
{
	set_up(RCS);
	inject_ok("slow-mem:20000");
	check_eq("not at once", works(1), 1);
	check_eq("the store's time is not over", m.e->active, 1);
	test_clock_ns += 19999;
	run(&m);
	check_eq("nor now", m.e->active, 1);
	test_clock_ns += 1;
	run(&m);
	check_eq("20 us later", m.e->active, 0);
	machine_fini(&m);
	test_done("slow-mem");
}

static void spurious_csb(void)
{
	set_up(RCS);
	inject_ok("spurious-csb:1");
	check_eq("runs", works(1), 1);
	check_eq("three events instead of two", peek(&m, AT_HWSP + 0x7c), 2);
	check_eq("idle to active", peek(&m, AT_HWSP + 0x40), 1);
	check_eq("once more", peek(&m, AT_HWSP + 0x48), 1);
	check_eq("complete", peek(&m, AT_HWSP + 0x50), 0x18);
	machine_fini(&m);
	test_done("spurious-csb");
}

static void bad_specs(void)
{
	static const char *const specs[] = {
		"", "lost-irq", "lost-irq:", "lost-irq:x", "lost-irq:1x", "lost-irq:99999999999",
		"stuck-engine:xcs", "nothing:1", "lost:1", "lost-irq:4294967295",
	};
	size_t i;

	set_up(RCS);
	for (i = 0; i < ARRAY_SIZE(specs); i++)
		check_eq(specs[i], inject(&m.gpu.fault, specs[i]) != 0, 1);
	machine_fini(&m);
	test_done("what is no fault is refused");
}

static int connect_control(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = SOCKET_PATH };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	check_eq("connects", connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0, 1);
	return fd;
}

/* Whether the answer to a line ends in this. */
static bool answers(int fd, const char *line, const char *end)
{
	char buf[8192];
	size_t have = 0, len = strlen(end);
	ssize_t n;

	if (send(fd, line, strlen(line), MSG_NOSIGNAL) != (ssize_t)strlen(line))
		return false;
	do {
		n = recv(fd, buf + have, sizeof(buf) - 1 - have, 0);
		if (n <= 0)
			return false;
		have += (size_t)n;
		buf[have] = 0;
	} while (!strstr(buf, "ok\n") && !strstr(buf, "error"));
	return have >= len && strstr(buf, end);
}

static void control_socket(void)
{
	char line[600];
	int one, two;

	set_up(RCS);
	check_eq("starts", (uint64_t)control_start(&m.gpu, SOCKET_PATH), 0);
	pthread_mutex_unlock(&m.gpu.lock);
	one = connect_control();
	two = connect_control();
	check_eq("stats", answers(one, "stats\n", "engine rcs busy_ns"), 1);
	check_eq("the other meanwhile", answers(two, "state\n", "rcs idle context 0"), 1);
	check_eq("fault", answers(two, "fault stuck-engine:rcs\r\n", "ok\n"), 1);
	check_eq("is on", m.gpu.fault.stuck_engines, 1 << RCS);
	check_eq("in pieces", send(one, "fau", 3, 0), 3);
	check_eq("and the rest", answers(one, "lt clear\n", "ok\n"), 1);
	check_eq("is off", m.gpu.fault.stuck_engines, 0);
	check_eq("unknown", answers(one, "hello\n", "error"), 1);
	memset(line, '0', sizeof(line) - 2);		/* cut off, it would be a number */
	memcpy(line, "fault lost-irq:", 15);
	line[sizeof(line) - 2] = '\n';
	line[sizeof(line) - 1] = 0;
	check_eq("too long", answers(one, line, "error"), 1);
	check_eq("goes on", answers(one, "help\n", "fault lost-irq"), 1);
	close(one);
	check_eq("the other stays", answers(two, "fault clear\n", "ok\n"), 1);
	control_stop();
	check_eq("the socket is gone", access(SOCKET_PATH, F_OK) != 0, 1);
	close(two);
	pthread_mutex_lock(&m.gpu.lock);
	machine_fini(&m);
	test_done("control socket");
}

int main(void)
{
	log_open("/dev/null", false, false);
	lost_irq();
	late_irq();
	stuck_engine();
	no_preempt();
	fail_reset();
	slow_mem();
	spurious_csb();
	bad_specs();
	control_socket();
	return test_summary();
}
