# SPDX-License-Identifier: GPL-2.0
"""Documentation/gpusim-igt.rst, from the results of IGT on the simulated GPU."""

import collections
import fnmatch
import os
import subprocess
import textwrap

from . import igt, kernels
from .base import REPO, read_file

CAUSES = os.path.join(igt.HERE, "igt-causes.txt")
PASS, SKIP = "SUCCESS", "SKIP"
GOAL = 95.0     # per cent of the subtests that run
NO_COMMIT = "not-noted"  # results from before it was
WORDS = ("SUCCESS", "SKIP", "FAIL", "CRASH", "TIMEOUT")


def causes():
    """[(program@pattern, cause)] for what fails, written by people after looking."""
    found = []
    for line in read_file(CAUSES, "").splitlines():
        name, separator, cause = line.partition("#")
        if separator and name.strip():
            found.append((name.strip(), cause.strip()))
    return found


def cause_of(name, known):
    """The written cause of a failure, or None."""
    return next((cause for pattern, cause in known if fnmatch.fnmatchcase(name, pattern)), None)


def rst_table(head, rows):
    """A simple table."""
    rows = [[str(c) for c in r] for r in rows]
    widths = [max(len(r[i]) for r in [head] + rows) for i in range(len(head))]
    line = "  ".join("=" * w for w in widths)
    body = ["  ".join(c.ljust(w) for c, w in zip(r, widths)).rstrip() for r in rows]
    return [line, "  ".join(c.ljust(w) for c, w in zip(head, widths)).rstrip(), line] + \
        body + [line, ""]


def counts_of(records, subtests):
    """Counter of what became of these subtests."""
    return collections.Counter(records[s]["result"] if s in records else "NOT-RUN"
                               for s in subtests)


def section(title):
    """A heading."""
    return [title, "-" * len(title), ""]


def skips(known, plan):
    """IGT's own lines about skips, with how many subtests each stopped."""
    lines = collections.defaultdict(collections.Counter)
    for program, subtests in plan.items():
        for subtest in subtests:
            record = known.get(program, {}).get(subtest)
            if record and record["result"] == SKIP:
                lines[record["why"] or "(nothing)"][program] += 1
    text = section("Skipped: IGT's own lines")
    for why, programs in sorted(lines.items(), key=lambda i: -sum(i[1].values())):
        text += ["``%s``" % why.replace("`", "'"), "  " + ", ".join(
            "%s %d" % (p, n) for p, n in sorted(programs.items())), ""]
    return text


def failures(known, plan):
    """What did not pass, each with its cause, and how many have none."""
    written, text, unknown = causes(), section("Not passed"), 0
    for program, subtests in plan.items():
        for subtest in subtests:
            record = known.get(program, {}).get(subtest)
            if not record or record["result"] in (PASS, SKIP):
                continue
            name = program + ("@" + subtest if subtest != "-" else "")
            cause = cause_of(name, written)
            unknown += cause is None
            text += ["``%s``: %s after %.0f s. IGT: ``%s``" % (
                name, record["result"], record["seconds"], record["why"].replace("`", "'") or
                "(nothing)"), "  Cause: %s" % (cause or "not found yet."), ""]
    return text if len(text) > 3 else text + ["Nothing.", ""], unknown


def not_run(known, plan):
    """What has no result: counts by the marks of what takes long, and of the rest by program."""
    marks, slow, others = igt.lists()[2], collections.Counter(), collections.Counter()
    expressions, blocked = igt.blocklist(), collections.Counter()
    for program, subtests in plan.items():
        for subtest in subtests:
            if subtest in known.get(program, {}):
                continue
            mark = igt.mark_of(marks, program, subtest)
            if igt.is_blocked(expressions, program, subtest):
                blocked[program] += 1
            elif mark:
                slow[mark] += 1
            else:
                others[program] += 1
    text = section("Not run")
    if blocked:
        text += ["Not run by IGT's own continuous integration either (``i915.blocklist.txt`` of its package):",
                 "%d." % sum(blocked.values()), ""]
        text += textwrap.wrap(", ".join("%s %d" % i for i in blocked.items()), 100) + [""]
    for (program, pattern, why), count in slow.items():
        text += ["``%s@%s``: %d" % (program, pattern, count), "  Long by design: %s." % why, ""]
    if others:
        text += ["Not yet, for want of time: %d." % sum(others.values()), ""]
        text += textwrap.wrap(", ".join("%s %d" % i for i in others.items()), 100) + [""]
    return text if slow or others or blocked else text + ["Nothing.", ""]


def ages(known, plan):
    """How many results are of which state of the simulated GPU."""
    states = collections.Counter(
        known[p][s].get("commit", NO_COMMIT) for p, names in plan.items() for s in names
        if s in known.get(p, {}))
    rows = []
    for state, number in states.most_common():
        done = subprocess.run(["git", "-C", REPO, "log", "-1", "--format=%cs", state, "--"],
                              text=True, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        rows.append([state, done.stdout.strip() or "-", number])
    return section("With which simulator") + [
        "A result stays until it is asked for anew (``igt-full --again WORD``). The last commit to", "tools/gpusim when these were had:",
        ""] + rst_table(["commit", "of", "results"], rows)


def left_out():
    """What the lists leave out."""
    text = section("Left out")
    for program, pattern, why in igt.lists()[1]:
        text += ["``%s@%s``" % (program, pattern), "  " + why, ""]
    return text


def make(known, plan, kernel):
    """(text, whether all was run and the goal is reached)."""
    classes = {p: name for name, programs in igt.lists()[0].items() for p in programs}
    total, core, rows = collections.Counter(), collections.Counter(), []
    expressions = igt.blocklist()
    for program, subtests in plan.items():
        count = counts_of(known.get(program, {}), subtests)
        total += count
        core += counts_of(known.get(program, {}), [
            s for s in subtests if not igt.is_blocked(expressions, program, s)])
        rows.append([classes.get(program, "").upper(), program, len(subtests)] +
                    [count[w] for w in WORDS] + [count["NOT-RUN"]])
    rows.append(["", "all", sum(total.values())] + [total[w] for w in WORDS] + [total["NOT-RUN"]])
    ran = sum(total[w] for w in WORDS if w != SKIP)
    share = 100.0 * total[PASS] / ran if ran else 0.0
    failed, unknown = failures(known, plan)
    text = [".. SPDX-License-Identifier: GPL-2.0", "", "=" * 30, "IGT on the simulated GPU", "=" * 30, "",
        "Written by ``tools/lab/igt-full`` (``make check-sim-full``) from its results; do not edit.",
        "igt-gpu-tools %s as Debian ships them, natively on stock i915 of Linux %s (%s) and" % (
            igt.version(), kernel, kernels.release(kernel)),
        "``gpusim --gpu skl``, under emulation. A subtest counts once, whatever it runs per engine.",
        "i915 captures error states (``i915_params/error_capture``) only in subtests that look at them: it reads the",
        "aperture byte by byte, each a trap, and a hang would take some 10 s. ``INTEL_SIMULATION=1``, IGT's own",
        "switch for simulated GPUs, is set for gem_mmap_gtt and gem_mmap_wc, which then take smaller buffers. Fences that",
        "programs signal (``/dev/sw_sync``) come from a module of the lab's, since Debian's kernels have none.",
        "",
        "%d of %d subtests that ran passed: %.1f %%. %d were skipped by IGT, %d were not run." % (
            total[PASS], ran, share, total[SKIP], total["NOT-RUN"]),
        "%d of those that did not pass have no written cause." % unknown,
        "Of the %d that IGT's own continuous integration runs on hardware, %d were run: %d passed, %d skipped." % (
            sum(core.values()), sum(core[w] for w in WORDS), core[PASS], core[SKIP]), ""]
    text += rst_table(["class", "program", "subtests"] + [w.lower() for w in WORDS] + ["not run"],
                      rows)
    text += failed + skips(known, plan) + not_run(known, plan) + left_out() + ages(known, plan)
    return "\n".join(text).rstrip() + "\n", not total["NOT-RUN"] and share >= GOAL
