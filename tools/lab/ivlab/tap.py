# SPDX-License-Identifier: GPL-2.0
"""Results of tests, and reading them from TAP and KTAP text."""

import os
import re

from .base import REPO, read_file

PASS, FAIL, SKIP = "passed", "failed", "skipped"
LINE = re.compile(r"^\s*(not ok|ok) (\d+)(?:\s+-?\s*(.*))?$")
PLAN = re.compile(r"^\s*(?:\[[^]]*\]\s*)?1\.\.(\d+)")
SAID = 800  # characters of what a failed test printed


class Result:
    """One counted result."""

    def __init__(self, name, outcome, detail=""):
        self.name, self.outcome, self.detail = name, outcome, detail


def step(name, good, detail=""):
    """The result of a step that is not a TAP test."""
    return Result(name, PASS if good else FAIL, detail)


def parse(program, text):
    """Results of a TAP program (no nested tests), a failure with what was printed since the test
    before it; a plan that was not kept is a failure.
    """
    results, planned, said = [], None, []
    for line in text.splitlines():
        plan = PLAN.match(line)
        if plan:
            planned = int(plan.group(1))
        match = LINE.match(line)
        if not match:
            if line.startswith("# ") and not line.startswith("#  "):
                said.append(line)
            continue
        verdict, _, rest = match.groups()
        name, separator, directive = (rest or "").partition("# SKIP")
        outcome = FAIL if verdict == "not ok" else SKIP if separator else PASS
        detail = directive.strip() if outcome != FAIL else "\n".join(said)[-SAID:]
        said = []
        results.append(Result("%s:%s" % (program, name.strip() or len(results) + 1), outcome,
                              detail))
    if planned == 0 and not results:
        results.append(Result(program + ":all", SKIP, text.strip().splitlines()[-1]))
    elif planned is None or planned != len(results):
        results.append(Result(program + ":plan", FAIL, "planned %s, saw %d" % (
            planned, len(results))))
    return results


def parse_ktap(suite, text):
    """Results of the innermost tests of nested KTAP output, as kunit.py prints it raw."""
    results, stack = [], []
    for line in text.splitlines():
        if re.match(r"^\s*# Subtest: ", line):
            stack.append(line.split("# Subtest: ", 1)[1].strip())
            continue
        match = LINE.match(line)
        if not match:
            continue
        verdict, _, rest = match.groups()
        name, separator, directive = (rest or "").partition("# SKIP")
        name = re.sub(r"\s*#.*$", "", name).strip()
        if stack and name == stack[-1]:
            stack.pop()
            continue  # the sum of what was counted before
        outcome = FAIL if verdict == "not ok" else SKIP if separator else PASS
        results.append(Result("%s:%s" % (suite, ".".join(stack + [name])), outcome,
                              directive.strip()))
    return results


def allowed_skips():
    """{name: reason} from selftests/skips.txt (program:test-name # reason)."""
    allowed = {}
    for line in read_file(os.path.join(REPO, "selftests", "skips.txt"), "").splitlines():
        name, separator, reason = line.partition("#")
        if name.strip() and separator and reason.strip():
            allowed[name.strip()] = reason.strip()
    return allowed


def judge_skips(results):
    """A skip that is not listed with its reason counts as failed."""
    allowed = allowed_skips()
    for result in results:
        # kselftests are counted once per kernel (6.12/program:test), but listed without it; what
        # may be skipped on the sanitizer kernel only is listed as sanitize/program:test.
        name = re.sub(r"^(\d+\.\d+|iommu|sanitize/\w+)/", "", result.name)
        names = [name]
        if result.name.startswith("sanitize/"):
            names.append("sanitize/" + name)
        if result.outcome == SKIP and not any(n in allowed for n in names):
            result.outcome = FAIL
            result.detail = "skipped, which selftests/skips.txt does not allow: " + result.detail
    return results
