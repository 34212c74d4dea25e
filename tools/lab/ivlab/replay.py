# SPDX-License-Identifier: GPL-2.0
"""Builds what one patch changes, by the commands that kbuild has saved.

kbuild looks at everything there is before it compiles one file; a hundred patches cannot wait for that.
So its .NAME.o.cmd files are read: they say which sources an object is made of, and how.
"""

import os
import re
import shutil
import subprocess

from .base import LabError, read_file


def touched(patch):
    """Files that a patch changes."""
    return re.findall(r"^\+\+\+ b/(\S+)", read_file(patch, ""), re.M)


class Replay:
    """A build folder: where its sources and objects are, outside and as commands name them."""

    def __init__(self, source, objects, seen_source, rename=None):
        self.source, self.objects, self.seen_source = source, objects, seen_source
        self.rename = rename        # (old, new): the folder was built under another name
        self.made_of = {}
        for top, _, files in os.walk(objects):
            for name in files:
                if re.fullmatch(r"\..*\.o\.cmd", name):
                    self.read(os.path.join(top, name))
        if not self.made_of:
            raise LabError("nothing was built in " + objects)

    def text(self, path):
        """A .cmd file, under today's name of the folder."""
        text = read_file(path, "")
        return text.replace(*self.rename) if self.rename else text

    def read(self, path):
        """Which sources an object is made of."""
        folder, name = os.path.split(path)
        for word in self.text(path).split():
            if word.startswith(self.seen_source + "/"):
                source = os.path.relpath(os.path.normpath(word), self.seen_source)
                self.made_of.setdefault(source, set()).add(
                    os.path.join(folder, name[1:-len(".cmd")]))

    def command(self, target):
        """The command that made a target."""
        folder, name = os.path.split(target)
        first = self.text(os.path.join(folder, ".%s.cmd" % name)).splitlines()[:1]
        if not first or ":=" not in first[0]:
            raise LabError("kbuild has not left how %s is made" % target)
        return first[0].split(":=", 1)[1].strip().replace("$(pound)", "#").replace("$$", "$")

    def compile(self, sources):
        """(objects that the sources are in, the commands that make them)."""
        objects = sorted(set().union(*(self.made_of.get(s, set()) for s in sources)))
        commands = [self.command(o) for o in objects if not o.endswith("/ivgpu.o")]
        return objects, commands

    def with_patch(self, patch, function):
        """function(commands) with the patch applied; everything is as before afterwards.

        Returns None, or why the patch cannot be tried.
        """
        sources = touched(patch)
        objects, commands = self.compile(sources)
        if not commands:
            return "no object is made of what it changes"
        # Objects come back first: should this be killed, sources that differ are built anew.
        kept = objects + [os.path.join(self.source, s) for s in sources]
        for path in kept:
            shutil.copy2(path, path + ".kept")
        try:
            result = subprocess.run(
                ["patch", "-p1", "--fuzz=0", "--no-backup-if-mismatch", "-s", "-f", "-r", "-",
                 "-d", self.source, "-i", patch],
                check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if result.returncode:
                return result.stdout.strip() or "does not apply"
            return function(commands)
        finally:
            for path in kept:
                os.replace(path + ".kept", path)
