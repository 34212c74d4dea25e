// SPDX-License-Identifier: GPL-2.0
/*
 * Where the tests run: environment variables, kernel log, debugfs counters, time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "env.h"

static const char *env_or(const char *name, const char *other)
{
	const char *value = getenv(name);

	return value && *value ? value : other;
}

const char *env_pci(void)
{
	return env_or("IVGPU_PCI", "0000:00:02.0");
}

const char *env_prefix(void)
{
	return env_or("IVGPU_MDEV_PREFIX", "ivgpu-");
}

const char *env_type(void)
{
	static char type[128];

	snprintf(type, sizeof(type), "%s%s", env_prefix(), env_or("IVGPU_TYPE", "GVTg_V5_8"));
	return type;
}

bool env_is_ivgpu(void)
{
	return !strcmp(env_prefix(), "ivgpu-");
}

bool env_wants_kvm(void)
{
	return !strcmp(env_or("IVGPU_KVM", env_is_ivgpu() ? "0" : "1"), "1");
}

bool env_wants_cdev(void)
{
	return !strcmp(env_or("IVGPU_VFIO", "group"), "cdev");
}

unsigned int env_fault_stride(void)
{
	unsigned int stride = strtoul(env_or("IVGPU_FAULT_STRIDE", "1"), NULL, 10);

	return stride ? stride : 1;
}

bool env_has_parent(void)
{
	char path[512];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/mdev_supported_types/%s",
		 env_pci(), env_type());
	return !access(path, F_OK);
}

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static bool is_warning(const char *text)
{
	static const char * const signs[] = {
		"WARNING: ", "BUG: ", "Oops", "general protection fault", "kernel BUG at",
		"refcount_t:", "UBSAN:", "KASAN:", "KCSAN:", "Kernel panic", "rcu: INFO:",
		"unable to handle", "blocked for more than", "soft lockup", "hard LOCKUP",
		"DMA-API:", "list_add corruption", "list_del corruption",
		"possible circular locking", "possible recursive locking",
		"suspicious RCU usage", "sleeping function called",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signs); i++)
		if (strstr(text, signs[i]))
			return true;
	return false;
}

/* The text of a record starts after its "prio,seq,time,flags;" head; -1 when there is no more. */
static int kmsg_next(int fd, char *record, size_t size)
{
	ssize_t n;
	char *text;

	do {
		n = read(fd, record, size - 1);
	} while (n < 0 && errno == EPIPE);
	if (n <= 0)
		return -1;
	record[n] = '\0';
	text = strchr(record, ';');
	text = text ? text + 1 : record;
	memmove(record, text, strlen(text) + 1);
	record[strcspn(record, "\n")] = '\0';
	return 0;
}

bool kmsg_warned(int fd, char *line, size_t size)
{
	char record[8192];

	while (!kmsg_next(fd, record, sizeof(record))) {
		if (!is_warning(record))
			continue;
		snprintf(line, size, "%.*s", (int)size - 1, record);
		return true;
	}
	return false;
}

bool kmsg_find(int fd, const char *word1, const char *word2, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;
	char record[8192];

	do {
		while (!kmsg_next(fd, record, sizeof(record)))
			if (strstr(record, word1) && strstr(record, word2))
				return true;
		sleep_ms(10);
	} while (now_ms() < end);
	return false;
}

int stats_read(const char *uuid, const char *name, uint64_t *value)
{
	char path[512], key[128];
	unsigned long long v;
	int ret = -ENOENT;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/debug/ivgpu/%s/%s/stats", env_pci(), uuid);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (fscanf(f, "%127s %llu%*[^\n]", key, &v) == 2) {
		if (strcmp(key, name))
			continue;
		*value = v;
		ret = 0;
		break;
	}
	fclose(f);
	return ret;
}

int drop_shadows(const char *uuid)
{
	char path[512];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "/sys/kernel/debug/ivgpu/%s/%s/%s", env_pci(), uuid,
		 "drop_shadows");
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, "1", 1) != 1)
		ret = -errno;
	close(fd);
	return ret;
}

uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

void sleep_ms(unsigned int ms)
{
	usleep(ms * 1000);
}
