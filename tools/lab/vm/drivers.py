# SPDX-License-Identifier: GPL-2.0
"""Loads a GPU driver in the virtual host and binds it to the simulated GPUs."""

import os
import subprocess
import time

from agent_io import LabError

BIND_SECONDS = 90


def bdf(slot):
    """PCI address of a slot."""
    return "0000:00:" + slot


def read(path):
    """First line of a sysfs file, or None."""
    try:
        with open(path, encoding="utf-8") as stream:
            return stream.read().strip()
    except OSError:
        return None


def write(path, text):
    """Write a sysfs file."""
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


def modprobe(*argv):
    """modprobe, failing with what it said."""
    result = subprocess.run(["modprobe"] + list(argv), text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise LabError("modprobe %s failed: %s" % (" ".join(argv), result.stdout.strip()))


def bound_to(slot):
    """Name of the driver that has a device, or None."""
    link = "/sys/bus/pci/devices/%s/driver" % bdf(slot)
    return os.path.basename(os.readlink(link)) if os.path.islink(link) else None


def wait_bound(slots, driver):
    """Until every GPU belongs to the driver."""
    end = time.monotonic() + BIND_SECONDS
    for slot in slots:
        while bound_to(slot) != driver:
            if time.monotonic() > end:
                raise LabError("%s is not bound to %s after %d s (its driver: %s)" % (
                    bdf(slot), driver, BIND_SECONDS, bound_to(slot)))
            time.sleep(0.05)


def module_parameters(name):
    """name.parameter=value words of the kernel command line, as modprobe would pass them."""
    words = read("/proc/cmdline").split()
    return [w[len(name) + 1:] for w in words if w.startswith(name + ".")]


def load_ivgpu(kernel, slots):
    """insmod the built module and bind it by driver_override."""
    for module in ("vfio", "mdev", "vfio_iommu_type1", "kvm_amd"):
        modprobe(module)
    # before 6.4 a module of its own, now a part of vfio
    subprocess.run(["modprobe", "-q", "vfio_virqfd"], check=False)
    path = "/repo/build/%s/ivgpu.ko" % kernel
    result = subprocess.run(["insmod", path] + module_parameters("ivgpu"), text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise LabError("insmod %s failed: %s" % (path, result.stdout.strip()))
    for slot in slots:
        write("/sys/bus/pci/devices/%s/driver_override" % bdf(slot), "ivgpu")
        try:
            write("/sys/bus/pci/drivers_probe", bdf(slot))
        except OSError as error:
            raise LabError("ivgpu does not bind %s: %s" % (bdf(slot), error.strerror)) from error
        if bound_to(slot) != "ivgpu":
            raise LabError("ivgpu did not bind %s; see dmesg" % bdf(slot))


def load(driver, kernel, slots):
    """Load and bind what --driver names."""
    if driver == "ivgpu":
        load_ivgpu(kernel, slots)
    elif driver == "i915":
        modprobe("i915")
        wait_bound(slots, "i915")
    elif driver == "kvmgt":
        for module in ("kvm_amd", "mdev", "vfio_iommu_type1", "i915"):
            modprobe(module)
        wait_bound(slots, "i915")
        modprobe("kvmgt")
