# ./minglu build [PRESET] [TARGET...]: configures (once) and builds build/PRESET; presets: dev, release, asan, tsan.
# shellcheck shell=bash

# Object files are found again by another clone of the same commit.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1

# build PRESET TARGET...
build() {
  local preset=$1 begin=$SECONDS
  shift
  mkdir -p "$root/build" "$logs"
  exec 9>"$root/build/$preset.lock"
  flock -n 9 || { say "another build of '$preset' is running; waiting for it" && flock 9; }
  if [[ ! -f $root/build/$preset/build.ninja || $root/CMakePresets.json -nt $root/build/$preset/build.ninja ]]; then
    step "configuring $preset" "configure-$preset.log" configure "$preset" ||
      die "configuring '$preset' failed: $(grep -m 1 -A 2 'CMake Error' "$logs/configure-$preset.log" | tr '\n' ' '); see build/logs/configure-$preset.log."
  fi
  if ! step "building $preset${*:+ ($*)}" "build-$preset.log" compile "$preset" "$@"; then
    { grep -E -m 20 'error:|undefined reference|CMake Error|FAILED:' "$logs/build-$preset.log" ||
      tail -n 20 "$logs/build-$preset.log"; } | cut -c 1-300 >&2
    die "building '$preset' failed after $((SECONDS - begin)) s; see build/logs/build-$preset.log."
  fi
  exec 9>&-
}

configure() { cd "$root" && cmake --preset "$1" 9>&-; }
compile() {
  local preset=$1
  shift
  ninja -C "$root/build/$preset" -j "$(jobs_max)" "$@" 9>&-
}

# program: path of the built program, built when it is missing.
program="$root/build/release/bin/minglu"
need_program() {
  if [[ -x $program ]]; then return 0; fi
  say 'the program is not built yet; building it once'
  setup build
  build release minglu
}
