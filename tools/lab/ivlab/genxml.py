# SPDX-License-Identifier: GPL-2.0
"""Mesa's genxml: Intel's command formats as XML, out of Debian's source package, in the cache."""

import glob
import os
import shutil
import subprocess

from . import inside, mirror
from .base import CACHE, LabError, say, write_file

SUITE = "trixie"
FOLDER = os.path.join(CACHE, "genxml")
WANTED = ("gen90.xml", "gen80.xml", "gen75.xml", "gen70.xml")  # each imports the next


def apt(top, *arguments):
    """apt-get with lists and sources of its own, inside; its output."""
    options = []
    for setting in ("Dir::State=%s/state" % top, "Dir::Cache=%s/cache" % top,
                    "Dir::Etc::SourceList=%s/sources.list" % top,
                    "Dir::Etc::SourceParts=/dev/null", "APT::Get::Only-Source=true"):
        options += ["-o", setting]
    result = inside.run(["apt-get", "-q"] + options + list(arguments), cwd=top, check=False,
                        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode:
        raise LabError("apt-get %s: %s" % (arguments[0], result.stdout.strip()[-400:]))


def download_source(package, suite, aside):
    """The upstream archive of a source package; aside is a folder of the cache."""
    shutil.rmtree(aside, ignore_errors=True)
    for folder in ("state/lists/partial", "cache/archives/partial"):
        os.makedirs(os.path.join(aside, folder))
    write_file(os.path.join(aside, "sources.list"),
               "deb-src %s %s main\n" % (mirror.debian_mirrors()[0], suite))
    top = "/cache/" + os.path.basename(aside)
    apt(top, "update")
    apt(top, "source", "--download-only", package)
    found = glob.glob(os.path.join(aside, "*.orig.tar.?z"))
    if len(found) != 1:
        raise LabError("the source package %s of %s has no single archive" % (package, suite))
    return found[0]


def fetch():
    """The folder with the XML files; downloaded (47 MB) once."""
    if all(os.path.exists(os.path.join(FOLDER, name)) for name in WANTED):
        return FOLDER
    say("Mesa's genxml")
    aside = FOLDER + ".new"
    archive = download_source("mesa", SUITE, aside)
    subprocess.run(["tar", "-x", "-C", aside, "--strip-components=4", "-f", archive,
                    "--wildcards", "*/src/intel/genxml/*.xml"], check=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    for path in glob.glob(os.path.join(aside, "*.xml")):
        os.rename(path, os.path.join(FOLDER, os.path.basename(path)))
    shutil.rmtree(aside)
    return FOLDER
