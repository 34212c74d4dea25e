# SPDX-License-Identifier: GPL-2.0
"""`make kunit`: the kernel's own kunit.py, on a kernel source tree with the project dropped in.

The tree in the cache is a copy of the kernel source by hard links, so files are replaced in it, never
changed in place. Its build folder is kept for the next run.
"""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys

from . import inside, kernels
from .base import CACHE, REPO, LabError, read_file, write_file

TOP = os.path.join(CACHE, "kunit")
TREE = os.path.join(TOP, "linux")
CONFIG = "CONFIG_KUNIT=y\nCONFIG_IVGPU_KUNIT_TEST=y\n"
HOOKS = (("drivers/Kconfig", '\nsource "drivers/ivgpu/Kconfig"\n', "endmenu"),
         ("drivers/Makefile", "\nobj-y += ivgpu/\n", None))


def make_tree():
    """The tree without the project, once."""
    if os.path.isdir(TREE):
        return
    aside = TREE + ".new"
    shutil.rmtree(aside, ignore_errors=True)
    os.makedirs(TOP, exist_ok=True)
    subprocess.run(["cp", "-al", os.path.join(CACHE, kernels.SOURCE), aside], check=True)
    for name, text, before in HOOKS:
        path = os.path.join(aside, name)
        old = read_file(path)
        if before:
            at = old.rindex(before)
            new = old[:at] + text.lstrip() + "\n" + old[at:]
        else:
            new = old + text
        write_file(path, new)
    os.rename(aside, TREE)


def drop_in():
    """The project's files into the tree."""
    # By contents and with new dates: an older tree's files must be built anew as well.
    subprocess.run(["rsync", "-rlp", "--checksum", "--delete", "--exclude=*.o", "--exclude=.*.cmd",
                    os.path.join(REPO, "drivers", "ivgpu"),
                    os.path.join(TREE, "drivers") + "/"], check=True)
    include = os.path.join(REPO, "include")
    if os.path.isdir(include):
        for top, _, files in os.walk(include):
            for name in files:
                target = os.path.join(TREE, os.path.relpath(os.path.join(top, name), REPO))
                if os.path.exists(target) and os.stat(target).st_nlink > 1:
                    raise LabError("include/ has a file that Linux has too: " + target)
        subprocess.run(["rsync", "-rlp", "--checksum", include, TREE + "/"], check=True)
    write_file(os.path.join(TOP, "kunitconfig"), CONFIG)


@contextlib.contextmanager
def locked():
    """Nobody else builds in the tree meanwhile."""
    os.makedirs(TOP, exist_ok=True)
    with open(os.path.join(TOP, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def link_command():
    """Link the kernel anew; the command that linked it last, to be run in /cache/kunit/build."""
    for name in ("vmlinux", "linux"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(TOP, "build", name))
    result = inside.run(["make", "ARCH=um", "O=/cache/kunit/build", "V=1", "-j2"],
                        cwd="/cache/kunit/linux", check=False, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    found = re.findall(r"^\+ (gcc\S* .* -o vmlinux .*)$", result.stdout, re.M)
    if result.returncode or not found:
        raise LabError("the kernel with the KUnit suites does not link anew: " +
                       result.stdout[-400:])
    return found[-1]


def run(filter_glob="", raw=None):
    """Build and run all suites; returns kunit.py's status. raw: file for the TAP (KTAP) output."""
    with locked():
        return run_locked(filter_glob, raw)


def run_locked(filter_glob="", raw=None):
    """run() for who has locked() the tree."""
    make_tree()
    drop_in()
    argv = ["./tools/testing/kunit/kunit.py", "run", "--kunitconfig=/cache/kunit/kunitconfig",
            "--build_dir=/cache/kunit/build", "--jobs=2", "--timeout=120"]
    argv += ["--raw_output=kunit"] if raw else []
    argv += [filter_glob] if filter_glob else []
    result = inside.run(argv, cwd="/cache/kunit/linux", check=False, text=True,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE if raw else None, stderr=sys.stderr)
    if raw:
        write_file(raw, result.stdout)
    return result.returncode
