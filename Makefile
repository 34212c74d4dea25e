# SPDX-License-Identifier: GPL-2.0
#
# ivgpu: the module for the running kernel, and everything that is tested in the lab.
# `make help` lists the targets. In a kernel tree, Kbuild is used and not this file.

KDIR ?= /lib/modules/$(shell uname -r)/build
LAB := tools/lab

all: modules

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) W=1 modules

install: modules
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_DIR=updates modules_install
	depmod -a $$($(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease)

clean:
	rm -rf build
	find drivers \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' \
		-o -name '.*.cmd' -o -name modules.order -o -name Module.symvers \) -delete
	rm -f modules.order Module.symvers .*.cmd

kunit:
	$(LAB)/kunit

kselftest:
	$(LAB)/check kselftest

check:
	$(LAB)/check

check-sim:
	$(LAB)/check sim kvmgt

check-sim-full:
	$(LAB)/igt-full $(IGT)

mutants:
	$(LAB)/mutants $(MUTANTS)

demo:
	$(LAB)/demo

bench-display:
	$(LAB)/bench-display

bench-mem:
	$(LAB)/bench-mem

guest-tools:
	$(LAB)/inside make -C tools/guest O=/repo/build/guest

gpusim:
	$(LAB)/inside make -C tools/gpusim

bench-sim:
	$(LAB)/inside make -s -C tools/gpusim bench BENCH_REPORT_ONLY=$(BENCH_REPORT_ONLY)

scan:
	$(LAB)/inside make -C tools/scan all O=../../build

commands-doc:
	$(LAB)/inside make -C tools/scan doc O=../../build

bench-scan:
	$(LAB)/inside make -s -C tools/scan bench O=../../build BENCH_REPORT_ONLY=$(BENCH_REPORT_ONLY)

record-streams:
	$(LAB)/record-streams $(STREAMS)

# An hour, if nothing else is said: make fuzz-scan SECONDS=60
fuzz-scan: SECONDS ?= 3600
fuzz-scan:
	$(LAB)/inside make -s -C tools/scan fuzz O=../../build FUZZ_SECONDS=$(SECONDS) \
		JUDGE_SECONDS=$$(($(SECONDS) / 4))

fuzz: fuzz-scan

.PHONY: commands-doc bench-scan record-streams fuzz-scan fuzz

bench-sched:
	$(LAB)/bench-sched

# All of them, whatever the first ones say; the status tells whether one missed a target.
BENCHES := $(sort $(shell sed -n 's/^\(bench-[a-z]*\):.*/\1/p' $(firstword $(MAKEFILE_LIST))))

bench:
	@status=0; for bench in $(BENCHES); do echo "== $$bench"; $(MAKE) --no-print-directory $$bench || status=1; done; \
	$(LAB)/inside sh -c 'tools/lab/bench-charts build/bench/*.json' || status=1; exit $$status

.PHONY: bench-sched bench

help:
	@echo 'For this machine (KDIR=$(KDIR)):'
	@echo '  all, modules   build ivgpu.ko'
	@echo '  install        install it and run depmod'
	@echo '  clean          remove what was built'
	@echo 'In the lab (root; sets itself up in $${IVGPU_CACHE:-~/.cache/ivgpu}):'
	@echo '  demo           two stock guests draw on two vGPUs; pictures in build/demo/'
	@echo '  check          everything that is tested, with a count at the end'
	@echo '  check-sim      the simulated GPU, proven by i915, IGT, Mesa and kvmgt (part of check)'
	@echo '  check-sim-full all of IGT on it, many hours, resumable, in pieces by IGT=OPTIONS; Documentation/gpusim-igt.rst'
	@echo '  kunit          KUnit suites under UML'
	@echo '  kselftest      kselftest programs on the three kernels'
	@echo '  bench-display  what a guest'\''s screen costs, build/bench/display.json'
	@echo '  bench-mem      what binding memory costs a guest, build/bench/mem.json; fails above the limits'
	@echo '  mutants        that tests notice when a check is taken out (MUTANTS="NAME..."; all)'
	@echo '  guest-tools    build/guest/ivgpu-blit'
	@echo '  gpusim         the simulated GPU, build/gpusim/gpusim'
	@echo '  bench-sim      how fast the simulated GPU is; build/bench/sim.json; fails below the targets'
	@echo '                 unless BENCH_REPORT_ONLY=1'
	@echo '  scan           the command scanner as a program, build/ivgpu-scan'
	@echo '  bench-scan     how fast the scanner is; build/bench/scan.json; fails as bench-sim does'
	@echo '  fuzz-scan      fuzz the scanner, SECONDS=3600, and judge what it allows'
	@echo '  record-streams write selftests/streams anew; builds Mesa once (long); STREAMS="mesa media lab"'
	@echo '  bench-sched    how well the scheduler shares; build/bench/sched.json; fails as bench-sim does'
	@echo '  bench          every bench-...; pictures beside build/bench/*.json'
	@echo '  commands-doc   write Documentation/commands.rst anew from the command rows'
	@echo 'tools/lab/README.md tells more.'

.PHONY: all modules install clean kunit kselftest check check-sim check-sim-full mutants demo guest-tools gpusim bench-sim scan help bench-display bench-mem
