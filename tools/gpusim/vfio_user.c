// SPDX-License-Identifier: GPL-2.0
/*
 * vfio-user server: parses and checks each message, hands it to the device, and replies.
 * Layouts are those of QEMU docs/interop/vfio-user.rst and of the kernel's linux/vfio.h.
 */
#include "vfio_user.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"

enum {
	CMD_VERSION = 1,
	CMD_DMA_MAP = 2,
	CMD_DMA_UNMAP = 3,
	CMD_GET_INFO = 4,
	CMD_GET_REGION_INFO = 5,
	CMD_GET_IRQ_INFO = 7,
	CMD_SET_IRQS = 8,
	CMD_REGION_READ = 9,
	CMD_REGION_WRITE = 10,
	CMD_RESET = 13,
	CMD_REGION_WRITE_MULTI = 15,
};

#define FLAG_TYPE_MASK 0xf
#define FLAG_REPLY 1
#define FLAG_NO_REPLY 0x10
#define FLAG_ERROR 0x20

#define MAX_FDS 16
#define MAX_XFER (1024 * 1024)
#define MAX_MSG (MAX_XFER + 64)

#define REGION_READ 1
#define REGION_WRITE 2
#define REGION_MMAP 4
#define REGION_CAPS 8
#define CAP_SPARSE_MMAP 1

struct header {
	uint16_t id;
	uint16_t cmd;
	uint32_t size;
	uint32_t flags;
	uint32_t error;
};

struct dma_map_req {
	uint32_t argsz, flags;
	uint64_t offset, addr, size;
};

struct dma_unmap_req {
	uint32_t argsz, flags;
	uint64_t addr, size;
};

struct region_info {
	uint32_t argsz, flags, index, cap_offset;
	uint64_t size, offset;
};

struct region_sparse {
	uint16_t id, version;
	uint32_t next;
	uint32_t nr_areas, reserved;
	uint64_t offset, size;
};

/* flags of an interrupt, and of what is to be done to one (linux/vfio.h, as the protocol says) */
#define IRQ_EVENTFD 1u
#define IRQ_MASKABLE 2u
#define IRQ_AUTOMASKED 4u
#define IRQ_NORESIZE 8u
#define SET_NO_DATA 1u
#define SET_EVENTFD 4u
#define SET_MASK 8u
#define SET_UNMASK 16u
#define SET_TRIGGER 32u
#define SET_ACTIONS (SET_MASK | SET_UNMASK | SET_TRIGGER)

struct irq_set {
	uint32_t argsz, flags, index, start, count;
};

struct region_rw {
	uint64_t offset;
	uint32_t region, count;
};

struct conn {
	struct vu_device *dev;
	int sock;
	uint8_t *msg;		/* header and payload of the request */
	uint8_t *reply;		/* payload of the reply */
	uint32_t len;		/* payload bytes of the request */
	size_t have;		/* bytes in msg: the request and what came behind it */
	int fds[MAX_FDS];
	unsigned int nr_fds;
	size_t fds_end;		/* they came with the message that holds the byte before this */
	int reply_fd;
};

static void close_fds(struct conn *c)
{
	unsigned int i;

	for (i = 0; i < c->nr_fds; i++)
		if (c->fds[i] >= 0)
			close(c->fds[i]);
	c->nr_fds = 0;
}

static int take_fd(struct conn *c)
{
	int fd;

	if (!c->nr_fds || sizeof(struct header) + c->len < c->fds_end)
		return -1;
	fd = c->fds[0];
	c->fds[0] = -1;
	return fd;
}

static void collect_fds(struct conn *c, struct msghdr *mh)
{
	struct cmsghdr *cm;
	size_t n, i;
	int fd;

	for (cm = CMSG_FIRSTHDR(mh); cm; cm = CMSG_NXTHDR(mh, cm)) {
		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(&fd, CMSG_DATA(cm) + i * sizeof(int), sizeof(fd));
			if (c->nr_fds < MAX_FDS)
				c->fds[c->nr_fds++] = fd;
			else
				close(fd);
		}
	}
}

/*
 * Receives more bytes, with their descriptors, behind what the buffer holds; one call gets a whole
 * message as a rule, or several that were sent at once: then descriptors belong to the last one,
 * as a stream socket ends a receive behind the bytes they were sent with (unix(7), SCM_RIGHTS).
 * Bytes got, 0 at the end, negative errno.
 */
static ssize_t receive(struct conn *c)
{
	union {
		char buf[CMSG_SPACE(MAX_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { .iov_base = c->msg + c->have, .iov_len = MAX_MSG - c->have };
	struct msghdr mh = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.buf,
		.msg_controllen = sizeof(control.buf),
	};
	ssize_t n;

	do {
		n = recvmsg(c->sock, &mh, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == ECONNRESET ? 0 : -errno;
	collect_fds(c, &mh);
	c->have += (size_t)n;
	if (mh.msg_controllen)
		c->fds_end = c->have;
	return n;
}

static ssize_t receive_all(struct conn *c, size_t want)
{
	ssize_t n;

	while (c->have < want) {
		n = receive(c);
		if (n <= 0)
			return n;
	}
	return 1;
}

/* The message just handled leaves the buffer, with descriptors that it did not take. */
static void drop_message(struct conn *c)
{
	size_t size = sizeof(struct header) + c->len;

	if (size >= c->fds_end)
		close_fds(c);
	c->fds_end -= size < c->fds_end ? size : c->fds_end;
	c->have -= size;
	if (c->have)
		memmove(c->msg, c->msg + size, c->have);
}

/* Reads one message. 1: got it; 0: client gone; negative errno: protocol broken. */
static int read_message(struct conn *c)
{
	struct header h;
	ssize_t n;

	n = receive_all(c, sizeof(h));
	if (n <= 0)
		return (int)n;
	memcpy(&h, c->msg, sizeof(h));
	if (h.size < sizeof(h) || h.size > MAX_MSG) {
		log_line(LOG_PROTO, "message of %u bytes, command %u", h.size, h.cmd);
		return -EPROTO;
	}
	n = receive_all(c, h.size);
	if (n <= 0)
		return (int)n;
	c->len = h.size - sizeof(h);
	return 1;
}

static int send_reply(struct conn *c, const struct header *req, int err, size_t len)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct header h = *req;
	struct iovec iov[2] = {
		{ .iov_base = &h, .iov_len = sizeof(h) },
		{ .iov_base = c->reply, .iov_len = err ? 0 : len },
	};
	struct msghdr mh = { .msg_iov = iov, .msg_iovlen = 2 };
	struct cmsghdr *cm;
	size_t sent = 0;
	ssize_t n;

	h.flags = FLAG_REPLY | (err ? FLAG_ERROR : 0);
	h.error = err ? (uint32_t)-err : 0;
	h.size = (uint32_t)(sizeof(h) + iov[1].iov_len);
	if (!err && c->reply_fd >= 0) {
		mh.msg_control = control.buf;
		mh.msg_controllen = sizeof(control.buf);
		cm = CMSG_FIRSTHDR(&mh);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &c->reply_fd, sizeof(int));
	}
	while (sent < h.size) {
		n = sendmsg(c->sock, &mh, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		sent += (size_t)n;
		mh.msg_control = NULL;
		mh.msg_controllen = 0;
		while (n && mh.msg_iovlen && (size_t)n >= mh.msg_iov->iov_len) {
			n -= (ssize_t)mh.msg_iov->iov_len;
			mh.msg_iov++;
			mh.msg_iovlen--;
		}
		if (n) {
			mh.msg_iov->iov_base = (char *)mh.msg_iov->iov_base + n;
			mh.msg_iov->iov_len -= (size_t)n;
		}
	}
	return 0;
}

static uint8_t *payload(struct conn *c)
{
	return c->msg + sizeof(struct header);
}

/* Each handler returns the length of the reply's payload, or a negative errno. */

static ssize_t do_version(struct conn *c)
{
	static const char caps[] =
		"{\"capabilities\":{\"max_msg_fds\":16,\"max_data_xfer_size\":1048576}}";
	uint16_t v[2];

	if (c->len < sizeof(v))
		return -EINVAL;
	memcpy(v, payload(c), sizeof(v));
	if (v[0] != 0) {
		log_line(LOG_PROTO, "client speaks version %u.%u", v[0], v[1]);
		return -ENOTSUP;
	}
	v[1] = 0;
	memcpy(c->reply, v, sizeof(v));
	memcpy(c->reply + sizeof(v), caps, sizeof(caps));
	return (ssize_t)(sizeof(v) + sizeof(caps));
}

static ssize_t do_dma_map(struct conn *c)
{
	struct dma_map_req r;
	int fd, ret;

	if (c->len < sizeof(r))
		return -EINVAL;
	memcpy(&r, payload(c), sizeof(r));
	fd = take_fd(c);
	ret = c->dev->dma_map(c->dev->ctx, r.addr, r.size, fd, r.offset, r.flags & 1, r.flags & 2);
	log_line(LOG_PROTO, "map %#llx+%#llx fd %d offset %#llx flags %u: %d",
		 (unsigned long long)r.addr, (unsigned long long)r.size, fd,
		 (unsigned long long)r.offset, r.flags, ret);
	if (fd >= 0)
		close(fd);
	return ret;
}

static ssize_t do_dma_unmap(struct conn *c)
{
	struct dma_unmap_req r;
	int ret;

	if (c->len < sizeof(r))
		return -EINVAL;
	memcpy(&r, payload(c), sizeof(r));
	ret = c->dev->dma_unmap(c->dev->ctx, r.addr, r.size);
	log_line(LOG_PROTO, "unmap %#llx+%#llx: %d", (unsigned long long)r.addr,
		 (unsigned long long)r.size, ret);
	if (ret)
		return ret;
	memcpy(c->reply, &r, sizeof(r));
	return sizeof(r);
}

static ssize_t do_get_info(struct conn *c)
{
	uint32_t info[4] = { sizeof(info), 3 /* RESET | PCI */, VU_NUM_REGIONS, VU_NUM_IRQS };

	memcpy(c->reply, info, sizeof(info));
	return sizeof(info);
}

static ssize_t do_region_info(struct conn *c)
{
	struct region_sparse sparse = { .id = CAP_SPARSE_MMAP, .version = 1, .nr_areas = 1 };
	const struct vu_region *region;
	struct region_info r;
	bool full = false;
	uint32_t room;

	if (c->len < sizeof(r))
		return -EINVAL;
	memcpy(&r, payload(c), sizeof(r));
	if (r.index >= VU_NUM_REGIONS)
		return -EINVAL;
	room = r.argsz;
	region = &c->dev->region[r.index];
	r.argsz = sizeof(r);
	r.flags = region->size ? REGION_READ | REGION_WRITE : 0;
	r.cap_offset = 0;
	r.size = region->size;
	r.offset = 0;
	if (region->fd >= 0 && region->map_size) {
		r.flags |= REGION_MMAP | REGION_CAPS;
		r.argsz = sizeof(r) + sizeof(sparse);
		c->reply_fd = region->fd;
		r.cap_offset = sizeof(r);
		full = room >= r.argsz;
		if (full) {
			sparse.offset = region->map_offset;
			sparse.size = region->map_size;
			memcpy(c->reply + sizeof(r), &sparse, sizeof(sparse));
		}
	}
	memcpy(c->reply, &r, sizeof(r));
	return full ? r.argsz : sizeof(r);	/* else the client asks again with room */
}

static ssize_t do_irq_info(struct conn *c)
{
	uint32_t info[4];

	if (c->len < sizeof(info))
		return -EINVAL;
	memcpy(info, payload(c), sizeof(info));
	if (info[2] >= VU_NUM_IRQS)
		return -EINVAL;
	info[0] = sizeof(info);
	info[1] = IRQ_EVENTFD | (info[2] == VU_IRQ_INTX ? IRQ_MASKABLE | IRQ_AUTOMASKED :
				 IRQ_NORESIZE);
	info[3] = info[2] == VU_IRQ_MSI || info[2] == VU_IRQ_INTX;
	memcpy(c->reply, info, sizeof(info));
	return sizeof(info);
}

static ssize_t do_set_irqs(struct conn *c)
{
	struct irq_set r;

	if (c->len < sizeof(r))
		return -EINVAL;
	memcpy(&r, payload(c), sizeof(r));
	if (r.index >= VU_NUM_IRQS)
		return -EINVAL;
	if (r.index != VU_IRQ_MSI && r.index != VU_IRQ_INTX)
		return r.count ? -EINVAL : 0;
	if (r.start > 1 || r.count > 1 - r.start)
		return -EINVAL;
	switch (r.flags & SET_ACTIONS) {
	case SET_TRIGGER:
		if (!(r.flags & SET_EVENTFD) && (!(r.flags & SET_NO_DATA) || r.count))
			return -EINVAL;
		if (r.index == VU_IRQ_MSI)
			c->dev->set_msi(c->dev->ctx, take_fd(c));
		else
			c->dev->set_intx(c->dev->ctx, take_fd(c));
		return 0;
	case SET_MASK:
	case SET_UNMASK:
		if (r.index == VU_IRQ_MSI || !(r.flags & SET_NO_DATA) || !r.count)
			return -EINVAL;
		c->dev->mask_intx(c->dev->ctx, r.flags & SET_MASK);
		return 0;
	default:
		return -EINVAL;
	}
}

static int check_rw(struct conn *c, const struct region_rw *r, size_t max)
{
	const struct vu_region *region;

	if (r->region >= VU_NUM_REGIONS || r->count > max)
		return -EINVAL;
	region = &c->dev->region[r->region];
	if (r->offset > region->size || r->count > region->size - r->offset)
		return -EINVAL;
	return 0;
}

static ssize_t do_region_read(struct conn *c)
{
	struct region_rw r;
	int ret;

	if (c->len < sizeof(r))
		return -EINVAL;
	memcpy(&r, payload(c), sizeof(r));
	ret = check_rw(c, &r, MAX_XFER);
	if (ret)
		return ret;
	memcpy(c->reply, &r, sizeof(r));
	ret = c->dev->read(c->dev->ctx, r.region, r.offset, c->reply + sizeof(r), r.count);
	return ret ? ret : (ssize_t)(sizeof(r) + r.count);
}

static ssize_t do_region_write(struct conn *c)
{
	struct region_rw r;
	int ret;

	if (c->len < sizeof(r))
		return -EINVAL;
	memcpy(&r, payload(c), sizeof(r));
	ret = check_rw(c, &r, c->len - sizeof(r));
	if (ret)
		return ret;
	ret = c->dev->write(c->dev->ctx, r.region, r.offset, payload(c) + sizeof(r), r.count);
	memcpy(c->reply, &r, sizeof(r));
	return ret ? ret : (ssize_t)sizeof(r);
}

static ssize_t do_write_multi(struct conn *c)
{
	struct {
		struct region_rw rw;
		uint8_t data[8];
	} w;
	uint64_t n, i;
	int ret;

	if (c->len < sizeof(n))
		return -EINVAL;
	memcpy(&n, payload(c), sizeof(n));
	if (n > (c->len - sizeof(n)) / sizeof(w))
		return -EINVAL;
	for (i = 0; i < n; i++) {
		memcpy(&w, payload(c) + sizeof(n) + i * sizeof(w), sizeof(w));
		ret = check_rw(c, &w.rw, sizeof(w.data));
		if (!ret)
			ret = c->dev->write(c->dev->ctx, w.rw.region, w.rw.offset, w.data,
					    w.rw.count);
		if (ret)
			return ret;
	}
	memcpy(c->reply, &n, sizeof(n));
	return sizeof(n);
}

static ssize_t do_reset(struct conn *c)
{
	c->dev->reset(c->dev->ctx);
	return 0;
}

static ssize_t dispatch(struct conn *c, uint16_t cmd)
{
	switch (cmd) {
	case CMD_VERSION:
		return do_version(c);
	case CMD_DMA_MAP:
		return do_dma_map(c);
	case CMD_DMA_UNMAP:
		return do_dma_unmap(c);
	case CMD_GET_INFO:
		return do_get_info(c);
	case CMD_GET_REGION_INFO:
		return do_region_info(c);
	case CMD_GET_IRQ_INFO:
		return do_irq_info(c);
	case CMD_SET_IRQS:
		return do_set_irqs(c);
	case CMD_REGION_READ:
		return do_region_read(c);
	case CMD_REGION_WRITE:
		return do_region_write(c);
	case CMD_RESET:
		return do_reset(c);
	case CMD_REGION_WRITE_MULTI:
		return do_write_multi(c);
	default:
		log_line(LOG_PROTO, "command %u is not supported", cmd);
		return -ENOTSUP;
	}
}

static int serve_one(struct conn *c)
{
	struct header h;
	ssize_t len;
	int ret;

	ret = read_message(c);
	if (ret <= 0)
		return ret;
	memcpy(&h, c->msg, sizeof(h));
	if ((h.flags & FLAG_TYPE_MASK) != 0) {
		log_line(LOG_PROTO, "message of type %u from the client",
			 h.flags & FLAG_TYPE_MASK);
		return -EPROTO;
	}
	c->reply_fd = -1;
	len = dispatch(c, h.cmd);
	if (len < 0)
		log_line(LOG_PROTO, "command %u, %u bytes: %s", h.cmd, c->len,
			 strerror((int)-len));
	drop_message(c);
	if (h.flags & FLAG_NO_REPLY)
		return 1;
	ret = send_reply(c, &h, len < 0 ? (int)len : 0, len < 0 ? 0 : (size_t)len);
	return ret ? ret : 1;
}

int vu_serve(struct vu_device *dev, int sock)
{
	struct conn c = { .dev = dev, .sock = sock };
	int ret = -ENOMEM;

	c.msg = malloc(MAX_MSG);
	c.reply = malloc(MAX_MSG);
	if (c.msg && c.reply) {
		do {
			ret = serve_one(&c);
		} while (ret > 0);
	}
	close_fds(&c);
	free(c.msg);
	free(c.reply);
	return ret == -EPIPE || ret == -ECONNRESET ? 0 : ret;
}
