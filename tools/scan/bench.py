#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""How fast the scanner is: runs scan-bench, writes JSON, and holds it to the targets.

bench.py SCAN_BENCH OUTPUT STREAM...

Instructions are those of one pass over a stream, by the processor's counter (perf) where it may be
read, else by valgrind. The targets are for render streams; below them the exit status is 1, unless
BENCH_REPORT_ONLY=1.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

LEAST_BYTES_PER_S = 1.5e9
MOST_INSTRUCTIONS_PER_DWORD = 12
PASSES = 10
# Streams of render work, which the total and the targets are about: what Mesa drew. Rings and tests, where
# a scan is of a few dwords, and video are measured beside them.
RENDER = re.compile(r"mesa-(?!.*-(bcs|vcs1?|vecs)$)")


def valgrind(bench, name, stream):
    """Instructions of one pass, by callgrind's count of scan_pass(); one pass goes ahead."""
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as out:
        subprocess.run(["valgrind", "-q", "--tool=callgrind", "--toggle-collect=scan_pass",
                        "--callgrind-out-file=" + out.name, bench, "--passes", str(PASSES),
                        name, stream], check=True)
        return int(re.search(r"^totals: (\d+)", out.read(), re.M).group(1)) / (PASSES + 1)


def measure(bench, stream):
    """Yields (name, figures and sums) of each stream in a file."""
    result = subprocess.run([bench, stream], check=True, text=True, stdout=subprocess.PIPE)
    for line in result.stdout.splitlines():
        name, size, scanned, copied, counted, user = line.split()
        source = "perf" if int(counted) else "valgrind"
        yield name, {"bytes": int(size), "bytes_per_s": float(scanned),
                     "memcpy_bytes_per_s": float(copied), "instructions_source": source,
                     "user_bytes_per_s": float(user),
                     "instructions": int(counted) or valgrind(bench, name, stream)}


def figures(measured):
    """The figures of one or several streams together."""
    size = sum(m["bytes"] for m in measured)
    return {
        "bytes_per_s": round(size / sum(m["bytes"] / m["bytes_per_s"] for m in measured)),
        "memcpy_bytes_per_s": round(size / sum(m["bytes"] / m["memcpy_bytes_per_s"]
                                               for m in measured)),
        "instructions_per_dword": round(sum(m["instructions"] for m in measured) / (size / 4), 2),
        "instructions_source": measured[0]["instructions_source"],
    }


def user_cost(measured):
    """What scan_user_batches costs: a copy, the scan, a copy to its place (not the page tables)."""
    size = sum(m["bytes"] for m in measured)
    seconds = sum(m["bytes"] / m["user_bytes_per_s"] for m in measured)
    return {"bytes_per_s": round(size / seconds), "ns_per_kib": round(seconds / size * 1024e9, 1)}


def misses(name, found):
    """What a render stream lacks."""
    if found["bytes_per_s"] < LEAST_BYTES_PER_S:
        yield "%s: %.2f GB/s, target %.2f" % (name, found["bytes_per_s"] / 1e9,
                                              LEAST_BYTES_PER_S / 1e9)
    if found["instructions_per_dword"] > MOST_INSTRUCTIONS_PER_DWORD:
        yield "%s: %.2f instructions per dword, target %d" % (
            name, found["instructions_per_dword"], MOST_INSTRUCTIONS_PER_DWORD)


def main(bench, output, *streams):
    """Exit status."""
    measured = dict(one for stream in streams for one in measure(bench, stream))
    found = {"total": figures([m for name, m in measured.items() if RENDER.match(name)]),
             "streams": {name: figures([m]) for name, m in measured.items()},
             "scan_user_batches": user_cost(list(measured.values()))}
    os.makedirs(os.path.dirname(output), exist_ok=True)
    with open(output, "w", encoding="utf-8") as stream:
        json.dump(found, stream, indent=1)
        stream.write("\n")
    missed = []
    for name, row in list(found["streams"].items()) + [("total", found["total"])]:
        print("%-44s %6.2f GB/s  memcpy %6.1f GB/s  %5.2f instructions/dword (%s)" % (
            name, row["bytes_per_s"] / 1e9, row["memcpy_bytes_per_s"] / 1e9,
            row["instructions_per_dword"], row["instructions_source"]))
        if RENDER.match(name):
            missed += misses(name, row)
    print("scan_user_batches: %.1f ns for 1 KiB of batches" %
          found["scan_user_batches"]["ns_per_kib"])
    for text in missed:
        print("missed: " + text)
    return 1 if missed and os.environ.get("BENCH_REPORT_ONLY") != "1" else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
