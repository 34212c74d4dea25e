// SPDX-License-Identifier: GPL-2.0
/*
 * Giving memory back: to the host when it is short of it, and to the guest itself
 * when a limit keeps it from pinning what it needs now. Both drop all shadows and
 * what they alone have pinned; what is in use is rebuilt at the next submission.
 *
 * It takes the vGPU off its engines, which no allocation may wait for, so a worker
 * does it, at most once a second.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>

#include "../compat.h"
#include "vgpu_state.h"

#define PAUSE	HZ

/* Memory behind one shadow table: what the GPU reads, the guest's copy, who is named. */
#define PAGES_PER_TABLE	3

static void reclaim_work(struct work_struct *work)
{
	struct ivgpu_vgpu *vgpu = container_of(to_delayed_work(work), struct ivgpu_vgpu, reclaim);

	WRITE_ONCE(vgpu->reclaimed, jiffies);
	vgpu->stats.reclaims++;
	ivgpu_vgpu_drop_shadows(vgpu);
}

/* See vgpu.h. */
void ivgpu_vgpu_reclaim(struct ivgpu_vgpu *vgpu)
{
	unsigned long next = READ_ONCE(vgpu->reclaimed) + PAUSE;

	queue_delayed_work(system_unbound_wq, &vgpu->reclaim,
			   time_after(next, jiffies) ? next - jiffies : 0);
}

static unsigned long count(struct ivgpu_vgpu *vgpu)
{
	return READ_ONCE(vgpu->live) ?
	       READ_ONCE(vgpu->gtt_stats.ppgtt_pages) * PAGES_PER_TABLE : 0;
}

static unsigned long shrink_count(struct shrinker *shrinker, struct shrink_control *sc)
{
	return count(ivgpu_shrinker_owner(shrinker));
}

/* What the worker is going to give back; nothing while it was here a moment ago. */
static unsigned long shrink_scan(struct shrinker *shrinker, struct shrink_control *sc)
{
	struct ivgpu_vgpu *vgpu = ivgpu_shrinker_owner(shrinker);

	if (delayed_work_pending(&vgpu->reclaim) ||
	    time_before(jiffies, READ_ONCE(vgpu->reclaimed) + PAUSE))
		return SHRINK_STOP;
	ivgpu_vgpu_reclaim(vgpu);
	return min(count(vgpu), sc->nr_to_scan);
}

/**
 * ivgpu_vgpu_reclaim_init() - the host may ask this vGPU for memory
 * @vgpu: the vGPU, not yet known to anybody
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_vgpu_reclaim_init(struct ivgpu_vgpu *vgpu)
{
	INIT_DELAYED_WORK(&vgpu->reclaim, reclaim_work);
	vgpu->reclaimed = jiffies - PAUSE;
	vgpu->shrinker = ivgpu_shrinker_add(shrink_count, shrink_scan, vgpu);
	return vgpu->shrinker ? 0 : -ENOMEM;
}

/**
 * ivgpu_vgpu_reclaim_fini() - nobody asks any more, and what was asked for is done
 * @vgpu: the vGPU, closed
 */
void ivgpu_vgpu_reclaim_fini(struct ivgpu_vgpu *vgpu)
{
	if (vgpu->shrinker)
		ivgpu_shrinker_remove(vgpu->shrinker);
	vgpu->shrinker = NULL;
	cancel_delayed_work_sync(&vgpu->reclaim);
}
