#!/bin/sh
# A temporary PostgreSQL for tests: no network, a Unix socket in a temporary folder, gone afterwards.
#
#   tests/support/postgres.sh run COMMAND [ARGUMENTS]   # COMMAND sees MINGLU_TEST_POSTGRESQL_URL; its exit code is kept
#
# Exit code 77 (which ctest reports as skipped) when PostgreSQL's server programs are not installed. As root the server
# runs as the user "postgres", because PostgreSQL refuses root. fsync is off: this is for statements, not for power cuts.
set -eu

find_bin() {
  for folder in ${PG_BIN:-} /usr/lib/postgresql/15/bin $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      echo "$folder"
      return
    fi
  done
}

if [ "$#" -lt 2 ] || [ "$1" != run ]; then
  echo "usage: postgres.sh run COMMAND [ARGUMENTS]" >&2
  exit 2
fi
shift

bin=$(find_bin)
if [ -z "$bin" ]; then
  echo "skipped: PostgreSQL's server is not installed (apt-get install postgresql-15)" >&2
  exit 77
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/minglu_pg_XXXXXX")
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  if ! id postgres >/dev/null 2>&1; then
    echo "skipped: there is no user \"postgres\" to run the server as" >&2
    rmdir "$home"
    exit 77
  fi
  chown postgres "$home"
  as_owner() { runuser -u postgres -- "$@"; }
fi

finish() {
  as_owner "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap finish EXIT
trap 'exit 130' INT TERM HUP

cd "$home"
if ! as_owner "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$home/initdb.log" 2>&1; then
  cat "$home/initdb.log" >&2
  exit 1
fi
options="-c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off -c max_connections=60"
if ! as_owner "$bin/pg_ctl" -D "$home/data" -w -t 60 -l "$home/data/server.log" -o "$options" start >/dev/null; then
  cat "$home/data/server.log" >&2
  exit 1
fi
cd "$OLDPWD"

MINGLU_TEST_POSTGRESQL_URL="postgresql://postgres@/postgres?host=$(echo "$home" | sed 's|/|%2F|g')"
export MINGLU_TEST_POSTGRESQL_URL
rc=0
"$@" || rc=$?
exit "$rc"
