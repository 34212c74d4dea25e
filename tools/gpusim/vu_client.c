// SPDX-License-Identifier: GPL-2.0
/*
 * Client side of the vfio-user protocol, no more of it than a program needs to drive a GPU.
 * Message layouts: QEMU docs/interop/vfio-user.rst.
 */
#define _GNU_SOURCE
#include "vu_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define CMD_VERSION 1
#define CMD_DMA_MAP 2
#define CMD_GET_REGION_INFO 5
#define CMD_REGION_READ 9
#define CMD_REGION_WRITE 10

#define GTT_OFFSET 0x800000
#define GTT_SIZE 0x800000

struct header {
	uint16_t id;
	uint16_t cmd;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

union fd_message {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static int send_request(struct vu_client *c, uint16_t cmd, const void *payload, size_t len, int fd)
{
	struct header h = { c->next_id, cmd, (uint32_t)(sizeof(h) + len), 0, 0 };
	struct iovec iov[2] = {
		{ .iov_base = &h, .iov_len = sizeof(h) },
		{ .iov_base = (void *)(uintptr_t)payload, .iov_len = len },
	};
	struct msghdr mh = { .msg_iov = iov, .msg_iovlen = 2 };
	union fd_message control = { 0 };
	struct cmsghdr *cm;

	if (fd >= 0) {
		mh.msg_control = control.buf;
		mh.msg_controllen = sizeof(control.buf);
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &fd, sizeof(int));
	}
	if (sendmsg(c->sock, &mh, MSG_NOSIGNAL) != (ssize_t)(sizeof(h) + len))
		return -EPIPE;
	return 0;
}

static ssize_t receive(struct vu_client *c, void *buf, size_t len, int *fd)
{
	struct iovec iov = { .iov_base = buf, .iov_len = len };
	union fd_message control;
	struct msghdr mh = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = fd ? control.buf : NULL,
		.msg_controllen = fd ? sizeof(control.buf) : 0,
	};
	struct cmsghdr *cm;
	ssize_t n;

	n = recvmsg(c->sock, &mh, MSG_CMSG_CLOEXEC);
	cm = fd && n > 0 ? CMSG_FIRSTHDR(&mh) : NULL;
	if (cm && cm->cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(cm), sizeof(int));
	return n;
}

/* One request and its reply, of which up to max bytes of payload are kept; *fd: one that came. */
static int transact(struct vu_client *c, uint16_t cmd, const void *payload, size_t len, int fd,
		    void *reply, size_t max, int *reply_fd)
{
	uint8_t buf[512];
	struct header h;
	size_t have = 0;
	ssize_t n;
	int ret;

	ret = send_request(c, cmd, payload, len, fd);
	if (ret)
		return ret;
	do {
		n = receive(c, buf + have, sizeof(buf) - have, have ? NULL : reply_fd);
		if (n <= 0)
			return -EPIPE;
		have += (size_t)n;
		memcpy(&h, buf, sizeof(h));
	} while (have < sizeof(h) || have < h.size);
	if (h.id != c->next_id || h.size > sizeof(buf))
		return -EPROTO;
	c->next_id++;
	if (h.error)
		return -(int)h.error;
	if (max > h.size - sizeof(h))
		max = h.size - sizeof(h);
	if (reply)
		memcpy(reply, buf + sizeof(h), max);
	return 0;
}

static int say_version(struct vu_client *c)
{
	static const char hello[] = "\0\0\0\0{\"capabilities\":{\"max_msg_fds\":1}}";

	return transact(c, CMD_VERSION, hello, sizeof(hello), -1, NULL, 0, NULL);
}

static int add_memory(struct vu_client *c)
{
	const struct {
		uint32_t argsz, flags;
		uint64_t offset, addr, size;
	} map = { sizeof(map), 3, 0, c->bus, c->ram_size };
	int fd = memfd_create("ram", MFD_CLOEXEC), ret = -EIO;

	if (fd < 0)
		return -errno;
	if (!ftruncate(fd, (off_t)c->ram_size)) {
		c->ram = mmap(NULL, c->ram_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (c->ram != MAP_FAILED)
			ret = transact(c, CMD_DMA_MAP, &map, sizeof(map), fd, NULL, 0, NULL);
	}
	close(fd);
	return ret;
}

static int map_gtt(struct vu_client *c)
{
	const struct {
		uint32_t argsz, flags, index, cap_offset;
		uint64_t size, offset;
	} info = { 256, 0, 0, 0, 0, 0 };
	int fd = -1, ret;

	ret = transact(c, CMD_GET_REGION_INFO, &info, sizeof(info), -1, NULL, 0, &fd);
	if (ret)
		return ret;
	if (fd < 0)
		return -ENODEV;
	c->gtt = mmap(NULL, GTT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, GTT_OFFSET);
	close(fd);
	return c->gtt == MAP_FAILED ? -errno : 0;
}

int vu_client_open(struct vu_client *c, const char *path, uint64_t bus, size_t ram_size)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int ret;

	memset(c, 0, sizeof(*c));
	c->ram = MAP_FAILED;
	c->gtt = MAP_FAILED;
	c->bus = bus;
	c->ram_size = ram_size;
	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	memcpy(addr.sun_path, path, strlen(path) + 1);
	c->sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->sock < 0)
		return -errno;
	ret = connect(c->sock, (struct sockaddr *)&addr, sizeof(addr)) ? -errno : 0;
	if (!ret)
		ret = say_version(c);
	if (!ret)
		ret = add_memory(c);
	if (!ret)
		ret = map_gtt(c);
	if (ret)
		vu_client_close(c);
	return ret;
}

void vu_client_close(struct vu_client *c)
{
	close(c->sock);
	if (c->ram != MAP_FAILED)
		munmap(c->ram, c->ram_size);
	if (c->gtt != MAP_FAILED)
		munmap(c->gtt, GTT_SIZE);
}

struct region_access {
	uint64_t offset;
	uint32_t region, count, val;
};

static void check(int ret)
{
	if (!ret)
		return;
	fprintf(stderr, "the simulator does not answer: %s\n", strerror(-ret));
	exit(1);
}

uint32_t vu_client_read(struct vu_client *c, uint32_t off)
{
	struct region_access a = { off, 0, 4, 0 };

	check(transact(c, CMD_REGION_READ, &a, 16, -1, &a, 20, NULL));
	return a.val;
}

void vu_client_write(struct vu_client *c, uint32_t off, uint32_t val)
{
	const struct region_access a = { off, 0, 4, val };

	check(transact(c, CMD_REGION_WRITE, &a, 20, -1, NULL, 0, NULL));
}
