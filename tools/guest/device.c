// SPDX-License-Identifier: GPL-2.0
/*
 * The i915 device: finding and opening it, contexts, batches with relocations, its health.
 *
 * libdrm_intel carries buffers, relocations and execution; what is encoded in batches is ours, in
 * the 64-bit forms of Gen8 and later.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <xf86drm.h>
#include <i915_drm.h>

#include "device.h"
#include "report.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define WAIT_NS		(120ll * 1000000000)

/* PCI ids of Gen8 and Gen9 (include/drm/intel/pciids.h of Linux) */
static const struct {
	uint16_t mask, id;
	unsigned int gen;
} chipsets[] = {
	{ 0xff00, 0x1600, 8 },	/* Broadwell */
	{ 0xff00, 0x1900, 9 },	/* Skylake */
	{ 0xff00, 0x5900, 9 },	/* Kaby Lake */
	{ 0xfff0, 0x87c0, 9 },	/* Amber Lake */
	{ 0xff00, 0x3e00, 9 },	/* Coffee Lake, Whiskey Lake */
	{ 0xff00, 0x9b00, 9 },	/* Comet Lake */
	{ 0xffff, 0x0a84, 9 },	/* Broxton, Apollo Lake */
	{ 0xfffe, 0x1a84, 9 },
	{ 0xfffe, 0x5a84, 9 },
	{ 0xfffe, 0x3184, 9 },	/* Gemini Lake */
};

static int get_param(int fd, int param)
{
	int value = 0;
	struct drm_i915_getparam gp = { .param = param, .value = &value };

	return drmIoctl(fd, DRM_IOCTL_I915_GETPARAM, &gp) ? 0 : value;
}

static bool is_i915(int fd)
{
	drmVersionPtr v = drmGetVersion(fd);
	bool yes = v && !strcmp(v->name, "i915");

	drmFreeVersion(v);
	return yes;
}

/* Render nodes first: they need no DRM master and nobody's permission */
static int open_node(char *name, size_t size)
{
	int i, fd;

	for (i = 0; i < 32; i++) {
		if (i < 16)
			snprintf(name, size, "/dev/dri/renderD%d", 128 + i);
		else
			snprintf(name, size, "/dev/dri/card%d", i - 16);
		fd = open(name, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (is_i915(fd))
			return fd;
		close(fd);
	}
	return -ENODEV;
}

int device_open(struct device *dev)
{
	char name[64];
	unsigned int i;

	memset(dev, 0, sizeof(*dev));
	dev->fd = open_node(name, sizeof(name));
	if (dev->fd < 0) {
		diag("no DRM node is driven by i915");
		return -ENODEV;
	}
	dev->chipset = get_param(dev->fd, I915_PARAM_CHIPSET_ID);
	for (i = 0; i < ARRAY_SIZE(chipsets); i++)
		if ((dev->chipset & chipsets[i].mask) == chipsets[i].id)
			dev->gen = chipsets[i].gen;
	diag("%s: i915, chipset %04x, Gen%u", name, dev->chipset, dev->gen);
	if (!dev->gen) {
		diag("neither Gen8 nor Gen9");
		return -ENODEV;
	}
	dev->bufmgr = drm_intel_bufmgr_gem_init(dev->fd, 64 * 1024);
	if (!dev->bufmgr)
		return -ENOMEM;
	drm_intel_bufmgr_gem_enable_reuse(dev->bufmgr);
	device_use_new_context(dev);
	return dev->context ? 0 : -EIO;
}

void device_close(struct device *dev)
{
	if (dev->context)
		drm_intel_gem_context_destroy(dev->context);
	if (dev->bufmgr)
		drm_intel_bufmgr_destroy(dev->bufmgr);
	if (dev->fd >= 0)
		close(dev->fd);
}

void device_use_new_context(struct device *dev)
{
	uint32_t active, pending;

	if (dev->context)
		drm_intel_gem_context_destroy(dev->context);
	dev->context = drm_intel_gem_context_create(dev->bufmgr);
	if (dev->context)
		drm_intel_get_reset_stats(dev->context, &dev->resets_before, &active, &pending);
}

bool device_has_engine(const struct device *dev, unsigned int exec_flag)
{
	switch (exec_flag) {
	case I915_EXEC_BSD:
		return get_param(dev->fd, I915_PARAM_HAS_BSD);
	case I915_EXEC_BLT:
		return get_param(dev->fd, I915_PARAM_HAS_BLT);
	case I915_EXEC_VEBOX:
		return get_param(dev->fd, I915_PARAM_HAS_VEBOX);
	default:
		return true;
	}
}

static void check_resets(struct device *dev)
{
	uint32_t count, active, pending;

	if (drm_intel_get_reset_stats(dev->context, &count, &active, &pending)) {
		report(false, "reset statistics: %s", strerror(errno));
		return;
	}
	report(!active && !pending && count == dev->resets_before,
	       "no reset: %u before, %u after, this context %u active %u pending",
	       dev->resets_before, count, active, pending);
}

/*
 * debugfs has a folder for each of the device's nodes; on some kernels only that of the
 * primary node, cardN, has i915's files (6.1).
 */
static FILE *open_wedged(struct device *dev)
{
	char pattern[96], name[96];
	glob_t found = { 0 };
	struct stat st;
	FILE *f = NULL;
	size_t i;

	if (fstat(dev->fd, &st))
		return NULL;
	snprintf(pattern, sizeof(pattern), "/sys/dev/char/%u:%u/device/drm/card*",
		 major(st.st_rdev), minor(st.st_rdev));
	if (glob(pattern, 0, NULL, &found))
		return NULL;
	for (i = 0; i < found.gl_pathc && !f; i++) {
		const char *card = strrchr(found.gl_pathv[i], '/') + strlen("/card");

		snprintf(name, sizeof(name), "/sys/kernel/debug/dri/%.8s/i915_wedged", card);
		f = fopen(name, "r");
	}
	globfree(&found);
	return f;
}

static void check_wedged(struct device *dev)
{
	char text[32] = "";
	FILE *f;

	/* a wedged driver answers this with EIO, on any node and without debugfs */
	if (drmIoctl(dev->fd, DRM_IOCTL_I915_GEM_THROTTLE, NULL))
		report(false, "i915 takes work: %s", strerror(errno));
	else
		report(true, "i915 takes work");
	f = open_wedged(dev);
	if (!f) {
		report_skip("debugfs is not there or not allowed", "i915_wedged");
		return;
	}
	if (!fgets(text, sizeof(text), f))
		snprintf(text, sizeof(text), "unreadable");
	fclose(f);
	text[strcspn(text, "\n")] = '\0';
	report(!strcmp(text, "0") || !strcmp(text, "0x0"), "i915_wedged is %s", text);
}

void device_check_health(struct device *dev)
{
	check_resets(dev);
	check_wedged(dev);
}

int batch_begin(struct batch *b, struct device *dev)
{
	memset(b, 0, sizeof(*b));
	b->dev = dev;
	b->bo = drm_intel_bo_alloc(dev->bufmgr, "batch", BATCH_DWORDS * 4, 4096);
	if (!b->bo)
		return -ENOMEM;
	if (drm_intel_bo_map(b->bo, 1)) {
		drm_intel_bo_unreference(b->bo);
		return -ENOMEM;
	}
	b->map = b->bo->virtual;
	return 0;
}

void batch_address(struct batch *b, drm_intel_bo *target, uint32_t offset, bool written)
{
	uint64_t address = target->offset64 + offset;

	drm_intel_bo_emit_reloc(b->bo, b->used * 4, target, offset, I915_GEM_DOMAIN_RENDER,
				written ? I915_GEM_DOMAIN_RENDER : 0);
	batch_out(b, address);
	batch_out(b, address >> 32);
}

int batch_submit(struct batch *b, unsigned int engine)
{
	int ret;

	batch_out(b, MI_BATCH_BUFFER_END);
	if (b->used % 2)
		batch_out(b, 0);
	drm_intel_bo_unmap(b->bo);
	ret = drm_intel_gem_bo_context_exec(b->bo, b->dev->context, b->used * 4, engine);
	drm_intel_bo_unreference(b->bo);
	b->bo = NULL;
	if (!ret)
		b->dev->batches++;
	return ret;
}

int bo_wait(drm_intel_bo *bo)
{
	return drm_intel_gem_bo_wait(bo, WAIT_NS);
}
