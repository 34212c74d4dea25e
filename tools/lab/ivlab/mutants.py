# SPDX-License-Identifier: GPL-2.0
"""`make mutants`: for each selftests/mutants/*.patch, the named test must turn red.

All work is done in a copy of the tree, with a build folder of its own. A patch begins with
`# test: PROGRAM:TEST` (a kselftest program, on 6.12), `# test: kunit:SUITE.CASE` or
`# test: scan:WORDS OF A TEST` (tools/scan), and a sentence that says what is wrong then.

The modules for the virtual machine are built first and tried in one virtual host, each followed by the
true module: its test must be green again, or the red one proves nothing and is tried anew in a virtual
host of its own.
"""

import glob
import os
import re
import shutil
import subprocess
import sys

from . import build, checks, inside, kunit, tap, vmchecks
from .base import BUILD, REPO, LabError, read_file, say, write_file

KERNEL = "6.12"
PER_BOOT = 8            # mutants that share a virtual host
SECONDS = 90            # for one mutant in it: its test twice, the module twice
LEFT_OUT = ("build", ".git", "*.pyc", "__pycache__")


class Mutant:
    """One patch and the test that must notice it."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)[:-len(".patch")]
        head = re.match(r"# test: (\S+?):(.+)\n# (.+)\n", read_file(path, ""))
        if not head:
            raise LabError("%s does not begin with `# test: ` and a sentence" % path)
        self.program, self.test, self.sentence = (part.strip() for part in head.groups())

    @property
    def needs_vm(self):
        """Is its test a kselftest?"""
        return self.program not in ("kunit", "scan")

    def patch(self, *more):
        """Apply it, or with -R take it back; the touched files count as changed either way."""
        result = subprocess.run(["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-s",
                                 "-d", REPO, "-i", self.path] + list(more), check=False, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return "" if result.returncode == 0 else result.stdout.strip() or "does not apply"


def top():
    """Where copies and results of a run outside the copy are."""
    return os.path.join(BUILD, "mutants")


def build_folder():
    """The build folder that goes with the copy."""
    return os.path.join(top(), "build")


def copy_tree():
    """The tree without what was built; unchanged files keep their dates."""
    tree = os.path.join(top(), "tree")
    os.makedirs(tree, exist_ok=True)
    os.makedirs(build_folder(), exist_ok=True)
    subprocess.run(["rsync", "-rlp", "--checksum", "--delete"] +
                   ["--exclude=/" + name if name == "build" else "--exclude=" + name
                    for name in LEFT_OUT] + [REPO + "/", tree + "/"], check=True)
    return tree


def outcome_of(results, name):
    """The outcome of the test of that name, None when it did not report."""
    found = [r.outcome for r in results if r.name.split(":", 1)[-1] == name]
    return found[-1] if found else None


def judge(mutant, without, with_it):
    """The TAP result: red with the mutant, green without."""
    name = "%s: %s:%s turns red" % (mutant.name, mutant.program, mutant.test)
    if without != tap.PASS:
        return tap.step(name, False, "without the mutant the test %s" % (without or "did not end"))
    return tap.step(name, with_it == tap.FAIL,
                    "" if with_it == tap.FAIL else "with the mutant the test %s" % (
                        with_it or "did not end"))


def kunit_outcomes(test):
    """Results of the KUnit suites, or of the one case that a test SUITE.CASE[.PARAMETER] is in."""
    pattern = ".".join(test.split(".")[:2])
    raw = os.path.join(BUILD, "mutant.ktap")
    write_file(raw, "")
    kunit.run(pattern, raw=raw)
    return tap.parse_ktap("kunit", read_file(raw, ""))


def scan_outcomes(_pattern):
    """Results of tools/scan's tests."""
    return list(checks.make_check("scan", "O=/repo/build"))


def try_cheap(mutants, outcomes, broken):
    """Those whose tests need no virtual machine; `broken` builds say why they do not."""
    if not mutants:
        return
    without = outcomes("")
    for mutant in mutants:
        wrong = mutant.patch()
        if wrong:
            yield tap.step(mutant.name + ": applies", False, wrong)
            continue
        try:
            with_it = outcomes(mutant.test)
        finally:
            mutant.patch("-R")
        if not with_it:
            broken = "the mutant does not build"
        result = judge(mutant, outcome_of(without, mutant.test),
                       outcome_of(with_it, mutant.test))
        if result.outcome == tap.FAIL and not with_it:
            result.detail = broken
        yield result


def build_modules(mutants, share):
    """The true module and each mutant's into the share; yields the failures."""
    where = os.path.join(BUILD, "mutant-module")
    if not build.build(KERNEL, where=where):
        raise LabError("the module does not build")
    shutil.copyfile(os.path.join(where, "ivgpu.ko"), os.path.join(share, "true.ko"))
    for mutant in list(mutants):
        wrong = mutant.patch()
        if not wrong:
            good = build.build(KERNEL, where=where)
            mutant.patch("-R")
            if good:
                shutil.copyfile(os.path.join(where, "ivgpu.ko"),
                                os.path.join(share, mutant.name + ".ko"))
                continue
            wrong = "the module does not build"
        mutants.remove(mutant)
        yield tap.step(mutant.name + ": builds", False, wrong)


def boot_with(mutants, share):
    """One virtual host; {name: (outcome with the mutant, outcome without)} as far as it got."""
    write_file(os.path.join(share, "list"), "".join(
        "%s %s %s\n" % (m.name, m.program, m.test) for m in mutants))
    for old in glob.glob(os.path.join(share, "*.tap")):
        os.unlink(old)
    vmchecks.lab("host", "--kernel", KERNEL, "--driver", "none", "--gpu", "skl", "--share", share,
                 "--timeout", str(60 + SECONDS * 2 * len(mutants)), "--",
                 "tools/lab/vm/run-mutants")
    found = {}
    for mutant in mutants:
        found[mutant.name] = tuple(
            outcome_of(tap.parse(mutant.program, read_file(
                os.path.join(share, "%s.%s.tap" % (mutant.name, which)), "")), mutant.test)
            for which in ("mutant", "true"))
    return found


def clean(pair):
    """Red with the mutant, and the virtual host still sound after it."""
    return pair == (tap.FAIL, tap.PASS)


def try_in_vm(mutants, share):
    """Those whose tests are kselftests."""
    yield from build_modules(mutants, share)
    while mutants:
        batch, mutants = mutants[:PER_BOOT], mutants[PER_BOOT:]
        found = boot_with(batch, share)
        for mutant in batch:
            if not clean(found[mutant.name]) and len(batch) > 1:
                say("%s once more, in a virtual host of its own" % mutant.name)
                found[mutant.name] = boot_with([mutant], share)[mutant.name]
            with_it, without = found[mutant.name]
            # What a mutant breaks for good is found by its test, whatever comes after.
            if with_it == tap.FAIL and without is None:
                without = tap.PASS
            yield judge(mutant, without, with_it)


def select(argv):
    """The mutants that are wanted."""
    every = [Mutant(p) for p in sorted(glob.glob(os.path.join(REPO, "selftests/mutants/*.patch")))]
    if argv == ["--no-vm"]:
        return [m for m in every if not m.needs_vm]
    unknown = set(argv) - {m.name for m in every}
    if unknown:
        raise LabError("no mutant %s" % " ".join(sorted(unknown)))
    return [m for m in every if not argv or m.name in argv]


def outcomes(chosen):
    """Results of the chosen mutants."""
    yield from try_cheap([m for m in chosen if m.program == "scan"], scan_outcomes, "")
    yield from try_cheap([m for m in chosen if m.program == "kunit"], kunit_outcomes, "")
    in_vm = [m for m in chosen if m.needs_vm]
    if not in_vm:
        return
    share = os.path.join(BUILD, "mutant-share")
    shutil.rmtree(share, ignore_errors=True)
    os.makedirs(share)
    checks.build_selftests()
    yield from try_in_vm(in_vm, share)


def run(argv):
    """In the copy: TAP on standard output; the exit status."""
    bad = number = 0
    report = sys.stdout
    sys.stdout = sys.stderr     # what builds and virtual machines say
    chosen = select(argv)
    print("TAP version 13\n1..%d" % len(chosen), file=report, flush=True)
    for number, result in enumerate(outcomes(chosen), 1):
        good = result.outcome == tap.PASS
        bad += not good
        print("%sok %d - %s" % ("" if good else "not ", number, result.name), file=report)
        for line in result.detail.splitlines():
            print("# " + line, file=report)
        report.flush()
    return 1 if bad or number != len(chosen) else 0
