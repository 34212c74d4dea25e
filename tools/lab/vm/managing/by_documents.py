# SPDX-License-Identifier: GPL-2.0
"""The commands of Documentation/*.rst and README.md that say `lab: host`, run as they are written there.

`.. lab: host` (in README.md: `<!-- lab: host -->`) runs with ivgpu bound; a word after it names what must
be so before (PREPARE). The variable uuid is carried from block to block of a document.
"""

import os
import re
import shutil

from . import by_libvirt
from .base import BDF, PARENT, check, read, remove_all, run, until, write

DOCUMENTS = "/repo/Documentation"
README = "/repo/README.md"
MARK = re.compile(r"(?:\.\. lab: (.*)|<!-- lab: (.*) -->)$")
WHERE = "/tmp/documents"
DRIVER = PARENT + "/driver"
# As `make install` leaves it (ivlab/managechecks.py).
INSTALLED = "/share/modules"
GVTG = "/etc/mdevctl.d/%s/a4f7e0f4-1f0e-4a24-9a7c-6f2d8d1f4a10" % BDF
TOOLS = "/repo/tools/top"
BLOCK_SECONDS = 90


def begins(lines, number):
    """Whether the lines after this one are a block of commands: after the directive in .rst, in
    .md (no directives there) after a blank line."""
    if lines[number].strip() == ".. code-block:: sh":
        return True
    markdown = not any(l.startswith(".. ") for l in lines)
    return markdown and not lines[number] and lines[number + 1:number + 2] and \
        lines[number + 1].startswith("    ") and not lines[number - 1].startswith("    ")


def body_after(lines, number):
    """The indented lines after one."""
    body = []
    for follows in lines[number:]:
        if follows.strip() and not follows.startswith("    "):
            break
        body.append(follows[4:])
    return "\n".join(body).strip("\n")


def blocks(path):
    """(line, what it says after `lab:`, text) of each shell block."""
    found, lab, lines = [], None, read(path).split("\n")
    for number, line in enumerate(lines):
        mark = MARK.match(line)
        if mark:
            lab = (mark.group(1) or mark.group(2)).strip()
        if begins(lines, number):
            found.append((number + 1, lab, body_after(lines, number + 1)))
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


PREPARE = {"i915": lambda: give("i915"), "ivgpu": lambda: give("ivgpu"), "uninstalled": uninstalled,
           "gvtg": definition_of_gvtg, "libvirt": lambda: by_libvirt.examples(WHERE),
           "domain": by_libvirt.running}


# Variables are carried from block to block; a block ends at its first error. All is run by root already.
SCRIPT = """sudo() { "$@"; }
trap 'declare -p uuid >vars 2>/dev/null || :' EXIT
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


def document(path):
    """All blocks of one."""
    name = os.path.basename(path)
    todo = [b for b in blocks(path) if (b[1] or "").split()[:1] == ["host"]]
    if not todo:
        return
    shutil.rmtree(WHERE, ignore_errors=True)
    os.makedirs(WHERE)
    with open(WHERE + "/guest.img", "wb") as stream:
        stream.truncate(1 << 20)
    give("ivgpu")
    for number, lab, text in todo:
        for word in lab.split()[1:]:
            PREPARE[word]()
        status, said = run_block(text)
        check("documentation: %s, the block at line %d" % (name, number), status == 0,
              "status %d\n%s" % (status, said))
    if any("libvirt" in lab.split() for _, lab, _ in todo):
        by_libvirt.forget()
    remove_all()


def main():
    """All of it."""
    for name in sorted(os.listdir(DOCUMENTS), reverse=True):
        if name.endswith(".rst"):
            document(os.path.join(DOCUMENTS, name))
    document(README)
    give("ivgpu")
