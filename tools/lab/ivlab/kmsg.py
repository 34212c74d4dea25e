# SPDX-License-Identifier: GPL-2.0
"""Kernel messages of the virtual machines: which of them fail a run."""

import os
import re

from .base import LabError, read_file

BAD = re.compile(
    r"WARNING: |BUG: |BUG at |Oops: |Call Trace:|Kernel panic|general protection fault"
    r"|unable to handle|KASAN: |KCSAN: |UBSAN: |INFO: task .* blocked for more than"
    r"|possible recursive locking|possible circular locking|possible deadlock|suspicious RCU usage"
    r"|detected stalls|self-detected stall|soft lockup|refcount_t: |list_(add|del) corruption"
    r"|DMA-API: (?!preallocated|debugging enabled)|slab-use-after-free|sleeping function called")

# The emulator died under a stock kernel: the machine is booted once more.
PANIC = re.compile(r"Kernel panic|Oops: |BUG: unable to handle|corrupted stack end"
                   r"|general protection fault|soft lockup|self-detected stall|detected stalls")
OURS = re.compile(r"\[(ivgpu|kvmgt|i915)\]")  # a frame of the trace, not the list of modules

HARMLESS_FILE = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "harmless.txt")


def harmless(driver):
    """[regular expression] of stock messages that are known not to matter with this driver."""
    known = []
    for number, line in enumerate(read_file(HARMLESS_FILE, "").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"(any|ivgpu|i915|kvmgt|none): (.*?)  ## (\S.*)", line)
        if not match:
            raise LabError("harmless.txt line %d is not `DRIVER: EXPRESSION  ## REASON`" % number)
        if match.group(1) in ("any", driver):
            known.append(re.compile(match.group(2)))
    return known


def texts(records):
    """Text of each message in records of /dev/kmsg (6,123,456789,-;text)."""
    for line in records:
        head, separator, text = line.partition(";")
        if separator and re.match(r"\d+,\d+,\d+", head):
            seconds = int(head.split(",")[2]) / 1e6
            yield "[%12.6f] %s" % (seconds, text)


def dmesg(path):
    """Write a readable dmesg beside a copy of /dev/kmsg; returns its lines."""
    lines = list(texts(read_file(path, "").splitlines()))
    with open(path + ".txt", "w", encoding="utf-8") as stream:
        stream.write("".join(line + "\n" for line in lines))
    return lines


def bad_lines(lines, driver):
    """Messages that fail a run; the trace that follows a harmless one belongs to it."""
    known, bad, in_trace, one = harmless(driver), [], False, False
    for line in lines:
        if in_trace and "---[ end trace" in line:
            in_trace = False
            continue
        if any(expression.search(line) for expression in known):
            in_trace = "WARNING: " in line
            one = not in_trace  # others have a trace without a mark of its end
            continue
        if not BAD.search(line):
            continue
        if one and "Call Trace:" in line:
            one = False
        elif not (in_trace and "Call Trace:" in line):
            bad.append(line)
    return bad


def is_emulator_panic(text):
    """Whether a console shows a panic that no driver under test had a part in."""
    if "Attempted to kill init" in text:
        return False
    return bool(PANIC.search(text)) and not OURS.search(text[PANIC.search(text).start():])
