# SPDX-License-Identifier: GPL-2.0
"""Debian's stock kernels: which version each name means, and unpacking them into the cache.

The packages are unpacked, not installed: their scripts would build an initrd for this machine,
and the 6.12 headers depend on the image.
"""

import glob
import os
import re
import shutil
import subprocess

from . import base, inside
from .base import CACHE, LabError, ROOTFS, read_file, say, write_file

# Kernel as named on the command line -> suites it comes from.
SUITES = {"6.1": ("bookworm", "bookworm-updates", "bookworm-security"),
          "6.12": ("trixie", "trixie-updates", "trixie-security"),
          "7.2": ("trixie-backports",)}
SOURCE = "linux-source-6.12"
RECIPE = "4 " + repr(SUITES)

# Packages of a kernel besides linux-image-*, by what their name begins with.
WANTED = re.compile(r"linux-(image-\d|binary-\d|modules-\d|headers-\d|kbuild-\d|base-\d)")


def apt(*argv):
    """Output of an apt tool inside the root file system."""
    return inside.run(argv, cwd="/", text=True, stdout=subprocess.PIPE).stdout


def versions(package, suites):
    """Versions of a package in these suites, newest first (madison's order)."""
    found = []
    for line in apt("apt-cache", "madison", package).splitlines():
        _, version, origin = (field.strip() for field in line.split("|"))
        if origin.split()[1].split("/")[0] in suites and version not in found:
            found.append(version)
    if not found:
        raise LabError("the mirror has no %s in %s" % (package, " or ".join(suites)))
    return found


def depends(package, version):
    """(name, version or None) of what a package depends on, first alternatives only."""
    text = apt("apt-cache", "show", "%s=%s" % (package, version))
    fields = re.findall(r"^(?:Pre-)?Depends: (.*)$", text, re.M)
    for clause in ",".join(fields).split(","):
        for alternative in clause.split("|"):
            match = re.match(r"\s*(\S+)(?:\s*\((\S+) ([^)]*)\))?", alternative)
            if match and WANTED.match(match.group(1)):
                yield match.group(1), match.group(3) if match.group(2) == "=" else None
                break


def newest_image(kernel):
    """Name of the newest stock image of a series, as the mirror has it now.

    The meta package moves on to the next series (7.2 to 7.3 in backports); images stay a while.
    """
    pattern = r"^linux-image-%s\.[0-9]+[^ ]*-amd64$" % re.escape(kernel)
    found = apt("apt-cache", "search", "--names-only", pattern).splitlines()
    names = [line.split()[0] for line in found]
    names = [name for name in names if not re.search(r"-(rt|cloud)-", name)]
    names.sort(key=lambda name: [int(n) for n in re.findall(r"[0-9]+", name)])
    return names[-1] if names else None


def closure(kernel):
    """All packages of a kernel as {name: version}, from its image and its headers."""
    image = newest_image(kernel)
    if not image:
        say("the mirror has no %s any more; its newest kernel in %s takes the place" % (
            kernel, " or ".join(SUITES[kernel])))
        image = "linux-image-amd64"
    packages = {}
    for start in (image, image.replace("image", "headers", 1)):
        queue = [(start, versions(start, SUITES[kernel])[0])]
        if image != "linux-image-amd64":
            packages[start] = queue[0][1]
        while queue:
            name, version = queue.pop()
            for dep, exact in depends(name, version):
                if dep not in packages:
                    packages[dep] = exact or versions(dep, SUITES[kernel])[0]
                    queue.append((dep, packages[dep]))
    return packages


def unpack(packages, target, log):
    """Download packages into the cache and unpack them over target."""
    folder = os.path.join(CACHE, "debs")
    os.makedirs(folder, exist_ok=True)
    names = ["%s=%s" % item for item in sorted(packages.items())]
    with open(log, "a", encoding="utf-8") as stream:
        result = inside.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download"] + names,
                            cwd="/cache/debs", check=False, stdout=stream, stderr=stream)
    if result.returncode:
        raise LabError("cannot download %s; see %s" % (" ".join(names), log))
    for name in packages:
        for deb in glob.glob(os.path.join(folder, name + "_*.deb")):
            with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb],
                                  stdout=subprocess.PIPE) as data:
                tar = subprocess.run(["tar", "-x", "--keep-directory-symlink", "-C", target,
                                      "--exclude=./usr/share/doc", "--exclude=./usr/lib/debug"],
                                     stdin=data.stdout, check=False)
            if tar.returncode or data.returncode:
                raise LabError("cannot unpack " + deb)
    shutil.rmtree(folder)


def install(log):
    """Stage: the three kernels and their headers."""
    for kernel in base.KERNELS:
        packages = closure(kernel)
        images = [p for p in packages if re.match(r"linux-image-\d.*-amd64$", p)]
        if len(images) != 1:
            raise LabError("cannot tell the image of kernel %s from %s" % (kernel, images))
        release = images[0][len("linux-image-"):]
        say("kernel %s is %s (%s)" % (kernel, release, packages[images[0]]))
        unpack(packages, ROOTFS, log)
        inside.run(["depmod", release], cwd="/", writable=True)
        write_file(os.path.join(CACHE, "kernel-" + kernel),
                   "%s %s\n" % (release, packages[images[0]]))


def install_source(log):
    """Stage: the kernel source, unpacked in the cache."""
    version = versions(SOURCE, SUITES["6.12"])[0]
    aside, final = os.path.join(CACHE, "source.new"), os.path.join(CACHE, SOURCE)
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(final, ignore_errors=True)
    os.makedirs(aside)
    unpack({SOURCE: version}, aside, log)
    archive = os.path.join(aside, "usr", "src", SOURCE + ".tar.xz")
    subprocess.run(["tar", "-x", "-C", aside, "-f", archive], check=True)
    os.rename(os.path.join(aside, SOURCE), final)
    shutil.rmtree(aside)


def release(kernel):
    """Release string (uname -r) of a kernel name."""
    text = read_file(os.path.join(CACHE, "kernel-" + kernel))
    if text is None:
        raise LabError("kernel %s is not in the cache; run `tools/lab/lab setup`" % kernel)
    return text.split()[0]


def describe():
    """One line per kernel: the name and what it means."""
    for kernel in base.KERNELS:
        text = read_file(os.path.join(CACHE, "kernel-" + kernel))
        if text:
            yield "kernel %-4s is %s (Debian %s)" % ((kernel,) + tuple(text.split()))
