# ./minglu docs: rewrites docs/generated from the catalog. A test fails when they are stale.
# shellcheck shell=bash

setup build test
python3 "$house/generate_docs.py" "$root"
say 'docs: docs/generated is up to date'
