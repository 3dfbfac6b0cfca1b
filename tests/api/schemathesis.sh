#!/usr/bin/env bash
# Requests that Schemathesis makes of the contract, good and broken ones, to the whole interface: ./minglu torture api.
#
#   schemathesis.sh --program PATH [--examples N] [--seed N]
#
# Installs Schemathesis (the version below) from the Python package index into a virtual environment under build/, starts
# the program on a scratch home, and writes the figures to docs/generated/api.md. Exit code 0: no server error, and no
# status, type of content, header or body that the contract does not tell of.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
version=4.32.5
environment=$root/build/schemathesis-$version

if [[ ! -x $environment/bin/schemathesis ]]; then
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
fi
exec "$environment/bin/python" -B "$here/schemathesis_run.py" --root "$root" \
  --report "$root/docs/generated/api.md" "$@"
