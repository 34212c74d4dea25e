# SPDX-License-Identifier: GPL-2.0
"""The part of `make check` that holds the documentation to its form: Sphinx and kernel-doc have
nothing to say, and every block of commands tells where it is run."""

import glob
import os
import re
import subprocess
import sys

from . import inside, kernels, tap
from .base import BUILD, REPO, write_file

DOCS = os.path.join(REPO, "Documentation")
KERNEL_DOC = "/cache/%s/scripts/kernel-doc" % kernels.SOURCE
NOT_PARTS = ("host", "not")
# A wrong reference, a short underline, a member that no comment describes, a table cut short.
BAD_RST = "Title\n=====\n\n:doc:`nowhere`\n"
BAD_C = "/**\n * f() - something\n */\nint f(int undescribed);\n"


def sphinx(source, output):
    """What Sphinx says of a folder; it takes every warning for an error."""
    result = inside.run(["sphinx-build", "-W", "--keep-going", "-n", "-q", "-E", "-b", "html", "-d",
                         "/tmp/doctrees", source, output], check=False, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.returncode, result.stdout


def kernel_doc(arguments):
    """What kernel-doc says of files."""
    result = inside.run(["sh", "-c", "perl %s -none -Wall %s" % (KERNEL_DOC, arguments)], check=False,
                        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.stdout.strip()


def documents():
    """The pages that have commands."""
    return sorted(glob.glob(DOCS + "/*.rst")) + [os.path.join(REPO, "README.md")]


def known_parts():
    """Names of the parts of tools/lab/check."""
    with open(os.path.join(REPO, "tools", "lab", "check"), encoding="utf-8") as stream:
        return re.findall(r'^    \("(\w+)", \w+\.check_', stream.read(), re.M) + ["check"]


def blocks(path):
    """What the virtual host's reader finds in a page: (line, where it is run, text)."""
    sys.path.insert(0, os.path.join(REPO, "tools", "lab", "vm"))
    from managing import by_documents
    return by_documents.blocks(path)


def commands():
    """A result per page, and the list of all commands for people."""
    parts, listed = known_parts(), []
    for path in documents():
        name, bad = os.path.basename(path), []
        for number, lab, text in blocks(path):
            word = (lab or "nothing").split()[0]
            if word.rstrip(":") not in NOT_PARTS and word not in parts:
                bad.append("line %d says: %s" % (number, lab))
            listed += ["%s:%d: %s: %s" % (name, number, lab, line)
                       for line in text.split("\n")]
        yield tap.step("docs:commands of %s say where they are run" % name, not bad,
                       "\n".join(bad))
    write_file(os.path.join(BUILD, "docs", "commands.txt"), "\n".join(listed) + "\n")


def sees_faults():
    """Whether both programs would see something wrong."""
    folder = os.path.join(BUILD, "docs", "bad")
    os.makedirs(folder, exist_ok=True)
    write_file(os.path.join(folder, "index.rst"), BAD_RST)
    write_file(os.path.join(folder, "conf.py"), "project = 'bad'\n")
    write_file(os.path.join(folder, "bad.h"), BAD_C)
    here = "/repo/build/docs/bad"
    yield tap.step("docs:Sphinx sees a planted fault", sphinx(here, "/tmp/bad")[0] != 0)
    yield tap.step("docs:kernel-doc sees a planted fault", kernel_doc(here + "/bad.h") != "")


def check_docs():
    """Sphinx and kernel-doc without a warning; every command says where it is run."""
    os.makedirs(os.path.join(BUILD, "docs"), exist_ok=True)
    status, text = sphinx("Documentation", "/repo/build/docs/html")
    yield tap.step("docs:Sphinx has no warning", status == 0, text[-1500:])
    said = kernel_doc("$(find drivers include -name '*.[ch]')")
    yield tap.step("docs:kernel-doc has no warning", not said, said[-1500:])
    yield from sees_faults()
    yield from commands()
