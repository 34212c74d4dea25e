// SPDX-License-Identifier: GPL-2.0
/*
 * BAR2, by mapping and by access: the same bytes, those that the GGTT names, tiled where a
 * fence says so; nothing is left of what was taken away; with KVM on top, too.
 */
#include <linux/kvm.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "testmain.h"
#include "gen9.h"
#include "vgpu.h"

#define BAR2		VFIO_PCI_BAR2_REGION_INDEX
#define MIB		BIT(20)
#define HUGE_PAGE	(2u * MIB)
#define TILE_X		0u
#define TILE_Y		2u

static sigjmp_buf on_bus_error;

static void bus_error(int sig)
{
	siglongjmp(on_bus_error, 1);
}

/* Does an access of the mapping end in SIGBUS? */
static bool dies(uint32_t *p)
{
	struct sigaction act = { .sa_handler = bus_error }, old;
	bool died = false;

	sigaction(SIGBUS, &act, &old);
	if (sigsetjmp(on_bus_error, 1))
		died = true;
	else
		(void)load32(p);
	sigaction(SIGBUS, &old, NULL);
	return died;
}

/* A device stays open while it is mapped, and its mdev cannot be removed: all go in the end. */
static struct {
	void *at;
	size_t size;
} maps[8];

static uint32_t *map_at(struct vgpu *vg, uint32_t ggtt, unsigned int pages)
{
	size_t size = (size_t)pages * PAGE;
	uint32_t *p = region_mmap(&vg->dev, BAR2, ggtt, size);
	unsigned int i;

	for (i = 0; p && i < ARRAY_SIZE(maps); i++) {
		if (maps[i].at)
			continue;
		maps[i].at = p;
		maps[i].size = size;
		return p;
	}
	return NULL;
}

static void unmap_all(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		if (maps[i].at)
			munmap(maps[i].at, maps[i].size);
		maps[i].at = NULL;
	}
}

static uint32_t access_read(struct vgpu *vg, uint32_t at)
{
	uint32_t value = 0x0badbad0;

	vfio_read(&vg->dev, BAR2, at, &value, 4);
	return value;
}

static void access_write(struct vgpu *vg, uint32_t at, uint32_t value)
{
	vfio_write(&vg->dev, BAR2, at, &value, 4);
}

static uint64_t counter(struct vgpu *vg, const char *name)
{
	uint64_t value = 0;

	return stats_read(vg->dev.uuid, name, &value) ? 0 : value;
}

static void set_fence(struct vgpu *vg, unsigned int n, uint32_t start, uint32_t size,
		      uint32_t pitch, uint32_t tile)
{
	vgpu_write(vg, FENCE(n), 0);
	if (!pitch)
		return;
	vgpu_write(vg, FENCE(n) + 4, (start + size - PAGE) | (pitch / 128 - 1));
	vgpu_write(vg, FENCE(n), start | tile | 1);
}

/* Tiles of 4 KiB: X has 8 rows of 512 bytes, Y 8 columns of 32 rows of 16 bytes. */
static uint32_t tiled(uint32_t offset, uint32_t pitch, uint32_t tile)
{
	uint32_t x = offset % pitch, y = offset / pitch;

	if (tile == TILE_X)
		return ((y / 8) * (pitch / 512) + x / 512) * 4096 + y % 8 * 512 + x % 512;
	return ((y / 32) * (pitch / 128) + x / 128) * 4096 + x % 128 / 16 * 512 + y % 32 * 16 +
	       x % 16;
}

FIXTURE(aperture)
{
	struct vgpu vg;
	int kmsg;
};

FIXTURE_SETUP(aperture)
{
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	if (!region_mappable(&self->vg.dev, BAR2))
		SKIP(return, "BAR2 cannot be mapped here");
	NOT_ON_KVMGT("maps the physical aperture once for all");
}

FIXTURE_TEARDOWN(aperture)
{
	unmap_all();
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* Only the vGPU's own part of BAR2 may be mapped; the rest reads as zeroes. */
TEST_F(aperture, own_part_alone)
{
	struct vfio_region *r = &self->vg.dev.region[BAR2];
	uint64_t before = counter(&self->vg, "aperture_outside");

	ASSERT_EQ(1, r->areas);
	EXPECT_EQ(self->vg.low_base, r->area[0].offset);
	EXPECT_EQ(self->vg.low_size, r->area[0].size);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->vg.dev.fd,
				   r->offset + self->vg.low_base - PAGE));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->vg.dev.fd,
				   r->offset + self->vg.low_base + self->vg.low_size));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE,
				   self->vg.dev.fd, r->offset + self->vg.low_base));
	access_write(&self->vg, 0x1000, 0x666);
	EXPECT_EQ(0, access_read(&self->vg, 0x1000));
	EXPECT_EQ(before + 2, counter(&self->vg, "aperture_outside"));
}

/* A mapped page costs one fault and no trap. */
TEST_F(aperture, same_bytes)
{
	uint64_t traps, faults;
	struct bo bo;
	uint32_t *p, i;
	uint8_t byte;

	ASSERT_EQ(0, bo_create_low(&self->vg, &bo, 4));
	p = map_at(&self->vg, bo.ggtt, 4);
	ASSERT_NE(NULL, p);
	traps = counter(&self->vg, "traps");
	faults = counter(&self->vg, "aperture_faults");
	for (i = 0; i < PAGE; i++)
		store32(p + i, i * 2654435761u);
	EXPECT_EQ(traps, counter(&self->vg, "traps"));
	EXPECT_EQ(faults + 4, counter(&self->vg, "aperture_faults"));
	for (i = 0; i < PAGE; i += 97) {
		EXPECT_EQ(i * 2654435761u, load32(bo.map + i));
		EXPECT_EQ(i * 2654435761u, access_read(&self->vg, bo.ggtt + 4 * i));
		access_write(&self->vg, bo.ggtt + 4 * i, ~i);
		EXPECT_EQ(~i, load32(p + i));
	}
	for (i = 1; i < 4 * PAGE; i += 1021) {
		__atomic_store_n((uint8_t *)p + i, (uint8_t)i, __ATOMIC_SEQ_CST);
		ASSERT_EQ(1, vfio_read(&self->vg.dev, BAR2, bo.ggtt + i, &byte, 1));
		EXPECT_EQ((uint8_t)i, byte);
	}
}

/* An entry that names nothing shows a page of the vGPU's own, the same by both ways. */
TEST_F(aperture, nothing_there)
{
	uint64_t before = counter(&self->vg, "aperture_scratch");
	uint32_t at = ggtt_reserve(&self->vg, 2, true);
	uint32_t *p = map_at(&self->vg, at, 2);

	ASSERT_NE(NULL, p);
	EXPECT_EQ(0, load32(p));
	store32(p + 1, 0x600d);
	EXPECT_EQ(before + 1, counter(&self->vg, "aperture_scratch"));
	EXPECT_EQ(0x600d, access_read(&self->vg, at + 4));
	/* memory that is not the guest's is no more than nothing */
	ggtt_write_pte(&self->vg, at + PAGE, 0xfee00000 | PTE_PRESENT);
	ggtt_flush(&self->vg);
	EXPECT_EQ(0x600d, load32(p + PAGE / 4 + 1));
	ASSERT_EQ(0, vfio_reset(&self->vg.dev));
	vfio_enable_device(&self->vg.dev);
	EXPECT_EQ(0, load32(p + 1));
}

/* A page not looked at before is synchronised when it is, without a flush. */
TEST_F(aperture, first_look_needs_no_flush)
{
	uint32_t at = ggtt_reserve(&self->vg, 2, true);
	uint32_t *p = map_at(&self->vg, at, 2);
	struct bo bo;

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, bo_create(&self->vg, &bo, 2));
	store32(bo.map, 0x1111);
	store32(bo.map + PAGE / 4, 0x2222);
	ggtt_write_pte(&self->vg, at, bo.gpa | PTE_PRESENT);
	ggtt_write_pte(&self->vg, at + PAGE, (bo.gpa + PAGE) | PTE_PRESENT);
	EXPECT_EQ(0x1111, load32(p));
	ggtt_write_pte(&self->vg, at + PAGE, bo.gpa | PTE_PRESENT);
	EXPECT_EQ(0x1111, access_read(&self->vg, at + PAGE));
}

/* Whether memory is off, or the power: a mapping has nothing, an access gets ones. */
static void expect_off(struct __test_metadata *_metadata, struct vgpu *vg, struct bo *bo,
		       uint32_t *p)
{
	EXPECT_TRUE(dies(p));
	EXPECT_EQ(~0u, access_read(vg, bo->ggtt));
	access_write(vg, bo->ggtt, 0x666);
	EXPECT_EQ(0x77, load32(bo->map));
}

TEST_F(aperture, memory_off_and_d3)
{
	struct vfio_dev *dev = &self->vg.dev;
	unsigned int pm = cfg_find_cap(dev, 1) + 4;
	uint32_t fenced = ggtt_reserve(&self->vg, 256, true);
	uint16_t command = cfg_read16(dev, 4);
	uint32_t *p, *q;
	struct bo bo;

	ASSERT_EQ(0, bo_create_low(&self->vg, &bo, 1));
	p = map_at(&self->vg, bo.ggtt, 1);
	q = map_at(&self->vg, fenced, 1);
	ASSERT_NE(NULL, p);
	ASSERT_NE(NULL, q);
	set_fence(&self->vg, 0, fenced, MIB, 512, TILE_X);
	store32(p, 0x77);
	store32(q, 0x77);
	cfg_write16(dev, 4, command & ~2);
	expect_off(_metadata, &self->vg, &bo, p);
	EXPECT_TRUE(dies(q));
	cfg_write16(dev, 4, command);
	EXPECT_EQ(0x77, load32(p));
	EXPECT_EQ(0x77, load32(q));
	cfg_write16(dev, pm, 3);
	expect_off(_metadata, &self->vg, &bo, p);
	EXPECT_TRUE(dies(q));
	cfg_write16(dev, pm, 0);
	EXPECT_EQ(0x77, load32(p));
	EXPECT_EQ(0x77, load32(q));
}

/* Known bytes of tiles, computed here; by mapping through a fence of the GPU, and by access. */
TEST_F(aperture, fenced)
{
	static const struct {
		uint32_t pitch, tile;
	} row[] = {
		{ 512, TILE_X }, { 4096, TILE_X }, { 1536, TILE_X }, { 128, TILE_Y },
		{ 4096, TILE_Y }, { 384, TILE_Y },
	};
	const uint32_t size = 96 * PAGE;	/* whole rows of tiles of each */
	uint32_t *p, i, at;
	unsigned int k;
	struct bo bo;

	ASSERT_EQ(0, bo_create_low(&self->vg, &bo, size / PAGE));
	p = map_at(&self->vg, bo.ggtt, size / PAGE);
	ASSERT_NE(NULL, p);
	for (k = 0; k < ARRAY_SIZE(row); k++) {
		set_fence(&self->vg, k % self->vg.fences, bo.ggtt, size, row[k].pitch, row[k].tile);
		for (i = 0; i < size; i += 16 * 37) {
			at = tiled(i, row[k].pitch, row[k].tile);
			store32(p + i / 4, k << 24 | i);
			ASSERT_EQ(k << 24 | i, load32(bo.map + at / 4)) {
				TH_LOG("row %u, offset %x", k, i);
			}
			ASSERT_EQ(k << 24 | i, access_read(&self->vg, bo.ggtt + i));
			access_write(&self->vg, bo.ggtt + i, ~i);
			ASSERT_EQ(~i, load32(p + i / 4));
		}
		set_fence(&self->vg, k % self->vg.fences, 0, 0, 0, 0);
	}
	/* and without a fence it is what it was */
	store32(p + 4711, 0x4711);
	EXPECT_EQ(0x4711, load32(bo.map + 4711));
}

/* An entry under a fence changes, or goes: what is mapped follows at the flush. */
TEST_F(aperture, fenced_entries_change)
{
	struct bo bo, other;
	uint32_t *p;

	ASSERT_EQ(0, bo_create_low(&self->vg, &bo, 8));
	ASSERT_EQ(0, bo_create(&self->vg, &other, 1));
	p = map_at(&self->vg, bo.ggtt, 8);
	ASSERT_NE(NULL, p);
	set_fence(&self->vg, 0, bo.ggtt, 8 * PAGE, 1024, TILE_X);
	store32(p + 512 / 4, 1);		/* in the second tile */
	EXPECT_EQ(1, load32(bo.map + PAGE / 4));
	ggtt_write_pte(&self->vg, bo.ggtt + PAGE, other.gpa | PTE_PRESENT);
	ggtt_flush(&self->vg);
	store32(p + 512 / 4, 2);
	EXPECT_EQ(1, load32(bo.map + PAGE / 4));
	EXPECT_EQ(2, load32(other.map));
	ASSERT_EQ(0, vfio_unmap(&self->vg.dev, self->vg.mem.base, self->vg.mem.size));
	store32(p + 512 / 4, 3);
	store32(p, 3);
	EXPECT_EQ(2, load32(other.map));
	EXPECT_EQ(0, load32(bo.map));
}

/* The driver forgets what it can have again: what is written next must not be lost. */
TEST_F(aperture, shadows_dropped)
{
	struct bo bo;
	uint32_t *p, i;

	ASSERT_EQ(0, bo_create_low(&self->vg, &bo, 16));
	p = map_at(&self->vg, bo.ggtt, 16);
	ASSERT_NE(NULL, p);
	set_fence(&self->vg, 0, bo.ggtt, 8 * PAGE, 1024, TILE_X);
	for (i = 0; i < 16; i++)
		store32(p + i * PAGE / 4, 1);
	ASSERT_EQ(0, drop_shadows(self->vg.dev.uuid));
	for (i = 0; i < 16; i++) {
		uint32_t at = i < 8 ? tiled(i * PAGE, 1024, TILE_X) : i * PAGE;

		store32(p + i * PAGE / 4, 100 + i);
		EXPECT_EQ(100 + i, load32(bo.map + at / 4));
	}
}

/* All of the low part under fences, in more pieces than the GPU has fences. */
#define PIECES	(64 * MIB / MIB)

static void fence_all(struct vgpu *vg, struct bo *bo)
{
	uint32_t i, part = vg->low_size / vg->fences;

	for (i = 0; i < vg->low_size / PAGE; i++)
		ggtt_write_pte(vg, vg->low_base + i * PAGE,
			       (bo->gpa + i % bo->pages * PAGE) | PTE_PRESENT);
	ggtt_flush(vg);
	for (i = 0; i < vg->fences; i++)
		set_fence(vg, i, vg->low_base + i * part, part, 4096, i & 1 ? TILE_Y : TILE_X);
}

/* The word of `bo` that is seen at an offset in the low part. */
static uint32_t *behind(struct vgpu *vg, struct bo *bo, uint32_t offset)
{
	uint32_t part = vg->low_size / vg->fences;
	uint32_t at = offset / part * part +
		      tiled(offset % part, 4096, offset / part & 1 ? TILE_Y : TILE_X);

	return bo->map + at % (bo->pages * PAGE) / 4;
}

TEST_F(aperture, more_fenced_than_slots)
{
	uint32_t *p, i, offset, round;
	struct bo bo;

	ASSERT_EQ(64 * MIB, self->vg.low_size);
	ASSERT_EQ(0, bo_create(&self->vg, &bo, 1024));
	p = map_at(&self->vg, self->vg.low_base, self->vg.low_size / PAGE);
	ASSERT_NE(NULL, p);
	fence_all(&self->vg, &bo);
	for (round = 1; round <= 2; round++) {
		for (i = 0; i < PIECES; i++) {
			offset = i * MIB + (i * 5 * PAGE + 64 * i) % MIB;
			store32(p + offset / 4, round << 16 | i);
			ASSERT_EQ(round << 16 | i, load32(behind(&self->vg, &bo, offset))) {
				TH_LOG("piece %u of round %u", i, round);
			}
			ASSERT_EQ(round << 16 | i,
				  access_read(&self->vg, self->vg.low_base + offset));
		}
	}
	EXPECT_GE(counter(&self->vg, "fence_steals"), PIECES);
}

/* Two vGPUs take slots from one another: each sees its own memory alone. */
TEST_F(aperture, two_take_turns)
{
	struct vgpu other, *vg[2] = { &self->vg, &other };
	uint32_t *p[2], i, k, offset;
	struct bo bo[2];

	ASSERT_EQ(0, vgpu_open(&other, 1));
	for (k = 0; k < 2; k++) {
		ASSERT_EQ(0, bo_create(vg[k], &bo[k], 1024));
		p[k] = map_at(vg[k], vg[k]->low_base, vg[k]->low_size / PAGE);
		ASSERT_NE(NULL, p[k]);
		fence_all(vg[k], &bo[k]);
	}
	for (i = 0; i < 2 * PIECES; i++) {
		k = i * 7 % 3 & 1;
		offset = i * 11 % PIECES * MIB + 4 * i;
		store32(p[k] + offset / 4, k << 31 | i);
		ASSERT_EQ(k << 31 | i, load32(behind(vg[k], &bo[k], offset)));
	}
	for (k = 0; k < 2; k++)
		for (i = 0; i < 1024 * PAGE / 4; i++)
			ASSERT_TRUE(!bo[k].map[i] || bo[k].map[i] >> 31 == k) {
				TH_LOG("%x of the other at %x", bo[k].map[i], i * 4);
			}
	/* what the one leaves is not there for the other, nor for who comes after */
	unmap_all();
	vgpu_close(&other);
	ASSERT_EQ(0, vgpu_open(&other, 1));
	p[0] = map_at(&self->vg, self->vg.low_base, self->vg.low_size / PAGE);
	ASSERT_NE(NULL, p[0]);
	p[1] = map_at(&other, other.low_base, other.low_size / PAGE);
	ASSERT_NE(NULL, p[1]);
	for (offset = 0; offset < other.low_size; offset += MIB)
		EXPECT_EQ(0, load32(p[1] + offset / 4));
	store32(p[0], 0x5afe);
	EXPECT_EQ(0x5afe, load32(behind(vg[0], &bo[0], 0)));
	unmap_all();
	vgpu_close(&other);
}

/* Entries, fences and memory change under a thread that does not care. */
struct reader {
	uint32_t *p;
	uint32_t bytes;
	bool stop;
	uint64_t wrong, rounds;
};

static void *read_on(void *data)
{
	struct reader *r = data;
	uint32_t i, value;

	while (!__atomic_load_n(&r->stop, __ATOMIC_SEQ_CST)) {
		for (i = 0; i < r->bytes / 4; i += PAGE / 4) {
			value = load32(r->p + i);
			r->wrong += value && value != 0xaaaa && value != 0xbbbb;
			store32(r->p + i + 1, 0xcccc);
		}
		r->rounds++;
	}
	return NULL;
}

TEST_F_TIMEOUT(aperture, changes_under_access, 60)
{
	struct reader r = { .bytes = 16 * PAGE };
	uint64_t end = now_ms() + 3000;
	uint32_t i, k, n, rounds = 0;
	struct bo a, b, low;
	pthread_t thread;

	ASSERT_EQ(0, bo_create(&self->vg, &a, 16));
	ASSERT_EQ(0, bo_create(&self->vg, &b, 16));
	ASSERT_EQ(0, bo_create_low(&self->vg, &low, 16));
	for (i = 0; i < 16; i++) {
		store32(a.map + i * PAGE / 4, 0xaaaa);
		store32(b.map + i * PAGE / 4, 0xbbbb);
	}
	r.p = map_at(&self->vg, low.ggtt, 16);
	ASSERT_NE(NULL, r.p);
	ASSERT_EQ(0, pthread_create(&thread, NULL, read_on, &r));
	for (n = 0; now_ms() < end; n++, rounds++) {
		for (k = 0; k < 16; k++)
			ggtt_write_pte(&self->vg, low.ggtt + k * PAGE,
				       n % 5 == 4 ? 0 :
				       ((n & 1 ? a.gpa : b.gpa) + k * PAGE) | PTE_PRESENT);
		ggtt_flush(&self->vg);
		if (n % 3 == 0)
			set_fence(&self->vg, 0, low.ggtt, 16 * PAGE, n % 6 ? 512 : 0, TILE_X);
		if (n % 16 == 8) {
			EXPECT_EQ(0, vfio_unmap(&self->vg.dev, self->vg.mem.base,
						self->vg.mem.size));
			EXPECT_EQ(0, vfio_map(&self->vg.dev, self->vg.mem.va, self->vg.mem.base,
					      self->vg.mem.size));
		}
		if (n % 32 == 16)
			drop_shadows(self->vg.dev.uuid);
	}
	__atomic_store_n(&r.stop, true, __ATOMIC_SEQ_CST);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, r.wrong);
	EXPECT_GT(r.rounds, 0);
	EXPECT_GT(rounds, 16);
}

/*
 * A virtual machine that runs 16 bit code, its device's BAR2 in its memory. The guest pages
 * behind it lie in a huge page, of whose tails some versions of KVM do not take hold.
 */
FIXTURE(kvm)
{
	struct vgpu vg;
	int kmsg, vcpu;
	struct kvm_run *run;
	uint8_t *code, *memory;
};

#define CODE_AT		0x1000
#define BAR2_AT		0x20000
#define WINDOW		16		/* pages: what a 16 bit segment reaches */
#define HUGE_IOVA	0x80000000ull

/* For each page of segment 0x2000: read a dword, add 1, write it to the next one. */
static const uint8_t guest_code[] = {
	0xb8, 0x00, 0x20, 0x8e, 0xd8, 0x31, 0xdb,
	0x66, 0x8b, 0x07, 0x66, 0x05, 0x01, 0x00, 0x00, 0x00, 0x66, 0x89, 0x47, 0x04,
	0x81, 0xc3, 0x00, 0x10, 0x75, 0xed, 0xf4,
};

static int add_slot(struct vgpu *vg, uint32_t slot, uint64_t at, void *va, uint64_t size)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot, .guest_phys_addr = at, .memory_size = size,
		.userspace_addr = (uintptr_t)va,
	};

	return ioctl(vg->dev.vm, KVM_SET_USER_MEMORY_REGION, &region);
}

/* 2 MiB in one huge page; NULL: the kernel has none. */
static uint8_t *huge_page(void)
{
	uint8_t *p = mmap(NULL, 2 * HUGE_PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned long kib = 0;
	char line[256];
	FILE *f;

	if (p == MAP_FAILED)
		return NULL;
	p = (uint8_t *)(((uintptr_t)p + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1));
	if (madvise(p, HUGE_PAGE, MADV_HUGEPAGE))
		return NULL;
	memset(p, 0, HUGE_PAGE);
	f = fopen("/proc/self/smaps_rollup", "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "AnonHugePages: %lu", &kib);
	if (f)
		fclose(f);
	return kib ? p : NULL;
}

static int make_vcpu(struct vgpu *vg, struct kvm_run **run)
{
	int vcpu = ioctl(vg->dev.vm, KVM_CREATE_VCPU, 0);
	int size = ioctl(vg->dev.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	if (size < 0)
		return -1;
	*run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	return *run == MAP_FAILED ? -1 : vcpu;
}

FIXTURE_SETUP(kvm)
{
	self->kmsg = kmsg_open();
	if (env_wants_cdev())
		SKIP(return, "opens KVM by the group");
	NOT_ON_KVMGT("maps the physical aperture once for all");
	if (access("/sys/kernel/mm/transparent_hugepage", F_OK))
		SKIP(return, "this kernel has no huge pages");
	setenv("IVGPU_KVM", "1", 1);
	ASSERT_EQ(0, vgpu_open(&self->vg, 0));
	self->memory = huge_page();
	ASSERT_NE(NULL, self->memory);
	ASSERT_EQ(0, ioctl(self->vg.dev.container, VFIO_IOMMU_MAP_DMA,
			   &(struct vfio_iommu_type1_dma_map){
				.argsz = sizeof(struct vfio_iommu_type1_dma_map),
				.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
				.vaddr = (uintptr_t)self->memory, .iova = HUGE_IOVA,
				.size = HUGE_PAGE,
			   }));
	self->code = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->code);
	memcpy(self->code, guest_code, sizeof(guest_code));
	ASSERT_EQ(0, add_slot(&self->vg, 1, CODE_AT, self->code, PAGE));
	self->vcpu = make_vcpu(&self->vg, &self->run);
	ASSERT_GE(self->vcpu, 0);
}

FIXTURE_TEARDOWN(kvm)
{
	if (self->vcpu > 0)
		close(self->vcpu);
	unmap_all();
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* Run the code once, from its beginning: 0, or what went wrong. */
static int run_guest(int vcpu, struct kvm_run *run)
{
	struct kvm_regs regs = { .rip = CODE_AT, .rflags = 2 };
	struct kvm_sregs sregs;

	if (ioctl(vcpu, KVM_GET_SREGS, &sregs))
		return -errno;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (ioctl(vcpu, KVM_SET_SREGS, &sregs) || ioctl(vcpu, KVM_SET_REGS, &regs) ||
	    ioctl(vcpu, KVM_RUN, 0))
		return -errno;
	return run->exit_reason == KVM_EXIT_HLT ? 0 : run->exit_reason;
}

TEST_F_TIMEOUT(kvm, huge_page_through_bar2, 60)
{
	uint32_t at = ggtt_reserve(&self->vg, 256, true), i, round;
	uint32_t *word = (uint32_t *)(self->memory + 64 * PAGE);
	uint32_t *p = map_at(&self->vg, at, 256);

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, add_slot(&self->vg, 2, BAR2_AT, p, WINDOW * PAGE));
	for (i = 0; i < 256; i++)
		ggtt_write_pte(&self->vg, at + i * PAGE,
			       (HUGE_IOVA + (64 + i) * PAGE) | PTE_PRESENT);
	ggtt_flush(&self->vg);
	/* round 0 linear, 1 tiled, 2 linear again with the pages in another order */
	for (round = 0; round < 3; round++) {
		if (round == 1)
			set_fence(&self->vg, 0, at, MIB, 1024, TILE_X);
		if (round == 2) {
			set_fence(&self->vg, 0, 0, 0, 0, 0);
			for (i = 0; i < WINDOW; i++)
				ggtt_write_pte(&self->vg, at + i * PAGE,
					       (HUGE_IOVA + (80 - i) * PAGE) | PTE_PRESENT);
			ggtt_flush(&self->vg);
		}
		memset(self->memory, 0, HUGE_PAGE);
		for (i = 0; i < WINDOW; i++)
			store32(p + i * PAGE / 4, 1000 * round + i);
		ASSERT_EQ(0, run_guest(self->vcpu, self->run)) {
			TH_LOG("round %u", round);
		}
		/* ... and again, after all was forgotten */
		ASSERT_EQ(0, drop_shadows(self->vg.dev.uuid));
		for (i = 0; i < WINDOW; i++)
			store32(p + i * PAGE / 4 + 1, 0);
		ASSERT_EQ(0, run_guest(self->vcpu, self->run));
		for (i = 0; i < WINDOW; i++) {
			uint32_t from = round == 1 ? tiled(i * PAGE, 1024, TILE_X) : i * PAGE;

			if (round == 2)
				from = (16 - i) * PAGE;
			EXPECT_EQ(1000 * round + i, load32(word + from / 4));
			EXPECT_EQ(1000 * round + i + 1, load32(word + from / 4 + 1)) {
				TH_LOG("round %u, page %u", round, i);
			}
		}
	}
}

/* Memory goes while the guest may have it mapped; it comes back as scratch. */
TEST_F_TIMEOUT(kvm, memory_goes, 60)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = HUGE_IOVA, .size = HUGE_PAGE,
	};
	uint32_t at = ggtt_bind(&self->vg, HUGE_IOVA + 3 * PAGE, WINDOW, true), i;
	uint32_t *p = map_at(&self->vg, at, WINDOW);
	uint32_t *word = (uint32_t *)(self->memory + 3 * PAGE);

	ASSERT_NE(NULL, p);
	ASSERT_EQ(0, add_slot(&self->vg, 2, BAR2_AT, p, WINDOW * PAGE));
	ASSERT_EQ(0, run_guest(self->vcpu, self->run));
	EXPECT_EQ(1, load32(word + 1));
	ASSERT_EQ(0, ioctl(self->vg.dev.container, VFIO_IOMMU_UNMAP_DMA, &unmap));
	memset(self->memory, 0, HUGE_PAGE);
	ASSERT_EQ(0, run_guest(self->vcpu, self->run));
	for (i = 0; i < HUGE_PAGE / 4; i++)
		ASSERT_EQ(0, load32((uint32_t *)self->memory + i));
}

TEST_PROGRAM_MAIN
