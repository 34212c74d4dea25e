// SPDX-License-Identifier: GPL-2.0
/* Writes the DMA witness. */
#include "witness.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "gpu.h"

static struct {
	FILE *file;
	uint64_t start;
	uint32_t sequence;
	bool failed;
	pthread_mutex_t lock;
} state = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* What was recorded last, so that translations that come and go are not recorded each time. */
#define RECENT 4096

static struct recent {
	uint64_t gpu_addr, key, epoch;
} recent[NUM_ENGINES][RECENT];

/* Whether this was recorded in the engine's present epoch; if not, it counts as such now. */
static bool repeated(const struct engine *e, uint64_t gpu_addr, uint64_t bus, uint8_t flags)
{
	const uint64_t hash = (bus ^ bus >> 12 ^ gpu_addr) >> 12;
	struct recent *r = &recent[e->id][(hash * 8 + flags) % RECENT];
	const struct recent now = { gpu_addr, bus | flags, e->tlb.witness_epoch + 1 };

	if (r->gpu_addr == now.gpu_addr && r->key == now.key && r->epoch == now.epoch)
		return true;
	*r = now;
	return false;
}

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
	memset(recent, 0, sizeof(recent));
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
	uint8_t flags = (write ? WITNESS_WRITE : 0) | (space == SPACE_GGTT ? WITNESS_GGTT : 0);

	gpu_addr &= ~0xfffull;
	if (state.file && !repeated(e, gpu_addr, bus, flags))
		put_engine(e, gpu_addr, bus, flags);
}

void witness_table(struct engine *e, uint64_t bus)
{
	if (state.file && !repeated(e, 0, bus, WITNESS_TABLE))
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
