# SPDX-License-Identifier: GPL-2.0
"""A second look at the few tests that failed on an emulated machine, when nothing else runs.

In the lab two levels of virtual machines share the processors with all else that `make check` does: a
vCPU may stand still for longer than a guest's driver, or a test, allows. Such a failure is no result
yet. When all else is done, what failed is run once more, alone, and the closing words name it with
what it said the first time. It counts as passed only when it passes each time then.

Never looked at again: more than LIMIT failures, where all that a part's run did not come to before its
time was over is one; anything that a kernel complained of, so no report of the sanitizer kernel's
checkers, and no leak; what the GPU's log of its DMA tells; parts that need no machine.
"""

import re

from . import tap

LIMIT = 3
# The emulator's own parts of `make check`, and how often each is run again: programs that take
# seconds have to pass more than once.
ROUNDS = {"kselftest": 3, "iommu": 1, "twogpus": 1, "sleep": 1, "guest": 1, "display": 1,
          "manage": 1, "desktop": 1, "kvmgt": 1, "sim": 1, "mutants": 1, "sanitize": 1}
NEVER = re.compile(r"(^|/)dma:|:nothing of ivgpu leaks$")
COMPLAINT = re.compile(r"new kernel warning|not by the emulator's fault")
# The lab's own verdict repeats those of the tests that ran in it.
OF_THE_RUN = re.compile(r"lab run$")
# What only a run that was cut off has: a plan not kept, no end, a program that was not run.
CUT_OFF = re.compile(r":(plan|end|lab)$|^[^:]*$")


def failed(results):
    """Those that failed."""
    return [r for r in results if r.outcome == tap.FAIL]


def weight(results):
    """How many failures a part's results are: all that was cut off is one."""
    bad = [r for r in failed(results) if not OF_THE_RUN.search(r.name)]
    said = [r for r in bad if not CUT_OFF.search(r.name)]
    return len(said) + (len(said) < len(bad))


def may_be_again(name, result):
    """May this failure of a part be looked at again?"""
    return name in ROUNDS and not NEVER.search(result.name) and \
        not COMPLAINT.search(result.detail)


def may_be(parts):
    """Is what failed in all parts, (name, results, seconds) each, worth a second look?"""
    bad = [(name, result) for name, results, _ in parts for result in failed(results)]
    return bool(bad) and all(may_be_again(*one) for one in bad) and \
        sum(weight(results) for _, results, _ in parts) <= LIMIT


def outcome(name, results):
    """What a further run says of a name."""
    for result in results:
        if result.name == name:
            return result.outcome
    return tap.PASS if results and CUT_OFF.search(name) else tap.FAIL


def judge(first, rounds):
    """A part's results after it was run again; `rounds` has the results of each time."""
    judged, known = [], {r.name for r in first}
    for result in first:
        if result.outcome == tap.FAIL and \
                all(outcome(result.name, one) == tap.PASS for one in rounds):
            result = tap.step(result.name, True, result.detail)
            result.again = len(rounds)
        judged.append(result)
    for number, results in enumerate(rounds, 1):
        passed = {r.name for r in judged if r.outcome == tap.PASS and not getattr(r, "again", 0)}
        for result in results:
            if result.name not in known:    # what the first run did not come to
                judged.append(result)
                known.add(result.name)
            elif result.outcome == tap.FAIL and result.name in passed:
                judged.append(tap.step("%s, run %d again" % (result.name, number), False,
                                       result.detail))
    return judged


def look(parts, run):
    """The parts with what failed looked at again; run(name, failed results) gives a part's."""
    if not may_be(parts):
        return parts
    looked = []
    for name, results, seconds in parts:
        bad = failed(results)
        if bad:
            print("== %s: once more, alone: %s" % (name, " ".join(r.name for r in bad)), flush=True)
            whole = any(OF_THE_RUN.search(r.name) for r in bad)
            results = judge(results, [run(name, bad) for _ in range(1 if whole else ROUNDS[name])])
        looked.append((name, results, seconds))
    return looked


def told(parts):
    """Lines about those that passed only the second time."""
    again = [r for _, results, _ in parts for r in results if getattr(r, "again", 0)]
    if not again:
        return []
    lines = ["", "Failed once, passed alone (of an emulated machine; counted as passed):"]
    for result in again:
        lines.append("  %s, %d of %d" % (result.name, result.again, result.again))
        lines += ["    " + line for line in result.detail.splitlines()]
    return lines
