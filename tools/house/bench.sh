# ./minglu bench [ARGUMENT...]: speed and memory. See bench/README.md.
# shellcheck shell=bash

[[ -x $root/bench/run.sh ]] || die 'bench/run.sh is missing from this checkout.'
setup build test
build release
exec "$root/bench/run.sh" "$@"
