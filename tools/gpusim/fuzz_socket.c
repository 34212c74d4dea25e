// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of the vfio-user server in front of a GPU. Input: pieces that are sent one by one: a byte
 * of flags, one with the length, and the bytes. Flags: 1 the message's size field is made right; 2
 * a descriptor of memory goes with it, 4 one of an eventfd, 8 one of a file without bytes.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device.h"
#include "fuzz_util.h"

#define MAX_PIECES 64
#define FILE_SIZE 0x10000

static struct machine m;

/* Replies are taken and thrown away, or the server would stand still. */
static void *drain(void *arg)
{
	char buf[65536];

	while (recv((int)(intptr_t)arg, buf, sizeof(buf), 0) > 0)
		;
	return NULL;
}

static int open_something(uint8_t flags)
{
	int fd = -1;

	if (flags & (2 | 8))
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	else if (flags & 4)
		fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (fd >= 0 && flags & 2 && ftruncate(fd, FILE_SIZE))
		return -1;
	return fd;
}

static void send_piece(int sock, struct fuzz_input *in)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	uint8_t buf[256] = { 0 }, flags = fuzz_u8(in), i, len = fuzz_u8(in);
	const uint32_t size = len;
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fd = open_something(flags);
	struct cmsghdr *cm;

	for (i = 0; i < len; i++)
		buf[i] = fuzz_u8(in);
	if (flags & 1)
		memcpy(buf + 4, &size, sizeof(size));
	if (fd >= 0) {
		mh.msg_control = control.buf;
		mh.msg_controllen = sizeof(control.buf);
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &fd, sizeof(int));
	}
	sendmsg(sock, &mh, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (fd >= 0)
		close(fd);
}

static void serve(struct fuzz_input *in)
{
	struct vu_device dev;
	pthread_t reader;
	int pair[2], i;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		return;
	pthread_create(&reader, NULL, drain, (void *)(intptr_t)pair[0]);
	for (i = 0; i < MAX_PIECES && in->left; i++)
		send_piece(pair[0], in);
	shutdown(pair[0], SHUT_WR);
	device_init(&dev, &m.gpu);
	pthread_mutex_unlock(&m.gpu.lock);
	vu_serve(&dev, pair[1]);
	pthread_mutex_lock(&m.gpu.lock);
	close(pair[1]);
	pthread_join(reader, NULL);
	close(pair[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	uint8_t options = fuzz_u8(&in);

	fuzz_machine(&m, options);
	serve(&in);
	fuzz_run(&m);
	/* what the client unmapped is mapped again, so that the GPU can be looked at */
	mem_drop_all(&m.gpu.mem);
	machine_map_ram(&m);
	fuzz_end(&m);
	return 0;
}
