# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that runs on the sanitizer kernel."""

import os
import re
import shutil

from . import build, checks, sanitize, tap, vmchecks
from .base import BUILD, LabError, read_file

# They measure time, which the checkers make long.
NOT_TIMED = ("sched_knobs", "sched_faults", "share")
# By cdev: what is about opening, mapping, submitting and closing.
BY_CDEV = ("vfio_abi", "submit", "lifecycle", "hostile_vfio", "hostile_race")


def leaks(text):
    """kmemleak's reports that have a frame of ivgpu."""
    reports = re.split(r"(?=^unreferenced object)", text, flags=re.M)
    return [r for r in reports if r.startswith("unreferenced") and "[ivgpu" in r]


def check_sanitize():
    """kselftest by group and by cdev under KASAN, UBSAN, lockdep; kmemleak."""
    sanitize.ensure()
    checks.build_selftests()
    good = build.build(sanitize.NAME, werror=True)
    yield tap.step("build:sanitize", good)
    if not good:
        raise LabError("the module does not build for the sanitizer kernel")
    names = [n for n in checks.selftest_names() if n not in NOT_TIMED]
    share = os.path.join(BUILD, "kselftest", "sanitize")
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    status, text = vmchecks.lab(
        "host", "--kernel", sanitize.NAME, "--share", share,
        "--timeout", "1500", "--keep-logs", os.path.join(share, "logs"), "--",
        "tools/lab/vm/run-sanitized", *names, "--", *BY_CDEV)
    for way, programs in (("group", names), ("cdev", BY_CDEV)):
        yield from vmchecks.selftest_results(os.path.join(share, way), programs,
                                             "sanitize/" + way)
    found = read_file(os.path.join(share, "kmemleak"), "")
    yield tap.step("sanitize:kmemleak was asked", found.endswith("# end\n"))
    yield tap.step("sanitize:nothing of ivgpu leaks", not leaks(found), "\n".join(leaks(found)))
    yield tap.step("sanitize:lab run", status == 0, vmchecks.last_words(text))
