#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tests of ivgpu-scan and of the scanner in user space, as TAP. Run by make check.

n=0
failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

report() { # status description
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2"
	else
		echo "not ok $n $2"
		failed=1
	fi
}

expect() { # wanted-status description command...
	want=$1
	what=$2
	shift 2
	"$@" >"$tmp/out" 2>&1
	got=$?
	[ "$got" -eq "$want" ] || sed 's/^/# /' "$tmp/out" | tail -n 20
	[ "$got" -eq "$want" ]
	report $? "$what"
}

echo "TAP version 13"
for stream in "$STREAMS"/*.aub.gz; do
	gzip -dc "$stream" >"$tmp/stream.aub"
	expect 0 "recorded stream allowed, every command known: $(basename "$stream")" \
		"$O/ivgpu-scan" "$tmp/stream.aub"
	head -c 100000 "$tmp/stream.aub" >"$tmp/cut.aub"
	expect 2 "a stream that breaks off is unreadable: $(basename "$stream")" \
		"$O/ivgpu-scan" "$tmp/cut.aub"
done
# MI_STORE_DATA_IMM to GGTT 0x1000, MI_BATCH_BUFFER_END
printf '\002\000\100\020\000\020\000\000\000\000\000\000\001\000\000\000\000\000\000\005' >"$tmp/store"
expect 0 "a privileged store is allowed" "$O/ivgpu-scan" --privileged "$tmp/store"
expect 0 "... inside the range" "$O/ivgpu-scan" --privileged --ggtt 0x1000:0x2000 "$tmp/store"
expect 1 "... and refused outside it" "$O/ivgpu-scan" --privileged --ggtt 0x2000:0x3000 "$tmp/store"
expect 1 "a GGTT store in a user batch is refused" "$O/ivgpu-scan" --user "$tmp/store"
printf '\377\377\377\377' >"$tmp/unknown"
expect 1 "an unknown command is no pass" "$O/ivgpu-scan" "$tmp/unknown"
expect 2 "a file that is not there" "$O/ivgpu-scan" "$tmp/none"
expect 2 "an engine that is not there" "$O/ivgpu-scan" --engine xcs "$tmp/store"
python3 -B make-commands-rst.py "$O/commands.json" >"$tmp/commands.rst"
expect 0 "Documentation/commands.rst is up to date (make commands-doc)" \
	diff "$tmp/commands.rst" ../../Documentation/commands.rst
expect 0 "$SECONDS_ s of made-up commands under sanitizers" "$O/scan-fuzz" "$SECONDS_"
sed 's/^/# /' "$tmp/out"
echo "1..$n"
exit $failed
