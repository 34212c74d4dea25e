# SPDX-License-Identifier: GPL-2.0
"""Where things are, how the lab talks, and how it fails."""

import os
import sys
import time

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
CACHE = os.path.realpath(os.path.expanduser(
    os.environ.get("IVGPU_CACHE") or "~/.cache/ivgpu"))
BUILD = os.path.realpath(os.environ.get("IVGPU_BUILD_DIR") or os.path.join(REPO, "build"))
ROOTFS = os.path.join(CACHE, "rootfs")

KERNELS = ("6.1", "6.12", "7.2")

# The demo's steps are timed from the demo's start, also by the lab that it calls.
STARTED = float(os.environ.get("LAB_STARTED") or time.monotonic())


class LabError(Exception):
    """The lab itself failed (exit status 125), told in one sentence."""


def say(text):
    """One line about what the lab does, on stderr, with the elapsed time."""
    sys.stderr.write("lab: %6.1f s  %s\n" % (time.monotonic() - STARTED, text))
    sys.stderr.flush()


def read_file(path, default=None):
    """The text of a file, or default where it cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return default


def write_file(path, text):
    """Write a file so that it is there whole or not at all."""
    temporary = "%s.%d.tmp" % (path, os.getpid())
    with open(temporary, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(temporary, path)
