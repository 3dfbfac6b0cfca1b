#!/bin/sh
# Fetches the DuckDB library and its C header into deps/, once. Run again at any time: with everything in place it does
# nothing and needs no network.
#
#   deps/node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so   digest: package-lock.json
#   deps/include/duckdb.h                                            digest: header_sha512 below
#
# The header comes from the source package of the 1.4 line, because the 1.5 line publishes none; every C function it
# declares exists in the pinned library (engine/table/duck_test.cpp holds the check). No package script is ever run.
# Needs: npm 8.7 or later (Debian 12 ships 9), tar, sha512sum, flock. Which package registry npm uses is the user's own
# configuration.
set -eu

header_package=duckdb@1.4.4
header_archive=duckdb-1.4.4.tgz
header_path=package/src/duckdb/src/include/duckdb.h
header_sha512=844249e61c9517454b8f776638ba6c5ab411d1bddde1892ab72826ea25178c72430e74aa83f5122b171be6abcdace84560f824b5ac94e9d5c2b603ea7269a9a2

cd "$(dirname "$0")"
library=node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so
library_stamp=node_modules/.minglu-lock-sha512
header=include/duckdb.h
header_stamp=include/.minglu-archive-sha512

fail() {
  echo "deps/fetch.sh: $1" >&2
  echo "deps/fetch.sh: $2" >&2
  exit 1
}

lock_digest() { sha512sum package-lock.json | cut -d' ' -f1; }
has_library() { [ -s "$library" ] && [ "$(cat "$library_stamp" 2>/dev/null)" = "$(lock_digest)" ]; }
has_header() { [ -s "$header" ] && [ "$(cat "$header_stamp" 2>/dev/null)" = "$header_sha512" ]; }

fetch_library() {
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || fail \
    "npm could not fetch the DuckDB library named in deps/package-lock.json." \
    "Check that npm reaches a package registry (npm ping) and run deps/fetch.sh again; on a machine without network, copy deps/node_modules and deps/include from one that has them."
  [ -s "$library" ] || fail "npm finished but $library is absent (the package is for x86-64 Linux with glibc)." \
    "Build on x86-64 Linux, or put a libduckdb.so of the same version at deps/$library."
  lock_digest > "$library_stamp"
}

fetch_header() {
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  npm pack "$header_package" --ignore-scripts --loglevel=error --pack-destination "$work" >/dev/null || fail \
    "npm could not fetch $header_package, which holds duckdb.h." \
    "Check that npm reaches a package registry (npm ping) and run deps/fetch.sh again; on a machine without network, copy deps/include from one that has it."
  echo "$header_sha512  $work/$header_archive" | sha512sum -c --status || fail \
    "$header_archive does not have the pinned sha512 digest; it was not used." \
    "Somebody changed the archive on the way, or the registry is wrong: do not go on before you know why."
  tar -xzf "$work/$header_archive" -C "$work" "$header_path" || fail \
    "$header_archive holds no $header_path." "Report it: the pinned archive and this script do not fit."
  mkdir -p include
  cp "$work/$header_path" "$header.new"
  mv "$header.new" "$header"
  echo "$header_sha512" > "$header_stamp"
}

if has_library && has_header; then exit 0; fi
command -v npm >/dev/null 2>&1 || fail "npm is not installed, and the DuckDB library is not in deps/ yet." \
  "Install npm (Debian: apt install npm), or copy deps/node_modules and deps/include from a machine that has them."
exec 9> .fetch.lock
flock 9
has_library || fetch_library
has_header || fetch_header
