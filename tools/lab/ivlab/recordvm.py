# SPDX-License-Identifier: GPL-2.0
"""`make record-streams`, its part in the lab: what stock i915 and IGT's tests make engines execute.

The simulated GPU records (--record). Natively its engines execute what i915 wrote; with a guest they execute
the module's audited copies of what the guest's i915 wrote, which differ by the audit's patches.
"""

import gzip
import os
import shutil
import subprocess
import sys

from . import checks
from .base import BUILD, REPO, LabError, say

STREAMS = os.path.join(REPO, "selftests", "streams")
FOLDER = os.path.join(BUILD, "record")
DRAW = ["--", "/repo/build/guest/ivgpu-blit", "--engines"]
RUNS = (
    ("i915-6.12-native-draw", ["lab", "host", "--driver", "i915"] + DRAW),
    ("i915-6.12-guest-draw", ["lab", "guest"] + DRAW),
    ("igt-exec", ["igt", "gem_exec_basic", "gem_exec_store@*", "gem_exec_async", "gem_ctx_exec@basic",
                  "gem_softpin@noreloc", "gem_pipe_control_store_loop", "--each", "40"]),
    ("igt-blits", ["igt", "gem_linear_blits@basic", "gem_tiled_blits@basic",
                   "gem_exercise_blt@fast-copy", "--each", "40"]),
    ("igt-parse", ["igt", "gen9_exec_parse@allowed-*", "gen9_exec_parse@bb-chained",
                   "gen9_exec_parse@valid-registers", "gen9_exec_parse@batch-*", "--each", "40"]),
)


def pack(path, name):
    """One stream, packed, in selftests/streams."""
    target = os.path.join(STREAMS, name + ".aub.gz")
    with open(path, "rb") as plain, gzip.GzipFile(target, "wb", 9, mtime=0) as packed:
        shutil.copyfileobj(plain, packed)
    print("%s %d bytes" % (os.path.basename(target), os.stat(target).st_size), flush=True)


def record(name, argv):
    """One run of the lab."""
    say("recording " + name)
    path = os.path.join(FOLDER, name + ".aub")
    options = "--gpusim=--record /repo/build/record/%s.aub" % name
    at = argv.index("--") if "--" in argv else len(argv)
    line = [sys.executable, "-B", os.path.join(REPO, "tools", "lab", argv[0])] + argv[1:at] + \
        [options] + argv[at:]
    status = subprocess.run(line, check=False, stdout=sys.stderr).returncode
    if status not in (0, 1):        # 1: a test of IGT failed; what ran was recorded
        raise LabError("recording %s ended with status %d" % (name, status))
    pack(path, name)
    os.unlink(path)


def record_all(names=()):
    """All runs, or those named."""
    os.makedirs(FOLDER, exist_ok=True)
    checks.build_guest_tools()
    for name, argv in RUNS:
        if not names or name in names:
            record(name, argv)
