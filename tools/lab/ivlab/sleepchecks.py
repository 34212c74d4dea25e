# SPDX-License-Identifier: GPL-2.0
"""`tools/lab/check sleep`: the virtual host sleeps while vGPUs work.

Linux's 9p does not survive the sleep of its machine (its virtio driver restores nothing). So this host
has everything in its initrd: modules, the test program, and an init that runs it and powers off.
"""

import os
import subprocess
import time

from . import build, checks, initrd, kernels, kmsg, machine, runner, tap
from .base import BUILD, KERNELS, LabError, read_file, write_file

SECONDS = 150
MODULES = ("virtio_pci", "virtio_console", "vfio", "mdev", "vfio_iommu_type1", "kvm_amd")
MORE_MODULES = {"6.1": ("vfio_virqfd",)}        # a part of vfio in newer kernels
LOST = "all state is lost in D3 on request"
LOSSES = 4      # of power, in the test

INIT = r"""#!/bin/busybox sh
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t debugfs debug /sys/kernel/debug
$b mkdir -p /dev/shm /tmp
$b mount -t tmpfs tmp /tmp
$b ln -s /proc/self/fd /dev/fd
while read -r module; do
	$b insmod "/modules/$module" || echo "not ok 1 insmod $module"
done </modules/order
$b insmod /ivgpu.ko display=0 || echo "not ok 1 insmod ivgpu"
echo ivgpu >/sys/bus/pci/devices/0000:00:02.0/driver_override
echo 0000:00:02.0 >/sys/bus/pci/drivers_probe
echo 1 >/sys/module/suspend/parameters/pm_test_delay
IVGPU_SLEEP=1 /sleep
echo "exit status $?"
echo "=== kmsg"
$b dmesg
echo "=== end"
$b poweroff -f
"""


def archive(kernel):
    """The initrd as bytes."""
    def content(path):
        with open(path, "rb") as stream:
            return stream.read()
    parts = [initrd.entry(d, 0o40755) for d in ("bin", "dev", "proc", "sys", "tmp", "modules")]
    parts += initrd.module_entries(kernels.release(kernel), "modules",
                                   MODULES + MORE_MODULES.get(kernel, ()))
    for name, path in (("bin/busybox", os.path.join(initrd.ROOTFS, "usr/bin/busybox")),
                       ("sleep", os.path.join(BUILD, "selftests", "sleep")),
                       ("ivgpu.ko", os.path.join(build.folder(kernel, "gcc"), "ivgpu.ko"))):
        parts.append(initrd.entry(name, 0o100755, content(path)))
    parts.append(initrd.entry("init", 0o100755, INIT.encode()))
    return b"".join(parts) + initrd.entry("TRAILER!!!", 0)


class Options:
    """What machine.Gpusim wants to know."""
    aperture, gpusim, undisturbed = 256, "", False


def command(kernel, folder, gpu):
    """QEMU's command line."""
    return ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none",
            "-no-reboot", "-machine", "q35,memory-backend=mem", "-m", "2048M",
            "-object", "memory-backend-memfd,id=mem,size=2048M,share=on",
            "-accel", "tcg,thread=multi", "-cpu", machine.CPU, "-smp", "2",
            "-kernel", initrd.ensure_image(kernel),
            "-initrd", machine.seen_inside(os.path.join(folder, "initrd")),
            "-append", machine.COMMON_APPEND + " quiet loglevel=1",
            "-serial", "file:" + machine.seen_inside(os.path.join(folder, "console.log")),
            "-device", '{"driver":"vfio-user-pci","addr":"02.0",'
            '"socket":{"type":"unix","path":"%s"}}' % machine.seen_inside(gpu.socket),
            "-device", "virtio-serial-pci,id=serial,addr=10.0",
            "-chardev", "socket,id=gpu0,path=%s" % machine.seen_inside(gpu.control),
            "-device", "virtserialport,chardev=gpu0,name=lab.gpu0"]


def boot(kernel, folder):
    """Run it; the console's text."""
    with open(os.path.join(folder, "initrd"), "wb") as stream:
        stream.write(archive(kernel))
    gpu = machine.Gpusim(folder, 0, "skl", Options)
    qemu = machine.start(command(kernel, folder, gpu), os.path.join(folder, "qemu.log"))
    try:
        qemu.wait(SECONDS)
    except subprocess.TimeoutExpired:
        qemu.kill()
        qemu.wait()
    finally:
        problem = gpu.end()
    if problem:
        raise LabError(problem)
    return read_file(os.path.join(folder, "console.log"), "").replace("\r", "")


def sleep(kernel):
    """One kernel: the program's results, its end, the kernel's messages, the power that was lost."""
    folder = os.path.join(BUILD, "sleep", kernel)
    os.makedirs(folder, exist_ok=True)
    for name in ("console.log", "gpusim0.log"):
        write_file(os.path.join(folder, name), "")
    build.ensure(kernel)
    started = time.monotonic()
    text = boot(kernel, folder)
    own, _, rest = text.partition("=== kmsg\n")
    messages, ended, _ = rest.partition("=== end")
    results = tap.parse("sleep on " + kernel, own)
    bad = kmsg.bad_lines(messages.splitlines(), "ivgpu")
    lost = read_file(os.path.join(folder, "gpusim0.log"), "").count(LOST)
    results += [
        tap.step("sleep on %s: end" % kernel, bool(ended) and "exit status 0" in own,
                 "after %d s; see %s/console.log" % (time.monotonic() - started, folder)),
        tap.step("sleep on %s: kernel" % kernel, bool(ended) and not bad, "\n".join(bad[:5])),
        tap.step("sleep on %s: state was lost %d times" % (kernel, LOSSES), lost == LOSSES,
                 "%d times" % lost)]
    return results


def check_sleep():
    """The host sleeps under vGPUs that work, and the GPU's state is lost."""
    checks.build_selftests()
    runner.make_gpusim()
    for kernel in KERNELS:
        yield from sleep(kernel)
