# SPDX-License-Identifier: GPL-2.0
"""`make record-streams`, media: what Intel's two video drivers write for ffmpeg, as AUB files.

Needs no GPU: Debian's packages of the drivers and of ffmpeg run on Mesa's drm shim, with
tools/scan/record/media.c in front, and Mesa's intel_dump_gpu writes the trace. The pictures are ffmpeg's
own test source, packed by ffmpeg's own encoders.
"""

import gzip
import os
import shutil
import subprocess

from . import inside, setup
from .base import REPO, say

PACKAGES = ("ffmpeg", "i965-va-driver", "intel-media-va-driver", "libdrm-dev")
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
DECODE = "-hwaccel vaapi -hwaccel_device %s -hwaccel_output_format vaapi -i %s -f null -"
ENCODE = "-vaapi_device %s " + SOURCE + " -vf format=nv12,hwupload -c:v %s -f null -"
NODE = "/dev/dri/renderD128"
DRIVERS = {"ihd": ("iHD", "intel-media-driver"), "i965": ("i965", "intel-vaapi-driver")}
# (driver, platform, what)
RUNS = (
    [("ihd", "skl", "decode-" + c) for c in ("h264", "mpeg2", "hevc", "vp8", "jpeg")] +
    [("ihd", "skl", "encode-h264lp"), ("ihd", "skl", "encode-jpeg")] +
    [("ihd", "kbl", "decode-" + c) for c in ("hevc10", "vp9")] +
    [("ihd", "bdw", "decode-" + c) for c in ("h264", "mpeg2")] +
    [("i965", "skl", "decode-h264"), ("i965", "skl", "decode-hevc"), ("i965", "skl", "encode-mpeg2")] +
    [("i965", "bdw", "decode-h264"), ("i965", "kbl", "decode-vp9")])
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
    line = DECODE % (NODE, INPUTS[codec].split()[-1]) if kind == "decode" else \
        ENCODE % (NODE, ENCODERS[codec])
    # No engine runs: an encoder finds that it wrote nothing, but has submitted its commands.
    run(root, "LD_PRELOAD=/src/media.so:%slibintel_dump_gpu.so:%slibintel_noop_drm_shim.so "
        "timeout 120 ffmpeg -v fatal %s" % (tools, tools, line),
        {"INTEL_DUMP_GPU_CONFIG": "/src/dump.conf", "INTEL_STUB_GPU_PLATFORM": platform,
         "LIBVA_DRIVER_NAME": DRIVERS[driver][0],
         "LIBVA_DRIVERS_PATH": "/usr/lib/x86_64-linux-gnu/dri"}, check=False)
    trace = os.path.join(root, "src", name)
    with open(trace, "rb") as plain, \
            gzip.GzipFile(os.path.join(STREAMS, name + ".gz"), "wb", 9, mtime=0) as packed:
        shutil.copyfileobj(plain, packed)
    os.unlink(trace)
    print("%s.gz %d bytes" % (name, os.stat(os.path.join(STREAMS, name + ".gz")).st_size),
          flush=True)


def record_all(root, tools, log):
    """All of them."""
    prepare(root, log)
    for driver, platform, what in RUNS:
        record(root, tools, driver, platform, what)
