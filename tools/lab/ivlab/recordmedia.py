# SPDX-License-Identifier: GPL-2.0
"""`make record-streams`, media: what Intel's two video drivers write for ffmpeg, as AUB files.

Needs no GPU: Debian's packages of the drivers and of ffmpeg run on Mesa's drm shim, with
tools/scan/record/media.c in front, and Mesa's intel_dump_gpu writes the trace. The pictures are ffmpeg's
own test source, packed by ffmpeg's own encoders; VC-1, for which it has none, is tools/scan/record/vc1.py's.

Processing by the video enhancement engine is only in the drivers of Debian's non-free section (their shaders
come without source; what is recorded starts none): these are unpacked beside the others, for that alone.
"""

import gzip
import os
import shutil
import struct
import subprocess

from . import inside, setup
from .base import REPO, say

PACKAGES = ("ffmpeg", "i965-va-driver", "intel-media-va-driver", "libdrm-dev")
NON_FREE = ("intel-media-va-driver-non-free", "i965-va-driver-shaders")
STREAMS = os.path.join(REPO, "selftests", "streams")
SOURCE = "-f lavfi -i testsrc2=size=192x128:rate=5:duration=1"
INPUTS = {
    "h264": "-c:v libx264 -pix_fmt yuv420p in.h264",
    "mpeg2": "-c:v mpeg2video in.m2v",
    "hevc": "-c:v libx265 -pix_fmt yuv420p -x265-params log-level=0 in.hevc",
    "hevc10": "-c:v libx265 -pix_fmt yuv420p10le -x265-params log-level=0 in10.hevc",
    "vp8": "-c:v libvpx in8.webm",
    "vp9": "-c:v libvpx-vp9 in9.webm",
    "jpeg": "-frames:v 1 -c:v mjpeg -pix_fmt yuvj420p in.mjpeg",
}
FILTERS = {
    "denoise": "format=nv12,hwupload,denoise_vaapi=denoise=32",
    "deint": "setfield=tff,format=nv12,hwupload,deinterlace_vaapi=mode=motion_adaptive",
    "sharp": "format=nv12,hwupload,sharpness_vaapi=sharpness=20",
}
DECODE = "-hwaccel vaapi -hwaccel_device %s -hwaccel_output_format vaapi %s -f null -"
ENCODE = "-vaapi_device %s " + SOURCE + " -vf format=nv12,hwupload -c:v %s -f null -"
PROCESS = "-vaapi_device %s " + SOURCE + " -vf %s -c:v wrapped_avframe -f null -"
NODE = "/dev/dri/renderD128"
LIBRARIES = "usr/lib/x86_64-linux-gnu/dri"
# A packet of the trace (tools/scan/aub.c), and where the engines' registers are.
REGISTER_WRITE = (0xe0000000 | 0x2e << 23 | 0x03 << 16) >> 16
VCS_BASE, VECS_BASE = 0x12000, 0x1a000
DRIVERS = {"ihd": ("iHD", "intel-media-driver"), "i965": ("i965", "intel-vaapi-driver")}
# (driver, platform, what)
RUNS = (
    [("ihd", "skl", "decode-" + c) for c in ("h264", "mpeg2", "hevc", "vp8", "jpeg")] +
    [("ihd", "skl", "encode-h264lp"), ("ihd", "skl", "encode-jpeg")] +
    [("ihd", "kbl", "decode-" + c) for c in ("hevc10", "vp9")] +
    [("ihd", "bdw", "decode-" + c) for c in ("h264", "mpeg2")] +
    [("i965", "skl", "decode-h264"), ("i965", "skl", "decode-hevc"), ("i965", "skl", "encode-mpeg2")] +
    [("i965", "bdw", "decode-h264"), ("i965", "kbl", "decode-vp9")] +
    [("i965", "skl", "decode-vc1"), ("i965", "bdw", "decode-vc1")] +
    [("ihd", "skl", "process-" + f) for f in FILTERS] +
    [("i965", "skl", "process-denoise"), ("i965", "bdw", "process-denoise"),
     ("ihd", "bdw", "process-denoise")])
ENCODERS = {"h264lp": "h264_vaapi -low_power 1", "jpeg": "mjpeg_vaapi", "mpeg2": "mpeg2_vaapi"}


def run(root, script, env=None, check=True):
    """A shell script in the root file system of the recordings."""
    return subprocess.run(inside.command(["nice", "-n", "15", "sh", "-c", script], "/src", True,
                                         root), env=inside.environment(env), check=check)


def prepare(root, log):
    """Drivers, ffmpeg, what is preloaded, and the inputs."""
    if not os.path.exists(os.path.join(root, "usr/bin/ffmpeg")):
        say("packages of the video drivers")
        setup.run_logged(inside.command(
            ["sh", "-c", "apt-get -q update && apt-get -q install -y --no-install-recommends " +
             " ".join(PACKAGES)], "/src", True, root), log, env=inside.environment())
    shutil.copy(os.path.join(REPO, "tools/scan/record/media.c"), os.path.join(root, "src"))
    run(root, "gcc -O1 -Wall -Werror -shared -fPIC -I/usr/include/libdrm -o media.so media.c -ldl")
    for packed in INPUTS.values():
        run(root, "ffmpeg -v error -y %s %s" % (SOURCE, packed))
    shutil.copy(os.path.join(REPO, "tools/scan/record/vc1.py"), os.path.join(root, "src"))
    run(root, "python3 vc1.py in.rcv")


def prepare_non_free(root, log):
    """The drivers that can process, in /src/nonfree; apt's own lists stay as they are."""
    if os.path.exists(os.path.join(root, "src/nonfree", LIBRARIES)):
        return
    say("the video drivers' non-free packages")
    apt = "apt-get -q -o Dir::Etc::sourcelist=/src/nonfree/sources.list " \
        "-o Dir::Etc::sourceparts=- -o Dir::State::lists=/src/nonfree/lists "
    setup.run_logged(inside.command(["sh", "-ec", """
        mkdir -p /src/nonfree/lists/partial && cd /src/nonfree
        sed 's/ main$/ non-free/' /etc/apt/sources.list >sources.list
        %s update && %s download %s
        for package in *.deb; do dpkg-deb -x $package .; done
        """ % (apt, apt, " ".join(NON_FREE))], "/src", True, root), log, env=inside.environment())


def name_engine(path):
    """Gives the work of the video enhancement engine its name back: see record/media.c."""
    with open(path, "rb") as stream:
        trace = bytearray(stream.read())
    at = 0
    while at + 8 <= len(trace):
        header, register = struct.unpack_from("<II", trace, at)
        if header >> 16 == REGISTER_WRITE and register & ~0xfff == VCS_BASE:
            struct.pack_into("<I", trace, at + 4, register - VCS_BASE + VECS_BASE)
        at += 4 * ((header & 0xffff) + 1)
    with open(path, "wb") as stream:
        stream.write(trace)


def version(root, driver):
    """The driver's version, for the name of the file."""
    package = {"ihd": "intel-media-va-driver", "i965": "i965-va-driver"}[driver]
    text = subprocess.run(inside.command(["dpkg-query", "-W", "-f=${Version}", package], "/src",
                                         True, root), env=inside.environment(), check=True,
                          text=True, stdout=subprocess.PIPE).stdout
    return text.split("-")[0].split("+")[0]


def record(root, tools, driver, platform, what):
    """One stream, packed, in selftests/streams."""
    name = "%s-%s-%s-%s.aub" % (DRIVERS[driver][1], version(root, driver), platform, what)
    with open(os.path.join(root, "src", "dump.conf"), "w", encoding="utf-8") as stream:
        stream.write("verbose=0\nfile=/src/%s\n" % name)
    kind, codec = what.split("-")
    if kind == "decode":
        source = "-f vc1test -i in.rcv" if codec == "vc1" else "-i " + INPUTS[codec].split()[-1]
        line = DECODE % (NODE, source)
    else:
        line = ENCODE % (NODE, ENCODERS[codec]) if kind == "encode" else \
            PROCESS % (NODE, FILTERS[codec])
    # No engine runs: an encoder finds that it wrote nothing, but has submitted its commands.
    run(root, "LD_PRELOAD=/src/media.so:%slibintel_dump_gpu.so:%slibintel_noop_drm_shim.so "
        "timeout 120 ffmpeg -v fatal %s" % (tools, tools, line),
        {"INTEL_DUMP_GPU_CONFIG": "/src/dump.conf", "INTEL_STUB_GPU_PLATFORM": platform,
         "LIBVA_DRIVER_NAME": DRIVERS[driver][0],
         "LIBVA_DRIVERS_PATH": ("/src/nonfree/" if kind == "process" else "/") + LIBRARIES},
        check=False)
    trace = os.path.join(root, "src", name)
    if kind == "process":
        name_engine(trace)
    with open(trace, "rb") as plain, \
            gzip.GzipFile(os.path.join(STREAMS, name + ".gz"), "wb", 9, mtime=0) as packed:
        shutil.copyfileobj(plain, packed)
    os.unlink(trace)
    print("%s.gz %d bytes" % (name, os.stat(os.path.join(STREAMS, name + ".gz")).st_size),
          flush=True)


def record_all(root, tools, log):
    """All of them."""
    prepare(root, log)
    prepare_non_free(root, log)
    for driver, platform, what in RUNS:
        record(root, tools, driver, platform, what)
