# The web console: built once from web/ into web/dist with the Node of Debian 12, and again when a source is newer.
# shellcheck shell=bash

web_is_fresh() {
  [[ -s $root/web/dist/index.html ]] || return 1
  [[ -z $(find "$root/web" -path "$root/web/node_modules" -prune -o -path "$root/web/dist" -prune -o \
    -type f -newer "$root/web/dist/index.html" -print -quit) ]]
}

fetch_web_packages() {
  [[ $root/web/node_modules/.package-lock.json -nt $root/web/package-lock.json ]] ||
    (cd "$root/web" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json)
}

build_web() {
  step 'fetching the packages of the console' web-packages.log fetch_web_packages ||
    die "npm could not fetch the console's packages; check that npm reaches a package registry (npm ping); see build/logs/web-packages.log."
  step 'building the console' web-build.log npm --prefix "$root/web" run build ||
    die "building the console failed; see build/logs/web-build.log."
}

need_web() { [[ ! -f $root/web/package.json ]] || web_is_fresh || build_web; }

# browser_suite NAME LOG: one suite of web/e2e; shows its failures and its count, which must be there.
browser_suite() {
  local status=0
  MINGLU="$program" step "the console in a browser: $1" "$2" npm --prefix "$root/web" run "$1" || status=$?
  grep -A 4 '^FAIL' "$logs/$2" || true
  grep -E '^[0-9]+ passed, [0-9]+ failed' "$logs/$2" || { tail -n 15 "$logs/$2" >&2 && status=1; }
  return "$status"
}

# The console in a real browser: against a mock of the contract, then against the program with an invented city.
browser_tests_of_web() {
  local status=0
  browser_suite e2e web-browser-mock.log || status=1
  browser_suite e2e:real web-browser-real.log || status=1
  return "$status"
}
