// SPDX-License-Identifier: GPL-2.0
/*
 * The screen of a vGPU that has a monitor: VFIO_DEVICE_QUERY_GFX_PLANE with right and
 * wrong arguments, the picture in its region, planes that no driver would set, and
 * VFIO's EDID region.
 */
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "testmain.h"
#include "gen9.h"
#include "knob.h"
#include "vgpu.h"

#define PARAMETER	"/sys/module/ivgpu/parameters/display"
#define FORMAT_XRGB	0x34325258	/* 'XR24' */

/* Registers of pipe A (Intel's manual for Skylake, volume 2c). */
#define HTOTAL		0x60000
#define VTOTAL		0x6000c
#define PIPESRC		0x6001c
#define PIPE_CONF	0x70008
#define PIPE_FRAMES	0x70040
#define CUR_CTL		0x70080
#define CUR_BASE	0x70084
#define CUR_POS		0x70088
#define PLANE_CTL	0x70180
#define PLANE_STRIDE	0x70188
#define PLANE_POS	0x7018c
#define PLANE_SIZE	0x70190
#define PLANE_SURF	0x7019c
#define PLANE_OFFSET	0x701a4
#define ON		0x80000000u
#define XRGB8888	0x04000000u
#define X_TILES		0x00000400u

#define PORT_HOTPLUG	0xc4030
#define PORT_B_ENABLE	0x10u
#define PORT_B_LONG	0x2u

#define WIDTH		256
#define HEIGHT		128
#define PAGES		(WIDTH * HEIGHT * 4 / PAGE)

static bool parameter(const char *value)
{
	int fd = open(PARAMETER, O_WRONLY);
	bool good = fd >= 0 && write(fd, value, 1) == 1;

	close(fd);
	return good;
}

/* Y or N, as it was when it is set for the first time. */
static const char *parameter_before(void)
{
	char value = 0;
	int fd = open(PARAMETER, O_RDONLY);

	if (fd < 0 || read(fd, &value, 1) != 1)
		value = 'N';
	close(fd);
	return value == 'Y' ? "Y" : "N";
}

FIXTURE(display)
{
	struct vgpu vg;
	struct bo fb;
	const char *before;
	int kmsg;
};

FIXTURE_SETUP(display)
{
	if (!env_is_ivgpu())
		SKIP(return, "the parameter is ivgpu's");
	self->kmsg = kmsg_open();
	self->before = parameter_before();
	ASSERT_TRUE(parameter("Y"));
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	ASSERT_EQ(0, bo_create_low(&self->vg, &self->fb, PAGES));
}

FIXTURE_TEARDOWN(display)
{
	vgpu_close(&self->vg);
	EXPECT_TRUE(parameter(self->before));
	EXPECT_QUIET_KERNEL(self->kmsg);
}

static int query(struct vgpu *vg, struct vfio_device_gfx_plane_info *info)
{
	*info = (struct vfio_device_gfx_plane_info){
		.argsz = sizeof(*info), .flags = VFIO_GFX_PLANE_TYPE_REGION,
	};
	return ioctl(vg->dev.fd, VFIO_DEVICE_QUERY_GFX_PLANE, info) ? -errno : 0;
}

/* Show the framebuffer; the plane's registers first, then the pipe. */
static void show(struct vgpu *vg, uint32_t ctl, uint32_t stride, uint32_t surf)
{
	vgpu_write(vg, HTOTAL, (WIDTH + 159) << 16 | (WIDTH - 1));
	vgpu_write(vg, VTOTAL, (HEIGHT + 19) << 16 | (HEIGHT - 1));
	vgpu_write(vg, PIPESRC, (WIDTH - 1) << 16 | (HEIGHT - 1));
	vgpu_write(vg, PLANE_CTL, ctl);
	vgpu_write(vg, PLANE_STRIDE, stride);
	vgpu_write(vg, PLANE_POS, 0);
	vgpu_write(vg, PLANE_SIZE, (HEIGHT - 1) << 16 | (WIDTH - 1));
	vgpu_write(vg, PLANE_OFFSET, 0);
	vgpu_write(vg, PLANE_SURF, surf);
	vgpu_write(vg, PIPE_CONF, ON);
}

static void fill(struct bo *fb, uint32_t seed)
{
	uint32_t i;

	for (i = 0; i < WIDTH * HEIGHT; i++)
		fb->map[i] = i * 2654435761u + seed;
}

/* Pixels of the picture that are not those of the framebuffer. */
static unsigned int wrong_pixels(const uint32_t *picture, const struct bo *fb)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < WIDTH * HEIGHT; i++)
		wrong += (picture[i] ^ fb->map[i]) << 8 != 0;
	return wrong;
}

static uint64_t stat(struct vgpu *vg, const char *name)
{
	uint64_t value = 0;

	return stats_read(vg->dev.uuid, name, &value) ? ~0ull : value;
}

TEST_F(display, probe)
{
	struct vfio_device_gfx_plane_info info = { .argsz = sizeof(info) };
	int fd = self->vg.dev.fd;

	info.flags = VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_REGION;
	EXPECT_EQ(0, ioctl(fd, VFIO_DEVICE_QUERY_GFX_PLANE, &info));
	/* VMMs without OpenGL give up where this one is answered */
	info.flags = VFIO_GFX_PLANE_TYPE_PROBE | VFIO_GFX_PLANE_TYPE_DMABUF;
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_QUERY_GFX_PLANE, &info));
	EXPECT_EQ(EINVAL, errno);
}

TEST_F(display, bad_arguments)
{
	static const uint32_t flags[] = {
		0, 1, 2, 3, 6, 7, 8, 0x80000004, 0xfffffffb, 0xffffffff,
	};
	struct vfio_device_gfx_plane_info info = { .argsz = sizeof(info) };
	int fd = self->vg.dev.fd;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		info.flags = flags[i];
		EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_QUERY_GFX_PLANE, &info));
		EXPECT_EQ(EINVAL, errno);
	}
	info.flags = VFIO_GFX_PLANE_TYPE_REGION;
	for (i = 0; i < offsetof(struct vfio_device_gfx_plane_info, reserved); i += 4) {
		info.argsz = i;
		EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_QUERY_GFX_PLANE, &info));
		EXPECT_EQ(EINVAL, errno);
	}
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_QUERY_GFX_PLANE, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(fd, VFIO_DEVICE_QUERY_GFX_PLANE, (void *)-4096l));
	EXPECT_EQ(EFAULT, errno);
}

TEST_F(display, nothing_to_show)
{
	struct vfio_device_gfx_plane_info info;

	ASSERT_EQ(0, query(&self->vg, &info));
	EXPECT_EQ(0, info.drm_format);
	EXPECT_EQ(0, info.size);
}

TEST_F(display, picture)
{
	struct vfio_device_gfx_plane_info info;
	const uint32_t *picture;

	fill(&self->fb, 1);
	show(&self->vg, ON | XRGB8888, WIDTH * 4 / 64, self->fb.ggtt);
	ASSERT_EQ(0, query(&self->vg, &info));
	EXPECT_EQ(FORMAT_XRGB, info.drm_format);
	EXPECT_EQ(WIDTH, info.width);
	EXPECT_EQ(HEIGHT, info.height);
	EXPECT_EQ(WIDTH * 4, info.stride);
	EXPECT_EQ(WIDTH * HEIGHT * 4, info.size);
	ASSERT_TRUE(region_mappable(&self->vg.dev, info.region_index));
	picture = region_mmap(&self->vg.dev, info.region_index, 0, info.size);
	ASSERT_NE(NULL, picture);
	EXPECT_EQ(0, wrong_pixels(picture, &self->fb));
	/* drawn in place, with nobody told: one look shows it */
	fill(&self->fb, 2);
	ASSERT_EQ(0, query(&self->vg, &info));
	EXPECT_EQ(0, wrong_pixels(picture, &self->fb));
	/* the pipe goes off */
	vgpu_write(&self->vg, PIPE_CONF, 0);
	ASSERT_EQ(0, query(&self->vg, &info));
	EXPECT_EQ(0, info.size);
	munmap((void *)picture, WIDTH * HEIGHT * 4);
}

/* A write through BAR2 is seen at the next look, and only it is read. */
TEST_F(display, written_through_bar2)
{
	struct vfio_device_gfx_plane_info info;
	uint32_t value[2] = { 0x123456, 0x654321 }, back[2];
	uint64_t before;

	fill(&self->fb, 3);
	show(&self->vg, ON | XRGB8888, WIDTH * 4 / 64, self->fb.ggtt);
	ASSERT_EQ(0, query(&self->vg, &info));
	ASSERT_EQ(8, vfio_write(&self->vg.dev, VFIO_PCI_BAR2_REGION_INDEX,
				self->fb.ggtt + 5000, value, 8));
	before = stat(&self->vg, "screen_bytes_read");
	ASSERT_EQ(0, query(&self->vg, &info));
	EXPECT_LE(stat(&self->vg, "screen_bytes_read") - before, 8 + HEIGHT * 128);
	ASSERT_EQ(8, vfio_read(&self->vg.dev, info.region_index, 5000, back, 8));
	EXPECT_EQ(value[0], back[0] & 0xffffff);
	EXPECT_EQ(value[1], back[1] & 0xffffff);
}

/* The same by mapping: written again and again, each look shows it, and reads that page alone. */
TEST_F(display, written_through_mapped_bar2)
{
	struct vfio_device_gfx_plane_info info;
	uint32_t *p, i, at, back;
	uint64_t before;

	if (!region_mappable(&self->vg.dev, VFIO_PCI_BAR2_REGION_INDEX))
		SKIP(return, "BAR2 cannot be mapped here");
	fill(&self->fb, 3);
	show(&self->vg, ON | XRGB8888, WIDTH * 4 / 64, self->fb.ggtt);
	p = region_mmap(&self->vg.dev, VFIO_PCI_BAR2_REGION_INDEX, self->fb.ggtt,
			WIDTH * HEIGHT * 4);
	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, query(&self->vg, &info));
	before = stat(&self->vg, "screen_bytes_read");
	for (i = 0; i < 20; i++) {
		at = i * 977 % (WIDTH * HEIGHT);
		store32(p + at, i + 1);
		ASSERT_EQ(0, query(&self->vg, &info));
		ASSERT_EQ(4, vfio_read(&self->vg.dev, info.region_index, 4 * at, &back, 4));
		EXPECT_EQ(i + 1, back & 0xffffff);
	}
	EXPECT_LE(stat(&self->vg, "screen_bytes_read") - before,
		  20 * (PAGE + WIDTH * 4 + HEIGHT * 128));
	munmap(p, WIDTH * HEIGHT * 4);
}

TEST_F(display, unchanged_screen_is_cheap)
{
	struct vfio_device_gfx_plane_info info;
	uint64_t before;
	int i;

	show(&self->vg, ON | XRGB8888, WIDTH * 4 / 64, self->fb.ggtt);
	ASSERT_EQ(0, query(&self->vg, &info));
	before = stat(&self->vg, "screen_bytes_read");
	for (i = 0; i < 10; i++)
		ASSERT_EQ(0, query(&self->vg, &info));
	EXPECT_LE(stat(&self->vg, "screen_bytes_read") - before, 10 * HEIGHT * 128);
}

/* The GGTT outside of the partition is not shown. */
TEST_F(display, foreign_addresses_are_black)
{
	uint32_t at[] = { 0, 0x1000, self->vg.low_base - 4 * PAGE, 0xfffff000 };
	struct vfio_device_gfx_plane_info info;
	static uint8_t picture[WIDTH * HEIGHT * 4];
	unsigned int i, k, lit;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		show(&self->vg, ON | XRGB8888, 1, at[i]);
		ASSERT_EQ(0, query(&self->vg, &info));
		ASSERT_EQ(sizeof(picture), vfio_read(&self->vg.dev, info.region_index, 0, picture,
						     sizeof(picture)));
		for (k = lit = 0; k < sizeof(picture); k++)
			lit += picture[k] && k % 4 != 3;
		EXPECT_EQ(0, lit) {
			TH_LOG("at %x", at[i]);
		}
	}
}

/* Any value of any plane register gets an answer, in bounded time. */
TEST_F(display, any_plane_registers)
{
	static const uint32_t regs[] = {
		PIPESRC, HTOTAL, VTOTAL, PLANE_CTL, PLANE_STRIDE, PLANE_POS, PLANE_SIZE,
		PLANE_OFFSET, PLANE_CTL + 0x100, PLANE_STRIDE + 0x100, PLANE_SIZE + 0x100,
		CUR_CTL, CUR_POS, 0x700a0, 0x6c05c, 0x6c040, 0x6c044,
		0x68170, 0x68174, 0x68180, 0x68270, 0x68274, 0x68280, 0x701c0, 0x701c4,
	};
	static const uint32_t values[] = {
		0, 1, 0xffffffff, 0x80000000, 0x84000000, 0x84000400, 0x84001000, 0x8c000000,
		0x86001000, 0x1fff1fff, 0x80000027, 0x00ff00ff, 0x7fffffff, 0x80008000,
		0x82000000, 0x84000000, 0x81000002, 0x84000002,
	};
	struct vfio_device_gfx_plane_info info;
	unsigned int i, k;
	uint32_t seed = 1;
	uint64_t start;

	show(&self->vg, ON | XRGB8888, WIDTH * 4 / 64, self->fb.ggtt);
	for (i = 0; i < 40; i++) {
		for (k = 0; k < ARRAY_SIZE(regs); k++) {
			seed = seed * 1103515245 + 12345;
			vgpu_write(&self->vg, regs[k],
				   values[(seed >> 16) % ARRAY_SIZE(values)]);
		}
		/* mostly small screens: the largest take their time under emulation */
		if (i % 10)
			vgpu_write(&self->vg, PIPESRC, seed & 0x7f007f);
		vgpu_write(&self->vg, PLANE_SURF, i & 1 ? seed : self->fb.ggtt);
		vgpu_write(&self->vg, PLANE_SURF + 0x100, seed * 3);
		vgpu_write(&self->vg, CUR_BASE, i & 2 ? seed * 5 : self->fb.ggtt);
		vgpu_write(&self->vg, PIPE_CONF, ON);
		vgpu_read(&self->vg, PIPE_FRAMES);
		start = now_ms();
		ASSERT_EQ(0, query(&self->vg, &info));
		EXPECT_LT(now_ms() - start, 60000);
		EXPECT_LE(info.width, 3840);
		EXPECT_LE(info.height, 2160);
		EXPECT_LE(info.size, 3840 * 2160 * 4);
	}
}

TEST_F(display, mapping_is_bounded)
{
	struct vfio_device_gfx_plane_info info;
	struct vfio_region *r;
	void *map;

	ASSERT_EQ(0, query(&self->vg, &info));
	ASSERT_LT(info.region_index, self->vg.dev.regions);
	r = &self->vg.dev.region[info.region_index];
	EXPECT_EQ(3840 * 2160 * 4, r->size);
	map = mmap(NULL, r->size + PAGE, PROT_READ, MAP_SHARED, self->vg.dev.fd, r->offset);
	EXPECT_EQ(MAP_FAILED, map);
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->vg.dev.fd, r->offset + r->size);
	EXPECT_EQ(MAP_FAILED, map);
	map = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, self->vg.dev.fd, r->offset);
	EXPECT_EQ(MAP_FAILED, map);
	map = mmap(NULL, r->size, PROT_READ, MAP_SHARED, self->vg.dev.fd, r->offset);
	EXPECT_NE(MAP_FAILED, map);
	munmap(map, r->size);
}

static struct vfio_region *edid_region(struct vgpu *vg, unsigned int *index)
{
	for (*index = 0; *index < vg->dev.regions; ++*index)
		if (vg->dev.region[*index].type == VFIO_REGION_TYPE_GFX &&
		    vg->dev.region[*index].subtype == VFIO_REGION_SUBTYPE_GFX_EDID)
			return &vg->dev.region[*index];
	return NULL;
}

TEST_F(display, edid_region)
{
	struct vfio_region_gfx_edid head;
	struct vfio_region *r;
	unsigned int index;
	uint8_t edid[256], sum = 0;
	uint32_t down = VFIO_DEVICE_GFX_LINK_STATE_DOWN, bad = 3, big = 1u << 20, i;
	const unsigned int link = offsetof(typeof(head), link_state);

	r = edid_region(&self->vg, &index);
	ASSERT_NE(NULL, r);
	ASSERT_EQ(sizeof(head), vfio_read(&self->vg.dev, index, 0, &head, sizeof(head)));
	EXPECT_EQ(3840, head.max_xres);
	EXPECT_EQ(2160, head.max_yres);
	EXPECT_EQ(256, head.edid_size);
	EXPECT_GE(r->size, head.edid_offset + head.edid_max_size);
	ASSERT_EQ(256, vfio_read(&self->vg.dev, index, head.edid_offset, edid, 256));
	for (i = 0; i < 128; i++)
		sum += edid[i];
	EXPECT_EQ(0, sum);
	EXPECT_EQ(4, vfio_write(&self->vg.dev, index, link, &down, 4));
	EXPECT_LT(vfio_write(&self->vg.dev, index, link, &bad, 4), 0);
	EXPECT_LT(vfio_write(&self->vg.dev, index, offsetof(typeof(head), edid_size), &big, 4), 0);
	EXPECT_LT(vfio_write(&self->vg.dev, index, offsetof(typeof(head), max_xres), &big, 4), 0);
	EXPECT_LT(vfio_write(&self->vg.dev, index, r->size, edid, 4), 0);
}

static bool dmabufs(const char *value)
{
	int fd = open("/sys/module/ivgpu/parameters/dmabuf", O_WRONLY);
	bool good = fd >= 0 && write(fd, value, 1) == 1;

	close(fd);
	return good;
}

static int query_dmabuf(struct vgpu *vg, uint32_t flags, struct vfio_device_gfx_plane_info *info)
{
	*info = (struct vfio_device_gfx_plane_info){
		.argsz = sizeof(*info), .flags = flags | VFIO_GFX_PLANE_TYPE_DMABUF,
	};
	return ioctl(vg->dev.fd, VFIO_DEVICE_QUERY_GFX_PLANE, info) ? -errno : 0;
}

static int get_dmabuf(struct vgpu *vg, uint32_t id)
{
	int fd = ioctl(vg->dev.fd, VFIO_DEVICE_GET_GFX_DMABUF, &id);

	return fd < 0 ? -errno : fd;
}

/* Not offered unless chosen: a VMM that is offered one takes it, also without OpenGL. */
TEST_F(display, dmabuf_not_offered)
{
	struct vfio_device_gfx_plane_info info;

	EXPECT_EQ(-EINVAL, query_dmabuf(&self->vg, VFIO_GFX_PLANE_TYPE_PROBE, &info));
	EXPECT_EQ(-EINVAL, query_dmabuf(&self->vg, 0, &info));
	EXPECT_EQ(-ENOTTY, get_dmabuf(&self->vg, WIDTH << 16 | HEIGHT));
}

/* The picture by dma-buf: followed by queries, and still there when the vGPU is closed. */
TEST_F(display, dmabuf)
{
	struct vfio_device_gfx_plane_info info;
	uint32_t bad[] = { 0, WIDTH << 16, 3841u << 16 | 2160, 0xffffffff };
	const uint32_t *map;
	int fd, more = -1;
	size_t i;

	ASSERT_TRUE(dmabufs("Y"));
	EXPECT_EQ(0, query_dmabuf(&self->vg, VFIO_GFX_PLANE_TYPE_PROBE, &info));
	fill(&self->fb, 1);
	show(&self->vg, ON | XRGB8888, WIDTH * 4 / 64, self->fb.ggtt);
	EXPECT_EQ(0, query_dmabuf(&self->vg, 0, &info));
	EXPECT_EQ(FORMAT_XRGB, info.drm_format);
	EXPECT_EQ(WIDTH, info.width);
	EXPECT_EQ(HEIGHT, info.height);
	fd = get_dmabuf(&self->vg, info.dmabuf_id);
	EXPECT_LT(0, fd);
	/* Mesa's renderer on the CPU takes no other */
	map = mmap(NULL, info.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	EXPECT_NE(MAP_FAILED, map);
	if (map != MAP_FAILED) {
		EXPECT_EQ(0, wrong_pixels(map, &self->fb));
		fill(&self->fb, 77);
		vgpu_write(&self->vg, PLANE_SURF, self->fb.ggtt);
		EXPECT_EQ(0, query_dmabuf(&self->vg, 0, &info));
		EXPECT_EQ(0, wrong_pixels(map, &self->fb));
	}
	EXPECT_EQ(MAP_FAILED, mmap(NULL, info.size + PAGE, PROT_READ, MAP_SHARED, fd, 0));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_EQ(-EINVAL, get_dmabuf(&self->vg, bad[i]));
	/* as many as a vGPU may have; the first one lives on */
	for (i = 1; i < 16; i++) {
		more = get_dmabuf(&self->vg, info.dmabuf_id);
		EXPECT_LT(0, more);
	}
	EXPECT_EQ(-EMFILE, get_dmabuf(&self->vg, info.dmabuf_id));
	close(more);
	EXPECT_LT(0, get_dmabuf(&self->vg, info.dmabuf_id));
	close(fd);
	EXPECT_TRUE(dmabufs("N"));
	vfio_reset(&self->vg.dev);
	if (map != MAP_FAILED) {
		EXPECT_EQ(0, wrong_pixels(map, &self->fb));
		munmap((void *)map, info.size);
	}
}

/* What a VMM finds of a vGPU without a monitor: nothing of this. */
static bool has_no_display(struct vgpu *vg)
{
	struct vfio_device_gfx_plane_info info;
	unsigned int i;

	for (i = VFIO_PCI_NUM_REGIONS + 1; i < vg->dev.regions; i++)
		if (vg->dev.region[i].size)
			return false;
	return query(vg, &info) && cfg_read16(&vg->dev, PCI_CLASS_DEVICE) == 0x0380;
}

/* While nobody uses a vGPU, a monitor can be had for it, or given up. */
TEST(monitor_of_an_idle_vgpu)
{
	const char *before = parameter_before();
	struct vfio_device_gfx_plane_info info;
	char uuid[UUID_LEN], text[32] = "";
	struct vgpu vg;

	if (!env_is_ivgpu())
		SKIP(return, "the parameter is ivgpu's");
	ASSERT_TRUE(parameter("N"));
	ASSERT_EQ(0, vgpu_open(&vg, 0));
	mdev_uuid(uuid, 0);
	EXPECT_TRUE(has_no_display(&vg));
	EXPECT_EQ(-EBUSY, knob_write(uuid, "monitor", "1280x720"));
	EXPECT_EQ(0, knob_write(uuid, "monitor", "none"));
	vgpu_detach(&vg);
	EXPECT_EQ(0, knob_write(uuid, "monitor", "1280x720"));
	EXPECT_LT(0, knob_read(uuid, "monitor", text, sizeof(text)));
	EXPECT_EQ(0, strncmp(text, "1280x720", 8));
	ASSERT_EQ(0, vgpu_attach(&vg, uuid));
	EXPECT_EQ(0x0300, cfg_read16(&vg.dev, PCI_CLASS_DEVICE));
	EXPECT_EQ(0, query(&vg, &info));
	EXPECT_EQ(-EBUSY, knob_write(uuid, "monitor", "none"));
	vgpu_detach(&vg);
	EXPECT_EQ(0, knob_write(uuid, "monitor", "none"));
	ASSERT_EQ(0, vgpu_attach(&vg, uuid));
	EXPECT_TRUE(has_no_display(&vg));
	vgpu_close(&vg);
	EXPECT_TRUE(parameter(before));
}

/* The administrator's monitor: its size in the EDID, its limits, and the guest hears of it. */
TEST_F(display, monitor_of_another_size)
{
	static const struct {
		const char *text;
		int want;
	} rows[] = {
		{ "1920x1080\n", 0 }, { "640x480", 0 }, { "3840x2160", 0 },
		{ "639x480", -ERANGE }, { "3841x480", -ERANGE }, { "1024x2161", -ERANGE },
		{ "4294968320x768", -ERANGE }, { "1024", -EINVAL }, { "1024x768x", -EINVAL },
		{ "none", -EBUSY }, { "x", -EINVAL }, { "1024x768", 0 },
	};
	const char *uuid = self->vg.dev.uuid;
	unsigned int index;
	uint8_t edid[128];
	char text[32] = "";
	size_t i;

	ASSERT_NE(NULL, edid_region(&self->vg, &index));
	EXPECT_EQ(0x0300, cfg_read16(&self->vg.dev, PCI_CLASS_DEVICE));
	vgpu_write(&self->vg, PORT_HOTPLUG, PORT_B_ENABLE);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(rows[i].want, knob_write(uuid, "monitor", rows[i].text)) {
			TH_LOG("%s", rows[i].text);
		}
	}
	EXPECT_LT(0, knob_read(uuid, "monitor", text, sizeof(text)));
	EXPECT_EQ(0, strncmp(text, "1024x768", 8));
	EXPECT_TRUE(vgpu_read(&self->vg, PORT_HOTPLUG) & PORT_B_LONG);
	ASSERT_EQ((ssize_t)sizeof(edid), vfio_read(&self->vg.dev, index,
						   sizeof(struct vfio_region_gfx_edid),
						   edid, sizeof(edid)));
	/* the first detailed timing: low bytes, then the high halves */
	EXPECT_EQ(1024, edid[56] | (edid[58] & 0xf0) << 4);
	EXPECT_EQ(768, edid[59] | (edid[61] & 0xf0) << 4);
}

TEST_PROGRAM_MAIN
