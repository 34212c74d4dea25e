// SPDX-License-Identifier: GPL-2.0
/*
 * A vGPU as a whole: made and destroyed with its mdev, opened and closed by a
 * VMM, reset, and told when guest memory goes away.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "aperture.h"

#define RING_EIR	0xb0
#define EIR_INSTRUCTION	BIT(0)
#define IPS_REG		0x4080	/* 64K pages, when the low four bits are set */
#define IPS_ON		0xf
#define SYNC_ROUNDS	64

/* The physical GGTT, as the shadow sees it. */
static void sink_set(void *hw, u32 page, dma_addr_t dma)
{
	struct ivgpu_vgpu *vgpu = hw;

	ivgpu_ggtt_set(vgpu->gpu, page, dma);
	ivgpu_vgpu_aperture_update(vgpu, page, dma);
}

static void sink_clear(void *hw, u32 page, u32 count)
{
	struct ivgpu_vgpu *vgpu = hw;

	ivgpu_ggtt_clear(vgpu->gpu, page, count);
}

static void sink_flush(void *hw)
{
	struct ivgpu_vgpu *vgpu = hw;

	ivgpu_ggtt_flush(vgpu->gpu);
}

static const struct ivgpu_ggtt_sink ggtt_sink = {
	.set = sink_set,
	.clear = sink_clear,
	.flush = sink_flush,
};

static void on_interrupt(void *owner, enum ivgpu_engine_id engine, u32 bits)
{
	bool may_wait = bits & IVGPU_ENGINE_IRQ_MAY_WAIT;
	struct ivgpu_vgpu *vgpu = owner;

	bits &= ~IVGPU_ENGINE_IRQ_MAY_WAIT;
	atomic64_inc(&vgpu->work);
	ivgpu_virq_engine(&vgpu->irq, engine, bits, ivgpu_virq_patience_us(bits, may_wait));
}

static void on_refused(void *owner, enum ivgpu_engine_id engine)
{
	struct ivgpu_vgpu *vgpu = owner;
	struct ivgpu_engine *hw = ivgpu_gpu_engine(vgpu->gpu, engine);
	u32 *eir = ivgpu_vgpu_reg(vgpu, ivgpu_engine_mmio_base(hw) + RING_EIR);

	vgpu->stats.refused_submissions++;
	WRITE_ONCE(*eir, *eir | EIR_INSTRUCTION);
	ivgpu_virq_engine(&vgpu->irq, engine, IVGPU_INT_CS_ERROR, 0);
}

static bool ips_is_on(void *owner)
{
	return (READ_ONCE(*ivgpu_vgpu_reg(owner, IPS_REG)) & IPS_ON) == IPS_ON;
}

static unsigned int switch_regs(void *owner, enum ivgpu_engine_id engine,
				struct ivgpu_switch_reg *regs, unsigned int max)
{
	return ivgpu_registers_owned(owner, engine, regs, max);
}

static const struct ivgpu_vexec_ops vexec_ops = {
	.interrupt = on_interrupt,
	.ready = ivgpu_sched_ready,
	.yielded = ivgpu_sched_yielded,
	.took_over = ivgpu_sched_took_over,
	.killed = ivgpu_sched_killed,
	.refused = on_refused,
	.ips = ips_is_on,
	.switch_regs = switch_regs,
};

static void health_changed(void *owner)
{
	struct ivgpu_vgpu *vgpu = owner;

	vgpu->ops->health_changed(vgpu->owner);
}

static const struct ivgpu_sched_ops sched_ops = {
	.health_changed = health_changed,
};

static void inject(void *owner)
{
	struct ivgpu_vgpu *vgpu = owner;

	if (READ_ONCE(vgpu->msi_on))
		vgpu->ops->inject(vgpu->owner);
	else if (READ_ONCE(vgpu->intx_on))
		vgpu->ops->raise_intx(vgpu->owner);
}

static void reset_config(struct ivgpu_vgpu *vgpu)
{
	struct pci_dev *pdev = ivgpu_gpu_pdev(vgpu->gpu);
	const struct ivgpu_config_ids ids = {
		.vendor = pdev->vendor,
		.device = pdev->device,
		.revision = pdev->revision,
		.subsystem_vendor = pdev->subsystem_vendor,
		.subsystem_device = pdev->subsystem_device,
		.vga = vgpu->display,
	};

	ivgpu_config_init(&vgpu->config, &ids);
	WRITE_ONCE(vgpu->bar_base[0], 0);
	WRITE_ONCE(vgpu->bar_base[1], 0);
	WRITE_ONCE(vgpu->msi_on, false);
	WRITE_ONCE(vgpu->intx_on, ivgpu_config_intx_on(&vgpu->config));
	ivgpu_vgpu_update_mapping(vgpu);
}

static void free_vgpu(struct ivgpu_vgpu *vgpu)
{
	ivgpu_vgpu_reclaim_fini(vgpu);
	ivgpu_display_destroy(vgpu->display);
	if (!IS_ERR_OR_NULL(vgpu->client))
		ivgpu_sched_client_destroy(vgpu->client);
	ivgpu_registers_destroy(vgpu);
	mutex_destroy(&vgpu->trap_lock);
	mutex_destroy(&vgpu->life_lock);
	mutex_destroy(&vgpu->drop_lock);
	kfree(vgpu);
}

struct ivgpu_vgpu *ivgpu_vgpu_create(const struct ivgpu_vgpu_params *params)
{
	struct ivgpu_vgpu *vgpu = kzalloc(sizeof(*vgpu), GFP_KERNEL);
	int ret;

	if (!vgpu)
		return ERR_PTR(-ENOMEM);
	vgpu->gpu = params->gpu;
	vgpu->type = params->type;
	vgpu->ops = params->ops;
	vgpu->mem_ops = params->mem_ops;
	vgpu->map_ops = params->map_ops;
	vgpu->owner = params->owner;
	strscpy(vgpu->uuid, params->uuid, sizeof(vgpu->uuid));
	mutex_init(&vgpu->trap_lock);
	mutex_init(&vgpu->drop_lock);
	mutex_init(&vgpu->life_lock);
	ivgpu_vgpu_aperture_init(vgpu);
	ivgpu_virq_init(&vgpu->irq, inject, vgpu);
	vgpu->track_wanted = params->track_writes;
	ivgpu_vgpu_limits_init(vgpu);
	ret = ivgpu_vgpu_reclaim_init(vgpu);
	if (!ret && params->display)
		ret = ivgpu_vgpu_display_create(vgpu);
	if (!ret) {
		vgpu->client = ivgpu_sched_client_create(params->sched, vgpu->uuid,
							 vgpu->type->weight, &sched_ops, vgpu);
		ret = PTR_ERR_OR_ZERO(vgpu->client);
	}
	if (!ret)
		ret = ivgpu_registers_create(vgpu);
	if (!ret)
		ret = ivgpu_ggtt_alloc_partition(vgpu->gpu, (u64)vgpu->type->low_mib << 20,
						 (u64)vgpu->type->high_mib << 20, &vgpu->part);
	if (ret) {
		free_vgpu(vgpu);
		return ERR_PTR(ret);
	}
	reset_config(vgpu);
	ivgpu_registers_reset(vgpu);
	ivgpu_vgpu_debugfs_add(vgpu);
	return vgpu;
}

void ivgpu_vgpu_destroy(struct ivgpu_vgpu *vgpu)
{
	ivgpu_vgpu_debugfs_remove(vgpu);
	ivgpu_virq_fini(&vgpu->irq);
	ivgpu_ggtt_free_partition(vgpu->gpu, &vgpu->part);
	free_vgpu(vgpu);
}

static int create_vggtt(struct ivgpu_vgpu *vgpu)
{
	const struct ivgpu_ggtt_range low = { vgpu->part.low.start, vgpu->part.low.size };
	const struct ivgpu_ggtt_range high = { vgpu->part.high.start, vgpu->part.high.size };

	vgpu->vggtt = ivgpu_vggtt_create(&vgpu->gm, &ggtt_sink, vgpu, &low, &high,
					 &vgpu->gtt_stats);
	if (IS_ERR(vgpu->vggtt))
		return PTR_ERR(vgpu->vggtt);
	mutex_lock(&vgpu->gm.lock);
	ivgpu_vggtt_set_map_ops(vgpu->vggtt, vgpu->map_ops, vgpu->owner);
	mutex_unlock(&vgpu->gm.lock);
	return 0;
}

static int create_vexec(struct ivgpu_vgpu *vgpu)
{
	const struct ivgpu_vexec_params params = {
		.gpu = vgpu->gpu,
		.gm = &vgpu->gm,
		.vggtt = vgpu->vggtt,
		.ppgtts = vgpu->ppgtts,
		.policy = &ivgpu_vgpu_cmd_policy,
		.ops = &vexec_ops,
		.owner = vgpu,
		.name = vgpu->uuid,
	};

	vgpu->vexec = ivgpu_vexec_create(&params);
	if (IS_ERR(vgpu->vexec))
		return PTR_ERR(vgpu->vexec);
	ivgpu_vexec_set_scan_user_batches(vgpu->vexec, vgpu->scan_user);
	return 0;
}

void ivgpu_vgpu_set_scan_user_batches(struct ivgpu_vgpu *vgpu, bool on)
{
	mutex_lock(&vgpu->trap_lock);
	vgpu->scan_user = on;
	if (vgpu->live)
		ivgpu_vexec_set_scan_user_batches(vgpu->vexec, on);
	mutex_unlock(&vgpu->trap_lock);
}

bool ivgpu_vgpu_scan_user_batches(struct ivgpu_vgpu *vgpu)
{
	bool on;

	mutex_lock(&vgpu->trap_lock);
	on = vgpu->scan_user;
	mutex_unlock(&vgpu->trap_lock);
	return on;
}

/* The parts that live from open to close, up to @vgpu->vexec. */
static int create_parts(struct ivgpu_vgpu *vgpu)
{
	struct device *dev = ivgpu_vgpu_dev(vgpu);
	int ret;

	ret = ivgpu_guestmem_init(&vgpu->gm, vgpu->mem_ops, vgpu->owner, vgpu->uuid, dev,
				  vgpu->pin_limit);
	if (ret)
		return ret;
	ret = create_vggtt(vgpu);
	if (ret)
		goto guestmem;
	vgpu->ppgtts = ivgpu_ppgtt_space_create(&vgpu->gm, dev, &vgpu->gtt_stats);
	ret = PTR_ERR_OR_ZERO(vgpu->ppgtts);
	if (ret)
		goto vggtt;
	ret = create_vexec(vgpu);
	if (!ret)
		return 0;
	ivgpu_ppgtt_space_destroy(vgpu->ppgtts);
vggtt:
	ivgpu_vggtt_destroy(vgpu->vggtt);
guestmem:
	ivgpu_guestmem_fini(&vgpu->gm);
	return ret;
}

/*
 * The last pages go. VFIO may be unmapping some of them, and its call must not return while
 * they are pinned: not at once, as it would call again and again, and then stop the host.
 */
static void end_unmaps(struct ivgpu_vgpu *vgpu)
{
	bool over;

	do {
		ivgpu_guestmem_drain(&vgpu->gm);
		mutex_lock(&vgpu->life_lock);
		over = ivgpu_guestmem_is_quiet(&vgpu->gm);
		vgpu->unmaps = !over;
		mutex_unlock(&vgpu->life_lock);
	} while (!over);
}

static void destroy_parts(struct ivgpu_vgpu *vgpu)
{
	ivgpu_vexec_destroy(vgpu->vexec);
	ivgpu_ppgtt_space_destroy(vgpu->ppgtts);
	ivgpu_vggtt_destroy(vgpu->vggtt);
	end_unmaps(vgpu);
	ivgpu_guestmem_fini(&vgpu->gm);
}

static void begin_life(struct ivgpu_vgpu *vgpu)
{
	mutex_lock(&vgpu->life_lock);
	vgpu->live = true;
	vgpu->unmaps = true;
	ivgpu_vgpu_apply_limits(vgpu);
	mutex_unlock(&vgpu->life_lock);
}

/* Off all engines: nothing names a guest page any more. */
static void drop_shadows(struct ivgpu_vgpu *vgpu, bool keep_entries)
{
	mutex_lock(&vgpu->gm.lock);
	ivgpu_vexec_drop_shadows(vgpu->vexec);
	ivgpu_ppgtt_space_drop(vgpu->ppgtts);
	ivgpu_vgpu_aperture_unmap(vgpu);
	ivgpu_vggtt_reset(vgpu->vggtt, keep_entries);
	mutex_unlock(&vgpu->gm.lock);
	ivgpu_gpu_invalidate_tlbs(vgpu->gpu);
}

/*
 * Stopped for good. A dma_unmap finds the vGPU as it was, with engines to take it off, or
 * without a user of any page.
 */
static void end_life(struct ivgpu_vgpu *vgpu)
{
	mutex_lock(&vgpu->drop_lock);
	mutex_lock(&vgpu->life_lock);
	drop_shadows(vgpu, false);
	vgpu->live = false;
	mutex_unlock(&vgpu->life_lock);
	mutex_unlock(&vgpu->drop_lock);
}

int ivgpu_vgpu_open(struct ivgpu_vgpu *vgpu)
{
	int ret;

	ret = ivgpu_gpu_power_get(vgpu->gpu);
	if (ret)
		return ret;
	mutex_lock(&vgpu->trap_lock);
	ret = create_parts(vgpu);
	if (ret)
		goto unlock;
	ivgpu_sched_join(vgpu->client, vgpu->vexec);
	reset_config(vgpu);
	ivgpu_registers_reset(vgpu);
	begin_life(vgpu);
unlock:
	mutex_unlock(&vgpu->trap_lock);
	if (ret)
		ivgpu_gpu_power_put(vgpu->gpu);
	return ret;
}

void ivgpu_vgpu_close(struct ivgpu_vgpu *vgpu)
{
	ivgpu_vgpu_aperture_stop(vgpu);
	ivgpu_vgpu_display_forget(vgpu);
	mutex_lock(&vgpu->trap_lock);
	ivgpu_sched_stop(vgpu->client);
	end_life(vgpu);
	ivgpu_sched_leave(vgpu->client);
	destroy_parts(vgpu);
	reset_config(vgpu);
	ivgpu_registers_reset(vgpu);
	mutex_unlock(&vgpu->trap_lock);
	ivgpu_gpu_power_put(vgpu->gpu);
}

void ivgpu_vgpu_reset_engines(struct ivgpu_vgpu *vgpu, u32 mask)
{
	unsigned int id;

	ivgpu_sched_park_now(vgpu->client, mask);
	for (id = 0; id < IVGPU_NUM_ENGINES; id++) {
		if (!(mask & BIT(id)))
			continue;
		ivgpu_vengine_reset(ivgpu_vgpu_engine(vgpu, id));
		ivgpu_vengine_set_hwsp(ivgpu_vgpu_engine(vgpu, id), 0);
	}
	ivgpu_sched_unpark_now(vgpu->client, mask);
}

void ivgpu_vgpu_reset(struct ivgpu_vgpu *vgpu)
{
	u32 engines = ivgpu_vgpu_engines(vgpu);

	mutex_lock(&vgpu->trap_lock);
	vgpu->stats.resets++;
	if (vgpu->live) {
		ivgpu_sched_park_now(vgpu->client, engines);
		ivgpu_vgpu_reset_engines(vgpu, engines);
		/*
		 * An S3 of the guest ends with a reset by its VMM, after D3 (QEMU 11.1
		 * hw/vfio/pci.c writes D0 before that). Memory is what a machine keeps
		 * then, and where a GPU's GGTT is, so i915 6.1 may rely on its entries.
		 */
		drop_shadows(vgpu, vgpu->config.slept);
		ivgpu_guestmem_release_idle(&vgpu->gm);
	}
	reset_config(vgpu);
	ivgpu_registers_reset(vgpu);
	if (vgpu->live)
		ivgpu_sched_unpark_now(vgpu->client, engines);
	mutex_unlock(&vgpu->trap_lock);
}

/* Entries name pages that may first have to be pinned, with the lock dropped; see guestmem.h. */
void ivgpu_vgpu_sync_ggtt(struct ivgpu_vgpu *vgpu)
{
	int ret;

	vgpu->stats.ggtt_syncs++;
	ivgpu_guestmem_begin(&vgpu->gm);
	do {
		mutex_lock(&vgpu->gm.lock);
		ret = ivgpu_vggtt_sync(vgpu->vggtt);
		mutex_unlock(&vgpu->gm.lock);
		if (ret == -EAGAIN)
			ret = ivgpu_guestmem_pin_wanted(&vgpu->gm) ?: -EAGAIN;
	} while (ret == -EAGAIN);
	if (ret)
		vgpu_warn(vgpu, "the GGTT could not be brought up to date (%d)\n", ret);
}

/*
 * Nothing names the frames any more, and no shadow is left; contexts that were on
 * an engine are rebuilt from guest memory before they go on. life_lock held; the
 * engines stay parked.
 */
static void take_away(struct ivgpu_vgpu *vgpu, u64 first_gfn, u64 last_gfn)
{
	ivgpu_sched_park(vgpu->client, ivgpu_vgpu_engines(vgpu));
	mutex_lock(&vgpu->gm.lock);
	ivgpu_vexec_drop_shadows(vgpu->vexec);
	ivgpu_ppgtt_space_drop(vgpu->ppgtts);
	ivgpu_vggtt_revoke(vgpu->vggtt, first_gfn, last_gfn);
	mutex_unlock(&vgpu->gm.lock);
	ivgpu_gpu_invalidate_tlbs(vgpu->gpu);
}

void ivgpu_vgpu_dma_unmap(struct ivgpu_vgpu *vgpu, u64 iova, u64 length)
{
	u64 first = iova >> PAGE_SHIFT;
	u64 last = (iova + length - 1) >> PAGE_SHIFT;
	unsigned long left;
	bool used;

	mutex_lock(&vgpu->life_lock);
	if (!vgpu->unmaps || !length)
		goto unlock;
	used = ivgpu_guestmem_block(&vgpu->gm, first, last) && vgpu->live;
	if (used)
		take_away(vgpu, first, last);
	left = ivgpu_guestmem_release(&vgpu->gm, first, last);
	if (left)
		vgpu_err(vgpu, "%lu pages of unmapped memory are still in use\n", left);
	if (used)
		ivgpu_sched_unpark(vgpu->client, ivgpu_vgpu_engines(vgpu));
unlock:
	mutex_unlock(&vgpu->life_lock);
}

void ivgpu_vgpu_drop_shadows(struct ivgpu_vgpu *vgpu)
{
	bool live;

	mutex_lock(&vgpu->drop_lock);
	mutex_lock(&vgpu->life_lock);
	live = vgpu->live;
	if (live)
		take_away(vgpu, 0, ~0ull);
	mutex_unlock(&vgpu->life_lock);
	/* Unpinning enters the container's lock, so dma_unmap must not be kept waiting for it. */
	if (live) {
		ivgpu_guestmem_release_idle(&vgpu->gm);
		vgpu->stats.drops++;
		ivgpu_sched_unpark(vgpu->client, ivgpu_vgpu_engines(vgpu));
	}
	mutex_unlock(&vgpu->drop_lock);
}

void ivgpu_vgpu_page_written(struct ivgpu_vgpu *vgpu, u64 gfn)
{
	ivgpu_guestmem_written(&vgpu->gm, gfn);
}

void ivgpu_vgpu_track_lost(struct ivgpu_vgpu *vgpu, u64 first_gfn, u64 pages)
{
	ivgpu_guestmem_track_lost(&vgpu->gm, first_gfn, pages);
}

struct ivgpu_sched_client *ivgpu_vgpu_sched(const struct ivgpu_vgpu *vgpu)
{
	return vgpu->client;
}

struct ivgpu_gpu *ivgpu_vgpu_gpu(const struct ivgpu_vgpu *vgpu)
{
	return vgpu->gpu;
}

u64 ivgpu_vgpu_bar_size(const struct ivgpu_vgpu *vgpu, unsigned int bar)
{
	return bar == 0 ? IVGPU_BAR0_SIZE : bar == 2 ? IVGPU_BAR2_SIZE : 0;
}

bool ivgpu_vgpu_gfn_is_own_bar(struct ivgpu_vgpu *vgpu, u64 gfn)
{
	u64 bar0 = READ_ONCE(vgpu->bar_base[0]), bar2 = READ_ONCE(vgpu->bar_base[1]);
	u64 addr = gfn << PAGE_SHIFT;

	return (bar0 && addr - bar0 < IVGPU_BAR0_SIZE) || (bar2 && addr - bar2 < IVGPU_BAR2_SIZE);
}
