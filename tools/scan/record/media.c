// SPDX-License-Identifier: GPL-2.0
/*
 * Preloaded in front of Mesa's intel_dump_gpu and drm shim (make record-streams), so that video
 * drivers take the shim for a GPU that has video engines, and the dump can follow them.
 *
 * The shim knows no video engines: it is asked about them here. The dump lays buffers that the
 * driver did not place itself at other addresses in each submission but maps them only once:
 * here every buffer gets a place of its own for ever, and none is ever freed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <drm.h>
#include <i915_drm.h>

#define PAGE		4096u
#define HANDLES		65536
/* 32-bit addresses, which every state takes; the first ones are the dump's own. */
#define FIRST_PLACE	0x10000000ull

static uint64_t sizes[HANDLES], places[HANDLES], next_place = FIRST_PLACE;

static int pass_on(int fd, unsigned long request, void *argument)
{
	static int (*next)(int fd, unsigned long request, void *argument);

	if (!next)
		next = (int (*)(int, unsigned long, void *))dlsym(RTLD_NEXT, "ioctl");
	return next(fd, request, argument);
}

static int get_param(int fd, unsigned long request, struct drm_i915_getparam *param)
{
	switch (param->param) {
	case I915_PARAM_HAS_BSD:
	case I915_PARAM_HAS_BLT:
	case I915_PARAM_HAS_VEBOX:
	case I915_PARAM_HUC_STATUS:
		*param->value = 1;
		return 0;
	case I915_PARAM_HAS_BSD2:
		*param->value = 0;
		return 0;
	default:
		return pass_on(fd, request, param);
	}
}

static int create(int fd, unsigned long request, struct drm_i915_gem_create *buffer)
{
	int ret = pass_on(fd, request, buffer);

	if (!ret && buffer->handle < HANDLES)
		sizes[buffer->handle] = buffer->size;
	return ret;
}

static void place(struct drm_i915_gem_exec_object2 *object)
{
	uint32_t handle = object->handle;

	if (object->flags & EXEC_OBJECT_PINNED || handle >= HANDLES)
		return;
	if (!places[handle]) {
		places[handle] = next_place;
		next_place += (sizes[handle] + 2 * PAGE - 1) / PAGE * PAGE;
	}
	object->offset = places[handle];
	object->flags |= EXEC_OBJECT_PINNED;
}

/*
 * The dump has no name for the video enhancement engine. Its work is passed on as the video
 * engine's; recordmedia.py gives it its name back, in traces where nothing else is the latter's.
 */
static int submit(int fd, unsigned long request, struct drm_i915_gem_execbuffer2 *list)
{
	struct drm_i915_gem_exec_object2 *objects =
		(struct drm_i915_gem_exec_object2 *)(uintptr_t)list->buffers_ptr;
	struct drm_i915_gem_execbuffer2 renamed = *list;
	uint32_t i;

	for (i = 0; i < list->buffer_count; i++)
		place(&objects[i]);
	if ((list->flags & I915_EXEC_RING_MASK) == I915_EXEC_VEBOX)
		renamed.flags = (list->flags & ~(uint64_t)I915_EXEC_RING_MASK) | I915_EXEC_BSD;
	return pass_on(fd, request, &renamed);
}

int ioctl(int fd, unsigned long request, ...)
{
	void *argument;
	va_list list;

	va_start(list, request);
	argument = va_arg(list, void *);
	va_end(list);
	switch ((uint32_t)request) {
	case DRM_IOCTL_I915_GETPARAM:
		return get_param(fd, request, argument);
	case DRM_IOCTL_I915_GEM_CREATE:
		return create(fd, request, argument);
	case DRM_IOCTL_I915_GEM_EXECBUFFER2:
	case DRM_IOCTL_I915_GEM_EXECBUFFER2_WR:
		return submit(fd, request, argument);
	case DRM_IOCTL_GEM_CLOSE:
		return 0;
	default:
		return pass_on(fd, request, argument);
	}
}
