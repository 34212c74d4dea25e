// SPDX-License-Identifier: GPL-2.0
/*
 * Cost model. Off by default: commands take what the simulator needs. With --speed F each command
 * occupies its engine for its cost divided by F on the host's monotonic clock, which is the clock
 * that the virtual host's time follows. The figures are stated, not measured on hardware: 20 ns a
 * command and 4 ns a dword (about what a 1 GHz streamer parses), 5 us a 3DPRIMITIVE or walker or
 * media object, and 10 GB/s for the blitter.
 */
#include "cost.h"

#include "gpu.h"

#define COMMAND_NS 20
#define DWORD_NS 4
#define DRAW_NS 5000
#define BLIT_BYTES_PER_NS 10
#define BATCH_NS 10000		/* shorter debts are gathered before the engine waits */
#define BEHIND_MAX_NS 50000000u	/* what is lost beyond that is not caught up */

static void wait_until_paid(struct engine *e)
{
	e->wait = WAIT_COST;
	e->wait_until = e->cost_until;
}

static void charge(struct engine *e, double ns)
{
	uint64_t now = now_ns();

	if (!e->cost_running) {
		e->cost_running = true;
		if (e->cost_until < now)
			e->cost_until = now;
	}
	ns += e->cost_fraction;
	e->cost_fraction = ns - (double)(uint64_t)ns;
	e->cost_until += (uint64_t)ns;
	if (e->cost_until + BEHIND_MAX_NS < now) {
		e->behind_ns += now - e->cost_until;
		e->cost_until = now;
	}
	if (e->cost_until > now + BATCH_NS)
		wait_until_paid(e);
}

void cost_paid(struct engine *e)
{
	uint64_t now = now_ns();

	if (e->wait_until && now > e->wait_until)
		e->late_ns += now - e->wait_until;
	e->wait_until = 0;
}

void cost_reset(struct engine *e)
{
	e->cost_running = false;
	e->cost_until = 0;
}

bool cost_settled(struct engine *e)
{
	if (e->cost_until <= now_ns())
		return true;
	wait_until_paid(e);
	return false;
}

void cost_pause(struct engine *e)
{
	e->cost_running = false;
}

static int is_draw(const struct engine *e, uint32_t header)
{
	uint16_t op = header >> 16;

	if (e->class == CLASS_RENDER)
		return op == 0x7b00 || op == 0x7105 || op == 0x7103 || op == 0x7100;
	return e->class != CLASS_COPY && header >> 29 == 3 && (op & 0xff) >= 0x20;
}

void cost_command(struct engine *e, const uint32_t *cmd, unsigned int ndw)
{
	double ns = COMMAND_NS + DWORD_NS * ndw + (is_draw(e, cmd[0]) ? DRAW_NS : 0);

	if (e->wait == WAIT_SEMAPHORE)		/* looked at once more, not executed once more */
		return;
	ns = e->gpu->opt.speed > 0 ? ns / e->gpu->opt.speed : 0;
	ns += e->gpu->fault.slow_mem_ns;
	if (ns > 0)
		charge(e, ns);
}

void cost_blit(struct engine *e)
{
	double bytes = (double)(e->blt.bytes_read + e->blt.bytes_written);

	if (e->gpu->opt.speed > 0)
		charge(e, bytes / BLIT_BYTES_PER_NS / e->gpu->opt.speed);
}
