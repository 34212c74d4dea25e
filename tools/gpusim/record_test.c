// SPDX-License-Identifier: GPL-2.0
/* --record: what is written of what engines executed, packet by packet. */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test_util.h"

#define PACKET_REG 0xf7030005u
#define PACKET_MEM 0xf7060000u

static struct machine m;
static char path[64];
static uint32_t *words;
static size_t nr_words;

static void read_back(void)
{
	FILE *file = fopen(path, "r");
	long size;

	fseek(file, 0, SEEK_END);
	size = ftell(file);
	rewind(file);
	words = realloc(words, (size_t)size);
	nr_words = fread(words, 4, (size_t)size / 4, file);
	fclose(file);
}

/* Packets with this header (length aside) and, of memory writes, with this first dword. */
static unsigned int count(uint32_t header, bool any, uint32_t first)
{
	unsigned int n = 0;
	size_t at;

	for (at = 0; at < nr_words; at += (words[at] & 0xffff) + 1)
		if ((words[at] & 0xffff0000u) == (header & 0xffff0000u) &&
		    (any || words[at + 5] == first))
			n++;
	check_eq("packets fill the file", at, nr_words);
	return n;
}

static void start(uint64_t most)
{
	check_eq("open", (uint64_t)record_open(path, most), 0);
}

static void stop(void)
{
	record_close();
	read_back();
}

static void batch_and_ring(void)
{
	start(1 << 20);
	BATCH(&m, 0x10000002, PP_DATA, 0, 0xcafe);
	stop();
	check_eq("it ran", peek(&m, AT_DATA), 0xcafe);
	check_eq("four writes of ELSP", count(PACKET_REG, true, 0), 4);
	check_eq("the batch's page", count(PACKET_MEM, false, 0x10000002), 1);
	check_eq("the ring, straightened", count(PACKET_MEM, false, 0x18800101), 1);
	test_done("a batch, its ring and its submission");
}

static void what_was_lost(void)
{
	start(1 << 20);
	EXEC(&m, 0x05000000 | 0x3f << 23);	/* hangs: no such command */
	mmio_write32(&m.gpu, 0x941c, 1);
	stop();
	check_eq("no submission", count(PACKET_REG, true, 0), 0);
	test_done("what a reset ended is left out");
}

static void file_is_full(void)
{
	start(8192);
	BATCH(&m, 0x10000002, PP_DATA, 0, 1);
	BATCH(&m, 0x10000002, PP_DATA, 0, 2);
	stop();
	check_eq("one submission", count(PACKET_REG, true, 0), 4);
	test_done("a full file gets no more");
}

int main(void)
{
	int fd;

	snprintf(path, sizeof(path), "/tmp/gpusim-record-%s", "XXXXXX");
	fd = mkstemp(path);

	machine_init(&m, "skl", RCS);
	batch_and_ring();
	file_is_full();
	what_was_lost();
	machine_fini(&m);
	free(words);
	close(fd);
	unlink(path);
	return test_summary();
}
