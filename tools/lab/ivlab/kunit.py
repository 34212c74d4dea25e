# SPDX-License-Identifier: GPL-2.0
"""`make kunit`: the kernel's own kunit.py, on a kernel source tree with the project dropped in.

The tree in the cache is a copy of the kernel source by hard links, so files are replaced in it, never
changed in place. Its build folder is kept for the next run. A second tree is for the suites under
KASAN, UBSAN and lockdep: under UML that takes seconds, where the emulated sanitizer kernel takes long.
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

PLAIN, SANITIZE = "kunit", "kunit-sanitize"    # folders in the cache
TOP = os.path.join(CACHE, PLAIN)
TREE = os.path.join(TOP, "linux")
CONFIG = "CONFIG_KUNIT=y\nCONFIG_IVGPU_KUNIT_TEST=y\n"
CHECKERS = ("DEBUG_KERNEL", "KASAN", "KASAN_GENERIC", "KASAN_OUTLINE", "UBSAN", "UBSAN_BOUNDS",
            "UBSAN_SHIFT", "PROVE_LOCKING", "DEBUG_ATOMIC_SLEEP", "DEBUG_LIST")
# UML counts among the machines that cannot read what is not aligned; x86 can, and Linux does.
CONFIGS = {PLAIN: CONFIG,
           SANITIZE: CONFIG + "".join("CONFIG_%s=y\n" % name for name in CHECKERS) +
                     "# CONFIG_UBSAN_ALIGNMENT is not set\n"}
SECONDS = {PLAIN: 120, SANITIZE: 600}
REPORT = re.compile(r"BUG: |UBSAN:|WARNING:|INFO: (possible|trying)|sleeping function called|"
                    r"list_(add|del) corruption|Kernel panic")
HOOKS = (("drivers/Kconfig", '\nsource "drivers/ivgpu/Kconfig"\n', "endmenu"),
         ("drivers/Makefile", "\nobj-y += ivgpu/\n", None))


def tree_of(kind):
    """The kernel source of a kind."""
    return os.path.join(CACHE, kind, "linux")


def make_tree(kind=PLAIN):
    """The tree without the project, once."""
    tree = tree_of(kind)
    if os.path.isdir(tree):
        return
    aside = tree + ".new"
    shutil.rmtree(aside, ignore_errors=True)
    os.makedirs(os.path.dirname(tree), exist_ok=True)
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
    os.rename(aside, tree)


def drop_in(kind=PLAIN):
    """The project's files into the tree."""
    tree = tree_of(kind)
    # By contents and with new dates: an older tree's files must be built anew as well.
    subprocess.run(["rsync", "-rlp", "--checksum", "--delete", "--exclude=*.o", "--exclude=.*.cmd",
                    os.path.join(REPO, "drivers", "ivgpu"),
                    os.path.join(tree, "drivers") + "/"], check=True)
    include = os.path.join(REPO, "include")
    if os.path.isdir(include):
        for top, _, files in os.walk(include):
            for name in files:
                target = os.path.join(tree, os.path.relpath(os.path.join(top, name), REPO))
                if os.path.exists(target) and os.stat(target).st_nlink > 1:
                    raise LabError("include/ has a file that Linux has too: " + target)
        subprocess.run(["rsync", "-rlp", "--checksum", include, tree + "/"], check=True)
    write_file(os.path.join(CACHE, kind, "kunitconfig"), CONFIGS[kind])


@contextlib.contextmanager
def locked(kind=PLAIN):
    """Nobody else builds in the tree meanwhile."""
    os.makedirs(os.path.join(CACHE, kind), exist_ok=True)
    with open(os.path.join(CACHE, kind, "lock"), "w", encoding="utf-8") as lock:
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


def reports(raw):
    """Lines of a run's raw output with which the kernel's own checkers complain, once suites run."""
    text = read_file(raw, "").partition("KTAP version 1\n")[2]
    return [line for line in text.splitlines() if REPORT.search(line)]


def run(filter_glob="", raw=None, kind=PLAIN):
    """Build and run all suites; returns kunit.py's status. raw: file for the TAP (KTAP) output."""
    with locked(kind):
        return run_locked(filter_glob, raw, kind)


def run_locked(filter_glob="", raw=None, kind=PLAIN):
    """run() for who has locked() the tree."""
    make_tree(kind)
    drop_in(kind)
    folder = "/cache/" + kind
    argv = ["./tools/testing/kunit/kunit.py", "run", "--kunitconfig=%s/kunitconfig" % folder,
            "--build_dir=%s/build" % folder, "--jobs=2", "--timeout=%d" % SECONDS[kind]]
    argv += ["--raw_output=" + ("kunit" if kind == PLAIN else "all")] if raw else []
    argv += [filter_glob] if filter_glob else []
    result = inside.run(argv, cwd=folder + "/linux", check=False, text=True,
                        stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE if raw else None, stderr=sys.stderr)
    if raw:
        write_file(raw, result.stdout)
    return result.returncode
