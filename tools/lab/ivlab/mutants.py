# SPDX-License-Identifier: GPL-2.0
"""`make mutants`: for each selftests/mutants/*.patch, the named test must turn red.

A patch begins with `# test: PROGRAM:TEST` (a kselftest program, on 6.12), `# test: kunit:SUITE.CASE` or
`# test: scan:fuzz` or `scan:judge` (tools/scan), and a sentence that says what is wrong then. Patches are
applied to copies of what was built; only the objects they touch are compiled.

KUnit: each mutant is a kernel of its own under UML, linked by the command that linked the true one.
kselftest: one virtual host loads the true module and runs all the tests, which must be green, then each
mutant's module with its test, and at the end the true module with one test of each program again: what the
mutants did to the host may not be what turned the last ones red.
"""

import fcntl
import glob
import os
import re
import shutil
import subprocess
import sys

from . import build, checks, inside, kernels, kunit, tap, vmchecks
from .base import BUILD, REPO, LabError, read_file, say, write_file
from .replay import Replay

KERNEL = "6.12"
BOOTS = 4               # a mutant that breaks the virtual host costs another one
SECONDS = 25            # for one mutant in it, on the whole
SCAN_SECONDS = "3"
TOP = os.path.join(BUILD, "mutants")
SHARE = os.path.join(TOP, "share")
NOT_BUILT = 99


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

    def result(self, good, detail=""):
        """The TAP result."""
        return tap.step("%s: %s:%s turns red" % (self.name, self.program, self.test), good, detail)

    def judge(self, without, with_it, broken=""):
        """Red with the mutant, green without."""
        if without != tap.PASS:
            return self.result(False, "without the mutant the test %s" % (
                without or "did not end"))
        return self.result(with_it == tap.FAIL, "" if with_it == tap.FAIL else
                           broken or "with the mutant the test %s" % (with_it or "did not end"))


def outcome_of(results, name):
    """The outcome of the test of that name, None when it did not report."""
    found = [r.outcome for r in results if r.name.split(":", 1)[-1] == name]
    return found[-1] if found else None


def shell(commands, cwd="/repo"):
    """Run commands inside, one after the other; (status, output)."""
    result = inside.run(["nice", "-n", "5", "sh", "-c", "\n".join(commands)], cwd=cwd, check=False,
                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT)
    return result.returncode, result.stdout.decode(errors="replace")


def all_or_nothing(commands):
    """Building commands: whatever fails ends with a status of its own."""
    return ["{\n%s\n} || exit %d" % ("\n} && {\n".join(commands), NOT_BUILT)]


def last_lines(text):
    """The end of an output, for the list of failures."""
    return "\n".join(text.strip().splitlines()[-8:])


# KUnit

def run_kernel(mutant, link, commands):
    """Build and boot a kernel with the mutant; its TAP result, or why there is none."""
    pattern = ".".join(mutant.test.split(".")[:2])
    status, text = shell(all_or_nothing(commands + [link]) + [
        "timeout -k 5 40 ./mutant mem=512M console=tty kunit_shutdown=halt "
        "'kunit.filter_glob=%s'; rm -f mutant" % pattern], "/cache/kunit/build")
    if status == NOT_BUILT:
        return mutant.judge(tap.PASS, None, "the mutant does not build\n" + last_lines(text))
    text = text[max(text.find("KTAP version"), 0):].replace("\r", "")
    outcome = outcome_of(tap.parse_ktap("kunit", text), mutant.test)
    return mutant.judge(tap.PASS, outcome, "" if outcome else
                        "the mutant's kernel died before the test ended\n" + last_lines(text))


def try_kunit(mutants):
    """Those whose tests are KUnit cases."""
    if not mutants:
        return
    raw = os.path.join(TOP, "kunit.ktap")
    write_file(raw, "")
    with kunit.locked():
        kunit.run_locked(raw=raw)
        without = tap.parse_ktap("kunit", read_file(raw, ""))
        link = kunit.link_command().replace(" -o vmlinux ", " -o mutant ", 1)
        replay = Replay(kunit.TREE, os.path.join(kunit.TOP, "build/drivers/ivgpu"),
                        "/cache/kunit/linux")
        for mutant in mutants:
            outcome = outcome_of(without, mutant.test)
            if outcome != tap.PASS:
                yield mutant.judge(outcome, None)
                continue
            result = replay.with_patch(mutant.path,
                                       lambda cc, m=mutant: run_kernel(m, link, cc))
            yield mutant.result(False, result) if isinstance(result, str) else result


# tools/scan

SCAN = {
    "fuzz": ("$O/scan-fuzz", "$O/scan-fuzz %s" % SCAN_SECONDS),
    "judge": ("$O/scan-emit", "sh ./judge.sh %s 1915" % SCAN_SECONDS),
}


def run_scan(test, tree, commands=()):
    """Make and run one of tools/scan's tests; whether it passed, or why it was not built."""
    target, run = SCAN[test]
    out = "/repo/build/mutants/scan"
    status, text = shell(all_or_nothing(list(commands) + [
        "export O=" + out, "make -s O=%s %s" % (out, target.replace("$O", out))]) + [run],
        tree + "/tools/scan")
    return last_lines(text) if status == NOT_BUILT else tap.FAIL if status else tap.PASS


def try_scan(mutants):
    """Those whose tests are the scanner's in user space."""
    if not mutants:
        return
    tree = os.path.join(TOP, "tree")
    os.makedirs(tree, exist_ok=True)
    subprocess.run(["rsync", "-a", "--delete", "--relative"] + [
        os.path.join(REPO, ".", name) for name in
        ("include", "drivers/ivgpu/cmd", "tools/scan", "tools/gpusim")] + [tree + "/"], check=True)
    seen = build.seen_inside(tree)
    status, text = shell(["make -s -C tools/scan O=/repo/build/mutants/scan "
                          "/repo/build/mutants/scan/scan-judge"], seen)
    if status:
        raise LabError("tools/scan's judge does not build: " + last_lines(text))
    for mutant in mutants:
        if mutant.test not in SCAN:
            raise LabError("%s: scan: has %s" % (mutant.name, ", ".join(SCAN)))
        without = run_scan(mutant.test, seen)
        patch = "patch -p1 --fuzz=0 --no-backup-if-mismatch -s -f -r - -d %s -i " \
            "/repo/selftests/mutants/%s.patch" % (seen, mutant.name)
        with_it = run_scan(mutant.test, seen, [patch])
        shell([patch.replace("patch ", "patch -R ", 1)])
        yield mutant.judge(without, with_it, with_it)


# kselftest programs

def module_replay():
    """A copy of the module's build folder, and what builds in it."""
    if not build.build(KERNEL):
        raise LabError("the module does not build")
    built = os.path.join(build.folder(KERNEL, "gcc"), "src")
    own = os.path.join(TOP, "module")
    os.makedirs(own, exist_ok=True)
    with open(os.path.join(os.path.dirname(built), "lock"), encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)        # somebody may be building it anew
        subprocess.run(["rsync", "-a", "--delete", built + "/", own + "/"], check=True)
    rename = build.seen_inside(built), build.seen_inside(own)
    listed = os.path.join(own, "drivers/ivgpu/ivgpu.mod")
    write_file(listed, read_file(listed).replace(*rename))
    return Replay(own, os.path.join(own, "drivers/ivgpu"), rename[1], rename)


def build_modules(mutants, replay):
    """The true module and each mutant's into the share; yields the failures."""
    out = os.path.join(replay.objects, "ivgpu.ko")
    link = [replay.command(os.path.join(replay.objects, name)) for name in ("ivgpu.o", "ivgpu.ko")]

    def module(name, commands):
        # objtool asks for what kbuild exports
        status, text = shell(all_or_nothing(["export SRCARCH=x86"] + commands + link + ["strip -g -o %s %s" % (
            build.seen_inside(os.path.join(SHARE, name + ".ko")), build.seen_inside(out))]),
            "/lib/modules/%s/build" % kernels.release(KERNEL))
        return "the module does not build\n" + last_lines(text) if status else None

    wrong = module("true", [])
    if wrong:
        raise LabError(wrong)
    for mutant in list(mutants):
        wrong = replay.with_patch(mutant.path, lambda cc, m=mutant: module(m.name, cc))
        if wrong:
            mutants.remove(mutant)
            yield mutant.result(False, wrong)


def test_list(mutants, first):
    """What a virtual host is to do: `KIND NAME PROGRAM TEST` lines."""
    lines = ["true %s %s %s" % (m.name, m.program, m.test) for m in mutants if first]
    lines += ["mutant %s %s %s" % (m.name, m.program, m.test) for m in mutants]
    programs = {m.program: m for m in mutants}
    lines += ["after %s %s %s" % (m.name, m.program, m.test) for m in programs.values()]
    write_file(os.path.join(SHARE, "list"), "\n".join(lines) + "\n")


def outcome_in(mutant, kind):
    """(outcome, text) that a virtual host left."""
    text = read_file(os.path.join(SHARE, "%s.%s.tap" % (mutant.name, kind)), "")
    return outcome_of(tap.parse(mutant.program, text), mutant.test) if text else None, text


def boot_with(mutants, first):
    """One virtual host; returns the mutants that it did not come to, and whether it ended well."""
    for old in glob.glob(os.path.join(SHARE, "*.tap" if first else "*.after.tap")):
        os.unlink(old)
    test_list(mutants, first)
    _, text = vmchecks.lab("host", "--kernel", KERNEL, "--driver", "none", "--gpu", "skl", "--share",
                           SHARE, "--timeout", str(60 + SECONDS * len(mutants)), "--",
                           "tools/lab/vm/run-mutants")
    left = [m for m in mutants
            if not os.path.exists(os.path.join(SHARE, m.name + ".mutant.tap"))]
    sound = all(outcome_in(m, "after")[0] == tap.PASS
                for m in {m.program: m for m in mutants}.values())
    return left, sound, vmchecks.last_words(text)


def judge_in_vm(mutant, why):
    """The result of one that a virtual host came to."""
    with_it, text = outcome_in(mutant, "mutant")
    broken = last_lines(text)
    if "# exit status" not in text:
        broken = "the mutant broke the virtual host before the test ended\n" + why
    return mutant.judge(outcome_in(mutant, "true")[0], with_it, broken)


def try_in_vm(mutants):
    """Those whose tests are kselftests."""
    if not mutants:
        return
    shutil.rmtree(SHARE, ignore_errors=True)
    os.makedirs(SHARE)
    checks.build_selftests()
    yield from build_modules(mutants, module_replay())
    why = ""
    for boot in range(BOOTS):
        if not mutants:
            return
        left, sound, why = boot_with(mutants, not boot)
        for mutant in mutants:
            if mutant not in left:
                yield judge_in_vm(mutant, why)
        if not sound and not left:
            yield tap.step("mutants: the true module is sound after them", False, why)
        if len(left) == len(mutants):
            break
        mutants = left
    for mutant in mutants:
        yield mutant.result(False, "no virtual host came to it\n" + why)


def select(argv):
    """The mutants that are wanted."""
    every = [Mutant(p) for p in sorted(glob.glob(os.path.join(REPO, "selftests/mutants/*.patch")))]
    if argv == ["--no-vm"]:
        return [m for m in every if not m.needs_vm]
    unknown = set(argv) - {m.name for m in every}
    if unknown:
        raise LabError("no mutant %s" % " ".join(sorted(unknown)))
    return [m for m in every if not argv or m.name in argv]


def try_all(chosen):
    """Results of the chosen mutants."""
    os.makedirs(TOP, exist_ok=True)
    yield from try_scan([m for m in chosen if m.program == "scan"])
    yield from try_kunit([m for m in chosen if m.program == "kunit"])
    say("mutants whose tests need a virtual host")
    yield from try_in_vm([m for m in chosen if m.needs_vm])


def check_mutants():
    """Each mutant of the module is noticed by the test that it names."""
    yield from try_all(select([]))


def run(argv):
    """TAP on standard output; the exit status."""
    bad = number = 0
    report = sys.stdout
    sys.stdout = sys.stderr     # what builds and virtual machines say
    chosen = select(argv)
    print("TAP version 13\n1..%d" % len(chosen), file=report, flush=True)
    for number, result in enumerate(try_all(chosen), 1):
        good = result.outcome == tap.PASS
        bad += not good
        print("%sok %d - %s" % ("" if good else "not ", number, result.name), file=report)
        for line in result.detail.splitlines():
            print("# " + line, file=report)
        report.flush()
    return 1 if bad or number != len(chosen) else 0
