/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A virtual CPU of the device's own VM (IVGPU_KVM=1), just able to store to guest memory: what it
 * writes is what KVM's write tracking sees.
 */
#ifndef SELFTESTS_VCPU_H
#define SELFTESTS_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "vgpu.h"

struct kvm_run;

struct vcpu {
	int fd;
	struct kvm_run *run;
	int run_size;
	uint64_t code;		/* guest page with its few instructions */
	bool has_avx;
};

/* On a vGPU that was opened with a VM.  0 or -errno. */
int vcpu_create(struct vcpu *cpu, struct vgpu *vg);
void vcpu_destroy(struct vcpu *cpu);
/* Store 1, 2, 4 or 8 bytes.  0; -EIO when the CPU did not get through the instruction. */
int vcpu_store(struct vcpu *cpu, uint64_t gpa, uint64_t value, unsigned int bytes);
/* Store the 32 zero bytes of an AVX register.  As above. */
int vcpu_store_avx(struct vcpu *cpu, uint64_t gpa);

#endif
