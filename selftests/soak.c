// SPDX-License-Identifier: GPL-2.0
/*
 * As many vGPUs as there can be (eight of the smallest type on a 256 MiB aperture), all of them at
 * work at once, each with mapped BARs, memory that comes and goes, resets and closes, while the
 * host drops shadows and shrinks its caches. What one does shows nowhere else, everything gets to
 * its end, and nothing is left. On a kernel with lockdep it is the test of the order of locks.
 *
 * IVGPU_SOAK_SECONDS=N: for how long; 5 if not set. Longer where a vGPU has not had its turn then.
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>

#include "testmain.h"
#include "execlist.h"
#include "gen9.h"

#define MOST		8
#define WAIT_MS		60000
#define TURN_MS		300000
#define ROUNDS		24
#define MIB		(1u << 20)
#define LOW_PAGES	16
#define SPARE_VA	0x200000000ull	/* nothing of bo_create() is there */
#define SPARE_IOVA	0x80000000ull	/* nor here */
#define SPARE_SIZE	(2 * MIB)
#define BAR2		VFIO_PCI_BAR2_REGION_INDEX

/* What is written anywhere tells who wrote it. */
#define MARK(number, n)	(0x50000000u | (number) << 24 | ((n) & 0xffffff))
#define IS_MARK(number, value) ((value) >> 24 == (0x50u | (number)))

struct one {
	unsigned int number;
	char uuid[UUID_LEN];
	struct vgpu vg;
	struct lrc lrc;
	struct bo bo, low;
	void *spare;
	pthread_mutex_t touching, churning;	/* held by who uses what the worker takes away */
	uint32_t *p;				/* BAR2, while the vGPU is open */
	bool open;
	pthread_t worker, toucher, churner;
	const char *wrong;
	unsigned int lives, requests, touched, churned;
};

static struct one all[MOST];
static unsigned int count;
static bool stop;

static __thread sigjmp_buf on_bus_error;

static void bus_error(int sig)
{
	siglongjmp(on_bus_error, 1);
}

static bool is_over(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

/* The first thing that goes wrong ends it for all. */
static void *fail(struct one *o, const char *why)
{
	if (!o->wrong)
		o->wrong = why;
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	return NULL;
}

/* The guest's processor at its mapping of BAR2, where a fence, an entry or all may go. */
static void touch(struct one *o)
{
	uint32_t value, i;

	if (sigsetjmp(on_bus_error, 1))
		return;
	for (i = 0; i < LOW_PAGES * PAGE / 4; i += PAGE / 4) {
		value = load32(o->p + i);
		if (value && !IS_MARK(o->number, value))
			fail(o, "BAR2 shows what is not this guest's");
		store32(o->p + i + i / PAGE, MARK(o->number, i));
		o->touched++;
	}
}

static void *touch_on(void *arg)
{
	struct one *o = arg;

	while (!is_over()) {
		pthread_mutex_lock(&o->touching);
		if (o->p)
			touch(o);
		pthread_mutex_unlock(&o->touching);
		sleep_ms(1);
	}
	return NULL;
}

/* Memory that is plugged and unplugged under work that names it. */
static void *churn_on(void *arg)
{
	struct one *o = arg;
	int err = 0;

	while (!is_over() && !err) {
		pthread_mutex_lock(&o->churning);
		if (o->open) {
			err = vfio_map(&o->vg.dev, o->spare, SPARE_IOVA, SPARE_SIZE);
			sleep_ms(5);
			if (!err)
				err = vfio_unmap(&o->vg.dev, SPARE_IOVA, SPARE_SIZE);
			o->churned++;
		}
		pthread_mutex_unlock(&o->churning);
		sleep_ms(5);
	}
	return err ? fail(o, "memory cannot be mapped or unmapped") : NULL;
}

/* Entries of the low part name other pages than before, sometimes none; a fence comes and goes. */
static void rebind(struct one *o, unsigned int round)
{
	unsigned int i;

	for (i = 0; i < LOW_PAGES; i++)
		ggtt_write_pte(&o->vg, o->low.ggtt + i * PAGE, round % 5 == 4 ? 0 :
			       (o->low.gpa + (i + round) % LOW_PAGES * PAGE) | PTE_PRESENT);
	ggtt_flush(&o->vg);
	vgpu_write(&o->vg, FENCE(0), 0);
	if (round % 3)
		return;
	vgpu_write(&o->vg, FENCE(0) + 4, (o->low.ggtt + (LOW_PAGES - 1) * PAGE) | (512 / 128 - 1));
	vgpu_write(&o->vg, FENCE(0), o->low.ggtt | 1);
}

static bool work(struct one *o, unsigned int round)
{
	uint32_t value = MARK(o->number, ++o->requests), word = round % 1024;
	struct cmds c = { 0 };

	emit_store(&c, false, SPARE_VA + round * 13 % (SPARE_SIZE / PAGE) * PAGE, value);
	emit_store(&c, false, o->bo.va + word * 4, value);
	return lrc_run(&o->lrc, &c, WAIT_MS) && load32(o->bo.map + word) == value;
}

/* All of the guest's memory goes and comes back, with its ring, its context and its tables. */
static bool replug(struct one *o)
{
	struct guestmem *mem = &o->vg.mem;

	return !vfio_unmap(&o->vg.dev, mem->base, mem->size) &&
	       !vfio_map(&o->vg.dev, mem->va, mem->base, mem->size);
}

static const char *begin(struct one *o)
{
	if (vgpu_attach(&o->vg, o->uuid))
		return "cannot be opened";
	if (bo_create(&o->vg, &o->bo, 1) || bo_create_low(&o->vg, &o->low, LOW_PAGES) ||
	    lrc_init(&o->lrc, &o->vg, o->number % ENGINES, NULL) ||
	    ppgtt_map(&o->vg.pp, SPARE_VA, SPARE_IOVA, SPARE_SIZE / PAGE))
		return "has no memory";
	ppgtt_publish(&o->vg, &o->vg.pp);
	pthread_mutex_lock(&o->touching);
	o->p = region_mmap(&o->vg.dev, BAR2, o->low.ggtt, LOW_PAGES * PAGE);
	pthread_mutex_unlock(&o->touching);
	pthread_mutex_lock(&o->churning);
	o->open = true;
	pthread_mutex_unlock(&o->churning);
	return NULL;
}

/* Every other life ends with a reset under the hands that touch BAR2. */
static const char *end(struct one *o)
{
	const char *why = o->lives % 2 && vfio_reset(&o->vg.dev) ? "cannot be reset" : NULL;

	pthread_mutex_lock(&o->churning);
	o->open = false;
	pthread_mutex_unlock(&o->churning);
	pthread_mutex_lock(&o->touching);
	if (o->p)
		munmap(o->p, LOW_PAGES * PAGE);
	o->p = NULL;
	pthread_mutex_unlock(&o->touching);
	vgpu_detach(&o->vg);
	return why;
}

static const char *live(struct one *o)
{
	const char *why = begin(o), *after;
	unsigned int round;

	if (why)
		return why;
	for (round = 0; round < ROUNDS && !why && !is_over(); round++) {
		rebind(o, round);
		if (!work(o, round))
			why = "a request did not do what it should";
		else if (round % 8 == 5 && !replug(o))
			why = "memory cannot be unmapped and mapped";
	}
	after = end(o);
	o->lives++;
	return why ?: after;
}

static void *live_on(void *arg)
{
	struct one *o = arg;
	const char *why = NULL;

	while (!is_over() && !why)
		why = live(o);
	return why ? fail(o, why) : NULL;
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		perror(path);
	close(fd);
}

FIXTURE(soak)
{
	int kmsg;
};

FIXTURE_SETUP(soak)
{
	struct sigaction act = { .sa_handler = bus_error };
	unsigned int i;

	NOT_ON_KVMGT("has other limits");
	self->kmsg = kmsg_open();
	sigaction(SIGBUS, &act, NULL);
	count = mdev_available(env_type());
	ASSERT_LT(1, count);
	ASSERT_GE(MOST, count);
	for (i = 0; i < count; i++) {
		all[i].number = i;
		mdev_uuid(all[i].uuid, i);
		ASSERT_EQ(0, mdev_create(all[i].uuid));
		pthread_mutex_init(&all[i].touching, NULL);
		pthread_mutex_init(&all[i].churning, NULL);
		all[i].spare = mmap(NULL, SPARE_SIZE, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		ASSERT_NE(MAP_FAILED, all[i].spare);
	}
}

FIXTURE_TEARDOWN(soak)
{
	mdev_sweep();
	EXPECT_QUIET_KERNEL(self->kmsg);
}

/* Whether each of them has done some of everything. */
static bool all_had_a_turn(void)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!__atomic_load_n(&all[i].requests, __ATOMIC_RELAXED) ||
		    !__atomic_load_n(&all[i].touched, __ATOMIC_RELAXED) ||
		    !__atomic_load_n(&all[i].churned, __ATOMIC_RELAXED))
			return false;
	return true;
}

/* The host's part: it takes back what it can have again. */
static void disturb(unsigned int seconds)
{
	uint64_t start = now_ms(), until = start + seconds * 1000;
	unsigned int n;

	for (n = 0; !is_over() && now_ms() < start + TURN_MS &&
	     (now_ms() < until || !all_had_a_turn()); n++) {
		drop_shadows(all[n % count].uuid);
		if (n % 16 == 8)
			write_file("/proc/sys/vm/drop_caches", "2");
		sleep_ms(50);
	}
}

TEST_F_TIMEOUT(soak, all_at_once, 600)
{
	const char *text = getenv("IVGPU_SOAK_SECONDS");
	unsigned int seconds = text ? atoi(text) : 5, i, k;

	for (i = 0; i < count; i++) {
		ASSERT_EQ(0, pthread_create(&all[i].worker, NULL, live_on, &all[i]));
		ASSERT_EQ(0, pthread_create(&all[i].toucher, NULL, touch_on, &all[i]));
		ASSERT_EQ(0, pthread_create(&all[i].churner, NULL, churn_on, &all[i]));
	}
	disturb(seconds);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < count; i++) {
		struct one *o = &all[i];
		uint64_t pinned = 1;

		pthread_join(o->worker, NULL);
		pthread_join(o->toucher, NULL);
		pthread_join(o->churner, NULL);
		TH_LOG("%u: %u lives, %u requests, %u words by BAR2, %u times plugged", i, o->lives,
		       o->requests, o->touched, o->churned);
		EXPECT_EQ(NULL, o->wrong) {
			TH_LOG("%u: %s", i, o->wrong);
		}
		EXPECT_LT(0, o->requests);
		EXPECT_LT(0, o->touched);
		EXPECT_LT(0, o->churned);
		EXPECT_EQ(0, stats_read(o->uuid, "pinned_pages", &pinned));
		EXPECT_EQ(0, pinned);
		for (k = 0; k < SPARE_SIZE / 4; k++) {
			uint32_t value = ((uint32_t *)o->spare)[k];

			ASSERT_TRUE(!value || IS_MARK(o->number, value)) {
				TH_LOG("%u: %x of another in its memory", i, value);
			}
		}
	}
}

TEST_PROGRAM_MAIN
