// SPDX-License-Identifier: GPL-2.0
/*
 * KUnit: one virtual engine is handed the physical one by another, and what a reset between
 * makes of both. gpu/, the scheduler and the guest only note what is asked of them.
 */
#include <kunit/test.h>
#include <linux/dev_printk.h>
#include <linux/errno.h>

/* What run.c and hw_events.c use of gpu/ and of the rest of exec/, as this file has it. */
#define ivgpu_engine_user		hand_over_test_user
#define ivgpu_engine_submit		hand_over_test_submit
#define ivgpu_engine_submit_after	hand_over_test_submit_after
#define ivgpu_engine_preempt		hand_over_test_preempt_engine
#define ivgpu_engine_is_idle		hand_over_test_is_idle
#define ivgpu_engine_has_news		hand_over_test_has_news
#define ivgpu_engine_user_interrupt_late	hand_over_test_late
#define ivgpu_engine_reset		hand_over_test_reset
#define ivgpu_mmio_write		hand_over_test_mmio_write
#define ivgpu_csb_push			hand_over_test_csb_push
#define ivgpu_shadow_ctx_show		hand_over_test_show
#define ivgpu_vengine_stall		hand_over_test_stall
/* Their own functions, so that the driver's can be beside them. */
#define ivgpu_vengine_pump		hand_over_test_pump
#define ivgpu_vengine_runnable		hand_over_test_runnable
#define ivgpu_vengine_has_work		hand_over_test_has_work
#define ivgpu_vengine_run		hand_over_test_run
#define ivgpu_vengine_preempt		hand_over_test_preempt
#define ivgpu_vengine_hand_over		hand_over_test_hand_over
#define ivgpu_vengine_kill		hand_over_test_kill
#define ivgpu_vengine_reset_work	hand_over_test_reset_work
#define ivgpu_vengine_promote		hand_over_test_promote
#define ivgpu_vengine_drain_locked	hand_over_test_drain_locked
#define ivgpu_vengine_drain_work	hand_over_test_drain_work
#define ivgpu_exec_engine_ops		hand_over_test_engine_ops
/* Nobody traces here, and there is no device to name. */
#define IVGPU_TRACE_H
#define trace_ivgpu_complete(...) do { } while (0)
#undef dev_warn_ratelimited
#define dev_warn_ratelimited(...) do { } while (0)

#include "run.c"
#include "hw_events.c"

enum { FROM, TO, SIDES };

/*
 * @news: what happens on the engine before a reset that is wanted gets its turn
 * @pending: a user interrupt awaits its handler when somebody looks
 * @handled: its handler is under way then
 */
struct ivgpu_engine {
	struct ivgpu_exec_engine xe;
	unsigned int submitted, behind, preempts, resets;
	struct ivgpu_port port;
	void (*news)(struct ivgpu_engine *engine, void *cookie);
	void *cookie;
	bool pending, handled;
};

/*
 * @stalls: how often its guest was told of a hang
 * @users: how often of a user interrupt
 * @readies, @yields, @took, @killed: how often the scheduler was
 */
struct side {
	struct ivgpu_vexec vx;
	struct ivgpu_guestmem gm;
	struct ivgpu_vengine *ve;
	struct ivgpu_shadow_ctx ctx;
	u32 image[2 * IVGPU_IMAGE_PAGE_DWORDS];
	struct ivgpu_switch_reg reg;
	unsigned int stalls, users, readies, yields, took, killed;
};

struct bench {
	struct ivgpu_engine engine;
	struct side side[SIDES];
};

static struct side *side_of(struct ivgpu_vengine *ve)
{
	return ve->vx->p.owner;
}

void *ivgpu_engine_user(struct ivgpu_engine *engine)
{
	return &engine->xe;
}

int ivgpu_engine_submit(struct ivgpu_engine *engine, const struct ivgpu_port ports[2])
{
	engine->submitted++;
	engine->port = ports[0];
	return 0;
}

int ivgpu_engine_submit_after(struct ivgpu_engine *engine, const struct ivgpu_port ports[2])
{
	engine->behind++;
	engine->port = ports[0];
	return 0;
}

int ivgpu_engine_preempt(struct ivgpu_engine *engine)
{
	engine->preempts++;
	return 0;
}

bool ivgpu_engine_is_idle(struct ivgpu_engine *engine)
{
	return true;
}

bool ivgpu_engine_has_news(struct ivgpu_engine *engine)
{
	return false;
}

bool ivgpu_engine_user_interrupt_late(struct ivgpu_engine *engine)
{
	if (engine->handled)
		ivgpu_exec_engine_ops.user_interrupt(engine);
	return engine->pending;
}

/* As gpu/ does it: earlier events first, and nothing where who was meant is gone. */
int ivgpu_engine_reset(struct ivgpu_engine *engine)
{
	if (engine->news)
		engine->news(engine, engine->cookie);
	if (ivgpu_exec_engine_ops.is_gone(engine))
		return 0;
	engine->resets++;
	ivgpu_exec_engine_ops.was_reset(engine);
	return 0;
}

void ivgpu_mmio_write(struct ivgpu_gpu *gpu, u32 offset, u32 value)
{
}

void ivgpu_csb_push(struct ivgpu_vengine *ve, const u64 *entries, unsigned int n)
{
}

void ivgpu_shadow_ctx_show(struct ivgpu_shadow_ctx *ctx)
{
}

void ivgpu_vengine_stall(struct ivgpu_vengine *ve, const struct ivgpu_refusal *refusal)
{
	side_of(ve)->stalls++;
	ve->stalled = true;
}

static void on_interrupt(void *owner, enum ivgpu_engine_id engine, u32 bits)
{
	struct side *side = owner;

	side->users += bits & IVGPU_ENGINE_IRQ_USER ? 1 : 0;
}

static void on_ready(struct ivgpu_vengine *ve)
{
	side_of(ve)->readies++;
}

static void on_yielded(struct ivgpu_vengine *ve)
{
	side_of(ve)->yields++;
}

static void on_took_over(struct ivgpu_vengine *ve)
{
	side_of(ve)->took++;
}

static void on_killed(struct ivgpu_vengine *ve)
{
	side_of(ve)->killed++;
}

static unsigned int switch_regs(void *owner, enum ivgpu_engine_id engine,
				struct ivgpu_switch_reg *regs, unsigned int max)
{
	struct side *side = owner;

	regs[0] = side->reg;
	return 1;
}

static const struct ivgpu_vexec_ops ops = {
	.interrupt = on_interrupt,
	.ready = on_ready,
	.yielded = on_yielded,
	.took_over = on_took_over,
	.killed = on_killed,
	.switch_regs = switch_regs,
};

static void side_init(struct bench *b, unsigned int number)
{
	struct side *side = &b->side[number];
	struct ivgpu_vengine *ve = &side->vx.engines[IVGPU_RCS0];

	mutex_init(&side->gm.lock);
	side->vx.p.gm = &side->gm;
	side->vx.p.ops = &ops;
	side->vx.p.owner = side;
	side->vx.gen = 9;
	side->ve = ve;
	side->reg = (struct ivgpu_switch_reg){ 0x24d0, 1 };
	ve->vx = &side->vx;
	ve->id = IVGPU_RCS0;
	ve->engine = &b->engine;
	spin_lock_init(&ve->lock);
	INIT_KFIFO(ve->events);
	side->ctx.ve = ve;
	side->ctx.image.vaddr = side->image;
	side->ctx.levels = 4;
	ve->vel.running.nr = 1;
	ve->vel.running.cookie[0] = &side->ctx;
	side->ctx.queued = 1;
}

/* The first one runs, and has been told so. */
static struct bench *fresh(struct kunit *test)
{
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	spin_lock_init(&b->engine.xe.lock);
	side_init(b, FROM);
	side_init(b, TO);
	KUNIT_ASSERT_EQ(test, ivgpu_vengine_run(b->side[FROM].ve), 0);
	hw_promoted(&b->engine, &b->side[FROM].ctx, false);
	KUNIT_ASSERT_PTR_EQ(test, b->engine.xe.owner, b->side[FROM].ve);
	return b;
}

static struct bench *one_behind(struct kunit *test)
{
	struct bench *b = fresh(test);

	KUNIT_ASSERT_EQ(test, ivgpu_vengine_hand_over(b->side[FROM].ve, b->side[TO].ve), 0);
	KUNIT_ASSERT_PTR_EQ(test, b->engine.xe.next, b->side[TO].ve);
	return b;
}

static void submitted_behind(struct kunit *test)
{
	struct bench *b = one_behind(test);
	struct side *from = &b->side[FROM], *to = &b->side[TO];

	KUNIT_EXPECT_EQ(test, b->engine.behind, 1u);
	KUNIT_EXPECT_PTR_EQ(test, b->engine.port.cookie, (void *)&to->ctx);
	KUNIT_EXPECT_TRUE(test, b->engine.port.desc & IVGPU_DESC_FORCE_RESTORE);
	KUNIT_EXPECT_EQ(test, b->engine.preempts, 0u);
	KUNIT_EXPECT_EQ(test, from->ve->hw, IVGPU_HW_LEAVING);
	KUNIT_EXPECT_EQ(test, to->ve->hw, IVGPU_HW_NEXT);
	KUNIT_EXPECT_EQ(test, to->took, 0u);
}

/* Hardware has changed over: the first one is off with more to do, the second one is on. */
static void hardware_changes_over(struct kunit *test)
{
	struct bench *b = one_behind(test);
	struct side *from = &b->side[FROM], *to = &b->side[TO];

	hw_switched_out(&b->engine, &from->ctx, false);
	hw_promoted(&b->engine, &to->ctx, false);
	KUNIT_EXPECT_PTR_EQ(test, b->engine.xe.owner, to->ve);
	KUNIT_EXPECT_NULL(test, b->engine.xe.next);
	KUNIT_EXPECT_EQ(test, to->ve->hw, IVGPU_HW_ON);
	KUNIT_EXPECT_EQ(test, to->took, 1u);
	KUNIT_EXPECT_TRUE(test, to->ve->acked);
	KUNIT_EXPECT_EQ(test, from->ve->hw, IVGPU_HW_OFF);
	KUNIT_EXPECT_TRUE(test, from->ctx.unfinished);
	KUNIT_EXPECT_FALSE(test, from->ve->vel.running.on_hw);
	KUNIT_EXPECT_EQ(test, from->readies, 1u);
	KUNIT_EXPECT_EQ(test, from->stalls + to->stalls, 0u);
	KUNIT_EXPECT_EQ(test, atomic_read(&from->ve->callbacks), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&to->ve->callbacks), 0);
}

/* Engine-owned registers are written while the engine is idle: so it is emptied first. */
static void registers_differ(struct kunit *test)
{
	struct bench *b = fresh(test);

	b->side[TO].reg.value = 2;
	KUNIT_EXPECT_EQ(test, ivgpu_vengine_hand_over(b->side[FROM].ve, b->side[TO].ve), -EXDEV);
	KUNIT_EXPECT_EQ(test, b->engine.preempts, 1u);
	KUNIT_EXPECT_EQ(test, b->engine.behind, 0u);
	KUNIT_EXPECT_NULL(test, b->engine.xe.next);
	KUNIT_EXPECT_EQ(test, b->side[TO].ve->hw, IVGPU_HW_OFF);
}

static void nothing_to_run(struct kunit *test)
{
	struct bench *b = fresh(test);

	b->side[TO].ve->vel.running.nr = 0;
	KUNIT_EXPECT_EQ(test, ivgpu_vengine_hand_over(b->side[FROM].ve, b->side[TO].ve), -EAGAIN);
	KUNIT_EXPECT_EQ(test, b->engine.preempts, 1u);
	KUNIT_EXPECT_NULL(test, b->engine.xe.next);
}

static void it_leaves_already(struct kunit *test)
{
	struct bench *b = fresh(test);

	ivgpu_vengine_preempt(b->side[FROM].ve);
	KUNIT_EXPECT_EQ(test, ivgpu_vengine_hand_over(b->side[FROM].ve, b->side[TO].ve), -ESRCH);
	KUNIT_EXPECT_EQ(test, b->engine.preempts, 1u);
	KUNIT_EXPECT_EQ(test, b->engine.behind, 0u);
}

/* It does not leave: only it is told of a hang; who stood behind it runs, and is told nothing. */
static void only_the_guilty_sees_the_reset(struct kunit *test)
{
	struct bench *b = one_behind(test);
	struct side *from = &b->side[FROM], *to = &b->side[TO];

	ivgpu_vengine_kill(from->ve);
	KUNIT_EXPECT_EQ(test, b->engine.resets, 1u);
	KUNIT_EXPECT_EQ(test, from->stalls, 1u);
	KUNIT_EXPECT_EQ(test, from->killed, 1u);
	KUNIT_EXPECT_EQ(test, from->ve->stats.hangs, 1ull);
	KUNIT_EXPECT_EQ(test, to->stalls, 0u);
	KUNIT_EXPECT_EQ(test, to->killed, 0u);
	KUNIT_EXPECT_EQ(test, to->ve->stats.hangs, 0ull);
	KUNIT_EXPECT_EQ(test, to->yields, 1u);
	KUNIT_EXPECT_EQ(test, to->readies, 1u);
	KUNIT_EXPECT_TRUE(test, ivgpu_vengine_has_work(to->ve));
	KUNIT_EXPECT_FALSE(test, ivgpu_vengine_has_work(from->ve));
	KUNIT_EXPECT_NULL(test, b->engine.xe.owner);
	KUNIT_EXPECT_FALSE(test, b->engine.xe.resetting);
}

static void changes_over(struct ivgpu_engine *engine, void *cookie)
{
	hw_promoted(engine, cookie, false);
}

/* It has given way just before: the one that runs now is not reset for it. */
static void it_gives_way_in_time(struct kunit *test)
{
	struct bench *b = one_behind(test);
	struct side *from = &b->side[FROM], *to = &b->side[TO];

	b->engine.news = changes_over;
	b->engine.cookie = &to->ctx;
	ivgpu_vengine_kill(from->ve);
	KUNIT_EXPECT_EQ(test, b->engine.resets, 0u);
	KUNIT_EXPECT_EQ(test, from->stalls + to->stalls, 0u);
	KUNIT_EXPECT_EQ(test, from->killed + to->killed, 0u);
	KUNIT_EXPECT_PTR_EQ(test, b->engine.xe.owner, to->ve);
	KUNIT_EXPECT_FALSE(test, b->engine.xe.resetting);
}

static void goes_idle(struct ivgpu_engine *engine, void *cookie)
{
	hw_idle(engine);
}

/* Nobody behind it, and it went idle just before: a reset comes, and nobody is blamed. */
static void idle_in_time(struct kunit *test)
{
	struct bench *b = fresh(test);
	struct side *from = &b->side[FROM];

	b->engine.news = goes_idle;
	ivgpu_vengine_kill(from->ve);
	KUNIT_EXPECT_EQ(test, b->engine.resets, 1u);
	KUNIT_EXPECT_EQ(test, from->stalls, 0u);
	KUNIT_EXPECT_EQ(test, from->killed, 0u);
	KUNIT_EXPECT_EQ(test, from->yields, 1u);
	KUNIT_EXPECT_TRUE(test, ivgpu_vengine_has_work(from->ve));
}

/* The end of what it ran was read before the handler of its interrupt came. */
static void late_user_interrupt(struct kunit *test)
{
	struct bench *b = fresh(test);
	struct side *from = &b->side[FROM];

	b->engine.pending = true;
	hw_idle(&b->engine);
	KUNIT_EXPECT_EQ(test, from->users, 1u);
	KUNIT_EXPECT_NULL(test, b->engine.xe.last);
	hw_user_interrupt(&b->engine);
	KUNIT_EXPECT_EQ(test, from->users, 1u);
	KUNIT_EXPECT_EQ(test, atomic_read(&from->ve->callbacks), 0);
}

/* The handler has taken the interrupt, but not told it, when the end is read. */
static void late_handler(struct kunit *test)
{
	struct bench *b = fresh(test);
	struct side *from = &b->side[FROM];

	b->engine.handled = true;
	hw_idle(&b->engine);
	KUNIT_EXPECT_EQ(test, from->users, 1u);
	KUNIT_EXPECT_EQ(test, atomic_read(&from->ve->callbacks), 0);
}

/* The same where another has the engine already: both are told, the one behind for nothing. */
static void late_behind_another(struct kunit *test)
{
	struct bench *b = one_behind(test);
	struct side *from = &b->side[FROM], *to = &b->side[TO];

	b->engine.handled = true;
	hw_switched_out(&b->engine, &from->ctx, true);
	hw_promoted(&b->engine, &to->ctx, false);
	KUNIT_EXPECT_EQ(test, from->users, 1u);
	KUNIT_EXPECT_EQ(test, to->users, 1u);
	KUNIT_EXPECT_NULL(test, b->engine.xe.last);
	hw_user_interrupt(&b->engine);
	KUNIT_EXPECT_EQ(test, from->users, 1u);
	KUNIT_EXPECT_EQ(test, to->users, 2u);
}

/* No interrupt came: it is not told of one. */
static void nothing_late(struct kunit *test)
{
	struct bench *b = fresh(test);

	hw_idle(&b->engine);
	KUNIT_EXPECT_EQ(test, b->side[FROM].users, 0u);
}

/* A reset of the GPU may clear what is pending, also for who had done nothing. */
static void wiped_by_a_reset(struct kunit *test)
{
	struct bench *b = fresh(test);

	hw_was_reset(&b->engine);
	KUNIT_EXPECT_EQ(test, b->side[FROM].users, 1u);
	KUNIT_EXPECT_EQ(test, b->side[FROM].stalls, 0u);
	KUNIT_EXPECT_NULL(test, b->engine.xe.last);
}

static struct kunit_case hand_over_cases[] = {
	KUNIT_CASE(submitted_behind),
	KUNIT_CASE(hardware_changes_over),
	KUNIT_CASE(registers_differ),
	KUNIT_CASE(nothing_to_run),
	KUNIT_CASE(it_leaves_already),
	KUNIT_CASE(only_the_guilty_sees_the_reset),
	KUNIT_CASE(it_gives_way_in_time),
	KUNIT_CASE(idle_in_time),
	KUNIT_CASE(late_user_interrupt),
	KUNIT_CASE(late_handler),
	KUNIT_CASE(late_behind_another),
	KUNIT_CASE(nothing_late),
	KUNIT_CASE(wiped_by_a_reset),
	{}
};

static struct kunit_suite hand_over_suite = {
	.name = "ivgpu-hand-over",
	.test_cases = hand_over_cases,
};

kunit_test_suite(hand_over_suite);
