# ./minglu golden [--accept]: compares what the program writes with tests/golden, or takes the new output over.
# shellcheck shell=bash

setup build test
build dev minglu
exec python3 "$root/tests/golden/golden.py" --program "$root/build/dev/bin/minglu" "$@"
