# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that runs a QEMU with OpenGL, which takes screens by dma-buf only, and then asks
for the size that its options xres and yres say, by VFIO's EDID region.

QEMU's egl-headless wants a GPU's render node, and the virtual host's only GPU is ivgpu's. So it is given
the kernel's vgem, a device without a GPU. QEMU starts and takes the dma-buf, but nothing can be drawn:
Mesa's renderer on the processor maps what it imported by DRM_IOCTL_MODE_MAP_DUMB, which the kernel
refuses for imported buffers (drm_gem_dumb_map_offset(), Linux drivers/gpu/drm/drm_gem.c), and QEMU 11.1.3
crashes at the first picture. So the guest shows none: it only looks at its monitor. A dma-buf's pixels are
compared by selftests/display.c.

QEMU's modules for OpenGL are not in the root file system (extra.py)."""

import os
import shutil

from . import extra, tap
from .base import BUILD
from .vmchecks import lab, last_words

FOLDER = os.path.join(BUILD, "opengl")
MODULES = ("ui-opengl.so", "ui-egl-headless.so")
WHERE = "usr/lib/x86_64-linux-gnu/qemu"
KERNEL = "6.12"
SIZE = (800, 600)       # no type's own
BEFORE = """
modprobe vgem
cp /share/*.so /%s/
""" % WHERE


def check_opengl():
    """QEMU with OpenGL: the guest's monitor has the size of QEMU's xres and yres."""
    root = extra.fetch("opengl", "qemu-system-modules-opengl=" + extra.qemu_version())
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    for name in MODULES:
        shutil.copy(os.path.join(root, WHERE, name), FOLDER)
    status, text = lab(
        "guest", "--kernel", KERNEL, "--guest-kernel", KERNEL, "--share", FOLDER,
        "--append", "ivgpu.display=1 ivgpu.dmabuf=1", "--guest-append",
        "drm_kms_helper.fbdev_emulation=0",
        "--before", BEFORE,
        "--guest-qemu-args", "-display egl-headless,rendernode=/dev/dri/card0",
        "--vgpu-device-args", "display=on,xres=%d,yres=%d" % SIZE, "--timeout", "420", "--",
        "/repo/tools/guest/monitor-sizes", "/share", "%dx%d" % SIZE)
    own = "\n".join(l[5:] for l in text.splitlines() if l.startswith("[g1] "))
    yield from tap.parse("opengl", own)
    yield tap.step("opengl: lab run", status == 0, last_words(text))
