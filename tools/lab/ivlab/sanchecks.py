# SPDX-License-Identifier: GPL-2.0
"""The parts of `make check` that run on the sanitizer kernel: a short one, and a full one by name."""

import os
import re
import shutil

from . import build, checks, sanitize, tap, vmchecks
from .base import BUILD, LabError, read_file

# They measure time, which the checkers make long.
NOT_TIMED = ("sched_knobs", "sched_faults", "share")
# It gives the GPU to i915, which the sanitizer kernel does not have.
NOT_HERE = ("rebind.sh",)
# What opens, maps, submits, unmaps and closes at once and beside one another finds most.
SHORT = ("soak", "memory", "lifecycle=-fkilled", "aperture=-faperture", "kunit")
SHORT_BY_CDEV = ("soak", "lifecycle=-fkilled", "vfio_abi")
# By cdev: what is about opening, mapping, submitting and closing.
BY_CDEV = ("vfio_abi", "submit", "lifecycle", "hostile_vfio", "hostile_race", "soak")
# One after another in a virtual host each: so many that each takes some minutes.
PER_HOST = 4


def leaks(text):
    """kmemleak's reports that have a frame of ivgpu."""
    reports = re.split(r"(?=^unreferenced object)", text, flags=re.M)
    return [r for r in reports if r.startswith("unreferenced") and "[ivgpu" in r]


def kunit_results(share):
    """What the KUnit module's suites said."""
    text = read_file(os.path.join(share, "kunit.ktap"), "")
    results = tap.parse_ktap("sanitize/kunit", text)
    yield from results
    yield tap.step("sanitize/kunit:end", bool(results) and text.endswith("# end\n"), text[-300:])


def host(tag, by_group, by_cdev, seconds, stride):
    """Results of programs on the sanitizer kernel, in one virtual host."""
    share = os.path.join(BUILD, "kselftest", tag)
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    status, text = vmchecks.lab(
        "host", "--kernel", sanitize.NAME, "--share", share, "--append", "kunit.enable=1",
        "--timeout", str(seconds), "--keep-logs", os.path.join(share, "logs"), "--",
        "env", "IVGPU_FAULT_STRIDE=%d" % stride,
        "tools/lab/vm/run-sanitized", *by_group, "--", *by_cdev)
    for way, words in (("group", by_group), ("cdev", by_cdev)):
        names = [word.partition("=")[0] for word in words if word != "kunit"]
        yield from vmchecks.selftest_results(os.path.join(share, way), names, "sanitize/" + way)
    if "kunit" in by_group:
        yield from kunit_results(share)
    found = read_file(os.path.join(share, "kmemleak"), "")
    yield tap.step(tag + ":kmemleak:end", found.endswith("# end\n"))
    yield tap.step(tag + ":nothing of ivgpu leaks", not leaks(found), "\n".join(leaks(found)))
    yield tap.step(tag + ":lab run", status == 0, vmchecks.last_words(text))


def prepare():
    """Kernel, programs and module."""
    sanitize.ensure()
    checks.build_selftests()
    good = build.build(sanitize.NAME, werror=True)
    if not good:
        raise LabError("the module does not build for the sanitizer kernel")
    return tap.step("build:sanitize", good)


def check_sanitize():
    """KUnit, kselftests by group and by cdev under KASAN, UBSAN, lockdep; kmemleak."""
    yield prepare()
    yield from host("sanitize", SHORT, SHORT_BY_CDEV, 900, 101)


def check_sanitize_full():
    """KUnit and all kselftest programs under KASAN, UBSAN, lockdep; kmemleak."""
    yield prepare()
    names = ["soak"] + [n for n in checks.selftest_names() if n not in NOT_TIMED + NOT_HERE]
    names.append("kunit")
    by_cdev = BY_CDEV
    only = os.environ.get("PROGRAMS")
    if only is not None:
        names, by_cdev = ([n for n in words if n in only.split()] for words in (names, by_cdev))
    for at in range(0, len(names), PER_HOST):
        yield from host("sanitize-%d" % (at // PER_HOST + 1), names[at:at + PER_HOST], (), 1500, 17)
    if by_cdev:
        yield from host("sanitize-cdev", (), by_cdev, 1500, 17)
