# SPDX-License-Identifier: GPL-2.0
"""What the machine must have before the lab can be set up; says all that is missing at once."""

import os
import shutil
import subprocess

from .base import CACHE, LabError, read_file, say

# Command needed on the outer machine: Debian package that has it.
COMMANDS = {"mmdebstrap": "mmdebstrap", "unshare": "util-linux", "chroot": "coreutils",
            "rsync": "rsync", "tar": "tar", "xz": "xz-utils", "dpkg-deb": "dpkg",
            "flock": "util-linux"}

CAP_SYS_CHROOT, CAP_SYS_ADMIN, CAP_MKNOD = 18, 21, 27
DISK_SETUP_GIB = 8
MEMORY_GIB = 6


def missing_machine(disk_gib):
    """What no package can cure: system, rights, disk, memory."""
    missing = []
    if not os.path.exists("/etc/debian_version") or not shutil.which("apt-get"):
        missing.append("a Debian machine (12 or 13): there is no apt-get here")
    if os.uname().machine != "x86_64":
        missing.append("an x86_64 machine (this is %s)" % os.uname().machine)
    if os.geteuid() != 0:
        missing.append("root: run it as root (sudo)")
    else:
        caps = int(read_file("/proc/self/status").split("CapEff:")[1].split()[0], 16)
        for bit, name in ((CAP_SYS_ADMIN, "CAP_SYS_ADMIN (mounts in a private namespace)"),
                          (CAP_SYS_CHROOT, "CAP_SYS_CHROOT (chroot)"),
                          (CAP_MKNOD, "CAP_MKNOD (device nodes of the root file system)")):
            if not caps >> bit & 1:
                missing.append("capability " + name)
    os.makedirs(CACHE, exist_ok=True)
    free = shutil.disk_usage(CACHE).free / 2**30
    if free < disk_gib:
        missing.append("disk: %.1f GiB free at %s, %d needed" % (free, CACHE, disk_gib))
    memory = int(read_file("/proc/meminfo").split("MemTotal:")[1].split()[0]) / 2**20
    if memory < MEMORY_GIB:
        missing.append("memory: %.1f GiB, %d needed" % (memory, MEMORY_GIB))
    return missing


def check(disk_gib=DISK_SETUP_GIB):
    """Raise LabError naming all that is missing; install missing packages."""
    missing = missing_machine(disk_gib)
    if missing:
        raise LabError("this machine lacks:\n  " + "\n  ".join(missing))
    packages = sorted({p for c, p in COMMANDS.items() if not shutil.which(c)})
    if not os.path.exists("/usr/share/keyrings/debian-archive-trixie-stable.gpg") and \
            not os.path.exists("/usr/share/keyrings/debian-archive-trixie-stable.pgp"):
        packages.append("debian-archive-keyring")
    if packages:
        install(packages)


def install(packages):
    """apt-get install on the outer machine, with the reason when it fails."""
    say("installing on this machine: " + " ".join(packages))
    for command in (["apt-get", "-q", "update"],
                    ["apt-get", "-q", "install", "-y", "--no-install-recommends"] + packages):
        result = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, check=False,
                                env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"))
        if result.returncode:
            raise LabError("missing packages %s, and `%s` failed:\n%s" % (
                " ".join(packages), " ".join(command), result.stdout[-2000:]))
