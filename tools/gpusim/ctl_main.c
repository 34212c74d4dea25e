// SPDX-License-Identifier: GPL-2.0
/*
 * gpusim-ctl: a client of the control socket. Sends its arguments as one command and prints the
 * answer. Exit status: 0 the command was taken, 1 it was not, 2 usage or no connection.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* The answer up to its last line, which is `ok` or begins with `error`. */
static int print_answer(FILE *f)
{
	char line[1024];

	while (fgets(line, sizeof(line), f)) {
		if (!strcmp(line, "ok\n"))
			return 0;
		fputs(line, stdout);
		if (!strncmp(line, "error", 5))
			return 1;
	}
	fprintf(stderr, "gpusim-ctl: the simulator went away\n");
	return 2;
}

int main(int argc, char **argv)
{
	FILE *f;
	int i, ret;

	if (argc < 3) {
		fprintf(stderr, "usage: gpusim-ctl SOCKET COMMAND [ARGUMENT...]   (try: help)\n");
		return 2;
	}
	ret = connect_to(argv[1]);
	f = ret < 0 ? NULL : fdopen(ret, "r+");
	if (!f) {
		fprintf(stderr, "gpusim-ctl: %s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	for (i = 2; i < argc; i++)
		fprintf(f, "%s%s", argv[i], i + 1 < argc ? " " : "\n");
	fflush(f);
	ret = print_answer(f);
	fclose(f);
	return ret;
}
