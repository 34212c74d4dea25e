# SPDX-License-Identifier: GPL-2.0
"""Build the module against a stock kernel's headers, inside the lab's root file system.

The sources are copied to build/KERNEL/src first, so that several kernels and compilers can be
built from one tree; the result is build/KERNEL/ivgpu.ko (build/KERNEL-clang/ for clang).
"""

import concurrent.futures
import fcntl
import os
import re
import shlex
import shutil
import subprocess
import sys

from . import inside, kernels
from .base import BUILD, LabError, REPO

SOURCES = ("Kbuild", "Kconfig", "drivers", "include")
GCC = {"6.1": "gcc-12", "6.12": "gcc-14", "7.2": "gcc-14", "sanitize": "gcc-14"}
# Debian's kernels have no KUnit.
MORE = {"sanitize": ["CONFIG_IVGPU_KUNIT_TEST=m"]}
CLANG = "/repo/tools/lab/clang-for-gcc-headers"
MESSAGE = re.compile(r"\b(warning|error):")

# What kbuild's C=1 would pass to sparse (Linux Makefile and arch/x86/Makefile, CHECKFLAGS), and
# two words of 7.2's headers that Debian's sparse does not know or cannot evaluate.
SPARSE = ("sparse -D__linux__ -Dlinux -D__STDC__ -Dunix -D__unix__ -Wbitwise -Wno-return-void "
          "-Wno-unknown-attribute -D__x86_64__ --arch=x86 -mlittle-endian -m64 "
          "-D__typeof_unqual__=__typeof__ -D__builtin_strlen(s)=(sizeof(s)-1)").split()


def folder(kernel, compiler):
    """Build folder of one kernel and compiler."""
    return os.path.join(BUILD, kernel if compiler == "gcc" else kernel + "-" + compiler)


def seen_inside(path):
    """A path of the build folder as the root file system sees it."""
    return os.path.join("/repo/build", os.path.relpath(path, BUILD))


def copy_sources(target, tree=REPO):
    """Bring target up to date with the tree; built files stay for the next build."""
    here = [os.path.join(tree, s) for s in SOURCES if os.path.exists(os.path.join(tree, s))]
    if os.path.join(tree, "Kbuild") not in here:
        raise LabError("there is no Kbuild in " + tree)
    os.makedirs(target, exist_ok=True)
    built = ["--exclude=" + p for p in ("*.o", "*.ko", "*.mod", "*.mod.c", "*.cmd", "*.d",
                                        "modules.order", "Module.symvers", ".tmp*", "*.a")]
    subprocess.run(["rsync", "-a", "--delete"] + built + here + [target + "/"], check=True)


def newest_source(tree=REPO):
    """Time of the last change of a source file."""
    newest = 0
    for top in SOURCES:
        path = os.path.join(tree, top)
        names = [path] if os.path.isfile(path) else [
            os.path.join(d, f) for d, _, files in os.walk(path) for f in files]
        newest = max([newest] + [os.stat(n).st_mtime for n in names])
    return newest


def make(kernel, compiler, source):
    """Run kbuild; returns (status, output), the output also shown."""
    argv = ["make", "-j2", "-C", "/lib/modules/%s/build" % kernels.release(kernel),
            "M=" + seen_inside(source), "W=1", "CONFIG_IVGPU=m",
            "CC=" + (GCC[kernel] if compiler == "gcc" else CLANG)] + MORE.get(kernel, []) + [
                "modules"]
    with subprocess.Popen(inside.command(argv), env=inside.environment(), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if not re.match(r"make(\[\d+\])?: (Entering|Leaving) ", line):
                sys.stdout.write(line)
                sys.stdout.flush()
    return process.returncode, lines


def compile_lines(source):
    """The compiler's arguments for every C file of ours, from kbuild's .cmd files."""
    for top, _, files in sorted(os.walk(source)):
        for name in sorted(files):
            if not re.match(r"\..*\.o\.cmd$", name):
                continue
            with open(os.path.join(top, name), encoding="utf-8") as stream:
                first = stream.readline()
            line = first.split(":=", 1)[1].split(" ; ")[0]
            words = shlex.split(line)
            generated = "ivgpu.mod.c", "module-common.c"
            if words[-1].endswith(".c") and os.path.basename(words[-1]) not in generated:
                yield words[1:]


def sparse_arguments(arguments):
    """The compiler's arguments without the output and the dependency file."""
    kept, skip = [], False
    for argument in arguments:
        if skip or argument in ("-c",) or argument.startswith("-Wp,-M"):
            skip = False
        elif argument == "-o":
            skip = True
        else:
            kept.append(argument)
    return kept


def sparse_one(kernel, source, arguments):
    """sparse's messages about one file."""
    # 7.2 compiles in the module's folder, older kernels in that of the headers.
    cwd = "/lib/modules/%s/build" % kernels.release(kernel) \
        if os.path.isabs(arguments[-1]) else seen_inside(source)
    result = inside.run(SPARSE + sparse_arguments(arguments), check=False, text=True,
                        cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = result.stdout.splitlines()
    if result.returncode and not lines:
        lines = ["%s: error: sparse ended with status %d" % (arguments[-1], result.returncode)]
    return lines


def sparse(kernel, source, only=None, instead=None):
    """Run sparse on all that was built, with the build's own flags; returns its messages.

    With `only`, just on the files of that name, or on the file `instead` beside them.
    """
    work = []
    for arguments in compile_lines(source):
        folder_of, name = os.path.split(arguments[-1])
        if only and name != only:
            continue
        if instead:
            arguments = arguments[:-1] + [os.path.join(folder_of, instead)]
        work.append(arguments)
    if not work:
        raise LabError("sparse found nothing built in " + source)
    lines = []
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for found in pool.map(lambda one: sparse_one(kernel, source, one), work):
            lines += found
    return list(dict.fromkeys(lines))


def build(kernel, compiler="gcc", with_sparse=False, werror=False, fresh=False, tree=REPO,
          where=None):
    """Build one kernel; returns True when it is good."""
    top = where or folder(kernel, compiler)
    source = os.path.join(top, "src")
    os.makedirs(top, exist_ok=True)
    with open(os.path.join(top, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if fresh:
            shutil.rmtree(source, ignore_errors=True)
        changed = newest_source(tree)
        copy_sources(source, tree)
        status, lines = make(kernel, compiler, source)
        good = status == 0 and not (werror and any(MESSAGE.search(l) for l in lines))
        target = os.path.join(top, "ivgpu.ko")
        if status == 0:
            install_module(source, target, changed)
            if with_sparse:
                messages = sparse(kernel, source)
                sys.stdout.write("".join(m + "\n" for m in messages))
                good = good and not messages
        elif os.path.exists(target):
            os.unlink(target)
    return good


def install_module(source, target, changed):
    """Copy ivgpu.ko (and the KUnit module) out of the build, dated as its newest source."""
    for top, _, files in os.walk(source):
        if "ivgpu_kunit_test.ko" in files:
            shutil.copyfile(os.path.join(top, "ivgpu_kunit_test.ko"),
                            os.path.join(os.path.dirname(target), "ivgpu_kunit_test.ko"))
        if "ivgpu.ko" in files:
            shutil.copyfile(os.path.join(top, "ivgpu.ko"), target + ".tmp")
            os.utime(target + ".tmp", (changed, changed))
            os.replace(target + ".tmp", target)
            return
    raise LabError("the build succeeded but left no ivgpu.ko in " + source)


def ensure(kernel):
    """Build for a lab run when the sources changed since the last build."""
    target = os.path.join(folder(kernel, "gcc"), "ivgpu.ko")
    if os.path.exists(target) and os.stat(target).st_mtime >= newest_source():
        return
    if not build(kernel):
        raise LabError("the module does not build for kernel " + kernel)
