# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that looks at what users' programs show on a vGPU's monitor: the kernel's
text console, modetest, Xorg with the intel driver (blitter), weston. What is expected follows from
what each was told to show (tools/guest/desktop); the patterns of modetest are libdrm's SMPTE bars."""

import os
import shutil

from . import picture, tap
from .base import BUILD
from .vmchecks import lab, last_words

FOLDER = os.path.join(BUILD, "desktop")
# Where KVM lets all of BAR2 be mapped, the kernel's text console is quick.
KERNEL = "7.2"
SIZE = (1024, 768)
BARS = ((192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0), (192, 0, 192), (192, 0, 0),
        (0, 0, 192))
ROOT, WESTON, BLUE = (0x33, 0x66, 0x99), (0x22, 0x44, 0x66), (0, 0, 170)


class Screen:
    """A screendump."""

    def __init__(self, folder, name):
        self.width, self.height, self.data = picture.read_ppm(
            os.path.join(folder, "g1.%s.ppm" % name))

    def pixel(self, x, y):
        """One."""
        at = 3 * (y * self.width + x)
        return tuple(self.data[at:at + 3])

    def share(self, colour):
        """Which part of the screen has a colour, of every seventh pixel."""
        pixels = [self.data[at:at + 3] for at in range(0, 3 * self.width * self.height, 21)]
        return pixels.count(bytes(colour)) / len(pixels)


def bars(screen):
    """What is wrong with modetest's picture, or None."""
    if (screen.width, screen.height) != SIZE:
        return "%dx%d" % (screen.width, screen.height)
    seen = [screen.pixel(int((n + 0.5) * screen.width / 7), screen.height // 4) for n in range(7)]
    return None if seen == list(BARS) else str(seen)


def all_of(colour, least):
    """A judge: the screen has mostly one colour."""
    def judge(screen):
        share = screen.share(colour)
        return None if share >= least else "%.1f %% have it; the first pixel is %s" % (
            100 * share, screen.pixel(0, 0))
    return judge


JUDGES = (
    ("console", "the kernel's text console is blue", all_of(BLUE, 0.99)),
    ("modetest", "modetest's bars are right", bars),
    ("root", "Xorg's empty desktop has its colour", all_of(ROOT, 1)),
    ("moving1", "windows leave the rest of the desktop as it is", all_of(ROOT, 0.7)),
    ("weston", "weston's empty desktop has its colour", all_of(WESTON, 0.99)),
)


def check_desktop():
    """Text console, modetest, Xorg and weston, as QEMU shows them."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    status, text = lab("guest", "--kernel", KERNEL, "--guest-kernel", KERNEL, "--type",
                       "GVTg_V5_8", "--append", "ivgpu.display=1", "--vgpu-device-args",
                       "display=on", "--share", FOLDER, "--keep-logs",
                       os.path.join(FOLDER, "logs"), "--timeout", "420", "--",
                       "/repo/tools/guest/desktop", "/share", "console", "modetest", "xorg",
                       "weston")
    own = "\n".join(l[5:] for l in text.splitlines() if l.startswith("[g1] "))
    yield from tap.parse("desktop", own)
    for name, what, judge in JUDGES:
        try:
            wrong = judge(Screen(FOLDER, name))
        except OSError as error:
            wrong = str(error)
        yield tap.step("desktop:" + what, not wrong, wrong or "")
    try:
        moved = Screen(FOLDER, "moving1").data != Screen(FOLDER, "moving2").data
    except OSError:
        moved = False
    yield tap.step("desktop:what moves is seen to move", moved)
    yield tap.step("desktop:lab run", status == 0, last_words(text))
