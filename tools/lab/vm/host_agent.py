# SPDX-License-Identifier: GPL-2.0
"""The agent in the virtual host: loads the driver, runs the command or the guests, reports."""

import json
import os
import subprocess
import sys
import time
import traceback

import drivers
import guests
from agent_io import Broken, Control, LabError, Port, start_pump

FAILURE = 125
LEFTOVER_SECONDS = 3  # for output of processes that outlive the command


def run_command(argv, out, err):
    """The command in /repo, its output to the ports; the status a shell would give."""
    try:
        process = subprocess.Popen(argv, cwd="/repo", stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except FileNotFoundError:
        err.write(b"lab: %s: command not found\n" % argv[0])
        return 127
    except OSError as error:
        err.write(b"lab: %s: %s\n" % (argv[0], error.strerror.encode()))
        return 126
    pumps = [start_pump(lambda s=stream: os.read(s.fileno(), 65536), port)
             for stream, port in ((process.stdout, out), (process.stderr, err))]
    status = process.wait()
    for pump in pumps:
        pump.join(LEFTOVER_SECONDS)
    return status if status >= 0 else 128 - status


def prepare(commands):
    """--before, in /repo; what it says is only shown when it fails."""
    result = subprocess.run(["sh", "-ec", commands], cwd="/repo", stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            errors="replace", check=False)
    if result.returncode:
        raise LabError("--before ended with status %d: %s" % (
            result.returncode, result.stdout[-800:]))


def run_guests(job, control, out, err):
    """Boot the guests, run the command in all, clean up: the message that ends the run."""
    every = guests.Guests(job, control, out, err)
    reason, broken = None, False
    try:
        every.boot()
        status = every.run()
    except (LabError, Broken) as error:
        status, reason, broken = FAILURE, str(error), isinstance(error, Broken)
    every.save_debugfs()
    cleanup = every.stop()
    return {"status": status, "reason": reason or cleanup, "repeats": every.repeats,
            "broken": broken}


def main():
    """The whole job."""
    control = Control()
    with open("/lab/job.json", encoding="utf-8") as stream:
        job = json.load(stream)
    with open("/lab/cmd", "rb") as stream:
        argv = stream.read().split(b"\0")[:-1]
    out, err = Port("/run/lab.out"), Port("/run/lab.err")
    control.say("virtual host is up")
    end = {"status": FAILURE}
    try:
        started = time.monotonic()
        drivers.load(job["driver"], job["kernel"], job["gpus"])
        if job["driver"] != "none":
            control.say("%s is bound (%.1f s)" % (job["driver"], time.monotonic() - started))
        elif job["role"] == "guest":
            drivers.modprobe("kvm_amd")
        prepare(job["before"])
        if job["role"] == "host":
            end = {"status": run_command(argv, out, err)}
        else:
            end = run_guests(job, control, out, err)
    except LabError as error:
        end["reason"] = str(error)
    except Exception:  # the lab outside must hear of it
        end["reason"] = traceback.format_exc()
    time.sleep(0.2)  # the copy of the kernel's messages
    control.send("end", **end)


sys.exit(main())
