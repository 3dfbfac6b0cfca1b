#!/usr/bin/env bash
# bench/peers/setup.sh: the Python environment of the peers, in build/peers-venv (ignored). Runs again at no cost: it
# installs only when requirements.txt differs from what was installed last.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
venv=$here/../../build/peers-venv
if cmp -s "$here/requirements.txt" "$venv/installed.txt"; then
  echo "peers: build/peers-venv is up to date"
  exit 0
fi
python3 -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
"$venv/bin/python" -c 'import goldenmatch, splink; print("peers: splink", splink.__version__, "goldenmatch", goldenmatch.__version__)'
cp "$here/requirements.txt" "$venv/installed.txt"
