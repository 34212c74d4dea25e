// SPDX-License-Identifier: GPL-2.0
/*
 * What is refused is told once: a counter, a line in the log, a trace event, and
 * to the guest the error that its hardware would have shown.
 */
#include <linux/dev_printk.h>
#include <linux/ratelimit.h>

#include "../ivgpu_trace.h"
#include "exec_internal.h"

static const char *const names[IVGPU_NUM_REFUSED] = {
	[IVGPU_REFUSED_UNKNOWN] = "unknown_command",
	[IVGPU_REFUSED_LENGTH] = "length",
	[IVGPU_REFUSED_FORBIDDEN] = "forbidden_command",
	[IVGPU_REFUSED_GGTT_ADDRESS] = "ggtt_address",
	[IVGPU_REFUSED_REGISTER] = "register",
	[IVGPU_REFUSED_PRIVILEGE] = "privilege",
	[IVGPU_REFUSED_BUDGET] = "budget",
	[IVGPU_REFUSED_DESCRIPTOR] = "descriptor",
	[IVGPU_REFUSED_IMAGE] = "context_image",
	[IVGPU_REFUSED_UNMAPPED] = "unmapped",
	[IVGPU_REFUSED_CHANGED] = "changed",
	[IVGPU_REFUSED_RESOURCES] = "resources",
	[IVGPU_REFUSED_HANG] = "hang",
};

/* Of the counter; fit for a file name. */
const char *ivgpu_refused_name(enum ivgpu_refused reason)
{
	return names[reason];
}

static const enum ivgpu_refused of_scan[IVGPU_CMD_NUM_REASONS] = {
	/* a command that is cut by the tail */
	[IVGPU_CMD_FINE] = IVGPU_REFUSED_LENGTH,
	[IVGPU_CMD_UNKNOWN] = IVGPU_REFUSED_UNKNOWN,
	[IVGPU_CMD_LENGTH] = IVGPU_REFUSED_LENGTH,
	[IVGPU_CMD_FORBIDDEN] = IVGPU_REFUSED_FORBIDDEN,
	[IVGPU_CMD_GGTT_ADDRESS] = IVGPU_REFUSED_GGTT_ADDRESS,
	[IVGPU_CMD_REGISTER] = IVGPU_REFUSED_REGISTER,
	[IVGPU_CMD_PRIVILEGE] = IVGPU_REFUSED_PRIVILEGE,
	[IVGPU_CMD_BUDGET] = IVGPU_REFUSED_BUDGET,
};

/**
 * ivgpu_refuse_command - a command was not let pass
 * @refusal: filled in
 * @scan: the scanner's verdict
 * @where: what was scanned: "ring", "batch" ...
 * @addr: where that is
 * @offset: from there to the command, in bytes
 */
void ivgpu_refuse_command(struct ivgpu_refusal *refusal, const struct ivgpu_cmd_scan *scan,
			  const char *where, u64 addr, u32 offset)
{
	*refusal = (struct ivgpu_refusal){
		.reason = of_scan[scan->reason],
		.why = ivgpu_cmd_reason_name(scan->reason),
		.command = scan->name,
		.where = where,
		.addr = addr,
		.offset = offset,
		.detail = scan->detail,
	};
}

/* One line. Each vGPU has a rate limit of its own: none can hide what is said of another. */
static void say(struct ivgpu_vengine *ve, const struct ivgpu_refusal *r)
{
	struct device *dev = &ivgpu_gpu_pdev(ve->vx->p.gpu)->dev;
	const char *engine = ivgpu_engine_name(ve->id);

	if (!__ratelimit(&ve->vx->refusals))
		return;
	if (r->reason == IVGPU_REFUSED_HANG)
		dev_warn(dev, "vGPU %s: %s: %s; it stands still until its guest resets it\n",
			 ve->vx->p.name, engine, r->why);
	else if (!r->command)
		dev_warn(dev, "vGPU %s: %s: refused a submission: %s; the engine stands still until its guest resets it\n",
			 ve->vx->p.name, engine, r->why);
	else
		dev_warn(dev, "vGPU %s: %s: refused %s at 0x%x of the %s at 0x%llx: %s (0x%llx); the engine stands still until its guest resets it\n",
			 ve->vx->p.name, engine, r->command, r->offset, r->where, r->addr, r->why,
			 r->detail);
}

/**
 * ivgpu_vengine_stall - stop a virtual engine until its guest resets it
 * @ve: the virtual engine
 * @refusal: the reason
 *
 * The guest sees what a command streamer error looks like, upon which its
 * driver resets the engine. Any lock may be held but ve->lock.
 */
void ivgpu_vengine_stall(struct ivgpu_vengine *ve, const struct ivgpu_refusal *refusal)
{
	struct ivgpu_vexec *vx = ve->vx;

	spin_lock(&ve->lock);
	ve->stalled = true;
	ve->stats.refused_by[refusal->reason]++;
	spin_unlock(&ve->lock);
	say(ve, refusal);
	trace_ivgpu_refused(vx->p.name, ivgpu_engine_name(ve->id), names[refusal->reason],
			    refusal->command ?: "", refusal->where ?: "", refusal->addr,
			    refusal->offset, refusal->detail, refusal->why);
	vx->p.ops->refused(vx->p.owner, ve->id);
}
