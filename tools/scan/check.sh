#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Tests of ivgpu-scan and of the scanner in user space, as TAP. Run by make check.

n=0
failed=0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
scan=$O/ivgpu-scan

report() { # status description
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2"
	else
		sed 's/^/# /' "$tmp/out" | tail -n 20
		echo "not ok $n $2"
		failed=1
	fi
}

expect() { # wanted-status description command...
	want=$1
	what=$2
	shift 2
	"$@" >"$tmp/out" 2>&1
	[ $? -eq "$want" ]
	report $? "$what"
}

says() { # description, the whole output on stdin
	cat >"$tmp/want"
	diff "$tmp/want" "$tmp/out" >"$tmp/diff"
	report $? "$1"
}

# Dwords as hexadecimal numbers into a file.
dwords() { # file number...
	file=$1
	shift
	for dw; do
		printf "$(printf '\\%03o\\%03o\\%03o\\%03o' $((dw & 255)) $((dw >> 8 & 255)) \
			$((dw >> 16 & 255)) $((dw >> 24 & 255)))"
	done >"$file"
}

pairs() { # number: so many pairs of register 0x2600 and 0
	i=0
	while [ $i -lt "$1" ]; do
		echo 0x2600 0
		i=$((i + 1))
	done
}

echo "TAP version 13"

# What drivers wrote.
for stream in "$STREAMS"/*.aub.gz; do
	name=$(basename "$stream" .aub.gz)
	case $name in *-bdw-*) gen=8 ;; *) gen=9 ;; esac
	expect 0 "recorded stream allowed, every command known: $name" \
		"$scan" --gen $gen "$stream"
	tail -n 1 "$tmp/out" | grep -qx "$stream: allow"
	report $? "... and the last line says so"
done

# The forms of a trace.
gzip -dc "$stream" >"$tmp/stream.aub"
expect 0 "a trace that is not packed" "$scan" --gen $gen "$tmp/stream.aub"
expect 0 "a trace's engine wins over --engine" "$scan" --gen $gen --engine vecs "$tmp/stream.aub"
head -c 100000 "$tmp/stream.aub" >"$tmp/cut.aub"
expect 2 "a trace that breaks off is unreadable" "$scan" "$tmp/cut.aub"
head -c 99999 "$tmp/stream.aub" >"$tmp/odd.aub"
expect 2 "... also in the middle of a dword" "$scan" "$tmp/odd.aub"
head -c 5000 "$stream" >"$tmp/cut.aub.gz"
expect 2 "a packed trace that breaks off is unreadable" "$scan" "$tmp/cut.aub.gz"
echo "not packed" >"$tmp/none.gz"
expect 2 "a file that is called packed and holds text" "$scan" "$tmp/none.gz"

# What is printed.
dwords "$tmp/store" 0x10400002 0x1000 0 1 0 0x05000000
expect 0 "a privileged store is allowed" "$scan" --privileged "$tmp/store"
says "... counts by name, then the verdict" <<EOF
MI_STORE_DATA_IMM 1
MI_NOOP 1
MI_BATCH_BUFFER_END 1
$tmp/store: allow
EOF
expect 0 "... inside the range" "$scan" --privileged --ggtt 0x1000:0x2000 "$tmp/store"
expect 1 "... and refused outside it" "$scan" --privileged --ggtt 0x2000:0x3000 "$tmp/store"
tail -n 1 "$tmp/out" >"$tmp/last" && mv "$tmp/last" "$tmp/out"
says "... with offset and reason" <<EOF
$tmp/store: refuse 0 MI_STORE_DATA_IMM: address outside the vGPU's part of the GGTT
EOF
expect 1 "... and when only its end is outside" \
	"$scan" --privileged --ggtt 4095:4099 "$tmp/store"
expect 1 "a GGTT store in a user batch is refused" "$scan" --user "$tmp/store"
expect 1 "... which is what files are, if nothing is said" "$scan" "$tmp/store"
dwords "$tmp/unknown" 0 0xffffffff
expect 1 "an unknown command is no pass" "$scan" "$tmp/unknown"
says "... and is called so" <<EOF
MI_NOOP 1
unknown command 1
$tmp/unknown: unknown 0x4 unknown command: unknown command
EOF
dwords "$tmp/half" 0 0x10400002 0x1000
expect 1 "a file that ends inside a command is refused" "$scan" --privileged "$tmp/half"
expect 1 "several files: the worst counts" "$scan" --privileged "$tmp/store" "$tmp/unknown"
grep -qx "$tmp/store: allow" "$tmp/out"
report $? "... each with its own verdict"
expect 2 "... also when one is unreadable" "$scan" "$tmp/unknown" "$tmp/none" "$tmp/store"
grep -q "^$tmp/unknown: unknown" "$tmp/out"
report $? "... and the others are scanned all the same"
: >"$tmp/empty"
expect 0 "an empty file has nothing to refuse" "$scan" "$tmp/empty"
says "... and no commands" <<EOF
$tmp/empty: allow
EOF
printf abc >"$tmp/bytes"
expect 2 "a file that is not whole dwords is unreadable" "$scan" "$tmp/bytes"
expect 2 "a folder is unreadable" "$scan" "$tmp"
expect 2 "a file that is not there" "$scan" "$tmp/absent"
says "... and why is said" <<EOF
ivgpu-scan: $tmp/absent: No such file or directory
EOF
expect 1 "JSON" "$scan" --json "$tmp/empty" "$tmp/store"
cp "$tmp/out" "$tmp/json"
python3 - "$tmp" >"$tmp/out" 2>&1 <<'EOF'
import json, sys
one, two = [json.loads(line) for line in open(sys.argv[1] + "/json")]
assert one == {"file": sys.argv[1] + "/empty", "verdict": "allow", "dwords": 0, "commands": {}}
assert two["verdict"] == "refuse" and two["offset"] == 0 and two["dwords"] == 6, two
assert two["command"] == "MI_STORE_DATA_IMM" and two["reason"], two
assert two["commands"] == {"MI_STORE_DATA_IMM": 1, "MI_NOOP": 1, "MI_BATCH_BUFFER_END": 1}, two
EOF
report $? "... says the same"

# Options.
expect 0 "help" "$scan" --help
expect 2 "no file" "$scan" --json
expect 2 "an unknown option" "$scan" --fast "$tmp/store"
expect 2 "an engine that is not there" "$scan" --engine xcs "$tmp/store"
grep -qx "ivgpu-scan: --engine: not 'xcs'" "$tmp/out"
report $? "... is named"
expect 2 "a generation that is not there" "$scan" --gen 7 "$tmp/store"
expect 2 "a generation that only begins right" "$scan" --gen 90 "$tmp/store"
for range in 0x1000 0x1000: :0x1000 0x2000:0x1000 -1:5 a:b 0x1000:0x2000x; do
	expect 2 "no range: $range" "$scan" --ggtt "$range" "$tmp/store"
done
dwords "$tmp/veb" 0x74030012 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
expect 1 "video enhancement on the render engine" "$scan" "$tmp/veb"
dwords "$tmp/gen9" 0x781d0009 0 0 0 0 0 0 0 0 0 0
expect 0 "a form that Gen9 has" "$scan" "$tmp/gen9"
expect 1 "... and Gen8 has not" "$scan" --gen 8 "$tmp/gen9"

# Legal commands that GVT-g's users saw refused (intel/gvt-linux, issues 60 and 130).
expect 0 "VEB_DI_IECP of 20 dwords" "$scan" --engine vecs "$tmp/veb"
dwords "$tmp/swtess" 0x61030000 0
expect 0 "SWTESS_BASE_ADDRESS" "$scan" "$tmp/swtess"
dwords "$tmp/lri" 0x110000c1 $(pairs 97)
expect 0 "a list of registers of 195 dwords" "$scan" --privileged "$tmp/lri"
dwords "$tmp/srm" 0x12000002 0x21f0 0x1000 0
expect 0 "a store of register 0x21f0" "$scan" --privileged "$tmp/srm"

# What is derived from the rows.
python3 -B make-commands-rst.py "$O/commands.json" >"$tmp/commands.rst"
expect 0 "Documentation/commands.rst is up to date (make commands-doc)" \
	diff "$tmp/commands.rst" ../../Documentation/commands.rst

# Made-up commands.
expect 0 "5 s of commands made from the rows, under sanitizers" "$O/scan-fuzz" 5
cp "$tmp/out" "$tmp/stats"
expect 0 "$SECONDS_ s of libFuzzer, under sanitizers" "$O/scan-libfuzzer" -verbosity=0 \
	-max_total_time="$SECONDS_" -max_len=4096 -print_final_stats=1 \
	-artifact_prefix="$O/scan-crash-" "$O/scan-corpus"
grep executed_units "$tmp/out" >>"$tmp/stats"
expect 0 "$JUDGE_SECONDS s of allowed streams touch only what they may" \
	sh ./judge.sh "$JUDGE_SECONDS" 1915
tail -n 1 "$tmp/out" >>"$tmp/stats"
expect 1 "... and the judge sees it where all is allowed" sh ./judge.sh 1 1915 open
sed 's/^#* */# /' "$tmp/stats"
echo "1..$n"
exit $failed
