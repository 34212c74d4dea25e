# SPDX-License-Identifier: GPL-2.0
"""The parts of `make check` that look at sources and run tests without a virtual machine."""

import contextlib
import glob
import os
import re
import subprocess
import sys

from . import build, genxml, inside, kernels, kunit, tap
from .base import BUILD, KERNELS, REPO, LabError, read_file

CHECKPATCH = "/cache/%s/scripts/checkpatch.pl" % kernels.SOURCE
# What checkpatch asks of kernel code only. User space has no u32, __printf or BIT(), and libraries
# with names of their own; the tests' macros declare tests, as kselftest_harness.h's do.
USER_SPACE = "PREFER_KERNEL_TYPES,CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO,BIT_MACRO"
TEST_MACROS = ("MACRO_WITH_FLOW_CONTROL,COMPLEX_MACRO,MULTISTATEMENT_MACRO_USE_DO_WHILE,"
               "TRAILING_SEMICOLON,MACRO_ARG_REUSE")
IGNORED = {"drivers": "", "include": "", "tools": USER_SPACE,
           "selftests": USER_SPACE + "," + TEST_MACROS}
PLANTED = "\nint planted(int __user *p);\nint planted(int __user *p)\n{\n\treturn *(int *)p;\n}\n"


def check_build():
    """Module: three kernels, two compilers, from nothing, W=1, no warning."""
    for compiler in ("gcc", "clang"):
        for kernel in KERNELS:
            good = build.build(kernel, compiler, werror=True, fresh=True)
            yield tap.step("build:%s with %s" % (kernel, compiler), good)


def check_sparse():
    """sparse on what was built, and the proof that it would see an error."""
    for kernel in KERNELS:
        source = os.path.join(build.folder(kernel, "gcc"), "src")
        messages = build.sparse(kernel, source)
        yield tap.step("sparse:%s" % kernel, not messages, "\n".join(messages[:20]))
        yield tap.step("sparse:%s sees a planted error" % kernel, sees_planted(kernel, source))


def sees_planted(kernel, source):
    """Whether sparse reports a cast that loses __user, planted in a copy of main.c."""
    original = os.path.join(source, "drivers", "ivgpu", "main.c")
    planted = os.path.join(source, "drivers", "ivgpu", "planted.c")
    with open(planted, "w", encoding="utf-8") as stream:
        stream.write(read_file(original) + PLANTED)
    try:
        messages = build.sparse(kernel, source, only="main.c", instead="planted.c")
    finally:
        os.unlink(planted)
    return any("planted.c" in m and "__user" in m for m in messages)


def c_files(top):
    """C files of a folder that git knows or would add."""
    names = []
    for folder, _, files in os.walk(os.path.join(REPO, top)):
        names += [os.path.relpath(os.path.join(folder, f), REPO)
                  for f in files if re.search(r"\.[ch]$", f)]
    return sorted(names)


def check_checkpatch():
    """checkpatch --strict, one result per file."""
    for top, ignored in IGNORED.items():
        names = c_files(top)
        if not names:
            continue
        more = ["--ignore", ignored] if ignored else []
        script = "printf '%s\\n' \"$@\" | xargs -P2 -n8 perl " + CHECKPATCH + \
            " --no-tree --strict --terse --show-types --no-summary --max-line-length=100 " + \
            " ".join(more) + " -f"
        result = inside.run(["sh", "-c", script, "sh"] + names, check=False, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for left in glob.glob(os.path.join(REPO, ".checkpatch-camelcase*")):
            os.unlink(left)
        # checkpatch asks git about names it sees, and goes on without it.
        messages = [l for l in result.stdout.splitlines()
                    if l.strip() and not l.endswith("git: not found")]
        for name in names:
            own = [m for m in messages if m.startswith(name + ":")]
            messages = [m for m in messages if m not in own]
            yield tap.step("checkpatch:" + name, not own, "\n".join(own[:10]))
        if messages or (result.returncode and not any(":" in m for m in result.stdout)):
            yield tap.step("checkpatch:%s/ whole" % top, False, "\n".join(messages[:10]))


def check_layering():
    """The design's rules about who includes whom."""
    result = inside.run(["python3", "-B", "selftests/check-layering.py"], check=False, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    yield from tap.parse("layering", result.stdout)


def run_kunit(kind):
    """All KUnit suites under UML; (raw output's path, results)."""
    raw = os.path.join(BUILD, kind + ".ktap")
    with contextlib.suppress(FileNotFoundError):
        os.unlink(raw)
    status = kunit.run(raw=raw, kind=kind)
    results = tap.parse_ktap(kind, read_file(raw, ""))
    if status or not results:
        results.append(tap.step(kind + ":run", False,
                                "kunit.py ended with status %d, %d results; see %s" % (
                                    status, len(results), raw)))
    return raw, results


def check_kunit():
    """KUnit suites under UML."""
    yield from run_kunit(kunit.PLAIN)[1]


def check_kunit_sanitize():
    """The same with KASAN, UBSAN and lockdep; any report fails."""
    raw, results = run_kunit(kunit.SANITIZE)
    yield from results
    reports = kunit.reports(raw)
    yield tap.step("kunit-sanitize:no report", not reports, "\n".join(reports[:8]))


def make_check(name, *arguments):
    """Results of a `make check` in tools/NAME that prints TAP."""
    result = inside.run(["make", "-s", "-C", "tools/" + name, "check"] + list(arguments),
                        check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in result.stdout.splitlines():
        if tap.LINE.match(line):
            yield from (r for r in tap.parse(name, line) if not r.name.endswith(":plan"))
    yield tap.step(name + ":make check", result.returncode == 0, result.stdout[-1500:])


def check_gpusim():
    """The simulator's own tests."""
    yield from make_check("gpusim")


def check_scan():
    """The command scanner over files, with address checks."""
    yield from make_check("scan", "O=../../build")
    yield from compare_with_genxml()


def compare_with_genxml():
    """The command rows against Mesa's genxml, where the mirror has it."""
    try:
        folder = genxml.fetch()
    except LabError as error:
        yield tap.Result("genxml:compare", tap.SKIP, "not from this mirror: %s" % error)
        return
    result = inside.run(["make", "-s", "-C", "tools/scan", "genxml", "O=../../build",
                         "GENXML=/cache/" + os.path.basename(folder)], check=False, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    results = tap.parse("genxml", result.stdout)
    for one in results:
        if one.outcome != tap.PASS:
            one.detail = result.stdout[-1500:]
    yield from results


def check_tools():
    """The administrator's tools on made-up trees, the lab's second look on made-up results."""
    yield from make_check("top")
    result = inside.run(["python3", "-B", "tools/lab/test-again"], check=False, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    yield from tap.parse("again", result.stdout)


def build_selftests():
    """The kselftest programs, by their own Makefile."""
    os.makedirs(os.path.join(BUILD, "selftests"), exist_ok=True)
    result = inside.run(["make", "-s", "-j2", "-C", "selftests", "O=/repo/build/selftests",
                         "KSRC=/cache/" + kernels.SOURCE], check=False, stdout=sys.stderr,
                        stderr=sys.stderr)
    if result.returncode:
        raise LabError("the kselftest programs do not build (status %d)" % result.returncode)


def selftest_names():
    """Names of the kselftest programs."""
    result = inside.run(["make", "-s", "-C", "selftests", "list"], text=True,
                        stdout=subprocess.PIPE)
    return result.stdout.split()


def build_guest_tools():
    """What guests run."""
    result = inside.run(["make", "-s", "-C", "tools/guest", "O=/repo/build/guest"], check=False,
                        stdout=sys.stderr, stderr=sys.stderr)
    if result.returncode:
        raise LabError("the guest tools do not build (status %d)" % result.returncode)


