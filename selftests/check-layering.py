#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Hold the design's map: which folder may include whose headers.

  check-layering.py [ROOT]      check the tree, TAP on stdout, exit 0 or 1

Checked: a folder of drivers/ivgpu includes only its own headers, those of folders below it
and include/; no include goes in a circle; no header pulls in the whole driver; kernel
versions are asked for in compat.h alone; module, simulator and selftests share no header.
The first test plants each kind of violation in a tree of its own and must see it.
"""

import os
import re
import sys
import tempfile

# lowest first; a folder sees its own rank and everything of lower rank
LAYERS = [["gpu"], ["guestmem"], ["cmd", "gtt"], ["exec"], ["display", "sched"], ["vgpu"],
          ["vfio"]]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
DRIVER = "drivers/ivgpu"
# a header that includes headers of more folders than this is "everything"
MAX_FOLDERS = 4

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
VERSION = re.compile(r'\bLINUX_VERSION_CODE\b|\bKERNEL_VERSION\s*\(')
# the halves that share nothing, with whose files each may name
HALVES = {"drivers": ["drivers", "include"], "include": ["include"],
          "tools/gpusim": ["tools/gpusim"], "selftests": ["selftests"]}

# where the halves' compilers look for "name"
SEARCH = {"drivers": [DRIVER, "include", "include/uapi"], "tools/gpusim": ["tools/gpusim"],
          "selftests": ["selftests/lib"]}


def sources(root, top):
    for folder, dirs, files in os.walk(os.path.join(root, top)):
        dirs[:] = sorted(d for d in dirs if not d.startswith("."))
        for name in sorted(files):
            if name.endswith((".c", ".h")):
                yield os.path.relpath(os.path.join(folder, name), root)


def includes(root, path):
    """(line, resolved path inside the tree) of each include that is the project's own."""
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as f:
        for number, line in enumerate(f, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            name = match.group(2)
            bases = ["include", "include/uapi"]
            if match.group(1) == '"':
                # its own half's folders first: names may be the same in another
                bases = [os.path.dirname(path)] + SEARCH.get(half_of(path), [])
                bases += [base for half in SEARCH.values() for base in half] + [""]
            for base in bases:
                full = os.path.normpath(os.path.join(base, name))
                if os.path.isfile(os.path.join(root, full)):
                    yield number, full
                    break


def folder_of(path):
    """The layer that a driver file belongs to, None for those at the driver's top."""
    parts = path.split("/")
    if path.startswith(DRIVER + "/") and len(parts) > 3:
        return parts[2]
    return None


def half_of(path):
    for half in sorted(HALVES, key=len, reverse=True):
        if path.startswith(half + "/"):
            return half
    return None


def check_layers(root):
    for path in sources(root, DRIVER):
        folder = folder_of(path)
        if folder is None:
            continue
        if folder not in RANK:
            yield f"{path}: folder {folder} is not on the map"
            continue
        for line, target in includes(root, path):
            other = folder_of(target)
            if other is None or other == folder:
                continue
            if RANK.get(other, len(RANK)) >= RANK[folder]:
                yield f"{path}:{line}: {folder}/ may not include {target}"


def check_circles(root):
    graph = {}
    for top in ("drivers", "include", "tools/gpusim", "selftests"):
        for path in sources(root, top):
            if path.endswith(".h"):
                graph[path] = [target for _, target in includes(root, path)]
    done = set()

    def visit(path, trail):
        if path in trail:
            yield "circle: " + " -> ".join(trail[trail.index(path):] + [path])
            return
        if path in done:
            return
        for target in graph.get(path, []):
            yield from visit(target, trail + [path])
        done.add(path)

    for path in sorted(graph):
        yield from visit(path, [])


def check_everything(root):
    for path in sources(root, DRIVER):
        if not path.endswith(".h"):
            continue
        folders = {folder_of(target) for _, target in includes(root, path)}
        folders -= {None, folder_of(path)}
        if len(folders) > MAX_FOLDERS:
            yield f"{path}: includes headers of {len(folders)} folders"


def check_versions(root):
    for top in ("drivers", "include"):
        for path in sources(root, top):
            if path == DRIVER + "/compat.h":
                continue
            with open(os.path.join(root, path), encoding="utf-8", errors="replace") as f:
                for number, line in enumerate(f, 1):
                    if VERSION.search(line):
                        yield f"{path}:{number}: kernel version outside compat.h"


def check_halves(root):
    for half, allowed in HALVES.items():
        for path in sources(root, half):
            if half_of(path) != half:
                continue
            for line, target in includes(root, path):
                if half_of(target) not in allowed:
                    yield f"{path}:{line}: {half}/ may not include {target}"


CHECKS = [
    ("layers", check_layers),
    ("circles", check_circles),
    ("everything-headers", check_everything),
    ("kernel-versions", check_versions),
    ("halves", check_halves),
]

# name of the check, file that breaks it, its text
PLANTS = [
    ("layers", "drivers/ivgpu/gtt/bad.c", '#include "../exec/exec.h"\n'),
    ("layers", "drivers/ivgpu/gtt/sibling.c", '#include "../cmd/cmd.h"\n'),
    ("layers", "drivers/ivgpu/gpu/root_relative.c", '#include "vfio/vfio.h"\n'),
    ("layers", "drivers/ivgpu/misc/new.c", "int x;\n"),
    ("circles", "drivers/ivgpu/gpu/circle.h", '#include "circle2.h"\n'),
    ("everything-headers", "drivers/ivgpu/vfio/all.h",
     "".join(f'#include "../{d}/{d}.h"\n' for d in ("gpu", "gtt", "cmd", "exec", "vgpu"))),
    ("kernel-versions", "drivers/ivgpu/gpu/old.c",
     "#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)\n#endif\n"),
    ("halves", "tools/gpusim/bad.c", '#include "../../drivers/ivgpu/gpu/gpu.h"\n'),
    ("halves", "tools/gpusim/bad2.c", "#include <ivgpu/engine.h>\n"),
    ("halves", "drivers/ivgpu/gpu/sim.c", '#include "../../../tools/gpusim/sim.h"\n'),
    ("halves", "selftests/lib/bad.c", '#include "../../drivers/ivgpu/gpu/gpu.h"\n'),
]


def write(root, path, text):
    full = os.path.join(root, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as f:
        f.write(text)


def clean_tree(root):
    for folder in RANK:
        write(root, f"{DRIVER}/{folder}/{folder}.h", "#include <ivgpu/engine.h>\n")
    write(root, DRIVER + "/compat.h", "#if LINUX_VERSION_CODE\n#endif\n")
    write(root, DRIVER + "/vfio/face.c", '#include "../vgpu/vgpu.h"\n#include "../compat.h"\n')
    write(root, DRIVER + "/gpu/circle2.h", "")
    write(root, "include/ivgpu/engine.h", "")
    write(root, "tools/gpusim/sim.h", "")
    write(root, "selftests/lib/gen9.h", "")


def self_test():
    """Each planted violation must be found by its check, and a clean tree passes all."""
    with tempfile.TemporaryDirectory() as root:
        clean_tree(root)
        for name, check in CHECKS:
            for found in check(root):
                yield f"clean tree: {name}: {found}"
    for name, path, text in PLANTS:
        with tempfile.TemporaryDirectory() as root:
            clean_tree(root)
            write(root, path, text)
            if name == "circles":
                write(root, DRIVER + "/gpu/circle2.h", '#include "circle.h"\n')
            if not list(dict(CHECKS)[name](root)):
                yield f"{name} does not see {path}"


def main():
    if len(sys.argv) > 1:
        root = sys.argv[1]
    else:
        root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    if not os.path.isdir(os.path.join(root, DRIVER)):
        # installed or run away from the source tree, there is nothing to read
        print(f"1..0 # SKIP no {DRIVER} below {os.path.normpath(root)}")
        return 4
    tests = [("self-test", self_test)]
    tests += [(name, lambda check=check: check(root)) for name, check in CHECKS]
    print("TAP version 13")
    print(f"1..{len(tests)}")
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        found = list(test())
        for line in found:
            print(f"# {line}")
        print(f"{'not ok' if found else 'ok'} {number} {name}")
        failed += bool(found)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
