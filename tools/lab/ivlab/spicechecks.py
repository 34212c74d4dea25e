# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that looks at a guest's screen through SPICE, with spice-gtk's own client. Only by
name: QEMU's module and the client are not in the root file system (extra.py)."""

import os
import shutil

from . import checks, displaychecks, extra, tap
from .base import BUILD
from .vmchecks import lab, last_words

FOLDER = os.path.join(BUILD, "spice")
KERNEL = "6.12"
BEFORE = "cp -a /share/root/usr / && ldconfig"
# As exact as SPICE can be.
SERVER = ("-spice unix=on,addr=/run/g1/spice.sock,disable-ticketing=on,image-compression=off,"
          "jpeg-wan-compression=never,streaming-video=off")


def check_spice():
    """A guest's screen as a SPICE client gets it."""
    root = extra.fetch("spice", "qemu-system-modules-spice=" + extra.qemu_version(),
                       "spice-client-gtk")
    checks.build_guest_tools()
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.copytree(root, os.path.join(FOLDER, "root"), symlinks=True,
                    ignore=shutil.ignore_patterns("doc", "locale", "man", "icons"))
    status, text = lab(
        "guest", "--kernel", KERNEL, "--guest-kernel", KERNEL, "--share", FOLDER,
        "--append", "ivgpu.display=1", "--guest-append", displaychecks.NO_CONSOLE,
        "--vgpu-device-args", "display=on", "--before", BEFORE, "--guest-qemu-args", SERVER,
        "--keep-logs", os.path.join(FOLDER, "logs"), "--timeout", "420", "--",
        "/repo/build/guest/ivgpu-show", "/share", "%dx%d" % displaychecks.SIZE, "spice")
    own = "\n".join(l[5:] for l in text.splitlines() if l.startswith("[g1] "))
    yield from tap.parse("spice", own)
    yield from displaychecks.pictures("spice", FOLDER, ("spice",))
    yield tap.step("spice: lab run", status == 0, last_words(text))
