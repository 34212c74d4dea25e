# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that looks at guests' screens: what a stock guest shows by KMS is
compared, pixel by pixel, with what its QEMU has as its picture."""

import os
import re
import shutil

from . import checks, picture, tap
from .base import BUILD, KERNELS, read_file
from .vmchecks import lab, last_words

SIZE = (640, 480)
# What a driver says of a display that it does not like.
COMPLAINT = re.compile(r"i915.*(\*ERROR\*|WARN|failed|timeout|timed out|[Uu]nderrun)|drm.*\*ERROR\*")
# DMC is a file of firmware that the guest does not have.
HARMLESS = re.compile(r"dmc|DMC|[Ff]irmware")
# On one kernel: the type's own size, another one, and back. Not a larger one: when the driver looks by itself,
# for the framebuffer device, it leaves modes out that do not fit into that (drm_client_modeset_probe()).
WITH_SIZES, SIZES = "6.12", "1024x768 800x600 1024x768"
STATIC_LOOKS = 10
# Up to 6.12 the text console goes by slots of the aperture, each word of which is a message to the
# simulated GPU: 78 s until such a guest is up, 30 without (Documentation/display.rst). The part `desktop`
# has it on 7.2.
NO_CONSOLE = "fbcon=map:9"


def guest(kernel, folder, *ways, size=SIZE, kind="GVTg_V5_8", sizes=""):
    """ivgpu-show in a guest with a monitor, perhaps after it had other sizes; (status, output)."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return lab("guest", "--kernel", kernel, "--guest-kernel", kernel, "--share", folder,
               "--type", kind, "--append", "ivgpu.display=1",
               "--guest-append", NO_CONSOLE, "--vgpu-device-args", "display=on",
               "--guest-qemu-args", "-vnc unix:/run/g1/vnc.sock",
               "--keep-logs", os.path.join(folder, "logs"), "--timeout", "420", "--",
               "sh", "-c", '[ -z "$0" ] || /repo/tools/guest/monitor-sizes /share $0\n'
               'exec /repo/build/guest/ivgpu-show /share "$@"', sizes, "%dx%d" % size, *ways)


def counter(path, name):
    """A counter of a vGPU, as it was when a picture was taken."""
    found = re.search(r"^%s (\d+)$" % name, read_file(path, ""), re.M)
    return int(found.group(1)) if found else 0


def growth(stem, name):
    """By how much a counter grew while pictures were taken."""
    return counter(stem + ".after", name) - counter(stem + ".before", name)


def pictures(tag, folder, names=tuple(n for n in picture.EXPECTED if n != "spice")):
    """One result for each picture."""
    for name in names:
        expected = picture.EXPECTED[name]
        path = os.path.join(folder, "g1.%s.ppm" % name)
        if os.path.exists(path):
            wrong = picture.compare(path, expected, SIZE)
        else:
            wrong = "there is none: " + read_file(path[:-4] + ".done", "nobody asked for it")
        yield tap.step("%s: %s" % (tag, name), not wrong, wrong or "")


def costs(tag, folder):
    """What looking at a screen costs."""
    frame = 4 * SIZE[0] * SIZE[1]
    stem = os.path.join(folder, "g1.static")
    read = growth(stem, "screen_bytes_read")
    yield tap.step("%s: looking at a screen where nothing happens reads samples" % tag,
                   0 < read <= STATIC_LOOKS * frame // 10,
                   "%d bytes in %d looks" % (read, STATIC_LOOKS))
    traps = growth(stem, "traps")
    yield tap.step("%s: and the guest traps for nothing" % tag, traps <= 20, "%d traps" % traps)
    stem = os.path.join(folder, "g1.unseen")
    read = growth(stem, "screen_bytes_read")
    yield tap.step("%s: a whole new picture is read once" % tag,
                   frame <= read <= frame * 12 // 10, "%d bytes, the picture has %d" % (
                       read, frame))


def check_display():
    """Guests' screens, as QEMU shows them."""
    checks.build_guest_tools()
    for kernel in KERNELS:
        folder = os.path.join(BUILD, "display", kernel)
        status, text = guest(kernel, folder, sizes=SIZES if kernel == WITH_SIZES else "")
        tag = "display %s" % kernel
        own = "\n".join(l[5:] for l in text.splitlines() if l.startswith("[g1] "))
        sizes, start, shown = own.partition("TAP version 13")
        if kernel == WITH_SIZES:
            yield from tap.parse(tag + " monitor", sizes)
        yield from tap.parse(tag, start + shown)
        yield from pictures(tag, folder)
        yield from costs(tag, folder)
        kmsg = read_file(os.path.join(folder, "logs", "g1", "kmsg.txt"), "")
        bad = [l for l in kmsg.splitlines() if COMPLAINT.search(l) and not HARMLESS.search(l)]
        yield tap.step("%s: the guest's driver has no complaint" % tag, bool(kmsg) and not bad,
                       "\n".join(bad[:5]) or "no log")
        yield tap.step("%s: lab run" % tag, status == 0, last_words(text))
