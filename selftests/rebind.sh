#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The GPU changes hands: ivgpu gives it up and takes it again, and gives it to i915 and
# takes it back, ten times each, without a reboot; then the module is unloaded and loaded
# again. TAP.

gpu=${IVGPU_PCI:-0000:00:02.0}
pci=/sys/bus/pci
times=10
n=0
failed=0

report() { # status description
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n $2"
	else
		echo "not ok $n $2"
		failed=1
	fi
}

driver() {
	basename "$(readlink "$pci/devices/$gpu/driver" 2>/dev/null)" 2>/dev/null
}

# take_from NAME, give_to NAME: each succeeds when the GPU has changed hands
take_from() {
	echo "$gpu" >"$pci/drivers/$1/unbind" && [ ! -e "$pci/devices/$gpu/driver" ]
}

give_to() {
	case $1 in
	ivgpu) echo ivgpu >"$pci/devices/$gpu/driver_override" ;;
	*) echo >"$pci/devices/$gpu/driver_override" ;;
	esac
	[ "$(driver)" = "$1" ] || echo "$gpu" >"$pci/drivers_probe"
	[ "$(driver)" = "$1" ]
}

types() {
	ls "$pci/devices/$gpu/mdev_supported_types" 2>/dev/null | wc -l
}

again() {
	take_from ivgpu && give_to ivgpu && [ "$(types)" -gt 0 ]
}

to_i915_and_back() {
	take_from ivgpu || return 1
	[ -d "$pci/drivers/i915" ] || modprobe i915 || return 1
	give_to i915 || return 1
	[ "$(cat "/sys/kernel/debug/dri/$gpu/i915_wedged" 2>/dev/null ||
		cat /sys/kernel/debug/dri/0/i915_wedged)" = 0 ] || return 1
	take_from i915 && give_to ivgpu && [ "$(types)" -gt 0 ]
}

repeat() { # description command
	local i status=0

	for i in $(seq $times); do
		"$2" || { echo "# failed in round $i, the driver is now: $(driver)"; status=1; break; }
	done
	report $status "$1"
}

echo "TAP version 13"
echo "1..4"
[ "$(driver)" = ivgpu ]
report $? "ivgpu has the GPU at the start"
repeat "unbound and bound again, $times times" again
repeat "given to i915, which is not wedged, and taken back, $times times" to_i915_and_back
modprobe -r i915 2>/dev/null
module=$(ls "$(dirname "$0")"/../"$(uname -r | cut -d. -f1,2)"/ivgpu.ko 2>/dev/null)
if [ -n "$module" ]; then
	rmmod ivgpu && [ ! -e "$pci/devices/$gpu/driver" ] && insmod "$module" && give_to ivgpu
else
	modprobe -r ivgpu && modprobe ivgpu && give_to ivgpu
fi
report $? "unloaded, loaded and bound again"
exit $failed
