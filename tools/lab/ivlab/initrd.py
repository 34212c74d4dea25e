# SPDX-License-Identifier: GPL-2.0
"""Kernel and initrd of the virtual machines, made for a quick start.

The initrd mounts everything (the root file system by 9p) and goes on in vm/init, all by one busybox.
A nested guest pays much time for each file it reads by 9p, so its initrd also holds, as a layer over
the root file system, the programs and libraries that it always needs, and i915's modules unpacked.
"""

import hashlib
import lzma
import os
import re
import subprocess

from . import inside, kernels
from .base import LabError, ROOTFS, read_file

MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_console")
GUEST_MODULES = ("i915",)
GUEST_FILES = ("bash", "dash", "cat", "libdrm_intel.so.1", "libpng16.so.16")

INIT = r"""#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
b=/bin/busybox
say() { echo "lab: $*" >/dev/kmsg; }
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
say "initrd"
while read -r module; do
	$b insmod "/modules/$module" || say "insmod $module failed"
done </modules/order
p9() { # TAG DIR OPTIONS
	$b mount -t 9p -o "trans=virtio,version=9p2000.L,msize=512000,$3" "$1" "$2" ||
		say "cannot mount $1"
}
$b mkdir -p /lower /rw /new
p9 root /lower ro,cache=loose
$b mount -t tmpfs -o mode=755 rw /rw
$b mkdir /rw/upper /rw/work
layers=/lower
[ -e /layer ] && layers=/layer:/lower
$b mount -t overlay -o lowerdir=$layers,upperdir=/rw/upper,workdir=/rw/work root /new
$b mount --move /lower /new/pristine
p9 repo /new/repo cache=mmap
p9 share /new/share cache=mmap
p9 lab /new/lab cache=none
$b cat /dev/kmsg >/new/lab/kmsg &
$b mount -t tmpfs -o mode=1777 tmp /new/tmp
$b mount -t tmpfs -o mode=755 run /new/run
$b mkdir -p /dev/pts /dev/shm
$b mount -t devpts pts /dev/pts
$b mount -t tmpfs -o mode=1777 shm /dev/shm
for word in fd:fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do
	$b ln -s "/proc/self/${word#*:}" "/dev/${word%:*}"
done
# Before any driver is there, as the drivers' files appear in it.
$b mount -t debugfs debug /sys/kernel/debug
$b ifconfig lo 127.0.0.1
for name in lab.out lab.err lab.ctl; do
	n=0
	until [ -e "/new/run/$name" ] || [ $n -gt 50 ]; do
		for port in /sys/class/virtio-ports/*; do
			[ "$($b cat "$port/name")" = $name ] &&
				$b ln -s "/dev/${port##*/}" "/new/run/$name"
		done
		[ -e "/new/run/$name" ] || $b sleep 0.1
		n=$((n + 1))
	done
done
say "everything is mounted"
for folder in dev proc sys; do
	$b mount --move /$folder /new/$folder
done
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb
[ -e /later ] && $b mkdir /new/run/modules && $b mount --bind /later /new/run/modules
$b cp $b /new/run/busybox
cd /new
$b mount --move . /
exec $b chroot . /repo/tools/lab/vm/init
"""


def compressed_image(kernel):
    """The kernel as Debian ships it."""
    release = kernels.release(kernel)
    for path in ("/boot/vmlinuz-" + release, "/usr/lib/modules/%s/vmlinuz" % release):
        if os.path.exists(ROOTFS + path):
            return ROOTFS + path
    raise LabError("kernel %s has no image in %s" % (kernel, ROOTFS))


def unpack_image(data):
    """The ELF file inside a bzImage; QEMU starts it directly (PVH), without unpacking it each time."""
    for magic, tool in ((b"\x28\xb5\x2f\xfd", ["zstd", "-dcq"]),
                        (b"\xfd7zXZ\0", ["xz", "-dcq", "--single-stream"])):
        for match in re.finditer(re.escape(magic), data):
            # What follows the compressed data makes the tools complain when all is unpacked.
            out = inside.run(tool, cwd="/", check=False, input=data[match.start():],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            if out.startswith(b"\x7fELF") and len(out) > len(data):
                return out
    raise LabError("cannot find the kernel inside its compressed image")


def write_once(name, function):
    """A file in /boot of the root file system, made when it is not there; returns its path there."""
    path = os.path.join(ROOTFS, "boot", name)
    if not os.path.exists(path):
        data = function()
        with open("%s.%d" % (path, os.getpid()), "wb") as stream:
            stream.write(data)
        os.replace("%s.%d" % (path, os.getpid()), path)
    return "/boot/" + name


def ensure_image(kernel):
    """Path inside of a kernel's image, unpacked.

    Not the sanitizer kernel's: with KASAN, the PVH entry ends before the first message.
    """
    if kernel == "sanitize":
        return compressed_image(kernel)[len(ROOTFS):]

    def make():
        with open(compressed_image(kernel), "rb") as stream:
            return unpack_image(stream.read())
    return write_once("vmlinux-" + kernels.release(kernel), make)


def module_files(release, wanted):
    """Paths of modules with what they need, in loading order."""
    top = os.path.join(ROOTFS, "usr/lib/modules", release)
    needs = {}
    for line in read_file(os.path.join(top, "modules.dep"), "").splitlines():
        path, _, rest = line.partition(":")
        needs[path] = rest.split()
    builtin = read_file(os.path.join(top, "modules.builtin"), "")
    order = []
    for name in wanted:
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


def module_entries(release, folder, wanted):
    """Modules, unpacked, and a file with their order."""
    parts, order = [], []
    for path in module_files(release, wanted):
        with (lzma.open if path.endswith(".xz") else open)(path, "rb") as stream:
            data = stream.read()
        order.append(os.path.basename(path).split(".ko")[0] + ".ko")
        parts.append(entry("%s/%s" % (folder, order[-1]), 0o100644, data))
    order = "".join(o + "\n" for o in order).encode()
    return parts + [entry(folder + "/order", 0o100644, order)]


def layer_files():
    """Real paths (inside) of the guest's programs with their libraries."""
    names = [n if ".so" not in n else "/usr/lib/x86_64-linux-gnu/" + n for n in GUEST_FILES]
    paths = [n if n.startswith("/") else "/usr/bin/" + n for n in names]
    text = inside.run(["ldd"] + paths, cwd="/", text=True, stdout=subprocess.PIPE).stdout
    paths += re.findall(r"(/\S+\.so\S*) \(", text)
    real = set()
    for path in paths:
        path = os.path.join("/usr" if path.startswith("/lib") else "/", path.lstrip("/"))
        while os.path.islink(ROOTFS + path):
            target = os.readlink(ROOTFS + path)
            path = os.path.normpath(os.path.join(os.path.dirname(path), target))
        real.add(path)
    return sorted(real)


def layer_entries():
    """The layer over the root file system."""
    parts, folders = [entry("layer", 0o40755)], set()
    for path in layer_files():
        names = path.strip("/").split("/")
        for depth in range(1, len(names)):
            folder = "layer/" + "/".join(names[:depth])
            if folder not in folders:
                folders.add(folder)
                parts.append(entry(folder, 0o40755))
        with open(ROOTFS + path, "rb") as stream:
            parts.append(entry("layer" + path, 0o100755, stream.read()))
    return parts


def make(kernel, role):
    """The archive as bytes."""
    release = kernels.release(kernel)
    with open(os.path.join(ROOTFS, "usr/bin/busybox"), "rb") as stream:
        busybox = stream.read()
    parts = [entry(d, 0o40755) for d in ("bin", "dev", "proc", "sys", "modules")]
    parts += [entry("bin/busybox", 0o100755, busybox), entry("init", 0o100755, INIT.encode())]
    parts += module_entries(release, "modules", MODULES)
    if role == "guest":
        parts += [entry("later", 0o40755)] + module_entries(release, "later", GUEST_MODULES)
        parts += layer_entries()
    return b"".join(parts) + entry("TRAILER!!!", 0)


def ensure(kernel, role):
    """Path inside of the initrd of a kernel for a role (host or guest)."""
    with open(__file__, "rb") as stream:
        recipe = hashlib.sha256(stream.read()).hexdigest()[:8]
    name = "initrd-%s-%s-%s" % (kernels.release(kernel), role, recipe)
    return write_once(name, lambda: make(kernel, role))
