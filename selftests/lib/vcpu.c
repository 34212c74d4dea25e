// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual CPU in 32-bit protected mode, flat segments, no paging: each store is a run of a few
 * bytes of code that ends with HLT.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "env.h"
#include "vcpu.h"

#define CPUIDS 256

#define CR0_PE 1u
#define CR4_OSFXSR (1u << 9)
#define CR4_OSXSAVE (1u << 18)
#define CPUID1_ECX_AVX (1u << 28)
#define XCR0_X87_SSE_AVX 7

/* Address in EDI, data in EAX and EDX. */
static const struct {
	unsigned int bytes;
	unsigned char code[8];
} stores[] = {
	{ 1, { 0x88, 0x07, 0xf4 } },				/* mov [edi],al; hlt */
	{ 2, { 0x66, 0x89, 0x07, 0xf4 } },			/* mov [edi],ax; hlt */
	{ 4, { 0x89, 0x07, 0xf4 } },				/* mov [edi],eax; hlt */
	{ 8, { 0x89, 0x07, 0x89, 0x57, 0x04, 0xf4 } },		/* both halves; hlt */
	{ 32, { 0xc5, 0xfc, 0x11, 0x07, 0xf4 } },		/* vmovups [edi],ymm0; hlt */
};

#define CODE_STEP 16

static int set_cpuid(struct vcpu *cpu, int kvm)
{
	struct kvm_cpuid2 *ids = calloc(1, sizeof(*ids) + CPUIDS * sizeof(ids->entries[0]));
	unsigned int i;
	int ret = 0;

	if (!ids)
		return -ENOMEM;
	ids->nent = CPUIDS;
	if (ioctl(kvm, KVM_GET_SUPPORTED_CPUID, ids) || ioctl(cpu->fd, KVM_SET_CPUID2, ids))
		ret = -errno;
	for (i = 0; i < ids->nent && !ret; i++)
		if (ids->entries[i].function == 1)
			cpu->has_avx = ids->entries[i].ecx & CPUID1_ECX_AVX;
	free(ids);
	return ret;
}

static void flat(struct kvm_segment *segment, unsigned int type)
{
	memset(segment, 0, sizeof(*segment));
	segment->limit = 0xffffffff;
	segment->type = type;
	segment->selector = 8;
	segment->present = 1;
	segment->s = 1;
	segment->db = 1;
	segment->g = 1;
}

static int set_mode(struct vcpu *cpu)
{
	struct kvm_xcrs xcrs = { .nr_xcrs = 1, .xcrs = { { .value = XCR0_X87_SSE_AVX } } };
	struct kvm_sregs sregs;

	if (ioctl(cpu->fd, KVM_GET_SREGS, &sregs))
		return -errno;
	flat(&sregs.cs, 11);
	flat(&sregs.ds, 3);
	sregs.es = sregs.ds;
	sregs.ss = sregs.ds;
	sregs.fs = sregs.ds;
	sregs.gs = sregs.ds;
	sregs.cr0 |= CR0_PE;
	if (cpu->has_avx)
		sregs.cr4 |= CR4_OSFXSR | CR4_OSXSAVE;
	if (ioctl(cpu->fd, KVM_SET_SREGS, &sregs))
		return -errno;
	return cpu->has_avx && ioctl(cpu->fd, KVM_SET_XCRS, &xcrs) ? -errno : 0;
}

static int put_code(struct vcpu *cpu, struct guestmem *mem)
{
	unsigned int i;

	cpu->code = guestmem_alloc(mem, 1);
	if (!cpu->code)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(stores); i++)
		memcpy((char *)guestmem_ptr(mem, cpu->code) + i * CODE_STEP, stores[i].code,
		       sizeof(stores[i].code));
	return 0;
}

int vcpu_create(struct vcpu *cpu, struct vgpu *vg)
{
	void *run;
	int ret;

	memset(cpu, 0, sizeof(*cpu));
	cpu->fd = ioctl(vg->dev.vm, KVM_CREATE_VCPU, 0);
	if (cpu->fd < 0)
		return -errno;
	cpu->run_size = ioctl(vg->dev.kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	run = mmap(NULL, cpu->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, cpu->fd, 0);
	if (run == MAP_FAILED) {
		ret = -errno;
		close(cpu->fd);
		return ret;
	}
	cpu->run = run;
	ret = set_cpuid(cpu, vg->dev.kvm);
	if (!ret)
		ret = set_mode(cpu);
	if (!ret)
		ret = put_code(cpu, &vg->mem);
	if (ret)
		vcpu_destroy(cpu);
	return ret;
}

void vcpu_destroy(struct vcpu *cpu)
{
	if (!cpu->run)
		return;
	munmap(cpu->run, cpu->run_size);
	close(cpu->fd);
	cpu->run = NULL;
}

static int store(struct vcpu *cpu, uint64_t gpa, uint64_t value, unsigned int which)
{
	struct kvm_regs regs = {
		.rip = cpu->code + which * CODE_STEP,
		.rdi = gpa,
		.rax = (uint32_t)value,
		.rdx = value >> 32,
		.rflags = 2,
	};

	if (ioctl(cpu->fd, KVM_SET_REGS, &regs))
		return -errno;
	if (ioctl(cpu->fd, KVM_RUN, 0))
		return -errno;
	return cpu->run->exit_reason == KVM_EXIT_HLT ? 0 : -EIO;
}

int vcpu_store(struct vcpu *cpu, uint64_t gpa, uint64_t value, unsigned int bytes)
{
	unsigned int which;

	for (which = 0; which < ARRAY_SIZE(stores); which++)
		if (stores[which].bytes == bytes)
			return store(cpu, gpa, value, which);
	return -EINVAL;
}

int vcpu_store_avx(struct vcpu *cpu, uint64_t gpa)
{
	return cpu->has_avx ? vcpu_store(cpu, gpa, 0, 32) : -ENODEV;
}
