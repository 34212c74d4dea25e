/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between the kernels that ivgpu builds on (6.1, 6.12, 7.2), and
 * nothing else. Kbuild looks into the kernel's headers for what is asked here
 * as IVGPU_HAVE_*, because stable kernels take changes over at their own pace.
 */
#ifndef IVGPU_COMPAT_H
#define IVGPU_COMPAT_H

#include <linux/eventfd.h>
#include <linux/hrtimer.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/shmem_fs.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/vfio.h>

/* Write tracking of KVM: kernels may be built without. */
#if IS_REACHABLE(CONFIG_KVM) && IS_ENABLED(CONFIG_KVM_EXTERNAL_WRITE_TRACKING)
#define IVGPU_KVM_TRACKING	1
#include <linux/kvm_host.h>
#include <asm/kvm_page_track.h>
#endif

/* 6.13 made the argument a string. */
#ifdef IVGPU_HAVE_STRING_NAMESPACES
#define ivgpu_import_dma_buf()	MODULE_IMPORT_NS("DMA_BUF")
#else
#define ivgpu_import_dma_buf()	MODULE_IMPORT_NS(DMA_BUF)
#endif

/*
 * Mainline moved driver_override from struct pci_dev to struct device.
 * @name NULL takes the override away.
 */
static inline int ivgpu_set_driver_override(struct pci_dev *pdev, const char *name)
{
#ifdef IVGPU_HAVE_DEVICE_SET_DRIVER_OVERRIDE
	return device_set_driver_override(&pdev->dev, name ?: "");
#else
	return driver_set_override(&pdev->dev, &pdev->driver_override, name ?: "",
				   name ? strlen(name) : 0);
#endif
}

/* 6.15 put the function into hrtimer_setup(), 6.18 took hrtimer_init() away. */
static inline void ivgpu_hrtimer_setup(struct hrtimer *timer,
				       enum hrtimer_restart (*fn)(struct hrtimer *timer))
{
#ifdef IVGPU_HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	timer->function = fn;
#endif
}

/* 6.8 dropped the count. */
static inline void ivgpu_eventfd_signal(struct eventfd_ctx *ctx)
{
#ifdef IVGPU_HAVE_EVENTFD_SIGNAL_ONE
	eventfd_signal(ctx);
#else
	eventfd_signal(ctx, 1);
#endif
}

/* 6.1 cannot forbid that a timer is started again: its users see to that themselves. */
static inline void ivgpu_timer_shutdown(struct timer_list *timer)
{
#ifdef IVGPU_HAVE_TIMER_SHUTDOWN_SYNC
	timer_shutdown_sync(timer);
#else
	del_timer_sync(timer);
#endif
}

/* 6.16 has the new name only. */
static inline void ivgpu_timer_delete(struct timer_list *timer)
{
#ifdef IVGPU_HAVE_TIMER_SHUTDOWN_SYNC
	timer_delete_sync(timer);
#else
	del_timer_sync(timer);
#endif
}

/* Up to 6.1 the driver frees its VFIO device itself, as the last thing. */
static inline void ivgpu_vfio_release(struct vfio_device *vdev)
{
#ifdef IVGPU_HAVE_VFIO_FREE_DEVICE
	vfio_free_device(vdev);
#endif
}

/* The inode of a VFIO device's file; up to 6.1 there is none of its own. */
static inline struct inode *ivgpu_vfio_inode(struct vfio_device *vdev)
{
#ifdef IVGPU_HAVE_VFIO_INODE
	return vdev->inode;
#else
	return NULL;
#endif
}

/*
 * A file of no contents, to put under mappings of a VFIO device that has no inode
 * of its own, so that they can be found and taken away; NULL where it has one.
 */
static inline struct file *ivgpu_vfio_mapping_file(void)
{
#ifdef IVGPU_HAVE_VFIO_INODE
	return NULL;
#else
	return shmem_file_setup("ivgpu", 0, VM_NORESERVE);
#endif
}

/* 6.3 brought the function, which takes the VMA's lock. */
static inline void ivgpu_vm_flags_set(struct vm_area_struct *vma, unsigned long flags)
{
#ifdef IVGPU_HAVE_VM_FLAGS_SET
	vm_flags_set(vma, flags);
#else
	vma->vm_flags |= flags;
#endif
}

/* 6.7 allocates shrinkers itself, and lets them have an owner. */
struct ivgpu_shrinker {
#ifdef IVGPU_HAVE_SHRINKER_ALLOC
	struct shrinker *shrinker;
#else
	struct shrinker shrinker;
	void *owner;
#endif
};

static inline void *ivgpu_shrinker_owner(struct shrinker *shrinker)
{
#ifdef IVGPU_HAVE_SHRINKER_ALLOC
	return shrinker->private_data;
#else
	return container_of(shrinker, struct ivgpu_shrinker, shrinker)->owner;
#endif
}

/* A shrinker at work from now on, or NULL. */
static inline struct ivgpu_shrinker *
ivgpu_shrinker_add(unsigned long (*count)(struct shrinker *shrinker, struct shrink_control *sc),
		   unsigned long (*scan)(struct shrinker *shrinker, struct shrink_control *sc),
		   void *owner)
{
	struct ivgpu_shrinker *s = kzalloc(sizeof(*s), GFP_KERNEL);
	struct shrinker *shrinker = NULL;

	if (!s)
		return NULL;
#ifdef IVGPU_HAVE_SHRINKER_ALLOC
	s->shrinker = shrinker_alloc(0, "ivgpu");
	shrinker = s->shrinker;
	if (shrinker)
		shrinker->private_data = owner;
#else
	shrinker = &s->shrinker;
	s->owner = owner;
#endif
	if (shrinker) {
		shrinker->count_objects = count;
		shrinker->scan_objects = scan;
		shrinker->seeks = DEFAULT_SEEKS;
	}
#ifdef IVGPU_HAVE_SHRINKER_ALLOC
	if (shrinker)
		shrinker_register(shrinker);
#else
	if (register_shrinker(shrinker, "ivgpu"))
		shrinker = NULL;
#endif
	if (!shrinker) {
		kfree(s);
		s = NULL;
	}
	return s;
}

/* Nobody is in its functions any more. */
static inline void ivgpu_shrinker_remove(struct ivgpu_shrinker *s)
{
#ifdef IVGPU_HAVE_SHRINKER_ALLOC
	shrinker_free(s->shrinker);
#else
	unregister_shrinker(&s->shrinker);
#endif
	kfree(s);
}

/* Whether pages must be unpinned in the very runs in which they were pinned (iommufd). */
static inline bool ivgpu_vfio_unpins_exactly(struct vfio_device *vdev)
{
#if defined(IVGPU_HAVE_EMULATED_DETACH_IOAS) && IS_ENABLED(CONFIG_IOMMUFD)
	return vdev->iommufd_access;
#else
	return false;
#endif
}

/*
 * Can KVM let a guest use @page, where a device's VMA has it (VM_PFNMAP)? Up to 6.12
 * it takes a reference on whatever has a struct page, and gives up, and with it the
 * VMM, on the tail of a compound page: a transparent huge page, say, under the guest's
 * memory (hva_to_pfn_remapped() in virt/kvm/kvm_main.c of 6.12). 6.13 needs none.
 */
static inline bool ivgpu_kvm_takes_page(struct page *page)
{
#ifdef IVGPU_HAVE_KVM_FAULTIN_PFN
	return true;
#else
	return !PageTail(page);
#endif
}

/* Ops for IOMMUFD, which 6.1 has not; NULL where the kernel is built without. */
#ifdef IVGPU_HAVE_EMULATED_DETACH_IOAS
#define IVGPU_VFIO_IOMMUFD_OPS \
	.bind_iommufd = vfio_iommufd_emulated_bind, \
	.unbind_iommufd = vfio_iommufd_emulated_unbind, \
	.attach_ioas = vfio_iommufd_emulated_attach_ioas, \
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
#else
#define IVGPU_VFIO_IOMMUFD_OPS
#endif

#ifdef IVGPU_KVM_TRACKING
/*
 * Up to 6.1 the caller holds KVM's locks and tells the memory slot. Definitions of
 * the two callbacks: fn(node, gpa), fn(node, first frame, number of frames).
 */
#ifdef IVGPU_HAVE_WRITE_TRACK_GFN
#define IVGPU_TRACK_WRITE(name, fn)						\
static void name(gpa_t gpa, const u8 *data, int bytes,				\
		 struct kvm_page_track_notifier_node *node)			\
{										\
	fn(node, gpa);								\
}

#define IVGPU_TRACK_GONE(name, fn)						\
static void name(gfn_t gfn, unsigned long pages,				\
		 struct kvm_page_track_notifier_node *node)			\
{										\
	fn(node, gfn, pages);							\
}

#define IVGPU_TRACK_GONE_OP	track_remove_region

static inline int ivgpu_kvm_track_register(struct kvm *kvm,
					   struct kvm_page_track_notifier_node *node)
{
	return kvm_page_track_register_notifier(kvm, node);
}

static inline int ivgpu_kvm_track(struct kvm *kvm, u64 gfn)
{
	return kvm_write_track_add_gfn(kvm, gfn);
}

static inline void ivgpu_kvm_untrack(struct kvm *kvm, u64 gfn)
{
	kvm_write_track_remove_gfn(kvm, gfn);
}
#else
#define IVGPU_TRACK_WRITE(name, fn)						\
static void name(struct kvm_vcpu *vcpu, gpa_t gpa, const u8 *data, int bytes,	\
		 struct kvm_page_track_notifier_node *node)			\
{										\
	fn(node, gpa);								\
}

#define IVGPU_TRACK_GONE(name, fn)						\
static void name(struct kvm *kvm, struct kvm_memory_slot *slot,			\
		 struct kvm_page_track_notifier_node *node)			\
{										\
	fn(node, slot->base_gfn, slot->npages);					\
}

#define IVGPU_TRACK_GONE_OP	track_flush_slot

static inline int ivgpu_kvm_track_register(struct kvm *kvm,
					   struct kvm_page_track_notifier_node *node)
{
	if (kvm->mm != current->mm)
		return -ESRCH;
	kvm_page_track_register_notifier(kvm, node);
	return 0;
}

static inline int ivgpu_kvm_set_track(struct kvm *kvm, u64 gfn, bool track)
{
	struct kvm_memory_slot *slot;
	int idx, ret = -EINVAL;

	idx = srcu_read_lock(&kvm->srcu);
	slot = gfn_to_memslot(kvm, gfn);
	if (slot && !(slot->flags & KVM_MEMSLOT_INVALID)) {
		ret = 0;
		write_lock(&kvm->mmu_lock);
		if (track)
			kvm_slot_page_track_add_page(kvm, slot, gfn, KVM_PAGE_TRACK_WRITE);
		else
			kvm_slot_page_track_remove_page(kvm, slot, gfn, KVM_PAGE_TRACK_WRITE);
		write_unlock(&kvm->mmu_lock);
	}
	srcu_read_unlock(&kvm->srcu, idx);
	return ret;
}

static inline int ivgpu_kvm_track(struct kvm *kvm, u64 gfn)
{
	return ivgpu_kvm_set_track(kvm, gfn, true);
}

static inline void ivgpu_kvm_untrack(struct kvm *kvm, u64 gfn)
{
	ivgpu_kvm_set_track(kvm, gfn, false);
}
#endif
#endif

#endif
