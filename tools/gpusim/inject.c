// SPDX-License-Identifier: GPL-2.0
/* Parses fault specifications. */
#include "inject.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "gpu.h"
#include "util.h"

enum kind { COUNT, ENGINES };

static const struct {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *meaning;
} specs[] = {
	{ "lost-irq", COUNT, offsetof(struct faults, lose_irqs), "drop the next N interrupts" },
	{ "late-irq", COUNT, offsetof(struct faults, late_irq_us),
	  "deliver each interrupt N microseconds late" },
	{ "stuck-engine", ENGINES, offsetof(struct faults, stuck_engines),
	  "engine NAME executes nothing" },
	{ "no-preempt", ENGINES, offsetof(struct faults, no_preempt),
	  "engine NAME ignores preemption" },
	{ "fail-reset", COUNT, offsetof(struct faults, fail_resets),
	  "the next N resets never end (forever: all)" },
	{ "slow-mem", COUNT, offsetof(struct faults, slow_mem_ns),
	  "each command takes N nanoseconds more" },
	{ "spurious-csb", COUNT, offsetof(struct faults, spurious_csb),
	  "report the next N context events twice" },
	{ "lose-power", COUNT, offsetof(struct faults, lose_power),
	  "the next N returns from D3 find all state lost, as after the machine's sleep" },
};

void inject_help(void (*print)(const char *spec, const char *meaning))
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(specs); i++)
		print(specs[i].name, specs[i].meaning);
}

static int count(const char *text, unsigned int *val)
{
	char *end;
	unsigned long n;

	if (!strcmp(text, "forever")) {
		*val = ~0u;
		return 0;
	}
	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno || *end || end == text || n >= ~0u)
		return -EINVAL;
	*val = (unsigned int)n;
	return 0;
}

static int engine_bit(const char *name, unsigned int *val)
{
	static const char *const names[NUM_ENGINES] = {
		[RCS] = "rcs", [BCS] = "bcs", [VCS0] = "vcs0", [VCS1] = "vcs1", [VECS] = "vecs",
	};
	int i;

	for (i = 0; i < NUM_ENGINES; i++) {
		if (!strcmp(names[i], name)) {
			*val |= 1u << i;
			return 0;
		}
	}
	return -EINVAL;
}

int inject(struct faults *faults, const char *spec)
{
	const char *value = strchr(spec, ':');
	unsigned int *field;
	size_t i, len;

	if (!strcmp(spec, "clear")) {
		memset(faults, 0, sizeof(*faults));
		return 0;
	}
	if (!value)
		return -EINVAL;
	len = (size_t)(value - spec);
	for (i = 0; i < ARRAY_SIZE(specs); i++) {
		if (strlen(specs[i].name) != len || strncmp(specs[i].name, spec, len))
			continue;
		field = (unsigned int *)(void *)((char *)faults + specs[i].offset);
		return specs[i].kind == COUNT ? count(value + 1, field) :
			engine_bit(value + 1, field);
	}
	return -EINVAL;
}
