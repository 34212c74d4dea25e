# SPDX-License-Identifier: GPL-2.0
"""The commands of Documentation/*.rst that say `lab: host`, run as they are written there.

`.. lab: host` runs with ivgpu bound; a word after it names what must be so before (PREPARE).
The variable uuid is carried from block to block of a document.
"""

import os
import shutil

from .base import BDF, PARENT, check, read, remove_all, run, until, write

DOCUMENTS = "/repo/Documentation"
WHERE = "/tmp/documents"
DRIVER = PARENT + "/driver"
# As `make install` leaves it (ivlab/managechecks.py).
INSTALLED = "/share/modules"
GVTG = "/etc/mdevctl.d/%s/a4f7e0f4-1f0e-4a24-9a7c-6f2d8d1f4a10" % BDF
TOOLS = "/repo/tools/top"
BLOCK_SECONDS = 90


def blocks(path):
    """(line, what it says after `lab:`, text) of each shell block."""
    found, lab, lines = [], None, read(path).split("\n")
    for number, line in enumerate(lines):
        if line.startswith(".. lab: "):
            lab = line[len(".. lab: "):].strip()
        if line.strip() != ".. code-block:: sh":
            continue
        body = []
        for follows in lines[number + 2:]:
            if follows.strip() and not follows.startswith("    "):
                break
            body.append(follows[4:])
        found.append((number + 1, lab, "\n".join(body).rstrip()))
        lab = None
    return found


def driver():
    """Which driver has the GPU."""
    return os.path.basename(os.path.realpath(DRIVER)) if os.path.exists(DRIVER) else None


def give(name):
    """The GPU to another driver, whoever has it."""
    if driver() == name:
        return
    if driver():
        write(BDF, DRIVER, "unbind")
    write(name if name == "ivgpu" else "\n", PARENT, "driver_override")
    run("modprobe", name)
    if driver() != name:
        write(BDF, "/sys/bus/pci/drivers_probe")
    check("documentation: (%s has the GPU)" % name, until(lambda: driver() == name, 60), driver())


def uninstalled():
    """The module as `make install` leaves it, not loaded."""
    if driver():
        write(BDF, DRIVER, "unbind")
    write("\n", PARENT, "driver_override")
    run("rmmod", "ivgpu")
    shutil.copytree(INSTALLED, "/lib/modules/" + os.uname().release, dirs_exist_ok=True)


def definition_of_gvtg():
    """As mdevctl kept it for GVT-g."""
    os.makedirs(os.path.dirname(GVTG), exist_ok=True)
    with open(GVTG, "w", encoding="utf-8") as stream:
        stream.write('{"mdev_type": "i915-GVTg_V5_4", "start": "manual", "attrs": []}\n')


PREPARE = {"i915": lambda: give("i915"), "gvtg": definition_of_gvtg}


# Variables are carried from block to block; a block ends at its first error.
SCRIPT = """trap 'declare -p uuid >vars 2>/dev/null || :' EXIT
[ -e vars ] && . ./vars
set -e
%s
"""


def run_block(text):
    """(status, output)."""
    with open(WHERE + "/block", "w", encoding="utf-8") as stream:
        stream.write(SCRIPT % text)
    return run("env", "-C", WHERE, "PATH=%s:%s" % (TOOLS, os.environ["PATH"]), "bash", "block",
               seconds=BLOCK_SECONDS)


def document(name):
    """All blocks of one."""
    todo = [b for b in blocks(os.path.join(DOCUMENTS, name)) if (b[1] or "").split()[:1] == ["host"]]
    if not todo:
        return
    shutil.rmtree(WHERE, ignore_errors=True)
    os.makedirs(WHERE)
    with open(WHERE + "/guest.img", "wb") as stream:
        stream.truncate(1 << 20)
    if name == "quick-start.rst":
        uninstalled()
    else:
        give("ivgpu")
    for number, lab, text in todo:
        for word in lab.split()[1:]:
            PREPARE[word]()
        status, said = run_block(text)
        check("documentation: %s, the block at line %d" % (name, number), status == 0,
              "status %d\n%s" % (status, said))
    remove_all()


def main():
    """All of it."""
    for name in sorted(os.listdir(DOCUMENTS), reverse=True):
        if name.endswith(".rst"):
            document(name)
    give("ivgpu")
