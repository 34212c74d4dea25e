# SPDX-License-Identifier: GPL-2.0
"""Commands and options of `lab`."""

import argparse
import os
import re
import signal
import sys

from . import runner, sanitize, setup
from .base import KERNELS, LabError

TYPES = ("GVTg_V5_8", "GVTg_V5_4", "GVTg_V5_2", "GVTg_V5_1")
# A monitor costs a guest time that most tests need not spend; --append comes later, and so counts.
DRIVER_APPEND = {"kvmgt": "i915.enable_gvt=1", "ivgpu": "ivgpu.display=0"}
HOST_MEMORY, SANITIZE_MEMORY = 4096, 1536
# Many guests are made small enough for a machine with 8 GiB, and are given time: they come up
# one after another, in up to 50 s each on a busy machine.
MANY_GUESTS, GUEST_MEMORY, SMALL_GUEST_MEMORY = 4, 512, 384
SECONDS, SECONDS_PER_GUEST = 180, 75


def parser():
    """The command line."""
    top = argparse.ArgumentParser(prog="lab", description="virtual machines for ivgpu")
    commands = top.add_subparsers(dest="role", required=True)
    commands.add_parser("setup", help="fill the cache, once")
    for name, text in (("host", "run CMD in the virtual host"),
                       ("guest", "run CMD in every guest")):
        sub = commands.add_parser(name, help=text, usage="lab %s [options] -- CMD..." % name)
        add = sub.add_argument
        add("--kernel", choices=KERNELS + (sanitize.NAME,), default="6.12")
        add("--guest-kernel", choices=KERNELS, default="6.12")
        add("--driver", choices=("ivgpu", "i915", "kvmgt", "none"), default="ivgpu")
        add("--gpu", default="skl", metavar="NAME[,NAME...]", help="`none`: no GPU")
        add("--aperture", type=int, default=256, metavar="MiB")
        add("--gpusim", default="", metavar="OPTIONS")
        add("--undisturbed", action="store_true", help="before all else on this machine")
        add("--vgpus", type=int, default=1, metavar="N")
        add("--type", default=TYPES[0], metavar="TYPE[,TYPE per guest]")
        add("--append", default="", metavar="TEXT", help="virtual host's kernel command line")
        add("--guest-append", default="", metavar="TEXT")
        add("--guest-packed", action="store_true",
            help="guests boot the kernel as Debian ships it, not unpacked; it outlives S3")
        add("--memory", type=int, metavar="MiB")
        add("--guest-memory", type=int, metavar="MiB")
        add("--qemu-args", default="", metavar="ARGS")
        add("--guest-qemu-args", default="", metavar="ARGS")
        add("--iommu", action="store_true", help="the GPU behind an IOMMU that translates")
        add("--resets", type=int, default=0, metavar="N",
            help="reset each guest's machine N times while CMD runs, then run CMD")
        add("--vgpu-device-args", default="", metavar="ARGS")
        add("--before", default="", metavar="COMMANDS",
            help="for the virtual host's shell, before CMD and before guests boot")
        add("--share", metavar="DIR")
        add("--keep-logs", metavar="DIR")
        add("--timeout", type=int, metavar="S")
    return top


def complete(options):
    """Values that follow from others, and those that make no sense together."""
    types = options.type.split(",")
    if options.role == "guest" and not 1 <= options.vgpus <= 16:
        raise LabError("--vgpus %d: 1 to 16" % options.vgpus)
    if len(types) not in (1, options.vgpus):
        raise LabError("--type: one type, or one for each of the %d guests" % options.vgpus)
    for name in types:
        if not re.fullmatch(r"[A-Za-z0-9_]+", name):
            raise LabError("--type %s: not a type" % name)
    options.types = types if len(types) > 1 else types * options.vgpus
    if options.gpu == "none" and options.driver != "none":
        raise LabError("--gpu none goes with --driver none only")
    if options.role == "guest" and options.driver == "i915":
        raise LabError("--driver i915 makes no vGPUs; use kvmgt")
    options.driver_append = DRIVER_APPEND.get(options.driver, "")
    guests = options.vgpus if options.role == "guest" else 0
    if not options.guest_memory:
        options.guest_memory = GUEST_MEMORY if guests <= MANY_GUESTS else SMALL_GUEST_MEMORY
    if not options.timeout:
        options.timeout = max(300, SECONDS + SECONDS_PER_GUEST * guests)
    if not options.memory:
        # kmemleak's scan of more memory than this does not end in a reasonable time.
        usual = SANITIZE_MEMORY if options.kernel == sanitize.NAME else HOST_MEMORY
        options.memory = max(usual, 2048 + guests * (options.guest_memory + 160) if guests else 0)
    for name in ("share", "keep_logs"):
        path = getattr(options, name)
        if path:
            setattr(options, name, os.path.realpath(path))
    if options.share and not os.path.isdir(options.share):
        raise LabError("--share %s: no such folder" % options.share)


def main(argv):
    """Returns the exit status."""
    own, separator, command = argv, "", []
    if "--" in argv:
        at = argv.index("--")
        own, separator, command = argv[:at], "--", argv[at + 1:]
    try:
        options = parser().parse_args(own)
    except SystemExit as end:
        return 125 if end.code else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if options.role != "setup":
            if not separator or not command:
                raise LabError("no command: lab %s [options] -- CMD..." % options.role)
            complete(options)
        setup.setup()
        if options.role != "setup" and options.kernel == sanitize.NAME:
            sanitize.ensure()
        if options.role == "setup":
            setup.report()
            return 0
        return runner.run(options, command)
    except LabError as error:
        sys.stderr.write("lab: %s\n" % error)
        return 125
    except KeyboardInterrupt:
        return 130
