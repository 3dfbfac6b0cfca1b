# ./minglu bench [ARGUMENT...]: speed and memory. See bench/README.md.
# shellcheck shell=bash

[[ -x $root/bench/run.sh ]] || die 'bench/run.sh is missing from this checkout.'
if [[ ${1:-} == serve ]]; then
  setup build test bench
  need_web
else
  setup build test
fi
build release
exec "$root/bench/run.sh" "$@"
