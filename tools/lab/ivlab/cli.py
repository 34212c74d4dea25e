# SPDX-License-Identifier: GPL-2.0
"""Commands and options of `lab`."""

import sys

from . import setup
from .base import LabError


def main(argv):
    """Returns the exit status."""
    try:
        if argv == ["setup"]:
            setup.setup()
            setup.report()
            return 0
        raise LabError("usage: lab setup")
    except LabError as error:
        sys.stderr.write("lab: %s\n" % error)
        return 125
