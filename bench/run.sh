#!/usr/bin/env bash
# ./minglu bench [UNITS...]: takes synthetic cities in from feed to fused register and writes docs/generated/bench-ingest.md.
# Default sizes 250000 1000000; the full city is 4600000 (about 90 GB of free disk). Each size verifies its answer first:
# every source balances, every byte verifies, and the smallest size is rebuilt to equal hashes.
# ./minglu bench link [OPTION...]: linkage beside Splink and GoldenMatch; options of bench/peers/compare.py.
# ./minglu bench feeds [OPTION...]: linkage of feeds derived from real register rows; writes docs/generated/bench-feeds.md.
# ./minglu bench serve [OPTION...]: the running server at full size; writes docs/generated/bench-serve.md (--help: options).
# ./minglu bench map [UNITS] [RUNS]: map counts and area filters at that size; prints one JSON object.
# ./minglu bench live MODEL.json INPUT.csv [OPTION...]: one record against millions; prints one JSON object.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
case "${1:-}" in
  link)
    shift
    exec python3 "$root/bench/peers/compare.py" --program "$root/build/release/bin/minglu" "$@"
    ;;
  feeds)
    shift
    exec python3 "$root/bench/peers/feeds.py" --program "$root/build/release/bin/minglu" "$@"
    ;;
  serve)
    shift
    exec python3 "$root/bench/serve.py" "$root" "$@"
    ;;
  map)
    shift
    exec "$root/build/release/bin/bench_map" "$@"
    ;;
  live)
    shift
    exec "$root/build/release/bin/bench_live_match" "$@"
    ;;
esac
(($# > 0)) || set -- 250000 1000000
exec python3 "$root/bench/ingest_scale.py" "$root" "$@"
