/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the tests run: which GPU, which mdev type, what the kernel log says meanwhile,
 * and the counters a vGPU shows in debugfs.
 */
#ifndef SELFTESTS_ENV_H
#define SELFTESTS_ENV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#endif

const char *env_pci(void);
const char *env_prefix(void);
const char *env_type(void);
bool env_is_ivgpu(void);
bool env_wants_kvm(void);
/* IVGPU_VFIO=cdev: open devices by their own node and an iommufd, not by their group. */
bool env_wants_cdev(void);
/* fault_inject tries every Nth allocation only. */
unsigned int env_fault_stride(void);
bool env_has_parent(void);

/* The kernel log since kmsg_open(): true, and the line, where a new warning is in it. */
int kmsg_open(void);
bool kmsg_warned(int fd, char *line, size_t size);
/* True when a new message holds both words; reads on from where the last call ended. */
bool kmsg_find(int fd, const char *word1, const char *word2, int timeout_ms);

/* One `name value` line of the vGPU's debugfs file; -ENOENT when there is no such line. */
int stats_read(const char *uuid, const char *name, uint64_t *value);
/* The driver forgets all shadows of a vGPU and unpins its memory; 0 or -errno. */
int drop_shadows(const char *uuid);

/* Memory that another thread, the kernel or a GPU changes as well. */
static inline uint32_t load32(const void *p)
{
	return __atomic_load_n((const uint32_t *)p, __ATOMIC_SEQ_CST);
}

static inline uint64_t load64(const void *p)
{
	return __atomic_load_n((const uint64_t *)p, __ATOMIC_SEQ_CST);
}

static inline void store32(void *p, uint32_t value)
{
	__atomic_store_n((uint32_t *)p, value, __ATOMIC_SEQ_CST);
}

static inline void store64(void *p, uint64_t value)
{
	__atomic_store_n((uint64_t *)p, value, __ATOMIC_SEQ_CST);
}

uint64_t now_ms(void);
void sleep_ms(unsigned int ms);

#endif
