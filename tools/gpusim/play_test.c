// SPDX-License-Identifier: GPL-2.0
/*
 * Plays what Mesa's recorder wrote (selftests/streams), whole and with one thing broken in it at a
 * time: each must be noticed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play.h"
#include "test_util.h"

#define STREAM "../../selftests/streams/mesa-22.3.6-iris-skl-triangle.aub.gz"
#define MEM_WRITE 0xf7060000u
#define REG_WRITE 0xf7030000u
#define MAX_COMMANDS 1000000

static uint8_t *stream, *copy;
static size_t stream_size;
static struct gpu gpu;
static struct play_counts counts;

static int play_bytes(const uint8_t *data, size_t size)
{
	const struct options opt = { .gpu = "skl", .aperture_mib = 256 };
	int ret;

	log_close();
	log_open("/dev/null", false, false);
	if (gpu_init(&gpu, &opt))
		exit(1);
	ret = play(&gpu, data, size, MAX_COMMANDS, &counts);
	gpu_fini(&gpu);
	return ret;
}

static uint32_t get(size_t at)
{
	uint32_t val;

	memcpy(&val, copy + at, 4);
	return val;
}

static void put(size_t at, uint32_t val)
{
	memcpy(copy + at, &val, 4);
}

static void fresh_copy(void)
{
	memcpy(copy, stream, stream_size);
}

/* Offset of the first packet from `from` on with these upper header bits, 0: none. */
static size_t find_packet(size_t from, uint32_t head)
{
	size_t at;

	for (at = from; at + 4 <= stream_size; at += ((get(at) & 0xffff) + 1) * 4)
		if ((get(at) & 0xffff0000u) == head)
			return at;
	return 0;
}

/* Offset of the first memory write to an address space with at least len bytes. */
static size_t find_write(uint32_t space, uint32_t len)
{
	size_t at = 0;

	while ((at = find_packet(at, MEM_WRITE)) && (get(at + 12) >> 28 != space ||
						     get(at + 16) < len))
		at += ((get(at) & 0xffff) + 1) * 4;
	return at;
}

static size_t find_dword(uint32_t val)
{
	size_t at;

	for (at = 0; at + 4 <= stream_size; at += 4)
		if (get(at) == val)
			return at;
	return 0;
}

static void whole(void)
{
	check_eq("plays", (uint64_t)play_bytes(stream, stream_size), 0);
	check_eq("packets", counts.packets, 1168);
	check_eq("submissions", counts.submissions, 2);
	check_eq("polls", counts.register_polls, 2);
	check_eq("tables, two times the same", counts.tables, 30);
	check_eq("commands", gpu.engine[RCS].nr_cmds, 152);
	check_eq("contexts", gpu.engine[RCS].nr_contexts, 2);
	check_eq("batches", gpu.engine[RCS].nr_batches, 2);
	test_done("Mesa's stream plays");
}

static void cut_off(void)
{
	check_eq("in a packet", play_bytes(stream, stream_size - 4) != 0, 1);
	check_eq("in a dword", play_bytes(stream, stream_size - 3) != 0, 1);
	check_eq("before the first submission", play_bytes(stream, 40) != 0, 1);
	check_eq("empty", play_bytes(stream, 0) != 0, 1);
	test_done("a file that breaks off fails");
}

static void broken_packets(void)
{
	size_t at;

	fresh_copy();
	put(0, 0x12345678);
	check_eq("not an AUB file", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(0, 0xe0850003);
	check_eq("a classic one", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	at = find_write(2, 8);
	put(at, (get(at) & 0xffff) | 0xf7330000);
	check_eq("unknown packet", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(at + 16, 0xfffffff0);
	check_eq("more bytes than the packet has", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(at + 8, 0xffff);
	check_eq("address out of range", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(at + 12, 7u << 28);
	check_eq("unknown address space", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(find_packet(0, REG_WRITE) + 4, 0x7ffffffc);
	check_eq("register out of range", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(find_packet(0, REG_WRITE) + 4, 0x1ffffc);
	check_eq("undefined register", play_bytes(copy, stream_size) != 0, 1);
	test_done("broken packets fail");
}

static void broken_commands(void)
{
	size_t at;

	fresh_copy();
	at = find_dword(0x7b000005);		/* 3DPRIMITIVE */
	check_eq("there is a draw", at != 0, 1);
	put(at, 0x7bff0005);
	check_eq("unknown 3D command", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(at, 0x1f800000);
	check_eq("unknown MI command", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(at, 0x0e40c002);			/* waits for a value that does not come */
	put(at + 4, 0x12345678);
	check_eq("a semaphore without end", play_bytes(copy, stream_size) != 0, 1);
	test_done("broken commands fail");
}

static void broken_tables(void)
{
	size_t at;

	fresh_copy();
	at = find_write(2, 8) + 20;		/* the PML4's entry */
	put(at, get(at) & ~1u);
	check_eq("not present", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	put(at + 4, 0x40);
	check_eq("a table outside memory", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	at = find_write(2, 128) + 20 + 15 * 8;	/* a page that no command may touch */
	put(at + 4, 0x40);
	check_eq("a page outside memory", play_bytes(copy, stream_size) != 0, 1);
	fresh_copy();
	at = find_write(4, 128) + 20;		/* the context's GGTT entries */
	memset(copy + at, 0, 128);
	check_eq("GGTT entries cleared", play_bytes(copy, stream_size) != 0, 1);
	test_done("broken page tables fail");
}

int main(void)
{
	if (play_read_file(STREAM, &stream, &stream_size)) {
		printf("Bail out! %s cannot be read\n", STREAM);
		return 1;
	}
	copy = malloc(stream_size);
	if (!copy)
		return 1;
	whole();
	cut_off();
	broken_packets();
	broken_commands();
	broken_tables();
	free(stream);
	free(copy);
	return test_summary();
}
