# ./minglu fmt [FILE...]: rewrites C++ files with clang-format.
# shellcheck shell=bash

setup lint
cd "$root"
mapfile -t files < <(git ls-files -- "${@:-*.[ch]pp}" | grep -E '\.[ch]pp$')
clang-format -i "${files[@]}"
say "fmt: ${#files[@]} files"
