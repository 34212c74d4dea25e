// SPDX-License-Identifier: GPL-2.0
/* Writes the DMA witness. */
#include "witness.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>

#include "gpu.h"

static struct {
	FILE *file;
	uint64_t start;
	uint32_t sequence;
	bool failed;
	pthread_mutex_t lock;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER };

int witness_open(const char *path)
{
	struct witness_header h = {
		.magic = WITNESS_MAGIC,
		.version = 1,
		.record_size = sizeof(struct witness_record),
		.start_ns = now_ns(),
	};

	state.file = fopen(path, "we");
	if (!state.file)
		return -errno;
	state.start = h.start_ns;
	if (fwrite(&h, sizeof(h), 1, state.file) != 1)
		return -EIO;
	return 0;
}

bool witness_on(void)
{
	return state.file;
}

void witness_close(void)
{
	if (!state.file)
		return;
	if (fclose(state.file) || state.failed)
		log_line(LOG_INFO, "witness incomplete: file could not be written");
	state.file = NULL;
}

static void put(struct witness_record *r)
{
	pthread_mutex_lock(&state.lock);
	r->time_ns = now_ns() - state.start;
	r->sequence = state.sequence++;
	if (fwrite(r, sizeof(*r), 1, state.file) != 1)
		state.failed = true;
	pthread_mutex_unlock(&state.lock);
}

static void put_engine(struct engine *e, uint64_t gpu_addr, uint64_t bus, uint8_t flags)
{
	struct witness_record r = {
		.gpu_addr = gpu_addr,
		.bus_addr = bus,
		.context = engine_context_id(e),
		.lrca = (uint32_t)e->port[e->cur].desc,
		.engine = (uint8_t)e->id,
		.flags = flags,
	};

	put(&r);
}

void witness_page(struct engine *e, enum address_space space, uint64_t gpu_addr, uint64_t bus,
		  bool write)
{
	if (state.file)
		put_engine(e, gpu_addr & ~0xfffull, bus,
			   (write ? WITNESS_WRITE : 0) | (space == SPACE_GGTT ? WITNESS_GGTT : 0));
}

void witness_table(struct engine *e, uint64_t bus)
{
	if (state.file)
		put_engine(e, 0, bus, WITNESS_TABLE);
}

void witness_status(struct engine *e, uint64_t gpu_addr, uint64_t bus)
{
	if (state.file)
		put_engine(e, gpu_addr & ~0xfffull, bus,
			   WITNESS_STATUS | WITNESS_GGTT | WITNESS_WRITE);
}

void witness_write_back(struct engine *e, enum address_space space, uint64_t desc,
			uint64_t gpu_addr, uint64_t bus)
{
	struct witness_record r = {
		.gpu_addr = gpu_addr,
		.bus_addr = bus,
		.context = (uint32_t)(desc >> 32),
		.lrca = (uint32_t)desc,
		.engine = (uint8_t)e->id,
		.flags = WITNESS_WRITE_BACK | WITNESS_WRITE |
			 (space == SPACE_GGTT ? WITNESS_GGTT : 0),
	};

	if (state.file)
		put(&r);
}

void witness_aperture(uint64_t gpu_addr, uint64_t bus, bool write)
{
	struct witness_record r = {
		.gpu_addr = gpu_addr & ~0xfffull,
		.bus_addr = bus,
		.engine = 0xff,
		.flags = WITNESS_APERTURE | WITNESS_GGTT | (write ? WITNESS_WRITE : 0),
	};

	if (state.file)
		put(&r);
}
