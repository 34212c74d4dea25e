#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs fuzzers for some seconds each, beginning with the corpus here; TAP.
# usage: fuzz.sh FOLDER SECONDS FUZZER...
folder=$1 seconds=$2 n=0 status=0
shift 2
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1
for name; do
	n=$((n + 1))
	mkdir -p "$folder/$name.corpus"
	if "$folder/$name" -max_total_time="$seconds" -max_len=4096 -timeout=60 -rss_limit_mb=1024 \
		-malloc_limit_mb=128 -seed=1 -print_final_stats=1 -artifact_prefix="$folder/$name-" \
		"$folder/$name.corpus" "corpus/$name" >"$folder/$name.log" 2>&1; then
		echo "ok $n $name"
		sed -n 's/^stat::number_of_executed_units: /# inputs: /p' "$folder/$name.log"
	else
		echo "not ok $n $name"
		echo "# $folder/$name.log"
		tail -n 30 "$folder/$name.log" | sed 's/^/# /'
		status=1
	fi
done
exit $status
