# SPDX-License-Identifier: GPL-2.0
"""Which Debian mirror to use, and the apt sources of the lab's root file system."""

import glob
import os
import re
import subprocess

from .base import LabError, read_file

SUITES = ("trixie", "trixie-updates", "trixie-backports", "bookworm", "bookworm-updates")
SECURITY_SUITES = ("trixie-security", "bookworm-security")

# apt settings of the machine that the lab's apt must share to reach the mirror.
SHARED_SETTINGS = re.compile(
    r'^Acquire::(Check-Valid-Until|Check-Date|Max-FutureTime|Retries|https?::(Proxy|Timeout)\S*)'
    r' "(.*)";$', re.M)

PREFERENCES = """\
Package: *
Pin: release n=bookworm*
Pin-Priority: 50

Package: src:qemu src:elfutils src:seabios src:fuse3 src:ipxe
Pin: release n=trixie-backports
Pin-Priority: 990
"""


def machine_uris():
    """Every archive address in the machine's apt sources, with the suites asked of it."""
    found = []
    for path in glob.glob("/etc/apt/sources.list.d/*.sources"):
        for block in re.split(r"\n\s*\n", read_file(path, "")):
            fields = dict(re.findall(r"^(\w[\w-]*):\s*(.*)$", block, re.M))
            if "deb" in fields.get("Types", "").split():
                suites = fields.get("Suites", "").split()
                found += [(uri, suites) for uri in fields.get("URIs", "").split()]
    for path in ["/etc/apt/sources.list"] + glob.glob("/etc/apt/sources.list.d/*.list"):
        for line in read_file(path, "").splitlines():
            match = re.match(r"deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)", line)
            if match:
                found.append((match.group(1), [match.group(2)]))
    return found


def debian_mirrors():
    """The addresses of the main and the security archive."""
    main = os.environ.get("DEBIAN_MIRROR")
    security = os.environ.get("DEBIAN_SECURITY_MIRROR")
    for uri, suites in machine_uris():
        if not re.match(r"(https?|file|copy)://?", uri):
            continue
        if any(s.endswith("-security") for s in suites):
            if not os.environ.get("DEBIAN_MIRROR"):
                security = security or uri
        elif any(s in ("bookworm", "trixie", "stable", "oldstable") for s in suites) \
                and re.search(r"debian/?$", uri):
            main = main or uri
    if not main:
        raise LabError("no Debian mirror: the apt sources of this machine name none for "
                       "bookworm or trixie; set DEBIAN_MIRROR (http://host/debian)")
    main = main.rstrip("/")
    return main, (security or main + "-security").rstrip("/")


def sources():
    """The lines of the lab's sources.list."""
    main, security = debian_mirrors()
    return ["deb %s %s main" % (main, suite) for suite in SUITES] + \
           ["deb %s %s main" % (security, suite) for suite in SECURITY_SUITES]


def apt_settings():
    """The machine's apt settings about proxies and dates, as apt.conf lines."""
    dump = subprocess.run(["apt-config", "dump"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    return [m.group(0) for m in SHARED_SETTINGS.finditer(dump)]
