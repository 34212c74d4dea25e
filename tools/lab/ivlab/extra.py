# SPDX-License-Identifier: GPL-2.0
"""Debian packages that only parts by name need: fetched into the cache and unpacked there, so that the
root file system is the same for everybody."""

import os
import shutil
import subprocess
import sys

from . import inside
from .base import CACHE, read_file, say, write_file

FETCH = r"""
cd "/cache/$1"
shift
mkdir -p debs/partial root
apt-get -q -y --no-install-recommends -o APT::Sandbox::User=root -o "Dir::Cache::archives=$PWD/debs" \
	--download-only install "$@"
for package in debs/*.deb; do dpkg-deb -x "$package" root; done
rm -r debs
"""


def qemu_version():
    """Of the QEMU that is there: its modules must be the same."""
    return inside.run(["dpkg-query", "-W", "-f", "${Version}", "qemu-system-x86"], cwd="/", text=True,
                      stdout=subprocess.PIPE).stdout.strip()


def fetch(name, *packages):
    """Packages (NAME or NAME=VERSION) and what they need that is not there; the folder with their files."""
    folder = os.path.join(CACHE, name)
    stamp, wanted = os.path.join(folder, "stamp"), " ".join(packages)
    if read_file(stamp) != wanted:
        say("%s into %s" % (wanted, folder))
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        inside.run(["sh", "-ec", FETCH, "sh", name] + list(packages), writable="throwaway",
                   stdout=sys.stderr)
        write_file(stamp, wanted)
    return os.path.join(folder, "root")
