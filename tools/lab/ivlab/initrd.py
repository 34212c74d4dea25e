# SPDX-License-Identifier: GPL-2.0
"""The small initrd of every virtual machine: mounts the root file system by 9p and goes on there."""

import hashlib
import lzma
import os

from . import kernels
from .base import CACHE, LabError, ROOTFS, read_file

MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_console")

INIT = r"""#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
while read -r module; do
	$b insmod "/modules/$module" || echo "lab: insmod $module failed" >/dev/console
done </modules/order
p9() { # TAG DIR OPTIONS
	$b mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2"
}
$b mkdir -p /lower /rw /new
p9 root /lower ro,cache=loose || echo "lab: no root file system" >/dev/console
$b mount -t tmpfs -o mode=755 rw /rw
$b mkdir /rw/upper /rw/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work root /new
$b mount --move /lower /new/pristine
p9 repo /new/repo cache=mmap
p9 share /new/share cache=mmap
p9 lab /new/lab cache=none
$b mount --move /dev /new/dev
$b mount --move /proc /new/proc
exec $b switch_root /new /repo/tools/lab/vm/init
"""


def vmlinuz(kernel):
    """The kernel image, inside the root file system."""
    release = kernels.release(kernel)
    for path in ("/boot/vmlinuz-" + release, "/usr/lib/modules/%s/vmlinuz" % release):
        if os.path.exists(ROOTFS + path):
            return path
    raise LabError("kernel %s has no image in %s" % (kernel, ROOTFS))


def module_files(release):
    """Paths of the wanted modules with what they need, in loading order."""
    top = os.path.join(ROOTFS, "usr/lib/modules", release)
    needs = {}
    for line in read_file(os.path.join(top, "modules.dep"), "").splitlines():
        path, _, rest = line.partition(":")
        needs[path] = rest.split()
    builtin = read_file(os.path.join(top, "modules.builtin"), "")
    order = []
    for name in MODULES:
        found = [p for p in needs
                 if os.path.basename(p).split(".")[0].replace("-", "_") == name]
        if not found and "/%s.ko\n" % name not in builtin:
            raise LabError("kernel %s has no module %s" % (release, name))
        for path in found:
            order += [d for d in reversed(needs[path]) if d not in order]
            order += [path] if path not in order else []
    return [os.path.join(top, p) for p in order]


def entry(name, mode, data=b""):
    """One file of a cpio archive (newc format)."""
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08x" % f for f in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def make(kernel):
    """The archive as bytes."""
    release = kernels.release(kernel)
    with open(os.path.join(ROOTFS, "usr/bin/busybox"), "rb") as stream:
        busybox = stream.read()
    parts = [entry(d, 0o40755) for d in ("bin", "dev", "proc", "modules")]
    parts += [entry("bin/busybox", 0o100755, busybox), entry("init", 0o100755, INIT.encode())]
    order = []
    for path in module_files(release):
        with (lzma.open if path.endswith(".xz") else open)(path, "rb") as stream:
            data = stream.read()
        order.append(os.path.basename(path).split(".ko")[0] + ".ko")
        parts.append(entry("modules/" + order[-1], 0o100644, data))
    parts.append(entry("modules/order", 0o100644, "".join(o + "\n" for o in order).encode()))
    return b"".join(parts) + entry("TRAILER!!!", 0)


def ensure(kernel):
    """Path (inside) of a kernel's initrd, made when it is not there yet."""
    with open(__file__, "rb") as stream:
        recipe = hashlib.sha256(stream.read()).hexdigest()[:8]
    name = "initrd-%s-%s" % (kernels.release(kernel), recipe)
    path = os.path.join(CACHE, name)
    if not os.path.exists(path):
        with open("%s.%d" % (path, os.getpid()), "wb") as stream:
            stream.write(make(kernel))
        os.replace("%s.%d" % (path, os.getpid()), path)
    return "/cache/" + name
