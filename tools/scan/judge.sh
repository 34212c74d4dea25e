#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# judge.sh SECONDS SEED [open]: made-up streams that the scanner allows, run on the simulated
# GPU's command streamer, which watches what they touch. Status of the judge: 0 nothing escaped.
seconds=$1
shift
"$O/scan-emit" "$@" | "$O/scan-judge" "$seconds"
