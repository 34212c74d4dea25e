// SPDX-License-Identifier: GPL-2.0
/*
 * The control socket of the simulated GPU, where the lab hands it in as a virtio port.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "control.h"

#define PORTS "/sys/class/virtio-ports"
#define ANSWER_MS 10000

static bool has_name(const char *port, const char *name)
{
	char path[512], text[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), PORTS "/%s/name", port);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fscanf(f, "%63s", text) != 1)
		text[0] = '\0';
	fclose(f);
	return !strcmp(text, name);
}

int control_open(unsigned int index)
{
	char name[32], path[512] = "";
	struct dirent *entry;
	DIR *dir;
	int fd;

	snprintf(name, sizeof(name), "lab.gpu%u", index);
	dir = opendir(PORTS);
	if (!dir)
		return -ENODEV;
	while (!path[0] && (entry = readdir(dir)))
		if (has_name(entry->d_name, name))
			snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
	closedir(dir);
	if (!path[0])
		return -ENODEV;
	fd = open(path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* The answer's last line is "ok" or "error ...". */
static bool is_whole(const char *text, int *ret)
{
	const char *last;
	size_t n = strlen(text);

	if (!n || text[n - 1] != '\n')
		return false;
	for (last = text + n - 1; last > text && last[-1] != '\n'; last--)
		;
	if (!strncmp(last, "error", 5))
		*ret = -EINVAL;
	else if (!strcmp(last, "ok\n"))
		*ret = 0;
	else
		return false;
	return true;
}

int control_do(int fd, const char *line, char *text, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char command[256], own[8192];
	size_t at = 0;
	ssize_t n;
	int ret;

	if (!text) {
		text = own;
		size = sizeof(own);
	}
	snprintf(command, sizeof(command), "%s\n", line);
	if (write(fd, command, strlen(command)) != (ssize_t)strlen(command))
		return -EIO;
	while (at + 1 < size && poll(&pfd, 1, ANSWER_MS) == 1) {
		n = read(fd, text + at, size - 1 - at);
		if (n <= 0)
			return -EIO;
		at += n;
		text[at] = '\0';
		if (is_whole(text, &ret))
			return ret;
	}
	return -ETIMEDOUT;
}
