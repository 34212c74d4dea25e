// SPDX-License-Identifier: GPL-2.0
/*
 * gpusim-bench: how fast the simulator is, measured from outside: a gpusim is started, and driven
 * over its socket through registers, page tables, rings and batches as a driver does.
 *
 *   blit_bytes_per_s     bytes written by linear XY_SRC_COPY_BLT of 1024x1024 pixels of 4 bytes
 *   mi_dwords_per_s      dwords of a batch of MI_NOOP, MI_STORE_DATA_IMM and MI_LOAD_REGISTER_IMM,
 *                        as many of each (8 dwords by three commands)
 *   mmio_roundtrip_us    a register read on the socket
 *
 * Each is the median of several runs by wall clock, with the targets of README.md; the rate by
 * gpusim's own CPU time is told as a comment: what else the machine does hardly changes it.
 * Exit status: 0; 1 a target is missed or nothing could be measured; 2 usage. With
 * BENCH_REPORT_ONLY=1 a missed target is only told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util.h"
#include "vu_client.h"

#define RUNS 7

#define BUS 0x100000ull
#define RAM (48u << 20)
#define AT_HWSP 0x100000u
#define AT_CONTEXT 0x110000u		/* 2 pages */
#define AT_RING 0x120000u		/* one page */
#define AT_DONE 0x121000u		/* the last command of a run writes here */
#define AT_TABLES 0x130000u		/* PML4, PDP, PD, then page tables */
#define AT_BATCH 0x400000u
#define AT_SOURCE 0x1000000u
#define AT_DEST 0x1800000u

#define BASE 0x22000			/* the blitter */
#define MIX_COMMANDS 131072		/* of each kind in a batch */
#define MIX_DWORDS 8
#define MIX_TIMES 2			/* batches in a run */
#define BLITS 64
#define BLIT_SIDE 1024
#define READS 5000

static const struct {
	const char *name;
	double target;			/* at least, 0: none */
} figures[] = {
	{ "blit_bytes_per_s", 200e6 }, { "mi_dwords_per_s", 20e6 }, { "mmio_roundtrip_us", 0 },
};

static struct vu_client gpu;
static uint32_t seqno;
static clockid_t cpu_clock;		/* of the gpusim that is measured */
static double work, cpu;		/* of the figure in hand: amount, and CPU seconds for it */

static double clock_s(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double now(void)
{
	return clock_s(CLOCK_MONOTONIC);
}

static void put64(uint64_t bus, uint64_t val)
{
	uint32_t *at = vu_client_at(&gpu, bus);

	at[0] = (uint32_t)val;
	at[1] = (uint32_t)(val >> 32);
}

/* The GGTT and one 4-level PPGTT, both with address = bus address. */
static void make_tables(void)
{
	uint64_t page, table;

	for (page = BUS; page < BUS + RAM; page += 4096) {
		gpu.gtt[page >> 12] = page | 1;
		table = AT_TABLES + 0x3000 + (page >> 21) * 4096;
		put64(table + (page >> 12 & 511) * 8, page | 3);
		put64(AT_TABLES + 0x2000 + (page >> 21) * 8, table | 3);
	}
	put64(AT_TABLES, (AT_TABLES + 0x1000) | 3);
	put64(AT_TABLES + 0x1000, (AT_TABLES + 0x2000) | 3);
}

/* Ring registers and PDP0 of a context image (i915 gt/intel_lrc.c). */
static void make_context(void)
{
	uint32_t *page = vu_client_at(&gpu, AT_CONTEXT + 0x1000);
	const uint32_t ring[][2] = {
		{ 0x244, 0x00090009 }, { 0x34, 0 }, { 0x30, 0 }, { 0x38, AT_RING }, { 0x3c, 1 },
	};
	const uint32_t pdp[][2] = { { 0x274, 0 }, { 0x270, AT_TABLES } };
	unsigned int i;

	page[1] = 0x11000000 | 9;
	for (i = 0; i < ARRAY_SIZE(ring); i++) {
		page[2 + 2 * i] = BASE + ring[i][0];
		page[3 + 2 * i] = ring[i][1];
	}
	page[33] = 0x11000000 | 3;
	for (i = 0; i < ARRAY_SIZE(pdp); i++) {
		page[34 + 2 * i] = BASE + pdp[i][0];
		page[35 + 2 * i] = pdp[i][1];
	}
}

static void set_up(void)
{
	make_tables();
	make_context();
	vu_client_write(&gpu, BASE + 0x29c, 0x80008000);	/* execlists */
	vu_client_write(&gpu, BASE + 0x9c, 0x01000000);		/* not stopped */
	vu_client_write(&gpu, BASE + 0x80, AT_HWSP);
}

/*
 * Puts a batch start, some times, and a store of the sequence number into the ring, submits, and
 * waits for the store. Seconds, or a negative number if it does not come.
 */
static double run_batch(unsigned int times)
{
	static uint32_t tail;
	uint32_t *ring = vu_client_at(&gpu, AT_RING);
	const uint32_t start[4] = { 0x18800101, AT_BATCH, 0, 0 };
	const uint32_t store[4] = { 0x10400002, AT_DONE, 0, ++seqno };
	const uint32_t *done = vu_client_at(&gpu, AT_DONE);
	uint32_t *page = vu_client_at(&gpu, AT_CONTEXT + 0x1000);
	double t0, cpu0 = clock_s(cpu_clock);
	unsigned int i;

	for (i = 0; i < times; i++, tail = (tail + 16) % 4096)
		memcpy(ring + tail / 4, start, sizeof(start));
	memcpy(ring + tail / 4, store, sizeof(store));
	tail = (tail + 16) % 4096;
	__atomic_store_n(&page[7], tail, __ATOMIC_RELEASE);
	t0 = now();
	vu_client_write(&gpu, BASE + 0x230, 0);
	vu_client_write(&gpu, BASE + 0x230, 0);
	vu_client_write(&gpu, BASE + 0x230, 1);
	vu_client_write(&gpu, BASE + 0x230, AT_CONTEXT | 0x119);
	while (__atomic_load_n(done, __ATOMIC_ACQUIRE) != seqno) {
		if (now() - t0 > 30)
			return -1;
		usleep(20);
	}
	t0 = now() - t0;
	cpu += clock_s(cpu_clock) - cpu0;
	return t0;
}

static double bench_mi(void)
{
	static const uint32_t mix[MIX_DWORDS] = {
		0, 0x10000002, AT_SOURCE, 0, 1, 0x11000001, BASE + 0x600, 2,
	};
	uint32_t *batch = vu_client_at(&gpu, AT_BATCH);
	unsigned int i;

	for (i = 0; i < MIX_COMMANDS; i++)
		memcpy(batch + i * MIX_DWORDS, mix, sizeof(mix));
	batch[i * MIX_DWORDS] = 0x05000000;
	work += (double)MIX_TIMES * MIX_COMMANDS * MIX_DWORDS;
	return (double)MIX_TIMES * MIX_COMMANDS * MIX_DWORDS / run_batch(MIX_TIMES);
}

static double bench_blit(void)
{
	static const uint32_t copy[] = {
		0x54f00008, 0x03cc0000 | BLIT_SIDE * 4, 0, BLIT_SIDE << 16 | BLIT_SIDE, AT_DEST, 0,
		0, BLIT_SIDE * 4, AT_SOURCE, 0,
	};
	uint32_t *batch = vu_client_at(&gpu, AT_BATCH);
	uint32_t *source = vu_client_at(&gpu, AT_SOURCE), *dest = vu_client_at(&gpu, AT_DEST);
	unsigned int i;
	double s;

	for (i = 0; i < BLIT_SIDE * BLIT_SIDE; i++)
		source[i] = i * 2654435761u + seqno;
	memset(dest, 0, BLIT_SIDE * BLIT_SIDE * 4);
	for (i = 0; i < BLITS; i++)
		memcpy(batch + i * ARRAY_SIZE(copy), copy, sizeof(copy));
	batch[i * ARRAY_SIZE(copy)] = 0x05000000;
	s = run_batch(1);
	if (memcmp(source, dest, BLIT_SIDE * BLIT_SIDE * 4)) {
		fprintf(stderr, "bench: the copy is wrong\n");
		return -1;
	}
	work += (double)BLITS * BLIT_SIDE * BLIT_SIDE * 4;
	return (double)BLITS * BLIT_SIDE * BLIT_SIDE * 4 / s;
}

static double bench_mmio(void)
{
	double t0 = now();
	unsigned int i;

	for (i = 0; i < READS; i++)
		vu_client_read(&gpu, BASE + 0x30);
	return (now() - t0) / READS * 1e6;
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* Median, or a negative number where a run failed. */
static double median(double (*bench)(void))
{
	double got[RUNS];
	int i;

	bench();				/* warm up */
	work = 0;
	cpu = 0;
	for (i = 0; i < RUNS; i++) {
		got[i] = bench();
		if (got[i] < 0)
			return -1;
	}
	qsort(got, RUNS, sizeof(got[0]), compare);
	if (cpu > 0)
		printf("# %.0f a second of gpusim's CPU time\n", work / cpu);
	return got[RUNS / 2];
}

/* 1 when a target is missed and that counts, or something could not be measured. */
static int report(const double *val, FILE *f)
{
	const char *only = getenv("BENCH_REPORT_ONLY");
	int missed = 0, failed = 0;
	size_t i;

	fprintf(f, "{");
	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		fprintf(f, "%s\"%s\": %.*f", i ? ", " : "", figures[i].name,
			figures[i].target > 0 ? 0 : 2, val[i]);
		printf("%-18s %14.2f", figures[i].name, val[i]);
		if (figures[i].target > 0)
			printf("  target %.0f%s", figures[i].target,
			       val[i] < figures[i].target ? "  MISSED" : "");
		printf("\n");
		missed |= val[i] < figures[i].target;
		failed |= val[i] <= 0;
	}
	fprintf(f, "}\n");
	return failed || (missed && !(only && !strcmp(only, "1")));
}

static pid_t start_gpusim(const char *program, const char *path)
{
	char line[512];
	int out[2];
	pid_t pid;
	FILE *f;

	if (pipe(out))
		return -1;
	pid = fork();
	if (!pid) {
		dup2(out[1], 1);
		close(out[0]);
		close(out[1]);
		execl(program, program, "--socket", path, "--log", "/dev/null", NULL);
		_exit(127);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	if (pid > 0 && (!f || !fgets(line, sizeof(line), f))) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	if (f)
		fclose(f);
	return pid;
}

static int measure(const char *path, const char *json)
{
	double val[ARRAY_SIZE(figures)];
	int ret;
	FILE *f;

	ret = vu_client_open(&gpu, path, BUS, RAM);
	if (ret) {
		fprintf(stderr, "bench: %s\n", strerror(-ret));
		return 1;
	}
	set_up();
	val[0] = median(bench_blit);
	val[1] = median(bench_mi);
	val[2] = median(bench_mmio);
	vu_client_close(&gpu);
	f = fopen(json, "w");
	if (!f) {
		fprintf(stderr, "bench: %s: %s\n", json, strerror(errno));
		return 1;
	}
	ret = report(val, f);
	return fclose(f) || ret;
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/gpusim-bench.XXXXXX", path[64];
	int ret = 1;
	pid_t pid;

	if (argc != 3) {
		fprintf(stderr, "usage: gpusim-bench GPUSIM JSON\n");
		return 2;
	}
	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/sock", dir);
	pid = start_gpusim(argv[1], path);
	if (pid > 0) {
		clock_getcpuclockid(pid, &cpu_clock);
		ret = measure(path, argv[2]);
		waitpid(pid, NULL, 0);
	} else {
		fprintf(stderr, "bench: %s does not start\n", argv[1]);
	}
	unlink(path);
	rmdir(dir);
	return ret;
}
