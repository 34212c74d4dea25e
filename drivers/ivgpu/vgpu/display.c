// SPDX-License-Identifier: GPL-2.0
/*
 * A vGPU and its display: what the one asks of the other, and VFIO's EDID region.
 * Registers of the display are in handlers_display.c.
 */
#include <linux/crc32.h>
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "aperture.h"

/* DFSM: what of the display is fused off: pipes B and C, HDCP, power features (i915_reg.h). */
#define DFSM		0x51000
#define DFSM_ONE_PIPE	(BIT(28) | BIT(21) | BIT(27) | BIT(25))

/* South bridge: port B's hot-plug, as interrupt and as state; which edge it was. */
#define SDE_PORT_B	BIT(21)
#define PORT_HOTPLUG	0xc4030
#define PORT_B_ENABLE	BIT(4)
#define PORT_B_LONG	BIT(1)

#define PIPESRC		0x6001c
#define LGC_PALETTE	0x4a000

static u32 pipe_wanted(void *owner, u32 bits)
{
	struct ivgpu_vgpu *vgpu = owner;

	return ivgpu_virq_wanted(&vgpu->irq, IVGPU_IRQ_PIPE_A, bits);
}

static void pipe_raise(void *owner, u32 bits)
{
	struct ivgpu_vgpu *vgpu = owner;

	ivgpu_virq_display(&vgpu->irq, IVGPU_IRQ_PIPE_A, bits);
}

/* trap_lock held */
static void tell_hotplug(struct ivgpu_vgpu *vgpu, bool plugged)
{
	u32 *reg;

	ivgpu_virq_set_state(&vgpu->irq, IVGPU_IRQ_SDE, SDE_PORT_B, plugged);
	reg = ivgpu_vgpu_reg(vgpu, PORT_HOTPLUG);
	if (*reg & PORT_B_ENABLE) {
		*reg |= PORT_B_LONG;
		ivgpu_virq_display(&vgpu->irq, IVGPU_IRQ_SDE, SDE_PORT_B);
	}
}

static void hotplug(void *owner, bool plugged)
{
	struct ivgpu_vgpu *vgpu = owner;

	mutex_lock(&vgpu->trap_lock);
	tell_hotplug(vgpu, plugged);
	mutex_unlock(&vgpu->trap_lock);
}

static void screen_read(void *owner, u32 addr, void *buf, u32 len)
{
	struct ivgpu_vgpu *vgpu = owner;
	struct ivgpu_guest_page *page;

	mutex_lock(&vgpu->gm.lock);
	page = ivgpu_vggtt_page(vgpu->vggtt, addr);
	if (page)
		ivgpu_guest_page_read(page, offset_in_page(addr), buf, len);
	else
		memset(buf, 0, len);
	mutex_unlock(&vgpu->gm.lock);
}

static u64 screen_generation(void *owner, u32 addr, u32 len)
{
	struct ivgpu_vgpu *vgpu = owner;
	u64 generation = 0;

	mutex_lock(&vgpu->gm.lock);
	if (ivgpu_vggtt_owns(vgpu->vggtt, addr, len))
		generation = ivgpu_vggtt_generation(vgpu->vggtt, addr, len);
	mutex_unlock(&vgpu->gm.lock);
	return generation;
}

static const struct ivgpu_display_ops display_ops = {
	.pipe = {
		.wanted = pipe_wanted,
		.raise = pipe_raise,
	},
	.screen = {
		.read = screen_read,
		.generation = screen_generation,
	},
	.hotplug = hotplug,
};

static struct ivgpu_display *make_display(struct ivgpu_vgpu *vgpu)
{
	return ivgpu_display_create(&display_ops, vgpu,
				    crc32_le(0, vgpu->uuid, strlen(vgpu->uuid)));
}

/**
 * ivgpu_vgpu_display_create() - give a vGPU a display
 * @vgpu: being made, its registers not yet
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_vgpu_display_create(struct ivgpu_vgpu *vgpu)
{
	struct ivgpu_display *display = make_display(vgpu);

	if (IS_ERR(display))
		return PTR_ERR(display);
	vgpu->display = display;
	vgpu->monitor_width = vgpu->type->width;
	vgpu->monitor_height = vgpu->type->height;
	ivgpu_display_set_mode(display, vgpu->monitor_width, vgpu->monitor_height);
	return 0;
}

/*
 * The VMM goes: its EDID counts no more, and no picture of its guest is left. The vGPU is
 * still in use, so that its display stays.
 */
void ivgpu_vgpu_display_forget(struct ivgpu_vgpu *vgpu)
{
	if (!vgpu->display)
		return;
	mutex_lock(&vgpu->trap_lock);
	ivgpu_display_set_mode(vgpu->display, vgpu->monitor_width, vgpu->monitor_height);
	mutex_unlock(&vgpu->trap_lock);
	ivgpu_screen_close(vgpu->display->screen);
}

bool ivgpu_vgpu_monitor(struct ivgpu_vgpu *vgpu, u32 *width, u32 *height)
{
	bool there;

	mutex_lock(&vgpu->trap_lock);
	there = vgpu->display;
	*width = vgpu->monitor_width;
	*height = vgpu->monitor_height;
	mutex_unlock(&vgpu->trap_lock);
	return there;
}

/*
 * trap_lock held: @display, or none, for a vGPU that nobody uses. What the vGPU had, or was not
 * given, is in @display afterwards.
 */
static int exchange_display(struct ivgpu_vgpu *vgpu, struct ivgpu_display **display)
{
	int ret;

	lockdep_assert_held(&vgpu->trap_lock);
	if (vgpu->live)
		return -EBUSY;
	swap(vgpu->display, *display);
	ret = ivgpu_registers_renew(vgpu);
	if (ret) {
		swap(vgpu->display, *display);
		return ret;
	}
	ivgpu_registers_reset(vgpu);
	return 0;
}

int ivgpu_vgpu_set_monitor(struct ivgpu_vgpu *vgpu, u32 width, u32 height)
{
	struct ivgpu_display *spare;
	int ret = 0;

	if (width < IVGPU_MIN_WIDTH || width > IVGPU_MAX_WIDTH ||
	    height < IVGPU_MIN_HEIGHT || height > IVGPU_MAX_HEIGHT)
		return -ERANGE;
	spare = make_display(vgpu);
	if (IS_ERR(spare))
		return PTR_ERR(spare);
	mutex_lock(&vgpu->trap_lock);
	if (!vgpu->display)
		ret = exchange_display(vgpu, &spare);
	if (!ret) {
		vgpu->monitor_width = width;
		vgpu->monitor_height = height;
		ivgpu_display_set_mode(vgpu->display, width, height);
		tell_hotplug(vgpu, true);
	}
	mutex_unlock(&vgpu->trap_lock);
	ivgpu_display_destroy(spare);
	return ret;
}

int ivgpu_vgpu_remove_monitor(struct ivgpu_vgpu *vgpu)
{
	struct ivgpu_display *none = NULL;
	int ret = 0;

	mutex_lock(&vgpu->trap_lock);
	if (vgpu->display)
		ret = exchange_display(vgpu, &none);
	mutex_unlock(&vgpu->trap_lock);
	ivgpu_display_destroy(none);
	return ret;
}

static_assert(IVGPU_VGPU_PIXELS_SIZE == IVGPU_SCREEN_BYTES);

/* What the registers say now (trap_lock held). */
static void read_state(struct ivgpu_vgpu *vgpu, struct ivgpu_screen_state *state)
{
	unsigned int i;

	*state = vgpu->display->armed;
	state->source = *ivgpu_vgpu_reg(vgpu, PIPESRC);
	state->work = atomic64_read(&vgpu->work);
	for (i = 0; i < IVGPU_PALETTE; i++)
		state->palette[i] = *ivgpu_vgpu_reg(vgpu, LGC_PALETTE + 4 * i) & 0xffffff;
}

bool ivgpu_vgpu_has_display(const struct ivgpu_vgpu *vgpu)
{
	return vgpu->display;
}

int ivgpu_vgpu_look(struct ivgpu_vgpu *vgpu, struct ivgpu_vgpu_picture *picture)
{
	struct ivgpu_screen *screen = vgpu->display->screen;
	struct ivgpu_screen_state *state = kmalloc(sizeof(*state), GFP_KERNEL);
	int ret;

	if (!state)
		return -ENOMEM;
	mutex_lock(&screen->lock);
	mutex_lock(&vgpu->trap_lock);
	if (vgpu->live)
		ivgpu_vgpu_aperture_damage(vgpu);
	read_state(vgpu, state);
	mutex_unlock(&vgpu->trap_lock);
	ret = ivgpu_screen_update(screen, state);
	picture->width = screen->width;
	picture->height = screen->height;
	mutex_unlock(&screen->lock);
	kfree(state);
	return ret;
}

void *ivgpu_vgpu_pixels(struct ivgpu_vgpu *vgpu)
{
	return ivgpu_screen_pixels(vgpu->display->screen);
}

u32 ivgpu_vgpu_pixels_size(const struct ivgpu_vgpu *vgpu)
{
	return vgpu->display ? IVGPU_SCREEN_BYTES : 0;
}

int ivgpu_vgpu_pixels_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count)
{
	u8 *pixels = ivgpu_vgpu_pixels(vgpu);

	if (!pixels)
		return -ENOMEM;
	memcpy(buf, pixels + offset, count);
	return 0;
}

void ivgpu_vgpu_display_reset(struct ivgpu_vgpu *vgpu)
{
	if (!vgpu->display)
		return;
	*ivgpu_vgpu_reg(vgpu, DFSM) = DFSM_ONE_PIPE;
	ivgpu_display_reset(vgpu->display);
	ivgpu_virq_set_state(&vgpu->irq, IVGPU_IRQ_SDE, SDE_PORT_B,
			     ivgpu_display_plugged(vgpu->display));
}

u32 ivgpu_vgpu_edid_size(const struct ivgpu_vgpu *vgpu)
{
	return vgpu->display ? ivgpu_display_link_size() : 0;
}

int ivgpu_vgpu_edid_read(struct ivgpu_vgpu *vgpu, u64 offset, void *buf, u32 count)
{
	ivgpu_display_link_read(vgpu->display, offset, buf, count);
	return 0;
}

int ivgpu_vgpu_edid_write(struct ivgpu_vgpu *vgpu, u64 offset, const void *buf, u32 count)
{
	return ivgpu_display_link_write(vgpu->display, offset, buf, count);
}
