# ./minglu torture [ARGUMENT...]: crashes, lost writes and fuzzing, long. See tests/torture/README.md.
# ./minglu torture access | api: who gets what, and every answer against the contract. See tests/api/README.md.
# shellcheck shell=bash

[[ -x $root/tests/torture/run.sh ]] || die 'tests/torture/run.sh is missing from this checkout.'
setup build test torture
build dev
case ${1:-} in
  access)
    exec python3 -B "$root/tests/api/access_matrix.py" --program "$root/build/dev/bin/minglu" --root "$root" \
      --report "$root/docs/generated/access.md" "${@:2}"
    ;;
  api) exec "$root/tests/api/schemathesis.sh" --program "$root/build/dev/bin/minglu" "${@:2}" ;;
  *) exec "$root/tests/torture/run.sh" "$@" ;;
esac
