// SPDX-License-Identifier: GPL-2.0
/*
 * Strict mode: undefined and reserved use is reported with engine, context, address and reason, is
 * remembered for the exit status, and ends the process at once with --strict=stop; what is right is
 * not reported.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_util.h"

#define LOG_PATH "/tmp/gpusim-strict-test.log"

static struct machine m;

static void set_up(enum engine_id id, enum log_strict strict)
{
	log_close();
	log_open(LOG_PATH, false, strict);
	machine_init(&m, "skl", id);
}

static void tear_down(void)
{
	machine_fini(&m);
	unlink(LOG_PATH);
}

/* Whether one line of the log has all of these. */
static bool logged(const char *a, const char *b, const char *c)
{
	FILE *f = fopen(LOG_PATH, "re");
	bool found = false;
	char line[512];

	while (f && fgets(line, sizeof(line), f))
		found |= strstr(line, a) && strstr(line, b) && strstr(line, c);
	if (f)
		fclose(f);
	return found;
}

static void good_use(void)
{
	set_up(RCS, STRICT_REPORT);
	EXEC(&m, 0x10400002, AT_DATA, 0, 1, 0x11000001, 0x2600, 5);
	check_eq("not reported", log_strict_failed(), 0);
	tear_down();
	test_done("what is right is not reported");
}

/* A fast copy with bits 29:28 of dword 1 set, which no source that was read defines. */
static void reserved_bits(void)
{
	const uint32_t copy[] = {
		0x50800008, 0x33000100, 0, 8 << 16 | 8, PP_DATA, 0, 0, 0x100, PP_DATA + 0x1000, 0,
	};

	set_up(BCS, STRICT_REPORT);
	poke(&m, AT_DATA + 0x1000, 0x600d);
	batch_exec(&m, copy, 10);
	check_eq("engine, context, reason", logged("command: bcs context 0x1", "XY_FAST_COPY_BLT",
						   "reserved bits 0x30000000 of dword 1"), 1);
	check_eq("command and address", logged("(command 0x50800008 at 0x20000)", "", ""), 1);
	check_eq("executed all the same", peek(&m, AT_DATA), 0x600d);
	check_eq("fails", log_strict_failed(), 1);
	tear_down();
	test_done("reserved bits of XY_FAST_COPY_BLT");
}

static void undefined_register(void)
{
	set_up(RCS, STRICT_REPORT);
	EXEC(&m, 0x11000001, 0x1ffffc, 5);
	check_eq("by a command", logged("undefined-register: rcs context 0x1: writes undefined",
					"register 0x1ffffc, value 0x5",
					"(command 0x11000001 at 0x150000)"), 1);
	mmio_read32(&m.gpu, 0x1ffff8);
	check_eq("by the CPU", logged("cpu reads undefined register 0x1ffff8", "", ""), 1);
	check_eq("fails", log_strict_failed(), 1);
	tear_down();
	test_done("undefined registers");
}

static void unknown_command(void)
{
	set_up(RCS, STRICT_REPORT);
	EXEC(&m, 0x1f800000, 0);
	check_eq("reported", logged("command: rcs context 0x1: unknown MI command",
				    "0x1f800000 at 0x150000", "engine stops"), 1);
	check_eq("fails", log_strict_failed(), 1);
	tear_down();
	test_done("unknown commands");
}

static void reserved_operation(void)
{
	set_up(BCS, STRICT_REPORT);
	EXEC(&m, 0x13008003, AT_DATA, 0, 1, 2);		/* MI_FLUSH_DW, post-sync 2 */
	check_eq("reported", logged("command: bcs context 0x1", "reserved post-sync 2",
				    "at 0x150000)"), 1);
	tear_down();
	test_done("reserved operations");
}

/* Each is executed as far as it goes, and reported. */
static void odd_commands(void)
{
	set_up(BCS, STRICT_REPORT);
	EXEC(&m, 0x13040003, 0, 0, 0, 0);
	check_eq("TLB bit", logged("MI_FLUSH_DW TLB bit without post-sync", "", ""), 1);
	EXEC(&m, 0x10400003, AT_DATA, 0, 1, 2);
	check_eq("a qword that is none", logged("two dwords without bit 21", "", ""), 1);
	check_eq("stored", peek64(&m, AT_DATA), 0x200000001ull);
	EXEC(&m, 0x00800008);
	check_eq("predicate", logged("reserved predicate of MI_SET_PREDICATE", "", ""), 1);
	EXEC(&m, 0x0d820000, 1);
	check_eq("to VCS1, which is not there", logged("MI_SEMAPHORE_SIGNAL to no engine", "", ""),
		 1);
	check_eq("the engine goes on", m.e->hung, false);
	tear_down();
	set_up(RCS, STRICT_REPORT);
	EXEC(&m, 0x0c000000, 0);
	check_eq("MI_SET_CONTEXT", logged("MI_SET_CONTEXT with execlists", "engine stops", ""), 1);
	check_eq("stops", m.e->hung, true);
	tear_down();
	test_done("commands that make no sense");
}

static void no_translation(void)
{
	set_up(RCS, STRICT_REPORT);
	BATCH(&m, 0x10000002, 0x90000000, 0, 1);
	check_eq("reported", logged("fault: rcs context 0x1", "write of unmapped PPGTT 0x90000000",
				    "at 0x20000"), 1);
	check_eq("fails", log_strict_failed(), 1);
	tear_down();
	set_up(RCS, STRICT_REPORT);
	poke64(&m, AT_PML4 + 0x3000 + 16 * 8, 0x7000000003ull);
	BATCH(&m, 0x10000002, PP_DATA, 0, 1);
	check_eq("no memory there", logged("dma: rcs context 0x1",
					   "PPGTT 0x10000 is bus address 0x7000000000",
					   "at 0x20000)"), 1);
	tear_down();
	test_done("addresses without memory");
}

static void refused(void)
{
	set_up(RCS, STRICT_REPORT);
	BATCH(&m, 0x11000001, 0x20c8, 5);
	check_eq("register", logged("privilege: rcs context 0x1", "at 0x20000", "0x20c8"), 1);
	check_eq("fails", log_strict_failed(), 1);
	tear_down();
	test_done("what a batch may not do");
}

static void ends_at_once(void)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		set_up(RCS, STRICT_STOP);
		EXEC(&m, 0x10400002, AT_DATA, 0, 1);
		mmio_read32(&m.gpu, 0x1ffff8);
		_exit(0);
	}
	check_eq("ended", waitpid(pid, &status, 0) == pid, 1);
	check_eq("at once, with its own status", WIFEXITED(status) ? WEXITSTATUS(status) : -1,
		 LOG_STRICT_STATUS);
	check_eq("the log tells why", logged("undefined register 0x1ffff8", "", ""), 1);
	unlink(LOG_PATH);
	test_done("--strict=stop");
}

int main(void)
{
	good_use();
	reserved_bits();
	undefined_register();
	unknown_command();
	reserved_operation();
	odd_commands();
	no_translation();
	refused();
	ends_at_once();
	return test_summary();
}
