// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzer of register, aperture, I/O port, config and GGTT accesses of any size, as a client sends
 * them, in between which engines run. Input: an option byte (fuzz_util.h), then operations: a byte
 * that says what, and its operands.
 */
#include "fuzz_util.h"

#include <string.h>

#include "device.h"
#include "inject.h"
#include "util.h"

#define MAX_OPS 400

static struct machine m;
static struct vu_device dev;

static void access_region(unsigned int region, uint64_t off, struct fuzz_input *in)
{
	uint8_t buf[64], how = fuzz_u8(in);
	size_t len = how & 0x3f, i;

	off %= dev.region[region].size;
	if (len > dev.region[region].size - off)
		len = dev.region[region].size - off;
	for (i = 0; i < len; i++)
		buf[i] = how & 0x40 ? fuzz_u8(in) : 0;
	pthread_mutex_unlock(&m.gpu.lock);
	if (how & 0x40)
		dev.write(dev.ctx, region, off, buf, len);
	else
		dev.read(dev.ctx, region, off, buf, len);
	pthread_mutex_lock(&m.gpu.lock);
}

static void engine_register(struct fuzz_input *in)
{
	const struct engine *e = &m.gpu.engine[fuzz_u8(in) % NUM_ENGINES];
	uint32_t off = fuzz_u32(in);

	mmio_write32(&m.gpu, e->base + (off & 0x7fc), fuzz_u32(in));
}

static void inject_something(struct fuzz_input *in)
{
	static const char *const specs[] = {
		"lost-irq:2", "late-irq:50", "stuck-engine:rcs", "no-preempt:bcs", "fail-reset:1",
		"slow-mem:300", "spurious-csb:2", "clear",
	};

	inject(&m.gpu.fault, specs[fuzz_u8(in) % ARRAY_SIZE(specs)]);
}

static void do_one(struct fuzz_input *in)
{
	uint8_t op = fuzz_u8(in);
	uint32_t a;

	switch (op % 10) {
	case 0:
		a = fuzz_u32(in) & (MMIO_SIZE - 4);
		mmio_write32(&m.gpu, a, fuzz_u32(in));
		break;
	case 1:
		mmio_read32(&m.gpu, fuzz_u32(in) & (MMIO_SIZE - 4));
		break;
	case 2:
		engine_register(in);
		break;
	case 3:
		access_region(VU_REGION_BAR0, fuzz_u32(in), in);
		break;
	case 4:
		access_region(VU_REGION_BAR2, fuzz_u32(in), in);
		break;
	case 5:
		access_region(op & 0x80 ? VU_REGION_BAR4 : VU_REGION_CONFIG, fuzz_u32(in), in);
		break;
	case 6:
		a = fuzz_u32(in) % GTT_ENTRIES;
		m.gpu.gtt[a] = fuzz_u32(in) | (uint64_t)fuzz_u8(in) << 32;
		break;
	case 7:
		a = fuzz_u8(in);
		submit(&m, descriptor(a & 1 ? AT_CONTEXT : AT_CONTEXT2, a >> 2 & 3),
		       a & 2 ? descriptor(AT_CONTEXT2, a >> 4 & 3) : 0);
		break;
	case 8:
		inject_something(in);
		break;
	default:
		fuzz_run(&m);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	unsigned int i;

	fuzz_machine(&m, fuzz_u8(&in));
	device_init(&dev, &m.gpu);
	for (i = 0; i < MAX_OPS && in.left; i++)
		do_one(&in);
	fuzz_run(&m);
	fuzz_end(&m);
	return 0;
}
