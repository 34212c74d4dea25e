// SPDX-License-Identifier: GPL-2.0
/*
 * The GPU sleeps and wakes: with the host, and by itself while no vGPU is in use.
 *
 * Nothing runs on it then, and what its engines had is in memory. All else is
 * programmed anew when it wakes. Over the host's sleep the GGTT's entries are
 * kept in memory too (i915 writes them anew as well: i915_driver.c,
 * i915_drm_resume, i915_ggtt_resume); D3 alone leaves them as they are (i915
 * does not touch them there: intel_runtime_resume).
 */
#include <linux/pm_runtime.h>
#include <linux/vmalloc.h>

#include "gpu_internal.h"

#define AUTOSUSPEND_MS	1000

/**
 * ivgpu_gpu_power_get() - keep the GPU awake
 * @gpu: the GPU
 *
 * May sleep. Counted: each needs its ivgpu_gpu_power_put().
 *
 * Return: 0 or a negative errno, which was logged.
 */
int ivgpu_gpu_power_get(struct ivgpu_gpu *gpu)
{
	int ret = pm_runtime_resume_and_get(&gpu->pdev->dev);

	if (ret)
		pci_err(gpu->pdev, "the GPU cannot be woken (%d)\n", ret);
	return ret;
}

/**
 * ivgpu_gpu_power_put() - the opposite of ivgpu_gpu_power_get()
 * @gpu: the GPU
 *
 * Some time after the last one the GPU is put to sleep.
 */
void ivgpu_gpu_power_put(struct ivgpu_gpu *gpu)
{
	pm_runtime_mark_last_busy(&gpu->pdev->dev);
	pm_runtime_put_autosuspend(&gpu->pdev->dev);
}

/**
 * ivgpu_gpu_power_allow() - from now on the GPU may sleep while nobody needs it
 * @gpu: the GPU, being probed
 *
 * Not while the firmware's console is on its screen, unless user space says so
 * (power/control). After a sleep of the host that it slept through it is woken.
 */
void ivgpu_gpu_power_allow(struct ivgpu_gpu *gpu)
{
	struct device *dev = &gpu->pdev->dev;

	dev_pm_set_driver_flags(dev, DPM_FLAG_NO_DIRECT_COMPLETE);
	pm_runtime_set_autosuspend_delay(dev, AUTOSUSPEND_MS);
	pm_runtime_use_autosuspend(dev);
	if (!gpu->nr_console)
		pm_runtime_allow(dev);
	/* The PCI core has kept it awake for the probe. */
	ivgpu_gpu_power_put(gpu);
}

/**
 * ivgpu_gpu_power_forbid() - the opposite of ivgpu_gpu_power_allow()
 * @gpu: the GPU, being removed; awake
 */
void ivgpu_gpu_power_forbid(struct ivgpu_gpu *gpu)
{
	struct device *dev = &gpu->pdev->dev;

	pm_runtime_get_noresume(dev);
	pm_runtime_forbid(dev);
	pm_runtime_dont_use_autosuspend(dev);
	dev_pm_set_driver_flags(dev, 0);
}

/* No event can come any more; no worker looks for one. */
static void silence(struct ivgpu_gpu *gpu)
{
	unsigned int i;

	/* Who has just left is told of its interrupt first: what is pending is cleared below. */
	for (i = 0; i < gpu->nr_present; i++)
		flush_delayed_work(&gpu->present[i]->events);
	ivgpu_irq_pause(gpu);
	for (i = 0; i < gpu->nr_present; i++)
		cancel_delayed_work_sync(&gpu->present[i]->events);
}

/**
 * ivgpu_gpu_suspend() - put the GPU to sleep
 * @gpu: the GPU; nothing runs on it
 * @keep_ggtt: the entries of its GGTT will be lost: keep them in memory
 *
 * May sleep. Registers may not be touched afterwards.
 *
 * Return: 0 or -ENOMEM.
 */
int ivgpu_gpu_suspend(struct ivgpu_gpu *gpu, bool keep_ggtt)
{
	if (keep_ggtt) {
		gpu->saved_ggtt = ivgpu_ggtt_save(gpu);
		if (!gpu->saved_ggtt) {
			pci_err(gpu->pdev, "no memory for the GGTT's entries: the host stays awake\n");
			return -ENOMEM;
		}
	}
	silence(gpu);
	mutex_lock(&gpu->reset_lock);
	if (!gpu->wedged && ivgpu_reset_all(gpu))
		pci_warn(gpu->pdev, "the GPU could not be reset before it sleeps\n");
	mutex_unlock(&gpu->reset_lock);
	ivgpu_mmio_suspend(gpu);
	return 0;
}

static void start_engines(struct ivgpu_gpu *gpu)
{
	struct ivgpu_engine *engine;
	unsigned int i;

	for (i = 0; i < gpu->nr_present; i++) {
		engine = gpu->present[i];
		ivgpu_own_context_rebuild(engine, &engine->own);
		ivgpu_engine_start(engine);
		/* Registers that its user had loaded are gone. */
		ivgpu_engine_ops_of(engine)->was_reset(engine);
	}
}

/**
 * ivgpu_gpu_resume() - make the GPU ready after its sleep
 * @gpu: the GPU; in D0, its PCI configuration restored
 *
 * May sleep. A GPU that does not wake is out of use, and whoever asked is told
 * (ivgpu_gpu_on_death()).
 *
 * Return: 0 or -EIO.
 */
int ivgpu_gpu_resume(struct ivgpu_gpu *gpu)
{
	int ret;

	ivgpu_mmio_resume(gpu);
	if (gpu->saved_ggtt)
		ivgpu_ggtt_restore(gpu, gpu->saved_ggtt);
	vfree(gpu->saved_ggtt);
	gpu->saved_ggtt = NULL;
	mutex_lock(&gpu->reset_lock);
	ret = gpu->wedged ? 0 : ivgpu_reset_all(gpu);
	if (ret)
		ivgpu_reset_gave_up(gpu, ret);
	mutex_unlock(&gpu->reset_lock);
	if (!READ_ONCE(gpu->wedged)) {
		ivgpu_gt_setup(gpu);
		ivgpu_aperture_restore(gpu);
		ivgpu_power_init(gpu);
		start_engines(gpu);
	}
	ivgpu_irq_unpause(gpu);
	return ret ? -EIO : 0;
}
