# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that builds the Debian packages and installs them."""

import os
import re
import shutil
import subprocess

from . import inside, kernels, tap, vmchecks
from .base import BUILD, KERNELS

FOLDER = os.path.join(BUILD, "packages")
BDF = "0000:00:02.0"

# In a throw-away root file system: install, let DKMS build for a first kernel, as the package's
# script would on a machine that runs it, then for the others, as a kernel's installation does.
INSTALL = r"""
set -e
# Not Debian's, and not one that a machine would build packages for: the sanitizer kernel.
rm -rf /lib/modules/*-ivgpu-sanitize
dpkg -i /repo/build/packages/*.deb
first=$1
dkms autoinstall -k "$first"
for release in "$@"; do
	[ "$release" = "$first" ] || /etc/kernel/postinst.d/dkms "$release"
	modinfo -k "$release" -F vermagic ivgpu
	module=$(modinfo -k "$release" -F filename ivgpu)
	mkdir -p "/repo/build/packages/$release"
	case $module in
	*.xz) xz -dc "$module" >"/repo/build/packages/$release/ivgpu.ko" ;;
	*) cp "$module" "/repo/build/packages/$release/ivgpu.ko" ;;
	esac
done
dkms status
for tool in ivgpu-top ivgpu-report ivgpu-convert-gvtg; do
	$tool --help >/dev/null && echo "$tool runs"
done
dpkg -r ivgpu-dkms ivgpu-tools
for release in "$@"; do
	modinfo -k "$release" ivgpu 2>/dev/null && exit 1
done
echo "nothing is left"
"""

# As the README tells it, with the packages' module.
LOAD = r"""
set -e
for module in vfio mdev vfio_iommu_type1 kvm; do modprobe $module; done
insmod "/share/$(uname -r)/ivgpu.ko" pci=%s
basename "$(readlink /sys/bus/pci/devices/%s/driver)"
cat /sys/module/ivgpu/parameters/display
""" % (BDF, BDF)


def run(argv, writable=False):
    """(status, output) of a command inside."""
    result = inside.run(argv, writable=writable, check=False, text=True, stdin=subprocess.DEVNULL,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.returncode, result.stdout


def check_packages():
    """Debian packages: built, lintian clean, DKMS for three kernels, loaded on another."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    # -d: the lab has no build-essential (no C++), and nothing is compiled here.
    status, text = run(["tools/packaging/build-deb", "/repo/build/packages", "-d"])
    yield tap.step("packages:built and lintian clean", status == 0, text[-1500:])
    if status:
        return
    releases = [kernels.release(k) for k in ("6.12", "6.1", "7.2")]
    status, text = run(["sh", "-c", INSTALL, "install"] + releases, writable="throwaway")
    yield tap.step("packages:install, DKMS on a kernel change, removal", status == 0,
                   text[-2500:])
    for release in releases:
        yield tap.step("packages:DKMS built for " + release,
                       bool(re.search(r"^%s SMP" % re.escape(release), text, re.M)))
    yield tap.step("packages:tools run", len(re.findall(r"^ivgpu-\S+ runs$", text, re.M)) == 3)
    yield tap.step("packages:removal leaves nothing", "nothing is left" in text)
    status, text = vmchecks.lab("host", "--driver", "none", "--kernel", KERNELS[-1], "--share",
                                FOLDER, "--", "sh", "-c", LOAD)
    yield tap.step("packages:the module binds by pci=", status == 0 and
                   "ivgpu" in text.splitlines(), vmchecks.last_words(text))
    yield tap.step("packages:vGPUs have a monitor if nothing else is said", "Y" in text.splitlines(),
                   vmchecks.last_words(text))
