# SPDX-License-Identifier: GPL-2.0
"""Run a command inside the cached root file system, which stays as it is.

Each command gets a mount namespace of its own, in which the root file system is read-only, /tmp
is empty memory, the repository is /repo, the cache is /cache, and /pristine is the root file
system alone, for virtual machines. Mounts end with the command.
"""

import os
import subprocess

from .base import BUILD, CACHE, REPO, ROOTFS

SCRIPT = r"""
set -e
root=$1; repo=$2; build=$3; cache=$4; mode=$5; cwd=$6; shift 6
mount --bind "$root" "$root"
if [ "$mode" = throwaway ]; then
	mount -t tmpfs throwaway "$root/mnt"
	mkdir "$root/mnt/upper" "$root/mnt/work"
	mount -t overlay -o "lowerdir=$root,upperdir=$root/mnt/upper,workdir=$root/mnt/work" \
		root "$root"
	mode=rw
fi
[ "$mode" = rw ] || mount -o remount,bind,ro "$root"
mount --bind "$root" "$root/pristine"
mount -t proc proc "$root/proc"
mount --rbind /sys "$root/sys"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
mount -t tmpfs -o mode=755 run "$root/run"
mount --bind "$repo" "$root/repo"
mount --bind "$cache" "$root/cache"
if [ "$build" != "$repo/build" ]; then mount --bind "$build" "$root/repo/build"; fi
for d in "$@"; do
	shift
	[ "$d" = -- ] && break
	mount --bind "$d" "$root/share"
done
exec chroot "$root" /usr/bin/env -C "$cwd" "$@"
"""

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "LC_ALL": "C.UTF-8",
               "TERM": "dumb", "DEBIAN_FRONTEND": "noninteractive"}
PASSED_ON = ("MAKEFLAGS", "V", "TERM")


def command(argv, cwd="/repo", writable=False, root=ROOTFS, share=None):
    """The command line that runs argv inside.

    writable: False, True, or "throwaway" for changes that end with the command.
    """
    mode = writable if isinstance(writable, str) else "rw" if writable else "ro"
    os.makedirs(BUILD, exist_ok=True)
    os.makedirs(os.path.join(REPO, "build"), exist_ok=True)
    return ["unshare", "--mount", "--propagation", "private", "--", "/bin/sh", "-c", SCRIPT,
            "inside", root, REPO, BUILD, CACHE, mode, cwd] + \
           ([share] if share else []) + ["--"] + list(argv)


def environment(extra=None):
    """The environment commands see inside."""
    env = dict(ENVIRONMENT)
    env.update({k: os.environ[k] for k in PASSED_ON if k in os.environ})
    env.update(extra or {})
    return env


def run(argv, cwd="/repo", writable=False, root=ROOTFS, env=None, **options):
    """subprocess.run() inside the root file system."""
    options.setdefault("check", True)
    return subprocess.run(command(argv, cwd, writable, root), env=environment(env), **options)
