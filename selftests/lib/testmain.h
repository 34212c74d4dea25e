/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's kselftest harness, with what every program here needs around it:
 * a skip of the whole program where there is no GPU, and a kernel log without warnings.
 */
#ifndef SELFTESTS_TESTMAIN_H
#define SELFTESTS_TESTMAIN_H

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

#include "kselftest_harness.h"

#include "env.h"
#include "mdev.h"

/* In a teardown: no test may leave a warning behind. */
#define EXPECT_QUIET_KERNEL(kmsg) do { \
		char _line[256] = ""; \
		bool _warned = kmsg_warned(kmsg, _line, sizeof(_line)); \
		EXPECT_FALSE(_warned) { \
			if (_warned) \
				TH_LOG("kernel: %s", _line); \
		} \
	} while (0)

/* What the in-tree kvmgt is known not to do; the list is used for validation only. */
#define NOT_ON_KVMGT(why) do { \
		if (!env_is_ivgpu()) \
			SKIP(return, "kvmgt: " why); \
	} while (0)

#define TEST_PROGRAM_MAIN \
	int main(int argc, char **argv) \
	{ \
		int _ret; \
		\
		if (argc == 1 && geteuid()) \
			ksft_exit_skip("needs root\n"); \
		if (argc == 1 && !env_has_parent()) \
			ksft_exit_skip("no mdev type %s at %s\n", env_type(), env_pci()); \
		_ret = test_harness_argv_check(argc, argv); \
		if (_ret != KSFT_PASS) \
			return _ret; \
		optind = 1; \
		mdev_sweep(); \
		return test_harness_run(argc, argv); \
	}

#endif
