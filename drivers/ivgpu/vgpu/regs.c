// SPDX-License-Identifier: GPL-2.0
/*
 * From the register table to a map that finds a row in constant time, and what
 * a write does to a plain register.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "regs.h"

#define DWORDS_PER_PAGE	(IVGPU_PAGE_SIZE / 4)

unsigned int ivgpu_regmap_find(const struct ivgpu_regmap *map, u32 offset)
{
	const u16 *page;

	if (offset >= IVGPU_MMIO_SIZE)
		return 0;
	page = map->pages[offset >> IVGPU_PAGE_SHIFT];
	return page ? page[(offset & (IVGPU_PAGE_SIZE - 1)) / 4] : 0;
}

u32 ivgpu_reg_merge(const struct ivgpu_reg *reg, u32 old, u32 value)
{
	u32 keep = reg->ro | reg->w1c;
	u32 set = value;

	if (reg->flags & IVGPU_REG_MASKED) {
		keep |= ~(value >> 16) | 0xffff0000;
		set = value & 0xffff;
	}
	return (old & keep & ~(value & reg->w1c)) | (set & ~keep);
}

static bool unit_is_absent(const struct ivgpu_reg_unit *unit, u32 engines)
{
	return unit->engine != IVGPU_NO_ENGINE && !(engines & BIT(unit->engine));
}

/* Mark the dword at @offset as taken. */
static int claim(struct ivgpu_regmap *map, u32 offset)
{
	u16 **page;
	u16 *entry;

	if (offset >= IVGPU_MMIO_SIZE || offset % 4)
		return -EINVAL;
	page = &map->pages[offset >> IVGPU_PAGE_SHIFT];
	if (!*page)
		*page = kcalloc(DWORDS_PER_PAGE, sizeof(**page), GFP_KERNEL);
	if (!*page)
		return -ENOMEM;
	entry = *page + (offset & (IVGPU_PAGE_SIZE - 1)) / 4;
	if (*entry)
		return -EINVAL;
	*entry = 1;
	map->nr++;
	return 0;
}

static int claim_unit(struct ivgpu_regmap *map, const struct ivgpu_reg_unit *unit)
{
	const struct ivgpu_reg *reg;
	u32 next = 0;
	int ret = 0;
	u32 i;

	for (reg = unit->rows; reg < unit->rows + unit->nr; reg++) {
		if (reg->offset < next || !reg->count || reg->stride % 4 ||
		    (reg->count > 1 && !reg->stride))
			return -EINVAL;
		next = reg->offset + 4;
		for (i = 0; i < reg->count && !ret; i++)
			ret = claim(map, unit->base + reg->offset + i * reg->stride);
		if (ret)
			return ret;
	}
	return 0;
}

/* Slots get their numbers in the order of offsets. */
static void number_slots(struct ivgpu_regmap *map)
{
	unsigned int page, i, next = 1;

	for (page = 0; page < IVGPU_MMIO_PAGES; page++)
		for (i = 0; map->pages[page] && i < DWORDS_PER_PAGE; i++)
			if (map->pages[page][i])
				map->pages[page][i] = next++;
}

static void fill_slots(struct ivgpu_regmap *map, const struct ivgpu_reg_unit *unit)
{
	const struct ivgpu_reg *reg;
	struct ivgpu_reg_slot *slot;
	u32 i, offset;

	for (reg = unit->rows; reg < unit->rows + unit->nr; reg++) {
		for (i = 0; i < reg->count; i++) {
			offset = unit->base + reg->offset + i * reg->stride;
			slot = &map->slots[ivgpu_regmap_find(map, offset)];
			slot->reg = reg;
			slot->offset = offset;
			slot->engine = unit->engine;
			slot->index = i;
		}
	}
}

struct ivgpu_regmap *ivgpu_regmap_create(const struct ivgpu_reg_table *table, u32 engines)
{
	struct ivgpu_regmap *map = kzalloc(sizeof(*map), GFP_KERNEL);
	unsigned int i;
	int ret = 0;

	if (!map)
		return ERR_PTR(-ENOMEM);
	map->nr = 1;
	for (i = 0; i < table->nr && !ret; i++)
		if (!unit_is_absent(&table->units[i], engines))
			ret = claim_unit(map, &table->units[i]);
	if (!ret && map->nr > U16_MAX)
		ret = -EINVAL;
	if (!ret) {
		map->slots = kcalloc(map->nr, sizeof(*map->slots), GFP_KERNEL);
		ret = map->slots ? 0 : -ENOMEM;
	}
	if (ret) {
		ivgpu_regmap_destroy(map);
		return ERR_PTR(ret);
	}
	number_slots(map);
	for (i = 0; i < table->nr; i++)
		if (!unit_is_absent(&table->units[i], engines))
			fill_slots(map, &table->units[i]);
	return map;
}

void ivgpu_regmap_destroy(struct ivgpu_regmap *map)
{
	unsigned int i;

	for (i = 0; i < IVGPU_MMIO_PAGES; i++)
		kfree(map->pages[i]);
	kfree(map->slots);
	kfree(map);
}
