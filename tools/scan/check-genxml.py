#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Compares the module's command rows with Mesa's genxml, an independent description.

check-genxml.py TABLE GENXML EXCEPTIONS

TABLE is what `ivgpu-scan --table` printed, GENXML a folder with gen80.xml and gen90.xml. Of each
instruction there the engines, the length rule, the addresses with their alignment, the bits that
choose the GGTT and the register operands are compared. A difference must stand in EXCEPTIONS, with
its reason, and each exception must be needed. Prints TAP.
"""

import collections
import json
import os
import re
import sys
import xml.etree.ElementTree

FILES = {8: "gen80.xml", 9: "gen90.xml"}
ENGINES = {"render": "rcs", "blitter": "bcs", "video": "vcs"}
EVERY = frozenset(("rcs", "bcs", "vcs", "vecs"))
GGTT_BITS = re.compile(r"Use Global GTT|Destination Address Type|Address Space Indicator|"
                       r"^Memory Type$")
REGISTERS = re.compile(r"Register (Address|Offset)$")
ADDRESSES = ("ppgtt", "offset", "memory", "either", "post-sync", "batch")

Field = collections.namedtuple("Field", "name type start end count stride")


def load(folder, name):
    """Instructions and structs of a file, by (tag, name), with those it imports."""
    items = {}
    root = xml.etree.ElementTree.parse(os.path.join(folder, name)).getroot()
    for element in root.findall("import"):
        without = {e.get("name") for e in element}
        items.update({k: v for k, v in load(folder, element.get("name")).items()
                      if k[1] not in without})
    items.update({(e.tag, e.get("name")): e for e in root if e.tag in ("instruction", "struct")})
    return items


def fields(node, items, base=0, count=1, stride=0):
    """All fields of an instruction, those of its groups and structs too."""
    for element in node:
        start = base + int(element.get("start", "0"))
        if element.tag == "group":
            yield from fields(element, items, start, int(element.get("count")),
                              int(element.get("size")) // 32)
        elif element.tag == "field":
            struct = items.get(("struct", element.get("type")))
            if struct is not None:
                yield from fields(struct, items, start, count, stride)
            else:
                yield Field(element.get("name"), element.get("type"), start,
                            base + int(element.get("end")), count, stride)


def header_of(found):
    """The fixed bits of an instruction's first dword."""
    return sum(int(f.get("default"), 0) << int(f.get("start")) for f in found.findall("field")
               if f.get("default") and 16 <= int(f.get("start")) and int(f.get("end")) < 32)


def span(count, stride):
    """How an operand is repeated, in words."""
    return "" if count == 1 else "x%s/%d" % (count or "", stride)


def length_of(found):
    """genxml's length rule: dwords, bits of the field, bias."""
    bits = [int(f.get("end")) + 1 for f in found.findall("field") if f.get("name") == "DWord Length"]
    bits = bits[0] if bits else 0
    bias = int(found.get("bias"))
    if found.get("length"):
        return "%s by %d bits + %d" % (found.get("length"), bits, bias)
    return "to %d by %d bits + %d" % ((1 << bits) - 1 + bias, bits, bias)


def own_length(row, varies):
    """The row's length rule in the same words."""
    rule = "by %d bits + %d" % (row["bits"], row["bias"])
    if varies:
        return "to %d %s" % (row["max"], rule)
    if row["min"] == row["max"]:
        return "%d %s" % (row["min"], rule)
    return "%d..%d %s" % (row["min"], row["max"], rule)


def words(parts):
    """A list of facts, in one order."""
    return " ".join(sorted(set(parts), key=lambda p: [int(n) for n in re.findall(r"\d+", p)]))


def described(found, items):
    """What genxml says, by aspect."""
    every = list(fields(found, items))
    engines = found.get("engine")
    addresses = [f for f in every if f.type == "address"]
    # An address in two fields is one: its upper half begins where the lower's dword ends.
    halves = {f.start for f in addresses
              if any(g.end + 1 == f.start and g.end - g.start < 32 for g in addresses)}
    return {
        "engines": words_of(ENGINES[e] for e in engines.split("|")) if engines else
                   words_of(EVERY),
        "length": length_of(found),
        "addresses": words("%d.%d%s" % (f.start // 32, f.start % 32, span(f.count, f.stride))
                           for f in addresses if f.start not in halves),
        "flags": words("%d.%d" % (f.start // 32, f.start % 32) for f in every
                       if GGTT_BITS.search(f.name)),
        "registers": words(str(f.start // 32) for f in every
                           if REGISTERS.search(f.name) and f.count == 1),
    }


def words_of(names):
    """Names in one order."""
    return " ".join(sorted(names))


def own(rows, varies):
    """What our rows of the same command say, by aspect; they differ in the engine only."""
    row = rows[0]
    operands = [o for o in row["operands"] if o["dword"] < row["max"]]
    return {
        "engines": words_of({r["engine"] for r in rows}),
        "length": own_length(row, varies),
        "addresses": words("%d.%d%s" % (o["dword"], o["low"], span(o["count"], o["stride"]))
                           for o in operands if o["kind"] in ADDRESSES),
        "flags": words("%d.%d" % tuple(o["flag"]) for o in operands
                       if o["kind"] in ADDRESSES and "flag" in o),
        "registers": words(str(o["dword"]) for o in operands
                           if o["kind"] in ("read", "write", "load") and "flag" not in o),
    }


def differences(table, folder):
    """Yields (number of comparisons, None) and (0, difference)."""
    for gen, name in FILES.items():
        rows = collections.defaultdict(list)
        for row in table:
            if row["gen"] == gen:
                rows[int(row["header"], 16), row["name"]].append(row)
        items = load(folder, name)
        for (tag, title), found in sorted(items.items(), key=lambda i: i[0]):
            if tag != "instruction":
                continue
            title = title.split()[0]
            mine = rows.get((header_of(found), title))
            if not mine:
                yield "gen%d %s: no row" % (gen, title)
                continue
            theirs = described(found, items)
            ours = own(mine, not found.get("length"))
            for aspect, text in theirs.items():
                yield None
                if ours[aspect] != text:
                    yield "gen%d %s %s: genxml \"%s\", here \"%s\"" % (
                        gen, title, aspect, text, ours[aspect])


def main(table_file, folder, exceptions_file):
    """Exit status 0 when every difference has its reason, and every reason a difference."""
    with open(table_file, encoding="utf-8") as stream:
        table = [json.loads(line) for line in stream]
    with open(exceptions_file, encoding="utf-8") as stream:
        lines = [l.strip() for l in stream if l.strip() and not l.startswith("#")]
    reasons = dict(l.split(" # ", 1) for l in lines)
    every = list(differences(table, folder))
    found = [d for d in every if d]
    new = [d for d in found if d not in reasons]
    unused = [r for r in reasons if r not in found]
    print("TAP version 13")
    for title, bad in (("no difference to genxml without a reason", new),
                       ("no reason without a difference", unused)):
        for line in bad:
            print("# " + line)
        print("%s %d %s" % ("not ok" if bad else "ok", 1 if bad is new else 2, title))
    enough = every.count(None) > 1500
    print("%s 3 %d comparisons made, %d differences explained" % (
        "ok" if enough else "not ok", every.count(None), len(found) - len(new)))
    print("1..3")
    return 0 if enough and not new and not unused else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
