# ./minglu torture [ARGUMENT...]: crashes, lost writes and fuzzing, long. See tests/torture/README.md.
# shellcheck shell=bash

[[ -x $root/tests/torture/run.sh ]] || die 'tests/torture/run.sh is missing from this checkout.'
setup build test torture
build dev
exec "$root/tests/torture/run.sh" "$@"
