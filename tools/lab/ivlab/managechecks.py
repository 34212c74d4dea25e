# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that manages vGPUs as administrators do: mdevctl, libvirt, QEMU."""

import os
import shutil

from . import build, inside, kernels, tap
from .base import BUILD
from .vmchecks import lab, last_words

FOLDER = os.path.join(BUILD, "manage")
KERNEL = "6.12"

# What `make install` leaves besides the module: depmod takes minutes in the virtual host.
INSTALLED = r"""
mkdir -p /lib/modules/$1/updates /repo/build/manage/modules/updates
cp /repo/build/$2/ivgpu.ko /lib/modules/$1/updates/
depmod "$1"
cp /lib/modules/$1/updates/ivgpu.ko /repo/build/manage/modules/updates/
cp /lib/modules/$1/modules.* /repo/build/manage/modules/
"""


def check_manage():
    """mdevctl, libvirt, plain QEMU and others' use of sysfs, in one virtual host."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    build.ensure(KERNEL)
    inside.run(["sh", "-ec", INSTALLED, "sh", kernels.release(KERNEL), KERNEL],
               writable="throwaway")
    status, text = lab("host", "--kernel", KERNEL, "--append", "ivgpu.display=1", "--share", FOLDER, "--keep-logs",
                       os.path.join(FOLDER, "logs"), "--timeout", "600", "--",
                       "tools/lab/vm/run-manage")
    yield from tap.parse("manage", text)
    yield tap.step("manage:lab run", status in (0, 1), last_words(text))
