// SPDX-License-Identifier: GPL-2.0
/*
 * Bringing a shadow table, and all that it leads to, up to date with the guest's.
 *
 * One walker for all levels. A level is only ever entered from the one above, so
 * the recursion ends after four steps, however the guest's tables point at each
 * other; and a table is looked at once per walk, however often it is named.
 *
 * What cannot be had now (-EAGAIN) leaves the entry as it was, to be met again:
 * the guest's copy is only updated together with the shadow. What cannot be had
 * at all shows as scratch and is tried again at the next synchronisation. A table that is
 * held for an overlay stays where it is (-EBUSY), and its entry is met again too.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "table.h"

/* The table that holds the entry being changed, for short argument lists. */
struct slot {
	struct ivgpu_ppgtt_space *space;
	struct ivgpu_table *table;
	unsigned int index;
};

static void count_refused(struct ivgpu_ppgtt_space *space)
{
	space->stats->ppgtt_entries_refused++;
	if (space->said_refused)
		return;
	space->said_refused = true;
	pr_info("ivgpu %s: a PPGTT entry names memory that is not the guest's to use, or more tables than it may have, and shows scratch; more of them are only counted\n",
		space->gm->name);
}

/* Entry @index of a table of pages shows @gp from now on. */
static void replace_page(struct slot *s, unsigned int index, struct ivgpu_guest_page *gp,
			 u64 guest)
{
	struct ivgpu_guest_page *old = s->table->child[index];

	s->table->child[index] = gp;
	ivgpu_table_set_leaf(s->table, index,
			     gp ? ivgpu_pte_leaf(gp->dma, guest) :
				  ivgpu_table_absent(s->space, IVGPU_LEVEL_PT, index));
	if (old)
		ivgpu_guestmem_put(s->space->gm, old);
}

static int set_page_4k(struct slot *s, u64 guest)
{
	struct ivgpu_guest_page *gp = NULL;

	if (guest & IVGPU_PTE_PRESENT) {
		gp = ivgpu_guestmem_get(s->space->gm, ivgpu_pte_gfn(guest));
		if (IS_ERR(gp))
			return PTR_ERR(gp);
	}
	replace_page(s, s->index, gp, guest);
	ivgpu_table_set_retry(s->table, s->index, false);
	return 0;
}

static void put_pages(struct ivgpu_ppgtt_space *space, struct ivgpu_guest_page **pages,
		      unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!IS_ERR_OR_NULL(pages[i]))
			ivgpu_guestmem_put(space->gm, pages[i]);
}

/*
 * All @n pages from @gfn on, or -EAGAIN with all that are missing noted as
 * wanted. Pages that are not to be had are NULL; each is counted.
 */
static int get_pages(struct ivgpu_ppgtt_space *space, u64 gfn, unsigned int n,
		     struct ivgpu_guest_page **pages, bool *refused)
{
	bool again = false;
	unsigned int i;

	for (i = 0; i < n; i++) {
		pages[i] = ivgpu_guestmem_get(space->gm, gfn + i);
		again |= pages[i] == ERR_PTR(-EAGAIN);
	}
	for (i = 0; i < n && !again; i++) {
		if (!IS_ERR(pages[i]))
			continue;
		pages[i] = NULL;
		*refused = true;
		count_refused(space);
	}
	if (!again)
		return 0;
	put_pages(space, pages, n);
	return -EAGAIN;
}

/* Do @n pages lie side by side on the host, aligned to their common size? */
static bool contiguous(struct ivgpu_guest_page **pages, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (!pages[i] || pages[i]->dma != pages[0]->dma + (u64)i * IVGPU_PAGE_SIZE)
			return false;
	return IS_ALIGNED(pages[0]->dma, (u64)n * IVGPU_PAGE_SIZE);
}

static void count_large(struct ivgpu_ppgtt_space *space, bool kept)
{
	if (kept)
		space->stats->ppgtt_large_kept++;
	else
		space->stats->ppgtt_large_split++;
}

/* A 64K page; hardware reads every 16th entry of such a table only. */
static int set_page_64k(struct slot *s, u64 guest)
{
	struct ivgpu_guest_page *pages[IVGPU_PTES_64K] = {};
	bool refused = false;
	unsigned int i;
	int err;

	if (guest & IVGPU_PTE_PRESENT) {
		u64 gfn = ivgpu_pte_gfn(guest) & ~(u64)(IVGPU_PTES_64K - 1);

		err = get_pages(s->space, gfn, IVGPU_PTES_64K, pages, &refused);
		if (!err && !contiguous(pages, IVGPU_PTES_64K)) {
			err = ivgpu_table_make_small(s->space, s->table);
			if (err)
				put_pages(s->space, pages, IVGPU_PTES_64K);
		}
		if (err)
			return err;
	}
	for (i = 0; i < IVGPU_PTES_64K; i++)
		replace_page(s, s->index + i, pages[i], guest);
	if (guest & IVGPU_PTE_PRESENT)
		count_large(s->space, !s->table->small);
	ivgpu_table_set_retry(s->table, s->index, refused);
	return 0;
}

/* Entry of a directory leads to @child, or nowhere, from now on. 0, or -EBUSY and @child put. */
static int replace_table(struct slot *s, struct ivgpu_table *child, u64 guest)
{
	struct ivgpu_table *old = s->table->child[s->index];

	if (old && old->held && old != child) {
		if (child)
			ivgpu_table_put(s->space, child);
		return -EBUSY;
	}
	s->table->child[s->index] = child;
	__assign_bit(s->index, s->table->used, child);
	WRITE_ONCE(s->table->shadow->entries[s->index],
		   child ? ivgpu_table_entry(child, guest) :
			   ivgpu_table_absent(s->space, s->table->level, s->index));
	if (old)
		ivgpu_table_put(s->space, old);
	return 0;
}

/* A 2M page: kept whole, or split into a table of 4K pages. */
static int set_page_2m(struct slot *s, u64 guest)
{
	u64 gfn = ivgpu_pte_gfn(guest) & ~(u64)(IVGPU_ENTRIES - 1);
	struct ivgpu_guest_page **pages;
	struct ivgpu_table *table;
	bool refused = false;
	int err;

	table = ivgpu_table_new_split(s->space, gfn, guest);
	if (IS_ERR(table))
		return PTR_ERR(table);
	pages = (struct ivgpu_guest_page **)table->child;
	err = get_pages(s->space, gfn, IVGPU_ENTRIES, pages, &refused);
	if (err)
		memset(table->child, 0, IVGPU_ENTRIES * sizeof(*table->child));
	else if (!s->space->keep_2m || !contiguous(pages, IVGPU_ENTRIES))
		err = ivgpu_table_make_split(s->space, table);
	if (err) {
		ivgpu_table_put(s->space, table);
		return err;
	}
	err = replace_table(s, table, guest);
	if (err)
		return err;
	count_large(s->space, !table->shadow);
	ivgpu_table_set_retry(s->table, s->index, refused);
	return 0;
}

/* How a table below @table is read, where the guest's entry is @guest. */
static unsigned int child_mode(const struct ivgpu_table *table, u64 guest)
{
	if (table->level != IVGPU_LEVEL_PD)
		return table->mode;
	return table->mode && (guest & IVGPU_PDE_64K);
}

static int set_table(struct slot *s, u64 guest)
{
	struct ivgpu_table *table = s->table, *child = NULL;
	int err;

	if (guest & IVGPU_PTE_PRESENT) {
		if (table->level == IVGPU_LEVEL_PD && (guest & IVGPU_PDE_LARGE))
			return set_page_2m(s, guest);
		if (table->level == IVGPU_LEVEL_PDP && (guest & IVGPU_PDE_LARGE))
			return -EFAULT;		/* 1G pages: not on Gen8 and Gen9 */
		child = ivgpu_table_get(s->space, ivgpu_pte_gfn(guest), table->level - 1,
					child_mode(table, guest));
		if (IS_ERR(child))
			return PTR_ERR(child);
	}
	err = replace_table(s, child, guest);
	if (!err)
		ivgpu_table_set_retry(table, s->index, false);
	return err;
}

/* What entry @s names is not to be had: scratch, to be tried again. */
static int refuse(struct slot *s)
{
	unsigned int i, n = !s->table->level && s->table->mode ? IVGPU_PTES_64K : 1;
	int err = 0;

	count_refused(s->space);
	if (s->table->level)
		err = replace_table(s, NULL, 0);
	else
		for (i = 0; i < n; i++)
			replace_page(s, s->index + i, NULL, 0);
	if (!err)
		ivgpu_table_set_retry(s->table, s->index, true);
	return err;
}

/* Entry @s becomes what the guest's entry says. 0, -EAGAIN, -EBUSY or -ENOMEM. */
static int set_entry(struct slot *s, u64 guest)
{
	int err;

	if (s->table->level)
		err = set_table(s, guest);
	else if (s->table->mode)
		err = set_page_64k(s, guest);
	else
		err = set_page_4k(s, guest);
	if (!err || err == -EAGAIN || err == -EBUSY || err == -ENOMEM)
		return err;
	return refuse(s);	/* not the guest's, or the limit of tables was reached */
}

/* Bring the entries of @table up to date with @now; those of held tables are *kept. */
static int sync_entries(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table,
			const u64 *now, bool *kept)
{
	unsigned int i, j, step = !table->level && table->mode ? IVGPU_PTES_64K : 1;
	struct slot s = { .space = space, .table = table };
	int err, ret = 0;

	for (i = 0; i < IVGPU_ENTRIES; i += step) {
		s.index = i;
		for (j = 1; j < step; j++)	/* not read by hardware */
			table->copy[i + j] = now[i + j];
		if (now[i] == table->copy[i])
			continue;
		err = set_entry(&s, now[i]);
		if (!err) {
			table->copy[i] = now[i];
			space->stats->ppgtt_entries_synced++;
			continue;
		}
		if (err == -EBUSY) {
			*kept = true;
			continue;
		}
		if (!ret || err != -EAGAIN)
			ret = err;
		if (err != -EAGAIN || ivgpu_guestmem_full(space->gm))
			break;
	}
	return ret;
}

/* Refused entries count as changed, so that they are met again. */
static void forget_refused(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table)
{
	unsigned int i;

	for_each_set_bit(i, table->retry, IVGPU_ENTRIES) {
		if (!space->retries)
			return;
		space->retries--;
		table->copy[i] = ~table->copy[i];
		table->fresh = false;
	}
}

/* Changes that write tracking must have told of before it is relied upon. */
#define TRUSTED		4

/* Is the guest page still what the copy was made of, as far as tracking tells? */
static bool is_unwritten(const struct ivgpu_table *table)
{
	return table->fresh && table->guest->tracked && table->guest->writes == table->writes;
}

/*
 * A page changed. If it was read while it was tracked and nothing was told, the
 * write may have been done and be about to be told; if it is not told for long,
 * tracking does not see what changes this guest's tables.
 */
static void judge_tracking(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table,
			   bool tracked, bool changed)
{
	bool told = table->guest->writes != table->writes;

	if (told)
		table->suspect = 0;
	if (!table->fresh)
		return;
	if (told && changed && space->told < TRUSTED)
		space->told++;
	if (told || !tracked)
		return;
	if (table->suspect && time_after(jiffies, table->suspect + space->patience))
		ivgpu_guestmem_distrust(space->gm, table->guest);
	else if (changed && !table->suspect)
		table->suspect = jiffies ?: 1;
}

/*
 * Compare the guest's entries with the copy, then bring what changed up to date.
 * Where writes are told of, there is nothing to compare until one was; tracking is
 * started before the page is read, or a write between the two would be lost. A
 * table that changes all the time is compared, because being told costs the guest
 * two exits: one for the write, one until the page can be written freely again.
 */
static int sync_table(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table)
{
	bool tracked = table->guest->tracked, changed, kept = false;
	u32 writes = table->guest->writes;
	int ret = 0;
	void *p;

	if (is_unwritten(table) && !table->suspect && !table->check && space->told >= TRUSTED)
		return 0;
	if (table->quiet >= space->quiet)
		ivgpu_guestmem_track(space->gm, table->guest);
	p = kmap_local_page(table->guest->page);
	changed = memcmp(p, table->copy, IVGPU_PAGE_SIZE);
	if (changed)	/* from here on only the snapshot counts */
		memcpy(space->snapshot, p, IVGPU_PAGE_SIZE);
	kunmap_local(p);
	space->stats->ppgtt_bytes_compared += IVGPU_PAGE_SIZE;
	judge_tracking(space, table, tracked, changed);
	table->quiet = changed || writes != table->writes ? 0 :
		       min(table->quiet + 1u, space->quiet);
	table->writes = writes;
	table->check = false;
	if (changed)
		ret = sync_entries(space, table, space->snapshot, &kept);
	table->fresh = !ret && !kept;
	return ret;
}

/* All tables that @table leads to; their page size may have changed. */
static int sync_children(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table, u64 stamp)
{
	int err, ret = 0;
	unsigned int i;

	for_each_set_bit(i, table->used, IVGPU_ENTRIES) {
		struct ivgpu_table *child = table->child[i];
		u64 entry;

		if (child->split)
			continue;
		err = ivgpu_table_sync(space, child, stamp);
		entry = ivgpu_table_entry(child, table->copy[i]);
		if (table->shadow->entries[i] != entry)
			WRITE_ONCE(table->shadow->entries[i], entry);
		if (err && (!ret || err != -EAGAIN))
			ret = err;
		if (err && (err != -EAGAIN || ivgpu_guestmem_full(space->gm)))
			break;
	}
	return ret;
}

int ivgpu_table_sync(struct ivgpu_ppgtt_space *space, struct ivgpu_table *table, u64 stamp)
{
	bool first = table->stamp < stamp;
	int ret, err;

	if ((table->complete && !first) || table->visit == space->visit)
		return table->complete ? 0 : -EAGAIN;
	table->visit = space->visit;
	table->stamp = max(table->stamp, stamp);
	table->complete = false;
	if (first && table->nr_retry)
		forget_refused(space, table);
	ret = sync_table(space, table);
	if (table->level && (!ret || (ret == -EAGAIN && !ivgpu_guestmem_full(space->gm)))) {
		err = sync_children(space, table, stamp);
		ret = ret && err != -ENOMEM ? ret : err;
	}
	table->complete = !ret;
	cond_resched();
	return ret;
}
