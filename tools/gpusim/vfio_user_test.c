// SPDX-License-Identifier: GPL-2.0
/*
 * The protocol server against a client in the same process: messages sent one by one, several at
 * once, in pieces, and malformed ones. Layouts: QEMU docs/interop/vfio-user.rst.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "test_util.h"
#include "vfio_user.h"

#define MAX_MAPS 8

static struct {
	unsigned int nr;
	struct {
		uint64_t addr, offset;
		bool has_fd;
		uint32_t first;		/* dword read through the descriptor */
	} map[MAX_MAPS];
	unsigned int writes;
	uint64_t last_write;
	unsigned int msi, intx, masks, unmasks;		/* calls; msi and intx: with a descriptor */
} seen;

static struct vu_device dev;
static int sock;
static pthread_t server;

static int on_map(void *ctx, uint64_t addr, uint64_t size, int fd, uint64_t offset, bool rd,
		  bool wr)
{
	(void)ctx;
	(void)size;
	(void)rd;
	(void)wr;
	if (seen.nr == MAX_MAPS)
		return -ENOSPC;
	seen.map[seen.nr].addr = addr;
	seen.map[seen.nr].offset = offset;
	seen.map[seen.nr].has_fd = fd >= 0;
	if (fd >= 0 && pread(fd, &seen.map[seen.nr].first, 4, 0) != 4)
		return -EIO;
	seen.nr++;
	return 0;
}

static int on_unmap(void *ctx, uint64_t addr, uint64_t size)
{
	(void)ctx;
	(void)addr;
	(void)size;
	return 0;
}

static int on_read(void *ctx, unsigned int region, uint64_t off, void *buf, size_t len)
{
	(void)ctx;
	memset(buf, (int)(region << 4 | (off & 15)), len);
	return 0;
}

static int on_write(void *ctx, unsigned int region, uint64_t off, const void *buf, size_t len)
{
	(void)ctx;
	(void)region;
	(void)off;
	seen.writes++;
	seen.last_write = 0;
	memcpy(&seen.last_write, buf, len < 8 ? len : 8);
	return 0;
}

static void on_msi(void *ctx, int fd)
{
	(void)ctx;
	seen.msi += fd >= 0;
	close(fd);
}

static void on_intx(void *ctx, int fd)
{
	(void)ctx;
	seen.intx += fd >= 0;
	close(fd);
}

static void on_mask(void *ctx, bool masked)
{
	(void)ctx;
	if (masked)
		seen.masks++;
	else
		seen.unmasks++;
}

static void *serve(void *arg)
{
	return (void *)(intptr_t)vu_serve(&dev, (int)(intptr_t)arg);
}

static void start(void)
{
	int pair[2], i;

	memset(&seen, 0, sizeof(seen));
	memset(&dev, 0, sizeof(dev));
	for (i = 0; i < VU_NUM_REGIONS; i++)
		dev.region[i].fd = -1;
	dev.region[0].size = 0x1000;
	dev.read = on_read;
	dev.write = on_write;
	dev.dma_map = on_map;
	dev.dma_unmap = on_unmap;
	dev.set_msi = on_msi;
	dev.set_intx = on_intx;
	dev.mask_intx = on_mask;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		_exit(1);
	sock = pair[0];
	pthread_create(&server, NULL, serve, (void *)(intptr_t)pair[1]);
}

static int stop(void)
{
	void *ret;

	shutdown(sock, SHUT_RDWR);
	pthread_join(server, &ret);
	close(sock);
	return (int)(intptr_t)ret;
}

static size_t put(uint8_t *to, uint16_t id, uint16_t cmd, const void *payload, uint32_t len)
{
	const uint32_t rest[3] = { 16 + len, 0, 0 };

	memcpy(to, &id, 2);
	memcpy(to + 2, &cmd, 2);
	memcpy(to + 4, rest, sizeof(rest));
	memcpy(to + 16, payload, len);
	return 16 + len;
}

static void send_bytes(const void *buf, size_t len, int fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)buf, .iov_len = len };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
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
	check_eq("sent", (uint64_t)sendmsg(sock, &mh, 0), len);
}

/* Receives one reply; returns its error, 0 for success, and its payload length. */
static uint32_t get_reply(uint16_t id, void *payload, size_t *len)
{
	uint8_t head[16], rest[4096];
	uint32_t size, error;
	uint16_t got;

	if (recv(sock, head, 16, MSG_WAITALL) != 16)
		return ~0u;
	memcpy(&got, head, 2);
	memcpy(&size, head + 4, 4);
	memcpy(&error, head + 12, 4);
	check_eq("reply to", got, id);
	if (size > 16 && recv(sock, rest, size - 16, MSG_WAITALL) != (ssize_t)size - 16)
		return ~0u;
	if (payload)
		memcpy(payload, rest, size - 16);
	if (len)
		*len = size - 16;
	return error;
}

static size_t put_map(uint8_t *to, uint16_t id, uint64_t addr)
{
	const struct {
		uint32_t argsz, flags;
		uint64_t offset, addr, size;
	} map = { 32, 3, addr, addr, 0x1000 };

	return put(to, id, 2, &map, sizeof(map));
}

static int file_with(uint32_t val)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	return pwrite(fd, &val, 4, 0) == 4 ? fd : -1;
}

/*
 * As QEMU does: maps are sent without waiting for the replies, some with a descriptor and some
 * without. A read holds the server up meanwhile only by chance, so they are sent many times.
 */
static void pipelined_maps(void)
{
	int one = file_with(0x1111), two = file_with(0x2222), round, wrong = 0;
	uint8_t msg[64];
	uint16_t id;

	for (round = 0; round < 200; round++) {
		start();
		send_bytes(msg, put_map(msg, 0, 0x1000), one);
		send_bytes(msg, put_map(msg, 1, 0x2000), -1);
		send_bytes(msg, put_map(msg, 2, 0x3000), two);
		send_bytes(msg, put_map(msg, 3, 0x4000), -1);
		for (id = 0; id < 4; id++)
			get_reply(id, NULL, NULL);
		stop();
		wrong += seen.nr != 4 || !seen.map[0].has_fd || seen.map[0].first != 0x1111 ||
			seen.map[1].has_fd || !seen.map[2].has_fd ||
			seen.map[2].first != 0x2222 || seen.map[3].has_fd;
	}
	check_eq("rounds with a descriptor at the wrong map", (uint64_t)wrong, 0);
	close(one);
	close(two);
	test_done("maps sent at once keep their descriptors");
}

static size_t put_read(uint8_t *to, uint16_t id, uint64_t off, uint32_t region, uint32_t count)
{
	const struct {
		uint64_t off;
		uint32_t region, count;
	} rd = { off, region, count };

	return put(to, id, 9, &rd, sizeof(rd));
}

static void regions(void)
{
	uint8_t msg[128], data[64];
	uint64_t val = 0x1122334455667788ull;
	size_t len, n, i;

	start();
	n = put_read(msg, 1, 5, 0, 4);
	send_bytes(msg, n, -1);
	check_eq("read", get_reply(1, data, &len), 0);
	check_eq("length", len, 20);
	check_eq("data", data[16], 0x05);
	n = put_read(msg, 2, 0xffe, 0, 4);
	send_bytes(msg, n, -1);
	check_eq("read past the end", get_reply(2, NULL, NULL), EINVAL);
	n = put_read(msg, 3, 0, 99, 4);
	send_bytes(msg, n, -1);
	check_eq("read of no region", get_reply(3, NULL, NULL), EINVAL);
	memcpy(data, msg + 16, 16);
	memset(data, 0, 16);
	data[12] = 8;
	memcpy(data + 16, &val, 8);
	n = put(msg, 4, 10, data, 24);
	for (i = 0; i < n; i++)
		send_bytes(msg + i, 1, -1);
	check_eq("write in single bytes", get_reply(4, NULL, &len), 0);
	check_eq("reply's length", len, 16);
	check_eq("value", seen.last_write, val);
	data[12] = 9;
	n = put(msg, 5, 10, data, 24);
	send_bytes(msg, n, -1);
	check_eq("count above the data", get_reply(5, NULL, NULL), EINVAL);
	n = put(msg, 6, 77, data, 4);
	send_bytes(msg, n, -1);
	check_eq("unknown command", get_reply(6, NULL, NULL), ENOTSUP);
	check_eq("end", (uint64_t)stop(), 0);
	test_done("region accesses");
}

static uint32_t irq_info(uint32_t index, uint32_t *count)
{
	uint32_t info[4] = { sizeof(info), 0, index, 0 };
	uint8_t msg[64];

	send_bytes(msg, put(msg, 1, 7, info, sizeof(info)), -1);
	check_eq("interrupt known", get_reply(1, info, NULL), 0);
	*count = info[3];
	return info[1];
}

static uint32_t set_irq(uint32_t index, uint32_t flags, uint32_t count, int fd)
{
	const uint32_t set[5] = { sizeof(set), flags, index, 0, count };
	uint8_t msg[64];

	send_bytes(msg, put(msg, 2, 8, set, sizeof(set)), fd);
	return get_reply(2, NULL, NULL);
}

/* Flags as in linux/vfio.h: 1 no data, 4 eventfd; 8 mask, 16 unmask, 32 trigger. */
static void interrupts(void)
{
	int fd = file_with(0);
	uint32_t count;

	start();
	check_eq("INTx: eventfd, maskable, masks itself", irq_info(0, &count), 7);
	check_eq("one", count, 1);
	check_eq("MSI: eventfd, not to be resized", irq_info(1, &count), 9);
	check_eq("one", count, 1);
	irq_info(2, &count);
	check_eq("no MSI-X", count, 0);
	check_eq("INTx is told", set_irq(0, 32 | 4, 1, fd), 0);
	check_eq("with the descriptor", seen.intx, 1);
	check_eq("unmask", set_irq(0, 16 | 1, 1, -1), 0);
	check_eq("mask", set_irq(0, 8 | 1, 1, -1), 0);
	check_eq("unmasked", seen.unmasks, 1);
	check_eq("masked", seen.masks, 1);
	check_eq("INTx off", set_irq(0, 32 | 1, 0, -1), 0);
	check_eq("MSI is told", set_irq(1, 32 | 4, 1, fd), 0);
	check_eq("with the descriptor", seen.msi, 1);
	check_eq("an MSI cannot be masked", set_irq(1, 8 | 1, 1, -1), EINVAL);
	check_eq("two of one", set_irq(0, 32 | 4, 2, fd), EINVAL);
	check_eq("two actions", set_irq(0, 32 | 16 | 1, 0, -1), EINVAL);
	check_eq("MSI-X", set_irq(2, 32 | 4, 1, fd), EINVAL);
	check_eq("no such interrupt", set_irq(5, 32 | 1, 0, -1), EINVAL);
	stop();
	close(fd);
	test_done("interrupts");
}

static void broken(void)
{
	const uint32_t small[4] = { 0, 4, 0, 0 }, huge[4] = { 0, 0x7fffffff, 0, 0 };
	uint8_t byte;

	start();
	send_bytes(small, sizeof(small), -1);
	check_eq("shorter than a header", (uint64_t)recv(sock, &byte, 1, MSG_DONTWAIT) + 1, 0);
	pthread_join(server, NULL);
	close(sock);
	start();
	send_bytes(huge, sizeof(huge), -1);
	pthread_join(server, NULL);
	close(sock);
	test_done("a message of impossible size ends the connection");
}

int main(void)
{
	log_open("/dev/null", false, false);
	pipelined_maps();
	regions();
	interrupts();
	broken();
	return test_summary();
}
