# SPDX-License-Identifier: GPL-2.0
"""The kernel `--kernel sanitize`: KASAN, UBSAN, lockdep, kmemleak, fault injection, KUnit, IOMMUFD.

Built once from the kernel source in the cache, with sanitize.config, and installed in the root
file system beside Debian's kernels, so that the module is built against it like against theirs.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess

from . import inside, kernels
from .base import CACHE, LabError, ROOTFS, read_file, say, write_file

NAME = "sanitize"
TOP = os.path.join(CACHE, NAME)
TREE = os.path.join(TOP, "linux")
LOG = os.path.join(TOP, "build.log")
CONFIG_FILE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "sanitize.config")
MAKE = ["make", "-j2", "O=/cache/sanitize/build", "CC=gcc-14"]

# The module is built out of tree, but selects options that have no prompt of their own.
KCONFIG = """
config IVGPU
	tristate "What ivgpu selects"
	depends on VFIO
	select DMA_SHARED_BUFFER
	select VFIO_MDEV
	select KVM_EXTERNAL_WRITE_TRACKING if KVM
"""


def recipe():
    """A short name for all that the kernel is made from."""
    source = read_file(os.path.join(CACHE, kernels.SOURCE, "Makefile"), "")[:200]
    text = source + KCONFIG + " ".join(MAKE) + read_file(CONFIG_FILE)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_installed():
    """Whether the kernel in the root file system is the one that is wanted."""
    return read_file(os.path.join(ROOTFS, "boot", "ivgpu-sanitize")) == recipe()


def make_tree():
    """The kernel source by hard links, with Kconfig's hook; a changed file is replaced."""
    shutil.rmtree(TREE, ignore_errors=True)
    subprocess.run(["cp", "-al", os.path.join(CACHE, kernels.SOURCE), TREE], check=True)
    path = os.path.join(TREE, "drivers", "Kconfig")
    before, end, after = read_file(path).rpartition("endmenu")
    os.unlink(path)
    write_file(path, before + KCONFIG.lstrip() + "\n" + end + after)


def make(*targets):
    """make in the tree, into the log."""
    with open(LOG, "a", encoding="utf-8") as log:
        result = inside.run(["nice"] + MAKE + list(targets), cwd="/cache/sanitize/linux",
                            check=False, writable=True, stdin=subprocess.DEVNULL, stdout=log,
                            stderr=log)
    if result.returncode:
        raise LabError("the sanitizer kernel: `make %s` failed; the end of %s:\n%s" % (
            " ".join(targets), LOG, "\n".join(read_file(LOG, "").splitlines()[-15:])))


def missing_options():
    """Lines of sanitize.config that the kernel's own configuration does not have."""
    have = set(read_file(os.path.join(TOP, "build", ".config"), "").splitlines())
    return [line for line in read_file(CONFIG_FILE).splitlines()
            if re.match(r"CONFIG_\w+=", line) and line not in have]


def build():
    """Configure and compile; what an earlier recipe left is built upon, as kbuild can."""
    os.makedirs(os.path.join(TOP, "build"), exist_ok=True)
    write_file(LOG, "")
    make_tree()
    shutil.copyfile(CONFIG_FILE, os.path.join(TOP, "config"))
    make("KCONFIG_ALLCONFIG=/cache/sanitize/config", "allnoconfig")
    missing = missing_options()
    if missing:
        raise LabError("sanitize.config: Linux does not take " + " ".join(missing))
    make("bzImage", "modules")


def install():
    """Image and modules into the root file system; it is then one of the lab's kernels."""
    with open(LOG, "a", encoding="utf-8") as log:
        release = inside.run(["make", "-s", "O=/cache/sanitize/build", "kernelrelease"],
                             cwd="/cache/sanitize/linux", text=True, stderr=log,
                             stdout=subprocess.PIPE).stdout.split()[-1]
    make("modules_install")
    shutil.copyfile(os.path.join(TOP, "build", "arch/x86/boot/bzImage"),
                    os.path.join(ROOTFS, "boot", "vmlinuz-" + release))
    for name in os.listdir(os.path.join(ROOTFS, "boot")):
        if release in name and not name.startswith("vmlinuz"):
            os.unlink(os.path.join(ROOTFS, "boot", name))
    write_file(os.path.join(CACHE, "kernel-" + NAME), release + " built-here\n")
    write_file(os.path.join(ROOTFS, "boot", "ivgpu-sanitize"), recipe())


def ensure():
    """Build and install it when it is not there; some 13 minutes of processor time, once."""
    if is_installed():
        return
    os.makedirs(TOP, exist_ok=True)
    with open(os.path.join(TOP, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_installed():
            return
        if read_file(os.path.join(TOP, "built")) != recipe():
            say("building the sanitizer kernel (once; log: %s)" % LOG)
            build()
            write_file(os.path.join(TOP, "built"), recipe())
        install()
        say("the sanitizer kernel is installed")
