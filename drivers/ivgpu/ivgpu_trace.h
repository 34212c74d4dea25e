/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events: what was refused, and what runs on the engines.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ivgpu

#if !defined(IVGPU_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define IVGPU_TRACE_H

#include <linux/tracepoint.h>

/* A virtual engine was stopped: its submission was refused, or it hung. */
TRACE_EVENT(ivgpu_refused,
	    TP_PROTO(const char *vgpu, const char *engine, const char *reason,
		     const char *command, const char *where, u64 addr, u32 offset, u64 detail,
		     const char *why),

	    TP_ARGS(vgpu, engine, reason, command, where, addr, offset, detail, why),

	    TP_STRUCT__entry(__array(char, vgpu, 40)
			     __array(char, engine, 8)
			     __array(char, reason, 24)
			     __array(char, command, 40)
			     __array(char, where, 24)
			     __field(u64, addr)
			     __field(u32, offset)
			     __field(u64, detail)
			     __array(char, why, 80)),

	    TP_fast_assign(strscpy(__entry->vgpu, vgpu, sizeof(__entry->vgpu));
			   strscpy(__entry->engine, engine, sizeof(__entry->engine));
			   strscpy(__entry->reason, reason, sizeof(__entry->reason));
			   strscpy(__entry->command, command, sizeof(__entry->command));
			   strscpy(__entry->where, where, sizeof(__entry->where));
			   strscpy(__entry->why, why, sizeof(__entry->why));
			   __entry->addr = addr;
			   __entry->offset = offset;
			   __entry->detail = detail;),

	    TP_printk("vgpu=%s engine=%s reason=%s command=%s where=%s addr=%#llx offset=%#x detail=%#llx why=%s",
		      __entry->vgpu, __entry->engine, __entry->reason, __entry->command,
		      __entry->where, __entry->addr, __entry->offset, __entry->detail,
		      __entry->why)
);

/* Something happened to a virtual engine; @value is told by each event. */
DECLARE_EVENT_CLASS(ivgpu_on_engine,
		    TP_PROTO(const char *vgpu, const char *engine, u64 value),

		    TP_ARGS(vgpu, engine, value),

		    TP_STRUCT__entry(__array(char, vgpu, 40)
				     __array(char, engine, 8)
				     __field(u64, value)),

		    TP_fast_assign(strscpy(__entry->vgpu, vgpu, sizeof(__entry->vgpu));
				   strscpy(__entry->engine, engine, sizeof(__entry->engine));
				   __entry->value = value;),

		    TP_printk("vgpu=%s engine=%s value=%llu", __entry->vgpu, __entry->engine,
			      __entry->value)
);

/* The guest's list was accepted; @value: its number of elements. */
DEFINE_EVENT(ivgpu_on_engine, ivgpu_submit,
	     TP_PROTO(const char *vgpu, const char *engine, u64 value),
	     TP_ARGS(vgpu, engine, value)
);

/* A context is done, and its guest was told; @value: its address in the GGTT (LRCA). */
DEFINE_EVENT(ivgpu_on_engine, ivgpu_complete,
	     TP_PROTO(const char *vgpu, const char *engine, u64 value),
	     TP_ARGS(vgpu, engine, value)
);

/* The vGPU got the physical engine; @value: for how many ns it had waited. */
DEFINE_EVENT(ivgpu_on_engine, ivgpu_switch,
	     TP_PROTO(const char *vgpu, const char *engine, u64 value),
	     TP_ARGS(vgpu, engine, value)
);

/* The vGPU was asked to leave it; @value: for how many ns it had run. */
DEFINE_EVENT(ivgpu_on_engine, ivgpu_preempt,
	     TP_PROTO(const char *vgpu, const char *engine, u64 value),
	     TP_ARGS(vgpu, engine, value)
);

/* It did not leave in time, or met an error; @value: how many hangs count against it now. */
DEFINE_EVENT(ivgpu_on_engine, ivgpu_hang,
	     TP_PROTO(const char *vgpu, const char *engine, u64 value),
	     TP_ARGS(vgpu, engine, value)
);

/* The physical engine was reset because of it; @value: 1 where its guest had asked for that. */
DEFINE_EVENT(ivgpu_on_engine, ivgpu_reset,
	     TP_PROTO(const char *vgpu, const char *engine, u64 value),
	     TP_ARGS(vgpu, engine, value)
);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE ivgpu_trace
#include <trace/define_trace.h>
