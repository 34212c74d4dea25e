# SPDX-License-Identifier: GPL-2.0
"""Judges the GPU's DMA: the simulated GPU's log of every page that it touched, against the notes of the
tests (selftests/lib/witness.c) about whose page each was. Neither asks the module.

Between the two marks of an attack, which the victim's GPU wrote, no page may have been touched that the
notes give to the victim, to nobody (decoy), or to user memory and files (foreign), unless it is the
attacker's own. The contexts that wrote the marks are the victim's, and are left out.
"""

import bisect
import glob
import os
import struct

from . import tap

MAGIC = b"IGPUDMA1"
HEADER = struct.Struct("<8sIIQQ")
RECORD = struct.Struct("<QQQIIBBHI")
WRITE, GGTT = 1, 2
AT_ONCE = 1 << 16
PAGE_SHIFT = 12


class Attack:
    """The notes of one attack, and what the log has between its marks."""

    def __init__(self, path):
        self.name = os.path.basename(path)[:-len(".dma-notes")]
        self.marks = {}
        self.active = False
        self.runs = {"own": [], "victim": [], "decoy": [], "foreign": []}
        self.inside = False
        self.seen = {}          # mark: its context
        self.touched = {}       # (page, lrca): a record
        with open(path, encoding="ascii") as stream:
            for line in stream:
                words = line.split()
                if words[0] == "active":
                    self.active = True
                elif words[0] in ("begin", "end"):
                    self.marks[int(words[1])] = words[0]
                else:
                    self.runs[words[0]].append((int(words[1]), int(words[2])))
        for runs in self.runs.values():
            runs.sort()

    def is_in(self, whose, page):
        """Does a page belong to those runs?"""
        runs = self.runs[whose]
        at = bisect.bisect_right(runs, (page, 1 << 62)) - 1
        return at >= 0 and page < runs[at][0] + runs[at][1]

    def record(self, record):
        """One record of the log, in order."""
        _, gpu, bus, _, lrca, _, flags, _, _ = record
        mark = self.marks.get(gpu)
        if mark and flags & WRITE and not flags & GGTT and "end" not in self.seen:
            self.seen[mark] = lrca
            self.inside = mark == "begin"
        elif self.inside:
            self.touched.setdefault((bus >> PAGE_SHIFT, lrca), record)

    def verdict(self):
        """What is wrong, or an empty string."""
        if set(self.seen) != {"begin", "end"}:
            return "the log has not both marks of it"
        own = False
        for (page, lrca), record in self.touched.items():
            if lrca in self.seen.values():
                continue
            if self.is_in("own", page):
                own = True
                continue
            for whose in ("victim", "decoy", "foreign"):
                if self.is_in(whose, page):
                    return "touched page %#x (%s): GPU address %#x, context %#x, engine %d, " \
                        "flags %#x" % (page, whose, record[1], record[3], record[5], record[6])
        if self.active and not own:
            return "the log has nothing of what the attacker did"
        return ""


def read(path):
    """All records of a log."""
    with open(path, "rb") as stream:
        header = stream.read(HEADER.size)
        if len(header) != HEADER.size or HEADER.unpack(header)[0] != MAGIC or \
                HEADER.unpack(header)[2] != RECORD.size:
            raise ValueError("%s is no DMA log that is known here" % path)
        while True:
            data = stream.read(RECORD.size * AT_ONCE)
            yield from RECORD.iter_unpack(data[:len(data) // RECORD.size * RECORD.size])
            if len(data) < RECORD.size * AT_ONCE:
                return


def judge(log, notes):
    """A result for each attack that left notes in a folder; removes the log, which is large."""
    attacks = [Attack(path) for path in sorted(glob.glob(os.path.join(notes, "*.dma-notes")))]
    if not attacks:
        return [tap.step("dma:notes", False, "no test left notes in " + notes)]
    count = 0
    try:
        for record in read(log):
            count += 1
            for attack in attacks:
                if attack.inside or record[1] in attack.marks:
                    attack.record(record)
    except (OSError, ValueError) as error:
        return [tap.step("dma:log", False, str(error))]
    os.unlink(log)
    results = [tap.step("dma:log of %d records" % count, count > 0)]
    for attack in attacks:
        wrong = attack.verdict()
        results.append(tap.step("dma:" + attack.name, not wrong, wrong))
    return results
