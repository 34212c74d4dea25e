# SPDX-License-Identifier: GPL-2.0
"""igt-gpu-tools in the lab: fetching them, which tests there are, running some, what became of them.

The tests are Debian's (igt-gpu-tools-tests, in sid only), unpacked into a folder of the cache
and never installed. What they need besides comes from the suite of the lab's root file system.
"""

import collections
import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys

from . import build, inside, kernels, mirror, runner
from .base import BUILD, CACHE, LabError, REPO, read_file, say, write_file

HERE = os.path.join(REPO, "tools", "lab")
FOLDER = os.path.join(CACHE, "igt")
PROGRAMS = "root/usr/libexec/igt-gpu-tools"
BLOCKLIST = "root/usr/share/igt-gpu-tools/i915.blocklist.txt"
SUITE = "sid"
FROM_SID = ("igt-gpu-tools", "igt-gpu-tools-tests", "libdrm2", "libdrm-intel1",
            "libdrm-amdgpu1", "libdrm-nouveau2")
OLD_NAMES = ("intel-gpu-tools",)    # the same programs, as trixie names them
STAMP = "3 " + " ".join(FROM_SID)
LINE = "igt: {"

Result = collections.namedtuple("Result", "program subtest result seconds why")
Limits = collections.namedtuple("Limits", "each program total")


def apt(*words, **options):
    """apt-get with sid alone, its lists and packages in our folder of the cache."""
    line = ["apt-get", "-q",
            "-o", "Dir::State=/cache/igt/state", "-o", "Dir::Cache=/cache/igt/apt",
            "-o", "Dir::State::status=/var/lib/dpkg/status",
            "-o", "Dir::Etc::SourceList=/cache/igt/sources.list",
            "-o", "Dir::Etc::SourceParts=/dev/null", "-o", "Dir::Etc::Preferences=/dev/null",
            "-o", "Dir::Etc::PreferencesParts=/dev/null", "-o", "APT::Sandbox::User=root"]
    return inside.run(line + list(words), cwd="/cache/igt/debs", **options)


def output_of(argv, cwd="/cache/igt/debs", check=True):
    """What a command inside prints."""
    return inside.run(argv, cwd=cwd, text=True, check=check, stdout=subprocess.PIPE,
                      stderr=subprocess.DEVNULL if not check else None).stdout


def trixie_packages(debs):
    """Names of what the packages from sid need and the root file system lacks."""
    wanted = set()
    for deb in debs:
        for part in output_of(["dpkg-deb", "-f", deb, "Depends"]).split(","):
            name = part.split("|")[0].split("(")[0].strip()
            if name and name not in FROM_SID + OLD_NAMES and name != "libc6":
                wanted.add(name.split(":")[0])
    plan = output_of(["apt-get", "-s", "--no-install-recommends", "install"] + sorted(wanted))
    return re.findall(r"^Inst (\S+)", plan, re.M)


def install():
    """Fill the folder, once."""
    if read_file(os.path.join(FOLDER, "stamp")) == STAMP:
        return
    say("igt-gpu-tools from Debian %s into %s" % (SUITE, FOLDER))
    for name in ("debs", "root", "state/lists/partial", "apt/archives/partial"):
        os.makedirs(os.path.join(FOLDER, name), exist_ok=True)
    write_file(os.path.join(FOLDER, "sources.list"), "deb [signed-by=%s] %s %s main\n" % (
        "/usr/share/keyrings/debian-archive-keyring.gpg", mirror.debian_mirrors()[0], SUITE))
    quiet = {"stdout": sys.stderr}
    apt("update", **quiet)
    apt("download", *FROM_SID, **quiet)
    debs = sorted(n for n in os.listdir(os.path.join(FOLDER, "debs")) if n.endswith(".deb"))
    others = trixie_packages(debs)
    if others:
        inside.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download"] + others,
                   cwd="/cache/igt/debs", **quiet)
    for deb in sorted(os.listdir(os.path.join(FOLDER, "debs"))):
        if deb.endswith(".deb"):
            inside.run(["dpkg-deb", "-x", deb, "/cache/igt/root"], cwd="/cache/igt/debs")
    write_file(os.path.join(FOLDER, "stamp"), STAMP)


def version():
    """Version of the Debian package, from the name of its file."""
    for name in sorted(os.listdir(os.path.join(FOLDER, "debs"))):
        if name.startswith("igt-gpu-tools-tests_"):
            return name.split("_")[1].replace("%3a", ":")
    return "unknown"


def commit():
    """The last commit that touched the simulated GPU, for the record."""
    done = subprocess.run(["git", "-C", REPO, "log", "-1", "--format=%h", "--", "tools/gpusim"],
                          text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return done.stdout.strip() or "unknown"


def lists():
    """({class: [program]}, [(program, pattern, reason)] of what is left out, the same of what takes
    long), from igt-lists.txt."""
    found, marked = collections.OrderedDict(), {"-": [], "~": []}
    for line in read_file(os.path.join(HERE, "igt-lists.txt"), "").splitlines():
        text, _, comment = line.partition("#")
        words = text.split()
        if len(words) == 2 and words[0] in marked:
            program, _, pattern = words[1].partition("@")
            marked[words[0]].append((program, pattern or "*", comment.strip()))
        elif len(words) == 2:
            found.setdefault(words[0], []).append(words[1])
    return found, marked["-"], marked["~"]


def blocklist():
    """What IGT's own continuous integration does not run on Intel's hardware: regular expressions
    of igt@PROGRAM@SUBTEST, as the packages ship them."""
    text = read_file(os.path.join(FOLDER, BLOCKLIST), "")
    return [re.compile(l) for l in (l.split("#")[0].strip() for l in text.splitlines())
            if l.startswith("igt@")]


def is_blocked(expressions, program, subtest):
    """Whether such a list names a subtest."""
    name = "igt@" + program + ("@" + subtest if subtest != "-" else "")
    return any(e.match(name) for e in expressions)


def mark_of(marks, program, subtest):
    """The first of such marks that names a subtest, or None."""
    return next((m for m in marks if m[0] in ("*", program) and
                 fnmatch.fnmatchcase(subtest, m[1])), None)


def subtests_of(program):
    """Names of all subtests of a program; `-` alone where it has none."""
    if not os.path.exists(os.path.join(FOLDER, PROGRAMS, program)):
        raise LabError("%s: IGT has no such test, nor is it a class (%s)" % (
            program, ", ".join(lists()[0])))
    libraries = ":".join("/cache/igt/root/%slib/x86_64-linux-gnu" % d for d in ("usr/", ""))
    text = output_of(["env", "LD_LIBRARY_PATH=" + libraries, "/cache/igt/%s/%s" % (
        PROGRAMS, program), "--list-subtests"], check=False)
    return text.split() or ["-"]


def expand(names):
    """{program: [subtest]} of what was asked for: classes, PROGRAM or PROGRAM@PATTERN."""
    classes, left_out, _ = lists()
    tests, plan = [], collections.OrderedDict()
    for name in names:
        tests += [t for c in classes.values() for t in c] if name == "all" else \
            classes.get(name, [name])
    known = {}
    for test in tests:
        program, separator, pattern = test.partition("@")
        if program not in known:
            known[program] = subtests_of(program)
        skipped = [] if separator and "*" not in pattern else left_out
        wanted = [s for s in known[program]
                  if fnmatch.fnmatchcase(s, pattern or "*")
                  and not mark_of(skipped, program, s)]
        if separator and not wanted:
            raise LabError("%s: no such subtest" % test)
        mine = plan.setdefault(program, [])
        mine += [s for s in wanted if s not in mine]
    return plan


def build_sw_sync(kernel):
    """/dev/sw_sync for a kernel, which Debian's lacks: build/sw_sync/RELEASE/sw_sync.ko."""
    release = kernels.release(kernel)
    target = os.path.join(BUILD, "sw_sync", release)
    os.makedirs(target, exist_ok=True)
    for name in ("Kbuild", "sw_sync.c"):
        shutil.copy2(os.path.join(HERE, "sw_sync", name), target)
    inside.run(["make", "-s", "-C", "/lib/modules/%s/build" % release, "W=1",
                "M=" + build.seen_inside(target), "CC=" + build.GCC[kernel], "modules"],
               stdout=sys.stderr)


def parse(line):
    """Result of a line of run-igt, with the whole record; or None."""
    if not line.startswith(LINE):
        return None, None
    try:
        record = json.loads(line[len(LINE) - 1:])
    except ValueError:
        return None, None
    return Result(*(record[name] for name in Result._fields)), record


def run(plan, limits, lab_options, sink=None, role="host", driver="i915",
        command="tools/lab/vm/run-igt"):
    """Boot the lab and run a plan in it; sink gets each record as it comes. Returns
    (lab's status, [Result], text); of these what came since the last boot of the virtual host.
    Another command gets the job's file as run-igt does."""
    job = os.path.join(BUILD, "igt-job-%d.json" % os.getpid())
    write_file(job, json.dumps(dict(limits._asdict(), programs=list(plan.items()))))
    argv = [sys.executable, "-B", os.path.join(HERE, "lab"), role, "--driver", driver,
            "--share", FOLDER] + list(lab_options)
    argv += ["--", command, "/repo/build/" + os.path.basename(job)]
    results, lines = [], []
    with subprocess.Popen(argv, text=True, errors="replace", stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        for line in process.stdout:
            if runner.is_again(line):
                lines.clear()
                results.clear()
            lines.append(line)
            result, record = parse(re.sub(r"^\[g\d+\] ", "", line))
            if not result:
                sys.stderr.write(line)
                continue
            results.append(result)
            if sink:
                sink(record)
    os.unlink(job)
    return process.returncode, results, "".join(lines)


def name_of(result):
    """program@subtest as people write it."""
    return result.program + ("@" + result.subtest if result.subtest != "-" else "")
