// SPDX-License-Identifier: GPL-2.0
/* Creation and end of a GPU, and the lock its two threads share. */
#define _GNU_SOURCE
#include "gpu.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cache.h"
#include "pci.h"
#include "regs.h"

static const struct {
	const char *name;
	enum engine_class class;
	uint32_t base;
} engines[NUM_ENGINES] = {
	[RCS] = { "rcs", CLASS_RENDER, 0x2000 },
	[BCS] = { "bcs", CLASS_COPY, 0x22000 },
	[VCS0] = { "vcs0", CLASS_VIDEO, 0x12000 },
	[VCS1] = { "vcs1", CLASS_VIDEO, 0x1c000 },
	[VECS] = { "vecs", CLASS_ENHANCE, 0x1a000 },
};

void gpu_lock(struct gpu *gpu)
{
	atomic_fetch_add(&gpu->waiters, 1);
	pthread_mutex_lock(&gpu->lock);
	atomic_fetch_sub(&gpu->waiters, 1);
}

void gpu_unlock(struct gpu *gpu)
{
	if (gpu->kicked)
		pthread_cond_signal(&gpu->work);
	pthread_mutex_unlock(&gpu->lock);
}

uint32_t engine_context_id(const struct engine *e)
{
	return (uint32_t)(e->port[e->cur].desc >> 32);
}

void engine_report(const struct engine *e, enum log_class class, const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	log_line(class, "%s context %#x: %s (command %#x at %#llx)", e->name,
		 engine_context_id(e), text, e->exec_cmd, (unsigned long long)e->exec_addr);
}

static int init_gtt(struct gpu *gpu)
{
	/* The file has the layout of BAR0, so that a map offset means the same in both. */
	gpu->gtt_fd = memfd_create("gpusim-gtt", MFD_CLOEXEC);
	if (gpu->gtt_fd < 0)
		return -errno;
	if (ftruncate(gpu->gtt_fd, BAR0_SIZE))
		return -errno;
	gpu->gtt = mmap(NULL, GTT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, gpu->gtt_fd,
			GTT_OFFSET);
	return gpu->gtt == MAP_FAILED ? -errno : 0;
}

int gpu_init(struct gpu *gpu, const struct options *opt)
{
	pthread_condattr_t attr;
	int i, ret;

	memset(gpu, 0, sizeof(*gpu));
	gpu->opt = *opt;
	gpu->msi_fd = -1;
	gpu->intx_fd = -1;
	gpu->model = model_find(opt->gpu);
	if (!gpu->model)
		return -ENODEV;
	pthread_mutex_init(&gpu->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&gpu->work, &attr);
	mem_init(&gpu->mem);
	gpu->start_ns = now_ns();
	gpu->timestamp_base_ns = gpu->start_ns;
	gpu->busy_set_since = gpu->start_ns;
	for (i = 0; i < NUM_ENGINES; i++) {
		gpu->engine[i].gpu = gpu;
		gpu->engine[i].id = (enum engine_id)i;
		gpu->engine[i].name = engines[i].name;
		gpu->engine[i].class = engines[i].class;
		gpu->engine[i].base = engines[i].base;
		gpu->engine[i].present = gpu->model->engines & 1u << i;
	}
	ret = init_gtt(gpu);
	if (!ret)
		ret = regs_init(gpu);
	if (!ret)
		pci_init(gpu);
	return ret;
}

void gpu_fini(struct gpu *gpu)
{
	int i;

	for (i = 0; i < NUM_ENGINES; i++)
		cache_free(&gpu->engine[i]);
	regs_fini(gpu);
	mem_drop_all(&gpu->mem);
	munmap(gpu->gtt, GTT_SIZE);
	close(gpu->gtt_fd);
	if (gpu->msi_fd >= 0)
		close(gpu->msi_fd);
	if (gpu->intx_fd >= 0)
		close(gpu->intx_fd);
}
