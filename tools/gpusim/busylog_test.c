// SPDX-License-Identifier: GPL-2.0
/* The busy log: its lines for two contexts, a preemption and a reset, by the clock. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "busylog.h"
#include "test_util.h"

#define LOG_PATH "/tmp/gpusim-busylog-test"

static struct machine m;

static void set_up(void)
{
	test_clock_ns = 5000000000;
	check_eq("opens", (uint64_t)busylog_open(LOG_PATH), 0);
	machine_init(&m, "skl", RCS);
	m.gpu.opt.speed = 1;
	test_clock_ns += 1000;
}

/* Ends the log and compares it, without its first line, which tells when time began. */
static void tear_down(const char *want)
{
	char text[4096] = "";
	const char *first;
	size_t n = 0;
	FILE *f;

	machine_fini(&m);
	busylog_close();
	f = fopen(LOG_PATH, "re");
	if (f) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = 0;
	unlink(LOG_PATH);
	check_eq("first line", !strstr(text, "time 0 is 5000000000\n"), 0);
	first = strchr(text, '\n');
	if (first && !strcmp(first + 1, want))
		return;
	check_eq("lines are as expected", 0, 1);
	printf("# got:\n%s# want:\n%s", first ? first + 1 : "", want);
}

static void pass_time(uint64_t ns)
{
	test_clock_ns += ns;
	run(&m);
}

/* Many MI_NOOP: 24 ns each. */
static void noops(uint32_t context, unsigned int nr)
{
	set_tail(&m, context, nr * 4);
}

static void two_contexts(void)
{
	set_up();
	noops(AT_CONTEXT, 100);
	noops(AT_CONTEXT2, 200);
	submit(&m, descriptor(AT_CONTEXT, 1), descriptor(AT_CONTEXT2, 2));
	pass_time(50);
	pass_time(2400);
	pass_time(4800);
	tear_down("1000 rcs submit 0x1 0x110000\n"
		  "1000 rcs submit 0x2 0x130000\n"
		  "1050 rcs run 0x1 0x110000\n"
		  "1050 rcs busy\n"
		  "3450 rcs done 0x1 0x110000\n"
		  "3450 rcs run 0x2 0x130000\n"
		  "8250 rcs done 0x2 0x130000\n"
		  "8250 rcs idle\n");
	test_done("two contexts, one after the other");
}

static void taken_away(void)
{
	set_up();
	EXEC(&m, 0x0e40c002, 1, AT_DATA + 8, 0);	/* until it is 1 */
	noops(AT_CONTEXT2, 2);
	test_clock_ns += 700;
	submit(&m, descriptor(AT_CONTEXT2, 2), 0);
	run(&m);
	pass_time(48);
	test_clock_ns += 100;
	submit(&m, descriptor(AT_CONTEXT, 1), 0);
	run(&m);
	test_clock_ns += 100;
	mmio_write32(&m.gpu, 0x941c, 2);
	run(&m);
	tear_down("1000 rcs submit 0x1 0x110000\n"
		  "1000 rcs run 0x1 0x110000\n"
		  "1000 rcs busy\n"
		  "1700 rcs submit 0x2 0x130000\n"
		  "1700 rcs preempted 0x1 0x110000\n"
		  "1700 rcs run 0x2 0x130000\n"
		  "1748 rcs done 0x2 0x130000\n"
		  "1748 rcs idle\n"
		  "1848 rcs submit 0x1 0x110000\n"
		  "1848 rcs run 0x1 0x110000\n"
		  "1848 rcs busy\n"
		  "1948 rcs reset\n"
		  "1948 rcs idle\n");
	test_done("preemption and reset");
}

int main(void)
{
	log_open("/dev/null", false, STRICT_OFF);
	two_contexts();
	taken_away();
	return test_summary();
}
