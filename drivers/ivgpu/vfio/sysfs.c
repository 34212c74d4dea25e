// SPDX-License-Identifier: GPL-2.0
/*
 * The folder "ivgpu" in sysfs, of a GPU and of a vGPU; one value per file.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "../gpu/gpu.h"
#include "../sched/policy.h"
#include "../sched/sched.h"
#include "../vgpu/vgpu.h"
#include "sysfs.h"

/**
 * struct ivgpu_sysfs - a folder
 * @kobj: the folder itself
 * @sched: the scheduler, of a GPU's folder
 * @gpu: the GPU, of a vGPU's folder
 * @vgpu: the vGPU, of a vGPU's folder
 */
struct ivgpu_sysfs {
	struct kobject kobj;
	struct ivgpu_sched *sched;
	struct ivgpu_gpu *gpu;
	struct ivgpu_vgpu *vgpu;
};

/* A file; @nr is for show and store. */
struct ivgpu_file {
	struct attribute attr;
	ssize_t (*show)(struct ivgpu_sysfs *dir, unsigned int nr, char *buf);
	int (*store)(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf);
	unsigned int nr;
};

#define FILE(name_, mode_, show_, store_, nr_) \
	{ { .name = name_, .mode = mode_ }, show_, store_, nr_ }

static struct ivgpu_sysfs *to_dir(struct kobject *kobj)
{
	return container_of(kobj, struct ivgpu_sysfs, kobj);
}

static ssize_t show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct ivgpu_file *file = container_of(attr, struct ivgpu_file, attr);

	return file->show ? file->show(to_dir(kobj), file->nr, buf) : -EIO;
}

static ssize_t store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t count)
{
	const struct ivgpu_file *file = container_of(attr, struct ivgpu_file, attr);
	int ret = file->store ? file->store(to_dir(kobj), file->nr, buf) : -EIO;

	return ret ?: count;
}

static const struct sysfs_ops sysfs_ops = { .show = show, .store = store };

static ssize_t show_knob(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ivgpu_sched_knob(dir->sched, nr));
}

static int store_knob(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	return ret ?: ivgpu_sched_set_knob(dir->sched, nr, value);
}

static ssize_t show_policy(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%s\n", ivgpu_policy_name(ivgpu_sched_knob(dir->sched, nr)));
}

static int store_policy(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int kind;

	for (kind = 0; kind < IVGPU_NUM_POLICIES; kind++)
		if (sysfs_streq(buf, ivgpu_policy_name(kind)))
			return ivgpu_sched_set_knob(dir->sched, nr, kind);
	return -EINVAL;
}

static struct ivgpu_file gpu_files[] = {
	FILE("policy", 0644, show_policy, store_policy, IVGPU_KNOB_POLICY),
	FILE("slice_us", 0644, show_knob, store_knob, IVGPU_KNOB_SLICE_US),
	FILE("grace_ms", 0644, show_knob, store_knob, IVGPU_KNOB_GRACE_MS),
	FILE("hang_limit", 0644, show_knob, store_knob, IVGPU_KNOB_HANG_LIMIT),
};

static struct ivgpu_sched_client *client(const struct ivgpu_sysfs *dir)
{
	return ivgpu_vgpu_sched(dir->vgpu);
}

static ssize_t show_weight(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ivgpu_sched_weight(client(dir)));
}

static int store_weight(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	return ret ?: ivgpu_sched_set_weight(client(dir), value);
}

static ssize_t show_cap(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ivgpu_sched_cap(client(dir)));
}

static int store_cap(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	return ret ?: ivgpu_sched_set_cap(client(dir), value);
}

static ssize_t show_state(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%s\n", ivgpu_sched_health_name(ivgpu_sched_health(client(dir))));
}

static int store_clear(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	if (!ret && value != 1)
		ret = -EINVAL;
	return ret ?: ivgpu_sched_clear(client(dir));
}

static ssize_t show_scan_user(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ivgpu_vgpu_scan_user_batches(dir->vgpu));
}

static int store_scan_user(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	if (!ret && value > 1)
		ret = -EINVAL;
	if (!ret)
		ivgpu_vgpu_set_scan_user_batches(dir->vgpu, value);
	return ret;
}

static ssize_t show_pin_limit(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ivgpu_vgpu_pin_limit(dir->vgpu));
}

static int store_pin_limit(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	return ret ?: ivgpu_vgpu_set_pin_limit(dir->vgpu, value);
}

static ssize_t show_table_limit(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ivgpu_vgpu_table_limit(dir->vgpu));
}

static int store_table_limit(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	return ret ?: ivgpu_vgpu_set_table_limit(dir->vgpu, value);
}

static ssize_t show_track(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ivgpu_vgpu_track_writes(dir->vgpu));
}

static int store_track(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int value;
	int ret = kstrtouint(buf, 0, &value);

	if (!ret && value > 1)
		ret = -EINVAL;
	if (!ret)
		ivgpu_vgpu_set_track_writes(dir->vgpu, value);
	return ret;
}

static ssize_t show_monitor(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	u32 width, height;

	if (!ivgpu_vgpu_monitor(dir->vgpu, &width, &height))
		return sysfs_emit(buf, "none\n");
	return sysfs_emit(buf, "%ux%u\n", width, height);
}

static int store_monitor(struct ivgpu_sysfs *dir, unsigned int nr, const char *buf)
{
	unsigned int width, height;
	char text[24], *second = text;
	int ret;

	if (sysfs_streq(buf, "none"))
		return ivgpu_vgpu_remove_monitor(dir->vgpu);
	if (strscpy(text, buf, sizeof(text)) < 0)
		return -EINVAL;
	strsep(&second, "x");
	if (!second)
		return -EINVAL;
	ret = kstrtouint(text, 10, &width) ?: kstrtouint(second, 10, &height);
	return ret ?: ivgpu_vgpu_set_monitor(dir->vgpu, width, height);
}

static struct ivgpu_file vgpu_files[] = {
	FILE("weight", 0644, show_weight, store_weight, 0),
	FILE("cap_percent", 0644, show_cap, store_cap, 0),
	FILE("state", 0444, show_state, NULL, 0),
	FILE("clear", 0200, NULL, store_clear, 0),
	FILE("monitor", 0644, show_monitor, store_monitor, 0),
	FILE("scan_user_batches", 0644, show_scan_user, store_scan_user, 0),
	FILE("pin_limit_mib", 0644, show_pin_limit, store_pin_limit, 0),
	FILE("table_limit", 0644, show_table_limit, store_table_limit, 0),
	FILE("track_writes", 0644, show_track, store_track, 0),
};

/* Accounts of an engine, with where they are. */
static const struct {
	const char *name;
	size_t offset;
} accounts[] = {
	{ "busy_ns", offsetof(struct ivgpu_sched_stats, busy_ns) },
	{ "wait_ns", offsetof(struct ivgpu_sched_stats, wait_ns) },
	{ "requests", offsetof(struct ivgpu_sched_stats, requests) },
	{ "switches", offsetof(struct ivgpu_sched_stats, switches) },
	{ "preemptions", offsetof(struct ivgpu_sched_stats, preemptions) },
	{ "resets", offsetof(struct ivgpu_sched_stats, resets) },
};

#define NR_ACCOUNTS ARRAY_SIZE(accounts)

/* @nr of a file in "stats" is that of its engine times those of accounts, and its account. */
static ssize_t show_stat(struct ivgpu_sysfs *dir, unsigned int nr, char *buf)
{
	struct ivgpu_sched_stats stats;
	const u64 *value = (void *)&stats + accounts[nr % NR_ACCOUNTS].offset;

	ivgpu_sched_read_stats(client(dir), nr / NR_ACCOUNTS, &stats);
	return sysfs_emit(buf, "%llu\n", *value);
}

static struct ivgpu_file stat_files[IVGPU_NUM_ENGINES * NR_ACCOUNTS];
static char stat_names[IVGPU_NUM_ENGINES * NR_ACCOUNTS][24];

static umode_t stat_is_visible(struct kobject *kobj, struct attribute *attr, int n)
{
	const struct ivgpu_file *file = container_of(attr, struct ivgpu_file, attr);

	return ivgpu_gpu_engine(to_dir(kobj)->gpu, file->nr / NR_ACCOUNTS) ? attr->mode : 0;
}

/* Lists as sysfs wants them, filled from the tables above when first used. */
static struct attribute *gpu_attrs[ARRAY_SIZE(gpu_files) + 1];
static struct attribute *vgpu_attrs[ARRAY_SIZE(vgpu_files) + 1];
static struct attribute *stat_attrs[ARRAY_SIZE(stat_files) + 1];

static const struct attribute_group gpu_group = { .attrs = gpu_attrs };
static const struct attribute_group vgpu_group = { .attrs = vgpu_attrs };
static const struct attribute_group stat_group = {
	.name = "stats",
	.attrs = stat_attrs,
	.is_visible = stat_is_visible,
};

static const struct attribute_group *gpu_groups[] = { &gpu_group, NULL };
static const struct attribute_group *vgpu_groups[] = { &vgpu_group, &stat_group, NULL };

static void list_files(struct attribute **attrs, struct ivgpu_file *files, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		sysfs_attr_init(&files[i].attr);
		attrs[i] = &files[i].attr;
	}
}

static void fill_stat_files(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stat_files); i++) {
		snprintf(stat_names[i], sizeof(stat_names[i]), "%s_%s",
			 ivgpu_engine_name(i / NR_ACCOUNTS), accounts[i % NR_ACCOUNTS].name);
		stat_files[i] = (struct ivgpu_file){
			.attr = { .name = stat_names[i], .mode = 0444 },
			.show = show_stat,
			.nr = i,
		};
	}
}

/**
 * ivgpu_sysfs_init - once per module, before any folder
 */
void ivgpu_sysfs_init(void)
{
	list_files(gpu_attrs, gpu_files, ARRAY_SIZE(gpu_files));
	list_files(vgpu_attrs, vgpu_files, ARRAY_SIZE(vgpu_files));
	fill_stat_files();
	list_files(stat_attrs, stat_files, ARRAY_SIZE(stat_files));
}

static void release(struct kobject *kobj)
{
	kfree(to_dir(kobj));
}

static const struct kobj_type gpu_type = {
	.release = release,
	.sysfs_ops = &sysfs_ops,
	.default_groups = gpu_groups,
};

static const struct kobj_type vgpu_type = {
	.release = release,
	.sysfs_ops = &sysfs_ops,
	.default_groups = vgpu_groups,
};

static struct ivgpu_sysfs *add(const struct ivgpu_sysfs *like, const struct kobj_type *type,
			       struct device *dev)
{
	struct ivgpu_sysfs *dir = kmemdup(like, sizeof(*like), GFP_KERNEL);
	int ret;

	if (!dir)
		return ERR_PTR(-ENOMEM);
	ret = kobject_init_and_add(&dir->kobj, type, &dev->kobj, "ivgpu");
	if (!ret)
		return dir;
	kobject_put(&dir->kobj);
	return ERR_PTR(ret);
}

/* See sysfs.h. */
struct ivgpu_sysfs *ivgpu_sysfs_add_gpu(struct device *dev, struct ivgpu_sched *sched)
{
	const struct ivgpu_sysfs like = { .sched = sched };

	return add(&like, &gpu_type, dev);
}

struct ivgpu_sysfs *ivgpu_sysfs_add_vgpu(struct device *dev, struct ivgpu_gpu *gpu,
					 struct ivgpu_vgpu *vgpu)
{
	const struct ivgpu_sysfs like = { .gpu = gpu, .vgpu = vgpu };

	return add(&like, &vgpu_type, dev);
}

void ivgpu_sysfs_remove(struct ivgpu_sysfs *dir)
{
	kobject_del(&dir->kobj);
	kobject_put(&dir->kobj);
}

void ivgpu_sysfs_state_changed(struct ivgpu_sysfs *dir)
{
	sysfs_notify(&dir->kobj, NULL, "state");
}
