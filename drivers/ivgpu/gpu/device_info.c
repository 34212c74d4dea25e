// SPDX-License-Identifier: GPL-2.0
/*
 * The GPUs that ivgpu knows: one row per PCI id.
 *
 * Ids, GT levels and engines are from include/drm/intel/i915_pciids.h and
 * i915_pci.c of Linux 6.12. Broadwell, Broxton and Gemini Lake are known by name
 * so that they can be refused by name.
 */
#include <linux/kernel.h>

#include "gpu.h"

#define ONE_VIDEO	(BIT(IVGPU_RCS0) | BIT(IVGPU_BCS0) | BIT(IVGPU_VCS0) | BIT(IVGPU_VECS0))
#define TWO_VIDEO	(ONE_VIDEO | BIT(IVGPU_VCS1))

#define ROW(_device, _name, _platform, _gen, _gt, _engines) \
	{ .device = _device, .name = _name, .platform = IVGPU_##_platform, .gen = _gen, \
	  .gt = _gt, .engines = _engines }

static const struct ivgpu_device_info devices[] = {
	ROW(0x1906, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x1913, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x190e, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x1915, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x1902, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x190a, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x190b, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x1917, "Skylake GT1", SKYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x1916, "Skylake GT2", SKYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x1921, "Skylake GT2", SKYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x191e, "Skylake GT2", SKYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x1912, "Skylake GT2", SKYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x191a, "Skylake GT2", SKYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x191b, "Skylake GT2", SKYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x191d, "Skylake GT2", SKYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x1923, "Skylake GT3", SKYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x1926, "Skylake GT3", SKYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x1927, "Skylake GT3", SKYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x192a, "Skylake GT3", SKYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x192b, "Skylake GT3", SKYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x192d, "Skylake GT3", SKYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x1932, "Skylake GT4", SKYLAKE, 9, 4, TWO_VIDEO),
	ROW(0x193a, "Skylake GT4", SKYLAKE, 9, 4, TWO_VIDEO),
	ROW(0x193b, "Skylake GT4", SKYLAKE, 9, 4, TWO_VIDEO),
	ROW(0x193d, "Skylake GT4", SKYLAKE, 9, 4, TWO_VIDEO),
	ROW(0x5906, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x5913, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x590e, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x5915, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x5902, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x5908, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x590a, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x590b, "Kaby Lake GT1", KABYLAKE, 9, 1, ONE_VIDEO),
	ROW(0x5916, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x5921, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x591e, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x5912, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x5917, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x591a, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x591b, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x591d, "Kaby Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x5926, "Kaby Lake GT3", KABYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x5923, "Kaby Lake GT3", KABYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x5927, "Kaby Lake GT3", KABYLAKE, 9, 3, TWO_VIDEO),
	ROW(0x593b, "Kaby Lake GT4", KABYLAKE, 9, 4, TWO_VIDEO),
	ROW(0x591c, "Amber Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x87c0, "Amber Lake GT2", KABYLAKE, 9, 2, ONE_VIDEO),
	ROW(0x3e90, "Coffee Lake GT1", COFFEELAKE, 9, 1, ONE_VIDEO),
	ROW(0x3e93, "Coffee Lake GT1", COFFEELAKE, 9, 1, ONE_VIDEO),
	ROW(0x3e99, "Coffee Lake GT1", COFFEELAKE, 9, 1, ONE_VIDEO),
	ROW(0x3e9c, "Coffee Lake GT1", COFFEELAKE, 9, 1, ONE_VIDEO),
	ROW(0x3e91, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3e92, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3e96, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3e98, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3e9a, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3e94, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3e9b, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3ea9, "Coffee Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3ea5, "Coffee Lake GT3", COFFEELAKE, 9, 3, TWO_VIDEO),
	ROW(0x3ea6, "Coffee Lake GT3", COFFEELAKE, 9, 3, TWO_VIDEO),
	ROW(0x3ea7, "Coffee Lake GT3", COFFEELAKE, 9, 3, TWO_VIDEO),
	ROW(0x3ea8, "Coffee Lake GT3", COFFEELAKE, 9, 3, TWO_VIDEO),
	ROW(0x87ca, "Amber Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3ea1, "Whiskey Lake GT1", COFFEELAKE, 9, 1, ONE_VIDEO),
	ROW(0x3ea4, "Whiskey Lake GT1", COFFEELAKE, 9, 1, ONE_VIDEO),
	ROW(0x3ea0, "Whiskey Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3ea3, "Whiskey Lake GT2", COFFEELAKE, 9, 2, ONE_VIDEO),
	ROW(0x3ea2, "Whiskey Lake GT3", COFFEELAKE, 9, 3, TWO_VIDEO),
	ROW(0x9ba2, "Comet Lake GT1", COMETLAKE, 9, 1, ONE_VIDEO),
	ROW(0x9ba4, "Comet Lake GT1", COMETLAKE, 9, 1, ONE_VIDEO),
	ROW(0x9ba5, "Comet Lake GT1", COMETLAKE, 9, 1, ONE_VIDEO),
	ROW(0x9ba8, "Comet Lake GT1", COMETLAKE, 9, 1, ONE_VIDEO),
	ROW(0x9b21, "Comet Lake GT1", COMETLAKE, 9, 1, ONE_VIDEO),
	ROW(0x9baa, "Comet Lake GT1", COMETLAKE, 9, 1, ONE_VIDEO),
	ROW(0x9bac, "Comet Lake GT1", COMETLAKE, 9, 1, ONE_VIDEO),
	ROW(0x9bc2, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9bc4, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9bc5, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9bc6, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9bc8, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9be6, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9bf6, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9b41, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9bca, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x9bcc, "Comet Lake GT2", COMETLAKE, 9, 2, ONE_VIDEO),
	ROW(0x1606, "Broadwell GT1", BROADWELL, 8, 1, ONE_VIDEO),
	ROW(0x160b, "Broadwell GT1", BROADWELL, 8, 1, ONE_VIDEO),
	ROW(0x160e, "Broadwell GT1", BROADWELL, 8, 1, ONE_VIDEO),
	ROW(0x1602, "Broadwell GT1", BROADWELL, 8, 1, ONE_VIDEO),
	ROW(0x160a, "Broadwell GT1", BROADWELL, 8, 1, ONE_VIDEO),
	ROW(0x160d, "Broadwell GT1", BROADWELL, 8, 1, ONE_VIDEO),
	ROW(0x1616, "Broadwell GT2", BROADWELL, 8, 2, ONE_VIDEO),
	ROW(0x161b, "Broadwell GT2", BROADWELL, 8, 2, ONE_VIDEO),
	ROW(0x161e, "Broadwell GT2", BROADWELL, 8, 2, ONE_VIDEO),
	ROW(0x1612, "Broadwell GT2", BROADWELL, 8, 2, ONE_VIDEO),
	ROW(0x161a, "Broadwell GT2", BROADWELL, 8, 2, ONE_VIDEO),
	ROW(0x161d, "Broadwell GT2", BROADWELL, 8, 2, ONE_VIDEO),
	ROW(0x1626, "Broadwell GT3", BROADWELL, 8, 3, TWO_VIDEO),
	ROW(0x162b, "Broadwell GT3", BROADWELL, 8, 3, TWO_VIDEO),
	ROW(0x162e, "Broadwell GT3", BROADWELL, 8, 3, TWO_VIDEO),
	ROW(0x1622, "Broadwell GT3", BROADWELL, 8, 3, TWO_VIDEO),
	ROW(0x162a, "Broadwell GT3", BROADWELL, 8, 3, TWO_VIDEO),
	ROW(0x162d, "Broadwell GT3", BROADWELL, 8, 3, TWO_VIDEO),
	ROW(0x0a84, "Broxton", BROXTON, 9, 1, ONE_VIDEO),
	ROW(0x1a84, "Broxton", BROXTON, 9, 1, ONE_VIDEO),
	ROW(0x1a85, "Broxton", BROXTON, 9, 1, ONE_VIDEO),
	ROW(0x5a84, "Broxton", BROXTON, 9, 1, ONE_VIDEO),
	ROW(0x5a85, "Broxton", BROXTON, 9, 1, ONE_VIDEO),
	ROW(0x3184, "Gemini Lake", GEMINILAKE, 9, 1, ONE_VIDEO),
	ROW(0x3185, "Gemini Lake", GEMINILAKE, 9, 1, ONE_VIDEO),
};

/**
 * ivgpu_device_info_find() - the row of a GPU
 * @device: PCI device id (of vendor 8086)
 *
 * Return: the row, or NULL when the id is not known.
 */
const struct ivgpu_device_info *ivgpu_device_info_find(u16 device)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (devices[i].device == device)
			return &devices[i];
	return NULL;
}

/**
 * ivgpu_device_info_supported() - whether the driver can run this GPU
 * @info: a row
 *
 * Gen8 has another context layout and other workarounds, Broxton and Gemini Lake
 * have no shared last-level cache: none of that is done yet, so they are refused.
 *
 * Return: true when it can.
 */
bool ivgpu_device_info_supported(const struct ivgpu_device_info *info)
{
	switch (info->platform) {
	case IVGPU_SKYLAKE:
	case IVGPU_KABYLAKE:
	case IVGPU_COFFEELAKE:
	case IVGPU_COMETLAKE:
		return true;
	default:
		return false;
	}
}
