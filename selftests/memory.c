// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory under a vGPU: limits of what is pinned and of shadow tables, large host pages,
 * memory that is mapped and unmapped under running work, and a host that wants memory back.
 * Wherever something cannot be had the guest's work ends all the same, and what can be had is
 * right.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/memfd.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"
#include "knob.h"

#define WAIT_MS 15000
#define MIB (1u << 20)
#define SPARE_VA 0x200000000ull		/* nothing of bo_create() is there */
#define SPARE_IOVA 0x80000000ull	/* nor here */

FIXTURE(mem)
{
	struct vgpu vg;
	struct lrc lrc;
	int kmsg;
};

static int mem_open(struct vgpu *vg, struct lrc *lrc)
{
	int ret = vgpu_open(vg, 0);

	if (!ret)
		ret = lrc_init(lrc, vg, RCS, NULL);
	if (!ret)
		ppgtt_publish(vg, &vg->pp);
	return ret;
}

FIXTURE_SETUP(mem)
{
	if (!env_is_ivgpu())
		SKIP(return, "kvmgt: has no such settings");
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, mem_open(&self->vg, &self->lrc));
}

FIXTURE_TEARDOWN(mem)
{
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* One store by the GPU; false when its request did not complete. */
static bool gpu_store(struct lrc *lrc, uint64_t va, uint32_t value)
{
	struct cmds c = { 0 };

	emit_store(&c, false, va, value);
	return lrc_run(lrc, &c, WAIT_MS);
}

/* The same until it arrives, or the time is over: what was refused is tried again each time. */
static bool store_arrives(struct lrc *lrc, uint64_t va, const uint32_t *at, int timeout_ms)
{
	uint64_t end = now_ms() + timeout_ms;
	uint32_t value = 0xa0000000;

	do {
		if (!gpu_store(lrc, va, ++value))
			return false;
		if (load32(at) == value)
			return true;
		sleep_ms(50);
	} while (now_ms() < end);
	return false;
}

static uint64_t stat_of(struct vgpu *vg, const char *name)
{
	uint64_t value = ~0ull;

	stats_read(vg->dev.uuid, name, &value);
	return value;
}

TEST_F(mem, pin_limit_values)
{
	char uuid[UUID_LEN];

	memcpy(uuid, self->vg.dev.uuid, sizeof(uuid));
	EXPECT_LT(0, knob_get(uuid, "pin_limit_mib"));
	EXPECT_EQ(-ERANGE, knob_set(uuid, "pin_limit_mib", 0));
	EXPECT_EQ(-ERANGE, knob_set(uuid, "pin_limit_mib", 0x7fffffff));
	EXPECT_EQ(-EINVAL, knob_write(uuid, "pin_limit_mib", "much"));
	EXPECT_EQ(0, knob_set(uuid, "pin_limit_mib", 77));
	EXPECT_EQ(77, knob_get(uuid, "pin_limit_mib"));
	EXPECT_EQ(8192, knob_get(uuid, "table_limit"));
	EXPECT_EQ(-ERANGE, knob_set(uuid, "table_limit", 15));
	EXPECT_EQ(-ERANGE, knob_set(uuid, "table_limit", MIB + 1));
	EXPECT_EQ(0, knob_set(uuid, "table_limit", 100));
	EXPECT_EQ(100, knob_get(uuid, "table_limit"));
	EXPECT_EQ(-EINVAL, knob_set(uuid, "track_writes", 2));
	EXPECT_EQ(0, knob_set(uuid, "track_writes", 0));
	EXPECT_EQ(0, knob_get(uuid, "track_writes"));
	/* They are the vGPU's and outlive its VMM. */
	vgpu_detach(&self->vg);
	EXPECT_EQ(77, knob_get(uuid, "pin_limit_mib"));
	ASSERT_EQ(0, vgpu_attach(&self->vg, uuid));
	EXPECT_EQ(77, knob_get(uuid, "pin_limit_mib"));
	EXPECT_EQ(100, knob_get(uuid, "table_limit"));
	EXPECT_EQ(0, knob_get(uuid, "track_writes"));
}

/* Above the limit pages show as scratch, nothing stops, and one line says how to raise it. */
TEST_F_TIMEOUT(mem, pin_limit_holds, 60)
{
	const char *uuid = self->vg.dev.uuid;
	const uint64_t va = SPARE_VA + 399 * PAGE;
	uint64_t gpa = guestmem_alloc(&self->vg.mem, 400);
	uint32_t *last;

	ASSERT_NE(0, gpa);
	last = guestmem_ptr(&self->vg.mem, gpa + 399 * PAGE);
	ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA, gpa, 400));
	ASSERT_EQ(0, knob_set(uuid, "pin_limit_mib", 1));
	EXPECT_TRUE(gpu_store(&self->lrc, SPARE_VA, 1));
	EXPECT_TRUE(gpu_store(&self->lrc, va, 2));
	EXPECT_EQ(0, *last);
	EXPECT_LE(stat_of(&self->vg, "pinned_pages"), 256);
	EXPECT_LT(0, stat_of(&self->vg, "refused_over_limit"));
	EXPECT_TRUE(kmsg_find(self->kmsg, uuid, "pin_limit_mib", 1000));
	EXPECT_FALSE(kmsg_find(self->kmsg, uuid, "pin_limit_mib", 200));
	ASSERT_EQ(0, knob_set(uuid, "pin_limit_mib", 64));
	EXPECT_TRUE(store_arrives(&self->lrc, va, last, 3000));
	EXPECT_LT(400, stat_of(&self->vg, "pinned_pages"));
}

/* What the guest has let go of makes room for what it uses now. */
TEST_F_TIMEOUT(mem, unused_pins_make_room, 60)
{
	uint64_t gpa[2];
	unsigned int i, n;

	ASSERT_EQ(0, knob_set(self->vg.dev.uuid, "pin_limit_mib", 1));
	for (i = 0; i < 2; i++) {
		gpa[i] = guestmem_alloc(&self->vg.mem, 140);
		ASSERT_NE(0, gpa[i]);
	}
	for (i = 0; i < 6; i++) {
		uint64_t at = gpa[i % 2];
		uint32_t *last = guestmem_ptr(&self->vg.mem, at + 139 * PAGE);

		ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA, at, 140));
		EXPECT_TRUE(store_arrives(&self->lrc, SPARE_VA + 139 * PAGE, last, 5000)) {
			TH_LOG("turn %u", i);
		}
		for (n = 0; n < 140; n++)
			*ppgtt_entry(&self->vg.pp, SPARE_VA + n * PAGE, 1) = 0;
	}
	EXPECT_LT(0, stat_of(&self->vg, "shadow_reclaims"));
	EXPECT_LE(stat_of(&self->vg, "pinned_pages"), 256);
}

/* Many address spaces, few tables: the one used longest ago gives way and comes back. */
TEST_F_TIMEOUT(mem, table_limit_lru, 60)
{
	enum { SPACES = 12 };
	struct ppgtt pp[SPACES];
	struct lrc lrc[SPACES];
	uint32_t *at[SPACES];
	unsigned int i, round;

	for (i = 0; i < SPACES; i++) {
		uint64_t gpa = guestmem_alloc(&self->vg.mem, 1);

		ASSERT_NE(0, gpa);
		at[i] = guestmem_ptr(&self->vg.mem, gpa);
		ASSERT_EQ(0, ppgtt_init(&pp[i], &self->vg.mem));
		ASSERT_EQ(0, ppgtt_map(&pp[i], SPARE_VA, gpa, 1));
		ASSERT_EQ(0, lrc_init(&lrc[i], &self->vg, i % ENGINES, &pp[i]));
		ppgtt_publish(&self->vg, &pp[i]);
	}
	ASSERT_EQ(0, knob_set(self->vg.dev.uuid, "table_limit", 24));
	for (round = 1; round <= 3; round++)
		for (i = 0; i < SPACES; i++) {
			EXPECT_TRUE(gpu_store(&lrc[i], SPARE_VA, round << 8 | i));
			EXPECT_EQ(round << 8 | i, *at[i]) {
				TH_LOG("round %u, space %u", round, i);
			}
			EXPECT_LE(stat_of(&self->vg, "ppgtt_pages"), 24);
		}
	EXPECT_LT(SPACES, stat_of(&self->vg, "ppgtt_evicted"));
	EXPECT_EQ(0, stat_of(&self->vg, "ppgtt_rejected"));
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;

	close(fd);
	return ret;
}

/* The host shrinks its caches: shadows are among them, and are rebuilt. */
TEST_F_TIMEOUT(mem, shrinker, 60)
{
	uint32_t value = 0;
	struct bo bo;
	int i;

	ASSERT_EQ(0, bo_create(&self->vg, &bo, 1));
	for (i = 0; i < 3; i++) {
		uint64_t before = stat_of(&self->vg, "shadow_reclaims");
		uint64_t end = now_ms() + 5000;

		ASSERT_EQ(0, write_file("/proc/sys/vm/drop_caches", "2"));
		do {
			EXPECT_TRUE(gpu_store(&self->lrc, bo.va, ++value));
			EXPECT_EQ(value, bo.map[0]);
		} while (stat_of(&self->vg, "shadow_reclaims") == before && now_ms() < end);
		EXPECT_LT(before, stat_of(&self->vg, "shadow_reclaims"));
		sleep_ms(1100);		/* no more than once a second */
	}
}

/* Memory that comes and goes beside running work, as hot-plug and virtio-mem do. */
struct churn {
	struct vgpu *vg;
	void *va;
	uint64_t iova;
	size_t size;
	bool stop;
	unsigned int rounds;
	int error;
};

static void *churn(void *arg)
{
	struct churn *c = arg;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED) && !c->error) {
		c->error = vfio_map(&c->vg->dev, c->va, c->iova, c->size);
		sleep_ms(3);
		if (!c->error)
			c->error = vfio_unmap(&c->vg->dev, c->iova, c->size);
		c->rounds++;
	}
	return NULL;
}

TEST_F_TIMEOUT(mem, unmapped_while_submitting, 90)
{
	struct churn c = { .vg = &self->vg, .iova = SPARE_IOVA, .size = 2 * MIB };
	uint64_t end = now_ms() + 6000;
	pthread_t thread;
	uint32_t n = 0;
	struct bo bo;

	ASSERT_EQ(0, bo_create(&self->vg, &bo, 1));
	ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA, SPARE_IOVA, c.size / PAGE));
	c.va = mmap(NULL, c.size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, c.va);
	ASSERT_EQ(0, pthread_create(&thread, NULL, churn, &c));
	while (now_ms() < end) {
		struct cmds cmds = { 0 };

		n++;
		emit_store(&cmds, false, SPARE_VA + n % 512 * PAGE, n);
		emit_store(&cmds, false, bo.va, n);
		if (!lrc_run(&self->lrc, &cmds, WAIT_MS))
			break;
		EXPECT_EQ(n, bo.map[0]);
	}
	EXPECT_LE(end, now_ms());
	__atomic_store_n(&c.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	EXPECT_EQ(0, c.error);
	TH_LOG("%u requests, %u times mapped and unmapped", n, c.rounds);
	EXPECT_LT(20, c.rounds);
	munmap(c.va, c.size);
}

/*
 * Two threads unmap at once, each with pages that are pinned: what the one is waited for with
 * locked, the other needs. A driver that waits for ever leaves a VMM that cannot be killed.
 */
TEST_F_TIMEOUT(mem, two_unmapped_at_once, 90)
{
	struct churn c[2] = {
		{ .vg = &self->vg, .iova = SPARE_IOVA, .size = 2 * MIB },
		{ .vg = &self->vg, .iova = SPARE_IOVA + 4 * MIB, .size = 2 * MIB },
	};
	uint64_t end = now_ms() + 4000;
	pthread_t thread[2];
	unsigned int i, n;

	for (i = 0; i < 2; i++) {
		ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA + i * 4 * MIB, c[i].iova,
				       c[i].size / PAGE));
		c[i].va = mmap(NULL, c[i].size, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		ASSERT_NE(MAP_FAILED, c[i].va);
		ASSERT_EQ(0, pthread_create(&thread[i], NULL, churn, &c[i]));
	}
	for (n = 0; now_ms() < end; n++)
		ASSERT_TRUE(gpu_store(&self->lrc, SPARE_VA + n % 2 * 4 * MIB + n % 512 * PAGE, n));
	for (i = 0; i < 2; i++) {
		__atomic_store_n(&c[i].stop, true, __ATOMIC_RELAXED);
		pthread_join(thread[i], NULL);
		EXPECT_EQ(0, c[i].error);
		TH_LOG("%u requests, %u times mapped and unmapped", n, c[i].rounds);
		EXPECT_LT(10, c[i].rounds);
		munmap(c[i].va, c[i].size);
	}
}

#define TOGETHER (2 * MIB)

/* One unmap, begun together with others. */
struct unmap {
	struct vgpu *vg;
	pthread_barrier_t *start;
	uint64_t iova;
	int error;
};

static void *unmap_together(void *arg)
{
	struct unmap *u = arg;

	pthread_barrier_wait(u->start);
	u->error = vfio_unmap(&u->vg->dev, u->iova, TOGETHER);
	return NULL;
}

/*
 * The same with many pages pinned for sure, none of which has a neighbour, so that each is
 * unpinned by itself: VFIO calls eleven times, and then its kernel's BUG ends the thread. What
 * is mapped there afterwards is to be had at once.
 */
TEST_F_TIMEOUT(mem, scattered_unmapped_at_once, 90)
{
	pthread_barrier_t start;
	unsigned int round, i, n;
	struct unmap u[2];
	pthread_t thread[2];
	void *va;

	va = mmap(NULL, 2 * TOGETHER, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, va);
	for (i = 0; i < 2 * TOGETHER / PAGE; i += 2)
		ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA + i * PAGE,
				       SPARE_IOVA + i * PAGE, 1));
	ASSERT_EQ(0, pthread_barrier_init(&start, NULL, 2));
	for (round = 0; round < 4; round++) {
		for (i = 0; i < 2; i++) {
			u[i] = (struct unmap){ &self->vg, &start, SPARE_IOVA + i * TOGETHER };
			ASSERT_EQ(0, vfio_map(&self->vg.dev, va + i * TOGETHER, u[i].iova,
					      TOGETHER));
		}
		for (n = 0; n < 2; n++)
			ASSERT_TRUE(gpu_store(&self->lrc, SPARE_VA + n * TOGETHER, n));
		EXPECT_LE(TOGETHER / PAGE, stat_of(&self->vg, "pinned_pages"));
		for (i = 0; i < 2; i++)
			ASSERT_EQ(0, pthread_create(&thread[i], NULL, unmap_together, &u[i]));
		for (i = 0; i < 2; i++) {
			pthread_join(thread[i], NULL);
			EXPECT_EQ(0, u[i].error);
		}
	}
	pthread_barrier_destroy(&start);
	munmap(va, 2 * TOGETHER);
}

/*
 * The device is closed while two threads map and unmap what it has pinned: those who unpin for
 * them may still wait for the container when it is. A driver that has no more to do with an
 * unmap once it closes lets VFIO call in vain, until its kernel's BUG.
 */
TEST_F_TIMEOUT(mem, closed_while_unmapping, 120)
{
	uint64_t end = now_ms() + 10000;
	struct churn c[2];
	pthread_t thread[2];
	unsigned int round, i, n, through = 0;
	void *va;

	va = mmap(NULL, 2 * TOGETHER, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, va);
	for (round = 0; round < 8 && (!round || now_ms() < end); round++) {
		ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA, SPARE_IOVA, 2 * TOGETHER / PAGE));
		for (i = 0; i < 2; i++) {
			c[i] = (struct churn){ .vg = &self->vg, .va = va + i * TOGETHER,
				.iova = SPARE_IOVA + i * TOGETHER, .size = TOGETHER };
			ASSERT_EQ(0, pthread_create(&thread[i], NULL, churn, &c[i]));
		}
		/* What comes of the requests is not looked at here: they have pages pinned. */
		for (n = 0; n < 1 + round % 3; n++) {
			struct cmds cmds = { 0 };

			emit_store(&cmds, false, SPARE_VA + n % 2 * TOGETHER, n);
			through += lrc_run(&self->lrc, &cmds, 2000);
		}
		ggtt_unmap(&self->vg);
		close(self->vg.dev.fd);
		self->vg.dev.fd = -1;
		for (i = 0; i < 2; i++) {
			__atomic_store_n(&c[i].stop, true, __ATOMIC_RELAXED);
			pthread_join(thread[i], NULL);
			EXPECT_EQ(0, c[i].error);
		}
		vgpu_close(&self->vg);
		ASSERT_EQ(0, mem_open(&self->vg, &self->lrc));
	}
	TH_LOG("%u lives, %u requests were through", round, through);
	munmap(va, 2 * TOGETHER);
}

static void *new_memory(void)
{
	return mmap(NULL, 2 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* Other memory at the same address: the GPU writes to the new one, never to the old. */
TEST_F_TIMEOUT(mem, remapped, 60)
{
	uint32_t *old, *now;
	unsigned int i;

	ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA, SPARE_IOVA, 1));
	old = new_memory();
	ASSERT_NE(MAP_FAILED, (void *)old);
	ASSERT_EQ(0, vfio_map(&self->vg.dev, old, SPARE_IOVA, 2 * MIB));
	for (i = 1; i < 30; i++) {
		EXPECT_TRUE(gpu_store(&self->lrc, SPARE_VA, i));
		EXPECT_EQ(i, *old);
		ASSERT_EQ(0, vfio_unmap(&self->vg.dev, SPARE_IOVA, 2 * MIB));
		now = new_memory();
		ASSERT_NE(MAP_FAILED, (void *)now);
		/* Nothing is there: the request ends, the memory that was there stays as it is. */
		EXPECT_TRUE(gpu_store(&self->lrc, SPARE_VA, 0xdead));
		EXPECT_EQ(i, *old);
		ASSERT_EQ(0, vfio_map(&self->vg.dev, now, SPARE_IOVA, 2 * MIB));
		EXPECT_TRUE(gpu_store(&self->lrc, SPARE_VA, 0x1000 + i));
		EXPECT_EQ(i, *old);
		EXPECT_EQ(0x1000 + i, *now);
		munmap(old, 2 * MIB);
		old = now;
	}
	munmap(old, 2 * MIB);
}

/* A VMM that may lock little memory. */
FIXTURE(memlock)
{
	struct vgpu vg;
	struct lrc lrc;
	int kmsg;
};

static int lose_ipc_lock(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data))
		return -errno;
	data[CAP_IPC_LOCK / 32].effective &= ~(1u << (CAP_IPC_LOCK % 32));
	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

FIXTURE_SETUP(memlock)
{
	struct rlimit limit = { MIB, MIB };

	if (!env_is_ivgpu())
		SKIP(return, "kvmgt: stops the guest");
	self->kmsg = kmsg_open();
	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &limit));
	ASSERT_EQ(0, lose_ipc_lock());
	ASSERT_EQ(0, mem_open(&self->vg, &self->lrc));
}

FIXTURE_TEARDOWN(memlock)
{
	vgpu_close(&self->vg);
	EXPECT_QUIET_KERNEL(self->kmsg);
}

TEST_F_TIMEOUT(memlock, goes_on_with_scratch, 60)
{
	uint64_t gpa = guestmem_alloc(&self->vg.mem, 400);
	struct rlimit limit = { 64 * MIB, 64 * MIB };
	uint32_t *last = guestmem_ptr(&self->vg.mem, gpa + 399 * PAGE);
	uint64_t start = now_ms();
	uint32_t i, seen;

	ASSERT_NE(0, gpa);
	ASSERT_EQ(0, ppgtt_map(&self->vg.pp, SPARE_VA, gpa, 400));
	for (i = 1; i <= 20; i++) {
		EXPECT_TRUE(gpu_store(&self->lrc, SPARE_VA + 399 * PAGE, i));
		seen = load32(last);
		/* The next attempt is made after a second, and may find that others were let go. */
		if (now_ms() - start < 900)
			EXPECT_EQ(0, seen);
	}
	EXPECT_LE(stat_of(&self->vg, "pinned_pages"), 256);
	EXPECT_LT(0, stat_of(&self->vg, "refused_over_memlock"));
	EXPECT_TRUE(kmsg_find(self->kmsg, self->vg.dev.uuid, "RLIMIT_MEMLOCK", 1000));
	EXPECT_FALSE(kmsg_find(self->kmsg, self->vg.dev.uuid, "RLIMIT_MEMLOCK", 200));
	/* More is allowed: seen when the pause between attempts is over. */
	ASSERT_EQ(0, setrlimit(RLIMIT_MEMLOCK, &limit));
	EXPECT_TRUE(store_arrives(&self->lrc, SPARE_VA + 399 * PAGE, last, 10000));
}

/* Guest memory made of host pages of one size, used by guest pages of another. */
FIXTURE(backed)
{
	struct vgpu vg;
	struct lrc lrc;
	long pool;		/* pages of this size that the host had before */
	int kmsg;
};

FIXTURE_VARIANT(backed)
{
	unsigned int flags;
	uint64_t least;
	const char *pool, *pages;
	bool large;		/* large guest pages stay large */
};

#define POOL(size) "/sys/kernel/mm/hugepages/hugepages-" size "/nr_hugepages"

FIXTURE_VARIANT_ADD(backed, by_4k) { .least = 32 * MIB };

FIXTURE_VARIANT_ADD(backed, by_2m) {
	.flags = MFD_HUGETLB | MFD_HUGE_2MB, .least = 32 * MIB,
	.pool = POOL("2048kB"), .pages = "24", .large = true,
};

FIXTURE_VARIANT_ADD(backed, by_1g) {
	.flags = MFD_HUGETLB | MFD_HUGE_1GB, .least = 1024 * MIB,
	.pool = POOL("1048576kB"), .pages = "1", .large = true,
};

static long pool_size(const char *path)
{
	FILE *f = fopen(path, "re");
	long n = -1;

	if (f && fscanf(f, "%ld", &n) != 1)
		n = -1;
	if (f)
		fclose(f);
	return n;
}

FIXTURE_SETUP(backed)
{
	int ret;

	self->kmsg = kmsg_open();
	if (variant->pool) {
		self->pool = pool_size(variant->pool);
		if (self->pool < atol(variant->pages))
			write_file(variant->pool, variant->pages);
		if (pool_size(variant->pool) < atol(variant->pages))
			SKIP(return, "the host has no %s such pages to spare", variant->pages);
	}
	guestmem_backing(variant->flags, variant->least);
	ret = vgpu_open(&self->vg, 0);
	ASSERT_EQ(0, ret);
	vgpu_write(&self->vg, 0x4080, 0xf);	/* 64K pages */
	ASSERT_EQ(0, lrc_init(&self->lrc, &self->vg, RCS, NULL));
	ppgtt_publish(&self->vg, &self->vg.pp);
}

FIXTURE_TEARDOWN(backed)
{
	char before[24];

	vgpu_close(&self->vg);
	if (variant->pool) {
		snprintf(before, sizeof(before), "%ld", self->pool);
		write_file(variant->pool, before);
	}
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* A directory entry for SPARE_VA's 2M, made by mapping one page there. */
static uint64_t *directory_entry(struct vgpu *vg, uint64_t va)
{
	return ppgtt_map(&vg->pp, va, vg->mem.base, 1) ? NULL : ppgtt_entry(&vg->pp, va, 2);
}

TEST_F_TIMEOUT(backed, guest_pages_of_4k_64k_2m, 60)
{
	const uint64_t at2m = 8 * MIB, at64k = 4 * MIB;
	uint64_t *entry = directory_entry(&self->vg, SPARE_VA);
	uint64_t kept = stat_of(&self->vg, "ppgtt_large_kept");
	uint64_t split = stat_of(&self->vg, "ppgtt_large_split");
	unsigned int i;

	ASSERT_NE(NULL, entry);
	ASSERT_GT(at64k, self->vg.mem.next);
	*entry = (self->vg.mem.base + at2m) | PTE_PRESENT | PTE_WRITE | PDE_PS_2M;
	entry = directory_entry(&self->vg, SPARE_VA + 2 * MIB);
	ASSERT_NE(NULL, entry);
	*entry |= PDE_IPS_64K;
	for (i = 0; i < 2; i++)
		*ppgtt_entry(&self->vg.pp, SPARE_VA + 2 * MIB + i * 16 * PAGE, 1) =
			(self->vg.mem.base + at64k + i * 16 * PAGE) | PTE_PRESENT | PTE_WRITE;
	for (i = 0; i < 512; i += 73) {
		uint32_t *p = guestmem_ptr(&self->vg.mem, self->vg.mem.base + at2m + i * PAGE + 64);

		EXPECT_TRUE(gpu_store(&self->lrc, SPARE_VA + i * PAGE + 64, 0x2000 + i));
		EXPECT_EQ(0x2000 + i, *p);
	}
	for (i = 0; i < 32; i += 5) {
		uint32_t *p = guestmem_ptr(&self->vg.mem, self->vg.mem.base + at64k + i * PAGE + 8);

		EXPECT_TRUE(gpu_store(&self->lrc, SPARE_VA + 2 * MIB + i * PAGE + 8, 0x6400 + i));
		EXPECT_EQ(0x6400 + i, *p);
	}
	kept = stat_of(&self->vg, "ppgtt_large_kept") - kept;
	split = stat_of(&self->vg, "ppgtt_large_split") - split;
	TH_LOG("%u large pages kept, %u split", (unsigned int)kept, (unsigned int)split);
	EXPECT_EQ(3, kept + split);
	/* behind an IOMMU too: they are mapped for DMA in one piece each */
	if (variant->large)
		EXPECT_EQ(3, kept);
	/* Unmapped in one piece of what they were pinned in. */
	EXPECT_EQ(0, vfio_unmap(&self->vg.dev, self->vg.mem.base, self->vg.mem.size));
	EXPECT_EQ(0, stat_of(&self->vg, "pinned_pages"));
}

TEST_PROGRAM_MAIN
