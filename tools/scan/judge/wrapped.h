/* SPDX-License-Identifier: GPL-2.0 */
/* The simulator's functions that the judge wraps: __real_ is the simulator's own. */
#ifndef SCAN_JUDGE_WRAPPED_H
#define SCAN_JUDGE_WRAPPED_H

#include "gtt.h"

uint32_t __real_cs_reg_read(struct engine *e, uint32_t off);
uint32_t __wrap_cs_reg_read(struct engine *e, uint32_t off);
void __real_cs_reg_write(struct engine *e, uint32_t off, uint32_t val);
void __wrap_cs_reg_write(struct engine *e, uint32_t off, uint32_t val);
int __real_gtt_read(struct engine *e, enum address_space space, uint64_t addr, void *buf,
		    size_t len);
int __wrap_gtt_read(struct engine *e, enum address_space space, uint64_t addr, void *buf,
		    size_t len);
int __real_gtt_write(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
		     size_t len);
int __wrap_gtt_write(struct engine *e, enum address_space space, uint64_t addr, const void *buf,
		     size_t len);
void *__real_gtt_span(struct engine *e, enum address_space space, uint64_t addr, size_t len,
		      bool write);
void *__wrap_gtt_span(struct engine *e, enum address_space space, uint64_t addr, size_t len,
		      bool write);
void __real_context_load(struct engine *e);
void __wrap_context_load(struct engine *e);
void __real_context_load_tail(struct engine *e);
void __wrap_context_load_tail(struct engine *e);
void __real_context_save(struct engine *e);
void __wrap_context_save(struct engine *e);

#endif
