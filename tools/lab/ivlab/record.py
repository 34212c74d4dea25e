# SPDX-License-Identifier: GPL-2.0
"""`make record-streams [STREAMS=mesa|media|lab]`: command streams of real drivers, as AUB files.

mesa: what Mesa's iris driver writes for tools/scan/record/draw.c; media: what Intel's video drivers write
(recordmedia.py); lab: what stock i915 and IGT make the simulated GPU execute (recordvm.py).

Needs no GPU: Mesa's own drm shim stands in for the kernel, and its intel_dump_gpu writes the trace.
Mesa is built from Debian 12's source package (later ones need LLVM for this driver) in a root file
system of its own in the cache, which takes 20 to 60 minutes and 3 GiB, once.
"""

import glob
import gzip
import os
import shutil
import subprocess
import sys

from . import genxml, inside, mirror, recordmedia, recordvm, setup
from .base import CACHE, REPO, LabError, say

ROOT = os.path.join(CACHE, "mesa-root")
SUITE = "bookworm"
PACKAGES = """
gcc g++ libc6-dev pkgconf meson ninja-build python3 python3-mako bison flex patch xz-utils
libdrm-dev libelf-dev libexpat1-dev zlib1g-dev
""".split()
OPTIONS = """
buildtype=release tools=intel,drm-shim gallium-drivers=iris vulkan-drivers= platforms= glx=disabled
gbm=enabled egl=enabled gles1=disabled gles2=enabled opengl=true llvm=disabled glvnd=false
shared-glapi=enabled valgrind=disabled libunwind=disabled zstd=disabled gallium-va=disabled
gallium-vdpau=disabled gallium-xa=disabled gallium-nine=false shader-cache=disabled video-codecs=
""".split()
PLATFORMS = ("skl", "kbl", "cfl", "bdw")
SCENES = ("clears", "frames", "textures", "samples", "stages", "feedback", "compute")
STREAMS = os.path.join(REPO, "selftests", "streams")
LIBRARIES = ("egl", "mapi/es2api", "mapi/shared-glapi", "gbm")


def make_root(log):
    """The root file system with Mesa's build dependencies."""
    aside = ROOT + ".new"
    setup.remove_tree(aside)
    options = ["--aptopt=" + line for line in mirror.apt_settings()]
    main = mirror.debian_mirrors()[0]
    setup.run_logged(["mmdebstrap", "--mode=root", "--variant=minbase",
                      "--keyring=/usr/share/keyrings", "--include=" + ",".join(PACKAGES),
                      "--format=directory", "--aptopt=Apt::Install-Recommends \"false\"",
                      "--dpkgopt=force-unsafe-io"] + options +
                     [SUITE, aside, "deb %s %s main" % (main, SUITE)], log)
    for folder in setup.FOLDERS + ("src",):
        os.makedirs(os.path.join(aside, folder), exist_ok=True)
    os.rename(aside, ROOT)


def run(argv, env=None, log=None):
    """A command in that root file system."""
    command = inside.command(["nice", "-n", "15"] + argv, "/src", True, ROOT)
    if log:
        setup.run_logged(command, log, env=inside.environment(env))
    else:
        subprocess.run(command, env=inside.environment(env), check=True)


def mesa():
    """The name of Mesa's folder in /src, once it is there."""
    found = [os.path.basename(p) for p in glob.glob(os.path.join(ROOT, "src", "mesa-*"))]
    return found[0] if found else None


def build_mesa(log):
    """Mesa with iris and the tools that record."""
    if not mesa():
        say("Mesa's source")
        aside = os.path.join(CACHE, "mesa-source")
        archive = genxml.download_source("mesa", SUITE, aside)
        subprocess.run(["tar", "-x", "-C", os.path.join(ROOT, "src"), "-f", archive], check=True)
        shutil.rmtree(aside)
    build = "%s/build" % mesa()
    say("building Mesa (long; see %s)" % log)
    if not os.path.exists(os.path.join(ROOT, "src", build, "build.ninja")):
        run(["meson", "setup", build, mesa()] + ["-D" + o for o in OPTIONS], log=log)
    run(["ninja", "-C", build], log=log)
    return "/src/" + build


def build_draw(build):
    """The program that draws."""
    shutil.copy(os.path.join(REPO, "tools", "scan", "record", "draw.c"),
                os.path.join(ROOT, "src", "draw.c"))
    paths = ["%s/src/%s" % (build, name) for name in LIBRARIES]
    run(["gcc", "-O1", "-Wall", "-o", "draw", "draw.c", "-I%s/../include" % build] +
        ["-L" + p for p in paths] + ["-lEGL", "-lGLESv2", "-Wl,-rpath-link," + ":".join(paths)])


def record(build, platform, scene):
    """One stream, packed, in selftests/streams."""
    name = "%s-iris-%s-%s.aub" % (mesa(), platform, scene)
    with open(os.path.join(ROOT, "src", "dump.conf"), "w", encoding="utf-8") as stream:
        stream.write("verbose=0\nfile=/src/%s\n" % name)
    tools = "%s/src/intel/tools/" % build
    # The trace must stand in front of the shim; only the program may see either.
    run(["env", "LD_PRELOAD=%slibintel_dump_gpu.so:%slibintel_noop_drm_shim.so" % (tools, tools),
         "./draw", scene],
        {"INTEL_DUMP_GPU_CONFIG": "/src/dump.conf", "INTEL_STUB_GPU_PLATFORM": platform,
         "EGL_PLATFORM": "surfaceless", "MESA_LOADER_DRIVER_OVERRIDE": "iris",
         "LIBGL_DRIVERS_PATH": "%s/src/gallium/targets/dri" % build,
         "LD_LIBRARY_PATH": ":".join("%s/src/%s" % (build, n) for n in LIBRARIES)})
    trace = os.path.join(ROOT, "src", name)
    with open(trace, "rb") as plain, \
            gzip.GzipFile(os.path.join(STREAMS, name + ".gz"), "wb", 9, mtime=0) as packed:
        shutil.copyfileobj(plain, packed)
    os.unlink(trace)
    print(name + ".gz")


def main(argv):
    """Exit status."""
    parts = argv or ["mesa", "media", "lab"]
    try:
        setup.setup()
        if "lab" in parts:
            recordvm.record_all()
        if parts == ["lab"]:
            return 0
        log = os.path.join(CACHE, "mesa.log")
        if not os.path.isdir(ROOT):
            say("root file system for Mesa")
            make_root(log)
        build = build_mesa(log)
        if "media" in parts:
            recordmedia.record_all(ROOT, build + "/src/intel/tools/", log)
        if "mesa" in parts:
            build_draw(build)
            for platform in PLATFORMS:
                for scene in SCENES:
                    record(build, platform, scene)
    except LabError as error:
        sys.exit("lab: %s" % error)
    return 0
