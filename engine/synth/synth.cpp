#include "synth/synth.hpp"

#include <memory>

#include "base/pipeline.hpp"
#include "synth/feed.hpp"
#include "synth/output.hpp"
#include "synth/scene.hpp"
#include "synth/truth.hpp"

namespace minglu::synth {
namespace {

constexpr uint64_t kUnitsPerBlock = 1024;

constexpr const char* kReadme =
    "An invented city. Streets and communities are real, everything else (names, persons, numbers, roads, buildings) "
    "is\n"
    "made by a random generator; likeness to a real firm or person is chance.\n"
    "feeds/<source>/  what each department would send; formats differ on purpose, and so does the quality\n"
    "truth.csv        id = <source>:<key as cleaned>, cluster_id = the unit it stands for\n"
    "truth_units.csv  the units as they are at the beginning (name, address ...) with their whole life\n"
    "truth_events.csv births, renames, moves, changes of the representative, the capital or the industry, deaths\n"
    "manifest.json    rows and bytes of every file\n";

// First unit of a block and one past its last.
struct Block {
  uint64_t first = 0;
  uint64_t last = 0;
};

Result<BlockOutput> generate_block(const Scene& scene, const std::vector<size_t>& file_counts, Block block) {
  BlockOutput out;
  out.units = block.last - block.first;
  const std::vector<Feed>& feeds = all_feeds();
  for (const size_t count : file_counts) out.feeds.emplace_back(count);
  TrueUnit unit;
  std::vector<FeedSink> sinks;
  for (size_t f = 0; f < feeds.size(); ++f) sinks.emplace_back(scene, feeds[f].layout, out.feeds[f], out.truth);
  for (uint64_t index = block.first; index < block.last; ++index) {
    make_unit(scene, index, unit);
    for (size_t f = 0; f < feeds.size(); ++f) feeds[f].emit(scene, unit, sinks[f]);
    append_truth(scene, unit, out.truth_units, out.truth_events);
  }
  return out;
}

}  // namespace

Result<SynthReport> generate_city(const CitySpec& spec) {
  MINGLU_TRY(const std::unique_ptr<Scene> scene, build_scene(spec));
  std::vector<const Feed*> feeds;
  std::vector<size_t> file_counts;
  for (const Feed& feed : all_feeds()) {
    feeds.push_back(&feed);
    file_counts.push_back(feed.schedule(scene->calendar).size());
  }
  MINGLU_TRY(Output output, Output::create(spec.out_dir, feeds, scene->calendar));
  uint64_t next = 0;
  uint64_t done = 0;
  MINGLU_CHECK(base::ordered_pipeline<Block, BlockOutput>(
      {.workers = spec.threads, .in_flight_max = spec.threads * 2 + 2},
      [&]() -> Result<std::optional<Block>> {
        if (next >= spec.units) return std::optional<Block>{};
        const Block block{next, std::min(next + kUnitsPerBlock, spec.units)};
        next = block.last;
        return std::optional<Block>{block};
      },
      [&](Block block) { return generate_block(*scene, file_counts, block); },
      [&](BlockOutput block) -> Status {
        MINGLU_CHECK(output.append(block));
        done += block.units;
        if (spec.progress) spec.progress(done, spec.units);
        return ok_status();
      }));
  return output.finish(kReadme);
}

}  // namespace minglu::synth
