# SPDX-License-Identifier: GPL-2.0
"""Ways to install the module other than packages: `make install`; in a kernel tree, built in and as
module; against every kernel header package that Debian has. The last one only by name: there are some
seventy, of about a minute each. Broken off it goes on where it was, as long as the sources are the same."""

import fnmatch
import glob
import hashlib
import itertools
import os
import re
import shutil
import subprocess

from . import build, docchecks, inside, kernels, tap
from .base import BUILD, CACHE, REPO, read_file, write_file

TOP = os.path.join(CACHE, "intree")
# A kernel as small as one can be that has what ivgpu needs.
CONFIG = """
CONFIG_64BIT=y
CONFIG_MODULES=y
CONFIG_PCI=y
CONFIG_PCI_MSI=y
CONFIG_MMU=y
CONFIG_SMP=y
CONFIG_EVENTFD=y
CONFIG_HIGH_RES_TIMERS=y
CONFIG_DEBUG_FS=y
CONFIG_VIRTUALIZATION=y
CONFIG_KVM=y
CONFIG_KVM_INTEL=y
CONFIG_VFIO=y
"""
HEADERS = re.compile(r"^linux-headers-(\d+\.\d+\.\d\S*-(?:amd64|cloud-amd64|rt-amd64)) ")


def run(script, *arguments, writable=False):
    """(status, output) of a shell script inside."""
    result = inside.run(["nice", "sh", "-ec", script, "sh"] + list(arguments), check=False, text=True,
                        writable=writable, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                        stderr=subprocess.STDOUT)
    return result.returncode, result.stdout


# A document's commands as they stand there, where the module has been built already (by the same make, for
# `check build`); what differs from a machine that runs this kernel comes by the environment.
INSTALL = r"""
cd /repo/build/6.12/src
ln -sf /repo/Makefile .
cp drivers/ivgpu/ivgpu.ko /tmp
trap 'rm -f Makefile mok.key mok.pub; cp /tmp/ivgpu.ko drivers/ivgpu' EXIT
release=$1
sudo() { "$@"; }
uname() { echo "$release"; }
modinfo() { command modinfo -k "$release" "$@"; }
export KDIR="/lib/modules/$1/build" MAKEFLAGS=' -- CC=gcc-14 CONFIG_IVGPU=m'
eval "$2"
eval "$3"
modprobe -S "$1" -n -v ivgpu
echo "signed by $(modinfo -F signer ivgpu)."
"""


def commands(path, said):
    """A document's commands that say where they are run in these words."""
    return "\n".join(text for _, lab, text in docchecks.blocks(path) if lab == said)


def check_install():
    """`make install`, as the documents have it: the module is where modprobe finds it."""
    release = kernels.release("6.12")
    build.ensure("6.12")
    signing = "\n".join(commands(path, "install signed") for path in docchecks.documents())
    for path in docchecks.documents():      # the first that tells how to install: with signing
        typed = commands(path, "install")
        if not typed:
            continue
        name = os.path.basename(path)
        status, text = run(INSTALL, release, typed, signing, writable="throwaway")
        yield tap.step("install:commands of %s" % name, status == 0, text[-1500:])
        if signing:
            yield tap.step("install:the module can be signed", "\nsigned by ivgpu.\n" in text,
                           text[-500:])
            signing = ""
        target = "/lib/modules/%s/updates/" % release
        yield tap.step("install:modprobe finds it, %s" % name, re.search(
            r"^insmod %s\S*ivgpu\.ko" % re.escape(target), text, re.M) is not None, text[-800:])


def make_tree():
    """A kernel tree with ivgpu in it, by the commands of Documentation/developing.rst."""
    shutil.rmtree(TOP, ignore_errors=True)
    tree = os.path.join(TOP, "linux")
    os.makedirs(TOP)
    subprocess.run(["cp", "-al", os.path.join(CACHE, kernels.SOURCE), tree], check=True)
    for name in ("Makefile", "Kconfig"):        # no more the same files as the source's
        path = os.path.join(tree, "drivers", name)
        text = read_file(path)
        os.unlink(path)
        write_file(path, text)
    for name in ("drivers", "include"):
        os.symlink(os.path.join(REPO, name), os.path.join(TOP, name))
    commands = [text for path in docchecks.documents()
                for _, lab, text in docchecks.blocks(path) if lab == "intree"]
    subprocess.run(["sh", "-ec"] + commands, cwd=TOP, check=True)


INTREE = r"""
cd /cache/intree/linux
make -s O=/cache/intree/build CC=gcc-14 KCONFIG_ALLCONFIG=/cache/intree/config-$1 allnoconfig
grep -x "CONFIG_IVGPU=$1" /cache/intree/build/.config
make -s -j2 O=/cache/intree/build CC=gcc-14 prepare
make -s -j2 O=/cache/intree/build CC=gcc-14 W=1 drivers/ivgpu/
cd /cache/intree/build/drivers/ivgpu
if [ "$1" = m ]; then ls ivgpu.o; else ar t built-in.a | grep 'main\.o$'; fi
"""


def check_intree():
    """In a kernel tree: built in and as module, all objects compiled without a warning."""
    make_tree()
    for how in ("y", "m"):
        write_file(os.path.join(TOP, "config-" + how), CONFIG + "CONFIG_IVGPU=%s\n" % how)
        status, text = run(INTREE, how, writable=True)
        good = status == 0 and "drivers/ivgpu" not in "".join(
            l for l in text.splitlines() if "warning:" in l)
        yield tap.step("intree:CONFIG_IVGPU=" + how, good, text[-1500:])
        found = read_file(os.path.join(TOP, "build", "drivers", "ivgpu", "modules.order"), "")
        yield tap.step("intree:CONFIG_IVGPU=%s makes %s" % (
            how, "a module" if how == "m" else "no module"), ("ivgpu.o" in found) == (how == "m"),
            found)
    shutil.rmtree(TOP)


def header_packages():
    """Releases of all kernels that the mirror has headers of (and no package that only names another)."""
    text = inside.run(["apt-cache", "search", "--names-only", "^linux-headers-[0-9]"], cwd="/",
                      text=True, stdout=subprocess.PIPE).stdout
    return sorted(m.group(1) for m in map(HEADERS.match, text.splitlines()) if m)


AGAINST = r"""
apt-get -q -y --no-install-recommends -o APT::Sandbox::User=root -o Dpkg::Options::=--force-unsafe-io \
	install "linux-headers-$1"
grep '^CONFIG_VFIO_MDEV=' "/lib/modules/$1/build/include/config/auto.conf" || echo "no mediated devices"
mkdir -p /tmp/src && cp -r Kbuild Kconfig drivers include /tmp/src/
make -s -j2 -C "/lib/modules/$1/build" M=/tmp/src W=1 CONFIG_IVGPU=m modules
modinfo -F vermagic /tmp/src/drivers/ivgpu/ivgpu.ko
"""


def sources():
    """A digest of what is built."""
    digest = hashlib.sha256()
    for top in ("Kbuild", "Kconfig", "drivers", "include"):
        path = os.path.join(REPO, top)
        for name in [path] + sorted(glob.glob(path + "/**", recursive=True)):
            if os.path.isdir(name):
                continue
            digest.update(("%s\0%s\0" % (os.path.relpath(name, REPO), read_file(name))).encode())
    return digest.hexdigest()


def varied(releases):
    """The same, so that an early end has seen the newest of each series and flavour."""
    def number(release):
        return [int(n) for n in re.findall(r"\d+", release)]
    groups = {}
    for release in sorted(releases, key=number, reverse=True):
        series = tuple(number(release)[:2]), re.sub(r"[\d.]+", "", release)
        groups.setdefault(series, []).append(release)
    rows = itertools.zip_longest(*[groups[g] for g in sorted(groups, reverse=True)])
    return [release for row in rows for release in row if release]


def judge(release, status, text):
    """(whether it is as it should be, what is to be said). Debian's cloud kernels, and its real-time ones
    from 7.2 on, have no mediated devices: the build must say so."""
    if "\nno mediated devices\n" in text:
        good = status != 0 and re.search(r"error: #error.*CONFIG_VFIO_MDEV", text) is not None
        return good, "refused, it has no CONFIG_VFIO_MDEV" if good else text[-1000:]
    warned = [l for l in text.splitlines() if "warning:" in l]
    good = status == 0 and not warned and text.rstrip().splitlines()[-1].startswith(release)
    return good, "builds" if good else "\n".join(warned[:5]) or text[-1000:]


def check_headers():
    """Against every kernel header package of Debian 12, 13 and 13-backports (or HEADERS='6.1.* ...')."""
    folder, digest = os.path.join(BUILD, "headers"), sources()
    os.makedirs(folder, exist_ok=True)
    patterns = os.environ.get("HEADERS", "*").split()
    releases = [r for r in header_packages() if any(fnmatch.fnmatch(r, p) for p in patterns)]
    yield tap.step("headers:the mirror has some", bool(releases))
    done = [r for r in releases if read_file(os.path.join(folder, r + ".good")) == digest]
    print("headers: %d packages; %d were good before, with these sources" % (
        len(releases), len(done)), flush=True)
    for release in varied(releases):
        if release in done:
            yield tap.step("headers:" + release, True)
            continue
        status, text = run(AGAINST, release, writable="throwaway")
        write_file(os.path.join(folder, release + ".log"), text)
        good, why = judge(release, status, text)
        if good:
            write_file(os.path.join(folder, release + ".good"), digest)
        print("headers: %s: %s" % (release, why if good else "bad"), flush=True)
        yield tap.step("headers:" + release, good, why)
