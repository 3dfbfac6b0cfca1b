# ./minglu lint [FILE...]: format, clang-tidy and shellcheck over the project's files (or the ones named).
# shellcheck shell=bash

setup build test lint
build dev
cd "$root"
cpp=() shell=()
mapfile -t cpp < <(git ls-files -- "${@:-*.cpp}" | grep '\.cpp$' || true)
mapfile -t all < <(git ls-files -- "${@:-*.[ch]pp}" | grep -E '\.[ch]pp$' || true)
mapfile -t shell < <(printf '%s\n' minglu .ci/run && git ls-files '*.sh')
status=0
if ((${#all[@]} > 0)); then
  step 'clang-format' lint-format.log clang-format --dry-run -Werror "${all[@]}" || status=1
  ((status == 0)) || { grep -oE '^[^:]+\.[ch]pp' "$logs/lint-format.log" | sort -u >&2; say "repair with ./minglu fmt"; }
fi
if ((${#cpp[@]} > 0)); then
  step "clang-tidy (${#cpp[@]} files)" lint-tidy.log \
    bash -c 'printf "%s\n" "${@:2}" | xargs -P "$1" -n 1 clang-tidy -p build/dev --quiet' tidy "$(nproc)" "${cpp[@]}" || status=1
  grep -E '(warning|error):' "$logs/lint-tidy.log" | sort -u | tee "$logs/lint-tidy.txt" >&2
fi
step 'shellcheck' lint-shell.log shellcheck -x -S style "${shell[@]}" || { status=1; cat "$logs/lint-shell.log" >&2; }
((status == 0)) || die 'lint found something (above).'
say 'lint: clean'
