// SPDX-License-Identifier: GPL-2.0
/*
 * The folders "ivgpu" in sysfs, of the GPU and of a vGPU.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "env.h"
#include "knob.h"

static int knob_open(const char *uuid, const char *name, int flags)
{
	char path[512];
	int fd;

	if (uuid)
		snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/ivgpu/%s", uuid, name);
	else
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/ivgpu/%s", env_pci(), name);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int knob_write(const char *uuid, const char *name, const char *text)
{
	int fd = knob_open(uuid, name, O_WRONLY), ret = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	n = write(fd, text, strlen(text));
	if (n < 0)
		ret = -errno;
	else if ((size_t)n != strlen(text))
		ret = -EIO;
	close(fd);
	return ret;
}

int knob_set(const char *uuid, const char *name, unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu\n", value);
	return knob_write(uuid, name, text);
}

int knob_read(const char *uuid, const char *name, char *text, size_t size)
{
	int fd = knob_open(uuid, name, O_RDONLY);
	ssize_t n;
	int err;

	if (fd < 0)
		return fd;
	n = read(fd, text, size - 1);
	err = errno;
	close(fd);
	if (n < 0)
		return -err;
	if (n && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	return n;
}

uint64_t knob_get(const char *uuid, const char *name)
{
	char text[64];

	if (knob_read(uuid, name, text, sizeof(text)) <= 0)
		return ~0ull;
	return strtoull(text, NULL, 10);
}

void knobs_default(void)
{
	knob_write(NULL, "policy", "best-effort");
	knob_set(NULL, "slice_us", 5000);
	knob_set(NULL, "grace_ms", 0);
	knob_set(NULL, "hang_limit", 10);
}
