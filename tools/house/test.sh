# ./minglu test: everything a change must pass. Sets up, builds dev and asan, runs both suites, tidy and golden included.
# The last line on standard output is "N passed, N failed[, N skipped]", summed over every test case.
# shellcheck shell=bash

setup build test
build dev
build asan

# suite PRESET: runs ctest, prints what failed and what was skipped, adds to the totals.
passed=0 failed=0 skipped=0 broken=0
suite() {
  local preset=$1 status=0 counts
  local report="$root/build/$preset/junit.xml"
  rm -f "$report"
  step "testing $preset" "ctest-$preset.log" ctest --test-dir "$root/build/$preset" -j "$(nproc)" --timeout 300 \
    --output-on-failure --no-tests=error --output-junit "$report" || status=$?
  counts=$(python3 "$house/count_tests.py" "$preset" "$report") || { broken=1; tail -n 20 "$logs/ctest-$preset.log" >&2; return 0; }
  local p f s
  read -r p f s <<<"$counts"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  if ((status != 0 && f == 0)); then
    broken=1
    say "ctest of $preset ended with $status although no case failed:"
    tail -n 20 "$logs/ctest-$preset.log" >&2
  fi
}
suite dev
suite asan

# web_part TITLE LOG COMMAND...: a part whose last line is "N passed, N failed[, N skipped]"; adds to the totals.
web_part() {
  local title=$1 log=$2 line p f s
  shift 2
  step "$title" "$log" "$@" || true
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$logs/$log" | tail -n 1)
  if [[ -z $line ]]; then
    broken=1
    say "$title ended without a count:"
    tail -n 15 "$logs/$log" >&2
    return 0
  fi
  read -r p f s < <(tr -c '0-9\n' ' ' <<<"$line")
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + ${s:-0}))
  ((f == 0)) || { grep -A 3 -E 'FAIL|×' "$logs/$log" | head -n 20 >&2 || true; }
}
unit_tests_of_web() {
  local report="$root/build/web-unit.json"
  rm -f "$report"
  npm --prefix "$root/web" run check && npm --prefix "$root/web" test -- --reporter=default --reporter=json --outputFile="$report"
  node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(`${r.numPassedTests} passed, ${r.numFailedTests} failed, ${r.numPendingTests} skipped`)' "$report"
}
if [[ -f $root/web/package.json ]]; then
  need_web
  web_part 'testing the console' web-unit.log unit_tests_of_web
fi

((failed == 0)) || say 'details: build/logs/ctest-dev.log and build/logs/ctest-asan.log'
((broken == 0)) || failed=$((failed + 1))
say "all done in $((SECONDS - started)) s"
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0)) || exit 1
