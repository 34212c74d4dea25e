// SPDX-License-Identifier: GPL-2.0
/*
 * Two ways to know that a guest wrote to its page tables: KVM tells, or they are compared.  Both
 * must show the GPU the same.  A virtual CPU writes; what is written otherwise (by a device, by
 * the GPU) is never told, and must be found nevertheless.
 */
#include <stdlib.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"
#include "knob.h"
#include "vcpu.h"

#define WAIT_MS 15000
#define VA 0x200000000ull
#define LEAVES 24		/* entries in use */
#define FRAMES 16		/* pages that they name; 64 KiB: half an entry names one too */
#define ROUNDS 150

/* A guest with one address space that has two tables of pages, used in turns. */
struct guest {
	struct vgpu vg;
	struct vcpu cpu;
	struct lrc lrc;
	uint64_t frame[FRAMES];
	uint64_t *directory;	/* the entry that names one of the tables */
	uint64_t directory_gpa;
	uint64_t table[2];
};

static uint64_t gpa_of(struct guest *g, const void *p)
{
	return g->vg.mem.base + ((const char *)p - g->vg.mem.va);
}

static int alloc_frames(struct guest *g)
{
	uint64_t first = guestmem_alloc(&g->vg.mem, 2 * FRAMES);
	unsigned int i;

	if (!first)
		return -ENOMEM;
	first = (first + FRAMES * PAGE - 1) & ~(FRAMES * PAGE - 1ull);
	for (i = 0; i < FRAMES; i++)
		g->frame[i] = first + i * PAGE;
	return 0;
}

/* Two tables with entries for all frames; those of the second are not present. */
static int make_tables(struct guest *g)
{
	unsigned int i;
	int ret;

	ret = ppgtt_map(&g->vg.pp, VA, g->frame[0], 1);
	g->table[1] = guestmem_alloc(&g->vg.mem, 1);
	if (ret || !g->table[1])
		return -ENOMEM;
	g->directory = ppgtt_entry(&g->vg.pp, VA, 2);
	g->directory_gpa = gpa_of(g, g->directory);
	g->table[0] = *g->directory & ~0xfffull;
	for (i = 0; i < LEAVES; i++) {
		uint64_t entry = g->frame[i % FRAMES] | PTE_WRITE;

		store64(guestmem_ptr(&g->vg.mem, g->table[0] + i * 8), entry | PTE_PRESENT);
		store64(guestmem_ptr(&g->vg.mem, g->table[1] + i * 8), entry);
	}
	return 0;
}

static int guest_open(struct guest *g, unsigned int number, bool track)
{
	char uuid[UUID_LEN];
	int ret;

	setenv("IVGPU_KVM", "1", 1);
	mdev_uuid(uuid, number);
	ret = mdev_renew(uuid);
	if (!ret)
		ret = knob_set(uuid, "track_writes", track);
	if (!ret)
		ret = vgpu_attach(&g->vg, uuid);
	if (!ret)
		ret = vcpu_create(&g->cpu, &g->vg);
	if (!ret)
		ret = lrc_init(&g->lrc, &g->vg, RCS, NULL);
	if (!ret)
		ret = alloc_frames(g);
	if (!ret)
		ret = make_tables(g);
	ppgtt_publish(&g->vg, &g->vg.pp);
	return ret;
}

static void guest_close(struct guest *g)
{
	vcpu_destroy(&g->cpu);
	vgpu_close(&g->vg);
}

static uint64_t stat_of(struct guest *g, const char *name)
{
	uint64_t value = ~0ull;

	stats_read(g->vg.dev.uuid, name, &value);
	return value;
}

/* Each leaf's own mark, stored by the GPU where the leaf leads to. */
static bool mark_all(struct guest *g, uint32_t round)
{
	struct cmds c = { 0 };
	unsigned int i;

	for (i = 0; i < LEAVES; i++)
		emit_store(&c, false, VA + i * PAGE + i * 4, round << 8 | i);
	return lrc_run(&g->lrc, &c, WAIT_MS);
}

/* Is every mark of the round where the guest's tables say, and nowhere else? */
static bool marks_are_right(struct guest *g, uint32_t round)
{
	unsigned int i, f;

	for (i = 0; i < LEAVES; i++) {
		uint64_t entry = *ppgtt_entry(&g->vg.pp, VA + i * PAGE, 1);

		for (f = 0; f < FRAMES; f++) {
			uint32_t *p = guestmem_ptr(&g->vg.mem, g->frame[f]);
			bool named = (entry & PTE_PRESENT) && (entry & ~0xfffull) == g->frame[f];

			if ((load32(p + i) == (round << 8 | i)) != named)
				return false;
		}
	}
	return true;
}

/* A write of the CPU to a page table, described so that it can be done in both guests. */
struct change {
	bool directory;
	unsigned int table, leaf, frame, bytes, cut;
	bool present;
};

static struct change random_change(void)
{
	static const unsigned int sizes[] = { 8, 8, 4, 2, 1 };
	struct change c = {
		.directory = rand() % 8 == 0,
		.table = rand() % 2,
		.leaf = rand() % LEAVES,
		.frame = rand() % FRAMES,
		.bytes = sizes[rand() % ARRAY_SIZE(sizes)],
		.present = rand() % 4,
	};

	c.cut = rand() % (8 / c.bytes) * c.bytes;
	return c;
}

static int apply(struct guest *g, const struct change *c)
{
	uint64_t entry = g->frame[c->frame] | PTE_WRITE | (c->present ? PTE_PRESENT : 0);

	if (c->directory)
		return vcpu_store(&g->cpu, g->directory_gpa,
				  g->table[c->table] | PTE_PRESENT | PTE_WRITE, 8);
	return vcpu_store(&g->cpu, g->table[c->table] + c->leaf * 8 + c->cut, entry >> 8 * c->cut,
			  c->bytes);
}

FIXTURE(track)
{
	struct guest g[2];
	int kmsg;
};

FIXTURE_SETUP(track)
{
	if (!env_is_ivgpu())
		SKIP(return, "kvmgt: tracks always");
	if (access("/dev/kvm", R_OK | W_OK))
		SKIP(return, "no /dev/kvm");
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, guest_open(&self->g[0], 0, true));
	ASSERT_EQ(0, guest_open(&self->g[1], 1, false));
}

FIXTURE_TEARDOWN(track)
{
	guest_close(&self->g[1]);
	guest_close(&self->g[0]);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* Random writes, the same in both guests; rounds without any, so that tables come to be tracked. */
TEST_F_TIMEOUT(track, both_see_the_same, 120)
{
	uint32_t round;
	unsigned int s, n;

	srand(5);
	for (round = 1; round <= ROUNDS; round++) {
		for (n = rand() % 4 ? 0 : rand() % 12; n; n--) {
			struct change c = random_change();

			for (s = 0; s < 2; s++)
				ASSERT_EQ(0, apply(&self->g[s], &c));
		}
		for (s = 0; s < 2; s++) {
			ASSERT_TRUE(mark_all(&self->g[s], round));
			EXPECT_TRUE(marks_are_right(&self->g[s], round)) {
				TH_LOG("round %u, %s", round, s ? "compared" : "tracked");
			}
		}
	}
	TH_LOG("told of %u writes; %u and %u KiB compared",
	       (unsigned int)stat_of(&self->g[0], "track_hits"),
	       (unsigned int)(stat_of(&self->g[0], "ppgtt_bytes_compared") >> 10),
	       (unsigned int)(stat_of(&self->g[1], "ppgtt_bytes_compared") >> 10));
	EXPECT_LT(0, stat_of(&self->g[0], "track_hits"));
	EXPECT_EQ(0, stat_of(&self->g[0], "track_misses"));
	EXPECT_EQ(0, stat_of(&self->g[1], "track_starts"));
	EXPECT_LT(stat_of(&self->g[0], "ppgtt_bytes_compared"),
		  stat_of(&self->g[1], "ppgtt_bytes_compared"));
}

/* Until writes are told of and relied upon. */
static bool earn_trust(struct guest *g)
{
	unsigned int i, n;

	for (i = 0; i < 6; i++) {
		struct change c = { .leaf = LEAVES - 1, .frame = i, .bytes = 8, .present = true };

		if (apply(g, &c))
			return false;
		for (n = 0; n < 12; n++)
			if (!mark_all(g, i * 16 + n))
				return false;
	}
	return stat_of(g, "track_hits") > 4;
}

/* A table is changed and nobody tells; gives what became of it. */
static const char *change_untold(struct guest *g, bool by_gpu)
{
	const uint64_t entry = g->frame[5] | PTE_PRESENT | PTE_WRITE, map_va = VA + 0x400000;
	uint64_t end = now_ms() + 10000;
	uint32_t round = 0x1000;
	struct cmds c = { 0 };

	if (ppgtt_map(&g->vg.pp, map_va, g->table[0], 1) || !earn_trust(g))
		return "writes were not told of to begin with";
	emit_store(&c, false, map_va, entry);
	if (!by_gpu)
		store64(guestmem_ptr(&g->vg.mem, g->table[0]), entry);
	else if (!lrc_run(&g->lrc, &c, WAIT_MS))
		return "the GPU did not write";
	do {
		if (!mark_all(g, ++round))
			return "work stopped";
		if (now_ms() > end)
			return "the change was not found";
	} while (!marks_are_right(g, round));
	while (!stat_of(g, "track_misses"))
		if (!mark_all(g, ++round) || now_ms() > end)
			return "found, but tracking is still relied upon";
	return marks_are_right(g, round) ? "found" : "found and lost again";
}

/* Neither is told of: it is found in turns, and tracking ends for a guest that does so. */
TEST_F_TIMEOUT(track, written_by_a_device, 90)
{
	EXPECT_STREQ("found", change_untold(&self->g[0], false));
}

TEST_F_TIMEOUT(track, written_by_the_gpu, 90)
{
	EXPECT_STREQ("found", change_untold(&self->g[0], true));
}

/* A guest that announces a table's end may store to its page with what KVM cannot emulate. */
TEST_F_TIMEOUT(track, avx_store_to_a_stale_table, 60)
{
	struct guest *g = &self->g[0];
	struct change c = { .leaf = 1, .frame = 3, .bytes = 8, .present = true };

	if (!g->cpu.has_avx)
		SKIP(return, "the CPU has no AVX");
	ASSERT_TRUE(earn_trust(g));
	ppgtt_withdraw(&g->vg, &g->vg.pp);
	EXPECT_EQ(0, vcpu_store_avx(&g->cpu, g->table[0]));
	EXPECT_EQ(0, vcpu_store_avx(&g->cpu, g->directory_gpa & ~0x1full));
	/* ... and to a page whose table it uses when it has asked for no tracking. */
	EXPECT_EQ(0, vcpu_store_avx(&self->g[1].cpu, self->g[1].table[0]));
	EXPECT_EQ(0, apply(&self->g[1], &c));
	EXPECT_TRUE(mark_all(&self->g[1], 7));
	EXPECT_TRUE(marks_are_right(&self->g[1], 7));
}

/* A table page reused for other data before its end is announced: odd sizes, odd places. */
TEST_F_TIMEOUT(track, stale_table_reused, 60)
{
	static const unsigned int sizes[] = { 1, 2, 4, 8 };
	struct guest *g = &self->g[0];
	uint64_t hits, refused, value;
	unsigned int i;

	ASSERT_TRUE(earn_trust(g));
	hits = stat_of(g, "track_hits");
	refused = stat_of(&self->g[1], "ppgtt_rejected");
	for (i = 0; i < 2000; i++) {
		value = (uint64_t)rand() << 32 | rand() | 0x8080808080808080;
		ASSERT_EQ(0, vcpu_store(&g->cpu, g->table[0] + rand() % 4088, value,
					sizes[rand() % ARRAY_SIZE(sizes)]));
	}
	EXPECT_GE(1, stat_of(g, "track_hits") - hits);
	/* It runs once more with such a table, and harms itself alone. */
	EXPECT_TRUE(mark_all(g, 99));
	EXPECT_TRUE(mark_all(&self->g[1], 100));
	EXPECT_TRUE(marks_are_right(&self->g[1], 100));
	EXPECT_EQ(refused, stat_of(&self->g[1], "ppgtt_rejected"));
	EXPECT_TRUE(kmsg_find(self->kmsg, g->vg.dev.uuid, "PPGTT entry", 500));
	EXPECT_FALSE(kmsg_find(self->kmsg, g->vg.dev.uuid, "PPGTT", 200));
}

/* Switched off while the guest runs, nothing is told any more and nothing is missed. */
TEST_F_TIMEOUT(track, switched_off_and_on, 60)
{
	struct change c = { .leaf = 2, .frame = 9, .bytes = 8, .present = true };
	struct guest *g = &self->g[0];
	uint64_t hits;

	ASSERT_TRUE(earn_trust(g));
	ASSERT_EQ(0, knob_set(g->vg.dev.uuid, "track_writes", 0));
	hits = stat_of(g, "track_hits");
	ASSERT_EQ(0, apply(g, &c));
	ASSERT_TRUE(mark_all(g, 200));
	EXPECT_TRUE(marks_are_right(g, 200));
	EXPECT_EQ(hits, stat_of(g, "track_hits"));
	ASSERT_EQ(0, knob_set(g->vg.dev.uuid, "track_writes", 1));
	EXPECT_TRUE(earn_trust(g));
	EXPECT_LT(hits, stat_of(g, "track_hits"));
	EXPECT_EQ(0, stat_of(g, "track_misses"));
}

TEST_PROGRAM_MAIN
