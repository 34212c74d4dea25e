// SPDX-License-Identifier: GPL-2.0
/*
 * mdev devices by sysfs: create, remove, and what a type's files say.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "env.h"
#include "mdev.h"

#define MDEV_BUS "/sys/bus/mdev/devices"
#define OWN_UUIDS "69766770-7500-4000-8000-"

void mdev_uuid(char uuid[UUID_LEN], unsigned int number)
{
	snprintf(uuid, UUID_LEN, OWN_UUIDS "%012x", number);
}

static int write_file(const char *path, const char *text)
{
	ssize_t n;
	int err = 0;
	int fd;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, text, strlen(text));
	if (n < 0)
		err = -errno;
	else if ((size_t)n != strlen(text))
		err = -EIO;
	close(fd);
	return err;
}

int mdev_create_raw(const char *type, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/mdev_supported_types/%s/create",
		 env_pci(), type);
	return write_file(path, text);
}

int mdev_create(const char *uuid)
{
	return mdev_create_raw(env_type(), uuid);
}

int mdev_renew(const char *uuid)
{
	if (mdev_exists(uuid))
		mdev_remove(uuid);
	return mdev_create(uuid);
}

int mdev_remove(const char *uuid)
{
	char path[512];

	snprintf(path, sizeof(path), MDEV_BUS "/%s/remove", uuid);
	return write_file(path, "1");
}

bool mdev_exists(const char *uuid)
{
	char path[512];

	snprintf(path, sizeof(path), MDEV_BUS "/%s", uuid);
	return !access(path, F_OK);
}

void mdev_sweep(void)
{
	struct dirent *entry;
	DIR *dir;

	dir = opendir(MDEV_BUS);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (!strncmp(entry->d_name, OWN_UUIDS, strlen(OWN_UUIDS)))
			mdev_remove(entry->d_name);
	closedir(dir);
}

int mdev_type_file(const char *type, const char *file, char *text, size_t size)
{
	char path[512];
	ssize_t n;
	int err;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/mdev_supported_types/%s/%s",
		 env_pci(), type, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	err = errno;
	close(fd);
	if (n < 0)
		return -err;
	text[n] = '\0';
	if (n && text[n - 1] == '\n')
		text[--n] = '\0';
	return n;
}

int mdev_available(const char *type)
{
	char text[64];
	int ret;

	ret = mdev_type_file(type, "available_instances", text, sizeof(text));
	return ret < 0 ? ret : atoi(text);
}
