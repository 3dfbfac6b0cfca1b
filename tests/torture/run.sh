#!/bin/sh
# Tortures the stores: a kill before every persistence call, and power cuts that drop unsynced writes.
#
#   tests/torture/run.sh [--build DIR] [--quick | --every] [--seed N]
#
# About 25 minutes on 2 cores; --quick about 2 minutes; --every kills the program at every point, however long it takes.
# --build: where the programs were built; build/dev of this checkout by default. Without --quick the figures of the
# program's own torture are written to docs/generated/torture.md. Prints one line of JSON per torture on standard output and talk on standard error. Exit code 0: nothing acknowledged
# was lost, no half state, and every control (a program that is wrong on purpose) was caught. 1: a fault. 77: no strace.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build/dev seed=1 quick=0 every=
while [ "$#" -gt 0 ]; do
  case "$1" in
    --quick) quick=1 ;;
    --every) every=--every ;;
    --seed) seed=${2:?--seed needs a number}; shift ;;
    --build) build=${2:?--build needs a folder}; shift ;;
    *) echo "usage: run.sh [--build DIR] [--quick | --every] [--seed N]" >&2; exit 2 ;;
  esac
  shift
done
driver=$build/tests/torture/store_crash_driver
if [ ! -x "$driver" ]; then
  echo "run.sh: no program \"$driver\"; build the target store_crash_driver first" >&2
  exit 2
fi
driver=$(cd "$(dirname "$driver")" && pwd)/store_crash_driver
minglu=$build/bin/minglu
if [ ! -x "$minglu" ]; then
  echo "run.sh: no program \"$minglu\"; build the target minglu first" >&2
  exit 2
fi
if ! command -v strace >/dev/null; then
  echo "run.sh: strace is not installed (apt-get install strace)" >&2
  exit 77
fi

# A kill does not lose what the kernel holds, and power cuts are played on a model: memory is as good as a disk here.
scratch=${TMPDIR:-/tmp}
if [ -d /dev/shm ] && [ -w /dev/shm ]; then scratch=/dev/shm; fi

if [ "$quick" = 1 ]; then items=3 kill_seconds=12 states=10000 cut_seconds=8 control_points=40 control_states=30
else items=20 kill_seconds=240 states=10000 cut_seconds=270 control_points=120 control_states=100; fi

faults=0
kill_points() {
  python3 -B "$here/crash_points.py" --scratch "$scratch" --seed "$seed" --recover "$driver work {home} {acks} 1" \
    --check "$driver check {home} {acks}" "$@"
}
power_cuts() {
  python3 -B "$here/unsynced.py" --scratch "$scratch" --seed "$seed" --recover "$driver work {home} {acks} 1" \
    --check "$driver check {home} {acks}" "$@"
}
must_hold() { "$@" || { faults=$((faults + 1)); echo "FAULT: see the line above" >&2; }; }
must_be_caught() {
  if out=$("$@"); then
    faults=$((faults + 1))
    echo "FAULT: a wrong program was not caught: $*" >&2
    echo "$out" >&2
  fi
}

echo "controls: a program that acknowledges too early; fsync of files, then of folders, taken away" >&2
must_be_caught kill_points --run "$driver work {home} {acks} 6 --ack-early" --points-max "$control_points"
must_be_caught power_cuts --run "$driver work {home} {acks} 3" --states "$control_states" --pretend-unsynced files
must_be_caught power_cuts --run "$driver work {home} {acks} 3" --states "$control_states" --pretend-unsynced folders

echo "kills before every persistence call, up to $kill_seconds s" >&2
must_hold kill_points --run "$driver work {home} {acks} $items" --seconds-max "$kill_seconds"

echo "power cuts on an empty and on a filled home, up to $cut_seconds s" >&2
must_hold power_cuts --run "$driver work {home} {acks} $items" --states "$states" --seconds-max $((cut_seconds / 2))
must_hold power_cuts --setup "$driver work {home} {acks} 4" --run "$driver work {home} {acks} $items" \
  --states "$states" --seconds-max $((cut_seconds / 2))

echo "the program itself: ingest and rebuild killed and cut" >&2
if [ "$quick" = 1 ]; then set -- --quick --seconds-max 20; else set -- $every --report "$here/../../docs/generated/torture.md"; fi
must_hold python3 -B "$here/ingest_torture.py" --minglu "$minglu" --scratch "$scratch" --seed "$seed" "$@"

echo "decisions, exports, backups, restores and the watched folder killed and cut" >&2
if [ "$quick" = 1 ]; then set -- --quick --seconds-max 30; else set -- $every --seconds-max 600 --report "$here/../../docs/generated/torture-operate.md"; fi
must_hold python3 -B "$here/operate_torture.py" --minglu "$minglu" --scratch "$scratch" --seed "$seed" "$@"

if [ "$faults" -gt 0 ]; then exit 1; fi
echo "torture: held" >&2
