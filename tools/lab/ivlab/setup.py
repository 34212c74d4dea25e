# SPDX-License-Identifier: GPL-2.0
"""`lab setup`: fills the cache, in stamped stages, so that a broken run goes on where it stopped."""

import fcntl
import hashlib
import os
import shutil
import subprocess

from . import inside, kernels, mirror, needs
from .base import CACHE, LabError, ROOTFS, read_file, say, write_file

PACKAGES = """
apt debian-archive-keyring ca-certificates
make gcc gcc-12 gcc-14 libc6-dev clang libclang-rt-dev sparse bc bison flex pahole libelf-dev libssl-dev
libdrm-dev libdrm-intel1 libpng-dev zlib1g-dev pkgconf valgrind
python3 perl patch rsync cpio xz-utils zstd diffutils
kmod busybox-static pciutils procps util-linux iproute2 strace udev
qemu-system-x86 seabios
dpkg-dev debhelper dh-dkms dkms lintian
libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients mdevctl
xserver-xorg-core xserver-xorg-video-intel x11-apps x11-xserver-utils xfonts-base weston libdrm-tests
python3-sphinx
""".split()

FOLDERS = ("repo", "cache", "share", "pristine", "lab")


def digest(*parts):
    """A short name for the inputs of a stage."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def stamp(name):
    """Path of a stage's stamp."""
    return os.path.join(CACHE, "stamp." + name)


def run_logged(argv, log, **options):
    """Run a long command into a log; on failure say its end."""
    with open(log, "a", encoding="utf-8") as stream:
        stream.write("+ %s\n" % " ".join(argv))
        stream.flush()
        result = subprocess.run(argv, stdout=stream, stderr=subprocess.STDOUT,
                                stdin=subprocess.DEVNULL, check=False, **options)
    if result.returncode:
        end = "\n".join(read_file(log, "").splitlines()[-15:])
        raise LabError("`%s ...` failed (status %d); the end of %s:\n%s" % (
            " ".join(argv[:3]), result.returncode, log, end))


def bootstrap(log):
    """The root file system, made aside and moved into place when it is whole."""
    aside = ROOTFS + ".new"
    remove_tree(aside)
    preferences = os.path.join(CACHE, "preferences")
    write_file(preferences, mirror.PREFERENCES)
    options = ["--aptopt=" + line for line in mirror.apt_settings()]
    run_logged(["mmdebstrap", "--mode=root", "--variant=minbase", "--keyring=/usr/share/keyrings",
                "--include=" + ",".join(PACKAGES), "--format=directory",
                "--aptopt=Apt::Install-Recommends \"false\"",
                "--aptopt=Acquire::Languages \"none\"",
                "--dpkgopt=force-unsafe-io",
                "--dpkgopt=path-exclude=/usr/share/man/*",
                "--dpkgopt=path-exclude=/usr/share/doc/*",
                "--dpkgopt=path-exclude=/usr/share/locale/*",
                "--skip=cleanup/apt/lists",
                "--setup-hook=mkdir -p \"$1/etc/apt/preferences.d\" && cp '%s' "
                "\"$1/etc/apt/preferences.d/ivgpu\"" % preferences]
               + options + ["trixie", aside] + mirror.sources(), log)
    for folder in FOLDERS:
        os.makedirs(os.path.join(aside, folder), exist_ok=True)
    remove_tree(ROOTFS)
    os.rename(aside, ROOTFS)


def install_packages(log):
    """Bring packages of a root file system made for an older list up to date."""
    for argv in (["apt-get", "-q", "update"],
                 ["apt-get", "-q", "-y", "--no-install-recommends", "-o",
                  "Dpkg::Options::=--force-unsafe-io", "install"] + PACKAGES,
                 ["apt-get", "-q", "clean"]):
        run_logged(inside.command(argv, cwd="/", writable=True), log, env=inside.environment())


def remove_tree(path):
    """Remove a root file system, but never through a mount that is still in it."""
    if os.path.lexists(path):
        if any(line.split()[1].startswith(path + "/")
               for line in read_file("/proc/mounts").splitlines()):
            raise LabError("something is still mounted under %s; unmount it first" % path)
        shutil.rmtree(path)


def stages():
    """Name, digest of the inputs, function and description of each stage, in order."""
    return (
        ("rootfs", digest(mirror.PREFERENCES, *mirror.SUITES), bootstrap,
         "root file system (Debian 13, compilers, QEMU)"),
        ("packages", digest(*PACKAGES), install_packages, "packages"),
        ("kernels", digest(kernels.RECIPE), kernels.install,
         "kernels and headers " + ", ".join(kernels.base.KERNELS)),
        ("source", digest(kernels.SOURCE), kernels.install_source,
         "kernel source for KUnit and checkpatch"),
    )


def is_complete():
    """Whether there is nothing to do."""
    return all(read_file(stamp(name)) == inputs for name, inputs, _, _ in stages())


def setup():
    """Do what is still to be done."""
    if is_complete():
        return
    needs.check()
    with open(os.path.join(CACHE, "lock"), "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another setup is running; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        log = os.path.join(CACHE, "setup.log")
        redo = False
        for name, inputs, function, text in stages():
            if not redo and read_file(stamp(name)) == inputs:
                continue
            if os.path.exists(stamp(name)):
                os.unlink(stamp(name))
            redo = redo or name == "rootfs"
            say(text)
            function(log)
            write_file(stamp(name), inputs)
    say("complete: " + CACHE)


def report():
    """What the cache holds, for people."""
    for line in kernels.describe():
        print(line)
    result = inside.run(["qemu-system-x86_64", "--version"], cwd="/", text=True,
                        stdout=subprocess.PIPE)
    print(result.stdout.splitlines()[0])
    print("cache: " + CACHE)
